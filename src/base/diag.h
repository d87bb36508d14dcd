/* diag.h - filling in a wick_diag. Owner of: the first error wins. */
#ifndef WICK_BASE_DIAG_H
#define WICK_BASE_DIAG_H

#include "base/compiler.h"
#include "wick/wick.h"

struct wk_err_info {
    const char *text;
    const char *detail;
    wick_err_class class_;
};
WK_EXTERN const struct wk_err_info *wk_err_info(wick_err err);

/* Records err with operands when diag is there and still empty; answers err. Cold: only on failure. */
WK_EXTERN wick_err wk_fail(wick_diag *diag, wick_err err, uint64_t a0, uint64_t a1, uint64_t a2, uint64_t a3);
#define WK_FAIL0(diag, err) wk_fail(diag, err, 0, 0, 0, 0)
#define WK_FAIL1(diag, err, a) wk_fail(diag, err, (uint64_t)(a), 0, 0, 0)
#define WK_FAIL2(diag, err, a, b) wk_fail(diag, err, (uint64_t)(a), (uint64_t)(b), 0, 0)
#define WK_FAIL4(diag, err, a, b, c, d) \
    wk_fail(diag, err, (uint64_t)(a), (uint64_t)(b), (uint64_t)(c), (uint64_t)(d))
/* Operands of usage behind its text, for the format %v: how many values there should be, or the type of one. */
#define WK_MISFIT_COUNT 1u
#define WK_MISFIT_TYPE(index) ((uint64_t)(index) + 2u)
/* A static string as an operand of %s. */
#define WK_STR(s) ((uint64_t)(uintptr_t)(s))
/* Out of memory for n bytes; a LIMIT of limit.def (value got, row). */
WK_EXTERN wick_err wk_fail_nomem(wick_diag *diag, uint64_t bytes);

#endif

/* diag.c - errors as data. Owner of: the first error wins. Their text is made in module/diag_text.c. */
#include "base/diag.h"

static const struct wk_err_info diag_infos[WICK_ERR_COUNT] = {
#define ERR(sym, class_, text, detail) {text, detail, WICK_CLASS_##class_},
#include "def/err.def"
};

const struct wk_err_info *wk_err_info(wick_err err) {
    return &diag_infos[err];
}

wick_err_class wick_err_get_class(wick_err err) {
    return (uint32_t)err < WICK_ERR_COUNT ? diag_infos[err].class_ : WICK_CLASS_USAGE;
}

const char *wick_err_text(wick_err err) {
    return (uint32_t)err < WICK_ERR_COUNT ? diag_infos[err].text : "no wick_err";
}

void wick_diag_init(wick_diag *diag) {
    *diag = (wick_diag){
        .err = WICK_OK,
        .offset = UINT32_MAX,
        .func = UINT32_MAX,
        .section = UINT16_MAX,
        .op = UINT16_MAX,
    };
}

WK_COLD wick_err wk_fail(wick_diag *diag, wick_err err, uint64_t a0, uint64_t a1, uint64_t a2, uint64_t a3) {
    if (diag != NULL && diag->err == WICK_OK) {
        diag->err = err;
        diag->a[0] = a0;
        diag->a[1] = a1;
        diag->a[2] = a2;
        diag->a[3] = a3;
    }
    return err;
}

WK_COLD wick_err wk_fail_nomem(wick_diag *diag, uint64_t bytes) {
    return wk_fail(diag, WICK_ERR_nomem, bytes, 0, 0, 0);
}

const char *wick_version(void) {
    return "0.1.0";
}

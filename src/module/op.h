/* op.h - instructions as data: what op.def, imm.def, feature.def and section.def say, as enums and tables. */
#ifndef WICK_MODULE_OP_H
#define WICK_MODULE_OP_H

#include "base/compiler.h"
#include "wick/wick.h"

enum wick_op {
#define OP(sym, code, text, imm, sig, width, feat, flags) WICK_OP_##sym,
#include "def/op.def"
    WICK_OP_COUNT,
    WICK_OP_none = 0xffff
};

/* The one-byte codes by name, for loops that branch on the byte; what is behind a prefix equals no byte. */
/* clang-format off */
enum wk_op_code {
#define OP(sym, code, text, imm, sig, width, feat, flags) WK_CODE_##sym = code,
#define OP_FB(sym, code, text, imm, sig, width, feat, flags) WK_CODE_##sym = 0x100 + WICK_OP_##sym,
#define OP_FC OP_FB
#define OP_FD OP_FB
#define OP_FE OP_FB
#include "def/op.def"
    WK_CODE_LAST = 0xff
};
/* clang-format on */

enum wk_imm {
#define IMM(sym, fields, doc) WK_IMM_##sym,
#include "def/imm.def"
    WK_IMM_COUNT
};

enum wk_section {
#define SECTION(sym, id, order, name) WK_SECTION_##sym = id,
#include "def/section.def"
    WK_SECTION_COUNT
};

enum wk_op_flag {
    WK_OP_PURE = 1,
    WK_OP_COMM = 2,
    WK_OP_CMP = 4,
    WK_OP_TRAPS = 8,
    WK_OP_LOAD = 16,
    WK_OP_STORE = 32,
    WK_OP_CTRL = 64,
    WK_OP_CALL = 128,
    WK_OP_TERM = 256,
    WK_OP_ATOMIC = 512,
    WK_OP_CONST = 1024,
    WK_OP_CONSTX = 2048,
    WK_OP_MARK = 4096
};

struct wk_op_info {
    uint8_t prefix;   /* 0, 0xfb, 0xfc, 0xfd, 0xfe */
    uint8_t imm;      /* enum wk_imm */
    uint8_t width;
    uint8_t feature;  /* bit number in feature.def */
    uint16_t code;
    uint16_t flags;
    char sig[8];      /* op.def: pops_pushes, or "X" */
};
WK_EXTERN const struct wk_op_info *wk_op_info(enum wick_op op);
static inline bool wk_op_is_mark(enum wick_op op) {
    return (wk_op_info(op)->flags & WK_OP_MARK) != 0;
}
WK_EXTERN const char *wk_op_text(enum wick_op op);

/* The instruction of a code; WICK_OP_none: there is none. `prefix` is 0 or 0xfb..0xfe. Constant time. */
WK_EXTERN uint16_t wk_op_lookup(uint8_t prefix, uint32_t code);
/* The row of each one-byte code plus 1 (0: none), 256 of them, for loops that read every byte. */
WK_EXTERN const uint16_t *wk_op_table(void);

WK_EXTERN const char *wk_imm_fields(enum wk_imm imm);
WK_EXTERN const char *wk_section_name(uint32_t id);  /* "unknown" above the last */
WK_EXTERN uint32_t wk_section_order(uint32_t id);
WK_EXTERN const char *wk_feature_name(uint32_t bit);
/* Why an instruction that does not run does not run. */
WK_EXTERN const char *wk_op_missing(enum wick_op op);
/* Features whose rows say that both interpreters execute them. */
WK_EXTERN uint32_t wk_features_running(void);

#endif

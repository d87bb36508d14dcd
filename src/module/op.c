/* op.c - the tables behind op.h. Owner of: the decode tables; duplicate codes stop the build here. */
#include "module/op.h"

/* clang-format off */
enum {
#define FEATURE(sym, bit, name, in30, runs, doc) OP_FEAT_##sym = bit,
#include "def/feature.def"
    OP_FEAT_END_
};

#define PURE WK_OP_PURE
#define COMM WK_OP_COMM
#define CMP WK_OP_CMP
#define TRAPS WK_OP_TRAPS
#define LOAD WK_OP_LOAD
#define STORE WK_OP_STORE
#define CTRL WK_OP_CTRL
#define CALL WK_OP_CALL
#define TERM WK_OP_TERM
#define ATOMIC WK_OP_ATOMIC
#define CONST WK_OP_CONST
#define CONSTX WK_OP_CONSTX
#define MARK WK_OP_MARK

#define OP_ROW(prefix, code, imm, sig, width, feat, flags) \
    {prefix, WK_IMM_##imm, width, OP_FEAT_##feat, code, flags, #sig},
static const struct wk_op_info op_infos[WICK_OP_COUNT] = {
#define OP(sym, code, text, imm, sig, width, feat, flags) OP_ROW(0, code, imm, sig, width, feat, flags)
#define OP_FB(sym, code, text, imm, sig, width, feat, flags) OP_ROW(0xfb, code, imm, sig, width, feat, flags)
#define OP_FC(sym, code, text, imm, sig, width, feat, flags) OP_ROW(0xfc, code, imm, sig, width, feat, flags)
#define OP_FD(sym, code, text, imm, sig, width, feat, flags) OP_ROW(0xfd, code, imm, sig, width, feat, flags)
#define OP_FE(sym, code, text, imm, sig, width, feat, flags) OP_ROW(0xfe, code, imm, sig, width, feat, flags)
#include "def/op.def"
};
#undef OP_ROW
#undef PURE
#undef COMM
#undef CMP
#undef TRAPS
#undef LOAD
#undef STORE
#undef CTRL
#undef CALL
#undef TERM
#undef ATOMIC
#undef CONST
#undef CONSTX
#undef MARK

/* All names in one string and their places in it: no pointers, so no relocations in a kernel that moves. */
struct op_name_pool {
#define OP(sym, code, text, imm, sig, width, feat, flags) char s_##sym[sizeof text];
#include "def/op.def"
};
static const struct op_name_pool op_names = {
#define OP(sym, code, text, imm, sig, width, feat, flags) text,
#include "def/op.def"
};
static const uint16_t op_name_at[WICK_OP_COUNT] = {
#define OP(sym, code, text, imm, sig, width, feat, flags) \
    (uint16_t)offsetof(struct op_name_pool, s_##sym),
#include "def/op.def"
};

/* code -> 1 + op for each prefix: 0 is "none". */
#define OP_IGNORE(sym, code, text, imm, sig, width, feat, flags)
static const uint16_t op_decode_00[256] = {
#define OP(sym, code, text, imm, sig, width, feat, flags) [code] = 1 + WICK_OP_##sym,
#define OP_FB OP_IGNORE
#define OP_FC OP_IGNORE
#define OP_FD OP_IGNORE
#define OP_FE OP_IGNORE
#include "def/op.def"
};
static const uint16_t op_decode_fb[31] = {
#define OP OP_IGNORE
#define OP_FB(sym, code, text, imm, sig, width, feat, flags) [code] = 1 + WICK_OP_##sym,
#define OP_FC OP_IGNORE
#define OP_FD OP_IGNORE
#define OP_FE OP_IGNORE
#include "def/op.def"
};
static const uint16_t op_decode_fc[23] = {
#define OP OP_IGNORE
#define OP_FB OP_IGNORE
#define OP_FC(sym, code, text, imm, sig, width, feat, flags) [code] = 1 + WICK_OP_##sym,
#define OP_FD OP_IGNORE
#define OP_FE OP_IGNORE
#include "def/op.def"
};
static const uint16_t op_decode_fd[276] = {
#define OP OP_IGNORE
#define OP_FB OP_IGNORE
#define OP_FC OP_IGNORE
#define OP_FD(sym, code, text, imm, sig, width, feat, flags) [code] = 1 + WICK_OP_##sym,
#define OP_FE OP_IGNORE
#include "def/op.def"
};
static const uint16_t op_decode_fe[79] = {
#define OP OP_IGNORE
#define OP_FB OP_IGNORE
#define OP_FC OP_IGNORE
#define OP_FD OP_IGNORE
#define OP_FE(sym, code, text, imm, sig, width, feat, flags) [code] = 1 + WICK_OP_##sym,
#include "def/op.def"
};

static const char *const op_imm_fields[WK_IMM_COUNT] = {
#define IMM(sym, fields, doc) fields,
#include "def/imm.def"
};
static const char *const op_section_names[WK_SECTION_COUNT] = {
#define SECTION(sym, id, order, name) [id] = name,
#include "def/section.def"
};
static const uint8_t op_section_orders[WK_SECTION_COUNT] = {
#define SECTION(sym, id, order, name) [id] = order,
#include "def/section.def"
};
static const char *const op_feature_names[] = {
#define FEATURE(sym, bit, name, in30, runs, doc) [bit] = name,
#include "def/feature.def"
};
/* clang-format on */

/* Two rows with one code are a duplicate case here. Never called. */
WK_UNUSED static int op_codes_are_unique(uint32_t code) {
    switch (code) {
#define OP(sym, code, text, imm, sig, width, feat, flags) case code:
#define OP_FB(sym, code, text, imm, sig, width, feat, flags) case 0xfb0000 | code:
#define OP_FC(sym, code, text, imm, sig, width, feat, flags) case 0xfc0000 | code:
#define OP_FD(sym, code, text, imm, sig, width, feat, flags) case 0xfd0000 | code:
#define OP_FE(sym, code, text, imm, sig, width, feat, flags) case 0xfe0000 | code:
#include "def/op.def"
        return 1;
    default:
        return 0;
    }
}

const struct wk_op_info *wk_op_info(enum wick_op op) {
    return &op_infos[op];
}

const char *wk_op_text(enum wick_op op) {
    return (const char *)&op_names + op_name_at[op];
}

uint16_t wk_op_lookup(uint8_t prefix, uint32_t code) {
    uint16_t found = 0;
    if (prefix == 0) {
        found = code < WK_COUNT_OF(op_decode_00) ? op_decode_00[code] : 0;
    } else if (prefix == 0xfb) {
        found = code < WK_COUNT_OF(op_decode_fb) ? op_decode_fb[code] : 0;
    } else if (prefix == 0xfc) {
        found = code < WK_COUNT_OF(op_decode_fc) ? op_decode_fc[code] : 0;
    } else if (prefix == 0xfd) {
        found = code < WK_COUNT_OF(op_decode_fd) ? op_decode_fd[code] : 0;
    } else if (prefix == 0xfe) {
        found = code < WK_COUNT_OF(op_decode_fe) ? op_decode_fe[code] : 0;
    }
    return found == 0 ? (uint16_t)WICK_OP_none : (uint16_t)(found - 1);
}

const uint16_t *wk_op_table(void) {
    return op_decode_00;
}

const char *wk_imm_fields(enum wk_imm imm) {
    return op_imm_fields[imm];
}

const char *wk_section_name(uint32_t id) {
    return id < WK_SECTION_COUNT ? op_section_names[id] : "unknown";
}

uint32_t wk_section_order(uint32_t id) {
    return id < WK_SECTION_COUNT ? op_section_orders[id] : 0;
}

const char *wk_feature_name(uint32_t bit) {
    return bit < WK_COUNT_OF(op_feature_names) ? op_feature_names[bit] : "unknown";
}

/* `runs` as it stands in the row: a knob, or whether it is there at all. */
const char *wk_op_missing(enum wick_op op) {
    switch (op < WICK_OP_COUNT ? wk_op_info(op)->feature : UINT32_MAX) {
#define FEATURE(sym, bit, name, in30, runs, doc) \
    case bit:                                    \
        return #runs[0] == 'W' ? "built with " #runs "=0" : "no build has it";
#include "def/feature.def"
    default:
        return "no build has it";
    }
}

uint32_t wk_features_running(void) {
    return 0
#define FEATURE(sym, bit, name, in30, runs, doc) | ((uint32_t)(runs) << bit)
#include "def/feature.def"
        ;
}

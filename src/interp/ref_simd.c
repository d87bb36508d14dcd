/* ref_simd.c - the vector instructions on slots, through num/v128.h: for the reference interpreter, and for the fast one
 * where it has no cell of its own (memories other than memory 0, far slots, hosts without vector registers).
 *
 * Owner of: nothing. As in ref_num.c, an instruction's row says what goes in and out and num/ what happens between;
 * memory accesses and the instructions with lane numbers are listed by shape. */
#include "base/relaxed.h"
#include "interp/ref.h"

#include "num/v128.h"

#if WICK_SIMD

static wk_v128 simd_get(const uint64_t *slots) {
    const wk_v128 v = {{slots[0], slots[1]}};
    return v;
}

static void simd_put(uint64_t *slots, wk_v128 v) {
    slots[0] = v.half[0];
    slots[1] = v.half[1];
}

/* clang-format off */

/* By signature: s points at the first operand; what is left ends at *sp. */
#define SIMD_SIG_s_s(sym)   simd_put(s, wk_##sym(simd_get(s))); return WICK_OK;
#define SIMD_SIG_s_i(sym)   s[0] = wk_##sym(simd_get(s)); return WICK_OK;
#define SIMD_SIG_ss_s(sym)  simd_put(s, wk_##sym(simd_get(s), simd_get(s + 2))); return WICK_OK;
#define SIMD_SIG_sss_s(sym) simd_put(s, wk_##sym(simd_get(s), simd_get(s + 2), simd_get(s + 4))); return WICK_OK;
#define SIMD_SIG_si_s(sym)  simd_put(s, wk_##sym(simd_get(s), (uint32_t)s[2])); return WICK_OK;
#define SIMD_SIG_i_s(sym)   simd_put(s, wk_##sym((uint32_t)s[0])); return WICK_OK;
#define SIMD_SIG_l_s(sym)   simd_put(s, wk_##sym(s[0])); return WICK_OK;
#define SIMD_SIG_f_s(sym)   simd_put(s, wk_##sym((uint32_t)s[0])); return WICK_OK;
#define SIMD_SIG_d_s(sym)   simd_put(s, wk_##sym(s[0])); return WICK_OK;
#define SIMD_SIG_a_s(sym)   simd_put(s, wk_##sym(at)); return WICK_OK;
#define SIMD_SIG_as_(sym)   wk_##sym(at, simd_get(s + 1)); return WICK_OK;
/* with an immediate: listed below by the instruction's name */
#define SIMD_SIG__s(sym)    simd_put(s, wk_v128_load(imm)); return WICK_OK;
#define SIMD_EXTRACT(sym)   s[0] = wk_##sym(simd_get(s), *imm); return WICK_OK;
#define SIMD_REPLACE32(sym) simd_put(s, wk_##sym(simd_get(s), (uint32_t)s[2], *imm)); return WICK_OK;
#define SIMD_REPLACE64(sym) simd_put(s, wk_##sym(simd_get(s), s[2], *imm)); return WICK_OK;
#define SIMD_LOAD_LANE(sym) simd_put(s, wk_##sym(simd_get(s + 1), at, *imm)); return WICK_OK;
#define SIMD_STORE_LANE(sym) wk_##sym(at, simd_get(s + 1), *imm); return WICK_OK;
#define SIMD_SHUFFLE(sym)   simd_put(s, wk_##sym(simd_get(s), simd_get(s + 2), imm)); return WICK_OK;
#define SIMD_SIG_s_l(sym)
#define SIMD_SIG_s_f(sym)
#define SIMD_SIG_s_d(sym)
#define SIMD_SIG_sl_s(sym)
#define SIMD_SIG_sf_s(sym)
#define SIMD_SIG_sd_s(sym)
#define SIMD_SIG_as_s(sym)

/* A row named here takes its own body: the name expands to two arguments, of which the second is picked. */
#define SIMD_OWN_i8x16_shuffle        0, SIMD_SHUFFLE
#define SIMD_OWN_i8x16_extract_lane_s 0, SIMD_EXTRACT
#define SIMD_OWN_i8x16_extract_lane_u 0, SIMD_EXTRACT
#define SIMD_OWN_i16x8_extract_lane_s 0, SIMD_EXTRACT
#define SIMD_OWN_i16x8_extract_lane_u 0, SIMD_EXTRACT
#define SIMD_OWN_i32x4_extract_lane   0, SIMD_EXTRACT
#define SIMD_OWN_i64x2_extract_lane   0, SIMD_EXTRACT
#define SIMD_OWN_f32x4_extract_lane   0, SIMD_EXTRACT
#define SIMD_OWN_f64x2_extract_lane   0, SIMD_EXTRACT
#define SIMD_OWN_i8x16_replace_lane   0, SIMD_REPLACE32
#define SIMD_OWN_i16x8_replace_lane   0, SIMD_REPLACE32
#define SIMD_OWN_i32x4_replace_lane   0, SIMD_REPLACE32
#define SIMD_OWN_i64x2_replace_lane   0, SIMD_REPLACE64
#define SIMD_OWN_f32x4_replace_lane   0, SIMD_REPLACE32
#define SIMD_OWN_f64x2_replace_lane   0, SIMD_REPLACE64
#define SIMD_OWN_v128_load8_lane      0, SIMD_LOAD_LANE
#define SIMD_OWN_v128_load16_lane     0, SIMD_LOAD_LANE
#define SIMD_OWN_v128_load32_lane     0, SIMD_LOAD_LANE
#define SIMD_OWN_v128_load64_lane     0, SIMD_LOAD_LANE
#define SIMD_OWN_v128_store8_lane     0, SIMD_STORE_LANE
#define SIMD_OWN_v128_store16_lane    0, SIMD_STORE_LANE
#define SIMD_OWN_v128_store32_lane    0, SIMD_STORE_LANE
#define SIMD_OWN_v128_store64_lane    0, SIMD_STORE_LANE
#define SIMD_SECOND(a, b, ...) b
#define SIMD_PICK(...) SIMD_SECOND(__VA_ARGS__, 0, 0)

/* Of an access, `at` is the memory's bytes. */
static wick_err simd_execute(enum wick_op op, uint64_t *s, const uint8_t *imm, uint8_t *at) {
    switch (op) {
#define OP(sym, code, text, imm_kind, sig, width, feat, flags)
#define OP_FD(sym, code, text, imm_kind, sig, width, feat, flags) \
    case WICK_OP_##sym: SIMD_PICK(SIMD_OWN_##sym, SIMD_SIG_##sig)(sym)
#include "def/op.def"
    default:
        break;
    }
    return WICK_ERR_not_executable;
}
/* clang-format on */

/* The format of the lanes of a result whose NaNs come from arithmetic; 0: it has none. */
static uint32_t simd_nan_bits(enum wick_op op) {
    switch (op) {
    case WICK_OP_f32x4_ceil:
    case WICK_OP_f32x4_floor:
    case WICK_OP_f32x4_trunc:
    case WICK_OP_f32x4_nearest:
    case WICK_OP_f32x4_sqrt:
    case WICK_OP_f32x4_add:
    case WICK_OP_f32x4_sub:
    case WICK_OP_f32x4_mul:
    case WICK_OP_f32x4_div:
    case WICK_OP_f32x4_min:
    case WICK_OP_f32x4_max:
    case WICK_OP_f32x4_demote_f64x2_zero:
    case WICK_OP_f32x4_relaxed_madd:
    case WICK_OP_f32x4_relaxed_nmadd:
    case WICK_OP_f32x4_relaxed_min:
    case WICK_OP_f32x4_relaxed_max:
        return 32;
    case WICK_OP_f64x2_ceil:
    case WICK_OP_f64x2_floor:
    case WICK_OP_f64x2_trunc:
    case WICK_OP_f64x2_nearest:
    case WICK_OP_f64x2_sqrt:
    case WICK_OP_f64x2_add:
    case WICK_OP_f64x2_sub:
    case WICK_OP_f64x2_mul:
    case WICK_OP_f64x2_div:
    case WICK_OP_f64x2_min:
    case WICK_OP_f64x2_max:
    case WICK_OP_f64x2_promote_low_f32x4:
    case WICK_OP_f64x2_relaxed_madd:
    case WICK_OP_f64x2_relaxed_nmadd:
    case WICK_OP_f64x2_relaxed_min:
    case WICK_OP_f64x2_relaxed_max:
        return 64;
    default:
        return 0;
    }
}

uint32_t wk_ref_simd_nan_bits(enum wick_op op) {
    return simd_nan_bits(op);
}

bool wk_ref_is_simd(enum wick_op op) {
    return op >= WICK_OP_v128_load && op <= WICK_OP_i32x4_relaxed_dot_i8x16_i7x16_add_s;
}

wick_err wk_ref_simd(struct wick_instance *instance, enum wick_op op, uint32_t *pc, uint64_t *operands) {
    const struct wick_module *module = instance->module;
    const struct wk_op_info *info = wk_op_info(op);
    const uint8_t *imm;
    uint8_t *at = NULL;
    uint8_t *shared = NULL; /* what `own` stands for */
    uint8_t own[16];
    uint32_t pos = *pc;
    uint32_t bits;
    wick_err err;
    if ((info->flags & (WK_OP_LOAD | WK_OP_STORE)) != 0) {
        struct wk_memarg arg;
        struct wick_memory *memory;
        wk_read_memarg(module->bytes, &pos, &arg);
        memory = instance->memories[arg.memory];
        if (!wk_in_bounds(operands[0], arg.offset, info->width, wk_memory_size(memory))) {
            return WICK_ERR_oob_memory;
        }
        at = memory->base + (size_t)(operands[0] + arg.offset);
        if (memory->shared != NULL) {
            shared = at;
            at = own;
            if ((info->flags & WK_OP_LOAD) != 0) {
                wk_relaxed_copy(own, shared, info->width);
            }
        }
    }
    imm = module->bytes + pos;
    wk_skip_imm(module, (enum wk_imm)info->imm, pc);
    err = simd_execute(op, operands, imm, at);
    if (shared != NULL && err == WICK_OK && (info->flags & WK_OP_STORE) != 0) {
        wk_relaxed_copy(shared, own, info->width);
    }
    bits = module->engine->canonical_nan ? simd_nan_bits(op) : 0;
    if (bits == 32) {
        simd_put(operands, wk_f32x4_canon(simd_get(operands)));
    } else if (bits == 64) {
        simd_put(operands, wk_f64x2_canon(simd_get(operands)));
    }
    return err;
}

/* Slots of a list of letters as in op.def. */
static uint32_t simd_letters(const char *letters) {
    uint32_t n = 0;
    for (; *letters != 0 && *letters != '_'; letters++) {
        n += *letters == 's' ? 2 : 1;
    }
    return n;
}

uint32_t wk_ref_simd_slots(enum wick_op op, uint32_t *out_results) {
    const char *sig = wk_op_info(op)->sig;
    const uint32_t n = simd_letters(sig);
    while (*sig != '_') {
        sig++;
    }
    *out_results = simd_letters(sig + 1);
    return n;
}

#undef SIMD_SIG_s_s
#undef SIMD_SECOND
#undef SIMD_PICK
#undef SIMD_EXTRACT
#undef SIMD_REPLACE32
#undef SIMD_REPLACE64
#undef SIMD_LOAD_LANE
#undef SIMD_STORE_LANE
#undef SIMD_SHUFFLE

#else

bool wk_ref_is_simd(enum wick_op op) {
    (void)op;
    return false;
}

uint32_t wk_ref_simd_nan_bits(enum wick_op op) {
    (void)op;
    return 0;
}

wick_err wk_ref_simd(struct wick_instance *instance, enum wick_op op, uint32_t *pc, uint64_t *operands) {
    (void)instance, (void)op, (void)pc, (void)operands;
    return WICK_ERR_not_executable;
}

uint32_t wk_ref_simd_slots(enum wick_op op, uint32_t *out_results) {
    (void)op;
    *out_results = 0;
    return 0;
}

#endif

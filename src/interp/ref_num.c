/* ref_num.c - the reference interpreter's arithmetic: every row of op.def whose signature is fixed, through num/.
 *
 * Owner of: nothing. The row says what goes in and out, num/ says what happens between. Rows that trap have functions
 * with an out-parameter, and are listed by name. */
#include "interp/ref.h"
#include "num/f32.h"
#include "num/f64.h"
#include "num/i32.h"
#include "num/i64.h"

/* clang-format off */

/* One operand, two operands; the same for instructions that may trap. The result's type widens to the slot. */
#define REF_ONE(sym, in) slots[n - 1] = wk_##sym((in)slots[n - 1]); return WICK_OK;
#define REF_TWO(sym, in) slots[n - 2] = wk_##sym((in)slots[n - 2], (in)slots[n - 1]); *sp = n - 1; return WICK_OK;
#define REF_ONE_TRAPS(sym, in, out) \
    { out result = 0; const wick_err err = wk_##sym((in)slots[n - 1], &result); slots[n - 1] = result; return err; }
#define REF_TWO_TRAPS(sym, in, out) \
    { out result = 0; const wick_err err = wk_##sym((in)slots[n - 2], (in)slots[n - 1], &result); \
      slots[n - 2] = result; *sp = n - 1; return err; }
/* Low half, high half. */
#define REF_PAIR_OF_TWO(sym) \
    { uint64_t lo, hi; wk_##sym(slots[n - 2], slots[n - 1], &lo, &hi); \
      slots[n - 2] = lo; slots[n - 1] = hi; return WICK_OK; }
#define REF_PAIR_OF_FOUR(sym) \
    { uint64_t lo, hi; wk_##sym(slots[n - 4], slots[n - 3], slots[n - 2], slots[n - 1], &lo, &hi); \
      slots[n - 4] = lo; slots[n - 3] = hi; *sp = n - 2; return WICK_OK; }
#define REF_NONE(sym) return WICK_ERR_not_executable;

#define REF_SIG_i_i(sym)  REF_ONE(sym, uint32_t)
#define REF_SIG_i_l(sym)  REF_ONE(sym, uint32_t)
#define REF_SIG_i_f(sym)  REF_ONE(sym, uint32_t)
#define REF_SIG_i_d(sym)  REF_ONE(sym, uint32_t)
#define REF_SIG_f_i(sym)  REF_ONE(sym, uint32_t)
#define REF_SIG_f_l(sym)  REF_ONE(sym, uint32_t)
#define REF_SIG_f_f(sym)  REF_ONE(sym, uint32_t)
#define REF_SIG_f_d(sym)  REF_ONE(sym, uint32_t)
#define REF_SIG_l_i(sym)  REF_ONE(sym, uint64_t)
#define REF_SIG_l_l(sym)  REF_ONE(sym, uint64_t)
#define REF_SIG_l_f(sym)  REF_ONE(sym, uint64_t)
#define REF_SIG_l_d(sym)  REF_ONE(sym, uint64_t)
#define REF_SIG_d_i(sym)  REF_ONE(sym, uint64_t)
#define REF_SIG_d_l(sym)  REF_ONE(sym, uint64_t)
#define REF_SIG_d_f(sym)  REF_ONE(sym, uint64_t)
#define REF_SIG_d_d(sym)  REF_ONE(sym, uint64_t)
#define REF_SIG_ii_i(sym) REF_TWO(sym, uint32_t)
#define REF_SIG_ff_i(sym) REF_TWO(sym, uint32_t)
#define REF_SIG_ff_f(sym) REF_TWO(sym, uint32_t)
#define REF_SIG_ll_i(sym) REF_TWO(sym, uint64_t)
#define REF_SIG_ll_l(sym) REF_TWO(sym, uint64_t)
#define REF_SIG_dd_i(sym) REF_TWO(sym, uint64_t)
#define REF_SIG_dd_d(sym) REF_TWO(sym, uint64_t)
#define REF_SIG_ll_ll(sym)   REF_PAIR_OF_TWO(sym)
#define REF_SIG_llll_ll(sym) REF_PAIR_OF_FOUR(sym)
/* What ref.c does itself: */
#define REF_SIG_X(sym)    REF_NONE(sym)
#define REF_SIG__(sym)    REF_NONE(sym)
#define REF_SIG_a_i(sym)  REF_NONE(sym)
#define REF_SIG_a_l(sym)  REF_NONE(sym)
#define REF_SIG_a_f(sym)  REF_NONE(sym)
#define REF_SIG_a_d(sym)  REF_NONE(sym)
#define REF_SIG_ai_(sym)  REF_NONE(sym)
#define REF_SIG_al_(sym)  REF_NONE(sym)
#define REF_SIG_af_(sym)  REF_NONE(sym)
#define REF_SIG_ad_(sym)  REF_NONE(sym)
#define REF_SIG_aia_(sym) REF_NONE(sym)
#define REF_SIG__a(sym)   REF_NONE(sym)
#define REF_SIG_a_a(sym)  REF_NONE(sym)
#define REF_SIG__i(sym)   REF_NONE(sym)
#define REF_SIG__l(sym)   REF_NONE(sym)
#define REF_SIG__f(sym)   REF_NONE(sym)
#define REF_SIG__d(sym)   REF_NONE(sym)

#define REF_II_TRAPS(sym) REF_TWO_TRAPS(sym, uint32_t, uint32_t)
#define REF_LL_TRAPS(sym) REF_TWO_TRAPS(sym, uint64_t, uint64_t)
#define REF_FI_TRAPS(sym) REF_ONE_TRAPS(sym, uint32_t, uint32_t)
#define REF_DI_TRAPS(sym) REF_ONE_TRAPS(sym, uint64_t, uint32_t)
#define REF_FL_TRAPS(sym) REF_ONE_TRAPS(sym, uint32_t, uint64_t)
#define REF_DL_TRAPS(sym) REF_ONE_TRAPS(sym, uint64_t, uint64_t)

/* A row named here takes its own body: the name expands to two arguments, of which the second is picked. */
#define REF_OWN_i32_div_s        0, REF_II_TRAPS
#define REF_OWN_i32_div_u        0, REF_II_TRAPS
#define REF_OWN_i32_rem_s        0, REF_II_TRAPS
#define REF_OWN_i32_rem_u        0, REF_II_TRAPS
#define REF_OWN_i64_div_s        0, REF_LL_TRAPS
#define REF_OWN_i64_div_u        0, REF_LL_TRAPS
#define REF_OWN_i64_rem_s        0, REF_LL_TRAPS
#define REF_OWN_i64_rem_u        0, REF_LL_TRAPS
#define REF_OWN_i32_trunc_f32_s  0, REF_FI_TRAPS
#define REF_OWN_i32_trunc_f32_u  0, REF_FI_TRAPS
#define REF_OWN_i32_trunc_f64_s  0, REF_DI_TRAPS
#define REF_OWN_i32_trunc_f64_u  0, REF_DI_TRAPS
#define REF_OWN_i64_trunc_f32_s  0, REF_FL_TRAPS
#define REF_OWN_i64_trunc_f32_u  0, REF_FL_TRAPS
#define REF_OWN_i64_trunc_f64_s  0, REF_DL_TRAPS
#define REF_OWN_i64_trunc_f64_u  0, REF_DL_TRAPS
#define REF_SECOND(a, b, ...) b
#define REF_PICK(...) REF_SECOND(__VA_ARGS__, 0, 0)

static wick_err ref_arithmetic(enum wick_op op, uint64_t *slots, uint32_t *sp) {
    const uint32_t n = *sp;
    switch (op) {
#define OP(sym, code, text, imm, sig, width, feat, flags) \
    case WICK_OP_##sym: REF_PICK(REF_OWN_##sym, REF_SIG_##sig)(sym)
#define OP_FD(sym, code, text, imm, sig, width, feat, flags) case WICK_OP_##sym:
#define OP_FE(sym, code, text, imm, sig, width, feat, flags) case WICK_OP_##sym:
#include "def/op.def"
    case WICK_OP_COUNT:
    case WICK_OP_none:
        break;
    }
    return WICK_ERR_not_executable;
}
/* clang-format on */

/* Kinds of result that are NaN only by arithmetic; the other float results move bits and must not change them. */
static bool ref_is_moving_bits(enum wick_op op) {
    switch (op) {
    case WICK_OP_f32_abs:
    case WICK_OP_f32_neg:
    case WICK_OP_f32_copysign:
    case WICK_OP_f32_reinterpret_i32:
    case WICK_OP_f64_abs:
    case WICK_OP_f64_neg:
    case WICK_OP_f64_copysign:
    case WICK_OP_f64_reinterpret_i64:
        return true;
    default:
        return false;
    }
}

/* The letter of an instruction's result. */
static char ref_result_letter(const char *sig) {
    while (*sig != '_') {
        sig++;
    }
    return sig[1];
}

wick_err wk_ref_numeric(enum wick_op op, uint64_t *slots, uint32_t *sp, bool canonical_nan) {
    const wick_err err = ref_arithmetic(op, slots, sp);
    if (err == WICK_OK && canonical_nan && !ref_is_moving_bits(op)) {
        uint64_t *top = &slots[*sp - 1];
        const char letter = ref_result_letter(wk_op_info(op)->sig);
        if (letter == 'f') {
            *top = wk_f32_canon((uint32_t)*top);
        } else if (letter == 'd') {
            *top = wk_f64_canon(*top);
        }
    }
    return err;
}

#undef REF_ONE
#undef REF_TWO
#undef REF_ONE_TRAPS
#undef REF_TWO_TRAPS
#undef REF_PAIR_OF_TWO
#undef REF_PAIR_OF_FOUR
#undef REF_NONE
#undef REF_II_TRAPS
#undef REF_LL_TRAPS
#undef REF_FI_TRAPS
#undef REF_DI_TRAPS
#undef REF_FL_TRAPS
#undef REF_DL_TRAPS
#undef REF_SECOND
#undef REF_PICK

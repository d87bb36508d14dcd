/* h_step.h - the bodies of h_*.h once more, as steps for the first cells of pairs (def/pair.def): hs_<cell> does the work
 * of a cell, sets pc behind it and answers false. A step that fails (a trap, a NaN) changes nothing that its operands
 * depend on and answers true: the cell's own handler meets the same again. Steps are for cells that go on to the next one; those of
 * divisions and branches are of no use. */

/* The families that pairs are made of; of others no steps are compiled, which saves the compiler a tenth of its time. */
#define H_USED_f32_add ,
#define H_USED_f32_convert_i32_s ,
#define H_USED_f32_gt ,
#define H_USED_f32_lt ,
#define H_USED_f32_mul ,
#define H_USED_f32_sub ,
#define H_USED_f64_add ,
#define H_USED_f64_convert_i32_u ,
#define H_USED_f64_div ,
#define H_USED_f64_ge ,
#define H_USED_f64_lt ,
#define H_USED_f64_mul ,
#define H_USED_f64_ne ,
#define H_USED_f64_sub ,
#define H_USED_i32_add ,
#define H_USED_i32_and ,
#define H_USED_i32_ctz ,
#define H_USED_i32_eq ,
#define H_USED_i32_eqz ,
#define H_USED_i32_ge_s ,
#define H_USED_i32_ge_u ,
#define H_USED_i32_gt_s ,
#define H_USED_i32_gt_u ,
#define H_USED_i32_le_s ,
#define H_USED_i32_le_u ,
#define H_USED_i32_lt_s ,
#define H_USED_i32_lt_u ,
#define H_USED_i32_mul ,
#define H_USED_i32_ne ,
#define H_USED_i32_or ,
#define H_USED_i32_rotl ,
#define H_USED_i32_shl ,
#define H_USED_i32_shr_u ,
#define H_USED_i32_sub ,
#define H_USED_i32_wrap_i64 ,
#define H_USED_i32_xor ,
#define H_USED_i64_add ,
#define H_USED_i64_and ,
#define H_USED_i64_lt_u ,
#define H_USED_i64_mul ,
#define H_USED_i64_ne ,
#define H_USED_i64_or ,
#define H_USED_i64_rotl ,
#define H_USED_i64_shl ,
#define H_USED_i64_shr_u ,
#define H_USED_i64_sub ,
#define H_USED_i64_xor ,
#define H_USED_ld16s ,
#define H_USED_ld16u ,
#define H_USED_ld32u ,
#define H_USED_ld64 ,
#define H_USED_ld8s ,
#define H_USED_ld8u ,
#define H_USED_ldf32 ,
#define H_USED_ldf64 ,
#define H_USED_st16 ,
#define H_USED_st32 ,
#define H_USED_st64 ,
#define H_USED_st8 ,
#define H_USED_stf32 ,
#define H_USED_stf64 ,
#define H_LIST_USED(family, list) H_LIST_(H_USED_##family WK_COMBO_##list, WK_COMBO_NONE, 0)
#define H_LIST_(...) H_LIST_SECOND(__VA_ARGS__)
#define H_LIST_SECOND(a, b, ...) b

#if WICK_FP_SOFT
#define H_STEP_FLOAT_PARAMS
#define H_STEP_FLOAT_ARGS
#else
#define H_STEP_FLOAT_PARAMS , WK_UNUSED wk_f64v *accd_, WK_UNUSED wk_f32v *accf_
#define H_STEP_FLOAT_ARGS , &accd, &accf
#endif
#define H_STEP_PARAMS                                                                             \
    WK_UNUSED const uint8_t **pc_, WK_UNUSED uint64_t *fp, WK_UNUSED uint8_t *mb, WK_UNUSED uint64_t *acc_, \
        WK_UNUSED uint64_t *l0_, WK_UNUSED uint64_t *l1_ H_STEP_FLOAT_PARAMS
#define H_STEP_ARGS &pc, fp, mb, &acc, &l0, &l1 H_STEP_FLOAT_ARGS

#define pc (*pc_)
#define acc (*acc_)
#define l0 (*l0_)
#define l1 (*l1_)
#define accd (*accd_)
#define accf (*accf_)
#define H_BEGIN(sym) WK_INLINE bool hs_##sym(H_STEP_PARAMS)
#define H_RARE(sym) return true
#define H_SLOW(sym) return true
#define H_LOSE(d, out) (void)0
#define H_FUEL_OUT return true
#define H_TAKE(at) return true
#define H_NEXT_IS(field) return ((void)(field), true)
#define H_NEXT(n)     \
    do {              \
        pc += (n);    \
        return false; \
    } while (0)

#define H_LIST H_LIST_USED
#include "interp/h_int.h"
#include "interp/h_mem.h"
#include "interp/h_control.h"

#undef H_LIST
#undef pc
#undef acc
#undef l0
#undef l1
#undef accd
#undef accf
#undef H_BEGIN
#undef H_RARE
#undef H_SLOW
#undef H_LOSE
#undef H_FUEL_OUT
#undef H_TAKE
#undef H_NEXT
#undef H_NEXT_IS

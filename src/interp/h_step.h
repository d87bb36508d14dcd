/* h_step.h - the bodies of h_*.h once more, as steps for the first cells of pairs (def/pair.def): hs_<cell> does the work
 * of a cell, sets pc behind it and answers false. A step that fails (a trap, a NaN) changes nothing that its operands
 * depend on and answers true: the cell's own handler meets the same again. Steps are for cells that go on to the next one; those of
 * divisions and branches are of no use. */

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
#define H_COLD(sym) WK_INLINE bool hs_rare_##sym(H_STEP_PARAMS)
#define H_RARE(sym) return true
#define H_SLOW(sym) return true
#define H_TAKE(at) return true
#define H_NEXT(n)     \
    do {              \
        pc += (n);    \
        return false; \
    } while (0)

#include "interp/h_int.h"
#include "interp/h_mem.h"
#include "interp/h_control.h"

#undef pc
#undef acc
#undef l0
#undef l1
#undef accd
#undef accf
#undef H_BEGIN
#undef H_COLD
#undef H_RARE
#undef H_SLOW
#undef H_TAKE
#undef H_NEXT

/* slow.h - what the slow paths of the fast interpreter share. */
#ifndef WICK_INTERP_SLOW_H
#define WICK_INTERP_SLOW_H

#include "interp/fast.h"

/* Gives the rest of the slice back to the task: its balance is exact. */
WK_EXTERN void wk_fast_fold(struct wick_task *task);
/* Makes `instance` (NULL: none) the one that runs: writes the header below its memory 0. The slice is empty. */
WK_EXTERN void wk_fast_refresh(struct wick_task *task, struct wick_instance *instance);
/* true: out of fuel or stopped; the task goes on later at WK_REG_PC. */
WK_EXTERN bool wk_fast_yield_if_due(struct wick_task *task);
WK_EXTERN void wk_fast_take_slice(struct wick_task *task);
/* The end of a slow path that has made the balance exact, and goes on: takes a slice, answers false. */
static inline bool wk_fast_go_on(struct wick_task *task) {
    wk_fast_take_slice(task);
    return false;
}
WK_EXTERN bool wk_fast_trap(struct wick_task *task, wick_err err, uint64_t a0, uint64_t a1);

#endif

/*
 * Chooses between hardware and integer floats (WICK_FP_SOFT) and names the choice: WK_FP(name) is
 * wk_hw_name or wk_soft_name.
 *
 * wk_f32v and wk_f64v are values as an engine may hold them in a register: float and double, or
 * their bits where the build has no floats. Nothing else depends on the choice.
 */
#ifndef WICK_NUM_FP_H
#define WICK_NUM_FP_H

#include "num/fp_soft.h" /* outside the condition: the amalgamation takes each header once */
#include "num/nan.h"
#include "wick/wick_config.h"

#if WICK_FP_SOFT
#define WK_FP(name) wk_soft_##name
typedef wk_soft_f32v wk_f32v;
typedef wk_soft_f64v wk_f64v;
#else
#include "num/fp_hw.h"
#define WK_FP(name) wk_hw_##name
typedef wk_hw_f32v wk_f32v;
typedef wk_hw_f64v wk_f64v;
#endif

#endif

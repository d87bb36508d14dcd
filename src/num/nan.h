/*
 * The bit layout of f32 and f64, and the one NaN rule that every implementation of floats follows.
 *
 * spec: exec-numeric, aux-nans. The specification allows a set of NaN results; Wick picks one
 * member, so that hosts, builds and engines agree bit for bit:
 *   - a NaN operand is the result, made quiet, sign and payload kept; of two NaNs the first;
 *   - an invalid operation on numbers gives the positive canonical NaN;
 *   - abs, neg and copysign change the sign bit and nothing else; reinterpretations change nothing.
 */
#ifndef WICK_NUM_NAN_H
#define WICK_NUM_NAN_H

#include <stdint.h>

#include "base/bits.h"

#define WK_F32_SIGN  UINT32_C(0x80000000)
#define WK_F32_INF   UINT32_C(0x7f800000)
#define WK_F32_QUIET UINT32_C(0x00400000)
#define WK_F32_NAN   UINT32_C(0x7fc00000) /* canonical */

#define WK_F64_SIGN  UINT64_C(0x8000000000000000)
#define WK_F64_INF   UINT64_C(0x7ff0000000000000)
#define WK_F64_QUIET UINT64_C(0x0008000000000000)
#define WK_F64_NAN   UINT64_C(0x7ff8000000000000) /* canonical */

/* The sign is shifted out: shorter than a mask where constants are long. */
WK_LEAF uint32_t wk_f32_is_nan(uint32_t a) {
    return a << 1 > WK_F32_INF << 1;
}

WK_LEAF uint32_t wk_f64_is_nan(uint64_t a) {
    return a << 1 > WK_F64_INF << 1;
}

/* The result of an operation that is known to give NaN. */
WK_LEAF uint32_t wk_f32_nan1(uint32_t a) {
    return wk_f32_is_nan(a) ? a | WK_F32_QUIET : WK_F32_NAN;
}

WK_LEAF uint64_t wk_f64_nan1(uint64_t a) {
    return wk_f64_is_nan(a) ? a | WK_F64_QUIET : WK_F64_NAN;
}

WK_LEAF uint32_t wk_f32_nan2(uint32_t a, uint32_t b) {
    return wk_f32_is_nan(a) ? a | WK_F32_QUIET : wk_f32_nan1(b);
}

WK_LEAF uint64_t wk_f64_nan2(uint64_t a, uint64_t b) {
    return wk_f64_is_nan(a) ? a | WK_F64_QUIET : wk_f64_nan1(b);
}

/* For the specification's deterministic profile: every NaN that arithmetic gives becomes this. */
WK_LEAF uint32_t wk_f32_canon(uint32_t a) {
    return wk_f32_is_nan(a) ? WK_F32_NAN : a;
}

WK_LEAF uint64_t wk_f64_canon(uint64_t a) {
    return wk_f64_is_nan(a) ? WK_F64_NAN : a;
}

/* A NaN that changes format keeps its sign and the upper bits of its payload. */
WK_LEAF uint64_t wk_nan_promote(uint32_t a) {
    return (uint64_t)(a & WK_F32_SIGN) << 32 | WK_F64_NAN | (uint64_t)(a & 0x7fffffu) << 29;
}

WK_LEAF uint32_t wk_nan_demote(uint64_t a) {
    return (uint32_t)(a >> 32 & WK_F32_SIGN) | WK_F32_NAN | (uint32_t)(a >> 29 & 0x7fffffu);
}

#endif

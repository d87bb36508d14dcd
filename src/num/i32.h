/*
 * The i32 instructions (spec: exec-numeric, op-iadd and its siblings) on uint32_t.
 * Comparisons give 0 or 1. Those that can trap answer a wick_err and write *out only on success;
 * nothing here raises a signal or has undefined behaviour for any operand.
 */
#ifndef WICK_NUM_I32_H
#define WICK_NUM_I32_H

#include <stdint.h>

#include "base/bits.h"
#include "num/fp.h"
#include "wick/wick.h"

/* ---- arithmetic ---- */

WK_LEAF uint32_t wk_i32_add(uint32_t a, uint32_t b) {
    return a + b;
}

WK_LEAF uint32_t wk_i32_sub(uint32_t a, uint32_t b) {
    return a - b;
}

WK_LEAF uint32_t wk_i32_mul(uint32_t a, uint32_t b) {
    return a * b;
}

WK_LEAF uint32_t wk_i32_and(uint32_t a, uint32_t b) {
    return a & b;
}

WK_LEAF uint32_t wk_i32_or(uint32_t a, uint32_t b) {
    return a | b;
}

WK_LEAF uint32_t wk_i32_xor(uint32_t a, uint32_t b) {
    return a ^ b;
}

/* The count is taken modulo the width. */
WK_LEAF uint32_t wk_i32_shl(uint32_t a, uint32_t b) {
    return a << (b & 31u);
}

WK_LEAF uint32_t wk_i32_shr_u(uint32_t a, uint32_t b) {
    return a >> (b & 31u);
}

/* Without relying on what >> does to a negative number: compilers see through it. */
WK_LEAF uint32_t wk_i32_shr_s(uint32_t a, uint32_t b) {
    const uint32_t fill = 0u - (a >> 31);
    return ((a ^ fill) >> (b & 31u)) ^ fill;
}

WK_LEAF uint32_t wk_i32_rotl(uint32_t a, uint32_t b) {
    return wk_rotl32(a, b);
}

WK_LEAF uint32_t wk_i32_rotr(uint32_t a, uint32_t b) {
    return wk_rotr32(a, b);
}

WK_LEAF uint32_t wk_i32_clz(uint32_t a) {
    return wk_clz32(a);
}

WK_LEAF uint32_t wk_i32_ctz(uint32_t a) {
    return wk_ctz32(a);
}

WK_LEAF uint32_t wk_i32_popcnt(uint32_t a) {
    return wk_popcnt32(a);
}

/* ---- comparisons ---- */

WK_LEAF uint32_t wk_i32_eqz(uint32_t a) {
    return a == 0;
}

WK_LEAF uint32_t wk_i32_eq(uint32_t a, uint32_t b) {
    return a == b;
}

WK_LEAF uint32_t wk_i32_ne(uint32_t a, uint32_t b) {
    return a != b;
}

WK_LEAF uint32_t wk_i32_lt_u(uint32_t a, uint32_t b) {
    return a < b;
}

WK_LEAF uint32_t wk_i32_lt_s(uint32_t a, uint32_t b) {
    return (int32_t)a < (int32_t)b;
}

WK_LEAF uint32_t wk_i32_gt_u(uint32_t a, uint32_t b) {
    return a > b;
}

WK_LEAF uint32_t wk_i32_gt_s(uint32_t a, uint32_t b) {
    return (int32_t)a > (int32_t)b;
}

WK_LEAF uint32_t wk_i32_le_u(uint32_t a, uint32_t b) {
    return a <= b;
}

WK_LEAF uint32_t wk_i32_le_s(uint32_t a, uint32_t b) {
    return (int32_t)a <= (int32_t)b;
}

WK_LEAF uint32_t wk_i32_ge_u(uint32_t a, uint32_t b) {
    return a >= b;
}

WK_LEAF uint32_t wk_i32_ge_s(uint32_t a, uint32_t b) {
    return (int32_t)a >= (int32_t)b;
}

/* ---- division ---- */

WK_LEAF wick_err wk_i32_div_u(uint32_t a, uint32_t b, uint32_t *out) {
    if (WK_UNLIKELY(b == 0)) {
        return WICK_ERR_integer_divide_by_zero;
    }
    *out = wk_udiv32(a, b);
    return WICK_OK;
}

WK_LEAF wick_err wk_i32_rem_u(uint32_t a, uint32_t b, uint32_t *out) {
    if (WK_UNLIKELY(b == 0)) {
        return WICK_ERR_integer_divide_by_zero;
    }
    *out = wk_urem32(a, b);
    return WICK_OK;
}

WK_LEAF wick_err wk_i32_div_s(uint32_t a, uint32_t b, uint32_t *out) {
    if (WK_UNLIKELY(b == 0)) {
        return WICK_ERR_integer_divide_by_zero;
    }
    if (WK_UNLIKELY(a == (uint32_t)1 << 31 && b == ~(uint32_t)0)) {
        return WICK_ERR_integer_overflow;
    }
    *out = (uint32_t)wk_sdiv32((int32_t)a, (int32_t)b);
    return WICK_OK;
}

/* The least integer by -1 leaves 0 and is no trap, though CPUs make it one: not divided. */
WK_LEAF wick_err wk_i32_rem_s(uint32_t a, uint32_t b, uint32_t *out) {
    if (WK_UNLIKELY(b == 0)) {
        return WICK_ERR_integer_divide_by_zero;
    }
    *out = b == ~(uint32_t)0 ? 0 : (uint32_t)wk_srem32((int32_t)a, (int32_t)b);
    return WICK_OK;
}

/* ---- widths ---- */

WK_LEAF uint32_t wk_i32_extend8_s(uint32_t a) {
    return (uint32_t)(int32_t)(int8_t)a;
}

WK_LEAF uint32_t wk_i32_extend16_s(uint32_t a) {
    return (uint32_t)(int32_t)(int16_t)a;
}

WK_LEAF uint32_t wk_i32_wrap_i64(uint64_t a) {
    return (uint32_t)a;
}

WK_LEAF uint32_t wk_i32_reinterpret_f32(uint32_t a) {
    return a;
}

WK_LEAF uint32_t wk_i32_reinterpret_f32v(wk_f32v a) {
    return WK_FP(f32v_to_bits)(a);
}

/* ---- from floats, on bit patterns (f32, f64) and on values (f32v, f64v) ---- */

#define WK_I32_TRUNC(f, bits, s)                                                                   \
    WK_LEAF wick_err wk_i32_trunc_##f##v_##s(wk_##f##v a, uint32_t *out) {                         \
        return WK_FP(i32_trunc_##f##v_##s)(a, out);                                                \
    }                                                                                              \
    WK_LEAF wick_err wk_i32_trunc_##f##_##s(bits a, uint32_t *out) {                               \
        return WK_FP(i32_trunc_##f##v_##s)(WK_FP(f##v_from_bits)(a), out);                         \
    }                                                                                              \
    WK_LEAF uint32_t wk_i32_trunc_sat_##f##v_##s(wk_##f##v a) {                                    \
        return WK_FP(i32_trunc_sat_##f##v_##s)(a);                                                 \
    }                                                                                              \
    WK_LEAF uint32_t wk_i32_trunc_sat_##f##_##s(bits a) {                                          \
        return WK_FP(i32_trunc_sat_##f##v_##s)(WK_FP(f##v_from_bits)(a));                          \
    }

WK_I32_TRUNC(f32, uint32_t, s)
WK_I32_TRUNC(f32, uint32_t, u)
WK_I32_TRUNC(f64, uint64_t, s)
WK_I32_TRUNC(f64, uint64_t, u)

#undef WK_I32_TRUNC

#endif

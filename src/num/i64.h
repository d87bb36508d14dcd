/*
 * The i64 instructions (spec: exec-numeric, op-iadd and its siblings) on uint64_t.
 * Comparisons give 0 or 1. Those that can trap answer a wick_err and write *out only on success;
 * nothing here raises a signal or has undefined behaviour for any operand.
 */
#ifndef WICK_NUM_I64_H
#define WICK_NUM_I64_H

#include <stdint.h>

#include "base/bits.h"
#include "num/fp.h"
#include "wick/wick.h"

/* ---- arithmetic ---- */

WK_LEAF uint64_t wk_i64_add(uint64_t a, uint64_t b) {
    return a + b;
}

WK_LEAF uint64_t wk_i64_sub(uint64_t a, uint64_t b) {
    return a - b;
}

WK_LEAF uint64_t wk_i64_mul(uint64_t a, uint64_t b) {
    return a * b;
}

WK_LEAF uint64_t wk_i64_and(uint64_t a, uint64_t b) {
    return a & b;
}

WK_LEAF uint64_t wk_i64_or(uint64_t a, uint64_t b) {
    return a | b;
}

WK_LEAF uint64_t wk_i64_xor(uint64_t a, uint64_t b) {
    return a ^ b;
}

/* The count is taken modulo the width. */
WK_LEAF uint64_t wk_i64_shl(uint64_t a, uint64_t b) {
    return a << (b & 63u);
}

WK_LEAF uint64_t wk_i64_shr_u(uint64_t a, uint64_t b) {
    return a >> (b & 63u);
}

/* Without relying on what >> does to a negative number: compilers see through it. */
WK_LEAF uint64_t wk_i64_shr_s(uint64_t a, uint64_t b) {
    const uint64_t fill = 0u - (a >> 63);
    return ((a ^ fill) >> (b & 63u)) ^ fill;
}

WK_LEAF uint64_t wk_i64_rotl(uint64_t a, uint64_t b) {
    return wk_rotl64(a, (uint32_t)b);
}

WK_LEAF uint64_t wk_i64_rotr(uint64_t a, uint64_t b) {
    return wk_rotr64(a, (uint32_t)b);
}

WK_LEAF uint64_t wk_i64_clz(uint64_t a) {
    return wk_clz64(a);
}

WK_LEAF uint64_t wk_i64_ctz(uint64_t a) {
    return wk_ctz64(a);
}

WK_LEAF uint64_t wk_i64_popcnt(uint64_t a) {
    return wk_popcnt64(a);
}

/* ---- comparisons ---- */

WK_LEAF uint32_t wk_i64_eqz(uint64_t a) {
    return a == 0;
}

WK_LEAF uint32_t wk_i64_eq(uint64_t a, uint64_t b) {
    return a == b;
}

WK_LEAF uint32_t wk_i64_ne(uint64_t a, uint64_t b) {
    return a != b;
}

WK_LEAF uint32_t wk_i64_lt_u(uint64_t a, uint64_t b) {
    return a < b;
}

WK_LEAF uint32_t wk_i64_lt_s(uint64_t a, uint64_t b) {
    return (int64_t)a < (int64_t)b;
}

WK_LEAF uint32_t wk_i64_gt_u(uint64_t a, uint64_t b) {
    return a > b;
}

WK_LEAF uint32_t wk_i64_gt_s(uint64_t a, uint64_t b) {
    return (int64_t)a > (int64_t)b;
}

WK_LEAF uint32_t wk_i64_le_u(uint64_t a, uint64_t b) {
    return a <= b;
}

WK_LEAF uint32_t wk_i64_le_s(uint64_t a, uint64_t b) {
    return (int64_t)a <= (int64_t)b;
}

WK_LEAF uint32_t wk_i64_ge_u(uint64_t a, uint64_t b) {
    return a >= b;
}

WK_LEAF uint32_t wk_i64_ge_s(uint64_t a, uint64_t b) {
    return (int64_t)a >= (int64_t)b;
}

/* ---- division ---- */

WK_LEAF wick_err wk_i64_div_u(uint64_t a, uint64_t b, uint64_t *out) {
    if (WK_UNLIKELY(b == 0)) {
        return WICK_ERR_integer_divide_by_zero;
    }
    *out = wk_udiv64(a, b);
    return WICK_OK;
}

WK_LEAF wick_err wk_i64_rem_u(uint64_t a, uint64_t b, uint64_t *out) {
    if (WK_UNLIKELY(b == 0)) {
        return WICK_ERR_integer_divide_by_zero;
    }
    *out = wk_urem64(a, b);
    return WICK_OK;
}

WK_LEAF wick_err wk_i64_div_s(uint64_t a, uint64_t b, uint64_t *out) {
    if (WK_UNLIKELY(b == 0)) {
        return WICK_ERR_integer_divide_by_zero;
    }
    if (WK_UNLIKELY(a == (uint64_t)1 << 63 && b == ~(uint64_t)0)) {
        return WICK_ERR_integer_overflow;
    }
    *out = (uint64_t)wk_sdiv64((int64_t)a, (int64_t)b);
    return WICK_OK;
}

/* The least integer by -1 leaves 0 and is no trap, though CPUs make it one: not divided. */
WK_LEAF wick_err wk_i64_rem_s(uint64_t a, uint64_t b, uint64_t *out) {
    if (WK_UNLIKELY(b == 0)) {
        return WICK_ERR_integer_divide_by_zero;
    }
    *out = b == ~(uint64_t)0 ? 0 : (uint64_t)wk_srem64((int64_t)a, (int64_t)b);
    return WICK_OK;
}

/* ---- widths ---- */

WK_LEAF uint64_t wk_i64_extend8_s(uint64_t a) {
    return (uint64_t)(int64_t)(int8_t)a;
}

WK_LEAF uint64_t wk_i64_extend16_s(uint64_t a) {
    return (uint64_t)(int64_t)(int16_t)a;
}

WK_LEAF uint64_t wk_i64_extend32_s(uint64_t a) {
    return (uint64_t)(int64_t)(int32_t)a;
}

WK_LEAF uint64_t wk_i64_extend_i32_s(uint32_t a) {
    return (uint64_t)(int64_t)(int32_t)a;
}

WK_LEAF uint64_t wk_i64_extend_i32_u(uint32_t a) {
    return a;
}

WK_LEAF uint64_t wk_i64_reinterpret_f64(uint64_t a) {
    return a;
}

WK_LEAF uint64_t wk_i64_reinterpret_f64v(wk_f64v a) {
    return WK_FP(f64v_to_bits)(a);
}

/* ---- from floats, on bit patterns (f32, f64) and on values (f32v, f64v) ---- */

#define WK_I64_TRUNC(f, bits, s)                                                                   \
    WK_LEAF wick_err wk_i64_trunc_##f##v_##s(wk_##f##v a, uint64_t *out) {                         \
        return WK_FP(i64_trunc_##f##v_##s)(a, out);                                                \
    }                                                                                              \
    WK_LEAF wick_err wk_i64_trunc_##f##_##s(bits a, uint64_t *out) {                               \
        return WK_FP(i64_trunc_##f##v_##s)(WK_FP(f##v_from_bits)(a), out);                         \
    }                                                                                              \
    WK_LEAF uint64_t wk_i64_trunc_sat_##f##v_##s(wk_##f##v a) {                                    \
        return WK_FP(i64_trunc_sat_##f##v_##s)(a);                                                 \
    }                                                                                              \
    WK_LEAF uint64_t wk_i64_trunc_sat_##f##_##s(bits a) {                                          \
        return WK_FP(i64_trunc_sat_##f##v_##s)(WK_FP(f##v_from_bits)(a));                          \
    }

WK_I64_TRUNC(f32, uint32_t, s)
WK_I64_TRUNC(f32, uint32_t, u)
WK_I64_TRUNC(f64, uint64_t, s)
WK_I64_TRUNC(f64, uint64_t, u)

#undef WK_I64_TRUNC

/* ---- wide arithmetic: 128-bit values as two halves, low one first ---- */

WK_LEAF void wk_i64_add128(uint64_t a_lo, uint64_t a_hi, uint64_t b_lo, uint64_t b_hi,
                           uint64_t *out_lo, uint64_t *out_hi) {
    const uint64_t lo = a_lo + b_lo;
    *out_lo = lo;
    *out_hi = a_hi + b_hi + (uint64_t)(lo < a_lo);
}

WK_LEAF void wk_i64_sub128(uint64_t a_lo, uint64_t a_hi, uint64_t b_lo, uint64_t b_hi,
                           uint64_t *out_lo, uint64_t *out_hi) {
    *out_lo = a_lo - b_lo;
    *out_hi = a_hi - b_hi - (uint64_t)(a_lo < b_lo);
}

WK_LEAF void wk_i64_mul_wide_u(uint64_t a, uint64_t b, uint64_t *out_lo, uint64_t *out_hi) {
    *out_lo = a * b;
    *out_hi = wk_mul64_hi(a, b);
}

/* A negative factor a stands for a - 2^64 unsigned: b too much in the upper half. */
WK_LEAF void wk_i64_mul_wide_s(uint64_t a, uint64_t b, uint64_t *out_lo, uint64_t *out_hi) {
    *out_lo = a * b;
    *out_hi = wk_mul64_hi(a, b) - (b & (0u - (a >> 63))) - (a & (0u - (b >> 63)));
}

#endif

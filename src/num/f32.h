/*
 * The f32 instructions (spec: exec-numeric, op-fadd and its siblings), each in two forms:
 *   wk_f32_add on bit patterns (uint32_t), for whoever keeps values in slots;
 *   wk_f32v_add on values (wk_f32v), for an engine that keeps one in a register.
 * In the names of value forms every f32 and f64 has a v: wk_f32v_demote_f64v.
 * Comparisons give 0 or 1. The arithmetic is that of num/fp.h's choice, the NaN rule is in
 * num/nan.h, conversions to integers are in num/i32.h and num/i64.h.
 */
#ifndef WICK_NUM_F32_H
#define WICK_NUM_F32_H

#include "num/fp.h"

WK_LEAF wk_f32v wk_f32v_from_bits(uint32_t bits) {
    return WK_FP(f32v_from_bits)(bits);
}

WK_LEAF uint32_t wk_f32v_to_bits(wk_f32v a) {
    return WK_FP(f32v_to_bits)(a);
}

/* Positive canonical NaN for any NaN. */
WK_LEAF wk_f32v wk_f32v_canon(wk_f32v a) {
    return WK_FP(f32v_canon)(a);
}

/* The NaN that an operation on a and b gives, where it gives one. */
WK_LEAF wk_f32v wk_f32v_nan2(wk_f32v a, wk_f32v b) {
    return wk_f32v_from_bits(wk_f32_nan2(wk_f32v_to_bits(a), wk_f32v_to_bits(b)));
}

/* ---- sign bit only: never through a float, so a NaN keeps its bits ---- */

WK_LEAF uint32_t wk_f32_abs(uint32_t a) {
    return a & ~WK_F32_SIGN;
}

WK_LEAF uint32_t wk_f32_neg(uint32_t a) {
    return a ^ WK_F32_SIGN;
}

WK_LEAF uint32_t wk_f32_copysign(uint32_t a, uint32_t b) {
    return (a & ~WK_F32_SIGN) | (b & WK_F32_SIGN);
}

WK_LEAF wk_f32v wk_f32v_abs(wk_f32v a) {
    return WK_FP(f32v_abs)(a);
}

WK_LEAF wk_f32v wk_f32v_neg(wk_f32v a) {
    return WK_FP(f32v_neg)(a);
}

WK_LEAF wk_f32v wk_f32v_copysign(wk_f32v a, wk_f32v b) {
    return WK_FP(f32v_copysign)(a, b);
}

/* ---- arithmetic and comparisons ---- */

#define WK_F32_UNARY(op)                                                                           \
    WK_LEAF wk_f32v wk_f32v_##op(wk_f32v a) {                                                      \
        return WK_FP(f32v_##op)(a);                                                                \
    }                                                                                              \
    WK_LEAF uint32_t wk_f32_##op(uint32_t a) {                                                     \
        return wk_f32v_to_bits(wk_f32v_##op(wk_f32v_from_bits(a)));                                \
    }

#define WK_F32_BINARY(op)                                                                          \
    WK_LEAF wk_f32v wk_f32v_##op(wk_f32v a, wk_f32v b) {                                           \
        return WK_FP(f32v_##op)(a, b);                                                             \
    }                                                                                              \
    WK_LEAF uint32_t wk_f32_##op(uint32_t a, uint32_t b) {                                         \
        return wk_f32v_to_bits(wk_f32v_##op(wk_f32v_from_bits(a), wk_f32v_from_bits(b)));          \
    }

#define WK_F32_COMPARE(op)                                                                         \
    WK_LEAF uint32_t wk_f32v_##op(wk_f32v a, wk_f32v b) {                                          \
        return WK_FP(f32v_##op)(a, b);                                                             \
    }                                                                                              \
    WK_LEAF uint32_t wk_f32_##op(uint32_t a, uint32_t b) {                                         \
        return wk_f32v_##op(wk_f32v_from_bits(a), wk_f32v_from_bits(b));                           \
    }

#define WK_F32_CONVERT(name, u)                                                                    \
    WK_LEAF wk_f32v wk_f32v_convert_##name(u x) {                                                  \
        return WK_FP(f32v_convert_##name)(x);                                                      \
    }                                                                                              \
    WK_LEAF uint32_t wk_f32_convert_##name(u x) {                                                  \
        return wk_f32v_to_bits(wk_f32v_convert_##name(x));                                         \
    }

WK_F32_UNARY(ceil)
WK_F32_UNARY(floor)
WK_F32_UNARY(trunc)
WK_F32_UNARY(nearest)
WK_F32_UNARY(sqrt)
WK_F32_BINARY(add)
WK_F32_BINARY(sub)
WK_F32_BINARY(mul)
WK_F32_BINARY(div)
WK_F32_BINARY(min)
WK_F32_BINARY(max)
WK_F32_COMPARE(eq)
WK_F32_COMPARE(ne)
WK_F32_COMPARE(lt)
WK_F32_COMPARE(gt)
WK_F32_COMPARE(le)
WK_F32_COMPARE(ge)
WK_F32_CONVERT(i32_s, uint32_t)
WK_F32_CONVERT(i32_u, uint32_t)
WK_F32_CONVERT(i64_s, uint64_t)
WK_F32_CONVERT(i64_u, uint64_t)

/* ---- between the formats and from integer bits ---- */

WK_LEAF wk_f32v wk_f32v_demote_f64v(wk_f64v a) {
    return WK_FP(f32v_demote_f64v)(a);
}

WK_LEAF uint32_t wk_f32_demote_f64(uint64_t a) {
    return wk_f32v_to_bits(wk_f32v_demote_f64v(WK_FP(f64v_from_bits)(a)));
}

WK_LEAF uint32_t wk_f32_reinterpret_i32(uint32_t a) {
    return a;
}

WK_LEAF wk_f32v wk_f32v_reinterpret_i32(uint32_t a) {
    return wk_f32v_from_bits(a);
}

#undef WK_F32_UNARY
#undef WK_F32_BINARY
#undef WK_F32_COMPARE
#undef WK_F32_CONVERT

#endif

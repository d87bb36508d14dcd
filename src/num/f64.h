/*
 * The f64 instructions (spec: exec-numeric, op-fadd and its siblings), each in two forms:
 *   wk_f64_add on bit patterns (uint64_t), for whoever keeps values in slots;
 *   wk_f64v_add on values (wk_f64v), for an engine that keeps one in a register.
 * In the names of value forms every f32 and f64 has a v: wk_f64v_promote_f32v.
 * Comparisons give 0 or 1. The arithmetic is that of num/fp.h's choice, the NaN rule is in
 * num/nan.h, conversions to integers are in num/i32.h and num/i64.h.
 */
#ifndef WICK_NUM_F64_H
#define WICK_NUM_F64_H

#include "num/fp.h"

WK_LEAF wk_f64v wk_f64v_from_bits(uint64_t bits) {
    return WK_FP(f64v_from_bits)(bits);
}

WK_LEAF uint64_t wk_f64v_to_bits(wk_f64v a) {
    return WK_FP(f64v_to_bits)(a);
}

/* Positive canonical NaN for any NaN. */
WK_LEAF wk_f64v wk_f64v_canon(wk_f64v a) {
    return WK_FP(f64v_canon)(a);
}

/* The NaN that an operation on a and b gives, where it gives one. */
WK_LEAF wk_f64v wk_f64v_nan2(wk_f64v a, wk_f64v b) {
    return wk_f64v_from_bits(wk_f64_nan2(wk_f64v_to_bits(a), wk_f64v_to_bits(b)));
}

/* ---- sign bit only: never through a float, so a NaN keeps its bits ---- */

WK_LEAF uint64_t wk_f64_abs(uint64_t a) {
    return a & ~WK_F64_SIGN;
}

WK_LEAF uint64_t wk_f64_neg(uint64_t a) {
    return a ^ WK_F64_SIGN;
}

WK_LEAF uint64_t wk_f64_copysign(uint64_t a, uint64_t b) {
    return (a & ~WK_F64_SIGN) | (b & WK_F64_SIGN);
}

WK_LEAF wk_f64v wk_f64v_abs(wk_f64v a) {
    return WK_FP(f64v_abs)(a);
}

WK_LEAF wk_f64v wk_f64v_neg(wk_f64v a) {
    return WK_FP(f64v_neg)(a);
}

WK_LEAF wk_f64v wk_f64v_copysign(wk_f64v a, wk_f64v b) {
    return WK_FP(f64v_copysign)(a, b);
}

/* ---- arithmetic and comparisons ---- */

#define WK_F64_UNARY(op)                                                                           \
    WK_LEAF wk_f64v wk_f64v_##op(wk_f64v a) {                                                      \
        return WK_FP(f64v_##op)(a);                                                                \
    }                                                                                              \
    WK_LEAF uint64_t wk_f64_##op(uint64_t a) {                                                     \
        return wk_f64v_to_bits(wk_f64v_##op(wk_f64v_from_bits(a)));                                \
    }

#define WK_F64_BINARY(op)                                                                          \
    WK_LEAF wk_f64v wk_f64v_##op(wk_f64v a, wk_f64v b) {                                           \
        return WK_FP(f64v_##op)(a, b);                                                             \
    }                                                                                              \
    WK_LEAF uint64_t wk_f64_##op(uint64_t a, uint64_t b) {                                         \
        return wk_f64v_to_bits(wk_f64v_##op(wk_f64v_from_bits(a), wk_f64v_from_bits(b)));          \
    }

#define WK_F64_COMPARE(op)                                                                         \
    WK_LEAF uint32_t wk_f64v_##op(wk_f64v a, wk_f64v b) {                                          \
        return WK_FP(f64v_##op)(a, b);                                                             \
    }                                                                                              \
    WK_LEAF uint32_t wk_f64_##op(uint64_t a, uint64_t b) {                                         \
        return wk_f64v_##op(wk_f64v_from_bits(a), wk_f64v_from_bits(b));                           \
    }

#define WK_F64_CONVERT(name, u)                                                                    \
    WK_LEAF wk_f64v wk_f64v_convert_##name(u x) {                                                  \
        return WK_FP(f64v_convert_##name)(x);                                                      \
    }                                                                                              \
    WK_LEAF uint64_t wk_f64_convert_##name(u x) {                                                  \
        return wk_f64v_to_bits(wk_f64v_convert_##name(x));                                         \
    }

WK_F64_UNARY(ceil)
WK_F64_UNARY(floor)
WK_F64_UNARY(trunc)
WK_F64_UNARY(nearest)
WK_F64_UNARY(sqrt)
WK_F64_BINARY(add)
WK_F64_BINARY(sub)
WK_F64_BINARY(mul)
WK_F64_BINARY(div)
WK_F64_BINARY(min)
WK_F64_BINARY(max)
WK_F64_COMPARE(eq)
WK_F64_COMPARE(ne)
WK_F64_COMPARE(lt)
WK_F64_COMPARE(gt)
WK_F64_COMPARE(le)
WK_F64_COMPARE(ge)
WK_F64_CONVERT(i32_s, uint32_t)
WK_F64_CONVERT(i32_u, uint32_t)
WK_F64_CONVERT(i64_s, uint64_t)
WK_F64_CONVERT(i64_u, uint64_t)

/* ---- between the formats and from integer bits ---- */

WK_LEAF wk_f64v wk_f64v_promote_f32v(wk_f32v a) {
    return WK_FP(f64v_promote_f32v)(a);
}

WK_LEAF uint64_t wk_f64_promote_f32(uint32_t a) {
    return wk_f64v_to_bits(wk_f64v_promote_f32v(WK_FP(f32v_from_bits)(a)));
}

WK_LEAF uint64_t wk_f64_reinterpret_i64(uint64_t a) {
    return a;
}

WK_LEAF wk_f64v wk_f64v_reinterpret_i64(uint64_t a) {
    return wk_f64v_from_bits(a);
}

#undef WK_F64_UNARY
#undef WK_F64_BINARY
#undef WK_F64_COMPARE
#undef WK_F64_CONVERT

#endif

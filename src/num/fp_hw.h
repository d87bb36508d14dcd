/*
 * Floats by the compiler's float and double: the only file of the core that names them.
 *
 * Owner of three rules:
 *   - NaN: the hardware's choice of a NaN result differs between CPUs and with the order in which a
 *     compiler puts operands, so a NaN result is replaced by the one num/nan.h asks for. This costs
 *     one compare and a branch never taken.
 *   - Contraction: a product passes an empty asm statement, after which no compiler may fuse it
 *     into a multiply-add, whatever -ffp-contract says; it costs no instruction.
 *   - No call to a mathematics library: roots and rounding by instructions, named in asm; where the
 *     CPU has none, by the integer code of fp_soft.h.
 * The rounding mode is the default one and subnormals are not flushed: the embedder's duty.
 */
#ifndef WICK_NUM_FP_HW_H
#define WICK_NUM_FP_HW_H

#include <stdint.h>

#include "base/bits.h"
#include "num/fp_soft.h"
#include "num/nan.h"
#include "wick/wick.h"

#if defined(__FAST_MATH__) || defined(__ASSOCIATIVE_MATH__) || defined(__NO_SIGNED_ZEROS__) ||     \
    defined(__RECIPROCAL_MATH__) || (defined(__FINITE_MATH_ONLY__) && __FINITE_MATH_ONLY__)
#error "Wick needs IEEE 754 floats: no -ffast-math, nor a part of it; or define WICK_FP_SOFT=1"
#endif
#if !defined(__GNUC__) || defined(__i386__) || !defined(__FLT_EVAL_METHOD__) ||                    \
    __FLT_EVAL_METHOD__ != 0
#error "no exact hardware floats here (x87, or an unknown compiler): compile with WICK_FP_SOFT=1"
#endif

typedef float wk_hw_f32v;
typedef double wk_hw_f64v;

/* ---- what differs between CPUs: statements on a variable x ---- */

#if defined(__x86_64__)
#define WK_HW_PIN(x) __asm__("" : "+x"(x))
#elif defined(__aarch64__)
#define WK_HW_PIN(x) __asm__("" : "+w"(x))
#elif defined(__riscv) || defined(__s390x__)
#define WK_HW_PIN(x) __asm__("" : "+f"(x))
#else
#define WK_HW_PIN(x) __asm__("" : "+m"(x))
#endif

#if defined(__x86_64__) && defined(__AVX__)
#define WK_HW_SQRT_F32(x) __asm__("vsqrtss %0, %0, %0" : "+x"(x))
#define WK_HW_SQRT_F64(x) __asm__("vsqrtsd %0, %0, %0" : "+x"(x))
#elif defined(__x86_64__)
#define WK_HW_SQRT_F32(x) __asm__("sqrtss %0, %0" : "+x"(x))
#define WK_HW_SQRT_F64(x) __asm__("sqrtsd %0, %0" : "+x"(x))
#elif defined(__aarch64__)
#define WK_HW_SQRT_F32(x) __asm__("fsqrt %s0, %s0" : "+w"(x))
#define WK_HW_SQRT_F64(x) __asm__("fsqrt %d0, %d0" : "+w"(x))
#elif defined(__riscv)
#define WK_HW_SQRT_F32(x) __asm__("fsqrt.s %0, %0" : "+f"(x))
#define WK_HW_SQRT_F64(x) __asm__("fsqrt.d %0, %0" : "+f"(x))
#elif defined(__s390x__)
#define WK_HW_SQRT_F32(x) __asm__("sqebr %0, %0" : "+f"(x))
#define WK_HW_SQRT_F64(x) __asm__("sqdbr %0, %0" : "+f"(x))
#else
#define WK_HW_SQRT_F32(x) ((x) = wk_hw_f32v_from_bits(wk_soft_f32v_sqrt(wk_hw_f32v_to_bits(x))))
#define WK_HW_SQRT_F64(x) ((x) = wk_hw_f64v_from_bits(wk_soft_f64v_sqrt(wk_hw_f64v_to_bits(x))))
#endif

#if defined(__x86_64__) && defined(__AVX__)
#define WK_HW_ROUND_f32(x, mode)                                                                   \
    __asm__("vroundss {$" mode ", %0, %0, %0|%0, %0, %0, " mode "}" : "+x"(x))
#define WK_HW_ROUND_f64(x, mode)                                                                   \
    __asm__("vroundsd {$" mode ", %0, %0, %0|%0, %0, %0, " mode "}" : "+x"(x))
#elif defined(__x86_64__) && defined(__SSE4_1__)
#define WK_HW_ROUND_f32(x, mode) __asm__("roundss {$" mode ", %0, %0|%0, %0, " mode "}" : "+x"(x))
#define WK_HW_ROUND_f64(x, mode) __asm__("roundsd {$" mode ", %0, %0|%0, %0, " mode "}" : "+x"(x))
#elif defined(__aarch64__)
#define WK_HW_ROUND_f32(x, mode) __asm__("frint" mode " %s0, %s0" : "+w"(x))
#define WK_HW_ROUND_f64(x, mode) __asm__("frint" mode " %d0, %d0" : "+w"(x))
#endif

#if defined(__x86_64__)
#define WK_HW_MODE_nearest "0"
#define WK_HW_MODE_floor   "1"
#define WK_HW_MODE_ceil    "2"
#define WK_HW_MODE_trunc   "3"
#elif defined(__aarch64__)
#define WK_HW_MODE_nearest "n"
#define WK_HW_MODE_floor   "m"
#define WK_HW_MODE_ceil    "p"
#define WK_HW_MODE_trunc   "z"
#endif

/* ---- the instructions, for one format: f is f32 or f64, c its C type, u its bits ---- */

/* Both are moves between register files; a union does not touch signalling NaNs. */
#define WK_HW_BITS(f, c, u)                                                                        \
    WK_LEAF c wk_hw_##f##v_from_bits(u bits) {                                                     \
        const union { u bits; c value; } cast = { .bits = bits };                                  \
        return cast.value;                                                                         \
    }                                                                                              \
    WK_LEAF u wk_hw_##f##v_to_bits(c value) {                                                      \
        const union { c value; u bits; } cast = { .value = value };                                \
        return cast.bits;                                                                          \
    }

/* r, or what the NaN rule wants if r is NaN */
#define WK_HW_FIX(f, c, NAN_BITS)                                                                  \
    WK_LEAF c wk_hw_##f##v_fix1(c r, c a) {                                                        \
        return WK_UNLIKELY(r != r)                                                                 \
                   ? wk_hw_##f##v_from_bits(wk_##f##_nan1(wk_hw_##f##v_to_bits(a)))                \
                   : r;                                                                            \
    }                                                                                              \
    WK_LEAF c wk_hw_##f##v_fix2(c r, c a, c b) {                                                   \
        return WK_UNLIKELY(r != r)                                                                 \
                   ? wk_hw_##f##v_from_bits(                                                       \
                         wk_##f##_nan2(wk_hw_##f##v_to_bits(a), wk_hw_##f##v_to_bits(b)))          \
                   : r;                                                                            \
    }                                                                                              \
    WK_LEAF c wk_hw_##f##v_canon(c a) {                                                            \
        return WK_UNLIKELY(a != a) ? wk_hw_##f##v_from_bits(NAN_BITS) : a;                         \
    }

/* Division is pinned too: by a constant power of two it may become a product. */
#define WK_HW_ARITH(f, c, op, oper)                                                                \
    WK_LEAF c wk_hw_##f##v_##op(c a, c b) {                                                        \
        c r = a oper b;                                                                            \
        WK_HW_PIN(r);                                                                              \
        return wk_hw_##f##v_fix2(r, a, b);                                                         \
    }

#define WK_HW_COMPARE(f, c, op, oper)                                                              \
    WK_LEAF uint32_t wk_hw_##f##v_##op(c a, c b) {                                                 \
        return a oper b;                                                                           \
    }

/* Most operands are less or greater: one compare and one select. Equal ones may be zeros of both
 * signs, where min wants the or of the sign bits and max the and. */
#define WK_HW_MINMAX(f, c, op, oper, sign_oper)                                                    \
    WK_LEAF c wk_hw_##f##v_##op(c a, c b) {                                                        \
        if (WK_LIKELY(__builtin_islessgreater(a, b))) {                                            \
            return a oper b ? a : b;                                                               \
        }                                                                                          \
        if (a == b) {                                                                              \
            return wk_hw_##f##v_from_bits(                                                         \
                wk_hw_##f##v_to_bits(a) sign_oper wk_hw_##f##v_to_bits(b));                        \
        }                                                                                          \
        return wk_hw_##f##v_from_bits(                                                             \
            wk_##f##_nan2(wk_hw_##f##v_to_bits(a), wk_hw_##f##v_to_bits(b)));                      \
    }

#if defined(WK_HW_ROUND_f64)
#define WK_HW_INTEGRAL(f, c, op)                                                                   \
    WK_LEAF c wk_hw_##f##v_##op(c a) {                                                             \
        c r = a;                                                                                   \
        WK_HW_ROUND_##f(r, WK_HW_MODE_##op);                                                       \
        return wk_hw_##f##v_fix1(r, a);                                                            \
    }
#else
#define WK_HW_INTEGRAL(f, c, op)                                                                   \
    WK_LEAF c wk_hw_##f##v_##op(c a) {                                                             \
        return wk_hw_##f##v_from_bits(wk_soft_##f##v_##op(wk_hw_##f##v_to_bits(a)));               \
    }
#endif

/* On bits: compilers know the masks, and a NaN passes unchanged on every CPU. */
#define WK_HW_SIGN(f, c, SIGN)                                                                     \
    WK_LEAF c wk_hw_##f##v_abs(c a) {                                                              \
        return wk_hw_##f##v_from_bits(wk_hw_##f##v_to_bits(a) & ~SIGN);                            \
    }                                                                                              \
    WK_LEAF c wk_hw_##f##v_neg(c a) {                                                              \
        return wk_hw_##f##v_from_bits(wk_hw_##f##v_to_bits(a) ^ SIGN);                             \
    }                                                                                              \
    WK_LEAF c wk_hw_##f##v_copysign(c a, c b) {                                                    \
        return wk_hw_##f##v_from_bits((wk_hw_##f##v_to_bits(a) & ~SIGN) |                          \
                                      (wk_hw_##f##v_to_bits(b) & SIGN));                           \
    }

/* spec: op-trunc_u and its family. `above` and `below` bound what truncates into range; they are
 * exact in the format, and the comparisons are false for NaN. */
#define WK_HW_TO_INT(f, c, name, s, u, type, above, below, min, max)                               \
    WK_LEAF wick_err wk_hw_##name##_trunc_##f##v_##s(c a, u *out) {                                \
        if (WK_LIKELY(a above && a below)) {                                                       \
            *out = (u)(type)a;                                                                     \
            return WICK_OK;                                                                        \
        }                                                                                          \
        return a != a ? WICK_ERR_invalid_conversion_to_integer : WICK_ERR_integer_overflow;        \
    }                                                                                              \
    WK_LEAF u wk_hw_##name##_trunc_sat_##f##v_##s(c a) {                                           \
        if (WK_LIKELY(a above && a below)) {                                                       \
            return (u)(type)a;                                                                     \
        }                                                                                          \
        return a != a ? 0 : a < 0 ? (u)(min) : (u)(max);                                           \
    }

#define WK_HW_FROM_INT(f, c, name, u, type)                                                        \
    WK_LEAF c wk_hw_##f##v_convert_##name(u x) {                                                   \
        return (c)(type)x;                                                                         \
    }

/* 64-bit integers on a 32-bit host: the compiler would call its support library. */
#define WK_HW_TO_INT_BY_SOFT(f, c, name, s, u)                                                     \
    WK_LEAF wick_err wk_hw_##name##_trunc_##f##v_##s(c a, u *out) {                                \
        return wk_soft_##name##_trunc_##f##v_##s(wk_hw_##f##v_to_bits(a), out);                    \
    }                                                                                              \
    WK_LEAF u wk_hw_##name##_trunc_sat_##f##v_##s(c a) {                                           \
        return wk_soft_##name##_trunc_sat_##f##v_##s(wk_hw_##f##v_to_bits(a));                     \
    }

#define WK_HW_FROM_INT_BY_SOFT(f, c, name, u)                                                      \
    WK_LEAF c wk_hw_##f##v_convert_##name(u x) {                                                   \
        return wk_hw_##f##v_from_bits(wk_soft_##f##v_convert_##name(x));                           \
    }

#define WK_HW_FORMAT(f, c, bits_type, SIGN, NAN_BITS)                                              \
    WK_HW_BITS(f, c, bits_type)                                                                    \
    WK_HW_FIX(f, c, NAN_BITS)                                                                      \
    WK_HW_SIGN(f, c, SIGN)                                                                         \
    WK_HW_ARITH(f, c, add, +)                                                                      \
    WK_HW_ARITH(f, c, sub, -)                                                                      \
    WK_HW_ARITH(f, c, mul, *)                                                                      \
    WK_HW_ARITH(f, c, div, /)                                                                      \
    WK_HW_MINMAX(f, c, min, <, |)                                                                  \
    WK_HW_MINMAX(f, c, max, >, &)                                                                  \
    WK_HW_INTEGRAL(f, c, ceil)                                                                     \
    WK_HW_INTEGRAL(f, c, floor)                                                                    \
    WK_HW_INTEGRAL(f, c, trunc)                                                                    \
    WK_HW_INTEGRAL(f, c, nearest)                                                                  \
    WK_HW_COMPARE(f, c, eq, ==)                                                                    \
    WK_HW_COMPARE(f, c, ne, !=)                                                                    \
    WK_HW_COMPARE(f, c, lt, <)                                                                     \
    WK_HW_COMPARE(f, c, gt, >)                                                                     \
    WK_HW_COMPARE(f, c, le, <=)                                                                    \
    WK_HW_COMPARE(f, c, ge, >=)                                                                    \
    WK_HW_FROM_INT(f, c, i32_s, uint32_t, int32_t)                                                 \
    WK_HW_FROM_INT(f, c, i32_u, uint32_t, uint32_t)                                                \
    WK_HW_TO_INT(f, c, i32, u, uint32_t, uint32_t, > -1, < 4294967296.0f, 0, UINT32_MAX)

WK_HW_FORMAT(f32, float, uint32_t, WK_F32_SIGN, WK_F32_NAN)
WK_HW_FORMAT(f64, double, uint64_t, WK_F64_SIGN, WK_F64_NAN)

/* f32 has no value between -2^31 and the next one below; f64 has. */
WK_HW_TO_INT(f32, float, i32, s, uint32_t, int32_t, >= -2147483648.0f, < 2147483648.0f, INT32_MIN,
             INT32_MAX)
WK_HW_TO_INT(f64, double, i32, s, uint32_t, int32_t, > -2147483649.0, < 2147483648.0, INT32_MIN,
             INT32_MAX)

#if WK_HAVE_DIV64 /* 64-bit registers */
#define WK_HW_FORMAT64(f, c)                                                                       \
    WK_HW_FROM_INT(f, c, i64_s, uint64_t, int64_t)                                                 \
    WK_HW_FROM_INT(f, c, i64_u, uint64_t, uint64_t)                                                \
    WK_HW_TO_INT(f, c, i64, s, uint64_t, int64_t, >= -9223372036854775808.0f,                      \
                 < 9223372036854775808.0f, INT64_MIN, INT64_MAX)                                   \
    WK_HW_TO_INT(f, c, i64, u, uint64_t, uint64_t, > -1, < 18446744073709551616.0f, 0, UINT64_MAX)
#else
#define WK_HW_FORMAT64(f, c)                                                                       \
    WK_HW_FROM_INT_BY_SOFT(f, c, i64_s, uint64_t)                                                  \
    WK_HW_FROM_INT_BY_SOFT(f, c, i64_u, uint64_t)                                                  \
    WK_HW_TO_INT_BY_SOFT(f, c, i64, s, uint64_t)                                                   \
    WK_HW_TO_INT_BY_SOFT(f, c, i64, u, uint64_t)
#endif
WK_HW_FORMAT64(f32, float)
WK_HW_FORMAT64(f64, double)

WK_LEAF float wk_hw_f32v_sqrt(float a) {
    float r = a;
    WK_HW_SQRT_F32(r);
    return wk_hw_f32v_fix1(r, a);
}

WK_LEAF double wk_hw_f64v_sqrt(double a) {
    double r = a;
    WK_HW_SQRT_F64(r);
    return wk_hw_f64v_fix1(r, a);
}

WK_LEAF double wk_hw_f64v_promote_f32v(float a) {
    return WK_UNLIKELY(a != a) ? wk_hw_f64v_from_bits(wk_nan_promote(wk_hw_f32v_to_bits(a)))
                               : (double)a;
}

WK_LEAF float wk_hw_f32v_demote_f64v(double a) {
    return WK_UNLIKELY(a != a) ? wk_hw_f32v_from_bits(wk_nan_demote(wk_hw_f64v_to_bits(a)))
                               : (float)a;
}

/* ---- float lanes (num/vec.h): the same rules, four or two at a time ---- */

#if WK_HAVE_VECTORS
typedef uint64_t wk_hw_vec __attribute__((vector_size(16)));
typedef uint32_t wk_hw_vec_u32 __attribute__((vector_size(16)));
typedef int32_t wk_hw_vec_s32 __attribute__((vector_size(16)));
typedef float wk_hw_f32x4 __attribute__((vector_size(16)));
typedef double wk_hw_f64x2 __attribute__((vector_size(16)));

#if defined(__x86_64__) && defined(__AVX__)
#define WK_HW_MOVMSK "vmovmskps"
#define WK_HW_VEC1(x86, arm, r, a) __asm__("v" x86 " {%1, %0|%0, %1}" : "=x"(r) : "x"(a))
#define WK_HW_VEC2(x86, arm, r, a, b)                                                              \
    __asm__("v" x86 " {%2, %1, %0|%0, %1, %2}" : "=x"(r) : "x"(a), "x"(b))
#elif defined(__x86_64__)
#define WK_HW_MOVMSK "movmskps"
#define WK_HW_VEC1(x86, arm, r, a) __asm__(x86 " {%1, %0|%0, %1}" : "=x"(r) : "x"(a))
#define WK_HW_VEC2(x86, arm, r, a, b) __asm__(x86 " {%2, %0|%0, %2}" : "=x"(r) : "0"(a), "x"(b))
#else
#define WK_HW_VEC1(x86, arm, r, a) __asm__(arm : "=w"(r) : "w"(a))
#define WK_HW_VEC2(x86, arm, r, a, b) __asm__(arm : "=w"(r) : "w"(a), "w"(b))
#endif

WK_LEAF wk_hw_vec wk_hw_vec_splat32(uint32_t x) {
    const wk_hw_vec_u32 v = {x, x, x, x};
    return (wk_hw_vec)v;
}
WK_LEAF wk_hw_vec wk_hw_vec_splat64(uint64_t x) {
    const wk_hw_vec v = {x, x};
    return v;
}
WK_LEAF wk_hw_vec wk_hw_vec_pick(wk_hw_vec mask, wk_hw_vec a, wk_hw_vec b) {
    return (mask & a) | (~mask & b);
}
/* Is any lane of a mask ones? */
#if defined(__x86_64__)
WK_LEAF uint32_t wk_hw_vec_any(wk_hw_vec mask) {
    uint32_t bits;
    __asm__(WK_HW_MOVMSK " {%1, %0|%0, %1}" : "=r"(bits) : "x"(mask));
    return bits != 0;
}
#else
WK_LEAF uint32_t wk_hw_vec_any(wk_hw_vec mask) {
    return (mask[0] | mask[1]) != 0;
}
#endif

/* raw_: what the machine gives, NaN where the result is NaN, but not always the right one; fix1 and fix2 make it so. */
#define WK_HW_LANES_NAN(shape, bits, QUIET, NAN_BITS)                                              \
    WK_LEAF wk_hw_vec wk_hw_##shape##_nans(wk_hw_vec a) {                                          \
        return (wk_hw_vec)((wk_hw_##shape)a != (wk_hw_##shape)a);                                  \
    }                                                                                              \
    WK_LEAF uint32_t wk_vec_##shape##_has_nan(wk_hw_vec a) {                                       \
        return wk_hw_vec_any(wk_hw_##shape##_nans(a));                                             \
    }                                                                                              \
    WK_LEAF wk_hw_vec wk_hw_##shape##_fix1(wk_hw_vec r, wk_hw_vec a) {                             \
        const wk_hw_vec nan = wk_hw_vec_pick(wk_hw_##shape##_nans(a),                              \
                                             a | wk_hw_vec_splat##bits(QUIET),                     \
                                             wk_hw_vec_splat##bits(NAN_BITS));                     \
        return wk_hw_vec_pick(wk_hw_##shape##_nans(r), nan, r);                                    \
    }                                                                                              \
    WK_LEAF wk_hw_vec wk_hw_##shape##_fix2(wk_hw_vec r, wk_hw_vec a, wk_hw_vec b) {                \
        return wk_hw_##shape##_fix1(r, wk_hw_vec_pick(wk_hw_##shape##_nans(a), a, b));             \
    }

#define WK_HW_LANES_ARITH(shape, op, oper)                                                         \
    WK_LEAF wk_hw_vec wk_vec_raw_##shape##_##op(wk_hw_vec a, wk_hw_vec b) {                        \
        wk_hw_##shape r = (wk_hw_##shape)a oper(wk_hw_##shape) b;                                  \
        WK_HW_PIN(r);                                                                              \
        return (wk_hw_vec)r;                                                                       \
    }                                                                                              \
    WK_LEAF wk_hw_vec wk_vec_##shape##_##op(wk_hw_vec a, wk_hw_vec b) {                            \
        return wk_hw_##shape##_fix2(wk_vec_raw_##shape##_##op(a, b), a, b);                        \
    }

/* The machine's minimum is b unless a is less: in both orders it is the same but for zeros and NaNs. */
#define WK_HW_LANES_MINMAX(shape, op, x86, arm, oper)                                              \
    WK_LEAF wk_hw_vec wk_vec_raw_##shape##_##op(wk_hw_vec a, wk_hw_vec b) {                        \
        wk_hw_vec r, mirrored;                                                                     \
        WK_HW_VEC2(x86, arm, r, a, b);                                                             \
        WK_HW_VEC2(x86, arm, mirrored, b, a);                                                      \
        return (r oper mirrored) | wk_hw_##shape##_nans(a) | wk_hw_##shape##_nans(b);              \
    }                                                                                              \
    WK_LEAF wk_hw_vec wk_vec_##shape##_##op(wk_hw_vec a, wk_hw_vec b) {                            \
        return wk_hw_##shape##_fix2(wk_vec_raw_##shape##_##op(a, b), a, b);                        \
    }

#define WK_HW_LANES_COMPARE(shape, op, oper)                                                       \
    WK_LEAF wk_hw_vec wk_vec_##shape##_##op(wk_hw_vec a, wk_hw_vec b) {                            \
        return (wk_hw_vec)((wk_hw_##shape)a oper(wk_hw_##shape) b);                                \
    }

#define WK_HW_LANES_UNARY(shape, op)                                                               \
    WK_LEAF wk_hw_vec wk_vec_##shape##_##op(wk_hw_vec a) {                                         \
        return wk_hw_##shape##_fix1(wk_vec_raw_##shape##_##op(a), a);                              \
    }

/* Numbers below 2^fraction are rounded by adding and subtracting it; others are integers. */
#define WK_HW_LANES_ROUND(shape, bits, SIGN, BIG, ONE)                                             \
    WK_LEAF wk_hw_vec wk_hw_##shape##_to_nearest(wk_hw_vec mag) {                                  \
        wk_hw_##shape r = (wk_hw_##shape)mag + (wk_hw_##shape)wk_hw_vec_splat##bits(BIG);          \
        WK_HW_PIN(r);                                                                              \
        r -= (wk_hw_##shape)wk_hw_vec_splat##bits(BIG);                                            \
        return wk_hw_vec_pick((wk_hw_vec)((wk_hw_##shape)mag <                                     \
                                          (wk_hw_##shape)wk_hw_vec_splat##bits(BIG)),              \
                              (wk_hw_vec)r, mag);                                                  \
    }                                                                                              \
    WK_LEAF wk_hw_vec wk_vec_raw_##shape##_nearest(wk_hw_vec a) {                                  \
        const wk_hw_vec sign = a & wk_hw_vec_splat##bits(SIGN);                                    \
        return wk_hw_##shape##_to_nearest(a ^ sign) | sign;                                        \
    }                                                                                              \
    WK_LEAF wk_hw_vec wk_vec_raw_##shape##_trunc(wk_hw_vec a) {                                    \
        const wk_hw_vec sign = a & wk_hw_vec_splat##bits(SIGN);                                    \
        const wk_hw_vec mag = a ^ sign;                                                            \
        const wk_hw_vec near = wk_hw_##shape##_to_nearest(mag);                                    \
        const wk_hw_vec over = (wk_hw_vec)((wk_hw_##shape)near > (wk_hw_##shape)mag);              \
        return (wk_hw_vec)((wk_hw_##shape)near -                                                   \
                           (wk_hw_##shape)(over & wk_hw_vec_splat##bits(ONE))) | sign;             \
    }                                                                                              \
    WK_LEAF wk_hw_vec wk_vec_raw_##shape##_floor(wk_hw_vec a) {                                    \
        const wk_hw_vec near = wk_vec_raw_##shape##_nearest(a);                                    \
        const wk_hw_vec over = (wk_hw_vec)((wk_hw_##shape)near > (wk_hw_##shape)a);                \
        return (wk_hw_vec)((wk_hw_##shape)near -                                                   \
                           (wk_hw_##shape)(over & wk_hw_vec_splat##bits(ONE))) |                   \
               (a & wk_hw_vec_splat##bits(SIGN));                                                  \
    }                                                                                              \
    WK_LEAF wk_hw_vec wk_vec_raw_##shape##_ceil(wk_hw_vec a) {                                     \
        const wk_hw_vec minus = wk_hw_vec_splat##bits(SIGN);                                       \
        return wk_vec_raw_##shape##_floor(a ^ minus) ^ minus;                                      \
    }

#define WK_HW_LANES(shape, bits, x86, arm, SIGN, QUIET, NAN_BITS, BIG, ONE)                        \
    WK_HW_LANES_NAN(shape, bits, QUIET, NAN_BITS)                                                  \
    WK_HW_LANES_ARITH(shape, add, +)                                                               \
    WK_HW_LANES_ARITH(shape, sub, -)                                                               \
    WK_HW_LANES_ARITH(shape, mul, *)                                                               \
    WK_HW_LANES_ARITH(shape, div, /)                                                               \
    WK_HW_LANES_MINMAX(shape, min, "min" x86, "fmin %0." arm ", %1." arm ", %2." arm, |)           \
    WK_HW_LANES_MINMAX(shape, max, "max" x86, "fmax %0." arm ", %1." arm ", %2." arm, &)           \
    WK_HW_LANES_COMPARE(shape, eq, ==)                                                             \
    WK_HW_LANES_COMPARE(shape, ne, !=)                                                             \
    WK_HW_LANES_COMPARE(shape, lt, <)                                                              \
    WK_HW_LANES_COMPARE(shape, gt, >)                                                              \
    WK_HW_LANES_COMPARE(shape, le, <=)                                                             \
    WK_HW_LANES_COMPARE(shape, ge, >=)                                                             \
    WK_LEAF wk_hw_vec wk_vec_##shape##_pmin(wk_hw_vec a, wk_hw_vec b) {                            \
        return wk_hw_vec_pick(wk_vec_##shape##_lt(b, a), b, a);                                    \
    }                                                                                              \
    WK_LEAF wk_hw_vec wk_vec_##shape##_pmax(wk_hw_vec a, wk_hw_vec b) {                            \
        return wk_hw_vec_pick(wk_vec_##shape##_lt(a, b), b, a);                                    \
    }                                                                                              \
    WK_LEAF wk_hw_vec wk_vec_raw_##shape##_sqrt(wk_hw_vec a) {                                     \
        wk_hw_vec r;                                                                               \
        WK_HW_VEC1("sqrt" x86, "fsqrt %0." arm ", %1." arm, r, a);                                 \
        return r;                                                                                  \
    }                                                                                              \
    WK_HW_LANES_ROUND(shape, bits, SIGN, BIG, ONE)                                                 \
    WK_HW_LANES_UNARY(shape, sqrt)                                                                 \
    WK_HW_LANES_UNARY(shape, ceil)                                                                 \
    WK_HW_LANES_UNARY(shape, floor)                                                                \
    WK_HW_LANES_UNARY(shape, trunc)                                                                \
    WK_HW_LANES_UNARY(shape, nearest)
WK_HW_LANES(f32x4, 32, "ps", "4s", WK_F32_SIGN, WK_F32_QUIET, WK_F32_NAN, UINT32_C(0x4b000000),
            UINT32_C(0x3f800000))
WK_HW_LANES(f64x2, 64, "pd", "2d", WK_F64_SIGN, WK_F64_QUIET, WK_F64_NAN,
            UINT64_C(0x4330000000000000), UINT64_C(0x3ff0000000000000))

WK_LEAF wk_hw_vec wk_vec_f32x4_splat(float x) {
    const wk_hw_f32x4 v = {x, x, x, x};
    return (wk_hw_vec)v;
}
WK_LEAF wk_hw_vec wk_vec_f64x2_splat(double x) {
    const wk_hw_f64x2 v = {x, x};
    return (wk_hw_vec)v;
}

WK_LEAF wk_hw_vec wk_vec_f32x4_convert_i32x4_s(wk_hw_vec a) {
    return (wk_hw_vec)__builtin_convertvector((wk_hw_vec_s32)a, wk_hw_f32x4);
}
/* Two halves, exact each; their sum is rounded once. */
WK_LEAF wk_hw_vec wk_vec_f32x4_convert_i32x4_u(wk_hw_vec a) {
    const wk_hw_vec_s32 high = (wk_hw_vec_s32)((wk_hw_vec_u32)a >> 16);
    const wk_hw_vec_s32 low = (wk_hw_vec_s32)(a & wk_hw_vec_splat32(0xffff));
    wk_hw_f32x4 top = __builtin_convertvector(high, wk_hw_f32x4) * 65536.0f;
    WK_HW_PIN(top);
    return (wk_hw_vec)(top + __builtin_convertvector(low, wk_hw_f32x4));
}
#if defined(__x86_64__)
/* The machine gives 2^31 for what it cannot convert. */
WK_LEAF wk_hw_vec wk_hw_f32x4_to_s32(wk_hw_vec a) {
    wk_hw_vec r;
    WK_HW_VEC1("cvttps2dq", "", r, a);
    return r;
}
WK_LEAF wk_hw_vec wk_vec_i32x4_trunc_sat_f32x4_s(wk_hw_vec a) {
    const wk_hw_f32x4 limit = {2147483648.0f, 2147483648.0f, 2147483648.0f, 2147483648.0f};
    const wk_hw_vec over = (wk_hw_vec)((wk_hw_f32x4)a >= limit);
    return (wk_hw_f32x4_to_s32(a) ^ over) & ~wk_hw_f32x4_nans(a);
}
WK_LEAF wk_hw_vec wk_vec_i32x4_trunc_sat_f32x4_u(wk_hw_vec a) {
    const wk_hw_f32x4 limit = {2147483648.0f, 2147483648.0f, 2147483648.0f, 2147483648.0f};
    const wk_hw_f32x4 limits = {4294967296.0f, 4294967296.0f, 4294967296.0f, 4294967296.0f};
    const wk_hw_f32x4 zero = {0};
    const wk_hw_vec positive = a & (wk_hw_vec)((wk_hw_f32x4)a > zero);
    const wk_hw_vec upper = (wk_hw_vec)((wk_hw_f32x4)positive >= limit);
    const wk_hw_vec rest = (wk_hw_vec)((wk_hw_f32x4)positive - (wk_hw_f32x4)(upper & (wk_hw_vec)limit));
    return (wk_hw_f32x4_to_s32(rest) ^ (upper & wk_hw_vec_splat32(WK_F32_SIGN))) |
           (wk_hw_vec)((wk_hw_f32x4)positive >= limits);
}
#else
WK_LEAF wk_hw_vec wk_vec_i32x4_trunc_sat_f32x4_s(wk_hw_vec a) {
    wk_hw_vec r;
    WK_HW_VEC1("", "fcvtzs %0.4s, %1.4s", r, a);
    return r;
}
WK_LEAF wk_hw_vec wk_vec_i32x4_trunc_sat_f32x4_u(wk_hw_vec a) {
    wk_hw_vec r;
    WK_HW_VEC1("", "fcvtzu %0.4s, %1.4s", r, a);
    return r;
}
#endif

/* Two lanes of doubles: one after the other. */
#define WK_HW_LANES_TRUNC64(s)                                                                     \
    WK_LEAF wk_hw_vec wk_vec_i32x4_trunc_sat_f64x2_##s##_zero(wk_hw_vec a) {                       \
        const wk_hw_f64x2 v = (wk_hw_f64x2)a;                                                      \
        const wk_hw_vec_u32 r = {wk_hw_i32_trunc_sat_f64v_##s(v[0]),                               \
                                 wk_hw_i32_trunc_sat_f64v_##s(v[1]), 0, 0};                        \
        return (wk_hw_vec)r;                                                                       \
    }                                                                                              \
    WK_LEAF wk_hw_vec wk_vec_f64x2_convert_low_i32x4_##s(wk_hw_vec a) {                            \
        const wk_hw_vec_u32 v = (wk_hw_vec_u32)a;                                                  \
        const wk_hw_f64x2 r = {wk_hw_f64v_convert_i32_##s(v[0]), wk_hw_f64v_convert_i32_##s(v[1])}; \
        return (wk_hw_vec)r;                                                                       \
    }
WK_HW_LANES_TRUNC64(s)
WK_HW_LANES_TRUNC64(u)
WK_LEAF wk_hw_vec wk_vec_f32x4_demote_f64x2_zero(wk_hw_vec a) {
    const wk_hw_f64x2 v = (wk_hw_f64x2)a;
    const wk_hw_f32x4 r = {wk_hw_f32v_demote_f64v(v[0]), wk_hw_f32v_demote_f64v(v[1]), 0, 0};
    return (wk_hw_vec)r;
}
WK_LEAF wk_hw_vec wk_vec_f64x2_promote_low_f32x4(wk_hw_vec a) {
    const wk_hw_f32x4 v = (wk_hw_f32x4)a;
    const wk_hw_f64x2 r = {wk_hw_f64v_promote_f32v(v[0]), wk_hw_f64v_promote_f32v(v[1])};
    return (wk_hw_vec)r;
}

#undef WK_HW_VEC1
#undef WK_HW_VEC2
#undef WK_HW_MOVMSK
#undef WK_HW_LANES_NAN
#undef WK_HW_LANES_ARITH
#undef WK_HW_LANES_MINMAX
#undef WK_HW_LANES_COMPARE
#undef WK_HW_LANES_UNARY
#undef WK_HW_LANES_ROUND
#undef WK_HW_LANES
#undef WK_HW_LANES_TRUNC64
#endif

#undef WK_HW_PIN
#undef WK_HW_SQRT_F32
#undef WK_HW_SQRT_F64
#undef WK_HW_ROUND_f32
#undef WK_HW_ROUND_f64
#undef WK_HW_MODE_nearest
#undef WK_HW_MODE_floor
#undef WK_HW_MODE_ceil
#undef WK_HW_MODE_trunc
#undef WK_HW_BITS
#undef WK_HW_FIX
#undef WK_HW_ARITH
#undef WK_HW_COMPARE
#undef WK_HW_MINMAX
#undef WK_HW_INTEGRAL
#undef WK_HW_SIGN
#undef WK_HW_TO_INT
#undef WK_HW_FROM_INT
#undef WK_HW_TO_INT_BY_SOFT
#undef WK_HW_FROM_INT_BY_SOFT
#undef WK_HW_FORMAT
#undef WK_HW_FORMAT64

#endif

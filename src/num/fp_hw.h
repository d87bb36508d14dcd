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

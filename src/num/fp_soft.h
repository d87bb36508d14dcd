/*
 * IEEE 754 binary32 and binary64 with integers only: for kernels built without FPU registers and
 * for CPUs without an FPU. Rounding is to nearest, ties to even; subnormals are exact; NaNs follow
 * num/nan.h. Must give the same bits as fp_hw.h for every input (test/num proves it by trial).
 *
 * One body serves both formats: it is written on uint64_t with the format as a constant argument m,
 * the number of stored fraction bits (23 or 52), and the wrappers at the end fix m.
 *
 * Words used below: `mag` is a value without its sign bit. `sig` is a significand whose leading one
 * stands at a fixed place: bit 62 when a carry may still come, bit 63 when not. A biased exponent e
 * always belongs to that leading one, so it may be below 1 for what becomes a subnormal. Bits lost
 * by a right shift survive as a one in bit 0 ("sticky"): far below the rounding place it is enough
 * to know that something was there.
 */
#ifndef WICK_NUM_FP_SOFT_H
#define WICK_NUM_FP_SOFT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/bits.h"
#include "num/nan.h"
#include "wick/wick.h"

#define WK_SOFT_F32 23u
#define WK_SOFT_F64 52u

typedef uint32_t wk_soft_f32v;
typedef uint64_t wk_soft_f64v;

/* ---- the formats ---- */

WK_LEAF int32_t wk_soft_bias(unsigned m) {
    return m == WK_SOFT_F32 ? 127 : 1023;
}

WK_LEAF uint64_t wk_soft_sign(unsigned m) {
    return m == WK_SOFT_F32 ? (uint64_t)WK_F32_SIGN : WK_F64_SIGN;
}

WK_LEAF uint64_t wk_soft_inf(unsigned m) {
    return m == WK_SOFT_F32 ? (uint64_t)WK_F32_INF : WK_F64_INF;
}

WK_LEAF uint64_t wk_soft_mag(uint64_t a, unsigned m) {
    return a & (wk_soft_sign(m) - 1u);
}

WK_LEAF uint64_t wk_soft_nan(unsigned m) {
    return m == WK_SOFT_F32 ? (uint64_t)WK_F32_NAN : WK_F64_NAN;
}

WK_LEAF uint64_t wk_soft_nan2(uint64_t a, uint64_t b, unsigned m) {
    return m == WK_SOFT_F32 ? wk_f32_nan2((uint32_t)a, (uint32_t)b) : wk_f64_nan2(a, b);
}

WK_LEAF uint32_t wk_soft_is_nan(uint64_t a, unsigned m) {
    return wk_soft_mag(a, m) > wk_soft_inf(m);
}

/* ---- taking apart and putting together ---- */

WK_LEAF uint64_t wk_soft_shr(uint64_t x, uint32_t n) {
    if (n == 0) {
        return x;
    }
    return n > 63u ? (uint64_t)(x != 0) : x >> n | (uint64_t)(x << (64u - n) != 0);
}

/* The significand of a finite nonzero value, its leading one at bit 63. */
WK_LEAF uint64_t wk_soft_unpack(uint64_t mag, unsigned m, int32_t *e) {
    const uint64_t one = (uint64_t)1 << m;
    const uint64_t frac = mag & (one - 1u);
    *e = (int32_t)(mag >> m);
    if (WK_UNLIKELY(*e == 0)) {
        const uint32_t z = wk_clz64(frac);
        *e = 64 - (int32_t)m - (int32_t)z;
        return frac << z;
    }
    return (frac | one) << (63u - m);
}

/* Rounds and packs; sig has its leading one at bit 62 (or below, when e is 1). */
WK_LEAF uint64_t wk_soft_pack(uint64_t sign, int32_t e, uint64_t sig, unsigned m) {
    const unsigned extra = 62u - m;
    const uint64_t half = (uint64_t)1 << (extra - 1u);
    uint64_t low;
    if (WK_UNLIKELY(e < 1)) {
        sig = wk_soft_shr(sig, (uint32_t)(1 - e));
        e = 1;
    }
    if (WK_UNLIKELY(e > 2 * wk_soft_bias(m))) {
        return sign | wk_soft_inf(m);
    }
    low = sig & (2u * half - 1u);
    sig >>= extra;
    sig += low + (sig & 1u) > half;
    /* The leading one, if there is one, adds the last 1 to the exponent; a carry out of the
     * rounding adds one more, up to infinity. */
    return sign | (((uint64_t)(e - 1) << m) + sig);
}

/* ---- add, sub ---- */

WK_LEAF uint64_t wk_soft_add_special(uint64_t a, uint64_t b, unsigned m) {
    if (wk_soft_is_nan(a, m) || wk_soft_is_nan(b, m)) {
        return wk_soft_nan2(a, b, m);
    }
    if (wk_soft_mag(a, m) != wk_soft_inf(m)) {
        return b;
    }
    return (a ^ b) == wk_soft_sign(m) ? wk_soft_nan(m) : a;
}

WK_LEAF uint64_t wk_soft_add(uint64_t a, uint64_t b, unsigned m) {
    const uint64_t one = (uint64_t)1 << m;
    uint64_t x = wk_soft_mag(a, m), y = wk_soft_mag(b, m);
    uint64_t sign = a & wk_soft_sign(m), sig, low;
    int32_t e, d;
    if (WK_UNLIKELY(x >= wk_soft_inf(m) || y >= wk_soft_inf(m))) {
        return wk_soft_add_special(a, b, m);
    }
    if (x < y) { /* x is the greater magnitude and gives the sign */
        const uint64_t swap = x;
        x = y;
        y = swap;
        sign = b & wk_soft_sign(m);
    }
    /* Subnormals stay as they are: exponent 1 without the leading one. */
    e = (int32_t)(x >> m);
    d = e - (int32_t)(y >> m);
    sig = x & (one - 1u);
    low = y & (one - 1u);
    if (e != 0) {
        sig |= one;
    } else {
        e = 1;
    }
    if (y >= one) {
        low |= one;
    } else if (d != 0) {
        d--;
    }
    sig <<= 62u - m;
    low = wk_soft_shr(low << (62u - m), (uint32_t)d);
    if (((a ^ b) & wk_soft_sign(m)) == 0) {
        sig += low;
        if (sig >> 63 != 0) {
            sig = wk_soft_shr(sig, 1);
            e++;
        }
        return wk_soft_pack(sign, e, sig, m);
    }
    sig -= low;
    if (sig >> 62 == 0) {
        uint32_t z;
        if (sig == 0) {
            return 0; /* x - x is +0 */
        }
        z = wk_clz64(sig) - 1u;
        sig <<= z;
        e -= (int32_t)z;
    }
    return wk_soft_pack(sign, e, sig, m);
}

WK_LEAF uint64_t wk_soft_sub(uint64_t a, uint64_t b, unsigned m) {
    /* The sign of a NaN operand is not a sign: it is kept. */
    return wk_soft_add(a, wk_soft_is_nan(b, m) ? b : b ^ wk_soft_sign(m), m);
}

/* ---- mul, div, sqrt ---- */

WK_LEAF uint64_t wk_soft_mul(uint64_t a, uint64_t b, unsigned m) {
    const uint64_t x = wk_soft_mag(a, m), y = wk_soft_mag(b, m), inf = wk_soft_inf(m);
    const uint64_t sign = (a ^ b) & wk_soft_sign(m);
    uint64_t sig;
    int32_t e, ey;
    if (WK_UNLIKELY(x >= inf || y >= inf)) {
        return x > inf || y > inf || x == 0 || y == 0 ? wk_soft_nan2(a, b, m) : sign | inf;
    }
    if (WK_UNLIKELY(x == 0 || y == 0)) {
        return sign;
    }
    sig = wk_soft_unpack(x, m, &e);
    {
        const uint64_t sig_y = wk_soft_unpack(y, m, &ey);
        /* Two short significands have an exact 64-bit product, of long ones the upper half is
         * enough. */
        sig = m == WK_SOFT_F32 ? (sig >> 32) * (sig_y >> 32)
                               : wk_mul64_hi(sig, sig_y) | (uint64_t)(sig * sig_y != 0);
    }
    e += ey - wk_soft_bias(m);
    if (sig >> 63 != 0) {
        sig = wk_soft_shr(sig, 1);
        e++;
    }
    return wk_soft_pack(sign, e, sig, m);
}

/* The quotient of two 53-bit significands x/2 < y <= x: its leading one and 11 more bits per digit,
 * then a sticky bit. A digit is estimated by a multiplication with a 16-bit reciprocal of y that is
 * never too great, hence never above the true digit, and falls short of it by at most one. */
WK_UNUSED static inline uint64_t wk_soft_quotient(uint64_t x, uint64_t y, unsigned digits) {
    const uint32_t inverse = wk_udiv32(0xffffffffu, (uint32_t)(y >> 37) + 1u);
    uint64_t rem = x - y, q = 1;
    for (unsigned i = 0; i < digits; i++) {
        uint32_t digit;
        rem <<= 11;
        digit = (uint32_t)(((rem >> 32) * inverse) >> 37);
        rem -= digit * y;
        if (rem >= y) {
            rem -= y;
            digit++;
        }
        q = q << 11 | digit;
    }
    return q << 1 | (uint64_t)(rem != 0);
}

WK_LEAF uint64_t wk_soft_div(uint64_t a, uint64_t b, unsigned m) {
    const uint64_t x = wk_soft_mag(a, m), y = wk_soft_mag(b, m), inf = wk_soft_inf(m);
    const uint64_t sign = (a ^ b) & wk_soft_sign(m);
    const unsigned digits = m == WK_SOFT_F32 ? 3 : 5;
    uint64_t sig, sig_y;
    int32_t e, ey;
    if (WK_UNLIKELY(x >= inf || y >= inf)) {
        if (x > inf || y > inf || x == y) {
            return wk_soft_nan2(a, b, m);
        }
        return x == inf ? sign | inf : sign;
    }
    if (WK_UNLIKELY(x == 0 || y == 0)) {
        if (x == y) {
            return wk_soft_nan(m);
        }
        return y == 0 ? sign | inf : sign;
    }
    sig = wk_soft_unpack(x, m, &e) >> 11;
    sig_y = wk_soft_unpack(y, m, &ey) >> 11;
    e += wk_soft_bias(m) - ey;
    if (sig < sig_y) {
        sig <<= 1;
        e--;
    }
    sig = wk_soft_quotient(sig, sig_y, digits) << (61u - 11u * digits);
    return wk_soft_pack(sign, e, sig, m);
}

/* One bit of the root per step, from the top. q is the root so far and rem is (x - q*q) * 2^i, both
 * with n fraction bits; x lies in [1,4), so rem stays below 8. */
WK_UNUSED static inline uint64_t wk_soft_root(uint64_t x, unsigned n) {
    uint64_t q = (uint64_t)1 << n, rem = x - q;
    for (uint64_t bit = q >> 1; bit != 0; bit >>= 1) {
        const uint64_t test = 2u * q + bit;
        rem <<= 1;
        if (rem >= test) {
            rem -= test;
            q += bit;
        }
    }
    return q << 1 | (uint64_t)(rem != 0);
}

WK_LEAF uint64_t wk_soft_sqrt(uint64_t a, unsigned m) {
    const uint64_t x = wk_soft_mag(a, m);
    const unsigned n = m + 3u;
    uint64_t sig;
    int32_t e;
    if (WK_UNLIKELY(x == 0 || a == wk_soft_inf(m))) {
        return a;
    }
    if (WK_UNLIKELY(a > wk_soft_inf(m))) { /* negative or NaN */
        return wk_soft_nan2(a, a, m);
    }
    sig = wk_soft_unpack(x, m, &e) >> (63u - n);
    e -= wk_soft_bias(m);
    if ((e & 1) != 0) { /* an even exponent halves exactly */
        sig <<= 1;
        e--;
    }
    return wk_soft_pack(0, e / 2 + wk_soft_bias(m), wk_soft_root(sig, n) << (61u - n), m);
}

/* ---- rounding to an integral value ---- */

/* x without its fraction; `up` is added to the magnitude first (less than one unit), a carry runs
 * into the exponent as it should. Only for magnitudes of at least one. */
WK_LEAF uint64_t wk_soft_cut(uint64_t a, uint64_t up, uint64_t fraction) {
    return (a + (up & fraction)) & ~fraction;
}

/* The bits of a that stand for its fraction, or 0 if it has none; for magnitudes from one on. */
WK_LEAF uint64_t wk_soft_fraction(uint64_t mag, unsigned m) {
    const int32_t e = (int32_t)(mag >> m) - wk_soft_bias(m);
    return e >= (int32_t)m ? 0 : ((uint64_t)1 << ((int32_t)m - e)) - 1u;
}

WK_LEAF uint64_t wk_soft_one(unsigned m) {
    return (uint64_t)wk_soft_bias(m) << m;
}

/* away: 0 rounds to zero, all ones away from zero. */
WK_LEAF uint64_t wk_soft_integral(uint64_t a, uint64_t away, unsigned m) {
    const uint64_t x = wk_soft_mag(a, m);
    if (WK_UNLIKELY(x > wk_soft_inf(m))) {
        return wk_soft_nan2(a, a, m);
    }
    if (x < wk_soft_one(m)) {
        return (a & wk_soft_sign(m)) | (x != 0 ? away & wk_soft_one(m) : 0);
    }
    return wk_soft_cut(a, away, wk_soft_fraction(x, m));
}

WK_LEAF uint64_t wk_soft_trunc(uint64_t a, unsigned m) {
    return wk_soft_integral(a, 0, m);
}

WK_LEAF uint64_t wk_soft_floor(uint64_t a, unsigned m) {
    return wk_soft_integral(a, (a & wk_soft_sign(m)) != 0 ? ~(uint64_t)0 : 0, m);
}

WK_LEAF uint64_t wk_soft_ceil(uint64_t a, unsigned m) {
    return wk_soft_integral(a, (a & wk_soft_sign(m)) != 0 ? 0 : ~(uint64_t)0, m);
}

WK_LEAF uint64_t wk_soft_nearest(uint64_t a, unsigned m) {
    const uint64_t x = wk_soft_mag(a, m), one = wk_soft_one(m);
    uint64_t fraction;
    if (WK_UNLIKELY(x > wk_soft_inf(m))) {
        return wk_soft_nan2(a, a, m);
    }
    if (x < one) { /* one half itself goes to the even zero */
        return (a & wk_soft_sign(m)) | (x > one - ((uint64_t)1 << m) ? one : 0);
    }
    fraction = wk_soft_fraction(x, m);
    if (fraction == 0) {
        return a;
    }
    /* Half a unit minus one bit, plus the unit's last bit: exactly half reaches the next unit only
     * from an odd one. For 1.x the unit's bit is the implicit one, in the place of the exponent's
     * lowest, which is set as well. */
    return wk_soft_cut(a, (fraction >> 1) + (uint64_t)((a & (fraction + 1u)) != 0), fraction);
}

/* ---- comparisons, min, max ---- */

/* An integer that orders values as numbers; both zeros are 0. Meaningless for NaN. */
WK_LEAF int64_t wk_soft_key(uint64_t a, unsigned m) {
    const int64_t x = (int64_t)wk_soft_mag(a, m);
    return (a & wk_soft_sign(m)) != 0 ? -x : x;
}

WK_LEAF uint32_t wk_soft_unordered(uint64_t a, uint64_t b, unsigned m) {
    return wk_soft_is_nan(a, m) | wk_soft_is_nan(b, m);
}

WK_LEAF uint32_t wk_soft_eq(uint64_t a, uint64_t b, unsigned m) {
    return !wk_soft_unordered(a, b, m) && wk_soft_key(a, m) == wk_soft_key(b, m);
}

WK_LEAF uint32_t wk_soft_ne(uint64_t a, uint64_t b, unsigned m) {
    return !wk_soft_eq(a, b, m);
}

WK_LEAF uint32_t wk_soft_lt(uint64_t a, uint64_t b, unsigned m) {
    return !wk_soft_unordered(a, b, m) && wk_soft_key(a, m) < wk_soft_key(b, m);
}

WK_LEAF uint32_t wk_soft_le(uint64_t a, uint64_t b, unsigned m) {
    return !wk_soft_unordered(a, b, m) && wk_soft_key(a, m) <= wk_soft_key(b, m);
}

WK_LEAF uint32_t wk_soft_gt(uint64_t a, uint64_t b, unsigned m) {
    return wk_soft_lt(b, a, m);
}

WK_LEAF uint32_t wk_soft_ge(uint64_t a, uint64_t b, unsigned m) {
    return wk_soft_le(b, a, m);
}

WK_LEAF uint64_t wk_soft_min(uint64_t a, uint64_t b, unsigned m) {
    const int64_t ka = wk_soft_key(a, m), kb = wk_soft_key(b, m);
    if (WK_UNLIKELY(wk_soft_unordered(a, b, m))) {
        return wk_soft_nan2(a, b, m);
    }
    if (ka == kb) {
        return a | b; /* equal, or zeros of which the negative one is less */
    }
    return ka < kb ? a : b;
}

WK_LEAF uint64_t wk_soft_max(uint64_t a, uint64_t b, unsigned m) {
    const int64_t ka = wk_soft_key(a, m), kb = wk_soft_key(b, m);
    if (WK_UNLIKELY(wk_soft_unordered(a, b, m))) {
        return wk_soft_nan2(a, b, m);
    }
    if (ka == kb) {
        return a & b;
    }
    return ka > kb ? a : b;
}

/* ---- conversions ---- */

WK_LEAF uint64_t wk_soft_from_mag(uint64_t sign, uint64_t mag, unsigned m) {
    const uint32_t z = wk_clz64(mag);
    if (mag == 0) {
        return 0;
    }
    return wk_soft_pack(sign, wk_soft_bias(m) + 63 - (int32_t)z, wk_soft_shr(mag << z, 1), m);
}

WK_LEAF uint64_t wk_soft_from_s64(uint64_t x, unsigned m) {
    return x >> 63 != 0 ? wk_soft_from_mag(wk_soft_sign(m), 0u - x, m) : wk_soft_from_mag(0, x, m);
}

/* To an integer of `width` bits; out_value is the nearest one in range also when it fails (0 for
 * NaN), which is what the saturating instructions want. */
WK_LEAF wick_err wk_soft_to_int(uint64_t a, unsigned m, unsigned width, bool is_signed,
                                uint64_t *out_value) {
    const uint64_t x = wk_soft_mag(a, m);
    const bool negative = (a & wk_soft_sign(m)) != 0;
    const uint64_t top = (uint64_t)1 << (width - 1u);
    uint64_t limit = is_signed ? top - !negative : negative ? 0 : top - 1u + top;
    uint64_t mag = 0;
    wick_err err = WICK_OK;
    if (WK_UNLIKELY(x > wk_soft_inf(m))) {
        *out_value = 0;
        return WICK_ERR_invalid_conversion_to_integer;
    }
    if (x >= wk_soft_one(m)) {
        const int32_t e = (int32_t)(x >> m) - wk_soft_bias(m);
        const uint64_t one = (uint64_t)1 << m;
        const uint64_t sig = ((x & (one - 1u)) | one) << (63u - m);
        if (e > 63 || sig >> (63 - e) > limit) {
            err = WICK_ERR_integer_overflow;
            mag = limit;
        } else {
            mag = sig >> (63 - e);
        }
    }
    *out_value = negative ? 0u - mag : mag;
    return err;
}

WK_UNUSED static inline uint64_t wk_soft_f64v_promote_f32v(uint32_t a) {
    const uint32_t x = a & ~WK_F32_SIGN;
    const uint64_t sign = (uint64_t)(a & WK_F32_SIGN) << 32;
    uint64_t sig;
    int32_t e;
    if (WK_UNLIKELY(x >= WK_F32_INF)) {
        return x > WK_F32_INF ? wk_nan_promote(a) : sign | WK_F64_INF;
    }
    if (x == 0) {
        return sign;
    }
    sig = wk_soft_unpack(x, WK_SOFT_F32, &e);
    return sign | (((uint64_t)(e - 127 + 1023 - 1) << 52) + (sig >> 11));
}

WK_UNUSED static inline uint32_t wk_soft_f32v_demote_f64v(uint64_t a) {
    const uint64_t x = a & ~WK_F64_SIGN;
    const uint64_t sign = a >> 32 & WK_F32_SIGN;
    uint64_t sig;
    int32_t e;
    if (WK_UNLIKELY(x >= WK_F64_INF)) {
        return x > WK_F64_INF ? wk_nan_demote(a) : (uint32_t)sign | WK_F32_INF;
    }
    if (x == 0) {
        return (uint32_t)sign;
    }
    sig = wk_soft_unpack(x, WK_SOFT_F64, &e);
    return (uint32_t)wk_soft_pack(sign, e - 1023 + 127, wk_soft_shr(sig, 1), WK_SOFT_F32);
}

/* ---- sign bit only ---- */

WK_LEAF uint64_t wk_soft_abs(uint64_t a, unsigned m) {
    return wk_soft_mag(a, m);
}

WK_LEAF uint64_t wk_soft_neg(uint64_t a, unsigned m) {
    return a ^ wk_soft_sign(m);
}

WK_LEAF uint64_t wk_soft_copysign(uint64_t a, uint64_t b, unsigned m) {
    return wk_soft_mag(a, m) | (b & wk_soft_sign(m));
}

/* ---- the instructions ---- */

/* Long bodies stay out of line: one handler for each combination of operand modes takes them, and on 32-bit hosts the
 * copies would fill the loop's frame (4.3 KB of native stack on i386 when inlined, 1.5 KB so). */
#define WK_SOFT_BODY WK_UNUSED WK_NOINLINE static
#define WK_SOFT_SHORT WK_UNUSED static inline
#if UINTPTR_MAX <= 0xffffffffu /* 64 bits are long there */
#define WK_SOFT_COMPARISON WK_SOFT_BODY
#else
#define WK_SOFT_COMPARISON WK_SOFT_SHORT
#endif

#define WK_SOFT_UNARY(how, op)                                                                     \
    how uint32_t wk_soft_f32v_##op(uint32_t a) {                                                   \
        return (uint32_t)wk_soft_##op(a, WK_SOFT_F32);                                             \
    }                                                                                              \
    how uint64_t wk_soft_f64v_##op(uint64_t a) {                                                   \
        return wk_soft_##op(a, WK_SOFT_F64);                                                       \
    }

#define WK_SOFT_BINARY(how, op)                                                                    \
    how uint32_t wk_soft_f32v_##op(uint32_t a, uint32_t b) {                                       \
        return (uint32_t)wk_soft_##op(a, b, WK_SOFT_F32);                                          \
    }                                                                                              \
    how uint64_t wk_soft_f64v_##op(uint64_t a, uint64_t b) {                                       \
        return wk_soft_##op(a, b, WK_SOFT_F64);                                                    \
    }

#define WK_SOFT_COMPARE(op)                                                                        \
    WK_SOFT_COMPARISON uint32_t wk_soft_f32v_##op(uint32_t a, uint32_t b) {                        \
        return wk_soft_##op(a, b, WK_SOFT_F32);                                                    \
    }                                                                                              \
    WK_SOFT_COMPARISON uint32_t wk_soft_f64v_##op(uint64_t a, uint64_t b) {                        \
        return wk_soft_##op(a, b, WK_SOFT_F64);                                                    \
    }

/* spec: op-trunc_sat_u and its family; `type` holds `width` bits. */
#define WK_SOFT_TO_INT(f, fmt, int_name, type, width, s, is_signed)                                \
    WK_SOFT_BODY wick_err wk_soft_##int_name##_trunc_##f##v_##s(wk_soft_##f##v a,                  \
                                                                           type *out) {            \
        uint64_t value;                                                                            \
        const wick_err err = wk_soft_to_int(a, fmt, width, is_signed, &value);                     \
        if (err == WICK_OK) {                                                                      \
            *out = (type)value;                                                                    \
        }                                                                                          \
        return err;                                                                                \
    }                                                                                              \
    WK_SOFT_BODY type wk_soft_##int_name##_trunc_sat_##f##v_##s(wk_soft_##f##v a) {                \
        uint64_t value;                                                                            \
        (void)wk_soft_to_int(a, fmt, width, is_signed, &value);                                    \
        return (type)value;                                                                        \
    }

#define WK_SOFT_CONVERT(f, fmt)                                                                    \
    WK_SOFT_BODY wk_soft_##f##v wk_soft_##f##v_convert_i32_s(uint32_t x) {                         \
        return (wk_soft_##f##v)wk_soft_from_s64((uint64_t)(int32_t)x, fmt);                        \
    }                                                                                              \
    WK_SOFT_BODY wk_soft_##f##v wk_soft_##f##v_convert_i32_u(uint32_t x) {                         \
        return (wk_soft_##f##v)wk_soft_from_mag(0, x, fmt);                                        \
    }                                                                                              \
    WK_SOFT_BODY wk_soft_##f##v wk_soft_##f##v_convert_i64_s(uint64_t x) {                         \
        return (wk_soft_##f##v)wk_soft_from_s64(x, fmt);                                           \
    }                                                                                              \
    WK_SOFT_BODY wk_soft_##f##v wk_soft_##f##v_convert_i64_u(uint64_t x) {                         \
        return (wk_soft_##f##v)wk_soft_from_mag(0, x, fmt);                                        \
    }                                                                                              \
    WK_SOFT_TO_INT(f, fmt, i32, uint32_t, 32u, s, true)                                            \
    WK_SOFT_TO_INT(f, fmt, i32, uint32_t, 32u, u, false)                                           \
    WK_SOFT_TO_INT(f, fmt, i64, uint64_t, 64u, s, true)                                            \
    WK_SOFT_TO_INT(f, fmt, i64, uint64_t, 64u, u, false)

WK_LEAF uint32_t wk_soft_f32v_from_bits(uint32_t a) {
    return a;
}

WK_LEAF uint32_t wk_soft_f32v_to_bits(uint32_t a) {
    return a;
}

WK_LEAF uint64_t wk_soft_f64v_from_bits(uint64_t a) {
    return a;
}

WK_LEAF uint64_t wk_soft_f64v_to_bits(uint64_t a) {
    return a;
}

WK_LEAF uint32_t wk_soft_f32v_canon(uint32_t a) {
    return wk_f32_canon(a);
}

WK_LEAF uint64_t wk_soft_f64v_canon(uint64_t a) {
    return wk_f64_canon(a);
}

WK_SOFT_UNARY(WK_SOFT_SHORT, abs)
WK_SOFT_UNARY(WK_SOFT_SHORT, neg)
WK_SOFT_UNARY(WK_SOFT_BODY, ceil)
WK_SOFT_UNARY(WK_SOFT_BODY, floor)
WK_SOFT_UNARY(WK_SOFT_BODY, trunc)
WK_SOFT_UNARY(WK_SOFT_BODY, nearest)
WK_SOFT_UNARY(WK_SOFT_BODY, sqrt)
WK_SOFT_BINARY(WK_SOFT_BODY, add)
WK_SOFT_BINARY(WK_SOFT_BODY, sub)
WK_SOFT_BINARY(WK_SOFT_BODY, mul)
WK_SOFT_BINARY(WK_SOFT_BODY, div)
WK_SOFT_BINARY(WK_SOFT_BODY, min)
WK_SOFT_BINARY(WK_SOFT_BODY, max)
WK_SOFT_BINARY(WK_SOFT_SHORT, copysign)
WK_SOFT_COMPARE(eq)
WK_SOFT_COMPARE(ne)
WK_SOFT_COMPARE(lt)
WK_SOFT_COMPARE(gt)
WK_SOFT_COMPARE(le)
WK_SOFT_COMPARE(ge)
WK_SOFT_CONVERT(f32, WK_SOFT_F32)
WK_SOFT_CONVERT(f64, WK_SOFT_F64)

#undef WK_SOFT_BODY
#undef WK_SOFT_SHORT
#undef WK_SOFT_COMPARISON
#undef WK_SOFT_UNARY
#undef WK_SOFT_BINARY
#undef WK_SOFT_COMPARE
#undef WK_SOFT_TO_INT
#undef WK_SOFT_CONVERT

#endif

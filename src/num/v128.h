/*
 * The v128 instructions (spec: exec-vec, op-ivadd and its siblings) on two 64-bit halves, by integers alone: what a
 * lane is follows from shifts, so every host agrees, whatever its byte order and registers. Float lanes go through the
 * bit-pattern forms of num/f32.h and num/f64.h, whose NaN rule is num/nan.h's.
 *
 * The reference interpreter uses these functions, and the fast one where the host has no vector registers. Its other
 * half is num/vec.h (and the vectors of num/fp_hw.h): the same names with wk_vec_ for wk_, on a vector register. Both
 * are compared by test/num/v128_test.c.
 *
 * The relaxed instructions are those of the specification's deterministic profile, which on every host and engine
 * gives the same: products are rounded before they are added, the second operand of a dot product is signed, and
 * everything else is what the instruction without "relaxed" does.
 */
#ifndef WICK_NUM_V128_H
#define WICK_NUM_V128_H

#include "num/f32.h"
#include "num/f64.h"
#include "num/i32.h"
#include "num/i64.h"

typedef struct wk_v128 {
    uint64_t half[2]; /* lanes from 0 on in half[0], from its lowest bits on */
} wk_v128;

/* Lanes by number, for 8, 16, 32 and 64 bits. */
#define WK_V128_LANE(bits)                                                                          \
    WK_LEAF uint##bits##_t wk_v128_get##bits(wk_v128 v, uint32_t lane) {                            \
        return (uint##bits##_t)(v.half[lane / (64 / bits)] >> (lane % (64 / bits) * bits % 64));    \
    }                                                                                               \
    /* into a lane that is 0 */                                                                     \
    WK_LEAF void wk_v128_or##bits(wk_v128 *v, uint32_t lane, uint##bits##_t x) {                    \
        v->half[lane / (64 / bits)] |= (uint64_t)x << (lane % (64 / bits) * bits % 64);             \
    }                                                                                               \
    WK_LEAF wk_v128 wk_v128_set##bits(wk_v128 v, uint32_t lane, uint##bits##_t x) {                 \
        const uint32_t shift = lane % (64 / bits) * bits % 64;                                      \
        uint64_t *half = &v.half[lane / (64 / bits)];                                               \
        *half = (*half & ~((uint64_t)(uint##bits##_t)-1 << shift)) | (uint64_t)x << shift;          \
        return v;                                                                                   \
    }
WK_V128_LANE(8)
WK_V128_LANE(16)
WK_V128_LANE(32)
WK_V128_LANE(64)
#undef WK_V128_LANE

/* Sign extension of a lane to 64 bits. */
WK_LEAF int64_t wk_v128_s8(uint8_t x) {
    return (int64_t)wk_i64_extend8_s(x);
}
WK_LEAF int64_t wk_v128_s16(uint16_t x) {
    return (int64_t)wk_i64_extend16_s(x);
}
WK_LEAF int64_t wk_v128_s32(uint32_t x) {
    return (int64_t)wk_i64_extend32_s(x);
}
WK_LEAF int64_t wk_v128_s64(uint64_t x) {
    return (int64_t)x;
}
WK_LEAF int64_t wk_v128_clamp(int64_t x, int64_t min, int64_t max) {
    return x < min ? min : x > max ? max : x;
}

/* A result whose every lane is `expr` of lane k. */
#define WK_V128_MAP(bits, expr)                                                                     \
    wk_v128 r = {{0, 0}};                                                                           \
    for (uint32_t k = 0; k < 128 / bits; k++) {                                                     \
        wk_v128_or##bits(&r, k, (uint##bits##_t)(expr));                                            \
    }                                                                                               \
    return r
#define WK_V128_UNARY(name, bits, expr)                                                             \
    WK_LEAF wk_v128 wk_##name(wk_v128 a) {                                                          \
        WK_V128_MAP(bits, expr);                                                                    \
    }
#define WK_V128_BINARY(name, bits, expr)                                                            \
    WK_LEAF wk_v128 wk_##name(wk_v128 a, wk_v128 b) {                                               \
        WK_V128_MAP(bits, expr);                                                                    \
    }
#define WK_A(bits) wk_v128_get##bits(a, k)
#define WK_B(bits) wk_v128_get##bits(b, k)
#define WK_SA(bits) wk_v128_s##bits(wk_v128_get##bits(a, k))
#define WK_SB(bits) wk_v128_s##bits(wk_v128_get##bits(b, k))

/* ---- the whole vector ---------------------------------------------------------------------------------------------- */

WK_LEAF wk_v128 wk_v128_not(wk_v128 a) {
    const wk_v128 r = {{~a.half[0], ~a.half[1]}};
    return r;
}
WK_LEAF wk_v128 wk_v128_and(wk_v128 a, wk_v128 b) {
    const wk_v128 r = {{a.half[0] & b.half[0], a.half[1] & b.half[1]}};
    return r;
}
WK_LEAF wk_v128 wk_v128_andnot(wk_v128 a, wk_v128 b) {
    const wk_v128 r = {{a.half[0] & ~b.half[0], a.half[1] & ~b.half[1]}};
    return r;
}
WK_LEAF wk_v128 wk_v128_or(wk_v128 a, wk_v128 b) {
    const wk_v128 r = {{a.half[0] | b.half[0], a.half[1] | b.half[1]}};
    return r;
}
WK_LEAF wk_v128 wk_v128_xor(wk_v128 a, wk_v128 b) {
    const wk_v128 r = {{a.half[0] ^ b.half[0], a.half[1] ^ b.half[1]}};
    return r;
}
/* Bits of a where c has ones, of b where it has zeros. */
WK_LEAF wk_v128 wk_v128_bitselect(wk_v128 a, wk_v128 b, wk_v128 c) {
    const wk_v128 r = {{b.half[0] ^ ((a.half[0] ^ b.half[0]) & c.half[0]),
                        b.half[1] ^ ((a.half[1] ^ b.half[1]) & c.half[1])}};
    return r;
}
WK_LEAF uint32_t wk_v128_any_true(wk_v128 a) {
    return (a.half[0] | a.half[1]) != 0;
}

/* ---- bytes --------------------------------------------------------------------------------------------------------- */

/* Lane numbers up to 31 take from a, then from b; they are valid. */
WK_LEAF wk_v128 wk_i8x16_shuffle(wk_v128 a, wk_v128 b, const uint8_t *lanes) {
    WK_V128_MAP(8, wk_v128_get8(lanes[k] < 16 ? a : b, lanes[k] & 15u));
}
WK_V128_BINARY(i8x16_swizzle, 8, WK_B(8) < 16 ? wk_v128_get8(a, WK_B(8) & 15u) : 0)
WK_LEAF wk_v128 wk_i8x16_relaxed_swizzle(wk_v128 a, wk_v128 b) {
    return wk_i8x16_swizzle(a, b);
}
WK_V128_UNARY(i8x16_popcnt, 8, wk_popcnt32(WK_A(8)))

/* ---- what every width of integer lane has ------------------------------------------------------------------------------ */

#define WK_V128_COMPARE(shape, bits, name, oper, L, R)                                              \
    WK_V128_BINARY(shape##_##name, bits, L(bits) oper R(bits) ? -1 : 0)
#define WK_V128_COMPARE_SIGNED(shape, bits)                                                         \
    WK_V128_COMPARE(shape, bits, eq, ==, WK_A, WK_B)                                                \
    WK_V128_COMPARE(shape, bits, ne, !=, WK_A, WK_B)                                                \
    WK_V128_COMPARE(shape, bits, lt_s, <, WK_SA, WK_SB)                                             \
    WK_V128_COMPARE(shape, bits, gt_s, >, WK_SA, WK_SB)                                             \
    WK_V128_COMPARE(shape, bits, le_s, <=, WK_SA, WK_SB)                                            \
    WK_V128_COMPARE(shape, bits, ge_s, >=, WK_SA, WK_SB)
#define WK_V128_COMPARE_UNSIGNED(shape, bits)                                                       \
    WK_V128_COMPARE(shape, bits, lt_u, <, WK_A, WK_B)                                               \
    WK_V128_COMPARE(shape, bits, gt_u, >, WK_A, WK_B)                                               \
    WK_V128_COMPARE(shape, bits, le_u, <=, WK_A, WK_B)                                              \
    WK_V128_COMPARE(shape, bits, ge_u, >=, WK_A, WK_B)

/* Sums of all lanes of one half at once: the top bits of the lanes are added without their carries. */
#define WK_V128_TOPS_8 UINT64_C(0x8080808080808080)
#define WK_V128_TOPS_16 UINT64_C(0x8000800080008000)
#define WK_V128_TOPS_32 UINT64_C(0x8000000080000000)
#define WK_V128_TOPS_64 UINT64_C(0x8000000000000000)
#define WK_V128_ADD(shape, bits)                                                                    \
    WK_LEAF uint64_t wk_v128_add##bits(uint64_t a, uint64_t b) {                                    \
        return ((a & ~WK_V128_TOPS_##bits) + (b & ~WK_V128_TOPS_##bits)) ^                          \
               ((a ^ b) & WK_V128_TOPS_##bits);                                                     \
    }                                                                                               \
    WK_LEAF uint64_t wk_v128_sub##bits(uint64_t a, uint64_t b) {                                    \
        return ((a | WK_V128_TOPS_##bits) - (b & ~WK_V128_TOPS_##bits)) ^                           \
               (~(a ^ b) & WK_V128_TOPS_##bits);                                                    \
    }                                                                                               \
    WK_LEAF wk_v128 wk_##shape##_add(wk_v128 a, wk_v128 b) {                                        \
        const wk_v128 r = {                                                                         \
            {wk_v128_add##bits(a.half[0], b.half[0]), wk_v128_add##bits(a.half[1], b.half[1])}};    \
        return r;                                                                                   \
    }                                                                                               \
    WK_LEAF wk_v128 wk_##shape##_sub(wk_v128 a, wk_v128 b) {                                        \
        const wk_v128 r = {                                                                         \
            {wk_v128_sub##bits(a.half[0], b.half[0]), wk_v128_sub##bits(a.half[1], b.half[1])}};    \
        return r;                                                                                   \
    }                                                                                               \
    WK_LEAF wk_v128 wk_##shape##_neg(wk_v128 a) {                                                   \
        const wk_v128 zero = {{0, 0}};                                                              \
        return wk_##shape##_sub(zero, a);                                                           \
    }

/* Shifts of a half as one number, without the bits that come from a neighbouring lane. */
#define WK_V128_SHIFT(shape, bits)                                                                  \
    WK_LEAF wk_v128 wk_##shape##_shl(wk_v128 a, uint32_t count) {                                   \
        const uint32_t n = count & (bits - 1);                                                      \
        const uint64_t kept = (WK_V128_TOPS_##bits >> (bits - 1)) * ((uint##bits##_t)-1 >> n);      \
        const wk_v128 r = {{(a.half[0] & kept) << n, (a.half[1] & kept) << n}};                     \
        return r;                                                                                   \
    }                                                                                               \
    WK_LEAF wk_v128 wk_##shape##_shr_u(wk_v128 a, uint32_t count) {                                 \
        const uint32_t n = count & (bits - 1);                                                      \
        const uint64_t kept = (WK_V128_TOPS_##bits >> (bits - 1)) * ((uint##bits##_t)-1 >> n);      \
        const wk_v128 r = {{a.half[0] >> n & kept, a.half[1] >> n & kept}};                         \
        return r;                                                                                   \
    }                                                                                               \
    WK_LEAF wk_v128 wk_##shape##_shr_s(wk_v128 a, uint32_t count) {                                 \
        const uint32_t n = count & (bits - 1);                                                      \
        WK_V128_MAP(bits, wk_i64_shr_s((uint64_t)WK_SA(bits), n));                                                       \
    }

#define WK_V128_TESTS(shape, bits)                                                                  \
    WK_LEAF uint32_t wk_##shape##_all_true(wk_v128 a) {                                             \
        uint32_t r = 1;                                                                             \
        for (uint32_t k = 0; k < 128 / bits; k++) {                                                 \
            r &= WK_A(bits) != 0;                                                                   \
        }                                                                                           \
        return r;                                                                                   \
    }                                                                                               \
    WK_LEAF uint32_t wk_##shape##_bitmask(wk_v128 a) {                                              \
        uint32_t r = 0;                                                                             \
        for (uint32_t k = 0; k < 128 / bits; k++) {                                                 \
            r |= (uint32_t)(WK_A(bits) >> (bits - 1)) << k;                                         \
        }                                                                                           \
        return r;                                                                                   \
    }

#define WK_V128_INTEGER(shape, bits)                                                                \
    WK_V128_COMPARE_SIGNED(shape, bits)                                                             \
    WK_V128_ADD(shape, bits)                                                                        \
    WK_V128_SHIFT(shape, bits)                                                                      \
    WK_V128_TESTS(shape, bits)                                                                      \
    WK_V128_UNARY(shape##_abs, bits, WK_SA(bits) < 0 ? 0 - WK_A(bits) : WK_A(bits))

#define WK_V128_MINMAX(shape, bits)                                                                 \
    WK_V128_BINARY(shape##_min_s, bits, WK_SA(bits) < WK_SB(bits) ? WK_A(bits) : WK_B(bits))        \
    WK_V128_BINARY(shape##_min_u, bits, WK_A(bits) < WK_B(bits) ? WK_A(bits) : WK_B(bits))          \
    WK_V128_BINARY(shape##_max_s, bits, WK_SA(bits) > WK_SB(bits) ? WK_A(bits) : WK_B(bits))        \
    WK_V128_BINARY(shape##_max_u, bits, WK_A(bits) > WK_B(bits) ? WK_A(bits) : WK_B(bits))

#define WK_V128_SATURATING(shape, bits, MIN, MAX, UMAX)                                             \
    WK_V128_BINARY(shape##_add_sat_s, bits, wk_v128_clamp(WK_SA(bits) + WK_SB(bits), MIN, MAX))     \
    WK_V128_BINARY(shape##_add_sat_u, bits, wk_v128_clamp(WK_A(bits) + WK_B(bits), 0, UMAX))        \
    WK_V128_BINARY(shape##_sub_sat_s, bits, wk_v128_clamp(WK_SA(bits) - WK_SB(bits), MIN, MAX))     \
    WK_V128_BINARY(shape##_sub_sat_u, bits, wk_v128_clamp(WK_A(bits) - WK_B(bits), 0, UMAX))        \
    WK_V128_BINARY(shape##_avgr_u, bits, (WK_A(bits) + WK_B(bits) + 1) >> 1)

WK_V128_INTEGER(i8x16, 8)
WK_V128_INTEGER(i16x8, 16)
WK_V128_INTEGER(i32x4, 32)
WK_V128_INTEGER(i64x2, 64)
WK_V128_COMPARE_UNSIGNED(i8x16, 8)
WK_V128_COMPARE_UNSIGNED(i16x8, 16)
WK_V128_COMPARE_UNSIGNED(i32x4, 32)
WK_V128_MINMAX(i8x16, 8)
WK_V128_MINMAX(i16x8, 16)
WK_V128_MINMAX(i32x4, 32)
WK_V128_SATURATING(i8x16, 8, INT8_MIN, INT8_MAX, UINT8_MAX)
WK_V128_SATURATING(i16x8, 16, INT16_MIN, INT16_MAX, UINT16_MAX)
WK_V128_BINARY(i16x8_mul, 16, (uint32_t)WK_A(16) * WK_B(16))
WK_V128_BINARY(i32x4_mul, 32, WK_A(32) * WK_B(32))
WK_V128_BINARY(i64x2_mul, 64, WK_A(64) * WK_B(64))

/* ---- between widths ------------------------------------------------------------------------------------------------------- */

/* `low` and `high`: the narrow lanes that lane k takes. */
#define WK_V128_EXTEND(shape, bits, from, narrow)                                                   \
    WK_V128_UNARY(shape##_extend_low_##from##_s, bits, wk_v128_s##narrow(wk_v128_get##narrow(a, k))) \
    WK_V128_UNARY(shape##_extend_high_##from##_s, bits,                                             \
                  wk_v128_s##narrow(wk_v128_get##narrow(a, k + 128 / bits)))                        \
    WK_V128_UNARY(shape##_extend_low_##from##_u, bits, wk_v128_get##narrow(a, k))                   \
    WK_V128_UNARY(shape##_extend_high_##from##_u, bits, wk_v128_get##narrow(a, k + 128 / bits))     \
    WK_LEAF wk_v128 wk_##shape##_extmul_low_##from##_s(wk_v128 a, wk_v128 b) {                      \
        return wk_##shape##_mul(wk_##shape##_extend_low_##from##_s(a), wk_##shape##_extend_low_##from##_s(b)); \
    }                                                                                               \
    WK_LEAF wk_v128 wk_##shape##_extmul_high_##from##_s(wk_v128 a, wk_v128 b) {                     \
        return wk_##shape##_mul(wk_##shape##_extend_high_##from##_s(a), wk_##shape##_extend_high_##from##_s(b)); \
    }                                                                                               \
    WK_LEAF wk_v128 wk_##shape##_extmul_low_##from##_u(wk_v128 a, wk_v128 b) {                      \
        return wk_##shape##_mul(wk_##shape##_extend_low_##from##_u(a), wk_##shape##_extend_low_##from##_u(b)); \
    }                                                                                               \
    WK_LEAF wk_v128 wk_##shape##_extmul_high_##from##_u(wk_v128 a, wk_v128 b) {                     \
        return wk_##shape##_mul(wk_##shape##_extend_high_##from##_u(a), wk_##shape##_extend_high_##from##_u(b)); \
    }
WK_V128_EXTEND(i16x8, 16, i8x16, 8)
WK_V128_EXTEND(i32x4, 32, i16x8, 16)
WK_V128_EXTEND(i64x2, 64, i32x4, 32)

#define WK_V128_PAIRWISE(shape, bits, from, narrow)                                                 \
    WK_V128_UNARY(shape##_extadd_pairwise_##from##_s, bits,                                         \
                  wk_v128_s##narrow(wk_v128_get##narrow(a, 2 * k)) +                                \
                      wk_v128_s##narrow(wk_v128_get##narrow(a, 2 * k + 1)))                         \
    WK_V128_UNARY(shape##_extadd_pairwise_##from##_u, bits,                                         \
                  (uint32_t)wk_v128_get##narrow(a, 2 * k) + wk_v128_get##narrow(a, 2 * k + 1))
WK_V128_PAIRWISE(i16x8, 16, i8x16, 8)
WK_V128_PAIRWISE(i32x4, 32, i16x8, 16)

#define WK_V128_NARROW(shape, bits, from, wide, s, MIN, MAX)                                        \
    WK_V128_BINARY(shape##_narrow_##from##_##s, bits,                                               \
                   wk_v128_clamp(wk_v128_s##wide(k < 128 / wide ? wk_v128_get##wide(a, k)           \
                                                                : wk_v128_get##wide(b, k - 128 / wide)), \
                                 MIN, MAX))
WK_V128_NARROW(i8x16, 8, i16x8, 16, s, INT8_MIN, INT8_MAX)
WK_V128_NARROW(i8x16, 8, i16x8, 16, u, 0, UINT8_MAX)
WK_V128_NARROW(i16x8, 16, i32x4, 32, s, INT16_MIN, INT16_MAX)
WK_V128_NARROW(i16x8, 16, i32x4, 32, u, 0, UINT16_MAX)

/* ---- products --------------------------------------------------------------------------------------------------------------- */

WK_V128_BINARY(i16x8_q15mulr_sat_s, 16,
               wk_v128_clamp((int64_t)wk_i64_shr_s((uint64_t)(WK_SA(16) * WK_SB(16) + 0x4000), 15), INT16_MIN, INT16_MAX))
WK_LEAF wk_v128 wk_i16x8_relaxed_q15mulr_s(wk_v128 a, wk_v128 b) {
    return wk_i16x8_q15mulr_sat_s(a, b);
}
/* Product of lanes k of a and b, signed. */
#define WK_V128_PRODUCT(bits, k)                                                                    \
    (wk_v128_s##bits(wk_v128_get##bits(a, k)) * wk_v128_s##bits(wk_v128_get##bits(b, k)))
WK_V128_BINARY(i32x4_dot_i16x8_s, 32, WK_V128_PRODUCT(16, 2 * k) + WK_V128_PRODUCT(16, 2 * k + 1))
WK_V128_BINARY(i16x8_relaxed_dot_i8x16_i7x16_s, 16,
               wk_v128_clamp(WK_V128_PRODUCT(8, 2 * k) + WK_V128_PRODUCT(8, 2 * k + 1), INT16_MIN, INT16_MAX))
WK_LEAF wk_v128 wk_i32x4_relaxed_dot_i8x16_i7x16_add_s(wk_v128 a, wk_v128 b, wk_v128 c) {
    return wk_i32x4_add(wk_i32x4_extadd_pairwise_i16x8_s(wk_i16x8_relaxed_dot_i8x16_i7x16_s(a, b)), c);
}

/* ---- floats -------------------------------------------------------------------------------------------------------------------- */

#define WK_V128_FLOAT1(op)                                                                          \
    WK_V128_UNARY(f32x4_##op, 32, wk_f32_##op(WK_A(32)))                                            \
    WK_V128_UNARY(f64x2_##op, 64, wk_f64_##op(WK_A(64)))
#define WK_V128_FLOAT2(op)                                                                          \
    WK_V128_BINARY(f32x4_##op, 32, wk_f32_##op(WK_A(32), WK_B(32)))                                 \
    WK_V128_BINARY(f64x2_##op, 64, wk_f64_##op(WK_A(64), WK_B(64)))
#define WK_V128_FLOAT_COMPARE(op)                                                                   \
    WK_V128_BINARY(f32x4_##op, 32, 0u - wk_f32_##op(WK_A(32), WK_B(32)))                            \
    WK_V128_BINARY(f64x2_##op, 64, UINT64_C(0) - wk_f64_##op(WK_A(64), WK_B(64)))
WK_V128_FLOAT1(abs)
WK_V128_FLOAT1(neg)
WK_V128_FLOAT1(sqrt)
WK_V128_FLOAT1(ceil)
WK_V128_FLOAT1(floor)
WK_V128_FLOAT1(trunc)
WK_V128_FLOAT1(nearest)
WK_V128_FLOAT2(add)
WK_V128_FLOAT2(sub)
WK_V128_FLOAT2(mul)
WK_V128_FLOAT2(div)
WK_V128_FLOAT2(min)
WK_V128_FLOAT2(max)
WK_V128_FLOAT_COMPARE(eq)
WK_V128_FLOAT_COMPARE(ne)
WK_V128_FLOAT_COMPARE(lt)
WK_V128_FLOAT_COMPARE(gt)
WK_V128_FLOAT_COMPARE(le)
WK_V128_FLOAT_COMPARE(ge)
/* One of the operands, as it is: no NaN rule. */
WK_V128_BINARY(f32x4_pmin, 32, wk_f32_lt(WK_B(32), WK_A(32)) != 0 ? WK_B(32) : WK_A(32))
WK_V128_BINARY(f64x2_pmin, 64, wk_f64_lt(WK_B(64), WK_A(64)) != 0 ? WK_B(64) : WK_A(64))
WK_V128_BINARY(f32x4_pmax, 32, wk_f32_lt(WK_A(32), WK_B(32)) != 0 ? WK_B(32) : WK_A(32))
WK_V128_BINARY(f64x2_pmax, 64, wk_f64_lt(WK_A(64), WK_B(64)) != 0 ? WK_B(64) : WK_A(64))

WK_V128_UNARY(i32x4_trunc_sat_f32x4_s, 32, wk_i32_trunc_sat_f32_s(WK_A(32)))
WK_V128_UNARY(i32x4_trunc_sat_f32x4_u, 32, wk_i32_trunc_sat_f32_u(WK_A(32)))
WK_V128_UNARY(i32x4_trunc_sat_f64x2_s_zero, 32, k < 2 ? wk_i32_trunc_sat_f64_s(wk_v128_get64(a, k & 1u)) : 0)
WK_V128_UNARY(i32x4_trunc_sat_f64x2_u_zero, 32, k < 2 ? wk_i32_trunc_sat_f64_u(wk_v128_get64(a, k & 1u)) : 0)
WK_V128_UNARY(f32x4_convert_i32x4_s, 32, wk_f32_convert_i32_s(WK_A(32)))
WK_V128_UNARY(f32x4_convert_i32x4_u, 32, wk_f32_convert_i32_u(WK_A(32)))
WK_V128_UNARY(f64x2_convert_low_i32x4_s, 64, wk_f64_convert_i32_s(wk_v128_get32(a, k)))
WK_V128_UNARY(f64x2_convert_low_i32x4_u, 64, wk_f64_convert_i32_u(wk_v128_get32(a, k)))
WK_V128_UNARY(f32x4_demote_f64x2_zero, 32, k < 2 ? wk_f32_demote_f64(wk_v128_get64(a, k & 1u)) : 0)
WK_V128_UNARY(f64x2_promote_low_f32x4, 64, wk_f64_promote_f32(wk_v128_get32(a, k)))

#define WK_V128_SAME1(relaxed, strict)                                                              \
    WK_LEAF wk_v128 wk_##relaxed(wk_v128 a) {                                                       \
        return wk_##strict(a);                                                                      \
    }
#define WK_V128_SAME2(relaxed, strict)                                                              \
    WK_LEAF wk_v128 wk_##relaxed(wk_v128 a, wk_v128 b) {                                            \
        return wk_##strict(a, b);                                                                   \
    }
#define WK_V128_SAME3(relaxed, strict)                                                              \
    WK_LEAF wk_v128 wk_##relaxed(wk_v128 a, wk_v128 b, wk_v128 c) {                                 \
        return wk_##strict(a, b, c);                                                                \
    }
WK_V128_SAME1(i32x4_relaxed_trunc_f32x4_s, i32x4_trunc_sat_f32x4_s)
WK_V128_SAME1(i32x4_relaxed_trunc_f32x4_u, i32x4_trunc_sat_f32x4_u)
WK_V128_SAME1(i32x4_relaxed_trunc_f64x2_s_zero, i32x4_trunc_sat_f64x2_s_zero)
WK_V128_SAME1(i32x4_relaxed_trunc_f64x2_u_zero, i32x4_trunc_sat_f64x2_u_zero)
WK_V128_SAME2(f32x4_relaxed_min, f32x4_min)
WK_V128_SAME2(f32x4_relaxed_max, f32x4_max)
WK_V128_SAME2(f64x2_relaxed_min, f64x2_min)
WK_V128_SAME2(f64x2_relaxed_max, f64x2_max)
WK_V128_SAME3(i8x16_relaxed_laneselect, v128_bitselect)
WK_V128_SAME3(i16x8_relaxed_laneselect, v128_bitselect)
WK_V128_SAME3(i32x4_relaxed_laneselect, v128_bitselect)
WK_V128_SAME3(i64x2_relaxed_laneselect, v128_bitselect)
#define WK_V128_MADD(shape)                                                                         \
    WK_LEAF wk_v128 wk_##shape##_relaxed_madd(wk_v128 a, wk_v128 b, wk_v128 c) {                    \
        return wk_##shape##_add(wk_##shape##_mul(a, b), c);                                         \
    }                                                                                               \
    WK_LEAF wk_v128 wk_##shape##_relaxed_nmadd(wk_v128 a, wk_v128 b, wk_v128 c) {                   \
        return wk_##shape##_add(wk_##shape##_mul(wk_##shape##_neg(a), b), c);                       \
    }
WK_V128_MADD(f32x4)
WK_V128_MADD(f64x2)

/* For the deterministic profile: every NaN lane becomes the canonical one. */
WK_V128_UNARY(f32x4_canon, 32, wk_f32_canon(WK_A(32)))
WK_V128_UNARY(f64x2_canon, 64, wk_f64_canon(WK_A(64)))

/* ---- lanes in and out ----------------------------------------------------------------------------------------------------------- */

WK_LEAF wk_v128 wk_i8x16_splat(uint32_t x) {
    const uint64_t half = (x & 0xffu) * UINT64_C(0x0101010101010101);
    const wk_v128 r = {{half, half}};
    return r;
}
WK_LEAF wk_v128 wk_i16x8_splat(uint32_t x) {
    const uint64_t half = (x & 0xffffu) * UINT64_C(0x0001000100010001);
    const wk_v128 r = {{half, half}};
    return r;
}
WK_LEAF wk_v128 wk_i32x4_splat(uint32_t x) {
    const uint64_t half = (uint64_t)x << 32 | x;
    const wk_v128 r = {{half, half}};
    return r;
}
WK_LEAF wk_v128 wk_i64x2_splat(uint64_t x) {
    const wk_v128 r = {{x, x}};
    return r;
}
WK_LEAF wk_v128 wk_f32x4_splat(uint32_t x) {
    return wk_i32x4_splat(x);
}
WK_LEAF wk_v128 wk_f64x2_splat(uint64_t x) {
    return wk_i64x2_splat(x);
}
WK_LEAF uint32_t wk_i8x16_extract_lane_s(wk_v128 a, uint32_t lane) {
    return wk_i32_extend8_s(wk_v128_get8(a, lane));
}
WK_LEAF uint32_t wk_i8x16_extract_lane_u(wk_v128 a, uint32_t lane) {
    return wk_v128_get8(a, lane);
}
WK_LEAF uint32_t wk_i16x8_extract_lane_s(wk_v128 a, uint32_t lane) {
    return wk_i32_extend16_s(wk_v128_get16(a, lane));
}
WK_LEAF uint32_t wk_i16x8_extract_lane_u(wk_v128 a, uint32_t lane) {
    return wk_v128_get16(a, lane);
}
WK_LEAF uint32_t wk_i32x4_extract_lane(wk_v128 a, uint32_t lane) {
    return wk_v128_get32(a, lane);
}
WK_LEAF uint64_t wk_i64x2_extract_lane(wk_v128 a, uint32_t lane) {
    return wk_v128_get64(a, lane);
}
WK_LEAF uint32_t wk_f32x4_extract_lane(wk_v128 a, uint32_t lane) {
    return wk_v128_get32(a, lane);
}
WK_LEAF uint64_t wk_f64x2_extract_lane(wk_v128 a, uint32_t lane) {
    return wk_v128_get64(a, lane);
}
WK_LEAF wk_v128 wk_i8x16_replace_lane(wk_v128 a, uint32_t x, uint32_t lane) {
    return wk_v128_set8(a, lane, (uint8_t)x);
}
WK_LEAF wk_v128 wk_i16x8_replace_lane(wk_v128 a, uint32_t x, uint32_t lane) {
    return wk_v128_set16(a, lane, (uint16_t)x);
}
WK_LEAF wk_v128 wk_i32x4_replace_lane(wk_v128 a, uint32_t x, uint32_t lane) {
    return wk_v128_set32(a, lane, x);
}
WK_LEAF wk_v128 wk_i64x2_replace_lane(wk_v128 a, uint64_t x, uint32_t lane) {
    return wk_v128_set64(a, lane, x);
}
WK_LEAF wk_v128 wk_f32x4_replace_lane(wk_v128 a, uint32_t x, uint32_t lane) {
    return wk_v128_set32(a, lane, x);
}
WK_LEAF wk_v128 wk_f64x2_replace_lane(wk_v128 a, uint64_t x, uint32_t lane) {
    return wk_v128_set64(a, lane, x);
}

/* ---- memory: little-endian on every host ------------------------------------------------------------------------------------------ */

WK_LEAF wk_v128 wk_v128_load(const uint8_t *at) {
    const wk_v128 r = {{wk_ld_le64(at), wk_ld_le64(at + 8)}};
    return r;
}
WK_LEAF void wk_v128_store(uint8_t *at, wk_v128 a) {
    wk_st_le64(at, a.half[0]);
    wk_st_le64(at + 8, a.half[1]);
}
WK_LEAF wk_v128 wk_v128_low(uint64_t low) {
    const wk_v128 r = {{low, 0}};
    return r;
}
WK_LEAF wk_v128 wk_v128_load8x8_s(const uint8_t *at) {
    return wk_i16x8_extend_low_i8x16_s(wk_v128_low(wk_ld_le64(at)));
}
WK_LEAF wk_v128 wk_v128_load8x8_u(const uint8_t *at) {
    return wk_i16x8_extend_low_i8x16_u(wk_v128_low(wk_ld_le64(at)));
}
WK_LEAF wk_v128 wk_v128_load16x4_s(const uint8_t *at) {
    return wk_i32x4_extend_low_i16x8_s(wk_v128_low(wk_ld_le64(at)));
}
WK_LEAF wk_v128 wk_v128_load16x4_u(const uint8_t *at) {
    return wk_i32x4_extend_low_i16x8_u(wk_v128_low(wk_ld_le64(at)));
}
WK_LEAF wk_v128 wk_v128_load32x2_s(const uint8_t *at) {
    return wk_i64x2_extend_low_i32x4_s(wk_v128_low(wk_ld_le64(at)));
}
WK_LEAF wk_v128 wk_v128_load32x2_u(const uint8_t *at) {
    return wk_i64x2_extend_low_i32x4_u(wk_v128_low(wk_ld_le64(at)));
}
WK_LEAF wk_v128 wk_v128_load8_splat(const uint8_t *at) {
    return wk_i8x16_splat(*at);
}
WK_LEAF wk_v128 wk_v128_load16_splat(const uint8_t *at) {
    return wk_i16x8_splat(wk_ld_le16(at));
}
WK_LEAF wk_v128 wk_v128_load32_splat(const uint8_t *at) {
    return wk_i32x4_splat(wk_ld_le32(at));
}
WK_LEAF wk_v128 wk_v128_load64_splat(const uint8_t *at) {
    return wk_i64x2_splat(wk_ld_le64(at));
}
WK_LEAF wk_v128 wk_v128_load32_zero(const uint8_t *at) {
    return wk_v128_low(wk_ld_le32(at));
}
WK_LEAF wk_v128 wk_v128_load64_zero(const uint8_t *at) {
    return wk_v128_low(wk_ld_le64(at));
}
WK_LEAF wk_v128 wk_v128_load8_lane(wk_v128 a, const uint8_t *at, uint32_t lane) {
    return wk_v128_set8(a, lane, *at);
}
WK_LEAF wk_v128 wk_v128_load16_lane(wk_v128 a, const uint8_t *at, uint32_t lane) {
    return wk_v128_set16(a, lane, wk_ld_le16(at));
}
WK_LEAF wk_v128 wk_v128_load32_lane(wk_v128 a, const uint8_t *at, uint32_t lane) {
    return wk_v128_set32(a, lane, wk_ld_le32(at));
}
WK_LEAF wk_v128 wk_v128_load64_lane(wk_v128 a, const uint8_t *at, uint32_t lane) {
    return wk_v128_set64(a, lane, wk_ld_le64(at));
}
WK_LEAF void wk_v128_store8_lane(uint8_t *at, wk_v128 a, uint32_t lane) {
    *at = wk_v128_get8(a, lane);
}
WK_LEAF void wk_v128_store16_lane(uint8_t *at, wk_v128 a, uint32_t lane) {
    wk_st_le16(at, wk_v128_get16(a, lane));
}
WK_LEAF void wk_v128_store32_lane(uint8_t *at, wk_v128 a, uint32_t lane) {
    wk_st_le32(at, wk_v128_get32(a, lane));
}
WK_LEAF void wk_v128_store64_lane(uint8_t *at, wk_v128 a, uint32_t lane) {
    wk_st_le64(at, wk_v128_get64(a, lane));
}

#undef WK_V128_MAP
#undef WK_V128_UNARY
#undef WK_V128_BINARY
#undef WK_V128_COMPARE
#undef WK_V128_COMPARE_SIGNED
#undef WK_V128_COMPARE_UNSIGNED
#undef WK_V128_TOPS_8
#undef WK_V128_TOPS_16
#undef WK_V128_TOPS_32
#undef WK_V128_TOPS_64
#undef WK_V128_ADD
#undef WK_V128_SHIFT
#undef WK_V128_TESTS
#undef WK_V128_INTEGER
#undef WK_V128_MINMAX
#undef WK_V128_SATURATING
#undef WK_V128_EXTEND
#undef WK_V128_PAIRWISE
#undef WK_V128_NARROW
#undef WK_V128_PRODUCT
#undef WK_V128_FLOAT1
#undef WK_V128_FLOAT2
#undef WK_V128_FLOAT_COMPARE
#undef WK_V128_SAME1
#undef WK_V128_SAME2
#undef WK_V128_SAME3
#undef WK_V128_MADD
#undef WK_A
#undef WK_B
#undef WK_SA
#undef WK_SB

#endif

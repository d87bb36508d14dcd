/*
 * The v128 instructions on a vector register, by the compiler's vector extensions: the same names as in num/v128.h with
 * wk_vec_ for wk_, the same results bit for bit (test/num/v128_test.c compares them all). Float lanes are in
 * num/fp_hw.h.
 *
 * Owner of: which machine instruction is named where compilers do not find it themselves (saturation, averages,
 * packing, masks): x86_64 with no more than SSE2, and AArch64. Everything else is portable between the two, as both
 * are little-endian with lane 0 lowest; hosts without (WK_HAVE_VECTORS, base/compiler.h) have num/v128.h alone.
 */
#ifndef WICK_NUM_VEC_H
#define WICK_NUM_VEC_H

#include "num/f32.h"
#include "num/f64.h"
#include "num/v128.h"

#if WK_HAVE_VECTORS && !WICK_FP_SOFT

typedef uint64_t wk_vec __attribute__((vector_size(16)));
typedef uint64_t wk_vec_u64 __attribute__((vector_size(16)));
typedef int64_t wk_vec_s64 __attribute__((vector_size(16)));
typedef uint32_t wk_vec_u32 __attribute__((vector_size(16)));
typedef int32_t wk_vec_s32 __attribute__((vector_size(16)));
typedef uint16_t wk_vec_u16 __attribute__((vector_size(16)));
typedef int16_t wk_vec_s16 __attribute__((vector_size(16)));
typedef uint8_t wk_vec_u8 __attribute__((vector_size(16)));
typedef int8_t wk_vec_s8 __attribute__((vector_size(16)));

WK_LEAF wk_vec wk_vec_load(const void *at) {
    wk_vec v;
    WK_MOVE_BYTES(&v, at, sizeof v);
    return v;
}
WK_LEAF void wk_vec_store(void *at, wk_vec v) {
    WK_MOVE_BYTES(at, &v, sizeof v);
}
WK_LEAF wk_vec wk_vec_halves(uint64_t low, uint64_t high) {
    const wk_vec v = {low, high};
    return v;
}
/* a where mask has ones, else b */
WK_LEAF wk_vec wk_vec_pick(wk_vec mask, wk_vec a, wk_vec b) {
    return (mask & a) | (~mask & b);
}

/* ---- one machine instruction ------------------------------------------------------------------------------------------ */

#if defined(__x86_64__) && defined(__AVX__)
#define WK_VEC_ASM2(name, x86, arm)                                                                     \
    WK_LEAF wk_vec wk_vec_##name(wk_vec a, wk_vec b) {                                                  \
        wk_vec r;                                                                                       \
        __asm__("v" x86 " {%2, %1, %0|%0, %1, %2}" : "=x"(r) : "x"(a), "x"(b));                         \
        return r;                                                                                       \
    }
#elif defined(__x86_64__)
#define WK_VEC_ASM2(name, x86, arm)                                                                     \
    WK_LEAF wk_vec wk_vec_##name(wk_vec a, wk_vec b) {                                                  \
        __asm__(x86 " {%1, %0|%0, %1}" : "+x"(a) : "x"(b));                                             \
        return a;                                                                                       \
    }
#else
#define WK_VEC_ASM2(name, x86, arm)                                                                     \
    WK_LEAF wk_vec wk_vec_##name(wk_vec a, wk_vec b) {                                                  \
        wk_vec r;                                                                                       \
        __asm__(arm : "=w"(r) : "w"(a), "w"(b));                                                        \
        return r;                                                                                       \
    }
#endif
#define WK_VEC_ARM(op, shape) op " %0." shape ", %1." shape ", %2." shape

WK_VEC_ASM2(i8x16_add_sat_s, "paddsb", WK_VEC_ARM("sqadd", "16b"))
WK_VEC_ASM2(i8x16_add_sat_u, "paddusb", WK_VEC_ARM("uqadd", "16b"))
WK_VEC_ASM2(i8x16_sub_sat_s, "psubsb", WK_VEC_ARM("sqsub", "16b"))
WK_VEC_ASM2(i8x16_sub_sat_u, "psubusb", WK_VEC_ARM("uqsub", "16b"))
WK_VEC_ASM2(i16x8_add_sat_s, "paddsw", WK_VEC_ARM("sqadd", "8h"))
WK_VEC_ASM2(i16x8_add_sat_u, "paddusw", WK_VEC_ARM("uqadd", "8h"))
WK_VEC_ASM2(i16x8_sub_sat_s, "psubsw", WK_VEC_ARM("sqsub", "8h"))
WK_VEC_ASM2(i16x8_sub_sat_u, "psubusw", WK_VEC_ARM("uqsub", "8h"))
WK_VEC_ASM2(i8x16_avgr_u, "pavgb", WK_VEC_ARM("urhadd", "16b"))
WK_VEC_ASM2(i16x8_avgr_u, "pavgw", WK_VEC_ARM("urhadd", "8h"))
WK_VEC_ASM2(i8x16_min_u, "pminub", WK_VEC_ARM("umin", "16b"))
WK_VEC_ASM2(i8x16_max_u, "pmaxub", WK_VEC_ARM("umax", "16b"))
WK_VEC_ASM2(i16x8_min_s, "pminsw", WK_VEC_ARM("smin", "8h"))
WK_VEC_ASM2(i16x8_max_s, "pmaxsw", WK_VEC_ARM("smax", "8h"))

/* ---- the whole vector ---------------------------------------------------------------------------------------------------- */

WK_LEAF wk_vec wk_vec_v128_not(wk_vec a) {
    return ~a;
}
WK_LEAF wk_vec wk_vec_v128_and(wk_vec a, wk_vec b) {
    return a & b;
}
WK_LEAF wk_vec wk_vec_v128_andnot(wk_vec a, wk_vec b) {
    return a & ~b;
}
WK_LEAF wk_vec wk_vec_v128_or(wk_vec a, wk_vec b) {
    return a | b;
}
WK_LEAF wk_vec wk_vec_v128_xor(wk_vec a, wk_vec b) {
    return a ^ b;
}
WK_LEAF wk_vec wk_vec_v128_bitselect(wk_vec a, wk_vec b, wk_vec c) {
    return b ^ ((a ^ b) & c);
}

/* ---- splats ---------------------------------------------------------------------------------------------------------------- */

WK_LEAF wk_vec wk_vec_i64x2_splat(uint64_t x) {
    return wk_vec_halves(x, x);
}
WK_LEAF wk_vec wk_vec_i8x16_splat(uint32_t x) {
    return wk_vec_i64x2_splat((x & 0xffu) * UINT64_C(0x0101010101010101));
}
WK_LEAF wk_vec wk_vec_i16x8_splat(uint32_t x) {
    return wk_vec_i64x2_splat((x & 0xffffu) * UINT64_C(0x0001000100010001));
}
WK_LEAF wk_vec wk_vec_i32x4_splat(uint32_t x) {
    const wk_vec_u32 v = {x, x, x, x};
    return (wk_vec)v;
}

/* ---- what every width of integer lane has --------------------------------------------------------------------------------- */

#define WK_VEC_BINARY(name, type, oper)                                                                 \
    WK_LEAF wk_vec wk_vec_##name(wk_vec a, wk_vec b) {                                                  \
        return (wk_vec)((type)a oper(type) b);                                                          \
    }
#define WK_VEC_INTEGER(shape, bits)                                                                     \
    WK_VEC_BINARY(shape##_add, wk_vec_u##bits, +)                                                       \
    WK_VEC_BINARY(shape##_sub, wk_vec_u##bits, -)                                                       \
    WK_VEC_BINARY(shape##_eq, wk_vec_s##bits, ==)                                                       \
    WK_VEC_BINARY(shape##_ne, wk_vec_s##bits, !=)                                                       \
    WK_VEC_BINARY(shape##_lt_s, wk_vec_s##bits, <)                                                      \
    WK_VEC_BINARY(shape##_gt_s, wk_vec_s##bits, >)                                                      \
    WK_VEC_BINARY(shape##_le_s, wk_vec_s##bits, <=)                                                     \
    WK_VEC_BINARY(shape##_ge_s, wk_vec_s##bits, >=)                                                     \
    WK_LEAF wk_vec wk_vec_##shape##_neg(wk_vec a) {                                                     \
        return (wk_vec)(-(wk_vec_u##bits)a);                                                            \
    }                                                                                                   \
    WK_LEAF wk_vec wk_vec_##shape##_sign(wk_vec a) { /* ones where negative */                          \
        const wk_vec_s##bits zero = {0};                                                                \
        return (wk_vec)((wk_vec_s##bits)a < zero);                                                      \
    }                                                                                                   \
    WK_LEAF wk_vec wk_vec_##shape##_abs(wk_vec a) {                                                     \
        const wk_vec sign = wk_vec_##shape##_sign(a);                                                   \
        return wk_vec_##shape##_sub(a ^ sign, sign);                                                    \
    }                                                                                                   \
    WK_LEAF wk_vec wk_vec_##shape##_zeros(wk_vec a) { /* ones where zero */                             \
        const wk_vec_s##bits zero = {0};                                                                \
        return (wk_vec)((wk_vec_s##bits)a == zero);                                                     \
    }
WK_VEC_INTEGER(i8x16, 8)
WK_VEC_INTEGER(i16x8, 16)
WK_VEC_INTEGER(i32x4, 32)
WK_VEC_INTEGER(i64x2, 64)

#define WK_VEC_UNSIGNED(shape, bits)                                                                    \
    WK_VEC_BINARY(shape##_lt_u, wk_vec_u##bits, <)                                                      \
    WK_VEC_BINARY(shape##_gt_u, wk_vec_u##bits, >)                                                      \
    WK_VEC_BINARY(shape##_le_u, wk_vec_u##bits, <=)                                                     \
    WK_VEC_BINARY(shape##_ge_u, wk_vec_u##bits, >=)
WK_VEC_UNSIGNED(i8x16, 8)
WK_VEC_UNSIGNED(i16x8, 16)
WK_VEC_UNSIGNED(i32x4, 32)

/* Without an instruction of SSE2: a comparison and a choice, or a saturating difference. */
#define WK_VEC_MINMAX(shape, s)                                                                         \
    WK_LEAF wk_vec wk_vec_##shape##_min_##s(wk_vec a, wk_vec b) {                                       \
        return wk_vec_pick(wk_vec_##shape##_gt_##s(a, b), b, a);                                        \
    }                                                                                                   \
    WK_LEAF wk_vec wk_vec_##shape##_max_##s(wk_vec a, wk_vec b) {                                       \
        return wk_vec_pick(wk_vec_##shape##_gt_##s(a, b), a, b);                                        \
    }
WK_VEC_MINMAX(i8x16, s)
WK_VEC_MINMAX(i32x4, s)
WK_VEC_MINMAX(i32x4, u)
WK_LEAF wk_vec wk_vec_i16x8_min_u(wk_vec a, wk_vec b) {
    return wk_vec_i16x8_sub(a, wk_vec_i16x8_sub_sat_u(a, b));
}
WK_LEAF wk_vec wk_vec_i16x8_max_u(wk_vec a, wk_vec b) {
    return wk_vec_i16x8_add(wk_vec_i16x8_sub_sat_u(a, b), b);
}

WK_VEC_BINARY(i16x8_mul, wk_vec_u16, *)
WK_VEC_BINARY(i32x4_mul, wk_vec_u32, *)
WK_VEC_BINARY(i64x2_mul, wk_vec_u64, *)

/* Lanes of 8 bits are shifted as halves of 16; a signed shift of 8 or 64 bits is an unsigned one that is then extended
 * from where the sign bit has come to. */
#define WK_VEC_SHIFT(shape, bits)                                                                       \
    WK_LEAF wk_vec wk_vec_##shape##_shl(wk_vec a, uint32_t count) {                                     \
        return (wk_vec)((wk_vec_u##bits)a << (uint##bits##_t)(count & (bits - 1)));                     \
    }                                                                                                   \
    WK_LEAF wk_vec wk_vec_##shape##_shr_u(wk_vec a, uint32_t count) {                                   \
        return (wk_vec)((wk_vec_u##bits)a >> (uint##bits##_t)(count & (bits - 1)));                     \
    }
#define WK_VEC_SHIFT_SIGNED(shape, bits)                                                                \
    WK_LEAF wk_vec wk_vec_##shape##_shr_s(wk_vec a, uint32_t count) {                                   \
        return (wk_vec)((wk_vec_s##bits)a >> (int##bits##_t)(count & (bits - 1)));                      \
    }
WK_VEC_SHIFT(i16x8, 16)
WK_VEC_SHIFT(i32x4, 32)
WK_VEC_SHIFT(i64x2, 64)
WK_VEC_SHIFT_SIGNED(i16x8, 16)
WK_VEC_SHIFT_SIGNED(i32x4, 32)
WK_LEAF wk_vec wk_vec_i64x2_shr_s(wk_vec a, uint32_t count) {
    const wk_vec sign = wk_vec_i64x2_splat((uint64_t)1 << 63 >> (count & 63));
    return wk_vec_i64x2_sub(wk_vec_i64x2_shr_u(a, count) ^ sign, sign);
}
WK_LEAF wk_vec wk_vec_i8x16_shl(wk_vec a, uint32_t count) {
    return wk_vec_i16x8_shl(a, count & 7) & wk_vec_i8x16_splat(0xffu << (count & 7));
}
WK_LEAF wk_vec wk_vec_i8x16_shr_u(wk_vec a, uint32_t count) {
    return wk_vec_i16x8_shr_u(a, count & 7) & wk_vec_i8x16_splat(0xffu >> (count & 7));
}
WK_LEAF wk_vec wk_vec_i8x16_shr_s(wk_vec a, uint32_t count) {
    const wk_vec sign = wk_vec_i8x16_splat(0x80u >> (count & 7));
    return wk_vec_i8x16_sub(wk_vec_i8x16_shr_u(a, count) ^ sign, sign);
}

WK_LEAF wk_vec wk_vec_i8x16_popcnt(wk_vec a) {
    const wk_vec pairs = wk_vec_i8x16_sub(a, a >> 1 & wk_vec_i64x2_splat(UINT64_C(0x5555555555555555)));
    const wk_vec three = wk_vec_i64x2_splat(UINT64_C(0x3333333333333333));
    const wk_vec fours = (pairs & three) + (pairs >> 2 & three);
    return (fours + (fours >> 4)) & wk_vec_i64x2_splat(UINT64_C(0x0f0f0f0f0f0f0f0f));
}

/* ---- tests ------------------------------------------------------------------------------------------------------------------- */

#if defined(__x86_64__)
#ifdef __AVX__
#define WK_VEC_MASK(name, insn)                                                                         \
    WK_LEAF uint32_t wk_vec_##name(wk_vec a) {                                                          \
        uint32_t r;                                                                                     \
        __asm__("v" insn " {%1, %0|%0, %1}" : "=r"(r) : "x"(a));                                        \
        return r;                                                                                       \
    }
#else
#define WK_VEC_MASK(name, insn)                                                                         \
    WK_LEAF uint32_t wk_vec_##name(wk_vec a) {                                                          \
        uint32_t r;                                                                                     \
        __asm__(insn " {%1, %0|%0, %1}" : "=r"(r) : "x"(a));                                            \
        return r;                                                                                       \
    }
#endif
WK_VEC_MASK(i8x16_bitmask, "pmovmskb")
WK_VEC_MASK(i32x4_bitmask, "movmskps")
WK_VEC_MASK(i64x2_bitmask, "movmskpd")
#undef WK_VEC_MASK
WK_VEC_ASM2(i8x16_narrow_i16x8_s, "packsswb", "")
WK_LEAF uint32_t wk_vec_i16x8_bitmask(wk_vec a) {
    return wk_vec_i8x16_bitmask(wk_vec_i8x16_narrow_i16x8_s(a, a)) & 0xff;
}
/* Of a mask: is any lane, are all lanes ones? */
WK_LEAF uint32_t wk_vec_any(wk_vec mask) {
    return wk_vec_i8x16_bitmask(mask) != 0;
}
WK_LEAF uint32_t wk_vec_v128_any_true(wk_vec a) {
    return wk_vec_i8x16_bitmask(wk_vec_i8x16_zeros(a)) != 0xffff;
}
#else
/* The top bits of the lanes of a half, gathered in its topmost byte by a product. */
WK_LEAF uint32_t wk_vec_i8x16_bitmask(wk_vec a) {
    const uint64_t low = (a[0] & UINT64_C(0x8080808080808080)) >> 7;
    const uint64_t high = (a[1] & UINT64_C(0x8080808080808080)) >> 7;
    return (uint32_t)(low * UINT64_C(0x0102040810204080) >> 56) |
           (uint32_t)(high * UINT64_C(0x0102040810204080) >> 56) << 8;
}
WK_LEAF uint32_t wk_vec_i16x8_bitmask(wk_vec a) {
    const uint64_t low = (a[0] & UINT64_C(0x8000800080008000)) >> 15;
    const uint64_t high = (a[1] & UINT64_C(0x8000800080008000)) >> 15;
    return (uint32_t)(low * UINT64_C(0x0001000200040008) >> 48 & 15) |
           (uint32_t)(high * UINT64_C(0x0001000200040008) >> 48 & 15) << 4;
}
WK_LEAF uint32_t wk_vec_i32x4_bitmask(wk_vec a) {
    return (uint32_t)((a[0] >> 31 & 1) | (a[0] >> 63 << 1) | (a[1] >> 31 & 1) << 2 | (a[1] >> 63 << 3));
}
WK_LEAF uint32_t wk_vec_i64x2_bitmask(wk_vec a) {
    return (uint32_t)(a[0] >> 63 | (a[1] >> 63 << 1));
}
WK_LEAF uint32_t wk_vec_any(wk_vec mask) {
    return (mask[0] | mask[1]) != 0;
}
WK_LEAF uint32_t wk_vec_v128_any_true(wk_vec a) {
    return (a[0] | a[1]) != 0;
}
#endif
#define WK_VEC_ALL_TRUE(shape)                                                                          \
    WK_LEAF uint32_t wk_vec_##shape##_all_true(wk_vec a) {                                              \
        return wk_vec_any(wk_vec_##shape##_zeros(a)) ^ 1u;                                              \
    }
WK_VEC_ALL_TRUE(i8x16)
WK_VEC_ALL_TRUE(i16x8)
WK_VEC_ALL_TRUE(i32x4)
WK_VEC_ALL_TRUE(i64x2)

/* ---- between widths ------------------------------------------------------------------------------------------------------------ */

#define WK_VEC_LOW_8 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23
#define WK_VEC_HIGH_8 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31
#define WK_VEC_LOW_16 0, 8, 1, 9, 2, 10, 3, 11
#define WK_VEC_HIGH_16 4, 12, 5, 13, 6, 14, 7, 15
#define WK_VEC_LOW_32 0, 4, 1, 5
#define WK_VEC_HIGH_32 2, 6, 3, 7
/* lanes of a and b in turn, of the lower or upper halves */
#define WK_VEC_ZIP(bits)                                                                                \
    WK_LEAF wk_vec wk_vec_zip_low##bits(wk_vec a, wk_vec b) {                                           \
        return (wk_vec)__builtin_shufflevector((wk_vec_u##bits)a, (wk_vec_u##bits)b, WK_VEC_LOW_##bits); \
    }                                                                                                   \
    WK_LEAF wk_vec wk_vec_zip_high##bits(wk_vec a, wk_vec b) {                                          \
        return (wk_vec)__builtin_shufflevector((wk_vec_u##bits)a, (wk_vec_u##bits)b, WK_VEC_HIGH_##bits); \
    }
WK_VEC_ZIP(8)
WK_VEC_ZIP(16)
WK_VEC_ZIP(32)
#define WK_VEC_EXTEND(shape, from, narrow, part)                                                        \
    WK_LEAF wk_vec wk_vec_##shape##_extend_##part##_##from##_s(wk_vec a) {                              \
        return wk_vec_zip_##part##narrow(a, wk_vec_##from##_sign(a));                                   \
    }                                                                                                   \
    WK_LEAF wk_vec wk_vec_##shape##_extend_##part##_##from##_u(wk_vec a) {                              \
        const wk_vec zero = {0};                                                                        \
        return wk_vec_zip_##part##narrow(a, zero);                                                      \
    }
#define WK_VEC_EXTMUL(shape, from, part, s)                                                             \
    WK_LEAF wk_vec wk_vec_##shape##_extmul_##part##_##from##_##s(wk_vec a, wk_vec b) {                  \
        return wk_vec_##shape##_mul(wk_vec_##shape##_extend_##part##_##from##_##s(a),                   \
                                    wk_vec_##shape##_extend_##part##_##from##_##s(b));                  \
    }
#define WK_VEC_EXTMULS(shape, from)                                                                     \
    WK_VEC_EXTMUL(shape, from, low, s)                                                                  \
    WK_VEC_EXTMUL(shape, from, low, u)                                                                  \
    WK_VEC_EXTMUL(shape, from, high, s)                                                                 \
    WK_VEC_EXTMUL(shape, from, high, u)
WK_VEC_EXTEND(i16x8, i8x16, 8, low)
WK_VEC_EXTEND(i16x8, i8x16, 8, high)
WK_VEC_EXTEND(i32x4, i16x8, 16, low)
WK_VEC_EXTEND(i32x4, i16x8, 16, high)
WK_VEC_EXTEND(i64x2, i32x4, 32, low)
WK_VEC_EXTEND(i64x2, i32x4, 32, high)
WK_VEC_EXTMULS(i16x8, i8x16)

/* Lanes 2k and 2k + 1 of the narrower shape, each extended. */
WK_LEAF wk_vec wk_vec_even8_s(wk_vec a) {
    return (wk_vec)((wk_vec_s16)((wk_vec_u16)a << 8) >> 8);
}
WK_LEAF wk_vec wk_vec_odd8_s(wk_vec a) {
    return (wk_vec)((wk_vec_s16)a >> 8);
}
WK_LEAF wk_vec wk_vec_even16_s(wk_vec a) {
    return (wk_vec)((wk_vec_s32)((wk_vec_u32)a << 16) >> 16);
}
WK_LEAF wk_vec wk_vec_odd16_s(wk_vec a) {
    return (wk_vec)((wk_vec_s32)a >> 16);
}
WK_LEAF wk_vec wk_vec_i16x8_extadd_pairwise_i8x16_s(wk_vec a) {
    return wk_vec_i16x8_add(wk_vec_even8_s(a), wk_vec_odd8_s(a));
}
WK_LEAF wk_vec wk_vec_i16x8_extadd_pairwise_i8x16_u(wk_vec a) {
    return wk_vec_i16x8_add(a & wk_vec_i16x8_splat(0xff), wk_vec_i16x8_shr_u(a, 8));
}
WK_LEAF wk_vec wk_vec_i32x4_extadd_pairwise_i16x8_s(wk_vec a) {
    return wk_vec_i32x4_add(wk_vec_even16_s(a), wk_vec_odd16_s(a));
}
WK_LEAF wk_vec wk_vec_i32x4_extadd_pairwise_i16x8_u(wk_vec a) {
    return wk_vec_i32x4_add(a & wk_vec_i32x4_splat(0xffff), wk_vec_i32x4_shr_u(a, 16));
}

#if defined(__x86_64__)
WK_VEC_ASM2(i8x16_narrow_i16x8_u, "packuswb", "")
WK_VEC_ASM2(i16x8_narrow_i32x4_s, "packssdw", "")
/* packusdw is no part of SSE2: clamped, then extended as if signed, which packssdw keeps. */
WK_LEAF wk_vec wk_vec_clamp_u16(wk_vec a) {
    const wk_vec most = wk_vec_i32x4_splat(0xffff);
    const wk_vec positive = a & ~wk_vec_i32x4_sign(a);
    return wk_vec_even16_s(positive | wk_vec_i32x4_gt_s(positive, most));
}
WK_LEAF wk_vec wk_vec_i16x8_narrow_i32x4_u(wk_vec a, wk_vec b) {
    return wk_vec_i16x8_narrow_i32x4_s(wk_vec_clamp_u16(a), wk_vec_clamp_u16(b));
}
WK_VEC_ASM2(mul_high16_s, "pmulhw", "")
WK_VEC_ASM2(mul_high16_u, "pmulhuw", "")
WK_VEC_ASM2(i32x4_dot_i16x8_s, "pmaddwd", "")
WK_VEC_ASM2(mul_even32_u, "pmuludq", "")
#define WK_VEC_EXTMUL16(part, s)                                                                        \
    WK_LEAF wk_vec wk_vec_i32x4_extmul_##part##_i16x8_##s(wk_vec a, wk_vec b) {                         \
        return wk_vec_zip_##part##16(wk_vec_i16x8_mul(a, b), wk_vec_mul_high16_##s(a, b));              \
    }
WK_VEC_EXTMUL16(low, s)
WK_VEC_EXTMUL16(low, u)
WK_VEC_EXTMUL16(high, s)
WK_VEC_EXTMUL16(high, u)
#undef WK_VEC_EXTMUL16
WK_LEAF wk_vec wk_vec_i64x2_extmul_low_i32x4_u(wk_vec a, wk_vec b) {
    return wk_vec_mul_even32_u(wk_vec_zip_low32(a, a), wk_vec_zip_low32(b, b));
}
WK_LEAF wk_vec wk_vec_i64x2_extmul_high_i32x4_u(wk_vec a, wk_vec b) {
    return wk_vec_mul_even32_u(wk_vec_zip_high32(a, a), wk_vec_zip_high32(b, b));
}
WK_VEC_EXTMUL(i64x2, i32x4, low, s)
WK_VEC_EXTMUL(i64x2, i32x4, high, s)
/* p + 2^14 >> 15 is p >> 15 and bit 14; only the square of the least number is out of range. */
WK_LEAF wk_vec wk_vec_i16x8_q15mulr_sat_s(wk_vec a, wk_vec b) {
    const wk_vec low = wk_vec_i16x8_mul(a, b);
    const wk_vec high = wk_vec_mul_high16_s(a, b);
    const wk_vec whole = wk_vec_i16x8_shl(high, 1) | wk_vec_i16x8_shr_u(low, 15);
    const wk_vec r = wk_vec_i16x8_add(whole, wk_vec_i16x8_shr_u(low, 14) & wk_vec_i16x8_splat(1));
    return r ^ wk_vec_i16x8_eq(r, wk_vec_i16x8_splat(0x8000));
}
#else
#define WK_VEC_CLAMP(shape, s, a, min, max)                                                             \
    wk_vec_##shape##_max_s(wk_vec_##shape##_min_s(a, wk_vec_##shape##_splat((uint32_t)(max))),          \
                           wk_vec_##shape##_splat((uint32_t)(min)))
#define WK_VEC_EVEN_8 0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30
#define WK_VEC_EVEN_16 0, 2, 4, 6, 8, 10, 12, 14
#define WK_VEC_NARROW(shape, bits, from, s, min, max)                                                   \
    WK_LEAF wk_vec wk_vec_##shape##_narrow_##from##_##s(wk_vec a, wk_vec b) {                           \
        return (wk_vec)__builtin_shufflevector((wk_vec_u##bits)WK_VEC_CLAMP(from, s, a, min, max),      \
                                               (wk_vec_u##bits)WK_VEC_CLAMP(from, s, b, min, max),      \
                                               WK_VEC_EVEN_##bits);                                     \
    }
WK_VEC_NARROW(i8x16, 8, i16x8, s, INT8_MIN, INT8_MAX)
WK_VEC_NARROW(i8x16, 8, i16x8, u, 0, UINT8_MAX)
WK_VEC_NARROW(i16x8, 16, i32x4, s, INT16_MIN, INT16_MAX)
WK_VEC_NARROW(i16x8, 16, i32x4, u, 0, UINT16_MAX)
#undef WK_VEC_CLAMP
#undef WK_VEC_EVEN_8
#undef WK_VEC_EVEN_16
#undef WK_VEC_NARROW
WK_VEC_EXTMULS(i32x4, i16x8)
WK_VEC_EXTMULS(i64x2, i32x4)
WK_LEAF wk_vec wk_vec_i32x4_dot_i16x8_s(wk_vec a, wk_vec b) {
    return wk_vec_i32x4_add(wk_vec_i32x4_mul(wk_vec_even16_s(a), wk_vec_even16_s(b)),
                            wk_vec_i32x4_mul(wk_vec_odd16_s(a), wk_vec_odd16_s(b)));
}
WK_VEC_ASM2(i16x8_q15mulr_sat_s, "", WK_VEC_ARM("sqrdmulh", "8h"))
#endif

/* Out of range is only the sum of two squares of the least number. */
WK_LEAF wk_vec wk_vec_i16x8_relaxed_dot_i8x16_i7x16_s(wk_vec a, wk_vec b) {
    const wk_vec r = wk_vec_i16x8_add(wk_vec_i16x8_mul(wk_vec_even8_s(a), wk_vec_even8_s(b)),
                                      wk_vec_i16x8_mul(wk_vec_odd8_s(a), wk_vec_odd8_s(b)));
    return r ^ wk_vec_i16x8_eq(r, wk_vec_i16x8_splat(0x8000));
}
WK_LEAF wk_vec wk_vec_i32x4_relaxed_dot_i8x16_i7x16_add_s(wk_vec a, wk_vec b, wk_vec c) {
    return wk_vec_i32x4_add(wk_vec_i32x4_extadd_pairwise_i16x8_s(wk_vec_i16x8_relaxed_dot_i8x16_i7x16_s(a, b)), c);
}
WK_LEAF wk_vec wk_vec_i16x8_relaxed_q15mulr_s(wk_vec a, wk_vec b) {
    return wk_vec_i16x8_q15mulr_sat_s(a, b);
}

/* ---- lanes by number ------------------------------------------------------------------------------------------------------------- */

/* Two bytes at a time, each from where it lies in memory. */
#define WK_VEC_PAIR(from, k) (uint16_t)((from)[lanes[k] & 15] | (uint32_t)(from)[lanes[k + 1] & 15] << 8)
WK_LEAF wk_vec wk_vec_i8x16_swizzle(wk_vec a, wk_vec b) {
    uint8_t from[16];
    uint8_t lanes[16];
    wk_vec_u16 r;
    wk_vec_store(from, a);
    wk_vec_store(lanes, b);
    const wk_vec_u16 moved = {WK_VEC_PAIR(from, 0), WK_VEC_PAIR(from, 2), WK_VEC_PAIR(from, 4),
                              WK_VEC_PAIR(from, 6), WK_VEC_PAIR(from, 8), WK_VEC_PAIR(from, 10),
                              WK_VEC_PAIR(from, 12), WK_VEC_PAIR(from, 14)};
    r = moved;
    return (wk_vec)r & wk_vec_i8x16_lt_u(b, wk_vec_i8x16_splat(16));
}
#undef WK_VEC_PAIR
WK_LEAF wk_vec wk_vec_i8x16_relaxed_swizzle(wk_vec a, wk_vec b) {
    return wk_vec_i8x16_swizzle(a, b);
}

/* Lane k of the narrower vectors is replaced where a window of ones begins at its byte. */
#define WK_VEC_REPLACE(shape, bits, type)                                                               \
    WK_LEAF wk_vec wk_vec_##shape##_replace_lane(wk_vec a, type x, uint32_t lane) {                     \
        static const uint8_t window[32] = {[16] = 0xff, [17] = bits >= 16 ? 0xff : 0,                   \
                                           [18] = bits >= 32 ? 0xff : 0, [19] = bits >= 32 ? 0xff : 0}; \
        const wk_vec mask = wk_vec_load(window + 16 - lane * (bits / 8));                               \
        return wk_vec_pick(mask, wk_vec_##shape##_splat(x), a);                                         \
    }
WK_VEC_REPLACE(i8x16, 8, uint32_t)
WK_VEC_REPLACE(i16x8, 16, uint32_t)
WK_VEC_REPLACE(i32x4, 32, uint32_t)
#undef WK_VEC_REPLACE
WK_LEAF wk_vec wk_vec_i64x2_replace_lane(wk_vec a, uint64_t x, uint32_t lane) {
    return lane == 0 ? wk_vec_halves(x, a[1]) : wk_vec_halves(a[0], x);
}

/* ---- floats: num/fp_hw.h ----------------------------------------------------------------------------------------------------------- */

WK_LEAF wk_vec wk_vec_f32x4_replace_lane(wk_vec a, wk_f32v x, uint32_t lane) {
    return wk_vec_i32x4_replace_lane(a, wk_f32v_to_bits(x), lane);
}
WK_LEAF wk_vec wk_vec_f64x2_replace_lane(wk_vec a, wk_f64v x, uint32_t lane) {
    return wk_vec_i64x2_replace_lane(a, wk_f64v_to_bits(x), lane);
}
WK_LEAF wk_vec wk_vec_f32x4_abs(wk_vec a) {
    return a & wk_vec_i32x4_splat(~WK_F32_SIGN);
}
WK_LEAF wk_vec wk_vec_f32x4_neg(wk_vec a) {
    return a ^ wk_vec_i32x4_splat(WK_F32_SIGN);
}
WK_LEAF wk_vec wk_vec_f64x2_abs(wk_vec a) {
    return a & wk_vec_i64x2_splat(~WK_F64_SIGN);
}
WK_LEAF wk_vec wk_vec_f64x2_neg(wk_vec a) {
    return a ^ wk_vec_i64x2_splat(WK_F64_SIGN);
}
#define WK_VEC_SAME1(relaxed, strict)                                                                   \
    WK_LEAF wk_vec wk_vec_##relaxed(wk_vec a) {                                                         \
        return wk_vec_##strict(a);                                                                      \
    }
#define WK_VEC_SAME2(relaxed, strict)                                                                   \
    WK_LEAF wk_vec wk_vec_##relaxed(wk_vec a, wk_vec b) {                                               \
        return wk_vec_##strict(a, b);                                                                   \
    }
WK_VEC_SAME1(i32x4_relaxed_trunc_f32x4_s, i32x4_trunc_sat_f32x4_s)
WK_VEC_SAME1(i32x4_relaxed_trunc_f32x4_u, i32x4_trunc_sat_f32x4_u)
WK_VEC_SAME1(i32x4_relaxed_trunc_f64x2_s_zero, i32x4_trunc_sat_f64x2_s_zero)
WK_VEC_SAME1(i32x4_relaxed_trunc_f64x2_u_zero, i32x4_trunc_sat_f64x2_u_zero)
#define WK_VEC_RELAXED(shape)                                                                           \
    WK_VEC_SAME2(shape##_relaxed_min, shape##_min)                                                      \
    WK_VEC_SAME2(shape##_relaxed_max, shape##_max)                                                      \
    WK_LEAF wk_vec wk_vec_##shape##_relaxed_madd(wk_vec a, wk_vec b, wk_vec c) {                        \
        return wk_vec_##shape##_add(wk_vec_##shape##_mul(a, b), c);                                     \
    }                                                                                                   \
    WK_LEAF wk_vec wk_vec_##shape##_relaxed_nmadd(wk_vec a, wk_vec b, wk_vec c) {                       \
        return wk_vec_##shape##_add(wk_vec_##shape##_mul(wk_vec_##shape##_neg(a), b), c);               \
    }
WK_VEC_RELAXED(f32x4)
WK_VEC_RELAXED(f64x2)
#define WK_VEC_LANESELECT(shape)                                                                        \
    WK_LEAF wk_vec wk_vec_##shape##_relaxed_laneselect(wk_vec a, wk_vec b, wk_vec c) {                  \
        return wk_vec_v128_bitselect(a, b, c);                                                          \
    }
WK_VEC_LANESELECT(i8x16)
WK_VEC_LANESELECT(i16x8)
WK_VEC_LANESELECT(i32x4)
WK_VEC_LANESELECT(i64x2)

/* ---- memory, little-endian as these hosts are ------------------------------------------------------------------------------------ */

WK_LEAF wk_vec wk_vec_v128_load(const uint8_t *at) {
    return wk_vec_load(at);
}
WK_LEAF wk_vec wk_vec_v128_load8_splat(const uint8_t *at) {
    return wk_vec_i8x16_splat(*at);
}
WK_LEAF wk_vec wk_vec_v128_load16_splat(const uint8_t *at) {
    return wk_vec_i16x8_splat(wk_ld_le16(at));
}
WK_LEAF wk_vec wk_vec_v128_load32_splat(const uint8_t *at) {
    return wk_vec_i32x4_splat(wk_ld_le32(at));
}
WK_LEAF wk_vec wk_vec_v128_load64_splat(const uint8_t *at) {
    return wk_vec_i64x2_splat(wk_ld_le64(at));
}
WK_LEAF wk_vec wk_vec_v128_load32_zero(const uint8_t *at) {
    return wk_vec_halves(wk_ld_le32(at), 0);
}
WK_LEAF wk_vec wk_vec_v128_load64_zero(const uint8_t *at) {
    return wk_vec_halves(wk_ld_le64(at), 0);
}
#define WK_VEC_LOAD_EXTEND(name, extend)                                                                \
    WK_LEAF wk_vec wk_vec_v128_##name##_s(const uint8_t *at) {                                          \
        return wk_vec_##extend##_s(wk_vec_v128_load64_zero(at));                                        \
    }                                                                                                   \
    WK_LEAF wk_vec wk_vec_v128_##name##_u(const uint8_t *at) {                                          \
        return wk_vec_##extend##_u(wk_vec_v128_load64_zero(at));                                        \
    }
WK_VEC_LOAD_EXTEND(load8x8, i16x8_extend_low_i8x16)
WK_VEC_LOAD_EXTEND(load16x4, i32x4_extend_low_i16x8)
WK_VEC_LOAD_EXTEND(load32x2, i64x2_extend_low_i32x4)

#undef WK_VEC_ASM2
#undef WK_VEC_ARM
#undef WK_VEC_BINARY
#undef WK_VEC_INTEGER
#undef WK_VEC_UNSIGNED
#undef WK_VEC_MINMAX
#undef WK_VEC_SHIFT
#undef WK_VEC_SHIFT_SIGNED
#undef WK_VEC_ALL_TRUE
#undef WK_VEC_LOW_8
#undef WK_VEC_HIGH_8
#undef WK_VEC_LOW_16
#undef WK_VEC_HIGH_16
#undef WK_VEC_LOW_32
#undef WK_VEC_HIGH_32
#undef WK_VEC_ZIP
#undef WK_VEC_EXTEND
#undef WK_VEC_EXTMUL
#undef WK_VEC_EXTMULS
#undef WK_VEC_SAME1
#undef WK_VEC_SAME2
#undef WK_VEC_RELAXED
#undef WK_VEC_LANESELECT
#undef WK_VEC_LOAD_EXTEND

#endif
#endif

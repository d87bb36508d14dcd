/*
 * Bit counting, rotation, wide multiplication, division and little-endian access.
 *
 * Owner of one rule: none of these ever becomes a call into the compiler's support library, on any
 * CPU and at any optimisation level. So a builtin is used only where the target is known to have
 * the instruction (WK_HAVE_*), and division is spelled out where the CPU cannot divide.
 * Everything here is free of side effects and defined for every input unless a comment says so.
 */
#ifndef WICK_BASE_BITS_H
#define WICK_BASE_BITS_H

#include <stdint.h>

#include "base/compiler.h"
#include "base/deps.h"

/* Small functions are forced inline, but only by an optimising compiler: at -O0 every forced copy
 * gets stack slots of its own, and a switch over the instructions needed 2.8 KiB of stack instead
 * of 48 bytes. */
#if defined(__OPTIMIZE__)
#define WK_LEAF WK_INLINE
#else
#define WK_LEAF WK_UNUSED static inline
#endif

/* Named as a builtin, so that a constant size is moved inline even under -ffreestanding. */
#if defined(__GNUC__)
#define WK_MOVE_BYTES(dst, src, n) __builtin_memcpy(dst, src, n)
#else
#define WK_MOVE_BYTES(dst, src, n) memcpy(dst, src, n)
#endif

/* ---- what the target has; an unlisted CPU gets the portable forms ---- */

/* Tests define this to run the portable forms on any host. */
#ifndef WK_BITS_PORTABLE
#define WK_BITS_PORTABLE 0
#endif

#if !defined(__GNUC__) || WK_BITS_PORTABLE
#define WK_HAVE_CLZ 0
#define WK_HAVE_CTZ 0
#define WK_HAVE_POPCNT 0
#else
#if defined(__x86_64__) || defined(__i386__) || defined(__aarch64__) || defined(__riscv_zbb)
#define WK_HAVE_CLZ 1
#define WK_HAVE_CTZ 1
#elif defined(__ARM_FEATURE_CLZ) || defined(__powerpc__)
#define WK_HAVE_CLZ 1
#define WK_HAVE_CTZ 0
#else
#define WK_HAVE_CLZ 0
#define WK_HAVE_CTZ 0
#endif
/* aarch64 counts in a vector register, which a kernel may not touch. */
#if defined(__POPCNT__) || defined(__riscv_zbb) || (defined(__aarch64__) && defined(__ARM_NEON))
#define WK_HAVE_POPCNT 1
#else
#define WK_HAVE_POPCNT 0
#endif
#endif

/* 64-bit registers: 64-bit division is an instruction. (x32 and ILP32 have short pointers.) */
#if (UINTPTR_MAX > 0xffffffffu || defined(__x86_64__) || defined(__aarch64__)) && !WK_BITS_PORTABLE
#define WK_HAVE_DIV64 1
#else
#define WK_HAVE_DIV64 0
#endif

/* Small CPUs without any division instruction. */
#if (defined(__arm__) && !defined(__ARM_FEATURE_IDIV)) || defined(__alpha__) || defined(__sh__) || \
    (defined(__riscv) && !defined(__riscv_div)) || WK_BITS_PORTABLE
#define WK_HAVE_DIV32 0
#else
#define WK_HAVE_DIV32 1
#endif

/* A 128-bit product is one or two instructions; on wasm hosts it would be a call. */
#if defined(__SIZEOF_INT128__) && !defined(__wasm__) && !WK_BITS_PORTABLE
#define WK_HAVE_MUL128 1
#else
#define WK_HAVE_MUL128 0
#endif

/* ---- counting; the count of a zero argument is the width ---- */

#if WK_HAVE_POPCNT
WK_LEAF uint32_t wk_popcnt32(uint32_t x) {
    return (uint32_t)__builtin_popcount(x);
}

WK_LEAF uint32_t wk_popcnt64(uint64_t x) {
    return (uint32_t)__builtin_popcountll(x);
}
#else
WK_LEAF uint32_t wk_popcnt32(uint32_t x) {
    x -= (x >> 1) & 0x55555555u;
    x = (x & 0x33333333u) + ((x >> 2) & 0x33333333u);
    x = (x + (x >> 4)) & 0x0f0f0f0fu;
    return (x * 0x01010101u) >> 24;
}

WK_LEAF uint32_t wk_popcnt64(uint64_t x) {
    x -= (x >> 1) & 0x5555555555555555u;
    x = (x & 0x3333333333333333u) + ((x >> 2) & 0x3333333333333333u);
    x = (x + (x >> 4)) & 0x0f0f0f0f0f0f0f0fu;
    return (uint32_t)((x * 0x0101010101010101u) >> 56);
}
#endif

#if WK_HAVE_CLZ
WK_LEAF uint32_t wk_clz32(uint32_t x) {
    return x == 0 ? 32u : (uint32_t)__builtin_clz(x);
}
#else
WK_LEAF uint32_t wk_clz32(uint32_t x) {
    x |= x >> 1;
    x |= x >> 2;
    x |= x >> 4;
    x |= x >> 8;
    x |= x >> 16;
    return 32u - wk_popcnt32(x);
}
#endif

#if WK_HAVE_CLZ && WK_HAVE_DIV64
WK_LEAF uint32_t wk_clz64(uint64_t x) {
    return x == 0 ? 64u : (uint32_t)__builtin_clzll(x);
}
#else
WK_LEAF uint32_t wk_clz64(uint64_t x) {
    const uint32_t hi = (uint32_t)(x >> 32);
    return hi != 0 ? wk_clz32(hi) : 32u + wk_clz32((uint32_t)x);
}
#endif

#if WK_HAVE_CTZ
WK_LEAF uint32_t wk_ctz32(uint32_t x) {
    return x == 0 ? 32u : (uint32_t)__builtin_ctz(x);
}
#else
WK_LEAF uint32_t wk_ctz32(uint32_t x) {
    return 32u - wk_clz32(~x & (x - 1u)); /* the zeros below the lowest one, as ones */
}
#endif

#if WK_HAVE_CTZ && WK_HAVE_DIV64
WK_LEAF uint32_t wk_ctz64(uint64_t x) {
    return x == 0 ? 64u : (uint32_t)__builtin_ctzll(x);
}
#else
WK_LEAF uint32_t wk_ctz64(uint64_t x) {
    const uint32_t lo = (uint32_t)x;
    return lo != 0 ? wk_ctz32(lo) : 32u + wk_ctz32((uint32_t)(x >> 32));
}
#endif

/* ---- rotation; the count is taken modulo the width ---- */

WK_LEAF uint32_t wk_rotl32(uint32_t x, uint32_t n) {
    return x << (n & 31u) | x >> ((0u - n) & 31u);
}

WK_LEAF uint32_t wk_rotr32(uint32_t x, uint32_t n) {
    return x >> (n & 31u) | x << ((0u - n) & 31u);
}

WK_LEAF uint64_t wk_rotl64(uint64_t x, uint32_t n) {
    return x << (n & 63u) | x >> ((0u - n) & 63u);
}

WK_LEAF uint64_t wk_rotr64(uint64_t x, uint32_t n) {
    return x >> (n & 63u) | x << ((0u - n) & 63u);
}

/* ---- multiplication: the upper half of the 128-bit product ---- */

#if WK_HAVE_MUL128
WK_LEAF uint64_t wk_mul64_hi(uint64_t a, uint64_t b) {
    return (uint64_t)(((unsigned __int128)a * b) >> 64);
}
#else
WK_LEAF uint64_t wk_mul64_hi(uint64_t a, uint64_t b) {
    const uint32_t a0 = (uint32_t)a, a1 = (uint32_t)(a >> 32);
    const uint32_t b0 = (uint32_t)b, b1 = (uint32_t)(b >> 32);
    const uint64_t mid = (uint64_t)a1 * b0 + (((uint64_t)a0 * b0) >> 32);
    const uint64_t low = (uint64_t)a0 * b1 + (uint32_t)mid;
    return (uint64_t)a1 * b1 + (mid >> 32) + (low >> 32);
}
#endif

/* ---- division; the divisor is not zero, a signed quotient does not overflow ---- */

#if WK_HAVE_DIV32
WK_LEAF uint32_t wk_udiv32(uint32_t a, uint32_t b) {
    return a / b;
}
#else
WK_UNUSED static inline uint32_t wk_udiv32(uint32_t a, uint32_t b) {
    uint32_t q = 0;
    if (a >= b) {
        uint32_t n = wk_clz32(b) - wk_clz32(a);
        for (b <<= n; ; b >>= 1) {
            q <<= 1;
            if (a >= b) {
                a -= b;
                q |= 1u;
            }
            if (n-- == 0) {
                break;
            }
        }
    }
    return q;
}
#endif

WK_LEAF uint32_t wk_urem32(uint32_t a, uint32_t b) {
    return a - wk_udiv32(a, b) * b;
}

#if WK_HAVE_DIV64
WK_LEAF uint64_t wk_udiv64(uint64_t a, uint64_t b) {
    return a / b;
}
#else
/* A short divisor (the common case: decimal digits, sizes) goes by halves of 32-bit words, the
 * rest by shift and subtract over as many bits as the quotient has. */
WK_UNUSED static inline uint64_t wk_udiv64(uint64_t a, uint64_t b) {
    uint64_t q = 0;
    if (((a | b) >> 32) == 0) {
        return wk_udiv32((uint32_t)a, (uint32_t)b);
    }
    if (b <= 0xffffu) {
        const uint32_t d = (uint32_t)b;
        uint32_t rem = 0;
        for (int shift = 48; shift >= 0; shift -= 16) {
            const uint32_t part = rem << 16 | (uint32_t)(a >> shift & 0xffffu);
            const uint32_t digit = wk_udiv32(part, d);
            rem = part - digit * d;
            q = q << 16 | digit;
        }
        return q;
    }
    if (a >= b) {
        uint32_t n = wk_clz64(b) - wk_clz64(a);
        for (b <<= n; ; b >>= 1) {
            q <<= 1;
            if (a >= b) {
                a -= b;
                q |= 1u;
            }
            if (n-- == 0) {
                break;
            }
        }
    }
    return q;
}
#endif

WK_LEAF uint64_t wk_urem64(uint64_t a, uint64_t b) {
    return a - wk_udiv64(a, b) * b;
}

#if WK_HAVE_DIV32
WK_LEAF int32_t wk_sdiv32(int32_t a, int32_t b) {
    return a / b;
}
#else
WK_LEAF int32_t wk_sdiv32(int32_t a, int32_t b) {
    const uint32_t ua = a < 0 ? 0u - (uint32_t)a : (uint32_t)a;
    const uint32_t ub = b < 0 ? 0u - (uint32_t)b : (uint32_t)b;
    const uint32_t q = wk_udiv32(ua, ub);
    return (int32_t)((a < 0) != (b < 0) ? 0u - q : q);
}
#endif

#if WK_HAVE_DIV64
WK_LEAF int64_t wk_sdiv64(int64_t a, int64_t b) {
    return a / b;
}
#else
WK_LEAF int64_t wk_sdiv64(int64_t a, int64_t b) {
    const uint64_t ua = a < 0 ? 0u - (uint64_t)a : (uint64_t)a;
    const uint64_t ub = b < 0 ? 0u - (uint64_t)b : (uint64_t)b;
    const uint64_t q = wk_udiv64(ua, ub);
    return (int64_t)((a < 0) != (b < 0) ? 0u - q : q);
}
#endif

WK_LEAF int32_t wk_srem32(int32_t a, int32_t b) {
    return (int32_t)((uint32_t)a - (uint32_t)wk_sdiv32(a, b) * (uint32_t)b);
}

WK_LEAF int64_t wk_srem64(int64_t a, int64_t b) {
    return (int64_t)((uint64_t)a - (uint64_t)wk_sdiv64(a, b) * (uint64_t)b);
}

/* ---- little-endian access at any alignment ---- */

#if defined(__BYTE_ORDER__) && !WK_BIG_ENDIAN
WK_LEAF uint16_t wk_ld_le16(const void *p) {
    uint16_t v;
    WK_MOVE_BYTES(&v, p, sizeof v);
    return v;
}

WK_LEAF uint32_t wk_ld_le32(const void *p) {
    uint32_t v;
    WK_MOVE_BYTES(&v, p, sizeof v);
    return v;
}

WK_LEAF uint64_t wk_ld_le64(const void *p) {
    uint64_t v;
    WK_MOVE_BYTES(&v, p, sizeof v);
    return v;
}

WK_LEAF void wk_st_le16(void *p, uint16_t v) {
    WK_MOVE_BYTES(p, &v, sizeof v);
}

WK_LEAF void wk_st_le32(void *p, uint32_t v) {
    WK_MOVE_BYTES(p, &v, sizeof v);
}

WK_LEAF void wk_st_le64(void *p, uint64_t v) {
    WK_MOVE_BYTES(p, &v, sizeof v);
}
#else
/* Big-endian or unknown: byte by byte, which compilers turn into a reversed load or store. */
WK_LEAF uint16_t wk_ld_le16(const void *p) {
    const uint8_t *b = (const uint8_t *)p;
    return (uint16_t)(b[0] | b[1] << 8);
}

WK_LEAF uint32_t wk_ld_le32(const void *p) {
    const uint8_t *b = (const uint8_t *)p;
    return b[0] | (uint32_t)b[1] << 8 | (uint32_t)b[2] << 16 | (uint32_t)b[3] << 24;
}

WK_LEAF uint64_t wk_ld_le64(const void *p) {
    const uint8_t *b = (const uint8_t *)p;
    return wk_ld_le32(b) | (uint64_t)wk_ld_le32(b + 4) << 32;
}

WK_LEAF void wk_st_le16(void *p, uint16_t v) {
    uint8_t *b = (uint8_t *)p;
    b[0] = (uint8_t)v;
    b[1] = (uint8_t)(v >> 8);
}

WK_LEAF void wk_st_le32(void *p, uint32_t v) {
    uint8_t *b = (uint8_t *)p;
    b[0] = (uint8_t)v;
    b[1] = (uint8_t)(v >> 8);
    b[2] = (uint8_t)(v >> 16);
    b[3] = (uint8_t)(v >> 24);
}

WK_LEAF void wk_st_le64(void *p, uint64_t v) {
    uint8_t *b = (uint8_t *)p;
    wk_st_le32(b, (uint32_t)v);
    wk_st_le32(b + 4, (uint32_t)(v >> 32));
}
#endif

#endif

/* relaxed.h - plain accesses of guests to memories that other CPUs use at the same time: relaxed, little-endian.
 *
 * Owner of: an aligned access of up to the machine's word is one access, never torn; any other is one of bytes. On CPUs
 * that access unaligned words in one instruction the compiler is given just that (a volatile access through a type of
 * alignment 1), which costs no test; elsewhere, and for ThreadSanitizer, aligned words are relaxed atomics. */
#ifndef WICK_BASE_RELAXED_H
#define WICK_BASE_RELAXED_H

#include "base/atomic.h"
#include "base/bits.h"

#if defined(__GNUC__) && !WK_THREAD_SANITIZER && \
    (defined(__x86_64__) || defined(__i386__) || defined(__s390x__) || \
     (defined(__aarch64__) && defined(__ARM_FEATURE_UNALIGNED)))
#define WK_RELAXED_DIRECT 1
#else
#define WK_RELAXED_DIRECT 0
#endif

/* Host order to little-endian and back. */
#if WK_BIG_ENDIAN
WK_LEAF uint8_t wk_le8(uint8_t v) {
    return v;
}
WK_LEAF uint16_t wk_le16(uint16_t v) {
    return (uint16_t)(v >> 8 | v << 8);
}
WK_LEAF uint32_t wk_le32(uint32_t v) {
    return v << 24 | (v & 0xff00u) << 8 | (v >> 8 & 0xff00u) | v >> 24;
}
WK_LEAF uint64_t wk_le64(uint64_t v) {
    return (uint64_t)wk_le32((uint32_t)v) << 32 | wk_le32((uint32_t)(v >> 32));
}
#else
WK_LEAF uint8_t wk_le8(uint8_t v) {
    return v;
}
WK_LEAF uint16_t wk_le16(uint16_t v) {
    return v;
}
WK_LEAF uint32_t wk_le32(uint32_t v) {
    return v;
}
WK_LEAF uint64_t wk_le64(uint64_t v) {
    return v;
}
#endif

#if WK_ATOMIC_CPU
WK_LEAF uint8_t wk_relaxed_ld8(const void *p) {
    return __atomic_load_n((const uint8_t *)p, __ATOMIC_RELAXED);
}
WK_LEAF void wk_relaxed_st8(void *p, uint8_t v) {
    __atomic_store_n((uint8_t *)p, v, __ATOMIC_RELAXED);
}
#else
WK_LEAF uint8_t wk_relaxed_ld8(const void *p) {
    return *(const volatile uint8_t *)p;
}
WK_LEAF void wk_relaxed_st8(void *p, uint8_t v) {
    *(volatile uint8_t *)p = v;
}
#endif

#if WK_RELAXED_DIRECT
typedef uint16_t __attribute__((may_alias, aligned(1))) wk_any16;
typedef uint32_t __attribute__((may_alias, aligned(1))) wk_any32;
typedef uint64_t __attribute__((may_alias, aligned(1))) wk_any64;
#define WK_RELAXED_WORD(n)                                                                      \
    WK_LEAF uint##n##_t wk_relaxed_ld##n(const void *p) {                                       \
        const uint##n##_t v = *(const volatile wk_any##n *)p;                                   \
        return wk_le##n(v);                                                           \
    }                                                                                           \
    WK_LEAF void wk_relaxed_st##n(void *p, uint##n##_t v) {                                     \
        *(volatile wk_any##n *)p = wk_le##n(v);                                       \
    }
#else
#if WK_ATOMIC_CPU
#define WK_RELAXED_LOAD(n, p) __atomic_load_n((const wk_word##n *)(p), __ATOMIC_RELAXED)
#define WK_RELAXED_STORE(n, p, v) __atomic_store_n((wk_word##n *)(p), v, __ATOMIC_RELAXED)
#else
#define WK_RELAXED_LOAD(n, p) (*(const volatile wk_word##n *)(p))
#define WK_RELAXED_STORE(n, p, v) (*(volatile wk_word##n *)(p) = (v))
#endif
/* 64-bit words are one access where registers have 64 bits; the standard lets others tear. */
#define WK_RELAXED_WORD(n)                                                                      \
    WK_LEAF uint##n##_t wk_relaxed_ld##n(const void *p) {                                       \
        if (n <= 8 * sizeof(uintptr_t) && WK_LIKELY(((uintptr_t)p & (n / 8 - 1)) == 0)) {       \
            const uint##n##_t v = WK_RELAXED_LOAD_IF##n(p);                                     \
            return wk_le##n(v);                                                       \
        }                                                                                       \
        uint64_t v = 0;                                                                         \
        for (uint32_t i = 0; i < n / 8; i++) {                                                  \
            v |= (uint64_t)wk_relaxed_ld8((const uint8_t *)p + i) << (8 * i);                   \
        }                                                                                       \
        return (uint##n##_t)v;                                                                  \
    }                                                                                           \
    WK_LEAF void wk_relaxed_st##n(void *p, uint##n##_t v) {                                     \
        if (n <= 8 * sizeof(uintptr_t) && WK_LIKELY(((uintptr_t)p & (n / 8 - 1)) == 0)) {       \
            WK_RELAXED_STORE_IF##n(p, wk_le##n(v));                                   \
            return;                                                                             \
        }                                                                                       \
        for (uint32_t i = 0; i < n / 8; i++) {                                                  \
            wk_relaxed_st8((uint8_t *)p + i, (uint8_t)((uint64_t)v >> (8 * i)));                \
        }                                                                                       \
    }
#define WK_RELAXED_LOAD_IF16(p) WK_RELAXED_LOAD(16, p)
#define WK_RELAXED_LOAD_IF32(p) WK_RELAXED_LOAD(32, p)
#define WK_RELAXED_STORE_IF16(p, v) WK_RELAXED_STORE(16, p, v)
#define WK_RELAXED_STORE_IF32(p, v) WK_RELAXED_STORE(32, p, v)
#if UINTPTR_MAX > 0xffffffffu
#define WK_RELAXED_LOAD_IF64(p) WK_RELAXED_LOAD(64, p)
#define WK_RELAXED_STORE_IF64(p, v) WK_RELAXED_STORE(64, p, v)
#else
#define WK_RELAXED_LOAD_IF64(p) 0
#define WK_RELAXED_STORE_IF64(p, v) (void)(v)
#endif
#endif
WK_RELAXED_WORD(16)
WK_RELAXED_WORD(32)
WK_RELAXED_WORD(64)

/* Copies [src, src + n) to dst, in the order that is right when they overlap; words where both sides allow it. */
WK_UNUSED static void wk_relaxed_copy(void *dst, const void *src, size_t n) {
    uint8_t *to = (uint8_t *)dst;
    const uint8_t *from = (const uint8_t *)src;
    const bool words = WK_RELAXED_DIRECT || (((uintptr_t)to ^ (uintptr_t)from) & 7) == 0;
    size_t i = 0;
    if ((uintptr_t)to - (uintptr_t)from < n) { /* the destination begins inside the source */
        while (n != 0 && (!words || n < 8 || (((uintptr_t)to + n) & 7) != 0)) {
            n--;
            wk_relaxed_st8(to + n, wk_relaxed_ld8(from + n));
        }
        for (; n >= 8; n -= 8) {
            wk_relaxed_st64(to + n - 8, wk_relaxed_ld64(from + n - 8));
        }
        while (n != 0) {
            n--;
            wk_relaxed_st8(to + n, wk_relaxed_ld8(from + n));
        }
        return;
    }
    while (i < n && (!words || (((uintptr_t)to + i) & 7) != 0)) {
        wk_relaxed_st8(to + i, wk_relaxed_ld8(from + i));
        i++;
    }
    for (; n - i >= 8; i += 8) {
        wk_relaxed_st64(to + i, wk_relaxed_ld64(from + i));
    }
    for (; i < n; i++) {
        wk_relaxed_st8(to + i, wk_relaxed_ld8(from + i));
    }
}

WK_UNUSED static void wk_relaxed_fill(void *dst, uint8_t value, size_t n) {
    uint8_t *to = (uint8_t *)dst;
    const uint64_t all = value * UINT64_C(0x0101010101010101);
    size_t i = 0;
    for (; i < n && (((uintptr_t)to + i) & 7) != 0; i++) {
        wk_relaxed_st8(to + i, value);
    }
    for (; n - i >= 8; i += 8) {
        wk_relaxed_st64(to + i, all);
    }
    for (; i < n; i++) {
        wk_relaxed_st8(to + i, value);
    }
}

#undef WK_RELAXED_WORD
#undef WK_RELAXED_LOAD
#undef WK_RELAXED_STORE
#undef WK_RELAXED_LOAD_IF16
#undef WK_RELAXED_LOAD_IF32
#undef WK_RELAXED_LOAD_IF64
#undef WK_RELAXED_STORE_IF16
#undef WK_RELAXED_STORE_IF32
#undef WK_RELAXED_STORE_IF64
#undef WK_RELAXED_DIRECT

#endif

/* atomic.h - atomic accesses without library calls: the runtime's own flags and counts, and the sequentially consistent
 * operations that guest atomics are made of (rt/atomics.h).
 *
 * Owner of: which CPU gets which code. Compilers turn __atomic operations into calls where they think a library knows
 * better: aarch64 (__aarch64_cas4_acq_rel, chosen at run time), riscv64 below 32 bits, i386 at 64 bits with the FPU. So
 * there are exclusives for aarch64, a compare-and-swap on the containing word for riscv, cmpxchg8b for i386; everything
 * else takes the compiler's. WK_ATOMIC_64 is 0 where no 64-bit compare-and-swap exists: 64-bit accesses are then two
 * halves, and a memory cannot be shared by several CPUs (rt/shared.c). WK_ATOMIC_CPU is 0 where there is none of 32 bits
 * either (i386, ARMv6-M, RISC-V without A) or the compiler has no atomics: everything is then for one CPU.
 * test/check/atomics.sh looks at all of them. */
#ifndef WICK_BASE_ATOMIC_H
#define WICK_BASE_ATOMIC_H

#include "base/compiler.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#if defined(__GCC_HAVE_SYNC_COMPARE_AND_SWAP_4)
#define WK_ATOMIC_CPU 1
#elif defined(__clang__) && defined(__GCC_ATOMIC_INT_LOCK_FREE)
#define WK_ATOMIC_CPU (__GCC_ATOMIC_INT_LOCK_FREE == 2)
#else
#define WK_ATOMIC_CPU 0
#endif

#if WK_ATOMIC_CPU
static inline uint32_t wk_atomic_load32(const uint32_t *p) {
    return __atomic_load_n(p, __ATOMIC_ACQUIRE);
}
static inline void wk_atomic_store32(uint32_t *p, uint32_t value) {
    __atomic_store_n(p, value, __ATOMIC_RELEASE);
}
static inline void *wk_atomic_load_ptr(void *const *p) {
    return __atomic_load_n(p, __ATOMIC_ACQUIRE);
}
static inline void wk_atomic_store_ptr(void **p, void *value) {
    __atomic_store_n(p, value, __ATOMIC_RELEASE);
}
static inline size_t wk_atomic_load_size(const size_t *p) {
    return __atomic_load_n(p, __ATOMIC_ACQUIRE);
}
static inline void wk_atomic_store_size(size_t *p, size_t value) {
    __atomic_store_n(p, value, __ATOMIC_RELEASE);
}
static inline void wk_atomic_fence(void) {
    __atomic_thread_fence(__ATOMIC_SEQ_CST);
}
#else
static inline uint32_t wk_atomic_load32(const uint32_t *p) {
    return *(const volatile uint32_t *)p;
}
static inline void wk_atomic_store32(uint32_t *p, uint32_t value) {
    *(volatile uint32_t *)p = value;
}
static inline void *wk_atomic_load_ptr(void *const *p) {
    return *(void *const volatile *)p;
}
static inline void wk_atomic_store_ptr(void **p, void *value) {
    *(void *volatile *)p = value;
}
static inline size_t wk_atomic_load_size(const size_t *p) {
    return *(const volatile size_t *)p;
}
static inline void wk_atomic_store_size(size_t *p, size_t value) {
    *(volatile size_t *)p = value;
}
static inline void wk_atomic_fence(void) {
}
#endif

/* ---- guest words: aligned, of any type in C's eyes ------------------------------------------------------------------ */

#ifdef __GNUC__
typedef uint8_t wk_word8;
typedef uint16_t __attribute__((may_alias)) wk_word16;
typedef uint32_t __attribute__((may_alias)) wk_word32;
typedef uint64_t __attribute__((may_alias)) wk_word64;
#else
typedef uint8_t wk_word8;
typedef uint16_t wk_word16;
typedef uint32_t wk_word32;
typedef uint64_t wk_word64;
#endif

#if defined(__SANITIZE_THREAD__)
#define WK_THREAD_SANITIZER 1
#elif defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define WK_THREAD_SANITIZER 1
#endif
#endif
#ifndef WK_THREAD_SANITIZER
#define WK_THREAD_SANITIZER 0
#endif

/* Host order, sequentially consistent. wk_cas answers what was there: the swap happened if that is `expected`. */
#define WK_ATOMIC_BUILTIN_ACCESS(n)                                                     \
    static inline uint##n##_t wk_seq_load##n(const void *p) {                           \
        return __atomic_load_n((const wk_word##n *)p, __ATOMIC_SEQ_CST);                \
    }                                                                                   \
    static inline void wk_seq_store##n(void *p, uint##n##_t value) {                    \
        __atomic_store_n((wk_word##n *)p, value, __ATOMIC_SEQ_CST);                     \
    }
#define WK_ATOMIC_BUILTIN_CAS(n)                                                                        \
    static inline uint##n##_t wk_cas##n(void *p, uint##n##_t expected, uint##n##_t desired) {           \
        wk_word##n old = expected;                                                                      \
        (void)__atomic_compare_exchange_n((wk_word##n *)p, &old, desired, 0, __ATOMIC_SEQ_CST,          \
                                          __ATOMIC_SEQ_CST);                                            \
        return old;                                                                                     \
    }
/* One CPU at a time: what a compiler without atomics gets. */
#define WK_ATOMIC_PLAIN_ACCESS(n)                                           \
    static inline uint##n##_t wk_seq_load##n(const void *p) {               \
        return *(const volatile wk_word##n *)p;                             \
    }                                                                       \
    static inline void wk_seq_store##n(void *p, uint##n##_t value) {        \
        *(volatile wk_word##n *)p = value;                                  \
    }
#define WK_ATOMIC_PLAIN_CAS(n)                                                                          \
    static inline uint##n##_t wk_cas##n(void *p, uint##n##_t expected, uint##n##_t desired) {           \
        const uint##n##_t old = *(const volatile wk_word##n *)p;                                        \
        if (old == expected) {                                                                          \
            *(volatile wk_word##n *)p = desired;                                                        \
        }                                                                                               \
        return old;                                                                                     \
    }
/* By the 32-bit word that contains it. */
#define WK_ATOMIC_WORD_CAS(n)                                                                           \
    static inline uint##n##_t wk_cas##n(void *p, uint##n##_t expected, uint##n##_t desired) {           \
        const uintptr_t at = (uintptr_t)p & 3;                                                          \
        const uint32_t shift = (uint32_t)(WK_BIG_ENDIAN ? 4 - n / 8 - at : at) * 8;                     \
        const uint32_t mask = (uint32_t)(uint##n##_t)-1 << shift;                                       \
        void *word = (uint8_t *)p - at;                                                                 \
        uint32_t seen = wk_seq_load32(word);                                                            \
        for (;;) {                                                                                      \
            uint32_t before = seen;                                                                     \
            if ((uint##n##_t)(seen >> shift) != expected) {                                             \
                return (uint##n##_t)(seen >> shift);                                                    \
            }                                                                                           \
            seen = wk_cas32(word, before, (before & ~mask) | (uint32_t)desired << shift);               \
            if (seen == before) {                                                                       \
                return expected;                                                                        \
            }                                                                                           \
        }                                                                                               \
    }
/* Load and store exclusive, with acquire and release. `s` is the suffix, `r` the register's letter. */
#define WK_ATOMIC_A64_CAS(n, s, r)                                                                      \
    static inline uint##n##_t wk_cas##n(void *p, uint##n##_t expected, uint##n##_t desired) {           \
        uint##n##_t old;                                                                                \
        uint32_t failed;                                                                                \
        __asm__ volatile("1: ldaxr" s " %" r "0, %2\n"                                                  \
                         "   cmp %" r "0, %" r "3\n"                                                    \
                         "   b.ne 2f\n"                                                                 \
                         "   stlxr" s " %w1, %" r "4, %2\n"                                             \
                         "   cbnz %w1, 1b\n"                                                            \
                         "2:"                                                                           \
                         : "=&r"(old), "=&r"(failed), "+Q"(*(wk_word##n *)p)                            \
                         : "r"((uint64_t)expected), "r"((uint64_t)desired)                              \
                         : "cc", "memory");                                                             \
        return old;                                                                                     \
    }
/* Load reserved and store conditional. gcc's own compares what lr.w loads, which is sign-extended, with a register whose upper
 * half it takes for granted (up to version 13): cut from a 64-bit value it never matches. Here the conversions are C's. */
#define WK_ATOMIC_RV64_CAS32                                                                            \
    static inline uint32_t wk_cas32(void *p, uint32_t expected, uint32_t desired) {                     \
        int64_t old, failed;                                                                            \
        __asm__ volatile("1: lr.w.aqrl %0, %2\n"                                                        \
                         "   bne %0, %3, 2f\n"                                                          \
                         "   sc.w.rl %1, %4, %2\n"                                                      \
                         "   bnez %1, 1b\n"                                                             \
                         "2:"                                                                           \
                         : "=&r"(old), "=&r"(failed), "+A"(*(wk_word32 *)p)                             \
                         : "r"((int64_t)(int32_t)expected), "r"((int64_t)(int32_t)desired)              \
                         : "memory");                                                                   \
        return (uint32_t)old;                                                                           \
    }

#if !WK_ATOMIC_CPU
#define WK_ATOMIC_64 0
WK_ATOMIC_PLAIN_ACCESS(8)
WK_ATOMIC_PLAIN_ACCESS(16)
WK_ATOMIC_PLAIN_ACCESS(32)
WK_ATOMIC_PLAIN_ACCESS(64)
WK_ATOMIC_PLAIN_CAS(8)
WK_ATOMIC_PLAIN_CAS(16)
WK_ATOMIC_PLAIN_CAS(32)
WK_ATOMIC_PLAIN_CAS(64)
#else
WK_ATOMIC_BUILTIN_ACCESS(8)
WK_ATOMIC_BUILTIN_ACCESS(16)
WK_ATOMIC_BUILTIN_ACCESS(32)
#if defined(__aarch64__) && !defined(__ARM_FEATURE_ATOMICS) && !WK_THREAD_SANITIZER
#define WK_ATOMIC_64 1
WK_ATOMIC_BUILTIN_ACCESS(64)
WK_ATOMIC_A64_CAS(8, "b", "w")
WK_ATOMIC_A64_CAS(16, "h", "w")
WK_ATOMIC_A64_CAS(32, "", "w")
WK_ATOMIC_A64_CAS(64, "", "x")
#elif defined(__riscv) && __riscv_xlen >= 64
#define WK_ATOMIC_64 1
WK_ATOMIC_BUILTIN_ACCESS(64)
WK_ATOMIC_RV64_CAS32
WK_ATOMIC_BUILTIN_CAS(64)
WK_ATOMIC_WORD_CAS(8)
WK_ATOMIC_WORD_CAS(16)
#elif defined(__riscv)
#define WK_ATOMIC_64 0
WK_ATOMIC_BUILTIN_CAS(32)
WK_ATOMIC_WORD_CAS(8)
WK_ATOMIC_WORD_CAS(16)
WK_ATOMIC_PLAIN_ACCESS(64)
WK_ATOMIC_PLAIN_CAS(64)
#else
WK_ATOMIC_BUILTIN_CAS(8)
WK_ATOMIC_BUILTIN_CAS(16)
WK_ATOMIC_BUILTIN_CAS(32)
#if defined(__i386__) && defined(__GCC_HAVE_SYNC_COMPARE_AND_SWAP_8)
#define WK_ATOMIC_64 1
static inline uint64_t wk_cas64(void *p, uint64_t expected, uint64_t desired) {
    __asm__ volatile("lock cmpxchg8b %1"
                     : "+A"(expected), "+m"(*(wk_word64 *)p)
                     : "b"((uint32_t)desired), "c"((uint32_t)(desired >> 32))
                     : "cc", "memory");
    return expected;
}
static inline uint64_t wk_seq_load64(const void *p) {
    return wk_cas64((void *)(uintptr_t)p, 0, 0);
}
static inline void wk_seq_store64(void *p, uint64_t value) {
    uint64_t seen = wk_cas64(p, 0, value);
    uint64_t before = 0;
    while (seen != before) {
        before = seen;
        seen = wk_cas64(p, before, value);
    }
}
#elif UINTPTR_MAX > 0xffffffffu || (__GCC_ATOMIC_LLONG_LOCK_FREE == 2 && !defined(__i386__))
#define WK_ATOMIC_64 1
WK_ATOMIC_BUILTIN_ACCESS(64)
WK_ATOMIC_BUILTIN_CAS(64)
#else
#define WK_ATOMIC_64 0
WK_ATOMIC_PLAIN_ACCESS(64)
WK_ATOMIC_PLAIN_CAS(64)
#endif
#endif
#endif

#undef WK_ATOMIC_BUILTIN_ACCESS
#undef WK_ATOMIC_BUILTIN_CAS
#undef WK_ATOMIC_PLAIN_ACCESS
#undef WK_ATOMIC_PLAIN_CAS
#undef WK_ATOMIC_WORD_CAS
#undef WK_ATOMIC_A64_CAS

/* Counts. Each answers the new value. */
static inline uint32_t wk_atomic_add32(uint32_t *p, uint32_t n) {
    uint32_t before = wk_atomic_load32(p);
    for (;;) {
        const uint32_t seen = wk_cas32(p, before, before + n);
        if (seen == before) {
            return before + n;
        }
        before = seen;
    }
}

#endif

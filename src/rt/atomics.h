/* atomics.h - what the atomic instructions do, once for both interpreters: sequentially consistent, little-endian.
 *
 * Values travel zero-extended in 64 bits; operands are cut to the access's width, as the standard says ("wrapped"). The
 * address is aligned and inside the memory: that is checked by the caller. Spec: the threads proposal, "Atomic Memory
 * Accesses". */
#ifndef WICK_RT_ATOMICS_H
#define WICK_RT_ATOMICS_H

#include "base/relaxed.h"

enum wk_rmw { WK_RMW_ADD, WK_RMW_SUB, WK_RMW_AND, WK_RMW_OR, WK_RMW_XOR, WK_RMW_XCHG };

WK_INLINE uint64_t wk_rmw_apply(enum wk_rmw how, uint64_t old, uint64_t value) {
    switch (how) {
    case WK_RMW_ADD:
        return old + value;
    case WK_RMW_SUB:
        return old - value;
    case WK_RMW_AND:
        return old & value;
    case WK_RMW_OR:
        return old | value;
    case WK_RMW_XOR:
        return old ^ value;
    case WK_RMW_XCHG:
        return value;
    }
    return 0;
}

/* x86 and s390x have these as instructions; everywhere else they are loops around a compare-and-swap. */
#if defined(__x86_64__) && defined(__GNUC__)
#define WK_RMW_NATIVE(n)                                                                        \
    switch (how) {                                                                              \
    case WK_RMW_ADD:                                                                            \
        return __atomic_fetch_add((wk_word##n *)p, (uint##n##_t)value, __ATOMIC_SEQ_CST);       \
    case WK_RMW_SUB:                                                                            \
        return __atomic_fetch_sub((wk_word##n *)p, (uint##n##_t)value, __ATOMIC_SEQ_CST);       \
    case WK_RMW_XCHG:                                                                           \
        return __atomic_exchange_n((wk_word##n *)p, (uint##n##_t)value, __ATOMIC_SEQ_CST);      \
    default:                                                                                    \
        break;                                                                                  \
    }
#else
#define WK_RMW_NATIVE(n)
#endif

#define WK_ATOMIC_WIDTH(n)                                                                      \
    WK_INLINE uint64_t wk_atomic_get##n(const void *p) {                                        \
        return wk_le##n(wk_seq_load##n(p));                                                     \
    }                                                                                           \
    WK_INLINE void wk_atomic_put##n(void *p, uint64_t value) {                                  \
        wk_seq_store##n(p, wk_le##n((uint##n##_t)value));                                       \
    }                                                                                           \
    WK_INLINE uint64_t wk_atomic_rmw##n(enum wk_rmw how, void *p, uint64_t value) {             \
        WK_RMW_NATIVE(n)                                                                        \
        uint##n##_t before = wk_seq_load##n(p);                                                 \
        for (;;) {                                                                              \
            const uint##n##_t next = (uint##n##_t)wk_rmw_apply(how, wk_le##n(before), value);   \
            const uint##n##_t seen = wk_cas##n(p, before, wk_le##n(next));                      \
            if (WK_LIKELY(seen == before)) {                                                    \
                return wk_le##n(before);                                                        \
            }                                                                                   \
            before = seen;                                                                      \
        }                                                                                       \
    }                                                                                           \
    WK_INLINE uint64_t wk_atomic_cmpxchg##n(void *p, uint64_t expected, uint64_t value) {       \
        return wk_le##n(wk_cas##n(p, wk_le##n((uint##n##_t)expected), wk_le##n((uint##n##_t)value))); \
    }
WK_ATOMIC_WIDTH(8)
WK_ATOMIC_WIDTH(16)
WK_ATOMIC_WIDTH(32)
WK_ATOMIC_WIDTH(64)
#undef WK_ATOMIC_WIDTH
#undef WK_RMW_NATIVE

#endif

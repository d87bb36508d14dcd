/* probe.c - every atomic operation once: compiled for many CPUs by test/check/atomics.sh, which looks at what is left
 * undefined. PROBE_WIDE says whether 64-bit words can be swapped there. */
#include "rt/atomics.h"

uint64_t probe_all(void *p, uint64_t a, uint64_t b);
_Static_assert(WK_ATOMIC_64 == PROBE_WIDE, "can this CPU swap 64 bits?");

#define PROBE(n)                                                                        \
    static uint64_t probe##n(void *p, uint64_t a, uint64_t b) {                         \
        uint64_t sum = wk_atomic_get##n(p) + wk_relaxed_ld##n(p);                       \
        wk_atomic_put##n(p, a);                                                         \
        wk_relaxed_st##n(p, (uint##n##_t)b);                                            \
        for (int how = WK_RMW_ADD; how <= WK_RMW_XCHG; how++) {                         \
            sum += wk_atomic_rmw##n((enum wk_rmw)how, p, a);                            \
        }                                                                               \
        return sum + wk_atomic_cmpxchg##n(p, a, b);                                     \
    }
PROBE(8)
PROBE(16)
PROBE(32)
PROBE(64)
#undef PROBE

uint64_t probe_all(void *p, uint64_t a, uint64_t b) {
    void *at = wk_atomic_load_ptr(p);
    size_t size = wk_atomic_load_size(p);
    wk_atomic_store_ptr(p, at);
    wk_atomic_store_size(p, size);
    wk_atomic_store32(p, wk_atomic_load32(p) + wk_atomic_add32(p, (uint32_t)a));
    wk_atomic_fence();
    wk_relaxed_copy(p, (uint8_t *)p + 3, 100);
    wk_relaxed_fill(p, 1, 100);
    return probe8(p, a, b) + probe16(p, a, b) + probe32(p, a, b) + probe64(p, a, b);
}

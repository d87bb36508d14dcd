/* atomic.h - the few atomic accesses of a runtime that shares almost nothing: flags of one word. No library calls. */
#ifndef WICK_BASE_ATOMIC_H
#define WICK_BASE_ATOMIC_H

#include "base/compiler.h"

#include <stdint.h>

#ifdef __GNUC__
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
#endif

#endif

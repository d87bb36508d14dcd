/* alloc.h - the one way to memory: everything goes through the engine, which counts it against its quota.
 *
 * Owner of: size arithmetic, the engine's quota, the fixed-region allocator. */
#ifndef WICK_BASE_ALLOC_H
#define WICK_BASE_ALLOC_H

#include "base/compiler.h"
#include "base/deps.h"
#include "wick/wick.h"

/* The part of the engine that allocates; first member of struct wick_engine. */
struct wk_alloc {
    const wick_host *host;
    void *user;
    uint64_t used;
    uint64_t peak;
    uint64_t quota;  /* UINT64_MAX: none */
    void *region;    /* fixed-region mode: the free list's anchor; NULL: host->realloc */
    uint32_t locked; /* 1: host->lock and unlock are there */
};

/* Resizes; new_size 0 frees. NULL: no memory or quota used up, the old block stands. Blocks are aligned to 16. */
WK_EXTERN void *wk_realloc(struct wk_alloc *alloc, void *p, size_t old_size, size_t new_size);
WK_EXTERN void wk_free(struct wk_alloc *alloc, void *p, size_t size);
/* A new block of zeros. */
WK_EXTERN void *wk_zalloc(struct wk_alloc *alloc, size_t size);

/* Fixed-region mode: takes over a block. Answers false when it is too small. */
WK_EXTERN bool wk_region_init(struct wk_alloc *alloc, void *block, size_t size);

WK_EXTERN void wk_lock(struct wk_alloc *alloc);
WK_EXTERN void wk_unlock(struct wk_alloc *alloc);

/* Checked sizes: false when the result does not fit. */
static inline bool wk_mul_size(size_t a, size_t b, size_t *out) {
    if (b != 0 && a > SIZE_MAX / b) {
        return false;
    }
    *out = a * b;
    return true;
}

static inline bool wk_add_size(size_t a, size_t b, size_t *out) {
    if (a > SIZE_MAX - b) {
        return false;
    }
    *out = a + b;
    return true;
}

/* Grows an array of elem_size elements so that it holds `need` of them (by half more each time). *cap and *array are
 * untouched on failure. */
WK_EXTERN wick_err wk_array_reserve(struct wk_alloc *alloc, void **array, size_t *cap, size_t need,
                                    size_t elem_size);

#endif

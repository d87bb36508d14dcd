/* arena.h - memory with one lifetime: allocated piece by piece, freed in one call. */
#ifndef WICK_BASE_ARENA_H
#define WICK_BASE_ARENA_H

#include "base/alloc.h"

struct wk_arena_chunk;

struct wk_arena {
    struct wk_alloc *alloc;
    struct wk_arena_chunk *chunk; /* newest first */
    uint8_t *at;
    uint8_t *end;
};

WK_EXTERN void wk_arena_init(struct wk_arena *arena, struct wk_alloc *alloc);
WK_EXTERN void wk_arena_free(struct wk_arena *arena);
/* Zeroed, aligned to 16 bytes; NULL: no memory. size 0 gives a pointer that must not be used. */
WK_EXTERN void *wk_arena_alloc(struct wk_arena *arena, size_t size);
/* n * size, checked. */
WK_EXTERN void *wk_arena_array(struct wk_arena *arena, size_t n, size_t size);

#endif

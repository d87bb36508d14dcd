/* arena.c - see arena.h. Chunks grow with the arena, so a large module needs few of them and a small one wastes little. */
#include "base/arena.h"

struct wk_arena_chunk {
    struct wk_arena_chunk *next;
    size_t size; /* with this header */
};

#define ARENA_HEADER 16u
#define ARENA_FIRST 1024u
#define ARENA_MOST ((size_t)1 << 20)

_Static_assert(sizeof(struct wk_arena_chunk) <= ARENA_HEADER, "an arena chunk's header has its room");

void wk_arena_init(struct wk_arena *arena, struct wk_alloc *alloc) {
    arena->alloc = alloc;
    arena->chunk = NULL;
    arena->at = NULL;
    arena->end = NULL;
}

void wk_arena_free(struct wk_arena *arena) {
    struct wk_arena_chunk *chunk = arena->chunk;
    while (chunk != NULL) {
        struct wk_arena_chunk *next = chunk->next;
        wk_free(arena->alloc, chunk, chunk->size);
        chunk = next;
    }
    wk_arena_init(arena, arena->alloc);
}

static void *arena_more(struct wk_arena *arena, size_t size) {
    size_t wanted = arena->chunk == NULL ? ARENA_FIRST : arena->chunk->size * 2;
    if (wanted > ARENA_MOST) {
        wanted = ARENA_MOST;
    }
    size_t least;
    if (!wk_add_size(size, ARENA_HEADER, &least)) {
        return NULL;
    }
    bool is_large = least > wanted / 2;
    size_t bytes = is_large ? least : wanted;
    struct wk_arena_chunk *chunk = wk_realloc(arena->alloc, NULL, 0, bytes);
    if (chunk == NULL) {
        return NULL;
    }
    chunk->size = bytes;
    uint8_t *data = (uint8_t *)chunk + ARENA_HEADER;
    if (is_large && arena->chunk != NULL) {
        /* A chunk of its own behind the current one, which keeps its free end. */
        chunk->next = arena->chunk->next;
        arena->chunk->next = chunk;
        return data;
    }
    chunk->next = arena->chunk;
    arena->chunk = chunk;
    arena->at = data + size;
    arena->end = (uint8_t *)chunk + bytes;
    return data;
}

void *wk_arena_alloc(struct wk_arena *arena, size_t size) {
    if (size > SIZE_MAX - 64) {
        return NULL;
    }
    size = (size + 15u) & ~(size_t)15u;
    void *p;
    if (size <= (size_t)(arena->end - arena->at)) {
        p = arena->at;
        arena->at += size;
    } else {
        p = arena_more(arena, size);
    }
    if (p != NULL) {
        memset(p, 0, size);
    }
    return p;
}

void *wk_arena_array(struct wk_arena *arena, size_t n, size_t size) {
    size_t bytes;
    return wk_mul_size(n, size, &bytes) ? wk_arena_alloc(arena, bytes) : NULL;
}

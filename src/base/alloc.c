/* alloc.c - counted allocation, and the allocator of fixed-region mode.
 *
 * Owner of: the engine's quota. In fixed-region mode a first-fit list of free blocks, sorted by address and merged on
 * freeing; block sizes come from the callers (sized free), so blocks have no headers. */
#include "base/alloc.h"

#define REGION_ALIGN 16u

struct region_block { /* a free piece; at least 16 bytes, as every piece is a multiple of that */
    struct region_block *next;
    size_t size;
};

static size_t region_round(size_t size) {
    return (size + (REGION_ALIGN - 1)) & ~(size_t)(REGION_ALIGN - 1);
}

bool wk_region_init(struct wk_alloc *alloc, void *block, size_t size) {
    size &= ~(size_t)(REGION_ALIGN - 1);
    if (size < 2 * REGION_ALIGN) {
        return false;
    }
    /* The anchor is the first 16 bytes of the region. */
    struct region_block *anchor = block;
    struct region_block *first = (struct region_block *)(void *)((uint8_t *)block + REGION_ALIGN);
    first->next = NULL;
    first->size = size - REGION_ALIGN;
    anchor->next = first;
    anchor->size = 0;
    alloc->region = block;
    return true;
}

static void *region_take(struct wk_alloc *alloc, size_t size) {
    struct region_block *prev = alloc->region;
    for (struct region_block *at = prev->next; at != NULL; prev = at, at = at->next) {
        if (at->size >= size) {
            if (at->size == size) {
                prev->next = at->next;
            } else {
                /* The tail of the piece is given, so its place in the list stays. */
                at->size -= size;
                return (uint8_t *)at + at->size;
            }
            return at;
        }
    }
    return NULL;
}

static void region_give(struct wk_alloc *alloc, void *p, size_t size) {
    struct region_block *prev = alloc->region;
    while (prev->next != NULL && (uintptr_t)prev->next < (uintptr_t)p) {
        prev = prev->next;
    }
    struct region_block *block = p;
    block->size = size;
    block->next = prev->next;
    prev->next = block;
    if (block->next != NULL && (uintptr_t)block + block->size == (uintptr_t)block->next) {
        block->size += block->next->size;
        block->next = block->next->next;
    }
    if (prev->size != 0 && (uintptr_t)prev + prev->size == (uintptr_t)block) {
        prev->size += block->size;
        prev->next = block->next;
    }
}

static void *region_realloc(struct wk_alloc *alloc, void *p, size_t old_size, size_t new_size) {
    size_t old_room = region_round(old_size);
    size_t new_room = region_round(new_size);
    if (new_room < new_size) {
        return NULL;
    }
    if (old_room == new_room) {
        return p;
    }
    if (new_room < old_room) {
        region_give(alloc, (uint8_t *)p + new_room, old_room - new_room);
        return p;
    }
    uint8_t *fresh = region_take(alloc, new_room);
    if (fresh == NULL) {
        return NULL;
    }
    if (old_size != 0) {
        memcpy(fresh, p, old_size);
        region_give(alloc, p, old_room);
    }
    return fresh;
}

void wk_lock(struct wk_alloc *alloc) {
    if (alloc->locked != 0) {
        alloc->host->lock(alloc->user);
    }
}

void wk_unlock(struct wk_alloc *alloc) {
    if (alloc->locked != 0) {
        alloc->host->unlock(alloc->user);
    }
}

/* The count is kept in front of the allocation, so that threads that allocate at once keep within the quota. */
static bool alloc_count(struct wk_alloc *alloc, size_t old_size, size_t new_size) {
    bool fits = true;
    wk_lock(alloc);
    uint64_t used = alloc->used - old_size;
    if (new_size > old_size && (new_size > alloc->quota || used > alloc->quota - new_size)) {
        fits = false;
    } else {
        alloc->used = used + new_size;
        if (alloc->used > alloc->peak) {
            alloc->peak = alloc->used;
        }
    }
    wk_unlock(alloc);
    return fits;
}

void *wk_realloc(struct wk_alloc *alloc, void *p, size_t old_size, size_t new_size) {
    if (old_size == new_size) {
        return p;
    }
    if (!alloc_count(alloc, old_size, new_size)) {
        return NULL;
    }
    void *fresh;
    if (alloc->region == NULL) {
        fresh = alloc->host->realloc(alloc->user, p, old_size, new_size);
    } else {
        wk_lock(alloc);
        fresh = region_realloc(alloc, p, old_size, new_size);
        wk_unlock(alloc);
    }
    if (fresh == NULL && new_size != 0) {
        (void)alloc_count(alloc, new_size, old_size);
    }
    return fresh;
}

void wk_free(struct wk_alloc *alloc, void *p, size_t size) {
    if (p != NULL && size != 0) {
        (void)wk_realloc(alloc, p, size, 0);
    }
}

void *wk_zalloc(struct wk_alloc *alloc, size_t size) {
    void *p = wk_realloc(alloc, NULL, 0, size);
    if (p != NULL) {
        memset(p, 0, size);
    }
    return p;
}

wick_err wk_array_reserve(struct wk_alloc *alloc, void **array, size_t *cap, size_t need, size_t elem_size) {
    if (need <= *cap) {
        return WICK_OK;
    }
    size_t new_cap = *cap + *cap / 2;
    if (new_cap < need) {
        new_cap = need;
    }
    if (new_cap < 8) {
        new_cap = 8;
    }
    size_t bytes;
    if (!wk_mul_size(new_cap, elem_size, &bytes)) {
        return WICK_ERR_nomem;
    }
    void *grown = wk_realloc(alloc, *array, *cap * elem_size, bytes);
    if (grown == NULL) {
        return WICK_ERR_nomem;
    }
    *array = grown;
    *cap = new_cap;
    return WICK_OK;
}

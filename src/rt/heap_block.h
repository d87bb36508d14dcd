/* heap_block.h - blocks and regions of a store's heap, for heap.c and heap_mark.c only.
 *
 * A region is one allocation of the engine's, with up to 64 blocks of WK_HEAP_BLOCK bytes, each at a multiple of that.
 * A block has cells of one size. An object larger than any class has one cell in as many blocks as it needs, with one
 * header; when that is more than a region has, in a region of its own.
 *
 * Each block has three bits for every cell. `used`: there is an object (what the current run has handed out is not in
 * it). `mark`: it has been reached in this collection. `grey`: it has, and its references have not been looked at. The
 * grey bits are the collector's work list: blocks with a grey bit stand in a queue through their headers. So the list
 * needs no memory of its own, cannot overflow, and every object is in it once at most. */
#ifndef WICK_RT_HEAP_BLOCK_H
#define WICK_RT_HEAP_BLOCK_H

#include "base/bits.h"
#include "rt/heap.h"

#define WK_HEAP_BLOCK ((size_t)16384)
#define WK_HEAP_REGION_BLOCKS 63u /* at most, but for an object of more; with the slack of alignment 1 MiB */

struct wk_heap_region {
    uint8_t *base; /* of the first block */
    size_t n;      /* blocks */
    size_t size;   /* of this allocation, which begins here */
    uint64_t free; /* a bit for each block (none when n > 64) */
    uint64_t heads; /* blocks with a header */
    struct wk_heap_region *next, **at; /* of those with a free block; at == NULL: it has none */
};

struct wk_heap_block {
    struct wk_heap_block *next; /* of its list */
    struct wk_heap_block *grey_next;
    struct wk_heap_region *region;
    uint8_t *cells;
    size_t cell;         /* bytes of each */
    uint32_t reciprocal; /* number of the cell with offset x: x * reciprocal >> 32 */
    uint32_t n;          /* cells */
    uint32_t n_words;    /* of each of the three sets of bits */
    uint32_t grey_words; /* those with a grey bit, a bit for each */
    uint32_t free_at;    /* cells below it were looked at for free ones */
    uint16_t list;
    bool is_queued;
    size_t scan_at;      /* a large object: words (fields) that were looked at */
    uint64_t bits[];     /* used, mark, grey */
};

static inline enum wk_heap_kind wk_block_kind(const struct wk_heap_block *block) {
    return (enum wk_heap_kind)(block->list / WK_HEAP_CLASSES);
}
static inline uint64_t *wk_block_used(struct wk_heap_block *block) {
    return block->bits;
}
static inline uint64_t *wk_block_mark(struct wk_heap_block *block) {
    return block->bits + block->n_words;
}
static inline uint64_t *wk_block_grey(struct wk_heap_block *block) {
    return block->bits + 2 * (size_t)block->n_words;
}
static inline uint32_t wk_block_index(const struct wk_heap_block *block, const uint8_t *cell) {
    return (uint32_t)((uint64_t)(uint32_t)(cell - block->cells) * block->reciprocal >> 32);
}
static inline struct wk_object *wk_block_object(const struct wk_heap_block *block, uint32_t index) {
    return (struct wk_object *)(void *)(block->cells + index * block->cell);
}
/* An object lies in it. */
static inline struct wk_heap_block *wk_block_of(const void *object) {
    return (struct wk_heap_block *)((uintptr_t)object & ~(uintptr_t)(WK_HEAP_BLOCK - 1));
}

/* Bits [from, to) of a set. */
WK_EXTERN void wk_block_set(uint64_t *bits, uint32_t from, uint32_t to);

/* The block and the cell's number when there is an object at this address; NULL: there is none. For any number. */
WK_EXTERN struct wk_heap_block *wk_heap_find(const struct wk_heap *heap, uint64_t address, uint32_t *out_index);

/* Gives the runs up: `used` is complete. */
WK_EXTERN void wk_heap_retire(struct wk_heap *heap);
/* Marking is over: everything is to be swept. */
WK_EXTERN void wk_heap_begin_sweep(struct wk_heap *heap);
/* Sweeps at least `bytes` of blocks; true: all are swept. Adds to *units. */
WK_EXTERN bool wk_heap_sweep_some(struct wick_store *store, uint64_t bytes, uint64_t *units);
/* Calls the finalizers of what has died. */
WK_EXTERN void wk_heap_finalize(struct wick_store *store);

/* heap_mark.c: the collector's share of the work. The next allocation is of `large` bytes (0: small). */
WK_EXTERN void wk_heap_pay(struct wick_store *store, uint64_t large);

#endif

/* heap.c - the store's heap: blocks, allocation, sweeping. What is found reachable is heap_mark.c's.
 *
 * Owner of: where objects lie, the quota, when a dead object's finalizer runs. doc/gc.md says why it is like this. */
#include "rt/cont.h"
#include "rt/heap_block.h"
#include "rt/object.h"

#define HEAP_LOST(x) ((x) + WK_HEAP_BLOCK + sizeof(struct wk_heap_region)) /* a region of x bytes in blocks */
#define HEAP_SWEEP_FEW 16u /* blocks that one allocation sweeps in search of a free cell before it takes a new block */
#define HEAP_MARK_RUN 2048u /* bytes that are handed out at once while marking, which sets the pace */

/* ---- classes ----------------------------------------------------------------------------------------------------- */

/* Multiples of 8 up to 128, then less than a quarter more each, then what fits seldom into a block. */
static const uint16_t heap_sizes[WK_HEAP_LARGE] = {16,  24,  32,  40,  48,  56,  64,   72,   80,   88,   96,
                                                   104, 112, 120, 128, 160, 192, 224,  256,  320,  384,  448,
                                                   512, 640, 768, 1016, 1352, 2032, 2712, 4064, 5424, 8136};

uint32_t wk_heap_cell_size(uint32_t class) {
    return heap_sizes[class];
}

uint32_t wk_heap_class(uint64_t size) {
    const uint64_t all = size + sizeof(struct wk_object);
    uint32_t class = 15;
    if (all <= 16) {
        return 0;
    }
    if (all <= 128) {
        return (uint32_t)(all + 7) / 8 - 2;
    }
    while (class < WK_HEAP_LARGE && heap_sizes[class] < all) {
        class++;
    }
    return class;
}

/* ---- bits -------------------------------------------------------------------------------------------------------- */

void wk_block_set(uint64_t *bits, uint32_t from, uint32_t to) {
    while (from < to) {
        const uint32_t at = from & 63;
        const uint32_t n = to - from < 64 - at ? to - from : 64 - at;
        bits[from >> 6] |= (n == 64 ? UINT64_MAX : ((uint64_t)1 << n) - 1) << at;
        from += n;
    }
}

/* The first bit from `from` on that is `value`; n: there is none below n. */
static uint32_t heap_next_bit(const uint64_t *bits, uint32_t from, uint32_t n, bool value) {
    const uint64_t flip = value ? 0 : UINT64_MAX;
    while (from < n) {
        const uint64_t word = (bits[from >> 6] ^ flip) >> (from & 63);
        if (word != 0) {
            from += wk_ctz64(word);
            return from < n ? from : n;
        }
        from = (from | 63) + 1;
    }
    return n;
}

/* ---- regions ----------------------------------------------------------------------------------------------------- */

static void heap_make_spare(struct wk_heap *heap, struct wk_heap_region *region) {
    region->next = heap->spare;
    region->at = &heap->spare;
    if (region->next != NULL) {
        region->next->at = &region->next;
    }
    heap->spare = region;
}

static void heap_not_spare(struct wk_heap_region *region) {
    *region->at = region->next;
    if (region->next != NULL) {
        region->next->at = region->at;
    }
    region->at = NULL;
}

static uint64_t heap_all_blocks(const struct wk_heap_region *region) {
    return region->n >= 64 ? 0 : ((uint64_t)1 << region->n) - 1;
}

/* How many regions begin at or below the address. */
static size_t heap_regions_below(const struct wk_heap *heap, uint64_t address) {
    size_t low = 0, high = heap->n_regions;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if ((uint64_t)(uintptr_t)heap->regions[middle]->base <= address) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

static void heap_set_bounds(struct wk_heap *heap) {
    heap->low = UINT64_MAX;
    heap->high = 0;
    if (heap->n_regions != 0) {
        const struct wk_heap_region *last = heap->regions[heap->n_regions - 1];
        heap->low = (uint64_t)(uintptr_t)heap->regions[0]->base;
        heap->high = (uint64_t)(uintptr_t)last->base + last->n * WK_HEAP_BLOCK;
    }
}

static bool heap_take_quota(struct wick_store *store, uint64_t bytes) {
    const struct wk_heap *heap = store->heap;
    return bytes <= store->heap_quota && heap->held <= store->heap_quota - bytes && wk_store_take(store, bytes);
}

/* A region of n blocks, all free. */
static wick_err heap_region_new(struct wick_store *store, size_t n, struct wk_heap_region **out) {
    struct wk_heap *heap = store->heap;
    struct wk_alloc *alloc = &store->engine->alloc;
    const size_t size = HEAP_LOST(n * WK_HEAP_BLOCK);
    struct wk_heap_region *region;
    void *regions = heap->regions;
    size_t at;
    if (!heap_take_quota(store, size)) {
        return WICK_ERR_heap;
    }
    region = wk_array_reserve(alloc, &regions, &heap->regions_cap, heap->n_regions + 1, sizeof *heap->regions) == WICK_OK
                 ? wk_realloc(alloc, NULL, 0, size)
                 : NULL;
    heap->regions = regions;
    if (region == NULL) {
        wk_store_give(store, size);
        return WICK_ERR_nomem;
    }
    memset(region, 0, sizeof *region);
    region->base = (uint8_t *)(((uintptr_t)(region + 1) + WK_HEAP_BLOCK - 1) & ~(uintptr_t)(WK_HEAP_BLOCK - 1));
    region->n = n;
    region->size = size;
    region->free = heap_all_blocks(region);
    at = heap_regions_below(heap, (uint64_t)(uintptr_t)region->base);
    memmove(heap->regions + at + 1, heap->regions + at, (heap->n_regions - at) * sizeof *heap->regions);
    heap->regions[at] = region;
    heap->n_regions++;
    heap->held += size;
    if (heap->held > heap->stats.peak) {
        heap->stats.peak = heap->held;
    }
    heap_set_bounds(heap);
    if (region->free != 0) {
        heap_make_spare(heap, region);
    }
    *out = region;
    return WICK_OK;
}

static void heap_region_free(struct wick_store *store, struct wk_heap_region *region) {
    struct wk_heap *heap = store->heap;
    const size_t at = heap_regions_below(heap, (uint64_t)(uintptr_t)region->base) - 1;
    if (region->at != NULL) {
        heap_not_spare(region);
    }
    heap->n_regions--;
    memmove(heap->regions + at, heap->regions + at + 1, (heap->n_regions - at) * sizeof *heap->regions);
    heap->held -= region->size;
    heap_set_bounds(heap);
    wk_store_give(store, region->size);
    wk_free(&store->engine->alloc, region, region->size);
}

/* Gives up to `most` regions back in which nothing is, as long as `keep` bytes stay. true: there are no more. */
static bool heap_trim(struct wick_store *store, uint64_t keep, uint64_t most) {
    struct wk_heap *heap = store->heap;
    struct wk_heap_region *region = heap->spare;
    while (region != NULL) {
        struct wk_heap_region *next = region->next;
        if (region->heads == 0 && heap->held - region->size >= keep) {
            if (most-- == 0) {
                return false;
            }
            heap_region_free(store, region);
        }
        region = next;
    }
    return true;
}

/* Bit number of the first k blocks in a row that are free; 64: none. */
static uint32_t heap_find_blocks(uint64_t free, size_t k) {
    for (size_t have = 1; have < k && free != 0;) {
        const size_t step = have < k - have ? have : k - have;
        free &= free >> step;
        have += step;
    }
    return wk_ctz64(free);
}

/* ---- blocks ------------------------------------------------------------------------------------------------------ */

static uint64_t heap_block_mask(uint32_t at, size_t k) {
    return (k >= 64 ? UINT64_MAX : ((uint64_t)1 << k) - 1) << at;
}

/* The next region has an eighth of what there is, or less when memory is short. */
static wick_err heap_more(struct wick_store *store, size_t k, struct wk_heap_region **out) {
    uint64_t n = store->heap->held / (8 * WK_HEAP_BLOCK);
    wick_err err;
    n = n < 3 ? 3 : n > WK_HEAP_REGION_BLOCKS ? WK_HEAP_REGION_BLOCKS : n;
    do {
        n = n < k ? k : n;
        err = heap_region_new(store, (size_t)n, out);
        if (err == WICK_OK || n == k) {
            return err;
        }
        n /= 2;
    } while (true);
}

/* k blocks in a row. */
static wick_err heap_take_blocks(struct wick_store *store, size_t k, struct wk_heap_region **out_region,
                                 uint8_t **out_at) {
    struct wk_heap *heap = store->heap;
    struct wk_heap_region *region = k <= WK_HEAP_REGION_BLOCKS ? heap->spare : NULL;
    uint32_t at = 64;
    while (region != NULL && (at = heap_find_blocks(region->free, k)) >= 64) {
        region = region->next;
    }
    if (region == NULL) {
        WK_TRY(heap_more(store, k, &region));
        at = 0;
    }
    *out_region = region;
    *out_at = region->base + at * WK_HEAP_BLOCK;
    region->heads |= (uint64_t)1 << at;
    region->free &= ~heap_block_mask(at, k);
    if (region->at != NULL && region->free == 0) {
        heap_not_spare(region);
    }
    return WICK_OK;
}

/* A block that is in no list; its cells are free. */
static wick_err heap_block_new(struct wick_store *store, uint32_t list, size_t cell, struct wk_heap_block **out) {
    const bool is_large = list % WK_HEAP_CLASSES == WK_HEAP_LARGE;
    const size_t header = sizeof(struct wk_heap_block);
    struct wk_heap_region *region = NULL;
    struct wk_heap_block *block;
    uint8_t *at = NULL;
    size_t n = 1, k = 1, n_words;
    if (is_large) {
        k = (header + 3 * sizeof(uint64_t) + cell + WK_HEAP_BLOCK - 1) / WK_HEAP_BLOCK;
    } else {
        n = wk_udiv32((uint32_t)(WK_HEAP_BLOCK - header), (uint32_t)cell);
        while (header + 3 * sizeof(uint64_t) * ((n + 63) / 64) + n * cell > WK_HEAP_BLOCK) {
            n--;
        }
    }
    WK_TRY(heap_take_blocks(store, k, &region, &at));
    n_words = (n + 63) / 64;
    block = (struct wk_heap_block *)(void *)at;
    memset(block, 0, header + 3 * sizeof(uint64_t) * n_words);
    block->region = region;
    block->cells = at + header + 3 * sizeof(uint64_t) * n_words;
    block->cell = cell;
    block->reciprocal = n == 1 ? 0 : wk_udiv32(UINT32_MAX, (uint32_t)cell) + 1;
    block->n = (uint32_t)n;
    block->n_words = (uint32_t)n_words;
    block->list = (uint16_t)list;
    *out = block;
    return WICK_OK;
}

static void heap_block_free(struct wick_store *store, struct wk_heap_block *block) {
    struct wk_heap_region *region = block->region;
    const size_t at = (size_t)((uint8_t *)block - region->base) / WK_HEAP_BLOCK;
    size_t k = 1;
    if (region->n > WK_HEAP_REGION_BLOCKS) {
        heap_region_free(store, region);
        return;
    }
    if (block->n == 1) {
        k = ((size_t)(block->cells - (uint8_t *)block) + block->cell + WK_HEAP_BLOCK - 1) / WK_HEAP_BLOCK;
    }
    region->heads &= ~((uint64_t)1 << at);
    region->free |= heap_block_mask((uint32_t)at, k);
    if (region->at == NULL) {
        heap_make_spare(store->heap, region);
    }
}

struct wk_heap_block *wk_heap_find(const struct wk_heap *heap, uint64_t address, uint32_t *out_index) {
    const struct wk_heap_region *region;
    struct wk_heap_block *block;
    uint8_t *cell;
    size_t offset;
    uint32_t index;
    if (address < heap->low || address >= heap->high) {
        return NULL;
    }
    region = heap->regions[heap_regions_below(heap, address) - 1];
    cell = (uint8_t *)(uintptr_t)address;
    offset = (size_t)(cell - region->base);
    if (offset / WK_HEAP_BLOCK >= 64 || (region->heads >> (offset / WK_HEAP_BLOCK) & 1) == 0) {
        return NULL;
    }
    block = wk_block_of(cell);
    if (cell < block->cells) {
        return NULL;
    }
    index = wk_block_index(block, cell);
    if (index >= block->n || block->cells + index * block->cell != cell ||
        (wk_block_used(block)[index >> 6] >> (index & 63) & 1) == 0) {
        return NULL;
    }
    *out_index = index;
    return block;
}

/* ---- runs -------------------------------------------------------------------------------------------------------- */

static void heap_push(struct wk_heap_block **list, struct wk_heap_block *block) {
    block->next = *list;
    *list = block;
}

static struct wk_heap_block *heap_pop(struct wk_heap_block **list) {
    struct wk_heap_block *block = *list;
    if (block != NULL) {
        *list = block->next;
    }
    return block;
}

/* What was taken of the run is used, the rest is free. */
static void heap_retire_run(struct wk_heap *heap, uint32_t list) {
    struct wk_heap_run *run = &heap->runs[list];
    struct wk_heap_block *block = heap->lists[list].current;
    if (run->end != NULL) {
        block->free_at = wk_block_index(block, run->at);
        wk_block_set(wk_block_used(block), heap->lists[list].run_first, block->free_at);
        run->at = NULL;
        run->end = NULL;
    }
}

void wk_heap_retire(struct wk_heap *heap) {
    for (uint32_t list = 0; list < WK_HEAP_LISTS; list++) {
        heap_retire_run(heap, list);
    }
}

/* The next free cells of the list's current block. What is handed out while marking counts as reached, and as looked
 * at: it refers to nothing that was not reachable at the beginning, or is as new as itself. */
static bool heap_take_run(struct wk_heap *heap, uint32_t list) {
    struct wk_heap_run *run = &heap->runs[list];
    struct wk_heap_block *block = heap->lists[list].current;
    const uint32_t first = heap_next_bit(wk_block_used(block), block->free_at, block->n, false);
    uint32_t most = block->n, end;
    if (first == block->n) {
        return false;
    }
    if (WICK_STRESS_GC_EACH_ALLOC) {
        most = 1;
    } else if (heap->marking) {
        most = block->cell >= HEAP_MARK_RUN ? 1 : wk_udiv32(HEAP_MARK_RUN, (uint32_t)block->cell);
    }
    end = heap_next_bit(wk_block_used(block), first, most < block->n - first ? first + most : block->n, true);
    if (heap->marking) {
        wk_block_set(wk_block_mark(block), first, end);
        heap->marked += (end - first) * (uint64_t)block->cell;
    }
    heap->granted += (end - first) * (uint64_t)block->cell;
    heap->debt += (end - first) * (uint64_t)block->cell;
    heap->lists[list].run_first = first;
    run->at = block->cells + first * block->cell;
    run->end = block->cells + end * block->cell;
    return true;
}

/* ---- sweeping ---------------------------------------------------------------------------------------------------- */

void wk_heap_begin_sweep(struct wk_heap *heap) {
    for (uint32_t i = 0; i < WK_HEAP_LISTS; i++) {
        struct wk_heap_list *list = &heap->lists[i];
        if (list->current != NULL) {
            heap_push(&list->full, list->current);
        }
        list->unswept[0] = list->full;
        list->unswept[1] = list->partial;
        list->current = NULL;
        list->full = NULL;
        list->partial = NULL;
    }
    heap->phase = WK_HEAP_SWEEP;
    heap->sweep_list = 0;
}

/* Special objects that nothing refers to: a continuation goes, a reference of the host stays until its finalizer is
 * called. Answers those that stay. */
static uint64_t heap_die(struct wick_store *store, struct wk_heap_block *block, uint32_t word, uint64_t dead) {
    uint64_t stay = 0;
    while (dead != 0) {
        const uint32_t bit = wk_ctz64(dead);
        struct wk_object *object = wk_block_object(block, word * 64 + bit);
        struct wk_host_ref *host = (struct wk_host_ref *)(void *)object;
        dead &= dead - 1;
        if (object->type == WK_OBJECT_CONT) {
            wk_cont_die(store, object);
        } else if (object->type == WK_OBJECT_DYING) {
            stay |= (uint64_t)1 << bit;
        } else if (host->finalizer != NULL) {
            object->type = WK_OBJECT_DYING;
            host->next = store->heap->dying;
            store->heap->dying = host;
            stay |= (uint64_t)1 << bit;
        }
    }
    return stay;
}

/* Stress builds: what is used after its death shall show. */
static void heap_poison(struct wk_heap_block *block, uint32_t word, uint64_t dead) {
    while (dead != 0) {
        const uint32_t index = word * 64 + wk_ctz64(dead);
        memset(wk_block_object(block, index), 0xa5, block->cell);
        dead &= dead - 1;
    }
}

/* Afterwards it is in one of its lists, or gone. */
static void heap_sweep_block(struct wick_store *store, struct wk_heap_block *block) {
    struct wk_heap_list *list = &store->heap->lists[block->list];
    uint64_t *used = wk_block_used(block);
    uint64_t *mark = wk_block_mark(block);
    uint32_t live = 0;
    for (uint32_t i = 0; i < block->n_words; i++) {
        const uint64_t dead = used[i] & ~mark[i];
        uint64_t stay = 0;
        if (dead != 0 && wk_block_kind(block) == WK_HEAP_SPECIAL) {
            stay = heap_die(store, block, i, dead);
        }
        if (WICK_STRESS_GC_EACH_ALLOC) {
            heap_poison(block, i, dead & ~stay);
        }
        used[i] = (used[i] & mark[i]) | stay;
        mark[i] = 0;
        live += wk_popcnt64(used[i]);
    }
    block->free_at = 0;
    if (live == 0) {
        heap_block_free(store, block);
    } else {
        heap_push(live == block->n ? &list->full : &list->partial, block);
    }
}

static bool heap_sweep_next(struct wick_store *store, uint32_t list) {
    struct wk_heap_list *l = &store->heap->lists[list];
    struct wk_heap_block *block = heap_pop(&l->unswept[l->unswept[0] == NULL]);
    if (block != NULL) {
        heap_sweep_block(store, block);
    }
    return block != NULL;
}

bool wk_heap_sweep_some(struct wick_store *store, uint64_t bytes, uint64_t *units) {
    struct wk_heap *heap = store->heap;
    uint64_t done = 0;
    while (heap->sweep_list < WK_HEAP_LISTS) {
        if (done >= bytes) {
            return false;
        }
        if (heap_sweep_next(store, heap->sweep_list)) {
            done += WK_HEAP_BLOCK;
            *units += 64;
        } else {
            heap->sweep_list++;
        }
    }
    if (!heap_trim(store, (heap->live + heap->trigger) / 4 * 5, bytes / (4 * WK_HEAP_BLOCK) + 1)) {
        return false;
    }
    heap->phase = WK_HEAP_IDLE;
    return true;
}

void wk_heap_finalize(struct wick_store *store) {
    struct wk_heap *heap = store->heap;
    if (heap->is_finalizing) {
        return;
    }
    heap->is_finalizing = true;
    while (heap->dying != NULL) {
        struct wk_host_ref *ref = heap->dying;
        heap->dying = ref->next;
        ref->finalizer(ref->object);
        ref->finalizer = NULL;
        ref->type = WK_OBJECT_HOST; /* dead without a finalizer: the next sweep frees it */
    }
    heap->is_finalizing = false;
}

/* ---- allocation -------------------------------------------------------------------------------------------------- */

void wk_heap_init(struct wk_heap *heap) {
    heap->low = UINT64_MAX;
    heap->grey_end = &heap->grey;
    heap->trigger = WICK_HEAP_FIRST;
}

/* A run for the list, without collecting. */
static wick_err heap_find_run(struct wick_store *store, uint32_t list) {
    struct wk_heap *heap = store->heap;
    struct wk_heap_list *l = &heap->lists[list];
    struct wk_heap_block *block = NULL;
    uint32_t swept = 0;
    for (;;) {
        wick_err err;
        if (l->current != NULL) {
            if (heap_take_run(heap, list)) {
                return WICK_OK;
            }
            heap_push(&l->full, l->current);
            l->current = NULL;
        }
        while (l->partial == NULL && swept < HEAP_SWEEP_FEW && heap_sweep_next(store, list)) {
            swept++;
        }
        l->current = heap_pop(&l->partial);
        if (l->current != NULL) {
            continue;
        }
        err = heap_block_new(store, list, heap_sizes[list % WK_HEAP_CLASSES], &block);
        if (err == WICK_OK) {
            l->current = block;
        } else if (!heap_sweep_next(store, list)) {
            return err;
        }
    }
}

static wick_err heap_find_large(struct wick_store *store, uint32_t list, size_t cell, struct wk_object **out) {
    struct wk_heap *heap = store->heap;
    struct wk_heap_block *block = NULL;
    WK_TRY(heap_block_new(store, list, cell, &block));
    wk_block_used(block)[0] = 1;
    if (heap->marking) {
        wk_block_mark(block)[0] = 1;
        heap->marked += cell;
    }
    heap->granted += cell;
    heap->debt += cell;
    heap_push(&heap->lists[list].full, block);
    *out = wk_block_object(block, 0);
    return WICK_OK;
}

/* Takes the next cell of the list's run, or a large one. */
static wick_err heap_take(struct wick_store *store, uint32_t list, size_t cell, struct wk_object **out) {
    struct wk_heap_run *run = &store->heap->runs[list];
    if (list % WK_HEAP_CLASSES == WK_HEAP_LARGE) {
        return heap_find_large(store, list, cell, out);
    }
    WK_TRY(heap_find_run(store, list));
    *out = (struct wk_object *)(void *)run->at;
    run->at += cell;
    return WICK_OK;
}

/* The run is used up: time for the collector to do its share. When there is no memory, everything else is tried before
 * the caller hears of it. */
static WK_NOINLINE wick_err heap_take_slowly(struct wick_store *store, uint32_t list, uint64_t cell,
                                             struct wk_object **out) {
    wick_err err;
    if (store->heap->lists == NULL) {
        store->heap->lists = wk_zalloc(&store->engine->alloc, WK_HEAP_LISTS * sizeof *store->heap->lists);
        if (store->heap->lists == NULL) {
            return WICK_ERR_nomem;
        }
    }
    if (cell > SIZE_MAX / 2) {
        return WICK_ERR_heap;
    }
    heap_retire_run(store->heap, list);
    if (!store->heap->is_collecting) {
        wk_heap_pay(store, list % WK_HEAP_CLASSES == WK_HEAP_LARGE ? cell : 0);
        wk_heap_finalize(store);
    }
    err = heap_take(store, list, (size_t)cell, out);
    if (err != WICK_OK && !store->heap->is_collecting) {
        wk_heap_collect(store);
        (void)heap_trim(store, 0, UINT64_MAX);
        err = heap_take(store, list, (size_t)cell, out);
    }
    return err;
}

static wick_err heap_new(struct wick_store *store, enum wk_heap_kind kind, uint32_t type, uint32_t n, uint64_t size,
                         struct wk_object **out) {
    const uint32_t class = wk_heap_class(size);
    const uint32_t list = (uint32_t)kind * WK_HEAP_CLASSES + class;
    const uint64_t cell =
        class < WK_HEAP_LARGE ? heap_sizes[class] : (size + sizeof(struct wk_object) + 7) & ~(uint64_t)7;
    struct wk_heap_run *run = &store->heap->runs[list];
    struct wk_object *object = (struct wk_object *)(void *)run->at;
    if (WK_LIKELY((uintptr_t)run->end - (uintptr_t)run->at >= cell)) {
        run->at += cell;
    } else {
        WK_TRY(heap_take_slowly(store, list, cell, &object));
    }
    object->type = type;
    object->n = n;
    *out = object;
    return WICK_OK;
}

wick_err wk_object_new_raw(struct wick_store *store, uint32_t type, uint32_t n, uint64_t size, struct wk_object **out) {
    enum wk_heap_kind kind = WK_HEAP_SCAN;
    if (type < WK_OBJECT_SPECIAL) {
        kind = wk_heap_kind_of(wk_type_get(&store->engine->types, type));
    }
    return heap_new(store, kind, type, n, size, out);
}

wick_err wk_object_new(struct wick_store *store, uint32_t type, uint32_t n, uint64_t size, struct wk_object **out) {
    WK_TRY(wk_object_new_raw(store, type, n, size, out));
    memset(*out + 1, 0, (size_t)size);
    return WICK_OK;
}

wick_err wk_special_new(struct wick_store *store, uint32_t type, uint32_t n, uint64_t size, struct wk_object **out) {
    WK_TRY(heap_new(store, WK_HEAP_SPECIAL, type, n, size, out));
    memset(*out + 1, 0, (size_t)size);
    return WICK_OK;
}

wick_err wk_exn_new(struct wick_store *store, struct wick_tag *tag, const uint64_t *slots, uint32_t n,
                    uint64_t *out_ref) {
    struct wk_object *object;
    const uint64_t size = sizeof(struct wk_exn) - sizeof(struct wk_object) + (uint64_t)n * sizeof(uint64_t);
    WK_TRY(wk_object_new_raw(store, WK_OBJECT_EXN, n, size, &object));
    struct wk_exn *exn = (struct wk_exn *)(void *)object;
    exn->tag = tag;
    if (n != 0) {
        memcpy(exn->slots, slots, (size_t)n * sizeof *slots);
    }
    *out_ref = wk_ref_of_object(object);
    return WICK_OK;
}

void wk_heap_hold(struct wick_store *store, struct wk_heap_slots *held) {
    held->next = store->heap_slots;
    store->heap_slots = held;
}

void wk_heap_release(struct wick_store *store, struct wk_heap_slots *held) {
    store->heap_slots = held->next;
}

/* Everything special dies. */
static void heap_bury(struct wick_store *store, struct wk_heap_block *block) {
    for (; block != NULL; block = block->next) {
        for (uint32_t i = 0; i < block->n_words; i++) {
            (void)heap_die(store, block, i, wk_block_used(block)[i]);
        }
    }
}

void wk_heap_free(struct wick_store *store) {
    struct wk_heap *heap = store->heap;
    if (heap->lists == NULL) {
        return;
    }
    wk_heap_retire(heap);
    for (uint32_t i = WK_HEAP_SPECIAL * WK_HEAP_CLASSES; i < WK_HEAP_LISTS; i++) {
        struct wk_heap_list *list = &heap->lists[i];
        if (list->current != NULL) {
            heap_push(&list->full, list->current);
        }
        heap_bury(store, list->partial);
        heap_bury(store, list->full);
        heap_bury(store, list->unswept[0]);
        heap_bury(store, list->unswept[1]);
    }
    wk_heap_finalize(store);
    while (heap->n_regions != 0) {
        heap_region_free(store, heap->regions[heap->n_regions - 1]);
    }
    wk_free(&store->engine->alloc, heap->regions, heap->regions_cap * sizeof(*heap->regions));
    wk_free(&store->engine->alloc, heap->lists, WK_HEAP_LISTS * sizeof *heap->lists);
}

#undef HEAP_LOST
#undef HEAP_SWEEP_FEW
#undef HEAP_MARK_RUN

/* memory.c - linear memories: making, growing, freeing.
 *
 * Owner of: the header below the first byte (WK_MEMORY_HEADER), the quota, the choice between reserved address space
 * and blocks that move. Spec: exec-memory.grow, syntax-meminst.
 *
 * Where the port can reserve address space, a memory is a reservation of its greatest size of which the front part is
 * committed; then it never moves. Everywhere else, and where a reservation fails, it is a block that is resized. Shared
 * memories are shared.c's.
 * Where the engine guards (wk_memory_is_guarded), a memory is a reservation of all that an access can reach, or it is not
 * made: code without comparisons runs in it, whoever made it.
 * A memory whose pages have one byte is there to be small: it is not reserved, and begins as a block of just its size.
 * It may grow a byte at a time, so such a block grows by a quarter at least: what growing costs stays proportional to
 * the size it ends with. */
#include "rt/object.h"

#define MEMORY_MAX_BYTES ((UINT64_C(1) << 48) - 1)
#define MEMORY_MAX_PAGES32 UINT64_C(65536)
/* More address space than this is not reserved for one memory. */
#define MEMORY_RESERVE_MOST (UINT64_C(1) << 36)
/* The committed piece in front of a reserved memory that ends in its header. */
#define MEMORY_FRONT ((size_t)WK_PAGE_SIZE)
/* Where addresses and offsets of 32 bits lead, and the width of an access. Where size_t has no room for it, nothing guards. */
#define MEMORY_GUARDED ((size_t)((UINT64_C(1) << 33) + WK_PAGE_SIZE))
/* A block grows by no less than this when it may grow a byte at a time. */
#define MEMORY_LEAST_MORE ((size_t)64)

/* The greatest number of pages the memory may ever have. */
static uint64_t memory_max_pages(const wick_limits *limits) {
    const uint32_t log2 = wk_page_log2(limits);
    const uint64_t most = limits->is64 ? MEMORY_MAX_BYTES >> log2 : log2 == 0 ? UINT32_MAX : MEMORY_MAX_PAGES32;
    return limits->max < most ? limits->max : most;
}

/* Bytes of `pages` when they can be addressed by this host. */
bool wk_memory_bytes_of(const wick_limits *limits, uint64_t pages, size_t *out_bytes) {
    const uint32_t log2 = wk_page_log2(limits);
    if (pages > memory_max_pages(limits) || pages << log2 > SIZE_MAX - 2 * MEMORY_FRONT) {
        return false;
    }
    *out_bytes = (size_t)(pages << log2);
    return true;
}

uint64_t wk_memory_most_bytes(const wick_limits *limits) {
    return memory_max_pages(limits) << wk_page_log2(limits);
}

size_t wk_memory_reservable(const struct wick_engine *engine, const wick_limits *limits) {
    const wick_host *host = engine->alloc.host;
    const uint64_t most = wk_memory_most_bytes(limits);
    const bool can = !engine->in_region && host->reserve != NULL && host->commit != NULL && host->release != NULL &&
                     most != 0 && most <= MEMORY_RESERVE_MOST && most <= SIZE_MAX / 2 - MEMORY_FRONT;
    return can ? wk_memory_round((size_t)most) : 0;
}

/* ---- reserved memories ------------------------------------------------------------------------------------------- */

/* Counts bytes that come from the host past wk_realloc against the engine's quota. */
static bool memory_count(struct wk_alloc *alloc, uint64_t bytes) {
    bool fits;
    wk_lock(alloc);
    fits = bytes <= alloc->quota && alloc->used <= alloc->quota - bytes;
    if (fits) {
        alloc->used += bytes;
        alloc->peak = alloc->used > alloc->peak ? alloc->used : alloc->peak;
    }
    wk_unlock(alloc);
    return fits;
}

static void memory_uncount(struct wk_alloc *alloc, uint64_t bytes) {
    wk_lock(alloc);
    alloc->used -= bytes;
    wk_unlock(alloc);
}

static bool memory_commit(struct wick_memory *memory, size_t up_to) {
    struct wk_alloc *alloc = &memory->store->engine->alloc;
    const size_t more = up_to - memory->committed;
    if (more == 0) {
        return true;
    }
    if (!memory_count(alloc, more)) {
        return false;
    }
    if (alloc->host->commit(alloc->user, memory->block, memory->committed, more) != 0) {
        memory_uncount(alloc, more);
        return false;
    }
    memory->committed = up_to;
    return true;
}

static void memory_release(struct wick_memory *memory) {
    struct wk_alloc *alloc = &memory->store->engine->alloc;
    alloc->host->release(alloc->user, memory->block, memory->reserved);
    memory_uncount(alloc, memory->committed);
    memory->reserved = 0;
    memory->committed = 0;
}

/* How much address space the memory is to have, without the front; 0: it is to be a block. */
static size_t memory_space(const struct wick_engine *engine, const wick_limits *limits) {
    if (wk_memory_is_guarded(engine, limits)) {
        return MEMORY_GUARDED;
    }
    return limits->page_size == 1 ? 0 : wk_memory_reservable(engine, limits);
}

/* Tries to make the memory a reservation with `bytes` committed. */
static bool memory_reserve(struct wick_memory *memory, size_t bytes) {
    struct wick_engine *engine = memory->store->engine;
    const wick_host *host = engine->alloc.host;
    const size_t space = memory_space(engine, &memory->limits);
    if (space == 0) {
        return false;
    }
    memory->reserved = MEMORY_FRONT + space;
    memory->block = host->reserve(engine->alloc.user, memory->reserved);
    if (memory->block == NULL) {
        memory->reserved = 0;
        return false;
    }
    memory->committed = 0;
    if (!memory_commit(memory, MEMORY_FRONT + bytes)) {
        memory_release(memory);
        memory->block = NULL;
        return false;
    }
    memory->base = (uint8_t *)memory->block + MEMORY_FRONT;
    memset(memory->base - WK_MEMORY_HEADER, 0, WK_MEMORY_HEADER);
    return true;
}

/* ---- memories in a block ----------------------------------------------------------------------------------------- */

static bool memory_allocate(struct wick_memory *memory, size_t bytes) {
    const size_t size = WK_MEMORY_HEADER + bytes;
    memory->block = wk_zalloc(&memory->store->engine->alloc, size);
    if (memory->block == NULL) {
        return false;
    }
    memory->block_size = size;
    memory->base = (uint8_t *)memory->block + WK_MEMORY_HEADER;
    return true;
}

#if WICK_STRESS_GROW_MOVES
static void *memory_resize_block(struct wk_alloc *alloc, void *block, size_t old_size, size_t size) {
    void *moved = wk_realloc(alloc, NULL, 0, size);
    if (moved != NULL) {
        memcpy(moved, block, old_size);
        memset(block, 0xdb, old_size);
        wk_free(alloc, block, old_size);
    }
    return moved;
}
#else
static void *memory_resize_block(struct wk_alloc *alloc, void *block, size_t old_size, size_t size) {
    return wk_realloc(alloc, block, old_size, size);
}
#endif

static bool memory_resize(struct wick_memory *memory, size_t bytes) {
    size_t size = WK_MEMORY_HEADER + bytes;
    void *block = NULL;
    if (size <= memory->block_size) {
        return true; /* zeros since it was made */
    }
    if (memory->limits.page_size == 1) {
        size_t more = memory->block_size / 4;
        more = more < MEMORY_LEAST_MORE ? MEMORY_LEAST_MORE : more;
        if (size - memory->block_size < more && wk_add_size(memory->block_size, more, &more)) {
            block = memory_resize_block(&memory->store->engine->alloc, memory->block, memory->block_size, more);
            size = block != NULL ? more : size;
        }
    }
    if (block == NULL) {
        block = memory_resize_block(&memory->store->engine->alloc, memory->block, memory->block_size, size);
    }
    if (block == NULL) {
        return false;
    }
    memset((uint8_t *)block + memory->block_size, 0, size - memory->block_size);
    memory->block = block;
    memory->block_size = size;
    memory->base = (uint8_t *)block + WK_MEMORY_HEADER;
    return true;
}

/* ---- shared memories (shared.c) ---------------------------------------------------------------------------------- */

#if WICK_THREADS
static void memory_attach(struct wick_memory *memory, struct wick_shared *shared) {
    memory->shared = shared;
    memory->base = shared->base;
    (void)wk_memory_size(memory);
}

static wick_err memory_share(struct wick_memory *memory, size_t bytes, wick_diag *diag) {
    struct wick_shared *shared = NULL;
    WK_TRY(wk_shared_make(memory->store, &memory->limits, bytes, &shared, diag));
    memory_attach(memory, shared);
    memory->counted = bytes;
    return WICK_OK;
}

void wk_memory_adopt(struct wick_store *store, struct wick_memory *memory, struct wick_shared *shared) {
    memory->store = store;
    memory->limits = shared->limits;
    memory_attach(memory, shared);
    memory->next = store->memories;
    store->memories = memory;
}

static void memory_unshare(struct wick_memory *memory) {
    wk_shared_drop(memory->shared);
}

static uint64_t memory_grow_shared(struct wick_memory *memory, uint64_t delta_pages) {
    return wk_shared_grow(memory, delta_pages);
}
#else
static wick_err memory_share(struct wick_memory *memory, size_t bytes, wick_diag *diag) {
    (void)memory;
    (void)bytes;
    return wk_fail(diag, WICK_ERR_no_atomics, 0, 0, 0, 0);
}
static void memory_unshare(struct wick_memory *memory) {
    (void)memory;
}
static uint64_t memory_grow_shared(struct wick_memory *memory, uint64_t delta_pages) {
    (void)memory;
    (void)delta_pages;
    return UINT64_MAX;
}
#endif

/* ---- making and freeing ------------------------------------------------------------------------------------------ */

struct wick_memory *wk_memory_empty(struct wick_store *store) {
    struct wick_memory *memory = wk_zalloc(&store->engine->alloc, sizeof *memory);
    if (memory == NULL) {
        return NULL;
    }
    memory->store = store;
    if (!memory_allocate(memory, 0)) {
        wk_free(&store->engine->alloc, memory, sizeof *memory);
        return NULL;
    }
    return memory;
}

void wk_memory_free(struct wick_memory *memory) {
    struct wk_alloc *alloc = &memory->store->engine->alloc;
    if (memory->shared != NULL) {
        memory_unshare(memory);
    } else if (memory->reserved != 0) {
        memory_release(memory);
    } else {
        wk_free(alloc, memory->block, memory->block_size);
    }
    wk_free(alloc, memory, sizeof *memory);
}

void wk_memories_free(struct wick_store *store, struct wick_memory *mark) {
    while (store->memories != mark) {
        struct wick_memory *memory = store->memories;
        store->memories = memory->next;
        wk_store_give(store, memory->shared != NULL ? memory->counted : memory->size);
        wk_memory_free(memory);
    }
}

static wick_err memory_place(struct wick_memory *memory, size_t bytes, wick_diag *diag) {
    if (memory->limits.shared) {
        return memory_share(memory, bytes, diag);
    }
    if (memory_reserve(memory, bytes) ||
        (!wk_memory_is_guarded(memory->store->engine, &memory->limits) && memory_allocate(memory, bytes))) {
        return WICK_OK;
    }
    return wk_fail_nomem(diag, bytes);
}

wick_err wk_memory_make(struct wick_store *store, const wick_limits *limits, struct wick_memory **out,
                        wick_diag *diag) {
    struct wick_memory *memory;
    size_t bytes;
    wick_err err;
    if (!wk_memory_bytes_of(limits, limits->min, &bytes) || !wk_store_take(store, bytes)) {
        const uint32_t log2 = wk_page_log2(limits);
        const uint64_t asked = limits->min > UINT64_MAX >> log2 ? UINT64_MAX : limits->min << log2;
        return wk_fail(diag, WICK_ERR_quota, asked, store->quota,
                       WK_STR("wick_store_options.quota (WICK_STORE_QUOTA)"), 0);
    }
    memory = wk_zalloc(&store->engine->alloc, sizeof *memory);
    if (memory == NULL) {
        wk_store_give(store, bytes);
        return wk_fail_nomem(diag, sizeof *memory);
    }
    memory->store = store;
    memory->limits = *limits;
    memory->limits.page_size = 1u << wk_page_log2(limits);
    err = memory_place(memory, bytes, diag);
    if (err != WICK_OK) {
        wk_free(&store->engine->alloc, memory, sizeof *memory);
        wk_store_give(store, bytes);
        return err;
    }
    memory->size = bytes;
    memory->next = store->memories;
    store->memories = memory;
    *out = memory;
    return WICK_OK;
}

uint64_t wk_memory_grow(struct wick_memory *memory, uint64_t delta_pages) {
    const uint64_t old_pages = wk_memory_pages(memory, wk_memory_size(memory));
    size_t bytes;
    bool is_done;
    if (delta_pages == 0) {
        return old_pages;
    }
    if (memory->shared != NULL) {
        return memory_grow_shared(memory, delta_pages);
    }
    if (delta_pages > MEMORY_MAX_BYTES >> wk_page_log2(&memory->limits) ||
        !wk_memory_bytes_of(&memory->limits, old_pages + delta_pages, &bytes) ||
        !wk_store_take(memory->store, bytes - memory->size)) {
        return UINT64_MAX;
    }
    if (memory->reserved != 0) {
        is_done = memory_commit(memory, MEMORY_FRONT + bytes);
    } else {
        is_done = memory_resize(memory, bytes);
    }
    if (!is_done) {
        wk_store_give(memory->store, bytes - memory->size);
        return UINT64_MAX;
    }
    memory->size = bytes;
    memory->store->changes++;
    return old_pages;
}

/* ---- the API ----------------------------------------------------------------------------------------------------- */

static bool memory_limits_are_wrong(const wick_limits *limits) {
    uint64_t most = limits->is64 ? UINT64_C(1) << 48 : MEMORY_MAX_PAGES32;
    if (limits->page_size > 1 && limits->page_size != WK_PAGE_SIZE) {
        return true;
    }
    if (limits->page_size == 1) {
        most = limits->is64 ? UINT64_MAX : UINT32_MAX;
    }
    return limits->min > most || (limits->max != UINT64_MAX && (limits->max > most || limits->max < limits->min)) ||
           (limits->shared && limits->max == UINT64_MAX);
}

wick_err wick_memory_new(wick_store *store, const wick_limits *limits, wick_memory **out_memory) {
    if (WK_MISUSE(store == NULL) || WK_MISUSE(limits == NULL) || WK_MISUSE(out_memory == NULL) ||
        WK_MISUSE(memory_limits_are_wrong(limits))) {
        return WICK_ERR_usage;
    }
    return wk_memory_make(store, limits, out_memory, NULL);
}

uint8_t *wick_memory_data(wick_memory *memory) {
    return memory->base;
}

uint64_t wick_memory_bytes(const wick_memory *memory) {
    return wk_memory_now(memory);
}

uint32_t wick_memory_page_size(const wick_memory *memory) {
    return memory->limits.page_size;
}

uint64_t wick_memory_grow(wick_memory *memory, uint64_t pages) {
    return wk_memory_grow(memory, pages);
}

#undef MEMORY_MAX_BYTES
#undef MEMORY_MAX_PAGES32
#undef MEMORY_RESERVE_MOST
#undef MEMORY_FRONT
#undef MEMORY_GUARDED
#undef MEMORY_LEAST_MORE

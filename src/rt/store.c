/* store.c - stores: the lists of everything that runs, and the quota on memories and tables.
 *
 * Owner of: an object lives as long as its store; freeing the store frees the tasks first, since they point at the
 * rest, and calls the finalizers last, when nothing of the store is left that could be seen by them. */
#include "rt/heap.h"
#include "rt/object.h"

#define STORE_SIZE (sizeof(struct wick_store) + sizeof(struct wk_heap))
_Static_assert(sizeof(struct wick_store) % 8 == 0, "the heap lies behind the store");

bool wk_store_take(struct wick_store *store, uint64_t bytes) {
    if (bytes > store->quota || store->used > store->quota - bytes) {
        return false;
    }
    store->used += bytes;
    return true;
}

void wk_store_give(struct wick_store *store, uint64_t bytes) {
    store->used -= bytes;
}

wick_err wick_store_new(wick_engine *engine, const wick_store_options *options, wick_store **out_store) {
    struct wick_store *store;
    if (WK_MISUSE(engine == NULL) || WK_MISUSE(out_store == NULL)) {
        return WICK_ERR_usage;
    }
    store = wk_zalloc(&engine->alloc, STORE_SIZE);
    if (store == NULL) {
        return WICK_ERR_nomem;
    }
    store->engine = engine;
    store->quota = options != NULL && options->quota != 0 ? options->quota : (uint64_t)WICK_STORE_QUOTA;
    store->heap_quota = options != NULL && options->heap_quota != 0 ? options->heap_quota : UINT64_MAX;
    store->user = options != NULL ? options->user : NULL;
    store->heap = (struct wk_heap *)(void *)(store + 1);
    wk_heap_init(store->heap);
    store->empty = wk_memory_empty(store);
    if (store->empty == NULL) {
        wk_free(&engine->alloc, store, STORE_SIZE);
        return WICK_ERR_nomem;
    }
    *out_store = store;
    return WICK_OK;
}

void wick_store_free(wick_store *store) {
    if (store == NULL || WK_MISUSE(store->running != NULL)) {
        return;
    }
    wk_tasks_free(store);
    wk_tables_free(store, NULL);
    wk_globals_free(store, NULL);
    wk_tags_free(store, NULL);
    wk_host_funcs_free(store);
    wk_instances_free(store);
    wk_memories_free(store, NULL);
    wk_memory_free(store->empty);
    wk_heap_free(store);
    wk_free(&store->engine->alloc, store, STORE_SIZE);
}

void *wick_store_user(const wick_store *store) {
    return store->user;
}

wick_engine *wick_store_engine(const wick_store *store) {
    return store->engine;
}

uint64_t wick_store_memory_used(const wick_store *store) {
    return store->used;
}

#undef STORE_SIZE

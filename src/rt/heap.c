/* heap.c - the store's heap: allocation, collection. */
#include "rt/heap.h"

#include "rt/object.h"

struct heap_block {
    struct heap_block *next;
    size_t size;
};

void wk_heap_hold(struct wick_store *store, struct wk_heap_slots *held) {
    held->next = store->heap_slots;
    store->heap_slots = held;
}

void wk_heap_release(struct wick_store *store, struct wk_heap_slots *held) {
    store->heap_slots = held->next;
}

wick_err wk_object_new(struct wick_store *store, uint32_t type, uint32_t n, uint64_t size, struct wk_object **out) {
    const uint64_t all = size + sizeof(struct heap_block) + sizeof(struct wk_object);
    struct heap_block *block;
    struct wk_object *object;
    if (size > (uint64_t)(SIZE_MAX / 2) || !wk_store_take(store, all)) {
        return WICK_ERR_heap;
    }
    block = wk_zalloc(&store->engine->alloc, (size_t)all);
    if (block == NULL) {
        wk_store_give(store, all);
        return WICK_ERR_nomem;
    }
    block->size = (size_t)all;
    block->next = store->heap;
    store->heap = block;
    object = (struct wk_object *)(void *)(block + 1);
    object->type = type;
    object->n = n;
    *out = object;
    return WICK_OK;
}

wick_err wk_object_new_raw(struct wick_store *store, uint32_t type, uint32_t n, uint64_t size, struct wk_object **out) {
    return wk_object_new(store, type, n, size, out);
}

wick_err wk_exn_new(struct wick_store *store, struct wick_tag *tag, const uint64_t *slots, uint32_t n,
                    uint64_t *out_ref) {
    struct wk_object *object;
    const uint64_t size = sizeof(struct wk_exn) - sizeof(struct wk_object) + (uint64_t)n * sizeof(uint64_t);
    WK_TRY(wk_object_new(store, WK_OBJECT_EXN, n, size, &object));
    struct wk_exn *exn = (struct wk_exn *)(void *)object;
    exn->tag = tag;
    if (n != 0) {
        memcpy(exn->slots, slots, (size_t)n * sizeof *slots);
    }
    *out_ref = wk_ref_of_object(object);
    return WICK_OK;
}

void wk_heap_free(struct wick_store *store) {
    struct heap_block *block = store->heap;
    while (block != NULL) {
        struct heap_block *next = block->next;
        wk_free(&store->engine->alloc, block, block->size);
        block = next;
    }
    store->heap = NULL;
}

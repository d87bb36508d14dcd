/* bulk.c - bulk instructions in chunks, and what drops segments.
 *
 * Owner of: bounds are checked for all that is left before a chunk is touched; one unit of fuel for each full chunk;
 * the operands that are written back continue the instruction. Spec: exec-memory.fill and its siblings. */
#include "base/relaxed.h"
#include "rt/heap.h"
#include "rt/object.h"

#define BULK_ENTRIES 512u

/* [address, address + n) within the limit? */
static bool bulk_inside(uint64_t address, uint64_t n, uint64_t limit) {
    return n <= limit && address <= limit - n;
}

/* The size of the next chunk; a full one is paid for. */
static size_t bulk_chunk(struct wick_task *task, uint64_t n, uint32_t full) {
    if (n < full) {
        return (size_t)n;
    }
    task->fuel -= 1;
    return full;
}

/* Shared memories are never touched by what may not be atomic. */
static void bulk_move(struct wick_memory *dst_memory, uint64_t dst, const uint8_t *src, bool src_is_shared, size_t n) {
    if (WK_UNLIKELY(dst_memory->shared != NULL || src_is_shared)) {
        wk_relaxed_copy(dst_memory->base + dst, src, n);
    } else {
        memmove(dst_memory->base + dst, src, n);
    }
}

wick_err wk_memory_fill(struct wick_task *task, struct wick_memory *memory, uint64_t *dst, uint32_t value,
                        uint64_t *n) {
    size_t chunk;
    if (!bulk_inside(*dst, *n, wk_memory_size(memory))) {
        return WICK_ERR_oob_memory;
    }
    chunk = bulk_chunk(task, *n, WK_BULK_BYTES);
    if (WK_UNLIKELY(memory->shared != NULL)) {
        wk_relaxed_fill(memory->base + *dst, (uint8_t)value, chunk);
    } else {
        memset(memory->base + *dst, (int)(value & 0xff), chunk);
    }
    *dst += chunk;
    *n -= chunk;
    return WICK_OK;
}

/* Upward, or from the end when the destination lies above the source in the same memory: whatever of the source has not
 * been read yet is then never written, so it can be continued at any chunk. */
wick_err wk_memory_copy(struct wick_task *task, struct wick_memory *dst_memory, struct wick_memory *src_memory,
                        uint64_t *dst, uint64_t *src, uint64_t *n) {
    size_t chunk;
    if (!bulk_inside(*dst, *n, wk_memory_size(dst_memory)) || !bulk_inside(*src, *n, wk_memory_size(src_memory))) {
        return WICK_ERR_oob_memory;
    }
    chunk = bulk_chunk(task, *n, WK_BULK_BYTES);
    *n -= chunk;
    /* two memories of a store may be the same shared bytes */
    if (dst_memory->base == src_memory->base && *dst > *src) {
        bulk_move(dst_memory, *dst + *n, src_memory->base + *src + *n, src_memory->shared != NULL, chunk);
        return WICK_OK;
    }
    bulk_move(dst_memory, *dst, src_memory->base + *src, src_memory->shared != NULL, chunk);
    *dst += chunk;
    *src += chunk;
    return WICK_OK;
}

wick_err wk_memory_init(struct wick_task *task, struct wick_instance *instance, uint32_t memory, uint32_t data,
                        uint64_t *dst, uint64_t *src, uint64_t *n) {
    struct wick_memory *to = instance->memories[memory];
    const struct wick_module *module = instance->module;
    size_t chunk;
    if (!bulk_inside(*dst, *n, wk_memory_size(to)) || !bulk_inside(*src, *n, instance->data_sizes[data])) {
        return WICK_ERR_oob_memory;
    }
    chunk = bulk_chunk(task, *n, WK_BULK_BYTES);
    if (chunk != 0) {
        bulk_move(to, *dst, module->bytes + module->datas[data].bytes.off + *src, false, chunk);
    }
    *dst += chunk;
    *src += chunk;
    *n -= chunk;
    return WICK_OK;
}

void wk_data_drop(struct wick_instance *instance, uint32_t data) {
    instance->data_sizes[data] = 0;
}

/* The entries [at, at + n) are about to be overwritten. */
static void bulk_overwrite(const struct wick_table *table, uint64_t at, size_t n) {
    if (n != 0) {
        wk_heap_overwrite(table->store, table->elems + at, n);
    }
}

wick_err wk_table_fill(struct wick_task *task, struct wick_table *table, uint64_t *dst, uint64_t value,
                       uint64_t *n) {
    size_t chunk;
    if (!bulk_inside(*dst, *n, table->size)) {
        return WICK_ERR_oob_table;
    }
    chunk = bulk_chunk(task, *n, BULK_ENTRIES);
    bulk_overwrite(table, *dst, chunk);
    for (size_t i = 0; i < chunk; i++) {
        table->elems[*dst + i] = value;
    }
    *dst += chunk;
    *n -= chunk;
    return WICK_OK;
}

/* A table without entries has no array to point into. */
static void bulk_move_entries(uint64_t *dst, uint64_t dst_at, const uint64_t *src, uint64_t src_at, size_t n) {
    if (n != 0) {
        memmove(dst + dst_at, src + src_at, n * sizeof *dst);
    }
}

wick_err wk_table_copy(struct wick_task *task, struct wick_table *dst_table, struct wick_table *src_table,
                       uint64_t *dst, uint64_t *src, uint64_t *n) {
    size_t chunk;
    if (!bulk_inside(*dst, *n, dst_table->size) || !bulk_inside(*src, *n, src_table->size)) {
        return WICK_ERR_oob_table;
    }
    chunk = bulk_chunk(task, *n, BULK_ENTRIES);
    *n -= chunk;
    if (dst_table == src_table && *dst > *src) {
        bulk_overwrite(dst_table, *dst + *n, chunk);
        bulk_move_entries(dst_table->elems, *dst + *n, src_table->elems, *src + *n, chunk);
        return WICK_OK;
    }
    bulk_overwrite(dst_table, *dst, chunk);
    bulk_move_entries(dst_table->elems, *dst, src_table->elems, *src, chunk);
    *dst += chunk;
    *src += chunk;
    return WICK_OK;
}

wick_err wk_table_init(struct wick_task *task, struct wick_instance *instance, uint32_t table, uint32_t elem,
                       uint64_t *dst, uint64_t *src, uint64_t *n) {
    struct wick_table *to = instance->tables[table];
    const struct wk_elem_inst *from = &instance->elems[elem];
    size_t chunk;
    if (!bulk_inside(*dst, *n, to->size) || !bulk_inside(*src, *n, from->n)) {
        return WICK_ERR_oob_table;
    }
    chunk = bulk_chunk(task, *n, BULK_ENTRIES);
    bulk_overwrite(to, *dst, chunk);
    bulk_move_entries(to->elems, *dst, from->refs, *src, chunk);
    *dst += chunk;
    *src += chunk;
    *n -= chunk;
    return WICK_OK;
}

void wk_elem_drop(struct wick_instance *instance, uint32_t elem) {
    wk_heap_overwrite(instance->store, instance->elems[elem].refs, instance->elems[elem].n);
    wk_elem_free(instance, elem);
}

#undef BULK_ENTRIES

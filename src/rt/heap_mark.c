/* heap_mark.c - finding what is reachable: roots, the walk, and when to do how much of it.
 *
 * Owner of: what the roots are, the pace, the bound on a step.
 *
 * A collection begins at an allocation with everything that code can get at without a trace: the stacks of all tasks, the
 * host's roots, globals. From then on every reference that running code gets hold of comes from one of these, from an
 * object that was reachable at the beginning, or is new; so it is enough that the references which are overwritten in
 * objects, tables and segments are looked at before they are lost (wk_heap_shade), and that new objects count as reached.
 * Stacks are never looked at again, and the walk ends however fast the program allocates. The price: what becomes garbage
 * meanwhile stays until the next collection. */
#include "rt/cont.h"
#include "rt/heap_block.h"
#include "rt/object.h"

#define MARK_CHUNK 1024u /* words of an object looked at in one go */
#define MARK_STEP 16384u /* units of a step at most, unless a large object asks for more */

/* ---- the walk ---------------------------------------------------------------------------------------------------- */

static void mark_enqueue(struct wk_heap *heap, struct wk_heap_block *block) {
    block->is_queued = true;
    block->grey_next = NULL;
    *heap->grey_end = block;
    heap->grey_end = &block->grey_next;
}

static inline void mark_cell(struct wk_heap *heap, struct wk_heap_block *block, uint32_t index) {
    const uint32_t word = index >> 6;
    const uint64_t bit = (uint64_t)1 << (index & 63);
    uint64_t *mark = &wk_block_mark(block)[word];
    if ((*mark & bit) != 0) {
        return;
    }
    *mark |= bit;
    heap->marked += block->cell;
    if (wk_block_kind(block) == WK_HEAP_LEAF) {
        return;
    }
    wk_block_grey(block)[word] |= bit;
    block->grey_words |= (uint32_t)1 << word;
    if (!block->is_queued) {
        mark_enqueue(heap, block);
    }
}

/* A reference whose type says that it is null, an i31, an object or one of the host's. */
static inline void mark_ref(struct wk_heap *heap, uint64_t ref) {
    if (ref != 0 && !wk_ref_is_i31(ref)) {
        uint8_t *object = (uint8_t *)(uintptr_t)(ref & ~(uint64_t)WK_REF_TAG_MASK);
        struct wk_heap_block *block = wk_block_of(object);
        mark_cell(heap, block, wk_block_index(block, object));
    }
}

/* Numbers that may be references. */
static void mark_slots(struct wk_heap *heap, const uint64_t *slots, uint64_t n) {
    for (uint64_t i = 0; i < n; i++) {
        const uint64_t ref = slots[i];
        if (ref >= heap->low && ref < heap->high && !wk_ref_is_i31(ref)) {
            uint32_t index = 0;
            struct wk_heap_block *block = wk_heap_find(heap, ref & ~(uint64_t)WK_REF_TAG_MASK, &index);
            if (block != NULL) {
                mark_cell(heap, block, index);
            }
        }
    }
}

void wk_heap_shade(struct wick_store *store, const uint64_t *refs, uint64_t n) {
    mark_slots(store->heap, refs, n);
}

static void mark_cont(struct wk_heap *heap, const struct wk_object *cont, uint64_t *units) {
    for (const struct wk_stack *stack = ((const struct wk_cont *)(const void *)cont)->inner; stack != NULL;
         stack = stack->parent) {
        mark_slots(heap, stack->slots, stack->top);
        heap->marked += (uint64_t)stack->cap * sizeof(uint64_t);
        *units += stack->top + 1u;
    }
}

/* References [from, to) of a struct's fields or an array's elements. */
static void mark_fields(struct wk_heap *heap, const struct wk_deftype *type, struct wk_object *object, uint64_t from,
                        uint64_t to) {
    const uint8_t *payload = wk_object_payload(object);
    if (type->comp == WK_COMP_STRUCT) {
        const uint32_t *offsets = type->ref_offsets;
        for (uint64_t i = from; i < to; i++) {
            mark_ref(heap, *(const uint64_t *)(const void *)(payload + offsets[i]));
        }
    } else {
        const uint64_t *elements = (const uint64_t *)(const void *)payload;
        for (uint64_t i = from; i < to; i++) {
            mark_ref(heap, elements[i]);
        }
    }
}

/* How many of them there are. */
static uint64_t mark_count(const struct wk_deftype *type, const struct wk_object *object) {
    return type->comp == WK_COMP_STRUCT ? type->n_refs : type->n_refs != 0 ? object->n : 0;
}

/* The type of the object before is mostly that of the next. */
struct mark_type {
    uint32_t id;
    const struct wk_deftype *type;
};

/* Looks into all of it. */
static void mark_small(struct wick_store *store, struct wk_object *object, struct mark_type *known, uint64_t *units) {
    *units += 1;
    if (WK_LIKELY(object->type < WK_OBJECT_SPECIAL)) {
        if (object->type != known->id) {
            known->id = object->type;
            known->type = wk_type_get(&store->engine->types, object->type);
        }
        const uint64_t n = mark_count(known->type, object);
        mark_fields(store->heap, known->type, object, 0, n);
        *units += n;
    } else if (object->type == WK_OBJECT_EXN) {
        mark_slots(store->heap, ((const struct wk_exn *)(const void *)object)->slots, object->n);
        *units += object->n;
    } else if (object->type == WK_OBJECT_CONT) {
        mark_cont(store->heap, object, units);
    }
}

/* Looks into the next piece of an object that has its block to itself; true: all of it is done. */
static bool mark_large(struct wick_store *store, struct wk_heap_block *block, uint64_t *units) {
    struct wk_object *object = wk_block_object(block, 0);
    const struct wk_deftype *type = NULL;
    uint64_t n = 0, to;
    if (object->type == WK_OBJECT_CONT) {
        mark_cont(store->heap, object, units);
    } else if (object->type == WK_OBJECT_EXN) {
        n = object->n;
    } else if (object->type < WK_OBJECT_SPECIAL) {
        type = wk_type_get(&store->engine->types, object->type);
        n = mark_count(type, object);
    }
    const uint64_t from = block->scan_at;
    to = n - from > MARK_CHUNK ? from + MARK_CHUNK : n;
    if (type != NULL) {
        mark_fields(store->heap, type, object, from, to);
    } else if (n != 0) {
        mark_slots(store->heap, ((const struct wk_exn *)(const void *)object)->slots + from, to - from);
    }
    *units += to - from + 1;
    block->scan_at = to == n ? 0 : (size_t)to;
    return to == n;
}

/* The block's grey objects, until there is none or the units are used up. */
static void mark_block(struct wick_store *store, struct wk_heap_block *block, uint64_t budget, uint64_t *units) {
    struct mark_type known = {WK_OBJECT_SPECIAL, NULL};
    while (block->grey_words != 0 && *units < budget) {
        const uint32_t word = wk_ctz32(block->grey_words);
        uint64_t grey = wk_block_grey(block)[word];
        if (block->n == 1 && !mark_large(store, block, units)) {
            continue;
        }
        wk_block_grey(block)[word] = 0;
        block->grey_words &= ~((uint32_t)1 << word);
        while (block->n != 1 && grey != 0) {
            mark_small(store, wk_block_object(block, word * 64 + wk_ctz64(grey)), &known, units);
            grey &= grey - 1;
        }
    }
}

static bool mark_queue(struct wick_store *store, uint64_t budget, uint64_t *units) {
    struct wk_heap *heap = store->heap;
    while (heap->grey != NULL) {
        struct wk_heap_block *block = heap->grey;
        mark_block(store, block, budget, units);
        if (*units >= budget) {
            return false;
        }
        heap->grey = block->grey_next;
        if (heap->grey == NULL) {
            heap->grey_end = &heap->grey;
        }
        block->is_queued = false;
    }
    return true;
}

/* ---- roots ------------------------------------------------------------------------------------------------------- */

static uint64_t mark_task_top(const struct wick_task *task) {
    uint64_t top = 0;
    if (task->state == WK_TASK_IDLE) {
        top = task->has_results ? wk_func_deftype(task->func)->result_slots : 0;
    } else if (task->host_top != 0) {
        top = task->host_top;
    } else if (wk_task_has_started(task)) {
        top = task->interp->top(task);
    }
    return top < task->current->cap ? top : task->current->cap;
}

static void mark_task(struct wk_heap *heap, const struct wick_task *task, uint64_t *units) {
    const uint64_t top = mark_task_top(task);
    mark_slots(heap, task->stack, top);
    for (const struct wk_stack *stack = task->current->parent; stack != NULL; stack = stack->parent) {
        mark_slots(heap, stack->slots, stack->top);
        *units += stack->top + 1u;
    }
    mark_slots(heap, task->regs, WK_COUNT_OF(task->regs));
    mark_slots(heap, &task->exception, 1);
    mark_slots(heap, &task->object, 1);
    *units += top + WK_COUNT_OF(task->regs) + 2;
}

/* A segment of functions holds nothing of the heap, but is not worth a question. */
static void mark_elems(struct wk_heap *heap, const struct wick_instance *instance, uint64_t *units) {
    for (uint32_t i = 0; instance->elems != NULL && i < instance->module->n_elems; i++) {
        mark_slots(heap, instance->elems[i].refs, instance->elems[i].n);
        *units += instance->elems[i].n + 1;
    }
}

static uint64_t mark_begin(struct wick_store *store) {
    struct wk_heap *heap = store->heap;
    uint64_t units = 0;
    wk_heap_retire(heap);
    heap->phase = WK_HEAP_MARK;
    heap->marking = 1;
    heap->marked = 0;
    for (const struct wick_task *task = store->tasks; task != NULL; task = task->next) {
        mark_task(heap, task, &units);
    }
    for (const struct wk_heap_slots *held = store->heap_slots; held != NULL; held = held->next) {
        mark_slots(heap, held->slots, held->n);
        units += held->n;
    }
    for (const wick_root *root = store->roots; root != NULL; root = root->next) {
        mark_slots(heap, &root->ref, 1);
        units++;
    }
    for (const struct wick_global *global = store->globals; global != NULL; global = global->next) {
        if (wk_type_is_ref(global->type)) {
            mark_slots(heap, global->value, 1);
        }
        units++;
    }
    if (store->making != NULL) {
        mark_elems(heap, store->making, &units);
    }
    heap->at_table = store->tables;
    heap->at_instance = store->instances;
    heap->at_entry = 0;
    heap->at_elem = 0;
    return units;
}

/* Up to MARK_CHUNK of n slots from heap->at_entry on; false: there are more. */
static bool mark_part(struct wk_heap *heap, const uint64_t *slots, uint64_t n, uint64_t *units) {
    const uint64_t from = heap->at_entry < n ? heap->at_entry : n; /* a dropped segment has none any more */
    const uint64_t part = n - from < MARK_CHUNK ? n - from : MARK_CHUNK;
    if (part != 0) { /* an empty table, a dropped segment have no slots to point at */
        mark_slots(heap, slots + from, part);
    }
    *units += part + 1;
    heap->at_entry = from + part == n ? 0 : from + part;
    return from + part == n;
}

/* Tables that cannot hold objects are not looked at. */
static bool mark_table(struct wick_store *store, uint64_t *units) {
    struct wick_table *table = store->heap->at_table;
    *units += 1;
    return wk_type_top(&store->engine->types, table->type) == WICK_HEAP_func ||
           mark_part(store->heap, table->elems, table->size, units);
}

static bool mark_rest_of_roots(struct wick_store *store, uint64_t budget, uint64_t *units) {
    struct wk_heap *heap = store->heap;
    while (heap->at_table != NULL) {
        if (*units >= budget) {
            return false;
        }
        if (mark_table(store, units)) {
            heap->at_table = heap->at_table->next;
        }
    }
    while (heap->at_instance != NULL) {
        const struct wick_instance *instance = heap->at_instance;
        if (*units >= budget) {
            return false;
        }
        if (heap->at_elem >= instance->module->n_elems) {
            heap->at_instance = instance->next;
            heap->at_elem = 0;
        } else if (mark_part(heap, instance->elems[heap->at_elem].refs, instance->elems[heap->at_elem].n, units)) {
            heap->at_elem++;
        }
    }
    return true;
}

void wk_heap_forget_table(struct wick_store *store, const struct wick_table *table) {
    struct wk_heap *heap = store->heap;
    if (heap->marking && heap->at_table == table) {
        heap->at_table = table->next;
        heap->at_entry = 0;
    }
}

/* Once in a collection: what comes into its slots later was reachable at the beginning, or is new. */
void wk_heap_before_run(struct wick_store *store, struct wk_object *object) {
    struct wk_cont *cont = (struct wk_cont *)(void *)object;
    uint64_t units = 0;
    if (store->heap->marking && cont->cycle != wk_heap_cycle(store)) {
        const uint64_t ref = wk_ref_of_object(object);
        mark_slots(store->heap, &ref, 1);
        mark_cont(store->heap, object, &units);
        cont->cycle = wk_heap_cycle(store);
    }
}

/* ---- the pace ---------------------------------------------------------------------------------------------------- */

/* Everything reachable is marked. */
static void mark_end(struct wick_store *store) {
    struct wk_heap *heap = store->heap;
    const uint64_t more = wk_udiv64(heap->marked, 100) * WICK_HEAP_GROWTH;
    wk_heap_retire(heap);
    heap->marking = 0;
    heap->live = heap->marked;
    heap->granted = 0;
    heap->debt = 0;
    heap->trigger = more < WICK_HEAP_FIRST ? WICK_HEAP_FIRST : more;
    heap->stats.collections++;
    wk_heap_begin_sweep(heap);
}

static void mark_note_step(struct wk_heap *heap, uint64_t units) {
    heap->stats.steps++;
    heap->stats.units += units;
    if (units > heap->stats.longest_step) {
        heap->stats.longest_step = units;
    }
}

static bool mark_some(struct wick_store *store, uint64_t budget, uint64_t *units) {
    return mark_queue(store, budget, units) && mark_rest_of_roots(store, budget, units) &&
           mark_queue(store, budget, units);
}

/* A byte that is handed out is worth a unit of marking, or the sweeping of four bytes. So marking n bytes of objects is
 * over when some n / 6 more are handed out, and sweeping after a quarter; both are done before `trigger` is reached. */
static void mark_step(struct wick_store *store, uint64_t budget) {
    struct wk_heap *heap = store->heap;
    uint64_t units = 0;
    if (heap->phase == WK_HEAP_SWEEP) {
        (void)wk_heap_sweep_some(store, budget * 4, &units);
    } else if (heap->phase == WK_HEAP_MARK) {
        if (mark_some(store, budget, &units)) {
            mark_end(store);
        }
    } else {
        units = mark_begin(store);
    }
    mark_note_step(heap, units);
}

static uint64_t mark_budget(struct wk_heap *heap, uint64_t large) {
    const uint64_t most = MARK_STEP + large / 64;
    const uint64_t budget = heap->debt < most ? heap->debt : most;
    heap->debt -= budget;
    return budget;
}

void wk_heap_pay(struct wick_store *store, uint64_t large) {
    struct wk_heap *heap = store->heap;
    if (WICK_STRESS_GC_EACH_ALLOC == 1) {
        wk_heap_collect(store);
    } else if (heap->phase != WK_HEAP_IDLE) {
        mark_step(store, mark_budget(heap, large));
    } else if (WICK_STRESS_GC_EACH_ALLOC == 2 || heap->granted + large >= heap->trigger) {
        mark_step(store, 0);
        heap->debt = 0;
    } else {
        heap->debt = 0;
    }
}

static void mark_all(struct wick_store *store) {
    struct wk_heap *heap = store->heap;
    uint64_t units = 0;
    if (heap->phase == WK_HEAP_MARK) {
        (void)mark_some(store, UINT64_MAX, &units);
        mark_end(store);
    }
    if (heap->phase == WK_HEAP_SWEEP) {
        (void)wk_heap_sweep_some(store, UINT64_MAX, &units);
    }
}

void wk_heap_collect(struct wick_store *store) {
    struct wk_heap *heap = store->heap;
    if (heap->lists == NULL || heap->is_collecting) {
        return;
    }
    heap->is_collecting = true;
    mark_all(store);
    (void)mark_begin(store);
    mark_all(store);
    heap->stats.full_collections++;
    heap->is_collecting = false;
    wk_heap_finalize(store);
}

/* ---- the API ----------------------------------------------------------------------------------------------------- */

wick_err wick_store_collect(wick_store *store) {
    if (WK_MISUSE(store == NULL) || WK_MISUSE(!wk_task_is_free_to_run(store))) {
        return WICK_ERR_usage;
    }
    wk_heap_collect(store);
    return WICK_OK;
}

void wick_store_heap_stats(const wick_store *store, wick_heap_stats *out_stats) {
    const struct wk_heap *heap = store->heap;
    *out_stats = heap->stats;
    out_stats->held = heap->held;
    out_stats->live = heap->live;
    out_stats->allocated = heap->granted;
}

void wick_root_add(wick_store *store, wick_root *root, wick_ref ref) {
    root->ref = ref;
    root->next = store->roots;
    root->at = &store->roots;
    if (root->next != NULL) {
        root->next->at = &root->next;
    }
    store->roots = root;
}

void wick_root_remove(wick_root *root) {
    *root->at = root->next;
    if (root->next != NULL) {
        root->next->at = root->at;
    }
}

#undef MARK_CHUNK
#undef MARK_STEP

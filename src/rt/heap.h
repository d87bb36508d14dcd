/* heap.h - the store's heap: structs, arrays, exceptions, continuations.
 *
 * References. 0 is null. The low bits of any other reference tell what it is:
 *   .1  an i31: the 31-bit value shifted left by one (i31.get_u: (uint32_t)ref >> 1)
 *   10  an object of the heap: the address of its struct wk_object plus WK_REF_OBJECT
 *   00  a function (struct wick_func) or an object of the host (struct wk_host_ref)
 * A conversion between `any` and `extern` changes nothing. All in 64 bits, addresses zero-extended.
 *
 * Objects never move. They are found by tracing (heap_mark.c) from
 *   globals, tables, element segments, the host's roots (wick_root), the fields of objects by their type;
 *   slots that are only looked at (a number that happens to be the address of an object keeps it): stacks of tasks and
 *   continuations, task->regs, struct wk_heap_slots, payloads of exceptions.
 * So whoever allocates has every live reference in one of those places: an interpreter saves its registers to
 * task->regs first.
 *
 * Layout. A struct's fields lie at wk_deftype.offsets from the payload, packed ones in their width, references, i64 and
 * f64 aligned to 8, v128 to 8 (low half first, two words of host order); an array's elements follow one another in
 * their width; an exception's payload is the slots of its tag's parameters. Numbers in host order. */
#ifndef WICK_RT_HEAP_H
#define WICK_RT_HEAP_H

#include "rt/rt.h"

#define WK_REF_I31 1u
#define WK_REF_OBJECT 2u
#define WK_REF_TAG_MASK 3u

/* wk_object.type beyond all type numbers. */
#define WK_OBJECT_EXN 0xfffffff0u
#define WK_OBJECT_CONT 0xfffffff1u
#define WK_OBJECT_DYING 0xfffffffeu /* a struct wk_host_ref whose finalizer is to be called */
#define WK_OBJECT_HOST 0xffffffffu  /* a struct wk_host_ref, which is known by a tag of its own */
#define WK_OBJECT_SPECIAL 0xfffffff0u /* and above */

struct wk_object {
    uint32_t type; /* STRUCT, ARRAY: type number; else WK_OBJECT_* */
    uint32_t n;    /* ARRAY: elements; EXN: slots behind the tag */
    /* payload */
};

struct wk_exn {
    struct wk_object object;
    struct wick_tag *tag;
    uint64_t slots[]; /* object.n */
};

static inline bool wk_ref_is_i31(uint64_t ref) {
    return (ref & WK_REF_I31) != 0;
}
static inline bool wk_ref_is_object(uint64_t ref) {
    return (ref & WK_REF_TAG_MASK) == WK_REF_OBJECT;
}
/* ref is an object's. */
static inline struct wk_object *wk_object_of_ref(uint64_t ref) {
    return (struct wk_object *)(uintptr_t)(ref - WK_REF_OBJECT);
}
/* ref is an exception's. */
static inline struct wk_exn *wk_exn_of_ref(uint64_t ref) {
    return (struct wk_exn *)(void *)wk_object_of_ref(ref);
}
static inline uint64_t wk_ref_of_object(const struct wk_object *object) {
    return (uint64_t)(uintptr_t)object + WK_REF_OBJECT;
}
static inline uint8_t *wk_object_payload(struct wk_object *object) {
    return (uint8_t *)(object + 1);
}

/* Slots that hold references while C code works on them. On the native stack; linked while they are needed. */
struct wk_heap_slots {
    const uint64_t *slots;
    size_t n;
    struct wk_heap_slots *next;
};
WK_EXTERN void wk_heap_hold(struct wick_store *store, struct wk_heap_slots *held);
WK_EXTERN void wk_heap_release(struct wick_store *store, struct wk_heap_slots *held);

/* ---- the heap ----------------------------------------------------------------------------------------------------- */

/* Cells of one size lie in blocks; a block begins at a multiple of its size, so an object's address leads to its header
 * (heap_block.h). Those of the same size, and all beyond them (the last class), are kept apart by what they need:
 * objects without references are not looked into, special ones do something when they die. */
#define WK_HEAP_CLASSES 33u
#define WK_HEAP_LARGE (WK_HEAP_CLASSES - 1u)
enum wk_heap_kind { WK_HEAP_SCAN, WK_HEAP_LEAF, WK_HEAP_SPECIAL, WK_HEAP_KINDS };
#define WK_HEAP_LISTS (WK_HEAP_KINDS * WK_HEAP_CLASSES)
#define WK_HEAP_NO_CLASS UINT32_MAX

/* Free cells, one behind the other: [at, end). An allocation takes the first; the block learns of it later. */
struct wk_heap_run {
    uint8_t *at;
    uint8_t *end;
};

struct wk_heap_block;
struct wk_heap_region;

struct wk_heap_list {
    struct wk_heap_block *current; /* the run is of this one, which is in no list */
    struct wk_heap_block *partial; /* swept, may have free cells */
    struct wk_heap_block *full;    /* swept, without */
    struct wk_heap_block *unswept[2];
    uint32_t run_first;            /* number of the run's first cell */
};

enum wk_heap_phase { WK_HEAP_IDLE, WK_HEAP_MARK, WK_HEAP_SWEEP };

struct wk_heap {
    uint32_t marking; /* references that are overwritten must be shown to wk_heap_shade */
    uint32_t phase;   /* enum wk_heap_phase */
    struct wk_heap_run runs[WK_HEAP_LISTS];
    struct wk_heap_list *lists; /* WK_HEAP_LISTS; NULL: nothing has been made yet */
    struct wk_heap_region **regions; /* by address */
    size_t n_regions, regions_cap;
    struct wk_heap_region *spare;    /* those with a free block */
    uint64_t low, high;              /* all of them lie in here */
    struct wk_heap_block *grey, **grey_end; /* blocks with objects that are to be looked into, a queue */
    struct wk_host_ref *dying;       /* their finalizers are to be called */
    bool is_finalizing;
    bool is_collecting;
    uint32_t sweep_list;             /* lists below it are swept */
    struct wick_table *at_table;     /* roots that are still to be looked at */
    struct wick_instance *at_instance;
    uint64_t at_entry;               /* of the table, or of the instance's segment */
    uint32_t at_elem;
    uint64_t held;                   /* bytes of regions */
    uint64_t live;                   /* bytes of cells that the last collection found */
    uint64_t marked;                 /* so far */
    uint64_t granted;                /* bytes of cells handed out since */
    uint64_t trigger;                /* at so many a collection begins */
    uint64_t debt;                   /* bytes handed out that sweeping or marking has not followed yet */
    wick_heap_stats stats;
};

/* Bytes of a cell of the class, which is not LARGE. */
WK_EXTERN uint32_t wk_heap_cell_size(uint32_t class);
/* The class of an object with `size` bytes of payload; WK_HEAP_LARGE: by itself. */
WK_EXTERN uint32_t wk_heap_class(uint64_t size);
/* SCAN or LEAF, of a struct's or array's type. */
static inline enum wk_heap_kind wk_heap_kind_of(const struct wk_deftype *type) {
    return type->n_refs != 0 ? WK_HEAP_SCAN : WK_HEAP_LEAF;
}

/* A new object with `size` bytes of payload, all zero. May collect. WICK_ERR_nomem, or heap when the store's quota is
 * used up even after a collection. */
WK_EXTERN wick_err wk_object_new(struct wick_store *store, uint32_t type, uint32_t n, uint64_t size,
                                 struct wk_object **out);

/* The same with a payload of anything: the caller fills it before anything else is allocated (of an array, n elements). */
WK_EXTERN wick_err wk_object_new_raw(struct wick_store *store, uint32_t type, uint32_t n, uint64_t size,
                                     struct wk_object **out);

/* Collecting is incremental and works on the graph as it was when it began: everything reachable then, and everything
 * made since, survives it. So whoever overwrites or drops references that the collector may not have seen yet shows them
 * to it first. It has seen stacks, globals and the host's roots, all at the beginning; it has not seen objects, tables
 * and element segments. */
WK_EXTERN void wk_heap_shade(struct wick_store *store, const uint64_t *refs, uint64_t n);
/* n references of an object, table or segment are about to be overwritten or dropped. */
static inline void wk_heap_overwrite(struct wick_store *store, const uint64_t *refs, uint64_t n) {
    if (WK_UNLIKELY(store->heap->marking)) {
        wk_heap_shade(store, refs, n);
    }
}

/* Collects all that is garbage now. */
WK_EXTERN void wk_heap_collect(struct wick_store *store);
/* The table goes away. */
WK_EXTERN void wk_heap_forget_table(struct wick_store *store, const struct wick_table *table);

/* Continuations (cont.h) are objects of kind SPECIAL: they hold stacks, which are freed with them (wk_cont_die). The
 * collector looks at all slots of their stacks at once when it finds the object. Whoever lets code run on them, or gives
 * them to another object, calls wk_heap_before_run first: what code overwrites in them is shown to nobody. */
WK_EXTERN void wk_heap_before_run(struct wick_store *store, struct wk_object *object);
/* Bytes of a stack count as given out, though they are no cell's. */
static inline void wk_heap_grant(struct wick_store *store, uint64_t bytes) {
    store->heap->granted += bytes;
    store->heap->debt += bytes;
}
/* Which marking is under way; 0: none. Objects made meanwhile count as looked at. */
static inline uint32_t wk_heap_cycle(const struct wick_store *store) {
    return store->heap->marking != 0 ? (uint32_t)store->heap->stats.collections | 0x80000000u : 0;
}
/* A new special object of n slots of payload, all zero. */
WK_EXTERN wick_err wk_special_new(struct wick_store *store, uint32_t type, uint32_t n, uint64_t size,
                                  struct wk_object **out);

/* A new exception; the slots are copied. */
WK_EXTERN wick_err wk_exn_new(struct wick_store *store, struct wick_tag *tag, const uint64_t *slots, uint32_t n,
                              uint64_t *out_ref);

/* ---- fields and elements ------------------------------------------------------------------------------------------ */

/* A field of storage type `type` to one or two slots (packed ones zero-extended) and back. */
static inline void wk_field_load(const uint8_t *at, wick_valtype type, uint64_t *slots) {
    switch (wk_field_size(type)) {
    case 1:
        slots[0] = *at;
        break;
    case 2: {
        uint16_t value;
        memcpy(&value, at, sizeof value);
        slots[0] = value;
        break;
    }
    case 4: {
        uint32_t value;
        memcpy(&value, at, sizeof value);
        slots[0] = value;
        break;
    }
    case 8:
        memcpy(slots, at, 8);
        break;
    default:
        memcpy(slots, at, 16);
        break;
    }
}
static inline void wk_field_store(uint8_t *at, wick_valtype type, const uint64_t *slots) {
    switch (wk_field_size(type)) {
    case 1:
        *at = (uint8_t)slots[0];
        break;
    case 2: {
        const uint16_t value = (uint16_t)slots[0];
        memcpy(at, &value, sizeof value);
        break;
    }
    case 4: {
        const uint32_t value = (uint32_t)slots[0];
        memcpy(at, &value, sizeof value);
        break;
    }
    case 8:
        memcpy(at, slots, 8);
        break;
    default:
        memcpy(at, slots, 16);
        break;
    }
}

/* ---- instructions (gc.c) ------------------------------------------------------------------------------------------ */

/* Is the value of this reference of the type? By what it is, in constant time. */
WK_EXTERN bool wk_ref_test(const struct wk_types *types, uint64_t ref, wick_valtype type);

static inline uint64_t wk_i31_of(uint32_t value) {
    return (uint64_t)(uint32_t)(value << 1) | WK_REF_I31;
}

WK_INLINE wick_err wk_i31_get_u(uint64_t ref, uint32_t *out) {
    *out = (uint32_t)ref >> 1;
    return WK_LIKELY(ref != 0) ? WICK_OK : WICK_ERR_null_i31;
}
WK_INLINE wick_err wk_i31_get_s(uint64_t ref, uint32_t *out) {
    *out = ((uint32_t)ref >> 1 ^ 0x40000000u) - 0x40000000u;
    return WK_LIKELY(ref != 0) ? WICK_OK : WICK_ERR_null_i31;
}

#if WICK_GC
/* Slots of operands and results of an instruction behind prefix 0xfb that does not branch; `a` and `b` as below. */
WK_EXTERN void wk_gc_slots(const struct wk_types *types, enum wick_op op, uint32_t a, uint32_t b, uint32_t *out_pops,
                           uint32_t *out_pushes);
/* Reads its immediates: a is the number of its type (of casts: the wick_valtype), b the field, count, segment or
 * number of the second type. */
WK_EXTERN void wk_gc_read(const struct wick_module *module, enum wick_op op, uint32_t *at, uint32_t *a, uint32_t *b);
/* Executes it, or a chunk of it when it is one that works in chunks (rt.h, fuel). Operands are at s, where the results
 * come too. WICK_OK and *out_done: over. WICK_OK without: a chunk is done and paid for; call again with the same slots
 * (or yield first: they continue it, together with task->object). Else a trap's error. */
WK_EXTERN wick_err wk_gc_execute(struct wick_task *task, struct wick_instance *instance, enum wick_op op, uint32_t a,
                                 uint32_t b, uint64_t *s, bool *out_done);
#else
static inline void wk_gc_slots(const struct wk_types *types, enum wick_op op, uint32_t a, uint32_t b, uint32_t *out_pops,
                               uint32_t *out_pushes) {
    (void)types, (void)op, (void)a, (void)b;
    *out_pops = *out_pushes = 0;
}
static inline void wk_gc_read(const struct wick_module *module, enum wick_op op, uint32_t *at, uint32_t *a, uint32_t *b) {
    (void)module, (void)op, (void)at;
    *a = *b = 0;
}
static inline wick_err wk_gc_execute(struct wick_task *task, struct wick_instance *instance, enum wick_op op, uint32_t a,
                                     uint32_t b, uint64_t *s, bool *out_done) {
    (void)task, (void)instance, (void)op, (void)a, (void)b, (void)s, (void)out_done;
    return WICK_ERR_not_executable;
}
#endif
/* A constant instruction, as part of a constant expression: its immediates at *at, *n slots there now, changed. What is
 * none is not_executable. */
WK_EXTERN wick_err wk_gc_const(struct wick_instance *instance, enum wick_op op, uint32_t *at, uint64_t *slots,
                               uint32_t *n);

/* Of a store that is being made; its memory is the store's, and zero. */
WK_EXTERN void wk_heap_init(struct wk_heap *heap);
/* Calls the finalizers of all that is left, and frees everything; the store is going. */
WK_EXTERN void wk_heap_free(struct wick_store *store);

#endif

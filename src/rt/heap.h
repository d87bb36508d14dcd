/* heap.h - the store's heap: structs, arrays, exceptions, continuations.
 *
 * References. 0 is null. The low bits of any other reference tell what it is:
 *   .1  an i31: the 31-bit value shifted left by one (i31.get_u: (uint32_t)ref >> 1)
 *   10  an object of the heap: the address of its struct wk_object plus WK_REF_OBJECT
 *   00  a function (struct wick_func) or an object of the host (struct wk_host_ref)
 * A conversion between `any` and `extern` changes nothing. All in 64 bits, addresses zero-extended.
 *
 * Objects never move. They are found by tracing from
 *   precise roots: globals, tables, element segments, the fields of objects (by their type), pinned references;
 *   slots that are only looked at (a number that happens to be the address of an object keeps it): stacks of tasks and
 *   continuations, task->regs, struct wk_heap_slots.
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

/* A new object with `size` bytes of payload, all zero. May collect. WICK_ERR_nomem, or heap_quota when the store's quota
 * is used up even after a collection. */
WK_EXTERN wick_err wk_object_new(struct wick_store *store, uint32_t type, uint32_t n, uint64_t size,
                                 struct wk_object **out);

/* The same with a payload of anything: the caller fills it before anything else is allocated (of an array, n elements). */
WK_EXTERN wick_err wk_object_new_raw(struct wick_store *store, uint32_t type, uint32_t n, uint64_t size,
                                     struct wk_object **out);

/* n references of an object, table or global are about to be overwritten or dropped. */
static inline void wk_heap_overwrite(struct wick_store *store, const uint64_t *refs, uint64_t n) {
    (void)store, (void)refs, (void)n;
}

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
/* A constant instruction, as part of a constant expression: its immediates at *at, *n slots there now, changed. What is
 * none is not_executable. */
WK_EXTERN wick_err wk_gc_const(struct wick_instance *instance, enum wick_op op, uint32_t *at, uint64_t *slots,
                               uint32_t *n);

/* Frees everything; the store is going. */
WK_EXTERN void wk_heap_free(struct wick_store *store);

#endif

/* type.h - the engine's defined types: each recursive group is kept once, so equal types are equal numbers.
 *
 * Owner of: iso-recursive equality (a hash table of groups), subtyping in constant time (display vectors), the text of
 * types. Spec: valid-type, valid-subtype, syntax-deftype. */
#ifndef WICK_MODULE_TYPE_H
#define WICK_MODULE_TYPE_H

#include "base/alloc.h"
#include "base/arena.h"
#include "wick/wick.h"

enum wk_comp { WK_COMP_FUNC, WK_COMP_STRUCT, WK_COMP_ARRAY, WK_COMP_CONT };

#define WK_NO_TYPE UINT32_MAX

struct wk_rec_group; /* private to type.c */

/* One defined type. Its address stays as long as something holds its group. */
struct wk_deftype {
    uint32_t id;
    uint8_t comp; /* enum wk_comp */
    bool is_final;
    uint16_t depth;            /* number of its supertypes */
    uint32_t super;            /* id, or WK_NO_TYPE */
    uint32_t n_params;         /* FUNC */
    uint32_t n_results;        /* FUNC */
    uint32_t param_slots;      /* FUNC: v128 counts 2 */
    uint32_t result_slots;     /* FUNC */
    uint32_t n_fields;         /* STRUCT, ARRAY (1), CONT (1: the reference type of its function type) */
    const wick_valtype *types; /* FUNC: parameters then results; else field types (I8, I16 when packed) */
    const uint8_t *is_mutable; /* STRUCT, ARRAY: one byte a field */
    const uint32_t *display;   /* depth + 1 ids from the root to itself: a <: b iff a.display[b.depth] == b.id */
    uint32_t size;             /* STRUCT: bytes of the payload (rt/heap.h); ARRAY: of an element */
    bool is_defaultable;       /* STRUCT, ARRAY: each field has a default value */
    uint32_t n_refs;           /* STRUCT, ARRAY: how many fields hold references that a heap may own (all but funcref) */
    const uint32_t *offsets;   /* STRUCT: of each field from the payload */
    const uint32_t *ref_offsets; /* STRUCT: of the n_refs ones */
    struct wk_rec_group *group;
};

#define WK_TYPE_CHUNK (WICK_ENGINE_TYPES < 1024 ? (uint32_t)(WICK_ENGINE_TYPES) : 1024u)
#define WK_TYPE_CHUNKS ((uint32_t)(WICK_ENGINE_TYPES) / WK_TYPE_CHUNK)

struct wk_types {
    struct wk_alloc *alloc;
    struct wk_deftype ***chunks; /* WK_TYPE_CHUNKS pointers to arrays of WK_TYPE_CHUNK; never move */
    uint32_t n;                  /* ids given out so far */
    uint32_t free_id;            /* ids of freed groups, reused */
    uint32_t n_free;
    uint32_t n_chunks;
    struct wk_rec_group **buckets;
    uint32_t n_buckets;
    uint32_t n_groups;
    struct wk_rec_group *pinned; /* groups that live as long as the engine (wick_functype_parse) */
};

static inline const struct wk_deftype *wk_type_get(const struct wk_types *types, uint32_t id) {
    return types->chunks[id / WK_TYPE_CHUNK][id % WK_TYPE_CHUNK];
}

WK_EXTERN wick_err wk_types_init(struct wk_types *types, struct wk_alloc *alloc);
WK_EXTERN void wk_types_free(struct wk_types *types);

/* The function type of a continuation type. */
static inline const struct wk_deftype *wk_type_cont_func(const struct wk_types *types, const struct wk_deftype *cont) {
    return wk_type_get(types, WICK_TYPE_HEAP(cont->types[0]));
}

/* Subtyping of value types, heap types and packed storage types (spec: match). Constant time. */
WK_EXTERN bool wk_type_is_sub(const struct wk_types *types, wick_valtype sub, wick_valtype super);
WK_EXTERN bool wk_type_id_is_sub(const struct wk_types *types, uint32_t sub, uint32_t super);
/* Slots of a value of this type: 2 for v128, else 1. */
static inline uint32_t wk_type_slots(wick_valtype type) {
    return WICK_TYPE_KIND(type) == WICK_KIND_V128 ? 2u : 1u;
}
/* Bytes of a field of this storage type in an object of the heap. */
static inline uint32_t wk_field_size(wick_valtype type) {
    switch (WICK_TYPE_KIND(type)) {
    case WICK_KIND_I8:
        return 1;
    case WICK_KIND_I16:
        return 2;
    case WICK_KIND_I32:
    case WICK_KIND_F32:
        return 4;
    case WICK_KIND_V128:
        return 16;
    default:
        return 8;
    }
}
/* Numbers, v128 and nullable references have a default value. */
static inline bool wk_type_is_defaultable(wick_valtype type) {
    return WICK_TYPE_KIND(type) != WICK_KIND_REF || (type & WICK_TYPE_NULLABLE) != 0;
}
static inline bool wk_type_is_ref(wick_valtype type) {
    return WICK_TYPE_KIND(type) == WICK_KIND_REF;
}
/* The abstract heap type at the top of the hierarchy of a reference type: func, extern, any, exn or cont. */
WK_EXTERN uint32_t wk_type_top(const struct wk_types *types, wick_valtype type);

/* A group as decoded, before it is known: inside it a concrete heap type whose number is >= WK_REC_BASE means member
 * (number - WK_REC_BASE) of this same group. */
#define WK_REC_BASE 0x00c00000u
struct wk_type_draft {
    uint8_t comp;
    bool is_final;
    uint32_t super; /* id, WK_REC_BASE + k, or WK_NO_TYPE */
    uint32_t n_params, n_results, n_fields;
    wick_valtype *types;
    uint8_t *is_mutable;
    /* The decoder's own: */
    uint32_t depth;       /* number of supertypes */
    uint32_t super_index; /* in the module */
    uint32_t cont_index;  /* CONT: of its function type in the module */
    uint32_t off;
};
/* Finds or adds the group of n drafts and takes a reference on it; ids[k] is member k's number. Takes the engine's
 * lock. Does not check subtyping (the decoder does, on the answer). */
WK_EXTERN wick_err wk_types_intern(struct wk_types *types, const struct wk_type_draft *drafts, uint32_t n,
                                   uint32_t *out_ids, struct wk_rec_group **out_group);
WK_EXTERN void wk_types_release(struct wk_types *types, struct wk_rec_group *group);
/* One more reference on the group of a type that is alive. */
WK_EXTERN struct wk_rec_group *wk_types_retain(struct wk_types *types, uint32_t id);
/* Hands a reference on a group over to the engine: the group lives as long as that. */
WK_EXTERN void wk_types_pin(struct wk_types *types, struct wk_rec_group *group);

/* The text of a value type: "i32", "funcref", "(ref null 3)". With a module, concrete types print as its type index
 * where it has one. Writes at most cap bytes with a final 0, answers the length it would take. */
WK_EXTERN size_t wk_type_text(const struct wk_types *types, const wick_module *module, wick_valtype type, char *buf,
                              size_t cap);
/* A function's signature for the format %e of err.def: four bits a letter (wick_functype_parse), as many as fit. */
WK_EXTERN uint64_t wk_diag_signature(const struct wk_deftype *type);

#endif

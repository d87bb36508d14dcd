/* ref.c - references: what one is, and those to objects of the host.
 *
 * Owner of: whether a reference is of a type. Spec: match-reftype, exec-type (values). */
#include "rt/cont.h"
#include "rt/object.h"

/* ---- what a reference is ----------------------------------------------------------------------------------------- */

/* A conversion between any and extern changes nothing, so every value of `any` is one of `extern`, and the other way
 * round. */
bool wk_ref_test(const struct wk_types *types, uint64_t ref, wick_valtype type) {
    const uint32_t heap = WICK_TYPE_HEAP(type);
    uint32_t id;
    if (ref == 0) {
        return (type & WICK_TYPE_NULLABLE) != 0;
    }
    if (wk_ref_is_i31(ref)) {
        return (type & WICK_TYPE_CONCRETE) == 0 && (heap == WICK_HEAP_i31 || heap == WICK_HEAP_eq ||
                                                    heap == WICK_HEAP_any || heap == WICK_HEAP_extern);
    }
    if (!wk_ref_is_object(ref)) {
        if (wk_ref_is_func(ref)) {
            return wk_type_is_sub(types, WICK_REF_TYPE(wk_func_of_ref(ref)->type), type);
        }
        return (type & WICK_TYPE_CONCRETE) == 0 && (heap == WICK_HEAP_any || heap == WICK_HEAP_extern);
    }
    id = wk_object_of_ref(ref)->type;
    if (id >= WK_OBJECT_SPECIAL) {
        if (id == WK_OBJECT_CONT) {
            return wk_type_is_sub(types, WICK_REF_TYPE(wk_object_of_ref(ref)->n), type);
        }
        return id == WK_OBJECT_EXN && wk_type_is_sub(types, WICK_REF(WICK_HEAP_exn), type);
    }
    return ((type & WICK_TYPE_CONCRETE) == 0 && heap == WICK_HEAP_extern) ||
           wk_type_is_sub(types, WICK_REF_TYPE(id), type);
}

/* A host reference starts with WK_OBJECT_HOST, a function with a type number, which is never that. */
bool wk_ref_is_func(uint64_t ref) {
    uint32_t first;
    if (ref == 0 || (ref & WK_REF_TAG_MASK) != 0) {
        return false;
    }
    memcpy(&first, (const void *)(uintptr_t)ref, sizeof first);
    return first != WK_OBJECT_HOST;
}

bool wk_ref_is(const struct wick_store *store, uint64_t ref, wick_valtype type) {
    if (!wk_type_is_ref(type) || (wk_ref_is_func(ref) && wk_func_of_ref(ref)->store != store)) {
        return false;
    }
    if (wk_ref_is_object(ref) && wk_object_of_ref(ref)->type == WK_OBJECT_EXN && wk_exn_of_ref(ref)->tag->store != store) {
        return false;
    }
    if (wk_ref_is_object(ref) && wk_object_of_ref(ref)->type == WK_OBJECT_CONT && wk_cont_of_ref(ref)->store != store) {
        return false;
    }
    return wk_ref_test(&store->engine->types, ref, type);
}

wick_err wick_ref_new(wick_store *store, void *object, void (*finalizer)(void *object), wick_ref *out_ref) {
    struct wk_object *ref;
    if (WK_MISUSE(store == NULL) || WK_MISUSE(out_ref == NULL)) {
        return WICK_ERR_usage;
    }
    WK_TRY(wk_special_new(store, WK_OBJECT_HOST, 0, sizeof(struct wk_host_ref) - sizeof *ref, &ref));
    ((struct wk_host_ref *)(void *)ref)->object = object;
    ((struct wk_host_ref *)(void *)ref)->finalizer = finalizer;
    *out_ref = (uint64_t)(uintptr_t)ref;
    return WICK_OK;
}

void *wick_ref_object(wick_ref ref) {
    if (ref == 0 || (ref & WK_REF_TAG_MASK) != 0 || wk_ref_is_func(ref)) {
        return NULL;
    }
    return ((const struct wk_host_ref *)(uintptr_t)ref)->object;
}

wick_ref wick_func_ref(wick_func *func) {
    return wk_ref_of_func(func);
}

wick_func *wick_ref_func(wick_ref ref) {
    return wk_ref_is_func(ref) ? wk_func_of_ref(ref) : NULL;
}

wick_ref_kind wick_ref_get_kind(const wick_store *store, wick_ref ref) {
    uint32_t type;
    if (ref == 0) {
        return WICK_REF_KIND_NULL;
    }
    if (wk_ref_is_i31(ref)) {
        return WICK_REF_KIND_I31;
    }
    if (!wk_ref_is_object(ref)) {
        return wk_ref_is_func(ref) ? WICK_REF_KIND_FUNC : WICK_REF_KIND_HOST;
    }
    type = wk_object_of_ref(ref)->type;
    if (type >= WK_OBJECT_SPECIAL) {
        return type == WK_OBJECT_CONT ? WICK_REF_KIND_CONT : WICK_REF_KIND_EXN;
    }
    return wk_type_get(&store->engine->types, type)->comp == WK_COMP_ARRAY ? WICK_REF_KIND_ARRAY
                                                                           : WICK_REF_KIND_STRUCT;
}

wick_valtype wick_ref_type(const wick_store *store, wick_ref ref) {
    switch (wick_ref_get_kind(store, ref)) {
    case WICK_REF_KIND_NULL:
        return 0;
    case WICK_REF_KIND_FUNC:
        return WICK_REF_TYPE(wk_func_of_ref(ref)->type);
    case WICK_REF_KIND_HOST:
        return WICK_REF(WICK_HEAP_extern);
    case WICK_REF_KIND_I31:
        return WICK_REF(WICK_HEAP_i31);
    case WICK_REF_KIND_EXN:
        return WICK_REF(WICK_HEAP_exn);
    case WICK_REF_KIND_CONT:
        return WICK_REF_TYPE(wk_object_of_ref(ref)->n);
    default:
        return WICK_REF_TYPE(wk_object_of_ref(ref)->type);
    }
}

bool wick_ref_is(const wick_store *store, wick_ref ref, wick_valtype type) {
    return wk_ref_is(store, ref, type);
}

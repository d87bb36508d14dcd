/* item.c - values, globals, tags, host functions, and the types of all of them.
 *
 * Owner of: how a value lies in slots; types that host-made objects hold.
 * Spec: syntax-val, exec-type (extern types). */
#include "rt/object.h"

/* ---- values ------------------------------------------------------------------------------------------------------ */

void wk_value_to_slots(const wick_value *value, uint64_t *slots) {
    switch (WICK_TYPE_KIND(value->type)) {
    case WICK_KIND_I32:
        slots[0] = value->of.i32;
        break;
    case WICK_KIND_F32:
        slots[0] = value->of.f32;
        break;
    case WICK_KIND_V128:
        slots[0] = value->of.v128[0];
        slots[1] = value->of.v128[1];
        break;
    default:
        slots[0] = value->of.i64;
        break;
    }
}

void wk_value_of_slots(wick_valtype type, const uint64_t *slots, wick_value *out) {
    memset(out, 0, sizeof *out);
    out->type = type;
    switch (WICK_TYPE_KIND(type)) {
    case WICK_KIND_I32:
        out->of.i32 = (uint32_t)slots[0];
        break;
    case WICK_KIND_F32:
        out->of.f32 = (uint32_t)slots[0];
        break;
    case WICK_KIND_V128:
        out->of.v128[0] = slots[0];
        out->of.v128[1] = slots[1];
        break;
    default:
        out->of.i64 = slots[0];
        break;
    }
}

/* Is it a type that values have? The number of a concrete one is trusted. */
static bool value_type_is(wick_valtype type) {
    if (!wk_type_is_ref(type)) {
        return type >= WICK_KIND_I32 && type <= WICK_KIND_V128;
    }
    return (type & WICK_TYPE_CONCRETE) != 0 || WICK_TYPE_HEAP(type) < WICK_HEAP_bottom;
}

static bool value_is(const struct wick_store *store, const wick_value *value, wick_valtype type) {
    if (wk_type_is_ref(type)) {
        return wk_type_is_ref(value->type) && wk_ref_is(store, value->of.ref, type);
    }
    return value->type == type;
}

wick_err wk_args_check(const struct wick_store *store, const struct wk_deftype *type, const wick_value *args, size_t n,
                       wick_diag *diag) {
    if (WK_MISUSE(n != type->n_params)) {
        return wk_fail(diag, WICK_ERR_usage, WK_STR("arguments"), WK_MISFIT_COUNT, type->n_params, n);
    }
    if (WK_MISUSE(n != 0 && args == NULL)) {
        return WK_USAGE(diag, "the arguments are NULL");
    }
    for (uint32_t i = 0; WICK_CHECK_API && i < type->n_params; i++) {
        if (!value_is(store, &args[i], type->types[i])) {
            return wk_fail(diag, WICK_ERR_usage, WK_STR("argument"), WK_MISFIT_TYPE(i), type->types[i], args[i].type);
        }
    }
    return WICK_OK;
}

uint32_t wk_slot_of(const wick_valtype *types, uint32_t index) {
    uint32_t slot = 0;
    for (uint32_t i = 0; i < index; i++) {
        slot += wk_type_slots(types[i]);
    }
    return slot;
}

void wk_functype_of(const struct wk_deftype *type, wick_functype *out) {
    out->id = type->id;
    out->n_params = type->n_params;
    out->n_results = type->n_results;
    out->params = type->types;
}

bool wk_valtype_hold(struct wick_engine *engine, wick_valtype type) {
    if (!wk_type_is_ref(type) || (type & WICK_TYPE_CONCRETE) == 0) {
        return false;
    }
    (void)wk_types_retain(&engine->types, WICK_TYPE_HEAP(type));
    return true;
}

static void item_drop_type(struct wick_engine *engine, uint32_t id) {
    wk_types_release(&engine->types, wk_type_get(&engine->types, id)->group);
}

void wk_valtype_drop(struct wick_engine *engine, wick_valtype type) {
    item_drop_type(engine, WICK_TYPE_HEAP(type));
}

/* ---- globals ----------------------------------------------------------------------------------------------------- */

wick_err wk_global_make(struct wick_store *store, wick_valtype type, bool is_mutable, const uint64_t value[2],
                        struct wick_global **out, wick_diag *diag) {
    struct wick_global *global = wk_zalloc(&store->engine->alloc, sizeof *global);
    if (global == NULL) {
        return wk_fail_nomem(diag, sizeof *global);
    }
    global->type = type;
    global->is_mutable = is_mutable;
    global->value[0] = value[0];
    global->value[1] = value[1];
    global->store = store;
    global->next = store->globals;
    store->globals = global;
    *out = global;
    return WICK_OK;
}

void wk_globals_free(struct wick_store *store, struct wick_global *mark) {
    while (store->globals != mark) {
        struct wick_global *global = store->globals;
        store->globals = global->next;
        if (global->holds_type) {
            wk_valtype_drop(store->engine, global->type);
        }
        wk_free(&store->engine->alloc, global, sizeof *global);
    }
}

wick_err wick_global_new(wick_store *store, bool is_mutable, const wick_value *init, wick_global **out_global) {
    uint64_t slots[2] = {0, 0};
    if (WK_MISUSE(store == NULL) || WK_MISUSE(init == NULL) || WK_MISUSE(out_global == NULL) ||
        WK_MISUSE(!value_type_is(init->type)) || WK_MISUSE(!value_is(store, init, init->type))) {
        return WICK_ERR_usage;
    }
    wk_value_to_slots(init, slots);
    WK_TRY(wk_global_make(store, init->type, is_mutable, slots, out_global, NULL));
    (*out_global)->holds_type = wk_valtype_hold(store->engine, init->type);
    return WICK_OK;
}

void wick_global_get(const wick_global *global, wick_value *out_value) {
    wk_value_of_slots(global->type, global->value, out_value);
}

wick_err wick_global_set(wick_global *global, const wick_value *value) {
    if (WK_MISUSE(global == NULL) || WK_MISUSE(value == NULL)) {
        return WICK_ERR_usage;
    }
    if (!global->is_mutable) {
        return WICK_ERR_immutable_global;
    }
    if (WK_MISUSE(!value_is(global->store, value, global->type))) {
        return WICK_ERR_usage;
    }
    wk_value_to_slots(value, global->value);
    return WICK_OK;
}

/* ---- tags -------------------------------------------------------------------------------------------------------- */

wick_err wk_tag_make(struct wick_store *store, uint32_t type, struct wick_tag **out, wick_diag *diag) {
    struct wick_tag *tag = wk_zalloc(&store->engine->alloc, sizeof *tag);
    if (tag == NULL) {
        return wk_fail_nomem(diag, sizeof *tag);
    }
    tag->type = type;
    tag->store = store;
    tag->next = store->tags;
    store->tags = tag;
    *out = tag;
    return WICK_OK;
}

void wk_tags_free(struct wick_store *store, struct wick_tag *mark) {
    while (store->tags != mark) {
        struct wick_tag *tag = store->tags;
        store->tags = tag->next;
        if (tag->holds_type) {
            item_drop_type(store->engine, tag->type);
        }
        wk_free(&store->engine->alloc, tag, sizeof *tag);
    }
}

wick_err wick_tag_new(wick_store *store, const wick_functype *type, wick_tag **out_tag) {
    if (WK_MISUSE(store == NULL) || WK_MISUSE(type == NULL) || WK_MISUSE(out_tag == NULL) ||
        WK_MISUSE(type->n_results != 0 && (store->engine->features & WICK_FEATURE_STACK_SWITCHING) == 0)) {
        return WICK_ERR_usage;
    }
    WK_TRY(wk_tag_make(store, type->id, out_tag, NULL));
    (void)wk_types_retain(&store->engine->types, type->id);
    (*out_tag)->holds_type = true;
    return WICK_OK;
}

/* ---- functions of the host --------------------------------------------------------------------------------------- */

wick_err wick_func_new(wick_store *store, const wick_functype *type, wick_host_fn fn, void *user,
                       wick_func **out_func) {
    struct wk_host_func *host;
    const struct wk_deftype *deftype;
    if (WK_MISUSE(store == NULL) || WK_MISUSE(type == NULL) || WK_MISUSE(fn == NULL) || WK_MISUSE(out_func == NULL)) {
        return WICK_ERR_usage;
    }
    host = wk_zalloc(&store->engine->alloc, sizeof *host);
    if (host == NULL) {
        return WICK_ERR_nomem;
    }
    deftype = wk_type_get(&store->engine->types, type->id);
    (void)wk_types_retain(&store->engine->types, type->id);
    host->func.type = type->id;
    host->func.index = WK_NO_INDEX;
    host->func.store = store;
    host->type = deftype;
    for (uint32_t i = 0; i < deftype->n_results; i++) {
        host->returns_refs |= wk_type_is_ref(deftype->types[deftype->n_params + i]);
    }
    host->result_slots = deftype->result_slots;
    host->frame_slots =
        deftype->param_slots > deftype->result_slots ? deftype->param_slots : deftype->result_slots;
    host->need = host->frame_slots + WK_HOST_FRAME_SLOTS + host->result_slots;
    host->fn = fn;
    host->user = user;
    host->next = store->host_funcs;
    store->host_funcs = host;
    *out_func = &host->func;
    return WICK_OK;
}

void wk_host_funcs_free(struct wick_store *store) {
    while (store->host_funcs != NULL) {
        struct wk_host_func *host = store->host_funcs;
        store->host_funcs = host->next;
        item_drop_type(store->engine, host->func.type);
        wk_free(&store->engine->alloc, host, sizeof *host);
    }
}

void wick_func_type(const wick_func *func, wick_functype *out_type) {
    wk_functype_of(wk_func_deftype(func), out_type);
}

/* ---- types of items ---------------------------------------------------------------------------------------------- */

/* The least size of a memory or table in its type is the size that it has now [4.5.4]. */
void wick_extern_type(const wick_extern *item, wick_externtype *out_type) {
    memset(out_type, 0, sizeof *out_type);
    out_type->kind = item->kind;
    switch (item->kind) {
    case WICK_EXTERN_FUNC:
        wick_func_type(item->of.func, &out_type->func);
        break;
    case WICK_EXTERN_TABLE:
        out_type->type = item->of.table->type;
        out_type->limits = item->of.table->limits;
        out_type->limits.min = item->of.table->size;
        break;
    case WICK_EXTERN_MEMORY:
        out_type->limits = item->of.memory->limits;
        out_type->limits.min = wk_memory_pages(item->of.memory, wk_memory_now(item->of.memory));
        break;
    case WICK_EXTERN_GLOBAL:
        out_type->type = item->of.global->type;
        out_type->is_mutable = item->of.global->is_mutable;
        break;
    case WICK_EXTERN_TAG:
        wk_functype_of(wk_type_get(&item->of.tag->store->engine->types, item->of.tag->type), &out_type->func);
        break;
    }
}

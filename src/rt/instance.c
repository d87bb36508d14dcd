/* instance.c - instances: matching imports, and everything of instantiation that no guest code can see going on.
 *
 * Owner of: the rules of import matching and their messages; the order in which an instance's parts are made. Active
 * segments and the start function are task.c's, since they take fuel.
 * Spec: exec-instantiation, match-externtype, exec-invocation. */
#include "rt/heap.h"
#include "rt/object.h"

/* ---- matching imports -------------------------------------------------------------------------------------------- */

static const char *import_kind_text(uint32_t kind) {
    switch (kind) {
    case WICK_EXTERN_FUNC:
        return "a function";
    case WICK_EXTERN_TABLE:
        return "a table";
    case WICK_EXTERN_MEMORY:
        return "a memory";
    case WICK_EXTERN_GLOBAL:
        return "a global";
    default:
        return "a tag";
    }
}

struct import_match { /* why an item does not match; expected NULL: it does */
    wick_err err;
    const char *expected;
    const char *got;
    uint64_t signatures[2]; /* expected, got, of functions: shown where they tell the types apart, which they do not
                               where references differ that have the same letter */
};

static void import_mismatch(struct import_match *match, const char *expected, const char *got) {
    match->err = WICK_ERR_incompatible_import;
    match->expected = expected;
    match->got = got;
}

/* spec: match-limits */
static void import_match_limits(struct import_match *match, const wick_limits *want, const wick_limits *have,
                                uint64_t size) {
    if (want->is64 != have->is64) {
        import_mismatch(match, want->is64 ? "64-bit addresses" : "32-bit addresses",
                        have->is64 ? "64-bit addresses" : "32-bit addresses");
    } else if (size < want->min) {
        import_mismatch(match, "at least the declared minimum size", "a smaller one");
    } else if (want->max != UINT64_MAX && have->max == UINT64_MAX) {
        import_mismatch(match, "a maximum size", "none");
    } else if (want->max != UINT64_MAX && have->max > want->max) {
        import_mismatch(match, "at most the declared maximum size", "a greater maximum");
    } else if (want->shared != have->shared) {
        import_mismatch(match, want->shared ? "a shared memory" : "a memory that is not shared",
                        have->shared ? "a shared memory" : "a memory that is not shared");
    }
}

static void import_match_memory(struct import_match *match, const wick_limits *want, const struct wick_memory *have) {
    import_match_limits(match, want, &have->limits, wk_memory_pages(have, wk_memory_now(have)));
    if (match->expected == NULL && want->page_size != have->limits.page_size) {
        import_mismatch(match, want->page_size == 1 ? "pages of 1 byte" : "pages of 65536 bytes",
                        want->page_size == 1 ? "pages of 65536 bytes" : "pages of 1 byte");
        match->err = WICK_ERR_incompatible_page_size;
    }
}

static void import_match_global(struct import_match *match, const struct wk_types *types,
                                const struct wk_global_info *want, const struct wick_global *have) {
    if (want->is_mutable != have->is_mutable) {
        import_mismatch(match, want->is_mutable ? "a mutable global" : "an immutable global",
                        have->is_mutable ? "a mutable global" : "an immutable global");
    } else if (want->is_mutable ? want->type != have->type : !wk_type_is_sub(types, have->type, want->type)) {
        import_mismatch(match, "a global of the declared type", "one of another type");
    }
}

static void import_match_one(struct import_match *match, const struct wick_module *module,
                             const struct wk_import *import, const wick_extern *item) {
    const struct wk_types *types = &module->engine->types;
    const uint32_t index = import->index;
    if ((uint32_t)item->kind != import->kind) {
        import_mismatch(match, import_kind_text(import->kind), import_kind_text((uint32_t)item->kind));
        return;
    }
    switch (item->kind) {
    case WICK_EXTERN_FUNC:
        if (!wk_type_id_is_sub(types, item->of.func->type, module->func_types[index])) {
            import_mismatch(match, "a function of the declared type", "one of another type");
            match->signatures[0] = wk_diag_signature(wk_type_get(types, module->func_types[index]));
            match->signatures[1] = wk_diag_signature(wk_func_deftype(item->of.func));
        }
        break;
    case WICK_EXTERN_TABLE:
        if (item->of.table->type != module->tables[index].type) {
            import_mismatch(match, "a table of the declared type", "one of another element type");
        } else {
            import_match_limits(match, &module->tables[index].limits, &item->of.table->limits,
                                item->of.table->size);
        }
        break;
    case WICK_EXTERN_MEMORY:
        import_match_memory(match, &module->memories[index].limits, item->of.memory);
        break;
    case WICK_EXTERN_GLOBAL:
        import_match_global(match, types, &module->globals[index], item->of.global);
        break;
    case WICK_EXTERN_TAG:
        if (item->of.tag->type != module->tags[index]) {
            import_mismatch(match, "a tag of the declared type", "one of another type");
        }
        break;
    }
}

static void import_place(const struct wk_import *import, wick_diag *diag) {
    if (diag != NULL && diag->err == WICK_OK) {
        diag->offset = import->module.off + import->module.size == import->name_at ? import->module_at : import->name_at;
        diag->section = WK_SECTION_import;
    }
}

/* Names are printed from the offset of their length. */
static wick_err import_fail(const struct wk_import *import, const struct import_match *match, wick_diag *diag) {
    const bool has_signatures = match->signatures[0] != match->signatures[1];
    import_place(import, diag);
    if (match->err != WICK_ERR_incompatible_import) {
        return wk_fail(diag, match->err, import->module_at, import->name_at, WK_STR(match->expected), WK_STR(match->got));
    }
    return wk_fail(diag, match->err, import->module_at | (uint64_t)import->name_at << 32,
                   has_signatures ? 0 : WK_STR(match->expected),
                   has_signatures ? match->signatures[0] : WK_STR(match->got), match->signatures[1]);
}

wick_err wk_import_unknown(const struct wick_module *module, uint32_t index, wick_diag *diag) {
    const struct wk_import *import = &module->imports[index];
    import_place(import, diag);
    return wk_fail(diag, WICK_ERR_unknown_import, import->module_at, import->name_at, 0, 0);
}

static const struct wick_store *import_store(const wick_extern *item) {
    switch (item->kind) {
    case WICK_EXTERN_FUNC:
        return item->of.func->store;
    case WICK_EXTERN_TABLE:
        return item->of.table->store;
    case WICK_EXTERN_MEMORY:
        return item->of.memory->store;
    case WICK_EXTERN_GLOBAL:
        return item->of.global->store;
    default:
        return item->of.tag->store;
    }
}

wick_err wk_imports_check(struct wick_store *store, const struct wick_module *module, const wick_extern *imports,
                          wick_diag *diag) {
    for (uint32_t i = 0; i < module->n_imports; i++) {
        struct import_match match = {.err = WICK_OK};
        if (WK_MISUSE(imports[i].of.func == NULL) || WK_MISUSE(import_store(&imports[i]) != store)) {
            return WK_USAGE(diag, "an import is NULL or of another store");
        }
        import_match_one(&match, module, &module->imports[i], &imports[i]);
        if (match.expected != NULL) {
            return import_fail(&module->imports[i], &match, diag);
        }
    }
    return WICK_OK;
}

/* ---- making an instance ------------------------------------------------------------------------------------------ */

static bool instance_array(struct wick_instance *instance, void *out_array, size_t n, size_t size) {
    void *array = n == 0 ? NULL : wk_arena_array(&instance->arena, n, size);
    memcpy(out_array, &array, sizeof array);
    return array != NULL || n == 0;
}

static wick_err instance_make_arrays(struct wick_instance *instance, wick_diag *diag) {
    const struct wick_module *m = instance->module;
    if (!instance_array(instance, &instance->funcs, m->n_funcs, sizeof *instance->funcs) ||
        !instance_array(instance, &instance->memories, m->n_memories, sizeof *instance->memories) ||
        !instance_array(instance, &instance->tables, m->n_tables, sizeof *instance->tables) ||
        !instance_array(instance, &instance->globals, m->n_globals, sizeof *instance->globals) ||
        !instance_array(instance, &instance->tags, m->n_tags, sizeof *instance->tags) ||
        !instance_array(instance, &instance->own_funcs, m->n_funcs - m->n_func_imports,
                        sizeof *instance->own_funcs) ||
        !instance_array(instance, &instance->elems, m->n_elems, sizeof *instance->elems) ||
        !instance_array(instance, &instance->data_sizes, m->n_datas, sizeof *instance->data_sizes)) {
        return wk_fail_nomem(diag, 0);
    }
    return WICK_OK;
}

static void instance_take_imports(struct wick_instance *instance, const wick_extern *imports) {
    const struct wick_module *m = instance->module;
    for (uint32_t i = 0; i < m->n_imports; i++) {
        const uint32_t index = m->imports[i].index;
        switch (imports[i].kind) {
        case WICK_EXTERN_FUNC:
            instance->funcs[index] = imports[i].of.func;
            break;
        case WICK_EXTERN_TABLE:
            instance->tables[index] = imports[i].of.table;
            break;
        case WICK_EXTERN_MEMORY:
            instance->memories[index] = imports[i].of.memory;
            break;
        case WICK_EXTERN_GLOBAL:
            instance->globals[index] = imports[i].of.global;
            break;
        case WICK_EXTERN_TAG:
            instance->tags[index] = imports[i].of.tag;
            break;
        }
    }
}

static void instance_make_funcs(struct wick_instance *instance) {
    const struct wick_module *m = instance->module;
    for (uint32_t i = m->n_func_imports; i < m->n_funcs; i++) {
        struct wick_func *func = &instance->own_funcs[i - m->n_func_imports];
        func->type = m->func_types[i];
        func->index = i;
        func->instance = instance;
        func->store = instance->store;
        instance->funcs[i] = func;
    }
}

static wick_err instance_make_memories(struct wick_instance *instance, wick_diag *diag) {
    const struct wick_module *m = instance->module;
    for (uint32_t i = m->n_memory_imports; i < m->n_memories; i++) {
        WK_TRY(wk_memory_make(instance->store, &m->memories[i].limits, &instance->memories[i], diag));
    }
    instance->memory0 = m->n_memories != 0 ? instance->memories[0] : instance->store->empty;
    return WICK_OK;
}

static wick_err instance_make_globals(struct wick_instance *instance, wick_diag *diag) {
    const struct wick_module *m = instance->module;
    for (uint32_t i = m->n_global_imports; i < m->n_globals; i++) {
        const struct wk_global_info *info = &m->globals[i];
        uint64_t value[2];
        WK_TRY(wk_const_eval(instance, info->init, value, diag));
        WK_TRY(wk_global_make(instance->store, info->type, info->is_mutable, value, &instance->globals[i], diag));
    }
    for (uint32_t i = m->n_tag_imports; i < m->n_tags; i++) {
        WK_TRY(wk_tag_make(instance->store, m->tags[i], &instance->tags[i], diag));
    }
    return WICK_OK;
}

static wick_err instance_make_tables(struct wick_instance *instance, wick_diag *diag) {
    const struct wick_module *m = instance->module;
    for (uint32_t i = m->n_table_imports; i < m->n_tables; i++) {
        const struct wk_table_info *info = &m->tables[i];
        uint64_t init[2] = {0, 0};
        if (info->init != 0) {
            WK_TRY(wk_const_eval(instance, info->init, init, diag));
        }
        WK_TRY(wk_table_make(instance->store, info->type, &info->limits, init[0], &instance->tables[i], diag));
    }
    return WICK_OK;
}

/* References of one segment; a declared one is dropped from the start. */
static wick_err instance_make_elem(struct wick_instance *instance, uint32_t index, wick_diag *diag) {
    const struct wick_module *m = instance->module;
    const struct wk_elem_info *info = &m->elems[index];
    struct wk_elem_inst *elem = &instance->elems[index];
    uint32_t at = info->items;
    size_t size;
    if (info->mode == WK_SEGMENT_DECLARED || info->n == 0) {
        return WICK_OK;
    }
    if (!wk_mul_size(info->n, sizeof *elem->refs, &size)) {
        return wk_fail_nomem(diag, UINT64_MAX);
    }
    elem->refs = wk_zalloc(&instance->store->engine->alloc, size); /* a collection may see it half filled */
    if (elem->refs == NULL) {
        return wk_fail_nomem(diag, size);
    }
    elem->n = info->n;
    for (uint32_t i = 0; i < info->n; i++) {
        uint64_t ref[2];
        if (info->is_exprs) {
            WK_TRY(wk_const_eval_next(instance, &at, ref, diag));
        } else {
            ref[0] = wk_ref_of_func(instance->funcs[wk_read_u32(m->bytes, &at)]);
        }
        elem->refs[i] = ref[0];
    }
    return WICK_OK;
}

static wick_err instance_make_segments(struct wick_instance *instance, wick_diag *diag) {
    const struct wick_module *m = instance->module;
    for (uint32_t i = 0; i < m->n_elems; i++) {
        WK_TRY(instance_make_elem(instance, i, diag));
    }
    for (uint32_t i = 0; i < m->n_datas; i++) {
        instance->data_sizes[i] = m->datas[i].bytes.size;
    }
    return WICK_OK;
}

/* Globals come before tables, whose initial values may name them. */
static wick_err instance_fill(struct wick_instance *instance, const wick_extern *imports, wick_diag *diag) {
    WK_TRY(instance_make_arrays(instance, diag));
    instance_take_imports(instance, imports);
    instance_make_funcs(instance);
    WK_TRY(instance_make_memories(instance, diag));
    WK_TRY(instance_make_globals(instance, diag));
    WK_TRY(instance_make_tables(instance, diag));
    return instance_make_segments(instance, diag);
}

void wk_elem_free(struct wick_instance *instance, uint32_t elem) {
    struct wk_elem_inst *e = &instance->elems[elem];
    wk_free(&instance->store->engine->alloc, e->refs, (size_t)e->n * sizeof *e->refs);
    e->refs = NULL;
    e->n = 0;
}

static void instance_free_parts(struct wick_instance *instance) {
    struct wick_store *store = instance->store;
    if (instance->elems != NULL) {
        for (uint32_t i = 0; i < instance->module->n_elems; i++) {
            wk_elem_free(instance, i);
        }
    }
    wk_free(&store->engine->alloc, instance->interp_data, instance->interp_size);
    wk_arena_free(&instance->arena);
}

/* The rest of an instance of which nothing else is left. */
static void instance_free(struct wick_instance *instance) {
    wick_module_free(instance->module);
    wk_free(&instance->store->engine->alloc, instance, sizeof *instance);
}

void wk_instances_free(struct wick_store *store) {
    while (store->instances != NULL) {
        struct wick_instance *instance = store->instances;
        store->instances = instance->next;
        instance_free_parts(instance);
        instance_free(instance);
    }
    while (store->failed != NULL) {
        struct wick_instance *instance = store->failed;
        store->failed = instance->next;
        instance_free(instance);
    }
}

/* Its initial values may have made objects, which are found again as long as any number looks like them, and then their
 * types are asked for: the module that holds the types stays. */
static void instance_fail(struct wick_instance *instance) {
    struct wick_store *store = instance->store;
    instance_free_parts(instance);
    if (store->heap->lists == NULL) {
        instance_free(instance);
    } else {
        instance->next = store->failed;
        store->failed = instance;
    }
}

wick_err wk_instance_make(struct wick_store *store, struct wick_module *module, const wick_extern *imports,
                          struct wick_instance **out, wick_diag *diag) {
    struct wick_memory *memories = store->memories;
    struct wick_table *tables = store->tables;
    struct wick_global *globals = store->globals;
    struct wick_tag *tags = store->tags;
    struct wick_instance *instance = wk_zalloc(&store->engine->alloc, sizeof *instance);
    wick_err err;
    if (instance == NULL) {
        return wk_fail_nomem(diag, sizeof *instance);
    }
    instance->store = store;
    instance->module = module;
    wk_arena_init(&instance->arena, &store->engine->alloc);
    wick_module_retain(module);
    store->making = instance;
    err = instance_fill(instance, imports, diag);
    store->making = NULL;
    if (err != WICK_OK) {
        wk_tables_free(store, tables);
        wk_memories_free(store, memories);
        wk_globals_free(store, globals);
        wk_tags_free(store, tags);
        instance_fail(instance);
        return err;
    }
    store->engine->interp->instance_init(instance);
    instance->next = store->instances;
    store->instances = instance;
    *out = instance;
    return WICK_OK;
}

/* ---- the API ----------------------------------------------------------------------------------------------------- */

static void instance_item(const struct wick_instance *instance, uint32_t kind, uint32_t index, wick_extern *out) {
    memset(out, 0, sizeof *out);
    out->kind = (wick_extern_kind)kind;
    switch (out->kind) {
    case WICK_EXTERN_FUNC:
        out->of.func = instance->funcs[index];
        break;
    case WICK_EXTERN_TABLE:
        out->of.table = instance->tables[index];
        break;
    case WICK_EXTERN_MEMORY:
        out->of.memory = instance->memories[index];
        break;
    case WICK_EXTERN_GLOBAL:
        out->of.global = instance->globals[index];
        break;
    case WICK_EXTERN_TAG:
        out->of.tag = instance->tags[index];
        break;
    }
}

void wk_instance_export_at(const struct wick_instance *instance, uint32_t index, wick_extern *out) {
    const struct wk_export *item = &instance->module->exports[index];
    instance_item(instance, item->kind, item->index, out);
}

bool wick_instance_export(wick_instance *instance, const char *name, size_t name_size, wick_extern *out_extern) {
    const struct wick_module *m = instance->module;
    for (uint32_t i = 0; i < m->n_exports; i++) {
        const struct wk_span *span = &m->exports[i].name;
        if (span->size == name_size && (name_size == 0 || memcmp(m->bytes + span->off, name, name_size) == 0)) {
            wk_instance_export_at(instance, i, out_extern);
            return true;
        }
    }
    return false;
}

wick_module *wick_instance_module(const wick_instance *instance) {
    return instance->module;
}

wick_store *wick_instance_store(const wick_instance *instance) {
    return instance->store;
}

/* api_module.c - modules: loading, counting, and what they say about themselves.
 *
 * Owner of: the order decode, validate, prepare, translate; a function that cannot be translated does not refuse its
 * module (wick_module_translate and a call of it say so). Reads the name section on demand and without trust.
 * Spec: binary-module, binary-namesec, exec-module-imports. */
#include "base/str.h"
#include "module/limit.h"
#include "module/parts.h"
#include "rt/object.h"
#include "valid/valid.h"

/* ---- loading ----------------------------------------------------------------------------------------------------- */

static bool module_is_unsupported(wick_err err) {
    return wick_err_get_class(err) == WICK_CLASS_UNSUPPORTED;
}

struct module_translation {
    struct wk_parts parts; /* first */
    uint32_t unsupported;  /* first function that cannot run, as far as is known; n_funcs: none. Under the engine's lock */
    wick_diag why;
};

static void module_translate_failed(struct module_translation *all, uint32_t func, wick_err err,
                                    const wick_diag *diag) {
    struct wk_alloc *alloc = &all->parts.module->engine->alloc;
    if (!module_is_unsupported(err)) {
        wk_parts_fail(&all->parts, func, err, diag);
        return;
    }
    wk_lock(alloc);
    if (func < all->unsupported) {
        all->unsupported = func;
        all->why = *diag;
    }
    wk_unlock(alloc);
}

static void module_translate_part(void *arg, uint32_t part) {
    struct module_translation *all = arg;
    struct wick_module *module = all->parts.module;
    const struct wk_interp *interp = module->engine->interp;
    void *own = NULL;
    uint32_t i = 0, end = 0;
    (void)part;
    while (wk_parts_take(&all->parts, &i, &end)) {
        for (; i < end && wk_parts_wants(&all->parts, i); i++) {
            wick_diag diag;
            wick_err err;
            wick_diag_init(&diag);
            err = interp->translate(module, i, &own, &diag);
            if (err != WICK_OK) {
                module_translate_failed(all, i, err, &diag);
            }
        }
    }
    interp->translate_end(module, own);
}

/* Translates every function, by several threads when the engine may; all->why is of the first that is unsupported. Other
 * errors end it. */
static wick_err module_translate_all(struct wick_module *module, struct module_translation *all) {
    all->unsupported = module->n_funcs;
    wick_diag_init(&all->why);
    return wk_parts_run(&all->parts, module, module_translate_part);
}

static void module_destroy(struct wick_module *module) {
    struct wk_alloc *alloc = &module->engine->alloc;
    const bool owns = module->owns_bytes;
    const uint8_t *bytes = module->bytes;
    const uint32_t size = module->size;
    if (module->code != NULL) {
        module->engine->interp->module_free(module);
    }
    wk_module_clear(module);
    if (owns) {
        wk_free(alloc, (uint8_t *)(uintptr_t)bytes, size);
    }
    wk_free(alloc, module, sizeof *module);
}

static wick_err module_load(struct wick_module *module, wick_diag *diag) {
    struct module_translation all;
    WK_TRY(wk_module_decode(module, diag));
    WK_TRY(wk_validate_bodies(module, diag));
    WK_TRY(module->engine->interp->module_init(module, diag));
    if (!module->engine->lazy && module_translate_all(module, &all) != WICK_OK) {
        *diag = all.parts.diag;
        return all.parts.err;
    }
    return WICK_OK;
}

static wick_err module_make(wick_engine *engine, const uint8_t *bytes, size_t size, uint32_t flags,
                            wick_module **out_module, wick_diag *diag) {
    struct wick_module *module;
    uint8_t *copy = NULL;
    wick_err err;
    if (size > WK_LIMIT_VALUE(MODULE_SIZE)) {
        return wk_fail_limit(diag, WK_LIMIT_MODULE_SIZE, size);
    }
    module = wk_zalloc(&engine->alloc, sizeof *module);
    if (module == NULL) {
        return wk_fail_nomem(diag, sizeof *module);
    }
    if ((flags & WICK_MODULE_BORROW) == 0 && size != 0) {
        copy = wk_realloc(&engine->alloc, NULL, 0, size);
        if (copy == NULL) {
            wk_free(&engine->alloc, module, sizeof *module);
            return wk_fail_nomem(diag, size);
        }
        memcpy(copy, bytes, size);
    }
    module->engine = engine;
    module->refs = 1;
    module->bytes = copy != NULL ? copy : bytes;
    module->size = (uint32_t)size;
    module->owns_bytes = copy != NULL;
    wk_arena_init(&module->arena, &engine->alloc);
    err = module_load(module, diag);
    if (err != WICK_OK) {
        module_destroy(module);
        return err;
    }
    *out_module = module;
    return WICK_OK;
}

wick_err wick_module_new(wick_engine *engine, const uint8_t *bytes, size_t size, uint32_t flags,
                         wick_module **out_module, wick_diag *diag) {
    wick_diag local;
    wick_err err;
    wick_diag_init(&local);
    if (WK_MISUSE(engine == NULL) || WK_MISUSE(bytes == NULL && size != 0) || WK_MISUSE(out_module == NULL) ||
        WK_MISUSE((flags & ~WICK_MODULE_BORROW) != 0)) {
        err = WK_USAGE(&local, "wick_module_new: engine, bytes, flags or out_module");
    } else {
        err = module_make(engine, bytes, size, flags, out_module, &local);
    }
    if (err != WICK_OK && diag != NULL) {
        *diag = local;
    }
    return err;
}

void wick_module_retain(wick_module *module) {
    wk_lock(&module->engine->alloc);
    module->refs++;
    wk_unlock(&module->engine->alloc);
}

void wick_module_free(wick_module *module) {
    bool is_last;
    if (module == NULL) {
        return;
    }
    wk_lock(&module->engine->alloc);
    module->refs--;
    is_last = module->refs == 0;
    wk_unlock(&module->engine->alloc);
    if (is_last) {
        module_destroy(module);
    }
}

wick_err wick_module_translate(wick_module *module, wick_diag *diag) {
    struct module_translation all;
    const wick_diag *why = &all.parts.diag;
    wick_err err;
    if (WK_MISUSE(module == NULL)) {
        return WICK_ERR_usage;
    }
    err = module_translate_all(module, &all);
    if (err == WICK_OK) {
        err = all.why.err;
        why = &all.why;
    }
    if (err != WICK_OK && diag != NULL) {
        *diag = *why;
    }
    return err;
}

/* ---- imports and exports ----------------------------------------------------------------------------------------- */

static wick_name module_name(const struct wick_module *module, struct wk_span span) {
    return (wick_name){(const char *)module->bytes + span.off, span.size};
}

/* The type of item `index` of an index space. */
static void module_extern_type(const struct wick_module *module, uint8_t kind, uint32_t index,
                               wick_externtype *out) {
    const struct wk_types *types = &module->engine->types;
    memset(out, 0, sizeof *out);
    out->kind = (wick_extern_kind)kind;
    switch (out->kind) {
    case WICK_EXTERN_FUNC:
        wk_functype_of(wk_type_get(types, module->func_types[index]), &out->func);
        break;
    case WICK_EXTERN_TABLE:
        out->type = module->tables[index].type;
        out->limits = module->tables[index].limits;
        break;
    case WICK_EXTERN_MEMORY:
        out->limits = module->memories[index].limits;
        break;
    case WICK_EXTERN_GLOBAL:
        out->type = module->globals[index].type;
        out->is_mutable = module->globals[index].is_mutable;
        break;
    case WICK_EXTERN_TAG:
        wk_functype_of(wk_type_get(types, module->tags[index]), &out->func);
        break;
    }
}

uint32_t wick_module_import_count(const wick_module *module) {
    return module->n_imports;
}

uint32_t wick_module_export_count(const wick_module *module) {
    return module->n_exports;
}

void wick_module_import(const wick_module *module, uint32_t index, wick_import_info *out_info) {
    const struct wk_import *import;
    if (WK_MISUSE(index >= module->n_imports)) {
        memset(out_info, 0, sizeof *out_info);
        return;
    }
    import = &module->imports[index];
    out_info->module = module_name(module, import->module);
    out_info->name = module_name(module, import->name);
    module_extern_type(module, import->kind, import->index, &out_info->type);
}

void wick_module_export(const wick_module *module, uint32_t index, wick_export_info *out_info) {
    const struct wk_export *item;
    if (WK_MISUSE(index >= module->n_exports)) {
        memset(out_info, 0, sizeof *out_info);
        return;
    }
    item = &module->exports[index];
    out_info->name = module_name(module, item->name);
    out_info->index = item->index;
    module_extern_type(module, item->kind, item->index, &out_info->type);
}

/* ---- custom sections --------------------------------------------------------------------------------------------- */

bool wick_module_custom(const wick_module *module, const char *name, const uint8_t **out_bytes, size_t *out_size) {
    const size_t n = wk_str_size(name);
    for (uint32_t i = 0; i < module->n_customs; i++) {
        const struct wk_custom *custom = &module->customs[i];
        if (custom->name.size == n && memcmp(module->bytes + custom->name.off, name, n) == 0) {
            *out_bytes = module->bytes + custom->bytes.off;
            *out_size = custom->bytes.size;
            return true;
        }
    }
    return false;
}

/* A cursor over bytes that nobody has checked: reading past the end or a bad number sets `bad`, which sticks. */
struct names_cursor {
    const uint8_t *at, *end;
    bool bad;
};

static uint32_t names_u32(struct names_cursor *c) {
    uint64_t value = 0;
    for (uint32_t shift = 0; shift < 35; shift += 7) {
        uint8_t byte;
        if (c->at == c->end) {
            break;
        }
        byte = *c->at++;
        value |= (uint64_t)(byte & 0x7f) << shift;
        if ((byte & 0x80) == 0) {
            c->bad = c->bad || value > UINT32_MAX;
            return (uint32_t)value;
        }
    }
    c->bad = true;
    return 0;
}

/* Takes n bytes; bad when there are not so many. */
static const uint8_t *names_take(struct names_cursor *c, uint32_t n) {
    const uint8_t *bytes = c->at;
    if (c->bad || n > (size_t)(c->end - c->at)) {
        c->bad = true;
        return c->end;
    }
    c->at += n;
    return bytes;
}

/* The name of an index in a name map. */
static wick_name names_find(struct names_cursor *c, uint32_t index) {
    uint32_t left = names_u32(c);
    for (; left != 0 && !c->bad; left--) {
        const uint32_t at = names_u32(c);
        const uint32_t n = names_u32(c);
        const uint8_t *text = names_take(c, n);
        if (!c->bad && at == index) {
            return (wick_name){(const char *)text, n};
        }
    }
    return (wick_name){NULL, 0};
}

wick_name wick_module_func_name(const wick_module *module, uint32_t func_index) {
    struct names_cursor c = {NULL, NULL, false};
    const uint8_t *bytes;
    size_t size;
    if (!wick_module_custom(module, "name", &bytes, &size)) {
        return (wick_name){NULL, 0};
    }
    c.at = bytes;
    c.end = bytes + size;
    while (c.at != c.end && !c.bad) {
        const uint8_t id = *c.at++;
        const uint32_t n = names_u32(&c);
        const uint8_t *content = names_take(&c, n);
        if (!c.bad && id == 1) {
            struct names_cursor map = {content, content + n, false};
            return names_find(&map, func_index);
        }
    }
    return (wick_name){NULL, 0};
}

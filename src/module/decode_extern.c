/* decode_extern.c - imports, exports and the types of what they name. Owner of: limits of memories and tables, the
 * uniqueness of export names. Spec: binary-importsec, binary-exportsec, valid-limits, valid-externtype. */
#include "base/bits.h"
#include "base/utf8.h"
#include "module/decode.h"

/* ---- types ---------------------------------------------------------------------------------------------------- */

static wick_err decode_limit(struct wk_decoder *d, uint64_t *out) {
    uint32_t small = 0;
    if (wk_reader_has(&d->r, WICK_FEATURE_MEMORY64)) {
        return wk_get_u64(&d->r, out);
    }
    WK_TRY(wk_get_u32(&d->r, &small));
    *out = small;
    return WICK_OK;
}

/* Is a limit too great? Spec: valid-limits, valid-memtype, valid-tabletype. */
static wick_err decode_check_limit(const struct wk_decoder *d, const uint8_t *at, const wick_limits *limits,
                                   uint64_t limit) {
    wick_err err = WICK_ERR_table_size;
    uint64_t most = limits->is64 ? UINT64_MAX : UINT32_MAX;
    if (limits->page_size == WK_PAGE_SIZE) {
        most = limits->is64 ? UINT64_C(1) << 48 : 65536;
        err = limits->is64 ? WICK_ERR_memory_size64 : WICK_ERR_memory_size;
    } else if (limits->page_size != 0) {
        err = WICK_ERR_memory_size_bytes;
    }
    return limit <= most ? WICK_OK : wk_reader_fail(&d->r, at, err, limit, 0);
}

/* The exponent of a custom page size. */
static wick_err decode_page_size(struct wk_decoder *d, uint32_t *out) {
    const uint8_t *at = d->r.at;
    uint32_t log2 = 0;
    WK_TRY(wk_get_u32(&d->r, &log2));
    if (log2 > 64) {
        return wk_reader_fail(&d->r, at, WICK_ERR_page_size_range, log2, 0);
    }
    if (log2 != 0 && log2 != WK_PAGE_LOG2) {
        return wk_reader_fail(&d->r, at, WICK_ERR_page_size, log2, 0);
    }
    *out = 1u << log2;
    return WICK_OK;
}

/* Reads limits; `page_size` is 0 for a table's. */
static wick_err decode_limits(struct wk_decoder *d, uint32_t page_size, wick_limits *out) {
    const uint8_t *at_flags = d->r.at, *at_min, *at_max;
    uint32_t known = 1;
    uint8_t flags = 0;
    WK_TRY(wk_get_byte(&d->r, &flags));
    known |= wk_reader_has(&d->r, WICK_FEATURE_MEMORY64) ? 4u : 0;
    known |= wk_reader_has(&d->r, WICK_FEATURE_THREADS) ? 2u : 0;
    known |= page_size != 0 && wk_reader_has(&d->r, WICK_FEATURE_CUSTOM_PAGE_SIZES) ? 8u : 0;
    if ((flags & ~known) != 0) {
        return wk_reader_fail(&d->r, at_flags, WICK_ERR_limits_flags, flags, 0);
    }
    *out = (wick_limits){
        .max = UINT64_MAX, .is64 = (flags & 4) != 0, .shared = (flags & 2) != 0, .page_size = page_size};
    at_min = d->r.at;
    at_max = at_min;
    WK_TRY(decode_limit(d, &out->min));
    if ((flags & 1) != 0) {
        at_max = d->r.at;
        WK_TRY(decode_limit(d, &out->max));
    }
    if ((flags & 8) != 0) {
        WK_TRY(decode_page_size(d, &out->page_size));
    }
    WK_TRY(decode_check_limit(d, at_min, out, out->min));
    if ((flags & 1) != 0) {
        WK_TRY(decode_check_limit(d, at_max, out, out->max));
    }
    if (out->min > out->max) {
        return wk_reader_fail(&d->r, at_max, WICK_ERR_size_min_max, out->min, out->max);
    }
    if (out->shared && page_size != 0 && (flags & 1) == 0) {
        return wk_reader_fail(&d->r, at_flags, WICK_ERR_shared_maximum, 0, 0);
    }
    return WICK_OK;
}

wick_err wk_decode_table_type(struct wk_decoder *d, wick_valtype *out_type, wick_limits *out_limits) {
    const uint8_t *at;
    WK_TRY(wk_get_reftype(&d->r, out_type));
    at = d->r.at;
    WK_TRY(decode_limits(d, 0, out_limits));
    return out_limits->shared ? wk_reader_fail(&d->r, at, WICK_ERR_shared_table, 0, 0) : WICK_OK;
}

wick_err wk_decode_memory_type(struct wk_decoder *d, wick_limits *out_limits) {
    return decode_limits(d, WK_PAGE_SIZE, out_limits);
}

wick_err wk_decode_global_type(struct wk_decoder *d, wick_valtype *out_type, bool *out_is_mutable) {
    WK_TRY(wk_get_valtype(&d->r, out_type));
    return wk_decode_mutability(d, out_is_mutable);
}

wick_err wk_decode_tag_type(struct wk_decoder *d, uint32_t *out_id) {
    const uint8_t *at = d->r.at;
    uint8_t attribute = 0;
    WK_TRY(wk_get_byte(&d->r, &attribute));
    if (attribute != 0) {
        return wk_reader_fail(&d->r, at, WICK_ERR_tag_attribute, attribute, 0);
    }
    at = d->r.at;
    WK_TRY(wk_get_func_type(&d->r, out_id));
    if (wk_type_get(&d->m->engine->types, *out_id)->n_results != 0 &&
        !wk_reader_has(&d->r, WICK_FEATURE_STACK_SWITCHING)) {
        return wk_reader_fail(&d->r, at, WICK_ERR_tag_result, 0, 0);
    }
    return WICK_OK;
}

wick_err wk_decode_name(struct wk_decoder *d, struct wk_span *out_name) {
    const uint8_t *at = d->r.at;
    uint32_t n = 0;
    size_t bad;
    WK_TRY(wk_get_length(&d->r, &n));
    if (n > WK_LIMIT_VALUE(NAME_SIZE)) {
        return wk_reader_fail_limit(&d->r, at, WK_LIMIT_NAME_SIZE, n);
    }
    at = d->r.at;
    WK_TRY(wk_get_bytes(&d->r, n));
    bad = wk_utf8_check(at, n);
    if (bad != n) {
        return wk_reader_fail(&d->r, at + bad, WICK_ERR_utf8, 0, 0);
    }
    *out_name = (struct wk_span){wk_reader_offset(&d->r, at), n};
    return WICK_OK;
}

/* ---- imports -------------------------------------------------------------------------------------------------- */

static bool decode_has_tags(const struct wk_decoder *d) {
    return wk_reader_has(&d->r, (uint32_t)WICK_FEATURE_EH | (uint32_t)WICK_FEATURE_LEGACY_EH);
}

static wick_err decode_import_type(struct wk_decoder *d, struct wk_decode_import *out) {
    const uint8_t *at = d->r.at;
    uint8_t kind = 0;
    WK_TRY(wk_get_byte(&d->r, &kind));
    out->kind = kind;
    out->at = wk_reader_offset(&d->r, d->r.at);
    switch (kind) {
    case WICK_EXTERN_FUNC:
        return wk_get_func_type(&d->r, &out->type);
    case WICK_EXTERN_TABLE:
        return wk_decode_table_type(d, &out->type, &out->limits);
    case WICK_EXTERN_MEMORY:
        return wk_decode_memory_type(d, &out->limits);
    case WICK_EXTERN_GLOBAL:
        return wk_decode_global_type(d, &out->type, &out->is_mutable);
    case WICK_EXTERN_TAG:
        if (decode_has_tags(d)) {
            return wk_decode_tag_type(d, &out->type);
        }
        break;
    default:
        break;
    }
    return wk_reader_fail(&d->r, at, WICK_ERR_import_kind, kind, 0);
}

/* The arrays of the five index spaces, as far as imports fill them. */
static wick_err decode_place_imports(struct wk_decoder *d) {
    struct wick_module *m = d->m;
    void *array = NULL;
    WK_TRY(wk_decode_extend(d, &array, 0, m->n_func_imports, sizeof *m->funcs));
    m->funcs = array;
    array = NULL;
    WK_TRY(wk_decode_extend(d, &array, 0, m->n_func_imports, sizeof *m->func_types));
    m->func_types = array;
    array = NULL;
    WK_TRY(wk_decode_extend(d, &array, 0, m->n_table_imports, sizeof *m->tables));
    m->tables = array;
    array = NULL;
    WK_TRY(wk_decode_extend(d, &array, 0, m->n_memory_imports, sizeof *m->memories));
    m->memories = array;
    array = NULL;
    WK_TRY(wk_decode_extend(d, &array, 0, m->n_global_imports, sizeof *m->globals));
    m->globals = array;
    array = NULL;
    WK_TRY(wk_decode_extend(d, &array, 0, m->n_tag_imports, sizeof *m->tags));
    m->tags = array;
    for (uint32_t i = 0; i < m->n_imports; i++) {
        const struct wk_decode_import *import = &d->imports[i];
        const uint32_t index = m->imports[i].index;
        switch (import->kind) {
        case WICK_EXTERN_FUNC:
            m->funcs[index] = (struct wk_func_info){.pin = {WK_NO_INDEX, WK_NO_INDEX}};
            m->func_types[index] = import->type;
            break;
        case WICK_EXTERN_TABLE:
            m->tables[index] = (struct wk_table_info){.type = import->type, .limits = import->limits};
            break;
        case WICK_EXTERN_MEMORY:
            m->memories[index].limits = import->limits;
            break;
        case WICK_EXTERN_GLOBAL:
            m->globals[index] = (struct wk_global_info){.type = import->type, .is_mutable = import->is_mutable};
            break;
        default:
            m->tags[index] = import->type;
            break;
        }
    }
    m->n_funcs = m->n_func_imports;
    m->n_tables = m->n_table_imports;
    m->n_memories = m->n_memory_imports;
    m->n_globals = m->n_global_imports;
    m->n_tags = m->n_tag_imports;
    return WICK_OK;
}

/* Room for one more import. There is room for as many as the section says; those of compact groups come on top. */
static wick_err decode_reserve_import(struct wk_decoder *d, uint32_t *cap) {
    struct wick_module *m = d->m;
    void *array = m->imports;
    if (m->n_imports == *cap) {
        const uint32_t more = *cap < 16 ? 16 : *cap;
        WK_TRY(wk_decode_extend(d, &array, *cap, more, sizeof *m->imports));
        m->imports = array;
        *cap += more;
    }
    array = d->imports;
    if (wk_array_reserve(d->alloc, &array, &d->imports_cap, m->n_imports + 1u, sizeof *d->imports) != WICK_OK) {
        return wk_reader_fail_nomem(&d->r);
    }
    d->imports = array;
    return WICK_OK;
}

/* One import whose names and type are known; `at` is what to blame. */
static wick_err decode_add_import(struct wk_decoder *d, const struct wk_import *names,
                                  const struct wk_decode_import *type, const uint8_t *at, uint32_t *cap) {
    struct wick_module *m = d->m;
    uint32_t *counts[5] = {&m->n_func_imports, &m->n_table_imports, &m->n_memory_imports, &m->n_global_imports,
                           &m->n_tag_imports};
    struct wk_import *import;
    WK_TRY(decode_reserve_import(d, cap));
    import = &m->imports[m->n_imports];
    *import = *names;
    import->kind = type->kind;
    import->type_at = type->at;
    import->index = (*counts[type->kind])++;
    d->imports[m->n_imports++] = *type;
    if (m->n_imports > WK_LIMIT_VALUE(IMPORTS)) {
        return wk_reader_fail_limit(&d->r, at, WK_LIMIT_IMPORTS, m->n_imports);
    }
    if (m->n_memory_imports > 1 && !wk_reader_has(&d->r, WICK_FEATURE_MULTI_MEMORY)) {
        return wk_reader_fail(&d->r, at, WICK_ERR_multiple_memories, 0, 0);
    }
    if (m->n_table_imports > 1 && !wk_reader_has(&d->r, WICK_FEATURE_REF_TYPES)) {
        return wk_reader_fail(&d->r, at, WICK_ERR_multiple_tables, 0, 0);
    }
    if (m->n_memory_imports > WK_LIMIT_VALUE(MEMORIES)) {
        return wk_reader_fail_limit(&d->r, at, WK_LIMIT_MEMORIES, m->n_memory_imports);
    }
    if (m->n_table_imports > WK_LIMIT_VALUE(TABLES)) {
        return wk_reader_fail_limit(&d->r, at, WK_LIMIT_TABLES, m->n_table_imports);
    }
    return wk_decode_inside(d);
}

#define IMPORT_LIST 0x7f       /* one module name, a list of names and types */
#define IMPORT_LIST_TYPED 0x7e /* one module name, one type, a list of names */

/* Compact imports: `names` has the module's, and the reader stands at the byte that says which form it is. */
static wick_err decode_import_group(struct wk_decoder *d, struct wk_import *names, uint32_t *cap) {
    const bool is_typed = *d->r.at++ == IMPORT_LIST_TYPED;
    struct wk_decode_import type = {0};
    uint32_t n = 0, room = 0;
    if (is_typed) {
        WK_TRY(decode_import_type(d, &type));
    }
    WK_TRY(wk_decode_count(d, WK_LIMIT_IMPORTS, 1, &n, &room));
    names->form = is_typed ? WK_IMPORT_LIST_TYPED : WK_IMPORT_LIST;
    for (uint32_t i = 0; i < n; i++) {
        const uint8_t *at = d->r.at;
        names->is_first = i == 0;
        names->name_at = wk_reader_offset(&d->r, at);
        WK_TRY(wk_decode_name(d, &names->name));
        if (!is_typed) {
            at = d->r.at;
            type = (struct wk_decode_import){0};
            WK_TRY(decode_import_type(d, &type));
        }
        WK_TRY(decode_add_import(d, names, &type, at, cap));
    }
    return wk_decode_inside(d);
}

wick_err wk_decode_imports(struct wk_decoder *d) {
    struct wick_module *m = d->m;
    const bool may_group = wk_reader_has(&d->r, WICK_FEATURE_COMPACT_IMPORTS);
    uint32_t n = 0, cap = 0;
    void *array = NULL;
    WK_TRY(wk_decode_count(d, WK_LIMIT_IMPORTS, 4, &n, &cap));
    WK_TRY(wk_decode_extend(d, &array, 0, cap, sizeof *m->imports));
    m->imports = array;
    array = NULL;
    if (wk_array_reserve(d->alloc, &array, &d->imports_cap, cap, sizeof *d->imports) != WICK_OK) {
        return wk_reader_fail_nomem(&d->r);
    }
    d->imports = array;
    for (uint32_t i = 0; i < n; i++) {
        struct wk_import names = {.form = WK_IMPORT_SINGLE};
        struct wk_decode_import type = {0};
        const uint8_t *at_type;
        names.module_at = wk_reader_offset(&d->r, d->r.at);
        WK_TRY(wk_decode_name(d, &names.module));
        names.name_at = wk_reader_offset(&d->r, d->r.at);
        WK_TRY(wk_decode_name(d, &names.name));
        at_type = d->r.at;
        if (may_group && names.name.size == 0 && at_type != d->r.end &&
            (*at_type == IMPORT_LIST || *at_type == IMPORT_LIST_TYPED)) {
            WK_TRY(decode_import_group(d, &names, &cap));
            continue;
        }
        WK_TRY(decode_import_type(d, &type));
        WK_TRY(decode_add_import(d, &names, &type, at_type, &cap));
    }
    return decode_place_imports(d);
}

#undef IMPORT_LIST
#undef IMPORT_LIST_TYPED

/* ---- exports -------------------------------------------------------------------------------------------------- */

static int decode_name_compare(const struct wick_module *m, const struct wk_export *a, const struct wk_export *b) {
    const uint32_t n = a->name.size < b->name.size ? a->name.size : b->name.size;
    const int order = n == 0 ? 0 : memcmp(m->bytes + a->name.off, m->bytes + b->name.off, n);
    if (order != 0) {
        return order;
    }
    return a->name.size < b->name.size ? -1 : a->name.size > b->name.size;
}

static uint32_t decode_name_hash(const struct wick_module *m, const struct wk_export *export) {
    const uint8_t *bytes = m->bytes + export->name.off;
    uint64_t hash = export->name.size;
    for (uint32_t i = 0; i < export->name.size; i++) {
        hash = (hash ^ bytes[i]) * UINT64_C(0x9e3779b97f4a7c15);
        hash ^= hash >> 32;
    }
    return (uint32_t)hash;
}

static wick_err decode_fail_duplicate(struct wk_decoder *d, const struct wk_export *export) {
    wick_diag *diag = d->r.diag;
    const bool is_first = diag != NULL && diag->err == WICK_OK;
    const wick_err err = wk_reader_fail(&d->r, d->r.start + export->name.off, WICK_ERR_duplicate_export, 0, 0);
    if (is_first && export->name.size != 0) { /* as much as there is room for: the module is gone when it is printed */
        const size_t most = sizeof diag->a - 1;
        memcpy(diag->a, d->m->bytes + export->name.off, export->name.size < most ? export->name.size : most);
    }
    return err;
}

/* Sinks a number of `heap` (a heap of n exports, greatest name on top). */
static void decode_sift(const struct wick_module *m, uint32_t *heap, uint32_t n, uint32_t at) {
    const uint32_t moved = heap[at];
    for (;;) {
        uint32_t child = 2 * at + 1;
        if (child >= n) {
            break;
        }
        if (child + 1 < n && decode_name_compare(m, &m->exports[heap[child + 1]], &m->exports[heap[child]]) > 0) {
            child++;
        }
        if (decode_name_compare(m, &m->exports[moved], &m->exports[heap[child]]) >= 0) {
            break;
        }
        heap[at] = heap[child];
        at = child;
    }
    heap[at] = moved;
}

/* For names that were made to have one hash: sorting takes n log n steps whatever they are. `order` has room for n. */
static wick_err decode_sort_exports(struct wk_decoder *d, uint32_t *order, uint32_t n) {
    const struct wick_module *m = d->m;
    for (uint32_t i = 0; i < n; i++) {
        order[i] = i;
    }
    for (uint32_t i = n / 2; i-- > 0;) {
        decode_sift(m, order, n, i);
    }
    for (uint32_t left = n; left > 1; left--) {
        const uint32_t top = order[0];
        order[0] = order[left - 1];
        order[left - 1] = top;
        decode_sift(m, order, left - 1, 0);
        if (left < n && decode_name_compare(m, &m->exports[top], &m->exports[order[left]]) == 0) {
            const uint32_t later = top > order[left] ? top : order[left];
            return decode_fail_duplicate(d, &m->exports[later]);
        }
    }
    if (n > 1 && decode_name_compare(m, &m->exports[order[0]], &m->exports[order[1]]) == 0) {
        const uint32_t later = order[0] > order[1] ? order[0] : order[1];
        return decode_fail_duplicate(d, &m->exports[later]);
    }
    return WICK_OK;
}

/* An open hash table of export numbers plus 1. When it takes more than a few steps per name, sorting takes over. */
static wick_err decode_hash_exports(struct wk_decoder *d, uint32_t *table, uint32_t mask, uint32_t n) {
    const struct wick_module *m = d->m;
    uint64_t steps = 0;
    for (uint32_t i = 0; i < n; i++) {
        uint32_t at = decode_name_hash(m, &m->exports[i]) & mask;
        while (table[at] != 0) {
            const struct wk_export *other = &m->exports[table[at] - 1];
            if (other->name.size == m->exports[i].name.size && decode_name_compare(m, other, &m->exports[i]) == 0) {
                return decode_fail_duplicate(d, &m->exports[i]);
            }
            at = (at + 1) & mask;
            if (++steps > 64 + 8 * (uint64_t)n) {
                return decode_sort_exports(d, table, n);
            }
        }
        table[at] = i + 1;
    }
    return WICK_OK;
}

static wick_err decode_check_unique(struct wk_decoder *d) {
    const uint32_t n = d->m->n_exports;
    uint32_t size = 8;
    uint32_t *table;
    wick_err err;
    if (n < 2) {
        return WICK_OK;
    }
    while (size < 2 * n) {
        size *= 2;
    }
    table = wk_zalloc(d->alloc, (size_t)size * sizeof *table);
    if (table == NULL) {
        return wk_reader_fail_nomem(&d->r);
    }
    err = decode_hash_exports(d, table, size - 1, n);
    wk_free(d->alloc, table, (size_t)size * sizeof *table);
    return err;
}

static wick_err decode_export_index(struct wk_decoder *d, struct wk_export *export) {
    const struct wick_module *m = d->m;
    const uint8_t *at = d->r.at;
    uint32_t index = 0;
    WK_TRY(wk_get_u32(&d->r, &index));
    export->index = index;
    switch (export->kind) {
    case WICK_EXTERN_FUNC:
        if (index >= m->n_funcs) {
            return wk_reader_fail(&d->r, at, WICK_ERR_unknown_function, index, 0);
        }
        wk_decode_declare(d, index);
        return WICK_OK;
    case WICK_EXTERN_TABLE:
        return index < m->n_tables ? WICK_OK : wk_reader_fail(&d->r, at, WICK_ERR_unknown_table, index, 0);
    case WICK_EXTERN_MEMORY:
        return index < m->n_memories ? WICK_OK : wk_reader_fail(&d->r, at, WICK_ERR_unknown_memory, index, 0);
    case WICK_EXTERN_GLOBAL:
        return index < m->n_globals ? WICK_OK : wk_reader_fail(&d->r, at, WICK_ERR_unknown_global, index, 0);
    default:
        return index < m->n_tags ? WICK_OK : wk_reader_fail(&d->r, at, WICK_ERR_unknown_tag, index, 0);
    }
}

wick_err wk_decode_exports(struct wk_decoder *d) {
    uint32_t n = 0, room = 0;
    void *array = NULL;
    WK_TRY(wk_decode_count(d, WK_LIMIT_EXPORTS, 3, &n, &room));
    WK_TRY(wk_decode_extend(d, &array, 0, room, sizeof *d->m->exports));
    d->m->exports = array;
    for (uint32_t i = 0; i < n; i++) {
        struct wk_export *export = &d->m->exports[i];
        const uint8_t *at;
        WK_TRY(wk_decode_name(d, &export->name));
        at = d->r.at;
        WK_TRY(wk_get_byte(&d->r, &export->kind));
        if (export->kind > WICK_EXTERN_TAG || (export->kind == WICK_EXTERN_TAG && !decode_has_tags(d))) {
            return wk_reader_fail(&d->r, at, WICK_ERR_export_kind, export->kind, 0);
        }
        WK_TRY(decode_export_index(d, export));
        WK_TRY(wk_decode_inside(d));
    }
    d->m->n_exports = n;
    return decode_check_unique(d);
}

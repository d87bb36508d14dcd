/* decode.c - a module's sections. Owner of: their order and sizes, what must agree between them, and the index spaces.
 * Spec: binary-module, valid-module. Bodies are only measured here; valid/ walks them.
 *
 * Every array is sized by a count that the file declares, bounded by the bytes that are left; see wk_decode_count. */
#include "base/bits.h"
#include "module/decode.h"

/* ---- shared by the decoder's files ---------------------------------------------------------------------------- */

wick_err wk_decode_count(struct wk_decoder *d, enum wk_limit limit, uint32_t least, uint32_t *out_n,
                         uint32_t *out_room) {
    const uint8_t *at = d->r.at;
    uint32_t n = 0, most = 0, room;
    WK_TRY(wk_get_length(&d->r, &n));
    switch (limit) {
#define LIMIT(sym, value, what)               \
    case WK_LIMIT_##sym:                      \
        most = WK_LIMIT_VALUE(sym);           \
        break;
#include "def/limit.def"
    default:
        break;
    }
    if (n > most) {
        return wk_reader_fail_limit(&d->r, at, limit, n);
    }
    room = wk_udiv32((uint32_t)(d->r.end - d->r.at), least) + 1;
    *out_n = n;
    *out_room = n < room ? n : room;
    return WICK_OK;
}

/* The content ends where it should not: behind its section's end, or before it. */
static wick_err decode_fail_size(struct wk_decoder *d) {
    const uint32_t at = wk_reader_offset(&d->r, d->r.at);
    const uint32_t end = d->section_end < at ? (uint32_t)d->section_end : at;
    return wk_reader_fail(&d->r, d->r.start + end, WICK_ERR_section_size, d->section_end, at);
}

wick_err wk_decode_inside(struct wk_decoder *d) {
    return WK_LIKELY(wk_reader_offset(&d->r, d->r.at) <= d->section_end) ? WICK_OK : decode_fail_size(d);
}

wick_err wk_decode_mutability(struct wk_decoder *d, bool *out_is_mutable) {
    const uint8_t *at = d->r.at;
    uint8_t byte = 0;
    WK_TRY(wk_get_byte(&d->r, &byte));
    if (byte > 1) {
        return wk_reader_fail(&d->r, at, WICK_ERR_mutability, byte, 0);
    }
    *out_is_mutable = byte != 0;
    return WICK_OK;
}

wick_err wk_decode_extend(struct wk_decoder *d, void **array, uint32_t n_old, uint32_t n_more, size_t size) {
    void *fresh;
    if (n_old == 0 && n_more == 0) {
        *array = NULL;
        return WICK_OK;
    }
    if (n_old > UINT32_MAX - n_more) {
        return wk_reader_fail_nomem(&d->r);
    }
    fresh = wk_arena_array(&d->m->arena, n_old + n_more, size);
    if (fresh == NULL) {
        return wk_fail_nomem(d->r.diag, (uint64_t)(n_old + n_more) * size);
    }
    if (n_old != 0) {
        memcpy(fresh, *array, n_old * size);
    }
    *array = fresh;
    return WICK_OK;
}

/* The entries of an index space: imports and own ones together stay below the limit. */
static wick_err decode_space(struct wk_decoder *d, enum wk_limit limit, uint32_t least, uint32_t n_imports,
                             uint32_t most, void **array, size_t size, uint32_t *out_n) {
    const uint8_t *at = d->r.at;
    uint32_t n = 0, room = 0;
    WK_TRY(wk_decode_count(d, limit, least, &n, &room));
    if (n_imports > most || n > most - n_imports) {
        return wk_reader_fail_limit(&d->r, at, limit, (uint64_t)n_imports + n);
    }
    WK_TRY(wk_decode_extend(d, array, n_imports, room, size));
    *out_n = n;
    return WICK_OK;
}

/* ---- sections ------------------------------------------------------------------------------------------------- */

static wick_err decode_functions(struct wk_decoder *d) {
    struct wick_module *m = d->m;
    void *array = m->funcs;
    uint32_t n = 0;
    size_t left;
    WK_TRY(decode_space(d, WK_LIMIT_FUNCTIONS, 1, m->n_func_imports, WK_LIMIT_VALUE(FUNCTIONS), &array,
                        sizeof *m->funcs, &n));
    m->funcs = array;
    left = (size_t)(d->r.end - d->r.at);
    array = m->func_types;
    WK_TRY(wk_decode_extend(d, &array, m->n_func_imports, n < left ? n : (uint32_t)left, sizeof *m->func_types));
    m->func_types = array;
    for (uint32_t i = 0; i < n; i++) {
        struct wk_func_info *func;
        uint32_t type = 0;
        WK_TRY(wk_get_func_type(&d->r, &type)); /* without one there may be no room either */
        func = &m->funcs[m->n_func_imports + i];
        m->func_types[m->n_func_imports + i] = type;
        func->pin[0] = WK_NO_INDEX;
        func->pin[1] = WK_NO_INDEX;
        WK_TRY(wk_decode_inside(d));
    }
    m->n_funcs = m->n_func_imports + n;
    return WICK_OK;
}

static wick_err decode_table(struct wk_decoder *d, struct wk_table_info *table) {
    const uint8_t *at = d->r.at;
    bool has_init = false;
    if (at != d->r.end && *at == 0x40 && wk_reader_has(&d->r, WICK_FEATURE_FUNC_REFS)) {
        uint8_t byte = 0;
        d->r.at++;
        WK_TRY(wk_get_byte(&d->r, &byte));
        if (byte != 0) {
            return wk_reader_fail(&d->r, d->r.at - 1, WICK_ERR_zero_byte, byte, 0);
        }
        has_init = true;
    }
    WK_TRY(wk_decode_table_type(d, &table->type, &table->limits));
    if (has_init) {
        return wk_decode_const(d, table->type, &table->init);
    }
    if (!wk_type_is_defaultable(table->type)) {
        return wk_reader_fail_types(&d->r, at, WICK_ERR_not_defaultable, table->type, 0);
    }
    return WICK_OK;
}

static wick_err decode_tables(struct wk_decoder *d) {
    struct wick_module *m = d->m;
    const uint8_t *at = d->r.at;
    void *array = m->tables;
    uint32_t n = 0;
    WK_TRY(decode_space(d, WK_LIMIT_TABLES, 3, m->n_table_imports, WK_LIMIT_VALUE(TABLES), &array, sizeof *m->tables,
                        &n));
    m->tables = array;
    if (m->n_table_imports + n > 1 && !wk_reader_has(&d->r, WICK_FEATURE_REF_TYPES)) {
        return wk_reader_fail(&d->r, at, WICK_ERR_multiple_tables, 0, 0);
    }
    for (uint32_t i = 0; i < n; i++) {
        WK_TRY(decode_table(d, &m->tables[m->n_table_imports + i]));
        WK_TRY(wk_decode_inside(d));
    }
    m->n_tables = m->n_table_imports + n;
    return WICK_OK;
}

static wick_err decode_memories(struct wk_decoder *d) {
    struct wick_module *m = d->m;
    const uint8_t *at = d->r.at;
    void *array = m->memories;
    uint32_t n = 0;
    WK_TRY(decode_space(d, WK_LIMIT_MEMORIES, 2, m->n_memory_imports, WK_LIMIT_VALUE(MEMORIES), &array,
                        sizeof *m->memories, &n));
    m->memories = array;
    if (m->n_memory_imports + n > 1 && !wk_reader_has(&d->r, WICK_FEATURE_MULTI_MEMORY)) {
        return wk_reader_fail(&d->r, at, WICK_ERR_multiple_memories, 0, 0);
    }
    for (uint32_t i = 0; i < n; i++) {
        WK_TRY(wk_decode_memory_type(d, &m->memories[m->n_memory_imports + i].limits));
        WK_TRY(wk_decode_inside(d));
    }
    m->n_memories = m->n_memory_imports + n;
    return WICK_OK;
}

static wick_err decode_tags(struct wk_decoder *d) {
    struct wick_module *m = d->m;
    void *array = m->tags;
    uint32_t n = 0;
    WK_TRY(decode_space(d, WK_LIMIT_TAGS, 2, m->n_tag_imports, WK_LIMIT_VALUE(TAGS), &array, sizeof *m->tags, &n));
    m->tags = array;
    for (uint32_t i = 0; i < n; i++) {
        WK_TRY(wk_decode_tag_type(d, &m->tags[m->n_tag_imports + i]));
        WK_TRY(wk_decode_inside(d));
    }
    m->n_tags = m->n_tag_imports + n;
    return WICK_OK;
}

/* Each may name those before it: n_globals counts them as they come. */
static wick_err decode_globals(struct wk_decoder *d) {
    struct wick_module *m = d->m;
    void *array = m->globals;
    uint32_t n = 0;
    WK_TRY(decode_space(d, WK_LIMIT_GLOBALS, 4, m->n_global_imports, WK_LIMIT_VALUE(GLOBALS), &array,
                        sizeof *m->globals, &n));
    m->globals = array;
    for (uint32_t i = 0; i < n; i++) {
        struct wk_global_info *global = &m->globals[m->n_globals];
        WK_TRY(wk_decode_global_type(d, &global->type, &global->is_mutable));
        WK_TRY(wk_decode_const(d, global->type, &global->init));
        WK_TRY(wk_decode_inside(d));
        m->n_globals++;
    }
    return WICK_OK;
}

static wick_err decode_start(struct wk_decoder *d) {
    const uint8_t *at = d->r.at;
    const struct wk_deftype *type;
    uint32_t index = 0;
    WK_TRY(wk_get_u32(&d->r, &index));
    if (index >= d->m->n_funcs) {
        return wk_reader_fail(&d->r, at, WICK_ERR_unknown_function, index, 0);
    }
    type = wk_module_func_type(d->m, index);
    if (type->n_params != 0 || type->n_results != 0) {
        return wk_reader_fail(&d->r, at, WICK_ERR_start_function, 0, 0);
    }
    d->m->start = index;
    return WICK_OK;
}

static wick_err decode_elem_items(struct wk_decoder *d, struct wk_elem_info *elem) {
    uint32_t room = 0;
    WK_TRY(wk_decode_count(d, WK_LIMIT_TABLE_ENTRIES, 1, &elem->n, &room));
    elem->items = wk_reader_offset(&d->r, d->r.at);
    for (uint32_t i = 0; i < elem->n; i++) {
        const uint8_t *at = d->r.at;
        uint32_t value = 0;
        if (elem->is_exprs) {
            WK_TRY(wk_decode_const(d, elem->type, &value));
            continue;
        }
        WK_TRY(wk_get_u32(&d->r, &value));
        if (value >= d->m->n_funcs) {
            return wk_reader_fail(&d->r, at, WICK_ERR_unknown_function, value, 0);
        }
        wk_decode_declare(d, value);
    }
    return WICK_OK;
}

/* Flags: bit 0 passive or declared, bit 1 an explicit table (active) or declared, bit 2 expressions. */
static wick_err decode_elem(struct wk_decoder *d, struct wk_elem_info *elem) {
    const uint8_t *at = d->r.at;
    uint32_t flags = 0;
    WK_TRY(wk_get_u32(&d->r, &flags));
    if (flags > 7 || (flags != 0 && !wk_reader_has(&d->r, (uint32_t)WICK_FEATURE_BULK))) {
        return wk_reader_fail(&d->r, at, WICK_ERR_elem_flags, flags, 0);
    }
    elem->mode = (flags & 1) == 0 ? WK_SEGMENT_ACTIVE : (flags & 2) == 0 ? WK_SEGMENT_PASSIVE : WK_SEGMENT_DECLARED;
    elem->is_exprs = (flags & 4) != 0;
    elem->type = elem->is_exprs ? WICK_FUNCREF : WICK_REF(WICK_HEAP_func);
    if (elem->mode == WK_SEGMENT_ACTIVE) {
        const uint8_t *at_table = d->r.at;
        if ((flags & 2) != 0) {
            WK_TRY(wk_get_u32(&d->r, &elem->table));
        }
        if (elem->table >= d->m->n_tables) {
            return wk_reader_fail(&d->r, (flags & 2) != 0 ? at_table : at, WICK_ERR_unknown_table, elem->table, 0);
        }
        WK_TRY(wk_decode_const(d, d->m->tables[elem->table].limits.is64 ? WICK_I64 : WICK_I32, &elem->offset));
    }
    at = d->r.at;
    if ((flags & 3) != 0) {
        if (elem->is_exprs) {
            WK_TRY(wk_get_reftype(&d->r, &elem->type));
        } else {
            uint8_t kind = 0;
            WK_TRY(wk_get_byte(&d->r, &kind));
            if (kind != 0) {
                return wk_reader_fail(&d->r, at, WICK_ERR_elem_kind, kind, 0);
            }
        }
    }
    WK_TRY(decode_elem_items(d, elem));
    if (elem->mode == WK_SEGMENT_ACTIVE &&
        !wk_type_is_sub(&d->m->engine->types, elem->type, d->m->tables[elem->table].type)) {
        return wk_reader_fail_types(&d->r, at, WICK_ERR_type_mismatch_sub, d->m->tables[elem->table].type, elem->type);
    }
    return WICK_OK;
}

static wick_err decode_elems(struct wk_decoder *d) {
    struct wick_module *m = d->m;
    uint32_t n = 0, room = 0;
    void *array = NULL;
    WK_TRY(wk_decode_count(d, WK_LIMIT_ELEMENT_SEGMENTS, 2, &n, &room));
    WK_TRY(wk_decode_extend(d, &array, 0, room, sizeof *m->elems));
    m->elems = array;
    for (uint32_t i = 0; i < n; i++) {
        WK_TRY(decode_elem(d, &m->elems[i]));
        WK_TRY(wk_decode_inside(d));
    }
    m->n_elems = n;
    return WICK_OK;
}

static wick_err decode_data_count(struct wk_decoder *d) {
    const uint8_t *at = d->r.at;
    WK_TRY(wk_get_u32(&d->r, &d->data_count));
    if (d->data_count > WK_LIMIT_VALUE(DATA_SEGMENTS)) {
        return wk_reader_fail_limit(&d->r, at, WK_LIMIT_DATA_SEGMENTS, d->data_count);
    }
    d->m->has_data_count = true;
    return WICK_OK;
}

#define DECODE_AHEAD 4096u
#define DECODE_LINE 64u

/* Bodies are skipped, and where the next one begins is read from memory, which takes as long as hundreds of instructions. So
 * the next pages are on their way: `done` bytes of the module were asked for; answers how many are now. */
static inline size_t decode_ahead(const struct wk_reader *r, size_t done) {
    const size_t at = (size_t)(r->at - r->start);
    const size_t left = (size_t)(r->end - r->at);
    const size_t end = at + (left < DECODE_AHEAD ? left : DECODE_AHEAD);
    for (done = done < at ? at : done; done < end; done += DECODE_LINE) {
        WK_PREFETCH(r->start + done);
    }
    return done;
}

static wick_err decode_bodies(struct wk_decoder *d) {
    struct wick_module *m = d->m;
    struct wk_func_info extra = {0};
    size_t ahead = 0;
    uint32_t room = 0;
    d->at_bodies = d->r.at;
    WK_TRY(wk_decode_count(d, WK_LIMIT_FUNCTIONS, 1, &d->n_bodies, &room));
    for (uint32_t i = 0; i < d->n_bodies; i++) {
        const uint32_t index = m->n_func_imports + i;
        struct wk_func_info *func = index < m->n_funcs ? &m->funcs[index] : &extra;
        const uint8_t *at = d->r.at;
        WK_TRY(wk_get_length(&d->r, &func->size));
        func->off = wk_reader_offset(&d->r, d->r.at);
        if (func->size > WK_LIMIT_VALUE(BODY_SIZE)) {
            return wk_reader_fail_limit(&d->r, at, WK_LIMIT_BODY_SIZE, func->size);
        }
        WK_TRY(wk_get_bytes(&d->r, func->size));
        if (func != &extra && (func->size == 0 || d->r.at[-1] != 0x0b)) {
            return wk_skim_body(&d->r, index); /* which fails */
        }
        WK_TRY(wk_decode_inside(d));
        ahead = decode_ahead(&d->r, ahead);
    }
    return WICK_OK;
}

static wick_err decode_data(struct wk_decoder *d, struct wk_data_info *data) {
    const uint8_t *at = d->r.at;
    uint32_t flags = 0;
    WK_TRY(wk_get_u32(&d->r, &flags));
    if (flags > 2 || (flags != 0 && !wk_reader_has(&d->r, (uint32_t)WICK_FEATURE_BULK))) {
        return wk_reader_fail(&d->r, at, WICK_ERR_data_flags, flags, 0);
    }
    data->mode = flags == 1 ? WK_SEGMENT_PASSIVE : WK_SEGMENT_ACTIVE;
    if (flags == 2) {
        at = d->r.at;
        WK_TRY(wk_get_u32(&d->r, &data->memory));
    }
    if (flags != 1) {
        if (data->memory >= d->m->n_memories) {
            return wk_reader_fail(&d->r, at, WICK_ERR_unknown_memory, data->memory, 0);
        }
        WK_TRY(wk_decode_const(d, d->m->memories[data->memory].limits.is64 ? WICK_I64 : WICK_I32, &data->offset));
    }
    WK_TRY(wk_get_length(&d->r, &data->bytes.size));
    data->bytes.off = wk_reader_offset(&d->r, d->r.at);
    return wk_get_bytes(&d->r, data->bytes.size);
}

static wick_err decode_datas(struct wk_decoder *d) {
    struct wick_module *m = d->m;
    uint32_t n = 0, room = 0;
    void *array = NULL;
    d->at_datas = d->r.at;
    WK_TRY(wk_decode_count(d, WK_LIMIT_DATA_SEGMENTS, 2, &n, &room));
    WK_TRY(wk_decode_extend(d, &array, 0, room, sizeof *m->datas));
    m->datas = array;
    for (uint32_t i = 0; i < n; i++) {
        WK_TRY(decode_data(d, &m->datas[i]));
        WK_TRY(wk_decode_inside(d));
    }
    m->n_datas = n;
    return WICK_OK;
}

static wick_err decode_custom(struct wk_decoder *d) {
    struct wk_custom *custom;
    void *array = d->customs;
    if (wk_array_reserve(d->alloc, &array, &d->customs_cap, d->m->n_customs + 1u, sizeof *custom) != WICK_OK) {
        return wk_reader_fail_nomem(&d->r);
    }
    d->customs = array;
    custom = &d->customs[d->m->n_customs];
    *custom = (struct wk_custom){.after = d->last_id};
    WK_TRY(wk_decode_name(d, &custom->name));
    custom->bytes.off = wk_reader_offset(&d->r, d->r.at);
    if (custom->bytes.off > d->section_end || d->section_end > d->m->size) {
        const uint64_t end = d->section_end < d->m->size ? d->section_end : d->m->size;
        return wk_reader_fail(&d->r, d->r.start + end, WICK_ERR_section_end,
                              custom->bytes.off > end ? custom->bytes.off - end : d->section_end - end, 0);
    }
    custom->bytes.size = (uint32_t)d->section_end - custom->bytes.off;
    d->r.at += custom->bytes.size;
    d->m->n_customs++;
    return WICK_OK;
}

/* ---- the module ----------------------------------------------------------------------------------------------- */

static bool decode_has_section(const struct wk_decoder *d, uint32_t id) {
    if (id == WK_SECTION_datacount) {
        return wk_reader_has(&d->r, WICK_FEATURE_BULK);
    }
    if (id == WK_SECTION_tag) {
        return wk_reader_has(&d->r, (uint32_t)WICK_FEATURE_EH | (uint32_t)WICK_FEATURE_LEGACY_EH);
    }
    return id < WK_SECTION_COUNT && id <= WK_SECTION_tag;
}

static wick_err decode_content(struct wk_decoder *d, uint32_t id) {
    switch (id) {
    case WK_SECTION_custom:
        return decode_custom(d);
    case WK_SECTION_type:
        return wk_decode_types(d);
    case WK_SECTION_import:
        return wk_decode_imports(d);
    case WK_SECTION_function:
        return decode_functions(d);
    case WK_SECTION_table:
        return decode_tables(d);
    case WK_SECTION_memory:
        return decode_memories(d);
    case WK_SECTION_tag:
        return decode_tags(d);
    case WK_SECTION_global:
        return decode_globals(d);
    case WK_SECTION_export:
        return wk_decode_exports(d);
    case WK_SECTION_start:
        return decode_start(d);
    case WK_SECTION_element:
        return decode_elems(d);
    case WK_SECTION_datacount:
        return decode_data_count(d);
    case WK_SECTION_code:
        return decode_bodies(d);
    default:
        return decode_datas(d);
    }
}

/* The set of functions that may be named by ref.func; wanted once the number of functions is known. */
static wick_err decode_make_declared(struct wk_decoder *d) {
    void *array = NULL;
    if (d->m->declared == NULL) {
        WK_TRY(wk_decode_extend(d, &array, 0, d->m->n_funcs / 32 + 1, sizeof *d->m->declared));
        d->m->declared = array;
    }
    return WICK_OK;
}

static wick_err decode_section(struct wk_decoder *d) {
    const uint8_t *at = d->r.at;
    uint32_t size = 0;
    uint8_t id = 0;
    WK_TRY(wk_get_byte(&d->r, &id));
    if (!decode_has_section(d, id)) {
        return wk_reader_fail(&d->r, at, WICK_ERR_section_id, id, 0);
    }
    if (id != WK_SECTION_custom) {
        if (wk_section_order(id) <= d->order) {
            return wk_reader_fail(&d->r, at, WICK_ERR_section_order, id, 0);
        }
        d->order = wk_section_order(id);
        if (d->order > wk_section_order(WK_SECTION_function)) {
            WK_TRY(decode_make_declared(d));
        }
    }
    d->r.section = id;
    WK_TRY(wk_get_length(&d->r, &size));
    d->section_end = (uint64_t)wk_reader_offset(&d->r, d->r.at) + size;
    WK_TRY(decode_content(d, id));
    if (wk_reader_offset(&d->r, d->r.at) != d->section_end) {
        return decode_fail_size(d);
    }
    d->r.section = UINT16_MAX;
    if (id != WK_SECTION_custom) {
        d->last_id = id;
    }
    return WICK_OK;
}

static wick_err decode_header(struct wk_decoder *d) {
    static const uint8_t magic[4] = {0, 'a', 's', 'm'};
    const uint32_t size = d->m->size;
    uint32_t version;
    if (size < 4) {
        return wk_reader_fail(&d->r, d->r.end, WICK_ERR_unexpected_end, 8u - size, 0);
    }
    for (uint32_t i = 0; i < 4; i++) {
        if (d->r.start[i] != magic[i]) {
            return wk_reader_fail(&d->r, d->r.start + i, WICK_ERR_magic, d->r.start[i], 0);
        }
    }
    if (size < 8) {
        return wk_reader_fail(&d->r, d->r.end, WICK_ERR_unexpected_end, 8u - size, 0);
    }
    version = wk_ld_le32(d->r.start + 4);
    if (version != 1) { /* its upper half is the layer: 1 is that of components */
        const wick_err err = version >> 16 == 1 ? WICK_ERR_component : WICK_ERR_version;
        return wk_reader_fail(&d->r, d->r.start + 4, err, version, 0);
    }
    d->r.at += 8;
    return WICK_OK;
}

/* What must agree between sections, known only at the end. */
static wick_err decode_finish(struct wk_decoder *d) {
    struct wick_module *m = d->m;
    void *array;
    if (d->n_bodies != m->n_funcs - m->n_func_imports) {
        d->r.section = d->at_bodies == NULL ? UINT16_MAX : WK_SECTION_code;
        return wk_reader_fail(&d->r, d->at_bodies == NULL ? d->r.end : d->at_bodies, WICK_ERR_func_code_count,
                              m->n_funcs - m->n_func_imports, d->n_bodies);
    }
    if (m->has_data_count && m->n_datas != d->data_count) {
        d->r.section = d->at_datas == NULL ? UINT16_MAX : WK_SECTION_data;
        return wk_reader_fail(&d->r, d->at_datas == NULL ? d->r.end : d->at_datas, WICK_ERR_data_count, d->data_count,
                              m->n_datas);
    }
    WK_TRY(decode_make_declared(d));
    array = NULL;
    WK_TRY(wk_decode_extend(d, &array, 0, m->n_types, sizeof *m->types));
    m->types = array;
    array = NULL;
    WK_TRY(wk_decode_extend(d, &array, 0, m->n_groups, sizeof *m->groups));
    m->groups = array;
    array = NULL;
    WK_TRY(wk_decode_extend(d, &array, 0, m->n_customs, sizeof *m->customs));
    m->customs = array;
    if (m->n_types != 0) {
        memcpy(m->types, d->types, m->n_types * sizeof *m->types);
    }
    if (m->n_groups != 0) {
        memcpy(m->groups, d->groups, m->n_groups * sizeof *m->groups);
    }
    if (m->n_customs != 0) {
        memcpy(m->customs, d->customs, m->n_customs * sizeof *m->customs);
    }
    return WICK_OK;
}

static wick_err decode_module(struct wk_decoder *d) {
    WK_TRY(decode_header(d));
    while (d->r.at != d->r.end) {
        WK_TRY(decode_section(d));
    }
    return decode_finish(d);
}

static void decode_free(struct wk_decoder *d) {
    wk_free(d->alloc, d->types, d->types_cap * sizeof *d->types);
    wk_free(d->alloc, d->groups, d->groups_cap * sizeof *d->groups);
    wk_free(d->alloc, d->customs, d->customs_cap * sizeof *d->customs);
    wk_free(d->alloc, d->drafts, d->drafts_cap * sizeof *d->drafts);
    wk_free(d->alloc, d->words, d->words_cap * sizeof *d->words);
    wk_free(d->alloc, d->muts, d->muts_cap);
    wk_free(d->alloc, d->imports, d->imports_cap * sizeof *d->imports);
    wk_free(d->alloc, d->stack, d->stack_cap * sizeof *d->stack);
}

/* Forgets everything but what the caller set. */
static void decode_reset(struct wick_module *m) {
    const struct wick_module kept = *m;
    *m = (struct wick_module){.engine = kept.engine,
                              .refs = kept.refs,
                              .bytes = kept.bytes,
                              .size = kept.size,
                              .owns_bytes = kept.owns_bytes,
                              .start = WK_NO_INDEX};
    wk_arena_init(&m->arena, &m->engine->alloc);
}

/* Later groups may name earlier ones, so they go first. */
static void decode_release(struct wick_module *m, struct wk_rec_group **groups) {
    for (uint32_t i = m->n_groups; i-- > 0;) {
        wk_types_release(&m->engine->types, groups[i]);
    }
}

wick_err wk_module_decode(struct wick_module *module, wick_diag *diag) {
    struct wk_decoder d;
    wick_err err;
    memset(&d, 0, sizeof d);
    decode_reset(module);
    d.m = module;
    d.alloc = &module->engine->alloc;
    d.r.module = module;
    /* An empty module may have no address, but positions in it do. */
    d.r.start = module->size == 0 ? (const uint8_t *)"" : module->bytes;
    d.r.at = d.r.start;
    d.r.end = d.r.start + module->size;
    d.r.diag = diag;
    d.r.func = UINT32_MAX;
    d.r.section = UINT16_MAX;
    d.r.op = UINT16_MAX;
    d.r.features = module->engine->features;
    err = module->size <= WK_LIMIT_VALUE(MODULE_SIZE)
              ? decode_module(&d)
              : wk_reader_fail_limit(&d.r, d.r.start, WK_LIMIT_MODULE_SIZE, module->size);
    if (err != WICK_OK) {
        decode_release(module, d.groups);
        wk_arena_free(&module->arena);
        decode_reset(module);
    }
    decode_free(&d);
    return err;
}

void wk_module_clear(struct wick_module *module) {
    decode_release(module, module->groups);
    wk_arena_free(&module->arena);
    decode_reset(module);
}

/* parse_type.c - types and type uses. Spec: text-type, text-typeuse.
 *
 * Owner of: a type use without (type x) is the first plain function type of the module that is equal, else
 * one more type at the end; types that stand in the text come before all of these. */
#include "text/asm.h"

wick_err wk_asm_heaptype(struct wk_asm *p, int64_t *out_heap) {
    if (p->tok.kind == WK_TOKEN_WORD && p->tok.word >= WK_WORD_heap_func &&
        p->tok.word <= WK_WORD_HEAP_LAST) {
        *out_heap = (int64_t)wk_word_heap_byte(p->tok.word) - 0x80;
        return wk_asm_advance(p);
    }
    uint32_t index;
    WK_TRY(wk_asm_index(p, WK_SPACE_TYPE, &index));
    *out_heap = index;
    return WICK_OK;
}

static bool type_is_short(const struct wk_asm *p) {
    return p->tok.kind == WK_TOKEN_WORD && p->tok.word >= WK_WORD_short_func &&
           p->tok.word <= WK_WORD_SHORT_LAST;
}

bool wk_asm_at_reftype(struct wk_asm *p) {
    return type_is_short(p) || wk_asm_is_form(p, WK_WORD_ref);
}

wick_err wk_asm_reftype(struct wk_asm *p, struct wk_asm_ref *out_ref) {
    if (type_is_short(p)) {
        out_ref->nullable = true;
        out_ref->heap = (int64_t)wk_word_heap_byte(p->tok.word) - 0x80;
        return wk_asm_advance(p);
    }
    if (!wk_asm_is_form(p, WK_WORD_ref)) {
        return wk_asm_unexpected(p, "expected a reference type");
    }
    WK_TRY(wk_asm_enter(p));
    out_ref->nullable = wk_asm_is_word(p, WK_WORD_null);
    if (out_ref->nullable) {
        WK_TRY(wk_asm_advance(p));
    }
    WK_TRY(wk_asm_heaptype(p, &out_ref->heap));
    return wk_asm_close(p);
}

void wk_asm_put_ref(struct wk_buf *buf, const struct wk_asm_ref *ref) {
    if (!ref->nullable || ref->heap >= 0) {
        wk_buf_u8(buf, ref->nullable ? 0x63 : 0x64);
    }
    wk_buf_s64(buf, ref->heap);
}

wick_err wk_asm_valtype(struct wk_asm *p, struct wk_buf *buf) {
    if (p->tok.kind == WK_TOKEN_WORD && p->tok.word >= WK_WORD_num_i32 &&
        p->tok.word <= WK_WORD_num_v128) {
        wk_buf_u8(buf, wk_word_num_byte(p->tok.word));
        return wk_asm_advance(p);
    }
    struct wk_asm_ref ref;
    WK_TRY(wk_asm_reftype(p, &ref));
    wk_asm_put_ref(buf, &ref);
    return WICK_OK;
}

static wick_err type_storage(struct wk_asm *p, struct wk_buf *buf) {
    if (wk_asm_is_word(p, WK_WORD_num_i8) || wk_asm_is_word(p, WK_WORD_num_i16)) {
        wk_buf_u8(buf, wk_word_num_byte(p->tok.word));
        return wk_asm_advance(p);
    }
    return wk_asm_valtype(p, buf);
}

/* A type, perhaps in (mut ...), and after it the byte that says so. */
static wick_err type_mutable(struct wk_asm *p, bool storage, struct wk_buf *buf) {
    const bool is_mutable = wk_asm_is_form(p, WK_WORD_mut);
    if (is_mutable) {
        WK_TRY(wk_asm_enter(p));
    }
    WK_TRY(storage ? type_storage(p, buf) : wk_asm_valtype(p, buf));
    wk_buf_u8(buf, is_mutable ? 1 : 0);
    return is_mutable ? wk_asm_close(p) : WICK_OK;
}

wick_err wk_asm_globaltype(struct wk_asm *p, struct wk_buf *buf) {
    return type_mutable(p, false, buf);
}

wick_err wk_asm_addrtype(struct wk_asm *p, bool *out_is64) {
    *out_is64 = wk_asm_is_word(p, WK_WORD_num_i64);
    if (*out_is64 || wk_asm_is_word(p, WK_WORD_num_i32)) {
        return wk_asm_advance(p);
    }
    return WICK_OK;
}

wick_err wk_asm_page_size(struct wk_asm *p, uint32_t *out_log2) {
    uint64_t size;
    uint32_t log2 = 0;
    *out_log2 = WK_ASM_NO_PAGE_SIZE;
    if (!wk_asm_is_form(p, WK_WORD_pagesize)) {
        return WICK_OK;
    }
    WK_TRY(wk_asm_enter(p));
    const uint8_t *begin = p->tok.begin;
    WK_TRY(wk_asm_u64(p, &size));
    if (size == 0 || (size & (size - 1)) != 0) {
        return wk_lexer_fail(&p->lex, p->diag, begin, WICK_ERR_page_size_power, size, 0);
    }
    while (size >> log2 != 1) {
        log2++;
    }
    *out_log2 = log2;
    return wk_asm_close(p);
}

wick_err wk_asm_limits(struct wk_asm *p, bool is64, bool is_memory, struct wk_buf *buf) {
    uint64_t min;
    uint64_t max = 0;
    uint32_t page_log2 = WK_ASM_NO_PAGE_SIZE;
    uint8_t flags = is64 ? 4 : 0;
    WK_TRY(wk_asm_u64(p, &min));
    if (p->tok.kind == WK_TOKEN_NAT) {
        flags |= 1;
        WK_TRY(wk_asm_u64(p, &max));
    }
    if (is_memory && wk_asm_is_word(p, WK_WORD_shared)) {
        flags |= 2;
        WK_TRY(wk_asm_advance(p));
    }
    if (is_memory) {
        WK_TRY(wk_asm_page_size(p, &page_log2));
        flags |= page_log2 != WK_ASM_NO_PAGE_SIZE ? 8 : 0;
    }
    wk_buf_u8(buf, flags);
    wk_buf_u64(buf, min);
    if ((flags & 1) != 0) {
        wk_buf_u64(buf, max);
    }
    if ((flags & 8) != 0) {
        wk_buf_u32(buf, page_log2);
    }
    return WICK_OK;
}

void wk_asm_put_limits(struct wk_buf *buf, bool is64, uint64_t size, uint32_t page_log2) {
    wk_buf_u8(buf, (uint8_t)((is64 ? 5 : 1) | (page_log2 != WK_ASM_NO_PAGE_SIZE ? 8 : 0)));
    wk_buf_u64(buf, size);
    wk_buf_u64(buf, size);
    if (page_log2 != WK_ASM_NO_PAGE_SIZE) {
        wk_buf_u32(buf, page_log2);
    }
}

/* ---- function types -------------------------------------------------------------------------- */

wick_err wk_asm_bind_local(struct wk_asm *p, const struct wk_token *id) {
    bool is_new;
    if (wk_names_put(&p->scope, WK_SPACE_LOCAL, id->at, id->size, p->n_locals, &is_new) == NULL) {
        return wk_fail_nomem(p->diag, id->size);
    }
    return is_new ? WICK_OK
                  : wk_asm_fail_text(p, id->begin, WICK_ERR_duplicate_name, "local", id->at,
                                     id->size);
}

/* (param ...)* (result ...)* */
static wick_err type_declarations(struct wk_asm *p, enum wk_asm_bind bind, uint32_t *out_params,
                                  uint32_t *out_results) {
    uint32_t n = 0;
    p->params.size = 0;
    p->results.size = 0;
    while (wk_asm_is_form(p, WK_WORD_param)) {
        struct wk_token id = {.size = 0};
        struct wk_token name;
        WK_TRY(wk_asm_enter(p));
        if (p->tok.kind == WK_TOKEN_ID) {
            id = p->tok;
            if (bind == WK_BIND_NONE) {
                return wk_asm_unexpected(p, "no names here");
            }
            WK_TRY(wk_asm_advance(p));
        }
        name = id;
        if (bind != WK_BIND_NONE) {
            WK_TRY(wk_asm_take_name(p, false, &name));
        }
        if (name.at != NULL) {
            if (bind == WK_BIND_LOCALS) {
                if (id.size != 0) {
                    WK_TRY(wk_asm_bind_local(p, &id));
                }
                wk_asm_note(p, 2, p->n_locals, &name);
            }
            WK_TRY(wk_asm_valtype(p, &p->params));
            p->n_locals += bind == WK_BIND_LOCALS ? 1 : 0;
            n++;
        } else {
            for (; p->tok.kind != WK_TOKEN_RPAR; n++) {
                WK_TRY(wk_asm_valtype(p, &p->params));
                p->n_locals += bind == WK_BIND_LOCALS ? 1 : 0;
            }
        }
        WK_TRY(wk_asm_close(p));
    }
    *out_params = n;
    for (n = 0; wk_asm_is_form(p, WK_WORD_result);) {
        WK_TRY(wk_asm_enter(p));
        for (; p->tok.kind != WK_TOKEN_RPAR; n++) {
            WK_TRY(wk_asm_valtype(p, &p->results));
        }
        WK_TRY(wk_asm_close(p));
    }
    *out_results = n;
    return WICK_OK;
}

/* The declarations as the bytes of a function type, without the 0x60. */
static void type_put_function(struct wk_asm *p, struct wk_buf *buf, uint32_t n_params,
                              uint32_t n_results) {
    wk_buf_u32(buf, n_params);
    wk_buf_put(buf, p->params.data, p->params.size);
    wk_buf_u32(buf, n_results);
    wk_buf_put(buf, p->results.data, p->results.size);
}

static const uint8_t *type_bytes(const struct wk_asm *p, uint32_t type) {
    return p->section[WK_SECTION_type].data + p->types[type].at;
}

static size_t type_sig_slot(const struct wk_asm *p, const uint8_t *bytes, size_t size) {
    const size_t mask = p->n_sig_slots - 1;
    uint32_t hash = 0x811c9dc5u ^ (uint32_t)(uintptr_t)p;
    for (size_t i = 0; i < size; i++) {
        hash = (hash ^ bytes[i]) * 0x01000193u;
    }
    size_t slot = (hash ^ hash >> 15) & mask;
    for (; p->sig_slots[slot] != 0; slot = (slot + 1) & mask) {
        const uint32_t type = p->sig_slots[slot] - 1;
        if (p->types[type].size == size && memcmp(type_bytes(p, type), bytes, size) == 0) {
            break;
        }
    }
    return slot;
}

/* Makes the last type, a plain function type, findable unless an equal one is. */
static wick_err type_sig_add(struct wk_asm *p, uint32_t type) {
    if (p->n_sigs >= p->n_sig_slots / 2) {
        uint32_t *old = p->sig_slots;
        const size_t n_old = p->n_sig_slots;
        const size_t n = n_old == 0 ? 64 : n_old * 2;
        uint32_t *slots = n <= SIZE_MAX / sizeof *slots ? wk_zalloc(p->alloc, n * sizeof *slots) : NULL;
        if (slots == NULL) {
            return wk_fail_nomem(p->diag, n);
        }
        p->sig_slots = slots;
        p->n_sig_slots = n;
        for (size_t i = 0; i < n_old; i++) {
            if (old[i] != 0) {
                const struct wk_asm_type *t = &p->types[old[i] - 1];
                slots[type_sig_slot(p, type_bytes(p, old[i] - 1), t->size)] = old[i];
            }
        }
        wk_free(p->alloc, old, n_old * sizeof *old);
    }
    const size_t slot = type_sig_slot(p, type_bytes(p, type), p->types[type].size);
    if (p->sig_slots[slot] == 0) {
        p->sig_slots[slot] = type + 1;
        p->n_sigs++;
    }
    return WICK_OK;
}

static wick_err type_add(struct wk_asm *p, const struct wk_asm_type *type) {
    void *types = p->types;
    WK_TRY(wk_asm_reserve(p, &types, &p->type_cap, (size_t)p->n_types + 1, sizeof *p->types));
    p->types = types;
    p->types[p->n_types++] = *type;
    return WICK_OK;
}

wick_err wk_asm_use(struct wk_asm *p, enum wk_asm_bind bind, struct wk_asm_use *use) {
    use->begin = p->tok.begin;
    use->type = 0;
    use->is_explicit = wk_asm_is_form(p, WK_WORD_type);
    if (use->is_explicit) {
        WK_TRY(wk_asm_enter(p));
        use->begin = p->tok.begin;
        WK_TRY(wk_asm_index(p, WK_SPACE_TYPE, &use->type));
        WK_TRY(wk_asm_close(p));
    }
    WK_TRY(type_declarations(p, bind, &use->n_params, &use->n_results));
    /* In the wrong order: said now, before their types are compared. */
    if (wk_asm_is_form(p, WK_WORD_param) || wk_asm_is_form(p, WK_WORD_type)) {
        return wk_asm_unexpected(p, "expected type, param, result in this order");
    }
    if (use->is_explicit && use->n_params + use->n_results == 0 && bind == WK_BIND_LOCALS) {
        if (use->type < p->n_types && p->types[use->type].is_func) {
            p->n_locals = p->types[use->type].n_params;
        } else {
            p->locals_unknown = true;
        }
    }
    return WICK_OK;
}

wick_err wk_asm_use_type(struct wk_asm *p, struct wk_asm_use *use) {
    if (use->is_explicit && use->n_params + use->n_results == 0) {
        return WICK_OK;
    }
    p->sig.size = 0;
    type_put_function(p, &p->sig, use->n_params, use->n_results);
    if (use->is_explicit) {
        if (use->type >= p->n_types) {
            return p->scan_broken ? WICK_OK
                                  : wk_asm_fail_text(p, use->begin, WICK_ERR_unknown_name, "type",
                                                     NULL, 0);
        }
        const struct wk_asm_type *type = &p->types[use->type];
        return type->is_func && type->size == p->sig.size &&
                       memcmp(type_bytes(p, use->type), p->sig.data, p->sig.size) == 0
                   ? WICK_OK
                   : wk_asm_fail(p, use->begin, WICK_ERR_inline_function_type);
    }
    if (p->n_sig_slots != 0) {
        const size_t slot = type_sig_slot(p, p->sig.data, p->sig.size);
        if (p->sig_slots[slot] != 0) {
            use->type = p->sig_slots[slot] - 1;
            return WICK_OK;
        }
    }
    struct wk_buf *section = &p->section[WK_SECTION_type];
    wk_buf_u8(section, 0x60);
    const struct wk_asm_type type = {section->size, p->sig.size, use->n_params, true};
    wk_buf_put(section, p->sig.data, p->sig.size);
    if (section->err != WICK_OK || p->sig.err != WICK_OK) {
        return wk_fail_nomem(p->diag, p->sig.size);
    }
    use->type = p->n_types;
    p->count[WK_SECTION_type]++;
    WK_TRY(type_add(p, &type));
    return type_sig_add(p, use->type);
}

/* ---- type definitions ------------------------------------------------------------------------ */

/* (field $x t) and (field t*), to p->tmp; answers how many. */
static wick_err type_fields(struct wk_asm *p, uint32_t *out_n) {
    const uint64_t space = WK_SPACE_FIELD + (uint64_t)p->n_types;
    struct wk_buf *names = &p->local_names;
    uint32_t n = 0;
    p->tmp.size = 0;
    names->size = 0;
    p->n_local_names = 0;
    while (p->tok.kind != WK_TOKEN_RPAR) {
        if (!wk_asm_is_form(p, WK_WORD_field)) {
            return wk_asm_unexpected(p, "expected a field");
        }
        struct wk_token id = {.size = 0};
        struct wk_token name;
        WK_TRY(wk_asm_enter(p));
        if (p->tok.kind == WK_TOKEN_ID) {
            bool is_new;
            id = p->tok;
            if (wk_names_put(&p->names, space, id.at, id.size, n, &is_new) == NULL) {
                return wk_fail_nomem(p->diag, id.size);
            }
            if (!is_new) {
                return wk_asm_fail_text(p, id.begin, WICK_ERR_duplicate_name, "field", id.at,
                                        id.size);
            }
            WK_TRY(wk_asm_advance(p));
        }
        name = id;
        WK_TRY(wk_asm_take_name(p, false, &name));
        if (name.at != NULL) {
            wk_asm_note(p, 2, n, &name);
            WK_TRY(type_mutable(p, true, &p->tmp));
            n++;
        } else {
            for (; p->tok.kind != WK_TOKEN_RPAR; n++) {
                WK_TRY(type_mutable(p, true, &p->tmp));
            }
        }
        WK_TRY(wk_asm_close(p));
    }
    if (p->n_local_names != 0) {
        wk_buf_u32(&p->name[10], p->n_types);
        wk_buf_u32(&p->name[10], p->n_local_names);
        wk_buf_put(&p->name[10], names->data, names->size);
        p->name_count[10]++;
    }
    *out_n = n;
    return WICK_OK;
}

/* (func ...), (struct ...), (array ...) or (cont ...) */
static wick_err type_composite(struct wk_asm *p, struct wk_asm_type *type) {
    struct wk_buf *buf = &p->section[WK_SECTION_type];
    uint32_t n_results;
    uint32_t n = 0;
    type->is_func = false;
    if (wk_asm_is_form(p, WK_WORD_func)) {
        WK_TRY(wk_asm_enter(p));
        WK_TRY(type_declarations(p, WK_BIND_SKIP, &type->n_params, &n_results));
        wk_buf_u8(buf, 0x60);
        type->is_func = true;
        type->at = buf->size;
        type_put_function(p, buf, type->n_params, n_results);
        type->size = buf->size - type->at;
    } else if (wk_asm_is_form(p, WK_WORD_struct)) {
        WK_TRY(wk_asm_enter(p));
        WK_TRY(type_fields(p, &n));
        wk_buf_u8(buf, 0x5f);
        wk_buf_u32(buf, n);
        wk_buf_put(buf, p->tmp.data, p->tmp.size);
    } else if (wk_asm_is_form(p, WK_WORD_array)) {
        WK_TRY(wk_asm_enter(p));
        wk_buf_u8(buf, 0x5e);
        WK_TRY(type_mutable(p, true, buf));
    } else if (wk_asm_is_form(p, WK_WORD_cont)) {
        WK_TRY(wk_asm_enter(p));
        WK_TRY(wk_asm_index(p, WK_SPACE_TYPE, &n));
        wk_buf_u8(buf, 0x5d);
        wk_buf_s64(buf, n);
    } else {
        return wk_asm_unexpected(p, "expected a func, struct, array or cont type");
    }
    return wk_asm_close(p);
}

/* (type $x ...): the type's name is known from the scan. */
static wick_err type_definition(struct wk_asm *p, bool alone) {
    struct wk_buf *buf = &p->section[WK_SECTION_type];
    struct wk_asm_type type = {0, 0, 0, false};
    struct wk_token name = {.size = 0};
    bool plain = alone;
    WK_TRY(wk_asm_enter(p));
    if (p->tok.kind == WK_TOKEN_ID) {
        name = p->tok;
        WK_TRY(wk_asm_advance(p));
    }
    WK_TRY(wk_asm_take_name(p, false, &name));
    wk_asm_note(p, 4, p->n_types, &name);
    if (wk_asm_is_form(p, WK_WORD_sub)) {
        uint32_t n = 0;
        WK_TRY(wk_asm_enter(p));
        const bool is_final = wk_asm_is_word(p, WK_WORD_final);
        if (is_final) {
            WK_TRY(wk_asm_advance(p));
        }
        for (p->tmp.size = 0; wk_asm_is_index(p); n++) {
            uint32_t super;
            WK_TRY(wk_asm_index(p, WK_SPACE_TYPE, &super));
            wk_buf_u32(&p->tmp, super);
        }
        if (!is_final || n != 0) {
            plain = false;
            wk_buf_u8(buf, is_final ? 0x4f : 0x50);
            wk_buf_u32(buf, n);
            wk_buf_put(buf, p->tmp.data, p->tmp.size);
        }
        WK_TRY(type_composite(p, &type));
        WK_TRY(wk_asm_close(p));
    } else {
        WK_TRY(type_composite(p, &type));
    }
    WK_TRY(wk_asm_close(p));
    if (buf->err != WICK_OK || p->tmp.err != WICK_OK) {
        return wk_fail_nomem(p->diag, buf->size);
    }
    WK_TRY(type_add(p, &type));
    return plain && type.is_func ? type_sig_add(p, p->n_types - 1) : WICK_OK;
}

wick_err wk_asm_typefield(struct wk_asm *p) {
    struct wk_buf *buf = &p->section[WK_SECTION_type];
    p->count[WK_SECTION_type]++;
    if (wk_asm_is_form(p, WK_WORD_type)) {
        return type_definition(p, true);
    }
    const uint32_t n = p->fields[p->field_at].n_types; /* the scan counted them */
    WK_TRY(wk_asm_enter(p));
    if (n != 1) {
        wk_buf_u8(buf, 0x4e);
        wk_buf_u32(buf, n);
    }
    while (wk_asm_is_form(p, WK_WORD_type)) {
        WK_TRY(type_definition(p, n == 1));
    }
    return wk_asm_close(p);
}

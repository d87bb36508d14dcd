/* parse_module.c - module fields to sections, and sections to a module. Spec: text-module.
 *
 * Owner of: the two passes. A scan over the fields' heads gives every identifier its index (bodies are
 * skipped as balanced parentheses); then all type fields are read, because a type use may mean a type that
 * stands behind it; then all other fields in order, straight into their sections. */
#include "module/module.h"
#include "text/asm.h"

/* ---- scan ------------------------------------------------------------------------------------ */

static const char *const module_space_names[WK_SPACE_COUNT] = {
    "type", "func", "table", "memory", "global", "tag", "elem", "data"};

/* The space that a field of this word adds to, WK_SPACE_COUNT: none. */
static uint32_t module_space(uint32_t word) {
    switch (word) {
    case WK_WORD_func:
        return WK_SPACE_FUNC;
    case WK_WORD_table:
        return WK_SPACE_TABLE;
    case WK_WORD_memory:
        return WK_SPACE_MEMORY;
    case WK_WORD_global:
        return WK_SPACE_GLOBAL;
    case WK_WORD_tag:
        return WK_SPACE_TAG;
    case WK_WORD_elem:
        return WK_SPACE_ELEM;
    case WK_WORD_data:
        return WK_SPACE_DATA;
    case WK_WORD_type:
        return WK_SPACE_TYPE;
    default:
        return WK_SPACE_COUNT;
    }
}

/* Counts one definition, named when the token is an id. *out_after: where its inside goes on. */
static wick_err module_scan_name(struct wk_asm *p, struct wk_lexer *scan, uint32_t space) {
    struct wk_token token;
    const uint8_t *inside = scan->at;
    const uint32_t index = p->at[space]++;
    wk_lexer_next(scan, &token);
    if (token.kind != WK_TOKEN_ID) {
        scan->at = inside;
        return WICK_OK;
    }
    bool is_new;
    if (wk_names_put(&p->names, space, token.at, token.size, index, &is_new) == NULL) {
        return wk_fail_nomem(p->diag, token.size);
    }
    return is_new ? WICK_OK
                  : wk_asm_fail_text(p, token.begin, WICK_ERR_duplicate_name,
                                     module_space_names[space], token.at, token.size);
}

/* Inside a table or memory: is there (elem or (data? Ends behind the field's ")". */
static void module_scan_inline(struct wk_asm *p, struct wk_lexer *scan) {
    struct wk_token token;
    for (;;) {
        wk_lexer_next(scan, &token);
        if (token.kind == WK_TOKEN_RPAR) {
            return;
        }
        if (token.kind == WK_TOKEN_EOF || token.kind == WK_TOKEN_ERROR) {
            p->scan_broken = true;
            return;
        }
        if (token.kind == WK_TOKEN_LPAR) {
            const uint8_t *inside = scan->at;
            wk_lexer_next(scan, &token);
            if (token.kind == WK_TOKEN_WORD && token.word == WK_WORD_elem) {
                p->at[WK_SPACE_ELEM]++;
            } else if (token.kind == WK_TOKEN_WORD && token.word == WK_WORD_data) {
                p->at[WK_SPACE_DATA]++;
            }
            scan->at = wk_text_skip(inside, scan->end);
        }
    }
}

/* The types of a rec group. Ends behind its ")". */
static wick_err module_scan_rec(struct wk_asm *p, struct wk_lexer *scan) {
    struct wk_token token;
    for (;;) {
        wk_lexer_next(scan, &token);
        if (token.kind == WK_TOKEN_RPAR) {
            return WICK_OK;
        }
        if (token.kind == WK_TOKEN_LPAR) {
            wk_lexer_next(scan, &token);
        }
        if (token.kind != WK_TOKEN_WORD || token.word != WK_WORD_type) {
            p->scan_broken = true;
            return WICK_OK;
        }
        WK_TRY(module_scan_name(p, scan, WK_SPACE_TYPE));
        scan->at = wk_text_skip(scan->at, scan->end);
    }
}

/* Behind the "(" of an external type: counts it. Ends behind its ")". */
static wick_err module_scan_extern(struct wk_asm *p, struct wk_lexer *scan, uint32_t n_untyped) {
    struct wk_token token;
    wk_lexer_next(scan, &token);
    const uint32_t space = token.kind == WK_TOKEN_WORD ? module_space(token.word) : WK_SPACE_COUNT;
    if (space == WK_SPACE_COUNT) {
        p->scan_broken = true;
        return WICK_OK;
    }
    if (n_untyped != 0) {
        p->at[space] += n_untyped;
    } else {
        WK_TRY(module_scan_name(p, scan, space));
    }
    scan->at = wk_text_skip(scan->at, scan->end);
    return WICK_OK;
}

/* The rest of an import field. Items that have no type each are followed by the one type of all. */
static wick_err module_scan_import(struct wk_asm *p, struct wk_lexer *scan) {
    struct wk_token token;
    uint32_t n_untyped = 0;
    wk_lexer_next(scan, &token);
    p->scan_broken = token.kind != WK_TOKEN_STRING;
    wk_lexer_next(scan, &token);
    if (token.kind == WK_TOKEN_STRING) {
        wk_lexer_next(scan, &token);
    }
    while (token.kind == WK_TOKEN_LPAR && !p->scan_broken) {
        const uint8_t *inside = scan->at;
        wk_lexer_next(scan, &token);
        if (token.kind == WK_TOKEN_WORD && token.word == WK_WORD_item) {
            wk_lexer_next(scan, &token);
            p->scan_broken = token.kind != WK_TOKEN_STRING;
            wk_lexer_next(scan, &token);
            if (token.kind == WK_TOKEN_LPAR) {
                WK_TRY(module_scan_extern(p, scan, 0));
                wk_lexer_next(scan, &token);
            } else {
                n_untyped++;
            }
            p->scan_broken = p->scan_broken || token.kind != WK_TOKEN_RPAR;
        } else {
            scan->at = inside;
            WK_TRY(module_scan_extern(p, scan, n_untyped));
        }
        wk_lexer_next(scan, &token);
    }
    p->scan_broken = p->scan_broken || token.kind != WK_TOKEN_RPAR;
    return WICK_OK;
}

/* One field; the token is its "(". */
static wick_err module_scan_field(struct wk_asm *p, struct wk_lexer *scan,
                                  const struct wk_token *lpar) {
    struct wk_token token;
    const uint32_t n_types = p->at[WK_SPACE_TYPE];
    wk_lexer_next(scan, &token);
    if (token.kind != WK_TOKEN_WORD) {
        p->scan_broken = true;
        return WICK_OK;
    }
    const uint32_t word = token.word;
    if (word == WK_WORD_rec) {
        WK_TRY(module_scan_rec(p, scan));
    } else if (word == WK_WORD_import) {
        WK_TRY(module_scan_import(p, scan));
        if (p->scan_broken) {
            return WICK_OK;
        }
    } else {
        const uint32_t space = module_space(word);
        if (space != WK_SPACE_COUNT) {
            WK_TRY(module_scan_name(p, scan, space));
        }
        if (word == WK_WORD_table || word == WK_WORD_memory) {
            module_scan_inline(p, scan);
        } else {
            scan->at = wk_text_skip(scan->at, scan->end);
        }
    }
    if (word == WK_WORD_type || word == WK_WORD_rec) {
        void *fields = p->fields;
        WK_TRY(wk_asm_reserve(p, &fields, &p->field_cap, p->n_fields + 1, sizeof *p->fields));
        p->fields = fields;
        p->fields[p->n_fields++] =
            (struct wk_asm_field){lpar->begin, scan->at, p->at[WK_SPACE_TYPE] - n_types};
    }
    return WICK_OK;
}

/* All fields from `at` on, to the ")" of the module or the end. Gives out indices and names. */
static WK_NOINLINE wick_err module_scan(struct wk_asm *p, const uint8_t *at) {
    struct wk_lexer scan;
    struct wk_token token;
    wick_err err = WICK_OK;
    wk_lexer_init(&scan, p->lex.words, &p->arena, p->lex.text, (size_t)(at - p->lex.text),
                  (size_t)(p->lex.end - p->lex.text));
    while (err == WICK_OK && !p->scan_broken) {
        scan.annot_first = scan.annot_end; /* the parser reads them; here they are only passed */
        wk_lexer_next(&scan, &token);
        if (token.kind != WK_TOKEN_LPAR) {
            p->scan_broken = token.kind != WK_TOKEN_RPAR && token.kind != WK_TOKEN_EOF;
            break;
        }
        err = module_scan_field(p, &scan, &token);
    }
    if (err == WICK_OK && p->scan_broken && scan.err == WICK_ERR_nomem) {
        err = wk_fail_nomem(p->diag, 0);
    }
    wk_lexer_free(&scan);
    memset(p->at, 0, sizeof p->at);
    return err;
}

/* ---- parts of fields ------------------------------------------------------------------------- */

static const uint8_t module_part[WK_SPACE_COUNT] = {4, 1, 5, 6, 7, 11, 8, 9}; /* of the name section */

/* The id and the @name of a definition, for the name section. */
static wick_err module_head(struct wk_asm *p, uint32_t space, uint32_t index) {
    struct wk_token name = {.size = 0};
    if (p->tok.kind == WK_TOKEN_ID) {
        name = p->tok;
        WK_TRY(wk_asm_advance(p));
    }
    WK_TRY(wk_asm_take_name(p, false, &name));
    wk_asm_note(p, module_part[space], index, &name);
    return WICK_OK;
}

/* The byte of an import or export kind. */
static uint8_t module_kind(uint32_t space) {
    static const uint8_t kinds[WK_SPACE_COUNT] = {0, 0, 1, 2, 3, 4, 0, 0};
    return kinds[space];
}

/* The first name of an import. */
static wick_err module_import_begin(struct wk_asm *p, const uint8_t *begin) {
    if (p->defined != NULL) {
        return wk_lexer_fail(&p->lex, p->diag, begin, WICK_ERR_import_after, WK_STR(p->defined), 0);
    }
    p->count[WK_SECTION_import]++;
    return wk_asm_name(p, &p->section[WK_SECTION_import]);
}

/* (export "name")* (import "module" "name")? */
static wick_err module_inline(struct wk_asm *p, uint32_t space, uint32_t index, bool *out_import) {
    static const char *const texts[WK_SPACE_COUNT] = {"", "function", "table", "memory", "global",
                                                      "tag", "", ""};
    struct wk_buf *exports = &p->section[WK_SECTION_export];
    while (wk_asm_is_form(p, WK_WORD_export)) {
        WK_TRY(wk_asm_enter(p));
        WK_TRY(wk_asm_name(p, exports));
        wk_buf_u8(exports, module_kind(space));
        wk_buf_u32(exports, index);
        p->count[WK_SECTION_export]++;
        WK_TRY(wk_asm_close(p));
    }
    *out_import = wk_asm_is_form(p, WK_WORD_import);
    if (*out_import) {
        const uint8_t *begin = p->tok.begin;
        WK_TRY(wk_asm_enter(p));
        WK_TRY(module_import_begin(p, begin));
        WK_TRY(wk_asm_name(p, &p->section[WK_SECTION_import]));
        wk_buf_u8(&p->section[WK_SECTION_import], module_kind(space));
        return wk_asm_close(p);
    }
    if (p->defined == NULL) {
        p->defined = texts[space];
    }
    return WICK_OK;
}

/* A constant expression with its end: all instructions up to ")", or one folded one. */
static wick_err module_expr(struct wk_asm *p, bool one, struct wk_buf *buf) {
    p->out = buf;
    p->n_labels = 0;
    p->n_frames = 0;
    p->pend.size = 0;
    p->locals_unknown = false;
    wk_names_clear(&p->scope);
    WK_TRY(wk_asm_instrs(p, one));
    wk_asm_put_op(buf, WICK_OP_end);
    return WICK_OK;
}

/* (offset e) or one folded instruction. */
static wick_err module_offset(struct wk_asm *p, struct wk_buf *buf) {
    if (wk_asm_is_form(p, WK_WORD_offset)) {
        WK_TRY(wk_asm_enter(p));
        WK_TRY(module_expr(p, false, buf));
        return wk_asm_close(p);
    }
    return module_expr(p, true, buf);
}

static void module_zero_offset(struct wk_buf *buf, bool is64) {
    wk_asm_put_op(buf, is64 ? WICK_OP_i64_const : WICK_OP_i32_const);
    wk_buf_u8(buf, 0);
    wk_asm_put_op(buf, WICK_OP_end);
}

/* ---- functions ------------------------------------------------------------------------------- */

/* Ends a run of equal local types. */
static void module_local_run(struct wk_asm *p, uint32_t *n_runs, uint32_t *count) {
    if (*count != 0) {
        wk_buf_u32(&p->sig, *count);
        wk_buf_put(&p->sig, p->params.data, p->params.size);
        ++*n_runs;
        *count = 0;
    }
}

/* One local's type: p->params holds the run's, p->results this one's. */
static wick_err module_local_type(struct wk_asm *p, uint32_t *n_runs, uint32_t *count) {
    p->results.size = 0;
    WK_TRY(wk_asm_valtype(p, &p->results));
    p->n_locals++;
    if (*count != 0 && p->results.size != 0 && p->results.size == p->params.size &&
        memcmp(p->results.data, p->params.data, p->params.size) == 0) {
        ++*count;
        return WICK_OK;
    }
    module_local_run(p, n_runs, count);
    p->params.size = 0;
    wk_buf_put(&p->params, p->results.data, p->results.size);
    *count = 1;
    return WICK_OK;
}

/* (local ...)*, to the body. */
static wick_err module_locals(struct wk_asm *p) {
    uint32_t n_runs = 0;
    uint32_t count = 0;
    p->sig.size = 0;
    while (wk_asm_is_form(p, WK_WORD_local)) {
        struct wk_token id = {.size = 0};
        struct wk_token name;
        WK_TRY(wk_asm_enter(p));
        if (p->tok.kind == WK_TOKEN_ID) {
            id = p->tok;
            WK_TRY(wk_asm_bind_local(p, &id));
            WK_TRY(wk_asm_advance(p));
        }
        name = id;
        WK_TRY(wk_asm_take_name(p, false, &name));
        if (name.at != NULL) {
            wk_asm_note(p, 2, p->n_locals, &name);
            WK_TRY(module_local_type(p, &n_runs, &count));
        } else {
            while (p->tok.kind != WK_TOKEN_RPAR) {
                WK_TRY(module_local_type(p, &n_runs, &count));
            }
        }
        WK_TRY(wk_asm_close(p));
    }
    module_local_run(p, &n_runs, &count);
    wk_buf_u32(&p->body, n_runs);
    wk_buf_put(&p->body, p->sig.data, p->sig.size);
    if (p->sig.err != WICK_OK) {
        return wk_fail_nomem(p->diag, p->sig.size);
    }
    return WICK_OK;
}

static wick_err module_func(struct wk_asm *p) {
    const uint32_t index = p->at[WK_SPACE_FUNC]++;
    struct wk_buf *code = &p->section[WK_SECTION_code];
    struct wk_asm_use use;
    bool is_import;
    WK_TRY(module_head(p, WK_SPACE_FUNC, index));
    WK_TRY(module_inline(p, WK_SPACE_FUNC, index, &is_import));
    if (is_import) {
        WK_TRY(wk_asm_use(p, WK_BIND_SKIP, &use));
        WK_TRY(wk_asm_use_type(p, &use));
        wk_buf_u32(&p->section[WK_SECTION_import], use.type);
        return WICK_OK;
    }
    p->n_locals = 0;
    p->locals_unknown = false;
    p->n_local_names = 0;
    p->n_label_names = 0;
    p->local_names.size = 0;
    p->label_names.size = 0;
    p->label_at = 0;
    p->n_frames = 0;
    p->n_labels = 0;
    p->pend.size = 0;
    p->hint = 0;
    p->func_hints.size = 0;
    p->n_func_hints = 0;
    wk_names_clear(&p->scope);
    WK_TRY(wk_asm_use(p, WK_BIND_LOCALS, &use));
    WK_TRY(wk_asm_use_type(p, &use));
    wk_buf_u32(&p->section[WK_SECTION_function], use.type);
    p->count[WK_SECTION_function]++;
    p->body.size = 0;
    p->begin = p->tok.begin;
    WK_TRY(module_locals(p));
    p->in_func = true;
    p->out = &p->body;
    wk_asm_seek(p);
    WK_TRY(wk_asm_instrs(p, false));
    WK_TRY(wk_asm_take_hint(p)); /* one before the ")" has no instruction */
    if (p->hint != 0) {
        return wk_lexer_fail(&p->lex, p->diag, p->tok.begin, WICK_ERR_annotation,
                             WK_STR("@metadata.code.branch_hint annotation: invalid target"), 0);
    }
    p->begin = p->tok.begin;
    wk_asm_put_op(&p->body, WICK_OP_end);
    wk_asm_seek(p);
    p->in_func = false;
    wk_asm_put_sized(code, &p->body);
    p->count[WK_SECTION_code]++;
    if (p->n_func_hints != 0) {
        wk_buf_u32(&p->hints, index);
        wk_buf_u32(&p->hints, p->n_func_hints);
        wk_buf_put(&p->hints, p->func_hints.data, p->func_hints.size);
        p->n_hint_funcs++;
    }
    wk_asm_note_func(p, index);
    return WICK_OK;
}

/* ---- segments -------------------------------------------------------------------------------- */

/* Element expressions up to ")": to p->exprs. *out_funcs: each is a plain ref.func. */
static wick_err module_elem_exprs(struct wk_asm *p, uint32_t *out_n, bool *out_funcs) {
    uint32_t n = 0;
    bool funcs = true;
    p->exprs.size = 0;
    for (; p->tok.kind != WK_TOKEN_RPAR; n++) {
        const size_t at = p->exprs.size;
        if (wk_asm_is_form(p, WK_WORD_item)) {
            WK_TRY(wk_asm_enter(p));
            WK_TRY(module_expr(p, false, &p->exprs));
            WK_TRY(wk_asm_close(p));
        } else {
            WK_TRY(module_expr(p, true, &p->exprs));
        }
        if (p->exprs.err != WICK_OK) {
            return wk_fail_nomem(p->diag, at);
        }
        /* d2, an index, 0b */
        const uint8_t *e = p->exprs.data + at;
        const uint8_t *end = p->exprs.data + p->exprs.size - 1;
        funcs = funcs && *e++ == 0xd2;
        while (funcs && e < end && (*e & 0x80) != 0) {
            e++;
        }
        funcs = funcs && e + 1 == end;
    }
    *out_n = n;
    *out_funcs = funcs;
    return WICK_OK;
}

/* Function indices as element expressions. */
static wick_err module_elem_funcs(struct wk_asm *p, uint32_t *out_n) {
    uint32_t n = 0;
    p->exprs.size = 0;
    for (; wk_asm_is_index(p); n++) {
        uint32_t func;
        WK_TRY(wk_asm_index(p, WK_SPACE_FUNC, &func));
        wk_asm_put_op(&p->exprs, WICK_OP_ref_func);
        wk_buf_u32(&p->exprs, func);
        wk_asm_put_op(&p->exprs, WICK_OP_end);
    }
    *out_n = n;
    return p->exprs.err == WICK_OK ? WICK_OK : wk_fail_nomem(p->diag, n);
}

#define ELEM_REF_FUNC (0x70 - 0x80)

/* The elements and their type: `func index*`, or `reftype expr*`. */
static wick_err module_elem_list(struct wk_asm *p, struct wk_asm_ref *ref, uint32_t *out_n,
                                 bool *out_funcs) {
    if (wk_asm_is_word(p, WK_WORD_func)) {
        WK_TRY(wk_asm_advance(p));
        *ref = (struct wk_asm_ref){false, ELEM_REF_FUNC};
        *out_funcs = true;
        return module_elem_funcs(p, out_n);
    }
    WK_TRY(wk_asm_reftype(p, ref));
    return module_elem_exprs(p, out_n, out_funcs);
}

enum elem_mode { ELEM_ACTIVE, ELEM_PASSIVE, ELEM_DECLARED };

/* Writes a segment in the shortest of its eight forms; `offset` is an expression with its end. */
static void module_put_elem(struct wk_asm *p, enum elem_mode mode, uint32_t table,
                            const struct wk_buf *offset, const struct wk_asm_ref *ref,
                            bool all_funcs, uint32_t n) {
    struct wk_buf *buf = &p->section[WK_SECTION_element];
    const bool is_func = ref->heap == ELEM_REF_FUNC;
    const bool by_index = is_func && !ref->nullable && all_funcs;
    const bool plain = mode == ELEM_ACTIVE && table == 0 &&
                       (by_index || (is_func && ref->nullable));
    uint32_t flags = by_index ? 0 : 4;
    if (mode == ELEM_ACTIVE) {
        flags |= plain ? 0 : 2;
    } else {
        flags |= mode == ELEM_PASSIVE ? 1 : 3;
    }
    wk_buf_u32(buf, flags);
    if (mode == ELEM_ACTIVE) {
        if (!plain) {
            wk_buf_u32(buf, table);
        }
        wk_buf_put(buf, offset->data, offset->size);
    }
    if (!plain) {
        if (by_index) {
            wk_buf_u8(buf, 0);
        } else {
            wk_asm_put_ref(buf, ref);
        }
    }
    wk_buf_u32(buf, n);
    if (by_index) {
        const uint8_t *e = p->exprs.data;
        const uint8_t *end = p->exprs.size == 0 ? e : e + p->exprs.size; /* no items: e may be NULL */
        while (e < end) {
            const uint8_t *index = ++e;
            while ((*e & 0x80) != 0) {
                e++;
            }
            wk_buf_put(buf, index, (size_t)(++e - index));
            e++;
        }
    } else {
        wk_buf_put(buf, p->exprs.data, p->exprs.size);
    }
    p->count[WK_SECTION_element]++;
}

static wick_err module_elem(struct wk_asm *p) {
    struct wk_buf *offset = &p->body;
    struct wk_asm_ref ref = {false, ELEM_REF_FUNC};
    enum elem_mode mode = ELEM_PASSIVE;
    uint32_t table = 0;
    uint32_t n;
    bool all_funcs = true;
    bool has_table;
    const uint32_t index = p->at[WK_SPACE_ELEM]++;
    WK_TRY(module_head(p, WK_SPACE_ELEM, index));
    offset->size = 0;
    if (wk_asm_is_word(p, WK_WORD_declare)) {
        mode = ELEM_DECLARED;
        WK_TRY(wk_asm_advance(p));
        WK_TRY(module_elem_list(p, &ref, &n, &all_funcs));
    } else if (wk_asm_is_word(p, WK_WORD_func) || wk_asm_at_reftype(p)) {
        WK_TRY(module_elem_list(p, &ref, &n, &all_funcs));
    } else {
        mode = ELEM_ACTIVE;
        has_table = wk_asm_is_form(p, WK_WORD_table);
        if (has_table) {
            WK_TRY(wk_asm_enter(p));
            WK_TRY(wk_asm_index(p, WK_SPACE_TABLE, &table));
            WK_TRY(wk_asm_close(p));
        } else if (wk_asm_is_index(p)) {
            has_table = true;
            WK_TRY(wk_asm_index(p, WK_SPACE_TABLE, &table));
        }
        WK_TRY(module_offset(p, offset));
        if (wk_asm_is_index(p) || p->tok.kind == WK_TOKEN_RPAR) {
            WK_TRY(module_elem_funcs(p, &n));
        } else {
            WK_TRY(module_elem_list(p, &ref, &n, &all_funcs));
        }
    }
    module_put_elem(p, mode, table, offset, &ref, all_funcs, n);
    return WICK_OK;
}

static wick_err module_data(struct wk_asm *p) {
    struct wk_buf *buf = &p->section[WK_SECTION_data];
    uint32_t memory = 0;
    const uint32_t index = p->at[WK_SPACE_DATA]++;
    WK_TRY(module_head(p, WK_SPACE_DATA, index));
    if (p->tok.kind == WK_TOKEN_STRING || p->tok.kind == WK_TOKEN_RPAR) {
        wk_buf_u8(buf, 1);
    } else {
        const bool form = wk_asm_is_form(p, WK_WORD_memory);
        if (form) {
            WK_TRY(wk_asm_enter(p));
        }
        if (form || wk_asm_is_index(p)) {
            WK_TRY(wk_asm_index(p, WK_SPACE_MEMORY, &memory));
        }
        if (form) {
            WK_TRY(wk_asm_close(p));
        }
        wk_buf_u8(buf, memory == 0 ? 0 : 2);
        if (memory != 0) {
            wk_buf_u32(buf, memory);
        }
        WK_TRY(module_offset(p, buf));
    }
    p->sig.size = 0;
    WK_TRY(wk_asm_strings(p, &p->sig));
    wk_asm_put_sized(buf, &p->sig);
    p->count[WK_SECTION_data]++;
    return WICK_OK;
}

/* ---- tables, memories, globals, tags --------------------------------------------------------- */

/* reftype (elem ...): the table is as long as its segment. */
static wick_err module_table_elem(struct wk_asm *p, uint32_t index, bool is64) {
    struct wk_buf *buf = &p->section[WK_SECTION_table];
    struct wk_buf *offset = &p->body;
    struct wk_asm_ref ref;
    uint32_t n;
    bool all_funcs = true;
    WK_TRY(wk_asm_reftype(p, &ref));
    if (!wk_asm_is_form(p, WK_WORD_elem)) {
        return wk_asm_unexpected(p, "expected elements");
    }
    WK_TRY(wk_asm_enter(p));
    if (wk_asm_is_index(p) || p->tok.kind == WK_TOKEN_RPAR) {
        WK_TRY(module_elem_funcs(p, &n));
    } else {
        WK_TRY(module_elem_exprs(p, &n, &all_funcs));
    }
    WK_TRY(wk_asm_close(p));
    wk_asm_put_ref(buf, &ref);
    wk_asm_put_limits(buf, is64, n, WK_ASM_NO_PAGE_SIZE);
    p->count[WK_SECTION_table]++;
    p->at[WK_SPACE_ELEM]++;
    offset->size = 0;
    module_zero_offset(offset, is64);
    module_put_elem(p, ELEM_ACTIVE, index, offset, &ref, all_funcs, n);
    return WICK_OK;
}

static wick_err module_table(struct wk_asm *p) {
    struct wk_buf *buf = &p->section[WK_SECTION_table];
    const uint32_t index = p->at[WK_SPACE_TABLE]++;
    struct wk_asm_ref ref;
    bool is_import;
    bool is64;
    WK_TRY(module_head(p, WK_SPACE_TABLE, index));
    WK_TRY(module_inline(p, WK_SPACE_TABLE, index, &is_import));
    WK_TRY(wk_asm_addrtype(p, &is64));
    if (p->tok.kind != WK_TOKEN_NAT && !is_import) {
        return module_table_elem(p, index, is64);
    }
    p->sig.size = 0;
    WK_TRY(wk_asm_limits(p, is64, false, &p->sig));
    WK_TRY(wk_asm_reftype(p, &ref));
    if (is_import) {
        wk_asm_put_ref(&p->section[WK_SECTION_import], &ref);
        wk_buf_put(&p->section[WK_SECTION_import], p->sig.data, p->sig.size);
        return WICK_OK;
    }
    /* The initial value, unless it is the one that is taken anyway. */
    p->exprs.size = 0;
    if (p->tok.kind != WK_TOKEN_RPAR) {
        WK_TRY(module_expr(p, false, &p->exprs));
        p->tmp.size = 0;
        wk_asm_put_op(&p->tmp, WICK_OP_ref_null);
        wk_buf_s64(&p->tmp, ref.heap);
        wk_asm_put_op(&p->tmp, WICK_OP_end);
        if (p->tmp.size == p->exprs.size && p->tmp.err == WICK_OK &&
            memcmp(p->tmp.data, p->exprs.data, p->tmp.size) == 0) {
            p->exprs.size = 0;
        }
    }
    if (p->exprs.size != 0) {
        wk_buf_u8(buf, 0x40);
        wk_buf_u8(buf, 0);
    }
    wk_asm_put_ref(buf, &ref);
    wk_buf_put(buf, p->sig.data, p->sig.size);
    wk_buf_put(buf, p->exprs.data, p->exprs.size);
    p->count[WK_SECTION_table]++;
    return WICK_OK;
}

static wick_err module_memory(struct wk_asm *p) {
    struct wk_buf *buf = &p->section[WK_SECTION_memory];
    const uint32_t index = p->at[WK_SPACE_MEMORY]++;
    uint32_t page_log2 = WK_ASM_NO_PAGE_SIZE;
    bool is_import;
    bool is64;
    WK_TRY(module_head(p, WK_SPACE_MEMORY, index));
    WK_TRY(module_inline(p, WK_SPACE_MEMORY, index, &is_import));
    WK_TRY(wk_asm_addrtype(p, &is64));
    if (is_import) {
        return wk_asm_limits(p, is64, true, &p->section[WK_SECTION_import]);
    }
    p->count[WK_SECTION_memory]++;
    WK_TRY(wk_asm_page_size(p, &page_log2));
    if (!wk_asm_is_form(p, WK_WORD_data)) {
        return page_log2 == WK_ASM_NO_PAGE_SIZE ? wk_asm_limits(p, is64, true, buf)
                                                : wk_asm_unexpected(p, "expected data");
    }
    struct wk_buf *data = &p->section[WK_SECTION_data];
    WK_TRY(wk_asm_enter(p));
    p->sig.size = 0;
    WK_TRY(wk_asm_strings(p, &p->sig));
    WK_TRY(wk_asm_close(p));
    const uint32_t log2 = page_log2 == WK_ASM_NO_PAGE_SIZE ? WK_PAGE_LOG2 : page_log2;
    uint64_t size = (uint64_t)p->sig.size >> log2;
    size += size << log2 != p->sig.size;
    wk_asm_put_limits(buf, is64, size, page_log2);
    wk_buf_u8(data, index == 0 ? 0 : 2);
    if (index != 0) {
        wk_buf_u32(data, index);
    }
    module_zero_offset(data, is64);
    wk_asm_put_sized(data, &p->sig);
    p->count[WK_SECTION_data]++;
    p->at[WK_SPACE_DATA]++;
    return WICK_OK;
}

static wick_err module_global(struct wk_asm *p) {
    struct wk_buf *buf = &p->section[WK_SECTION_global];
    const uint32_t index = p->at[WK_SPACE_GLOBAL]++;
    bool is_import;
    WK_TRY(module_head(p, WK_SPACE_GLOBAL, index));
    WK_TRY(module_inline(p, WK_SPACE_GLOBAL, index, &is_import));
    if (is_import) {
        return wk_asm_globaltype(p, &p->section[WK_SECTION_import]);
    }
    WK_TRY(wk_asm_globaltype(p, buf));
    WK_TRY(module_expr(p, false, buf));
    p->count[WK_SECTION_global]++;
    return WICK_OK;
}

static wick_err module_tag(struct wk_asm *p) {
    const uint32_t index = p->at[WK_SPACE_TAG]++;
    struct wk_asm_use use;
    bool is_import;
    WK_TRY(module_head(p, WK_SPACE_TAG, index));
    WK_TRY(module_inline(p, WK_SPACE_TAG, index, &is_import));
    WK_TRY(wk_asm_use(p, WK_BIND_SKIP, &use));
    WK_TRY(wk_asm_use_type(p, &use));
    struct wk_buf *buf = &p->section[is_import ? WK_SECTION_import : WK_SECTION_tag];
    wk_buf_u8(buf, 0);
    wk_buf_u32(buf, use.type);
    p->count[WK_SECTION_tag] += is_import ? 0 : 1;
    return WICK_OK;
}

/* ---- imports, exports, start ----------------------------------------------------------------- */

/* Names of items whose type comes behind them wait in p->pend: item, size, text. */
static void module_note_items(struct wk_asm *p, uint32_t space) {
    for (uint32_t at = 0; at < p->pend.size;) {
        const uint32_t item = wk_read_u32(p->pend.data, &at);
        struct wk_token name = {.size = wk_read_u32(p->pend.data, &at)};
        name.at = p->pend.data + at;
        at += (uint32_t)name.size;
        wk_asm_note(p, module_part[space], p->at[space] + item, &name);
    }
}

static wick_err module_item_name(struct wk_asm *p, uint32_t item) {
    struct wk_token name = {.size = 0};
    WK_TRY(wk_asm_take_name(p, false, &name));
    if (name.at != NULL) {
        wk_buf_u32(&p->pend, item);
        wk_buf_u64(&p->pend, name.size);
        wk_buf_put(&p->pend, name.at, name.size);
    }
    return p->pend.err == WICK_OK && p->pend.size <= UINT32_MAX ? WICK_OK : wk_fail_nomem(p->diag, name.size);
}

/* An external type, to `buf`. n_items is 0 when it is of one import, which may have an identifier; else the type of so
 * many. */
static wick_err module_externtype(struct wk_asm *p, uint32_t n_items, struct wk_buf *buf) {
    struct wk_asm_use use;
    struct wk_asm_ref ref;
    bool is64;
    if (p->tok.kind != WK_TOKEN_LPAR) {
        return wk_asm_unexpected(p, "expected an external type");
    }
    WK_TRY(wk_asm_advance(p));
    const uint32_t space = p->tok.kind == WK_TOKEN_WORD ? module_space(p->tok.word) : WK_SPACE_TYPE;
    if (space < WK_SPACE_FUNC || space > WK_SPACE_TAG) {
        return wk_asm_unexpected(p, "expected an external type");
    }
    WK_TRY(wk_asm_advance(p));
    if (n_items == 0) {
        WK_TRY(module_head(p, space, p->at[space]++));
    } else if (p->tok.kind == WK_TOKEN_ID) {
        return wk_asm_fail(p, p->tok.begin, WICK_ERR_identifier_not_allowed);
    } else {
        module_note_items(p, space);
        p->at[space] += n_items;
    }
    wk_buf_u8(buf, module_kind(space));
    switch ((enum wk_space)space) {
    case WK_SPACE_TABLE:
        WK_TRY(wk_asm_addrtype(p, &is64));
        p->sig.size = 0;
        WK_TRY(wk_asm_limits(p, is64, false, &p->sig));
        WK_TRY(wk_asm_reftype(p, &ref));
        wk_asm_put_ref(buf, &ref);
        wk_buf_put(buf, p->sig.data, p->sig.size);
        break;
    case WK_SPACE_MEMORY:
        WK_TRY(wk_asm_addrtype(p, &is64));
        WK_TRY(wk_asm_limits(p, is64, true, buf));
        break;
    case WK_SPACE_GLOBAL:
        WK_TRY(wk_asm_globaltype(p, buf));
        break;
    default:
        WK_TRY(wk_asm_use(p, WK_BIND_SKIP, &use));
        WK_TRY(wk_asm_use_type(p, &use));
        if (space == WK_SPACE_TAG) {
            wk_buf_u8(buf, 0);
        }
        wk_buf_u32(buf, use.type);
        break;
    }
    return wk_asm_close(p);
}

/* (item "name" type)*, or (item "name")* and a type: the compact forms of the binary format. */
static wick_err module_import_items(struct wk_asm *p) {
    struct wk_buf *buf = &p->section[WK_SECTION_import];
    struct wk_buf *items = &p->body;
    struct wk_buf *type = &p->exprs;
    uint32_t n = 0;
    bool is_typed = false; /* all items by the type that follows */
    items->size = 0;
    type->size = 0;
    p->pend.size = 0;
    while (wk_asm_is_form(p, WK_WORD_item)) {
        WK_TRY(wk_asm_enter(p));
        WK_TRY(wk_asm_name(p, items));
        if (n == 0) {
            is_typed = p->tok.kind == WK_TOKEN_RPAR;
        }
        WK_TRY(is_typed ? module_item_name(p, n) : module_externtype(p, 0, items));
        WK_TRY(wk_asm_close(p));
        n++;
    }
    if (is_typed) {
        WK_TRY(module_externtype(p, n, type));
    }
    wk_buf_u8(buf, 0); /* an empty name */
    wk_buf_u8(buf, is_typed ? 0x7e : 0x7f);
    wk_buf_put(buf, type->data, type->size);
    wk_buf_u32(buf, n);
    wk_buf_put(buf, items->data, items->size);
    return WICK_OK;
}

static wick_err module_import(struct wk_asm *p, const uint8_t *begin) {
    struct wk_buf *buf = &p->section[WK_SECTION_import];
    WK_TRY(module_import_begin(p, begin));
    if (wk_asm_is_form(p, WK_WORD_item)) {
        return module_import_items(p);
    }
    WK_TRY(wk_asm_name(p, buf));
    return module_externtype(p, 0, buf);
}

static wick_err module_export(struct wk_asm *p) {
    struct wk_buf *buf = &p->section[WK_SECTION_export];
    uint32_t index;
    WK_TRY(wk_asm_name(p, buf));
    if (p->tok.kind != WK_TOKEN_LPAR) {
        return wk_asm_unexpected(p, "expected an external index");
    }
    WK_TRY(wk_asm_advance(p));
    const uint32_t space = p->tok.kind == WK_TOKEN_WORD ? module_space(p->tok.word) : WK_SPACE_TYPE;
    if (space < WK_SPACE_FUNC || space > WK_SPACE_TAG) {
        return wk_asm_unexpected(p, "expected an external index");
    }
    WK_TRY(wk_asm_advance(p));
    WK_TRY(wk_asm_index(p, space, &index));
    wk_buf_u8(buf, module_kind(space));
    wk_buf_u32(buf, index);
    p->count[WK_SECTION_export]++;
    return wk_asm_close(p);
}

static wick_err module_start(struct wk_asm *p, const uint8_t *begin) {
    uint32_t func;
    if (p->has_start) {
        return wk_asm_fail(p, begin, WICK_ERR_multiple_start);
    }
    p->has_start = true;
    WK_TRY(wk_asm_index(p, WK_SPACE_FUNC, &func));
    wk_buf_u32(&p->section[WK_SECTION_start], func);
    return WICK_OK;
}

/* ---- modules --------------------------------------------------------------------------------- */

static wick_err module_field(struct wk_asm *p) {
    const uint8_t *begin = p->tok.begin;
    WK_TRY(wk_asm_advance(p));
    if (p->tok.kind != WK_TOKEN_WORD) {
        return wk_asm_unexpected(p, "expected a module field");
    }
    const struct wk_token head = p->tok;
    const uint32_t word = head.word;
    if (word == WK_WORD_type || word == WK_WORD_rec) {
        /* Read already. Past the end of the scan there is an error to come that lies before this. */
        if (p->field_at == p->n_fields) {
            return wk_asm_unexpected(p, "expected a module field");
        }
        if (p->tok.annots != 0) {
            return wk_asm_misplaced(p);
        }
        return wk_asm_jump(p, p->fields[p->field_at++].end);
    }
    WK_TRY(wk_asm_advance(p));
    switch (word) {
    case WK_WORD_func:
        WK_TRY(module_func(p));
        break;
    case WK_WORD_table:
        WK_TRY(module_table(p));
        break;
    case WK_WORD_memory:
        WK_TRY(module_memory(p));
        break;
    case WK_WORD_global:
        WK_TRY(module_global(p));
        break;
    case WK_WORD_tag:
        WK_TRY(module_tag(p));
        break;
    case WK_WORD_elem:
        WK_TRY(module_elem(p));
        break;
    case WK_WORD_data:
        WK_TRY(module_data(p));
        break;
    case WK_WORD_import:
        WK_TRY(module_import(p, begin));
        break;
    case WK_WORD_export:
        WK_TRY(module_export(p));
        break;
    case WK_WORD_start:
        WK_TRY(module_start(p, begin));
        break;
    default:
        return wk_asm_fail_with(p, begin, WICK_ERR_unexpected_token, "expected a module field", "(", head.at, head.size);
    }
    return wk_asm_close(p);
}

/* Goes to another place of the text, forgetting what was read ahead. */
static wick_err module_go(struct wk_asm *p, const uint8_t *at) {
    p->lex.annot_first = p->lex.annot_end;
    return wk_asm_jump(p, at);
}

/* The type fields, wherever they stand; then back to the first field. */
static wick_err module_types(struct wk_asm *p, const uint8_t *first) {
    for (p->field_at = 0; p->field_at < p->n_fields; p->field_at++) {
        WK_TRY(module_go(p, p->fields[p->field_at].begin));
        WK_TRY(wk_asm_typefield(p));
    }
    p->field_at = 0;
    return module_go(p, first);
}

static wick_err module_fields(struct wk_asm *p, bool wrapped) {
    const uint8_t *first = p->tok.begin;
    WK_TRY(wk_asm_take_customs(p));
    if (p->tok.annots != 0) {
        return wk_asm_misplaced(p);
    }
    WK_TRY(module_scan(p, first));
    WK_TRY(module_types(p, first));
    for (;;) {
        WK_TRY(wk_asm_take_customs(p));
        if (p->tok.kind == WK_TOKEN_LPAR) {
            WK_TRY(module_field(p));
        } else if (p->tok.kind == (wrapped ? WK_TOKEN_RPAR : WK_TOKEN_EOF) && !p->scan_broken) {
            return WICK_OK;
        } else {
            return wk_asm_unexpected(p, wrapped ? "expected a field or ')'" : "expected a field");
        }
    }
}

static void module_put_section(struct wk_asm *p, struct wk_buf *out, uint32_t id) {
    const struct wk_buf *buf = &p->section[id];
    uint8_t bytes[5];
    uint32_t n = 0;
    uint32_t value = p->count[id];
    if (id == WK_SECTION_start) {
        if (!p->has_start) {
            return;
        }
    } else {
        /* An instruction that names a data segment wants the count to be there, even of none. */
        if (value == 0 && !(id == WK_SECTION_datacount && p->uses_data)) {
            return;
        }
        do {
            bytes[n++] = (uint8_t)((value & 0x7f) | (value >= 0x80 ? 0x80 : 0));
            value >>= 7;
        } while (value != 0);
    }
    wk_buf_u8(out, (uint8_t)id);
    wk_buf_u64(out, (uint64_t)buf->size + n);
    wk_buf_put(out, bytes, n);
    wk_buf_put(out, buf->data, buf->size);
}

static wick_err module_finish(struct wk_asm *p, struct wk_buf *out) {
    static const uint8_t magic[8] = {0, 'a', 's', 'm', 1, 0, 0, 0};
    if (p->uses_data) {
        p->count[WK_SECTION_datacount] = p->count[WK_SECTION_data];
    }
    wk_buf_put(out, magic, sizeof magic);
    wk_asm_put_customs(p, 0, out);
    for (uint32_t rank = 1; rank < WK_SECTION_COUNT; rank++) {
        uint32_t id = 1;
        while (wk_section_order(id) != rank) {
            id++;
        }
        wk_asm_put_customs(p, 2 * rank, out);
        if (id == WK_SECTION_code && p->n_hint_funcs != 0) {
            p->tmp.size = 0;
            wk_buf_put(&p->tmp, "\31metadata.code.branch_hint", 26);
            wk_buf_u32(&p->tmp, p->n_hint_funcs);
            wk_buf_put(&p->tmp, p->hints.data, p->hints.size);
            wk_buf_u8(out, 0);
            wk_asm_put_sized(out, &p->tmp);
        }
        module_put_section(p, out, id);
        wk_asm_put_customs(p, 2 * rank + 1, out);
    }
    if ((p->flags & WICK_TEXT_NAMES) != 0) {
        wk_asm_put_names(p, out);
    }
    wk_asm_put_customs(p, 2 * WK_SECTION_COUNT + 1, out);
    return WICK_OK;
}

/* A module's text, all of it. *out_quoted: it was (module quote ...), and `out` is what it quotes. */
static wick_err module_parse(struct wk_asm *p, struct wk_buf *out, bool *out_quoted) {
    *out_quoted = false;
    WK_TRY(wk_asm_jump(p, p->lex.at));
    if (!wk_asm_is_form(p, WK_WORD_module)) {
        WK_TRY(module_fields(p, false));
        return module_finish(p, out);
    }
    struct wk_token name = {.size = 0};
    WK_TRY(wk_asm_enter(p));
    if ((p->flags & WK_TEXT_SCRIPT) != 0 && wk_asm_is_word(p, WK_WORD_definition)) {
        WK_TRY(wk_asm_advance(p));
    }
    if (p->tok.kind == WK_TOKEN_ID) {
        name = p->tok;
        WK_TRY(wk_asm_advance(p));
    }
    WK_TRY(wk_asm_take_name(p, true, &name));
    wk_asm_note(p, 0, 0, &name);
    const bool is_strings =
        wk_asm_is_word(p, WK_WORD_binary) || wk_asm_is_word(p, WK_WORD_quote);
    if (is_strings) {
        *out_quoted = p->tok.word == WK_WORD_quote;
        WK_TRY(wk_asm_advance(p));
        WK_TRY(wk_asm_strings(p, out));
        WK_TRY(wk_asm_close(p));
    } else {
        WK_TRY(module_fields(p, true));
        WK_TRY(wk_asm_advance(p));
    }
    if (p->tok.kind != WK_TOKEN_EOF) {
        return wk_asm_unexpected(p, "expected the end");
    }
    if (p->tok.annots != 0) {
        return wk_asm_misplaced(p);
    }
    return is_strings ? WICK_OK : module_finish(p, out);
}

struct wk_asm *wk_asm_new(struct wk_alloc *alloc, const struct wk_words *words,
                          const uint8_t *text, size_t start, size_t end, uint32_t flags,
                          wick_diag *diag) {
    struct wk_asm *p = wk_zalloc(alloc, sizeof *p);
    if (p == NULL) {
        return NULL;
    }
    p->alloc = alloc;
    p->flags = flags;
    p->diag = diag;
    wk_arena_init(&p->arena, alloc);
    wk_names_init(&p->names, alloc);
    wk_names_init(&p->scope, alloc);
    for (uint32_t i = 0; i < WK_SECTION_COUNT; i++) {
        wk_buf_init(&p->section[i], alloc);
    }
    for (uint32_t i = 0; i < WK_NAMES_PARTS; i++) {
        wk_buf_init(&p->name[i], alloc);
    }
    wk_buf_init(&p->params, alloc);
    wk_buf_init(&p->results, alloc);
    wk_buf_init(&p->sig, alloc);
    wk_buf_init(&p->tmp, alloc);
    wk_buf_init(&p->annot, alloc);
    wk_buf_init(&p->body, alloc);
    wk_buf_init(&p->exprs, alloc);
    wk_buf_init(&p->pend, alloc);
    wk_buf_init(&p->hints, alloc);
    wk_buf_init(&p->func_hints, alloc);
    wk_buf_init(&p->custom, alloc);
    wk_buf_init(&p->local_names, alloc);
    wk_buf_init(&p->label_names, alloc);
    wk_lexer_init(&p->lex, words, &p->arena, text, start, end);
    return p;
}

void wk_asm_free(struct wk_asm *p) {
    struct wk_alloc *alloc = p->alloc;
    wk_lexer_free(&p->lex);
    wk_arena_free(&p->arena);
    wk_names_free(&p->names);
    wk_names_free(&p->scope);
    for (uint32_t i = 0; i < WK_SECTION_COUNT; i++) {
        wk_buf_free(&p->section[i]);
    }
    for (uint32_t i = 0; i < WK_NAMES_PARTS; i++) {
        wk_buf_free(&p->name[i]);
    }
    wk_buf_free(&p->params);
    wk_buf_free(&p->results);
    wk_buf_free(&p->sig);
    wk_buf_free(&p->tmp);
    wk_buf_free(&p->annot);
    wk_buf_free(&p->body);
    wk_buf_free(&p->exprs);
    wk_buf_free(&p->pend);
    wk_buf_free(&p->hints);
    wk_buf_free(&p->func_hints);
    wk_buf_free(&p->custom);
    wk_buf_free(&p->local_names);
    wk_buf_free(&p->label_names);
    wk_free(alloc, p->types, p->type_cap * sizeof *p->types);
    wk_free(alloc, p->sig_slots, p->n_sig_slots * sizeof *p->sig_slots);
    wk_free(alloc, p->fields, p->field_cap * sizeof *p->fields);
    wk_free(alloc, p->frames, p->frame_cap * sizeof *p->frames);
    wk_free(alloc, p->labels, p->label_cap * sizeof *p->labels);
    wk_free(alloc, p->customs, p->custom_cap * sizeof *p->customs);
    wk_free(alloc, p, sizeof *p);
}

/* Did a buffer run out of memory? What was parsed from it may be nonsense then, error or not. */
static bool module_buffers_failed(const struct wk_asm *p) {
    const struct wk_buf *const bufs[] = {&p->params, &p->results, &p->sig,        &p->tmp,
                                         &p->body,   &p->exprs,   &p->pend,       &p->hints,
                                         &p->custom, &p->func_hints, &p->local_names, &p->label_names,
                                         &p->annot};
    bool failed = false;
    for (size_t i = 0; i < WK_COUNT_OF(bufs); i++) {
        failed = failed || bufs[i]->err != WICK_OK;
    }
    for (size_t i = 0; i < WK_SECTION_COUNT; i++) {
        failed = failed || p->section[i].err != WICK_OK;
    }
    for (size_t i = 0; i < WK_NAMES_PARTS; i++) {
        failed = failed || p->name[i].err != WICK_OK;
    }
    return failed;
}

/* One level of text; see module_parse. */
static wick_err module_assemble(struct wk_alloc *alloc, const struct wk_words *words,
                                const uint8_t *text, size_t start, size_t end, uint32_t flags,
                                struct wk_buf *out, bool *out_quoted, wick_diag *diag) {
    struct wk_asm *p = wk_asm_new(alloc, words, text, start, end, flags, diag);
    if (p == NULL) {
        return wk_fail_nomem(diag, sizeof *p);
    }
    wick_err err = module_parse(p, out, out_quoted);
    if (out->err != WICK_OK || module_buffers_failed(p)) {
        if (diag != NULL) {
            wick_diag_init(diag);
        }
        err = wk_fail_nomem(diag, out->size);
    }
    wk_asm_free(p);
    return err;
}

wick_err wk_text_assemble(struct wk_alloc *alloc, const struct wk_words *words,
                          const uint8_t *text, size_t start, size_t end, uint32_t flags,
                          struct wk_buf *out_binary, wick_diag *diag) {
    struct wk_buf quoted;
    bool is_quoted = true;
    wick_err err = WICK_OK;
    wk_buf_init(&quoted, alloc);
    wk_buf_init(out_binary, alloc);
    /* What a quote quotes may be a quote. */
    for (bool first = true; err == WICK_OK && is_quoted; first = false) {
        struct wk_buf out;
        wk_buf_init(&out, alloc);
        err = first ? module_assemble(alloc, words, text, start, end, flags, &out, &is_quoted, diag)
                    : module_assemble(alloc, words, quoted.data, 0, quoted.size, flags, &out,
                                      &is_quoted, diag);
        wk_buf_free(&quoted);
        quoted = out;
    }
    if (err == WICK_OK) {
        *out_binary = quoted;
    } else {
        wk_buf_free(&quoted);
    }
    return err;
}

/* The caller gives the block back by its size, so it gets none that is larger. */
static wick_err module_trim(struct wk_buf *out, wick_diag *diag) {
    if (out->cap == out->size) {
        return WICK_OK;
    }
    if (out->size == 0) {
        wk_buf_free(out);
        return WICK_OK;
    }
    uint8_t *bytes = wk_realloc(out->alloc, out->data, out->cap, out->size);
    if (bytes == NULL) {
        wk_buf_free(out);
        return wk_fail_nomem(diag, out->size);
    }
    out->data = bytes;
    out->cap = out->size;
    return WICK_OK;
}

wick_err wick_text_assemble(wick_engine *engine, const char *text, size_t size, uint32_t flags,
                            uint8_t **out_bytes, size_t *out_size, wick_diag *diag) {
    struct wk_alloc *alloc = &engine->alloc;
    struct wk_buf out;
    wick_diag found;
    wick_err err;
    wick_diag_init(&found);
    wk_buf_init(&out, alloc); /* err says whether it is filled, which not every compiler sees through */
    struct wk_words *words = wk_realloc(alloc, NULL, 0, sizeof *words);
    if ((flags & ~WICK_TEXT_NAMES) != 0 || (text == NULL && size != 0)) {
        err = WK_FAIL1(&found, WICK_ERR_usage, WK_STR("unknown flags, or no text"));
    } else if (words == NULL) {
        err = wk_fail_nomem(&found, sizeof *words);
    } else {
        wk_words_init(words);
        err = wk_text_assemble(alloc, words, (const uint8_t *)text, 0, size, flags, &out, &found);
    }
    if (words != NULL) {
        wk_free(alloc, words, sizeof *words);
    }
    if (err == WICK_OK) {
        err = module_trim(&out, &found);
    }
    if (err == WICK_OK) {
        *out_bytes = out.data;
        *out_size = out.size;
    } else if (diag != NULL) {
        *diag = found;
    }
    return err;
}

void wick_text_free(wick_engine *engine, uint8_t *bytes, size_t size) {
    wk_free(&engine->alloc, bytes, size);
}

/* The function whose body is at `offset` of a module that the assembler has made. */
static bool module_seek(const uint8_t *bytes, size_t size, size_t offset, struct wk_asm_sought *out) {
    uint32_t at = 8;
    while (at < size) {
        const uint8_t id = bytes[at++];
        const uint32_t n = wk_read_u32(bytes, &at), end = at + n;
        if (id == WK_SECTION_code && offset < end) {
            const uint32_t n_funcs = wk_read_u32(bytes, &at);
            for (out->func = 0; out->func < n_funcs; out->func++) {
                const uint32_t body = wk_read_u32(bytes, &at);
                if (offset < (size_t)at + body) {
                    out->at = offset - at;
                    return offset >= at;
                }
                at += body;
            }
        }
        at = end;
    }
    return false;
}

bool wick_text_locate(wick_engine *engine, const char *text, size_t text_size, uint32_t flags, const uint8_t *bytes,
                      size_t size, size_t offset, uint32_t *out_line, uint32_t *out_column) {
    struct wk_alloc *alloc = &engine->alloc;
    struct wk_asm_sought sought = {.begin = NULL};
    struct wk_words *words;
    struct wk_asm *p = NULL;
    struct wk_buf out;
    wick_diag diag;
    bool is_quoted;
    if (!module_seek(bytes, size, offset, &sought)) {
        return false;
    }
    wk_buf_init(&out, alloc);
    wick_diag_init(&diag);
    words = wk_realloc(alloc, NULL, 0, sizeof *words);
    if (words != NULL) {
        wk_words_init(words);
        p = wk_asm_new(alloc, words, (const uint8_t *)text, 0, text_size, flags, NULL);
    }
    if (p != NULL) {
        p->sought = &sought;
        (void)module_parse(p, &out, &is_quoted);
        if (module_buffers_failed(p)) {
            sought.begin = NULL;
        }
        if (sought.begin != NULL) {
            (void)wk_lexer_fail(&p->lex, &diag, sought.begin, WICK_ERR_usage, 0, 0); /* for its place */
            *out_line = diag.line;
            *out_column = diag.column;
        }
        wk_asm_free(p);
    }
    wk_buf_free(&out);
    if (words != NULL) {
        wk_free(alloc, words, sizeof *words);
    }
    return sought.begin != NULL;
}

#undef ELEM_REF_FUNC

/* annot.c - what the known annotations say, and the custom sections that come of it: names, branch hints,
 * and what @custom asks for. Spec: appendix custom; code metadata. */
#include "base/utf8.h"
#include "text/asm.h"

static wick_err annot_fail(struct wk_asm *p, const uint8_t *begin, const char *text) {
    return wk_lexer_fail(&p->lex, p->diag, begin, WICK_ERR_annotation, WK_STR(text), 0);
}

/* The first annotation before the current token. */
static const struct wk_annot *annot_first(const struct wk_asm *p) {
    return &p->lex.annots[p->lex.annot_first];
}

static void annot_pop(struct wk_asm *p) {
    p->lex.annot_first++;
    p->tok.annots--;
}

wick_err wk_asm_misplaced(struct wk_asm *p) {
    const struct wk_annot *annot = annot_first(p);
    switch (annot->kind) {
    case WK_ANNOT_NAME:
        return annot_fail(p, annot->begin, "misplaced @name annotation");
    case WK_ANNOT_CUSTOM:
        return annot_fail(p, annot->begin, "misplaced @custom annotation");
    case WK_ANNOT_HINT:
        break;
    }
    return annot_fail(p, annot->begin,
                      p->in_func ? "misplaced @metadata.code.branch_hint annotation"
                                 : "@metadata.code.branch_hint annotation: not in a function");
}

/* A lexer over an annotation's inside. */
static void annot_lexer(struct wk_asm *p, const struct wk_annot *annot, struct wk_lexer *lexer) {
    wk_lexer_init(lexer, p->lex.words, &p->arena, p->lex.text, (size_t)(annot->body - p->lex.text),
                  (size_t)(annot->end - p->lex.text));
}

/* The next token inside an annotation; an ERROR is left to the rule that finds it where it stands. */
static wick_err annot_next(struct wk_asm *p, struct wk_lexer *lexer, struct wk_token *token) {
    wk_lexer_next(lexer, token);
    return token->kind == WK_TOKEN_ERROR && lexer->err == WICK_ERR_nomem
               ? wk_fail_nomem(p->diag, 0)
               : WICK_OK;
}

/* An annotation's only token, which is to be a string. */
static wick_err annot_string(struct wk_asm *p, const struct wk_annot *annot,
                             struct wk_token *out_token, const char *message) {
    struct wk_lexer lexer;
    struct wk_token rest;
    annot_lexer(p, annot, &lexer);
    wick_err err = annot_next(p, &lexer, out_token);
    if (err == WICK_OK) {
        err = annot_next(p, &lexer, &rest);
    }
    wk_lexer_free(&lexer);
    WK_TRY(err);
    return out_token->kind == WK_TOKEN_STRING && rest.kind == WK_TOKEN_EOF
               ? WICK_OK
               : annot_fail(p, annot->begin, message);
}

wick_err wk_asm_take_name(struct wk_asm *p, bool is_module, struct wk_token *out_name) {
    bool seen = is_module && p->has_module_name;
    while (p->tok.annots != 0 && annot_first(p)->kind == WK_ANNOT_NAME) {
        const struct wk_annot annot = *annot_first(p);
        struct wk_token token;
        if (seen) {
            return annot_fail(p, annot.begin, is_module ? "@name annotation: multiple module names"
                                                        : "@name annotation: duplicate annotation");
        }
        seen = true;
        WK_TRY(annot_string(p, &annot, &token, "@name annotation: unexpected token"));
        p->annot.size = 0;
        wk_text_string(&token, &p->annot);
        if (p->annot.err != WICK_OK) {
            return wk_fail_nomem(p->diag, token.size);
        }
        if (wk_utf8_check(p->annot.data, p->annot.size) != p->annot.size) {
            return annot_fail(p, annot.begin, "@name annotation: malformed UTF-8 encoding");
        }
        if (token.escaped) {
            uint8_t *copy = wk_arena_alloc(&p->arena, p->annot.size);
            if (copy == NULL) {
                return wk_fail_nomem(p->diag, p->annot.size);
            }
            memcpy(copy, p->annot.data, p->annot.size);
            token.at = copy;
            token.size = p->annot.size;
        }
        *out_name = token;
        annot_pop(p);
    }
    if (is_module && seen) {
        p->has_module_name = true;
    }
    return WICK_OK;
}

/* ---- @custom --------------------------------------------------------------------------------- */

/* The rank of a section named in a placement, 0: unknown. */
static uint32_t annot_section_rank(uint32_t word) {
    switch (word) {
    case WK_WORD_type:
        return wk_section_order(WK_SECTION_type);
    case WK_WORD_import:
        return wk_section_order(WK_SECTION_import);
    case WK_WORD_func:
        return wk_section_order(WK_SECTION_function);
    case WK_WORD_table:
        return wk_section_order(WK_SECTION_table);
    case WK_WORD_memory:
        return wk_section_order(WK_SECTION_memory);
    case WK_WORD_tag:
        return wk_section_order(WK_SECTION_tag);
    case WK_WORD_global:
        return wk_section_order(WK_SECTION_global);
    case WK_WORD_export:
        return wk_section_order(WK_SECTION_export);
    case WK_WORD_start:
        return wk_section_order(WK_SECTION_start);
    case WK_WORD_elem:
        return wk_section_order(WK_SECTION_element);
    case WK_WORD_datacount:
        return wk_section_order(WK_SECTION_datacount);
    case WK_WORD_code:
        return wk_section_order(WK_SECTION_code);
    case WK_WORD_data:
        return wk_section_order(WK_SECTION_data);
    default:
        return 0;
    }
}

/* (before s) or (after s); token is the "(". */
static wick_err annot_placement(struct wk_asm *p, struct wk_lexer *lexer, struct wk_token *token,
                                uint8_t *out_place) {
    const uint8_t *begin = token->begin;
    WK_TRY(annot_next(p, lexer, token));
    if (token->kind != WK_TOKEN_WORD ||
        (token->word != WK_WORD_before && token->word != WK_WORD_after)) {
        return annot_fail(p, begin, "@custom annotation: malformed placement");
    }
    const bool after = token->word == WK_WORD_after;
    WK_TRY(annot_next(p, lexer, token));
    const uint32_t word = token->kind == WK_TOKEN_WORD ? token->word : WK_WORD_COUNT;
    const uint32_t rank = annot_section_rank(word);
    if (rank != 0) {
        *out_place = (uint8_t)(2 * rank + (after ? 1 : 0));
    } else if (word == WK_WORD_first && !after) {
        *out_place = 0;
    } else if (word == WK_WORD_last && after) {
        *out_place = 2 * WK_SECTION_COUNT + 1;
    } else {
        return annot_fail(p, begin, "@custom annotation: malformed section kind");
    }
    WK_TRY(annot_next(p, lexer, token));
    if (token->kind != WK_TOKEN_RPAR) {
        return annot_fail(p, token->begin, "@custom annotation: unexpected token");
    }
    WK_TRY(annot_next(p, lexer, token));
    return WICK_OK;
}

static wick_err annot_custom(struct wk_asm *p, const struct wk_annot *annot,
                             struct wk_lexer *lexer) {
    struct wk_token token;
    uint8_t place = 2 * WK_SECTION_COUNT + 1; /* after last */
    WK_TRY(annot_next(p, lexer, &token));
    if (token.kind != WK_TOKEN_STRING) {
        return annot_fail(p, annot->begin, "@custom annotation: missing section name");
    }
    p->tmp.size = 0;
    wk_text_string(&token, &p->tmp);
    if (wk_utf8_check(p->tmp.data, p->tmp.size) != p->tmp.size) {
        return annot_fail(p, annot->begin, "@custom annotation: malformed UTF-8 encoding");
    }
    p->sig.size = 0;
    wk_asm_put_sized(&p->sig, &p->tmp);
    WK_TRY(annot_next(p, lexer, &token));
    if (token.kind == WK_TOKEN_LPAR) {
        WK_TRY(annot_placement(p, lexer, &token, &place));
    }
    while (token.kind == WK_TOKEN_STRING) {
        wk_text_string(&token, &p->sig);
        WK_TRY(annot_next(p, lexer, &token));
    }
    if (token.kind != WK_TOKEN_EOF) {
        return annot_fail(p, token.begin, "@custom annotation: unexpected token");
    }
    void *customs = p->customs;
    WK_TRY(wk_asm_reserve(p, &customs, &p->custom_cap, p->n_customs + 1, sizeof *p->customs));
    p->customs = customs;
    struct wk_asm_custom *custom = &p->customs[p->n_customs++];
    custom->at = p->custom.size;
    custom->place = place;
    wk_buf_u8(&p->custom, 0);
    wk_asm_put_sized(&p->custom, &p->sig);
    custom->size = p->custom.size - custom->at;
    return WICK_OK;
}

wick_err wk_asm_take_customs(struct wk_asm *p) {
    while (p->tok.annots != 0 && annot_first(p)->kind == WK_ANNOT_CUSTOM) {
        const struct wk_annot annot = *annot_first(p);
        struct wk_lexer lexer;
        annot_lexer(p, &annot, &lexer);
        const wick_err err = annot_custom(p, &annot, &lexer);
        wk_lexer_free(&lexer);
        if (err != WICK_OK) {
            return err;
        }
        annot_pop(p);
    }
    return WICK_OK;
}

void wk_asm_put_customs(const struct wk_asm *p, uint32_t place, struct wk_buf *buf) {
    for (size_t i = 0; i < p->n_customs; i++) {
        if (p->customs[i].place == place && p->custom.err == WICK_OK) {
            wk_buf_put(buf, p->custom.data + p->customs[i].at, p->customs[i].size);
        }
    }
}

/* ---- branch hints ---------------------------------------------------------------------------- */

wick_err wk_asm_take_hint(struct wk_asm *p) {
    while (p->tok.annots != 0 && annot_first(p)->kind == WK_ANNOT_HINT && p->in_func) {
        const struct wk_annot annot = *annot_first(p);
        struct wk_token token;
        if (p->hint != 0) {
            return annot_fail(p, annot.begin,
                              "@metadata.code.branch_hint annotation: duplicate annotation");
        }
        WK_TRY(annot_string(p, &annot, &token,
                            "@metadata.code.branch_hint annotation: unexpected token"));
        p->annot.size = 0;
        wk_text_string(&token, &p->annot);
        if (p->annot.err != WICK_OK) {
            return wk_fail_nomem(p->diag, token.size);
        }
        if (p->annot.size != 1 || p->annot.data[0] > 1) {
            return annot_fail(p, annot.begin,
                              "@metadata.code.branch_hint annotation: invalid value");
        }
        p->hint = (uint8_t)(p->annot.data[0] + 1);
        annot_pop(p);
    }
    if (p->hint != 0 && p->tok.kind == WK_TOKEN_WORD && p->tok.word != WICK_OP_if &&
        p->tok.word != WICK_OP_br_if) {
        return annot_fail(p, p->tok.begin,
                          "@metadata.code.branch_hint annotation: invalid target");
    }
    return WICK_OK;
}

/* The instruction that comes next in the body has this hint (1 unlikely, 2 likely). */
void wk_asm_put_hint(struct wk_asm *p, uint32_t hint) {
    wk_buf_u64(&p->func_hints, p->body.size);
    wk_buf_u8(&p->func_hints, 1);
    wk_buf_u8(&p->func_hints, (uint8_t)(hint - 1));
    p->n_func_hints++;
}

/* ---- names ----------------------------------------------------------------------------------- */

void wk_asm_note(struct wk_asm *p, uint32_t part, uint32_t index, const struct wk_token *name) {
    if ((p->flags & WICK_TEXT_NAMES) == 0 || name->at == NULL) {
        return;
    }
    /* Parts 2 and 3 are by function: gathered, and moved over when its body is done. */
    struct wk_buf *buf = part == 2 ? &p->local_names : part == 3 ? &p->label_names : &p->name[part];
    uint32_t *count = part == 2   ? &p->n_local_names
                      : part == 3 ? &p->n_label_names
                                  : &p->name_count[part];
    ++*count;
    if (part != 0) {
        wk_buf_u32(buf, index);
    }
    wk_buf_u64(buf, name->size);
    wk_buf_put(buf, name->at, name->size);
}

static void annot_note_part(struct wk_asm *p, uint32_t part, uint32_t func, uint32_t *n,
                            struct wk_buf *names) {
    if (*n != 0) {
        wk_buf_u32(&p->name[part], func);
        wk_buf_u32(&p->name[part], *n);
        wk_buf_put(&p->name[part], names->data, names->size);
        p->name_count[part]++;
    }
    *n = 0;
    names->size = 0;
}

void wk_asm_note_func(struct wk_asm *p, uint32_t func) {
    annot_note_part(p, 2, func, &p->n_local_names, &p->local_names);
    annot_note_part(p, 3, func, &p->n_label_names, &p->label_names);
}

void wk_asm_put_names(struct wk_asm *p, struct wk_buf *buf) {
    bool any = false;
    p->tmp.size = 0;
    wk_buf_put(&p->tmp, "\4name", 5);
    for (uint32_t part = 0; part < WK_NAMES_PARTS; part++) {
        if (p->name_count[part] != 0) {
            any = true;
            p->sig.size = 0;
            if (part != 0) {
                wk_buf_u32(&p->sig, p->name_count[part]);
            }
            wk_buf_put(&p->sig, p->name[part].data, p->name[part].size);
            wk_buf_u8(&p->tmp, (uint8_t)part);
            wk_asm_put_sized(&p->tmp, &p->sig);
        }
    }
    if (any) {
        wk_buf_u8(buf, 0);
        wk_asm_put_sized(buf, &p->tmp);
    }
}

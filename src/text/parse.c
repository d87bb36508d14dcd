/* parse.c - what all parts of the assembler's parser use: the two tokens of lookahead, indices, names.
 *
 * Owner of: errors are reported where the parser stands, in the order of the text; an annotation that no
 * rule took before its token is passed is misplaced. */
#include "base/utf8.h"
#include "text/asm.h"

wick_err wk_asm_fail(struct wk_asm *p, const uint8_t *begin, wick_err err) {
    return wk_lexer_fail(&p->lex, p->diag, begin, err, 0, 0);
}

/* The input may be gone when the message is made, so its text goes into the operands behind the first, as far as they
 * reach. */
wick_err wk_asm_fail_with(struct wk_asm *p, const uint8_t *begin, wick_err err, const char *what, const char *sigil,
                          const uint8_t *name, size_t size) {
    wick_diag *diag = p->diag;
    if (diag == NULL || diag->err != WICK_OK) {
        return err;
    }
    wk_lexer_fail(&p->lex, diag, begin, err, WK_STR(what), 0);
    char *text = (char *)&diag->a[1];
    size_t room = 3 * sizeof diag->a[0];
    for (; *sigil != 0; room--) {
        *text++ = *sigil++;
    }
    size_t n = size < room ? size : room;
    while (n < size && n > 0 && (name[n] & 0xc0) == 0x80) {
        n--; /* not inside a character */
    }
    if (n != 0) {
        memcpy(text, name, n);
    }
    return err;
}

/* An error with a kind of thing and its name. */
wick_err wk_asm_fail_text(struct wk_asm *p, const uint8_t *begin, wick_err err, const char *what,
                          const uint8_t *name, size_t size) {
    return wk_asm_fail_with(p, begin, err, what, size != 0 ? "$" : "", name, size);
}

/* A token as the message tells it: what it is called, or in front of its text; *out_has_text: that follows. */
static const char *asm_token_text(const struct wk_token *token, bool *out_has_text) {
    *out_has_text = false;
    switch ((enum wk_token_kind)token->kind) {
    case WK_TOKEN_EOF:
    case WK_TOKEN_ERROR:
        return "the end";
    case WK_TOKEN_LPAR:
        return "'('";
    case WK_TOKEN_RPAR:
        return "')'";
    case WK_TOKEN_STRING:
        return "a string";
    case WK_TOKEN_OFFSET:
        return "offset=";
    case WK_TOKEN_ALIGN:
        return "align=";
    case WK_TOKEN_ID:
    case WK_TOKEN_NAT:
    case WK_TOKEN_INT:
    case WK_TOKEN_FLOAT:
    case WK_TOKEN_WORD:
        break;
    }
    *out_has_text = true;
    return token->kind == WK_TOKEN_ID ? "$" : "";
}

wick_err wk_asm_unexpected(struct wk_asm *p, const char *want) {
    const struct wk_token *token = &p->tok;
    bool has_text;
    const char *sigil = asm_token_text(token, &has_text);
    if (token->kind == WK_TOKEN_LPAR && wk_asm_peek(p)->kind == WK_TOKEN_WORD) {
        token = wk_asm_peek(p);
        sigil = "(";
        has_text = true;
    }
    return wk_asm_fail_with(p, p->tok.begin, WICK_ERR_unexpected_token, want, sigil, token->at, has_text ? token->size : 0);
}

static wick_err asm_check_token(struct wk_asm *p) {
    return p->tok.kind == WK_TOKEN_ERROR ? wk_lexer_fail_token(&p->lex, p->diag, &p->tok) : WICK_OK;
}

wick_err wk_asm_advance(struct wk_asm *p) {
    if (WK_UNLIKELY(p->tok.annots != 0)) {
        return wk_asm_misplaced(p);
    }
    if (p->has_next) {
        p->tok = p->next;
        p->has_next = false;
    } else {
        wk_lexer_next(&p->lex, &p->tok);
    }
    return asm_check_token(p);
}

wick_err wk_asm_jump(struct wk_asm *p, const uint8_t *at) {
    p->lex.at = at;
    p->has_next = false;
    wk_lexer_next(&p->lex, &p->tok);
    return asm_check_token(p);
}

const struct wk_token *wk_asm_peek(struct wk_asm *p) {
    if (!p->has_next) {
        wk_lexer_next(&p->lex, &p->next);
        p->has_next = true;
    }
    return &p->next;
}

bool wk_asm_is_form(struct wk_asm *p, uint32_t word) {
    if (p->tok.kind != WK_TOKEN_LPAR) {
        return false;
    }
    const struct wk_token *next = wk_asm_peek(p);
    return next->kind == WK_TOKEN_WORD && next->word == word;
}

wick_err wk_asm_enter(struct wk_asm *p) {
    WK_TRY(wk_asm_advance(p));
    return wk_asm_advance(p);
}

wick_err wk_asm_close(struct wk_asm *p) {
    return p->tok.kind == WK_TOKEN_RPAR ? wk_asm_advance(p) : wk_asm_unexpected(p, "expected ')'");
}

wick_err wk_asm_u32(struct wk_asm *p, uint32_t *out_value) {
    uint64_t value;
    if (p->tok.kind != WK_TOKEN_NAT) {
        return wk_asm_unexpected(p, "expected a number");
    }
    if (!wk_number_u64(p->tok.at, p->tok.size, &value) || value > UINT32_MAX) {
        return wk_asm_fail(p, p->tok.begin, WICK_ERR_i32_range);
    }
    *out_value = (uint32_t)value;
    return wk_asm_advance(p);
}

wick_err wk_asm_u64(struct wk_asm *p, uint64_t *out_value) {
    if (p->tok.kind != WK_TOKEN_NAT) {
        return wk_asm_unexpected(p, "expected a number");
    }
    if (!wk_number_u64(p->tok.at, p->tok.size, out_value)) {
        return wk_asm_fail(p, p->tok.begin, WICK_ERR_i64_range);
    }
    return wk_asm_advance(p);
}

static const char *asm_space_name(uint64_t space) {
    static const char *const texts[] = {"type", "function", "table",        "memory",       "global",
                                        "tag",  "elem segment", "data segment", "local", "label"};
    return space < WK_SPACE_FIELD ? texts[space] : "field";
}

wick_err wk_asm_index(struct wk_asm *p, uint64_t space, uint32_t *out_index) {
    if (p->tok.kind != WK_TOKEN_ID) {
        return p->tok.kind == WK_TOKEN_NAT ? wk_asm_u32(p, out_index)
                                           : wk_asm_unexpected(p, "expected an index");
    }
    const bool is_local = space == WK_SPACE_LOCAL;
    const struct wk_name_entry *entry =
        wk_names_find(is_local ? &p->scope : &p->names, space, p->tok.at, p->tok.size);
    if (is_local && p->locals_unknown) {
        return wk_asm_fail_text(p, p->tok.begin, WICK_ERR_unknown_name, "type", NULL, 0);
    }
    if (entry != NULL) {
        *out_index = entry->value;
    } else if (p->scan_broken) {
        *out_index = 0; /* it may be defined beyond the error that is still to come */
    } else {
        return wk_asm_fail_text(p, p->tok.begin, WICK_ERR_unknown_name, asm_space_name(space),
                                p->tok.at, p->tok.size);
    }
    return wk_asm_advance(p);
}

wick_err wk_asm_reserve(struct wk_asm *p, void **array, size_t *cap, size_t need,
                        size_t elem_size) {
    const wick_err err = wk_array_reserve(p->alloc, array, cap, need, elem_size);
    return err == WICK_OK ? err : wk_fail_nomem(p->diag, need * elem_size);
}

wick_err wk_asm_name(struct wk_asm *p, struct wk_buf *buf) {
    if (p->tok.kind != WK_TOKEN_STRING) {
        return wk_asm_unexpected(p, "expected a string");
    }
    p->tmp.size = 0;
    wk_text_string(&p->tok, &p->tmp);
    if (p->tok.escaped && wk_utf8_check(p->tmp.data, p->tmp.size) != p->tmp.size) {
        return wk_asm_fail(p, p->tok.begin, WICK_ERR_utf8);
    }
    wk_asm_put_sized(buf, &p->tmp);
    return wk_asm_advance(p);
}

wick_err wk_asm_strings(struct wk_asm *p, struct wk_buf *buf) {
    while (p->tok.kind == WK_TOKEN_STRING) {
        wk_text_string(&p->tok, buf);
        WK_TRY(wk_asm_advance(p));
    }
    return WICK_OK;
}

void wk_asm_put_sized(struct wk_buf *buf, const struct wk_buf *bytes) {
    wk_buf_u64(buf, bytes->size);
    wk_buf_put(buf, bytes->data, bytes->size);
    if (bytes->err != WICK_OK) {
        buf->err = bytes->err;
    }
}

/* parse_instr.c - instruction sequences: blocks, flat and folded, by an explicit stack.
 *
 * Owner of: nesting and labels. A folded instruction waits in `pend`, encoded, until its ")"; a frame knows
 * where its bytes begin. Spec: text-instr, and the legacy exception instructions. */
#include "text/asm.h"

enum instr_frame {
    INSTR_BASE,     /* no frame */
    INSTR_PLAIN,    /* (op ... : folded operands */
    /* flat, up to `end` */
    INSTR_BLOCK,    /* block, loop, try_table */
    INSTR_IF,
    INSTR_ELSE,
    INSTR_TRY,
    INSTR_CATCH,
    INSTR_CATCH_ALL,
    /* folded, up to ")" */
    INSTR_F_BLOCK,
    INSTR_F_IF,     /* condition, up to (then */
    INSTR_F_THEN,
    INSTR_F_THENED, /* (else or ")" */
    INSTR_F_ELSE,
    INSTR_F_DONE,   /* ")" */
    INSTR_F_TRY,    /* (do */
    INSTR_F_DO,
    INSTR_F_DID,    /* (catch, (catch_all, (delegate or ")" */
    INSTR_F_CATCH,
    INSTR_F_CATCHED, /* (catch, (catch_all or ")" */
    INSTR_F_CATCH_ALL
};

/* What may stand in a frame. */
enum instr_place {
    INSTR_LIST,   /* any instructions */
    INSTR_FOLDED, /* folded ones */
    INSTR_CLAUSE  /* only the clauses of its block */
};

static enum instr_place instr_place(enum instr_frame kind) {
    switch (kind) {
    case INSTR_PLAIN:
    case INSTR_F_IF:
        return INSTR_FOLDED;
    case INSTR_F_THENED:
    case INSTR_F_DONE:
    case INSTR_F_TRY:
    case INSTR_F_DID:
    case INSTR_F_CATCHED:
        return INSTR_CLAUSE;
    default:
        return INSTR_LIST;
    }
}

static wick_err instr_push(struct wk_asm *p, enum instr_frame kind) {
    if (p->n_frames == p->frame_cap) {
        void *frames = p->frames;
        WK_TRY(wk_asm_reserve(p, &frames, &p->frame_cap, p->n_frames + 1, sizeof *p->frames));
        p->frames = frames;
    }
    p->frames[p->n_frames++] = (struct wk_asm_frame){p->pend.size, p->begin, (uint8_t)kind, p->hint};
    p->hint = 0;
    return WICK_OK;
}

static struct wk_asm_frame *instr_top(struct wk_asm *p) {
    return &p->frames[p->n_frames - 1];
}

/* Moves the frame's bytes from pend to the output. */
static void instr_unpend(struct wk_asm *p, const struct wk_asm_frame *frame) {
    if (p->pend.size > frame->pend) { /* else there may be no buffer to point into */
        wk_buf_put(p->out, p->pend.data + frame->pend, p->pend.size - frame->pend);
        p->pend.size = frame->pend;
    }
    p->begin = frame->begin;
}

void wk_asm_seek(struct wk_asm *p) {
    struct wk_asm_sought *sought = p->sought;
    if (sought != NULL && sought->begin == NULL && p->in_func && p->count[WK_SECTION_code] == sought->func &&
        p->out->size > sought->at) {
        sought->begin = p->begin;
    }
}

/* ---- labels ---------------------------------------------------------------------------------- */

static wick_err instr_push_label(struct wk_asm *p, const uint8_t *name, size_t size) {
    if (p->n_labels == p->label_cap) {
        void *labels = p->labels;
        WK_TRY(wk_asm_reserve(p, &labels, &p->label_cap, (size_t)p->n_labels + 1,
                              sizeof *p->labels));
        p->labels = labels;
    }
    struct wk_asm_label *label = &p->labels[p->n_labels++];
    label->name = name;
    label->size = size;
    label->shadowed = 0;
    if (size != 0) {
        const struct wk_token token = {.at = name, .size = size};
        bool is_new;
        struct wk_name_entry *entry =
            wk_names_put(&p->scope, WK_SPACE_LABEL, name, size, 0, &is_new);
        if (entry == NULL) {
            return wk_fail_nomem(p->diag, size);
        }
        label->shadowed = entry->value;
        entry->value = p->n_labels;
        wk_asm_note(p, 3, p->label_at, &token);
    }
    p->label_at++;
    return WICK_OK;
}

static void instr_pop_label(struct wk_asm *p) {
    const struct wk_asm_label *label = &p->labels[--p->n_labels];
    if (label->size != 0) {
        wk_names_find(&p->scope, WK_SPACE_LABEL, label->name, label->size)->value = label->shadowed;
    }
}

/* After else, end, catch and catch_all the block's label may be said again. */
static wick_err instr_repeat_label(struct wk_asm *p) {
    const struct wk_asm_label *label = &p->labels[p->n_labels - 1];
    if (p->tok.kind != WK_TOKEN_ID) {
        return WICK_OK;
    }
    if (label->size != p->tok.size || memcmp(label->name, p->tok.at, label->size) != 0) {
        return wk_asm_fail(p, p->tok.begin, WICK_ERR_mismatching_label);
    }
    return wk_asm_advance(p);
}

/* ---- blocks ---------------------------------------------------------------------------------- */

static wick_err instr_blocktype(struct wk_asm *p, struct wk_buf *buf) {
    struct wk_asm_use use;
    WK_TRY(wk_asm_use(p, WK_BIND_NONE, &use));
    if (use.is_explicit || use.n_params != 0 || use.n_results > 1) {
        WK_TRY(wk_asm_use_type(p, &use));
        wk_buf_s64(buf, use.type);
    } else if (use.n_results == 1) {
        wk_buf_put(buf, p->results.data, p->results.size);
    } else {
        wk_buf_u8(buf, 0x40);
    }
    return WICK_OK;
}

/* (catch tag label)* and its kin, before the block's own label is known. */
static wick_err instr_catches(struct wk_asm *p, struct wk_buf *buf) {
    uint32_t n = 0;
    p->tmp.size = 0;
    for (;; n++) {
        uint32_t index;
        uint8_t kind;
        if (wk_asm_is_form(p, WICK_OP_catch)) {
            kind = 0;
        } else if (wk_asm_is_form(p, WK_WORD_catch_ref)) {
            kind = 1;
        } else if (wk_asm_is_form(p, WICK_OP_catch_all)) {
            kind = 2;
        } else if (wk_asm_is_form(p, WK_WORD_catch_all_ref)) {
            kind = 3;
        } else {
            break;
        }
        WK_TRY(wk_asm_enter(p));
        wk_buf_u8(&p->tmp, kind);
        if (kind < 2) {
            WK_TRY(wk_asm_index(p, WK_SPACE_TAG, &index));
            wk_buf_u32(&p->tmp, index);
        }
        WK_TRY(wk_asm_label_index(p, &index));
        wk_buf_u32(&p->tmp, index);
        WK_TRY(wk_asm_close(p));
    }
    wk_buf_u32(buf, n);
    wk_buf_put(buf, p->tmp.data, p->tmp.size);
    return WICK_OK;
}

/* A block's opcode, label and type; the word is at p->tok. */
static wick_err instr_block(struct wk_asm *p, bool folded) {
    const uint32_t op = p->tok.word;
    const bool waits = folded && op == WICK_OP_if; /* for its condition */
    struct wk_buf *buf = waits ? &p->pend : p->out;
    struct wk_token id = {.size = 0};
    if (!waits && p->hint != 0) {
        wk_asm_put_hint(p, p->hint);
        p->hint = 0;
    }
    WK_TRY(wk_asm_advance(p));
    if (p->tok.kind == WK_TOKEN_ID) {
        id = p->tok;
        WK_TRY(wk_asm_advance(p));
    }
    if (waits) {
        WK_TRY(instr_push(p, INSTR_F_IF));
    } else if (op == WICK_OP_if) {
        WK_TRY(instr_push(p, INSTR_IF));
    } else if (op == WICK_OP_try) {
        WK_TRY(instr_push(p, folded ? INSTR_F_TRY : INSTR_TRY));
    } else {
        WK_TRY(instr_push(p, folded ? INSTR_F_BLOCK : INSTR_BLOCK));
    }
    wk_asm_put_op(buf, op);
    WK_TRY(instr_blocktype(p, buf));
    if (op == WICK_OP_try_table) {
        WK_TRY(instr_catches(p, buf));
    }
    /* The label of a folded if is pushed now and hidden from the condition by a place of its own: the
     * condition's labels count from outside, so it comes into force at (then. */
    if (waits) {
        struct wk_asm_label label = {id.at, id.size, 0};
        wk_buf_put(&p->pend, &label, sizeof label);
        return WICK_OK;
    }
    return instr_push_label(p, id.at, id.size);
}

static bool instr_is_block(uint32_t op) {
    return op == WICK_OP_block || op == WICK_OP_loop || op == WICK_OP_if || op == WICK_OP_try ||
           op == WICK_OP_try_table;
}

static bool instr_is_clause(uint32_t op) {
    return op == WICK_OP_else || op == WICK_OP_end || op == WICK_OP_catch ||
           op == WICK_OP_catch_all || op == WICK_OP_delegate;
}

/* Ends the block on top. */
static void instr_end(struct wk_asm *p) {
    wk_asm_put_op(p->out, WICK_OP_end);
    instr_pop_label(p);
    p->n_frames--;
}

/* The label index after delegate counts from outside the try. */
static wick_err instr_delegate(struct wk_asm *p) {
    uint32_t label;
    instr_pop_label(p);
    p->n_frames--;
    WK_TRY(wk_asm_label_index(p, &label));
    wk_asm_put_op(p->out, WICK_OP_delegate);
    wk_buf_u32(p->out, label);
    return WICK_OK;
}

/* else, end, catch, catch_all, delegate in flat form. */
static wick_err instr_flat_clause(struct wk_asm *p, enum instr_frame kind) {
    const uint32_t op = p->tok.word;
    const bool in_try = kind == INSTR_TRY || kind == INSTR_CATCH;
    const bool fits = op == WICK_OP_end         ? kind >= INSTR_BLOCK && kind <= INSTR_CATCH_ALL
                      : op == WICK_OP_else      ? kind == INSTR_IF
                      : op == WICK_OP_delegate  ? kind == INSTR_TRY
                                                : in_try;
    if (!fits) {
        return wk_asm_unexpected(p, "no such block is open");
    }
    WK_TRY(wk_asm_advance(p));
    if (op == WICK_OP_delegate) {
        return instr_delegate(p);
    }
    if (op != WICK_OP_catch) {
        WK_TRY(instr_repeat_label(p));
    }
    if (op == WICK_OP_end) {
        instr_end(p);
        return WICK_OK;
    }
    wk_asm_put_op(p->out, op);
    if (op == WICK_OP_else) {
        instr_top(p)->kind = INSTR_ELSE;
    } else if (op == WICK_OP_catch_all) {
        instr_top(p)->kind = INSTR_CATCH_ALL;
    } else {
        uint32_t tag;
        /* An id here is the label only when a tag follows. */
        if (p->tok.kind == WK_TOKEN_ID) {
            const uint8_t next = wk_asm_peek(p)->kind;
            if (next == WK_TOKEN_NAT || next == WK_TOKEN_ID) {
                WK_TRY(instr_repeat_label(p));
            }
        }
        WK_TRY(wk_asm_index(p, WK_SPACE_TAG, &tag));
        wk_buf_u32(p->out, tag);
        instr_top(p)->kind = INSTR_CATCH;
    }
    return WICK_OK;
}

/* (then, (else, (do, (catch, (catch_all, (delegate. *out_taken: it was one that fits. */
static wick_err instr_folded_clause(struct wk_asm *p, enum instr_frame kind, bool *out_taken) {
    struct wk_asm_frame *top = instr_top(p);
    const uint32_t word = wk_asm_peek(p)->kind == WK_TOKEN_WORD ? p->next.word : WK_WORD_COUNT;
    const bool may_catch = kind == INSTR_F_DID || kind == INSTR_F_CATCHED;
    uint32_t tag;
    *out_taken = true;
    if (kind == INSTR_F_IF && word == WK_WORD_then) {
        struct wk_asm_label label;
        WK_TRY(wk_asm_enter(p));
        if (p->pend.err != WICK_OK) {
            return wk_fail_nomem(p->diag, p->pend.size);
        }
        p->pend.size -= sizeof label;
        memcpy(&label, p->pend.data + p->pend.size, sizeof label);
        if (top->hint != 0) {
            wk_asm_put_hint(p, top->hint);
        }
        instr_unpend(p, top);
        top->kind = INSTR_F_THEN;
        return instr_push_label(p, label.name, label.size);
    }
    if (kind == INSTR_F_THENED && word == WICK_OP_else) {
        top->kind = INSTR_F_ELSE;
        wk_asm_put_op(p->out, WICK_OP_else);
        return wk_asm_enter(p);
    }
    if (kind == INSTR_F_TRY && word == WK_WORD_do) {
        top->kind = INSTR_F_DO;
        return wk_asm_enter(p);
    }
    if (may_catch && word == WICK_OP_catch) {
        top->kind = INSTR_F_CATCH;
        WK_TRY(wk_asm_enter(p));
        WK_TRY(wk_asm_index(p, WK_SPACE_TAG, &tag));
        wk_asm_put_op(p->out, WICK_OP_catch);
        wk_buf_u32(p->out, tag);
        return WICK_OK;
    }
    if (may_catch && word == WICK_OP_catch_all) {
        top->kind = INSTR_F_CATCH_ALL;
        wk_asm_put_op(p->out, WICK_OP_catch_all);
        return wk_asm_enter(p);
    }
    if (kind == INSTR_F_DID && word == WICK_OP_delegate) {
        WK_TRY(wk_asm_enter(p));
        WK_TRY(instr_delegate(p));
        WK_TRY(wk_asm_close(p));
        return wk_asm_close(p);
    }
    *out_taken = false;
    return WICK_OK;
}

/* ")" closes the frame on top, or a clause of it. */
static wick_err instr_rpar(struct wk_asm *p) {
    struct wk_asm_frame *top = instr_top(p);
    switch ((enum instr_frame)top->kind) {
    case INSTR_PLAIN:
        if (top->hint != 0) {
            wk_asm_put_hint(p, top->hint);
        }
        instr_unpend(p, top);
        p->n_frames--;
        break;
    case INSTR_F_BLOCK:
    case INSTR_F_THENED:
    case INSTR_F_DONE:
    case INSTR_F_DID:
    case INSTR_F_CATCHED:
        instr_end(p);
        break;
    case INSTR_F_THEN:
        top->kind = INSTR_F_THENED;
        break;
    case INSTR_F_ELSE:
    case INSTR_F_CATCH_ALL:
        top->kind = INSTR_F_DONE;
        break;
    case INSTR_F_DO:
        top->kind = INSTR_F_DID;
        break;
    case INSTR_F_CATCH:
        top->kind = INSTR_F_CATCHED;
        break;
    default:
        return wk_asm_unexpected(p, "expected the end of a block");
    }
    return wk_asm_advance(p);
}

/* "(": opens a clause or a folded instruction. */
static wick_err instr_lpar(struct wk_asm *p, enum instr_frame kind) {
    if (kind >= INSTR_F_IF) {
        bool taken;
        WK_TRY(instr_folded_clause(p, kind, &taken));
        if (taken) {
            return WICK_OK;
        }
    }
    WK_TRY(wk_asm_take_hint(p));
    WK_TRY(wk_asm_advance(p));
    if (p->tok.kind != WK_TOKEN_WORD || p->tok.word >= WICK_OP_COUNT ||
        instr_is_clause(p->tok.word) || instr_place(kind) == INSTR_CLAUSE) {
        return wk_asm_unexpected(p, "expected an instruction");
    }
    p->begin = p->tok.begin;
    WK_TRY(wk_asm_take_hint(p));
    if (instr_is_block(p->tok.word)) {
        return instr_block(p, true);
    }
    WK_TRY(instr_push(p, INSTR_PLAIN));
    return wk_asm_op(p, &p->pend);
}

wick_err wk_asm_instrs(struct wk_asm *p, bool one) {
    const size_t base = p->n_frames;
    bool first = true;
    while (!one || first || p->n_frames != base) {
        const enum instr_frame kind =
            p->n_frames == base ? INSTR_BASE : (enum instr_frame)instr_top(p)->kind;
        p->begin = p->tok.begin;
        if (p->tok.kind == WK_TOKEN_RPAR) {
            if (p->n_frames == base) {
                break;
            }
            WK_TRY(instr_rpar(p));
        } else if (p->tok.kind == WK_TOKEN_LPAR) {
            WK_TRY(instr_lpar(p, kind));
        } else if (p->tok.kind == WK_TOKEN_WORD && p->tok.word < WICK_OP_COUNT &&
                   instr_place(kind) == INSTR_LIST && !(one && kind == INSTR_BASE)) {
            WK_TRY(wk_asm_take_hint(p));
            if (instr_is_clause(p->tok.word)) {
                WK_TRY(instr_flat_clause(p, kind));
            } else if (instr_is_block(p->tok.word)) {
                WK_TRY(instr_block(p, false));
            } else {
                if (p->hint != 0) {
                    wk_asm_put_hint(p, p->hint);
                    p->hint = 0;
                }
                WK_TRY(wk_asm_op(p, p->out));
            }
        } else {
            return wk_asm_unexpected(p, "expected an instruction");
        }
        wk_asm_seek(p);
        first = false;
    }
    return first && one ? wk_asm_unexpected(p, "expected an instruction") : WICK_OK;
}

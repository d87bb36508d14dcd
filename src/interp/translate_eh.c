/* translate_eh.c - exceptions: which catches cover which cells.
 *
 * Owner of: a function's table of catches (fast.h). try and try_table emit nothing: they begin a scope, a stretch of
 * code for which a chain of catches is tried one after the other: first those of the innermost block, in their order,
 * then those of the block around it. A try's place in that chain is taken when it begins, though its catches are only
 * known later: until then, and for ever when it has none or delegates, its first one is a mere link (WK_REF_LINK), and
 * links are taken out in the end, so that a search costs no more than the catches it looks at. Everything a catch wants
 * in the frame lies in canonical slots, since blocks flush what is below them.
 * spec: exec-try_table, exec-throw; the legacy exception rules for the rest. */
#include "interp/translate.h"

#if WICK_EH

#define EH_LINK (INT32_MIN + 1) /* in `ref`: no catch, only a link to the next */

/* ---- scopes ------------------------------------------------------------------------------------------------------ */

/* From here on `first` is tried first. No cell before this place may shrink over it any more. */
static wick_err eh_scope(struct wk_translator *t, uint32_t first) {
    t->last_end = TR_NONE;
    t->cmp.end = TR_NONE;
    if (t->n_scopes == 0 || t->scopes[t->n_scopes - 1].at != t->at) {
        void *array = t->scopes;
        const wick_err err =
            wk_array_reserve(t->alloc, &array, &t->scopes_cap, (size_t)t->n_scopes + 1, sizeof *t->scopes);
        t->scopes = array;
        if (err != WICK_OK) {
            return wk_fail_nomem(t->diag, (uint64_t)t->n_scopes * sizeof *t->scopes);
        }
        t->n_scopes++;
    }
    t->scopes[t->n_scopes - 1].at = t->at;
    t->scopes[t->n_scopes - 1].first = first;
    return WICK_OK;
}

/* Room for n more catches. */
static wick_err eh_reserve(struct wk_translator *t, uint32_t n) {
    void *array = t->catches;
    const wick_err err =
        wk_array_reserve(t->alloc, &array, &t->catches_cap, (size_t)t->n_catches + n, sizeof *t->catches);
    t->catches = array;
    return err == WICK_OK ? WICK_OK : wk_fail_nomem(t->diag, ((uint64_t)t->n_catches + n) * sizeof *t->catches);
}

static struct tr_ctrl *eh_innermost(struct wk_translator *t) {
    return &t->ctrls[t->n_ctrls - 1];
}

static uint32_t eh_outer_scope(const struct wk_translator *t) {
    return t->ctrls[t->n_ctrls - 2].scope;
}

static const struct wk_deftype *eh_tag_type(const struct wk_translator *t, uint32_t tag) {
    return wk_type_get(&t->module->engine->types, t->module->tags[tag]);
}

/* ---- try_table ----------------------------------------------------------------------------------------------------- */

/* The label a catch clause goes to, seen from outside the block, takes its values as a branch would bring them. */
static void eh_aim(struct wk_translator *t, struct wk_catch *catch, struct tr_ctrl *label, uint32_t n_slots,
                   bool has_ref) {
    catch->slot = wk_tr_home(t, label->height);
    catch->ref = has_ref ? catch->slot + (int32_t)n_slots : WK_NO_REF;
    if (label->kind == TR_LOOP) {
        catch->target = label->loop_at;
    } else {
        catch->target = label->caught;
        label->caught = (uint32_t)(catch - t->catches) + 1;
    }
}

static wick_err eh_try_table(struct wk_translator *t, uint32_t *pos) {
    uint32_t n, n_slots;
    WK_TRY(wk_tr_begin_block(t, WICK_OP_block, pos));
    eh_innermost(t)->kind = TR_TRY_TABLE;
    n = wk_read_u32(t->bytes, pos);
    if (n == 0) {
        return WICK_OK;
    }
    WK_TRY(eh_reserve(t, n));
    eh_innermost(t)->scope = t->n_catches + 1;
    for (; n != 0; n--) {
        const uint8_t kind = t->bytes[(*pos)++];
        struct wk_catch *catch = &t->catches[t->n_catches++];
        catch->tag = WK_NO_INDEX;
        n_slots = 0;
        if (kind < 2) {
            catch->tag = wk_read_u32(t->bytes, pos);
            n_slots = eh_tag_type(t, catch->tag)->param_slots;
        }
        eh_aim(t, catch, wk_tr_label(t, wk_read_u32(t->bytes, pos) + 1), n_slots, (kind & 1) != 0);
        catch->next = n == 1 ? eh_outer_scope(t) : t->n_catches + 1;
    }
    return eh_scope(t, eh_innermost(t)->scope);
}

void wk_tr_eh_bind(struct wk_translator *t, struct tr_ctrl *c) {
    uint32_t number = c->caught;
    while (number != 0) {
        struct wk_catch *catch = &t->catches[number - 1];
        number = catch->target;
        catch->target = t->at;
    }
}

/* ---- try, catch, delegate ------------------------------------------------------------------------------------------ */

static wick_err eh_try(struct wk_translator *t, uint32_t *pos) {
    struct tr_ctrl *c;
    struct wk_catch *link;
    WK_TRY(wk_tr_begin_block(t, WICK_OP_block, pos));
    WK_TRY(eh_reserve(t, 1));
    link = &t->catches[t->n_catches++];
    link->tag = WK_NO_INDEX;
    link->target = 0;
    link->slot = 0;
    link->ref = EH_LINK;
    link->next = eh_outer_scope(t);
    c = eh_innermost(t);
    c->kind = TR_TRY;
    c->own = t->n_catches;
    c->scope = t->n_catches;
    return eh_scope(t, c->scope);
}

/* The results of a catch move over its exception, to where the block's results belong. */
static wick_err eh_leave_catch(struct wk_translator *t, const struct tr_ctrl *c) {
    const uint32_t n = c->n_results;
    WK_TRY(wk_tr_room(t, TR_ROOM + (size_t)n * TR_ROOM_VALUE));
    wk_tr_flush_range(t, t->n - n, t->n, true);
    if (n != 0) {
        wk_tr_cell(t, WK_CELL_mov_n);
        wk_tr_u32(t, (uint32_t)wk_tr_home(t, c->height));
        wk_tr_u32(t, (uint32_t)wk_tr_home(t, t->n - n));
        wk_tr_u32(t, wk_tr_slots(t, t->n - n, t->n));
    }
    wk_tr_barrier(t);
    return WICK_OK;
}

static wick_err eh_catch(struct wk_translator *t, enum wick_op op, uint32_t *pos, bool *is_dead) {
    const uint32_t tag = op == WICK_OP_catch ? wk_read_u32(t->bytes, pos) : WK_NO_INDEX;
    const struct wk_deftype *type = tag == WK_NO_INDEX ? NULL : eh_tag_type(t, tag);
    struct tr_ctrl *c = eh_innermost(t);
    struct wk_catch *catch;
    if (!*is_dead) {
        if (c->kind == TR_CATCH) {
            WK_TRY(eh_leave_catch(t, c));
        } else {
            WK_TRY(wk_tr_room(t, TR_ROOM + (size_t)c->n_results * TR_ROOM_VALUE));
            wk_tr_flush_range(t, c->height, t->n, true);
        }
        wk_tr_jump_to_end(t, c);
    }
    if (c->kind == TR_TRY) {
        c->kind = TR_CATCH;
        c->scope = eh_outer_scope(t);
        WK_TRY(eh_scope(t, c->scope));
    } else {
        WK_TRY(eh_reserve(t, 1));
        t->catches[t->n_catches].next = t->catches[c->own - 1].next;
        t->catches[c->own - 1].next = ++t->n_catches;
        c->own = t->n_catches;
    }
    catch = &t->catches[c->own - 1];
    catch->tag = tag;
    catch->target = t->at;
    catch->ref = wk_tr_home(t, c->height);
    catch->slot = catch->ref + 1;
    wk_tr_barrier(t);
    wk_tr_truncate(t);
    wk_tr_push_temp(t, TR_INT);
    for (uint32_t i = 0; type != NULL && i < type->n_params; i++) {
        wk_tr_push_temp(t, wk_tr_class_of(type->types[i]));
    }
    *is_dead = false;
    return WICK_OK;
}

/* What is thrown inside goes on as if it were thrown at the label's level. */
wick_err wk_tr_delegate(struct wk_translator *t, uint32_t *pos) {
    const uint32_t depth = wk_read_u32(t->bytes, pos);
    t->catches[eh_innermost(t)->own - 1].next = wk_tr_label(t, depth + 1)->scope;
    return WICK_OK;
}

wick_err wk_tr_eh_end(struct wk_translator *t, struct tr_ctrl *c, bool is_dead) {
    if (c->kind != TR_CATCH) {
        return c->scope == eh_outer_scope(t) ? WICK_OK : eh_scope(t, eh_outer_scope(t));
    }
    if (!is_dead) {
        WK_TRY(eh_leave_catch(t, c));
        wk_tr_truncate(t);
        wk_tr_push_results(t, c);
    }
    return WICK_OK;
}

/* ---- throwing ------------------------------------------------------------------------------------------------------ */

static wick_err eh_emit_throw(struct wk_translator *t, uint32_t *pos) {
    const uint32_t tag = wk_read_u32(t->bytes, pos);
    const uint32_t n = eh_tag_type(t, tag)->n_params;
    WK_TRY(wk_tr_room(t, TR_ROOM + (size_t)n * TR_ROOM_VALUE));
    wk_tr_flush_range(t, t->n - n, t->n, true);
    wk_tr_cell(t, WK_CELL_throw);
    wk_tr_u32(t, tag);
    wk_tr_u32(t, (uint32_t)wk_tr_home(t, t->n - n));
    return WICK_OK;
}

static void eh_throw_ref(struct wk_translator *t, int32_t slot) {
    wk_tr_cell(t, WK_CELL_throw_ref);
    wk_tr_u32(t, (uint32_t)slot);
}

wick_err wk_tr_eh(struct wk_translator *t, enum wick_op op, uint32_t *pos, bool *is_dead) {
    switch (op) {
    case WICK_OP_try:
        return eh_try(t, pos);
    case WICK_OP_try_table:
        return eh_try_table(t, pos);
    case WICK_OP_catch:
    case WICK_OP_catch_all:
        return eh_catch(t, op, pos, is_dead);
    case WICK_OP_throw:
        WK_TRY(eh_emit_throw(t, pos));
        break;
    case WICK_OP_throw_ref:
        eh_throw_ref(t, wk_tr_operand_slot(t, t->n - 1));
        break;
    default: /* rethrow: the exception lies at the bottom of its catch */
        eh_throw_ref(t, wk_tr_home(t, wk_tr_label(t, wk_read_u32(t->bytes, pos))->height));
        break;
    }
    wk_tr_truncate(t);
    *is_dead = true;
    return WICK_OK;
}

/* ---- the table ----------------------------------------------------------------------------------------------------- */

size_t wk_tr_catches_size(const struct wk_translator *t) {
    if (t->n_catches == 0) {
        return 0;
    }
    return sizeof(struct wk_catches) + (size_t)t->n_scopes * sizeof *t->scopes +
           (size_t)t->n_catches * sizeof *t->catches;
}

/* A link leads to what was there before it (what is around), or on from it to a catch that is none. */
static uint32_t eh_pass_links(const struct wk_translator *t, uint32_t number) {
    return number != 0 && t->catches[number - 1].ref == EH_LINK ? t->catches[number - 1].next : number;
}

void wk_tr_catches_write(struct wk_translator *t, struct wk_catches *table) {
    for (uint32_t i = 0; i < t->n_catches; i++) { /* in this order a link has been resolved when it is come to */
        t->catches[i].next = eh_pass_links(t, t->catches[i].next);
        t->catches[i].target -= 4;
    }
    for (uint32_t i = 0; i < t->n_scopes; i++) {
        t->scopes[i].first = eh_pass_links(t, t->scopes[i].first);
        t->scopes[i].at -= 4;
    }
    table->n_scopes = t->n_scopes;
    table->n_catches = t->n_catches;
    memcpy(table->scopes, t->scopes, t->n_scopes * sizeof *t->scopes);
    memcpy(table->scopes + t->n_scopes, t->catches, t->n_catches * sizeof *t->catches);
}

#undef EH_LINK

#endif

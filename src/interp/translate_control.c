/* translate_control.c - blocks, branches, calls and returns.
 *
 * Owner of: labels. At a label every operand lies in its canonical slot (constants may stay pending), no accumulator is
 * known, and branches that carry values have moved them there. A label's branches are chained through their own offset
 * fields until it is bound. spec: exec-control, exec-call. */
#include "interp/translate.h"

/* ---- labels ----------------------------------------------------------------------------------------------------- */

void wk_tr_link(struct wk_translator *t, struct tr_ctrl *c, uint32_t field) {
    uint32_t value;
    if (c->kind == TR_LOOP) {
        value = c->loop_at - (field - 4);
    } else {
        value = c->head;
        c->head = field;
    }
    WK_MOVE_BYTES(t->code + field, &value, 4);
}

static void tr_bind(struct wk_translator *t, uint32_t field) {
    const uint32_t distance = t->at - (field - 4);
    WK_MOVE_BYTES(t->code + field, &distance, 4);
}

static void tr_bind_chain(struct wk_translator *t, uint32_t head) {
    while (head != 0) {
        uint32_t next;
        WK_MOVE_BYTES(&next, t->code + head, 4);
        tr_bind(t, head);
        head = next;
    }
}

static uint32_t tr_arity(const struct tr_ctrl *c) {
    return c->kind == TR_LOOP ? c->n_params : c->n_results;
}

void wk_tr_push_results(struct wk_translator *t, const struct tr_ctrl *c) {
    for (uint32_t i = 0; i < c->n_results; i++) {
        wk_tr_push_temp(t, c->results == NULL ? c->single : wk_tr_class_of(c->results[i]));
    }
}

void wk_tr_truncate(struct wk_translator *t) {
    wk_tr_pop(t, t->n - t->ctrls[t->n_ctrls - 1].height);
}

wick_err wk_tr_unsupported(struct wk_translator *t, enum wick_op op) {
    wick_diag *diag = t->diag;
    if (diag != NULL && diag->err == WICK_OK) {
        wk_fail(diag, WICK_ERR_not_executable, op, 0, 0, 0);
        diag->op = (uint16_t)op;
    }
    return WICK_ERR_not_executable;
}

/* ---- operands at labels ----------------------------------------------------------------------------------------- */

/* Which kinds the operands below one are of, a bit each; of TEMP nothing is said. */
static uint32_t tr_kinds_below(const struct wk_translator *t, uint32_t below) {
    uint32_t kinds = 0;
    for (uint32_t open = wk_tr_open(t, 0, below); open != 0; open &= open - 1) {
        kinds |= 1u << t->vals[t->open_from + wk_ctz32(open)].kind;
    }
    return kinds;
}

/* Pops a condition and flushes everything below it that is not constant, and the topmost n of it even then. Flushing a
 * sum changes the accumulator, so that comes first and costs the fusion. */
static void tr_cond_and_flush(struct wk_translator *t, uint32_t n, struct tr_cond *cond) {
    if ((tr_kinds_below(t, t->n - 1) & 1u << TR_SUM) != 0) {
        wk_tr_flush_range(t, 0, t->n - 1, false);
    }
    wk_tr_cond_pop(t, cond);
    wk_tr_flush_range(t, 0, t->n, false);
    wk_tr_flush_range(t, t->n - n, t->n, true);
}

/* A new innermost block, everything of which is 0. */
static wick_err tr_push_ctrl(struct wk_translator *t) {
    struct tr_ctrl *c;
    if (WK_UNLIKELY(t->n_ctrls == t->ctrls_cap)) {
        void *array = t->ctrls;
        const wick_err err = wk_array_reserve(t->alloc, &array, &t->ctrls_cap, (size_t)t->n_ctrls + 1, sizeof *c);
        t->ctrls = array;
        if (err != WICK_OK) {
            return wk_fail_nomem(t->diag, (uint64_t)t->n_ctrls * sizeof *c);
        }
    }
    c = &t->ctrls[t->n_ctrls++];
    *c = (struct tr_ctrl){.scope = c[-1].scope};
    return WICK_OK;
}

/* `popped`: the condition of an if that nothing is flushed for; NULL: it is the topmost operand. */
static wick_err tr_begin_block(struct wk_translator *t, enum wick_op op, uint32_t *pos, const struct tr_cond *popped) {
    const uint8_t byte = t->bytes[*pos];
    struct tr_ctrl *c;
    WK_TRY(tr_push_ctrl(t));
    c = &t->ctrls[t->n_ctrls - 1];
    c->kind = op == WICK_OP_loop ? TR_LOOP : op == WICK_OP_if ? TR_IF : TR_BLOCK;
    if (byte == 0x40) {
        *pos += 1;
    } else if (byte >= 0x7c && byte <= 0x7f) {
        *pos += 1;
        c->n_results = 1;
        c->single = (uint8_t)(byte == 0x7d ? TR_F32 : byte == 0x7c ? TR_F64 : TR_INT);
    } else {
        struct wk_block_type type;
        wk_read_block_type(t->module, pos, &type);
        c->n_params = type.n_params;
        c->n_results = type.n_results;
        if (type.results == &type.single) {
            c->single = (uint8_t)wk_tr_class_of(type.single);
        } else {
            c->results = type.results;
        }
        if (op == WICK_OP_loop) {
            c->last = type.n_params != 0 ? type.params[type.n_params - 1] : 0;
        } else {
            c->last = type.n_results != 0 ? type.results[type.n_results - 1] : 0;
        }
    }
    WK_TRY(wk_tr_room(t, TR_ROOM + (size_t)(TR_OPEN_MOST + c->n_params) * TR_ROOM_VALUE));
    if (popped != NULL) {
        c->else_field = wk_tr_cond_branch(t, popped, false);
    } else if (op == WICK_OP_if) {
        struct tr_cond cond;
        tr_cond_and_flush(t, c->n_params, &cond);
        c->else_field = wk_tr_cond_branch(t, &cond, false);
    } else {
        wk_tr_flush_range(t, 0, t->n, false);
        wk_tr_flush_range(t, t->n - c->n_params, t->n, true);
    }
    c->height = t->n - c->n_params;
    c->open = t->open;
    c->open_from = t->open_from;
    if (op == WICK_OP_loop) {
        wk_tr_barrier(t);
        c->loop_at = t->at;
    }
    return WICK_OK;
}

wick_err wk_tr_begin_block(struct wk_translator *t, enum wick_op op, uint32_t *pos) {
    return tr_begin_block(t, op, pos, NULL);
}

bool wk_tr_takes_cond(const struct wk_translator *t, uint32_t pos, uint32_t n) {
    const uint8_t code = t->bytes[pos++];
    if (code == 0x0d /* br_if */) {
        return tr_arity(&t->ctrls[t->n_ctrls - 1 - wk_read_u32(t->bytes, &pos)]) == 0;
    }
    return code == 0x04 /* if */ && (t->bytes[pos] & 0xc0) == 0x40 && 
           (tr_kinds_below(t, t->n - n) & (1u << TR_LOCAL | 1u << TR_SUM)) == 0;
}

/* A branch to a label that wants no values. */
static void tr_branch_if(struct wk_translator *t, uint32_t depth, const struct tr_cond *cond) {
    struct tr_ctrl *c = wk_tr_label(t, depth);
    wk_tr_link(t, c, wk_tr_cond_branch(t, cond, true));
    t->exit_label = t->n_ctrls - 1 - depth;
    t->exit_end = c->kind == TR_LOOP || cond->kind == TR_CMP_TEST ? TR_NONE : t->at;
}

/* The newest cell leaves a loop that a br would go on with: the opposite branch goes on, and the br leaves. */
static void tr_turn_round(struct wk_translator *t, struct tr_ctrl *loop) {
    struct tr_ctrl *out = &t->ctrls[t->exit_label];
    const uint32_t field = t->starts[t->n_starts - 1] + 4;
    WK_MOVE_BYTES(&out->head, t->code + field, 4); /* the branch was the newest in the chain */
    wk_tr_change_cell(t, t->exit_flip);
    wk_tr_link(t, loop, field);
    wk_tr_jump_to_end(t, out);
}

wick_err wk_tr_take_cond(struct wk_translator *t, uint32_t *pos, const struct tr_cond *cond) {
    t->op_at = *pos;
    wk_tr_rewound(t);
    if (t->bytes[(*pos)++] == 0x04) {
        return tr_begin_block(t, WICK_OP_if, pos, cond);
    }
    tr_branch_if(t, wk_read_u32(t->bytes, pos), cond);
    return WICK_OK;
}

void wk_tr_jump_to_end(struct wk_translator *t, struct tr_ctrl *c) {
    wk_tr_cell(t, WK_CELL_br);
    wk_tr_u32(t, 0);
    wk_tr_link(t, c, t->at - 4);
}

wick_err wk_tr_else(struct wk_translator *t, bool is_dead) {
    struct tr_ctrl *c = &t->ctrls[t->n_ctrls - 1];
    if (!is_dead) {
        WK_TRY(wk_tr_room(t, TR_ROOM + (size_t)c->n_results * TR_ROOM_VALUE));
        wk_tr_flush_range(t, c->height, t->n, true);
        wk_tr_jump_to_end(t, c);
    }
    tr_bind(t, c->else_field);
    c->else_field = 0;
    c->kind = TR_ELSE;
    wk_tr_barrier(t);
    if (!is_dead && c->n_params == c->n_results && c->results != NULL &&
        memcmp(c->results - c->n_params, c->results, c->n_params * sizeof *c->results) == 0) {
        return WICK_OK; /* the results of the one part lie where the other's parameters do, and are of the same types */
    }
    wk_tr_truncate(t);
    /* the parameters lie where the condition found them; their classes are known by position */
    for (uint32_t i = 0; i < c->n_params; i++) {
        wk_tr_push_temp(t, wk_tr_class_of(c->results[(ptrdiff_t)i - (ptrdiff_t)c->n_params]));
    }
    return WICK_OK;
}

static wick_err tr_emit_return(struct wk_translator *t);

wick_err wk_tr_end(struct wk_translator *t, bool is_dead, bool *out_dead) {
    struct tr_ctrl *c = &t->ctrls[t->n_ctrls - 1];
    const bool is_label = c->kind != TR_LOOP && (c->head != 0 || c->else_field != 0 || c->caught != 0);
    if (WK_UNLIKELY(c->kind >= TR_TRY_TABLE)) {
        WK_TRY(wk_tr_eh_end(t, c, is_dead));
    }
    *out_dead = is_dead && !is_label;
    if (is_label) {
        if (!is_dead) {
            WK_TRY(wk_tr_room(t, TR_ROOM + (size_t)c->n_results * TR_ROOM_VALUE));
            wk_tr_flush_range(t, c->height, t->n, true);
        }
        if (c->else_field != 0) {
            tr_bind(t, c->else_field);
        }
        tr_bind_chain(t, c->head);
        wk_tr_eh_bind(t, c);
        wk_tr_barrier(t);
        if (is_dead || c->kind == TR_CATCH) { /* else the results lie there */
            wk_tr_truncate(t);
            wk_tr_push_results(t, c);
        }
    }
    if (c->kind == TR_FUNC && !*out_dead) {
        WK_TRY(tr_emit_return(t));
        wk_tr_truncate(t);
    }
    if (WK_UNLIKELY(t->open_from != c->open_from)) {
        WK_TRY(wk_tr_room(t, TR_ROOM + TR_OPEN_MOST * TR_ROOM_VALUE));
        wk_tr_flush_range(t, c->height, t->n, true);
        t->open = c->open;
        t->open_from = c->open_from;
    }
    t->n_ctrls--;
    return WICK_OK;
}

/* ---- branches --------------------------------------------------------------------------------------------------- */

/* The branch itself; carries values of so many slots, which are in place. */
static void tr_emit_br(struct wk_translator *t, struct tr_ctrl *c, uint32_t slots) {
    if (WK_UNLIKELY(slots >= 64) && c->kind != TR_FUNC) { /* returning charges on its own */
        wk_tr_cell(t, WK_CELL_br_charge);
        wk_tr_u32(t, 0);
        wk_tr_u32(t, slots / 64);
        wk_tr_link(t, c, t->at - 8);
        return;
    }
    wk_tr_cell(t, WK_CELL_br);
    wk_tr_u32(t, 0);
    wk_tr_link(t, c, t->at - 4);
}

#define TR_CARRY_BLOCK 4u

/* Moves operands [from, from + n) to where the label wants them, upwards: a value never goes to where one that has not
 * moved yet lies. Then the branch. Where code goes on behind a branch that is not taken, they lie in their slots already. */
static void tr_carry_and_br(struct wk_translator *t, struct tr_ctrl *c, uint32_t from, uint32_t n) {
    const uint32_t to = c->height;
    const int32_t distance = wk_tr_home(t, from) - wk_tr_home(t, to);
    if (n == 1 && !t->wide && t->vals[from].class != TR_V128) {
        const struct tr_val *v = &t->vals[from];
        const bool is_last = t->last_end == t->at && t->last_slot == wk_tr_home(t, from);
        const bool in_acc = v->kind == TR_TEMP && v->class == TR_INT && v->acc != 0 && t->acc[0] == v->slot;
        if ((v->kind == TR_TEMP && from != to && !is_last) || v->kind == TR_LOCAL) {
            wk_tr_cell(t, in_acc ? WK_CELL_movbr_A : WK_CELL_movbr);
            wk_tr_u32(t, 0);
            wk_tr_slot(t, wk_tr_home(t, to));
            if (!in_acc) {
                wk_tr_slot(t, v->slot);
            }
            wk_tr_pad(t);
            wk_tr_link(t, c, t->at - 8);
            return;
        }
    }
    if (n >= TR_CARRY_BLOCK && from != to) { /* as one: many branches with many values take no more cells than bytes */
        wk_tr_flush_range(t, from, from + n, true);
        wk_tr_cell(t, WK_CELL_mov_n);
        wk_tr_u32(t, (uint32_t)wk_tr_home(t, to));
        wk_tr_u32(t, (uint32_t)wk_tr_home(t, from));
        wk_tr_u32(t, wk_tr_slots(t, from, from + n));
        t->last_end = TR_NONE;
    } else {
        for (uint32_t i = 0; i < n; i++) {
            if (t->vals[from + i].kind != TR_TEMP || from != to) {
                wk_tr_move(t, wk_tr_home(t, from + i) - distance, from + i);
            }
        }
    }
    tr_emit_br(t, c, wk_tr_slots(t, from, from + n));
}

wick_err wk_tr_br(struct wk_translator *t, uint32_t depth) {
    struct tr_ctrl *c = wk_tr_label(t, depth);
    const uint32_t n = tr_arity(c);
    if (c->kind == TR_FUNC) {
        return wk_tr_return(t);
    }
    if (n == 0 && c->kind == TR_LOOP && t->exit_end == t->at) {
        tr_turn_round(t, c);
    } else {
        WK_TRY(wk_tr_room(t, TR_ROOM + (size_t)n * TR_ROOM_VALUE));
        tr_carry_and_br(t, c, t->n - n, n);
    }
    wk_tr_truncate(t);
    return WICK_OK;
}

/* A conditional branch that carries operands [from, from + n), none of them a sum. */
static void tr_cond_br(struct wk_translator *t, struct tr_ctrl *c, const struct tr_cond *cond, bool sense, uint32_t from,
                       uint32_t n) {
    uint32_t field;
    if (n == 0 || (from == c->height && (wk_tr_slots(t, from, from + n) < 64 || c->kind == TR_FUNC))) {
        wk_tr_link(t, c, wk_tr_cond_branch(t, cond, sense));
        return;
    }
    field = wk_tr_cond_branch(t, cond, !sense);
    tr_carry_and_br(t, c, from, n);
    tr_bind(t, field);
    /* only what did not branch comes here: the accumulators are as they were, but no cell may change any more */
    t->last_end = TR_NONE;
    t->cmp.end = TR_NONE;
}

wick_err wk_tr_br_if(struct wk_translator *t, uint32_t depth) {
    struct tr_ctrl *c = wk_tr_label(t, depth);
    const uint32_t n = tr_arity(c);
    struct tr_cond cond;
    if (n == 0) {
        wk_tr_cond_pop(t, &cond);
        tr_branch_if(t, depth, &cond);
        return WICK_OK;
    }
    WK_TRY(wk_tr_room(t, TR_ROOM + (size_t)(TR_OPEN_MOST + n) * TR_ROOM_VALUE));
    tr_cond_and_flush(t, n, &cond);
    tr_cond_br(t, c, &cond, true, t->n - n, n);
    return WICK_OK;
}

wick_err wk_tr_br_on(struct wk_translator *t, uint32_t depth, bool on_null) {
    struct tr_ctrl *c = wk_tr_label(t, depth);
    const uint32_t n = tr_arity(c);
    struct tr_cond cond = {.kind = TR_CMP_ZERO, .k = 0};
    WK_TRY(wk_tr_room(t, TR_ROOM + (size_t)(TR_OPEN_MOST + n + 1) * TR_ROOM_VALUE));
    wk_tr_flush_range(t, 0, t->n, false);
    wk_tr_flush_range(t, t->n - n - (on_null ? 1 : 0), t->n, true);
    cond.l = wk_tr_operand_reg(t, t->n - 1);
    cond.l.is_temp = false; /* read once more: its store stays */
    if (on_null) {
        tr_cond_br(t, c, &cond, true, t->n - 1 - n, n);
        return WICK_OK;
    }
    tr_cond_br(t, c, &cond, false, t->n - n, n);
    wk_tr_pop(t, 1);
    return WICK_OK;
}

/* The reference is the last of the label's values, and stays when the branch is not taken. */
wick_err wk_tr_br_on_cast(struct wk_translator *t, uint32_t *pos, bool on_cast) {
    const uint8_t flags = t->bytes[(*pos)++];
    struct tr_ctrl *c = wk_tr_label(t, wk_read_u32(t->bytes, pos));
    const uint32_t n = tr_arity(c);
    struct tr_cond cond = {.kind = TR_CMP_TEST};
    if (!WICK_GC) {
        return wk_tr_unsupported(t, on_cast ? WICK_OP_br_on_cast : WICK_OP_br_on_cast_fail);
    }
    (void)wk_read_heaptype(t->module, pos);
    cond.type = wk_read_heaptype(t->module, pos);
    if ((flags & 2) == 0) {
        cond.type &= ~WICK_TYPE_NULLABLE;
    }
    WK_TRY(wk_tr_room(t, TR_ROOM + (size_t)(TR_OPEN_MOST + n + 1) * TR_ROOM_VALUE));
    wk_tr_flush_range(t, 0, t->n, false);
    wk_tr_flush_range(t, t->n - n, t->n, true);
    cond.l = wk_tr_operand_reg(t, t->n - 1);
    cond.l.is_temp = false; /* read once more: its store stays */
    tr_cond_br(t, c, &cond, on_cast, t->n - n, n);
    return WICK_OK;
}

wick_err wk_tr_br_table(struct wk_translator *t, uint32_t *pos) {
    const uint32_t n_targets = wk_read_u32(t->bytes, pos);
    uint32_t n = 0;
    uint32_t table_at;
    uint32_t stub_depth = TR_NONE;
    uint32_t stub_at = 0;
    struct tr_operand index;
    {
        uint32_t at = *pos;
        n = tr_arity(wk_tr_label(t, wk_read_u32(t->bytes, &at)));
    }
    WK_TRY(wk_tr_room(t, TR_ROOM + (size_t)(TR_OPEN_MOST + n) * TR_ROOM_VALUE + ((size_t)n_targets + 1) * 4));
    if (n != 0) {
        wk_tr_flush_range(t, 0, t->n - 1, false);
        wk_tr_flush_range(t, t->n - 1 - n, t->n - 1, true);
    }
    index = wk_tr_operand_reg(t, t->n - 1);
    wk_tr_pop(t, 1);
    if (index.mode == WK_MODE_A) {
        wk_tr_use_acc(t, &index);
    } else if (index.mode == WK_MODE_S) {
        index.slot = wk_tr_source(t, index.slot, 0);
    }
    wk_tr_cell(t, WK_CELL_br_table_S + index.mode);
    wk_tr_u32(t, n_targets);
    wk_tr_slot(t, index.mode == WK_MODE_S ? index.slot : 0);
    wk_tr_pad(t);
    table_at = t->at;
    t->at += (n_targets + 1) * 4;
    for (uint32_t i = 0; i <= n_targets; i++) {
        const uint32_t depth = wk_read_u32(t->bytes, pos);
        struct tr_ctrl *c = wk_tr_label(t, depth);
        const uint32_t field = table_at + i * 4;
        if (n == 0 || (t->n - n == c->height && (wk_tr_slots(t, t->n - n, t->n) < 64 || c->kind == TR_FUNC))) {
            wk_tr_link(t, c, field);
            continue;
        }
        if (depth != stub_depth) {
            WK_TRY(wk_tr_room(t, TR_ROOM + (size_t)n * TR_ROOM_VALUE));
            stub_depth = depth;
            stub_at = t->at;
            tr_carry_and_br(t, c, t->n - n, n);
        }
        {
            const uint32_t distance = stub_at - (field - 4);
            WK_MOVE_BYTES(t->code + field, &distance, 4);
        }
    }
    wk_tr_truncate(t);
    return WICK_OK;
}

/* ---- returns ---------------------------------------------------------------------------------------------------- */

/* Returns the topmost operands. */
static wick_err tr_emit_return(struct wk_translator *t) {
    const uint32_t n = t->ctrls[0].n_results;
    uint32_t slots;
    const int32_t base = -(int32_t)t->params;
    if (n == 1 && t->vals[t->n - 1].class != TR_V128 && wk_tr_is_near(base)) {
        const struct tr_val *v = &t->vals[t->n - 1];
        struct tr_operand o;
        uint32_t id;
        if (v->kind == TR_CONST && v->num <= UINT32_MAX) {
            wk_tr_cell(t, WK_CELL_ret_I);
            wk_tr_u32(t, (uint32_t)v->num);
            wk_tr_slot(t, base);
            wk_tr_pad(t);
            return WICK_OK;
        }
        o = wk_tr_operand_reg(t, t->n - 1);
        id = WK_CELL_ret_S + o.mode;
        if (o.mode == WK_MODE_A) {
            wk_tr_use_acc(t, &o);
            if (!WICK_FP_SOFT && v->class != TR_INT) {
                id = v->class == TR_F32 ? WK_CELL_ret_f32 : WK_CELL_ret_f64;
            }
        } else if (o.mode == WK_MODE_S) {
            o.slot = wk_tr_source(t, o.slot, 0);
        }
        wk_tr_cell(t, id);
        if (o.mode == WK_MODE_S) {
            wk_tr_slot(t, o.slot);
        }
        wk_tr_slot(t, base);
        wk_tr_pad(t);
        return WICK_OK;
    }
    if (n == 1 && !t->wide && t->vals[t->n - 1].class == TR_V128) {
        wk_tr_vector_return(t, base);
        return WICK_OK;
    }
    if (n == 0 && wk_tr_is_near(base)) {
        wk_tr_cell(t, WK_CELL_ret0);
        wk_tr_slot(t, base);
        wk_tr_pad(t);
        return WICK_OK;
    }
    WK_TRY(wk_tr_room(t, TR_ROOM + (size_t)n * TR_ROOM_VALUE));
    wk_tr_flush_range(t, t->n - n, t->n, true);
    slots = wk_tr_slots(t, t->n - n, t->n);
    if (slots >= 64) {
        wk_tr_cell(t, WK_CELL_charge);
        wk_tr_u32(t, slots / 64);
    }
    wk_tr_cell(t, WK_CELL_ret_n);
    wk_tr_u32(t, (uint32_t)base);
    wk_tr_u32(t, (uint32_t)wk_tr_home(t, t->n - n));
    wk_tr_u32(t, slots);
    return WICK_OK;
}

wick_err wk_tr_return(struct wk_translator *t) {
    WK_TRY(tr_emit_return(t));
    wk_tr_truncate(t);
    return WICK_OK;
}

/* ---- calls ------------------------------------------------------------------------------------------------------ */

void wk_tr_call_end(struct wk_translator *t, uint32_t base, uint32_t param_slots) {
    wk_tr_u32(t, ((uint32_t)wk_tr_home(t, base) + param_slots) * (uint32_t)sizeof(uint64_t));
    wk_tr_u32(t, (uint32_t)wk_tr_home(t, base));
    wk_tr_slot(t, t->pin[0] == TR_NO_SLOT ? 0 : t->pin[0]);
    wk_tr_slot(t, t->pin[1] == TR_NO_SLOT ? 0 : t->pin[1]);
}

wick_err wk_tr_call(struct wk_translator *t, enum wick_op op, uint32_t *pos) {
    const struct wick_module *m = t->module;
    const uint32_t index = wk_read_u32(t->bytes, pos);
    const bool is_direct = op == WICK_OP_call || op == WICK_OP_return_call;
    const bool is_indirect = op == WICK_OP_call_indirect || op == WICK_OP_return_call_indirect;
    const bool is_tail =
        op == WICK_OP_return_call || op == WICK_OP_return_call_indirect || op == WICK_OP_return_call_ref;
    const uint32_t type_id = is_direct ? m->func_types[index] : m->types[index];
    const struct wk_deftype *type = wk_type_get(&m->engine->types, type_id);
    const uint32_t table = is_indirect ? wk_read_u32(t->bytes, pos) : 0;
    const uint32_t n_above = is_direct ? 0 : 1;
    const uint32_t base = t->n - n_above - type->n_params;
    WK_TRY(wk_tr_room(t, TR_ROOM + (size_t)type->n_params * TR_ROOM_VALUE));
    wk_tr_flush_range(t, base, base + type->n_params, true);
    if (is_tail) {
        wk_tr_flush_range(t, t->n - n_above, t->n, true);
        if (is_direct) {
            wk_tr_cell(t, index < m->n_func_imports ? WK_CELL_tail_import : WK_CELL_tail);
            wk_tr_u32(t, index);
        } else if (is_indirect) {
            wk_tr_cell(t, WK_CELL_tail_ind);
            wk_tr_u32(t, type_id);
            wk_tr_u32(t, table);
        } else {
            wk_tr_cell(t, WK_CELL_tail_ref);
        }
        wk_tr_u32(t, (uint32_t)wk_tr_home(t, base));
        wk_tr_u32(t, type->param_slots);
        wk_tr_u32(t, t->params);
        wk_tr_truncate(t);
        return WICK_OK;
    }
    if (is_direct) {
        const bool is_import = index < m->n_func_imports;
        wk_tr_cell(t, is_import ? WK_CELL_call_import : WK_CELL_call);
        wk_tr_u32(t, is_import ? index : index * (uint32_t)sizeof(struct wk_entry));
    } else {
        struct tr_operand o;
        if (is_indirect && table == 0) {
            o = wk_tr_operand_reg(t, t->n - 1);
        } else {
            o.mode = WK_MODE_S;
            o.slot = wk_tr_operand_slot(t, t->n - 1);
        }
        if (o.mode == WK_MODE_A) {
            wk_tr_use_acc(t, &o);
            o.slot = 0;
        } else if (o.mode == WK_MODE_S) {
            o.slot = wk_tr_source(t, o.slot, 0);
        } else {
            o.slot = 0;
        }
        if (is_indirect) {
            wk_tr_cell(t, table != 0 ? WK_CELL_call_ind_any : WK_CELL_call_ind_S + o.mode);
            wk_tr_u32(t, type_id);
            wk_tr_u32(t, table);
        } else {
            wk_tr_cell(t, WK_CELL_call_ref);
        }
        wk_tr_slot(t, o.slot);
        wk_tr_pad(t);
    }
    wk_tr_call_end(t, base, type->param_slots);
    wk_tr_pop(t, n_above + type->n_params);
    for (uint32_t i = 0; i < type->n_results; i++) {
        wk_tr_push_temp(t, wk_tr_class_of(type->types[type->n_params + i]));
    }
    wk_tr_barrier(t);
    /* an only result comes back in the accumulator too */
    if (type->n_results == 1 && t->vals[t->n - 1].class == TR_INT) {
        t->acc[0] = t->vals[t->n - 1].slot;
        t->vals[t->n - 1].acc = 1;
    }
    return WICK_OK;
}

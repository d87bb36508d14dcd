/* translate_control.c - blocks, branches, calls and returns.
 *
 * Owner of: labels. At a label every operand lies in its canonical slot (constants may stay pending), no accumulator is
 * known, and branches that carry values have moved them there. A label's branches are chained through their own offset
 * fields until it is bound. spec: exec-control, exec-call. */
#include "interp/translate.h"

/* ---- labels ----------------------------------------------------------------------------------------------------- */

static void tr_link(struct wk_translator *t, struct tr_ctrl *c, uint32_t field) {
    uint32_t value;
    if (c->kind == TR_LOOP) {
        value = c->loop_at - field;
    } else {
        value = c->head;
        c->head = field;
    }
    memcpy(t->code + field, &value, 4);
}

static void tr_bind_chain(struct wk_translator *t, uint32_t head) {
    while (head != 0) {
        uint32_t next;
        const uint32_t distance = t->at - head;
        memcpy(&next, t->code + head, 4);
        memcpy(t->code + head, &distance, 4);
        head = next;
    }
}

static struct tr_ctrl *tr_label(struct wk_translator *t, uint32_t depth) {
    return &t->ctrls[t->n_ctrls - 1 - depth];
}
static uint32_t tr_arity(const struct tr_ctrl *c) {
    return c->kind == TR_LOOP ? c->n_params : c->n_results;
}
static uint32_t tr_result_class(const struct tr_ctrl *c, uint32_t i) {
    return c->results == NULL ? c->single : wk_tr_class_of(c->results[i]);
}

static wick_err tr_unsupported(struct wk_translator *t, enum wick_op op) {
    const wick_err err = wk_fail(t->diag, WICK_ERR_not_executable, op, 0, 0, 0);
    if (t->diag != NULL && t->diag->err == err) {
        t->diag->op = (uint16_t)op;
    }
    return err;
}

static bool tr_has_vector(const wick_valtype *types, uint32_t n) {
    for (uint32_t i = 0; i < n; i++) {
        if (WICK_TYPE_KIND(types[i]) == WICK_KIND_V128) {
            return true;
        }
    }
    return false;
}

wick_err wk_tr_begin_block(struct wk_translator *t, enum wick_op op, uint32_t *pos) {
    const uint8_t byte = t->bytes[*pos];
    struct tr_ctrl c = {0};
    uint32_t cond_field = 0;
    if (byte == 0x40) {
        *pos += 1;
    } else if (byte >= 0x7c && byte <= 0x7f) {
        *pos += 1;
        c.n_results = 1;
        c.single = (uint8_t)(byte == 0x7d ? TR_F32 : byte == 0x7c ? TR_F64 : TR_INT);
    } else {
        struct wk_block_type type;
        wk_read_block_type(t->module, pos, &type);
        if (tr_has_vector(type.results, type.n_results) || tr_has_vector(type.params, type.n_params)) {
            return tr_unsupported(t, op);
        }
        c.n_params = type.n_params;
        c.n_results = type.n_results;
        if (type.results == &type.single) {
            c.single = (uint8_t)wk_tr_class_of(type.single);
        } else {
            c.params = type.params;
            c.results = type.results;
        }
    }
    WK_TRY(wk_tr_room(t, TR_ROOM + (size_t)(t->n_pending + c.n_params) * 24));
    if (op == WICK_OP_if) {
        cond_field = wk_tr_branch_unless(t, c.n_params);
    }
    c.kind = (uint8_t)(op == WICK_OP_loop ? TR_LOOP : op == WICK_OP_if ? TR_IF : TR_BLOCK);
    c.height = t->n - c.n_params;
    if (op != WICK_OP_if) {
        wk_tr_settle(t, c.n_params);
    }
    c.else_head = cond_field;
    if (op == WICK_OP_loop) {
        wk_tr_barrier(t);
        c.loop_at = t->at;
    }
    if (t->n_ctrls == t->ctrls_cap) {
        void *array = t->ctrls;
        const wick_err err = wk_array_reserve(t->alloc, &array, &t->ctrls_cap, t->n_ctrls + 1, sizeof c);
        t->ctrls = array;
        if (err != WICK_OK) {
            return wk_fail_nomem(t->diag, (uint64_t)t->n_ctrls * sizeof c);
        }
    }
    t->ctrls[t->n_ctrls++] = c;
    return WICK_OK;
}

/* translate_cont.c - continuations. Each instruction is one cell that ends as a call does, so that what comes back comes
 * as from a call; resume has its handler clauses in it, each with the label's place in code and frame. Handlers are
 * looked for in the module's own bytes (rt/cont.c), which the cell points to: only the clause found is looked up here. */
#include "interp/translate.h"

#if WICK_STACK_SWITCHING

static const struct wk_deftype *cont_read_func(struct wk_translator *t, uint32_t *pos, uint32_t *out_type) {
    const struct wk_types *types = &t->module->engine->types;
    *out_type = t->module->types[wk_read_u32(t->bytes, pos)];
    return wk_type_cont_func(types, wk_type_get(types, *out_type));
}

static const struct wk_deftype *cont_tag_type(const struct wk_translator *t, uint32_t tag) {
    return wk_type_get(&t->module->engine->types, t->module->tags[tag]);
}

/* The topmost n operands in their slots. */
static wick_err cont_flush(struct wk_translator *t, uint32_t n, uint32_t n_clauses) {
    WK_TRY(wk_tr_room(t, TR_ROOM + (size_t)n * TR_ROOM_VALUE + (size_t)n_clauses * sizeof(struct wk_clause)));
    wk_tr_flush_range(t, t->n - n, t->n, true);
    return WICK_OK;
}

/* The instruction took n operands and gives these. */
static void tr_cont_results(struct wk_translator *t, uint32_t n, const wick_valtype *types, uint32_t n_types) {
    wk_tr_pop(t, n);
    for (uint32_t i = 0; i < n_types; i++) {
        wk_tr_push_temp(t, wk_tr_class_of(types[i]));
    }
    wk_tr_barrier(t);
}

static wick_err cont_tr_new(struct wk_translator *t, uint32_t *pos) {
    uint32_t type;
    (void)cont_read_func(t, pos, &type);
    WK_TRY(cont_flush(t, 1, 0));
    wk_tr_cell(t, WK_CELL_cont_new);
    wk_tr_u32(t, type);
    wk_tr_u32(t, (uint32_t)wk_tr_home(t, t->n - 1));
    tr_cont_results(t, 1, &(wick_valtype){WICK_REF_TYPE(type)}, 1);
    return WICK_OK;
}

static wick_err cont_tr_bind(struct wk_translator *t, uint32_t *pos) {
    uint32_t type, n;
    n = cont_read_func(t, pos, &type)->n_params;
    n -= cont_read_func(t, pos, &type)->n_params;
    WK_TRY(cont_flush(t, n + 1, 0));
    wk_tr_cell(t, WK_CELL_cont_bind);
    wk_tr_u32(t, wk_tr_slots(t, t->n - 1 - n, t->n - 1));
    wk_tr_u32(t, type);
    wk_tr_u32(t, (uint32_t)wk_tr_home(t, t->n - 1 - n));
    tr_cont_results(t, n + 1, &(wick_valtype){WICK_REF_TYPE(type)}, 1);
    return WICK_OK;
}

static wick_err cont_tr_suspend(struct wk_translator *t, uint32_t *pos) {
    const uint32_t tag = wk_read_u32(t->bytes, pos);
    const struct wk_deftype *type = cont_tag_type(t, tag);
    WK_TRY(cont_flush(t, type->n_params, 0));
    wk_tr_cell(t, WK_CELL_suspend);
    wk_tr_u32(t, tag);
    wk_tr_u32(t, t->need);
    wk_tr_call_end(t, t->n - type->n_params, 0);
    tr_cont_results(t, type->n_params, type->types + type->n_params, type->n_results);
    return WICK_OK;
}

static uint32_t cont_count_clauses(const struct wk_translator *t, uint32_t at) {
    uint32_t count = 0;
    for (uint32_t n = wk_read_u32(t->bytes, &at); n != 0; n--) {
        const bool is_label = t->bytes[at++] == 0;
        (void)wk_read_u32(t->bytes, &at);
        if (is_label) {
            (void)wk_read_u32(t->bytes, &at);
            count++;
        }
    }
    return count;
}

static void cont_clauses(struct wk_translator *t, uint32_t *pos) {
    for (uint32_t n = wk_read_u32(t->bytes, pos); n != 0; n--) {
        const bool is_label = t->bytes[(*pos)++] == 0;
        (void)wk_read_u32(t->bytes, pos);
        if (is_label) {
            struct tr_ctrl *label = wk_tr_label(t, wk_read_u32(t->bytes, pos));
            wk_tr_u32(t, 0);
            wk_tr_link(t, label, t->at - 4);
            wk_tr_u32(t, (uint32_t)wk_tr_home(t, label->height));
            wk_tr_u32(t, WICK_TYPE_HEAP(label->last));
        }
    }
}

static wick_err cont_tr_resume(struct wk_translator *t, enum wick_op op, uint32_t *pos) {
    uint32_t type_id, tag = WK_NO_INDEX, n_clauses;
    const struct wk_deftype *type = cont_read_func(t, pos, &type_id);
    uint32_t n = op == WICK_OP_resume ? type->n_params : 1;
    if (op == WICK_OP_resume_throw) {
        tag = wk_read_u32(t->bytes, pos);
        n = cont_tag_type(t, tag)->n_params;
    }
    n_clauses = cont_count_clauses(t, *pos);
    WK_TRY(cont_flush(t, n + 1, n_clauses));
    wk_tr_cell(t, WK_CELL_resume);
    wk_tr_u32(t, (uint32_t)op);
    wk_tr_u32(t, tag);
    wk_tr_u32(t, wk_tr_slots(t, t->n - 1 - n, t->n - 1));
    wk_tr_u32(t, *pos);
    wk_tr_u32(t, t->need);
    wk_tr_u32(t, n_clauses);
    cont_clauses(t, pos);
    wk_tr_call_end(t, t->n - 1 - n, 0);
    tr_cont_results(t, n + 1, type->types + type->n_params, type->n_results);
    return WICK_OK;
}

static wick_err cont_tr_switch(struct wk_translator *t, uint32_t *pos) {
    const struct wk_types *types = &t->module->engine->types;
    uint32_t type_id, tag, rest_id;
    const struct wk_deftype *type = cont_read_func(t, pos, &type_id), *rest;
    tag = wk_read_u32(t->bytes, pos);
    rest_id = WICK_TYPE_HEAP(type->types[type->n_params - 1]);
    rest = wk_type_cont_func(types, wk_type_get(types, rest_id));
    WK_TRY(cont_flush(t, type->n_params, 0));
    wk_tr_cell(t, WK_CELL_switch);
    wk_tr_u32(t, tag);
    wk_tr_u32(t, wk_tr_slots(t, t->n - type->n_params, t->n - 1));
    wk_tr_u32(t, rest_id);
    wk_tr_u32(t, t->need);
    wk_tr_call_end(t, t->n - type->n_params, 0);
    tr_cont_results(t, type->n_params, rest->types, rest->n_params);
    return WICK_OK;
}

wick_err wk_tr_cont(struct wk_translator *t, enum wick_op op, uint32_t *pos) {
    switch (op) {
    case WICK_OP_cont_new:
        return cont_tr_new(t, pos);
    case WICK_OP_cont_bind:
        return cont_tr_bind(t, pos);
    case WICK_OP_suspend:
        return cont_tr_suspend(t, pos);
    case WICK_OP_switch:
        return cont_tr_switch(t, pos);
    default:
        return cont_tr_resume(t, op, pos);
    }
}

#endif

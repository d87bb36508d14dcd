/* translate_gc.c - cells of structs, arrays, i31 and casts. */
#include "interp/translate.h"
#include "rt/heap.h"

#if WICK_GC

/* Operands that take `slots` slots, from the topmost down. */
static uint32_t tr_operands_of(const struct wk_translator *t, uint32_t slots) {
    uint32_t n = 0;
    while (slots != 0) {
        n++;
        slots -= t->vals[t->n - n].class == TR_V128 ? 2 : 1;
    }
    return n;
}

uint32_t wk_tr_test_branch(struct wk_translator *t, const struct tr_cond *c, bool sense) {
    int32_t slot = wk_tr_source(t, c->l.slot, 0);
    uint32_t field;
    wk_tr_cell(t, sense ? WK_CELL_br_test : WK_CELL_brf_test);
    field = t->at;
    wk_tr_u32(t, 0);
    wk_tr_u32(t, c->type);
    wk_tr_slot(t, slot);
    wk_tr_pad(t);
    return field;
}

/* The class of its result. */
static uint32_t tr_gc_class(const struct wk_translator *t, enum wick_op op, uint32_t a, uint32_t b) {
    const struct wk_types *types = &t->module->engine->types;
    switch (op) {
    case WICK_OP_struct_get:
        return wk_tr_class_of(wk_type_get(types, a)->types[b]);
    case WICK_OP_array_get:
        return wk_tr_class_of(wk_type_get(types, a)->types[0]);
    default:
        return TR_INT;
    }
}

static wick_err tr_gc_any(struct wk_translator *t, enum wick_op op, uint32_t a, uint32_t b) {
    uint32_t pops, pushes, n;
    wk_gc_slots(&t->module->engine->types, op, a, b, &pops, &pushes);
    n = tr_operands_of(t, pops);
    WK_TRY(wk_tr_room(t, TR_ROOM + (size_t)n * TR_ROOM_VALUE));
    wk_tr_flush_range(t, t->n - n, t->n, true);
    wk_tr_cell(t, WK_CELL_gc_any);
    wk_tr_u32(t, (uint32_t)op);
    wk_tr_u32(t, a);
    wk_tr_u32(t, b);
    wk_tr_u32(t, (uint32_t)wk_tr_home(t, t->n - n));
    wk_tr_pop(t, n);
    /* no accumulator holds what was in these slots */
    for (uint32_t i = 0; i < TR_ACC_COUNT; i++) {
        if (t->acc_val[i] != TR_NONE && t->acc_val[i] >= t->n) {
            t->acc_val[i] = TR_NONE;
        }
    }
    if (pushes != 0) {
        wk_tr_push(t, TR_TEMP, tr_gc_class(t, op, a, b), 0, 0);
    }
    return WICK_OK;
}

wick_err wk_tr_gc(struct wk_translator *t, enum wick_op op, uint32_t *pos) {
    uint32_t a, b;
    wk_gc_read(t->module, op, pos, &a, &b);
    switch (op) {
    case WICK_OP_any_convert_extern:
    case WICK_OP_extern_convert_any:
        return WICK_OK;
    default:
        return tr_gc_any(t, op, a, b);
    }
}

#else

wick_err wk_tr_gc(struct wk_translator *t, enum wick_op op, uint32_t *pos) {
    (void)pos;
    return wk_tr_unsupported(t, op);
}

uint32_t wk_tr_test_branch(struct wk_translator *t, const struct tr_cond *c, bool sense) {
    (void)c, (void)sense;
    return t->at;
}

#endif

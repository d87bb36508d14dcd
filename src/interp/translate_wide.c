/* translate_wide.c - wide arithmetic: instructions that leave two results.
 *
 * Owner of: the pair. The high half is the topmost operand and the newest cell's result as any other; the field of the
 * low half waits in last_pair until a local.set has taken the high half, and is the newest cell's result then. So
 * `i64.add128, local.set, local.set` is one cell. */
#include "interp/translate.h"

static enum wk_cell wide_cell(enum wick_op op) {
    switch (op) {
    case WICK_OP_i64_add128:
        return WK_CELL_i64_add128;
    case WICK_OP_i64_sub128:
        return WK_CELL_i64_sub128;
    case WICK_OP_i64_mul_wide_s:
        return WK_CELL_i64_mul_s128;
    default:
        return WK_CELL_i64_mul_u128;
    }
}

/* The results, not yet in any accumulator. */
static void wide_push(struct wk_translator *t) {
    for (uint32_t i = 0; i < 2; i++) {
        wk_tr_push_temp(t, TR_INT);
    }
}

void wk_tr_wide(struct wk_translator *t, enum wick_op op) {
    const uint32_t n = op == WICK_OP_i64_add128 || op == WICK_OP_i64_sub128 ? 4 : 2;
    int32_t slots[4];
    uint32_t dst;
    if (t->wide) {
        wk_tr_flush_range(t, t->n - n, t->n, true);
        wk_tr_cell(t, WK_CELL_i64_far128);
        wk_tr_u32(t, (uint32_t)op);
        wk_tr_u32(t, (uint32_t)wk_tr_home(t, t->n - n));
        wk_tr_pop(t, n);
        wide_push(t);
        return;
    }
    for (uint32_t i = 0; i < n; i++) {
        slots[i] = wk_tr_operand_slot(t, t->n - n + i);
    }
    wk_tr_cell(t, wide_cell(op));
    for (uint32_t i = 0; i < n; i++) {
        wk_tr_slot(t, slots[i]);
    }
    wk_tr_pop(t, n);
    wide_push(t);
    dst = t->at;
    wk_tr_slot(t, wk_tr_home(t, t->n - 2));
    wk_tr_slot(t, wk_tr_home(t, t->n - 1));
    wk_tr_pad(t);
    wk_tr_produced(t, dst + 2, 1, TR_INT);
    t->last_pair = dst;
}

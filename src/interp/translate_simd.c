/* translate_simd.c - vector instructions: which cell, and where their operands are.
 *
 * A vector operand is a local, a constant (the offset of its bytes in the module) or two slots. In functions whose frame
 * is beyond the reach of 16 bits everything goes through simd_any, whose slots are 32 bits. */
#include "interp/ref.h"
#include "interp/translate.h"

/* ---- moves ------------------------------------------------------------------------------------------------------ */

void wk_tr_vector_move(struct wk_translator *t, int32_t to, int32_t from) {
    if (WK_UNLIKELY(t->wide)) {
        for (int32_t i = 0; i < 2; i++) {
            wk_tr_cell(t, WK_CELL_mov_wide);
            wk_tr_u32(t, (uint32_t)(from + i));
            wk_tr_u32(t, (uint32_t)(to + i));
        }
        return;
    }
    wk_tr_cell(t, WK_CELL_vmov);
    wk_tr_slot(t, from);
    wk_tr_slot(t, to);
}

void wk_tr_vector_const(struct wk_translator *t, int32_t to, uint32_t at) {
    const uint64_t low = wk_ld_le64(t->bytes + at);
    const uint64_t high = wk_ld_le64(t->bytes + at + 8);
    if (WK_UNLIKELY(t->wide)) {
        wk_tr_const(t, to, low);
        wk_tr_const(t, to + 1, high);
        return;
    }
    wk_tr_cell(t, WK_CELL_vconst);
    wk_tr_u64(t, low);
    wk_tr_u64(t, high);
    wk_tr_slot(t, to);
    wk_tr_pad(t);
}

/* The topmost operand is what the cell that began at `start` has written, to its slots only. */
static void tr_vector_produced(struct wk_translator *t, uint32_t start, uint32_t dst, uint32_t id) {
    wk_tr_produced(t, start, dst, id, 1, TR_V128);
    t->acc_val[TR_V128] = TR_NONE;
}

/* Globals have no wide cells: their slots are fetched and delivered one by one, through the link's free ones. */
static void tr_vector_global_wide(struct wk_translator *t, uint32_t global, bool is_set, int32_t slot) {
    const int32_t near = 2; /* and 3 */
    if (is_set) {
        wk_tr_vector_move(t, near, slot);
    }
    wk_tr_cell(t, is_set ? WK_CELL_vglobal_set : WK_CELL_vglobal_get);
    wk_tr_u32(t, global);
    wk_tr_slot(t, near);
    wk_tr_pad(t);
    if (!is_set) {
        wk_tr_vector_move(t, slot, near);
    }
}

void wk_tr_vector_global(struct wk_translator *t, uint32_t global, bool is_set) {
    int32_t slot;
    uint32_t start;
    if (is_set) {
        slot = wk_tr_operand_slot(t, t->n - 1);
        wk_tr_pop(t, 1);
    } else {
        wk_tr_push(t, TR_TEMP, TR_V128, 0, 0);
        slot = wk_tr_home(t, t->n - 1);
    }
    if (WK_UNLIKELY(t->wide)) {
        tr_vector_global_wide(t, global, is_set, slot);
        return;
    }
    start = t->at;
    wk_tr_cell(t, is_set ? WK_CELL_vglobal_set : WK_CELL_vglobal_get);
    wk_tr_u32(t, global);
    wk_tr_slot(t, slot);
    wk_tr_pad(t);
    if (!is_set) {
        tr_vector_produced(t, start, start + 8, WK_CELL_vglobal_get);
    }
}

void wk_tr_vector_select(struct wk_translator *t) {
    const uint32_t n = t->n;
    struct tr_operand c;
    int32_t x, y;
    uint32_t start;
    if (t->vals[n - 1].kind == TR_CONST) {
        wk_tr_flush(t, n - 1);
    }
    x = wk_tr_operand_slot(t, n - 3);
    y = wk_tr_operand_slot(t, n - 2);
    c = wk_tr_operand(t, n - 1);
    if (c.mode == WK_MODE_A) {
        wk_tr_use_acc(t, &c);
    }
    start = t->at;
    wk_tr_cell(t, WK_CELL_vselect_S + c.mode);
    wk_tr_slot(t, x);
    wk_tr_slot(t, y);
    wk_tr_slot(t, wk_tr_home(t, n - 3));
    wk_tr_slot(t, c.mode == WK_MODE_S ? c.slot : 0);
    wk_tr_pop(t, 3);
    wk_tr_push(t, TR_TEMP, TR_V128, 0, 0);
    tr_vector_produced(t, start, start + 8, WK_CELL_vselect_S + c.mode);
}

void wk_tr_vector_return(struct wk_translator *t, int32_t base) {
    const int32_t slot = wk_tr_operand_slot(t, t->n - 1);
    wk_tr_cell(t, WK_CELL_vret);
    wk_tr_slot(t, slot);
    wk_tr_slot(t, base);
}

#if WICK_SIMD

/* ---- any instruction -------------------------------------------------------------------------------------------- */

static uint32_t tr_letter_class(char letter) {
    return letter == 's' ? TR_V128 : letter == 'f' ? TR_F32 : letter == 'd' ? TR_F64 : TR_INT;
}

/* All operands in canonical slots, and the result too. */
static void tr_simd_any(struct wk_translator *t, enum wick_op op, uint32_t imm_at) {
    const char *sig = wk_op_info(op)->sig;
    uint32_t n = 0;
    while (sig[n] != '_') {
        n++;
    }
    wk_tr_flush_range(t, t->n - n, t->n, true);
    wk_tr_cell(t, WK_CELL_simd_any);
    wk_tr_u32(t, op);
    wk_tr_u32(t, imm_at);
    wk_tr_u32(t, (uint32_t)wk_tr_home(t, t->n - n));
    wk_tr_pop(t, n);
    if (sig[n + 1] != 0) {
        wk_tr_push(t, TR_TEMP, tr_letter_class(sig[n + 1]), 0, 0);
        wk_tr_forget_val(t, t->n - 1);
    }
}

bool wk_tr_simd(struct wk_translator *t, enum wick_op op, uint32_t *pos) {
    const uint32_t imm_at = *pos;
    if (!wk_ref_is_simd(op)) {
        return false;
    }
    wk_skip_imm(t->module, (enum wk_imm)wk_op_info(op)->imm, pos);
    if (op == WICK_OP_v128_const) {
        wk_tr_push(t, TR_CONST, TR_V128, 0, imm_at);
        return true;
    }
    tr_simd_any(t, op, imm_at);
    return true;
}

#else

bool wk_tr_simd(struct wk_translator *t, enum wick_op op, uint32_t *pos) {
    (void)t, (void)op, (void)pos;
    return false;
}

#endif

/* translate_atomic.c - atomic instructions to cells. Owner of: which of them have a cell of their own. */
#include "interp/translate.h"
#include "rt/atomics.h"

#if WICK_THREADS

/* Groups of op.def in steps of seven codes from 0x10 on: load, store, the six read-modify-writes, cmpxchg. */
#define TR_ATOMIC_FIRST 0x10u
#define TR_ATOMIC_GROUP 7u
#define TR_ATOMIC_CELL(kind, log2_width) (WK_CELL_at_ld8 + (kind) * 4u + (log2_width))
_Static_assert(WK_CELL_at_ld64 == TR_ATOMIC_CELL(0u, 3u) && WK_CELL_at_st8 == TR_ATOMIC_CELL(1u, 0u), "order of cells");
_Static_assert(WK_CELL_at_add8 == TR_ATOMIC_CELL(2u + WK_RMW_ADD, 0u), "order of cells");
_Static_assert(WK_CELL_at_sub8 == TR_ATOMIC_CELL(2u + WK_RMW_SUB, 0u), "order of cells");
_Static_assert(WK_CELL_at_and8 == TR_ATOMIC_CELL(2u + WK_RMW_AND, 0u), "order of cells");
_Static_assert(WK_CELL_at_or8 == TR_ATOMIC_CELL(2u + WK_RMW_OR, 0u), "order of cells");
_Static_assert(WK_CELL_at_xor8 == TR_ATOMIC_CELL(2u + WK_RMW_XOR, 0u), "order of cells");
_Static_assert(WK_CELL_at_xchg8 == TR_ATOMIC_CELL(2u + WK_RMW_XCHG, 0u), "order of cells");
_Static_assert(WK_CELL_at_cas8 == TR_ATOMIC_CELL(8u, 0u) && WK_CELL_at_cas64 == TR_ATOMIC_CELL(8u, 3u), "order of cells");

static uint32_t tr_atomic_operands(const struct wk_op_info *info) {
    uint32_t n = 0;
    while (info->sig[n] != '_') {
        n++;
    }
    return n;
}

/* Operands in consecutive slots; the result in the first. */
static void tr_atomic_any(struct wk_translator *t, enum wick_op op, const struct wk_memarg *arg) {
    const struct wk_op_info *info = wk_op_info(op);
    const uint32_t n = tr_atomic_operands(info);
    const uint32_t first = t->n - n;
    wk_tr_flush_range(t, first, t->n, true);
    wk_tr_cell(t, WK_CELL_at_any);
    wk_tr_u32(t, op);
    wk_tr_u32(t, arg->memory);
    wk_tr_u64(t, arg->offset);
    wk_tr_u32(t, (uint32_t)wk_tr_home(t, first));
    wk_tr_pop(t, n);
    if (info->sig[n + 1] != 0) {
        wk_tr_push_temp(t, TR_INT);
    }
}

static uint32_t tr_atomic_cell(const struct wk_op_info *info) {
    return TR_ATOMIC_CELL((info->code - TR_ATOMIC_FIRST) / TR_ATOMIC_GROUP, wk_ctz32(info->width));
}

/* Memory 0 with 32-bit addresses: operands wherever they are. */
static void tr_atomic_own(struct wk_translator *t, enum wick_op op, uint32_t offset) {
    const struct wk_op_info *info = wk_op_info(op);
    const uint32_t id = tr_atomic_cell(info);
    const uint32_t n = tr_atomic_operands(info);
    int32_t slots[3];
    uint32_t dst;
    for (uint32_t i = 0; i < n; i++) {
        slots[i] = wk_tr_operand_slot(t, t->n - n + i);
    }
    for (uint32_t i = 0; i < n; i++) {
        slots[i] = wk_tr_source(t, slots[i], i);
    }
    wk_tr_cell(t, id);
    wk_tr_u32(t, offset);
    for (uint32_t i = 0; i < n; i++) {
        wk_tr_slot(t, slots[i]);
    }
    wk_tr_pop(t, n);
    if (info->sig[n + 1] == 0) {
        wk_tr_pad(t);
        return;
    }
    wk_tr_push_temp(t, TR_INT);
    dst = t->at;
    wk_tr_slot(t, wk_tr_dest(t, wk_tr_home(t, t->n - 1)));
    wk_tr_pad(t);
    wk_tr_produced(t, dst, 1, TR_INT);
}

wick_err wk_tr_atomic(struct wk_translator *t, enum wick_op op, uint32_t *pos) {
    struct wk_memarg arg;
    if (op == WICK_OP_atomic_fence) {
        wk_skip_imm(t->module, WK_IMM_FENCE, pos);
        wk_tr_cell(t, WK_CELL_at_fence);
        return WICK_OK;
    }
    wk_read_memarg(t->bytes, pos, &arg);
    if (arg.memory != 0 || t->module->memories[0].limits.is64 || wk_op_info(op)->code < TR_ATOMIC_FIRST ||
        (t->wide && tr_atomic_operands(wk_op_info(op)) == 3)) { /* the link has room for two far operands */
        tr_atomic_any(t, op, &arg);
    } else {
        tr_atomic_own(t, op, (uint32_t)arg.offset);
    }
    return WICK_OK;
}

#undef TR_ATOMIC_FIRST
#undef TR_ATOMIC_GROUP
#undef TR_ATOMIC_CELL

#endif

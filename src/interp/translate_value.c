/* translate_value.c - operands and the cells that compute: which form of a family fits, what need not be emitted.
 *
 * Owner of: accumulator tracking, the dropped store, retargeted destinations, fused comparisons' record, addresses with
 * folded sums. spec: exec-numeric, exec-memory (only which cell does it). */
#include "interp/translate.h"

/* What an instruction of op.def becomes. */
enum tr_op_kind { TR_OP_OTHER, TR_OP_BINARY, TR_OP_UNARY, TR_OP_COMPARE, TR_OP_MEMORY, TR_OP_SHARED };
struct tr_op {
    uint8_t kind;
    uint8_t list;
    uint16_t first; /* cell */
    uint8_t in, out; /* classes; of COMPARE: `in` is enum tr_cmp_kind */
    uint8_t forms;
    uint8_t is_imm64; /* a 64-bit float: immediates of 8 bytes; an i64: of 4, sign-extended (2) */
    uint16_t other;  /* MEMORY: the cell for any memory; COMPARE: its number; BINARY with is_sub: the other instruction */
    uint8_t is_lean; /* MEMORY: lean address modes */
    uint8_t is_swapped; /* BINARY: another instruction's cell, with its operands exchanged */
    uint8_t is_sub;  /* BINARY: an immediate is added, or rotated by to the left, negated */
    uint8_t reserved[2];
};
_Static_assert(sizeof(struct tr_op) == 16, "found by a shift");

/* ---- tables ------------------------------------------------------------------------------------------------------ */

/* Ordinal of each pair of a list, plus 1. */
#define TR_ORDINAL_ROW(X, l, r, list) TR_PAIR_##list##_##l##r,
#define TR_ORDINALS(list, forms) enum tr_pairs_##list { WK_PAIRS_##list(TR_ORDINAL_ROW, 0, list) TR_N_##list };
WK_LISTS(TR_ORDINALS)
#undef TR_ORDINALS
#undef TR_ORDINAL_ROW

#define TR_PAIR_AT(X, l, r, list) [WK_MODE_##l][WK_MODE_##r] = 1 + TR_PAIR_##list##_##l##r,
#define WK_MODE_N WK_MODE_S
#define TR_LIST(list, forms) [WK_LIST_##list] = {WK_PAIRS_##list(TR_PAIR_AT, 0, list)},
static const uint8_t tr_pairs[WK_LIST_COUNT][WK_MODE_COUNT][WK_MODE_COUNT] = {WK_LISTS(TR_LIST)};
#undef TR_LIST
#define TR_LIST(list, forms) [WK_LIST_##list] = (forms),
static const uint8_t tr_list_forms[WK_LIST_COUNT] = {WK_LISTS(TR_LIST)};
#undef TR_LIST
#undef TR_PAIR_AT
#undef WK_MODE_N

/* clang-format off */
enum {
    TR_IS_LEAN_LDRICH = 0, TR_IS_LEAN_LDMID = 0, TR_IS_LEAN_LDLEAN = 1, TR_IS_LEAN_LDLEAND = 1,
#define CELL_LOAD(cell, width, out, fn, list) \
    TR_FORMS_##cell##_SS = WK_CELL_##cell##_AS - WK_CELL_##cell##_SS, TR_IS_LEAN_##cell##_SS = TR_IS_LEAN_##list,
#include "def/cell.def"
    TR_IS_LEAN_st32_SS = 0, TR_IS_LEAN_st8_SS = 0, TR_IS_LEAN_st16_SS = 0, TR_IS_LEAN_st64_SS = 0, TR_IS_LEAN_stf32_SF = 0,
    TR_IS_LEAN_stf64_SF = 0, TR_IS_LEAN_vst128_SS = 0,
    TR_FORMS_st32_SS = 0, TR_FORMS_st8_SS = 0, TR_FORMS_st16_SS = 0, TR_FORMS_st64_SS = 0, TR_FORMS_stf32_SF = 0,
    TR_FORMS_stf64_SF = 0, TR_FORMS_vst128_SS = 0, TR_FORMS_sst32_SS = 0, TR_FORMS_sst8_SS = 0, TR_FORMS_sst16_SS = 0,
    TR_FORMS_sst64_SS = 0, TR_FORMS_sstf32_SF = 0, TR_FORMS_sstf64_SF = 0,
    TR_CLASS_i32 = TR_INT, TR_CLASS_i64 = TR_INT, TR_CLASS_f32 = TR_F32, TR_CLASS_f64 = TR_F64, TR_CLASS_v128 = TR_V128,
    TR_IMM_i32 = 0, TR_IMM_i64 = 2, TR_IMM_f32 = 0, TR_IMM_f64 = 1, TR_IMM_v128 = 0,
    TR_CMP_i32 = TR_CMP_I32, TR_CMP_i64 = TR_CMP_I64, TR_CMP_f32 = TR_CMP_F32, TR_CMP_f64 = TR_CMP_F64
};
enum tr_cmp_number {
#define CELL_CMP(op, fn, in, list) TR_CMP_NUMBER_##op,
#include "def/cell.def"
    TR_CMP_NUMBERS
};
/* What an immediate on the right is an operand of, negated. */
#define TR_SUB_OTHER(op)                     \
    ((op) == WICK_OP_i32_sub    ? WICK_OP_i32_add  \
     : (op) == WICK_OP_i64_sub  ? WICK_OP_i64_add  \
     : (op) == WICK_OP_i32_rotr ? WICK_OP_i32_rotl \
     : (op) == WICK_OP_i64_rotr ? WICK_OP_i64_rotl \
                                : 0)
#define TR_IS_SUB(op) (TR_SUB_OTHER(op) != 0)
static const struct tr_op tr_ops[WICK_OP_COUNT] = {
#define CELL_BIN(op, fn, in, out, list) \
    [WICK_OP_##op] = {TR_OP_BINARY, WK_LIST_##list, WK_CELL_##op##_SSS, TR_CLASS_##in, TR_CLASS_##out, \
                      WK_FORMS_##list, TR_IMM_##in, TR_SUB_OTHER(WICK_OP_##op), 0, 0, TR_IS_SUB(WICK_OP_##op), {0}},
#define CELL_VSWAP(op, other, list) \
    [WICK_OP_##op] = {TR_OP_BINARY, WK_LIST_##list, WK_CELL_##other##_SSS, TR_V128, TR_V128, WK_FORMS_##list, 0, 0, 0, 1, 0, {0}},
#define CELL_BINT(op, fn, in, list) CELL_BIN(op, fn, in, in, list)
#define CELL_UN(op, fn, in, out, list) \
    [WICK_OP_##op] = {TR_OP_UNARY, WK_LIST_##list, WK_CELL_##op##_SNS, TR_CLASS_##in, TR_CLASS_##out, \
                      WK_FORMS_##list, 0, 0, 0, 0, 0, {0}},
#define CELL_UNT(op, fn, in, out) CELL_UN(op, fn, in, out, UN2D)
#define CELL_CMP(op, fn, in, list) \
    [WICK_OP_##op] = {TR_OP_COMPARE, WK_LIST_##list, WK_CELL_##op##_SSS, TR_CMP_##in, TR_INT, WK_FORMS_##list, \
                      TR_IMM_##in, TR_CMP_NUMBER_##op, 0, 0, 0, {0}},
/* `list` says whether it stores, is_imm64 is the width */
#define MEMOP(op, cell, any, is_store, class, width) \
    [WICK_OP_##op] = {TR_OP_MEMORY, is_store, WK_CELL_##cell, class, class, \
                      (uint8_t)(is_store ? 0 : TR_FORMS_##cell), width, WK_CELL_##any, TR_IS_LEAN_##cell, 0, 0, {0}},
#include "def/cell.def"
};
/* clang-format on */

/* Where a memory is shared, other cells do the same. */
#if WICK_THREADS
static const struct tr_op tr_shared_ops[] = {
#define SHMEMOP(op, cell, any, is_store, class, width) \
    [WICK_OP_##op - WICK_OP_i32_load] = {TR_OP_SHARED, is_store, WK_CELL_##cell, class, class, is_store ? 0 : TR_FORMS_##cell, width, \
                                         WK_CELL_##any, 1, 0, 0, {0}},
#include "def/cell.def"
};
static const struct tr_op *tr_memory_row(const struct wk_translator *t, enum wick_op op, uint32_t memory) {
    return t->module->memories[memory].limits.shared ? &tr_shared_ops[op - WICK_OP_i32_load] : &tr_ops[op];
}
static uint32_t tr_shared_bits(const struct tr_op *row) {
    return row->is_imm64 == 4 ? WK_CELL_sst32_SS : WK_CELL_sst64_SS;
}
#else
static const struct tr_op *tr_memory_row(const struct wk_translator *t, enum wick_op op, uint32_t memory) {
    (void)t, (void)memory;
    return &tr_ops[op];
}
static uint32_t tr_shared_bits(const struct tr_op *row) {
    return row->first;
}
#endif
#define TR_BIT(list) (UINT64_C(1) << WK_LIST_##list)
#define TR_COMMUTATIVE \
    (TR_BIT(RICHC) | TR_BIT(RICHC2) | TR_BIT(IMMC) | TR_BIT(LEANC) | TR_BIT(FLT2C) | TR_BIT(FLT2CD))
_Static_assert(WK_LIST_COUNT <= 64, "bits of a word");
static inline bool tr_is_commutative(const struct tr_op *row) {
    return (TR_COMMUTATIVE >> row->list & 1) != 0;
}
/* The integer store of a float's width. */
static uint32_t tr_bits_store(const struct tr_op *row) {
    return row->kind == TR_OP_SHARED ? tr_shared_bits(row) : row->is_imm64 == 4 ? WK_CELL_st32_SS : WK_CELL_st64_SS;
}

/* ---- room, far slots -------------------------------------------------------------------------------------------- */

wick_err wk_tr_more_room(struct wk_translator *t, size_t n) {
    void *array = t->starts;
    wick_err err = wk_array_reserve(t->alloc, &array, &t->starts_cap, ((size_t)t->at + n) / 4 + 1, sizeof *t->starts);
    t->starts = array;
    if (err == WICK_OK) {
        array = t->code;
        err = wk_array_reserve(t->alloc, &array, &t->cap, (size_t)t->at + n, 1);
        t->code = array;
    }
    if (err == WICK_OK) {
        t->room_end = t->cap / 4 < t->starts_cap ? t->cap : (t->starts_cap - 1) * 4;
    }
    return err == WICK_OK ? WICK_OK : wk_fail_nomem(t->diag, (uint64_t)t->at + n);
}

/* The link's slots 2 and 3 hold nothing between two cells of one instruction. */
int32_t wk_tr_fetch(struct wk_translator *t, int32_t slot, uint32_t which) {
    const int32_t near = which == 0 ? 2 : 3;
    wk_tr_cell(t, WK_CELL_mov_wide);
    wk_tr_u32(t, (uint32_t)slot);
    wk_tr_u32(t, (uint32_t)near);
    return near;
}

void wk_tr_deliver(struct wk_translator *t, int32_t slot) {
    wk_tr_cell(t, WK_CELL_mov_wide);
    wk_tr_u32(t, 2);
    wk_tr_u32(t, (uint32_t)slot);
    t->last_end = TR_NONE;
}

/* After a cell whose destination was wk_tr_dest(t, slot). */
static inline void tr_delivered(struct wk_translator *t, int32_t slot) {
    if (WK_UNLIKELY(t->wide) && !wk_tr_is_near(slot)) {
        wk_tr_deliver(t, slot);
    }
}

/* ---- moves ------------------------------------------------------------------------------------------------------ */

static void tr_move_slots(struct wk_translator *t, uint32_t class, int32_t to, int32_t from) {
    if (WK_UNLIKELY(class == TR_V128)) {
        wk_tr_vector_move(t, to, from);
        return;
    }
    if (WK_UNLIKELY(t->wide) && !(wk_tr_is_near(to) && wk_tr_is_near(from))) {
        wk_tr_cell(t, WK_CELL_mov_wide);
        wk_tr_u32(t, (uint32_t)from);
        wk_tr_u32(t, (uint32_t)to);
        return;
    }
    wk_tr_cell(t, WK_CELL_mov_SS);
    wk_tr_slot(t, from);
    wk_tr_slot(t, to);
}

/* `pin` 0: slot only; 1, 2: the pinned local of this slot. */
static void tr_const(struct wk_translator *t, int32_t slot, uint64_t num, uint32_t pin) {
    const bool is_long = num > UINT32_MAX;
    const uint32_t form = pin == 0 ? 0 : pin + 1;
    wk_tr_cell(t, (uint32_t)(is_long ? WK_CELL_const64_S : WK_CELL_const32_S) + form);
    if (is_long) {
        wk_tr_u64(t, num);
    } else {
        wk_tr_u32(t, (uint32_t)num);
    }
    wk_tr_slot(t, wk_tr_dest(t, slot));
    wk_tr_pad(t);
    tr_delivered(t, slot);
}

void wk_tr_const(struct wk_translator *t, int32_t slot, uint64_t num) {
    tr_const(t, slot, num, 0);
}

/* The constant that an operand is. */
static void tr_const_val(struct wk_translator *t, int32_t slot, const struct tr_val *v, uint32_t pin) {
    if (WK_UNLIKELY(v->class == TR_V128)) {
        wk_tr_vector_const(t, slot, (uint32_t)v->num);
    } else {
        tr_const(t, slot, v->num, pin);
    }
}

static void tr_sum(struct wk_translator *t, uint32_t idx);

/* Puts operand idx into its canonical slot. */
void wk_tr_flush(struct wk_translator *t, uint32_t idx) {
    struct tr_val *v = &t->vals[idx];
    const int32_t home = wk_tr_home(t, idx);
    switch ((enum tr_kind)v->kind) {
    case TR_TEMP:
        return;
    case TR_LOCAL:
        tr_move_slots(t, v->class, home, v->slot);
        break;
    case TR_CONST:
        tr_const_val(t, home, v, 0);
        break;
    case TR_SUM:
        tr_sum(t, idx);
        return;
    }
    wk_tr_become_temp(t, idx);
}

/* Locals that go to neighbouring slots share a cell. Only open operands are looked at: a block with a thousand parameters
 * takes three bytes. */
void wk_tr_flush_open(struct wk_translator *t, uint32_t from, uint32_t to, bool consts) {
    for (uint32_t open = wk_tr_open(t, from, to), n; open != 0; open &= open - 1) {
        const uint32_t i = t->open_from + wk_ctz32(open);
        const struct tr_val *v = &t->vals[i];
        if (v->kind == TR_CONST && !consts) {
            continue;
        }
        t->open &= ~(open & (0u - open));
        for (n = 0; n < 3 && i + n < to && v[n].kind == TR_LOCAL && v[n].class != TR_V128 && !t->wide; n++) {
        }
        if (n < 2) {
            wk_tr_flush(t, i);
            continue;
        }
        wk_tr_cell(t, n == 2 ? WK_CELL_mov2 : WK_CELL_mov3);
        wk_tr_slot(t, wk_tr_home(t, i));
        for (uint32_t k = 0; k < n; k++) {
            wk_tr_slot(t, v[k].slot);
            wk_tr_become_temp(t, i + k);
        }
        wk_tr_pad(t);
    }
}

void wk_tr_settle(struct wk_translator *t) {
    wk_tr_flush_range(t, t->ctrls[t->n_ctrls - 1].height, t->n, true);
    t->open = 0;
    t->open_from = t->n;
}

/* Exchanges what the two topmost operands are: a constant and above it a local. */
static void tr_swap(struct wk_translator *t) {
    struct tr_val *a = &t->vals[t->n - 2];
    struct tr_val *b = &t->vals[t->n - 1];
    const struct tr_val v = *a;
    const int32_t home = b->home;
    *a = *b;
    a->home = v.home;
    *b = v;
    b->home = home;
}

/* ---- operands --------------------------------------------------------------------------------------------------- */

/* Branches here would be mispredicted: which accumulator holds what is different from instruction to instruction. */
static inline struct tr_operand tr_operand_of(const struct wk_translator *t, const struct tr_val *v) {
    const uint32_t in_acc = v->acc & (uint32_t)(v->slot == t->acc[TR_ACC(v->class)]);
    return (struct tr_operand){(uint8_t)(v->mode | in_acc), v->kind == TR_TEMP, v->slot, v->num};
}
_Static_assert(WK_MODE_S == 0 && WK_MODE_A == 1, "made by or");

static inline struct tr_operand tr_get(struct wk_translator *t, uint32_t idx) {
    if (WK_UNLIKELY(t->vals[idx].kind == TR_SUM)) {
        tr_sum(t, idx);
    }
    return tr_operand_of(t, &t->vals[idx]);
}

struct tr_operand wk_tr_operand(struct wk_translator *t, uint32_t idx) {
    return tr_get(t, idx);
}

static inline struct tr_operand tr_get_reg(struct wk_translator *t, uint32_t idx) {
    if (WK_UNLIKELY(t->vals[idx].kind == TR_CONST)) {
        wk_tr_flush(t, idx);
    }
    return tr_get(t, idx);
}

struct tr_operand wk_tr_operand_reg(struct wk_translator *t, uint32_t idx) {
    return tr_get_reg(t, idx);
}

int32_t wk_tr_operand_slot(struct wk_translator *t, uint32_t idx) {
    if (t->vals[idx].kind > TR_LOCAL) {
        wk_tr_flush(t, idx);
    }
    return t->vals[idx].slot;
}

/* Cells are written through a pointer; what may be absent is written all the same, and the pointer does not move on. */
static inline uint8_t *tr_begin_cell(struct wk_translator *t, uint32_t id) {
    uint8_t *p = t->code + t->at;
    t->starts[t->n_starts++] = t->at;
    WK_MOVE_BYTES(p, &id, 4);
    return p + 4;
}
static inline uint8_t *tr_put_u32(uint8_t *p, uint32_t value) {
    WK_MOVE_BYTES(p, &value, 4);
    return p + 4;
}
static inline uint8_t *tr_put_u32_if(uint8_t *p, uint32_t value, bool is_there) {
    WK_MOVE_BYTES(p, &value, 4);
    return p + (is_there ? 4 : 0);
}
static inline uint8_t *tr_put_slot(uint8_t *p, int32_t slot) {
    const int16_t field = (int16_t)slot;
    WK_MOVE_BYTES(p, &field, 2);
    return p + 2;
}
static inline uint8_t *tr_put_slot_if(uint8_t *p, int32_t slot, bool is_there) {
    const int16_t field = (int16_t)slot;
    WK_MOVE_BYTES(p, &field, 2);
    return p + (is_there ? 2 : 0);
}
static inline void tr_end_cell(struct wk_translator *t, const uint8_t *p) {
    t->at = ((uint32_t)(p - t->code) + 3) & ~(uint32_t)3;
}

/* The operand is read from an accumulator: if the newest cell put it there and into a slot that nobody reads, the cell
 * need not write the slot. */
WK_INLINE void tr_use_acc(struct wk_translator *t, bool is_temp, int32_t slot) {
    if (is_temp && t->last_end == t->at && t->last_slot == slot && t->last_forms >= 2) {
        wk_tr_change_cell(t, 1);
        t->at = (t->last_dst + 3) & ~(uint32_t)3;
        t->last_end = TR_NONE;
        wk_tr_rewound(t);
    }
}

void wk_tr_use_acc(struct wk_translator *t, const struct tr_operand *o) {
    tr_use_acc(t, o->is_temp, o->slot);
}

/* The newest cell's only result goes to the slot `home`, by its destination field at `dst`. */
static inline void tr_newest(struct wk_translator *t, uint32_t dst, uint32_t forms, int32_t home) {
    t->last_dst = dst;
    t->last_forms = (uint8_t)forms;
    t->last_slot = home;
    t->last_pair = 0;
    t->last_end = t->at;
}

static inline void tr_produced(struct wk_translator *t, uint32_t dst, uint32_t forms, uint32_t acc_class) {
    struct tr_val *v = &t->vals[t->n - 1];
    const uint32_t acc = TR_ACC(acc_class);
    const int32_t home = v->slot;
    v->acc = TR_ACC(v->class) == acc;
    t->acc[acc] = home;
    tr_newest(t, dst, forms, home);
    tr_delivered(t, home);
}

void wk_tr_produced(struct wk_translator *t, uint32_t dst, uint32_t forms, uint32_t acc_class) {
    tr_produced(t, dst, forms, acc_class);
}

/* The newest cell's result, of its accumulator's class, takes the place of n operands; its destination field is at `dst`.
 * A wide function's goes on to where it belongs (tr_delivered). */
WK_INLINE void tr_result(struct wk_translator *t, uint32_t n, uint32_t class, uint32_t dst, uint32_t forms) {
    const uint32_t idx = t->n - n;
    struct tr_val *v = &t->vals[idx];
    const int32_t home = v->home;
    t->n = idx + 1;
    wk_tr_describe(v, TR_TEMP, class, WK_MODE_S, 1);
    v->slot = home;
    v[1].home = home + TR_WIDTH(class);
    t->acc[TR_ACC(class)] = home;
    tr_newest(t, dst, forms, home);
}

static WK_NOINLINE uint32_t tr_pair_other(uint32_t list, uint8_t *l, uint8_t *r) {
    const uint8_t (*pairs)[WK_MODE_COUNT] = tr_pairs[list];
    uint32_t found;
    if (*r == WK_MODE_I) {
        if ((found = pairs[WK_MODE_S][WK_MODE_I]) != 0) {
            *l = WK_MODE_S;
        }
        return found;
    }
    /* an accumulator saves more than a pinned local, which has its slot at hand too */
    if ((found = pairs[*l][WK_MODE_S]) != 0 && (*l == WK_MODE_A || *r != WK_MODE_A)) {
        *r = WK_MODE_S;
        return found;
    }
    if ((found = pairs[WK_MODE_S][*r]) != 0) {
        *l = WK_MODE_S;
        return found;
    }
    if ((found = pairs[*l][WK_MODE_S]) != 0) {
        *r = WK_MODE_S;
        return found;
    }
    *l = WK_MODE_S;
    *r = WK_MODE_S;
    return pairs[WK_MODE_S][WK_MODE_S];
}

/* Finds a pair of modes that the list has; whatever it lacks is read from its slot. 0: none (an immediate). Operands are not
 * passed on by address, so that they can stay in registers: written by parts and then copied as a whole, each copy would
 * wait for the parts to arrive. */
static inline uint32_t tr_pair(uint32_t list, struct tr_operand *l, struct tr_operand *r) {
    const uint32_t found = tr_pairs[list][l->mode][r->mode];
    uint8_t l_mode, r_mode;
    uint32_t other;
    if (WK_LIKELY(found != 0)) {
        return found;
    }
    l_mode = l->mode;
    r_mode = r->mode;
    other = tr_pair_other(list, &l_mode, &r_mode);
    l->mode = l_mode;
    r->mode = r_mode;
    return other;
}

static bool tr_fits_s32(uint64_t num) {
    return (uint64_t)(int64_t)(int32_t)(uint32_t)num == num;
}

/* The accumulator is both, or is read twice, which few cells do. */
static inline void tr_one_accumulator(struct tr_operand *l, struct tr_operand *r) {
    if (l->mode == WK_MODE_A && r->mode == WK_MODE_A) {
        if (r->is_temp) {
            l->mode = WK_MODE_S;
        } else {
            r->mode = WK_MODE_S;
        }
    }
}

/* Both operands of the two topmost values; afterwards only the right one can be an immediate, and fits. `twice`: both may
 * be the accumulator. */
WK_INLINE void tr_two_operands(struct wk_translator *t, uint32_t imm_kind, bool twice, struct tr_operand *l,
                                   struct tr_operand *r) {
    const uint32_t li = t->n - 2;
    const uint32_t ri = t->n - 1;
    if (WK_UNLIKELY(t->vals[li].kind >= TR_CONST)) { /* or a sum */
        wk_tr_flush(t, li);
    }
    if (WK_UNLIKELY(t->vals[ri].kind == TR_SUM) ||
        (t->vals[ri].kind == TR_CONST && imm_kind == 2 && !tr_fits_s32(t->vals[ri].num))) {
        wk_tr_flush(t, ri);
    }
    *l = tr_get(t, li);
    *r = tr_get(t, ri);
    if (!twice) {
        tr_one_accumulator(l, r);
    }
}

static inline uint8_t *tr_put_imm(uint8_t *p, uint64_t num, uint32_t imm_kind) {
    if (imm_kind == 1) {
        WK_MOVE_BYTES(p, &num, 8);
        return p + 8;
    }
    return tr_put_u32(p, (uint32_t)num);
}

/* Two operands that a cell is about to read: the one in an accumulator, those that are far away in a wide function. */
static inline void tr_settle_two(struct wk_translator *t, struct tr_operand *l, struct tr_operand *r, bool is_wide) {
    if (l->mode == WK_MODE_A) {
        tr_use_acc(t, l->is_temp, l->slot);
    } else if (r->mode == WK_MODE_A) {
        tr_use_acc(t, r->is_temp, r->slot);
    }
    if (is_wide) {
        if (l->mode == WK_MODE_S) {
            l->slot = wk_tr_source(t, l->slot, 0);
        }
        if (r->mode == WK_MODE_S) {
            r->slot = wk_tr_source(t, r->slot, 1);
        }
    }
}

/* Immediate and slots of two operands. */
static inline uint8_t *tr_put_two(uint8_t *p, const struct tr_operand *l, const struct tr_operand *r, uint32_t imm_kind) {
    if (WK_UNLIKELY(imm_kind == 1)) {
        WK_MOVE_BYTES(p, &r->num, 8);
        p += r->mode == WK_MODE_I ? 8 : 0;
    } else {
        p = tr_put_u32_if(p, (uint32_t)r->num, r->mode == WK_MODE_I);
    }
    p = tr_put_slot_if(p, l->slot, l->mode == WK_MODE_S);
    return tr_put_slot_if(p, r->slot, r->mode == WK_MODE_S);
}

/* The cell of a family with two operands, with destination `to`; answers where its destination field is. */
WK_INLINE uint32_t tr_two_cell(struct wk_translator *t, uint32_t id, struct tr_operand *l, struct tr_operand *r,
                                   uint32_t imm_kind, int32_t to, bool is_wide) {
    uint8_t *p;
    uint32_t dst;
    tr_settle_two(t, l, r, is_wide);
    p = tr_put_two(tr_begin_cell(t, id), l, r, imm_kind);
    dst = (uint32_t)(p - t->code);
    tr_end_cell(t, tr_put_slot(p, is_wide ? wk_tr_dest(t, to) : to));
    return dst;
}

/* Whether commutative operands are to be exchanged. The lists' order: pins, accumulator, slot; an immediate right. Where a list
 * has pins with immediates at most, they are slots to the other operand. */
static inline bool tr_is_mirrored(uint32_t list, const struct tr_operand *l, const struct tr_operand *r) {
    static const uint8_t ranks[2][WK_MODE_COUNT] = {
        {[WK_MODE_S] = 1, [WK_MODE_A] = 2, [WK_MODE_M] = 3, [WK_MODE_L] = 4, [WK_MODE_I] = 0},
        {[WK_MODE_S] = 1, [WK_MODE_A] = 2, [WK_MODE_M] = 1, [WK_MODE_L] = 1, [WK_MODE_I] = 0}};
    const uint8_t *rank = ranks[list == WK_LIST_IMMC || list == WK_LIST_LEANC];
    return rank[l->mode] < rank[r->mode];
}

/* Emits local + constant into the canonical slot of operand idx. */
static void tr_sum(struct wk_translator *t, uint32_t idx) {
    struct tr_val *v = &t->vals[idx];
    struct tr_operand l = tr_operand_of(t, v);
    struct tr_operand r = {WK_MODE_I, false, 0, v->num};
    const uint32_t pair = tr_pair(tr_ops[WICK_OP_i32_add].list, &l, &r) - 1;
    const uint32_t id = tr_ops[WICK_OP_i32_add].first + pair * tr_ops[WICK_OP_i32_add].forms;
    const uint32_t dst = tr_two_cell(t, id, &l, &r, 0, wk_tr_home(t, idx), t->wide);
    const uint32_t n = t->n;
    wk_tr_become_temp(t, idx);
    t->n = idx + 1; /* wk_tr_produced takes the topmost */
    wk_tr_produced(t, dst, tr_ops[WICK_OP_i32_add].forms, TR_INT);
    t->n = n;
}

static void tr_canonical_nan(struct wk_translator *t, uint32_t class) {
    const int32_t home = wk_tr_home(t, t->n - 1);
    const int32_t slot = wk_tr_source(t, home, 0);
    wk_tr_cell(t, class == TR_F32 ? WK_CELL_canon32 : WK_CELL_canon64);
    wk_tr_slot(t, slot);
    wk_tr_pad(t);
    tr_delivered(t, home);
    t->vals[t->n - 1].acc = 0;
    t->last_end = TR_NONE;
}

/* NaN results that may not be canonical: of everything that computes, not of what only changes signs. */
static bool tr_makes_nan(enum wick_op op) {
    switch (op) {
    case WICK_OP_f32_abs:
    case WICK_OP_f32_neg:
    case WICK_OP_f32_copysign:
    case WICK_OP_f64_abs:
    case WICK_OP_f64_neg:
    case WICK_OP_f64_copysign:
        return false;
    default:
        return true;
    }
}

/* (local + constant) + x, where an accumulator holds x: x + local first, for local + constant would take its place. False: it
 * is not that. */
static bool tr_add_to_sum(struct wk_translator *t) {
    struct tr_val *sum = &t->vals[t->n - 2];
    const struct tr_val *other = &t->vals[t->n - 1];
    uint32_t num;
    if (sum->kind != TR_SUM) {
        sum = &t->vals[t->n - 1];
        other = &t->vals[t->n - 2];
    }
    if (sum->kind != TR_SUM || other->kind != TR_TEMP || tr_operand_of(t, other).mode != WK_MODE_A) {
        return false;
    }
    num = (uint32_t)sum->num;
    sum->kind = TR_LOCAL;
    wk_tr_binary(t, WICK_OP_i32_add);
    wk_tr_push_const(t, TR_INT, num);
    wk_tr_binary(t, WICK_OP_i32_add);
    return true;
}

static WK_NOINLINE void tr_binary_any(struct wk_translator *t, enum wick_op op) {
    const struct tr_op *row = &tr_ops[op];
    struct tr_val *lv = &t->vals[t->n - 2];
    struct tr_val *rv = &t->vals[t->n - 1];
    struct tr_operand x, y;
    struct tr_operand *l = &x, *r = &y;
    uint32_t pair, dst, id;
    if (op == WICK_OP_i32_add || op == WICK_OP_i32_sub) {
        if (op == WICK_OP_i32_add && lv->kind == TR_CONST && rv->kind == TR_LOCAL) {
            tr_swap(t);
        }
        if (rv->kind == TR_CONST && (lv->kind == TR_LOCAL || lv->kind == TR_SUM)) {
            const uint32_t num = op == WICK_OP_i32_add ? (uint32_t)rv->num : 0u - (uint32_t)rv->num;
            lv->num = lv->kind == TR_SUM ? (uint32_t)lv->num + num : num;
            lv->kind = TR_SUM;
            t->n--;
            return;
        }
        if (op == WICK_OP_i32_add && tr_add_to_sum(t)) {
            return;
        }
    }
    if (rv->kind == TR_CONST && row->is_sub) { /* its cells have no immediates */
        const bool is32 = row->is_imm64 == 0;
        row = &tr_ops[row->other];
        rv->num = is32 ? 0u - (uint32_t)rv->num : 0u - rv->num;
    }
    if (WK_UNLIKELY(row->is_swapped) && rv->kind == TR_CONST) { /* it would go left */
        wk_tr_flush(t, t->n - 1);
    }
    if (tr_is_commutative(row) && row->out == TR_INT && lv->kind == TR_CONST && rv->kind != TR_CONST) {
        /* swapped where they are: the operand that is not constant is computed already, or a local */
        if (rv->kind == TR_TEMP) {
            *l = tr_get(t, t->n - 1);
            *r = tr_get(t, t->n - 2);
            if (row->is_imm64 == 2 && !tr_fits_s32(r->num)) {
                tr_two_operands(t, row->is_imm64, false, l, r);
            }
        } else {
            tr_swap(t);
            tr_two_operands(t, row->is_imm64, false, l, r);
        }
    } else {
        tr_two_operands(t, row->is_imm64, row->list == WK_LIST_FLTC, l, r);
    }
    if (row->is_swapped || (tr_is_commutative(row) && tr_is_mirrored(row->list, l, r))) {
        l = &y;
        r = &x;
    }
    pair = tr_pair(row->list, l, r);
    if (WK_UNLIKELY(pair == 0)) {
        wk_tr_flush(t, t->n - 1);
        *r = tr_get(t, t->n - 1);
        pair = tr_pair(row->list, l, r);
    }
    id = row->first + (pair - 1) * row->forms;
    dst = tr_two_cell(t, id, l, r, row->is_imm64, wk_tr_home(t, t->n - 2), t->wide);
    tr_result(t, 2, row->out, dst, row->forms);
    tr_delivered(t, wk_tr_home(t, t->n - 1));
    if (WK_UNLIKELY(t->canonical_nan) && (row->out == TR_F32 || row->out == TR_F64) && tr_makes_nan(op)) {
        tr_canonical_nan(t, row->out);
    }
}

/* An immediate on the right of what is in a slot or register. */
static WK_NOINLINE void tr_binary_const(struct wk_translator *restrict t, enum wick_op op) {
    const struct tr_op *row = &tr_ops[op];
    struct tr_val *lv = &t->vals[t->n - 2];
    uint64_t num = lv[1].num;
    struct tr_operand l;
    uint32_t pair, dst;
    uint8_t *p;
    if (row->is_sub) {
        const bool is32 = row->is_imm64 == 0;
        row = &tr_ops[row->other];
        num = is32 ? 0u - (uint32_t)num : 0u - num;
    }
    if (row == &tr_ops[WICK_OP_i32_add] && lv->kind == TR_LOCAL) {
        lv->kind = TR_SUM;
        lv->num = num;
        t->n--;
        return;
    }
    l = tr_operand_of(t, lv);
    pair = tr_pairs[row->list][l.mode][WK_MODE_I];
    if (pair == 0) {
        l.mode = WK_MODE_S;
        pair = tr_pairs[row->list][WK_MODE_S][WK_MODE_I];
    }
    if (WK_UNLIKELY(pair == 0) || row->is_imm64 == 1 || (row->is_imm64 == 2 && !tr_fits_s32(num))) {
        tr_binary_any(t, op);
        return;
    }
    if (l.mode == WK_MODE_A) {
        tr_use_acc(t, l.is_temp, l.slot);
    }
    p = tr_put_u32(tr_begin_cell(t, row->first + (pair - 1) * row->forms), (uint32_t)num);
    p = tr_put_slot_if(p, l.slot, l.mode == WK_MODE_S);
    dst = (uint32_t)(p - t->code);
    tr_end_cell(t, tr_put_slot(p, lv->home));
    tr_result(t, 2, row->out, dst, row->forms);
}

/* The usual case calls nothing: two operands in slots or registers. */
void wk_tr_binary(struct wk_translator *restrict t, enum wick_op op) {
    const struct tr_op *row = &tr_ops[op];
    const struct tr_val *lv = &t->vals[t->n - 2];
    const struct tr_val *rv = &t->vals[t->n - 1];
    struct tr_operand l, r, x, y;
    uint32_t pair, id, dst;
    bool is_mirrored;
    if (WK_UNLIKELY(t->is_special || row->is_swapped) || lv->kind > TR_LOCAL || rv->kind > TR_LOCAL) {
        if (rv->kind == TR_CONST && lv->kind <= TR_LOCAL && !t->is_special && !row->is_swapped) {
            tr_binary_const(t, op);
        } else {
            tr_binary_any(t, op);
        }
        return;
    }
    l = tr_operand_of(t, lv);
    r = tr_operand_of(t, rv);
    if (row->list != WK_LIST_FLTC) { /* which has the accumulator twice */
        tr_one_accumulator(&l, &r);
    }
    is_mirrored = tr_is_commutative(row) && tr_is_mirrored(row->list, &l, &r);
    x = is_mirrored ? r : l;
    y = is_mirrored ? l : r;
    pair = tr_pair(row->list, &x, &y);
    id = row->first + (pair - 1) * row->forms;
    dst = tr_two_cell(t, id, &x, &y, 0, lv->home, false);
    tr_result(t, 2, row->out, dst, row->forms);
}

static void tr_unary_cell(struct wk_translator *t, const struct tr_op *row) {
    struct tr_operand l = tr_get_reg(t, t->n - 1);
    uint32_t pair = tr_pairs[row->list][l.mode][WK_MODE_S];
    uint32_t id, dst;
    int32_t slot = 0;
    if (pair == 0) {
        l.mode = WK_MODE_S;
        pair = tr_pairs[row->list][WK_MODE_S][WK_MODE_S];
    }
    if (l.mode == WK_MODE_A) {
        wk_tr_use_acc(t, &l);
    }
    if (l.mode == WK_MODE_S) {
        slot = wk_tr_source(t, l.slot, 0);
    }
    id = row->first + (pair - 1) * row->forms;
    wk_tr_cell(t, id);
    if (l.mode == WK_MODE_S) {
        wk_tr_slot(t, slot);
    }
    dst = t->at;
    wk_tr_slot(t, wk_tr_dest(t, wk_tr_home(t, t->n - 1)));
    wk_tr_pad(t);
    tr_result(t, 1, row->out, dst, row->forms);
    tr_delivered(t, wk_tr_home(t, t->n - 1));
}

void wk_tr_unary(struct wk_translator *t, enum wick_op op) {
    const struct tr_op *row = &tr_ops[op];
    tr_unary_cell(t, row);
    if (WK_UNLIKELY(t->canonical_nan) && (row->out == TR_F32 || row->out == TR_F64) && tr_makes_nan(op)) {
        tr_canonical_nan(t, row->out);
    }
}

/* ---- objects of the heap ----------------------------------------------------------------------------------------- */

void wk_tr_field(struct wk_translator *t, uint32_t first, uint32_t list, uint32_t class, uint32_t at) {
    const uint32_t forms = tr_list_forms[list];
    struct tr_operand l = wk_tr_operand_reg(t, t->n - 1);
    uint32_t pair = tr_pairs[list][l.mode][WK_MODE_S];
    uint32_t id, dst;
    int32_t slot = 0;
    if (pair == 0) {
        l.mode = WK_MODE_S;
        pair = tr_pairs[list][WK_MODE_S][WK_MODE_S];
    }
    if (l.mode == WK_MODE_A) {
        wk_tr_use_acc(t, &l);
    }
    if (l.mode == WK_MODE_S) {
        slot = wk_tr_source(t, l.slot, 0);
    }
    id = first + (pair - 1) * forms;
    wk_tr_cell(t, id);
    wk_tr_u32(t, at);
    if (l.mode == WK_MODE_S) {
        wk_tr_slot(t, slot);
    }
    dst = t->at;
    wk_tr_slot(t, wk_tr_dest(t, wk_tr_home(t, t->n - 1)));
    wk_tr_pad(t);
    tr_result(t, 1, class, dst, forms);
    tr_delivered(t, wk_tr_home(t, t->n - 1));
}

/* Object and value, of which the right one may be an immediate. A float's bits come from its slot. */
static uint32_t tr_object_pair(struct wk_translator *t, uint32_t list, bool is_long, struct tr_operand *l,
                               struct tr_operand *r) {
    uint32_t pair;
    tr_two_operands(t, is_long ? 2 : 0, false, l, r);
    if (t->vals[t->n - 1].class != TR_INT && r->mode == WK_MODE_A) {
        r->mode = WK_MODE_S;
    }
    pair = tr_pair(list, l, r);
    if (WK_UNLIKELY(pair == 0)) {
        wk_tr_flush(t, t->n - 1);
        *r = wk_tr_operand(t, t->n - 1);
        pair = tr_pair(list, l, r);
    }
    return pair - 1;
}

void wk_tr_element(struct wk_translator *t, uint32_t first, uint32_t list, uint32_t class) {
    const uint32_t forms = tr_list_forms[list];
    struct tr_operand l, r;
    uint32_t dst;
    const uint32_t id = first + tr_object_pair(t, list, false, &l, &r) * forms;
    dst = tr_two_cell(t, id, &l, &r, 0, wk_tr_home(t, t->n - 2), t->wide);
    tr_result(t, 2, class, dst, forms);
    tr_delivered(t, wk_tr_home(t, t->n - 1));
}

void wk_tr_field_set(struct wk_translator *t, uint32_t first, bool is_long, uint32_t at) {
    struct tr_operand l, r;
    int32_t ls = 0, rs = 0;
    uint32_t pair;
    if (t->vals[t->n - 1].kind == TR_CONST && t->vals[t->n - 1].class != TR_INT) {
        wk_tr_flush(t, t->n - 1);
    }
    pair = tr_object_pair(t, WK_LIST_BRFLT, is_long, &l, &r);
    if (l.mode == WK_MODE_A) {
        wk_tr_use_acc(t, &l);
    } else if (r.mode == WK_MODE_A) {
        wk_tr_use_acc(t, &r);
    }
    if (l.mode == WK_MODE_S) {
        ls = wk_tr_source(t, l.slot, 0);
    }
    if (r.mode == WK_MODE_S) {
        rs = wk_tr_source(t, r.slot, 1);
    }
    wk_tr_cell(t, first + pair);
    wk_tr_u32(t, at);
    if (r.mode == WK_MODE_I) {
        wk_tr_u32(t, (uint32_t)r.num);
    }
    if (l.mode == WK_MODE_S) {
        wk_tr_slot(t, ls);
    }
    if (r.mode == WK_MODE_S) {
        wk_tr_slot(t, rs);
    }
    wk_tr_pad(t);
    wk_tr_pop(t, 2);
}

/* ---- comparisons ------------------------------------------------------------------------------------------------ */

/* Comparisons, and the branches on them, by TR_CMP_AT: their kind and which it is of that kind. */
struct tr_family {
    uint16_t first; /* cell */
    uint8_t list;
};
static const struct tr_family tr_cmps[TR_CMP_NUMBERS] = {
#define CELL_CMP(op, fn, in, list) [TR_CMP_NUMBER_##op] = {WK_CELL_##op##_SSS, WK_LIST_##list},
#include "def/cell.def"
};
static const struct tr_family tr_brs[TR_CMP_NUMBERS] = {
#define CELL_BR(op, fn, in, list) [TR_CMP_NUMBER_##op] = {WK_CELL_br_##op##_SS, WK_LIST_##list},
#include "def/cell.def"
};
static const struct tr_family tr_brfs[TR_CMP_NUMBERS] = {
#define CELL_BRF(op, fn, in, list) [TR_CMP_NUMBER_##op] = {WK_CELL_brf_##op##_SS, WK_LIST_##list},
#include "def/cell.def"
};
static const uint8_t tr_cmp_base[] = {
    [TR_CMP_I32] = TR_CMP_NUMBER_i32_eq, [TR_CMP_I64] = TR_CMP_NUMBER_i64_eq, [TR_CMP_F32] = TR_CMP_NUMBER_f32_eq,
    [TR_CMP_F64] = TR_CMP_NUMBER_f64_eq};
#define TR_CMP_AT(kind, k) (tr_cmp_base[kind] + (k))
/* Of integers: x < y and y > x, x < c and x <= c - 1, x < y and not x >= y; of floats x < y and y > x. */
_Static_assert(TR_CMP_NUMBER_i32_le_u == 9 && TR_CMP_NUMBER_i32_gt_s == 6 && TR_CMP_NUMBER_i32_lt_s == 2 &&
                   TR_CMP_NUMBER_f32_gt == TR_CMP_NUMBER_f32_lt + 1 && TR_CMP_NUMBER_f32_ge == TR_CMP_NUMBER_f32_le + 1,
               "order of cell.def");

static void tr_cmp_save(struct wk_translator *t) {
    WK_MOVE_BYTES(t->cmp.acc, t->acc, sizeof t->acc);
}

/* How immediates are written: tr_op.is_imm64. */
static uint32_t tr_cmp_imm(uint32_t kind) {
    return kind == TR_CMP_I64 ? 2 : kind == TR_CMP_F64 ? 1 : 0;
}

static inline void tr_keep(struct tr_operand *to, const struct tr_operand *from, uint8_t mode) {
    to->mode = mode;
    to->is_temp = from->is_temp;
    to->slot = from->slot;
    to->num = from->num;
}

static void tr_cmp_cell(struct wk_translator *t, uint32_t kind, uint32_t k, struct tr_operand *l,
                        struct tr_operand *r) {
    const struct tr_family *family = &tr_cmps[TR_CMP_AT(kind, k)];
    const uint32_t forms = tr_list_forms[family->list];
    const uint8_t l_mode = l->mode;
    const uint8_t r_mode = r->mode;
    const uint32_t id = family->first + (tr_pair(family->list, l, r) - 1) * forms;
    uint32_t dst;
    tr_cmp_save(t);
    dst = tr_two_cell(t, id, l, r, tr_cmp_imm(kind), wk_tr_home(t, t->n - 2), t->wide);
    tr_result(t, 2, TR_INT, dst, forms);
    tr_delivered(t, wk_tr_home(t, t->n - 1));
    t->cmp.start = t->starts[t->n_starts - 1];
    t->cmp.end = t->wide ? TR_NONE : t->at;
    t->cmp.kind = (uint8_t)kind;
    t->cmp.k = (uint8_t)k;
    t->cmp.negated = false;
    tr_keep(&t->cmp.l, l, l_mode);
    tr_keep(&t->cmp.r, r, r_mode);
}

/* k of the comparison with its operands exchanged; integers only. */
static uint32_t tr_cmp_mirror(uint32_t k) {
    return k < 2 ? k : k < 6 ? k + 4 : k - 4;
}

/* Is it x < c or x >= c of a constant c? These have no immediates. */
static inline bool tr_cmp_lacks_imm(const struct tr_cond *c) {
    return c->r.mode == WK_MODE_I && c->k >= 2 && c->k < 6;
}

/* x <= c - 1 for x < c, x > c - 1 for x >= c; where there is no c - 1, c goes to its slot. */
static void tr_cmp_other_imm(struct wk_translator *t, struct tr_cond *c) {
    const bool is_signed = c->k < 4;
    const uint64_t least = !is_signed ? 0 : c->kind == TR_CMP_I32 ? UINT64_C(0x80000000) : ~UINT64_C(0x7fffffff);
    const uint64_t less = c->kind == TR_CMP_I32 ? (uint32_t)c->r.num - 1 : c->r.num - 1;
    if (c->r.num == least || (c->kind == TR_CMP_I64 && !tr_fits_s32(less))) {
        wk_tr_flush(t, t->n - 1);
        c->r = tr_get(t, t->n - 1);
        return;
    }
    c->r.num = less;
    c->k = (uint8_t)((c->k ^ 1) + 4);
}

/* The two topmost operands of a comparison, and which one it is. */
static void tr_cmp_operands(struct wk_translator *t, enum wick_op op, struct tr_cond *c) {
    const struct tr_op *row = &tr_ops[op];
    const uint32_t kind = row->in;
    const bool is_float = kind == TR_CMP_F32 || kind == TR_CMP_F64;
    uint32_t k = (uint32_t)row->other - tr_cmp_base[kind];
    struct tr_operand l, r;
    bool is_mirrored;
    if (!is_float && t->vals[t->n - 2].kind == TR_CONST && t->vals[t->n - 1].kind == TR_LOCAL) {
        tr_swap(t);
        k = tr_cmp_mirror(k);
    }
    tr_two_operands(t, row->is_imm64, false, &l, &r);
    is_mirrored = is_float ? k >= 2 && k % 2 != 0 && (l.mode == WK_MODE_A || r.mode == WK_MODE_A) && r.mode != WK_MODE_I
                           : tr_is_mirrored(WK_LIST_BRRICH, &l, &r);
    if (is_mirrored) {
        k = is_float ? k - 1 : tr_cmp_mirror(k);
    }
    c->kind = (uint8_t)kind;
    c->k = (uint8_t)k;
    c->negated = false;
    c->l = is_mirrored ? r : l;
    c->r = is_mirrored ? l : r;
    if (!is_float && tr_cmp_lacks_imm(c)) {
        tr_cmp_other_imm(t, c);
    }
}

void wk_tr_compare(struct wk_translator *t, enum wick_op op) {
    struct tr_cond c;
    tr_cmp_operands(t, op, &c);
    tr_cmp_cell(t, c.kind, c.k, &c.l, &c.r);
}

void wk_tr_compare_cond(struct wk_translator *t, enum wick_op op, bool is_negated, struct tr_cond *out) {
    tr_cmp_operands(t, op, out);
    wk_tr_pop(t, 2);
    if (is_negated && (out->kind == TR_CMP_I32 || out->kind == TR_CMP_I64 || out->k < 2)) {
        out->k ^= 1;
    } else {
        out->negated = is_negated;
    }
}

void wk_tr_eqz_cond(struct wk_translator *t, struct tr_cond *out) {
    out->kind = TR_CMP_ZERO;
    out->k = 0;
    out->negated = false;
    out->l = tr_get_reg(t, t->n - 1);
    wk_tr_pop(t, 1);
}

/* Undoes the newest comparison: its operands are as they were. The operand it made is popped. */
static void tr_cmp_undo(struct wk_translator *t) {
    t->at = t->cmp.start;
    while (t->n_starts != 0 && t->starts[t->n_starts - 1] >= t->at) {
        t->n_starts--;
    }
    WK_MOVE_BYTES(t->acc, t->cmp.acc, sizeof t->acc);
    t->last_end = TR_NONE;
    t->cmp.end = TR_NONE;
    wk_tr_rewound(t);
}

/* Is the topmost operand what the newest comparison made? That may have been dropped, or be a local's by now. */
static bool tr_cmp_is_top(const struct wk_translator *t) {
    const struct tr_val *v = &t->vals[t->n - 1];
    return t->cmp.end == t->at && t->last_end == t->at && v->kind == TR_TEMP && v->slot == t->last_slot;
}

void wk_tr_eqz(struct wk_translator *t, uint8_t code) {
    struct tr_operand l;
    const struct tr_cmp before = t->cmp;
    const bool is_compared = tr_cmp_is_top(t);
    const bool is_negatable = is_compared && !before.negated && (before.kind == TR_CMP_F32 || before.kind == TR_CMP_F64);
    if (is_compared &&
        (t->cmp.kind == TR_CMP_I32 || t->cmp.kind == TR_CMP_I64 ||
         (is_negatable && t->cmp.k < 2))) {
        /* the opposite comparison, in the same place; two operands stand where the result did */
        struct tr_cmp c = t->cmp;
        tr_cmp_undo(t);
        t->n++;
        wk_tr_become_temp(t, t->n - 1);
        tr_cmp_cell(t, c.kind, c.k ^ 1u, &c.l, &c.r);
        return;
    }
    if ((code == 0x1b /* select */ || code == 0x1c) && !t->wide && t->vals[t->n - 3].class != TR_V128) {
        t->is_select_swapped = true;
        return;
    }
    if (t->vals[t->n - 1].kind == TR_CONST) {
        wk_tr_flush(t, t->n - 1);
    }
    l = wk_tr_operand(t, t->n - 1);
    tr_cmp_save(t);
    tr_unary_cell(t, &tr_ops[WICK_OP_i32_eqz]);
    t->cmp.start = t->starts[t->n_starts - 1];
    t->cmp.end = t->wide ? TR_NONE : t->at;
    t->cmp.kind = TR_CMP_ZERO;
    t->cmp.k = 0;
    t->cmp.negated = false;
    t->cmp.l = l;
    if (is_negatable) {
        /* a branch goes back to the comparison, and is taken on its opposite */
        t->cmp = before;
        t->cmp.end = t->wide ? TR_NONE : t->at;
        t->cmp.negated = true;
    }
}

void wk_tr_retype(struct wk_translator *t, uint32_t class) {
    t->vals[t->n - 1].class = (uint8_t)class;
    t->vals[t->n - 1].acc = 0;
    if (t->last_slot == wk_tr_home(t, t->n - 1)) {
        t->last_forms = 1;
    }
}

/* ---- conditions -------------------------------------------------------------------------------------------------- */

/* Pops a condition. */
void wk_tr_cond_pop(struct wk_translator *t, struct tr_cond *out) {
    if (tr_cmp_is_top(t)) {
        tr_cmp_undo(t);
        out->kind = t->cmp.kind;
        out->k = t->cmp.k;
        out->negated = t->cmp.negated;
        out->l = t->cmp.l;
        out->r = t->cmp.r;
    } else {
        out->kind = TR_CMP_ZERO;
        out->k = 1;
        out->negated = false;
        out->l = tr_get_reg(t, t->n - 1);
    }
    wk_tr_pop(t, 1);
}

/* A branch that is taken if the condition is `sense`; answers where its offset is. */
uint32_t wk_tr_cond_branch(struct wk_translator *t, const struct tr_cond *c, bool sense) {
    const uint32_t kind = c->kind;
    uint32_t l_mode = c->l.mode;
    uint32_t r_mode = WK_MODE_COUNT; /* none */
    int32_t ls = c->l.slot;
    int32_t rs = 0;
    uint32_t field;
    uint32_t id, opposite; /* cells; which of the two is to be emitted is decided last */
    bool is_first;
    uint8_t *p;
    if (WK_UNLIKELY(kind == TR_CMP_TEST)) {
        return wk_tr_test_branch(t, c, sense);
    }
    if (kind == TR_CMP_ZERO) {
        is_first = (c->k == 0) == sense;
        id = (uint32_t)WK_CELL_brz_S + l_mode;
        opposite = (uint32_t)WK_CELL_brnz_S + l_mode;
    } else {
        const bool has_opposite = kind == TR_CMP_I32 || kind == TR_CMP_I64 || c->k < 2; /* which another comparison is */
        const struct tr_family *family = &tr_brs[TR_CMP_AT(kind, c->k)];
        const struct tr_family *other =
            has_opposite ? &tr_brs[TR_CMP_AT(kind, c->k ^ 1u)] : &tr_brfs[TR_CMP_AT(kind, c->k)];
        uint32_t pair; /* of both, whose lists are the same */
        r_mode = c->r.mode;
        rs = c->r.slot;
        pair = tr_pairs[family->list][l_mode][r_mode];
        if (WK_UNLIKELY(pair == 0)) {
            uint8_t modes[2] = {(uint8_t)l_mode, (uint8_t)r_mode};
            pair = tr_pair_other(family->list, &modes[0], &modes[1]);
            l_mode = modes[0];
            r_mode = modes[1];
        }
        is_first = sense != c->negated;
        id = family->first + pair - 1;
        opposite = other->first + pair - 1;
    }
    t->exit_flip = is_first ? opposite - id : id - opposite;
    id = is_first ? id : opposite;
    if (l_mode == WK_MODE_A) {
        tr_use_acc(t, c->l.is_temp, ls);
    } else if (r_mode == WK_MODE_A) {
        tr_use_acc(t, c->r.is_temp, rs);
    }
    if (WK_UNLIKELY(t->wide)) {
        if (l_mode == WK_MODE_S) {
            ls = wk_tr_source(t, ls, 0);
        }
        if (r_mode == WK_MODE_S) {
            rs = wk_tr_source(t, rs, 1);
        }
    }
    field = t->at + 4;
    p = tr_put_u32(tr_begin_cell(t, id), 0);
    if (r_mode == WK_MODE_I) {
        p = tr_put_imm(p, c->r.num, tr_cmp_imm(kind));
    }
    p = tr_put_slot_if(p, ls, l_mode == WK_MODE_S);
    tr_end_cell(t, tr_put_slot_if(p, rs, r_mode == WK_MODE_S));
    return field;
}

/* ---- select, locals, globals ------------------------------------------------------------------------------------ */

/* A wide function takes a branch over a move: three operands are more than the link has room for. */
static void tr_select_wide(struct wk_translator *t) {
    const uint32_t n = t->n;
    struct tr_cond is_true = {.kind = TR_CMP_ZERO, .k = 1};
    uint32_t field, distance;
    wk_tr_flush_range(t, n - 3, n - 1, true);
    is_true.l = wk_tr_operand_reg(t, n - 1);
    wk_tr_pop(t, 1);
    field = wk_tr_cond_branch(t, &is_true, true);
    tr_move_slots(t, t->vals[n - 3].class, wk_tr_home(t, n - 3), wk_tr_home(t, n - 2));
    distance = t->at - (field - 4);
    WK_MOVE_BYTES(t->code + field, &distance, 4);
    wk_tr_pop(t, 1);
    wk_tr_barrier(t);
}

static inline bool tr_is_const32(const struct tr_val *v) {
    return v->kind == TR_CONST && v->num <= UINT32_MAX;
}

/* One value is a constant of 32 bits, or both are. `if_true` and the other are operands. */
static void tr_select_const(struct wk_translator *t, uint32_t if_true, uint32_t if_false) {
    static const uint16_t first[] = {WK_CELL_select_SISS, WK_CELL_select_ISSS, WK_CELL_select_IISS};
    const uint32_t n = t->n;
    const uint32_t class = t->vals[n - 3].class;
    const struct tr_val *x = &t->vals[if_true];
    const struct tr_val *y = &t->vals[if_false];
    const bool x_const = tr_is_const32(x);
    const bool y_const = tr_is_const32(y);
    const int32_t slot = x_const && y_const ? 0 : wk_tr_operand_slot(t, x_const ? if_false : if_true);
    struct tr_operand c = wk_tr_operand(t, n - 1);
    uint32_t id = first[x_const + (x_const && y_const)];
    uint32_t dst;
    if (c.mode == WK_MODE_A) {
        wk_tr_use_acc(t, &c);
        id += WK_CELL_select_SIAS - WK_CELL_select_SISS;
    }
    wk_tr_cell(t, id);
    if (x_const) {
        wk_tr_u32(t, (uint32_t)x->num);
    }
    if (y_const) {
        wk_tr_u32(t, (uint32_t)y->num);
    }
    if (!x_const || !y_const) {
        wk_tr_slot(t, slot);
    }
    if (c.mode != WK_MODE_A) {
        wk_tr_slot(t, c.slot);
    }
    dst = t->at;
    wk_tr_slot(t, wk_tr_home(t, n - 3));
    wk_tr_pad(t);
    wk_tr_pop(t, 3);
    wk_tr_push_temp(t, class);
    wk_tr_produced(t, dst, 2, TR_INT);
}

void wk_tr_select(struct wk_translator *t) {
    const uint32_t n = t->n;
    const uint32_t class = t->vals[n - 3].class;
    const uint32_t if_true = t->is_select_swapped ? n - 2 : n - 3;
    const uint32_t if_false = t->is_select_swapped ? n - 3 : n - 2;
    struct tr_operand c;
    int32_t x, y;
    uint32_t dst;
    t->is_select_swapped = false;
    if (WK_UNLIKELY(t->wide)) {
        tr_select_wide(t);
        return;
    }
    if (class == TR_V128) {
        wk_tr_vector_select(t);
        return;
    }
    if (t->vals[n - 1].kind == TR_CONST) {
        wk_tr_flush(t, n - 1);
    }
    if (tr_is_const32(&t->vals[n - 3]) || tr_is_const32(&t->vals[n - 2])) {
        tr_select_const(t, if_true, if_false);
        return;
    }
    x = wk_tr_operand_slot(t, if_true);
    y = wk_tr_operand_slot(t, if_false);
    c = wk_tr_operand(t, n - 1);
    if (c.mode == WK_MODE_A) {
        wk_tr_use_acc(t, &c);
    }
    wk_tr_cell(t, WK_CELL_select_S + c.mode);
    wk_tr_slot(t, x);
    wk_tr_slot(t, y);
    dst = t->at;
    wk_tr_slot(t, wk_tr_home(t, n - 3));
    wk_tr_slot(t, c.mode == WK_MODE_S ? c.slot : 0);
    wk_tr_pop(t, 3);
    wk_tr_push_temp(t, class);
    wk_tr_produced(t, dst, 1, TR_INT);
}

/* `pin`: of `to`. */
static void tr_move_to_local(struct wk_translator *t, uint32_t class, int32_t to, uint32_t pin, int32_t from) {
    if (pin == 0) {
        tr_move_slots(t, class, to, from);
    } else {
        wk_tr_cell(t, WK_CELL_mov_SS + pin);
        wk_tr_slot(t, from);
        wk_tr_slot(t, to);
    }
}

/* A local has a new value that no accumulator holds. */
static inline void tr_local_changed(struct wk_translator *t, uint32_t class, int32_t slot) {
    const uint32_t acc = TR_ACC(class);
    t->acc[acc] = t->acc[acc] == slot ? TR_NO_SLOT : t->acc[acc];
}

/* The topmost operand, which a cell has computed, goes to a local. */
static void tr_set_from_temp(struct wk_translator *t, int32_t slot, uint32_t pin) {
    const struct tr_val *v = &t->vals[t->n - 1];
    const uint32_t acc = TR_ACC(v->class);
    const bool in_acc = v->acc != 0 && t->acc[acc] == v->slot;
    const bool is_last = t->last_end == t->at && t->last_slot == v->slot && (!t->wide || wk_tr_is_near(slot));
    tr_local_changed(t, v->class, slot);
    if (is_last && (pin == 0 || t->last_forms != 2)) {
        const int16_t field = (int16_t)slot;
        WK_MOVE_BYTES(t->code + t->last_dst, &field, 2);
        t->last_slot = TR_NO_SLOT;
        if (t->last_pair != 0) { /* the other result comes next */
            t->last_slot = wk_tr_home(t, t->n - 2);
            t->last_dst = t->last_pair;
            t->last_pair = 0;
        }
        if (pin != 0 && t->last_forms == 4) {
            wk_tr_change_cell(t, 1 + pin);
        } else if (pin != 0) {
            tr_move_to_local(t, TR_INT, slot, pin, slot);
        } else if (in_acc) {
            t->acc[acc] = slot;
        }
        return;
    }
    if (in_acc && acc == 0 && (!t->wide || wk_tr_is_near(slot))) {
        tr_use_acc(t, true, v->slot);
        wk_tr_cell(t, WK_CELL_mov_AS + pin);
        wk_tr_slot(t, slot);
        wk_tr_pad(t);
        t->acc[acc] = slot;
        return;
    }
    tr_move_to_local(t, v->class, slot, pin, v->slot);
}

/* Operands below the topmost one that are reads of the local get the value it had. */
static WK_NOINLINE void tr_read_before(struct wk_translator *t, int32_t slot) {
    for (uint32_t open = wk_tr_open(t, 0, t->n - 1); open != 0; open &= open - 1) {
        const uint32_t i = t->open_from + wk_ctz32(open);
        if (t->vals[i].slot == slot && wk_tr_is_pending(t, i)) {
            wk_tr_flush(t, i);
        }
        if (t->vals[i].kind == TR_TEMP) {
            t->open &= ~(open & (0u - open));
        }
    }
}

static WK_NOINLINE void tr_local_set_any(struct wk_translator *t, uint32_t local) {
    const struct tr_local *l = &t->locals[local];
    const int32_t slot = l->slot;
    const uint32_t pin = l->mode == WK_MODE_S ? 0 : l->mode - (WK_MODE_L - 1u);
    const struct tr_val *v = &t->vals[t->n - 1];
    if (t->n - 1 > t->open_from) {
        tr_read_before(t, slot);
    }
    switch ((enum tr_kind)v->kind) {
    case TR_SUM:
        tr_sum(t, t->n - 1);
        tr_set_from_temp(t, slot, pin);
        break;
    case TR_TEMP:
        tr_set_from_temp(t, slot, pin);
        break;
    case TR_LOCAL:
        if (v->slot != slot) {
            tr_local_changed(t, v->class, slot);
            tr_move_to_local(t, v->class, slot, pin, v->slot);
        }
        break;
    case TR_CONST:
        tr_local_changed(t, v->class, slot);
        tr_const_val(t, slot, v, pin);
        break;
    }
    wk_tr_pop(t, 1);
}

/* The usual case calls nothing: the newest cell writes the local instead, and nothing below may read it. */
void wk_tr_local_set(struct wk_translator *restrict t, uint32_t local) {
    const struct tr_local *l = &t->locals[local];
    const struct tr_val *v = &t->vals[t->n - 1];
    int32_t *acc = &t->acc[TR_ACC(v->class)];
    int16_t field;
    if (v->kind != TR_TEMP || t->last_end != t->at || t->last_slot != v->slot || t->n - 1 > t->open_from || t->wide ||
        t->last_pair != 0 || (l->mode != WK_MODE_S && t->last_forms != 4)) {
        tr_local_set_any(t, local);
        return;
    }
    field = (int16_t)l->slot;
    WK_MOVE_BYTES(t->code + t->last_dst, &field, 2);
    if (l->mode != WK_MODE_S) {
        wk_tr_change_cell(t, l->mode);
    } else if (v->acc != 0 && *acc == v->slot) {
        *acc = l->slot;
    } else if (*acc == l->slot) {
        *acc = TR_NO_SLOT;
    }
    t->last_slot = TR_NO_SLOT;
    t->n--;
}

/* Any operand to a slot that is no local. */
void wk_tr_move(struct wk_translator *t, int32_t to, uint32_t idx) {
    const struct tr_val *v = &t->vals[idx];
    if (v->kind == TR_CONST) {
        tr_const_val(t, to, v, 0);
        return;
    }
    if (v->kind == TR_SUM) {
        tr_sum(t, idx);
    }
    /* of two results the low half is written last, and may lie where the high half is to go */
    if (t->last_end == t->at && t->last_slot == v->slot && t->last_pair == 0 && !t->wide) {
        const int16_t field = (int16_t)to;
        WK_MOVE_BYTES(t->code + t->last_dst, &field, 2);
        t->last_end = TR_NONE;
        return;
    }
    tr_move_slots(t, v->class, to, v->slot);
}

void wk_tr_global_get(struct wk_translator *t, uint32_t global) {
    const uint32_t class = wk_tr_class_of(t->module->globals[global].type);
    uint32_t dst;
    if (class == TR_V128) {
        wk_tr_vector_global(t, global, false);
        return;
    }
    wk_tr_cell(t, WK_CELL_global_get_S);
    wk_tr_u32(t, global);
    wk_tr_push_temp(t, class);
    dst = t->at;
    wk_tr_slot(t, wk_tr_dest(t, wk_tr_home(t, t->n - 1)));
    wk_tr_pad(t);
    wk_tr_produced(t, dst, class == TR_INT ? 4 : 1, TR_INT);
}

void wk_tr_global_set(struct wk_translator *t, uint32_t global) {
    struct tr_operand v;
    int32_t slot = 0;
    if (t->vals[t->n - 1].class == TR_V128) {
        wk_tr_vector_global(t, global, true);
        return;
    }
    v = tr_get_reg(t, t->n - 1);
    if (v.mode == WK_MODE_A && t->vals[t->n - 1].class != TR_INT) {
        v.mode = WK_MODE_S;
    }
    if (v.mode == WK_MODE_A) {
        wk_tr_use_acc(t, &v);
    } else if (v.mode == WK_MODE_S) {
        slot = wk_tr_source(t, v.slot, 0);
    }
    wk_tr_cell(t, WK_CELL_global_set_S + v.mode);
    wk_tr_u32(t, global);
    if (v.mode == WK_MODE_S) {
        wk_tr_slot(t, slot);
        wk_tr_pad(t);
    }
    wk_tr_pop(t, 1);
}

/* ---- memory ----------------------------------------------------------------------------------------------------- */

/* Address modes that lean cells lack, by those that do the same: a pinned local has a slot too. */
static const uint8_t tr_lean_mode[WK_ADDR_COUNT] = {
    [WK_ADDR_S] = WK_ADDR_S, [WK_ADDR_A] = WK_ADDR_A, [WK_ADDR_L] = WK_ADDR_S, [WK_ADDR_M] = WK_ADDR_S,
    [WK_ADDR_P] = WK_ADDR_P, [WK_ADDR_Q] = WK_ADDR_P, [WK_ADDR_R] = WK_ADDR_P};

/* Mode and slot of an address; constants are added to the offset, which is *offset. `is_usual`: that can be done. */
WK_INLINE struct tr_operand tr_address(struct wk_translator *t, const struct tr_op *row, uint32_t idx,
                                           uint64_t *offset, bool is_usual) {
    static const uint8_t of_sum[WK_MODE_COUNT] = {WK_ADDR_P, WK_ADDR_P, WK_ADDR_Q, WK_ADDR_R, WK_ADDR_P};
    struct tr_val *v = &t->vals[idx];
    struct tr_operand a;
    if (v->kind == TR_CONST) {
        if (is_usual || (!row->is_lean && (uint32_t)v->num + *offset <= UINT32_MAX)) {
            *offset += (uint32_t)v->num;
            return (struct tr_operand){WK_ADDR_K, false, 0, 0};
        }
        wk_tr_flush(t, idx);
    }
    a = tr_operand_of(t, v);
    a.mode = v->kind == TR_SUM ? of_sum[a.mode] : a.mode;
    if (WK_UNLIKELY(row->is_lean)) {
        a.mode = tr_lean_mode[a.mode];
    }
    return a;
}
/* Of a family's cells for each address mode: S A P are the lean ones. */
static inline uint32_t tr_address_form(const struct tr_op *row, uint32_t mode) {
    return row->is_lean && mode == WK_ADDR_P ? 2 : mode;
}

bool wk_tr_pair(uint32_t list, struct tr_operand *l, struct tr_operand *r, uint32_t *out) {
    const uint32_t found = tr_pair(list, l, r);
    *out = (found - 1) * tr_list_forms[list];
    return found != 0;
}

uint32_t wk_tr_list_forms(uint32_t list) {
    return tr_list_forms[list];
}

static bool tr_addr_has_slot(uint32_t mode) {
    return mode == WK_ADDR_S || mode == WK_ADDR_P;
}

/* Memories other than memory 0 with 32-bit addresses: everything in slots. */
static void tr_any_memory(struct wk_translator *t, const struct tr_op *row, const struct wk_memarg *arg) {
    const bool is_store = row->list != 0;
    int32_t value = 0;
    int32_t address;
    uint32_t dst;
    if (is_store) {
        value = wk_tr_operand_slot(t, t->n - 1);
        wk_tr_pop(t, 1);
        value = wk_tr_source(t, value, 1);
    }
    address = wk_tr_operand_slot(t, t->n - 1);
    wk_tr_pop(t, 1);
    address = wk_tr_source(t, address, 0);
    wk_tr_cell(t, row->other);
    wk_tr_u32(t, arg->memory);
    wk_tr_u64(t, arg->offset);
    wk_tr_slot(t, address);
    dst = t->at;
    if (is_store) {
        wk_tr_slot(t, value);
        return;
    }
    wk_tr_push_temp(t, row->out);
    wk_tr_slot(t, wk_tr_dest(t, wk_tr_home(t, t->n - 1)));
    /* the cell writes its slot only: no accumulator changes */
    tr_newest(t, dst, 1, wk_tr_home(t, t->n - 1));
    tr_delivered(t, wk_tr_home(t, t->n - 1));
}

WK_INLINE void tr_load(struct wk_translator *t, const struct tr_op *row, uint64_t offset, bool is_usual) {
    const struct tr_val *v = &t->vals[t->n - 1];
    struct tr_operand a = tr_address(t, row, t->n - 1, &offset, is_usual);
    const uint32_t id = row->first + tr_address_form(row, a.mode) * row->forms;
    uint32_t dst;
    uint8_t *p;
    if (a.mode == WK_ADDR_A) {
        tr_use_acc(t, a.is_temp, a.slot);
    }
    if (!is_usual && tr_addr_has_slot(a.mode)) {
        a.slot = wk_tr_source(t, a.slot, 0);
    }
    p = tr_put_u32(tr_begin_cell(t, id), (uint32_t)offset);
    p = tr_put_u32_if(p, (uint32_t)a.num, a.mode >= WK_ADDR_P);
    p = tr_put_slot_if(p, a.slot, tr_addr_has_slot(a.mode));
    dst = (uint32_t)(p - t->code);
    tr_end_cell(t, tr_put_slot(p, is_usual ? v->home : wk_tr_dest(t, v->home)));
    tr_result(t, 1, row->out, dst, row->forms);
}

/* A vector never goes right as an immediate. */
static void tr_store_vector(struct wk_translator *t, const struct tr_op *row, uint64_t offset) {
    struct tr_operand a, v;
    wk_tr_operand_reg(t, t->n - 1);
    a = tr_address(t, row, t->n - 2, &offset, false);
    v = wk_tr_operand(t, t->n - 1);
    if (v.mode == WK_MODE_A) {
        wk_tr_use_acc(t, &v);
    } else if (a.mode == WK_ADDR_A) {
        wk_tr_use_acc(t, &a);
    }
    wk_tr_cell(t, row->first + a.mode * 2u + v.mode);
    wk_tr_u32(t, (uint32_t)offset);
    if (a.mode >= WK_ADDR_P) {
        wk_tr_u32(t, (uint32_t)a.num);
    }
    if (tr_addr_has_slot(a.mode)) {
        wk_tr_slot(t, a.slot);
    }
    if (v.mode == WK_MODE_S) {
        wk_tr_slot(t, v.slot);
    }
    wk_tr_pad(t);
    wk_tr_pop(t, 2);
}

WK_INLINE void tr_store(struct wk_translator *t, const struct tr_op *row, uint64_t offset, bool is_usual) {
    const uint32_t vi = t->n - 1;
    const uint32_t ai = t->n - 2;
    const bool is_float = row->out != TR_INT && !WICK_FP_SOFT;
    const uint32_t modes = row->is_lean ? 2 : WK_STORE_MODES;
    uint32_t first = row->first;
    bool is_bits; /* by an integer store */
    struct tr_operand a, v;
    uint8_t *p;
    if (!is_usual) {
        if (t->vals[vi].kind == TR_SUM) {
            tr_sum(t, vi);
        }
        if (t->vals[vi].kind == TR_CONST &&
            (row->is_lean || (row->is_imm64 == 8 && !tr_fits_s32(t->vals[vi].num)))) {
            wk_tr_flush(t, vi);
        }
    }
    a = tr_address(t, row, ai, &offset, is_usual);
    v = tr_operand_of(t, &t->vals[vi]);
    if (WK_UNLIKELY(row->is_lean) && v.mode != WK_MODE_A) {
        v.mode = WK_MODE_S;
    }
    if (row->out != TR_INT && !(v.mode == WK_MODE_A && is_float)) {
        /* the bits, by the integer cell */
        first = tr_bits_store(row);
    }
    is_bits = first != row->first || row->out == TR_INT;
    if (is_bits) {
        if (a.mode == WK_ADDR_A && v.mode == WK_MODE_A) {
            if (v.is_temp) {
                a.mode = WK_ADDR_S;
            } else {
                v.mode = WK_MODE_S;
            }
        }
    }
    if (v.mode == WK_MODE_A) {
        tr_use_acc(t, v.is_temp, v.slot);
    } else if (a.mode == WK_ADDR_A) {
        tr_use_acc(t, a.is_temp, a.slot);
    }
    if (!is_usual) {
        if (tr_addr_has_slot(a.mode)) {
            a.slot = wk_tr_source(t, a.slot, 0);
        }
        if (v.mode == WK_MODE_S) {
            v.slot = wk_tr_source(t, v.slot, 1);
        }
    }
    p = tr_begin_cell(t, first + tr_address_form(row, a.mode) * (is_bits ? modes : 1) + (is_bits ? v.mode : 0u));
    p = tr_put_u32(p, (uint32_t)offset);
    p = tr_put_u32_if(p, (uint32_t)a.num, a.mode >= WK_ADDR_P);
    p = tr_put_u32_if(p, (uint32_t)v.num, v.mode == WK_MODE_I);
    p = tr_put_slot_if(p, a.slot, tr_addr_has_slot(a.mode));
    tr_end_cell(t, tr_put_slot_if(p, v.slot, v.mode == WK_MODE_S));
    wk_tr_pop(t, 2);
}

/* A memory argument of memory 0 with an offset below 2^31. */
static inline bool tr_near_memarg(const uint8_t *bytes, uint32_t pos, uint32_t *out_offset, uint32_t *out_after) {
    uint32_t offset = bytes[pos + 1];
    uint32_t after = pos + 2;
    if (WK_UNLIKELY(bytes[pos] >= 0x40)) {
        return false;
    }
    if (offset >= 0x80) {
        offset &= 0x7f;
        for (uint32_t shift = 7;; shift += 7) {
            const uint32_t byte = bytes[after++];
            if (shift == 28 && byte >= 8) {
                return false;
            }
            offset |= (byte & 0x7f) << shift;
            if (byte < 0x80) {
                break;
            }
        }
    }
    *out_offset = offset;
    *out_after = after;
    return true;
}

static inline uint32_t tr_memarg(const struct wk_translator *t, uint32_t pos, struct wk_memarg *arg) {
    wk_read_memarg(t->bytes, &pos, arg);
    return pos;
}

/* Is there no other way than through the instance? Where handlers compare nothing, all memories but the guarded ones go
 * it; the cells of vectors and of shared memories do compare. */
#if WK_GUARD
static inline bool tr_is_any_memory(const struct wk_translator *t, const struct tr_op *row, uint32_t memory) {
    const wick_limits *limits = &t->module->memories[0].limits;
    return WK_UNLIKELY(memory != 0 || limits->is64 ||
                       (row->out != TR_V128 && !limits->shared && !wk_memory_is_guarded(t->module->engine, limits)));
}
#else
static inline bool tr_is_any_memory(const struct wk_translator *t, const struct tr_op *row, uint32_t memory) {
    (void)row;
    return WK_UNLIKELY(memory != 0 || t->module->memories[0].limits.is64);
}
#endif

static WK_NOINLINE uint32_t tr_load_any(struct wk_translator *t, enum wick_op op, uint32_t pos) {
    struct wk_memarg arg;
    const struct tr_op *row;
    pos = tr_memarg(t, pos, &arg);
    row = tr_memory_row(t, op, arg.memory);
    if (tr_is_any_memory(t, row, arg.memory)) {
        tr_any_memory(t, row, &arg);
    } else {
        tr_load(t, row, arg.offset, false);
        tr_delivered(t, wk_tr_home(t, t->n - 1));
    }
    return pos;
}

bool wk_tr_has_near_memory(const struct wk_translator *t) {
    return t->module->n_memories != 0 && !t->module->memories[0].limits.shared &&
           !tr_is_any_memory(t, &tr_ops[WICK_OP_i32_load], 0);
}

/* The usual case calls nothing: memory 0 with cells of its own, and an address that need not be flushed first. */
uint32_t wk_tr_load(struct wk_translator *restrict t, enum wick_op op, uint32_t pos) {
    const struct tr_op *row = &tr_ops[op];
    const struct tr_val *v = &t->vals[t->n - 1];
    uint32_t offset, after;
    if (WK_UNLIKELY(!t->is_near || !tr_near_memarg(t->bytes, pos, &offset, &after)) ||
        (v->kind == TR_CONST && (row->is_lean || (uint32_t)v->num > UINT32_MAX - offset))) {
        return tr_load_any(t, op, pos);
    }
    tr_load(t, row, offset, true);
    return after;
}

static WK_NOINLINE uint32_t tr_store_any(struct wk_translator *t, enum wick_op op, uint32_t pos) {
    struct wk_memarg arg;
    const struct tr_op *row;
    pos = tr_memarg(t, pos, &arg);
    row = tr_memory_row(t, op, arg.memory);
    if (tr_is_any_memory(t, row, arg.memory)) {
        tr_any_memory(t, row, &arg);
    } else if (row->out == TR_V128) {
        tr_store_vector(t, row, arg.offset);
    } else {
        tr_store(t, row, arg.offset, false);
    }
    return pos;
}

uint32_t wk_tr_store(struct wk_translator *restrict t, enum wick_op op, uint32_t pos) {
    const struct tr_op *row = &tr_ops[op];
    const struct tr_val *a = &t->vals[t->n - 2];
    const struct tr_val *v = &t->vals[t->n - 1];
    uint32_t offset, after;
    if (WK_UNLIKELY(!t->is_near || row->out == TR_V128 || !tr_near_memarg(t->bytes, pos, &offset, &after)) ||
        v->kind == TR_SUM || (v->kind == TR_CONST && (row->is_lean || row->is_imm64 == 8)) ||
        (a->kind == TR_CONST && (row->is_lean || (uint32_t)a->num > UINT32_MAX - offset))) {
        return tr_store_any(t, op, pos);
    }
    tr_store(t, row, offset, true);
    return after;
}

/* Numbers that are computed with: modes, and pins (0 none, 1, 2), are added to the first cell of a group. */
#define TR_GROUP(first, l, m) WK_CELL_##l == WK_CELL_##first + 1 && WK_CELL_##m == WK_CELL_##first + 2
_Static_assert(TR_GROUP(mov_SS, mov_SL, mov_SM), "order of cell.def");
_Static_assert(TR_GROUP(mov_AS, mov_AL, mov_AM), "order of cell.def");
_Static_assert(TR_GROUP(const32_A, const32_L, const32_M) && WK_CELL_const32_A == WK_CELL_const32_S + 1, "order");
_Static_assert(TR_GROUP(const64_A, const64_L, const64_M) && WK_CELL_const64_A == WK_CELL_const64_S + 1, "order");
_Static_assert(TR_GROUP(brz_A, brz_L, brz_M) && WK_CELL_brz_A == WK_CELL_brz_S + 1, "order of cell.def");
_Static_assert(TR_GROUP(brnz_A, brnz_L, brnz_M) && WK_CELL_brnz_A == WK_CELL_brnz_S + 1, "order of cell.def");
_Static_assert(TR_GROUP(br_table_A, br_table_L, br_table_M) && WK_CELL_br_table_A == WK_CELL_br_table_S + 1, "order");
_Static_assert(TR_GROUP(select_A, select_L, select_M) && WK_CELL_select_A == WK_CELL_select_S + 1, "order of cell.def");
_Static_assert(TR_GROUP(call_ind_A, call_ind_L, call_ind_M) && WK_CELL_call_ind_A == WK_CELL_call_ind_S + 1, "order");
_Static_assert(TR_GROUP(ret_A, ret_L, ret_M) && WK_CELL_ret_A == WK_CELL_ret_S + 1, "order of cell.def");
_Static_assert(TR_GROUP(global_get_A, global_get_L, global_get_M) && WK_CELL_global_get_A == WK_CELL_global_get_S + 1,
               "order of cell.def");
_Static_assert(TR_GROUP(global_set_A, global_set_L, global_set_M) && WK_CELL_global_set_A == WK_CELL_global_set_S + 1,
               "order of cell.def");
#undef TR_GROUP

/* translate.c - the walk over a validated body that makes its cells, and the module's code as a whole.
 *
 * One pass over the bytes with an explicit stack of blocks; nothing is validated again. Unreachable code is skipped.
 * Owner of: the counting of straight-line code (rt/rt.h), publication of translated functions, the memory that holds
 * cells. Where a cell came from is not stored: translating again up to it finds out (wk_translate_locate). */
#include "base/atomic.h"
#include "interp/translate.h"

#define TR_STRAIGHT 256u /* instructions without loop or call, marks apart, that cost one unit */
#define TR_CHUNK_MOST 0x1000000u /* bytes of a chunk of cells, unless one function needs more */

/* ---- starting a function ---------------------------------------------------------------------------------------- */

static wick_err tr_reserve(struct wk_translator *t, void **array, size_t *cap, size_t n, size_t size) {
    if (*cap >= n) {
        return WICK_OK;
    }
    return wk_array_reserve(t->alloc, array, cap, n, size) == WICK_OK ? WICK_OK
                                                                       : wk_fail_nomem(t->diag, (uint64_t)n * size);
}

/* Of `count` locals from `first` on, which take a slot each, beginning with `slot`. */
static void tr_mark_pins(struct wk_translator *t, uint32_t first, uint32_t count, int32_t slot) {
    for (uint32_t k = 0; k < 2; k++) {
        const int64_t i = (int64_t)t->pin[k] - slot;
        if (t->pin[k] != TR_NO_SLOT && i >= 0 && i < count) {
            t->locals[first + (uint32_t)i].mode = (uint8_t)(WK_MODE_L + k);
            t->locals[first + (uint32_t)i].acc = 0;
        }
    }
}

/* Slots and classes of parameters and declared locals. */
static wick_err tr_read_locals(struct wk_translator *t, const struct wk_func_info *info, const struct wk_deftype *type) {
    const uint8_t *bytes = t->bytes;
    uint32_t at = info->off;
    uint32_t n_groups = wk_read_u32(bytes, &at);
    int32_t slot = -(int32_t)type->param_slots;
    uint32_t n = type->n_params;
    void *array = t->locals;
    wick_err err = tr_reserve(t, &array, &t->locals_cap, (size_t)n + 1, sizeof *t->locals);
    t->locals = array;
    WK_TRY(err);
    for (uint32_t i = 0; i < n; i++) {
        t->locals[i] = (struct tr_local){TR_LOCAL, (uint8_t)wk_tr_class_of(type->types[i]), WK_MODE_S, 1, slot};
        if (slot == t->pin[0] || slot == t->pin[1]) {
            tr_mark_pins(t, i, 1, slot);
        }
        slot += (int32_t)wk_type_slots(type->types[i]);
    }
    slot = (int32_t)WK_LINK_SLOTS;
    for (; n_groups != 0; n_groups--) {
        const uint32_t count = wk_read_u32(bytes, &at);
        const wick_valtype valtype = wk_read_valtype(t->module, &at);
        const struct tr_local local = {TR_LOCAL, (uint8_t)wk_tr_class_of(valtype), WK_MODE_S, 1, 0};
        const int32_t slots = (int32_t)wk_type_slots(valtype);
        array = t->locals;
        err = tr_reserve(t, &array, &t->locals_cap, (size_t)n + count, sizeof *t->locals);
        t->locals = array;
        WK_TRY(err);
        for (uint32_t i = 0; i < count; i++) {
            t->locals[n + i] = local;
            t->locals[n + i].slot = slot;
            slot += slots;
        }
        if (slots == 1) { /* vectors are not pinned */
            tr_mark_pins(t, n, count, slot - (int32_t)count);
        }
        n += count;
    }
    t->n_locals = n;
    return WICK_OK;
}

static bool tr_is_wide(const struct wk_func_info *info, const struct wk_deftype *type) {
    return type->param_slots > TR_NEAR_PARAMS ||
           (uint64_t)WK_LINK_SLOTS + info->local_slots + info->max_height > TR_NEAR_FRAME;
}

/* A pinned local's slot from the frame pointer. */
static int32_t tr_pin_slot(const struct wk_func_info *info, const struct wk_deftype *type, uint32_t which) {
    const uint32_t pin = info->pin[which];
    if (pin == WK_NO_INDEX || tr_is_wide(info, type)) {
        return TR_NO_SLOT;
    }
    return (int32_t)pin - (int32_t)type->param_slots + (pin < type->param_slots ? 0 : (int32_t)WK_LINK_SLOTS);
}

static wick_err tr_begin(struct wk_translator *t, struct wick_module *module, uint32_t index, wick_diag *diag) {
    const struct wk_func_info *info = &module->funcs[index];
    const struct wk_deftype *type = wk_module_func_type(module, index);
    const struct tr_ctrl func = {.kind = TR_FUNC, .n_results = type->n_results, .results = type->types + type->n_params};
    void *array;
    wick_err err;
    t->module = module;
    t->alloc = &module->engine->alloc;
    t->bytes = module->bytes;
    t->diag = diag;
    t->n_starts = 0;
    t->at = 4; /* so that no field is at offset 0, which ends a chain; cut off at the end */
    t->n = 0;
    t->open = 0;
    t->open_from = 0;
    t->n_scopes = 0;
    t->n_catches = 0;
    t->params = type->param_slots;
    t->need = WK_LINK_SLOTS + info->local_slots + info->max_height;
    t->wide = tr_is_wide(info, type);
    t->canonical_nan = module->engine->canonical_nan;
    t->is_special = t->wide || t->canonical_nan;
    t->is_near = !t->wide && wk_tr_has_near_memory(t);
    t->pin[0] = tr_pin_slot(info, type, 0);
    t->pin[1] = tr_pin_slot(info, type, 1);
    t->is_select_swapped = false;
    wk_tr_barrier(t);
    WK_TRY(wk_tr_room(t, TR_ROOM));
    array = t->vals;
    err = tr_reserve(t, &array, &t->vals_cap, (size_t)info->max_height + 3, sizeof *t->vals);
    t->vals = array;
    WK_TRY(err);
    t->vals[0].home = (int32_t)(WK_LINK_SLOTS + info->local_slots);
    array = t->ctrls;
    err = tr_reserve(t, &array, &t->ctrls_cap, 16, sizeof *t->ctrls);
    t->ctrls = array;
    WK_TRY(err);
    t->ctrls[0] = func;
    t->ctrls[0].last = type->n_results != 0 ? type->types[type->n_params + type->n_results - 1] : 0;
    t->n_ctrls = 1;
    return tr_read_locals(t, info, type);
}

/* ---- instructions without a family ------------------------------------------------------------------------------ */

/* Cells that take `in` operands from their canonical slots on and leave one result, or none, in the first. Fields: the
 * two indices (as many as n_index), the first slot. */
static void tr_slots_cell(struct wk_translator *t, uint32_t id, uint32_t n_index, const uint32_t *index, uint32_t in,
                          bool has_result) {
    wk_tr_flush_range(t, t->n - in, t->n, true);
    wk_tr_cell(t, id);
    for (uint32_t i = 0; i < n_index; i++) {
        wk_tr_u32(t, index[i]);
    }
    if (in != 0) {
        wk_tr_u32(t, (uint32_t)wk_tr_home(t, t->n - in));
    }
    wk_tr_pop(t, in);
    if (has_result) {
        wk_tr_push_temp(t, TR_INT);
    }
}

/* A cell with an index and a destination slot. */
static void tr_index_cell(struct wk_translator *t, uint32_t id, uint32_t index) {
    uint32_t dst;
    wk_tr_cell(t, id);
    wk_tr_u32(t, index);
    wk_tr_push_temp(t, TR_INT);
    dst = t->at;
    wk_tr_slot(t, wk_tr_dest(t, wk_tr_home(t, t->n - 1)));
    wk_tr_pad(t);
    wk_tr_produced(t, dst, 1, TR_INT);
}

static void tr_ref_eq(struct wk_translator *t) {
    int32_t x = wk_tr_operand_slot(t, t->n - 2);
    int32_t y = wk_tr_operand_slot(t, t->n - 1);
    uint32_t dst;
    x = wk_tr_source(t, x, 0);
    y = wk_tr_source(t, y, 1);
    wk_tr_cell(t, WK_CELL_ref_eq);
    wk_tr_slot(t, x);
    wk_tr_slot(t, y);
    wk_tr_pop(t, 2);
    wk_tr_push_temp(t, TR_INT);
    dst = t->at;
    wk_tr_slot(t, wk_tr_dest(t, wk_tr_home(t, t->n - 1)));
    wk_tr_pad(t);
    wk_tr_produced(t, dst, 1, TR_INT);
}

static void tr_as_non_null(struct wk_translator *t) {
    int32_t slot = wk_tr_operand_slot(t, t->n - 1);
    slot = wk_tr_source(t, slot, 0);
    wk_tr_cell(t, WK_CELL_as_non_null);
    wk_tr_u32(t, 0);
    wk_tr_slot(t, slot);
    wk_tr_pad(t);
    t->acc[0] = TR_NO_SLOT;
}

/* Memory 0, whose base is in a register, with 32-bit addresses. */
static bool tr_is_near_memory(const struct wk_translator *t, uint32_t memory) {
    const wick_limits *limits = &t->module->memories[0].limits;
    return memory == 0 && !limits->is64 && !limits->shared;
}

/* The bulk and table instructions, and what is left. */
static wick_err tr_other(struct wk_translator *t, enum wick_op op, uint32_t *pos) {
    uint32_t index[2] = {0, 0};
    switch (wk_op_info(op)->imm) {
    case WK_IMM_TABLE_TABLE:
    case WK_IMM_ELEM_TABLE:
    case WK_IMM_MEM_MEM:
    case WK_IMM_DATA_MEM:
        index[0] = wk_read_u32(t->bytes, pos);
        index[1] = wk_read_u32(t->bytes, pos);
        break;
    case WK_IMM_TABLE:
    case WK_IMM_ELEM:
    case WK_IMM_MEM:
    case WK_IMM_DATA:
    case WK_IMM_FUNC:
        index[0] = wk_read_u32(t->bytes, pos);
        break;
    default:
        break;
    }
    switch (op) {
    case WICK_OP_memory_size:
        tr_index_cell(t, wk_tr_size_cell(t, index[0]), index[0]);
        break;
    case WICK_OP_memory_grow:
        tr_slots_cell(t, WK_CELL_memory_grow, 1, index, 1, true);
        break;
    case WICK_OP_memory_fill:
        tr_slots_cell(t, tr_is_near_memory(t, index[0]) ? WK_CELL_memory_fill0 : WK_CELL_memory_fill, 1, index, 3, false);
        break;
    case WICK_OP_memory_copy:
        tr_slots_cell(t,
                      index[0] == index[1] && tr_is_near_memory(t, index[0]) ? WK_CELL_memory_copy0 : WK_CELL_memory_copy,
                      2, index, 3, false);
        break;
    case WICK_OP_memory_init:
        tr_slots_cell(t, WK_CELL_memory_init, 2, index, 3, false);
        break;
    case WICK_OP_data_drop:
        tr_slots_cell(t, WK_CELL_data_drop, 1, index, 0, false);
        break;
    case WICK_OP_table_get:
        tr_slots_cell(t, WK_CELL_table_get, 1, index, 1, true);
        break;
    case WICK_OP_table_set:
        tr_slots_cell(t, WK_CELL_table_set, 1, index, 2, false);
        break;
    case WICK_OP_table_size:
        tr_index_cell(t, WK_CELL_table_size, index[0]);
        break;
    case WICK_OP_table_grow:
        tr_slots_cell(t, WK_CELL_table_grow, 1, index, 2, true);
        break;
    case WICK_OP_table_fill:
        tr_slots_cell(t, WK_CELL_table_fill, 1, index, 3, false);
        break;
    case WICK_OP_table_copy:
        tr_slots_cell(t, WK_CELL_table_copy, 2, index, 3, false);
        break;
    case WICK_OP_table_init:
        tr_slots_cell(t, WK_CELL_table_init, 2, index, 3, false);
        break;
    case WICK_OP_elem_drop:
        tr_slots_cell(t, WK_CELL_elem_drop, 1, index, 0, false);
        break;
    case WICK_OP_ref_func:
        tr_index_cell(t, WK_CELL_ref_func, index[0]);
        break;
    case WICK_OP_ref_null:
        wk_read_heaptype(t->module, pos);
        wk_tr_push_const(t, TR_INT, 0);
        break;
    case WICK_OP_ref_is_null:
        wk_tr_eqz(t, t->bytes[*pos]);
        break;
    case WICK_OP_ref_eq:
        tr_ref_eq(t);
        break;
    case WICK_OP_ref_as_non_null:
        tr_as_non_null(t);
        break;
    case WICK_OP_i64_add128:
    case WICK_OP_i64_sub128:
    case WICK_OP_i64_mul_wide_s:
    case WICK_OP_i64_mul_wide_u:
        wk_tr_wide(t, op);
        break;
    default:
        return (wk_op_info(op)->flags & WK_OP_ATOMIC) != 0 ? wk_tr_atomic(t, op, pos) : wk_tr_unsupported(t, op);
    }
    return WICK_OK;
}

/* ---- the walk --------------------------------------------------------------------------------------------------- */

static void tr_charge(struct wk_translator *t) {
    wk_tr_cell(t, WK_CELL_charge);
    wk_tr_u32(t, 1);
}

/* Skips unreachable code to the else or end of the innermost block, which is read next. Instructions count all the
 * same: *left is how many are left to the next unit. */
static void tr_skip(struct wk_translator *t, uint32_t *pos, uint32_t *left) {
    uint32_t depth = 0;
    for (;;) {
        uint32_t at = *pos;
        const enum wick_op op = wk_read_op(t->bytes, &at);
        const struct wk_op_info *info = wk_op_info(op);
        if (op == WICK_OP_end || op == WICK_OP_delegate) {
            if (depth == 0) {
                return;
            }
            depth--;
        } else if ((op == WICK_OP_else || op == WICK_OP_catch || op == WICK_OP_catch_all) && depth == 0) {
            return;
        } else if (info->imm == WK_IMM_BLOCK || info->imm == WK_IMM_TRY_TABLE) {
            depth++;
        }
        wk_skip_imm(t->module, (enum wk_imm)info->imm, &at);
        if ((info->flags & WK_OP_MARK) == 0) {
            *left = *left == 0 ? TR_STRAIGHT - 1 : *left - 1;
        }
        if (op == WICK_OP_loop || (info->flags & WK_OP_CALL) != 0) {
            *left = TR_STRAIGHT;
        }
        *pos = at;
    }
}

/* Instructions of which a function has few: those behind a prefix, casts, tables, references. */
static WK_NOINLINE wick_err tr_rare(struct wk_translator *t, enum wick_op op, uint32_t *pos) {
    WK_TRY(wk_tr_room(t, TR_ROOM));
    switch (op) {
/* clang-format off */
#define CELL_VUN(op, fn, in, out, list)
#define CELL_UN(op, fn, in, out, list) case WICK_OP_##op:
#define CELL_UNT(op, fn, in, out) case WICK_OP_##op:
#include "def/cell.def"
/* clang-format on */
        wk_tr_unary(t, op);
        return WICK_OK;
    case WICK_OP_br_on_cast:
    case WICK_OP_br_on_cast_fail:
        return wk_tr_br_on_cast(t, pos, op == WICK_OP_br_on_cast);
    case WICK_OP_cont_new:
    case WICK_OP_cont_bind:
        return wk_tr_cont(t, op, pos);
    default:
        break;
    }
    if (wk_op_info(op)->prefix == 0xfb) {
        return wk_tr_gc(t, op, pos);
    }
    return wk_tr_simd(t, op, pos) ? WICK_OK : tr_other(t, op, pos);
}

/* What is looked after once for a few instructions: room, the unit of fuel of straight code, and for who looks for an
 * offset where it was. *steps is how many come until the next time, *rest how many then are left to the next unit. */
static wick_err tr_pause(struct wk_translator *t, uint32_t pos, bool is_dead, uint32_t *steps, uint32_t *rest) {
    uint32_t batch = TR_BATCH;
    if (WK_UNLIKELY(t->find != TR_NONE)) {
        batch = 1;
        t->op_at = pos;
        wk_tr_rewound(t);
    }
    WK_TRY(wk_tr_room(t, TR_ROOM));
    if (*rest == 0) {
        const uint32_t row = wk_op_table()[t->bytes[pos]];
        if (row != 0 && wk_op_is_mark((enum wick_op)(row - 1))) {
            *steps = 1;
            *rest = UINT32_MAX; /* the mark gives back what it did not take */
            return WICK_OK;
        }
        if (!is_dead) {
            tr_charge(t);
        }
        *rest = TR_STRAIGHT;
    }
    *steps = *rest < batch ? *rest : batch;
    *rest -= *steps;
    return WICK_OK;
}

/* A comparison or test for zero whose immediates would be at *pos, and behind it an instruction that takes its result as a
 * condition, within the `left` instructions before the next unit of fuel: both at once. Answers how many instructions
 * more that were; 0: there is none, and nothing has happened. */
static wick_err tr_condition(struct wk_translator *t, enum wick_op op, uint32_t *pos, uint32_t left, uint32_t *out_more) {
    struct tr_cond cond;
    *out_more = 0;
    if (op == WICK_OP_i32_eqz || op == WICK_OP_i64_eqz) {
        if (left == 0 || !wk_tr_takes_cond(t, *pos, 1) || t->cmp.end == t->at) {
            return WICK_OK;
        }
        wk_tr_eqz_cond(t, &cond);
    } else {
        const uint32_t negated = t->bytes[*pos] == WK_CODE_i32_eqz;
        if (left <= negated || !wk_tr_takes_cond(t, *pos + negated, 2)) {
            return WICK_OK;
        }
        wk_tr_compare_cond(t, op, negated != 0, &cond);
        *pos += negated;
        *out_more = negated;
    }
    *out_more += 1;
    return wk_tr_take_cond(t, pos, &cond);
}

/* Immediates at *at, which are short nearly always. */
static inline uint32_t tr_u32(const uint8_t **at) {
    uint32_t value = *(*at)++;
    if (WK_UNLIKELY(value >= 0x80)) {
        uint32_t n = 0;
        value = (uint32_t)wk_read_leb(*at - 1, &n);
        *at += n - 1;
    }
    return value;
}
static inline uint64_t tr_s64(const uint8_t **at) {
    const uint8_t byte = *(*at)++;
    if (WK_LIKELY(byte < 0x80)) {
        return (uint64_t)(byte & 0x3f) - (byte & 0x40);
    } else {
        uint32_t n = 0;
        const uint64_t value = (uint64_t)wk_read_s64(*at - 1, &n);
        *at += n - 1;
        return value;
    }
}

static wick_err tr_walk(struct wk_translator *t, uint32_t pos) {
    const uint8_t *const bytes = t->bytes;
    const uint8_t *at = bytes + pos;
    const uint16_t *ops = wk_op_table();
    uint32_t steps = 0;
    uint32_t rest = TR_STRAIGHT;
    bool is_dead = false;
    for (;;) {
        /* what is passed by address does not keep `at` and the others out of registers */
        uint32_t code, next, other;
        enum wick_op op;
        bool dead;
        if (WK_UNLIKELY(steps == 0)) {
        pause: /* who knows that it comes jumps here: the processor does not */
            WK_TRY(tr_pause(t, (uint32_t)(at - bytes), is_dead, &next, &rest));
            steps = next;
        }
        steps--;
        code = *at++;
        switch (code) {
        case WK_CODE_local_get:
            wk_tr_push_local(t, tr_u32(&at));
            /* what follows half of the time: comparing is foreseen better than jumping to where the byte says */
            if (*at == WK_CODE_i32_const && steps != 0) {
                steps--;
                at++;
                goto i32_const;
            }
            if (*at == WK_CODE_local_get && steps != 0) {
                steps--;
                at++;
                wk_tr_push_local(t, tr_u32(&at));
            }
            continue;
        case WK_CODE_local_set:
            wk_tr_local_set(t, tr_u32(&at));
            continue;
        case WK_CODE_local_tee:
            other = tr_u32(&at);
            wk_tr_local_set(t, other);
            wk_tr_push_local(t, other);
            continue;
        case WK_CODE_i32_const:
        i32_const:
            wk_tr_push_const(t, TR_INT, (uint32_t)tr_s64(&at));
            continue;
        case WK_CODE_i64_const:
            wk_tr_push_const(t, TR_INT, (uint64_t)tr_s64(&at));
            continue;
        case WK_CODE_f32_const:
            wk_tr_push_const(t, TR_F32, wk_ld_le32(at));
            at += 4;
            continue;
        case WK_CODE_f64_const:
            wk_tr_push_const(t, TR_F64, wk_ld_le64(at));
            at += 8;
            continue;
        case WK_CODE_drop:
            wk_tr_pop(t, 1);
            continue;
        case WK_CODE_nop:
            continue;
        case WK_CODE_block:
        case WK_CODE_if:
            next = (uint32_t)(at - bytes);
            WK_TRY(wk_tr_begin_block(t, code == WK_CODE_if ? WICK_OP_if : WICK_OP_block, &next));
            at = bytes + next;
            rest += code == WK_CODE_block;
            continue;
        case WK_CODE_loop:
            next = (uint32_t)(at - bytes);
            WK_TRY(wk_tr_begin_block(t, WICK_OP_loop, &next));
            at = bytes + next;
            rest = TR_STRAIGHT;
            goto pause;
        case WK_CODE_else:
            WK_TRY(wk_tr_else(t, is_dead));
            is_dead = false;
            rest++;
            continue;
        case WK_CODE_end:
            WK_TRY(wk_tr_end(t, is_dead, &dead));
            if (t->n_ctrls == 0) {
                return WICK_OK;
            }
            is_dead = dead;
            rest++;
            break;
        case WK_CODE_try:
        case WK_CODE_try_table:
        case WK_CODE_catch:
        case WK_CODE_catch_all:
        case WK_CODE_throw:
        case WK_CODE_throw_ref:
        case WK_CODE_rethrow:
            next = (uint32_t)(at - bytes);
            dead = is_dead;
            t->op_at = next - 1;
            WK_TRY(wk_tr_room(t, TR_ROOM));
            WK_TRY(wk_tr_eh(t, (enum wick_op)(ops[code] - 1), &next, &dead));
            at = bytes + next;
            is_dead = dead;
            break;
        case WK_CODE_delegate:
            next = (uint32_t)(at - bytes);
            t->op_at = next - 1;
            WK_TRY(wk_tr_delegate(t, &next));
            at = bytes + next;
            WK_TRY(wk_tr_end(t, is_dead, &dead));
            is_dead = dead;
            break;
        case WK_CODE_br:
            WK_TRY(wk_tr_br(t, tr_u32(&at)));
            is_dead = true;
            break;
        case WK_CODE_br_if:
            WK_TRY(wk_tr_br_if(t, tr_u32(&at)));
            continue;
        case WK_CODE_br_on_null:
        case WK_CODE_br_on_non_null:
            WK_TRY(wk_tr_br_on(t, tr_u32(&at), code == WK_CODE_br_on_null));
            continue;
        case WK_CODE_br_table:
            next = (uint32_t)(at - bytes);
            WK_TRY(wk_tr_br_table(t, &next));
            at = bytes + next;
            is_dead = true;
            break;
        case WK_CODE_return:
            WK_TRY(wk_tr_return(t));
            is_dead = true;
            break;
        case WK_CODE_unreachable:
            wk_tr_cell(t, WK_CELL_unreachable);
            wk_tr_truncate(t);
            is_dead = true;
            break;
        case WK_CODE_call:
        case WK_CODE_call_indirect:
        case WK_CODE_call_ref:
        case WK_CODE_return_call:
        case WK_CODE_return_call_indirect:
        case WK_CODE_return_call_ref:
            op = (enum wick_op)(ops[code] - 1);
            next = (uint32_t)(at - bytes);
            WK_TRY(wk_tr_call(t, op, &next));
            at = bytes + next;
            rest = TR_STRAIGHT;
            steps = 0;
            is_dead = code == WK_CODE_return_call || code == WK_CODE_return_call_indirect || code == WK_CODE_return_call_ref;
            if (!is_dead) {
                goto pause;
            }
            break;
        case WK_CODE_suspend:
        case WK_CODE_resume:
        case WK_CODE_resume_throw:
        case WK_CODE_resume_throw_ref:
        case WK_CODE_switch:
            next = (uint32_t)(at - bytes);
            t->op_at = next - 1;
            WK_TRY(wk_tr_cont(t, (enum wick_op)(ops[code] - 1), &next));
            at = bytes + next;
            steps = 0;
            rest = TR_STRAIGHT;
            continue;
        case WK_CODE_select_t:
            next = (uint32_t)(at - bytes);
            wk_skip_imm(t->module, WK_IMM_TYPES, &next);
            at = bytes + next;
            wk_tr_select(t);
            continue;
        case WK_CODE_select:
            wk_tr_select(t);
            continue;
        case WK_CODE_global_get:
            wk_tr_global_get(t, tr_u32(&at));
            continue;
        case WK_CODE_global_set:
            wk_tr_global_set(t, tr_u32(&at));
            continue;
        /* the same bits; a float that is only in its accumulator has its slot written too */
        case WK_CODE_i64_extend_i32_u:
            continue;
        case WK_CODE_i32_reinterpret_f32:
        case WK_CODE_i64_reinterpret_f64:
            wk_tr_retype(t, TR_INT);
            continue;
        case WK_CODE_f32_reinterpret_i32:
            wk_tr_retype(t, TR_F32);
            continue;
        case WK_CODE_f64_reinterpret_i64:
            wk_tr_retype(t, TR_F64);
            continue;
/* clang-format off */
#define CELL_VBIN(op, fn, in, out, list)
#define CELL_BIN(op, fn, in, out, list) case WK_CODE_##op:
#define CELL_BINT(op, fn, in, list) case WK_CODE_##op:
#include "def/cell.def"
            wk_tr_binary(t, (enum wick_op)(ops[code] - 1));
            continue;
#define CELL_VUN(op, fn, in, out, list)
#define CELL_UN(op, fn, in, out, list) case WK_CODE_##op:
#define CELL_UNT(op, fn, in, out) case WK_CODE_##op:
#include "def/cell.def"
            if (code != WK_CODE_i32_eqz) {
                wk_tr_unary(t, (enum wick_op)(ops[code] - 1));
                continue;
            } /* falls through */
        case WK_CODE_i64_eqz:
            next = (uint32_t)(at - bytes);
            op = (enum wick_op)(ops[code] - 1);
            WK_TRY(tr_condition(t, op, &next, steps + rest, &other));
            if (other == 0) {
                wk_tr_eqz(t, *at);
                continue;
            }
            at = bytes + next;
            rest -= other <= steps ? 0 : other - steps;
            steps -= other <= steps ? other : steps;
            continue;
#define CELL_CMP(op, fn, in, list) case WK_CODE_##op:
#include "def/cell.def"
            next = (uint32_t)(at - bytes);
            WK_TRY(tr_condition(t, (enum wick_op)(ops[code] - 1), &next, steps + rest, &other));
            if (other == 0) {
                wk_tr_compare(t, (enum wick_op)(ops[code] - 1));
                continue;
            }
            at = bytes + next;
            rest -= other <= steps ? 0 : other - steps;
            steps -= other <= steps ? other : steps;
            continue;
#define TR_CASE_IF_0(op) case WK_CODE_##op:
#define TR_CASE_IF_1(op)
#define VMEMOP(op, cell, any, is_store, class, width)
#define MEMOP(op, cell, any, is_store, class, width) TR_CASE_IF_##is_store(op)
#include "def/cell.def"
            at = bytes + wk_tr_load(t, (enum wick_op)(ops[code] - 1), (uint32_t)(at - bytes));
            continue;
#undef TR_CASE_IF_0
#undef TR_CASE_IF_1
#define TR_CASE_IF_0(op)
#define TR_CASE_IF_1(op) case WK_CODE_##op:
#define VMEMOP(op, cell, any, is_store, class, width)
#define MEMOP(op, cell, any, is_store, class, width) TR_CASE_IF_##is_store(op)
#include "def/cell.def"
            at = bytes + wk_tr_store(t, (enum wick_op)(ops[code] - 1), (uint32_t)(at - bytes));
            continue;
#undef TR_CASE_IF_0
#undef TR_CASE_IF_1
/* clang-format on */
        default:
            next = (uint32_t)(at - bytes) - 1;
            t->op_at = next;
            op = wk_read_op(bytes, &next);
            WK_TRY(tr_rare(t, op, &next));
            at = bytes + next;
            rest += steps;
            steps = 0;
            continue;
        }
        if (is_dead) {
            next = (uint32_t)(at - bytes);
            other = steps + rest;
            tr_skip(t, &next, &other);
            at = bytes + next;
            steps = 0;
            rest = other;
        }
    }
}

/* ---- the module's code ------------------------------------------------------------------------------------------ */

static void tr_free(struct wk_translator *t, struct wk_alloc *alloc) {
    wk_free(alloc, t->code, t->cap);
    wk_free(alloc, t->starts, t->starts_cap * sizeof *t->starts);
    wk_free(alloc, t->vals, t->vals_cap * sizeof *t->vals);
    wk_free(alloc, t->ctrls, t->ctrls_cap * sizeof *t->ctrls);
    wk_free(alloc, t->locals, t->locals_cap * sizeof *t->locals);
    wk_free(alloc, t->scopes, t->scopes_cap * sizeof *t->scopes);
    wk_free(alloc, t->catches, t->catches_cap * sizeof *t->catches);
    wk_free(alloc, t, sizeof *t);
}

static struct wk_translator *tr_take(struct wick_module *module) {
    struct wk_alloc *alloc = &module->engine->alloc;
    struct wk_code *code = module->code;
    struct wk_translator *t;
    wk_lock(alloc);
    t = code->spare;
    code->spare = NULL;
    wk_unlock(alloc);
    return t != NULL ? t : wk_zalloc(alloc, sizeof *t);
}

/* Keeps the translator for the next function, or frees it when one is kept already. When none is left to translate, none is
 * kept. */
static void tr_give(struct wick_module *module, struct wk_translator *t) {
    struct wk_alloc *alloc = &module->engine->alloc;
    struct wk_code *code = module->code;
    struct wk_translator *spare = NULL;
    wk_lock(alloc);
    if (code->n_left == 0) {
        spare = code->spare;
        code->spare = NULL;
    } else if (code->spare == NULL) {
        code->spare = t;
        t = NULL;
    }
    wk_unlock(alloc);
    if (t != NULL) {
        tr_free(t, alloc);
    }
    if (spare != NULL) {
        tr_free(spare, alloc);
    }
}

static wick_err tr_run(struct wk_translator *t, struct wick_module *module, uint32_t index, uint32_t find,
                       wick_diag *diag) {
    t->find = find;
    t->found = 0;
    t->op_at = module->funcs[index].code_at;
    WK_TRY(tr_begin(t, module, index, diag));
    return tr_walk(t, module->funcs[index].code_at);
}

/* ---- where cells lie --------------------------------------------------------------------------------------------- */

static struct wk_code_index *tr_index_of(const struct wk_code_chunk *chunk, size_t k) {
    return (struct wk_code_index *)(void *)((uint8_t *)(uintptr_t)chunk + chunk->size) - 1 - k;
}

static size_t tr_index_count(const struct wk_code_chunk *chunk) {
    return (size_t)(uintptr_t)wk_atomic_load_ptr(&chunk->n_funcs);
}

/* The next room of a chunk, with its entry in the index; NULL: there is none. */
static uint8_t *tr_chunk_take(struct wk_code_chunk *chunk, uint32_t func, size_t code_size, size_t n) {
    const size_t n_funcs = tr_index_count(chunk);
    const size_t left = chunk->size - chunk->used - n_funcs * sizeof(struct wk_code_index);
    struct wk_code_index *index = tr_index_of(chunk, n_funcs);
    uint8_t *room = (uint8_t *)chunk + chunk->used;
    if (left < n + sizeof *index) {
        return NULL;
    }
    index->at = (uint32_t)chunk->used;
    index->catches = n > code_size ? (uint32_t)(chunk->used + code_size) : 0;
    index->func = func;
    chunk->used += n;
    wk_atomic_store_ptr(&chunk->n_funcs, (void *)(uintptr_t)(n_funcs + 1));
    return room;
}

/* Room for a function's cells and its table of catches behind them; NULL: no memory. Chunks are of a quarter of the
 * module, so that small modules take little and large ones few: who looks for an address goes through all of them. So of
 * several threads that find the newest chunk full at the same time one adds a chunk, and the others give theirs back. */
static uint8_t *tr_code_room(struct wick_module *module, uint32_t func, size_t code_size, size_t table_size) {
    struct wk_alloc *alloc = &module->engine->alloc;
    struct wk_code *code = module->code;
    const size_t n = code_size + table_size;
    struct wk_code_chunk *fresh = NULL;
    uint8_t *room = NULL;
    size_t size = module->size / 4;
    if (n > UINT32_MAX / 2) {
        return NULL;
    }
    size = size < 4096 ? 4096 : size > TR_CHUNK_MOST ? TR_CHUNK_MOST : (size + 7) & ~(size_t)7;
    if (size < n + sizeof *fresh + sizeof(struct wk_code_index)) {
        size = (n + sizeof *fresh + sizeof(struct wk_code_index) + 7) & ~(size_t)7;
    }
    for (;;) {
        wk_lock(alloc);
        if (code->chunks != NULL) {
            room = tr_chunk_take(code->chunks, func, code_size, n);
        }
        if (room == NULL && fresh != NULL) {
            fresh->size = size;
            fresh->used = sizeof *fresh;
            fresh->n_funcs = NULL;
            fresh->next = code->chunks;
            room = tr_chunk_take(fresh, func, code_size, n);
            wk_atomic_store_ptr((void **)(void *)&code->chunks, fresh);
            fresh = NULL;
        }
        wk_unlock(alloc);
        if (room != NULL) {
            break;
        }
        fresh = wk_realloc(alloc, NULL, 0, size);
        if (fresh == NULL) {
            return NULL;
        }
    }
    wk_free(alloc, fresh, size);
    return room;
}
_Static_assert(sizeof(struct wk_code_chunk) % 8 == 0, "cells are aligned to 8");

/* Chunks and their entries only ever become more: no lock is needed to look into them. */
void wk_code_find(const struct wick_module *module, const uint8_t *pc, struct wk_code_place *place) {
    const struct wk_code *code = module->code;
    const struct wk_code_chunk *chunk = place->chunk;
    const struct wk_code_index *index;
    size_t low = 0, high;
    uint32_t at;
    if (chunk == NULL || (uintptr_t)pc - (uintptr_t)chunk >= chunk->size) {
        chunk = wk_atomic_load_ptr((void *const *)(const void *)&code->chunks);
        while ((uintptr_t)pc - (uintptr_t)chunk >= chunk->size) {
            chunk = chunk->next;
        }
    }
    at = (uint32_t)((uintptr_t)pc - (uintptr_t)chunk);
    high = tr_index_count(chunk);
    while (high - low > 1) {
        const size_t middle = low + (high - low) / 2;
        if (tr_index_of(chunk, middle)->at <= at) {
            low = middle;
        } else {
            high = middle;
        }
    }
    index = tr_index_of(chunk, low);
    place->func = index->func;
    place->code = (const uint8_t *)chunk + index->at;
    place->catches = NULL;
    if (index->catches != 0) {
        place->catches = (const struct wk_catches *)(const void *)((const uint8_t *)chunk + index->catches);
    }
    place->chunk = chunk;
}

wick_err wk_translate(struct wick_module *module, uint32_t index, void **own, wick_diag *diag) {
    struct wk_code *code = module->code;
    struct wk_entry *entry = &code->entries[index];
    struct wk_alloc *alloc = &module->engine->alloc;
    struct wk_translator *t = *own;
    wick_err err;
    if (wk_atomic_load_ptr((void *const *)(const void *)&entry->code) != (const void *)code->lazy_cell) {
        return WICK_OK;
    }
    if (t == NULL) {
        t = tr_take(module);
        if (t == NULL) {
            return wk_fail_nomem(diag, sizeof *t);
        }
        *own = t;
    }
    err = tr_run(t, module, index, TR_NONE, diag);
    if (err == WICK_OK) {
        const uint32_t size = t->at - 4;
        const size_t code_size = ((size_t)size + 7) & ~(size_t)7;
        const size_t table_size = wk_tr_catches_size(t);
        uint8_t *room = tr_code_room(module, index, code_size, table_size);
        if (room == NULL) {
            err = wk_fail_nomem(diag, code_size + table_size);
        } else {
            wk_tr_seal(t, room, size);
            if (table_size != 0) {
                wk_tr_catches_write(t, (struct wk_catches *)(void *)(room + code_size));
            }
            wk_lock(alloc);
            /* another thread may have been faster; its code serves as well */
            if (entry->code == (const uint8_t *)code->lazy_cell) {
                entry->size = size;
                code->n_left--;
                wk_atomic_store_ptr((void **)(void *)&entry->code, room);
                wk_atomic_store32(&entry->first, WK_CELL_U32(room));
            }
            wk_unlock(alloc);
        }
    }
    if (err == WICK_ERR_not_executable && diag != NULL && diag->offset == UINT32_MAX) {
        diag->offset = t->op_at;
        diag->func = index;
        diag->pc = t->op_at - module->funcs[index].off;
        diag->section = WK_SECTION_code;
    }
    return err;
}

void wk_translate_end(struct wick_module *module, void *own) {
    if (own != NULL) {
        tr_give(module, own);
    }
}

uint32_t wk_translate_locate(struct wick_module *module, uint32_t index, uint32_t at) {
    struct wk_translator *t = tr_take(module);
    uint32_t found = 0;
    if (t != NULL) {
        wick_diag diag;
        wick_diag_init(&diag);
        if (tr_run(t, module, index, at + 4, &diag) == WICK_OK) {
            found = t->found;
        }
        tr_give(module, t);
    }
    return found;
}

/* ---- module_init, module_free, instance_init -------------------------------------------------------------------- */

wick_err wk_code_init(struct wick_module *module, wick_diag *diag) {
    struct wk_alloc *alloc = &module->engine->alloc;
    struct wk_code *code = wk_zalloc(alloc, sizeof *code);
    size_t size;
    if (code == NULL) {
        return wk_fail_nomem(diag, sizeof *code);
    }
    if (!wk_mul_size(module->n_funcs, sizeof *code->entries, &size) ||
        (module->n_funcs != 0 && (code->entries = wk_zalloc(alloc, size)) == NULL)) {
        wk_free(alloc, code, sizeof *code);
        return wk_fail_nomem(diag, (uint64_t)module->n_funcs * sizeof *code->entries);
    }
    code->entries_size = size;
    code->n_left = module->n_funcs - module->n_func_imports;
    code->lazy_cell[0] = WK_CELL_NUMBERED ? (uint32_t)WK_CELL_lazy
                                          : (uint32_t)((uintptr_t)wk_cell_handlers()[WK_CELL_lazy] - wk_cell_base_address());
    for (uint32_t i = module->n_func_imports; i < module->n_funcs; i++) {
        const struct wk_func_info *info = &module->funcs[i];
        const struct wk_deftype *type = wk_module_func_type(module, i);
        struct wk_entry *entry = &code->entries[i];
        entry->code = (const uint8_t *)code->lazy_cell;
        entry->need = WK_LINK_SLOTS + info->local_slots + info->max_height;
        entry->params = type->param_slots;
        entry->locals = info->local_slots;
        entry->first = code->lazy_cell[0];
        for (uint32_t k = 0; k < 2; k++) {
            const int32_t pin = tr_pin_slot(info, type, k);
            entry->pin[k] = pin == TR_NO_SLOT ? 0 : (int16_t)pin;
        }
    }
    module->code = code;
    return WICK_OK;
}

void wk_code_free(struct wick_module *module) {
    struct wk_alloc *alloc = &module->engine->alloc;
    struct wk_code *code = module->code;
    if (code == NULL) {
        return;
    }
    if (code->spare != NULL) {
        tr_free(code->spare, alloc);
    }
    while (code->chunks != NULL) {
        struct wk_code_chunk *chunk = code->chunks;
        code->chunks = chunk->next;
        wk_free(alloc, chunk, chunk->size);
    }
    wk_free(alloc, code->entries, code->entries_size);
    wk_free(alloc, code, sizeof *code);
    module->code = NULL;
}

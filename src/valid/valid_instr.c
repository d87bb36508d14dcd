/* valid_instr.c - any instruction, without hurry. Owner of: immediates and their ranges, fixed signatures from op.def,
 * locals, globals, tables, memories. Spec: valid-instr.
 *
 * The main loop (valid.c) does the common cases of the common instructions itself and comes here for the rest. */
#include "valid/check.h"

wick_err wk_check_index(struct wk_check *c, uint32_t n, wick_err unknown, uint32_t *out) {
    const uint8_t *at = c->r.at;
    WK_TRY(wk_get_u32(&c->r, out));
    return *out < n ? WICK_OK : wk_reader_fail(&c->r, at, unknown, *out, n);
}

/* ---- locals --------------------------------------------------------------------------------------------------- */

static wick_valtype instr_local_type(const struct wk_check *c, uint32_t local) {
    uint32_t low = 0, high = c->n_runs;
    if (local < c->n_fast && c->locals[local].type != 0) {
        return c->locals[local].type;
    }
    if (local < c->func_type->n_params) {
        return c->func_type->types[local];
    }
    while (low < high) { /* the first run that ends behind it */
        const uint32_t middle = low + (high - low) / 2;
        if (c->runs[middle].end > local) {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    return c->runs[low].type;
}

static wick_err instr_set_local(struct wk_check *c, uint32_t local) {
    void *array = c->set_list;
    if ((c->set_bits[local / 32] >> (local % 32) & 1u) != 0) {
        return WICK_OK;
    }
    if (wk_array_reserve(c->alloc, &array, &c->set_list_cap, c->n_set + 1u, sizeof *c->set_list) != WICK_OK) {
        return wk_reader_fail_nomem(&c->r);
    }
    c->set_list = array;
    c->set_list[c->n_set++] = local;
    c->set_bits[local / 32] |= 1u << (local % 32);
    return WICK_OK;
}

wick_err wk_check_local_instr(struct wk_check *c, const uint8_t *at, enum wick_op op) {
    const uint8_t *at_index = c->r.at;
    wick_valtype type;
    uint32_t local = 0;
    bool must_set;
    WK_TRY(wk_check_index(c, c->n_locals, WICK_ERR_unknown_local, &local));
    type = instr_local_type(c, local);
    if (local < c->n_fast) {
        c->locals[local].uses += c->weight;
    }
    must_set = c->has_unset && local >= c->func_type->n_params && !wk_type_is_defaultable(type);
    if (op == WICK_OP_local_get) {
        if (must_set && (c->set_bits[local / 32] >> (local % 32) & 1u) == 0) {
            return wk_reader_fail(&c->r, at_index, WICK_ERR_uninitialized_local, local, 0);
        }
        return wk_check_push(c, type);
    }
    WK_TRY(wk_check_pop(c, at, type));
    if (must_set) {
        WK_TRY(instr_set_local(c, local));
    }
    return op == WICK_OP_local_tee ? wk_check_push(c, type) : WICK_OK;
}

/* ---- globals, tables, memories -------------------------------------------------------------------------------- */

static wick_err instr_global(struct wk_check *c, const uint8_t *at, bool is_set) {
    const uint8_t *at_index = c->r.at;
    const struct wk_global_info *global;
    uint32_t index = 0;
    WK_TRY(wk_check_index(c, c->m->n_globals, WICK_ERR_unknown_global, &index));
    global = &c->m->globals[index];
    if (!is_set) {
        return wk_check_push(c, global->type);
    }
    if (!global->is_mutable) {
        return wk_reader_fail(&c->r, at_index, WICK_ERR_immutable_global, index, 0);
    }
    return wk_check_pop(c, at, global->type);
}

static wick_err instr_table_index(struct wk_check *c, const struct wk_table_info **out) {
    uint32_t index = 0;
    WK_TRY(wk_check_index(c, c->m->n_tables, WICK_ERR_unknown_table, &index));
    *out = &c->m->tables[index];
    return WICK_OK;
}

/* Without the feature for several memories the index is a byte that must be zero. */
static wick_err instr_memory_index(struct wk_check *c, const struct wk_memory_info **out) {
    const uint8_t *at = c->r.at;
    uint32_t index = 0;
    if (!wk_reader_has(&c->r, WICK_FEATURE_MULTI_MEMORY) && at != c->r.end && *at != 0) {
        return wk_reader_fail(&c->r, at, WICK_ERR_zero_byte, *at, 0);
    }
    WK_TRY(wk_check_index(c, c->m->n_memories, WICK_ERR_unknown_memory, &index));
    *out = &c->m->memories[index];
    return WICK_OK;
}

wick_err wk_check_elem_index(struct wk_check *c, wick_valtype *out_type) {
    uint32_t index = 0;
    WK_TRY(wk_check_index(c, c->m->n_elems, WICK_ERR_unknown_elem, &index));
    *out_type = c->m->elems[index].type;
    return WICK_OK;
}

/* The binary format promises the number of data segments before the first body that names one. */
wick_err wk_check_data_index(struct wk_check *c, const uint8_t *at) {
    uint32_t index = 0;
    if (!c->m->has_data_count) {
        return wk_reader_fail(&c->r, at, WICK_ERR_data_count_required, 0, 0);
    }
    return wk_check_index(c, c->m->n_datas, WICK_ERR_unknown_data, &index);
}

static wick_valtype instr_address(bool is64) {
    return is64 ? WICK_I64 : WICK_I32;
}

static wick_err instr_table(struct wk_check *c, const uint8_t *at, enum wick_op op) {
    const struct wk_table_info *table = NULL;
    wick_valtype address;
    WK_TRY(instr_table_index(c, &table));
    address = instr_address(table->limits.is64);
    switch (op) {
    case WICK_OP_table_get:
        WK_TRY(wk_check_pop(c, at, address));
        return wk_check_push(c, table->type);
    case WICK_OP_table_set:
        WK_TRY(wk_check_pop(c, at, table->type));
        return wk_check_pop(c, at, address);
    case WICK_OP_table_grow:
        WK_TRY(wk_check_pop(c, at, address));
        WK_TRY(wk_check_pop(c, at, table->type));
        return wk_check_push(c, address);
    default: /* table.fill */
        WK_TRY(wk_check_pop(c, at, address));
        WK_TRY(wk_check_pop(c, at, table->type));
        return wk_check_pop(c, at, address);
    }
}

static wick_err instr_table_copy(struct wk_check *c, const uint8_t *at) {
    const struct wk_table_info *to = NULL, *from = NULL;
    const uint8_t *at_from;
    WK_TRY(instr_table_index(c, &to));
    at_from = c->r.at;
    WK_TRY(instr_table_index(c, &from));
    if (!wk_type_is_sub(c->types, from->type, to->type)) {
        return wk_reader_fail_types(&c->r, at_from, WICK_ERR_type_mismatch_sub, to->type, from->type);
    }
    WK_TRY(wk_check_pop(c, at, instr_address(to->limits.is64 && from->limits.is64)));
    WK_TRY(wk_check_pop(c, at, instr_address(from->limits.is64)));
    return wk_check_pop(c, at, instr_address(to->limits.is64));
}

static wick_err instr_table_init(struct wk_check *c, const uint8_t *at) {
    const struct wk_table_info *table = NULL;
    const uint8_t *at_elem = c->r.at, *at_end;
    wick_valtype type = 0;
    uint32_t elem = 0;
    WK_TRY(wk_get_u32(&c->r, &elem));
    WK_TRY(instr_table_index(c, &table));
    at_end = c->r.at;
    c->r.at = at_elem;
    WK_TRY(wk_check_elem_index(c, &type));
    c->r.at = at_end;
    if (!wk_type_is_sub(c->types, type, table->type)) {
        return wk_reader_fail_types(&c->r, at_elem, WICK_ERR_type_mismatch_sub, table->type, type);
    }
    WK_TRY(wk_check_pop(c, at, WICK_I32));
    WK_TRY(wk_check_pop(c, at, WICK_I32));
    return wk_check_pop(c, at, instr_address(table->limits.is64));
}

static wick_err instr_memory_copy(struct wk_check *c, const uint8_t *at) {
    const struct wk_memory_info *to = NULL, *from = NULL;
    WK_TRY(instr_memory_index(c, &to));
    WK_TRY(instr_memory_index(c, &from));
    WK_TRY(wk_check_pop(c, at, instr_address(to->limits.is64 && from->limits.is64)));
    WK_TRY(wk_check_pop(c, at, instr_address(from->limits.is64)));
    return wk_check_pop(c, at, instr_address(to->limits.is64));
}

static wick_err instr_memory_init(struct wk_check *c, const uint8_t *at) {
    const struct wk_memory_info *memory = NULL;
    const uint8_t *at_data = c->r.at, *at_end;
    uint32_t data = 0;
    if (!c->m->has_data_count) {
        return wk_check_data_index(c, at);
    }
    WK_TRY(wk_get_u32(&c->r, &data));
    WK_TRY(instr_memory_index(c, &memory));
    at_end = c->r.at;
    c->r.at = at_data;
    WK_TRY(wk_check_data_index(c, at));
    c->r.at = at_end;
    WK_TRY(wk_check_pop(c, at, WICK_I32));
    WK_TRY(wk_check_pop(c, at, WICK_I32));
    return wk_check_pop(c, at, instr_address(memory->limits.is64));
}

/* ---- immediates ----------------------------------------------------------------------------------------------- */

static uint32_t instr_log2(uint32_t width) {
    uint32_t log2 = 0;
    while (width > 1) {
        width >>= 1;
        log2++;
    }
    return log2;
}

static wick_err instr_memarg(struct wk_check *c, const struct wk_op_info *info, wick_valtype *out_address) {
    const uint8_t *at = c->r.at, *at_memory = c->r.at, *at_offset;
    const uint32_t natural = instr_log2(info->width);
    const struct wk_memory_info *memory;
    uint32_t flags = 0, index = 0, small = 0;
    uint64_t offset = 0;
    WK_TRY(wk_get_u32(&c->r, &flags));
    if (flags >= 0x80 || (flags >= 0x40 && !wk_reader_has(&c->r, WICK_FEATURE_MULTI_MEMORY))) {
        return wk_reader_fail(&c->r, at, WICK_ERR_memop_flags, flags, 0);
    }
    if ((flags & 0x40) != 0) {
        at_memory = c->r.at;
        WK_TRY(wk_get_u32(&c->r, &index));
    }
    at_offset = c->r.at;
    if (wk_reader_has(&c->r, WICK_FEATURE_MEMORY64)) {
        WK_TRY(wk_get_u64(&c->r, &offset));
    } else {
        WK_TRY(wk_get_u32(&c->r, &small));
        offset = small;
    }
    if (index >= c->m->n_memories) {
        return wk_reader_fail(&c->r, at_memory, WICK_ERR_unknown_memory, index, 0);
    }
    memory = &c->m->memories[index];
    if ((info->flags & WK_OP_ATOMIC) != 0 && (flags & 0x3f) != natural) {
        return wk_reader_fail(&c->r, at, WICK_ERR_atomic_alignment, natural, flags & 0x3f);
    }
    if ((flags & 0x3f) > natural) {
        return wk_reader_fail(&c->r, at, WICK_ERR_alignment_natural, natural, flags & 0x3f);
    }
    if (!memory->limits.is64 && offset > UINT32_MAX) {
        return wk_reader_fail(&c->r, at_offset, WICK_ERR_offset_range, offset, 0);
    }
    *out_address = instr_address(memory->limits.is64);
    return WICK_OK;
}

static wick_err instr_lane(struct wk_check *c, uint32_t n) {
    uint8_t lane = 0;
    WK_TRY(wk_get_byte(&c->r, &lane));
    return lane < n ? WICK_OK : wk_reader_fail(&c->r, c->r.at - 1, WICK_ERR_lane_index, n - 1, lane);
}

/* The immediates of an instruction with a fixed signature; *out_address is what `a` in it stands for. */
static wick_err instr_immediate(struct wk_check *c, const uint8_t *at, const struct wk_op_info *info,
                                wick_valtype *out_address) {
    const struct wk_memory_info *memory = NULL;
    const struct wk_table_info *table = NULL;
    wick_valtype type = 0;
    int32_t i32 = 0;
    int64_t i64 = 0;
    uint8_t byte = 0;
    switch (info->imm) {
    case WK_IMM_MEMARG:
        return instr_memarg(c, info, out_address);
    case WK_IMM_MEMARG_LANE:
        WK_TRY(instr_memarg(c, info, out_address));
        return instr_lane(c, 16u >> instr_log2(info->width));
    case WK_IMM_LANE:
        return instr_lane(c, info->width);
    case WK_IMM_SHUFFLE:
        for (uint32_t i = 0; i < 16; i++) {
            WK_TRY(instr_lane(c, 32));
        }
        return WICK_OK;
    case WK_IMM_I32:
        return wk_get_s32(&c->r, &i32);
    case WK_IMM_I64:
        return wk_get_s64(&c->r, &i64);
    case WK_IMM_F32:
        return wk_get_bytes(&c->r, 4);
    case WK_IMM_F64:
        return wk_get_bytes(&c->r, 8);
    case WK_IMM_V128:
        return wk_get_bytes(&c->r, 16);
    case WK_IMM_MEM:
        WK_TRY(instr_memory_index(c, &memory));
        *out_address = instr_address(memory->limits.is64);
        return WICK_OK;
    case WK_IMM_TABLE:
        WK_TRY(instr_table_index(c, &table));
        *out_address = instr_address(table->limits.is64);
        return WICK_OK;
    case WK_IMM_DATA:
        return wk_check_data_index(c, at);
    case WK_IMM_ELEM:
        return wk_check_elem_index(c, &type);
    case WK_IMM_FENCE:
        WK_TRY(wk_get_byte(&c->r, &byte));
        return byte == 0 ? WICK_OK : wk_reader_fail(&c->r, c->r.at - 1, WICK_ERR_zero_byte, byte, 0);
    default:
        return WICK_OK;
    }
}

static wick_valtype instr_letter(char letter, wick_valtype address) {
    switch (letter) {
    case 'i':
        return WICK_I32;
    case 'l':
        return WICK_I64;
    case 'f':
        return WICK_F32;
    case 'd':
        return WICK_F64;
    case 's':
        return WICK_V128;
    default:
        return address;
    }
}

static wick_err instr_fixed(struct wk_check *c, const uint8_t *at, const struct wk_op_info *info) {
    wick_valtype address = 0;
    uint32_t n = 0;
    if (info->imm != WK_IMM_NONE) {
        WK_TRY(instr_immediate(c, at, info, &address));
    }
    while (info->sig[n] != '_') {
        n++;
    }
    for (uint32_t i = n; i-- > 0;) {
        WK_TRY(wk_check_pop(c, at, instr_letter(info->sig[i], address)));
    }
    for (const char *result = info->sig + n + 1; *result != 0; result++) {
        WK_TRY(wk_check_push(c, instr_letter(*result, address)));
    }
    return WICK_OK;
}

/* ---- select and references ------------------------------------------------------------------------------------ */

/* Without a type: two operands of one type, which is no reference. */
static wick_err instr_select(struct wk_check *c, const uint8_t *at) {
    wick_valtype first = 0, second = 0;
    WK_TRY(wk_check_pop(c, at, WICK_I32));
    WK_TRY(wk_check_pop_any(c, at, &second));
    WK_TRY(wk_check_pop_any(c, at, &first));
    if (wk_type_is_ref(first) || wk_type_is_ref(second)) {
        return wk_reader_fail_types(&c->r, at, WICK_ERR_type_mismatch_select, wk_type_is_ref(second) ? second : first,
                                    0);
    }
    if (first != second && first != 0 && second != 0) {
        return wk_reader_fail_types(&c->r, at, WICK_ERR_type_mismatch, first, second);
    }
    return wk_check_push(c, first != 0 ? first : second);
}

static wick_err instr_select_typed(struct wk_check *c, const uint8_t *at) {
    const uint8_t *at_n = c->r.at;
    wick_valtype type = 0;
    uint32_t n = 0;
    WK_TRY(wk_get_length(&c->r, &n));
    if (n != 1) {
        return wk_reader_fail(&c->r, at_n, WICK_ERR_result_arity, n, 0);
    }
    WK_TRY(wk_get_valtype(&c->r, &type));
    WK_TRY(wk_check_pop(c, at, WICK_I32));
    WK_TRY(wk_check_pop(c, at, type));
    WK_TRY(wk_check_pop(c, at, type));
    return wk_check_push(c, type);
}

static wick_err instr_ref_func(struct wk_check *c) {
    const uint8_t *at = c->r.at;
    uint32_t index = 0;
    wick_valtype type = WICK_FUNCREF;
    WK_TRY(wk_check_index(c, c->m->n_funcs, WICK_ERR_unknown_function, &index));
    if ((c->m->declared[index / 32] >> (index % 32) & 1u) == 0) {
        return wk_reader_fail(&c->r, at, WICK_ERR_undeclared_function, index, 0);
    }
    type = WICK_REF_TYPE(c->m->func_types[index]);
    return wk_check_push(c, type);
}

static wick_err instr_ref(struct wk_check *c, const uint8_t *at, enum wick_op op) {
    wick_valtype type = 0;
    switch (op) {
    case WICK_OP_ref_null:
        WK_TRY(wk_get_heaptype(&c->r, &type));
        return wk_check_push(c, type);
    case WICK_OP_ref_is_null:
        WK_TRY(wk_check_pop_ref(c, at, &type));
        return wk_check_push(c, WICK_I32);
    case WICK_OP_ref_as_non_null:
        WK_TRY(wk_check_pop_ref(c, at, &type));
        return wk_check_push(c, type & ~WICK_TYPE_NULLABLE);
    case WICK_OP_ref_func:
        return instr_ref_func(c);
    default: /* ref.eq */
        WK_TRY(wk_check_pop(c, at, WICK_REF_NULL(WICK_HEAP_eq)));
        WK_TRY(wk_check_pop(c, at, WICK_REF_NULL(WICK_HEAP_eq)));
        return wk_check_push(c, WICK_I32);
    }
}

/* ---- any instruction ------------------------------------------------------------------------------------------ */

static wick_err instr_own_rule(struct wk_check *c, const uint8_t *at, enum wick_op op) {
    wick_valtype type = 0;
    switch (op) {
    case WICK_OP_drop:
        return wk_check_pop_any(c, at, &type);
    case WICK_OP_select:
        return instr_select(c, at);
    case WICK_OP_select_t:
        return instr_select_typed(c, at);
    case WICK_OP_local_get:
    case WICK_OP_local_set:
    case WICK_OP_local_tee:
        return wk_check_local_instr(c, at, op);
    case WICK_OP_global_get:
    case WICK_OP_global_set:
        return instr_global(c, at, op == WICK_OP_global_set);
    case WICK_OP_table_get:
    case WICK_OP_table_set:
    case WICK_OP_table_grow:
    case WICK_OP_table_fill:
        return instr_table(c, at, op);
    case WICK_OP_table_copy:
        return instr_table_copy(c, at);
    case WICK_OP_table_init:
        return instr_table_init(c, at);
    case WICK_OP_memory_copy:
        return instr_memory_copy(c, at);
    case WICK_OP_memory_init:
        return instr_memory_init(c, at);
    case WICK_OP_ref_null:
    case WICK_OP_ref_is_null:
    case WICK_OP_ref_as_non_null:
    case WICK_OP_ref_func:
    case WICK_OP_ref_eq:
        return instr_ref(c, at, op);
    case WICK_OP_cont_new:
    case WICK_OP_cont_bind:
    case WICK_OP_suspend:
    case WICK_OP_resume:
    case WICK_OP_resume_throw:
    case WICK_OP_resume_throw_ref:
    case WICK_OP_switch:
        return wk_check_cont(c, at, op);
    default:
        return wk_op_info(op)->prefix == 0xfb ? wk_check_gc(c, at, op) : wk_check_control(c, at, op);
    }
}

static bool instr_is_on(const struct wk_check *c, uint16_t op) {
    uint32_t features = 1u << wk_op_info((enum wick_op)op)->feature;
    if (op == WICK_OP_throw) {
        features |= WICK_FEATURE_LEGACY_EH;
    }
    return wk_reader_has(&c->r, features);
}

wick_err wk_check_instr(struct wk_check *c, const uint8_t *at) {
    const struct wk_op_info *info;
    uint8_t prefix = 0;
    uint32_t code = *at;
    uint16_t op;
    if (code >= 0xfb && code <= 0xfe) {
        prefix = (uint8_t)code;
        WK_TRY(wk_get_u32(&c->r, &code));
    }
    op = wk_op_lookup(prefix, code);
    if (op == WICK_OP_none || !instr_is_on(c, op)) {
        return prefix == 0 ? wk_reader_fail(&c->r, at, WICK_ERR_illegal_opcode, code, 0)
                           : wk_reader_fail(&c->r, at, WICK_ERR_illegal_prefix_opcode, prefix, code);
    }
    c->r.op = op;
    c->instr = at;
    info = wk_op_info((enum wick_op)op);
    WK_TRY(info->sig[0] == 'X' ? instr_own_rule(c, at, (enum wick_op)op) : instr_fixed(c, at, info));
    c->r.op = UINT16_MAX;
    return WICK_OK;
}

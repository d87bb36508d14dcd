/* decode_const.c - constant expressions. Owner of: which instructions they may hold, and their validity.
 * Spec: valid-constant, binary-expr.
 *
 * A constant expression has no control flow, so its operands are simply a list of types. */
#include "module/decode.h"

static wick_err const_push(struct wk_decoder *d, wick_valtype type) {
    void *array = d->stack;
    if (wk_array_reserve(d->alloc, &array, &d->stack_cap, d->n_stack + 1u, sizeof type) != WICK_OK) {
        return wk_reader_fail_nomem(&d->r);
    }
    d->stack = array;
    d->stack[d->n_stack++] = type;
    d->stack_slots += wk_type_slots(type);
    if (d->stack_slots > d->m->const_height) {
        d->m->const_height = d->stack_slots;
    }
    return WICK_OK;
}

static wick_err const_pop(struct wk_decoder *d, const uint8_t *at, wick_valtype type) {
    const wick_valtype got = d->n_stack == 0 ? 0 : d->stack[d->n_stack - 1];
    if (d->n_stack == 0) {
        return wk_reader_fail_types(&d->r, at, WICK_ERR_type_mismatch_empty, type, 0);
    }
    if (!wk_type_is_sub(&d->m->engine->types, got, type)) {
        return wk_reader_fail_types(&d->r, at, WICK_ERR_type_mismatch, type, got);
    }
    d->n_stack--;
    d->stack_slots -= wk_type_slots(got);
    return WICK_OK;
}

static wick_valtype const_unpack(wick_valtype type) {
    return type == WICK_KIND_I8 || type == WICK_KIND_I16 ? WICK_I32 : type;
}

/* A type index that names a struct or an array. */
static wick_err const_aggregate(struct wk_decoder *d, enum wk_comp comp, const struct wk_deftype **out) {
    const uint8_t *at = d->r.at;
    uint32_t index = 0;
    WK_TRY(wk_get_u32(&d->r, &index));
    if (index >= d->m->n_types) {
        return wk_reader_fail(&d->r, at, WICK_ERR_unknown_type, index, d->m->n_types);
    }
    *out = wk_type_get(&d->m->engine->types, d->types[index]);
    if ((*out)->comp != comp) {
        return wk_reader_fail(&d->r, at, comp == WK_COMP_STRUCT ? WICK_ERR_non_struct_type : WICK_ERR_non_array_type,
                              index, 0);
    }
    return WICK_OK;
}

static wick_err const_struct_new(struct wk_decoder *d, const uint8_t *at, bool is_default) {
    const struct wk_deftype *type = NULL;
    WK_TRY(const_aggregate(d, WK_COMP_STRUCT, &type));
    for (uint32_t i = type->n_fields; i-- > 0;) {
        const wick_valtype field = const_unpack(type->types[i]);
        if (!is_default) {
            WK_TRY(const_pop(d, at, field));
        } else if (!wk_type_is_defaultable(field)) {
            return wk_reader_fail_types(&d->r, at, WICK_ERR_not_defaultable, field, 0);
        }
    }
    return const_push(d, WICK_REF_TYPE(type->id));
}

static wick_err const_array_new(struct wk_decoder *d, const uint8_t *at, enum wick_op op) {
    const struct wk_deftype *type = NULL;
    wick_valtype field;
    uint32_t n = 1;
    WK_TRY(const_aggregate(d, WK_COMP_ARRAY, &type));
    field = const_unpack(type->types[0]);
    if (op == WICK_OP_array_new_fixed) {
        const uint8_t *at_n = d->r.at;
        WK_TRY(wk_get_u32(&d->r, &n));
        if (n > WK_LIMIT_VALUE(ARRAY_FIXED)) {
            return wk_reader_fail_limit(&d->r, at_n, WK_LIMIT_ARRAY_FIXED, n);
        }
    } else {
        WK_TRY(const_pop(d, at, WICK_I32));
    }
    if (op == WICK_OP_array_new_default) {
        if (!wk_type_is_defaultable(field)) {
            return wk_reader_fail_types(&d->r, at, WICK_ERR_not_defaultable, field, 0);
        }
    } else {
        for (; n != 0; n--) {
            WK_TRY(const_pop(d, at, field));
        }
    }
    return const_push(d, WICK_REF_TYPE(type->id));
}

static wick_err const_global_get(struct wk_decoder *d, const uint8_t *at) {
    const uint8_t *at_index = d->r.at;
    uint32_t index = 0;
    WK_TRY(wk_get_u32(&d->r, &index));
    if (index >= d->m->n_globals) {
        return wk_reader_fail(&d->r, at_index, WICK_ERR_unknown_global, index, 0);
    }
    if (d->m->globals[index].is_mutable ||
        (index >= d->m->n_global_imports && !wk_reader_has(&d->r, WICK_FEATURE_GC))) {
        return wk_reader_fail(&d->r, at, WICK_ERR_const_expr, 0, 0);
    }
    return const_push(d, d->m->globals[index].type);
}

static wick_err const_ref_func(struct wk_decoder *d) {
    const uint8_t *at = d->r.at;
    uint32_t index = 0;
    WK_TRY(wk_get_u32(&d->r, &index));
    if (index >= d->m->n_funcs) {
        return wk_reader_fail(&d->r, at, WICK_ERR_unknown_function, index, 0);
    }
    wk_decode_declare(d, index);
    return const_push(d, WICK_REF_TYPE(d->m->func_types[index]));
}

/* any.convert_extern and extern.convert_any keep whether the reference may be null. */
static wick_err const_convert(struct wk_decoder *d, const uint8_t *at, uint32_t from, uint32_t to) {
    const wick_valtype got = d->n_stack == 0 ? 0 : d->stack[d->n_stack - 1];
    WK_TRY(const_pop(d, at, WICK_REF_NULL(from)));
    return const_push(d, WICK_REF(to) | (got & WICK_TYPE_NULLABLE));
}

/* An instruction that op.def gives a fixed signature, of numbers. */
static wick_err const_fixed(struct wk_decoder *d, const uint8_t *at, const struct wk_op_info *info) {
    const char *results = info->sig;
    uint32_t n = 0;
    while (info->sig[n] != '_') {
        n++;
    }
    results = info->sig + n + 1;
    while (n-- > 0) {
        WK_TRY(const_pop(d, at, info->sig[n] == 'i' ? WICK_I32 : WICK_I64));
    }
    switch (*results) {
    case 'i':
        return const_push(d, WICK_I32);
    case 'l':
        return const_push(d, WICK_I64);
    case 'f':
        return const_push(d, WICK_F32);
    case 'd':
        return const_push(d, WICK_F64);
    default:
        return const_push(d, WICK_V128);
    }
}

static wick_err const_immediate(struct wk_decoder *d, enum wk_imm imm) {
    int32_t i32 = 0;
    int64_t i64 = 0;
    switch (imm) {
    case WK_IMM_I32:
        return wk_get_s32(&d->r, &i32);
    case WK_IMM_I64:
        return wk_get_s64(&d->r, &i64);
    case WK_IMM_F32:
        return wk_get_bytes(&d->r, 4);
    case WK_IMM_F64:
        return wk_get_bytes(&d->r, 8);
    case WK_IMM_V128:
        return wk_get_bytes(&d->r, 16);
    default:
        return WICK_OK;
    }
}

static wick_err const_instr(struct wk_decoder *d, const uint8_t *at, enum wick_op op) {
    const struct wk_op_info *info = wk_op_info(op);
    wick_valtype type = 0;
    if ((info->flags & (WK_OP_CONST | WK_OP_CONSTX)) == 0 ||
        ((info->flags & WK_OP_CONSTX) != 0 && !wk_reader_has(&d->r, WICK_FEATURE_EXTENDED_CONST))) {
        return wk_reader_fail(&d->r, at, WICK_ERR_const_expr, 0, 0);
    }
    switch (op) {
    case WICK_OP_global_get:
        return const_global_get(d, at);
    case WICK_OP_ref_null:
        WK_TRY(wk_get_heaptype(&d->r, &type));
        return const_push(d, type);
    case WICK_OP_ref_func:
        return const_ref_func(d);
    case WICK_OP_ref_i31:
        WK_TRY(const_pop(d, at, WICK_I32));
        return const_push(d, WICK_REF(WICK_HEAP_i31));
    case WICK_OP_struct_new:
    case WICK_OP_struct_new_default:
        return const_struct_new(d, at, op == WICK_OP_struct_new_default);
    case WICK_OP_array_new:
    case WICK_OP_array_new_default:
    case WICK_OP_array_new_fixed:
        return const_array_new(d, at, op);
    case WICK_OP_any_convert_extern:
        return const_convert(d, at, WICK_HEAP_extern, WICK_HEAP_any);
    case WICK_OP_extern_convert_any:
        return const_convert(d, at, WICK_HEAP_any, WICK_HEAP_extern);
    default:
        WK_TRY(const_immediate(d, (enum wk_imm)info->imm));
        return const_fixed(d, at, info);
    }
}

wick_err wk_decode_const(struct wk_decoder *d, wick_valtype type, uint32_t *out_off) {
    *out_off = wk_reader_offset(&d->r, d->r.at);
    d->n_stack = 0;
    d->stack_slots = 0;
    for (;;) {
        const uint8_t *at = d->r.at;
        enum wick_op op = WICK_OP_none;
        d->r.op = UINT16_MAX;
        /* An expression does not go on behind its section, whatever follows there. */
        if (wk_reader_offset(&d->r, at) >= d->section_end) {
            return wk_reader_fail(&d->r, at, WICK_ERR_section_end, 1, 0);
        }
        WK_TRY(wk_skim_opcode(&d->r, &op));
        d->r.op = (uint16_t)op;
        if (op == WICK_OP_end) {
            WK_TRY(const_pop(d, at, type));
            if (d->n_stack != 0) {
                return wk_reader_fail_types(&d->r, at, WICK_ERR_type_mismatch_end, 0, d->stack[d->n_stack - 1]);
            }
            d->r.op = UINT16_MAX;
            return WICK_OK;
        }
        WK_TRY(const_instr(d, at, op));
    }
}

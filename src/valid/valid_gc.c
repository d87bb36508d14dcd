/* valid_gc.c - structs, arrays, casts and i31. Owner of: the rules of the instructions behind prefix 0xfb.
 * Spec: valid-instr-struct, -array, -ref, -i31. */
#include "valid/check.h"

static wick_valtype gc_unpack(wick_valtype type) {
    return type == WICK_KIND_I8 || type == WICK_KIND_I16 ? WICK_I32 : type;
}

/* A type index that names a struct or an array. */
static wick_err gc_aggregate(struct wk_check *c, enum wk_comp comp, const struct wk_deftype **out) {
    const uint8_t *at = c->r.at;
    uint32_t index = 0;
    WK_TRY(wk_check_index(c, c->m->n_types, WICK_ERR_unknown_type, &index));
    *out = wk_type_get(c->types, c->m->types[index]);
    if ((*out)->comp != comp) {
        return wk_reader_fail(&c->r, at, comp == WK_COMP_STRUCT ? WICK_ERR_non_struct_type : WICK_ERR_non_array_type,
                              index, 0);
    }
    return WICK_OK;
}

static wick_err gc_default(struct wk_check *c, const uint8_t *at, wick_valtype type) {
    if (!wk_type_is_defaultable(gc_unpack(type))) {
        return wk_reader_fail_types(&c->r, at, WICK_ERR_not_defaultable, type, 0);
    }
    return WICK_OK;
}

/* A packed field is read with a sign, another one without. */
static wick_err gc_packing(struct wk_check *c, const uint8_t *at, wick_valtype type, bool has_sign) {
    const bool is_packed = gc_unpack(type) != type;
    if (is_packed && !has_sign) {
        return wk_reader_fail(&c->r, at, WICK_ERR_packed_access, WK_STR("the instruction needs _s or _u"), 0);
    }
    if (!is_packed && has_sign) {
        return wk_reader_fail(&c->r, at, WICK_ERR_unpacked_access, WK_STR("the instruction must not have _s or _u"), 0);
    }
    return WICK_OK;
}

static wick_err valid_gc_struct_new(struct wk_check *c, const uint8_t *at, bool is_default) {
    const struct wk_deftype *type = NULL;
    WK_TRY(gc_aggregate(c, WK_COMP_STRUCT, &type));
    for (uint32_t i = is_default && type->is_defaultable ? 0 : type->n_fields; i-- > 0;) {
        if (is_default) {
            WK_TRY(gc_default(c, at, type->types[i]));
        } else {
            WK_TRY(wk_check_pop(c, at, gc_unpack(type->types[i])));
        }
    }
    return wk_check_push(c, WICK_REF_TYPE(type->id));
}

static wick_err gc_struct_access(struct wk_check *c, const uint8_t *at, enum wick_op op) {
    const struct wk_deftype *type = NULL;
    const uint8_t *at_field;
    uint32_t field = 0;
    wick_valtype own, ref;
    WK_TRY(gc_aggregate(c, WK_COMP_STRUCT, &type));
    at_field = c->r.at;
    WK_TRY(wk_check_index(c, type->n_fields, WICK_ERR_unknown_field, &field));
    own = type->types[field];
    ref = WICK_REF_TYPE(type->id) | WICK_TYPE_NULLABLE;
    if (op == WICK_OP_struct_set) {
        if (type->is_mutable[field] == 0) {
            return wk_reader_fail(&c->r, at_field, WICK_ERR_immutable_field, field, 0);
        }
        WK_TRY(wk_check_pop(c, at, gc_unpack(own)));
        return wk_check_pop(c, at, ref);
    }
    WK_TRY(gc_packing(c, at, own, op != WICK_OP_struct_get));
    WK_TRY(wk_check_pop(c, at, ref));
    return wk_check_push(c, gc_unpack(own));
}

static wick_err valid_gc_array_new(struct wk_check *c, const uint8_t *at, enum wick_op op) {
    const struct wk_deftype *type = NULL;
    const uint8_t *at_n;
    wick_valtype own, elem = 0;
    uint32_t n = 0;
    WK_TRY(gc_aggregate(c, WK_COMP_ARRAY, &type));
    own = gc_unpack(type->types[0]);
    at_n = c->r.at;
    switch (op) {
    case WICK_OP_array_new:
        WK_TRY(wk_check_pop(c, at, WICK_I32));
        WK_TRY(wk_check_pop(c, at, own));
        break;
    case WICK_OP_array_new_default:
        WK_TRY(gc_default(c, at, own));
        WK_TRY(wk_check_pop(c, at, WICK_I32));
        break;
    case WICK_OP_array_new_fixed:
        WK_TRY(wk_get_u32(&c->r, &n));
        if (n > WK_LIMIT_VALUE(ARRAY_FIXED)) {
            return wk_reader_fail_limit(&c->r, at_n, WK_LIMIT_ARRAY_FIXED, n);
        }
        for (; n != 0 && c->sp[-1] != WK_CHECK_POLY; n--) {
            WK_TRY(wk_check_pop(c, at, own));
        }
        break;
    case WICK_OP_array_new_data:
        WK_TRY(wk_check_data_index(c, at));
        if (wk_type_is_ref(own)) {
            return wk_reader_fail(&c->r, at, WICK_ERR_array_numeric, 0, 0);
        }
        WK_TRY(wk_check_pop(c, at, WICK_I32));
        WK_TRY(wk_check_pop(c, at, WICK_I32));
        break;
    default: /* array.new_elem */
        WK_TRY(wk_check_elem_index(c, &elem));
        if (!wk_type_is_sub(c->types, elem, type->types[0])) {
            return wk_reader_fail_types(&c->r, at_n, WICK_ERR_type_mismatch_sub, type->types[0], elem);
        }
        WK_TRY(wk_check_pop(c, at, WICK_I32));
        WK_TRY(wk_check_pop(c, at, WICK_I32));
        break;
    }
    return wk_check_push(c, WICK_REF_TYPE(type->id));
}

static wick_err gc_mutable_array(struct wk_check *c, const uint8_t *at, const struct wk_deftype *type) {
    return type->is_mutable[0] != 0 ? WICK_OK : wk_reader_fail(&c->r, at, WICK_ERR_immutable_array, 0, 0);
}

static wick_err gc_array_access(struct wk_check *c, const uint8_t *at, enum wick_op op) {
    const struct wk_deftype *type = NULL;
    const uint8_t *at_type = c->r.at;
    wick_valtype own, ref;
    WK_TRY(gc_aggregate(c, WK_COMP_ARRAY, &type));
    own = gc_unpack(type->types[0]);
    ref = WICK_REF_TYPE(type->id) | WICK_TYPE_NULLABLE;
    if (op == WICK_OP_array_set || op == WICK_OP_array_fill) {
        WK_TRY(gc_mutable_array(c, at_type, type));
        if (op == WICK_OP_array_fill) {
            WK_TRY(wk_check_pop(c, at, WICK_I32));
        }
        WK_TRY(wk_check_pop(c, at, own));
        WK_TRY(wk_check_pop(c, at, WICK_I32));
        return wk_check_pop(c, at, ref);
    }
    WK_TRY(gc_packing(c, at, type->types[0], op != WICK_OP_array_get));
    WK_TRY(wk_check_pop(c, at, WICK_I32));
    WK_TRY(wk_check_pop(c, at, ref));
    return wk_check_push(c, own);
}

static wick_err valid_gc_array_copy(struct wk_check *c, const uint8_t *at) {
    const struct wk_deftype *to = NULL, *from = NULL;
    const uint8_t *at_to = c->r.at, *at_from;
    WK_TRY(gc_aggregate(c, WK_COMP_ARRAY, &to));
    at_from = c->r.at;
    WK_TRY(gc_aggregate(c, WK_COMP_ARRAY, &from));
    WK_TRY(gc_mutable_array(c, at_to, to));
    if (!wk_type_is_sub(c->types, from->types[0], to->types[0])) {
        return wk_reader_fail(&c->r, at_from, WICK_ERR_array_types, 0, 0);
    }
    WK_TRY(wk_check_pop(c, at, WICK_I32));
    WK_TRY(wk_check_pop(c, at, WICK_I32));
    WK_TRY(wk_check_pop(c, at, WICK_REF_TYPE(from->id) | WICK_TYPE_NULLABLE));
    WK_TRY(wk_check_pop(c, at, WICK_I32));
    return wk_check_pop(c, at, WICK_REF_TYPE(to->id) | WICK_TYPE_NULLABLE);
}

static wick_err valid_gc_array_init(struct wk_check *c, const uint8_t *at, enum wick_op op) {
    const struct wk_deftype *type = NULL;
    const uint8_t *at_type = c->r.at, *at_segment;
    wick_valtype elem = 0;
    WK_TRY(gc_aggregate(c, WK_COMP_ARRAY, &type));
    at_segment = c->r.at;
    if (op == WICK_OP_array_init_data) {
        WK_TRY(wk_check_data_index(c, at));
        WK_TRY(gc_mutable_array(c, at_type, type));
        if (wk_type_is_ref(type->types[0])) {
            return wk_reader_fail(&c->r, at_type, WICK_ERR_array_numeric, 0, 0);
        }
    } else {
        WK_TRY(wk_check_elem_index(c, &elem));
        WK_TRY(gc_mutable_array(c, at_type, type));
        if (!wk_type_is_sub(c->types, elem, type->types[0])) {
            return wk_reader_fail_types(&c->r, at_segment, WICK_ERR_type_mismatch_sub, type->types[0], elem);
        }
    }
    WK_TRY(wk_check_pop(c, at, WICK_I32));
    WK_TRY(wk_check_pop(c, at, WICK_I32));
    WK_TRY(wk_check_pop(c, at, WICK_I32));
    return wk_check_pop(c, at, WICK_REF_TYPE(type->id) | WICK_TYPE_NULLABLE);
}

/* Continuations are not cast: whoever has one must not have to know what it is. */
static wick_err gc_castable(struct wk_check *c, const uint8_t *at, wick_valtype type) {
    return wk_type_top(c->types, type) == WICK_HEAP_cont ? wk_reader_fail(&c->r, at, WICK_ERR_invalid_cast, 0, 0)
                                                         : WICK_OK;
}

/* ref.test and ref.cast: the operand is of the same hierarchy. */
static wick_err gc_cast(struct wk_check *c, const uint8_t *at, enum wick_op op) {
    const uint8_t *at_type = c->r.at;
    wick_valtype type = 0;
    WK_TRY(wk_get_heaptype(&c->r, &type));
    WK_TRY(gc_castable(c, at_type, type));
    if (op == WICK_OP_ref_test || op == WICK_OP_ref_cast) {
        type &= ~WICK_TYPE_NULLABLE;
    }
    WK_TRY(wk_check_pop(c, at, WICK_REF_NULL(wk_type_top(c->types, type))));
    return wk_check_push(c, op == WICK_OP_ref_test || op == WICK_OP_ref_test_null ? WICK_I32 : type);
}

static wick_err gc_br_on_cast(struct wk_check *c, const uint8_t *at, bool is_fail) {
    struct wk_check_list label;
    const uint8_t *at_flags = c->r.at, *at_label, *at_target;
    wick_valtype from = 0, to = 0, rest, carried;
    uint8_t flags = 0;
    WK_TRY(wk_get_byte(&c->r, &flags));
    if (flags > 3) {
        return wk_reader_fail(&c->r, at_flags, WICK_ERR_cast_flags, flags, 0);
    }
    at_label = c->r.at;
    WK_TRY(wk_check_label(c, &label));
    WK_TRY(wk_get_heaptype(&c->r, &from));
    at_target = c->r.at;
    WK_TRY(wk_get_heaptype(&c->r, &to));
    from &= (flags & 1) != 0 ? ~0u : ~WICK_TYPE_NULLABLE;
    to &= (flags & 2) != 0 ? ~0u : ~WICK_TYPE_NULLABLE;
    if (!wk_type_is_sub(c->types, to, from)) {
        return wk_reader_fail_types(&c->r, at_target, WICK_ERR_type_mismatch_sub, from, to);
    }
    WK_TRY(gc_castable(c, at_target, to));
    /* What is left of `from` when it is no `to`: null went with `to` if that may be null. */
    rest = (to & WICK_TYPE_NULLABLE) != 0 ? from & ~WICK_TYPE_NULLABLE : from;
    carried = is_fail ? rest : to;
    if (label.n == 0) {
        return wk_reader_fail_types(&c->r, at_label, WICK_ERR_type_mismatch_label, carried, 0);
    }
    if (!wk_type_is_sub(c->types, carried, label.types[label.n - 1])) {
        return wk_reader_fail_types(&c->r, at_label, WICK_ERR_type_mismatch_sub, label.types[label.n - 1], carried);
    }
    WK_TRY(wk_check_pop(c, at, from));
    WK_TRY(wk_check_retype(c, at, label.types, label.n - 1, label.is_plain));
    return wk_check_push(c, is_fail ? to : rest);
}

/* any.convert_extern and extern.convert_any keep whether the reference may be null. */
static wick_err gc_convert(struct wk_check *c, const uint8_t *at, uint32_t from, uint32_t to) {
    const wick_valtype got = c->sp[-1];
    WK_TRY(wk_check_pop(c, at, WICK_REF_NULL(from)));
    return wk_check_push(c, WICK_REF(to) | (wk_type_is_ref(got) ? got & WICK_TYPE_NULLABLE : 0));
}

wick_err wk_check_gc(struct wk_check *c, const uint8_t *at, enum wick_op op) {
    switch (op) {
    case WICK_OP_struct_new:
    case WICK_OP_struct_new_default:
        return valid_gc_struct_new(c, at, op == WICK_OP_struct_new_default);
    case WICK_OP_struct_get:
    case WICK_OP_struct_get_s:
    case WICK_OP_struct_get_u:
    case WICK_OP_struct_set:
        return gc_struct_access(c, at, op);
    case WICK_OP_array_new:
    case WICK_OP_array_new_default:
    case WICK_OP_array_new_fixed:
    case WICK_OP_array_new_data:
    case WICK_OP_array_new_elem:
        return valid_gc_array_new(c, at, op);
    case WICK_OP_array_get:
    case WICK_OP_array_get_s:
    case WICK_OP_array_get_u:
    case WICK_OP_array_set:
    case WICK_OP_array_fill:
        return gc_array_access(c, at, op);
    case WICK_OP_array_len:
        WK_TRY(wk_check_pop(c, at, WICK_REF_NULL(WICK_HEAP_array)));
        return wk_check_push(c, WICK_I32);
    case WICK_OP_array_copy:
        return valid_gc_array_copy(c, at);
    case WICK_OP_array_init_data:
    case WICK_OP_array_init_elem:
        return valid_gc_array_init(c, at, op);
    case WICK_OP_ref_test:
    case WICK_OP_ref_test_null:
    case WICK_OP_ref_cast:
    case WICK_OP_ref_cast_null:
        return gc_cast(c, at, op);
    case WICK_OP_br_on_cast:
    case WICK_OP_br_on_cast_fail:
        return gc_br_on_cast(c, at, op == WICK_OP_br_on_cast_fail);
    case WICK_OP_any_convert_extern:
        return gc_convert(c, at, WICK_HEAP_extern, WICK_HEAP_any);
    case WICK_OP_extern_convert_any:
        return gc_convert(c, at, WICK_HEAP_any, WICK_HEAP_extern);
    case WICK_OP_ref_i31:
        WK_TRY(wk_check_pop(c, at, WICK_I32));
        return wk_check_push(c, WICK_REF(WICK_HEAP_i31));
    default: /* i31.get_s, i31.get_u */
        WK_TRY(wk_check_pop(c, at, WICK_REF_NULL(WICK_HEAP_i31)));
        return wk_check_push(c, WICK_I32);
    }
}

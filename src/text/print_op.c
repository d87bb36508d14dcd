/* print_op.c - instructions that are no blocks: their names and immediates in the order of the text; and how many
 * operands any instruction takes. Spec: text-instr.
 *
 * Owner of: which immediates may be left out (parse_op.c puts them back), what a folded instruction folds. */
#include "base/bits.h"
#include "text/print.h"

/* ---- immediates ----------------------------------------------------------------------------------------------- */

static void op_print_index(struct wk_print *p, enum wk_space space, uint32_t *at) {
    wk_print_char(p, ' ');
    wk_print_index(p, space, wk_read_u32(p->bytes, at));
}

/* An index that is left out when it is 0. */
static void op_print_index_opt(struct wk_print *p, enum wk_space space, uint32_t *at) {
    const uint32_t index = wk_read_u32(p->bytes, at);
    if (index != 0) {
        wk_print_char(p, ' ');
        wk_print_index(p, space, index);
    }
}

static void op_print_pair(struct wk_print *p, enum wk_space space, uint32_t *at) {
    const uint32_t first = wk_read_u32(p->bytes, at);
    const uint32_t second = wk_read_u32(p->bytes, at);
    if ((first | second) != 0) {
        wk_print_char(p, ' ');
        wk_print_index(p, space, first);
        wk_print_char(p, ' ');
        wk_print_index(p, space, second);
    }
}

/* Segment and container in binary, container and segment in text. */
static void op_print_segment(struct wk_print *p, enum wk_space segments, enum wk_space containers, uint32_t *at) {
    const uint32_t segment = wk_read_u32(p->bytes, at);
    op_print_index_opt(p, containers, at);
    wk_print_char(p, ' ');
    wk_print_index(p, segments, segment);
}

static void op_print_memarg(struct wk_print *p, uint32_t width, uint32_t *at) {
    struct wk_memarg memarg;
    wk_read_memarg(p->bytes, at, &memarg);
    if (memarg.memory != 0) {
        wk_print_char(p, ' ');
        wk_print_index(p, WK_SPACE_MEMORY, memarg.memory);
    }
    if (memarg.offset != 0) {
        wk_print_str(p, " offset=");
        wk_print_u64(p, memarg.offset);
    }
    if ((uint32_t)1 << memarg.align != width) {
        wk_print_str(p, " align=");
        wk_print_u64(p, (uint32_t)1 << memarg.align);
    }
}

static void op_print_labels(struct wk_print *p, uint32_t *at) {
    for (uint64_t n = (uint64_t)wk_read_u32(p->bytes, at) + 1; n != 0 && p->err == WICK_OK; n--) {
        wk_print_char(p, ' ');
        wk_print_label_ref(p, wk_read_u32(p->bytes, at));
    }
}

static void op_print_bytes(struct wk_print *p, uint32_t n, uint32_t *at) {
    for (; n != 0; n--) {
        wk_print_char(p, ' ');
        wk_print_u64(p, p->bytes[(*at)++]);
    }
}

static void op_print_v128(struct wk_print *p, uint32_t *at) {
    wk_print_str(p, " i32x4");
    for (uint32_t i = 0; i < 4; i++) {
        const uint32_t lane = wk_ld_le32(p->bytes + *at);
        wk_print_str(p, " 0x");
        for (int shift = 28; shift >= 0; shift -= 4) {
            *p->at++ = "0123456789abcdef"[lane >> shift & 15];
        }
        *at += 4;
    }
}

static void op_print_float(struct wk_print *p, uint32_t width, uint32_t *at) {
    const uint64_t bits = width == 32 ? wk_ld_le32(p->bytes + *at) : wk_ld_le64(p->bytes + *at);
    wk_print_char(p, ' ');
    wk_print_room(p);
    p->at += wk_print_float(p->at, bits, width);
    *at += width / 8;
}

static void op_print_cast(struct wk_print *p, uint32_t *at) {
    const uint8_t flags = p->bytes[(*at)++];
    wk_print_char(p, ' ');
    wk_print_label_ref(p, wk_read_u32(p->bytes, at));
    wk_print_char(p, ' ');
    wk_print_reftype_of(p, at, (flags & 1) != 0);
    wk_print_char(p, ' ');
    wk_print_reftype_of(p, at, (flags & 2) != 0);
}

static void op_print_handlers(struct wk_print *p, uint32_t *at) {
    for (uint32_t n = wk_read_u32(p->bytes, at); n != 0 && p->err == WICK_OK; n--) {
        const uint8_t kind = p->bytes[(*at)++];
        wk_print_str(p, " (on");
        op_print_index(p, WK_SPACE_TAG, at);
        if (kind == 0) {
            wk_print_char(p, ' ');
            wk_print_label_ref(p, wk_read_u32(p->bytes, at));
            wk_print_char(p, ')');
        } else {
            wk_print_str(p, " switch)");
        }
    }
}

static void op_print_immediates(struct wk_print *p, enum wick_op op, const struct wk_op_info *info, uint32_t *at) {
    uint32_t index;
    switch ((enum wk_imm)info->imm) {
    case WK_IMM_NONE:
    case WK_IMM_COUNT:
        break;
    case WK_IMM_LABEL:
        wk_print_char(p, ' ');
        wk_print_label_ref(p, wk_read_u32(p->bytes, at));
        break;
    case WK_IMM_LABELS:
        op_print_labels(p, at);
        break;
    case WK_IMM_FUNC:
        op_print_index(p, WK_SPACE_FUNC, at);
        break;
    case WK_IMM_TYPE:
        op_print_index(p, WK_SPACE_TYPE, at);
        break;
    case WK_IMM_TYPE_TABLE:
        index = wk_read_u32(p->bytes, at);
        op_print_index_opt(p, WK_SPACE_TABLE, at);
        wk_print_use(p, index, WK_PRINT_USE_PLAIN);
        break;
    case WK_IMM_TYPES:
        wk_print_str(p, " (result");
        for (uint32_t n = wk_read_u32(p->bytes, at); n != 0; n--) {
            wk_print_char(p, ' ');
            wk_print_valtype(p, at);
        }
        wk_print_char(p, ')');
        break;
    case WK_IMM_LOCAL:
        wk_print_char(p, ' ');
        wk_print_ref(p, &p->local, wk_read_u32(p->bytes, at));
        break;
    case WK_IMM_GLOBAL:
        op_print_index(p, WK_SPACE_GLOBAL, at);
        break;
    case WK_IMM_TABLE:
        op_print_index_opt(p, WK_SPACE_TABLE, at);
        break;
    case WK_IMM_TABLE_TABLE:
        op_print_pair(p, WK_SPACE_TABLE, at);
        break;
    case WK_IMM_ELEM_TABLE:
        op_print_segment(p, WK_SPACE_ELEM, WK_SPACE_TABLE, at);
        break;
    case WK_IMM_ELEM:
        op_print_index(p, WK_SPACE_ELEM, at);
        break;
    case WK_IMM_MEM:
        op_print_index_opt(p, WK_SPACE_MEMORY, at);
        break;
    case WK_IMM_MEM_MEM:
        op_print_pair(p, WK_SPACE_MEMORY, at);
        break;
    case WK_IMM_DATA_MEM:
        p->uses_data = true;
        op_print_segment(p, WK_SPACE_DATA, WK_SPACE_MEMORY, at);
        break;
    case WK_IMM_DATA:
        p->uses_data = true;
        op_print_index(p, WK_SPACE_DATA, at);
        break;
    case WK_IMM_MEMARG:
        op_print_memarg(p, info->width, at);
        break;
    case WK_IMM_MEMARG_LANE:
        op_print_memarg(p, info->width, at);
        op_print_bytes(p, 1, at);
        break;
    case WK_IMM_LANE:
        op_print_bytes(p, 1, at);
        break;
    case WK_IMM_SHUFFLE:
        op_print_bytes(p, 16, at);
        break;
    case WK_IMM_I32:
    case WK_IMM_I64:
        wk_print_char(p, ' ');
        wk_print_s64(p, wk_read_s64(p->bytes, at));
        break;
    case WK_IMM_F32:
        op_print_float(p, 32, at);
        break;
    case WK_IMM_F64:
        op_print_float(p, 64, at);
        break;
    case WK_IMM_V128:
        op_print_v128(p, at);
        break;
    case WK_IMM_HEAP:
        wk_print_char(p, ' ');
        if (op == WICK_OP_ref_null) {
            wk_print_heaptype(p, at);
        } else {
            wk_print_reftype_of(p, at, op == WICK_OP_ref_test_null || op == WICK_OP_ref_cast_null);
        }
        break;
    case WK_IMM_TYPE_FIELD:
        index = wk_read_u32(p->bytes, at);
        wk_print_char(p, ' ');
        wk_print_index(p, WK_SPACE_TYPE, index);
        wk_print_char(p, ' ');
        wk_print_field(p, index, wk_read_u32(p->bytes, at));
        break;
    case WK_IMM_TYPE_N:
        op_print_index(p, WK_SPACE_TYPE, at);
        wk_print_char(p, ' ');
        wk_print_u64(p, wk_read_u32(p->bytes, at));
        break;
    case WK_IMM_TYPE_DATA:
        p->uses_data = true;
        op_print_index(p, WK_SPACE_TYPE, at);
        op_print_index(p, WK_SPACE_DATA, at);
        break;
    case WK_IMM_TYPE_ELEM:
        op_print_index(p, WK_SPACE_TYPE, at);
        op_print_index(p, WK_SPACE_ELEM, at);
        break;
    case WK_IMM_TYPE_TYPE:
        op_print_index(p, WK_SPACE_TYPE, at);
        op_print_index(p, WK_SPACE_TYPE, at);
        break;
    case WK_IMM_BR_CAST:
        op_print_cast(p, at);
        break;
    case WK_IMM_TAG:
        op_print_index(p, WK_SPACE_TAG, at);
        break;
    case WK_IMM_RESUME:
    case WK_IMM_RESUME_THROW:
        op_print_index(p, WK_SPACE_TYPE, at);
        if (info->imm == WK_IMM_RESUME_THROW) {
            op_print_index(p, WK_SPACE_TAG, at);
        }
        op_print_handlers(p, at);
        break;
    case WK_IMM_TYPE_TAG:
        op_print_index(p, WK_SPACE_TYPE, at);
        op_print_index(p, WK_SPACE_TAG, at);
        break;
    case WK_IMM_FENCE:
        *at += 1;
        break;
    case WK_IMM_BLOCK: /* print_instr.c */
    case WK_IMM_TRY_TABLE:
        break;
    }
}

void wk_print_op(struct wk_print *p, uint32_t *at) {
    const enum wick_op op = wk_read_op(p->bytes, at);
    wk_print_room(p);
    memcpy(p->at, wk_op_text(op), p->op_size[op]);
    p->at += p->op_size[op];
    op_print_immediates(p, op, wk_op_info(op), at);
}

/* ---- operands ------------------------------------------------------------------------------------------------- */

static const struct wk_deftype *op_deftype(const struct wk_print *p, uint32_t index) {
    return wk_type_get(&p->m->engine->types, p->m->types[index]);
}

static const struct wk_deftype *op_cont_type(const struct wk_print *p, uint32_t index) {
    return wk_type_cont_func(&p->m->engine->types, op_deftype(p, index));
}

/* A branch to a label takes this many. */
static uint32_t op_label_arity(const struct wk_print *p, uint32_t depth) {
    return depth < p->n_labels ? p->stack[p->n_labels - 1 - depth].arity : p->func_type->n_results;
}

static bool op_is_tail_call(enum wick_op op) {
    return op == WICK_OP_return_call || op == WICK_OP_return_call_indirect || op == WICK_OP_return_call_ref;
}

/* Those whose numbers follow from an immediate. */
static bool op_arity_of_immediate(const struct wk_print *p, enum wick_op op, uint32_t at, uint32_t *takes,
                                  uint32_t *gives) {
    const struct wk_deftype *type;
    uint32_t n;
    switch (op) {
    case WICK_OP_br:
        *takes = op_label_arity(p, wk_read_u32(p->bytes, &at));
        *gives = 0;
        return true;
    case WICK_OP_br_if:
    case WICK_OP_br_on_null:
        *gives = op_label_arity(p, wk_read_u32(p->bytes, &at));
        *takes = *gives + 1;
        *gives += op == WICK_OP_br_on_null ? 1 : 0;
        return true;
    case WICK_OP_br_on_non_null:
        *takes = op_label_arity(p, wk_read_u32(p->bytes, &at));
        *gives = *takes - 1;
        return true;
    case WICK_OP_br_on_cast:
    case WICK_OP_br_on_cast_fail:
        at++;
        *takes = op_label_arity(p, wk_read_u32(p->bytes, &at));
        *gives = *takes;
        return true;
    case WICK_OP_br_table:
        /* All labels take as many: the first is as good as the default, which may be far. */
        (void)wk_read_u32(p->bytes, &at);
        *takes = op_label_arity(p, wk_read_u32(p->bytes, &at)) + 1;
        *gives = 0;
        return true;
    case WICK_OP_return:
        *takes = p->func_type->n_results;
        *gives = 0;
        return true;
    case WICK_OP_call:
    case WICK_OP_return_call:
    case WICK_OP_call_indirect:
    case WICK_OP_return_call_indirect:
    case WICK_OP_call_ref:
    case WICK_OP_return_call_ref:
        n = wk_read_u32(p->bytes, &at);
        if (op == WICK_OP_call || op == WICK_OP_return_call) {
            type = wk_module_func_type(p->m, n);
            *takes = type->n_params;
        } else {
            type = op_deftype(p, n);
            *takes = type->n_params + 1;
        }
        *gives = op_is_tail_call(op) ? 0 : type->n_results;
        return true;
    case WICK_OP_throw:
        *takes = wk_type_get(&p->m->engine->types, p->m->tags[wk_read_u32(p->bytes, &at)])->n_params;
        *gives = 0;
        return true;
    case WICK_OP_suspend:
        type = wk_type_get(&p->m->engine->types, p->m->tags[wk_read_u32(p->bytes, &at)]);
        *takes = type->n_params;
        *gives = type->n_results;
        return true;
    case WICK_OP_cont_bind:
        *takes = op_cont_type(p, wk_read_u32(p->bytes, &at))->n_params;
        *takes = *takes - op_cont_type(p, wk_read_u32(p->bytes, &at))->n_params + 1;
        *gives = 1;
        return true;
    case WICK_OP_resume:
    case WICK_OP_resume_throw:
    case WICK_OP_resume_throw_ref:
        type = op_cont_type(p, wk_read_u32(p->bytes, &at));
        *takes = 2;
        if (op == WICK_OP_resume) {
            *takes = type->n_params + 1;
        } else if (op == WICK_OP_resume_throw) {
            *takes = wk_type_get(&p->m->engine->types, p->m->tags[wk_read_u32(p->bytes, &at)])->n_params + 1;
        }
        *gives = type->n_results;
        return true;
    case WICK_OP_switch: /* the last parameter of the one is the other */
        type = op_cont_type(p, wk_read_u32(p->bytes, &at));
        *takes = type->n_params;
        type = wk_type_get(&p->m->engine->types, WICK_TYPE_HEAP(type->types[type->n_params - 1]));
        *gives = wk_type_cont_func(&p->m->engine->types, type)->n_params;
        return true;
    case WICK_OP_struct_new:
        *takes = op_deftype(p, wk_read_u32(p->bytes, &at))->n_fields;
        *gives = 1;
        return true;
    case WICK_OP_array_new_fixed:
        (void)wk_read_u32(p->bytes, &at);
        *takes = wk_read_u32(p->bytes, &at);
        *gives = 1;
        return true;
    default:
        return false;
    }
}

/* Those that op.def gives no fixed signature, but that always take as many: TAKES_GIVES. */
static uint32_t op_arity_plain(enum wick_op op) {
    switch (op) {
    case WICK_OP_unreachable:
    case WICK_OP_rethrow:
        return 0x00;
    case WICK_OP_local_get:
    case WICK_OP_global_get:
    case WICK_OP_ref_null:
    case WICK_OP_ref_func:
    case WICK_OP_struct_new_default:
        return 0x01;
    case WICK_OP_drop:
    case WICK_OP_local_set:
    case WICK_OP_global_set:
    case WICK_OP_throw_ref:
        return 0x10;
    case WICK_OP_local_tee:
    case WICK_OP_table_get:
    case WICK_OP_ref_is_null:
    case WICK_OP_ref_as_non_null:
    case WICK_OP_struct_get:
    case WICK_OP_struct_get_s:
    case WICK_OP_struct_get_u:
    case WICK_OP_array_new_default:
    case WICK_OP_array_len:
    case WICK_OP_ref_test:
    case WICK_OP_ref_test_null:
    case WICK_OP_ref_cast:
    case WICK_OP_ref_cast_null:
    case WICK_OP_any_convert_extern:
    case WICK_OP_extern_convert_any:
    case WICK_OP_ref_i31:
    case WICK_OP_i31_get_s:
    case WICK_OP_i31_get_u:
    case WICK_OP_cont_new:
        return 0x11;
    case WICK_OP_table_set:
    case WICK_OP_struct_set:
        return 0x20;
    case WICK_OP_table_grow:
    case WICK_OP_ref_eq:
    case WICK_OP_array_new:
    case WICK_OP_array_new_data:
    case WICK_OP_array_new_elem:
    case WICK_OP_array_get:
    case WICK_OP_array_get_s:
    case WICK_OP_array_get_u:
        return 0x21;
    case WICK_OP_table_fill:
    case WICK_OP_table_copy:
    case WICK_OP_table_init:
    case WICK_OP_memory_init:
    case WICK_OP_memory_copy:
    case WICK_OP_array_set:
        return 0x30;
    case WICK_OP_select:
    case WICK_OP_select_t:
        return 0x31;
    case WICK_OP_array_fill:
    case WICK_OP_array_init_data:
    case WICK_OP_array_init_elem:
        return 0x40;
    case WICK_OP_array_copy:
        return 0x50;
    default:
        return UINT32_MAX;
    }
}

bool wk_print_arity(const struct wk_print *p, enum wick_op op, uint32_t at, uint32_t *out_takes,
                    uint32_t *out_gives) {
    const char *sig = wk_op_info(op)->sig;
    uint32_t plain;
    if (sig[0] != 'X') {
        uint32_t n = 0, behind = 0;
        while (sig[n] != '_') {
            n++;
        }
        while (sig[n + 1 + behind] != 0) {
            behind++;
        }
        *out_takes = n;
        *out_gives = behind;
        return true;
    }
    plain = op_arity_plain(op);
    if (plain != UINT32_MAX) {
        *out_takes = plain >> 4;
        *out_gives = plain & 15;
        return true;
    }
    return op_arity_of_immediate(p, op, at, out_takes, out_gives);
}

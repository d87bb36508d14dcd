/* parse_op.c - instructions that are no blocks: opcode and immediates, in the order of the binary format.
 *
 * Owner of: which immediates may be left out, constants, memory arguments. Spec: text-instr. */
#include "base/bits.h"
#include "text/asm.h"

void wk_asm_put_op(struct wk_buf *buf, uint32_t op) {
    const struct wk_op_info *info = wk_op_info((enum wick_op)op);
    if (info->prefix == 0) {
        wk_buf_u8(buf, (uint8_t)info->code);
    } else {
        wk_buf_u8(buf, info->prefix);
        wk_buf_u32(buf, info->code);
    }
}

wick_err wk_asm_label_index(struct wk_asm *p, uint32_t *out_index) {
    if (p->tok.kind == WK_TOKEN_ID) {
        const struct wk_name_entry *entry =
            wk_names_find(&p->scope, WK_SPACE_LABEL, p->tok.at, p->tok.size);
        if (entry == NULL || entry->value == 0) {
            return wk_asm_fail_text(p, p->tok.begin, WICK_ERR_unknown_name, "label", p->tok.at,
                                    p->tok.size);
        }
        *out_index = p->n_labels - entry->value;
        return wk_asm_advance(p);
    }
    return wk_asm_index(p, WK_SPACE_LABEL, out_index);
}

/* One index to buf. */
static wick_err op_index(struct wk_asm *p, uint64_t space, struct wk_buf *buf) {
    uint32_t index;
    WK_TRY(wk_asm_index(p, space, &index));
    wk_buf_u32(buf, index);
    return WICK_OK;
}

/* An index that may be left out: then it is 0. */
static wick_err op_index_opt(struct wk_asm *p, uint64_t space, struct wk_buf *buf) {
    if (wk_asm_is_index(p)) {
        return op_index(p, space, buf);
    }
    wk_buf_u8(buf, 0);
    return WICK_OK;
}

/* Two indices of one space, or none. */
static wick_err op_index_pair(struct wk_asm *p, uint64_t space, struct wk_buf *buf) {
    if (wk_asm_is_index(p)) {
        WK_TRY(op_index(p, space, buf));
        return op_index(p, space, buf);
    }
    wk_buf_u8(buf, 0);
    wk_buf_u8(buf, 0);
    return WICK_OK;
}

/* `[container] segment` in the text, segment and container in binary. */
static wick_err op_segment(struct wk_asm *p, uint64_t segments, uint64_t containers,
                           struct wk_buf *buf) {
    const struct wk_token *next;
    uint32_t container = 0;
    if (wk_asm_is_index(p)) {
        next = wk_asm_peek(p);
        if (next->kind == WK_TOKEN_NAT || next->kind == WK_TOKEN_ID) {
            WK_TRY(wk_asm_index(p, containers, &container));
        }
    }
    WK_TRY(op_index(p, segments, buf));
    wk_buf_u32(buf, container);
    return WICK_OK;
}

static wick_err op_labels(struct wk_asm *p, struct wk_buf *buf) {
    uint32_t n = 0;
    uint32_t label;
    p->tmp.size = 0;
    do {
        WK_TRY(wk_asm_label_index(p, &label));
        wk_buf_u32(&p->tmp, label);
        n++;
    } while (wk_asm_is_index(p));
    wk_buf_u32(buf, n - 1);
    wk_buf_put(buf, p->tmp.data, p->tmp.size);
    return WICK_OK;
}

/* [memory] [offset=n] [align=n] */
static wick_err op_memarg(struct wk_asm *p, const struct wk_op_info *info, struct wk_buf *buf) {
    uint64_t offset = 0;
    uint64_t align = info->width;
    uint32_t memory = 0;
    bool has_memory = wk_asm_is_index(p);
    if (has_memory && info->imm == WK_IMM_MEMARG_LANE && p->tok.kind == WK_TOKEN_NAT) {
        /* A single number is the lane. */
        const uint8_t kind = wk_asm_peek(p)->kind;
        has_memory = kind == WK_TOKEN_NAT || kind == WK_TOKEN_OFFSET || kind == WK_TOKEN_ALIGN;
    }
    if (has_memory) {
        WK_TRY(wk_asm_index(p, WK_SPACE_MEMORY, &memory));
    }
    if (p->tok.kind == WK_TOKEN_OFFSET) {
        if (!wk_number_u64(p->tok.at, p->tok.size, &offset)) {
            return wk_asm_fail(p, p->tok.begin, WICK_ERR_i64_range);
        }
        WK_TRY(wk_asm_advance(p));
    }
    if (p->tok.kind == WK_TOKEN_ALIGN) {
        if (!wk_number_u64(p->tok.at, p->tok.size, &align)) {
            return wk_asm_fail(p, p->tok.begin, WICK_ERR_i64_range);
        }
        if (align == 0 || (align & (align - 1)) != 0) {
            return wk_asm_fail(p, p->tok.begin, WICK_ERR_alignment_power);
        }
        WK_TRY(wk_asm_advance(p));
    }
    wk_buf_u32(buf, wk_ctz64(align) | (memory != 0 ? 0x40u : 0u));
    if (memory != 0) {
        wk_buf_u32(buf, memory);
    }
    wk_buf_u64(buf, offset);
    return WICK_OK;
}

static bool op_is_number(const struct wk_asm *p) {
    return p->tok.kind == WK_TOKEN_NAT || p->tok.kind == WK_TOKEN_INT ||
           p->tok.kind == WK_TOKEN_FLOAT;
}

static wick_err op_lane(struct wk_asm *p, struct wk_buf *buf) {
    uint64_t lane;
    if (p->tok.kind != WK_TOKEN_NAT) {
        return wk_asm_unexpected(p, "expected a lane");
    }
    if (!wk_number_u64(p->tok.at, p->tok.size, &lane) || lane > 255) {
        return wk_asm_fail(p, p->tok.begin, WICK_ERR_i8_range);
    }
    wk_buf_u8(buf, (uint8_t)lane);
    return wk_asm_advance(p);
}

static wick_err op_shuffle(struct wk_asm *p, struct wk_buf *buf) {
    uint32_t n = 0;
    const uint8_t *begin = p->tok.begin;
    for (; op_is_number(p); n++) {
        if (p->tok.kind != WK_TOKEN_NAT) {
            return wk_asm_fail(p, p->tok.begin, WICK_ERR_i8_range);
        }
        WK_TRY(op_lane(p, buf));
    }
    return n == 16 ? WICK_OK : wk_asm_fail(p, begin, WICK_ERR_lane_length);
}

/* ---- constants ------------------------------------------------------------------------------- */

/* The value of a token that is a number. */
static wick_err op_number(struct wk_asm *p, const struct wk_token *token, bool is_float,
                          uint32_t bits, uint64_t *out_value) {
    const bool good =
        is_float ? wk_number_float(token->at, token->size, bits, &p->scratch, out_value)
                 : token->kind != WK_TOKEN_FLOAT &&
                       wk_number_int(token->at, token->size, bits, out_value);
    return good ? WICK_OK : wk_asm_fail(p, token->begin, WICK_ERR_constant_range);
}

wick_err wk_asm_int(struct wk_asm *p, uint32_t bits, uint64_t *out_value) {
    if (!op_is_number(p)) {
        return wk_asm_unexpected(p, "expected a number");
    }
    WK_TRY(op_number(p, &p->tok, false, bits, out_value));
    return wk_asm_advance(p);
}

wick_err wk_asm_float(struct wk_asm *p, uint32_t bits, uint64_t *out_bits) {
    if (!op_is_number(p)) {
        return wk_asm_unexpected(p, "expected a number");
    }
    WK_TRY(op_number(p, &p->tok, true, bits, out_bits));
    return wk_asm_advance(p);
}

wick_err wk_asm_v128(struct wk_asm *p, uint8_t out_bytes[16]) {
    static const uint8_t sizes[6] = {1, 2, 4, 8, 4, 8};
    uint32_t n = 0;
    if (p->tok.kind != WK_TOKEN_WORD || p->tok.word < WK_WORD_i8x16 ||
        p->tok.word > WK_WORD_f64x2) {
        return wk_asm_unexpected(p, "expected a vector shape");
    }
    const uint32_t shape = (uint32_t)p->tok.word - WK_WORD_i8x16;
    const uint32_t size = sizes[shape];
    const uint8_t *begin = p->tok.begin;
    WK_TRY(wk_asm_advance(p));
    /* Their number is checked before their values, so they are read twice. */
    for (; op_is_number(p); n++) {
        if (n < 16) {
            p->lanes[n] = p->tok.begin;
        }
        WK_TRY(wk_asm_advance(p));
    }
    if (n * size != 16) {
        return wk_asm_fail(p, begin, WICK_ERR_lane_count);
    }
    const uint8_t *at = p->lex.at;
    for (uint32_t i = 0; i < n; i++) {
        struct wk_token token;
        uint64_t value;
        p->lex.at = p->lanes[i];
        wk_lexer_next(&p->lex, &token);
        p->lex.at = at;
        WK_TRY(op_number(p, &token, shape >= 4, size * 8, &value));
        for (uint32_t k = 0; k < size; k++) {
            out_bytes[i * size + k] = (uint8_t)(value >> (8 * k));
        }
    }
    return WICK_OK;
}

static wick_err op_const(struct wk_asm *p, enum wk_imm imm, struct wk_buf *buf) {
    uint8_t bytes[16];
    uint64_t value;
    switch (imm) {
    case WK_IMM_I32:
        WK_TRY(wk_asm_int(p, 32, &value));
        wk_buf_s32(buf, (int32_t)(uint32_t)value);
        return WICK_OK;
    case WK_IMM_I64:
        WK_TRY(wk_asm_int(p, 64, &value));
        wk_buf_s64(buf, (int64_t)value);
        return WICK_OK;
    case WK_IMM_F32:
        WK_TRY(wk_asm_float(p, 32, &value));
        wk_st_le32(bytes, (uint32_t)value);
        wk_buf_put(buf, bytes, 4);
        return WICK_OK;
    case WK_IMM_F64:
        WK_TRY(wk_asm_float(p, 64, &value));
        wk_st_le64(bytes, value);
        wk_buf_put(buf, bytes, 8);
        return WICK_OK;
    default:
        WK_TRY(wk_asm_v128(p, bytes));
        wk_buf_put(buf, bytes, 16);
        return WICK_OK;
    }
}

/* ---- instructions with an order or a form of their own ----------------------------------------- */

/* select, or select (result t*)* */
static wick_err op_select(struct wk_asm *p, struct wk_buf *buf) {
    uint32_t n = 0;
    if (!wk_asm_is_form(p, WK_WORD_result)) {
        wk_asm_put_op(buf, WICK_OP_select);
        return WICK_OK;
    }
    p->tmp.size = 0;
    while (wk_asm_is_form(p, WK_WORD_result)) {
        WK_TRY(wk_asm_enter(p));
        for (; p->tok.kind != WK_TOKEN_RPAR; n++) {
            WK_TRY(wk_asm_valtype(p, &p->tmp));
        }
        WK_TRY(wk_asm_close(p));
    }
    wk_asm_put_op(buf, WICK_OP_select_t);
    wk_buf_u32(buf, n);
    wk_buf_put(buf, p->tmp.data, p->tmp.size);
    return WICK_OK;
}

/* ref.test and ref.cast have one opcode for each nullability. */
static wick_err op_ref_test(struct wk_asm *p, uint32_t op, struct wk_buf *buf) {
    struct wk_asm_ref ref;
    WK_TRY(wk_asm_reftype(p, &ref));
    wk_asm_put_op(buf, op + (ref.nullable ? 1 : 0));
    wk_buf_s64(buf, ref.heap);
    return WICK_OK;
}

static wick_err op_br_cast(struct wk_asm *p, struct wk_buf *buf) {
    struct wk_asm_ref from;
    struct wk_asm_ref to;
    uint32_t label;
    WK_TRY(wk_asm_label_index(p, &label));
    WK_TRY(wk_asm_reftype(p, &from));
    WK_TRY(wk_asm_reftype(p, &to));
    wk_buf_u8(buf, (uint8_t)((from.nullable ? 1 : 0) | (to.nullable ? 2 : 0)));
    wk_buf_u32(buf, label);
    wk_buf_s64(buf, from.heap);
    wk_buf_s64(buf, to.heap);
    return WICK_OK;
}

/* (on tag label)* and (on tag switch)* */
static wick_err op_handlers(struct wk_asm *p, struct wk_buf *buf) {
    uint32_t n = 0, index;
    p->tmp.size = 0;
    for (; wk_asm_is_form(p, WK_WORD_on); n++) {
        bool is_switch;
        WK_TRY(wk_asm_enter(p));
        WK_TRY(wk_asm_index(p, WK_SPACE_TAG, &index));
        is_switch = wk_asm_is_word(p, WICK_OP_switch);
        wk_buf_u8(&p->tmp, is_switch ? 1 : 0);
        wk_buf_u32(&p->tmp, index);
        if (is_switch) {
            WK_TRY(wk_asm_advance(p));
        } else {
            WK_TRY(wk_asm_label_index(p, &index));
            wk_buf_u32(&p->tmp, index);
        }
        WK_TRY(wk_asm_close(p));
    }
    wk_buf_u32(buf, n);
    wk_buf_put(buf, p->tmp.data, p->tmp.size);
    return WICK_OK;
}

/* [table] typeuse in the text, type and table in binary. */
static wick_err op_call_indirect(struct wk_asm *p, struct wk_buf *buf) {
    struct wk_asm_use use;
    uint32_t table = 0;
    if (wk_asm_is_index(p)) {
        WK_TRY(wk_asm_index(p, WK_SPACE_TABLE, &table));
    }
    WK_TRY(wk_asm_use(p, WK_BIND_NONE, &use));
    WK_TRY(wk_asm_use_type(p, &use));
    wk_buf_u32(buf, use.type);
    wk_buf_u32(buf, table);
    return WICK_OK;
}

/* A field of a type, by number or by its name in that type. */
static wick_err op_type_field(struct wk_asm *p, struct wk_buf *buf) {
    uint32_t type;
    WK_TRY(wk_asm_index(p, WK_SPACE_TYPE, &type));
    wk_buf_u32(buf, type);
    return op_index(p, WK_SPACE_FIELD + (uint64_t)type, buf);
}

static wick_err op_immediates(struct wk_asm *p, const struct wk_op_info *info,
                              struct wk_buf *buf) {
    uint32_t index;
    int64_t heap;
    switch ((enum wk_imm)info->imm) {
    case WK_IMM_NONE:
        return WICK_OK;
    case WK_IMM_LABEL:
        WK_TRY(wk_asm_label_index(p, &index));
        wk_buf_u32(buf, index);
        return WICK_OK;
    case WK_IMM_LABELS:
        return op_labels(p, buf);
    case WK_IMM_FUNC:
        return op_index(p, WK_SPACE_FUNC, buf);
    case WK_IMM_TYPE:
        return op_index(p, WK_SPACE_TYPE, buf);
    case WK_IMM_TYPE_TABLE:
        return op_call_indirect(p, buf);
    case WK_IMM_LOCAL:
        return op_index(p, WK_SPACE_LOCAL, buf);
    case WK_IMM_GLOBAL:
        return op_index(p, WK_SPACE_GLOBAL, buf);
    case WK_IMM_TABLE:
        return op_index_opt(p, WK_SPACE_TABLE, buf);
    case WK_IMM_TABLE_TABLE:
        return op_index_pair(p, WK_SPACE_TABLE, buf);
    case WK_IMM_ELEM_TABLE:
        return op_segment(p, WK_SPACE_ELEM, WK_SPACE_TABLE, buf);
    case WK_IMM_ELEM:
        return op_index(p, WK_SPACE_ELEM, buf);
    case WK_IMM_MEM:
        return op_index_opt(p, WK_SPACE_MEMORY, buf);
    case WK_IMM_MEM_MEM:
        return op_index_pair(p, WK_SPACE_MEMORY, buf);
    case WK_IMM_DATA_MEM:
        p->uses_data = true;
        return op_segment(p, WK_SPACE_DATA, WK_SPACE_MEMORY, buf);
    case WK_IMM_DATA:
        p->uses_data = true;
        return op_index(p, WK_SPACE_DATA, buf);
    case WK_IMM_MEMARG:
        return op_memarg(p, info, buf);
    case WK_IMM_MEMARG_LANE:
        WK_TRY(op_memarg(p, info, buf));
        return op_lane(p, buf);
    case WK_IMM_LANE:
        return op_lane(p, buf);
    case WK_IMM_SHUFFLE:
        return op_shuffle(p, buf);
    case WK_IMM_I32:
    case WK_IMM_I64:
    case WK_IMM_F32:
    case WK_IMM_F64:
    case WK_IMM_V128:
        return op_const(p, (enum wk_imm)info->imm, buf);
    case WK_IMM_HEAP:
        WK_TRY(wk_asm_heaptype(p, &heap));
        wk_buf_s64(buf, heap);
        return WICK_OK;
    case WK_IMM_TYPE_FIELD:
        return op_type_field(p, buf);
    case WK_IMM_TYPE_N:
        WK_TRY(op_index(p, WK_SPACE_TYPE, buf));
        WK_TRY(wk_asm_u32(p, &index));
        wk_buf_u32(buf, index);
        return WICK_OK;
    case WK_IMM_TYPE_DATA:
        p->uses_data = true;
        WK_TRY(op_index(p, WK_SPACE_TYPE, buf));
        return op_index(p, WK_SPACE_DATA, buf);
    case WK_IMM_TYPE_ELEM:
        WK_TRY(op_index(p, WK_SPACE_TYPE, buf));
        return op_index(p, WK_SPACE_ELEM, buf);
    case WK_IMM_TYPE_TYPE:
        WK_TRY(op_index(p, WK_SPACE_TYPE, buf));
        return op_index(p, WK_SPACE_TYPE, buf);
    case WK_IMM_BR_CAST:
        return op_br_cast(p, buf);
    case WK_IMM_TAG:
        return op_index(p, WK_SPACE_TAG, buf);
    case WK_IMM_RESUME:
        WK_TRY(op_index(p, WK_SPACE_TYPE, buf));
        return op_handlers(p, buf);
    case WK_IMM_RESUME_THROW:
        WK_TRY(op_index(p, WK_SPACE_TYPE, buf));
        WK_TRY(op_index(p, WK_SPACE_TAG, buf));
        return op_handlers(p, buf);
    case WK_IMM_TYPE_TAG:
        WK_TRY(op_index(p, WK_SPACE_TYPE, buf));
        return op_index(p, WK_SPACE_TAG, buf);
    case WK_IMM_FENCE:
        wk_buf_u8(buf, 0);
        return WICK_OK;
    case WK_IMM_BLOCK:
    case WK_IMM_TRY_TABLE:
    case WK_IMM_TYPES:
    case WK_IMM_COUNT:
        break;
    }
    return wk_asm_unexpected(p, "expected an instruction");
}

wick_err wk_asm_op(struct wk_asm *p, struct wk_buf *buf) {
    const uint32_t op = p->tok.word;
    WK_TRY(wk_asm_advance(p));
    if (op == WICK_OP_select) {
        return op_select(p, buf);
    }
    if (op == WICK_OP_ref_test || op == WICK_OP_ref_cast) {
        return op_ref_test(p, op, buf);
    }
    wk_asm_put_op(buf, op);
    return op_immediates(p, wk_op_info((enum wick_op)op), buf);
}

/* skim.c - reads a body's instructions without types. Owner of: the order of errors when several things are wrong.
 *
 * The standard decodes all of a module before it validates any of it. Here a body is read once, when it is validated;
 * only when something is wrong is it read once more, to find what decoding alone would have found first:
 * - The decoder only measures bodies. One that does not end in `end` is malformed, and what follows it may look
 *   malformed only because of that: so such a body is skimmed at once.
 * - A body that is invalid is reported as such only when it and the bodies behind it can be decoded. */
#include "module/reader.h"

static wick_err skim_block_type(struct wk_reader *r) {
    wick_valtype type = 0;
    int64_t index = 0;
    if (r->at != r->end && (*r->at & 0xc0) == 0x40) {
        if (*r->at == 0x40) {
            r->at++;
            return WICK_OK;
        }
        return wk_get_type_or(r, WICK_ERR_blocktype, &type);
    }
    return wk_get_s33(r, &index);
}

static wick_err skim_memarg(struct wk_reader *r) {
    const uint8_t *at = r->at;
    uint64_t offset = 0;
    uint32_t flags = 0, index = 0;
    WK_TRY(wk_get_u32(r, &flags));
    if (flags >= 0x80 || (flags >= 0x40 && !wk_reader_has(r, WICK_FEATURE_MULTI_MEMORY))) {
        return wk_reader_fail(r, at, WICK_ERR_memop_flags, flags, 0);
    }
    if ((flags & 0x40) != 0) {
        WK_TRY(wk_get_u32(r, &index));
    }
    return wk_reader_has(r, WICK_FEATURE_MEMORY64) ? wk_get_u64(r, &offset) : wk_get_u32(r, &index);
}

static wick_err skim_catches(struct wk_reader *r) {
    uint32_t n = 0, index = 0;
    WK_TRY(wk_get_length(r, &n));
    for (; n != 0; n--) {
        uint8_t kind = 0;
        WK_TRY(wk_get_byte(r, &kind));
        if (kind > 3) {
            return wk_reader_fail(r, r->at - 1, WICK_ERR_catch_kind, kind, 0);
        }
        if (kind < 2) {
            WK_TRY(wk_get_u32(r, &index));
        }
        WK_TRY(wk_get_u32(r, &index));
    }
    return WICK_OK;
}

static wick_err skim_handlers(struct wk_reader *r) {
    uint32_t n = 0, index = 0;
    WK_TRY(wk_get_length(r, &n));
    for (; n != 0; n--) {
        uint8_t kind = 0;
        WK_TRY(wk_get_byte(r, &kind));
        if (kind > 1) {
            return wk_reader_fail(r, r->at - 1, WICK_ERR_handler_kind, kind, 0);
        }
        WK_TRY(wk_get_u32(r, &index));
        if (kind == 0) {
            WK_TRY(wk_get_u32(r, &index));
        }
    }
    return WICK_OK;
}

static wick_err skim_list(struct wk_reader *r, bool is_types) {
    uint32_t n = 0, index = 0;
    wick_valtype type = 0;
    WK_TRY(wk_get_length(r, &n));
    for (n += !is_types; n != 0; n--) { /* labels are followed by the default */
        WK_TRY(is_types ? wk_get_valtype(r, &type) : wk_get_u32(r, &index));
    }
    return WICK_OK;
}

static wick_err skim_cast(struct wk_reader *r) {
    const uint8_t *at = r->at;
    wick_valtype type = 0;
    uint32_t label = 0;
    uint8_t flags = 0;
    WK_TRY(wk_get_byte(r, &flags));
    if (flags > 3) {
        return wk_reader_fail(r, at, WICK_ERR_cast_flags, flags, 0);
    }
    WK_TRY(wk_get_u32(r, &label));
    WK_TRY(wk_get_heaptype(r, &type));
    return wk_get_heaptype(r, &type);
}

static wick_err skim_field(struct wk_reader *r, char field) {
    wick_valtype type = 0;
    uint32_t index = 0;
    int32_t i32 = 0;
    int64_t i64 = 0;
    switch (field) {
    case 'a':
        return skim_memarg(r);
    case 'b':
        return skim_block_type(r);
    case 'T':
        WK_TRY(skim_block_type(r));
        return skim_catches(r);
    case 'H':
        return skim_handlers(r);
    case 'L':
        return skim_list(r, false);
    case 't':
        return skim_list(r, true);
    case 'c':
        return skim_cast(r);
    case 'h':
        return wk_get_heaptype(r, &type);
    case 'i':
        return wk_get_s32(r, &i32);
    case 'I':
        return wk_get_s64(r, &i64);
    case 'f':
        return wk_get_bytes(r, 4);
    case 'F':
        return wk_get_bytes(r, 8);
    case 'v':
    case 'S':
        return wk_get_bytes(r, 16);
    case 'n':
    case 'z':
        return wk_get_bytes(r, 1);
    default:
        return wk_get_u32(r, &index);
    }
}

static wick_err skim_locals(struct wk_reader *r) {
    uint64_t total = 0;
    uint32_t n = 0;
    WK_TRY(wk_get_length(r, &n));
    for (; n != 0; n--) {
        const uint8_t *at = r->at;
        uint32_t count = 0;
        wick_valtype type = 0;
        WK_TRY(wk_get_u32(r, &count));
        total += count;
        if (total > UINT32_MAX) {
            return wk_reader_fail(r, at, WICK_ERR_too_many_locals, 0, 0);
        }
        WK_TRY(wk_get_valtype(r, &type));
    }
    return WICK_OK;
}

wick_err wk_skim_opcode(struct wk_reader *r, enum wick_op *out) {
    const uint8_t *at = r->at;
    uint32_t code = 0, features;
    uint16_t op;
    uint8_t byte = 0, prefix = 0;
    WK_TRY(wk_get_byte(r, &byte));
    code = byte;
    if (byte >= 0xfb && byte <= 0xfe) {
        prefix = byte;
        WK_TRY(wk_get_u32(r, &code));
    }
    op = wk_op_lookup(prefix, code);
    features = op == WICK_OP_none ? 0 : 1u << wk_op_info((enum wick_op)op)->feature;
    if (op == WICK_OP_throw) {
        features |= WICK_FEATURE_LEGACY_EH;
    }
    if (!wk_reader_has(r, features)) {
        return prefix == 0 ? wk_reader_fail(r, at, WICK_ERR_illegal_opcode, byte, 0)
                           : wk_reader_fail(r, at, WICK_ERR_illegal_prefix_opcode, prefix, code);
    }
    *out = (enum wick_op)op;
    return WICK_OK;
}

static int32_t skim_nesting(enum wick_op op) {
    switch (op) {
    case WICK_OP_block:
    case WICK_OP_loop:
    case WICK_OP_if:
    case WICK_OP_try:
    case WICK_OP_try_table:
        return 1;
    case WICK_OP_end:
    case WICK_OP_delegate:
        return -1;
    default:
        return 0;
    }
}

wick_err wk_skim_body(struct wk_reader *r, uint32_t func) {
    const struct wk_func_info *info = &r->module->funcs[func];
    const uint8_t *end = r->start + info->off + info->size;
    uint32_t depth = 1;
    r->func = func;
    r->body = info->off;
    r->at = r->start + info->off;
    r->op = UINT16_MAX;
    WK_TRY(skim_locals(r));
    while (r->at < end && depth != 0) {
        enum wick_op op = WICK_OP_none;
        r->op = UINT16_MAX;
        WK_TRY(wk_skim_opcode(r, &op));
        r->op = (uint16_t)op;
        for (const char *field = wk_imm_fields((enum wk_imm)wk_op_info(op)->imm); *field != 0; field++) {
            WK_TRY(skim_field(r, *field));
        }
        depth += (uint32_t)skim_nesting(op);
    }
    r->op = UINT16_MAX;
    if (depth != 0) {
        return wk_reader_fail_overrun(r, r->at, end);
    }
    if (r->at != end) {
        return wk_reader_fail(r, r->at < end ? r->at : end, WICK_ERR_section_size, wk_reader_offset(r, end),
                              wk_reader_offset(r, r->at));
    }
    return WICK_OK;
}

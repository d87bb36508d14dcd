/* decode_body.c - finds out why a body cannot be decoded. Owner of: the order of errors when a body and something
 * behind it are both malformed.
 *
 * The decoder only measures bodies; their instructions are read when they are validated. But a body that does not end
 * in `end` is malformed, and then what the decoder reads next may be malformed too, only because of it. So such a body
 * is read at once, without types, until its error shows. */
#include "module/decode.h"

static wick_err skim_block_type(struct wk_decoder *d) {
    wick_valtype type = 0;
    int64_t index = 0;
    if (d->r.at != d->r.end && (*d->r.at & 0xc0) == 0x40) {
        if (*d->r.at == 0x40) {
            d->r.at++;
            return WICK_OK;
        }
        return wk_get_type_or(&d->r, WICK_ERR_blocktype, &type);
    }
    return wk_get_s33(&d->r, &index);
}

static wick_err skim_memarg(struct wk_decoder *d) {
    const uint8_t *at = d->r.at;
    uint64_t offset = 0;
    uint32_t flags = 0, index = 0;
    WK_TRY(wk_get_u32(&d->r, &flags));
    if (flags >= 0x80) {
        return wk_reader_fail(&d->r, at, WICK_ERR_memop_flags, flags, 0);
    }
    if ((flags & 0x40) != 0) {
        WK_TRY(wk_get_u32(&d->r, &index));
    }
    return wk_get_u64(&d->r, &offset);
}

static wick_err skim_catches(struct wk_decoder *d) {
    uint32_t n = 0, index = 0;
    WK_TRY(wk_get_length(&d->r, &n));
    for (; n != 0; n--) {
        uint8_t kind = 0;
        WK_TRY(wk_get_byte(&d->r, &kind));
        if (kind > 3) {
            return wk_reader_fail(&d->r, d->r.at - 1, WICK_ERR_catch_kind, kind, 0);
        }
        if (kind < 2) {
            WK_TRY(wk_get_u32(&d->r, &index));
        }
        WK_TRY(wk_get_u32(&d->r, &index));
    }
    return WICK_OK;
}

static wick_err skim_list(struct wk_decoder *d, bool is_types) {
    uint32_t n = 0, index = 0;
    wick_valtype type = 0;
    WK_TRY(wk_get_length(&d->r, &n));
    for (n += !is_types; n != 0; n--) { /* labels are followed by the default */
        WK_TRY(is_types ? wk_get_valtype(&d->r, &type) : wk_get_u32(&d->r, &index));
    }
    return WICK_OK;
}

static wick_err skim_cast(struct wk_decoder *d) {
    const uint8_t *at = d->r.at;
    wick_valtype type = 0;
    uint32_t label = 0;
    uint8_t flags = 0;
    WK_TRY(wk_get_byte(&d->r, &flags));
    if (flags > 3) {
        return wk_reader_fail(&d->r, at, WICK_ERR_cast_flags, flags, 0);
    }
    WK_TRY(wk_get_u32(&d->r, &label));
    WK_TRY(wk_get_heaptype(&d->r, &type));
    return wk_get_heaptype(&d->r, &type);
}

static wick_err skim_field(struct wk_decoder *d, char field) {
    wick_valtype type = 0;
    uint32_t index = 0;
    int32_t i32 = 0;
    int64_t i64 = 0;
    switch (field) {
    case 'a':
        return skim_memarg(d);
    case 'b':
        return skim_block_type(d);
    case 'T':
        WK_TRY(skim_block_type(d));
        return skim_catches(d);
    case 'L':
        return skim_list(d, false);
    case 't':
        return skim_list(d, true);
    case 'c':
        return skim_cast(d);
    case 'h':
        return wk_get_heaptype(&d->r, &type);
    case 'i':
        return wk_get_s32(&d->r, &i32);
    case 'I':
        return wk_get_s64(&d->r, &i64);
    case 'f':
        return wk_get_bytes(&d->r, 4);
    case 'F':
        return wk_get_bytes(&d->r, 8);
    case 'v':
    case 'S':
        return wk_get_bytes(&d->r, 16);
    case 'n':
    case 'z':
        return wk_get_bytes(&d->r, 1);
    default:
        return wk_get_u32(&d->r, &index);
    }
}

static wick_err skim_locals(struct wk_decoder *d) {
    uint64_t total = 0;
    uint32_t n = 0;
    WK_TRY(wk_get_length(&d->r, &n));
    for (; n != 0; n--) {
        const uint8_t *at = d->r.at;
        uint32_t count = 0;
        wick_valtype type = 0;
        WK_TRY(wk_get_u32(&d->r, &count));
        total += count;
        if (total > UINT32_MAX) {
            return wk_reader_fail(&d->r, at, WICK_ERR_too_many_locals, 0, 0);
        }
        WK_TRY(wk_get_valtype(&d->r, &type));
    }
    return WICK_OK;
}

/* Ends with an error in any case: `end` is behind the body, whose last byte is no end. */
wick_err wk_decode_bad_body(struct wk_decoder *d, uint32_t func) {
    const uint8_t *end = d->r.start + d->m->funcs[func].off + d->m->funcs[func].size;
    d->r.func = func;
    d->r.body = d->m->funcs[func].off;
    d->r.at = d->r.start + d->r.body;
    WK_TRY(skim_locals(d));
    while (d->r.at < end) {
        enum wick_op op = WICK_OP_none;
        d->r.op = UINT16_MAX;
        WK_TRY(wk_decode_opcode(d, &op));
        d->r.op = (uint16_t)op;
        for (const char *field = wk_imm_fields((enum wk_imm)wk_op_info(op)->imm); *field != 0; field++) {
            WK_TRY(skim_field(d, *field));
        }
    }
    d->r.op = UINT16_MAX;
    return wk_reader_fail_overrun(&d->r, d->r.at, end);
}

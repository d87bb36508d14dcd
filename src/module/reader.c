/* reader.c - see reader.h. */
#include "module/reader.h"

/* ---- failing -------------------------------------------------------------------------------------------------- */

WK_COLD wick_err wk_reader_fail(const struct wk_reader *r, const uint8_t *at, wick_err err, uint64_t a0, uint64_t a1) {
    if (r->diag != NULL && r->diag->err == WICK_OK) {
        (void)wk_fail(r->diag, err, a0, a1, 0, 0);
        r->diag->offset = wk_reader_offset(r, at);
        r->diag->section = r->section;
        r->diag->op = r->op;
        r->diag->func = r->func;
        r->diag->pc = r->func == UINT32_MAX ? 0 : r->diag->offset - r->body;
    }
    return err;
}

/* A module that fails is gone when its message is read, so types are kept as the module's indices. */
static uint64_t reader_own_type(const struct wk_reader *r, wick_valtype type) {
    if (WICK_TYPE_KIND(type) == WICK_KIND_REF && (type & WICK_TYPE_CONCRETE) != 0) {
        for (uint32_t i = 0; i < r->n_known; i++) {
            if (r->types[i] == WICK_TYPE_HEAP(type)) {
                return (type & 0xffu) | i << 8;
            }
        }
    }
    return type;
}

WK_COLD wick_err wk_reader_fail_types(const struct wk_reader *r, const uint8_t *at, wick_err err, wick_valtype a0,
                                      wick_valtype a1) {
    return wk_reader_fail(r, at, err, reader_own_type(r, a0), reader_own_type(r, a1));
}

WK_COLD wick_err wk_fail_limit(wick_diag *diag, enum wk_limit limit, uint64_t count) {
    switch (limit) {
#define LIMIT(sym, value, what)                                                                   \
    case WK_LIMIT_##sym:                                                                          \
        return wk_fail(diag, WICK_ERR_limit, count, WK_STR(what), (uint64_t)WK_LIMIT_VALUE(sym), \
                       WK_STR("WICK_MAX_" #sym));
#include "def/limit.def"
    default:
        return WICK_ERR_limit;
    }
}

WK_COLD wick_err wk_reader_fail_limit(const struct wk_reader *r, const uint8_t *at, enum wk_limit limit,
                                      uint64_t count) {
    if (r->diag != NULL && r->diag->err == WICK_OK) {
        (void)wk_reader_fail(r, at, WICK_ERR_limit, 0, 0);
        r->diag->err = WICK_OK;
        (void)wk_fail_limit(r->diag, limit, count);
    }
    return WICK_ERR_limit;
}

WK_COLD wick_err wk_reader_fail_nomem(const struct wk_reader *r) {
    return wk_fail_nomem(r->diag, 0);
}

WK_COLD wick_err wk_reader_fail_end(const struct wk_reader *r, uint64_t n) {
    return wk_reader_fail(r, r->end, WICK_ERR_section_end, n, (uint64_t)(r->end - r->at));
}

/* What follows the body decides what the standard calls it. */
WK_COLD wick_err wk_reader_fail_overrun(const struct wk_reader *r, const uint8_t *at, const uint8_t *body_end) {
    const uint32_t end = wk_reader_offset(r, body_end);
    if (at != body_end) {
        return wk_reader_fail(r, body_end, WICK_ERR_section_size, end, wk_reader_offset(r, at));
    }
    if (at == r->end) {
        return wk_reader_fail(r, at, WICK_ERR_section_end, 1, 0);
    }
    if (*at == 0x0b) {
        return wk_reader_fail(r, at, WICK_ERR_section_size, end, end + 1u);
    }
    return wk_reader_fail(r, at, WICK_ERR_end_expected, 0, 0);
}

/* ---- LEB128 --------------------------------------------------------------------------------------------------- */

/* Reads an integer of `bits` bits, two's complement when is_signed. The last byte may carry only what belongs to it:
 * for signed integers its unused bits repeat the sign. */
static wick_err reader_leb(struct wk_reader *r, uint32_t bits, bool is_signed, uint64_t *out) {
    uint64_t value = 0;
    uint32_t shift = 0;
    for (;;) {
        uint32_t byte, left = bits - shift;
        if (r->at == r->end) {
            return wk_reader_fail_end(r, 1);
        }
        byte = *r->at;
        if (left < 7) {
            const uint32_t unused = is_signed ? 0x7fu & ~((1u << (left - 1)) - 1u) : 0x7fu & ~((1u << left) - 1u);
            if ((byte & unused) != 0 && !(is_signed && (byte & unused) == unused)) {
                return wk_reader_fail(r, r->at, WICK_ERR_leb_too_large, bits, 0);
            }
        }
        if (left <= 7 && (byte & 0x80) != 0) {
            return wk_reader_fail(r, r->at, WICK_ERR_leb_too_long, (bits + 6) / 7, 0);
        }
        value |= (uint64_t)(byte & 0x7f) << shift;
        r->at++;
        shift += 7;
        if ((byte & 0x80) == 0) {
            if (is_signed && (byte & 0x40) != 0 && shift < 64) {
                value |= ~(uint64_t)0 << shift;
            }
            *out = value;
            return WICK_OK;
        }
    }
}

WK_NOINLINE wick_err wk_get_u32_slow(struct wk_reader *r, uint32_t *out) {
    uint64_t value = 0;
    WK_TRY(reader_leb(r, 32, false, &value));
    *out = (uint32_t)value;
    return WICK_OK;
}

wick_err wk_get_u64(struct wk_reader *r, uint64_t *out) {
    return reader_leb(r, 64, false, out);
}

wick_err wk_get_s32(struct wk_reader *r, int32_t *out) {
    uint64_t value = 0;
    WK_TRY(reader_leb(r, 32, true, &value));
    *out = (int32_t)(uint32_t)value;
    return WICK_OK;
}

wick_err wk_get_s33(struct wk_reader *r, int64_t *out) {
    uint64_t value = 0;
    WK_TRY(reader_leb(r, 33, true, &value));
    *out = (int64_t)value;
    return WICK_OK;
}

wick_err wk_get_s64(struct wk_reader *r, int64_t *out) {
    uint64_t value = 0;
    WK_TRY(reader_leb(r, 64, true, &value));
    *out = (int64_t)value;
    return WICK_OK;
}

wick_err wk_get_bytes(struct wk_reader *r, uint32_t n) {
    if (n > (size_t)(r->end - r->at)) {
        return wk_reader_fail_end(r, n);
    }
    r->at += n;
    return WICK_OK;
}

/* The official suite draws a line here: a length that fits when the bytes of the length itself are counted in is
 * "unexpected end", a greater one is "length out of bounds". */
wick_err wk_get_length(struct wk_reader *r, uint32_t *out) {
    const uint8_t *at = r->at;
    uint32_t n = 0;
    WK_TRY(wk_get_u32(r, &n));
    if (n > (size_t)(r->end - r->at)) {
        if (n > (size_t)(r->end - at)) {
            return wk_reader_fail(r, at, WICK_ERR_length_oob, n, (uint64_t)(r->end - r->at));
        }
    }
    *out = n;
    return WICK_OK;
}

/* ---- types ---------------------------------------------------------------------------------------------------- */

#define READER_FUNC_REFS ((uint32_t)WICK_FEATURE_FUNC_REFS | (uint32_t)WICK_FEATURE_GC)

#define READER_HEAP_FIRST 0x68u /* the least byte of an abstract heap type */

/* What must be on for an abstract heap type. */
static uint32_t reader_heap_features(uint32_t heap) {
    switch (heap) {
    case WICK_HEAP_func:
    case WICK_HEAP_extern:
        return WICK_FEATURE_REF_TYPES;
    case WICK_HEAP_exn:
    case WICK_HEAP_noexn:
        return WICK_FEATURE_EH;
    case WICK_HEAP_cont:
    case WICK_HEAP_nocont:
        return WICK_FEATURE_STACK_SWITCHING;
    default:
        return WICK_FEATURE_GC;
    }
}

/* The abstract heap type of a byte; WICK_HEAP_bottom: there is none, or it is off. */
static uint32_t reader_heap_of_byte(const struct wk_reader *r, uint8_t byte) {
#define HEAPTYPE(sym, code, byte, text, shorthand, top) [byte - READER_HEAP_FIRST] = code + 1,
    static const uint8_t heaps[] = {
#include "def/type.def"
    };
    uint32_t heap;
    if (byte < READER_HEAP_FIRST || byte >= READER_HEAP_FIRST + WK_COUNT_OF(heaps) || heaps[byte - READER_HEAP_FIRST] == 0) {
        return WICK_HEAP_bottom;
    }
    heap = heaps[byte - READER_HEAP_FIRST] - 1u;
    return wk_reader_has(r, reader_heap_features(heap)) ? heap : WICK_HEAP_bottom;
}

wick_err wk_get_heaptype(struct wk_reader *r, wick_valtype *out) {
    const uint8_t *at = r->at;
    int64_t index = 0;
    if (at == r->end) {
        return wk_reader_fail_end(r, 1);
    }
    if ((*at & 0xc0) == 0x40) {
        const uint32_t heap = reader_heap_of_byte(r, *at);
        if (heap == WICK_HEAP_bottom) {
            return wk_reader_fail(r, at, WICK_ERR_heaptype, *at, 0);
        }
        r->at++;
        *out = WICK_REF_NULL(heap);
        return WICK_OK;
    }
    WK_TRY(wk_get_s33(r, &index));
    if (index < 0 || !wk_reader_has(r, READER_FUNC_REFS)) {
        return wk_reader_fail(r, at, WICK_ERR_heaptype, *at, 0);
    }
    if (index < (int64_t)r->n_known) {
        *out = WICK_REF_TYPE(r->types[index]) | WICK_TYPE_NULLABLE;
    } else if (index < (int64_t)r->n_types) {
        *out = WICK_REF_TYPE(WK_REC_BASE + ((uint32_t)index - r->n_known)) | WICK_TYPE_NULLABLE;
    } else {
        return wk_reader_fail(r, at, WICK_ERR_unknown_type, (uint64_t)index, r->n_types);
    }
    return WICK_OK;
}

/* A type that begins with `byte`, already read; err: what to say when none does. */
static wick_err reader_reftype(struct wk_reader *r, uint8_t byte, wick_err err, wick_valtype *out) {
    const uint8_t *at = r->at - 1;
    uint32_t heap;
    if ((byte == 0x63 || byte == 0x64) && wk_reader_has(r, READER_FUNC_REFS)) {
        WK_TRY(wk_get_heaptype(r, out));
        if (byte == 0x64) {
            *out &= ~WICK_TYPE_NULLABLE;
        }
        return WICK_OK;
    }
    heap = reader_heap_of_byte(r, byte);
    if (heap == WICK_HEAP_bottom) {
        r->at = at;
        return wk_reader_fail(r, at, err, byte, 0);
    }
    *out = WICK_REF_NULL(heap);
    return WICK_OK;
}

wick_err wk_get_reftype(struct wk_reader *r, wick_valtype *out) {
    uint8_t byte = 0;
    WK_TRY(wk_get_byte(r, &byte));
    if (byte == 0x70) { /* tables had it before there were reference types */
        *out = WICK_FUNCREF;
        return WICK_OK;
    }
    return reader_reftype(r, byte, WICK_ERR_reftype, out);
}

wick_err wk_get_type_or(struct wk_reader *r, wick_err err, wick_valtype *out) {
    uint8_t byte = 0;
    WK_TRY(wk_get_byte(r, &byte));
    if (byte >= 0x7c && byte <= 0x7f) {
        *out = 0x80u - byte;
        return WICK_OK;
    }
    if (byte == 0x7b && wk_reader_has(r, WICK_FEATURE_SIMD)) {
        *out = WICK_V128;
        return WICK_OK;
    }
    return reader_reftype(r, byte, err, out);
}

wick_err wk_get_valtype(struct wk_reader *r, wick_valtype *out) {
    return wk_get_type_or(r, WICK_ERR_valtype, out);
}

wick_err wk_get_storagetype(struct wk_reader *r, wick_valtype *out) {
    if (r->at != r->end && (*r->at == 0x77 || *r->at == 0x78)) {
        *out = *r->at == 0x78 ? WICK_KIND_I8 : WICK_KIND_I16;
        r->at++;
        return WICK_OK;
    }
    return wk_get_valtype(r, out);
}

wick_err wk_get_type_index(struct wk_reader *r, uint32_t *out_id) {
    const uint8_t *at = r->at;
    uint32_t index = 0;
    WK_TRY(wk_get_u32(r, &index));
    if (index >= r->n_known) {
        return wk_reader_fail(r, at, WICK_ERR_unknown_type, index, r->n_known);
    }
    *out_id = r->types[index];
    return WICK_OK;
}

wick_err wk_get_func_type(struct wk_reader *r, uint32_t *out_id) {
    const uint8_t *at = r->at;
    WK_TRY(wk_get_type_index(r, out_id));
    if (wk_type_get(&r->module->engine->types, *out_id)->comp != WK_COMP_FUNC) {
        uint32_t index = 0;
        r->at = at;
        (void)wk_get_u32(r, &index);
        return wk_reader_fail(r, at, WICK_ERR_non_function_type, index, 0);
    }
    return WICK_OK;
}

#undef READER_FUNC_REFS
#undef READER_HEAP_FIRST

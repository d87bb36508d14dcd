/* read.c - unchecked readers of validated bytes (module.h). Owner of: how to walk over any immediate. */
#include "module/module.h"

wick_valtype wk_read_heaptype(const struct wick_module *m, uint32_t *at) {
#define HEAPTYPE(sym, code, byte, text, shorthand, top) [byte - 0x68] = code,
    static const uint8_t heaps[] = {
#include "def/type.def"
    };
    const uint8_t byte = m->bytes[*at];
    if ((byte & 0xc0) == 0x40) {
        *at += 1;
        return WICK_REF_NULL(heaps[byte - 0x68]);
    }
    return WICK_REF_TYPE(m->types[wk_read_u32(m->bytes, at)]) | WICK_TYPE_NULLABLE;
}

wick_valtype wk_read_valtype(const struct wick_module *m, uint32_t *at) {
    const uint8_t byte = m->bytes[*at];
    if (byte >= 0x7b && byte <= 0x7f) {
        *at += 1;
        return 0x80u - byte;
    }
    if (byte == 0x64) {
        *at += 1;
        return wk_read_heaptype(m, at) & ~WICK_TYPE_NULLABLE;
    }
    *at += byte == 0x63;
    return wk_read_heaptype(m, at);
}

void wk_read_block_type(const struct wick_module *m, uint32_t *at, struct wk_block_type *out) {
    const uint8_t byte = m->bytes[*at];
    out->n_params = 0;
    out->n_results = 0;
    out->params = NULL;
    out->results = NULL;
    if (byte == 0x40) {
        *at += 1;
    } else if ((byte & 0xc0) == 0x40) {
        out->single = wk_read_valtype(m, at);
        out->n_results = 1;
        out->results = &out->single;
    } else {
        const struct wk_deftype *type = wk_type_get(&m->engine->types, m->types[wk_read_u32(m->bytes, at)]);
        out->n_params = type->n_params;
        out->n_results = type->n_results;
        out->params = type->types;
        out->results = type->types + type->n_params;
    }
}

void wk_read_memarg(const uint8_t *bytes, uint32_t *at, struct wk_memarg *out) {
    const uint32_t flags = wk_read_u32(bytes, at);
    out->align = flags & 0x3f;
    out->memory = 0;
    if ((flags & 0x40) != 0) {
        out->memory = wk_read_u32(bytes, at);
    }
    out->offset = wk_read_leb(bytes, at);
}

static void read_skip_leb(const uint8_t *bytes, uint32_t *at) {
    while ((bytes[(*at)++] & 0x80) != 0) {
    }
}

static void read_skip_catches(const uint8_t *bytes, uint32_t *at) {
    for (uint32_t n = wk_read_u32(bytes, at); n != 0; n--) {
        const uint8_t kind = bytes[(*at)++];
        if (kind < 2) {
            read_skip_leb(bytes, at);
        }
        read_skip_leb(bytes, at);
    }
}

static void read_skip_handlers(const uint8_t *bytes, uint32_t *at) {
    for (uint32_t n = wk_read_u32(bytes, at); n != 0; n--) {
        const uint8_t kind = bytes[(*at)++];
        read_skip_leb(bytes, at);
        if (kind == 0) {
            read_skip_leb(bytes, at);
        }
    }
}

uint32_t wk_skip_handlers(const uint8_t *bytes, uint32_t at) {
    read_skip_handlers(bytes, &at);
    return at;
}

void wk_skip_imm(const struct wick_module *m, enum wk_imm imm, uint32_t *at) {
    const uint8_t *bytes = m->bytes;
    for (const char *field = wk_imm_fields(imm); *field != 0; field++) {
        struct wk_memarg memarg;
        uint32_t n;
        switch (*field) {
        case 'L':
            for (n = wk_read_u32(bytes, at) + 1; n != 0; n--) {
                read_skip_leb(bytes, at);
            }
            break;
        case 'a':
            wk_read_memarg(bytes, at, &memarg);
            break;
        case 'b': /* 0x40, a value type, or a type index */
        case 'T':
            if ((bytes[*at] & 0xc0) != 0x40) {
                read_skip_leb(bytes, at);
            } else if (bytes[*at] == 0x40) {
                *at += 1;
            } else {
                (void)wk_read_valtype(m, at);
            }
            if (*field == 'T') {
                read_skip_catches(bytes, at);
            }
            break;
        case 'H':
            read_skip_handlers(bytes, at);
            break;
        case 'f':
            *at += 4;
            break;
        case 'F':
            *at += 8;
            break;
        case 'v':
        case 'S':
            *at += 16;
            break;
        case 'n':
        case 'z':
            *at += 1;
            break;
        case 't':
            for (n = wk_read_u32(bytes, at); n != 0; n--) {
                (void)wk_read_valtype(m, at);
            }
            break;
        case 'c':
            *at += 1;
            read_skip_leb(bytes, at);
            read_skip_leb(bytes, at);
            read_skip_leb(bytes, at);
            break;
        default: /* x l i I h: one LEB128 (an abstract heap type is one byte of it) */
            read_skip_leb(bytes, at);
            break;
        }
    }
}

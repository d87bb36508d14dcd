/* print_type.c - types and type uses as text. Spec: text-type, text-typeuse. */
#include "text/print.h"

/* All texts of type.def in one string, and where each begins, by the type's byte. */
struct type_text_pool {
    char none[1];
#define NUMTYPE(sym, kind, byte, text, slots) char num_##sym[sizeof text];
#include "def/type.def"
#define HEAPTYPE(sym, code, byte, text, shorthand, top) char heap_##sym[sizeof text];
#include "def/type.def"
#define HEAPTYPE(sym, code, byte, text, shorthand, top) char short_##sym[sizeof shorthand];
#include "def/type.def"
};
static const struct type_text_pool type_texts = {
    "",
#define NUMTYPE(sym, kind, byte, text, slots) text,
#include "def/type.def"
#define HEAPTYPE(sym, code, byte, text, shorthand, top) text,
#include "def/type.def"
#define HEAPTYPE(sym, code, byte, text, shorthand, top) shorthand,
#include "def/type.def"
};
/* Number types and the shorthands of nullable references; heap types. The bytes are 0x40 to 0x7f. */
static const uint16_t type_short_at[64] = {
#define NUMTYPE(sym, kind, byte, text, slots) [byte - 0x40] = (uint16_t)offsetof(struct type_text_pool, num_##sym),
#include "def/type.def"
#define HEAPTYPE(sym, code, byte, text, shorthand, top) \
    [byte - 0x40] = (uint16_t)offsetof(struct type_text_pool, short_##sym),
#include "def/type.def"
};
static const uint16_t type_heap_at[64] = {
#define HEAPTYPE(sym, code, byte, text, shorthand, top) \
    [byte - 0x40] = (uint16_t)offsetof(struct type_text_pool, heap_##sym),
#include "def/type.def"
};

void wk_print_heaptype(struct wk_print *p, uint32_t *at) {
    const uint8_t byte = p->bytes[*at];
    if ((byte & 0xc0) == 0x40) {
        *at += 1;
        wk_print_str(p, (const char *)&type_texts + type_heap_at[byte - 0x40]);
    } else {
        wk_print_index(p, WK_SPACE_TYPE, wk_read_u32(p->bytes, at));
    }
}

void wk_print_reftype_of(struct wk_print *p, uint32_t *at, bool nullable) {
    const uint8_t byte = p->bytes[*at];
    if (nullable && (byte & 0xc0) == 0x40) {
        *at += 1;
        wk_print_str(p, (const char *)&type_texts + type_short_at[byte - 0x40]);
        return;
    }
    wk_print_str(p, nullable ? "(ref null " : "(ref ");
    wk_print_heaptype(p, at);
    wk_print_char(p, ')');
}

void wk_print_valtype(struct wk_print *p, uint32_t *at) {
    const uint8_t byte = p->bytes[*at];
    if (byte == 0x63 || byte == 0x64) {
        *at += 1;
        wk_print_reftype_of(p, at, byte == 0x63);
    } else {
        *at += 1;
        wk_print_str(p, (const char *)&type_texts + type_short_at[byte - 0x40]);
    }
}

void wk_print_mutable(struct wk_print *p, uint32_t *at) {
    uint32_t behind = *at;
    /* Packed types and all others are one byte, or a reference's byte and a heap type. */
    const uint8_t byte = p->bytes[behind++];
    if (byte == 0x63 || byte == 0x64) {
        (void)wk_read_heaptype(p->m, &behind);
    }
    const bool is_mutable = p->bytes[behind] != 0;
    if (is_mutable) {
        wk_print_str(p, "(mut ");
    }
    wk_print_valtype(p, at);
    if (is_mutable) {
        wk_print_char(p, ')');
    }
    *at = behind + 1;
}

/* The decoded limits do not tell "no maximum" from the greatest. */
void wk_print_limits(struct wk_print *p, uint32_t *at) {
    const uint8_t flags = p->bytes[(*at)++];
    if ((flags & 4) != 0) {
        wk_print_str(p, " i64");
    }
    wk_print_char(p, ' ');
    wk_print_u64(p, wk_read_leb(p->bytes, at));
    if ((flags & 1) != 0) {
        wk_print_char(p, ' ');
        wk_print_u64(p, wk_read_leb(p->bytes, at));
    }
    if ((flags & 2) != 0) {
        wk_print_str(p, " shared");
    }
    if ((flags & 8) != 0) {
        wk_print_str(p, " (pagesize ");
        wk_print_u64(p, (uint64_t)1 << wk_read_leb(p->bytes, at));
        wk_print_char(p, ')');
    }
}

/* ---- type uses ------------------------------------------------------------------------------------------------ */

/* n types at *at, in forms of their own when they are named, else together. */
static void type_print_list(struct wk_print *p, const char *word, uint32_t n, uint32_t *at, bool are_locals) {
    bool open = false;
    for (uint32_t i = 0; i < n && p->err == WICK_OK; i++) {
        const bool named = are_locals && wk_print_is_named(&p->local, i);
        if (open && named) {
            wk_print_char(p, ')');
            open = false;
        }
        if (!open) {
            wk_print_str(p, " (");
            wk_print_str(p, word);
            if (named) {
                wk_print_define(p, &p->local.of[i], i);
            }
        }
        wk_print_char(p, ' ');
        wk_print_valtype(p, at);
        open = !named;
        if (named) {
            wk_print_char(p, ')');
        }
    }
    if (open) {
        wk_print_char(p, ')');
    }
}

/* The declarations of the function type at `at`, behind its form. */
static void type_print_declarations(struct wk_print *p, uint32_t at, bool are_locals) {
    const uint32_t n_params = wk_read_u32(p->bytes, &at);
    type_print_list(p, "param", n_params, &at, are_locals);
    const uint32_t n_results = wk_read_u32(p->bytes, &at);
    type_print_list(p, "result", n_results, &at, false);
}

void wk_print_use(struct wk_print *p, uint32_t type, enum wk_print_use kind) {
    const struct wk_deftype *t = wk_type_get(&p->m->engine->types, p->m->types[type]);
    const uint32_t n = t->n_params + t->n_results;
    /* (type x) alone says all; what follows it is for readers, and for names. A small body may use a large type many
     * times, so large ones are not repeated. */
    const bool in_full = kind == WK_PRINT_USE_LOCALS ? n <= 64 || p->local.n != 0 : n <= 16;
    wk_print_str(p, " (type ");
    wk_print_index(p, WK_SPACE_TYPE, type);
    wk_print_char(p, ')');
    if (in_full) {
        type_print_declarations(p, p->type_at[type] + 1, kind == WK_PRINT_USE_LOCALS);
    }
}

/* ---- definitions ---------------------------------------------------------------------------------------------- */

static void type_skip_field(struct wk_print *p, uint32_t *at) {
    const uint8_t byte = p->bytes[(*at)++];
    if (byte == 0x63 || byte == 0x64) {
        (void)wk_read_heaptype(p->m, at);
    }
}

static void type_skip_list(struct wk_print *p, uint32_t *at) {
    for (uint32_t n = wk_read_u32(p->bytes, at); n != 0; n--) {
        type_skip_field(p, at);
    }
}

/* Passes over `sub` and its supertypes. */
static void type_skip_sub(struct wk_print *p, uint32_t *at) {
    if (p->bytes[*at] == 0x50 || p->bytes[*at] == 0x4f) {
        *at += 1;
        for (uint32_t n = wk_read_u32(p->bytes, at); n != 0; n--) {
            (void)wk_read_u32(p->bytes, at);
        }
    }
}

static void type_skip_comp(struct wk_print *p, uint32_t *at) {
    const uint8_t form = p->bytes[(*at)++];
    if (form == 0x60) {
        type_skip_list(p, at);
        type_skip_list(p, at);
        return;
    }
    if (form == 0x5d) {
        (void)wk_read_u32(p->bytes, at);
        return;
    }
    for (uint32_t n = form == 0x5f ? wk_read_u32(p->bytes, at) : 1; n != 0; n--) {
        type_skip_field(p, at);
        *at += 1; /* mutability */
    }
}

void wk_print_read_types(struct wk_print *p) {
    uint32_t at = p->section[WK_SECTION_type], type = 0;
    if (p->m->n_types == 0) {
        return;
    }
    p->type_at = wk_zalloc(p->alloc, p->m->n_types * sizeof *p->type_at);
    if (p->type_at == NULL) {
        wk_print_fail(p, WICK_ERR_nomem);
        return;
    }
    for (uint32_t i = 0; i < p->count[WK_SECTION_type]; i++) {
        uint32_t members = 1;
        if (p->bytes[at] == 0x4e) {
            at++;
            members = wk_read_u32(p->bytes, &at);
        }
        for (; members != 0; members--) {
            type_skip_sub(p, &at);
            p->type_at[type++] = at;
            type_skip_comp(p, &at);
        }
    }
}

static void type_print_struct(struct wk_print *p, uint32_t type, uint32_t *at) {
    const uint32_t n = wk_read_u32(p->bytes, at);
    bool open = false;
    wk_print_str(p, "(struct");
    for (uint32_t i = 0; i < n && p->err == WICK_OK; i++) {
        const struct wk_print_name *name = wk_print_field_name(p, type, i);
        const bool named = name != NULL && name->off != 0;
        if (open && named) {
            wk_print_char(p, ')');
            open = false;
        }
        if (!open) {
            wk_print_str(p, " (field");
            if (named) {
                wk_print_define(p, name, i);
            }
        }
        wk_print_char(p, ' ');
        wk_print_mutable(p, at);
        open = !named;
        if (named) {
            wk_print_char(p, ')');
        }
    }
    wk_print_str(p, open ? "))" : ")");
}

static void type_print_comp(struct wk_print *p, uint32_t type, uint32_t *at) {
    const uint8_t form = p->bytes[*at];
    if (form == 0x60) {
        wk_print_str(p, "(func");
        type_print_declarations(p, *at + 1, false);
        wk_print_char(p, ')');
        type_skip_comp(p, at);
        return;
    }
    *at += 1;
    if (form == 0x5f) {
        type_print_struct(p, type, at);
        return;
    }
    if (form == 0x5d) {
        wk_print_str(p, "(cont ");
        wk_print_index(p, WK_SPACE_TYPE, wk_read_u32(p->bytes, at));
        wk_print_char(p, ')');
        return;
    }
    wk_print_str(p, "(array ");
    wk_print_mutable(p, at);
    wk_print_char(p, ')');
}

static void type_print_definition(struct wk_print *p, uint32_t type, uint32_t *at) {
    const uint8_t byte = p->bytes[*at];
    bool is_sub = byte == 0x50;
    uint32_t n_supers = 0;
    wk_print_line(p);
    wk_print_str(p, "(type");
    wk_print_define_in(p, WK_SPACE_TYPE, type);
    wk_print_char(p, ' ');
    if (byte == 0x50 || byte == 0x4f) {
        *at += 1;
        n_supers = wk_read_u32(p->bytes, at);
        is_sub = is_sub || n_supers != 0; /* `sub final` of nothing is what is meant anyway */
    }
    if (is_sub) {
        wk_print_str(p, byte == 0x4f ? "(sub final " : "(sub ");
        for (; n_supers != 0; n_supers--) {
            wk_print_index(p, WK_SPACE_TYPE, wk_read_u32(p->bytes, at));
            wk_print_char(p, ' ');
        }
    }
    type_print_comp(p, type, at);
    wk_print_str(p, is_sub ? "))" : ")");
}

void wk_print_types(struct wk_print *p) {
    uint32_t at = p->section[WK_SECTION_type], type = 0;
    for (uint32_t i = 0; i < p->count[WK_SECTION_type] && p->err == WICK_OK; i++) {
        uint32_t members = 1;
        if (p->bytes[at] == 0x4e) {
            at++;
            members = wk_read_u32(p->bytes, &at);
        }
        const bool is_group = members != 1; /* alone is a group too */
        if (is_group) {
            wk_print_line(p);
            wk_print_str(p, "(rec");
            p->indent++;
        }
        for (; members != 0 && p->err == WICK_OK; members--) {
            type_print_definition(p, type++, &at);
        }
        if (is_group) {
            p->indent--;
            wk_print_char(p, ')');
        }
    }
}

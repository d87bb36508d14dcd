/* print.c - a module as text: its fields, and what all of the printer puts out by. Spec: text-module, appendix custom.
 *
 * Owner of: the order of fields, where custom sections say that they stand, strings, the piece of text that waits for
 * the sink. Everything is printed from the module's bytes, which are valid: the decoded module knows a type by the
 * engine's number, and two types of the module may share one. */
#include "base/bits.h"
#include "base/str.h"
#include "text/print.h"

/* ---- output --------------------------------------------------------------------------------------------------- */

void wk_print_fail(struct wk_print *p, wick_err err) {
    if (p->err == WICK_OK) {
        p->err = err;
    }
}

WK_NOINLINE void wk_print_flush(struct wk_print *p) {
    const size_t size = (size_t)(p->at - p->buffer);
    p->at = p->buffer;
    if (p->err == WICK_OK && size != 0 && !p->sink(p->user, p->buffer, size)) {
        p->err = WICK_ERR_io;
    }
}

void wk_print_bytes(struct wk_print *p, const void *text, size_t size) {
    const char *from = text;
    while (size > WK_PRINT_ROOM) {
        wk_print_room(p);
        memcpy(p->at, from, WK_PRINT_ROOM);
        p->at += WK_PRINT_ROOM;
        from += WK_PRINT_ROOM;
        size -= WK_PRINT_ROOM;
    }
    wk_print_room(p);
    if (size != 0) {
        memcpy(p->at, from, size);
        p->at += size;
    }
}

/* For the printer's own words, which are short. */
void wk_print_str(struct wk_print *p, const char *text) {
    char *at;
    wk_print_room(p);
    at = p->at;
    for (; *text != 0; text++) {
        *at++ = *text;
    }
    p->at = at;
}

void wk_print_u64(struct wk_print *p, uint64_t value) {
    char digits[20];
    uint32_t n = 0;
    while (value > UINT32_MAX) {
        const uint64_t rest = wk_udiv64(value, 10);
        digits[n++] = (char)('0' + (value - rest * 10));
        value = rest;
    }
    for (uint32_t small = (uint32_t)value; n == 0 || small != 0;) {
        const uint32_t rest = wk_udiv32(small, 10);
        digits[n++] = (char)('0' + (small - rest * 10));
        small = rest;
    }
    wk_print_room(p);
    while (n != 0) {
        *p->at++ = digits[--n];
    }
}

void wk_print_s64(struct wk_print *p, int64_t value) {
    if (value < 0) {
        wk_print_char(p, '-');
    }
    wk_print_u64(p, value < 0 ? 0 - (uint64_t)value : (uint64_t)value);
}

void wk_print_hex(struct wk_print *p, uint64_t value) {
    int shift = 60;
    wk_print_room(p);
    while (shift > 0 && value >> shift == 0) {
        shift -= 4;
    }
    for (; shift >= 0; shift -= 4) {
        *p->at++ = "0123456789abcdef"[value >> shift & 15];
    }
}

void wk_print_line(struct wk_print *p) {
    const uint32_t most = 48;
    wk_print_room(p);
    if (p->one_line) {
        *p->at = ' ';
        p->at += p->glued ? 0 : 1;
        p->glued = false;
        return;
    }
    /* Deeper than this nothing is moved to the right: else deep nesting would print in quadratic size. */
    *p->at++ = '\n';
    const uint32_t n = p->indent * 2 < most ? p->indent * 2 : most;
    memset(p->at, ' ', n);
    p->at += n;
}

static void print_escape(struct wk_print *p, uint8_t byte) {
    *p->at++ = '\\';
    *p->at++ = "0123456789abcdef"[byte >> 4];
    *p->at++ = "0123456789abcdef"[byte & 15];
}

void wk_print_data(struct wk_print *p, uint32_t off, uint32_t size) {
    const uint8_t *from = p->bytes + off;
    const uint8_t *const end = from + size;
    wk_print_char(p, '"');
    while (from < end) {
        wk_print_room(p);
        for (uint32_t n = 0; from < end && n < WK_PRINT_ROOM / 3; n++, from++) {
            if (*from >= 0x20 && *from < 0x7f && *from != '"' && *from != '\\') {
                *p->at++ = (char)*from;
            } else {
                print_escape(p, *from);
            }
        }
    }
    wk_print_char(p, '"');
}

/* Characters that do not show, or change how others do: a reader should see that they are there. */
static bool print_is_odd(uint32_t c) {
    return (c >= 0x80 && c < 0xa0) || c == 0xad || c == 0x61c || (c >= 0x200b && c <= 0x200f) ||
           (c >= 0x2028 && c <= 0x202e) || (c >= 0x2060 && c <= 0x206f) || c == 0xfeff || (c >= 0xfff9 && c <= 0xfffb) ||
           (c >= 0xe0000 && c <= 0xe0fff);
}

void wk_print_characters(struct wk_print *p, uint32_t off, uint32_t size) {
    const uint8_t *from = p->bytes + off;
    const uint8_t *const end = from + size;
    while (from < end) {
        const uint8_t c = *from;
        uint32_t n = 1, code = c;
        wk_print_room(p);
        if (c < 0x80) {
            from++;
            if (c >= 0x20 && c != 0x7f && c != '"' && c != '\\') {
                *p->at++ = (char)c;
            } else {
                print_escape(p, c);
            }
            continue;
        }
        n = c >= 0xf0 ? 4 : c >= 0xe0 ? 3 : 2;
        code = c & (0x7fu >> n);
        for (uint32_t i = 1; i < n; i++) {
            code = code << 6 | (from[i] & 0x3fu);
        }
        if (print_is_odd(code)) {
            wk_print_str(p, "\\u{");
            wk_print_hex(p, code);
            wk_print_char(p, '}');
        } else {
            memcpy(p->at, from, n);
            p->at += n;
        }
        from += n;
    }
}

void wk_print_utf8(struct wk_print *p, uint32_t off, uint32_t size) {
    wk_print_char(p, '"');
    wk_print_characters(p, off, size);
    wk_print_char(p, '"');
}

/* Bytes as strings: one on this line, or some below each other. */
#define PRINT_CHUNK 64u
static void print_strings(struct wk_print *p, struct wk_span bytes) {
    if (bytes.size <= PRINT_CHUNK) {
        wk_print_char(p, ' ');
        wk_print_data(p, bytes.off, bytes.size);
        return;
    }
    p->indent++;
    while (bytes.size != 0 && p->err == WICK_OK) {
        const uint32_t n = bytes.size < PRINT_CHUNK ? bytes.size : PRINT_CHUNK;
        wk_print_line(p);
        wk_print_data(p, bytes.off, n);
        bytes.off += n;
        bytes.size -= n;
    }
    p->indent--;
}

/* ---- sections ------------------------------------------------------------------------------------------------- */

/* Where each section's entries begin. */
static void print_find_sections(struct wk_print *p) {
    uint32_t at = 8;
    while (at < p->m->size) {
        const uint8_t id = p->bytes[at++];
        const uint32_t size = wk_read_u32(p->bytes, &at);
        const uint32_t end = at + size;
        if (id != WK_SECTION_custom) {
            p->count[id] = id == WK_SECTION_start ? 1 : wk_read_u32(p->bytes, &at);
            p->section[id] = at;
        }
        at = end;
    }
    p->count[WK_SECTION_import] = p->m->n_imports; /* groups may be empty */
}

/* Type and limits in binary, limits and type in text. */
static void print_table_type(struct wk_print *p, uint32_t *at) {
    uint32_t at_type = *at;
    (void)wk_read_valtype(p->m, at);
    wk_print_limits(p, at);
    wk_print_char(p, ' ');
    wk_print_valtype(p, &at_type);
}

/* `(func ...)` and its kin; without a head where it is the type of several. */
static void print_externtype(struct wk_print *p, const struct wk_import *import, bool has_head) {
    static const char *const kinds[] = {"(func", "(table", "(memory", "(global", "(tag"};
    uint32_t at = import->type_at;
    wk_print_str(p, kinds[import->kind]);
    if (has_head) {
        wk_print_define_in(p, wk_print_space(import->kind), import->index);
    }
    switch ((wick_extern_kind)import->kind) {
    case WICK_EXTERN_FUNC:
        wk_print_use(p, wk_read_u32(p->bytes, &at), WK_PRINT_USE_PLAIN);
        break;
    case WICK_EXTERN_TABLE:
        print_table_type(p, &at);
        break;
    case WICK_EXTERN_MEMORY:
        wk_print_limits(p, &at);
        break;
    case WICK_EXTERN_GLOBAL:
        wk_print_char(p, ' ');
        wk_print_mutable(p, &at);
        break;
    case WICK_EXTERN_TAG:
        at++; /* the attribute */
        wk_print_use(p, wk_read_u32(p->bytes, &at), WK_PRINT_USE_PLAIN);
        break;
    }
    wk_print_char(p, ')');
}

/* One import, or a group of them; answers the one behind. */
static uint32_t print_import(struct wk_print *p, uint32_t i) {
    const struct wick_module *m = p->m;
    const struct wk_import *import = &m->imports[i];
    const bool is_typed = import->form == WK_IMPORT_LIST_TYPED;
    wk_print_line(p);
    wk_print_str(p, "(import ");
    wk_print_utf8(p, import->module.off, import->module.size);
    if (import->form == WK_IMPORT_SINGLE) {
        wk_print_char(p, ' ');
        wk_print_utf8(p, import->name.off, import->name.size);
        wk_print_char(p, ' ');
        print_externtype(p, import, true);
        wk_print_char(p, ')');
        return i + 1;
    }
    p->indent++;
    do {
        import = &m->imports[i++];
        wk_print_line(p);
        wk_print_str(p, "(item ");
        wk_print_utf8(p, import->name.off, import->name.size);
        if (is_typed) {
            wk_print_define_in(p, wk_print_space(import->kind), import->index);
        } else {
            wk_print_char(p, ' ');
            print_externtype(p, import, true);
        }
        wk_print_char(p, ')');
    } while (i < m->n_imports && m->imports[i].form != WK_IMPORT_SINGLE && !m->imports[i].is_first && p->err == WICK_OK);
    if (is_typed) {
        wk_print_line(p);
        print_externtype(p, import, false);
    }
    p->indent--;
    wk_print_char(p, ')');
    return i;
}

static void print_imports(struct wk_print *p) {
    for (uint32_t i = 0; i < p->m->n_imports && p->err == WICK_OK;) {
        i = print_import(p, i);
    }
}

/* Is the expression at `at_init` the null of the table's type? Then the table has it without being told. */
static bool print_is_null_init(const struct wk_print *p, uint32_t at_type, uint32_t at_init) {
    if (p->bytes[at_init++] != 0xd0) {
        return false;
    }
    at_type += p->bytes[at_type] == 0x63 ? 1 : 0;
    return wk_read_s64(p->bytes, &at_type) == wk_read_s64(p->bytes, &at_init) && p->bytes[at_init] == 0x0b;
}

static void print_tables(struct wk_print *p) {
    const struct wick_module *m = p->m;
    uint32_t at = p->section[WK_SECTION_table];
    for (uint32_t i = m->n_table_imports; i < m->n_tables && p->err == WICK_OK; i++) {
        const bool has_init = p->bytes[at] == 0x40;
        const uint32_t at_type = at + (has_init ? 2 : 0);
        at = at_type;
        wk_print_line(p);
        wk_print_str(p, "(table");
        wk_print_define_in(p, WK_SPACE_TABLE, i);
        print_table_type(p, &at);
        if (has_init && print_is_null_init(p, at_type, at)) {
            at++;
            (void)wk_read_s64(p->bytes, &at);
            at++;
        } else if (has_init) {
            wk_print_char(p, ' ');
            wk_print_expr(p, &at, NULL);
        }
        wk_print_char(p, ')');
    }
}

static void print_memories(struct wk_print *p) {
    const struct wick_module *m = p->m;
    uint32_t at = p->section[WK_SECTION_memory];
    for (uint32_t i = m->n_memory_imports; i < m->n_memories && p->err == WICK_OK; i++) {
        wk_print_line(p);
        wk_print_str(p, "(memory");
        wk_print_define_in(p, WK_SPACE_MEMORY, i);
        wk_print_limits(p, &at);
        wk_print_char(p, ')');
    }
}

static void print_tags(struct wk_print *p) {
    const struct wick_module *m = p->m;
    uint32_t at = p->section[WK_SECTION_tag];
    for (uint32_t i = m->n_tag_imports; i < m->n_tags && p->err == WICK_OK; i++) {
        at++; /* the attribute */
        wk_print_line(p);
        wk_print_str(p, "(tag");
        wk_print_define_in(p, WK_SPACE_TAG, i);
        wk_print_use(p, wk_read_u32(p->bytes, &at), WK_PRINT_USE_PLAIN);
        wk_print_char(p, ')');
    }
}

static void print_globals(struct wk_print *p) {
    const struct wick_module *m = p->m;
    uint32_t at = p->section[WK_SECTION_global];
    for (uint32_t i = m->n_global_imports; i < m->n_globals && p->err == WICK_OK; i++) {
        wk_print_line(p);
        wk_print_str(p, "(global");
        wk_print_define_in(p, WK_SPACE_GLOBAL, i);
        wk_print_char(p, ' ');
        wk_print_mutable(p, &at);
        wk_print_char(p, ' ');
        wk_print_expr(p, &at, NULL);
        wk_print_char(p, ')');
    }
}

static void print_exports(struct wk_print *p) {
    static const char *const kinds[] = {" (func ", " (table ", " (memory ", " (global ", " (tag "};
    for (uint32_t i = 0; i < p->m->n_exports && p->err == WICK_OK; i++) {
        const struct wk_export *export = &p->m->exports[i];
        wk_print_line(p);
        wk_print_str(p, "(export ");
        wk_print_utf8(p, export->name.off, export->name.size);
        wk_print_str(p, kinds[export->kind]);
        wk_print_index(p, wk_print_space(export->kind), export->index);
        wk_print_str(p, "))");
    }
    if (p->m->start != WK_NO_INDEX) {
        wk_print_line(p);
        wk_print_str(p, "(start ");
        wk_print_index(p, WK_SPACE_FUNC, p->m->start);
        wk_print_char(p, ')');
    }
}

/* Is each item a function, so that the assembler takes the form that lists functions? */
static bool print_are_funcs(const struct wk_print *p, const struct wk_elem_info *elem) {
    uint32_t at = elem->items;
    bool are = elem->type == WICK_REF(WICK_HEAP_func);
    for (uint32_t i = 0; i < elem->n && are && elem->is_exprs; i++) {
        are = p->bytes[at++] == 0xd2;
        if (are) {
            (void)wk_read_u32(p->bytes, &at);
            are = p->bytes[at++] == 0x0b;
        }
    }
    return are;
}

static void print_elem_items(struct wk_print *p, const struct wk_elem_info *elem, bool are_funcs, uint32_t *at) {
    const uint32_t per_line = 16;
    *at = elem->items;
    p->indent++;
    for (uint32_t i = 0; i < elem->n && p->err == WICK_OK; i++) {
        if (elem->n > per_line && wk_urem32(i, per_line) == 0) {
            wk_print_line(p);
        } else {
            wk_print_char(p, ' ');
        }
        if (!are_funcs) {
            wk_print_expr(p, at, "item");
            continue;
        }
        *at += elem->is_exprs ? 1 : 0; /* ref.func */
        wk_print_index(p, WK_SPACE_FUNC, wk_read_u32(p->bytes, at));
        *at += elem->is_exprs ? 1 : 0; /* end */
    }
    p->indent--;
}

static void print_elems(struct wk_print *p) {
    uint32_t at = p->section[WK_SECTION_element];
    for (uint32_t i = 0; i < p->m->n_elems && p->err == WICK_OK; i++) {
        const struct wk_elem_info *elem = &p->m->elems[i];
        const uint32_t flags = wk_read_u32(p->bytes, &at);
        const bool are_funcs = print_are_funcs(p, elem);
        wk_print_line(p);
        wk_print_str(p, "(elem");
        wk_print_define_in(p, WK_SPACE_ELEM, i);
        if (elem->mode == WK_SEGMENT_ACTIVE) {
            if ((flags & 2) != 0) {
                (void)wk_read_u32(p->bytes, &at);
            }
            if (elem->table != 0) {
                wk_print_str(p, " (table ");
                wk_print_index(p, WK_SPACE_TABLE, elem->table);
                wk_print_char(p, ')');
            }
            wk_print_char(p, ' ');
            wk_print_expr(p, &at, "offset");
        } else if (elem->mode == WK_SEGMENT_DECLARED) {
            wk_print_str(p, " declare");
        }
        if (are_funcs) {
            wk_print_str(p, " func");
        } else if ((flags & 3) == 0) {
            wk_print_str(p, " funcref");
        } else {
            wk_print_char(p, ' ');
            wk_print_valtype(p, &at);
        }
        print_elem_items(p, elem, are_funcs, &at);
        wk_print_char(p, ')');
    }
}

static void print_funcs(struct wk_print *p) {
    const struct wick_module *m = p->m;
    uint32_t at = p->section[WK_SECTION_function];
    for (uint32_t i = m->n_func_imports; i < m->n_funcs && p->err == WICK_OK; i++) {
        const uint32_t type = wk_read_u32(p->bytes, &at);
        p->func_type = wk_module_func_type(m, i);
        wk_print_read_locals(p, i, p->func_type->n_params);
        wk_print_line(p);
        wk_print_str(p, "(func");
        wk_print_define_in(p, WK_SPACE_FUNC, i);
        wk_print_use(p, type, WK_PRINT_USE_LOCALS);
        p->indent++;
        wk_print_body(p, i);
        p->indent--;
        wk_print_char(p, ')');
    }
}

static void print_datas(struct wk_print *p) {
    const struct wick_module *m = p->m;
    uint32_t at = p->section[WK_SECTION_data];
    for (uint32_t i = 0; i < m->n_datas && p->err == WICK_OK; i++) {
        const struct wk_data_info *data = &m->datas[i];
        const uint32_t flags = wk_read_u32(p->bytes, &at);
        wk_print_line(p);
        wk_print_str(p, "(data");
        wk_print_define_in(p, WK_SPACE_DATA, i);
        if (flags != 1) {
            const uint32_t memory = flags == 2 ? wk_read_u32(p->bytes, &at) : 0;
            if (memory != 0) {
                wk_print_str(p, " (memory ");
                wk_print_index(p, WK_SPACE_MEMORY, memory);
                wk_print_char(p, ')');
            }
            wk_print_char(p, ' ');
            wk_print_expr(p, &at, "offset");
        }
        print_strings(p, data->bytes);
        wk_print_char(p, ')');
        at = data->bytes.off + data->bytes.size;
    }
}

/* ---- custom sections ------------------------------------------------------------------------------------------ */

static uint32_t print_section_of_order(uint32_t order) {
    uint32_t id = 1;
    while (wk_section_order(id) != order) {
        id++;
    }
    return id;
}

/* The last section up to this one that the text makes; 0: none. */
static uint32_t print_made_up_to(const struct wk_print *p, uint32_t last) {
    for (uint32_t order = wk_section_order(last); order != 0; order--) {
        const uint32_t id = print_section_of_order(order);
        if (id == WK_SECTION_datacount ? p->uses_data : p->count[id] != 0) {
            return id;
        }
    }
    return WK_SECTION_custom;
}

static const char *print_place(uint32_t after) {
    switch ((enum wk_section)after) {
    case WK_SECTION_custom:
        return " (before first)";
    case WK_SECTION_type:
        return " (after type)";
    case WK_SECTION_import:
        return " (after import)";
    case WK_SECTION_function:
        return " (after func)";
    case WK_SECTION_table:
        return " (after table)";
    case WK_SECTION_memory:
        return " (after memory)";
    case WK_SECTION_global:
        return " (after global)";
    case WK_SECTION_export:
        return " (after export)";
    case WK_SECTION_start:
        return " (after start)";
    case WK_SECTION_element:
        return " (after elem)";
    case WK_SECTION_code:
        return " (after code)";
    case WK_SECTION_data:
        return " (after data)";
    case WK_SECTION_datacount:
        return " (after datacount)";
    case WK_SECTION_tag:
        return " (after tag)";
    case WK_SECTION_COUNT:
        break;
    }
    return "";
}

/* Those in front of all sections, or all others. */
static void print_customs(struct wk_print *p, bool first) {
    for (uint32_t i = 0; i < p->m->n_customs && p->err == WICK_OK; i++) {
        const struct wk_custom *custom = &p->m->customs[i];
        const uint32_t after = print_made_up_to(p, custom->after);
        if ((p->flags & WICK_PRINT_NO_CUSTOM) != 0 || i == p->name_custom || i == p->hint_custom ||
            (after == WK_SECTION_custom) != first) {
            continue;
        }
        wk_print_line(p);
        wk_print_str(p, "(@custom ");
        wk_print_utf8(p, custom->name.off, custom->name.size);
        /* At the end it comes without being said, and behind the names, as compilers have it. */
        if (after != print_made_up_to(p, WK_SECTION_data)) {
            wk_print_str(p, print_place(after));
        }
        print_strings(p, custom->bytes);
        wk_print_char(p, ')');
    }
}

/* ---- the module ----------------------------------------------------------------------------------------------- */

static void print_module(struct wk_print *p) {
    wk_print_str(p, "(module");
    wk_print_define(p, &p->module_name, 0);
    p->indent = 1;
    print_customs(p, true);
    wk_print_types(p);
    print_imports(p);
    print_tables(p);
    print_memories(p);
    print_tags(p);
    print_globals(p);
    print_exports(p);
    print_elems(p);
    print_funcs(p);
    print_datas(p);
    print_customs(p, false);
    wk_print_str(p, ")\n");
}

static void print_free(struct wk_print *p) {
    struct wk_alloc *alloc = p->alloc;
    wk_print_free_names(p);
    wk_names_free(&p->scope);
    wk_free(alloc, p->type_at, p->m->n_types * sizeof *p->type_at);
    wk_free(alloc, p->hints, p->hint_cap * sizeof *p->hints);
    wk_free(alloc, p->local.of, p->local_cap * sizeof *p->local.of);
    wk_free(alloc, p->stack, p->stack_cap * sizeof *p->stack);
    wk_free(alloc, p, sizeof *p);
}

wick_err wick_text_print(const wick_module *module, uint32_t flags, wick_print_fn sink, void *user,
                         wick_diag *diag) {
    const uint32_t known =
        WICK_PRINT_FOLDED | WICK_PRINT_NO_NAMES | WICK_PRINT_NO_CUSTOM | WICK_PRINT_OFFSETS;
    struct wk_print *p;
    wick_err err;
    if ((flags & ~known) != 0 || sink == NULL) {
        return WK_FAIL1(diag, WICK_ERR_usage, WK_STR("unknown flags, or no sink"));
    }
    p = wk_zalloc(&module->engine->alloc, sizeof *p);
    if (p == NULL) {
        return wk_fail_nomem(diag, sizeof *p);
    }
    p->m = module;
    p->bytes = module->bytes;
    p->alloc = &module->engine->alloc;
    p->flags = flags;
    p->sink = sink;
    p->user = user;
    p->at = p->buffer;
    p->limit = p->buffer + WK_PRINT_BUFFER - WK_PRINT_ROOM;
    p->name_custom = UINT32_MAX;
    p->hint_custom = UINT32_MAX;
    wk_names_init(&p->unique, p->alloc);
    wk_names_init(&p->scope, p->alloc);
    wk_arena_init(&p->arena, p->alloc);
    for (uint32_t op = 0; op < WICK_OP_COUNT; op++) {
        p->op_size[op] = (uint8_t)wk_str_size(wk_op_text((enum wick_op)op));
    }
    print_find_sections(p);
    wk_print_read_types(p);
    wk_print_read_names(p);
    wk_print_read_hints(p);
    if (p->err == WICK_OK) {
        print_module(p);
        wk_print_flush(p);
    }
    err = p->err;
    print_free(p);
    if (err == WICK_ERR_nomem) {
        return wk_fail_nomem(diag, 0);
    }
    return err == WICK_OK ? err : WK_FAIL1(diag, err, WK_STR("the text was not taken"));
}

#undef PRINT_CHUNK

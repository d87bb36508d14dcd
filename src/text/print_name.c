/* print_name.c - the name section to identifiers. Spec: binary-namesec, text-id, text-nameannot.
 *
 * Owner of: which name section counts, identifiers that are unique in their space, quoted identifiers.
 *
 * The standard lets a module run whatever its name section holds, so nothing in it is trusted: one that is not as it
 * should be is a custom section like others. Names of what is not there are passed over, as are subsections that
 * nobody knows; all else comes back when the text is assembled, since `(@name "...")` says what an identifier cannot.
 * Identifiers are given out in linear time: a name that is taken gets its index, and when even that is taken, none. */
#include "base/utf8.h"
#include "text/print.h"

/* ---- reading without trust ------------------------------------------------------------------------------------ */

static struct wk_span name_get(const struct wk_print *p, struct wk_cursor *c) {
    const uint32_t size = wk_read_u32_within(p->bytes, c);
    const struct wk_span span = {c->at, size};
    if (size > c->end - c->at) {
        c->bad = true;
        c->at = c->end;
        return (struct wk_span){c->at, 0};
    }
    c->at += size;
    return span;
}

/* Is a name map as it should be? Moves behind it. */
static void name_check_map(const struct wk_print *p, struct wk_cursor *c) {
    uint32_t n = wk_read_u32_within(p->bytes, c);
    uint64_t least = 0;
    for (; n != 0 && !c->bad; n--) {
        const uint32_t index = wk_read_u32_within(p->bytes, c);
        const struct wk_span text = name_get(p, c);
        c->bad = c->bad || index < least || wk_utf8_check(p->bytes + text.off, text.size) != text.size;
        least = (uint64_t)index + 1;
    }
}

static void name_check_indirect(const struct wk_print *p, struct wk_cursor *c) {
    uint32_t n = wk_read_u32_within(p->bytes, c);
    uint64_t least = 0;
    for (; n != 0 && !c->bad; n--) {
        const uint32_t index = wk_read_u32_within(p->bytes, c);
        c->bad = c->bad || index < least;
        least = (uint64_t)index + 1;
        name_check_map(p, c);
    }
}

#define NAME_PARTS 12u
enum name_part {
    NAME_MODULE,
    NAME_FUNC,
    NAME_LOCAL,
    NAME_LABEL,
    NAME_TYPE,
    NAME_TABLE,
    NAME_MEMORY,
    NAME_GLOBAL,
    NAME_ELEM,
    NAME_DATA,
    NAME_FIELD,
    NAME_TAG
};

/* Where the parts of a name section are; false: it is not as it should be. */
static bool name_find_parts(const struct wk_print *p, struct wk_span section, struct wk_cursor *parts) {
    struct wk_cursor c = {section.off, section.off + section.size, false};
    uint32_t least = 0;
    while (c.at < c.end && !c.bad) {
        const uint32_t id = p->bytes[c.at++];
        const struct wk_span content = name_get(p, &c);
        struct wk_cursor part = {content.off, content.off + content.size, false};
        c.bad = c.bad || id < least;
        least = id + 1;
        if (id >= NAME_PARTS) {
            continue;
        }
        parts[id] = part;
        if (id == NAME_MODULE) {
            const struct wk_span text = name_get(p, &part);
            part.bad = part.bad || wk_utf8_check(p->bytes + text.off, text.size) != text.size;
        } else if (id == NAME_LOCAL || id == NAME_LABEL || id == NAME_FIELD) {
            name_check_indirect(p, &part);
        } else {
            name_check_map(p, &part);
        }
        c.bad = c.bad || part.bad || part.at != part.end;
    }
    return !c.bad;
}

/* ---- unique identifiers --------------------------------------------------------------------------------------- */

static uint32_t name_put_decimal(uint8_t *out, uint32_t value) {
    uint8_t digits[10];
    uint32_t n = 0, size = 0;
    do {
        const uint32_t rest = value / 10;
        digits[n++] = (uint8_t)('0' + (value - rest * 10));
        value = rest;
    } while (value != 0);
    while (n != 0) {
        out[size++] = digits[--n];
    }
    return size;
}

/* Takes an identifier; false: another one has it. */
static bool name_take(struct wk_print *p, const uint8_t *text, size_t size) {
    bool is_new = false;
    if (wk_names_put(&p->unique, 0, text, size, 0, &is_new) == NULL) {
        wk_print_fail(p, WICK_ERR_nomem);
    }
    return is_new;
}

/* The same for a name with its index behind it. */
static bool name_take_indexed(struct wk_print *p, const struct wk_print_name *name, uint32_t index) {
    const uint32_t size = name->size;
    uint8_t *text = wk_arena_alloc(&p->arena, (size_t)size + 11);
    if (text == NULL) {
        wk_print_fail(p, WICK_ERR_nomem);
        return false;
    }
    memcpy(text, p->bytes + name->off, size);
    text[size] = '.';
    return name_take(p, text, size + 1 + name_put_decimal(text + size + 1, index));
}

/* Gives out identifiers to names of one space: first those that are as they are, then those with an index. */
static void name_make_unique(struct wk_print *p, struct wk_print_name *of, uint32_t n) {
    bool again = false;
    wk_names_clear(&p->unique);
    for (uint32_t i = 0; i < n && p->err == WICK_OK; i++) {
        struct wk_print_name *name = &of[i];
        if (name->off != 0 && (name->size == 0 || !name_take(p, p->bytes + name->off, name->size))) {
            again = again || name->size != 0;
            name->off |= WK_PRINT_NAME_BIT;
        }
    }
    for (uint32_t i = 0; i < n && again && p->err == WICK_OK; i++) {
        struct wk_print_name *name = &of[i];
        if ((name->off & WK_PRINT_NAME_BIT) != 0 && name->size != 0) {
            name->off &= ~WK_PRINT_NAME_BIT;
            if (name_take_indexed(p, name, i)) {
                name->size |= WK_PRINT_NAME_BIT;
            } else {
                name->off |= WK_PRINT_NAME_BIT;
            }
        }
    }
    if (again) {
        wk_arena_free(&p->arena);
        wk_arena_init(&p->arena, p->alloc);
    }
}

/* ---- spaces --------------------------------------------------------------------------------------------------- */

static struct wk_print_name *name_array(struct wk_print *p, uint32_t n) {
    size_t size = 0;
    struct wk_print_name *of =
        wk_mul_size(n, sizeof *of, &size) ? wk_zalloc(p->alloc, size) : NULL;
    if (of == NULL) {
        wk_print_fail(p, WICK_ERR_nomem);
    }
    return of;
}

/* A checked name map to the first n of an array. */
static void name_fill(const struct wk_print *p, struct wk_cursor *c, struct wk_print_name *of, uint32_t n) {
    for (uint32_t left = wk_read_u32_within(p->bytes, c); left != 0; left--) {
        const uint32_t index = wk_read_u32_within(p->bytes, c);
        const struct wk_span text = name_get(p, c);
        if (index < n) {
            of[index] = (struct wk_print_name){text.off, text.size};
        }
    }
}

static void name_read_space(struct wk_print *p, struct wk_cursor part, struct wk_print_names *names, uint32_t n) {
    if (part.at == 0 || n == 0) {
        return;
    }
    names->of = name_array(p, n);
    if (names->of != NULL) {
        names->n = n;
        name_fill(p, &part, names->of, n);
        name_make_unique(p, names->of, n);
    }
}

/* Imports that share one type have no place for an identifier. */
static void name_hide_typed_imports(struct wk_print *p) {
    for (uint32_t i = 0; i < p->m->n_imports; i++) {
        const struct wk_import *import = &p->m->imports[i];
        struct wk_print_names *names = &p->names[wk_print_space(import->kind)];
        if (import->form == WK_IMPORT_LIST_TYPED && wk_print_is_named(names, import->index)) {
            names->of[import->index].off |= WK_PRINT_NAME_BIT;
            names->of[import->index].size &= ~WK_PRINT_NAME_BIT;
        }
    }
}

static uint32_t name_field_count(const struct wk_print *p, uint32_t type) {
    const struct wk_deftype *t = wk_type_get(&p->m->engine->types, p->m->types[type]);
    return t->comp == WK_COMP_STRUCT ? t->n_fields : 0;
}

/* Two walks: how many fields the types have that name some; then their names. */
static void name_read_fields(struct wk_print *p, struct wk_cursor part) {
    struct wk_cursor c = part;
    uint32_t n = 0;
    for (uint32_t left = wk_read_u32_within(p->bytes, &c); left != 0; left--) {
        const uint32_t type = wk_read_u32_within(p->bytes, &c);
        name_fill(p, &c, NULL, 0);
        n += type < p->m->n_types ? name_field_count(p, type) : 0;
    }
    if (n == 0) {
        return;
    }
    p->field_at = wk_zalloc(p->alloc, p->m->n_types * sizeof *p->field_at);
    p->fields.of = name_array(p, n);
    p->fields.n = p->fields.of != NULL ? n : 0;
    if (p->field_at == NULL || p->fields.of == NULL) {
        wk_print_fail(p, WICK_ERR_nomem);
        return;
    }
    n = 0;
    for (uint32_t left = wk_read_u32_within(p->bytes, &part); left != 0 && p->err == WICK_OK; left--) {
        const uint32_t type = wk_read_u32_within(p->bytes, &part);
        const uint32_t n_fields = type < p->m->n_types ? name_field_count(p, type) : 0;
        name_fill(p, &part, p->fields.of + n, n_fields);
        if (n_fields != 0) {
            name_make_unique(p, p->fields.of + n, n_fields);
            p->field_at[type] = 1 + n;
            n += n_fields;
        }
    }
}

/* Goes on to the next entry of an indirect map. */
static void name_next(const struct wk_print *p, struct wk_print_indirect *map) {
    map->index = UINT32_MAX;
    if (map->left != 0) {
        map->left--;
        map->index = wk_read_u32_within(p->bytes, &map->c);
        map->n = wk_read_u32_within(p->bytes, &map->c);
    }
}

static void name_begin(const struct wk_print *p, struct wk_print_indirect *map, struct wk_cursor part) {
    map->c = part;
    map->left = part.at == 0 ? 0 : wk_read_u32_within(p->bytes, &map->c);
    name_next(p, map);
}

/* Stands at the names of `index`, or beyond where they would be. true: there are some. */
static bool name_seek(const struct wk_print *p, struct wk_print_indirect *map, uint32_t index) {
    while (map->index < index) {
        for (; map->n != 0; map->n--) {
            (void)wk_read_u32_within(p->bytes, &map->c);
            (void)name_get(p, &map->c);
        }
        name_next(p, map);
    }
    return map->index == index && index != UINT32_MAX;
}

void wk_print_read_names(struct wk_print *p) {
    const struct wick_module *m = p->m;
    struct wk_cursor parts[NAME_PARTS];
    bool found = false;
    memset(parts, 0, sizeof parts);
    for (uint32_t i = 0; i < m->n_customs && !found; i++) {
        const struct wk_custom *custom = &m->customs[i];
        if (custom->name.size == 4 && memcmp(p->bytes + custom->name.off, "name", 4) == 0) {
            found = name_find_parts(p, custom->bytes, parts);
            if (found) {
                p->name_custom = i;
            } else {
                memset(parts, 0, sizeof parts);
            }
        }
    }
    if ((p->flags & WICK_PRINT_NO_NAMES) != 0) {
        memset(parts, 0, sizeof parts);
    }
    if (parts[NAME_MODULE].at != 0) {
        const struct wk_span text = name_get(p, &parts[NAME_MODULE]);
        p->module_name.off = text.size == 0 ? text.off | WK_PRINT_NAME_BIT : text.off;
        p->module_name.size = text.size;
    }
    name_read_space(p, parts[NAME_FUNC], &p->names[WK_SPACE_FUNC], m->n_funcs);
    name_read_space(p, parts[NAME_TYPE], &p->names[WK_SPACE_TYPE], m->n_types);
    name_read_space(p, parts[NAME_TABLE], &p->names[WK_SPACE_TABLE], m->n_tables);
    name_read_space(p, parts[NAME_MEMORY], &p->names[WK_SPACE_MEMORY], m->n_memories);
    name_read_space(p, parts[NAME_GLOBAL], &p->names[WK_SPACE_GLOBAL], m->n_globals);
    name_read_space(p, parts[NAME_ELEM], &p->names[WK_SPACE_ELEM], m->n_elems);
    name_read_space(p, parts[NAME_DATA], &p->names[WK_SPACE_DATA], m->n_datas);
    name_read_space(p, parts[NAME_TAG], &p->names[WK_SPACE_TAG], m->n_tags);
    name_hide_typed_imports(p);
    if (parts[NAME_FIELD].at != 0 && p->err == WICK_OK) {
        name_read_fields(p, parts[NAME_FIELD]);
    }
    name_begin(p, &p->locals, parts[NAME_LOCAL]);
    name_begin(p, &p->labels, parts[NAME_LABEL]);
    wk_names_free(&p->unique); /* it may be large, and what comes is small */
}

void wk_print_free_names(struct wk_print *p) {
    for (uint32_t i = 0; i < WK_SPACE_COUNT; i++) {
        wk_free(p->alloc, p->names[i].of, p->names[i].n * sizeof *p->names[i].of);
    }
    wk_free(p->alloc, p->fields.of, p->fields.n * sizeof *p->fields.of);
    if (p->field_at != NULL) {
        wk_free(p->alloc, p->field_at, p->m->n_types * sizeof *p->field_at);
    }
    wk_names_free(&p->unique);
    wk_arena_free(&p->arena);
}

/* ---- functions ------------------------------------------------------------------------------------------------ */

/* How many locals a body declares. */
static uint32_t name_count_locals(const struct wk_print *p, uint32_t func) {
    uint32_t at = p->m->funcs[func].off, n = 0;
    for (uint32_t runs = wk_read_u32(p->bytes, &at); runs != 0; runs--) {
        n += wk_read_u32(p->bytes, &at);
        (void)wk_read_valtype(p->m, &at);
    }
    return n;
}

void wk_print_read_locals(struct wk_print *p, uint32_t func, uint32_t n) {
    void *of = p->local.of;
    p->local.n = 0;
    if (!name_seek(p, &p->locals, func)) {
        return;
    }
    n += name_count_locals(p, func);
    if (wk_array_reserve(p->alloc, &of, &p->local_cap, (size_t)n + 1, sizeof *p->local.of) != WICK_OK) {
        wk_print_fail(p, WICK_ERR_nomem);
        return;
    }
    p->local.of = of;
    p->local.n = n;
    memset(p->local.of, 0, n * sizeof *p->local.of);
    for (; p->locals.n != 0; p->locals.n--) {
        const uint32_t index = wk_read_u32_within(p->bytes, &p->locals.c);
        const struct wk_span text = name_get(p, &p->locals.c);
        if (index < n) {
            p->local.of[index] = (struct wk_print_name){text.off, text.size};
        }
    }
    name_make_unique(p, p->local.of, n);
}

static void name_next_label(struct wk_print *p) {
    p->label_next = UINT32_MAX;
    if (p->labels.n != 0) {
        p->labels.n--;
        p->label_next = wk_read_u32_within(p->bytes, &p->labels.c);
    }
}

void wk_print_read_labels(struct wk_print *p, uint32_t func) {
    p->label_at = 0;
    p->label_next = UINT32_MAX;
    wk_names_clear(&p->scope);
    if (name_seek(p, &p->labels, func)) {
        name_next_label(p);
    }
}

struct wk_span wk_print_next_label(struct wk_print *p) {
    struct wk_span text = {0, 0};
    if (p->label_at++ == p->label_next) {
        text = name_get(p, &p->labels.c);
        name_next_label(p);
    }
    return text;
}

/* ---- printing ------------------------------------------------------------------------------------------------- */

/* Bytes that an identifier may be made of without quotes. */
static bool name_is_idchar(uint8_t c) {
    /* all of ASCII that prints but " ( ) , ; [ ] { } and the blank */
    static const uint32_t set[8] = {0, 0xf7ffecfau, 0xd7ffffffu, 0x57ffffffu, 0, 0, 0, 0};
    return (set[c >> 5] >> (c & 31) & 1) != 0;
}

static void name_put(struct wk_print *p, const struct wk_print_name *name, uint32_t index) {
    const uint32_t size = name->size & ~WK_PRINT_NAME_BIT;
    const uint8_t *text = p->bytes + name->off;
    bool plain = true;
    for (uint32_t i = 0; i < size && plain; i++) {
        plain = name_is_idchar(text[i]);
    }
    wk_print_char(p, '$');
    if (plain) {
        wk_print_bytes(p, text, size);
    } else {
        wk_print_char(p, '"');
        wk_print_characters(p, name->off, size);
    }
    if ((name->size & WK_PRINT_NAME_BIT) != 0) {
        wk_print_char(p, '.');
        wk_print_u64(p, index);
    }
    if (!plain) {
        wk_print_char(p, '"');
    }
}

void wk_print_ref(struct wk_print *p, const struct wk_print_names *names, uint32_t index) {
    if (index < names->n && names->of[index].off != 0 && (names->of[index].off & WK_PRINT_NAME_BIT) == 0) {
        name_put(p, &names->of[index], index);
    } else {
        wk_print_u64(p, index);
    }
}

const struct wk_print_name *wk_print_field_name(const struct wk_print *p, uint32_t type, uint32_t field) {
    if (p->field_at == NULL || p->field_at[type] == 0) {
        return NULL;
    }
    return &p->fields.of[p->field_at[type] - 1 + field];
}

void wk_print_field(struct wk_print *p, uint32_t type, uint32_t field) {
    const struct wk_print_name *name = wk_print_field_name(p, type, field);
    if (name != NULL && name->off != 0 && (name->off & WK_PRINT_NAME_BIT) == 0) {
        name_put(p, name, field);
    } else {
        wk_print_u64(p, field);
    }
}

void wk_print_define(struct wk_print *p, const struct wk_print_name *name, uint32_t index) {
    if (name->off == 0) {
        return;
    }
    if ((name->off & WK_PRINT_NAME_BIT) == 0) {
        wk_print_char(p, ' ');
        name_put(p, name, index);
    }
    if (((name->off | name->size) & WK_PRINT_NAME_BIT) != 0) {
        wk_print_str(p, " (@name ");
        wk_print_utf8(p, name->off & ~WK_PRINT_NAME_BIT, name->size & ~WK_PRINT_NAME_BIT);
        wk_print_char(p, ')');
    }
}

void wk_print_define_in(struct wk_print *p, enum wk_space space, uint32_t index) {
    const struct wk_print_names *names = &p->names[space];
    if (!wk_print_is_named(names, index) || (names->of[index].off & WK_PRINT_NAME_BIT) != 0) {
        wk_print_str(p, " (;");
        wk_print_u64(p, index);
        wk_print_str(p, ";)");
    }
    if (wk_print_is_named(names, index)) {
        wk_print_define(p, &names->of[index], index);
    }
}

#undef NAME_PARTS

/* cell_print.c - cells as text, for golden tests and for people: `i32_add LI>S 7 -1 5` is name, modes and fields.
 *
 * Owner of: finding a cell's number from its handler field, and the fields of each family from its modes (the layout
 * rule at the top of cell.h). */
#include "base/str.h"
#include "base/fmt.h"
#include "interp/fast.h"

enum print_shape { PRINT_OPERATION, PRINT_BRANCH, PRINT_LOAD, PRINT_STORE, PRINT_FIELD, PRINT_SET, PRINT_LANE, PRINT_THREE };

struct print_family {
    char name[36];
    uint8_t shape;   /* enum print_shape */
    uint8_t is_long; /* immediates of 8 bytes */
    uint16_t first;
    uint8_t list;    /* enum wk_combo; LOAD, STORE: 1 if it is a lean one */
    uint8_t forms;   /* destinations; STORE: values */
};

#define PRINT_LONG_i32 0
#define PRINT_LONG_i64 0
#define PRINT_LONG_f32 0
#define PRINT_LONG_f64 1
#define PRINT_LONG_v128 0
#define PRINT_FIRST_STRICH(cell) WK_CELL_##cell##_SS, 0, WK_STORE_MODES
#define PRINT_FIRST_STFLT(cell) WK_CELL_##cell##_SF, 0, 1
#define PRINT_FIRST_STVEC(cell) WK_CELL_##cell##_SS, 0, 2
#define PRINT_FIRST_STLEAN(cell) WK_CELL_##cell##_SS, 1, 2
#define PRINT_FIRST_STFLTLEAN(cell) WK_CELL_##cell##_SF, 1, 1
#define PRINT_IS_LEAN_LDRICH 0
#define PRINT_IS_LEAN_LDMID 0
#define PRINT_IS_LEAN_LDLEAN 1
#define PRINT_IS_LEAN_LDLEAND 1
/* clang-format off */
static const struct print_family print_families[] = {
#define CELL_BIN(op, fn, in, out, list) \
    {#op, PRINT_OPERATION, PRINT_LONG_##in, WK_CELL_##op##_SSS, WK_LIST_##list, WK_FORMS_##list},
#define CELL_BINT(op, fn, in, list) CELL_BIN(op, fn, in, in, list)
#define CELL_CMP(op, fn, in, list) CELL_BIN(op, fn, in, i32, list)
#define CELL_UN(op, fn, in, out, list) \
    {#op, PRINT_OPERATION, 0, WK_CELL_##op##_SNS, WK_LIST_##list, WK_FORMS_##list},
#define CELL_UNT(op, fn, in, out) CELL_UN(op, fn, in, out, UN2D)
#define CELL_FLD(cell, out, fn, list, null) \
    {#cell, PRINT_FIELD, 0, WK_CELL_##cell##_SNS, WK_LIST_##list, WK_FORMS_##list},
#define CELL_SET(cell, type, in) {#cell, PRINT_SET, 0, WK_CELL_##cell##_SS, WK_LIST_BRFLT, 1},
#define CELL_ELM(cell, width, out, fn, list) {#cell, PRINT_OPERATION, 0, WK_CELL_##cell##_SSS, WK_LIST_##list, WK_FORMS_##list},
#define CELL_BR(op, fn, in, list) {"br_" #op, PRINT_BRANCH, PRINT_LONG_##in, WK_CELL_br_##op##_SS, WK_LIST_##list, 1},
#define CELL_BRF(op, fn, in, list) {"brf_" #op, PRINT_BRANCH, PRINT_LONG_##in, WK_CELL_brf_##op##_SS, WK_LIST_##list, 1},
#define CELL_LOAD(cell, width, out, fn, list) \
    {#cell, PRINT_LOAD, 0, WK_CELL_##cell##_SS, PRINT_IS_LEAN_##list, WK_CELL_##cell##_AS - WK_CELL_##cell##_SS},
#define CELL_STORE(cell, width, in, list) \
    {#cell, PRINT_STORE, 0, PRINT_FIRST_##list(cell)},
#define CELL_VSHIFT(op, list) {#op, PRINT_OPERATION, 0, WK_CELL_##op##_SSS, WK_LIST_##list, WK_FORMS_##list},
#define CELL_VREPLACE(op, in, list) {#op, PRINT_FIELD, 0, WK_CELL_##op##_SSS, WK_LIST_##list, WK_FORMS_##list},
#define CELL_VTHREE(op, list) {#op, PRINT_THREE, 0, WK_CELL_##op##_SNS, WK_LIST_##list, WK_FORMS_##list},
#define CELL_VLANE(cell, type, out, fn, list) {#cell, PRINT_LANE, 0, WK_CELL_##cell##_NNS, WK_LIST_UN2, WK_FORMS_##list},
#include "def/cell.def"
};

struct print_single {
    char name[14];
    uint16_t id;
    char fields[20];
};
static const struct print_single print_singles[] = {
#define CELL(sym, fields) {#sym, WK_CELL_##sym, fields},
#define CELL_GLOAD(cell, width, fn) {#cell, WK_CELL_##cell, "uqss"},
#define CELL_GSTORE(cell, width) {#cell, WK_CELL_##cell, "uqss"},
#include "def/cell.def"
};

#define PRINT_PAIR(X, l, r, ...) #l #r
#define PRINT_LIST(list, forms) [WK_LIST_##list] = WK_PAIRS_##list(PRINT_PAIR, 0, 0),
static const char *const print_pairs[WK_LIST_COUNT] = {WK_LISTS(PRINT_LIST)};
/* clang-format on */

static char *print_put(char *at, char c) {
    *at++ = c;
    *at = 0;
    return at;
}

/* A mode and the field that it takes. */
static char *print_mode(struct wk_cell_text *out, char *fields, char mode, char slot_field) {
    const size_t n = wk_str_size(out->modes);
    print_put(out->modes + n, mode);
    return mode == 'S' || mode == 'P' ? print_put(fields, slot_field) : fields;
}

static void print_family(const struct print_family *family, uint32_t k, struct wk_cell_text *out) {
    char *fields = out->fields;
    const char *pair;
    char form;
    if (family->shape == PRINT_LOAD || family->shape == PRINT_STORE) {
        const uint32_t per = family->forms;
        const char mode = (family->list != 0 ? "SAP" : "SALMKPQR")[k / per];
        const char other = family->shape == PRINT_STORE && per == 1 ? 'F' : "SALMI"[k % per];
        fields = print_put(fields, 'u');
        if (mode >= 'P' && mode <= 'R') {
            fields = print_put(fields, 'i');
        }
        if (other == 'I') {
            fields = print_put(fields, 'i');
        }
        fields = print_mode(out, fields, mode, 's');
        if (family->shape == PRINT_LOAD) {
            out->modes[1] = '>';
            out->modes[2] = other;
            out->modes[3] = 0;
            if (other != 'A') {
                print_put(fields, 's');
            }
        } else {
            print_mode(out, fields, other, 's');
        }
        return;
    }
    if (family->shape == PRINT_LANE) {
        out->modes[0] = '>';
        out->modes[1] = "SALM"[k % family->forms];
        fields = print_put(fields, 'i');
        if (out->modes[1] != 'A') {
            print_put(fields, 's');
        }
        return;
    }
    pair = print_pairs[family->list] + (size_t)(k / family->forms) * 2;
    form = "SALM"[k % family->forms];
    if (family->shape == PRINT_BRANCH) {
        fields = print_put(fields, 'o');
    } else if (family->shape == PRINT_FIELD || family->shape == PRINT_SET) {
        fields = print_put(fields, 'u');
    } else if (family->shape == PRINT_THREE) {
        fields = print_put(print_put(fields, 's'), 's');
    }
    if (pair[1] == 'I') {
        fields = print_put(fields, family->is_long != 0 ? 'q' : 'i');
    }
    fields = print_mode(out, fields, pair[0], 's');
    if (pair[1] != 'N') {
        fields = print_mode(out, fields, pair[1], 's');
    }
    if (family->shape == PRINT_OPERATION || family->shape == PRINT_FIELD || family->shape == PRINT_THREE) {
        size_t n = pair[1] == 'N' ? 1 : 2;
        out->modes[n] = '>';
        out->modes[n + 1] = form;
        out->modes[n + 2] = 0;
        if (form != 'A') {
            print_put(fields, 's');
        }
    }
}

void wk_cell_describe(uint32_t id, struct wk_cell_text *out) {
    const struct print_family *found = NULL;
    memset(out, 0, sizeof *out);
    for (size_t i = 0; i < WK_COUNT_OF(print_singles); i++) {
        if (print_singles[i].id == id) {
            out->name = print_singles[i].name;
            memcpy(out->fields, print_singles[i].fields, sizeof print_singles[i].fields);
            return;
        }
    }
    for (size_t i = 0; i < WK_COUNT_OF(print_families); i++) {
        if (print_families[i].first <= id && (found == NULL || found->first < print_families[i].first)) {
            found = &print_families[i];
        }
    }
    if (found != NULL) {
        out->name = found->name;
        print_family(found, id - found->first, out);
    }
}

static uint32_t print_find(uint32_t field) {
    const wk_cell_fn *handlers = wk_cell_handlers();
    const uintptr_t base = wk_cell_base_address();
    if (WK_CELL_NUMBERED) {
        return field;
    }
    for (uint32_t i = 0; i < WK_CELL_ALL; i++) {
        if ((uint32_t)((uintptr_t)handlers[i] - base) == field) {
            return i;
        }
    }
    return WK_CELL_ALL;
}

static void print_space(struct wk_fmt *fmt) {
    wk_fmt_char(fmt, ' ');
}

/* One field at *at; branch targets as offsets from the code's start. */
static void print_field(struct wk_fmt *fmt, char field, const uint8_t *code, uint32_t *at) {
    const uint8_t *p = code + *at;
    uint64_t wide;
    switch (field) {
    case 's':
        print_space(fmt);
        wk_fmt_s64(fmt, WK_CELL_S16(p));
        *at += 2;
        break;
    case 'i':
        print_space(fmt);
        wk_fmt_s64(fmt, WK_CELL_S32(p));
        *at += 4;
        break;
    case 'u':
        print_space(fmt);
        wk_fmt_u64(fmt, WK_CELL_U32(p));
        *at += 4;
        break;
    case 'q':
        memcpy(&wide, p, 8);
        wk_fmt_str(fmt, " 0x");
        wk_fmt_hex(fmt, wide);
        *at += 8;
        break;
    case 'o':
        wk_fmt_str(fmt, " @");
        wk_fmt_s64(fmt, (int64_t)*at - 4 + WK_CELL_S32(p));
        *at += 4;
        break;
    case 'e':
        print_space(fmt);
        wk_fmt_u64(fmt, WK_CELL_U32(p) / sizeof(struct wk_entry));
        *at += 4;
        break;
    case 'c':
        wk_fmt_str(fmt, " base ");
        wk_fmt_s64(fmt, WK_CELL_S32(p + 4));
        *at += 12;
        break;
    default:
        *at += 2;
        break;
    }
}

#if WICK_STACK_SWITCHING
/* Of resume, behind its other fields, the last of which is how many there are. */
static void print_clauses(struct wk_fmt *fmt, const uint8_t *code, uint32_t *at) {
    for (uint32_t n = WK_CELL_U32(code + *at - 4); n != 0; n--) {
        for (const char *field = "oiu"; *field != 0; field++) {
            print_field(fmt, *field, code, at);
        }
    }
    print_field(fmt, 'c', code, at);
}
#endif

size_t wk_cell_print(const uint8_t *code, size_t size, char *buf, size_t cap) {
    struct wk_fmt fmt;
    uint32_t at = 0;
    wk_fmt_init(&fmt, buf, cap);
    while (at < size) {
        uint32_t n_cells;
        const uint32_t id = wk_pair_head(print_find(WK_CELL_U32(code + at)), &n_cells);
        struct wk_cell_text text;
        wk_cell_describe(id, &text);
        wk_fmt_u64(&fmt, at);
        wk_fmt_str(&fmt, ": ");
        wk_fmt_str(&fmt, text.name == NULL ? "?" : text.name);
        if (text.modes[0] != 0) {
            print_space(&fmt);
            wk_fmt_str(&fmt, text.modes);
        }
        at += 4;
        for (const char *field = text.fields; *field != 0; field++) {
            print_field(&fmt, *field, code, &at);
        }
        at = (at + 3) & ~(uint32_t)3;
        if (id >= WK_CELL_br_table_S && id <= WK_CELL_br_table_M) {
            for (uint32_t n = WK_CELL_U32(code + at - 8) + 1; n != 0; n--) {
                print_field(&fmt, 'o', code, &at);
            }
        }
#if WICK_STACK_SWITCHING
        if (id == WK_CELL_resume) {
            print_clauses(&fmt, code, &at);
        }
#endif
        while (--n_cells != 0) {
            wk_fmt_str(&fmt, " +"); /* and the next one */
        }
        wk_fmt_char(&fmt, '\n');
    }
    return wk_fmt_end(&fmt);
}

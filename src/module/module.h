/* module.h - a decoded module. Written by decode*.c, then immutable but for `code`, which the interpreter owns.
 *
 * All value types and type numbers in here are the engine's (module/type.h). Offsets are into `bytes`; constant
 * expressions stay bytes: an offset to their first instruction. */
#ifndef WICK_MODULE_MODULE_H
#define WICK_MODULE_MODULE_H

#include "base/arena.h"
#include "base/diag.h"
#include "module/engine.h"
#include "module/op.h"

#define WK_NO_INDEX UINT32_MAX

struct wk_span { /* a piece of the module's bytes */
    uint32_t off;
    uint32_t size;
};

/* How an import is encoded: alone, or in a group that names the module once. */
enum wk_import_form {
    WK_IMPORT_SINGLE,
    WK_IMPORT_LIST,      /* each item of the group has a type */
    WK_IMPORT_LIST_TYPED /* one type for all items, in front of them */
};

struct wk_import {
    struct wk_span module;
    struct wk_span name;
    uint32_t module_at, name_at; /* offsets of the names' lengths */
    uint32_t type_at;            /* offset of the type, behind the byte of its kind */
    uint32_t index;              /* in the index space of its kind */
    uint8_t kind;                /* wick_extern_kind */
    uint8_t form;                /* enum wk_import_form */
    bool is_first;               /* of its group */
};

struct wk_export {
    struct wk_span name;
    uint32_t index;
    uint8_t kind;
};

/* A function of the module or an import. Hot fields of the interpreters; one per function. */
struct wk_func_info {
    uint32_t off;  /* of the body (its locals); 0 for imports */
    uint32_t size; /* of the body with its final end */
    uint32_t code_at; /* offset of the first instruction, behind the locals */
    /* Found by the validator, in slots (v128 is 2): */
    uint32_t local_slots; /* declared locals, without parameters */
    uint32_t max_height;  /* greatest height of the operand stack */
    uint32_t pin[2];      /* slots (parameters from 0, then locals) of the two integer locals most used, weighted by
                             loop depth; WK_NO_INDEX: none */
};
#define WK_LINK_SLOTS 4u /* per frame, between parameters and declared locals */

struct wk_table_info {
    wick_valtype type;
    wick_limits limits;
    uint32_t init; /* constant expression; 0: none */
};

/* A page of a memory, unless the memory says that its pages have one byte. */
#define WK_PAGE_LOG2 16u
#define WK_PAGE_SIZE (1u << WK_PAGE_LOG2)
static inline uint32_t wk_page_log2(const wick_limits *limits) {
    return limits->page_size == 1 ? 0 : WK_PAGE_LOG2;
}

struct wk_memory_info {
    wick_limits limits;
};

struct wk_global_info {
    wick_valtype type;
    bool is_mutable;
    uint32_t init; /* constant expression; 0: an import */
};

enum wk_segment_mode { WK_SEGMENT_PASSIVE, WK_SEGMENT_ACTIVE, WK_SEGMENT_DECLARED };

struct wk_elem_info {
    uint8_t mode;
    bool is_exprs;    /* items are constant expressions, else function indices (LEB128) */
    wick_valtype type;
    uint32_t table;   /* ACTIVE */
    uint32_t offset;  /* ACTIVE: constant expression */
    uint32_t n;
    uint32_t items;   /* offset of the first item */
};

struct wk_data_info {
    uint8_t mode;
    uint32_t memory; /* ACTIVE */
    uint32_t offset; /* ACTIVE: constant expression */
    struct wk_span bytes;
};

struct wk_custom {
    struct wk_span name;
    struct wk_span bytes;
    uint8_t after; /* id of the section it follows; 0: it is before all */
};

struct wick_module {
    struct wick_engine *engine;
    uint32_t refs; /* changed under the engine's lock */
    const uint8_t *bytes;
    uint32_t size;
    bool owns_bytes;
    struct wk_arena arena; /* everything below */

    uint32_t n_types;
    uint32_t *types; /* module type index -> type number */
    struct wk_rec_group **groups;
    uint32_t n_groups;

    uint32_t n_imports;
    struct wk_import *imports;
    uint32_t n_exports;
    struct wk_export *exports;

    uint32_t n_funcs, n_func_imports; /* imports come first in each index space */
    struct wk_func_info *funcs;
    uint32_t *func_types; /* type numbers, apart from the rest: each call asks for one */
    uint32_t n_tables, n_table_imports;
    struct wk_table_info *tables;
    uint32_t n_memories, n_memory_imports;
    struct wk_memory_info *memories;
    uint32_t n_globals, n_global_imports;
    struct wk_global_info *globals;
    uint32_t n_tags, n_tag_imports;
    uint32_t *tags; /* type numbers */
    uint32_t n_elems;
    struct wk_elem_info *elems;
    uint32_t n_datas;
    struct wk_data_info *datas;
    bool has_data_count;
    uint32_t start; /* function index; WK_NO_INDEX: none */
    uint32_t n_customs;
    struct wk_custom *customs;
    uint32_t const_height; /* greatest operand height, in slots, of any constant expression */
    uint32_t *declared;    /* bit set of functions that ref.func may name */

    void *code; /* the interpreter's (rt/interp.h) */
};

/* Decodes all sections but function bodies, which it only measures; checks everything that the standard checks outside
 * bodies, constant expressions included. On failure the module holds nothing. (spec: binary-module, valid-module) */
WK_EXTERN wick_err wk_module_decode(struct wick_module *module, wick_diag *diag);
/* Frees what wk_module_decode made. */
WK_EXTERN void wk_module_clear(struct wick_module *module);

static inline const struct wk_deftype *wk_module_func_type(const struct wick_module *m, uint32_t func) {
    return wk_type_get(&m->engine->types, m->func_types[func]);
}

/* ---- reading validated bytes: no checks, for translators and constant expressions ------------------------------ */

/* Each reads one immediate at *at and moves *at behind it. */
static inline uint64_t wk_read_leb(const uint8_t *bytes, uint32_t *at) {
    uint64_t value = 0;
    uint32_t shift = 0;
    uint8_t byte;
    do {
        byte = bytes[(*at)++];
        value |= (uint64_t)(byte & 0x7f) << shift;
        shift += 7;
    } while ((byte & 0x80) != 0);
    return value;
}
static inline uint32_t wk_read_u32(const uint8_t *bytes, uint32_t *at) {
    uint32_t first = bytes[*at];
    if (WK_LIKELY(first < 0x80)) {
        *at += 1;
        return first;
    }
    return (uint32_t)wk_read_leb(bytes, at);
}
static inline int64_t wk_read_s64(const uint8_t *bytes, uint32_t *at) {
    uint64_t value = 0;
    uint32_t shift = 0;
    uint8_t byte = bytes[*at];
    if (WK_LIKELY(byte < 0x80)) {
        *at += 1;
        return (int64_t)(byte & 0x3f) - (byte & 0x40);
    }
    do {
        byte = bytes[(*at)++];
        value |= (uint64_t)(byte & 0x7f) << shift;
        shift += 7;
    } while ((byte & 0x80) != 0);
    if ((byte & 0x40) != 0 && shift < 64) {
        value |= ~(uint64_t)0 << shift;
    }
    return (int64_t)value;
}
/* The row of the instruction at *at. */
static inline enum wick_op wk_read_op(const uint8_t *bytes, uint32_t *at) {
    uint8_t byte = bytes[(*at)++];
    if (WK_UNLIKELY(byte >= 0xfb && byte <= 0xfe)) {
        return (enum wick_op)wk_op_lookup(byte, (uint32_t)wk_read_leb(bytes, at));
    }
    return (enum wick_op)(wk_op_table()[byte] - 1);
}
/* A block type: *out_params and *out_results point at n_params and n_results value types; `single` is room for one. */
struct wk_block_type {
    uint32_t n_params, n_results;
    const wick_valtype *params, *results;
    wick_valtype single;
};
/* `out` must not be copied after this (results may point into it). In read.c, as are: */
WK_EXTERN void wk_read_block_type(const struct wick_module *m, uint32_t *at, struct wk_block_type *out);
WK_EXTERN wick_valtype wk_read_valtype(const struct wick_module *m, uint32_t *at);
/* A heap type as the type (ref null ht). */
WK_EXTERN wick_valtype wk_read_heaptype(const struct wick_module *m, uint32_t *at);
/* Where a list of handler clauses ends. */
WK_EXTERN uint32_t wk_skip_handlers(const uint8_t *bytes, uint32_t at);
/* Moves *at behind the immediates of an instruction of this kind. */
WK_EXTERN void wk_skip_imm(const struct wick_module *m, enum wk_imm imm, uint32_t *at);
struct wk_memarg {
    uint32_t align; /* log2 */
    uint32_t memory;
    uint64_t offset;
};
WK_EXTERN void wk_read_memarg(const uint8_t *bytes, uint32_t *at, struct wk_memarg *out);

/* ---- reading custom sections, whose content may be anything (hint.c) -------------------------------------------- */

struct wk_cursor {
    uint32_t at;
    uint32_t end;
    bool bad; /* something was not there, or too large */
};
/* 0 and bad when there is no such number; the cursor is at its end then. */
WK_EXTERN uint32_t wk_read_u32_within(const uint8_t *bytes, struct wk_cursor *c);

/* Which custom section is the branch hints'; WK_NO_INDEX: none, or none in its place. */
WK_EXTERN uint32_t wk_hints_section(const struct wick_module *m);
/* The branch hints, function after function. */
struct wk_hints {
    const uint8_t *bytes;
    struct wk_cursor c;
    uint32_t n_funcs; /* behind the one at hand */
    uint32_t func;    /* the one at hand; WK_NO_INDEX: no more */
    uint32_t n;       /* hints of it that follow */
    uint32_t offset;  /* of the hint at hand: from the body's start (its locals) */
    uint32_t value;   /* 0 unlikely, 1 likely */
};
WK_EXTERN void wk_hints_begin(struct wk_hints *hints, const struct wick_module *m);
/* Goes on to a function; they are asked for in order. true: it has hints. */
WK_EXTERN bool wk_hints_func(struct wk_hints *hints, uint32_t func);
WK_EXTERN bool wk_hints_next(struct wk_hints *hints);

#endif

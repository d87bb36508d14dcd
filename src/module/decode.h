/* decode.h - what the decoder's files share. Not for others: module.h is. */
#ifndef WICK_MODULE_DECODE_H
#define WICK_MODULE_DECODE_H

#include "module/reader.h"

/* The type of an import, until the index spaces have their sizes. */
struct wk_decode_import {
    uint8_t kind;
    bool is_mutable;
    uint32_t at;   /* offset behind the kind */
    uint32_t type; /* FUNC, TAG: type number; TABLE, GLOBAL: value type */
    wick_limits limits;
};

struct wk_decoder {
    struct wk_reader r; /* first */
    struct wick_module *m;
    struct wk_alloc *alloc;
    uint64_t section_end; /* offset; may lie behind the module's end when that is what the section says */
    uint32_t order;       /* of the last section that is not custom */
    uint8_t last_id;
    uint32_t data_count;
    uint32_t n_bodies;
    const uint8_t *at_bodies; /* the counts of the code and the data section; NULL: there is none */
    const uint8_t *at_datas;
    /* Growing arrays; what outlives decoding is copied to the module's arena at the end. */
    uint32_t *types;
    size_t types_cap;
    struct wk_rec_group **groups;
    size_t groups_cap;
    struct wk_custom *customs;
    size_t customs_cap;
    /* A recursive group being decoded: its members, and their types and mutabilities in a row. */
    struct wk_type_draft *drafts;
    size_t drafts_cap;
    wick_valtype *words;
    size_t words_cap, n_words;
    uint8_t *muts;
    size_t muts_cap, n_muts;
    struct wk_decode_import *imports;
    size_t imports_cap;
    /* The operands of a constant expression. */
    wick_valtype *stack;
    size_t stack_cap;
    uint32_t n_stack;
    uint32_t stack_slots;
};

/* The number of entries of a vector whose entries take at least `least` bytes. *out_room is how many of them there can
 * be at most before the bytes run out: a vector that claims more ends in an error before it has that many. */
WK_EXTERN wick_err wk_decode_count(struct wk_decoder *d, enum wk_limit limit, uint32_t least, uint32_t *out_n,
                                   uint32_t *out_room);
/* After each entry: has it left its section? */
WK_EXTERN wick_err wk_decode_inside(struct wk_decoder *d);
WK_EXTERN wick_err wk_decode_mutability(struct wk_decoder *d, bool *out_is_mutable);
/* An array of the module's arena that takes the place of one of n_old elements. */
WK_EXTERN wick_err wk_decode_extend(struct wk_decoder *d, void **array, uint32_t n_old, uint32_t n_more, size_t size);

/* decode_type.c */
WK_EXTERN wick_err wk_decode_types(struct wk_decoder *d);
/* decode_const.c: validates a constant expression of this type; *out_off is where it begins. */
WK_EXTERN wick_err wk_decode_const(struct wk_decoder *d, wick_valtype type, uint32_t *out_off);
/* decode_extern.c: imports and exports */
WK_EXTERN wick_err wk_decode_imports(struct wk_decoder *d);
WK_EXTERN wick_err wk_decode_exports(struct wk_decoder *d);
WK_EXTERN wick_err wk_decode_table_type(struct wk_decoder *d, wick_valtype *out_type, wick_limits *out_limits);
WK_EXTERN wick_err wk_decode_memory_type(struct wk_decoder *d, wick_limits *out_limits);
WK_EXTERN wick_err wk_decode_global_type(struct wk_decoder *d, wick_valtype *out_type, bool *out_is_mutable);
WK_EXTERN wick_err wk_decode_tag_type(struct wk_decoder *d, uint32_t *out_id);
WK_EXTERN wick_err wk_decode_name(struct wk_decoder *d, struct wk_span *out_name);

static inline void wk_decode_declare(struct wk_decoder *d, uint32_t func) {
    d->m->declared[func / 32] |= 1u << (func % 32);
}

#endif

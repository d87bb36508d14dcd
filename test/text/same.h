/* same.h - are two valid modules of one engine the same but for the form of their encoding? LEB128 padding, the forms of
 * element segments, runs of locals, empty sections, groups of one type, a data count that nothing needs, explicit
 * zeros, custom sections may differ; nothing else may, not even which of two equal types is named. Independent of the
 * printer: it reads the bytes by module.h. */
#ifndef TEST_SAME_H
#define TEST_SAME_H

#include <stdio.h>
#include <string.h>

#include "module/module.h"

struct same {
    const struct wick_module *m;
    uint32_t at;
};

static const char *same_why; /* what differs */
static uint32_t same_where;  /* offset in the first */

#define SAME(condition)                                      \
    do {                                                     \
        if (!(condition)) {                                  \
            same_why = #condition;                           \
            same_where = a->at;                              \
            return false;                                    \
        }                                                    \
    } while (0)

static inline bool same_u32(struct same *a, struct same *b) {
    SAME(wk_read_u32(a->m->bytes, &a->at) == wk_read_u32(b->m->bytes, &b->at));
    return true;
}
static inline bool same_bytes(struct same *a, struct same *b, uint32_t n) {
    SAME(n == 0 || memcmp(a->m->bytes + a->at, b->m->bytes + b->at, n) == 0);
    a->at += n;
    b->at += n;
    return true;
}
/* Heap types: abstract or the same index. */
static inline bool same_heaptype(struct same *a, struct same *b) {
    struct same a0 = *a, b0 = *b;
    SAME(wk_read_heaptype(a->m, &a->at) == wk_read_heaptype(b->m, &b->at));
    if ((a0.m->bytes[a0.at] & 0xc0) != 0x40) {
        return same_u32(&a0, &b0);
    }
    return true;
}
static inline bool same_valtype(struct same *a, struct same *b) {
    SAME(wk_read_valtype(a->m, &a->at) == wk_read_valtype(b->m, &b->at));
    return true;
}
static inline bool same_block_type(struct same *a, struct same *b) {
    if ((a->m->bytes[a->at] & 0xc0) != 0x40) {
        return same_u32(a, b);
    }
    if (a->m->bytes[a->at] == 0x40) {
        return same_bytes(a, b, 1);
    }
    SAME((b->m->bytes[b->at] & 0xc0) == 0x40 && b->m->bytes[b->at] != 0x40);
    return same_valtype(a, b);
}

static inline bool same_field(struct same *a, struct same *b, char field) {
    struct wk_memarg x, y;
    uint32_t n;
    switch (field) {
    case 'a':
        wk_read_memarg(a->m->bytes, &a->at, &x);
        wk_read_memarg(b->m->bytes, &b->at, &y);
        SAME(x.align == y.align && x.memory == y.memory && x.offset == y.offset);
        return true;
    case 'b':
        return same_block_type(a, b);
    case 'T':
        SAME(same_block_type(a, b));
        n = wk_read_u32(a->m->bytes, &a->at);
        SAME(n == wk_read_u32(b->m->bytes, &b->at));
        for (; n != 0; n--) {
            const uint8_t kind = a->m->bytes[a->at];
            SAME(same_bytes(a, b, 1) && (kind > 1 || same_u32(a, b)) && same_u32(a, b));
        }
        return true;
    case 'H':
        n = wk_read_u32(a->m->bytes, &a->at);
        SAME(n == wk_read_u32(b->m->bytes, &b->at));
        for (; n != 0; n--) {
            const uint8_t kind = a->m->bytes[a->at];
            SAME(same_bytes(a, b, 1) && same_u32(a, b) && (kind != 0 || same_u32(a, b)));
        }
        return true;
    case 'L':
        n = wk_read_u32(a->m->bytes, &a->at);
        SAME(n == wk_read_u32(b->m->bytes, &b->at));
        for (n++; n != 0; n--) {
            SAME(same_u32(a, b));
        }
        return true;
    case 't':
        n = wk_read_u32(a->m->bytes, &a->at);
        SAME(n == wk_read_u32(b->m->bytes, &b->at));
        for (; n != 0; n--) {
            SAME(same_valtype(a, b));
        }
        return true;
    case 'c':
        SAME(same_bytes(a, b, 1) && same_u32(a, b) && same_heaptype(a, b) && same_heaptype(a, b));
        return true;
    case 'h':
        return same_heaptype(a, b);
    case 'i':
    case 'I':
        SAME(wk_read_s64(a->m->bytes, &a->at) == wk_read_s64(b->m->bytes, &b->at));
        return true;
    case 'f':
        return same_bytes(a, b, 4);
    case 'F':
        return same_bytes(a, b, 8);
    case 'v':
    case 'S':
        return same_bytes(a, b, 16);
    case 'n':
    case 'z':
        return same_bytes(a, b, 1);
    default:
        return same_u32(a, b);
    }
}

static inline bool same_instr(struct same *a, struct same *b, enum wick_op *out_op) {
    const enum wick_op op = wk_read_op(a->m->bytes, &a->at);
    SAME(op == wk_read_op(b->m->bytes, &b->at));
    for (const char *field = wk_imm_fields((enum wk_imm)wk_op_info(op)->imm); *field != 0; field++) {
        if (!same_field(a, b, *field)) {
            return false;
        }
    }
    *out_op = op;
    return true;
}

static inline bool same_const(const struct wick_module *m, uint32_t at_m, const struct wick_module *n, uint32_t at_n) {
    struct same a_ = {m, at_m}, b_ = {n, at_n}, *a = &a_, *b = &b_;
    enum wick_op op = WICK_OP_none;
    while (op != WICK_OP_end) {
        if (!same_instr(a, b, &op)) {
            return false;
        }
    }
    return true;
}

/* Element i of a segment as a function index when it is one, else WK_NO_INDEX. */
static inline uint32_t same_elem_func(const struct wick_module *m, const struct wk_elem_info *elem, uint32_t *at) {
    uint32_t func;
    if (!elem->is_exprs) {
        return wk_read_u32(m->bytes, at);
    }
    uint32_t t = *at;
    if (m->bytes[t++] != 0xd2) {
        return WK_NO_INDEX;
    }
    func = wk_read_u32(m->bytes, &t);
    if (m->bytes[t] != 0x0b) {
        return WK_NO_INDEX;
    }
    *at = t + 1;
    return func;
}
static inline void same_skip_const(const struct wick_module *m, uint32_t *at) {
    for (enum wick_op op = WICK_OP_none; op != WICK_OP_end;) {
        op = wk_read_op(m->bytes, at);
        wk_skip_imm(m, (enum wk_imm)wk_op_info(op)->imm, at);
    }
}

static inline bool same_elem(const struct wick_module *m, const struct wick_module *n, uint32_t i) {
    const struct wk_elem_info *x = &m->elems[i], *y = &n->elems[i];
    struct same a_ = {m, x->items}, b_ = {n, y->items}, *a = &a_, *b = &b_;
    SAME(x->mode == y->mode && x->type == y->type && x->n == y->n);
    if (x->mode == WK_SEGMENT_ACTIVE) {
        SAME(x->table == y->table && same_const(m, x->offset, n, y->offset));
    }
    for (uint32_t k = 0; k < x->n; k++) {
        const uint32_t f = same_elem_func(m, x, &a->at), g = same_elem_func(n, y, &b->at);
        SAME(f == g);
        if (f == WK_NO_INDEX) {
            SAME(same_const(m, a->at, n, b->at));
            same_skip_const(m, &a->at);
            same_skip_const(n, &b->at);
        }
    }
    return true;
}

static inline bool same_body(const struct wick_module *m, const struct wick_module *n, uint32_t i) {
    struct same a_ = {m, m->funcs[i].off}, b_ = {n, n->funcs[i].off}, *a = &a_, *b = &b_;
    uint32_t runs_a = wk_read_u32(m->bytes, &a->at), runs_b = wk_read_u32(n->bytes, &b->at), left_a = 0, left_b = 0;
    wick_valtype type_a = 0, type_b = 0;
    enum wick_op op;
    SAME(m->funcs[i].local_slots == n->funcs[i].local_slots && m->funcs[i].max_height == n->funcs[i].max_height);
    for (;;) {
        for (; left_a == 0 && runs_a != 0; runs_a--) {
            left_a = wk_read_u32(m->bytes, &a->at);
            type_a = wk_read_valtype(m, &a->at);
        }
        for (; left_b == 0 && runs_b != 0; runs_b--) {
            left_b = wk_read_u32(n->bytes, &b->at);
            type_b = wk_read_valtype(n, &b->at);
        }
        if (left_a == 0 || left_b == 0) {
            break;
        }
        SAME(type_a == type_b);
        const uint32_t both = left_a < left_b ? left_a : left_b;
        left_a -= both;
        left_b -= both;
    }
    SAME(left_a == 0 && left_b == 0 && runs_a == 0 && runs_b == 0);
    while (a->at < m->funcs[i].off + m->funcs[i].size) {
        if (!same_instr(a, b, &op)) {
            return false;
        }
    }
    SAME(b->at == n->funcs[i].off + n->funcs[i].size);
    return true;
}

static inline uint32_t same_section(const struct wick_module *m, uint32_t id) {
    uint32_t at = 8;
    while (at < m->size) {
        const uint8_t got = m->bytes[at++];
        const uint32_t size = wk_read_u32(m->bytes, &at);
        if (got == id) {
            (void)wk_read_u32(m->bytes, &at);
            return at;
        }
        at += size;
    }
    return 0;
}

static inline bool same_limits(const wick_limits *a, const wick_limits *b) {
    return a->min == b->min && a->max == b->max && a->is64 == b->is64 && a->shared == b->shared &&
           a->page_size == b->page_size;
}
static inline bool same_span(const struct wick_module *m, struct wk_span x, const struct wick_module *n,
                             struct wk_span y) {
    return x.size == y.size && (x.size == 0 || memcmp(m->bytes + x.off, n->bytes + y.off, x.size) == 0);
}
/* A table without an initial value starts with null. */
static inline bool same_init(const struct wick_module *m, uint32_t x, const struct wick_module *n, uint32_t y) {
    if (x == 0 || y == 0) {
        return (x == 0 || m->bytes[x] == 0xd0) && (y == 0 || n->bytes[y] == 0xd0);
    }
    return same_const(m, x, n, y);
}

static inline bool same_module(const struct wick_module *m, const struct wick_module *n) {
    struct same a_ = {m, 0}, b_ = {n, 0}, *a = &a_, *b = &b_;
    SAME(m->n_types == n->n_types && m->n_imports == n->n_imports && m->n_exports == n->n_exports);
    SAME(m->n_funcs == n->n_funcs && m->n_tables == n->n_tables && m->n_memories == n->n_memories);
    SAME(m->n_globals == n->n_globals && m->n_tags == n->n_tags && m->n_elems == n->n_elems);
    SAME(m->n_datas == n->n_datas && m->start == n->start);
    SAME(m->n_types == 0 || memcmp(m->types, n->types, m->n_types * sizeof *m->types) == 0);
    for (uint32_t i = 0; i < m->n_imports; i++) {
        const struct wk_import *x = &m->imports[i], *y = &n->imports[i];
        SAME(x->kind == y->kind && x->index == y->index && same_span(m, x->module, n, y->module) &&
             same_span(m, x->name, n, y->name));
        SAME(x->form == y->form && x->is_first == y->is_first);
        if (x->kind == WICK_EXTERN_FUNC) {
            a->at = x->type_at;
            b->at = y->type_at;
            SAME(same_u32(a, b));
        }
    }
    for (uint32_t i = 0; i < m->n_exports; i++) {
        const struct wk_export *x = &m->exports[i], *y = &n->exports[i];
        SAME(x->kind == y->kind && x->index == y->index && same_span(m, x->name, n, y->name));
    }
    for (uint32_t i = 0; i < m->n_tables; i++) {
        SAME(m->tables[i].type == n->tables[i].type && same_limits(&m->tables[i].limits, &n->tables[i].limits));
        SAME(same_init(m, m->tables[i].init, n, n->tables[i].init));
    }
    for (uint32_t i = 0; i < m->n_memories; i++) {
        SAME(same_limits(&m->memories[i].limits, &n->memories[i].limits));
    }
    for (uint32_t i = 0; i < m->n_globals; i++) {
        SAME(m->globals[i].type == n->globals[i].type && m->globals[i].is_mutable == n->globals[i].is_mutable);
        SAME(i < m->n_global_imports || same_const(m, m->globals[i].init, n, n->globals[i].init));
    }
    for (uint32_t i = 0; i < m->n_tags; i++) {
        SAME(m->tags[i] == n->tags[i]);
    }
    for (uint32_t i = 0; i < m->n_elems; i++) {
        if (!same_elem(m, n, i)) {
            return false;
        }
    }
    for (uint32_t i = 0; i < m->n_datas; i++) {
        const struct wk_data_info *x = &m->datas[i], *y = &n->datas[i];
        SAME(x->mode == y->mode && x->memory == y->memory && same_span(m, x->bytes, n, y->bytes));
        SAME(x->mode != WK_SEGMENT_ACTIVE || same_const(m, x->offset, n, y->offset));
    }
    a->at = same_section(m, WK_SECTION_function);
    b->at = same_section(n, WK_SECTION_function);
    for (uint32_t i = m->n_func_imports; i < m->n_funcs; i++) {
        SAME(same_u32(a, b));
        if (!same_body(m, n, i)) {
            return false;
        }
    }
    return true;
}
#undef SAME

#endif

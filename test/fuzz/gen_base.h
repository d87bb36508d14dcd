/* gen_base.h - the generator's state, its bytes in and out, its types. Only gen.c includes it. */
#ifndef WICK_TEST_GEN_BASE_H
#define WICK_TEST_GEN_BASE_H

#include "gen.h"

#include <stdlib.h>
#include <string.h>

#include "module/op.h"

/* Types of operands: numbers as below, T_REF + k is (ref null k), T_NREF + k is (ref k). */
enum {
    T_ANY, /* of unreachable code */
    T_I32,
    T_I64,
    T_F32,
    T_F64,
    T_V128,
    T_FUNCREF,
    T_EXTERNREF,
    T_NFUNC, /* (ref func) */
    T_REF = 16,
    T_NREF = 128
};

enum {
    MAX_TYPES = 100,
    MAX_ARITY = 80,
    MAX_WIDE = 70, /* parameters or results of the widest types: moves of more than 64 slots */
    MAX_FUNCS = 16,
    MAX_LOCALS = 240,
    MAX_GLOBALS = 12,
    MAX_STACK = 2000,
    STACK_ROOM = 600,
    MAX_DEPTH = 12,
    MAX_ROWS = 640,
    MAX_SEGMENTS = 4,
    SEQUENCE = 24 /* statements in a row at most */
};

struct gen_functype {
    uint8_t n_params, n_results;
    uint8_t params[MAX_ARITY], results[MAX_ARITY];
};

struct gen_buf {
    uint8_t *bytes;
    size_t size, cap;
};

struct gen_row { /* an instruction with a fixed signature */
    uint16_t op;
    uint8_t n_in;
    char out;      /* type letter, or 0 */
    char out2;     /* the second result's, or 0 */
    char in[4];    /* type letters */
};

struct gen_frame {
    uint8_t kind; /* 'f' function, 'b' block, 'l' loop, 'i' if, 'e' else */
    bool is_dead;
    uint16_t base;
    struct gen_functype type;
};

enum { LOCAL_PLAIN, LOCAL_POINTER, LOCAL_COUNTER, LOCAL_TEMP };

struct gen {
    /* input */
    const uint8_t *in;
    size_t in_size, at;
    struct gen_options options;
    /* the tables of rows, made once */
    struct gen_row rows[MAX_ROWS];
    uint32_t n_rows;
    uint16_t by_result[T_V128 + 1][MAX_ROWS];
    uint32_t n_by_result[T_V128 + 1];
    uint16_t loads[128], stores[128];
    uint32_t n_loads, n_stores;
    uint16_t common[128]; /* rows that real programs are made of */
    uint32_t n_common;
    bool has_v128;
    /* the module */
    struct gen_functype types[MAX_TYPES];
    uint32_t n_types;
    uint32_t n_imports; /* functions */
    bool imports[GEN_N_IMPORT_FUNCS + 1];
    uint32_t n_funcs;   /* imported ones too */
    uint32_t func_type[MAX_FUNCS];
    uint32_t n_memories;
    bool memory64[2];
    uint32_t n_tables;
    bool table64[2];
    uint8_t table_type[2];
    uint32_t table_min[2];
    uint32_t n_globals;
    uint8_t global_type[MAX_GLOBALS];
    bool global_mut[MAX_GLOBALS];
    uint32_t fuel_global; /* portable modules */
    uint32_t n_elems;
    uint8_t elem_type[MAX_SEGMENTS];
    uint32_t elem_size[MAX_SEGMENTS];
    uint32_t n_datas;
    uint32_t data_size[MAX_SEGMENTS];
    /* the function */
    uint32_t self;
    uint32_t n_locals;
    uint32_t n_params;
    uint32_t n_unused; /* locals between the parameters and the others, so that slots have large numbers */
    uint8_t local_type[MAX_LOCALS];
    uint8_t local_role[MAX_LOCALS];
    uint32_t temp_local[T_V128 + 1]; /* portable modules */
    uint32_t n_loops;
    uint8_t stack[MAX_STACK];
    uint32_t height;
    uint32_t floor; /* operands below belong to an expression that is being made */
    struct gen_frame frames[MAX_DEPTH];
    uint32_t n_frames;
    int budget; /* statements and values left */
    struct gen_buf body, code, section, out;
};

/* ---- bytes in ---------------------------------------------------------------------------------------------- */

static uint8_t gen_byte(struct gen *g) {
    return g->at < g->in_size ? g->in[g->at++] : 0;
}

static bool gen_is_dry(const struct gen *g) {
    return g->at >= g->in_size || g->budget <= 0;
}

/* 0 .. n - 1; 0 for the byte 0. */
static uint32_t gen_pick(struct gen *g, uint32_t n) {
    return n <= 1 ? 0 : gen_byte(g) % n;
}

/* True in about n of 256 cases, never for the byte 0. */
static bool gen_chance(struct gen *g, uint32_t n) {
    return gen_byte(g) > 255 - n;
}

/* ---- bytes out --------------------------------------------------------------------------------------------- */

static void gen_put(struct gen_buf *b, uint8_t byte) {
    if (b->size == b->cap) {
        size_t cap = b->cap ? b->cap * 2 : 4096;
        uint8_t *bytes = realloc(b->bytes, cap);
        if (!bytes) {
            abort();
        }
        b->bytes = bytes;
        b->cap = cap;
    }
    b->bytes[b->size++] = byte;
}

static void gen_put_bytes(struct gen_buf *b, const void *bytes, size_t n) {
    for (size_t i = 0; i < n; i++) {
        gen_put(b, ((const uint8_t *)bytes)[i]);
    }
}

static void gen_put_u64(struct gen_buf *b, uint64_t v) {
    while (v >= 128) {
        gen_put(b, (uint8_t)(v | 128));
        v >>= 7;
    }
    gen_put(b, (uint8_t)v);
}

static void gen_put_s64(struct gen_buf *b, int64_t v) {
    for (;;) {
        uint8_t low = (uint8_t)(v & 127);
        v = v < 0 ? ~(~v >> 7) : v >> 7;
        if ((v == 0 && !(low & 64)) || (v == -1 && (low & 64))) {
            gen_put(b, low);
            return;
        }
        gen_put(b, (uint8_t)(low | 128));
    }
}

static void gen_put_le(struct gen_buf *b, uint64_t v, uint32_t n) {
    for (uint32_t i = 0; i < n; i++) {
        gen_put(b, (uint8_t)(v >> (8 * i)));
    }
}

static void gen_put_name(struct gen_buf *b, const char *name) {
    gen_put_u64(b, strlen(name));
    gen_put_bytes(b, name, strlen(name));
}

static void gen_put_type(struct gen_buf *b, uint8_t t) {
    static const uint8_t codes[] = {0, 0x7f, 0x7e, 0x7d, 0x7c, 0x7b, 0x70, 0x6f};
    if (t >= T_REF) {
        gen_put(b, t >= T_NREF ? 0x64 : 0x63);
        gen_put_s64(b, t >= T_NREF ? t - T_NREF : t - T_REF);
    } else if (t == T_NFUNC) {
        gen_put(b, 0x64);
        gen_put(b, 0x70);
    } else {
        gen_put(b, codes[t]);
    }
}

/* Ends a section whose contents are in g->section. */
static void gen_flush_section(struct gen *g, uint8_t id) {
    gen_put(&g->out, id);
    gen_put_u64(&g->out, g->section.size);
    gen_put_bytes(&g->out, g->section.bytes, g->section.size);
    g->section.size = 0;
}

static void gen_op(struct gen *g, enum wick_op op) {
    const struct wk_op_info *info = wk_op_info(op);
    if (info->prefix != 0) {
        gen_put(&g->body, info->prefix);
        gen_put_u64(&g->body, info->code);
    } else {
        gen_put(&g->body, (uint8_t)info->code);
    }
}

/* An index; now and then in more bytes than it needs. */
static void gen_index(struct gen *g, uint32_t v) {
    if (v < 128 && gen_chance(g, 4)) {
        gen_put(&g->body, (uint8_t)(v | 128));
        gen_put(&g->body, 128);
        gen_put(&g->body, 0);
    } else {
        gen_put_u64(&g->body, v);
    }
}

static void gen_op_index(struct gen *g, enum wick_op op, uint32_t v) {
    gen_op(g, op);
    gen_index(g, v);
}

static void gen_op_local(struct gen *g, enum wick_op op, uint32_t local) {
    gen_op_index(g, op, local < g->n_params ? local : local + g->n_unused);
}

/* ---- types ------------------------------------------------------------------------------------------------- */

static bool gen_is_ref(uint8_t t) {
    return t >= T_FUNCREF;
}

static bool gen_is_nullable(uint8_t t) {
    return t < T_NREF && t != T_NFUNC;
}

static bool gen_is_func(uint8_t t) {
    return t == T_FUNCREF || t == T_NFUNC || t >= T_REF;
}

/* Is `t` a subtype of `want`? */
static bool gen_fits(uint8_t t, uint8_t want) {
    return t == want || t == T_ANY || (want == T_FUNCREF && gen_is_func(t)) ||
           (want == T_NFUNC && t >= T_NREF) || (want >= T_REF && want < T_NREF && t == want - T_REF + T_NREF);
}

static bool gen_all_fit(const uint8_t *t, const uint8_t *want, uint32_t n) {
    for (uint32_t i = 0; i < n; i++) {
        if (!gen_fits(t[i], want[i])) {
            return false;
        }
    }
    return true;
}

static uint32_t gen_intern(struct gen *g, const struct gen_functype *t) {
    for (uint32_t i = 0; i < g->n_types; i++) {
        const struct gen_functype *u = &g->types[i];
        if (u->n_params == t->n_params && u->n_results == t->n_results &&
            memcmp(u->params, t->params, t->n_params) == 0 && memcmp(u->results, t->results, t->n_results) == 0) {
            return i;
        }
    }
    if (g->n_types == MAX_TYPES) {
        return UINT32_MAX;
    }
    g->types[g->n_types] = *t;
    return g->n_types++;
}

static uint8_t gen_number_type(struct gen *g) {
    static const uint8_t types[16] = {T_I32, T_I32, T_I32, T_I32, T_I32, T_I32, T_I32, T_I64,
                                      T_I64, T_I64, T_I64, T_F64, T_F64, T_F64, T_F32, T_F32};
    uint32_t i = gen_pick(g, g->has_v128 ? 18 : 16);
    return i < 16 ? types[i] : T_V128;
}

/* Of anything that has a default. */
static uint8_t gen_value_type(struct gen *g) {
    if (gen_chance(g, 24)) {
        uint32_t k = gen_pick(g, 4);
        return k == 0 ? T_FUNCREF : k == 1 ? T_EXTERNREF : (uint8_t)(T_REF + gen_pick(g, g->n_types));
    }
    return gen_number_type(g);
}

static void gen_functype_random(struct gen *g, struct gen_functype *t, uint32_t max_params, uint32_t max_results) {
    memset(t, 0, sizeof *t);
    t->n_params = (uint8_t)gen_pick(g, max_params + 1);
    t->n_results = (uint8_t)gen_pick(g, max_results + 1);
    if (max_results > 1 && gen_chance(g, 4)) {
        t->n_results = MAX_WIDE - (uint8_t)gen_pick(g, 8);
    } else if (max_params > 0 && gen_chance(g, 3)) {
        t->n_params = MAX_WIDE - (uint8_t)gen_pick(g, 8);
    }
    for (uint32_t i = 0; i < t->n_params; i++) {
        t->params[i] = g->n_types ? gen_value_type(g) : gen_number_type(g);
    }
    for (uint32_t i = 0; i < t->n_results; i++) {
        t->results[i] = g->n_types ? gen_value_type(g) : gen_number_type(g);
    }
}

#endif

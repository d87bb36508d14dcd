/* gen_base.h - the generator's state, its bytes in and out, its types. Only gen.c includes it. */
#ifndef WICK_TEST_GEN_BASE_H
#define WICK_TEST_GEN_BASE_H

#include "gen.h"

#include <stdlib.h>
#include <string.h>

#include "module/op.h"

/* Types: numbers as below; a reference is T_IS_REF, perhaps T_NULLABLE, and what it refers to: an abstract heap type by
 * its number in type.def, or HEAP_INDEX + the index of a type of the module. */
typedef uint16_t gen_type;

enum {
    T_ANY, /* of unreachable code */
    T_I32,
    T_I64,
    T_F32,
    T_F64,
    T_V128,
    T_I8, /* of fields only */
    T_I16,
    T_HEAP = 0x3fff,
    T_NULLABLE = 0x4000,
    T_IS_REF = 0x8000
};
enum {
#define HEAPTYPE(sym, code, byte, text, shorthand, top) HEAP_##sym = code,
#include "def/type.def"
    HEAP_INDEX = 16
};
#define T_REF(heap) ((gen_type)(T_IS_REF | T_NULLABLE | (heap)))
#define T_NREF(heap) ((gen_type)(T_IS_REF | (heap)))
#define T_FUNCREF T_REF(HEAP_func)
#define T_EXTERNREF T_REF(HEAP_extern)
#define T_EXNREF T_REF(HEAP_exn)
#define T_ANYREF T_REF(HEAP_any)
#define NONE UINT32_MAX

enum {
    MAX_TYPES = 100,
    MAX_ARITY = 80,
    MAX_WIDE = 70, /* parameters or results of the widest types: moves of more than 64 slots */
    MAX_FIELDS = 72, /* more than the words that a cell stores */
    MAX_FUNCS = 16,
    MAX_TAGS = 4,
    MAX_EFFECTS = 3,
    MAX_LOCALS = 240,
    MAX_GLOBALS = 12,
    MAX_STACK = 2000,
    STACK_ROOM = 600,
    MAX_DEPTH = 16,
    MAX_ROWS = 640,
    MAX_SEGMENTS = 4,
    MAX_WRAPPERS = 20,
    SEQUENCE = 24 /* statements in a row at most */
};

struct gen_functype {
    uint8_t n_params, n_results;
    gen_type params[MAX_ARITY], results[MAX_ARITY];
};

struct gen_deftype {
    char kind; /* 'f', 's', 'a', 'c' */
    bool is_final;
    uint32_t super; /* NONE, or an index below */
    uint32_t group; /* types of one recursion group have one number */
    uint32_t cost;  /* instructions that make one */
    struct gen_functype func;
    uint32_t cont_of; /* of a continuation type: the function type */
    uint32_t n_fields; /* 1 for an array */
    gen_type fields[MAX_FIELDS];
    bool is_mut[MAX_FIELDS];
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
    uint8_t kind; /* 'f' function, 'b' block, 'l' loop, 'i' if, 'e' else, 't' try_table, 'y' try, 'c' catch */
    bool is_dead;
    uint16_t base;
    uint16_t n_inits; /* locals set by then */
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
    uint16_t pairs[16]; /* rows with two results */
    uint32_t n_pairs;
    /* the module */
    bool has_simd, has_gc, has_eh, has_legacy, has_atomics, has_cont; /* what this one is made of */
    bool has_exnref;
    bool has_switch; /* types 0 and 1 are a function type and its continuation type, which switch to themselves */
    bool is_constant; /* inside of a constant expression */
    struct gen_deftype types[MAX_TYPES];
    uint32_t n_types;
    uint32_t n_planned; /* types that are there before the code; what blocks ask for comes behind them */
    uint32_t n_tags; /* exceptions */
    uint32_t n_effects; /* tags behind them that suspend */
    uint32_t tag_type[MAX_TAGS + MAX_EFFECTS];
    uint32_t n_imports; /* functions */
    bool imports[GEN_N_IMPORTS];
    uint32_t n_funcs;   /* imported ones too */
    uint32_t func_type[MAX_FUNCS];
    bool is_body[MAX_FUNCS]; /* of continuations */
    uint32_t n_memories;
    bool memory64[2];
    bool is_shared[2];
    uint32_t n_tables;
    bool table64[2];
    gen_type table_type[2];
    uint32_t table_min[2];
    uint32_t n_globals;
    gen_type global_type[MAX_GLOBALS];
    bool global_mut[MAX_GLOBALS];
    uint32_t fuel_global; /* portable modules */
    uint32_t n_elems;
    gen_type elem_type[MAX_SEGMENTS];
    uint32_t elem_size[MAX_SEGMENTS];
    uint32_t n_datas;
    uint32_t data_size[MAX_SEGMENTS];
    /* the function */
    uint32_t self;
    uint32_t n_locals;
    uint32_t n_params;
    uint32_t n_unused; /* locals between the parameters and the others, so that slots have large numbers */
    gen_type unused_type;
    gen_type local_type[MAX_LOCALS];
    uint8_t local_role[MAX_LOCALS];
    bool is_set[MAX_LOCALS];        /* of those without a default */
    uint16_t inits[MAX_LOCALS * 2]; /* in the order they were set */
    uint32_t n_inits;
    uint32_t temp_local[T_V128 + 1]; /* portable modules */
    uint32_t n_loops;
    gen_type stack[MAX_STACK];
    uint32_t height;
    uint32_t floor; /* operands below belong to an expression that is being made */
    struct gen_frame frames[MAX_DEPTH];
    uint32_t n_frames;
    int budget; /* statements and values left */
    uint32_t dump_func; /* what a reference leads to as a number; NONE: none is generated */
    uint32_t n_wrappers;
    uint32_t wrapper_type[MAX_WRAPPERS], wrapped[MAX_WRAPPERS];
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

static void gen_put_heap(struct gen_buf *b, gen_type t) {
    static const uint8_t codes[] = {
#define HEAPTYPE(sym, code, byte, text, shorthand, top) [code] = byte,
#include "def/type.def"
    };
    uint32_t heap = t & T_HEAP;
    if (heap >= HEAP_INDEX) {
        gen_put_s64(b, (int64_t)heap - HEAP_INDEX);
    } else {
        gen_put(b, codes[heap]);
    }
}

static void gen_put_type(struct gen_buf *b, gen_type t) {
    static const uint8_t codes[] = {0, 0x7f, 0x7e, 0x7d, 0x7c, 0x7b, 0x78, 0x77};
    if (t & T_IS_REF) {
        if (!(t & T_NULLABLE) || (t & T_HEAP) >= HEAP_INDEX) {
            gen_put(b, t & T_NULLABLE ? 0x63 : 0x64);
        }
        gen_put_heap(b, t);
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

#endif

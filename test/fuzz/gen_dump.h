/* gen_dump.h - functions that tell what a host cannot see: what references lead to, as numbers, and wrappers of functions
 * whose parameters or results a host cannot pass. Only gen.c includes it. */
#ifndef WICK_TEST_GEN_DUMP_H
#define WICK_TEST_GEN_DUMP_H

#include "gen_cont.h"

enum { DUMP_DEPTH = 4, DUMP_ELEMENTS = 6 };

/* acc = acc * m ^ the i64 on the stack */
static void gen_mix(struct gen *g, uint32_t acc) {
    gen_op_index(g, WICK_OP_local_get, acc);
    gen_op(g, WICK_OP_i64_const);
    gen_put_s64(&g->body, 0x9e3779b1);
    gen_op(g, WICK_OP_i64_mul);
    gen_op(g, WICK_OP_i64_xor);
    gen_op_index(g, WICK_OP_local_set, acc);
}

static void gen_i32_raw(struct gen *g, int32_t v) {
    gen_op(g, WICK_OP_i32_const);
    gen_put_s64(&g->body, v);
}

static void gen_i64_raw(struct gen *g, int64_t v) {
    gen_op(g, WICK_OP_i64_const);
    gen_put_s64(&g->body, v);
}

/* The value on the stack (not a vector) becomes an i64. `depth`: a local, or NONE for the whole depth. */
static void gen_dump_value(struct gen *g, gen_type t, uint32_t depth) {
    switch (t) {
    case T_I8:
    case T_I16:
    case T_I32: gen_op(g, WICK_OP_i64_extend_i32_u); return;
    case T_I64: return;
    case T_F32:
        gen_op(g, WICK_OP_i32_reinterpret_f32);
        gen_op(g, WICK_OP_i64_extend_i32_u);
        return;
    case T_F64: gen_op(g, WICK_OP_i64_reinterpret_f64); return;
    default: break;
    }
    uint32_t top = gen_heap_top(g, gen_heap(t));
    if (!g->has_gc || top == HEAP_func || top == HEAP_exn || top == HEAP_cont) {
        gen_op(g, WICK_OP_ref_is_null);
        gen_op(g, WICK_OP_i64_extend_i32_u);
        return;
    }
    if (top == HEAP_extern) {
        gen_op(g, WICK_OP_any_convert_extern);
    }
    if (depth == NONE) {
        gen_i32_raw(g, DUMP_DEPTH);
    } else {
        gen_op_index(g, WICK_OP_local_get, depth);
        gen_i32_raw(g, 1);
        gen_op(g, WICK_OP_i32_sub);
    }
    gen_op_index(g, WICK_OP_call, g->dump_func);
}

/* Mixes a value that `gen_local` says how to push; vectors by halves. */
static void gen_dump_mix(struct gen *g, gen_type t, uint32_t vector, uint32_t depth, uint32_t acc) {
    if (t != T_V128) {
        gen_dump_value(g, t, depth);
        gen_mix(g, acc);
        return;
    }
    gen_op_index(g, WICK_OP_local_set, vector);
    for (uint8_t lane = 0; lane < 2; lane++) {
        gen_op_index(g, WICK_OP_local_get, vector);
        gen_op(g, WICK_OP_i64x2_extract_lane);
        gen_put(&g->body, lane);
        gen_mix(g, acc);
    }
}

static void gen_dump_cast(struct gen *g, uint32_t k) {
    gen_op_index(g, WICK_OP_local_get, 0);
    gen_op(g, WICK_OP_ref_cast);
    gen_put_s64(&g->body, k);
}

static void gen_dump_get(struct gen *g, uint32_t k, uint32_t i) {
    const struct gen_deftype *d = &g->types[k];
    bool is_packed = d->fields[i] == T_I8 || d->fields[i] == T_I16;
    gen_dump_cast(g, k);
    if (d->kind == 'a') {
        gen_op_index(g, WICK_OP_local_get, 3);
        gen_op_index(g, is_packed ? WICK_OP_array_get_u : WICK_OP_array_get, k);
    } else {
        gen_op_index(g, is_packed ? WICK_OP_struct_get_u : WICK_OP_struct_get, k);
        gen_put_u64(&g->body, i);
    }
    gen_dump_mix(g, d->fields[i], 4, 1, 2);
}

static void gen_if_test(struct gen *g, uint32_t heap) {
    gen_op_index(g, WICK_OP_local_get, 0);
    gen_op(g, WICK_OP_ref_test);
    gen_put_heap(&g->body, T_NREF(heap));
    gen_op(g, WICK_OP_if);
    gen_put(&g->body, 0x40);
}

static void gen_end_body(struct gen *g) {
    gen_op(g, WICK_OP_end);
    gen_put_u64(&g->code, g->body.size);
    gen_put_bytes(&g->code, g->body.bytes, g->body.size);
}

static void gen_dump_locals(struct gen *g, bool with_index) {
    gen_put_u64(&g->body, 1u + with_index + g->has_simd);
    gen_put_u64(&g->body, 1);
    gen_put_type(&g->body, T_I64);
    if (with_index) {
        gen_put_u64(&g->body, 1);
        gen_put_type(&g->body, T_I32);
    }
    if (g->has_simd) {
        gen_put_u64(&g->body, 1);
        gen_put_type(&g->body, T_V128);
    }
}

/* (any, depth) -> i64; locals: 0 the reference, 1 the depth, 2 the sum, 3 an index, 4 a vector. */
static void gen_dump_object(struct gen *g) {
    g->body.size = 0;
    gen_dump_locals(g, true);
    gen_op_index(g, WICK_OP_local_get, 0);
    gen_op(g, WICK_OP_ref_is_null);
    gen_op(g, WICK_OP_if);
    gen_put(&g->body, 0x40);
    gen_i64_raw(g, 0);
    gen_op(g, WICK_OP_return);
    gen_op(g, WICK_OP_end);
    gen_op_index(g, WICK_OP_local_get, 1);
    gen_op(g, WICK_OP_i32_eqz);
    gen_op(g, WICK_OP_if);
    gen_put(&g->body, 0x40);
    gen_i64_raw(g, 1);
    gen_op(g, WICK_OP_return);
    gen_op(g, WICK_OP_end);
    gen_if_test(g, HEAP_i31);
    gen_op_index(g, WICK_OP_local_get, 0);
    gen_op(g, WICK_OP_ref_cast);
    gen_put_heap(&g->body, T_NREF(HEAP_i31));
    gen_op(g, WICK_OP_i31_get_s);
    gen_op(g, WICK_OP_i64_extend_i32_s);
    gen_op(g, WICK_OP_return);
    gen_op(g, WICK_OP_end);
    for (uint32_t k = g->n_planned; k-- > 0;) { /* subtypes come first */
        const struct gen_deftype *d = &g->types[k];
        if (d->kind == 'f' || d->kind == 'c') {
            continue;
        }
        gen_if_test(g, HEAP_INDEX + k);
        gen_i64_raw(g, 3 + k);
        gen_op_index(g, WICK_OP_local_set, 2);
        if (d->kind == 's') {
            for (uint32_t i = 0; i < d->n_fields; i++) {
                gen_dump_get(g, k, i);
            }
        } else {
            gen_dump_cast(g, k);
            gen_op(g, WICK_OP_array_len);
            gen_dump_mix(g, T_I32, 0, NONE, 2);
            gen_op(g, WICK_OP_block);
            gen_put(&g->body, 0x40);
            gen_op(g, WICK_OP_loop);
            gen_put(&g->body, 0x40);
            gen_op_index(g, WICK_OP_local_get, 3);
            gen_dump_cast(g, k);
            gen_op(g, WICK_OP_array_len);
            gen_op(g, WICK_OP_i32_ge_u);
            gen_op_index(g, WICK_OP_local_get, 3);
            gen_i32_raw(g, DUMP_ELEMENTS);
            gen_op(g, WICK_OP_i32_ge_u);
            gen_op(g, WICK_OP_i32_or);
            gen_op_index(g, WICK_OP_br_if, 1);
            gen_dump_get(g, k, 0);
            gen_op_index(g, WICK_OP_local_get, 3);
            gen_i32_raw(g, 1);
            gen_op(g, WICK_OP_i32_add);
            gen_op_index(g, WICK_OP_local_set, 3);
            gen_op_index(g, WICK_OP_br, 0);
            gen_op(g, WICK_OP_end);
            gen_op(g, WICK_OP_end);
        }
        gen_op_index(g, WICK_OP_local_get, 2);
        gen_op(g, WICK_OP_return);
        gen_op(g, WICK_OP_end);
    }
    gen_i64_raw(g, 2); /* the host's */
    gen_end_body(g);
}

/* () -> i64, of everything in globals and tables; locals: 0 the sum, 1 a vector. */
static void gen_dump_all(struct gen *g) {
    g->body.size = 0;
    gen_dump_locals(g, false);
    for (uint32_t i = 0; i < g->n_globals; i++) {
        gen_op_index(g, WICK_OP_global_get, i);
        gen_dump_mix(g, g->global_type[i], 1, NONE, 0);
    }
    for (uint32_t x = 0; x < g->n_tables; x++) {
        for (uint32_t i = 0; i < 8; i++) {
            bool is64 = g->table64[x];
            gen_op_index(g, WICK_OP_table_size, x);
            (is64 ? gen_i64_raw(g, i) : gen_i32_raw(g, (int32_t)i));
            gen_op(g, is64 ? WICK_OP_i64_gt_u : WICK_OP_i32_gt_u);
            gen_op(g, WICK_OP_if);
            gen_put(&g->body, 0x40);
            (is64 ? gen_i64_raw(g, i) : gen_i32_raw(g, (int32_t)i));
            gen_op_index(g, WICK_OP_table_get, x);
            gen_dump_mix(g, g->table_type[x], 1, NONE, 0);
            gen_op(g, WICK_OP_end);
        }
    }
    gen_op_index(g, WICK_OP_local_get, 0);
    gen_end_body(g);
}

/* ---- wrappers ------------------------------------------------------------------------------------------------- */

/* Can a host pass it, and see all of it? */
static bool gen_is_plain(const struct gen *g, gen_type t, bool is_result) {
    if (!gen_is_ref(t)) {
        return t != T_V128 || !g->options.is_portable;
    }
    uint32_t top = gen_heap_top(g, gen_heap(t));
    if (is_result) {
        return top == HEAP_func || (top == HEAP_exn && !g->options.is_portable) || (top == HEAP_extern && !g->has_gc);
    }
    return gen_is_nullable(t) && (top != HEAP_exn || !g->options.is_portable);
}

static bool gen_needs_wrapper(const struct gen *g, uint32_t func) {
    const struct gen_functype *t = gen_functype_of(g, func);
    bool is_plain = true;
    for (uint32_t i = 0; i < t->n_params; i++) {
        is_plain = is_plain && gen_is_plain(g, t->params[i], false);
    }
    for (uint32_t i = 0; i < t->n_results; i++) {
        is_plain = is_plain && gen_is_plain(g, t->results[i], true);
    }
    return !is_plain;
}

/* The wrapper's type: vectors as two i64, parameters that are references left out, results as numbers. */
static bool gen_wrapper_type(struct gen *g, uint32_t func, struct gen_functype *out) {
    const struct gen_functype *t = gen_functype_of(g, func);
    memset(out, 0, sizeof *out);
    for (uint32_t i = 0; i < t->n_params; i++) {
        if (out->n_params + 2 > MAX_ARITY) {
            return false;
        }
        if (t->params[i] == T_V128) {
            out->params[out->n_params++] = T_I64;
            out->params[out->n_params++] = T_I64;
        } else if (!gen_is_ref(t->params[i])) {
            out->params[out->n_params++] = t->params[i];
        }
    }
    for (uint32_t i = 0; i < t->n_results; i++) {
        if (out->n_results + 2 > MAX_ARITY) {
            return false;
        }
        if (t->results[i] == T_V128) {
            out->results[out->n_results++] = T_I64;
            out->results[out->n_results++] = T_I64;
        } else {
            out->results[out->n_results++] = gen_is_ref(t->results[i]) ? T_I64 : t->results[i];
        }
    }
    return true;
}

static void gen_wrapper(struct gen *g, uint32_t func, uint32_t n_own) {
    const struct gen_functype *t = gen_functype_of(g, func);
    uint32_t at = 0;
    g->body.size = 0;
    gen_put_u64(&g->body, t->n_results);
    for (uint32_t i = 0; i < t->n_results; i++) {
        gen_put_u64(&g->body, 1);
        gen_put_type(&g->body, gen_is_ref(t->results[i]) ? (gen_type)(t->results[i] | T_NULLABLE) : t->results[i]);
    }
    g->height = 0;
    for (uint32_t i = 0; i < t->n_params; i++) {
        if (t->params[i] == T_V128) {
            gen_op_index(g, WICK_OP_local_get, at++);
            gen_op(g, WICK_OP_i64x2_splat);
            gen_op_index(g, WICK_OP_local_get, at++);
            gen_op(g, WICK_OP_i64x2_replace_lane);
            gen_put(&g->body, 1);
        } else if (gen_is_ref(t->params[i])) {
            gen_const_ref(g, t->params[i], 2);
        } else {
            gen_op_index(g, WICK_OP_local_get, at++);
        }
    }
    gen_op_index(g, WICK_OP_call, func);
    for (uint32_t i = t->n_results; i-- > 0;) {
        gen_op_index(g, WICK_OP_local_set, n_own + i);
    }
    for (uint32_t i = 0; i < t->n_results; i++) {
        gen_op_index(g, WICK_OP_local_get, n_own + i);
        if (t->results[i] == T_V128) {
            gen_op(g, WICK_OP_i64x2_extract_lane);
            gen_put(&g->body, 0);
            gen_op_index(g, WICK_OP_local_get, n_own + i);
            gen_op(g, WICK_OP_i64x2_extract_lane);
            gen_put(&g->body, 1);
        } else if (gen_is_ref(t->results[i])) {
            gen_dump_value(g, t->results[i], NONE);
        }
    }
    gen_end_body(g);
}

/* Behind the functions: the dump, if it is wanted, then the wrappers. */
static void gen_dumps(struct gen *g) {
    struct gen_functype type = {.n_params = 2, .n_results = 1, .params = {T_ANYREF, T_I32}, .results = {T_I64}};
    uint32_t index = 0, index_all;
    g->dump_func = NONE;
    g->n_wrappers = 0;
    if (!g->has_gc && !g->options.is_portable) {
        return;
    }
    if (g->has_gc) {
        index = gen_intern(g, &type);
    }
    type.n_params = 0;
    index_all = gen_intern(g, &type);
    if (index == NONE || index_all == NONE) {
        return;
    }
    uint32_t next = g->n_funcs;
    if (g->has_gc) {
        g->dump_func = next++;
        g->wrapper_type[g->n_wrappers] = index;
        g->wrapped[g->n_wrappers++] = NONE;
        gen_dump_object(g);
    }
    g->wrapper_type[g->n_wrappers] = index_all;
    g->wrapped[g->n_wrappers++] = NONE;
    gen_dump_all(g);
    for (uint32_t f = g->n_imports; f < g->n_funcs && g->n_wrappers < MAX_WRAPPERS; f++) {
        if (gen_needs_wrapper(g, f) && gen_wrapper_type(g, f, &type)) {
            index = gen_intern(g, &type);
            if (index != NONE) {
                g->wrapper_type[g->n_wrappers] = index;
                g->wrapped[g->n_wrappers++] = f;
                gen_wrapper(g, f, type.n_params);
            }
        }
    }
}

#endif

/* gen_ref.h - the generator's references: functions, structs, arrays, i31, casts, conversions. Only gen.c includes it. */
#ifndef WICK_TEST_GEN_REF_H
#define WICK_TEST_GEN_REF_H

#include "gen_code.h"

/* ---- new ones ------------------------------------------------------------------------------------------------ */

/* A function whose type is number k or below it, another one than `not` if there is one; NONE: there is none. */
static uint32_t gen_func_but(struct gen *g, uint32_t k, uint32_t not) {
    uint32_t first = gen_pick(g, g->n_funcs), found = NONE;
    for (uint32_t i = 0; i < g->n_funcs; i++) {
        uint32_t f = (first + i) % g->n_funcs;
        if (gen_index_fits(g, g->func_type[f], k) && (found == NONE || found == not)) {
            found = f;
        }
    }
    return found;
}

static uint32_t gen_func_of_type(struct gen *g, uint32_t k) {
    return gen_func_but(g, k, NONE);
}

static gen_type gen_unpacked(gen_type t) {
    return t == T_I8 || t == T_I16 ? T_I32 : t;
}

static void gen_const_field(struct gen *g, gen_type t, int depth) {
    if (gen_is_ref(t)) {
        gen_const_ref(g, t, depth - 1);
    } else {
        gen_const(g, t);
    }
}

/* struct.new, array.new and their kin, allowed in constant expressions. */
static void gen_new_object(struct gen *g, uint32_t k, int depth) {
    const struct gen_deftype *d = &g->types[k];
    bool has_defaults = true;
    uint32_t n = d->n_fields, kind = gen_pick(g, 3);
    for (uint32_t i = 0; i < d->n_fields; i++) {
        has_defaults = has_defaults && gen_has_default(d->fields[i]);
    }
    if (d->kind == 's') {
        if (has_defaults && (gen_chance(g, 60) || depth <= 0)) {
            gen_op_index(g, WICK_OP_struct_new_default, k);
            n = 0;
        } else {
            for (uint32_t i = 0; i < d->n_fields; i++) {
                gen_const_field(g, d->fields[i], depth);
            }
            gen_op_index(g, WICK_OP_struct_new, k);
        }
    } else {
        n = gen_chance(g, 30) ? 0 : 3 + gen_pick(g, 4);
        if (has_defaults && (kind == 0 || depth <= 0)) {
            gen_i32(g, (int32_t)n);
            gen_op_index(g, WICK_OP_array_new_default, k);
            n = 1;
        } else if (kind == 1 && d->cost < 3) {
            for (uint32_t i = 0; i < n; i++) {
                gen_const_field(g, d->fields[0], depth);
            }
            gen_op_index(g, WICK_OP_array_new_fixed, k);
            gen_put_u64(&g->body, n);
        } else {
            gen_const_field(g, d->fields[0], depth);
            gen_i32(g, (int32_t)n);
            gen_op_index(g, WICK_OP_array_new, k);
            n = 2;
        }
    }
    g->height -= n;
    gen_push(g, gen_ref_to(k, false));
}

static void gen_i31(struct gen *g) {
    gen_i32(g, (int32_t)gen_int(g, false));
    gen_op(g, WICK_OP_ref_i31);
    gen_pop(g, 1);
    gen_push(g, T_NREF(HEAP_i31));
}

/* An exception, thrown and caught. */
static void gen_new_exception(struct gen *g) {
    uint32_t tag = gen_pick(g, g->n_tags);
    const struct gen_functype *t = &g->types[g->tag_type[tag]].func;
    uint32_t height = g->height;
    gen_op(g, WICK_OP_block);
    gen_put_type(&g->body, T_NREF(HEAP_exn));
    gen_op(g, WICK_OP_try_table);
    gen_put(&g->body, 0x40);
    gen_put(&g->body, 1);
    gen_put(&g->body, 3); /* catch_all_ref */
    gen_put(&g->body, 0);
    for (uint32_t i = 0; i < t->n_params; i++) {
        gen_const_field(g, t->params[i], 1);
    }
    gen_op_index(g, WICK_OP_throw, tag);
    gen_op(g, WICK_OP_end);
    gen_op(g, WICK_OP_unreachable);
    gen_op(g, WICK_OP_end);
    g->height = height;
    gen_push(g, T_NREF(HEAP_exn));
}

static void gen_null(struct gen *g, gen_type t) {
    uint32_t heap = gen_heap(t);
    if (g->has_gc && gen_chance(g, 60)) { /* of the type below all others */
        uint32_t top = gen_heap_top(g, heap);
        heap = top == HEAP_func ? HEAP_nofunc : top == HEAP_extern ? HEAP_noextern : top == HEAP_any ? HEAP_none
               : top == HEAP_cont                                  ? HEAP_nocont
                                                                   : HEAP_noexn;
    }
    gen_op(g, WICK_OP_ref_null);
    gen_put_heap(&g->body, T_REF(heap));
    if (!gen_is_nullable(t)) { /* nothing has this type: the code behind it is never reached */
        gen_op(g, WICK_OP_ref_as_non_null);
        gen_push(g, T_NREF(heap));
    } else {
        gen_push(g, T_REF(heap));
    }
}

static bool gen_new_cont(struct gen *g, uint32_t cont);

/* An instruction or a few, allowed in constant expressions where the type is. */
static void gen_const_ref(struct gen *g, gen_type t, int depth) {
    uint32_t heap = gen_heap(t), k = gen_index_of(t), f = NONE;
    if (gen_is_nullable(t) && (depth <= 0 || gen_chance(g, 64))) {
        gen_null(g, t);
        return;
    }
    if (heap == HEAP_cont && !g->is_constant) {
        k = gen_find_type(g, "c");
    }
    if (k != NONE && g->types[k].kind == 'c') {
        if (g->is_constant || !gen_new_cont(g, k)) {
            gen_null(g, t);
        }
        return;
    }
    if (heap == HEAP_func) {
        f = gen_pick(g, g->n_funcs);
    } else if (k != NONE && g->types[k].kind == 'f') {
        f = gen_func_of_type(g, k);
    }
    if (f != NONE) {
        gen_op_index(g, WICK_OP_ref_func, f);
        gen_push(g, gen_ref_to(g->func_type[f], false));
        return;
    }
    if (heap == HEAP_exn && g->n_tags > 0 && g->has_exnref && !g->is_constant) {
        gen_new_exception(g);
        return;
    }
    if (!g->has_gc) {
        gen_null(g, t);
        return;
    }
    if (heap == HEAP_struct || heap == HEAP_array || ((heap == HEAP_any || heap == HEAP_eq) && gen_chance(g, 128))) {
        k = gen_find_type(g, heap == HEAP_struct ? "s" : heap == HEAP_array ? "a" : "sa");
    }
    if (k != NONE && g->types[k].kind != 'f') {
        gen_new_object(g, k, depth);
    } else if (heap == HEAP_i31 || heap == HEAP_any || heap == HEAP_eq) {
        gen_i31(g);
    } else if (heap == HEAP_extern) {
        gen_const_ref(g, T_NREF(HEAP_any), depth - 1);
        gen_op(g, WICK_OP_extern_convert_any);
        gen_pop(g, 1);
        gen_push(g, T_NREF(HEAP_extern));
    } else {
        gen_null(g, t);
    }
}

/* ---- reading and casting -------------------------------------------------------------------------------------- */

/* A reference to a struct or array, seldom null. */
static void gen_object(struct gen *g, uint32_t k, int depth) {
    gen_value(g, gen_ref_to(k, gen_chance(g, 16)), depth);
}

static void gen_array_index(struct gen *g) {
    if (gen_chance(g, 20)) {
        gen_small(g, false, 7);
    } else {
        gen_i32(g, (int32_t)gen_pick(g, 3));
    }
}

/* Reads field i of a value of type k (an element of an array). */
static void gen_field_get(struct gen *g, uint32_t k, uint32_t i, int depth) {
    const struct gen_deftype *d = &g->types[k];
    gen_type t = d->fields[i];
    bool is_packed = t == T_I8 || t == T_I16, is_signed = gen_chance(g, 128);
    gen_object(g, k, depth - 1);
    if (d->kind == 'a') {
        gen_array_index(g);
        gen_op_index(g, !is_packed ? WICK_OP_array_get : is_signed ? WICK_OP_array_get_s : WICK_OP_array_get_u, k);
        gen_pop(g, 2);
    } else {
        gen_op_index(g, !is_packed ? WICK_OP_struct_get : is_signed ? WICK_OP_struct_get_s : WICK_OP_struct_get_u, k);
        gen_index(g, i);
        gen_pop(g, 1);
    }
    gen_push(g, gen_unpacked(t));
}

/* Reads a field that fits, if some type has one. */
static void gen_field_for(struct gen *g, gen_type t, int depth) {
    uint32_t first = gen_pick(g, g->n_planned);
    for (uint32_t n = 0; n < g->n_planned; n++) {
        uint32_t k = (first + n) % g->n_planned;
        for (uint32_t i = 0; i < g->types[k].n_fields; i++) {
            if (gen_fits(g, gen_unpacked(g->types[k].fields[i]), t)) {
                gen_field_get(g, k, i, depth);
                return;
            }
        }
    }
}

static bool gen_may_cast(const struct gen *g, gen_type t) {
    uint32_t top = gen_heap_top(g, gen_heap(t));
    return top != HEAP_exn && top != HEAP_cont;
}

static void gen_cast_op(struct gen *g, enum wick_op op, enum wick_op op_null, gen_type t) {
    gen_op(g, gen_is_nullable(t) ? op_null : op);
    gen_put_heap(&g->body, t);
}

/* What may be cast to `t`. */
static gen_type gen_above(struct gen *g, gen_type t) {
    gen_type top = gen_top_of(g, t);
    return top == T_ANYREF && gen_chance(g, 80) && gen_fits(g, t, T_REF(HEAP_eq)) ? T_REF(HEAP_eq) : top;
}

/* A value from above, cast; the type is right most of the time. */
static void gen_cast(struct gen *g, gen_type t, int depth) {
    gen_type from = gen_above(g, t);
    if (gen_chance(g, 40)) {
        gen_value(g, from, depth - 1); /* perhaps a trap */
        gen_cast_op(g, WICK_OP_ref_cast, WICK_OP_ref_cast_null, t);
        gen_pop(g, 1);
        gen_push(g, t);
        return;
    }
    struct gen_functype type = {.n_results = 1, .results = {t}};
    if (g->n_frames >= MAX_DEPTH || gen_room(g) < 64) {
        return;
    }
    gen_op(g, WICK_OP_block);
    gen_put_type(&g->body, t);
    gen_enter(g, 'b', &type);
    gen_value(g, from, depth - 1);
    gen_op(g, WICK_OP_br_on_cast);
    gen_put(&g->body, (uint8_t)(1 | (gen_is_nullable(t) ? 2 : 0)));
    gen_index(g, 0);
    gen_put_heap(&g->body, from);
    gen_put_heap(&g->body, t);
    gen_op(g, WICK_OP_drop);
    gen_pop(g, 1);
    gen_const_ref(g, t, 2);
    gen_op(g, WICK_OP_end);
    gen_leave(g);
}

static void gen_table_get_for(struct gen *g, gen_type t, int depth) {
    for (uint32_t x = 0; x < g->n_tables; x++) {
        if (gen_fits(g, g->table_type[x], t)) {
            gen_value(g, g->table64[x] ? T_I64 : T_I32, depth - 1);
            gen_address_const(g, g->table64[x], 7);
            gen_op(g, g->table64[x] ? WICK_OP_i64_and : WICK_OP_i32_and);
            gen_pop(g, 2);
            gen_op_index(g, WICK_OP_table_get, x);
            gen_push(g, g->table_type[x]);
            return;
        }
    }
}

/* A new struct or array of values that are computed. */
static void gen_build(struct gen *g, uint32_t k, int depth) {
    const struct gen_deftype *d = &g->types[k];
    if (d->kind == 's') {
        for (uint32_t i = 0; i < d->n_fields; i++) {
            gen_value(g, gen_unpacked(d->fields[i]), depth - 1);
        }
        gen_op_index(g, WICK_OP_struct_new, k);
        g->height -= d->n_fields;
    } else if (gen_chance(g, 128)) {
        uint32_t n = gen_pick(g, 5);
        for (uint32_t i = 0; i < n; i++) {
            gen_value(g, gen_unpacked(d->fields[0]), depth - 1);
        }
        gen_op_index(g, WICK_OP_array_new_fixed, k);
        gen_put_u64(&g->body, n);
        g->height -= n;
    } else {
        gen_value(g, gen_unpacked(d->fields[0]), depth - 1);
        gen_small(g, false, gen_chance(g, 8) ? 0x3ff : 7);
        gen_op_index(g, WICK_OP_array_new, k);
        g->height -= 2;
    }
    gen_push(g, gen_ref_to(k, false));
}

/* Pushes a reference that fits, or nothing. */
static void gen_ref_value(struct gen *g, gen_type t, int depth) {
    uint32_t kind = gen_pick(g, 16), k = gen_index_of(t);
    if (g->has_gc && kind == 6) {
        gen_field_for(g, t, depth);
    } else if (g->has_gc && kind < 9) {
        if (k == NONE && gen_fits(g, T_NREF(HEAP_struct), t)) {
            k = gen_find_type(g, "sa");
            k = k != NONE && gen_fits(g, gen_ref_to(k, false), t) ? k : NONE;
        }
        if (k != NONE && g->types[k].kind != 'f' && g->types[k].kind != 'c') {
            gen_build(g, k, depth);
        }
    } else if (g->has_gc && kind < 11) {
        if (gen_heap(t) != HEAP_extern && gen_may_cast(g, t)) {
            gen_cast(g, t, depth);
        }
    } else if (kind == 11) {
        gen_call_for(g, t, depth);
    } else if (kind == 12) {
        gen_block_for(g, t);
    } else if (kind == 13) {
        gen_value(g, t, depth - 1);
        gen_value(g, t, depth - 1);
        gen_condition(g, depth - 1);
        gen_op(g, WICK_OP_select_t);
        gen_put(&g->body, 1);
        gen_put_type(&g->body, t);
        gen_pop(g, 3);
        gen_push(g, t);
    } else if (kind == 14 && g->has_gc && (gen_heap(t) == HEAP_extern || gen_heap(t) == HEAP_any)) {
        bool is_extern = gen_heap(t) == HEAP_extern;
        gen_type from = (gen_type)((t & ~T_HEAP) | (is_extern ? HEAP_any : HEAP_extern));
        gen_value(g, from, depth - 1);
        gen_op(g, is_extern ? WICK_OP_extern_convert_any : WICK_OP_any_convert_extern);
        bool is_nullable = gen_is_nullable(g->stack[g->height - 1]);
        gen_pop(g, 1);
        gen_push(g, (gen_type)(is_nullable ? t | T_NULLABLE : t & ~T_NULLABLE));
    } else if (kind > 13) {
        gen_table_get_for(g, t, depth);
    }
}

/* Numbers that come from references. */
static void gen_number_of_ref(struct gen *g, gen_type t, int depth) {
    uint32_t kind = gen_pick(g, 10), k;
    if (kind < 5 || t != T_I32) {
        gen_field_for(g, t, depth);
        return;
    }
    switch (kind) {
    case 5:
        k = gen_find_type(g, "a");
        if (k == NONE) {
            return;
        }
        gen_object(g, k, depth - 1);
        gen_op(g, WICK_OP_array_len);
        break;
    case 6:
        gen_value(g, gen_chance(g, 20) ? T_REF(HEAP_i31) : T_NREF(HEAP_i31), depth - 1);
        gen_op(g, gen_chance(g, 128) ? WICK_OP_i31_get_s : WICK_OP_i31_get_u);
        break;
    case 7:
        gen_value(g, T_REF(HEAP_eq), depth - 1);
        gen_value(g, T_REF(HEAP_eq), depth - 1);
        gen_op(g, WICK_OP_ref_eq);
        gen_pop(g, 1);
        break;
    case 8: {
        gen_type to = gen_ref_type(g);
        if (!gen_may_cast(g, to)) {
            return;
        }
        gen_value(g, gen_above(g, to), depth - 1);
        gen_cast_op(g, WICK_OP_ref_test, WICK_OP_ref_test_null, to);
        break;
    }
    default:
        gen_value(g, gen_ref_type(g), depth - 1);
        gen_op(g, WICK_OP_ref_is_null);
        break;
    }
    gen_pop(g, 1);
    gen_push(g, T_I32);
}

/* ---- statements ------------------------------------------------------------------------------------------------ */

static void gen_field_set(struct gen *g) {
    uint32_t k = gen_find_type(g, "sa"), i;
    if (k == NONE || g->types[k].n_fields == 0) {
        return;
    }
    const struct gen_deftype *d = &g->types[k];
    i = gen_pick(g, d->n_fields);
    if (!d->is_mut[i]) {
        return;
    }
    gen_object(g, k, 3);
    if (d->kind == 'a') {
        gen_array_index(g);
    }
    gen_value(g, gen_unpacked(d->fields[i]), 3);
    gen_op_index(g, d->kind == 'a' ? WICK_OP_array_set : WICK_OP_struct_set, k);
    if (d->kind == 's') {
        gen_index(g, i);
    }
    gen_pop(g, d->kind == 'a' ? 3 : 2);
}

/* A length and, by luck, one that is too long. */
static void gen_length(struct gen *g) {
    gen_small(g, false, gen_chance(g, 24) ? 15 : 1);
}

static void gen_array_bulk(struct gen *g) {
    uint32_t k = gen_find_type(g, "a"), kind = gen_pick(g, 8), other;
    if (k == NONE) {
        return;
    }
    const struct gen_deftype *d = &g->types[k];
    gen_type t = d->fields[0];
    if (kind < 2 && d->is_mut[0]) {
        gen_object(g, k, 2);
        gen_array_index(g);
        gen_value(g, gen_unpacked(t), 2);
        gen_length(g);
        gen_op_index(g, WICK_OP_array_fill, k);
        gen_pop(g, 4);
    } else if (kind < 4 && d->is_mut[0]) {
        other = gen_find_type(g, "a");
        gen_type from = g->types[other].fields[0];
        if (!(gen_is_ref(t) ? gen_fits(g, from, t) : from == t)) {
            other = k;
        }
        gen_object(g, k, 2);
        gen_array_index(g);
        gen_object(g, other, 2);
        gen_array_index(g);
        gen_length(g);
        gen_op_index(g, WICK_OP_array_copy, k);
        gen_index(g, other);
        gen_pop(g, 5);
    } else if (!gen_is_ref(t) && g->n_datas > 0) {
        uint32_t x = gen_pick(g, g->n_datas);
        bool is_init = d->is_mut[0] && kind & 1;
        if (is_init) {
            gen_object(g, k, 2);
            gen_array_index(g);
        }
        gen_array_index(g);
        gen_length(g);
        gen_op_index(g, is_init ? WICK_OP_array_init_data : WICK_OP_array_new_data, k);
        gen_index(g, x);
        gen_pop(g, is_init ? 4 : 2);
        if (!is_init) {
            gen_push(g, gen_ref_to(k, false));
        }
    } else if (gen_is_ref(t) && g->n_elems > 0) {
        uint32_t x = gen_pick(g, g->n_elems);
        bool is_init = d->is_mut[0] && kind & 1;
        if (!gen_fits(g, g->elem_type[x], t)) {
            return;
        }
        if (is_init) {
            gen_object(g, k, 2);
            gen_array_index(g);
        }
        gen_array_index(g);
        gen_length(g);
        gen_op_index(g, is_init ? WICK_OP_array_init_elem : WICK_OP_array_new_elem, k);
        gen_index(g, x);
        gen_pop(g, is_init ? 4 : 2);
        if (!is_init) {
            gen_push(g, gen_ref_to(k, false));
        }
    }
}

/* br_on_cast and br_on_cast_fail to a label whose last type allows it. */
static void gen_branch_cast(struct gen *g) {
    bool is_fail = gen_chance(g, 128);
    const gen_type *types;
    uint32_t n, label = gen_pick_label(g);
    for (uint32_t i = 0; i < g->n_frames; i++, label = (label + 1) % g->n_frames) {
        gen_label(&g->frames[g->n_frames - 1 - label], &types, &n);
        if (n > 0 && gen_is_ref(types[n - 1])) {
            break;
        }
    }
    gen_label(&g->frames[g->n_frames - 1 - label], &types, &n);
    if (n == 0 || !gen_is_ref(types[n - 1]) || !gen_may_cast(g, types[n - 1])) {
        return;
    }
    gen_type last = types[n - 1], to = gen_ref_type(g), from;
    if (!gen_fits(g, to, last)) {
        to = last;
    }
    from = gen_above(g, to);
    if (!gen_is_nullable(to) && gen_chance(g, 100)) {
        from = gen_non_null(from);
    }
    gen_type rest = gen_is_nullable(to) ? gen_non_null(from) : from;
    if (is_fail && !gen_fits(g, rest, last)) {
        is_fail = false;
    }
    if (!is_fail && !gen_fits(g, to, last)) {
        return;
    }
    gen_need(g, types, n - 1, 1);
    gen_value(g, from, 2);
    gen_op(g, is_fail ? WICK_OP_br_on_cast_fail : WICK_OP_br_on_cast);
    gen_put(&g->body, (uint8_t)((gen_is_nullable(from) ? 1 : 0) | (gen_is_nullable(to) ? 2 : 0)));
    gen_index(g, label);
    gen_put_heap(&g->body, from);
    gen_put_heap(&g->body, to);
    gen_pop(g, n);
    gen_push_all(g, types, n - 1);
    gen_push(g, is_fail ? to : rest);
}

static void gen_gc(struct gen *g) {
    uint32_t kind = gen_pick(g, 16), x;
    gen_type t;
    if (kind < 4) {
        gen_field_set(g);
    } else if (kind < 7) {
        gen_array_bulk(g);
    } else if (kind < 9) {
        gen_branch_cast(g);
    } else if (kind < 14) { /* local = expression */
        t = gen_ref_type(g);
        x = gen_find_local(g, t, true);
        if (x != NONE) {
            gen_value(g, t, 4);
            gen_set(g, x, gen_chance(g, 40));
        }
    } else if (kind < 15) {
        gen_value(g, gen_ref_type(g), 3);
    } else {
        gen_number_of_ref(g, gen_number_type(g), 3);
    }
}

#endif

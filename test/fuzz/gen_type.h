/* gen_type.h - the generator's types: subtyping, recursion groups, which types values have. Only gen.c includes it. */
#ifndef WICK_TEST_GEN_TYPE_H
#define WICK_TEST_GEN_TYPE_H

#include "gen_base.h"

static bool gen_is_ref(gen_type t) {
    return (t & T_IS_REF) != 0;
}

static bool gen_is_nullable(gen_type t) {
    return (t & T_NULLABLE) != 0;
}

static bool gen_has_default(gen_type t) {
    return !gen_is_ref(t) || gen_is_nullable(t);
}

static gen_type gen_non_null(gen_type t) {
    return gen_is_ref(t) ? (gen_type)(t & ~T_NULLABLE) : t;
}

static uint32_t gen_heap(gen_type t) {
    return t & T_HEAP;
}

/* The index of the type that it refers to; NONE: an abstract one. */
static uint32_t gen_index_of(gen_type t) {
    return gen_is_ref(t) && gen_heap(t) >= HEAP_INDEX ? gen_heap(t) - HEAP_INDEX : NONE;
}

static gen_type gen_ref_to(uint32_t index, bool is_nullable) {
    return (gen_type)(T_IS_REF | (is_nullable ? T_NULLABLE : 0u) | (HEAP_INDEX + index));
}

static bool gen_index_fits(const struct gen *g, uint32_t k, uint32_t want) {
    while (k != want && k != NONE) {
        k = g->types[k].super;
    }
    return k == want;
}

/* The abstract type right above a type of the module. */
static uint32_t gen_heap_above(const struct gen *g, uint32_t index) {
    char kind = g->types[index].kind;
    return kind == 'f' ? HEAP_func : kind == 'c' ? HEAP_cont : kind == 's' ? HEAP_struct : HEAP_array;
}

static uint32_t gen_heap_top(const struct gen *g, uint32_t heap) {
    static const uint8_t tops[] = {
#define HEAPTYPE(sym, code, byte, text, shorthand, top) [code] = HEAP_##top,
#include "def/type.def"
    };
    return tops[heap >= HEAP_INDEX ? gen_heap_above(g, heap - HEAP_INDEX) : heap];
}

static gen_type gen_top_of(const struct gen *g, gen_type t) {
    return T_REF(gen_heap_top(g, gen_heap(t)));
}

static bool gen_heap_fits(const struct gen *g, uint32_t heap, uint32_t want) {
    if (heap == want) {
        return true;
    }
    if (gen_heap_top(g, heap) != gen_heap_top(g, want)) {
        return false;
    }
    if (want >= HEAP_INDEX) {
        return heap >= HEAP_INDEX ? gen_index_fits(g, heap - HEAP_INDEX, want - HEAP_INDEX)
                                  : heap == HEAP_none || heap == HEAP_nofunc || heap == HEAP_nocont;
    }
    if (heap >= HEAP_INDEX) {
        heap = gen_heap_above(g, heap - HEAP_INDEX);
    }
    switch (want) {
    case HEAP_func:
    case HEAP_extern:
    case HEAP_any:
    case HEAP_exn:
    case HEAP_cont: return true;
    case HEAP_eq: return heap != HEAP_any;
    case HEAP_i31:
    case HEAP_struct:
    case HEAP_array: return heap == want || heap == HEAP_none;
    default: return false;
    }
}

/* Is `t` a subtype of `want`? */
static bool gen_fits(const struct gen *g, gen_type t, gen_type want) {
    if (t == want || t == T_ANY) {
        return true;
    }
    return gen_is_ref(t) && gen_is_ref(want) && (gen_is_nullable(want) || !gen_is_nullable(t)) &&
           gen_heap_fits(g, gen_heap(t), gen_heap(want));
}

static bool gen_all_fit(const struct gen *g, const gen_type *t, const gen_type *want, uint32_t n) {
    for (uint32_t i = 0; i < n; i++) {
        if (!gen_fits(g, t[i], want[i])) {
            return false;
        }
    }
    return true;
}

static bool gen_all_same(const gen_type *t, const gen_type *u, uint32_t n) {
    return memcmp(t, u, n * sizeof *t) == 0;
}

/* The type of a function type; NONE: there are too many. */
static uint32_t gen_intern(struct gen *g, const struct gen_functype *t) {
    for (uint32_t i = g->n_planned; i < g->n_types; i++) {
        const struct gen_functype *u = &g->types[i].func;
        if (g->types[i].kind == 'f' && u->n_params == t->n_params && u->n_results == t->n_results &&
            gen_all_same(u->params, t->params, t->n_params) && gen_all_same(u->results, t->results, t->n_results)) {
            return i;
        }
    }
    if (g->n_types == MAX_TYPES) {
        return NONE;
    }
    struct gen_deftype *d = &g->types[g->n_types];
    memset(d, 0, sizeof *d);
    d->kind = 'f';
    d->is_final = true;
    d->super = NONE;
    d->group = g->n_types;
    d->func = *t;
    return g->n_types++;
}

static const struct gen_functype *gen_functype_of(const struct gen *g, uint32_t func) {
    return &g->types[g->func_type[func]].func;
}

/* A type of the module of one of these kinds, the first of them after a random one; NONE: there is none. */
static uint32_t gen_find_type(struct gen *g, const char *kinds) {
    uint32_t first = gen_pick(g, g->n_types);
    for (uint32_t i = 0; i < g->n_types; i++) {
        uint32_t k = (first + i) % g->n_types;
        if (strchr(kinds, g->types[k].kind)) {
            return k;
        }
    }
    return NONE;
}

static gen_type gen_number_type(struct gen *g) {
    static const uint8_t types[16] = {T_I32, T_I32, T_I32, T_I32, T_I32, T_I32, T_I32, T_I64,
                                      T_I64, T_I64, T_I64, T_F64, T_F64, T_F64, T_F32, T_F32};
    uint32_t i = gen_pick(g, g->has_simd ? 22 : 16);
    return i < 16 ? types[i] : T_V128;
}

/* A reference type whose values can be made. */
static gen_type gen_ref_type(struct gen *g) {
    uint32_t kind = gen_pick(g, g->has_gc ? 16 : g->has_exnref ? 5 : 4), k;
    gen_type t;
    if (g->has_cont && gen_chance(g, 60)) {
        k = gen_find_type(g, "c");
        t = k == NONE || gen_chance(g, 20) ? T_REF(HEAP_cont) : gen_ref_to(k, true);
        return g->has_gc && gen_chance(g, 60) ? gen_non_null(t) : t;
    }
    switch (kind) {
    case 0: t = T_FUNCREF; break;
    case 1: t = T_EXTERNREF; break;
    case 2:
    case 3:
        k = gen_find_type(g, "f");
        t = k == NONE ? T_FUNCREF : gen_ref_to(k, true);
        break;
    case 4: t = g->has_exnref ? T_EXNREF : T_ANYREF; break;
    case 5: t = T_ANYREF; break;
    case 6: t = T_REF(HEAP_eq); break;
    case 7: t = T_REF(HEAP_i31); break;
    case 8: t = T_REF(HEAP_struct); break;
    case 9: t = T_REF(HEAP_array); break;
    default:
        k = gen_find_type(g, "sa");
        t = k == NONE ? T_ANYREF : gen_ref_to(k, true);
        break;
    }
    if (g->has_gc && gen_chance(g, 8)) { /* null and nothing else */
        uint32_t top = gen_heap_top(g, gen_heap(t));
        return T_REF(top == HEAP_func ? HEAP_nofunc : top == HEAP_extern ? HEAP_noextern : top == HEAP_any ? HEAP_none
                                                                                         : HEAP_noexn);
    }
    return g->has_gc && gen_chance(g, 80) ? gen_non_null(t) : t;
}

static gen_type gen_value_type(struct gen *g) {
    if (g->n_types > 0 && gen_chance(g, g->has_gc ? 110 : 24)) {
        return gen_ref_type(g);
    }
    return gen_number_type(g);
}

/* One that a constant expression gives: no exceptions, and functions of a type only if they may be null. */
static gen_type gen_constant_type(struct gen *g) {
    gen_type t = gen_value_type(g);
    uint32_t k = gen_index_of(t);
    bool is_odd = gen_is_ref(t) && !gen_is_nullable(t) &&
                  (gen_heap(t) == HEAP_exn || gen_heap(t) == HEAP_cont ||
                   (k != NONE && (g->types[k].kind == 'f' || g->types[k].kind == 'c')) ||
                   (gen_heap(t) == HEAP_struct || gen_heap(t) == HEAP_array));
    return is_odd ? (gen_type)(t | T_NULLABLE) : t;
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
        t->params[i] = gen_value_type(g);
    }
    for (uint32_t i = 0; i < t->n_results; i++) {
        t->results[i] = gen_value_type(g);
    }
}

/* ---- recursion groups ---------------------------------------------------------------------------------------- */

/* Of a field of type `self` in a group that ends before `end`. What cannot be null refers to types in front only, so
 * that there is a way to make one. */
static gen_type gen_field_type(struct gen *g, uint32_t self, uint32_t end, uint32_t *cost) {
    uint32_t kind = gen_pick(g, 16), k;
    if (kind < 3) {
        return T_I8;
    }
    if (kind < 5) {
        return T_I16;
    }
    if (kind < 9) {
        return gen_number_type(g);
    }
    if (kind < 11) {
        static const uint8_t heaps[] = {HEAP_any, HEAP_eq, HEAP_i31, HEAP_func, HEAP_extern, HEAP_struct, HEAP_array,
                                        HEAP_exn};
        uint32_t heap = heaps[gen_pick(g, g->has_exnref ? 8 : 7)];
        return heap == HEAP_i31 && gen_chance(g, 80) ? T_NREF(heap) : T_REF(heap);
    }
    if (kind < 13 && self > 0) {
        k = gen_pick(g, self);
        if (g->types[k].kind != 'f' && g->types[k].cost + *cost < 12) {
            *cost += g->types[k].cost;
            return gen_ref_to(k, false);
        }
    }
    return gen_ref_to(gen_pick(g, end), true);
}

/* The same field or, where it cannot be written, perhaps a subtype of it. */
static gen_type gen_field_below(struct gen *g, gen_type t, bool is_mut, uint32_t self) {
    if (is_mut || !gen_is_ref(t) || self == 0 || !gen_chance(g, 100)) {
        return t;
    }
    uint32_t k = gen_pick(g, self);
    gen_type below = gen_ref_to(k, gen_is_nullable(t));
    return gen_is_nullable(t) && gen_fits(g, below, t) ? below : t;
}

static void gen_plan_type(struct gen *g, uint32_t self, uint32_t group, uint32_t end) {
    struct gen_deftype *d = &g->types[self];
    uint32_t kind = gen_pick(g, 8);
    memset(d, 0, sizeof *d);
    d->kind = kind < 4 ? 's' : kind < 7 ? 'a' : 'f';
    d->group = group;
    d->super = NONE;
    d->is_final = gen_chance(g, 90);
    d->cost = 1;
    uint32_t super = self > 0 && gen_chance(g, 140) ? gen_pick(g, self) : NONE, depth = 0;
    for (uint32_t k = super; k != NONE; k = g->types[k].super) {
        depth++;
    }
    if (super != NONE && !g->types[super].is_final && depth < 8) {
        const struct gen_deftype *s = &g->types[super];
        d->super = super;
        d->kind = s->kind;
        d->func = s->func;
        d->n_fields = s->n_fields;
        d->cost = s->cost;
        for (uint32_t i = 0; i < s->n_fields; i++) {
            d->is_mut[i] = s->is_mut[i];
            d->fields[i] = gen_field_below(g, s->fields[i], s->is_mut[i], self);
        }
        for (uint32_t i = 0; i < d->func.n_results; i++) { /* results may be smaller, parameters larger */
            d->func.results[i] = gen_field_below(g, d->func.results[i], false, self);
        }
    }
    if (d->kind == 'f') {
        if (d->super == NONE) {
            d->func.n_params = (uint8_t)gen_pick(g, 3);
            d->func.n_results = (uint8_t)gen_pick(g, 3);
            for (uint32_t i = 0; i < 3; i++) {
                d->func.params[i] = gen_chance(g, 128) ? gen_ref_to(gen_pick(g, end), true) : gen_number_type(g);
                d->func.results[i] = gen_chance(g, 128) ? gen_ref_to(gen_pick(g, end), true) : gen_number_type(g);
            }
        }
        return;
    }
    uint32_t n = d->kind == 'a' ? 1 : d->n_fields + gen_pick(g, d->super != NONE ? 3 : 6);
    if (d->kind == 's' && gen_chance(g, 6)) {
        n = 28 + gen_pick(g, MAX_FIELDS - 28);
    }
    for (uint32_t i = d->n_fields; i < n && i < MAX_FIELDS; i++) {
        d->fields[i] = gen_field_type(g, self, end, &d->cost);
        d->is_mut[i] = gen_chance(g, 190);
        d->n_fields = i + 1;
    }
}

/* Type `self` is the continuation type of function type k. */
static void gen_plan_cont(struct gen *g, uint32_t self, uint32_t k, uint32_t group) {
    struct gen_deftype *d = &g->types[self];
    memset(d, 0, sizeof *d);
    d->kind = 'c';
    d->is_final = true;
    d->super = NONE;
    d->group = group;
    d->cost = 100; /* no constant makes one */
    d->cont_of = k;
}

/* Types 0 and 1: functions that get the continuation which switched to them, of their own type. */
static void gen_plan_switch(struct gen *g) {
    struct gen_deftype *d = &g->types[0];
    memset(d, 0, sizeof *d);
    d->kind = 'f';
    d->is_final = true;
    d->super = NONE;
    d->func.n_params = (uint8_t)(1 + gen_pick(g, 3));
    d->func.n_results = (uint8_t)gen_pick(g, 3);
    for (uint32_t i = 0; i < 2; i++) {
        d->func.params[i] = gen_number_type(g);
        d->func.results[i] = gen_number_type(g);
    }
    d->func.params[d->func.n_params - 1] = gen_ref_to(1, true);
    gen_plan_cont(g, 1, 0, 0);
    g->n_types = 2;
}

static void gen_plan_types(struct gen *g) {
    g->n_types = g->n_planned = 0;
    g->has_switch = g->has_cont && gen_chance(g, 150);
    if (g->has_switch) {
        gen_plan_switch(g);
    }
    if (g->has_gc) {
        uint32_t n_groups = 1 + gen_pick(g, 5);
        for (uint32_t i = 0; i < n_groups; i++) {
            uint32_t group = g->n_types, end = group + 1 + (gen_chance(g, 128) ? gen_pick(g, 4) : 0);
            /* A type whose place is not filled yet must look like one that fits nothing. */
            memset(&g->types[group], 0, (end - group) * sizeof *g->types);
            for (uint32_t k = group; k < end; k++) {
                g->types[k].super = NONE;
                g->types[k].kind = 'f';
            }
            for (uint32_t k = group; k < end; k++) {
                gen_plan_type(g, k, group, end);
                g->n_types = k + 1;
            }
        }
    }
    g->n_planned = g->n_types;
}

static void gen_put_deftype(struct gen *g, const struct gen_deftype *d) {
    struct gen_buf *b = &g->section;
    if (!d->is_final || d->super != NONE) {
        gen_put(b, d->is_final ? 0x4f : 0x50);
        gen_put_u64(b, d->super != NONE);
        if (d->super != NONE) {
            gen_put_u64(b, d->super);
        }
    }
    if (d->kind == 'c') {
        gen_put(b, 0x5d);
        gen_put_s64(b, d->cont_of);
        return;
    }
    if (d->kind == 'f') {
        gen_put(b, 0x60);
        gen_put_u64(b, d->func.n_params);
        for (uint32_t k = 0; k < d->func.n_params; k++) {
            gen_put_type(b, d->func.params[k]);
        }
        gen_put_u64(b, d->func.n_results);
        for (uint32_t k = 0; k < d->func.n_results; k++) {
            gen_put_type(b, d->func.results[k]);
        }
        return;
    }
    gen_put(b, d->kind == 's' ? 0x5f : 0x5e);
    if (d->kind == 's') {
        gen_put_u64(b, d->n_fields);
    }
    for (uint32_t k = 0; k < d->n_fields; k++) {
        gen_put_type(b, d->fields[k]);
        gen_put(b, d->is_mut[k]);
    }
}

static void gen_write_types(struct gen *g) {
    uint32_t n = 0;
    for (uint32_t i = 0; i < g->n_types; i++) {
        n += i == 0 || g->types[i].group != g->types[i - 1].group;
    }
    gen_put_u64(&g->section, n);
    for (uint32_t i = 0, end; i < g->n_types; i = end) {
        for (end = i + 1; end < g->n_types && g->types[end].group == g->types[i].group;) {
            end++;
        }
        if (end - i > 1) {
            gen_put(&g->section, 0x4e);
            gen_put_u64(&g->section, end - i);
        }
        for (uint32_t k = i; k < end; k++) {
            gen_put_deftype(g, &g->types[k]);
        }
    }
    gen_flush_section(g, 1);
}

#endif

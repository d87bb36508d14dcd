/* gen_cont.h - the generator's continuations: resumes with handlers of all kinds, suspensions, switches. Only gen.c
 * includes it.
 *
 * What a module uses is planned before its code, so that the types meet again: some functions are the bodies of
 * continuations; behind the exceptions come tags that suspend, most of whose results are the last parameters of a body;
 * and there is a continuation type for each body, and for what is left of it when such a tag has suspended it. Types 0
 * and 1 are perhaps those of functions that switch to each other. */
#ifndef WICK_TEST_GEN_CONT_H
#define WICK_TEST_GEN_CONT_H

#include "gen_eh.h"

/* ---- planning ------------------------------------------------------------------------------------------------ */

/* The continuation type of function type k; NONE: there are too many types. */
static uint32_t gen_intern_cont(struct gen *g, uint32_t k) {
    if (k == NONE) {
        return NONE;
    }
    for (uint32_t i = 0; i < g->n_types; i++) {
        if (g->types[i].kind == 'c' && g->types[i].cont_of == k) {
            return i;
        }
    }
    if (g->n_types == MAX_TYPES) {
        return NONE;
    }
    gen_plan_cont(g, g->n_types, k, g->n_types);
    return g->n_types++;
}

static const struct gen_functype *gen_cont_func(const struct gen *g, uint32_t cont) {
    return &g->types[g->types[cont].cont_of].func;
}

/* The type of a continuation that gives `results` and that the tag has suspended. */
static uint32_t gen_rest_type(struct gen *g, uint32_t tag, const struct gen_functype *body) {
    struct gen_functype rest = {0};
    const struct gen_functype *t = gen_tag_type(g, tag);
    rest.n_params = t->n_results;
    memcpy(rest.params, t->results, sizeof rest.params);
    rest.n_results = body->n_results;
    memcpy(rest.results, body->results, sizeof rest.results);
    return gen_intern_cont(g, gen_intern(g, &rest));
}

/* The tags that suspend; the first one of a module that switches is the one to switch by. */
static void gen_plan_effects(struct gen *g) {
    g->n_effects = 0;
    if (!g->has_cont) {
        return;
    }
    if (g->has_switch) {
        struct gen_functype type = {0};
        type.n_results = g->types[0].func.n_results;
        memcpy(type.results, g->types[0].func.results, sizeof type.results);
        g->tag_type[g->n_tags + g->n_effects++] = gen_intern(g, &type);
    }
    for (uint32_t i = 1 + gen_pick(g, 2); i > 0 && g->n_effects < MAX_EFFECTS; i--) {
        struct gen_functype type;
        const struct gen_functype *body = gen_functype_of(g, g->n_imports + gen_pick(g, g->n_funcs - g->n_imports));
        uint32_t n = gen_pick(g, 3);
        gen_functype_random(g, &type, 3, 2);
        if (n <= body->n_params && gen_chance(g, 170)) {
            type.n_results = (uint8_t)n;
            memcpy(type.results, body->params + body->n_params - n, n * sizeof *type.results);
        }
        g->tag_type[g->n_tags + g->n_effects++] = gen_intern(g, &type);
    }
    for (uint32_t f = g->n_imports; f < g->n_funcs; f++) {
        g->is_body[f] = f > g->n_imports && (gen_chance(g, 150) || f == g->n_funcs - 1);
        if (!g->is_body[f]) {
            continue;
        }
        gen_intern_cont(g, g->func_type[f]);
        for (uint32_t i = g->n_tags; i < g->n_tags + g->n_effects && g->n_types < MAX_TYPES / 2; i++) {
            gen_rest_type(g, i, gen_functype_of(g, f));
        }
    }
}

/* ---- values -------------------------------------------------------------------------------------------------- */

/* Some parameters of a body are bound, and what is left is a continuation of type `cont`; false: no body is like that. */
static bool gen_bind(struct gen *g, uint32_t cont) {
    const struct gen_functype *want = gen_cont_func(g, cont);
    uint32_t first = gen_pick(g, g->n_funcs);
    for (uint32_t i = 0; i < g->n_funcs; i++) {
        uint32_t f = (first + i) % g->n_funcs;
        const struct gen_functype *t = gen_functype_of(g, f);
        uint32_t n = (uint32_t)t->n_params - want->n_params, from;
        if (t->n_params < want->n_params || n > 8 || f == g->self || t->n_results != want->n_results ||
            !gen_all_fit(g, want->params, t->params + n, want->n_params) ||
            !gen_all_fit(g, t->results, want->results, t->n_results)) {
            continue;
        }
        from = gen_intern_cont(g, g->func_type[f]);
        if (from == NONE) {
            return false;
        }
        for (uint32_t k = 0; k < n; k++) {
            gen_const(g, t->params[k]);
        }
        gen_op_index(g, WICK_OP_ref_func, f);
        gen_op_index(g, WICK_OP_cont_new, from);
        if (n != 0 || from != cont) {
            gen_op_index(g, WICK_OP_cont_bind, from);
            gen_index(g, cont);
        }
        g->height -= n;
        gen_push(g, gen_ref_to(cont, false));
        return true;
    }
    return false;
}

/* A new continuation; false: nothing is of this type. */
static bool gen_new_cont(struct gen *g, uint32_t cont) {
    uint32_t f = gen_func_but(g, g->types[cont].cont_of, gen_chance(g, 40) ? NONE : g->self);
    if (f == NONE || gen_chance(g, 30)) {
        return gen_bind(g, cont);
    }
    if (f == g->self && !gen_chance(g, 40)) { /* recursion is fine, but not all the time */
        return false;
    }
    gen_op_index(g, WICK_OP_ref_func, f);
    gen_op_index(g, WICK_OP_cont_new, cont);
    gen_push(g, gen_ref_to(cont, false));
    return true;
}

/* One to be used: mostly a new one, since one that lies about may have been used. */
static void gen_fresh_cont(struct gen *g, uint32_t cont, int depth) {
    if (!gen_chance(g, 190) || !gen_new_cont(g, cont)) {
        gen_value(g, gen_ref_to(cont, gen_chance(g, 60)), depth);
    }
}

/* ---- resume -------------------------------------------------------------------------------------------------- */

struct gen_handler {
    uint8_t tag;
    bool is_switch;
    uint8_t frame;
};

/* What a handler's label takes: the tag's values, and what is left of a continuation like `body`. */
static bool gen_handler_type(struct gen *g, uint32_t tag, const struct gen_functype *body, struct gen_functype *out) {
    uint32_t rest = gen_rest_type(g, tag, body);
    const struct gen_functype *t = gen_tag_type(g, tag);
    memset(out, 0, sizeof *out);
    if (rest == NONE || t->n_params + 1 > MAX_ARITY) {
        return false;
    }
    memcpy(out->results, t->params, sizeof out->results);
    out->n_results = (uint8_t)(t->n_params + 1);
    out->results[t->n_params] = gen_ref_to(rest, g->has_gc ? gen_chance(g, 100) : true);
    return true;
}

/* A tag to suspend by, seldom one that switches. */
static uint8_t gen_pick_effect(struct gen *g) {
    uint32_t n = g->n_tags + g->n_effects;
    return (uint8_t)(gen_chance(g, 200) ? n - 1 - gen_pick(g, g->n_effects) : gen_pick(g, n));
}

/* To a label that is there already; false: none takes it. */
static bool gen_handler_outside(struct gen *g, const struct gen_functype *body, struct gen_handler *h) {
    struct gen_functype have;
    const gen_type *types;
    uint32_t n, first = gen_pick(g, g->n_frames);
    h->tag = gen_pick_effect(g);
    h->is_switch = false;
    if (!gen_handler_type(g, h->tag, body, &have)) {
        return false;
    }
    have.results[have.n_results - 1] &= (gen_type)~T_NULLABLE;
    for (uint32_t i = 0; i < g->n_frames; i++) {
        uint32_t frame = (first + i) % g->n_frames;
        gen_label(&g->frames[frame], &types, &n);
        if (n == have.n_results && gen_all_fit(g, have.results, types, n) && gen_index_of(types[n - 1]) != NONE) {
            h->frame = (uint8_t)frame;
            return true;
        }
    }
    return false;
}

/* A tag by which what gives these results can be switched from; NONE: there is none. */
static uint32_t gen_switch_tag(const struct gen *g, const struct gen_functype *body) {
    for (uint32_t i = 0; i < g->n_tags + g->n_effects; i++) {
        const struct gen_functype *t = gen_tag_type(g, i);
        if (t->n_params == 0 && t->n_results == body->n_results &&
            gen_all_same(t->results, body->results, t->n_results)) {
            return i;
        }
    }
    return NONE;
}

/* More clauses, behind, in front and in between; seldom so many that the way past them costs fuel. */
static uint32_t gen_more_handlers(struct gen *g, const struct gen_functype *body, struct gen_handler *handlers,
                                  uint32_t n) {
    uint32_t tag = gen_chance(g, 150) ? gen_switch_tag(g, body) : NONE;
    for (uint32_t i = gen_pick(g, 3); i > 0; i--) {
        n += gen_handler_outside(g, body, &handlers[n]);
    }
    if (tag != NONE) {
        handlers[n++] = (struct gen_handler){(uint8_t)tag, true, 0};
    }
    if (n > 1 && gen_chance(g, 128)) {
        struct gen_handler h = handlers[0];
        handlers[0] = handlers[n - 1];
        handlers[n - 1] = h;
    }
    return n;
}

/* The instruction, whose operands lie there; its results come. */
static void gen_resume_op(struct gen *g, enum wick_op op, uint32_t cont, uint32_t tag, uint32_t n_operands,
                          const struct gen_handler *handlers, uint32_t n) {
    const struct gen_functype *body = gen_cont_func(g, cont);
    uint32_t times = gen_chance(g, 16) ? 40 + gen_pick(g, 60) : 1;
    gen_op_index(g, op, cont);
    if (op == WICK_OP_resume_throw) {
        gen_index(g, tag);
    }
    gen_put_u64(&g->body, n * times);
    for (uint32_t i = 0; i < n * times; i++) {
        const struct gen_handler *h = &handlers[i % n];
        gen_put(&g->body, h->is_switch);
        gen_index(g, h->tag);
        if (!h->is_switch) {
            gen_index(g, g->n_frames - 1 - h->frame);
        }
    }
    gen_pop(g, n_operands);
    gen_push_all(g, body->results, body->n_results);
}

/* The continuation in the local, or else a value of the type. */
static void gen_cont_operand(struct gen *g, uint32_t cont, uint32_t local) {
    if (local != NONE) {
        gen_get(g, local);
    } else {
        gen_fresh_cont(g, cont, 2);
    }
}

/* Resumes a continuation of this type, in the local if there is one, or throws into it in about so many of 256 cases. */
static void gen_resume_into(struct gen *g, uint32_t cont, uint32_t local, uint32_t throws,
                            const struct gen_handler *handlers, uint32_t n) {
    const struct gen_functype *body = gen_cont_func(g, cont);
    if (g->n_tags > 0 && gen_chance(g, throws)) {
        if (g->has_exnref && gen_chance(g, 100)) {
            gen_value(g, T_NREF(HEAP_exn), 2);
            gen_cont_operand(g, cont, local);
            gen_resume_op(g, WICK_OP_resume_throw_ref, cont, 0, 2, handlers, n);
        } else {
            uint32_t tag = gen_pick(g, g->n_tags);
            const struct gen_functype *t = gen_tag_type(g, tag);
            gen_need(g, t->params, t->n_params, 2);
            gen_cont_operand(g, cont, local);
            gen_resume_op(g, WICK_OP_resume_throw, cont, tag, t->n_params + 1u, handlers, n);
        }
        return;
    }
    gen_need(g, body->params, body->n_params, 2);
    gen_cont_operand(g, cont, local);
    gen_resume_op(g, WICK_OP_resume, cont, 0, body->n_params + 1u, handlers, n);
}

/* The local for continuations of this type; NONE: there is none. */
static uint32_t gen_cont_local(const struct gen *g, uint32_t cont) {
    for (uint32_t l = 0; l < g->n_locals; l++) {
        if (g->local_type[l] == gen_ref_to(cont, true)) {
            return l;
        }
    }
    return NONE;
}

/* Puts the continuation on top where one finds it again, or leaves it. Answers the local that has it, or NONE. */
static uint32_t gen_keep_cont(struct gen *g) {
    gen_type t = g->stack[g->height - 1];
    uint32_t x = gen_chance(g, 50) ? gen_find_global(g, t, true) : NONE;
    uint32_t l = gen_chance(g, 230) ? gen_cont_local(g, gen_index_of(t)) : NONE;
    if (x != NONE) {
        gen_op_index(g, WICK_OP_global_set, x);
        gen_pop(g, 1);
        return NONE;
    }
    if (l != NONE) {
        gen_set(g, l, false);
    }
    return l;
}

/* Handler blocks inside of a block that all ways lead to, like a try_table's:
 *     block $done  block $on1  block $on2  ... resume  br $done  end  ...  br $done  end  ...  end */
static void gen_resume(struct gen *g, uint32_t cont) {
    static const struct gen_functype none;
    const struct gen_functype body = *gen_cont_func(g, cont);
    struct gen_handler handlers[8];
    uint32_t n = 0, n_blocks = gen_chance(g, 220) ? 1 + gen_pick(g, 3) : 0, done = g->n_frames;
    gen_op(g, WICK_OP_block);
    gen_blocktype(g, &none, 0);
    gen_enter(g, 'b', &none);
    for (uint32_t i = 0; i < n_blocks; i++) {
        struct gen_functype type;
        uint32_t index;
        handlers[n] = (struct gen_handler){gen_pick_effect(g), false, (uint8_t)g->n_frames};
        if (!gen_handler_type(g, handlers[n].tag, &body, &type) ||
            (index = type.n_results > 1 ? gen_intern(g, &type) : 0) == NONE) {
            n_blocks = i;
            break;
        }
        n++;
        gen_op(g, WICK_OP_block);
        gen_blocktype(g, &type, index);
        gen_enter(g, 'b', &type);
    }
    n = gen_more_handlers(g, &body, handlers, n);
    gen_resume_into(g, cont, NONE, 30, handlers, n);
    gen_sequence(g);
    for (uint32_t i = n_blocks; i > 0; i--) {
        if (!gen_top(g)->is_dead) {
            gen_op_index(g, WICK_OP_br, g->n_frames - 1 - done);
            gen_die(g);
        }
        gen_finish(g);
        gen_op(g, WICK_OP_end);
        gen_leave(g);
        uint32_t rest = gen_index_of(g->stack[g->height - 1]), local = gen_keep_cont(g);
        gen_sequence(g);
        if (local != NONE && !gen_top(g)->is_dead && gen_chance(g, 200)) {
            n = gen_more_handlers(g, gen_cont_func(g, rest), handlers, 0);
            gen_resume_into(g, rest, local, 110, handlers, n);
        }
    }
    gen_finish(g);
    gen_op(g, WICK_OP_end);
    gen_leave(g);
}

/* A consumer of a generator:
 *     block $done  block $on  ... resume (on $tag $on)  br $done  end
 *       loop $l (the tag's values, what is left)  ... resume (on $tag $l)  end  end */
static void gen_consume(struct gen *g, uint32_t cont) {
    static const struct gen_functype none;
    const struct gen_functype body = *gen_cont_func(g, cont);
    const uint8_t tag = gen_pick_effect(g);
    struct gen_handler handlers[8] = {{tag, false, (uint8_t)(g->n_frames + 1)}};
    struct gen_functype type, loop;
    uint32_t index, loop_index, rest, l, n;
    if (!gen_handler_type(g, tag, &body, &type)) {
        return;
    }
    rest = gen_index_of(type.results[type.n_results - 1]);
    type.results[type.n_results - 1] |= T_NULLABLE;
    l = gen_cont_local(g, rest);
    memset(&loop, 0, sizeof loop);
    loop.n_params = type.n_results;
    memcpy(loop.params, type.results, sizeof loop.params);
    index = type.n_results > 1 ? gen_intern(g, &type) : 0;
    loop_index = gen_intern(g, &loop);
    if (l == NONE || index == NONE || loop_index == NONE) {
        return;
    }
    gen_op(g, WICK_OP_block);
    gen_blocktype(g, &none, 0);
    gen_enter(g, 'b', &none);
    gen_op(g, WICK_OP_block);
    gen_blocktype(g, &type, index);
    gen_enter(g, 'b', &type);
    n = gen_more_handlers(g, &body, handlers, 1);
    gen_resume_into(g, cont, NONE, 0, handlers, n);
    gen_sequence(g);
    if (!gen_top(g)->is_dead) {
        gen_op_index(g, WICK_OP_br, 1);
        gen_die(g);
    }
    gen_finish(g);
    gen_op(g, WICK_OP_end);
    gen_leave(g);
    gen_op(g, WICK_OP_loop);
    gen_blocktype(g, &loop, loop_index);
    gen_pop(g, loop.n_params);
    handlers[0] = (struct gen_handler){tag, false, (uint8_t)g->n_frames};
    gen_enter(g, 'l', &loop);
    gen_set(g, l, false);
    gen_sequence(g);
    if (!gen_top(g)->is_dead) {
        gen_resume_into(g, rest, l, 16, handlers, 1);
    }
    gen_finish(g);
    gen_op(g, WICK_OP_end);
    gen_leave(g);
    gen_finish(g);
    gen_op(g, WICK_OP_end);
    gen_leave(g);
}

/* ---- suspend, switch ----------------------------------------------------------------------------------------- */

static void gen_suspend(struct gen *g) {
    uint32_t tag = gen_pick_effect(g);
    const struct gen_functype *t = gen_tag_type(g, tag);
    gen_need(g, t->params, t->n_params, 2);
    gen_op_index(g, WICK_OP_suspend, tag);
    gen_pop(g, t->n_params);
    gen_push_all(g, t->results, t->n_results);
}

static void gen_switch(struct gen *g) {
    const struct gen_functype *t = &g->types[0].func;
    gen_need(g, t->params, t->n_params - 1u, 2);
    gen_fresh_cont(g, 1, 2);
    gen_op_index(g, WICK_OP_switch, 1);
    gen_index(g, g->n_tags);
    gen_pop(g, t->n_params);
    gen_push_all(g, t->params, t->n_params);
}

/* ---- statements ---------------------------------------------------------------------------------------------- */

/* Where a body begins. */
static void gen_begin_body(struct gen *g) {
    if (g->has_switch && g->func_type[g->self] == 0 && gen_chance(g, 100)) {
        gen_switch(g);
    } else if (gen_chance(g, 128)) {
        gen_suspend(g);
    }
}

/* What only a body has a handler for is seldom elsewhere. */
static void gen_cont(struct gen *g) {
    uint32_t kind = gen_pick(g, 16), cont = gen_find_type(g, "c");
    bool is_body = g->is_body[g->self], switches = g->has_switch && g->func_type[g->self] == 0;
    bool has_room = g->n_frames + 5 < MAX_DEPTH && gen_room(g) > 100 && g->budget > 8;
    if (kind > 8 && is_body && !gen_chance(g, 60)) { /* else bodies resume bodies, and so on to the end of the fuel */
        kind = gen_pick(g, 9);
    }
    if (kind < 6 || cont == NONE) {
        if (is_body || gen_chance(g, 8)) {
            gen_suspend(g);
        }
    } else if (kind < 8) {
        if (g->has_switch && (switches || gen_chance(g, 20))) {
            gen_switch(g);
        }
    } else if (kind < 9) { /* a continuation is made, and kept */
        if (gen_new_cont(g, cont)) {
            (void)gen_keep_cont(g);
        }
    } else if (has_room && kind < 12) {
        gen_consume(g, cont);
    } else if (has_room) {
        gen_resume(g, g->has_switch && gen_chance(g, 80) ? 1 : cont);
    }
}

#endif

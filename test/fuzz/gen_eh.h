/* gen_eh.h - the generator's exceptions, in both encodings. Only gen.c includes it. */
#ifndef WICK_TEST_GEN_EH_H
#define WICK_TEST_GEN_EH_H

#include "gen_ref.h"

static const struct gen_functype *gen_tag_type(const struct gen *g, uint32_t tag) {
    return &g->types[g->tag_type[tag]].func;
}

/* throw, throw_ref or rethrow; false: there is nothing to throw. */
static bool gen_throw(struct gen *g) {
    uint32_t kind = gen_pick(g, 8);
    if (g->n_tags == 0) {
        return false;
    }
    if (kind == 0 && g->has_legacy) {
        for (uint32_t label = 0; label < g->n_frames; label++) {
            if (g->frames[g->n_frames - 1 - label].kind == 'c') {
                gen_op_index(g, WICK_OP_rethrow, label);
                gen_die(g);
                return true;
            }
        }
    }
    if (kind < 3 && g->has_exnref) {
        gen_value(g, gen_chance(g, 20) ? T_EXNREF : T_NREF(HEAP_exn), 2);
        gen_op(g, WICK_OP_throw_ref);
    } else {
        uint32_t tag = gen_pick(g, g->n_tags);
        const struct gen_functype *t = gen_tag_type(g, tag);
        gen_need(g, t->params, t->n_params, 2);
        gen_op_index(g, WICK_OP_throw, tag);
    }
    gen_die(g);
    return true;
}

static void gen_try_body(struct gen *g) {
    gen_sequence(g);
    if (!gen_top(g)->is_dead && gen_chance(g, 100)) {
        gen_throw(g);
    }
    gen_finish(g);
}

struct gen_clause {
    uint8_t kind; /* 0 catch, 1 catch_ref, 2 catch_all, 3 catch_all_ref */
    uint8_t tag;
    uint8_t frame;
};

static void gen_clause_type(const struct gen *g, const struct gen_clause *c, gen_type exn, struct gen_functype *out) {
    memset(out, 0, sizeof *out);
    if (c->kind < 2) {
        const struct gen_functype *t = gen_tag_type(g, c->tag);
        out->n_results = t->n_params;
        memcpy(out->results, t->params, t->n_params * sizeof *t->params);
    }
    if (c->kind & 1) {
        out->results[out->n_results++] = exn;
    }
}

/* A clause to a label that is there already; false: none takes its values. */
static bool gen_clause_outside(struct gen *g, struct gen_clause *c) {
    struct gen_functype have;
    const gen_type *types;
    uint32_t n, first = gen_pick(g, g->n_frames);
    c->kind = (uint8_t)gen_pick(g, 4);
    c->tag = (uint8_t)gen_pick(g, g->n_tags);
    gen_clause_type(g, c, T_NREF(HEAP_exn), &have);
    for (uint32_t i = 0; i < g->n_frames; i++) {
        uint32_t frame = (first + i) % g->n_frames;
        gen_label(&g->frames[frame], &types, &n);
        if (n == have.n_results && gen_all_fit(g, have.results, types, n)) {
            c->frame = (uint8_t)frame;
            return true;
        }
    }
    return false;
}

/* try_table inside of blocks that its clauses go to:
 *     block $done (wanted)  block $catch1  block $catch2  try_table ... end  br $done  end  ...  br $done  end  ...  end */
static void gen_try_table(struct gen *g, const struct gen_functype *wanted, uint32_t wanted_index) {
    struct gen_clause clauses[6];
    struct gen_functype types[3];
    uint32_t n = 0, n_blocks = gen_pick(g, 3), done = g->n_frames;
    gen_op(g, WICK_OP_block);
    gen_blocktype(g, wanted, wanted_index);
    gen_enter(g, 'b', wanted);
    for (uint32_t i = 0; i < n_blocks; i++) {
        struct gen_clause *c = &clauses[n];
        c->kind = (uint8_t)gen_pick(g, 4);
        c->tag = (uint8_t)gen_pick(g, g->n_tags);
        gen_clause_type(g, c, gen_chance(g, 128) ? T_EXNREF : T_NREF(HEAP_exn), &types[i]);
        uint32_t index = types[i].n_results > 1 ? gen_intern(g, &types[i]) : 0;
        if (index == NONE) {
            n_blocks = i;
            break;
        }
        c->frame = (uint8_t)g->n_frames;
        n++;
        gen_op(g, WICK_OP_block);
        gen_blocktype(g, &types[i], index);
        gen_enter(g, 'b', &types[i]);
    }
    for (uint32_t i = gen_pick(g, 3); i > 0; i--) {
        if (gen_clause_outside(g, &clauses[n])) {
            n++;
        }
    }
    uint32_t first = gen_pick(g, n); /* in any order */
    gen_op(g, WICK_OP_try_table);
    gen_blocktype(g, wanted, wanted_index);
    gen_put_u64(&g->body, n);
    for (uint32_t i = 0; i < n; i++) {
        const struct gen_clause *c = &clauses[(first + i) % n];
        gen_put(&g->body, c->kind);
        if (c->kind < 2) {
            gen_index(g, c->tag);
        }
        gen_index(g, g->n_frames - 1 - c->frame);
    }
    gen_enter(g, 't', wanted);
    gen_try_body(g);
    gen_op(g, WICK_OP_end);
    gen_leave(g);
    for (uint32_t i = n_blocks; i > 0; i--) {
        gen_need(g, wanted->results, wanted->n_results, 1);
        gen_op_index(g, WICK_OP_br, g->n_frames - 1 - done);
        gen_die(g);
        gen_finish(g);
        gen_op(g, WICK_OP_end);
        gen_leave(g);
        gen_sequence(g);
    }
    gen_finish(g);
    gen_op(g, WICK_OP_end);
    gen_leave(g);
}

/* Ends one part of a try and begins a catch with these values. */
static void gen_begin_catch(struct gen *g, const struct gen_functype *wanted, const struct gen_functype *values) {
    struct gen_functype type = *wanted;
    type.n_params = values->n_params;
    memcpy(type.params, values->params, values->n_params * sizeof *values->params);
    gen_leave(g);
    g->height -= wanted->n_results;
    gen_enter(g, 'c', &type);
}

static void gen_try_legacy(struct gen *g, const struct gen_functype *wanted, uint32_t wanted_index) {
    gen_op(g, WICK_OP_try);
    gen_blocktype(g, wanted, wanted_index);
    gen_enter(g, 'y', wanted);
    gen_try_body(g);
    if (gen_chance(g, 40)) {
        gen_leave(g);
        gen_op_index(g, WICK_OP_delegate, gen_pick(g, g->n_frames));
        return;
    }
    for (uint32_t n = gen_pick(g, 3); n > 0; n--) {
        uint32_t tag = gen_pick(g, g->n_tags);
        gen_op_index(g, WICK_OP_catch, tag);
        gen_begin_catch(g, wanted, gen_tag_type(g, tag));
        gen_try_body(g);
    }
    if (gen_chance(g, 100)) {
        static const struct gen_functype none;
        gen_op(g, WICK_OP_catch_all);
        gen_begin_catch(g, wanted, &none);
        gen_try_body(g);
    }
    gen_op(g, WICK_OP_end);
    gen_leave(g);
}

/* Something that catches, with the results asked for; false: there is no room. */
static bool gen_try(struct gen *g, const struct gen_functype *wanted) {
    if (g->n_tags == 0 || g->n_frames + 4 >= MAX_DEPTH || gen_room(g) < 64 || g->budget < 8) {
        return false;
    }
    uint32_t index = wanted->n_results > 1 ? gen_intern(g, wanted) : 0;
    if (index == NONE) {
        return false;
    }
    if (g->has_legacy && (!g->has_exnref || gen_chance(g, 200))) {
        gen_try_legacy(g, wanted, index);
    } else {
        gen_try_table(g, wanted, index);
    }
    return true;
}

#endif

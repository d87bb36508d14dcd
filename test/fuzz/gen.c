/* gen.c - the generator of modules: instructions and their signatures come from op.def, so a new row with a fixed
 * signature is exercised as soon as feature.def says that its feature runs.
 *
 * It walks forward like a validator: a stack of operand types, a stack of control frames. What an instruction needs
 * and the operand stack does not offer is made by expressions in front of it; what is left over at an `end` is stored
 * in locals and globals or dropped. The weights prefer what the fast interpreter treats specially: compare and branch,
 * local + constant as an address, results that go straight to a local, locals that are overwritten while a copy of
 * them is pending, values that live across calls and labels. */
#include "gen_dump.h"

/* ---- functions --------------------------------------------------------------------------------------------- */

static void gen_local(struct gen *g, uint8_t role, gen_type t) {
    g->local_role[g->n_locals] = role;
    g->is_set[g->n_locals] = gen_has_default(t);
    g->local_type[g->n_locals++] = t;
}

static void gen_locals(struct gen *g, const struct gen_functype *type) {
    g->n_locals = g->n_inits = 0;
    g->n_params = type->n_params;
    g->n_unused = gen_chance(g, 2) ? 20000u + gen_pick(g, 200) * 140 : 0;
    g->unused_type = g->has_simd && gen_chance(g, 128) ? T_V128 : T_I64;
    for (uint32_t i = 0; i < type->n_params; i++) {
        gen_local(g, LOCAL_PLAIN, type->params[i]);
        g->is_set[i] = true;
    }
    uint32_t n = gen_pick(g, g->has_gc ? 18 : 12);
    for (uint32_t i = 0; i < n; i++) {
        gen_type t = gen_value_type(g);
        if (i < 4 && gen_chance(g, 150)) {
            gen_local(g, LOCAL_POINTER, gen_chance(g, 60) ? T_I64 : T_I32);
        } else {
            gen_local(g, LOCAL_PLAIN, t);
        }
    }
    for (uint32_t k = 0; g->has_cont && k < g->n_types; k++) {
        if (g->types[k].kind == 'c' && gen_chance(g, 200)) {
            gen_local(g, LOCAL_PLAIN, gen_ref_to(k, true));
        }
    }
    if (g->has_exnref && gen_chance(g, 80)) {
        gen_local(g, LOCAL_PLAIN, gen_chance(g, 128) ? T_EXNREF : T_NREF(HEAP_exn));
    }
    for (uint32_t i = gen_chance(g, 6) ? 140 : 0; i > 0; i--) { /* a frame that costs fuel to clear */
        gen_local(g, LOCAL_PLAIN, i & 4 ? T_I64 : g->has_simd && (i & 8) ? T_V128 : T_I32);
    }
    for (uint32_t i = 0; i < 3; i++) {
        gen_local(g, LOCAL_COUNTER, T_I32);
    }
    if (g->options.is_portable) {
        for (gen_type t = T_F32; t <= (g->has_simd ? T_V128 : T_F64); t++) {
            g->temp_local[t] = g->n_locals;
            gen_local(g, LOCAL_TEMP, t);
        }
    }
}

static void gen_function(struct gen *g, uint32_t func) {
    const struct gen_functype type = *gen_functype_of(g, func);
    g->self = func;
    g->body.size = 0;
    g->height = g->floor = 0;
    g->n_frames = 0;
    g->n_loops = 0;
    g->budget = 80 + (int)gen_pick(g, 8) * 60;
    gen_locals(g, &type);
    /* Declarations: runs of one type; sometimes one by one, sometimes with an empty run. */
    uint32_t n_runs = 0;
    struct gen_buf *runs = &g->section;
    runs->size = 0;
    if (g->n_unused > 0) {
        gen_put_u64(runs, g->n_unused);
        gen_put_type(runs, g->unused_type);
        n_runs++;
    }
    for (uint32_t i = type.n_params; i < g->n_locals;) {
        uint32_t n = 1;
        while (i + n < g->n_locals && g->local_type[i + n] == g->local_type[i]) {
            n++;
        }
        gen_put_u64(runs, n);
        gen_put_type(runs, g->local_type[i]);
        n_runs++;
        i += n;
    }
    gen_put_u64(&g->body, n_runs);
    gen_put_bytes(&g->body, runs->bytes, runs->size);
    runs->size = 0;
    struct gen_functype frame = type;
    frame.n_params = 0;
    gen_enter(g, 'f', &frame);
    gen_tick(g);
    for (uint32_t i = type.n_params; i < g->n_locals && !gen_is_dry(g); i++) {
        if (g->local_role[i] < LOCAL_COUNTER && gen_chance(g, 140)) {
            gen_const(g, g->local_type[i]);
            gen_set(g, i, false);
        }
    }
    if (g->has_cont && g->is_body[func]) {
        gen_begin_body(g);
    }
    uint32_t n = 1 + gen_pick(g, 3);
    for (uint32_t i = 0; i < n && !gen_top(g)->is_dead; i++) {
        gen_sequence(g);
    }
    if (g->has_eh && type.n_params == 0 && !gen_top(g)->is_dead && gen_chance(g, 60)) { /* to the host that called it */
        gen_throw(g);
    }
    gen_finish(g);
    gen_op(g, WICK_OP_end);
    gen_put_u64(&g->code, g->body.size);
    gen_put_bytes(&g->code, g->body.bytes, g->body.size);
}

/* ---- modules ------------------------------------------------------------------------------------------------ */

static const struct gen_functype import_types[GEN_N_IMPORT_FUNCS] = {
    {2, 1, {T_I32, T_I64}, {T_I64}},
    {2, 2, {T_F64, T_I32}, {T_I32, T_F64}},
    {1, 1, {T_I32}, {T_I32}},
    {2, 1, {T_FUNCREF, T_I32}, {T_I32}},
    {0, 1, {0}, {T_I32}},
    {1, 1, {T_I32}, {T_I32}},
    {0, 1, {0}, {T_EXTERNREF}},
};
static const char *const import_names[GEN_N_IMPORT_FUNCS] = {"mix", "pair", "wait", "back", "five", "raise", "thing"};
static const struct gen_functype import_tag = {2, 0, {T_I32, T_I64}, {0}};

/* A constant expression, written to the section; globals below `n_globals` may be read. */
static void gen_constant(struct gen *g, gen_type t, uint32_t n_globals, int depth) {
    struct gen_buf body = g->body; /* the writers of constants write to the body */
    uint32_t height = g->height;
    bool is_int = t == T_I32 || t == T_I64;
    g->body = g->section;
    if (is_int && depth > 0 && gen_chance(g, 80)) {
        g->section = g->body, g->body = body;
        gen_constant(g, t, n_globals, depth - 1);
        gen_constant(g, t, n_globals, depth - 1);
        body = g->body, g->body = g->section;
        gen_op(g, (enum wick_op)((t == T_I64 ? WICK_OP_i64_add : WICK_OP_i32_add) + gen_pick(g, 3)));
    } else {
        uint32_t x = NONE;
        for (uint32_t i = 0; i < n_globals && x == NONE; i++) {
            if (!g->global_mut[i] && gen_fits(g, g->global_type[i], t) && gen_chance(g, 100)) {
                x = i;
            }
        }
        if (x != NONE) {
            gen_op_index(g, WICK_OP_global_get, x);
        } else {
            g->is_constant = true;
            gen_const(g, t);
            g->is_constant = false;
        }
    }
    g->section = g->body;
    g->body = body;
    g->height = height;
}

/* With a maximum in about `chance` of 256 cases, less than `room` above the minimum. */
static void gen_limits(struct gen *g, bool is64, bool is_shared, uint64_t min, uint32_t chance, uint32_t room) {
    bool has_max = gen_chance(g, chance) || g->options.is_portable || is_shared;
    gen_put(&g->section, (uint8_t)((is64 ? 4 : 0) | (is_shared ? 2 : 0) | (has_max ? 1 : 0)));
    gen_put_u64(&g->section, min);
    if (has_max) {
        gen_put_u64(&g->section, min + gen_pick(g, room));
    }
}

static void gen_write_imports(struct gen *g) {
    uint32_t n = 0;
    for (uint32_t i = 0; i < GEN_N_IMPORTS; i++) {
        n += g->imports[i];
    }
    bool is_compact = !g->options.is_portable && gen_chance(g, 64);
    gen_put_u64(&g->section, is_compact ? 1 : n);
    if (is_compact) {
        gen_put_name(&g->section, "env");
        gen_put(&g->section, 0);
        gen_put(&g->section, 0x7f);
        gen_put_u64(&g->section, n);
    }
    for (uint32_t i = 0; i < GEN_N_IMPORT_FUNCS; i++) {
        if (g->imports[i]) {
            if (!is_compact) {
                gen_put_name(&g->section, "env");
            }
            gen_put_name(&g->section, import_names[i]);
            gen_put(&g->section, 0);
            gen_put_u64(&g->section, gen_intern(g, &import_types[i]));
        }
    }
    if (g->imports[GEN_IMPORT_BASE]) {
        if (!is_compact) {
            gen_put_name(&g->section, "env");
        }
        gen_put_name(&g->section, "base");
        gen_put(&g->section, 3);
        gen_put_type(&g->section, T_I32);
        gen_put(&g->section, 0);
    }
    if (g->imports[GEN_IMPORT_TAG]) {
        if (!is_compact) {
            gen_put_name(&g->section, "env");
        }
        gen_put_name(&g->section, "tag");
        gen_put(&g->section, 4);
        gen_put(&g->section, 0);
        gen_put_u64(&g->section, g->tag_type[0]);
    }
    gen_flush_section(g, 2);
}

static void gen_export(struct gen *g, char letter, uint32_t rank, uint8_t kind, uint32_t index) {
    char name[3] = {letter, (char)('0' + rank % 10), 0};
    if (rank >= 10) { /* "f:" is the eleventh */
        name[1] = (char)(':' + rank - 10);
    }
    gen_put_name(&g->section, name);
    gen_put(&g->section, kind);
    gen_put_u64(&g->section, index);
}

/* Bodies of continuations seldom: what they suspend by has no handler there. */
static void gen_write_exports(struct gen *g) {
    bool has_dump = g->n_wrappers > 0, has_bodies = !g->has_cont || gen_chance(g, 50);
    uint32_t n = 0;
    for (uint32_t i = g->n_imports; i < g->n_funcs; i++) {
        n += has_bodies || !g->is_body[i];
    }
    gen_put_u64(&g->section,
                n + g->n_memories + g->n_tables + g->n_globals + g->n_tags + g->n_effects + has_dump);
    n = 0;
    for (uint32_t i = g->n_imports; i < g->n_funcs; i++) {
        uint32_t f = i;
        for (uint32_t k = 0; k < g->n_wrappers; k++) {
            f = g->wrapped[k] == i ? g->n_funcs + k : f;
        }
        if (has_bodies || !g->is_body[i]) {
            gen_export(g, 'f', n++, 0, f);
        }
    }
    if (has_dump) {
        gen_export(g, 'd', 0, 0, g->n_funcs + g->has_gc);
    }
    for (uint32_t i = 0; i < g->n_tags + g->n_effects; i++) {
        gen_export(g, 'x', i, 4, i);
    }
    for (uint32_t i = 0; i < g->n_tables; i++) {
        gen_export(g, 't', i, 1, i);
    }
    for (uint32_t i = 0; i < g->n_memories; i++) {
        gen_export(g, 'm', i, 2, i);
    }
    for (uint32_t i = 0; i < g->n_globals; i++) {
        gen_export(g, 'g', i, 3, i);
    }
    gen_flush_section(g, 7);
}

/* Segment 0 fills the first table with every function; others are of all kinds. */
static void gen_write_elems(struct gen *g) {
    gen_put_u64(&g->section, g->n_elems + 1);
    for (uint32_t i = 0; i < g->n_elems; i++) {
        bool is_first = i == 0 && g->n_tables > 0;
        uint32_t flags = is_first ? 0 : g->elem_type[i] == T_FUNCREF && gen_chance(g, 128) ? 1 : 5;
        gen_put_u64(&g->section, flags);
        if (is_first) {
            gen_put(&g->section, g->table64[0] ? 0x42 : 0x41);
            gen_put(&g->section, 0);
            gen_put(&g->section, 0x0b);
        } else if (flags == 1) {
            gen_put(&g->section, 0);
        } else {
            gen_put_type(&g->section, g->elem_type[i]);
        }
        gen_put_u64(&g->section, g->elem_size[i]);
        for (uint32_t k = 0; k < g->elem_size[i]; k++) {
            if (flags == 5) {
                gen_constant(g, g->elem_type[i], g->n_globals, 1);
                gen_put(&g->section, 0x0b);
            } else {
                gen_put_u64(&g->section, is_first ? k : gen_pick(g, g->n_funcs));
            }
        }
    }
    gen_put_u64(&g->section, 3); /* declares every function for ref.func */
    gen_put(&g->section, 0);
    gen_put_u64(&g->section, g->n_funcs);
    for (uint32_t f = 0; f < g->n_funcs; f++) {
        gen_put_u64(&g->section, f);
    }
    gen_flush_section(g, 9);
}

static void gen_write_datas(struct gen *g) {
    gen_put_u64(&g->section, g->n_datas);
    for (uint32_t i = 0; i < g->n_datas; i++) {
        bool is_active = g->n_memories > 0 && gen_chance(g, 160);
        uint32_t m = is_active ? gen_pick(g, g->n_memories) : 0;
        gen_put_u64(&g->section, !is_active ? 1 : m == 0 ? 0 : 2);
        if (is_active) {
            if (m != 0) {
                gen_put_u64(&g->section, m);
            }
            if (gen_chance(g, 8)) { /* perhaps out of bounds: instantiation traps */
                gen_constant(g, g->memory64[m] ? T_I64 : T_I32, g->n_globals, 2);
            } else {
                gen_put(&g->section, g->memory64[m] ? 0x42 : 0x41);
                gen_put_s64(&g->section, (int64_t)gen_u64(g, 2) & 0x3fff);
            }
            gen_put(&g->section, 0x0b);
        }
        gen_put_u64(&g->section, g->data_size[i]);
        for (uint32_t k = 0; k < g->data_size[i]; k++) {
            gen_put(&g->section, (uint8_t)(gen_byte(g) ^ k * 37));
        }
    }
    gen_flush_section(g, 11);
}

/* What the module is made of, before any code. */
static void gen_plan(struct gen *g) {
    uint32_t wanted = gen_byte(g), mode = gen_byte(g);
    uint32_t running = wk_features_running(), wished = g->options.features;
    if (wished == 0) {
        wished = (mode & 1 ? WICK_FEATURE_SIMD : 0u) | (mode & 2 ? WICK_FEATURE_GC : 0u) |
                 (mode & 12 ? WICK_FEATURE_EH : 0u) | ((mode & 12) == 12 ? WICK_FEATURE_LEGACY_EH : 0u) |
                 ((mode & 48) == 48 ? WICK_FEATURE_THREADS : 0u) |
                 ((mode & 192) == 192 ? WICK_FEATURE_STACK_SWITCHING : 0u);
    }
    g->has_simd = (running & wished & WICK_FEATURE_SIMD) != 0;
    g->has_gc = (running & wished & WICK_FEATURE_GC) != 0;
    g->has_eh = (running & wished & WICK_FEATURE_EH) != 0;
    g->has_legacy = g->has_eh && (running & wished & WICK_FEATURE_LEGACY_EH);
    g->has_atomics = (running & wished & WICK_FEATURE_THREADS) != 0;
    g->has_cont = !g->options.is_portable && (running & wished & WICK_FEATURE_STACK_SWITCHING) != 0;
    g->has_exnref = g->has_eh && !(g->has_legacy && g->options.is_portable); /* V8 takes one encoding or the other */
    g->n_types = g->n_imports = g->n_funcs = g->n_globals = g->n_tags = 0;
    gen_plan_types(g);
    memset(g->imports, 0, sizeof g->imports);
    for (uint32_t i = 0; i < GEN_N_IMPORT_FUNCS; i++) {
        g->imports[i] = (wanted >> i & 1) != 0 && (i != GEN_IMPORT_RAISE || g->has_eh);
        if (g->imports[i]) {
            g->func_type[g->n_funcs++] = gen_intern(g, &import_types[i]);
            g->n_imports++;
        }
    }
    g->imports[GEN_IMPORT_BASE] = (wanted & 128) != 0;
    if (g->imports[GEN_IMPORT_BASE]) {
        g->global_mut[g->n_globals] = false;
        g->global_type[g->n_globals++] = T_I32;
    }
    if (g->has_eh) {
        g->imports[GEN_IMPORT_TAG] = (wanted & 32) != 0;
        if (g->imports[GEN_IMPORT_TAG]) {
            g->tag_type[g->n_tags++] = gen_intern(g, &import_tag);
        }
        for (uint32_t i = gen_pick(g, 3); i > 0 || g->n_tags == 0; i -= i > 0) {
            struct gen_functype type;
            gen_functype_random(g, &type, 3, 0);
            for (uint32_t k = 0; k < type.n_params; k++) {
                if (gen_heap(type.params[k]) == HEAP_exn && gen_is_ref(type.params[k])) {
                    type.params[k] |= T_NULLABLE;
                }
            }
            g->tag_type[g->n_tags++] = gen_intern(g, &type);
        }
    }
    uint32_t n = 1 + gen_pick(g, 6);
    for (uint32_t i = 0; i < n; i++) {
        struct gen_functype type;
        gen_functype_random(g, &type, 5, gen_chance(g, 60) ? 4 : 1);
        if (g->imports[GEN_IMPORT_BACK] && gen_chance(g, 60)) { /* the host calls it */
            type.n_params = 0;
        }
        if (i > 0 && gen_chance(g, 80)) { /* the same results: tail calls */
            const struct gen_functype *other = gen_functype_of(g, g->n_funcs - 1);
            type.n_results = other->n_results;
            memcpy(type.results, other->results, sizeof type.results);
        }
        uint32_t planned = g->has_switch && i < 2 ? 0 : gen_chance(g, 60) ? gen_find_type(g, "f") : NONE;
        g->func_type[g->n_funcs++] = planned != NONE ? planned : gen_intern(g, &type);
    }
    gen_plan_effects(g);
    uint32_t shape = gen_byte(g);
    g->n_memories = shape % 16 == 15 ? 0 : shape % 4 == 1 ? 1 : 2;
    g->memory64[0] = shape % 16 == 7;
    g->memory64[1] = shape % 16 != 3;
    g->n_tables = shape >> 4 == 15 ? 0 : shape >> 4 & 1 ? 1 : 2;
    g->table64[0] = shape >> 4 == 6;
    g->table64[1] = (shape >> 4 & 2) != 0;
    g->table_type[0] = T_FUNCREF;
    g->table_type[1] = shape & 64 ? T_EXTERNREF : shape & 128 ? T_FUNCREF : (gen_type)(gen_ref_type(g) | T_NULLABLE);
    g->table_min[0] = g->n_funcs + 2;
    g->table_min[1] = 1 + gen_pick(g, 12);
    n = gen_pick(g, 7);
    for (uint32_t i = 0; i < n; i++) {
        g->global_mut[g->n_globals] = gen_chance(g, 200);
        g->global_type[g->n_globals++] = gen_constant_type(g);
    }
    g->fuel_global = NONE;
    if (g->options.is_portable) {
        g->fuel_global = g->n_globals;
        g->global_mut[g->n_globals] = true;
        g->global_type[g->n_globals++] = T_I32;
    }
    g->n_elems = (g->n_tables > 0 ? 1u : 0u) + gen_pick(g, 3);
    for (uint32_t i = 0; i < g->n_elems; i++) {
        g->elem_type[i] = (i == 0 && g->n_tables > 0) || gen_chance(g, 128) ? T_FUNCREF : gen_constant_type(g);
        if (!gen_is_ref(g->elem_type[i])) {
            g->elem_type[i] = g->has_gc ? T_ANYREF : T_FUNCREF;
        }
        uint32_t array = i > 0 && gen_chance(g, 128) ? gen_find_type(g, "a") : NONE;
        if (array != NONE && gen_is_ref(g->types[array].fields[0])) { /* for array.new_elem */
            g->elem_type[i] = (gen_type)(g->types[array].fields[0] | T_NULLABLE);
        }
        g->elem_size[i] = i == 0 && g->n_tables > 0 ? g->n_funcs : gen_pick(g, 6);
    }
    g->n_datas = gen_pick(g, 4);
    for (uint32_t i = 0; i < g->n_datas; i++) {
        g->data_size[i] = gen_pick(g, 24);
    }
    for (uint32_t i = 0; i < 2; i++) {
        g->is_shared[i] = g->has_atomics && gen_chance(g, 128);
    }
}

size_t gen_module(struct gen *g, const uint8_t *bytes, size_t n, const struct gen_options *options,
                  const uint8_t **out_module) {
    static const uint8_t magic[8] = {0, 'a', 's', 'm', 1, 0, 0, 0};
    g->in = bytes;
    g->in_size = n;
    g->at = 0;
    g->options = *options;
    g->budget = 1000;
    g->n_locals = 0;
    g->height = g->floor = 0;
    g->out.size = g->section.size = g->code.size = 0;
    gen_plan(g);
    /* Code first: it asks for types. */
    for (uint32_t i = g->n_imports; i < g->n_funcs; i++) {
        gen_function(g, i);
    }
    gen_dumps(g);
    g->n_locals = 0;
    gen_put_bytes(&g->out, magic, sizeof magic);
    gen_write_types(g);
    gen_write_imports(g);
    gen_put_u64(&g->section, g->n_funcs - g->n_imports + g->n_wrappers);
    for (uint32_t i = g->n_imports; i < g->n_funcs; i++) {
        gen_put_u64(&g->section, g->func_type[i]);
    }
    for (uint32_t i = 0; i < g->n_wrappers; i++) {
        gen_put_u64(&g->section, g->wrapper_type[i]);
    }
    gen_flush_section(g, 3);
    gen_put_u64(&g->section, g->n_tables);
    for (uint32_t i = 0; i < g->n_tables; i++) {
        bool has_init = g->table_type[i] != T_EXTERNREF && gen_chance(g, 60);
        if (has_init) {
            gen_put(&g->section, 0x40);
            gen_put(&g->section, 0);
        }
        gen_put_type(&g->section, g->table_type[i]);
        gen_limits(g, g->table64[i], false, g->table_min[i], 128, 8);
        if (has_init) {
            gen_constant(g, g->table_type[i], g->imports[GEN_IMPORT_BASE] ? 1 : 0, 0);
            gen_put(&g->section, 0x0b);
        }
    }
    gen_flush_section(g, 4);
    gen_put_u64(&g->section, g->n_memories);
    for (uint32_t i = 0; i < g->n_memories; i++) {
        size_t at = g->section.size;
        bool is_bytes = !g->options.is_portable && gen_chance(g, 40); /* pages of a byte */
        gen_limits(g, g->memory64[i], g->is_shared[i], is_bytes ? 65528 + gen_pick(g, 16) : 1, 192, 3);
        if (is_bytes) {
            g->section.bytes[at] |= 8;
            gen_put(&g->section, 0);
        }
    }
    gen_flush_section(g, 5);
    if (g->n_tags + g->n_effects > 0) {
        uint32_t n_imported = g->imports[GEN_IMPORT_TAG];
        gen_put_u64(&g->section, g->n_tags + g->n_effects - n_imported);
        for (uint32_t i = n_imported; i < g->n_tags + g->n_effects; i++) {
            gen_put(&g->section, 0);
            gen_put_u64(&g->section, g->tag_type[i]);
        }
        gen_flush_section(g, 13);
    }
    uint32_t first = g->imports[GEN_IMPORT_BASE] ? 1 : 0;
    gen_put_u64(&g->section, g->n_globals - first);
    for (uint32_t i = first; i < g->n_globals; i++) {
        gen_put_type(&g->section, g->global_type[i]);
        gen_put(&g->section, g->global_mut[i]);
        if (i == g->fuel_global) {
            gen_put(&g->section, 0x41);
            gen_put_s64(&g->section, 3000);
        } else {
            gen_constant(g, g->global_type[i], i, 2);
        }
        gen_put(&g->section, 0x0b);
    }
    gen_flush_section(g, 6);
    gen_write_exports(g);
    for (uint32_t i = g->n_imports; i < g->n_funcs; i++) {
        const struct gen_functype *t = gen_functype_of(g, i);
        if (t->n_params == 0 && t->n_results == 0 && gen_chance(g, 128)) {
            gen_put_u64(&g->section, i);
            gen_flush_section(g, 8);
            break;
        }
    }
    gen_write_elems(g);
    gen_put_u64(&g->section, g->n_datas);
    gen_flush_section(g, 12);
    gen_put_u64(&g->section, g->n_funcs - g->n_imports + g->n_wrappers);
    gen_put_bytes(&g->section, g->code.bytes, g->code.size);
    gen_flush_section(g, 10);
    gen_write_datas(g);
    *out_module = g->out.bytes;
    return g->out.size;
}

static bool gen_is_common(uint32_t op) {
    static const uint16_t ops[] = {
        WICK_OP_i32_add, WICK_OP_i32_sub, WICK_OP_i32_mul, WICK_OP_i32_and, WICK_OP_i32_or, WICK_OP_i32_xor,
        WICK_OP_i32_shl, WICK_OP_i32_shr_s, WICK_OP_i32_shr_u, WICK_OP_i32_eqz, WICK_OP_i32_eq, WICK_OP_i32_ne,
        WICK_OP_i32_lt_s, WICK_OP_i32_lt_u, WICK_OP_i32_gt_s, WICK_OP_i32_gt_u, WICK_OP_i32_ge_s, WICK_OP_i32_le_u,
        WICK_OP_i64_add, WICK_OP_i64_sub, WICK_OP_i64_mul, WICK_OP_i64_and, WICK_OP_i64_or, WICK_OP_i64_xor,
        WICK_OP_i64_shl, WICK_OP_i64_shr_u, WICK_OP_i64_eqz, WICK_OP_i64_eq, WICK_OP_i64_lt_s, WICK_OP_i64_lt_u,
        WICK_OP_f64_add, WICK_OP_f64_sub, WICK_OP_f64_mul, WICK_OP_f64_div, WICK_OP_f64_lt, WICK_OP_f64_ge,
        WICK_OP_f32_add, WICK_OP_f32_mul, WICK_OP_f32_sub, WICK_OP_f32_gt, WICK_OP_i64_extend_i32_u,
        WICK_OP_i64_extend_i32_s, WICK_OP_i32_wrap_i64, WICK_OP_f64_convert_i32_s, WICK_OP_i32_load, WICK_OP_i64_load,
        WICK_OP_i32_load8_u, WICK_OP_f64_load, WICK_OP_f32_load, WICK_OP_i32_load16_s};
    for (uint32_t i = 0; i < sizeof ops / sizeof *ops; i++) {
        if (ops[i] == op) {
            return true;
        }
    }
    return false;
}

struct gen *gen_new(void) {
    struct gen *g = calloc(1, sizeof *g);
    if (!g) {
        return NULL;
    }
    uint32_t running = wk_features_running();
    for (uint32_t op = 0; op < WICK_OP_COUNT; op++) {
        const struct wk_op_info *info = wk_op_info((enum wick_op)op);
        bool is_const = info->imm == WK_IMM_I32 || info->imm == WK_IMM_I64 || info->imm == WK_IMM_F32 ||
                        info->imm == WK_IMM_F64 || info->imm == WK_IMM_V128;
        /* Constants and what would do too much at random have code of their own. */
        if (info->sig[0] == 'X' || !(running >> info->feature & 1) || is_const || op == WICK_OP_memory_fill ||
            op == WICK_OP_memory_grow) {
            continue;
        }
        struct gen_row *row = &g->rows[g->n_rows];
        const char *s = info->sig;
        row->op = (uint16_t)op;
        while (*s != '_') {
            row->in[row->n_in++] = *s++;
        }
        row->out = s[1];
        row->out2 = s[1] ? s[2] : 0;
        if (row->out && row->out != 'a' && !row->out2) {
            gen_type t = gen_letter(row->out, false);
            g->by_result[t][g->n_by_result[t]++] = (uint16_t)g->n_rows;
        }
        if ((info->flags & WK_OP_LOAD) && !(info->flags & WK_OP_ATOMIC)) {
            g->loads[g->n_loads++] = (uint16_t)g->n_rows;
        } else if ((info->flags & WK_OP_STORE) && !(info->flags & WK_OP_ATOMIC)) {
            g->stores[g->n_stores++] = (uint16_t)g->n_rows;
        }
        if (row->out2) {
            g->pairs[g->n_pairs++] = (uint16_t)g->n_rows;
        }
        if (gen_is_common(op)) {
            g->common[g->n_common++] = (uint16_t)g->n_rows;
        }
        g->n_rows++;
    }
    return g;
}

void gen_free(struct gen *g) {
    if (g) {
        free(g->body.bytes);
        free(g->code.bytes);
        free(g->section.bytes);
        free(g->out.bytes);
        free(g);
    }
}

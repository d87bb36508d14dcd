/* type_test.c - the engine's types: when two are equal, who is whose subtype, that numbers are given back and reused,
 * and their texts. */
#include "build.h"

static unsigned type_passed, type_failed;

static void type_check(int ok, const char *what) {
    type_passed += ok != 0;
    if (!ok) {
        type_failed++;
        printf("FAIL %s\n", what);
    }
}

/* A module that stays, for its types. */
static struct wick_module type_module(struct wick_engine *engine, struct build *bytes, const char *text) {
    struct wick_module module;
    wick_diag diag;
    memset(&module, 0, sizeof module);
    *bytes = build_module(text);
    module.engine = engine;
    module.bytes = bytes->data;
    module.size = (uint32_t)bytes->n;
    wick_diag_init(&diag);
    if (wk_module_decode(&module, &diag) != WICK_OK) {
        char line[512];
        wick_diag_format(&diag, NULL, NULL, line, sizeof line);
        printf("%s: %s\n", text, line);
        exit(1);
    }
    return module;
}

/* Two rows of types: where '=' stands they are the same, where '/' they differ. */
static void type_compare(struct wick_engine *engine, const char *one, const char *two, const char *expected) {
    struct build bytes[2];
    struct wick_module a = type_module(engine, &bytes[0], one), b = type_module(engine, &bytes[1], two);
    char what[256];
    int ok = a.n_types == strlen(expected) && b.n_types == strlen(expected);
    for (uint32_t i = 0; ok && i < a.n_types; i++) {
        ok = (a.types[i] == b.types[i]) == (expected[i] == '=');
    }
    snprintf(what, sizeof what, "%s against %s", one, two);
    type_check(ok, what);
    wk_module_clear(&a);
    wk_module_clear(&b);
    free(bytes[0].data);
    free(bytes[1].data);
}

static void type_equality(struct wick_engine *engine) {
    type_compare(engine, "M 01[01 60 01 7f 00]", "M 01[01 60 01 7f 00]", "=");
    type_compare(engine, "M 01[01 60 01 7f 00]", "M 01[01 60 00 01 7f]", "/");
    type_compare(engine, "M 01[01 60 00 00]", "M 01[01 4e 01 60 00 00]", "=");
    type_compare(engine, "M 01[01 60 00 00]", "M 01[01 4f 00 60 00 00]", "=");
    type_compare(engine, "M 01[01 60 00 00]", "M 01[01 50 00 60 00 00]", "/");
    type_compare(engine, "M 01[02 60 00 00 60 00 00]", "M 01[01 4e 02 60 00 00 60 00 00]", "//");
    type_compare(engine, "M 01[01 5f 01 7f 00]", "M 01[01 5f 01 7f 01]", "/");
    type_compare(engine, "M 01[01 5f 01 78 00]", "M 01[01 5f 01 77 00]", "/");
    type_compare(engine, "M 01[01 5f 01 7f 00]", "M 01[01 5e 7f 00]", "/");
    /* A type that names itself is another than one that names its equal from before. */
    type_compare(engine, "M 01[02 60 00 00 5f 01 63 01 00]", "M 01[02 60 00 00 5f 01 63 01 00]", "==");
    type_compare(engine, "M 01[02 5f 01 63 00 00 5f 01 63 00 00]", "M 01[02 5f 01 63 00 00 5f 01 63 01 00]", "=/");
    /* The same group at another place. */
    type_compare(engine, "M 01[02 60 00 00 4e 02 5f 01 63 02 00 5f 01 63 01 00]",
                 "M 01[02 60 00 00 4e 02 5f 01 63 02 00 5f 01 63 01 00]", "===");
    type_compare(engine, "M 01[02 60 00 00 4e 02 5f 01 63 01 00 5f 01 63 02 00]",
                 "M 01[02 60 00 00 4e 02 5f 01 63 02 00 5f 01 63 01 00]", "=//");
    type_compare(engine, "M 01[02 60 00 00 5f 01 63 00 00]", "M 01[02 60 00 00 5f 01 64 00 00]", "=/");
}

static void type_abstract(struct wick_engine *engine) {
    /* Each line: a heap type, then those above it. */
    static const uint8_t above[][8] = {
        {WICK_HEAP_func, 99},
        {WICK_HEAP_nofunc, WICK_HEAP_func, 99},
        {WICK_HEAP_extern, 99},
        {WICK_HEAP_noextern, WICK_HEAP_extern, 99},
        {WICK_HEAP_any, 99},
        {WICK_HEAP_eq, WICK_HEAP_any, 99},
        {WICK_HEAP_i31, WICK_HEAP_eq, WICK_HEAP_any, 99},
        {WICK_HEAP_struct, WICK_HEAP_eq, WICK_HEAP_any, 99},
        {WICK_HEAP_array, WICK_HEAP_eq, WICK_HEAP_any, 99},
        {WICK_HEAP_none, WICK_HEAP_i31, WICK_HEAP_struct, WICK_HEAP_array, WICK_HEAP_eq, WICK_HEAP_any, 99},
        {WICK_HEAP_exn, 99},
        {WICK_HEAP_noexn, WICK_HEAP_exn, 99},
    };
    const size_t n = sizeof above / sizeof above[0];
    for (size_t i = 0; i < n; i++) {
        for (uint32_t b = 0; b < 12; b++) {
            const uint32_t a = above[i][0];
            bool expected = a == b;
            for (size_t k = 1; above[i][k] != 99; k++) {
                expected |= above[i][k] == b;
            }
            type_check(wk_type_is_sub(&engine->types, WICK_REF(a), WICK_REF(b)) == expected, "(ref a) <: (ref b)");
            type_check(wk_type_is_sub(&engine->types, WICK_REF(a), WICK_REF_NULL(b)) == expected, "(ref a) <: bref");
            type_check(wk_type_is_sub(&engine->types, WICK_REF_NULL(a), WICK_REF_NULL(b)) == expected, "aref <: bref");
            type_check(!wk_type_is_sub(&engine->types, WICK_REF_NULL(a), WICK_REF(b)), "aref </: (ref b)");
        }
    }
    type_check(wk_type_is_sub(&engine->types, WICK_I32, WICK_I32), "i32 <: i32");
    type_check(!wk_type_is_sub(&engine->types, WICK_I32, WICK_I64), "i32 </: i64");
    type_check(!wk_type_is_sub(&engine->types, WICK_I32, WICK_REF_NULL(WICK_HEAP_any)), "i32 </: anyref");
    type_check(wk_type_is_sub(&engine->types, WICK_KIND_NONE, WICK_V128), "bottom <: v128");
}

static void type_concrete(struct wick_engine *engine) {
    struct build bytes;
    struct wick_module m = type_module(engine, &bytes,
                                       "M 01[06 50 00 5f 00 50 01 00 5f 01 7f 00 50 01 01 5f 02 7f 00 7e 00"
                                       " 50 01 00 5f 00"
                                       " 5e 7f 01 60 01 7b 02 7b 7f]");
    const struct wk_types *types = &engine->types;
    const char *rows[] = {"1000", "1100", "1110", "1001"};
    char text[64];
    for (uint32_t a = 0; a < 4; a++) {
        for (uint32_t b = 0; b < 4; b++) {
            type_check(wk_type_id_is_sub(types, m.types[a], m.types[b]) == (rows[a][b] == '1'), "declared subtypes");
        }
        type_check(wk_type_is_sub(types, WICK_REF_TYPE(m.types[a]), WICK_REF(WICK_HEAP_struct)), "$a <: struct");
        type_check(wk_type_is_sub(types, WICK_REF(WICK_HEAP_none), WICK_REF_TYPE(m.types[a])), "none <: $a");
        type_check(!wk_type_is_sub(types, WICK_REF(WICK_HEAP_nofunc), WICK_REF_TYPE(m.types[a])), "nofunc </: $a");
        type_check(!wk_type_is_sub(types, WICK_REF(WICK_HEAP_struct), WICK_REF_TYPE(m.types[a])), "struct </: $a");
        type_check(!wk_type_is_sub(types, WICK_REF_TYPE(m.types[a]), WICK_REF(WICK_HEAP_array)), "$a </: array");
    }
    type_check(wk_type_is_sub(types, WICK_REF_TYPE(m.types[4]), WICK_REF(WICK_HEAP_eq)), "array type <: eq");
    type_check(wk_type_is_sub(types, WICK_REF_TYPE(m.types[5]), WICK_REF(WICK_HEAP_func)), "function type <: func");
    type_check(wk_type_is_sub(types, WICK_REF(WICK_HEAP_nofunc), WICK_REF_TYPE(m.types[5])), "nofunc <: function type");
    type_check(wk_type_top(types, WICK_REF_TYPE(m.types[5])) == WICK_HEAP_func, "top of a function type");
    type_check(wk_type_top(types, WICK_REF_TYPE(m.types[4])) == WICK_HEAP_any, "top of an array type");
    type_check(wk_type_get(types, m.types[5])->param_slots == 2, "slots of parameters");
    type_check(wk_type_get(types, m.types[5])->result_slots == 3, "slots of results");
    type_check(wk_type_get(types, m.types[2])->depth == 2, "depth");
    wk_type_text(types, &m, WICK_REF_TYPE(m.types[4]) | WICK_TYPE_NULLABLE, text, sizeof text);
    type_check(strcmp(text, "(ref null 4)") == 0, text);
    wk_type_text(types, &m, WICK_REF_TYPE(m.types[0]), text, sizeof text);
    type_check(strcmp(text, "(ref 0)") == 0, text);
    wk_type_text(types, &m, WICK_FUNCREF, text, sizeof text);
    type_check(strcmp(text, "funcref") == 0, text);
    wk_type_text(types, NULL, WICK_REF(WICK_HEAP_noextern), text, sizeof text);
    type_check(strcmp(text, "(ref noextern)") == 0, text);
    wk_type_text(types, NULL, WICK_V128, text, sizeof text);
    type_check(strcmp(text, "v128") == 0, text);
    type_check(wk_type_text(types, NULL, WICK_FUNCREF, text, 4) == 7 && strcmp(text, "fun") == 0, "a text that is cut");
    wk_module_clear(&m);
    free(bytes.data);
}

/* Groups of 1 to 3 structs of up to 2 fields come and go; a model knows which are equal. */
#define TYPE_MODEL 400

struct type_entry {
    uint32_t word; /* the description: n and the fields, as digits */
    uint32_t id;
    struct wk_rec_group *group; /* NULL: free */
};

static void type_random(struct wick_engine *engine) {
    static struct type_entry model[TYPE_MODEL];
    uint64_t state = UINT64_C(0x9e3779b97f4a7c15);
    int ok = 1;
    for (uint32_t round = 0; ok && round < 200000; round++) {
        struct type_entry *entry;
        struct wk_type_draft drafts[3];
        wick_valtype fields[6];
        uint8_t muts[6] = {0, 1, 0, 1, 0, 1};
        uint32_t ids[3], n, word;
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        entry = &model[(state >> 40) % TYPE_MODEL];
        if (entry->group != NULL) {
            wk_types_release(&engine->types, entry->group);
            entry->group = NULL;
            continue;
        }
        word = (uint32_t)(state >> 8) % 1024;
        n = 1 + word % 3;
        memset(drafts, 0, sizeof drafts);
        for (uint32_t k = 0; k < n; k++) {
            static const wick_valtype choices[4] = {WICK_I32, WICK_F64, WICK_KIND_I8, 0};
            for (uint32_t i = 0; i < 2; i++) {
                const uint32_t choice = word >> (2 + k + 2 * i) & 3;
                fields[2 * k + i] =
                    choice == 3 ? WICK_REF_TYPE(WK_REC_BASE + (k + 1) % n) | WICK_TYPE_NULLABLE : choices[choice];
            }
            drafts[k].comp = WK_COMP_STRUCT;
            drafts[k].is_final = true;
            drafts[k].super = WK_NO_TYPE;
            drafts[k].n_fields = 2;
            drafts[k].types = &fields[2 * k];
            drafts[k].is_mutable = &muts[2 * k];
        }
        ok = wk_types_intern(&engine->types, drafts, n, ids, &entry->group) == WICK_OK;
        entry->word = word;
        entry->id = ids[0];
        for (uint32_t i = 0; ok && i < TYPE_MODEL; i++) {
            /* Equal words are equal types; different words may be too, so what is compared is the content. */
            if (model[i].group != NULL && model[i].word == word) {
                ok = model[i].id == ids[0] && model[i].group == entry->group;
            }
        }
        for (uint32_t k = 0; ok && k < n; k++) {
            const struct wk_deftype *type = wk_type_get(&engine->types, ids[k]);
            ok = type->id == ids[k] && type->n_fields == 2;
            for (uint32_t i = 0; ok && i < 2; i++) {
                const wick_valtype field = fields[2 * k + i];
                ok = WICK_TYPE_KIND(field) != WICK_KIND_REF
                         ? type->types[i] == field
                         : type->types[i] == (WICK_REF_TYPE(ids[(k + 1) % n]) | WICK_TYPE_NULLABLE);
            }
        }
    }
    type_check(ok, "random groups");
    for (uint32_t i = 0; i < TYPE_MODEL; i++) {
        if (model[i].group != NULL) {
            wk_types_release(&engine->types, model[i].group);
        }
    }
    type_check(engine->types.n_groups == 0, "no group is left");
    type_check(engine->types.n_free == engine->types.n, "every number is free again");
    type_check(engine->types.n < 3 * TYPE_MODEL + 100, "numbers are reused");
}

/* A group that names another keeps it alive. */
static void type_hold(struct wick_engine *engine) {
    struct build bytes;
    struct wick_module m = type_module(engine, &bytes, "M 01[03 60 00 00 5f 01 63 00 00 50 00 5f 01 63 01 00]");
    const uint32_t last = m.types[2], first = m.types[0];
    struct wk_rec_group *group = wk_types_retain(&engine->types, last);
    wk_module_clear(&m);
    free(bytes.data);
    type_check(engine->types.n_groups == 3, "held by the last of three");
    type_check(wk_type_get(&engine->types, first)->comp == WK_COMP_FUNC, "and still there");
    wk_types_release(&engine->types, group);
    type_check(engine->types.n_groups == 0, "all three go with the last");
    m = type_module(engine, &bytes, "M 01[01 60 00 00]");
    wk_types_pin(&engine->types, wk_types_retain(&engine->types, m.types[0]));
    wk_types_pin(&engine->types, wk_types_retain(&engine->types, m.types[0]));
    wk_module_clear(&m);
    free(bytes.data);
    type_check(engine->types.n_groups == 1, "a pinned group stays");
}

int main(void) {
    struct build_host host = {0, 0, 0};
    struct wick_engine engine;
    if (build_engine(&engine, &host, UINT32_MAX) != WICK_OK) {
        return 2;
    }
    type_equality(&engine);
    type_abstract(&engine);
    type_concrete(&engine);
    type_random(&engine);
    type_hold(&engine);
    wk_types_free(&engine.types);
    type_check(engine.alloc.used == 0, "nothing leaks");
    printf("%u passed, %u failed\n", type_passed, type_failed);
    return type_failed != 0;
}

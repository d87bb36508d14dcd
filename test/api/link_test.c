/* link_test.c - linking: matching of imports of every kind, messages, sharing between instances, the linker's table. */
#include "api.h"

static wick_host_result nothing(wick_call *call, void *user) {
    (void)call;
    (void)user;
    return WICK_HOST_OK;
}

/* Instantiates text and answers its error. */
static wick_err try_link(struct world *w, const char *text, const char *want) {
    wick_module *m = world_module(w, text);
    wick_instance *instance = (wick_instance *)w;
    wick_diag diag;
    char message[300];
    wick_err err = wick_linker_instantiate(w->linker, m, &instance, &diag);
    if (err != WICK_OK) {
        CHECK(instance == NULL);
        CHECK_EQ(diag.err, err);
        wick_diag_format(&diag, NULL, m, message, sizeof message);
        if (want != NULL && strstr(message, want) == NULL) {
            FAILED("message");
            printf("  expected %s in: %s\n", want, message);
        }
    }
    wick_module_free(w->modules[--w->n_modules]);
    return err;
}

#define MATCHES(text) CHECK_EQ(try_link(&w, "(module " text ")", NULL), WICK_OK)
#define DIFFERS(text, why) CHECK_EQ(try_link(&w, "(module " text ")", why), WICK_ERR_incompatible_import)

static void test_matching(void) {
    struct world w;
    world_open(&w, WICK_ENGINE_REF);
    (void)world_instance(&w, "x",
                         "(module"
                         "  (type $base (sub (func (result (ref null func)))))"
                         "  (type $sub (sub $base (func (result (ref null $base)))))"
                         "  (func (export \"f\") (param i32) (result i32) (local.get 0))"
                         "  (func (export \"sub\") (type $sub) (ref.null $base))"
                         "  (table (export \"t\") 5 10 funcref)"
                         "  (table (export \"t64\") i64 5 10 funcref)"
                         "  (memory (export \"m\") 2 5)"
                         "  (memory (export \"mnomax\") 2)"
                         "  (memory (export \"m64\") i64 2 5)"
                         "  (global (export \"g\") i32 (i32.const 1))"
                         "  (global (export \"gm\") (mut i32) (i32.const 1))"
                         "  (global (export \"gf\") (ref $base) (ref.func 1))"
                         "  (global (export \"gfm\") (mut funcref) (ref.null func))"
                         "  (tag (export \"e\") (param i32)))");
    MATCHES("(import \"x\" \"f\" (func (param i32) (result i32)))");
    DIFFERS("(import \"x\" \"f\" (func (param i32) (result i64)))",
            "incompatible import type: \"x\" \"f\": expected a function i:l, got i:i");
    DIFFERS("(import \"x\" \"f\" (func))", "expected a function :, got i:i");
    DIFFERS("(import \"x\" \"f\" (func (param i32 i64 f32 f64 v128 externref funcref anyref)))",
            "expected a function ilfdvrF?:, got i:i");
    /* As many letters as fit, then a sign that there are more. */
    DIFFERS("(import \"x\" \"f\" (func (param i32 i32 i32 i32 i32 i32 i32 i32) (result i64 i64 i64 i64 i64 i64 i64)))",
            "expected a function iiiiiiii:lllllll, got i:i");
    DIFFERS("(import \"x\" \"f\" (func (param i32 i32 i32 i32 i32 i32 i32 i32 i32) (result i64 i64 i64 i64 i64 i64 i64)))",
            "expected a function iiiiiiiii:lllll+, got i:i");
    DIFFERS("(import \"x\" \"f\" (memory 0))", "\"x\" \"f\": expected a memory, got a function");
    DIFFERS("(import \"x\" \"m\" (func))", "expected a function, got a memory");
    MATCHES("(type $b (sub (func (result (ref null func)))))"
            "(import \"x\" \"sub\" (func (type $b)))");
    DIFFERS("(import \"x\" \"sub\" (func (result funcref)))", "expected a function :F, got :?");
    MATCHES("(import \"x\" \"t\" (table 5 10 funcref))");
    MATCHES("(import \"x\" \"t\" (table 0 funcref))");
    MATCHES("(import \"x\" \"t\" (table 3 11 funcref))");
    DIFFERS("(import \"x\" \"t\" (table 6 funcref))", "a smaller one");
    DIFFERS("(import \"x\" \"t\" (table 5 9 funcref))", "a greater maximum");
    DIFFERS("(import \"x\" \"t\" (table 5 10 externref))", "element type");
    DIFFERS("(import \"x\" \"t\" (table i64 5 10 funcref))", "expected 64-bit addresses, got 32-bit addresses");
    DIFFERS("(import \"x\" \"t64\" (table 5 10 funcref))", "expected 32-bit addresses");
    MATCHES("(import \"x\" \"m\" (memory 2 5))");
    MATCHES("(import \"x\" \"m\" (memory 1))");
    DIFFERS("(import \"x\" \"m\" (memory 3))", "a smaller one");
    DIFFERS("(import \"x\" \"mnomax\" (memory 2 5))", "expected a maximum size, got none");
    DIFFERS("(import \"x\" \"m\" (memory i64 2 5))", "64-bit");
    MATCHES("(import \"x\" \"m64\" (memory i64 2 5))");
    DIFFERS("(import \"x\" \"m\" (memory 2 5 shared))", "a shared memory");
    MATCHES("(import \"x\" \"g\" (global i32))");
    DIFFERS("(import \"x\" \"g\" (global (mut i32)))", "expected a mutable global, got an immutable global");
    DIFFERS("(import \"x\" \"gm\" (global i32))", "immutable");
    DIFFERS("(import \"x\" \"g\" (global i64))", "of another type");
    MATCHES("(import \"x\" \"gf\" (global funcref))");
    DIFFERS("(import \"x\" \"gfm\" (global (mut (ref null nofunc))))", NULL);
    MATCHES("(import \"x\" \"gfm\" (global (mut funcref)))");
    MATCHES("(import \"x\" \"e\" (tag (param i32)))");
    DIFFERS("(import \"x\" \"e\" (tag))", "a tag of the declared type");
    CHECK_EQ(try_link(&w, "(module (import \"x\" \"nope\" (func)))", "\"x\" \"nope\": no such import"),
             WICK_ERR_unknown_import);
    CHECK_EQ(try_link(&w, "(module (import \"y\" \"f\" (func)))", "unknown import"), WICK_ERR_unknown_import);
    world_close(&w);
}

/* Growing is seen by what is imported afterwards, and by everyone who shares it. */
static void test_sharing(void) {
    struct world w;
    wick_instance *a, *b;
    wick_value value;
    wick_ref ref;
    world_open(&w, WICK_ENGINE_REF);
    a = world_instance(&w, "a",
                       "(module (memory (export \"m\") 1 4) (table (export \"t\") 1 9 funcref)"
                       "  (global (export \"g\") (mut i32) (i32.const 7))"
                       "  (func $seven (result i32) (i32.const 7))"
                       "  (func (export \"grow\") (param i32) (result i32)"
                       "    (table.set (i32.const 0) (ref.func $seven))"
                       "    (drop (table.grow (ref.func $seven) (local.get 0)))"
                       "    (memory.grow (local.get 0)))"
                       "  (elem declare func $seven))");
    b = world_instance(&w, "b",
                       "(module (import \"a\" \"m\" (memory 1)) (import \"a\" \"t\" (table 1 funcref))"
                       "  (import \"a\" \"g\" (global $g (mut i32)))"
                       "  (type $i (func (result i32)))"
                       "  (func (export \"poke\") (param i32) (result i32)"
                       "    (global.set $g (i32.const 99))"
                       "    (i32.store (local.get 0) (i32.const 123))"
                       "    (memory.size))"
                       "  (func (export \"call\") (param i32) (result i32)"
                       "    (call_indirect (type $i) (local.get 0))))");
    CHECK_EQ(call1(func_of(a, "grow"), 2), 1);
    CHECK_EQ(call1(func_of(b, "poke"), 3 * 65536 - 4), 3);
    CHECK_EQ(wick_memory_data(item_of(a, "m").of.memory)[3 * 65536 - 4], 123);
    wick_global_get(item_of(a, "g").of.global, &value);
    CHECK_EQ(value.of.i32, 99);
    CHECK_EQ(wick_table_size(item_of(a, "t").of.table), 3);
    CHECK_EQ(call1(func_of(b, "call"), 2), 7);
    CHECK_EQ(wick_table_get(item_of(a, "t").of.table, 0, &ref), WICK_OK);
    CHECK(wick_ref_func(ref) != NULL);
    /* The size now counts for matching. */
    MATCHES("(import \"a\" \"m\" (memory 3)) (import \"a\" \"t\" (table 3 funcref))");
    DIFFERS("(import \"a\" \"m\" (memory 4))", NULL);
    world_close(&w);
}

static void test_names(void) {
    struct world w;
    wick_extern item, got;
    wick_functype type;
    wick_name zero = {"a\0b", 3}, empty = {NULL, 0};
    char name[32];
    world_open(&w, WICK_ENGINE_REF);
    NEED(wick_functype_parse(w.engine, ":", &type) == WICK_OK);
    item.kind = WICK_EXTERN_FUNC;
    NEED(wick_func_new(w.store, &type, nothing, NULL, &item.of.func) == WICK_OK);
    CHECK(!wick_linker_get(w.linker, zero, zero, &got));
    CHECK_EQ(wick_linker_define_n(w.linker, zero, empty, &item), WICK_OK);
    CHECK(wick_linker_get(w.linker, zero, empty, &got));
    CHECK(got.of.func == item.of.func);
    CHECK(!wick_linker_get(w.linker, (wick_name){"a", 1}, empty, &got));
    CHECK(!wick_linker_get(w.linker, empty, zero, &got));
    for (int i = 0; i < 1000; i++) {
        snprintf(name, sizeof name, "%d", i);
        NEED(wick_linker_define(w.linker, "m", name, &item) == WICK_OK);
    }
    for (int i = 0; i < 1000; i++) {
        snprintf(name, sizeof name, "%d", i);
        CHECK(wick_linker_get(w.linker, (wick_name){"m", 1}, (wick_name){name, strlen(name)}, &got));
    }
    CHECK(!wick_linker_get(w.linker, (wick_name){"m", 1}, (wick_name){"1000", 4}, &got));
    /* A later definition takes the place of the earlier. */
    NEED(wick_linker_func(w.linker, "m", "5", "i:i", nothing, NULL) == WICK_OK);
    CHECK(wick_linker_get(w.linker, (wick_name){"m", 1}, (wick_name){"5", 1}, &got));
    CHECK(got.of.func != item.of.func);
    CHECK_EQ(wick_linker_func(w.linker, "m", "5", "?", nothing, NULL), WICK_ERR_usage);
    CHECK_EQ(wick_linker_func(w.linker, NULL, "5", ":", nothing, NULL), WICK_ERR_usage);
    CHECK_EQ(wick_linker_define(w.linker, "m", "5", NULL), WICK_ERR_usage);
    item.of.func = NULL;
    CHECK_EQ(wick_linker_define(w.linker, "m", "5", &item), WICK_ERR_usage);
    world_close(&w);
}

/* What is imported and exported again is the same thing; instances keep their own. Quotas hold for instances too. */
static void test_identity(void) {
    struct world w;
    wick_instance *a, *b, *c;
    wick_module *m;
    wick_diag diag;
    char text[300];
    world_open(&w, WICK_ENGINE_REF);
    a = world_instance(&w, "a", "(module (memory (export \"m\") 1) (table (export \"t\") 1 funcref)"
                                "  (global (export \"g\") i32 (i32.const 1)) (tag (export \"e\"))"
                                "  (func (export \"f\")))");
    m = world_module(&w, "(module (import \"a\" \"m\" (memory 1)) (import \"a\" \"t\" (table 1 funcref))"
                         "  (import \"a\" \"g\" (global i32)) (import \"a\" \"e\" (tag)) (import \"a\" \"f\" (func))"
                         "  (memory $own 2) (export \"own\" (memory $own))"
                         "  (export \"m\" (memory 0)) (export \"t\" (table 0)) (export \"g\" (global 0))"
                         "  (export \"e\" (tag 0)) (export \"f\" (func 0)) (export \"f2\" (func 0)))");
    NEED(wick_linker_instantiate(w.linker, m, &b, &diag) == WICK_OK);
    NEED(wick_linker_instantiate(w.linker, m, &c, &diag) == WICK_OK);
    CHECK(item_of(a, "m").of.memory == item_of(b, "m").of.memory);
    CHECK(item_of(a, "t").of.table == item_of(c, "t").of.table);
    CHECK(item_of(a, "g").of.global == item_of(b, "g").of.global);
    CHECK(item_of(a, "e").of.tag == item_of(b, "e").of.tag);
    CHECK(item_of(a, "f").of.func == item_of(b, "f2").of.func);
    CHECK(item_of(b, "own").of.memory != item_of(c, "own").of.memory);
    CHECK_EQ(wick_store_memory_used(w.store), 5 * 65536 + 8);
    m = world_module(&w, "(module (memory 1) (memory i64 65536) (table 5 funcref))");
    CHECK_EQ(wick_linker_instantiate(w.linker, m, &b, &diag), WICK_ERR_quota);
    wick_diag_format(&diag, NULL, m, text, sizeof text);
    CHECK(strstr(text, "WICK_STORE_QUOTA") != NULL);
    CHECK_EQ(wick_store_memory_used(w.store), 5 * 65536 + 8);
    m = world_module(&w, "(module (memory i64 0x800000000000))");
    CHECK_EQ(wick_linker_instantiate(w.linker, m, &b, &diag), WICK_ERR_quota);
    world_close(&w);
}

/* Linker and store may be freed in either order. */
static void test_order(void) {
    struct world w;
    world_open(&w, WICK_ENGINE_REF);
    (void)world_instance(&w, "a", "(module (func (export \"f\")))");
    wick_store_free(w.store);
    w.store = NULL;
    world_close(&w);
    wick_linker_free(NULL);
    wick_store_free(NULL);
    wick_task_free(NULL);
}

/* Traps while instantiating leave the instance and what it has written, as the standard says. */
static void test_partial(void) {
    struct world w;
    wick_instance *a, *none;
    wick_module *m;
    wick_diag diag;
    char text[300];
    world_open(&w, WICK_ENGINE_REF);
    a = world_instance(&w, "a",
                       "(module (memory (export \"m\") 1) (table (export \"t\") 4 funcref)"
                       "  (type $i (func (result i32)))"
                       "  (func (export \"call\") (param i32) (result i32) (call_indirect (type $i) (local.get 0))))");
    m = world_module(&w, "(module (import \"a\" \"m\" (memory 1)) (import \"a\" \"t\" (table 4 funcref))"
                         "  (func $f (result i32) (i32.const 11))"
                         "  (elem (i32.const 1) $f $f)"
                         "  (data (i32.const 0) \"abc\")"
                         "  (data (i32.const 65534) \"abc\"))");
    CHECK_EQ(wick_linker_instantiate(w.linker, m, &none, &diag), WICK_ERR_oob_memory);
    CHECK(none == NULL);
    wick_diag_format(&diag, "p.wasm", m, text, sizeof text);
    CHECK(strstr(text, "data section: out of bounds memory access") != NULL);
    CHECK_EQ(wick_memory_data(item_of(a, "m").of.memory)[1], 'b');
    CHECK_EQ(wick_memory_data(item_of(a, "m").of.memory)[65534], 0);
    CHECK_EQ(call1(func_of(a, "call"), 2), 11); /* a function of the instance that failed */
    m = world_module(&w, "(module (import \"a\" \"t\" (table 4 funcref))"
                         "  (func $f) (elem (i32.const 3) $f $f))");
    CHECK_EQ(wick_linker_instantiate(w.linker, m, &none, &diag), WICK_ERR_oob_table);
    m = world_module(&w, "(module (func $s unreachable) (start $s))");
    CHECK_EQ(wick_linker_instantiate(w.linker, m, &none, &diag), WICK_ERR_unreachable);
    wick_diag_format(&diag, "p.wasm", m, text, sizeof text);
    CHECK(strstr(text, "func[0] $s") != NULL);
    CHECK_EQ(wick_linker_instantiate(NULL, m, &none, &diag), WICK_ERR_usage);
    CHECK_EQ(wick_linker_instantiate(w.linker, NULL, &none, &diag), WICK_ERR_usage);
    world_close(&w);
}

/* Constant expressions: extended ones, deep ones, globals of imports, references. */
static void test_constants(void) {
    struct world w;
    wick_instance *a;
    wick_value value;
    static char deep[20000];
    size_t n = 0;
    world_open(&w, WICK_ENGINE_REF);
    (void)world_instance(&w, "a", "(module (global (export \"g\") i32 (i32.const 5)))");
    a = world_instance(&w, "b",
                       "(module (import \"a\" \"g\" (global $g i32))"
                       "  (global $h (export \"h\") i64 (i64.sub (i64.mul (i64.const 6) (i64.const 7)) (i64.const 2)))"
                       "  (global (export \"k\") i32 (i32.add (global.get $g) (i32.mul (global.get $g) (i32.const 3))))"
                       "  (global (export \"v\") v128 (v128.const i64x2 1 2))"
                       "  (global (export \"f\") (ref func) (ref.func $f))"
                       "  (table (export \"t\") 3 (ref func) (ref.func $f))"
                       "  (func $f)"
                       "  (memory (export \"m\") 1)"
                       "  (data (offset (i32.add (global.get $g) (i32.const 1))) \"x\"))");
    wick_global_get(item_of(a, "h").of.global, &value);
    CHECK_EQ(value.of.i64, 40);
    wick_global_get(item_of(a, "k").of.global, &value);
    CHECK_EQ(value.of.i32, 20);
    wick_global_get(item_of(a, "v").of.global, &value);
    CHECK(value.of.v128[0] == 1 && value.of.v128[1] == 2);
    wick_global_get(item_of(a, "f").of.global, &value);
    CHECK(wick_ref_func(value.of.ref) != NULL);
    CHECK_EQ(wick_memory_data(item_of(a, "m").of.memory)[6], 'x');
    CHECK_EQ(wick_table_size(item_of(a, "t").of.table), 3);
    n += (size_t)snprintf(deep + n, sizeof deep - n, "(module (global (export \"g\") i32 ");
    for (int i = 0; i < 500; i++) {
        n += (size_t)snprintf(deep + n, sizeof deep - n, "i32.const 1 ");
    }
    for (int i = 0; i < 499; i++) {
        n += (size_t)snprintf(deep + n, sizeof deep - n, "i32.add ");
    }
    snprintf(deep + n, sizeof deep - n, "))");
    a = world_instance(&w, "c", deep);
    wick_global_get(item_of(a, "g").of.global, &value);
    CHECK_EQ(value.of.i32, 500);
    CHECK_EQ(try_link(&w, "(module (global i31ref (ref.i31 (i32.const 1))))", "ref.i31"),
             WICK_GC ? WICK_OK : WICK_ERR_not_executable);
    world_close(&w);
}

int main(void) {
    test_matching();
    test_sharing();
    test_names();
    test_order();
    test_identity();
    test_partial();
    test_constants();
    return test_end("link_test");
}

/* module_test.c - modules: what they say about themselves, counting, borrowing, lazy and eager translation, names. */
#include "api.h"
#include "module/op.h"

static bool name_is(wick_name name, const char *text) {
    return name.size == strlen(text) && memcmp(name.text, text, name.size) == 0;
}

static void test_info(void) {
    struct world w;
    wick_module *m;
    wick_import_info import;
    wick_export_info item;
    wick_diag diag;
    const uint8_t *bytes;
    size_t size;
    world_open(&w, WICK_ENGINE_REF);
    m = world_module(&w, "(module"
                         "  (import \"a\" \"f\" (func $f (param i32 i64) (result f32)))"
                         "  (import \"a\" \"t\" (table 3 7 funcref))"
                         "  (import \"b\" \"m\" (memory 1))"
                         "  (import \"b\" \"g\" (global (mut i64)))"
                         "  (import \"\" \"\" (tag (param f64)))"
                         "  (func $own (export \"x\") (result i32) (i32.const 1))"
                         "  (memory (export \"m64\") i64 2 5)"
                         "  (global (export \"g\") f64 (f64.const 1))"
                         "  (export \"f\" (func 0)) (export \"t\" (table 0)) (export \"e\" (tag 0)))");
    NEED(wick_module_import_count(m) == 5);
    NEED(wick_module_export_count(m) == 6);
    wick_module_import(m, 0, &import);
    CHECK(name_is(import.module, "a") && name_is(import.name, "f"));
    CHECK_EQ(import.type.kind, WICK_EXTERN_FUNC);
    CHECK_EQ(import.type.func.n_params, 2);
    CHECK_EQ(import.type.func.params[1], WICK_I64);
    CHECK_EQ(import.type.func.params[2], WICK_F32);
    wick_module_import(m, 1, &import);
    CHECK_EQ(import.type.kind, WICK_EXTERN_TABLE);
    CHECK_EQ(import.type.type, WICK_FUNCREF);
    CHECK_EQ(import.type.limits.min, 3);
    CHECK_EQ(import.type.limits.max, 7);
    wick_module_import(m, 2, &import);
    CHECK_EQ(import.type.kind, WICK_EXTERN_MEMORY);
    CHECK_EQ(import.type.limits.max, UINT64_MAX);
    wick_module_import(m, 3, &import);
    CHECK_EQ(import.type.kind, WICK_EXTERN_GLOBAL);
    CHECK(import.type.is_mutable && import.type.type == WICK_I64);
    wick_module_import(m, 4, &import);
    CHECK_EQ(import.type.kind, WICK_EXTERN_TAG);
    CHECK_EQ(import.type.func.params[0], WICK_F64);
    CHECK_EQ(import.module.size + import.name.size, 0);
    wick_module_import(m, 5, &import); /* misuse: answers nothing */
    CHECK(import.name.text == NULL);
    wick_module_export(m, 0, &item);
    CHECK(name_is(item.name, "x") && item.index == 1);
    wick_module_export(m, 1, &item);
    CHECK(item.type.kind == WICK_EXTERN_MEMORY && item.type.limits.is64 && item.type.limits.max == 5);
    wick_module_export(m, 2, &item);
    CHECK(item.type.kind == WICK_EXTERN_GLOBAL && item.type.type == WICK_F64 && !item.type.is_mutable);
    wick_module_export(m, 99, &item);
    CHECK(item.name.text == NULL);
    CHECK(name_is(wick_module_func_name(m, 0), "f"));
    CHECK(name_is(wick_module_func_name(m, 1), "own"));
    CHECK_EQ(wick_module_func_name(m, 2).size, 0);
    CHECK(wick_module_custom(m, "name", &bytes, &size));
    CHECK(!wick_module_custom(m, "nam", &bytes, &size));
    CHECK(!wick_module_custom(m, "names", &bytes, &size));
    CHECK_EQ(wick_module_new(w.engine, NULL, 4, 0, &m, &diag), WICK_ERR_usage);
    CHECK_EQ(diag.err, WICK_ERR_usage);
    CHECK_EQ(wick_module_new(w.engine, (const uint8_t *)"", 0, 6, &m, NULL), WICK_ERR_usage);
    CHECK_EQ(wick_module_new(NULL, (const uint8_t *)"", 0, 0, &m, NULL), WICK_ERR_usage);
    CHECK(wick_module_new(w.engine, NULL, 0, 0, &m, NULL) != WICK_OK);
    world_close(&w);
}

static void test_count_and_borrow(void) {
    struct world w;
    wick_module *m;
    wick_instance *instance;
    wick_diag diag;
    size_t n;
    uint8_t *bytes = wat_bytes("(module (func (export \"f\") (result i32) (i32.const 42)))", &n);
    world_open(&w, WICK_ENGINE_REF);
    NEED(wick_module_new(w.engine, bytes, n, WICK_MODULE_BORROW, &m, &diag) == WICK_OK);
    wick_module_retain(m);
    NEED(wick_linker_instantiate(w.linker, m, &instance, &diag) == WICK_OK);
    wick_module_free(m);
    wick_module_free(m);
    wick_module_free(NULL);
    CHECK_EQ(call0(func_of(instance, "f")), 42); /* the instance holds it */
    CHECK(wick_instance_store(instance) == w.store);
    CHECK_EQ(wick_module_export_count(wick_instance_module(instance)), 1);
    world_close(&w);
    free(bytes);
}

/* The message about an instruction that cannot run names the knob, whatever this build has. */
static void test_missing(void) {
    wick_diag diag;
    char text[200];
    wick_diag_init(&diag);
    diag.err = WICK_ERR_not_executable;
    diag.a[0] = WICK_OP_i32x4_splat;
    wick_diag_format(&diag, NULL, NULL, text, sizeof text);
    CHECK(strcmp(text, "instruction cannot run, built with WICK_SIMD=0: i32x4.splat") == 0);
    diag.a[0] = WICK_OP_struct_new;
    wick_diag_reason(&diag, NULL, text, sizeof text);
    CHECK(strcmp(text, "instruction cannot run, built with WICK_GC=0: struct.new") == 0);
}

/* A function that cannot run yet refuses neither its module nor the others. */
static void test_unsupported(bool lazy) {
    struct port port;
    wick_host host = port_table();
    wick_config config = {.engine = WICK_ENGINE_REF, .lazy = lazy};
    wick_engine *engine;
    wick_store *store;
    wick_linker *linker;
    wick_module *m;
    wick_instance *instance;
    wick_diag diag;
    wick_value result;
    size_t n;
    char text[300];
    uint8_t *bytes = wat_bytes("(module (func (export \"f\") (result i32) (i32.const 42))"
                               "  (func $lanes (export \"g\") (result i32)"
                               "    (i32x4.extract_lane 0 (i32x4.splat (i32.const 7)))))",
                               &n);
    port_init(&port);
    NEED(wick_engine_new(&host, &port, &config, &engine) == WICK_OK);
    NEED(wick_store_new(engine, NULL, &store) == WICK_OK);
    NEED(wick_linker_new(store, &linker) == WICK_OK);
    NEED(wick_module_new(engine, bytes, n, 0, &m, &diag) == WICK_OK);
    if ((wick_module_translate(m, &diag)) != WICK_OK) {
        CHECK_EQ(diag.err, WICK_ERR_not_executable);
        wick_diag_format(&diag, "x.wasm", m, text, sizeof text);
        CHECK(strstr(text, "func[1] $lanes") != NULL);
        CHECK(strstr(text, "instruction cannot run, built with WICK_SIMD=0: i32x4.splat") != NULL);
        NEED(wick_linker_instantiate(linker, m, &instance, &diag) == WICK_OK);
        CHECK_EQ(call0(func_of(instance, "f")), 42);
        for (int i = 0; i < 2; i++) {
            CHECK_EQ(wick_func_call(func_of(instance, "g"), NULL, 0, &result, 1, &diag), WICK_ERR_not_executable);
            CHECK_EQ(wick_err_get_class(diag.err), WICK_CLASS_UNSUPPORTED);
            CHECK_EQ(diag.func, 1);
            wick_diag_format(&diag, "x.wasm", m, text, sizeof text);
            CHECK(strstr(text, "built with WICK_SIMD=0: i32x4.splat") != NULL);
        }
    }
    wick_linker_free(linker);
    wick_store_free(store);
    wick_module_free(m);
    wick_engine_free(engine);
    free(bytes);
    CHECK_CLEAN(&port);
}

/* Name sections that lie: no name, or the right one, and never a read outside. */
static void test_names(void) {
    static const int sections[][24] = {
        {1, 5, 1, 0, 2, 'a', 'b', -1},                   /* right */
        {0, 2, 1, 'm', 1, 5, 1, 0, 2, 'a', 'b', -1},     /* a module name before */
        {1, 5, 1, 0, 9, 'a', 'b', -1},                   /* name longer than the subsection */
        {1, 50, 1, 0, 2, 'a', 'b', -1},                  /* subsection longer than the section */
        {1, 5, 100, 0, 2, 'a', 'b', -1},                 /* count too large */
        {1, -1},                                         /* no size */
        {1, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 1, -1},  /* size not an LEB128 of 32 bits */
        {1, 0, -1},                                      /* empty map */
        {1, 6, 0xff, 0xff, 0xff, 0xff, 0x0f, 0, -1},     /* 2^32-1 names */
        {1, 3, 1, 7, 0, -1},                             /* another function */
        {1, 5, 1, 0, 2, 'a', 'b', 1, 5, 1, 0, 2, 'c', 'd', -1}, /* twice: the first counts */
    };
    static const bool has_name[] = {true, true, false, false, true, false, false, false, false, false, true};
    struct world w;
    struct wasm bytes;
    world_open(&w, WICK_ENGINE_REF);
    for (size_t i = 0; i < sizeof sections / sizeof sections[0]; i++) {
        wick_module *m;
        wick_name name;
        wasm_begin(&bytes);
        wasm_section(&bytes, 0);
        wasm_name(&bytes, "name");
        wasm_put_list(&bytes, sections[i]);
        wasm_close(&bytes);
        NEED(wick_module_new(w.engine, bytes.bytes, bytes.n, 0, &m, NULL) == WICK_OK);
        name = wick_module_func_name(m, 0);
        CHECK_EQ(name.size, has_name[i] ? 2 : 0);
        CHECK(!has_name[i] || name_is(name, "ab"));
        wick_module_free(m);
    }
    world_close(&w);
}

struct seen {
    uint64_t last, total;
    int n;
};

static void progress(void *user, uint64_t done, uint64_t total) {
    struct seen *seen = user;
    CHECK(done >= seen->last && done <= total);
    seen->last = done;
    seen->total = total;
    seen->n++;
}

static void test_progress(void) {
    struct world w;
    struct seen seen = {0, 0, 0};
    world_open(&w, WICK_ENGINE_REF);
    wick_engine_set_progress(w.engine, progress, &seen);
    (void)world_module(&w, "(module (func))");
    CHECK(seen.n == 0 || seen.total > 0);
    world_close(&w);
}

int main(void) {
    test_info();
    test_count_and_borrow();
    test_missing();
    test_unsupported(false);
    test_unsupported(true);
    test_names();
    test_progress();
    return test_end("module_test");
}

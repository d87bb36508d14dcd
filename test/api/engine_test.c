/* engine_test.c - engines: the port's table, features, signatures, quotas, a region of the caller's. */
#include "api.h"

static void test_features(void) {
    uint32_t f = 7;
    CHECK_EQ(wick_features_parse("3.0", &f), WICK_OK);
    CHECK_EQ(f, wick_features_30());
    CHECK_EQ(wick_features_parse("all", &f), WICK_OK);
    CHECK_EQ(f, wick_features_all());
    CHECK_EQ(wick_features_parse("all,-simd", &f), WICK_OK);
    CHECK_EQ(f, wick_features_all() & ~(uint32_t)WICK_FEATURE_SIMD);
    CHECK_EQ(wick_features_parse("-simd", &f), WICK_OK);
    CHECK_EQ(f, wick_features_all() & ~(uint32_t)WICK_FEATURE_SIMD);
    CHECK_EQ(wick_features_parse("bulk-memory,gc", &f), WICK_OK);
    CHECK_EQ(f, WICK_FEATURE_MVP | WICK_FEATURE_BULK | WICK_FEATURE_GC);
    CHECK_EQ(wick_features_parse("all,-mvp", &f), WICK_OK);
    CHECK_EQ(f, wick_features_all());
    f = 7;
    CHECK_EQ(wick_features_parse("", &f), WICK_ERR_usage);
    CHECK_EQ(wick_features_parse("simd,", &f), WICK_ERR_usage);
    CHECK_EQ(wick_features_parse("sim", &f), WICK_ERR_usage);
    CHECK_EQ(wick_features_parse("simdx", &f), WICK_ERR_usage);
    CHECK_EQ(wick_features_parse(NULL, &f), WICK_ERR_usage);
    CHECK_EQ(f, 7);
    CHECK((wick_features_30() & ~wick_features_all()) == 0);
}

static void test_host_table(void) {
    struct port port;
    wick_host host = port_table();
    wick_engine *engine = NULL;
    port_init(&port);
    CHECK_EQ(wick_engine_new(NULL, &port, NULL, &engine), WICK_ERR_usage);
    host.realloc = NULL;
    CHECK_EQ(wick_engine_new(&host, &port, NULL, &engine), WICK_ERR_usage);
    host = port_table();
    host.log = NULL;
    CHECK_EQ(wick_engine_new(&host, &port, NULL, &engine), WICK_ERR_usage);
    host = port_table();
    host.size = 8;
    CHECK_EQ(wick_engine_new(&host, &port, NULL, &engine), WICK_ERR_usage);
    /* A port built against an older header: the members behind log are absent. */
    host = port_table();
    host.size = offsetof(wick_host, panic);
    NEED(wick_engine_new(&host, &port, NULL, &engine) == WICK_OK);
    CHECK_EQ(port.n_locks, 0);
    CHECK(wick_engine_user(engine) == &port);
    CHECK_EQ(wick_engine_features(engine), wick_features_all());
    wick_engine_free(engine);
    CHECK_EQ(port.n_locks, 0);
    CHECK_CLEAN(&port);
    /* A port built against a newer one. */
    host = port_table();
    host.size = sizeof host + 64;
    NEED(wick_engine_new(&host, &port, NULL, &engine) == WICK_OK);
    wick_engine_free(engine);
    wick_engine_free(NULL);
    CHECK_CLEAN(&port);
}

static void test_quota(void) {
    struct port port;
    wick_host host = port_table();
    wick_config config = {.quota = 104000, .features = WICK_FEATURE_BULK};
    wick_engine *engine;
    wick_store *store;
    wick_limits limits = {.min = 1, .max = 4};
    wick_memory *memory;
    uint64_t used;
    port_init(&port);
    NEED(wick_engine_new(&host, &port, &config, &engine) == WICK_OK);
    CHECK_EQ(wick_engine_features(engine), WICK_FEATURE_BULK | WICK_FEATURE_MVP);
    CHECK_EQ(wick_engine_memory_used(engine), port.held);
    NEED(wick_store_new(engine, NULL, &store) == WICK_OK);
    used = wick_engine_memory_used(engine);
    NEED(wick_memory_new(store, &limits, &memory) == WICK_OK);
    CHECK(wick_engine_memory_used(engine) >= used + 65536);
    CHECK_EQ(wick_memory_grow(memory, 1), UINT64_MAX);
    CHECK_EQ(wick_memory_new(store, &limits, &memory), WICK_ERR_nomem);
    CHECK_EQ(wick_engine_memory_used(engine), port.held);
    CHECK(wick_engine_memory_peak(engine) <= 104000);
    CHECK(wick_engine_memory_peak(engine) >= wick_engine_memory_used(engine));
    wick_store_free(store);
    wick_engine_free(engine);
    CHECK_CLEAN(&port);
    config.quota = 100;
    CHECK_EQ(wick_engine_new(&host, &port, &config, &engine), WICK_ERR_nomem);
    CHECK_CLEAN(&port);
}

static void test_signatures(void) {
    struct world w;
    wick_functype a, b;
    char many[2001];
    world_open(&w, WICK_ENGINE_REF);
    NEED(wick_functype_parse(w.engine, "ilfdvrF:Fi", &a) == WICK_OK);
    CHECK_EQ(a.n_params, 7);
    CHECK_EQ(a.n_results, 2);
    CHECK_EQ(a.params[0], WICK_I32);
    CHECK_EQ(a.params[1], WICK_I64);
    CHECK_EQ(a.params[2], WICK_F32);
    CHECK_EQ(a.params[3], WICK_F64);
    CHECK_EQ(a.params[4], WICK_V128);
    CHECK_EQ(a.params[5], WICK_EXTERNREF);
    CHECK_EQ(a.params[6], WICK_FUNCREF);
    CHECK_EQ(a.params[7], WICK_FUNCREF);
    CHECK_EQ(a.params[8], WICK_I32);
    NEED(wick_functype_parse(w.engine, "ilfdvrF:Fi", &b) == WICK_OK);
    CHECK_EQ(a.id, b.id);
    CHECK(a.params == b.params);
    NEED(wick_functype_parse(w.engine, ":", &b) == WICK_OK);
    CHECK(a.id != b.id);
    CHECK_EQ(b.n_params + b.n_results, 0);
    CHECK_EQ(wick_functype_parse(w.engine, "", &b), WICK_ERR_usage);
    CHECK_EQ(wick_functype_parse(w.engine, "ii", &b), WICK_ERR_usage);
    CHECK_EQ(wick_functype_parse(w.engine, "i:i:", &b), WICK_ERR_usage);
    CHECK_EQ(wick_functype_parse(w.engine, "x:", &b), WICK_ERR_usage);
    CHECK_EQ(wick_functype_parse(w.engine, NULL, &b), WICK_ERR_usage);
    memset(many, 'i', sizeof many);
    many[1000] = ':';
    many[1500] = 0;
    NEED(wick_functype_parse(w.engine, many, &b) == WICK_OK);
    CHECK_EQ(b.n_params, 1000);
    CHECK_EQ(b.n_results, 499);
    memset(many, 'i', sizeof many);
    many[1001] = ':';
    many[1002] = 0;
    CHECK_EQ(wick_functype_parse(w.engine, many, &b), WICK_ERR_limit);
    world_close(&w);
}

static void *never_realloc(void *user, void *p, size_t old_size, size_t new_size) {
    (void)user;
    (void)p;
    (void)old_size;
    (void)new_size;
    FAILED("realloc called in fixed-region mode");
    return NULL;
}

static const char *const region_program =
    "(module (memory (export \"m\") 1 8)"
    "  (func (export \"fill\") (param i32) (result i32)"
    "    (drop (memory.grow (i32.const 1)))"
    "    (memory.fill (i32.const 0) (local.get 0) (i32.const 100000))"
    "    (i32.load8_u (i32.const 99999))))";

static void test_region(void) {
    static _Alignas(16) uint8_t block[400000];
    wick_host host = port_table();
    struct port port;
    wick_engine *engine;
    size_t n;
    uint8_t *bytes = wat_bytes(region_program, &n);
    port_init(&port);
    host.realloc = never_realloc;
    CHECK_EQ(wick_engine_init(block + 1, sizeof block - 16, &host, NULL, NULL, &engine), WICK_ERR_usage);
    CHECK_EQ(wick_engine_init(NULL, 100, &host, NULL, NULL, &engine), WICK_ERR_usage);
    /* Every size works or says NOMEM, and the block alone is touched. */
    for (size_t size = 0; size <= sizeof block - 16; size += size < 4096 ? 16 : 9973) {
        wick_store *store = NULL;
        wick_linker *linker = NULL;
        wick_module *module = NULL;
        wick_instance *instance;
        wick_value value = i32(77), result;
        wick_err err;
        memset(block, 0xa5, sizeof block);
        host.realloc = size < 4096 ? never_realloc : NULL; /* nor need it be there */
        err = wick_engine_init(block, size, &host, &port, NULL, &engine);
        if (err == WICK_OK) {
            err = wick_store_new(engine, NULL, &store);
            if (err == WICK_OK) {
                err = wick_linker_new(store, &linker);
            }
            if (err == WICK_OK) {
                err = wick_module_new(engine, bytes, n, 0, &module, NULL);
            }
            if (err == WICK_OK) {
                err = wick_linker_instantiate(linker, module, &instance, NULL);
            }
            if (err == WICK_OK) {
                err = wick_func_call(func_of(instance, "fill"), &value, 1, &result, 1, NULL);
                CHECK(err == WICK_ERR_oob_memory || err == WICK_ERR_nomem || result.of.i32 == 77);
            }
            if (linker != NULL) {
                wick_linker_free(linker);
            }
            wick_store_free(store);
            wick_module_free(module);
            wick_engine_free(engine);
        }
        CHECK(err == WICK_OK || err == WICK_ERR_nomem || err == WICK_ERR_oob_memory);
        for (size_t i = size; i < sizeof block; i++) {
            if (block[i] != 0xa5) {
                FAILED("written behind the region");
                break;
            }
        }
        if (size > 390000) {
            CHECK_EQ(err, WICK_OK);
        }
    }
    free(bytes);
}

int main(void) {
    test_features();
    test_host_table();
    test_quota();
    test_signatures();
    test_region();
    return test_end("engine_test");
}

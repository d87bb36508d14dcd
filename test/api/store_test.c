/* store_test.c - memories, tables, globals, tags, functions and references made by the host; quotas; wrong use. */
#include "api.h"

static int finalized;

static void count_finalizer(void *object) {
    finalized += *(int *)object;
}

static wick_host_result answer(wick_call *call, void *user) {
    wick_call_return_i32(call, 0, *(uint32_t *)user);
    return WICK_HOST_OK;
}

static void test_memory(void) {
    struct world w;
    wick_limits limits = {.min = 1, .max = 3};
    wick_memory *memory;
    wick_externtype type;
    wick_extern item;
    world_open(&w, WICK_ENGINE_REF);
    NEED(wick_memory_new(w.store, &limits, &memory) == WICK_OK);
    CHECK_EQ(wick_memory_bytes(memory), 65536);
    CHECK_EQ(wick_store_memory_used(w.store), 65536);
    wick_memory_data(memory)[65535] = 9;
    CHECK_EQ(wick_memory_grow(memory, 0), 1);
    CHECK_EQ(wick_memory_grow(memory, 2), 1);
    CHECK_EQ(wick_memory_grow(memory, 1), UINT64_MAX);
    CHECK_EQ(wick_memory_grow(memory, UINT64_MAX), UINT64_MAX);
    CHECK_EQ(wick_memory_bytes(memory), 3 * 65536);
    CHECK_EQ(wick_memory_data(memory)[65535], 9);
    for (size_t i = 65536; i < 3 * 65536; i++) {
        if (wick_memory_data(memory)[i] != 0) {
            FAILED("new pages are zero");
            break;
        }
    }
    item.kind = WICK_EXTERN_MEMORY;
    item.of.memory = memory;
    wick_extern_type(&item, &type);
    CHECK_EQ(type.limits.min, 3);
    CHECK_EQ(type.limits.max, 3);
    limits.min = 4;
    CHECK_EQ(wick_memory_new(w.store, &limits, &memory), WICK_ERR_usage);
    limits = (wick_limits){.min = 0, .max = 65537};
    CHECK_EQ(wick_memory_new(w.store, &limits, &memory), WICK_ERR_usage);
    limits = (wick_limits){.min = 1, .max = UINT64_MAX, .shared = true};
    CHECK_EQ(wick_memory_new(w.store, &limits, &memory), WICK_ERR_usage);
    limits = (wick_limits){.min = (uint64_t)1 << 40, .max = UINT64_MAX, .is64 = true};
    CHECK_EQ(wick_memory_new(w.store, &limits, &memory), WICK_ERR_quota);
    limits = (wick_limits){.min = 1, .max = UINT64_MAX, .is64 = true};
    NEED(wick_memory_new(w.store, &limits, &memory) == WICK_OK);
    CHECK_EQ(wick_memory_grow(memory, (uint64_t)1 << 32), UINT64_MAX);
    CHECK_EQ(wick_memory_grow(memory, ((uint64_t)1 << 32) - 1), UINT64_MAX);
    limits = (wick_limits){.min = 1, .max = 4, .shared = true};
    NEED(wick_memory_new(w.store, &limits, &memory) == WICK_OK);
    {
        uint8_t *data = wick_memory_data(memory);
        CHECK_EQ(wick_memory_grow(memory, 3), 1);
        CHECK(wick_memory_data(memory) == data); /* a shared memory never moves */
        CHECK_EQ(data[4 * 65536 - 1], 0);
    }
    CHECK_EQ(wick_memory_new(NULL, &limits, &memory), WICK_ERR_usage);
    CHECK_EQ(wick_memory_new(w.store, NULL, &memory), WICK_ERR_usage);
    world_close(&w);
}

static void test_quota(void) {
    struct port port;
    wick_host host = port_table();
    wick_config config = {.engine = WICK_ENGINE_REF};
    wick_store_options options = {.quota = 3 * 65536, .user = &port};
    wick_engine *engine;
    wick_store *store;
    wick_memory *memory;
    wick_table *table;
    wick_limits limits = {.min = 2, .max = 10}, entries = {.min = 8000, .max = UINT64_MAX};
    port_init(&port);
    NEED(wick_engine_new(&host, &port, &config, &engine) == WICK_OK);
    NEED(wick_store_new(engine, &options, &store) == WICK_OK);
    CHECK(wick_store_user(store) == &port);
    CHECK(wick_store_engine(store) == engine);
    NEED(wick_memory_new(store, &limits, &memory) == WICK_OK);
    NEED(wick_table_new(store, WICK_FUNCREF, &entries, 0, &table) == WICK_OK);
    CHECK_EQ(wick_store_memory_used(store), 2 * 65536 + 64000);
    CHECK_EQ(wick_memory_grow(memory, 1), UINT64_MAX);
    CHECK_EQ(wick_table_grow(table, 192, 0), 8000);
    CHECK_EQ(wick_table_grow(table, 1, 0), UINT64_MAX);
    CHECK_EQ(wick_table_size(table), 8192);
    CHECK_EQ(wick_store_memory_used(store), 3 * 65536);
    CHECK_EQ(wick_memory_new(store, &limits, &memory), WICK_ERR_quota);
    CHECK_EQ(wick_table_new(store, WICK_FUNCREF, &entries, 0, &table), WICK_ERR_quota);
    CHECK_EQ(wick_store_memory_used(store), 3 * 65536);
    wick_store_free(store);
    wick_engine_free(engine);
    CHECK_CLEAN(&port);
}

static void test_tables(void) {
    struct world w;
    wick_limits limits = {.min = 2, .max = 5};
    wick_table *table, *externs;
    wick_functype type;
    wick_func *func;
    wick_ref ref, host;
    uint32_t value = 5;
    int object = 1;
    world_open(&w, WICK_ENGINE_REF);
    NEED(wick_functype_parse(w.engine, ":i", &type) == WICK_OK);
    NEED(wick_func_new(w.store, &type, answer, &value, &func) == WICK_OK);
    NEED(wick_ref_new(w.store, &object, count_finalizer, &host) == WICK_OK);
    NEED(wick_table_new(w.store, WICK_FUNCREF, &limits, wick_func_ref(func), &table) == WICK_OK);
    NEED(wick_table_new(w.store, WICK_EXTERNREF, &limits, 0, &externs) == WICK_OK);
    CHECK_EQ(wick_table_get(table, 1, &ref), WICK_OK);
    CHECK(wick_ref_func(ref) == func);
    CHECK(wick_ref_object(ref) == NULL);
    CHECK(wick_ref_func(host) == NULL);
    CHECK(wick_ref_object(host) == &object);
    CHECK(wick_ref_func(0) == NULL && wick_ref_object(0) == NULL);
    CHECK_EQ(wick_table_get(table, 2, &ref), WICK_ERR_oob_table);
    CHECK_EQ(wick_table_set(table, 2, 0), WICK_ERR_oob_table);
    CHECK_EQ(wick_table_set(table, 0, host), WICK_ERR_usage);
    CHECK_EQ(wick_table_set(table, 0, 0), WICK_OK);
    CHECK_EQ(wick_table_set(externs, 0, host), WICK_OK);
    CHECK_EQ(wick_table_set(externs, 0, wick_func_ref(func)), WICK_ERR_usage);
    CHECK_EQ(wick_table_grow(externs, 1, wick_func_ref(func)), UINT64_MAX);
    CHECK_EQ(wick_table_grow(externs, 3, host), 2);
    CHECK_EQ(wick_table_grow(externs, 1, 0), UINT64_MAX);
    CHECK_EQ(wick_table_grow(externs, 0, 0), 5);
    CHECK_EQ(wick_table_grow(externs, UINT64_MAX, 0), UINT64_MAX);
    CHECK_EQ(wick_table_get(externs, 4, &ref), WICK_OK);
    CHECK(ref == host);
    /* Tables of a concrete type keep it alive and check it. */
    NEED(wick_table_new(w.store, WICK_REF_TYPE(type.id), &limits, wick_func_ref(func), &table) == WICK_OK);
    CHECK_EQ(wick_table_set(table, 0, 0), WICK_ERR_usage);
    CHECK_EQ(wick_table_new(w.store, WICK_REF_TYPE(type.id), &limits, 0, &table), WICK_ERR_usage);
    CHECK_EQ(wick_table_new(w.store, WICK_I32, &limits, 0, &table), WICK_ERR_usage);
    limits = (wick_limits){.min = 1, .max = 0};
    CHECK_EQ(wick_table_new(w.store, WICK_FUNCREF, &limits, 0, &table), WICK_ERR_usage);
    limits = (wick_limits){.min = 20000000, .max = UINT64_MAX};
    CHECK_EQ(wick_table_new(w.store, WICK_FUNCREF, &limits, 0, &table), WICK_ERR_limit);
    NEED(wick_func_new(w.store, &type, NULL, NULL, &func) == WICK_ERR_usage);
    finalized = 0;
    world_close(&w);
    CHECK_EQ(finalized, 1);
}

static void test_globals_and_tags(void) {
    struct world w;
    wick_global *global, *fixed, *vector;
    wick_tag *tag;
    wick_functype type;
    wick_value value, v128 = {.type = WICK_V128, .of.v128 = {3, 4}};
    wick_extern item;
    wick_externtype got;
    world_open(&w, WICK_ENGINE_REF);
    value = i64(UINT64_MAX);
    NEED(wick_global_new(w.store, true, &value, &global) == WICK_OK);
    NEED(wick_global_new(w.store, false, &value, &fixed) == WICK_OK);
    NEED(wick_global_new(w.store, true, &v128, &vector) == WICK_OK);
    value = i64(5);
    CHECK_EQ(wick_global_set(global, &value), WICK_OK);
    CHECK_EQ(wick_global_set(fixed, &value), WICK_ERR_immutable_global);
    value = i32(5);
    CHECK_EQ(wick_global_set(global, &value), WICK_ERR_usage);
    wick_global_get(global, &value);
    CHECK(value.type == WICK_I64 && value.of.i64 == 5);
    wick_global_get(vector, &value);
    CHECK(value.type == WICK_V128 && value.of.v128[0] == 3 && value.of.v128[1] == 4);
    value.type = WICK_REF(WICK_HEAP_func);
    value.of.ref = 0;
    CHECK_EQ(wick_global_new(w.store, true, &value, &global), WICK_ERR_usage); /* null is not of this type */
    NEED(wick_functype_parse(w.engine, "il:", &type) == WICK_OK);
    NEED(wick_tag_new(w.store, &type, &tag) == WICK_OK);
    item.kind = WICK_EXTERN_TAG;
    item.of.tag = tag;
    wick_extern_type(&item, &got);
    CHECK_EQ(got.func.id, type.id);
    /* with results: to suspend by */
    NEED(wick_functype_parse(w.engine, "i:i", &type) == WICK_OK);
    CHECK_EQ(wick_tag_new(w.store, &type, &tag), WICK_OK);
    world_close(&w);
}

static void test_tags_of_30(void) {
    struct port port;
    wick_host host = port_table();
    const wick_config config = {.features = wick_features_30()};
    wick_engine *engine;
    wick_store *store;
    wick_functype type;
    wick_tag *tag;
    port_init(&port);
    NEED(wick_engine_new(&host, &port, &config, &engine) == WICK_OK);
    NEED(wick_store_new(engine, NULL, &store) == WICK_OK);
    NEED(wick_functype_parse(engine, "i:i", &type) == WICK_OK);
    CHECK_EQ(wick_tag_new(store, &type, &tag), WICK_ERR_usage);
    NEED(wick_functype_parse(engine, "i:", &type) == WICK_OK);
    CHECK_EQ(wick_tag_new(store, &type, &tag), WICK_OK);
    wick_store_free(store);
    wick_engine_free(engine);
    CHECK_CLEAN(&port);
}

/* ---- address space from the port --------------------------------------------------------------------------------- */


static void *port_reserve(void *user, size_t n) {
    struct port *port = user;
    if (port->reserve_fails || n > ((size_t)1 << 26)) {
        return NULL;
    }
    port->reserved += n;
    return memset(aligned_alloc(65536, n), 0xee, n);
}

static int port_commit(void *user, void *base, size_t offset, size_t n) {
    struct port *port = user;
    CHECK_EQ(offset % 65536 + n % 65536, 0);
    if (port->commit_fails_at >= 0 && port->n_commits++ >= port->commit_fails_at) {
        return -1;
    }
    memset((uint8_t *)base + offset, 0, n);
    return 0;
}

static void port_release(void *user, void *base, size_t n) {
    struct port *port = user;
    port->reserved -= n;
    free(base);
}

static void test_reserve(int reserve_fails, int commit_fails_at, bool has_commit) {
    struct port port;
    wick_host host = port_table();
    wick_config config = {.engine = WICK_ENGINE_REF, .quota = 1u << 20};
    wick_engine *engine;
    wick_store *store;
    wick_memory *memory, *other;
    wick_limits limits = {.min = 1, .max = 4}, large = {.min = 1, .max = UINT64_MAX};
    uint64_t used;
    uint8_t *data;
    bool reserves = !reserve_fails && commit_fails_at != 0 && has_commit;
    port_init(&port);
    port.reserve_fails = reserve_fails;
    port.commit_fails_at = commit_fails_at;
    host.reserve = port_reserve;
    host.commit = has_commit ? port_commit : NULL;
    host.release = port_release;
    NEED(wick_engine_new(&host, &port, &config, &engine) == WICK_OK);
    NEED(wick_store_new(engine, NULL, &store) == WICK_OK);
    NEED(wick_memory_new(store, &limits, &memory) == WICK_OK);
    CHECK_EQ(port.reserved, reserves ? 5 * 65536 : 0);
    data = wick_memory_data(memory);
    data[65535] = 1;
    used = wick_engine_memory_used(engine);
    CHECK_EQ(wick_memory_grow(memory, 2), reserves && commit_fails_at == 1 ? UINT64_MAX : 1);
    if (reserves) {
        CHECK(wick_memory_data(memory) == data);
        CHECK_EQ(wick_engine_memory_used(engine), used + (commit_fails_at == 1 ? 0 : 2 * 65536));
    }
    if (wick_memory_bytes(memory) > 65536) {
        CHECK_EQ(wick_memory_data(memory)[65536], 0);
        CHECK_EQ(wick_memory_data(memory)[65535], 1);
        CHECK_EQ(wick_memory_grow(memory, 2), UINT64_MAX);
    }
    NEED(wick_memory_new(store, &large, &other) == WICK_OK); /* its reservation fails here: too large */
    CHECK_EQ(wick_memory_grow(other, 20), UINT64_MAX);       /* the engine's quota */
    CHECK_EQ(wick_memory_bytes(other), 65536);
    wick_store_free(store);
    CHECK_EQ(port.reserved, 0);
    wick_engine_free(engine);
    CHECK_CLEAN(&port);
}

int main(void) {
    test_memory();
    test_quota();
    test_tables();
    test_globals_and_tags();
    test_tags_of_30();
    test_reserve(0, -1, true);
    test_reserve(1, -1, true);
    test_reserve(0, 0, true);
    test_reserve(0, 1, true);
    test_reserve(0, -1, false);
    return test_end("store_test");
}

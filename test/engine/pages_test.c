/* pages_test.c - memories whose pages have one byte: their bounds, to the byte, for every width and way of giving an
 * address, in both engines; how they grow, what that costs, and what the API says of them. */
#include "test/api/api.h"

struct access {
    const char *name;
    const char *value; /* NULL: a load */
    uint32_t width;
};

static const struct access accesses[] = {
    {"i32.load8_s", NULL, 1},  {"i32.load8_u", NULL, 1},  {"i32.load16_s", NULL, 2}, {"i32.load16_u", NULL, 2},
    {"i32.load", NULL, 4},     {"f32.load", NULL, 4},     {"i64.load8_s", NULL, 1},  {"i64.load8_u", NULL, 1},
    {"i64.load16_s", NULL, 2}, {"i64.load16_u", NULL, 2}, {"i64.load32_s", NULL, 4}, {"i64.load32_u", NULL, 4},
    {"i64.load", NULL, 8},     {"f64.load", NULL, 8},
    {"i32.store8", "(i32.const 1)", 1},  {"i32.store16", "(i32.const 1)", 2}, {"i32.store", "(i32.const 1)", 4},
    {"f32.store", "(f32.const 1)", 4},   {"i64.store8", "(i64.const 1)", 1},  {"i64.store16", "(i64.const 1)", 2},
    {"i64.store32", "(i64.const 1)", 4}, {"i64.store", "(i64.const 1)", 8},   {"f64.store", "(f64.const 1)", 8},
};
#define N_ACCESSES (sizeof accesses / sizeof accesses[0])

/* Ways of giving the address, and how far it is from the argument. */
static const struct address {
    const char *text;
    uint32_t more;
} addresses[] = {
    {"(local.get 0)", 0},
    {"(i32.xor (local.get 0) (i32.const 0))", 0},
    {"(i32.add (local.get 0) (i32.const 2))", 2},
    {"(call $same (local.get 0))", 0},
};
#define N_ADDRESSES (sizeof addresses / sizeof addresses[0])

/* A module with an access of every kind to the memory of this index: functions a0, a1, ... (param i32). */
static char *module_text(const char *memory, const char *offset, const struct address *address) {
    static char text[16384];
    size_t n = (size_t)snprintf(text, sizeof text,
                                "(module (import \"\" \"m0\" (memory $m0 0 (pagesize 1)))"
                                " (import \"\" \"m1\" (memory $m1 0 (pagesize 1)))"
                                " (func $same (param i32) (result i32) (local.get 0))");
    for (size_t i = 0; i < N_ACCESSES; i++) {
        const struct access *a = &accesses[i];
        n += (size_t)snprintf(text + n, sizeof text - n, "(func (export \"a%d\") (param i32) (%s%s %s %s %s%s))", (int)i,
                              a->value == NULL ? "drop (" : "", a->name, memory, offset, address->text,
                              a->value == NULL ? ")" : a->value);
    }
    snprintf(text + n, sizeof text - n, ")");
    return text;
}

static void check_access(wick_func *func, uint32_t width, uint32_t arg, uint32_t more, uint32_t offset, uint32_t size) {
    const uint64_t at = (uint64_t)(uint32_t)(arg + more) + offset;
    const wick_value value = i32(arg);
    const wick_err err = wick_func_call(func, &value, 1, NULL, 0, NULL);
    CHECK_EQ(err, at + width <= size ? WICK_OK : WICK_ERR_oob_memory);
}

static void test_bounds(wick_engine_kind kind, const char *memory, uint32_t offset, const struct address *address) {
    struct world w;
    wick_limits limits = {.min = 0, .max = 20, .page_size = 1};
    wick_extern item = {.kind = WICK_EXTERN_MEMORY};
    wick_instance *instance;
    char offset_text[16];
    world_open(&w, kind);
    for (int i = 0; i < 2; i++) {
        NEED(wick_memory_new(w.store, &limits, &item.of.memory) == WICK_OK);
        NEED(wick_linker_define(w.linker, "", i == 0 ? "m0" : "m1", &item) == WICK_OK);
    }
    snprintf(offset_text, sizeof offset_text, "offset=%u", offset);
    instance = world_instance(&w, "i", module_text(memory, offset_text, address));
    NEED(wick_linker_get(w.linker, (wick_name){"", 0}, (wick_name){memory + 1, 2}, &item));
    for (uint32_t size = 0; size <= 20; size += size == 18 ? 2 : 1) {
        for (size_t i = 0; i < N_ACCESSES; i++) {
            const uint32_t width = accesses[i].width, last = size - width - offset - address->more;
            char name[16];
            wick_func *func;
            snprintf(name, sizeof name, "a%d", (int)i);
            func = func_of(instance, name);
            for (uint32_t arg = last - 1; arg != last + 3; arg++) {
                check_access(func, width, arg, address->more, offset, size);
            }
            check_access(func, width, 0, address->more, offset, size);
            check_access(func, width, UINT32_MAX - 3, address->more, offset, size);
        }
        CHECK_EQ(wick_memory_bytes(item.of.memory), size);
        CHECK_EQ(wick_memory_grow(item.of.memory, size == 18 ? 2 : 1), size == 20 ? UINT64_MAX : size);
    }
    world_close(&w);
}

static const char grow_text[] =
    "(module (memory (export \"m\") 4090 (pagesize 1)) (memory $m64 i64 3 100 (pagesize 1))"
    " (memory $large 1 (pagesize 65536))"
    " (func (export \"grow\") (param i32) (result i32) (memory.grow (local.get 0)))"
    " (func (export \"size\") (param i32) (result i32) (memory.size))"
    " (func (export \"grow64\") (param i32) (result i32)"
    "  (i32.wrap_i64 (memory.grow $m64 (i64.extend_i32_u (local.get 0)))))"
    " (func (export \"size64\") (param i32) (result i32) (i32.wrap_i64 (memory.size $m64)))"
    " (func (export \"grow_large\") (param i32) (result i32) (memory.grow $large (local.get 0)))"
    " (func (export \"size_large\") (param i32) (result i32) (memory.size $large)))";

/* Units that the call takes beyond that for the call itself. */
static uint64_t units_of(struct world *w, wick_func *func, uint32_t arg) {
    const wick_value value = i32(arg);
    wick_task *task;
    uint64_t used;
    NEED(wick_task_new(w->store, NULL, &task) == WICK_OK);
    NEED(wick_task_call(task, func, &value, 1) == WICK_OK);
    CHECK_EQ(wick_task_resume(task, WICK_FUEL_UNLIMITED), WICK_DONE);
    CHECK(wick_task_result(task, 0).of.i32 != UINT32_MAX);
    used = wick_task_fuel_used(task);
    wick_task_free(task);
    return used - 1;
}

static void test_growing(wick_engine_kind kind) {
    struct world w;
    wick_instance *instance;
    wick_memory *memory;
    wick_func *grow, *size;
    world_open(&w, kind);
    instance = world_instance(&w, "i", grow_text);
    memory = item_of(instance, "m").of.memory;
    grow = func_of(instance, "grow");
    size = func_of(instance, "size");
    CHECK_EQ(call1(size, 0), 4090);
    memset(wick_memory_data(memory), 0x5a, 4090);
    /* a unit for each 4,096 bytes that are begun */
    for (uint32_t i = 4090; i < 4100; i++) {
        CHECK_EQ(units_of(&w, grow, 1), i == 4096 ? 1 : 0);
        CHECK_EQ(call1(size, 0), i + 1);
        CHECK_EQ(wick_memory_data(memory)[i], 0);
        CHECK_EQ(wick_memory_data(memory)[4089], 0x5a);
    }
    CHECK_EQ(units_of(&w, grow, 0), 0);
    CHECK_EQ(units_of(&w, grow, 4 * 4096 - 4100), 2);
    CHECK_EQ(units_of(&w, grow, 1000000), (4 * 4096 + 1000000 + 4095) / 4096 - 4);
    CHECK_EQ(wick_memory_bytes(memory), 1016384);
    CHECK_EQ(call1(grow, UINT32_MAX - 1016384 + 1), UINT32_MAX); /* one page more than there are addresses */
    CHECK_EQ(call1(size, 0), 1016384);
    CHECK_EQ(call1(func_of(instance, "size64"), 0), 3);
    CHECK_EQ(call1(func_of(instance, "grow64"), 98), UINT32_MAX);
    CHECK_EQ(call1(func_of(instance, "grow64"), 97), 3);
    CHECK_EQ(call1(func_of(instance, "size64"), 0), 100);
    CHECK_EQ(units_of(&w, func_of(instance, "grow_large"), 3), 48);
    CHECK_EQ(call1(func_of(instance, "size_large"), 0), 4);
    CHECK_EQ(wick_store_memory_used(w.store), 1016384 + 100 + 4 * 65536);
    world_close(&w);
}

static void test_api(void) {
    struct world w;
    wick_limits limits = {.min = 5, .max = 7, .page_size = 1};
    wick_extern item = {.kind = WICK_EXTERN_MEMORY};
    wick_externtype type;
    wick_import_info import;
    wick_module *module;
    wick_instance *instance;
    wick_diag diag;
    world_open(&w, WICK_ENGINE_FAST);
    NEED(wick_memory_new(w.store, &limits, &item.of.memory) == WICK_OK);
    CHECK_EQ(wick_memory_bytes(item.of.memory), 5);
    CHECK_EQ(wick_memory_page_size(item.of.memory), 1);
    CHECK_EQ(wick_memory_grow(item.of.memory, 3), UINT64_MAX);
    CHECK_EQ(wick_memory_grow(item.of.memory, 2), 5);
    wick_extern_type(&item, &type);
    CHECK(type.limits.min == 7 && type.limits.max == 7 && type.limits.page_size == 1);
    limits.page_size = 2;
    CHECK_EQ(wick_memory_new(w.store, &limits, &item.of.memory), WICK_ERR_usage);
    limits = (wick_limits){.min = UINT64_C(1) << 32, .max = UINT64_MAX, .page_size = 1};
    CHECK_EQ(wick_memory_new(w.store, &limits, &item.of.memory), WICK_ERR_usage);
    limits.is64 = true;
    limits.min = UINT64_MAX;
    CHECK_EQ(wick_memory_new(w.store, &limits, &item.of.memory), WICK_ERR_quota);
    limits = (wick_limits){.min = 3, .max = 9, .page_size = 1, .shared = true};
    NEED(wick_memory_new(w.store, &limits, &item.of.memory) == WICK_OK);
    {
        const uint8_t *data = wick_memory_data(item.of.memory);
        CHECK_EQ(wick_memory_grow(item.of.memory, 6), 3);
        CHECK(wick_memory_data(item.of.memory) == data);
        CHECK_EQ(wick_memory_grow(item.of.memory, 1), UINT64_MAX);
    }
    limits = (wick_limits){.min = 1, .max = 2, .page_size = 65536};
    NEED(wick_memory_new(w.store, &limits, &item.of.memory) == WICK_OK);
    CHECK_EQ(wick_memory_page_size(item.of.memory), 65536);
    NEED(wick_linker_define(w.linker, "", "m", &item) == WICK_OK);
    module = world_module(&w, "(module (memory (import \"\" \"m\") 1 2 (pagesize 1)))");
    wick_module_import(module, 0, &import);
    CHECK(import.type.limits.page_size == 1 && import.type.limits.min == 1);
    wick_diag_init(&diag);
    CHECK_EQ(wick_linker_instantiate(w.linker, module, &instance, &diag), WICK_ERR_incompatible_page_size);
    {
        char text[200];
        wick_diag_format(&diag, NULL, module, text, sizeof text);
        CHECK(strstr(text, "expected pages of 1 byte, got pages of 65536 bytes") != NULL);
    }
    module = world_module(&w, "(module (memory (import \"\" \"m\") 1))");
    wick_module_import(module, 0, &import);
    CHECK_EQ(import.type.limits.page_size, 65536);
    CHECK_EQ(wick_linker_instantiate(w.linker, module, &instance, NULL), WICK_OK);
    world_close(&w);
}

/* A port with address space: a memory of bytes takes none of it, a shared one whole pieces. */
static size_t reserved, committed;
static void *space_reserve(void *user, size_t n) {
    (void)user;
    CHECK_EQ(n % 65536, 0);
    reserved += n;
    return aligned_alloc(65536, n);
}
static int space_commit(void *user, void *base, size_t offset, size_t n) {
    (void)user;
    CHECK_EQ(offset % 65536 + n % 65536, 0);
    memset((uint8_t *)base + offset, 0, n);
    committed += n;
    return 0;
}
static void space_release(void *user, void *base, size_t n) {
    (void)user;
    reserved -= n;
    free(base);
}

static void test_address_space(void) {
    struct port port;
    wick_host host = port_table();
    wick_engine *engine;
    wick_store *store;
    wick_memory *memory;
    wick_limits limits = {.min = 5, .max = 70000, .page_size = 1};
    uint64_t used;
    port_init(&port);
    host.reserve = space_reserve;
    host.commit = space_commit;
    host.release = space_release;
    NEED(wick_engine_new(&host, &port, NULL, &engine) == WICK_OK);
    NEED(wick_store_new(engine, NULL, &store) == WICK_OK);
    used = wick_engine_memory_used(engine);
    NEED(wick_memory_new(store, &limits, &memory) == WICK_OK);
    CHECK_EQ(reserved, 0);
    CHECK(wick_engine_memory_used(engine) < used + 1024);
    limits.shared = true;
    NEED(wick_memory_new(store, &limits, &memory) == WICK_OK);
    CHECK_EQ(reserved, 2 * 65536);
    CHECK_EQ(committed, 65536);
    CHECK_EQ(wick_memory_grow(memory, 65531), 5);
    CHECK_EQ(committed, 65536);
    CHECK_EQ(wick_memory_grow(memory, 1), 65536);
    CHECK_EQ(committed, 2 * 65536);
    CHECK_EQ(wick_memory_data(memory)[65536], 0);
    wick_store_free(store);
    CHECK_EQ(reserved, 0);
    wick_engine_free(engine);
    CHECK_CLEAN(&port);
}

/* A byte at a time to half a megabyte: in time that is about linear, and without memory for slack too. */
static void test_many_steps(void) {
    struct world w;
    wick_limits limits = {.min = 0, .max = UINT64_MAX, .page_size = 1};
    wick_memory *memory;
    world_open(&w, WICK_ENGINE_FAST);
    NEED(wick_memory_new(w.store, &limits, &memory) == WICK_OK);
    for (uint32_t i = 0; i < 500000; i++) {
        if (wick_memory_grow(memory, 1) != i || wick_memory_data(memory)[i] != 0) {
            FAILED("a byte more, and zero");
            break;
        }
        wick_memory_data(memory)[i] = 1;
    }
    CHECK_EQ(wick_memory_bytes(memory), 500000);
    w.port.fail_at = w.port.n; /* the larger block is refused, the one that is needed is not */
    while (w.port.n == w.port.fail_at) {
        const uint64_t old = wick_memory_bytes(memory);
        if (wick_memory_grow(memory, 1) != old) {
            FAILED("the exact size is tried too");
            break;
        }
    }
    world_close(&w);
}

int main(void) {
    for (int kind = 0; kind < 2; kind++) {
        const wick_engine_kind engine = kind == 0 ? WICK_ENGINE_FAST : WICK_ENGINE_REF;
        for (size_t i = 0; i < N_ADDRESSES; i++) {
            test_bounds(engine, "$m0", 0, &addresses[i]);
            test_bounds(engine, "$m0", 5, &addresses[i]);
            test_bounds(engine, "$m1", 5, &addresses[i]);
        }
        test_growing(engine);
    }
    test_api();
    test_address_space();
    test_many_steps();
    return test_end("pages_test");
}

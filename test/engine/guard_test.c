/* guard_test.c - the bounds of memories with 32-bit addresses on ports that guard, that only reserve, and that do neither:
 * every width and way of giving an address and a value, addresses and offsets up to their greatest sum, pairs of cells in
 * loops, growth by all who may grow, modules that share code, threads; each trap has the place, the backtrace and the
 * memory that the reference interpreter leaves. What the port does with faults that are not the interpreter's. */
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "interp/cell.h"
#include "port/posix/posix.h"
#include "test/api/api.h"

/* ---- ports --------------------------------------------------------------------------------------------------------- */

enum way { REFERENCE, PLAIN, RESERVING, GUARDING, N_WAYS };

static size_t most_reserved; /* by one call */
static int reserve_fails, guard_fails;

static void *test_reserve(void *user, size_t n) {
    (void)user;
    most_reserved = n > most_reserved ? n : most_reserved;
    return reserve_fails ? NULL : wick_posix_host.reserve(NULL, n);
}
static int test_guard(void *user) {
    (void)user;
    return guard_fails || wick_posix_host.guard == NULL ? -1 : wick_posix_host.guard(NULL);
}

static void open_way(struct world *w, enum way way) {
    const wick_config config = {.engine = way == REFERENCE ? WICK_ENGINE_REF : WICK_ENGINE_FAST, .lazy = way == RESERVING};
    memset(w, 0, sizeof *w);
    port_init(&w->port);
    w->host = port_table();
    if (way >= RESERVING) {
        w->host.reserve = test_reserve;
        w->host.commit = wick_posix_host.commit;
        w->host.release = wick_posix_host.release;
    }
    w->host.guard = way == GUARDING ? test_guard : NULL;
    NEED(wick_engine_new(&w->host, &w->port, &config, &w->engine) == WICK_OK);
    NEED(wick_store_new(w->engine, NULL, &w->store) == WICK_OK);
    NEED(wick_linker_new(w->store, &w->linker) == WICK_OK);
}

/* ---- accesses ------------------------------------------------------------------------------------------------------ */

static const struct access {
    const char *name;
    const char *value; /* NULL: a load; "": a store of the second argument */
    uint32_t width;
} accesses[] = {
    {"i32.load8_s", NULL, 1},  {"i32.load8_u", NULL, 1},  {"i32.load16_s", NULL, 2}, {"i32.load16_u", NULL, 2},
    {"i32.load", NULL, 4},     {"f32.load", NULL, 4},     {"i64.load8_s", NULL, 1},  {"i64.load8_u", NULL, 1},
    {"i64.load16_s", NULL, 2}, {"i64.load16_u", NULL, 2}, {"i64.load32_s", NULL, 4}, {"i64.load32_u", NULL, 4},
    {"i64.load", NULL, 8},     {"f64.load", NULL, 8},     {"v128.load", NULL, 16},   {"v128.load32_zero", NULL, 4},
    {"v128.load8x8_u", NULL, 8}, {"v128.load16_splat", NULL, 2},
    {"i32.store8", "(i32.const 0x5a)", 1},  {"i32.store16", "(i32.const 0x5a5a)", 2},
    {"i32.store", "(i32.const 0x5a5a5a5a)", 4}, {"i32.store", "(local.get 1)", 4},
    {"i32.store8", "(i32.xor (local.get 1) (i32.const 1))", 1},
    {"f32.store", "(f32.add (f32.convert_i32_s (local.get 1)) (f32.const 1))", 4},
    {"i64.store8", "(i64.const 0x5a)", 1},  {"i64.store16", "(i64.const 0x5a5a)", 2},
    {"i64.store32", "(i64.const 0x5a5a5a5a)", 4}, {"i64.store", "(i64.const 0x5a5a5a5a)", 8},
    {"i64.store", "(i64.const 0x5a5a5a5a5a5a5a5a)", 8},
    {"f64.store", "(f64.add (f64.convert_i32_s (local.get 1)) (f64.const 1))", 8},
    {"v128.store", "(i8x16.splat (local.get 1))", 16},
};
#define N_ACCESSES (sizeof accesses / sizeof accesses[0])

static const struct address {
    const char *text;
    uint32_t more;
} addresses[] = {
    {"(local.get 0)", 0},
    {"(i32.xor (local.get 0) (i32.const 0))", 0},
    {"(i32.add (local.get 0) (i32.const 2))", 2},
    {"(i32.add (local.get 0) (i32.const -3))", UINT32_MAX - 2},
    {"(call $same (local.get 0))", 0},
    {"(i32.add (call $same (local.get 0)) (i32.const 1))", 1},
};
#define N_ADDRESSES (sizeof addresses / sizeof addresses[0])

/* Functions a0, a1, ... (param i32 i32); with `cold` two other locals are the hottest. */
static const char *module_text(uint32_t offset, const struct address *address, bool cold) {
    static char text[1 << 16];
    size_t n = (size_t)snprintf(text, sizeof text, "(module (import \"\" \"m\" (memory 1))"
                                                   " (func $same (param i32) (result i32) (local.get 0))");
    for (size_t i = 0; i < N_ACCESSES; i++) {
        const struct access *a = &accesses[i];
        n += (size_t)snprintf(text + n, sizeof text - n,
                              "(func (export \"a%d\") (param i32 i32) (local i32 i32) %s (%s%s offset=%u %s %s%s))", (int)i,
                              cold ? "(loop (local.set 2 (i32.add (local.get 2) (local.get 3))) (br_if 0 (local.get 3)))" : "",
                              a->value == NULL ? "drop (" : "", a->name, offset, address->text,
                              a->value == NULL ? "" : a->value, a->value == NULL ? ")" : "");
    }
    snprintf(text + n, sizeof text - n, ")");
    return text;
}

/* What is seen of a call. */
struct seen {
    wick_err err;
    uint32_t offset, func, pc;
    size_t n_frames;
    wick_frame frames[8];
    uint64_t fuel;
};

static struct seen look(struct world *w, wick_func *func, const wick_value *args, size_t n) {
    struct seen seen;
    wick_task *task;
    memset(&seen, 0, sizeof seen);
    NEED(wick_task_new(w->store, NULL, &task) == WICK_OK);
    NEED(wick_task_call(task, func, args, n) == WICK_OK);
    if (wick_task_resume(task, 1000000) == WICK_TRAPPED) {
        const wick_diag *diag = wick_task_diag(task);
        seen.err = diag->err;
        seen.offset = diag->offset;
        seen.func = diag->func;
        seen.pc = diag->pc;
        seen.n_frames = wick_task_backtrace(task, seen.frames, 8);
    }
    seen.fuel = wick_task_fuel_used(task);
    wick_task_free(task);
    return seen;
}

static bool same_seen(const struct seen *a, const struct seen *b) {
    bool same = a->err == b->err && a->offset == b->offset && a->func == b->func && a->pc == b->pc &&
                a->n_frames == b->n_frames && a->fuel == b->fuel;
    for (size_t i = 0; same && i < a->n_frames; i++) {
        same = a->frames[i].func == b->frames[i].func && a->frames[i].offset == b->frames[i].offset;
    }
    return same;
}

static const uint32_t offsets[] = {0, 1, 5, 65528, 65535, 65536, 0x7fffffff, 0x80000000, 0xfffffff1, 0xffffffff};
#define N_OFFSETS (sizeof offsets / sizeof offsets[0])

static void check_accesses(struct world *w, wick_instance *const *instances, wick_memory *const *memories, uint32_t offset,
                           const struct address *address, enum way way) {
    const uint32_t size = (uint32_t)wick_memory_bytes(memories[0]);
    for (uint32_t i = 0; i < N_ACCESSES; i++) {
        const uint32_t last = size - accesses[i].width - offset - address->more;
        const uint32_t args[] = {last,       last + 1,   last + accesses[i].width, 0, 7, 0x7fffffff, 0x80000000,
                                 0xfffffff0, 0xffffffff, 65536};
        char name[16];
        snprintf(name, sizeof name, "a%u", i);
        for (uint32_t k = 0; k < sizeof args / sizeof args[0]; k++) {
            const wick_value values[2] = {i32(args[k]), i32(0x77)};
            const uint64_t at = (uint64_t)(uint32_t)(args[k] + address->more) + offset;
            struct seen seen[2];
            for (int side = 0; side < 2; side++) {
                seen[side] = look(&w[side], func_of(instances[side], name), values, 2);
            }
            CHECK_EQ(seen[1].err, at + accesses[i].width <= size ? WICK_OK : WICK_ERR_oob_memory);
            test_checks++;
            if (!same_seen(&seen[0], &seen[1]) ||
                memcmp(wick_memory_data(memories[0]), wick_memory_data(memories[1]), size) != 0) {
                test_failures++;
                printf("%s offset=%u %s, way %d, argument %u: not as the reference interpreter\n", accesses[i].name, offset,
                       address->text, way, args[k]);
            }
        }
    }
}

static void test_bounds(enum way way, uint32_t offset, const struct address *address, bool cold) {
    struct world w[2];
    wick_instance *instances[2];
    wick_memory *memories[2];
    const wick_limits limits = {.min = 1, .max = 3};
    const char *text = module_text(offset, address, cold);
    for (int side = 0; side < 2; side++) {
        wick_extern item = {.kind = WICK_EXTERN_MEMORY};
        open_way(&w[side], side == 0 ? REFERENCE : way);
        NEED(wick_memory_new(w[side].store, &limits, &memories[side]) == WICK_OK);
        item.of.memory = memories[side];
        NEED(wick_linker_define(w[side].linker, "", "m", &item) == WICK_OK);
        memset(wick_memory_data(memories[side]), 0x11, 65536);
        instances[side] = world_instance(&w[side], "i", text);
    }
    check_accesses(w, instances, memories, offset, address, way);
    for (int side = 0; side < 2; side++) { /* by the host */
        CHECK_EQ(wick_memory_grow(memories[side], 2), 1);
        CHECK_EQ(wick_memory_grow(memories[side], 1), UINT64_MAX);
    }
    check_accesses(w, instances, memories, offset, address, way);
    for (int side = 0; side < 2; side++) {
        world_close(&w[side]);
    }
}

/* ---- loops ---------------------------------------------------------------------------------------------------------- */

/* They run over the end, in cells that run as pairs: what was done before is done, and nothing else. */
static const char loops_text[] =
    "(module (memory (export \"m\") 1) (global $n (mut i32) (i32.const 0))"
    " (func (export \"n\") (result i32) (global.get $n))"
    " (func $copy (param $to i32) (param $from i32)"
    "  (loop $l (i32.store8 (local.get $to) (i32.load8_u (local.get $from)))"
    "   (global.set $n (i32.add (global.get $n) (i32.const 1)))"
    "   (local.set $to (i32.add (local.get $to) (i32.const 1))) (local.set $from (i32.add (local.get $from) (i32.const 1)))"
    "   (br_if $l (i32.ne (local.get $to) (i32.const 0)))))"
    " (func (export \"copy\") (param i32) (call $copy (i32.add (local.get 0) (i32.const 16)) (local.get 0)))"
    " (func (export \"sum\") (param $p i32) (local $s i32)"
    "  (loop $l (global.set $n (local.get $s))"
    "   (local.set $s (i32.add (local.get $s) (i32.load (local.get $p))))"
    "   (br_if $l (i32.ne (local.tee $p (i32.add (local.get $p) (i32.const 4))) (i32.const 0)))))"
    " (func (export \"chase\") (param $p i32)"
    "  (loop $l (global.set $n (i32.add (global.get $n) (i32.const 1)))"
    "   (br_if $l (local.tee $p (i32.load (i32.load offset=8 (i32.add (local.get $p) (i32.const 8))))))))"
    " (func (export \"dot\") (param $p i32) (local $s f64)"
    "  (loop $l (local.set $s (f64.add (local.get $s) (f64.mul (f64.load (local.get $p)) (f64.load offset=8 (local.get $p)))))"
    "   (f64.store (i32.const 0) (local.get $s)) (local.set $p (i32.add (local.get $p) (i32.const 16))) (br $l)))"
    " (func (export \"zero\") (param $p i32)"
    "  (loop $l (i64.store (local.get $p) (i64.const 0)) (i64.store offset=8 (local.get $p) (i64.const 0))"
    "   (local.set $p (i32.add (local.get $p) (i32.const 12))) (br $l))))";

static void test_loops(enum way way) {
    static const char *const names[] = {"copy", "sum", "chase", "dot", "zero"};
    for (int i = 0; i < 5; i++) {
        struct world w[2];
        wick_instance *instances[2];
        wick_memory *memories[2];
        struct seen seen[2];
        for (int side = 0; side < 2; side++) {
            const wick_value value = i32(65000);
            uint8_t *data;
            open_way(&w[side], side == 0 ? REFERENCE : way);
            instances[side] = world_instance(&w[side], "i", loops_text);
            memories[side] = item_of(instances[side], "m").of.memory;
            data = wick_memory_data(memories[side]);
            for (uint32_t k = 0; k < 65536; k++) { /* every word leads to the next but two */
                data[k] = k % 4 == 0 ? (uint8_t)(k + 8) : (uint8_t)(((k & ~3u) + 8) >> 8 * (k % 4));
            }
            seen[side] = look(&w[side], func_of(instances[side], names[i]), &value, 1);
        }
        CHECK_EQ(seen[1].err, WICK_ERR_oob_memory);
        CHECK(same_seen(&seen[0], &seen[1]));
        CHECK(memcmp(wick_memory_data(memories[0]), wick_memory_data(memories[1]), 65536) == 0);
        CHECK_EQ(call0(func_of(instances[1], "n")), call0(func_of(instances[0], "n")));
        for (int side = 0; side < 2; side++) {
            world_close(&w[side]);
        }
    }
}

/* ---- whose memory it is ------------------------------------------------------------------------------------------- */

static const char user_text[] = "(module (import \"\" \"m\" (memory 1))"
                                " (func (export \"get\") (param i32) (result i32) (i32.load8_u (local.get 0)))"
                                " (func (export \"grow\") (param i32) (result i32) (memory.grow (local.get 0))))";

static wick_err get_at(wick_instance *instance, uint32_t at) {
    const wick_value value = i32(at);
    wick_value result;
    return wick_func_call(func_of(instance, "get"), &value, 1, &result, 1, NULL);
}

/* One module, translated once, in instances with memories of several sizes and makers; growth is seen by all. */
static void test_sharing(enum way way) {
    struct world w;
    wick_instance *instances[3], *owner;
    wick_module *module;
    wick_memory *memories[2];
    open_way(&w, way);
    owner = world_instance(&w, "owner", "(module (memory (export \"m\") 2 5))");
    memories[0] = item_of(owner, "m").of.memory;
    NEED(wick_memory_new(w.store, &(wick_limits){.min = 1, .max = UINT64_MAX}, &memories[1]) == WICK_OK);
    module = world_module(&w, user_text);
    for (int i = 0; i < 3; i++) {
        wick_linker *linker;
        wick_extern item = {.kind = WICK_EXTERN_MEMORY};
        item.of.memory = memories[i / 2];
        NEED(wick_linker_new(w.store, &linker) == WICK_OK);
        NEED(wick_linker_define(linker, "", "m", &item) == WICK_OK);
        NEED(wick_linker_instantiate(linker, module, &instances[i], NULL) == WICK_OK);
        wick_linker_free(linker);
    }
    CHECK_EQ(get_at(instances[0], 131071), WICK_OK);
    CHECK_EQ(get_at(instances[0], 131072), WICK_ERR_oob_memory);
    CHECK_EQ(get_at(instances[2], 65535), WICK_OK);
    CHECK_EQ(get_at(instances[2], 65536), WICK_ERR_oob_memory);
    CHECK_EQ(call1(func_of(instances[1], "grow"), 1), 2);
    CHECK_EQ(get_at(instances[0], 131072), WICK_OK);
    CHECK_EQ(get_at(instances[0], 3 * 65536), WICK_ERR_oob_memory);
    CHECK_EQ(wick_memory_grow(memories[1], 3), 1);
    CHECK_EQ(get_at(instances[2], 4 * 65536 - 1), WICK_OK);
    CHECK_EQ(get_at(instances[2], 4 * 65536), WICK_ERR_oob_memory);
    CHECK_EQ(call1(func_of(instances[0], "grow"), 3), UINT32_MAX);
    CHECK_EQ(get_at(instances[1], 3 * 65536), WICK_ERR_oob_memory);
    world_close(&w);
}

/* Memories that nothing guards, beside one that may be: of 64 bits, of small pages, the second one, shared. */
static const char others_text[] =
    "(module (memory %s) (memory $b 1)"
    " (func (export \"get\") (param i32) (result i32) (i32.load8_u (%s (local.get 0))))"
    " (func (export \"put\") (param i32) (result i32) (i32.store8 (%s (local.get 0)) (i32.const 7)) (i32.const 1))"
    " (func (export \"getb\") (param i32) (result i32) (i32.load8_u $b (local.get 0))))";

static void test_others(enum way way) {
    static const struct {
        const char *memory, *address;
        uint32_t size;
    } rows[] = {{"1", "i32.add (i32.const 0)", 65536},
                {"i64 1", "i64.extend_i32_u", 65536},
                {"100 (pagesize 1)", "i32.add (i32.const 0)", 100},
                {"0", "i32.add (i32.const 0)", 0},
                {"1 1 shared", "i32.add (i32.const 0)", 65536}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0] - !WICK_THREADS; i++) {
        struct world w;
        wick_instance *instance;
        char text[1000];
        open_way(&w, way);
        snprintf(text, sizeof text, others_text, rows[i].memory, rows[i].address, rows[i].address);
        instance = world_instance(&w, "i", text);
        for (uint32_t k = 0; k < 4; k++) {
            const uint32_t at = k == 0 ? rows[i].size - 1 : k == 1 ? rows[i].size : k == 2 ? 0xfffffff0 : 70000;
            const wick_value value = i32(at);
            const wick_err err = at < rows[i].size ? WICK_OK : WICK_ERR_oob_memory;
            wick_value result;
            CHECK_EQ(get_at(instance, at), err);
            CHECK_EQ(wick_func_call(func_of(instance, "put"), &value, 1, &result, 1, NULL), err);
        }
        CHECK_EQ(call1(func_of(instance, "getb"), 65535), 0);
        world_close(&w);
    }
}

/* A reservation that is not to be had: no memory where accesses are not compared, else a block. */
static void test_refused(enum way way) {
    struct world w;
    wick_memory *memory;
    wick_module *module;
    wick_instance *instance;
    const bool guards = way == GUARDING && WK_GUARD;
    open_way(&w, way);
    most_reserved = 0;
    reserve_fails = 1;
    module = world_module(&w, "(module (memory 1 2) (func (export \"get\") (param i32) (result i32) (i32.load8_u (local.get 0))))");
    CHECK_EQ(wick_memory_new(w.store, &(wick_limits){.min = 1, .max = 2}, &memory), guards ? WICK_ERR_nomem : WICK_OK);
    CHECK_EQ(most_reserved > UINT64_C(1) << 33, guards);
    CHECK_EQ(wick_linker_instantiate(w.linker, module, &instance, NULL), guards ? WICK_ERR_nomem : WICK_OK);
    reserve_fails = 0;
    CHECK_EQ(wick_linker_instantiate(w.linker, module, &instance, NULL), WICK_OK);
    CHECK_EQ(get_at(instance, 65535), WICK_OK);
    CHECK_EQ(get_at(instance, 65536), WICK_ERR_oob_memory);
    world_close(&w);
}

/* ---- faults -------------------------------------------------------------------------------------------------------- */

static void *run_thread(void *arg) {
    wick_instance *instance = arg;
    size_t n = 0;
    for (uint32_t i = 0; i < 1000; i++) {
        n += get_at(instance, 65536 + i * 4000000) == WICK_ERR_oob_memory && get_at(instance, i) == WICK_OK;
    }
    return (void *)n;
}

static void test_threads(void) {
    struct world w[3];
    pthread_t threads[3];
    for (int i = 0; i < 3; i++) {
        open_way(&w[i], GUARDING);
        w[i].host.reserve = wick_posix_host.reserve;
        NEED(pthread_create(&threads[i], NULL, run_thread,
                            world_instance(&w[i], "i", "(module (memory 1) (func (export \"get\") (param i32) (result i32)"
                                                       " (i32.load8_u (local.get 0))))")) == 0);
    }
    for (int i = 0; i < 3; i++) {
        void *n;
        NEED(pthread_join(threads[i], &n) == 0);
        CHECK_EQ((size_t)n, 1000);
        world_close(&w[i]);
    }
}

static sigjmp_buf after_fault;
static void *faulted_at;
static volatile uint8_t *touched;

/* A page that is there and may not be touched; one that is not there. */
static void *bad_page(bool is_there) {
    void *page = mmap(NULL, 65536, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    NEED(page != MAP_FAILED && (is_there || munmap(page, 65536) == 0));
    return page;
}

static void on_fault(int number, siginfo_t *info, void *context) {
    (void)number;
    (void)context;
    faulted_at = info->si_addr;
    siglongjmp(after_fault, 1);
}

/* Faults of others go to whom they went before, with an engine that guards and without. */
static void test_foreign(void) {
    struct sigaction action;
    struct world w;
    memset(&action, 0, sizeof action);
    action.sa_sigaction = on_fault;
    action.sa_flags = SA_SIGINFO;
    NEED(sigaction(SIGSEGV, &action, NULL) == 0);
    open_way(&w, GUARDING);
    for (volatile int i = 0; i < 2; i++) {
        touched = (uint8_t *)bad_page(i == 0) + 5;
        faulted_at = NULL;
        if (sigsetjmp(after_fault, 1) == 0) {
            (void)*touched;
            FAILED("no fault");
        }
        CHECK((uintptr_t)faulted_at == (uintptr_t)touched);
    }
    world_close(&w);
    CHECK_EQ(wick_fault(0), 0);
    CHECK_EQ(wick_fault((uintptr_t)wick_fault), 0);
}

/* Where nobody had the signal, they end the process. In children, for the port installs its handler once. */
static void test_default(bool ignored) {
    int status;
    const pid_t child = fork();
    NEED(child >= 0);
    if (child == 0) {
        struct world w;
        const struct rlimit none = {0, 0};
        setrlimit(RLIMIT_CORE, &none);
        signal(SIGSEGV, ignored ? SIG_IGN : SIG_DFL);
        open_way(&w, GUARDING);
        *(volatile uint8_t *)bad_page(false) = 1;
        _exit(0);
    }
    NEED(waitpid(child, &status, 0) == child);
    CHECK(WIFSIGNALED(status) && WTERMSIG(status) == SIGSEGV);
}

#if defined(__SANITIZE_ADDRESS__)
#define HAS_SANITIZER 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer) || __has_feature(undefined_behavior_sanitizer)
#define HAS_SANITIZER 1
#endif
#endif
#ifndef HAS_SANITIZER
#define HAS_SANITIZER 0
#endif

int main(void) {
    if (!HAS_SANITIZER) { /* they have the signal */
        test_default(false);
        test_default(true);
        test_foreign();
    }
    for (enum way way = PLAIN; way < N_WAYS; way++) {
        for (size_t i = 0; i < N_OFFSETS; i++) {
            for (size_t k = 0; k < N_ADDRESSES; k++) {
                test_bounds(way, offsets[i], &addresses[k], (i + k) % 2 != 0);
            }
        }
        test_loops(way);
        test_sharing(way);
        test_others(way);
        test_refused(way);
    }
    guard_fails = 1;
    test_loops(GUARDING);
    test_others(GUARDING);
    guard_fails = 0;
    test_threads();
    return test_end("guard_test");
}

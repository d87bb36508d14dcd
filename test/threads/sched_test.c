/* sched_test.c - threads under a scheduler: many stores with one memory, by turns on one host thread, as a kernel runs them.
 * A task in memory.atomic.wait takes no turn and no host thread; the scheduler finds out at once when a wake-up is lost,
 * because then nobody can go on. Time is a variable. */
#include "../api/api.h"
#include "wick/wick_wasi.h"

/* ---- a clock that stands still ------------------------------------------------------------------------------------ */

static uint64_t now;

static uint64_t fake_now(void *user) {
    (void)user;
    return now;
}

static wick_wasi_errno fake_clock(void *user, uint32_t clock, uint64_t *out_ns) {
    (void)user;
    (void)clock;
    *out_ns = now;
    return WICK_WASI_OK;
}

static const wick_wasi_host wasi_host = {.size = sizeof wasi_host, .clock_time = fake_clock};

static uint32_t random_below(uint32_t *seed, uint32_t n) {
    *seed ^= *seed << 13;
    *seed ^= *seed >> 17;
    *seed ^= *seed << 5;
    return *seed % n;
}

/* ---- tasks alone --------------------------------------------------------------------------------------------------- */

#define WAITERS 5

static const char wait_text[] =
    "(module (import \"m\" \"m\" (memory 1 4 shared))"
    "  (func (export \"wait\") (param i32 i32 i64) (result i32)"
    "    (memory.atomic.wait32 (local.get 0) (local.get 1) (local.get 2)))"
    "  (func (export \"wait64\") (param i32 i64 i64) (result i32)"
    "    (memory.atomic.wait64 (local.get 0) (local.get 1) (local.get 2)))"
    "  (func (export \"notify\") (param i32 i32) (result i32) (memory.atomic.notify (local.get 0) (local.get 1)))"
    "  (func (export \"put\") (param i32 i32) (result i32) (i32.atomic.store (local.get 0) (local.get 1)) (i32.const 0))"
    "  (func (export \"grow\") (param i32 i32) (result i32) (memory.grow (local.get 1)))"
    "  (func (export \"get\") (param i32 i32) (result i32) (i32.load (local.get 0))))";

struct member {
    wick_store *store;
    wick_instance *instance;
    wick_task *task;
};

struct group {
    struct port port;
    wick_host host;
    wick_engine *engine;
    wick_module *module;
    wick_shared *shared;
    struct member members[WAITERS];
};

static void group_open(struct group *g, wick_engine_kind kind) {
    wick_config config = {.engine = kind};
    wick_limits limits = {.min = 1, .max = 4, .shared = true};
    size_t size;
    uint8_t *bytes = wat_bytes(wait_text, &size);
    memset(g, 0, sizeof *g);
    port_init(&g->port);
    g->host = port_table();
    g->host.now_ns = fake_now;
    NEED(wick_engine_new(&g->host, &g->port, &config, &g->engine) == WICK_OK);
    NEED(wick_module_new(g->engine, bytes, size, 0, &g->module, NULL) == WICK_OK);
    free(bytes);
    for (int i = 0; i < WAITERS; i++) {
        struct member *m = &g->members[i];
        wick_extern item = {.kind = WICK_EXTERN_MEMORY};
        NEED(wick_store_new(g->engine, NULL, &m->store) == WICK_OK);
        if (i == 0) {
            NEED(wick_memory_new(m->store, &limits, &item.of.memory) == WICK_OK);
            NEED(wick_memory_share(item.of.memory, &g->shared) == WICK_OK);
        } else {
            NEED(wick_memory_from_shared(m->store, g->shared, &item.of.memory) == WICK_OK);
        }
        NEED(wick_task_new(m->store, NULL, &m->task) == WICK_OK);
        NEED(wick_task_instantiate(m->task, g->module, &item, 1, &m->instance, NULL) == WICK_OK);
        NEED(wick_task_resume(m->task, WICK_FUEL_UNLIMITED) == WICK_DONE);
    }
}

static void group_close(struct group *g) {
    for (int i = 0; i < WAITERS; i++) {
        if (g->members[i].store != NULL) {
            wick_store_free(g->members[i].store);
        }
    }
    wick_shared_free(g->shared);
    wick_module_free(g->module);
    wick_engine_free(g->engine);
    CHECK_CLEAN(&g->port);
}

static void group_begin(struct member *m, const char *name, uint32_t a, wick_value b, const wick_value *c) {
    wick_value args[3] = {i32(a), b};
    if (c != NULL) {
        args[2] = *c;
    }
    NEED(wick_task_call(m->task, func_of(m->instance, name), args, c != NULL ? 3 : 2) == WICK_OK);
}

static void group_wait(struct member *m, uint32_t address, uint32_t expected, int64_t timeout) {
    wick_value t = i64((uint64_t)timeout);
    group_begin(m, "wait", address, i32(expected), &t);
}

static uint32_t group_call(struct member *m, const char *name, uint32_t a, uint32_t b) {
    group_begin(m, name, a, i32(b), NULL);
    NEED(wick_task_resume(m->task, WICK_FUEL_UNLIMITED) == WICK_DONE);
    return wick_task_result(m->task, 0).of.i32;
}

static bool group_is_waiting(struct member *m) {
    return wick_task_resume(m->task, WICK_FUEL_UNLIMITED) == WICK_PENDING && wick_task_waits(m->task);
}

static void check_result(struct member *m, uint32_t want) {
    CHECK_EQ(wick_task_resume(m->task, WICK_FUEL_UNLIMITED), WICK_DONE);
    CHECK_EQ(wick_task_result(m->task, 0).of.i32, want);
    CHECK(!wick_task_waits(m->task));
}

/* Oldest first, as many as asked for, only at the address. */
static void test_order(wick_engine_kind kind) {
    struct group g;
    group_open(&g, kind);
    struct member *m = g.members;
    for (int i = 1; i < WAITERS; i++) {
        group_wait(&m[i], i == 4 ? 12 : 8, 0, -1);
        CHECK(group_is_waiting(&m[i]));
        CHECK_EQ(wick_task_deadline(m[i].task), UINT64_MAX);
    }
    CHECK_EQ(group_call(&m[0], "notify", 16, 100), 0);
    CHECK_EQ(group_call(&m[0], "notify", 8, 0), 0);
    CHECK_EQ(group_call(&m[0], "notify", 8, 2), 2);
    CHECK(!wick_task_waits(m[1].task) && !wick_task_waits(m[2].task));
    CHECK(group_is_waiting(&m[3]) && group_is_waiting(&m[4]));
    check_result(&m[1], 0);
    check_result(&m[2], 0);
    CHECK_EQ(group_call(&m[0], "notify", 8, 100), 1);
    check_result(&m[3], 0);
    CHECK_EQ(group_call(&m[0], "notify", 12, 100), 1);
    CHECK_EQ(group_call(&m[0], "notify", 12, 100), 0);
    check_result(&m[4], 0);
    group_close(&g);
}

/* The other two answers; a wake-up that comes before the time is seen to be up counts. */
static void test_time(wick_engine_kind kind) {
    struct group g;
    wick_value t = i64(50), wide = i64(UINT64_C(0x100000000));
    group_open(&g, kind);
    struct member *m = g.members;
    now = 1000;
    group_wait(&m[1], 8, 1, -1);
    check_result(&m[1], 1);
    group_wait(&m[1], 8, 0, 0);
    check_result(&m[1], 2);
    group_wait(&m[1], 8, 0, 100);
    CHECK(group_is_waiting(&m[1]));
    CHECK_EQ(wick_task_deadline(m[1].task), 1100);
    now = 1099;
    CHECK(group_is_waiting(&m[1]));
    now = 1100;
    check_result(&m[1], 2);
    group_wait(&m[1], 8, 0, 100);
    CHECK(group_is_waiting(&m[1]));
    now = 5000;
    CHECK_EQ(group_call(&m[0], "notify", 8, 1), 1);
    check_result(&m[1], 0);
    CHECK_EQ(group_call(&m[0], "notify", 8, 1), 0);
    group_wait(&m[1], 8, 0, INT64_MAX);
    CHECK(group_is_waiting(&m[1]));
    group_begin(&m[2], "wait64", 8, wide, &t);
    check_result(&m[2], 1);
    group_begin(&m[2], "wait64", 8, i64(0), &t);
    CHECK(group_is_waiting(&m[2]));
    CHECK_EQ(group_call(&m[0], "put", 8, 5), 0); /* changes nothing for those who wait */
    CHECK(group_is_waiting(&m[1]) && group_is_waiting(&m[2]));
    CHECK_EQ(group_call(&m[0], "notify", 8, UINT32_MAX), 2);
    check_result(&m[1], 0);
    check_result(&m[2], 0);
    group_close(&g);
}

/* Waiting tasks that are stopped, cancelled, freed, or whose store goes; a memory outlives the store that made it. */
static void test_leave(wick_engine_kind kind) {
    struct group g;
    group_open(&g, kind);
    struct member *m = g.members;
    for (int i = 0; i < 4; i++) {
        group_wait(&m[i], 8, 0, -1);
        CHECK(group_is_waiting(&m[i]));
    }
    wick_task_stop(m[1].task);
    CHECK_EQ(wick_task_resume(m[1].task, WICK_FUEL_UNLIMITED), WICK_YIELDED);
    CHECK(group_is_waiting(&m[1]));
    wick_task_cancel(m[2].task);
    wick_task_free(m[3].task);
    CHECK_EQ(group_call(&m[4], "grow", 0, 1), 1);
    CHECK_EQ(group_call(&m[2], "grow", 0, 2), 2);
    CHECK_EQ(group_call(&m[2], "grow", 0, 1), UINT32_MAX);
    wick_store_free(m[0].store);
    m[0].store = NULL;
    CHECK_EQ(group_call(&m[4], "put", 262140, 77), 0);
    CHECK_EQ(group_call(&m[2], "get", 262140, 0), 77);
    CHECK_EQ(group_call(&m[4], "notify", 8, UINT32_MAX), 1);
    check_result(&m[1], 0);
    group_close(&g);
}

/* What the quota of the store that made the memory left is what all may add, however many stores there are. */
static void test_quota(wick_engine_kind kind) {
    struct group g;
    wick_store_options small = {.quota = 3 * 65536};
    wick_limits limits = {.min = 1, .max = 100, .shared = true};
    wick_store *maker, *other;
    wick_memory *first, *second;
    wick_shared *shared;
    group_open(&g, kind);
    NEED(wick_store_new(g.engine, &small, &maker) == WICK_OK && wick_store_new(g.engine, NULL, &other) == WICK_OK);
    NEED(wick_memory_new(maker, &limits, &first) == WICK_OK && wick_memory_share(first, &shared) == WICK_OK);
    NEED(wick_memory_from_shared(other, shared, &second) == WICK_OK);
    CHECK_EQ(wick_memory_grow(second, 3), UINT64_MAX);
    CHECK_EQ(wick_memory_grow(second, 1), 1);
    CHECK_EQ(wick_memory_grow(first, 1), 2);
    CHECK_EQ(wick_memory_grow(second, 1), UINT64_MAX);
    CHECK_EQ(wick_memory_bytes(first), 3 * 65536);
    wick_shared_free(shared);
    wick_store_free(maker);
    CHECK_EQ(wick_memory_bytes(second), 3 * 65536);
    wick_store_free(other);
    group_close(&g);
}

/* ---- wasi-threads -------------------------------------------------------------------------------------------------- */

#define THREADS 8
#define ROUNDS "20"

/* A mutex of three states around a counter that is not atomic, with a sleep and time for being interrupted inside. */
static const char program_text[] =
    "(module"
    "  (import \"wasi\" \"thread-spawn\" (func $spawn (param i32) (result i32)))"
    "  (import \"wasi_snapshot_preview1\" \"proc_exit\" (func $exit (param i32)))"
    "  (import \"wasi_snapshot_preview1\" \"poll_oneoff\" (func $poll (param i32 i32 i32 i32) (result i32)))"
    "  (import \"env\" \"memory\" (memory 1 1 shared))"
    "  (global $at (mut i32) (i32.const 0))" /* each thread has its own */
    "  (func $lock"
    "    (if (i32.eqz (i32.atomic.rmw.cmpxchg (i32.const 16) (i32.const 0) (i32.const 1))) (then return))"
    "    (loop $again"
    "      (if (i32.eqz (i32.atomic.rmw.xchg (i32.const 16) (i32.const 2))) (then return))"
    "      (drop (memory.atomic.wait32 (i32.const 16) (i32.const 2) (i64.const -1))) (br $again)))"
    "  (func $unlock"
    "    (if (i32.eq (i32.atomic.rmw.xchg (i32.const 16) (i32.const 0)) (i32.const 2))"
    "      (then (drop (memory.atomic.notify (i32.const 16) (i32.const 1))))))"
    "  (func $sleep"
    "    (i32.store offset=16 (global.get $at) (i32.const 1)) (i64.store offset=24 (global.get $at) (i64.const 1000))"
    "    (drop (call $poll (global.get $at) (i32.add (global.get $at) (i32.const 64)) (i32.const 1)"
    "      (i32.add (global.get $at) (i32.const 128)))))"
    "  (func $add (local $n i32) (local $k i32)"
    "    (call $lock)"
    "    (local.set $n (i32.load (i32.const 20)))"
    "    (local.set $k (i32.const 5))"
    "    (loop $more (br_if $more (local.tee $k (i32.sub (local.get $k) (i32.const 1)))))"
    "    (i32.store (i32.const 20) (i32.add (local.get $n) (i32.const 1)))"
    "    (call $unlock))"
    "  (func (export \"wasi_thread_start\") (param $id i32) (param $arg i32) (local $k i32)"
    "    (global.set $at (i32.mul (local.get $arg) (i32.const 256)))"
    "    (local.set $k (i32.const " ROUNDS "))"
    "    (loop $more (call $add) (if (i32.eq (local.get $k) (i32.const 10)) (then (call $sleep)))"
    "      (br_if $more (local.tee $k (i32.sub (local.get $k) (i32.const 1)))))"
    "    (drop (i32.atomic.rmw.add (i32.const 24) (i32.const 1)))"
    "    (drop (memory.atomic.notify (i32.const 24) (i32.const -1))))"
    "  (func (export \"_start\") (local $i i32) (local $n i32) (local $started i32)"
    "    (loop $more"
    "      (local.set $i (i32.add (local.get $i) (i32.const 1)))"
    "      (if (i32.gt_s (call $spawn (local.get $i)) (i32.const 0))"
    "        (then (local.set $started (i32.add (local.get $started) (i32.const 1)))))"
    "      (br_if $more (i32.lt_u (local.get $i) (i32.const 8))))"
    "    (loop $wait (local.set $n (i32.atomic.load (i32.const 24)))"
    "      (if (i32.lt_u (local.get $n) (local.get $started)) (then"
    "        (drop (memory.atomic.wait32 (i32.const 24) (local.get $n) (i64.const -1))) (br $wait))))"
    /* right: 0 when all have started, else 1 */
    "    (call $exit (if (result i32) (i32.ne (i32.load (i32.const 20)) (i32.mul (local.get $started) (i32.const " ROUNDS ")))"
    "      (then (i32.const 99)) (else (i32.ne (local.get $started) (i32.const 8)))))))";

struct run {
    struct port port;
    wick_host host;
    wick_engine *engine;
    wick_wasi *wasi;
    wick_store *store;
    wick_linker *linker;
    wick_task *task;
    wick_module *module;
    wick_wasi_threads *threads;
    wick_wasi_thread *queue[THREADS + 1];
    int n;
    int most;
    bool refuses; /* to start the third thread */
    int n_started;
};

static wick_wasi_errno run_start(void *user, wick_wasi_thread *thread) {
    struct run *r = user;
    if (r->refuses && ++r->n_started == 3) {
        return WICK_WASI_EAGAIN;
    }
    NEED(r->n <= THREADS);
    r->queue[r->n++] = thread;
    r->most = r->n > r->most ? r->n : r->most;
    return WICK_WASI_OK;
}

/* Makes everything; false: no memory. */
static bool run_open_with(struct run *r, wick_engine_kind kind, const char *text, uint32_t max_threads, uint64_t max_fuel,
                          long long fail_at) {
    wick_config config = {.engine = kind, .lazy = true};
    wick_wasi_options wasi_options = {.host = &wasi_host};
    wick_wasi_threads_options options = {.start = run_start, .user = r, .max_threads = max_threads, .max_fuel = max_fuel};
    wick_instance *instance;
    wick_extern item;
    size_t size;
    uint8_t *bytes = wat_bytes(text, &size);
    memset(r, 0, sizeof *r);
    port_init(&r->port);
    r->host = port_table();
    r->host.now_ns = fake_now;
    r->port.fail_at = fail_at;
    bool is_done =
        wick_engine_new(&r->host, &r->port, &config, &r->engine) == WICK_OK &&
        wick_wasi_new(r->engine, &wasi_options, &r->wasi) == WICK_OK &&
        wick_module_new(r->engine, bytes, size, 0, &r->module, NULL) == WICK_OK &&
        wick_store_new(r->engine, NULL, &r->store) == WICK_OK && wick_linker_new(r->store, &r->linker) == WICK_OK &&
        wick_wasi_link(r->wasi, r->linker) == WICK_OK && wick_task_new(r->store, NULL, &r->task) == WICK_OK &&
        wick_wasi_threads_new(r->wasi, r->task, r->linker, r->module, &options, &r->threads, NULL) == WICK_OK &&
        wick_task_link(r->task, r->linker, r->module, &instance, NULL) == WICK_OK &&
        wick_task_resume(r->task, WICK_FUEL_UNLIMITED) == WICK_DONE &&
        wick_instance_export(instance, "_start", 6, &item) &&
        wick_task_call(r->task, item.of.func, NULL, 0) == WICK_OK;
    free(bytes);
    if (is_done) {
        r->queue[0] = wick_wasi_threads_first(r->threads);
        r->n = 1;
    }
    return is_done;
}

static bool run_open(struct run *r, wick_engine_kind kind, const char *text, uint64_t max_fuel, long long fail_at) {
    return run_open_with(r, kind, text, 0, max_fuel, fail_at);
}

static void run_close(struct run *r) {
    for (int i = 1; i < r->n; i++) {
        wick_wasi_thread_free(r->queue[i]);
    }
    wick_wasi_threads_free(r->threads);
    if (r->linker != NULL) {
        wick_linker_free(r->linker);
    }
    if (r->store != NULL) {
        wick_store_free(r->store);
    }
    wick_module_free(r->module);
    wick_wasi_free(r->wasi);
    if (r->engine != NULL) {
        wick_engine_free(r->engine);
    }
    CHECK_CLEAN(&r->port);
}

static bool run_can(wick_wasi_thread *thread) {
    wick_task *task = wick_wasi_thread_task(thread);
    return !(wick_task_waits(task) && wick_task_deadline(task) > now);
}

/* Somebody who can go on; when nobody can, time passes until somebody can. NULL: nobody ever can. */
static wick_wasi_thread *run_pick(struct run *r, uint32_t *seed, int *out_at) {
    for (;;) {
        const uint32_t first = random_below(seed, (uint32_t)r->n);
        uint64_t soonest = UINT64_MAX;
        for (int k = 0; k < r->n; k++) {
            const int at = (int)((first + (uint32_t)k) % (uint32_t)r->n);
            const uint64_t deadline = wick_task_deadline(wick_wasi_thread_task(r->queue[at]));
            if (run_can(r->queue[at])) {
                *out_at = at;
                return r->queue[at];
            }
            soonest = deadline < soonest ? deadline : soonest;
        }
        if (soonest == UINT64_MAX) {
            return NULL;
        }
        now = soonest;
    }
}

/* Until the program ends. Time goes on a little with every turn. */
static wick_wasi_end run_all(struct run *r, uint32_t seed) {
    while (wick_wasi_threads_ended(r->threads) == WICK_WASI_RUNS) {
        int at = 0;
        wick_wasi_thread *thread = run_pick(r, &seed, &at);
        if (thread == NULL) {
            FAILED("a wake-up was lost: nobody can go on");
            return WICK_WASI_RUNS;
        }
        const wick_status status = wick_wasi_thread_resume(thread, 1 + random_below(&seed, 40));
        now += 100;
        if (status == WICK_DONE) {
            if (at == 0) {
                wick_wasi_threads_end(r->threads);
            } else {
                wick_wasi_thread_free(thread);
                r->queue[at] = r->queue[--r->n];
            }
        }
    }
    return wick_wasi_threads_ended(r->threads);
}

static void test_program(wick_engine_kind kind) {
    for (uint32_t seed = 1; seed <= 60; seed++) {
        struct run r;
        uint32_t status = 77;
        NEED(run_open(&r, kind, program_text, seed % 2 == 0 ? 0 : 1000000, -1));
        r.refuses = seed % 5 == 0;
        CHECK_EQ(run_all(&r, seed), WICK_WASI_END_EXIT);
        CHECK(wick_wasi_exited(r.wasi, &status));
        CHECK_EQ(status, r.refuses ? 1 : 0);
        CHECK(r.most > 2);
        CHECK(wick_wasi_thread_is_cause(wick_wasi_threads_first(r.threads)));
        run_close(&r);
    }
}

/* The k-th allocation fails: a thread less, or an end; nothing leaks, nobody waits for ever. */
static void test_no_memory(wick_engine_kind kind) {
    bool is_done = false;
    int n_less = 0;
    for (long long k = 0; !is_done; k++) {
        struct run r;
        if (run_open(&r, kind, program_text, 0, k)) {
            uint32_t status = 0;
            const wick_wasi_end end = run_all(&r, 7);
            CHECK(end == WICK_WASI_END_EXIT || end == WICK_WASI_END_TRAP);
            if (end == WICK_WASI_END_EXIT) {
                CHECK(wick_wasi_exited(r.wasi, &status) && status <= 1);
                n_less += (int)status;
            }
            is_done = r.port.n <= k;
        }
        run_close(&r);
    }
    CHECK(n_less > 10);
}

static void test_ends(wick_engine_kind kind) {
    const char *const head = "(module (import \"wasi\" \"thread-spawn\" (func $spawn (param i32) (result i32)))"
                             "(import \"env\" \"memory\" (memory 1 1 shared)) (func $loop (loop (br 0)))"
                             "(func (export \"_start\") (drop (call $spawn (i32.const 0))) (call $loop))"
                             "(func (export \"wasi_thread_start\") (param i32 i32) ";
    char text[600];
    struct run r;
    snprintf(text, sizeof text, "%s unreachable))", head);
    NEED(run_open(&r, kind, text, 0, -1));
    CHECK_EQ(run_all(&r, 1), WICK_WASI_END_TRAP);
    CHECK_EQ(wick_wasi_threads_count(r.threads), 1);
    CHECK(r.n == 2 && wick_wasi_thread_is_cause(r.queue[1]) && wick_wasi_thread_id(r.queue[1]) == 1);
    CHECK_EQ(wick_task_diag(wick_wasi_thread_task(r.queue[1]))->err, WICK_ERR_unreachable);
    CHECK_EQ(wick_wasi_thread_resume(r.queue[0], 10), WICK_YIELDED);
    run_close(&r);
    snprintf(text, sizeof text, "%s (call $loop)))", head);
    NEED(run_open(&r, kind, text, 5000, -1));
    CHECK_EQ(run_all(&r, 1), WICK_WASI_END_FUEL);
    CHECK(wick_task_fuel_used(r.task) + wick_task_fuel_used(wick_wasi_thread_task(r.queue[1])) < 5000 + 100);
    CHECK(wick_task_fuel_used(r.task) + wick_task_fuel_used(wick_wasi_thread_task(r.queue[1])) >= 5000);
    run_close(&r);
}

/* Who asks for threads again and again pays for what is made, and makes nothing where there can be no more. */
static void test_storm(wick_engine_kind kind) {
    static const char text[] =
        "(module (import \"wasi\" \"thread-spawn\" (func $spawn (param i32) (result i32)))"
        "  (import \"env\" \"memory\" (memory 100 100 shared)) (memory 2) (table 40000 funcref)"
        "  (func (export \"wasi_thread_start\") (param i32 i32))"
        "  (func (export \"_start\") (loop (drop (call $spawn (i32.const 0))) (br 0))))";
    enum { MADE = (2 * 65536 + 40000 * sizeof(void *)) / 4096 }; /* units of fuel, at least, for each thread */
    struct run r;
    NEED(run_open_with(&r, kind, text, 2, 0, -1));
    CHECK_EQ(wick_wasi_thread_resume(r.queue[0], 1), WICK_YIELDED);
    CHECK_EQ(r.n, 2);
    const uint64_t first = wick_task_fuel_used(r.task);
    CHECK(first >= MADE && first < 5 * MADE); /* an entry of a table may take more than a pointer; the shared memory is nobody's */
    CHECK_EQ(wick_wasi_thread_resume(r.queue[0], first), WICK_YIELDED);
    CHECK_EQ(wick_wasi_threads_count(r.threads), 2);
    const long long n_allocs = r.port.n;
    const uint64_t before = wick_task_fuel_used(r.task);
    CHECK_EQ(wick_wasi_thread_resume(r.queue[0], before + 1000), WICK_YIELDED);
    CHECK_EQ(r.port.n, n_allocs);
    CHECK(wick_task_fuel_used(r.task) >= before + 1000 - first && wick_wasi_threads_count(r.threads) == 2);
    CHECK_EQ(wick_wasi_thread_resume(r.queue[1], 10), WICK_YIELDED); /* it has begun */
    CHECK_EQ(wick_wasi_thread_resume(r.queue[1], 10), WICK_DONE);
    wick_wasi_thread_free(r.queue[1]); /* its place is free again */
    r.queue[1] = r.queue[--r.n];
    CHECK_EQ(wick_wasi_thread_resume(r.queue[0], first), WICK_YIELDED);
    CHECK_EQ(wick_wasi_threads_count(r.threads), 2);
    CHECK(r.n == 3 && wick_wasi_thread_id(r.queue[1]) == 2 && wick_wasi_thread_id(r.queue[2]) == 3);
    wick_wasi_threads_end(r.threads);
    run_close(&r);
}

int main(void) {
    for (int kind = 0; kind < 2; kind++) {
        const wick_engine_kind engine = kind == 0 ? WICK_ENGINE_FAST : WICK_ENGINE_REF;
        test_order(engine);
        test_time(engine);
        test_leave(engine);
        test_quota(engine);
        test_program(engine);
        test_no_memory(engine);
        test_ends(engine);
        test_storm(engine);
    }
    return test_end("sched_test");
}

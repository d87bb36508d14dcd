/* race_test.c - the engine under several host threads: types, lazy translation, quotas, memories that grow while others run,
 * waiting tasks that are freed while others notify, tasks stopped from outside. Judged by the answers, by what is left of
 * the memory, and in a build with -fsanitize=thread by that. */
#include "mt.h"

#define THREADS 4
#define ROUNDS 40

static uint32_t next_random(uint32_t *seed) {
    *seed ^= *seed << 13;
    *seed ^= *seed >> 17;
    *seed ^= *seed << 5;
    return *seed;
}

struct worker {
    pthread_t thread;
    void *shared;
    uint32_t number;
    int failures;
};

static void work_together(void *(*work)(void *), void *shared, struct worker *workers, uint32_t n) {
    for (uint32_t i = 0; i < n; i++) {
        workers[i] = (struct worker){.shared = shared, .number = i};
        NEED(pthread_create(&workers[i].thread, NULL, work, &workers[i]) == 0);
    }
    for (uint32_t i = 0; i < n; i++) {
        pthread_join(workers[i].thread, NULL);
        CHECK_EQ(workers[i].failures, 0);
    }
}

/* ---- types --------------------------------------------------------------------------------------------------------- */

#define TYPE_TEXTS 6
struct types {
    wick_engine *engine;
    uint8_t *bytes[TYPE_TEXTS];
    size_t sizes[TYPE_TEXTS];
};

/* Loads and frees modules whose recursive types are partly the same: equal types must get equal numbers whenever both are
 * there, which a call through an imported function of the same type shows. */
static void *types_work(void *arg) {
    struct worker *own = arg;
    struct types *t = own->shared;
    uint32_t seed = 99 + own->number;
    for (int i = 0; i < ROUNDS; i++) {
        const uint32_t a = next_random(&seed) % TYPE_TEXTS, b = next_random(&seed) % TYPE_TEXTS;
        wick_module *first = NULL, *second = NULL;
        wick_export_info x, y;
        if (wick_module_new(t->engine, t->bytes[a], t->sizes[a], 0, &first, NULL) != WICK_OK ||
            wick_module_new(t->engine, t->bytes[b], t->sizes[b], 0, &second, NULL) != WICK_OK) {
            own->failures++;
        } else {
            wick_module_export(first, 0, &x);
            wick_module_export(second, 0, &y);
            own->failures += (x.type.func.id == y.type.func.id) != (a == b);
        }
        wick_module_free(first);
        wick_module_free(second);
    }
    return NULL;
}

static void test_types(void) {
    struct types t;
    struct port port;
    struct worker workers[THREADS];
    wick_host host = mt_host(false);
    port_init(&port);
    NEED(wick_engine_new(&host, &port, NULL, &t.engine) == WICK_OK);
    for (int i = 0; i < TYPE_TEXTS; i++) {
        char text[400];
        snprintf(text, sizeof text,
                 "(module (rec (type $a (sub (struct (field i32) (field (ref null $b)))))"
                 "  (type $b (sub (array (mut %s))))) (rec (type $f (func (param (ref null $a) %s) (result (ref null $f)))))"
                 "  (func (export \"f\") (type $f) (ref.null $f)))",
                 i % 2 == 0 ? "(ref null $a)" : "i64", i / 2 == 0 ? "" : i / 2 == 1 ? "f32" : "(ref null $b)");
        t.bytes[i] = wat_bytes(text, &t.sizes[i]);
    }
    work_together(types_work, &t, workers, THREADS);
    for (int i = 0; i < TYPE_TEXTS; i++) {
        free(t.bytes[i]);
    }
    wick_engine_free(t.engine);
    CHECK_CLEAN(&port);
}

/* ---- lazy translation ---------------------------------------------------------------------------------------------- */

#define FUNCS 120
static char lazy_text[40000];

/* Function i adds i to its argument and calls the next: whoever comes first translates each of them. */
static void make_lazy_text(void) {
    size_t n = (size_t)snprintf(lazy_text, sizeof lazy_text,
                                "(module (import \"m\" \"m\" (memory 1 1 shared)) (func $f%d (param i32) (result i32) (local.get 0))",
                                FUNCS);
    for (int i = FUNCS - 1; i >= 0; i--) {
        n += (size_t)snprintf(lazy_text + n, sizeof lazy_text - n,
                              "(func $f%d (param i32) (result i32) (local $k i32) (local.set $k (i32.const 3))"
                              "(loop $l (br_if $l (local.tee $k (i32.sub (local.get $k) (i32.const 1)))))"
                              "(call $f%d (i32.add (local.get 0) (i32.const %d))))",
                              i, i + 1, i);
    }
    snprintf(lazy_text + n, sizeof lazy_text - n,
             "(func (export \"f\") (param i32 i32) (result i32) (call $f0 (local.get 0))))");
}

static void test_lazy(wick_engine_kind kind) {
    for (int round = 0; round < ROUNDS / 2; round++) {
        struct mt mt;
        struct mt_thread threads[THREADS];
        memset(threads, 0, sizeof threads);
        mt_open(&mt, kind, true, lazy_text, 1, 1);
        for (uint32_t i = 0; i < THREADS; i++) {
            threads[i].name = "f";
            threads[i].arg = i;
        }
        mt_run(&mt, threads, THREADS);
        for (uint32_t i = 0; i < THREADS; i++) {
            CHECK_EQ(threads[i].result, i + FUNCS * (FUNCS - 1) / 2);
        }
        mt_close(&mt);
    }
}

/* ---- quotas -------------------------------------------------------------------------------------------------------- */

/* Memories and tables made and grown by all until the engine's quota ends it; it must all come back. */
static void *quota_work(void *arg) {
    struct worker *own = arg;
    wick_engine *engine = own->shared;
    uint32_t seed = 7 + own->number;
    for (int i = 0; i < ROUNDS; i++) {
        wick_store *store;
        if (wick_store_new(engine, NULL, &store) != WICK_OK) {
            continue;
        }
        for (int k = 0; k < 6; k++) {
            wick_limits limits = {.min = next_random(&seed) % 8, .max = 16, .shared = next_random(&seed) % 2 == 0};
            wick_memory *memory;
            if (wick_memory_new(store, &limits, &memory) == WICK_OK) {
                const uint64_t before = wick_memory_bytes(memory);
                const uint64_t old = wick_memory_grow(memory, next_random(&seed) % 8);
                own->failures += old != UINT64_MAX && old != before / 65536;
                own->failures += wick_memory_bytes(memory) < before;
            }
        }
        wick_store_free(store);
    }
    return NULL;
}

static void test_quota(bool reserves) {
    struct port port;
    struct worker workers[THREADS];
    wick_config config = {.quota = 3 << 20};
    wick_host host = mt_host(reserves);
    wick_engine *engine;
    port_init(&port);
    NEED(wick_engine_new(&host, &port, &config, &engine) == WICK_OK);
    const uint64_t before = wick_engine_memory_used(engine);
    work_together(quota_work, engine, workers, THREADS);
    CHECK_EQ(wick_engine_memory_used(engine), before);
    CHECK(wick_engine_memory_peak(engine) <= 3 << 20);
    wick_engine_free(engine);
    CHECK_CLEAN(&port);
}

/* ---- growing while others run -------------------------------------------------------------------------------------- */

/* What memory.size has said is there: its last byte is read and written, plainly and atomically, and by bulk instructions. */
static const char grow_text[] =
    "(module (import \"m\" \"m\" (memory 1 200 shared))"
    "  (func (export \"grow\") (param $n i32) (param i32) (result i32) (local $old i32)"
    "    (loop $more (local.set $old (memory.grow (i32.const 1)))"
    "      (if (i32.eq (local.get $old) (i32.const -1)) (then (return (memory.size))))"
    "      (i32.store8 (i32.mul (local.get $old) (i32.const 65536)) (i32.const 7)) (br $more))"
    "    (i32.const 0))"
    "  (func (export \"use\") (param $n i32) (param i32) (result i32) (local $end i32) (local $last i32)"
    "    (loop $more (local.set $end (i32.mul (memory.size) (i32.const 65536)))"
    "      (if (i32.lt_u (local.get $end) (local.get $last)) (then unreachable))"
    "      (local.set $last (local.get $end))"
    "      (drop (i32.load8_u (i32.sub (local.get $end) (i32.const 1))))"
    "      (drop (i64.load (i32.sub (local.get $end) (i32.const 8))))"
    "      (i32.store8 (i32.sub (local.get $end) (i32.const 2)) (i32.const 1))"
    "      (drop (i32.atomic.rmw.add (i32.sub (local.get $end) (i32.const 4)) (i32.const 1)))"
    "      (drop (f64.load (i32.sub (local.get $end) (i32.const 16))))"
    "      (memory.fill (i32.sub (local.get $end) (i32.const 100)) (i32.const 5) (i32.const 50))"
    "      (memory.copy (i32.sub (local.get $end) (i32.const 200)) (i32.sub (local.get $end) (i32.const 100)) (i32.const 50))"
    "      (br_if $more (i32.lt_u (local.get $end) (i32.const 13107200))))"
    "    (i32.const 200)))";

static void test_grow(wick_engine_kind kind) {
    for (int round = 0; round < 5; round++) {
        struct mt mt;
        struct mt_thread threads[THREADS] = {{.name = "grow"}, {.name = "use"}, {.name = "use"}, {.name = "grow"}};
        mt_open(&mt, kind, round % 2 == 0, grow_text, 1, 200);
        mt_run(&mt, threads, THREADS);
        for (int i = 0; i < THREADS; i++) {
            CHECK_EQ(threads[i].result, 200);
        }
        for (uint32_t page = 1; page < 200; page++) {
            CHECK_EQ(mt_ld32(&mt, page * 65536) & 0xff, 7);
        }
        mt_close(&mt);
    }
}

/* ---- waiting tasks that go away ------------------------------------------------------------------------------------ */

static const char wait_text[] =
    "(module (import \"m\" \"m\" (memory 1 1 shared))"
    "  (func (export \"wait\") (param i32) (param i32) (result i32)"
    "    (memory.atomic.wait32 (local.get 0) (i32.const 0) (i64.extend_i32_s (local.get 1))))"
    "  (func (export \"spin\") (param i32) (param i32) (result i32) (loop (br 0)) (i32.const 0))"
    "  (func (export \"notify\") (param $n i32) (param i32) (result i32) (local $sum i32)"
    "    (loop $more"
    "      (local.set $sum (i32.add (local.get $sum) (memory.atomic.notify (i32.const 0) (i32.const 1))))"
    "      (local.set $sum (i32.add (local.get $sum) (memory.atomic.notify (i32.const 4) (i32.const 100))))"
    "      (br_if $more (i32.eqz (i32.atomic.load (i32.const 8)))))"
    "    (local.get $sum)))";

struct leaving {
    struct mt *mt;
    uint32_t n_woken;
};

/* Waits, and then is woken, times out, is cancelled, freed, or freed with its store. */
static void *leaving_work(void *arg) {
    struct worker *own = arg;
    struct leaving *l = own->shared;
    struct mt *mt = l->mt;
    uint32_t seed = 31 + own->number;
    for (int i = 0; i < ROUNDS * 4; i++) {
        wick_store *store;
        wick_instance *instance;
        wick_task *task;
        const uint32_t how = next_random(&seed) % 5;
        wick_value args[2] = {i32(next_random(&seed) % 2 * 4), i32(how == 0 ? 20000 : UINT32_MAX)};
        wick_extern item;
        if (wick_store_new(mt->engine, NULL, &store) != WICK_OK || mt_instantiate(mt, store, &instance) != WICK_OK ||
            wick_task_new(store, NULL, &task) != WICK_OK || !wick_instance_export(instance, "wait", 4, &item) ||
            wick_task_call(task, item.of.func, args, 2) != WICK_OK) {
            own->failures++;
            return NULL;
        }
        wick_status status = wick_task_resume(task, WICK_FUEL_UNLIMITED);
        while (how < 2 && status == WICK_PENDING) { /* until it is woken or its time is up */
            wick_task_sleep(task, UINT64_MAX);
            status = wick_task_resume(task, WICK_FUEL_UNLIMITED);
        }
        own->failures += how < 2 && (status != WICK_DONE || wick_task_result(task, 0).of.i32 > 2);
        if (status == WICK_DONE && wick_task_result(task, 0).of.i32 == 0) {
            __atomic_fetch_add(&l->n_woken, 1, __ATOMIC_SEQ_CST);
        }
        if (how == 2) {
            wick_task_cancel(task);
        } else if (how == 3) {
            wick_task_free(task);
        }
        wick_store_free(store);
    }
    return NULL;
}

static void test_leaving(wick_engine_kind kind) {
    struct mt mt;
    struct worker workers[THREADS];
    struct leaving l = {.mt = &mt};
    mt_open(&mt, kind, true, wait_text, 1, 1);
    struct mt_thread notifier = {.mt = &mt, .name = "notify"};
    mt.n_threads = 1;
    NEED(pthread_create(&notifier.thread, NULL, mt_main, &notifier) == 0);
    work_together(leaving_work, &l, workers, THREADS);
    __atomic_store_n((uint32_t *)(void *)(wick_memory_data(mt.memory) + 8), 0x01010101u, __ATOMIC_SEQ_CST);
    pthread_join(notifier.thread, NULL);
    CHECK_EQ(notifier.err, WICK_OK);
    CHECK(notifier.result >= l.n_woken); /* who was freed in time was notified in vain */
    CHECK(l.n_woken > 0);
    mt_close(&mt);
}

/* ---- stopping ------------------------------------------------------------------------------------------------------ */

struct stopping {
    struct mt *mt;
    wick_task *tasks[2]; /* one runs, one waits; given when both are ready */
    uint32_t ready, rounds;
};

static void *stopping_work(void *arg) {
    struct worker *own = arg;
    struct stopping *s = own->shared;
    if (own->number == 2) { /* stops both, again and again */
        while (__atomic_load_n(&s->ready, __ATOMIC_SEQ_CST) < 2) {
            sched_yield();
        }
        while (__atomic_load_n(&s->ready, __ATOMIC_SEQ_CST) != 0) {
            wick_task_stop(s->tasks[0]);
            wick_task_stop(s->tasks[1]);
            sched_yield();
        }
        return NULL;
    }
    wick_task *task = s->tasks[own->number];
    __atomic_fetch_add(&s->ready, 1, __ATOMIC_SEQ_CST);
    for (uint32_t i = 0; i < s->rounds; i++) {
        wick_status status = wick_task_resume(task, WICK_FUEL_UNLIMITED);
        while (status == WICK_PENDING) {
            wick_task_sleep(task, UINT64_MAX); /* a stop ends it */
            status = wick_task_resume(task, WICK_FUEL_UNLIMITED);
        }
        own->failures += status != WICK_YIELDED;
    }
    __atomic_fetch_sub(&s->ready, 1, __ATOMIC_SEQ_CST);
    return NULL;
}

static void test_stopping(wick_engine_kind kind) {
    struct mt mt;
    struct worker workers[3];
    wick_store *stores[2];
    mt_open(&mt, kind, true, wait_text, 1, 1);
    struct stopping s = {.mt = &mt, .rounds = 300};
    for (int i = 0; i < 2; i++) {
        wick_value args[2] = {i32(0), i32(UINT32_MAX)};
        wick_instance *instance;
        NEED(wick_store_new(mt.engine, NULL, &stores[i]) == WICK_OK);
        NEED(mt_instantiate(&mt, stores[i], &instance) == WICK_OK);
        NEED(wick_task_new(stores[i], NULL, &s.tasks[i]) == WICK_OK);
        NEED(wick_task_call(s.tasks[i], func_of(instance, i == 0 ? "spin" : "wait"), args, 2) == WICK_OK);
    }
    work_together(stopping_work, &s, workers, 3);
    wick_store_free(stores[0]);
    wick_store_free(stores[1]);
    mt_close(&mt);
}

int main(void) {
    make_lazy_text();
    test_types();
    test_quota(false);
    test_quota(true);
    for (int k = 0; k < 2; k++) {
        const wick_engine_kind kind = k == 0 ? WICK_ENGINE_FAST : WICK_ENGINE_REF;
        test_lazy(kind);
        test_grow(kind);
        test_leaving(kind);
        test_stopping(kind);
    }
    return test_end("race_test");
}

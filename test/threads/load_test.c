/* load_test.c - loading with several threads (wick_config.load_threads): what comes of it, errors included, is what one
 * thread makes; ports that run the parts in their own way; memory that runs out; loading while others run. */
#include <stdarg.h>

#include "interp/fast.h"
#include "mt.h"
#include "rt/interp.h"

#if defined(WICK_TEST_SMALL) || WK_THREAD_SANITIZER
#define IS_SMALL true /* everything takes long */
#else
#define IS_SMALL false
#endif

#define FUNCS 1500
#define N_COUNTS 3
static const uint32_t thread_counts[N_COUNTS] = {2, 3, 8};

static uint32_t next_random(uint32_t *seed) {
    *seed ^= *seed << 13;
    *seed ^= *seed >> 17;
    *seed ^= *seed << 5;
    return *seed;
}

/* ---- a port ---------------------------------------------------------------------------------------------------------- */

enum ways { WAY_THREADS, WAY_REVERSED, WAY_ALONE, WAY_SOME };

struct load_port {
    struct port port; /* first */
    enum ways way;
    int n_calls;
    uint32_t n; /* of the last call */
};

struct load_part {
    pthread_t thread;
    void (*run)(void *arg, uint32_t part);
    void *arg;
    uint32_t part;
};

static void *load_part_main(void *arg) {
    struct load_part *part = arg;
    part->run(part->arg, part->part);
    return NULL;
}

static void load_parallel(void *user, uint32_t n, void (*run)(void *arg, uint32_t part), void *arg) {
    struct load_port *port = user;
    struct load_part parts[64];
    __atomic_fetch_add(&port->n_calls, 1, __ATOMIC_SEQ_CST); /* in one test two threads load with one engine */
    __atomic_store_n(&port->n, n, __ATOMIC_SEQ_CST);
    if (n < 2 || n > 64) {
        abort();
    }
    if (port->way == WAY_REVERSED) {
        for (uint32_t i = n; i-- != 0;) {
            run(arg, i);
        }
        return;
    }
    for (uint32_t i = 1; i < n && port->way != WAY_ALONE; i++) {
        parts[i] = (struct load_part){.run = run, .arg = arg, .part = i};
        if (port->way == WAY_THREADS || i % 2 == 0) {
            if (pthread_create(&parts[i].thread, NULL, load_part_main, &parts[i]) != 0) {
                abort();
            }
        }
    }
    run(arg, 0);
    for (uint32_t i = 1; i < n && port->way != WAY_ALONE; i++) {
        if (port->way == WAY_THREADS || i % 2 == 0) {
            pthread_join(parts[i].thread, NULL);
        }
    }
}

static void load_port_init(struct load_port *port, wick_host *host) {
    memset(port, 0, sizeof *port);
    port_init(&port->port);
    *host = mt_host(false);
    host->parallel = load_parallel;
}

/* ---- a module -------------------------------------------------------------------------------------------------------- */

struct text {
    char *data;
    size_t n, cap;
};

static void text_put(struct text *t, const char *format, ...) __attribute__((format(printf, 2, 3)));
static void text_put(struct text *t, const char *format, ...) {
    va_list args;
    if (t->cap - t->n < 2000) {
        t->cap = t->cap * 2 + 4000;
        t->data = realloc(t->data, t->cap);
        NEED(t->data != NULL);
    }
    va_start(args, format);
    t->n += (size_t)vsnprintf(t->data + t->n, t->cap - t->n, format, args);
    va_end(args);
}

/* One of a few shapes: what the short ways of validator and translator know and what they do not, with constants that make
 * each body differ. The functions have type (i32) -> i32, and end for every argument. */
static void put_statement(struct text *t, uint32_t func, uint32_t *seed) {
    const uint32_t number = next_random(seed) % 100000;
    switch (next_random(seed) % 8) {
    case 0:
        text_put(t, "(local.set 1 (i32.add (i32.mul (local.get 0) (i32.const %u)) (local.get 1)))", number);
        break;
    case 1:
        text_put(t, "(local.set 2 (i32.const %u)) (loop (local.set 1 (i32.xor (local.get 1) (i32.load offset=%u (i32.and"
                    " (local.get 2) (i32.const 255))))) (br_if 0 (local.tee 2 (i32.sub (local.get 2) (i32.const 1)))))",
                 number % 9 + 1, number % 1000);
        break;
    case 2:
        if (func >= 64) {
            text_put(t, "(local.set 1 (i32.sub (call $f%u (i32.const %u)) (local.get 1)))", number % 64, number);
        }
        break;
    case 3:
        text_put(t, "(block (block (block (br_table 0 1 2 (i32.and (local.get 1) (i32.const 3)))) (i32.store (i32.const %u)"
                    " (local.get 1))) (local.set 1 (i32.popcnt (local.get 1))))", number % 60000);
        break;
    case 4:
#if WICK_EH
        text_put(t, "(local.set 1 (i32.add (local.get 1) (block $out (result i32) (try_table (catch $e $out)"
                    " (throw $e (i32.const %u))) (i32.const 1))))", number);
#endif
        break;
    case 5:
#if WICK_SIMD
        text_put(t, "(local.set 1 (i32x4.extract_lane 2 (i32x4.mul (i32x4.splat (local.get 1)) (v128.const i32x4 1 2 %u 4))))",
                 number);
#endif
        break;
    case 6:
        text_put(t, "(local.get 0) (@metadata.code.branch_hint \"\\%02x\") (if (then (global.set $g (f64.mul (global.get $g)"
                    " (f64.const %u.5)))) (else (local.set 3 (i64.add (local.get 3) (i64.const %u)))))",
                 number % 2, number, number);
        break;
    default:
        text_put(t, "(local.set 1 (select (local.get 0) (i32.wrap_i64 (i64.rotl (local.get 3) (i64.const %u)))"
                    " (i32.lt_s (local.get 1) (local.get 2))))", number % 64);
        break;
    }
}

static uint8_t *module_bytes;
static size_t module_size;

static void make_module(void) {
    struct text t = {NULL, 0, 0};
    uint32_t seed = 2463534242u;
    text_put(&t, "(module (type $t (func (param i32) (result i32))) (memory 1) (global $g (mut f64) (f64.const 1))"
                 "(table %d funcref) (elem (i32.const 0) func", FUNCS);
    for (int i = 0; i < FUNCS; i++) {
        text_put(&t, " $f%d", i);
    }
    text_put(&t, ")");
#if WICK_EH
    text_put(&t, "(tag $e (param i32))");
#endif
    text_put(&t, "(func (export \"call\") (param i32 i32) (result i32)"
                 " (call_indirect (type $t) (local.get 1) (local.get 0)))");
    for (uint32_t i = 0; i < FUNCS; i++) {
        /* some are long: a part may be busy with one while others do many */
        uint32_t n = i % 251 == 0 ? 1500 : next_random(&seed) % 40;
        text_put(&t, "(func $f%u (type $t) (local i32 i32 i64)", i);
        for (; n != 0; n--) {
            put_statement(&t, i, &seed);
        }
        text_put(&t, "(local.get 1))\n");
    }
    text_put(&t, ")");
    module_bytes = wat_bytes(t.data, &module_size);
    free(t.data);
    NEED(module_size > 8 * 65536 + 10000);
}

/* ---- loading it ------------------------------------------------------------------------------------------------------ */

struct load {
    struct load_port port;
    wick_host host;
    wick_engine *engine;
    wick_module *module; /* NULL: `diag` says why */
    wick_diag diag;
    wick_err err;
};

static void load_open(struct load *l, wick_engine_kind kind, uint32_t threads, bool lazy) {
    wick_config config = {.engine = kind, .load_threads = threads, .lazy = lazy};
    load_port_init(&l->port, &l->host);
    l->module = NULL;
    NEED(wick_engine_new(&l->host, &l->port, &config, &l->engine) == WICK_OK);
}

static void load_bytes(struct load *l, const uint8_t *bytes, size_t size) {
    wick_diag_init(&l->diag);
    l->module = NULL;
    l->err = wick_module_new(l->engine, bytes, size, WICK_MODULE_BORROW, &l->module, &l->diag);
}

static void load_close(struct load *l) {
    wick_module_free(l->module);
    wick_engine_free(l->engine);
    CHECK_CLEAN(&l->port.port);
}

static bool same_diag(const wick_diag *a, const wick_diag *b) {
    return a->err == b->err && a->offset == b->offset && a->func == b->func && a->pc == b->pc &&
           a->section == b->section && a->op == b->op && memcmp(a->a, b->a, sizeof a->a) == 0;
}

/* ---- what comes of it ------------------------------------------------------------------------------------------------ */

/* The bytes that fill up a cell may be anything. */
static bool same_cells(const struct wk_entry *a, const struct wk_entry *b) {
    const size_t cap = 1 << 21;
    char *x, *y;
    bool same = a->size == b->size && a->first == b->first;
    if (!same || memcmp(a->code, b->code, a->size) == 0) {
        return same;
    }
    x = malloc(cap);
    y = malloc(cap);
    NEED(x != NULL && y != NULL);
    NEED(wk_cell_print(a->code, a->size, x, cap) < cap - 1);
    NEED(wk_cell_print(b->code, b->size, y, cap) < cap - 1);
    same = strcmp(x, y) == 0;
    free(x);
    free(y);
    return same;
}

static void check_same_cells(const struct wick_module *a, const struct wick_module *b) {
    const struct wk_code *x = a->code, *y = b->code;
    struct wk_code_place p = {0}, q = {0};
    uint32_t differ = 0;
    CHECK_EQ(x->n_left, 0);
    CHECK_EQ(y->n_left, 0);
    CHECK(y->spare == NULL);
    for (uint32_t i = 0; i < a->n_funcs; i++) {
        const struct wk_entry *e = &x->entries[i], *f = &y->entries[i];
        size_t table = 0;
        wk_code_find(a, e->code, &p);
        wk_code_find(b, f->code, &q);
        if (p.catches != NULL && q.catches != NULL) {
            table = sizeof *p.catches + p.catches->n_scopes * sizeof *p.catches->scopes +
                    p.catches->n_catches * sizeof(struct wk_catch);
        }
        differ += !same_cells(e, f) || p.func != i || q.func != i || (p.catches == NULL) != (q.catches == NULL) ||
                  (table != 0 && memcmp(p.catches, q.catches, table) != 0);
    }
    CHECK_EQ(differ, 0);
}

/* Called by several threads: no CHECK in here. */
static bool run_some(wick_engine *engine, wick_module *module, uint32_t step, uint32_t *out_sum) {
    wick_store *store;
    wick_linker *linker = NULL;
    wick_instance *instance;
    wick_extern item;
    bool fine;
    if (wick_store_new(engine, NULL, &store) != WICK_OK) {
        return false;
    }
    fine = wick_linker_new(store, &linker) == WICK_OK &&
           wick_linker_instantiate(linker, module, &instance, NULL) == WICK_OK &&
           wick_instance_export(instance, "call", 4, &item);
    *out_sum = 0;
    for (uint32_t i = 0; fine && i < FUNCS; i += step) {
        wick_value args[2] = {i32(FUNCS - 1 - i), i32(i)}, result;
        fine = wick_func_call(item.of.func, args, 2, &result, 1, NULL) == WICK_OK;
        if (fine) {
            *out_sum = *out_sum * 31 + result.of.i32;
        }
    }
    wick_linker_free(linker);
    wick_store_free(store);
    return fine;
}

static void check_same_results(struct load *one, struct load *l) {
    uint32_t a, b;
    CHECK(run_some(one->engine, one->module, 11, &a));
    CHECK(run_some(l->engine, l->module, 11, &b));
    CHECK_EQ(a, b);
}

static uint32_t parts_of(uint32_t threads) {
    struct load l;
    uint32_t bytes;
    load_open(&l, WICK_ENGINE_FAST, 1, true);
    load_bytes(&l, module_bytes, module_size);
    NEED(l.module != NULL);
    bytes = l.module->funcs[FUNCS].off + l.module->funcs[FUNCS].size - l.module->funcs[0].off;
    load_close(&l);
    return bytes / 65536 < threads ? bytes / 65536 : threads;
}

static void test_same(wick_engine_kind kind, enum ways way) {
    struct load one;
    load_open(&one, kind, 0, false);
    load_bytes(&one, module_bytes, module_size);
    NEED(one.module != NULL);
    CHECK_EQ(one.port.n_calls, 0);
    for (int i = 0; i < N_COUNTS; i++) {
        struct load l;
        load_open(&l, kind, thread_counts[i], i == 1);
        l.port.way = way;
        load_bytes(&l, module_bytes, module_size);
        NEED(l.module != NULL);
        CHECK_EQ(l.port.n_calls, i == 1 ? 1 : 2);
        CHECK_EQ(l.port.n, thread_counts[i]);
        CHECK_EQ(wick_module_translate(l.module, &l.diag), WICK_OK);
        CHECK_EQ(memcmp(one.module->funcs, l.module->funcs, (FUNCS + 1) * sizeof *l.module->funcs), 0);
        if (kind == WICK_ENGINE_FAST) {
            check_same_cells(one.module, l.module);
        }
        check_same_results(&one, &l);
        load_close(&l);
    }
    load_close(&one);
}

/* ---- when one thread is all there is --------------------------------------------------------------------------------- */

static void test_when(void) {
    static const uint8_t empty[] = {0, 'a', 's', 'm', 1, 0, 0, 0};
    struct load l;
    wick_config config = {.load_threads = 8};
    load_open(&l, WICK_ENGINE_FAST, 1, false);
    load_bytes(&l, module_bytes, module_size);
    CHECK_EQ(l.port.n_calls, 0);
    load_close(&l);
    load_open(&l, WICK_ENGINE_FAST, 64, false); /* too small for so many */
    load_bytes(&l, module_bytes, module_size);
    CHECK_EQ(l.port.n, parts_of(64));
    CHECK(l.port.n < 64);
    wick_module_free(l.module);
    l.port.n_calls = 0;
    load_bytes(&l, empty, sizeof empty);
    CHECK_EQ(l.err, WICK_OK);
    CHECK_EQ(l.port.n_calls, 0);
    load_close(&l);
    load_port_init(&l.port, &l.host); /* no lock */
    l.host.lock = NULL;
    NEED(wick_engine_new(&l.host, &l.port, &config, &l.engine) == WICK_OK);
    load_bytes(&l, module_bytes, module_size);
    CHECK_EQ(l.err, WICK_OK);
    CHECK_EQ(l.port.n_calls, 0);
    load_close(&l);
    load_port_init(&l.port, &l.host); /* a port that is older than this */
    l.host.size = offsetof(wick_host, parallel);
    NEED(wick_engine_new(&l.host, &l.port, &config, &l.engine) == WICK_OK);
    load_bytes(&l, module_bytes, module_size);
    CHECK_EQ(l.err, WICK_OK);
    CHECK_EQ(l.port.n_calls, 0);
    load_close(&l);
}

static void test_region(void) {
    const size_t size = 64 << 20;
    uint8_t *block = aligned_alloc(16, size);
    struct load l;
    wick_config config = {.load_threads = 4};
    NEED(block != NULL);
    load_port_init(&l.port, &l.host);
    NEED(wick_engine_init(block, size, &l.host, &l.port, &config, &l.engine) == WICK_OK);
    load_bytes(&l, module_bytes, module_size);
    CHECK_EQ(l.err, WICK_OK);
    CHECK_EQ(l.port.n_calls, 2);
    load_close(&l);
    free(block);
}

static void test_posix(void) {
    wick_config config = {.load_threads = 5};
    wick_engine *engine;
    wick_module *module;
    NEED(wick_engine_new(&wick_posix_host, NULL, &config, &engine) == WICK_OK);
    NEED(wick_module_new(engine, module_bytes, module_size, 0, &module, NULL) == WICK_OK);
    CHECK_EQ(wick_module_translate(module, NULL), WICK_OK);
    wick_module_free(module);
    CHECK_EQ(wick_engine_memory_used(engine) < module_size, true);
    wick_engine_free(engine);
}

/* ---- errors ---------------------------------------------------------------------------------------------------------- */

enum damage { VALID, INVALID, MALFORMED };

/* Each body ends in local.get 1, end. */
static void damage_func(uint8_t *bytes, const struct wk_func_info *info, enum damage damage) {
    uint8_t *at = bytes + info->off + info->size - 3;
    if (damage == VALID) {
        return;
    }
    NEED(at[0] == 0x20 && at[1] == 1 && at[2] == 0x0b);
    at[0] = damage == INVALID ? 0x20 : 0xff;
    at[1] = 3; /* an i64 */
}

static void fails_the_same(struct load *one, struct load *many, const uint8_t *bytes) {
    load_bytes(one, bytes, module_size);
    for (int i = 0; i < N_COUNTS; i++) {
        load_bytes(&many[i], bytes, module_size);
        CHECK_EQ(many[i].err, one->err);
        CHECK(same_diag(&many[i].diag, &one->diag));
        wick_module_free(many[i].module);
        many[i].module = NULL;
    }
    wick_module_free(one->module);
    one->module = NULL;
}

static void test_errors(enum ways way) {
    static const struct {
        uint32_t func[3]; /* of FUNCS in 100 parts */
        enum damage damage[3];
        int first; /* whose error it is */
    } rows[] = {
        {{0}, {INVALID}, 0},
        {{50}, {INVALID}, 0},
        {{100}, {INVALID}, 0},
        {{0}, {MALFORMED}, 0},
        {{50}, {MALFORMED}, 0},
        {{100}, {MALFORMED}, 0},
        {{10, 90}, {INVALID, INVALID}, 0},
        {{0, 100}, {INVALID, INVALID}, 0},
        {{40, 41}, {INVALID, INVALID}, 0},
        {{10, 90}, {INVALID, MALFORMED}, 1},
        {{0, 100}, {INVALID, MALFORMED}, 1},
        {{10, 90}, {MALFORMED, INVALID}, 0},
        {{10, 90}, {MALFORMED, MALFORMED}, 0},
        {{10, 50, 90}, {INVALID, INVALID, MALFORMED}, 2},
        {{10, 50, 90}, {INVALID, MALFORMED, MALFORMED}, 1},
    };
    struct load one, many[N_COUNTS];
    struct wk_func_info *infos = malloc((FUNCS + 1) * sizeof *infos);
    uint8_t *bytes = malloc(module_size);
    uint32_t seed = 88172645u;
    NEED(infos != NULL && bytes != NULL);
    load_open(&one, WICK_ENGINE_FAST, 1, true);
    for (int i = 0; i < N_COUNTS; i++) {
        load_open(&many[i], WICK_ENGINE_FAST, thread_counts[i], true);
        many[i].port.way = way;
    }
    load_bytes(&one, module_bytes, module_size);
    NEED(one.module != NULL);
    memcpy(infos, one.module->funcs, (FUNCS + 1) * sizeof *infos);
    wick_module_free(one.module);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        memcpy(bytes, module_bytes, module_size);
        for (int k = 0; k < 3; k++) {
            damage_func(bytes, &infos[1 + rows[i].func[k] * (FUNCS - 1) / 100], rows[i].damage[k]);
        }
        fails_the_same(&one, many, bytes);
        CHECK_EQ(one.diag.func, 1 + rows[i].func[rows[i].first] * (FUNCS - 1) / 100);
        CHECK_EQ(one.err, rows[i].damage[rows[i].first] == INVALID ? WICK_ERR_type_mismatch : WICK_ERR_illegal_opcode);
    }
    for (int i = 0; i < (way == WAY_THREADS && !IS_SMALL ? 100 : 10); i++) {
        uint32_t n = 1 + next_random(&seed) % 3;
        memcpy(bytes, module_bytes, module_size);
        for (; n != 0; n--) {
            const uint32_t at = infos[1].off + next_random(&seed) % (infos[FUNCS].off - infos[1].off);
            bytes[at] = (uint8_t)next_random(&seed);
        }
        fails_the_same(&one, many, bytes);
    }
    for (int i = 0; i < N_COUNTS; i++) {
        load_close(&many[i]);
    }
    load_close(&one);
    free(bytes);
    free(infos);
}

/* An interpreter that translates nothing: some functions cannot run, and one may be beyond a limit. */
static uint32_t not_executable_every, limit_at;

static wick_err odd_translate(struct wick_module *module, uint32_t func, void **own, wick_diag *diag) {
    (void)module;
    (void)own;
    diag->func = func;
    if (func == limit_at) {
        diag->err = WICK_ERR_limit;
    } else if (func > 40 && func % not_executable_every == 0) {
        diag->err = WICK_ERR_not_executable;
    }
    return diag->err;
}

static void odd_translate_end(struct wick_module *module, void *own) {
    (void)module;
    (void)own;
}

static void test_unsupported(void) {
    struct wk_interp odd = *wk_interp_fast();
    odd.translate = odd_translate;
    odd.translate_end = odd_translate_end;
    for (int i = 0; i < N_COUNTS; i++) {
        struct load l;
        load_open(&l, WICK_ENGINE_FAST, thread_counts[i], true);
        l.engine->interp = &odd;
        load_bytes(&l, module_bytes, module_size);
        NEED(l.module != NULL);
        limit_at = 0xffffffff;
        for (not_executable_every = 7; not_executable_every < 700; not_executable_every += 77) {
            CHECK_EQ(wick_module_translate(l.module, &l.diag), WICK_ERR_not_executable);
            CHECK_EQ(l.diag.func, (40 / not_executable_every + 1) * not_executable_every);
        }
        limit_at = 1000; /* other errors matter more, wherever they are */
        CHECK_EQ(wick_module_translate(l.module, &l.diag), WICK_ERR_limit);
        CHECK_EQ(l.diag.func, 1000);
        load_close(&l);
    }
}

/* ---- progress -------------------------------------------------------------------------------------------------------- */

struct progress {
    pthread_t thread;
    uint64_t last, total;
    uint32_t n;
    wick_engine *engine;
};

static void on_progress(void *user, uint64_t done, uint64_t total) {
    struct progress *p = user;
    CHECK(pthread_equal(p->thread, pthread_self()));
    CHECK(done >= p->last && done <= total);
    CHECK(wick_engine_memory_used(p->engine) > 0);
    p->last = done;
    p->total = total;
    p->n++;
}

static void test_progress(void) {
    struct load l;
    struct progress p = {.thread = pthread_self()};
    load_open(&l, WICK_ENGINE_FAST, 3, false);
    p.engine = l.engine;
    wick_engine_set_progress(l.engine, on_progress, &p);
    load_bytes(&l, module_bytes, module_size);
    CHECK_EQ(l.err, WICK_OK);
    CHECK(p.n >= 1);
    CHECK_EQ(p.last, module_size);
    CHECK_EQ(p.total, module_size);
    load_close(&l);
}

/* ---- no memory ------------------------------------------------------------------------------------------------------- */

/* The k-th allocation fails, or all from it on: an error, or the thread that goes on alone makes up for it. */
static void test_oom(wick_engine_kind kind, bool fail_all) {
    long long k, step = 1;
    bool failed = true;
    uint32_t n_failed = 0;
    for (k = 0; failed; k += step) {
        struct load l;
        load_open(&l, kind, 3, false);
        l.port.port.n = 0;
        l.port.port.fail_at = k;
        l.port.port.fail_all = fail_all;
        load_bytes(&l, module_bytes, module_size);
        failed = l.port.port.n > k;
        CHECK(l.err == WICK_OK || l.err == WICK_ERR_nomem);
        CHECK_EQ(l.diag.err, l.err);
        CHECK(failed || l.err == WICK_OK);
        n_failed += l.err != WICK_OK;
        l.port.port.fail_at = -1;
        if (k % 16 == 0) { /* the engine goes on working */
            wick_module_free(l.module);
            load_bytes(&l, module_bytes, module_size);
            CHECK_EQ(l.err, WICK_OK);
        }
        load_close(&l);
        /* the reference interpreter allocates for each function */
        step = k < 20 || (!IS_SMALL && (kind == WICK_ENGINE_FAST || k < 50)) ? 1 : k / 4;
    }
    CHECK(n_failed > 10);
}

/* What is enough for one thread is enough for eight. */
static void test_quota(void) {
    wick_config config = {.lazy = true, .load_threads = 8};
    struct load l;
    load_open(&l, WICK_ENGINE_FAST, 1, true);
    load_bytes(&l, module_bytes, module_size);
    config.quota = wick_engine_memory_peak(l.engine);
    load_close(&l);
    for (int i = 0; i < 5; i++) {
        load_port_init(&l.port, &l.host);
        NEED(wick_engine_new(&l.host, &l.port, &config, &l.engine) == WICK_OK);
        load_bytes(&l, module_bytes, module_size);
        CHECK_EQ(l.err, WICK_OK);
        CHECK(wick_engine_memory_peak(l.engine) <= config.quota);
        load_close(&l);
    }
}

/* ---- while others run ------------------------------------------------------------------------------------------------ */

struct runner {
    struct load *l;
    pthread_t thread;
    uint32_t number;
    uint32_t sum;
    bool fine;
};

/* The first two run what the third translates; the fourth loads it too. */
static void *runner_main(void *arg) {
    struct runner *own = arg;
    struct load *l = own->l;
    wick_module *module;
    if (own->number < 2) {
        own->fine = run_some(l->engine, l->module, 1, &own->sum);
    } else if (own->number == 2) {
        own->fine = wick_module_translate(l->module, NULL) == WICK_OK;
    } else if (wick_module_new(l->engine, module_bytes, module_size, WICK_MODULE_BORROW, &module, NULL) == WICK_OK) {
        own->fine = wick_module_translate(module, NULL) == WICK_OK;
        wick_module_free(module);
    }
    return NULL;
}

static void test_while_running(wick_engine_kind kind) {
    struct load one, l;
    uint32_t sum;
    load_open(&one, kind, 1, false);
    load_bytes(&one, module_bytes, module_size);
    NEED(one.module != NULL);
    NEED(run_some(one.engine, one.module, 1, &sum));
    for (int i = 0; i < 5; i++) {
        struct runner runners[4];
        load_open(&l, kind, 3, true);
        load_bytes(&l, module_bytes, module_size);
        NEED(l.module != NULL);
        for (uint32_t k = 0; k < 4; k++) {
            runners[k] = (struct runner){.l = &l, .number = k};
            NEED(pthread_create(&runners[k].thread, NULL, runner_main, &runners[k]) == 0);
        }
        for (uint32_t k = 0; k < 4; k++) {
            pthread_join(runners[k].thread, NULL);
            CHECK(runners[k].fine);
        }
        CHECK_EQ(runners[0].sum, sum);
        CHECK_EQ(runners[1].sum, sum);
        load_close(&l);
    }
    load_close(&one);
}

int main(void) {
    make_module();
    test_when();
    test_region();
    test_posix();
    test_progress();
    test_quota();
    test_unsupported();
    for (int way = WAY_THREADS; way <= WAY_SOME; way++) {
        test_errors((enum ways)way);
        test_same(WICK_ENGINE_FAST, (enum ways)way);
    }
    test_same(WICK_ENGINE_REF, WAY_THREADS);
    for (int kind = WICK_ENGINE_FAST; kind <= WICK_ENGINE_REF; kind++) {
        test_oom((wick_engine_kind)kind, false);
        test_oom((wick_engine_kind)kind, true);
        test_while_running((wick_engine_kind)kind);
    }
    free(module_bytes);
    return test_end("load_test");
}

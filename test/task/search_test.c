/* search_test.c - searches for catches and handlers over thousands of clauses: a task can be stopped anywhere in them, and
 * then goes on to the same end, at the same price, in time that grows with the clauses and no faster. */
#include <signal.h>
#include <sys/time.h>

#include "test/api/api.h"

/* Every frame and every resume has as many clauses that do not match. */
static const char *const text_head =
    "(module (import \"h\" \"call\" (func $call (param funcref i32) (result i32)))"
    "  (import \"h\" \"throw\" (func $throw))"
    "  (type $s (struct (field i32)))"
    "  (type $f0 (func)) (type $c0 (cont $f0)) (type $f (func (param i32))) (type $c (cont $f))"
    "  (rec (type $fs (func (param (ref null $cs)))) (type $cs (cont $fs)))"
    "  (tag $e (param (ref $s) i32)) (tag $e2 (export \"e\") (param i32)) (tag $no) (tag $y (param (ref $s) i32)) (tag $z) (tag $t)"
    "  (global $g (mut i32) (i32.const 0)) (global $k (mut (ref null $cs)) (ref.null $cs))"
    "  (elem declare func $nest $other $switches $by_host)"
    "  (func $throws (throw $e (struct.new $s (i32.const 41)) (i32.const 1)))"
    "  (func $sum (param (ref $s) i32) (result i32) (i32.add (struct.get $s 0 (local.get 0)) (local.get 1)))"
    "  (func $by_host (param i32) (result i32)"
    "    (if (i32.eqz (local.get 0)) (then (call $throws)))"
    "    (call $call (ref.func $by_host) (i32.sub (local.get 0) (i32.const 1))))"
    "  (func $other (type $fs) (global.set $g (i32.add (global.get $g) (i32.const 7))))"
    "  (func (export \"keep\") (global.set $k (cont.new $cs (ref.func $other))))"
    "  (func (export \"steal\") (resume $cs (ref.null $cs) (global.get $k)))"
    "  (func $down (param i32) (block $h (try_table ";
static const char *const text_catches =
    "    (if (i32.eqz (local.get 0)) (then (call $throws)))"
    "    (call $down (i32.sub (local.get 0) (i32.const 1))))))"
    "  (func $legacy (param i32) (try $t (do (try (do (try (do"
    "      (if (i32.eqz (local.get 0)) (then (call $throws)))"
    "      (call $legacy (i32.sub (local.get 0) (i32.const 1)))) (delegate $t)))"
    "    (catch_all (unreachable))))";
static const char *const text_legacy =
    "    ))"
    "  (func $stops (block $h (try_table ";
static const char *const text_stops =
    "    (call $throw))))"
    "  (func $nest (param i32)"
    "    (if (i32.eqz (local.get 0))"
    "      (then (suspend $y (struct.new $s (i32.const 41)) (i32.const 1))"
    "        (global.set $g (i32.add (global.get $g) (i32.const 100))) (return)))"
    "    (block $h (result (ref $c0)) (resume $c ";
static const char *const text_nest =
    "      (on $t switch) (i32.sub (local.get 0) (i32.const 1)) (cont.new $c (ref.func $nest))) (return)) (drop))"
    "  (func $switches (param i32)"
    "    (if (i32.eqz (local.get 0)) (then (drop (switch $cs $t (global.get $k))) (return)))"
    "    (block $h (result (ref $c0)) (resume $c ";
static const char *const text_rest =
    "      (i32.sub (local.get 0) (i32.const 1)) (cont.new $c (ref.func $switches))) (return)) (drop))"
    "  (func (export \"throw\") (param i32) (result i32)"
    "    (block $h (result (ref $s) i32) (try_table (catch $e $h) (call $down (local.get 0))) (unreachable))"
    "    (call $sum))"
    "  (func (export \"legacy\") (param i32) (result i32)"
    "    (block $h (result (ref $s) i32) (try_table (catch $e $h) (call $legacy (local.get 0))) (unreachable))"
    "    (call $sum))"
    "  (func (export \"host\") (param i32) (result i32)"
    "    (block $h (result (ref $s) i32) (try_table (catch $e $h) (drop (call $by_host (local.get 0)))) (unreachable))"
    "    (call $sum))"
    "  (func (export \"stops\") (param i32) (result i32)"
    "    (block $h (result i32) (try_table (catch $e2 $h) (call $stops)) (unreachable)))"
    "  (func (export \"uncaught\") (param i32) (result i32) (call $down (local.get 0)) (i32.const 0))"
    "  (func $start (param i32) (result (ref $s) i32 (ref $c0))"
    "    (resume $c (on $t switch) (on $y 0) (local.get 0) (cont.new $c (ref.func $nest))) (unreachable))"
    "  (func (export \"suspend\") (param i32) (result i32) (local $k (ref null $c0)) (local $x i32)"
    "    (call $start (local.get 0)) (local.set $k) (call $sum) (local.set $x)"
    "    (global.set $g (i32.const 0)) (resume $c0 (local.get $k)) (i32.add (local.get $x) (global.get $g)))"
    "  (func (export \"into\") (param i32) (result i32) (local $k (ref null $c0)) (local $x i32)"
    "    (call $start (local.get 0)) (local.set $k) (call $sum) (local.set $x)"
    "    (block $h (result (ref $s) i32)"
    "      (try_table (catch $e $h) (resume_throw $c0 $e (struct.new $s (local.get $x)) (i32.const 8) (local.get $k)))"
    "      (unreachable))"
    "    (call $sum))"
    "  (func (export \"lost\") (param i32) (result i32) (call $nest (local.get 0)) (i32.const 0))"
    "  (func (export \"switch\") (param i32) (result i32) (global.set $g (i32.const 0))"
    "    (resume $c (on $t switch) (local.get 0) (cont.new $c (ref.func $switches))) (global.get $g)))";

static void add_clauses(char **at, const char *clause, uint32_t n) {
    for (uint32_t i = 0; i < n; i++) {
        *at += sprintf(*at, "%s", clause);
    }
}

static char *make_text(uint32_t n) {
    char *text = malloc(8000 + (size_t)n * 64), *at = text;
    at += sprintf(at, "%s", text_head);
    add_clauses(&at, "(catch $no $h)", n);
    at += sprintf(at, "%s", text_catches);
    add_clauses(&at, "(catch $no)", n);
    at += sprintf(at, "%s", text_legacy);
    add_clauses(&at, "(catch $no $h)", n);
    at += sprintf(at, "%s", text_stops);
    add_clauses(&at, "(on $z $h)", n);
    at += sprintf(at, "%s", text_nest);
    add_clauses(&at, "(on $z $h)", n);
    sprintf(at, "%s", text_rest);
    return text;
}

/* ---- what the host offers ----------------------------------------------------------------------------------------- */

static wick_host_result call_host(wick_call *call, void *user) {
    wick_value func, value = i32(wick_call_arg_i32(call, 1));
    (void)user;
    if (wick_call_round(call) == 0) {
        wick_call_arg(call, 0, &func);
        return wick_call_wasm(call, wick_ref_func(func.of.ref), &value, 1);
    }
    wick_call_wasm_result(call, 0, &value);
    wick_call_return(call, 0, &value);
    return WICK_HOST_OK;
}

/* Throws with its task stopped: nothing but the search can heed it. */
static wick_host_result throw_host(wick_call *call, void *user) {
    wick_value arg = i32(42);
    wick_extern item;
    wick_ref exception;
    (void)user;
    NEED(wick_instance_export(wick_call_instance(call), "e", 1, &item));
    NEED(wick_exception_new(wick_call_store(call), item.of.tag, &arg, 1, &exception) == WICK_OK);
    wick_task_stop(wick_call_task(call));
    return wick_call_throw(call, exception);
}

static wick_instance *search_world(struct world *w, wick_engine_kind kind, uint32_t n_clauses) {
    char *text = make_text(n_clauses);
    wick_instance *instance;
    world_open(w, kind);
    NEED(wick_linker_func(w->linker, "h", "call", "Fi:i", call_host, NULL) == WICK_OK);
    NEED(wick_linker_func(w->linker, "h", "throw", ":", throw_host, NULL) == WICK_OK);
    instance = world_instance(w, "m", text);
    NEED(wick_func_call(func_of(instance, "keep"), NULL, 0, NULL, 0, NULL) == WICK_OK);
    free(text);
    return instance;
}

/* ---- the same end by every way ------------------------------------------------------------------------------------ */

#define MAX_FRAMES 5
#define MANY_CLAUSES 2000 /* no backtraces then: the fast interpreter finds an offset by translating once more */

struct outcome {
    wick_status status;
    wick_err err;
    uint32_t offset, result;
    uint64_t fuel, yields;
    size_t n_frames; /* of all backtraces at yields and at the end together */
    uint64_t frames; /* hash */
};

static void note_frames(const wick_task *task, struct outcome *out) {
    wick_frame frames[MAX_FRAMES];
    const size_t n = wick_task_backtrace(task, frames, MAX_FRAMES);
    for (size_t i = 0; i < n && i < MAX_FRAMES; i++) {
        out->frames = (out->frames ^ frames[i].func) * 1099511628211u;
        if (i != 0 || out->status != WICK_YIELDED) { /* where a function begins the fast one is at its first cell */
            out->frames = (out->frames ^ frames[i].offset) * 1099511628211u;
        }
    }
    out->n_frames += n;
}

/* What is not held is collected at every yield, and its memory used again. */
static void use_memory(struct world *w, wick_instance *instance) {
    wick_value other = i32(666);
    wick_ref ref;
    CHECK_EQ(wick_store_collect(w->store), WICK_OK);
    for (int i = 0; i < 20; i++) {
        NEED(wick_exception_new(w->store, item_of(instance, "e").of.tag, &other, 1, &ref) == WICK_OK);
    }
}

static void run_search(wick_engine_kind kind, const char *name, uint32_t n_clauses, uint32_t depth, uint64_t step,
                       bool uses_memory, struct outcome *out) {
    struct world w;
    wick_task_options options = {.stack_slots = 1000000};
    wick_instance *instance = search_world(&w, kind, n_clauses);
    wick_value arg = i32(depth);
    wick_task *task;
    memset(out, 0, sizeof *out);
    NEED(wick_task_new(w.store, &options, &task) == WICK_OK);
    NEED(wick_task_call(task, func_of(instance, name), &arg, 1) == WICK_OK);
    for (;;) {
        const uint64_t before = wick_task_fuel_used(task);
        out->status = wick_task_resume(task, step);
        if (out->status != WICK_YIELDED) {
            break;
        }
        /* nothing here costs more than a few units at once; a stop leaves fuel behind */
        if (step != WICK_FUEL_UNLIMITED && strcmp(name, "stops") != 0) {
            CHECK(wick_task_fuel_used(task) - before <= step + 2);
        }
        out->yields++;
        if (n_clauses < MANY_CLAUSES) {
            note_frames(task, out);
        }
        if (uses_memory) {
            use_memory(&w, instance);
        }
    }
    note_frames(task, out);
    out->err = wick_task_diag(task)->err;
    out->offset = wick_task_diag(task)->offset;
    out->fuel = wick_task_fuel_used(task);
    out->result = out->status == WICK_DONE ? wick_task_result(task, 0).of.i32 : 0;
    if (out->status == WICK_THREW) {
        wick_value value;
        wick_exception_arg(wick_task_exception(task), 1, &value);
        out->result = value.of.i32;
    }
    world_close(&w);
}

static const struct search {
    const char *name;
    wick_status status;
    wick_err err;
    uint32_t result;
} searches[] = {
    {"throw", WICK_DONE, WICK_OK, 42},     {"legacy", WICK_DONE, WICK_OK, 42},
    {"host", WICK_DONE, WICK_OK, 42},      {"stops", WICK_DONE, WICK_OK, 42},
    {"uncaught", WICK_THREW, WICK_ERR_uncaught_exception, 1},
    {"suspend", WICK_DONE, WICK_OK, 142},  {"into", WICK_DONE, WICK_OK, 50},
    {"lost", WICK_TRAPPED, WICK_ERR_unhandled_tag, 0},
    {"switch", WICK_DONE, WICK_OK, 7},
};

/* n clauses in each of so many frames or resumes; the sums of fuel as rt.h's rules have them. */
static uint64_t fuel_by_hand(const char *name, uint64_t n, uint64_t depth) {
    if (strcmp(name, "throw") == 0) { /* calls, the throw, frames left, clauses, $sum */
        return 1 + (depth + 1) + 1 + 1 + (depth + 2) + (depth + 1) * n / 64 + 1;
    }
    if (strcmp(name, "uncaught") == 0) {
        return 1 + (depth + 1) + 1 + 1 + (depth + 3) + (depth + 1) * n / 64;
    }
    if (strcmp(name, "suspend") == 0) { /* calls and resumes, resumes passed, clauses, the suspend, $sum, the second resume */
        return 2 + 2 * (depth + 1) + depth + (depth * (n + 1) + 1) / 64 + 1 + 1 + 1;
    }
    if (strcmp(name, "lost") == 0) {
        return 2 + 2 * depth + depth + depth * (n + 1) / 64;
    }
    return 0;
}

static void same_end(const struct search *search, uint32_t n_clauses, uint32_t depth) {
    static const uint64_t steps[] = {WICK_FUEL_UNLIMITED, 1, 2, 3, 7, 63, 64, 1000};
    const uint64_t want = fuel_by_hand(search->name, n_clauses, depth);
    struct outcome first, fast, ref;
    for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++) {
        run_search(WICK_ENGINE_REF, search->name, n_clauses, depth, steps[i], i % 2 != 0, &ref);
        run_search(WICK_ENGINE_FAST, search->name, n_clauses, depth, steps[i], i % 3 != 0, &fast);
        if (i == 0) {
            first = ref;
        }
        CHECK_EQ(ref.status, search->status);
        CHECK_EQ(ref.err, search->err);
        CHECK_EQ(ref.result, search->result);
        CHECK_EQ(ref.fuel, first.fuel);
        CHECK_EQ(ref.offset, first.offset);
        if (want != 0) {
            CHECK_EQ(ref.fuel, want);
        }
        if (steps[i] == 1) { /* a unit at a time: hardly anything costs two at once */
            CHECK(ref.yields + depth + 8 >= ref.fuel);
        }
        CHECK_EQ(fast.status, ref.status);
        CHECK_EQ(fast.err, ref.err);
        CHECK_EQ(fast.result, ref.result);
        CHECK_EQ(fast.fuel, ref.fuel);
        CHECK_EQ(fast.offset, ref.offset);
        CHECK_EQ(fast.yields, ref.yields);
        CHECK_EQ(fast.n_frames, ref.n_frames);
        CHECK_EQ(fast.frames, ref.frames);
    }
}

/* ---- a stop ------------------------------------------------------------------------------------------------------- */

/* The first thing that can heed it is the 64th clause. */
static void stop_at_throw(wick_engine_kind kind) {
    struct world w;
    wick_instance *instance = search_world(&w, kind, 5000);
    wick_value arg = i32(0);
    wick_task *task;
    NEED(wick_task_new(w.store, NULL, &task) == WICK_OK);
    NEED(wick_task_call(task, func_of(instance, "stops"), &arg, 1) == WICK_OK);
    CHECK_EQ(wick_task_resume(task, WICK_FUEL_UNLIMITED), WICK_YIELDED);
    CHECK_EQ(wick_task_fuel_used(task), 1 + 1 + 1 + 1); /* two calls, the throw, 64 clauses */
    CHECK_EQ(wick_task_resume(task, WICK_FUEL_UNLIMITED), WICK_DONE);
    CHECK_EQ(wick_task_result(task, 0).of.i32, 42);
    CHECK_EQ(wick_task_fuel_used(task), 1 + 1 + 1 + 5000 / 64 + 1);
    world_close(&w);
}

static wick_task *volatile stop_me;

static void on_alarm(int number) {
    (void)number;
    if (stop_me != NULL) {
        wick_task_stop(stop_me);
    }
}

/* A search that takes a good part of a second heeds every stop. */
static void stop_by_signal(wick_engine_kind kind, const char *name) {
    struct itimerval often = {{0, 1000}, {0, 1000}}, off = {{0, 0}, {0, 0}};
    wick_task_options options = {.stack_slots = 1000000};
    struct sigaction action;
    struct world w;
    wick_instance *instance = search_world(&w, kind, 50000);
    wick_value arg = i32(1000);
    wick_task *task;
    uint64_t n = 0;
    memset(&action, 0, sizeof action);
    action.sa_handler = on_alarm;
    sigaction(SIGALRM, &action, NULL);
    NEED(wick_task_new(w.store, &options, &task) == WICK_OK);
    NEED(wick_task_call(task, func_of(instance, name), &arg, 1) == WICK_OK);
    stop_me = task;
    setitimer(ITIMER_REAL, &often, NULL);
    while (wick_task_resume(task, WICK_FUEL_UNLIMITED) == WICK_YIELDED) {
        n++;
    }
    setitimer(ITIMER_REAL, &off, NULL);
    stop_me = NULL;
    CHECK(n > 10);
    world_close(&w);
}

/* ---- what happens meanwhile --------------------------------------------------------------------------------------- */

/* Brings the task into a search. */
static void begin_search(wick_task *task, wick_instance *instance, const char *name, uint32_t depth) {
    wick_value arg = i32(depth);
    NEED(wick_task_call(task, func_of(instance, name), &arg, 1) == WICK_OK);
    while (wick_task_fuel_used(task) < 1 + 2 * ((uint64_t)depth + 1) + 20) {
        NEED(wick_task_resume(task, 1) == WICK_YIELDED);
    }
}

/* A task that is cancelled in a search begins its next one anew. */
static void cancelled(wick_engine_kind kind) {
    static const char *const names[] = {"throw", "suspend"};
    struct world w;
    wick_instance *instance = search_world(&w, kind, 640);
    wick_value arg = i32(3);
    wick_task *task;
    for (uint32_t i = 0; i < 8; i++) {
        NEED(wick_task_new(w.store, NULL, &task) == WICK_OK);
        begin_search(task, instance, names[i & 1], 20);
        if ((i & 4) != 0) {
            wick_task_free(task);
            continue;
        }
        wick_task_cancel(task);
        CHECK_EQ(wick_task_exception(task), 0);
        NEED(wick_task_call(task, func_of(instance, names[i >> 1]), &arg, 1) == WICK_OK);
        CHECK_EQ(wick_task_resume(task, WICK_FUEL_UNLIMITED), WICK_DONE);
        CHECK_EQ(wick_task_result(task, 0).of.i32, i >> 1 == 0 ? 42 : 142);
        wick_task_free(task);
    }
    world_close(&w);
}

/* Another task takes what a switch is looking for a handler for. */
static void stolen(wick_engine_kind kind, uint64_t *out_fuel, uint32_t *out_offset) {
    struct world w;
    wick_frame at;
    wick_instance *instance = search_world(&w, kind, 640);
    wick_status status;
    wick_task *task;
    NEED(wick_task_new(w.store, NULL, &task) == WICK_OK);
    begin_search(task, instance, "switch", 20);
    CHECK_EQ(wick_task_backtrace(task, &at, 1), 22);
    CHECK_EQ(wick_func_call(func_of(instance, "steal"), NULL, 0, NULL, 0, NULL), WICK_OK);
    do {
        status = wick_task_resume(task, 5);
    } while (status == WICK_YIELDED);
    CHECK_EQ(status, WICK_TRAPPED);
    CHECK_EQ(wick_task_diag(task)->err, WICK_ERR_consumed_continuation);
    *out_fuel = wick_task_fuel_used(task);
    *out_offset = wick_task_diag(task)->offset;
    CHECK_EQ(at.offset, *out_offset);
    world_close(&w);
}

int main(void) {
    uint64_t fuel[2];
    uint32_t offset[2];
    for (size_t i = 0; i < sizeof searches / sizeof searches[0]; i++) {
        same_end(&searches[i], 0, 0);
        same_end(&searches[i], 1, 70);
        same_end(&searches[i], 63, 5);
        same_end(&searches[i], 64, 3);
        same_end(&searches[i], 1000, 0);
        same_end(&searches[i], 500, 9);
    }
    for (int kind = WICK_ENGINE_FAST; kind <= WICK_ENGINE_REF; kind++) {
        struct outcome out;
        stop_at_throw((wick_engine_kind)kind);
        stop_by_signal((wick_engine_kind)kind, "throw");
        stop_by_signal((wick_engine_kind)kind, "suspend");
        cancelled((wick_engine_kind)kind);
        stolen((wick_engine_kind)kind, &fuel[kind == WICK_ENGINE_REF], &offset[kind == WICK_ENGINE_REF]);
        /* 1.3 million clauses in 20,000 pieces: this does not end if each begins at the beginning */
        run_search((wick_engine_kind)kind, "throw", 2560, 500, 1, false, &out);
        CHECK_EQ(out.fuel, fuel_by_hand("throw", 2560, 500));
        run_search((wick_engine_kind)kind, "suspend", 2560, 500, 1, false, &out);
        CHECK_EQ(out.fuel, fuel_by_hand("suspend", 2560, 500));
    }
    CHECK_EQ(fuel[0], fuel[1]);
    CHECK_EQ(offset[0], offset[1]);
    return test_end("search_test");
}

/* stop_test.c - stopping a task from a signal handler and from another thread; two tasks at once; balances; stacks. */
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/time.h>

#include "test/api/api.h"

static wick_task *volatile stop_me;

static void on_alarm(int number) {
    (void)number;
    if (stop_me != NULL) {
        wick_task_stop(stop_me);
    }
}

static const char *const endless =
    "(module (memory (export \"m\") 1)"
    "  (func (export \"loop\")"
    "    (loop $l (i64.store (i32.const 0) (i64.add (i64.load (i32.const 0)) (i64.const 1))) (br $l)))"
    "  (func $r (param i32) (result i32) (i32.add (i32.const 1) (call $r (local.get 0))))"
    "  (func (export \"calls\") (loop $l (call $nop) (br $l)))"
    "  (func $nop)"
    "  (func (export \"fills\") (loop $l (memory.fill (i32.const 8) (i32.const 1) (i32.const 60000)) (br $l)))"
    "  (func (export \"count\") (param i32) (result i32)"
    "    (loop $l (br_if $l (local.tee 0 (i32.sub (local.get 0) (i32.const 1))))) (local.get 0)))";

static void test_signal(wick_engine_kind kind) {
    static const char *const names[] = {"loop", "calls", "fills"};
    struct world w;
    wick_instance *a;
    wick_task *task;
    struct itimerval often = {{0, 2000}, {0, 2000}}, off = {{0, 0}, {0, 0}};
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_handler = on_alarm;
    sigaction(SIGALRM, &action, NULL);
    world_open(&w, kind);
    a = world_instance(&w, "a", endless);
    for (int i = 0; i < 3; i++) {
        uint64_t used = 0;
        NEED(wick_task_new(w.store, NULL, &task) == WICK_OK);
        NEED(wick_task_call(task, func_of(a, names[i]), NULL, 0) == WICK_OK);
        stop_me = task;
        setitimer(ITIMER_REAL, &often, NULL);
        for (int k = 0; k < 10; k++) {
            CHECK_EQ(wick_task_resume(task, WICK_FUEL_UNLIMITED), WICK_YIELDED);
            CHECK(wick_task_fuel_used(task) >= used);
            used = wick_task_fuel_used(task);
        }
        CHECK(used > 0);
        setitimer(ITIMER_REAL, &off, NULL);
        stop_me = NULL;
        wick_task_free(task);
    }
    world_close(&w);
}

static void *stopper(void *arg) {
    _Atomic int *state = arg;
    struct timespec pause = {0, 1000000};
    while (atomic_load(state) == 0) {
        nanosleep(&pause, NULL);
        wick_task_stop(stop_me);
    }
    return NULL;
}

static void test_thread(wick_engine_kind kind) {
    struct world w;
    wick_instance *a;
    wick_task *task;
    pthread_t thread;
    _Atomic int state = 0;
    world_open(&w, kind);
    a = world_instance(&w, "a", endless);
    NEED(wick_task_new(w.store, NULL, &task) == WICK_OK);
    NEED(wick_task_call(task, func_of(a, "loop"), NULL, 0) == WICK_OK);
    stop_me = task;
    NEED(pthread_create(&thread, NULL, stopper, &state) == 0);
    for (int k = 0; k < 20; k++) {
        CHECK_EQ(wick_task_resume(task, WICK_FUEL_UNLIMITED), WICK_YIELDED);
    }
    atomic_store(&state, 1);
    pthread_join(thread, NULL);
    stop_me = NULL;
    /* The loop has counted every one of its rounds. */
    {
        uint64_t rounds;
        memcpy(&rounds, wick_memory_data(item_of(a, "m").of.memory), 8);
        CHECK(rounds + 1 - wick_task_fuel_used(task) <= 1);
    }
    world_close(&w);
}

/* A stop is seen within 64 units, and takes nothing away. */
static void test_latency(wick_engine_kind kind) {
    struct world w;
    wick_instance *a;
    wick_task *task;
    wick_value arg = i32(1000);
    int yields = 0;
    wick_status status;
    world_open(&w, kind);
    a = world_instance(&w, "a", endless);
    NEED(wick_task_new(w.store, NULL, &task) == WICK_OK);
    NEED(wick_task_call(task, func_of(a, "count"), &arg, 1) == WICK_OK);
    wick_task_stop(task);
    CHECK_EQ(wick_task_resume(task, 10), WICK_YIELDED); /* it did not run: the next resume yields */
    CHECK_EQ(wick_task_fuel_used(task), 0);
    CHECK_EQ(wick_task_resume(task, 0), WICK_YIELDED); /* the ten units are still there */
    CHECK_EQ(wick_task_fuel_used(task), 11);
    do {
        uint64_t before = wick_task_fuel_used(task);
        status = wick_task_resume(task, 100);
        CHECK(wick_task_fuel_used(task) - before <= 101);
        yields++;
    } while (status == WICK_YIELDED);
    CHECK_EQ(status, WICK_DONE);
    CHECK_EQ(yields, 10);
    CHECK_EQ(wick_task_fuel_used(task), 1000);
    world_close(&w);
}

static wick_host_result stop_self(wick_call *call, void *user) {
    (void)user;
    wick_task_stop(wick_call_task(call));
    return WICK_HOST_OK;
}

/* A debt is paid by the next resume; what is left over is kept while the task waits and lost when it ends. */
static void test_balance(wick_engine_kind kind) {
    struct world w;
    wick_instance *a;
    wick_task *task;
    wick_value arg;
    world_open(&w, kind);
    NEED(wick_linker_func(w.linker, "h", "stop", ":", stop_self, NULL) == WICK_OK);
    a = world_instance(&w, "a",
                       "(module (import \"h\" \"stop\" (func $stop)) (memory 1)"
                       "  (func (export \"grow\") (result i32) (drop (memory.grow (i32.const 2))) (i32.const 5))"
                       "  (func (export \"stop\") (param i32) (result i32)"
                       "    (call $stop)"
                       "    (loop $l (br_if $l (local.tee 0 (i32.sub (local.get 0) (i32.const 1))))) (local.get 0)))");
    NEED(wick_task_new(w.store, NULL, &task) == WICK_OK);
    NEED(wick_task_call(task, func_of(a, "grow"), NULL, 0) == WICK_OK);
    CHECK_EQ(wick_task_resume(task, 1), WICK_YIELDED); /* 1 + 32 units used */
    CHECK_EQ(wick_task_fuel_used(task), 33);
    CHECK_EQ(wick_task_resume(task, 31), WICK_YIELDED); /* a debt of 32 */
    CHECK_EQ(wick_task_resume(task, 0), WICK_YIELDED);
    CHECK_EQ(wick_task_resume(task, 1), WICK_DONE);
    CHECK_EQ(wick_task_result(task, 0).of.i32, 5);
    CHECK_EQ(wick_task_fuel_used(task), 33);
    arg = i32(100);
    NEED(wick_task_call(task, func_of(a, "stop"), &arg, 1) == WICK_OK);
    CHECK_EQ(wick_task_resume(task, 200), WICK_YIELDED); /* stopped within 64 units of the host function */
    CHECK(wick_task_fuel_used(task) <= 33 + 2 + 64);
    CHECK_EQ(wick_task_resume(task, 0), WICK_DONE); /* on what was left */
    CHECK_EQ(wick_task_fuel_used(task), 33 + 2 + 99);
    NEED(wick_task_call(task, func_of(a, "stop"), &arg, 1) == WICK_OK);
    CHECK_EQ(wick_task_resume(task, 0), WICK_YIELDED); /* nothing came along from before */
    wick_task_cancel(task);
    CHECK_EQ(wick_task_resume(task, 5), WICK_TRAPPED);
    CHECK_EQ(wick_task_diag(task)->err, WICK_ERR_usage);
    world_close(&w);
}

/* ---- one task of a store at a time ------------------------------------------------------------------------------- */

struct other {
    wick_task *task;
    _Atomic int done;
    wick_status status;
};

static void *resume_other(void *arg) {
    struct other *other = arg;
    struct timespec pause = {0, 20000000};
    nanosleep(&pause, NULL);
    other->status = wick_task_resume(other->task, 10);
    atomic_store(&other->done, 1);
    wick_task_stop(stop_me);
    return NULL;
}

static wick_host_result inner_resume(wick_call *call, void *user) {
    wick_task *other = user;
    wick_call_return_i32(call, 0, (uint32_t)wick_task_resume(other, 3));
    return WICK_HOST_OK;
}

static void test_exclusion(wick_engine_kind kind) {
    struct world w;
    wick_instance *a;
    wick_task *task;
    struct other other;
    pthread_t thread;
    wick_value arg = i32(1000);
    world_open(&w, kind);
    a = world_instance(&w, "a", endless);
    memset(&other, 0, sizeof other);
    NEED(wick_task_new(w.store, NULL, &task) == WICK_OK);
    NEED(wick_task_new(w.store, NULL, &other.task) == WICK_OK);
    NEED(wick_task_call(task, func_of(a, "loop"), NULL, 0) == WICK_OK);
    NEED(wick_task_call(other.task, func_of(a, "count"), &arg, 1) == WICK_OK);
    CHECK_EQ(wick_task_call(other.task, func_of(a, "count"), &arg, 1), WICK_ERR_usage);
    stop_me = task;
    NEED(pthread_create(&thread, NULL, resume_other, &other) == 0);
    while (atomic_load(&other.done) == 0) {
        CHECK_EQ(wick_task_resume(task, WICK_FUEL_UNLIMITED), WICK_YIELDED);
    }
    pthread_join(thread, NULL);
    stop_me = NULL;
    CHECK_EQ(other.status, WICK_TRAPPED);
    CHECK_EQ(wick_task_diag(other.task)->err, WICK_ERR_usage);
    CHECK_EQ(wick_task_resume(other.task, 10), WICK_YIELDED); /* unharmed */
    /* From within a host function another task may run; its yield is its own. */
    NEED(wick_linker_func(w.linker, "h", "inner", ":i", inner_resume, other.task) == WICK_OK);
    a = world_instance(&w, "b", "(module (import \"h\" \"inner\" (func $i (result i32)))"
                                "  (func (export \"f\") (result i32) (call $i)))");
    CHECK_EQ(call0(func_of(a, "f")), WICK_YIELDED);
    world_close(&w);
}

/* ---- stacks ------------------------------------------------------------------------------------------------------ */

static const char *const deep_text =
    "(module (func $f (export \"f\") (param i32) (result i32) (local i64 i64)"
    "  (if (result i32) (i32.eqz (local.get 0)) (then (i32.const 0))"
    "    (else (i32.add (i32.const 1) (call $f (i32.sub (local.get 0) (i32.const 1))))))))";

/* The greatest depth at which the recursion still ends. */
static uint32_t greatest_depth(struct world *w, wick_func *func, const wick_task_options *options) {
    uint32_t low = 0, high = 1u << 20;
    wick_task *task;
    NEED(wick_task_new(w->store, options, &task) == WICK_OK);
    while (high - low > 1) {
        uint32_t middle = low + (high - low) / 2;
        wick_value arg = i32(middle);
        wick_status status;
        NEED(wick_task_call(task, func, &arg, 1) == WICK_OK);
        status = wick_task_resume(task, WICK_FUEL_UNLIMITED);
        if (status == WICK_DONE) {
            CHECK_EQ(wick_task_result(task, 0).of.i32, middle);
            low = middle;
        } else {
            CHECK_EQ(wick_task_diag(task)->err, WICK_ERR_stack);
            CHECK_EQ(wick_err_get_class(wick_task_diag(task)->err), WICK_CLASS_EXHAUSTION);
            high = middle;
        }
    }
    wick_task_free(task);
    return low;
}

static void test_stacks(void) {
    static _Alignas(16) uint64_t block[1000];
    uint32_t depths[2][3];
    for (int kind = WICK_ENGINE_FAST; kind <= WICK_ENGINE_REF; kind++) {
        struct world w;
        wick_instance *a;
        wick_task *task;
        wick_task_options options;
        wick_value arg = i32(0);
        memset(&options, 0, sizeof options);
        world_open(&w, (wick_engine_kind)kind);
        a = world_instance(&w, "a", deep_text);
        depths[kind][0] = greatest_depth(&w, func_of(a, "f"), NULL);
        options.stack_slots = 1000;
        depths[kind][1] = greatest_depth(&w, func_of(a, "f"), &options);
        options.stack = block;
        depths[kind][2] = greatest_depth(&w, func_of(a, "f"), &options);
        CHECK_EQ(depths[kind][1], depths[kind][2]);
        /* Too small for anything. */
        options.stack = NULL;
        for (uint32_t slots = 1; slots < 20; slots++) {
            wick_status status;
            options.stack_slots = slots;
            NEED(wick_task_new(w.store, &options, &task) == WICK_OK);
            NEED(wick_task_call(task, func_of(a, "f"), &arg, 1) == WICK_OK);
            status = wick_task_resume(task, WICK_FUEL_UNLIMITED);
            CHECK(status == WICK_DONE || wick_task_diag(task)->err == WICK_ERR_stack);
            CHECK((status == WICK_DONE) == (slots >= 10)); /* 1 + 4 + 2, and an operand height of 3 */
            wick_task_free(task);
        }
        options.stack = block;
        options.stack_slots = 0;
        CHECK_EQ(wick_task_new(w.store, &options, &task), WICK_ERR_usage);
        options.stack = (uint8_t *)block + 8;
        options.stack_slots = 100;
        CHECK_EQ(wick_task_new(w.store, &options, &task), WICK_ERR_usage);
        world_close(&w);
    }
    for (int i = 0; i < 3; i++) {
        CHECK_EQ(depths[0][i], depths[1][i]);
    }
}

int main(void) {
    for (int kind = WICK_ENGINE_FAST; kind <= WICK_ENGINE_REF; kind++) {
        test_signal((wick_engine_kind)kind);
        test_thread((wick_engine_kind)kind);
        test_latency((wick_engine_kind)kind);
        test_balance((wick_engine_kind)kind);
        test_exclusion((wick_engine_kind)kind);
    }
    test_stacks();
    return test_end("stop_test");
}

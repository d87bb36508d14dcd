/* thread_test.c - one engine and one lazy module under several threads, each with a store of its own. Meant for a build
 * with -fsanitize=thread as well. */
#include <pthread.h>

#include "api.h"

#define THREADS 4
#define ROUNDS 30

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_mutex_t heap_mutex = PTHREAD_MUTEX_INITIALIZER;

static void real_lock(void *user) {
    (void)user;
    pthread_mutex_lock(&mutex);
}

static void real_unlock(void *user) {
    (void)user;
    pthread_mutex_unlock(&mutex);
}

static void *locked_realloc(void *user, void *p, size_t old_size, size_t new_size) {
    void *fresh;
    pthread_mutex_lock(&heap_mutex);
    fresh = port_realloc(user, p, old_size, new_size);
    pthread_mutex_unlock(&heap_mutex);
    return fresh;
}

struct shared {
    wick_engine *engine;
    wick_module *module;
    const uint8_t *bytes;
    size_t n;
};

struct worker {
    struct shared *shared;
    pthread_t thread;
    int failures;
};

static wick_host_result plus(wick_call *call, void *user) {
    wick_call_return_i32(call, 0, wick_call_arg_i32(call, 0) + *(uint32_t *)user);
    return WICK_HOST_OK;
}

static bool work_once(struct shared *shared, wick_module *module, uint32_t number) {
    wick_store *store;
    wick_linker *linker;
    wick_instance *instance;
    wick_extern item;
    wick_value arg = i32(10), result;
    bool is_right = false;
    if (wick_store_new(shared->engine, NULL, &store) != WICK_OK) {
        return false;
    }
    if (wick_linker_new(store, &linker) == WICK_OK) {
        if (wick_linker_func(linker, "h", "plus", "i:i", plus, &number) == WICK_OK &&
            wick_linker_instantiate(linker, module, &instance, NULL) == WICK_OK &&
            wick_instance_export(instance, "f", 1, &item) &&
            wick_func_call(item.of.func, &arg, 1, &result, 1, NULL) == WICK_OK) {
            is_right = result.of.i32 == 55 + number;
        }
        wick_linker_free(linker);
    }
    wick_store_free(store);
    return is_right;
}

static void *work(void *arg) {
    struct worker *worker = arg;
    struct shared *shared = worker->shared;
    for (uint32_t i = 0; i < ROUNDS; i++) {
        wick_module *own;
        wick_module_retain(shared->module);
        worker->failures += !work_once(shared, shared->module, i);
        wick_module_free(shared->module);
        if (wick_module_new(shared->engine, shared->bytes, shared->n, 0, &own, NULL) == WICK_OK) {
            worker->failures += !work_once(shared, own, i);
            wick_module_free(own);
        } else {
            worker->failures++;
        }
    }
    return NULL;
}

static void test_kind(wick_engine_kind kind) {
    struct port port;
    wick_host host = port_table();
    wick_config config = {.engine = kind, .lazy = true};
    struct shared shared;
    struct worker workers[THREADS];
    uint8_t *bytes;
    port_init(&port);
    host.realloc = locked_realloc;
    host.lock = real_lock;
    host.unlock = real_unlock;
    bytes = wat_bytes("(module (import \"h\" \"plus\" (func $plus (param i32) (result i32)))"
                      "  (type $t (func (param i32) (result i32))) (table funcref (elem $sum))"
                      "  (type $r (sub (func (param i64 i64 f32) (result (ref null $r)))))"
                      "  (memory 1)"
                      "  (func $sum (type $t) (if (result i32) (local.get 0)"
                      "    (then (i32.add (local.get 0)"
                      "      (call_indirect (type $t) (i32.sub (local.get 0) (i32.const 1)) (i32.const 0))))"
                      "    (else (i32.const 0))))"
                      "  (func (export \"f\") (param i32) (result i32) (call $plus (call $sum (local.get 0)))))",
                      &shared.n);
    shared.bytes = bytes;
    NEED(wick_engine_new(&host, &port, &config, &shared.engine) == WICK_OK);
    NEED(wick_module_new(shared.engine, bytes, shared.n, 0, &shared.module, NULL) == WICK_OK);
    for (int i = 0; i < THREADS; i++) {
        workers[i].shared = &shared;
        workers[i].failures = 0;
        NEED(pthread_create(&workers[i].thread, NULL, work, &workers[i]) == 0);
    }
    for (int i = 0; i < THREADS; i++) {
        pthread_join(workers[i].thread, NULL);
        CHECK_EQ(workers[i].failures, 0);
    }
    wick_module_free(shared.module);
    wick_engine_free(shared.engine);
    free(bytes);
    CHECK_CLEAN(&port);
}

int main(void) {
    test_kind(WICK_ENGINE_FAST);
    test_kind(WICK_ENGINE_REF);
    return test_end("thread_test");
}

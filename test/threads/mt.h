/* mt.h - what the tests with several host threads share: a port that counts under a lock, sleeps and wakes, and one
 * module run by several threads, each with a store of its own, on one shared memory. */
#ifndef TEST_THREADS_MT_H
#define TEST_THREADS_MT_H

#include <pthread.h>
#include <sched.h>

#include "../api/api.h"
#include "port/posix/posix.h"

static pthread_mutex_t mt_engine_mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_mutex_t mt_heap_mutex = PTHREAD_MUTEX_INITIALIZER;

static inline void mt_lock(void *user) {
    (void)user;
    pthread_mutex_lock(&mt_engine_mutex);
}

static inline void mt_unlock(void *user) {
    (void)user;
    pthread_mutex_unlock(&mt_engine_mutex);
}

static inline void *mt_realloc(void *user, void *p, size_t old_size, size_t new_size) {
    void *fresh;
    pthread_mutex_lock(&mt_heap_mutex);
    fresh = port_realloc(user, p, old_size, new_size);
    pthread_mutex_unlock(&mt_heap_mutex);
    return fresh;
}

static inline void mt_yield(void *user) {
    (void)user;
    sched_yield();
}

/* `reserves`: shared memories are reserved address space, else blocks. */
static inline wick_host mt_host(bool reserves) {
    wick_host host = port_table();
    host.realloc = mt_realloc;
    host.lock = mt_lock;
    host.unlock = mt_unlock;
    host.yield = mt_yield;
    host.now_ns = wick_posix_host.now_ns;
    host.wait = wick_posix_host.wait;
    host.wake = wick_posix_host.wake;
    if (reserves) {
        host.reserve = wick_posix_host.reserve;
        host.commit = wick_posix_host.commit;
        host.release = wick_posix_host.release;
    }
    return host;
}

/* ---- one module, several threads ---------------------------------------------------------------------------------- */

#define MT_MOST 8

struct mt {
    struct port port;
    wick_host host;
    wick_engine *engine;
    wick_module *module;
    wick_store *store; /* the memory's first */
    wick_memory *memory;
    wick_shared *shared;
    uint32_t gate; /* atomic: who has arrived */
    uint32_t n_threads;
};

struct mt_thread {
    struct mt *mt;
    const char *name; /* of the function */
    uint32_t arg, arg2;
    pthread_t thread;
    uint32_t result;
    wick_err err;
};

static inline void mt_open(struct mt *mt, wick_engine_kind kind, bool lazy, const char *text, uint32_t pages,
                           uint32_t max_pages) {
    wick_config config = {.engine = kind, .lazy = lazy};
    wick_limits limits = {.min = pages, .max = max_pages, .shared = true};
    wick_diag diag;
    size_t size;
    uint8_t *bytes = wat_bytes(text, &size);
    memset(mt, 0, sizeof *mt);
    port_init(&mt->port);
    mt->host = mt_host(true);
    NEED(wick_engine_new(&mt->host, &mt->port, &config, &mt->engine) == WICK_OK);
    if (wick_module_new(mt->engine, bytes, size, 0, &mt->module, &diag) != WICK_OK) {
        test_die(&diag, NULL, "module");
    }
    free(bytes);
    NEED(wick_store_new(mt->engine, NULL, &mt->store) == WICK_OK);
    NEED(wick_memory_new(mt->store, &limits, &mt->memory) == WICK_OK);
    NEED(wick_memory_share(mt->memory, &mt->shared) == WICK_OK);
}

static inline void mt_close(struct mt *mt) {
    wick_shared_free(mt->shared);
    wick_store_free(mt->store);
    wick_module_free(mt->module);
    wick_engine_free(mt->engine);
    CHECK_CLEAN(&mt->port);
}

/* All threads leave together. */
static inline void mt_gate(struct mt *mt) {
    __atomic_fetch_add(&mt->gate, 1, __ATOMIC_SEQ_CST);
    for (uint32_t i = 0; __atomic_load_n(&mt->gate, __ATOMIC_SEQ_CST) < mt->n_threads; i++) {
        if (i % 64 == 63) {
            sched_yield();
        }
    }
}

static inline wick_err mt_instantiate(struct mt *mt, wick_store *store, wick_instance **out_instance) {
    wick_extern item = {.kind = WICK_EXTERN_MEMORY};
    wick_linker *linker;
    wick_err err = wick_memory_from_shared(store, mt->shared, &item.of.memory);
    if (err == WICK_OK) {
        err = wick_linker_new(store, &linker);
    }
    if (err == WICK_OK) {
        err = wick_linker_define(linker, "m", "m", &item);
        if (err == WICK_OK) {
            err = wick_linker_instantiate(linker, mt->module, out_instance, NULL);
        }
        wick_linker_free(linker);
    }
    return err;
}

static inline void *mt_main(void *arg) {
    struct mt_thread *own = arg;
    struct mt *mt = own->mt;
    wick_value args[2] = {i32(own->arg), i32(own->arg2)}, result;
    wick_store *store = NULL;
    wick_instance *instance = NULL;
    wick_extern item;
    own->err = wick_store_new(mt->engine, NULL, &store);
    if (own->err == WICK_OK) {
        own->err = mt_instantiate(mt, store, &instance);
    }
    mt_gate(mt);
    if (own->err == WICK_OK) {
        if (wick_instance_export(instance, own->name, strlen(own->name), &item)) {
            own->err = wick_func_call(item.of.func, args, 2, &result, 1, NULL);
            own->result = own->err == WICK_OK ? result.of.i32 : 0;
        } else {
            own->err = WICK_ERR_usage;
        }
    }
    if (store != NULL) {
        wick_store_free(store);
    }
    return NULL;
}

/* Runs the functions that `threads` name, (param i32 i32) (result i32), each in a thread and store of its own. */
static inline void mt_run(struct mt *mt, struct mt_thread *threads, uint32_t n) {
    mt->gate = 0;
    mt->n_threads = n;
    for (uint32_t i = 0; i < n; i++) {
        threads[i].mt = mt;
        NEED(pthread_create(&threads[i].thread, NULL, mt_main, &threads[i]) == 0);
    }
    for (uint32_t i = 0; i < n; i++) {
        pthread_join(threads[i].thread, NULL);
        CHECK_EQ(threads[i].err, WICK_OK);
    }
}

static inline uint32_t mt_ld32(const struct mt *mt, uint64_t address) {
    const uint8_t *p = wick_memory_data(mt->memory) + address;
    return (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
}

#endif

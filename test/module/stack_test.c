/* stack_test.c - the native stack that loading takes: less than 2 KiB, whatever the module. A thread of its own with a
 * painted stack loads each module; what an empty function leaves untouched of it is the measure. */
#include "../check/sanitize.h"
#include "build.h"
#include "good.h"

#include <pthread.h>

#define STACK_SIZE (256u * 1024u)
#define STACK_PAINT 0xa5
#define STACK_MOST 2048u

static const char *const stack_more[] = {
    "M 01[01 60 00 00] 03[01 00] <*100000(02 40) *100000(0b)>",
    "M 01[01 4e u10000 *10000(60 01 63 %s 00)]",
    "M 01[01 60 00 00] 03[01 00] 07[u10000 *10000(08 %x 00 00)] <>",
    "M 01[01 60 00 00] 03[01 00] <41 00 42 00 6a>",
    "M 01[01 60 00 00] 03[01 00] 0a[01 [00 41]]",
};

/* The C library's allocator uses more stack than all of this, so memory comes from a pool that is never freed. */
static uint8_t stack_pool[64u << 20];
static size_t stack_pool_used;

static void *stack_realloc(void *user, void *p, size_t old_size, size_t new_size) {
    uint8_t *fresh = stack_pool + stack_pool_used;
    (void)user;
    if (new_size == 0 || new_size > sizeof stack_pool - stack_pool_used) {
        return NULL;
    }
    stack_pool_used += (new_size + 15) & ~(size_t)15;
    if (p != NULL) {
        memcpy(fresh, p, old_size < new_size ? old_size : new_size);
    }
    return fresh;
}

static const wick_host stack_callbacks = {.size = sizeof(wick_host), .realloc = stack_realloc, .log = build_log};

struct stack_job {
    struct wick_engine *engine; /* NULL: nothing to do */
    const struct build *module;
};

static void *stack_run(void *user) {
    struct stack_job *job = user;
    if (job->engine != NULL) {
        wick_diag diag;
        (void)build_load(job->engine, job->module->data, job->module->n, &diag);
    }
    return NULL;
}

/* Bytes of the stack that were written to. The stack grows down. */
static size_t stack_measure(struct stack_job *job, uint8_t *stack) {
    pthread_attr_t attr;
    pthread_t thread;
    size_t clean = 0;
    memset(stack, STACK_PAINT, STACK_SIZE);
    if (pthread_attr_init(&attr) != 0 || pthread_attr_setstack(&attr, stack, STACK_SIZE) != 0 ||
        pthread_create(&thread, &attr, stack_run, job) != 0) {
        return STACK_SIZE;
    }
    pthread_join(thread, NULL);
    pthread_attr_destroy(&attr);
    while (clean < STACK_SIZE && stack[clean] == STACK_PAINT) {
        clean++;
    }
    return STACK_SIZE - clean;
}

int main(void) {
    const size_t n_good = sizeof good_modules / sizeof good_modules[0];
    const size_t n_more = sizeof stack_more / sizeof stack_more[0];
    struct stack_job job = {NULL, NULL};
    struct wick_engine engine;
    unsigned passed = 0, failed = 0;
    size_t most = 0, base;
    uint8_t *stack = NULL;
    if (posix_memalign((void **)&stack, 4096, STACK_SIZE) != 0) {
        return 2;
    }
    base = stack_measure(&job, stack);
#if !STACK_IS_BOUNDED
    printf("skipped: stack frames of this build are not those of a release\n0 passed, 0 failed, 1 skipped\n");
    (void)n_good;
    (void)n_more;
    (void)most;
    (void)passed;
    (void)failed;
    (void)base;
    (void)engine;
    (void)stack_callbacks;
    (void)good_modules;
    (void)stack_more;
#else
    for (size_t i = 0; i < n_good + n_more; i++) {
        struct build module = build_module(i < n_good ? good_modules[i] : stack_more[i - n_good]);
        wick_diag diag;
        size_t used;
        stack_pool_used = 0;
        memset(&engine, 0, sizeof engine);
        engine.alloc.host = &stack_callbacks;
        engine.alloc.quota = UINT64_MAX;
        engine.features = UINT32_MAX;
        if (wk_types_init(&engine.types, &engine.alloc) != WICK_OK) {
            return 2;
        }
        job.engine = &engine;
        job.module = &module;
        /* Once before, so that the dynamic linker has done its part. */
        (void)build_load(&engine, module.data, module.n, &diag);
        used = stack_measure(&job, stack);
        used = used > base ? used - base : 0;
        most = used > most ? used : most;
        if (used < STACK_MOST) {
            passed++;
        } else {
            failed++;
            printf("FAIL module %zu takes %zu bytes of stack\n", i, used);
        }
        free(module.data);
    }
    printf("at most %zu bytes of native stack\n%u passed, %u failed\n", most, passed,
           failed);
#endif
    free(stack);
    return failed != 0;
}

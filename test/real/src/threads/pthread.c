/* pthread.c - POSIX threads over wasi-threads, and the C library's memory under a lock: that library was built without
 * threads. -Wl,--wrap=malloc and so on. */
#include "pthread.h"

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <wasi/api.h>

#define STACK_SIZE (256u * 1024)

struct thread {
    void *stack_top; /* offset 0: the assembly below reads it */
    int over;        /* offset 4: the assembly below sets it when the stack is used no more */
    void *tls;
    void *(*function)(void *);
    void *arg;
    void *result;
};

__attribute__((import_module("wasi"), import_name("thread-spawn"))) int wasi_thread_spawn(struct thread *thread);
void __wasm_init_tls(void *memory);
void thread_begin(int id, struct thread *thread);
static _Thread_local struct thread *self;

/* The stack pointer first; at the end the word that pthread_join waits for, when nothing is on the stack any more. */
__asm__(".globaltype __stack_pointer, i32\n"
        ".functype thread_begin (i32, i32) -> ()\n"
        ".section .text.wasi_thread_start,\"\",@\n"
        ".globl wasi_thread_start\n"
        ".export_name wasi_thread_start, wasi_thread_start\n"
        ".type wasi_thread_start,@function\n"
        "wasi_thread_start:\n"
        "    .functype wasi_thread_start (i32, i32) -> ()\n"
        "    local.get 1\n"
        "    i32.load 0\n"
        "    global.set __stack_pointer\n"
        "    local.get 0\n"
        "    local.get 1\n"
        "    call thread_begin\n"
        "    local.get 1\n"
        "    i32.const 1\n"
        "    i32.atomic.store 4\n"
        "    local.get 1\n"
        "    i32.const -1\n"
        "    memory.atomic.notify 4\n"
        "    drop\n"
        "    end_function\n");

void thread_begin(int id, struct thread *thread)
{
    (void)id;
    __wasm_init_tls(thread->tls);
    self = thread;
    thread->result = thread->function(thread->arg);
}

static void wait_while(int *word, int value)
{
    __builtin_wasm_memory_atomic_wait32(word, value, -1);
}

static void wake(int *word, unsigned n)
{
    __builtin_wasm_memory_atomic_notify(word, n);
}

int pthread_create(pthread_t *out, const pthread_attr_t *attr, void *(*function)(void *), void *arg)
{
    size_t align = __builtin_wasm_tls_align(), size = __builtin_wasm_tls_size();
    size_t stack = attr != NULL && attr->stack_size != 0 ? attr->stack_size : STACK_SIZE;
    align = align < 16 ? 16 : align;
    stack = (stack + 15) & ~(size_t)15;
    char *block = malloc(sizeof(struct thread) + 2 * align + size + stack);
    if (block == NULL) {
        return EAGAIN;
    }
    struct thread *thread = (struct thread *)block;
    memset(thread, 0, sizeof *thread);
    uintptr_t at = ((uintptr_t)block + sizeof *thread + align - 1) & ~(uintptr_t)(align - 1);
    thread->tls = (void *)at;
    thread->stack_top = (void *)((at + size + stack) & ~(uintptr_t)15);
    thread->function = function;
    thread->arg = arg;
    int id = wasi_thread_spawn(thread);
    if (id <= 0) {
        free(block);
        return id == -6 ? EAGAIN : ENOMEM;
    }
    *out = thread;
    return 0;
}

int pthread_join(pthread_t thread, void **out)
{
    while (__atomic_load_n(&thread->over, __ATOMIC_SEQ_CST) == 0) {
        wait_while(&thread->over, 0);
    }
    if (out != NULL) {
        *out = thread->result;
    }
    free(thread);
    return 0;
}

pthread_t pthread_self(void) { return self; }

int pthread_mutex_init(pthread_mutex_t *m, const pthread_mutexattr_t *attr)
{
    (void)attr;
    m->state = 0;
    return 0;
}

int pthread_mutex_destroy(pthread_mutex_t *m)
{
    (void)m;
    return 0;
}

int pthread_mutex_trylock(pthread_mutex_t *m)
{
    int expected = 0;
    return __atomic_compare_exchange_n(&m->state, &expected, 1, 0, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST) ? 0 : EBUSY;
}

int pthread_mutex_lock(pthread_mutex_t *m)
{
    if (pthread_mutex_trylock(m) != 0) {
        while (__atomic_exchange_n(&m->state, 2, __ATOMIC_SEQ_CST) != 0) {
            wait_while(&m->state, 2);
        }
    }
    return 0;
}

int pthread_mutex_unlock(pthread_mutex_t *m)
{
    if (__atomic_exchange_n(&m->state, 0, __ATOMIC_SEQ_CST) == 2) {
        wake(&m->state, 1);
    }
    return 0;
}

int pthread_cond_init(pthread_cond_t *c, const pthread_condattr_t *attr)
{
    (void)attr;
    c->n = 0;
    return 0;
}

int pthread_cond_destroy(pthread_cond_t *c)
{
    (void)c;
    return 0;
}

int pthread_cond_wait(pthread_cond_t *c, pthread_mutex_t *m)
{
    int n = __atomic_load_n(&c->n, __ATOMIC_SEQ_CST);
    pthread_mutex_unlock(m);
    wait_while(&c->n, n);
    return pthread_mutex_lock(m);
}

int pthread_cond_signal(pthread_cond_t *c)
{
    __atomic_fetch_add(&c->n, 1, __ATOMIC_SEQ_CST);
    wake(&c->n, 1);
    return 0;
}

int pthread_cond_broadcast(pthread_cond_t *c)
{
    __atomic_fetch_add(&c->n, 1, __ATOMIC_SEQ_CST);
    wake(&c->n, (unsigned)-1);
    return 0;
}

/* ---- the beginning ---- */

/* Linked with -nostartfiles. The C library's own _start leaves it to the linker to run constructors and destructors around
 * every exported function, which would be each thread. */
void __wasm_call_ctors(void);
void __wasm_call_dtors(void);
int __main_void(void);

__attribute__((export_name("_start"))) void _start(void)
{
    __wasm_call_ctors();
    int status = __main_void();
    __wasm_call_dtors();
    if (status != 0) {
        __wasi_proc_exit((unsigned)status);
    }
}

/* ---- memory ---- */

static pthread_mutex_t heap = PTHREAD_MUTEX_INITIALIZER;
void *__real_malloc(size_t n);
void *__real_calloc(size_t n, size_t size);
void *__real_realloc(void *p, size_t n);
void __real_free(void *p);
void *__wrap_malloc(size_t n);
void *__wrap_calloc(size_t n, size_t size);
void *__wrap_realloc(void *p, size_t n);
void __wrap_free(void *p);

void *__wrap_malloc(size_t n)
{
    pthread_mutex_lock(&heap);
    void *p = __real_malloc(n);
    pthread_mutex_unlock(&heap);
    return p;
}

void *__wrap_calloc(size_t n, size_t size)
{
    pthread_mutex_lock(&heap);
    void *p = __real_calloc(n, size);
    pthread_mutex_unlock(&heap);
    return p;
}

void *__wrap_realloc(void *p, size_t n)
{
    pthread_mutex_lock(&heap);
    p = __real_realloc(p, n);
    pthread_mutex_unlock(&heap);
    return p;
}

void __wrap_free(void *p)
{
    pthread_mutex_lock(&heap);
    __real_free(p);
    pthread_mutex_unlock(&heap);
}

/* host.c - what the engine wants of its port, by POSIX. */
#include <errno.h>
#include <limits.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#if WICK_GUARD
#include <ucontext.h>
#endif

#ifdef __linux__
#include <linux/futex.h>
#include <sys/syscall.h>
#endif

#include "port/posix/posix.h"

static pthread_mutex_t posix_mutex = PTHREAD_MUTEX_INITIALIZER;

/* malloc's blocks are aligned to 16 bytes on 64-bit systems and with glibc everywhere. */
static void *posix_realloc(void *user, void *p, size_t old_size, size_t new_size)
{
    (void)user;
    (void)old_size;
    if (new_size == 0) {
        free(p);
        return NULL;
    }
    return realloc(p, new_size);
}

static void posix_log(void *user, const char *text, size_t n)
{
    (void)user;
    while (n > 0) {
        ssize_t got = write(2, text, n);
        if (got <= 0) {
            return;
        }
        text += got;
        n -= (size_t)got;
    }
}

static void posix_panic(void *user, const char *text)
{
    (void)user;
    fprintf(stderr, "wick: %s\n", text);
    abort();
}

uint64_t wick_posix_now_ns(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

static uint64_t posix_now_ns(void *user)
{
    (void)user;
    return wick_posix_now_ns();
}

static void posix_lock(void *user)
{
    (void)user;
    pthread_mutex_lock(&posix_mutex);
}

static void posix_unlock(void *user)
{
    (void)user;
    pthread_mutex_unlock(&posix_mutex);
}

static void *posix_reserve(void *user, size_t n)
{
    (void)user;
    void *p = mmap(NULL, n, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    return p == MAP_FAILED ? NULL : p;
}

static int posix_commit(void *user, void *base, size_t offset, size_t n)
{
    (void)user;
    return mprotect((char *)base + offset, n, PROT_READ | PROT_WRITE);
}

static void posix_release(void *user, void *base, size_t n)
{
    (void)user;
    munmap(base, n);
}

static void posix_yield(void *user)
{
    (void)user;
    sched_yield();
}

/* Linux's futex, which a signal handler may wake too. Elsewhere who waits asks again and again. */
#ifdef __linux__
static void posix_wait(void *user, const uint32_t *word, uint32_t value, uint64_t deadline_ns)
{
    struct { /* what this system call takes, whatever time_t is */
        long sec, nsec;
    } until = {0, 0};
    (void)user;
    if (deadline_ns != UINT64_MAX) {
        until.sec = (long)(deadline_ns / 1000000000u);
        until.nsec = (long)(deadline_ns % 1000000000u);
    }
    syscall(SYS_futex, word, FUTEX_WAIT_BITSET | FUTEX_PRIVATE_FLAG, value,
            deadline_ns != UINT64_MAX ? &until : NULL, NULL, FUTEX_BITSET_MATCH_ANY);
}

static void posix_wake(void *user, const uint32_t *word)
{
    int before = errno; /* the handler's interrupted code may be about to look */
    (void)user;
    syscall(SYS_futex, word, FUTEX_WAKE | FUTEX_PRIVATE_FLAG, INT_MAX, NULL, NULL, 0);
    errno = before;
}
#else
#define posix_wait NULL
#define posix_wake NULL
#endif

/* Threads for loading: a thread for each part, as far as there are some to be had. */
#define POSIX_PART_STACK (512u * 1024)

struct posix_part {
    pthread_t thread;
    void (*run)(void *arg, uint32_t part);
    void *arg;
    uint32_t part;
};

static void *posix_part_main(void *arg)
{
    const struct posix_part *part = arg;
    part->run(part->arg, part->part);
    return NULL;
}

static void posix_parallel(void *user, uint32_t n, void (*run)(void *arg, uint32_t part), void *arg)
{
    struct posix_part *parts = calloc(n, sizeof *parts);
    uint32_t n_started = 1;
    pthread_attr_t attr;
    sigset_t all, before;
    (void)user;
    if (parts != NULL && pthread_attr_init(&attr) == 0) {
        pthread_attr_setstacksize(&attr, POSIX_PART_STACK);
        sigfillset(&all); /* the program's signals are for its own threads */
        pthread_sigmask(SIG_SETMASK, &all, &before);
        for (; n_started < n; n_started++) {
            struct posix_part *part = &parts[n_started];
            *part = (struct posix_part){.run = run, .arg = arg, .part = n_started};
            if (pthread_create(&part->thread, &attr, posix_part_main, part) != 0) {
                break;
            }
        }
        pthread_sigmask(SIG_SETMASK, &before, NULL);
        pthread_attr_destroy(&attr);
    }
    run(arg, 0);
    while (n_started > 1) {
        n_started--;
        pthread_join(parts[n_started].thread, NULL);
    }
    free(parts);
}

/* Faults. Who had the signals before gets what is not ours. */
#if WICK_GUARD && defined(__x86_64__) && defined(__linux__)
static struct sigaction posix_before;
static pthread_once_t posix_guard_once = PTHREAD_ONCE_INIT;
static int posix_guard_status;

static void posix_fault(int number, siginfo_t *info, void *context)
{
    greg_t *pc = &((ucontext_t *)context)->uc_mcontext.gregs[REG_RIP];
    /* ACCERR: a mapping that may not be touched, as a reservation is */
    uintptr_t to = info->si_code == SEGV_ACCERR ? wick_fault((uintptr_t)*pc) : 0;
    if (to != 0) {
        *pc = (greg_t)to;
    } else if ((posix_before.sa_flags & SA_SIGINFO) != 0) {
        posix_before.sa_sigaction(number, info, context);
    } else if (posix_before.sa_handler != SIG_DFL && posix_before.sa_handler != SIG_IGN) {
        posix_before.sa_handler(number);
    } else {
        signal(number, SIG_DFL); /* it faults again */
    }
}

static void posix_guard_install(void)
{
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_sigaction = posix_fault;
    action.sa_flags = SA_SIGINFO | SA_ONSTACK;
    sigemptyset(&action.sa_mask);
    posix_guard_status = sigaction(SIGSEGV, NULL, &posix_before) != 0 ? -1 : sigaction(SIGSEGV, &action, NULL);
}

static int posix_guard(void *user)
{
    (void)user;
    pthread_once(&posix_guard_once, posix_guard_install);
    return posix_guard_status;
}
#else
#define posix_guard NULL
#endif

const wick_host wick_posix_host = {
    .size = sizeof(wick_host),
    .realloc = posix_realloc,
    .log = posix_log,
    .panic = posix_panic,
    .now_ns = posix_now_ns,
    .lock = posix_lock,
    .unlock = posix_unlock,
    .reserve = posix_reserve,
    .commit = posix_commit,
    .release = posix_release,
    .yield = posix_yield,
    .wait = posix_wait,
    .wake = posix_wake,
    .guard = posix_guard,
    .parallel = posix_parallel,
};

/* threads.c - wasi-threads on POSIX threads: each of a program's threads has a host thread.
 *
 * Owner of: the lock around WASI calls, starting and waiting for host threads. What a thread is, and how all end, is
 * src/wasi/threads.c's. */
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>

#include "port/posix/posix.h"

/* Native stack of a thread: Wick needs 2 KiB, the C library's calls and the tracing sanitizers more. */
#define POSIX_THREAD_STACK (512u * 1024)

struct wick_posix_threads {
    wick_wasi_fs *fs;
    void (*ended)(void *user, wick_wasi_thread *thread, wick_status status);
    void *user;
    pthread_mutex_t wasi;
    pthread_mutex_t mutex;
    pthread_cond_t none;
    unsigned n; /* host threads; under `mutex` */
};

struct posix_thread {
    wick_posix_threads *threads;
    wick_wasi_thread *thread;
};

static void posix_threads_lock(void *user)
{
    pthread_mutex_lock(&((wick_posix_threads *)user)->wasi);
}

static void posix_threads_unlock(void *user)
{
    pthread_mutex_unlock(&((wick_posix_threads *)user)->wasi);
}

static void posix_threads_interrupt(void *user)
{
    wick_posix_fs_interrupt(((wick_posix_threads *)user)->fs);
}

static void posix_threads_count(wick_posix_threads *threads, bool is_new)
{
    pthread_mutex_lock(&threads->mutex);
    threads->n += is_new ? 1u : -1u;
    if (threads->n == 0) {
        pthread_cond_broadcast(&threads->none);
    }
    pthread_mutex_unlock(&threads->mutex);
}

static void *posix_thread_main(void *arg)
{
    struct posix_thread own = *(struct posix_thread *)arg;
    wick_status status;
    free(arg);
    do { /* a stop that was asked for by nobody is not the end */
        status = wick_wasi_thread_run(own.thread);
    } while (status == WICK_YIELDED &&
             wick_wasi_threads_ended(wick_wasi_thread_threads(own.thread)) == WICK_WASI_RUNS);
    if (own.threads->ended != NULL) {
        own.threads->ended(own.threads->user, own.thread, status);
    }
    wick_wasi_thread_free(own.thread);
    posix_threads_count(own.threads, false);
    return NULL;
}

static int posix_thread_create(struct posix_thread *arg)
{
    pthread_attr_t attr;
    pthread_t id;
    sigset_t all, before;
    int failed = pthread_attr_init(&attr);
    if (failed != 0) {
        return failed;
    }
    pthread_attr_setdetachstate(&attr, PTHREAD_CREATE_DETACHED);
    pthread_attr_setstacksize(&attr, POSIX_THREAD_STACK);
    sigfillset(&all);
    sigdelset(&all, SIGSEGV); /* of guarded memories; blocked, it would end the process */
    pthread_sigmask(SIG_SETMASK, &all, &before);
    failed = pthread_create(&id, &attr, posix_thread_main, arg);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    pthread_attr_destroy(&attr);
    return failed;
}

static wick_wasi_errno posix_threads_start(void *user, wick_wasi_thread *thread)
{
    wick_posix_threads *threads = user;
    struct posix_thread *arg = malloc(sizeof *arg);
    if (arg == NULL) {
        return WICK_WASI_ENOMEM;
    }
    *arg = (struct posix_thread){threads, thread};
    posix_threads_count(threads, true);
    if (posix_thread_create(arg) != 0) {
        posix_threads_count(threads, false);
        free(arg);
        return WICK_WASI_EAGAIN;
    }
    return WICK_WASI_OK;
}

wick_posix_threads *wick_posix_threads_new(wick_wasi_fs *fs,
                                           void (*ended)(void *user, wick_wasi_thread *thread, wick_status status),
                                           void *user, wick_wasi_threads_options *options)
{
    wick_posix_threads *threads = calloc(1, sizeof *threads);
    if (threads == NULL || !wick_posix_fs_can_interrupt(fs)) {
        free(threads);
        return NULL;
    }
    threads->fs = fs;
    threads->ended = ended;
    threads->user = user;
    pthread_mutex_init(&threads->wasi, NULL);
    pthread_mutex_init(&threads->mutex, NULL);
    pthread_cond_init(&threads->none, NULL);
    options->start = posix_threads_start;
    options->interrupt = posix_threads_interrupt;
    options->lock = posix_threads_lock;
    options->unlock = posix_threads_unlock;
    options->user = threads;
    return threads;
}

void wick_posix_threads_join(wick_posix_threads *threads)
{
    pthread_mutex_lock(&threads->mutex);
    while (threads->n != 0) {
        pthread_cond_wait(&threads->none, &threads->mutex);
    }
    pthread_mutex_unlock(&threads->mutex);
}

void wick_posix_threads_free(wick_posix_threads *threads)
{
    if (threads != NULL) {
        pthread_cond_destroy(&threads->none);
        pthread_mutex_destroy(&threads->mutex);
        pthread_mutex_destroy(&threads->wasi);
        free(threads);
    }
}

#undef POSIX_THREAD_STACK

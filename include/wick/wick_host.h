/* wick_host.h - what a port supplies. Two members are required; whatever is missing makes the feature that needs
 * it answer UNSUPPORTED, and the message names the member. */
#ifndef WICK_HOST_H
#define WICK_HOST_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct wick_host {
    /* sizeof(struct wick_host) of the port's build: later members read as absent. */
    size_t size;

    /* REQUIRED, but for wick_engine_init. Allocates, resizes and frees: old_size is 0 for a new block (p is NULL); new_size is 0 to free (the
     * result is ignored). Contents up to the smaller size are kept. Blocks are aligned to 16 bytes. NULL means that
     * there is no memory; the old block then still stands. Called from whatever thread calls Wick. */
    void *(*realloc)(void *user, void *p, size_t old_size, size_t new_size);

    /* REQUIRED. Text for a person (traces, warnings), not terminated, n bytes. */
    void (*log)(void *user, const char *text, size_t n);

    /* An internal invariant is broken (WICK_DEBUG builds only). Does not return. */
    void (*panic)(void *user, const char *text);

    /* Nanoseconds of a clock that never goes back. Used by timeouts. */
    uint64_t (*now_ns)(void *user);

    /* Mutual exclusion for an engine that several CPUs use at once. Not needed when one thread calls Wick. Held for a
     * few instructions, but while a shared memory grows also around `commit`. Not recursive. */
    void (*lock)(void *user);
    void (*unlock)(void *user);

    /* Address space: reserve n bytes without access (NULL: none), make the part [offset, offset + n) of it usable and
     * zero (0 on success), give it back. n and offset are multiples of 65536. Makes memory.grow move nothing. */
    void *(*reserve)(void *user, size_t n);
    int (*commit)(void *user, void *base, size_t offset, size_t n);
    void (*release)(void *user, void *base, size_t n);

    /* Nothing to do for this thread at the moment (a spin that waits). */
    void (*yield)(void *user);

    /* Both or neither; for embedders that give every task a thread of its own (wick_task_sleep, wick_func_call). `wait`
     * puts the calling thread to sleep while *word is `value`, until `wake` is called with the same address or now_ns
     * shows deadline_ns (UINT64_MAX: never); it may return early. The comparison and falling asleep are one step as far
     * as `wake` is concerned, which is called after *word has changed: a futex, or a mutex and a condition variable for
     * each hash of the address. `wake` is called with the engine's lock held, from whatever thread, and from where
     * wick_task_stop is called. Without them such a thread asks again and again, with `yield` in between. */
    void (*wait)(void *user, const uint32_t *word, uint32_t value, uint64_t deadline_ns);
    void (*wake)(void *user, const uint32_t *word);

    /* For builds with WICK_GUARD: answers 0 when, from now on, the port asks wick_fault about each fault at an address of
     * a reservation that is not committed, whichever thread meets it, and goes on where that says. Else memories are not
     * guarded. Each guarded memory then reserves 8 GiB and 128 KiB; without that it is not to be had. */
    int (*guard)(void *user);

    /* For engines that load modules with several threads (wick_config.load_threads); wants `lock` and `unlock` too. Calls
     * run(arg, 0) on the calling thread, and run(arg, part) for further parts below n on others, each of them once at most,
     * and returns when all these calls have. Parts wait for none of each other, so they may run at the same time or in any
     * order, and for want of threads any but part 0 may be left out: the others then do its share. Whatever was written
     * before a call is to be seen in it, and what it wrote is to be seen after the return, as by starting and joining
     * threads. A part takes 2 KiB of native stack, and calls `realloc`, `lock` and `unlock`; a progress function is called by
     * part 0 only. An SMP kernel gives the parts to CPUs that have nothing else to do. Called without the lock. */
    void (*parallel)(void *user, uint32_t n, void (*run)(void *arg, uint32_t part), void *arg);
} wick_host;

#ifdef __cplusplus
}
#endif
#endif

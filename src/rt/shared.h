/* shared.h - memories that several stores use at once, and who waits in them (shared.c).
 *
 * A struct wick_shared is the bytes: they never move, are counted by the wick_memory objects and handles that refer to
 * them, and belong to the engine, not to a store. A wick_memory's `size` is then what its store last saw; the true size
 * is wk_memory_size(). */
#ifndef WICK_RT_SHARED_H
#define WICK_RT_SHARED_H

#include "base/atomic.h"
#include "rt/rt.h"

#define WK_WAIT_LISTS 16u

struct wick_shared {
    struct wick_engine *engine;
    uint8_t *base;
    size_t size;       /* bytes; grows only; accessed through base/atomic.h, changed under the engine's lock */
    wick_limits limits;
    uint64_t most;     /* bytes that it may grow to, whoever grows it: what its maker's quota left */
    uint32_t refs;     /* atomic */
    uint32_t n_waiters; /* atomic: in all lists, and those that are about to be */
    void *block;
    size_t block_size; /* allocated; 0: reserved */
    size_t reserved;
    size_t committed;
    struct wk_waiter *first[WK_WAIT_LISTS]; /* by address, oldest first; under the engine's lock */
    struct wk_waiter *last[WK_WAIT_LISTS];
};

struct wk_atomic_end { /* of an atomic instruction */
    bool waits;      /* the task waits: the same call again when it is resumed */
    uint64_t detail; /* of an error: the diag's first operand */
};

#if WICK_THREADS
/* Makes the bytes of a shared memory of the store; one count. */
WK_EXTERN wick_err wk_shared_make(struct wick_store *store, const wick_limits *limits, size_t bytes,
                                  struct wick_shared **out, wick_diag *diag);
WK_EXTERN void wk_shared_drop(struct wick_shared *shared);
/* wk_memory_grow for a shared memory. */
WK_EXTERN uint64_t wk_shared_grow(struct wick_memory *memory, uint64_t delta_pages);
/* memory.atomic.wait32 and wait64 at an address that is inside and aligned: enlists the task, or goes on with what it
 * is enlisted for. *out: 0 woken, 1 not equal, 2 time is up; WK_WAIT_ON: it waits (still). */
#define WK_WAIT_ON 3u
WK_EXTERN wick_err wk_shared_wait(struct wick_task *task, struct wick_memory *memory, uint64_t address, uint32_t width,
                                  uint64_t expected, int64_t timeout_ns, uint32_t *out);
/* memory.atomic.notify: how many were woken, at most `count`, oldest first. */
WK_EXTERN uint32_t wk_shared_notify(struct wick_shared *shared, uint64_t address, uint32_t count);
/* The task waits no more, whatever for; its memory may be freed afterwards. */
WK_EXTERN void wk_wait_leave(struct wick_task *task);
/* Makes whoever sleeps for the task look again. */
WK_EXTERN void wk_wait_ring(struct wick_task *task);

/* An atomic instruction but the fence, on any memory: s[0] is the address, s[1] and s[2] what follows it; the result
 * comes to s[0]. */
WK_EXTERN wick_err wk_atomic_execute(struct wick_task *task, struct wick_memory *memory, enum wick_op op,
                                     uint64_t offset, uint64_t *s, struct wk_atomic_end *out);

/* The memory's size now. */
static inline uint64_t wk_memory_now(const struct wick_memory *memory) {
    return memory->shared == NULL ? memory->size : wk_atomic_load_size(&memory->shared->size);
}
/* The same, and the store has seen it. */
WK_INLINE uint64_t wk_memory_size(struct wick_memory *memory) {
    if (WK_UNLIKELY(memory->shared != NULL)) {
        memory->size = wk_atomic_load_size(&memory->shared->size);
    }
    return memory->size;
}
#else
static inline uint64_t wk_memory_now(const struct wick_memory *memory) {
    return memory->size;
}
WK_INLINE uint64_t wk_memory_size(struct wick_memory *memory) {
    return memory->size;
}
static inline void wk_wait_leave(struct wick_task *task) {
    (void)task;
}
static inline void wk_wait_ring(struct wick_task *task) {
    (void)task;
}
#endif

#endif

/* shared.c - shared memories: their bytes, growing, waiting and waking.
 *
 * Owner of: the bytes never move (reserved address space, else the maximum allocated at once); no wake-up is lost; a
 * waiting task is an entry in a list, not a sleeping thread. doc/threads.md.
 *
 * Everything but loads of the size and of the number of waiters is under the engine's lock. A waiter is enlisted in the
 * same critical section that compares the value, and a notify looks through the list in one, so either the waiter sees
 * the value that was stored before the notify, or the notify sees the waiter. The same holds for the short way of a
 * notify that finds nobody: the waiter counts itself before it loads the value, the notifier has a full fence between
 * the guest's store and its look at the count.
 * Spec: the threads proposal, "Wait and Notify operators". */
#include "rt/atomics.h"
#include "rt/object.h"

#if WICK_THREADS

/* ---- bytes -------------------------------------------------------------------------------------------------------- */

/* Counts bytes that come from the host past wk_realloc; the lock is held. */
static bool shared_count(struct wk_alloc *alloc, uint64_t bytes) {
    if (bytes > alloc->quota || alloc->used > alloc->quota - bytes) {
        return false;
    }
    alloc->used += bytes;
    alloc->peak = alloc->used > alloc->peak ? alloc->used : alloc->peak;
    return true;
}

/* Makes the first `up_to` bytes of the reservation usable; the lock is held. */
static bool shared_commit(struct wick_shared *shared, size_t up_to) {
    struct wk_alloc *alloc = &shared->engine->alloc;
    const size_t more = up_to - shared->committed;
    if (more == 0) {
        return true;
    }
    if (!shared_count(alloc, more)) {
        return false;
    }
    if (alloc->host->commit(alloc->user, shared->block, shared->committed, more) != 0) {
        alloc->used -= more;
        return false;
    }
    shared->committed = up_to;
    return true;
}

static bool shared_reserve(struct wick_shared *shared, size_t bytes) {
    struct wk_alloc *alloc = &shared->engine->alloc;
    bool is_done;
    shared->reserved = wk_memory_reservable(shared->engine, &shared->limits);
    if (shared->reserved == 0) {
        return false;
    }
    shared->block = alloc->host->reserve(alloc->user, shared->reserved);
    if (shared->block == NULL) {
        shared->reserved = 0;
        return false;
    }
    wk_lock(alloc);
    is_done = shared_commit(shared, wk_memory_round(bytes));
    wk_unlock(alloc);
    if (!is_done) {
        alloc->host->release(alloc->user, shared->block, shared->reserved);
        shared->block = NULL;
        shared->reserved = 0;
    }
    return is_done;
}

/* The maximum, or as much of it as the quota leaves and as is to be had. */
static bool shared_allocate(struct wick_store *store, struct wick_shared *shared, size_t bytes) {
    const uint32_t log2 = wk_page_log2(&shared->limits);
    uint64_t extra = shared->most - bytes;
    extra = extra > SIZE_MAX / 2 ? SIZE_MAX / 2 : extra;
    for (;;) {
        const size_t size = bytes + (size_t)(extra >> log2 << log2);
        shared->block_size = size == 0 ? 16 : size;
        shared->block = wk_zalloc(&store->engine->alloc, shared->block_size);
        if (shared->block != NULL) {
            return true;
        }
        if (extra == 0) {
            return false;
        }
        extra /= 2;
    }
}

wick_err wk_shared_make(struct wick_store *store, const wick_limits *limits, size_t bytes, struct wick_shared **out,
                        wick_diag *diag) {
    const uint64_t most = wk_memory_most_bytes(limits);
    const uint64_t left = store->quota - store->used + bytes; /* `bytes` are counted already */
    struct wick_shared *shared = wk_zalloc(&store->engine->alloc, sizeof *shared);
    if (shared == NULL) {
        return wk_fail_nomem(diag, sizeof *shared);
    }
    shared->most = most < left ? most : left;
    shared->engine = store->engine;
    shared->limits = *limits;
    shared->size = bytes;
    shared->refs = 1;
    if (!shared_reserve(shared, bytes) && !shared_allocate(store, shared, bytes)) {
        wk_free(&store->engine->alloc, shared, sizeof *shared);
        return wk_fail_nomem(diag, bytes);
    }
    shared->base = shared->block;
    *out = shared;
    return WICK_OK;
}

void wk_shared_drop(struct wick_shared *shared) {
    struct wk_alloc *alloc = &shared->engine->alloc;
    if (wk_atomic_add32(&shared->refs, UINT32_MAX) != 0) {
        return;
    }
    if (shared->reserved != 0) {
        alloc->host->release(alloc->user, shared->block, shared->reserved);
        wk_lock(alloc);
        alloc->used -= shared->committed;
        wk_unlock(alloc);
    } else {
        wk_free(alloc, shared->block, shared->block_size);
    }
    wk_free(alloc, shared, sizeof *shared);
}

uint64_t wk_shared_grow(struct wick_memory *memory, uint64_t delta_pages) {
    struct wick_shared *shared = memory->shared;
    struct wk_alloc *alloc = &shared->engine->alloc;
    size_t old, bytes;
    bool is_done = false;
    wk_lock(alloc);
    old = shared->size;
    if (delta_pages <= UINT64_MAX / 2 >> WK_PAGE_LOG2 &&
        wk_memory_bytes_of(&shared->limits, wk_memory_pages(memory, old) + delta_pages, &bytes) &&
        bytes <= shared->most && wk_store_take(memory->store, bytes - old)) {
        is_done = shared->reserved != 0 ? shared_commit(shared, wk_memory_round(bytes)) : bytes <= shared->block_size;
        if (is_done) {
            wk_atomic_store_size(&shared->size, bytes);
            memory->counted += bytes - old;
        } else {
            wk_store_give(memory->store, bytes - old);
        }
    }
    wk_unlock(alloc);
    (void)wk_memory_size(memory);
    return is_done ? wk_memory_pages(memory, old) : UINT64_MAX;
}

/* ---- waiting ------------------------------------------------------------------------------------------------------- */

static uint32_t shared_list(uint64_t address) {
    return (uint32_t)((address >> 2) ^ (address >> 6) ^ (address >> 12)) % WK_WAIT_LISTS;
}

static void shared_enlist(struct wick_shared *shared, struct wk_waiter *waiter, uint64_t address) {
    const uint32_t list = shared_list(address);
    waiter->shared = shared;
    waiter->address = address;
    waiter->next = NULL;
    waiter->prev = shared->last[list];
    if (waiter->prev != NULL) {
        waiter->prev->next = waiter;
    } else {
        shared->first[list] = waiter;
    }
    shared->last[list] = waiter;
    wk_atomic_store32(&waiter->state, WK_WAIT_IN);
}

static void shared_delist(struct wick_shared *shared, struct wk_waiter *waiter, enum wk_wait_state state) {
    const uint32_t list = shared_list(waiter->address);
    if (waiter->prev != NULL) {
        waiter->prev->next = waiter->next;
    } else {
        shared->first[list] = waiter->next;
    }
    if (waiter->next != NULL) {
        waiter->next->prev = waiter->prev;
    } else {
        shared->last[list] = waiter->prev;
    }
    (void)wk_atomic_add32(&shared->n_waiters, UINT32_MAX);
    wk_atomic_store32(&waiter->state, state);
}

static wick_err shared_begin_wait(struct wick_task *task, struct wick_memory *memory, uint64_t address, uint32_t width,
                                  uint64_t expected, int64_t timeout_ns, uint32_t *out) {
    struct wick_shared *shared = memory->shared;
    struct wk_alloc *alloc = &shared->engine->alloc;
    struct wk_waiter *waiter = &task->waiter;
    const void *at = shared->base + address;
    uint64_t value;
    waiter->deadline = UINT64_MAX;
    if (timeout_ns > 0) {
        uint64_t now;
        if (alloc->host->now_ns == NULL) {
            return WICK_ERR_host_member;
        }
        now = alloc->host->now_ns(alloc->user);
        waiter->deadline = now > UINT64_MAX - (uint64_t)timeout_ns ? UINT64_MAX : now + (uint64_t)timeout_ns;
    }
    wk_lock(alloc);
    (void)wk_atomic_add32(&shared->n_waiters, 1);
    wk_atomic_fence();
    value = width == 4 ? wk_atomic_get32(at) : wk_atomic_get64(at);
    if (value != expected || timeout_ns == 0) {
        (void)wk_atomic_add32(&shared->n_waiters, UINT32_MAX);
        *out = value != expected ? 1 : 2;
    } else {
        shared_enlist(shared, waiter, address);
        *out = WK_WAIT_ON;
    }
    wk_unlock(alloc);
    return WICK_OK;
}

wick_err wk_shared_wait(struct wick_task *task, struct wick_memory *memory, uint64_t address, uint32_t width,
                        uint64_t expected, int64_t timeout_ns, uint32_t *out) {
    struct wk_waiter *waiter = &task->waiter;
    struct wk_alloc *alloc = &memory->shared->engine->alloc;
    switch ((enum wk_wait_state)wk_atomic_load32(&waiter->state)) {
    case WK_WAIT_NONE:
        return shared_begin_wait(task, memory, address, width, width == 4 ? (uint32_t)expected : expected, timeout_ns,
                                 out);
    case WK_WAIT_WOKEN:
        wk_atomic_store32(&waiter->state, WK_WAIT_NONE);
        *out = 0;
        return WICK_OK;
    case WK_WAIT_IN:
        break;
    }
    *out = WK_WAIT_ON;
    if (waiter->deadline != UINT64_MAX && alloc->host->now_ns(alloc->user) >= waiter->deadline) {
        wk_lock(alloc);
        if (wk_atomic_load32(&waiter->state) == WK_WAIT_IN) {
            shared_delist(waiter->shared, waiter, WK_WAIT_NONE);
            *out = 2;
        } else {
            wk_atomic_store32(&waiter->state, WK_WAIT_NONE);
            *out = 0;
        }
        wk_unlock(alloc);
    }
    return WICK_OK;
}

/* Whoever sleeps for the task compares the bell, so it changes last. */
static void shared_ring(struct wk_waiter *waiter, const struct wk_alloc *alloc) {
    (void)wk_atomic_add32(&waiter->bell, 1);
    if (alloc->host->wake != NULL) {
        alloc->host->wake(alloc->user, &waiter->bell);
    }
}

uint32_t wk_shared_notify(struct wick_shared *shared, uint64_t address, uint32_t count) {
    struct wk_alloc *alloc = &shared->engine->alloc;
    struct wk_waiter *waiter;
    uint32_t woken = 0;
    wk_atomic_fence();
    if (count == 0 || wk_atomic_load32(&shared->n_waiters) == 0) {
        return 0;
    }
    wk_lock(alloc);
    waiter = shared->first[shared_list(address)];
    while (waiter != NULL && woken < count) {
        struct wk_waiter *next = waiter->next;
        if (waiter->address == address) {
            /* The task may be gone on as soon as this is seen, but not freed while the lock is held. */
            shared_delist(shared, waiter, WK_WAIT_WOKEN);
            shared_ring(waiter, alloc);
            woken++;
        }
        waiter = next;
    }
    wk_unlock(alloc);
    return woken;
}

void wk_wait_leave(struct wick_task *task) {
    struct wk_waiter *waiter = &task->waiter;
    struct wk_alloc *alloc;
    if (waiter->shared == NULL) {
        return;
    }
    alloc = &waiter->shared->engine->alloc;
    wk_lock(alloc);
    if (wk_atomic_load32(&waiter->state) == WK_WAIT_IN) {
        shared_delist(waiter->shared, waiter, WK_WAIT_NONE);
    }
    wk_atomic_store32(&waiter->state, WK_WAIT_NONE);
    waiter->shared = NULL;
    wk_unlock(alloc);
}

void wk_wait_ring(struct wick_task *task) {
    shared_ring(&task->waiter, &task->store->engine->alloc);
}

/* ---- the API ------------------------------------------------------------------------------------------------------- */

wick_err wick_memory_share(wick_memory *memory, wick_shared **out_shared) {
    if (WK_MISUSE(memory == NULL) || WK_MISUSE(out_shared == NULL) || memory->shared == NULL) {
        return WICK_ERR_usage;
    }
    if (!WK_ATOMIC_64 && memory->store->engine->alloc.locked != 0) {
        return WICK_ERR_no_atomics; /* locks are there because several CPUs are */
    }
    wick_shared_retain(memory->shared);
    *out_shared = memory->shared;
    return WICK_OK;
}

void wick_shared_retain(wick_shared *shared) {
    (void)wk_atomic_add32(&shared->refs, 1);
}

void wick_shared_free(wick_shared *shared) {
    if (shared != NULL) {
        wk_shared_drop(shared);
    }
}

wick_err wick_memory_from_shared(wick_store *store, wick_shared *shared, wick_memory **out_memory) {
    struct wick_memory *memory;
    if (WK_MISUSE(store == NULL) || WK_MISUSE(shared == NULL) || WK_MISUSE(out_memory == NULL) ||
        WK_MISUSE(store->engine != shared->engine)) {
        return WICK_ERR_usage;
    }
    memory = wk_zalloc(&store->engine->alloc, sizeof *memory);
    if (memory == NULL) {
        return WICK_ERR_nomem;
    }
    wick_shared_retain(shared);
    wk_memory_adopt(store, memory, shared);
    *out_memory = memory;
    return WICK_OK;
}

bool wick_task_waits(const wick_task *task) {
    return task->state == WK_TASK_READY && wk_atomic_load32(&task->waiter.state) == WK_WAIT_IN;
}

void wick_task_sleep(wick_task *task, uint64_t deadline_ns) {
    const struct wk_alloc *alloc = &task->store->engine->alloc;
    const uint32_t bell = wk_atomic_load32(&task->waiter.bell);
    if (!wick_task_waits(task) || wk_atomic_load32(&task->stop) != 0) {
        return;
    }
    if (deadline_ns > task->waiter.deadline) {
        deadline_ns = task->waiter.deadline;
    }
    if (alloc->host->wait != NULL) {
        alloc->host->wait(alloc->user, &task->waiter.bell, bell, deadline_ns);
    } else if (alloc->host->yield != NULL) {
        alloc->host->yield(alloc->user);
    }
}

#else

wick_err wick_memory_share(wick_memory *memory, wick_shared **out_shared) {
    (void)memory;
    (void)out_shared;
    return WICK_ERR_no_atomics;
}
void wick_shared_retain(wick_shared *shared) {
    (void)shared;
}
void wick_shared_free(wick_shared *shared) {
    (void)shared;
}
wick_err wick_memory_from_shared(wick_store *store, wick_shared *shared, wick_memory **out_memory) {
    (void)store;
    (void)shared;
    (void)out_memory;
    return WICK_ERR_no_atomics;
}
bool wick_task_waits(const wick_task *task) {
    (void)task;
    return false;
}
void wick_task_sleep(wick_task *task, uint64_t deadline_ns) {
    (void)task;
    (void)deadline_ns;
}

#endif

/* threads.c - wasi-threads: one program, several instances of one module on one shared memory.
 *
 * Owner of: thread numbers, how the program ends (the first cause wins), the fuel of all. A thread is a store, an instance
 * and a task; who runs it, on which host thread and when, is the embedder's business. The list of threads and everything
 * that two of them look at is under the engine's lock. A thread that waits holds nothing.
 * Spec: the wasi-threads proposal. doc/threads.md. */
#include "base/atomic.h"
#include "base/diag.h"
#include "base/str.h"
#include "rt/object.h"
#include "wasi/wasi.h"

#define THREADS_LAST_ID 0x1fffffffu
/* With a bound on fuel each thread takes so much at a time: threads use at most this more than the bound, each. */
#define THREADS_PORTION UINT64_C(100000)

enum thread_phase {
    THREAD_OF_EMBEDDER, /* the first: the task does what it is told */
    THREAD_INSTANTIATES,
    THREAD_RUNS
};

struct wick_wasi_thread {
    wick_wasi_threads *threads;
    uint32_t id;
    uint32_t arg;
    uint8_t phase; /* enum thread_phase */
    wick_store *store;
    wick_linker *linker;
    wick_task *task;
    wick_instance *instance;
    uint64_t fuel_given;      /* to the task, so far */
    wick_wasi_thread *next;   /* under the engine's lock */
    wick_wasi_thread **at;    /* NULL: in no list */
};

struct wick_wasi_threads {
    struct wk_alloc *alloc;
    wick_engine *engine;
    wick_wasi *wasi;
    wick_module *module;
    wick_wasi_threads_options options;
    wick_shared **shared; /* for each import: a shared memory, or NULL */
    uint32_t n_shared;
    /* ---- under the engine's lock ---- */
    wick_wasi_thread *list; /* all but the first */
    uint32_t n;
    uint32_t last_id;
    uint64_t fuel_left;
    const wick_wasi_thread *cause;
    uint32_t end; /* enum wick_wasi_end; atomic, set once */
    wick_wasi_thread first;
};

/* ---- the end ---- */

wick_wasi_end wick_wasi_threads_ended(const wick_wasi_threads *threads) {
    return (wick_wasi_end)wk_atomic_load32(&threads->end);
}

static void threads_end(wick_wasi_threads *threads, const wick_wasi_thread *cause, wick_wasi_end end) {
    bool is_first;
    wk_lock(threads->alloc);
    is_first = threads->end == WICK_WASI_RUNS;
    if (is_first) {
        threads->cause = cause;
        wk_atomic_store32(&threads->end, (uint32_t)end);
        wick_task_stop(threads->first.task);
        for (wick_wasi_thread *thread = threads->list; thread != NULL; thread = thread->next) {
            wick_task_stop(thread->task);
        }
    }
    wk_unlock(threads->alloc);
    if (is_first && threads->options.interrupt != NULL) {
        threads->options.interrupt(threads->options.user);
    }
}

void wick_wasi_threads_end(wick_wasi_threads *threads) {
    threads_end(threads, NULL, WICK_WASI_END_ASKED);
}

bool wick_wasi_thread_is_cause(const wick_wasi_thread *thread) {
    /* Set before `end` is, and never changed. */
    return wick_wasi_threads_ended(thread->threads) != WICK_WASI_RUNS && thread->threads->cause == thread;
}

/* ---- the list ---- */

uint32_t wick_wasi_threads_count(wick_wasi_threads *threads) {
    uint32_t n;
    wk_lock(threads->alloc);
    n = threads->n;
    wk_unlock(threads->alloc);
    return n;
}

static bool threads_has_id(const wick_wasi_threads *threads, uint32_t id) {
    const wick_wasi_thread *thread = threads->list;
    while (thread != NULL && thread->id != id) {
        thread = thread->next;
    }
    return thread != NULL;
}

/* Under the lock: there may be one more. */
static bool threads_has_place(const wick_wasi_threads *threads) {
    return threads->n < threads->options.max_threads && threads->end == WICK_WASI_RUNS;
}

/* Gives the thread its number. AGAIN: there are too many, or all are to end. */
static wick_wasi_errno threads_add(wick_wasi_threads *threads, wick_wasi_thread *thread) {
    wick_wasi_errno err = WICK_WASI_EAGAIN;
    wk_lock(threads->alloc);
    if (threads_has_place(threads)) {
        do {
            threads->last_id = threads->last_id < THREADS_LAST_ID ? threads->last_id + 1 : 1;
        } while (threads_has_id(threads, threads->last_id));
        thread->id = threads->last_id;
        thread->next = threads->list;
        thread->at = &threads->list;
        if (thread->next != NULL) {
            thread->next->at = &thread->next;
        }
        threads->list = thread;
        threads->n++;
        err = WICK_WASI_OK;
    }
    wk_unlock(threads->alloc);
    return err;
}

static void threads_remove(wick_wasi_threads *threads, wick_wasi_thread *thread) {
    wk_lock(threads->alloc);
    if (thread->at != NULL) {
        *thread->at = thread->next;
        if (thread->next != NULL) {
            thread->next->at = thread->at;
        }
        threads->n--;
    }
    wk_unlock(threads->alloc);
}

void wick_wasi_thread_free(wick_wasi_thread *thread) {
    wick_wasi_threads *threads = thread->threads;
    threads_remove(threads, thread);
    if (thread->linker != NULL) {
        wick_linker_free(thread->linker);
    }
    if (thread->store != NULL) {
        wk_em_eh_free(threads->wasi, thread->store);
        wick_store_free(thread->store); /* its task too */
    }
    wk_free(threads->alloc, thread, sizeof *thread);
}

/* ---- what a module needs ---- */

static bool threads_is(wick_name name, const char *text) {
    const size_t n = wk_str_size(text);
    return name.size == n && memcmp(name.text, text, n) == 0;
}

static bool threads_is_spawn(const wick_import_info *info) {
    return info->type.kind == WICK_EXTERN_FUNC && threads_is(info->module, "wasi") &&
           threads_is(info->name, "thread-spawn");
}

static bool threads_is_shared(const wick_import_info *info) {
    return info->type.kind == WICK_EXTERN_MEMORY && info->type.limits.shared;
}

bool wick_wasi_uses_threads(const wick_module *module) {
    for (uint32_t i = 0; i < wick_module_import_count(module); i++) {
        wick_import_info info;
        wick_module_import(module, i, &info);
        if (threads_is_spawn(&info) || threads_is_shared(&info)) {
            return true;
        }
    }
    return false;
}

static wick_err threads_refuse(wick_diag *diag, const char *why) {
    if (diag != NULL) {
        wick_diag_init(diag);
        diag->err = WICK_ERR_io;
        diag->a[0] = WK_STR(why);
    }
    return WICK_ERR_io;
}

/* A module that can start threads has a function for them to start with, and a memory for all of them. */
static wick_err threads_check(const wick_module *module, wick_diag *diag) {
    bool spawns = false, has_start = false, has_memory = false;
    for (uint32_t i = 0; i < wick_module_import_count(module); i++) {
        wick_import_info info;
        wick_module_import(module, i, &info);
        spawns |= threads_is_spawn(&info);
        has_memory |= threads_is_shared(&info);
    }
    for (uint32_t i = 0; i < wick_module_export_count(module); i++) {
        wick_export_info info;
        wick_module_export(module, i, &info);
        has_start |= info.type.kind == WICK_EXTERN_FUNC && threads_is(info.name, "wasi_thread_start") &&
                     info.type.func.n_params == 2 && info.type.func.n_results == 0 &&
                     info.type.func.params[0] == WICK_I32 && info.type.func.params[1] == WICK_I32;
    }
    if (spawns && !has_start) {
        return threads_refuse(diag, "a module with threads must export wasi_thread_start (param i32 i32)");
    }
    if (spawns && !has_memory) {
        return threads_refuse(diag, "a module with threads must import its shared memory");
    }
    return WICK_OK;
}

/* ---- linking ---- */

static wick_host_result threads_spawn(wick_call *call, void *user);

/* The shared memories that the module imports: those that the linker has, or new ones. */
static wick_err threads_make_memories(wick_wasi_threads *threads, wick_store *store, wick_linker *linker,
                                      wick_diag *diag) {
    for (uint32_t i = 0; i < threads->n_shared; i++) {
        wick_import_info info;
        wick_extern item;
        wick_module_import(threads->module, i, &info);
        if (!threads_is_shared(&info)) {
            continue;
        }
        if (!wick_linker_get(linker, info.module, info.name, &item)) {
            item.kind = WICK_EXTERN_MEMORY;
            WK_TRY(wk_memory_make(store, &info.type.limits, &item.of.memory, diag));
            WK_TRY(wick_linker_define_n(linker, info.module, info.name, &item));
        }
        if (item.kind == WICK_EXTERN_MEMORY) { /* else linking says what is wrong */
            const wick_err err = wick_memory_share(item.of.memory, &threads->shared[i]);
            if (err != WICK_OK && err != WICK_ERR_usage) {
                return wk_fail(diag, err, 0, 0, 0, 0);
            }
        }
    }
    return WICK_OK;
}

/* What a thread's store has beside its own. */
static wick_err threads_link(wick_wasi_threads *threads, wick_wasi_thread *thread) {
    wick_linker *linker = thread->linker;
    for (uint32_t i = 0; i < threads->n_shared; i++) {
        wick_import_info info;
        wick_extern item = {.kind = WICK_EXTERN_MEMORY};
        if (threads->shared[i] != NULL) {
            wick_module_import(threads->module, i, &info);
            WK_TRY(wick_memory_from_shared(thread->store, threads->shared[i], &item.of.memory));
            WK_TRY(wick_linker_define_n(linker, info.module, info.name, &item));
        }
    }
    WK_TRY(wick_linker_func(linker, "wasi", "thread-spawn", "i:i", threads_spawn, threads));
    WK_TRY(wick_wasi_link(threads->wasi, linker));
    if (threads->options.link != NULL) {
        WK_TRY(threads->options.link(threads->options.user, thread, linker));
    }
    return wick_wasi_link_emscripten(threads->wasi, thread->store, linker, threads->module);
}

/* ---- making threads ---- */

/* What a thread's tables and memories cost who makes them: a unit for so many bytes. */
#define THREADS_BYTES_PER_UNIT_LOG2 12

static wick_wasi_errno threads_errno(wick_err err) {
    const wick_err_class kind = wick_err_get_class(err);
    return kind == WICK_CLASS_NOMEM || kind == WICK_CLASS_LIMIT ? WICK_WASI_ENOMEM : WICK_WASI_ENOEXEC;
}

static wick_err threads_fill(wick_wasi_threads *threads, wick_wasi_thread *thread) {
    const wick_store_options store_options = {.quota = threads->options.max_memory};
    const wick_task_options task_options = {.stack_slots = threads->options.stack_slots, .user = thread};
    WK_TRY(wick_store_new(threads->engine, &store_options, &thread->store));
    WK_TRY(wick_linker_new(thread->store, &thread->linker));
    WK_TRY(threads_link(threads, thread));
    WK_TRY(wick_task_new(thread->store, &task_options, &thread->task));
    return wick_task_link(thread->task, thread->linker, threads->module, &thread->instance, NULL);
}

/* *out_units: fuel, whether there is a thread or none. */
static wick_wasi_errno threads_new_thread(wick_wasi_threads *threads, uint32_t arg, uint32_t *out_id, uint64_t *out_units) {
    wick_wasi_thread *thread;
    wick_wasi_errno err;
    wick_err filled;
    bool has_place;
    if (threads->options.start == NULL) {
        return WICK_WASI_ENOTSUP;
    }
    wk_lock(threads->alloc);
    has_place = threads_has_place(threads);
    wk_unlock(threads->alloc);
    if (!has_place) { /* whoever asks again and again makes nothing by it */
        return WICK_WASI_EAGAIN;
    }
    thread = wk_zalloc(threads->alloc, sizeof *thread);
    if (thread == NULL) {
        return WICK_WASI_ENOMEM;
    }
    thread->threads = threads;
    thread->arg = arg;
    thread->phase = THREAD_INSTANTIATES;
    filled = threads_fill(threads, thread);
    *out_units = thread->store != NULL ? wick_store_memory_used(thread->store) >> THREADS_BYTES_PER_UNIT_LOG2 : 0;
    err = filled == WICK_OK ? threads_add(threads, thread) : threads_errno(filled);
    if (err == WICK_WASI_OK) {
        *out_id = thread->id; /* it may be over and freed before `start` answers */
        err = threads->options.start(threads->options.user, thread);
    }
    if (err != WICK_WASI_OK) {
        wick_wasi_thread_free(thread);
    }
    return err;
}

static wick_host_result threads_spawn(wick_call *call, void *user) {
    uint32_t id = 0;
    uint64_t units = 0;
    const wick_wasi_errno err = threads_new_thread(user, wick_call_arg_i32(call, 0), &id, &units);
    wick_call_task(call)->fuel -= (int64_t)units;
    wick_call_return_i32(call, 0, err == WICK_WASI_OK ? id : 0u - (uint32_t)err);
    return WICK_HOST_OK;
}

/* ---- running ---- */

static bool threads_has_bound(const wick_wasi_threads *threads) {
    return threads->options.max_fuel != WICK_FUEL_UNLIMITED;
}

/* What the task still has of what it was given. */
static uint64_t thread_fuel(const wick_wasi_thread *thread) {
    const uint64_t used = wick_task_fuel_used(thread->task);
    return used < thread->fuel_given ? thread->fuel_given - used : 0;
}

/* How much more to give for a slice; false: there is none left for anybody. */
static bool thread_take_fuel(wick_wasi_thread *thread, uint64_t slice, uint64_t *out_fuel) {
    wick_wasi_threads *threads = thread->threads;
    const uint64_t has = thread_fuel(thread);
    uint64_t left;
    if (!threads_has_bound(threads)) {
        *out_fuel = slice == WICK_FUEL_UNLIMITED ? slice : slice > has ? slice - has : 0;
        return true;
    }
    wk_lock(threads->alloc);
    left = threads->fuel_left;
    wk_unlock(threads->alloc);
    slice = slice < left ? slice : left;
    *out_fuel = slice > has ? slice - has : 0;
    return left != 0;
}

static void thread_pay(wick_wasi_thread *thread, uint64_t used) {
    wick_wasi_threads *threads = thread->threads;
    if (threads_has_bound(threads)) {
        wk_lock(threads->alloc);
        threads->fuel_left = used < threads->fuel_left ? threads->fuel_left - used : 0;
        wk_unlock(threads->alloc);
    }
}

/* One resume of the task. */
static wick_status thread_step(wick_wasi_thread *thread, uint64_t slice) {
    const uint64_t before = wick_task_fuel_used(thread->task);
    uint64_t fuel;
    wick_status status;
    if (!thread_take_fuel(thread, slice, &fuel)) {
        threads_end(thread->threads, thread, WICK_WASI_END_FUEL);
        return WICK_YIELDED;
    }
    if (fuel != WICK_FUEL_UNLIMITED) {
        thread->fuel_given = wick_task_fuel_used(thread->task) + thread_fuel(thread) + fuel;
    }
    status = wick_task_resume(thread->task, fuel);
    thread_pay(thread, wick_task_fuel_used(thread->task) - before);
    if (status != WICK_YIELDED && status != WICK_PENDING) {
        thread->fuel_given = 0; /* what was left is gone */
    }
    return status;
}

static wick_status thread_begin(wick_wasi_thread *thread) {
    const char start[] = "wasi_thread_start";
    wick_value args[2] = {{.type = WICK_I32, .of = {.i32 = thread->id}}, {.type = WICK_I32, .of = {.i32 = thread->arg}}};
    wick_extern item;
    thread->phase = THREAD_RUNS;
    if (!wick_instance_export(thread->instance, start, sizeof start - 1, &item) || item.kind != WICK_EXTERN_FUNC ||
        wick_task_call(thread->task, item.of.func, args, 2) != WICK_OK) {
        return WICK_TRAPPED; /* no memory: the task's diag says so */
    }
    return WICK_YIELDED;
}

wick_status wick_wasi_thread_resume(wick_wasi_thread *thread, uint64_t slice) {
    wick_wasi_threads *threads = thread->threads;
    wick_status status;
    if (wick_wasi_threads_ended(threads) != WICK_WASI_RUNS) {
        return WICK_YIELDED;
    }
    status = thread_step(thread, slice);
    if (status == WICK_DONE && thread->phase == THREAD_INSTANTIATES) {
        status = thread_begin(thread);
    }
    if (status == WICK_TRAPPED || status == WICK_THREW) {
        const bool is_exit = status == WICK_TRAPPED && wick_task_diag(thread->task)->err == WICK_ERR_exit;
        threads_end(threads, thread, is_exit ? WICK_WASI_END_EXIT : WICK_WASI_END_TRAP);
    }
    return status;
}

wick_status wick_wasi_thread_run(wick_wasi_thread *thread) {
    const uint64_t slice = threads_has_bound(thread->threads) ? THREADS_PORTION : WICK_FUEL_UNLIMITED;
    for (;;) {
        const bool begins = thread->phase == THREAD_INSTANTIATES;
        const wick_status status = wick_wasi_thread_resume(thread, slice);
        if (status == WICK_PENDING) {
            if (wick_task_waits(thread->task)) {
                wick_task_sleep(thread->task, UINT64_MAX);
            } else {
                wk_wasi_idle(thread->threads->wasi, wick_task_deadline(thread->task));
            }
        } else if (status != WICK_YIELDED || wick_wasi_threads_ended(thread->threads) != WICK_WASI_RUNS) {
            return status;
        } else if (!(begins && thread->phase == THREAD_RUNS) &&
                   (slice == WICK_FUEL_UNLIMITED || thread_fuel(thread) != 0)) {
            return status; /* somebody stopped it */
        }
    }
}

/* ---- all of them ---- */

static wick_err threads_new(wick_wasi *wasi, wick_task *task, wick_linker *linker, wick_module *module,
                            const wick_wasi_threads_options *options, wick_wasi_threads **out_threads,
                            wick_diag *diag) {
    static const wick_wasi_threads_options none = {0};
    wick_wasi_threads *threads;
    wick_err err;
    if (WK_MISUSE(wasi == NULL) || WK_MISUSE(task == NULL) || WK_MISUSE(linker == NULL) || WK_MISUSE(module == NULL) ||
        WK_MISUSE(out_threads == NULL)) {
        return WK_USAGE(diag, "wick_wasi_threads_new: wasi, task, linker, module or out_threads is NULL");
    }
    options = options != NULL ? options : &none;
    WK_TRY(threads_check(module, diag));
    threads = wk_zalloc(wasi->alloc, sizeof *threads);
    if (threads == NULL) {
        return wk_fail_nomem(diag, sizeof *threads);
    }
    threads->alloc = wasi->alloc;
    threads->engine = wasi->engine;
    threads->wasi = wasi;
    threads->module = module;
    wick_module_retain(module);
    threads->options = *options;
    threads->options.max_threads = options->max_threads != 0 ? options->max_threads : WICK_WASI_MAX_THREADS;
    threads->options.max_fuel = options->max_fuel != 0 ? options->max_fuel : WICK_FUEL_UNLIMITED;
    threads->fuel_left = threads->options.max_fuel;
    threads->first.threads = threads;
    threads->first.task = task;
    threads->n_shared = wick_module_import_count(module);
    if (threads->n_shared != 0) {
        threads->shared = wk_zalloc(threads->alloc, (size_t)threads->n_shared * sizeof *threads->shared);
        if (threads->shared == NULL) {
            threads->n_shared = 0;
            wick_wasi_threads_free(threads);
            return wk_fail_nomem(diag, 0);
        }
    }
    err = threads_make_memories(threads, wick_task_store(task), linker, diag);
    if (err == WICK_OK) {
        err = wick_linker_func(linker, "wasi", "thread-spawn", "i:i", threads_spawn, threads);
    }
    if (err != WICK_OK) {
        wick_wasi_threads_free(threads);
        return err;
    }
    wasi->has_threads = true;
    wasi->lock = options->lock;
    wasi->unlock = options->unlock;
    wasi->lock_user = options->user;
    *out_threads = threads;
    return WICK_OK;
}

wick_err wick_wasi_threads_new(wick_wasi *wasi, wick_task *task, wick_linker *linker, wick_module *module,
                               const wick_wasi_threads_options *options, wick_wasi_threads **out_threads,
                               wick_diag *diag) {
    wick_diag local;
    wick_err err;
    wick_diag_init(&local);
    err = threads_new(wasi, task, linker, module, options, out_threads, &local);
    if (err != WICK_OK && diag != NULL) {
        (void)wk_fail(&local, err, 0, 0, 0, 0); /* where nobody has said more */
        *diag = local;
    }
    return err;
}

void wick_wasi_threads_free(wick_wasi_threads *threads) {
    if (threads == NULL) {
        return;
    }
    for (uint32_t i = 0; i < threads->n_shared; i++) {
        wick_shared_free(threads->shared[i]);
    }
    wk_free(threads->alloc, threads->shared, (size_t)threads->n_shared * sizeof *threads->shared);
    threads->wasi->has_threads = false;
    threads->wasi->lock = NULL;
    threads->wasi->unlock = NULL;
    wick_module_free(threads->module);
    wk_free(threads->alloc, threads, sizeof *threads);
}

wick_wasi_thread *wick_wasi_threads_first(wick_wasi_threads *threads) {
    return &threads->first;
}

uint32_t wick_wasi_thread_id(const wick_wasi_thread *thread) {
    return thread->id;
}

wick_task *wick_wasi_thread_task(const wick_wasi_thread *thread) {
    return thread->task;
}

wick_wasi_threads *wick_wasi_thread_threads(const wick_wasi_thread *thread) {
    return thread->threads;
}

#undef THREADS_LAST_ID
#undef THREADS_PORTION
#undef THREADS_BYTES_PER_UNIT_LOG2

/* proc.c - the table of processes and its scheduler.
 *
 * Owner of: the life of a process, from the loaded module to the zombie, and who runs next. A process that waits is
 * asked again in its turn (its host call says PENDING again, which costs little); a pass over the table in which nobody
 * got on is IDLE. A process that runs cannot be freed: what ends it meanwhile is noted, and done after its slice.
 * Semantics: doc/proc.md. */
#include "base/str.h"
#include "wasi/proc.h"

#include "rt/object.h"

#define PROC_SLICE_DEFAULT 100000u
#define PROC_MAX_DEFAULT 64u
#define PROC_STATUS_ABNORMAL 134u
#define PROC_SIGNAL_BASE 128u

/* ---- the table ---- */

wick_err wick_proc_table_new(wick_engine *engine, const wick_proc_table_options *options,
                             wick_proc_table **out_table) {
    struct wk_alloc *alloc;
    wick_proc_table *table;
    if (WK_MISUSE(engine == NULL) || WK_MISUSE(out_table == NULL)) {
        return WICK_ERR_usage;
    }
    alloc = &engine->alloc;
    table = wk_zalloc(alloc, sizeof *table);
    if (table == NULL) {
        return WICK_ERR_nomem;
    }
    table->alloc = alloc;
    table->engine = engine;
    if (options != NULL) {
        table->options = *options;
    }
    wick_proc_table_options *o = &table->options;
    o->max_processes = o->max_processes != 0 ? o->max_processes : PROC_MAX_DEFAULT;
    o->slice = o->slice != 0 ? o->slice : PROC_SLICE_DEFAULT;
    o->max_memory = o->max_memory != 0 ? o->max_memory : WICK_STORE_QUOTA;
    o->max_fuel = o->max_fuel != 0 ? o->max_fuel : WICK_FUEL_UNLIMITED;
    table->pipes = wk_pipes_new(alloc);
    if (table->pipes == NULL) {
        wk_free(alloc, table, sizeof *table);
        return WICK_ERR_nomem;
    }
    *out_table = table;
    return WICK_OK;
}

void wick_proc_table_free(wick_proc_table *table) {
    if (table == NULL) {
        return;
    }
    while (table->procs != NULL) {
        wk_proc_remove(table->procs);
    }
    wk_pipes_free(table->pipes);
    wk_free(table->alloc, table, sizeof *table);
}

struct wk_proc *wk_proc_find(const wick_proc_table *table, uint32_t pid) {
    struct wk_proc *p = table->procs;
    while (p != NULL && p->pid != pid) {
        p = p->next;
    }
    return p;
}

bool wick_proc_group_exists(const wick_proc_table *table, uint32_t group) {
    for (const struct wk_proc *p = table->procs; p != NULL; p = p->next) {
        if (p->group == group) {
            return true;
        }
    }
    return false;
}

uint32_t wick_proc_status(const wick_proc_table *table) {
    return table->status;
}

static uint64_t proc_now(const wick_proc_table *table) {
    const wick_wasi_host *host = table->options.host;
    uint64_t now = 0;
    if (host != NULL && host->size >= offsetof(wick_wasi_host, clock_time) + sizeof host->clock_time &&
        host->clock_time != NULL && host->clock_time(table->options.host_user, 1, &now) != WICK_WASI_OK) {
        now = 0;
    }
    return now;
}

/* ---- making and freeing ---- */

/* A number that no process, zombie or group has. */
static uint32_t proc_free_pid(wick_proc_table *table) {
    do {
        table->last_pid = table->last_pid < INT32_MAX ? table->last_pid + 1 : 1;
    } while (wk_proc_find(table, table->last_pid) != NULL || wick_proc_group_exists(table, table->last_pid));
    return table->last_pid;
}

wick_wasi_errno wk_proc_new(wick_proc_table *table, struct wk_proc **out_proc) {
    if (table->n_procs >= table->options.max_processes) {
        return WICK_WASI_EAGAIN;
    }
    struct wk_proc *proc = wk_zalloc(table->alloc, sizeof *proc);
    if (proc == NULL) {
        return WICK_WASI_ENOMEM;
    }
    proc->table = table;
    proc->pid = proc_free_pid(table);
    proc->group = proc->pid;
    proc->max_memory = table->options.max_memory;
    proc->max_fuel = table->options.max_fuel;
    proc->start_ns = proc_now(table);
    struct wk_proc **at = &table->procs;
    while (*at != NULL && (*at)->pid < proc->pid) {
        at = &(*at)->next;
    }
    proc->next = *at;
    *at = proc;
    table->n_procs++;
    *out_proc = proc;
    return WICK_WASI_OK;
}

/* Everything but the record. */
static void proc_release(struct wk_proc *proc) {
    if (proc->linker != NULL) {
        wick_linker_free(proc->linker);
    }
    if (proc->store != NULL) {
        wick_store_free(proc->store); /* its task too */
    }
    wick_module_free(proc->module);
    if (proc->wasi != NULL) {
        wick_wasi_unload(proc->wasi, proc->bytes, proc->size, proc->is_borrowed);
        wick_wasi_free(proc->wasi);
    }
    proc->linker = NULL;
    proc->store = NULL;
    proc->task = NULL;
    proc->module = NULL;
    proc->instance = NULL;
    proc->bytes = NULL;
    proc->wasi = NULL;
}

void wk_proc_remove(struct wk_proc *proc) {
    wick_proc_table *table = proc->table;
    struct wk_proc **at = &table->procs;
    proc_release(proc);
    while (*at != proc) {
        at = &(*at)->next;
    }
    *at = proc->next;
    table->n_procs--;
    wk_free(table->alloc, proc, sizeof *proc);
}

static bool proc_exports_start(const wick_module *module) {
    wick_export_info info;
    for (uint32_t i = 0; i < wick_module_export_count(module); i++) {
        wick_module_export(module, i, &info);
        if (info.name.size == 6 && memcmp(info.name.text, "_start", 6) == 0 && info.type.kind == WICK_EXTERN_FUNC &&
            info.type.func.n_params == 0) {
            return true;
        }
    }
    return false;
}

static void proc_set_name(struct wk_proc *proc) {
    const wick_wasi *wasi = proc->wasi;
    size_t n = 0;
    while (n < PROC_NAME_SIZE - 1 && n < wasi->args_size && wasi->args[n] != 0) {
        proc->name[n] = wasi->args[n];
        n++;
    }
}

static wick_err proc_load_no_start(wick_diag *diag) {
    if (diag != NULL) {
        diag->err = WICK_ERR_io;
        diag->a[0] = (uint64_t)(uintptr_t) "the module exports no function _start without parameters";
    }
    return WICK_ERR_io;
}

/* Gives it a program that is to run with the descriptors of proc->wasi. */
static wick_err proc_load(struct wk_proc *proc, const uint8_t *bytes, size_t size, uint32_t flags, wick_diag *diag) {
    wick_proc_table *table = proc->table;
    wick_store_options store_options = {.quota = proc->max_memory};
    wick_task_options task_options = {.stack_slots = table->options.stack_slots};
    proc_set_name(proc);
    WK_TRY(wick_module_new(table->engine, bytes, size, flags, &proc->module, diag));
    if (!proc_exports_start(proc->module)) {
        return proc_load_no_start(diag);
    }
    WK_TRY(wick_store_new(table->engine, &store_options, &proc->store));
    WK_TRY(wick_linker_new(proc->store, &proc->linker));
    WK_TRY(wick_wasi_link(proc->wasi, proc->linker));
    WK_TRY(wk_proc_link(proc));
    WK_TRY(wick_wasi_link_emscripten(proc->wasi, proc->store, proc->linker, proc->module));
    WK_TRY(wick_task_new(proc->store, &task_options, &proc->task));
    proc->phase = PROC_LINKING;
    return wick_task_link(proc->task, proc->linker, proc->module, &proc->instance, diag);
}

static wick_err proc_start(wick_proc_table *table, wick_wasi *wasi, const uint8_t *bytes, size_t size, uint32_t flags,
                           uint32_t *out_pid, wick_diag *diag) {
    struct wk_proc *proc;
    wick_wasi_errno made;
    wick_err err;
    if (WK_MISUSE(table == NULL) || WK_MISUSE(wasi == NULL) || WK_MISUSE(out_pid == NULL)) {
        return WK_USAGE(diag, "wick_proc_start: table, wasi or out_pid is NULL");
    }
    made = wk_proc_new(table, &proc);
    if (made != WICK_WASI_OK) {
        const uint32_t most = table->options.max_processes;
        return made == WICK_WASI_ENOMEM ? WICK_ERR_nomem
                                        : wk_fail(diag, WICK_ERR_limit, (uint64_t)most + 1, WK_STR("processes"), most,
                                                  WK_STR("wick_proc_table_options.max_processes"));
    }
    proc->wasi = wasi;
    err = proc_load(proc, bytes, size, flags, diag);
    if (err != WICK_OK) {
        proc->wasi = NULL; /* stays the caller's */
        wk_proc_remove(proc);
        return err;
    }
    *out_pid = proc->pid;
    return WICK_OK;
}

wick_err wick_proc_start(wick_proc_table *table, wick_wasi *wasi, const uint8_t *bytes, size_t size, uint32_t flags,
                         uint32_t *out_pid, wick_diag *diag) {
    wick_diag local;
    wick_err err;
    wick_diag_init(&local);
    err = proc_start(table, wasi, bytes, size, flags, out_pid, &local);
    if (err != WICK_OK && diag != NULL) {
        (void)wk_fail(&local, err, 0, 0, 0, 0); /* where nobody has said more */
        *diag = local;
    }
    return err;
}

/* The reason why it is no program, as one line to the child's descriptor 2. */
static WK_NOINLINE void proc_explain(struct wk_proc *child, const wick_diag *diag) {
    char text[400];
    size_t size = wick_diag_format(diag, child->name, child->module, text, sizeof text - 1);
    size_t n = size < sizeof text - 1 ? size : sizeof text - 2;
    text[n++] = '\n';
    (void)wk_fd_print(child->wasi, 2, text, n);
}

/* Loads what a process that rests in its call of spawn has asked for. */
static WK_NOINLINE void proc_load_child(wick_proc_table *table) {
    struct wk_proc *child = table->loading;
    wick_diag diag;
    table->loading = NULL;
    wick_diag_init(&diag);
    wick_err err = proc_load(child, child->bytes, child->size, WICK_MODULE_BORROW, &diag);
    child->load_error = err == WICK_OK           ? WICK_WASI_OK
                        : err == WICK_ERR_nomem  ? WICK_WASI_ENOMEM
                                                 : WICK_WASI_ENOEXEC;
    if (child->load_error == WICK_WASI_ENOEXEC) {
        (void)WK_FAIL0(&diag, err);
        proc_explain(child, &diag);
    }
}

/* ---- ends ---- */

/* Nobody waits for a child whose parent is gone. */
static void proc_orphan_children(const wick_proc_table *table, uint32_t pid) {
    struct wk_proc *p = table->procs;
    while (p != NULL) {
        struct wk_proc *next = p->next;
        if (p->parent == pid) {
            p->parent = 0;
            if (p->state == PROC_ZOMBIE || p->state == PROC_LOADING) {
                wk_proc_remove(p);
            }
        }
        p = next;
    }
}

/* The process is over; it does not run. */
static void proc_end(struct wk_proc *proc, uint32_t how, uint32_t code) {
    wick_proc_table *table = proc->table;
    proc->how = how;
    proc->code = code;
    proc->state = PROC_ZOMBIE;
    proc_release(proc);
    proc_orphan_children(table, proc->pid);
    if (proc->pid == 1) {
        table->has_ended = true;
        table->status = how == PROC_EXITED     ? code & 0xff
                        : how == PROC_SIGNALED ? PROC_SIGNAL_BASE + code
                                               : PROC_STATUS_ABNORMAL;
    }
    if (proc->parent == 0) {
        wk_proc_remove(proc);
    }
}

/* Process 1 has ended: so have the others. The one that runs is left. */
static void proc_end_all(wick_proc_table *table) {
    struct wk_proc *p = table->procs;
    while (p != NULL) {
        struct wk_proc *next = p->next;
        if (p != table->current) {
            wk_proc_remove(p);
        }
        p = next;
    }
}

static void proc_signal_one(struct wk_proc *proc, uint32_t signal) {
    if (proc->state == PROC_ZOMBIE || signal == 0) {
        return;
    }
    if (proc == proc->table->current) {
        proc->signal = signal;
        wick_task_stop(proc->task);
    } else {
        proc_end(proc, PROC_SIGNALED, signal);
    }
}

wick_wasi_errno wk_proc_signal(wick_proc_table *table, int32_t pid, uint32_t signal) {
    bool found = false;
    if (pid == 0 || pid == -1 || (signal != 0 && signal != 2 && signal != 9 && signal != 13 && signal != 15)) {
        return WICK_WASI_EINVAL;
    }
    uint32_t number = pid > 0 ? (uint32_t)pid : 0u - (uint32_t)pid;
    struct wk_proc *p = table->procs;
    while (p != NULL) {
        /* Ending one may take away records of its children too, so the next is looked up by number. */
        uint32_t at = p->pid;
        if (pid > 0 ? p->pid == number : p->group == number) {
            found = true;
            proc_signal_one(p, signal);
        }
        p = table->procs;
        while (p != NULL && p->pid <= at) {
            p = p->next;
        }
    }
    if (table->has_ended) {
        wick_proc_stop(table); /* what runs is not to go on */
    }
    return found ? WICK_WASI_OK : WICK_WASI_ESRCH;
}

wick_wasi_errno wick_proc_kill(wick_proc_table *table, int32_t pid, uint32_t signal) {
    wick_wasi_errno err = wk_proc_signal(table, pid, signal);
    if (table->has_ended && table->current == NULL) {
        proc_end_all(table);
    }
    return err;
}

/* ---- why it ended ---- */

static void proc_report_put(void *user, const char *text, size_t n) {
    struct wk_proc *proc = user;
    if (!wk_fd_print(proc->wasi, 2, text, n)) {
        struct wk_alloc *alloc = proc->table->alloc;
        alloc->host->log(alloc->user, text, n);
    }
}

static void proc_abnormal(struct wk_proc *proc, wick_err err) {
    if (err == WICK_ERR_fuel) {
        static const char text[] = ": out of fuel\n";
        const size_t n = wk_str_size(proc->name);
        proc_report_put(proc, proc->name, n);
        proc_report_put(proc, text, sizeof text - 1);
        wick_task_report_calls(proc->task, proc_report_put, proc);
    } else {
        wick_task_report(proc->task, proc->name, proc_report_put, proc);
    }
    proc_end(proc, PROC_ABNORMAL, err);
}

/* ---- running ---- */

/* Segments and start function are done: on to _start. */
static void proc_enter(struct wk_proc *proc) {
    wick_extern item;
    proc->phase = PROC_RUNNING;
    (void)wick_instance_export(proc->instance, "_start", 6, &item);
    if (wick_task_call(proc->task, item.of.func, NULL, 0) != WICK_OK) {
        proc_end(proc, PROC_ABNORMAL, WICK_ERR_nomem);
    }
}

static void proc_after_trap(struct wk_proc *proc) {
    uint32_t code;
    if (wick_task_diag(proc->task)->err == WICK_ERR_exit && wick_wasi_exited(proc->wasi, &code)) {
        uint32_t signal = proc->wasi->exit_signal;
        proc_end(proc, signal != 0 ? PROC_SIGNALED : PROC_EXITED, signal != 0 ? signal : code);
    } else {
        proc_abnormal(proc, wick_task_diag(proc->task)->err);
    }
}

static void proc_after_slice(struct wk_proc *proc, wick_status status) {
    if (proc->signal != 0) {
        proc_end(proc, PROC_SIGNALED, proc->signal);
        return;
    }
    switch (status) {
    case WICK_DONE:
        if (proc->phase == PROC_LINKING) {
            proc_enter(proc);
        } else {
            proc_end(proc, PROC_EXITED, 0);
        }
        break;
    case WICK_YIELDED:
        proc->state = PROC_READY;
        if (proc->fuel >= proc->max_fuel) {
            proc_abnormal(proc, WICK_ERR_fuel);
        }
        break;
    case WICK_PENDING:
        proc->state = PROC_BLOCKED;
        proc->deadline = wick_wasi_deadline(proc->wasi);
        break;
    case WICK_TRAPPED:
    case WICK_THREW:
        proc_after_trap(proc);
        break;
    }
}

/* How much to give so that it has a slice, and never more than its life's. */
static uint64_t proc_portion(const struct wk_proc *proc) {
    uint64_t want = proc->table->options.slice;
    if (proc->max_fuel != WICK_FUEL_UNLIMITED) {
        uint64_t left = proc->fuel < proc->max_fuel ? proc->max_fuel - proc->fuel : 0;
        want = want < left ? want : left;
    }
    if (want > INT64_MAX / 2) {
        return WICK_FUEL_UNLIMITED;
    }
    return (int64_t)want > proc->balance ? (uint64_t)((int64_t)want - proc->balance) : 0;
}

/* What is left of it, as the task reckons. */
static void proc_reckon(struct wk_proc *proc, uint64_t given, uint64_t used, wick_status status) {
    proc->fuel += used;
    proc->balance = given == WICK_FUEL_UNLIMITED ? 0 : proc->balance + (int64_t)given - (int64_t)used;
    if (status == WICK_DONE && proc->balance > 0) {
        proc->balance = 0;
    }
}

/* One slice. false: it waits as before and has not got on. */
static bool proc_run(struct wk_proc *proc) {
    wick_proc_table *table = proc->table;
    uint64_t given = proc_portion(proc);
    uint64_t before = wick_task_fuel_used(proc->task);
    uint64_t started = proc_now(table);
    table->current = proc;
    wk_atomic_store_ptr(&table->running, proc->task);
    wick_status status = wick_task_resume(proc->task, given);
    while (status == WICK_PENDING && table->loading != NULL) {
        proc_load_child(table);
        status = wick_task_resume(proc->task, given == WICK_FUEL_UNLIMITED ? given : 0);
    }
    wk_atomic_store_ptr(&table->running, NULL);
    table->current = NULL;
    uint64_t used = wick_task_fuel_used(proc->task) - before;
    proc->cpu_ns += proc_now(table) - started;
    proc_reckon(proc, given, used, status);
    bool got_on = used != 0 || status != WICK_PENDING || proc->signal != 0;
    proc_after_slice(proc, status);
    if (table->has_ended) {
        proc_end_all(table);
    }
    return got_on;
}

/* The first process behind the one whose turn it was, or the first of all. */
static struct wk_proc *proc_behind(const wick_proc_table *table, uint32_t pid) {
    struct wk_proc *p = table->procs;
    while (p != NULL && p->pid <= pid) {
        p = p->next;
    }
    return p != NULL ? p : table->procs;
}

wick_proc_ran wick_proc_run_slice(wick_proc_table *table, uint64_t *out_deadline_ns) {
    uint64_t deadline = UINT64_MAX;
    uint32_t n = table->n_procs;
    for (uint32_t i = 0; i < n && !table->has_ended; i++) {
        struct wk_proc *proc = proc_behind(table, table->turn);
        if (proc == NULL) {
            break;
        }
        uint32_t pid = table->turn = proc->pid;
        if (proc->state == PROC_ZOMBIE || proc->state == PROC_LOADING) {
            continue;
        }
        if (proc_run(proc)) {
            return table->has_ended ? WICK_PROC_ENDED : WICK_PROC_RAN;
        }
        proc = wk_proc_find(table, pid);
        if (proc != NULL && proc->deadline < deadline) {
            deadline = proc->deadline;
        }
    }
    if (table->has_ended || table->procs == NULL) {
        return WICK_PROC_ENDED;
    }
    if (out_deadline_ns != NULL) {
        *out_deadline_ns = deadline;
    }
    return WICK_PROC_IDLE;
}

void wick_proc_stop(wick_proc_table *table) {
    wick_task *task = wk_atomic_load_ptr(&table->running);
    if (task != NULL) {
        wick_task_stop(task);
    }
}

void wick_proc_run(wick_proc_table *table, const volatile uint32_t *interrupted) {
    const wick_wasi_host *host = table->options.host;
    bool has_idle = host != NULL && host->size >= offsetof(wick_wasi_host, idle) + sizeof host->idle &&
                    host->idle != NULL;
    while (interrupted == NULL || *interrupted == 0) {
        uint64_t deadline = 0;
        wick_proc_ran ran = wick_proc_run_slice(table, &deadline);
        if (ran == WICK_PROC_ENDED) {
            return;
        }
        if (ran == WICK_PROC_IDLE && deadline != 0 && has_idle) {
            host->idle(table->options.host_user, deadline);
        }
    }
}

#undef PROC_SLICE_DEFAULT
#undef PROC_MAX_DEFAULT
#undef PROC_STATUS_ABNORMAL
#undef PROC_SIGNAL_BASE

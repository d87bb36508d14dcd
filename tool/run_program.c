/* run_program.c - `wick run`: from the file to the exit status. */
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "tool/run.h"
#include "tool/stats.h"

struct run {
    struct run_options *o;
    wick_engine *engine;
    wick_wasi_fs *fs;
    wick_wasi *wasi;
    wick_store *store;
    wick_linker *linker;
    wick_task *task;
    wick_module *module;
    struct tool_file file;
    struct run_threads *threads; /* NULL: the program has none */
};

/* Answers of the steps beside exit statuses. */
enum { RUN_GO_ON = -1 };

static void run_put(void *user, const char *text, size_t n)
{
    (void)user;
    fwrite(text, 1, n, stderr);
}

/* ---- descriptors ---- */

static int run_open_stdio(struct run *r)
{
    for (int fd = 0; fd < 3; fd++) {
        wick_wasi_fd_options options;
        wick_wasi_errno err = wick_posix_stdio(r->fs, fd, &options);
        if (err == WICK_WASI_EBADF) {
            continue; /* closed for us, closed for the program */
        }
        if (err != WICK_WASI_OK || wick_wasi_set_fd(r->wasi, (uint32_t)fd, &options) != WICK_OK) {
            return tool_refuse("out of memory");
        }
    }
    return RUN_GO_ON;
}

static int run_open_dirs(struct run *r)
{
    for (size_t i = 0; i < r->o->n_dirs; i++) {
        const struct run_dir *dir = &r->o->dirs[i];
        wick_wasi_fd_options options = {.fs = r->fs, .preopen = dir->guest};
        wick_wasi_errno err = wick_posix_open_dir(r->fs, dir->host, &options.opened);
        if (err != WICK_WASI_OK) {
            return tool_complain("%s: %s", dir->host, wick_wasi_strerror(err));
        }
        options.flags = dir->read_only ? WICK_WASI_FD_READ_ONLY : 0;
        if (wick_wasi_set_fd(r->wasi, (uint32_t)(3 + i), &options) != WICK_OK) {
            r->fs->ops->close(r->fs, options.opened.node);
            return tool_complain("%s: too many directories", dir->host);
        }
    }
    return RUN_GO_ON;
}

/* ---- running ---- */

static void run_stop_task(void *user)
{
    wick_task_stop(user);
}

/* The path, and where in its text the program has ended, if it was there. */
static const char *run_place(const struct run *r, char out[TOOL_PLACE_SIZE])
{
    wick_frame frames[WICK_BACKTRACE_DEPTH];
    size_t n = wick_task_backtrace(r->task, frames, WICK_BACKTRACE_DEPTH);
    n = n < WICK_BACKTRACE_DEPTH ? n : WICK_BACKTRACE_DEPTH;
    for (size_t i = 0; i < n; i++) {
        if (frames[i].instance != NULL) {
            return wick_instance_module(frames[i].instance) != r->module
                       ? r->o->path
                       : tool_place(r->engine, r->o->path, r->file.text, WICK_TEXT_NAMES, r->file.bytes, r->file.size,
                                    frames[i].offset, out);
        }
    }
    return r->o->path;
}

/* How a computation that did not come to its end has ended. */
static int run_ended(struct run *r, wick_status status)
{
    uint32_t code;
    const char *path = r->o->path;
    if (status == WICK_TRAPPED && wick_task_diag(r->task)->err == WICK_ERR_exit && wick_wasi_exited(r->wasi, &code)) {
        return (int)(code & 0xff);
    }
    if (r->threads != NULL && !run_threads_is_ours(r->threads)) {
        return STATUS_ABNORMAL; /* another thread has said why */
    }
    fflush(stdout);
    fputs("wick: ", stderr);
    if (status == WICK_TRAPPED || status == WICK_THREW) {
        char place[TOOL_PLACE_SIZE];
        wick_task_report(r->task, run_place(r, place), run_put, NULL);
        return STATUS_ABNORMAL;
    }
    if (run_time_is_up) {
        fprintf(stderr, "%s: time is up: more than %g seconds\n", path, r->o->timeout);
    } else {
        fprintf(stderr, "%s: out of fuel: more than %llu units\n", path, (unsigned long long)r->o->fuel);
    }
    wick_task_report_calls(r->task, run_put, NULL);
    return STATUS_ABNORMAL;
}

static wick_status run_once(struct run *r)
{
    uint64_t fuel = r->o->fuel;
    if (run_time_is_up) {
        return WICK_YIELDED;
    }
    if (r->threads != NULL) {
        return run_threads_run(r->threads);
    }
    if (fuel != WICK_FUEL_UNLIMITED) {
        uint64_t used = wick_task_fuel_used(r->task);
        fuel = used < fuel ? fuel - used : 0;
    }
    return wick_wasi_run(r->wasi, r->task, fuel);
}

/* May it yield for nothing? A stop that was asked for by nobody is not the end. */
static bool run_is_endless(const struct run *r)
{
    return r->threads != NULL ? !run_threads_is_over(r->threads) : r->o->fuel == WICK_FUEL_UNLIMITED;
}

/* Runs what the task is ready for. */
static int run_task(struct run *r)
{
    wick_status status;
    do {
        status = run_once(r);
    } while (status == WICK_YIELDED && !run_time_is_up && run_is_endless(r));
    return status == WICK_DONE ? RUN_GO_ON : run_ended(r, status);
}

static int run_instantiate(struct run *r, wick_module *module, const char *path, wick_instance **out_instance)
{
    wick_diag diag;
    wick_diag_init(&diag);
    if (wick_wasi_link_emscripten(r->wasi, r->store, r->linker, module) != WICK_OK) {
        return tool_refuse("%s: out of memory", path);
    }
    if (wick_task_link(r->task, r->linker, module, out_instance, &diag) != WICK_OK) {
        tool_print_diag(&diag, path, module);
        return STATUS_REFUSED;
    }
    return run_task(r);
}

/* Calls an export without parameters, if there is one. */
static int run_call_plain(struct run *r, wick_instance *instance, const char *name, bool *out_found)
{
    wick_extern item;
    *out_found = wick_instance_export(instance, name, strlen(name), &item) && item.kind == WICK_EXTERN_FUNC;
    if (!*out_found) {
        return RUN_GO_ON;
    }
    wick_err err = wick_task_call(r->task, item.of.func, NULL, 0);
    if (err != WICK_OK) {
        return err == WICK_ERR_usage ? tool_refuse("%s: %s takes parameters", r->o->path, name)
                                     : tool_refuse("%s: out of memory", r->o->path);
    }
    return run_task(r);
}

static int run_call_named(struct run *r, wick_instance *instance)
{
    wick_extern item;
    wick_functype type;
    bool found;
    const char *name = r->o->invoke;
    if (!wick_instance_export(instance, name, strlen(name), &item) || item.kind != WICK_EXTERN_FUNC) {
        return tool_complain("%s exports no function '%s'", r->o->path, name);
    }
    int status = run_call_plain(r, instance, "_initialize", &found);
    if (status != RUN_GO_ON) {
        return status;
    }
    wick_func_type(item.of.func, &type);
    wick_value *args = calloc((size_t)type.n_params + 1, sizeof *args);
    if (args == NULL) {
        return tool_refuse("out of memory");
    }
    status = run_parse_args(r->store, &type, r->o->args + 1, r->o->n_args - 1, args);
    if (status == STATUS_OK) {
        status = wick_task_call(r->task, item.of.func, args, type.n_params) == WICK_OK ? run_task(r)
                                                                                       : tool_refuse("out of memory");
        if (status == RUN_GO_ON) {
            run_print_results(r->task);
            status = STATUS_OK;
        }
    }
    free(args);
    return status;
}

static int run_main(struct run *r, wick_instance *instance)
{
    bool found;
    if (r->o->invoke != NULL) {
        return run_call_named(r, instance);
    }
    int status = run_call_plain(r, instance, "_start", &found);
    if (status == RUN_GO_ON && !found) {
        status = run_call_plain(r, instance, "_initialize", &found); /* a reactor: that is all it does by itself */
    }
    return status == RUN_GO_ON ? STATUS_OK : status;
}

/* ---- setting up ---- */

static int run_preload(struct run *r, struct run_preload *p)
{
    wick_module *module;
    wick_instance *instance;
    bool found;
    if (!tool_read(p->path, &p->file)) {
        return tool_refuse("%s: %s", p->path, strerror(errno));
    }
    int status = tool_load(r->engine, p->path, &p->file, &module);
    if (status != STATUS_OK) {
        return status;
    }
    status = run_instantiate(r, module, p->path, &instance);
    if (status == RUN_GO_ON) {
        status = run_call_plain(r, instance, "_initialize", &found);
    }
    if (status == RUN_GO_ON && wick_linker_instance(r->linker, p->name, strlen(p->name), instance) != WICK_OK) {
        status = tool_refuse("%s: out of memory", p->path);
    }
    wick_module_free(module); /* its instance holds it */
    return status;
}

static int run_in_store(struct run *r)
{
    wick_store_options store_options = {.quota = r->o->max_memory};
    if (wick_store_new(r->engine, &store_options, &r->store) != WICK_OK ||
        wick_linker_new(r->store, &r->linker) != WICK_OK || wick_wasi_link(r->wasi, r->linker) != WICK_OK ||
        wick_task_new(r->store, NULL, &r->task) != WICK_OK) {
        return tool_refuse("out of memory");
    }
    int status = tool_load(r->engine, r->o->path, &r->file, &r->module);
    if (status != STATUS_OK) {
        return status;
    }
    if (r->o->timeout > 0) {
        run_clock_start(r->o->timeout, run_stop_task, r->task);
    }
    status = RUN_GO_ON;
    if (wick_wasi_uses_threads(r->module)) {
        if (r->o->n_preloads != 0) {
            return tool_complain("--preload does not go with a program that has threads");
        }
        status = run_threads_new(r->o, r->wasi, r->fs, r->task, r->linker, r->module, &r->threads);
        if (status != STATUS_OK) {
            return status;
        }
        status = RUN_GO_ON;
    }
    for (size_t i = 0; i < r->o->n_preloads && status == RUN_GO_ON; i++) {
        status = run_preload(r, &r->o->preloads[i]);
    }
    wick_instance *instance = NULL;
    if (status == RUN_GO_ON) {
        status = run_instantiate(r, r->module, r->o->path, &instance);
    }
    if (status == RUN_GO_ON) {
        status = run_main(r, instance);
    }
    run_clock_end();
    if (r->threads != NULL) {
        status = run_threads_end(r->threads, status);
    }
    return status;
}

static int run_in_engine(struct run *r)
{
    wick_wasi_options options = {
        .host = &wick_posix_wasi_host,
        .host_user = r->fs,
        .args = (const char *const *)r->o->args,
        .n_args = r->o->n_args,
        .env = r->o->env,
        .n_env = r->o->n_env,
        .trace = r->o->trace,
    };
    if (wick_wasi_new(r->engine, &options, &r->wasi) != WICK_OK) {
        return tool_refuse("out of memory");
    }
    int status = run_open_stdio(r);
    if (status == RUN_GO_ON) {
        status = run_open_dirs(r);
    }
    if (status != RUN_GO_ON) {
        return status;
    }
    if (r->o->with_proc) {
        wick_wasi *wasi = r->wasi;
        r->wasi = NULL;
        status = tool_assemble(r->engine, r->o->path, &r->file);
        return status == STATUS_OK ? run_with_processes(r->o, r->engine, wasi, r->fs, &r->file) : status;
    }
    return run_in_store(r);
}

int run_program(struct run_options *o)
{
    struct run r = {.o = o};
    struct stats *stats = NULL;
    signal(SIGPIPE, SIG_IGN); /* the program sees EPIPE */
    if (!tool_read(o->path, &r.file)) {
        return tool_refuse("%s: %s", o->path, strerror(errno));
    }
    int status;
    r.fs = wick_posix_fs_new();
    if (r.fs == NULL || wick_engine_new(&wick_posix_host, NULL, &o->config, &r.engine) != WICK_OK) {
        status = tool_refuse("out of memory");
    } else if (o->stats != NULL && (stats = stats_begin(r.engine)) == NULL) {
        status = tool_refuse("out of memory");
    } else {
        status = run_in_engine(&r);
    }
    if (r.linker != NULL) {
        wick_linker_free(r.linker);
    }
    if (r.store != NULL) {
        wick_store_free(r.store); /* its tasks too */
    }
    wick_module_free(r.module);
    wick_wasi_free(r.wasi);
    if (r.engine != NULL) {
        wick_engine_free(r.engine);
    }
    wick_posix_fs_free(r.fs);
    for (size_t i = 0; i < o->n_preloads; i++) {
        tool_close(&o->preloads[i].file);
    }
    tool_close(&r.file);
    if (stats_end(stats, o->stats) != STATUS_OK && status == STATUS_OK) {
        status = STATUS_REFUSED;
    }
    if (fflush(stdout) != 0 && status == STATUS_OK) {
        status = tool_refuse("standard output: %s", strerror(errno));
    }
    return status;
}

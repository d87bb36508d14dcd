/* run_threads.c - `wick run` for programs with threads: each thread on a host thread of its own. */
#include <stdlib.h>

#include "tool/run.h"

struct run_threads {
    const struct run_options *o;
    wick_wasi *wasi;
    wick_posix_threads *host;
    wick_wasi_threads *all;
};

static void run_threads_put(void *user, const char *text, size_t n)
{
    (void)user;
    fwrite(text, 1, n, stderr);
}

/* Called by the host thread of each thread: the one that ended them all says why. */
static void run_threads_ended(void *user, wick_wasi_thread *thread, wick_status status)
{
    const struct run_threads *t = user;
    const wick_task *task = wick_wasi_thread_task(thread);
    const wick_wasi_end end = wick_wasi_threads_ended(t->all);
    if (!wick_wasi_thread_is_cause(thread) || end == WICK_WASI_END_EXIT) {
        return;
    }
    fflush(stdout);
    fputs("wick: ", stderr);
    if (end == WICK_WASI_END_FUEL) {
        fprintf(stderr, "%s: out of fuel: more than %llu units\n", t->o->path, (unsigned long long)t->o->fuel);
        wick_task_report_calls(task, run_threads_put, NULL);
    } else if (status == WICK_TRAPPED || status == WICK_THREW) {
        wick_task_report(task, t->o->path, run_threads_put, NULL);
    }
    fprintf(stderr, "    in thread %u\n", (unsigned)wick_wasi_thread_id(thread));
}

int run_threads_new(const struct run_options *o, wick_wasi *wasi, wick_wasi_fs *fs, wick_task *task,
                    wick_linker *linker, wick_module *module, struct run_threads **out)
{
    wick_wasi_threads_options options = {
        .max_threads = o->max_threads,
        .max_memory = o->max_memory,
        .max_fuel = o->fuel == WICK_FUEL_UNLIMITED ? 0 : o->fuel,
    };
    struct run_threads *t = calloc(1, sizeof *t);
    wick_diag diag;
    wick_diag_init(&diag);
    if (t == NULL) {
        return tool_refuse("out of memory");
    }
    t->o = o;
    t->wasi = wasi;
    t->host = wick_posix_threads_new(fs, run_threads_ended, t, &options);
    if (t->host == NULL) {
        free(t);
        return tool_refuse("out of memory");
    }
    if (wick_wasi_threads_new(wasi, task, linker, module, &options, &t->all, &diag) != WICK_OK) {
        tool_print_diag(&diag, o->path, module);
        wick_posix_threads_free(t->host);
        free(t);
        return STATUS_REFUSED;
    }
    *out = t;
    return STATUS_OK;
}

wick_status run_threads_run(struct run_threads *t)
{
    return wick_wasi_thread_run(wick_wasi_threads_first(t->all));
}

bool run_threads_is_over(const struct run_threads *t)
{
    return wick_wasi_threads_ended(t->all) != WICK_WASI_RUNS;
}

bool run_threads_is_ours(const struct run_threads *t)
{
    const wick_wasi_end end = wick_wasi_threads_ended(t->all);
    return end == WICK_WASI_RUNS || end == WICK_WASI_END_ASKED ||
           wick_wasi_thread_is_cause(wick_wasi_threads_first(t->all));
}

int run_threads_end(struct run_threads *t, int status)
{
    uint32_t code;
    wick_wasi_threads_end(t->all);
    wick_posix_threads_join(t->host);
    switch (wick_wasi_threads_ended(t->all)) {
    case WICK_WASI_END_EXIT:
        status = wick_wasi_exited(t->wasi, &code) ? (int)(code & 0xff) : status;
        break;
    case WICK_WASI_END_TRAP:
    case WICK_WASI_END_FUEL:
        status = STATUS_ABNORMAL;
        break;
    default:
        break;
    }
    wick_wasi_threads_free(t->all);
    wick_posix_threads_free(t->host);
    free(t);
    return status;
}

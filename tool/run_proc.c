/* run_proc.c - `wick run --proc`: the program and all that it starts, by the scheduler of wick_proc. */
#include <stdlib.h>
#include <string.h>

#include "tool/run.h"
#include "wick/wick_proc.h"

static void run_stop_table(void *user)
{
    wick_proc_stop(user);
}

int run_with_processes(const struct run_options *o, wick_engine *engine, wick_wasi *wasi, wick_wasi_fs *fs,
                       const struct tool_file *file)
{
    wick_proc_table_options options = {
        .host = &wick_posix_wasi_host,
        .host_user = fs,
        .max_memory = o->max_memory,
        .max_fuel = o->fuel == WICK_FUEL_UNLIMITED ? 0 : o->fuel,
        .trace = o->trace,
    };
    wick_proc_table *table;
    uint32_t pid;
    wick_diag diag;
    wick_diag_init(&diag);
    if (wick_proc_table_new(engine, &options, &table) != WICK_OK) {
        wick_wasi_free(wasi);
        return tool_refuse("out of memory");
    }
    int status;
    if (wick_proc_start(table, wasi, file->bytes, file->size, WICK_MODULE_BORROW, &pid, &diag) != WICK_OK) {
        wick_wasi_free(wasi);
        tool_print_diag(&diag, o->path, NULL);
        status = STATUS_REFUSED;
    } else {
        if (o->timeout > 0) {
            run_clock_start(o->timeout, run_stop_table, table);
        }
        wick_proc_run(table, &run_time_is_up);
        run_clock_end();
        if (run_time_is_up) {
            fprintf(stderr, "wick: %s: time is up: more than %g seconds\n", o->path, o->timeout);
        }
        status = run_time_is_up ? STATUS_ABNORMAL : (int)wick_proc_status(table);
    }
    wick_proc_table_free(table);
    return status;
}

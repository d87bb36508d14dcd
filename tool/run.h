/* run.h - what `wick run` was asked to do. */
#ifndef WICK_TOOL_RUN_H
#define WICK_TOOL_RUN_H

#include "tool/tool.h"

struct run_dir {
    const char *host;
    const char *guest;
    bool read_only;
};

struct run_preload {
    char *name;
    const char *path;
    struct tool_file file;
};

struct run_options {
    const char *path;  /* the program */
    char **args;       /* args[0] is its name for itself */
    size_t n_args;
    struct run_dir *dirs;
    size_t n_dirs;
    const char **env;
    size_t n_env;
    struct run_preload *preloads;
    size_t n_preloads;
    const char *invoke; /* NULL: _start */
    wick_config config;
    uint64_t fuel;       /* WICK_FUEL_UNLIMITED: no bound */
    double timeout;      /* seconds; 0: no bound */
    uint64_t max_memory; /* 0: the default */
    uint32_t max_threads; /* 0: the default */
    bool with_proc;
    bool trace;
    const char *stats; /* NULL: no counts of cells; else where they go, "" to standard error (stats.h) */
};

/* run_program.c: does it; answers the exit status. */
int run_program(struct run_options *o);
/* run_proc.c: the same with processes; `wasi` is taken over. */
int run_with_processes(const struct run_options *o, wick_engine *engine, wick_wasi *wasi, wick_wasi_fs *fs,
                       const struct tool_file *file);

/* run_threads.c: the same with threads. A status, after a message when it is not STATUS_OK. */
struct run_threads;
int run_threads_new(const struct run_options *o, wick_wasi *wasi, wick_wasi_fs *fs, wick_task *task,
                    wick_linker *linker, wick_module *module, struct run_threads **out);
/* Runs what the first thread's task is ready for. */
wick_status run_threads_run(struct run_threads *t);
bool run_threads_is_over(const struct run_threads *t);
/* Is it for the first thread to say how they ended? */
bool run_threads_is_ours(const struct run_threads *t);
/* Ends all, waits for that, frees; the exit status, if the first thread would have ended with `status`. */
int run_threads_end(struct run_threads *t, int status);

/* invoke.c: words to values of the function's type; a status. */
int run_parse_args(wick_store *store, const wick_functype *type, char **words, size_t n_words, wick_value *args);
void run_print_results(const wick_task *task);

/* run_clock.c: asks `stop` again and again once the time is up. */
void run_clock_start(double seconds, void (*stop)(void *user), void *user);
void run_clock_end(void);
extern volatile uint32_t run_time_is_up;

#endif

/* proc.h - processes: what the table (proc.c) and the import functions (proc_calls.c) share. */
#ifndef WICK_WASI_PROC_H
#define WICK_WASI_PROC_H

#include "wasi/wasi.h"
#include "wick/wick_proc.h"

#define PROC_CALLS 8u /* rows of wick_proc.def */
#define PROC_NAME_SIZE 32u

/* LOADING: its parent is still in the call that makes it. */
enum proc_state { PROC_READY, PROC_BLOCKED, PROC_ZOMBIE, PROC_LOADING };
enum proc_how { PROC_EXITED, PROC_SIGNALED, PROC_ABNORMAL };
enum proc_phase { PROC_LINKING, PROC_RUNNING };

struct wk_proc {
    struct wk_proc *next; /* of the table, by pid */
    wick_proc_table *table;
    uint32_t pid, parent, group;
    uint8_t state, phase;
    uint32_t how, code; /* once a zombie */
    uint32_t signal;    /* that came while it was running; 0: none */
    wick_wasi_errno load_error;
    uint64_t max_memory, max_fuel;
    uint64_t fuel; /* used */
    int64_t balance; /* given and not used; below 0: a debt */
    uint64_t cpu_ns, start_ns;
    uint64_t deadline; /* while blocked */
    wick_wasi *wasi;
    wick_store *store;
    wick_linker *linker;
    wick_task *task;
    wick_module *module;
    wick_instance *instance;
    const uint8_t *bytes; /* of the module; NULL: the embedder's */
    size_t size;
    bool is_borrowed;
    char name[PROC_NAME_SIZE];
};

struct wick_proc_table {
    struct wk_alloc *alloc;
    wick_engine *engine;
    wick_proc_table_options options;
    struct wk_proc *procs;
    uint32_t n_procs;
    uint32_t last_pid;
    uint32_t turn;           /* pid that had the last slice */
    struct wk_proc *current; /* running now */
    void *running;           /* its task, for wick_proc_stop; accessed through base/atomic.h */
    struct wk_proc *loading; /* to be loaded as soon as its parent's task rests: on the native stack of both it is deep */
    wick_wasi_fs *pipes;
    uint32_t status; /* of process 1 */
    bool has_ended;
};

/* ---- proc.c ---- */
WK_EXTERN struct wk_proc *wk_proc_find(const wick_proc_table *table, uint32_t pid);
/* A process without program. AGAIN, NOMEM. */
WK_EXTERN wick_wasi_errno wk_proc_new(wick_proc_table *table, struct wk_proc **out_proc);
/* Takes it out of the table with all that it holds. */
WK_EXTERN void wk_proc_remove(struct wk_proc *proc);
WK_EXTERN wick_wasi_errno wk_proc_signal(wick_proc_table *table, int32_t pid, uint32_t signal);

/* ---- proc_calls.c ---- */
WK_EXTERN wick_err wk_proc_link(struct wk_proc *proc);

#endif

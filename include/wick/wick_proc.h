/* wick_proc.h - processes: several programs at once, each a task in its own store, on one thread.
 *
 * The import module "wick_proc" (doc/proc.md) lets programs start others, join them by pipes, wait for them and
 * end them. This is its other side: a table of processes with a round-robin scheduler, for a kernel and for the
 * command alike. Everything here is for one thread; only wick_proc_stop may be called from its interrupt handlers too. */
#ifndef WICK_PROC_TABLE_H
#define WICK_PROC_TABLE_H

#include "wick/wick_wasi.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct wick_proc_table wick_proc_table;

/* 0 in every field means the default. */
typedef struct wick_proc_table_options {
    const wick_wasi_host *host; /* clocks and random for every process; idle for wick_proc_run */
    void *host_user;
    uint32_t max_processes; /* default 64 */
    uint32_t max_fds;       /* of each process; default WICK_WASI_MAX_FDS */
    uint64_t slice;         /* fuel of a time slice; default 100,000; WICK_FUEL_UNLIMITED: wick_proc_stop ends it */
    uint64_t max_memory;    /* of each process: bytes of memories and tables; default WICK_STORE_QUOTA */
    uint64_t max_fuel;      /* of each process, over its life; default unlimited */
    uint32_t stack_slots;   /* of each process; default WICK_STACK_SLOTS */
    bool trace;
} wick_proc_table_options;

WICK_API wick_err wick_proc_table_new(wick_engine *engine, const wick_proc_table_options *options,
                                      wick_proc_table **out_table);
/* Ends every process. */
WICK_API void wick_proc_table_free(wick_proc_table *table);

/* Starts the first program (or another without parent). `wasi` holds its arguments, environment and descriptors; the
 * table takes it over when the answer is WICK_OK. `bytes` with WICK_MODULE_BORROW must outlive the table. Loading is
 * part of the call, running is not. A diag tells why it cannot start. */
WICK_API wick_err wick_proc_start(wick_proc_table *table, wick_wasi *wasi, const uint8_t *bytes, size_t size,
                                  uint32_t flags, uint32_t *out_pid, wick_diag *diag);

typedef enum wick_proc_ran {
    WICK_PROC_RAN,  /* some process ran for a slice; there may be more to do */
    WICK_PROC_IDLE, /* all are blocked: wait for an event of the host, or for the deadline */
    WICK_PROC_ENDED /* process 1 has ended, and all others with it */
} wick_proc_ran;

/* Lets the next process that can run have one time slice. On IDLE, *out_deadline_ns is when to come back at the latest
 * (monotonic clock; UINT64_MAX: only an event helps). */
WICK_API wick_proc_ran wick_proc_run_slice(wick_proc_table *table, uint64_t *out_deadline_ns);

/* Ends the running time slice soon. May be called at any time from an interrupt or signal handler of the same thread. */
WICK_API void wick_proc_stop(wick_proc_table *table);

/* Runs until process 1 ends, or until *interrupted (may be NULL) is not 0. */
WICK_API void wick_proc_run(wick_proc_table *table, const volatile uint32_t *interrupted);

/* How process 1 has ended: its status (low 8 bits), 128 + signal, or 134. */
WICK_API uint32_t wick_proc_status(const wick_proc_table *table);

/* As the import `kill`: pid > 0 a process, pid < -1 a group. */
WICK_API wick_wasi_errno wick_proc_kill(wick_proc_table *table, int32_t pid, uint32_t signal);
/* Is there a process or zombie in this group? */
WICK_API bool wick_proc_group_exists(const wick_proc_table *table, uint32_t group);

#ifdef __cplusplus
}
#endif
#endif

/* wick_proc.h - the import module "wick_proc" as C sees it: spawn, pipe, wait, kill, list.
 *
 * Semantics, layouts and error numbers: doc/proc.md. Every function returns an errno of WASI
 * preview 1, which is also the errno of wasi-libc. Header only; needs clang for wasm32.
 */
#ifndef WICK_PROC_H
#define WICK_PROC_H

#include <stddef.h>
#include <stdint.h>

struct wick_proc_map {
    uint32_t child_fd, parent_fd;
};

struct wick_proc_options {
    uint64_t max_memory, max_fuel; /* 0: as the parent */
    uint32_t group;                /* 0: the parent's; WICK_PROC_NEW_GROUP; else an existing one */
    uint32_t flags;
    uint64_t reserved;
};
_Static_assert(sizeof(struct wick_proc_options) == 32, "layout");

struct wick_proc_status {
    uint32_t pid, how, code, reserved;
    uint64_t cpu_ns, fuel;
};
_Static_assert(sizeof(struct wick_proc_status) == 32, "layout");

struct wick_proc_record {
    uint32_t pid, parent, group, state;
    uint64_t fuel, cpu_ns, memory, start_ns;
    char name[32];
};
_Static_assert(sizeof(struct wick_proc_record) == 80, "layout");

enum { WICK_PROC_NOHANG = 1 };
enum { WICK_PROC_EXITED = 0, WICK_PROC_SIGNALED = 1, WICK_PROC_ABNORMAL = 2 };
enum { WICK_PROC_READY = 0, WICK_PROC_BLOCKED = 1, WICK_PROC_ZOMBIE = 2 };
enum { WICK_PROC_INT = 2, WICK_PROC_KILL = 9, WICK_PROC_PIPE = 13, WICK_PROC_TERM = 15 };
enum { WICK_TTY_ECHO = 1, WICK_TTY_LINE = 2, WICK_TTY_INTR = 4 };
#define WICK_PROC_NEW_GROUP UINT32_MAX

#define WICK_PROC_IMPORT(name) \
    __attribute__((import_module("wick_proc"), import_name(name), warn_unused_result))

WICK_PROC_IMPORT("spawn")
int wick_proc_spawn(int fd, const char *argv, size_t argv_len, const char *envp, size_t envp_len,
                    const struct wick_proc_map *map, size_t map_count,
                    const struct wick_proc_options *options, uint32_t *out_pid);
WICK_PROC_IMPORT("pipe") int wick_proc_pipe(uint32_t out_fds[2]);
WICK_PROC_IMPORT("wait")
int wick_proc_wait(int32_t pid, uint32_t flags, struct wick_proc_status *out_status);
WICK_PROC_IMPORT("kill") int wick_proc_kill(int32_t pid, uint32_t signal);
WICK_PROC_IMPORT("list")
int wick_proc_list(struct wick_proc_record *records, size_t capacity, uint32_t *out_count);
WICK_PROC_IMPORT("self") int wick_proc_self(uint32_t out_self[3]);
WICK_PROC_IMPORT("tty_mode") int wick_proc_tty_mode(int fd, uint32_t mode, uint32_t *out_old);
WICK_PROC_IMPORT("tty_foreground") int wick_proc_tty_foreground(int fd, uint32_t group);

#endif

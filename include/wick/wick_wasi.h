/* wick_wasi.h - WASI preview 1 over callbacks: no POSIX below it is needed.
 *
 * Objects. A wick_wasi is what one program sees: arguments, environment, descriptors, how it ended.
 * A wick_wasi_fs is a file system: a table of operations on names in directories and on open files.
 * Two come with Wick: wick_ramfs (filled from a tar or cpio image) and wick_devfs (console, null,
 * zero, random); port/posix has one that passes through to the host; a kernel writes its own.
 *
 * Who owns which rule. Paths are resolved here, component by component: a backend is only ever
 * asked about one name in one directory, and never follows a symbolic link. Rights, read-only
 * directories, offsets and flags are kept here as well. Guest addresses are checked here, in 64
 * bits, before anything has happened; a backend only sees host memory.
 *
 * Waiting. Any operation may answer WICK_WASI_PENDING as long as it has done nothing yet: the task
 * then waits (wick_task_resume answers WICK_PENDING) and the operation is asked again later.
 *
 * All functions of one wick_wasi, and of all that share a file system with it, are for one thread
 * at a time. Modules named wasi_unstable (preview 0) and wasi_snapshot_preview1 are both served. */
#ifndef WICK_WASI_H
#define WICK_WASI_H

#include "wick/wick.h"

#ifdef __cplusplus
extern "C" {
#endif

/* An error number of preview 1, or WICK_WASI_PENDING. */
typedef uint32_t wick_wasi_errno;
enum {
#define ERRNO(sym, number, text) WICK_WASI_E##sym = number,
#include "def/wasi_errno.def"
    WICK_WASI_OK = 0,
    WICK_WASI_PENDING = 0x10000 /* nothing has happened yet: ask again */
};

/* "no such file or directory"; static. */
WICK_API const char *wick_wasi_strerror(wick_wasi_errno err);

/* Rights of a descriptor. */
#define WICK_WASI_RIGHT(bit) (UINT64_C(1) << (bit))
enum wick_wasi_right_bit {
#define RIGHT(sym, bit) WICK_WASI_RIGHT_BIT_##sym = bit,
#include "def/wasi_right.def"
    WICK_WASI_RIGHT_BIT_COUNT
};

typedef enum wick_wasi_filetype {
    WICK_WASI_UNKNOWN = 0, /* pipes too */
    WICK_WASI_BLOCK_DEVICE = 1,
    WICK_WASI_CHARACTER_DEVICE = 2,
    WICK_WASI_DIRECTORY = 3,
    WICK_WASI_REGULAR_FILE = 4,
    WICK_WASI_SOCKET_DGRAM = 5,
    WICK_WASI_SOCKET_STREAM = 6,
    WICK_WASI_SYMBOLIC_LINK = 7
} wick_wasi_filetype;

/* fdflags */
#define WICK_WASI_APPEND 1u
#define WICK_WASI_DSYNC 2u
#define WICK_WASI_NONBLOCK 4u
#define WICK_WASI_RSYNC 8u
#define WICK_WASI_SYNC 16u

/* ---- file systems -------------------------------------------------------------------------------- */

/* A backend's handle of an open file or directory; what it means is the backend's business. */
typedef uint64_t wick_wasi_node;

typedef struct wick_wasi_stat {
    uint64_t dev, ino, nlink, size;
    uint64_t atim, mtim, ctim; /* nanoseconds since 1970 */
    wick_wasi_filetype type;
} wick_wasi_stat;

/* Bytes of the host's memory. */
typedef struct wick_wasi_buf {
    uint8_t *data;
    size_t size;
} wick_wasi_buf;

#define WICK_WASI_NAME_MAX 255
typedef struct wick_wasi_dirent {
    uint64_t next; /* cookie of the entry behind this one */
    uint64_t ino;
    wick_wasi_filetype type;
    uint32_t name_size; /* 0: the directory has no more entries */
    char name[WICK_WASI_NAME_MAX + 1];
} wick_wasi_dirent;

/* How `open` opens. */
#define WICK_WASI_OPEN_READ 1u
#define WICK_WASI_OPEN_WRITE 2u
#define WICK_WASI_OPEN_CREATE 4u     /* a regular file, when nothing has this name */
#define WICK_WASI_OPEN_EXCLUSIVE 8u  /* with CREATE: EXIST when something has */
#define WICK_WASI_OPEN_TRUNCATE 16u
#define WICK_WASI_OPEN_DIRECTORY 32u /* NOTDIR unless it is a directory */

typedef struct wick_wasi_opened {
    wick_wasi_node node;
    wick_wasi_filetype type;
    bool is_tty; /* a character device that a person sits at: no seeking, isatty says yes */
} wick_wasi_opened;

/* What `poll` asks and answers. */
#define WICK_WASI_POLL_READ 1u
#define WICK_WASI_POLL_WRITE 2u
typedef struct wick_wasi_ready {
    bool is_ready;
    bool is_hangup;
    uint64_t bytes; /* that can be read or written; 1 when unknown */
} wick_wasi_ready;

/* An offset that means "where the stream is": pipes, consoles, and files whose offset the host keeps. */
#define WICK_WASI_STREAM UINT64_MAX

typedef struct wick_wasi_fs wick_wasi_fs;

/* The operations. A missing one (NULL, or beyond `size`) answers NOTSUP, unless its comment says what
 * else. Names are one component: 1 to 255 bytes of UTF-8 without '/' and NUL, never ".." and "." only
 * where it is said. No operation follows a symbolic link: where one is found, `open` answers LOOP. */
typedef struct wick_wasi_fs_ops {
    size_t size; /* sizeof(struct wick_wasi_fs_ops) of the backend's build */

    /* ---- on a name in an open directory ---- */
    /* Opens; "." opens the directory once more. WRITE on a directory is ISDIR. */
    wick_wasi_errno (*open)(wick_wasi_fs *fs, wick_wasi_node dir, const char *name, size_t n,
                            uint32_t flags, wick_wasi_opened *out);
    /* Attributes; of the link itself when it is one. */
    wick_wasi_errno (*stat_at)(wick_wasi_fs *fs, wick_wasi_node dir, const char *name, size_t n,
                               wick_wasi_stat *out);
    /* The link's text, cut to cap bytes; *out_n is its whole length. INVAL when it is no link. */
    wick_wasi_errno (*readlink)(wick_wasi_fs *fs, wick_wasi_node dir, const char *name, size_t n,
                                char *buf, size_t cap, size_t *out_n);
    wick_wasi_errno (*mkdir)(wick_wasi_fs *fs, wick_wasi_node dir, const char *name, size_t n);
    wick_wasi_errno (*rmdir)(wick_wasi_fs *fs, wick_wasi_node dir, const char *name, size_t n);
    wick_wasi_errno (*unlink)(wick_wasi_fs *fs, wick_wasi_node dir, const char *name, size_t n);
    wick_wasi_errno (*symlink)(wick_wasi_fs *fs, wick_wasi_node dir, const char *name, size_t n,
                               const char *target, size_t target_n);
    wick_wasi_errno (*link)(wick_wasi_fs *fs, wick_wasi_node old_dir, const char *old_name,
                            size_t old_n, wick_wasi_node new_dir, const char *new_name, size_t new_n);
    wick_wasi_errno (*rename)(wick_wasi_fs *fs, wick_wasi_node old_dir, const char *old_name,
                              size_t old_n, wick_wasi_node new_dir, const char *new_name, size_t new_n);
    /* NULL leaves a time as it is. */
    wick_wasi_errno (*set_times_at)(wick_wasi_fs *fs, wick_wasi_node dir, const char *name, size_t n,
                                    const uint64_t *atim, const uint64_t *mtim);
    /* Optional, for speed: opens the directory at `path` (several components, links and ".." among them)
     * if resolving it never leaves `dir`. Any error makes Wick go component by component instead. */
    wick_wasi_errno (*walk)(wick_wasi_fs *fs, wick_wasi_node dir, const char *path, size_t n,
                            wick_wasi_node *out_node);

    /* ---- on what is open ---- */
    void (*close)(wick_wasi_fs *fs, wick_wasi_node node);
    wick_wasi_errno (*stat)(wick_wasi_fs *fs, wick_wasi_node node, wick_wasi_stat *out);
    /* Fills the buffers in order from `offset` (or WICK_WASI_STREAM). *out_n 0 is the end. */
    wick_wasi_errno (*read)(wick_wasi_fs *fs, wick_wasi_node node, const wick_wasi_buf *bufs,
                            size_t n_bufs, uint64_t offset, size_t *out_n);
    /* Writes at `offset`, or with WICK_WASI_APPEND in fdflags at the end. *out_end: the offset behind. */
    wick_wasi_errno (*write)(wick_wasi_fs *fs, wick_wasi_node node, const wick_wasi_buf *bufs,
                             size_t n_bufs, uint64_t offset, uint32_t fdflags, size_t *out_n,
                             uint64_t *out_end);
    /* For files whose offset the host keeps (WICK_WASI_FD_HOST_OFFSET). whence: 0 set, 1 cur, 2 end. */
    wick_wasi_errno (*seek)(wick_wasi_fs *fs, wick_wasi_node node, int64_t offset, uint32_t whence,
                            uint64_t *out_offset);
    wick_wasi_errno (*set_size)(wick_wasi_fs *fs, wick_wasi_node node, uint64_t size);
    wick_wasi_errno (*set_times)(wick_wasi_fs *fs, wick_wasi_node node, const uint64_t *atim,
                                 const uint64_t *mtim);
    wick_wasi_errno (*allocate)(wick_wasi_fs *fs, wick_wasi_node node, uint64_t offset, uint64_t size);
    /* Missing: success. */
    wick_wasi_errno (*advise)(wick_wasi_fs *fs, wick_wasi_node node, uint64_t offset, uint64_t size,
                              uint32_t advice);
    /* Missing: success. */
    wick_wasi_errno (*sync)(wick_wasi_fs *fs, wick_wasi_node node, bool data_only);
    /* The entry at a cookie (0: the first), without "." and "..". Cookies are below 2^63. */
    wick_wasi_errno (*readdir)(wick_wasi_fs *fs, wick_wasi_node dir, uint64_t cookie,
                               wick_wasi_dirent *out);
    /* Can it be read (written) without waiting? Missing: always. */
    wick_wasi_errno (*poll)(wick_wasi_fs *fs, wick_wasi_node node, uint32_t want, wick_wasi_ready *out);
    /* The whole file's bytes where they lie in memory, valid as long as the file system; a later write
     * does not change them. Missing or NOTSUP: they are read. */
    wick_wasi_errno (*borrow)(wick_wasi_fs *fs, wick_wasi_node node, const uint8_t **out_bytes,
                              size_t *out_size);

    /* ---- sockets; missing: NOTSOCK ---- */
    wick_wasi_errno (*accept)(wick_wasi_fs *fs, wick_wasi_node node, uint32_t fdflags,
                              wick_wasi_opened *out);
    /* What has come, or PENDING; without buffers too. flags: 1 peek, 2 all is waited for (by asking again for the rest, for streams).
     * *out_flags: 1 cut short. */
    wick_wasi_errno (*recv)(wick_wasi_fs *fs, wick_wasi_node node, const wick_wasi_buf *bufs,
                            size_t n_bufs, uint32_t flags, size_t *out_n, uint32_t *out_flags);
    wick_wasi_errno (*send)(wick_wasi_fs *fs, wick_wasi_node node, const wick_wasi_buf *bufs,
                            size_t n_bufs, size_t *out_n);
    /* how: 1 receiving, 2 sending, 3 both. */
    wick_wasi_errno (*shutdown)(wick_wasi_fs *fs, wick_wasi_node node, uint32_t how);

    /* ---- consoles (doc/proc.md); missing: NOTTY ---- */
    wick_wasi_errno (*tty_mode)(wick_wasi_fs *fs, wick_wasi_node node, uint32_t mode, uint32_t *out_old);
    wick_wasi_errno (*tty_foreground)(wick_wasi_fs *fs, wick_wasi_node node, uint32_t group);
} wick_wasi_fs_ops;

/* The head of every backend's own structure. */
struct wick_wasi_fs {
    const wick_wasi_fs_ops *ops;
};

/* ---- what else a program needs of its host ---------------------------------------------------------- */

typedef struct wick_wasi_host {
    size_t size; /* sizeof(struct wick_wasi_host) of the port's build */
    /* Clocks: 0 real time since 1970, 1 monotonic, 2 processor time of the process, 3 of the thread.
     * INVAL for a clock that is not there. Missing: NOTSUP. */
    wick_wasi_errno (*clock_time)(void *user, uint32_t clock, uint64_t *out_ns);
    /* Missing: 1 microsecond. */
    wick_wasi_errno (*clock_resolution)(void *user, uint32_t clock, uint64_t *out_ns);
    /* Random bytes fit for keys. Missing: NOTSUP. */
    wick_wasi_errno (*random)(void *user, void *buf, size_t n);
    /* Nothing can run: wait until something that answered PENDING may have changed, at the latest until
     * the monotonic clock shows deadline_ns. May return early. Missing: the processor spins. */
    void (*idle)(void *user, uint64_t deadline_ns);
} wick_wasi_host;

/* ---- a program's view ---------------------------------------------------------------------------------- */

typedef struct wick_wasi wick_wasi;

#define WICK_WASI_MAX_FDS 1024

/* 0 in every field means the default. Everything is copied but what host_user points at. */
typedef struct wick_wasi_options {
    const wick_wasi_host *host;
    void *host_user;
    const char *const *args; /* argument 0 is the program's name */
    size_t n_args;
    const char *const *env; /* "NAME=VALUE" */
    size_t n_env;
    uint32_t max_fds; /* how many descriptors may be open; default WICK_WASI_MAX_FDS */
    bool trace;       /* every call is logged by the port's log */
} wick_wasi_options;

WICK_API wick_err wick_wasi_new(wick_engine *engine, const wick_wasi_options *options,
                                wick_wasi **out_wasi);
/* Closes what is open. No task may be in a WASI call of it any more. */
WICK_API void wick_wasi_free(wick_wasi *wasi);

#define WICK_WASI_FD_READ_ONLY 1u   /* a directory below which nothing can be changed; a file likewise */
#define WICK_WASI_FD_HOST_OFFSET 2u /* a file whose offset the backend keeps (standard input and output) */
#define WICK_WASI_FD_NO_READ 4u
#define WICK_WASI_FD_NO_WRITE 8u

typedef struct wick_wasi_fd_options {
    wick_wasi_fs *fs;
    wick_wasi_opened opened; /* taken over on success */
    const char *preopen;     /* a directory's name for the guest; NULL: no preopened directory */
    uint32_t flags;          /* WICK_WASI_FD_* */
    uint32_t fdflags;
} wick_wasi_fd_options;

/* Installs a descriptor: 0, 1, 2 are the standard streams, preopened directories follow from 3 on.
 * LIMIT when fd is not below max_fds; USAGE when it is open. */
WICK_API wick_err wick_wasi_set_fd(wick_wasi *wasi, uint32_t fd, const wick_wasi_fd_options *options);

/* Names the functions of wasi_snapshot_preview1 and wasi_unstable in a linker. The wick_wasi must live
 * as long as the linker's store runs. */
WICK_API wick_err wick_wasi_link(wick_wasi *wasi, wick_linker *linker);

/* Names what a module imports from "env" of those functions that Emscripten's standalone programs expect of
 * their host: emscripten_memcpy_big, emscripten_resize_heap, emscripten_notify_memory_growth, time,
 * setTempRet0, getTempRet0, abort, strftime, strftime_l; and for exceptions and longjmp without wasm exceptions
 * invoke_*, _emscripten_throw_longjmp, __cxa_*, __resumeException, llvm_eh_typeid_for, which call back into the module
 * (its exports __indirect_function_table, stackSave, stackRestore, setThrew, malloc, free, __cxa_can_catch,
 * __cxa_is_pointer_type). Others, and functions of other types, are left alone.
 * `store` is the linker's. */
WICK_API wick_err wick_wasi_link_emscripten(wick_wasi *wasi, wick_store *store, wick_linker *linker,
                                            const wick_module *module);

/* A program ends by a trap of its task with WICK_ERR_exit. true: it has ended itself by proc_exit (or by
 * proc_raise: 128 + signal), and this is its status. */
WICK_API bool wick_wasi_exited(const wick_wasi *wasi, uint32_t *out_status);

/* While its task is PENDING: when, on the monotonic clock, asking again makes sense even if nothing else
 * has changed. UINT64_MAX: never; 0: now. */
WICK_API uint64_t wick_wasi_deadline(const wick_wasi *wasi);

/* Runs a task that is ready with max_fuel units of fuel, calling host->idle while it is PENDING.
 * WICK_YIELDED: the fuel is used up, or wick_task_stop was called. */
WICK_API wick_status wick_wasi_run(wick_wasi *wasi, wick_task *task, uint64_t max_fuel);

/* Reads the regular file at `path` below the directory open as `dir`: as in path_open, "bin/app" and never "/bin/app". Bytes that lie
 * in memory for as long as the file system are borrowed (*out_borrowed), others are allocated; give both to
 * wick_wasi_unload. */
WICK_API wick_wasi_errno wick_wasi_load(wick_wasi *wasi, uint32_t dir, const char *path, size_t n,
                                        const uint8_t **out_bytes, size_t *out_size, bool *out_borrowed);
WICK_API void wick_wasi_unload(wick_wasi *wasi, const uint8_t *bytes, size_t size, bool borrowed);

/* ---- threads: wasi-threads (doc/threads.md) --------------------------------------------------------------------- */

/* How many threads may be there at a time beside the first; a program that starts more gets AGAIN. */
#define WICK_WASI_MAX_THREADS 256

typedef struct wick_wasi_threads wick_wasi_threads; /* all threads of one program */
typedef struct wick_wasi_thread wick_wasi_thread;   /* one of them: an instance in a store of its own, and its task */

/* Does it need wick_wasi_threads_new: does it import wasi.thread-spawn, or a shared memory? */
WICK_API bool wick_wasi_uses_threads(const wick_module *module);

/* 0 in every field means the default. */
typedef struct wick_wasi_threads_options {
    /* A thread has been made and is to be run, from now on and at any time: by a host thread of its own that calls
     * wick_wasi_thread_run, or in its turn by a scheduler that calls wick_wasi_thread_resume. Who runs it frees it when it
     * is over. Called by the thread that spawns, within its resume. An error is what thread-spawn answers (negative); the
     * thread is gone then. Missing: every thread-spawn answers NOTSUP. */
    wick_wasi_errno (*start)(void *user, wick_wasi_thread *thread);
    /* All threads are to end: those that are in wick_wasi_host.idle, now or later, return from it at once. Called once,
     * from whatever thread. Missing: they return when they return. */
    void (*interrupt)(void *user);
    /* Held while a thread is in a WASI call, files read and written included, never while one waits. Needed when several
     * host threads run; not the engine's lock. Both or neither. */
    void (*lock)(void *user);
    void (*unlock)(void *user);
    /* Names in the linker of a new thread's store what the module imports beside WASI, Emscripten's few and shared
     * memories. Called as `start` is. Missing: nothing else is there. */
    wick_err (*link)(void *user, wick_wasi_thread *thread, wick_linker *linker);
    void *user;
    uint32_t max_threads; /* default WICK_WASI_MAX_THREADS */
    uint32_t stack_slots; /* of each thread but the first; default WICK_STACK_SLOTS */
    uint64_t max_memory;  /* of each thread but the first: bytes of tables and memories that are not shared */
    uint64_t max_fuel;    /* of all threads together; default unlimited */
} wick_wasi_threads_options;

/* Prepares a program that may start threads. Before its first instance is made: `task` is the idle task of its first
 * thread, `linker` that of the task's store. Names wasi.thread-spawn and every shared memory that the module imports and
 * the linker has not; `wasi` is then used by all threads. HOST when the module cannot have threads: it must export
 * wasi_thread_start and import its shared memory. `options` may be NULL. `wasi`, `task` and `linker` must live as long. */
WICK_API wick_err wick_wasi_threads_new(wick_wasi *wasi, wick_task *task, wick_linker *linker, wick_module *module,
                                        const wick_wasi_threads_options *options, wick_wasi_threads **out_threads,
                                        wick_diag *diag);
/* All threads but the first must have been freed. */
WICK_API void wick_wasi_threads_free(wick_wasi_threads *threads);

/* How the program ends: the first cause wins, and ends all threads within 64 units of fuel. */
typedef enum wick_wasi_end {
    WICK_WASI_RUNS,
    WICK_WASI_END_EXIT,  /* proc_exit, proc_raise: wick_wasi_exited */
    WICK_WASI_END_TRAP,  /* a trap or an uncaught exception in some thread */
    WICK_WASI_END_FUEL,  /* max_fuel is used up */
    WICK_WASI_END_ASKED  /* wick_wasi_threads_end */
} wick_wasi_end;
/* Any thread may ask. */
WICK_API wick_wasi_end wick_wasi_threads_ended(const wick_wasi_threads *threads);
/* Ends all threads: what the first one's return from _start means. Any thread, but no interrupt handler. */
WICK_API void wick_wasi_threads_end(wick_wasi_threads *threads);
/* How many there are now beside the first. Any thread may ask. */
WICK_API uint32_t wick_wasi_threads_count(wick_wasi_threads *threads);
/* The thread of the task that was given; it belongs to `threads`, and its resume and run run what the task is ready for. */
WICK_API wick_wasi_thread *wick_wasi_threads_first(wick_wasi_threads *threads);

/* 1 to 0x1fffffff, of no other thread at the time; 0 for the first. */
WICK_API uint32_t wick_wasi_thread_id(const wick_wasi_thread *thread);
/* To ask whether and until when it waits (wick_task_waits, wick_task_deadline), and to report. */
WICK_API wick_task *wick_wasi_thread_task(const wick_wasi_thread *thread);
WICK_API wick_wasi_threads *wick_wasi_thread_threads(const wick_wasi_thread *thread);
/* Is this thread the cause of how the program ended? Then its host reports it. */
WICK_API bool wick_wasi_thread_is_cause(const wick_wasi_thread *thread);

/* For schedulers: lets the thread run for `slice` units of fuel. DONE: it is over. YIELDED: its slice is over, it was
 * stopped, or all threads are to end (wick_wasi_threads_ended). PENDING: it waits, and its task tells what for. TRAPPED
 * or THREW: so it has ended, and with it all others. */
WICK_API wick_status wick_wasi_thread_resume(wick_wasi_thread *thread, uint64_t slice);
/* For a host thread of its own: runs it to its end, sleeping where it waits. YIELDED: all threads are to end, or
 * wick_task_stop was called for its task. */
WICK_API wick_status wick_wasi_thread_run(wick_wasi_thread *thread);
/* Frees the thread, its store and all in it. Not the first. */
WICK_API void wick_wasi_thread_free(wick_wasi_thread *thread);

/* Why a task trapped or threw: one line of cause (of an exception with its tag and values), then its calls. */
WICK_API void wick_task_report(const wick_task *task, const char *file,
                               void (*put)(void *user, const char *text, size_t n), void *user);
/* The calls of a task that trapped, yielded or waits: "    at NAME (func[12], offset 0x3f2)" a line. */
WICK_API void wick_task_report_calls(const wick_task *task,
                                     void (*put)(void *user, const char *text, size_t n), void *user);

/* ---- the file system in memory ---------------------------------------------------------------------------- */

/* 0 in every field means the default. */
typedef struct wick_ramfs_options {
    uint64_t quota; /* bytes for names, nodes and data, images not counted; default 256 MiB */
    uint64_t (*now_ns)(void *user); /* since 1970; missing: every time is 0 */
    void *user;
} wick_ramfs_options;

WICK_API wick_err wick_ramfs_new(wick_engine *engine, const wick_ramfs_options *options,
                                 wick_wasi_fs **out_fs);
/* Nothing of it may be open any more. */
WICK_API void wick_ramfs_free(wick_wasi_fs *fs);
/* Adds the contents of a tar (ustar, GNU, pax) or cpio (newc) image, which must stay where it is as long as
 * the file system: data is copied only where it is overwritten. What was added before an error stays. */
WICK_API wick_err wick_ramfs_load(wick_wasi_fs *fs, const uint8_t *image, size_t size, wick_diag *diag);
/* Opens its root directory. */
WICK_API wick_wasi_errno wick_ramfs_root(wick_wasi_fs *fs, wick_wasi_opened *out);
/* Bytes that count against the quota. */
WICK_API uint64_t wick_ramfs_used(const wick_wasi_fs *fs);

/* ---- devices ------------------------------------------------------------------------------------------------- */

/* A directory with console, null, zero, random and urandom. Missing: console_write, there is no console; console_read, it is at
 * the end of its input; console_poll, it is always ready; random, there is no random nor urandom. */
typedef struct wick_devfs_options {
    /* Reads at least one byte, or 0 at the end of input; PENDING when there is nothing yet. */
    wick_wasi_errno (*console_read)(void *user, uint8_t *buf, size_t n, size_t *out_n);
    wick_wasi_errno (*console_write)(void *user, const uint8_t *buf, size_t n, size_t *out_n);
    wick_wasi_errno (*console_poll)(void *user, uint32_t want, wick_wasi_ready *out);
    wick_wasi_errno (*console_mode)(void *user, uint32_t mode, uint32_t *out_old);
    wick_wasi_errno (*console_foreground)(void *user, uint32_t group);
    wick_wasi_errno (*random)(void *user, void *buf, size_t n);
    void *user;
} wick_devfs_options;

WICK_API wick_err wick_devfs_new(wick_engine *engine, const wick_devfs_options *options,
                                 wick_wasi_fs **out_fs);
WICK_API void wick_devfs_free(wick_wasi_fs *fs);
WICK_API wick_wasi_errno wick_devfs_root(wick_wasi_fs *fs, wick_wasi_opened *out);
/* Opens one device, for the standard streams. */
WICK_API wick_wasi_errno wick_devfs_open(wick_wasi_fs *fs, const char *name, wick_wasi_opened *out);

#ifdef __cplusplus
}
#endif
#endif

/* posix.h - the port to POSIX systems: callbacks for the engine, clocks and waiting for WASI, and a file system that
 * passes through to the host's, confined to the directories that are opened for it. */
#ifndef WICK_POSIX_POSIX_H
#define WICK_POSIX_POSIX_H

#include "wick/wick_wasi.h"

/* host.c: memory by malloc and mmap, text to standard error, a lock, sleeping threads. `user` is not used. */
extern const wick_host wick_posix_host;

/* files.c. The callbacks of wick_posix_wasi_host want the file system as their user. All files of one file system are
 * for one thread at a time, which wick_wasi_threads_options.lock sees to; waiting (idle) is for many. NULL: no memory. */
wick_wasi_fs *wick_posix_fs_new(void);
void wick_posix_fs_free(wick_wasi_fs *fs);

/* Opens a directory of the host to be preopened. */
wick_wasi_errno wick_posix_open_dir(wick_wasi_fs *fs, const char *path, wick_wasi_opened *out);

/* Describes a descriptor of this process (0, 1, 2) for wick_wasi_set_fd; the descriptor stays the process's own.
 * BADF: it is closed. */
wick_wasi_errno wick_posix_stdio(wick_wasi_fs *fs, int fd, wick_wasi_fd_options *out);

/* 1: openat2 may be used where the kernel has it (the default); 0: always go component by component. */
void wick_posix_set_openat2(wick_wasi_fs *fs, int on);

/* clock.c: clocks, random, and waiting for the descriptors that operations had to wait for. */
extern const wick_wasi_host wick_posix_wasi_host;

/* threads.c: a program's threads, each on a host thread of its own. */
typedef struct wick_posix_threads wick_posix_threads;
/* Fills in start, interrupt, lock, unlock and user for wick_wasi_threads_new. `ended` (may be NULL) is called by each host
 * thread when its thread is over, before it is freed: with the status of wick_wasi_thread_run. All signals but
 * SIGSEGV are blocked in these host threads. NULL: no memory, or no descriptors. */
wick_posix_threads *wick_posix_threads_new(wick_wasi_fs *fs,
                                           void (*ended)(void *user, wick_wasi_thread *thread, wick_status status),
                                           void *user, wick_wasi_threads_options *options);
/* Waits until every thread is over; after wick_wasi_threads_end that is soon. */
void wick_posix_threads_join(wick_posix_threads *threads);
void wick_posix_threads_free(wick_posix_threads *threads);

/* ---- between the files of this port ---- */

wick_wasi_errno wick_posix_errno(int host_errno);
/* Waits for what operations of this file system waited for, at most until the monotonic clock shows deadline_ns. */
void wick_posix_fs_wait(wick_wasi_fs *fs, uint64_t deadline_ns);
/* From now on nobody waits any more. Only after wick_posix_fs_can_interrupt has answered true; false: no descriptors. */
void wick_posix_fs_interrupt(wick_wasi_fs *fs);
bool wick_posix_fs_can_interrupt(wick_wasi_fs *fs);
uint64_t wick_posix_now_ns(void);

#endif

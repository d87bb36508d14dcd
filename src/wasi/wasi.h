/* wasi.h - what the files of src/wasi share: descriptors, the checked call, the path walk.
 *
 * Owner of: the shape of a descriptor table. A wasi_file is an open file description (offset, flags); descriptors
 * of one or several programs count it. Rights belong to the descriptor, read-only-ness to the description. */
#ifndef WICK_WASI_WASI_H
#define WICK_WASI_WASI_H

#include "base/alloc.h"
#include "base/bits.h"
#include "wick/wick_wasi.h"

#define WASI_R(sym) WICK_WASI_RIGHT(WICK_WASI_RIGHT_BIT_##sym)

/* What a descriptor of each type can have. */
#define WASI_RIGHTS_ALL (WICK_WASI_RIGHT(WICK_WASI_RIGHT_BIT_COUNT) - 1)
#define WASI_RIGHTS_FILE                                                                                         \
    (WASI_R(FD_DATASYNC) | WASI_R(FD_READ) | WASI_R(FD_SEEK) | WASI_R(FD_FDSTAT_SET_FLAGS) | WASI_R(FD_SYNC) |   \
     WASI_R(FD_TELL) | WASI_R(FD_WRITE) | WASI_R(FD_ADVISE) | WASI_R(FD_ALLOCATE) | WASI_R(FD_FILESTAT_GET) |    \
     WASI_R(FD_FILESTAT_SET_SIZE) | WASI_R(FD_FILESTAT_SET_TIMES) | WASI_R(POLL_FD_READWRITE))
#define WASI_RIGHTS_DIR                                                                                          \
    (WASI_R(FD_FDSTAT_SET_FLAGS) | WASI_R(FD_SYNC) | WASI_R(FD_DATASYNC) | WASI_R(FD_ADVISE) |                   \
     WASI_R(PATH_CREATE_DIRECTORY) | WASI_R(PATH_CREATE_FILE) | WASI_R(PATH_LINK_SOURCE) |                       \
     WASI_R(PATH_LINK_TARGET) | WASI_R(PATH_OPEN) | WASI_R(FD_READDIR) | WASI_R(PATH_READLINK) |                 \
     WASI_R(PATH_RENAME_SOURCE) | WASI_R(PATH_RENAME_TARGET) | WASI_R(PATH_FILESTAT_GET) |                       \
     WASI_R(PATH_FILESTAT_SET_SIZE) | WASI_R(PATH_FILESTAT_SET_TIMES) | WASI_R(FD_FILESTAT_GET) |                \
     WASI_R(FD_FILESTAT_SET_TIMES) | WASI_R(PATH_SYMLINK) | WASI_R(PATH_REMOVE_DIRECTORY) |                      \
     WASI_R(PATH_UNLINK_FILE) | WASI_R(POLL_FD_READWRITE))
#define WASI_RIGHTS_STREAM                                                                                       \
    (WASI_R(FD_READ) | WASI_R(FD_FDSTAT_SET_FLAGS) | WASI_R(FD_WRITE) | WASI_R(FD_FILESTAT_GET) |                \
     WASI_R(FD_SYNC) | WASI_R(FD_DATASYNC) | WASI_R(POLL_FD_READWRITE) | WASI_R(FD_FILESTAT_SET_TIMES))
#define WASI_RIGHTS_SOCKET (WASI_RIGHTS_STREAM | WASI_R(SOCK_SHUTDOWN) | WASI_R(SOCK_ACCEPT))

#define WASI_FDFLAGS_ALL                                                                                         \
    (WICK_WASI_APPEND | WICK_WASI_DSYNC | WICK_WASI_NONBLOCK | WICK_WASI_RSYNC | WICK_WASI_SYNC)

struct wasi_file {
    uint32_t refs;
    uint16_t fdflags;
    uint8_t type; /* wick_wasi_filetype */
    bool is_tty;
    bool read_only;
    bool host_offset;
    wick_wasi_fs *fs;
    wick_wasi_node node;
    uint64_t offset;
    char *preopen; /* allocated; NULL: no preopened directory */
    size_t preopen_size;
};

struct wasi_fd {
    struct wasi_file *file; /* NULL: closed */
    uint64_t base;
    uint64_t inheriting;
};

/* Paths, and what links are expanded to. */
#define WASI_PATH_MAX 4096u
#define WASI_PATH_BUF (2 * WASI_PATH_MAX)
#define WASI_LINKS_MAX 40u

/* One path on its way (path.c). */
struct wasi_walk {
    wick_wasi *wasi;
    wick_wasi_fs *fs;
    wick_wasi_node base; /* the descriptor's; never closed here */
    wick_wasi_node dir;  /* the directory of the last component */
    char *rest;          /* WASI_PATH_BUF bytes: what is left lies in [at, end) */
    char *done;          /* WASI_PATH_BUF bytes: the way from base to dir without links */
    uint32_t at, end;
    uint32_t done_size;
    uint32_t links;  /* followed so far */
    uint32_t work;   /* directories opened so far */
    uint32_t name_at, name_size;
    bool is_own_dir; /* dir is not base and is to be closed */
    bool must_dir;   /* a slash follows the last component, or it is "." */
    bool was_walked; /* dir was reached by ops->walk: `done` is unknown */
};

/* What the dispatch has to look at, found out from the row's kinds when the wick_wasi is made. */
enum wasi_check_what { WASI_CHECK_RESULT, WASI_CHECK_BYTES, WASI_CHECK_IOVS };
struct wasi_check {
    uint8_t param; /* an address */
    uint8_t what;  /* enum wasi_check_what: so many bytes lie there, or as many as the next parameter says, or iovecs */
    uint16_t size; /* RESULT */
};
struct wasi_link { /* what a host function is made with */
    wick_wasi *wasi;
    const struct wasi_row *row;
    bool is_preview0;
    uint8_t n_fds, n_checks;
    uint8_t fds[2]; /* parameters that are descriptors */
    struct wasi_check checks[3];
};

struct wick_wasi {
    struct wk_alloc *alloc;
    wick_engine *engine;
    wick_wasi_host host; /* the embedder's; what that lacks is NULL */
    void *host_user;
    struct wasi_fd *fds;
    size_t n_fds; /* entries; all above are closed */
    uint32_t max_fds;
    uint32_t first_free; /* no closed descriptor below */
    uint32_t n_args, n_env;
    char *args; /* strings, each with its NUL */
    size_t args_size;
    char *env;
    size_t env_size;
    char *buffers; /* 2 * 2 * WASI_PATH_BUF: two walks at a time */
    uint64_t deadline; /* of the call at hand, in case that it answers PENDING; of the last */
    uint32_t exit_status;
    uint32_t exit_signal; /* of proc_raise; 0: none */
    bool has_exited;
    bool has_threads; /* threads.c */
    bool trace;
    uint32_t temp_ret0;      /* Emscripten's second result; atomic */
    struct wk_em_eh *em_ehs; /* its exceptions (emscripten_eh.c) */
    struct wasi_link *links;
    void (*lock)(void *user); /* around every call, once there are threads (threads.c); NULL: none */
    void (*unlock)(void *user);
    void *lock_user;
};

/* Buffers handed to a backend at a time. */
#define WASI_BUFS 16u

/* A call whose guest addresses have been checked: p[i] is parameter i as host memory, a[i] its value. Of an array of
 * iovecs the first buffers are in bufs by then, without the empty ones; wk_iovs_take has the others. */
struct wasi_call {
    wick_wasi *wasi;
    wick_call *call;
    const uint64_t *a;
    uint8_t *p[9];
    struct wasi_fd *fd[2];
    uint8_t *memory; /* of the calling instance */
    uint64_t limit;  /* its bytes */
    const struct wasi_link *link;
    uint32_t next;   /* entry of the iovecs behind those in bufs */
    uint32_t n_bufs;
    uint64_t want;   /* bytes in bufs */
    wick_wasi_buf bufs[WASI_BUFS];
};

/* Propagates an errno: `WASI_TRY(expr);` */
#define WASI_TRY(expr)                                   \
    do {                                                 \
        const wick_wasi_errno wasi_try_err_ = (expr);    \
        if (WK_UNLIKELY(wasi_try_err_ != WICK_WASI_OK)) { \
            return wasi_try_err_;                        \
        }                                                \
    } while (0)

typedef wick_wasi_errno (*wasi_function)(struct wasi_call *c);
#define WASI(name, sig, kinds, names, rights, rights2, in0, doc) \
    WK_EXTERN wick_wasi_errno wk_wasi_##name(struct wasi_call *c);
#include "def/wasi.def"

/* ---- wasi.c ---- */
/* As wick_wasi_new, with strings that lie one behind the other, each with its NUL. */
WK_EXTERN wick_err wk_wasi_new_joined(wick_engine *engine, const wick_wasi_options *options, const char *args,
                                      size_t args_size, const char *env, size_t env_size, wick_wasi **out_wasi);
/* What to answer when a descriptor lacks rights. */
WK_EXTERN wick_wasi_errno wk_wasi_lacking(const struct wasi_file *file, uint64_t lacking);
/* The short name of an error number, for traces. */
WK_EXTERN const char *wk_wasi_errno_name(wick_wasi_errno err);
WK_EXTERN wick_wasi_errno wk_wasi_now(const wick_wasi *wasi, uint32_t clock, uint64_t *out_ns);
/* Member of an operation table that may be shorter or empty. */
#define WASI_HAS(fs, member)                                                                          \
    ((fs)->ops->size >= offsetof(wick_wasi_fs_ops, member) + sizeof((fs)->ops->member) && \
     (fs)->ops->member != NULL)
/* Nothing to do until deadline_ns (0: let others run for a moment). */
WK_EXTERN void wk_wasi_idle(const wick_wasi *wasi, uint64_t deadline_ns);
/* Ends the program: what the function then answers. */
#define WASI_OVER ((wick_wasi_errno)(WICK_WASI_PENDING + 1))
WK_EXTERN wick_wasi_errno wk_wasi_exit(struct wasi_call *c, uint32_t status);
/* The next buffers of iovec array i, those from entry c->next on, to c->bufs. FAULT: one is outside. */
WK_EXTERN wick_wasi_errno wk_iovs_take(struct wasi_call *c, uint32_t i);

/* ---- descriptor.c ---- */
WK_INLINE struct wasi_fd *wk_fd_get(const wick_wasi *wasi, uint64_t fd) {
    return fd < wasi->n_fds && wasi->fds[fd].file != NULL ? &wasi->fds[fd] : NULL;
}
/* The lowest free number. MFILE, NOMEM. Nothing is taken yet: wk_fd_put does that and cannot fail then. */
WK_EXTERN wick_wasi_errno wk_fd_free_number(wick_wasi *wasi, uint32_t *out_fd);
WK_EXTERN wick_wasi_errno wk_fd_reserve(wick_wasi *wasi, uint32_t fd);
/* Takes over one count of `file`; fd is free and reserved. */
WK_EXTERN void wk_fd_put(wick_wasi *wasi, uint32_t fd, struct wasi_file *file, uint64_t base, uint64_t inheriting);
/* A description with one count; takes over the node on success. */
WK_EXTERN wick_wasi_errno wk_file_new(struct wk_alloc *alloc, wick_wasi_fs *fs, const wick_wasi_opened *opened,
                                      uint32_t fdflags, struct wasi_file **out_file);
WK_EXTERN void wk_file_release(struct wk_alloc *alloc, struct wasi_file *file);
WK_EXTERN uint64_t wk_file_rights(const struct wasi_file *file);
WK_EXTERN void wk_fd_close_all(wick_wasi *wasi);
/* Writes a filestat of the call's preview. */
WK_EXTERN void wk_put_filestat(const struct wasi_call *c, uint8_t *p, const wick_wasi_stat *st);
/* Times as the fstflags ask; *out_atim, *out_mtim are NULL or point into t. */
WK_EXTERN wick_wasi_errno wk_wanted_times(const wick_wasi *wasi, uint64_t atim, uint64_t mtim, uint32_t flags,
                                          uint64_t t[2], const uint64_t **out_atim, const uint64_t **out_mtim);
/* Reads all of an open file by its offsets into a block of its own. */
WK_EXTERN wick_wasi_errno wk_file_read_all(struct wk_alloc *alloc, struct wasi_file *file, const uint8_t **out_bytes,
                                           size_t *out_size, bool *out_borrowed);
/* Writes text for a person to a descriptor, as far as that goes without waiting. false: it took nothing. */
WK_EXTERN bool wk_fd_print(wick_wasi *wasi, uint32_t fd, const char *text, size_t n);

/* ---- pipe.c ---- */
/* A file system that consists of pipes; both ends of one are made at a time. */
WK_EXTERN wick_wasi_fs *wk_pipes_new(struct wk_alloc *alloc);
WK_EXTERN void wk_pipes_free(wick_wasi_fs *fs);
WK_EXTERN wick_wasi_errno wk_pipe_open(wick_wasi_fs *fs, wick_wasi_opened *out_read, wick_wasi_opened *out_write);

/* ---- emscripten_eh.c ---- */
/* Defines the import if it is one of the functions for exceptions; *eh is NULL before the module's first. */
struct wk_em_eh;
WK_EXTERN wick_err wk_em_eh_define(wick_wasi *wasi, wick_store *store, wick_linker *linker,
                                   const wick_import_info *info, struct wk_em_eh **eh);
/* What belongs to the store's instances, which will not run any more; NULL: all. */
WK_EXTERN void wk_em_eh_free(wick_wasi *wasi, const wick_store *store);

/* ---- path.c ---- */
/* Starts at an open directory and goes to the directory of the last component; which = 0 or 1 names the
 * buffers. wk_walk_end is due whatever the answer. */
WK_EXTERN wick_wasi_errno wk_walk_begin(struct wasi_walk *w, wick_wasi *wasi, const struct wasi_fd *fd,
                                        const uint8_t *path, size_t n, uint32_t which);
/* The last component turned out to be a symbolic link: goes on behind it. INVAL: it is none. */
WK_EXTERN wick_wasi_errno wk_walk_follow(struct wasi_walk *w);
WK_EXTERN void wk_walk_end(struct wasi_walk *w);
/* The last component; "." for the directory itself. */
static inline const char *wk_walk_name(const struct wasi_walk *w) {
    return w->rest + w->name_at;
}
static inline bool wk_walk_is_dot(const struct wasi_walk *w) {
    return w->name_size == 1 && w->rest[w->name_at] == '.';
}

#endif

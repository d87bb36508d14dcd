/* path_calls.c - the path_* functions: what each does with the last component of its path.
 *
 * Owner of: the rights that open asks for and gives, read-only directories (ROFS), what a trailing slash and "."
 * mean for each function. Where two directories are involved, what is read-only stays unreachable for writing: a
 * hard link may not lead from a read-only directory into a writable one (XDEV, so that tools copy instead). */
#include "wasi/wasi.h"

#include "base/utf8.h"

#define WASI_OFLAG_CREAT 1u
#define WASI_OFLAG_DIRECTORY 2u
#define WASI_OFLAG_EXCL 4u
#define WASI_OFLAG_TRUNC 8u
#define WASI_LOOKUP_FOLLOW 1u

/* Attributes of where the walk stands; follows links when asked to, or when a slash follows. */
static wick_wasi_errno path_stat(struct wasi_walk *w, bool follow, wick_wasi_stat *st) {
    for (;;) {
        wick_wasi_errno err;
        if (wk_walk_is_dot(w)) {
            err = WASI_HAS(w->fs, stat) ? w->fs->ops->stat(w->fs, w->dir, st) : WICK_WASI_ENOTSUP;
        } else {
            err = WASI_HAS(w->fs, stat_at)
                      ? w->fs->ops->stat_at(w->fs, w->dir, wk_walk_name(w), w->name_size, st)
                      : WICK_WASI_ENOTSUP;
        }
        if (err != WICK_WASI_OK) {
            return err;
        }
        if (st->type == WICK_WASI_SYMBOLIC_LINK && (follow || w->must_dir)) {
            err = wk_walk_follow(w);
            if (err == WICK_WASI_OK) {
                continue;
            }
            return err == WICK_WASI_EINVAL ? WICK_WASI_ENOENT : err; /* replaced meanwhile */
        }
        return w->must_dir && st->type != WICK_WASI_DIRECTORY ? WICK_WASI_ENOTDIR : WICK_WASI_OK;
    }
}

/* ---- open ---- */

static wick_wasi_errno path_open_walk(struct wasi_walk *w, bool follow, uint32_t flags, wick_wasi_opened *opened) {
    for (;;) {
        bool is_new = (flags & WICK_WASI_OPEN_CREATE) != 0;
        if (is_new && w->must_dir) {
            return WICK_WASI_EISDIR;
        }
        uint32_t all = flags | (w->must_dir ? WICK_WASI_OPEN_DIRECTORY : 0);
        wick_wasi_errno err = w->fs->ops->open(w->fs, w->dir, wk_walk_name(w), w->name_size, all, opened);
        if ((err != WICK_WASI_ELOOP && err != WICK_WASI_ENOTDIR) || !(follow || w->must_dir)) {
            return err;
        }
        wick_wasi_errno followed = wk_walk_follow(w);
        if (followed != WICK_WASI_OK) {
            return followed == WICK_WASI_EINVAL ? err : followed;
        }
    }
}

/* What can be opened below a read-only directory: what is there, and for reading. */
static wick_wasi_errno path_open_read_only(struct wasi_walk *w, bool follow, uint32_t flags,
                                           wick_wasi_opened *opened) {
    const uint32_t changes = WICK_WASI_OPEN_WRITE | WICK_WASI_OPEN_TRUNCATE;
    const uint32_t creates = WICK_WASI_OPEN_CREATE | WICK_WASI_OPEN_EXCLUSIVE;
    wick_wasi_errno err =
        path_open_walk(w, follow, (flags & ~(changes | creates)) | WICK_WASI_OPEN_READ, opened);
    if (err == WICK_WASI_ENOENT && (flags & WICK_WASI_OPEN_CREATE) != 0) {
        return WICK_WASI_EROFS;
    }
    if (err != WICK_WASI_OK) {
        return err;
    }
    if ((flags & creates) == creates) {
        err = WICK_WASI_EEXIST;
    } else if ((flags & changes) != 0) {
        err = opened->type == WICK_WASI_DIRECTORY ? WICK_WASI_EISDIR : WICK_WASI_EROFS;
    }
    if (err != WICK_WASI_OK) {
        w->fs->ops->close(w->fs, opened->node);
    }
    return err;
}

/* Rights that were asked for by habit and need an access that the file does not give: tried with, then without. */
static wick_wasi_errno path_open_file(struct wasi_walk *w, const struct wasi_file *dir, bool follow, uint32_t flags,
                                      uint64_t *base, wick_wasi_opened *opened) {
    const uint64_t soft = WASI_R(FD_ALLOCATE) | WASI_R(FD_FILESTAT_SET_SIZE);
    if (dir->read_only) {
        *base &= ~soft;
        return path_open_read_only(w, follow, flags, opened);
    }
    if ((flags & WICK_WASI_OPEN_WRITE) != 0 || (*base & soft) == 0) {
        return path_open_walk(w, follow, flags, opened);
    }
    wick_wasi_errno err = path_open_walk(w, follow, flags | WICK_WASI_OPEN_WRITE, opened);
    if (err == WICK_WASI_EISDIR || err == WICK_WASI_EACCES || err == WICK_WASI_EPERM || err == WICK_WASI_EROFS ||
        err == WICK_WASI_ETXTBSY) {
        *base &= ~soft;
        err = path_open_walk(w, follow, flags, opened);
    }
    return err;
}

static uint32_t path_open_flags(uint64_t oflags, uint64_t base) {
    uint32_t flags = 0;
    flags |= (oflags & WASI_OFLAG_CREAT) != 0 ? WICK_WASI_OPEN_CREATE : 0;
    flags |= (oflags & WASI_OFLAG_EXCL) != 0 ? WICK_WASI_OPEN_EXCLUSIVE : 0;
    flags |= (oflags & WASI_OFLAG_TRUNC) != 0 ? WICK_WASI_OPEN_TRUNCATE : 0;
    flags |= (oflags & WASI_OFLAG_DIRECTORY) != 0 ? WICK_WASI_OPEN_DIRECTORY : 0;
    flags |= (base & WASI_R(FD_WRITE)) != 0 ? WICK_WASI_OPEN_WRITE : 0;
    flags |= (base & (WASI_R(FD_READ) | WASI_R(FD_READDIR))) != 0 || (base & WASI_R(FD_WRITE)) == 0
                 ? WICK_WASI_OPEN_READ
                 : 0;
    return flags;
}

/* May this be asked of the directory? */
static wick_wasi_errno path_open_check(const struct wasi_call *c, uint64_t oflags, uint64_t fdflags) {
    const struct wasi_fd *fd = c->fd[0];
    if (c->a[1] > WASI_LOOKUP_FOLLOW || oflags > 15 || (fdflags & ~(uint64_t)WASI_FDFLAGS_ALL) != 0 ||
        (oflags & (WASI_OFLAG_CREAT | WASI_OFLAG_DIRECTORY)) == (WASI_OFLAG_CREAT | WASI_OFLAG_DIRECTORY)) {
        return WICK_WASI_EINVAL;
    }
    uint64_t inherited = (c->a[5] | c->a[6]) & WASI_RIGHTS_ALL;
    inherited |= (fdflags & WICK_WASI_DSYNC) != 0 ? WASI_R(FD_DATASYNC) : 0;
    inherited |= (fdflags & (WICK_WASI_SYNC | WICK_WASI_RSYNC)) != 0 ? WASI_R(FD_SYNC) : 0;
    uint64_t needed = 0;
    needed |= (oflags & WASI_OFLAG_CREAT) != 0 ? WASI_R(PATH_CREATE_FILE) : 0;
    needed |= (oflags & WASI_OFLAG_TRUNC) != 0 ? WASI_R(PATH_FILESTAT_SET_SIZE) : 0;
    return (inherited & ~fd->inheriting) != 0 || (needed & ~fd->base) != 0 ? WICK_WASI_ENOTCAPABLE : WICK_WASI_OK;
}

wick_wasi_errno wk_wasi_path_open(struct wasi_call *c) {
    wick_wasi *wasi = c->wasi;
    struct wasi_walk w;
    wick_wasi_opened opened = {0, WICK_WASI_UNKNOWN, false};
    uint64_t base = c->a[5] & WASI_RIGHTS_ALL, inheriting = c->a[6] & WASI_RIGHTS_ALL;
    wick_wasi_errno err = path_open_check(c, c->a[4], c->a[7]);
    if (err != WICK_WASI_OK) {
        return err;
    }
    struct wasi_file *dir = c->fd[0]->file;
    uint32_t number;
    err = wk_fd_free_number(wasi, &number); /* the table may move: c->fd is stale from here on */
    if (err != WICK_WASI_OK) {
        return err;
    }
    c->fd[0] = wk_fd_get(wasi, c->a[0]);
    struct wasi_file *file; /* before anything is created */
    err = wk_file_new(wasi->alloc, dir->fs, &opened, (uint32_t)c->a[7], &file);
    if (err != WICK_WASI_OK) {
        return err;
    }
    err = wk_walk_begin(&w, wasi, c->fd[0], c->p[2], (size_t)c->a[3], 0);
    if (err == WICK_WASI_OK) {
        err = path_open_file(&w, dir, c->a[1] == WASI_LOOKUP_FOLLOW, path_open_flags(c->a[4], base), &base, &opened);
    }
    wk_walk_end(&w);
    if (err != WICK_WASI_OK) {
        wk_free(wasi->alloc, file, sizeof *file);
        return err;
    }
    file->node = opened.node;
    file->type = (uint8_t)opened.type;
    file->is_tty = opened.is_tty;
    file->read_only = dir->read_only;
    wk_fd_put(wasi, number, file, base & wk_file_rights(file),
              file->type == WICK_WASI_DIRECTORY ? inheriting : 0);
    wk_st_le32(c->p[8], number);
    return WICK_WASI_OK;
}

/* ---- attributes ---- */

wick_wasi_errno wk_wasi_path_filestat_get(struct wasi_call *c) {
    struct wasi_walk w;
    wick_wasi_stat st;
    if (c->a[1] > WASI_LOOKUP_FOLLOW) {
        return WICK_WASI_EINVAL;
    }
    wick_wasi_errno err = wk_walk_begin(&w, c->wasi, c->fd[0], c->p[2], (size_t)c->a[3], 0);
    if (err == WICK_WASI_OK) {
        err = path_stat(&w, c->a[1] != 0, &st);
    }
    wk_walk_end(&w);
    if (err == WICK_WASI_OK) {
        wk_put_filestat(c, c->p[4], &st);
    }
    return err;
}

wick_wasi_errno wk_wasi_path_filestat_set_times(struct wasi_call *c) {
    struct wasi_walk w;
    wick_wasi_stat st;
    uint64_t t[2];
    const uint64_t *atim, *mtim;
    if (c->a[1] > WASI_LOOKUP_FOLLOW) {
        return WICK_WASI_EINVAL;
    }
    if (c->fd[0]->file->read_only) {
        return WICK_WASI_EROFS;
    }
    wick_wasi_errno err = wk_wanted_times(c->wasi, c->a[4], c->a[5], (uint32_t)c->a[6], t, &atim, &mtim);
    if (err != WICK_WASI_OK) {
        return err;
    }
    err = wk_walk_begin(&w, c->wasi, c->fd[0], c->p[2], (size_t)c->a[3], 0);
    /* Goes to the end of the links; and where nothing is to be set, no system call looks whether the name is there. */
    if (err == WICK_WASI_OK && (c->a[1] != 0 || w.must_dir || (atim == NULL && mtim == NULL))) {
        err = path_stat(&w, c->a[1] != 0, &st);
    }
    if (err == WICK_WASI_OK && wk_walk_is_dot(&w)) {
        err = WASI_HAS(w.fs, set_times) ? w.fs->ops->set_times(w.fs, w.dir, atim, mtim) : WICK_WASI_ENOTSUP;
    } else if (err == WICK_WASI_OK) {
        err = WASI_HAS(w.fs, set_times_at)
                  ? w.fs->ops->set_times_at(w.fs, w.dir, wk_walk_name(&w), w.name_size, atim, mtim)
                  : WICK_WASI_ENOTSUP;
    }
    wk_walk_end(&w);
    return err;
}

/* ---- directories, links ---- */

wick_wasi_errno wk_wasi_path_create_directory(struct wasi_call *c) {
    struct wasi_walk w;
    wick_wasi_stat st;
    wick_wasi_errno err = wk_walk_begin(&w, c->wasi, c->fd[0], c->p[1], (size_t)c->a[2], 0);
    if (err == WICK_WASI_OK && wk_walk_is_dot(&w)) {
        err = WICK_WASI_EEXIST;
    } else if (err == WICK_WASI_OK && c->fd[0]->file->read_only) {
        w.must_dir = false;
        err = path_stat(&w, false, &st); /* what is there already need not be made */
        err = err == WICK_WASI_OK ? WICK_WASI_EEXIST : err == WICK_WASI_ENOENT ? WICK_WASI_EROFS : err;
    } else if (err == WICK_WASI_OK) {
        err = WASI_HAS(w.fs, mkdir) ? w.fs->ops->mkdir(w.fs, w.dir, wk_walk_name(&w), w.name_size)
                                    : WICK_WASI_ENOTSUP;
    }
    wk_walk_end(&w);
    return err;
}

wick_wasi_errno wk_wasi_path_remove_directory(struct wasi_call *c) {
    struct wasi_walk w;
    if (c->fd[0]->file->read_only) {
        return WICK_WASI_EROFS;
    }
    wick_wasi_errno err = wk_walk_begin(&w, c->wasi, c->fd[0], c->p[1], (size_t)c->a[2], 0);
    if (err == WICK_WASI_OK && wk_walk_is_dot(&w)) {
        err = WICK_WASI_EINVAL;
    } else if (err == WICK_WASI_OK) {
        err = WASI_HAS(w.fs, rmdir) ? w.fs->ops->rmdir(w.fs, w.dir, wk_walk_name(&w), w.name_size)
                                    : WICK_WASI_ENOTSUP;
    }
    wk_walk_end(&w);
    return err;
}

wick_wasi_errno wk_wasi_path_unlink_file(struct wasi_call *c) {
    struct wasi_walk w;
    wick_wasi_stat st;
    if (c->fd[0]->file->read_only) {
        return WICK_WASI_EROFS;
    }
    wick_wasi_errno err = wk_walk_begin(&w, c->wasi, c->fd[0], c->p[1], (size_t)c->a[2], 0);
    if (err == WICK_WASI_OK && w.must_dir) {
        w.must_dir = false;
        err = path_stat(&w, false, &st); /* never right: only the reason differs */
        err = err != WICK_WASI_OK                   ? err
              : st.type == WICK_WASI_DIRECTORY      ? WICK_WASI_EISDIR
                                                    : WICK_WASI_ENOTDIR;
    } else if (err == WICK_WASI_OK) {
        err = WASI_HAS(w.fs, unlink) ? w.fs->ops->unlink(w.fs, w.dir, wk_walk_name(&w), w.name_size)
                                     : WICK_WASI_ENOTSUP;
    }
    wk_walk_end(&w);
    return err;
}

wick_wasi_errno wk_wasi_path_readlink(struct wasi_call *c) {
    struct wasi_walk w;
    wick_wasi_stat st;
    size_t size = 0, cap = (size_t)c->a[4];
    wick_wasi_errno err = wk_walk_begin(&w, c->wasi, c->fd[0], c->p[1], (size_t)c->a[2], 0);
    if (err == WICK_WASI_OK && w.must_dir) {
        err = path_stat(&w, true, &st);
        err = err == WICK_WASI_OK ? WICK_WASI_EINVAL : err;
    } else if (err == WICK_WASI_OK) {
        err = WASI_HAS(w.fs, readlink) ? w.fs->ops->readlink(w.fs, w.dir, wk_walk_name(&w), w.name_size,
                                                             (char *)c->p[3], cap, &size)
                                       : WICK_WASI_ENOTSUP;
    }
    wk_walk_end(&w);
    if (err == WICK_WASI_OK) {
        wk_st_le32(c->p[5], (uint32_t)(size < cap ? size : cap));
    }
    return err;
}

/* A name that is to be made, behind which there is a slash: never right. */
static wick_wasi_errno path_new_slash(struct wasi_walk *w) {
    wick_wasi_stat st;
    w->must_dir = false;
    wick_wasi_errno err = path_stat(w, false, &st);
    return err == WICK_WASI_OK ? WICK_WASI_EEXIST : err;
}

/* A link's text as it may be stored. Absolute ones could never be followed. */
static wick_wasi_errno path_link_text(const uint8_t *text, size_t n, char *copy) {
    if (n == 0) {
        return WICK_WASI_ENOENT;
    }
    if (n >= WASI_PATH_MAX) {
        return WICK_WASI_ENAMETOOLONG;
    }
    memcpy(copy, text, n);
    for (size_t i = 0; i < n; i++) {
        if (copy[i] == 0) {
            return WICK_WASI_EINVAL;
        }
    }
    if (wk_utf8_check((const uint8_t *)copy, n) != n) {
        return WICK_WASI_EILSEQ;
    }
    return copy[0] == '/' ? WICK_WASI_ENOTCAPABLE : WICK_WASI_OK;
}

wick_wasi_errno wk_wasi_path_symlink(struct wasi_call *c) {
    struct wasi_walk w;
    char *text = c->wasi->buffers + (size_t)2 * WASI_PATH_BUF; /* the second walk's */
    size_t n = (size_t)c->a[1];
    if (c->fd[0]->file->read_only) {
        return WICK_WASI_EROFS;
    }
    wick_wasi_errno err = path_link_text(c->p[0], n, text);
    if (err != WICK_WASI_OK) {
        return err;
    }
    err = wk_walk_begin(&w, c->wasi, c->fd[0], c->p[3], (size_t)c->a[4], 0);
    if (err == WICK_WASI_OK && w.must_dir) {
        err = wk_walk_is_dot(&w) ? WICK_WASI_EEXIST : path_new_slash(&w);
    } else if (err == WICK_WASI_OK) {
        err = WASI_HAS(w.fs, symlink) ? w.fs->ops->symlink(w.fs, w.dir, wk_walk_name(&w), w.name_size, text, n)
                                      : WICK_WASI_ENOTSUP;
    }
    wk_walk_end(&w);
    return err;
}

static wick_wasi_errno path_link_walks(struct wasi_call *c, struct wasi_walk *from, struct wasi_walk *to) {
    wick_wasi_stat st;
    bool follow = c->a[1] != 0;
    if (follow || from->must_dir) {
        wick_wasi_errno err = path_stat(from, follow, &st);
        if (err != WICK_WASI_OK) {
            return err;
        }
    }
    if (wk_walk_is_dot(from) || from->must_dir) {
        return WICK_WASI_EPERM; /* a directory */
    }
    if (to->must_dir) {
        return wk_walk_is_dot(to) ? WICK_WASI_EEXIST : path_new_slash(to);
    }
    if (!WASI_HAS(from->fs, link)) {
        return WICK_WASI_ENOTSUP;
    }
    return from->fs->ops->link(from->fs, from->dir, wk_walk_name(from), from->name_size, to->dir, wk_walk_name(to),
                               to->name_size);
}

wick_wasi_errno wk_wasi_path_link(struct wasi_call *c) {
    struct wasi_walk from, to;
    const struct wasi_file *old_dir = c->fd[0]->file, *new_dir = c->fd[1]->file;
    if (c->a[1] > WASI_LOOKUP_FOLLOW) {
        return WICK_WASI_EINVAL;
    }
    if (new_dir->read_only) {
        return WICK_WASI_EROFS;
    }
    if (old_dir->fs != new_dir->fs || old_dir->read_only) {
        return WICK_WASI_EXDEV;
    }
    wick_wasi_errno err = wk_walk_begin(&from, c->wasi, c->fd[0], c->p[2], (size_t)c->a[3], 0);
    if (err == WICK_WASI_OK) {
        err = wk_walk_begin(&to, c->wasi, c->fd[1], c->p[5], (size_t)c->a[6], 1);
        if (err == WICK_WASI_OK) {
            err = path_link_walks(c, &from, &to);
        }
        wk_walk_end(&to);
    }
    wk_walk_end(&from);
    return err;
}

static wick_wasi_errno path_rename_walks(struct wasi_walk *from, struct wasi_walk *to) {
    wick_wasi_stat st;
    if (wk_walk_is_dot(from) || wk_walk_is_dot(to)) {
        return WICK_WASI_EBUSY;
    }
    if (from->must_dir || to->must_dir) { /* only a directory, and not a link to one */
        from->must_dir = false;
        wick_wasi_errno err = path_stat(from, false, &st);
        if (err != WICK_WASI_OK || st.type != WICK_WASI_DIRECTORY) {
            return err != WICK_WASI_OK ? err : WICK_WASI_ENOTDIR;
        }
    }
    if (!WASI_HAS(from->fs, rename)) {
        return WICK_WASI_ENOTSUP;
    }
    return from->fs->ops->rename(from->fs, from->dir, wk_walk_name(from), from->name_size, to->dir,
                                 wk_walk_name(to), to->name_size);
}

wick_wasi_errno wk_wasi_path_rename(struct wasi_call *c) {
    struct wasi_walk from, to;
    const struct wasi_file *old_dir = c->fd[0]->file, *new_dir = c->fd[1]->file;
    if (old_dir->read_only || new_dir->read_only) {
        return WICK_WASI_EROFS;
    }
    if (old_dir->fs != new_dir->fs) {
        return WICK_WASI_EXDEV;
    }
    wick_wasi_errno err = wk_walk_begin(&from, c->wasi, c->fd[0], c->p[1], (size_t)c->a[2], 0);
    if (err == WICK_WASI_OK) {
        err = wk_walk_begin(&to, c->wasi, c->fd[1], c->p[4], (size_t)c->a[5], 1);
        if (err == WICK_WASI_OK) {
            err = path_rename_walks(&from, &to);
        }
        wk_walk_end(&to);
    }
    wk_walk_end(&from);
    return err;
}

/* ---- for the embedder ---- */

wick_wasi_errno wick_wasi_load(wick_wasi *wasi, uint32_t dir, const char *path, size_t n, const uint8_t **out_bytes,
                               size_t *out_size, bool *out_borrowed) {
    struct wasi_walk w;
    wick_wasi_opened opened;
    struct wasi_file *file;
    const struct wasi_fd *fd = wk_fd_get(wasi, dir);
    if (fd == NULL) {
        return WICK_WASI_EBADF;
    }
    wick_wasi_errno err = wk_walk_begin(&w, wasi, fd, (const uint8_t *)path, n, 0);
    if (err == WICK_WASI_OK) {
        err = path_open_walk(&w, true, WICK_WASI_OPEN_READ, &opened);
    }
    wk_walk_end(&w);
    if (err != WICK_WASI_OK) {
        return err;
    }
    err = wk_file_new(wasi->alloc, w.fs, &opened, 0, &file);
    if (err != WICK_WASI_OK) {
        w.fs->ops->close(w.fs, opened.node);
        return err;
    }
    err = file->type == WICK_WASI_DIRECTORY ? WICK_WASI_EISDIR
                                            : wk_file_read_all(wasi->alloc, file, out_bytes, out_size, out_borrowed);
    wk_file_release(wasi->alloc, file);
    return err;
}

#undef WASI_OFLAG_CREAT
#undef WASI_OFLAG_DIRECTORY
#undef WASI_OFLAG_EXCL
#undef WASI_OFLAG_TRUNC
#undef WASI_LOOKUP_FOLLOW

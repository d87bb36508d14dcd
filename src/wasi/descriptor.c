/* descriptor.c - the descriptor table and the fd_* functions.
 *
 * Owner of: numbers (the lowest free one is given out), counting of open file descriptions, offsets, flags, what
 * rights a type of file can have. A backend never sees an offset that is negative or beyond 2^63. */
#include "wasi/wasi.h"

/* What a pipe must not mix with another's bytes (doc/proc.md). */
#define WASI_ATOMIC_WRITE 4096u

/* ---- the table ---- */

wick_wasi_errno wk_fd_reserve(wick_wasi *wasi, uint32_t fd) {
    size_t cap = wasi->n_fds;
    if (fd < cap) {
        return WICK_WASI_OK;
    }
    size_t want = (size_t)fd + 1 < 8 ? 8 : (size_t)fd + 1 + fd / 2;
    if (want > wasi->max_fds) {
        want = wasi->max_fds;
    }
    size_t bytes;
    if (!wk_mul_size(want, sizeof *wasi->fds, &bytes)) {
        return WICK_WASI_ENOMEM;
    }
    struct wasi_fd *fds = wk_realloc(wasi->alloc, wasi->fds, cap * sizeof *fds, bytes);
    if (fds == NULL) {
        return WICK_WASI_ENOMEM;
    }
    memset(fds + cap, 0, (want - cap) * sizeof *fds);
    wasi->fds = fds;
    wasi->n_fds = want;
    return WICK_WASI_OK;
}

wick_wasi_errno wk_fd_free_number(wick_wasi *wasi, uint32_t *out_fd) {
    uint32_t fd = wasi->first_free;
    while (fd < wasi->n_fds && wasi->fds[fd].file != NULL) {
        fd++;
    }
    wasi->first_free = fd;
    if (fd >= wasi->max_fds) {
        return WICK_WASI_EMFILE;
    }
    wick_wasi_errno err = wk_fd_reserve(wasi, fd);
    if (err == WICK_WASI_OK) {
        *out_fd = fd;
    }
    return err;
}

void wk_fd_put(wick_wasi *wasi, uint32_t fd, struct wasi_file *file, uint64_t base, uint64_t inheriting) {
    wasi->fds[fd].file = file;
    wasi->fds[fd].base = base;
    wasi->fds[fd].inheriting = inheriting;
}

static void fd_clear(wick_wasi *wasi, struct wasi_fd *fd) {
    uint32_t number = (uint32_t)(fd - wasi->fds);
    wk_file_release(wasi->alloc, fd->file);
    memset(fd, 0, sizeof *fd);
    if (number < wasi->first_free) {
        wasi->first_free = number;
    }
}

void wk_fd_close_all(wick_wasi *wasi) {
    for (size_t i = 0; i < wasi->n_fds; i++) {
        if (wasi->fds[i].file != NULL) {
            fd_clear(wasi, &wasi->fds[i]);
        }
    }
    wk_free(wasi->alloc, wasi->fds, wasi->n_fds * sizeof *wasi->fds);
    wasi->fds = NULL;
    wasi->n_fds = 0;
}

/* ---- open file descriptions ---- */

wick_wasi_errno wk_file_new(struct wk_alloc *alloc, wick_wasi_fs *fs, const wick_wasi_opened *opened,
                            uint32_t fdflags, struct wasi_file **out_file) {
    struct wasi_file *file = wk_zalloc(alloc, sizeof *file);
    if (file == NULL) {
        return WICK_WASI_ENOMEM;
    }
    file->refs = 1;
    file->fs = fs;
    file->node = opened->node;
    file->type = (uint8_t)opened->type;
    file->is_tty = opened->is_tty;
    file->fdflags = (uint16_t)fdflags;
    *out_file = file;
    return WICK_WASI_OK;
}

void wk_file_release(struct wk_alloc *alloc, struct wasi_file *file) {
    if (--file->refs == 0) {
        if (WASI_HAS(file->fs, close)) {
            file->fs->ops->close(file->fs, file->node);
        }
        wk_free(alloc, file->preopen, file->preopen == NULL ? 0 : file->preopen_size + 1);
        wk_free(alloc, file, sizeof *file);
    }
}

uint64_t wk_file_rights(const struct wasi_file *file) {
    switch (file->type) {
    case WICK_WASI_REGULAR_FILE:
    case WICK_WASI_BLOCK_DEVICE:
        return WASI_RIGHTS_FILE;
    case WICK_WASI_DIRECTORY:
        return WASI_RIGHTS_DIR;
    case WICK_WASI_CHARACTER_DEVICE: /* C libraries take one that cannot seek for a terminal */
        return file->is_tty ? WASI_RIGHTS_STREAM : WASI_RIGHTS_STREAM | WASI_R(FD_SEEK) | WASI_R(FD_TELL);
    case WICK_WASI_SOCKET_DGRAM:
    case WICK_WASI_SOCKET_STREAM:
        return WASI_RIGHTS_SOCKET;
    default:
        return WASI_RIGHTS_STREAM;
    }
}

/* Does the description have an offset of its own here? */
static bool fd_has_offset(const struct wasi_file *file) {
    return (file->type == WICK_WASI_REGULAR_FILE || file->type == WICK_WASI_BLOCK_DEVICE) && !file->host_offset;
}

/* An operation that must wait, on a descriptor that must not. */
static wick_wasi_errno fd_nonblock(const struct wasi_file *file, wick_wasi_errno err) {
    return err == WICK_WASI_PENDING && (file->fdflags & WICK_WASI_NONBLOCK) != 0 ? WICK_WASI_EAGAIN : err;
}

/* ---- reading and writing ---- */

/* No byte lies at 2^63 or behind: what would reach beyond is cut off before a backend sees it. */
static void fd_clip(struct wasi_call *c, uint64_t offset) {
    const uint64_t room = offset < INT64_MAX ? INT64_MAX - offset : 0;
    uint64_t want = 0;
    if (c->want <= room) {
        return;
    }
    for (uint32_t i = 0; i < c->n_bufs; i++) {
        if (c->bufs[i].size > room - want) {
            c->bufs[i].size = (size_t)(room - want);
            c->n_bufs = c->bufs[i].size != 0 ? i + 1 : i;
        }
        want += i < c->n_bufs ? c->bufs[i].size : 0;
    }
    c->want = want;
}

static wick_wasi_errno fd_read_iovs(struct wasi_call *c, struct wasi_file *file, uint64_t offset, uint64_t *out_total) {
    uint64_t total = 0;
    wick_wasi_errno err = WICK_WASI_OK;
    if (!WASI_HAS(file->fs, read)) {
        return WICK_WASI_ENOTSUP;
    }
    while (c->n_bufs != 0) {
        uint64_t at = offset;
        size_t got = 0;
        if (at != WICK_WASI_STREAM) {
            at += total;
            fd_clip(c, at);
            if (c->want == 0) {
                break;
            }
        }
        err = file->fs->ops->read(file->fs, file->node, c->bufs, c->n_bufs, at, &got);
        if (err != WICK_WASI_OK) {
            break;
        }
        total += got;
        if (got < c->want || c->next >= c->a[2]) {
            break;
        }
        err = wk_iovs_take(c, 1);
        if (err != WICK_WASI_OK) {
            break;
        }
    }
    *out_total = total;
    return total != 0 ? WICK_WASI_OK : err; /* what has been read is not taken back */
}

/* A short write of many pieces to a pipe as one piece. */
static WK_NOINLINE wick_wasi_errno fd_write_joined(struct wasi_call *c, struct wasi_file *file, size_t size,
                                                   uint64_t *out_total) {
    uint8_t *all = wk_realloc(c->wasi->alloc, NULL, 0, size);
    if (all == NULL) {
        return WICK_WASI_ENOMEM;
    }
    size_t at = 0;
    for (uint64_t k = 0; k < c->a[2]; k++) {
        const uint8_t *iov = c->p[1] + 8 * k;
        uint32_t n = wk_ld_le32(iov + 4);
        const uint8_t *from = wick_call_bytes(c->call, wk_ld_le32(iov), n);
        if (from == NULL || n > size - at) {
            break;
        }
        memcpy(all + at, from, n);
        at += n;
    }
    wick_wasi_buf buf = {all, at};
    size_t got = 0;
    uint64_t end;
    wick_wasi_errno err = file->fs->ops->write(file->fs, file->node, &buf, 1, WICK_WASI_STREAM, 0, &got, &end);
    wk_free(c->wasi->alloc, all, size);
    *out_total = got;
    return err;
}

static uint64_t fd_iovs_total(const struct wasi_call *c) {
    uint64_t total = 0;
    for (uint64_t k = 0; k < c->a[2]; k++) {
        total += wk_ld_le32(c->p[1] + 8 * k + 4);
    }
    return total;
}

static wick_wasi_errno fd_write_iovs(struct wasi_call *c, struct wasi_file *file, uint64_t offset, uint32_t fdflags,
                                     uint64_t *out_total, uint64_t *out_end) {
    uint64_t total = 0;
    wick_wasi_errno err = WICK_WASI_OK;
    if (file->read_only) {
        return WICK_WASI_EROFS;
    }
    if (!WASI_HAS(file->fs, write)) {
        return WICK_WASI_ENOTSUP;
    }
    if (offset == WICK_WASI_STREAM && c->a[2] > WASI_BUFS) {
        uint64_t all = fd_iovs_total(c);
        if (all != 0 && all <= WASI_ATOMIC_WRITE) {
            return fd_write_joined(c, file, (size_t)all, out_total);
        }
    }
    while (c->n_bufs != 0) {
        uint64_t at = offset;
        size_t got = 0;
        if (at != WICK_WASI_STREAM) {
            at += total;
            if ((fdflags & WICK_WASI_APPEND) == 0 && (at > INT64_MAX || c->want > INT64_MAX - at)) {
                err = WICK_WASI_EFBIG;
                break;
            }
        }
        err = file->fs->ops->write(file->fs, file->node, c->bufs, c->n_bufs, at, fdflags, &got, out_end);
        if (err != WICK_WASI_OK) {
            break;
        }
        total += got;
        if (got < c->want || c->next >= c->a[2]) {
            break;
        }
        err = wk_iovs_take(c, 1);
        if (err != WICK_WASI_OK) {
            break;
        }
    }
    *out_total = total;
    if (total != 0 && (file->fdflags & (WICK_WASI_DSYNC | WICK_WASI_SYNC | WICK_WASI_RSYNC)) != 0 &&
        WASI_HAS(file->fs, sync)) {
        bool data_only = (file->fdflags & (WICK_WASI_SYNC | WICK_WASI_RSYNC)) == 0;
        err = file->fs->ops->sync(file->fs, file->node, data_only);
        return err == WICK_WASI_PENDING ? WICK_WASI_OK : err;
    }
    return total != 0 ? WICK_WASI_OK : err;
}

wick_wasi_errno wk_wasi_fd_read(struct wasi_call *c) {
    struct wasi_file *file = c->fd[0]->file;
    uint64_t total = 0;
    uint64_t offset = fd_has_offset(file) ? file->offset : WICK_WASI_STREAM;
    wick_wasi_errno err = fd_nonblock(file, fd_read_iovs(c, file, offset, &total));
    if (err == WICK_WASI_OK) {
        if (offset != WICK_WASI_STREAM) {
            file->offset += total;
        }
        wk_st_le32(c->p[3], (uint32_t)total);
    }
    return err;
}

wick_wasi_errno wk_wasi_fd_write(struct wasi_call *c) {
    struct wasi_file *file = c->fd[0]->file;
    uint64_t total = 0, end = file->offset;
    uint64_t offset = fd_has_offset(file) ? file->offset : WICK_WASI_STREAM;
    wick_wasi_errno err = fd_nonblock(file, fd_write_iovs(c, file, offset, file->fdflags, &total, &end));
    if (err == WICK_WASI_OK) {
        if (offset != WICK_WASI_STREAM) {
            file->offset = end;
        }
        wk_st_le32(c->p[3], (uint32_t)total);
    }
    return err;
}

wick_wasi_errno wk_wasi_fd_pread(struct wasi_call *c) {
    struct wasi_file *file = c->fd[0]->file;
    uint64_t total = 0;
    if (c->a[3] > INT64_MAX) {
        return WICK_WASI_EINVAL;
    }
    wick_wasi_errno err = fd_nonblock(file, fd_read_iovs(c, file, c->a[3], &total));
    if (err == WICK_WASI_OK) {
        wk_st_le32(c->p[4], (uint32_t)total);
    }
    return err;
}

/* APPEND does not move a write at an offset (POSIX; Linux differs). */
wick_wasi_errno wk_wasi_fd_pwrite(struct wasi_call *c) {
    struct wasi_file *file = c->fd[0]->file;
    uint64_t total = 0, end;
    if (c->a[3] > INT64_MAX) {
        return WICK_WASI_EINVAL;
    }
    uint32_t fdflags = file->fdflags & ~WICK_WASI_APPEND;
    wick_wasi_errno err = fd_nonblock(file, fd_write_iovs(c, file, c->a[3], fdflags, &total, &end));
    if (err == WICK_WASI_OK) {
        wk_st_le32(c->p[4], (uint32_t)total);
    }
    return err;
}

bool wk_fd_print(wick_wasi *wasi, uint32_t fd_number, const char *text, size_t n) {
    struct wasi_fd *fd = wk_fd_get(wasi, fd_number);
    if (fd == NULL || (fd->base & WASI_R(FD_WRITE)) == 0 || fd->file->read_only || !WASI_HAS(fd->file->fs, write)) {
        return false;
    }
    struct wasi_file *file = fd->file;
    wick_wasi_ready ready = {true, false, 0};
    if (WASI_HAS(file->fs, poll) &&
        (file->fs->ops->poll(file->fs, file->node, WICK_WASI_POLL_WRITE, &ready) != WICK_WASI_OK || !ready.is_ready)) {
        return false;
    }
    uint64_t offset = fd_has_offset(file) ? file->offset : WICK_WASI_STREAM;
    uint64_t end = file->offset;
    size_t got = 0;
    wick_wasi_buf buf = {(uint8_t *)(uintptr_t)text, n};
    if (file->fs->ops->write(file->fs, file->node, &buf, 1, offset, file->fdflags, &got, &end) != WICK_WASI_OK) {
        return false;
    }
    if (offset != WICK_WASI_STREAM) {
        file->offset = end;
    }
    return got == n;
}

/* ---- offsets ---- */

wick_wasi_errno wk_wasi_fd_seek(struct wasi_call *c) {
    struct wasi_fd *fd = c->fd[0];
    struct wasi_file *file = fd->file;
    int64_t delta = (int64_t)c->a[1];
    uint64_t whence = c->a[2];
    if (whence > 2) {
        return WICK_WASI_EINVAL;
    }
    if (c->link->is_preview0) {
        whence = whence == 2 ? 0 : whence + 1; /* there: cur, end, set */
    }
    bool is_tell = whence == 1 && delta == 0;
    if ((fd->base & (WASI_R(FD_SEEK) | (is_tell ? WASI_R(FD_TELL) : 0))) == 0) {
        return (wk_file_rights(file) & WASI_R(FD_SEEK)) != 0  ? WICK_WASI_ENOTCAPABLE
               : file->type == WICK_WASI_DIRECTORY            ? WICK_WASI_EISDIR
                                                              : WICK_WASI_ESPIPE;
    }
    uint64_t result = 0;
    if (file->host_offset) {
        if (!WASI_HAS(file->fs, seek)) {
            return WICK_WASI_ESPIPE;
        }
        wick_wasi_errno err = file->fs->ops->seek(file->fs, file->node, delta, (uint32_t)whence, &result);
        if (err != WICK_WASI_OK) {
            return err;
        }
    } else if (fd_has_offset(file)) {
        uint64_t from = 0;
        if (whence == 1) {
            from = file->offset;
        } else if (whence == 2) {
            wick_wasi_stat st;
            wick_wasi_errno err =
                WASI_HAS(file->fs, stat) ? file->fs->ops->stat(file->fs, file->node, &st) : WICK_WASI_ENOTSUP;
            if (err != WICK_WASI_OK) {
                return err;
            }
            from = st.size;
        }
        if (delta < 0 && (uint64_t)0 - (uint64_t)delta > from) {
            return WICK_WASI_EINVAL;
        }
        result = from + (uint64_t)delta;
        if (result > INT64_MAX) {
            return WICK_WASI_EOVERFLOW;
        }
        file->offset = result;
    }
    wk_st_le64(c->p[3], result);
    return WICK_WASI_OK;
}

wick_wasi_errno wk_wasi_fd_tell(struct wasi_call *c) {
    struct wasi_fd *fd = c->fd[0];
    struct wasi_file *file = fd->file;
    if ((fd->base & (WASI_R(FD_SEEK) | WASI_R(FD_TELL))) == 0) {
        return (wk_file_rights(file) & WASI_R(FD_TELL)) != 0  ? WICK_WASI_ENOTCAPABLE
               : file->type == WICK_WASI_DIRECTORY            ? WICK_WASI_EISDIR
                                                              : WICK_WASI_ESPIPE;
    }
    uint64_t result = fd_has_offset(file) ? file->offset : 0;
    if (file->host_offset) {
        if (!WASI_HAS(file->fs, seek)) {
            return WICK_WASI_ESPIPE;
        }
        wick_wasi_errno err = file->fs->ops->seek(file->fs, file->node, 0, 1, &result);
        if (err != WICK_WASI_OK) {
            return err;
        }
    }
    wk_st_le64(c->p[1], result);
    return WICK_WASI_OK;
}

/* ---- the descriptor itself ---- */

wick_wasi_errno wk_wasi_fd_close(struct wasi_call *c) {
    fd_clear(c->wasi, c->fd[0]);
    return WICK_WASI_OK;
}

/* Both must be open; onto itself it does nothing. */
wick_wasi_errno wk_wasi_fd_renumber(struct wasi_call *c) {
    struct wasi_fd *from = c->fd[0], *to = c->fd[1];
    if (from != to) {
        wk_file_release(c->wasi->alloc, to->file);
        *to = *from;
        memset(from, 0, sizeof *from);
        uint32_t number = (uint32_t)(from - c->wasi->fds);
        if (number < c->wasi->first_free) {
            c->wasi->first_free = number;
        }
    }
    return WICK_WASI_OK;
}

wick_wasi_errno wk_wasi_fd_fdstat_get(struct wasi_call *c) {
    const struct wasi_fd *fd = c->fd[0];
    uint8_t *p = c->p[1];
    memset(p, 0, 24);
    p[0] = fd->file->type;
    wk_st_le16(p + 2, fd->file->fdflags);
    wk_st_le64(p + 8, fd->base);
    wk_st_le64(p + 16, fd->inheriting);
    return WICK_WASI_OK;
}

wick_wasi_errno wk_wasi_fd_fdstat_set_flags(struct wasi_call *c) {
    if ((c->a[1] & ~(uint64_t)WASI_FDFLAGS_ALL) != 0) {
        return WICK_WASI_EINVAL;
    }
    c->fd[0]->file->fdflags = (uint16_t)c->a[1];
    return WICK_WASI_OK;
}

wick_wasi_errno wk_wasi_fd_fdstat_set_rights(struct wasi_call *c) {
    struct wasi_fd *fd = c->fd[0];
    if ((c->a[1] & ~fd->base) != 0 || (c->a[2] & ~fd->inheriting) != 0) {
        return WICK_WASI_ENOTCAPABLE;
    }
    fd->base = c->a[1];
    fd->inheriting = c->a[2];
    return WICK_WASI_OK;
}

/* BADF for a descriptor that is not preopened ends the count that C libraries make from 3 on. */
wick_wasi_errno wk_wasi_fd_prestat_get(struct wasi_call *c) {
    const struct wasi_file *file = c->fd[0]->file;
    if (file->preopen == NULL) {
        return WICK_WASI_EBADF;
    }
    wk_st_le32(c->p[1], 0); /* a directory */
    wk_st_le32(c->p[1] + 4, (uint32_t)file->preopen_size);
    return WICK_WASI_OK;
}

wick_wasi_errno wk_wasi_fd_prestat_dir_name(struct wasi_call *c) {
    const struct wasi_file *file = c->fd[0]->file;
    if (file->preopen == NULL) {
        return WICK_WASI_EBADF;
    }
    if (c->a[2] < file->preopen_size) {
        return WICK_WASI_ENAMETOOLONG;
    }
    if (file->preopen_size != 0) {
        memcpy(c->p[1], file->preopen, file->preopen_size);
    }
    return WICK_WASI_OK;
}

/* ---- attributes ---- */

void wk_put_filestat(const struct wasi_call *c, uint8_t *p, const wick_wasi_stat *st) {
    memset(p, 0, c->link->is_preview0 ? 56 : 64);
    wk_st_le64(p, st->dev);
    wk_st_le64(p + 8, st->ino);
    p[16] = (uint8_t)st->type;
    if (c->link->is_preview0) { /* 32 bits of links, and all behind them 8 bytes earlier */
        wk_st_le32(p + 20, st->nlink > UINT32_MAX ? UINT32_MAX : (uint32_t)st->nlink);
        p -= 8;
    } else {
        wk_st_le64(p + 24, st->nlink);
    }
    wk_st_le64(p + 32, st->size);
    wk_st_le64(p + 40, st->atim);
    wk_st_le64(p + 48, st->mtim);
    wk_st_le64(p + 56, st->ctim);
}

wick_wasi_errno wk_wanted_times(const wick_wasi *wasi, uint64_t atim, uint64_t mtim, uint32_t flags, uint64_t t[2],
                                const uint64_t **out_atim, const uint64_t **out_mtim) {
    if (flags > 15 || (flags & 3) == 3 || (flags & 12) == 12) {
        return WICK_WASI_EINVAL;
    }
    uint64_t now = 0;
    if ((flags & (2 | 8)) != 0) {
        wick_wasi_errno err = wk_wasi_now(wasi, 0, &now);
        if (err != WICK_WASI_OK) {
            return err;
        }
    }
    t[0] = (flags & 2) != 0 ? now : atim;
    t[1] = (flags & 8) != 0 ? now : mtim;
    *out_atim = (flags & 3) != 0 ? &t[0] : NULL;
    *out_mtim = (flags & 12) != 0 ? &t[1] : NULL;
    return WICK_WASI_OK;
}

wick_wasi_errno wk_wasi_fd_filestat_get(struct wasi_call *c) {
    const struct wasi_file *file = c->fd[0]->file;
    wick_wasi_stat st;
    memset(&st, 0, sizeof st);
    st.type = (wick_wasi_filetype)file->type;
    if (WASI_HAS(file->fs, stat)) {
        wick_wasi_errno err = file->fs->ops->stat(file->fs, file->node, &st);
        if (err != WICK_WASI_OK) {
            return err;
        }
    }
    wk_put_filestat(c, c->p[1], &st);
    return WICK_WASI_OK;
}

wick_wasi_errno wk_wasi_fd_filestat_set_size(struct wasi_call *c) {
    const struct wasi_file *file = c->fd[0]->file;
    if (file->read_only) {
        return WICK_WASI_EROFS;
    }
    if (c->a[1] > INT64_MAX) {
        return WICK_WASI_EINVAL;
    }
    return WASI_HAS(file->fs, set_size) ? file->fs->ops->set_size(file->fs, file->node, c->a[1]) : WICK_WASI_ENOTSUP;
}

wick_wasi_errno wk_wasi_fd_filestat_set_times(struct wasi_call *c) {
    const struct wasi_file *file = c->fd[0]->file;
    uint64_t t[2];
    const uint64_t *atim, *mtim;
    if (file->read_only) {
        return WICK_WASI_EROFS;
    }
    wick_wasi_errno err = wk_wanted_times(c->wasi, c->a[1], c->a[2], (uint32_t)c->a[3], t, &atim, &mtim);
    if (err != WICK_WASI_OK) {
        return err;
    }
    return WASI_HAS(file->fs, set_times) ? file->fs->ops->set_times(file->fs, file->node, atim, mtim)
                                         : WICK_WASI_ENOTSUP;
}

wick_wasi_errno wk_wasi_fd_advise(struct wasi_call *c) {
    const struct wasi_file *file = c->fd[0]->file;
    if (c->a[3] > 5 || c->a[1] > INT64_MAX || c->a[2] > INT64_MAX) {
        return WICK_WASI_EINVAL;
    }
    if (file->type == WICK_WASI_DIRECTORY || !WASI_HAS(file->fs, advise)) {
        return WICK_WASI_OK;
    }
    return file->fs->ops->advise(file->fs, file->node, c->a[1], c->a[2], (uint32_t)c->a[3]);
}

wick_wasi_errno wk_wasi_fd_allocate(struct wasi_call *c) {
    const struct wasi_file *file = c->fd[0]->file;
    if (file->read_only) {
        return WICK_WASI_EROFS;
    }
    if (c->a[2] == 0 || c->a[1] > INT64_MAX) {
        return WICK_WASI_EINVAL;
    }
    if (c->a[2] > INT64_MAX - c->a[1]) {
        return WICK_WASI_EFBIG;
    }
    return WASI_HAS(file->fs, allocate) ? file->fs->ops->allocate(file->fs, file->node, c->a[1], c->a[2])
                                        : WICK_WASI_ENOTSUP;
}

static wick_wasi_errno fd_sync_any(const struct wasi_file *file, bool data_only) {
    return WASI_HAS(file->fs, sync) ? file->fs->ops->sync(file->fs, file->node, data_only) : WICK_WASI_OK;
}

wick_wasi_errno wk_wasi_fd_datasync(struct wasi_call *c) {
    return fd_sync_any(c->fd[0]->file, true);
}

wick_wasi_errno wk_wasi_fd_sync(struct wasi_call *c) {
    return fd_sync_any(c->fd[0]->file, false);
}

/* ---- directories ---- */

#define WASI_DIRENT_SIZE 24u

/* Entry `cookie` of a directory as the guest counts: 0 is ".", 1 is "..", and the backend's cookies follow by 2. */
static wick_wasi_errno fd_dirent(const struct wasi_file *file, uint64_t cookie, wick_wasi_dirent *entry) {
    if (cookie >= 2) {
        entry->name_size = 0;
        if (!WASI_HAS(file->fs, readdir)) {
            return WICK_WASI_OK;
        }
        wick_wasi_errno err = file->fs->ops->readdir(file->fs, file->node, cookie - 2, entry);
        entry->next += 2;
        return err;
    }
    wick_wasi_stat st;
    memset(&st, 0, sizeof st);
    if (WASI_HAS(file->fs, stat)) {
        wick_wasi_errno err = file->fs->ops->stat(file->fs, file->node, &st);
        if (err != WICK_WASI_OK) {
            return err;
        }
    }
    /* What lies above is not the guest's business: ".." has the number of the directory itself. */
    entry->ino = st.ino;
    entry->type = WICK_WASI_DIRECTORY;
    entry->name_size = (uint32_t)cookie + 1;
    memcpy(entry->name, "..", 2);
    entry->next = cookie + 1;
    return WICK_WASI_OK;
}

wick_wasi_errno wk_wasi_fd_readdir(struct wasi_call *c) {
    const struct wasi_file *file = c->fd[0]->file;
    uint8_t *buf = c->p[1];
    uint64_t cap = c->a[2], used = 0, cookie = c->a[3];
    wick_wasi_dirent entry;
    if (file->type != WICK_WASI_DIRECTORY) {
        return WICK_WASI_ENOTDIR;
    }
    while (used < cap) {
        wick_wasi_errno err = fd_dirent(file, cookie, &entry);
        if (err != WICK_WASI_OK && used == 0) {
            return err;
        }
        if (err != WICK_WASI_OK || entry.name_size == 0) {
            break;
        }
        uint8_t head[WASI_DIRENT_SIZE] = {0};
        wk_st_le64(head, entry.next);
        wk_st_le64(head + 8, entry.ino);
        wk_st_le32(head + 16, entry.name_size);
        head[20] = (uint8_t)entry.type;
        uint64_t n = cap - used < sizeof head ? cap - used : sizeof head;
        memcpy(buf + used, head, (size_t)n);
        used += n;
        n = cap - used < entry.name_size ? cap - used : entry.name_size;
        memcpy(buf + used, entry.name, (size_t)n);
        used += n;
        cookie = entry.next;
    }
    wk_st_le32(c->p[4], (uint32_t)used);
    return WICK_WASI_OK;
}

/* ---- whole files ---- */

#define WASI_READ_STEP 65536u

wick_wasi_errno wk_file_read_all(struct wk_alloc *alloc, struct wasi_file *file, const uint8_t **out_bytes,
                                 size_t *out_size, bool *out_borrowed) {
    if (WASI_HAS(file->fs, borrow) && file->fs->ops->borrow(file->fs, file->node, out_bytes, out_size) == WICK_WASI_OK) {
        *out_borrowed = true;
        return WICK_WASI_OK;
    }
    wick_wasi_stat st;
    wick_wasi_errno err = WASI_HAS(file->fs, stat) ? file->fs->ops->stat(file->fs, file->node, &st) : WICK_WASI_ENOTSUP;
    if (err != WICK_WASI_OK || !WASI_HAS(file->fs, read)) {
        return err != WICK_WASI_OK ? err : WICK_WASI_ENOTSUP;
    }
    if (st.size > INT32_MAX) {
        return WICK_WASI_EFBIG;
    }
    /* The file may grow or shrink meanwhile: it is read to its end, whatever was said of its size. */
    size_t cap = (size_t)st.size + 1, n = 0;
    uint8_t *bytes = wk_realloc(alloc, NULL, 0, cap);
    if (bytes == NULL) {
        return WICK_WASI_ENOMEM;
    }
    for (;;) {
        if (n == cap) {
            uint8_t *more = cap > INT32_MAX ? NULL : wk_realloc(alloc, bytes, cap, cap + WASI_READ_STEP);
            if (more == NULL) {
                err = WICK_WASI_ENOMEM;
                break;
            }
            bytes = more;
            cap += WASI_READ_STEP;
        }
        wick_wasi_buf buf = {bytes + n, cap - n};
        size_t got = 0;
        err = file->fs->ops->read(file->fs, file->node, &buf, 1, n, &got);
        if (err != WICK_WASI_OK || got == 0) {
            break;
        }
        n += got;
    }
    if (err == WICK_WASI_OK && n != cap) {
        uint8_t *exact = wk_realloc(alloc, bytes, cap, n != 0 ? n : 1);
        if (exact == NULL) {
            err = WICK_WASI_ENOMEM;
        } else {
            bytes = exact;
            cap = n != 0 ? n : 1;
        }
    }
    if (err != WICK_WASI_OK) {
        wk_free(alloc, bytes, cap);
        return err;
    }
    *out_bytes = bytes;
    *out_size = n;
    *out_borrowed = false;
    return WICK_WASI_OK;
}

void wick_wasi_unload(wick_wasi *wasi, const uint8_t *bytes, size_t size, bool borrowed) {
    if (!borrowed && bytes != NULL) {
        wk_free(wasi->alloc, (void *)(uintptr_t)bytes, size != 0 ? size : 1);
    }
}

#undef WASI_ATOMIC_WRITE
#undef WASI_DIRENT_SIZE
#undef WASI_READ_STEP

/* pipe.c - pipes between programs (doc/proc.md).
 *
 * A pipe is a ring of bytes with a reading and a writing end. Its ends are nodes: the pipe's address, with bit 0 set for
 * the writing one. Nothing waits here: what cannot be done yet is PENDING. */
#include "wasi/wasi.h"

#define PIPE_SIZE 16384u
/* A write of at most this many bytes happens whole or not at all. */
#define PIPE_ATOMIC 4096u

struct pipe_ring {
    struct wk_alloc *alloc;
    uint32_t head; /* where the oldest byte lies */
    uint32_t count;
    bool has_reader, has_writer;
    uint64_t number;
    uint8_t bytes[PIPE_SIZE];
};

struct pipe_fs {
    wick_wasi_fs fs; /* first */
    struct wk_alloc *alloc;
    uint64_t n_made;
};

static struct pipe_ring *pipe_of(wick_wasi_node node) {
    return (struct pipe_ring *)(uintptr_t)(node & ~(uint64_t)1);
}

static bool pipe_is_writer(wick_wasi_node node) {
    return (node & 1) != 0;
}

static void pipe_close(wick_wasi_fs *fs, wick_wasi_node node) {
    struct pipe_ring *pipe = pipe_of(node);
    (void)fs;
    if (pipe_is_writer(node)) {
        pipe->has_writer = false;
    } else {
        pipe->has_reader = false;
    }
    if (!pipe->has_reader && !pipe->has_writer) {
        wk_free(pipe->alloc, pipe, sizeof *pipe);
    }
}

static wick_wasi_errno pipe_stat(wick_wasi_fs *fs, wick_wasi_node node, wick_wasi_stat *out) {
    (void)fs;
    memset(out, 0, sizeof *out);
    out->dev = 3;
    out->ino = pipe_of(node)->number;
    out->nlink = 1;
    out->type = WICK_WASI_UNKNOWN;
    return WICK_WASI_OK;
}

static wick_wasi_errno pipe_read(wick_wasi_fs *fs, wick_wasi_node node, const wick_wasi_buf *bufs, size_t n_bufs,
                                 uint64_t offset, size_t *out_n) {
    struct pipe_ring *pipe = pipe_of(node);
    size_t total = 0;
    (void)fs;
    (void)offset;
    if (pipe->count == 0 && pipe->has_writer) {
        return WICK_WASI_PENDING;
    }
    for (size_t i = 0; i < n_bufs; i++) {
        size_t done = 0;
        while (done < bufs[i].size && pipe->count > 0) {
            uint32_t part = PIPE_SIZE - pipe->head < pipe->count ? PIPE_SIZE - pipe->head : pipe->count;
            if (part > bufs[i].size - done) {
                part = (uint32_t)(bufs[i].size - done);
            }
            memcpy(bufs[i].data + done, pipe->bytes + pipe->head, part);
            pipe->head = (pipe->head + part) & (PIPE_SIZE - 1);
            pipe->count -= part;
            done += part;
        }
        total += done;
    }
    *out_n = total;
    return WICK_WASI_OK;
}

static wick_wasi_errno pipe_write(wick_wasi_fs *fs, wick_wasi_node node, const wick_wasi_buf *bufs, size_t n_bufs,
                                  uint64_t offset, uint32_t fdflags, size_t *out_n, uint64_t *out_end) {
    struct pipe_ring *pipe = pipe_of(node);
    size_t all = 0, total = 0;
    (void)fs;
    (void)offset;
    (void)fdflags;
    for (size_t i = 0; i < n_bufs; i++) {
        all = bufs[i].size > PIPE_ATOMIC ? PIPE_ATOMIC + 1 : all + bufs[i].size; /* only whether it is small */
    }
    if (!pipe->has_reader) {
        return WICK_WASI_EPIPE;
    }
    uint32_t space = PIPE_SIZE - pipe->count;
    if (space == 0 || (all <= PIPE_ATOMIC && space < all)) {
        return WICK_WASI_PENDING;
    }
    for (size_t i = 0; i < n_bufs; i++) {
        size_t done = 0;
        while (done < bufs[i].size && pipe->count < PIPE_SIZE) {
            uint32_t at = (pipe->head + pipe->count) & (PIPE_SIZE - 1);
            uint32_t part = PIPE_SIZE - pipe->count;
            part = part < PIPE_SIZE - at ? part : PIPE_SIZE - at;
            if (part > bufs[i].size - done) {
                part = (uint32_t)(bufs[i].size - done);
            }
            memcpy(pipe->bytes + at, bufs[i].data + done, part);
            pipe->count += part;
            done += part;
        }
        total += done;
    }
    *out_n = total;
    *out_end = 0;
    return WICK_WASI_OK;
}

static wick_wasi_errno pipe_poll(wick_wasi_fs *fs, wick_wasi_node node, uint32_t want, wick_wasi_ready *out) {
    const struct pipe_ring *pipe = pipe_of(node);
    (void)fs;
    if (pipe_is_writer(node) != (want == WICK_WASI_POLL_WRITE)) {
        return WICK_WASI_EBADF;
    }
    if (pipe_is_writer(node)) {
        out->bytes = PIPE_SIZE - pipe->count;
        out->is_hangup = !pipe->has_reader;
        out->is_ready = out->is_hangup || out->bytes >= PIPE_ATOMIC;
    } else {
        out->bytes = pipe->count;
        out->is_hangup = !pipe->has_writer;
        out->is_ready = out->is_hangup || pipe->count > 0;
    }
    return WICK_WASI_OK;
}

static const wick_wasi_fs_ops pipe_ops = {
    .size = sizeof(wick_wasi_fs_ops),
    .close = pipe_close,
    .stat = pipe_stat,
    .read = pipe_read,
    .write = pipe_write,
    .poll = pipe_poll,
};

wick_wasi_fs *wk_pipes_new(struct wk_alloc *alloc) {
    struct pipe_fs *fs = wk_zalloc(alloc, sizeof *fs);
    if (fs == NULL) {
        return NULL;
    }
    fs->fs.ops = &pipe_ops;
    fs->alloc = alloc;
    return &fs->fs;
}

void wk_pipes_free(wick_wasi_fs *base) {
    if (base != NULL) {
        struct pipe_fs *fs = (struct pipe_fs *)(void *)base;
        wk_free(fs->alloc, fs, sizeof *fs);
    }
}

wick_wasi_errno wk_pipe_open(wick_wasi_fs *base, wick_wasi_opened *out_read, wick_wasi_opened *out_write) {
    struct pipe_fs *fs = (struct pipe_fs *)(void *)base;
    struct pipe_ring *pipe = wk_realloc(fs->alloc, NULL, 0, sizeof *pipe);
    if (pipe == NULL) {
        return WICK_WASI_ENOMEM;
    }
    pipe->alloc = fs->alloc;
    pipe->head = pipe->count = 0;
    pipe->has_reader = pipe->has_writer = true;
    pipe->number = ++fs->n_made;
    *out_read = (wick_wasi_opened){(uint64_t)(uintptr_t)pipe, WICK_WASI_UNKNOWN, false};
    *out_write = (wick_wasi_opened){(uint64_t)(uintptr_t)pipe | 1, WICK_WASI_UNKNOWN, false};
    return WICK_WASI_OK;
}

#undef PIPE_SIZE
#undef PIPE_ATOMIC

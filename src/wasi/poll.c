/* poll.c - poll_oneoff and the sock_* functions.
 *
 * poll_oneoff is asked again and again while nothing has happened: it answers PENDING, with the time of the nearest
 * clock as the program's deadline. Its state word is when it was first asked, from which relative times count.
 * Subscriptions are bounded, because looking at them cannot be interrupted. */
#include "wasi/wasi.h"

#define WASI_SUBSCRIPTIONS_MAX 4096u

struct wasi_poll {
    uint64_t start;    /* monotonic; when it was first asked */
    uint64_t now;      /* monotonic */
    uint64_t deadline; /* the nearest clock that has not gone off */
    uint32_t n_events;
    uint8_t *out;
};

static void poll_event(struct wasi_poll *poll, uint64_t userdata, wick_wasi_errno err, uint32_t type,
                       uint64_t bytes, bool is_hangup) {
    uint8_t *p = poll->out + (size_t)32 * poll->n_events++;
    memset(p, 0, 32);
    wk_st_le64(p, userdata);
    wk_st_le16(p + 8, (uint16_t)err);
    p[10] = (uint8_t)type;
    wk_st_le64(p + 16, bytes);
    wk_st_le16(p + 24, is_hangup ? 1 : 0);
}

static uint64_t poll_add(uint64_t a, uint64_t b) {
    return a > UINT64_MAX - b ? UINT64_MAX : a + b;
}

static void poll_clock(const struct wasi_call *c, struct wasi_poll *poll, uint64_t userdata, uint32_t id,
                       uint64_t timeout, uint32_t flags) {
    uint64_t due = poll_add(poll->start, timeout);
    uint64_t clock_now = 0;
    /* Clocks of processor time do not go on while one waits. */
    wick_wasi_errno err = flags > 1 || id > 1 ? WICK_WASI_EINVAL : wk_wasi_now(c->wasi, id, &clock_now);
    if (err != WICK_WASI_OK) {
        poll_event(poll, userdata, err, 0, 0, false);
        return;
    }
    if ((flags & 1) != 0) {
        due = timeout <= clock_now ? 0 : poll_add(poll->now, timeout - clock_now);
    }
    if (due <= poll->now) {
        poll_event(poll, userdata, WICK_WASI_OK, 0, 0, false);
    } else if (due < poll->deadline) {
        poll->deadline = due;
    }
}

static wick_wasi_errno poll_file(const struct wasi_file *file, uint32_t want, wick_wasi_ready *ready) {
    wick_wasi_fs *fs = file->fs;
    ready->is_ready = true;
    ready->is_hangup = false;
    ready->bytes = 1;
    if (file->type == WICK_WASI_REGULAR_FILE || file->type == WICK_WASI_DIRECTORY) {
        wick_wasi_stat st;
        if (want == WICK_WASI_POLL_READ && !file->host_offset && WASI_HAS(fs, stat) &&
            fs->ops->stat(fs, file->node, &st) == WICK_WASI_OK) {
            ready->bytes = st.size > file->offset ? st.size - file->offset : 0;
        }
        return WICK_WASI_OK;
    }
    return WASI_HAS(fs, poll) ? fs->ops->poll(fs, file->node, want, ready) : WICK_WASI_OK;
}

static void poll_fd(const struct wasi_call *c, struct wasi_poll *poll, uint64_t userdata, uint32_t type,
                    uint32_t number) {
    const struct wasi_fd *fd = wk_fd_get(c->wasi, number);
    uint64_t rights = WASI_R(POLL_FD_READWRITE) | (type == 1 ? WASI_R(FD_READ) : WASI_R(FD_WRITE));
    wick_wasi_ready ready = {true, false, 0};
    wick_wasi_errno err;
    if (fd == NULL) {
        err = WICK_WASI_EBADF;
    } else if ((rights & ~fd->base) != 0) {
        err = WICK_WASI_ENOTCAPABLE;
    } else {
        err = poll_file(fd->file, type == 1 ? WICK_WASI_POLL_READ : WICK_WASI_POLL_WRITE, &ready);
    }
    if (err != WICK_WASI_PENDING && (err != WICK_WASI_OK || ready.is_ready)) {
        poll_event(poll, userdata, err, type, err == WICK_WASI_OK ? ready.bytes : 0, ready.is_hangup);
    }
}

wick_wasi_errno wk_wasi_poll_oneoff(struct wasi_call *c) {
    uint64_t n = c->a[2];
    uint32_t size = c->link->is_preview0 ? 56 : 48;
    uint32_t clock_at = c->link->is_preview0 ? 24 : 16; /* preview 0 has an identifier in front */
    if (n == 0 || n > WASI_SUBSCRIPTIONS_MAX) {
        return WICK_WASI_EINVAL;
    }
    const uint8_t *in = wick_call_bytes(c->call, c->a[0], n * size);
    struct wasi_poll poll = {.deadline = UINT64_MAX, .out = wick_call_bytes(c->call, c->a[1], n * 32)};
    if (in == NULL || poll.out == NULL) {
        return WICK_WASI_EFAULT;
    }
    for (uint64_t i = 0; i < n; i++) {
        if (in[i * size + 8] > 2) {
            return WICK_WASI_EINVAL;
        }
    }
    uint64_t *state = wick_call_state(c->call);
    (void)wk_wasi_now(c->wasi, 1, &poll.now); /* without a clock only descriptors can be waited for */
    if (wick_call_round(c->call) == 0) {
        state[0] = poll.now;
    }
    poll.start = state[0];
    for (uint64_t i = 0; i < n; i++) {
        const uint8_t *sub = in + i * size;
        uint64_t userdata = wk_ld_le64(sub);
        uint32_t type = sub[8];
        if (type == 0) {
            poll_clock(c, &poll, userdata, wk_ld_le32(sub + clock_at), wk_ld_le64(sub + clock_at + 8),
                       wk_ld_le16(sub + clock_at + 24));
        } else {
            poll_fd(c, &poll, userdata, type, wk_ld_le32(sub + 16));
        }
    }
    if (poll.n_events == 0) {
        c->wasi->deadline = poll.deadline;
        return WICK_WASI_PENDING;
    }
    wk_st_le32(c->p[3], poll.n_events);
    return WICK_WASI_OK;
}

/* ---- sockets: of a longer array what c->bufs holds is sent or received, a part ---- */

/* How often a call asks a socket for the rest before it is PENDING. */
#define WASI_SOCK_ROUNDS 16u

/* c->bufs become those behind the first `skip` bytes. */
static wick_wasi_errno sock_skip(struct wasi_call *c, uint64_t skip) {
    c->n_bufs = 0;
    for (uint64_t k = 0; k < c->a[2] && c->n_bufs < WASI_BUFS; k++) {
        const uint8_t *iov = c->p[1] + 8 * k;
        const uint32_t size = wk_ld_le32(iov + 4);
        const uint32_t past = skip < size ? (uint32_t)skip : size;
        skip -= past;
        if (size != past) {
            uint8_t *data = wick_call_bytes(c->call, wk_ld_le32(iov), size);
            if (data == NULL) {
                return WICK_WASI_EFAULT;
            }
            c->bufs[c->n_bufs].size = size - past;
            c->bufs[c->n_bufs++].data = data + past;
        }
    }
    return WICK_WASI_OK;
}

static uint64_t sock_size(const struct wasi_call *c) {
    uint64_t size = 0;
    for (uint64_t k = 0; k < c->a[2]; k++) {
        size += wk_ld_le32(c->p[1] + 8 * k + 4);
    }
    return size;
}

static bool sock_is(const struct wasi_file *file) {
    return file->type == WICK_WASI_SOCKET_DGRAM || file->type == WICK_WASI_SOCKET_STREAM;
}

static wick_wasi_errno sock_nonblock(const struct wasi_file *file, wick_wasi_errno err) {
    return err == WICK_WASI_PENDING && (file->fdflags & WICK_WASI_NONBLOCK) != 0 ? WICK_WASI_EAGAIN : err;
}

wick_wasi_errno wk_wasi_sock_accept(struct wasi_call *c) {
    struct wasi_file *file = c->fd[0]->file;
    uint64_t inheriting = c->fd[0]->base;
    if (!sock_is(file) || !WASI_HAS(file->fs, accept)) {
        return WICK_WASI_ENOTSOCK;
    }
    if ((c->a[1] & ~(uint64_t)WICK_WASI_NONBLOCK) != 0) {
        return WICK_WASI_EINVAL;
    }
    uint32_t number;
    wick_wasi_errno err = wk_fd_free_number(c->wasi, &number);
    wick_wasi_opened opened = {0, WICK_WASI_UNKNOWN, false};
    struct wasi_file *fresh;
    if (err == WICK_WASI_OK) {
        err = wk_file_new(c->wasi->alloc, file->fs, &opened, (uint32_t)c->a[1], &fresh);
    }
    if (err != WICK_WASI_OK) {
        return err;
    }
    err = file->fs->ops->accept(file->fs, file->node, (uint32_t)c->a[1], &opened);
    if (err != WICK_WASI_OK) {
        wk_free(c->wasi->alloc, fresh, sizeof *fresh);
        return sock_nonblock(file, err);
    }
    fresh->node = opened.node;
    fresh->type = (uint8_t)opened.type;
    wk_fd_put(c->wasi, number, fresh, wk_file_rights(fresh) & inheriting, 0);
    wk_st_le32(c->p[2], number);
    return WICK_WASI_OK;
}

static wick_wasi_errno sock_recv_some(const struct wasi_call *c, const struct wasi_file *file, size_t *out_got,
                                      uint32_t *out_flags) {
    return file->fs->ops->recv(file->fs, file->node, c->bufs, c->n_bufs, (uint32_t)c->a[3], out_got, out_flags);
}

/* Until all buffers are full, the peer has ended, or there is an error; the call's state word is how many bytes have come. An
 * error that comes behind some bytes is left to the next call. */
static wick_wasi_errno sock_recv_all(struct wasi_call *c, struct wasi_file *file, size_t *out_got, uint32_t *out_flags) {
    uint64_t *done = wick_call_state(c->call);
    const uint64_t size = sock_size(c);
    wick_wasi_errno err = WICK_WASI_OK;
    size_t got = 1;
    for (uint32_t round = 0; *done < size && got != 0 && err == WICK_WASI_OK; round++) {
        if (round == WASI_SOCK_ROUNDS) { /* a peer that never stops is left for others' turns */
            c->wasi->deadline = 0;
            err = WICK_WASI_PENDING;
            break;
        }
        got = 0;
        err = sock_skip(c, *done);
        err = err == WICK_WASI_OK ? sock_recv_some(c, file, &got, out_flags) : err;
        *done += got;
    }
    err = sock_nonblock(file, err);
    *out_got = (size_t)*done;
    return *done != 0 && err != WICK_WASI_PENDING ? WICK_WASI_OK : err;
}

wick_wasi_errno wk_wasi_sock_recv(struct wasi_call *c) {
    enum { PEEK = 1, WAITALL = 2 };
    struct wasi_file *file = c->fd[0]->file;
    wick_wasi_errno err;
    size_t got = 0;
    uint32_t flags = 0;
    if (!sock_is(file) || !WASI_HAS(file->fs, recv)) {
        return WICK_WASI_ENOTSOCK;
    }
    if (c->a[3] > (PEEK | WAITALL)) {
        return WICK_WASI_EINVAL;
    }
    err = c->a[3] == WAITALL && file->type == WICK_WASI_SOCKET_STREAM
              ? sock_recv_all(c, file, &got, &flags)
              : sock_nonblock(file, sock_recv_some(c, file, &got, &flags));
    if (err == WICK_WASI_OK) {
        wk_st_le32(c->p[4], (uint32_t)got);
        wk_st_le16(c->p[5], (uint16_t)flags);
    }
    return err;
}

wick_wasi_errno wk_wasi_sock_send(struct wasi_call *c) {
    struct wasi_file *file = c->fd[0]->file;
    size_t got = 0;
    if (!sock_is(file) || !WASI_HAS(file->fs, send)) {
        return WICK_WASI_ENOTSOCK;
    }
    if (c->a[3] != 0) {
        return WICK_WASI_EINVAL;
    }
    wick_wasi_errno err = file->fs->ops->send(file->fs, file->node, c->bufs, c->n_bufs, &got);
    if (err == WICK_WASI_OK) {
        wk_st_le32(c->p[4], (uint32_t)got);
    }
    return sock_nonblock(file, err);
}

wick_wasi_errno wk_wasi_sock_shutdown(struct wasi_call *c) {
    const struct wasi_file *file = c->fd[0]->file;
    if (!sock_is(file) || !WASI_HAS(file->fs, shutdown)) {
        return WICK_WASI_ENOTSOCK;
    }
    if (c->a[1] == 0 || c->a[1] > 3) {
        return WICK_WASI_EINVAL;
    }
    return file->fs->ops->shutdown(file->fs, file->node, (uint32_t)c->a[1]);
}

#undef WASI_SUBSCRIPTIONS_MAX
#undef WASI_SOCK_ROUNDS

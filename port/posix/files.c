/* files.c - the host's files as a WASI file system.
 *
 * Owner of: one system call per operation, on one name in one open directory, never following a symbolic link
 * (O_NOFOLLOW, AT_SYMLINK_NOFOLLOW): so a link that is swapped in while a path is resolved is found by the very call
 * that opens it. Which names are asked for, ".." and links are the caller's rules (src/wasi/path.c). For speed a
 * path's directories are resolved by Linux's openat2 in one call, with RESOLVE_BENEATH, where the kernel has it;
 * whatever it refuses is then gone through component by component.
 *
 * Nothing here waits: what would have to answers PENDING and is remembered for the calling thread, for which
 * wick_posix_fs_wait then polls. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

#ifdef __linux__
#include <linux/openat2.h>
#include <sys/syscall.h>
#endif

#include "port/posix/posix.h"

#ifndef O_PATH
#define O_PATH O_RDONLY
#endif

#define POSIX_BUFS 64
#define POSIX_WAITS 2048

struct posix_node {
    int fd;
    bool is_borrowed; /* a descriptor of the process: not closed */
    bool is_regular;
    bool is_blocking; /* poll before reading or writing */
    bool is_append;   /* O_APPEND is set, by us */
    DIR *dir;
    uint64_t dir_at; /* where dir stands, as a cookie */
};

struct posix_fs {
    wick_wasi_fs fs; /* first */
    int use_openat2;
    int interrupt[2]; /* a pipe; once something is in it, nobody waits any more. -1: none */
};

/* What operations of this thread have waited for since its last wait. */
static _Thread_local struct {
    size_t n;
    struct pollfd fds[POSIX_WAITS + 1];
} posix_waits;

static struct posix_fs *posix_of(wick_wasi_fs *fs)
{
    return (struct posix_fs *)(void *)fs;
}

static struct posix_node *posix_node_of(wick_wasi_node node)
{
    return (struct posix_node *)(uintptr_t)node;
}

wick_wasi_errno wick_posix_errno(int host_errno)
{
    static const struct {
        int host;
        wick_wasi_errno wasi;
    } table[] = {
        {E2BIG, WICK_WASI_E2BIG}, {EACCES, WICK_WASI_EACCES}, {EADDRINUSE, WICK_WASI_EADDRINUSE},
        {EADDRNOTAVAIL, WICK_WASI_EADDRNOTAVAIL}, {EAGAIN, WICK_WASI_EAGAIN}, {EBADF, WICK_WASI_EBADF},
        {EBUSY, WICK_WASI_EBUSY}, {ECONNABORTED, WICK_WASI_ECONNABORTED},
        {ECONNREFUSED, WICK_WASI_ECONNREFUSED}, {ECONNRESET, WICK_WASI_ECONNRESET},
        {EDESTADDRREQ, WICK_WASI_EDESTADDRREQ}, {EDQUOT, WICK_WASI_EDQUOT}, {EEXIST, WICK_WASI_EEXIST},
        {EFAULT, WICK_WASI_EFAULT}, {EFBIG, WICK_WASI_EFBIG}, {EHOSTUNREACH, WICK_WASI_EHOSTUNREACH},
        {EILSEQ, WICK_WASI_EILSEQ}, {EINTR, WICK_WASI_EINTR}, {EINVAL, WICK_WASI_EINVAL}, {EIO, WICK_WASI_EIO},
        {EISCONN, WICK_WASI_EISCONN}, {EISDIR, WICK_WASI_EISDIR}, {ELOOP, WICK_WASI_ELOOP},
        {EMFILE, WICK_WASI_EMFILE}, {EMLINK, WICK_WASI_EMLINK}, {EMSGSIZE, WICK_WASI_EMSGSIZE},
        {ENAMETOOLONG, WICK_WASI_ENAMETOOLONG}, {ENETDOWN, WICK_WASI_ENETDOWN},
        {ENETUNREACH, WICK_WASI_ENETUNREACH}, {ENFILE, WICK_WASI_ENFILE}, {ENOBUFS, WICK_WASI_ENOBUFS},
        {ENODEV, WICK_WASI_ENODEV}, {ENOENT, WICK_WASI_ENOENT}, {ENOMEM, WICK_WASI_ENOMEM},
        {ENOSPC, WICK_WASI_ENOSPC}, {ENOSYS, WICK_WASI_ENOSYS}, {ENOTCONN, WICK_WASI_ENOTCONN},
        {ENOTDIR, WICK_WASI_ENOTDIR}, {ENOTEMPTY, WICK_WASI_ENOTEMPTY}, {ENOTSOCK, WICK_WASI_ENOTSOCK},
        {EOPNOTSUPP, WICK_WASI_ENOTSUP}, {ENOTTY, WICK_WASI_ENOTTY}, {ENXIO, WICK_WASI_ENXIO},
        {EOVERFLOW, WICK_WASI_EOVERFLOW}, {EPERM, WICK_WASI_EPERM}, {EPIPE, WICK_WASI_EPIPE},
        {EROFS, WICK_WASI_EROFS}, {ESPIPE, WICK_WASI_ESPIPE}, {ESTALE, WICK_WASI_ESTALE},
        {ETIMEDOUT, WICK_WASI_ETIMEDOUT}, {ETXTBSY, WICK_WASI_ETXTBSY}, {EXDEV, WICK_WASI_EXDEV},
    };
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
        if (table[i].host == host_errno) {
            return table[i].wasi;
        }
    }
    return WICK_WASI_EIO;
}

static wick_wasi_errno posix_result(int result)
{
    return result == 0 ? WICK_WASI_OK : wick_posix_errno(errno);
}

/* ---- waiting ---- */

static wick_wasi_errno posix_pending(int fd, short events)
{
    for (size_t i = 0; i < posix_waits.n; i++) {
        if (posix_waits.fds[i].fd == fd) {
            posix_waits.fds[i].events |= events;
            return WICK_WASI_PENDING;
        }
    }
    if (posix_waits.n < POSIX_WAITS) {
        posix_waits.fds[posix_waits.n++] = (struct pollfd){.fd = fd, .events = events};
    }
    return WICK_WASI_PENDING;
}

void wick_posix_fs_wait(wick_wasi_fs *base, uint64_t deadline_ns)
{
    struct posix_fs *fs = posix_of(base);
    const uint64_t longest = 3600u * UINT64_C(1000000000);
    uint64_t wait = longest;
    if (deadline_ns != UINT64_MAX) {
        uint64_t now = wick_posix_now_ns();
        wait = deadline_ns > now ? deadline_ns - now : 0;
    }
    if (posix_waits.n == POSIX_WAITS && wait > 10000000) {
        wait = 10000000; /* some may not be in the list */
    }
    if (wait > longest) {
        wait = longest;
    }
    if (fs->interrupt[0] >= 0) {
        posix_waits.fds[posix_waits.n++] = (struct pollfd){.fd = fs->interrupt[0], .events = POLLIN};
    }
    struct timespec t = {.tv_sec = (time_t)(wait / 1000000000u), .tv_nsec = (long)(wait % 1000000000u)};
    (void)ppoll(posix_waits.fds, posix_waits.n, &t, NULL);
    posix_waits.n = 0;
}

bool wick_posix_fs_can_interrupt(wick_wasi_fs *base)
{
    struct posix_fs *fs = posix_of(base);
    return fs->interrupt[0] >= 0 || pipe2(fs->interrupt, O_CLOEXEC) == 0;
}

void wick_posix_fs_interrupt(wick_wasi_fs *base)
{
    ssize_t done = write(posix_of(base)->interrupt[1], "", 1);
    (void)done; /* an empty pipe takes a byte */
}

/* Could this be done at once? 1 yes, 0 no (and remembered). */
static int posix_is_ready(int fd, short events, bool *out_hangup)
{
    struct pollfd p = {.fd = fd, .events = events};
    if (poll(&p, 1, 0) == 0) {
        posix_pending(fd, events);
        return 0;
    }
    if (out_hangup != NULL) {
        *out_hangup = (p.revents & (POLLHUP | POLLERR)) != 0;
    }
    return 1;
}

/* An error of a transfer. */
static wick_wasi_errno posix_transfer_error(int fd, short events)
{
    if (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR) {
        return posix_pending(fd, events);
    }
    return wick_posix_errno(errno);
}

/* ---- names ---- */

/* A name as a string. */
struct posix_name {
    char text[WICK_WASI_NAME_MAX + 1];
};

static const char *posix_name(struct posix_name *buf, const char *name, size_t n)
{
    memcpy(buf->text, name, n);
    buf->text[n] = 0;
    return buf->text;
}

static wick_wasi_filetype posix_type(mode_t mode)
{
    switch (mode & S_IFMT) {
    case S_IFREG:
        return WICK_WASI_REGULAR_FILE;
    case S_IFDIR:
        return WICK_WASI_DIRECTORY;
    case S_IFLNK:
        return WICK_WASI_SYMBOLIC_LINK;
    case S_IFCHR:
        return WICK_WASI_CHARACTER_DEVICE;
    case S_IFBLK:
        return WICK_WASI_BLOCK_DEVICE;
    case S_IFSOCK:
        return WICK_WASI_SOCKET_STREAM;
    default:
        return WICK_WASI_UNKNOWN;
    }
}

static wick_wasi_filetype posix_fd_type(int fd, mode_t mode)
{
    int kind;
    socklen_t size = sizeof kind;
    const bool is_datagram = S_ISSOCK(mode) && getsockopt(fd, SOL_SOCKET, SO_TYPE, &kind, &size) == 0 && kind == SOCK_DGRAM;
    return is_datagram ? WICK_WASI_SOCKET_DGRAM : posix_type(mode);
}

static uint64_t posix_time(struct timespec t)
{
    return t.tv_sec < 0 ? 0 : (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

static void posix_stat_out(const struct stat *st, wick_wasi_stat *out)
{
    out->dev = (uint64_t)st->st_dev;
    out->ino = (uint64_t)st->st_ino;
    out->nlink = (uint64_t)st->st_nlink;
    out->size = (uint64_t)st->st_size;
    out->atim = posix_time(st->st_atim);
    out->mtim = posix_time(st->st_mtim);
    out->ctim = posix_time(st->st_ctim);
    out->type = posix_type(st->st_mode);
}

static void posix_times(const uint64_t *atim, const uint64_t *mtim, struct timespec out[2])
{
    const uint64_t *from[2] = {atim, mtim};
    for (int i = 0; i < 2; i++) {
        out[i].tv_sec = from[i] == NULL ? 0 : (time_t)(*from[i] / 1000000000u);
        out[i].tv_nsec = from[i] == NULL ? UTIME_OMIT : (long)(*from[i] % 1000000000u);
    }
}

/* Takes over an open descriptor. */
static wick_wasi_errno posix_opened(int fd, wick_wasi_opened *out)
{
    struct stat st;
    struct posix_node *node = calloc(1, sizeof *node);
    if (node == NULL || fstat(fd, &st) != 0) {
        wick_wasi_errno err = node == NULL ? WICK_WASI_ENOMEM : wick_posix_errno(errno);
        free(node);
        close(fd);
        return err;
    }
    node->fd = fd;
    out->node = (uint64_t)(uintptr_t)node;
    out->type = posix_fd_type(fd, st.st_mode);
    out->is_tty = out->type == WICK_WASI_CHARACTER_DEVICE && isatty(fd) == 1;
    node->is_regular = out->type == WICK_WASI_REGULAR_FILE || out->type == WICK_WASI_BLOCK_DEVICE;
    return WICK_WASI_OK;
}

static bool posix_is_link(int dir, const char *name)
{
    char c;
    return readlinkat(dir, name, &c, 1) >= 0;
}

static wick_wasi_errno posix_open(wick_wasi_fs *fs, wick_wasi_node dir, const char *name, size_t n, uint32_t flags,
                                  wick_wasi_opened *out)
{
    struct posix_name buf;
    int dirfd = posix_node_of(dir)->fd;
    (void)fs;
    posix_name(&buf, name, n);
    /* NONBLOCK: opening a pipe must not wait for its other end. */
    int how = O_CLOEXEC | O_NOFOLLOW | O_NOCTTY | O_NONBLOCK;
    bool writes = (flags & (WICK_WASI_OPEN_WRITE | WICK_WASI_OPEN_TRUNCATE)) != 0;
    bool reads = (flags & WICK_WASI_OPEN_READ) != 0;
    if ((flags & WICK_WASI_OPEN_DIRECTORY) != 0) {
        how |= O_DIRECTORY;
        if (!reads && !writes) {
            how |= O_PATH; /* on the way to something else: needs no right to read */
        }
    }
    how |= writes ? (reads ? O_RDWR : O_WRONLY) : O_RDONLY;
    how |= (flags & WICK_WASI_OPEN_CREATE) != 0 ? O_CREAT : 0;
    how |= (flags & WICK_WASI_OPEN_EXCLUSIVE) != 0 && (flags & WICK_WASI_OPEN_CREATE) != 0 ? O_EXCL : 0;
    how |= (flags & WICK_WASI_OPEN_TRUNCATE) != 0 ? O_TRUNC : 0;
    int fd = openat(dirfd, buf.text, how, 0666);
    if (fd >= 0) {
        return posix_opened(fd, out);
    }
    int err = errno;
    if ((err == ENOTDIR || err == EMLINK) && posix_is_link(dirfd, buf.text)) {
        return WICK_WASI_ELOOP;
    }
    if (err == ENXIO && writes) {
        return WICK_WASI_ENXIO; /* a pipe that nobody reads */
    }
    return wick_posix_errno(err);
}

static wick_wasi_errno posix_stat_at(wick_wasi_fs *fs, wick_wasi_node dir, const char *name, size_t n,
                                     wick_wasi_stat *out)
{
    struct posix_name buf;
    struct stat st;
    (void)fs;
    if (fstatat(posix_node_of(dir)->fd, posix_name(&buf, name, n), &st, AT_SYMLINK_NOFOLLOW) != 0) {
        return wick_posix_errno(errno);
    }
    posix_stat_out(&st, out);
    return WICK_WASI_OK;
}

static wick_wasi_errno posix_readlink(wick_wasi_fs *fs, wick_wasi_node dir, const char *name, size_t n, char *to,
                                      size_t cap, size_t *out_n)
{
    struct posix_name buf;
    char text[PATH_MAX];
    (void)fs;
    ssize_t got = readlinkat(posix_node_of(dir)->fd, posix_name(&buf, name, n), text, sizeof text);
    if (got < 0) {
        return wick_posix_errno(errno);
    }
    memcpy(to, text, (size_t)got < cap ? (size_t)got : cap);
    *out_n = (size_t)got;
    return WICK_WASI_OK;
}

static wick_wasi_errno posix_mkdir(wick_wasi_fs *fs, wick_wasi_node dir, const char *name, size_t n)
{
    struct posix_name buf;
    (void)fs;
    return posix_result(mkdirat(posix_node_of(dir)->fd, posix_name(&buf, name, n), 0777));
}

static wick_wasi_errno posix_rmdir(wick_wasi_fs *fs, wick_wasi_node dir, const char *name, size_t n)
{
    struct posix_name buf;
    (void)fs;
    if (unlinkat(posix_node_of(dir)->fd, posix_name(&buf, name, n), AT_REMOVEDIR) != 0) {
        return errno == EEXIST ? WICK_WASI_ENOTEMPTY : wick_posix_errno(errno); /* POSIX allows either */
    }
    return WICK_WASI_OK;
}

static wick_wasi_errno posix_unlink(wick_wasi_fs *fs, wick_wasi_node dir, const char *name, size_t n)
{
    struct posix_name buf;
    struct stat st;
    int fd = posix_node_of(dir)->fd;
    (void)fs;
    if (unlinkat(fd, posix_name(&buf, name, n), 0) == 0) {
        return WICK_WASI_OK;
    }
    int err = errno; /* for a directory POSIX says EPERM, Linux EISDIR */
    if (err == EPERM && fstatat(fd, buf.text, &st, AT_SYMLINK_NOFOLLOW) == 0 && S_ISDIR(st.st_mode)) {
        return WICK_WASI_EISDIR;
    }
    return wick_posix_errno(err);
}

static wick_wasi_errno posix_symlink(wick_wasi_fs *fs, wick_wasi_node dir, const char *name, size_t n,
                                     const char *target, size_t target_n)
{
    struct posix_name buf;
    char text[PATH_MAX];
    (void)fs;
    if (target_n >= sizeof text) {
        return WICK_WASI_ENAMETOOLONG;
    }
    memcpy(text, target, target_n);
    text[target_n] = 0;
    return posix_result(symlinkat(text, posix_node_of(dir)->fd, posix_name(&buf, name, n)));
}

static wick_wasi_errno posix_link(wick_wasi_fs *fs, wick_wasi_node old_dir, const char *old_name, size_t old_n,
                                  wick_wasi_node new_dir, const char *new_name, size_t new_n)
{
    struct posix_name from, to;
    (void)fs;
    return posix_result(linkat(posix_node_of(old_dir)->fd, posix_name(&from, old_name, old_n),
                               posix_node_of(new_dir)->fd, posix_name(&to, new_name, new_n), 0));
}

static wick_wasi_errno posix_rename(wick_wasi_fs *fs, wick_wasi_node old_dir, const char *old_name, size_t old_n,
                                    wick_wasi_node new_dir, const char *new_name, size_t new_n)
{
    struct posix_name from, to;
    (void)fs;
    if (renameat(posix_node_of(old_dir)->fd, posix_name(&from, old_name, old_n), posix_node_of(new_dir)->fd,
                 posix_name(&to, new_name, new_n)) != 0) {
        return errno == EEXIST ? WICK_WASI_ENOTEMPTY : wick_posix_errno(errno);
    }
    return WICK_WASI_OK;
}

static wick_wasi_errno posix_set_times_at(wick_wasi_fs *fs, wick_wasi_node dir, const char *name, size_t n,
                                          const uint64_t *atim, const uint64_t *mtim)
{
    struct posix_name buf;
    struct timespec t[2];
    (void)fs;
    posix_times(atim, mtim, t);
    return posix_result(
        utimensat(posix_node_of(dir)->fd, posix_name(&buf, name, n), t, AT_SYMLINK_NOFOLLOW));
}

#if defined(__linux__) && defined(SYS_openat2)
static wick_wasi_errno posix_walk(wick_wasi_fs *fs, wick_wasi_node dir, const char *path, size_t n,
                                  wick_wasi_node *out_node)
{
    struct posix_fs *self = posix_of(fs);
    char text[PATH_MAX];
    struct open_how how = {.flags = O_PATH | O_DIRECTORY | O_CLOEXEC,
                           .resolve = RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS};
    if (!self->use_openat2 || n >= sizeof text) {
        return WICK_WASI_ENOTSUP;
    }
    memcpy(text, path, n);
    text[n] = 0;
    long fd = syscall(SYS_openat2, posix_node_of(dir)->fd, text, &how, sizeof how);
    if (fd < 0) {
        if (errno == ENOSYS || errno == EPERM) {
            self->use_openat2 = 0; /* an older kernel, or a filter: never again */
        }
        return WICK_WASI_ENOTSUP;
    }
    struct posix_node *node = calloc(1, sizeof *node);
    if (node == NULL) {
        close((int)fd);
        return WICK_WASI_ENOMEM;
    }
    node->fd = (int)fd;
    *out_node = (uint64_t)(uintptr_t)node;
    return WICK_WASI_OK;
}
#define POSIX_WALK posix_walk
#else
#define POSIX_WALK NULL
#endif

/* ---- what is open ---- */

static void posix_close(wick_wasi_fs *fs, wick_wasi_node handle)
{
    (void)fs;
    struct posix_node *node = posix_node_of(handle);
    for (size_t i = 0; i < posix_waits.n; i++) {
        if (posix_waits.fds[i].fd == node->fd) {
            posix_waits.fds[i] = posix_waits.fds[--posix_waits.n];
            break;
        }
    }
    if (node->dir != NULL) {
        closedir(node->dir);
    }
    if (!node->is_borrowed) {
        close(node->fd);
    }
    free(node);
}

static wick_wasi_errno posix_stat(wick_wasi_fs *fs, wick_wasi_node handle, wick_wasi_stat *out)
{
    struct stat st;
    (void)fs;
    if (fstat(posix_node_of(handle)->fd, &st) != 0) {
        return wick_posix_errno(errno);
    }
    posix_stat_out(&st, out);
    out->type = posix_fd_type(posix_node_of(handle)->fd, st.st_mode);
    return WICK_WASI_OK;
}

static int posix_iovs(const wick_wasi_buf *bufs, size_t n_bufs, struct iovec *iov)
{
    size_t n = n_bufs < POSIX_BUFS ? n_bufs : POSIX_BUFS;
    for (size_t i = 0; i < n; i++) {
        iov[i].iov_base = bufs[i].data;
        iov[i].iov_len = bufs[i].size;
    }
    return (int)n;
}

/* One buffer takes the kernel less time than an array of one: a third of a short write. */
static ssize_t posix_get(int fd, const struct iovec *iov, int n, uint64_t offset)
{
    if (offset == WICK_WASI_STREAM) {
        return n == 1 ? read(fd, iov->iov_base, iov->iov_len) : readv(fd, iov, n);
    }
    return n == 1 ? pread(fd, iov->iov_base, iov->iov_len, (off_t)offset) : preadv(fd, iov, n, (off_t)offset);
}

static ssize_t posix_put(int fd, const struct iovec *iov, int n, uint64_t offset)
{
    if (offset == WICK_WASI_STREAM) {
        return n == 1 ? write(fd, iov->iov_base, iov->iov_len) : writev(fd, iov, n);
    }
    return n == 1 ? pwrite(fd, iov->iov_base, iov->iov_len, (off_t)offset) : pwritev(fd, iov, n, (off_t)offset);
}

static wick_wasi_errno posix_read(wick_wasi_fs *fs, wick_wasi_node handle, const wick_wasi_buf *bufs, size_t n_bufs,
                                  uint64_t offset, size_t *out_n)
{
    (void)fs;
    struct posix_node *node = posix_node_of(handle);
    struct iovec iov[POSIX_BUFS];
    int n = posix_iovs(bufs, n_bufs, iov);
    if (node->is_blocking && !posix_is_ready(node->fd, POLLIN, NULL)) {
        return WICK_WASI_PENDING;
    }
    ssize_t got = posix_get(node->fd, iov, n, offset);
    if (got < 0) {
        return posix_transfer_error(node->fd, POLLIN);
    }
    *out_n = (size_t)got;
    return WICK_WASI_OK;
}

static wick_wasi_errno posix_set_append(struct posix_node *node, bool on)
{
    if (node->is_append != on) {
        int flags = fcntl(node->fd, F_GETFL);
        if (flags < 0 || fcntl(node->fd, F_SETFL, on ? flags | O_APPEND : flags & ~O_APPEND) != 0) {
            return wick_posix_errno(errno);
        }
        node->is_append = on;
    }
    return WICK_WASI_OK;
}

static wick_wasi_errno posix_write(wick_wasi_fs *fs, wick_wasi_node handle, const wick_wasi_buf *bufs, size_t n_bufs,
                                   uint64_t offset, uint32_t fdflags, size_t *out_n, uint64_t *out_end)
{
    (void)fs;
    struct posix_node *node = posix_node_of(handle);
    struct iovec iov[POSIX_BUFS];
    int n = posix_iovs(bufs, n_bufs, iov);
    if (node->is_blocking && !posix_is_ready(node->fd, POLLOUT, NULL)) {
        return WICK_WASI_PENDING;
    }
    if (offset == WICK_WASI_STREAM) {
        ssize_t got = posix_put(node->fd, iov, n, offset);
        if (got < 0) {
            return posix_transfer_error(node->fd, POLLOUT);
        }
        *out_n = (size_t)got;
        *out_end = 0;
        return WICK_WASI_OK;
    }
    bool appends = (fdflags & WICK_WASI_APPEND) != 0;
    wick_wasi_errno err = posix_set_append(node, appends);
    if (err != WICK_WASI_OK) {
        return err;
    }
    ssize_t got = posix_put(node->fd, iov, n, appends ? WICK_WASI_STREAM : offset);
    if (got < 0) {
        return posix_transfer_error(node->fd, POLLOUT);
    }
    off_t end = appends ? lseek(node->fd, 0, SEEK_CUR) : (off_t)offset + got;
    *out_n = (size_t)got;
    *out_end = end < 0 ? offset : (uint64_t)end;
    return WICK_WASI_OK;
}

static wick_wasi_errno posix_seek(wick_wasi_fs *fs, wick_wasi_node handle, int64_t offset, uint32_t whence,
                                  uint64_t *out_offset)
{
    static const int host_whence[] = {SEEK_SET, SEEK_CUR, SEEK_END};
    (void)fs;
    off_t at = lseek(posix_node_of(handle)->fd, (off_t)offset, host_whence[whence]);
    if (at < 0) {
        return wick_posix_errno(errno);
    }
    *out_offset = (uint64_t)at;
    return WICK_WASI_OK;
}

static wick_wasi_errno posix_set_size(wick_wasi_fs *fs, wick_wasi_node handle, uint64_t size)
{
    (void)fs;
    return posix_result(ftruncate(posix_node_of(handle)->fd, (off_t)size));
}

static wick_wasi_errno posix_set_times(wick_wasi_fs *fs, wick_wasi_node handle, const uint64_t *atim,
                                       const uint64_t *mtim)
{
    struct timespec t[2];
    int fd = posix_node_of(handle)->fd;
    (void)fs;
    posix_times(atim, mtim, t);
    if (futimens(fd, t) == 0) {
        return WICK_WASI_OK;
    }
    /* A directory that was opened only to pass through. */
    return errno == EBADF ? posix_result(utimensat(fd, ".", t, AT_SYMLINK_NOFOLLOW)) : wick_posix_errno(errno);
}

static wick_wasi_errno posix_allocate(wick_wasi_fs *fs, wick_wasi_node handle, uint64_t offset, uint64_t size)
{
    (void)fs;
    int err = posix_fallocate(posix_node_of(handle)->fd, (off_t)offset, (off_t)size);
    return err == 0 ? WICK_WASI_OK : wick_posix_errno(err);
}

static wick_wasi_errno posix_advise(wick_wasi_fs *fs, wick_wasi_node handle, uint64_t offset, uint64_t size,
                                    uint32_t advice)
{
    static const int host_advice[] = {POSIX_FADV_NORMAL,   POSIX_FADV_SEQUENTIAL, POSIX_FADV_RANDOM,
                                      POSIX_FADV_WILLNEED, POSIX_FADV_DONTNEED,   POSIX_FADV_NOREUSE};
    (void)fs;
    int err = posix_fadvise(posix_node_of(handle)->fd, (off_t)offset, (off_t)size, host_advice[advice]);
    return err == 0 ? WICK_WASI_OK : wick_posix_errno(err);
}

static wick_wasi_errno posix_sync(wick_wasi_fs *fs, wick_wasi_node handle, bool data_only)
{
    int fd = posix_node_of(handle)->fd;
    (void)fs;
    if ((data_only ? fdatasync(fd) : fsync(fd)) == 0) {
        return WICK_WASI_OK;
    }
    return errno == EBADF ? WICK_WASI_OK : wick_posix_errno(errno); /* a directory opened with O_PATH */
}

/* ---- directories ---- */

static wick_wasi_errno posix_dir_open(struct posix_node *node)
{
    if (node->dir != NULL) {
        return WICK_WASI_OK;
    }
    int fd = openat(node->fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0) {
        return wick_posix_errno(errno);
    }
    node->dir = fdopendir(fd);
    node->dir_at = 0;
    if (node->dir == NULL) {
        wick_wasi_errno err = wick_posix_errno(errno);
        close(fd);
        return err;
    }
    return WICK_WASI_OK;
}

static wick_wasi_filetype posix_dirent_type(int fd, const struct dirent *entry)
{
    struct stat st;
    switch (entry->d_type) {
    case DT_REG:
        return WICK_WASI_REGULAR_FILE;
    case DT_DIR:
        return WICK_WASI_DIRECTORY;
    case DT_LNK:
        return WICK_WASI_SYMBOLIC_LINK;
    case DT_CHR:
        return WICK_WASI_CHARACTER_DEVICE;
    case DT_BLK:
        return WICK_WASI_BLOCK_DEVICE;
    case DT_SOCK:
        return WICK_WASI_SOCKET_STREAM;
    case DT_UNKNOWN:
        return fstatat(fd, entry->d_name, &st, AT_SYMLINK_NOFOLLOW) == 0 ? posix_type(st.st_mode)
                                                                         : WICK_WASI_UNKNOWN;
    default:
        return WICK_WASI_UNKNOWN;
    }
}

static wick_wasi_errno posix_readdir(wick_wasi_fs *fs, wick_wasi_node handle, uint64_t cookie, wick_wasi_dirent *out)
{
    struct posix_node *node = posix_node_of(handle);
    (void)fs;
    wick_wasi_errno err = posix_dir_open(node);
    if (err != WICK_WASI_OK) {
        return err;
    }
    if (cookie == 0) {
        rewinddir(node->dir);
    } else if (cookie != node->dir_at) {
        seekdir(node->dir, (long)cookie);
    }
    for (;;) {
        errno = 0;
        const struct dirent *entry = readdir(node->dir);
        if (entry == NULL) {
            out->name_size = 0;
            return errno == 0 ? WICK_WASI_OK : wick_posix_errno(errno);
        }
        size_t n = strlen(entry->d_name);
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0 || n > WICK_WASI_NAME_MAX) {
            continue;
        }
        node->dir_at = (uint64_t)telldir(node->dir);
        out->next = node->dir_at;
        out->ino = (uint64_t)entry->d_ino;
        out->type = posix_dirent_type(node->fd, entry);
        out->name_size = (uint32_t)n;
        memcpy(out->name, entry->d_name, n);
        return WICK_WASI_OK;
    }
}

/* ---- readiness, sockets ---- */

static wick_wasi_errno posix_poll(wick_wasi_fs *fs, wick_wasi_node handle, uint32_t want, wick_wasi_ready *out)
{
    (void)fs;
    struct posix_node *node = posix_node_of(handle);
    int bytes = 0;
    out->is_hangup = false;
    out->bytes = 1;
    out->is_ready = posix_is_ready(node->fd, want == WICK_WASI_POLL_READ ? POLLIN : POLLOUT,
                                   &out->is_hangup) != 0;
    if (out->is_ready && want == WICK_WASI_POLL_READ && ioctl(node->fd, FIONREAD, &bytes) == 0 && bytes >= 0) {
        out->bytes = (uint64_t)bytes;
    }
    return WICK_WASI_OK;
}

static wick_wasi_errno posix_accept(wick_wasi_fs *fs, wick_wasi_node handle, uint32_t fdflags, wick_wasi_opened *out)
{
    (void)fs;
    int fd = posix_node_of(handle)->fd;
    (void)fdflags;
    if (!posix_is_ready(fd, POLLIN, NULL)) {
        return WICK_WASI_PENDING;
    }
    int fresh = accept4(fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
    return fresh < 0 ? posix_transfer_error(fd, POLLIN) : posix_opened(fresh, out);
}

static wick_wasi_errno posix_recv(wick_wasi_fs *fs, wick_wasi_node handle, const wick_wasi_buf *bufs, size_t n_bufs,
                                  uint32_t flags, size_t *out_n, uint32_t *out_flags)
{
    (void)fs;
    struct iovec iov[POSIX_BUFS];
    int fd = posix_node_of(handle)->fd;
    struct msghdr msg = {.msg_iov = iov, .msg_iovlen = (size_t)posix_iovs(bufs, n_bufs, iov)};
    ssize_t got = recvmsg(fd, &msg, MSG_DONTWAIT | ((flags & 1) != 0 ? MSG_PEEK : 0));
    if (got < 0) {
        return posix_transfer_error(fd, POLLIN);
    }
    *out_n = (size_t)got;
    *out_flags = (msg.msg_flags & MSG_TRUNC) != 0 ? 1 : 0;
    return WICK_WASI_OK;
}

static wick_wasi_errno posix_send(wick_wasi_fs *fs, wick_wasi_node handle, const wick_wasi_buf *bufs, size_t n_bufs,
                                  size_t *out_n)
{
    (void)fs;
    struct iovec iov[POSIX_BUFS];
    int fd = posix_node_of(handle)->fd;
    struct msghdr msg = {.msg_iov = iov, .msg_iovlen = (size_t)posix_iovs(bufs, n_bufs, iov)};
    ssize_t got = sendmsg(fd, &msg, MSG_DONTWAIT | MSG_NOSIGNAL);
    if (got < 0) {
        return posix_transfer_error(fd, POLLOUT);
    }
    *out_n = (size_t)got;
    return WICK_WASI_OK;
}

static wick_wasi_errno posix_shutdown(wick_wasi_fs *fs, wick_wasi_node handle, uint32_t how)
{
    static const int host_how[] = {0, SHUT_RD, SHUT_WR, SHUT_RDWR};
    (void)fs;
    return posix_result(shutdown(posix_node_of(handle)->fd, host_how[how]));
}

/* The terminal is the system's: programs see that it is one, and leave it as it is. */
static wick_wasi_errno posix_tty_mode(wick_wasi_fs *fs, wick_wasi_node handle, uint32_t mode, uint32_t *out_old)
{
    (void)fs;
    (void)mode;
    (void)out_old;
    return isatty(posix_node_of(handle)->fd) == 1 ? WICK_WASI_ENOTSUP : WICK_WASI_ENOTTY;
}

static wick_wasi_errno posix_tty_foreground(wick_wasi_fs *fs, wick_wasi_node handle, uint32_t group)
{
    (void)fs;
    (void)group;
    return isatty(posix_node_of(handle)->fd) == 1 ? WICK_WASI_ENOTSUP : WICK_WASI_ENOTTY;
}

static const wick_wasi_fs_ops posix_ops = {
    .size = sizeof(wick_wasi_fs_ops),
    .open = posix_open,
    .stat_at = posix_stat_at,
    .readlink = posix_readlink,
    .mkdir = posix_mkdir,
    .rmdir = posix_rmdir,
    .unlink = posix_unlink,
    .symlink = posix_symlink,
    .link = posix_link,
    .rename = posix_rename,
    .set_times_at = posix_set_times_at,
    .walk = POSIX_WALK,
    .close = posix_close,
    .stat = posix_stat,
    .read = posix_read,
    .write = posix_write,
    .seek = posix_seek,
    .set_size = posix_set_size,
    .set_times = posix_set_times,
    .allocate = posix_allocate,
    .advise = posix_advise,
    .sync = posix_sync,
    .readdir = posix_readdir,
    .poll = posix_poll,
    .accept = posix_accept,
    .recv = posix_recv,
    .send = posix_send,
    .shutdown = posix_shutdown,
    .tty_mode = posix_tty_mode,
    .tty_foreground = posix_tty_foreground,
};

/* ---- the whole ---- */

wick_wasi_fs *wick_posix_fs_new(void)
{
    struct posix_fs *fs = calloc(1, sizeof *fs);
    if (fs == NULL) {
        return NULL;
    }
    fs->fs.ops = &posix_ops;
    fs->use_openat2 = 1;
    fs->interrupt[0] = fs->interrupt[1] = -1;
    return &fs->fs;
}

void wick_posix_fs_free(wick_wasi_fs *fs)
{
    if (fs != NULL && posix_of(fs)->interrupt[0] >= 0) {
        close(posix_of(fs)->interrupt[0]);
        close(posix_of(fs)->interrupt[1]);
    }
    free(fs);
}

void wick_posix_set_openat2(wick_wasi_fs *fs, int on)
{
    posix_of(fs)->use_openat2 = on;
}

wick_wasi_errno wick_posix_open_dir(wick_wasi_fs *fs, const char *path, wick_wasi_opened *out)
{
    (void)fs;
    int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0 && errno == EACCES) {
        fd = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC); /* may be passed through, not listed */
    }
    return fd < 0 ? wick_posix_errno(errno) : posix_opened(fd, out);
}

static int posix_is_nonblocking(int flags)
{
    return (flags & O_NONBLOCK) != 0;
}

wick_wasi_errno wick_posix_stdio(wick_wasi_fs *fs, int fd, wick_wasi_fd_options *out)
{
    struct stat st;
    int flags = fcntl(fd, F_GETFL);
    if (flags < 0 || fstat(fd, &st) != 0) {
        return WICK_WASI_EBADF;
    }
    struct posix_node *node = calloc(1, sizeof *node);
    if (node == NULL) {
        return WICK_WASI_ENOMEM;
    }
    node->fd = fd;
    node->is_borrowed = true;
    memset(out, 0, sizeof *out);
    out->fs = fs;
    out->opened.node = (uint64_t)(uintptr_t)node;
    out->opened.type = posix_fd_type(fd, st.st_mode);
    out->opened.is_tty = out->opened.type == WICK_WASI_CHARACTER_DEVICE && isatty(fd) == 1;
    node->is_regular = out->opened.type == WICK_WASI_REGULAR_FILE;
    node->is_blocking = !node->is_regular && out->opened.type != WICK_WASI_DIRECTORY && !posix_is_nonblocking(flags);
    out->flags |= node->is_regular ? WICK_WASI_FD_HOST_OFFSET : 0;
    out->flags |= (flags & O_ACCMODE) == O_WRONLY ? WICK_WASI_FD_NO_READ : 0;
    out->flags |= (flags & O_ACCMODE) == O_RDONLY ? WICK_WASI_FD_NO_WRITE : 0;
    out->fdflags |= (flags & O_APPEND) != 0 ? WICK_WASI_APPEND : 0;
    return WICK_WASI_OK;
}

#undef POSIX_BUFS
#undef POSIX_WAITS
#undef POSIX_WALK

/* clock.c - clocks, random bytes and waiting, for WASI programs in a process. */
#include <errno.h>
#include <fcntl.h>
#include <time.h>
#include <unistd.h>

#include "port/posix/posix.h"

static int posix_clock_id(uint32_t clock, clockid_t *out_id)
{
    static const clockid_t ids[] = {CLOCK_REALTIME, CLOCK_MONOTONIC, CLOCK_PROCESS_CPUTIME_ID,
                                    CLOCK_THREAD_CPUTIME_ID};
    if (clock >= sizeof ids / sizeof ids[0]) {
        return -1;
    }
    *out_id = ids[clock];
    return 0;
}

static wick_wasi_errno posix_clock_time(void *user, uint32_t clock, uint64_t *out_ns)
{
    clockid_t id;
    struct timespec t;
    (void)user;
    if (posix_clock_id(clock, &id) != 0) {
        return WICK_WASI_EINVAL;
    }
    if (clock_gettime(id, &t) != 0) {
        return wick_posix_errno(errno);
    }
    *out_ns = (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
    return WICK_WASI_OK;
}

static wick_wasi_errno posix_clock_resolution(void *user, uint32_t clock, uint64_t *out_ns)
{
    clockid_t id;
    struct timespec t;
    (void)user;
    if (posix_clock_id(clock, &id) != 0) {
        return WICK_WASI_EINVAL;
    }
    if (clock_getres(id, &t) != 0) {
        return wick_posix_errno(errno);
    }
    *out_ns = (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
    return WICK_WASI_OK;
}

/* getentropy gives 256 bytes at a time; POSIX systems without it have the device. */
static wick_wasi_errno posix_random(void *user, void *buf, size_t n)
{
    uint8_t *at = buf;
    (void)user;
    while (n > 0) {
        size_t part = n < 256 ? n : 256;
        if (getentropy(at, part) != 0) {
            int fd = open("/dev/urandom", O_RDONLY | O_CLOEXEC);
            ssize_t got = fd < 0 ? -1 : read(fd, at, part);
            if (fd >= 0) {
                close(fd);
            }
            if (got <= 0) {
                return WICK_WASI_EIO;
            }
            part = (size_t)got;
        }
        at += part;
        n -= part;
    }
    return WICK_WASI_OK;
}

static void posix_idle(void *user, uint64_t deadline_ns)
{
    wick_posix_fs_wait(user, deadline_ns);
}

const wick_wasi_host wick_posix_wasi_host = {
    .size = sizeof(wick_wasi_host),
    .clock_time = posix_clock_time,
    .clock_resolution = posix_clock_resolution,
    .random = posix_random,
    .idle = posix_idle,
};

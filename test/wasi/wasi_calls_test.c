/* wasi_calls_test.c - what each WASI function does when it is used rightly, on every backend. */
#include "world.h"

#include <sys/socket.h>
#include <sys/un.h>

/* ---- strings, clocks, random ---- */

static void test_strings(void)
{
    ANSWERS(0, world_call("args_sizes_get", A(AT_OUT), A(AT_OUT2)));
    CHECK(guest_u32(AT_OUT) == 3 && guest_u32(AT_OUT2) == 19);
    ANSWERS(0, world_call("args_get", A(AT_IOVS), A(AT_BUF)));
    CHECK(guest_u32(AT_IOVS) == AT_BUF && guest_u32(AT_IOVS + 4) == AT_BUF + 5 && guest_u32(AT_IOVS + 8) == AT_BUF + 9);
    CHECK(memcmp(guest(AT_BUF), "prog\0one\0two three", 19) == 0);
    ANSWERS(0, world_call("environ_sizes_get", A(AT_OUT), A(AT_OUT2)));
    CHECK(guest_u32(AT_OUT) == 3 && guest_u32(AT_OUT2) == 13);
    ANSWERS(0, world_call("environ_get", A(AT_IOVS), A(AT_BUF)));
    CHECK(memcmp(guest(AT_BUF), "A=1\0B=\0C=x y", 13) == 0 && guest_u32(AT_IOVS + 8) == AT_BUF + 7);
    ANSWERS(0, world_call("clock_time_get", A(1), A(0), A(AT_OUT)));
    CHECK(guest_u64(AT_OUT) == test_now);
    ANSWERS(0, world_call("clock_time_get", A(0), A(0), A(AT_OUT)));
    CHECK(guest_u64(AT_OUT) == test_now + UINT64_C(1600000000000000000));
    ANSWERS(WICK_WASI_EINVAL, world_call("clock_time_get", A(4), A(0), A(AT_OUT)));
    ANSWERS(0, world_call("clock_res_get", A(0), A(AT_OUT)));
    CHECK(guest_u64(AT_OUT) == 1000);
    ANSWERS(WICK_WASI_EINVAL, world_call("clock_res_get", A(9), A(AT_OUT)));
    ANSWERS(0, world_call("random_get", A(8), A(GUEST_SIZE - 8))); /* more than one portion */
    CHECK(guest(8)[0] == 0x5a && guest(GUEST_SIZE - 1)[0] == 0x5a);
}

/* ---- files ---- */

static uint32_t seek(uint32_t fd, int64_t offset, uint32_t whence)
{
    return world_call("fd_seek", A(fd), A(offset), A(whence), A(AT_OUT));
}

static void test_files(void)
{
    uint32_t fd = t_must_open(3, "new", CREAT | EXCL, WRITE);
    CHECK(fd == 0); /* the lowest free number */
    ANSWERS(0, t_write(fd, "0123456789"));
    CHECK(guest_u32(AT_OUT2) == 10);
    ANSWERS(0, seek(fd, -3, 2));
    CHECK(guest_u64(AT_OUT) == 7);
    ANSWERS(0, t_read(fd, 10));
    CHECK(guest_u32(AT_OUT2) == 3 && memcmp(guest(AT_BUF), "789", 3) == 0);
    ANSWERS(0, t_read(fd, 10));
    CHECK(guest_u32(AT_OUT2) == 0);
    ANSWERS(0, seek(fd, -5, 1));
    ANSWERS(0, world_call("fd_tell", A(fd), A(AT_OUT)));
    CHECK(guest_u64(AT_OUT) == 5);
    /* Preview 0 counts whence from cur. */
    ANSWERS(0, world_call("fd_seek0", A(fd), A(1), A(0), A(AT_OUT)));
    CHECK(guest_u64(AT_OUT) == 6);
    ANSWERS(0, world_call("fd_seek0", A(fd), A(-1), A(1), A(AT_OUT)));
    CHECK(guest_u64(AT_OUT) == 9);
    ANSWERS(0, world_call("fd_seek0", A(fd), A(2), A(2), A(AT_OUT)));
    CHECK(guest_u64(AT_OUT) == 2);
    /* At an offset: the descriptor's stays. Twenty pieces, more than go at once. */
    for (uint32_t i = 0; i < 20; i++) {
        guest(AT_BUF)[i] = (uint8_t)('a' + i);
        guest_iov(i, AT_BUF + i, i % 3 == 2 ? 0 : 1);
    }
    ANSWERS(0, world_call("fd_pwrite", A(fd), A(AT_IOVS), A(20), A(4), A(AT_OUT)));
    CHECK(guest_u32(AT_OUT) == 14);
    ANSWERS(0, world_call("fd_tell", A(fd), A(AT_OUT)));
    CHECK(guest_u64(AT_OUT) == 2);
    ANSWERS(0, seek(fd, 0, 0));
    ANSWERS(0, t_read(fd, 100));
    CHECK(guest_u32(AT_OUT2) == 18 && memcmp(guest(AT_BUF), "0123abdeghjkmnpqst", 18) == 0);
    guest_iov(0, AT_BUF, 2);
    guest_iov(1, AT_BUF + 100, 3);
    ANSWERS(0, world_call("fd_pread", A(fd), A(AT_IOVS), A(2), A(3), A(AT_OUT)));
    CHECK(guest_u32(AT_OUT) == 5 && memcmp(guest(AT_BUF), "3a", 2) == 0 && memcmp(guest(AT_BUF + 100), "bde", 3) == 0);
    /* Sizes: cut, grow by zeros, a hole. */
    ANSWERS(0, world_call("fd_filestat_set_size", A(fd), A(4)));
    ANSWERS(0, world_call("fd_filestat_set_size", A(fd), A(6)));
    ANSWERS(0, seek(fd, 0, 0));
    ANSWERS(0, t_read(fd, 100));
    CHECK(guest_u32(AT_OUT2) == 6 && memcmp(guest(AT_BUF), "0123\0\0", 6) == 0);
    ANSWERS(0, seek(fd, 20000, 0));
    ANSWERS(0, t_write(fd, "end"));
    ANSWERS(0, seek(fd, 4090, 0));
    ANSWERS(0, t_read(fd, 20));
    CHECK(guest_u32(AT_OUT2) == 20 && guest(AT_BUF)[0] == 0 && guest(AT_BUF)[19] == 0);
    ANSWERS(0, world_call("fd_allocate", A(fd), A(20000), A(5000)));
    ANSWERS(0, world_call("fd_filestat_get", A(fd), A(AT_BUF)));
    CHECK(guest_u64(AT_BUF + 32) == 25000 && guest(AT_BUF)[16] == WICK_WASI_REGULAR_FILE && guest_u64(AT_BUF + 24) == 1);
    ANSWERS(0, world_call("fd_advise", A(fd), A(0), A(100), A(3)));
    ANSWERS(0, world_call("fd_sync", A(fd)));
    ANSWERS(0, world_call("fd_datasync", A(fd)));
    ANSWERS(0, t_close(fd));
    /* Appending: the offset goes to the end; an offset of one's own is not moved. */
    ANSWERS(0, t_open(3, FOLLOW, "app", CREAT, WRITE, WICK_WASI_APPEND));
    fd = t_fd();
    uint32_t second = t_must_open(3, "app", 0, WRITE);
    ANSWERS(0, t_write(fd, "one,"));
    ANSWERS(0, t_write(second, "ONE"));
    ANSWERS(0, t_write(second, "+two,"));
    ANSWERS(0, t_write(fd, "three"));
    ANSWERS(0, world_call("fd_tell", A(fd), A(AT_OUT)));
    CHECK(guest_u64(AT_OUT) == 13);
    guest_iov(0, AT_BUF, (uint32_t)guest_text(AT_BUF, "o"));
    ANSWERS(0, world_call("fd_pwrite", A(fd), A(AT_IOVS), A(1), A(0), A(AT_OUT)));
    CHECK(t_holds(3, "app", "oNE+two,three"));
    ANSWERS(0, world_call("fd_fdstat_set_flags", A(fd), A(0)));
    ANSWERS(0, seek(fd, 0, 0));
    ANSWERS(0, t_write(fd, "X"));
    CHECK(t_holds(3, "app", "XNE+two,three"));
    ANSWERS(0, world_call("fd_fdstat_set_flags", A(fd), A(WICK_WASI_APPEND | WICK_WASI_SYNC | WICK_WASI_NONBLOCK)));
    ANSWERS(0, t_write(fd, "!"));
    CHECK(t_holds(3, "app", "XNE+two,three!"));
    ANSWERS(0, world_call("fd_fdstat_get", A(fd), A(AT_BUF)));
    CHECK(guest(AT_BUF)[2] == (WICK_WASI_APPEND | WICK_WASI_SYNC | WICK_WASI_NONBLOCK));
    ANSWERS(WICK_WASI_EINVAL, world_call("fd_fdstat_set_flags", A(fd), A(64)));
    t_close(fd);
    t_close(second);
    /* Removed while open. */
    fd = t_must_open(3, "app", 0, WRITE);
    ANSWERS(0, t_unlink(3, "app"));
    ANSWERS(WICK_WASI_ENOENT, t_stat(3, FOLLOW, "app"));
    ANSWERS(0, t_read(fd, 3));
    CHECK(memcmp(guest(AT_BUF), "XNE", 3) == 0);
    ANSWERS(0, world_call("fd_filestat_get", A(fd), A(AT_BUF)));
    CHECK(guest_u64(AT_BUF + 24) == 0);
    ANSWERS(0, t_close(fd));
    ANSWERS(0, t_unlink(3, "new"));
}

/* ---- attributes ---- */

static void test_attributes(void)
{
    const uint64_t when = UINT64_C(1234567890123456789);
    ANSWERS(0, t_stat(3, FOLLOW, "link"));
    CHECK(guest(AT_BUF)[16] == WICK_WASI_REGULAR_FILE && guest_u64(AT_BUF + 32) == 5);
    uint64_t ino = guest_u64(AT_BUF + 8);
    ANSWERS(0, t_stat(3, NOFOLLOW, "link"));
    CHECK(guest(AT_BUF)[16] == WICK_WASI_SYMBOLIC_LINK && guest_u64(AT_BUF + 32) == 4 && guest_u64(AT_BUF + 8) != ino);
    ANSWERS(0, t_stat(3, FOLLOW, "."));
    CHECK(guest(AT_BUF)[16] == WICK_WASI_DIRECTORY);
    ANSWERS(0, t_stat(3, FOLLOW, "dir/.."));
    CHECK(guest(AT_BUF)[16] == WICK_WASI_DIRECTORY);
    ANSWERS(0, t_times(3, FOLLOW, "link", when));
    ANSWERS(0, t_stat(3, FOLLOW, "file"));
    CHECK(guest_u64(AT_BUF + 48) == when);
    /* Preview 0: 56 bytes, links in 4. */
    ANSWERS(0, t_link(3, NOFOLLOW, "file", 3, "hard"));
    memset(guest(AT_BUF), 0xee, 64);
    ANSWERS(0, world_call("path_filestat_get0", A(3), A(1), A(AT_PATH), guest_text(AT_PATH, "file"), A(AT_BUF)));
    CHECK(guest_u64(AT_BUF + 8) == ino && guest(AT_BUF)[16] == WICK_WASI_REGULAR_FILE && guest_u32(AT_BUF + 20) == 2 &&
          guest_u64(AT_BUF + 24) == 5 && guest_u64(AT_BUF + 40) == when && guest(AT_BUF)[56] == 0xee);
    ANSWERS(0, t_times(3, NOFOLLOW, "link", 77));
    ANSWERS(0, t_stat(3, FOLLOW, "file"));
    CHECK(guest_u64(AT_BUF + 48) == when);
    ANSWERS(0, t_times(3, FOLLOW, "dir/", 1000000007));
    ANSWERS(0, t_stat(3, FOLLOW, "dir"));
    CHECK(guest_u64(AT_BUF + 48) == 1000000007);
    ANSWERS(0, t_times(3, FOLLOW, "empty/..", 1000000009));
    ANSWERS(0, t_stat(3, FOLLOW, "."));
    CHECK(guest_u64(AT_BUF + 48) == 1000000009);
    uint32_t fd = t_must_open(3, "file", 0, WRITE);
    ANSWERS(WICK_WASI_EINVAL, world_call("fd_filestat_set_times", A(fd), A(0), A(0), A(3)));
    ANSWERS(WICK_WASI_EINVAL, world_call("fd_filestat_set_times", A(fd), A(0), A(0), A(12)));
    ANSWERS(WICK_WASI_EINVAL, world_call("fd_filestat_set_times", A(fd), A(0), A(0), A(16)));
    ANSWERS(0, world_call("fd_filestat_set_times", A(fd), A(5000000000), A(0), A(1 | 8)));
    ANSWERS(0, world_call("fd_filestat_get", A(fd), A(AT_BUF)));
    CHECK(guest_u64(AT_BUF + 40) == 5000000000 && guest_u64(AT_BUF + 48) == world_wall(NULL));
    t_close(fd);
    ANSWERS(0, t_unlink(3, "hard"));
    /* Reading links, cut or whole. */
    ANSWERS(0, t_readlink(3, "dlink_slash", 100));
    CHECK(guest_u32(AT_OUT2) == 4 && memcmp(guest(AT_BUF), "dir/", 4) == 0);
    ANSWERS(0, t_readlink(3, "dlink_slash", 2));
    CHECK(guest_u32(AT_OUT2) == 2);
    ANSWERS(0, t_readlink(3, "dlink_slash", 0));
    CHECK(guest_u32(AT_OUT2) == 0);
    ANSWERS(0, world_call("fd_prestat_get", A(4), A(AT_BUF)));
    CHECK(guest_u32(AT_BUF) == 0 && guest_u32(AT_BUF + 4) == 3);
    ANSWERS(0, world_call("fd_prestat_dir_name", A(4), A(AT_BUF), A(3)));
    CHECK(memcmp(guest(AT_BUF), "/ro", 3) == 0);
    ANSWERS(WICK_WASI_ENAMETOOLONG, world_call("fd_prestat_dir_name", A(4), A(AT_BUF), A(2)));
}

/* ---- names ---- */

static void test_names(void)
{
    ANSWERS(0, t_mkdir(3, "d1/"));
    ANSWERS(0, t_mkdir(3, "d1/d2"));
    ANSWERS(0, t_open(3, FOLLOW, "d1/d2/f", CREAT, WRITE, 0));
    t_write(t_fd(), "content");
    t_close(t_fd());
    ANSWERS(0, t_rename(3, "d1/d2/", 3, "d3/"));
    CHECK(t_holds(3, "d3/f", "content"));
    ANSWERS(0, t_link(3, NOFOLLOW, "d3/f", 3, "d1/g"));
    ANSWERS(0, t_rename(3, "d3/f", 3, "d1/g")); /* two names of one file: nothing happens */
    CHECK(t_holds(3, "d3/f", "content") && t_holds(3, "d1/g", "content"));
    ANSWERS(0, t_rename(3, "d1/g", 3, "d1/h"));
    ANSWERS(WICK_WASI_ENOENT, t_stat(3, FOLLOW, "d1/g"));
    ANSWERS(0, t_open(3, FOLLOW, "d1/g", CREAT, WRITE, 0));
    t_close(t_fd());
    ANSWERS(0, t_rename(3, "d1/h", 3, "d1/g")); /* over another */
    CHECK(t_holds(3, "d1/g", "content"));
    ANSWERS(0, t_link(3, NOFOLLOW, "dangling", 3, "d1/l")); /* of the link itself */
    ANSWERS(0, t_readlink(3, "d1/l", 100));
    CHECK(guest_u32(AT_OUT2) == 7);
    ANSWERS(0, t_link(3, FOLLOW, "dir/back", 3, "d1/m"));
    CHECK(t_holds(3, "d1/m", "hello"));
    ANSWERS(0, t_symlink("g", 3, "d1/s"));
    ANSWERS(0, t_rename(3, "d1/s", 3, "d3/s")); /* the link moves, not what it names */
    ANSWERS(WICK_WASI_ENOENT, t_open(3, FOLLOW, "d3/s", 0, READ, 0));
    ANSWERS(0, t_unlink(3, "d3/s"));
    ANSWERS(0, t_mkdir(3, "d4"));
    ANSWERS(0, t_rename(3, "d4", 3, "empty")); /* over an empty directory */
    ANSWERS(WICK_WASI_ENOTEMPTY, t_rmdir(3, "d1"));
    static const char *const files[] = {"d1/g", "d1/l", "d1/m", "d3/f"};
    for (int i = 0; i < 4; i++) {
        ANSWERS(0, t_unlink(3, files[i]));
    }
    ANSWERS(0, t_rmdir(3, "d1"));
    ANSWERS(0, t_rmdir(3, "d3/"));
    ANSWERS(WICK_WASI_ENOENT, t_rmdir(3, "d3"));
    ANSWERS(WICK_WASI_ENOENT, t_unlink(3, "d3"));
}

/* ---- reading directories ---- */

struct seen {
    uint32_t n, n_dots;
    uint64_t cookies[300];
    char names[300][16];
};

/* Reads a whole directory by calls of `step` bytes. */
static void read_directory(uint32_t fd, uint32_t step, struct seen *seen)
{
    uint64_t cookie = 0;
    memset(seen, 0, sizeof *seen);
    for (int calls = 0; calls < 20000; calls++) {
        if (world_call("fd_readdir", A(fd), A(AT_BUF), A(step), cookie, A(AT_OUT2)) != 0) {
            CHECK(false);
            return;
        }
        uint32_t used = guest_u32(AT_OUT2), at = 0;
        while (at + 24 <= used && at + 24 + guest_u32(AT_BUF + at + 16) <= used && seen->n < 300) {
            uint32_t n = guest_u32(AT_BUF + at + 16);
            const char *name = (const char *)guest(AT_BUF + at + 24);
            cookie = guest_u64(AT_BUF + at);
            if ((n == 1 && name[0] == '.') || (n == 2 && memcmp(name, "..", 2) == 0)) {
                seen->n_dots++;
            } else {
                memcpy(seen->names[seen->n], name, n < 15 ? n : 15);
                seen->cookies[seen->n++] = cookie;
            }
            at += 24 + n;
        }
        if (used < step) {
            return;
        }
    }
    CHECK(false);
}

static void test_readdir(void)
{
    static struct seen seen, again;
    ANSWERS(0, t_mkdir(3, "many"));
    char name[32];
    for (int i = 0; i < 200; i++) {
        snprintf(name, sizeof name, "many/f%d", i);
        ANSWERS(0, t_open(3, FOLLOW, name, CREAT, WRITE, 0));
        t_close(t_fd());
    }
    uint32_t fd = t_must_open(3, "many", DIRECTORY, READ);
    static const uint32_t steps[] = {4096, 64, 31, 1000};
    for (int i = 0; i < 4; i++) {
        read_directory(fd, steps[i], &seen);
        CHECK(seen.n == 200 && seen.n_dots == 2);
        bool found[200] = {false};
        for (uint32_t k = 0; k < seen.n; k++) {
            unsigned long number = strtoul(seen.names[k] + 1, NULL, 10);
            found[number < 200 ? number : 0] = true;
        }
        bool all = true;
        for (int k = 0; k < 200; k++) {
            all &= found[k];
        }
        CHECK(all);
    }
    /* A cookie leads to the same place. */
    ANSWERS(0, world_call("fd_readdir", A(fd), A(AT_BUF), A(4096), seen.cookies[99], A(AT_OUT2)));
    CHECK(memcmp(guest(AT_BUF + 24), seen.names[100], strlen(seen.names[100])) == 0);
    ANSWERS(0, world_call("fd_readdir", A(fd), A(AT_BUF), A(0), A(0), A(AT_OUT2)));
    CHECK(guest_u32(AT_OUT2) == 0);
    ANSWERS(0, world_call("fd_readdir", A(fd), A(AT_BUF), A(10), A(0), A(AT_OUT2)));
    CHECK(guest_u32(AT_OUT2) == 10); /* part of a head */
    /* Entries that go away while one reads: the others are all seen, once. */
    for (int i = 0; i < 200; i += 2) {
        snprintf(name, sizeof name, "many/f%d", i);
        ANSWERS(0, t_unlink(3, name));
    }
    read_directory(fd, 300, &again);
    CHECK(again.n == 100);
    t_close(fd);
    for (int i = 1; i < 200; i += 2) {
        snprintf(name, sizeof name, "many/f%d", i);
        t_unlink(3, name);
    }
    ANSWERS(0, t_rmdir(3, "many"));
    fd = t_must_open(3, "dir", DIRECTORY, READ);
    ANSWERS(0, world_call("fd_filestat_get", A(fd), A(AT_PATH2)));
    ANSWERS(0, world_call("fd_readdir", A(fd), A(AT_BUF), A(4096), A(0), A(AT_OUT2)));
    CHECK(guest_u64(AT_BUF + 8) == guest_u64(AT_PATH2 + 8) && guest(AT_BUF)[20] == WICK_WASI_DIRECTORY);
    t_close(fd);
    fd = t_must_open(3, "file", 0, READ);
    ANSWERS(WICK_WASI_ENOTDIR, world_call("fd_readdir", A(fd), A(AT_BUF), A(100), A(0), A(AT_OUT2)));
    t_close(fd);
}

/* ---- waiting ---- */

static void put_clock(uint32_t at, uint64_t user, uint32_t id, uint64_t timeout, uint32_t flags, uint32_t shift)
{
    memset(guest(at), 0, 48 + shift);
    guest_put_u64(at, user);
    guest_put_u32(at + 16 + shift, id);
    guest_put_u64(at + 24 + shift, timeout);
    guest(at + 40 + shift)[0] = (uint8_t)flags;
}

static void put_fd(uint32_t at, uint64_t user, uint8_t type, uint32_t fd)
{
    memset(guest(at), 0, 48);
    guest_put_u64(at, user);
    guest(at + 8)[0] = type;
    guest_put_u32(at + 16, fd);
}

static void test_poll(void)
{
    enum { IN = AT_BUF, EVENTS = AT_PATH2 };
    uint64_t start = test_now;
    put_clock(IN, 7, 1, 5000000, 0, 0);
    world_ask("poll_oneoff", A(IN), A(EVENTS), A(1), A(AT_OUT));
    CHECK(world_status == WICK_PENDING && wick_wasi_deadline(w.wasi) == start + 5000000);
    test_now += 4999999;
    world_ask_again();
    CHECK(world_status == WICK_PENDING && wick_wasi_deadline(w.wasi) == start + 5000000);
    test_now += 1;
    ANSWERS(0, world_ask_again());
    CHECK(guest_u32(AT_OUT) == 1 && guest_u64(EVENTS) == 7 && guest_u32(EVENTS + 8) == 0);
    /* With idle it goes through by itself. */
    start = test_now;
    put_clock(IN, 8, 0, UINT64_C(1600000000000000000) + start + 1000, 1, 0);
    ANSWERS(0, world_call("poll_oneoff", A(IN), A(EVENTS), A(1), A(AT_OUT)));
    CHECK(test_now >= start + 1000 && guest_u64(EVENTS) == 8);
    put_clock(IN, 9, 1, test_now, 1, 0); /* past already */
    ANSWERS(0, world_ask("poll_oneoff", A(IN), A(EVENTS), A(1), A(AT_OUT)));
    put_clock(IN, 10, 1, 0, 0, 0);
    ANSWERS(0, world_ask("poll_oneoff", A(IN), A(EVENTS), A(1), A(AT_OUT)));
    put_clock(IN, 11, 1, UINT64_MAX, 0, 0); /* does not wrap */
    world_ask("poll_oneoff", A(IN), A(EVENTS), A(1), A(AT_OUT));
    CHECK(world_status == WICK_PENDING && wick_wasi_deadline(w.wasi) == UINT64_MAX);
    wick_task_cancel(w.task);
    put_clock(IN, 12, 2, 1, 0, 0); /* no such clock: an event with an error */
    ANSWERS(0, world_call("poll_oneoff", A(IN), A(EVENTS), A(1), A(AT_OUT)));
    CHECK(guest(EVENTS + 8)[0] == WICK_WASI_EINVAL);
    /* Mixed: a file is ready at once, a bad descriptor is an event, the clock is not. */
    uint32_t fd = t_must_open(3, "file", 0, WRITE | RIGHT(POLL_FD_READWRITE));
    uint32_t blind = t_must_open(3, "file", 0, WRITE);
    put_clock(IN, 1, 1, 1000000000, 0, 0);
    put_fd(IN + 48, 2, 1, fd);
    put_fd(IN + 96, 3, 2, fd);
    put_fd(IN + 144, 4, 1, 55);
    put_fd(IN + 192, 5, 1, blind);
    ANSWERS(0, world_call("poll_oneoff", A(IN), A(EVENTS), A(5), A(AT_OUT)));
    CHECK(guest_u32(AT_OUT) == 4);
    CHECK(guest_u64(EVENTS) == 2 && guest(EVENTS + 10)[0] == 1 && guest_u64(EVENTS + 16) == 5);
    CHECK(guest_u64(EVENTS + 32) == 3 && guest(EVENTS + 32 + 10)[0] == 2);
    CHECK(guest_u64(EVENTS + 64) == 4 && guest(EVENTS + 64 + 8)[0] == WICK_WASI_EBADF);
    CHECK(guest_u64(EVENTS + 96) == 5 && guest(EVENTS + 96 + 8)[0] == WICK_WASI_ENOTCAPABLE);
    t_close(fd);
    t_close(blind);
    /* Preview 0: 56 bytes each, an identifier before the clock's number. */
    start = test_now;
    put_clock(IN, 20, 1, 2000, 0, 8);
    put_clock(IN + 56, 21, 1, 1000, 0, 8);
    ANSWERS(0, world_call("poll_oneoff0", A(IN), A(EVENTS), A(2), A(AT_OUT)));
    CHECK(guest_u32(AT_OUT) == 1 && guest_u64(EVENTS) == 21 && test_now == start + 1000);
    world_ask("sched_yield");
    CHECK(world_status == WICK_PENDING && wick_wasi_deadline(w.wasi) == 0);
    ANSWERS(0, world_ask_again());
    ANSWERS(0, world_call("sched_yield"));
}

/* ---- devices ---- */

static uint8_t console_in[32];
static size_t console_in_size;
static char console_out[256];
static size_t console_out_size;

static wick_wasi_errno console_read(void *user, uint8_t *buf, size_t n, size_t *out_n)
{
    (void)user;
    if (console_in_size == 0) {
        return WICK_WASI_PENDING;
    }
    *out_n = n < console_in_size ? n : console_in_size;
    memcpy(buf, console_in, *out_n);
    console_in_size -= *out_n;
    memmove(console_in, console_in + *out_n, console_in_size);
    return WICK_WASI_OK;
}

static wick_wasi_errno console_write(void *user, const uint8_t *buf, size_t n, size_t *out_n)
{
    (void)user;
    *out_n = n < sizeof console_out - console_out_size ? n : sizeof console_out - console_out_size;
    memcpy(console_out + console_out_size, buf, *out_n);
    console_out_size += *out_n;
    return WICK_WASI_OK;
}

static wick_wasi_errno console_poll(void *user, uint32_t want, wick_wasi_ready *out)
{
    (void)user;
    out->is_ready = want == WICK_WASI_POLL_WRITE || console_in_size != 0;
    out->bytes = console_in_size;
    return WICK_WASI_OK;
}

static void test_devices(void)
{
    wick_devfs_options options = {
        .console_read = console_read, .console_write = console_write, .console_poll = console_poll, .random = test_random};
    static struct seen seen;
    world_need(wick_devfs_new(w.engine, &options, &w.devfs) == WICK_OK, "devfs");
    for (uint32_t fd = 0; fd < 3; fd++) {
        wick_wasi_fd_options d = {.fs = w.devfs, .flags = fd == 0 ? WICK_WASI_FD_NO_WRITE : WICK_WASI_FD_NO_READ};
        CHECK(wick_devfs_open(w.devfs, "console", &d.opened) == WICK_WASI_OK);
        CHECK(wick_wasi_set_fd(w.wasi, fd, &d) == WICK_OK);
    }
    wick_wasi_fd_options root = {.fs = w.devfs, .preopen = "/dev"};
    CHECK(wick_devfs_root(w.devfs, &root.opened) == WICK_WASI_OK);
    CHECK(wick_wasi_set_fd(w.wasi, 5, &root) == WICK_OK);
    CHECK(wick_wasi_set_fd(w.wasi, 5, &root) == WICK_ERR_usage);
    CHECK(wick_wasi_set_fd(w.wasi, 64, &root) == WICK_ERR_limit);
    console_out_size = 0;
    ANSWERS(0, t_write(1, "hello "));
    for (uint32_t i = 0; i < 40; i++) { /* many pieces come as one */
        guest_text(AT_BUF + i, i % 2 == 0 ? "a" : "b");
        guest_iov(i, AT_BUF + i, 1);
    }
    ANSWERS(0, world_call("fd_write", A(2), A(AT_IOVS), A(40), A(AT_OUT)));
    CHECK(console_out_size == 46 && memcmp(console_out, "hello abab", 10) == 0 && guest_u32(AT_OUT) == 40);
    ANSWERS(WICK_WASI_EBADF, t_read(1, 4));
    ANSWERS(WICK_WASI_EBADF, t_write(0, "x"));
    ANSWERS(0, world_call("fd_fdstat_get", A(0), A(AT_BUF)));
    CHECK(guest(AT_BUF)[0] == WICK_WASI_CHARACTER_DEVICE && (guest_u64(AT_BUF + 8) & RIGHT(FD_SEEK)) == 0);
    ANSWERS(WICK_WASI_ESPIPE, seek(0, 0, 1));
    ANSWERS(WICK_WASI_ESPIPE, world_call("fd_tell", A(0), A(AT_OUT)));
    guest_iov(0, AT_BUF, 4);
    ANSWERS(WICK_WASI_ESPIPE, world_call("fd_pread", A(0), A(AT_IOVS), A(1), A(0), A(AT_OUT)));
    /* Waiting for input: PENDING until there is some; AGAIN where it must not wait. */
    world_ask("fd_read", A(0), A(AT_IOVS), A(1), A(AT_OUT));
    CHECK(world_status == WICK_PENDING && wick_wasi_deadline(w.wasi) == UINT64_MAX);
    world_ask_again();
    CHECK(world_status == WICK_PENDING);
    memcpy(console_in, "typed\n", 6);
    console_in_size = 6;
    ANSWERS(0, world_ask_again());
    CHECK(guest_u32(AT_OUT) == 4 && memcmp(guest(AT_BUF), "type", 4) == 0);
    ANSWERS(0, t_read(0, 10));
    CHECK(guest_u32(AT_OUT2) == 2);
    put_fd(AT_BUF, 1, 1, 0);
    put_clock(AT_BUF + 48, 2, 1, 1000, 0, 0);
    ANSWERS(0, world_call("poll_oneoff", A(AT_BUF), A(AT_PATH2), A(2), A(AT_OUT)));
    CHECK(guest_u32(AT_OUT) == 1 && guest_u64(AT_PATH2) == 2);
    console_in_size = 3;
    put_clock(AT_BUF + 48, 2, 1, 1000, 0, 0);
    put_fd(AT_BUF, 1, 1, 0);
    ANSWERS(0, world_ask("poll_oneoff", A(AT_BUF), A(AT_PATH2), A(2), A(AT_OUT)));
    CHECK(guest_u32(AT_OUT) == 1 && guest_u64(AT_PATH2) == 1 && guest_u64(AT_PATH2 + 16) == 3);
    console_in_size = 0;
    ANSWERS(0, world_call("fd_fdstat_set_flags", A(0), A(WICK_WASI_NONBLOCK)));
    guest_iov(0, AT_BUF, 4);
    ANSWERS(WICK_WASI_EAGAIN, world_ask("fd_read", A(0), A(AT_IOVS), A(1), A(AT_OUT)));
    ANSWERS(WICK_WASI_ENOTSOCK, world_call("sock_shutdown", A(0), A(3)));
    uint32_t zero = t_must_open(5, "zero", 0, READ);
    memset(guest(AT_BUF), 1, 8);
    ANSWERS(0, t_read(zero, 8));
    CHECK(guest_u32(AT_OUT2) == 8 && guest_u64(AT_BUF) == 0);
    ANSWERS(0, world_call("fd_fdstat_get", A(zero), A(AT_BUF))); /* it can seek, so isatty says no */
    CHECK((guest_u64(AT_BUF + 8) & RIGHT(FD_SEEK)) != 0);
    ANSWERS(0, seek(zero, 5, 0));
    uint32_t null = t_must_open(5, "null", CREAT | TRUNC, RIGHT(FD_READ) | RIGHT(FD_WRITE));
    ANSWERS(0, t_write(null, "gone"));
    CHECK(guest_u32(AT_OUT2) == 4);
    ANSWERS(0, t_read(null, 4));
    CHECK(guest_u32(AT_OUT2) == 0);
    uint32_t random = t_must_open(5, "random", 0, READ);
    ANSWERS(0, t_read(random, 4));
    CHECK(guest_u32(AT_BUF) == 0x5a5a5a5a);
    ANSWERS(WICK_WASI_ENOENT, t_open(5, FOLLOW, "disk", 0, READ, 0));
    ANSWERS(WICK_WASI_EROFS, t_open(5, FOLLOW, "disk", CREAT, READ, 0));
    ANSWERS(WICK_WASI_ENOTSUP, t_mkdir(5, "x"));
    ANSWERS(WICK_WASI_EXDEV, t_rename(5, "null", 3, "x"));
    ANSWERS(WICK_WASI_EXDEV, t_link(3, NOFOLLOW, "file", 5, "x"));
    ANSWERS(WICK_WASI_ENOTDIR, t_open(5, FOLLOW, "null/x", 0, READ, 0));
    read_directory(5, 100, &seen);
    CHECK(seen.n == 5 && strcmp(seen.names[0], "console") == 0);
}

/* ---- the end ---- */

static void test_end(void)
{
    uint32_t status = 0;
    ANSWERS(0, world_call("proc_raise", A(0)));
    ANSWERS(0, world_call("proc_raise", A(16)));
    ANSWERS(WICK_WASI_ENOTSUP, world_call("proc_raise", A(18)));
    ANSWERS(WICK_WASI_EINVAL, world_call("proc_raise", A(31)));
    CHECK(!wick_wasi_exited(w.wasi, &status));
    world_call("proc_exit", A(300));
    CHECK(world_status == WICK_TRAPPED && wick_task_diag(w.task)->err == WICK_ERR_exit);
    CHECK(wick_wasi_exited(w.wasi, &status) && status == 300);
    world_call("proc_raise", A(6));
    CHECK(world_status == WICK_TRAPPED && wick_wasi_exited(w.wasi, &status) && status == 134);
}

/* ---- what only the RAM file system has ---- */

static void test_quota(void)
{
    if (w.kind != WORLD_RAMFS) {
        return;
    }
    uint64_t before = wick_ramfs_used(w.fs);
    uint32_t fd = t_must_open(3, "big", CREAT, WRITE);
    uint32_t n = 0;
    memset(guest(AT_BUF), 'x', 30000);
    guest_iov(0, AT_BUF, 30000);
    uint32_t err = 0;
    while (n < 1000 && (err = world_call("fd_write", A(fd), A(AT_IOVS), A(1), A(AT_OUT2))) == 0) {
        n++;
    }
    ANSWERS(WICK_WASI_ENOSPC, err);
    CHECK(n > 20 && n < 36);
    char name[16]; /* names take of the same */
    uint32_t made = 0;
    for (err = 0; made < 1000 && err == 0; made += err == 0) {
        snprintf(name, sizeof name, "d%u", made);
        err = t_mkdir(3, name);
    }
    ANSWERS(WICK_WASI_ENOSPC, err);
    while (made > 0) {
        snprintf(name, sizeof name, "d%u", --made);
        ANSWERS(0, t_rmdir(3, name));
    }
    ANSWERS(0, world_call("fd_filestat_set_size", A(fd), A(0)));
    ANSWERS(0, t_unlink(3, "big"));
    ANSWERS(0, t_close(fd));
    CHECK(wick_ramfs_used(w.fs) <= before + 1000);
    /* What a file has already is not asked of the quota again. */
    fd = t_must_open(3, "half", CREAT, WRITE);
    for (int i = 0; i < 3; i++) {
        ANSWERS(0, world_call("fd_allocate", A(fd), A(0), A(700000)));
    }
    ANSWERS(WICK_WASI_ENOSPC, world_call("fd_allocate", A(fd), A(700000), A(700000)));
    ANSWERS(0, world_call("fd_filestat_get", A(fd), A(AT_BUF)));
    CHECK(guest_u64(AT_BUF + 32) == 700000);
    memset(guest(AT_BUF), 'x', 30000);
    ANSWERS(0, t_unlink(3, "half"));
    t_close(fd);
    /* Far out: the hole costs nothing, its table does not fit. */
    fd = t_must_open(3, "far", CREAT, WRITE);
    ANSWERS(0, world_call("fd_filestat_set_size", A(fd), A(INT64_MAX)));
    ANSWERS(WICK_WASI_ENOSPC, world_call("fd_pwrite", A(fd), A(AT_IOVS), A(1), A(INT64_C(1) << 60), A(AT_OUT2)));
    ANSWERS(WICK_WASI_ENOSPC, world_call("fd_allocate", A(fd), A(0), A(INT64_C(1) << 60)));
    guest_iov(0, AT_BUF, 100);
    ANSWERS(0, world_call("fd_pread", A(fd), A(AT_IOVS), A(1), A(INT64_C(1) << 60), A(AT_OUT2)));
    CHECK(guest_u32(AT_OUT2) == 100 && guest(AT_BUF)[0] == 0);
    ANSWERS(0, t_unlink(3, "far"));
    t_close(fd);
    /* A file of the image is copied only where it is written. */
    const uint8_t *bytes;
    size_t size;
    bool borrowed;
    CHECK(wick_wasi_load(w.wasi, 3, "link", 4, &bytes, &size, &borrowed) == WICK_WASI_OK && borrowed && size == 5 &&
          bytes > w.image && bytes < w.image + w.image_size);
    fd = t_must_open(3, "file", 0, WRITE);
    ANSWERS(0, t_write(fd, "J"));
    t_close(fd);
    CHECK(memcmp(bytes, "hello", 5) == 0 && t_holds(3, "file", "Jello"));
    CHECK(wick_wasi_load(w.wasi, 3, "file", 4, &bytes, &size, &borrowed) == WICK_WASI_OK && !borrowed && size == 5 &&
          memcmp(bytes, "Jello", 5) == 0);
    wick_wasi_unload(w.wasi, bytes, size, borrowed);
    CHECK(wick_wasi_load(w.wasi, 3, "../outside/secret", 17, &bytes, &size, &borrowed) == WICK_WASI_ENOTCAPABLE);
    CHECK(wick_wasi_load(w.wasi, 3, "dir", 3, &bytes, &size, &borrowed) == WICK_WASI_EISDIR);
    CHECK(wick_wasi_load(w.wasi, 9, "dir", 3, &bytes, &size, &borrowed) == WICK_WASI_EBADF);
}

/* ---- sockets: what the host hands over, and what is accepted ---- */

static uint32_t sock_fd(int host_fd, uint32_t fd)
{
    wick_wasi_fd_options d;
    CHECK(wick_posix_stdio(w.fs, host_fd, &d) == WICK_WASI_OK);
    d.fdflags |= WICK_WASI_NONBLOCK;
    CHECK(wick_wasi_set_fd(w.wasi, fd, &d) == WICK_OK);
    return fd;
}

static uint32_t t_recv(uint32_t fd, uint32_t n, uint32_t flags)
{
    memset(guest(AT_BUF), 0, n + 1);
    guest_put_u32(AT_OUT, 0xffffffff);
    guest_iov(0, AT_BUF, n / 2);
    guest_iov(1, AT_BUF + n / 2, n - n / 2);
    return world_ask("sock_recv", A(fd), A(AT_IOVS), A(2), A(flags), A(AT_OUT2), A(AT_OUT));
}

static uint32_t t_send(uint32_t fd, const char *text)
{
    const uint32_t n = (uint32_t)guest_text(AT_BUF, text);
    guest_iov(0, AT_BUF, n / 2);
    guest_iov(1, 0, 0);
    guest_iov(2, AT_BUF + n / 2, n - n / 2);
    return world_ask("sock_send", A(fd), A(AT_IOVS), A(3), A(0), A(AT_OUT2));
}

static bool sock_got(const char *text, uint32_t flags)
{
    const size_t n = strlen(text);
    return guest_u32(AT_OUT2) == n && memcmp(guest(AT_BUF), text, n) == 0 && (guest_u32(AT_OUT) & 0xffff) == flags;
}

static void sock_stream(void)
{
    int pair[2];
    char text[32] = "";
    enum { PEEK = 1, ALL = 2 };
    world_need(socketpair(AF_UNIX, SOCK_STREAM, 0, pair) == 0, "socketpair");
    const uint32_t fd = sock_fd(pair[0], 20);
    ANSWERS(0, world_call("fd_fdstat_get", A(fd), A(AT_BUF)));
    CHECK(guest(AT_BUF)[0] == WICK_WASI_SOCKET_STREAM && (guest_u64(AT_BUF + 8) & RIGHT(FD_SEEK)) == 0);
    ANSWERS(WICK_WASI_EAGAIN, t_recv(fd, 8, 0));
    ANSWERS(WICK_WASI_EAGAIN, t_recv(fd, 8, ALL));
    ANSWERS(WICK_WASI_EINVAL, t_recv(fd, 8, 4));
    ANSWERS(0, t_send(fd, "to the host"));
    CHECK(guest_u32(AT_OUT2) == 11 && read(pair[1], text, sizeof text) == 11 && strcmp(text, "to the host") == 0);
    CHECK(write(pair[1], "to the guest", 12) == 12);
    ANSWERS(0, t_recv(fd, 6, PEEK));
    CHECK(sock_got("to the", 0));
    ANSWERS(0, t_recv(fd, 6, PEEK | ALL));
    CHECK(sock_got("to the", 0));
    ANSWERS(0, t_recv(fd, 7, 0));
    CHECK(sock_got("to the ", 0));
    ANSWERS(0, t_recv(fd, 8, ALL)); /* it must not wait: what is there */
    CHECK(sock_got("guest", 0));
    /* Waiting for some, and for all. */
    ANSWERS(0, world_call("fd_fdstat_set_flags", A(fd), A(0)));
    t_recv(fd, 8, 0);
    CHECK(world_status == WICK_PENDING);
    CHECK(write(pair[1], "abc", 3) == 3);
    ANSWERS(0, world_ask_again());
    CHECK(sock_got("abc", 0));
    t_recv(fd, 8, ALL);
    CHECK(world_status == WICK_PENDING);
    for (int i = 0; i < 3; i++) {
        CHECK(write(pair[1], "de", 2) == 2);
        world_ask_again();
        CHECK(world_status == WICK_PENDING && guest_u32(AT_OUT) == 0xffffffff);
    }
    CHECK(write(pair[1], "fghi", 4) == 4);
    ANSWERS(0, world_ask_again());
    CHECK(sock_got("dededefg", 0));
    ANSWERS(0, t_recv(fd, 2, ALL));
    CHECK(sock_got("hi", 0));
    ANSWERS(0, t_recv(fd, 0, ALL));
    CHECK(sock_got("", 0));
    /* All of it in many rounds: others get their turn in between. */
    enum { BYTES = 300 };
    char bytes[BYTES];
    for (uint32_t i = 0; i < BYTES; i++) {
        bytes[i] = (char)(i * 7 + 1);
        guest_iov(i, AT_BUF + i, 1);
    }
    CHECK(write(pair[1], bytes, BYTES) == BYTES);
    memset(guest(AT_BUF), 0, BYTES);
    world_ask("sock_recv", A(fd), A(AT_IOVS), A(BYTES), A(ALL), A(AT_OUT2), A(AT_OUT));
    CHECK(world_status == WICK_PENDING && memcmp(guest(AT_BUF), bytes, 256) == 0 && guest(AT_BUF)[256] == 0);
    ANSWERS(0, world_ask_again());
    CHECK(guest_u32(AT_OUT2) == BYTES && memcmp(guest(AT_BUF), bytes, BYTES) == 0);
    t_recv(fd, 8, ALL);
    CHECK(world_status == WICK_PENDING && write(pair[1], "end", 3) == 3);
    shutdown(pair[1], SHUT_WR);
    ANSWERS(0, world_ask_again());
    CHECK(sock_got("end", 0));
    ANSWERS(0, t_recv(fd, 8, ALL));
    CHECK(sock_got("", 0));
    /* The directions end one by one. */
    ANSWERS(WICK_WASI_EINVAL, world_call("sock_shutdown", A(fd), A(0)));
    ANSWERS(WICK_WASI_EINVAL, world_call("sock_shutdown", A(fd), A(4)));
    ANSWERS(0, t_send(fd, "last"));
    ANSWERS(0, world_call("sock_shutdown", A(fd), A(2)));
    ANSWERS(WICK_WASI_EPIPE, t_send(fd, "no more"));
    memset(text, 0, sizeof text);
    CHECK(read(pair[1], text, sizeof text) == 4 && strcmp(text, "last") == 0 && read(pair[1], text, 1) == 0);
    ANSWERS(0, t_close(fd));
    close(pair[0]);
    close(pair[1]);
}

/* Messages come whole or cut short. */
static void sock_datagrams(void)
{
    int pair[2];
    world_need(socketpair(AF_UNIX, SOCK_DGRAM, 0, pair) == 0, "socketpair");
    const uint32_t fd = sock_fd(pair[0], 20);
    ANSWERS(0, world_call("fd_fdstat_get", A(fd), A(AT_BUF)));
    CHECK(guest(AT_BUF)[0] == WICK_WASI_SOCKET_DGRAM);
    ANSWERS(0, world_call("fd_filestat_get", A(fd), A(AT_BUF)));
    CHECK(guest(AT_BUF)[16] == WICK_WASI_SOCKET_DGRAM);
    CHECK(write(pair[1], "first", 5) == 5 && write(pair[1], "second", 6) == 6 && write(pair[1], "third", 5) == 5);
    ANSWERS(0, t_recv(fd, 8, 0));
    CHECK(sock_got("first", 0));
    ANSWERS(0, t_recv(fd, 3, 0));
    CHECK(sock_got("sec", 1));
    ANSWERS(0, t_recv(fd, 8, 2)); /* all of one message */
    CHECK(sock_got("third", 0));
    ANSWERS(WICK_WASI_EAGAIN, t_recv(fd, 8, 0));
    ANSWERS(0, t_close(fd));
    close(pair[0]);
    close(pair[1]);
}

static void sock_accepting(void)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    char text[16] = "";
    snprintf(address.sun_path, sizeof address.sun_path, "%s/socket", w.host_dir);
    const int listener = socket(AF_UNIX, SOCK_STREAM, 0), client = socket(AF_UNIX, SOCK_STREAM, 0);
    world_need(listener >= 0 && client >= 0 && bind(listener, (struct sockaddr *)&address, sizeof address) == 0 &&
                   listen(listener, 4) == 0, "a listener");
    const uint32_t fd = sock_fd(listener, 20);
    ANSWERS(WICK_WASI_EAGAIN, world_ask("sock_accept", A(fd), A(0), A(AT_OUT)));
    ANSWERS(WICK_WASI_EINVAL, world_ask("sock_accept", A(fd), A(1), A(AT_OUT)));
    ANSWERS(WICK_WASI_EFAULT, world_ask("sock_accept", A(fd), A(0), A(GUEST_SIZE - 3)));
    ANSWERS(0, world_call("fd_fdstat_set_flags", A(fd), A(0)));
    world_ask("sock_accept", A(fd), A(WICK_WASI_NONBLOCK), A(AT_OUT));
    CHECK(world_status == WICK_PENDING);
    CHECK(connect(client, (struct sockaddr *)&address, sizeof address) == 0);
    ANSWERS(0, world_ask_again());
    const uint32_t accepted = guest_u32(AT_OUT);
    CHECK(accepted != fd && accepted < 64);
    ANSWERS(0, world_call("fd_fdstat_get", A(accepted), A(AT_BUF)));
    CHECK(guest(AT_BUF)[0] == WICK_WASI_SOCKET_STREAM && (guest(AT_BUF + 2)[0] & WICK_WASI_NONBLOCK) != 0);
    ANSWERS(WICK_WASI_EAGAIN, t_recv(accepted, 8, 0));
    ANSWERS(0, t_write(accepted, "welcome"));
    CHECK(read(client, text, sizeof text) == 7 && strcmp(text, "welcome") == 0 && write(client, "thanks", 6) == 6);
    ANSWERS(0, t_recv(accepted, 6, 2));
    CHECK(sock_got("thanks", 0));
    close(client);
    ANSWERS(0, t_recv(accepted, 6, 0));
    CHECK(sock_got("", 0));
    ANSWERS(WICK_WASI_EPIPE, t_send(accepted, "too late"));
    ANSWERS(0, t_close(accepted));
    ANSWERS(0, t_close(fd));
    close(listener);
    unlink(address.sun_path);
}

static void test_sockets(void)
{
    if (w.kind != WORLD_RAMFS) { /* which has none */
        sock_stream();
        sock_datagrams();
        sock_accepting();
    }
}

static void test_trace(void)
{
    static const char *const args[] = {"p"};
    wick_wasi_options options = {.args = args, .n_args = 1, .trace = true};
    world_unmake();
    world_need(world_make(&options) == WICK_OK, "world");
    test_log_size = 0;
    t_mkdir(3, "tr\x01");
    CHECK(strstr(test_log_text, "path_create_directory(fd=3, path=\"tr?\", path_len=3) = 0 SUCCESS\n") != NULL);
    test_log_size = 0;
    world_call("fd_close", A(99));
    CHECK(strcmp(test_log_text, "fd_close(fd=99) = 8 BADF\n") == 0);
    test_log_size = 0;
    world_call("proc_exit", A(3));
    CHECK(strcmp(test_log_text, "proc_exit(status=3) ends the program\n") == 0);
    ANSWERS(WICK_WASI_ENOTSUP, world_call("clock_time_get", A(0), A(0), A(AT_OUT))); /* no host */
    ANSWERS(WICK_WASI_ENOTSUP, world_call("random_get", A(AT_OUT), A(4)));
    t_rmdir(3, "tr\x01");
}

int main(void)
{
    for (int kind = 0; kind < WORLD_KINDS; kind++) {
        world_begin((enum world_kind)kind);
        test_strings();
        test_files();
        test_attributes();
        test_names();
        test_readdir();
        test_poll();
        test_devices();
        test_sockets();
        test_end();
        test_quota();
        test_trace();
        world_end();
    }
    return world_report();
}

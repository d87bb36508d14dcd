/* wasi_diff_test.c - random sequences of WASI calls on every file system, which must answer alike: the same error numbers, the
 * same data, and the same tree at the end. ramfs.c decides by itself what link, rename, remove and open mean; behind the
 * POSIX pass-through the host's kernel does; path.c resolves with openat2 or step by step. A call does not depend on earlier
 * answers, so that one sequence is played in each world in turn and what was noted is compared.
 *
 *   wasi_diff_test [-n COUNT] [-s SEED] [-t SECONDS] [-v]     COUNT sequences (25), or so many seconds; -v: all of the steps
 *
 * Not compared: sizes and links of directories, inode numbers but at the end (which names are one file), the order and the
 * cookies of entries, times that were not set just before. */
#include "world.h"

#include <time.h>

enum { N_STEPS = 160, JAIL = 3, DATA_MAX = 9000, AT_DATA = 65536, AT_STAT = 128, MAX_ENTRIES = 400 };

struct step {
    char text[200];
    uint32_t err;
    uint64_t out;
};

struct transcript {
    struct step steps[N_STEPS];
    uint32_t n;
    char dump[20000]; /* the tree at the end */
    size_t n_dump;
};

static struct transcript transcripts[WORLD_KINDS];
static struct transcript *now;
static uint64_t random_state;

static uint32_t pick(uint32_t n)
{
    random_state = random_state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (uint32_t)(random_state >> 33) % n;
}

static uint64_t diff_hash(uint64_t h, const uint8_t *p, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        h = (h ^ p[i]) * UINT64_C(0x100000001b3);
    }
    return h;
}

/* ---- what is asked ---- */

static const char *pick_name(void)
{
    static const char *const names[] = {
        "a", "b", "c", "a", "b", "c", "dir", "empty", "file", "link", "dlink", "..", ".", "sub", "inner", "", "dangling", "dot",
        "dlink_slash", "flink_slash", "loop1", "self", "back", "backdir", "updir", "abs", "roundabout", "\xc3\xa9", "selfdir",
    };
    return names[pick(pick(5) == 0 ? sizeof names / sizeof names[0] : 8)];
}

/* Room for 5000 bytes. */
static void pick_path(char *to)
{
    size_t n = 0;
    uint32_t parts = pick(10) == 0 ? 3 + pick(6) : pick(3) == 0 ? 2 : 1;
    uint32_t odd = pick(300);
    to[0] = 0;
    if (odd == 0) { /* a long name, around the limit */
        size_t size = 253 + pick(5);
        memset(to, 'n', size);
        to[size] = 0;
        return;
    }
    if (odd == 1) { /* a long path, around the limit */
        for (size_t size = 4088 + pick(12); n < size; n++) {
            to[n] = "./"[n & 1];
        }
        to[n] = 0;
        return;
    }
    if (odd == 2) {
        strcpy(to, pick(2) ? "/a" : "a\xff");
        return;
    }
    for (uint32_t i = 0; i < parts; i++) {
        n += (size_t)sprintf(to + n, "%s%s", i == 0 ? "" : "/", pick_name());
    }
    if (pick(8) == 0) {
        strcpy(to + n, pick(4) == 0 ? "//" : "/");
    }
}

/* A sequence begins with directories open as 0 and 1 and files as 2, 5 and 6; opening takes the lowest free number. */
static uint32_t pick_fd(void)
{
    return pick(40) == 0 ? pick(70) : pick(8) == 0 ? pick(12) : pick(3) ? 5 + pick(4) : pick(3);
}

static uint32_t pick_dir(void)
{
    return pick(12) == 0 ? pick_fd() : pick(2) ? JAIL : pick(2);
}

static uint64_t pick_offset(void)
{
    switch (pick(12)) {
    case 0: return UINT64_C(0x7fffffffffffffff) - pick(3);
    case 1: return UINT64_C(0x7fffffffffffffff) - pick(DATA_MAX);
    case 2: return UINT64_C(0x8000000000000000) + pick(3);
    case 3: return UINT64_MAX - pick(5000);
    case 4: return 4095 + pick(3);
    case 5: return pick(70000);
    default: return pick(300);
    }
}

/* Writes stay where the quota of the RAM file system and the sizes that the host's can have do not matter. */
static uint64_t pick_small(void)
{
    return pick(4) == 0 ? pick(70000) : pick(3) == 0 ? 4090 + pick(12) : pick(200);
}

static uint64_t pick_rights(void)
{
    switch (pick(8)) {
    case 0: return READ;
    case 1: return RIGHTS_ALL & ~RIGHT(FD_WRITE);
    case 2: return WRITE & ~(RIGHT(FD_READ) | RIGHT(FD_READDIR));
    case 3: return 0;
    case 4: return (uint64_t)pick(1u << 30);
    case 5: return WRITE;
    default: return RIGHTS_ALL;
    }
}

static uint32_t pick_fdflags(void)
{
    return pick(3) != 0 ? 0 : pick(2) ? WICK_WASI_APPEND : pick(33);
}

/* An array of iovecs of `total` bytes from AT_DATA on, in pieces. */
static uint32_t pick_iovs(uint32_t *out_total)
{
    uint32_t n = pick(30) == 0 ? pick(80) : 1 + pick(3), total = 0;
    for (uint32_t i = 0; i < n; i++) {
        uint32_t left = DATA_MAX - total;
        uint32_t size = pick(6) == 0 ? 0 : pick(pick(8) == 0 ? left + 1 : left < 60 ? left + 1 : 60);
        guest_iov(i, AT_DATA + total, size);
        total += size;
    }
    *out_total = total;
    return n;
}

/* ---- what is noted ---- */

static struct step *note(const char *format, ...)
{
    va_list list;
    struct step *s = &now->steps[now->n++];
    va_start(list, format);
    vsnprintf(s->text, sizeof s->text, format, list);
    va_end(list);
    s->err = 0;
    s->out = 0;
    memset(guest(AT_OUT), 0, 256);
    return s;
}

/* What of a filestat is the same everywhere. */
static uint64_t note_stat(uint64_t h)
{
    uint8_t type = guest(AT_STAT)[16];
    h = diff_hash(h, &type, 1);
    return type == WICK_WASI_DIRECTORY ? h : diff_hash(diff_hash(h, guest(AT_STAT + 24), 8), guest(AT_STAT + 32), 8);
}

/* ---- calls ---- */

static void step_open(uint32_t fd, const char *path, size_t n)
{
    static const uint32_t how[] = {CREAT, CREAT, CREAT | TRUNC, CREAT | EXCL, DIRECTORY, TRUNC, 0, 0};
    uint32_t follow = pick(2), oflags = pick(10) == 0 ? pick(16) : how[pick(8)];
    uint64_t base = pick_rights(), inheriting = pick(3) ? RIGHTS_ALL : pick_rights();
    base &= (oflags & DIRECTORY) != 0 && pick(4) ? ~RIGHT(FD_WRITE) : RIGHTS_ALL;
    uint32_t fdflags = pick_fdflags();
    struct step *s = note("path_open %u %u %.60s oflags=%u %llx %llx fdflags=%u", fd, follow, path, oflags,
                          (unsigned long long)base, (unsigned long long)inheriting, fdflags);
    s->err = world_call("path_open", A(fd), A(follow), A(AT_PATH), n, A(oflags), base, inheriting, A(fdflags), A(AT_OUT));
    s->out = guest_u32(AT_OUT);
}

static void step_path(void)
{
    char path[5000], other[5000];
    pick_path(path);
    pick_path(other);
    uint32_t fd = pick_dir(), fd2 = pick_dir(), follow = pick(2), cap = pick(3) == 0 ? pick(8) : 200;
    size_t n = guest_text(AT_PATH, path), n2 = guest_text(AT_PATH2, other);
    uint64_t time = (uint64_t)pick(1u << 30) * pick(1000000000), atim = (uint64_t)pick(1000000000);
    uint32_t which = pick(30), flags = pick(4) == 0 ? pick(17) : 5;
    struct step *s;
    switch (which) {
    case 0: case 1:
        s = note("path_create_directory %u %.60s", fd, path);
        s->err = world_call("path_create_directory", A(fd), A(AT_PATH), n);
        break;
    case 2: case 3:
        s = note("path_remove_directory %u %.60s", fd, path);
        s->err = world_call("path_remove_directory", A(fd), A(AT_PATH), n);
        break;
    case 4: case 5:
        s = note("path_unlink_file %u %.60s", fd, path);
        s->err = world_call("path_unlink_file", A(fd), A(AT_PATH), n);
        break;
    case 6: case 7: case 8: case 9:
        s = note("path_rename %u %.60s %u %.60s", fd, path, fd2, other);
        s->err = world_call("path_rename", A(fd), A(AT_PATH), n, A(fd2), A(AT_PATH2), n2);
        break;
    case 10: case 11:
        s = note("path_link %u %u %.60s %u %.60s", fd, follow, path, fd2, other);
        s->err = world_call("path_link", A(fd), A(follow), A(AT_PATH), n, A(fd2), A(AT_PATH2), n2);
        break;
    case 12: case 13:
        s = note("path_symlink %.60s %u %.60s", path, fd2, other);
        s->err = world_call("path_symlink", A(AT_PATH), n, A(fd2), A(AT_PATH2), n2);
        break;
    case 14: case 15:
        s = note("path_readlink %u %.60s cap=%u", fd, path, cap);
        memset(guest(AT_BUF), 0xee, 300);
        s->err = world_call("path_readlink", A(fd), A(AT_PATH), n, A(AT_BUF), A(cap), A(AT_OUT));
        s->out = diff_hash(guest_u32(AT_OUT), guest(AT_BUF), 300);
        break;
    case 16:
        s = note("path_filestat_set_times %u %u %.60s mtim=%llu flags=%u", fd, follow, path, (unsigned long long)time, flags);
        s->err = world_call("path_filestat_set_times", A(fd), A(follow), A(AT_PATH), n, atim, time, A(flags));
        if (s->err == 0 && (flags & 12) != 0) {
            world_call("path_filestat_get", A(fd), A(follow), A(AT_PATH), n, A(AT_STAT));
            s->out = guest_u64(AT_STAT + 48);
        }
        break;
    case 17: case 18: case 19:
        s = note("path_filestat_get %u %u %.60s", fd, follow, path);
        s->err = world_call("path_filestat_get", A(fd), A(follow), A(AT_PATH), n, A(AT_STAT));
        s->out = note_stat(1);
        break;
    default:
        step_open(fd, path, n);
        break;
    }
}

static void step_data(uint32_t fd)
{
    uint32_t total, n = pick_iovs(&total), which = pick(8);
    uint64_t far = pick_offset(), near = pick_small();
    uint8_t fill = (uint8_t)pick(256);
    struct step *s;
    for (uint32_t i = 0; i < total; i++) {
        guest(AT_DATA)[i] = which < 4 ? 0xee : (uint8_t)(fill + i);
    }
    if (which < 2) {
        s = note("fd_read %u %u iovs, %u bytes", fd, n, total);
        s->err = world_call("fd_read", A(fd), A(AT_IOVS), A(n), A(AT_OUT));
    } else if (which < 4) {
        s = note("fd_pread %u %u iovs, %u bytes at %llx", fd, n, total, (unsigned long long)far);
        s->err = world_call("fd_pread", A(fd), A(AT_IOVS), A(n), far, A(AT_OUT));
    } else if (which < 6) {
        s = note("fd_write %u %u iovs, %u bytes", fd, n, total);
        s->err = world_call("fd_tell", A(fd), A(AT_STAT));
        if (s->err == 0 && guest_u64(AT_STAT) > 100000) { /* how far a file may reach is the host's matter */
            world_call("fd_seek", A(fd), A(0), A(0), A(AT_STAT));
        }
        s->err = s->err == WICK_WASI_ENOTCAPABLE ? s->err : world_call("fd_write", A(fd), A(AT_IOVS), A(n), A(AT_OUT));
    } else {
        s = note("fd_pwrite %u %u iovs, %u bytes at %llx", fd, n, total, (unsigned long long)near);
        s->err = world_call("fd_pwrite", A(fd), A(AT_IOVS), A(n), near, A(AT_OUT));
    }
    s->out = diff_hash(guest_u32(AT_OUT), guest(AT_DATA), total);
}

/* A subscription to a descriptor, and a clock that has passed. */
static void step_poll(uint32_t fd)
{
    uint32_t want = 1 + pick(2);
    memset(guest(AT_BUF), 0, 1000);
    guest_put_u64(AT_BUF, 7);
    guest(AT_BUF + 8)[0] = (uint8_t)want;
    guest_put_u32(AT_BUF + 16, fd);
    guest_put_u64(AT_BUF + 48, 8);
    guest_put_u32(AT_BUF + 48 + 16, 1);
    struct step *s = note("poll_oneoff %u %s", fd, want == 1 ? "read" : "write");
    s->err = world_call("poll_oneoff", A(AT_BUF), A(AT_BUF + 200), A(2), A(AT_OUT));
    uint32_t n = guest_u32(AT_OUT);
    s->out = n;
    for (uint32_t i = 0; i < n && i < 2; i++) {
        s->out = diff_hash(s->out, guest(AT_BUF + 200 + 32 * i), 11); /* user data, error, type */
        if (want == 1) {
            s->out = diff_hash(s->out, guest(AT_BUF + 200 + 32 * i + 16), 8);
        }
    }
}

static int diff_compare(const void *a, const void *b)
{
    return strcmp(a, b);
}

static char entries[MAX_ENTRIES][260];

/* All names of an open directory through a buffer of `cap` bytes, sorted. -1: an error; -2: no end, or a name twice. */
static int list_names(uint32_t fd, uint32_t cap, uint32_t *out_err)
{
    uint64_t cookie = 0;
    int n = 0;
    for (uint32_t round = 0; round < 2000; round++) {
        *out_err = world_call("fd_readdir", A(fd), A(AT_BUF), A(cap), cookie, A(AT_OUT));
        if (*out_err != 0) {
            return -1;
        }
        uint32_t used = guest_u32(AT_OUT), at = 0;
        while (at + 24 <= used && at + 24 + guest_u32(AT_BUF + at + 16) <= used && n < MAX_ENTRIES) {
            uint32_t size = guest_u32(AT_BUF + at + 16);
            if (size > 255) {
                return -2;
            }
            memcpy(entries[n], guest(AT_BUF + at + 24), size);
            sprintf(entries[n++] + size, " %u", guest(AT_BUF + at + 20)[0]);
            cookie = guest_u64(AT_BUF + at);
            at += 24 + size;
        }
        if (used < cap) {
            qsort(entries, (size_t)n, sizeof entries[0], diff_compare);
            for (int i = 1; i < n; i++) {
                if (strcmp(entries[i - 1], entries[i]) == 0) {
                    return -2;
                }
            }
            return n;
        }
        if (at == 0) {
            return -2; /* one entry must fit */
        }
    }
    return -2;
}

static void step_readdir(uint32_t fd)
{
    uint32_t cap = pick(2) ? 4000 : 290 + pick(40);
    struct step *s = note("fd_readdir %u cap=%u", fd, cap);
    int n = list_names(fd, cap, &s->err);
    s->out = (uint64_t)(int64_t)n;
    for (int i = 0; i < n; i++) {
        s->out = diff_hash(s->out, (const uint8_t *)entries[i], strlen(entries[i]));
    }
}

static void step_fd(void)
{
    uint32_t fd = pick_fd(), fd2 = pick_fd(), whence = pick(10) == 0 ? pick(5) : pick(3), flags = pick_fdflags();
    uint64_t far = pick_offset(), near = pick_small(), length = pick_small();
    uint64_t time = (uint64_t)pick(1u << 30) * pick(1000000000);
    struct step *s;
    switch (pick(38)) {
    case 0:
        s = note("fd_close %u", fd);
        s->err = fd == JAIL ? 0 : world_call("fd_close", A(fd)); /* the jail stays open */
        break;
    case 1:
        s = note("fd_renumber %u %u", fd, fd2);
        s->err = fd == JAIL || fd2 == JAIL ? 0 : world_call("fd_renumber", A(fd), A(fd2));
        break;
    case 2: case 3: case 4:
        s = note("fd_seek %u %llx %u", fd, (unsigned long long)far, whence);
        s->err = world_call("fd_seek", A(fd), far, A(whence), A(AT_OUT));
        s->out = guest_u64(AT_OUT);
        break;
    case 5:
        s = note("fd_tell %u", fd);
        s->err = world_call("fd_tell", A(fd), A(AT_OUT));
        s->out = guest_u64(AT_OUT);
        break;
    case 6: case 7:
        s = note("fd_filestat_get %u", fd);
        s->err = world_call("fd_filestat_get", A(fd), A(AT_STAT));
        s->out = note_stat(1);
        break;
    case 8: case 9: case 10: case 11:
        near = pick(30) == 0 ? far | UINT64_C(1) << 63 : near;
        s = note("fd_filestat_set_size %u %llx", fd, (unsigned long long)near);
        s->err = world_call("fd_filestat_set_size", A(fd), near);
        break;
    case 12:
        flags = pick(4) == 0 ? pick(17) : 5;
        s = note("fd_filestat_set_times %u mtim=%llu flags=%u", fd, (unsigned long long)time, flags);
        s->err = world_call("fd_filestat_set_times", A(fd), A(0), time, A(flags));
        if (s->err == 0 && (flags & 12) != 0) {
            world_call("fd_filestat_get", A(fd), A(AT_STAT));
            s->out = guest_u64(AT_STAT + 48);
        }
        break;
    case 13:
        near = pick(30) == 0 ? UINT64_C(0x7fffffffffffffff) : near;
        s = note("fd_allocate %u %llx %llx", fd, (unsigned long long)near, (unsigned long long)length);
        s->err = world_call("fd_allocate", A(fd), near, length);
        break;
    case 14:
        s = note("fd_advise %u %llx %llx %u", fd, (unsigned long long)far, (unsigned long long)length, whence * 2);
        s->err = world_call("fd_advise", A(fd), far, length, A(whence * 2));
        break;
    case 15: case 16:
        s = note("fd_fdstat_get %u", fd);
        s->err = world_call("fd_fdstat_get", A(fd), A(AT_STAT));
        s->out = diff_hash(1, guest(AT_STAT), 24);
        break;
    case 17:
        s = note("fd_fdstat_set_flags %u %u", fd, flags);
        s->err = world_call("fd_fdstat_set_flags", A(fd), A(flags));
        break;
    case 18:
        time = pick_rights();
        s = note("fd_fdstat_set_rights %u %llx", fd, (unsigned long long)time);
        s->err = fd == JAIL ? 0 : world_call("fd_fdstat_set_rights", A(fd), time, time);
        break;
    case 19:
        s = note("fd_sync %u", fd);
        s->err = pick(8) != 0 ? 0 : world_call(whence == 0 ? "fd_sync" : "fd_datasync", A(fd)); /* takes long on a disk */
        break;
    case 20:
        s = note("fd_prestat_get %u", fd);
        s->err = world_call("fd_prestat_get", A(fd), A(AT_STAT));
        s->out = guest_u64(AT_STAT);
        break;
    case 21: case 22:
        step_poll(fd);
        break;
    case 23: case 24: case 25: case 26:
        step_readdir(fd);
        break;
    default:
        step_data(fd);
        break;
    }
}

/* A directory is read in pieces while names come and go: those that stay are each there once. */
static void scan_changing(void)
{
    enum { N_STAY = 12 };
    char name[16];
    uint32_t seen[N_STAY] = {0}, made = 0;
    uint64_t cookie = 0;
    CHECK(t_mkdir(JAIL, "scan") == 0);
    uint32_t dir = t_must_open(JAIL, "scan", DIRECTORY, RIGHTS_ALL & ~RIGHT(FD_WRITE));
    for (uint32_t i = 0; i < 2 * N_STAY; i++) { /* stay0, go0, stay1, ... */
        sprintf(name, i % 2 == 0 ? "stay%u" : "go%u", i / 2);
        CHECK(t_mkdir(dir, name) == 0);
    }
    uint32_t cap = 24 + 8 + pick(80);
    for (uint32_t round = 0; round < 400; round++) {
        CHECK(world_call("fd_readdir", A(dir), A(AT_BUF), A(cap), cookie, A(AT_OUT)) == 0);
        uint32_t used = guest_u32(AT_OUT), at = 0;
        while (at + 24 <= used && at + 24 + guest_u32(AT_BUF + at + 16) <= used) {
            uint32_t size = guest_u32(AT_BUF + at + 16), i = N_STAY;
            char text[16] = {0};
            memcpy(text, guest(AT_BUF + at + 24), size < 15 ? size : 15);
            if (sscanf(text, "stay%u", &i) == 1 && i < N_STAY) {
                seen[i]++;
            }
            cookie = guest_u64(AT_BUF + at);
            at += 24 + size;
        }
        if (used < cap) {
            break;
        }
        sprintf(name, "go%u", pick(N_STAY));
        (void)t_rmdir(dir, name);
        if (made < 20 && pick(2)) {
            sprintf(name, "fresh%u", made++);
            (void)t_mkdir(dir, name);
        }
    }
    for (uint32_t i = 0; i < N_STAY; i++) {
        CHECK(seen[i] == 1);
    }
    t_close(dir);
}

/* ---- the tree at the end ---- */

struct pending {
    char path[300];
};

static void dump_line(const char *format, ...)
{
    va_list list;
    va_start(list, format);
    size_t left = sizeof now->dump - now->n_dump;
    int n = vsnprintf(now->dump + now->n_dump, left, format, list);
    va_end(list);
    now->n_dump += n > 0 && (size_t)n < left ? (size_t)n : 0;
}

static void dump_file(const char *path)
{
    uint64_t h = 1;
    uint32_t got;
    if (t_open(JAIL, NOFOLLOW, path, 0, READ, 0) != 0) {
        dump_line(" cannot be opened");
        return;
    }
    uint32_t fd = t_fd();
    do {
        guest_iov(0, AT_DATA, 60000);
        world_call("fd_read", A(fd), A(AT_IOVS), A(1), A(AT_OUT));
        got = guest_u32(AT_OUT);
        h = diff_hash(h, guest(AT_DATA), got);
    } while (got != 0);
    t_close(fd);
    dump_line(" %llx", (unsigned long long)h);
}

/* Every name below the jail: type, links, size, contents, and which earlier line is the same file. */
static void dump_tree(void)
{
    static struct pending todo[MAX_ENTRIES];
    static uint64_t inodes[MAX_ENTRIES];
    int n_todo = 1, n_inodes = 0;
    strcpy(todo[0].path, ".");
    now->n_dump = 0;
    while (n_todo > 0) {
        char dir[300], path[600];
        uint32_t err = 0;
        strcpy(dir, todo[--n_todo].path);
        int n = -1;
        if (t_open(JAIL, NOFOLLOW, dir, DIRECTORY, READ, 0) == 0) {
            uint32_t fd = t_fd();
            n = list_names(fd, 30000, &err);
            t_close(fd);
        }
        dump_line("%s: %d\n", dir, n);
        for (int i = 0; i < n; i++) {
            *strrchr(entries[i], ' ') = 0;
            if (strcmp(entries[i], ".") == 0 || strcmp(entries[i], "..") == 0 || strlen(dir) + strlen(entries[i]) > 290) {
                continue;
            }
            sprintf(path, "%s/%s", dir, entries[i]);
            size_t size = guest_text(AT_PATH, path);
            err = world_call("path_filestat_get", A(JAIL), A(0), A(AT_PATH), size, A(AT_STAT));
            uint8_t type = guest(AT_STAT)[16];
            dump_line("%s %u type %u", path, err, type);
            int same = 0;
            while (same < n_inodes && inodes[same] != guest_u64(AT_STAT + 8)) {
                same++;
            }
            if (same == n_inodes && n_inodes < MAX_ENTRIES) {
                inodes[n_inodes++] = guest_u64(AT_STAT + 8);
            }
            if (type == WICK_WASI_DIRECTORY) {
                if (n_todo < MAX_ENTRIES) {
                    strcpy(todo[n_todo++].path, path);
                }
            } else {
                dump_line(" file %d links %u size %u", same, guest_u32(AT_STAT + 24), guest_u32(AT_STAT + 32));
            }
            if (type == WICK_WASI_REGULAR_FILE) {
                dump_file(path);
            } else if (type == WICK_WASI_SYMBOLIC_LINK) {
                t_readlink(JAIL, path, 200);
                dump_line(" -> %.*s", (int)guest_u32(AT_OUT2), (const char *)guest(AT_BUF));
            }
            dump_line("\n");
        }
    }
}

/* ---- one sequence ---- */

static void play(enum world_kind kind, uint64_t seed)
{
    world_begin(kind);
    now = &transcripts[kind];
    now->n = 0;
    random_state = seed * UINT64_C(0x9e3779b97f4a7c15) + 1;
    const uint64_t dir_rights = RIGHTS_ALL & ~RIGHT(FD_WRITE);
    t_must_open(JAIL, ".", DIRECTORY, dir_rights);
    t_must_open(JAIL, "dir", DIRECTORY, dir_rights);
    t_must_open(JAIL, "file", 0, RIGHTS_ALL);
    t_must_open(JAIL, "dir/inner", 0, RIGHTS_ALL);
    t_must_open(JAIL, "a", CREAT, RIGHTS_ALL);
    while (now->n < N_STEPS) {
        if (pick(2)) {
            step_path();
        } else {
            step_fd();
        }
    }
    for (uint32_t fd = 0; fd < 64; fd++) { /* so that the dump finds a free number and all is flushed */
        if (fd != JAIL) {
            world_call("fd_close", A(fd));
        }
    }
    dump_tree();
    scan_changing();
    world_end();
}

/* The step at which this world's answers differ from the RAM file system's; N_STEPS: the tree at the end; -1: none. */
static int diff_find(const struct transcript *a, const struct transcript *b)
{
    for (uint32_t i = 0; i < N_STEPS; i++) {
        if (a->steps[i].err != b->steps[i].err || a->steps[i].out != b->steps[i].out) {
            return (int)i;
        }
    }
    return a->n_dump != b->n_dump || memcmp(a->dump, b->dump, a->n_dump) != 0 ? N_STEPS : -1;
}

static void diff_show(int at, const struct transcript *a, const struct transcript *b, bool all)
{
    for (int i = all ? 0 : at - 12 < 0 ? 0 : at - 12; i <= at && i < N_STEPS; i++) {
        printf("  %3d %s: %s %llx | %s %llx\n", i, a->steps[i].text, wick_wasi_strerror(a->steps[i].err),
               (unsigned long long)a->steps[i].out, wick_wasi_strerror(b->steps[i].err), (unsigned long long)b->steps[i].out);
    }
    if (at == N_STEPS) {
        printf("---- the tree in memory\n%.*s---- on the host\n%.*s", (int)a->n_dump, a->dump, (int)b->n_dump, b->dump);
    }
}

int main(int argc, char **argv)
{
    uint64_t seed = 1, count = 25, seconds = 0;
    bool all = false;
    time_t start = time(NULL);
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "-v") == 0) {
            all = true;
        } else if (i + 1 < argc && argv[i][0] == '-' && argv[i][1] != 0 && strchr("nst", argv[i][1]) != NULL) {
            uint64_t v = strtoull(argv[i + 1], NULL, 10);
            *(argv[i][1] == 'n' ? &count : argv[i][1] == 's' ? &seed : &seconds) = v;
            i++;
        } else {
            fprintf(stderr, "usage: wasi_diff_test [-n COUNT] [-s SEED] [-t SECONDS] [-v]\n");
            return 2;
        }
    }
    for (uint64_t k = 0; seconds != 0 ? (uint64_t)(time(NULL) - start) < seconds : k < count; k++, seed++) {
        for (int kind = 0; kind < WORLD_KINDS; kind++) {
            play((enum world_kind)kind, seed);
        }
        for (int kind = 1; kind < WORLD_KINDS; kind++) {
            int at = diff_find(&transcripts[0], &transcripts[kind]);
            passed += at < 0;
            failed += at >= 0;
            if (at >= 0) {
                w.kind = (enum world_kind)kind;
                printf("FAIL seed %llu: ramfs | %s: step %d\n", (unsigned long long)seed, world_name(), at);
                diff_show(at, &transcripts[0], &transcripts[kind], all);
            }
        }
    }
    return world_report();
}

/* wasi_attack_test.c - ways out of a preopened directory, around a read-only one, and into memory that is not the
 * guest's; all on every backend. Each line with ANSWERS or CHECK is one attack or a part of one. */
#include <fcntl.h>
#include <pthread.h>

#include "world.h"

#define OUT WICK_WASI_ENOTCAPABLE

/* ---- up, absolute, through links ---- */

static void attack_paths(void)
{
    static const char *const ways_up[] = {
        "..", "../", "../outside/secret", "./../outside/secret", "dir/../../outside/secret", "dir/../..",
        "dir/sub/../../../outside/secret", "empty/../empty/../../outside/secret", "dir//..//..//outside",
        "../jail/file", "dir/./.././../outside/secret", "../../../../../../../../etc/passwd",
    };
    for (size_t i = 0; i < sizeof ways_up / sizeof ways_up[0]; i++) {
        ANSWERS(OUT, t_open(3, FOLLOW, ways_up[i], 0, READ, 0));
        ANSWERS(OUT, t_stat(3, FOLLOW, ways_up[i]));
    }
    ANSWERS(OUT, t_open(3, FOLLOW, "/", 0, READ, 0));
    ANSWERS(OUT, t_open(3, FOLLOW, "/etc/passwd", 0, READ, 0));
    ANSWERS(OUT, t_open(3, FOLLOW, "//etc/passwd", 0, READ, 0));
    ANSWERS(OUT, t_mkdir(3, "/tmp/wick-made"));
    ANSWERS(OUT, t_mkdir(3, "../made"));
    ANSWERS(OUT, t_rmdir(3, "../outside"));
    ANSWERS(OUT, t_unlink(3, "../outside/secret"));
    ANSWERS(OUT, t_readlink(3, "../jail/link", 100));
    ANSWERS(OUT, t_symlink("x", 3, "../outside/l"));
    ANSWERS(OUT, t_rename(3, "../outside/secret", 3, "stolen"));
    ANSWERS(OUT, t_rename(3, "file", 3, "../outside/given"));
    ANSWERS(OUT, t_link(3, NOFOLLOW, "../outside/secret", 3, "stolen"));
    ANSWERS(OUT, t_link(3, NOFOLLOW, "file", 3, "../outside/given"));
    ANSWERS(OUT, t_times(3, FOLLOW, "../outside/secret", 5));
    /* A directory that was opened is a root of its own. */
    uint32_t dir = t_must_open(3, "dir", DIRECTORY, 0);
    ANSWERS(WICK_WASI_ENOTCAPABLE, t_open(dir, FOLLOW, "inner", 0, READ, 0)); /* opened without rights */
    t_close(dir);
    dir = t_must_open(3, "dir", DIRECTORY, RIGHTS_ALL & ~RIGHT(FD_WRITE));
    ANSWERS(OUT, t_open(dir, FOLLOW, "../file", 0, READ, 0));
    ANSWERS(OUT, t_open(dir, FOLLOW, "back", 0, READ, 0));
    ANSWERS(OUT, t_open(dir, FOLLOW, "backdir/file", 0, READ, 0));
    ANSWERS(0, t_open(dir, FOLLOW, "sub/../inner", 0, READ, 0));
    t_close(t_fd());
    t_close(dir);
}

static void attack_links(void)
{
    static const char *const ways_out[] = {
        "abs", "absroot", "absroot/etc/passwd", "up", "updir", "updir/secret", "sneaky", "sneaky2",
        "sneaky2/secret", "dotdot", "dotdot/outside/secret", "dotdot/jail/file", "roundabout", "dangling_up",
        "dir/toofar", "dlink/toofar", "dir/backdir/up", "dlink/../up", "dlink/../../outside/secret",
    };
    for (size_t i = 0; i < sizeof ways_out / sizeof ways_out[0]; i++) {
        ANSWERS(OUT, t_open(3, FOLLOW, ways_out[i], 0, READ, 0));
        ANSWERS(OUT, t_open(3, FOLLOW, ways_out[i], DIRECTORY, 0, 0));
        ANSWERS(OUT, t_open(3, FOLLOW, ways_out[i], CREAT, WRITE, 0));
        ANSWERS(OUT, t_open(3, FOLLOW, ways_out[i], TRUNC, WRITE, 0));
        ANSWERS(OUT, t_open(3, FOLLOW, ways_out[i], CREAT | TRUNC, WRITE, 0));
        ANSWERS(OUT, t_stat(3, FOLLOW, ways_out[i]));
        ANSWERS(OUT, t_times(3, FOLLOW, ways_out[i], 5));
        ANSWERS(OUT, t_link(3, FOLLOW, ways_out[i], 3, "stolen"));
    }
    /* A slash behind a link follows it, whatever the flags say. */
    ANSWERS(OUT, t_open(3, NOFOLLOW, "updir/", 0, READ, 0));
    ANSWERS(OUT, t_stat(3, NOFOLLOW, "updir/"));
    ANSWERS(OUT, t_mkdir(3, "updir/new"));
    ANSWERS(OUT, t_rmdir(3, "updir/x"));
    ANSWERS(OUT, t_unlink(3, "updir/secret"));
    ANSWERS(OUT, t_rename(3, "updir/secret", 3, "stolen"));
    ANSWERS(OUT, t_rename(3, "file", 3, "updir/given"));
    ANSWERS(OUT, t_link(3, NOFOLLOW, "updir/secret", 3, "stolen"));
    ANSWERS(OUT, t_link(3, NOFOLLOW, "file", 3, "updir/given"));
    ANSWERS(OUT, t_symlink("x", 3, "updir/l"));
    ANSWERS(OUT, t_readlink(3, "updir/secret", 10));
    /* Not followed they are only names. */
    ANSWERS(WICK_WASI_ELOOP, t_open(3, NOFOLLOW, "up", 0, READ, 0));
    ANSWERS(WICK_WASI_ELOOP, t_open(3, NOFOLLOW, "up", CREAT | TRUNC, WRITE, 0));
    ANSWERS(WICK_WASI_EEXIST, t_open(3, FOLLOW, "up", CREAT | EXCL, WRITE, 0));
    ANSWERS(WICK_WASI_EEXIST, t_open(3, FOLLOW, "dangling", CREAT | EXCL, WRITE, 0));
    ANSWERS(WICK_WASI_EEXIST, t_mkdir(3, "dangling"));
    ANSWERS(WICK_WASI_ENOTDIR, t_rmdir(3, "dlink"));
    ANSWERS(WICK_WASI_ENOTDIR, t_rmdir(3, "dlink/"));
    ANSWERS(WICK_WASI_ENOTDIR, t_unlink(3, "dlink/"));
    ANSWERS(WICK_WASI_ENOTDIR, t_rename(3, "dlink/", 3, "moved"));
    /* Rings. */
    ANSWERS(WICK_WASI_ELOOP, t_open(3, FOLLOW, "loop1", 0, READ, 0));
    ANSWERS(WICK_WASI_ELOOP, t_open(3, FOLLOW, "self", CREAT, WRITE, 0));
    ANSWERS(WICK_WASI_ELOOP, t_open(3, FOLLOW, "loop1/x", 0, READ, 0));
    ANSWERS(WICK_WASI_ELOOP, t_open(3, FOLLOW, "selfdir", 0, READ, 0));
    ANSWERS(WICK_WASI_ELOOP, t_stat(3, FOLLOW, "self"));
    ANSWERS(WICK_WASI_ELOOP, t_stat(3, NOFOLLOW, "self/"));
    /* Absolute ones cannot be made. */
    ANSWERS(OUT, t_symlink("/etc/passwd", 3, "mine"));
    ANSWERS(OUT, t_symlink("/", 3, "mine"));
    CHECK(t_holds(3, "link", "hello") && t_holds(3, "dir/back", "hello") && t_holds(3, "dlink/inner", "inner"));
    CHECK(t_holds(3, "dlink_slash/inner", "inner") && t_holds(3, "dot/dot/dot/file", "hello"));
    CHECK(t_holds(3, "dir/backdir/dlink/sub/../../file", "hello"));
}

/* A chain of 40 links is followed, one of 41 is not. */
static void attack_chain(void)
{
    char from[16], to[16];
    for (int i = 1; i <= 41; i++) {
        snprintf(from, sizeof from, "c%d", i);
        snprintf(to, sizeof to, i == 1 ? "file" : "c%d", i - 1);
        ANSWERS(0, t_symlink(to, 3, from));
    }
    CHECK(t_holds(3, "c40", "hello"));
    ANSWERS(WICK_WASI_ELOOP, t_open(3, FOLLOW, "c41", 0, READ, 0));
    ANSWERS(0, t_open(3, FOLLOW, "dot/dot/dot/dot/dot/dot/dot/dot/dot/dot/file", 0, READ, 0));
    t_close(t_fd());
}

/* ---- slashes, odd names ---- */

static void attack_names(void)
{
    static char long_name[5000];
    ANSWERS(WICK_WASI_ENOTDIR, t_open(3, FOLLOW, "file/", 0, READ, 0));
    ANSWERS(WICK_WASI_ENOTDIR, t_open(3, FOLLOW, "file///", 0, READ, 0));
    ANSWERS(WICK_WASI_ENOTDIR, t_open(3, FOLLOW, "link/", 0, READ, 0));
    ANSWERS(WICK_WASI_ENOTDIR, t_open(3, FOLLOW, "flink_slash", 0, READ, 0));
    ANSWERS(WICK_WASI_ENOTDIR, t_open(3, FOLLOW, "file/.", 0, READ, 0));
    ANSWERS(WICK_WASI_ENOTDIR, t_open(3, FOLLOW, "file/..", 0, READ, 0));
    ANSWERS(WICK_WASI_ENOTDIR, t_open(3, FOLLOW, "file/../file", 0, READ, 0));
    ANSWERS(WICK_WASI_ENOENT, t_open(3, FOLLOW, "nothing/../file", 0, READ, 0));
    ANSWERS(WICK_WASI_ENOTDIR, t_stat(3, NOFOLLOW, "file/"));
    ANSWERS(WICK_WASI_EISDIR, t_open(3, FOLLOW, "fresh/", CREAT, WRITE, 0));
    ANSWERS(WICK_WASI_EISDIR, t_open(3, FOLLOW, "dangling/", CREAT, WRITE, 0));
    ANSWERS(WICK_WASI_ENOENT, t_open(3, FOLLOW, "fresh/x", CREAT, WRITE, 0));
    ANSWERS(WICK_WASI_EISDIR, t_open(3, FOLLOW, ".", CREAT, WRITE, 0));
    ANSWERS(WICK_WASI_EISDIR, t_open(3, FOLLOW, "dir", TRUNC, WRITE, 0));
    ANSWERS(WICK_WASI_EISDIR, t_open(3, FOLLOW, "dir", 0, WRITE, 0));
    ANSWERS(WICK_WASI_EISDIR, t_open(3, FOLLOW, "dir/", DIRECTORY, WRITE, 0));
    ANSWERS(WICK_WASI_EINVAL, t_open(3, FOLLOW, "dir", CREAT | DIRECTORY, READ, 0));
    ANSWERS(WICK_WASI_ENOTDIR, t_open(3, FOLLOW, "file", DIRECTORY, 0, 0));
    ANSWERS(0, t_open(3, NOFOLLOW, "dlink/", 0, READ, 0));
    t_close(t_fd());
    ANSWERS(WICK_WASI_EISDIR, t_unlink(3, "dir"));
    ANSWERS(WICK_WASI_EISDIR, t_unlink(3, "dir/"));
    ANSWERS(WICK_WASI_ENOTDIR, t_unlink(3, "file/"));
    ANSWERS(WICK_WASI_EISDIR, t_unlink(3, "."));
    ANSWERS(WICK_WASI_EINVAL, t_rmdir(3, "."));
    ANSWERS(WICK_WASI_EINVAL, t_rmdir(3, "dir/."));
    ANSWERS(WICK_WASI_ENOTDIR, t_rmdir(3, "file"));
    ANSWERS(WICK_WASI_ENOTDIR, t_rmdir(3, "file/"));
    ANSWERS(WICK_WASI_ENOTEMPTY, t_rmdir(3, "dir"));
    ANSWERS(WICK_WASI_EEXIST, t_mkdir(3, "."));
    ANSWERS(WICK_WASI_EEXIST, t_mkdir(3, "dir/"));
    ANSWERS(WICK_WASI_EEXIST, t_mkdir(3, "file"));
    ANSWERS(WICK_WASI_EBUSY, t_rename(3, ".", 3, "x"));
    ANSWERS(WICK_WASI_EBUSY, t_rename(3, "file", 3, "dir/.."));
    ANSWERS(WICK_WASI_ENOTDIR, t_rename(3, "file/", 3, "x"));
    ANSWERS(WICK_WASI_ENOTDIR, t_rename(3, "file", 3, "x/"));
    ANSWERS(WICK_WASI_EINVAL, t_rename(3, "dir", 3, "dir/sub/x"));
    ANSWERS(WICK_WASI_EINVAL, t_rename(3, "dir", 3, "dir/x"));
    ANSWERS(WICK_WASI_ENOTEMPTY, t_rename(3, "empty", 3, "dir"));
    ANSWERS(WICK_WASI_EISDIR, t_rename(3, "file", 3, "empty"));
    ANSWERS(WICK_WASI_ENOTDIR, t_rename(3, "empty", 3, "file"));
    ANSWERS(WICK_WASI_EPERM, t_link(3, NOFOLLOW, "dir", 3, "hard"));
    ANSWERS(WICK_WASI_EPERM, t_link(3, NOFOLLOW, "dir/", 3, "hard"));
    ANSWERS(WICK_WASI_EPERM, t_link(3, NOFOLLOW, ".", 3, "hard"));
    ANSWERS(WICK_WASI_EPERM, t_link(3, FOLLOW, "dlink", 3, "hard"));
    ANSWERS(WICK_WASI_ENOENT, t_link(3, NOFOLLOW, "file", 3, "hard/"));
    ANSWERS(WICK_WASI_EEXIST, t_link(3, NOFOLLOW, "file", 3, "link"));
    ANSWERS(WICK_WASI_EEXIST, t_link(3, NOFOLLOW, "file", 3, "dangling"));
    ANSWERS(WICK_WASI_EEXIST, t_link(3, NOFOLLOW, "dir", 3, "empty"));
    ANSWERS(WICK_WASI_ENOTEMPTY, t_rename(3, "dir/inner", 3, "dir"));
    for (uint32_t follow = 0; follow < 2; follow++) { /* no time is to be set: the name must be there all the same */
        size_t n = (size_t)guest_text(AT_PATH, "nothing");
        ANSWERS(WICK_WASI_ENOENT, world_call("path_filestat_set_times", A(3), A(follow), A(AT_PATH), A(n), A(0), A(0), A(0)));
    }
    ANSWERS(WICK_WASI_ENOENT, t_symlink("x", 3, "new/"));
    ANSWERS(WICK_WASI_EEXIST, t_symlink("x", 3, "dir/"));
    ANSWERS(WICK_WASI_EEXIST, t_symlink("x", 3, "dangling"));
    ANSWERS(WICK_WASI_ENOENT, t_symlink("", 3, "new"));
    ANSWERS(WICK_WASI_EINVAL, t_readlink(3, "file", 10));
    ANSWERS(WICK_WASI_EINVAL, t_readlink(3, "dlink/", 10));
    ANSWERS(WICK_WASI_ENOENT, t_open(3, FOLLOW, "", 0, READ, 0));
    ANSWERS(WICK_WASI_ENOENT, t_mkdir(3, ""));
    ANSWERS(WICK_WASI_EILSEQ, t_open(3, FOLLOW, "a\xff", CREAT, WRITE, 0));
    ANSWERS(WICK_WASI_EILSEQ, t_symlink("\xc0\x80", 3, "new"));
    memcpy(guest(AT_PATH), "file\0x", 6);
    ANSWERS(WICK_WASI_EINVAL, world_call("path_open", A(3), A(1), A(AT_PATH), A(6), A(0), READ, A(0), A(0), A(AT_OUT)));
    memcpy(guest(AT_PATH), "..\0", 3);
    ANSWERS(WICK_WASI_EINVAL, world_call("path_open", A(3), A(1), A(AT_PATH), A(3), A(0), READ, A(0), A(0), A(AT_OUT)));
    memset(long_name, 'n', 256);
    ANSWERS(WICK_WASI_ENAMETOOLONG, t_open(3, FOLLOW, long_name, CREAT, WRITE, 0));
    ANSWERS(WICK_WASI_ENAMETOOLONG, t_mkdir(3, long_name));
    long_name[255] = 0;
    ANSWERS(0, t_mkdir(3, long_name));
    ANSWERS(0, t_rmdir(3, long_name));
    memset(long_name, '/', 4999);
    memcpy(long_name, "dir", 3);
    ANSWERS(WICK_WASI_ENAMETOOLONG, t_stat(3, FOLLOW, long_name));
    long_name[4095] = 0;
    ANSWERS(0, t_stat(3, FOLLOW, long_name));
    for (int i = 0; i + 7 < 4096; i += 7) { /* much work for nothing, and bounded */
        memcpy(long_name + i, "dir/../", 8);
    }
    ANSWERS(0, t_stat(3, FOLLOW, long_name));
}

/* ---- creating and cutting through links ---- */

static void attack_create(void)
{
    ANSWERS(0, t_open(3, FOLLOW, "dangling", CREAT, WRITE, 0)); /* makes what the link names, inside */
    ANSWERS(0, t_write(t_fd(), "made"));
    t_close(t_fd());
    CHECK(t_holds(3, "nothing", "made"));
    ANSWERS(0, t_open(3, FOLLOW, "dangling_in_dir", CREAT | TRUNC, WRITE, 0));
    t_close(t_fd());
    CHECK(t_holds(3, "dir/made", ""));
    ANSWERS(0, t_open(3, FOLLOW, "link", TRUNC, WRITE, 0));
    t_close(t_fd());
    CHECK(t_holds(3, "file", ""));
    ANSWERS(WICK_WASI_EISDIR, t_open(3, FOLLOW, "dlink", CREAT, WRITE, 0));
    ANSWERS(WICK_WASI_EISDIR, t_open(3, FOLLOW, "dlink", TRUNC, WRITE, 0));
    ANSWERS(0, t_open(3, FOLLOW, "file", CREAT | TRUNC, WRITE, 0));
    ANSWERS(0, t_write(t_fd(), "hello"));
    t_close(t_fd());
    /* A link that is replaced while its file is open: the file stays the one that was opened. */
    uint32_t fd = t_must_open(3, "link", 0, READ);
    ANSWERS(0, t_unlink(3, "link"));
    ANSWERS(0, t_symlink("../outside/secret", 3, "link"));
    ANSWERS(0, t_read(fd, 10));
    CHECK(memcmp(guest(AT_BUF), "hello", 5) == 0);
    ANSWERS(OUT, t_open(3, FOLLOW, "link", 0, READ, 0));
    t_close(fd);
    /* A directory that is moved while it is open. */
    uint32_t sub = t_must_open(3, "dir/sub", DIRECTORY, RIGHTS_ALL & ~RIGHT(FD_WRITE));
    ANSWERS(0, t_rename(3, "dir/sub", 3, "sub2"));
    CHECK(t_holds(sub, "deep", "deep"));
    ANSWERS(OUT, t_open(sub, FOLLOW, "../file", 0, READ, 0));
    t_close(sub);
    ANSWERS(0, t_rename(3, "sub2", 3, "dir/sub"));
    /* One that is removed while it is open takes nothing new. */
    ANSWERS(0, t_mkdir(3, "gone"));
    uint32_t gone = t_must_open(3, "gone", DIRECTORY, RIGHTS_ALL & ~RIGHT(FD_WRITE));
    ANSWERS(0, t_rmdir(3, "gone"));
    ANSWERS(WICK_WASI_ENOENT, t_open(gone, FOLLOW, "x", CREAT, WRITE, 0));
    ANSWERS(WICK_WASI_ENOENT, t_mkdir(gone, "x"));
    ANSWERS(WICK_WASI_ENOENT, t_symlink("y", gone, "x"));
    ANSWERS(WICK_WASI_ENOENT, t_rename(3, "file", gone, "x"));
    ANSWERS(WICK_WASI_ENOENT, t_link(3, NOFOLLOW, "file", gone, "x"));
    t_close(gone);
}

/* ---- around read-only directories ---- */

static void attack_read_only(void)
{
    const uint64_t dir_rights = RIGHTS_ALL & ~RIGHT(FD_WRITE);
    CHECK(t_holds(4, "r", "read me") && t_holds(4, "link", "read me"));
    ANSWERS(WICK_WASI_EROFS, t_open(4, FOLLOW, "r", 0, WRITE, 0));
    ANSWERS(WICK_WASI_EROFS, t_open(4, FOLLOW, "r", TRUNC, READ, 0));
    ANSWERS(WICK_WASI_EROFS, t_open(4, FOLLOW, "r", CREAT | TRUNC, WRITE, 0));
    ANSWERS(WICK_WASI_EROFS, t_open(4, FOLLOW, "new", CREAT, READ, 0));
    ANSWERS(WICK_WASI_EROFS, t_open(4, FOLLOW, "new", CREAT, WRITE, WICK_WASI_APPEND));
    ANSWERS(WICK_WASI_EROFS, t_open(4, FOLLOW, "dangling", CREAT, WRITE, 0));
    ANSWERS(WICK_WASI_EROFS, t_open(4, FOLLOW, "link", TRUNC, WRITE, 0));
    ANSWERS(WICK_WASI_EEXIST, t_open(4, FOLLOW, "r", CREAT | EXCL, READ, 0));
    ANSWERS(0, t_open(4, FOLLOW, "r", CREAT, READ, 0));
    t_close(t_fd());
    ANSWERS(WICK_WASI_EROFS, t_mkdir(4, "new"));
    ANSWERS(WICK_WASI_EEXIST, t_mkdir(4, "d"));
    ANSWERS(WICK_WASI_EROFS, t_rmdir(4, "d"));
    ANSWERS(WICK_WASI_EROFS, t_unlink(4, "r"));
    ANSWERS(WICK_WASI_EROFS, t_symlink("r", 4, "new"));
    ANSWERS(WICK_WASI_EROFS, t_times(4, FOLLOW, "r", 5));
    ANSWERS(WICK_WASI_EROFS, t_rename(4, "r", 4, "r2"));
    ANSWERS(WICK_WASI_EROFS, t_rename(4, "r", 3, "r2"));
    ANSWERS(WICK_WASI_EROFS, t_rename(3, "file", 4, "r2"));
    ANSWERS(WICK_WASI_EROFS, t_link(3, NOFOLLOW, "file", 4, "r2"));
    ANSWERS(WICK_WASI_EROFS, t_link(4, NOFOLLOW, "r", 4, "r2"));
    ANSWERS(WICK_WASI_EXDEV, t_link(4, NOFOLLOW, "r", 3, "mine")); /* a writable name for it */
    /* What is opened below is read-only as well. */
    uint32_t d = t_must_open(4, "d", DIRECTORY, dir_rights);
    ANSWERS(WICK_WASI_EROFS, t_open(d, FOLLOW, "x", 0, WRITE, 0));
    ANSWERS(WICK_WASI_EROFS, t_unlink(d, "x"));
    ANSWERS(WICK_WASI_EROFS, t_mkdir(d, "y"));
    ANSWERS(WICK_WASI_EXDEV, t_link(d, NOFOLLOW, "x", 3, "mine"));
    ANSWERS(WICK_WASI_EROFS, t_rename(d, "x", 3, "mine"));
    ANSWERS(WICK_WASI_EROFS, world_call("fd_filestat_set_times", A(d), A(0), A(0), A(8)));
    t_close(d);
    uint32_t fd = t_must_open(4, "r", 0, RIGHTS_ALL & ~RIGHT(FD_WRITE));
    ANSWERS(WICK_WASI_ENOTCAPABLE, world_call("fd_filestat_set_size", A(fd), A(0)));
    ANSWERS(WICK_WASI_ENOTCAPABLE, world_call("fd_allocate", A(fd), A(0), A(100)));
    ANSWERS(WICK_WASI_EROFS, world_call("fd_filestat_set_times", A(fd), A(0), A(0), A(8)));
    ANSWERS(WICK_WASI_EBADF, t_write(fd, "changed"));
    ANSWERS(WICK_WASI_ENOTCAPABLE, world_call("fd_fdstat_set_rights", A(fd), RIGHTS_ALL, RIGHTS_ALL));
    t_close(fd);
    /* Renumbered onto a writable directory's number it stays what it is. */
    uint32_t ro = t_must_open(4, ".", DIRECTORY, dir_rights);
    uint32_t rw = t_must_open(3, ".", DIRECTORY, dir_rights);
    ANSWERS(0, world_call("fd_renumber", A(ro), A(rw)));
    ANSWERS(WICK_WASI_EROFS, t_unlink(rw, "r"));
    ANSWERS(WICK_WASI_EROFS, t_open(rw, FOLLOW, "r", 0, WRITE, 0));
    t_close(rw);
    CHECK(t_holds(4, "r", "read me"));
}

/* ---- rights only shrink ---- */

static void attack_rights(void)
{
    const uint64_t few = RIGHT(PATH_OPEN) | RIGHT(PATH_FILESTAT_GET);
    uint64_t n = guest_text(AT_PATH, "dir");
    ANSWERS(0, world_call("path_open", A(3), A(1), A(AT_PATH), n, A(DIRECTORY), few, RIGHT(FD_READ), A(0), A(AT_OUT)));
    uint32_t fd = t_fd();
    ANSWERS(0, world_call("fd_fdstat_get", A(fd), A(AT_BUF)));
    CHECK(guest(AT_BUF)[0] == WICK_WASI_DIRECTORY && guest_u64(AT_BUF + 8) == few &&
          guest_u64(AT_BUF + 16) == RIGHT(FD_READ));
    ANSWERS(WICK_WASI_ENOTCAPABLE, t_mkdir(fd, "x"));
    ANSWERS(WICK_WASI_ENOTCAPABLE, t_unlink(fd, "inner"));
    ANSWERS(WICK_WASI_ENOTCAPABLE, t_readlink(fd, "back", 10));
    ANSWERS(WICK_WASI_ENOTCAPABLE, t_rename(3, "file", fd, "x"));
    ANSWERS(WICK_WASI_ENOTCAPABLE, t_link(3, NOFOLLOW, "file", fd, "x"));
    ANSWERS(WICK_WASI_ENOTCAPABLE, t_symlink("a", fd, "x"));
    ANSWERS(WICK_WASI_ENOTCAPABLE, world_call("fd_readdir", A(fd), A(AT_BUF), A(100), A(0), A(AT_OUT2)));
    ANSWERS(WICK_WASI_ENOTCAPABLE, t_open(fd, FOLLOW, "inner", 0, WRITE, 0));
    n = guest_text(AT_PATH, "inner");
    ANSWERS(WICK_WASI_ENOTCAPABLE, world_call("path_open", A(fd), A(1), A(AT_PATH), n, A(CREAT), RIGHT(FD_READ), A(0),
                                              A(0), A(AT_OUT)));
    ANSWERS(WICK_WASI_ENOTCAPABLE, world_call("path_open", A(fd), A(1), A(AT_PATH), n, A(TRUNC), RIGHT(FD_READ), A(0),
                                              A(0), A(AT_OUT)));
    ANSWERS(WICK_WASI_ENOTCAPABLE, world_call("path_open", A(fd), A(1), A(AT_PATH), n, A(0), RIGHT(FD_READ),
                                              RIGHT(FD_WRITE), A(0), A(AT_OUT)));
    ANSWERS(WICK_WASI_ENOTCAPABLE, world_call("path_open", A(fd), A(1), A(AT_PATH), n, A(0), RIGHT(FD_READ), A(0),
                                              A(WICK_WASI_SYNC), A(AT_OUT)));
    ANSWERS(0, world_call("path_open", A(fd), A(1), A(AT_PATH), n, A(0), RIGHT(FD_READ), A(0), A(0), A(AT_OUT)));
    uint32_t file = t_fd();
    ANSWERS(0, t_read(file, 5));
    ANSWERS(WICK_WASI_EBADF, t_write(file, "x"));
    ANSWERS(WICK_WASI_ENOTCAPABLE, world_call("fd_pread", A(file), A(AT_IOVS), A(1), A(0), A(AT_OUT2)));
    ANSWERS(WICK_WASI_ENOTCAPABLE, world_call("fd_seek", A(file), A(0), A(0), A(AT_OUT2)));
    ANSWERS(WICK_WASI_ENOTCAPABLE, world_call("fd_tell", A(file), A(AT_OUT2)));
    ANSWERS(WICK_WASI_ENOTCAPABLE, world_call("fd_filestat_get", A(file), A(AT_BUF)));
    ANSWERS(WICK_WASI_ENOTCAPABLE, world_call("fd_sync", A(file)));
    ANSWERS(WICK_WASI_ENOTCAPABLE, world_call("fd_fdstat_set_flags", A(file), A(1)));
    ANSWERS(WICK_WASI_ENOTCAPABLE, world_call("fd_fdstat_set_rights", A(file), RIGHT(FD_READ) | RIGHT(FD_WRITE), A(0)));
    ANSWERS(0, world_call("fd_fdstat_set_rights", A(file), A(0), A(0)));
    ANSWERS(WICK_WASI_EBADF, t_read(file, 5));
    ANSWERS(WICK_WASI_ENOTCAPABLE, world_call("fd_fdstat_set_rights", A(file), RIGHT(FD_READ), A(0)));
    t_close(file);
    t_close(fd);
    ANSWERS(WICK_WASI_EINVAL, t_open(3, 2, "file", 0, READ, 0));
    ANSWERS(WICK_WASI_EINVAL, t_open(3, FOLLOW, "file", 16, READ, 0));
    ANSWERS(WICK_WASI_EINVAL, t_open(3, FOLLOW, "file", 0, READ, 32));
}

/* ---- memory ---- */

/* Every address of every function, one at a time, just out of bounds: FAULT, and nothing has happened. */
static void attack_addresses(void)
{
    const uint64_t end = GUEST_SIZE;
    uint64_t n = guest_text(AT_PATH, "made_by_fault");
    static const uint64_t bad[] = {GUEST_SIZE - 3, GUEST_SIZE, GUEST_SIZE + 1, 0x7fffffff, 0xfffffffc, 0xffffffff};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        uint64_t at = bad[i];
        ANSWERS(WICK_WASI_EFAULT, world_call("path_open", A(3), A(1), A(AT_PATH), n, A(CREAT), WRITE, A(0), A(0), at));
        ANSWERS(WICK_WASI_EFAULT, world_call("path_open", A(3), A(1), at, A(20), A(CREAT), WRITE, A(0), A(0), A(AT_OUT)));
        ANSWERS(WICK_WASI_EFAULT, world_call("path_create_directory", A(3), at, A(20)));
        ANSWERS(WICK_WASI_EFAULT, world_call("path_symlink", at, A(20), A(3), A(AT_PATH), n));
        ANSWERS(WICK_WASI_EFAULT, world_call("path_symlink", A(AT_PATH), n, A(3), at, A(20)));
        ANSWERS(WICK_WASI_EFAULT, world_call("path_rename", A(3), A(AT_PATH), n, A(3), at, A(20)));
        ANSWERS(WICK_WASI_EFAULT, world_call("path_filestat_get", A(3), A(0), A(AT_PATH), n, at));
        ANSWERS(WICK_WASI_EFAULT, world_call("path_readlink", A(3), A(AT_PATH), n, at, A(20), A(AT_OUT)));
        ANSWERS(WICK_WASI_EFAULT, world_call("path_readlink", A(3), A(AT_PATH), n, A(AT_BUF), A(20), at));
        ANSWERS(WICK_WASI_EFAULT, world_call("fd_readdir", A(3), at, A(20), A(0), A(AT_OUT)));
        ANSWERS(WICK_WASI_EFAULT, world_call("fd_readdir", A(3), A(AT_BUF), A(20), A(0), at));
        ANSWERS(WICK_WASI_EFAULT, world_call("fd_fdstat_get", A(3), at));
        ANSWERS(WICK_WASI_EFAULT, world_call("fd_prestat_get", A(3), at));
        ANSWERS(WICK_WASI_EFAULT, world_call("fd_prestat_dir_name", A(3), at, A(20)));
        ANSWERS(WICK_WASI_EFAULT, world_call("args_get", at, A(AT_BUF)));
        ANSWERS(WICK_WASI_EFAULT, world_call("args_get", A(AT_BUF), at));
        ANSWERS(WICK_WASI_EFAULT, world_call("args_sizes_get", A(AT_OUT), at));
        ANSWERS(WICK_WASI_EFAULT, world_call("environ_get", at, A(AT_BUF)));
        ANSWERS(WICK_WASI_EFAULT, world_call("environ_sizes_get", at, A(AT_OUT)));
        ANSWERS(WICK_WASI_EFAULT, world_call("clock_time_get", A(1), A(0), at));
        ANSWERS(WICK_WASI_EFAULT, world_call("clock_res_get", A(1), at));
        ANSWERS(WICK_WASI_EFAULT, world_call("random_get", at, A(20)));
        ANSWERS(WICK_WASI_EFAULT, world_call("poll_oneoff", at, A(AT_BUF), A(1), A(AT_OUT)));
        ANSWERS(WICK_WASI_EFAULT, world_call("poll_oneoff", A(AT_BUF), at, A(1), A(AT_OUT)));
        ANSWERS(WICK_WASI_EFAULT, world_call("poll_oneoff", A(AT_BUF), A(AT_BUF), A(1), at));
    }
    ANSWERS(WICK_WASI_ENOENT, t_stat(3, NOFOLLOW, "made_by_fault"));
    /* Lengths that wrap. */
    ANSWERS(WICK_WASI_EFAULT, world_call("path_create_directory", A(3), A(AT_PATH), A(0xffffffff)));
    ANSWERS(WICK_WASI_EFAULT, world_call("path_create_directory", A(3), A(0xfffffff0), A(0x20)));
    ANSWERS(WICK_WASI_EFAULT, world_call("random_get", A(16), A(0xfffffff0)));
    ANSWERS(WICK_WASI_EFAULT, world_call("fd_readdir", A(3), A(16), A(0xfffffff0), A(0), A(AT_OUT)));
    ANSWERS(WICK_WASI_EFAULT, world_call("fd_prestat_dir_name", A(3), A(16), A(0xfffffff0)));
    /* The very end of memory is good. */
    ANSWERS(0, world_call("fd_fdstat_get", A(3), end - 24));
    ANSWERS(WICK_WASI_EFAULT, world_call("fd_fdstat_get", A(3), end - 23));
    ANSWERS(0, world_call("clock_time_get", A(1), A(0), end - 8));
    ANSWERS(WICK_WASI_EFAULT, world_call("clock_time_get", A(1), A(0), end - 7));
    ANSWERS(0, world_call("fd_filestat_get", A(3), end - 64));
    ANSWERS(WICK_WASI_EFAULT, world_call("fd_filestat_get", A(3), end - 63));
    ANSWERS(0, world_call("fd_filestat_get0", A(3), end - 56));
    ANSWERS(WICK_WASI_EFAULT, world_call("fd_filestat_get0", A(3), end - 55));
    ANSWERS(0, world_call("random_get", end, A(0)));
    ANSWERS(WICK_WASI_EFAULT, world_call("random_get", end + 1, A(0)));
}

/* Addresses have 32 bits, whatever memory the caller has; functions with others are not there. */
static void attack_types(void)
{
    static const char text[] = "(module (import \"wasi_snapshot_preview1\" \"fd_write\" (func (param i32 i64 i64 i64) (result i32)))"
                               "  (memory (export \"memory\") i64 1))";
    wick_instance *instance;
    wick_module *module = NULL;
    wick_diag diag;
    uint8_t *wasm;
    size_t size;
    wick_diag_init(&diag);
    world_need(wick_text_assemble(w.engine, text, sizeof text - 1, 0, &wasm, &size, &diag) == WICK_OK &&
                   wick_module_new(w.engine, wasm, size, 0, &module, &diag) == WICK_OK, "a module with 64-bit addresses");
    CHECK(wick_linker_instantiate(w.linker, module, &instance, &diag) == WICK_ERR_incompatible_import);
    wick_module_free(module);
    wick_text_free(w.engine, wasm, size);
}

static void attack_iovs(void)
{
    uint32_t fd = t_must_open(3, "iovs", CREAT, WRITE);
    const char *const calls[] = {"fd_write", "fd_read"};
    for (int i = 0; i < 2; i++) {
        const char *name = calls[i];
        ANSWERS(WICK_WASI_EFAULT, world_call(name, A(fd), A(GUEST_SIZE - 4), A(1), A(AT_OUT)));
        ANSWERS(WICK_WASI_EFAULT, world_call(name, A(fd), A(0xfffffff8), A(1), A(AT_OUT)));
        ANSWERS(WICK_WASI_EFAULT, world_call(name, A(fd), A(GUEST_SIZE - 8000), A(1001), A(AT_OUT)));
        ANSWERS(WICK_WASI_EINVAL, world_call(name, A(fd), A(AT_IOVS), A(0x20000001), A(AT_OUT))); /* 8 * it wraps */
        ANSWERS(WICK_WASI_EINVAL, world_call(name, A(fd), A(AT_IOVS), A(0xffffffff), A(AT_OUT)));
        ANSWERS(WICK_WASI_EINVAL, world_call(name, A(fd), A(AT_IOVS), A(1025), A(AT_OUT)));
        guest_iov(0, AT_BUF, 5);
        ANSWERS(WICK_WASI_EFAULT, world_call(name, A(fd), A(AT_IOVS), A(1), A(GUEST_SIZE - 2)));
        /* The last of several is bad: the others must not have been used. */
        guest_iov(1, GUEST_SIZE - 1, 2);
        ANSWERS(WICK_WASI_EFAULT, world_call(name, A(fd), A(AT_IOVS), A(2), A(AT_OUT)));
        guest_iov(1, 0xffffffff, 1);
        ANSWERS(WICK_WASI_EFAULT, world_call(name, A(fd), A(AT_IOVS), A(2), A(AT_OUT)));
        guest_iov(1, 1, 0xffffffff);
        ANSWERS(WICK_WASI_EFAULT, world_call(name, A(fd), A(AT_IOVS), A(2), A(AT_OUT)));
        guest_iov(1, 0, GUEST_SIZE + 1);
        ANSWERS(WICK_WASI_EFAULT, world_call(name, A(fd), A(AT_IOVS), A(2), A(AT_OUT)));
        ANSWERS(WICK_WASI_EFAULT, world_call(i == 0 ? "fd_pwrite" : "fd_pread", A(fd), A(AT_IOVS), A(2), A(0), A(AT_OUT)));
    }
    ANSWERS(0, world_call("fd_filestat_get", A(fd), A(AT_BUF)));
    CHECK(guest_u64(AT_BUF + 32) == 0);
    ANSWERS(WICK_WASI_EINVAL, world_call("fd_pwrite", A(fd), A(AT_IOVS), A(1), UINT64_MAX, A(AT_OUT)));
    ANSWERS(WICK_WASI_EINVAL, world_call("fd_pread", A(fd), A(AT_IOVS), A(1), UINT64_MAX, A(AT_OUT)));
    ANSWERS(WICK_WASI_EINVAL, world_call("fd_pread", A(fd), A(AT_IOVS), A(1), A(1) << 63, A(AT_OUT)));
    ANSWERS(WICK_WASI_EFBIG, world_call("fd_pwrite", A(fd), A(AT_IOVS), A(1), A(INT64_MAX), A(AT_OUT)));
    ANSWERS(WICK_WASI_EINVAL, world_call("fd_seek", A(fd), A(-1), A(0), A(AT_OUT)));
    ANSWERS(WICK_WASI_EINVAL, world_call("fd_seek", A(fd), A(INT64_MIN), A(1), A(AT_OUT)));
    ANSWERS(WICK_WASI_EINVAL, world_call("fd_seek", A(fd), A(0), A(3), A(AT_OUT)));
    ANSWERS(0, world_call("fd_seek", A(fd), A(INT64_MAX), A(0), A(AT_OUT)));
    ANSWERS(WICK_WASI_EOVERFLOW, world_call("fd_seek", A(fd), A(1), A(1), A(AT_OUT)));
    guest_iov(0, AT_BUF, 5);
    ANSWERS(WICK_WASI_EFBIG, world_call("fd_write", A(fd), A(AT_IOVS), A(1), A(AT_OUT)));
    /* There is nothing to read, which is no error; and what is appended goes to the end, wherever the offset is. */
    for (uint64_t back = 0; back < 8; back++) {
        guest_put_u32(AT_OUT, 99);
        ANSWERS(0, world_call("fd_pread", A(fd), A(AT_IOVS), A(1), INT64_MAX - back, A(AT_OUT)));
        CHECK(guest_u32(AT_OUT) == 0);
    }
    guest_put_u32(AT_OUT, 99);
    ANSWERS(0, world_call("fd_read", A(fd), A(AT_IOVS), A(1), A(AT_OUT)));
    CHECK(guest_u32(AT_OUT) == 0);
    ANSWERS(0, world_call("fd_fdstat_set_flags", A(fd), A(WICK_WASI_APPEND)));
    ANSWERS(0, world_call("fd_write", A(fd), A(AT_IOVS), A(1), A(AT_OUT)));
    ANSWERS(0, world_call("fd_tell", A(fd), A(AT_OUT)));
    CHECK(guest_u64(AT_OUT) == 5);
    ANSWERS(WICK_WASI_EINVAL, world_call("fd_filestat_set_size", A(fd), UINT64_MAX));
    ANSWERS(WICK_WASI_EFBIG, world_call("fd_allocate", A(fd), A(INT64_MAX), A(INT64_MAX)));
    ANSWERS(WICK_WASI_EINVAL, world_call("fd_allocate", A(fd), UINT64_MAX, A(1)));
    ANSWERS(WICK_WASI_EINVAL, world_call("fd_allocate", A(fd), A(0), A(0)));
    ANSWERS(WICK_WASI_EINVAL, world_call("fd_advise", A(fd), A(0), A(0), A(6)));
    t_close(fd);
}

/* ---- descriptors ---- */

static void attack_descriptors(void)
{
    static const uint64_t bad[] = {5, 63, 64, 1023, 0x7fffffff, 0x80000000, 0xffffffff};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        ANSWERS(WICK_WASI_EBADF, world_call("fd_close", bad[i]));
        ANSWERS(WICK_WASI_EBADF, world_call("fd_renumber", A(3), bad[i]));
        ANSWERS(WICK_WASI_EBADF, world_call("fd_renumber", bad[i], A(3)));
        ANSWERS(WICK_WASI_EBADF, world_call("fd_fdstat_get", bad[i], A(AT_BUF)));
        ANSWERS(WICK_WASI_EBADF, world_call("fd_prestat_get", bad[i], A(AT_BUF)));
        ANSWERS(WICK_WASI_EBADF, world_call("fd_read", bad[i], A(AT_IOVS), A(0), A(AT_OUT)));
        ANSWERS(WICK_WASI_EBADF, world_call("path_create_directory", bad[i], A(AT_PATH), A(1)));
        ANSWERS(WICK_WASI_EBADF, t_rename(3, "file", (uint32_t)bad[i], "x"));
    }
    /* Onto itself; onto a closed one; a closed one. */
    uint32_t fd = t_must_open(3, "file", 0, READ);
    ANSWERS(0, world_call("fd_renumber", A(fd), A(fd)));
    ANSWERS(0, t_read(fd, 5));
    uint32_t other = t_must_open(3, "dir/inner", 0, READ);
    ANSWERS(0, world_call("fd_renumber", A(fd), A(other)));
    ANSWERS(WICK_WASI_EBADF, t_read(fd, 5));
    ANSWERS(0, world_call("fd_seek", A(other), A(0), A(0), A(AT_OUT2)));
    ANSWERS(0, t_read(other, 5));
    CHECK(memcmp(guest(AT_BUF), "hello", 5) == 0);
    ANSWERS(WICK_WASI_EBADF, world_call("fd_renumber", A(other), A(fd)));
    ANSWERS(0, t_close(other));
    ANSWERS(WICK_WASI_EBADF, t_close(other));
    /* As many as allowed (64 here), then MFILE, and the number that is given back comes again. */
    uint32_t n = 0, first = 0;
    for (; n < 100 && t_open(3, FOLLOW, "file", 0, READ, 0) == 0; n++) {
        first = n == 0 ? t_fd() : first;
    }
    CHECK(n == 64 - 2); /* 0, 1, 2 are closed in this world */
    ANSWERS(WICK_WASI_EMFILE, t_open(3, FOLLOW, "file", 0, READ, 0));
    ANSWERS(WICK_WASI_EMFILE, t_open(3, FOLLOW, "not_made", CREAT, WRITE, 0));
    ANSWERS(WICK_WASI_ENOENT, t_stat(3, NOFOLLOW, "not_made"));
    ANSWERS(0, t_close(40));
    ANSWERS(0, t_close(30));
    ANSWERS(0, t_open(3, FOLLOW, "file", 0, READ, 0));
    CHECK(t_fd() == 30);
    for (uint32_t i = first; i < 64; i++) {
        if (i != 3 && i != 4) {
            t_close(i);
        }
    }
    /* Not a directory. */
    fd = t_must_open(3, "file", 0, READ);
    ANSWERS(WICK_WASI_ENOTDIR, t_open(fd, FOLLOW, "x", 0, READ, 0));
    ANSWERS(WICK_WASI_ENOTDIR, t_mkdir(fd, "x"));
    ANSWERS(WICK_WASI_ENOTSOCK, world_call("sock_shutdown", A(fd), A(3)));
    ANSWERS(WICK_WASI_ENOTSOCK, world_call("sock_accept", A(fd), A(0), A(AT_OUT)));
    guest_iov(0, AT_BUF, 5);
    ANSWERS(WICK_WASI_ENOTSOCK, world_call("sock_recv", A(fd), A(AT_IOVS), A(1), A(0), A(AT_OUT), A(AT_OUT2)));
    ANSWERS(WICK_WASI_EBADF, world_call("sock_send", A(fd), A(AT_IOVS), A(1), A(0), A(AT_OUT)));
    t_close(fd);
    ANSWERS(0, t_close(3)); /* a preopened directory may be closed */
    ANSWERS(WICK_WASI_EBADF, world_call("fd_prestat_get", A(3), A(AT_BUF)));
    ANSWERS(WICK_WASI_EBADF, t_stat(3, FOLLOW, "file"));
}

static void attack_poll(void)
{
    ANSWERS(WICK_WASI_EINVAL, world_call("poll_oneoff", A(AT_BUF), A(AT_BUF), A(0), A(AT_OUT)));
    ANSWERS(WICK_WASI_EINVAL, world_call("poll_oneoff", A(AT_BUF), A(AT_BUF), A(0xffffffff), A(AT_OUT)));
    ANSWERS(WICK_WASI_EINVAL, world_call("poll_oneoff", A(AT_BUF), A(AT_BUF), A(0x05555556), A(AT_OUT))); /* 48 * it */
    ANSWERS(WICK_WASI_EINVAL, world_call("poll_oneoff", A(AT_BUF), A(AT_BUF), A(0x08000000), A(AT_OUT))); /* 32 * it */
    ANSWERS(WICK_WASI_EINVAL, world_call("poll_oneoff", A(AT_BUF), A(AT_BUF), A(4097), A(AT_OUT)));
    ANSWERS(WICK_WASI_EFAULT, world_call("poll_oneoff", A(AT_BUF), A(AT_BUF), A(4096), A(AT_OUT)));
    memset(guest(AT_BUF), 0, 96);
    guest(AT_BUF)[8] = 1;
    guest(AT_BUF)[48 + 8] = 3; /* no such type, behind a good one */
    ANSWERS(WICK_WASI_EINVAL, world_call("poll_oneoff", A(AT_BUF), A(AT_PATH), A(2), A(AT_OUT)));
}

/* ---- races: another thread swaps a directory and a link out ---- */

static volatile int race_over;

static void *race_swap(void *user)
{
    char real[128], link[128], name[128];
    (void)user;
    snprintf(real, sizeof real, "%s/jail/race_real", w.host_dir);
    snprintf(link, sizeof link, "%s/jail/race_link", w.host_dir);
    snprintf(name, sizeof name, "%s/jail/race", w.host_dir);
    while (!race_over) {
        (void)!rename(real, name);
        (void)!rename(name, real);
        (void)!rename(link, name);
        (void)!rename(name, link);
    }
    return NULL;
}

static void attack_races(void)
{
    pthread_t thread;
    if (w.kind == WORLD_RAMFS) {
        return; /* one thread at a time */
    }
    ANSWERS(0, t_mkdir(3, "race_real"));
    ANSWERS(0, t_open(3, FOLLOW, "race_real/secret", CREAT, WRITE, 0));
    t_write(t_fd(), "innocent");
    t_close(t_fd());
    char link[128];
    snprintf(link, sizeof link, "%s/jail/race_link", w.host_dir);
    world_need(symlink("../outside", link) == 0, "symlink");
    race_over = 0;
    world_need(pthread_create(&thread, NULL, race_swap, NULL) == 0, "thread");
    bool leaked = false, made = false;
    unsigned reached = 0;
    /* At least once the walk must have met the directory, or nothing was tried: on one busy CPU that takes a while. */
    for (int i = 0; i < 4000 || (reached == 0 && i < 4000000); i++) {
        if (t_open(3, FOLLOW, i % 2 == 0 ? "race/secret" : "dir/../race/./secret", 0, READ, 0) == 0) {
            uint32_t fd = t_fd();
            reached++;
            t_read(fd, 20);
            leaked |= memcmp(guest(AT_BUF), "SECRET", 6) == 0;
            t_close(fd);
        }
        if (i % 8 == 0 && t_open(3, FOLLOW, "race/made", CREAT, WRITE, 0) == 0) {
            t_close(t_fd());
        }
        if (i % 8 == 1) {
            t_mkdir(3, "race/made_dir");
            t_link(3, NOFOLLOW, "race/secret", 3, "race_stolen");
            leaked |= t_holds(3, "race_stolen", "SECRET");
            t_unlink(3, "race_stolen");
        }
    }
    race_over = 1;
    pthread_join(thread, NULL);
    char path[128];
    struct stat st;
    snprintf(path, sizeof path, "%s/outside/made", w.host_dir);
    made = lstat(path, &st) == 0;
    snprintf(path, sizeof path, "%s/outside/made_dir", w.host_dir);
    made |= lstat(path, &st) == 0;
    CHECK(!leaked);
    CHECK(!made);
    CHECK(reached > 0);
}

/* Nothing outside has changed. */
static void attack_outcome(void)
{
    if (w.kind == WORLD_RAMFS) {
        return;
    }
    char path[128], text[16] = {0};
    snprintf(path, sizeof path, "%s/outside/secret", w.host_dir);
    FILE *f = fopen(path, "r");
    CHECK(f != NULL && fread(text, 1, 15, f) == 6 && strcmp(text, "SECRET") == 0);
    if (f != NULL) {
        fclose(f);
    }
    snprintf(path, sizeof path, "%s/outside", w.host_dir);
    struct stat st;
    CHECK(stat(path, &st) == 0 && st.st_nlink == 2);
    snprintf(path, sizeof path, "%s/outside/created", w.host_dir);
    CHECK(lstat(path, &st) != 0);
    snprintf(path, sizeof path, "%s/outside/given", w.host_dir);
    CHECK(lstat(path, &st) != 0);
}

int main(void)
{
    for (int kind = 0; kind < WORLD_KINDS; kind++) {
        world_begin((enum world_kind)kind);
        attack_paths();
        attack_links();
        attack_chain();
        attack_names();
        attack_read_only();
        attack_rights();
        attack_addresses();
        attack_iovs();
        attack_create();
        attack_poll();
        attack_races();
        attack_descriptors();
        attack_outcome();
        world_end();
    }
    world_is_wide = true;
    world_begin(WORLD_RAMFS);
    attack_addresses();
    attack_iovs();
    attack_poll();
    attack_types();
    world_end();
    return world_report();
}

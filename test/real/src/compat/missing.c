/* C library functions that WASI cannot have, answering as their standards allow. */
#include "compat.h"

#include <errno.h>
#include <stddef.h>
#include <stdio.h>

#define WEAK __attribute__((weak))

WEAK FILE *tmpfile(void)
{
    errno = ENOTSUP;
    return NULL;
}

WEAK char *tmpnam(char *buffer)
{
    (void)buffer;
    return NULL;
}

WEAK int system(const char *command)
{
    return command == NULL ? 0 : -1;
}

WEAK FILE *popen(const char *command, const char *mode)
{
    (void)command;
    (void)mode;
    errno = ENOTSUP;
    return NULL;
}

WEAK int pclose(FILE *stream)
{
    (void)stream;
    return -1;
}

/* One user, and permissions that cannot be changed: success without an effect. */
WEAK int fchmod(int fd, mode_t mode)
{
    (void)fd;
    (void)mode;
    return 0;
}

WEAK int chmod(const char *path, mode_t mode)
{
    (void)path;
    (void)mode;
    return 0;
}

WEAK int fchown(int fd, uid_t user, gid_t group)
{
    (void)fd;
    (void)user;
    (void)group;
    return 0;
}

WEAK int chown(const char *path, uid_t user, gid_t group)
{
    (void)path;
    (void)user;
    (void)group;
    return 0;
}

WEAK uid_t getuid(void)
{
    return 0;
}

WEAK uid_t geteuid(void)
{
    return 0;
}

WEAK mode_t umask(mode_t mask)
{
    (void)mask;
    return 022;
}

/* There are no users under WASI. */
#ifndef COMPAT_PWD_H
#define COMPAT_PWD_H

#include <stddef.h>
#include <sys/types.h>

struct passwd {
    char *pw_name;
    char *pw_dir;
};

static inline struct passwd *getpwuid(uid_t user)
{
    (void)user;
    return NULL;
}

#endif

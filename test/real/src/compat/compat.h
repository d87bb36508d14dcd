/*
 * What POSIX has and wasi-libc hides: declared here for programs that expect a Unix, defined in
 * missing.c.  Included before every file of such a program.
 */
#ifndef COMPAT_H
#define COMPAT_H

#include <sys/types.h>
#include <sys/stat.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#ifndef F_RDLCK
#define F_RDLCK 0
#endif
#define F_WRLCK 1
#define F_UNLCK 2
#ifndef F_GETLK
#define F_GETLK 5
#define F_SETLK 6
#define F_SETLKW 7
#endif

int fchmod(int, mode_t);
int chmod(const char *, mode_t);
int fchown(int, uid_t, gid_t);
int chown(const char *, uid_t, gid_t);
uid_t getuid(void);
uid_t geteuid(void);
mode_t umask(mode_t);

#endif

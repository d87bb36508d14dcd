/* errno.h - in a C library that was built without threads there is one errno for all of them. */
#ifndef THREADS_ERRNO_H
#define THREADS_ERRNO_H

#include <__errno_values.h>
extern int errno;
#define errno errno

#endif

/* str.h - the length of a terminated string.
 *
 * Owner of: this loop. Written plainly, compilers know it and call strlen; a volatile read keeps it a loop. */
#ifndef WICK_BASE_STR_H
#define WICK_BASE_STR_H

#include "base/compiler.h"

#include <stddef.h>

static inline size_t wk_str_size(const char *text) {
    const volatile char *p = text;
    size_t n = 0;
    while (p[n] != 0) {
        n++;
    }
    return n;
}

#endif

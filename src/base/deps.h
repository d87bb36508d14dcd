/*
 * The external symbols of the core, all of them. No other file may declare one; a check compares
 * the undefined symbols of every object file with this list.
 */
#ifndef WICK_BASE_DEPS_H
#define WICK_BASE_DEPS_H

#include <stddef.h>

void *memcpy(void *restrict dst, const void *restrict src, size_t n);
void *memmove(void *dst, const void *src, size_t n);
void *memset(void *dst, int byte, size_t n);
int memcmp(const void *a, const void *b, size_t n);

#endif

/* utf8.h - UTF-8 as the standard has it (spec: binary-utf8): no surrogates, no overlong forms, at most U+10FFFF. */
#ifndef WICK_BASE_UTF8_H
#define WICK_BASE_UTF8_H

#include "base/compiler.h"
#include "wick/wick.h"

/* The offset of the first byte that is not UTF-8; n when all are. */
WK_EXTERN size_t wk_utf8_check(const uint8_t *bytes, size_t n);
/* Writes 1 to 4 bytes; the code point must be a scalar value. Answers how many. */
WK_EXTERN size_t wk_utf8_put(uint8_t *out, uint32_t code_point);

#endif

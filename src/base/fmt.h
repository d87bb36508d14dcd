/* fmt.h - text into a bounded buffer, counting what did not fit. */
#ifndef WICK_BASE_FMT_H
#define WICK_BASE_FMT_H

#include "base/compiler.h"

#include <stddef.h>
#include <stdint.h>

struct wk_fmt {
    char *buf;
    size_t cap;
    size_t length; /* that the whole text takes, without the final 0 */
};

WK_EXTERN void wk_fmt_init(struct wk_fmt *fmt, char *buf, size_t cap);
WK_EXTERN void wk_fmt_char(struct wk_fmt *fmt, char c);
WK_EXTERN void wk_fmt_str(struct wk_fmt *fmt, const char *text);
WK_EXTERN void wk_fmt_bytes(struct wk_fmt *fmt, const char *text, size_t n);
WK_EXTERN void wk_fmt_u64(struct wk_fmt *fmt, uint64_t value);
WK_EXTERN void wk_fmt_s64(struct wk_fmt *fmt, int64_t value);
WK_EXTERN void wk_fmt_hex(struct wk_fmt *fmt, uint64_t value);
/* A string in double quotes; control characters and bytes that are not ASCII as \hh. */
WK_EXTERN void wk_fmt_quoted(struct wk_fmt *fmt, const uint8_t *text, size_t n);
/* Puts the final 0 (into the last byte when the text was cut) and answers the length. */
WK_EXTERN size_t wk_fmt_end(struct wk_fmt *fmt);

#endif

/* fmt.c - see fmt.h. */
#include "base/fmt.h"

#include "base/bits.h"

void wk_fmt_init(struct wk_fmt *fmt, char *buf, size_t cap) {
    fmt->buf = buf;
    fmt->cap = cap;
    fmt->length = 0;
}

void wk_fmt_char(struct wk_fmt *fmt, char c) {
    if (fmt->length < fmt->cap) {
        fmt->buf[fmt->length] = c;
    }
    fmt->length++;
}

void wk_fmt_bytes(struct wk_fmt *fmt, const char *text, size_t n) {
    for (size_t i = 0; i < n; i++) {
        wk_fmt_char(fmt, text[i]);
    }
}

void wk_fmt_str(struct wk_fmt *fmt, const char *text) {
    while (*text != 0) {
        wk_fmt_char(fmt, *text++);
    }
}

void wk_fmt_u64(struct wk_fmt *fmt, uint64_t value) {
    char digits[20];
    size_t n = 0;
    do {
        uint64_t quotient = wk_udiv64(value, 10);
        digits[n++] = (char)('0' + (int)(value - quotient * 10));
        value = quotient;
    } while (value != 0);
    while (n > 0) {
        wk_fmt_char(fmt, digits[--n]);
    }
}

void wk_fmt_s64(struct wk_fmt *fmt, int64_t value) {
    if (value < 0) {
        wk_fmt_char(fmt, '-');
        wk_fmt_u64(fmt, 0 - (uint64_t)value);
    } else {
        wk_fmt_u64(fmt, (uint64_t)value);
    }
}

void wk_fmt_hex(struct wk_fmt *fmt, uint64_t value) {
    uint32_t shift = 60;
    while (shift > 0 && (value >> shift) == 0) {
        shift -= 4;
    }
    for (;; shift -= 4) {
        wk_fmt_char(fmt, "0123456789abcdef"[(value >> shift) & 15]);
        if (shift == 0) {
            return;
        }
    }
}

void wk_fmt_quoted(struct wk_fmt *fmt, const uint8_t *text, size_t n) {
    wk_fmt_char(fmt, '"');
    for (size_t i = 0; i < n; i++) {
        uint8_t c = text[i];
        if (c < 0x20 || c >= 0x7f || c == '"' || c == '\\') {
            wk_fmt_char(fmt, '\\');
            wk_fmt_char(fmt, "0123456789abcdef"[c >> 4]);
            wk_fmt_char(fmt, "0123456789abcdef"[c & 15]);
        } else {
            wk_fmt_char(fmt, (char)c);
        }
    }
    wk_fmt_char(fmt, '"');
}

size_t wk_fmt_end(struct wk_fmt *fmt) {
    if (fmt->cap > 0) {
        fmt->buf[fmt->length < fmt->cap ? fmt->length : fmt->cap - 1] = 0;
    }
    return fmt->length;
}

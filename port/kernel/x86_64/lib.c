/* lib.c - the four memory functions and text output: the whole "libc" of this kernel. */
#include "kernel.h"
#include "x86.h"

/* Words by plain loops: under emulation the string instructions go byte by byte, and vector
 * registers are not ours. The empty asm keeps the compiler from turning a loop back into the call
 * that it is. */
#define KEEP_LOOP() __asm__ volatile("" : : : "memory")

typedef uint64_t __attribute__((may_alias, aligned(1))) word;

void *memcpy(void *restrict to, const void *restrict from, size_t n)
{
    uint8_t *d = to;
    const uint8_t *s = from;
    for (; n >= 32; n -= 32, d += 32, s += 32) {
        word a = ((const word *)s)[0], b = ((const word *)s)[1];
        word c = ((const word *)s)[2], e = ((const word *)s)[3];
        ((word *)d)[0] = a;
        ((word *)d)[1] = b;
        ((word *)d)[2] = c;
        ((word *)d)[3] = e;
        KEEP_LOOP();
    }
    for (; n > 0; n--) {
        *d++ = *s++;
        KEEP_LOOP();
    }
    return to;
}

void *memmove(void *to, const void *from, size_t n)
{
    uint8_t *d = (uint8_t *)to + n;
    const uint8_t *s = (const uint8_t *)from + n;
    if ((uintptr_t)to - (uintptr_t)from >= n) {
        return memcpy(to, from, n); /* forwards; right even when they overlap this way */
    }
    for (; n >= 8; n -= 8) {
        d -= 8;
        s -= 8;
        *(word *)d = *(const word *)s;
        KEEP_LOOP();
    }
    for (; n > 0; n--) {
        *--d = *--s;
        KEEP_LOOP();
    }
    return to;
}

void *memset(void *to, int byte, size_t n)
{
    uint8_t *d = to;
    word v = (uint8_t)byte * 0x0101010101010101ull;
    for (; n >= 32; n -= 32, d += 32) {
        ((word *)d)[0] = v;
        ((word *)d)[1] = v;
        ((word *)d)[2] = v;
        ((word *)d)[3] = v;
        KEEP_LOOP();
    }
    for (; n > 0; n--) {
        *d++ = (uint8_t)byte;
        KEEP_LOOP();
    }
    return to;
}

int memcmp(const void *a, const void *b, size_t n)
{
    const uint8_t *x = a, *y = b;
    for (size_t i = 0; i < n; i++) {
        if (x[i] != y[i]) {
            return x[i] < y[i] ? -1 : 1;
        }
    }
    return 0;
}

size_t k_strlen(const char *s)
{
    size_t n = 0;
    while (s[n] != 0) {
        n++;
    }
    return n;
}

struct text_out {
    char *buf;
    size_t cap, n; /* buf NULL: to the console */
};

static void text_put(struct text_out *out, char c)
{
    if (out->buf == NULL) {
        k_console_write(&c, 1);
    } else if (out->n + 1 < out->cap) {
        out->buf[out->n] = c;
    }
    out->n++;
}

static void text_pad(struct text_out *out, size_t have, size_t width, char c)
{
    for (; have < width; have++) {
        text_put(out, c);
    }
}

static void text_field(struct text_out *out, const char *s, size_t n, size_t width, bool left)
{
    text_pad(out, left ? width : n, width, ' ');
    for (size_t i = 0; i < n; i++) {
        text_put(out, s[i]);
    }
    text_pad(out, left ? n : width, width, ' ');
}

static void text_number(struct text_out *out, uint64_t value, bool negative, unsigned base,
                        size_t width, bool zero, bool left)
{
    char digits[24];
    size_t at = sizeof digits;
    do {
        digits[--at] = "0123456789abcdef"[value % base];
        value /= base;
    } while (value != 0);
    while (zero && sizeof digits - at + negative < width && at > 1) {
        digits[--at] = '0';
    }
    if (negative) {
        digits[--at] = '-';
    }
    text_field(out, digits + at, sizeof digits - at, width, left);
}

static void text_format(struct text_out *out, const char *f, va_list args)
{
    for (; *f != 0; f++) {
        if (*f != '%') {
            text_put(out, *f);
            continue;
        }
        bool left = false, zero = false, wide = false;
        size_t width = 0;
        for (f++; *f == '-' || *f == '0'; f++) {
            left |= *f == '-';
            zero |= *f == '0';
        }
        for (; *f >= '0' && *f <= '9'; f++) {
            width = width * 10 + (size_t)(*f - '0');
        }
        for (; *f == 'l' || *f == 'z'; f++) {
            wide = true;
        }
        if (*f == 's') {
            const char *s = va_arg(args, const char *);
            text_field(out, s, k_strlen(s), width, left);
        } else if (*f == 'c') {
            text_put(out, (char)va_arg(args, int));
        } else if (*f == 'd') {
            int64_t v = wide ? va_arg(args, int64_t) : va_arg(args, int);
            text_number(out, v < 0 ? 0 - (uint64_t)v : (uint64_t)v, v < 0, 10, width, zero, left);
        } else if (*f == 'u' || *f == 'x') {
            uint64_t v = wide ? va_arg(args, uint64_t) : va_arg(args, unsigned);
            text_number(out, v, false, *f == 'u' ? 10 : 16, width, zero, left);
        } else if (*f == 'p') {
            text_number(out, (uintptr_t)va_arg(args, void *), false, 16, 16, true, false);
        } else if (*f == 0) {
            return;
        } else {
            text_put(out, *f);
        }
    }
}

size_t k_format(char *buf, size_t cap, const char *format, ...)
{
    struct text_out out = {buf, cap, 0};
    va_list args;
    va_start(args, format);
    text_format(&out, format, args);
    va_end(args);
    if (cap > 0) {
        buf[out.n < cap ? out.n : cap - 1] = 0;
    }
    return out.n;
}

void k_print(const char *format, ...)
{
    struct text_out out = {NULL, 0, 0};
    va_list args;
    va_start(args, format);
    text_format(&out, format, args);
    va_end(args);
}

_Noreturn void k_panic(const char *format, ...)
{
    struct text_out out = {NULL, 0, 0};
    va_list args;
    x86_interrupts_off();
    k_print("kernel panic: ");
    va_start(args, format);
    text_format(&out, format, args);
    va_end(args);
    k_print("\n");
    k_exit(126);
}

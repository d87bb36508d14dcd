/* fuzz_wasi.h - what the fuzz targets of WASI share: a module written byte by byte, a host whose clock moves only when it
 * idles, and arguments that are mostly sensible. */
#ifndef WICK_TEST_FUZZ_WASI_H
#define WICK_TEST_FUZZ_WASI_H

#include "run.h"
#include "wick/wick_wasi.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* ---- a module ---------------------------------------------------------------------------------------------------- */

struct bytes {
    uint8_t at[65536];
    size_t n;
};

static void add(struct bytes *b, uint32_t byte) {
    b->at[b->n++] = (uint8_t)byte;
}

static void add_u32(struct bytes *b, uint32_t v) {
    for (; v >= 128; v >>= 7) {
        add(b, v | 128);
    }
    add(b, v);
}

static void add_text(struct bytes *b, const char *s) {
    add_u32(b, (uint32_t)strlen(s));
    while (*s) {
        add(b, (uint8_t)*s++);
    }
}

static void add_section(struct bytes *out, uint8_t id, const struct bytes *section) {
    add(out, id);
    add_u32(out, (uint32_t)section->n);
    memcpy(out->at + out->n, section->at, section->n);
    out->n += section->n;
}

/* ---- the host ----------------------------------------------------------------------------------------------------- */

static uint64_t wasi_now;

static wick_wasi_errno wasi_clock(void *user, uint32_t clock, uint64_t *out_ns) {
    (void)user;
    if (clock > 3) {
        return WICK_WASI_EINVAL;
    }
    *out_ns = wasi_now += 1000;
    return WICK_WASI_OK;
}

static wick_wasi_errno wasi_random(void *user, void *buf, size_t n) {
    (void)user;
    memset(buf, 0x5a, n);
    return WICK_WASI_OK;
}

static void wasi_idle(void *user, uint64_t deadline) {
    (void)user;
    wasi_now = deadline != UINT64_MAX && deadline > wasi_now ? deadline : wasi_now + 1000000;
}

static wick_wasi_errno console_read(void *user, uint8_t *buf, size_t n, size_t *out_n) {
    (void)user;
    memset(buf, 'x', n < 3 ? n : 3);
    *out_n = n < 3 ? n : 3;
    return WICK_WASI_OK;
}

static wick_wasi_errno console_write(void *user, const uint8_t *buf, size_t n, size_t *out_n) {
    uint8_t sum = 0;
    (void)user;
    for (size_t i = 0; i < n; i++) { /* every byte can be read */
        sum ^= buf[i];
    }
    *out_n = sum == 0xa5 && n > 1 ? n - 1 : n;
    return WICK_WASI_OK;
}

static const wick_wasi_host wasi_host = {.size = sizeof wasi_host, .clock_time = wasi_clock, .random = wasi_random,
                                         .idle = wasi_idle};

/* ---- the input ---------------------------------------------------------------------------------------------------- */

struct reader {
    const uint8_t *p, *end;
};

static uint32_t next(struct reader *r) {
    return r->p < r->end ? *r->p++ : 0;
}

/* `before` is the argument in front of it, whose length a '.' is. */
static uint64_t next_argument(struct reader *r, char kind, char kind_before, uint64_t before, const uint8_t *memory) {
    static const uint64_t odd[8] = {0, 1, UINT32_MAX, 0x10000, 0xfffc, INT64_MAX, UINT64_MAX, 0x80000000};
    uint32_t how = next(r);
    if (how >= 248) {
        return odd[how & 7];
    }
    switch (kind) {
    case 'f': return how < 200 ? how % 9 : how;
    case 'r': return UINT64_MAX >> (how & 63);
    case '.':
        if (kind_before == 's' && how < 200 && before < 2048 - 64) { /* all of a name */
            uint32_t n = 0;
            while (n < 63 && memory[before + n] != 0) {
                n++;
            }
            return n;
        }
        return kind_before == 'b' && how >= 64 ? how * 16 : how % 24;
    case 'l': return how < 128 ? how : (uint64_t)how << (how & 31);
    case 'i': return how < 200 ? how & 15 : how;
    default: return (how & 63) * 32u; /* an address */
    }
}

/* 2,048 bytes of memory: names, vectors, subscriptions. */
static void fill_memory(uint8_t *m, struct reader *r) {
    for (uint32_t i = 0; i < 2048; i += 32) {
        static const char *const names[] = {"a",   "b", "a/b", "..",      "../x", "/a",      "dir",   "dir/file",
                                            "link", ".", "",    "console", "zero", "link/..", "a//b/", "null"};
        uint32_t how = i / 32 < 20 ? i / 32 : next(r);
        if (how < 16) {
            memset(m + i, 0, 32);
            memcpy(m + i, names[how], strlen(names[how]));
        } else if (how < 160) { /* an iovec, or pieces of a subscription */
            uint32_t v[8] = {2048 + how * 8, how & 31, how & 3, 0, how % 3, 0, how * 100, 0};
            memcpy(m + i, v, sizeof v);
        } else {
            for (uint32_t k = 0; k < 32; k++) {
                m[i + k] = (uint8_t)next(r);
            }
        }
    }
}

#endif

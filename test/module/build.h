/* build.h - modules out of short texts, and an engine to load them, for the tests of loading.
 *
 * A text is a row of tokens:
 *   M            the header           0a 7f        bytes in hexadecimal
 *   [ ... ]      its length as LEB128, then it       < ... >   a code section with one body: no locals, ..., end
 *   "abc"        these characters     @"abc"       their number, then they
 *   u300 s-5     LEB128               *1000( ... ) repeated; in it %u and %s are LEB128 of the round, %x eight
 *                hex digits
 *   $name        a text defined before */
#ifndef WICK_TEST_MODULE_BUILD_H
#define WICK_TEST_MODULE_BUILD_H

#include "module/module.h"
#include "valid/valid.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct build {
    uint8_t *data;
    size_t n, cap;
};

struct build_name {
    char name[16];
    char *text;
};
static struct build_name build_names[64];
static size_t build_n_names;

static inline void build_byte(struct build *out, unsigned byte) {
    if (out->n == out->cap) {
        out->cap = out->cap == 0 ? 256 : out->cap * 2;
        out->data = realloc(out->data, out->cap);
        if (out->data == NULL) {
            abort();
        }
    }
    out->data[out->n++] = (uint8_t)byte;
}

static inline void build_uleb(struct build *out, unsigned long long value) {
    while (value >= 0x80) {
        build_byte(out, (unsigned)(value & 0x7f) | 0x80);
        value >>= 7;
    }
    build_byte(out, (unsigned)value);
}

static inline void build_sleb(struct build *out, long long value) {
    while (value < -64 || value > 63) {
        build_byte(out, (unsigned)(value & 0x7f) | 0x80);
        value >>= 7;
    }
    build_byte(out, (unsigned)value & 0x7f);
}

static inline void build_die(const char *at) {
    fprintf(stderr, "bad module text at: %.40s\n", at);
    exit(2);
}

static inline const char *build_parse(const char *p, struct build *out, char until, unsigned long round);

static inline const char *build_name_text(const char *name, size_t n) {
    for (size_t i = 0; i < build_n_names; i++) {
        if (strlen(build_names[i].name) == n && memcmp(build_names[i].name, name, n) == 0) {
            return build_names[i].text;
        }
    }
    build_die(name);
    return "";
}

static inline void build_let(const char *name, const char *text) {
    struct build_name *entry = &build_names[build_n_names++];
    if (build_n_names > 64 || strlen(name) > 15) {
        build_die(name);
    }
    strcpy(entry->name, name);
    entry->text = malloc(strlen(text) + 1);
    if (entry->text == NULL) {
        abort();
    }
    strcpy(entry->text, text);
}

static inline void build_forget(void) {
    while (build_n_names != 0) {
        free(build_names[--build_n_names].text);
    }
}

static inline unsigned build_hex(char c) {
    return c >= '0' && c <= '9' ? (unsigned)(c - '0') : c >= 'a' && c <= 'f' ? (unsigned)(c - 'a' + 10) : 16u;
}

static inline void build_sized(struct build *out, const struct build *part) {
    build_uleb(out, part->n);
    for (size_t i = 0; i < part->n; i++) {
        build_byte(out, part->data[i]);
    }
}

static inline const char *build_string(const char *p, struct build *out) {
    for (; *p != '"'; p++) {
        if (*p == 0) {
            build_die(p);
        }
        build_byte(out, (unsigned char)*p);
    }
    return p + 1;
}

static inline const char *build_parse(const char *p, struct build *out, char until, unsigned long round) {
    static const uint8_t header[] = {0, 'a', 's', 'm', 1, 0, 0, 0};
    for (;;) {
        struct build part = {NULL, 0, 0};
        char *end;
        const char c = *p;
        if (c == until) {
            return c == 0 ? p : p + 1;
        }
        p++;
        if (c == ' ' || c == '\n' || c == '\t') {
            continue;
        }
        if (c == 'M') {
            for (size_t i = 0; i < sizeof header; i++) {
                build_byte(out, header[i]);
            }
        } else if (c == '[') {
            p = build_parse(p, &part, ']', round);
            build_sized(out, &part);
        } else if (c == '<') { /* 0a[01 [00 ... 0b]] */
            struct build body = {NULL, 0, 0};
            build_byte(&body, 0);
            p = build_parse(p, &body, '>', round);
            build_byte(&body, 0x0b);
            build_byte(&part, 1);
            build_sized(&part, &body);
            build_byte(out, 0x0a);
            build_sized(out, &part);
            free(body.data);
        } else if (c == '"') {
            p = build_string(p, out);
        } else if (c == '@') {
            p = build_string(p + 1, &part);
            build_sized(out, &part);
        } else if (c == 'u') {
            build_uleb(out, strtoull(p, &end, 0));
            p = end;
        } else if (c == 's') {
            build_sleb(out, strtoll(p, &end, 0));
            p = end;
        } else if (c == '*') {
            const unsigned long n = strtoul(p, &end, 10);
            const char *inner = end + 1;
            p = inner;
            if (n == 0) {
                build_die(inner);
            }
            for (unsigned long i = 0; i < n; i++) {
                p = build_parse(inner, out, ')', i);
            }
        } else if (c == '%') {
            char digits[16];
            if (*p == 'u') {
                build_uleb(out, round);
            } else if (*p == 's') {
                build_sleb(out, (long long)round);
            } else {
                snprintf(digits, sizeof digits, "%08lx", round);
                for (size_t i = 0; i < 8; i++) {
                    build_byte(out, (unsigned char)digits[i]);
                }
            }
            p++;
        } else if (c == '$') {
            size_t n = 0;
            while ((p[n] >= 'a' && p[n] <= 'z') || (p[n] >= '0' && p[n] <= '9') || p[n] == '_') {
                n++;
            }
            (void)build_parse(build_name_text(p, n), out, 0, round);
            p += n;
        } else if (build_hex(c) < 16 && build_hex(*p) < 16) {
            build_byte(out, build_hex(c) << 4 | build_hex(*p));
            p++;
        } else {
            build_die(p - 1);
        }
        free(part.data);
    }
}

static inline struct build build_module(const char *text) {
    struct build out = {NULL, 0, 0};
    (void)build_parse(text, &out, 0, 0);
    /* Exactly as large as it is, so that a sanitizer sees a read behind it. */
    if (out.n != 0) {
        out.data = realloc(out.data, out.n);
    }
    return out;
}

/* ---- an engine whose memory is counted and may run out ---------------------------------------------------------- */

struct build_host {
    unsigned long calls;   /* of realloc that want memory */
    unsigned long fail_at; /* the number of the call that fails; 0: none */
    unsigned long long bytes;
};

static inline void *build_realloc(void *user, void *p, size_t old_size, size_t new_size) {
    struct build_host *host = user;
    (void)old_size;
    if (new_size == 0) {
        free(p);
        return NULL;
    }
    host->calls++;
    host->bytes += new_size;
    if (host->calls == host->fail_at) {
        return NULL;
    }
    return realloc(p, new_size);
}

static inline void build_log(void *user, const char *text, size_t n) {
    (void)user;
    fwrite(text, 1, n, stderr);
}

static const wick_host build_callbacks = {.size = sizeof(wick_host), .realloc = build_realloc, .log = build_log};

static inline wick_err build_engine(struct wick_engine *engine, struct build_host *host, uint32_t features) {
    memset(engine, 0, sizeof *engine);
    engine->alloc.host = &build_callbacks;
    engine->alloc.user = host;
    engine->alloc.quota = UINT64_MAX;
    engine->features = features;
    return wk_types_init(&engine->types, &engine->alloc);
}

/* Decodes and validates, and frees. */
static inline wick_err build_load(struct wick_engine *engine, const uint8_t *bytes, size_t n, wick_diag *diag) {
    struct wick_module module;
    wick_err err;
    memset(&module, 0, sizeof module);
    module.engine = engine;
    module.bytes = bytes;
    module.size = (uint32_t)n;
    wick_diag_init(diag);
    err = wk_module_decode(&module, diag);
    if (err == WICK_OK) {
        err = wk_validate_bodies(&module, diag);
        wk_module_clear(&module);
    }
    return err;
}

#endif

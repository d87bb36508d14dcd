/* api.h - what the API tests share: checks, a port that counts and fails on demand, modules written byte by byte. */
#ifndef TEST_API_H
#define TEST_API_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "wick/wick.h"
#include "wick/wick_text.h"

/* ---- checks ------------------------------------------------------------------------------------------------------ */

static int test_checks, test_failures;

#define CHECK(condition)                                                          \
    do {                                                                          \
        test_checks++;                                                            \
        if (!(condition)) {                                                       \
            test_failures++;                                                      \
            printf("%s:%d: failed: %s\n", __FILE__, __LINE__, #condition);        \
        }                                                                         \
    } while (0)
#define FAILED(what)                                                              \
    do {                                                                          \
        test_failures++;                                                          \
        printf("%s:%d: failed: %s\n", __FILE__, __LINE__, what);                  \
    } while (0)
#define CHECK_EQ(got, want)                                                                              \
    do {                                                                                                 \
        unsigned long long got_ = (unsigned long long)(got), want_ = (unsigned long long)(want);         \
        test_checks++;                                                                                   \
        if (got_ != want_) {                                                                             \
            test_failures++;                                                                             \
            printf("%s:%d: %s: expected %llu, got %llu\n", __FILE__, __LINE__, #got, want_, got_);       \
        }                                                                                                \
    } while (0)
/* Ends the test: what follows makes no sense. */
#define NEED(condition)                                                           \
    do {                                                                          \
        test_checks++;                                                            \
        if (!(condition)) {                                                       \
            printf("%s:%d: needed: %s\n", __FILE__, __LINE__, #condition);        \
            printf("%d passed, 1 failed\n", test_checks - 1);                     \
            exit(1);                                                              \
        }                                                                         \
    } while (0)

static inline int test_end(const char *name) {
    printf("%s\n%d passed, %d failed\n", name, test_checks - test_failures, test_failures);
    return test_failures != 0;
}

/* ---- a port that counts ------------------------------------------------------------------------------------------ */

struct port {
    size_t held;      /* bytes */
    size_t blocks;
    long long fail_at; /* the allocation that fails, counted from 0; negative: none */
    long long n;       /* allocations so far */
    int fail_all;      /* all from fail_at on fail */
    size_t reserved;
    int reserve_fails, commit_fails_at, n_commits;
    int locked, n_locks;
    int n_yields;
    int moves;         /* resizing always moves */
};

static void *port_realloc(void *user, void *p, size_t old_size, size_t new_size) {
    struct port *port = user;
    void *fresh;
    if (new_size == 0) {
        memset(p, 0xdd, old_size);
        free(p);
        port->held -= old_size;
        port->blocks--;
        return NULL;
    }
    if (new_size > old_size && port->fail_at >= 0) {
        long long k = port->n++;
        if (port->fail_all ? k >= port->fail_at : k == port->fail_at) {
            return NULL;
        }
    }
    fresh = aligned_alloc(16, (new_size + 15) & ~(size_t)15);
    if (fresh == NULL) {
        return NULL;
    }
    memset(fresh, 0xcd, new_size);
    if (p != NULL) {
        memcpy(fresh, p, old_size < new_size ? old_size : new_size);
        memset(p, 0xdd, old_size);
        free(p);
    } else {
        port->blocks++;
    }
    port->held += new_size - old_size;
    return fresh;
}

static void port_log(void *user, const char *text, size_t n) {
    (void)user;
    fwrite(text, 1, n, stderr);
}

static void port_lock(void *user) {
    struct port *port = user;
    if (port->locked) {
        printf("lock taken twice\n");
        test_failures++;
    }
    port->locked = 1;
    port->n_locks++;
}

static void port_unlock(void *user) {
    ((struct port *)user)->locked = 0;
}

static void port_yield(void *user) {
    ((struct port *)user)->n_yields++;
}

static inline wick_host port_table(void) {
    wick_host host;
    memset(&host, 0, sizeof host);
    host.size = sizeof host;
    host.realloc = port_realloc;
    host.log = port_log;
    host.lock = port_lock;
    host.unlock = port_unlock;
    host.yield = port_yield;
    return host;
}

static inline void port_init(struct port *port) {
    memset(port, 0, sizeof *port);
    port->fail_at = -1;
    port->commit_fails_at = -1;
}

/* Everything given back? */
#define CHECK_CLEAN(port)               \
    do {                                \
        CHECK_EQ((port)->held, 0);      \
        CHECK_EQ((port)->blocks, 0);    \
        CHECK_EQ((port)->reserved, 0);  \
        CHECK_EQ((port)->locked, 0);    \
    } while (0)

/* ---- modules byte by byte ---------------------------------------------------------------------------------------- */

struct wasm {
    uint8_t bytes[1 << 12];
    size_t n;
    size_t open; /* where the size of the open section is */
};

static inline void wasm_byte(struct wasm *w, unsigned byte) {
    if (w->n < sizeof w->bytes) {
        w->bytes[w->n++] = (uint8_t)byte;
    }
}

/* Bytes up to the one that is negative. */
static inline void wasm_put_list(struct wasm *w, const int *list) {
    for (; *list >= 0; list++) {
        wasm_byte(w, (unsigned)*list);
    }
}
#define PUT(w, ...) wasm_put_list((w), (const int[]){__VA_ARGS__, -1})

static inline void wasm_name(struct wasm *w, const char *name) {
    wasm_byte(w, (unsigned)strlen(name));
    while (*name != 0) {
        wasm_byte(w, (uint8_t)*name++);
    }
}

static inline void wasm_begin(struct wasm *w) {
    w->n = 0;
    PUT(w, 0, 'a', 's', 'm', 1, 0, 0, 0);
}

/* What follows, up to wasm_close, is the section's content. */
static inline void wasm_section(struct wasm *w, unsigned id) {
    wasm_byte(w, id);
    w->open = w->n;
    PUT(w, 0, 0, 0, 0, 0);
}

static inline void wasm_close(struct wasm *w) {
    size_t size = w->n - w->open - 5;
    for (unsigned i = 0; i < 5; i++) {
        w->bytes[w->open + i] = (uint8_t)((size >> (7 * i) & 0x7f) | (i < 4 ? 0x80u : 0u));
    }
}

/* ---- an engine, a store and a linker ----------------------------------------------------------------------------- */

struct world {
    struct port port;
    wick_host host;
    wick_engine *engine;
    wick_store *store;
    wick_linker *linker;
    wick_module *modules[16];
    int n_modules;
};

static inline void world_open(struct world *w, wick_engine_kind kind) {
    wick_config config;
    memset(&config, 0, sizeof config);
    config.engine = kind;
    memset(w, 0, sizeof *w);
    port_init(&w->port);
    w->host = port_table();
    NEED(wick_engine_new(&w->host, &w->port, &config, &w->engine) == WICK_OK);
    NEED(wick_store_new(w->engine, NULL, &w->store) == WICK_OK);
    NEED(wick_linker_new(w->store, &w->linker) == WICK_OK);
}

static inline void world_close(struct world *w) {
    wick_linker_free(w->linker);
    wick_store_free(w->store);
    while (w->n_modules != 0) {
        wick_module_free(w->modules[--w->n_modules]);
    }
    wick_engine_free(w->engine);
    CHECK_CLEAN(&w->port);
}

/* Prints a diag and ends the test. */
static inline void test_die(const wick_diag *diag, const wick_module *module, const char *what) {
    char text[400];
    wick_diag_format(diag, NULL, module, text, sizeof text);
    printf("%s: %s\n", what, text);
    exit(1);
}

/* Assembles text; the caller frees the bytes with free(). */
static inline uint8_t *wat_bytes(const char *text, size_t *out_size) {
    struct port port;
    wick_host host = port_table();
    wick_engine *engine;
    wick_diag diag;
    uint8_t *bytes, *copy;
    port_init(&port);
    NEED(wick_engine_new(&host, &port, NULL, &engine) == WICK_OK);
    if (wick_text_assemble(engine, text, strlen(text), WICK_TEXT_NAMES, &bytes, out_size, &diag) != WICK_OK) {
        test_die(&diag, NULL, "wat");
    }
    copy = malloc(*out_size);
    memcpy(copy, bytes, *out_size);
    wick_text_free(engine, bytes, *out_size);
    wick_engine_free(engine);
    CHECK_CLEAN(&port);
    return copy;
}

static inline wick_module *world_module(struct world *w, const char *text) {
    size_t size;
    uint8_t *bytes = wat_bytes(text, &size);
    wick_module *module;
    wick_diag diag;
    if (wick_module_new(w->engine, bytes, size, 0, &module, &diag) != WICK_OK) {
        test_die(&diag, NULL, "module");
    }
    free(bytes);
    NEED(w->n_modules < 16);
    w->modules[w->n_modules++] = module;
    return module;
}

/* Instantiates text and names its exports `name` in the linker. */
static inline wick_instance *world_instance(struct world *w, const char *name, const char *text) {
    wick_module *module = world_module(w, text);
    wick_instance *instance;
    wick_diag diag;
    if (wick_linker_instantiate(w->linker, module, &instance, &diag) != WICK_OK) {
        test_die(&diag, module, "instance");
    }
    NEED(wick_linker_instance(w->linker, name, strlen(name), instance) == WICK_OK);
    return instance;
}

static inline wick_extern item_of(wick_instance *instance, const char *name) {
    wick_extern item;
    if (!wick_instance_export(instance, name, strlen(name), &item)) {
        printf("no export %s\n", name);
        exit(1);
    }
    return item;
}

static inline wick_func *func_of(wick_instance *instance, const char *name) {
    wick_extern item = item_of(instance, name);
    NEED(item.kind == WICK_EXTERN_FUNC);
    return item.of.func;
}

static inline wick_value i32(uint32_t value) {
    wick_value v;
    memset(&v, 0, sizeof v);
    v.type = WICK_I32;
    v.of.i32 = value;
    return v;
}

static inline wick_value i64(uint64_t value) {
    wick_value v;
    memset(&v, 0, sizeof v);
    v.type = WICK_I64;
    v.of.i64 = value;
    return v;
}

static inline wick_value ref_value(wick_valtype type, wick_ref ref) {
    wick_value v;
    memset(&v, 0, sizeof v);
    v.type = type;
    v.of.ref = ref;
    return v;
}

/* Calls (i32) -> i32 and the like: one argument, one result of 32 bits. */
static inline uint32_t call1(wick_func *func, uint32_t arg) {
    wick_value value = i32(arg), result;
    wick_diag diag;
    memset(&result, 0, sizeof result);
    if (wick_func_call(func, &value, 1, &result, 1, &diag) != WICK_OK) {
        test_die(&diag, NULL, "call");
    }
    return result.of.i32;
}

static inline uint32_t call0(wick_func *func) {
    wick_value result;
    wick_diag diag;
    memset(&result, 0, sizeof result);
    if (wick_func_call(func, NULL, 0, &result, 1, &diag) != WICK_OK) {
        test_die(&diag, NULL, "call");
    }
    return result.of.i32;
}

#endif

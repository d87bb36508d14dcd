/* fuzz_wasi.c - random WASI calls with random arguments over the RAM file system and devices. The module imports every
 * row of wasi.def and exports it again with its memory; the input says which is called with what, and what lies in
 * memory before. Everything must answer, nothing may stay behind. */
#include "run.h"
#include "wick/wick_wasi.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct {
    const char *name, *signature, *kinds;
} wasi_rows[] = {
#define R(x) 0
#define WASI(name, signature, kinds, names, rights, rights2, in0, doc) {#name, signature, kinds},
#include "def/wasi.def"
#undef R
};
enum { N_ROWS = sizeof wasi_rows / sizeof *wasi_rows };

struct bytes {
    uint8_t at[16384];
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

static void make_module(struct bytes *out) {
    static struct bytes types, imports, exports;
    memcpy(out->at, "\0asm\1\0\0\0", 8);
    out->n = 8;
    types.n = imports.n = exports.n = 0;
    add_u32(&types, N_ROWS);
    add_u32(&imports, N_ROWS);
    add_u32(&exports, N_ROWS + 1);
    for (uint32_t i = 0; i < N_ROWS; i++) {
        const char *colon = strchr(wasi_rows[i].signature, ':');
        add(&types, 0x60);
        add_u32(&types, (uint32_t)(colon - wasi_rows[i].signature));
        for (const char *s = wasi_rows[i].signature; *s; s++) {
            if (*s == ':') {
                add_u32(&types, (uint32_t)strlen(s + 1));
            } else {
                add(&types, *s == 'l' ? 0x7e : 0x7f);
            }
        }
        add_text(&imports, "wasi_snapshot_preview1");
        add_text(&imports, wasi_rows[i].name);
        add(&imports, 0);
        add_u32(&imports, i);
        add_text(&exports, wasi_rows[i].name);
        add(&exports, 0);
        add_u32(&exports, i);
    }
    add_text(&exports, "memory");
    add(&exports, 2);
    add(&exports, 0);
    static const struct bytes memory = {{1, 1, 1, 2}, 4};
    add_section(out, 1, &types);
    add_section(out, 2, &imports);
    add_section(out, 5, &memory);
    add_section(out, 7, &exports);
}

/* ---- the world ------------------------------------------------------------------------------------------------- */

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

struct world {
    wick_engine *engine;
    wick_wasi_fs *ram, *dev;
    wick_wasi *wasi;
};

static bool make_world(struct world *w, const uint8_t *image, size_t image_size) {
    static const char *const args[] = {"program", "argument"};
    static const char *const env[] = {"A=1", "HOME=/"};
    wick_wasi_options options = {.host = &wasi_host, .args = args, .n_args = 2, .env = env, .n_env = 2, .max_fds = 40};
    wick_devfs_options dev = {.console_read = console_read, .console_write = console_write, .random = wasi_random};
    wick_ramfs_options ram = {.quota = 1 << 20};
    if (wick_ramfs_new(w->engine, &ram, &w->ram) || wick_devfs_new(w->engine, &dev, &w->dev) ||
        wick_wasi_new(w->engine, &options, &w->wasi)) {
        return false;
    }
    (void)wick_ramfs_load(w->ram, image, image_size, NULL);
    for (uint32_t fd = 0; fd < 5; fd++) {
        wick_wasi_fd_options o = {.fs = fd == 3 ? w->ram : w->dev,
                                  .preopen = fd == 3 ? "/" : fd == 4 ? "/dev" : NULL};
        wick_wasi_errno e = fd < 3    ? wick_devfs_open(w->dev, "console", &o.opened)
                            : fd == 3 ? wick_ramfs_root(w->ram, &o.opened)
                                      : wick_devfs_root(w->dev, &o.opened);
        if (e != WICK_WASI_OK || wick_wasi_set_fd(w->wasi, fd, &o) != WICK_OK) {
            return false;
        }
    }
    return true;
}

/* ---- the calls ------------------------------------------------------------------------------------------------- */

struct reader {
    const uint8_t *p, *end;
};

static uint32_t next(struct reader *r) {
    return r->p < r->end ? *r->p++ : 0;
}

static uint64_t next_argument(struct reader *r, char kind) {
    static const uint64_t odd[8] = {0, 1, UINT32_MAX, 0x10000, 0xfffc, INT64_MAX, UINT64_MAX, 0x80000000};
    uint32_t how = next(r);
    if (how >= 248) {
        return odd[how & 7];
    }
    switch (kind) {
    case 'f': return how < 200 ? how % 9 : how;
    case 'r': return UINT64_MAX >> (how & 63);
    case '.': return how % 24;
    case 'l': return how < 128 ? how : (uint64_t)how << (how & 31);
    case 'i': return how < 200 ? how & 15 : how;
    default: return (how & 63) * 32u; /* an address */
    }
}

static void call_one(struct world *w, wick_task *task, wick_instance *instance, struct reader *r) {
    uint32_t row = next(r) % N_ROWS;
    wick_extern item;
    wick_value args[9];
    uint32_t n = 0;
    memset(args, 0, sizeof args);
    for (const char *s = wasi_rows[row].signature, *k = wasi_rows[row].kinds; *s != ':'; s++, k++) {
        uint64_t v = next_argument(r, *k);
        args[n].type = *s == 'l' ? WICK_I64 : WICK_I32;
        if (*s == 'l') {
            args[n].of.i64 = v;
        } else {
            args[n].of.i32 = (uint32_t)v;
        }
        n++;
    }
    if (!wick_instance_export(instance, wasi_rows[row].name, strlen(wasi_rows[row].name), &item) ||
        wick_task_call(task, item.of.func, args, n) != WICK_OK) {
        abort();
    }
    wick_status status = wick_wasi_run(w->wasi, task, 1000);
    if (status == WICK_TRAPPED) {
        char text[512];
        wick_diag_format(wick_task_diag(task), NULL, NULL, text, sizeof text);
        if (wick_err_get_class(wick_task_diag(task)->err) == WICK_CLASS_USAGE) {
            abort();
        }
    } else if (status != WICK_DONE) {
        wick_task_cancel(task);
    }
}

static void play(struct world *w, const uint8_t *data, size_t size) {
    static struct bytes module_bytes;
    wick_store *store;
    wick_linker *linker = NULL;
    wick_task *task = NULL;
    wick_module *module = NULL;
    wick_instance *instance = NULL;
    wick_diag diag;
    wick_extern memory;
    struct reader r = {data, data + size};
    wick_diag_init(&diag);
    make_module(&module_bytes);
    if (wick_store_new(w->engine, NULL, &store) || wick_linker_new(store, &linker) ||
        wick_wasi_link(w->wasi, linker) || wick_task_new(store, NULL, &task) ||
        wick_module_new(w->engine, module_bytes.at, module_bytes.n, 0, &module, &diag) ||
        wick_linker_instantiate(linker, module, &instance, &diag) ||
        !wick_instance_export(instance, "memory", 6, &memory)) {
        abort();
    }
    uint8_t *m = wick_memory_data(memory.of.memory);
    for (uint32_t i = 0; i < 2048; i += 32) { /* names, vectors, subscriptions */
        static const char *const names[] = {"a",   "b", "a/b", "..",      "../x", "/a",      "dir",   "dir/file",
                                            "link", ".", "",    "console", "zero", "link/..", "a//b/", "null"};
        uint32_t how = i / 32 < 20 ? i / 32 : next(&r);
        if (how < 16) {
            memset(m + i, 0, 32);
            memcpy(m + i, names[how], strlen(names[how]));
        } else if (how < 160) { /* an iovec, or pieces of a subscription */
            uint32_t v[8] = {2048 + how * 8, how & 31, how & 3, 0, how % 3, 0, how * 100, 0};
            memcpy(m + i, v, sizeof v);
        } else {
            for (uint32_t k = 0; k < 32; k++) {
                m[i + k] = (uint8_t)next(&r);
            }
        }
    }
    for (uint32_t i = 0; i < 60 && r.p < r.end; i++) {
        call_one(w, task, instance, &r);
    }
    wick_linker_free(linker);
    wick_store_free(store);
    wick_module_free(module);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct run_host host = {0};
    struct world w = {NULL, NULL, NULL, NULL};
    wick_config config = {.engine = WICK_ENGINE_REF, .quota = 1 << 27};
    size_t image = size > 0 && data[0] >= 200 ? size / 2 : 0; /* the first half is an archive */
    wasi_now = 1000000;
    if (wick_engine_new(&run_plain_host, &host, &config, &w.engine) != WICK_OK || !make_world(&w, data + 1, image)) {
        abort();
    }
    if (size > image + 1) {
        play(&w, data + image + 1, size - image - 1);
    }
    wick_wasi_free(w.wasi);
    wick_ramfs_free(w.ram);
    wick_devfs_free(w.dev);
    wick_engine_free(w.engine);
    if (host.held != 0) {
        abort();
    }
    return 0;
}

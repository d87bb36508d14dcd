/* fuzz_wasi.c - random WASI calls with random arguments over the RAM file system and devices. The module imports every
 * row of wasi.def and exports a function that calls it (called by the host itself, it would have no memory); the input says
 * which is called with what, and what lies in memory before. Everything must answer, nothing may stay behind. */
#include "fuzz_wasi.h"

static const struct {
    const char *name, *signature, *kinds;
} wasi_rows[] = {
#define R(x) 0
#define WASI(name, signature, kinds, names, rights, rights2, in0, doc) {#name, signature, kinds},
#include "def/wasi.def"
#undef R
};
enum { N_ROWS = sizeof wasi_rows / sizeof *wasi_rows };

static void make_module(struct bytes *out) {
    static struct bytes types, imports, functions, exports, code;
    memcpy(out->at, "\0asm\1\0\0\0", 8);
    out->n = 8;
    types.n = imports.n = functions.n = exports.n = code.n = 0;
    add_u32(&types, N_ROWS);
    add_u32(&imports, N_ROWS);
    add_u32(&functions, N_ROWS);
    add_u32(&code, N_ROWS);
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
        add_u32(&exports, N_ROWS + i);
        add_u32(&functions, i);
        uint32_t n = (uint32_t)(colon - wasi_rows[i].signature);
        add_u32(&code, 2 * n + 4); /* all of them are below 128 */
        add(&code, 0);
        for (uint32_t k = 0; k < n; k++) {
            add(&code, 0x20);
            add(&code, k);
        }
        add(&code, 0x10);
        add(&code, i);
        add(&code, 0x0b);
    }
    add_text(&exports, "memory");
    add(&exports, 2);
    add(&exports, 0);
    static const struct bytes memory = {{1, 1, 1, 2}, 4};
    add_section(out, 1, &types);
    add_section(out, 2, &imports);
    add_section(out, 3, &functions);
    add_section(out, 5, &memory);
    add_section(out, 7, &exports);
    add_section(out, 10, &code);
}

/* ---- the world ------------------------------------------------------------------------------------------------- */

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

static void call_one(struct world *w, wick_task *task, wick_instance *instance, const uint8_t *memory, struct reader *r) {
    uint32_t row = next(r) % N_ROWS;
    wick_extern item;
    wick_value args[9];
    uint32_t n = 0;
    uint64_t v = 0;
    char before = 0;
    memset(args, 0, sizeof args);
    for (const char *s = wasi_rows[row].signature, *k = wasi_rows[row].kinds; *s != ':'; s++, k++) {
        v = next_argument(r, *k, before, v, memory);
        before = *k;
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
    fill_memory(m, &r);
    for (uint32_t i = 0; i < 60 && r.p < r.end; i++) {
        call_one(w, task, instance, m, &r);
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

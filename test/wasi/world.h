/* world.h - what the tests of WASI share: one little tree of files on every backend, a guest whose exports are the WASI
 * functions, and calls of them by name.
 *
 * The tree. Descriptor 3 is the jail, preopened as "/"; 4 is a read-only directory "/ro". Beside the jail lies
 * outside/secret, which nothing may reach. */
#ifndef WICK_TEST_WASI_WORLD_H
#define WICK_TEST_WASI_WORLD_H

#include <ftw.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "port/posix/posix.h"
#include "wick/wick_text.h"
#include "wick/wick_wasi.h"

/* Each test uses a part of what is here. */
#pragma GCC diagnostic ignored "-Wunused-function"

/* No test uses all of it. */
#pragma GCC diagnostic ignored "-Wunused-function"

static int passed, failed;

#define CHECK(what)                                                                     \
    do {                                                                                \
        if (what) {                                                                     \
            passed++;                                                                   \
        } else {                                                                        \
            failed++;                                                                   \
            printf("FAIL %s:%d [%s]: %s\n", __FILE__, __LINE__, world_name(), #what);   \
        }                                                                               \
    } while (0)
/* A call that must answer this error number. */
#define ANSWERS(want, call)                                                                                     \
    do {                                                                                                        \
        uint32_t world_got = (uint32_t)(call);                                                                         \
        if (world_got == (uint32_t)(want)) {                                                                    \
            passed++;                                                                                           \
        } else {                                                                                                \
            failed++;                                                                                           \
            printf("FAIL %s:%d [%s]: %s: expected %s, got %s\n", __FILE__, __LINE__, world_name(), #call,       \
                   wick_wasi_strerror(want), wick_wasi_strerror(world_got));                                    \
        }                                                                                                       \
    } while (0)

static const char *world_name(void);

/* ---- memory that can fail ---- */

struct test_memory {
    uint64_t used, n;     /* bytes held, allocations made */
    uint64_t fail_from;   /* the first allocation that fails; UINT64_MAX: none */
    uint64_t fail_count;  /* how many fail from there on */
};

static void *test_realloc(void *user, void *p, size_t old_size, size_t new_size)
{
    struct test_memory *m = user;
    if (new_size == 0) {
        m->used -= old_size;
        free(p);
        return NULL;
    }
    if (new_size > old_size) {
        uint64_t k = m->n++;
        if (k >= m->fail_from && k - m->fail_from < m->fail_count) {
            return NULL;
        }
    }
    void *q = realloc(p, new_size);
    if (q != NULL) {
        m->used += (uint64_t)new_size - old_size;
    }
    return q;
}

static char test_log_text[4096];
static size_t test_log_size;

static void test_log(void *user, const char *text, size_t n)
{
    (void)user;
    for (size_t i = 0; i < n && test_log_size < sizeof test_log_text - 1; i++) {
        test_log_text[test_log_size++] = text[i];
    }
    test_log_text[test_log_size] = 0;
}

static const wick_host test_host = {.size = sizeof(wick_host), .realloc = test_realloc, .log = test_log};

/* ---- clocks that the test moves ---- */

static uint64_t test_now = 1000000000;

static wick_wasi_errno test_clock(void *user, uint32_t clock, uint64_t *out_ns)
{
    (void)user;
    if (clock > 1) {
        return WICK_WASI_EINVAL;
    }
    *out_ns = clock == 0 ? test_now + UINT64_C(1600000000000000000) : test_now;
    return WICK_WASI_OK;
}

static wick_wasi_errno test_random(void *user, void *buf, size_t n)
{
    (void)user;
    memset(buf, 0x5a, n);
    return WICK_WASI_OK;
}

static int test_idles;

static void test_idle(void *user, uint64_t deadline_ns)
{
    (void)user;
    test_idles++;
    if (deadline_ns != UINT64_MAX && deadline_ns > test_now) {
        test_now = deadline_ns;
    }
}

static const wick_wasi_host test_wasi_host = {
    .size = sizeof(wick_wasi_host),
    .clock_time = test_clock,
    .random = test_random,
    .idle = test_idle,
};

/* ---- the tree ---- */

struct tree_entry {
    char type; /* d directory, f file, l link */
    const char *path;
    const char *text;
};

static const struct tree_entry tree[] = {
    {'d', "outside", NULL},
    {'f', "outside/secret", "SECRET"},
    {'d', "jail", NULL},
    {'f', "jail/file", "hello"},
    {'d', "jail/dir", NULL},
    {'f', "jail/dir/inner", "inner"},
    {'d', "jail/dir/sub", NULL},
    {'f', "jail/dir/sub/deep", "deep"},
    {'d', "jail/empty", NULL},
    {'l', "jail/link", "file"},
    {'l', "jail/dlink", "dir"},
    {'l', "jail/dlink_slash", "dir/"},
    {'l', "jail/flink_slash", "file/"},
    {'l', "jail/abs", "/etc/passwd"},
    {'l', "jail/absroot", "/"},
    {'l', "jail/up", "../outside/secret"},
    {'l', "jail/updir", "../outside"},
    {'l', "jail/sneaky", "dir/../../outside/secret"},
    {'l', "jail/sneaky2", "dir/sub/../../../outside"},
    {'l', "jail/roundabout", "../jail/file"},
    {'l', "jail/loop1", "loop2"},
    {'l', "jail/loop2", "loop1"},
    {'l', "jail/self", "self"},
    {'l', "jail/selfdir", "selfdir/x"},
    {'l', "jail/dangling", "nothing"},
    {'l', "jail/dangling_up", "../outside/created"},
    {'l', "jail/dangling_in_dir", "dir/made"},
    {'l', "jail/dot", "."},
    {'l', "jail/dotdot", ".."},
    {'l', "jail/dir/back", "../file"},
    {'l', "jail/dir/backdir", ".."},
    {'l', "jail/dir/toofar", "../../outside/secret"},
    {'d', "readonly", NULL},
    {'f', "readonly/r", "read me"},
    {'d', "readonly/d", NULL},
    {'f', "readonly/d/x", "x"},
    {'l', "readonly/link", "r"},
    {'l', "readonly/dangling", "nothing"},
};
enum { N_TREE = sizeof tree / sizeof tree[0] };

/* ---- backends ---- */

enum world_kind { WORLD_RAMFS, WORLD_POSIX, WORLD_POSIX_STEPS, WORLD_KINDS };

struct world {
    enum world_kind kind;
    struct test_memory memory;
    wick_engine *engine;
    wick_module *module;
    wick_store *store;
    wick_linker *linker;
    wick_instance *instance;
    wick_memory *guest;
    wick_task *task;
    wick_wasi *wasi;
    wick_wasi_fs *fs;
    wick_wasi_fs *devfs;
    char host_dir[64]; /* of the posix kinds */
    uint8_t *image;    /* of the ramfs */
    size_t image_size;
    uint8_t *wasm;
    size_t wasm_size;
};

static struct world w; /* the one under test */
static bool world_is_wide; /* the guest's memory has addresses of 64 bits */

static const char *world_name(void)
{
    static const char *const names[] = {"ramfs", "posix", "posix, step by step"};
    return names[w.kind];
}

/* A tar archive of the tree. */
static void world_tar_header(uint8_t *p, const struct tree_entry *e, size_t size)
{
    unsigned sum = 0;
    memset(p, 0, 512);
    strcpy((char *)p, e->path);
    strcpy((char *)p + 100, "0000644");
    sprintf((char *)p + 124, "%011zo", size);
    strcpy((char *)p + 136, "00000001750"); /* 1000 seconds */
    p[156] = (uint8_t)(e->type == 'd' ? '5' : e->type == 'l' ? '2' : '0');
    if (e->type == 'l') {
        strcpy((char *)p + 157, e->text);
    }
    memcpy(p + 257, "ustar\0" "00", 8);
    memset(p + 148, ' ', 8);
    for (int i = 0; i < 512; i++) {
        sum += p[i];
    }
    sprintf((char *)p + 148, "%06o", sum);
}

static void world_make_image(void)
{
    w.image = calloc(2 * N_TREE + 2, 512);
    uint8_t *at = w.image;
    for (int i = 0; i < N_TREE; i++) {
        size_t size = tree[i].type == 'f' ? strlen(tree[i].text) : 0;
        world_tar_header(at, &tree[i], size);
        at += 512;
        if (size != 0) {
            memcpy(at, tree[i].text, size);
            at += 512;
        }
    }
    w.image_size = (size_t)(at - w.image) + 1024;
}

static void world_make_host_tree(void)
{
    strcpy(w.host_dir, "/tmp/wick-wasi-XXXXXX");
    if (mkdtemp(w.host_dir) == NULL) {
        perror("mkdtemp");
        exit(1);
    }
    for (int i = 0; i < N_TREE; i++) {
        char path[256];
        int made = 0;
        snprintf(path, sizeof path, "%s/%s", w.host_dir, tree[i].path);
        if (tree[i].type == 'd') {
            made = mkdir(path, 0777);
        } else if (tree[i].type == 'l') {
            made = symlink(tree[i].text, path);
        } else {
            FILE *f = fopen(path, "w");
            made = f == NULL || fputs(tree[i].text, f) < 0 || fclose(f) != 0 ? -1 : 0;
        }
        if (made != 0) {
            perror(path);
            exit(1);
        }
    }
}

static int world_remove_one(const char *path, const struct stat *st, int flag, struct FTW *ftw)
{
    (void)st;
    (void)flag;
    (void)ftw;
    return remove(path);
}

/* ---- the guest: every WASI function exported under its name; with 0 behind it preview 0's ---- */

static const struct {
    const char *name, *signature;
    int in0;
} world_rows[] = {
#define R(sym) 0
#define WASI(name, sig, kinds, names, rights, rights2, in0, doc) {#name, sig, in0},
#include "def/wasi.def"
#undef R
};
enum { N_ROWS = sizeof world_rows / sizeof world_rows[0], GUEST_PAGES = 2, GUEST_SIZE = GUEST_PAGES * 65536 };

static size_t world_put_types(char *to, const char *signature, int is_call)
{
    size_t n = 0, i = 0;
    for (; signature[i] != ':'; i++) {
        if (is_call) {
            n += (size_t)sprintf(to + n, " (local.get %zu)", i);
        } else {
            n += (size_t)sprintf(to + n, " (param %s)", signature[i] == 'l' ? "i64" : "i32");
        }
    }
    if (!is_call && signature[i + 1] != 0) {
        n += (size_t)sprintf(to + n, " (result i32)");
    }
    return n;
}

static char *world_make_text(void)
{
    char *text = malloc(100000);
    size_t n = (size_t)sprintf(text, "(module\n");
    for (int pass = 0; pass < 2; pass++) {
        for (int i = 0; i < N_ROWS; i++) {
            for (int preview = 0; preview < 2; preview++) {
                const char *end = preview == 0 ? "0" : "";
                if (preview == 0 && !world_rows[i].in0) {
                    continue;
                }
                if (pass == 0) {
                    n += (size_t)sprintf(text + n, "(import \"%s\" \"%s\" (func $%s%s",
                                         preview == 0 ? "wasi_unstable" : "wasi_snapshot_preview1",
                                         world_rows[i].name, world_rows[i].name, end);
                    n += world_put_types(text + n, world_rows[i].signature, 0);
                    n += (size_t)sprintf(text + n, "))\n");
                } else {
                    n += (size_t)sprintf(text + n, "(func (export \"%s%s\")", world_rows[i].name, end);
                    n += world_put_types(text + n, world_rows[i].signature, 0);
                    n += (size_t)sprintf(text + n, " (call $%s%s", world_rows[i].name, end);
                    n += world_put_types(text + n, world_rows[i].signature, 1);
                    n += (size_t)sprintf(text + n, "))\n");
                }
            }
        }
    }
    sprintf(text + n, "(memory (export \"memory\") %s %d %d))\n", world_is_wide ? "i64" : "i32", GUEST_PAGES, GUEST_PAGES);
    return text;
}

/* ---- making and ending ---- */

static void world_need(bool ok, const char *what)
{
    if (!ok) {
        printf("FAIL cannot set up: %s\n", what);
        exit(1);
    }
}

/* The engine of the tests is the reference interpreter: WASI is the same above both. */
static wick_err world_make_engine(void)
{
    wick_config config = {.engine = WICK_ENGINE_REF};
    return wick_engine_new(&test_host, &w.memory, &config, &w.engine);
}

static wick_err world_open_dir(const char *name, uint32_t fd, const char *guest, uint32_t flags)
{
    wick_wasi_fd_options options = {.fs = w.fs, .preopen = guest, .flags = flags};
    wick_wasi_errno err;
    if (w.kind == WORLD_RAMFS) {
        wick_wasi_opened root;
        err = wick_ramfs_root(w.fs, &root);
        if (err == WICK_WASI_OK) {
            err = w.fs->ops->open(w.fs, root.node, name, strlen(name),
                                  WICK_WASI_OPEN_DIRECTORY | WICK_WASI_OPEN_READ, &options.opened);
            w.fs->ops->close(w.fs, root.node);
        }
    } else {
        char path[128];
        snprintf(path, sizeof path, "%s/%s", w.host_dir, name);
        err = wick_posix_open_dir(w.fs, path, &options.opened);
    }
    if (err != WICK_WASI_OK) {
        return err == WICK_WASI_ENOMEM ? WICK_ERR_nomem : WICK_ERR_io;
    }
    wick_err set = wick_wasi_set_fd(w.wasi, fd, &options);
    if (set != WICK_OK) {
        w.fs->ops->close(w.fs, options.opened.node);
    }
    return set;
}

static uint64_t world_wall(void *user)
{
    (void)user;
    return test_now + UINT64_C(1600000000000000000);
}

/* Everything above the module. Stops at the first error; world_end undoes what was made. */
static wick_err world_make(const wick_wasi_options *wasi_options)
{
    wick_err err = wick_wasi_new(w.engine, wasi_options, &w.wasi);
    if (err == WICK_OK && w.kind == WORLD_RAMFS) {
        wick_ramfs_options options = {.quota = 1 << 20, .now_ns = world_wall};
        err = wick_ramfs_new(w.engine, &options, &w.fs);
        if (err == WICK_OK) {
            err = wick_ramfs_load(w.fs, w.image, w.image_size, NULL);
        }
    } else if (err == WICK_OK) {
        w.fs = wick_posix_fs_new();
        wick_posix_set_openat2(w.fs, w.kind == WORLD_POSIX);
    }
    if (err == WICK_OK) {
        err = world_open_dir("jail", 3, "/", 0);
    }
    if (err == WICK_OK) {
        err = world_open_dir("readonly", 4, "/ro", WICK_WASI_FD_READ_ONLY);
    }
    if (err == WICK_OK) {
        err = wick_store_new(w.engine, NULL, &w.store);
    }
    if (err == WICK_OK) {
        err = wick_linker_new(w.store, &w.linker);
    }
    if (err == WICK_OK) {
        err = wick_wasi_link(w.wasi, w.linker);
    }
    if (err == WICK_OK) {
        err = wick_linker_instantiate(w.linker, w.module, &w.instance, NULL);
    }
    if (err == WICK_OK) {
        err = wick_task_new(w.store, NULL, &w.task);
    }
    if (err == WICK_OK) {
        wick_extern item;
        world_need(wick_instance_export(w.instance, "memory", 6, &item), "memory");
        w.guest = item.of.memory;
    }
    return err;
}

static void world_unmake(void)
{
    if (w.linker != NULL) {
        wick_linker_free(w.linker);
    }
    if (w.store != NULL) {
        wick_store_free(w.store);
    }
    wick_wasi_free(w.wasi);
    wick_devfs_free(w.devfs);
    if (w.kind == WORLD_RAMFS) {
        wick_ramfs_free(w.fs);
    } else {
        wick_posix_fs_free(w.fs);
    }
    w.linker = NULL;
    w.store = NULL;
    w.task = NULL;
    w.wasi = NULL;
    w.devfs = NULL;
    w.fs = NULL;
    w.instance = NULL;
}

static void world_begin_files(enum world_kind kind)
{
    memset(&w, 0, sizeof w);
    w.kind = kind;
    w.memory.fail_from = UINT64_MAX;
    if (kind == WORLD_RAMFS) {
        world_make_image();
    } else {
        world_make_host_tree();
    }
    wick_diag diag;
    char text[300];
    char *wat = world_make_text();
    world_need(world_make_engine() == WICK_OK, "engine");
    wick_diag_init(&diag);
    wick_err err = wick_text_assemble(w.engine, wat, strlen(wat), 0, &w.wasm, &w.wasm_size, &diag);
    free(wat);
    if (err == WICK_OK) {
        err = wick_module_new(w.engine, w.wasm, w.wasm_size, WICK_MODULE_BORROW, &w.module, &diag);
    }
    if (err != WICK_OK) {
        wick_diag_format(&diag, "guest", NULL, text, sizeof text);
        world_need(false, text);
    }
}

static void world_begin(enum world_kind kind)
{
    static const char *const args[] = {"prog", "one", "two three"};
    static const char *const env[] = {"A=1", "B=", "C=x y"};
    wick_wasi_options options = {
        .host = &test_wasi_host, .args = args, .n_args = 3, .env = env, .n_env = 3, .max_fds = 64};
    world_begin_files(kind);
    world_need(world_make(&options) == WICK_OK, "world");
}

/* Nothing may be left. */
static void world_end(void)
{
    world_unmake();
    wick_module_free(w.module);
    wick_text_free(w.engine, w.wasm, w.wasm_size);
    CHECK(wick_engine_memory_used(w.engine) <= w.memory.used);
    wick_engine_free(w.engine);
    CHECK(w.memory.used == 0);
    if (w.kind != WORLD_RAMFS) {
        nftw(w.host_dir, world_remove_one, 16, FTW_DEPTH | FTW_PHYS);
    }
    free(w.image);
}

/* ---- calls ---- */

#define NO_ANSWER 0xdeadu

static wick_status world_status; /* of the last call */

static wick_func *world_func(const char *name)
{
    wick_extern item;
    world_need(wick_instance_export(w.instance, name, strlen(name), &item), name);
    return item.of.func;
}

/* Gets the task ready; arguments are uint64_t. */
static void world_ready(const char *name, va_list words)
{
    wick_value args[9];
    wick_functype type;
    wick_func *func = world_func(name);
    wick_func_type(func, &type);
    for (uint32_t i = 0; i < type.n_params; i++) {
        args[i].type = type.params[i];
        args[i].of.i64 = va_arg(words, uint64_t);
        if (args[i].type == WICK_I32) {
            args[i].of.i32 = (uint32_t)args[i].of.i64;
        }
    }
    world_need(wick_task_call(w.task, func, args, type.n_params) == WICK_OK, "call");
}

static uint32_t world_answer(void)
{
    return world_status == WICK_DONE && wick_task_result_count(w.task) == 1 ? wick_task_result(w.task, 0).of.i32
                                                                            : NO_ANSWER;
}

/* Calls to the end, however often that has to be asked. */
static uint32_t world_call(const char *name, ...)
{
    va_list words;
    va_start(words, name);
    world_ready(name, words);
    va_end(words);
    world_status = wick_wasi_run(w.wasi, w.task, WICK_FUEL_UNLIMITED);
    return world_answer();
}

/* Asks once: NO_ANSWER and WICK_PENDING when it waits. */
static uint32_t world_ask(const char *name, ...)
{
    va_list words;
    va_start(words, name);
    world_ready(name, words);
    va_end(words);
    world_status = wick_task_resume(w.task, WICK_FUEL_UNLIMITED);
    return world_answer();
}

static uint32_t world_ask_again(void)
{
    world_status = wick_task_resume(w.task, WICK_FUEL_UNLIMITED);
    return world_answer();
}

#define A(x) ((uint64_t)(x))

/* ---- the guest's memory: fixed places ---- */

enum { AT_OUT = 64, AT_OUT2 = 96, AT_IOVS = 1024, AT_PATH = 16384, AT_PATH2 = 24576, AT_BUF = 32768 };

static uint8_t *guest(uint32_t address)
{
    return wick_memory_data(w.guest) + address;
}

static uint32_t guest_u32(uint32_t address)
{
    uint8_t *p = guest(address);
    return p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
}

static uint64_t guest_u64(uint32_t address)
{
    return guest_u32(address) | (uint64_t)guest_u32(address + 4) << 32;
}

static void guest_put_u32(uint32_t address, uint32_t value)
{
    for (int i = 0; i < 4; i++) {
        guest(address)[i] = (uint8_t)(value >> 8 * i);
    }
}

static void guest_put_u64(uint32_t address, uint64_t value)
{
    guest_put_u32(address, (uint32_t)value);
    guest_put_u32(address + 4, (uint32_t)(value >> 32));
}

static uint64_t guest_text(uint32_t address, const char *text)
{
    memcpy(guest(address), text, strlen(text));
    return strlen(text);
}

static void guest_iov(uint32_t index, uint32_t address, uint32_t size)
{
    guest_put_u32(AT_IOVS + 8 * index, address);
    guest_put_u32(AT_IOVS + 8 * index + 4, size);
}

/* ---- shorthands ---- */

#define RIGHTS_ALL UINT64_C(0x3fffffff)
#define RIGHT(sym) WICK_WASI_RIGHT(WICK_WASI_RIGHT_BIT_##sym)
#define READ (RIGHT(FD_READ) | RIGHT(FD_SEEK) | RIGHT(FD_TELL) | RIGHT(FD_FILESTAT_GET) | RIGHT(FD_READDIR))
#define WRITE (READ | RIGHT(FD_WRITE) | RIGHT(FD_FILESTAT_SET_SIZE) | RIGHT(FD_FDSTAT_SET_FLAGS) | RIGHT(FD_ALLOCATE) | \
               RIGHT(FD_FILESTAT_SET_TIMES) | RIGHT(FD_ADVISE) | RIGHT(FD_SYNC) | RIGHT(FD_DATASYNC))
enum { CREAT = 1, DIRECTORY = 2, EXCL = 4, TRUNC = 8 };
enum { NOFOLLOW = 0, FOLLOW = 1 };

static uint32_t t_open(uint32_t dir, uint32_t follow, const char *path, uint32_t oflags, uint64_t rights,
                       uint32_t fdflags)
{
    uint64_t n = guest_text(AT_PATH, path);
    return world_call("path_open", A(dir), A(follow), A(AT_PATH), n, A(oflags), rights, RIGHTS_ALL, A(fdflags),
                      A(AT_OUT));
}

/* The descriptor that t_open has put there. */
static uint32_t t_fd(void)
{
    return guest_u32(AT_OUT);
}

static uint32_t t_close(uint32_t fd)
{
    return world_call("fd_close", A(fd));
}

/* Opens, which must work; -1 with a failure. */
static uint32_t t_must_open(uint32_t dir, const char *path, uint32_t oflags, uint64_t rights)
{
    uint32_t err = t_open(dir, FOLLOW, path, oflags, rights, 0);
    if (err != 0) {
        failed++;
        printf("FAIL [%s]: cannot open %s: %s\n", world_name(), path, wick_wasi_strerror(err));
        return UINT32_MAX;
    }
    return t_fd();
}

static uint32_t t_write(uint32_t fd, const char *text)
{
    guest_iov(0, AT_BUF, (uint32_t)guest_text(AT_BUF, text));
    return world_call("fd_write", A(fd), A(AT_IOVS), A(1), A(AT_OUT2));
}

/* Reads up to n bytes to AT_BUF; the count is at AT_OUT2. */
static uint32_t t_read(uint32_t fd, uint32_t n)
{
    memset(guest(AT_BUF), 0, n);
    guest_iov(0, AT_BUF, n);
    return world_call("fd_read", A(fd), A(AT_IOVS), A(1), A(AT_OUT2));
}

/* Does the file at the path hold this text? */
static bool t_holds(uint32_t dir, const char *path, const char *text)
{
    if (t_open(dir, FOLLOW, path, 0, READ, 0) != 0) {
        return false;
    }
    uint32_t fd = t_fd();
    bool ok = t_read(fd, 4096) == 0 && guest_u32(AT_OUT2) == strlen(text) &&
              memcmp(guest(AT_BUF), text, strlen(text)) == 0;
    return t_close(fd) == 0 && ok;
}

static uint32_t t_path(const char *function, uint32_t dir, const char *path)
{
    return world_call(function, A(dir), A(AT_PATH), guest_text(AT_PATH, path));
}

static uint32_t t_mkdir(uint32_t dir, const char *path)
{
    return t_path("path_create_directory", dir, path);
}

static uint32_t t_rmdir(uint32_t dir, const char *path)
{
    return t_path("path_remove_directory", dir, path);
}

static uint32_t t_unlink(uint32_t dir, const char *path)
{
    return t_path("path_unlink_file", dir, path);
}

static uint32_t t_symlink(const char *text, uint32_t dir, const char *path)
{
    uint64_t n = guest_text(AT_PATH, text), k = guest_text(AT_PATH2, path);
    return world_call("path_symlink", A(AT_PATH), n, A(dir), A(AT_PATH2), k);
}

static uint32_t t_rename(uint32_t dir, const char *path, uint32_t new_dir, const char *new_path)
{
    uint64_t n = guest_text(AT_PATH, path), k = guest_text(AT_PATH2, new_path);
    return world_call("path_rename", A(dir), A(AT_PATH), n, A(new_dir), A(AT_PATH2), k);
}

static uint32_t t_link(uint32_t dir, uint32_t follow, const char *path, uint32_t new_dir, const char *new_path)
{
    uint64_t n = guest_text(AT_PATH, path), k = guest_text(AT_PATH2, new_path);
    return world_call("path_link", A(dir), A(follow), A(AT_PATH), n, A(new_dir), A(AT_PATH2), k);
}

static uint32_t t_stat(uint32_t dir, uint32_t follow, const char *path)
{
    return world_call("path_filestat_get", A(dir), A(follow), A(AT_PATH), guest_text(AT_PATH, path), A(AT_BUF));
}

static uint32_t t_readlink(uint32_t dir, const char *path, uint32_t cap)
{
    return world_call("path_readlink", A(dir), A(AT_PATH), guest_text(AT_PATH, path), A(AT_BUF), A(cap), A(AT_OUT2));
}

static uint32_t t_times(uint32_t dir, uint32_t follow, const char *path, uint64_t mtim)
{
    return world_call("path_filestat_set_times", A(dir), A(follow), A(AT_PATH), guest_text(AT_PATH, path), A(0), mtim,
                      A(4));
}

static int world_report(void)
{
    printf("%d passed, %d failed\n", passed, failed);
    return failed != 0;
}

#endif

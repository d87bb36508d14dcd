/* wasi_oom_test.c - every allocation of WASI, the RAM file system, devices and processes failed in turn: an error each
 * time, nothing lost, and the engine as good as before. Once only the k-th fails, once the k-th and all behind it. */
#include "world.h"
#include "wick/wick_proc.h"

static bool oom_fine; /* the last run got everything it asked for */

static void oom_expect(uint32_t err)
{
    if (err != 0) {
        oom_fine = false;
        if (err != WICK_WASI_ENOMEM && err != WICK_WASI_ENOSPC && err != WICK_WASI_EBADF && err != WICK_WASI_ENOENT) {
            CHECK(err == WICK_WASI_ENOMEM);
        }
    }
}

/* A trap for want of a stack is as good as NOMEM. */
static uint32_t oom_answer(uint32_t answer)
{
    return answer == NO_ANSWER && world_status == WICK_TRAPPED && wick_task_diag(w.task)->err == WICK_ERR_nomem
               ? WICK_WASI_ENOMEM
               : answer;
}

static void oom_calls(void)
{
    uint32_t fds[20], n = 0;
    oom_expect(oom_answer(t_mkdir(3, "d")));
    oom_expect(oom_answer(t_symlink("d/f", 3, "l")));
    for (; n < 20; n++) { /* the table grows */
        uint32_t err = oom_answer(t_open(3, FOLLOW, "l", CREAT, WRITE, 0));
        oom_expect(err);
        if (err != 0) {
            break;
        }
        fds[n] = t_fd();
    }
    if (n > 0) {
        oom_expect(oom_answer(t_write(fds[0], "some data")));
        oom_expect(oom_answer(world_call("fd_pwrite", A(fds[0]), A(AT_IOVS), A(1), A(9000), A(AT_OUT))));
        oom_expect(oom_answer(world_call("fd_allocate", A(fds[0]), A(0), A(20000))));
        for (uint32_t i = 0; i < 20; i++) {
            guest_iov(i, AT_BUF, 2);
        }
        oom_expect(oom_answer(world_call("fd_write", A(fds[0]), A(AT_IOVS), A(20), A(AT_OUT))));
    }
    oom_expect(oom_answer(t_link(3, NOFOLLOW, "file", 3, "hard")));
    oom_expect(oom_answer(t_rename(3, "hard", 3, "d/moved")));
    char name[16];
    for (int i = 0; i < 100; i++) { /* the table of names grows */
        snprintf(name, sizeof name, "d/n%d", i);
        uint32_t err = oom_answer(t_symlink("x", 3, name));
        if (err != 0) {
            oom_expect(err);
            break;
        }
    }
    world_call("fd_readdir", A(3), A(AT_BUF), A(1000), A(0), A(AT_OUT2));
    for (uint32_t i = 0; i < n; i++) {
        t_close(fds[i]);
    }
}

static void oom_world(void)
{
    static const char *const args[] = {"prog", "one"};
    wick_wasi_options options = {.host = &test_wasi_host, .args = args, .n_args = 2, .env = args, .n_env = 1};
    wick_devfs_options devfs = {.random = test_random};
    oom_fine = true;
    wick_err err = world_make(&options);
    if (err == WICK_OK) {
        err = wick_devfs_new(w.engine, &devfs, &w.devfs);
    }
    if (err == WICK_OK) {
        oom_calls();
    } else {
        oom_fine = false;
        /* A ramfs says NOSPC where memory is short; the loader says which entry it was. */
        CHECK(err == WICK_ERR_nomem || err == WICK_ERR_io);
    }
    world_unmake();
}

/* ---- processes ---- */

static const char oom_parent[] =
    "(module (import \"wick_proc\" \"spawn\" (func $spawn (param i32 i32 i32 i32 i32 i32 i32 i32 i32) (result i32)))"
    " (import \"wick_proc\" \"pipe\" (func $pipe (param i32) (result i32)))"
    " (import \"wick_proc\" \"wait\" (func $wait (param i32 i32 i32) (result i32)))"
    " (import \"wasi_snapshot_preview1\" \"path_open\""
    "   (func $open (param i32 i32 i32 i32 i32 i64 i64 i32 i32) (result i32)))"
    " (import \"wasi_snapshot_preview1\" \"proc_exit\" (func $exit (param i32)))"
    " (memory (export \"memory\") 1) (data (i32.const 100) \"child\") (data (i32.const 200) \"child\\00x\\00\")"
    " (func (export \"_start\")"
    "  (if (call $open (i32.const 3) (i32.const 0) (i32.const 100) (i32.const 5) (i32.const 0) (i64.const 2)"
    "       (i64.const 0) (i32.const 0) (i32.const 0)) (then (call $exit (i32.const 1))))"
    "  (if (call $pipe (i32.const 300)) (then (call $exit (i32.const 2))))"
    "  (i32.store (i32.const 404) (i32.load (i32.const 304)))"
    "  (i32.store (i32.const 400) (i32.const 1))"
    "  (if (call $spawn (i32.load (i32.const 0)) (i32.const 200) (i32.const 8) (i32.const 200) (i32.const 8)"
    "       (i32.const 400) (i32.const 1) (i32.const 0) (i32.const 8)) (then (call $exit (i32.const 3))))"
    "  (if (call $wait (i32.const -1) (i32.const 0) (i32.const 500)) (then (call $exit (i32.const 4))))"
    "  (call $exit (i32.load (i32.const 508)))))";
static const char oom_child[] = "(module (import \"wasi_snapshot_preview1\" \"proc_exit\" (func $exit (param i32)))"
                                " (memory 2) (data (i32.const 0) \"abc\")"
                                " (func (export \"_start\") (call $exit (i32.const 42))))";

static uint8_t *proc_wasm, *child_wasm;
static size_t proc_wasm_size, child_wasm_size;

static wick_err oom_put_child(wick_wasi_fs *fs)
{
    wick_wasi_opened root, file;
    wick_ramfs_root(fs, &root);
    wick_wasi_errno err = fs->ops->open(fs, root.node, "child", 5, WICK_WASI_OPEN_WRITE | WICK_WASI_OPEN_CREATE, &file);
    if (err == WICK_WASI_OK) {
        wick_wasi_buf buf = {child_wasm, child_wasm_size};
        size_t n = 0;
        uint64_t end;
        err = fs->ops->write(fs, file.node, &buf, 1, 0, 0, &n, &end);
        err = err == WICK_WASI_OK && n != child_wasm_size ? WICK_WASI_ENOSPC : err;
        fs->ops->close(fs, file.node);
    }
    fs->ops->close(fs, root.node);
    return err == WICK_WASI_OK ? WICK_OK : WICK_ERR_nomem;
}

static void oom_processes(void)
{
    static const char *const args[] = {"parent"};
    wick_wasi_options options = {.host = &test_wasi_host, .args = args, .n_args = 1};
    wick_proc_table_options table_options = {.host = &test_wasi_host};
    wick_proc_table *table = NULL;
    wick_wasi_fs *fs = NULL;
    wick_wasi *wasi = NULL;
    uint32_t pid;
    oom_fine = false;
    wick_err err = wick_ramfs_new(w.engine, NULL, &fs);
    if (err == WICK_OK) {
        err = oom_put_child(fs);
    }
    if (err == WICK_OK) {
        err = wick_wasi_new(w.engine, &options, &wasi);
    }
    if (err == WICK_OK) {
        wick_wasi_fd_options dir = {.fs = fs, .preopen = "/"};
        wick_ramfs_root(fs, &dir.opened);
        err = wick_wasi_set_fd(wasi, 3, &dir);
        if (err != WICK_OK) {
            fs->ops->close(fs, dir.opened.node);
        }
    }
    if (err == WICK_OK) {
        err = wick_proc_table_new(w.engine, &table_options, &table);
    }
    if (err == WICK_OK) {
        err = wick_proc_start(table, wasi, proc_wasm, proc_wasm_size, WICK_MODULE_BORROW, &pid, NULL);
        if (err == WICK_OK) {
            wasi = NULL;
            wick_proc_run(table, NULL);
            uint32_t status = wick_proc_status(table);
            oom_fine = status == 42;
            CHECK(status == 42 || (status >= 1 && status <= 4) || status == 134 || status == WICK_ERR_nomem);
        }
    }
    CHECK(err == WICK_OK || err == WICK_ERR_nomem);
    wick_wasi_free(wasi);
    wick_proc_table_free(table);
    wick_ramfs_free(fs);
}

/* ---- the campaign ---- */

static void oom_campaign(void (*run)(void), const char *name)
{
    for (int mode = 0; mode < 2; mode++) {
        uint64_t k = 0;
        int fine_runs = 0;
        for (; k < 100000 && fine_runs < 1; k++) {
            uint64_t before = w.memory.used;
            w.memory.n = 0;
            w.memory.fail_from = k;
            w.memory.fail_count = mode == 0 ? 1 : UINT64_MAX;
            run();
            bool was_reached = w.memory.n > k;
            w.memory.fail_from = UINT64_MAX;
            if (w.memory.used != before) {
                printf("allocation %llu of %s: %lld bytes left\n", (unsigned long long)k, name,
                       (long long)(w.memory.used - before));
            }
            CHECK(w.memory.used == before);
            if (!was_reached) {
                fine_runs++;
                CHECK(oom_fine);
            }
        }
        CHECK(k > 20 && k < 100000);
    }
}

static void assemble(const char *text, uint8_t **out, size_t *out_size)
{
    world_need(wick_text_assemble(w.engine, text, strlen(text), 0, out, out_size, NULL) == WICK_OK, "assemble");
}

int main(void)
{
    world_begin_files(WORLD_RAMFS);
    assemble(oom_parent, &proc_wasm, &proc_wasm_size);
    assemble(oom_child, &child_wasm, &child_wasm_size);
    oom_world(); /* what the engine keeps for ever, it has now */
    CHECK(oom_fine);
    oom_processes();
    CHECK(oom_fine);
    oom_campaign(oom_world, "the world");
    oom_campaign(oom_processes, "processes");
    wick_text_free(w.engine, proc_wasm, proc_wasm_size);
    wick_text_free(w.engine, child_wasm, child_wasm_size);
    world_end();
    return world_report();
}

/* wasi_stack_test.c - the native stack of WASI, the RAM file system and the scheduler, by painting: under 2 KiB for
 * everything, callbacks of the port excluded. Calls go through the reference interpreter, whose own frames count. */
#include <pthread.h>

#include "../check/sanitize.h"
#include "wick/wick_proc.h"
#include "world.h"

#define STACK_SIZE (256 * 1024)
#define PAINT 0xa7

static _Alignas(4096) uint8_t stack_block[STACK_SIZE];
static void (*stack_job)(void);
static uintptr_t stack_top;
static size_t stack_worst;

static void *stack_thread(void *user)
{
    volatile char here = 0;
    (void)user;
    stack_top = (uintptr_t)&here;
    stack_job();
    return NULL;
}

static size_t stack_depth(void (*job)(void))
{
    pthread_attr_t attr;
    pthread_t thread;
    size_t low = 0;
    memset(stack_block, PAINT, sizeof stack_block);
    stack_job = job;
    pthread_attr_init(&attr);
    world_need(pthread_attr_setstack(&attr, stack_block, sizeof stack_block) == 0, "stack");
    world_need(pthread_create(&thread, &attr, stack_thread, NULL) == 0, "thread");
    pthread_join(thread, NULL);
    pthread_attr_destroy(&attr);
    while (low < sizeof stack_block && stack_block[low] == PAINT) {
        low++;
    }
    return stack_top - (uintptr_t)(stack_block + low);
}

/* ---- memory without malloc, whose own stack is not ours ---- */

static _Alignas(16) uint8_t pool[64 << 20];
static size_t pool_used;

static void *pool_realloc(void *user, void *p, size_t old_size, size_t new_size)
{
    (void)user;
    if (new_size <= old_size) {
        return new_size == 0 ? NULL : p;
    }
    size_t n = (new_size + 15) / 16 * 16;
    if (n > sizeof pool - pool_used) {
        return NULL;
    }
    uint8_t *q = pool + pool_used;
    pool_used += n;
    for (size_t i = 0; i < old_size; i++) {
        q[i] = ((uint8_t *)p)[i];
    }
    return q;
}

static void pool_log(void *user, const char *text, size_t n)
{
    (void)user;
    (void)text;
    (void)n;
}

static const wick_host pool_host = {.size = sizeof(wick_host), .realloc = pool_realloc, .log = pool_log};

/* ---- jobs ---- */

static void job_nothing(void)
{
}

static void job_resume(void)
{
    world_status = wick_task_resume(w.task, WICK_FUEL_UNLIMITED);
}

static void stack_measure(const char *name, void (*job)(void))
{
    size_t empty = stack_depth(job_nothing), depth = stack_depth(job);
    depth = depth > empty ? depth - empty : 0;
    if (depth > stack_worst) {
        stack_worst = depth;
    }
    if (depth > STACK_BOUND && STACK_IS_BOUNDED) {
        printf("%s: %zu bytes\n", name, depth);
    }
    CHECK(depth <= STACK_BOUND || !STACK_IS_BOUNDED);
}

/* One WASI call, prepared outside. */
static void stack_call(const char *name, ...)
{
    va_list words;
    va_start(words, name);
    world_ready(name, words);
    va_end(words);
    stack_measure(name, job_resume);
}

static wick_proc_table *table;

static void job_slice(void)
{
    uint64_t deadline;
    (void)wick_proc_run_slice(table, &deadline);
}

static void job_load(void)
{
    (void)wick_ramfs_load(w.fs, w.image, w.image_size, NULL);
}

static void put_nothing(void *user, const char *text, size_t n)
{
    (void)user;
    (void)text;
    (void)n;
}

static void job_report(void)
{
    wick_task_report(w.task, "file", put_nothing, NULL);
}

static void measure_calls(void)
{
    uint64_t n = guest_text(AT_PATH, "dir/backdir/dlink/sub/../inner"), k = guest_text(AT_PATH2, "dir/sub/new");
    stack_call("path_open", A(3), A(1), A(AT_PATH), n, A(0), READ, RIGHTS_ALL, A(0), A(AT_OUT));
    stack_call("path_filestat_get", A(3), A(1), A(AT_PATH), n, A(AT_BUF));
    stack_call("path_filestat_set_times", A(3), A(1), A(AT_PATH), n, A(1), A(1), A(5));
    stack_call("path_link", A(3), A(1), A(AT_PATH), n, A(3), A(AT_PATH2), k);
    stack_call("path_rename", A(3), A(AT_PATH2), k, A(3), A(AT_PATH2), k);
    stack_call("path_readlink", A(3), A(AT_PATH), n, A(AT_BUF), A(100), A(AT_OUT));
    stack_call("path_unlink_file", A(3), A(AT_PATH2), k);
    stack_call("path_create_directory", A(3), A(AT_PATH2), k);
    stack_call("path_remove_directory", A(3), A(AT_PATH2), k);
    stack_call("path_symlink", A(AT_PATH), n, A(3), A(AT_PATH2), k);
    stack_call("fd_readdir", A(3), A(AT_BUF), A(4096), A(0), A(AT_OUT));
    uint32_t fd = t_must_open(3, "data", CREAT, WRITE);
    for (uint32_t i = 0; i < 30; i++) {
        guest_iov(i, AT_BUF, 100);
    }
    stack_call("fd_write", A(fd), A(AT_IOVS), A(30), A(AT_OUT));
    stack_call("fd_pread", A(fd), A(AT_IOVS), A(30), A(0), A(AT_OUT));
    stack_call("fd_filestat_set_size", A(fd), A(1));
    stack_call("fd_allocate", A(fd), A(0), A(10000));
    stack_call("fd_filestat_get", A(fd), A(AT_BUF));
    stack_call("fd_close", A(fd));
    memset(guest(AT_BUF), 0, 48);
    guest(AT_BUF)[16] = 1;
    stack_call("poll_oneoff", A(AT_BUF), A(AT_PATH), A(1), A(AT_OUT));
    stack_call("random_get", A(AT_BUF), A(100));
    stack_call("args_get", A(AT_IOVS), A(AT_BUF));
    stack_call("proc_exit", A(1));
    stack_measure("wick_task_report", job_report);
}

/* A parent that starts a child: loading is part of the call. */
static const char stack_parent[] =
    "(module (import \"wick_proc\" \"spawn\" (func $spawn (param i32 i32 i32 i32 i32 i32 i32 i32 i32) (result i32)))"
    " (import \"wasi_snapshot_preview1\" \"path_open\""
    "   (func $open (param i32 i32 i32 i32 i32 i64 i64 i32 i32) (result i32)))"
    " (memory (export \"memory\") 1) (data (i32.const 100) \"dir/inner\") (data (i32.const 200) \"c\\00\")"
    " (func (export \"_start\")"
    "  (drop (call $open (i32.const 3) (i32.const 0) (i32.const 100) (i32.const 9) (i32.const 0) (i64.const 2)"
    "       (i64.const 0) (i32.const 0) (i32.const 0)))"
    "  (drop (call $spawn (i32.load (i32.const 0)) (i32.const 200) (i32.const 2) (i32.const 0) (i32.const 0)"
    "       (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 8))) unreachable))";

static void measure_processes(void)
{
    uint8_t *wasm;
    size_t size;
    uint32_t pid;
    const char *const args[] = {"parent"};
    wick_wasi_options options = {.host = &test_wasi_host, .args = args, .n_args = 1};
    wick_proc_table_options table_options = {.host = &test_wasi_host, .slice = WICK_FUEL_UNLIMITED};
    world_need(wick_text_assemble(w.engine, stack_parent, strlen(stack_parent), 0, &wasm, &size, NULL) == WICK_OK, "text");
    /* The child is the parent's own code, as the file dir/inner. */
    uint32_t fd = t_must_open(3, "dir/inner", TRUNC, WRITE);
    for (size_t at = 0; at < size; at += 1000) {
        uint32_t n = size - at < 1000 ? (uint32_t)(size - at) : 1000;
        memcpy(guest(AT_BUF), wasm + at, n);
        guest_iov(0, AT_BUF, n);
        ANSWERS(0, world_call("fd_write", A(fd), A(AT_IOVS), A(1), A(AT_OUT)));
    }
    t_close(fd);
    wick_wasi *wasi;
    world_need(wick_wasi_new(w.engine, &options, &wasi) == WICK_OK, "wasi");
    wick_wasi *old = w.wasi;
    w.wasi = wasi;
    world_need(world_open_dir("jail", 3, "/", 0) == WICK_OK, "jail");
    w.wasi = old;
    world_need(wick_proc_table_new(w.engine, &table_options, &table) == WICK_OK, "table");
    world_need(wick_proc_start(table, wasi, wasm, size, WICK_MODULE_BORROW, &pid, NULL) == WICK_OK, "start");
    job_slice(); /* segments */
    stack_measure("wick_proc_run_slice with spawn and a trap", job_slice);
    CHECK(wick_proc_status(table) == 134);
    wick_proc_table_free(table);
}

int main(void)
{
    static const char *const args[] = {"prog"};
    wick_wasi_options options = {.host = &test_wasi_host, .args = args, .n_args = 1, .env = args, .n_env = 1};
    wick_config config = {.engine = WICK_ENGINE_REF};
    w.kind = WORLD_RAMFS;
    world_make_image();
    world_need(wick_engine_new(&pool_host, NULL, &config, &w.engine) == WICK_OK, "engine");
    char *text = world_make_text();
    world_need(wick_text_assemble(w.engine, text, strlen(text), 0, &w.wasm, &w.wasm_size, NULL) == WICK_OK, "guest");
    free(text);
    world_need(wick_module_new(w.engine, w.wasm, w.wasm_size, WICK_MODULE_BORROW, &w.module, NULL) == WICK_OK, "guest");
    world_need(world_make(&options) == WICK_OK, "world");
    ANSWERS(0, t_stat(3, FOLLOW, "file"));
    stack_depth(job_nothing); /* the dynamic linker binds what is called first */
    stack_depth(job_load);
    stack_measure("wick_ramfs_load", job_load);
    measure_calls();
    measure_processes();
    printf("worst: %zu bytes\n", stack_worst);
    free(w.image);
    return world_report();
}

/* proc_test.c - processes (doc/proc.md): one program in the text format plays all the parts; the first letter of
 * argument 0 says which. A part that finds something wrong ends with the number of the check. */
#include "wick/wick_proc.h"
#include "world.h"

/* Memory: 0.. scratch, 1000 own arguments, 2000 the fixed strings, 3000 maps, 4000 records, 8000 buffers. */
static const char prelude[] =
    "(module\n"
    "(import \"wick_proc\" \"spawn\" (func $spawn (param i32 i32 i32 i32 i32 i32 i32 i32 i32) (result i32)))\n"
    "(import \"wick_proc\" \"pipe\" (func $pipe (param i32) (result i32)))\n"
    "(import \"wick_proc\" \"wait\" (func $wait (param i32 i32 i32) (result i32)))\n"
    "(import \"wick_proc\" \"kill\" (func $kill (param i32 i32) (result i32)))\n"
    "(import \"wick_proc\" \"list\" (func $list (param i32 i32 i32) (result i32)))\n"
    "(import \"wick_proc\" \"self\" (func $self (param i32) (result i32)))\n"
    "(import \"wick_proc\" \"tty_mode\" (func $tty_mode (param i32 i32 i32) (result i32)))\n"
    "(import \"wick_proc\" \"tty_foreground\" (func $tty_foreground (param i32 i32) (result i32)))\n"
    "(import \"wasi_snapshot_preview1\" \"fd_read\" (func $fd_read (param i32 i32 i32 i32) (result i32)))\n"
    "(import \"wasi_snapshot_preview1\" \"fd_write\" (func $fd_write (param i32 i32 i32 i32) (result i32)))\n"
    "(import \"wasi_snapshot_preview1\" \"fd_close\" (func $fd_close (param i32) (result i32)))\n"
    "(import \"wasi_snapshot_preview1\" \"fd_fdstat_get\" (func $fdstat (param i32 i32) (result i32)))\n"
    "(import \"wasi_snapshot_preview1\" \"fd_fdstat_set_flags\" (func $setfl (param i32 i32) (result i32)))\n"
    "(import \"wasi_snapshot_preview1\" \"path_open\" (func $path_open (param i32 i32 i32 i32 i32 i64 i64 i32 i32)"
    " (result i32)))\n"
    "(import \"wasi_snapshot_preview1\" \"proc_exit\" (func $exit (param i32)))\n"
    "(import \"wasi_snapshot_preview1\" \"proc_raise\" (func $raise (param i32) (result i32)))\n"
    "(import \"wasi_snapshot_preview1\" \"args_get\" (func $args_get (param i32 i32) (result i32)))\n"
    "(import \"wasi_snapshot_preview1\" \"sched_yield\" (func $yield (result i32)))\n"
    "(import \"wasi_snapshot_preview1\" \"poll_oneoff\" (func $poll (param i32 i32 i32 i32) (result i32)))\n"
    "(memory (export \"memory\") 1 40)\n"
    "(data (i32.const 2000) \"prog\\00text\\00d\\00noimp\\00\")\n"
    "(func $check (param $n i32) (param $ok i32) (if (i32.eqz (local.get $ok)) (then (call $exit (local.get $n)))))\n"
    "(func $is (param $n i32) (param $got i32) (param $want i32)\n"
    "  (call $check (local.get $n) (i32.eq (local.get $got) (local.get $want))))\n"
    /* open(address, size): a file of the root for reading */
    "(func $open (param $p i32) (param $n i32) (result i32)\n"
    "  (call $is (i32.const 250) (call $path_open (i32.const 3) (i32.const 1) (local.get $p) (local.get $n) (i32.const 0)\n"
    "    (i64.const 2) (i64.const 0) (i32.const 0) (i32.const 0)) (i32.const 0)) (i32.load (i32.const 0)))\n"
    /* start(letter, map count, options): this program once more */
    "(func $start (param $letter i32) (param $maps i32) (param $options i32) (result i32) (local $fd i32)\n"
    "  (local.set $fd (call $open (i32.const 2000) (i32.const 4)))\n"
    "  (i32.store (i32.const 100) (local.get $letter))\n"
    "  (call $is (i32.const 251) (call $spawn (local.get $fd) (i32.const 100) (i32.const 2) (i32.const 0) (i32.const 0)\n"
    "    (i32.const 3000) (local.get $maps) (local.get $options) (i32.const 4)) (i32.const 0))\n"
    "  (call $is (i32.const 252) (call $fd_close (local.get $fd)) (i32.const 0))\n"
    "  (i32.load (i32.const 4)))\n"
    "(func $map (param $i i32) (param $child i32) (param $parent i32)\n"
    "  (i32.store offset=3000 (i32.mul (local.get $i) (i32.const 8)) (local.get $child))\n"
    "  (i32.store offset=3004 (i32.mul (local.get $i) (i32.const 8)) (local.get $parent)))\n"
    /* await(check, pid, how, code) */
    "(func $await (param $n i32) (param $pid i32) (param $how i32) (param $code i32)\n"
    "  (call $is (local.get $n) (call $wait (local.get $pid) (i32.const 0) (i32.const 4000)) (i32.const 0))\n"
    "  (call $is (local.get $n) (i32.load (i32.const 4000)) (local.get $pid))\n"
    "  (call $is (local.get $n) (i32.load (i32.const 4004)) (local.get $how))\n"
    "  (call $is (local.get $n) (i32.load (i32.const 4008)) (local.get $code)))\n"
    /* read(fd, n), write(fd, n): at 8000; the count at 16, negative error */
    "(func $read (param $fd i32) (param $n i32) (result i32) (local $e i32)\n"
    "  (i32.store (i32.const 8) (i32.const 8000)) (i32.store (i32.const 12) (local.get $n))\n"
    "  (local.set $e (call $fd_read (local.get $fd) (i32.const 8) (i32.const 1) (i32.const 16)))\n"
    "  (if (result i32) (local.get $e) (then (i32.sub (i32.const 0) (local.get $e))) (else (i32.load (i32.const 16)))))\n"
    "(func $write (param $fd i32) (param $n i32) (result i32) (local $e i32)\n"
    "  (i32.store (i32.const 8) (i32.const 8000)) (i32.store (i32.const 12) (local.get $n))\n"
    "  (local.set $e (call $fd_write (local.get $fd) (i32.const 8) (i32.const 1) (i32.const 16)))\n"
    "  (if (result i32) (local.get $e) (then (i32.sub (i32.const 0) (local.get $e))) (else (i32.load (i32.const 16)))))\n"
    "(func $spin (loop (br 0)))\n"
    "(func $recurse (call $recurse))\n"
    "(func $grow (loop (br_if 0 (i32.ne (memory.grow (i32.const 1)) (i32.const -1)))))\n"
    "(func $part (param $letter i32) (local $p i32) (local $q i32) (local $fd i32) (local $n i32)\n";

/* The small parts that others start. */
static const char parts[] =
    "(if (i32.eq (local.get $letter) (i32.const 0x65 (;e;))) (then (call $exit (i32.const 7))))\n"
    "(if (i32.eq (local.get $letter) (i32.const 0x6e (;n;))) (then (return)))\n"
    "(if (i32.eq (local.get $letter) (i32.const 0x74 (;t;))) (then (unreachable)))\n"
    "(if (i32.eq (local.get $letter) (i32.const 0x6c (;l;))) (then (call $spin)))\n"
    "(if (i32.eq (local.get $letter) (i32.const 0x72 (;r;))) (then (call $recurse)))\n"
    "(if (i32.eq (local.get $letter) (i32.const 0x61 (;a;))) (then (drop (call $raise (i32.const 6)))))\n"
    /* m: how many pages there are at most */
    "(if (i32.eq (local.get $letter) (i32.const 0x6d (;m;))) (then (call $grow) (call $exit (memory.size))))\n"
    /* s: ends itself by a signal */
    "(if (i32.eq (local.get $letter) (i32.const 0x73 (;s;))) (then\n"
    "  (call $is (i32.const 1) (call $self (i32.const 200)) (i32.const 0))\n"
    "  (drop (call $kill (i32.load (i32.const 200)) (i32.const 15))) (call $exit (i32.const 2))))\n"
    /* o: starts an endless one and leaves it behind */
    "(if (i32.eq (local.get $letter) (i32.const 0x6f (;o;))) (then\n"
    "  (call $exit (call $start (i32.const 0x6c) (i32.const 0) (i32.const 0)))))\n"
    /* c: copies descriptor 0 to descriptor 1 */
    "(if (i32.eq (local.get $letter) (i32.const 0x63 (;c;))) (then\n"
    "  (block $end (loop $more\n"
    "    (br_if $end (i32.eqz (call $read (i32.const 0) (i32.const 1000))))\n"
    "    (call $is (i32.const 1) (call $write (i32.const 1) (i32.load (i32.const 16))) (i32.load (i32.const 12)))\n"
    "    (br $more)))\n"
    "  (call $exit (i32.const 0))))\n"
    /* k: ends process 1 */
    "(if (i32.eq (local.get $letter) (i32.const 0x6b (;k;))) (then\n"
    "  (drop (call $kill (i32.const 1) (i32.const 9))) (call $spin)))\n"
    /* w: waits for a clock that never comes */
    "(if (i32.eq (local.get $letter) (i32.const 0x77 (;w;))) (then\n"
    "  (i32.store (i32.const 5016) (i32.const 1)) (i64.store (i32.const 5024) (i64.const -1))\n"
    "  (drop (call $poll (i32.const 5000) (i32.const 6000) (i32.const 1) (i32.const 16)))))\n"
    /* y: yields three times, then 3 */
    "(if (i32.eq (local.get $letter) (i32.const 0x79 (;y;))) (then (drop (call $yield)) (drop (call $yield))\n"
    "  (drop (call $yield)) (call $exit (i32.const 3))))\n";

static const char postlude[] =
    ")\n"
    "(func (export \"_start\") (drop (call $args_get (i32.const 900) (i32.const 1000)))\n"
    "  (call $part (i32.load8_u (i32.const 1000)))))\n";

/* ---- running one ---- */

static wick_wasi_fs *fs;
static uint32_t result;       /* of the last run */
static uint32_t n_slices;
static wick_proc_table_options table_options;
static bool is_first = true;
static void (*between)(wick_proc_table *table); /* called between slices */

static void put_file(const char *name, const void *bytes, size_t size)
{
    wick_wasi_opened root, file;
    wick_ramfs_root(fs, &root);
    world_need(fs->ops->open(fs, root.node, name, strlen(name), WICK_WASI_OPEN_WRITE | WICK_WASI_OPEN_CREATE, &file) == 0,
               name);
    wick_wasi_buf buf = {(uint8_t *)(uintptr_t)bytes, size};
    size_t n;
    uint64_t end;
    world_need(fs->ops->write(fs, file.node, &buf, 1, 0, 0, &n, &end) == 0 && n == size, "write");
    fs->ops->close(fs, file.node);
    fs->ops->close(fs, root.node);
}

static wick_wasi_errno console_write(void *user, const uint8_t *buf, size_t n, size_t *out_n)
{
    test_log(user, (const char *)buf, n);
    *out_n = n;
    return WICK_WASI_OK;
}

static uint32_t foreground;

static wick_wasi_errno console_mode(void *user, uint32_t mode, uint32_t *out_old)
{
    (void)user;
    *out_old = 7 - mode;
    return WICK_WASI_OK;
}

static wick_wasi_errno console_foreground(void *user, uint32_t group)
{
    (void)user;
    foreground = group;
    return WICK_WASI_OK;
}

static wick_wasi *make_process_1(const char *arg0)
{
    const char *const args[] = {arg0};
    wick_wasi_options options = {.host = &test_wasi_host, .args = args, .n_args = 1, .max_fds = 16};
    wick_wasi *wasi;
    world_need(wick_wasi_new(w.engine, &options, &wasi) == WICK_OK, "wasi");
    wick_wasi_fd_options dir = {.fs = fs, .preopen = "/"};
    wick_ramfs_root(fs, &dir.opened);
    world_need(wick_wasi_set_fd(wasi, 3, &dir) == WICK_OK, "set_fd");
    wick_wasi_fd_options console = {.fs = w.devfs};
    wick_devfs_open(w.devfs, "console", &console.opened);
    world_need(wick_wasi_set_fd(wasi, 2, &console) == WICK_OK, "set_fd");
    return wasi;
}

/* Runs the program with this main part; its status is in `result`. */
static void run(const char *main_part)
{
    size_t size = sizeof prelude + sizeof parts + strlen(main_part) + sizeof postlude;
    char *text = malloc(size);
    uint8_t *wasm;
    size_t wasm_size;
    wick_diag diag;
    wick_proc_table *table;
    uint32_t pid;
    snprintf(text, size, "%s%s%s%s", prelude, parts, main_part, postlude);
    wick_diag_init(&diag);
    if (wick_text_assemble(w.engine, text, strlen(text), WICK_TEXT_NAMES, &wasm, &wasm_size, &diag) != WICK_OK) {
        char why[300];
        wick_diag_format(&diag, "part", NULL, why, sizeof why);
        world_need(false, why);
    }
    free(text);
    world_need(wick_ramfs_new(w.engine, NULL, &fs) == WICK_OK, "ramfs");
    wick_devfs_options devices = {
        .console_write = console_write, .console_mode = console_mode, .console_foreground = console_foreground};
    world_need(wick_devfs_new(w.engine, &devices, &w.devfs) == WICK_OK, "devfs");
    put_file("prog", wasm, wasm_size);
    put_file("text", "no module", 9);
    uint64_t before = w.memory.used;
    test_log_size = 0;
    test_log_text[0] = 0;
    table_options.host = &test_wasi_host;
    world_need(wick_proc_table_new(w.engine, &table_options, &table) == WICK_OK, "table");
    wick_wasi *wasi = make_process_1("1");
    wick_err err = wick_proc_start(table, wasi, wasm, wasm_size, WICK_MODULE_BORROW, &pid, &diag);
    world_need(err == WICK_OK && pid == 1, "start");
    n_slices = 0;
    for (;;) {
        uint64_t deadline;
        wick_proc_ran ran = wick_proc_run_slice(table, &deadline);
        if (ran == WICK_PROC_ENDED || ++n_slices > 100000) {
            break;
        }
        if (ran == WICK_PROC_IDLE) {
            test_idle(NULL, deadline);
        }
        if (between != NULL) {
            between(table);
        }
    }
    result = n_slices > 100000 ? 9999 : wick_proc_status(table);
    wick_proc_table_free(table);
    CHECK(is_first || w.memory.used == before); /* the engine keeps the types it has seen */
    is_first = false;
    wick_devfs_free(w.devfs);
    w.devfs = NULL;
    wick_ramfs_free(fs);
    wick_text_free(w.engine, wasm, wasm_size);
}

static void passes(const char *name, const char *main_part)
{
    run(main_part);
    if (result != 0) {
        printf("%s: process 1 ended with %u; log: %s\n", name, result, test_log_text);
    }
    CHECK(result == 0);
}

static void test_ends(void)
{
    run("(call $exit (i32.const 300))");
    CHECK(result == 44);
    run("(return)");
    CHECK(result == 0);
    run("(unreachable)");
    CHECK(result == 134 && strstr(test_log_text, "1:0x") != NULL && strstr(test_log_text, "unreachable") != NULL &&
          strstr(test_log_text, "at part (func[") != NULL);
    run("(call $recurse)");
    CHECK(result == 134 && strstr(test_log_text, "call stack exhausted") != NULL);
    run("(drop (call $raise (i32.const 15)))");
    CHECK(result == 128 + 15);
    run("(drop (call $kill (i32.const 1) (i32.const 2))) (call $spin)");
    CHECK(result == 128 + 2);
    table_options.max_fuel = 1000;
    run("(call $spin)");
    CHECK(result == 134 && strstr(test_log_text, "out of fuel") != NULL);
    table_options.max_fuel = 0;
    /* What process 1 leaves behind ends with it. */
    passes("leave", "(drop (call $start (i32.const 0x6c) (i32.const 0) (i32.const 0)))"
                    "(drop (call $start (i32.const 0x77) (i32.const 0) (i32.const 0)))");
    run("(drop (call $start (i32.const 0x6b) (i32.const 0) (i32.const 0))) (call $spin)");
    CHECK(result == 128 + 9);
}

static void test_wait(void)
{
    passes("statuses",
           "(call $await (i32.const 1) (call $start (i32.const 0x65) (i32.const 0) (i32.const 0)) (i32.const 0) (i32.const 7))"
           "(call $await (i32.const 2) (call $start (i32.const 0x6e) (i32.const 0) (i32.const 0)) (i32.const 0) (i32.const 0))"
           "(call $await (i32.const 3) (call $start (i32.const 0x73) (i32.const 0) (i32.const 0)) (i32.const 1) (i32.const 15))"
           "(call $await (i32.const 4) (call $start (i32.const 0x61) (i32.const 0) (i32.const 0)) (i32.const 1) (i32.const 6))"
           "(call $await (i32.const 5) (call $start (i32.const 0x79) (i32.const 0) (i32.const 0)) (i32.const 0) (i32.const 3))"
           "(drop (call $start (i32.const 0x74) (i32.const 0) (i32.const 0)))"
           "(call $is (i32.const 6) (call $wait (i32.const -1) (i32.const 0) (i32.const 4000)) (i32.const 0))"
           "(call $is (i32.const 7) (i32.load (i32.const 4004)) (i32.const 2))"
           "(call $check (i32.const 8) (i64.ne (i64.load (i32.const 4024)) (i64.const 0)))"
           "(drop (call $start (i32.const 0x72) (i32.const 0) (i32.const 0)))"
           "(call $is (i32.const 9) (call $wait (i32.const -1) (i32.const 0) (i32.const 4000)) (i32.const 0))"
           "(call $is (i32.const 10) (i32.load (i32.const 4004)) (i32.const 2))");
    passes("wrong waits",
           "(call $is (i32.const 1) (call $wait (i32.const -1) (i32.const 0) (i32.const 4000)) (i32.const 12))"
           "(call $is (i32.const 2) (call $wait (i32.const 0) (i32.const 0) (i32.const 4000)) (i32.const 28))"
           "(call $is (i32.const 3) (call $wait (i32.const 99) (i32.const 1) (i32.const 4000)) (i32.const 12))"
           "(call $is (i32.const 4) (call $wait (i32.const 1) (i32.const 1) (i32.const 4000)) (i32.const 12))"
           "(local.set $p (call $start (i32.const 0x77) (i32.const 0) (i32.const 0)))"
           "(call $is (i32.const 5) (call $wait (local.get $p) (i32.const 2) (i32.const 4000)) (i32.const 28))"
           "(call $is (i32.const 6) (call $wait (local.get $p) (i32.const 0) (i32.const 65505)) (i32.const 21))"
           "(call $is (i32.const 7) (call $wait (local.get $p) (i32.const 1) (i32.const 4000)) (i32.const 0))"
           "(call $is (i32.const 8) (i32.load (i32.const 4000)) (i32.const 0))"
           "(call $is (i32.const 9) (call $kill (local.get $p) (i32.const 0)) (i32.const 0))"
           "(call $is (i32.const 10) (call $kill (local.get $p) (i32.const 9)) (i32.const 0))"
           "(call $is (i32.const 11) (call $kill (local.get $p) (i32.const 9)) (i32.const 0))" /* a zombie is there */
           "(call $await (i32.const 12) (local.get $p) (i32.const 1) (i32.const 9))"
           "(call $is (i32.const 13) (call $kill (local.get $p) (i32.const 0)) (i32.const 71))"
           "(call $is (i32.const 14) (call $kill (i32.const 0) (i32.const 9)) (i32.const 28))"
           "(call $is (i32.const 15) (call $kill (i32.const -1) (i32.const 9)) (i32.const 28))"
           "(call $is (i32.const 16) (call $kill (i32.const 1) (i32.const 19)) (i32.const 28))"
           "(call $is (i32.const 17) (call $kill (i32.const 4242) (i32.const 9)) (i32.const 71))"
           "(call $is (i32.const 18) (call $kill (i32.const -4242) (i32.const 9)) (i32.const 71))");
    /* Groups: a new one, another into it, one kill for both. */
    passes("groups",
           "(i32.store (i32.const 7016) (i32.const -1))"
           "(local.set $p (call $start (i32.const 0x6c) (i32.const 0) (i32.const 7000)))"
           "(i32.store (i32.const 7016) (local.get $p))"
           "(local.set $q (call $start (i32.const 0x77) (i32.const 0) (i32.const 7000)))"
           "(call $is (i32.const 1) (call $kill (i32.sub (i32.const 0) (local.get $p)) (i32.const 15)) (i32.const 0))"
           "(call $is (i32.const 2) (call $wait (i32.sub (i32.const 0) (local.get $p)) (i32.const 0) (i32.const 4000))"
           " (i32.const 0))"
           "(call $is (i32.const 3) (call $wait (i32.sub (i32.const 0) (local.get $p)) (i32.const 0) (i32.const 4000))"
           " (i32.const 0))"
           "(call $is (i32.const 4) (i32.load (i32.const 4008)) (i32.const 15))"
           "(call $is (i32.const 5) (call $wait (i32.sub (i32.const 0) (local.get $p)) (i32.const 0) (i32.const 4000))"
           " (i32.const 12))");
    /* A child's child is nobody's after the child: it can be seen and ended, not waited for. */
    passes("orphans",
           "(call $map (i32.const 0) (i32.const 3) (i32.const 3))"
           "(local.set $p (call $start (i32.const 0x6f) (i32.const 1) (i32.const 0)))"
           "(call $is (i32.const 1) (call $wait (local.get $p) (i32.const 0) (i32.const 4000)) (i32.const 0))"
           "(local.set $q (i32.load (i32.const 4008)))"
           "(call $is (i32.const 2) (call $kill (local.get $q) (i32.const 0)) (i32.const 0))"
           "(call $is (i32.const 3) (call $wait (local.get $q) (i32.const 1) (i32.const 4000)) (i32.const 12))"
           "(call $is (i32.const 4) (call $list (i32.const 4000) (i32.const 10) (i32.const 16)) (i32.const 0))"
           "(call $is (i32.const 5) (i32.load (i32.const 16)) (i32.const 2))"
           "(call $is (i32.const 6) (i32.load (i32.const 4080)) (local.get $q))"
           "(call $is (i32.const 7) (i32.load (i32.const 4084)) (i32.const 0))"
           "(call $is (i32.const 8) (call $kill (local.get $q) (i32.const 9)) (i32.const 0))"
           "(call $is (i32.const 9) (call $kill (local.get $q) (i32.const 0)) (i32.const 71))");
}

static void test_spawn(void)
{
    passes("wrong spawns",
           "(local.set $fd (call $open (i32.const 2000) (i32.const 4)))"
           "(i32.store (i32.const 100) (i32.const 0x65))"
#define SPAWN(n, fd, argv, argn, envp, envn, map, maps, options, out, want)                                              \
    "(call $is (i32.const " n ") (call $spawn " fd " (i32.const " argv ") (i32.const " argn ") (i32.const " envp         \
    ") (i32.const " envn ") (i32.const " map ") (i32.const " maps ") (i32.const " options ") (i32.const " out            \
    ")) (i32.const " want "))"
           SPAWN("1", "(i32.const 9)", "100", "2", "0", "0", "0", "0", "0", "4", "8")
           SPAWN("2", "(i32.const 3)", "100", "2", "0", "0", "0", "0", "0", "4", "31")
           SPAWN("3", "(local.get $fd)", "65530", "20", "0", "0", "0", "0", "0", "4", "21")
           SPAWN("4", "(local.get $fd)", "100", "-1", "0", "0", "0", "0", "0", "4", "21")
           SPAWN("5", "(local.get $fd)", "100", "2", "-8", "4", "0", "0", "0", "4", "21")
           SPAWN("6", "(local.get $fd)", "100", "2", "0", "0", "0", "0x20000001", "0", "4", "21")
           SPAWN("7", "(local.get $fd)", "100", "2", "0", "0", "65530", "1", "0", "4", "21")
           SPAWN("8", "(local.get $fd)", "100", "2", "0", "0", "0", "0", "65510", "4", "21")
           SPAWN("9", "(local.get $fd)", "100", "2", "0", "0", "0", "0", "0", "65534", "21")
           SPAWN("10", "(local.get $fd)", "100", "1", "0", "0", "0", "0", "0", "4", "28")
           SPAWN("11", "(local.get $fd)", "100", "2", "100", "1", "0", "0", "0", "4", "28")
           "(call $map (i32.const 0) (i32.const 0) (i32.const 3)) (call $map (i32.const 1) (i32.const 0) (i32.const 3))"
           SPAWN("12", "(local.get $fd)", "100", "2", "0", "0", "3000", "2", "0", "4", "28")
           "(call $map (i32.const 1) (i32.const 1) (i32.const 12))"
           SPAWN("13", "(local.get $fd)", "100", "2", "0", "0", "3000", "2", "0", "4", "8")
           "(call $map (i32.const 1) (i32.const 16) (i32.const 3))"
           SPAWN("14", "(local.get $fd)", "100", "2", "0", "0", "3000", "2", "0", "4", "33")
           SPAWN("15", "(local.get $fd)", "100", "2", "0", "0", "3000", "17", "0", "4", "33")
           "(i32.store (i32.const 7020) (i32.const 1))"
           SPAWN("16", "(local.get $fd)", "100", "2", "0", "0", "0", "0", "7000", "4", "28")
           "(i32.store (i32.const 7020) (i32.const 0)) (i32.store (i32.const 7028) (i32.const 1))"
           SPAWN("17", "(local.get $fd)", "100", "2", "0", "0", "0", "0", "7000", "4", "28")
           "(i32.store (i32.const 7028) (i32.const 0)) (i32.store (i32.const 7016) (i32.const 77))"
           SPAWN("18", "(local.get $fd)", "100", "2", "0", "0", "0", "0", "7000", "4", "71")
           "(call $is (i32.const 19) (call $list (i32.const 4000) (i32.const 10) (i32.const 16)) (i32.const 0))"
           "(call $is (i32.const 20) (i32.load (i32.const 16)) (i32.const 1))"); /* none of them has left a trace */
    passes("no module",
           "(local.set $fd (call $open (i32.const 2005) (i32.const 4)))"
           "(i32.store (i32.const 100) (i32.const 0x78)) (call $map (i32.const 0) (i32.const 2) (i32.const 2))"
           SPAWN("1", "(local.get $fd)", "100", "2", "0", "0", "3000", "1", "0", "4", "45"));
    CHECK(strstr(test_log_text, "x:0x") != NULL && strchr(test_log_text, '\n') == strrchr(test_log_text, '\n'));
    /* What a child gets: exactly the map; quotas that only shrink. */
    passes("quotas",
           "(i64.store (i32.const 7000) (i64.const 262144))"
           "(call $await (i32.const 1) (call $start (i32.const 0x6d) (i32.const 0) (i32.const 7000)) (i32.const 0) (i32.const 4))"
           "(call $await (i32.const 2) (call $start (i32.const 0x6d) (i32.const 0) (i32.const 0)) (i32.const 0) (i32.const 40))"
           "(i64.store (i32.const 7000) (i64.const 0)) (i64.store (i32.const 7008) (i64.const 5000))"
           "(drop (call $start (i32.const 0x6c) (i32.const 0) (i32.const 7000)))"
           "(call $is (i32.const 3) (call $wait (i32.const -1) (i32.const 0) (i32.const 4000)) (i32.const 0))"
           "(call $is (i32.const 4) (i32.load (i32.const 4004)) (i32.const 2))"
           "(call $check (i32.const 5) (i64.lt_u (i64.load (i32.const 4024)) (i64.const 5100)))");
    table_options.max_processes = 3;
    passes("full",
           "(drop (call $start (i32.const 0x77) (i32.const 0) (i32.const 0)))"
           "(drop (call $start (i32.const 0x77) (i32.const 0) (i32.const 0)))"
           "(local.set $fd (call $open (i32.const 2000) (i32.const 4)))"
           SPAWN("1", "(local.get $fd)", "100", "2", "0", "0", "0", "0", "0", "4", "6"));
    table_options.max_processes = 0;
}

static void test_pipes(void)
{
    /* Through a child that copies: the bytes, then the end. */
    passes("copy",
           "(call $is (i32.const 1) (call $pipe (i32.const 5000)) (i32.const 0))"
           "(call $is (i32.const 2) (call $pipe (i32.const 5008)) (i32.const 0))"
           "(call $map (i32.const 0) (i32.const 0) (i32.load (i32.const 5000)))"
           "(call $map (i32.const 1) (i32.const 1) (i32.load (i32.const 5012)))"
           "(local.set $p (call $start (i32.const 0x63) (i32.const 2) (i32.const 0)))"
           "(call $is (i32.const 3) (call $fd_close (i32.load (i32.const 5000))) (i32.const 0))"
           "(call $is (i32.const 4) (call $fd_close (i32.load (i32.const 5012))) (i32.const 0))"
           "(i32.store (i32.const 8000) (i32.const 0x64636261))"
           "(call $is (i32.const 5) (call $write (i32.load (i32.const 5004)) (i32.const 4)) (i32.const 4))"
           "(i32.store (i32.const 8000) (i32.const 0))"
           "(call $is (i32.const 6) (call $read (i32.load (i32.const 5008)) (i32.const 100)) (i32.const 4))" /* waits */
           "(call $is (i32.const 7) (i32.load (i32.const 8000)) (i32.const 0x64636261))"
           /* more than a pipe holds: writing waits for the child, which waits for us; so by portions */
           "(loop $more"
           "  (call $is (i32.const 8) (call $write (i32.load (i32.const 5004)) (i32.const 3000)) (i32.const 3000))"
           "  (call $is (i32.const 9) (call $read (i32.load (i32.const 5008)) (i32.const 1000)) (i32.const 1000))"
           "  (call $is (i32.const 10) (call $read (i32.load (i32.const 5008)) (i32.const 1000)) (i32.const 1000))"
           "  (call $is (i32.const 11) (call $read (i32.load (i32.const 5008)) (i32.const 1000)) (i32.const 1000))"
           "  (local.set $n (i32.add (local.get $n) (i32.const 1)))"
           "  (br_if $more (i32.lt_u (local.get $n) (i32.const 50))))"
           "(call $is (i32.const 12) (call $fd_close (i32.load (i32.const 5004))) (i32.const 0))"
           "(call $is (i32.const 13) (call $read (i32.load (i32.const 5008)) (i32.const 100)) (i32.const 0))"
           "(call $await (i32.const 14) (local.get $p) (i32.const 0) (i32.const 0))");
    passes("ends",
           "(call $is (i32.const 1) (call $pipe (i32.const 65532)) (i32.const 21))"
           "(call $is (i32.const 2) (call $pipe (i32.const 5000)) (i32.const 0))"
           "(call $is (i32.const 3) (call $fdstat (i32.load (i32.const 5000)) (i32.const 6000)) (i32.const 0))"
           "(call $is (i32.const 4) (i32.load8_u (i32.const 6000)) (i32.const 0))"
           "(call $is (i32.const 5) (call $write (i32.load (i32.const 5000)) (i32.const 1)) (i32.const -8))"
           "(call $is (i32.const 6) (call $read (i32.load (i32.const 5004)) (i32.const 1)) (i32.const -8))"
           "(call $is (i32.const 7) (call $setfl (i32.load (i32.const 5000)) (i32.const 4)) (i32.const 0))"
           "(call $is (i32.const 8) (call $setfl (i32.load (i32.const 5004)) (i32.const 4)) (i32.const 0))"
           "(call $is (i32.const 9) (call $read (i32.load (i32.const 5000)) (i32.const 1)) (i32.const -6))"
           /* 4,096 bytes go whole or not at all */
           "(loop $more"
           "  (local.set $n (i32.add (local.get $n) (i32.const 1)))"
           "  (br_if $more (i32.eq (call $write (i32.load (i32.const 5004)) (i32.const 3000)) (i32.const 3000))))"
           "(call $is (i32.const 10) (local.get $n) (i32.const 6))"
           "(call $is (i32.const 11) (call $write (i32.load (i32.const 5004)) (i32.const 3000)) (i32.const -6))"
           "(call $is (i32.const 12) (call $write (i32.load (i32.const 5004)) (i32.const 5000)) (i32.const 1384))"
           "(call $is (i32.const 13) (call $read (i32.load (i32.const 5000)) (i32.const 20000)) (i32.const 16384))"
           "(call $is (i32.const 14) (call $fd_close (i32.load (i32.const 5000))) (i32.const 0))"
           "(call $is (i32.const 15) (call $write (i32.load (i32.const 5004)) (i32.const 1)) (i32.const -64))"
           "(call $is (i32.const 16) (call $fd_close (i32.load (i32.const 5004))) (i32.const 0))"
           /* as many as there are descriptors (16, of which 2 and 3 are taken) */
           "(local.set $n (i32.const 0))"
           "(loop $pipes"
           "  (local.set $n (i32.add (local.get $n) (i32.const 1)))"
           "  (br_if $pipes (i32.eqz (call $pipe (i32.const 5000)))))"
           "(call $is (i32.const 17) (local.get $n) (i32.const 8))"
           "(call $is (i32.const 18) (call $pipe (i32.const 5000)) (i32.const 33))"
           "(call $is (i32.const 19) (call $fd_close (i32.const 15)) (i32.const 0))"
           "(call $is (i32.const 20) (call $pipe (i32.const 5000)) (i32.const 33))" /* one is not enough */
           "(call $is (i32.const 21) (call $fdstat (i32.const 15) (i32.const 6000)) (i32.const 8))");
    passes("poll",
           "(call $is (i32.const 1) (call $pipe (i32.const 5000)) (i32.const 0))"
           "(i32.store8 (i32.const 7008) (i32.const 1)) (i32.store (i32.const 7016) (i32.load (i32.const 5000)))"
           "(i32.store (i32.const 7064) (i32.const 1)) (i64.store (i32.const 7072) (i64.const 1000))" /* a clock */
           "(i64.store (i32.const 7048) (i64.const 5))"
           "(call $is (i32.const 2) (call $poll (i32.const 7000) (i32.const 7200) (i32.const 2) (i32.const 16)) (i32.const 0))"
           "(call $is (i32.const 3) (i32.load (i32.const 16)) (i32.const 1))"
           "(call $is (i32.const 4) (i32.load (i32.const 7200)) (i32.const 5))"
           "(call $is (i32.const 5) (call $write (i32.load (i32.const 5004)) (i32.const 9)) (i32.const 9))"
           "(call $is (i32.const 6) (call $poll (i32.const 7000) (i32.const 7200) (i32.const 2) (i32.const 16)) (i32.const 0))"
           "(call $is (i32.const 7) (i32.load (i32.const 7216)) (i32.const 9))"
           "(call $is (i32.const 8) (call $fd_close (i32.load (i32.const 5004))) (i32.const 0))"
           "(call $is (i32.const 9) (call $read (i32.load (i32.const 5000)) (i32.const 100)) (i32.const 9))"
           "(call $is (i32.const 10) (call $poll (i32.const 7000) (i32.const 7200) (i32.const 1) (i32.const 16)) (i32.const 0))"
           "(call $is (i32.const 11) (i32.load8_u (i32.const 7224)) (i32.const 1))"); /* hung up */
}

static void test_rest(void)
{
    passes("self, list",
           "(call $is (i32.const 1) (call $self (i32.const 65530)) (i32.const 21))"
           "(call $is (i32.const 2) (call $self (i32.const 200)) (i32.const 0))"
           "(call $is (i32.const 3) (i32.load (i32.const 200)) (i32.const 1))"
           "(call $is (i32.const 4) (i32.load (i32.const 204)) (i32.const 0))"
           "(call $is (i32.const 5) (i32.load (i32.const 208)) (i32.const 1))"
           "(local.set $p (call $start (i32.const 0x77) (i32.const 0) (i32.const 0)))"
           "(drop (call $yield)) (drop (call $yield))"
           "(call $is (i32.const 6) (call $list (i32.const 0) (i32.const 0) (i32.const 16)) (i32.const 0))"
           "(call $is (i32.const 7) (i32.load (i32.const 16)) (i32.const 2))"
           "(call $is (i32.const 8) (call $list (i32.const 4000) (i32.const 0x03333334) (i32.const 16)) (i32.const 21))"
           "(call $is (i32.const 9) (call $list (i32.const 4000) (i32.const 2) (i32.const 16)) (i32.const 0))"
           "(call $is (i32.const 10) (i32.load (i32.const 4000)) (i32.const 1))"
           "(call $is (i32.const 11) (i32.load (i32.const 4012)) (i32.const 0))"
           "(call $is (i32.const 12) (i32.load8_u (i32.const 4048)) (i32.const 0x31))"
           "(call $is (i32.const 13) (i32.load (i32.const 4080)) (local.get $p))"
           "(call $is (i32.const 14) (i32.load (i32.const 4084)) (i32.const 1))"
           "(call $is (i32.const 15) (i32.load (i32.const 4092)) (i32.const 1))" /* blocked */
           "(call $check (i32.const 16) (i64.ge_u (i64.load (i32.const 4112)) (i64.const 65536)))"
           "(call $is (i32.const 17) (i32.load8_u (i32.const 4128)) (i32.const 0x77))");
    passes("console",
           "(call $is (i32.const 1) (call $tty_mode (i32.const 2) (i32.const 3) (i32.const 16)) (i32.const 0))"
           "(call $is (i32.const 2) (i32.load (i32.const 16)) (i32.const 4))"
           "(call $is (i32.const 3) (call $tty_mode (i32.const 2) (i32.const 8) (i32.const 16)) (i32.const 28))"
           "(call $is (i32.const 4) (call $tty_mode (i32.const 3) (i32.const 3) (i32.const 16)) (i32.const 59))"
           "(call $is (i32.const 5) (call $tty_mode (i32.const 9) (i32.const 3) (i32.const 16)) (i32.const 8))"
           "(call $is (i32.const 6) (call $tty_mode (i32.const 2) (i32.const 3) (i32.const -1)) (i32.const 21))"
           "(call $is (i32.const 7) (call $tty_foreground (i32.const 3) (i32.const 1)) (i32.const 59))"
           "(call $is (i32.const 8) (call $tty_foreground (i32.const 2) (i32.const 9)) (i32.const 71))"
           "(call $is (i32.const 9) (call $tty_foreground (i32.const 2) (i32.const 1)) (i32.const 0))");
    CHECK(foreground == 1);
}

/* Two endless programs and one that counts: everyone has a turn. */
static uint32_t ticks;

static void end_after_a_while(wick_proc_table *table)
{
    if (++ticks == 40) {
        CHECK(wick_proc_group_exists(table, 1) && !wick_proc_group_exists(table, 99));
        CHECK(wick_proc_kill(table, -99, 9) == WICK_WASI_ESRCH && wick_proc_kill(table, 2, 9) == WICK_WASI_OK);
        CHECK(wick_proc_kill(table, 3, 15) == WICK_WASI_OK);
    }
}

static void test_slices(void)
{
    table_options.slice = 1000;
    between = end_after_a_while;
    ticks = 0;
    passes("turns",
           "(local.set $p (call $start (i32.const 0x6c) (i32.const 0) (i32.const 0)))"
           "(local.set $q (call $start (i32.const 0x6c) (i32.const 0) (i32.const 0)))"
           "(call $await (i32.const 1) (local.get $p) (i32.const 1) (i32.const 9))"
           "(call $check (i32.const 2) (i64.gt_u (i64.load (i32.const 4024)) (i64.const 10000)))"
           "(call $check (i32.const 3) (i64.lt_u (i64.load (i32.const 4024)) (i64.const 30000)))"
           "(call $await (i32.const 4) (local.get $q) (i32.const 1) (i32.const 15))");
    CHECK(ticks >= 40);
    between = NULL;
    table_options.slice = 1;
    passes("tiny slices", "(call $await (i32.const 1) (call $start (i32.const 0x65) (i32.const 0) (i32.const 0))"
                          " (i32.const 0) (i32.const 7))");
    table_options.slice = 0;
}

int main(void)
{
    w.kind = WORLD_RAMFS;
    w.memory.fail_from = UINT64_MAX;
    world_need(world_make_engine() == WICK_OK, "engine");
    run("(return)"); /* what the engine keeps for ever, it has now */
    test_ends();
    test_wait();
    test_spawn();
    test_pipes();
    test_rest();
    test_slices();
    wick_engine_free(w.engine);
    CHECK(w.memory.used == 0);
    return world_report();
}

/* script_test.c - the script runner itself: that right assertions pass, that wrong ones fail and say so, that what cannot
 * run is skipped, and that no allocation is missed. */
#include "script/script.h"
#include "test/api/api.h"

static struct port port;
static wick_host host;
static wick_engine *engine;
static char printed[4000];
static size_t n_printed;

static void keep(void *user, const char *text, size_t n) {
    (void)user;
    for (size_t i = 0; i < n && n_printed < sizeof printed - 1; i++) {
        printed[n_printed++] = text[i];
    }
    printed[n_printed] = 0;
}

static size_t n_skips = 2;

static wick_err run_script(const char *text, struct wk_script_result *result) {
    static const char *const skip[] = {"x.wast:3", "unsupported: port lacks"};
    struct wk_script_options options;
    memset(&options, 0, sizeof options);
    memset(result, 0, sizeof *result);
    options.engine = engine;
    options.print = keep;
    options.skip = skip;
    options.n_skip = n_skips;
    options.fuel = 100000;
    n_printed = 0;
    printed[0] = 0;
    return wk_script_run(&options, "dir/x.wast", text, strlen(text), result);
}

/* Runs a script and expects these counts; `say` must be in what is printed. */
static void script(const char *text, uint32_t passed, uint32_t failed, uint32_t skipped, const char *say) {
    struct wk_script_result result;
    const size_t held = port.held;
    test_checks++;
    const wick_err err = run_script(text, &result);
    if (err != WICK_OK || result.passed != passed || result.failed != failed ||
        result.skipped + result.skipped_named != skipped || strstr(printed, say) == NULL ||
        result.assertions != passed + failed + skipped) {
        test_failures++;
        printf("%s\n  expected %u passed, %u failed, %u skipped, \"%s\"; got %u, %u, %u, \"%s\"\n", text, passed, failed,
               skipped, say, result.passed, result.failed, result.skipped + result.skipped_named, printed);
    }
    CHECK_EQ(port.held, held);
}

static const char funcs[] =
    "(module $m (func (export \"id\") (param i32) (result i32) (local.get 0))\n"
    " (func (export \"two\") (result i32 f64) (i32.const 7) (f64.const -0))\n"
    " (func (export \"nan\") (result f32) (f32.const -nan:0x200000))\n"
    " (func (export \"ref\") (param externref) (result externref) (local.get 0))\n"
    " (func (export \"trap\") unreachable) (func (export \"loop\") (loop (br 0)))\n"
    " (func $deep (export \"deep\") (call $deep))\n"
    " (func $f (export \"func\") (result funcref) (ref.func $f))\n"
    " (global (export \"g\") i64 (i64.const 5)))\n";

static void with_funcs(const char *text, uint32_t passed, uint32_t failed, const char *say) {
    char all[4000];
    snprintf(all, sizeof all, "%s%s", funcs, text);
    script(all, passed, failed, 0, say);
}

static void results(void) {
    with_funcs("(assert_return (invoke \"id\" (i32.const 0x10)) (i32.const 16))", 1, 0, "");
    with_funcs("(assert_return (invoke \"id\" (i32.const 1)) (i32.const 2))", 0, 1,
               "dir/x.wast:9: assert_return: expected (i32.const 2), got i32 1");
    with_funcs("(assert_return (invoke \"two\") (i32.const 7) (f64.const -0.0))", 1, 0, "");
    with_funcs("(assert_return (invoke \"two\") (i32.const 7) (f64.const 0))", 0, 1, "bits 0x8000000000000000");
    with_funcs("(assert_return (invoke \"two\") (i32.const 7))", 0, 1, "expected no more results");
    with_funcs("(assert_return (invoke \"two\") (i32.const 7) (f64.const -0) (i32.const 1))", 0, 1, "got no result");
    with_funcs("(assert_return (invoke \"two\") (i64.const 7) (f64.const -0))", 0, 1, "i64.const 7");
    with_funcs("(assert_return (invoke \"nan\") (f32.const nan:canonical))", 0, 1, "0xffa00000");
    with_funcs("(assert_return (invoke \"nan\") (f32.const nan:arithmetic))", 0, 1, "");
    with_funcs("(assert_return (invoke \"nan\") (f32.const -nan:0x200000))", 1, 0, "");
    with_funcs("(assert_return (invoke \"id\" (i32.const 3)) (either (i32.const 1) (i32.const 3)))", 1, 0, "");
    with_funcs("(assert_return (invoke \"id\" (i32.const 3)) (either (i32.const 1) (i32.const 2)))", 0, 1, "");
    with_funcs("(assert_return (invoke \"ref\" (ref.extern 4)) (ref.extern 4))", 1, 0, "");
    with_funcs("(assert_return (invoke \"ref\" (ref.extern 4)) (ref.extern 5))", 0, 1, "");
    with_funcs("(assert_return (invoke \"ref\" (ref.extern 4)) (ref.extern))", 1, 0, "");
    with_funcs("(assert_return (invoke \"ref\" (ref.null extern)) (ref.extern))", 0, 1, "null reference");
    with_funcs("(assert_return (invoke \"ref\" (ref.null extern)) (ref.null))", 1, 0, "");
    with_funcs("(assert_return (invoke \"func\") (ref.func))", 1, 0, "");
    with_funcs("(assert_return (invoke \"func\") (ref.extern))", 0, 1, "");
    with_funcs("(assert_return (get \"g\") (i64.const 5)) (assert_return (get $m \"g\") (i64.const 6))", 1, 1, "");
    with_funcs("(assert_return (invoke \"nope\"))", 0, 1, "no such export");
    with_funcs("(assert_return (invoke $nope \"id\"))", 0, 1, "no such instance");
    with_funcs("(assert_return (invoke \"id\") (i32.const 0))", 0, 1, "arguments do not fit");
    with_funcs("(assert_return (invoke \"trap\"))", 0, 1, "unreachable");
    with_funcs("(invoke \"trap\") (invoke \"id\" (i32.const 1))", 0, 1, "unreachable");
    with_funcs("(assert_trap (invoke \"trap\") \"unreach\")", 1, 0, "");
    with_funcs("(assert_trap (invoke \"trap\") \"integer overflow\")", 0, 1, "expected integer overflow, got unreachable");
    with_funcs("(assert_trap (invoke \"id\" (i32.const 1)) \"unreachable\")", 0, 1, "got no error");
    with_funcs("(assert_exhaustion (invoke \"deep\") \"call stack exhausted\")", 1, 0, "");
    with_funcs("(assert_exhaustion (invoke \"trap\") \"unreachable\")", 0, 1, "another class");
    with_funcs("(assert_return (invoke \"loop\"))", 0, 1, "out of fuel");
    with_funcs("(assert_return (invoke \"id\" (i32.const 1)) (i32.const 1)) (assert_return (oops)) (assert_return (get \"g\") "
               "(i64.const 5))",
               2, 1, "syntax");
}

static void modules(void) {
    script("(assert_malformed (module quote \"(func\") \"unexpected token\")", 1, 0, 0, "");
    script("(assert_malformed (module quote \"(func)\") \"unexpected token\")", 0, 1, 0, "got no error");
    script("(assert_malformed (module binary \"\\00asm\") \"unexpected end\")", 1, 0, 0, "");
    script("(assert_malformed (module (func (result i32))) \"type mismatch\")", 0, 1, 0, "another class");
    script("(assert_invalid (module (func (result i32))) \"type mismatch\")", 1, 0, 0, "");
    script("(assert_invalid (module (func (result i32))) \"unknown local\")", 0, 1, 0, "expected unknown local, got type");
    script("(assert_unlinkable (module (import \"a\" \"b\" (func))) \"unknown import\")", 1, 0, 0, "");
    script("(assert_unlinkable (module (import \"spectest\" \"print\" (func (param i32)))) \"incompatible import type\")", 1,
           0, 0, "");
    script("(assert_trap (module (func $s unreachable) (start $s)) \"unreachable\")", 1, 0, 0, "");
    script("(module (import \"spectest\" \"global_f64\" (global f64)) (export \"g\" (global 0)))"
           "(assert_return (get \"g\") (f64.const 666.6)) (module (import \"spectest\" \"table64\" (table i64 10 20 funcref))"
           "(import \"spectest\" \"memory\" (memory 1 2)) (import \"spectest\" \"print_f64_f64\" (func (param f64 f64))))",
           1, 0, 0, "");
    script("(module $a (func (export \"f\") (result i32) (i32.const 1))) (register \"A\" $a)\n"
           "(module (import \"A\" \"f\" (func $f (result i32))) (func (export \"g\") (result i32) (call $f)))\n"
           "(assert_return (invoke \"g\") (i32.const 1)) (assert_return (invoke $a \"f\") (i32.const 1))",
           2, 0, 0, "");
    script("(module definition $D (global (export \"g\") (mut i32) (i32.const 0))\n"
           "  (func (export \"inc\") (result i32) (global.set 0 (i32.add (global.get 0) (i32.const 1))) (global.get 0)))\n"
           "(module instance $x $D) (module instance $y $D) (assert_return (invoke $x \"inc\") (i32.const 1))\n"
           "(assert_return (invoke $x \"inc\") (i32.const 2)) (assert_return (invoke $y \"inc\") (i32.const 1))",
           3, 0, 0, "");
    script("(module definition (memory 65536))", 0, 0, 0, "");
    script("(func) (memory 1) (func (export \"a\"))", 0, 0, 0, "");
    script("(func (nop)", 0, 1, 0, "unexpected token");
    script("(module (func)", 0, 1, 0, "unexpected token");
    script("(module) (module (func $f) (func $f)) (assert_return (invoke \"f\"))", 0, 2, 0, "duplicate func");
    script(")", 0, 1, 0, "dir/x.wast:1: syntax: 1:1: unexpected token: expected a command, got ')'");
    script("", 0, 0, 0, "");
    script("(thread $T (assert_return (invoke \"f\")) (assert_trap (invoke \"g\") \"x\")) (wait $T)", 0, 2, 0, "");
    script("(module (func (export \"f\"))) (assert_suspension (invoke \"f\") \"unhandled\")", 0, 1, 0, "got no error");
}

#define SHARED "(module $M (memory (export \"m\") 1 1 shared)) "
#define IMPORT "(register \"M\" $M) (module (memory (import \"M\" \"m\") 1 1 shared) "

/* Scripts in scripts. */
static void threads(void) {
    script(SHARED "(thread $T (shared (module $M)) " IMPORT
           "  (func (export \"wait\") (result i32) (memory.atomic.wait32 (i32.const 8) (i32.const 0) (i64.const -1))))\n"
           "  (assert_return (invoke \"wait\") (i32.const 0)) (assert_return (invoke \"wait\") (i32.const 1)))\n"
           "(thread $U (shared (module $M)) " IMPORT "(func (export \"spin\") (result i32)\n"
           "    (i32.atomic.store (i32.const 8) (i32.const 5))\n"
           "    (loop (br_if 0 (i32.eqz (memory.atomic.notify (i32.const 8) (i32.const 1))))) (i32.const 3)))\n"
           "  (assert_return (invoke \"spin\") (i32.const 3)))\n"
           "(wait $T) (wait $U) (thread $V (assert_return (invoke \"f\")))",
           3, 1, 0, ":7: assert_return: wrong use of the API: no such instance");
    /* by turns: two that wait for each other's stores, and a nested one */
    script(SHARED "(thread $T (shared (module $M)) (thread $N (shared (module $M)) " IMPORT
           "  (func (export \"f\") (loop (br_if 0 (i32.eqz (i32.load (i32.const 0))))) (i32.store (i32.const 4) (i32.const 1))))\n"
           "  (assert_return (invoke \"f\"))) " IMPORT
           "  (func (export \"g\") (i32.store (i32.const 0) (i32.const 1)) (loop (br_if 0 (i32.eqz (i32.load (i32.const 4)))))))\n"
           "  (assert_return (invoke \"g\")) (wait $N)) (wait $T)",
           2, 0, 0, "");
    script("(module $M (memory 1 1 shared) (func (export \"w\") (param i64) (result i32)\n"
           "  (memory.atomic.wait32 (i32.const 0) (i32.const 0) (local.get 0))))\n"
           "(assert_return (invoke \"w\" (i64.const 1000000)) (i32.const 2)) (assert_return (invoke \"w\" (i64.const -1)))",
           0, 1, 1, "deadlock"); /* a port without clock */
    script("(module $M (memory 1 1 shared) (func $s (drop (memory.atomic.wait32 (i32.const 0) (i32.const 0)"
           " (i64.const -1)))) (start $s))", 0, 1, 0, "deadlock");
    script("(module $M (memory (export \"m\") 1 1)) (thread $T (shared (module $M)))", 0, 1, 0, "not sharable");
    script("(module $M (func (export \"m\"))) (thread $T (shared (module $M)))", 0, 1, 0, "not sharable");
    script("(thread $T (shared (module $M)))", 0, 1, 0, "no such instance");
    script("(thread $T (shared))", 0, 1, 0, "unexpected token");
    script("(thread $T (nonsense))", 0, 1, 0, "unknown operator");
    script("(wait $T)", 0, 1, 0, "no such thread");
}

/* A wait with a timeout, which a port without clock cannot do. */
#define WAITER \
    "(module (memory 1 1 shared) (func (export \"w\") (drop (memory.atomic.wait32 (i32.const 0) (i32.const 0) (i64.const 1)))))"
#define WAIT "(assert_return (invoke \"w\"))"

static void skips(void) {
    struct wk_script_result result;
    CHECK_EQ(run_script(WAITER WAIT, &result), WICK_OK);
    CHECK_EQ(result.skipped_named, 1); /* by its reason */
    CHECK_EQ(result.n_reasons, 1);
    CHECK_EQ(result.reasons[0].count, 1);
    CHECK(strcmp(result.reasons[0].text, "unsupported: port lacks wick_host") == 0);
    n_skips = 0;
    CHECK_EQ(run_script(WAITER WAIT, &result), WICK_OK);
    CHECK_EQ(result.skipped, 1);
    n_skips = 1;
    CHECK_EQ(run_script(WAITER "\n\n" WAIT "\n" WAIT, &result),
             WICK_OK);
    CHECK_EQ(result.skipped_named, 1); /* by its place */
    CHECK_EQ(result.skipped, 1);
    n_skips = 2;
}

/* Every allocation fails in turn: the script ends with nomem or, where an allocation is the guest's own, goes on. */
static void out_of_memory(void) {
    char text[4000];
    struct wk_script_result result;
    snprintf(text, sizeof text,
             "%s(assert_return (invoke \"ref\" (ref.extern 1)) (ref.extern 1)) (register \"m\")"
             "(module (import \"m\" \"id\" (func (param i32) (result i32))) (memory 1) (data (i32.const 0) \"x\"))"
             "(assert_invalid (module (func (result i32))) \"type\") (assert_malformed (module quote \"(\") \"unex\")",
             funcs);
    const size_t held = port.held;
    for (long long k = 0; k < 100000; k++) {
        port.n = 0;
        port.fail_at = k;
        const wick_err err = run_script(text, &result);
        const bool failed = port.n > k;
        port.fail_at = -1;
        CHECK_EQ(port.held, held);
        if (!failed) {
            CHECK(err == WICK_OK && result.passed == 3 && result.failed == 0);
            CHECK(k > 100);
            break;
        }
        if (err != WICK_ERR_nomem && result.failed == 0) {
            CHECK(err == WICK_OK && result.passed == 3); /* nobody needed it */
        }
    }
}

int main(void) {
    port_init(&port);
    host = port_table();
    struct wk_script_result first;
    NEED(wick_engine_new(&host, &port, NULL, &engine) == WICK_OK);
    NEED(run_script("", &first) == WICK_OK); /* the engine keeps the types of spectest from now on */
    results();
    modules();
    threads();
    skips();
    out_of_memory();
    wick_engine_free(engine);
    CHECK_CLEAN(&port);
    return test_end("script");
}

/* emscripten_test.c - exceptions and longjmp through "env" (src/wasi/emscripten_eh.c): a module that does what Emscripten's
 * programs do, on both interpreters, in steps of few units of fuel, with every allocation failing in turn, and modules
 * that lie. Real programs: test/real (emscripten_js). */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "wick/wick.h"
#include "wick/wick_text.h"
#include "wick/wick_wasi.h"

static int passed, failed;

#define CHECK(what)                                                                                  \
    do {                                                                                             \
        if (what) {                                                                                  \
            passed++;                                                                                \
        } else {                                                                                     \
            failed++;                                                                                \
            printf("FAIL %s:%d [%s]: %s\n", __FILE__, __LINE__, current, #what);                     \
        }                                                                                            \
    } while (0)

static const char *current = "";

/* Types of the thrown are 5 (base, 4 bytes into it), 7 (derived from 5) and 9 (a pointer). $threw is set by setThrew, $sp is
 * the stack pointer; $live counts malloc less free, $destroyed the destructor's calls. */
#define IMPORTS                                                                                                      \
    "(module (import \"env\" \"invoke_v\" (func $invoke_v (param i32)))"                                              \
    "(import \"env\" \"invoke_jij\" (func $invoke_jij (param i32 i32 i32 i32) (result i32)))"                         \
    "(import \"env\" \"invoke_ddfi\" (func $invoke_ddfi (param i32 f64 f32 i32) (result f64)))"                       \
    "(import \"env\" \"invoke_viii\" (func $invoke_viii (param i32 i32 i32 i32)))"                                    \
    "(import \"env\" \"__cxa_throw\" (func $throw (param i32 i32 i32)))"                                              \
    "(import \"env\" \"__cxa_allocate_exception\" (func $allocate (param i32) (result i32)))"                         \
    "(import \"env\" \"__cxa_find_matching_catch_2\" (func $find0 (result i32)))"                                     \
    "(import \"env\" \"__cxa_find_matching_catch_4\" (func $find2 (param i32 i32) (result i32)))"                     \
    "(import \"env\" \"__cxa_begin_catch\" (func $begin (param i32) (result i32)))"                                   \
    "(import \"env\" \"__cxa_get_exception_ptr\" (func $seen (param i32) (result i32)))"                              \
    "(import \"env\" \"__cxa_end_catch\" (func $end))"                                                                \
    "(import \"env\" \"__cxa_rethrow\" (func $rethrow))"                                                              \
    "(import \"env\" \"__resumeException\" (func $resume (param i32)))"                                               \
    "(import \"env\" \"__cxa_uncaught_exceptions\" (func $uncaught (result i32)))"                                    \
    "(import \"env\" \"__cxa_current_primary_exception\" (func $primary (result i32)))"                               \
    "(import \"env\" \"__cxa_rethrow_primary_exception\" (func $rethrow_primary (param i32)))"                        \
    "(import \"env\" \"__cxa_decrement_exception_refcount\" (func $decrement (param i32)))"                           \
    "(import \"env\" \"llvm_eh_typeid_for\" (func $typeid (param i32) (result i32)))"                                 \
    "(import \"env\" \"_emscripten_throw_longjmp\" (func $longjmp))"                                                  \
    "(import \"env\" \"getTempRet0\" (func $second (result i32)))"

static const char module_text[] = IMPORTS
    "(memory (export \"memory\") 1)"
    "(table (export \"__indirect_function_table\") 12 funcref)"
    "(elem (i32.const 1) $f_throw7 $destroy $f_sum $f_rethrow $throw $f_longjmp $f_resume $f_mixed $f_again $f_primary)"
    "(global $sp (mut i32) (i32.const 9000)) (global $threw (mut i32) (i32.const 0)) (global $live (mut i32) (i32.const 0))"
    "(global $destroyed (mut i32) (i32.const 0)) (global $at (mut i32) (i32.const 1024)) (global $kept (mut i32) (i32.const 0))"
    "(func (export \"stackSave\") (result i32) (global.get $sp))"
    "(func (export \"stackRestore\") (param i32) (global.set $sp (local.get 0)))"
    "(func (export \"setThrew\") (param i32 i32) (if (i32.eqz (global.get $threw)) (then (global.set $threw (local.get 0)))))"
    "(func (export \"malloc\") (param i32) (result i32) (global.set $live (i32.add (global.get $live) (i32.const 1)))"
    "  (global.get $at) (global.set $at (i32.add (global.get $at) (i32.and (i32.add (local.get 0) (i32.const 7)) (i32.const -8)))))"
    "(func (export \"free\") (param i32) (global.set $live (i32.sub (global.get $live) (i32.const 1))))"
    "(func (export \"__cxa_is_pointer_type\") (param i32) (result i32) (i32.eq (local.get 0) (i32.const 9)))"
    "(func (export \"__cxa_can_catch\") (param i32 i32 i32) (result i32)"
    "  (if (i32.and (i32.eq (local.get 0) (i32.const 5)) (i32.eq (local.get 1) (i32.const 7))) (then"
    "    (i32.store (local.get 2) (i32.add (i32.load (local.get 2)) (i32.const 4))) (return (i32.const 1))))"
    "  (i32.eq (local.get 0) (local.get 1)))"
    "(func $destroy (param i32) (result i32) (global.set $destroyed (i32.add (global.get $destroyed) (i32.const 1))) (local.get 0))"
    "(func $make (param $a i32) (param $b i32) (result i32) (local $p i32) (local.set $p (call $allocate (i32.const 8)))"
    "  (i32.store (local.get $p) (local.get $a)) (i32.store offset=4 (local.get $p) (local.get $b)) (local.get $p))"
    "(func $f_throw7 (global.set $sp (i32.const 5000)) (call $throw (call $make (i32.const 70) (i32.const 71)) (i32.const 7) (i32.const 2)))"
    "(func $f_sum (param i32 i64) (result i64) (i64.add (local.get 1) (i64.extend_i32_u (local.get 0))))"
    "(func $f_mixed (param f64 f32 i32) (result f64) (f64.add (local.get 0) (f64.promote_f32 (local.get 1))))"
    "(func $f_rethrow (call $rethrow)) (func $f_longjmp (global.set $threw (i32.const 55)) (call $longjmp))"
    "(func $f_again (call $invoke_v (i32.const 1)) (call $resume (call $find0)))"
    "(func $f_resume (call $resume (global.get $kept)))"
    "(func $f_primary (call $rethrow_primary (global.get $kept)))"
    "(func $threw (result i32) (global.get $threw) (global.set $threw (i32.const 0)))"
    /* 1: caught by its own type: the object itself, destroyed and freed at the end; the stack pointer is back */
    "(func (export \"own\") (result i32) (local $p i32) (call $invoke_v (i32.const 1))"
    "  (if (i32.ne (call $threw) (i32.const 1)) (then (return (i32.const 1))))"
    "  (if (i32.ne (global.get $sp) (i32.const 9000)) (then (return (i32.const 2))))"
    "  (if (i32.ne (call $uncaught) (i32.const 1)) (then (return (i32.const 3))))"
    "  (local.set $p (call $find2 (i32.const 3) (i32.const 7)))"
    "  (if (i32.ne (call $second) (call $typeid (i32.const 7))) (then (return (i32.const 4))))"
    "  (if (i32.ne (call $seen (local.get $p)) (local.get $p)) (then (return (i32.const 5))))"
    "  (if (i32.ne (i32.load (call $begin (local.get $p))) (i32.const 70)) (then (return (i32.const 6))))"
    "  (if (call $uncaught) (then (return (i32.const 7))))"
    "  (call $end) (i32.add (i32.mul (global.get $live) (i32.const 100)) (i32.add (global.get $destroyed) (i32.const 9))))"
    /* 2: caught as its base, thrown again by the handler, and caught once more as anything; a pointer */
    "(func (export \"base\") (result i32) (local $p i32) (call $invoke_v (i32.const 9)) (drop (call $threw))"
    "  (local.set $p (call $find2 (i32.const 3) (i32.const 5)))"
    "  (if (i32.ne (call $second) (i32.const 5)) (then (return (i32.const 1))))"
    "  (if (i32.ne (i32.load (call $begin (local.get $p))) (i32.const 71)) (then (return (i32.const 2))))"
    "  (call $invoke_v (i32.const 4)) (if (i32.ne (call $threw) (i32.const 1)) (then (return (i32.const 3))))"
    "  (global.set $kept (call $find0)) (call $end) (if (global.get $destroyed) (then (return (i32.const 4))))"
    "  (call $invoke_v (i32.const 7)) (if (i32.ne (call $threw) (i32.const 1)) (then (return (i32.const 5))))"
    "  (drop (call $begin (call $find2 (i32.const 3) (i32.const 0)))) (call $end)"
    "  (if (i32.ne (global.get $destroyed) (i32.const 1)) (then (return (i32.const 6))))"
    "  (call $invoke_viii (i32.const 5) (call $make (i32.const 77) (i32.const 0)) (i32.const 9) (i32.const 0))"
    "  (drop (call $threw)) (if (i32.ne (call $begin (call $find2 (i32.const 5) (i32.const 9))) (i32.const 77)) (then (return (i32.const 7))))"
    "  (call $end) (i32.add (global.get $live) (i32.const 10)))"
    /* 3: kept beyond its handler, as std::exception_ptr does, and thrown again from there */
    "(func (export \"kept\") (result i32) (call $invoke_v (i32.const 1)) (drop (call $threw)) (drop (call $begin (call $find0)))"
    "  (global.set $kept (call $primary)) (call $end) (if (global.get $destroyed) (then (return (i32.const 1))))"
    "  (call $invoke_v (i32.const 10)) (if (i32.ne (call $threw) (i32.const 1)) (then (return (i32.const 2))))"
    "  (drop (call $begin (call $find2 (i32.const 7) (i32.const 0)))) (call $end)"
    "  (if (global.get $destroyed) (then (return (i32.const 3)))) (call $decrement (global.get $kept))"
    "  (i32.add (i32.add (global.get $live) (global.get $destroyed)) (i32.const 10)))"
    /* 4: arguments and results of all kinds go through; longjmp's word stays */
    "(func (export \"through\") (result i32)"
    "  (if (i32.ne (call $invoke_jij (i32.const 3) (i32.const 6) (i32.const -1) (i32.const 2)) (i32.const 5)) (then (return (i32.const 1))))"
    "  (if (i32.ne (call $second) (i32.const 3)) (then (return (i32.const 2))))"
    "  (if (f64.ne (call $invoke_ddfi (i32.const 8) (f64.const 0.5) (f32.const 0.25) (i32.const 0)) (f64.const 0.75)) (then (return (i32.const 3))))"
    "  (call $invoke_v (i32.const 6)) (call $threw))"
    /* what a module may get wrong */
    "(func (export \"no_element\") (call $invoke_v (i32.const 12))) (func (export \"null\") (call $invoke_v (i32.const 0)))"
    "(func (export \"wrong_type\") (call $invoke_v (i32.const 2))) (func (export \"no_handler\") (call $end))"
    "(func (export \"nothing\") (call $rethrow)) (func (export \"low\") (drop (call $begin (i32.const 23))))"
    "(func (export \"high\") (drop (call $begin (i32.const -8)))) (func (export \"huge\") (drop (call $allocate (i32.const -3))))"
    "(func (export \"bad_destructor\") (call $invoke_viii (i32.const 5) (call $make (i32.const 0) (i32.const 0)) (i32.const 7) (i32.const 3))"
    "  (drop (call $begin (call $find0))) (call $end))"
    "(func (export \"uncaught\") (call $f_throw7)))";

/* No export of all that is needed. */
static const char poor_text[] = IMPORTS
    "(memory 1) (func (export \"no_stack\") (call $invoke_v (i32.const 0))) (func (export \"no_malloc\") (drop (call $allocate (i32.const 1)))))";
/* Exports the names, but not of these types. */
static const char strange_text[] = IMPORTS
    "(memory 1) (func (export \"no_stack\") (call $invoke_v (i32.const 0))) (func (export \"no_malloc\") (drop (call $allocate (i32.const 1))))"
    "(func (export \"stackSave\") (param i64 i64 i64 i64) (result i32) unreachable)"
    "(func (export \"emscripten_stack_get_current\")) (func (export \"malloc\") (param i32) (result f64) unreachable))";

/* strftime: "2024-02" of a usual format; and one of 70,000 bytes that say nothing and an x, which is none in earnest. */
static const char time_text[] =
    "(module (import \"env\" \"strftime\" (func $format (param i32 i32 i32 i32) (result i32))) (memory (export \"memory\") 4)"
    "(data (i32.const 100) \"%Y-%m\\00\") (data (i32.const 216) \"\\01\\00\\00\\00\\7c\\00\\00\\00\") (data (i32.const 236) \"\\10\\0e\")"
    "(func (export \"usual\") (result i32) (i32.mul (call $format (i32.const 300) (i32.const 20) (i32.const 100) (i32.const 200))"
    "  (i64.eq (i64.load (i32.const 300)) (i64.const 0x0032302d34323032))))"
    "(func (export \"endless\") (result i32) (local $p i32)"
    "  (loop (i32.store16 offset=1000 (local.get $p) (i32.const 0x5a25)) (local.set $p (i32.add (local.get $p) (i32.const 2)))"
    "    (br_if 0 (i32.lt_u (local.get $p) (i32.const 70000))))"
    "  (i32.store8 offset=1000 (local.get $p) (i32.const 0x78))"
    "  (call $format (i32.const 300) (i32.const 20) (i32.const 1000) (i32.const 200))))";

/* memcpy of 3.5 MB, onto itself both ways: the function's result plus the words that differ from what lay there. */
static const char copy_text[] =
    "(module (import \"env\" \"emscripten_memcpy_big\" (func $copy (param i32 i32 i32) (result i32))) (memory (export \"memory\") 65)"
    "(func $fill (local $p i32) (loop (i32.store (local.get $p) (i32.mul (local.get $p) (i32.const 0x9e3779b1)))"
    "  (br_if 0 (i32.lt_u (local.tee $p (i32.add (local.get $p) (i32.const 4))) (i32.const 4000000)))))"
    "(func $differ (param $to i32) (param $from i32) (result i32) (local $p i32) (local $n i32)"
    "  (loop (local.set $n (i32.add (local.get $n) (i32.ne (i32.load (i32.add (local.get $to) (local.get $p)))"
    "    (i32.mul (i32.add (local.get $from) (local.get $p)) (i32.const 0x9e3779b1)))))"
    "    (br_if 0 (i32.lt_u (local.tee $p (i32.add (local.get $p) (i32.const 4))) (i32.const 3500000)))) (local.get $n))"
    "(func (export \"down\") (result i32) (call $fill) (i32.add (call $copy (i32.const 4) (i32.const 100000) (i32.const 3500000))"
    "  (call $differ (i32.const 4) (i32.const 100000))))"
    "(func (export \"up\") (result i32) (call $fill) (i32.add (call $copy (i32.const 100000) (i32.const 4) (i32.const 3500000))"
    "  (call $differ (i32.const 100000) (i32.const 4))))"
    "(func (export \"beyond\") (result i32) (call $copy (i32.const 4) (i32.const 1000000) (i32.const 3500000))))";

static unsigned n_pending; /* rounds of the last run */
static uint64_t n_allocs, fail_at = UINT64_MAX;
static int64_t held;

static void *test_realloc(void *user, void *p, size_t old_size, size_t new_size)
{
    (void)user;
    if (new_size > old_size && n_allocs++ == fail_at) {
        return NULL;
    }
    void *q = new_size == 0 ? (free(p), NULL) : realloc(p, new_size);
    if (q != NULL || new_size == 0) {
        held += (int64_t)new_size - (int64_t)old_size;
    }
    return q;
}

static void test_log(void *user, const char *text, size_t n)
{
    (void)user, (void)text, (void)n;
}

/* Calls an export in steps of `fuel`; its status, its result and its error. */
static wick_status run(const char *text, size_t text_size, wick_engine_kind kind, const char *name, uint64_t fuel, uint32_t *out_result,
                       wick_diag *out_diag)
{
    static const wick_host host = {.size = sizeof host, .realloc = test_realloc, .log = test_log};
    static const wick_wasi_host wasi_host = {.size = sizeof wasi_host};
    const wick_wasi_options options = {.host = &wasi_host};
    const wick_config config = {.engine = kind};
    wick_engine *engine = NULL;
    wick_store *store = NULL;
    wick_linker *linker = NULL;
    wick_wasi *wasi = NULL;
    wick_task *task = NULL;
    wick_module *module = NULL;
    wick_instance *instance = NULL;
    wick_extern item;
    uint8_t *bytes = NULL;
    size_t size = 0;
    wick_status status = WICK_TRAPPED;
    wick_diag_init(out_diag);
    out_diag->err = WICK_ERR_nomem;
    *out_result = 0;
    if (wick_engine_new(&host, NULL, &config, &engine) == WICK_OK && wick_store_new(engine, NULL, &store) == WICK_OK &&
        wick_linker_new(store, &linker) == WICK_OK && wick_wasi_new(engine, &options, &wasi) == WICK_OK &&
        wick_task_new(store, NULL, &task) == WICK_OK &&
        wick_text_assemble(engine, text, text_size, 0, &bytes, &size, out_diag) == WICK_OK &&
        wick_module_new(engine, bytes, size, 0, &module, out_diag) == WICK_OK &&
        wick_wasi_link_emscripten(wasi, store, linker, module) == WICK_OK &&
        wick_linker_instantiate(linker, module, &instance, out_diag) == WICK_OK) {
        CHECK(wick_instance_export(instance, name, strlen(name), &item));
        if (wick_task_call(task, item.of.func, NULL, 0) == WICK_OK) {
            n_pending = 0;
            while ((status = wick_task_resume(task, fuel)) == WICK_YIELDED || status == WICK_PENDING) {
                n_pending += status == WICK_PENDING;
            }
            *out_diag = *wick_task_diag(task);
            if (status == WICK_DONE) {
                *out_result = wick_task_result(task, 0).of.i32;
            }
        }
    }
    if (bytes != NULL) {
        wick_text_free(engine, bytes, size);
    }
    if (linker != NULL) {
        wick_linker_free(linker);
    }
    if (store != NULL) {
        wick_store_free(store);
    }
    wick_module_free(module);
    wick_wasi_free(wasi);
    if (engine != NULL) {
        wick_engine_free(engine);
    }
    return status;
}

int main(void)
{
    static const struct {
        const char *name;
        uint32_t want;
    } good[] = {{"own", 10}, {"base", 10}, {"kept", 11}, {"through", 55}};
    static const struct {
        const char *name;
        wick_err want;
        const char *text;
    } bad[] = {
        {"no_element", WICK_ERR_undefined_element, module_text}, {"null", WICK_ERR_uninitialized_element, module_text},
        {"wrong_type", WICK_ERR_indirect_call_type, module_text}, {"no_handler", WICK_ERR_host_trap, module_text},
        {"nothing", WICK_ERR_host_trap, module_text},             {"low", WICK_ERR_oob_memory, module_text},
        {"high", WICK_ERR_oob_memory, module_text},               {"huge", WICK_ERR_host_trap, module_text},
        {"bad_destructor", WICK_ERR_indirect_call_type, module_text}, {"no_stack", WICK_ERR_host_trap, poor_text},
        {"no_malloc", WICK_ERR_host_trap, poor_text},        {"no_stack", WICK_ERR_host_trap, strange_text},
        {"no_malloc", WICK_ERR_host_trap, strange_text},
    };
    uint32_t result;
    wick_diag diag;
    for (wick_engine_kind kind = WICK_ENGINE_FAST; kind <= WICK_ENGINE_REF; kind++) {
        for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
            current = good[i].name;
            for (uint64_t fuel = 1; fuel < 4; fuel++) {
                CHECK(run(module_text, sizeof module_text - 1, kind, current, fuel, &result, &diag) == WICK_DONE);
                CHECK(result == good[i].want);
            }
            n_allocs = 0;
            CHECK(run(module_text, sizeof module_text - 1, kind, current, WICK_FUEL_UNLIMITED, &result, &diag) == WICK_DONE);
            CHECK(result == good[i].want);
            /* Every allocation fails in turn. Not while loading, where other tests do that. */
            const uint64_t n = n_allocs;
            for (fail_at = n > 60 ? n - 60 : 0; fail_at < n; fail_at++) {
                n_allocs = 0;
                const wick_status status =
                    run(module_text, sizeof module_text - 1, kind, current, WICK_FUEL_UNLIMITED, &result, &diag);
                CHECK(status == WICK_DONE ? result == good[i].want
                                          : status == WICK_TRAPPED && diag.err == WICK_ERR_nomem);
                CHECK(held == 0);
            }
            fail_at = UINT64_MAX;
        }
        for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
            current = bad[i].name;
            const char *text = bad[i].text;
            CHECK(run(text, strlen(text), kind, current, 7, &result, &diag) == WICK_TRAPPED);
            CHECK(diag.err == bad[i].want);
        }
        current = "strftime";
        CHECK(run(time_text, sizeof time_text - 1, kind, "usual", 7, &result, &diag) == WICK_DONE && result == 7);
        CHECK(run(time_text, sizeof time_text - 1, kind, "endless", 1000, &result, &diag) == WICK_DONE && result == 0);
        current = "memcpy";
        CHECK(run(copy_text, sizeof copy_text - 1, kind, "down", 100000, &result, &diag) == WICK_DONE && result == 4);
        CHECK(n_pending == 3);
        CHECK(run(copy_text, sizeof copy_text - 1, kind, "up", 100000, &result, &diag) == WICK_DONE && result == 100000);
        CHECK(n_pending == 3);
        CHECK(run(copy_text, sizeof copy_text - 1, kind, "beyond", 100000, &result, &diag) == WICK_TRAPPED &&
              diag.err == WICK_ERR_oob_memory);
        current = "uncaught";
        CHECK(run(module_text, sizeof module_text - 1, kind, current, 7, &result, &diag) == WICK_THREW);
    }
    CHECK(held == 0);
    printf("%d passed, %d failed\n", passed, failed);
    return failed != 0;
}

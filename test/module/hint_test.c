/* hint_test.c - branch hints choose which locals are pinned, and whatever stands in their section, a module stays valid and
 * does the same. */
#include "module/module.h"
#include "test/api/api.h"

/* local 1 is used three times in the then-arm, local 2 twice in the else-arm, local 3 once behind the br_if, local 4 once
 * in front of everything. */
#define TEXT(if_hint, br_hint)                                                                                    \
    "(func (export \"f\") (param i32) (result i32) (local i32 i32 i32 i32)"                                       \
    " (local.set 4 (i32.const 1)) " if_hint " (if (i32.const 1)"                                                  \
    "  (then (local.set 1 (i32.add (local.get 1) (local.get 1)))) (else (local.set 2 (local.get 2))))"            \
    " (block " br_hint " (br_if 0 (i32.const 0)) (local.set 3 (i32.const 2))) (i32.const 7))"
#define UNLIKELY "(@metadata.code.branch_hint \"\\00\")"
#define LIKELY "(@metadata.code.branch_hint \"\\01\")"

static void pins_are(const char *text, uint32_t first, uint32_t second) {
    struct world w;
    wick_module *m;
    world_open(&w, WICK_ENGINE_FAST);
    m = world_module(&w, text);
    /* slots: the parameter is 0 */
    CHECK_EQ(m->funcs[0].pin[0], first);
    CHECK_EQ(m->funcs[0].pin[1], second);
    CHECK_EQ(call1(func_of(world_instance(&w, "m", text), "f"), 0), 7);
    world_close(&w);
}

static void pins(void) {
    pins_are(TEXT("", ""), 1, 2);
    pins_are(TEXT(UNLIKELY, ""), 2, 3);
    pins_are(TEXT(LIKELY, ""), 1, 3);
    pins_are(TEXT(UNLIKELY, LIKELY), 2, 4);
    pins_are(TEXT(LIKELY, UNLIKELY), 1, 3);
    /* cold inside of cold, loops in cold code, and code behind it */
    pins_are("(func (export \"f\") (param i32) (result i32) (local i32 i32)" UNLIKELY "(if (i32.const 0) (then"
             " (loop (local.set 1 (local.get 1)) " LIKELY "(if (i32.const 0) (then (local.set 1 (local.get 1)))))))"
             " (local.set 2 (i32.const 1)) (i32.const 7))",
             2, WK_NO_INDEX);
}

/* A module of one function with hints, whose section's bytes are changed one by one. */
static void broken(void) {
    static const char text[] = TEXT(UNLIKELY, LIKELY) "(func) (func" LIKELY "(if (i32.const 0) (then)))";
    size_t size, at = 0;
    uint8_t *bytes = wat_bytes(text, &size);
    struct world w;
    uint32_t n = 0;
    while (memcmp(bytes + at, "branch_hint", 11) != 0) {
        at++;
    }
    const size_t end = at + 11 + bytes[at - 16] - 26; /* the section's size stands in front of the name's */
    world_open(&w, WICK_ENGINE_REF);
    for (at += 11; at < end; at++) {
        for (uint32_t value = 0; value < 256; value++) {
            const uint8_t old = bytes[at];
            wick_module *m;
            bytes[at] = (uint8_t)value;
            n += wick_module_new(w.engine, bytes, size, WICK_MODULE_BORROW, &m, NULL) == WICK_OK;
            wick_module_free(m);
            bytes[at] = old;
        }
    }
    CHECK(n > 10 * 256 && n % 256 == 0);
    world_close(&w);
    free(bytes);
}

int main(void) {
    pins();
    broken();
    return test_end("hint_test");
}

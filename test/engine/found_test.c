/* found_test.c - what random modules found (test/fuzz), each as a small function "run" () -> (i32): both interpreters must
 * answer the same right thing. */
#include "test/api/api.h"

static const struct {
    const char *what;
    const char *text;
    uint32_t result;
} found[] = {
    {"a vector that is returned moves down by one slot",
     "(module (func $f (param i32 v128) (result v128) (local.get 1))"
     " (func (export \"run\") (result i32)"
     "  (i8x16.all_true (i32x4.eq (call $f (i32.const 7) (v128.const i32x4 1 2 3 4)) (v128.const i32x4 1 2 3 4)))))",
     1},
};

int main(void) {
    for (size_t i = 0; i < sizeof found / sizeof *found; i++) {
        for (int k = 0; k < 2; k++) {
            struct world w;
            wick_value result;
            world_open(&w, k == 0 ? WICK_ENGINE_REF : WICK_ENGINE_FAST);
            wick_instance *instance = world_instance(&w, "m", found[i].text);
            wick_err err = wick_func_call(func_of(instance, "run"), NULL, 0, &result, 1, NULL);
            if (err != WICK_OK || result.of.i32 != found[i].result) {
                printf("%s: error %d, result %u\n", found[i].what, (int)err, (unsigned)result.of.i32);
            }
            CHECK(err == WICK_OK && result.of.i32 == found[i].result);
            world_close(&w);
        }
    }
    return test_end("found");
}

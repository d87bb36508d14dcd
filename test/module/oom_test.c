/* oom_test.c - memory runs out at the k-th allocation, for every k, while a module loads: the answer is nomem, nothing
 * leaks, and the engine works afterwards. */
#include "build.h"
#include "good.h"

static const char *const oom_more[] = {
    /* arrays that grow: types, names, blocks, locals, operands, exports */
    ("M 01[u300 *300(60 01 63 00 00)] 03[u100 *100(00)] 07[u100 *100(08 %x 00 00)]"
     "0a[u100 *100([02 28 7f 01 64 00 *60(02 40) *60(0b) 00 0b])]"),
    "M 01[02 4e u200 *200(60 01 63 %s 01 63 %s) 60 00 00] *20(00[@\"c\"])",
    "M 01[01 60 00 00] 03[01 00] <*3000(41 00) *3000(1a)>",
    "M 06[01 7f 00 *300(41 01) *299(6a) 0b]",
};

int main(void) {
    const size_t n_good = sizeof good_modules / sizeof good_modules[0];
    const size_t n_more = sizeof oom_more / sizeof oom_more[0];
    unsigned long passed = 0, failed = 0;
    for (size_t i = 0; i < n_good + n_more; i++) {
        struct build module = build_module(i < n_good ? good_modules[i] : oom_more[i - n_good]);
        unsigned long k = 0;
        wick_err err = WICK_ERR_nomem;
        while (err != WICK_OK) {
            struct build_host host = {0, ++k, 0};
            struct wick_engine engine;
            wick_diag diag;
            int ok = 1;
            wick_diag_init(&diag);
            err = build_engine(&engine, &host, UINT32_MAX);
            if (err == WICK_OK) {
                err = build_load(&engine, module.data, module.n, &diag);
                ok = err == diag.err && (err == WICK_OK || err == WICK_ERR_nomem);
                if (err != WICK_OK) {
                    host.fail_at = 0;
                    ok = ok && build_load(&engine, module.data, module.n, &diag) == WICK_OK;
                }
            }
            wk_types_free(&engine.types);
            ok = ok && engine.alloc.used == 0;
            passed += ok != 0;
            if (!ok) {
                failed++;
                printf("FAIL module %zu, allocation %lu: error %d, %llu bytes left\n", i, k, (int)err,
                       (unsigned long long)engine.alloc.used);
                break;
            }
        }
        free(module.data);
    }
    printf("%lu passed, %lu failed\n", passed, failed);
    return failed != 0;
}

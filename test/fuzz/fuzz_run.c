/* fuzz_run.c - the bytes make a module that validates (gen.c), or are a module themselves; both interpreters run it,
 * the fast one in steps too, and must agree in everything. */
#include "gen.c"
#include "run.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct run_log fuzz_logs[3];

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static const struct gen_options options = {.is_portable = false};
    static struct gen *gen;
    struct run_host hosts[2] = {{0}};
    wick_engine *engines[2] = {NULL, NULL};
    const uint8_t *module = data;
    size_t module_size = size;
    if (gen == NULL) {
        gen = gen_new();
    }
    if (size < 4 || memcmp(data, "\0asm", 4) != 0) {
        module_size = gen_module(gen, data, size, &options, &module);
    }
    struct run_way way = {.budget = 1000, .step = UINT64_MAX, .seed = size * 7919 + (size ? data[size / 2] : 0),
                          .stack_slots = 4096};
    for (uint32_t i = 0; i < 2; i++) {
        wick_config config = {.engine = i ? WICK_ENGINE_FAST : WICK_ENGINE_REF, .lazy = (size & 1) != 0,
                              .quota = 1 << 28};
        if (wick_engine_new(&run_plain_host, &hosts[i], &config, &engines[i]) != WICK_OK) {
            abort();
        }
        way.engine = engines[i];
        run_module(module, module_size, &way, &fuzz_logs[i], NULL, NULL);
    }
    way.step = 1 + size % 5;
    way.has_stops = (size & 32) != 0;
    run_module(module, module_size, &way, &fuzz_logs[2], NULL, NULL);
    if (module != data && fuzz_logs[0].refused != WICK_OK) {
        printf("refused: %d\n", (int)fuzz_logs[0].refused);
        abort();
    }
    if (!run_same(&fuzz_logs[0], &fuzz_logs[1], "reference, fast") ||
        !run_same(&fuzz_logs[0], &fuzz_logs[2], "reference, fast in steps")) {
        abort();
    }
    for (uint32_t i = 0; i < 2; i++) {
        wick_engine_free(engines[i]);
        if (hosts[i].held != 0) {
            abort();
        }
    }
    return 0;
}

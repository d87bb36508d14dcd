/* fuzz_decode.c - any bytes as a module: refused with a diagnostic that can be printed, or accepted; nothing stays
 * behind. The first byte chooses whether functions are translated at once, and by which interpreter. */
#include "run.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct run_host host = {0};
    wick_engine *engine;
    wick_module *module;
    wick_diag diag;
    char text[1024];
    uint8_t how = size > 0 ? data[0] : 0;
    wick_config config = {.engine = how & 2 ? WICK_ENGINE_REF : WICK_ENGINE_FAST, .lazy = (how & 1) != 0,
                          .quota = 1 << 28};
    if (size == 0 || wick_engine_new(&run_plain_host, &host, &config, &engine) != WICK_OK) {
        return 0;
    }
    wick_diag_init(&diag);
    wick_err err = wick_module_new(engine, data + 1, size - 1, how & 4 ? WICK_MODULE_BORROW : 0, &module, &diag);
    if (err != WICK_OK) {
        wick_err_class class = wick_err_get_class(err);
        size_t n = wick_diag_format(&diag, "input", NULL, text, sizeof text);
        if (diag.err != err || n == 0 || class == WICK_CLASS_USAGE || class == WICK_CLASS_TRAP) {
            abort();
        }
        if (diag.offset != UINT32_MAX && diag.offset > size) {
            abort();
        }
        wick_diag_reason(&diag, NULL, text, sizeof text);
    } else {
        for (uint32_t i = 0; i < wick_module_import_count(module); i++) {
            wick_import_info info;
            wick_module_import(module, i, &info);
        }
        for (uint32_t i = 0; i < wick_module_export_count(module); i++) {
            wick_export_info info;
            wick_module_export(module, i, &info);
        }
        if (wick_module_translate(module, &diag) != WICK_OK) {
            wick_diag_format(&diag, "input", module, text, sizeof text);
        }
        for (uint32_t i = 0; i < 8; i++) {
            (void)wick_module_func_name(module, i);
        }
        wick_module_free(module);
    }
    wick_engine_free(engine);
    if (host.held != 0) {
        abort();
    }
    return 0;
}

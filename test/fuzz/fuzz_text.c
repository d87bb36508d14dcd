/* fuzz_text.c - any bytes as text: refused with line and column, or assembled; the binary is then decoded, which may
 * refuse it (text is not validated) but not as malformed, unless the text quoted bytes. */
#include "run.h"
#include "wick/wick_text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct run_host host = {0};
    wick_engine *engine;
    wick_diag diag;
    char text[1024];
    uint8_t *bytes = NULL;
    size_t n_bytes = 0;
    wick_config config = {.lazy = true, .quota = 1 << 28};
    if (wick_engine_new(&run_plain_host, &host, &config, &engine) != WICK_OK) {
        return 0;
    }
    wick_diag_init(&diag);
    uint32_t flags = size & 1 ? WICK_TEXT_NAMES : 0;
    wick_err err = wick_text_assemble(engine, (const char *)data, size, flags, &bytes, &n_bytes, &diag);
    if (err != WICK_OK) {
        wick_diag_format(&diag, "input", NULL, text, sizeof text);
        if (diag.err != err) {
            abort();
        }
    } else {
        wick_module *module;
        wick_diag_init(&diag);
        err = wick_module_new(engine, bytes, n_bytes, 0, &module, &diag);
        if (err == WICK_OK) {
            wick_module_free(module);
        } else {
            bool is_quoted = memmem(data, size, "binary", 6) != NULL;
            wick_diag_format(&diag, "input", NULL, text, sizeof text);
            if (wick_err_get_class(err) == WICK_CLASS_MALFORMED && !is_quoted) {
                printf("assembled, but: %s\n", text);
                abort();
            }
        }
        wick_text_free(engine, bytes, n_bytes);
    }
    wick_engine_free(engine);
    if (host.held != 0) {
        abort();
    }
    return 0;
}

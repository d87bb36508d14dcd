/* wasm2wat.c - `wick wasm2wat`: a module from the binary format to the text format. */
#include <errno.h>
#include <string.h>

#include "tool/tool.h"

static bool wasm2wat_put(void *user, const char *text, size_t size)
{
    return fwrite(text, 1, size, (FILE *)user) == size;
}

static int wasm2wat_file(wick_engine *engine, const char *in, const char *out, uint32_t flags)
{
    struct tool_file file;
    wick_module *module;
    wick_diag diag;
    wick_diag_init(&diag);
    if (!tool_read(in, &file)) {
        return tool_refuse("%s: %s", in, strerror(errno));
    }
    int status = tool_load(engine, in, &file, &module);
    if (status != STATUS_OK) {
        tool_close(&file);
        return status;
    }
    FILE *f = strcmp(out, "-") == 0 ? stdout : fopen(out, "wb");
    if (f == NULL) {
        status = tool_refuse("%s: %s", out, strerror(errno));
    } else {
        wick_err err = wick_text_print(module, flags, wasm2wat_put, f, &diag);
        bool ok = (f == stdout ? fflush(f) : fclose(f)) == 0;
        if (err != WICK_OK && err != WICK_ERR_io) {
            tool_print_diag(&diag, in, module);
            status = STATUS_REFUSED;
        } else if (err != WICK_OK || !ok) {
            status = tool_refuse("%s: %s", out, strerror(errno));
        }
    }
    wick_module_free(module);
    tool_close(&file);
    return status;
}

int tool_wasm2wat(int argc, char **argv)
{
    static const struct {
        const char *name;
        uint32_t flag;
    } flags[] = {
        {"--folded", WICK_PRINT_FOLDED},
        {"--no-names", WICK_PRINT_NO_NAMES},
        {"--no-custom", WICK_PRINT_NO_CUSTOM},
        {"--offsets", WICK_PRINT_OFFSETS},
    };
    struct tool_options o = {.argc = argc, .argv = argv, .at = 1};
    wick_config config = {.lazy = true}; /* nothing is run, so nothing is translated */
    const char *in = NULL, *out = "-";
    uint32_t chosen = 0;
    wick_engine *engine;
    for (;;) {
        if (tool_next_option(&o) == NULL) {
            if (in != NULL || o.at >= argc) {
                break;
            }
            in = argv[o.at++]; /* options may follow the file too */
            continue;
        }
        int taken = tool_engine_option(&o, &config);
        if (taken < 0) {
            return STATUS_USAGE;
        }
        for (size_t i = 0; i < sizeof flags / sizeof flags[0] && taken == 0; i++) {
            if (tool_is(&o, flags[i].name)) {
                chosen |= flags[i].flag;
                taken = 1;
            }
        }
        if (taken > 0) {
            continue;
        }
        if (tool_is(&o, "-o") || tool_is(&o, "--output")) {
            out = tool_value(&o);
            if (out == NULL) {
                return STATUS_USAGE;
            }
        } else if (tool_is(&o, "--help")) {
            return tool_help(stdout, "wasm2wat");
        } else {
            return tool_unknown_option(&o);
        }
    }
    if (in == NULL || o.at != argc) {
        return tool_complain("wasm2wat needs one file");
    }
    if (wick_engine_new(&wick_posix_host, NULL, &config, &engine) != WICK_OK) {
        return tool_refuse("out of memory");
    }
    int status = wasm2wat_file(engine, in, out, chosen);
    wick_engine_free(engine);
    return status;
}

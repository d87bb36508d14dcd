/* validate.c - `wick validate`: are these files WebAssembly modules? */
#include <errno.h>
#include <string.h>

#include "tool/tool.h"

static int validate_file(const wick_config *config, const char *path)
{
    wick_engine *engine;
    wick_module *module = NULL;
    struct tool_file file;
    if (!tool_read(path, &file)) {
        return tool_refuse("%s: %s", path, strerror(errno));
    }
    /* An engine for each file: nothing of one is left for the next. */
    int status = STATUS_REFUSED;
    if (wick_engine_new(&wick_posix_host, NULL, config, &engine) == WICK_OK) {
        status = tool_load(engine, path, &file, &module);
        if (status == STATUS_OK) {
            /* What was translated at once and could not be is named: nothing is left out silently. */
            wick_diag diag;
            wick_diag_init(&diag);
            if (!config->lazy && wick_module_translate(module, &diag) != WICK_OK) {
                tool_print_diag(&diag, path, module);
                status = STATUS_REFUSED;
            }
            wick_module_free(module);
        }
        wick_engine_free(engine);
    } else {
        tool_refuse("%s: out of memory", path);
    }
    tool_close(&file);
    return status;
}

int tool_validate(int argc, char **argv)
{
    struct tool_options o = {.argc = argc, .argv = argv, .at = 1};
    wick_config config = {.lazy = true}; /* nothing is run, so nothing is translated without --eager */
    bool is_verbose = false;
    while (tool_next_option(&o) != NULL) {
        int taken = tool_engine_option(&o, &config);
        if (taken == 0) {
            taken = tool_threads_option(&o, &config);
        }
        if (taken < 0) {
            return STATUS_USAGE;
        }
        if (taken > 0) {
            continue;
        }
        if (tool_is(&o, "-v")) {
            is_verbose = true;
        } else if (tool_is(&o, "--eager")) {
            config.lazy = false;
        } else if (tool_is(&o, "--help")) {
            return tool_help(stdout, "validate");
        } else {
            return tool_unknown_option(&o);
        }
    }
    if (o.at == argc) {
        return tool_complain("validate needs at least one file");
    }
    int status = STATUS_OK;
    for (int i = o.at; i < argc; i++) {
        if (validate_file(&config, argv[i]) != STATUS_OK) {
            status = STATUS_REFUSED;
        } else if (is_verbose) {
            printf("%s: valid\n", argv[i]);
        }
    }
    return status;
}

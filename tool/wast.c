/* wast.c - `wick wast`: runs scripts of the official suite and counts. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "script/script.h"
#include "tool/tool.h"

static void wast_print(void *user, const char *text, size_t n)
{
    (void)user;
    fwrite(text, 1, n, stdout);
}

static int wast_file(const wick_config *config, const struct wk_script_options *options, const char *path,
                     struct wk_script_result *result)
{
    struct tool_file file;
    struct wk_script_options own = *options;
    if (!tool_read(path, &file)) {
        return tool_refuse("%s: %s", path, strerror(errno));
    }
    int status = STATUS_OK;
    if (wick_engine_new(&wick_posix_host, NULL, config, &own.engine) != WICK_OK) {
        status = tool_refuse("%s: out of memory", path);
    } else {
        if (wk_script_run(&own, path, (const char *)file.bytes, file.size, result) != WICK_OK) {
            status = tool_refuse("%s: the script could not be run", path);
        }
        wick_engine_free(own.engine);
    }
    tool_close(&file);
    return status;
}

static void wast_summary(uint32_t n_files, const struct wk_script_result *r)
{
    printf("%u files, %u assertions, %u passed, %u failed, %u skipped\n", n_files, r->assertions, r->passed,
           r->failed, r->skipped + r->skipped_named);
    for (uint32_t i = 0; i < r->n_reasons; i++) {
        printf("  skipped %u: %s\n", r->reasons[i].count, r->reasons[i].text);
    }
}

int tool_wast(int argc, char **argv)
{
    struct tool_options o = {.argc = argc, .argv = argv, .at = 1};
    wick_config config = {.lazy = true};
    struct wk_script_options options = {.print = wast_print};
    struct wk_script_result result = {0};
    const char **skip = calloc((size_t)argc, sizeof *skip);
    if (skip == NULL) {
        return tool_refuse("out of memory");
    }
    options.skip = skip;
    int status = STATUS_OK;
    while (status == STATUS_OK && tool_next_option(&o) != NULL) {
        int taken = tool_engine_option(&o, &config);
        if (taken > 0) {
            continue;
        }
        if (taken < 0) {
            status = STATUS_USAGE;
        } else if (tool_is(&o, "--skip")) {
            const char *what = tool_value(&o);
            status = what == NULL ? STATUS_USAGE : STATUS_OK;
            skip[options.n_skip++] = what;
        } else if (tool_is(&o, "--fuel")) {
            status = tool_number(&o, &options.fuel) ? STATUS_OK : STATUS_USAGE;
        } else if (tool_is(&o, "-v")) {
            options.verbose = true;
        } else if (tool_is(&o, "--eager")) {
            config.lazy = false;
        } else if (tool_is(&o, "--help")) {
            free(skip);
            return tool_help(stdout, "wast");
        } else {
            status = tool_unknown_option(&o);
        }
    }
    if (status == STATUS_OK && o.at == argc) {
        status = tool_complain("wast needs at least one file");
    }
    uint32_t n_files = 0;
    bool broken = false;
    for (int i = o.at; i < argc && status == STATUS_OK; i++) {
        broken |= wast_file(&config, &options, argv[i], &result) != STATUS_OK;
        n_files++;
    }
    free(skip);
    if (status != STATUS_OK) {
        return status;
    }
    wast_summary(n_files, &result);
    return broken || result.failed != 0 || result.skipped != 0 ? STATUS_REFUSED : STATUS_OK;
}

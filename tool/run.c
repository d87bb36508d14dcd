/* run.c - `wick run`: the command line. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "tool/run.h"
#include "tool/stats.h"

/* HOST or HOST::GUEST */
static bool run_add_dir(struct run_options *o, char *text, bool read_only)
{
    char *guest = strstr(text, "::");
    if (guest != NULL) {
        *guest = 0;
        guest += 2;
    } else {
        guest = text;
    }
    if (text[0] == 0 || guest[0] == 0) {
        tool_complain("a directory is HOST or HOST::GUEST");
        return false;
    }
    o->dirs[o->n_dirs++] = (struct run_dir){text, guest, read_only};
    return true;
}

/* NAME=FILE */
static bool run_add_preload(struct run_options *o, char *text)
{
    char *path = strchr(text, '=');
    if (path == NULL || path == text || path[1] == 0) {
        tool_complain("--preload needs NAME=FILE, not '%s'", text);
        return false;
    }
    *path = 0;
    o->preloads[o->n_preloads++] = (struct run_preload){.name = text, .path = path + 1};
    return true;
}

static bool run_read_timeout(struct tool_options *words, double *out)
{
    const char *text = tool_value(words);
    char *end;
    if (text == NULL) {
        return false;
    }
    *out = strtod(text, &end);
    if (*end != 0 || end == text || !(*out > 0) || *out > 1e9) {
        tool_complain("--timeout needs seconds, not '%s'", text);
        return false;
    }
    return true;
}

/* 1 taken, 0 unknown, -1 wrong. */
static int run_read_option(struct tool_options *words, struct run_options *o)
{
    int taken = tool_engine_option(words, &o->config);
    if (taken == 0) {
        taken = tool_threads_option(words, &o->config);
    }
    if (taken != 0) {
        return taken;
    }
    if (tool_is(words, "--proc")) {
        o->with_proc = true;
        return words->value == NULL ? 1 : 0;
    }
    if (tool_is(words, "--trace")) {
        o->trace = true;
        return words->value == NULL ? 1 : 0;
    }
    if (tool_is(words, "--stats")) {
        if (!stats_are_possible) {
            tool_complain("this build does not count cells; one by `make BUILD=build/stats EXTRA=-DWICK_STATS=1` does");
            return -1;
        }
        o->stats = words->value != NULL ? words->value : "";
        return 1;
    }
    if (tool_is(words, "--eager")) {
        o->config.lazy = false;
        return words->value == NULL ? 1 : 0;
    }
    if (tool_is(words, "--fuel")) {
        return tool_number(words, &o->fuel) ? 1 : -1;
    }
    if (tool_is(words, "--max-memory")) {
        if (!tool_number(words, &o->max_memory)) {
            return -1;
        }
        if (o->max_memory == 0) {
            tool_complain("--max-memory needs at least 1");
            return -1;
        }
        return 1;
    }
    if (tool_is(words, "--max-threads")) {
        uint64_t n;
        if (!tool_number(words, &n)) {
            return -1;
        }
        if (n == 0 || n > 65536) {
            tool_complain("--max-threads needs 1 to 65536");
            return -1;
        }
        o->max_threads = (uint32_t)n;
        return 1;
    }
    if (tool_is(words, "--timeout")) {
        return run_read_timeout(words, &o->timeout) ? 1 : -1;
    }
    if (tool_is(words, "--dir") || tool_is(words, "--ro-dir")) {
        bool read_only = tool_is(words, "--ro-dir");
        const char *value = tool_value(words);
        return value != NULL && run_add_dir(o, (char *)(uintptr_t)value, read_only) ? 1 : -1;
    }
    if (tool_is(words, "--preload")) {
        const char *value = tool_value(words);
        return value != NULL && run_add_preload(o, (char *)(uintptr_t)value) ? 1 : -1;
    }
    if (tool_is(words, "--env")) {
        const char *value = tool_value(words);
        if (value != NULL && (strchr(value, '=') == NULL || value[0] == '=')) {
            tool_complain("--env needs NAME=VALUE, not '%s'", value);
            return -1;
        }
        o->env[o->n_env++] = value;
        return value != NULL ? 1 : -1;
    }
    if (tool_is(words, "--argv0")) {
        const char *value = tool_value(words);
        o->args[0] = (char *)(uintptr_t)value;
        return value != NULL ? 1 : -1;
    }
    if (tool_is(words, "--invoke")) {
        o->invoke = tool_value(words);
        return o->invoke != NULL ? 1 : -1;
    }
    return 0;
}

static int run_read(struct tool_options *words, struct run_options *o)
{
    while (tool_next_option(words) != NULL) {
        if (tool_is(words, "--help")) {
            tool_help(stdout, "run");
            return -1;
        }
        int taken = run_read_option(words, o);
        if (taken <= 0) {
            return taken < 0 ? STATUS_USAGE : tool_unknown_option(words);
        }
    }
    if (words->at >= words->argc) {
        return tool_complain("run needs a file; `wick help run` tells more");
    }
    o->path = words->argv[words->at++];
    if (o->args[0] == NULL) {
        o->args[0] = (char *)(uintptr_t)o->path;
    }
    o->n_args = 1;
    while (words->at < words->argc) {
        o->args[o->n_args++] = words->argv[words->at++];
    }
    if (o->with_proc && (o->invoke != NULL || o->n_preloads != 0)) {
        return tool_complain("--proc goes with neither --invoke nor --preload");
    }
    return STATUS_OK;
}

int tool_run(int argc, char **argv)
{
    struct tool_options words = {.argc = argc, .argv = argv, .at = 1};
    struct run_options o = {.fuel = WICK_FUEL_UNLIMITED, .config = {.lazy = true}};
    /* No list can be longer than the command line. */
    size_t n = (size_t)argc + 1;
    o.args = calloc(n, sizeof *o.args);
    o.dirs = calloc(n, sizeof *o.dirs);
    o.env = calloc(n, sizeof *o.env);
    o.preloads = calloc(n, sizeof *o.preloads);
    int status;
    if (o.args == NULL || o.dirs == NULL || o.env == NULL || o.preloads == NULL) {
        status = tool_refuse("out of memory");
    } else {
        status = run_read(&words, &o);
        if (status == STATUS_OK) {
            status = run_program(&o);
        } else if (status < 0) {
            status = STATUS_OK; /* --help */
        }
    }
    free(o.args);
    free(o.dirs);
    free((void *)o.env);
    free(o.preloads);
    return status;
}

/* wat2wasm.c - `wick wat2wasm`: a module from the text format to the binary format. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "tool/tool.h"

static int wat2wasm_write(const char *path, const uint8_t *bytes, size_t size)
{
    FILE *f = strcmp(path, "-") == 0 ? stdout : fopen(path, "wb");
    if (f == NULL) {
        return tool_refuse("%s: %s", path, strerror(errno));
    }
    bool ok = fwrite(bytes, 1, size, f) == size;
    ok = (f == stdout ? fflush(f) : fclose(f)) == 0 && ok;
    return ok ? STATUS_OK : tool_refuse("%s: %s", path, strerror(errno));
}

struct wat2wasm_job {
    const char *in;
    const char *out;
    bool check;
    uint32_t flags;
};

static int wat2wasm_file(wick_engine *engine, const struct wat2wasm_job *job)
{
    struct tool_file file;
    uint8_t *bytes;
    size_t size;
    wick_diag diag;
    wick_module *module;
    if (!tool_read(job->in, &file)) {
        return tool_refuse("%s: %s", job->in, strerror(errno));
    }
    wick_diag_init(&diag);
    wick_err err =
        wick_text_assemble(engine, (const char *)file.bytes, file.size, job->flags, &bytes, &size, &diag);
    if (err != WICK_OK) {
        tool_print_diag(&diag, job->in, NULL);
        tool_close(&file);
        return STATUS_REFUSED;
    }
    int status = STATUS_OK;
    if (job->check && wick_module_new(engine, bytes, size, WICK_MODULE_BORROW, &module, &diag) != WICK_OK) {
        char place[TOOL_PLACE_SIZE];
        tool_print_diag(&diag, tool_place(engine, job->in, &file, job->flags, bytes, size, diag.offset, place), NULL);
        status = STATUS_REFUSED;
    } else {
        if (job->check) {
            wick_module_free(module);
        }
        status = wat2wasm_write(job->out, bytes, size);
    }
    wick_text_free(engine, bytes, size);
    tool_close(&file);
    return status;
}

/* NAME.wat -> NAME.wasm */
static char *wat2wasm_out_name(const char *in)
{
    size_t n = strlen(in);
    if (n > 4 && strcmp(in + n - 4, ".wat") == 0) {
        n -= 4;
    }
    char *out = malloc(n + 6);
    if (out != NULL) {
        memcpy(out, in, n);
        strcpy(out + n, ".wasm");
    }
    return out;
}

int tool_wat2wasm(int argc, char **argv)
{
    struct tool_options o = {.argc = argc, .argv = argv, .at = 1};
    wick_config config = {.lazy = true};
    struct wat2wasm_job job = {.check = true, .flags = WICK_TEXT_NAMES};
    wick_engine *engine;
    for (;;) {
        if (tool_next_option(&o) == NULL) {
            if (job.in != NULL || o.at >= argc) {
                break;
            }
            job.in = argv[o.at++]; /* options may follow the file too */
            continue;
        }
        int taken = tool_engine_option(&o, &config);
        if (taken < 0) {
            return STATUS_USAGE;
        }
        if (taken > 0) {
            continue;
        }
        if (tool_is(&o, "-o") || tool_is(&o, "--output")) {
            job.out = tool_value(&o);
            if (job.out == NULL) {
                return STATUS_USAGE;
            }
        } else if (tool_is(&o, "--no-check")) {
            job.check = false;
        } else if (tool_is(&o, "--no-names")) {
            job.flags = 0;
        } else if (tool_is(&o, "--help")) {
            return tool_help(stdout, "wat2wasm");
        } else {
            return tool_unknown_option(&o);
        }
    }
    if (job.in == NULL || o.at != argc) {
        return tool_complain("wat2wasm needs one file");
    }
    char *name = job.out == NULL ? wat2wasm_out_name(job.in) : NULL;
    if (job.out == NULL) {
        job.out = name;
    }
    int status = STATUS_REFUSED;
    if (job.out != NULL && wick_engine_new(&wick_posix_host, NULL, &config, &engine) == WICK_OK) {
        status = wat2wasm_file(engine, &job);
        wick_engine_free(engine);
    } else {
        tool_refuse("out of memory");
    }
    free(name);
    return status;
}

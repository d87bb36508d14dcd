/* spec.c - the official test suite inside the kernel: takes the place of programs.c in spec.elf.
 *
 * The initrd is a tar archive of .wast files; each is run by the script runner, natively in the
 * kernel, with the float unit that the kernel has (none): those below spec/core with the features of
 * WebAssembly 3.0, the others with all. Command line: [k.ref] spec [SKIP...], where SKIP is what
 * `wick wast --skip` takes. Status 0 only if nothing failed and nothing was skipped that SKIP did not
 * name.
 */
#include "kernel.h"
#include "programs.h"
#include "script/script.h"

enum { TAR_BLOCK = 512, TAR_SIZE_AT = 124, TAR_SIZE_DIGITS = 11, TAR_TYPE_AT = 156 };

static void *spec_realloc(void *user, void *p, size_t old_size, size_t new_size)
{
    (void)user;
    return k_realloc(p, old_size, new_size);
}

static void spec_log(void *user, const char *text, size_t n)
{
    (void)user;
    k_console_write(text, n);
}

static const wick_host spec_host = {
    .size = sizeof(wick_host), .realloc = spec_realloc, .log = spec_log};

static size_t octal(const uint8_t *p, size_t n)
{
    size_t v = 0;
    for (size_t i = 0; i < n && p[i] >= '0' && p[i] <= '7'; i++) {
        v = v * 8 + (size_t)(p[i] - '0');
    }
    return v;
}

static bool is_script(const char *name)
{
    size_t n = k_strlen(name);
    return n > 5 && memcmp(name + n - 5, ".wast", 5) == 0;
}

static bool is_core(const char *name)
{
    static const char core[] = "./spec/core/";
    return memcmp(name, core, sizeof core - 1) == 0;
}

static wick_engine *new_engine(uint32_t features, bool reference)
{
    const wick_config config = {.features = features,
                                .engine = reference ? WICK_ENGINE_REF : WICK_ENGINE_FAST};
    wick_engine *engine;
    if (wick_engine_new(&spec_host, NULL, &config, &engine) != WICK_OK) {
        k_panic("no engine");
    }
    return engine;
}

static wick_err run_script(const struct wk_script_options *options, const char *name,
                           const uint8_t *text, size_t size, struct wk_script_result *total)
{
    struct wk_script_result before = *total;
    wick_err err = wk_script_run(options, name, (const char *)text, size, total);
    uint32_t failed = total->failed - before.failed, skipped = total->skipped - before.skipped;
    if (err != WICK_OK || failed > 0 || skipped > 0) {
        k_print("%s: error %u, %u passed, %u failed, %u skipped\n", name, (uint32_t)err,
                total->passed - before.passed, failed, skipped);
    }
    return err;
}

uint32_t programs_run(char *const *argv, size_t argc, bool reference)
{
    static struct wk_script_result total;
    const char *skip[64];
    wick_engine *core = new_engine(wick_features_30(), reference);
    wick_engine *all = new_engine(wick_features_all(), reference);
    struct wk_script_options options = {.print = spec_log, .skip = skip};
    for (size_t i = 1; i < argc && options.n_skip < 64; i++) {
        skip[options.n_skip++] = argv[i];
    }
    uint32_t n_files = 0, n_errors = 0;
    uint64_t start = k_now_ns();
    for (size_t at = 0; at + TAR_BLOCK <= k_boot.initrd_size;) {
        const uint8_t *head = k_boot.initrd + at;
        size_t size = octal(head + TAR_SIZE_AT, TAR_SIZE_DIGITS);
        char name[101];
        memcpy(name, head, 100);
        name[100] = 0;
        at += TAR_BLOCK;
        if (name[0] == 0 || size > k_boot.initrd_size - at) {
            break;
        }
        if (head[TAR_TYPE_AT] == '0' && is_script(name)) {
            n_files++;
            options.engine = is_core(name) ? core : all;
            n_errors += run_script(&options, name, k_boot.initrd + at, size, &total) != WICK_OK;
        }
        at += (size + TAR_BLOCK - 1) / TAR_BLOCK * TAR_BLOCK;
    }
    wick_engine_free(core);
    wick_engine_free(all);
    k_print("%u files, %u assertions, %u passed, %u failed, %u skipped, %u skipped as told, "
            "%lu ms\n",
            n_files, total.assertions, total.passed, total.failed, total.skipped,
            total.skipped_named, (k_now_ns() - start) / 1000000);
    return n_files > 0 && n_errors == 0 && total.failed == 0 && total.skipped == 0 ? 0 : 1;
}

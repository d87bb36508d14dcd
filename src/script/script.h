/* script.h - the runner of .wast scripts: the official suite's commands over the public API. */
#ifndef WICK_SCRIPT_SCRIPT_H
#define WICK_SCRIPT_SCRIPT_H

#include "base/compiler.h"
#include "wick/wick.h"

struct wk_script_options {
    wick_engine *engine;
    /* Lines for a person: failures, and with verbose everything that was skipped too. May be NULL. */
    void (*print)(void *user, const char *text, size_t n);
    void *user;
    bool verbose;
    uint64_t fuel; /* for one call; 0: unlimited */
    /* What may be skipped: a reason's beginning ("unsupported", "thread"), a file's last name, or that
     * name and a line ("memory.wast:12"). */
    const char *const *skip;
    size_t n_skip;
};

#define WK_SCRIPT_REASONS 32u
#define WK_SCRIPT_REASON_SIZE 80u

struct wk_script_result {
    /* An assertion each, and other commands where they fail or are skipped: the sum of the next four. */
    uint32_t assertions;
    uint32_t passed;
    uint32_t failed;
    uint32_t skipped;       /* not named in options.skip */
    uint32_t skipped_named;
    uint32_t modules; /* that were made */
    uint32_t n_reasons;
    struct {
        char text[WK_SCRIPT_REASON_SIZE];
        uint32_t count;
    } reasons[WK_SCRIPT_REASONS]; /* of what was skipped; the last takes what does not fit */
};

/* Runs one file's commands in a store of its own and adds to *out, which the caller has set to zeros. An error means
 * that the script could not be run at all; failures are counts. */
WK_EXTERN wick_err wk_script_run(const struct wk_script_options *options, const char *file,
                                 const char *text, size_t size, struct wk_script_result *out);

#endif

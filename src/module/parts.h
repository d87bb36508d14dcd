/* parts.h - a walk over a module's own functions that several threads may share: what loading does with each.
 *
 * Functions are handed out in their order, some at a time, to whoever asks. So the threads end at about the same time
 * however large single functions are, nothing depends on how many of them come, and what comes before a function that
 * fails is looked at by somebody: the first function that fails is the same one with any number of threads. */
#ifndef WICK_MODULE_PARTS_H
#define WICK_MODULE_PARTS_H

#include "base/atomic.h"
#include "module/module.h"

struct wk_parts {
    struct wick_module *module;
    uint32_t next;   /* first function that was not handed out; atomic */
    uint32_t failed; /* first function that has failed so far; n_funcs: none. Atomic, set under the engine's lock */
    wick_err err;    /* of that */
    wick_diag diag;
};

/* Calls run(parts, k) for one k or for several, perhaps at the same time on several threads (wick_host.parallel), until
 * all is handed out or a function has failed. `parts` is filled in here. Answers the error of the first function that
 * failed, with what there is to say about it in `parts`. */
WK_EXTERN wick_err wk_parts_run(struct wk_parts *parts, struct wick_module *module,
                                void (*run)(void *parts, uint32_t k));

/* For `run`. The next functions, begin up to end; false: there are no more. */
WK_EXTERN bool wk_parts_take(struct wk_parts *parts, uint32_t *begin, uint32_t *end);
/* Is this function still to be looked at? */
static inline bool wk_parts_wants(const struct wk_parts *parts, uint32_t func) {
    return func < wk_atomic_load32(&parts->failed);
}
/* The function has failed. */
WK_EXTERN void wk_parts_fail(struct wk_parts *parts, uint32_t func, wick_err err, const wick_diag *diag);

#endif

/* parts.c - see parts.h. Owner of: how many threads share a walk, and how much each is given at a time. */
#include "module/parts.h"

#define PARTS_MOST 64u
#define PARTS_WORTH 0x10000u /* bytes of bodies for each thread: below that starting it costs more than it brings */
#define PARTS_SLICE 0x4000u  /* bytes of bodies that are handed out at a time */
#define PARTS_FUNC 64u       /* what a function counts besides its bytes */

static uint32_t parts_count(const struct wick_module *m) {
    const struct wick_engine *engine = m->engine;
    uint32_t bytes, n = engine->load_threads < PARTS_MOST ? engine->load_threads : PARTS_MOST;
    if (n < 2 || !WK_ATOMIC_CPU || engine->alloc.host->parallel == NULL || engine->alloc.locked == 0 ||
        m->n_funcs == m->n_func_imports) {
        return 1;
    }
    bytes = m->funcs[m->n_funcs - 1].off + m->funcs[m->n_funcs - 1].size - m->funcs[m->n_func_imports].off;
    return bytes / PARTS_WORTH < n ? bytes / PARTS_WORTH : n;
}

wick_err wk_parts_run(struct wk_parts *parts, struct wick_module *module, void (*run)(void *parts, uint32_t k)) {
    const struct wk_alloc *alloc = &module->engine->alloc;
    const uint32_t n = parts_count(module);
    parts->module = module;
    parts->next = module->n_func_imports;
    parts->failed = module->n_funcs;
    parts->err = WICK_OK;
    wick_diag_init(&parts->diag);
    if (n > 1) {
        alloc->host->parallel(alloc->user, n, run, parts);
        if (parts->err != WICK_ERR_nomem) {
            return parts->err;
        }
        /* Each has memory of its own; where it is not to be had, one goes on alone. */
        parts->next = parts->failed;
        parts->failed = module->n_funcs;
        parts->err = WICK_OK;
        wick_diag_init(&parts->diag);
    }
    run(parts, 0);
    return parts->err;
}

bool wk_parts_take(struct wk_parts *parts, uint32_t *begin, uint32_t *end) {
    const struct wk_func_info *funcs = parts->module->funcs;
    uint32_t first = wk_atomic_load32(&parts->next);
    for (;;) {
        const uint32_t n = wk_atomic_load32(&parts->failed);
        uint32_t bytes = 0, i = first, seen;
        while (i < n && bytes < PARTS_SLICE) {
            bytes += funcs[i].size + PARTS_FUNC;
            i++;
        }
        if (i == first) {
            return false;
        }
        seen = wk_cas32(&parts->next, first, i);
        if (seen == first) {
            *begin = first;
            *end = i;
            return true;
        }
        first = seen;
    }
}

WK_COLD void wk_parts_fail(struct wk_parts *parts, uint32_t func, wick_err err, const wick_diag *diag) {
    struct wk_alloc *alloc = &parts->module->engine->alloc;
    wk_lock(alloc);
    if (func < parts->failed) {
        parts->err = err;
        parts->diag = *diag;
        wk_atomic_store32(&parts->failed, func);
    }
    wk_unlock(alloc);
}

#undef PARTS_MOST
#undef PARTS_WORTH
#undef PARTS_SLICE
#undef PARTS_FUNC

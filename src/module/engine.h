/* engine.h - struct wick_engine: what everything reaches through a pointer instead of a global. */
#ifndef WICK_MODULE_ENGINE_H
#define WICK_MODULE_ENGINE_H

#include "base/alloc.h"
#include "module/type.h"

struct wk_interp; /* rt/interp.h */

struct wick_engine {
    struct wk_alloc alloc; /* first */
    struct wk_types types;
    const struct wk_interp *interp;
    uint32_t features;
    uint32_t load_threads; /* that may share a walk over a module's functions (parts.h) */
    bool lazy;
    bool canonical_nan;
    bool in_region; /* made by wick_engine_init */
    bool guards;    /* memories that wk_memory_is_guarded names are guarded, all of them */
    wick_progress_fn progress;
    void *progress_user;
#if WICK_STATS
    void (*on_cell)(void *user, uint32_t cell); /* before each cell that the fast interpreter executes; NULL: nothing */
    void *on_cell_user;
#endif
};

#endif

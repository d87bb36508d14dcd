/* interp.h - the table of functions by which the runtime starts an interpreter. interp/ fills two of them. */
#ifndef WICK_RT_INTERP_H
#define WICK_RT_INTERP_H

#include "rt/rt.h"

struct wk_interp {
    const char *name;
    bool can_guard; /* it has code for memories that are guarded (wick_host.guard) */
    /* Makes module->code after validation: room for every function, nothing translated. */
    wick_err (*module_init)(struct wick_module *module, wick_diag *diag);
    void (*module_free)(struct wick_module *module);
    /* Translates one function of the module (not an import); nothing to do when that is done already. UNSUPPORTED
     * (not_executable, with the opcode in diag) when it has an instruction that cannot run. Several threads may
     * translate different functions, or the same. *own is NULL before a thread's first function: what it keeps for the
     * next one, until translate_end. */
    wick_err (*translate)(struct wick_module *module, uint32_t func_index, void **own, wick_diag *diag);
    void (*translate_end)(struct wick_module *module, void *own);
    /* Sets wick_func.code of an instance's own functions. */
    void (*instance_init)(struct wick_instance *instance);
    /* The task is to call `func` (wasm or host); its arguments are in stack slots 0 ... and its results are to come
     * there. Nothing runs yet. */
    wick_err (*start)(struct wick_task *task, struct wick_func *func);
    /* Runs until DONE, YIELDED (task->fuel < 0 or stopped), PENDING, TRAPPED (task->diag and backtrace filled) or THREW
     * (task->exception too). */
    wick_status (*run)(struct wick_task *task);
    /* Writes up to cap frames, innermost first; answers how many there are. */
    size_t (*backtrace)(const struct wick_task *task, wick_frame *frames, size_t cap);
    /* First slot of the task's stack that nobody uses. The task has started, is not over, and no host function has
     * control. */
    uint64_t (*top)(const struct wick_task *task);
};

WK_EXTERN const struct wk_interp *wk_interp_fast(void);
WK_EXTERN const struct wk_interp *wk_interp_ref(void);

#endif

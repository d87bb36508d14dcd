/* slow.h - what the slow paths of the fast interpreter share. */
#ifndef WICK_INTERP_SLOW_H
#define WICK_INTERP_SLOW_H

#include "interp/fast.h"
#include "rt/cont.h"

/* ---- what is saved, and frames ---------------------------------------------------------------------------------- */

static inline uint8_t *wk_fast_mb(const struct wick_task *task) {
    return (uint8_t *)(uintptr_t)task->regs[WK_REG_MB];
}
static inline uint64_t *wk_fast_fp(const struct wick_task *task) {
    return (uint64_t *)(uintptr_t)task->regs[WK_REG_FP];
}
static inline const uint8_t *wk_fast_pc(const struct wick_task *task) {
    return (const uint8_t *)(uintptr_t)task->regs[WK_REG_PC];
}
static inline struct wick_instance *wk_fast_instance(const struct wick_task *task) {
    return WK_FAST_OF(wk_fast_mb(task))->instance;
}

static inline const uint8_t *wk_fast_rc_cell(uint64_t rc) {
    return (const uint8_t *)(uintptr_t)(rc & ~(uint64_t)WK_RC_TAGS);
}

/* Slot of the caller's frame pointer; rc is of a wasm caller. */
static inline uint32_t wk_fast_caller_fp(uint64_t rc, uint32_t base) {
    return base - (uint32_t)WK_CALL_DELTA(wk_fast_rc_cell(rc));
}

/* The instance of a wasm caller of what runs in `instance`. Here and below, `stack` is the slots of the stack at hand. */
static inline struct wick_instance *wk_fast_caller_instance(const uint64_t *stack, uint64_t rc,
                                                            uint32_t base, struct wick_instance *instance) {
    if ((rc & WK_RC_INSTANCE) == 0) {
        return instance;
    }
    return (struct wick_instance *)(uintptr_t)stack[wk_fast_caller_fp(rc, base) + 3];
}

/* A call that is not the short way. */
struct wk_fast_call {
    struct wick_func *func;
    struct wick_instance *caller; /* whose code calls; NULL: the host */
    uint64_t rc;
    uint32_t base;
    bool again; /* of a host function that has been called before */
};

/* `host` is its slot + 1. */
static inline struct wk_host_frame *wk_fast_host_frame(uint64_t *stack, uint64_t host) {
    return (struct wk_host_frame *)(void *)(stack + (host - 1));
}

/* Where a host frame returns to, and which host frame waits below it (its slot + 1; 0: none); wk_fast_link_host put
 * them there. */
static inline uint64_t wk_fast_host_rc(const struct wk_host_frame *frame) {
    return (frame->link & WK_RC_EXIT) == 0 ? frame->link : frame->link & WK_RC_CONSTANT;
}
static inline uint64_t wk_fast_host_below(const uint64_t *stack, const struct wk_host_frame *frame) {
    if ((frame->link & WK_RC_EXIT) != 0) {
        return frame->link >> 3;
    }
    return stack[wk_fast_caller_fp(frame->link, frame->base) + 2];
}

/* ON: wasm runs; LEFT: the loop is over; AROUND: the call is changed to what is to be called next. */
enum wk_fast_next { WK_FAST_ON, WK_FAST_LEFT, WK_FAST_AROUND };

/* ---- fuel, ends, calls ----------------------------------------------------------------------------------------- */

/* Gives the rest of the slice back to the task: its balance is exact. */
WK_EXTERN void wk_fast_fold(struct wick_task *task);
/* Makes `instance` (NULL: none) the one that runs: writes the header below its memory 0. The slice is empty. */
WK_EXTERN void wk_fast_refresh(struct wick_task *task, struct wick_instance *instance);
/* true: out of fuel or stopped; the task goes on later at WK_REG_PC. */
WK_EXTERN bool wk_fast_yield_if_due(struct wick_task *task);
WK_EXTERN void wk_fast_take_slice(struct wick_task *task);
/* The end of a slow path that has made the balance exact, and goes on: takes a slice, answers false. */
static inline bool wk_fast_go_on(struct wick_task *task) {
    wk_fast_take_slice(task);
    return false;
}
WK_EXTERN bool wk_fast_trap(struct wick_task *task, wick_err err, uint64_t a0, uint64_t a1);
/* The loop ends: in state RUN the frame pointer becomes an offset. Both answer true. */
WK_EXTERN bool wk_fast_leave_running(struct wick_task *task, wick_status status);
WK_EXTERN bool wk_fast_leave(struct wick_task *task, enum wk_fast_state state, wick_status status);
/* A call that is to be made when the task goes on, in state HOST. */
WK_EXTERN void wk_fast_remember(struct wick_task *task, const struct wk_fast_call *call);
/* The host function that waits innermost is to be called again: it waits no longer. */
WK_EXTERN void wk_fast_pop_host(struct wick_task *task, struct wk_fast_call *call);
/* Back in the wasm function that called, of the current stack; the balance is exact. */
WK_EXTERN void wk_fast_return_to(struct wick_task *task, uint64_t rc, uint32_t base, struct wick_instance *instance);
#if WICK_STACK_SWITCHING
/* The function at the bottom of a continuation's stack has returned: the one that resumed it goes on (fast_cont.c). */
WK_EXTERN void wk_fast_return_to_resume(struct wick_task *task);
#else
static inline void wk_fast_return_to_resume(struct wick_task *task) {
    (void)task;
}
#endif
/* Calls any function; the balance is exact. Answers as slow paths do. */
WK_EXTERN bool wk_fast_invoke(struct wick_task *task, struct wk_fast_call *call, uint32_t extra_units);

/* Where task->exception is on its way (fast_eh.c): in the function whose cell is at pc, with its frame at slot fp; or,
 * when pc is NULL, at the end of what was called at `base` and returns to rc. */
struct wk_unwind {
    const uint8_t *pc;
    uint64_t rc;
    uint64_t host;          /* as WK_REG_HOST */
    struct wk_stack *stack; /* that of the frame, or of the call */
    struct wick_instance *instance; /* of the function, or of what called */
    uint32_t fp;
    uint32_t base;
    uint32_t next;     /* pc: catch of the function that is tried next, + 1; 0: none is left */
    uint32_t n_passed; /* catches of all functions that did not match; it may wrap */
};
#define WK_UNWIND_FRESH UINT32_MAX /* in `next`: none has been tried */
#if WICK_EH
/* task->exception is thrown by the cell at hand; `units` is for the throw. */
WK_EXTERN bool wk_fast_throw(struct wick_task *task, uint32_t units);
/* From `at` to who catches the exception. The registers are as they are to be if nobody does, or if the task yields on the
 * way: then the status is all that is missing. */
WK_EXTERN enum wk_fast_next wk_fast_unwind(struct wick_task *task, struct wk_unwind *at, struct wk_fast_call *out_call);
/* A task that has yielded on the way goes on. Answers as slow paths do. */
WK_EXTERN bool wk_fast_unwind_on(struct wick_task *task);
#else
static inline enum wk_fast_next wk_fast_unwind(struct wick_task *task, struct wk_unwind *at,
                                               struct wk_fast_call *out_call) {
    (void)task, (void)at, (void)out_call;
    return WK_FAST_LEFT;
}
static inline bool wk_fast_unwind_on(struct wick_task *task) {
    (void)task;
    return true;
}
#endif

#endif

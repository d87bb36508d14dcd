/* cont.h - continuations: what suspend, resume, switch and their kin have in common in both interpreters.
 *
 * A continuation that has begun is a chain of stacks (struct wk_stack, rt.h): the innermost is the one that suspended, the
 * outermost the one that was resumed under the handler which took the suspension; between them lie those whose handlers
 * did not. Resuming puts the chain on top of the stack that resumes, so it costs the same however deep the frames and
 * the chain are; suspending walks the chain. A stack belongs to exactly one continuation object, or to the task that runs
 * on it: the reference that was used up is left behind empty, and what suspends makes a new one. */
#ifndef WICK_RT_CONT_H
#define WICK_RT_CONT_H

#include "rt/heap.h"

struct wk_cont {
    struct wk_object object; /* n: number of its continuation type */
    struct wick_store *store;
    struct wick_func *func;  /* to be called; it has no stack yet. NULL with inner NULL: consumed */
    struct wk_stack *inner;
    struct wk_stack *outer;
    uint32_t cycle;          /* wk_heap_cycle when it was made */
    uint32_t below;          /* sum of `base` of all stacks of the chain but the innermost */
};

static inline struct wk_cont *wk_cont_of_ref(uint64_t ref) {
    return (struct wk_cont *)(void *)wk_object_of_ref(ref);
}

#if WICK_STACK_SWITCHING

/* cont.new: `func` is a reference, perhaps null; `type` the continuation type's number. */
WK_EXTERN wick_err wk_cont_new(struct wick_store *store, uint64_t func, uint32_t type, uint64_t *out_ref);
/* cont.bind: n slots of arguments and behind them the reference; the new reference comes in the first slot. */
WK_EXTERN wick_err wk_cont_bind(struct wick_task *task, uint64_t *slots, uint32_t n, uint32_t type);
/* null_continuation, consumed_continuation, or WICK_OK. */
WK_EXTERN wick_err wk_cont_check(uint64_t ref);
/* Has it not begun yet? Then it is consumed and its stack freed: to throw into it is to throw where it is resumed. */
WK_EXTERN bool wk_cont_drop_unbegun(struct wick_store *store, uint64_t ref);

/* Where a stack goes on when it has control again, besides its `at`, which the interpreter has filled. */
struct wk_cont_place {
    uint32_t base; /* see struct wk_stack */
    uint32_t top;
};
/* The continuation runs on top of the current stack under the handlers of the instruction whose clauses are at byte
 * `handlers` of the instance's module. n slots of arguments are copied; `ref` has been checked. task->current is the
 * stack that goes on: its func is to be called, or it goes on at its `at` with n slots at its base. Charges. */
WK_EXTERN wick_err wk_cont_resume(struct wick_task *task, uint64_t ref, const uint64_t *args, uint32_t n,
                                  struct wick_instance *instance, uint32_t handlers,
                                  const struct wk_cont_place *place);

/* Who handles the tag. Charges for the way. */
struct wk_handler {
    struct wk_stack *outer; /* whose handler it is: its parent goes on. NULL: the task is to yield, and goes on here */
    uint32_t clause;        /* which of the clauses with a label */
    uint32_t below;         /* for wk_cont.below */
};
WK_EXTERN wick_err wk_cont_find_handler(struct wick_task *task, const struct wick_tag *tag, bool is_switch,
                                        struct wk_handler *out);
/* suspend: everything up to the handler's stack becomes a continuation of this type; task->current is the handler's.
 * Charges for n slots, which the caller moves from `out_from`. */
WK_EXTERN wick_err wk_cont_suspend(struct wick_task *task, const struct wk_handler *handler, uint32_t type, uint32_t n,
                                   const struct wk_cont_place *place, const uint64_t **out_from, uint64_t *out_ref);
/* switch: the same, but what goes on is the continuation `ref`, checked, under the same handler, with n slots of
 * arguments and the new continuation (of type `type`) behind them. */
WK_EXTERN wick_err wk_cont_switch(struct wick_task *task, const struct wk_handler *handler, uint64_t ref, uint32_t type,
                                  const uint64_t *args, uint32_t n, const struct wk_cont_place *place);
/* The function at the bottom of the current stack has returned: its results go to its parent, which is the current one
 * now. Answers behind which slot they end. */
WK_EXTERN uint32_t wk_cont_return(struct wick_task *task);

#endif

/* The task's stacks above `until`, which becomes the current one, are freed. */
WK_EXTERN void wk_task_drop_stacks(struct wick_task *task, struct wk_stack *until);
/* The continuation is garbage: frees its stacks. */
WK_EXTERN void wk_cont_die(struct wick_store *store, struct wk_object *object);

#endif

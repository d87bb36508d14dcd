/* fast_cont.c - continuations in the fast interpreter: between a stack's cells and rt/cont.c.
 *
 * Owner of: wk_stack.at, as fast.h has it. A switch of stacks is a slow path: it saves and loads what a call that is not
 * the short way does, whatever the depth of the stacks. spec: the stack switching proposal, Execution. */
#include "interp/slow.h"
#include "rt/object.h"

#if WICK_STACK_SWITCHING

/* The current stack stops at the cell at hand, which ends at `end`: it goes on behind it. */
static struct wk_cont_place cont_stop(struct wick_task *task, const uint8_t *end, uint32_t need) {
    const uint32_t fp = (uint32_t)(wk_fast_fp(task) - task->stack);
    struct wk_stack *stack = task->current;
    stack->at[0] = (uint64_t)(uintptr_t)end;
    stack->at[1] = task->regs[WK_REG_HOST];
    stack->at[2] = (uint64_t)(uintptr_t)wk_fast_instance(task);
    return (struct wk_cont_place){fp + (uint32_t)WK_CALL_DELTA(end), fp + need};
}

static bool cont_trap(struct wick_task *task, wick_err err, uint64_t a0) {
    return wk_fast_trap(task, err, err == WICK_ERR_stack ? task->stack_limit : a0, 0);
}

/* The stack that is the current one now goes on. */
static bool cont_go_on(struct wick_task *task) {
    struct wk_stack *stack = task->current;
    if (stack->func != NULL) {
        struct wk_fast_call call = {.func = stack->func, .caller = stack->instance, .rc = WK_RC_CONT};
        stack->func = NULL;
        task->regs[WK_REG_HOST] = 0;
        return wk_fast_invoke(task, &call, 0);
    }
    task->regs[WK_REG_HOST] = stack->at[1];
    wk_fast_return_to(task, stack->at[0], stack->base, (struct wick_instance *)(uintptr_t)stack->at[2]);
    return wk_fast_yield_if_due(task) || wk_fast_go_on(task);
}

void wk_fast_return_to_resume(struct wick_task *task) {
    const struct wk_stack *stack = task->current->parent;
    (void)wk_cont_return(task);
    task->regs[WK_REG_HOST] = stack->at[1];
    wk_fast_return_to(task, stack->at[0], stack->base, (struct wick_instance *)(uintptr_t)stack->at[2]);
}

/* ---- making ------------------------------------------------------------------------------------------------------ */

bool wk_slow_cont_new(struct wick_task *task) {
    const uint8_t *pc = wk_fast_pc(task);
    uint64_t *slot = wk_fast_fp(task) + WK_CELL_S32(pc + 8);
    const wick_err err = wk_cont_new(task->store, *slot, WK_CELL_U32(pc + 4), slot);
    if (err != WICK_OK) {
        return cont_trap(task, err, 0);
    }
    task->regs[WK_REG_PC] = (uint64_t)(uintptr_t)(pc + 12);
    return false;
}

bool wk_slow_cont_bind(struct wick_task *task) {
    const uint8_t *pc = wk_fast_pc(task);
    const uint32_t n = WK_CELL_U32(pc + 4);
    wick_err err;
    wk_fast_fold(task);
    err = wk_cont_bind(task, wk_fast_fp(task) + WK_CELL_S32(pc + 12), n, WK_CELL_U32(pc + 8));
    if (err != WICK_OK) {
        return cont_trap(task, err, 0);
    }
    task->regs[WK_REG_PC] = (uint64_t)(uintptr_t)(pc + 16);
    return (n >= 64 && wk_fast_yield_if_due(task)) || wk_fast_go_on(task);
}

/* ---- resume ------------------------------------------------------------------------------------------------------ */

/* The exception that resume_throw (with a tag) or resume_throw_ref throws, of n slots. */
static wick_err cont_exception(struct wick_task *task, uint32_t tag, const uint64_t *args, uint32_t n,
                               uint64_t *out_ref) {
    if (tag != WK_NO_INDEX) {
        return wk_exn_new(task->store, wk_fast_instance(task)->tags[tag], args, n, out_ref);
    }
    *out_ref = args[0];
    return args[0] == 0 ? WICK_ERR_null_exception : WICK_OK;
}

/* task->exception is thrown where the current stack, which has run before, goes on: by the cell at which it stopped. */
static bool cont_throw(struct wick_task *task, uint32_t units) {
    const struct wk_stack *stack = task->current;
    task->regs[WK_REG_HOST] = stack->at[1];
    wk_fast_return_to(task, stack->at[0], stack->base, (struct wick_instance *)(uintptr_t)stack->at[2]);
    task->regs[WK_REG_PC]--;
    return wk_fast_throw(task, units);
}

/* Fields: instruction, tag, slots of arguments, where the clauses are, frame, number of clauses, clauses, end. */
bool wk_slow_resume(struct wick_task *task) {
    const uint8_t *pc = wk_fast_pc(task);
    const bool throws = WK_CELL_U32(pc + 4) != WICK_OP_resume;
    const uint32_t tag = WK_CELL_U32(pc + 8);
    const uint32_t n = WK_CELL_U32(pc + 12);
    const uint8_t *end = pc + 40 + (size_t)WK_CELL_U32(pc + 24) * sizeof(struct wk_clause);
    const uint32_t units = tag != WK_NO_INDEX ? n / 64 : 0;
    struct wk_cont_place place;
    const uint64_t *args;
    uint64_t exception = 0;
    wick_err err;
    wk_fast_fold(task);
    place = cont_stop(task, end, WK_CELL_U32(pc + 20));
    task->current->at[3] = (uint64_t)(uintptr_t)(pc + 28);
    args = task->stack + place.base;
    err = wk_cont_check(args[n]);
    if (err == WICK_OK && throws) {
        err = cont_exception(task, tag, args, n, &exception);
    }
    if (err != WICK_OK) {
        return cont_trap(task, err, 0);
    }
    task->exception = exception;
    if (throws && wk_cont_drop_unbegun(task->store, args[n])) {
        return wk_fast_throw(task, 1 + units);
    }
    err = wk_cont_resume(task, args[n], args, throws ? 0 : n, wk_fast_instance(task), WK_CELL_U32(pc + 16), &place);
    if (err != WICK_OK) {
        task->exception = 0;
        return cont_trap(task, err, 0);
    }
    return throws ? cont_throw(task, units) : cont_go_on(task);
}

/* ---- suspend, switch --------------------------------------------------------------------------------------------- */

/* Lands at the label of the handler's clause. */
bool wk_slow_suspend(struct wick_task *task) {
    const uint8_t *pc = wk_fast_pc(task);
    const struct wick_tag *tag = wk_fast_instance(task)->tags[WK_CELL_U32(pc + 4)];
    const uint32_t n = wk_type_get(&task->store->engine->types, tag->type)->param_slots;
    struct wk_handler handler;
    struct wk_cont_place place;
    const struct wk_clause *clause;
    const struct wk_stack *stack;
    const uint8_t *landing;
    const uint64_t *from;
    uint64_t *fp;
    uint64_t ref;
    wick_err err;
    wk_fast_fold(task);
    place = cont_stop(task, pc + 24, WK_CELL_U32(pc + 8));
    err = wk_cont_find_handler(task, tag, false, &handler);
    if (err != WICK_OK) {
        return cont_trap(task, err, WK_CELL_U32(pc + 4));
    }
    if (handler.outer == NULL) {
        return wk_fast_leave_running(task, WICK_YIELDED);
    }
    stack = handler.outer->parent;
    clause = (const struct wk_clause *)(uintptr_t)stack->at[3] + handler.clause;
    err = wk_cont_suspend(task, &handler, clause->type, n, &place, &from, &ref);
    if (err != WICK_OK) {
        return cont_trap(task, err, 0);
    }
    landing = (const uint8_t *)clause - 4 + clause->target;
    fp = stack->slots + wk_fast_caller_fp(stack->at[0], stack->base);
    for (uint32_t i = 0; i < n; i++) {
        fp[clause->slot + (int32_t)i] = from[i];
    }
    fp[clause->slot + (int32_t)n] = ref;
    task->regs[WK_REG_HOST] = stack->at[1];
    wk_fast_return_to(task, stack->at[0], stack->base, (struct wick_instance *)(uintptr_t)stack->at[2]);
    task->regs[WK_REG_PC] = (uint64_t)(uintptr_t)landing;
    return wk_fast_yield_if_due(task) || wk_fast_go_on(task);
}

/* Fields: tag, slots of arguments, type of the continuation that is made, frame, end. */
bool wk_slow_switch(struct wick_task *task) {
    const uint8_t *pc = wk_fast_pc(task);
    const struct wick_tag *tag = wk_fast_instance(task)->tags[WK_CELL_U32(pc + 4)];
    const uint32_t n = WK_CELL_U32(pc + 8);
    struct wk_handler handler;
    struct wk_cont_place place;
    const uint64_t *args;
    wick_err err;
    wk_fast_fold(task);
    place = cont_stop(task, pc + 32, WK_CELL_U32(pc + 16));
    args = task->stack + place.base;
    err = wk_cont_check(args[n]);
    if (err == WICK_OK) {
        err = wk_cont_find_handler(task, tag, true, &handler);
    }
    if (err == WICK_OK && handler.outer == NULL) {
        return wk_fast_leave_running(task, WICK_YIELDED);
    }
    if (err == WICK_OK) {
        err = wk_cont_switch(task, &handler, args[n], WK_CELL_U32(pc + 12), args, n, &place);
    }
    return err == WICK_OK ? cont_go_on(task) : cont_trap(task, err, WK_CELL_U32(pc + 4));
}

#endif

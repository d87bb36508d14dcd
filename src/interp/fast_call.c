/* fast_call.c - the fast interpreter around its loop: tasks, calls that are not the short way, returns across
 * instances, host functions, fuel, traps, backtraces.
 *
 * Owner of: what task->regs hold while a task does not run; the fields of host frames that belong to the interpreter
 * (link: where the host function returns to) and where the host frame that waits below it is. Every slow path
 * begins by giving the fuel of the slice back, so that the balance is exact; the next charge takes a new slice.
 * spec: exec-invocation, exec-call_indirect. */
#include "base/atomic.h"
#include "interp/fast.h"
#include "interp/slow.h"
#include "rt/shared.h"

/* ---- the header below the memory -------------------------------------------------------------------------------- */

void wk_fast_fold(struct wick_task *task) {
    struct wk_fast *head = WK_FAST_OF(wk_fast_mb(task));
    task->fuel += (int32_t)head->slice;
    head->slice = 0;
}

void wk_fast_refresh(struct wick_task *task, struct wick_instance *instance) {
    struct wick_memory *memory = instance == NULL ? task->store->empty : instance->memory0;
    uint8_t *mb = memory->shared == NULL ? memory->base : task->store->empty->base;
    struct wk_fast *head = WK_FAST_OF(mb);
    const uint64_t size = wk_memory_size(memory);
    for (uint32_t i = 0; i < WK_COUNT_OF(head->limit); i++) {
        /* memory 0 with 64-bit addresses has cells that do not look here */
        head->limit[i] = (int64_t)size - (int64_t)((uint32_t)1 << i);
    }
    head->memory0 = memory->base;
    head->handlers = wk_cell_base_address();
    head->stack_end = task->stack + task->stack_cap;
    head->instance = instance;
    head->task = task;
    head->heap = task->store->heap;
    head->types = task->store->engine->types.chunks;
    head->slice = 0;
    head->table0_size = 0;
    if (instance != NULL) {
        const struct wk_code *code = instance->module->code;
        head->entries = code->entries;
        head->globals = instance->globals;
        if (instance->module->n_tables != 0) {
            head->table0 = instance->tables[0]->elems;
            head->table0_size = instance->tables[0]->size;
        }
    }
    task->regs[WK_REG_MB] = (uint64_t)(uintptr_t)mb;
    task->regs[WK_REG_INSTANCE] = (uint64_t)(uintptr_t)instance;
}

/* ---- ends of the loop ------------------------------------------------------------------------------------------- */

/* In state RUN the frame pointer becomes an offset. */
bool wk_fast_leave_running(struct wick_task *task, wick_status status) {
    task->regs[WK_REG_FP] = (uint64_t)(wk_fast_fp(task) - task->stack);
    task->regs[WK_REG_STATE] = WK_FAST_RUN;
    task->regs[WK_REG_STATUS] = (uint64_t)status;
    return true;
}

bool wk_fast_leave(struct wick_task *task, enum wk_fast_state state, wick_status status) {
    task->regs[WK_REG_STATE] = (uint64_t)state;
    task->regs[WK_REG_STATUS] = (uint64_t)status;
    return true;
}

bool wk_fast_yield_if_due(struct wick_task *task) {
    return wk_task_must_yield(task) && wk_fast_leave_running(task, WICK_YIELDED);
}

/* The slice is used up: takes the next one. */
bool wk_slow_fuel(struct wick_task *task) {
    wk_fast_fold(task);
    if (wk_task_must_yield(task)) {
        return wk_fast_leave_running(task, WICK_YIELDED);
    }
    wk_fast_take_slice(task);
    return false;
}

/* A debt stays in the balance: the next charge finds it. */
void wk_fast_take_slice(struct wick_task *task) {
    struct wk_fast *head = WK_FAST_OF(wk_fast_mb(task));
    if (task->fuel > 0) {
        head->slice = task->fuel < WK_SLICE_MOST ? (uint32_t)task->fuel : WK_SLICE_MOST;
        task->fuel -= head->slice;
    }
}

bool wk_fast_trap(struct wick_task *task, wick_err err, uint64_t a0, uint64_t a1) {
    wk_fast_fold(task);
    wk_fast_leave_running(task, WICK_TRAPPED);
    wk_task_trap(task, err, a0, a1);
    wk_task_keep_backtrace(task);
    return true;
}

bool wk_slow_oob(struct wick_task *task) {
    return wk_fast_trap(task, WICK_ERR_oob_memory, 0, 0);
}
bool wk_slow_trap(struct wick_task *task) {
    return wk_fast_trap(task, (wick_err)task->regs[WK_REG_ACC], 0, 0);
}
bool wk_slow_unreachable(struct wick_task *task) {
    return wk_fast_trap(task, WICK_ERR_unreachable, 0, 0);
}
bool wk_slow_null(struct wick_task *task) {
    return wk_fast_trap(task, WICK_ERR_null_reference, 0, 0);
}

/* ---- returns ---------------------------------------------------------------------------------------------------- */

void wk_fast_return_to(struct wick_task *task, uint64_t rc, uint32_t base, struct wick_instance *instance) {
    const uint8_t *pc = wk_fast_rc_cell(rc);
    uint64_t *fp = task->stack + wk_fast_caller_fp(rc, base);
    wk_fast_refresh(task, wk_fast_caller_instance(task->stack, rc, base, instance));
    task->regs[WK_REG_PC] = (uint64_t)(uintptr_t)pc;
    task->regs[WK_REG_FP] = (uint64_t)(uintptr_t)fp;
    task->regs[WK_REG_L0] = fp[WK_CALL_PIN0(pc)];
    task->regs[WK_REG_L1] = fp[WK_CALL_PIN1(pc)];
}

/* ---- host functions --------------------------------------------------------------------------------------------- */

/* Where a host frame returns to, and which host frame waits below it (its slot + 1; 0: none): a wasm caller keeps that in
 * its link, a host function that was called by a host function in the upper bits, the first call of a task or
 * a continuation has none below. */
static void fast_link_host(struct wick_task *task, struct wk_host_frame *frame, uint64_t rc, uint64_t below) {
    frame->link = rc;
    if (rc == WK_RC_HOST) {
        frame->link = below << 3 | WK_RC_HOST;
    } else if ((rc & WK_RC_EXIT) == 0) {
        task->stack[wk_fast_caller_fp(rc, frame->base) + 2] = below;
    }
}
void wk_fast_remember(struct wick_task *task, const struct wk_fast_call *call) {
    task->regs[WK_REG_FUNC] = (uint64_t)(uintptr_t)call->func;
    task->regs[WK_REG_INSTANCE] = (uint64_t)(uintptr_t)call->caller;
    task->regs[WK_REG_RC] = call->rc;
    task->regs[WK_REG_BASE] = call->base;
}

/* The function that the innermost waiting host function asked for is over: that one is next. */
void wk_fast_pop_host(struct wick_task *task, struct wk_fast_call *call) {
    const struct wk_host_frame *frame = wk_fast_host_frame(task->stack, task->regs[WK_REG_HOST]);
    call->func = wk_func_of_ref(frame->func);
    call->caller = (struct wick_instance *)(uintptr_t)frame->caller;
    call->rc = wk_fast_host_rc(frame);
    call->base = frame->base;
    call->again = true;
    task->regs[WK_REG_HOST] = wk_fast_host_below(task->stack, frame);
}

static enum wk_fast_next fast_host_ok(struct wick_task *task, struct wk_fast_call *call) {
    if (call->rc == WK_RC_EXIT) {
        wk_fast_leave(task, WK_FAST_START, WICK_DONE);
        return WK_FAST_LEFT;
    }
    if (call->rc == WK_RC_HOST) {
        wk_fast_pop_host(task, call);
        if (!wk_task_must_yield(task)) {
            return WK_FAST_AROUND;
        }
        wk_fast_remember(task, call);
        wk_fast_leave(task, WK_FAST_HOST, WICK_YIELDED);
        return WK_FAST_LEFT;
    }
    if (call->rc == WK_RC_CONT) {
        wk_fast_return_to_resume(task);
        return wk_fast_yield_if_due(task) || wk_fast_go_on(task) ? WK_FAST_LEFT : WK_FAST_ON;
    }
    task->regs[WK_REG_ACC] = task->stack[call->base];
    task->regs[WK_REG_F64] = task->stack[call->base];
    task->regs[WK_REG_F32] = task->stack[call->base];
    wk_fast_return_to(task, call->rc, call->base, call->caller);
    return wk_fast_yield_if_due(task) || wk_fast_go_on(task) ? WK_FAST_LEFT : WK_FAST_ON;
}

static enum wk_fast_next fast_host_threw(struct wick_task *task, struct wk_fast_call *call) {
    struct wk_unwind at = {.rc = call->rc, .base = call->base, .instance = call->caller, .stack = task->current,
                           .host = task->regs[WK_REG_HOST]};
    wk_fast_remember(task, call);
    wk_fast_leave(task, WK_FAST_HOST, WICK_THREW);
    return wk_fast_unwind(task, &at, call);
}

/* What a host function has answered. AROUND: `call` says what is next. */
static enum wk_fast_next fast_answered(struct wick_task *task, struct wk_fast_call *call, wick_host_result result) {
    struct wk_host_frame *frame;
    uint32_t slot;
    switch (result) {
    case WICK_HOST_OK:
        return fast_host_ok(task, call);
    case WICK_HOST_PENDING:
        wk_fast_remember(task, call);
        wk_fast_leave(task, WK_FAST_HOST, WICK_PENDING);
        return WK_FAST_LEFT;
    case WICK_HOST_CALL:
        slot = wk_host_frame_slot(call->func, call->base);
        frame = wk_fast_host_frame(task->stack, (uint64_t)slot + 1);
        fast_link_host(task, frame, call->rc, task->regs[WK_REG_HOST]);
        task->regs[WK_REG_HOST] = (uint64_t)slot + 1;
        call->func = wk_host_inner(task, call->func, call->base, &call->base);
        call->caller = NULL;
        call->rc = WK_RC_HOST;
        call->again = false;
        return WK_FAST_AROUND;
    case WICK_HOST_THROW:
        return fast_host_threw(task, call);
    case WICK_HOST_TRAP:
        break;
    }
    wk_fast_remember(task, call);
    wk_fast_leave(task, WK_FAST_HOST, WICK_TRAPPED);
    wk_task_keep_backtrace(task);
    return WK_FAST_LEFT;
}

/* ---- calls ------------------------------------------------------------------------------------------------------ */

/* A wasm function cannot be entered (task->diag says why): its caller is on top of the backtrace. */
static bool fast_not_entered(struct wick_task *task, uint64_t rc, uint32_t base, struct wick_instance *instance) {
    if (rc == WK_RC_EXIT) {
        wk_fast_leave(task, WK_FAST_START, WICK_TRAPPED);
    } else if (rc == WK_RC_HOST) {
        struct wk_fast_call host;
        wk_fast_pop_host(task, &host);
        wk_fast_remember(task, &host);
        wk_fast_leave(task, WK_FAST_HOST, WICK_TRAPPED);
    } else {
        if (rc == WK_RC_CONT) { /* nothing is on its stack */
            const struct wk_stack *parent = task->current->parent;
            wk_task_drop_stacks(task, task->current->parent);
            rc = parent->at[0];
            base = parent->base;
            instance = (struct wick_instance *)(uintptr_t)parent->at[2];
            task->regs[WK_REG_HOST] = parent->at[1];
        }
        task->regs[WK_REG_INSTANCE] = (uint64_t)(uintptr_t)wk_fast_caller_instance(task->stack, rc, base, instance);
        task->regs[WK_REG_PC] = (uint64_t)(uintptr_t)(wk_fast_rc_cell(rc) - 1);
        task->regs[WK_REG_FP] = wk_fast_caller_fp(rc, base);
        wk_fast_leave(task, WK_FAST_RUN, WICK_TRAPPED);
    }
    wk_task_keep_backtrace(task);
    return true;
}

static uint64_t fast_frame_end(const struct wk_entry *entry, uint32_t base) {
    return (uint64_t)base + entry->params + entry->need;
}

/* Enters a wasm function; there is room for its frame. */
static bool fast_enter(struct wick_task *task, const struct wk_fast_call *call, uint32_t extra_units) {
    const struct wk_entry *entry = call->func->code;
    uint64_t *link = task->stack + call->base + entry->params;
    uint64_t rc = call->rc;
    if (call->caller != call->func->instance && (rc & WK_RC_TAGS) == 0) {
        task->stack[wk_fast_caller_fp(rc, call->base) + 3] = (uint64_t)(uintptr_t)call->caller;
        rc |= WK_RC_INSTANCE;
    }
    wk_fast_refresh(task, call->func->instance);
    link[0] = rc;
    link[1] = 0;
    if ((rc & WK_RC_TAGS) == 0) { /* a tail call may have other parameters than the cell that was behind it */
        link[1] = (uint64_t)((int64_t)(link - task->stack) - (int64_t)wk_fast_caller_fp(rc, call->base)) * sizeof *link;
    }
    memset(link + WK_LINK_SLOTS, 0, (size_t)entry->locals * sizeof *link);
    task->regs[WK_REG_PC] = (uint64_t)(uintptr_t)wk_atomic_load_ptr((void *const *)(const void *)&entry->code);
    task->regs[WK_REG_FP] = (uint64_t)(uintptr_t)link;
    task->regs[WK_REG_ACC] = (uint64_t)(uintptr_t)entry;
    task->regs[WK_REG_L0] = link[entry->pin[0]];
    task->regs[WK_REG_L1] = link[entry->pin[1]];
    task->fuel -= (int64_t)wk_entry_charge(entry) + extra_units;
    return wk_fast_yield_if_due(task) || wk_fast_go_on(task);
}

/* Calls any function; the balance is exact. */
bool wk_fast_invoke(struct wick_task *task, struct wk_fast_call *call, uint32_t extra_units) {
    enum wk_fast_next next;
    do {
        if (call->func->instance != NULL) {
            if (wk_task_reserve(task, fast_frame_end(call->func->code, call->base)) != WICK_OK) {
                return fast_not_entered(task, call->rc, call->base, call->caller);
            }
            return fast_enter(task, call, extra_units);
        }
        next = fast_answered(task, call, wk_host_call(task, call->func, call->caller, call->base, call->again));
        extra_units = 0;
    } while (next == WK_FAST_AROUND);
    return next == WK_FAST_LEFT;
}

/* Most functions of the host answer at once, and nothing changes that the loop has copies of. */
enum wk_fast_back wk_fast_host(struct wick_task *task, struct wick_func *func, uint64_t *at, const uint8_t *end) {
    struct wk_host_func *host = (struct wk_host_func *)(void *)func;
    const struct wick_store *store = task->store;
    const uint64_t changes = store->changes;
    struct wick_call call;
    struct wk_fast_call next;
    enum wk_fast_next what;
    wick_host_result result;
    wk_host_begin(&call, task, host, wk_fast_instance(task), at);
    result = wk_host_run(&call);
    if (WK_LIKELY(result == WICK_HOST_OK && store->changes == changes && !host->returns_refs &&
                  task->fuel > WK_SLICE_MOST && wk_atomic_load32(&task->stop) == 0)) {
        wk_host_results(&call, at);
        task->fuel -= 1 + WK_SLICE_MOST;
        return WK_FAST_BACK;
    }
    next = (struct wk_fast_call){.func = func, .caller = call.caller, .rc = (uint64_t)(uintptr_t)end,
                                 .base = wk_host_base(&call), .again = false};
    what = fast_answered(task, &next, wk_host_end(&call, result));
    if (what == WK_FAST_AROUND) {
        return wk_fast_invoke(task, &next, 0) ? WK_FAST_OVER : WK_FAST_ELSEWHERE;
    }
    return what == WK_FAST_LEFT ? WK_FAST_OVER : WK_FAST_ELSEWHERE;
}

/* The call cell at pc, of `size` bytes, calls `func`. */
static bool fast_call_from_cell(struct wick_task *task, struct wick_func *func, uint32_t size) {
    const uint8_t *end = wk_fast_pc(task) + size;
    struct wk_fast *head = WK_FAST_OF(wk_fast_mb(task));
    uint64_t *fp = wk_fast_fp(task);
    uint64_t *at = fp + WK_CALL_DELTA(end);
    struct wk_fast_call call = {.func = func, .caller = head->instance, .rc = (uint64_t)(uintptr_t)end};
    wk_fast_fold(task);
    if (func->instance == NULL && at + wk_host_need(func) <= head->stack_end) {
        const enum wk_fast_back back = wk_fast_host(task, func, at, end);
        if (back == WK_FAST_BACK) {
            task->regs[WK_REG_PC] = (uint64_t)(uintptr_t)end;
            task->regs[WK_REG_ACC] = *at;
            task->regs[WK_REG_F64] = *at;
            task->regs[WK_REG_F32] = *at;
            task->regs[WK_REG_L0] = fp[WK_CALL_PIN0(end)];
            task->regs[WK_REG_L1] = fp[WK_CALL_PIN1(end)];
            head->slice = WK_SLICE_MOST;
        }
        return back == WK_FAST_OVER;
    }
    call.base = (uint32_t)(at - task->stack);
    return wk_fast_invoke(task, &call, 0);
}

bool wk_slow_call(struct wick_task *task) {
    const struct wick_instance *instance = wk_fast_instance(task);
    const struct wk_code *code = instance->module->code;
    const struct wk_entry *entries = code->entries;
    return fast_call_from_cell(task, instance->funcs[WK_CALL_ENTRY(entries, wk_fast_pc(task)) - entries], 20);
}

bool wk_slow_call_import(struct wick_task *task) {
    const uint8_t *pc = wk_fast_pc(task);
    return fast_call_from_cell(task, wk_fast_instance(task)->funcs[WK_CELL_U32(pc + 4)], 20);
}

/* Finds what an indirect call calls; NULL: trapped. */
static struct wick_func *fast_find_indirect(struct wick_task *task, uint32_t type, uint32_t table_index,
                                            uint64_t index) {
    const struct wick_table *table = wk_fast_instance(task)->tables[table_index];
    struct wick_func *func;
    if (index >= table->size) {
        wk_fast_trap(task, WICK_ERR_undefined_element, index, table->size);
        return NULL;
    }
    func = wk_func_of_ref(table->elems[index]);
    if (func == NULL) {
        wk_fast_trap(task, WICK_ERR_uninitialized_element, index, 0);
        return NULL;
    }
    if (!wk_func_is(task->store, func, type)) {
        wk_fast_trap(task, WICK_ERR_indirect_call_type, 0, 0);
        return NULL;
    }
    return func;
}

bool wk_slow_call_indirect(struct wick_task *task) {
    const uint8_t *pc = wk_fast_pc(task);
    struct wick_func *func =
        fast_find_indirect(task, WK_CELL_U32(pc + 4), WK_CELL_U32(pc + 8), task->regs[WK_REG_ACC]);
    return func == NULL || fast_call_from_cell(task, func, 28);
}

bool wk_slow_call_ref(struct wick_task *task) {
    struct wick_func *func = wk_func_of_ref(wk_fast_fp(task)[WK_CELL_S16(wk_fast_pc(task) + 4)]);
    if (func == NULL) {
        return wk_fast_trap(task, WICK_ERR_null_function, 0, 0);
    }
    return fast_call_from_cell(task, func, 20);
}

/* `fields` are the last three of a tail call: first argument's slot, arguments, own parameters. The checks come before
 * the arguments overwrite the frame. */
static bool fast_tail(struct wick_task *task, struct wick_func *func, const uint8_t *fields) {
    uint64_t *fp = wk_fast_fp(task);
    const uint32_t n = WK_CELL_U32(fields + 4);
    const int32_t from = WK_CELL_S32(fields);
    struct wk_fast_call call = {.func = func, .caller = wk_fast_instance(task), .rc = fp[0]};
    call.base = (uint32_t)(fp - task->stack) - WK_CELL_U32(fields + 8);
    wk_fast_fold(task);
    if (func->instance != NULL) {
        const uint32_t link = (uint32_t)(fp - task->stack);
        const wick_err err = wk_task_reserve(task, fast_frame_end(func->code, call.base));
        fp = task->stack + link;
        task->regs[WK_REG_FP] = (uint64_t)(uintptr_t)fp;
        if (err != WICK_OK) {
            wk_fast_leave_running(task, WICK_TRAPPED);
            wk_task_keep_backtrace(task);
            return true;
        }
    } else {
        task->fuel -= n / 64;
    }
    memmove(task->stack + call.base, fp + from, (size_t)n * sizeof *fp);
    return wk_fast_invoke(task, &call, n / 64);
}

bool wk_slow_tail(struct wick_task *task) {
    const uint8_t *pc = wk_fast_pc(task);
    return fast_tail(task, wk_fast_instance(task)->funcs[WK_CELL_U32(pc + 4)], pc + 8);
}

bool wk_slow_tail_import(struct wick_task *task) {
    return wk_slow_tail(task);
}

bool wk_slow_tail_indirect(struct wick_task *task) {
    const uint8_t *pc = wk_fast_pc(task);
    const uint64_t index = wk_fast_fp(task)[WK_CELL_S32(pc + 12) + (int32_t)WK_CELL_U32(pc + 16)];
    struct wick_func *func = fast_find_indirect(task, WK_CELL_U32(pc + 4), WK_CELL_U32(pc + 8), index);
    return func == NULL || fast_tail(task, func, pc + 12);
}

bool wk_slow_tail_ref(struct wick_task *task) {
    const uint8_t *pc = wk_fast_pc(task);
    struct wick_func *func = wk_func_of_ref(wk_fast_fp(task)[WK_CELL_S32(pc + 4) + (int32_t)WK_CELL_U32(pc + 8)]);
    if (func == NULL) {
        return wk_fast_trap(task, WICK_ERR_null_function, 0, 0);
    }
    return fast_tail(task, func, pc + 4);
}

/* A return whose link has tags: l0 is the link, fp the base, where the results are. */
bool wk_slow_ret(struct wick_task *task) {
    const uint64_t rc = task->regs[WK_REG_L0];
    const uint32_t base = (uint32_t)(wk_fast_fp(task) - task->stack);
    wk_fast_fold(task);
    if (rc == WK_RC_EXIT) {
        return wk_fast_leave(task, WK_FAST_START, WICK_DONE);
    }
    if (rc == WK_RC_HOST) {
        struct wk_fast_call call;
        wk_fast_pop_host(task, &call);
        return wk_fast_invoke(task, &call, 0);
    }
    if (rc == WK_RC_CONT) {
        wk_fast_return_to_resume(task);
        return wk_fast_go_on(task);
    }
    wk_fast_return_to(task, rc, base, NULL);
    return wk_fast_go_on(task);
}

/* The first call of a function that is not translated: acc is its entry. */
bool wk_slow_lazy(struct wick_task *task) {
    const struct wk_entry *entry = (const struct wk_entry *)(uintptr_t)task->regs[WK_REG_ACC];
    struct wick_instance *instance = wk_fast_instance(task);
    const struct wk_code *code = instance->module->code;
    void *own = NULL;
    wick_err err;
    wick_diag_init(&task->diag);
    err = wk_translate(instance->module, (uint32_t)(entry - code->entries), &own, &task->diag);
    wk_translate_end(instance->module, own);
    if (err != WICK_OK) {
        const uint64_t *fp = wk_fast_fp(task);
        task->diag.err = err;
        wk_fast_fold(task);
        return fast_not_entered(task, fp[0], (uint32_t)(fp - task->stack) - entry->params, instance);
    }
    task->regs[WK_REG_PC] = (uint64_t)(uintptr_t)wk_atomic_load_ptr((void *const *)(const void *)&entry->code);
    return false;
}

/* ---- tasks ------------------------------------------------------------------------------------------------------ */

wick_err wk_fast_start(struct wick_task *task, struct wick_func *func) {
    memset(task->regs, 0, sizeof task->regs);
    task->regs[WK_REG_FUNC] = (uint64_t)(uintptr_t)func;
    task->regs[WK_REG_STATE] = WK_FAST_START;
    task->regs[WK_REG_RC] = WK_RC_EXIT;
    return WICK_OK;
}

wick_status wk_fast_run(struct wick_task *task) {
    const enum wk_fast_state state = (enum wk_fast_state)task->regs[WK_REG_STATE];
    struct wick_instance *instance = (struct wick_instance *)(uintptr_t)task->regs[WK_REG_INSTANCE];
    bool left = false;
    if (task->searches == WK_SEARCH_CATCH) {
        left = wk_fast_unwind_on(task);
    } else if (state == WK_FAST_RUN) {
        task->regs[WK_REG_FP] = (uint64_t)(uintptr_t)(task->stack + task->regs[WK_REG_FP]);
        wk_fast_refresh(task, instance);
    } else {
        struct wk_fast_call call = {.func = wk_func_of_ref(task->regs[WK_REG_FUNC]), .caller = instance,
                                 .rc = task->regs[WK_REG_RC], .base = (uint32_t)task->regs[WK_REG_BASE],
                                 .again = state == WK_FAST_HOST};
        left = wk_fast_invoke(task, &call, 0);
    }
    if (!left) {
        wk_fast_loop(task);
    }
    return (wick_status)task->regs[WK_REG_STATUS];
}

/* ---- backtraces ------------------------------------------------------------------------------------------------- */

struct fast_walk {
    const struct wick_task *task;
    wick_frame *frames;
    size_t cap;
    size_t n;
    struct wick_instance *instance;
    uint64_t host;
};

static void fast_note(struct fast_walk *walk, struct wick_instance *instance, uint32_t func, uint32_t offset) {
    if (walk->n < walk->cap) {
        walk->frames[walk->n].instance = instance;
        walk->frames[walk->n].func = func;
        walk->frames[walk->n].offset = offset;
    }
    walk->n++;
}

/* The function whose cell is at pc: of one that is about to be translated the cell is nobody's. */
static const struct wk_entry *fast_entry_at(const struct wick_task *task, const struct wick_module *module,
                                            const uint8_t *pc) {
    const struct wk_code *code = module->code;
    struct wk_code_place place = {.chunk = NULL};
    if (pc == (const uint8_t *)code->lazy_cell) {
        return (const struct wk_entry *)(uintptr_t)task->regs[WK_REG_ACC];
    }
    wk_code_find(module, pc, &place);
    return &code->entries[place.func];
}

/* Notes the wasm frame at fp, whose code is at pc; answers its base. */
static uint32_t fast_note_wasm(struct fast_walk *walk, const uint8_t *pc, uint32_t fp) {
    struct wick_module *module = walk->instance->module;
    const struct wk_code *code = module->code;
    uint32_t offset = 0;
    uint32_t func;
    if (pc == (const uint8_t *)code->lazy_cell) {
        const struct wk_entry *entry = (const struct wk_entry *)(uintptr_t)walk->task->regs[WK_REG_ACC];
        func = (uint32_t)(entry - code->entries);
        offset = module->funcs[func].code_at;
    } else {
        struct wk_code_place place = {.chunk = NULL};
        wk_code_find(module, pc, &place);
        func = place.func;
        if (walk->n < walk->cap) {
            offset = wk_translate_locate(module, func, (uint32_t)(pc - place.code));
        }
    }
    fast_note(walk, walk->instance, func, offset);
    return fp - code->entries[func].params;
}

size_t wk_fast_backtrace(const struct wick_task *task, wick_frame *frames, size_t cap) {
    struct fast_walk walk = {.task = task, .frames = frames, .cap = cap, .host = task->regs[WK_REG_HOST]};
    const struct wk_stack *stack = task->current;
    uint64_t rc = WK_RC_EXIT;
    uint32_t base = 0;
    walk.instance = (struct wick_instance *)(uintptr_t)task->regs[WK_REG_INSTANCE];
    if (task->regs[WK_REG_STATE] == WK_FAST_HOST) {
        fast_note(&walk, NULL, WK_NO_INDEX, 0);
        rc = task->regs[WK_REG_RC];
        base = (uint32_t)task->regs[WK_REG_BASE];
    } else if (task->regs[WK_REG_STATE] == WK_FAST_RUN) {
        const uint32_t fp = (uint32_t)task->regs[WK_REG_FP];
        base = fast_note_wasm(&walk, wk_fast_pc(task), fp);
        rc = stack->slots[fp];
    }
    while (rc != WK_RC_EXIT) {
        if (rc == WK_RC_HOST) {
            const struct wk_host_frame *frame = wk_fast_host_frame(stack->slots, walk.host);
            fast_note(&walk, NULL, WK_NO_INDEX, 0);
            walk.instance = (struct wick_instance *)(uintptr_t)frame->caller;
            walk.host = wk_fast_host_below(stack->slots, frame);
            rc = wk_fast_host_rc(frame);
            base = frame->base;
        } else if (rc == WK_RC_CONT) {
            stack = stack->parent;
            walk.instance = (struct wick_instance *)(uintptr_t)stack->at[2];
            walk.host = stack->at[1];
            rc = stack->at[0];
            base = stack->base;
        } else {
            const uint32_t fp = wk_fast_caller_fp(rc, base);
            walk.instance = wk_fast_caller_instance(stack->slots, rc, base, walk.instance);
            base = fast_note_wasm(&walk, wk_fast_rc_cell(rc) - 1, fp);
            rc = stack->slots[fp];
        }
    }
    return walk.n;
}

static uint64_t fast_top(const struct wick_task *task) {
    const struct wick_instance *instance = (const struct wick_instance *)(uintptr_t)task->regs[WK_REG_INSTANCE];
    uint64_t fp = task->regs[WK_REG_FP];
    if (task->state == WK_TASK_RUNNING) {
        fp = (uint64_t)(wk_fast_fp(task) - task->stack);
        instance = wk_fast_instance(task);
    } else if (task->regs[WK_REG_STATE] == WK_FAST_HOST) {
        return wk_host_top(task, wk_func_of_ref(task->regs[WK_REG_FUNC]), (uint32_t)task->regs[WK_REG_BASE]);
    } else if (task->regs[WK_REG_STATE] == WK_FAST_START) {
        const struct wick_func *func = (const struct wick_func *)(uintptr_t)task->regs[WK_REG_FUNC];
        return wk_type_get(&task->store->engine->types, func->type)->param_slots;
    }
    return fp + fast_entry_at(task, instance->module, wk_fast_pc(task))->need;
}

/* ---- the table of functions ------------------------------------------------------------------------------------- */

static void fast_instance_init(struct wick_instance *instance) {
    const struct wick_module *module = instance->module;
    struct wk_code *code = module->code;
    for (uint32_t i = module->n_func_imports; i < module->n_funcs; i++) {
        instance->own_funcs[i - module->n_func_imports].code = &code->entries[i];
    }
}

static const struct wk_interp fast_interp = {
    .name = "fast",
    .can_guard = WK_GUARD,
    .module_init = wk_code_init,
    .module_free = wk_code_free,
    .translate = wk_translate,
    .translate_end = wk_translate_end,
    .instance_init = fast_instance_init,
    .start = wk_fast_start,
    .run = wk_fast_run,
    .backtrace = wk_fast_backtrace,
    .top = fast_top,
};

const struct wk_interp *wk_interp_fast(void) {
    return &fast_interp;
}

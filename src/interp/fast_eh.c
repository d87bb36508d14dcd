/* fast_eh.c - exceptions in the fast interpreter: throwing, and the way from there to a catch.
 *
 * Owner of: unwinding. The way is looked for first, on frames that stay as they are, so that an exception that nobody
 * catches still has its backtrace; then the task is put where it lands. A frame costs two binary searches: for the
 * function whose cells the address belongs to, and for the scope in its table of catches. No cell of any function
 * takes part. spec: exec-throw, exec-throw_ref, exec-handler. */
#include "interp/slow.h"
#include "rt/heap.h"

#if WICK_EH

struct eh_way {
    struct wick_task *task;
    const struct wk_exn *exn;
    struct wk_stack *stack; /* of the frame at hand */
    uint64_t host; /* as WK_REG_HOST */
    uint64_t n_left; /* frames */
    uint64_t n_passed; /* catches that did not match */
    struct wk_code_place place; /* of the frame at hand */
    struct wick_module *module; /* that `place` is about */
};

/* ---- one frame --------------------------------------------------------------------------------------------------- */

/* The number + 1 of the catch that is tried first at this code offset. */
static uint32_t eh_scope_at(const struct wk_catches *table, uint32_t at) {
    uint32_t low = 0, high = table->n_scopes;
    while (low < high) {
        const uint32_t middle = low + (high - low) / 2;
        if (table->scopes[middle].at <= at) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low == 0 ? 0 : table->scopes[low - 1].first;
}

/* The catch of the function at `place` that takes the exception; NULL: none. */
static const struct wk_catch *eh_find(struct eh_way *way, const struct wick_instance *instance, const uint8_t *pc) {
    const struct wk_catches *table = way->place.catches;
    const struct wk_catch *catches;
    uint32_t number;
    if (table == NULL) {
        return NULL;
    }
    catches = wk_catches_of(table);
    for (number = eh_scope_at(table, (uint32_t)(pc - way->place.code)); number != 0;) {
        const struct wk_catch *catch = &catches[number - 1];
        if (catch->tag == WK_NO_INDEX || instance->tags[catch->tag] == way->exn->tag) {
            return catch;
        }
        number = catch->next;
        way->n_passed++;
    }
    return NULL;
}

/* ---- landing ----------------------------------------------------------------------------------------------------- */

static void eh_charge(const struct eh_way *way, uint64_t more) {
    way->task->fuel -= (int64_t)(way->n_left + way->n_passed / 64 + more);
}

static enum wk_fast_next eh_land(struct eh_way *way, const struct wk_catch *catch, struct wick_instance *instance,
                                 uint32_t fp_slot) {
    struct wick_task *task = way->task;
    const struct wk_code *code = instance->module->code;
    const struct wk_entry *entry = &code->entries[way->place.func];
    uint64_t *fp = way->stack->slots + fp_slot;
    uint32_t n = 0;
    wk_task_drop_stacks(task, way->stack);
    if (catch->tag != WK_NO_INDEX) {
        n = way->exn->object.n;
        if (n != 0) {
            memcpy(fp + catch->slot, way->exn->slots, (size_t)n * sizeof *fp);
        }
    }
    if (catch->ref != WK_NO_REF) {
        fp[catch->ref] = task->exception;
    }
    task->exception = 0;
    wk_fast_refresh(task, instance);
    task->regs[WK_REG_PC] = (uint64_t)(uintptr_t)(way->place.code + catch->target);
    task->regs[WK_REG_FP] = (uint64_t)(uintptr_t)fp;
    task->regs[WK_REG_L0] = fp[entry->pin[0]];
    task->regs[WK_REG_L1] = fp[entry->pin[1]];
    task->regs[WK_REG_HOST] = way->host;
    eh_charge(way, n / 64);
    return wk_fast_yield_if_due(task) || wk_fast_go_on(task) ? WK_FAST_LEFT : WK_FAST_ON;
}

/* The host function that waits innermost has asked for exceptions. */
static enum wk_fast_next eh_land_in_host(struct eh_way *way, struct wk_fast_call *out_call) {
    struct wick_task *task = way->task;
    wk_task_drop_stacks(task, way->stack);
    wk_fast_host_frame(task->stack, way->host)->exception = task->exception;
    task->exception = 0;
    task->regs[WK_REG_HOST] = way->host;
    wk_fast_pop_host(task, out_call);
    eh_charge(way, 0);
    if (!wk_fast_must_yield(task)) {
        return WK_FAST_AROUND;
    }
    wk_fast_remember(task, out_call);
    wk_fast_leave(task, WK_FAST_HOST, WICK_YIELDED);
    return WK_FAST_LEFT;
}

/* ---- the way ----------------------------------------------------------------------------------------------------- */

/* From the frame in `at` to the catch in it, or to what it returns to: OUT, and `at` says what. */
static enum wk_fast_next eh_try_frame(struct eh_way *way, struct wk_unwind *at) {
    const struct wk_catch *catch;
    const struct wk_code *code;
    if (way->module != at->instance->module) {
        way->module = at->instance->module;
        way->place.chunk = NULL;
    }
    wk_code_find(way->module, at->pc, &way->place);
    catch = eh_find(way, at->instance, at->pc);
    if (catch != NULL) {
        return eh_land(way, catch, at->instance, at->fp);
    }
    code = way->module->code;
    at->rc = way->stack->slots[at->fp];
    at->base = at->fp - code->entries[way->place.func].params;
    way->n_left++;
    return WK_FAST_OUT;
}

enum wk_fast_next wk_fast_unwind(struct wick_task *task, struct wk_unwind *at, struct wk_fast_call *out_call) {
    struct eh_way way = {.task = task, .exn = wk_exn_of_ref(task->exception), .stack = task->current,
                         .host = task->regs[WK_REG_HOST]};
    for (;;) {
        if (at->pc != NULL) {
            const enum wk_fast_next how = eh_try_frame(&way, at);
            if (how != WK_FAST_OUT) {
                return how;
            }
        }
        if (at->rc == WK_RC_EXIT) {
            break;
        }
        if (at->rc == WK_RC_CONT) {
            way.stack = way.stack->parent;
            way.host = way.stack->at[1];
            at->rc = way.stack->at[0];
            at->base = way.stack->base;
            at->instance = (struct wick_instance *)(uintptr_t)way.stack->at[2];
        }
        if (at->rc == WK_RC_HOST) {
            const struct wk_host_frame *frame = wk_fast_host_frame(way.stack->slots, way.host);
            if (frame->catches != 0) {
                return eh_land_in_host(&way, out_call);
            }
            way.n_left++;
            way.host = wk_fast_host_below(way.stack->slots, frame);
            at->pc = NULL;
            at->rc = wk_fast_host_rc(frame);
            at->base = frame->base;
            at->instance = (struct wick_instance *)(uintptr_t)frame->caller;
        } else {
            at->pc = wk_fast_rc_cell(at->rc) - 1;
            at->fp = wk_fast_caller_fp(at->rc, at->base);
            at->instance = wk_fast_caller_instance(way.stack->slots, at->rc, at->base, at->instance);
        }
    }
    eh_charge(&way, 0);
    return WK_FAST_OUT;
}

/* ---- the cells --------------------------------------------------------------------------------------------------- */

bool wk_fast_throw(struct wick_task *task, uint32_t units) {
    struct wk_unwind at = {.pc = wk_fast_pc(task), .fp = (uint32_t)(wk_fast_fp(task) - task->stack),
                           .instance = wk_fast_instance(task)};
    struct wk_fast_call call;
    wk_fast_fold(task);
    task->fuel -= units;
    switch (wk_fast_unwind(task, &at, &call)) {
    case WK_FAST_ON:
        return false;
    case WK_FAST_LEFT:
        return true;
    case WK_FAST_AROUND:
        return wk_fast_invoke(task, &call, 0);
    case WK_FAST_OUT:
        break;
    }
    wk_fast_leave_running(task, WICK_THREW);
    wk_task_uncaught(task);
    return true;
}

bool wk_slow_throw(struct wick_task *task) {
    const uint8_t *pc = wk_fast_pc(task);
    struct wick_tag *tag = wk_fast_instance(task)->tags[WK_CELL_U32(pc + 4)];
    const uint32_t n = wk_type_get(&task->store->engine->types, tag->type)->param_slots;
    const wick_err err = wk_exn_new(task->store, tag, wk_fast_fp(task) + WK_CELL_S32(pc + 8), n, &task->exception);
    if (err != WICK_OK) {
        return wk_fast_trap(task, err, 0, 0);
    }
    return wk_fast_throw(task, 1 + n / 64);
}

bool wk_slow_throw_ref(struct wick_task *task) {
    const uint64_t ref = wk_fast_fp(task)[WK_CELL_S32(wk_fast_pc(task) + 4)];
    if (ref == 0) {
        return wk_fast_trap(task, WICK_ERR_null_exception, 0, 0);
    }
    task->exception = ref;
    return wk_fast_throw(task, 1);
}

#endif

/* fast_eh.c - exceptions in the fast interpreter: throwing, and the way from there to a catch.
 *
 * Owner of: unwinding. The way is looked for first, on frames that stay as they are, so that an exception that nobody
 * catches still has its backtrace, and that the task can yield anywhere on the way; then the task is put where it lands.
 * A frame costs two binary searches: for the function whose cells the address belongs to, and for the scope in its table
 * of catches. No cell of any function takes part. spec: exec-throw, exec-throw_ref, exec-handler. */
#include "interp/slow.h"
#include "rt/heap.h"

#if WICK_EH

_Static_assert(sizeof(struct wk_unwind) <= sizeof ((struct wick_task *)0)->search, "a search has no room in a task");

struct eh_way {
    struct wick_task *task;
    const struct wk_exn *exn;
    struct wk_unwind *at;
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

/* The catch of the frame at hand that takes the exception, or NULL. false: the task is to yield before it is clear. */
static bool eh_find(struct eh_way *way, const struct wk_catch **out) {
    struct wk_unwind *at = way->at;
    const struct wk_catches *table;
    const struct wk_catch *catches;
    if (way->module != at->instance->module) {
        way->module = at->instance->module;
        way->place.chunk = NULL;
    }
    wk_code_find(way->module, at->pc, &way->place);
    table = way->place.catches;
    *out = NULL;
    if (table == NULL) {
        return true;
    }
    catches = wk_catches_of(table);
    if (at->next == WK_UNWIND_FRESH) {
        at->next = eh_scope_at(table, (uint32_t)(at->pc - way->place.code));
    }
    while (at->next != 0) {
        const struct wk_catch *catch = &catches[at->next - 1];
        if (catch->tag == WK_NO_INDEX || at->instance->tags[catch->tag] == way->exn->tag) {
            *out = catch;
            return true;
        }
        at->next = catch->next;
        if (++at->n_passed % 64 == 0 && wk_task_pay_search(way->task)) {
            return false;
        }
    }
    return true;
}

/* ---- landing ----------------------------------------------------------------------------------------------------- */

static enum wk_fast_next eh_land(struct eh_way *way, const struct wk_catch *catch) {
    struct wick_task *task = way->task;
    const struct wk_unwind *at = way->at;
    const struct wk_code *code = at->instance->module->code;
    const struct wk_entry *entry = &code->entries[way->place.func];
    uint64_t *fp = at->stack->slots + at->fp;
    wk_task_drop_stacks(task, at->stack);
    if (catch->tag != WK_NO_INDEX) {
        const uint32_t n = way->exn->object.n;
        if (n != 0) {
            memcpy(fp + catch->slot, way->exn->slots, (size_t)n * sizeof *fp);
        }
        task->fuel -= n / 64;
    }
    if (catch->ref != WK_NO_REF) {
        fp[catch->ref] = task->exception;
    }
    task->exception = 0;
    wk_fast_refresh(task, at->instance);
    task->regs[WK_REG_PC] = (uint64_t)(uintptr_t)(way->place.code + catch->target);
    task->regs[WK_REG_FP] = (uint64_t)(uintptr_t)fp;
    task->regs[WK_REG_L0] = fp[entry->pin[0]];
    task->regs[WK_REG_L1] = fp[entry->pin[1]];
    task->regs[WK_REG_HOST] = at->host;
    return wk_fast_yield_if_due(task) || wk_fast_go_on(task) ? WK_FAST_LEFT : WK_FAST_ON;
}

/* The host function that waits innermost has asked for exceptions. */
static enum wk_fast_next eh_land_in_host(struct eh_way *way, struct wk_fast_call *out_call) {
    struct wick_task *task = way->task;
    wk_task_drop_stacks(task, way->at->stack);
    wk_fast_host_frame(task->stack, way->at->host)->exception = task->exception;
    task->exception = 0;
    task->regs[WK_REG_HOST] = way->at->host;
    wk_fast_pop_host(task, out_call);
    if (!wk_task_must_yield(task)) {
        return WK_FAST_AROUND;
    }
    wk_fast_remember(task, out_call);
    wk_fast_leave(task, WK_FAST_HOST, WICK_YIELDED);
    return WK_FAST_LEFT;
}

/* ---- the way ----------------------------------------------------------------------------------------------------- */

/* Out of fuel. Nothing has been touched but `at`, and the registers still say where the exception was thrown. */
static enum wk_fast_next eh_yield(const struct eh_way *way) {
    wk_task_keep_search(way->task, WK_SEARCH_CATCH, way->at, sizeof *way->at);
    way->task->regs[WK_REG_STATUS] = WICK_YIELDED;
    return WK_FAST_LEFT;
}

/* The frame at hand does not catch it: to what it returns to. */
static void eh_leave_frame(struct eh_way *way) {
    struct wk_unwind *at = way->at;
    const struct wk_code *code = way->module->code;
    at->rc = at->stack->slots[at->fp];
    at->base = at->fp - code->entries[way->place.func].params;
    at->pc = NULL;
}

/* The host function that waits innermost does not catch it: likewise. */
static void eh_leave_host(struct wk_unwind *at, const struct wk_host_frame *frame) {
    at->host = wk_fast_host_below(at->stack->slots, frame);
    at->rc = wk_fast_host_rc(frame);
    at->base = frame->base;
    at->instance = (struct wick_instance *)(uintptr_t)frame->caller;
}

/* To the wasm frame that `at` returns to. */
static void eh_enter_frame(struct wk_unwind *at) {
    if (at->rc == WK_RC_CONT) {
        at->stack = at->stack->parent;
        at->host = at->stack->at[1];
        at->rc = at->stack->at[0];
        at->base = at->stack->base;
        at->instance = (struct wick_instance *)(uintptr_t)at->stack->at[2];
    }
    at->pc = wk_fast_rc_cell(at->rc) - 1;
    at->fp = wk_fast_caller_fp(at->rc, at->base);
    at->instance = wk_fast_caller_instance(at->stack->slots, at->rc, at->base, at->instance);
    at->next = WK_UNWIND_FRESH;
}

enum wk_fast_next wk_fast_unwind(struct wick_task *task, struct wk_unwind *at, struct wk_fast_call *out_call) {
    struct eh_way way = {.task = task, .exn = wk_exn_of_ref(task->exception), .at = at};
    while (at->pc != NULL || at->rc != WK_RC_EXIT) {
        if (at->pc != NULL) {
            const struct wk_catch *catch;
            if (!eh_find(&way, &catch)) {
                return eh_yield(&way);
            }
            if (catch != NULL) {
                return eh_land(&way, catch);
            }
            eh_leave_frame(&way);
        } else if (at->rc == WK_RC_HOST) {
            const struct wk_host_frame *frame = wk_fast_host_frame(at->stack->slots, at->host);
            if (frame->catches != 0) {
                return eh_land_in_host(&way, out_call);
            }
            eh_leave_host(at, frame);
        } else {
            eh_enter_frame(at);
            continue;
        }
        if (wk_task_pay_search(task)) {
            return eh_yield(&way);
        }
    }
    task->regs[WK_REG_STATUS] = WICK_THREW;
    wk_task_uncaught(task);
    return WK_FAST_LEFT;
}

static bool eh_unwind(struct wick_task *task, struct wk_unwind *at) {
    struct wk_fast_call call;
    switch (wk_fast_unwind(task, at, &call)) {
    case WK_FAST_ON:
        return false;
    case WK_FAST_LEFT:
        return true;
    case WK_FAST_AROUND:
        break;
    }
    return wk_fast_invoke(task, &call, 0);
}

bool wk_fast_unwind_on(struct wick_task *task) {
    struct wk_unwind at;
    wk_task_take_search(task, &at, sizeof at);
    return eh_unwind(task, &at);
}

/* ---- the cells --------------------------------------------------------------------------------------------------- */

bool wk_fast_throw(struct wick_task *task, uint32_t units) {
    struct wk_unwind at = {.pc = wk_fast_pc(task), .fp = (uint32_t)(wk_fast_fp(task) - task->stack),
                           .instance = wk_fast_instance(task), .next = WK_UNWIND_FRESH, .stack = task->current,
                           .host = task->regs[WK_REG_HOST]};
    wk_fast_fold(task);
    task->fuel -= units;
    wk_fast_leave_running(task, WICK_THREW);
    return eh_unwind(task, &at);
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

/* hostcall.c - calls of host functions, and what they may do while they run (all of wick_call_*).
 *
 * Owner of: the host frame above the arguments (struct wk_host_frame), the rounds of PENDING and CALL, the check of
 * what a host function returns. Spec: exec-invoke-host. */
#include "rt/object.h"

static struct wk_host_func *hostcall_of(struct wick_func *func) {
    return (struct wk_host_func *)(void *)func;
}

/* Everything a host function returns must be of the declared type; numbers always are. */
static bool hostcall_results_are_wrong(const struct wick_call *call) {
    const struct wk_deftype *type = call->host->type;
    const wick_valtype *types = type->types + type->n_params;
    uint32_t slot = 0;
    for (uint32_t i = 0; i < type->n_results; i++) {
        if (wk_type_is_ref(types[i]) && !wk_ref_is(call->task->store, call->results[slot], types[i])) {
            return true;
        }
        slot += wk_type_slots(types[i]);
    }
    return false;
}

static wick_host_result hostcall_usage(struct wick_task *task, const char *why) {
    wk_task_trap(task, WICK_ERR_usage, WK_STR(why), 0);
    return WICK_HOST_TRAP;
}

/* An accessor was asked for what the function does not have. It goes on with zeros; its task traps when it returns, whatever
 * it answers. The interpreter looks at the answer more closely where something has changed. */
static WK_COLD void hostcall_misuse(const struct wick_call *call, const char *why) {
    (void)hostcall_usage(call->task, why);
    ((struct wick_call *)(uintptr_t)call)->err = WICK_ERR_usage;
    call->task->store->changes++;
}

/* Most calls answer at once and never need it. */
static struct wk_host_frame *hostcall_frame(struct wick_call *call) {
    if (call->frame == NULL) {
        call->frame = (struct wk_host_frame *)(void *)(call->results - WK_HOST_FRAME_SLOTS);
        *call->frame = (struct wk_host_frame){.base = wk_host_base(call), .func = (uint64_t)(uintptr_t)call->host,
                                              .caller = (uint64_t)(uintptr_t)call->caller};
    }
    return call->frame;
}

/* Every answer but OK with the right results. The task may stay where it is for long: now the frame is needed. */
static WK_NOINLINE wick_host_result hostcall_refuse(struct wick_call *call, wick_host_result result) {
    struct wick_task *task = call->task;
    const struct wk_host_frame *frame = hostcall_frame(call);
    if (call->err == WICK_ERR_usage) {
        return WICK_HOST_TRAP;
    }
    switch (result) {
    case WICK_HOST_OK:
        return hostcall_usage(task, "a host function returned a reference of another type");
    case WICK_HOST_PENDING:
        return WICK_HOST_PENDING;
    case WICK_HOST_CALL:
        if (frame->inner_base == 0) {
            return hostcall_usage(task, "a host function answered CALL without wick_call_wasm");
        }
        return WICK_HOST_CALL;
    case WICK_HOST_THROW:
        if (task->exception == 0) {
            return hostcall_usage(task, "a host function answered THROW without wick_call_throw");
        }
        task->fuel -= 1;
        return WICK_HOST_THROW;
    case WICK_HOST_TRAP:
        if (call->err == WICK_OK) {
            return hostcall_usage(task, "a host function answered TRAP without wick_call_trap");
        }
        return WICK_HOST_TRAP;
    }
    return hostcall_usage(task, "a host function answered no wick_host_result");
}

wick_host_result wk_host_end(struct wick_call *call, wick_host_result result) {
    struct wick_task *task = call->task;
    if (WK_LIKELY(result == WICK_HOST_OK) && WK_LIKELY(call->err != WICK_ERR_usage) &&
        !(call->host->returns_refs && WK_MISUSE(hostcall_results_are_wrong(call)))) {
        wk_host_results(call, task->stack + wk_host_base(call));
        task->fuel -= 1;
        return WICK_HOST_OK;
    }
    return hostcall_refuse(call, result);
}

wick_host_result wk_host_call(struct wick_task *task, struct wick_func *func, struct wick_instance *caller,
                              uint32_t base, bool again) {
    struct wk_host_func *host = hostcall_of(func);
    struct wick_call call;
    if (wk_task_reserve(task, (uint64_t)base + host->need) != WICK_OK) {
        return WICK_HOST_TRAP;
    }
    wk_host_begin(&call, task, host, caller, task->stack + base);
    if (again) {
        call.frame = (struct wk_host_frame *)(void *)(call.results - WK_HOST_FRAME_SLOTS);
        call.frame->round += call.frame->round != UINT32_MAX;
        call.frame->inner_base = 0;
    }
    return wk_host_end(&call, wk_host_run(&call));
}

struct wick_func *wk_host_inner(const struct wick_task *task, struct wick_func *func, uint32_t base,
                                uint32_t *out_base) {
    const uint64_t *slots = task->stack + wk_host_frame_slot(func, base);
    const struct wk_host_frame *frame = (const struct wk_host_frame *)(const void *)slots;
    *out_base = frame->inner_base;
    return wk_func_of_ref(frame->inner);
}

uint64_t wk_host_top(const struct wick_task *task, const struct wick_func *func, uint32_t base) {
    const uint32_t slot = wk_host_frame_slot(func, base);
    const struct wk_host_frame *frame = (const struct wk_host_frame *)(const void *)(task->stack + slot);
    const uint64_t top = (uint64_t)slot + WK_HOST_FRAME_SLOTS + wk_func_deftype(func)->result_slots;
    return frame->inner_base == 0 ? top : top + wk_func_deftype(wk_func_of_ref(frame->inner))->result_slots;
}

/* ---- arguments and results --------------------------------------------------------------------------------------- */

/* Where no value takes two slots, a value's number is its slot's. */
WK_INLINE uint32_t hostcall_slot(const wick_valtype *types, uint32_t n, uint32_t n_slots, uint32_t index) {
    return n == n_slots ? index : wk_slot_of(types, index);
}

/* The slot of a parameter, whose kind must be this one (NONE: any). NULL: there is no such parameter. */
WK_INLINE const uint64_t *hostcall_param(const wick_call *call, uint32_t index, uint32_t kind) {
    const struct wk_deftype *type = call->host->type;
    if (WK_MISUSE(index >= type->n_params) ||
        WK_MISUSE(kind != WICK_KIND_NONE && WICK_TYPE_KIND(type->types[index]) != kind)) {
        hostcall_misuse(call, "wick_call_arg: there is no such parameter of this type");
        return NULL;
    }
    return call->args + hostcall_slot(type->types, type->n_params, type->param_slots, index);
}

uint32_t wick_call_arg_i32(const wick_call *call, uint32_t index) {
    const uint64_t *slot = hostcall_param(call, index, WICK_KIND_I32);
    return slot == NULL ? 0 : (uint32_t)*slot;
}

uint64_t wick_call_arg_i64(const wick_call *call, uint32_t index) {
    const uint64_t *slot = hostcall_param(call, index, WICK_KIND_I64);
    return slot == NULL ? 0 : *slot;
}

const uint64_t *wick_call_args(const wick_call *call) {
    return call->args;
}

void wick_call_arg(const wick_call *call, uint32_t index, wick_value *out_value) {
    const uint64_t *slot = hostcall_param(call, index, WICK_KIND_NONE);
    if (slot == NULL) {
        memset(out_value, 0, sizeof *out_value);
        return;
    }
    wk_value_of_slots(call->host->type->types[index], slot, out_value);
}

/* The same of a result. */
WK_INLINE uint64_t *hostcall_result(const wick_call *call, uint32_t index, uint32_t kind) {
    const struct wk_deftype *type = call->host->type;
    const wick_valtype *types = type->types + type->n_params;
    if (WK_MISUSE(index >= type->n_results) ||
        WK_MISUSE(WICK_TYPE_KIND(types[index]) != kind)) {
        hostcall_misuse(call, "wick_call_return: there is no such result of this type");
        return NULL;
    }
    return call->results + hostcall_slot(types, type->n_results, type->result_slots, index);
}

void wick_call_return_i32(wick_call *call, uint32_t index, uint32_t value) {
    uint64_t *slot = hostcall_result(call, index, WICK_KIND_I32);
    if (slot != NULL) {
        *slot = value;
    }
}

void wick_call_return_i64(wick_call *call, uint32_t index, uint64_t value) {
    uint64_t *slot = hostcall_result(call, index, WICK_KIND_I64);
    if (slot != NULL) {
        *slot = value;
    }
}

void wick_call_return(wick_call *call, uint32_t index, const wick_value *value) {
    uint64_t *slot = hostcall_result(call, index, WICK_TYPE_KIND(value->type));
    if (slot != NULL) {
        wk_value_to_slots(value, slot);
    }
}

/* ---- where the call comes from ----------------------------------------------------------------------------------- */

wick_task *wick_call_task(const wick_call *call) {
    return call->task;
}

wick_store *wick_call_store(const wick_call *call) {
    return call->task->store;
}

wick_instance *wick_call_instance(const wick_call *call) {
    return call->caller;
}

wick_memory *wick_call_memory(const wick_call *call) {
    return wk_call_memory(call);
}

uint8_t *wick_call_bytes(const wick_call *call, uint64_t address, uint64_t size) {
    struct wick_memory *memory = wk_call_memory(call);
    if (memory == NULL || !wk_in_bounds(address, 0, size, wk_memory_size(memory))) {
        return NULL;
    }
    return memory->base + address;
}

uint64_t *wick_call_state(wick_call *call) {
    return hostcall_frame(call)->state;
}

uint32_t wick_call_round(const wick_call *call) {
    return call->frame == NULL ? 0 : call->frame->round;
}

wick_host_result wick_call_pending(wick_call *call, uint64_t deadline_ns) {
    call->task->deadline = deadline_ns;
    return WICK_HOST_PENDING;
}

/* ---- other answers than OK --------------------------------------------------------------------------------------- */

wick_host_result wick_call_trap(wick_call *call, const char *why) {
    wk_task_trap(call->task, WICK_ERR_host_trap, WK_STR(why), 0);
    call->err = WICK_ERR_host_trap;
    return WICK_HOST_TRAP;
}

wick_host_result wick_call_fail(wick_call *call, wick_err err) {
    if (WK_MISUSE(err == WICK_OK) || WK_MISUSE((uint32_t)err >= WICK_ERR_COUNT)) {
        call->err = WICK_ERR_usage;
        return hostcall_usage(call->task, "wick_call_fail with no error");
    }
    wk_task_trap(call->task, err, 0, 0);
    call->err = err;
    return WICK_HOST_TRAP;
}

/* Above the host frame and the room for results. */
static uint32_t hostcall_inner_base(const struct wick_call *call) {
    return wk_host_base(call) + call->host->need;
}

static wick_host_result hostcall_wasm(wick_call *call, wick_func *func, const wick_value *args, size_t n_args,
                                      bool catches) {
    struct wick_task *task = call->task;
    const uint32_t base = wk_host_base(call);
    const uint32_t inner_base = hostcall_inner_base(call);
    const struct wk_deftype *type;
    uint32_t slot = inner_base;
    if (WK_MISUSE(call->err == WICK_ERR_usage)) {
        return WICK_HOST_TRAP;
    }
    if (WK_MISUSE(func == NULL) || WK_MISUSE(func->store != task->store)) {
        call->err = WICK_ERR_usage;
        return hostcall_usage(task, "wick_call_wasm: the function is NULL or of another store");
    }
    wick_diag_init(&task->diag);
    call->err = wk_args_check(task->store, wk_func_deftype(func), args, n_args, &task->diag);
    if (call->err != WICK_OK) {
        return WICK_HOST_TRAP;
    }
    type = wk_func_deftype(func);
    (void)hostcall_frame(call);
    call->err = wk_task_reserve(task, (uint64_t)inner_base + type->param_slots);
    wk_host_point(call, task->stack + base);
    call->frame = (struct wk_host_frame *)(void *)(call->results - WK_HOST_FRAME_SLOTS);
    if (call->err != WICK_OK) {
        return WICK_HOST_TRAP;
    }
    for (uint32_t i = 0; i < type->n_params; i++) {
        wk_value_to_slots(&args[i], task->stack + slot);
        slot += wk_type_slots(type->types[i]);
    }
    call->frame->inner = (uint64_t)(uintptr_t)func;
    call->frame->inner_base = inner_base;
    call->frame->catches = catches;
    call->frame->exception = 0;
    return WICK_HOST_CALL;
}

wick_host_result wick_call_wasm(wick_call *call, wick_func *func, const wick_value *args, size_t n_args) {
    return hostcall_wasm(call, func, args, n_args, false);
}

wick_host_result wick_call_wasm_catch(wick_call *call, wick_func *func, const wick_value *args, size_t n_args) {
    return hostcall_wasm(call, func, args, n_args, true);
}

wick_ref wick_call_exception(const wick_call *call) {
    return call->frame == NULL ? 0 : call->frame->exception;
}

wick_host_result wick_call_throw(wick_call *call, wick_ref exception) {
    if (!WICK_EH || WK_MISUSE(!wk_ref_is(call->task->store, exception, WICK_REF(WICK_HEAP_exn)))) {
        call->err = WICK_ERR_usage;
        return hostcall_usage(call->task, "wick_call_throw: no exception of this store");
    }
    call->task->exception = exception;
    return WICK_HOST_THROW;
}

void wick_call_wasm_result(const wick_call *call, uint32_t index, wick_value *out_value) {
    const struct wk_deftype *type;
    const wick_valtype *types;
    uint32_t slot;
    memset(out_value, 0, sizeof *out_value);
    if (WK_MISUSE(call->frame == NULL) || WK_MISUSE(call->frame->inner == 0) || WK_MISUSE(call->frame->round == 0)) {
        hostcall_misuse(call, "wick_call_wasm_result: no wick_call_wasm came before");
        return;
    }
    if (call->frame->exception != 0) {
        return;
    }
    type = wk_func_deftype(wk_func_of_ref(call->frame->inner));
    types = type->types + type->n_params;
    if (WK_MISUSE(index >= type->n_results)) {
        hostcall_misuse(call, "wick_call_wasm_result: there is no such result");
        return;
    }
    slot = hostcall_inner_base(call) + wk_slot_of(types, index);
    wk_value_of_slots(types[index], call->task->stack + slot, out_value);
}

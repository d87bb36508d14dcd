/* ref.c - the reference interpreter: slow, obvious, and never removed. It is the oracle for the fast one.
 *
 * Owner of: nothing but clarity. Frames, fuel and depth are rt.h's rules, numbers are num/'s, effects on memories and
 * tables rt's. Spec: exec-instr, exec-invoke.
 *
 * A link (rt.h: 4 slots between parameters and locals) holds: the frame's function; its program counter and side table
 * cursor while it is not at the top; its parent; its operand height and the instruction it is at. A parent is a kind
 * and a slot: the link of a wasm frame, or the frame of a host function (struct wk_host_frame) whose own `link` holds
 * its parent. While the task does not run, regs[0] says what is on top and regs[1] its slot. A stack that does not run
 * has in at[0] the slot of its innermost frame's link, and in at[1] the cursor of the first handler clause of the resume
 * that it is at. */
#include "base/bits.h"
#include "base/relaxed.h"
#include "interp/ref.h"
#include "num/i32.h"
#include "num/i64.h"
#include "rt/cont.h"

enum ref_next { REF_GO, REF_YIELD, REF_WAIT, REF_TRAP, REF_THROW, REF_DONE };

struct ref_vm {
    struct wick_task *task;
    uint64_t *slots; /* of the whole stack; read again after whatever may move it */
    struct wick_func *func;
    struct wick_instance *instance;
    const struct wick_module *module;
    const uint8_t *bytes;
    const struct ref_code *code;
    uint32_t base;     /* slot of the first parameter */
    uint32_t link;     /* slot of the link */
    uint32_t operands; /* slot of the first operand */
    uint32_t sp;       /* first free slot */
    uint32_t pc;
    uint32_t at;       /* of the instruction that is being executed */
    uint32_t cursor;
};

static uint64_t ref_pair(uint32_t low, uint32_t high) {
    return (uint64_t)high << 32 | low;
}

/* ---- frames ------------------------------------------------------------------------------------------------------ */

/* Everything that follows from which frame is on top. */
static void ref_at_frame(struct ref_vm *vm, struct wick_func *func, uint32_t base) {
    vm->slots = vm->task->stack;
    vm->func = func;
    vm->instance = func->instance;
    vm->module = func->instance->module;
    vm->bytes = vm->module->bytes;
    vm->code = wk_ref_code_of(func);
    vm->base = base;
    vm->link = base + wk_module_func_type(vm->module, func->index)->param_slots;
    vm->operands = vm->link + WK_LINK_SLOTS + vm->module->funcs[func->index].local_slots;
}

static void ref_load(struct ref_vm *vm, uint32_t link) {
    const uint64_t *l = vm->task->stack + link;
    struct wick_func *func = wk_func_of_ref(l[0]);
    const uint32_t params = wk_module_func_type(func->instance->module, func->index)->param_slots;
    ref_at_frame(vm, func, link - params);
    vm->pc = (uint32_t)l[1];
    vm->cursor = (uint32_t)(l[1] >> 32);
    vm->sp = (uint32_t)l[3];
    vm->at = (uint32_t)(l[3] >> 32);
}

/* Puts into the link what ref_load reads, and makes this frame the top of a task that does not run. */
static void ref_save(struct ref_vm *vm, enum ref_at kind) {
    uint64_t *l = vm->slots + vm->link;
    l[1] = ref_pair(vm->pc, vm->cursor);
    l[3] = ref_pair(vm->sp, vm->at);
    vm->task->regs[0] = kind;
    vm->task->regs[1] = vm->link;
    vm->task->regs[2] = 0;
}

static bool ref_charge(struct ref_vm *vm, uint64_t units) {
    vm->task->fuel -= (int64_t)units;
    return wk_task_must_yield(vm->task);
}

static enum ref_next ref_yield(struct ref_vm *vm) {
    vm->at = vm->pc;
    ref_save(vm, REF_AT_FRAME);
    return REF_YIELD;
}

/* Charges; the frame goes on at pc. */
static enum ref_next ref_pay(struct ref_vm *vm, uint64_t units) {
    return units != 0 && ref_charge(vm, units) ? ref_yield(vm) : REF_GO;
}

static enum ref_next ref_trap2(struct ref_vm *vm, wick_err err, uint64_t a0, uint64_t a1) {
    ref_save(vm, REF_AT_FRAME);
    wk_task_trap(vm->task, err, a0, a1);
    wk_task_keep_backtrace(vm->task);
    return REF_TRAP;
}

static enum ref_next ref_trap(struct ref_vm *vm, wick_err err) {
    return ref_trap2(vm, err, 0, 0);
}

/* ---- calls ------------------------------------------------------------------------------------------------------- */

/* A call could not be made: the diag is filled, its caller is on top. */
static enum ref_next ref_call_failed(struct ref_vm *vm, uint64_t parent, bool in_host) {
    if (parent >> 32 == REF_AT_CONT && !in_host) { /* nothing is on its stack */
        wk_task_drop_stacks(vm->task, vm->task->current->parent);
        parent = ref_pair((uint32_t)vm->task->current->at[0], REF_AT_FRAME);
    }
    vm->task->regs[0] = parent >> 32;
    vm->task->regs[1] = (uint32_t)parent;
    vm->task->regs[2] = in_host;
    wk_task_keep_backtrace(vm->task);
    return REF_TRAP;
}

/* Can the wasm function be entered at `base`? Translates it when that is not done; makes room on the stack. A function
 * that cannot be translated has been called all the same, and that is paid for. */
static wick_err ref_prepare(struct ref_vm *vm, const struct wick_func *func, uint32_t base, uint64_t extra_units) {
    struct wick_module *module = func->instance->module;
    const struct wk_func_info *info = &module->funcs[func->index];
    const uint32_t params = wk_module_func_type(module, func->index)->param_slots;
    const uint64_t need = (uint64_t)base + params + WK_LINK_SLOTS + info->local_slots + info->max_height;
    wick_err err = wk_task_reserve(vm->task, need);
    vm->slots = vm->task->stack;
    if (err == WICK_OK && wk_ref_code_of(func) == NULL) {
        wick_diag_init(&vm->task->diag);
        err = wk_interp_ref()->translate(module, func->index, NULL, &vm->task->diag);
        if (err != WICK_OK) {
            vm->task->diag.err = err;
            vm->task->fuel -= (int64_t)(1 + info->local_slots / 64 + extra_units);
        }
    }
    return err;
}

static uint64_t ref_host_parent(const struct wick_func *func, uint32_t base) {
    return ref_pair(wk_host_frame_slot(func, base), REF_AT_HOST);
}

static struct wk_host_frame *ref_host_frame(const struct ref_vm *vm, uint32_t slot) {
    return (struct wk_host_frame *)(void *)(vm->task->stack + slot);
}

/* Enters a prepared function whose arguments are in their place. */
static enum ref_next ref_push_frame(struct ref_vm *vm, struct wick_func *func, uint32_t base, uint64_t parent,
                                    uint64_t extra_units) {
    uint32_t locals;
    ref_at_frame(vm, func, base);
    locals = vm->operands - vm->link - WK_LINK_SLOTS;
    vm->slots[vm->link] = wk_ref_of_func(func);
    vm->slots[vm->link + 2] = parent;
    for (uint32_t i = 0; i < locals; i++) {
        vm->slots[vm->link + WK_LINK_SLOTS + i] = 0;
    }
    vm->sp = vm->operands;
    vm->pc = vm->module->funcs[func->index].code_at;
    vm->at = vm->pc;
    vm->cursor = 0;
    return ref_pay(vm, 1 + locals / 64 + extra_units);
}

/* A call is over and its results end at sp: its caller's frame goes on. */
static enum ref_next ref_back_to_frame(struct ref_vm *vm, uint32_t link, uint32_t sp, bool must_yield) {
    ref_load(vm, link);
    vm->sp = sp;
    return must_yield ? ref_yield(vm) : REF_GO;
}

#if WICK_STACK_SWITCHING
/* The function at the bottom of a continuation's stack is over, its results are in slot 0: the frame that resumed it
 * goes on. */
static enum ref_next ref_back_to_resume(struct ref_vm *vm, bool must_yield) {
    const uint32_t sp = wk_cont_return(vm->task);
    return ref_back_to_frame(vm, (uint32_t)vm->task->current->at[0], sp, must_yield);
}
#else
static enum ref_next ref_back_to_resume(struct ref_vm *vm, bool must_yield) {
    (void)vm, (void)must_yield;
    return REF_DONE;
}
#endif

/* What a call of any kind needs. Host functions that call functions, or are called again, change it and go round. */
struct ref_callee {
    struct wick_func *func;
    uint32_t base;
    uint64_t parent;
    bool again; /* a host function that has been called before */
};

/* The host function that is the parent is to be called again. */
static void ref_host_again(const struct ref_vm *vm, struct ref_callee *callee) {
    const struct wk_host_frame *frame = ref_host_frame(vm, (uint32_t)callee->parent);
    callee->func = wk_func_of_ref(frame->func);
    callee->base = frame->base;
    callee->parent = frame->link;
    callee->again = true;
}

/* After a host function has answered OK. true: go round with what `callee` says now. */
static bool ref_host_done(struct ref_vm *vm, struct ref_callee *callee, enum ref_next *out) {
    const uint32_t results = wk_type_get(&vm->task->store->engine->types, callee->func->type)->result_slots;
    const bool must_yield = ref_charge(vm, 0);
    const uint32_t slot = (uint32_t)callee->parent;
    switch (callee->parent >> 32) {
    case REF_AT_FRAME:
        *out = ref_back_to_frame(vm, slot, callee->base + results, must_yield);
        return false;
    case REF_AT_HOST:
        if (must_yield) {
            vm->task->regs[0] = REF_AT_HOST;
            vm->task->regs[1] = slot;
            vm->task->regs[2] = 0;
            *out = REF_YIELD;
            return false;
        }
        ref_host_again(vm, callee);
        return true;
    case REF_AT_CONT:
        *out = ref_back_to_resume(vm, must_yield);
        return false;
    default:
        *out = REF_DONE;
        return false;
    }
}

/* ---- exceptions -------------------------------------------------------------------------------------------------- */

static enum ref_next ref_return(struct ref_vm *vm);

/* The frame goes on at the label that the entry names, whose values are on top; it is paid for. */
static enum ref_next ref_land_at(struct ref_vm *vm, const struct ref_side *entry) {
    const bool must_yield = ref_charge(vm, 0);
    if (entry->kind != REF_RETURN) {
        vm->pc = entry->target;
        vm->cursor = entry->cursor;
        return must_yield ? ref_yield(vm) : REF_GO;
    }
    if (must_yield) {
        const struct wk_func_info *info = &vm->module->funcs[vm->func->index];
        vm->pc = info->off + info->size - 1;
        vm->at = vm->pc;
        ref_save(vm, REF_AT_LEAVE);
        return REF_YIELD;
    }
    return ref_return(vm);
}

/* Puts the exception into the frame that catches it, which goes on at the label; it is paid for. */
static enum ref_next ref_land(struct ref_vm *vm, const struct ref_landing *landing) {
    const struct ref_catch *catch = landing->catch;
    const struct wk_exn *exn = wk_exn_of_ref(vm->task->exception);
    const uint32_t n = catch->tag == WK_NO_INDEX ? 0 : exn->object.n;
    const struct ref_side *entry;
    wk_task_drop_stacks(vm->task, landing->stack);
    ref_load(vm, landing->slot);
    entry = &vm->code->side[catch->entry];
    vm->sp = vm->operands + entry->height;
    if (catch->kind == REF_CATCH_LEGACY) {
        vm->slots[vm->sp++] = vm->task->exception;
    }
    for (uint32_t i = 0; i < n; i++) {
        vm->slots[vm->sp++] = exn->slots[i];
    }
    if (catch->kind == REF_CATCH_REF) {
        vm->slots[vm->sp++] = vm->task->exception;
    }
    vm->task->exception = 0;
    return ref_land_at(vm, entry);
}

/* task->exception is thrown on top of what the registers name. true: a host function catches it; go round. */
static bool ref_unwind(struct ref_vm *vm, struct ref_callee *callee, enum ref_next *out) {
    struct ref_landing landing;
    if (!wk_ref_find_landing(vm->task, &landing)) {
        *out = REF_YIELD;
        return false;
    }
    if (landing.kind == REF_AT_FRAME) {
        *out = ref_land(vm, &landing);
        return false;
    }
    if (landing.kind == REF_AT_BOTTOM) {
        wk_task_uncaught(vm->task);
        *out = REF_THROW;
        return false;
    }
    wk_task_drop_stacks(vm->task, landing.stack);
    vm->slots = vm->task->stack;
    ref_host_frame(vm, landing.slot)->exception = vm->task->exception;
    vm->task->exception = 0;
    if (ref_charge(vm, 0)) {
        vm->task->regs[0] = REF_AT_HOST;
        vm->task->regs[1] = landing.slot;
        vm->task->regs[2] = 0;
        *out = REF_YIELD;
        return false;
    }
    callee->parent = ref_pair(landing.slot, REF_AT_HOST);
    ref_host_again(vm, callee);
    return true;
}

/* One call of a host function. true: go round. */
static bool ref_call_host(struct ref_vm *vm, struct ref_callee *callee, enum ref_next *out) {
    struct wick_instance *caller = NULL;
    wick_host_result result;
    uint64_t host;
    if (callee->parent >> 32 == REF_AT_FRAME) {
        caller = wk_func_of_ref(vm->task->stack[(uint32_t)callee->parent])->instance;
    } else if (callee->parent >> 32 == REF_AT_CONT) {
        caller = vm->task->current->instance;
    }
    result = wk_host_call(vm->task, callee->func, caller, callee->base, callee->again);
    vm->slots = vm->task->stack;
    if (result == WICK_HOST_OK) {
        return ref_host_done(vm, callee, out);
    }
    if (result == WICK_HOST_TRAP) {
        *out = ref_call_failed(vm, callee->parent, true);
        return false;
    }
    if (result == WICK_HOST_THROW) {
        vm->task->regs[0] = callee->parent >> 32;
        vm->task->regs[1] = (uint32_t)callee->parent;
        vm->task->regs[2] = true;
        return ref_unwind(vm, callee, out);
    }
    host = ref_host_parent(callee->func, callee->base);
    ref_host_frame(vm, (uint32_t)host)->link = callee->parent;
    if (result == WICK_HOST_PENDING) {
        vm->task->regs[0] = REF_AT_HOST;
        vm->task->regs[1] = (uint32_t)host;
        vm->task->regs[2] = 0;
        *out = REF_WAIT;
        return false;
    }
    callee->func = wk_host_inner(vm->task, callee->func, callee->base, &callee->base);
    callee->parent = host;
    callee->again = false;
    return true;
}

static enum ref_next ref_call(struct ref_vm *vm, struct ref_callee callee, uint64_t extra_units) {
    enum ref_next next = REF_DONE;
    for (;;) {
        if (callee.func->instance != NULL) {
            if (ref_prepare(vm, callee.func, callee.base, extra_units) != WICK_OK) {
                return ref_call_failed(vm, callee.parent, false);
            }
            return ref_push_frame(vm, callee.func, callee.base, callee.parent, extra_units);
        }
        if (!ref_call_host(vm, &callee, &next)) {
            return next;
        }
    }
}

static enum ref_next ref_call_from_frame(struct ref_vm *vm, struct wick_func *func) {
    const uint32_t params = wk_type_get(&vm->task->store->engine->types, func->type)->param_slots;
    struct ref_callee callee = {func, vm->sp - params, ref_pair(vm->link, REF_AT_FRAME), false};
    ref_save(vm, REF_AT_FRAME);
    return ref_call(vm, callee, 0);
}

/* The checks come before the arguments overwrite the frame, so that a trap still shows the caller. */
static enum ref_next ref_tail_call(struct ref_vm *vm, struct wick_func *func) {
    const uint32_t params = wk_type_get(&vm->task->store->engine->types, func->type)->param_slots;
    struct ref_callee callee = {func, vm->base, vm->slots[vm->link + 2], false};
    if (func->instance != NULL && ref_prepare(vm, func, vm->base, params / 64) != WICK_OK) {
        ref_save(vm, REF_AT_FRAME);
        wk_task_keep_backtrace(vm->task);
        return REF_TRAP;
    }
    memmove(vm->slots + vm->base, vm->slots + vm->sp - params, params * sizeof *vm->slots);
    if (func->instance == NULL) {
        vm->task->fuel -= params / 64;
        return ref_call(vm, callee, 0);
    }
    return ref_push_frame(vm, func, callee.base, callee.parent, params / 64);
}

/* The results are on top; the charge is paid. */
static enum ref_next ref_leave(struct ref_vm *vm) {
    const uint32_t results = wk_module_func_type(vm->module, vm->func->index)->result_slots;
    const uint64_t parent = vm->slots[vm->link + 2];
    memmove(vm->slots + vm->base, vm->slots + vm->sp - results, results * sizeof *vm->slots);
    if (parent >> 32 == REF_AT_FRAME) {
        return ref_back_to_frame(vm, (uint32_t)parent, vm->base + results, false);
    }
    if (parent >> 32 == REF_AT_HOST) {
        struct ref_callee callee = {NULL, 0, parent, true};
        ref_host_again(vm, &callee);
        return ref_call(vm, callee, 0);
    }
    return parent >> 32 == REF_AT_CONT ? ref_back_to_resume(vm, false) : REF_DONE;
}

static enum ref_next ref_return(struct ref_vm *vm) {
    const uint32_t results = wk_module_func_type(vm->module, vm->func->index)->result_slots;
    if (results >= 64 && ref_charge(vm, results / 64)) {
        ref_save(vm, REF_AT_RETURN);
        return REF_YIELD;
    }
    return ref_leave(vm);
}

/* ---- throwing ---------------------------------------------------------------------------------------------------- */

/* task->exception has been thrown, or is on its way. */
static enum ref_next ref_catch(struct ref_vm *vm) {
    struct ref_callee callee = {NULL, 0, 0, true};
    enum ref_next next = REF_GO;
    return ref_unwind(vm, &callee, &next) ? ref_call(vm, callee, 0) : next;
}

static enum ref_next ref_throw_from_frame(struct ref_vm *vm, uint64_t units) {
    vm->task->fuel -= (int64_t)units;
    return ref_catch(vm);
}

static enum ref_next ref_throw_op(struct ref_vm *vm, enum wick_op op) {
    struct wick_task *task = vm->task;
    uint64_t ref = 0;
    uint64_t units = 1;
    ref_save(vm, REF_AT_FRAME);
    if (op == WICK_OP_throw) {
        struct wick_tag *tag = vm->instance->tags[wk_read_u32(vm->bytes, &vm->pc)];
        const uint32_t n = wk_type_get(&task->store->engine->types, tag->type)->param_slots;
        const wick_err err = wk_exn_new(task->store, tag, vm->slots + vm->sp - n, n, &ref);
        if (err != WICK_OK) {
            return ref_trap(vm, err);
        }
        units += n / 64;
    } else if (op == WICK_OP_throw_ref) {
        ref = vm->slots[vm->sp - 1];
        if (ref == 0) {
            return ref_trap(vm, WICK_ERR_null_exception);
        }
    } else {
        ref = vm->slots[vm->operands + vm->code->side[vm->cursor].height];
    }
    task->exception = ref;
    return ref_throw_from_frame(vm, units);
}

/* ---- continuations ----------------------------------------------------------------------------------------------- */

#if WICK_STACK_SWITCHING

static const struct wk_types *ref_types(const struct ref_vm *vm) {
    return &vm->task->store->engine->types;
}

static const struct wk_deftype *ref_cont_func(const struct ref_vm *vm, uint32_t type) {
    return wk_type_cont_func(ref_types(vm), wk_type_get(ref_types(vm), type));
}

static enum ref_next ref_cont_trap(struct ref_vm *vm, wick_err err, uint64_t a0) {
    return ref_trap2(vm, err, err == WICK_ERR_stack ? vm->task->stack_limit : a0, 0);
}

/* The frame is left at an instruction that takes n slots of operands, and goes on behind it; its handler clauses'
 * entries begin at the cursor. */
static struct wk_cont_place ref_leave_stack(struct ref_vm *vm, uint32_t n) {
    const struct wk_func_info *info = &vm->module->funcs[vm->func->index];
    struct wk_stack *current = vm->task->current;
    current->at[0] = vm->link;
    current->at[1] = vm->cursor;
    while (vm->code->side[vm->cursor].pc == vm->at) {
        vm->cursor++;
    }
    ref_save(vm, REF_AT_FRAME);
    return (struct wk_cont_place){vm->sp - n, vm->operands + info->max_height};
}

/* The stack that is the current one now goes on. */
static enum ref_next ref_run_stack(struct ref_vm *vm) {
    struct wk_stack *stack = vm->task->current;
    if (stack->func != NULL) {
        struct ref_callee callee = {stack->func, 0, ref_pair(0, REF_AT_CONT), false};
        stack->func = NULL;
        vm->slots = vm->task->stack;
        return ref_call(vm, callee, 0);
    }
    return ref_back_to_frame(vm, (uint32_t)stack->at[0], stack->base + stack->bound, ref_charge(vm, 0));
}

static enum ref_next ref_cont_new_op(struct ref_vm *vm) {
    const uint32_t type = vm->module->types[wk_read_u32(vm->bytes, &vm->pc)];
    uint64_t *top = vm->slots + vm->sp - 1;
    wick_err err;
    ref_save(vm, REF_AT_FRAME);
    err = wk_cont_new(vm->task->store, *top, type, top);
    return err == WICK_OK ? REF_GO : ref_cont_trap(vm, err, 0);
}

static enum ref_next ref_cont_bind_op(struct ref_vm *vm) {
    const uint32_t from = vm->module->types[wk_read_u32(vm->bytes, &vm->pc)];
    const uint32_t to = vm->module->types[wk_read_u32(vm->bytes, &vm->pc)];
    const uint32_t n = ref_cont_func(vm, from)->param_slots - ref_cont_func(vm, to)->param_slots;
    wick_err err;
    ref_save(vm, REF_AT_FRAME);
    err = wk_cont_bind(vm->task, vm->slots + vm->sp - 1 - n, n, to);
    if (err != WICK_OK) {
        return ref_cont_trap(vm, err, 0);
    }
    vm->sp -= n;
    return n >= 64 && ref_charge(vm, 0) ? ref_yield(vm) : REF_GO;
}

/* The exception that resume_throw or resume_throw_ref throws, of n slots. */
static wick_err ref_resume_exception(struct ref_vm *vm, struct wick_tag *tag, uint32_t n, uint64_t *out) {
    const uint64_t *operands = vm->slots + vm->sp - 1 - n;
    if (tag != NULL) {
        return wk_exn_new(vm->task->store, tag, operands, n, out);
    }
    *out = operands[0];
    return *out == 0 ? WICK_ERR_null_exception : WICK_OK;
}

static enum ref_next ref_resume_op(struct ref_vm *vm, enum wick_op op) {
    struct wick_task *task = vm->task;
    const bool throws = op != WICK_OP_resume;
    const uint32_t type = vm->module->types[wk_read_u32(vm->bytes, &vm->pc)];
    struct wick_tag *tag = NULL;
    const uint64_t ref = vm->slots[vm->sp - 1];
    uint64_t exception = 0;
    uint32_t n = throws ? 1 : ref_cont_func(vm, type)->param_slots;
    struct wk_cont_place place;
    uint32_t handlers;
    wick_err err;
    if (op == WICK_OP_resume_throw) {
        tag = vm->instance->tags[wk_read_u32(vm->bytes, &vm->pc)];
        n = wk_type_get(ref_types(vm), tag->type)->param_slots;
    }
    handlers = vm->pc;
    vm->pc = wk_skip_handlers(vm->bytes, vm->pc);
    place = ref_leave_stack(vm, n + 1);
    err = wk_cont_check(ref);
    if (err == WICK_OK && throws) {
        err = ref_resume_exception(vm, tag, n, &exception);
    }
    if (err != WICK_OK) {
        return ref_cont_trap(vm, err, 0);
    }
    if (throws && wk_cont_drop_unbegun(task->store, ref)) {
        task->exception = exception;
        return ref_throw_from_frame(vm, 1 + (tag != NULL ? n / 64 : 0));
    }
    task->exception = exception;
    err = wk_cont_resume(task, ref, vm->slots + place.base, throws ? 0 : n, vm->instance, handlers, &place);
    if (err != WICK_OK) {
        task->exception = 0;
        return ref_cont_trap(vm, err, 0);
    }
    if (!throws) {
        return ref_run_stack(vm);
    }
    task->regs[0] = REF_AT_FRAME;
    task->regs[1] = task->current->at[0];
    return ref_throw_from_frame(vm, tag != NULL ? n / 64 : 0);
}

/* Out of fuel in the search for a handler, which goes on when the instruction is executed again. */
static enum ref_next ref_search_handler(struct ref_vm *vm) {
    vm->cursor = (uint32_t)vm->task->current->at[1];
    vm->pc = vm->at;
    return ref_yield(vm);
}

/* Lands at the label of the handler's clause. */
static enum ref_next ref_suspend_op(struct ref_vm *vm) {
    struct wick_task *task = vm->task;
    const uint32_t index = wk_read_u32(vm->bytes, &vm->pc);
    const struct wick_tag *tag = vm->instance->tags[index];
    const uint32_t n = wk_type_get(ref_types(vm), tag->type)->param_slots;
    const struct wk_cont_place place = ref_leave_stack(vm, n);
    struct wk_handler handler;
    const struct wk_stack *parent;
    const struct ref_side *entry;
    const uint64_t *from;
    uint64_t ref;
    wick_err err = wk_cont_find_handler(task, tag, false, &handler);
    if (err != WICK_OK) {
        return ref_cont_trap(vm, err, index);
    }
    if (handler.outer == NULL) {
        return ref_search_handler(vm);
    }
    parent = handler.outer->parent;
    entry = &wk_ref_code_of(wk_func_of_ref(parent->slots[parent->at[0]]))->side[parent->at[1] + 2 * handler.clause];
    err = wk_cont_suspend(task, &handler, entry[1].n, n, &place, &from, &ref);
    if (err != WICK_OK) {
        return ref_cont_trap(vm, err, 0);
    }
    ref_load(vm, (uint32_t)parent->at[0]);
    vm->sp = vm->operands + entry->height;
    for (uint32_t i = 0; i < n; i++) {
        vm->slots[vm->sp++] = from[i];
    }
    vm->slots[vm->sp++] = ref;
    return ref_land_at(vm, entry);
}

static enum ref_next ref_switch_op(struct ref_vm *vm) {
    struct wick_task *task = vm->task;
    const struct wk_deftype *to = ref_cont_func(vm, vm->module->types[wk_read_u32(vm->bytes, &vm->pc)]);
    const uint32_t index = wk_read_u32(vm->bytes, &vm->pc);
    const uint32_t n = to->param_slots - 1;
    const uint64_t ref = vm->slots[vm->sp - 1];
    const struct wk_cont_place place = ref_leave_stack(vm, n + 1);
    struct wk_handler handler;
    wick_err err = wk_cont_check(ref);
    if (err == WICK_OK) {
        err = wk_cont_find_handler(task, vm->instance->tags[index], true, &handler);
    }
    if (err == WICK_OK && handler.outer == NULL) {
        return ref_search_handler(vm);
    }
    if (err == WICK_OK) {
        err = wk_cont_switch(task, &handler, ref, WICK_TYPE_HEAP(to->types[to->n_params - 1]), vm->slots + place.base, n,
                             &place);
    }
    return err == WICK_OK ? ref_run_stack(vm) : ref_cont_trap(vm, err, index);
}

static enum ref_next ref_cont_op(struct ref_vm *vm, enum wick_op op) {
    switch (op) {
    case WICK_OP_cont_new:
        return ref_cont_new_op(vm);
    case WICK_OP_cont_bind:
        return ref_cont_bind_op(vm);
    case WICK_OP_suspend:
        return ref_suspend_op(vm);
    case WICK_OP_switch:
        return ref_switch_op(vm);
    default:
        return ref_resume_op(vm, op);
    }
}

#else
static enum ref_next ref_cont_op(struct ref_vm *vm, enum wick_op op) {
    (void)op;
    return ref_trap(vm, WICK_ERR_not_executable);
}
#endif

/* ---- control ----------------------------------------------------------------------------------------------------- */

/* Takes the branch that entry `k` of this instruction describes. */
static enum ref_next ref_branch(struct ref_vm *vm, uint32_t k) {
    const struct ref_side *entry = &vm->code->side[vm->cursor + k];
    uint32_t to;
    if (entry->kind == REF_RETURN) {
        return ref_return(vm);
    }
    vm->pc = entry->target;
    vm->cursor = entry->cursor;
    if (entry->kind == REF_JUMP) {
        return REF_GO;
    }
    to = vm->operands + entry->height;
    memmove(vm->slots + to, vm->slots + vm->sp - entry->n, entry->n * sizeof *vm->slots);
    vm->sp = to + entry->n;
    if (entry->kind == REF_SLIDE) {
        return REF_GO;
    }
    return ref_pay(vm, entry->n / 64 + (entry->kind == REF_LOOP ? 1 : 0));
}

/* A branch that may be taken: one entry. */
static enum ref_next ref_branch_if(struct ref_vm *vm, bool taken) {
    if (taken) {
        return ref_branch(vm, 0);
    }
    vm->cursor++;
    return REF_GO;
}

/* Flags (2: the target type may be null), label, the operand's type, the target type. */
static enum ref_next ref_br_on_cast(struct ref_vm *vm, enum wick_op op) {
    const uint8_t flags = vm->bytes[vm->pc++];
    wick_valtype type;
    bool is_of_type;
    (void)wk_read_u32(vm->bytes, &vm->pc);
    (void)wk_read_heaptype(vm->module, &vm->pc);
    type = wk_read_heaptype(vm->module, &vm->pc);
    if ((flags & 2) == 0) {
        type &= ~WICK_TYPE_NULLABLE;
    }
    is_of_type = wk_ref_test(&vm->task->store->engine->types, vm->slots[vm->sp - 1], type);
    return ref_branch_if(vm, is_of_type == (op == WICK_OP_br_on_cast));
}

static enum ref_next ref_control(struct ref_vm *vm, enum wick_op op) {
    uint64_t *s = vm->slots;
    uint32_t n;
    switch (op) {
    case WICK_OP_block:
    case WICK_OP_loop:
    case WICK_OP_try:
        wk_skip_imm(vm->module, WK_IMM_BLOCK, &vm->pc);
        return REF_GO;
    case WICK_OP_try_table: /* its entries are for exceptions */
        wk_skip_imm(vm->module, WK_IMM_TRY_TABLE, &vm->pc);
        while (vm->code->side[vm->cursor].pc == vm->at) {
            vm->cursor++;
        }
        return REF_GO;
    case WICK_OP_delegate:
        (void)wk_read_u32(vm->bytes, &vm->pc);
        return REF_GO;
    case WICK_OP_throw:
    case WICK_OP_throw_ref:
    case WICK_OP_rethrow:
        return ref_throw_op(vm, op);
    case WICK_OP_if:
        wk_skip_imm(vm->module, WK_IMM_BLOCK, &vm->pc);
        return ref_branch_if(vm, (uint32_t)s[--vm->sp] == 0);
    case WICK_OP_else:
    case WICK_OP_catch:
    case WICK_OP_catch_all:
        return ref_branch(vm, 0);
    case WICK_OP_end:
        n = vm->module->funcs[vm->func->index].off + vm->module->funcs[vm->func->index].size;
        if (vm->code->side[vm->cursor].pc == vm->at) {
            return ref_branch(vm, 0); /* of a legacy catch */
        }
        return vm->pc == n ? ref_return(vm) : REF_GO;
    case WICK_OP_br:
        return ref_branch(vm, 0);
    case WICK_OP_br_if:
        (void)wk_read_u32(vm->bytes, &vm->pc);
        return ref_branch_if(vm, (uint32_t)s[--vm->sp] != 0);
    case WICK_OP_br_table:
        n = wk_read_u32(vm->bytes, &vm->pc);
        vm->sp--;
        return ref_branch(vm, (uint32_t)s[vm->sp] < n ? (uint32_t)s[vm->sp] : n);
    case WICK_OP_br_on_null:
        (void)wk_read_u32(vm->bytes, &vm->pc);
        if (s[vm->sp - 1] == 0) {
            vm->sp--;
            return ref_branch(vm, 0);
        }
        return ref_branch_if(vm, false);
    case WICK_OP_br_on_non_null:
        (void)wk_read_u32(vm->bytes, &vm->pc);
        if (s[vm->sp - 1] == 0) {
            vm->sp--;
            return ref_branch_if(vm, false);
        }
        return ref_branch(vm, 0);
    case WICK_OP_br_on_cast:
    case WICK_OP_br_on_cast_fail:
        return ref_br_on_cast(vm, op);
    case WICK_OP_return:
        return ref_return(vm);
    default:
        return ref_trap(vm, WICK_ERR_unreachable);
    }
}

/* The function that an indirect call means; NULL: it trapped. */
static struct wick_func *ref_indirect(struct ref_vm *vm, enum ref_next *out) {
    const uint32_t type = vm->module->types[wk_read_u32(vm->bytes, &vm->pc)];
    const struct wick_table *table = vm->instance->tables[wk_read_u32(vm->bytes, &vm->pc)];
    const uint64_t index = vm->slots[--vm->sp];
    struct wick_func *func;
    if (index >= table->size) {
        *out = ref_trap2(vm, WICK_ERR_undefined_element, index, table->size);
        return NULL;
    }
    func = wk_func_of_ref(table->elems[index]);
    if (func == NULL) {
        *out = ref_trap2(vm, WICK_ERR_uninitialized_element, index, 0);
        return NULL;
    }
    if (!wk_func_is(vm->task->store, func, type)) {
        *out = ref_trap(vm, WICK_ERR_indirect_call_type);
        return NULL;
    }
    return func;
}

static enum ref_next ref_calls_op(struct ref_vm *vm, enum wick_op op) {
    struct wick_func *func;
    enum ref_next next = REF_GO;
    switch (op) {
    case WICK_OP_call:
    case WICK_OP_return_call:
        func = vm->instance->funcs[wk_read_u32(vm->bytes, &vm->pc)];
        break;
    case WICK_OP_call_indirect:
    case WICK_OP_return_call_indirect:
        func = ref_indirect(vm, &next);
        break;
    default:
        (void)wk_read_u32(vm->bytes, &vm->pc);
        func = wk_func_of_ref(vm->slots[--vm->sp]);
        if (func == NULL) {
            return ref_trap(vm, WICK_ERR_null_function);
        }
        break;
    }
    if (func == NULL) {
        return next;
    }
    if (op == WICK_OP_call || op == WICK_OP_call_indirect || op == WICK_OP_call_ref) {
        return ref_call_from_frame(vm, func);
    }
    return ref_tail_call(vm, func);
}

/* ---- values ------------------------------------------------------------------------------------------------------ */

/* The instruction's entry, when it has one of this kind; the cursor moves behind it. */
static bool ref_is_wide(struct ref_vm *vm) {
    const struct ref_side *entry = &vm->code->side[vm->cursor];
    if (entry->pc == vm->at && entry->kind == REF_WIDE) {
        vm->cursor++;
        return true;
    }
    return false;
}

static enum ref_next ref_select(struct ref_vm *vm, enum wick_op op) {
    const uint32_t width = ref_is_wide(vm) ? 2 : 1;
    uint64_t *s = vm->slots;
    wk_skip_imm(vm->module, op == WICK_OP_select_t ? WK_IMM_TYPES : WK_IMM_NONE, &vm->pc);
    if (op == WICK_OP_drop) {
        vm->sp -= width;
        return REF_GO;
    }
    vm->sp -= width + 1;
    if ((uint32_t)s[vm->sp + width] == 0) {
        memmove(s + vm->sp - width, s + vm->sp, width * sizeof *s);
    }
    return REF_GO;
}

static void ref_copy(uint64_t *to, const uint64_t *from, uint32_t width) {
    for (uint32_t i = 0; i < width; i++) {
        to[i] = from[i];
    }
}

static enum ref_next ref_variable_op(struct ref_vm *vm, enum wick_op op) {
    const uint32_t index = wk_read_u32(vm->bytes, &vm->pc);
    uint64_t *s = vm->slots;
    uint64_t *place;
    uint32_t width;
    if (op == WICK_OP_global_get || op == WICK_OP_global_set) {
        place = vm->instance->globals[index]->value;
        width = wk_type_slots(vm->instance->globals[index]->type);
    } else {
        place = s + vm->base + wk_ref_local(vm->code->runs, vm->code->n_runs, index, &width);
    }
    if (op == WICK_OP_local_get || op == WICK_OP_global_get) {
        ref_copy(s + vm->sp, place, width);
        vm->sp += width;
    } else {
        ref_copy(place, s + vm->sp - width, width);
        vm->sp -= op == WICK_OP_local_tee ? 0 : width;
    }
    return REF_GO;
}

static enum ref_next ref_const_op(struct ref_vm *vm, enum wick_op op) {
    uint64_t value;
    switch (op) {
    case WICK_OP_i32_const:
        value = (uint32_t)wk_read_s64(vm->bytes, &vm->pc);
        break;
    case WICK_OP_i64_const:
        value = (uint64_t)wk_read_s64(vm->bytes, &vm->pc);
        break;
    case WICK_OP_f32_const:
        value = wk_ld_le32(vm->bytes + vm->pc);
        vm->pc += 4;
        break;
    default:
        value = wk_ld_le64(vm->bytes + vm->pc);
        vm->pc += 8;
        break;
    }
    vm->slots[vm->sp++] = value;
    return REF_GO;
}

static enum ref_next ref_reference_op(struct ref_vm *vm, enum wick_op op) {
    uint64_t *s = vm->slots;
    switch (op) {
    case WICK_OP_ref_null:
        wk_skip_imm(vm->module, WK_IMM_HEAP, &vm->pc);
        s[vm->sp++] = 0;
        return REF_GO;
    case WICK_OP_ref_is_null:
        s[vm->sp - 1] = s[vm->sp - 1] == 0;
        return REF_GO;
    case WICK_OP_ref_func:
        s[vm->sp++] = wk_ref_of_func(vm->instance->funcs[wk_read_u32(vm->bytes, &vm->pc)]);
        return REF_GO;
    case WICK_OP_ref_eq:
        vm->sp--;
        s[vm->sp - 1] = s[vm->sp - 1] == s[vm->sp];
        return REF_GO;
    default:
        return s[vm->sp - 1] == 0 ? ref_trap(vm, WICK_ERR_null_reference) : REF_GO;
    }
}

/* ---- memories ---------------------------------------------------------------------------------------------------- */

/* The bytes of an access; NULL: out of bounds. */
static uint8_t *ref_address(struct ref_vm *vm, uint64_t address, uint32_t size, bool *out_shared) {
    struct wk_memarg arg;
    struct wick_memory *memory;
    wk_read_memarg(vm->bytes, &vm->pc, &arg);
    memory = vm->instance->memories[arg.memory];
    *out_shared = memory->shared != NULL;
    if (!wk_in_bounds(address, arg.offset, size, wk_memory_size(memory))) {
        return NULL;
    }
    return memory->base + (address + arg.offset);
}

static uint64_t ref_fetch(const uint8_t *bytes, uint32_t size, bool is_shared) {
    if (is_shared) {
        return size == 1   ? wk_relaxed_ld8(bytes)
               : size == 2 ? wk_relaxed_ld16(bytes)
               : size == 4 ? wk_relaxed_ld32(bytes)
                           : wk_relaxed_ld64(bytes);
    }
    switch (size) {
    case 1:
        return bytes[0];
    case 2:
        return wk_ld_le16(bytes);
    case 4:
        return wk_ld_le32(bytes);
    default:
        return wk_ld_le64(bytes);
    }
}

static uint64_t ref_extend(enum wick_op op, uint64_t value) {
    switch (op) {
    case WICK_OP_i32_load8_s:
        return wk_i32_extend8_s((uint32_t)value);
    case WICK_OP_i32_load16_s:
        return wk_i32_extend16_s((uint32_t)value);
    case WICK_OP_i64_load8_s:
        return wk_i64_extend8_s(value);
    case WICK_OP_i64_load16_s:
        return wk_i64_extend16_s(value);
    case WICK_OP_i64_load32_s:
        return wk_i64_extend32_s(value);
    default:
        return value;
    }
}

static enum ref_next ref_load_op(struct ref_vm *vm, enum wick_op op) {
    const uint32_t size = wk_op_info(op)->width;
    bool is_shared;
    const uint8_t *bytes = ref_address(vm, vm->slots[vm->sp - 1], size, &is_shared);
    if (bytes == NULL) {
        return ref_trap(vm, WICK_ERR_oob_memory);
    }
    vm->slots[vm->sp - 1] = ref_extend(op, ref_fetch(bytes, size, is_shared));
    return REF_GO;
}

static void ref_store_shared(uint8_t *bytes, uint32_t size, uint64_t value) {
    switch (size) {
    case 1:
        wk_relaxed_st8(bytes, (uint8_t)value);
        break;
    case 2:
        wk_relaxed_st16(bytes, (uint16_t)value);
        break;
    case 4:
        wk_relaxed_st32(bytes, (uint32_t)value);
        break;
    default:
        wk_relaxed_st64(bytes, value);
        break;
    }
}

static enum ref_next ref_store_op(struct ref_vm *vm, enum wick_op op) {
    const uint32_t size = wk_op_info(op)->width;
    const uint64_t value = vm->slots[vm->sp - 1];
    bool is_shared;
    uint8_t *bytes = ref_address(vm, vm->slots[vm->sp - 2], size, &is_shared);
    if (bytes == NULL) {
        return ref_trap(vm, WICK_ERR_oob_memory);
    }
    vm->sp -= 2;
    if (is_shared) {
        ref_store_shared(bytes, size, value);
        return REF_GO;
    }
    switch (size) {
    case 1:
        bytes[0] = (uint8_t)value;
        break;
    case 2:
        wk_st_le16(bytes, (uint16_t)value);
        break;
    case 4:
        wk_st_le32(bytes, (uint32_t)value);
        break;
    default:
        wk_st_le64(bytes, value);
        break;
    }
    return REF_GO;
}

static enum ref_next ref_memory_size_op(struct ref_vm *vm, enum wick_op op) {
    struct wick_memory *memory = vm->instance->memories[wk_read_u32(vm->bytes, &vm->pc)];
    uint64_t *top;
    uint64_t delta, old;
    if (op == WICK_OP_memory_size) {
        vm->slots[vm->sp++] = wk_memory_pages(memory, wk_memory_size(memory));
        return REF_GO;
    }
    top = &vm->slots[vm->sp - 1];
    delta = *top;
    old = wk_memory_grow(memory, delta);
    *top = memory->limits.is64 ? old : (uint32_t)old;
    return ref_pay(vm, wk_memory_grow_units(memory, old, delta));
}

static enum ref_next ref_table_size_op(struct ref_vm *vm, enum wick_op op) {
    struct wick_table *table = vm->instance->tables[wk_read_u32(vm->bytes, &vm->pc)];
    uint64_t *s = vm->slots;
    uint64_t delta, old;
    if (op == WICK_OP_table_size) {
        s[vm->sp++] = table->size;
        return REF_GO;
    }
    delta = s[vm->sp - 1];
    old = wk_table_grow(table, delta, s[vm->sp - 2]);
    vm->sp--;
    s[vm->sp - 1] = table->limits.is64 ? old : (uint32_t)old;
    return ref_pay(vm, old == UINT64_MAX ? 0 : delta / 512);
}

static enum ref_next ref_table_op(struct ref_vm *vm, enum wick_op op) {
    struct wick_table *table = vm->instance->tables[wk_read_u32(vm->bytes, &vm->pc)];
    const uint64_t *index = &vm->slots[vm->sp - (op == WICK_OP_table_get ? 1 : 2)];
    if (*index >= table->size) {
        return ref_trap(vm, WICK_ERR_oob_table);
    }
    if (op == WICK_OP_table_get) {
        vm->slots[vm->sp - 1] = table->elems[*index];
    } else {
        wk_heap_overwrite(table->store, &table->elems[*index], 1);
        table->elems[*index] = vm->slots[vm->sp - 1];
        vm->sp -= 2;
    }
    return REF_GO;
}

/* One chunk of a bulk instruction; its three operands are advanced in their slots. */
static wick_err ref_bulk_chunk(struct ref_vm *vm, enum wick_op op, uint32_t *pc) {
    struct wick_instance *in = vm->instance;
    struct wick_task *task = vm->task;
    uint64_t *s = vm->slots + vm->sp - 3;
    const uint32_t first = wk_read_u32(vm->bytes, pc);
    uint32_t second = 0;
    if (op != WICK_OP_memory_fill && op != WICK_OP_table_fill) {
        second = wk_read_u32(vm->bytes, pc);
    }
    switch (op) {
    case WICK_OP_memory_fill:
        return wk_memory_fill(task, in->memories[first], &s[0], (uint32_t)s[1], &s[2]);
    case WICK_OP_memory_copy:
        return wk_memory_copy(task, in->memories[first], in->memories[second], &s[0], &s[1], &s[2]);
    case WICK_OP_memory_init:
        return wk_memory_init(task, in, second, first, &s[0], &s[1], &s[2]);
    case WICK_OP_table_fill:
        return wk_table_fill(task, in->tables[first], &s[0], s[1], &s[2]);
    case WICK_OP_table_copy:
        return wk_table_copy(task, in->tables[first], in->tables[second], &s[0], &s[1], &s[2]);
    default:
        return wk_table_init(task, in, second, first, &s[0], &s[1], &s[2]);
    }
}

/* Yields between chunks, at the instruction itself. */
static enum ref_next ref_bulk(struct ref_vm *vm, enum wick_op op) {
    for (;;) {
        uint32_t pc = vm->pc;
        const wick_err err = ref_bulk_chunk(vm, op, &pc);
        if (err != WICK_OK) {
            return ref_trap(vm, err);
        }
        if (vm->slots[vm->sp - 1] == 0) {
            vm->pc = pc;
            vm->sp -= 3;
            return REF_GO;
        }
        if (ref_charge(vm, 0)) {
            vm->pc = vm->at;
            return ref_yield(vm);
        }
    }
}

/* ---- vectors ----------------------------------------------------------------------------------------------------- */

static enum ref_next ref_simd_op(struct ref_vm *vm, enum wick_op op) {
    uint32_t results;
    const uint32_t operands = wk_ref_simd_slots(op, &results);
    const wick_err err = wk_ref_simd(vm->instance, op, &vm->pc, vm->slots + vm->sp - operands);
    if (err != WICK_OK) {
        return ref_trap(vm, err);
    }
    vm->sp += results;
    vm->sp -= operands;
    return REF_GO;
}

/* A wait that goes on is executed again when the task is resumed; one that is over is paid for. */
static enum ref_next ref_atomic_op(struct ref_vm *vm, enum wick_op op) {
    struct wk_atomic_end end;
    const wick_err err = wk_ref_atomic(vm->task, vm->instance, op, &vm->pc, vm->slots, &vm->sp, &end);
    if (err != WICK_OK) {
        return ref_trap2(vm, err, end.detail, 0);
    }
    if (end.waits) {
        vm->pc = vm->at;
        ref_save(vm, REF_AT_FRAME);
        return REF_WAIT;
    }
    return ref_pay(vm, op == WICK_OP_memory_atomic_wait32 || op == WICK_OP_memory_atomic_wait64 ? 1 : 0);
}

/* ---- structs, arrays, casts -------------------------------------------------------------------------------------- */

/* What a collection must see is in the frame, up to sp. */
static enum ref_next ref_gc_op(struct ref_vm *vm, enum wick_op op) {
    const struct wk_types *types = &vm->task->store->engine->types;
    uint32_t pc = vm->pc;
    uint32_t a, b, pops, pushes;
    bool done;
    wk_gc_read(vm->module, op, &pc, &a, &b);
    wk_gc_slots(types, op, a, b, &pops, &pushes);
    ref_save(vm, REF_AT_FRAME);
    for (;;) {
        const wick_err err = wk_gc_execute(vm->task, vm->instance, op, a, b, vm->slots + vm->sp - pops, &done);
        if (err != WICK_OK) {
            return ref_trap(vm, err);
        }
        if (done) {
            vm->pc = pc;
            vm->sp = vm->sp + pushes - pops;
            return REF_GO;
        }
        if (ref_charge(vm, 0)) {
            vm->pc = vm->at;
            return ref_yield(vm);
        }
    }
}

/* ---- the walk ---------------------------------------------------------------------------------------------------- */

static enum ref_next ref_other_op(struct ref_vm *vm, enum wick_op op) {
    const uint16_t flags = wk_op_info(op)->flags;
    wick_err err;
    if (wk_ref_is_simd(op)) {
        return ref_simd_op(vm, op);
    }
    if (op >= WICK_OP_cont_new && op <= WICK_OP_switch) {
        return ref_cont_op(vm, op);
    }
    if ((flags & WK_OP_CALL) != 0) {
        return ref_calls_op(vm, op);
    }
    if ((flags & WK_OP_CTRL) != 0) {
        return ref_control(vm, op);
    }
    if ((flags & WK_OP_ATOMIC) != 0) {
        return ref_atomic_op(vm, op);
    }
    if (WICK_GC && wk_op_info(op)->prefix == 0xfb) {
        return ref_gc_op(vm, op);
    }
    if ((flags & WK_OP_LOAD) != 0) {
        return ref_load_op(vm, op);
    }
    if ((flags & WK_OP_STORE) != 0) {
        return ref_store_op(vm, op);
    }
    err = wk_ref_numeric(op, vm->slots, &vm->sp, vm->module->engine->canonical_nan);
    return err == WICK_OK ? REF_GO : ref_trap(vm, err);
}

static enum ref_next ref_execute(struct ref_vm *vm, enum wick_op op) {
    switch (op) {
    case WICK_OP_nop:
        return REF_GO;
    case WICK_OP_drop:
    case WICK_OP_select:
    case WICK_OP_select_t:
        return ref_select(vm, op);
    case WICK_OP_local_get:
    case WICK_OP_local_set:
    case WICK_OP_local_tee:
    case WICK_OP_global_get:
    case WICK_OP_global_set:
        return ref_variable_op(vm, op);
    case WICK_OP_i32_const:
    case WICK_OP_i64_const:
    case WICK_OP_f32_const:
    case WICK_OP_f64_const:
        return ref_const_op(vm, op);
    case WICK_OP_ref_null:
    case WICK_OP_ref_is_null:
    case WICK_OP_ref_func:
    case WICK_OP_ref_eq:
    case WICK_OP_ref_as_non_null:
        return ref_reference_op(vm, op);
    case WICK_OP_memory_size:
    case WICK_OP_memory_grow:
        return ref_memory_size_op(vm, op);
    case WICK_OP_table_size:
    case WICK_OP_table_grow:
        return ref_table_size_op(vm, op);
    case WICK_OP_table_get:
    case WICK_OP_table_set:
        return ref_table_op(vm, op);
    case WICK_OP_memory_fill:
    case WICK_OP_memory_copy:
    case WICK_OP_memory_init:
    case WICK_OP_table_fill:
    case WICK_OP_table_copy:
    case WICK_OP_table_init:
        return ref_bulk(vm, op);
    case WICK_OP_data_drop:
        wk_data_drop(vm->instance, wk_read_u32(vm->bytes, &vm->pc));
        return REF_GO;
    case WICK_OP_elem_drop:
        wk_elem_drop(vm->instance, wk_read_u32(vm->bytes, &vm->pc));
        return REF_GO;
    default:
        return ref_other_op(vm, op);
    }
}

static enum ref_next ref_step(struct ref_vm *vm) {
    const struct ref_side *entry = &vm->code->side[vm->cursor];
    if (entry->pc == vm->pc && entry->kind == REF_CHARGE) {
        vm->cursor++;
        if (ref_charge(vm, 1)) {
            return ref_yield(vm);
        }
    }
    vm->at = vm->pc;
    return ref_execute(vm, wk_read_op(vm->bytes, &vm->pc));
}

/* Goes on where the task stopped. */
static enum ref_next ref_continue(struct ref_vm *vm) {
    const uint64_t *regs = vm->task->regs;
    struct ref_callee callee = {NULL, 0, ref_pair(0, REF_AT_BOTTOM), false};
    if (vm->task->searches == WK_SEARCH_CATCH) {
        return ref_catch(vm);
    }
    switch (regs[0]) {
    case REF_AT_FRAME:
        ref_load(vm, (uint32_t)regs[1]);
        return REF_GO;
    case REF_AT_RETURN:
        ref_load(vm, (uint32_t)regs[1]);
        return ref_leave(vm);
    case REF_AT_LEAVE:
        ref_load(vm, (uint32_t)regs[1]);
        return ref_return(vm);
    case REF_AT_HOST:
        callee.parent = ref_pair((uint32_t)regs[1], REF_AT_HOST);
        ref_host_again(vm, &callee);
        return ref_call(vm, callee, 0);
    default:
        callee.func = wk_func_of_ref(regs[1]);
        return ref_call(vm, callee, 0);
    }
}

static wick_status ref_run(struct wick_task *task) {
    struct ref_vm vm;
    enum ref_next next;
    memset(&vm, 0, sizeof vm);
    vm.task = task;
    vm.slots = task->stack;
    next = ref_continue(&vm);
    while (next == REF_GO) {
        next = ref_step(&vm);
    }
    switch (next) {
    case REF_YIELD:
        return WICK_YIELDED;
    case REF_WAIT:
        return WICK_PENDING;
    case REF_TRAP:
        return WICK_TRAPPED;
    case REF_THROW:
        return WICK_THREW;
    default:
        return WICK_DONE;
    }
}

static wick_err ref_start(struct wick_task *task, struct wick_func *func) {
    const struct wk_deftype *type = wk_type_get(&task->store->engine->types, func->type);
    const uint32_t most = type->param_slots > type->result_slots ? type->param_slots : type->result_slots;
    WK_TRY(wk_task_reserve(task, most)); /* room for the results too */
    task->regs[0] = REF_AT_START;
    task->regs[1] = wk_ref_of_func(func);
    task->regs[2] = 0;
    return WICK_OK;
}

/* Counts a frame and writes it while there is room. */
static void ref_note(wick_frame *frames, size_t cap, size_t *n, struct wick_instance *instance, uint32_t func,
                     uint32_t offset) {
    if (*n < cap) {
        frames[*n].instance = instance;
        frames[*n].func = func;
        frames[*n].offset = offset;
    }
    ++*n;
}

static size_t ref_backtrace(const struct wick_task *task, wick_frame *frames, size_t cap) {
    const struct wk_stack *stack = task->current;
    uint64_t kind = task->regs[0];
    uint32_t slot = (uint32_t)task->regs[1];
    size_t n = 0;
    if (task->regs[2] != 0) {
        ref_note(frames, cap, &n, NULL, WK_NO_INDEX, 0);
    }
    while (kind != REF_AT_BOTTOM && kind != REF_AT_START) {
        const uint64_t *l = stack->slots + slot;
        uint64_t parent;
        if (kind == REF_AT_CONT) {
            stack = stack->parent;
            parent = ref_pair((uint32_t)stack->at[0], REF_AT_FRAME);
        } else if (kind == REF_AT_HOST) {
            ref_note(frames, cap, &n, NULL, WK_NO_INDEX, 0);
            parent = ((const struct wk_host_frame *)(const void *)l)->link;
        } else {
            const struct wick_func *func = wk_func_of_ref(l[0]);
            ref_note(frames, cap, &n, func->instance, func->index, (uint32_t)(l[3] >> 32));
            parent = l[2];
        }
        kind = parent >> 32;
        slot = (uint32_t)parent;
    }
    return n;
}

static uint64_t ref_top(const struct wick_task *task) {
    const uint64_t kind = task->regs[0];
    const struct wick_func *func;
    if (kind == REF_AT_HOST) {
        const struct wk_host_frame *frame =
            (const struct wk_host_frame *)(const void *)(task->stack + (uint32_t)task->regs[1]);
        return wk_host_top(task, wk_func_of_ref(frame->func), frame->base);
    }
    if (kind == REF_AT_CONT) { /* a host function at the bottom of its stack has thrown */
        return 0;
    }
    if (kind == REF_AT_START) {
        return wk_type_get(&task->store->engine->types, wk_func_of_ref(task->regs[1])->type)->param_slots;
    }
    func = wk_func_of_ref(task->stack[(uint32_t)task->regs[1]]);
    return (uint32_t)task->regs[1] + WK_LINK_SLOTS + (uint64_t)func->instance->module->funcs[func->index].local_slots +
           func->instance->module->funcs[func->index].max_height;
}

/* ---- modules ----------------------------------------------------------------------------------------------------- */

static wick_err ref_module_init(struct wick_module *module, wick_diag *diag) {
    struct ref_module *code = wk_arena_alloc(&module->arena, sizeof *code);
    const uint32_t n = module->n_funcs - module->n_func_imports;
    if (code != NULL) {
        code->funcs = wk_arena_array(&module->arena, n, sizeof *code->funcs);
    }
    if (code == NULL || (code->funcs == NULL && n != 0)) {
        return wk_fail_nomem(diag, (uint64_t)n * sizeof *code->funcs);
    }
    module->code = code;
    return WICK_OK;
}

static void ref_module_free(struct wick_module *module) {
    const struct ref_module *code = module->code;
    for (uint32_t i = 0; i < module->n_funcs - module->n_func_imports; i++) {
        struct ref_code *func = code->funcs[i];
        if (func != NULL) {
            wk_free(&module->engine->alloc, func, func->size);
        }
    }
    module->code = NULL;
}

/* Of two threads that translate the same function the second throws its work away. */
static wick_err ref_translate_once(struct wick_module *module, uint32_t func_index, void **own, wick_diag *diag) {
    const struct ref_module *code = module->code;
    void **place = &code->funcs[func_index - module->n_func_imports];
    struct ref_code *made = NULL;
    (void)own;
    if (wk_atomic_load_ptr(place) != NULL) {
        return WICK_OK;
    }
    WK_TRY(wk_ref_translate(module, func_index, &made, diag));
    wk_lock(&module->engine->alloc);
    if (wk_atomic_load_ptr(place) == NULL) {
        wk_atomic_store_ptr(place, made);
        made = NULL;
    }
    wk_unlock(&module->engine->alloc);
    if (made != NULL) {
        wk_free(&module->engine->alloc, made, made->size);
    }
    return WICK_OK;
}

static void ref_translate_end(struct wick_module *module, void *own) {
    (void)module;
    (void)own;
}

/* Functions are found by instance and index. */
static void ref_instance_init(struct wick_instance *instance) {
    (void)instance;
}

static const struct wk_interp ref_interp = {
    .name = "ref",
    .module_init = ref_module_init,
    .module_free = ref_module_free,
    .translate = ref_translate_once,
    .translate_end = ref_translate_end,
    .instance_init = ref_instance_init,
    .start = ref_start,
    .run = ref_run,
    .backtrace = ref_backtrace,
    .top = ref_top,
};

const struct wk_interp *wk_interp_ref(void) {
    return &ref_interp;
}

/* task.c - tasks: calls that can be stopped and resumed, instantiation among them.
 *
 * Owner of: the balance of fuel, the stop request, one running task of a store at a time, the stack that grows, the
 * order of active segments and start function. doc/runtime.md says how it all fits together.
 * Spec: exec-invocation, exec-instantiation. */
#include "rt/cont.h"
#include "rt/object.h"

enum task_phase {
    TASK_CALL,      /* the interpreter runs task->func */
    TASK_ELEM_NEXT, /* instantiation: at element segment task->step */
    TASK_ELEM,      /* inside it: step_at is destination, source, count */
    TASK_DATA_NEXT,
    TASK_DATA,
    TASK_START /* the interpreter runs the start function */
};

/* ---- the stack --------------------------------------------------------------------------------------------------- */

/* The current stack gets `cap` slots. A continuation's counts against the store's quota. */
static wick_err task_resize_stack(struct wick_task *task, uint64_t cap) {
    struct wk_stack *current = task->current;
    const size_t old_size = (size_t)current->cap * sizeof(uint64_t), size = (size_t)cap * sizeof(uint64_t);
    uint64_t *stack;
    if (current != &task->own && !wk_store_take(task->store, size - old_size)) {
        return WICK_ERR_heap;
    }
    stack = wk_realloc(&task->store->engine->alloc, current->slots, old_size, size);
    if (stack == NULL) {
        if (current != &task->own) {
            wk_store_give(task->store, size - old_size);
        }
        return WICK_ERR_nomem;
    }
    if (current != &task->own) {
        wk_heap_grant(task->store, size - old_size);
    }
    current->slots = stack;
    current->cap = (uint32_t)cap;
    task->stack = stack;
    task->stack_cap = (uint32_t)cap;
    task->store->changes++;
    return WICK_OK;
}

/* Twice as much as there is where memory allows, else only what is needed. */
WK_COLD wick_err wk_task_grow_stack(struct wick_task *task, uint64_t need) {
    const uint64_t limit = task->stack_limit > task->below ? task->stack_limit - task->below : 0;
    uint64_t cap = (uint64_t)task->current->cap * 2;
    wick_err err;
    if (need > limit) {
        wk_task_trap(task, WICK_ERR_stack, task->stack_limit, 0);
        return WICK_ERR_stack;
    }
    if (cap > limit) {
        cap = limit;
    }
    if (cap < need) {
        cap = need;
    }
    err = task_resize_stack(task, cap);
    if (err != WICK_OK && cap > need) {
        cap = need;
        err = task_resize_stack(task, cap);
    }
    if (err != WICK_OK) {
        wk_task_trap(task, err, cap * sizeof(uint64_t), 0);
    }
    return err;
}

/* ---- traps ------------------------------------------------------------------------------------------------------- */

WK_COLD void wk_task_trap(struct wick_task *task, wick_err err, uint64_t a0, uint64_t a1) {
    wick_diag_init(&task->diag);
    task->diag.err = err;
    task->diag.a[0] = a0;
    task->diag.a[1] = a1;
}

void wk_task_uncaught(struct wick_task *task) {
    wk_task_trap(task, WICK_ERR_uncaught_exception, 0, 0);
    wk_task_keep_backtrace(task);
}

/* The place of a trap is the instruction of the innermost wasm function, unless the cause has a place of its own (an
 * instruction that cannot be translated). */
WK_COLD void wk_task_keep_backtrace(struct wick_task *task) {
    const size_t all = task->interp->backtrace(task, task->frames, WICK_BACKTRACE_DEPTH);
    task->n_frames_all = all > UINT32_MAX ? UINT32_MAX : (uint32_t)all;
    task->n_frames = all < WICK_BACKTRACE_DEPTH ? (uint32_t)all : WICK_BACKTRACE_DEPTH;
    for (uint32_t i = 0; i < task->n_frames && task->diag.offset == UINT32_MAX; i++) {
        const wick_frame *frame = &task->frames[i];
        if (frame->instance != NULL && frame->offset != 0) {
            const struct wick_module *module = frame->instance->module;
            uint32_t at = frame->offset;
            task->diag.offset = at;
            task->diag.func = frame->func;
            task->diag.pc = at - module->funcs[frame->func].off;
            task->diag.section = WK_SECTION_code;
            task->diag.op = (uint16_t)wk_read_op(module->bytes, &at);
        }
    }
}

static wick_status task_trap_at_segment(struct wick_task *task, wick_err err, uint32_t section, uint32_t off) {
    wk_task_trap(task, err, 0, 0);
    task->diag.section = (uint16_t)section;
    task->diag.offset = off;
    return WICK_TRAPPED;
}

/* ---- instantiation ----------------------------------------------------------------------------------------------- */

/* Evaluates where the segment goes; a diag that the expression filled stays. */
static wick_status task_begin_segment(struct wick_task *task, uint32_t offset, uint32_t n, enum task_phase phase) {
    uint64_t dst[2];
    wick_diag_init(&task->diag);
    if (wk_const_eval(task->instance, offset, dst, &task->diag) != WICK_OK) {
        return WICK_TRAPPED;
    }
    task->step_at[0] = dst[0];
    task->step_at[1] = 0;
    task->step_at[2] = n;
    task->phase = (uint8_t)phase;
    return WICK_DONE;
}

/* DONE: the segment is copied and dropped. */
static wick_status task_copy_segment(struct wick_task *task, bool is_elem) {
    struct wick_instance *instance = task->instance;
    uint64_t *at = task->step_at;
    do {
        wick_err err;
        if (wk_task_must_yield(task)) {
            return WICK_YIELDED;
        }
        if (is_elem) {
            const struct wk_elem_info *info = &instance->module->elems[task->step];
            err = wk_table_init(task, instance, info->table, task->step, &at[0], &at[1], &at[2]);
            if (err != WICK_OK) {
                return task_trap_at_segment(task, err, WK_SECTION_element, info->offset);
            }
        } else {
            const struct wk_data_info *info = &instance->module->datas[task->step];
            err = wk_memory_init(task, instance, info->memory, task->step, &at[0], &at[1], &at[2]);
            if (err != WICK_OK) {
                return task_trap_at_segment(task, err, WK_SECTION_data, info->offset);
            }
        }
    } while (at[2] != 0);
    if (is_elem) {
        wk_elem_drop(instance, task->step);
    } else {
        wk_data_drop(instance, task->step);
    }
    return WICK_DONE;
}

static wick_status task_run_elems(struct wick_task *task) {
    const struct wick_module *module = task->instance->module;
    while (task->step < module->n_elems) {
        const struct wk_elem_info *info = &module->elems[task->step];
        wick_status status;
        if (info->mode == WK_SEGMENT_ACTIVE) {
            if (task->phase == TASK_ELEM_NEXT) {
                status = task_begin_segment(task, info->offset, info->n, TASK_ELEM);
                if (status != WICK_DONE) {
                    return status;
                }
            }
            status = task_copy_segment(task, true);
            if (status != WICK_DONE) {
                return status;
            }
        }
        task->phase = TASK_ELEM_NEXT;
        task->step++;
    }
    task->phase = TASK_DATA_NEXT;
    task->step = 0;
    return WICK_DONE;
}

static wick_status task_run_datas(struct wick_task *task) {
    const struct wick_module *module = task->instance->module;
    while (task->step < module->n_datas) {
        const struct wk_data_info *info = &module->datas[task->step];
        wick_status status;
        if (info->mode == WK_SEGMENT_ACTIVE) {
            if (task->phase == TASK_DATA_NEXT) {
                status = task_begin_segment(task, info->offset, info->bytes.size, TASK_DATA);
                if (status != WICK_DONE) {
                    return status;
                }
            }
            status = task_copy_segment(task, false);
            if (status != WICK_DONE) {
                return status;
            }
        }
        task->phase = TASK_DATA_NEXT;
        task->step++;
    }
    return WICK_DONE;
}

static wick_status task_begin_start(struct wick_task *task) {
    struct wick_func *func = task->instance->funcs[task->instance->module->start];
    task->phase = TASK_START;
    task->func = func;
    wick_diag_init(&task->diag);
    if (task->interp->start(task, func) != WICK_OK) {
        if (task->diag.err == WICK_OK) {
            task->diag.err = WICK_ERR_nomem;
        }
        return WICK_TRAPPED;
    }
    return WICK_DONE;
}

/* ---- running ----------------------------------------------------------------------------------------------------- */

static wick_status task_run(struct wick_task *task) {
    wick_status status = WICK_DONE;
    if (task->phase == TASK_ELEM_NEXT || task->phase == TASK_ELEM) {
        status = task_run_elems(task);
    }
    if (status == WICK_DONE && (task->phase == TASK_DATA_NEXT || task->phase == TASK_DATA)) {
        status = task_run_datas(task);
        if (status == WICK_DONE) {
            if (task->instance->module->start == WK_NO_INDEX) {
                return WICK_DONE;
            }
            status = task_begin_start(task);
        }
    }
    if (status == WICK_DONE) {
        status = task->interp->run(task);
    }
    return status;
}

/* What resume leaves behind for the next one. */
static void task_settle(struct wick_task *task, wick_status status, bool unlimited) {
    task->fuel_used += (uint64_t)(task->fuel_start - task->fuel);
    if (unlimited && task->fuel > 0) {
        task->fuel = 0;
    }
    if (status == WICK_YIELDED || status == WICK_PENDING) {
        task->state = WK_TASK_READY;
        if (status == WICK_YIELDED) {
            wk_atomic_store32(&task->stop, 0);
        }
        return;
    }
    task->state = WK_TASK_IDLE;
    wk_task_drop_stacks(task, &task->own);
    if (task->fuel > 0) {
        task->fuel = 0; /* fuel is given to one computation; a debt stays */
    }
    if (status == WICK_DONE) {
        task->has_results = task->phase == TASK_CALL;
        if (task->phase != TASK_CALL) {
            *task->out_instance = task->instance;
        }
    }
    task->instance = NULL;
    task->out_instance = NULL;
}

static void task_add_fuel(struct wick_task *task, uint64_t fuel) {
    if (fuel > INT64_MAX || (task->fuel > 0 && (int64_t)fuel > INT64_MAX - task->fuel)) {
        task->fuel = INT64_MAX;
    } else {
        task->fuel += (int64_t)fuel;
    }
}

bool wk_task_is_free_to_run(const struct wick_store *store) {
    return store->running == NULL || store->running->host_top != 0;
}

wick_status wick_task_resume(wick_task *task, uint64_t fuel) {
    struct wick_store *store = task->store;
    wick_status status;
    if (WK_MISUSE(task->state != WK_TASK_READY) || WK_MISUSE(!wk_task_is_free_to_run(store))) {
        wk_task_trap(task, WICK_ERR_usage, WK_STR("wick_task_resume: nothing to do, or the store runs already"), 0);
        return WICK_TRAPPED;
    }
    task_add_fuel(task, fuel);
    if (task->fuel < 0) {
        return WICK_YIELDED;
    }
    if (wk_atomic_load32(&task->stop) != 0) {
        wk_atomic_store32(&task->stop, 0);
        if (fuel == WICK_FUEL_UNLIMITED) {
            task->fuel = 0;
        }
        return WICK_YIELDED;
    }
    task->fuel_start = task->fuel;
    task->state = WK_TASK_RUNNING;
    task->outer = store->running;
    store->running = task;
    store->changes++;
    status = task_run(task);
    store->running = task->outer;
    task->outer = NULL;
    task_settle(task, status, fuel == WICK_FUEL_UNLIMITED);
    return status;
}

wick_err wk_task_finish(struct wick_task *task) {
    const struct wk_alloc *alloc = &task->store->engine->alloc;
    for (;;) {
        const wick_status status = wick_task_resume(task, WICK_FUEL_UNLIMITED);
        if (status == WICK_DONE) {
            return WICK_OK;
        }
        if (status == WICK_TRAPPED || status == WICK_THREW) {
            return task->diag.err;
        }
        if (wick_task_waits(task)) {
            wick_task_sleep(task, UINT64_MAX);
        } else if (alloc->host->yield != NULL) {
            alloc->host->yield(alloc->user);
        }
    }
}

/* ---- making and freeing ------------------------------------------------------------------------------------------ */

static wick_err task_make_stack(struct wick_task *task, const wick_task_options *options) {
    task->stack_limit = options != NULL && options->stack_slots != 0 ? options->stack_slots : WICK_STACK_SLOTS;
    task->stack_cap = task->stack_limit;
    if (options != NULL && options->stack != NULL) {
        task->stack = options->stack;
    } else {
        task->owns_stack = true;
        task->stack_cap = task->stack_limit < WK_STACK_FIRST ? task->stack_limit : WK_STACK_FIRST;
        task->stack = wk_realloc(&task->store->engine->alloc, NULL, 0, task->stack_cap * sizeof(uint64_t));
    }
    task->current = &task->own;
    task->own.slots = task->stack;
    task->own.cap = task->stack_cap;
    return task->stack != NULL ? WICK_OK : WICK_ERR_nomem;
}

static bool task_options_are_wrong(const wick_task_options *options) {
    return options != NULL && options->stack != NULL &&
           (options->stack_slots == 0 || ((uintptr_t)options->stack & 15u) != 0);
}

wick_err wick_task_new(wick_store *store, const wick_task_options *options, wick_task **out_task) {
    struct wick_task *task;
    if (WK_MISUSE(store == NULL) || WK_MISUSE(out_task == NULL) || WK_MISUSE(task_options_are_wrong(options))) {
        return WICK_ERR_usage;
    }
    task = wk_zalloc(&store->engine->alloc, sizeof *task);
    if (task == NULL) {
        return WICK_ERR_nomem;
    }
    task->store = store;
    task->interp = store->engine->interp;
    task->user = options != NULL ? options->user : NULL;
    wick_diag_init(&task->diag);
    if (task_make_stack(task, options) != WICK_OK) {
        wk_free(&store->engine->alloc, task, sizeof *task);
        return WICK_ERR_nomem;
    }
    task->next = store->tasks;
    task->at = &store->tasks;
    if (task->next != NULL) {
        task->next->at = &task->next;
    }
    store->tasks = task;
    *out_task = task;
    return WICK_OK;
}

void wick_task_free(wick_task *task) {
    struct wk_alloc *alloc;
    if (task == NULL || WK_MISUSE(task->state == WK_TASK_RUNNING)) {
        return;
    }
    alloc = &task->store->engine->alloc;
    wk_wait_leave(task);
    *task->at = task->next;
    if (task->next != NULL) {
        task->next->at = task->at;
    }
    wk_task_drop_stacks(task, &task->own);
    if (task->owns_stack) {
        wk_free(alloc, task->own.slots, (size_t)task->own.cap * sizeof(uint64_t));
    }
    wk_free(alloc, task, sizeof *task);
}

void wk_tasks_free(struct wick_store *store) {
    while (store->tasks != NULL) {
        wick_task_free(store->tasks);
    }
}

void *wick_task_user(const wick_task *task) {
    return task->user;
}

wick_store *wick_task_store(const wick_task *task) {
    return task->store;
}

bool wk_task_has_started(const struct wick_task *task) {
    return task->state != WK_TASK_IDLE && (task->phase == TASK_CALL || task->phase == TASK_START);
}

/* ---- giving it something to do ----------------------------------------------------------------------------------- */

/* Answers an error that a start without cause of its own must have: no memory. */
static wick_err task_begin_call(struct wick_task *task, struct wick_func *func, const wick_value *args) {
    const struct wk_deftype *type = wk_func_deftype(func);
    uint32_t slot = 0;
    WK_TRY(wk_task_reserve(task, type->param_slots));
    for (uint32_t i = 0; i < type->n_params; i++) {
        wk_value_to_slots(&args[i], task->stack + slot);
        slot += wk_type_slots(type->types[i]);
    }
    WK_TRY(task->interp->start(task, func));
    task->func = func;
    task->exception = 0;
    task->searches = WK_SEARCH_NONE;
    task->phase = TASK_CALL;
    task->state = WK_TASK_READY;
    task->has_results = false;
    task->n_frames = 0;
    task->n_frames_all = 0;
    wick_diag_init(&task->diag);
    return WICK_OK;
}

wick_err wick_task_call(wick_task *task, wick_func *func, const wick_value *args, size_t n_args) {
    if (WK_MISUSE(task == NULL) || WK_MISUSE(func == NULL) || WK_MISUSE(task->state != WK_TASK_IDLE) ||
        WK_MISUSE(func->store != task->store)) {
        return WICK_ERR_usage;
    }
    wick_diag_init(&task->diag);
    WK_TRY(wk_args_check(task->store, wk_func_deftype(func), args, n_args, &task->diag));
    return task_begin_call(task, func, args);
}

static wick_err task_begin_instance(struct wick_task *task, struct wick_module *module, const wick_extern *imports,
                                    struct wick_instance **out_instance, wick_diag *diag) {
    struct wick_instance *instance = NULL;
    WK_TRY(wk_imports_check(task->store, module, imports, diag));
    WK_TRY(wk_instance_make(task->store, module, imports, &instance, diag));
    task->instance = instance;
    task->out_instance = out_instance;
    task->func = NULL;
    task->exception = 0;
    task->searches = WK_SEARCH_NONE;
    task->phase = TASK_ELEM_NEXT;
    task->step = 0;
    task->state = WK_TASK_READY;
    task->has_results = false;
    task->n_frames = 0;
    task->n_frames_all = 0;
    wick_diag_init(&task->diag);
    return WICK_OK;
}

static bool task_cannot_instantiate(const struct wick_task *task, const struct wick_module *module,
                                    struct wick_instance *const *out_instance) {
    return task == NULL || module == NULL || out_instance == NULL || task->state != WK_TASK_IDLE ||
           module->engine != task->store->engine;
}

wick_err wick_task_instantiate(wick_task *task, wick_module *module, const wick_extern *imports, size_t n_imports,
                               wick_instance **out_instance, wick_diag *diag) {
    wick_diag local;
    wick_err err;
    wick_diag_init(&local);
    if (WK_MISUSE(task_cannot_instantiate(task, module, out_instance)) || WK_MISUSE(n_imports != module->n_imports) ||
        WK_MISUSE(n_imports != 0 && imports == NULL)) {
        err = WK_USAGE(&local, "wick_task_instantiate: the task is busy, or module and imports do not belong to it");
    } else {
        err = task_begin_instance(task, module, imports, out_instance, &local);
    }
    if (err != WICK_OK && diag != NULL) {
        *diag = local;
    }
    return err;
}

static wick_err task_link(struct wick_task *task, struct wick_linker *linker, struct wick_module *module,
                          struct wick_instance **out_instance, wick_diag *diag) {
    struct wk_alloc *alloc = &task->store->engine->alloc;
    wick_extern *items = NULL;
    size_t size = 0;
    wick_err err;
    if (!wk_mul_size(module->n_imports, sizeof *items, &size)) {
        return wk_fail_nomem(diag, UINT64_MAX);
    }
    if (size != 0) {
        items = wk_zalloc(alloc, size);
        if (items == NULL) {
            return wk_fail_nomem(diag, size);
        }
    }
    err = wk_linker_resolve(linker, module, items, diag);
    if (err == WICK_OK) {
        err = task_begin_instance(task, module, items, out_instance, diag);
    }
    wk_free(alloc, items, size);
    return err;
}

wick_err wick_task_link(wick_task *task, wick_linker *linker, wick_module *module, wick_instance **out_instance,
                        wick_diag *diag) {
    wick_diag local;
    wick_err err;
    wick_diag_init(&local);
    if (WK_MISUSE(task_cannot_instantiate(task, module, out_instance)) || WK_MISUSE(linker == NULL) ||
        WK_MISUSE(wk_linker_store(linker) != task->store)) {
        err = WK_USAGE(&local, "wick_task_link: the task is busy, or module and linker do not belong to it");
    } else {
        err = task_link(task, linker, module, out_instance, &local);
    }
    if (err != WICK_OK && diag != NULL) {
        *diag = local;
    }
    return err;
}

/* ---- the state of a task ----------------------------------------------------------------------------------------- */

void wick_task_stop(wick_task *task) {
    wk_atomic_store32(&task->stop, 1);
    wk_wait_ring(task);
}

void wick_task_cancel(wick_task *task) {
    if (WK_MISUSE(task->state == WK_TASK_RUNNING)) {
        return;
    }
    wk_wait_leave(task);
    wk_task_drop_stacks(task, &task->own);
    task->state = WK_TASK_IDLE;
    task->instance = NULL;
    task->out_instance = NULL;
    task->exception = 0;
    task->object = 0; /* else the next array.new would go on with it */
    task->has_results = false;
    if (task->fuel > 0) {
        task->fuel = 0;
    }
}

uint64_t wick_task_deadline(const wick_task *task) {
    return wick_task_waits(task) ? task->waiter.deadline : task->deadline;
}

uint64_t wick_task_fuel_used(const wick_task *task) {
    const int64_t now = task->state == WK_TASK_RUNNING ? task->fuel_start - task->fuel : 0;
    return task->fuel_used + (uint64_t)now;
}

size_t wick_task_result_count(const wick_task *task) {
    return task->has_results ? wk_func_deftype(task->func)->n_results : 0;
}

wick_value wick_task_result(const wick_task *task, size_t index) {
    const struct wk_deftype *type;
    wick_value value;
    memset(&value, 0, sizeof value);
    if (WK_MISUSE(index >= wick_task_result_count(task))) {
        return value;
    }
    type = wk_func_deftype(task->func);
    wk_value_of_slots(type->types[type->n_params + index],
                      task->stack + wk_slot_of(type->types + type->n_params, (uint32_t)index), &value);
    return value;
}

const wick_diag *wick_task_diag(const wick_task *task) {
    return &task->diag;
}

size_t wick_task_backtrace(const wick_task *task, wick_frame *frames, size_t cap) {
    if (task->state == WK_TASK_READY) {
        return wk_task_has_started(task) ? task->interp->backtrace(task, frames, cap) : 0;
    }
    for (size_t i = 0; i < cap && i < task->n_frames; i++) {
        frames[i] = task->frames[i];
    }
    return task->n_frames_all;
}

/* ---- without scheduling ------------------------------------------------------------------------------------------ */

static wick_err task_call_to_end(struct wick_task *task, struct wick_func *func, const wick_value *args,
                                 wick_value *results, wick_diag *diag) {
    wick_err err = task_begin_call(task, func, args);
    if (err == WICK_OK) {
        err = wk_task_finish(task);
    }
    if (err != WICK_OK) {
        if (diag != NULL) {
            *diag = task->diag;
            diag->err = err;
        }
        return err;
    }
    for (size_t i = 0; i < wick_task_result_count(task); i++) {
        results[i] = wick_task_result(task, i);
    }
    return WICK_OK;
}

/* An error without a place. */
static wick_err task_refuse(wick_err err, const char *why, wick_diag *diag) {
    if (diag != NULL) {
        wick_diag_init(diag);
        (void)wk_fail(diag, err, WK_STR(why), 0, 0, 0);
    }
    return err;
}

static wick_err task_check_call(const struct wick_func *func, const wick_value *args, size_t n_args,
                                const wick_value *results, size_t n_results, wick_diag *diag) {
    const struct wk_deftype *type;
    if (WK_MISUSE(func == NULL)) {
        return WK_USAGE(diag, "wick_func_call: the function is NULL");
    }
    if (WK_MISUSE(!wk_task_is_free_to_run(func->store))) {
        return WK_USAGE(diag, "wick_func_call: the store runs already");
    }
    type = wk_func_deftype(func);
    WK_TRY(wk_args_check(func->store, type, args, n_args, diag));
    if (WK_MISUSE(n_results != type->n_results)) {
        return wk_fail(diag, WICK_ERR_usage, WK_STR("results"), WK_MISFIT_COUNT, type->n_results, n_results);
    }
    if (WK_MISUSE(n_results != 0 && results == NULL)) {
        return WK_USAGE(diag, "wick_func_call: the results are NULL");
    }
    return WICK_OK;
}

wick_err wick_func_call(wick_func *func, const wick_value *args, size_t n_args, wick_value *results, size_t n_results,
                        wick_diag *diag) {
    struct wick_task *task;
    wick_diag local;
    wick_err err;
    wick_diag_init(&local);
    err = task_check_call(func, args, n_args, results, n_results, &local);
    if (err != WICK_OK) {
        if (diag != NULL) {
            *diag = local;
        }
        return err;
    }
    err = wick_task_new(func->store, NULL, &task);
    if (err != WICK_OK) {
        return task_refuse(err, NULL, diag);
    }
    err = task_call_to_end(task, func, args, results, diag);
    wick_task_free(task);
    return err;
}

static wick_err task_instantiate_to_end(struct wick_task *task, struct wick_linker *linker,
                                        struct wick_module *module, struct wick_instance **out_instance,
                                        wick_diag *diag) {
    wick_err err;
    WK_TRY(wick_task_link(task, linker, module, out_instance, diag));
    err = wk_task_finish(task);
    if (err != WICK_OK && diag != NULL) {
        *diag = task->diag;
    }
    return err;
}

wick_err wick_linker_instantiate(wick_linker *linker, wick_module *module, wick_instance **out_instance,
                                 wick_diag *diag) {
    struct wick_task *task;
    wick_err err;
    if (WK_MISUSE(linker == NULL) || WK_MISUSE(module == NULL) || WK_MISUSE(out_instance == NULL) ||
        WK_MISUSE(!wk_task_is_free_to_run(wk_linker_store(linker)))) {
        return task_refuse(WICK_ERR_usage, "wick_linker_instantiate: linker, module or out_instance", diag);
    }
    *out_instance = NULL;
    err = wick_task_new(wk_linker_store(linker), NULL, &task);
    if (err != WICK_OK) {
        return task_refuse(err, NULL, diag);
    }
    err = task_instantiate_to_end(task, linker, module, out_instance, diag);
    wick_task_free(task);
    return err;
}

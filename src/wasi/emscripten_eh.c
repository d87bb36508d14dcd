/* emscripten_eh.c - exceptions and longjmp as Emscripten does them without wasm exceptions: the functions of "env" with
 * which its JavaScript would unwind.
 *
 * A call that may throw goes out to invoke_SIGNATURE(index, arguments), which calls back into the module and catches
 * whatever is thrown; what throws (__cxa_throw, _emscripten_throw_longjmp) goes out too. Here both are exceptions of one
 * tag that no wasm code can name. Between them the landing pads ask which clause matches (__cxa_find_matching_catch_N)
 * and keep the books (__cxa_begin_catch, __cxa_end_catch, ...), whose records lie in front of each thrown object in the
 * program's memory. Calls back into the module are steps of the host function: the task is asked to run them
 * (wick_call_wasm), so an invoke needs no native stack and may be suspended anywhere inside. */
#include "base/str.h"
#include "wasi/wasi.h"

#include "base/atomic.h"
#include "rt/object.h"

/* In front of a thrown object. */
enum {
    EMEH_REFS = 0,
    EMEH_TYPE = 4,
    EMEH_DESTRUCTOR = 8,
    EMEH_CAUGHT = 12,
    EMEH_RETHROWN = 13,
    EMEH_ADJUSTED = 16,
    EMEH_HEAD = 24
};

/* What is called in the module, by the name that it is exported under or that of later versions; an export of another
 * type is none. All parameters are i32, and so is the one result, if there is one. */
enum emeh_export {
    EMEH_STACK_SAVE,
    EMEH_STACK_RESTORE,
    EMEH_SET_THREW,
    EMEH_MALLOC,
    EMEH_FREE,
    EMEH_CAN_CATCH,
    EMEH_IS_POINTER,
    EMEH_EXPORTS
};
static const struct {
    const char *name, *later, *missing;
    uint8_t n_params, n_results;
} emeh_exports[EMEH_EXPORTS] = {
    [EMEH_STACK_SAVE] = {"stackSave", "emscripten_stack_get_current", "the module exports no stackSave", 0, 1},
    [EMEH_STACK_RESTORE] = {"stackRestore", "_emscripten_stack_restore", "the module exports no stackRestore", 1, 0},
    [EMEH_SET_THREW] = {"setThrew", "setThrew", "the module exports no setThrew", 2, 0},
    [EMEH_MALLOC] = {"malloc", "malloc", "the module exports no malloc", 1, 1},
    [EMEH_FREE] = {"free", "free", "the module exports no free", 1, 0},
    [EMEH_CAN_CATCH] = {"__cxa_can_catch", "__cxa_can_catch", "the module exports no __cxa_can_catch", 3, 1},
    [EMEH_IS_POINTER] = {"__cxa_is_pointer_type", "__cxa_is_pointer_type", "the module exports no __cxa_is_pointer_type",
                         1, 1},
};

/* Of one module that was linked; with threads each store has its own. */
struct wk_em_eh {
    struct wk_em_eh *next;
    wick_wasi *wasi;
    wick_store *store;
    wick_tag *tag;
    wick_instance *instance; /* of which the two below are known */
    wick_table *table;
    wick_func *funcs[EMEH_EXPORTS];
    uint32_t last;     /* the object thrown last that no handler has dealt with; 0: none */
    uint32_t uncaught; /* thrown and not yet caught */
    uint32_t *caught;  /* those whose handlers are active, innermost last */
    uint32_t n_caught, cap_caught;
};

/* ---- the module ---- */

static bool emeh_has_type(const wick_func *func, uint32_t n_params, uint32_t n_results) {
    wick_functype type;
    wick_func_type(func, &type);
    if (type.n_params != n_params || type.n_results != n_results) {
        return false;
    }
    for (uint32_t i = 0; i < n_params + n_results; i++) {
        if (type.params[i] != WICK_I32) {
            return false;
        }
    }
    return true;
}

static wick_func *emeh_find(wick_instance *instance, const char *name, uint32_t n_params, uint32_t n_results) {
    wick_extern item;
    const bool found = wick_instance_export(instance, name, wk_str_size(name), &item) && item.kind == WICK_EXTERN_FUNC &&
                       emeh_has_type(item.of.func, n_params, n_results);
    return found ? item.of.func : NULL;
}

/* Finds what is called in the module that called; it may be another instance than last time. None when invoke_* called,
 * with an import as its function (a throw with clean-ups around it is called so): then it is the one as before. */
static void emeh_resolve(struct wk_em_eh *eh, wick_call *call) {
    static const char table[] = "__indirect_function_table";
    wick_instance *instance = wick_call_instance(call);
    wick_extern item;
    if (instance == NULL || instance == eh->instance) {
        return;
    }
    eh->instance = instance;
    eh->table = NULL;
    memset(eh->funcs, 0, sizeof eh->funcs);
    if (wick_instance_export(instance, table, sizeof table - 1, &item) && item.kind == WICK_EXTERN_TABLE) {
        eh->table = item.of.table;
    }
    for (uint32_t i = 0; i < EMEH_EXPORTS; i++) {
        const uint32_t n_params = emeh_exports[i].n_params, n_results = emeh_exports[i].n_results;
        eh->funcs[i] = emeh_find(instance, emeh_exports[i].name, n_params, n_results);
        if (eh->funcs[i] == NULL) {
            eh->funcs[i] = emeh_find(instance, emeh_exports[i].later, n_params, n_results);
        }
    }
}

/* Has the module run one of its exports. */
static wick_host_result emeh_run(struct wk_em_eh *eh, wick_call *call, enum emeh_export which, const uint32_t *args,
                               uint32_t n) {
    wick_value values[3] = {{.type = WICK_I32}};
    emeh_resolve(eh, call);
    if (eh->funcs[which] == NULL) {
        return wick_call_trap(call, emeh_exports[which].missing);
    }
    for (uint32_t i = 0; i < n; i++) {
        values[i] = (wick_value){.type = WICK_I32, .of.i32 = args[i]};
    }
    return wick_call_wasm(call, eh->funcs[which], values, n);
}

/* The function at an index of the module's table. NULL: *out_result is the trap. */
static wick_func *emeh_indirect(struct wk_em_eh *eh, wick_call *call, uint32_t index, wick_host_result *out_result) {
    wick_ref ref;
    wick_func *func = NULL;
    emeh_resolve(eh, call);
    if (eh->table == NULL) {
        *out_result = wick_call_trap(call, "the module exports no __indirect_function_table");
    } else if (wick_table_get(eh->table, index, &ref) != WICK_OK) {
        *out_result = wick_call_fail(call, WICK_ERR_undefined_element);
    } else if ((func = wick_ref_func(ref)) == NULL) {
        *out_result = wick_call_fail(call, WICK_ERR_uninitialized_element);
    }
    return func;
}

static uint32_t emeh_answer(const wick_call *call) {
    wick_value value;
    wick_call_wasm_result(call, 0, &value);
    return value.of.i32;
}

static void emeh_second(struct wk_em_eh *eh, uint32_t value) {
    wk_atomic_store32(&eh->wasi->temp_ret0, value);
}

/* ---- throwing and catching ---- */

static wick_host_result emeh_throw(struct wk_em_eh *eh, wick_call *call, uint32_t object) {
    const wick_value value = {.type = WICK_I32, .of.i32 = object};
    wick_ref exception;
    wick_err err = wick_exception_new(wick_call_store(call), eh->tag, &value, 1, &exception);
    return err == WICK_OK ? wick_call_throw(call, exception) : wick_call_fail(call, err);
}

/* Argument number n of the callee, whose type is `type`: an i64 may come as two i32, low half first, as it goes through
 * JavaScript. *at is the next of the import's. false: the import has none like that. */
static bool emeh_invoke_arg(const wick_call *call, uint32_t *at, wick_valtype type, wick_value *out_value) {
    const struct wk_deftype *outer = call->host->type;
    if (*at < outer->n_params && outer->types[*at] == type) {
        wick_call_arg(call, (*at)++, out_value);
        return true;
    }
    if (type != WICK_I64 || outer->n_params - *at < 2 || outer->types[*at] != WICK_I32 ||
        outer->types[*at + 1] != WICK_I32) {
        return false;
    }
    *out_value = (wick_value){.type = WICK_I64};
    out_value->of.i64 = wick_call_arg_i32(call, *at) | (uint64_t)wick_call_arg_i32(call, *at + 1) << 32;
    *at += 2;
    return true;
}

/* The callee's results are the import's, or its i64 is an i32 and the high half, which goes to setTempRet0. */
static bool emeh_invoke_gives(const wick_functype *callee, const struct wk_deftype *outer) {
    const wick_valtype *gives = callee->params + callee->n_params, *wants = outer->types + outer->n_params;
    if (callee->n_results != outer->n_results) {
        return false;
    }
    for (uint32_t i = 0; i < callee->n_results; i++) {
        if (gives[i] != wants[i] && (callee->n_results != 1 || gives[i] != WICK_I64 || wants[i] != WICK_I32)) {
            return false;
        }
    }
    return true;
}

static void emeh_invoke_return(struct wk_em_eh *eh, wick_call *call) {
    const struct wk_deftype *outer = call->host->type;
    wick_value value;
    for (uint32_t i = 0; i < outer->n_results; i++) {
        wick_call_wasm_result(call, i, &value);
        if (value.type == WICK_I64 && outer->types[outer->n_params + i] == WICK_I32) {
            emeh_second(eh, (uint32_t)(value.of.i64 >> 32));
            wick_call_return_i32(call, i, (uint32_t)value.of.i64);
        } else {
            wick_call_return(call, i, &value);
        }
    }
}

/* Calls the function at the index with the arguments behind it. */
static wick_host_result emeh_invoke_callee(struct wk_em_eh *eh, wick_call *call) {
    wick_value few[8];
    wick_functype type;
    wick_host_result result = WICK_HOST_TRAP;
    wick_func *func = emeh_indirect(eh, call, wick_call_arg_i32(call, 0), &result);
    if (func == NULL) {
        return result;
    }
    wick_func_type(func, &type);
    const size_t n = type.n_params;
    wick_value *args = n <= WK_COUNT_OF(few) ? few : wk_realloc(eh->wasi->alloc, NULL, 0, n * sizeof *args);
    if (args == NULL) {
        return wick_call_fail(call, WICK_ERR_nomem);
    }
    uint32_t at = 1;
    bool fits = emeh_invoke_gives(&type, call->host->type);
    for (uint32_t i = 0; i < n && fits; i++) {
        fits = emeh_invoke_arg(call, &at, type.params[i], &args[i]);
    }
    result = fits && at == call->host->type->n_params ? wick_call_wasm_catch(call, func, args, n)
                                                : wick_call_fail(call, WICK_ERR_indirect_call_type);
    if (args != few) {
        wk_free(eh->wasi->alloc, args, n * sizeof *args);
    }
    return result;
}

/* invoke_SIGNATURE: the steps are in state word 0, the program's stack pointer in word 1. */
static wick_host_result emeh_invoke(wick_call *call, void *user) {
    struct wk_em_eh *eh = user;
    uint64_t *state = wick_call_state(call);
    static const uint32_t threw[2] = {1, 0};
    wick_ref exception;
    switch (state[0]++) {
    case 0:
        return emeh_run(eh, call, EMEH_STACK_SAVE, NULL, 0);
    case 1:
        state[1] = emeh_answer(call);
        return emeh_invoke_callee(eh, call);
    case 2:
        exception = wick_call_exception(call);
        if (exception == 0) {
            emeh_invoke_return(eh, call);
            return WICK_HOST_OK;
        }
        if (wick_exception_tag(exception) != eh->tag) {
            return wick_call_throw(call, exception); /* wasm's own: whoever catches it puts the stack right */
        }
        return emeh_run(eh, call, EMEH_STACK_RESTORE, (const uint32_t[1]){(uint32_t)state[1]}, 1);
    case 3:
        return emeh_run(eh, call, EMEH_SET_THREW, threw, 2); /* keeps what longjmp has left there */
    default:
        return WICK_HOST_OK;
    }
}

static wick_host_result emeh_longjmp(wick_call *call, void *user) {
    return emeh_throw(user, call, 0);
}

/* ---- the records in front of thrown objects ---- */

/* Of the module's first memory; wick_call_bytes would ask the caller. */
static uint8_t *emeh_bytes(struct wk_em_eh *eh, wick_call *call, uint32_t address, uint32_t size) {
    emeh_resolve(eh, call);
    if (eh->instance == NULL || eh->instance->module->n_memories == 0 ||
        !wk_in_bounds(address, 0, size, wick_memory_bytes(eh->instance->memories[0]))) {
        return NULL;
    }
    return wick_memory_data(eh->instance->memories[0]) + address;
}

/* NULL: *out_result is the trap. Borrowed until wasm runs. */
static uint8_t *emeh_head(struct wk_em_eh *eh, wick_call *call, uint32_t object, wick_host_result *out_result) {
    uint8_t *head = object < EMEH_HEAD ? NULL : emeh_bytes(eh, call, object - EMEH_HEAD, EMEH_HEAD);
    if (head == NULL) {
        *out_result = wick_call_fail(call, WICK_ERR_oob_memory);
    }
    return head;
}

static void emeh_count(uint8_t *head, uint32_t change) {
    wk_st_le32(head + EMEH_REFS, wk_ld_le32(head + EMEH_REFS) + change);
}

static bool emeh_push(struct wk_em_eh *eh, uint32_t object) {
    if (eh->n_caught == eh->cap_caught) {
        const uint32_t cap = eh->cap_caught == 0 ? 8 : eh->cap_caught * 2;
        size_t size;
        uint32_t *more;
        if (!wk_mul_size(cap, sizeof *more, &size) ||
            (more = wk_realloc(eh->wasi->alloc, eh->caught, eh->cap_caught * sizeof *more, size)) == NULL) {
            return false;
        }
        eh->caught = more;
        eh->cap_caught = cap;
    }
    eh->caught[eh->n_caught++] = object;
    return true;
}

static wick_host_result emeh_allocate(wick_call *call, void *user) {
    uint64_t *state = wick_call_state(call);
    const uint32_t size = wick_call_arg_i32(call, 0) + EMEH_HEAD;
    if (state[0]++ == 0 && size >= EMEH_HEAD) {
        return emeh_run(user, call, EMEH_MALLOC, &size, 1);
    }
    const uint32_t at = size >= EMEH_HEAD ? emeh_answer(call) : 0;
    if (at == 0) {
        return wick_call_trap(call, "no memory for an exception");
    }
    wick_call_return_i32(call, 0, at + EMEH_HEAD);
    return WICK_HOST_OK;
}

static wick_host_result emeh_free(wick_call *call, void *user) {
    uint64_t *state = wick_call_state(call);
    const uint32_t at = wick_call_arg_i32(call, 0) - EMEH_HEAD;
    return state[0]++ == 0 ? emeh_run(user, call, EMEH_FREE, &at, 1) : WICK_HOST_OK;
}

/* __cxa_throw(object, type, destructor) */
static wick_host_result emeh_cxa_throw(wick_call *call, void *user) {
    struct wk_em_eh *eh = user;
    wick_host_result result = WICK_HOST_TRAP;
    const uint32_t object = wick_call_arg_i32(call, 0);
    uint8_t *head = emeh_head(eh, call, object, &result);
    if (head == NULL) {
        return result;
    }
    memset(head, 0, EMEH_HEAD);
    wk_st_le32(head + EMEH_TYPE, wick_call_arg_i32(call, 1));
    wk_st_le32(head + EMEH_DESTRUCTOR, wick_call_arg_i32(call, 2));
    eh->last = object;
    eh->uncaught++;
    return emeh_throw(eh, call, object);
}

static wick_host_result emeh_rethrow_top(struct wk_em_eh *eh, wick_call *call) {
    wick_host_result result = WICK_HOST_TRAP;
    if (eh->n_caught == 0) {
        return wick_call_trap(call, "no exception to throw again");
    }
    const uint32_t object = eh->caught[eh->n_caught - 1];
    uint8_t *head = emeh_head(eh, call, object, &result);
    if (head == NULL) {
        return result;
    }
    if (head[EMEH_RETHROWN] == 0) { /* its handler's end takes it from the list and must not destroy it */
        head[EMEH_RETHROWN] = 1;
        head[EMEH_CAUGHT] = 0;
        eh->uncaught++;
    } else {
        eh->n_caught--;
    }
    eh->last = object;
    return emeh_throw(eh, call, object);
}

static wick_host_result emeh_rethrow(wick_call *call, void *user) {
    return emeh_rethrow_top(user, call);
}

static wick_host_result emeh_resume(wick_call *call, void *user) {
    struct wk_em_eh *eh = user;
    if (eh->last == 0) {
        eh->last = wick_call_arg_i32(call, 0);
    }
    return emeh_throw(eh, call, eh->last);
}

/* What the handler gets to see of an object: a thrown pointer itself, or the subobject that matched. The first step asks
 * the module whether its type is that of a pointer. */
static wick_host_result emeh_ask_pointer(struct wk_em_eh *eh, wick_call *call, uint32_t object) {
    wick_host_result result = WICK_HOST_TRAP;
    const uint8_t *head = emeh_head(eh, call, object, &result);
    if (head == NULL) {
        return result;
    }
    const uint32_t type = wk_ld_le32(head + EMEH_TYPE);
    return emeh_run(eh, call, EMEH_IS_POINTER, &type, 1);
}

static wick_host_result emeh_return_seen(struct wk_em_eh *eh, wick_call *call, uint32_t object) {
    wick_host_result result = WICK_HOST_TRAP;
    const uint8_t *head = emeh_head(eh, call, object, &result);
    if (head == NULL) {
        return result;
    }
    uint32_t seen = wk_ld_le32(head + EMEH_ADJUSTED);
    if (emeh_answer(call) != 0) {
        const uint8_t *pointer = emeh_bytes(eh, call, object, 4);
        if (pointer == NULL) {
            return wick_call_fail(call, WICK_ERR_oob_memory);
        }
        seen = wk_ld_le32(pointer);
    } else if (seen == 0) {
        seen = object;
    }
    wick_call_return_i32(call, 0, seen);
    return WICK_HOST_OK;
}

static wick_host_result emeh_get_pointer(wick_call *call, void *user) {
    uint64_t *state = wick_call_state(call);
    const uint32_t object = wick_call_arg_i32(call, 0);
    return state[0]++ == 0 ? emeh_ask_pointer(user, call, object) : emeh_return_seen(user, call, object);
}

static wick_host_result emeh_begin_catch(wick_call *call, void *user) {
    struct wk_em_eh *eh = user;
    uint64_t *state = wick_call_state(call);
    wick_host_result result = WICK_HOST_TRAP;
    const uint32_t object = wick_call_arg_i32(call, 0);
    if (state[0]++ != 0) {
        return emeh_return_seen(eh, call, object);
    }
    uint8_t *head = emeh_head(eh, call, object, &result);
    if (head == NULL) {
        return result;
    }
    if (!emeh_push(eh, object)) {
        return wick_call_fail(call, WICK_ERR_nomem);
    }
    if (head[EMEH_CAUGHT] == 0) {
        head[EMEH_CAUGHT] = 1;
        eh->uncaught--;
    }
    head[EMEH_RETHROWN] = 0;
    emeh_count(head, 1);
    return emeh_ask_pointer(eh, call, object);
}

/* Steps from *step on: gives one count of the object back; the last destroys and frees it. */
static wick_host_result emeh_release(struct wk_em_eh *eh, wick_call *call, uint64_t *step, uint32_t object) {
    wick_host_result result = WICK_HOST_TRAP;
    const wick_value value = {.type = WICK_I32, .of.i32 = object};
    const uint32_t at = object - EMEH_HEAD;
    if (*step == 0) {
        uint8_t *head = emeh_head(eh, call, object, &result);
        if (head == NULL) {
            return result;
        }
        emeh_count(head, UINT32_MAX);
        if (wk_ld_le32(head + EMEH_REFS) != 0 || head[EMEH_RETHROWN] != 0) {
            return WICK_HOST_OK;
        }
        *step = 1;
        const uint32_t destructor = wk_ld_le32(head + EMEH_DESTRUCTOR);
        if (destructor != 0) {
            wick_functype type;
            wick_func *func = emeh_indirect(eh, call, destructor, &result);
            if (func == NULL) {
                return result;
            }
            wick_func_type(func, &type);
            return type.n_params == 1 && type.params[0] == WICK_I32 ? wick_call_wasm(call, func, &value, 1)
                                                                    : wick_call_fail(call, WICK_ERR_indirect_call_type);
        }
    }
    return (*step)++ == 1 ? emeh_run(eh, call, EMEH_FREE, &at, 1) : WICK_HOST_OK;
}

static wick_host_result emeh_decrement(wick_call *call, void *user) {
    const uint32_t object = wick_call_arg_i32(call, 0);
    return object == 0 ? WICK_HOST_OK : emeh_release(user, call, wick_call_state(call), object);
}

static wick_host_result emeh_increment(wick_call *call, void *user) {
    const uint32_t object = wick_call_arg_i32(call, 0);
    wick_host_result result = WICK_HOST_OK;
    uint8_t *head = object == 0 ? NULL : emeh_head(user, call, object, &result);
    if (head != NULL) {
        emeh_count(head, 1);
    }
    return result;
}

/* State word 0: the steps of emeh_release plus one; word 1: the object. */
static wick_host_result emeh_end_catch(wick_call *call, void *user) {
    struct wk_em_eh *eh = user;
    uint64_t *state = wick_call_state(call);
    static const uint32_t none[2] = {0, 0};
    if (state[0] == 0) {
        state[0] = 1;
        return emeh_run(eh, call, EMEH_SET_THREW, none, 2);
    }
    if (state[1] == 0) {
        if (eh->n_caught == 0) {
            return wick_call_trap(call, "no handler to end");
        }
        state[1] = eh->caught[--eh->n_caught];
        eh->last = 0;
    }
    uint64_t step = state[0] - 1;
    const wick_host_result result = emeh_release(eh, call, &step, (uint32_t)state[1]);
    wick_call_state(call)[0] = step + 1; /* the stack may have moved */
    return result;
}

/* __cxa_find_matching_catch_N(types...): the object, and by the second result the first of the types that catches it.
 * State word 0: how many types have been asked about. */
static wick_host_result emeh_find_catch(wick_call *call, void *user) {
    struct wk_em_eh *eh = user;
    uint64_t *state = wick_call_state(call);
    wick_host_result result = WICK_HOST_TRAP;
    wick_call_return_i32(call, 0, eh->last);
    emeh_second(eh, 0);
    if (eh->last == 0) {
        return WICK_HOST_OK;
    }
    uint8_t *head = emeh_head(eh, call, eh->last, &result);
    if (head == NULL) {
        return result;
    }
    const uint32_t type = wk_ld_le32(head + EMEH_TYPE);
    if (state[0] != 0 && emeh_answer(call) != 0) {
        emeh_second(eh, wick_call_arg_i32(call, (uint32_t)state[0] - 1));
        return WICK_HOST_OK;
    }
    wk_st_le32(head + EMEH_ADJUSTED, eh->last); /* the module may change it to the part that is caught */
    if (type != 0 && state[0] < call->host->type->n_params) {
        const uint32_t asked = wick_call_arg_i32(call, (uint32_t)state[0]++);
        if (asked != 0 && asked != type) {
            const uint32_t args[3] = {asked, type, eh->last - EMEH_HEAD + EMEH_ADJUSTED};
            return emeh_run(eh, call, EMEH_CAN_CATCH, args, 3);
        }
    }
    emeh_second(eh, type); /* caught by its very type, by `...`, or by nobody */
    return WICK_HOST_OK;
}

/* ---- what is left ---- */

static wick_host_result emeh_typeid(wick_call *call, void *user) {
    (void)user;
    wick_call_return_i32(call, 0, wick_call_arg_i32(call, 0));
    return WICK_HOST_OK;
}

static wick_host_result emeh_uncaught(wick_call *call, void *user) {
    wick_call_return_i32(call, 0, ((const struct wk_em_eh *)user)->uncaught);
    return WICK_HOST_OK;
}

static wick_host_result emeh_unexpected(wick_call *call, void *user) {
    (void)user;
    return wick_call_trap(call, "unexpected exception");
}

/* For std::current_exception: the object of the innermost handler, counted once more. */
static wick_host_result emeh_current(wick_call *call, void *user) {
    struct wk_em_eh *eh = user;
    wick_host_result result = WICK_HOST_OK;
    if (eh->n_caught != 0) {
        const uint32_t object = eh->caught[eh->n_caught - 1];
        uint8_t *head = emeh_head(eh, call, object, &result);
        if (head != NULL) {
            emeh_count(head, 1);
            wick_call_return_i32(call, 0, object);
        }
    }
    return result;
}

/* For std::rethrow_exception. */
static wick_host_result emeh_rethrow_primary(wick_call *call, void *user) {
    struct wk_em_eh *eh = user;
    const uint32_t object = wick_call_arg_i32(call, 0);
    wick_host_result result = WICK_HOST_OK;
    uint8_t *head = object == 0 ? NULL : emeh_head(eh, call, object, &result);
    if (head == NULL) {
        return result;
    }
    if (!emeh_push(eh, object)) {
        return wick_call_fail(call, WICK_ERR_nomem);
    }
    head[EMEH_RETHROWN] = 1;
    return emeh_rethrow_top(eh, call);
}

/* ---- linking ---- */

static const struct {
    const char *name;      /* a last '*' stands for anything */
    const char *signature; /* NULL: see emeh_fits */
    wick_host_fn fn;
} emeh_functions[] = {
    {"invoke_*", NULL, emeh_invoke},
    {"__cxa_find_matching_catch_*", NULL, emeh_find_catch},
    {"_emscripten_throw_longjmp", ":", emeh_longjmp},
    {"__cxa_allocate_exception", "i:i", emeh_allocate},
    {"__cxa_free_exception", "i:", emeh_free},
    {"__cxa_throw", "iii:", emeh_cxa_throw},
    {"__cxa_rethrow", ":", emeh_rethrow},
    {"__resumeException", "i:", emeh_resume},
    {"__cxa_begin_catch", "i:i", emeh_begin_catch},
    {"__cxa_end_catch", ":", emeh_end_catch},
    {"__cxa_get_exception_ptr", "i:i", emeh_get_pointer},
    {"__cxa_increment_exception_refcount", "i:", emeh_increment},
    {"__cxa_decrement_exception_refcount", "i:", emeh_decrement},
    {"__cxa_current_primary_exception", ":i", emeh_current},
    {"__cxa_rethrow_primary_exception", "i:", emeh_rethrow_primary},
    {"__cxa_uncaught_exceptions", ":i", emeh_uncaught},
    {"__cxa_call_unexpected", "i:", emeh_unexpected},
    {"llvm_eh_typeid_for", "i:i", emeh_typeid},
};

static bool emeh_is(wick_name name, const char *pattern) {
    const size_t n = wk_str_size(pattern);
    return pattern[n - 1] == '*' ? name.size >= n && memcmp(name.text, pattern, n - 1) == 0
                                 : name.size == n && memcmp(name.text, pattern, n) == 0;
}

/* Without a signature of its own: invoke_* has an index and whatever its callee takes and gives, __cxa_find_... takes
 * i32s and gives one. */
static bool emeh_fits(const wick_functype *type, wick_host_fn fn) {
    if (fn == emeh_invoke) {
        return type->n_params >= 1 && type->params[0] == WICK_I32;
    }
    const size_t n = (size_t)type->n_params + type->n_results;
    for (size_t i = 0; i < n; i++) {
        if (type->params[i] != WICK_I32) {
            return false;
        }
    }
    return type->n_results == 1;
}

static wick_err emeh_new(wick_wasi *wasi, wick_store *store, struct wk_em_eh **out_eh) {
    wick_functype type;
    struct wk_em_eh *eh = wk_zalloc(wasi->alloc, sizeof *eh);
    if (eh == NULL) {
        return WICK_ERR_nomem;
    }
    eh->wasi = wasi;
    eh->store = store;
    wk_lock(wasi->alloc); /* threads link at the same time */
    eh->next = wasi->em_ehs;
    wasi->em_ehs = eh;
    wk_unlock(wasi->alloc);
    WK_TRY(wick_functype_parse(wasi->engine, "i:", &type));
    WK_TRY(wick_tag_new(store, &type, &eh->tag));
    *out_eh = eh;
    return WICK_OK;
}

wick_err wk_em_eh_define(wick_wasi *wasi, wick_store *store, wick_linker *linker, const wick_import_info *info,
                         struct wk_em_eh **eh) {
    for (size_t i = 0; i < WK_COUNT_OF(emeh_functions); i++) {
        wick_functype type = info->type.func;
        wick_extern item = {.kind = WICK_EXTERN_FUNC};
        if (!emeh_is(info->name, emeh_functions[i].name)) {
            continue;
        }
        if (emeh_functions[i].signature == NULL) {
            if (!emeh_fits(&type, emeh_functions[i].fn)) {
                return WICK_OK;
            }
        } else {
            WK_TRY(wick_functype_parse(wasi->engine, emeh_functions[i].signature, &type));
            if (type.id != info->type.func.id) {
                return WICK_OK;
            }
        }
        if (*eh == NULL) {
            WK_TRY(emeh_new(wasi, store, eh));
        }
        WK_TRY(wick_func_new(store, &type, emeh_functions[i].fn, *eh, &item.of.func));
        return wick_linker_define_n(linker, info->module, info->name, &item);
    }
    return WICK_OK;
}

/* Takes the first of the store out of the list; NULL: there is none. */
static struct wk_em_eh *emeh_take(wick_wasi *wasi, const wick_store *store) {
    struct wk_em_eh *eh;
    wk_lock(wasi->alloc);
    struct wk_em_eh **at = &wasi->em_ehs;
    while (*at != NULL && store != NULL && (*at)->store != store) {
        at = &(*at)->next;
    }
    eh = *at;
    if (eh != NULL) {
        *at = eh->next;
    }
    wk_unlock(wasi->alloc);
    return eh;
}

void wk_em_eh_free(wick_wasi *wasi, const wick_store *store) {
    struct wk_em_eh *eh;
    while ((eh = emeh_take(wasi, store)) != NULL) {
        wk_free(wasi->alloc, eh->caught, eh->cap_caught * sizeof *eh->caught);
        wk_free(wasi->alloc, eh, sizeof *eh);
    }
}

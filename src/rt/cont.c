/* cont.c - continuations.
 *
 * Owner of: who owns a stack, the depth of nested stacks, one-shot use, the search for a handler, and what all of it
 * costs in fuel. Spec: the stack switching proposal, Execution. */
#include "rt/cont.h"

#include "rt/object.h"

/* ---- stacks ------------------------------------------------------------------------------------------------------ */

static uint64_t cont_bytes(uint32_t slots) {
    return (uint64_t)slots * sizeof(uint64_t);
}

static void cont_free_stack(struct wick_store *store, struct wk_stack *stack) {
    struct wk_alloc *alloc = &store->engine->alloc;
    wk_store_give(store, cont_bytes(stack->cap) + sizeof *stack);
    wk_free(alloc, stack->slots, (size_t)cont_bytes(stack->cap));
    wk_free(alloc, stack, sizeof *stack);
}

/* The task runs on this one. */
static void cont_set_current(struct wick_task *task, struct wk_stack *stack) {
    const uint32_t limit = task->stack_limit > task->below ? task->stack_limit - task->below : 0;
    task->current = stack;
    task->stack = stack->slots;
    task->stack_cap = stack->cap < limit ? stack->cap : limit;
}

void wk_task_drop_stacks(struct wick_task *task, struct wk_stack *until) {
    while (task->current != until) {
        struct wk_stack *stack = task->current;
        task->current = stack->parent;
        task->below -= stack->parent->base;
        cont_free_stack(task->store, stack);
    }
    cont_set_current(task, until);
}

void wk_cont_die(struct wick_store *store, struct wk_object *object) {
    struct wk_cont *cont = (struct wk_cont *)(void *)object;
    struct wk_stack *stack = cont->inner;
    while (stack != NULL) {
        struct wk_stack *parent = stack->parent;
        cont_free_stack(store, stack);
        stack = parent;
    }
    cont->inner = NULL;
    cont->outer = NULL;
    cont->func = NULL;
}

#if WICK_STACK_SWITCHING

/* Slots of the frame of a function that is called at slot 0. */
static uint64_t cont_first_frame(const struct wick_func *func, const struct wk_deftype *type) {
    const uint64_t n = type->param_slots > type->result_slots ? type->param_slots : type->result_slots;
    const struct wk_func_info *info;
    uint64_t frame;
    if (func->instance == NULL) {
        return n + WK_HOST_FRAME_SLOTS + type->result_slots;
    }
    info = &func->instance->module->funcs[func->index];
    frame = (uint64_t)type->param_slots + WK_LINK_SLOTS + info->local_slots + info->max_height;
    return frame > n ? frame : n;
}

/* A stack of its own, just enough for its first frame, since most grow no further. */
static wick_err cont_make_stack(struct wk_cont *cont) {
    struct wick_store *store = cont->store;
    struct wk_alloc *alloc = &store->engine->alloc;
    const struct wk_deftype *type = wk_func_deftype(cont->func);
    const uint64_t cap = cont_first_frame(cont->func, type);
    struct wk_stack *stack;
    if (!wk_store_take(store, cont_bytes((uint32_t)cap) + sizeof *stack)) {
        return WICK_ERR_heap;
    }
    stack = wk_zalloc(alloc, sizeof *stack);
    if (stack != NULL) {
        stack->slots = wk_zalloc(alloc, (size_t)cont_bytes((uint32_t)cap));
    }
    if (stack == NULL || stack->slots == NULL) {
        wk_free(alloc, stack, stack == NULL ? 0 : sizeof *stack);
        wk_store_give(store, cont_bytes((uint32_t)cap) + sizeof *stack);
        return WICK_ERR_nomem;
    }
    stack->cap = (uint32_t)cap;
    stack->top = type->param_slots;
    stack->results = type->result_slots;
    stack->func = cont->func;
    cont->inner = stack;
    cont->outer = stack;
    cont->func = NULL;
    wk_heap_grant(store, cont_bytes((uint32_t)cap) + sizeof *stack);
    return WICK_OK;
}

/* Garbage may hold what is missing. */
static wick_err cont_open(struct wk_cont *cont) {
    wick_err err = WICK_OK;
    if (cont->inner == NULL) {
        err = cont_make_stack(cont);
        if (err != WICK_OK) {
            wk_heap_collect(cont->store);
            err = cont_make_stack(cont);
        }
    }
    return err;
}

/* ---- continuations ----------------------------------------------------------------------------------------------- */

static wick_err cont_make(struct wick_store *store, uint32_t type, struct wk_cont **out) {
    struct wk_object *object;
    WK_TRY(wk_special_new(store, WK_OBJECT_CONT, type, sizeof **out - sizeof *object, &object));
    *out = (struct wk_cont *)(void *)object;
    (*out)->store = store;
    (*out)->cycle = wk_heap_cycle(store);
    return WICK_OK;
}

wick_err wk_cont_new(struct wick_store *store, uint64_t func, uint32_t type, uint64_t *out_ref) {
    struct wk_cont *cont;
    if (func == 0) {
        return WICK_ERR_null_function;
    }
    WK_TRY(cont_make(store, type, &cont));
    cont->func = wk_func_of_ref(func);
    *out_ref = wk_ref_of_object(&cont->object);
    return WICK_OK;
}

wick_err wk_cont_check(uint64_t ref) {
    const struct wk_cont *cont;
    if (ref == 0) {
        return WICK_ERR_null_continuation;
    }
    cont = wk_cont_of_ref(ref);
    return cont->inner == NULL && cont->func == NULL ? WICK_ERR_consumed_continuation : WICK_OK;
}

bool wk_cont_drop_unbegun(struct wick_store *store, uint64_t ref) {
    struct wk_cont *cont = wk_cont_of_ref(ref);
    if (cont->func == NULL && cont->inner->func == NULL) {
        return false;
    }
    wk_cont_die(store, &cont->object);
    return true;
}

static void cont_consume(struct wk_cont *cont) {
    cont->inner = NULL;
    cont->outer = NULL;
    cont->func = NULL;
}

/* n slots more of what it goes on with. */
static void cont_give(struct wk_stack *inner, const uint64_t *args, uint32_t n) {
    if (n != 0) {
        memcpy(inner->slots + inner->base + inner->bound, args, (size_t)n * sizeof *args);
        inner->bound += n;
    }
}

wick_err wk_cont_bind(struct wick_task *task, uint64_t *slots, uint32_t n, uint32_t type) {
    struct wk_cont *from, *to;
    WK_TRY(wk_cont_check(slots[n]));
    from = wk_cont_of_ref(slots[n]);
    if (n != 0) {
        WK_TRY(cont_open(from));
    }
    WK_TRY(cont_make(task->store, type, &to)); /* last: nothing refers to it yet */
    if (n != 0) {
        cont_give(from->inner, slots, n);
        task->fuel -= n / 64;
    }
    wk_heap_before_run(task->store, &from->object);
    to->func = from->func;
    to->inner = from->inner;
    to->outer = from->outer;
    to->below = from->below;
    cont_consume(from);
    slots[0] = wk_ref_of_object(&to->object);
    return WICK_OK;
}

/* Is there room for the chain when `below` slots lie below it? One that has not begun is asked when it is called. */
static wick_err cont_fits(const struct wick_task *task, const struct wk_cont *cont, uint64_t below) {
    if (cont->inner->func == NULL && below + cont->below + cont->inner->top > task->stack_limit) {
        return WICK_ERR_stack;
    }
    return WICK_OK;
}

static void cont_leave(struct wk_stack *stack, const struct wk_cont_place *place) {
    stack->base = place->base;
    stack->top = place->top;
    stack->bound = 0;
}

/* The chain runs on top of `parent`, below which and with which `below` slots lie. */
static void cont_splice(struct wick_task *task, struct wk_cont *cont, struct wk_stack *parent, uint64_t below,
                        struct wick_instance *instance, uint32_t handlers) {
    struct wk_stack *inner = cont->inner;
    wk_heap_before_run(task->store, &cont->object);
    cont->outer->parent = parent;
    cont->outer->instance = instance;
    cont->outer->handlers = handlers;
    task->below = (uint32_t)below + cont->below;
    cont_consume(cont);
    cont_set_current(task, inner);
}

wick_err wk_cont_resume(struct wick_task *task, uint64_t ref, const uint64_t *args, uint32_t n,
                        struct wick_instance *instance, uint32_t handlers, const struct wk_cont_place *place) {
    struct wk_cont *cont = wk_cont_of_ref(ref);
    const uint64_t below = (uint64_t)task->below + place->base;
    WK_TRY(cont_open(cont));
    WK_TRY(cont_fits(task, cont, below));
    cont_leave(task->current, place);
    cont_give(cont->inner, args, n);
    task->fuel -= 1 + n / 64;
    cont_splice(task, cont, task->current, below, instance, handlers);
    return WICK_OK;
}

/* ---- handlers ---------------------------------------------------------------------------------------------------- */

/* How far a search has come. */
struct cont_search {
    struct wk_stack *stack; /* at hand: the clauses of the resume that runs it */
    uint32_t at;       /* byte offset of the next one */
    uint32_t n;        /* how many are left */
    uint32_t clause;   /* how many with a label lie before it */
    uint32_t below;    /* as wk_handler.below */
    uint32_t n_passed; /* clauses of all stacks that did not match; it may wrap */
};
_Static_assert(sizeof(struct cont_search) <= sizeof ((struct wick_task *)0)->search, "a search has no room in a task");

static void cont_enter(struct cont_search *search, struct wk_stack *stack) {
    search->stack = stack;
    search->clause = 0;
    search->n = 0;
    if (stack->parent != NULL) {
        search->at = stack->handlers;
        search->n = wk_read_u32(stack->instance->module->bytes, &search->at);
    }
}

/* Looks at clauses up to the one that matches, which it ends at, to the next 64th that does not, or to the stack's
 * last. */
static bool cont_look(struct cont_search *search, const struct wick_tag *tag, bool is_switch) {
    const struct wick_instance *instance = search->stack->instance;
    const uint8_t *bytes = instance->module->bytes;
    uint32_t at = search->at, n = search->n, clause = search->clause, n_passed = search->n_passed;
    bool found = false;
    while (n != 0) {
        const bool kind = bytes[at++] != 0;
        const uint32_t index = wk_read_u32(bytes, &at);
        found = kind == is_switch && instance->tags[index] == tag;
        if (found) {
            break;
        }
        if (!kind) {
            (void)wk_read_u32(bytes, &at);
            clause++;
        }
        n--;
        if (++n_passed % 64 == 0) {
            break;
        }
    }
    search->at = at;
    search->n = n;
    search->clause = clause;
    search->n_passed = n_passed;
    return found;
}

static wick_err cont_search_yields(struct wick_task *task, const struct cont_search *search, struct wk_handler *out) {
    wk_task_keep_search(task, WK_SEARCH_HANDLER, search, sizeof *search);
    out->outer = NULL;
    return WICK_OK;
}

wick_err wk_cont_find_handler(struct wick_task *task, const struct wick_tag *tag, bool is_switch,
                              struct wk_handler *out) {
    struct cont_search search = {.below = 0, .n_passed = 0};
    if (task->searches == WK_SEARCH_HANDLER) {
        wk_task_take_search(task, &search, sizeof search);
    } else {
        cont_enter(&search, task->current);
    }
    while (search.stack->parent != NULL) {
        while (search.n != 0) {
            if (cont_look(&search, tag, is_switch)) {
                *out = (struct wk_handler){search.stack, search.clause, search.below};
                return WICK_OK;
            }
            if (search.n_passed % 64 == 0 && wk_task_pay_search(task)) {
                return cont_search_yields(task, &search, out);
            }
        }
        search.below += search.stack->parent->base;
        cont_enter(&search, search.stack->parent);
        if (wk_task_pay_search(task)) {
            return cont_search_yields(task, &search, out);
        }
    }
    return WICK_ERR_unhandled_tag;
}

/* The current stack and those below it up to the handler's become a continuation. */
static void cont_detach(struct wick_task *task, const struct wk_handler *handler, struct wk_cont *cont,
                        const struct wk_cont_place *place) {
    cont_leave(task->current, place);
    cont->inner = task->current;
    cont->outer = handler->outer;
    cont->below = handler->below;
    handler->outer->parent = NULL;
}

wick_err wk_cont_suspend(struct wick_task *task, const struct wk_handler *handler, uint32_t type, uint32_t n,
                         const struct wk_cont_place *place, const uint64_t **out_from, uint64_t *out_ref) {
    struct wk_stack *parent = handler->outer->parent;
    struct wk_cont *cont;
    WK_TRY(cont_make(task->store, type, &cont));
    cont_detach(task, handler, cont, place);
    task->below -= handler->below + parent->base;
    task->fuel -= 1 + n / 64;
    cont_set_current(task, parent);
    *out_from = cont->inner->slots + place->base;
    *out_ref = wk_ref_of_object(&cont->object);
    return WICK_OK;
}

wick_err wk_cont_switch(struct wick_task *task, const struct wk_handler *handler, uint64_t ref, uint32_t type,
                        const uint64_t *args, uint32_t n, const struct wk_cont_place *place) {
    struct wk_stack *parent = handler->outer->parent;
    const uint64_t below = task->below - handler->below;
    struct wk_cont *to = wk_cont_of_ref(ref), *from;
    WK_TRY(cont_open(to));
    WK_TRY(cont_fits(task, to, below));
    WK_TRY(cont_make(task->store, type, &from));
    const uint64_t from_ref = wk_ref_of_object(&from->object);
    cont_give(to->inner, args, n);
    cont_give(to->inner, &from_ref, 1);
    cont_detach(task, handler, from, place);
    task->fuel -= 1 + n / 64;
    cont_splice(task, to, parent, below, handler->outer->instance, handler->outer->handlers);
    return WICK_OK;
}

uint32_t wk_cont_return(struct wick_task *task) {
    struct wk_stack *stack = task->current, *parent = stack->parent;
    const uint32_t n = stack->results;
    if (n != 0) {
        memcpy(parent->slots + parent->base, stack->slots, (size_t)n * sizeof(uint64_t));
    }
    wk_task_drop_stacks(task, parent);
    return parent->base + n;
}

#endif

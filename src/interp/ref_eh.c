/* ref_eh.c - exceptions in the reference interpreter: the way from a throw to where it lands.
 *
 * A walk over frames that stay as they are, and in each of them over the function's list of catches, one by one.
 * spec: exec-throw_ref, exec-handler. */
#include "interp/ref.h"
#include "rt/heap.h"

struct ref_search {
    struct wk_stack *stack; /* of the frame at hand */
    uint32_t kind;  /* enum ref_at */
    uint32_t slot;
    uint32_t next;  /* catch of the frame that is looked at next */
    uint32_t level; /* of its catches that may apply, the highest */
    uint32_t n_passed; /* catches that applied and did not match, of all frames; it may wrap */
};
_Static_assert(sizeof(struct ref_search) <= sizeof ((struct wick_task *)0)->search, "a search has no room in a task");

static void ref_search_at(struct ref_search *search, uint64_t kind, uint32_t slot) {
    search->kind = (uint32_t)kind;
    search->slot = slot;
    search->next = 0;
    search->level = UINT32_MAX;
}

/* The frame's catch that takes the exception, or NULL. false: the task is to yield before it is clear. */
static bool ref_catch_in(struct wick_task *task, struct ref_search *search, const struct wick_tag *tag,
                         const struct ref_catch **out) {
    const uint64_t *l = search->stack->slots + search->slot;
    const struct wick_func *func = wk_func_of_ref(l[0]);
    const struct ref_code *code = wk_ref_code_of(func);
    const uint32_t at = (uint32_t)(l[3] >> 32);
    *out = NULL;
    while (search->next < code->n_catches) {
        const struct ref_catch *catch = &code->catches[search->next++];
        if (at < catch->from || at >= catch->to || catch->level > search->level) {
            continue;
        }
        if (catch->kind == REF_DELEGATE) {
            search->level = catch->entry;
        } else if (catch->tag == WK_NO_INDEX || func->instance->tags[catch->tag] == tag) {
            *out = catch;
            return true;
        } else if (++search->n_passed % 64 == 0 && wk_task_pay_search(task)) {
            return false;
        }
    }
    return true;
}

/* What is at hand is left behind: its parent is next. false: the task is to yield first. */
static bool ref_search_on(struct wick_task *task, struct ref_search *search) {
    const uint64_t *l = search->stack->slots + search->slot;
    uint64_t parent;
    if (search->kind == REF_AT_CONT) {
        search->stack = search->stack->parent;
        ref_search_at(search, REF_AT_FRAME, (uint32_t)search->stack->at[0]);
        return true;
    }
    parent = search->kind == REF_AT_HOST ? ((const struct wk_host_frame *)(const void *)l)->link : l[2];
    ref_search_at(search, parent >> 32, (uint32_t)parent);
    return !wk_task_pay_search(task);
}

/* The same for the way from what is at hand to where it lands. */
static bool ref_search(struct wick_task *task, struct ref_search *search, struct ref_landing *out) {
    const struct wk_exn *exn = wk_exn_of_ref(task->exception);
    do {
        const uint64_t *l = search->stack->slots + search->slot;
        out->catch = NULL;
        out->stack = search->stack;
        out->slot = search->slot;
        if (search->kind == REF_AT_HOST && ((const struct wk_host_frame *)(const void *)l)->catches != 0) {
            out->kind = REF_AT_HOST;
            return true;
        }
        if (search->kind == REF_AT_FRAME) {
            if (!ref_catch_in(task, search, exn->tag, &out->catch)) {
                return false;
            }
            if (out->catch != NULL) {
                out->kind = REF_AT_FRAME;
                task->fuel -= out->catch->tag == WK_NO_INDEX ? 0 : exn->object.n / 64;
                return true;
            }
        }
        if (search->kind == REF_AT_BOTTOM || search->kind == REF_AT_START) {
            out->kind = REF_AT_BOTTOM;
            return true;
        }
    } while (ref_search_on(task, search));
    return false;
}

bool wk_ref_find_landing(struct wick_task *task, struct ref_landing *out) {
    struct ref_search search;
    bool found;
    if (task->searches == WK_SEARCH_CATCH) {
        wk_task_take_search(task, &search, sizeof search);
    } else {
        search.stack = task->current;
        search.n_passed = 0;
        ref_search_at(&search, task->regs[0], (uint32_t)task->regs[1]);
    }
    found = ref_search(task, &search, out);
    if (!found) {
        wk_task_keep_search(task, WK_SEARCH_CATCH, &search, sizeof search);
    }
    return found;
}

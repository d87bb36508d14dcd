/* ref_eh.c - exceptions in the reference interpreter: the way from a throw to where it lands.
 *
 * A walk over frames that stay as they are, and in each of them over the function's list of catches, one by one.
 * spec: exec-throw_ref, exec-handler. */
#include "interp/ref.h"
#include "rt/heap.h"

/* The function's catch that takes what is thrown at `at`; counts those that apply but do not match. */
static const struct ref_catch *ref_catch_at(const struct wick_func *func, uint32_t at, const struct wick_tag *tag,
                                            uint64_t *n_passed) {
    const struct ref_code *code = wk_ref_code_of(func);
    uint32_t level = UINT32_MAX;
    for (uint32_t i = 0; i < code->n_catches; i++) {
        const struct ref_catch *catch = &code->catches[i];
        if (at < catch->from || at >= catch->to || catch->level > level) {
            continue;
        }
        if (catch->kind == REF_DELEGATE) {
            level = catch->entry;
        } else if (catch->tag == WK_NO_INDEX || func->instance->tags[catch->tag] == tag) {
            return catch;
        } else {
            ++*n_passed;
        }
    }
    return NULL;
}

void wk_ref_find_landing(struct wick_task *task, struct ref_landing *out) {
    const struct wk_exn *exn = wk_exn_of_ref(task->exception);
    uint64_t kind = task->regs[0];
    uint32_t slot = (uint32_t)task->regs[1];
    uint64_t n_left = 0, n_passed = 0, n_values = 0;
    out->kind = REF_AT_BOTTOM;
    out->catch = NULL;
    out->stack = task->current;
    while (kind == REF_AT_FRAME || kind == REF_AT_HOST || kind == REF_AT_CONT) {
        const uint64_t *l = out->stack->slots + slot;
        uint64_t parent;
        if (kind == REF_AT_CONT) {
            out->stack = out->stack->parent;
            kind = REF_AT_FRAME;
            slot = (uint32_t)out->stack->at[0];
            continue;
        }
        out->slot = slot;
        if (kind == REF_AT_FRAME) {
            out->catch = ref_catch_at(wk_func_of_ref(l[0]), (uint32_t)(l[3] >> 32), exn->tag, &n_passed);
            parent = l[2];
        } else {
            const struct wk_host_frame *frame = (const struct wk_host_frame *)(const void *)l;
            out->kind = frame->catches != 0 ? REF_AT_HOST : REF_AT_BOTTOM;
            parent = frame->link;
        }
        if (out->catch != NULL) {
            out->kind = REF_AT_FRAME;
            n_values = out->catch->tag == WK_NO_INDEX ? 0 : exn->object.n;
        }
        if (out->kind != REF_AT_BOTTOM) {
            break;
        }
        n_left++;
        kind = parent >> 32;
        slot = (uint32_t)parent;
    }
    task->fuel -= (int64_t)(n_left + n_passed / 64 + n_values / 64);
}

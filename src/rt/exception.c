/* exception.c - exceptions as the embedder sees them: made, looked at, and found on a task that one has left.
 *
 * How they travel is the interpreters' part (interp/fast_eh.c, interp/ref_eh.c); what they are, rt/heap.h's.
 * Spec: syntax-exninst, exec-throw_ref. */
#include "rt/heap.h"
#include "rt/object.h"

#define EXCEPTION_FEW 16u /* values that need no allocation on their way */

static const struct wk_deftype *exception_type(const struct wick_tag *tag) {
    return wk_type_get(&tag->store->engine->types, tag->type);
}

static bool exception_is(wick_ref ref) {
    return wk_ref_is_object(ref) && wk_object_of_ref(ref)->type == WK_OBJECT_EXN;
}

/* The values are held while the exception is made: they may be references that nobody else holds. */
static wick_err exception_make(struct wick_store *store, struct wick_tag *tag, const wick_value *args, uint64_t *slots,
                               wick_ref *out_ref) {
    const struct wk_deftype *type = exception_type(tag);
    struct wk_heap_slots held = {.slots = slots, .n = type->param_slots};
    uint32_t slot = 0;
    wick_err err;
    for (uint32_t i = 0; i < type->n_params; i++) {
        wk_value_to_slots(&args[i], slots + slot);
        slot += wk_type_slots(type->types[i]);
    }
    wk_heap_hold(store, &held);
    err = wk_exn_new(store, tag, slots, slot, out_ref);
    wk_heap_release(store, &held);
    return err;
}

wick_err wick_exception_new(wick_store *store, wick_tag *tag, const wick_value *args, size_t n_args,
                            wick_ref *out_ref) {
    uint64_t few[EXCEPTION_FEW];
    uint64_t *slots = few;
    size_t size = 0;
    wick_err err;
    if (WK_MISUSE(store == NULL) || WK_MISUSE(tag == NULL) || WK_MISUSE(out_ref == NULL) ||
        WK_MISUSE(tag->store != store) || WK_MISUSE(exception_type(tag)->n_results != 0)) {
        return WICK_ERR_usage;
    }
    WK_TRY(wk_args_check(store, exception_type(tag), args, n_args, NULL));
    if (exception_type(tag)->param_slots > EXCEPTION_FEW) {
        size = (size_t)exception_type(tag)->param_slots * sizeof *slots;
        slots = wk_realloc(&store->engine->alloc, NULL, 0, size);
        if (slots == NULL) {
            return WICK_ERR_nomem;
        }
    }
    err = exception_make(store, tag, args, slots, out_ref);
    if (slots != few) {
        wk_free(&store->engine->alloc, slots, size);
    }
    return err;
}

wick_tag *wick_exception_tag(wick_ref exception) {
    return exception_is(exception) ? wk_exn_of_ref(exception)->tag : NULL;
}

size_t wick_exception_arg_count(wick_ref exception) {
    return exception_is(exception) ? exception_type(wk_exn_of_ref(exception)->tag)->n_params : 0;
}

void wick_exception_arg(wick_ref exception, size_t index, wick_value *out_value) {
    const struct wk_deftype *type;
    const struct wk_exn *exn;
    memset(out_value, 0, sizeof *out_value);
    if (WK_MISUSE(index >= wick_exception_arg_count(exception))) {
        return;
    }
    exn = wk_exn_of_ref(exception);
    type = exception_type(exn->tag);
    wk_value_of_slots(type->types[index], exn->slots + wk_slot_of(type->types, (uint32_t)index), out_value);
}

void wick_tag_type(const wick_tag *tag, wick_functype *out_type) {
    wk_functype_of(exception_type(tag), out_type);
}

wick_ref wick_task_exception(const wick_task *task) {
    return task->state == WK_TASK_IDLE ? task->exception : 0;
}

/* The exported name, else the imported one. */
static wick_name exception_tag_name(const struct wick_module *module, uint32_t index) {
    wick_name name = {NULL, 0};
    for (uint32_t i = 0; i < module->n_imports; i++) {
        if (module->imports[i].kind == WICK_EXTERN_TAG && module->imports[i].index == index) {
            const struct wk_span *span = &module->imports[i].name;
            name = (wick_name){(const char *)module->bytes + span->off, span->size};
        }
    }
    for (uint32_t i = 0; i < module->n_exports; i++) {
        if (module->exports[i].kind == WICK_EXTERN_TAG && module->exports[i].index == index) {
            const struct wk_span *span = &module->exports[i].name;
            name = (wick_name){(const char *)module->bytes + span->off, span->size};
        }
    }
    return name;
}

bool wick_instance_tag(const wick_instance *instance, const wick_tag *tag, uint32_t *out_index, wick_name *out_name) {
    for (uint32_t i = 0; i < instance->module->n_tags; i++) {
        if (instance->tags[i] == tag) {
            *out_index = i;
            *out_name = exception_tag_name(instance->module, i);
            return true;
        }
    }
    return false;
}

#undef EXCEPTION_FEW

/* const.c - constant expressions, from their validated bytes (spec: valid-constant, exec-expr).
 *
 * Owner of: their values. A few slots on the native stack serve nearly all; deeper ones (nested additions) take a
 * block for the time of the evaluation. */
#include "num/i32.h"
#include "num/i64.h"
#include "rt/heap.h"
#include "rt/object.h"

#define CONST_FEW 16u

struct const_eval {
    struct wick_instance *instance;
    uint64_t *slots; /* const_height of them at least */
    uint32_t n;
    uint32_t at;
};

static void const_binary(struct const_eval *e, enum wick_op op) {
    uint64_t *a = &e->slots[e->n - 2];
    const uint64_t b = e->slots[e->n - 1];
    e->n--;
    switch (op) {
    case WICK_OP_i32_add:
        *a = wk_i32_add((uint32_t)*a, (uint32_t)b);
        break;
    case WICK_OP_i32_sub:
        *a = wk_i32_sub((uint32_t)*a, (uint32_t)b);
        break;
    case WICK_OP_i32_mul:
        *a = wk_i32_mul((uint32_t)*a, (uint32_t)b);
        break;
    case WICK_OP_i64_add:
        *a = wk_i64_add(*a, b);
        break;
    case WICK_OP_i64_sub:
        *a = wk_i64_sub(*a, b);
        break;
    default:
        *a = wk_i64_mul(*a, b);
        break;
    }
}

static void const_global(struct const_eval *e, const uint8_t *bytes) {
    const struct wick_global *global = e->instance->globals[wk_read_u32(bytes, &e->at)];
    e->slots[e->n++] = global->value[0];
    if (wk_type_slots(global->type) == 2) {
        e->slots[e->n++] = global->value[1];
    }
}

/* Evaluates up to the final end. */
static wick_err const_run(struct const_eval *e, wick_diag *diag) {
    const struct wick_module *module = e->instance->module;
    const uint8_t *bytes = module->bytes;
    for (;;) {
        const uint32_t start = e->at;
        const enum wick_op op = wk_read_op(bytes, &e->at);
        switch (op) {
        case WICK_OP_end:
            return WICK_OK;
        case WICK_OP_i32_const:
            e->slots[e->n++] = (uint32_t)wk_read_s64(bytes, &e->at);
            break;
        case WICK_OP_i64_const:
            e->slots[e->n++] = (uint64_t)wk_read_s64(bytes, &e->at);
            break;
        case WICK_OP_f32_const:
            e->slots[e->n++] = wk_ld_le32(bytes + e->at);
            e->at += 4;
            break;
        case WICK_OP_f64_const:
            e->slots[e->n++] = wk_ld_le64(bytes + e->at);
            e->at += 8;
            break;
        case WICK_OP_v128_const:
            e->slots[e->n++] = wk_ld_le64(bytes + e->at);
            e->slots[e->n++] = wk_ld_le64(bytes + e->at + 8);
            e->at += 16;
            break;
        case WICK_OP_ref_null:
            (void)wk_read_heaptype(module, &e->at);
            e->slots[e->n++] = 0;
            break;
        case WICK_OP_ref_func:
            e->slots[e->n++] = wk_ref_of_func(e->instance->funcs[wk_read_u32(bytes, &e->at)]);
            break;
        case WICK_OP_global_get:
            const_global(e, bytes);
            break;
        case WICK_OP_i32_add:
        case WICK_OP_i32_sub:
        case WICK_OP_i32_mul:
        case WICK_OP_i64_add:
        case WICK_OP_i64_sub:
        case WICK_OP_i64_mul:
            const_binary(e, op);
            break;
        default: {
            const wick_err err = wk_gc_const(e->instance, op, &e->at, e->slots, &e->n);
            if (err != WICK_OK) {
                if (diag != NULL && diag->err == WICK_OK) {
                    diag->offset = start;
                    diag->op = (uint16_t)op;
                }
                return wk_fail(diag, err, err == WICK_ERR_not_executable ? (uint64_t)op : 0, 0, 0, 0);
            }
            break;
        }
        }
    }
}

wick_err wk_const_eval(struct wick_instance *instance, uint32_t off, uint64_t out[2], wick_diag *diag) {
    return wk_const_eval_next(instance, &off, out, diag);
}

wick_err wk_const_eval_next(struct wick_instance *instance, uint32_t *at, uint64_t out[2], wick_diag *diag) {
    struct wk_alloc *alloc = &instance->store->engine->alloc;
    const size_t size = (size_t)instance->module->const_height * sizeof(uint64_t);
    uint64_t few[CONST_FEW];
    struct const_eval e = {instance, few, 0, *at};
    wick_err err;
    if (instance->module->const_height > CONST_FEW) {
        e.slots = wk_realloc(alloc, NULL, 0, size);
        if (e.slots == NULL) {
            return wk_fail_nomem(diag, size);
        }
    }
    err = const_run(&e, diag);
    if (err == WICK_OK) {
        out[0] = e.slots[0];
        out[1] = e.n > 1 ? e.slots[1] : 0;
        *at = e.at;
    }
    if (e.slots != few) {
        wk_free(alloc, e.slots, size);
    }
    return err;
}

#undef CONST_FEW

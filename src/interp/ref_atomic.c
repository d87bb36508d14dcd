/* ref_atomic.c - atomic instructions in the reference interpreter. */
#include "base/relaxed.h"
#include "interp/ref.h"
#include "rt/shared.h"

#if WICK_THREADS

wick_err wk_ref_atomic(struct wick_task *task, struct wick_instance *instance, enum wick_op op, uint32_t *pc,
                       uint64_t *slots, uint32_t *sp, struct wk_atomic_end *out) {
    const char *sig = wk_op_info(op)->sig;
    struct wk_memarg arg;
    uint32_t n = 0;
    wick_err err;
    out->waits = false;
    if (op == WICK_OP_atomic_fence) {
        wk_skip_imm(instance->module, WK_IMM_FENCE, pc);
        wk_atomic_fence();
        return WICK_OK;
    }
    wk_read_memarg(instance->module->bytes, pc, &arg);
    while (sig[n] != '_') {
        n++;
    }
    err = wk_atomic_execute(task, instance->memories[arg.memory], op, arg.offset, slots + *sp - n, out);
    if (err == WICK_OK && !out->waits) {
        *sp -= n;
        *sp += sig[n + 1] != 0 ? 1 : 0;
    }
    return err;
}

#endif

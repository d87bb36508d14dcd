/* fast_atomic.c - slow paths of shared memories and atomic instructions: memories that have grown behind the header's
 * back, traps, waiting, and what has no cell of its own. */
#include "base/bits.h"
#include "interp/slow.h"
#include "rt/shared.h"

#if WICK_THREADS

static struct wk_fast *atomic_head(const struct wick_task *task) {
    return WK_FAST_OF((uint8_t *)(uintptr_t)task->regs[WK_REG_MB]);
}

/* The header gets the size that memory 0 has now. */
static bool atomic_again(struct wick_task *task, struct wick_instance *instance) {
    wk_fast_fold(task);
    wk_fast_refresh(task, instance);
    return wk_fast_go_on(task);
}

/* Has memory 0 grown since the header was written? Then the cell is executed again. */
bool wk_slow_shared_oob(struct wick_task *task) {
    const struct wk_fast *head = atomic_head(task);
    if ((int64_t)wk_memory_size(head->instance->memory0) > head->limit[0] + 1) {
        return atomic_again(task, head->instance);
    }
    return wk_fast_trap(task, WICK_ERR_oob_memory, 0, 0);
}

/* acc: the effective address, and the width from bit 40 on. */
bool wk_slow_atomic_fail(struct wick_task *task) {
    struct wick_instance *instance = atomic_head(task)->instance;
    const uint64_t acc = task->regs[WK_REG_ACC];
    const uint64_t at = acc & ((UINT64_C(1) << 40) - 1);
    const uint64_t width = acc >> 40;
    if ((at & (width - 1)) != 0) {
        return wk_fast_trap(task, WICK_ERR_unaligned_atomic, at, 0);
    }
    if (!wk_in_bounds(at, 0, width, wk_memory_size(instance->memory0))) {
        return wk_fast_trap(task, WICK_ERR_oob_memory, 0, 0);
    }
    return atomic_again(task, instance);
}

bool wk_slow_atomic(struct wick_task *task) {
    const uint8_t *pc = (const uint8_t *)(uintptr_t)task->regs[WK_REG_PC];
    uint64_t *fp = (uint64_t *)(uintptr_t)task->regs[WK_REG_FP];
    const enum wick_op op = (enum wick_op)WK_CELL_U32(pc + 4);
    struct wick_memory *memory = atomic_head(task)->instance->memories[WK_CELL_U32(pc + 8)];
    struct wk_atomic_end end;
    uint64_t offset;
    wick_err err;
    WK_MOVE_BYTES(&offset, pc + 12, sizeof offset);
    err = wk_atomic_execute(task, memory, op, offset, fp + WK_CELL_S32(pc + 20), &end);
    if (err != WICK_OK) {
        return wk_fast_trap(task, err, end.detail, 0);
    }
    if (end.waits) {
        wk_fast_fold(task);
        return wk_fast_leave_running(task, WICK_PENDING); /* the same cell again when it is resumed */
    }
    task->regs[WK_REG_PC] += 24;
    if (op == WICK_OP_memory_atomic_wait32 || op == WICK_OP_memory_atomic_wait64) {
        wk_fast_fold(task);
        task->fuel -= 1;
        return wk_fast_yield_if_due(task) || wk_fast_go_on(task);
    }
    return false;
}

#endif

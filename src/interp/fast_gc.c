/* fast_gc.c - the slow paths of structs, arrays and casts: what rt/gc.c does, on the operands of a cell. */
#include "interp/slow.h"
#include "rt/heap.h"

#if WICK_GC

/* A chunk at a time, as bulk instructions on memories; what is left is in the operands and in task->object. */
bool wk_slow_gc_any(struct wick_task *task) {
    const uint8_t *pc = (const uint8_t *)(uintptr_t)task->regs[WK_REG_PC];
    uint64_t *s = (uint64_t *)(uintptr_t)task->regs[WK_REG_FP] + WK_CELL_S32(pc + 16);
    struct wick_instance *instance = WK_FAST_OF((uint8_t *)(uintptr_t)task->regs[WK_REG_MB])->instance;
    bool is_folded = false, done;
    for (;;) {
        const int64_t fuel = task->fuel;
        const wick_err err = wk_gc_execute(task, instance, (enum wick_op)WK_CELL_U32(pc + 4), WK_CELL_U32(pc + 8),
                                           WK_CELL_U32(pc + 12), s, &done);
        if (err != WICK_OK) {
            return wk_fast_trap(task, err, 0, 0);
        }
        if (!is_folded && task->fuel != fuel) {
            wk_fast_fold(task);
            is_folded = true;
        }
        if (done) {
            task->regs[WK_REG_PC] += 20;
            return is_folded && wk_fast_go_on(task);
        }
        if (wk_fast_yield_if_due(task)) {
            return true;
        }
    }
}

bool wk_slow_ref_test(struct wick_task *task) {
    const uint8_t *pc = (const uint8_t *)(uintptr_t)task->regs[WK_REG_PC];
    uint64_t *fp = (uint64_t *)(uintptr_t)task->regs[WK_REG_FP];
    task->regs[WK_REG_ACC] =
        wk_ref_test(&task->store->engine->types, fp[WK_CELL_S16(pc + 8)], WK_CELL_U32(pc + 4));
    fp[WK_CELL_S16(pc + 10)] = task->regs[WK_REG_ACC];
    task->regs[WK_REG_PC] += 12;
    return false;
}

/* A back-edge costs a unit of fuel. */
static bool gc_branch_on_test(struct wick_task *task, bool sense) {
    const uint8_t *pc = (const uint8_t *)(uintptr_t)task->regs[WK_REG_PC];
    const uint64_t *fp = (const uint64_t *)(uintptr_t)task->regs[WK_REG_FP];
    const int32_t offset = WK_CELL_S32(pc + 4);
    if (wk_ref_test(&task->store->engine->types, fp[WK_CELL_S16(pc + 12)], WK_CELL_U32(pc + 8)) != sense) {
        task->regs[WK_REG_PC] += 16;
        return false;
    }
    task->regs[WK_REG_PC] = (uint64_t)(uintptr_t)(pc + 4 + offset);
    return offset < 0 && WK_FAST_OF((uint8_t *)(uintptr_t)task->regs[WK_REG_MB])->slice-- == 0 && wk_slow_fuel(task);
}

bool wk_slow_br_test(struct wick_task *task) {
    return gc_branch_on_test(task, true);
}
bool wk_slow_brf_test(struct wick_task *task) {
    return gc_branch_on_test(task, false);
}

#endif

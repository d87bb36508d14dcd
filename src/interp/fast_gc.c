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

/* No free cell at hand: the whole instruction, whose operands and result begin at s; then its result where it belongs. */
static bool gc_struct_new_slowly(struct wick_task *task, enum wick_op op, uint32_t at, uint32_t size) {
    const uint8_t *pc = wk_fast_pc(task);
    uint64_t *fp = wk_fast_fp(task);
    uint64_t *s = fp + WK_CELL_S32(pc + at);
    bool done;
    const wick_err err = wk_gc_execute(task, wk_fast_instance(task), op, WK_CELL_U32(pc + 4), 0, s, &done);
    if (err != WICK_OK) {
        return wk_fast_trap(task, err, 0, 0);
    }
    task->regs[WK_REG_ACC] = s[0];
    fp[WK_CELL_S16(pc + at + 4)] = s[0];
    task->regs[WK_REG_PC] += size;
    return false;
}

/* Both kinds of cells; the mixed one is longer. */
bool wk_slow_struct_new(struct wick_task *task) {
    const bool is_mixed = WK_CELL_U32(wk_fast_pc(task) + 12) >> 16 != 0;
    return gc_struct_new_slowly(task, WICK_OP_struct_new, is_mixed ? 24 : 20, is_mixed ? 32 : 28);
}
bool wk_slow_struct_zero(struct wick_task *task) {
    return gc_struct_new_slowly(task, WICK_OP_struct_new_default, 20, 28);
}

/* The object is there, and the index inside. */
static void gc_set_ref(struct wick_task *task, uint64_t *at, uint64_t value) {
    wk_heap_overwrite(task->store, at, 1);
    *at = value;
    task->regs[WK_REG_PC] += 12;
}
bool wk_slow_sset_ref(struct wick_task *task) {
    const uint8_t *pc = wk_fast_pc(task);
    const uint64_t *fp = wk_fast_fp(task);
    uint8_t *object = (uint8_t *)(uintptr_t)fp[WK_CELL_S16(pc + 8)];
    gc_set_ref(task, (uint64_t *)(void *)(object + WK_CELL_U32(pc + 4)), fp[WK_CELL_S16(pc + 10)]);
    return false;
}
bool wk_slow_aset_ref(struct wick_task *task) {
    const uint8_t *pc = wk_fast_pc(task);
    const uint64_t *fp = wk_fast_fp(task);
    uint64_t *elements = (uint64_t *)(void *)wk_object_payload(wk_object_of_ref(fp[WK_CELL_S16(pc + 4)]));
    gc_set_ref(task, elements + (uint32_t)fp[WK_CELL_S16(pc + 6)], fp[WK_CELL_S16(pc + 8)]);
    return false;
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
    task->regs[WK_REG_PC] = (uint64_t)(uintptr_t)(pc + offset);
    return offset <= 0 && WK_FAST_OF((uint8_t *)(uintptr_t)task->regs[WK_REG_MB])->slice-- == 0 && wk_slow_fuel(task);
}

bool wk_slow_br_test(struct wick_task *task) {
    return gc_branch_on_test(task, true);
}
bool wk_slow_brf_test(struct wick_task *task) {
    return gc_branch_on_test(task, false);
}

#endif

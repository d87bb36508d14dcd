/* fast_slow.c - the instructions on whole memories and tables, as slow paths of the fast interpreter.
 *
 * Their operands lie in consecutive slots, where a bulk instruction that yields between two chunks leaves what is left
 * to do. spec: exec-memory.grow, exec-memory.fill and their siblings. */
#include "interp/ref.h"
#include "interp/slow.h"
#include "rt/heap.h"
#include "num/i64.h"

static const uint8_t *slow_pc(const struct wick_task *task) {
    return (const uint8_t *)(uintptr_t)task->regs[WK_REG_PC];
}
static uint64_t *slow_operands(const struct wick_task *task, uint32_t field) {
    uint64_t *fp = (uint64_t *)(uintptr_t)task->regs[WK_REG_FP];
    return fp + WK_CELL_S32(slow_pc(task) + field);
}
static struct wick_instance *slow_instance(const struct wick_task *task) {
    return WK_FAST_OF((uint8_t *)(uintptr_t)task->regs[WK_REG_MB])->instance;
}
static void slow_next(struct wick_task *task, uint32_t size) {
    task->regs[WK_REG_PC] += size;
}

/* A memory or table has moved or changed size (the header may be elsewhere now), and fuel was charged. */
static bool slow_grown(struct wick_task *task, struct wick_instance *instance, bool may_yield) {
    slow_next(task, 12);
    wk_fast_refresh(task, instance);
    return (may_yield && wk_fast_yield_if_due(task)) || wk_fast_go_on(task);
}

bool wk_slow_memory_grow(struct wick_task *task) {
    uint64_t *s = slow_operands(task, 8);
    struct wick_instance *instance = slow_instance(task);
    struct wick_memory *memory = instance->memories[WK_CELL_U32(slow_pc(task) + 4)];
    const uint64_t delta = s[0];
    uint64_t old, units;
    wk_fast_fold(task);
    old = wk_memory_grow(memory, delta);
    s[0] = memory->limits.is64 ? old : (uint32_t)old;
    units = wk_memory_grow_units(memory, old, delta);
    task->fuel -= (int64_t)units;
    return slow_grown(task, instance, units != 0);
}

bool wk_slow_table_grow(struct wick_task *task) {
    uint64_t *s = slow_operands(task, 8);
    struct wick_instance *instance = slow_instance(task);
    struct wick_table *table = instance->tables[WK_CELL_U32(slow_pc(task) + 4)];
    const uint64_t delta = s[1];
    uint64_t old;
    wk_fast_fold(task);
    old = wk_table_grow(table, delta, s[0]);
    s[0] = table->limits.is64 ? old : (uint32_t)old;
    if (old != UINT64_MAX) {
        task->fuel -= (int64_t)(delta / 512);
    }
    return slow_grown(task, instance, old != UINT64_MAX && delta >= 512);
}

/* Wide arithmetic on slots that cells with 16-bit fields do not reach. */
bool wk_slow_far128(struct wick_task *task) {
    uint64_t *s = slow_operands(task, 8);
    switch (WK_CELL_U32(slow_pc(task) + 4)) {
    case WICK_OP_i64_add128:
        wk_i64_add128(s[0], s[1], s[2], s[3], &s[0], &s[1]);
        break;
    case WICK_OP_i64_sub128:
        wk_i64_sub128(s[0], s[1], s[2], s[3], &s[0], &s[1]);
        break;
    case WICK_OP_i64_mul_wide_s:
        wk_i64_mul_wide_s(s[0], s[1], &s[0], &s[1]);
        break;
    default:
        wk_i64_mul_wide_u(s[0], s[1], &s[0], &s[1]);
        break;
    }
    slow_next(task, 12);
    return false;
}

bool wk_slow_table_size(struct wick_task *task) {
    uint64_t *fp = (uint64_t *)(uintptr_t)task->regs[WK_REG_FP];
    const uint8_t *pc = slow_pc(task);
    task->regs[WK_REG_ACC] = slow_instance(task)->tables[WK_CELL_U32(pc + 4)]->size;
    fp[WK_CELL_S16(pc + 8)] = task->regs[WK_REG_ACC];
    slow_next(task, 12);
    return false;
}

bool wk_slow_table_get(struct wick_task *task) {
    uint64_t *s = slow_operands(task, 8);
    const struct wick_table *table = slow_instance(task)->tables[WK_CELL_U32(slow_pc(task) + 4)];
    if (s[0] >= table->size) {
        return wk_fast_trap(task, WICK_ERR_oob_table, 0, 0);
    }
    s[0] = table->elems[s[0]];
    slow_next(task, 12);
    return false;
}

bool wk_slow_table_set(struct wick_task *task) {
    uint64_t *s = slow_operands(task, 8);
    struct wick_table *table = slow_instance(task)->tables[WK_CELL_U32(slow_pc(task) + 4)];
    if (s[0] >= table->size) {
        return wk_fast_trap(task, WICK_ERR_oob_table, 0, 0);
    }
    wk_heap_overwrite(table->store, &table->elems[s[0]], 1);
    table->elems[s[0]] = s[1];
    slow_next(task, 12);
    return false;
}

bool wk_slow_data_drop(struct wick_task *task) {
    wk_data_drop(slow_instance(task), WK_CELL_U32(slow_pc(task) + 4));
    slow_next(task, 8);
    return false;
}

bool wk_slow_elem_drop(struct wick_task *task) {
    wk_elem_drop(slow_instance(task), WK_CELL_U32(slow_pc(task) + 4));
    slow_next(task, 8);
    return false;
}

/* ---- vectors ----------------------------------------------------------------------------------------------------- */

#if WICK_SIMD
/* Instruction, offset of its immediates, first slot of operands and result. */
bool wk_slow_simd_any(struct wick_task *task) {
    const uint8_t *pc = slow_pc(task);
    uint32_t imm = WK_CELL_U32(pc + 8);
    const wick_err err =
        wk_ref_simd(slow_instance(task), (enum wick_op)WK_CELL_U32(pc + 4), &imm, slow_operands(task, 12));
    slow_next(task, err == WICK_OK ? 16 : 0);
    return err != WICK_OK && wk_fast_trap(task, err, 0, 0);
}
#endif

/* ---- bulk ------------------------------------------------------------------------------------------------------- */

enum slow_bulk { BULK_MEMORY_FILL, BULK_MEMORY_COPY, BULK_MEMORY_INIT, BULK_TABLE_FILL, BULK_TABLE_COPY, BULK_TABLE_INIT };

static wick_err slow_bulk_chunk(struct wick_task *task, enum slow_bulk bulk, uint64_t *s) {
    struct wick_instance *in = slow_instance(task);
    const uint8_t *pc = slow_pc(task);
    const uint32_t first = WK_CELL_U32(pc + 4);
    switch (bulk) {
    case BULK_MEMORY_FILL:
        return wk_memory_fill(task, in->memories[first], &s[0], (uint32_t)s[1], &s[2]);
    case BULK_MEMORY_COPY:
        return wk_memory_copy(task, in->memories[first], in->memories[WK_CELL_U32(pc + 8)], &s[0], &s[1], &s[2]);
    case BULK_MEMORY_INIT:
        return wk_memory_init(task, in, WK_CELL_U32(pc + 8), first, &s[0], &s[1], &s[2]);
    case BULK_TABLE_FILL:
        return wk_table_fill(task, in->tables[first], &s[0], s[1], &s[2]);
    case BULK_TABLE_COPY:
        return wk_table_copy(task, in->tables[first], in->tables[WK_CELL_U32(pc + 8)], &s[0], &s[1], &s[2]);
    case BULK_TABLE_INIT:
        return wk_table_init(task, in, WK_CELL_U32(pc + 8), first, &s[0], &s[1], &s[2]);
    }
    return WICK_OK;
}

static bool slow_bulk(struct wick_task *task, enum slow_bulk bulk) {
    const uint32_t size = bulk == BULK_MEMORY_FILL || bulk == BULK_TABLE_FILL ? 12 : 16;
    uint64_t *s = slow_operands(task, size - 4);
    if (s[2] < (bulk <= BULK_MEMORY_INIT ? WK_BULK_BYTES : 512u)) {
        /* less than a chunk charges nothing */
        const wick_err err = slow_bulk_chunk(task, bulk, s);
        slow_next(task, err == WICK_OK ? size : 0);
        return err != WICK_OK && wk_fast_trap(task, err, 0, 0);
    }
    wk_fast_fold(task);
    for (;;) {
        const wick_err err = slow_bulk_chunk(task, bulk, s);
        if (err != WICK_OK) {
            return wk_fast_trap(task, err, 0, 0);
        }
        if (s[2] == 0) {
            slow_next(task, size);
            return wk_fast_go_on(task);
        }
        if (wk_fast_yield_if_due(task)) {
            return true;
        }
    }
}

bool wk_slow_memory_fill(struct wick_task *task) {
    return slow_bulk(task, BULK_MEMORY_FILL);
}
bool wk_slow_memory_copy(struct wick_task *task) {
    return slow_bulk(task, BULK_MEMORY_COPY);
}
bool wk_slow_memory_init(struct wick_task *task) {
    return slow_bulk(task, BULK_MEMORY_INIT);
}
bool wk_slow_table_fill(struct wick_task *task) {
    return slow_bulk(task, BULK_TABLE_FILL);
}
bool wk_slow_table_copy(struct wick_task *task) {
    return slow_bulk(task, BULK_TABLE_COPY);
}
bool wk_slow_table_init(struct wick_task *task) {
    return slow_bulk(task, BULK_TABLE_INIT);
}

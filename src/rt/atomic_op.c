/* atomic_op.c - an atomic instruction, whole: bounds, alignment, effect. The reference interpreter's only way, and the
 * fast one's for what it has no cell of its own for.
 *
 * Owner of: the order of the checks (bounds, alignment, shared). Spec: the threads proposal; op.def has the rows. */
#include "rt/atomics.h"
#include "rt/object.h"

#if WICK_THREADS

/* Loads, stores and read-modify-writes lie in groups of seven codes from 0x10 on, in this order. */
enum atomic_kind { ATOMIC_LOAD, ATOMIC_STORE, ATOMIC_RMW, ATOMIC_CMPXCHG = ATOMIC_RMW + WK_RMW_XCHG + 1 };
#define ATOMIC_FIRST 0x10u
#define ATOMIC_GROUP 7u
_Static_assert(WICK_OP_i32_atomic_store - WICK_OP_i32_atomic_load == ATOMIC_GROUP * ATOMIC_STORE, "order of op.def");
_Static_assert(WICK_OP_i32_atomic_rmw_add - WICK_OP_i32_atomic_load == ATOMIC_GROUP * (ATOMIC_RMW + WK_RMW_ADD), "order");
_Static_assert(WICK_OP_i32_atomic_rmw_sub - WICK_OP_i32_atomic_load == ATOMIC_GROUP * (ATOMIC_RMW + WK_RMW_SUB), "order");
_Static_assert(WICK_OP_i32_atomic_rmw_and - WICK_OP_i32_atomic_load == ATOMIC_GROUP * (ATOMIC_RMW + WK_RMW_AND), "order");
_Static_assert(WICK_OP_i32_atomic_rmw_or - WICK_OP_i32_atomic_load == ATOMIC_GROUP * (ATOMIC_RMW + WK_RMW_OR), "order");
_Static_assert(WICK_OP_i32_atomic_rmw_xor - WICK_OP_i32_atomic_load == ATOMIC_GROUP * (ATOMIC_RMW + WK_RMW_XOR), "order");
_Static_assert(WICK_OP_i32_atomic_rmw_xchg - WICK_OP_i32_atomic_load == ATOMIC_GROUP * (ATOMIC_RMW + WK_RMW_XCHG), "order");
_Static_assert(WICK_OP_i32_atomic_rmw_cmpxchg - WICK_OP_i32_atomic_load == ATOMIC_GROUP * ATOMIC_CMPXCHG, "order");

#define ATOMIC_ACCESS(n)                                                                \
    static uint64_t atomic_access##n(uint32_t kind, void *at, const uint64_t *s) {      \
        switch (kind) {                                                                 \
        case ATOMIC_LOAD:                                                               \
            return wk_atomic_get##n(at);                                                \
        case ATOMIC_STORE:                                                              \
            wk_atomic_put##n(at, s[1]);                                                 \
            return 0;                                                                   \
        case ATOMIC_CMPXCHG:                                                            \
            return wk_atomic_cmpxchg##n(at, s[1], s[2]);                                \
        default:                                                                        \
            return wk_atomic_rmw##n((enum wk_rmw)(kind - ATOMIC_RMW), at, s[1]);        \
        }                                                                               \
    }
ATOMIC_ACCESS(8)
ATOMIC_ACCESS(16)
ATOMIC_ACCESS(32)
ATOMIC_ACCESS(64)
#undef ATOMIC_ACCESS

static wick_err atomic_wait(struct wick_task *task, struct wick_memory *memory, uint64_t ea, uint32_t width,
                            uint64_t *s, struct wk_atomic_end *out) {
    uint32_t result;
    if (memory->shared == NULL) {
        return WICK_ERR_expected_shared;
    }
    out->detail = WK_STR("now_ns"); /* what it can lack */
    WK_TRY(wk_shared_wait(task, memory, ea, width, s[1], (int64_t)s[2], &result));
    out->waits = result == WK_WAIT_ON;
    if (!out->waits) {
        s[0] = result;
    }
    return WICK_OK;
}

wick_err wk_atomic_execute(struct wick_task *task, struct wick_memory *memory, enum wick_op op, uint64_t offset,
                           uint64_t *s, struct wk_atomic_end *out) {
    const struct wk_op_info *info = wk_op_info(op);
    const uint64_t ea = s[0] + offset;
    uint8_t *at = memory->base;
    uint32_t kind;
    out->waits = false;
    out->detail = 0;
    if ((ea & (info->width - 1u)) != 0) { /* asked first: nothing prescribes an order */
        out->detail = ea;
        return WICK_ERR_unaligned_atomic;
    }
    if (!wk_in_bounds(s[0], offset, info->width, wk_memory_size(memory))) {
        return WICK_ERR_oob_memory;
    }
    if (op == WICK_OP_memory_atomic_wait32 || op == WICK_OP_memory_atomic_wait64) {
        return atomic_wait(task, memory, ea, info->width, s, out);
    }
    if (op == WICK_OP_memory_atomic_notify) {
        s[0] = memory->shared == NULL ? 0 : wk_shared_notify(memory->shared, ea, (uint32_t)s[1]);
        return WICK_OK;
    }
    at += (size_t)ea;
    kind = (info->code - ATOMIC_FIRST) / ATOMIC_GROUP;
    switch (info->width) {
    case 1:
        s[0] = atomic_access8(kind, at, s);
        break;
    case 2:
        s[0] = atomic_access16(kind, at, s);
        break;
    case 4:
        s[0] = atomic_access32(kind, at, s);
        break;
    default:
        s[0] = atomic_access64(kind, at, s);
        break;
    }
    return WICK_OK;
}

#undef ATOMIC_FIRST
#undef ATOMIC_GROUP

#endif

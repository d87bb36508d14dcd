/* h_atomic.h - shared memories and atomic instructions.
 *
 * A shared memory has no header of its own (several CPUs use it), so mb points at the header of the store's empty memory,
 * which holds where memory 0 is and the limits that were seen last. An address beyond them goes the slow way, which looks
 * how large the memory is now and comes back when it has grown. The atomic cells use the same fields, which are right
 * for memories that are not shared too. */

#define H_SHLOAD(a, d, cell, width, out, fn)                                \
    H_BEGIN(cell##_##a##d) {                                                \
        enum {                                                              \
            IM_ = 8,                                                        \
            A_ = IM_ + 4 * H_IS_SUM_##a,                                    \
            D_ = A_ + 2 * H_HAS_##a,                                        \
            N_ = (D_ + 2 * H_TO_##d + 3) & ~3                               \
        };                                                                  \
        const uint64_t at = H_ADDRESS_##a(A_);                              \
        if (WK_UNLIKELY((int64_t)at > H_LIMIT_##width)) {                   \
            H_SLOW(shared_oob);                                             \
        }                                                                   \
        H_PUT_##d##_##out(fn(H_HEAD->memory0 + (size_t)at), D_);            \
        H_NEXT(N_);                                                         \
    }

#define H_SHSTORE_i64_1(p, v) wk_relaxed_st8(p, (uint8_t)(v))
#define H_SHSTORE_i64_2(p, v) wk_relaxed_st16(p, (uint16_t)(v))
#define H_SHSTORE_i64_4(p, v) wk_relaxed_st32(p, (uint32_t)(v))
#define H_SHSTORE_i64_8(p, v) wk_relaxed_st64(p, v)
#define H_SHSTORE_f32_4(p, v) wk_relaxed_st32(p, wk_f32v_to_bits(v))
#define H_SHSTORE_f64_8(p, v) wk_relaxed_st64(p, wk_f64v_to_bits(v))
#define H_SHSTORE(a, v, cell, width, in)                                    \
    H_BEGIN(cell##_##a##v) {                                                \
        enum {                                                              \
            IM_ = 8 + 4 * H_IS_SUM_##a,                                     \
            A_ = IM_ + 4 * H_IS_IMM_##v,                                    \
            B_ = A_ + 2 * H_HAS_##a,                                        \
            N_ = (B_ + 2 * H_HAS_##v + 3) & ~3                              \
        };                                                                  \
        const uint64_t at = H_ADDRESS_##a(A_);                              \
        if (WK_UNLIKELY((int64_t)at > H_LIMIT_##width)) {                   \
            H_SLOW(shared_oob);                                             \
        }                                                                   \
        H_SHSTORE_##in##_##width(H_HEAD->memory0 + (size_t)at, H_GET_##v##_##in(B_)); \
        H_NEXT(N_);                                                         \
    }

/* Any shared memory: number, offset (64 bits), address slot, value slot. */
#define H_GSHARED(cell, width, action)                                      \
    H_BEGIN(cell) {                                                         \
        const struct wick_memory *memory = H_HEAD->instance->memories[WK_CELL_U32(pc + 4)]; \
        const uint64_t address = H_SLOT(16);                                \
        const uint64_t offset = wk_ld_field64(pc + 8);                      \
        if (WK_UNLIKELY(!wk_in_bounds(address, offset, width, wk_memory_now(memory)))) { \
            H_SLOW(oob);                                                    \
        }                                                                   \
        uint8_t *at = memory->base + (size_t)(address + offset);            \
        action;                                                             \
        H_NEXT(20);                                                         \
    }

H_BEGIN(shared_size) {
    const struct wick_memory *memory = H_HEAD->instance->memories[WK_CELL_U32(pc + 4)];
    acc = wk_memory_pages(memory, wk_memory_now(memory));
    H_SLOT(8) = acc;
    H_NEXT(12);
}

/* The effective address; what is wrong with it is found out by the slow path from address and width. */
#define H_ATOMIC_AT(width)                                                                          \
    const uint64_t at = (uint64_t)(uint32_t)H_SLOT(8) + WK_CELL_U32(pc + 4);                        \
    if (WK_UNLIKELY((int64_t)at > H_LIMIT_##width) || WK_UNLIKELY((at & (width - 1)) != 0)) {       \
        acc = at | (uint64_t)width << 40;                                                           \
        H_SLOW(atomic_fail);                                                                        \
    }                                                                                               \
    uint8_t *word = H_HEAD->memory0 + (size_t)at
#define H_ATOMIC_RMW(name, how, n, width)                                               \
    H_BEGIN(at_##name##n) {                                                             \
        H_ATOMIC_AT(width);                                                             \
        acc = wk_atomic_rmw##n(how, word, H_SLOT(10));                                  \
        H_SLOT(12) = acc;                                                               \
        H_NEXT(16);                                                                     \
    }
#define H_ATOMICS(n, width)                                                             \
    H_BEGIN(at_ld##n) {                                                                 \
        H_ATOMIC_AT(width);                                                             \
        acc = wk_atomic_get##n(word);                                                   \
        H_SLOT(10) = acc;                                                               \
        H_NEXT(12);                                                                     \
    }                                                                                   \
    H_BEGIN(at_st##n) {                                                                 \
        H_ATOMIC_AT(width);                                                             \
        wk_atomic_put##n(word, H_SLOT(10));                                             \
        H_NEXT(12);                                                                     \
    }                                                                                   \
    H_ATOMIC_RMW(add, WK_RMW_ADD, n, width)                                             \
    H_ATOMIC_RMW(sub, WK_RMW_SUB, n, width)                                             \
    H_ATOMIC_RMW(and, WK_RMW_AND, n, width)                                             \
    H_ATOMIC_RMW(or, WK_RMW_OR, n, width)                                               \
    H_ATOMIC_RMW(xor, WK_RMW_XOR, n, width)                                             \
    H_ATOMIC_RMW(xchg, WK_RMW_XCHG, n, width)                                           \
    H_BEGIN(at_cas##n) {                                                                \
        H_ATOMIC_AT(width);                                                             \
        acc = wk_atomic_cmpxchg##n(word, H_SLOT(10), H_SLOT(12));                       \
        H_SLOT(14) = acc;                                                               \
        H_NEXT(16);                                                                     \
    }
H_ATOMICS(8, 1)
H_ATOMICS(16, 2)
H_ATOMICS(32, 4)
H_ATOMICS(64, 8)
#undef H_ATOMICS
#undef H_ATOMIC_RMW
#undef H_ATOMIC_AT

H_BEGIN(at_fence) {
    wk_atomic_fence();
    H_NEXT(4);
}
H_BEGIN(at_any) {
    H_SLOW(atomic);
}

/* clang-format off */
#define CELL_LOAD(cell, width, out, fn, list)
#define CELL_STORE(cell, width, in, list)
#define CELL_GLOAD(cell, width, fn)
#define CELL_GSTORE(cell, width)
#define CELL_SHLOAD(cell, width, out, fn, list) WK_COMBO_##list(H_SHLOAD, cell, width, out, fn)
#define CELL_SHSTORE(cell, width, in, list) WK_COMBO_##list(H_SHSTORE, cell, width, in)
#define CELL_GSHLOAD(cell, width, fn) H_GSHARED(cell, width, H_SLOT(18) = fn(at))
#define CELL_GSHSTORE(cell, width) H_GSHARED(cell, width, H_SHSTORE_i64_##width(at, H_SLOT(18)))
#include "def/cell.def"
/* clang-format on */
#undef H_SHLOAD
#undef H_SHSTORE
#undef H_GSHARED
#undef H_SHSTORE_i64_1
#undef H_SHSTORE_i64_2
#undef H_SHSTORE_i64_4
#undef H_SHSTORE_i64_8
#undef H_SHSTORE_f32_4
#undef H_SHSTORE_f64_8

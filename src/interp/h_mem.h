/* h_mem.h - loads and stores. Memory 0 with 32-bit addresses has the fast forms; every other memory goes through the
 * instance. Fields: offset (32 bits), added constant (modes P Q R), immediate (value mode I), address slot, value or
 * destination slot.
 *
 * An effective address is below 2^33, so comparing it as signed with the limit (memory less width, negative when the
 * memory is smaller) is exact. */

#define H_LOAD(a, d, cell, width, out, fn)                                  \
    H_BEGIN(cell##_##a##d) {                                                \
        enum {                                                              \
            IM_ = 8,                                                        \
            A_ = IM_ + 4 * H_IS_SUM_##a,                                    \
            D_ = A_ + 2 * H_HAS_##a,                                        \
            N_ = (D_ + 2 * H_TO_##d + 3) & ~3                               \
        };                                                                  \
        const uint64_t at = H_ADDRESS_##a(A_);                              \
        H_READ(v, at, width, d, out, fn)                                    \
        H_PUT_##d##_##out(v, D_);                                           \
        H_NEXT(N_);                                                         \
    }

#define H_STORE(a, v, cell, width, in)                                      \
    H_BEGIN(cell##_##a##v) {                                                \
        enum {                                                              \
            IM_ = 8 + 4 * H_IS_SUM_##a,                                     \
            A_ = IM_ + 4 * H_IS_IMM_##v,                                    \
            B_ = A_ + 2 * H_HAS_##a,                                        \
            N_ = (B_ + 2 * H_HAS_##v + 3) & ~3                              \
        };                                                                  \
        const uint64_t at = H_ADDRESS_##a(A_);                              \
        H_WRITE(at, width, in, H_WHOLE_##v(H_GET_##v##_##in(B_)))           \
        H_NEXT(N_);                                                         \
    }

/* Any memory: number, offset (64 bits), address slot, value slot. */
#define H_GENERIC(cell, width, action)                                      \
    H_BEGIN(cell) {                                                         \
        const struct wick_memory *memory = H_HEAD->instance->memories[WK_CELL_U32(pc + 4)]; \
        const uint64_t address = H_SLOT(16);                                \
        const uint64_t offset = wk_ld_field64(pc + 8);                      \
        if (WK_UNLIKELY(!wk_in_bounds(address, offset, width, memory->size))) { \
            H_SLOW(oob);                                                    \
        }                                                                   \
        uint8_t *at = memory->base + (size_t)(address + offset);            \
        action;                                                             \
        H_NEXT(20);                                                         \
    }

/* clang-format off */
#define CELL_LOAD(cell, width, out, fn, list) H_LIST(cell, list)(H_LOAD, cell, width, out, fn)
#define CELL_STORE(cell, width, in, list) H_LIST(cell, list)(H_STORE, cell, width, in)
#define CELL_GLOAD(cell, width, fn) H_GENERIC(cell, width, H_SLOT(18) = fn(at))
#define CELL_GSTORE(cell, width) H_GENERIC(cell, width, H_STORE_i64_##width(at, H_SLOT(18)))
#define CELL_VLOAD(cell, width, out, fn, list)
#define CELL_VSTORE(cell, width, in, list)
#define CELL_SHLOAD(cell, width, out, fn, list)
#define CELL_SHSTORE(cell, width, in, list)
#define CELL_GSHLOAD(cell, width, fn)
#define CELL_GSHSTORE(cell, width)
#include "def/cell.def"
/* clang-format on */
#undef H_LOAD
#undef H_STORE
#undef H_GENERIC

H_BEGIN(memory_size) {
    const struct wick_memory *memory = H_HEAD->instance->memories[WK_CELL_U32(pc + 4)];
    acc = wk_memory_pages(memory, memory->size);
    H_SLOT(8) = acc;
    H_NEXT(12);
}

/* Less than a chunk of memory 0 with 32-bit addresses, which costs no fuel; all else goes the slow way. These have a frame. */
#define H_OUTSIDE(at, n) ((int64_t)((at) + (n)) - 1 > H_LIMIT_1)
H_BEGIN(memory_fill0) {
    const uint64_t *s = fp + WK_CELL_S32(pc + 8);
    if (WK_UNLIKELY(s[2] >= WK_BULK_BYTES || H_OUTSIDE(s[0], s[2]))) {
        H_SLOW(memory_fill);
    }
    memset(mb + s[0], (int)(uint8_t)s[1], (size_t)s[2]);
    H_NEXT(12);
}
H_BEGIN(memory_copy0) {
    const uint64_t *s = fp + WK_CELL_S32(pc + 12);
    if (WK_UNLIKELY(s[2] >= WK_BULK_BYTES || H_OUTSIDE(s[0], s[2]) || H_OUTSIDE(s[1], s[2]))) {
        H_SLOW(memory_copy);
    }
    memmove(mb + s[0], mb + s[1], (size_t)s[2]);
    H_NEXT(16);
}
#undef H_OUTSIDE

#define H_BULK(sym)  \
    H_BEGIN(sym) {   \
        H_SLOW(sym); \
    }
H_BULK(memory_grow)
H_BULK(memory_fill)
H_BULK(memory_copy)
H_BULK(memory_init)
H_BULK(data_drop)
H_BULK(table_get)
H_BULK(table_set)
H_BULK(table_size)
H_BULK(table_grow)
H_BULK(table_fill)
H_BULK(table_copy)
H_BULK(table_init)
H_BULK(elem_drop)
#undef H_BULK

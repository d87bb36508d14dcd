/* fast_loop.c - the fast interpreter's loop: all handlers, in one of three forms of dispatch, from the same bodies
 * (h_int.h, h_mem.h, h_control.h).
 *
 * The tail-call forms make each handler a function of the registers that ends in a jump to the next one; a handler may
 * not need a frame of its own, so everything slow is a jump to a stub that saves the registers first. The switch form
 * keeps the registers in locals, the form of calls in a struct. What handlers are written in:
 *   H_BEGIN(sym) { ... }       the body of cell sym; ends in H_NEXT, H_TAKE or H_SLOW
 *   H_GET_<mode>_<type>(at)    an operand, by mode and type; `at` is where its slot is in the cell
 *   H_PUT_<mode>_<type>(v, at) a result
 *   H_NEXT(n)                  on to the cell n bytes further
 *   H_TAKE(at)                 take the branch whose offset is there; back to a loop costs fuel
 *   H_SLOW(sym)                go on in wk_slow_<sym> (fast_call.c, fast_slow.c); pc is then what it finds
 *   H_BACK_ELSEWHERE(task, back) go on where a host function has led to, by the registers in the task; or end the loop
 *   H_HEAD                     the struct wk_fast below the memory */
#include "interp/cell.h"

/* By gcc, in a file that is compiled alone (WICK_LOOP_ALONE, which the Makefile sets), what most handlers read of the header
 * below the memory stays in registers that calls preserve: gcc wants them declared before any function. wk_fast_loop
 * keeps its caller's values. */
#if WK_DISPATCH == 2 && WICK_LOOP_ALONE && defined(__GNUC__) && !defined(__clang__) && defined(__x86_64__)
#define H_IN_REGISTERS 1
register int64_t h_slice __asm__("r12");
register uintptr_t h_handlers __asm__("r13");
register int64_t h_limit_4 __asm__("r14");
register int64_t h_limit_1 __asm__("r15");
register int64_t h_limit_8 __asm__("rbx");
#else
#define H_IN_REGISTERS 0
#endif
/* The flags of WICK_LOOP_ALONE are right for short functions: one large one takes a tenth longer with them. */
#if WK_DISPATCH > 2 && WICK_LOOP_ALONE && defined(__GNUC__) && !defined(__clang__)
#pragma GCC optimize("O2")
#endif

#include "interp/fast.h"
#include "interp/shm.h"
#include "rt/atomics.h"
#include "rt/heap.h"
#include "rt/shared.h"

#include "base/atomic.h"
#include "num/f32.h"
#include "num/f64.h"
#include "num/i32.h"
#include "num/i64.h"
#include "num/v128.h"
#include "num/vec.h"

#include "interp/guard.h"

/* ---- operands --------------------------------------------------------------------------------------------------- */

/* A 64-bit field of a cell, in host order at 4-byte alignment. */
WK_INLINE uint64_t wk_ld_field64(const uint8_t *at) {
    uint64_t value;
    WK_MOVE_BYTES(&value, at, sizeof value);
    return value;
}
WK_INLINE const uint8_t *wk_entry_code(const struct wk_entry *entry) {
    return wk_atomic_load_ptr((void *const *)(const void *)&entry->code);
}

WK_INLINE uint64_t wk_mem_u8(const uint8_t *at) {
    return *at;
}
WK_INLINE uint64_t wk_mem_u16(const uint8_t *at) {
    return wk_ld_le16(at);
}
WK_INLINE uint64_t wk_mem_u32(const uint8_t *at) {
    return wk_ld_le32(at);
}
WK_INLINE uint64_t wk_mem_u64(const uint8_t *at) {
    return wk_ld_le64(at);
}
WK_INLINE uint32_t wk_mem_s8(const uint8_t *at) {
    return wk_i32_extend8_s(*at);
}
WK_INLINE uint32_t wk_mem_s16(const uint8_t *at) {
    return wk_i32_extend16_s(wk_ld_le16(at));
}
WK_INLINE uint64_t wk_mem_s8l(const uint8_t *at) {
    return wk_i64_extend8_s(*at);
}
WK_INLINE uint64_t wk_mem_s16l(const uint8_t *at) {
    return wk_i64_extend16_s(wk_ld_le16(at));
}
WK_INLINE uint64_t wk_mem_s32l(const uint8_t *at) {
    return wk_i64_extend32_s(wk_ld_le32(at));
}
WK_INLINE wk_f32v wk_mem_f32(const uint8_t *at) {
    return wk_f32v_from_bits(wk_ld_le32(at));
}
WK_INLINE wk_f64v wk_mem_f64(const uint8_t *at) {
    return wk_f64v_from_bits(wk_ld_le64(at));
}

/* What lies in an object, in host order. */
#define H_OBJECT_GET(name, type, out, convert)           \
    WK_UNUSED WK_INLINE out wk_object_##name(const uint8_t *at) { \
        type value;                                      \
        WK_MOVE_BYTES(&value, at, sizeof value);         \
        return convert(value);                           \
    }
H_OBJECT_GET(u8, uint8_t, uint32_t, (uint32_t))
H_OBJECT_GET(s8, uint8_t, uint32_t, wk_i32_extend8_s)
H_OBJECT_GET(u16, uint16_t, uint32_t, (uint32_t))
H_OBJECT_GET(s16, uint16_t, uint32_t, wk_i32_extend16_s)
H_OBJECT_GET(u32, uint32_t, uint32_t, (uint32_t))
H_OBJECT_GET(u64, uint64_t, uint64_t, (uint64_t))
H_OBJECT_GET(f32, uint32_t, wk_f32v, wk_f32v_from_bits)
H_OBJECT_GET(f64, uint64_t, wk_f64v, wk_f64v_from_bits)
#undef H_OBJECT_GET

/* The next field of a struct, 1 << log2 bytes at a multiple of that; answers where it ends. */
WK_UNUSED WK_INLINE uint8_t *wk_object_put(uint8_t *at, uint32_t log2, uint64_t value) {
    const uintptr_t width = (uintptr_t)1 << log2;
    at = (uint8_t *)(((uintptr_t)at + width - 1) & ~(width - 1));
    switch (log2) {
    case 0:
        *at = (uint8_t)value;
        break;
    case 1: {
        const uint16_t half = (uint16_t)value;
        WK_MOVE_BYTES(at, &half, sizeof half);
        break;
    }
    case 2: {
        const uint32_t word = (uint32_t)value;
        WK_MOVE_BYTES(at, &word, sizeof word);
        break;
    }
    default:
        WK_MOVE_BYTES(at, &value, sizeof value);
        break;
    }
    return at + width;
}

/* Is it an object of the struct or array type `id` at this depth, or null and bit 31 is set? */
WK_UNUSED WK_INLINE bool wk_object_is(struct wk_deftype ***types, uint64_t ref, uint32_t id, uint32_t depth) {
    const struct wk_deftype *type;
    uint32_t own;
    if (!wk_ref_is_object(ref)) {
        return ref == 0 && depth >> 31 != 0;
    }
    own = wk_object_of_ref(ref)->type;
    if (WK_LIKELY(own == id)) {
        return true;
    }
    if (WK_UNLIKELY(own >= WK_OBJECT_SPECIAL)) {
        return false;
    }
    type = types[own / WK_TYPE_CHUNK][own % WK_TYPE_CHUNK];
    depth &= 0x7fffffffu;
    return type->depth >= depth && type->display[depth] == id;
}
/* A narrow store's value is loaded in full: into a part of a register it would wait for the rest. */
WK_INLINE uint64_t wk_whole(uint64_t value) {
#if defined(__GNUC__) && UINTPTR_MAX > 0xffffffffu
    __asm__("" : "+r"(value));
#endif
    return value;
}

#define H_SLOT(at) (fp[WK_CELL_S16(pc + (at))])
#define H_HEAD WK_FAST_OF(mb)

/* Does a mode take a slot of the cell, or an immediate? */
#define H_HAS_S 1
#define H_HAS_A 0
#define H_HAS_L 0
#define H_HAS_M 0
#define H_HAS_I 0
#define H_HAS_N 0
#define H_HAS_F 0
#define H_HAS_K 0
#define H_HAS_P 1
#define H_HAS_Q 0
#define H_HAS_R 0
#define H_TO_S 1
#define H_TO_A 0
#define H_TO_L 1
#define H_TO_M 1
#define H_IS_IMM_S 0
#define H_IS_IMM_A 0
#define H_IS_IMM_L 0
#define H_IS_IMM_M 0
#define H_IS_IMM_I 1
#define H_IS_IMM_N 0
#define H_IS_IMM_F 0
#define H_IMM_SIZE_i32 4
#define H_IMM_SIZE_i64 4
#define H_IMM_SIZE_f32 4
#define H_IMM_SIZE_f64 8
#define H_IS_SUM_S 0
#define H_IS_SUM_A 0
#define H_IS_SUM_L 0
#define H_IS_SUM_M 0
#define H_IS_SUM_K 0
#define H_IS_SUM_P 1
#define H_IS_SUM_Q 1
#define H_IS_SUM_R 1

#define H_TYPE_i32 uint32_t
#define H_TYPE_i64 uint64_t
#define H_TYPE_f32 wk_f32v
#define H_TYPE_f64 wk_f64v
#define H_GET_S_i32(at) ((uint32_t)H_SLOT(at))
#define H_GET_A_i32(at) ((uint32_t)acc)
#define H_GET_L_i32(at) ((uint32_t)l0)
#define H_GET_M_i32(at) ((uint32_t)l1)
#define H_GET_I_i32(at) WK_CELL_U32(pc + IM_)
#define H_GET_S_i64(at) H_SLOT(at)
#define H_GET_A_i64(at) acc
#define H_GET_L_i64(at) l0
#define H_GET_M_i64(at) l1
#define H_GET_I_i64(at) ((uint64_t)(int64_t)WK_CELL_S32(pc + IM_))
#define H_GET_S_f32(at) wk_f32v_from_bits((uint32_t)H_SLOT(at))
#define H_GET_A_f32(at) H_ACC_F32
#define H_GET_F_f32(at) H_ACC_F32
#define H_GET_I_f32(at) wk_f32v_from_bits(WK_CELL_U32(pc + IM_))
#define H_GET_S_f64(at) wk_f64v_from_bits(H_SLOT(at))
#define H_GET_A_f64(at) H_ACC_F64
#define H_GET_F_f64(at) H_ACC_F64
#define H_GET_I_f64(at) wk_f64v_from_bits(wk_ld_field64(pc + IM_))
#define H_PUT_S_i32(v, at) (acc = (v), H_SLOT(at) = acc)
#define H_PUT_A_i32(v, at) (acc = (v))
#define H_PUT_L_i32(v, at) (l0 = (v), H_SLOT(at) = l0)
#define H_PUT_M_i32(v, at) (l1 = (v), H_SLOT(at) = l1)
#define H_PUT_S_i64 H_PUT_S_i32
#define H_PUT_A_i64 H_PUT_A_i32
#define H_PUT_L_i64 H_PUT_L_i32
#define H_PUT_M_i64 H_PUT_M_i32
#define H_WHOLE_S(v) wk_whole(v)
#define H_WHOLE_I(v) wk_whole(v)
#define H_WHOLE_A(v) (v)
#define H_WHOLE_L(v) (v)
#define H_WHOLE_M(v) (v)
#define H_WHOLE_F(v) (v)
#define H_TYPE_v128 wk_vec
#define H_GET_S_v128(at) wk_vec_load(&H_SLOT(at))
#define H_GET_A_v128(at) accv
#define H_PUT_S_v128(v, at) (accv = (v), wk_vec_store(&H_SLOT(at), accv))
#define H_PUT_A_v128(v, at) (accv = (v))
#define H_STORE_i64_1(p, v) (*(p) = (uint8_t)(v))
#define H_STORE_i64_2(p, v) wk_st_le16(p, (uint16_t)(v))
#define H_STORE_i64_4(p, v) wk_st_le32(p, (uint32_t)(v))
#define H_STORE_i64_8(p, v) wk_st_le64(p, v)
#define H_STORE_f32_4(p, v) wk_st_le32(p, wk_f32v_to_bits(v))
#define H_STORE_f64_8(p, v) wk_st_le64(p, wk_f64v_to_bits(v))
#if H_IN_REGISTERS
#define H_SLICE h_slice
#define H_SLICE_SIGNED h_slice
#define H_HANDLERS h_handlers
#define H_LIMIT_1 h_limit_1
#define H_LIMIT_4 h_limit_4
#define H_LIMIT_8 h_limit_8
#define H_KEEP_REGISTERS                                                                            \
    const int64_t slice_ = h_slice, limit_1_ = h_limit_1, limit_4_ = h_limit_4, limit_8_ = h_limit_8; \
    const uintptr_t handlers_ = h_handlers
#define H_GIVE_REGISTERS \
    (h_slice = slice_, h_handlers = handlers_, h_limit_1 = limit_1_, h_limit_4 = limit_4_, h_limit_8 = limit_8_)
#define H_SAVE_HEAD (H_HEAD->slice = (uint32_t)h_slice)
#define H_LOAD_HEAD                        \
    do {                                   \
        h_slice = (int32_t)H_HEAD->slice;  \
        h_handlers = H_HEAD->handlers;     \
        h_limit_1 = H_HEAD->limit[0];      \
        h_limit_4 = H_HEAD->limit[2];      \
        h_limit_8 = H_HEAD->limit[3];      \
    } while (0)
#else
#define H_SLICE H_HEAD->slice
#define H_SLICE_SIGNED (int32_t)H_HEAD->slice
#define H_HANDLERS H_HEAD->handlers
#define H_LIMIT_1 H_HEAD->limit[0]
#define H_LIMIT_4 H_HEAD->limit[2]
#define H_LIMIT_8 H_HEAD->limit[3]
#define H_KEEP_REGISTERS (void)0
#define H_GIVE_REGISTERS (void)0
#define H_SAVE_HEAD (void)0
#define H_LOAD_HEAD (void)0
#endif
/* Takes units of fuel: true when there were less. By the sign, which is one instruction on memory. */
#ifndef WICK_BENCH_NO_FUEL
#define H_SLICE_LESS(units) (H_SLICE -= (units), H_SLICE_SIGNED < 0)
#else /* bench/flavours.sh: what would loops and calls cost that nothing can stop? Not for use. */
#define H_SLICE_LESS(units) ((void)(units), false)
#endif
/* What lies at `at` of memory 0, as `name`; a store there. Outside the memory they end in a trap. */
#if WK_GUARD
#define H_READ(name, at, width, d, out, fn)                 \
    H_NUMBER_##out name;                                    \
    if (WK_UNLIKELY(!wk_guard_##fn(mb + (at), &name))) {    \
        H_LOSE(d, out);                                     \
        H_SLOW(oob);                                        \
    }
#define H_WRITE(at, width, in, value)                       \
    if (WK_UNLIKELY(!wk_guard_##in##_##width(mb + (at), value))) { \
        H_SLOW(oob);                                        \
    }
#else
#define H_READ(name, at, width, d, out, fn)                 \
    if (WK_UNLIKELY((int64_t)(at) > H_LIMIT_##width)) {     \
        H_SLOW(oob);                                        \
    }                                                       \
    const H_NUMBER_##out name = fn(mb + (at));
#define H_WRITE(at, width, in, value)                       \
    if (WK_UNLIKELY((int64_t)(at) > H_LIMIT_##width)) {     \
        H_SLOW(oob);                                        \
    }                                                       \
    H_STORE_##in##_##width(mb + (at), value);
#endif
/* After a trap nobody asks for the register that was to be written, so it can be the one that is read into. */
#define H_LOSE_i32(d) (H_LOST_##d = 0)
#define H_LOSE_i64(d) (H_LOST_##d = 0)
#define H_LOSE_f32(d) (H_ACC_F32_LOST = wk_f32v_from_bits(0))
#define H_LOSE_f64(d) (H_ACC_F64_LOST = wk_f64v_from_bits(0))
#define H_LOST_S acc
#define H_LOST_A acc
#define H_LOST_L l0
#define H_LOST_M l1
#define H_NUMBER_i32 uint64_t
#define H_NUMBER_i64 uint64_t
#define H_NUMBER_f32 wk_f32v
#define H_NUMBER_f64 wk_f64v
#define H_LIMIT_2 H_HEAD->limit[1]
#define H_LIMIT_16 H_HEAD->limit[4]
#define H_ADDRESS_S(at) ((uint64_t)(uint32_t)H_SLOT(at) + WK_CELL_U32(pc + 4))
#define H_ADDRESS_A(at) ((uint64_t)(uint32_t)acc + WK_CELL_U32(pc + 4))
#define H_ADDRESS_L(at) ((uint64_t)(uint32_t)l0 + WK_CELL_U32(pc + 4))
#define H_ADDRESS_M(at) ((uint64_t)(uint32_t)l1 + WK_CELL_U32(pc + 4))
#define H_ADDRESS_K(at) ((uint64_t)WK_CELL_U32(pc + 4))
#define H_ADDRESS_P(at) ((uint64_t)((uint32_t)H_SLOT(at) + WK_CELL_U32(pc + 8)) + WK_CELL_U32(pc + 4))
#define H_ADDRESS_Q(at) ((uint64_t)((uint32_t)l0 + WK_CELL_U32(pc + 8)) + WK_CELL_U32(pc + 4))
#define H_ADDRESS_R(at) ((uint64_t)((uint32_t)l1 + WK_CELL_U32(pc + 8)) + WK_CELL_U32(pc + 4))

/* Keeps a short loop from becoming a call or vector code, which would need a frame. */
#ifdef __GNUC__
#define H_PLAIN_LOOP __asm__ volatile("")
#else
#define H_PLAIN_LOOP (void)0
#endif

/* Where floats are integers they share the one accumulator. */
#if WICK_FP_SOFT
#define H_ACC_F32 ((uint32_t)acc)
#define H_ACC_F64 acc
#define H_ACC_F32_LOST acc
#define H_ACC_F64_LOST acc
#define H_PUT_S_f32 H_PUT_S_i32
#define H_PUT_A_f32 H_PUT_A_i32
#define H_PUT_S_f64 H_PUT_S_i32
#define H_PUT_A_f64 H_PUT_A_i32
#define H_FLOAT_PARAMS
#define H_FLOAT_ARGS
#define H_FLOAT_LOCALS
#define H_FLOAT_UNUSED (void)0
#define H_FLOAT_SAVE(regs) (void)0
#define H_FLOAT_LOAD(regs) (void)0
#define H_FLOAT_IS(bits) (void)0
#else
#define H_ACC_F32 accf
#define H_ACC_F64 accd
#define H_ACC_F32_LOST accf
#define H_ACC_F64_LOST accd
#define H_PUT_S_f32(v, at) (accf = (v), H_SLOT(at) = wk_f32v_to_bits(accf))
#define H_PUT_A_f32(v, at) (accf = (v))
#define H_PUT_S_f64(v, at) (accd = (v), H_SLOT(at) = wk_f64v_to_bits(accd))
#define H_PUT_A_f64(v, at) (accd = (v))
#define H_FLOAT_PARAMS , wk_f64v accd, wk_f32v accf
#define H_FLOAT_ARGS , accd, accf
#define H_FLOAT_LOCALS \
    wk_f64v accd;      \
    wk_f32v accf;
#define H_FLOAT_UNUSED (void)accd, (void)accf
#define H_FLOAT_SAVE(regs) \
    ((regs)[WK_REG_F64] = wk_f64v_to_bits(accd), (regs)[WK_REG_F32] = wk_f32v_to_bits(accf))
#define H_FLOAT_LOAD(regs)                                   \
    (accd = wk_f64v_from_bits((regs)[WK_REG_F64]),           \
     accf = wk_f32v_from_bits((uint32_t)(regs)[WK_REG_F32]))
#define H_FLOAT_IS(bits) (accd = wk_f64v_from_bits(bits), accf = wk_f32v_from_bits((uint32_t)(bits)))
#endif

#if WK_CELL_VECTORS
#define H_VECTOR_PARAMS , wk_vec accv
#define H_VECTOR_ARGS , accv
#define H_VECTOR_LOCALS wk_vec accv;
#define H_VECTOR_UNUSED (void)accv
#define H_VECTOR_SAVE(regs) wk_vec_store(&(regs)[WK_REG_V128], accv)
#define H_VECTOR_LOAD(regs) (accv = wk_vec_load(&(regs)[WK_REG_V128]))
#define H_VECTOR_LOST (accv = (wk_vec){0}) /* a call would have to save it */
#else
#define H_VECTOR_PARAMS
#define H_VECTOR_ARGS
#define H_VECTOR_LOCALS
#define H_VECTOR_UNUSED (void)0
#define H_VECTOR_SAVE(regs) (void)0
#define H_VECTOR_LOAD(regs) (void)0
#define H_VECTOR_LOST (void)0
#endif

#define H_SAVE(regs)                                      \
    do {                                                  \
        (regs)[WK_REG_PC] = (uint64_t)(uintptr_t)pc;      \
        (regs)[WK_REG_FP] = (uint64_t)(uintptr_t)fp;      \
        (regs)[WK_REG_MB] = (uint64_t)(uintptr_t)mb;      \
        (regs)[WK_REG_ACC] = acc;                         \
        (regs)[WK_REG_L0] = l0;                           \
        (regs)[WK_REG_L1] = l1;                           \
        H_FLOAT_SAVE(regs);                               \
        H_SAVE_HEAD;                                      \
        H_VECTOR_SAVE(regs);                              \
    } while (0)
#define H_LOAD_REGS(regs)                                     \
    do {                                                      \
        pc = (const uint8_t *)(uintptr_t)(regs)[WK_REG_PC];   \
        fp = (uint64_t *)(uintptr_t)(regs)[WK_REG_FP];        \
        mb = (uint8_t *)(uintptr_t)(regs)[WK_REG_MB];         \
        acc = (regs)[WK_REG_ACC];                             \
        l0 = (regs)[WK_REG_L0];                               \
        l1 = (regs)[WK_REG_L1];                               \
        H_FLOAT_LOAD(regs);                                   \
        H_LOAD_HEAD;                                          \
        H_VECTOR_LOAD(regs);                                  \
    } while (0)

/* Which families of cell.def h_int.h and h_mem.h expand: WK_COMBO_<list> for those wanted. */
#define H_LIST_ALL(family, list) WK_COMBO_##list

/* ---- dispatch by functions -------------------------------------------------------------------------------------- */

#if WK_DISPATCH != 3

/* The handlers' last calls must be jumps, at -O1 and -Og too. WICK_LOOP_ALONE: the command line says so already, which
 * saves gcc a tenth of its time. */
#if WK_DISPATCH == 2 && defined(__GNUC__) && !defined(__clang__) && !WICK_LOOP_ALONE
#define WK_LOOP_PRAGMA 1
#else
#define WK_LOOP_PRAGMA 0
#endif
#if WK_LOOP_PRAGMA
#pragma GCC push_options
#pragma GCC optimize("O2")
#endif

#if WK_DISPATCH == 4
/* Calls from a loop, for 32-bit hosts: a function's frame holds what one handler needs, where gcc's switch takes 5 KB. */
struct h_regs {
    const uint8_t *pc_;
    uint64_t *fp_;
    uint8_t *mb_;
    uint64_t acc_, l0_, l1_;
    bool is_over;
    H_FLOAT_LOCALS
    H_VECTOR_LOCALS
};
#define pc (r_->pc_)
#define fp (r_->fp_)
#define mb (r_->mb_)
#define acc (r_->acc_)
#define l0 (r_->l0_)
#define l1 (r_->l1_)
#if !WICK_FP_SOFT
#define accd (r_->accd)
#define accf (r_->accf)
#endif
#if WK_CELL_VECTORS
#define accv (r_->accv)
#endif
#define H_PARAMS struct h_regs *r_
#define H_ARGS r_
#define H_OVER (r_->is_over = true)
#define H_ON(fn) (void)0
#else
#define H_PARAMS \
    const uint8_t *pc, uint64_t *fp, uint8_t *mb, uint64_t acc, uint64_t l0, uint64_t l1 H_FLOAT_PARAMS H_VECTOR_PARAMS
#define H_ARGS pc, fp, mb, acc, l0, l1 H_FLOAT_ARGS H_VECTOR_ARGS
#define H_OVER (void)0
#define H_ON(fn) fn(H_ARGS)
#endif
typedef void h_fn(H_PARAMS);

#if WK_DISPATCH == 1
#define H_JUMP __attribute__((musttail)) return
#else
#define H_JUMP return
#endif

/* A stack protector would give handlers a frame; 32-byte alignment keeps short ones in one fetch. */
#if WK_DISPATCH == 4
#define H_AT(n)
#elif defined(__has_attribute)
#if __has_attribute(no_stack_protector)
#define H_AT(n) __attribute__((no_stack_protector, aligned(n)))
#endif
#endif
#ifndef H_AT
#define H_AT(n) WK_ALIGNED(n)
#endif
#define H_ATTRIBUTES H_AT(32)
/* Most of the vectors' take more than 32 bytes: in the middle of a line of the cache a product costs half as much again. */
#define H_BEGIN_LINE(sym) H_AT(64) static void h_##sym(H_PARAMS)

/* Which handlers begin a line of the cache, and which begin in its middle, shall not depend on what is linked before them: that
 * alone is 2 % of real programs. */
#if defined(__GNUC__) && WK_DISPATCH != 4
#define H_LINE __asm__ volatile(".skip 32")
#else
#define H_LINE (void)0
#endif
WK_ALIGNED(64) static void h_base(H_PARAMS) {
    (void)pc, (void)fp, (void)mb, (void)acc, (void)l0, (void)l1;
    H_LINE;
    H_FLOAT_UNUSED;
    H_VECTOR_UNUSED;
}

#if WK_CELL_NUMBERED
static const wk_cell_fn h_table[WK_CELL_COUNT];
#define H_FN(field) ((h_fn *)h_table[(uint32_t)(field)])
#elif WK_CELL_ABSOLUTE
#define H_FN(field) ((h_fn *)(uintptr_t)(intptr_t)(field))
#else
/* from the header: one addition with an operand in memory, where naming h_base takes two instructions */
#define H_FN(field) ((h_fn *)(H_HANDLERS + (uintptr_t)(intptr_t)(field)))
#endif

/* A handler's jumps must stay apart, so that each is predicted by itself: compilers that merge equal code are told that
 * it differs. */
#ifdef __GNUC__
#define H_APART(fn, text) __asm__(text : "+r"(fn))
#else
#define H_APART(fn, text) (void)0
#endif

/* The compiler's operators where they are the hardware's. */
#if WICK_FP_SOFT
#define H_BIN_ARITHMETIC H_BIN
#else
#define H_BIN_ARITHMETIC H_FLT
#endif

#if WK_CELL_PAIRS
#include "interp/h_step.h"
#endif

#define H_NEXT(n)                                      \
    do {                                               \
        h_fn *fn_ = H_FN(WK_CELL_S32(pc + (n)));       \
        H_APART(fn_, "");                              \
        pc += (n);                                     \
        H_JUMP H_ON(fn_);                              \
    } while (0)
/* pc is at a cell whose handler field is known. */
#define H_NEXT_IS(field)                      \
    do {                                      \
        h_fn *fn_ = H_FN((int32_t)(field));   \
        H_APART(fn_, "");                     \
        H_JUMP H_ON(fn_);                     \
    } while (0)
#define H_NEXT_TAKEN                          \
    do {                                      \
        h_fn *fn_ = H_FN(WK_CELL_S32(pc));    \
        H_APART(fn_, "");                     \
        H_JUMP H_ON(fn_);                     \
    } while (0)
#define H_SLOW(sym) H_JUMP h_slow_##sym(H_ARGS)
#define H_BACK_ELSEWHERE(task, back)  \
    do {                              \
        if ((back) == WK_FAST_OVER) { \
            H_OVER;                   \
            return;                   \
        }                             \
        H_LOAD_REGS((task)->regs);    \
        H_NEXT(0);                    \
    } while (0)
#define H_LOSE(d, out) H_LOSE_##out(d)

#define H_STUB(sym)                                \
    WK_COLD static void h_slow_##sym(H_PARAMS) {   \
        struct wick_task *task = H_HEAD->task;     \
        H_SAVE(task->regs);                        \
        if (wk_slow_##sym(task)) {                 \
            H_OVER;                                \
            return;                                \
        }                                          \
        H_LOAD_REGS(task->regs);                   \
        H_NEXT(0);                                 \
    }
WK_SLOW_LIST(H_STUB)
#undef H_STUB

/* The slice is used up: most times the next one is there, and nobody wants the task to stop. */
WK_COLD static void h_fuel_out(H_PARAMS) {
    struct wick_task *task = H_HEAD->task;
    const int64_t fuel = task->fuel + H_SLICE_SIGNED;
    if (WK_UNLIKELY(fuel < WK_SLICE_MOST || wk_atomic_load32(&task->stop) != 0)) {
        H_SLOW(fuel);
    }
    task->fuel = fuel - WK_SLICE_MOST;
    H_SLICE = WK_SLICE_MOST;
    H_NEXT(0);
}
#define H_FUEL_OUT H_JUMP h_fuel_out(H_ARGS)

/* A back-edge costs a unit of fuel. */
#define H_TAKE(at)                                  \
    do {                                            \
        const int64_t offset_ = WK_CELL_S32(pc + (at)); \
        pc += (at) - 4 + offset_;                   \
        if (offset_ <= 0 && WK_UNLIKELY(H_SLICE_LESS(1))) { \
            H_FUEL_OUT;                           \
        }                                           \
        H_NEXT_TAKEN;                               \
    } while (0)

#define H_BEGIN(sym) H_ATTRIBUTES static void h_##sym(H_PARAMS)
#define H_COLD(sym) WK_COLD static void h_rare_##sym(H_PARAMS)
#define H_RARE(sym) H_JUMP h_rare_##sym(H_ARGS)

#define H_LIST H_LIST_ALL
#include "interp/h_int.h"
#include "interp/h_mem.h"
#include "interp/h_control.h"
#include "interp/h_host.h"
#include "interp/h_eh.h"
#include "interp/h_simd.h"
#include "interp/h_wide.h"
#if WICK_THREADS
#include "interp/h_atomic.h"
#endif
#include "interp/h_gc.h"

/* Pairs: steps, then the last cell's body, which is a handler to be inlined. */
#if WK_CELL_PAIRS
#undef H_BEGIN
#undef H_COLD
#define H_BEGIN(sym) WK_INLINE void hb_##sym(H_PARAMS)
#undef H_LIST
#define H_LIST H_LIST_USED
#include "interp/h_int.h"
#include "interp/h_mem.h"
#include "interp/h_control.h"
#define H_STEP(sym)                     \
    if (WK_UNLIKELY(hs_##sym(H_STEP_ARGS))) { \
        H_JUMP h_##sym(H_ARGS);         \
    }
#define PAIR(a, b)                                     \
    H_ATTRIBUTES static void h_##a##__##b(H_PARAMS) {  \
        H_STEP(a)                                      \
        H_JUMP hb_##b(H_ARGS);                         \
    }
#define TRIPLE(a, b, c)                                     \
    H_ATTRIBUTES static void h_##a##__##b##__##c(H_PARAMS) { \
        H_STEP(a)                                           \
        H_STEP(b)                                           \
        H_JUMP hb_##c(H_ARGS);                              \
    }
#include "def/pair.def"
#endif

#define H_ROW(l, r, d, op) (wk_cell_fn)h_##op##_##l##r##d,
#define H_ROW_SET(l, r, d, cell) (wk_cell_fn)h_##cell##_##l##r,
#define H_ROW_BR(l, r, d, op) (wk_cell_fn)h_br_##op##_##l##r,
#define H_ROW_BRF(l, r, d, op) (wk_cell_fn)h_brf_##op##_##l##r,
#define H_ROW_MEM(a, d, cell) (wk_cell_fn)h_##cell##_##a##d,
/* clang-format off */
static const wk_cell_fn h_table[WK_CELL_ALL] = {
#define CELL(sym, fields) (wk_cell_fn)h_##sym,
#define CELL_BIN(op, fn, in, out, list) WK_COMBO_##list(H_ROW, op)
#define CELL_BINT(op, fn, in, list) WK_COMBO_##list(H_ROW, op)
#define CELL_UN(op, fn, in, out, list) WK_COMBO_##list(H_ROW, op)
#define CELL_UNT(op, fn, in, out) WK_COMBO_UN2D(H_ROW, op)
#define CELL_FLD(cell, out, fn, list, null) WK_COMBO_##list(H_ROW, cell)
#define CELL_SET(cell, type, in) WK_COMBO_BRFLT(H_ROW_SET, cell)
#define CELL_ELM(cell, width, out, fn, list) WK_COMBO_##list(H_ROW, cell)
#define CELL_CMP(op, fn, in, list) WK_COMBO_##list(H_ROW, op)
#define CELL_BR(op, fn, in, list) WK_COMBO_##list(H_ROW_BR, op)
#define CELL_BRF(op, fn, in, list) WK_COMBO_##list(H_ROW_BRF, op)
#define CELL_LOAD(cell, width, out, fn, list) WK_COMBO_##list(H_ROW_MEM, cell)
#define CELL_STORE(cell, width, in, list) WK_COMBO_##list(H_ROW_MEM, cell)
#define CELL_VSHIFT(op, list) WK_COMBO_##list(H_ROW, op)
#define CELL_VREPLACE(op, in, list) WK_COMBO_##list(H_ROW, op)
#define CELL_VTHREE(op, list) WK_COMBO_##list(H_ROW, op)
#define CELL_VLANE(cell, type, out, fn, list) WK_COMBO_##list(H_ROW, cell)
#define CELL_GLOAD(cell, width, fn) (wk_cell_fn)h_##cell,
#define CELL_GSTORE(cell, width) (wk_cell_fn)h_##cell,
#include "def/cell.def"
#if WK_CELL_PAIRS
#define PAIR(a, b) (wk_cell_fn)h_##a##__##b,
#include "def/pair.def"
#endif
};
/* clang-format on */

const wk_cell_fn *wk_cell_handlers(void) {
    return h_table;
}

uintptr_t wk_cell_base_address(void) {
    return WK_CELL_ABSOLUTE ? 0 : (uintptr_t)&h_base;
}

#if WK_DISPATCH == 4
#if WICK_STATS
#define H_COUNT(task, cell) h_count((task)->store->engine, cell)
static void h_count(const struct wick_engine *engine, uint32_t cell) {
    if (engine->on_cell != NULL) {
        engine->on_cell(engine->on_cell_user, cell);
    }
}
#else
#define H_COUNT(task, cell) (void)0
#endif
void wk_fast_loop(struct wick_task *task) {
    struct h_regs regs;
    struct h_regs *r_ = &regs;
    H_LOAD_REGS(task->regs);
    regs.is_over = false;
    do {
        H_COUNT(task, WK_CELL_U32(pc));
        H_FN(WK_CELL_S32(pc))(r_);
    } while (!regs.is_over);
}
#undef pc
#undef fp
#undef mb
#undef acc
#undef l0
#undef l1
#undef accd
#undef accf
#undef accv
#else
void wk_fast_loop(struct wick_task *task) {
    const uint8_t *pc;
    uint64_t *fp;
    uint8_t *mb;
    uint64_t acc, l0, l1;
    H_FLOAT_LOCALS
    H_VECTOR_LOCALS
    H_KEEP_REGISTERS;
    H_LOAD_REGS(task->regs);
    H_FN(WK_CELL_S32(pc))(H_ARGS);
    H_GIVE_REGISTERS;
}
#endif

#if WK_LOOP_PRAGMA
#pragma GCC pop_options
#endif

#else /* ---- dispatch by a switch ---------------------------------------------------------------------------------- */

const wk_cell_fn *wk_cell_handlers(void) {
    return NULL;
}

uintptr_t wk_cell_base_address(void) {
    return 0;
}

enum h_slow {
#define H_ENUM(sym) H_SLOW_##sym,
    WK_SLOW_LIST(H_ENUM)
#undef H_ENUM
};

static bool h_run_slow(struct wick_task *task, enum h_slow slow) {
    switch (slow) {
#define H_CASE(sym)     \
    case H_SLOW_##sym:  \
        return wk_slow_##sym(task);
        WK_SLOW_LIST(H_CASE)
#undef H_CASE
    }
    return true;
}

#define H_BIN_ARITHMETIC H_BIN
#define H_BEGIN(sym) case WK_CELL_##sym:
#define H_NEXT(n)    \
    do {             \
        pc += (n);   \
        goto next;   \
    } while (0)
#define H_NEXT_IS(field) \
    do {                 \
        (void)(field);   \
        goto next;       \
    } while (0)
#define H_FUEL_OUT H_SLOW(fuel)
#define H_SLOW(sym)              \
    do {                         \
        slow = H_SLOW_##sym;     \
        goto slow_path;          \
    } while (0)
#define H_BACK_ELSEWHERE(task, back)  \
    do {                              \
        if ((back) == WK_FAST_OVER) { \
            return;                   \
        }                             \
        H_LOAD_REGS((task)->regs);    \
        goto next;                    \
    } while (0)
#define H_TAKE(at)      \
    do {                \
        pc += (at) - 4; \
        goto take;      \
    } while (0)

/* clang's search for uninitialized variables takes minutes for a function of this size. */
#ifdef __clang__
#pragma clang diagnostic push
#pragma clang diagnostic ignored "-Wuninitialized"
#pragma clang diagnostic ignored "-Wconditional-uninitialized"
#endif
void wk_fast_loop(struct wick_task *task) {
    const uint8_t *pc;
    uint64_t *fp;
    uint8_t *mb;
    uint64_t acc, l0, l1;
    enum h_slow slow;
    H_FLOAT_LOCALS
    H_LOAD_REGS(task->regs);
next:
    switch ((enum wk_cell)WK_CELL_S32(pc)) {
#define H_LIST H_LIST_ALL
#include "interp/h_int.h"
#include "interp/h_mem.h"
#include "interp/h_control.h"
#include "interp/h_host.h"
#include "interp/h_eh.h"
#include "interp/h_simd.h"
#include "interp/h_wide.h"
#if WICK_THREADS
#include "interp/h_atomic.h"
#endif
#include "interp/h_gc.h"
    case WK_CELL_COUNT:
        return;
    }
    return;
take: {
    const int32_t offset = WK_CELL_S32(pc + 4);
    pc += offset;
    if (offset > 0 || !H_SLICE_LESS(1)) {
        goto next;
    }
    slow = H_SLOW_fuel;
}
slow_path:
    H_SAVE(task->regs);
    if (h_run_slow(task, slow)) {
        return;
    }
    H_LOAD_REGS(task->regs);
    goto next;
}
#ifdef __clang__
#pragma clang diagnostic pop
#endif

#endif

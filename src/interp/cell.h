/* cell.h - the cells of the fast interpreter: their numbers, operand modes and layout.
 *
 * Layout of a family's cell: handler field (4 bytes), then 32-bit fields (branch offset; memory offset; added constant;
 * immediate, 8 bytes for 64-bit floats), then 16-bit slots (left, right, destination), rounded up to 4 bytes. The
 * destination comes last, so that dropping it from the newest cell only shortens it. Slots are signed and count from
 * the frame pointer, which is at the frame's link. */
#ifndef WICK_INTERP_CELL_H
#define WICK_INTERP_CELL_H

#include "base/compiler.h"
#include "wick/wick.h"

/* ---- how cells are dispatched ---------------------------------------------------------------------------------- */

/* 1 musttail, 2 sibling calls, 3 switch, 4 calls. The second needs a compiler that makes jumps of calls in tail position, which
 * gcc does whenever it optimises for speed or size. */
#if WICK_STATS
#define WK_DISPATCH 4
#elif WICK_DISPATCH != 0
#define WK_DISPATCH WICK_DISPATCH
#elif defined(__clang__) && defined(__has_attribute) && !defined(__SANITIZE_ADDRESS__)
#if __has_attribute(musttail) && (defined(__x86_64__) || defined(__aarch64__) || defined(__riscv))
#define WK_DISPATCH 1
#else
#define WK_DISPATCH 3
#endif
#elif defined(__GNUC__) && defined(__OPTIMIZE__) && !defined(__SANITIZE_ADDRESS__) && \
    !defined(__SANITIZE_THREAD__) && (defined(__x86_64__) || defined(__aarch64__) || defined(__riscv))
/* Only where six integers travel in registers that a sibling call may use: i386 and s390x would take stack. */
#define WK_DISPATCH 2
#elif defined(__GNUC__) && !defined(__clang__) && UINTPTR_MAX <= 0xffffffffu
#define WK_DISPATCH 4
#else
#define WK_DISPATCH 3
#endif

/* Forms 3 and 4 do with fewer cells; a build that counts them has those of the others. */
#define WK_CELL_FEW (WK_DISPATCH >= 3 && !WICK_STATS)

/* Vectors in a register: else all vector instructions are slow cells. */
#if WICK_SIMD && WK_HAVE_VECTORS && !WICK_FP_SOFT && !WK_CELL_FEW
#define WK_CELL_VECTORS 1
#else
#define WK_CELL_VECTORS 0
#endif

/* What a handler field holds: a number (switch, and where they are counted), an address (32-bit hosts; x86_64 in the models whose code lies within
 * 31 bits), or the distance from wk_cell_base. */
#if WK_DISPATCH == 3 || WICK_STATS
#define WK_CELL_NUMBERED 1
#define WK_CELL_ABSOLUTE 0
#elif UINTPTR_MAX <= 0xffffffffu || \
    (defined(__x86_64__) && !defined(__PIC__) && !defined(__PIE__) && !defined(__code_model_large__))
#define WK_CELL_NUMBERED 0
#define WK_CELL_ABSOLUTE 1
#else
#define WK_CELL_NUMBERED 0
#define WK_CELL_ABSOLUTE 0
#endif

/* Are there loads and stores without a comparison (guard.h)? They need asm goto with outputs. */
#if WICK_GUARD && WK_DISPATCH <= 2 && defined(__x86_64__) && defined(__ELF__) && UINTPTR_MAX > 0xffffffffu && \
    ((defined(__clang__) && __clang_major__ >= 11) || (!defined(__clang__) && __GNUC__ >= 11))
#define WK_GUARD 1
#else
#define WK_GUARD 0
#endif

/* ---- operand modes ------------------------------------------------------------------------------------------------ */

enum wk_mode { WK_MODE_S, WK_MODE_A, WK_MODE_L, WK_MODE_M, WK_MODE_I, WK_MODE_COUNT };
/* Of addresses; the first four are the same. */
enum wk_addr_mode {
    WK_ADDR_S, WK_ADDR_A, WK_ADDR_L, WK_ADDR_M, WK_ADDR_K, WK_ADDR_P, WK_ADDR_Q, WK_ADDR_R, WK_ADDR_COUNT
};

/* Combination lists: X(left, right, destination, ...). Every pair comes with its destinations side by side, in the
 * order S A (L M); the first pair is SS. Forms 3 and 4 have fewer: what is missing is replaced by slots. Every handler takes
 * the compiler 1 to 3 ms, so what programs hardly execute, or takes long, does with few: a list whose name ends in D has
 * the one destination S, and those of SLOTS, SLOTI and SLOT1 have no accumulators. */
#define WK_DM1(X, l, r, ...) X(l, r, S, __VA_ARGS__)
#define WK_DM2(X, l, r, ...) X(l, r, S, __VA_ARGS__) X(l, r, A, __VA_ARGS__)
#define WK_DM4(X, l, r, ...) \
    X(l, r, S, __VA_ARGS__) X(l, r, A, __VA_ARGS__) X(l, r, L, __VA_ARGS__) X(l, r, M, __VA_ARGS__)
#define WK_PAIRS_MID(D, X, ...) \
    D(X, S, S, __VA_ARGS__) D(X, S, A, __VA_ARGS__) D(X, S, I, __VA_ARGS__) D(X, A, S, __VA_ARGS__) \
    D(X, A, I, __VA_ARGS__)
#if WK_CELL_FEW
#define WK_PAIRS_RICHC(D, X, ...) WK_PAIRS_MID(D, X, __VA_ARGS__)
#define WK_PAIRS_SUB(D, X, ...) WK_PAIRS_FLT2(D, X, __VA_ARGS__)
#define WK_PAIRS_SUBMID(D, X, ...) WK_PAIRS_FLT2(D, X, __VA_ARGS__)
#define WK_PAIRS_SHIFT(D, X, ...) WK_PAIRS_MID(D, X, __VA_ARGS__)
#define WK_PAIRS_IMMC(D, X, ...) WK_PAIRS_LEANC(D, X, __VA_ARGS__)
#define WK_PAIRS_FLTC(D, X, ...) WK_PAIRS_FLT(D, X, __VA_ARGS__)
#define WK_DMRICH WK_DM2
#define WK_DMRICH_COUNT 2
#define WK_PAIRS_BRRICH(D, X, ...) WK_PAIRS_LEANC(D, X, __VA_ARGS__)
#define WK_PAIRS_BRREG(D, X, ...) WK_PAIRS_FLT2C(D, X, __VA_ARGS__)
#define WK_PAIRS_BRMID(D, X, ...) WK_PAIRS_LEANC(D, X, __VA_ARGS__)
#define WK_PAIRS_BRMIDREG(D, X, ...) WK_PAIRS_FLT2C(D, X, __VA_ARGS__)
#else
/* commutative: an immediate goes right, else a pin left of an accumulator left of a slot */
#define WK_PAIRS_RICHC(D, X, ...) \
    D(X, S, S, __VA_ARGS__) D(X, S, I, __VA_ARGS__) D(X, A, S, __VA_ARGS__) D(X, A, I, __VA_ARGS__) \
    D(X, L, S, __VA_ARGS__) D(X, L, I, __VA_ARGS__) D(X, L, A, __VA_ARGS__) D(X, L, M, __VA_ARGS__) \
    D(X, M, S, __VA_ARGS__) D(X, M, I, __VA_ARGS__) D(X, M, A, __VA_ARGS__)
/* differences: an immediate is added instead */
#define WK_PAIRS_SUB(D, X, ...) \
    D(X, S, S, __VA_ARGS__) D(X, A, S, __VA_ARGS__) D(X, L, S, __VA_ARGS__) D(X, L, A, __VA_ARGS__) \
    D(X, L, M, __VA_ARGS__) D(X, M, S, __VA_ARGS__) D(X, S, A, __VA_ARGS__) D(X, A, M, __VA_ARGS__) \
    D(X, S, L, __VA_ARGS__) D(X, S, M, __VA_ARGS__) D(X, M, L, __VA_ARGS__)
#define WK_PAIRS_SUBMID(D, X, ...) \
    D(X, S, S, __VA_ARGS__) D(X, S, A, __VA_ARGS__) D(X, A, S, __VA_ARGS__) D(X, L, S, __VA_ARGS__) D(X, M, S, __VA_ARGS__)
#define WK_PAIRS_SHIFT(D, X, ...) WK_PAIRS_IMMC(D, X, __VA_ARGS__) D(X, S, A, __VA_ARGS__)
/* commutative, pins with immediates only: an accumulator left of slot and pin */
#define WK_PAIRS_IMMC(D, X, ...) \
    D(X, S, S, __VA_ARGS__) D(X, S, I, __VA_ARGS__) D(X, A, S, __VA_ARGS__) D(X, A, I, __VA_ARGS__) \
    D(X, L, I, __VA_ARGS__) D(X, M, I, __VA_ARGS__)
/* products and sums of floats: x * x need not wait until x is in its slot */
#define WK_PAIRS_FLTC(D, X, ...) WK_PAIRS_FLT(D, X, __VA_ARGS__) D(X, A, A, __VA_ARGS__)
#define WK_DMRICH WK_DM4
#define WK_DMRICH_COUNT 4
#define WK_PAIRS_BRRICH(D, X, ...) WK_PAIRS_RICHC(D, X, __VA_ARGS__)
#define WK_PAIRS_BRREG(D, X, ...) \
    D(X, S, S, __VA_ARGS__) D(X, A, S, __VA_ARGS__) D(X, L, S, __VA_ARGS__) D(X, L, A, __VA_ARGS__) \
    D(X, L, M, __VA_ARGS__) D(X, M, S, __VA_ARGS__) D(X, M, A, __VA_ARGS__)
#define WK_PAIRS_BRMIDREG(D, X, ...) \
    D(X, S, S, __VA_ARGS__) D(X, A, S, __VA_ARGS__) D(X, L, S, __VA_ARGS__) D(X, M, S, __VA_ARGS__)
#define WK_PAIRS_BRMID(D, X, ...) \
    D(X, S, S, __VA_ARGS__) D(X, S, I, __VA_ARGS__) D(X, A, S, __VA_ARGS__) D(X, A, I, __VA_ARGS__) \
    D(X, L, S, __VA_ARGS__) D(X, L, I, __VA_ARGS__) D(X, M, S, __VA_ARGS__) D(X, M, I, __VA_ARGS__)
#endif
#define WK_PAIRS_SHIFT2(D, X, ...) WK_PAIRS_SHIFT(D, X, __VA_ARGS__)
#define WK_PAIRS_RICHC2(D, X, ...) WK_PAIRS_RICHC(D, X, __VA_ARGS__)
#define WK_PAIRS_LEANC(D, X, ...) \
    D(X, S, S, __VA_ARGS__) D(X, S, I, __VA_ARGS__) D(X, A, S, __VA_ARGS__) D(X, A, I, __VA_ARGS__)
#define WK_PAIRS_LEANCD(D, X, ...) WK_PAIRS_LEANC(D, X, __VA_ARGS__)
#define WK_PAIRS_FLT(D, X, ...) WK_PAIRS_MID(D, X, __VA_ARGS__)
#define WK_PAIRS_MIDD(D, X, ...) WK_PAIRS_MID(D, X, __VA_ARGS__)
#define WK_PAIRS_FLTD(D, X, ...) WK_PAIRS_MID(D, X, __VA_ARGS__)
#define WK_PAIRS_FLT2(D, X, ...) D(X, S, S, __VA_ARGS__) D(X, S, A, __VA_ARGS__) D(X, A, S, __VA_ARGS__)
#define WK_PAIRS_FLT2C(D, X, ...) D(X, S, S, __VA_ARGS__) D(X, A, S, __VA_ARGS__)
#define WK_PAIRS_GTD(D, X, ...) WK_PAIRS_DIV(D, X, __VA_ARGS__)
#define WK_PAIRS_BRGT(D, X, ...) WK_PAIRS_DIV(D, X, __VA_ARGS__)
#define WK_PAIRS_BRFLT(D, X, ...) WK_PAIRS_FLT(D, X, __VA_ARGS__)
/* divisions, rotations, shifts of vectors: mostly by a constant */
#define WK_PAIRS_DIV(D, X, ...) D(X, S, S, __VA_ARGS__) D(X, S, I, __VA_ARGS__) D(X, A, I, __VA_ARGS__)
#define WK_PAIRS_SLOTI(D, X, ...) D(X, S, S, __VA_ARGS__) D(X, S, I, __VA_ARGS__)
#define WK_PAIRS_SLOTS(D, X, ...) D(X, S, S, __VA_ARGS__)
#define WK_PAIRS_FLT2D(D, X, ...) WK_PAIRS_FLT2(D, X, __VA_ARGS__)
#define WK_PAIRS_FLT2CD(D, X, ...) WK_PAIRS_FLT2C(D, X, __VA_ARGS__)
/* one operand: the right one is "none" (N) */
#define WK_PAIRS_SLOT1(D, X, ...) D(X, S, N, __VA_ARGS__)
#define WK_PAIRS_UN2D(D, X, ...) WK_PAIRS_UN2(D, X, __VA_ARGS__)
#define WK_PAIRS_UN2(D, X, ...) D(X, S, N, __VA_ARGS__) D(X, A, N, __VA_ARGS__)
#define WK_PAIRS_UN4(D, X, ...) \
    D(X, S, N, __VA_ARGS__) D(X, A, N, __VA_ARGS__) D(X, L, N, __VA_ARGS__) D(X, M, N, __VA_ARGS__)
#define WK_PAIRS_UNC(D, X, ...) WK_PAIRS_UN4(D, X, __VA_ARGS__)

#define WK_COMBO_NONE(X, ...)
#define WK_COMBO_RICHC(X, ...) WK_PAIRS_RICHC(WK_DMRICH, X, __VA_ARGS__)
#define WK_COMBO_RICHC2(X, ...) WK_PAIRS_RICHC2(WK_DM2, X, __VA_ARGS__)
#define WK_COMBO_SUB(X, ...) WK_PAIRS_SUB(WK_DMRICH, X, __VA_ARGS__)
#define WK_COMBO_SUBMID(X, ...) WK_PAIRS_SUBMID(WK_DMRICH, X, __VA_ARGS__)
#define WK_COMBO_SHIFT(X, ...) WK_PAIRS_SHIFT(WK_DMRICH, X, __VA_ARGS__)
#define WK_COMBO_SHIFT2(X, ...) WK_PAIRS_SHIFT2(WK_DM2, X, __VA_ARGS__)
#define WK_COMBO_IMMC(X, ...) WK_PAIRS_IMMC(WK_DMRICH, X, __VA_ARGS__)
#define WK_COMBO_MID(X, ...) WK_PAIRS_MID(WK_DM2, X, __VA_ARGS__)
#define WK_COMBO_LEANC(X, ...) WK_PAIRS_LEANC(WK_DM2, X, __VA_ARGS__)
#define WK_COMBO_FLT(X, ...) WK_PAIRS_FLT(WK_DM2, X, __VA_ARGS__)
#define WK_COMBO_FLTC(X, ...) WK_PAIRS_FLTC(WK_DM2, X, __VA_ARGS__)
#define WK_COMBO_FLT2(X, ...) WK_PAIRS_FLT2(WK_DM2, X, __VA_ARGS__)
#define WK_COMBO_FLT2C(X, ...) WK_PAIRS_FLT2C(WK_DM2, X, __VA_ARGS__)
#define WK_COMBO_LEANCD(X, ...) WK_PAIRS_LEANCD(WK_DM1, X, __VA_ARGS__)
#define WK_COMBO_GTD(X, ...) WK_PAIRS_GTD(WK_DM1, X, __VA_ARGS__)
#define WK_COMBO_MIDD(X, ...) WK_PAIRS_MIDD(WK_DM1, X, __VA_ARGS__)
#define WK_COMBO_FLTD(X, ...) WK_PAIRS_FLTD(WK_DM1, X, __VA_ARGS__)
#define WK_COMBO_FLT2D(X, ...) WK_PAIRS_FLT2D(WK_DM1, X, __VA_ARGS__)
#define WK_COMBO_FLT2CD(X, ...) WK_PAIRS_FLT2CD(WK_DM1, X, __VA_ARGS__)
#define WK_COMBO_DIV(X, ...) WK_PAIRS_DIV(WK_DM2, X, __VA_ARGS__)
#define WK_COMBO_SLOTI(X, ...) WK_PAIRS_SLOTI(WK_DM1, X, __VA_ARGS__)
#define WK_COMBO_SLOTS(X, ...) WK_PAIRS_SLOTS(WK_DM1, X, __VA_ARGS__)
#define WK_COMBO_SLOT1(X, ...) WK_PAIRS_SLOT1(WK_DM1, X, __VA_ARGS__)
#define WK_COMBO_UN2D(X, ...) WK_PAIRS_UN2D(WK_DM1, X, __VA_ARGS__)
#define WK_COMBO_UN2(X, ...) WK_PAIRS_UN2(WK_DM2, X, __VA_ARGS__)
#define WK_COMBO_UN4(X, ...) WK_PAIRS_UN4(WK_DMRICH, X, __VA_ARGS__)
#define WK_COMBO_UNC(X, ...) WK_PAIRS_UNC(WK_DM2, X, __VA_ARGS__)
/* a lane: its operand is a place in the frame */
#define WK_COMBO_LANE(X, ...) WK_DM4(X, N, N, __VA_ARGS__)
#define WK_COMBO_LANE2(X, ...) WK_DM2(X, N, N, __VA_ARGS__)
/* branches have no destination: N */
#define WK_DM0(X, l, r, ...) X(l, r, N, __VA_ARGS__)
#define WK_COMBO_BRRICH(X, ...) WK_PAIRS_BRRICH(WK_DM0, X, __VA_ARGS__)
#define WK_COMBO_BRREG(X, ...) WK_PAIRS_BRREG(WK_DM0, X, __VA_ARGS__)
#define WK_COMBO_BRMIDREG(X, ...) WK_PAIRS_BRMIDREG(WK_DM0, X, __VA_ARGS__)
#define WK_COMBO_BRGT(X, ...) WK_PAIRS_BRGT(WK_DM0, X, __VA_ARGS__)
#define WK_COMBO_BRMID(X, ...) WK_PAIRS_BRMID(WK_DM0, X, __VA_ARGS__)
#define WK_COMBO_BRFLT(X, ...) WK_PAIRS_BRFLT(WK_DM0, X, __VA_ARGS__)

/* All lists with an ordinal of pairs, and how many destinations a pair has. */
#define WK_LISTS(X) \
    X(RICHC, WK_DMRICH_COUNT) X(RICHC2, 2) X(SUB, WK_DMRICH_COUNT) X(SUBMID, WK_DMRICH_COUNT) X(SHIFT, WK_DMRICH_COUNT) \
    X(SHIFT2, 2) X(IMMC, WK_DMRICH_COUNT) X(MIDD, 1) X(FLTD, 1) X(MID, 2) X(LEANC, 2) X(DIV, 2) X(SLOTI, 1) X(SLOTS, 1) X(FLT, 2) X(FLTC, 2) X(FLT2, 2) X(FLT2D, 1) X(FLT2C, 2) X(FLT2CD, 1) \
    X(UN2, 2) X(UN2D, 1) X(SLOT1, 1) X(UN4, WK_DMRICH_COUNT) X(UNC, 2) X(BRRICH, 1) X(BRREG, 1) X(BRMID, 1) X(BRMIDREG, 1) \
    X(BRFLT, 1) X(BRGT, 1) X(LEANCD, 1) X(GTD, 1)
#define WK_LIST_OF(list, forms) WK_LIST_##list,
enum wk_combo { WK_LISTS(WK_LIST_OF) WK_LIST_COUNT };
#undef WK_LIST_OF
#define WK_FORMS_OF(list, forms) WK_FORMS_##list = (forms),
enum wk_forms { WK_LISTS(WK_FORMS_OF) WK_FORMS_LANE = 4, WK_FORMS_LANE2 = 2 };
#undef WK_FORMS_OF

/* Loads: every address mode with its destinations; stores: address modes by value modes (F: float accumulator). */
#define WK_ADDRS(D, X, ...) \
    D(X, S, 0, __VA_ARGS__) D(X, A, 0, __VA_ARGS__) D(X, L, 0, __VA_ARGS__) D(X, M, 0, __VA_ARGS__) \
    D(X, K, 0, __VA_ARGS__) D(X, P, 0, __VA_ARGS__) D(X, Q, 0, __VA_ARGS__) D(X, R, 0, __VA_ARGS__)
/* Lean ones are for rare instructions: a pinned local is read from its slot, a constant address is put into one. */
#define WK_ADDRS_LEAN(D, X, ...) D(X, S, 0, __VA_ARGS__) D(X, A, 0, __VA_ARGS__) D(X, P, 0, __VA_ARGS__)
#define WK_LD1(X, a, r, ...) X(a, S, __VA_ARGS__)
#define WK_LD2(X, a, r, ...) X(a, S, __VA_ARGS__) X(a, A, __VA_ARGS__)
#define WK_LD4(X, a, r, ...) X(a, S, __VA_ARGS__) X(a, A, __VA_ARGS__) X(a, L, __VA_ARGS__) X(a, M, __VA_ARGS__)
#define WK_COMBO_LDMID(X, ...) WK_ADDRS(WK_LD2, X, __VA_ARGS__)
#define WK_COMBO_LDLEAN(X, ...) WK_ADDRS_LEAN(WK_LD2, X, __VA_ARGS__)
#define WK_COMBO_LDLEAND(X, ...) WK_ADDRS_LEAN(WK_LD1, X, __VA_ARGS__)
#if WK_CELL_FEW
#define WK_COMBO_LDRICH(X, ...) WK_ADDRS(WK_LD2, X, __VA_ARGS__)
#else
#define WK_COMBO_LDRICH(X, ...) WK_ADDRS(WK_LD4, X, __VA_ARGS__)
#endif
#define WK_ST5(X, a, r, ...) \
    X(a, S, __VA_ARGS__) X(a, A, __VA_ARGS__) X(a, L, __VA_ARGS__) X(a, M, __VA_ARGS__) X(a, I, __VA_ARGS__)
#define WK_ST1(X, a, r, ...) X(a, F, __VA_ARGS__)
#define WK_COMBO_STRICH(X, ...) WK_ADDRS(WK_ST5, X, __VA_ARGS__)
#define WK_COMBO_STFLT(X, ...) WK_ADDRS(WK_ST1, X, __VA_ARGS__)
#define WK_ST2(X, a, r, ...) X(a, S, __VA_ARGS__) X(a, A, __VA_ARGS__)
#define WK_COMBO_STVEC(X, ...) WK_ADDRS(WK_ST2, X, __VA_ARGS__)
#define WK_COMBO_STLEAN(X, ...) WK_ADDRS_LEAN(WK_ST2, X, __VA_ARGS__)
#define WK_COMBO_STFLTLEAN(X, ...) WK_ADDRS_LEAN(WK_ST1, X, __VA_ARGS__)
#define WK_STORE_MODES 5u

/* ---- numbers -------------------------------------------------------------------------------------------------------- */

#define WK_CELL_ID_OP_(l, r, d, op) WK_CELL_##op##_##l##r##d,
#define WK_CELL_ID_SET_(l, r, d, cell) WK_CELL_##cell##_##l##r,
#define WK_CELL_ID_BR_(l, r, d, op) WK_CELL_br_##op##_##l##r,
#define WK_CELL_ID_BRF_(l, r, d, op) WK_CELL_brf_##op##_##l##r,
#define WK_CELL_ID_LD_(a, d, cell) WK_CELL_##cell##_##a##d,
enum wk_cell {
#define CELL(sym, fields) WK_CELL_##sym,
#define CELL_BIN(op, fn, in, out, list) WK_COMBO_##list(WK_CELL_ID_OP_, op)
#define CELL_BINT(op, fn, in, list) WK_COMBO_##list(WK_CELL_ID_OP_, op)
#define CELL_UN(op, fn, in, out, list) WK_COMBO_##list(WK_CELL_ID_OP_, op)
#define CELL_UNT(op, fn, in, out) WK_COMBO_UN2D(WK_CELL_ID_OP_, op)
#define CELL_FLD(cell, out, fn, list, null) WK_COMBO_##list(WK_CELL_ID_OP_, cell)
#define CELL_SET(cell, type, in) WK_COMBO_BRFLT(WK_CELL_ID_SET_, cell)
#define CELL_ELM(cell, width, out, fn, list) WK_COMBO_##list(WK_CELL_ID_OP_, cell)
#define CELL_CMP(op, fn, in, list) WK_COMBO_##list(WK_CELL_ID_OP_, op)
#define CELL_BR(op, fn, in, list) WK_COMBO_##list(WK_CELL_ID_BR_, op)
#define CELL_BRF(op, fn, in, list) WK_COMBO_##list(WK_CELL_ID_BRF_, op)
#define CELL_LOAD(cell, width, out, fn, list) WK_COMBO_##list(WK_CELL_ID_LD_, cell)
#define CELL_STORE(cell, width, in, list) WK_COMBO_##list(WK_CELL_ID_LD_, cell)
#define CELL_VSHIFT(op, list) WK_COMBO_##list(WK_CELL_ID_OP_, op)
#define CELL_VREPLACE(op, in, list) WK_COMBO_##list(WK_CELL_ID_OP_, op)
#define CELL_VTHREE(op, list) WK_COMBO_##list(WK_CELL_ID_OP_, op)
#define CELL_VLANE(cell, type, out, fn, list) WK_COMBO_##list(WK_CELL_ID_OP_, cell)
#define CELL_GLOAD(cell, width, fn) WK_CELL_##cell,
#define CELL_GSTORE(cell, width) WK_CELL_##cell,
#include "def/cell.def"
    WK_CELL_COUNT
};

/* Two cells that follow each other run as one where def/pair.def has a row for them, in forms 1 and 2. Their numbers go on
 * behind those of the cells. */
#define WK_CELL_PAIRS (WK_DISPATCH <= 2)
enum wk_pair {
    WK_PAIR_BEFORE = WK_CELL_COUNT - 1,
#if WK_CELL_PAIRS
#define PAIR(a, b) WK_CELL_##a##__##b,
#include "def/pair.def"
#endif
    WK_CELL_ALL
};

typedef void (*wk_cell_fn)(void);

/* Handlers by number, WK_CELL_ALL of them (not in the switch form). */
WK_EXTERN const wk_cell_fn *wk_cell_handlers(void);
WK_EXTERN uintptr_t wk_cell_base_address(void);

/* Name, modes ("LI>S": left, right, destination) and fields (letters as in cell.def) of cell `id`. */
struct wk_cell_text {
    const char *name; /* NULL: there is no such cell */
    char modes[8];
    char fields[20];
};
WK_EXTERN void wk_cell_describe(uint32_t id, struct wk_cell_text *out);
/* The cell that a pair begins with; of a cell, itself. *n: how many cells run as one. */
WK_EXTERN uint32_t wk_pair_head(uint32_t id, uint32_t *n);
/* Prints the cells of a translated function, one a line; answers the length it would take. */
WK_EXTERN size_t wk_cell_print(const uint8_t *code, size_t size, char *buf, size_t cap);

#endif

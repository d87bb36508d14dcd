/* ref.h - the reference interpreter's parts: side tables (ref_translate.c), arithmetic (ref_num.c), the walk (ref.c).
 *
 * The reference interpreter walks the module's own bytes, one instruction at a time. What it cannot see at a glance -
 * where a branch goes, how many slots a drop takes, where the straight-line charge falls - translation puts into a side
 * table in the order of the bytes; a cursor into it moves along with the program counter. */
#ifndef WICK_INTERP_REF_H
#define WICK_INTERP_REF_H

#include "base/atomic.h"
#include "rt/cont.h"
#include "rt/interp.h"
#include "rt/shared.h"

enum ref_kind {
    REF_CHARGE, /* before the instruction at pc: one unit of straight-line code */
    REF_JUMP,   /* if that is false, else: goes to target, moves nothing */
    REF_BRANCH, /* to a block: moves n slots to height, goes to target */
    REF_LOOP,   /* the same to a loop header, which costs a unit */
    REF_RETURN, /* to the outermost label */
    REF_SLIDE,  /* out of a legacy catch: moves n slots to height, goes to target; no branch, so it costs nothing */
    REF_RETHROW, /* the exception is in the slot at height */
    REF_TYPE,   /* behind a branch that a handler clause takes: n is the number of the continuation's type */
    REF_WIDE,   /* drop or select of a value of two slots */
    REF_LAST    /* behind all others; pc is UINT32_MAX */
};

struct ref_side {
    uint32_t pc;     /* of the instruction it belongs to */
    uint32_t kind;   /* enum ref_kind */
    uint32_t target; /* program counter */
    uint32_t cursor; /* of the first entry that belongs to what follows target */
    uint32_t height; /* operand slots below the label's values */
    uint32_t n;      /* slots of the label's values */
};

/* Locals from `first` on, until the next run: each takes `width` slots, from `slot` on. */
struct ref_run {
    uint32_t first;
    uint32_t slot;
    uint32_t width;
};

/* What becomes of an exception thrown at a program counter in [from, to). Of several the first that applies: a block's
 * come in their order, and before those of the blocks around it. */
enum ref_catch_kind {
    REF_CATCH_VALUES, /* the values go to the label */
    REF_CATCH_REF,    /* and the exception behind them */
    REF_CATCH_LEGACY, /* first the exception, then the values */
    REF_DELEGATE      /* only catches whose level is at most `entry` apply from here on */
};
struct ref_catch {
    uint32_t from;
    uint32_t to;
    uint32_t level; /* how many blocks are around its block */
    uint32_t kind;  /* enum ref_catch_kind */
    uint32_t tag;   /* WK_NO_INDEX: any */
    uint32_t entry; /* of the side table: where it goes */
};

struct ref_code {
    size_t size; /* of this block */
    uint32_t n_runs;
    uint32_t n_side;
    uint32_t n_catches;
    struct ref_run *runs;
    struct ref_side *side;
    struct ref_catch *catches;
};

/* Kinds of parents (ref.c), and what is on top of a task that does not run. */
enum ref_at {
    REF_AT_BOTTOM,
    REF_AT_CONT,   /* the bottom of a continuation's stack: the frame that resumed it, on the stack below, goes on */
    REF_AT_FRAME,  /* a wasm frame goes on */
    REF_AT_HOST,   /* a host function is to be called again */
    REF_AT_RETURN, /* a wasm frame is to return: its results are on top, and paid for */
    REF_AT_LEAVE,  /* the same, not paid for */
    REF_AT_START   /* regs[1] is the function to be called with arguments from slot 0 */
};

/* module->code */
struct ref_module {
    void **funcs; /* struct ref_code of each own function; NULL: not translated */
};

static inline const struct ref_code *wk_ref_code_of(const struct wick_func *func) {
    const struct wick_module *m = func->instance->module;
    const struct ref_module *code = m->code;
    return wk_atomic_load_ptr(&code->funcs[func->index - m->n_func_imports]);
}

/* Where task->exception lands that is thrown on top of the frame or host function which task->regs name: a frame whose
 * catch takes it, a host function that asked for it, or nothing (BOTTOM). Charges for the way. false: the task is to yield,
 * and to call this again. In ref_eh.c. */
struct ref_landing {
    enum ref_at kind;
    struct wk_stack *stack; /* where it is; those above it are left */
    uint32_t slot; /* of the link, or of the host frame */
    const struct ref_catch *catch;
};
WK_EXTERN bool wk_ref_find_landing(struct wick_task *task, struct ref_landing *out);

/* Where a local lies in the frame, and how many slots it takes. */
WK_EXTERN uint32_t wk_ref_local(const struct ref_run *runs, uint32_t n_runs, uint32_t local, uint32_t *out_width);

/* Makes the side table of one function. In ref_translate.c. */
WK_EXTERN wick_err wk_ref_translate(const struct wick_module *module, uint32_t func_index, struct ref_code **out,
                                    wick_diag *diag);

/* The arithmetic instructions: operands and result on top of `*sp` slots, which is changed. not_executable: it is none
 * of those. In ref_num.c. */
WK_EXTERN wick_err wk_ref_numeric(enum wick_op op, uint64_t *slots, uint32_t *sp, bool canonical_nan);

/* Vector instructions (ref_simd.c). Executes one whose immediates are at *pc, which is moved behind them; its operands
 * and its result begin at the same slot. */
WK_EXTERN bool wk_ref_is_simd(enum wick_op op);
WK_EXTERN wick_err wk_ref_simd(struct wick_instance *instance, enum wick_op op, uint32_t *pc, uint64_t *operands);
/* Slots of its operands and of its result. */
WK_EXTERN uint32_t wk_ref_simd_slots(enum wick_op op, uint32_t *out_results);
/* Bits of the float lanes of a result whose NaNs arithmetic made; 0: no such result. */
WK_EXTERN uint32_t wk_ref_simd_nan_bits(enum wick_op op);

#if WICK_THREADS
/* An atomic instruction behind whose opcode *pc stands. In ref_atomic.c. */
WK_EXTERN wick_err wk_ref_atomic(struct wick_task *task, struct wick_instance *instance, enum wick_op op, uint32_t *pc,
                                 uint64_t *slots, uint32_t *sp, struct wk_atomic_end *out);
#else
static inline wick_err wk_ref_atomic(struct wick_task *task, struct wick_instance *instance, enum wick_op op,
                                     uint32_t *pc, uint64_t *slots, uint32_t *sp, struct wk_atomic_end *out) {
    (void)task, (void)instance, (void)op, (void)pc, (void)slots, (void)sp;
    *out = (struct wk_atomic_end){0};
    return WICK_ERR_not_executable;
}
#endif

#endif

/* ref.h - the reference interpreter's parts: side tables (ref_translate.c), arithmetic (ref_num.c), the walk (ref.c).
 *
 * The reference interpreter walks the module's own bytes, one instruction at a time. What it cannot see at a glance -
 * where a branch goes, how many slots a drop takes, where the straight-line charge falls - translation puts into a side
 * table in the order of the bytes; a cursor into it moves along with the program counter. */
#ifndef WICK_INTERP_REF_H
#define WICK_INTERP_REF_H

#include "rt/interp.h"

enum ref_kind {
    REF_CHARGE, /* before the instruction at pc: one unit of straight-line code */
    REF_JUMP,   /* if that is false, else: goes to target, moves nothing */
    REF_BRANCH, /* to a block: moves n slots to height, goes to target */
    REF_LOOP,   /* the same to a loop header, which costs a unit */
    REF_RETURN, /* to the outermost label */
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

struct ref_code {
    size_t size; /* of this block */
    uint32_t n_runs;
    uint32_t n_side;
    struct ref_run *runs;
    struct ref_side *side;
};

/* module->code */
struct ref_module {
    void **funcs; /* struct ref_code of each own function; NULL: not translated */
};

/* Where a local lies in the frame, and how many slots it takes. */
WK_EXTERN uint32_t wk_ref_local(const struct ref_run *runs, uint32_t n_runs, uint32_t local, uint32_t *out_width);

/* Makes the side table of one function. In ref_translate.c. */
WK_EXTERN wick_err wk_ref_translate(const struct wick_module *module, uint32_t func_index, struct ref_code **out,
                                    wick_diag *diag);

/* The arithmetic instructions: operands and result on top of `*sp` slots, which is changed. not_executable: it is none
 * of those. In ref_num.c. */
WK_EXTERN wick_err wk_ref_numeric(enum wick_op op, uint64_t *slots, uint32_t *sp, bool canonical_nan);

#endif

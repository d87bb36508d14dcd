/* check.h - the state of the walk over a function's body, shared by the validator's files. Not for others: valid.h is.
 *
 * The operand stack holds one word per slot, so its height in words is the height in slots: a value type, or for v128
 * the same word twice. Under the operands of each open block lies a barrier word, which no type equals: a pop needs no
 * test for the block's bottom, and only when the compare fails is it asked whether there was a barrier (the stack is
 * empty), a polymorphic barrier (the code cannot be reached: any type may be popped), or a subtype. */
#ifndef WICK_VALID_CHECK_H
#define WICK_VALID_CHECK_H

#include "module/reader.h"

#define WK_CHECK_EMPTY 0x0fu /* barriers: a kind that no type has */
#define WK_CHECK_POLY 0x1fu
#define WK_CHECK_PAD 2u  /* words below the first barrier, so that a pair may be read anywhere */
#define WK_CHECK_ROOM 64u /* words that may always be pushed without a look at the capacity */

/* An open block. `type`: 0, the one result, or a defined type as WK_CHECK_DEFTYPE. */
struct wk_check_frame {
    uint32_t base; /* of its operands in the stack: the word above the barrier */
    uint32_t type;
    uint32_t n_set; /* initialised locals that the block began with */
    uint8_t op;
    uint8_t loops; /* loops around it, itself included; at most 3 are counted; WK_CHECK_COLD: hints say that it rarely runs */
    uint8_t hint;  /* of an if: 0 none, 1 unlikely, 2 likely */
    uint8_t hidden; /* words under the barrier: 1 in a legacy catch, whose exception lies there for rethrow */
};
#define WK_CHECK_LOOPS 3u
#define WK_CHECK_COLD 4u
/* What a use of a local counts: 8 times as much in each loop, nothing where the code is cold. */
static inline uint32_t wk_check_weight(uint32_t loops) {
    return 1u << (3 * loops) & 0x249u;
}
#define WK_CHECK_DEFTYPE(id) (((id) + 1u) << 8)

/* A list of types; `single` is its room when it is one type. Must not be copied. */
struct wk_check_list {
    uint32_t n;
    bool is_plain; /* it is known that none is v128 */
    const wick_valtype *types;
    wick_valtype single;
};

struct wk_check_run { /* of locals */
    uint32_t end; /* first local behind it */
    wick_valtype type;
};

/* A local that the main loop finds by its index. `type` is 0 when it takes the slow path (v128, must be set). */
struct wk_check_local {
    wick_valtype type;
    uint32_t uses;
};
#define WK_CHECK_SHORT 128u /* indices of one byte */

struct wk_check {
    struct wk_reader r; /* first */
    struct wick_module *m;
    const struct wk_types *types;
    struct wk_alloc *alloc;
    const uint8_t *body_end;
    const uint8_t *instr; /* where the instruction begins, when the stack grows */
    const struct wk_deftype *func_type;
    wick_valtype *sp;   /* first free word */
    wick_valtype *peak; /* above it a push sets a new greatest height */
    wick_valtype *stack;
    size_t stack_cap;
    struct wk_check_frame *frames;
    size_t frames_cap;
    uint32_t n_frames;
    uint32_t max_height;
    uint32_t weight; /* of a use of a local, here */
    bool is_memory32;  /* there is a memory 0, addressed by i32 */
    bool has_hints;    /* what may have one takes the slow path */
    bool has_unset;    /* some local must be set before it is read */
    /* Locals. The first n_fast are expanded, and entries behind them have no type up to WK_CHECK_SHORT, so that indices of one
     * byte need no comparison. The others are found in their run: a declaration of few bytes costs little however many locals
     * it makes. */
    uint32_t n_locals;
    uint32_t n_fast;
    uint32_t n_typed; /* entries from here on have no type */
    uint32_t n_runs;
    uint32_t n_set;
    struct wk_check_local *locals;
    size_t locals_cap;
    struct wk_check_run *runs;
    size_t runs_cap;
    uint32_t *set_bits; /* of locals that must be set */
    size_t set_bits_cap;
    uint32_t *set_list; /* those that were set, in order */
    size_t set_list_cap;
    struct wk_hints hints;
    const uint8_t *hint_at; /* the next instruction that has one, in this function; NULL: none */
};

/* ---- operands ------------------------------------------------------------------------------------------------- */

/* After a push above the peak. The stack may move. */
WK_EXTERN wick_err wk_check_raise(struct wk_check *c);
/* Makes room for n words and WK_CHECK_ROOM more. The stack may move. */
WK_EXTERN wick_err wk_check_reserve(struct wk_check *c, uint32_t n);
/* Pops a type that did not lie there as such. */
WK_EXTERN wick_err wk_check_pop_other(struct wk_check *c, const uint8_t *at, wick_valtype type);

static inline wick_err wk_check_pop(struct wk_check *c, const uint8_t *at, wick_valtype type) {
    if (WK_LIKELY(c->sp[-1] == type)) {
        c->sp -= wk_type_slots(type);
        return WICK_OK;
    }
    return wk_check_pop_other(c, at, type);
}
static inline wick_err wk_check_push(struct wk_check *c, wick_valtype type) {
    *c->sp++ = type;
    if (type == WICK_V128) {
        *c->sp++ = type;
    }
    return WK_LIKELY(c->sp <= c->peak) ? WICK_OK : wk_check_raise(c);
}
/* Any type; 0 in unreachable code. */
WK_EXTERN wick_err wk_check_pop_any(struct wk_check *c, const uint8_t *at, wick_valtype *out);
/* Any reference; (ref bottom) in unreachable code. */
WK_EXTERN wick_err wk_check_pop_ref(struct wk_check *c, const uint8_t *at, wick_valtype *out);
/* Lists. `is_plain`: none is v128, so long ones may be compared and copied as a whole: a block with a thousand parameters
 * takes three bytes. */
WK_EXTERN wick_err wk_check_pop_list(struct wk_check *c, const uint8_t *at, const wick_valtype *types, uint32_t n,
                                     bool is_plain);
WK_EXTERN wick_err wk_check_push_list(struct wk_check *c, const wick_valtype *types, uint32_t n, bool is_plain);
static inline bool wk_check_params_plain(const struct wk_deftype *type) {
    return type->param_slots == type->n_params;
}
static inline bool wk_check_results_plain(const struct wk_deftype *type) {
    return type->result_slots == type->n_results;
}
/* The rest of the block cannot be reached. */
static inline void wk_check_unreachable(struct wk_check *c) {
    c->sp = c->stack + c->frames[c->n_frames - 1].base;
    c->sp[-1] = WK_CHECK_POLY;
}

/* ---- instructions: c->r.at is behind the opcode, `at` at its first byte ---------------------------------------- */

/* valid_instr.c: any instruction */
WK_EXTERN wick_err wk_check_instr(struct wk_check *c, const uint8_t *at);
WK_EXTERN wick_err wk_check_local_instr(struct wk_check *c, const uint8_t *at, enum wick_op op);
/* An index into one of the module's index spaces. */
WK_EXTERN wick_err wk_check_index(struct wk_check *c, uint32_t n, wick_err unknown, uint32_t *out);
/* valid_control.c: blocks, branches, calls, exceptions */
WK_EXTERN wick_err wk_check_enter(struct wk_check *c, enum wick_op op, uint32_t type);
WK_EXTERN wick_err wk_check_control(struct wk_check *c, const uint8_t *at, enum wick_op op);
/* The types that a branch to the label carries. */
WK_EXTERN wick_err wk_check_label(struct wk_check *c, struct wk_check_list *out);
/* Moves hint_at on. */
WK_EXTERN void wk_check_next_hint(struct wk_check *c);
/* Operands that stay where they are but take the types of the list. */
WK_EXTERN wick_err wk_check_retype(struct wk_check *c, const uint8_t *at, const wick_valtype *types, uint32_t n,
                                   bool is_plain);
WK_EXTERN wick_err wk_check_exception_tag(struct wk_check *c, const struct wk_deftype **out);
/* valid_cont.c: continuations */
WK_EXTERN wick_err wk_check_cont(struct wk_check *c, const uint8_t *at, enum wick_op op);
/* valid_gc.c: structs, arrays, casts */
WK_EXTERN wick_err wk_check_gc(struct wk_check *c, const uint8_t *at, enum wick_op op);
WK_EXTERN wick_err wk_check_data_index(struct wk_check *c, const uint8_t *at);
WK_EXTERN wick_err wk_check_elem_index(struct wk_check *c, wick_valtype *out_type);

#endif

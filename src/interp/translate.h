/* translate.h - the translator from validated wasm to cells: its state and the parts that its files share.
 *
 * The operand stack at translation time holds what need not be computed yet (TR_LOCAL, TR_CONST, TR_SUM) and values
 * that cells have put in their canonical slot (TR_TEMP). A value that the newest cell left in an accumulator is read
 * from there; when it was a TR_TEMP, nobody reads its slot, and the cell is changed to the form without store. */
#ifndef WICK_INTERP_TRANSLATE_H
#define WICK_INTERP_TRANSLATE_H

#include "base/bits.h"
#include "interp/fast.h"

/* Value classes: which accumulator a value may be in. In builds without floats all share the first. */
enum tr_class { TR_INT, TR_F32, TR_F64, TR_V128 };
#define TR_WIDTH(class) (1 + (int32_t)(((class) + 1u) / 4)) /* slots: 2 of V128 */
#define TR_ACC(class) ((class) == TR_V128 ? (uint32_t)TR_V128 : WICK_FP_SOFT ? 0u : (uint32_t)(class))
#define TR_ACC_COUNT 4u

enum tr_kind { TR_TEMP, TR_LOCAL, TR_CONST, TR_SUM };

struct tr_val {
    uint8_t kind;
    uint8_t class;
    uint8_t mode; /* LOCAL, SUM: the local's; TEMP: S; CONST: I */
    uint8_t acc;  /* 1: it is in its class's accumulator if that holds `slot`; 0: in none */
    int32_t slot; /* LOCAL, SUM: the local's; TEMP: its home */
    int32_t home; /* its canonical slot; that of the next operand to be pushed is known too */
    uint64_t num; /* CONST, of V128 the offset of its bytes in the module; SUM: what is added, 32 bits */
};

/* As an operand begins that is one. */
struct tr_local {
    uint8_t kind; /* TR_LOCAL */
    uint8_t class;
    uint8_t mode; /* WK_MODE_L, WK_MODE_M: pinned; WK_MODE_S */
    uint8_t acc;  /* 1, not pinned */
    int32_t slot;
};
_Static_assert(offsetof(struct tr_val, home) == sizeof(struct tr_local), "copied as a whole");

enum tr_ctrl_kind { TR_FUNC, TR_BLOCK, TR_LOOP, TR_IF, TR_ELSE, TR_TRY_TABLE, TR_TRY, TR_CATCH };

struct tr_ctrl {
    uint8_t kind;
    uint8_t single;     /* class, when results is NULL and n_results is 1 */
    uint32_t height;    /* operands below its parameters */
    uint32_t open, open_from; /* the translator's as it begins */
    uint32_t n_params, n_results;
    uint32_t head;      /* newest branch to its end: code offset of its offset field; 0: none. Chained in the fields */
    uint32_t loop_at;   /* LOOP: its code offset */
    uint32_t else_field; /* IF: the branch to its else; 0: none left */
    const wick_valtype *results; /* behind its parameters */
    wick_valtype last;   /* of the types that a branch to it carries, unless that is a single number */
    /* exceptions; of catches the number + 1, 0: none */
    uint32_t scope;  /* tried first for what is thrown inside, at its own level */
    uint32_t caught; /* newest catch that goes to its end; chained in their targets */
    uint32_t own;    /* TRY, CATCH: its newest catch */
};

#define TR_NONE UINT32_MAX
#define TR_NO_SLOT INT32_MAX
/* At most 32. Room for as many cells is taken in advance, of which machines of 32 bits have less. */
#define TR_OPEN_MOST (UINTPTR_MAX > UINT32_MAX ? 32u : 24u)

struct tr_operand {
    uint8_t mode;
    bool is_temp;
    int32_t slot;
    uint64_t num;
};

/* The newest comparison, while it is the newest cell too: a branch takes its place. */
enum tr_cmp_kind { TR_CMP_NONE, TR_CMP_I32, TR_CMP_I64, TR_CMP_F32, TR_CMP_F64, TR_CMP_ZERO, TR_CMP_TEST };
struct tr_cmp {
    uint32_t start, end; /* code offsets */
    uint8_t kind;
    uint8_t k; /* which, in the order of cell.def; ZERO: 0 eqz, 1 not zero */
    bool negated; /* of floats, whose opposites are no comparisons */
    struct tr_operand l, r;
    int32_t acc[TR_ACC_COUNT];
};

struct wk_translator {
    struct wick_module *module;
    struct wk_alloc *alloc;
    const uint8_t *bytes;
    wick_diag *diag;
    uint8_t *code;
    size_t cap;
    uint32_t at;
    uint32_t *starts; /* where cells begin, ascending; for what is in code */
    size_t starts_cap;
    uint32_t n_starts;
    size_t room_end;  /* up to which offset both have room */
    /* the newest cell that produced a value, if nothing came after it (last_end == at) */
    uint32_t last_end, last_dst;
    uint8_t last_forms; /* destination forms side by side: 1 S, 2 S A, 4 S A L M */
    int32_t last_slot;  /* home of the TR_TEMP it produced; TR_NO_SLOT: a local */
    uint32_t last_pair; /* of a cell with two results: the other one's destination field, 0: none or no longer */
    /* What each accumulator holds, by its slot: a TR_TEMP's home, a local's, or TR_NO_SLOT. Of a home it is true for the
     * operand whose cell said so last (tr_val.acc), not for others that get to lie there later. */
    int32_t acc[TR_ACC_COUNT];
    struct tr_cmp cmp;
    /* The newest cell, if it ends here, is a br_if to a forward label without values: that of ctrls[exit_label]. exit_flip more
     * is the number of the opposite branch's cell. */
    uint32_t exit_end, exit_label, exit_flip;
    bool is_select_swapped; /* an eqz was left out in front of a select, whose values change places */

    struct tr_val *vals;
    size_t vals_cap;
    uint32_t n;         /* operands */
    /* Which operands of the innermost block may be other than TEMP: bit i is that of operand open_from + i. Its others are
     * TEMP; of those with a bit some may be by now. Few at a time, so that who looks through them or flushes them all takes
     * bounded time and room. Below the block there may be constants, which stay what they are until it ends (what a cell in
     * it writes to a slot is not written on all ways to its end): if open_from has changed by then, the block knows what it was. */
    uint32_t open, open_from;
    struct tr_ctrl *ctrls;
    size_t ctrls_cap;
    uint32_t n_ctrls;
    struct tr_local *locals;
    size_t locals_cap;
    uint32_t n_locals;
    int32_t pin[2];
    uint32_t params;    /* slots */
    uint32_t need;      /* slots of the frame from the link on */
    bool wide;          /* slots may be beyond 16 bits */
    bool is_special;    /* wide, or canonical_nan */
    bool is_near;       /* not wide, and memory 0 has cells of its own (wk_tr_has_near_memory) */
    bool canonical_nan;
    uint32_t find;      /* wk_translate_locate: code offset; TR_NONE */
    uint32_t found;
    uint32_t op_at;     /* offset of the instruction at hand, while `find` is asked for and where one may be refused */
    struct wk_scope *scopes; /* translate_eh.c */
    size_t scopes_cap;
    uint32_t n_scopes;
    struct wk_catch *catches;
    size_t catches_cap;
    uint32_t n_catches;
};

/* The next cell begins before the newest one's end: what it is made for is the instruction at hand. */
static inline void wk_tr_rewound(struct wk_translator *t) {
    if (t->at <= t->find) {
        t->found = t->op_at;
    }
}

/* The walk makes sure of room once for a few instructions (TR_BATCH). An instruction's own cells, which may include two
 * operands that are flushed, take TR_ROOM_OWN at most; whoever needs more asks. All open operands may be flushed once. */
#define TR_BATCH (UINTPTR_MAX > UINT32_MAX ? 16u : 8u)
#define TR_ROOM_OWN 160u
#define TR_ROOM (TR_BATCH * TR_ROOM_OWN + (TR_OPEN_MOST + TR_BATCH) * 40u)
#define TR_ROOM_VALUE 64u /* moving one value */
WK_EXTERN wick_err wk_tr_more_room(struct wk_translator *t, size_t n);
static inline wick_err wk_tr_room(struct wk_translator *t, size_t n) {
    return WK_LIKELY(t->at + n <= t->room_end) ? WICK_OK : wk_tr_more_room(t, n);
}

/* ---- emitting -------------------------------------------------------------------------------------------------- */

/* While a function is translated, the handler fields hold numbers; wk_tr_seal puts the handlers there. */
static inline void wk_tr_cell(struct wk_translator *t, uint32_t id) {
    t->starts[t->n_starts++] = t->at;
    WK_MOVE_BYTES(t->code + t->at, &id, 4);
    t->at += 4;
}
/* The newest cell becomes the one so many further on in cell.def. */
static inline void wk_tr_change_cell(struct wk_translator *t, uint32_t by) {
    uint8_t *p = t->code + t->starts[t->n_starts - 1];
    uint32_t id;
    WK_MOVE_BYTES(&id, p, 4);
    id += by;
    WK_MOVE_BYTES(p, &id, 4);
}
/* The pair of two cells, or of a pair and a cell; WK_CELL_ALL: there is none. */
WK_EXTERN uint32_t wk_tr_pair_find(uint32_t first, uint32_t second);
/* Copies the function's cells, `size` bytes from code + 4 on, to where they will run. */
WK_EXTERN void wk_tr_seal(const struct wk_translator *t, uint8_t *room, uint32_t size);
static inline void wk_tr_u32(struct wk_translator *t, uint32_t value) {
    WK_MOVE_BYTES(t->code + t->at, &value, 4);
    t->at += 4;
}
static inline void wk_tr_u64(struct wk_translator *t, uint64_t value) {
    WK_MOVE_BYTES(t->code + t->at, &value, 8);
    t->at += 8;
}
static inline void wk_tr_slot(struct wk_translator *t, int32_t slot) {
    int16_t field = (int16_t)slot;
    WK_MOVE_BYTES(t->code + t->at, &field, 2);
    t->at += 2;
}
/* Ends a cell. */
static inline void wk_tr_pad(struct wk_translator *t) {
    t->at = (t->at + 3) & ~(uint32_t)3;
}
/* Canonical slot of operand idx, or, idx being t->n, of the next one. */
static inline int32_t wk_tr_home(const struct wk_translator *t, uint32_t idx) {
    return t->vals[idx].home;
}

/* Slots that a cell's 16-bit field reaches, and frames that end within. */
#if WICK_STRESS_WIDE_FRAMES
#define TR_NEAR_LEAST (-3)
#define TR_NEAR_MOST 5
#define TR_NEAR_PARAMS 0
#define TR_NEAR_FRAME 0
#else
#define TR_NEAR_LEAST INT16_MIN
#define TR_NEAR_MOST INT16_MAX
#define TR_NEAR_PARAMS 32768
#define TR_NEAR_FRAME 32000
#endif
static inline bool wk_tr_is_near(int32_t slot) {
    return slot >= TR_NEAR_LEAST && slot <= TR_NEAR_MOST;
}
/* In functions whose frame is beyond the reach of 16 bits, far operands are copied to one of the link's free slots. */
WK_EXTERN int32_t wk_tr_fetch(struct wk_translator *t, int32_t slot, uint32_t which);
WK_EXTERN void wk_tr_deliver(struct wk_translator *t, int32_t slot);
static inline int32_t wk_tr_source(struct wk_translator *t, int32_t slot, uint32_t which) {
    return WK_LIKELY(!t->wide) || wk_tr_is_near(slot) ? slot : wk_tr_fetch(t, slot, which);
}
static inline int32_t wk_tr_dest(const struct wk_translator *t, int32_t slot) {
    return WK_LIKELY(!t->wide) || wk_tr_is_near(slot) ? slot : 2;
}

static inline void wk_tr_forget(struct wk_translator *t) {
    t->acc[0] = t->acc[1] = t->acc[2] = t->acc[3] = TR_NO_SLOT;
}
/* Code may be entered here: no cell before this place may be changed, no accumulator is known. */
static inline void wk_tr_barrier(struct wk_translator *t) {
    t->last_end = TR_NONE;
    t->cmp.end = TR_NONE;
    t->exit_end = TR_NONE;
    wk_tr_forget(t);
}

/* ---- operands (translate_value.c) -------------------------------------------------------------------------------- */

/* The first four fields in one store. */
static inline void wk_tr_describe(struct tr_val *v, uint32_t kind, uint32_t class, uint32_t mode, uint32_t acc) {
    const uint8_t fields[4] = {(uint8_t)kind, (uint8_t)class, (uint8_t)mode, (uint8_t)acc};
    WK_MOVE_BYTES(v, fields, 4);
}
/* No accumulator holds it, until wk_tr_produced. */
static inline void wk_tr_push_temp(struct wk_translator *t, uint32_t class) {
    struct tr_val *v = &t->vals[t->n++];
    wk_tr_describe(v, TR_TEMP, class, WK_MODE_S, 0);
    v->slot = v->home;
    v[1].home = v->home + TR_WIDTH(class);
}
/* All that is open in the innermost block goes to its slot, and the next operand has bit 0. */
WK_EXTERN void wk_tr_settle(struct wk_translator *t);
/* A new operand that is not TEMP, to be described. */
static inline struct tr_val *wk_tr_push_open(struct wk_translator *t) {
    const uint32_t n = t->n;
    uint32_t bit = n - t->open_from;
    if (WK_UNLIKELY(bit >= TR_OPEN_MOST)) { /* it may be below open_from */
        wk_tr_settle(t);
        bit = 0;
    }
    t->open |= 1u << bit;
    t->n = n + 1;
    return &t->vals[n];
}
static inline void wk_tr_push_const(struct wk_translator *t, uint32_t class, uint64_t num) {
    struct tr_val *v = wk_tr_push_open(t);
    wk_tr_describe(v, TR_CONST, class, WK_MODE_I, 0);
    v->num = num;
    v[1].home = v->home + TR_WIDTH(class);
}
/* The operand lies in its canonical slot from now on, and nowhere else. */
static inline void wk_tr_become_temp(struct wk_translator *t, uint32_t idx) {
    struct tr_val *v = &t->vals[idx];
    v->kind = TR_TEMP;
    v->mode = WK_MODE_S;
    v->acc = 0;
    v->slot = v->home;
}
static inline void wk_tr_push_local(struct wk_translator *t, uint32_t local) {
    const struct tr_local *l = &t->locals[local];
    struct tr_val *v = wk_tr_push_open(t);
    WK_MOVE_BYTES(v, l, sizeof *l);
    v[1].home = v->home + TR_WIDTH(l->class);
}
static inline bool wk_tr_is_pending(const struct wk_translator *t, uint32_t idx) {
    return t->vals[idx].kind == TR_LOCAL || t->vals[idx].kind == TR_SUM;
}
/* Slots that operands [from, to) take. */
static inline uint32_t wk_tr_slots(const struct wk_translator *t, uint32_t from, uint32_t to) {
    return (uint32_t)(t->vals[to].home - t->vals[from].home);
}
static inline void wk_tr_pop(struct wk_translator *t, uint32_t n) {
    t->n -= n;
}
/* The bits of `open` that belong to operands from [from, to). */
static inline uint32_t wk_tr_open(const struct wk_translator *t, uint32_t from, uint32_t to) {
    const uint32_t first = from <= t->open_from ? 0 : from - t->open_from;
    const uint32_t end = to <= t->open_from ? 0 : to - t->open_from;
    const uint32_t below = end < TR_OPEN_MOST ? (1u << end) - 1 : UINT32_MAX;
    return first < TR_OPEN_MOST ? t->open & below & UINT32_MAX << first : 0;
}
WK_EXTERN void wk_tr_flush(struct wk_translator *t, uint32_t idx);
WK_EXTERN void wk_tr_flush_open(struct wk_translator *t, uint32_t from, uint32_t to, bool consts);
/* Operands [from, to) go to their slots, constants only if told. */
static inline void wk_tr_flush_range(struct wk_translator *t, uint32_t from, uint32_t to, bool consts) {
    if (to > t->open_from && t->open != 0) {
        wk_tr_flush_open(t, from, to, consts);
    }
}
WK_EXTERN struct tr_operand wk_tr_operand(struct wk_translator *t, uint32_t idx);
/* The same, but never an immediate. */
WK_EXTERN struct tr_operand wk_tr_operand_reg(struct wk_translator *t, uint32_t idx);
/* A slot with the operand's value. */
WK_EXTERN int32_t wk_tr_operand_slot(struct wk_translator *t, uint32_t idx);
WK_EXTERN void wk_tr_use_acc(struct wk_translator *t, const struct tr_operand *o);
/* The newest cell has the newest operand, t->n - 1, for its result, with the destination field at `dst`. */
WK_EXTERN void wk_tr_produced(struct wk_translator *t, uint32_t dst, uint32_t forms, uint32_t acc_class);
/* Families on objects (cell_gc.def), whose first cell is `first`: a field read and written at `at`, an element read. */
WK_EXTERN void wk_tr_field(struct wk_translator *t, uint32_t first, uint32_t list, uint32_t class, uint32_t at);
WK_EXTERN void wk_tr_field_set(struct wk_translator *t, uint32_t first, bool is_long, uint32_t at);
WK_EXTERN void wk_tr_element(struct wk_translator *t, uint32_t first, uint32_t list, uint32_t class);
/* Wide arithmetic (translate_wide.c). */
WK_EXTERN void wk_tr_wide(struct wk_translator *t, enum wick_op op);
/* Instructions that a family of cell.def implements. */
WK_EXTERN void wk_tr_binary(struct wk_translator *t, enum wick_op op);
WK_EXTERN void wk_tr_unary(struct wk_translator *t, enum wick_op op);
WK_EXTERN void wk_tr_compare(struct wk_translator *t, enum wick_op op);
/* Answer where the instruction ends whose immediates are at `pos`. */
WK_EXTERN uint32_t wk_tr_load(struct wk_translator *t, enum wick_op op, uint32_t pos);
WK_EXTERN uint32_t wk_tr_store(struct wk_translator *t, enum wick_op op, uint32_t pos);
/* Memory 0 is there, with 32-bit addresses and not shared: cells that know no other. */
WK_EXTERN bool wk_tr_has_near_memory(const struct wk_translator *t);
/* How far a pair of modes is from a list's first cell; modes that the list lacks become S. False: it has no such immediate. */
WK_EXTERN bool wk_tr_pair(uint32_t list, struct tr_operand *l, struct tr_operand *r, uint32_t *out);
/* Destinations of a pair, side by side. */
WK_EXTERN uint32_t wk_tr_list_forms(uint32_t list);
/* `code`: the byte behind it. */
WK_EXTERN void wk_tr_eqz(struct wk_translator *t, uint8_t code);
struct tr_cond {
    uint8_t kind; /* enum tr_cmp_kind */
    uint8_t k;
    bool negated;
    wick_valtype type; /* TEST */
    struct tr_operand l, r;
};
WK_EXTERN void wk_tr_cond_pop(struct wk_translator *t, struct tr_cond *out);
/* A comparison, or its opposite, whose result only the next instruction uses, a branch: it gets no cell. */
WK_EXTERN void wk_tr_compare_cond(struct wk_translator *t, enum wick_op op, bool is_negated, struct tr_cond *out);
WK_EXTERN void wk_tr_eqz_cond(struct wk_translator *t, struct tr_cond *out);
/* Answers where its offset is; t->exit_flip: to the opposite branch's cell. */
WK_EXTERN uint32_t wk_tr_cond_branch(struct wk_translator *t, const struct tr_cond *c, bool sense);
/* The topmost operand's bits are of another class from now on: it is read from its slot. */
WK_EXTERN void wk_tr_retype(struct wk_translator *t, uint32_t class);
WK_EXTERN void wk_tr_select(struct wk_translator *t);
WK_EXTERN void wk_tr_local_set(struct wk_translator *t, uint32_t local);
WK_EXTERN void wk_tr_global_get(struct wk_translator *t, uint32_t global);
WK_EXTERN void wk_tr_global_set(struct wk_translator *t, uint32_t global);
WK_EXTERN void wk_tr_move(struct wk_translator *t, int32_t to, uint32_t idx);
/* A constant into a slot. */
WK_EXTERN void wk_tr_const(struct wk_translator *t, int32_t slot, uint64_t num);

/* ---- vectors (translate_simd.c) ----------------------------------------------------------------------------------- */

/* From slots to slots, neither near if the function is wide; the bytes at an offset in the module to slots. */
WK_EXTERN void wk_tr_vector_move(struct wk_translator *t, int32_t to, int32_t from);
WK_EXTERN void wk_tr_vector_const(struct wk_translator *t, int32_t to, uint32_t at);
WK_EXTERN void wk_tr_vector_global(struct wk_translator *t, uint32_t global, bool is_set);
WK_EXTERN void wk_tr_vector_select(struct wk_translator *t);
WK_EXTERN void wk_tr_vector_return(struct wk_translator *t, int32_t base);
/* An instruction of the families SIMD and RELAXED_SIMD; false: it is none. */
WK_EXTERN bool wk_tr_simd(struct wk_translator *t, enum wick_op op, uint32_t *pos);

/* ---- control (translate_control.c) -------------------------------------------------------------------------------- */

static inline uint32_t wk_tr_class_of(wick_valtype type) {
    const uint32_t kind = WICK_TYPE_KIND(type);
    return kind == WICK_KIND_F32 ? TR_F32 : kind == WICK_KIND_F64 ? TR_F64 : kind == WICK_KIND_V128 ? TR_V128 : TR_INT;
}
WK_EXTERN wick_err wk_tr_unsupported(struct wk_translator *t, enum wick_op op);
WK_EXTERN wick_err wk_tr_begin_block(struct wk_translator *t, enum wick_op op, uint32_t *pos);
/* The rest ends what is reachable (out_dead), or may. `is_dead`: the end of the block is not reached from above. */
WK_EXTERN wick_err wk_tr_else(struct wk_translator *t, bool is_dead);
WK_EXTERN wick_err wk_tr_end(struct wk_translator *t, bool is_dead, bool *out_dead);
WK_EXTERN wick_err wk_tr_br(struct wk_translator *t, uint32_t depth);
WK_EXTERN wick_err wk_tr_br_if(struct wk_translator *t, uint32_t depth);
/* Does the instruction at `pos` take a condition as it comes, of which the topmost n operands make one? A branch does that
 * carries no values, and an if without parameters before which nothing else is to be done. */
WK_EXTERN bool wk_tr_takes_cond(const struct wk_translator *t, uint32_t pos, uint32_t n);
/* That instruction; the condition's operands are popped. */
WK_EXTERN wick_err wk_tr_take_cond(struct wk_translator *t, uint32_t *pos, const struct tr_cond *cond);
WK_EXTERN wick_err wk_tr_br_on(struct wk_translator *t, uint32_t depth, bool on_null);
WK_EXTERN wick_err wk_tr_br_on_cast(struct wk_translator *t, uint32_t *pos, bool on_cast);
WK_EXTERN wick_err wk_tr_br_table(struct wk_translator *t, uint32_t *pos);
WK_EXTERN wick_err wk_tr_return(struct wk_translator *t);
WK_EXTERN wick_err wk_tr_call(struct wk_translator *t, enum wick_op op, uint32_t *pos);
/* The 32-bit field at this code offset is a branch to the label. */
WK_EXTERN void wk_tr_link(struct wk_translator *t, struct tr_ctrl *c, uint32_t field);
/* The end of a call cell whose results begin at operand `base`. */
WK_EXTERN void wk_tr_call_end(struct wk_translator *t, uint32_t base, uint32_t param_slots);
static inline struct tr_ctrl *wk_tr_label(struct wk_translator *t, uint32_t depth) {
    return &t->ctrls[t->n_ctrls - 1 - depth];
}
WK_EXTERN void wk_tr_push_results(struct wk_translator *t, const struct tr_ctrl *c);
/* A branch to the end of the block: the cell and its place in the chain. Nothing is moved. */
WK_EXTERN void wk_tr_jump_to_end(struct wk_translator *t, struct tr_ctrl *c);

/* ---- exceptions (translate_eh.c) ---------------------------------------------------------------------------------- */

#if WICK_EH
/* One of try, try_table, catch, catch_all, throw, throw_ref, rethrow. */
WK_EXTERN wick_err wk_tr_eh(struct wk_translator *t, enum wick_op op, uint32_t *pos, bool *is_dead);
/* delegate: before the end that it is too. */
WK_EXTERN wick_err wk_tr_delegate(struct wk_translator *t, uint32_t *pos);
/* The end of a block of one of the kinds above, before anything else is done for it. */
WK_EXTERN wick_err wk_tr_eh_end(struct wk_translator *t, struct tr_ctrl *c, bool is_dead);
/* The catches that go to the label get to know where it is. */
WK_EXTERN void wk_tr_eh_bind(struct wk_translator *t, struct tr_ctrl *c);
/* The function's table: its size (0: it has none), and the table itself. */
WK_EXTERN size_t wk_tr_catches_size(const struct wk_translator *t);
WK_EXTERN void wk_tr_catches_write(struct wk_translator *t, struct wk_catches *table);
#else
static inline wick_err wk_tr_eh(struct wk_translator *t, enum wick_op op, uint32_t *pos, bool *is_dead) {
    (void)pos, (void)is_dead;
    return wk_tr_unsupported(t, op);
}
static inline wick_err wk_tr_delegate(struct wk_translator *t, uint32_t *pos) {
    (void)pos;
    return wk_tr_unsupported(t, WICK_OP_delegate);
}
static inline wick_err wk_tr_eh_end(struct wk_translator *t, struct tr_ctrl *c, bool is_dead) {
    (void)t, (void)c, (void)is_dead;
    return WICK_OK;
}
static inline void wk_tr_eh_bind(struct wk_translator *t, struct tr_ctrl *c) {
    (void)t, (void)c;
}
static inline size_t wk_tr_catches_size(const struct wk_translator *t) {
    (void)t;
    return 0;
}
static inline void wk_tr_catches_write(struct wk_translator *t, struct wk_catches *table) {
    (void)t, (void)table;
}
#endif

/* ---- continuations (translate_cont.c) ------------------------------------------------------------------------------ */

#if WICK_STACK_SWITCHING
/* Any instruction of the feature STACK_SWITCHING. */
WK_EXTERN wick_err wk_tr_cont(struct wk_translator *t, enum wick_op op, uint32_t *pos);
#else
static inline wick_err wk_tr_cont(struct wk_translator *t, enum wick_op op, uint32_t *pos) {
    (void)pos;
    return wk_tr_unsupported(t, op);
}
#endif

/* ---- atomic instructions (translate_atomic.c) ---- */

#if WICK_THREADS
WK_EXTERN wick_err wk_tr_atomic(struct wk_translator *t, enum wick_op op, uint32_t *pos);
static inline uint32_t wk_tr_size_cell(const struct wk_translator *t, uint32_t memory) {
    return t->module->memories[memory].limits.shared ? WK_CELL_shared_size : WK_CELL_memory_size;
}
#else
static inline wick_err wk_tr_atomic(struct wk_translator *t, enum wick_op op, uint32_t *pos) {
    (void)pos;
    return wk_tr_unsupported(t, op);
}
static inline uint32_t wk_tr_size_cell(const struct wk_translator *t, uint32_t memory) {
    (void)t, (void)memory;
    return WK_CELL_memory_size;
}
#endif
/* ---- structs, arrays, casts (translate_gc.c) ---------------------------------------------------------------------- */

/* An instruction behind prefix 0xfb that does not branch. */
WK_EXTERN wick_err wk_tr_gc(struct wk_translator *t, enum wick_op op, uint32_t *pos);
/* A branch that is taken if the reference is of the type, or is not; answers where its offset is. */
WK_EXTERN uint32_t wk_tr_test_branch(struct wk_translator *t, const struct tr_cond *c, bool sense);

/* Drops the operands of the innermost block: what follows is unreachable. */
WK_EXTERN void wk_tr_truncate(struct wk_translator *t);

#endif

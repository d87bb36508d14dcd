/* fast.h - what the parts of the fast interpreter share: the header below a memory, function entries, saved registers.
 *
 * Registers while it runs: pc (the cell), fp (the frame's link), mb (base of memory 0), acc, l0, l1, a float
 * accumulator for each format, and one for vectors. Everything else is in struct wk_fast, right below mb.
 *
 * Exceptions cost nothing until one is thrown: a function with handlers has a table of them behind its cells (struct
 * wk_catches), and the chunk that the cells lie in says whose cells a code address belongs to (wk_code_find).
 *
 * Frames: fp points at the link; parameters lie below it, declared locals from fp + 4 on, operands behind them.
 * fp[0] is where the frame returns to: the address behind the caller's call cell, whose last 12 bytes say how far the
 * callee's base and fp are from the caller's fp and where the caller's pins are; its two low bits are tags:
 *   WK_RC_INSTANCE  the caller is of another instance, which the caller's fp[3] holds
 *   WK_RC_EXIT      the task's first call; WK_RC_HOST: called by a host function; WK_RC_CONT: by who resumed the stack
 * A stack that does not run (struct wk_stack) has in at[0] where it goes on, as fp[0] would have it (its base is the
 * stack's base), in at[1] what is WK_REG_HOST while it runs, in at[2] the instance, and in at[3] the handler clauses of
 * the resume that it is at (struct wk_clause).
 * fp[1] is the distance from the caller's fp in bytes where fp[0] has no tags: a return need not wait for fp[0] to know
 * its frame. fp[2] belongs to host calls that call back (fast_call.c); fp[2] and fp[3] to wide functions between two cells
 * of one instruction (translate.c). */
#ifndef WICK_INTERP_FAST_H
#define WICK_INTERP_FAST_H

#include "interp/cell.h"
#include "rt/interp.h"

#define WK_RC_INSTANCE 1u
#define WK_RC_EXIT 2u
#define WK_RC_CONT 3u
#define WK_RC_HOST 6u
#define WK_RC_CONSTANT 7u /* those without an address */
#define WK_RC_TAGS 3u

/* A function as calls see it. */
struct wk_entry {
    const uint8_t *code; /* its cells, or those that translate it first; published by a release store */
    uint32_t need;       /* slots from the link on: 4 + locals + operands */
    uint32_t params;     /* slots */
    uint32_t locals;     /* slots to zero */
    uint32_t first;      /* handler field of its first cell, published after `code`: a call need not wait for that */
    int16_t pin[2];      /* slots */
    uint32_t size;       /* bytes of code; 0: not translated */
};

/* Fuel of a call. */
static inline uint32_t wk_entry_charge(const struct wk_entry *entry) {
    return 1 + entry->locals / 64;
}

/* Cells of many functions, one behind the other; from the end downwards grows an index of them, in the same order. */
struct wk_code_chunk {
    struct wk_code_chunk *next;
    size_t size;
    size_t used;
    void *n_funcs; /* uintptr_t; published by a release store after its new entry */
};
struct wk_code_index {
    uint32_t at;      /* of its cells in the chunk */
    uint32_t catches; /* of its struct wk_catches in the chunk; 0: none */
    uint32_t func;
};

/* A handler: a catch clause of either encoding. */
struct wk_catch {
    uint32_t tag;    /* index in the instance; WK_NO_INDEX: any */
    uint32_t target; /* code offset where it goes on */
    int32_t slot;    /* from fp: where the values go (not of WK_NO_INDEX) */
    int32_t ref;     /* from fp: where the exception itself goes; WK_NO_REF: nowhere */
    uint32_t next;   /* to be tried after it: number + 1; 0: none in this function */
};
#define WK_NO_REF INT32_MIN
struct wk_scope { /* from this code offset on ... */
    uint32_t at;
    uint32_t first; /* ... this is tried first: number + 1 of a catch; 0: none */
};
struct wk_catches {
    uint32_t n_scopes;
    uint32_t n_catches;
    struct wk_scope scopes[]; /* n_scopes, ascending; then the catches */
};
static inline const struct wk_catch *wk_catches_of(const struct wk_catches *table) {
    return (const struct wk_catch *)(const void *)(table->scopes + table->n_scopes);
}

/* A handler clause with a label, in the cell of the resume. */
struct wk_clause {
    int32_t target; /* code offset from 4 bytes before it */
    int32_t slot;   /* from fp: where the values go, the continuation behind them */
    uint32_t type;  /* of the continuation */
};

struct wk_translator;

/* wick_module.code */
struct wk_code {
    struct wk_entry *entries;        /* one per function, imports too (unused) */
    size_t entries_size;
    struct wk_code_chunk *chunks;    /* newest first; published by a release store */
    struct wk_translator *spare;     /* a translator that nobody uses now */
    uint32_t n_left;                 /* functions that are not translated */
    uint32_t lazy_cell[2];
};

/* Right below the base of memory 0; of the store's empty memory when memory 0 is shared, or there is none. */
#define WK_SLICE_MOST 63 /* a stop is heeded within this and one more */
struct wk_fast {
    int64_t limit[5];       /* bytes of memory less 1, 2, 4, 8, 16: an address above is out of bounds (signed) */
    uintptr_t handlers;     /* wk_cell_base_address() */
    uint64_t *stack_end;
    struct wk_entry *entries;
    struct wick_global **globals;
    uint64_t *table0;
    uint64_t table0_size;
    struct wick_instance *instance;
    struct wick_task *task;
    struct wk_heap *heap;   /* the store's */
    struct wk_deftype ***types; /* the engine's, wk_types.chunks */
    uint8_t *memory0;       /* its bytes: mb, but of a shared memory, which has no header (h_atomic.h) */
    uint32_t slice;         /* fuel taken from the task's balance, at most WK_SLICE_MOST; below 0 as a signed number: used up */
    uint32_t reserved;
};
_Static_assert(sizeof(struct wk_fast) <= WK_MEMORY_HEADER, "the header has no room below a memory");
#define WK_FAST_OF(mb) ((struct wk_fast *)(void *)((mb) - sizeof(struct wk_fast)))

/* wick_task.regs */
enum wk_reg {
    WK_REG_PC,
    WK_REG_FP,   /* a pointer while it runs, else slots from the stack's start */
    WK_REG_MB,
    WK_REG_ACC,
    WK_REG_L0,
    WK_REG_L1,
    WK_REG_F64,
    WK_REG_F32,
    WK_REG_V128, /* two */
    WK_REG_V128_HIGH,
    WK_REG_INSTANCE,
    WK_REG_STATE, /* enum wk_fast_state */
    WK_REG_HOST,  /* slot + 1 of the innermost host frame that waits for a call it asked for; 0: none */
    WK_REG_FUNC,  /* START, HOST: what is called */
    WK_REG_BASE,  /* HOST: slot of its first argument */
    WK_REG_RC,    /* HOST: where it returns to */
    WK_REG_STATUS
};
enum wk_fast_state { WK_FAST_START, WK_FAST_RUN, WK_FAST_HOST };

#if WICK_EH
#define WK_SLOW_LIST_EH(X) X(throw) X(throw_ref)
#else
#define WK_SLOW_LIST_EH(X)
#endif
#if WICK_STACK_SWITCHING
#define WK_SLOW_LIST_CONT(X) X(cont_new) X(cont_bind) X(resume) X(suspend) X(switch)
#else
#define WK_SLOW_LIST_CONT(X)
#endif
/* Slow paths. Each finds the registers in task->regs and leaves them there; answers true when the loop is to end (with
 * WK_REG_STATUS), false to go on at WK_REG_PC. */
#define WK_SLOW_LIST(X) \
    X(fuel) X(oob) X(trap) X(unreachable) X(call) X(call_import) X(call_indirect) X(call_ref) X(tail) X(tail_import) \
    X(tail_indirect) X(tail_ref) X(lazy) X(ret) X(null) X(memory_grow) X(memory_fill) X(memory_copy) X(memory_init) \
    X(data_drop) X(table_get) X(table_set) X(table_size) X(table_grow) X(table_fill) X(table_copy) X(table_init) \
    X(elem_drop) X(far128) WK_SLOW_LIST_SIMD(X) WK_SLOW_LIST_EH(X) WK_SLOW_LIST_CONT(X) WK_SLOW_LIST_THREADS(X) WK_SLOW_LIST_GC(X)
#if WICK_SIMD
#define WK_SLOW_LIST_SIMD(X) X(simd_any)
#else
#define WK_SLOW_LIST_SIMD(X)
#endif
#if WICK_THREADS
#define WK_SLOW_LIST_THREADS(X) X(shared_oob) X(atomic_fail) X(atomic)
#else
#define WK_SLOW_LIST_THREADS(X)
#endif
#if WICK_GC
#define WK_SLOW_LIST_GC(X) X(gc_any) X(struct_new) X(struct_zero) X(sset_ref) X(aset_ref) X(ref_test) X(br_test) X(brf_test)
#else
#define WK_SLOW_LIST_GC(X)
#endif
#define WK_SLOW_DECLARE_(sym) WK_EXTERN bool wk_slow_##sym(struct wick_task *task);
WK_SLOW_LIST(WK_SLOW_DECLARE_)
#undef WK_SLOW_DECLARE_

/* A call of the host function `func` by the call cell that ends at `end`; its first argument is at `at`, and there is room
 * for its frame. The slice has been given back. BACK: its results are at `at`, the slice is to be a full one, the caller goes
 * on and finds all else as it was. ELSEWHERE, OVER: as after a slow path, on at WK_REG_PC or out of the loop. Only then are
 * task->regs touched. */
enum wk_fast_back { WK_FAST_BACK, WK_FAST_ELSEWHERE, WK_FAST_OVER };
WK_EXTERN enum wk_fast_back wk_fast_host(struct wick_task *task, struct wick_func *func, uint64_t *at,
                                         const uint8_t *end);

/* The engine's loop: from WK_REG_PC until a slow path ends it. */
WK_EXTERN void wk_fast_loop(struct wick_task *task);

/* Cells: 32-bit and 16-bit fields at natural alignment, 64-bit ones at 4. */
#define WK_CELL_U32(p) (*(const uint32_t *)(const void *)(p))
#define WK_CELL_S32(p) (*(const int32_t *)(const void *)(p))
#define WK_CELL_S16(p) (*(const int16_t *)(const void *)(p))
/* The function of a call cell, a distance in bytes; the end of any of them, seen from behind it. */
#define WK_CALL_ENTRY(entries, pc) \
    ((const struct wk_entry *)(const void *)((const uint8_t *)(entries) + WK_CELL_U32((pc) + 4)))
#define WK_CALL_FORTH(end) WK_CELL_S32((end) - 12) /* bytes from the caller's fp to the callee's */
#define WK_CALL_DELTA(end) WK_CELL_S32((end) - 8)
#define WK_CALL_PIN0(end) WK_CELL_S16((end) - 4)
#define WK_CALL_PIN1(end) WK_CELL_S16((end) - 2)

/* ---- translation (translate*.c) ----------------------------------------------------------------------------------- */

/* Translates function `index` of the module unless it is done; publishes it. *own is the thread's translator, or NULL
 * until it has one; wk_translate_end gives it back. */
WK_EXTERN wick_err wk_translate(struct wick_module *module, uint32_t index, void **own, wick_diag *diag);
WK_EXTERN void wk_translate_end(struct wick_module *module, void *own);
WK_EXTERN wick_err wk_code_init(struct wick_module *module, wick_diag *diag);
WK_EXTERN void wk_code_free(struct wick_module *module);
/* The byte offset in the module of the instruction whose cell begins at code offset `at`, or contains it; 0: no memory. */
WK_EXTERN uint32_t wk_translate_locate(struct wick_module *module, uint32_t index, uint32_t at);

/* Whose cells are at pc, which is one of the module's. */
struct wk_code_place {
    uint32_t func;
    const uint8_t *code;
    const struct wk_catches *catches; /* NULL: none */
    const struct wk_code_chunk *chunk; /* where to look first next time; NULL at first */
};
WK_EXTERN void wk_code_find(const struct wick_module *module, const uint8_t *pc, struct wk_code_place *place);

WK_EXTERN size_t wk_fast_backtrace(const struct wick_task *task, wick_frame *frames, size_t cap);
WK_EXTERN wick_err wk_fast_start(struct wick_task *task, struct wick_func *func);
WK_EXTERN wick_status wk_fast_run(struct wick_task *task);

#endif

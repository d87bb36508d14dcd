/* rt.h - what runs: stores and all that is in them, tasks, and the rules that both interpreters share.
 *
 * Slots. Every value lies in 8-byte slots: i32 zero-extended, f32 its bits in the low half, references as below, v128
 * two slots with the low half first, on every host.
 * References. 0 is null; a function is a pointer to its struct wick_func; a host reference is a pointer to its struct
 * wk_host_ref. i31 and heap objects have the low bits set (heap.h). A slot holds the pointer zero-extended.
 *
 * Frames. A function's frame begins at its base slot b: parameters [b, b + P), link [b + P, b + P + 4), declared
 * locals, operands. A callee's base is the slot of its first argument among the caller's operands, at its canonical
 * height; results come back at the callee's base. A call needs b + P + 4 + L + H <= limit, or it is WICK_ERR_stack,
 * where L = local_slots and H = max_height of wk_func_info; the same in every engine, so recursion ends at the same
 * depth. A host function needs b + max(P, R) + WK_HOST_FRAME_SLOTS + R <= limit.
 * Stacks. A continuation's frames lie on stacks of their own (struct wk_stack), each with slots from 0. The stack that
 * runs is on the stack that resumed it, and so on down to the task's own; what it may use is the limit less the slots
 * below each resume on the way (where its results come). A continuation that has begun must fit when it is resumed, with
 * its innermost frame, or it is WICK_ERR_stack; one that has not is asked when its function is called. Stacks count for
 * the store's quota.
 *
 * Fuel (units; equal in every engine; `charge n` is fuel -= n, and fuel < 0 afterwards yields at the place named):
 * - a taken branch (br, br_if, br_table, br_on_*; not falling through) to a loop header charges 1; any taken branch
 *   that carries n slots of label values, a return of n result slots, and a tail call of n argument slots charge n / 64
 *   (rounded down) more. Yields at the target (return: before the function returns; tail call: in the callee).
 * - a call of a wasm function of any kind (call, indirect, ref, tail, from the host) charges 1 + L / 64 after the null,
 *   type and stack checks. Yields in the callee before its first instruction.
 * - a host function charges 1 when it has answered OK. Yields behind the call.
 * - memory.fill/copy/init charge 1 for every full 4,096 bytes, table.fill/copy/init 1 for every full 512 entries, in
 *   chunks of that size, yielding between chunks with the operands advanced. memory.grow from s to t bytes
 *   charges t / 4,096 - s / 4,096, both rounded up (16 for each page of 65,536 bytes), table.grow by n charges n / 512,
 *   after success, yielding behind the instruction when anything was charged.
 * - throw, throw_ref, rethrow and a host function that answers THROW charge 1, a throw of n slots n / 64 more; each
 *   frame that the exception leaves (a wasm function, or a host function that waits for its inner call) 1, and every 64th
 *   catch clause on its way that does not match 1; landing with n slots of values n / 64. Yields on the way, after each
 *   frame and each 64th clause: the frames stay as they were at the throw, and the search goes on where it was. Yields
 *   where it lands: at the catch's label, or before the host function that catches is called again. The way of an
 *   exception that nobody catches is charged for like any other, and yields on it.
 * - resume, resume_throw, resume_throw_ref, suspend and switch charge 1, and n / 64 more for n slots of arguments, of the
 *   exception that resume_throw makes, or of the tag's values. Before that, the search of a suspend or switch for its
 *   handler charges 1 for each resume on the way whose clauses do not handle it, and 1 for every 64th clause on the way
 *   that does not match, and yields after each: at the instruction, whose search goes on when it is executed again; a
 *   switch sees again then whether there is still something to switch to. They yield where they lead: where the
 *   continuation goes on (a function that is called by it is charged for and yields as any), at the clause's label,
 *   where the exception lands (it is charged for like one that is thrown there). cont.bind charges n / 64 for n slots,
 *   and yields behind the instruction when that is something. cont.new costs what any instruction costs. The end of a
 *   continuation is its function's return.
 * - memory.atomic.wait charges 1 when it completes, and yields behind the instruction; waiting costs nothing. All other
 *   atomic instructions cost what any instruction costs.
 * - array.new, array.new_default, array.new_data, array.new_elem, array.fill, array.copy, array.init_data and
 *   array.init_elem charge 1 for every full 4,096 bytes of elements, in chunks of that size, yielding between chunks.
 *   Collecting garbage charges nothing: when it happens depends on the host.
 * - straight-line code: instructions are numbered in the order of the bytes, from 0 at the body's first instruction;
 *   block, else and end (MARK in op.def) have no number; `loop` and every CALL instruction set the number of the next
 *   instruction to 0; before an instruction whose number is a positive multiple of 256 is executed, 1 is charged. Yields
 *   before that instruction. (Others that emit nothing count: nop, local.get, ...; unreachable ones as well.)
 * What follows from these rules:
 * - a branch goes behind the `end`, `loop` or `else`, which is then not executed;
 * - every way of returning (return, a branch to the outermost label, the last `end`) is one return of n slots;
 * - a br_if or br_on_* that falls through, the jump over an else part and an `if` that is false are no taken branches;
 * - a tail call of a host function charges n / 64 for its arguments besides the host function's 1;
 * - the start function and wick_task_call are calls from the host;
 * - a bulk instruction of exactly k full chunks charges k;
 * - a call of a function that cannot be translated is charged before it fails;
 * - what nobody handles traps, charged for the search only;
 * - landing at a label is no taken branch, not even at a loop header; landing at the outermost label is followed by
 *   a return, with its charge;
 * - a throw that finds no memory for its exception traps, uncharged.
 * wick_task_resume(task, fuel) adds to the balance; a negative balance yields at once. A trap does not change it. */
#ifndef WICK_RT_RT_H
#define WICK_RT_RT_H

#include "base/atomic.h"
#include "module/module.h"

struct wk_interp;

struct wick_func {
    uint32_t type;  /* type number */
    uint32_t index; /* in its module; WK_NO_INDEX: a host function */
    void *code;     /* the interpreter's entry */
    struct wick_instance *instance; /* NULL: a host function, and this is a struct wk_host_func */
    struct wick_store *store;
};

struct wk_host_func {
    struct wick_func func; /* first */
    const struct wk_deftype *type;
    uint32_t frame_slots; /* of arguments or results, whatever is more: the host frame is above them */
    uint32_t result_slots;
    uint32_t need;        /* slots from the first argument to the end of its frame */
    wick_host_fn fn;
    void *user;
    struct wk_host_func *next; /* of the store */
    bool returns_refs;
};

struct wk_host_ref {
    uint32_t type; /* an object's (heap.h): WK_OBJECT_HOST, which no function has for a type */
    uint32_t n;
    void *object;
    void (*finalizer)(void *object);
    struct wk_host_ref *next; /* while its finalizer is to be called */
};

/* Below the first byte of a memory that one store uses lies the header of the interpreter that runs in it, so that one
 * register leads to everything (interp/fast): base - WK_MEMORY_HEADER .. base. Room only; rt zeroes it and copies it
 * when the memory moves. */
#define WK_MEMORY_HEADER 192u

/* Bytes of a bulk instruction that cost a unit, and are done in one go. */
#define WK_BULK_BYTES 4096u

struct wick_memory {
    uint8_t *base;  /* never NULL: an empty memory has its header too */
    uint64_t size;  /* bytes; below 2^48, and checked to fit size_t */
    wick_limits limits; /* as declared; pages */
    struct wick_store *store;
    struct wick_memory *next; /* of the store */
    void *block;    /* what was allocated */
    size_t block_size;
    size_t reserved; /* bytes of reserved address space; 0: allocated by realloc */
    size_t committed; /* of the reserved ones, usable and counted */
    struct wick_shared *shared; /* rt/shared.h; NULL: its own bytes. Then `size` is what this store last saw */
    uint64_t counted; /* shared: bytes of the store's quota */
};

struct wick_table {
    uint64_t *elems;
    uint64_t size; /* entries */
    uint64_t cap;
    wick_valtype type;
    wick_limits limits;
    struct wick_store *store;
    struct wick_table *next;
    bool holds_type; /* made by the host: keeps a reference on its concrete type */
};

struct wick_global {
    uint64_t value[2]; /* first */
    wick_valtype type;
    bool is_mutable;
    bool holds_type; /* made by the host: keeps a reference on its concrete type */
    struct wick_store *store;
    struct wick_global *next;
};

struct wick_tag {
    uint32_t type;
    bool holds_type; /* made by the host: keeps a reference on its type */
    struct wick_store *store;
    struct wick_tag *next;
};

struct wk_elem_inst {
    uint64_t *refs; /* n of them; NULL when dropped */
    uint32_t n;     /* 0 when dropped */
};

struct wick_instance {
    struct wick_store *store;
    struct wick_module *module;
    struct wick_func **funcs;       /* index spaces, imports first */
    struct wick_memory **memories;
    struct wick_table **tables;
    struct wick_global **globals;
    struct wick_tag **tags;
    struct wick_func *own_funcs;
    struct wk_elem_inst *elems;
    uint32_t *data_sizes;           /* bytes of each data segment; 0 when dropped */
    struct wick_memory *memory0;    /* memories[0], or the store's empty memory: never NULL */
    void *interp_data;              /* the interpreter's; freed by rt with interp_size */
    size_t interp_size;
    struct wick_instance *next;     /* of the store */
    struct wk_arena arena;          /* the arrays */
};

struct wick_store {
    struct wick_engine *engine;
    void *user;
    uint64_t quota, used;
    struct wick_instance *instances;
    struct wk_host_func *host_funcs;
    struct wick_memory *memories;
    struct wick_table *tables;
    struct wick_global *globals;
    struct wick_tag *tags;
    struct wick_task *tasks;
    struct wick_task *running; /* the innermost running task; NULL: none */
    struct wick_memory *empty; /* of no bytes, for instances without memory */
    uint64_t changes; /* counts what an interpreter may keep copies of: where memories, tables and stacks lie and how large
                       * they are, and runs of tasks (each writes headers below memories) */
    struct wk_heap *heap;      /* rt/heap.h; behind this struct, so it never moves */
    uint64_t heap_quota;
    struct wk_heap_slots *heap_slots;
    wick_root *roots;
    struct wick_instance *making; /* in no list yet */
    struct wick_instance *failed; /* only their modules are left, which keep the types of objects that they made */
};

/* ---- tasks ------------------------------------------------------------------------------------------------------- */

enum wk_task_state { WK_TASK_IDLE, WK_TASK_READY, WK_TASK_RUNNING };

/* What a task that is READY has interrupted: nothing; the way of task->exception to its catch (how it goes on is the
 * interpreters' part); the search of the suspend or switch that is executed next (rt/cont.c). */
enum wk_search { WK_SEARCH_NONE, WK_SEARCH_CATCH, WK_SEARCH_HANDLER };

/* The call of a host function, in the task's stack right above its arguments and results: at slot
 * base + max(P, R) of the call; then come R slots in which the results are collected, then (CALL) the inner call's
 * base. It holds offsets only, so the stack may move. It is written when the function asks for something in it, and before
 * the call goes anywhere but back with results. */
struct wk_host_frame {
    uint64_t state[2];
    uint32_t round;
    uint32_t base;       /* slot of the first argument */
    uint32_t inner_base; /* slot of the inner call's first argument; 0: none was asked for in this round */
    uint32_t catches;    /* 1: the inner call's exception is caught, see wick_call_wasm_catch */
    uint64_t func;       /* struct wk_host_func *, zero-extended */
    uint64_t caller;     /* struct wick_instance * or 0 */
    uint64_t inner;      /* struct wick_func * that CALL asked for */
    uint64_t link;       /* the interpreter's: rt only keeps it */
    uint64_t exception;  /* that ended the inner call and was caught; 0: none */
};
#define WK_HOST_FRAME_SLOTS 9u
_Static_assert(sizeof(struct wk_host_frame) == WK_HOST_FRAME_SLOTS * sizeof(uint64_t), "slots of a host frame");
static inline uint32_t wk_host_need(const struct wick_func *func) {
    return ((const struct wk_host_func *)(const void *)func)->need;
}
/* Slot of the host frame of a call of `func` at `base`: above its arguments and results. */
static inline uint32_t wk_host_frame_slot(const struct wick_func *func, uint32_t base) {
    return base + ((const struct wk_host_func *)(const void *)func)->frame_slots;
}

struct wick_call { /* exists while the callback runs */
    struct wick_task *task;
    struct wk_host_func *host;
    struct wick_instance *caller; /* NULL: the host */
    const uint64_t *args;
    uint64_t *results;
    struct wk_host_frame *frame; /* NULL: it has not been needed yet (rt/hostcall.c) */
    wick_err err; /* of wick_call_trap and wick_call_fail */
};

/* Memory 0 of who calls; NULL: there is none. */
WK_INLINE struct wick_memory *wk_call_memory(const struct wick_call *call) {
    const struct wick_instance *instance = call->caller;
    return instance == NULL || instance->memory0 == instance->store->empty ? NULL : instance->memory0;
}

/* A task in memory.atomic.wait (rt/shared.c). */
enum wk_wait_state { WK_WAIT_NONE, WK_WAIT_IN, WK_WAIT_WOKEN };
struct wk_waiter {
    struct wk_waiter *next, *prev; /* of one list of `shared`, while state is IN; under the engine's lock */
    struct wick_shared *shared;    /* where it waited last; NULL: it never did */
    uint64_t address;
    uint64_t deadline; /* of wick_host.now_ns; UINT64_MAX: none */
    uint32_t state;    /* enum wk_wait_state; atomic, set to WOKEN by others */
    uint32_t bell;     /* counts what is worth waking up for; atomic; wick_host.wait compares it */
};

/* A stack: the task's own, or one that continuations run on (cont.h). Of the one that runs (task->current), slots, cap,
 * parent, instance and handlers are up to date; task->stack is the same as its slots. */
struct wk_stack {
    uint64_t *slots;
    uint32_t cap;            /* slots there are */
    uint32_t top;            /* slots that are in use: to the end of its innermost frame */
    uint32_t base;           /* where it gets what it goes on with: results of its resume, suspend or switch; arguments */
    uint32_t bound;          /* slots of that which are there already */
    uint32_t results;        /* slots of results of the function at its bottom */
    uint32_t handlers;       /* byte offset of the handler clauses of the resume that runs it */
    struct wick_instance *instance; /* whose code that is */
    struct wk_stack *parent; /* the stack that it is on; NULL: the task's own, or the outermost of a continuation */
    struct wick_func *func;  /* to be called on it when it first runs; NULL: it has been */
    uint64_t at[4];          /* the interpreter's: where it goes on */
};

struct wick_task {
    uint64_t *stack;
    uint32_t stack_cap;   /* slots there are now, as far as the limit allows */
    uint32_t stack_limit; /* slots there may be, of all stacks that the current one is on together */
    uint32_t below;       /* slots of those that count: sum of their `base` */
    struct wk_stack own;
    struct wk_stack *current;
    bool owns_stack;
    uint8_t state;        /* enum wk_task_state */
    uint8_t phase;        /* rt's: plain call, or a step of instantiation */
    bool has_results;
    uint8_t searches;     /* enum wk_search */
    uint32_t stop;        /* set by wick_task_stop; accessed through base/atomic.h */
    int64_t fuel;         /* balance; < 0: a debt */
    uint64_t fuel_used;
    struct wick_store *store;
    const struct wk_interp *interp;
    void *user;
    struct wick_func *func; /* that was called */
    uint64_t regs[18];      /* the interpreter's, while the task does not run */
    uint64_t exception;     /* on its way, or uncaught after THREW; a root. 0: none */
    uint64_t search[8];     /* what has been found out by a search for a catch or a handler that has yielded */
    struct wick_instance *instance; /* being instantiated */
    struct wick_instance **out_instance;
    uint32_t step;          /* of instantiation: segment */
    uint64_t step_at[3];    /* inside a segment */
    wick_diag diag;
    uint32_t n_frames;      /* of the backtrace kept at a trap */
    uint32_t n_frames_all;
    wick_frame frames[WICK_BACKTRACE_DEPTH];
    struct wick_task *next; /* of the store */
    struct wick_task **at;  /* what points at this task in the store's list */
    struct wick_task *outer; /* while it runs: the task whose host function resumed this one */
    uint64_t object;        /* reference to the array that an interrupted array.new* is filling; 0: none */
    uint32_t host_top;      /* while a host function has control: first slot that nobody uses. Else 0 */
    int64_t fuel_start;     /* while it runs: the balance at its resume */
    uint64_t deadline;      /* of the host function that answered PENDING: wick_call_pending */
    struct wk_waiter waiter;
};

/* Makes sure that slots [0, need) exist; the stack may move (offsets stay). WICK_ERR_stack or WICK_ERR_nomem, recorded
 * in task->diag. Inline test, cold growth. */
WK_EXTERN wick_err wk_task_grow_stack(struct wick_task *task, uint64_t need);
static inline wick_err wk_task_reserve(struct wick_task *task, uint64_t need) {
    return WK_LIKELY(need <= task->stack_cap) ? WICK_OK : wk_task_grow_stack(task, need);
}

/* The parts of a call of a host function. Where it finds what it needs, its arguments being at `args`, which is anew when
 * the stack has moved: */
WK_INLINE void wk_host_point(struct wick_call *call, uint64_t *args) {
    call->args = args;
    call->results = args + call->host->frame_slots + WK_HOST_FRAME_SLOTS;
}
/* the first round, for which there is room: */
WK_INLINE void wk_host_begin(struct wick_call *call, struct wick_task *task, struct wk_host_func *host,
                                 struct wick_instance *caller, uint64_t *args) {
    call->task = task;
    call->host = host;
    call->caller = caller;
    call->frame = NULL;
    call->err = WICK_OK;
    wk_host_point(call, args);
}
WK_INLINE uint32_t wk_host_base(const struct wick_call *call) {
    return (uint32_t)(call->args - call->task->stack);
}
/* and the function itself. */
WK_INLINE wick_host_result wk_host_run(struct wick_call *call) {
    struct wick_task *task = call->task;
    const struct wk_host_func *host = call->host;
    wick_host_result result;
    uint64_t *results = call->results;
    for (uint32_t n = host->result_slots; n != 0; n--) {
        *results++ = 0;
    }
    task->exception = 0;
    task->deadline = 0;
    task->host_top = wk_host_base(call) + host->need;
    result = host->fn(call, host->user);
    task->host_top = 0;
    return result;
}
/* It has answered OK, with results of the right types: they come to `at`, where the call wants them. Fuel is the caller's. */
WK_INLINE void wk_host_results(const struct wick_call *call, uint64_t *at) {
    const uint64_t *results = call->results;
    for (uint32_t n = call->host->result_slots; n != 0; n--) {
        *at++ = *results++;
    }
}
/* What its answer comes to: results, fuel, misuse. The stack may have moved. */
WK_EXTERN wick_host_result wk_host_end(struct wick_call *call, wick_host_result result);

/* Calls (again = false) or calls again (true) the host function `func` whose first argument is in slot `base`.
 * `caller` is the instance of the calling code. Fuel is charged here. The stack may have moved afterwards.
 * OK: results are in slot base ...;
 * TRAP: task->diag says why (it may also be the stack);
 * THROW: task->exception is to be thrown where the call is;
 * PENDING: call again later with the same arguments;
 * CALL: wk_host_inner() tells which function (wasm or host) is to be called, with its arguments at slot *out_base,
 * where its results come too; then call again. */
WK_EXTERN wick_host_result wk_host_call(struct wick_task *task, struct wick_func *func, struct wick_instance *caller,
                                        uint32_t base, bool again);
WK_EXTERN struct wick_func *wk_host_inner(const struct wick_task *task, struct wick_func *func, uint32_t base,
                                          uint32_t *out_base);
/* First slot of the current stack that the host function `func`, which is on top and is to be called again, does not use:
 * behind its frame and the results of the call that it asked for. */
WK_EXTERN uint64_t wk_host_top(const struct wick_task *task, const struct wick_func *func, uint32_t base);

/* After a charge: is the task to yield? */
static inline bool wk_task_must_yield(const struct wick_task *task) {
    return task->fuel < 0 || wk_atomic_load32(&task->stop) != 0;
}
/* One unit of a search; true: it is to yield. */
static inline bool wk_task_pay_search(struct wick_task *task) {
    task->fuel--;
    return wk_task_must_yield(task);
}
static inline void wk_task_keep_search(struct wick_task *task, enum wk_search searches, const void *state,
                                       size_t size) {
    task->searches = (uint8_t)searches;
    memcpy(task->search, state, size);
}
static inline void wk_task_take_search(struct wick_task *task, void *state, size_t size) {
    task->searches = WK_SEARCH_NONE;
    memcpy(state, task->search, size);
}

/* A trap: fills task->diag with err and operands, without a place. When the interpreter's own backtrace function can
 * tell where the task is, it calls wk_task_keep_backtrace, which keeps the frames and completes the diag with the place
 * of the innermost wasm frame, unless the diag has one. */
WK_EXTERN void wk_task_trap(struct wick_task *task, wick_err err, uint64_t a0, uint64_t a1);
WK_EXTERN void wk_task_keep_backtrace(struct wick_task *task);
/* task->exception is caught by nobody: the same for WICK_THREW. Called while the interpreter's backtrace function still
 * sees the frames as they were at the throw. */
WK_EXTERN void wk_task_uncaught(struct wick_task *task);

/* ---- what the instructions do that is not arithmetic (shared by both interpreters) ------------------------------- */

/* Address + offset .. + size inside the memory? All sums in 64 bits without wrapping. */
WK_INLINE bool wk_in_bounds(uint64_t address, uint64_t offset, uint64_t size, uint64_t limit) {
    uint64_t sum = address + offset;
    return sum >= address && size <= limit && sum <= limit - size;
}

/* In an engine that guards: is a memory with these limits one that has to be guarded? */
static inline bool wk_memory_is_guarded(const struct wick_engine *engine, const wick_limits *limits) {
    return engine->guards && !limits->is64 && !limits->shared && wk_page_log2(limits) == WK_PAGE_LOG2;
}
/* Grows; answers the old size in pages, or UINT64_MAX. Charging fuel is the caller's. */
WK_EXTERN uint64_t wk_memory_grow(struct wick_memory *memory, uint64_t delta_pages);
/* Units for growing by delta pages from `old`, what wk_memory_grow answered: none when it failed. */
static inline uint64_t wk_memory_grow_units(const struct wick_memory *memory, uint64_t old, uint64_t delta_pages) {
    const uint32_t log2 = wk_page_log2(&memory->limits);
    const uint64_t from = old << log2, to = (old + delta_pages) << log2;
    return old == UINT64_MAX ? 0 : ((to + 4095) >> 12) - ((from + 4095) >> 12);
}
static inline uint64_t wk_memory_pages(const struct wick_memory *memory, uint64_t bytes) {
    return bytes >> wk_page_log2(&memory->limits);
}
WK_EXTERN uint64_t wk_table_grow(struct wick_table *table, uint64_t delta, uint64_t init);

/* Bulk instructions, a chunk at a time: operands in and out, advanced. The bounds of all that is left are checked
 * first. WICK_OK with *n == 0: all done. WICK_OK with *n > 0: one full chunk done and paid for; go on (or yield when
 * fuel < 0: the operands written back continue it). Else a trap's error. A last chunk that is full is paid for too. */
WK_EXTERN wick_err wk_memory_fill(struct wick_task *task, struct wick_memory *memory, uint64_t *dst, uint32_t value,
                                  uint64_t *n);
WK_EXTERN wick_err wk_memory_copy(struct wick_task *task, struct wick_memory *dst_memory,
                                  struct wick_memory *src_memory, uint64_t *dst, uint64_t *src, uint64_t *n);
WK_EXTERN wick_err wk_memory_init(struct wick_task *task, struct wick_instance *instance, uint32_t memory,
                                  uint32_t data, uint64_t *dst, uint64_t *src, uint64_t *n);
WK_EXTERN void wk_data_drop(struct wick_instance *instance, uint32_t data);
WK_EXTERN wick_err wk_table_fill(struct wick_task *task, struct wick_table *table, uint64_t *dst, uint64_t value,
                                 uint64_t *n);
WK_EXTERN wick_err wk_table_copy(struct wick_task *task, struct wick_table *dst_table, struct wick_table *src_table,
                                 uint64_t *dst, uint64_t *src, uint64_t *n);
WK_EXTERN wick_err wk_table_init(struct wick_task *task, struct wick_instance *instance, uint32_t table, uint32_t elem,
                                 uint64_t *dst, uint64_t *src, uint64_t *n);
WK_EXTERN void wk_elem_drop(struct wick_instance *instance, uint32_t elem);

/* A constant expression at `off` (validated); writes 1 or 2 slots. WICK_ERR_nomem possible. */
WK_EXTERN wick_err wk_const_eval(struct wick_instance *instance, uint32_t off, uint64_t out[2], wick_diag *diag);

/* Is the function's type a subtype of type number `type`? */
static inline bool wk_func_is(const struct wick_store *store, const struct wick_func *func, uint32_t type) {
    return func->type == type || wk_type_id_is_sub(&store->engine->types, func->type, type);
}
static inline uint64_t wk_ref_of_func(const struct wick_func *func) {
    return (uint64_t)(uintptr_t)func;
}
static inline struct wick_func *wk_func_of_ref(uint64_t ref) {
    return (struct wick_func *)(uintptr_t)ref;
}

#endif

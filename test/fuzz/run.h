/* run.h - runs one module in one way and writes down everything that can be seen of it, so that two ways can be
 * compared: statuses, results, errors and their places, backtraces, fuel, memories, globals, tables. Included by the
 * differential test and by the fuzz targets. */
#ifndef WICK_TEST_RUN_H
#define WICK_TEST_RUN_H

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "gen.h"
#include "wick/wick.h"
#include "wick/wick_text.h"

/* ---- the host ------------------------------------------------------------------------------------------------ */

struct run_host {
    size_t held;       /* bytes */
    uint64_t fail_at;  /* allocations until one fails; 0: none does */
    uint64_t n_allocs;
    bool has_failed;
};

static inline void *run_realloc(void *user, void *p, size_t old_size, size_t new_size) {
    struct run_host *h = user;
    if (new_size > old_size) {
        h->n_allocs++;
        if (h->fail_at != 0 && h->n_allocs >= h->fail_at) {
            h->has_failed = true;
            return NULL;
        }
    }
    if (new_size == 0) {
        free(p);
        h->held -= old_size;
        return NULL;
    }
    /* A new place each time: who keeps an old pointer is found out by sanitizers. */
    void *q = malloc(new_size);
    if (q == NULL) {
        return NULL;
    }
    memset(q, 0xa5, new_size);
    if (old_size != 0) {
        memcpy(q, p, old_size < new_size ? old_size : new_size);
        free(p);
    }
    h->held += new_size - old_size;
    return q;
}

static inline void run_log(void *user, const char *text, size_t n) {
    (void)user;
    fwrite(text, 1, n, stderr);
}

static inline void run_panic(void *user, const char *text) {
    (void)user;
    fprintf(stderr, "panic: %s\n", text);
    abort();
}

static inline void *run_reserve(void *user, size_t n) {
    (void)user;
    void *p = mmap(NULL, n, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    return p == MAP_FAILED ? NULL : p;
}

static inline int run_commit(void *user, void *base, size_t offset, size_t n) {
    (void)user;
    return mprotect((char *)base + offset, n, PROT_READ | PROT_WRITE);
}

static inline void run_release(void *user, void *base, size_t n) {
    (void)user;
    munmap(base, n);
}

static const wick_host run_plain_host = {
    .size = sizeof run_plain_host, .realloc = run_realloc, .log = run_log, .panic = run_panic};
static const wick_host run_reserving_host = {.size = sizeof run_reserving_host,
                                             .realloc = run_realloc,
                                             .log = run_log,
                                             .panic = run_panic,
                                             .reserve = run_reserve,
                                             .commit = run_commit,
                                             .release = run_release};

/* ---- what was seen ------------------------------------------------------------------------------------------- */

enum { RUN_MAX_RECORDS = 4096 };

struct run_record {
    const char *what;
    uint32_t call; /* 0: instantiation, then the calls in order */
    uint64_t value;
};

struct run_log {
    struct run_record records[RUN_MAX_RECORDS];
    uint32_t n;
    uint32_t call;
    uint32_t exhausted; /* records in front of a computation that ran out of heap; UINT32_MAX: none did */
    uint32_t imports; /* a hash of what imports were called with that only foreign modules have */
    wick_err refused; /* the module was refused, or memory ran out */
    wick_diag diag;
};

static inline void run_note(struct run_log *log, const char *what, uint64_t value) {
    if (log->n < RUN_MAX_RECORDS) {
        struct run_record *r = &log->records[log->n++];
        r->what = what;
        r->call = log->call;
        r->value = value;
    }
}

static inline uint64_t run_hash(const uint8_t *bytes, uint64_t n) {
    uint64_t h = UINT64_C(0xcbf29ce484222325), word;
    uint64_t i = 0;
    for (; i + 8 <= n; i += 8) {
        memcpy(&word, bytes + i, 8);
        h = (h ^ word) * UINT64_C(0x9e3779b97f4a7c15);
        h ^= h >> 29;
    }
    for (; i < n; i++) {
        h = (h ^ bytes[i]) * UINT64_C(0x100000001b3);
    }
    return h;
}

/* What a script can compute without 64-bit arithmetic. */
static inline uint32_t run_hash_portable(const uint8_t *bytes, uint64_t n) {
    uint32_t h = 1, word;
    for (uint64_t i = 0; i + 4 <= n; i += 4) {
        memcpy(&word, bytes + i, 4);
        h = (h ^ word) * UINT32_C(0x9e3779b1);
        h ^= h >> 15;
    }
    return h;
}

/* ---- imports --------------------------------------------------------------------------------------------------- */

struct run_way { /* how to run a module */
    wick_engine *engine;
    uint64_t budget;      /* units of fuel for a call */
    uint64_t step;        /* units for a resume */
    uint32_t stack_slots;
    bool own_stack;       /* the stack is a block of the caller's */
    bool has_stops;       /* stop requests, from within and without */
    bool is_portable;     /* arguments and results must be the same in other engines */
    bool call_all_twice;
    bool has_library;     /* imports are functions of another instance, not of the host */
    uint64_t seed;        /* of the arguments */
    struct run_rival *rival;
    wick_tag *tag;        /* of the store that runs */
    struct run_log *log;
};

/* Another task of the same store. It runs between the resumes of the first, and inside of its host functions, a few
 * units at a time; fuel being what it is, the two mix in the same way everywhere. */
struct run_rival {
    wick_task *task;
    wick_instance *instance; /* NULL: not yet */
    struct run_log *log;
    uint64_t random;
    uint32_t n_started;
    uint32_t n_resumes;
    bool is_busy;
    bool is_running;
};

static inline void run_rival_step(struct run_rival *rival);

/* Scripts can neither pass nor get such a value. */
static inline bool run_is_foreign(wick_valtype type) {
    wick_valtype t = type | WICK_TYPE_NULLABLE;
    return t == (WICK_V128 | WICK_TYPE_NULLABLE) || t == WICK_REF_NULL(WICK_HEAP_exn) ||
           t == WICK_REF_NULL(WICK_HEAP_noexn);
}

static inline wick_host_result run_mix(wick_call *call, void *user) {
    const struct run_way *way = user;
    uint64_t b = wick_call_arg_i64(call, 1);
    if (way->has_stops) {
        wick_task_stop(wick_call_task(call));
    }
    run_rival_step(way->rival);
    wick_call_return_i64(call, 0, (wick_call_arg_i32(call, 0) * UINT64_C(2654435761)) ^ (b << 13 | b >> 51));
    return WICK_HOST_OK;
}

static inline wick_host_result run_pair(wick_call *call, void *user) {
    (void)user;
    wick_value v;
    wick_call_arg(call, 0, &v);
    if (v.of.f64 << 1 > UINT64_C(0xffe0000000000000)) {
        v.of.f64 = 0; /* NaNs do not pass through every host */
    }
    wick_call_return_i32(call, 0, wick_call_arg_i32(call, 1) + 1);
    wick_call_return(call, 1, &v);
    return WICK_HOST_OK;
}

static inline wick_host_result run_wait(wick_call *call, void *user) {
    (void)user;
    uint64_t *state = wick_call_state(call);
    uint32_t a = wick_call_arg_i32(call, 0);
    if (state[0] != wick_call_round(call)) {
        return wick_call_trap(call, "the state of a pending call was lost");
    }
    if (state[0] < (a & 3)) {
        state[0]++;
        return WICK_HOST_PENDING;
    }
    wick_call_return_i32(call, 0, a * 3 + 1);
    return WICK_HOST_OK;
}

static inline wick_host_result run_back(wick_call *call, void *user) {
    const struct run_way *way = user;
    wick_func *func = wick_ref_func(wick_call_args(call)[0]);
    uint32_t answer = wick_call_arg_i32(call, 1) + 7;
    wick_functype type = {0};
    if (func != NULL) {
        wick_func_type(func, &type);
    }
    bool is_callable = func != NULL && type.n_params == 0;
    for (uint32_t i = 0; way->is_portable && is_callable && i < type.n_results; i++) {
        is_callable = !run_is_foreign(type.params[i]);
    }
    if (is_callable) {
        bool catches = !way->is_portable && (answer & 1) != 0;
        if (wick_call_round(call) == 0) {
            return catches ? wick_call_wasm_catch(call, func, NULL, 0) : wick_call_wasm(call, func, NULL, 0);
        }
        answer++;
        if (catches && wick_call_exception(call) != 0) {
            wick_ref exception = wick_call_exception(call);
            if (answer & 2) {
                return wick_call_throw(call, exception);
            }
            wick_call_return_i32(call, 0, answer + (uint32_t)wick_exception_arg_count(exception) * 100);
            return WICK_HOST_OK;
        }
        if (!way->is_portable) {
            for (uint32_t i = 0; i < type.n_results; i++) {
                wick_value v;
                wick_call_wasm_result(call, i, &v);
                answer = answer * 31 + (WICK_TYPE_KIND(v.type) == WICK_KIND_REF ? v.of.ref != 0 : v.of.i32);
            }
        }
    }
    wick_call_return_i32(call, 0, answer);
    return WICK_HOST_OK;
}

static inline wick_host_result run_five(wick_call *call, void *user) {
    (void)user;
    wick_call_return_i32(call, 0, 5);
    return WICK_HOST_OK;
}

static inline wick_host_result run_raise(wick_call *call, void *user) {
    const struct run_way *way = user;
    uint32_t a = wick_call_arg_i32(call, 0);
    wick_value args[2] = {{.type = WICK_I32, .of.i32 = a}, {.type = WICK_I64, .of.i64 = a * UINT64_C(7)}};
    wick_ref exception;
    if (!way->is_portable && a % 16 == 2) {
        return wick_call_trap(call, "raised a trap");
    }
    if (a & 1) {
        wick_err err = wick_exception_new(wick_call_store(call), way->tag, args, 2, &exception);
        return err ? wick_call_trap(call, "no exception") : wick_call_throw(call, exception);
    }
    wick_call_return_i32(call, 0, a + 1);
    return WICK_HOST_OK;
}

static inline wick_host_result run_thing(wick_call *call, void *user) {
    wick_value v = {.type = WICK_EXTERNREF};
    if (wick_ref_new(wick_call_store(call), user, NULL, &v.of.ref) != WICK_OK) {
        return wick_call_trap(call, "no reference");
    }
    wick_call_return(call, 0, &v);
    return WICK_HOST_OK;
}

/* Any other import of a module that the generator did not make: notes the arguments, answers zeros. Where a script cannot
 * stand in for it, what calls it gets an exception there and here. */
struct run_other {
    struct run_way *way;
    wick_functype type;
};
enum { RUN_MAX_OTHERS = 256 };

static inline wick_host_result run_other(wick_call *call, void *user) {
    const struct run_other *other = user;
    const struct run_way *way = other->way;
    const wick_functype type = other->type;
    bool is_foreign = false;
    for (uint32_t i = 0; i < type.n_params + type.n_results; i++) {
        is_foreign = is_foreign || run_is_foreign(type.params[i]);
    }
    if (is_foreign && way->is_portable) {
        wick_value args[2] = {{.type = WICK_I32}, {.type = WICK_I64}};
        wick_ref exception;
        wick_err err = wick_exception_new(wick_call_store(call), way->tag, args, 2, &exception);
        return err ? wick_call_trap(call, "no exception") : wick_call_throw(call, exception);
    }
    for (uint32_t i = 0; i < type.n_params; i++) {
        wick_value v;
        wick_call_arg(call, i, &v);
        uint32_t kind = WICK_TYPE_KIND(v.type), bits = v.of.i32;
        if (kind == WICK_KIND_I64 || kind == WICK_KIND_F64) {
            bits = (uint32_t)(v.of.i64 ^ v.of.i64 >> 32);
        } else if (kind == WICK_KIND_REF) {
            bits = v.of.ref != 0;
        }
        way->log->imports = (way->log->imports ^ bits) * UINT32_C(0x9e3779b1) + 1;
    }
    for (uint32_t i = 0; i < type.n_results; i++) {
        wick_value zero = {.type = type.params[type.n_params + i]};
        if (WICK_TYPE_KIND(zero.type) == WICK_KIND_REF && !(zero.type & WICK_TYPE_NULLABLE)) {
            return wick_call_trap(call, "no such reference");
        }
        wick_call_return(call, i, &zero);
    }
    return WICK_HOST_OK;
}

/* Defines what the linker does not know. */
static inline wick_err run_define_others(wick_store *store, wick_linker *linker, wick_module *module,
                                         struct run_way *way) {
    static struct run_other others[RUN_MAX_OTHERS];
    wick_err err = WICK_OK;
    for (uint32_t i = 0; i < wick_module_import_count(module) && i < RUN_MAX_OTHERS && !err; i++) {
        wick_import_info info;
        wick_extern item;
        wick_module_import(module, i, &info);
        if (wick_linker_get(linker, info.module, info.name, &item)) {
            continue;
        }
        wick_value zero = {.type = info.type.type};
        item.kind = info.type.kind;
        switch (info.type.kind) {
        case WICK_EXTERN_FUNC:
            others[i].way = way;
            others[i].type = info.type.func;
            err = wick_func_new(store, &info.type.func, run_other, &others[i], &item.of.func);
            break;
        case WICK_EXTERN_TAG: err = wick_tag_new(store, &info.type.func, &item.of.tag); break;
        case WICK_EXTERN_MEMORY: err = wick_memory_new(store, &info.type.limits, &item.of.memory); break;
        case WICK_EXTERN_TABLE:
            err = wick_table_new(store, info.type.type, &info.type.limits, 0, &item.of.table);
            break;
        case WICK_EXTERN_GLOBAL:
            if (zero.type == WICK_REF(WICK_HEAP_extern)) {
                err = wick_ref_new(store, way, NULL, &zero.of.ref);
            }
            if (!err) {
                err = wick_global_new(store, info.type.is_mutable, &zero, &item.of.global);
            }
            break;
        }
        if (!err) {
            err = wick_linker_define_n(linker, info.module, info.name, &item);
        }
    }
    return err;
}

/* The same imports as wasm, so that instances call each other; tail calls and calls back to the host among them. */
static const char run_library_text[] =
    "(module $library"
    "  (import \"host\" \"wait\" (func $wait (param i32) (result i32)))"
    "  (import \"host\" \"back\" (func $back (param funcref i32) (result i32)))"
    "  (type $unit (func))"
    "  (memory 1) (table $t 2 funcref) (global $n (mut i64) (i64.const 1))"
    "  (func (export \"mix\") (param i32 i64) (result i64)"
    "    (i64.store (i32.and (local.get 0) (i32.const 0x7ff8)) (local.get 1))"
    "    (global.set $n (i64.add (global.get $n) (i64.const 3)))"
    "    (i64.xor (i64.load (i32.and (local.get 0) (i32.const 0x7ff0))) (global.get $n)))"
    "  (func (export \"pair\") (param $x f64) (param $n i32) (result i32 f64) (local $i i32)"
    "    (loop $again"
    "      (local.set $x (f64.add (local.get $x) (f64.const 0.5)))"
    "      (br_if $again (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1)))"
    "                              (i32.and (local.get $n) (i32.const 7)))))"
    "    (local.get $i) (local.get $x))"
    "  (func (export \"wait\") (param i32) (result i32) (return_call $wait (local.get 0)))"
    "  (func (export \"back\") (param funcref i32) (result i32)"
    "    (table.set $t (i32.const 1) (local.get 0))"
    "    (if (i32.and (local.get 1) (i32.const 1)) (then (call_indirect $t (type $unit) (i32.const 1))))"
    "    (i32.add (call $back (table.get $t (i32.const 1)) (local.get 1)) (local.get 1)))"
    "  (func (export \"five\") (result i32) (i32.const 5)))";

/* Names the library's functions in the linker, where the host's are named already. */
static inline wick_err run_add_library(wick_store *store, wick_linker *linker, const struct run_way *way) {
    wick_engine *engine = wick_store_engine(store);
    void *user = (void *)(uintptr_t)way;
    uint8_t *bytes;
    size_t size;
    wick_module *module;
    wick_instance *instance;
    wick_err err = wick_linker_func(linker, "host", "wait", "i:i", run_wait, user);
    if (!err) {
        err = wick_linker_func(linker, "host", "back", "Fi:i", run_back, user);
    }
    if (!err) {
        err = wick_text_assemble(engine, run_library_text, sizeof run_library_text - 1, 0, &bytes, &size, NULL);
    }
    if (err) {
        return err;
    }
    err = wick_module_new(engine, bytes, size, 0, &module, NULL);
    wick_text_free(engine, bytes, size);
    if (err) {
        return err;
    }
    err = wick_linker_instantiate(linker, module, &instance, NULL);
    if (!err) {
        err = wick_linker_instance(linker, "env", 3, instance);
    }
    wick_module_free(module);
    return err;
}

/* ---- a module's life -------------------------------------------------------------------------------------------- */

static inline uint64_t run_random(uint64_t *state) {
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    return *state * UINT64_C(0x2545f4914f6cdd1d);
}

static inline void run_note_value(struct run_log *log, const struct run_way *way, const wick_value *v) {
    switch (WICK_TYPE_KIND(v->type)) {
    case WICK_KIND_I32: run_note(log, "i32", v->of.i32); break;
    case WICK_KIND_I64: run_note(log, "i64", v->of.i64); break;
    case WICK_KIND_F32: run_note(log, "f32", v->of.f32); break;
    case WICK_KIND_F64: run_note(log, "f64", v->of.f64); break;
    case WICK_KIND_V128:
        run_note(log, "v128 low", v->of.v128[0]);
        run_note(log, "v128 high", v->of.v128[1]);
        break;
    default: { /* addresses differ: whether it is null, and a function's type */
        wick_func *func = v->type != WICK_EXTERNREF && v->of.ref ? wick_ref_func(v->of.ref) : NULL;
        wick_functype type = {0};
        if (func) {
            wick_func_type(func, &type);
        }
        uint32_t shape = type.n_params * 100u + (way->is_portable ? 0 : type.n_results);
        run_note(log, "reference", v->of.ref == 0 ? 0 : 1 + shape);
    } break;
    }
}

static inline void run_note_frames(struct run_log *log, const wick_task *task, bool is_trap) {
    wick_frame frames[8];
    size_t n = wick_task_backtrace(task, frames, 8);
    run_note(log, "frames", n);
    for (size_t i = 0; i < n && i < 8; i++) {
        run_note(log, "frame function", frames[i].instance ? frames[i].func : UINT32_MAX);
        if (i > 0 || is_trap) { /* where a task that yielded goes on is the interpreter's business */
            run_note(log, "frame offset", frames[i].offset);
        }
    }
}

/* The export number `rank` of its kind; with 'd', the function that sums up what the host cannot see. */
static inline bool run_export(wick_instance *instance, char letter, uint32_t rank, wick_extern_kind kind,
                              wick_extern *out) {
    const wick_module *module = wick_instance_module(instance);
    for (uint32_t i = 0; i < wick_module_export_count(module); i++) {
        wick_export_info info;
        wick_module_export(module, i, &info);
        bool is_dump = info.name.size == 2 && memcmp(info.name.text, "d0", 2) == 0;
        if (info.type.kind == kind && is_dump == (letter == 'd') && rank-- == 0) {
            return wick_instance_export(instance, info.name.text, info.name.size, out);
        }
    }
    return false;
}

/* Which of the exported tags (UINT32_MAX: none), and the values. `instance` may be NULL. */
static inline void run_note_exception(struct run_log *log, const struct run_way *way, wick_instance *instance,
                                      wick_ref exception) {
    wick_extern item;
    wick_tag *tag = wick_exception_tag(exception);
    uint32_t rank = UINT32_MAX;
    for (uint32_t i = 0; instance && run_export(instance, 'x', i, WICK_EXTERN_TAG, &item); i++) {
        if (item.of.tag == tag) {
            rank = i;
            break;
        }
    }
    run_note(log, "tag", rank);
    for (size_t i = 0; i < wick_exception_arg_count(exception); i++) {
        wick_value v;
        wick_exception_arg(exception, i, &v);
        run_note_value(log, way, &v);
    }
}

/* Resumes until the end or until the budget is spent. *debt: fuel that the task owes from its last computation. */
static inline void run_to_end(wick_task *task, wick_instance *instance, const struct run_way *way, uint64_t *debt,
                              uint64_t *random, struct run_log *log) {
    uint64_t before = wick_task_fuel_used(task);
    uint64_t given = 0, budget = way->budget, next = *debt;
    uint32_t n_waits = 0;
    wick_status status;
    for (;;) {
        uint64_t portion = way->step < budget - given ? way->step : budget - given;
        bool was_stopped = way->has_stops && run_random(random) % 4 == 0;
        if (was_stopped) {
            wick_task_stop(task);
        }
        run_rival_step(way->rival);
        status = wick_task_resume(task, portion + next);
        next = 0;
        given += portion;
        if (status == WICK_PENDING && (!wick_task_waits(task) || n_waits++ < 10)) {
            continue;
        }
        if (status != WICK_YIELDED) {
            break;
        }
        if (given >= budget && wick_task_fuel_used(task) - before > budget) {
            run_note_frames(log, task, false);
            break;
        }
    }
    uint64_t used = wick_task_fuel_used(task) - before;
    *debt = used > given ? used - given : 0;
    if (status == WICK_TRAPPED && wick_task_diag(task)->err == WICK_ERR_heap && log->n < log->exhausted) {
        log->exhausted = log->n;
    }
    run_note(log, "status", status);
    run_note(log, "fuel", used);
    if (status == WICK_TRAPPED) {
        const wick_diag *d = wick_task_diag(task);
        run_note(log, "error", d->err);
        run_note(log, "function", d->func);
        run_note(log, "offset", d->offset);
        run_note(log, "pc", d->pc);
        run_note(log, "opcode", d->op);
        run_note_frames(log, task, true);
        log->diag = *d;
    } else if (status == WICK_DONE) {
        for (size_t i = 0; i < wick_task_result_count(task); i++) {
            wick_value v = wick_task_result(task, i);
            run_note_value(log, way, &v);
        }
    } else if (status == WICK_THREW) {
        run_note_exception(log, way, instance, wick_task_exception(task));
        run_note_frames(log, task, true);
    } else {
        wick_task_cancel(task);
    }
}

static inline void run_argument(wick_valtype type, uint64_t *random, bool is_portable, wick_value *out) {
    static const uint64_t edges[8] = {0, 1, 2, 16, UINT64_C(0xffffffff), UINT64_C(0x80000000), 100, 3};
    memset(out, 0, sizeof *out);
    out->type = type;
    uint64_t r = run_random(random);
    uint64_t v = r >> 60 < 8 ? edges[r >> 32 & 7] : r >> 60 < 12 ? r & 0xff : run_random(random);
    switch (WICK_TYPE_KIND(type)) {
    case WICK_KIND_I32: out->of.i32 = (uint32_t)v; break;
    case WICK_KIND_I64: out->of.i64 = v; break;
    case WICK_KIND_F32:
        out->of.f32 = r >> 60 < 12 ? 0x3f800000 + (uint32_t)(v << 20 & 0x0ff00000) : (uint32_t)v;
        if (is_portable && out->of.f32 << 1 > 0xff000000) {
            out->of.f32 = 0;
        }
        break;
    case WICK_KIND_F64:
        out->of.f64 = r >> 60 < 12 ? UINT64_C(0x3ff0000000000000) + (v << 48 & UINT64_C(0x00ff000000000000)) : v;
        if (is_portable && out->of.f64 << 1 > UINT64_C(0xffe0000000000000)) {
            out->of.f64 = 0;
        }
        break;
    default: out->of.v128[0] = WICK_TYPE_KIND(type) == WICK_KIND_V128 ? v : 0; break;
    }
}

static inline void run_note_state(wick_instance *instance, const struct run_way *way, struct run_log *log) {
    wick_extern item;
    for (uint32_t i = 0; run_export(instance, 'm', i, WICK_EXTERN_MEMORY, &item); i++) {
        run_note(log, "memory size", wick_memory_bytes(item.of.memory));
        const uint8_t *data = wick_memory_data(item.of.memory);
        uint64_t size = wick_memory_bytes(item.of.memory);
        run_note(log, "memory", way->is_portable ? run_hash_portable(data, size) : run_hash(data, size));
    }
    for (uint32_t i = 0; run_export(instance, 'g', i, WICK_EXTERN_GLOBAL, &item); i++) {
        wick_value v;
        wick_global_get(item.of.global, &v);
        run_note_value(log, way, &v);
    }
    for (uint32_t i = 0; run_export(instance, 't', i, WICK_EXTERN_TABLE, &item); i++) {
        wick_externtype type;
        uint64_t n = wick_table_size(item.of.table);
        wick_extern_type(&item, &type);
        run_note(log, "table size", n);
        for (uint64_t k = 0; k < n && k < 40; k++) {
            wick_value v = {.type = type.type};
            wick_table_get(item.of.table, k, &v.of.ref);
            run_note_value(log, way, &v);
        }
    }
}

static inline void run_rival_begin(struct run_rival *rival) {
    wick_extern item;
    wick_functype type;
    wick_value args[80];
    uint32_t rank = rival->n_started++;
    if (!run_export(rival->instance, 'f', rank % 3, WICK_EXTERN_FUNC, &item)) {
        return;
    }
    wick_func_type(item.of.func, &type);
    for (uint32_t k = 0; k < type.n_params && k < 80; k++) {
        run_argument(type.params[k], &rival->random, false, &args[k]);
        if (WICK_TYPE_KIND(type.params[k]) == WICK_KIND_REF && (type.params[k] & WICK_TYPE_NULLABLE) == 0) {
            return;
        }
    }
    rival->is_busy = wick_task_call(rival->task, item.of.func, args, type.n_params) == WICK_OK;
    rival->n_resumes = 0;
}

static inline void run_rival_step(struct run_rival *rival) {
    if (rival == NULL || rival->instance == NULL || rival->is_running || rival->n_started > 20) {
        return;
    }
    if (!rival->is_busy) {
        run_rival_begin(rival);
    }
    if (rival->is_busy) {
        rival->is_running = true;
        wick_status status = wick_task_resume(rival->task, 5);
        rival->is_running = false;
        if (status == WICK_DONE || status == WICK_TRAPPED || status == WICK_THREW || rival->n_resumes++ > 40) {
            rival->is_busy = false;
            run_note(rival->log, "rival's status", status);
            run_note(rival->log, "rival's fuel", wick_task_fuel_used(rival->task));
            run_note(rival->log, "rival's error", status == WICK_TRAPPED ? wick_task_diag(rival->task)->offset : 0);
            wick_task_cancel(rival->task);
        }
    }
}

/* Told of each call before it is made. */
typedef void (*run_call_fn)(void *user, uint32_t rank, const wick_value *args, uint32_t n_args);

/* The counter of portable modules is their last global; Binaryen's export a function that sets theirs. */
static inline void run_refill(wick_instance *instance, wick_task *task) {
    wick_extern item, last = {.of.global = NULL};
    wick_value v = {.type = WICK_I32, .of.i32 = 3000};
    if (!run_export(instance, 'd', 0, WICK_EXTERN_FUNC, &item)) {
        const char *name = "hangLimitInitializer";
        if (wick_instance_export(instance, name, strlen(name), &item) &&
            wick_task_call(task, item.of.func, NULL, 0) == WICK_OK) {
            wick_task_resume(task, UINT64_MAX);
        }
        return;
    }
    for (uint32_t i = 0; run_export(instance, 'g', i, WICK_EXTERN_GLOBAL, &item); i++) {
        last = item;
    }
    if (last.of.global) {
        wick_global_set(last.of.global, &v);
    }
}

static inline void run_calls(wick_instance *instance, wick_task *task, const struct run_way *way, uint64_t *debt,
                      struct run_log *log, run_call_fn put, void *put_user) {
    uint64_t random = way->seed | 1, stops = way->seed ^ 0x55555555;
    wick_extern item;
    for (uint32_t round = 0; round < (way->call_all_twice ? 2u : 1u); round++) {
        for (uint32_t i = 0; run_export(instance, 'f', i, WICK_EXTERN_FUNC, &item); i++) {
            wick_functype type;
            wick_value args[80];
            bool is_callable = true;
            wick_func_type(item.of.func, &type);
            for (uint32_t k = 0; k < type.n_params && k < 80; k++) {
                run_argument(type.params[k], &random, way->is_portable, &args[k]);
                is_callable = is_callable && (WICK_TYPE_KIND(type.params[k]) != WICK_KIND_REF ||
                                              (type.params[k] & WICK_TYPE_NULLABLE) != 0);
                is_callable = is_callable && !(way->is_portable && run_is_foreign(type.params[k]));
            }
            for (uint32_t k = 0; k < type.n_results; k++) {
                is_callable = is_callable && !(way->is_portable && run_is_foreign(type.params[type.n_params + k]));
            }
            log->call++;
            if (way->is_portable && is_callable) {
                run_refill(instance, task);
            }
            wick_err err = !is_callable ? WICK_ERR_usage : wick_task_call(task, item.of.func, args, type.n_params);
            run_note(log, "call", err);
            if (err == WICK_OK) {
                if (put) {
                    put(put_user, i, args, type.n_params);
                }
                run_to_end(task, instance, way, debt, &stops, log);
                if (log->imports) {
                    run_note(log, "imports", log->imports);
                    log->imports = 0;
                }
            }
        }
    }
    log->call++;
    run_note_state(instance, way, log);
    log->call++;
    if (run_export(instance, 'd', 0, WICK_EXTERN_FUNC, &item)) { /* what the host cannot see */
        struct run_way whole = *way;
        whole.budget = 1 << 20;
        if (way->is_portable) {
            run_refill(instance, task);
        }
        if (wick_task_call(task, item.of.func, NULL, 0) == WICK_OK) {
            run_to_end(task, instance, &whole, debt, &stops, log);
        }
    }
}

static inline void run_in_store(wick_store *store, wick_module *module, struct run_way *way, struct run_log *log,
                                run_call_fn put, void *put_user) {
    static uint64_t block[1 << 19] __attribute__((aligned(16)));
    wick_linker *linker = NULL;
    wick_task *task = NULL;
    wick_instance *instance = NULL;
    wick_extern base = {.kind = WICK_EXTERN_GLOBAL}, tag = {.kind = WICK_EXTERN_TAG};
    wick_functype tag_type;
    wick_value three = {.type = WICK_I32, .of.i32 = 3};
    wick_task_options options = {.stack_slots = way->stack_slots, .stack = way->own_stack ? block : NULL};
    void *user = way;
    uint64_t debt = 0, random = way->seed | 1;
    wick_err err = wick_linker_new(store, &linker);
    if (!err) {
        err = wick_linker_func(linker, "env", "mix", "il:l", run_mix, user);
    }
    if (!err) {
        err = wick_linker_func(linker, "env", "pair", "di:id", run_pair, user);
    }
    if (!err) {
        err = wick_linker_func(linker, "env", "wait", "i:i", run_wait, user);
    }
    if (!err) {
        err = wick_linker_func(linker, "env", "back", "Fi:i", run_back, user);
    }
    if (!err) {
        err = wick_linker_func(linker, "env", "five", ":i", run_five, user);
    }
    if (!err) {
        err = wick_global_new(store, false, &three, &base.of.global);
    }
    if (!err) {
        err = wick_linker_define(linker, "env", "base", &base);
    }
    if (!err) {
        err = wick_linker_func(linker, "env", "raise", "i:i", run_raise, user);
    }
    if (!err) {
        err = wick_linker_func(linker, "env", "thing", ":r", run_thing, user);
    }
    if (!err) {
        err = wick_functype_parse(way->engine, "il:", &tag_type);
    }
    if (!err) {
        err = wick_tag_new(store, &tag_type, &tag.of.tag);
        way->tag = tag.of.tag;
    }
    if (!err) {
        err = wick_linker_define(linker, "env", "tag", &tag);
    }
    if (!err && way->has_library) {
        err = run_add_library(store, linker, way);
    }
    if (!err) {
        err = run_define_others(store, linker, module, way);
    }
    if (!err) {
        err = wick_task_new(store, &options, &task);
    }
    if (!err && way->rival) {
        memset(way->rival, 0, sizeof *way->rival);
        way->rival->log = log;
        way->rival->random = way->seed | 1;
        err = wick_task_new(store, &options, &way->rival->task);
    }
    if (!err) {
        err = wick_task_link(task, linker, module, &instance, &log->diag);
    }
    if (!err) {
        run_to_end(task, instance, way, &debt, &random, log);
        log->imports = 0;
        if (instance) {
            if (way->rival) {
                way->rival->instance = instance;
            }
            run_calls(instance, task, way, &debt, log, put, put_user);
        }
    }
    log->refused = err;
    if (way->rival) {
        wick_task_free(way->rival->task);
        memset(way->rival, 0, sizeof *way->rival);
    }
    wick_task_free(task);
    wick_linker_free(linker);
}

/* Everything from the bytes on; nothing is left behind. */
static inline void run_module(const uint8_t *bytes, size_t size, const struct run_way *way, struct run_log *log,
                       run_call_fn put, void *put_user) {
    wick_module *module = NULL;
    wick_store *store = NULL;
    wick_store_options options = {.quota = way->is_portable ? 1 << 30 : 1 << 23,
                                  .heap_quota = way->is_portable ? 0 : 1 << 21};
    log->n = log->call = log->imports = 0;
    log->exhausted = UINT32_MAX;
    wick_diag_init(&log->diag);
    log->refused = wick_module_new(way->engine, bytes, size, 0, &module, &log->diag);
    if (!log->refused) {
        log->refused = wick_store_new(way->engine, &options, &store);
    }
    if (!log->refused) {
        struct run_way here = *way;
        here.log = log;
        run_in_store(store, module, &here, log, put, put_user);
    }
    wick_store_free(store);
    wick_module_free(module);
}

static bool run_places_count = true; /* false: only that it traps, not where */

static inline bool run_is_place(const struct run_record *r) {
    return strcmp(r->what, "offset") == 0 || strcmp(r->what, "pc") == 0 || strcmp(r->what, "opcode") == 0 ||
           strcmp(r->what, "frame offset") == 0;
}

/* The first record that differs; UINT32_MAX: none. What is left on a stack keeps objects, so that a heap may be full a
 * little earlier in one interpreter: the comparison ends there. */
static inline uint32_t run_difference(const struct run_log *a, const struct run_log *b) {
    uint32_t end = a->exhausted < b->exhausted ? a->exhausted : b->exhausted;
    for (uint32_t i = 0; i < end && (i < a->n || i < b->n); i++) {
        const struct run_record *x = &a->records[i], *y = &b->records[i];
        if (i >= a->n || i >= b->n || strcmp(x->what, y->what) != 0) {
            return i;
        }
        if (x->value != y->value && (run_places_count || !run_is_place(x))) {
            return i;
        }
    }
    return a->refused == b->refused ? UINT32_MAX : 0;
}

/* Prints the first difference; true: there is none. */
static inline bool run_same(const struct run_log *a, const struct run_log *b, const char *ways) {
    uint32_t i = run_difference(a, b);
    if (i == UINT32_MAX) {
        return true;
    }
    const struct run_record *x = &a->records[i], *y = &b->records[i];
    if (a->refused != b->refused) {
        printf("%s: refused %d, %d\n", ways, (int)a->refused, (int)b->refused);
        return false;
    }
    printf("%s: call %u: ", ways, i < a->n ? x->call : y->call);
    printf("%s 0x%" PRIx64, i < a->n ? x->what : "nothing", i < a->n ? x->value : 0);
    printf(" against %s 0x%" PRIx64 "\n", i < b->n ? y->what : "nothing", i < b->n ? y->value : 0);
    return false;
}

#endif

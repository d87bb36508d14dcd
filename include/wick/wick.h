/* wick.h - WebAssembly in C, for kernels: the whole embedding API.
 *
 * Objects. A wick_engine holds the port's callbacks, quotas and types. A wick_module is a decoded and validated
 * program, immutable. A wick_store holds what runs: instances, functions, memories, tables, globals, tags, all of
 * which live until the store is freed. A wick_linker gives imports their names. A wick_task is one computation with
 * its own wasm stack; it can run out of fuel, be stopped, wait for the host, and go on.
 *
 * Rules that hold everywhere unless a function says otherwise:
 * - A function answers a wick_err: WICK_OK (0) or what went wrong. `diag` may be NULL; when it is not, an error
 *   fills it in, and success leaves it alone. Out-parameters are written only on success.
 * - Arguments are borrowed for the call; a string with a size beside it is UTF-8 and need not be terminated, a const char *
 *   alone is.
 * - Wrong use. A function that answers a wick_err answers an error of class USAGE to NULL where something is due, to values
 *   whose number or types do not fit, and to a task or store that is busy; wick_..._free of NULL does nothing, nor does
 *   freeing or cancelling what runs. Not checked: NULL given to any other function, an object that has been freed or that
 *   is of another engine, a wick_ref or wick_functype that Wick did not give. WICK_CHECK_API=0 (wick_config.h) takes the
 *   checks away.
 * - Running out of memory is WICK_ERR_nomem, and the objects are as before the call.
 * - An engine, its modules and shared memories may be used by several threads when the port has lock and unlock. One
 *   store and all that is in it may be used by one thread at a time. wick_task_stop may be called at any time from
 *   anywhere.
 * - No function uses more than 2 KiB of native stack, callbacks excluded (4 KiB on s390x, where each frame has 160 bytes
 *   for registers).
 *
 * The numbers in brackets name the section of the WebAssembly 3.0 standard that a function implements. */
#ifndef WICK_H
#define WICK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "wick/wick_config.h"
#include "wick/wick_host.h"

#ifndef WICK_API
#define WICK_API
#endif

#ifdef __cplusplus
extern "C" {
#endif

#define WICK_VERSION_MAJOR 0
#define WICK_VERSION_MINOR 1
#define WICK_VERSION_PATCH 0

/* "0.1.0"; static. */
WICK_API const char *wick_version(void);

/* ---- errors ---------------------------------------------------------------------------------------------- */

typedef enum wick_err {
#define ERR(sym, class_, text, detail) WICK_ERR_##sym,
#include "def/err.def"
    WICK_ERR_COUNT
} wick_err;
#define WICK_OK WICK_ERR_ok

typedef enum wick_err_class {
    WICK_CLASS_MALFORMED,   /* not a WebAssembly module [5, 6] */
    WICK_CLASS_INVALID,     /* a module that does not validate [3] */
    WICK_CLASS_UNLINKABLE,  /* imports that are missing or of the wrong type [4.7] */
    WICK_CLASS_TRAP,        /* [4] */
    WICK_CLASS_EXHAUSTION,  /* the wasm stack is used up */
    WICK_CLASS_EXCEPTION,   /* an exception that nobody caught */
    WICK_CLASS_SUSPENSION,  /* a suspension or switch that nobody handles: the task has trapped */
    WICK_CLASS_LIMIT,       /* a limit or quota of Wick or of the embedder */
    WICK_CLASS_UNSUPPORTED, /* a feature that is off, cannot run yet, or that the port lacks */
    WICK_CLASS_NOMEM,
    WICK_CLASS_HOST,
    WICK_CLASS_USAGE /* the API was used wrongly */
} wick_err_class;

WICK_API wick_err_class wick_err_get_class(wick_err err);
/* "out of memory"; static, for functions that give no diag. (Of errors of modules, whose text has operands, it is the
 * format; wick_diag_format fills it in.) */
WICK_API const char *wick_err_text(wick_err err);

/* What went wrong, and where. Owned by the caller, plain data, nothing to free. What an earlier
 * call has left in it does not matter. */
typedef struct wick_diag {
    wick_err err;
    uint32_t offset;  /* byte offset in the module, of the offending byte; UINT32_MAX: none */
    uint32_t func;    /* function index; UINT32_MAX: none */
    uint32_t pc;      /* byte offset from the start of the function's body */
    uint16_t section; /* section id; UINT16_MAX: none */
    uint16_t op;      /* enum wick_op; UINT16_MAX: none */
    uint32_t line;    /* text format: line, from 1; 0: none */
    uint32_t column;  /* text format: column in bytes, from 1 */
    uint64_t a[4];    /* operands of the message: err.def */
} wick_diag;

typedef struct wick_engine wick_engine;
typedef struct wick_module wick_module;
typedef struct wick_store wick_store;
typedef struct wick_instance wick_instance;
typedef struct wick_func wick_func;
typedef struct wick_memory wick_memory;
typedef struct wick_shared wick_shared;
typedef struct wick_table wick_table;
typedef struct wick_global wick_global;
typedef struct wick_tag wick_tag;
typedef struct wick_linker wick_linker;
typedef struct wick_task wick_task;
typedef struct wick_call wick_call;

/* Sets every field to "none". */
WICK_API void wick_diag_init(wick_diag *diag);

/* The whole message: `FILE:0xOFF: SECTION section, func[N] $name+0xPC: TEXT: OPCODE: DETAIL`, or
 * `FILE:LINE:COLUMN: TEXT: DETAIL` for text. `file` may be NULL (no "FILE:"), `module` may be NULL (no names; the
 * type indices of an error while loading are the module's own either way). Writes at most cap bytes, the last one 0;
 * answers the length it would take. */
WICK_API size_t wick_diag_format(const wick_diag *diag, const char *file, const wick_module *module, char *buf,
                                 size_t cap);

/* Only TEXT with its operands: what the official suite compares with its expected message as a prefix. */
WICK_API size_t wick_diag_reason(const wick_diag *diag, const wick_module *module, char *buf, size_t cap);

/* ---- types ----------------------------------------------------------------------------------------------- */

/* A value type [2.3]: kind in bits 0-3; for references bit 4 nullable, bit 5 concrete, and in bits 8-31 the
 * engine's number of the type (concrete) or the abstract heap type. Equal types are equal numbers. */
typedef uint32_t wick_valtype;

#define WICK_KIND_NONE 0u /* no type; in validation the bottom type */
#define WICK_KIND_I32 1u
#define WICK_KIND_I64 2u
#define WICK_KIND_F32 3u
#define WICK_KIND_F64 4u
#define WICK_KIND_V128 5u
#define WICK_KIND_REF 6u
#define WICK_KIND_I8 7u  /* only as a field of a struct or array */
#define WICK_KIND_I16 8u /* only as a field of a struct or array */
#define WICK_TYPE_KIND(t) ((t) & 15u)
#define WICK_TYPE_NULLABLE 16u
#define WICK_TYPE_CONCRETE 32u
#define WICK_TYPE_HEAP(t) ((t) >> 8)

#define WICK_I32 WICK_KIND_I32
#define WICK_I64 WICK_KIND_I64
#define WICK_F32 WICK_KIND_F32
#define WICK_F64 WICK_KIND_F64
#define WICK_V128 WICK_KIND_V128

enum wick_heap {
#define HEAPTYPE(sym, code, byte, text, shorthand, top) WICK_HEAP_##sym = code,
#include "def/type.def"
    WICK_HEAP_bottom = 15
};
#define WICK_REF(heap) (WICK_KIND_REF | ((heap)*256u))
#define WICK_REF_NULL(heap) (WICK_REF(heap) | WICK_TYPE_NULLABLE)
#define WICK_REF_TYPE(id) (WICK_KIND_REF | WICK_TYPE_CONCRETE | ((id)*256u))
#define WICK_FUNCREF WICK_REF_NULL(WICK_HEAP_func)
#define WICK_EXTERNREF WICK_REF_NULL(WICK_HEAP_extern)

/* A function type as the engine keeps it; borrowed, alive as long as what it was asked of. */
typedef struct wick_functype {
    uint32_t id;        /* the engine's number: equal types have equal numbers */
    uint32_t n_params;
    uint32_t n_results;
    const wick_valtype *params; /* n_params, then n_results results */
} wick_functype;

/* In entries (tables) or pages of the memory's own size (memories). */
typedef struct wick_limits {
    uint64_t min;
    uint64_t max;       /* UINT64_MAX: none (0 is a maximum of 0) */
    bool is64;          /* addressed by i64 */
    bool shared;        /* memories */
    uint32_t page_size; /* memories: bytes in a page, 65536 or 1 (custom page sizes). 0 means 65536 in what is given to
                           Wick; what Wick gives has the size. Tables: 0 */
} wick_limits;

typedef enum wick_extern_kind {
    WICK_EXTERN_FUNC,
    WICK_EXTERN_TABLE,
    WICK_EXTERN_MEMORY,
    WICK_EXTERN_GLOBAL,
    WICK_EXTERN_TAG
} wick_extern_kind;

/* The type of an import or export [2.3.7]. */
typedef struct wick_externtype {
    wick_extern_kind kind;
    wick_functype func;  /* FUNC, TAG */
    wick_valtype type;   /* TABLE: element; GLOBAL: value */
    bool is_mutable;     /* GLOBAL */
    wick_limits limits;  /* TABLE: entries; MEMORY: pages */
} wick_externtype;

/* A string of a module; borrowed from it, not terminated. */
typedef struct wick_name {
    const char *text;
    size_t size;
} wick_name;

/* ---- values ---------------------------------------------------------------------------------------------- */

/* A reference; 0 is null. What it points at belongs to its store. */
typedef uint64_t wick_ref;

/* A value [4.2.1]. Floats are their bits, so that a kernel without FPU can hold them. */
typedef struct wick_value {
    wick_valtype type;
    union {
        uint32_t i32;
        uint64_t i64;
        uint32_t f32;
        uint64_t f64;
        wick_ref ref;
        uint64_t v128[2]; /* low half first */
    } of;
} wick_value;

typedef struct wick_extern {
    wick_extern_kind kind;
    union {
        wick_func *func;
        wick_table *table;
        wick_memory *memory;
        wick_global *global;
        wick_tag *tag;
    } of;
} wick_extern;

/* ---- engine ---------------------------------------------------------------------------------------------- */

/* Bits of wick_config.features and names as in src/def/feature.def. */
enum wick_feature {
#define FEATURE(sym, bit, name, in30, runs, doc) WICK_FEATURE_##sym = 1 << bit,
#include "def/feature.def"
    WICK_FEATURE_END_ = 1 << 30
};

/* Everything of WebAssembly 3.0; everything that Wick knows. */
WICK_API uint32_t wick_features_30(void);
WICK_API uint32_t wick_features_all(void);
/* Reads "3.0", "all" or a comma-separated list of option names, each with an optional "-" in front to take it away
 * ("all,-simd"). USAGE when a name is unknown. */
WICK_API wick_err wick_features_parse(const char *text, uint32_t *out_features);

typedef enum wick_engine_kind {
    WICK_ENGINE_FAST, /* cells */
    WICK_ENGINE_REF   /* the slow, obvious reference interpreter */
} wick_engine_kind;

/* 0 in every field means the default. */
typedef struct wick_config {
    uint32_t features;       /* default: wick_features_all() */
    wick_engine_kind engine; /* default: fast */
    uint64_t quota;          /* bytes taken from the host; default WICK_ENGINE_QUOTA */
    bool lazy;               /* translate a function at its first call (default: all at load) */
    bool canonical_nan;      /* every NaN result is the positive canonical one: all hosts agree */
    uint32_t load_threads;   /* that validate and translate a large module, if the port has `parallel`; default 1, at most 64 */
} wick_config;

/* For the port's handler of page faults (wick_host.guard). `at` is the address of the machine instruction that faulted; the
 * answer is the address to go on at with all other registers unchanged, or 0 when the fault is none of Wick's, or the build
 * has no WICK_GUARD. Only faults outside of what is committed may be answered so. Changes nothing; from anywhere. */
WICK_API uintptr_t wick_fault(uintptr_t at);

/* Makes an engine on the port's callbacks. `host` must live as long as the engine; `user` is passed to each callback.
 * `config` may be NULL. */
WICK_API wick_err wick_engine_new(const wick_host *host, void *user, const wick_config *config,
                                  wick_engine **out_engine);

/* Makes an engine that lives wholly inside a block of the caller's: host->realloc is not called and may be NULL. The block
 * must be aligned to 16 bytes and outlive the engine. */
WICK_API wick_err wick_engine_init(void *block, size_t size, const wick_host *host, void *user,
                                   const wick_config *config, wick_engine **out_engine);

/* Frees the engine; stores and modules of it must be gone. */
WICK_API void wick_engine_free(wick_engine *engine);

/* Bytes that the engine holds of its host's memory now, and at most so far. */
WICK_API uint64_t wick_engine_memory_used(const wick_engine *engine);
WICK_API uint64_t wick_engine_memory_peak(const wick_engine *engine);
WICK_API void *wick_engine_user(const wick_engine *engine);
WICK_API uint32_t wick_engine_features(const wick_engine *engine);

/* The engine's type for a signature such as "ii:i" (i i32, l i64, f f32, d f64, v v128, r externref, F funcref;
 * parameters, colon, results). The type lives as long as the engine. */
WICK_API wick_err wick_functype_parse(wick_engine *engine, const char *signature, wick_functype *out_type);

/* ---- modules --------------------------------------------------------------------------------------------- */

#define WICK_MODULE_BORROW 1u /* `bytes` outlive the module (ROM, a mapped file): no copy is made */

/* Decodes [5] and validates [3] a binary module, and translates it unless the engine is lazy. */
WICK_API wick_err wick_module_new(wick_engine *engine, const uint8_t *bytes, size_t size, uint32_t flags,
                                  wick_module **out_module, wick_diag *diag);

/* Modules are counted: each retain needs a free. Instances retain their module. */
WICK_API void wick_module_retain(wick_module *module);
WICK_API void wick_module_free(wick_module *module);

/* Translates what is not translated yet. UNSUPPORTED names an instruction that cannot run. */
WICK_API wick_err wick_module_translate(wick_module *module, wick_diag *diag);

/* Called now and then while a module loads, by the thread that loads it, with bytes done and in all; set before
 * wick_module_new. */
typedef void (*wick_progress_fn)(void *user, uint64_t done, uint64_t total);
WICK_API void wick_engine_set_progress(wick_engine *engine, wick_progress_fn progress, void *user);

typedef struct wick_import_info {
    wick_name module;
    wick_name name;
    wick_externtype type;
} wick_import_info;
typedef struct wick_export_info {
    wick_name name;
    wick_externtype type;
    uint32_t index; /* in the index space of its kind */
} wick_export_info;

WICK_API uint32_t wick_module_import_count(const wick_module *module);
WICK_API uint32_t wick_module_export_count(const wick_module *module);
/* index < count; the answer borrows from the module. */
WICK_API void wick_module_import(const wick_module *module, uint32_t index, wick_import_info *out_info);
WICK_API void wick_module_export(const wick_module *module, uint32_t index, wick_export_info *out_info);

/* The first custom section of this name: its payload, borrowed. false: there is none. */
WICK_API bool wick_module_custom(const wick_module *module, const char *name, const uint8_t **out_bytes,
                                 size_t *out_size);
/* A function's name from the name section (size 0: none). */
WICK_API wick_name wick_module_func_name(const wick_module *module, uint32_t func_index);

/* ---- stores and what is in them ---------------------------------------------------------------------------- */

/* 0 in every field means the default. */
typedef struct wick_store_options {
    uint64_t quota; /* bytes of linear memory, tables and the heap; default WICK_STORE_QUOTA. Growing a memory or table
                       beyond answers -1; an object that does not fit even after a collection traps (WICK_ERR_heap) */
    void *user;     /* wick_store_user */
    uint64_t heap_quota; /* of these, what the heap may take at most; default: all of them */
} wick_store_options;

WICK_API wick_err wick_store_new(wick_engine *engine, const wick_store_options *options, wick_store **out_store);
/* Frees everything in it; no task of it may be running. Tasks of it are freed too. */
WICK_API void wick_store_free(wick_store *store);
WICK_API void *wick_store_user(const wick_store *store);
WICK_API wick_engine *wick_store_engine(const wick_store *store);
/* Bytes of linear memory, tables and the heap held now. */
WICK_API uint64_t wick_store_memory_used(const wick_store *store);

/* The heap (doc/gc.md). Structs, arrays, exceptions and references of wick_ref_new lie in a heap of their store. It is
 * collected bit by bit while objects are made, never at any other time; nothing in it ever moves.
 *
 * What is reachable from globals, tables, passive segments, tasks that are not idle, results that a task still has,
 * wick_task_exception and wick_root lives. Any other reference that the host was given (by a result, wick_call_arg,
 * wick_table_get, wick_ref_new, ...) is good until the store runs wasm again or makes another object (a struct, array,
 * exception or wick_ref_new; instantiating may make some), or wick_store_collect is called; after that it must not be
 * used. Inside a host function the arguments of the call, and results that were set, are good until it returns.
 *
 * To keep a reference longer, the host roots it. The struct is the host's, stays where it is while it is a root, and
 * only `ref` may be read or changed. Nothing is allocated, so it cannot fail. */
typedef struct wick_root {
    wick_ref ref;
    struct wick_root *next, **at; /* Wick's own */
} wick_root;
WICK_API void wick_root_add(wick_store *store, wick_root *root, wick_ref ref);
/* Before the store is freed; afterwards roots are forgotten without it. */
WICK_API void wick_root_remove(wick_root *root);

/* Collects all that is garbage now, in one go, and calls the finalizers of host references that nothing refers to. USAGE
 * while wasm of the store runs, unless from inside a host function that it called. */
WICK_API wick_err wick_store_collect(wick_store *store);

/* Of a heap. A unit of work is one object found, or one reference or slot of a stack looked at: 2 to 20 ns. */
typedef struct wick_heap_stats {
    uint64_t held;             /* bytes taken from the store's quota now */
    uint64_t peak;             /* at most so far */
    uint64_t live;             /* bytes of objects that the last collection found reachable */
    uint64_t allocated;        /* bytes of cells given out since then */
    uint64_t collections;      /* that have ended */
    uint64_t full_collections; /* of these, done in one go: by wick_store_collect, or for want of memory */
    uint64_t steps;            /* that the others took */
    uint64_t units;            /* of work in those steps */
    uint64_t longest_step;     /* in units */
} wick_heap_stats;
WICK_API void wick_store_heap_stats(const wick_store *store, wick_heap_stats *out_stats);

/* An export by name [7.1.7]. false: there is none. */
WICK_API bool wick_instance_export(wick_instance *instance, const char *name, size_t name_size,
                                   wick_extern *out_extern);
WICK_API wick_module *wick_instance_module(const wick_instance *instance);
WICK_API wick_store *wick_instance_store(const wick_instance *instance);
WICK_API void wick_extern_type(const wick_extern *item, wick_externtype *out_type);

/* What a host function answers. */
typedef enum wick_host_result {
    WICK_HOST_OK,      /* results are set */
    WICK_HOST_TRAP,    /* wick_call_trap has been called */
    WICK_HOST_PENDING, /* not yet: the task's resume answers PENDING, and the next resume calls again with the same
                          arguments and the same wick_call_state */
    WICK_HOST_CALL,    /* wick_call_wasm has been called: that function runs in this task, then this host function is
                          called again */
    WICK_HOST_THROW    /* wick_call_throw has been called: the exception is thrown where the call is */
} wick_host_result;

/* A function of the host. `user` is what it was made with. */
typedef wick_host_result (*wick_host_fn)(wick_call *call, void *user);

WICK_API wick_err wick_func_new(wick_store *store, const wick_functype *type, wick_host_fn fn, void *user,
                                wick_func **out_func);
WICK_API void wick_func_type(const wick_func *func, wick_functype *out_type);
/* Memories [7.1.9]: limits in pages, which have 65,536 bytes unless limits->page_size is 1; any other page size is
 * USAGE, as are limits that the standard calls invalid. The data pointer moves when the memory grows: ask again after
 * anything that may run wasm. */
WICK_API wick_err wick_memory_new(wick_store *store, const wick_limits *limits, wick_memory **out_memory);
WICK_API uint8_t *wick_memory_data(wick_memory *memory);
WICK_API uint64_t wick_memory_bytes(const wick_memory *memory);
/* Bytes in a page of the memory: 65536 or 1. */
WICK_API uint32_t wick_memory_page_size(const wick_memory *memory);
/* Adds `pages` pages of the memory's own size. Answers the old size in such pages, or UINT64_MAX when it cannot grow. */
WICK_API uint64_t wick_memory_grow(wick_memory *memory, uint64_t pages);
/* Shared memories (the threads proposal; doc/threads.md). A memory whose limits say `shared` is bytes of the engine that
 * memories of several stores refer to, each store perhaps on a CPU of its own. It never moves; wick_memory_data may be
 * kept, but whatever the host reads or writes there races with guests unless it is atomic. All of these may be called
 * by any thread.
 *
 * A handle on the bytes of such a memory, with one count, that may be carried to another store of the engine: USAGE when
 * the memory is not shared, UNSUPPORTED (no_atomics) when the CPU cannot share it. Counts are given back by
 * wick_shared_free, before the engine is freed; waiting tasks and the memories themselves hold their own. */
WICK_API wick_err wick_memory_share(wick_memory *memory, wick_shared **out_shared);
WICK_API void wick_shared_retain(wick_shared *shared);
WICK_API void wick_shared_free(wick_shared *shared);
/* A memory of the store with these bytes, to be imported like any other. They count against no quota of the store but
 * for what it lets them grow; all stores together let them grow no further than the quota of the store that made them
 * left when it did. `shared` keeps its count. */
WICK_API wick_err wick_memory_from_shared(wick_store *store, wick_shared *shared, wick_memory **out_memory);
/* Tables [7.1.8]. */
WICK_API wick_err wick_table_new(wick_store *store, wick_valtype type, const wick_limits *limits, wick_ref init,
                                 wick_table **out_table);
WICK_API uint64_t wick_table_size(const wick_table *table);
WICK_API uint64_t wick_table_grow(wick_table *table, uint64_t n, wick_ref init);
/* oob_table when index is out of range; USAGE when the reference is not of the table's type. */
WICK_API wick_err wick_table_get(const wick_table *table, uint64_t index, wick_ref *out_ref);
WICK_API wick_err wick_table_set(wick_table *table, uint64_t index, wick_ref ref);
/* Globals [7.1.11]. */
WICK_API wick_err wick_global_new(wick_store *store, bool is_mutable, const wick_value *init,
                                  wick_global **out_global);
WICK_API void wick_global_get(const wick_global *global, wick_value *out_value);
/* immutable_global, or USAGE when the type differs. */
WICK_API wick_err wick_global_set(wick_global *global, const wick_value *value);
/* Tags [7.1.10]: a function type without results; with them when the engine has stack switching, to suspend by. */
WICK_API wick_err wick_tag_new(wick_store *store, const wick_functype *type, wick_tag **out_tag);

/* What a reference is when one looks (the type of what holds it may say less). A conversion between anyref and externref
 * changes nothing, so each kind but FUNC, EXN and CONT may come as either. */
typedef enum wick_ref_kind {
    WICK_REF_KIND_NULL,
    WICK_REF_KIND_FUNC,
    WICK_REF_KIND_HOST, /* of wick_ref_new */
    WICK_REF_KIND_I31,
    WICK_REF_KIND_STRUCT,
    WICK_REF_KIND_ARRAY,
    WICK_REF_KIND_EXN,
    WICK_REF_KIND_CONT
} wick_ref_kind;
WICK_API wick_ref_kind wick_ref_get_kind(const wick_store *store, wick_ref ref);
/* Its type: concrete for functions, structs and arrays. A null has no type (0). */
WICK_API wick_valtype wick_ref_type(const wick_store *store, wick_ref ref);
/* Is it a value of this reference type? Constant time [3.3, 4.5.3]. */
WICK_API bool wick_ref_is(const wick_store *store, wick_ref ref, wick_valtype type);

/* References to objects of the host. The finalizer (may be NULL) runs when the store is freed or the reference is
 * collected, which it is when nothing refers to it (see wick_root); it must not use the store. The same pointer given
 * twice makes two references that are not equal. nomem, or heap when the store's quota is used up. */
WICK_API wick_err wick_ref_new(wick_store *store, void *object, void (*finalizer)(void *object), wick_ref *out_ref);
/* NULL when the reference is not one of wick_ref_new. */
WICK_API void *wick_ref_object(wick_ref ref);
WICK_API wick_ref wick_func_ref(wick_func *func);
/* NULL when it is null or no function. */
WICK_API wick_func *wick_ref_func(wick_ref ref);

/* Exceptions [4.2.9] are references of type (ref exn): a tag and the values of its parameters. `exception` below must be
 * one; a store's exceptions live until the store is freed or they are collected (wick_task_exception and what a host
 * function's wick_call_exception answered are kept as said there, others as wick_root says). All for the thread that uses
 * the store.
 * A new exception. USAGE when the arguments do not fit the tag's type; nomem, or heap when the store's quota is used up. */
WICK_API wick_err wick_exception_new(wick_store *store, wick_tag *tag, const wick_value *args, size_t n_args,
                                     wick_ref *out_ref);
/* NULL when the reference is null or no exception. */
WICK_API wick_tag *wick_exception_tag(wick_ref exception);
/* How many values it carries: the parameters of its tag's type. */
WICK_API size_t wick_exception_arg_count(wick_ref exception);
/* index < count. */
WICK_API void wick_exception_arg(wick_ref exception, size_t index, wick_value *out_value);
/* The type of a tag: parameters, no results; lives as long as the tag. */
WICK_API void wick_tag_type(const wick_tag *tag, wick_functype *out_type);
/* The index of a tag in the instance's tag space, and its name when it is exported or imported (size 0: none; borrowed
 * from the module). false: the instance does not know it. Takes time linear in the module's tags, exports and imports. */
WICK_API bool wick_instance_tag(const wick_instance *instance, const wick_tag *tag, uint32_t *out_index,
                                wick_name *out_name);

/* ---- linking ----------------------------------------------------------------------------------------------- */

WICK_API wick_err wick_linker_new(wick_store *store, wick_linker **out_linker);
WICK_API void wick_linker_free(wick_linker *linker);
/* Names an item (a later definition of the same names takes the place of the earlier). Names are copied. */
WICK_API wick_err wick_linker_define(wick_linker *linker, const char *module, const char *name,
                                     const wick_extern *item);
/* The same with lengths, for names that contain zeros. */
WICK_API wick_err wick_linker_define_n(wick_linker *linker, wick_name module, wick_name name,
                                       const wick_extern *item);
/* Makes a host function of a signature (see wick_functype_parse) and names it. */
WICK_API wick_err wick_linker_func(wick_linker *linker, const char *module, const char *name, const char *signature,
                                   wick_host_fn fn, void *user);
/* Names every export of an instance. */
WICK_API wick_err wick_linker_instance(wick_linker *linker, const char *module, size_t module_size,
                                       wick_instance *instance);
/* false: nothing has these names. */
WICK_API bool wick_linker_get(const wick_linker *linker, wick_name module, wick_name name, wick_extern *out_item);
/* Resolves the imports and instantiates at once, running segments and start function to their end [4.7.2]. The
 * instance stays in the store even when its start function traps, as the standard says; *out_instance is then NULL. */
WICK_API wick_err wick_linker_instantiate(wick_linker *linker, wick_module *module, wick_instance **out_instance,
                                          wick_diag *diag);

/* ---- tasks ------------------------------------------------------------------------------------------------- */

typedef struct wick_task_options {
    uint32_t stack_slots; /* 0: WICK_STACK_SLOTS. The stack grows up to this many slots of 8 bytes */
    void *stack;          /* not NULL: a block of stack_slots * 8 bytes, aligned to 16, that is used and never grows */
    void *user;           /* wick_task_user */
} wick_task_options;

typedef enum wick_status {
    WICK_DONE,    /* results are there */
    WICK_YIELDED, /* out of fuel, or stopped: resume goes on */
    WICK_PENDING, /* a host function waits: resume asks it again; or the task is in memory.atomic.wait (wick_task_waits) */
    WICK_TRAPPED, /* wick_task_diag says why; class TRAP, SUSPENSION, EXHAUSTION, LIMIT, UNSUPPORTED, NOMEM, HOST */
    WICK_THREW    /* an exception left the task uncaught */
} wick_status;

#define WICK_FUEL_UNLIMITED UINT64_MAX

WICK_API wick_err wick_task_new(wick_store *store, const wick_task_options *options, wick_task **out_task);
WICK_API void wick_task_free(wick_task *task);
WICK_API void *wick_task_user(const wick_task *task);
WICK_API wick_store *wick_task_store(const wick_task *task);

/* Makes the idle task ready to call `func` [7.1.6]. What suspends there without a handler ends it: WICK_TRAPPED, the
 * error unhandled_tag of class SUSPENSION. USAGE when it is busy or the arguments do not fit. */
WICK_API wick_err wick_task_call(wick_task *task, wick_func *func, const wick_value *args, size_t n_args);
/* Makes the idle task ready to instantiate [4.7.2]: imports are checked now, segments and the start function run under
 * resume. `imports` has one item for each import, in their order. */
WICK_API wick_err wick_task_instantiate(wick_task *task, wick_module *module, const wick_extern *imports,
                                        size_t n_imports, wick_instance **out_instance, wick_diag *diag);
/* The same with imports resolved by a linker. */
WICK_API wick_err wick_task_link(wick_task *task, wick_linker *linker, wick_module *module,
                                 wick_instance **out_instance, wick_diag *diag);

/* Runs, with `fuel` more units (a unit pays for a taken back-edge or a call, see doc/engine.md); debts of the previous
 * resume are paid first. After DONE, TRAPPED or THREW the task is idle again. */
WICK_API wick_status wick_task_resume(wick_task *task, uint64_t fuel);
/* Asks the running task to yield within 64 units of fuel; may be called from an interrupt handler or another thread.
 * If it does not run, its next resume yields. */
WICK_API void wick_task_stop(wick_task *task);
/* Gives up what the task was doing; it is idle afterwards. Not while it runs. */
WICK_API void wick_task_cancel(wick_task *task);
WICK_API uint64_t wick_task_fuel_used(const wick_task *task);

/* After PENDING. true: the task is in memory.atomic.wait and nobody has woken it; resume would answer PENDING again,
 * unless its time is up. Such a task holds no thread of the host: an embedder that schedules tasks looks here, or simply
 * resumes it now and then. */
WICK_API bool wick_task_waits(const wick_task *task);
/* After PENDING: when resuming it makes sense at the latest, by wick_host.now_ns: the end of a wait (UINT64_MAX: none), or
 * what the host function said (wick_call_pending; 0: nothing). */
WICK_API uint64_t wick_task_deadline(const wick_task *task);
/* For embedders that give a task a thread of its own: the calling thread sleeps (wick_host.wait) until the task in
 * memory.atomic.wait is woken, its time is up, deadline_ns is reached (UINT64_MAX: none), or wick_task_stop is called; it
 * may return early. At once when the task does not wait. */
WICK_API void wick_task_sleep(wick_task *task, uint64_t deadline_ns);

/* After DONE: the results, borrowed until the next call. */
WICK_API size_t wick_task_result_count(const wick_task *task);
WICK_API wick_value wick_task_result(const wick_task *task, size_t index);
/* After TRAPPED or THREW, or an error of wick_task_call about its arguments: why. Borrowed until the next call. */
WICK_API const wick_diag *wick_task_diag(const wick_task *task);
/* After THREW: the exception, which the task keeps until its next call, cancel or free. Otherwise 0. */
WICK_API wick_ref wick_task_exception(const wick_task *task);

/* One line of a backtrace, innermost first. */
typedef struct wick_frame {
    wick_instance *instance; /* NULL: a function of the host */
    uint32_t func;           /* function index */
    uint32_t offset;         /* byte offset in the module of the instruction; 0: unknown */
} wick_frame;

/* The calls that were active at the trap or the throw of an uncaught exception, or now for a task that yielded or waits. Answers how many there are in all,
 * writes at most cap. After a trap at most WICK_BACKTRACE_DEPTH are kept. */
WICK_API size_t wick_task_backtrace(const wick_task *task, wick_frame *frames, size_t cap);

/* Calls a function and runs it to its end on a task of its own, without bound on fuel; a PENDING host function is asked
 * again and again (wick_host.yield in between). For those who need no scheduling. TRAP and other errors are answered,
 * and described in diag; an uncaught exception is uncaught_exception (its values: use a task). */
WICK_API wick_err wick_func_call(wick_func *func, const wick_value *args, size_t n_args, wick_value *results,
                                 size_t n_results, wick_diag *diag);

/* ---- inside a host function ---------------------------------------------------------------------------------- */

/* Parameters and results count from 0 as in the function's type. One that is not there or not of the type asked for is read
 * as 0 and not written, and the task traps when the function returns: usage, with the accessor's name. */
WICK_API uint32_t wick_call_arg_i32(const wick_call *call, uint32_t index);
WICK_API uint64_t wick_call_arg_i64(const wick_call *call, uint32_t index);
/* Any parameter as the slot it lies in: i32 zero-extended, floats their bits, references. v128 takes two. */
WICK_API const uint64_t *wick_call_args(const wick_call *call);
WICK_API void wick_call_arg(const wick_call *call, uint32_t index, wick_value *out_value);
WICK_API void wick_call_return_i32(wick_call *call, uint32_t index, uint32_t value);
WICK_API void wick_call_return_i64(wick_call *call, uint32_t index, uint64_t value);
WICK_API void wick_call_return(wick_call *call, uint32_t index, const wick_value *value);
WICK_API wick_task *wick_call_task(const wick_call *call);
WICK_API wick_store *wick_call_store(const wick_call *call);
/* The instance whose code called; NULL when the host called. */
WICK_API wick_instance *wick_call_instance(const wick_call *call);
/* The caller's memory 0; NULL when it has none. */
WICK_API wick_memory *wick_call_memory(const wick_call *call);
/* The bytes [address, address + size) of the caller's memory 0, or NULL when they are not all inside. Borrowed until
 * anything runs wasm or grows the memory. size 0 answers a pointer that must not be used when address <= memory size. */
WICK_API uint8_t *wick_call_bytes(const wick_call *call, uint64_t address, uint64_t size);
/* Two words that are 0 at the first call and kept while the function answers PENDING or CALL. */
WICK_API uint64_t *wick_call_state(wick_call *call);
/* How often this call has been made again (0 at first). */
WICK_API uint32_t wick_call_round(const wick_call *call);
/* Answers WICK_HOST_PENDING, and says when it is to be asked again at the latest (wick_task_deadline). */
WICK_API wick_host_result wick_call_pending(wick_call *call, uint64_t deadline_ns);
/* Return what it answers: the task traps; `why` is a static string. */
WICK_API wick_host_result wick_call_trap(wick_call *call, const char *why);
/* The same with any error of err.def. */
WICK_API wick_host_result wick_call_fail(wick_call *call, wick_err err);
/* Return what it answers: runs `func` in this task first. The arguments are copied. A suspension passes through the host
 * function like a wasm frame: it is called again when the continuation is resumed and `func` has returned, perhaps in
 * another task of the store; or never, when the continuation is dropped. So what it holds must be in wick_call_state. */
WICK_API wick_host_result wick_call_wasm(wick_call *call, wick_func *func, const wick_value *args, size_t n_args);
/* The same, but an exception that leaves `func` is caught: the host function is called again and wick_call_exception
 * answers it. After wick_call_wasm an exception passes through the host function, which is then not called again. */
WICK_API wick_host_result wick_call_wasm_catch(wick_call *call, wick_func *func, const wick_value *args,
                                               size_t n_args);
/* In the rounds after wick_call_wasm_catch, until the next inner call: the exception that ended it; 0: it returned. The
 * call keeps it. */
WICK_API wick_ref wick_call_exception(const wick_call *call);
/* Return what it answers: throws the exception where the host function was called [4.4.10]. What the function had
 * to return is dropped. */
WICK_API wick_host_result wick_call_throw(wick_call *call, wick_ref exception);
/* In the rounds after wick_call_wasm or wick_call_wasm_catch: its results; zeros when an exception ended it. A trap of
 * the callee ends the task and is not seen here. */
WICK_API void wick_call_wasm_result(const wick_call *call, uint32_t index, wick_value *out_value);

#ifdef __cplusplus
}
#endif
#endif

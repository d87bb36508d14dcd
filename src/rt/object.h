/* object.h - what the files of rt share and nobody else needs: making and freeing the objects of a store.
 *
 * Owner of: the misuse checks' macro, and the rule that every object is in exactly one list of its store. */
#ifndef WICK_RT_OBJECT_H
#define WICK_RT_OBJECT_H

#include "base/atomic.h"
#include "rt/interp.h"
#include "rt/shared.h"

/* Is the API used wrongly? Compiled out when the embedder is trusted. */
#if WICK_CHECK_API
#define WK_MISUSE(condition) WK_UNLIKELY(condition)
#else
#define WK_MISUSE(condition) (0 && (condition))
#endif

#define WK_USAGE(diag, why) wk_fail((diag), WICK_ERR_usage, WK_STR(why), 0, 0, 0)

/* Stack of a new task, and by how much it grows at least. */
#define WK_STACK_FIRST 512u

/* The store's quota: counts `bytes` more, or answers false. */
WK_EXTERN bool wk_store_take(struct wick_store *store, uint64_t bytes);
WK_EXTERN void wk_store_give(struct wick_store *store, uint64_t bytes);

/* Each makes an object and puts it at the head of the store's list; `diag` gets the cause. */
WK_EXTERN wick_err wk_memory_make(struct wick_store *store, const wick_limits *limits, struct wick_memory **out,
                                  wick_diag *diag);
WK_EXTERN wick_err wk_table_make(struct wick_store *store, wick_valtype type, const wick_limits *limits, uint64_t init,
                                 struct wick_table **out, wick_diag *diag);
WK_EXTERN wick_err wk_global_make(struct wick_store *store, wick_valtype type, bool is_mutable,
                                  const uint64_t value[2], struct wick_global **out, wick_diag *diag);
WK_EXTERN wick_err wk_tag_make(struct wick_store *store, uint32_t type, struct wick_tag **out, wick_diag *diag);

/* Each frees the newest objects of the list until its head is `mark`. */
WK_EXTERN void wk_memories_free(struct wick_store *store, struct wick_memory *mark);
WK_EXTERN void wk_tables_free(struct wick_store *store, struct wick_table *mark);
WK_EXTERN void wk_globals_free(struct wick_store *store, struct wick_global *mark);
WK_EXTERN void wk_tags_free(struct wick_store *store, struct wick_tag *mark);
WK_EXTERN void wk_host_funcs_free(struct wick_store *store);

/* A memory that is in no list; NULL when there is no memory. Its frame counts against no quota of the store. */
WK_EXTERN struct wick_memory *wk_memory_empty(struct wick_store *store);
WK_EXTERN void wk_memory_free(struct wick_memory *memory);
/* Bytes of so many pages, when the limits allow them and this host can address them. */
WK_EXTERN bool wk_memory_bytes_of(const wick_limits *limits, uint64_t pages, size_t *out_bytes);
#if WICK_THREADS
/* Makes a memory of the store out of a count of shared bytes. */
WK_EXTERN void wk_memory_adopt(struct wick_store *store, struct wick_memory *memory, struct wick_shared *shared);
#endif
/* The most bytes that a memory of these limits may ever have; and how much address space to reserve for them (0: none
 * can be, or is wanted). */
WK_EXTERN uint64_t wk_memory_most_bytes(const wick_limits *limits);
/* Address space is committed and reserved in such pieces (wick_host.h). */
static inline size_t wk_memory_round(size_t bytes) {
    return (bytes + WK_PAGE_SIZE - 1) & ~(size_t)(WK_PAGE_SIZE - 1);
}
WK_EXTERN size_t wk_memory_reservable(const struct wick_engine *engine, const wick_limits *limits);

/* Makes an instance with everything in it but the effects of its active segments and its start function. */
WK_EXTERN wick_err wk_instance_make(struct wick_store *store, struct wick_module *module, const wick_extern *imports,
                                    struct wick_instance **out, wick_diag *diag);
WK_EXTERN void wk_instances_free(struct wick_store *store);
WK_EXTERN void wk_instance_export_at(const struct wick_instance *instance, uint32_t index, wick_extern *out);
WK_EXTERN void wk_elem_free(struct wick_instance *instance, uint32_t elem);

/* The constant expression at *at; moves *at behind it. */
WK_EXTERN wick_err wk_const_eval_next(struct wick_instance *instance, uint32_t *at, uint64_t out[2],
                                      wick_diag *diag);

/* Are these items what the module's imports ask for? [4.5.4] */
WK_EXTERN wick_err wk_imports_check(struct wick_store *store, const struct wick_module *module,
                                    const wick_extern *imports, wick_diag *diag);
/* unknown_import of import `index`, with its names. */
WK_EXTERN wick_err wk_import_unknown(const struct wick_module *module, uint32_t index, wick_diag *diag);

WK_EXTERN struct wick_store *wk_linker_store(const struct wick_linker *linker);
/* Finds an item for each import. */
WK_EXTERN wick_err wk_linker_resolve(const struct wick_linker *linker, const struct wick_module *module,
                                     wick_extern *items, wick_diag *diag);

/* Does a value's slot fit the type? Numbers always do. */
WK_EXTERN bool wk_ref_is(const struct wick_store *store, uint64_t ref, wick_valtype type);
WK_EXTERN bool wk_ref_is_func(uint64_t ref);
/* A value to 1 or 2 slots and back. */
WK_EXTERN void wk_value_to_slots(const wick_value *value, uint64_t *slots);
WK_EXTERN void wk_value_of_slots(wick_valtype type, const uint64_t *slots, wick_value *out);
/* Are these the arguments of the type, in number and kind? USAGE says which are not. */
WK_EXTERN wick_err wk_args_check(const struct wick_store *store, const struct wk_deftype *type, const wick_value *args,
                                 size_t n, wick_diag *diag);
/* The slot of parameter or result `index` in a list of types. */
WK_EXTERN uint32_t wk_slot_of(const wick_valtype *types, uint32_t index);

WK_EXTERN void wk_functype_of(const struct wk_deftype *type, wick_functype *out);
static inline const struct wk_deftype *wk_func_deftype(const struct wick_func *func) {
    return wk_type_get(&func->store->engine->types, func->type);
}
/* Keeps a reference on the concrete type in a value type; true when there is one. */
WK_EXTERN bool wk_valtype_hold(struct wick_engine *engine, wick_valtype type);
WK_EXTERN void wk_valtype_drop(struct wick_engine *engine, wick_valtype type);

WK_EXTERN bool wk_task_is_free_to_run(const struct wick_store *store);
WK_EXTERN void wk_tasks_free(struct wick_store *store);
/* Is the interpreter asked to run it? Else it is idle, or copies segments. */
WK_EXTERN bool wk_task_has_started(const struct wick_task *task);
/* Runs a task that is ready to its end; the answer's error is in task->diag. */
WK_EXTERN wick_err wk_task_finish(struct wick_task *task);

#endif

/* table.c - tables: making, growing, single entries from the host.
 *
 * Owner of: the limit on entries and their share of the store's quota (8 bytes an entry that is in use).
 * Spec: exec-table.grow, syntax-tableinst. */
#include "module/limit.h"
#include "rt/heap.h"
#include "rt/object.h"

static bool table_fits(const wick_limits *limits, uint64_t entries) {
    return entries <= limits->max && entries <= WK_LIMIT_VALUE(TABLE_ENTRIES) &&
           entries <= SIZE_MAX / sizeof(uint64_t) && (limits->is64 || entries <= UINT32_MAX);
}

/* Makes room for `entries` of them, by half more each time while memory allows. */
static bool table_reserve(struct wick_table *table, uint64_t entries) {
    struct wk_alloc *alloc = &table->store->engine->alloc;
    const size_t old_size = (size_t)table->cap * sizeof(uint64_t);
    uint64_t cap = table->cap + table->cap / 2;
    uint64_t *elems;
    if (entries <= table->cap) {
        return true;
    }
    if (cap < entries || !table_fits(&table->limits, cap)) {
        cap = entries;
    }
    elems = wk_realloc(alloc, table->elems, old_size, (size_t)cap * sizeof(uint64_t));
    if (elems == NULL && cap > entries) {
        cap = entries;
        elems = wk_realloc(alloc, table->elems, old_size, (size_t)cap * sizeof(uint64_t));
    }
    if (elems == NULL) {
        return false;
    }
    table->elems = elems;
    table->cap = cap;
    return true;
}

uint64_t wk_table_grow(struct wick_table *table, uint64_t delta, uint64_t init) {
    const uint64_t old_size = table->size;
    if (delta > WK_LIMIT_VALUE(TABLE_ENTRIES) || !table_fits(&table->limits, old_size + delta) ||
        !wk_store_take(table->store, delta * sizeof(uint64_t))) {
        return UINT64_MAX;
    }
    if (!table_reserve(table, old_size + delta)) {
        wk_store_give(table->store, delta * sizeof(uint64_t));
        return UINT64_MAX;
    }
    for (uint64_t i = old_size; i < old_size + delta; i++) {
        table->elems[i] = init;
    }
    table->size = old_size + delta;
    table->store->changes++;
    return old_size;
}

static void table_free(struct wick_table *table) {
    struct wick_store *store = table->store;
    wk_store_give(store, table->size * sizeof(uint64_t));
    if (table->holds_type) {
        wk_valtype_drop(store->engine, table->type);
    }
    wk_free(&store->engine->alloc, table->elems, (size_t)table->cap * sizeof(uint64_t));
    wk_free(&store->engine->alloc, table, sizeof *table);
}

wick_err wk_table_make(struct wick_store *store, wick_valtype type, const wick_limits *limits, uint64_t init,
                       struct wick_table **out, wick_diag *diag) {
    struct wick_table *table;
    if (limits->min > WK_LIMIT_VALUE(TABLE_ENTRIES)) {
        return wk_fail_limit(diag, WK_LIMIT_TABLE_ENTRIES, limits->min);
    }
    if (limits->min * sizeof(uint64_t) > store->quota - store->used) {
        return wk_fail(diag, WICK_ERR_quota, limits->min * sizeof(uint64_t), store->quota,
                       WK_STR("wick_store_options.quota (WICK_STORE_QUOTA)"), 0);
    }
    table = wk_zalloc(&store->engine->alloc, sizeof *table);
    if (table == NULL) {
        return wk_fail_nomem(diag, sizeof *table);
    }
    table->store = store;
    table->type = type;
    table->limits = *limits;
    if (wk_table_grow(table, limits->min, init) != 0) {
        wk_free(&store->engine->alloc, table, sizeof *table);
        return wk_fail_nomem(diag, limits->min * sizeof(uint64_t));
    }
    table->next = store->tables;
    store->tables = table;
    *out = table;
    return WICK_OK;
}

void wk_tables_free(struct wick_store *store, struct wick_table *mark) {
    while (store->tables != mark) {
        struct wick_table *table = store->tables;
        store->tables = table->next;
        wk_heap_forget_table(store, table);
        table_free(table);
    }
}

/* ---- the API ----------------------------------------------------------------------------------------------------- */

wick_err wick_table_new(wick_store *store, wick_valtype type, const wick_limits *limits, wick_ref init,
                        wick_table **out_table) {
    if (WK_MISUSE(store == NULL) || WK_MISUSE(limits == NULL) || WK_MISUSE(out_table == NULL) ||
        WK_MISUSE(!wk_type_is_ref(type)) || WK_MISUSE(limits->max < limits->min) || WK_MISUSE(limits->shared) ||
        WK_MISUSE(!wk_ref_is(store, init, type))) {
        return WICK_ERR_usage;
    }
    WK_TRY(wk_table_make(store, type, limits, init, out_table, NULL));
    (*out_table)->holds_type = wk_valtype_hold(store->engine, type);
    return WICK_OK;
}

uint64_t wick_table_size(const wick_table *table) {
    return table->size;
}

uint64_t wick_table_grow(wick_table *table, uint64_t n, wick_ref init) {
    if (WK_MISUSE(!wk_ref_is(table->store, init, table->type))) {
        return UINT64_MAX;
    }
    return wk_table_grow(table, n, init);
}

wick_err wick_table_get(const wick_table *table, uint64_t index, wick_ref *out_ref) {
    if (WK_MISUSE(table == NULL) || WK_MISUSE(out_ref == NULL)) {
        return WICK_ERR_usage;
    }
    if (index >= table->size) {
        return WICK_ERR_oob_table;
    }
    *out_ref = table->elems[index];
    return WICK_OK;
}

wick_err wick_table_set(wick_table *table, uint64_t index, wick_ref ref) {
    if (WK_MISUSE(table == NULL)) {
        return WICK_ERR_usage;
    }
    if (index >= table->size) {
        return WICK_ERR_oob_table;
    }
    if (WK_MISUSE(!wk_ref_is(table->store, ref, table->type))) {
        return WICK_ERR_usage;
    }
    wk_heap_overwrite(table->store, &table->elems[index], 1);
    table->elems[index] = ref;
    return WICK_OK;
}

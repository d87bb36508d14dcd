/* script_spectest.c - the host module "spectest" that the official suite imports. */
#include "script/state.h"

static wick_host_result spectest_print(wick_call *call, void *user) {
    (void)call;
    (void)user;
    return WICK_HOST_OK;
}

static wick_err spectest_define(struct wk_script *s, const char *name, wick_extern_kind kind,
                                void *item) {
    wick_extern ext = {.kind = kind};
    switch (kind) {
    case WICK_EXTERN_GLOBAL:
        ext.of.global = item;
        break;
    case WICK_EXTERN_TABLE:
        ext.of.table = item;
        break;
    default:
        ext.of.memory = item;
        break;
    }
    return wick_linker_define(s->linker, "spectest", name, &ext);
}

static wick_err spectest_global(struct wk_script *s, const char *name, wick_value value) {
    wick_global *global;
    WK_TRY(wick_global_new(s->store, false, &value, &global));
    return spectest_define(s, name, WICK_EXTERN_GLOBAL, global);
}

static wick_err spectest_table(struct wk_script *s, const char *name, bool is64) {
    const wick_limits limits = {.min = 10, .max = 20, .is64 = is64};
    wick_table *table;
    WK_TRY(wick_table_new(s->store, WICK_FUNCREF, &limits, 0, &table));
    return spectest_define(s, name, WICK_EXTERN_TABLE, table);
}

wick_err wk_script_spectest(struct wk_script *s) {
    static const char *const functions[][2] = {
        {"print", ":"},          {"print_i32", "i:"},      {"print_i64", "l:"},
        {"print_f32", "f:"},     {"print_f64", "d:"},      {"print_i32_f32", "if:"},
        {"print_f64_f64", "dd:"}};
    const wick_limits pages = {.min = 1, .max = 2};
    wick_memory *memory;
    for (size_t i = 0; i < WK_COUNT_OF(functions); i++) {
        WK_TRY(wick_linker_func(s->linker, "spectest", functions[i][0], functions[i][1],
                                spectest_print, NULL));
    }
    WK_TRY(spectest_global(s, "global_i32", (wick_value){.type = WICK_I32, .of.i32 = 666}));
    WK_TRY(spectest_global(s, "global_i64", (wick_value){.type = WICK_I64, .of.i64 = 666}));
    /* 666.6 */
    WK_TRY(spectest_global(s, "global_f32", (wick_value){.type = WICK_F32, .of.f32 = 0x4426a666}));
    WK_TRY(spectest_global(
        s, "global_f64", (wick_value){.type = WICK_F64, .of.f64 = 0x4084d4cccccccccdu}));
    WK_TRY(spectest_table(s, "table", false));
    WK_TRY(spectest_table(s, "table64", true));
    WK_TRY(wick_memory_new(s->store, &pages, &memory));
    return spectest_define(s, "memory", WICK_EXTERN_MEMORY, memory);
}

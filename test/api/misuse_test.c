/* misuse_test.c - the API in tired hands. wick.h promises that a function which answers a wick_err answers an error of class
 * USAGE to NULL, to values that do not fit, and to what is busy; that freeing NULL is nothing; and that a host function that
 * asks for a parameter or sets a result which it does not have traps its task. Each of these is tried here. */
#include "wick/wick_proc.h"
#include "wick/wick_wasi.h"

#include "api.h"

static struct world w;
static wick_instance *instance;
static wick_func *func;
static wick_memory *memory;
static wick_table *table;
static wick_global *global;
static wick_tag *tag;

#define USAGE(call) CHECK_EQ(wick_err_get_class(call), WICK_CLASS_USAGE)
#define SAYS(text)                                                                 \
    do {                                                                           \
        char said_[256];                                                           \
        wick_diag_format(&diag, NULL, NULL, said_, sizeof said_);                  \
        if (strstr(said_, text) == NULL) {                                         \
            FAILED("message");                                                     \
            printf("  expected %s in: %s\n", text, said_);                         \
        }                                                                          \
        test_checks++;                                                             \
    } while (0)

/* What the host function below is to do wrong. */
static enum wrong {
    FINE,
    NO_SUCH_RESULT,
    OTHER_RESULT,
    NO_SUCH_I32,
    I64_OF_I32,
    NO_SUCH_ARG,
    NO_CALL_BEFORE,
    WRONG_INNER,
    NO_SUCH_INNER_RESULT,
    PENDING_AFTER_MISUSE,
    RESUMES_ITSELF,
    CALLS_WITH_ITSELF,
    FREES_ITSELF,
    WRONGS
} wrong;

static wick_host_result tired(wick_call *call, void *user) {
    wick_value value = {.type = WICK_F64};
    (void)user;
    switch (wrong) {
    case NO_SUCH_RESULT:
        wick_call_return_i32(call, 1, 5);
        break;
    case OTHER_RESULT:
        wick_call_return(call, 0, &value);
        break;
    case NO_SUCH_I32:
        CHECK_EQ(wick_call_arg_i32(call, 3), 0);
        break;
    case I64_OF_I32:
        CHECK_EQ(wick_call_arg_i64(call, 0), 0);
        break;
    case NO_SUCH_ARG:
        wick_call_arg(call, 1, &value);
        CHECK_EQ(value.type, WICK_KIND_NONE);
        break;
    case NO_CALL_BEFORE:
        wick_call_wasm_result(call, 0, &value);
        break;
    case WRONG_INNER:
        return wick_call_wasm(call, func, &value, 1);
    case NO_SUCH_INNER_RESULT:
        if (wick_call_round(call) == 0) {
            return wick_call_wasm(call, func_of(instance, "none"), NULL, 0);
        }
        wick_call_wasm_result(call, 0, &value);
        CHECK_EQ(value.type, WICK_KIND_NONE);
        break;
    case PENDING_AFTER_MISUSE:
        (void)wick_call_arg_i64(call, 0);
        return WICK_HOST_PENDING;
    case RESUMES_ITSELF:
        CHECK_EQ(wick_task_resume(wick_call_task(call), 100), WICK_TRAPPED);
        break;
    case CALLS_WITH_ITSELF:
        value.type = WICK_I32;
        USAGE(wick_task_call(wick_call_task(call), func, &value, 1));
        break;
    case FREES_ITSELF: /* nothing happens */
        wick_task_free(wick_call_task(call));
        break;
    default:
        break;
    }
    wick_call_return_i32(call, 0, wick_call_arg_i32(call, 0));
    return WICK_HOST_OK;
}

static void open_all(void) {
    wick_extern item;
    world_open(&w, WICK_ENGINE_FAST);
    NEED(wick_linker_func(w.linker, "env", "tired", "i:i", tired, NULL) == WICK_OK);
    instance = world_instance(&w, "x",
                              "(module (import \"env\" \"tired\" (func $tired (param i32) (result i32)))"
                              "  (memory (export \"m\") 1) (table (export \"t\") 3 externref)"
                              "  (global (export \"g\") (mut i32) (i32.const 1)) (tag (export \"e\") (param i32))"
                              "  (func (export \"none\"))"
                              "  (func (export \"f\") (param i32) (result i32) (call $tired (local.get 0))))");
    func = func_of(instance, "f");
    NEED(wick_instance_export(instance, "m", 1, &item));
    memory = item.of.memory;
    NEED(wick_instance_export(instance, "t", 1, &item));
    table = item.of.table;
    NEED(wick_instance_export(instance, "g", 1, &item));
    global = item.of.global;
    NEED(wick_instance_export(instance, "e", 1, &item));
    tag = item.of.tag;
}

static void test_null(void) {
    const wick_limits limits = {.min = 1, .max = UINT64_MAX};
    wick_functype type;
    wick_value value = i32(1);
    wick_extern item = {.kind = WICK_EXTERN_FUNC, .of.func = func};
    wick_engine *engine;
    wick_module *module;
    wick_store *store;
    wick_linker *linker;
    wick_task *task;
    wick_shared *shared;
    wick_ref ref;
    uint64_t block;
    uint32_t features;
    NEED(wick_functype_parse(w.engine, "i:i", &type) == WICK_OK);
    USAGE(wick_engine_new(NULL, NULL, NULL, &engine));
    USAGE(wick_engine_new(&(wick_host){.size = sizeof(wick_host)}, NULL, NULL, &engine));
    USAGE(wick_features_parse("all", NULL));
    USAGE(wick_features_parse(NULL, &features));
    USAGE(wick_functype_parse(NULL, "i:", &type));
    USAGE(wick_functype_parse(w.engine, "i:", NULL));
    USAGE(wick_module_new(NULL, (const uint8_t *)"", 0, 0, &module, NULL));
    USAGE(wick_module_new(w.engine, NULL, 8, 0, &module, NULL));
    USAGE(wick_module_translate(NULL, NULL));
    USAGE(wick_store_new(NULL, NULL, &store));
    USAGE(wick_store_new(w.engine, NULL, NULL));
    USAGE(wick_store_collect(NULL));
    USAGE(wick_func_new(w.store, NULL, tired, NULL, &func));
    USAGE(wick_func_new(w.store, &type, NULL, NULL, &func));
    USAGE(wick_func_new(w.store, &type, tired, NULL, NULL));
    USAGE(wick_memory_new(NULL, &limits, &memory));
    USAGE(wick_memory_new(w.store, NULL, &memory));
    USAGE(wick_memory_new(w.store, &limits, NULL));
    USAGE(wick_memory_share(NULL, &shared));
    USAGE(wick_memory_share(memory, &shared)); /* it is not shared */
    USAGE(wick_memory_from_shared(w.store, NULL, &memory));
    USAGE(wick_table_new(w.store, WICK_FUNCREF, NULL, 0, &table));
    USAGE(wick_table_new(w.store, 0, &limits, 0, &table));
    USAGE(wick_table_get(NULL, 0, &ref));
    USAGE(wick_table_get(table, 0, NULL));
    USAGE(wick_table_set(NULL, 0, 0));
    USAGE(wick_table_set(table, 0, wick_func_ref(func)));
    USAGE(wick_global_new(w.store, true, NULL, &global));
    USAGE(wick_global_new(w.store, true, &(wick_value){.type = 0}, &global));
    USAGE(wick_global_new(w.store, true, &(wick_value){.type = WICK_KIND_I8}, &global));
    USAGE(wick_global_new(w.store, true, &(wick_value){.type = WICK_REF_NULL(99)}, &global));
    USAGE(wick_global_set(NULL, &value));
    USAGE(wick_global_set(global, NULL));
    USAGE(wick_tag_new(w.store, NULL, &tag));
    USAGE(wick_ref_new(NULL, NULL, NULL, &ref));
    USAGE(wick_exception_new(w.store, NULL, &value, 1, &ref));
    USAGE(wick_exception_new(w.store, tag, &value, 2, &ref));
    USAGE(wick_exception_new(w.store, tag, NULL, 1, &ref));
    USAGE(wick_linker_new(NULL, &linker));
    USAGE(wick_linker_new(w.store, NULL));
    USAGE(wick_linker_define(w.linker, NULL, "n", &item));
    USAGE(wick_linker_define(w.linker, "m", "n", NULL));
    USAGE(wick_linker_define(w.linker, "m", "n", &(wick_extern){.kind = WICK_EXTERN_FUNC}));
    USAGE(wick_linker_define(w.linker, "m", "n", &(wick_extern){.kind = (wick_extern_kind)9, .of.func = func}));
    USAGE(wick_linker_func(w.linker, "m", "n", "i", tired, NULL));
    USAGE(wick_linker_func(w.linker, "m", "n", "i:", NULL, NULL));
    USAGE(wick_linker_instance(w.linker, "m", 1, NULL));
    USAGE(wick_task_new(NULL, NULL, &task));
    USAGE(wick_task_new(w.store, NULL, NULL));
    USAGE(wick_task_new(w.store, &(wick_task_options){.stack = &block, .stack_slots = 0}, &task));
    USAGE(wick_task_call(NULL, func, &value, 1));
    wick_engine_free(NULL);
    wick_module_free(NULL);
    wick_store_free(NULL);
    wick_linker_free(NULL);
    wick_task_free(NULL);
    wick_shared_free(NULL);
}

static void test_null_wasi(void) {
    wick_wasi_fs *fs;
    wick_wasi *wasi;
    wick_wasi_threads *threads;
    wick_proc_table *processes;
    wick_diag diag;
    uint32_t pid;
    wick_diag_init(&diag);
    USAGE(wick_wasi_new(NULL, NULL, &wasi));
    USAGE(wick_wasi_new(w.engine, NULL, NULL));
    USAGE(wick_wasi_new(w.engine, &(wick_wasi_options){.n_args = 1}, &wasi));
    USAGE(wick_wasi_new(w.engine, &(wick_wasi_options){.n_env = 1}, &wasi));
    USAGE(wick_ramfs_new(NULL, NULL, &fs));
    USAGE(wick_devfs_new(w.engine, NULL, &fs));
    NEED(wick_ramfs_new(w.engine, NULL, &fs) == WICK_OK);
    USAGE(wick_ramfs_load(fs, NULL, 10, &diag));
    SAYS("the image is NULL");
    CHECK_EQ(wick_ramfs_load(fs, (const uint8_t *)"x", 1, &diag), WICK_ERR_io); /* what is in the diag is replaced */
    SAYS("neither a tar nor a cpio");
    NEED(wick_wasi_new(w.engine, NULL, &wasi) == WICK_OK);
    USAGE(wick_wasi_set_fd(wasi, 3, NULL));
    USAGE(wick_wasi_set_fd(wasi, 3, &(wick_wasi_fd_options){.fs = NULL}));
    USAGE(wick_wasi_link(NULL, w.linker));
    USAGE(wick_wasi_link(wasi, NULL));
    USAGE(wick_wasi_threads_new(wasi, NULL, w.linker, wick_instance_module(instance), NULL, &threads, &diag));
    SAYS("wick_wasi_threads_new: ");
    USAGE(wick_proc_table_new(NULL, NULL, &processes));
    NEED(wick_proc_table_new(w.engine, &(wick_proc_table_options){.max_processes = 1}, &processes) == WICK_OK);
    USAGE(wick_proc_start(processes, NULL, (const uint8_t *)"", 0, 0, &pid, &diag));
    SAYS("wick_proc_start: ");
    CHECK_EQ(wick_proc_start(processes, wasi, (const uint8_t *)"x", 1, 0, &pid, &diag), WICK_ERR_unexpected_end);
    CHECK_EQ(diag.err, WICK_ERR_unexpected_end);
    wick_proc_table_free(processes);
    wick_wasi_free(wasi);
    wick_ramfs_free(fs);
    wick_wasi_free(NULL);
    wick_ramfs_free(NULL);
    wick_devfs_free(NULL);
}

static void test_values(void) {
    wick_value args[2] = {i32(1), i32(2)}, result;
    wick_task *task;
    wick_diag diag;
    memset(&diag, 0xee, sizeof diag); /* what is in it does not matter */
    wrong = FINE;
    CHECK_EQ(wick_func_call(func, args, 2, &result, 1, &diag), WICK_ERR_usage);
    SAYS("wrong use of the API: arguments: expected 1, got 2");
    CHECK_EQ(wick_func_call(func, args, 1, NULL, 0, &diag), WICK_ERR_usage);
    SAYS("results: expected 1, got 0");
    args[0].type = WICK_F32;
    CHECK_EQ(wick_func_call(func, args, 1, &result, 1, &diag), WICK_ERR_usage);
    SAYS("argument 0: expected i32, got f32");
    USAGE(wick_func_call(func, NULL, 1, &result, 1, &diag));
    SAYS("the arguments are NULL");
    USAGE(wick_func_call(func, args, 1, NULL, 1, &diag));
    NEED(wick_task_new(w.store, NULL, &task) == WICK_OK);
    CHECK_EQ(wick_task_call(task, func, args, 1), WICK_ERR_usage);
    diag = *wick_task_diag(task);
    SAYS("argument 0: expected i32, got f32");
    args[0] = i32(7);
    CHECK_EQ(wick_task_call(task, func, args, 1), WICK_OK);
    USAGE(wick_task_call(task, func, args, 1));
    CHECK_EQ(wick_task_resume(task, 100), WICK_DONE);
    CHECK_EQ(wick_task_result(task, 0).of.i32, 7);
    CHECK_EQ(wick_task_result(task, 1).type, WICK_KIND_NONE);
    CHECK_EQ(wick_task_resume(task, 100), WICK_TRAPPED); /* there is nothing to do */
    diag = *wick_task_diag(task);
    SAYS("wick_task_resume: nothing to do");
    wick_task_free(task);
}

static void test_host_function(void) {
    static const char *const says[WRONGS] = {
        [NO_SUCH_RESULT] = "wick_call_return: there is no such result of this type",
        [OTHER_RESULT] = "wick_call_return: there is no such result of this type",
        [NO_SUCH_I32] = "wick_call_arg: there is no such parameter of this type",
        [I64_OF_I32] = "wick_call_arg: there is no such parameter of this type",
        [NO_SUCH_ARG] = "wick_call_arg: there is no such parameter",
        [NO_CALL_BEFORE] = "wick_call_wasm_result: no wick_call_wasm came before",
        [WRONG_INNER] = "argument 0: expected i32, got f64",
        [NO_SUCH_INNER_RESULT] = "wick_call_wasm_result: there is no such result",
        [PENDING_AFTER_MISUSE] = "wick_call_arg: there is no such parameter of this type",
    };
    for (int i = 0; i < WRONGS; i++) {
        wick_value arg = i32(9), result;
        wick_diag diag;
        wrong = (enum wrong)i;
        if (says[i] == NULL) {
            CHECK_EQ(wick_func_call(func, &arg, 1, &result, 1, &diag), WICK_OK);
            CHECK_EQ(result.of.i32, 9);
            continue;
        }
        USAGE(wick_func_call(func, &arg, 1, &result, 1, &diag));
        SAYS(says[i]);
        CHECK_EQ(diag.func, 2); /* the caller's place */
    }
}

static void test_text(void) {
    CHECK(strcmp(wick_err_text(WICK_ERR_nomem), "out of memory") == 0);
    CHECK(strcmp(wick_err_text(WICK_ERR_usage), "wrong use of the API") == 0);
    CHECK(strcmp(wick_err_text((wick_err)9999), "no wick_err") == 0);
    CHECK_EQ(wick_err_get_class((wick_err)9999), WICK_CLASS_USAGE);
    for (int i = 0; i < WICK_ERR_COUNT; i++) {
        /* Nothing but its number is known of the error: no operand is read as a pointer, and nothing trails. */
        char text[200];
        size_t n;
        wick_diag diag;
        wick_diag_init(&diag);
        diag.err = (wick_err)i;
        n = wick_diag_format(&diag, NULL, NULL, text, sizeof text);
        CHECK((n > 0 || i == WICK_ERR_annotation) && n < sizeof text && strlen(text) == n); /* that has no text of its own */
        CHECK(wick_err_text((wick_err)i)[0] != 0);
    }
}

int main(void) {
    open_all();
    test_null();
    test_null_wasi();
    test_values();
    test_host_function();
    test_text();
    world_close(&w);
    return test_end("misuse");
}

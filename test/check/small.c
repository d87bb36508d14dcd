/* small.c - how small a block does an engine need to load, instantiate and run a program that recurses, in the build that it is
 * compiled with (test_small.sh)? In every smaller one something answers nomem, and a diag that is filled in says the same.
 * Prints the least size in bytes. */
#include <stdio.h>
#include <string.h>

#include "wick.h"

/* (module (import "env" "put" (func $put (param i32)))
 *   (func $fib (param i32) (result i32)
 *     (if (result i32) (i32.lt_u (local.get 0) (i32.const 2)) (then (local.get 0))
 *       (else (i32.add (call $fib (i32.sub (local.get 0) (i32.const 1)))
 *                      (call $fib (i32.sub (local.get 0) (i32.const 2)))))))
 *   (func (export "run") (param i32) (call $put (call $fib (local.get 0))))) */
static const uint8_t program[] = {
    0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00, 0x01, 0x0a, 0x02, 0x60, 0x01, 0x7f, 0x00, 0x60, 0x01, 0x7f,
    0x01, 0x7f, 0x02, 0x0b, 0x01, 0x03, 0x65, 0x6e, 0x76, 0x03, 0x70, 0x75, 0x74, 0x00, 0x00, 0x03, 0x03, 0x02,
    0x01, 0x00, 0x07, 0x07, 0x01, 0x03, 0x72, 0x75, 0x6e, 0x00, 0x02, 0x0a, 0x27, 0x02, 0x1c, 0x00, 0x20, 0x00,
    0x41, 0x02, 0x49, 0x04, 0x7f, 0x20, 0x00, 0x05, 0x20, 0x00, 0x41, 0x01, 0x6b, 0x10, 0x01, 0x20, 0x00, 0x41,
    0x02, 0x6b, 0x10, 0x01, 0x6a, 0x0b, 0x0b, 0x08, 0x00, 0x20, 0x00, 0x10, 0x01, 0x10, 0x00, 0x0b, 0x00, 0x12,
    0x04, 0x6e, 0x61, 0x6d, 0x65, 0x01, 0x0b, 0x02, 0x00, 0x03, 0x70, 0x75, 0x74, 0x01, 0x03, 0x66, 0x69, 0x62,
};

static _Alignas(16) uint8_t block[1 << 20];
static uint32_t said;

static void host_log(void *user, const char *text, size_t n) {
    (void)user;
    fwrite(text, 1, n, stderr);
}

static const wick_host host = {.size = sizeof host, .log = host_log};

static wick_host_result put(wick_call *call, void *user) {
    (void)user;
    said = wick_call_arg_i32(call, 0);
    return WICK_HOST_OK;
}

static wick_err run(wick_store *store, wick_linker *linker, wick_module *module, wick_diag *diag) {
    const wick_task_options options = {.stack_slots = 512};
    const wick_value n = {.type = WICK_I32, .of.i32 = 15};
    wick_task *task;
    wick_instance *instance;
    wick_extern func;
    wick_err err = wick_linker_func(linker, "env", "put", "i:", put, NULL);
    if (err == WICK_OK) {
        err = wick_task_new(store, &options, &task);
    }
    if (err == WICK_OK) {
        err = wick_task_link(task, linker, module, &instance, diag);
    }
    if (err != WICK_OK) {
        return err;
    }
    if (wick_task_resume(task, WICK_FUEL_UNLIMITED) == WICK_DONE && wick_instance_export(instance, "run", 3, &func)) {
        err = wick_task_call(task, func.of.func, &n, 1);
        if (err != WICK_OK || wick_task_resume(task, WICK_FUEL_UNLIMITED) == WICK_DONE) {
            return err;
        }
    }
    *diag = *wick_task_diag(task);
    return diag->err;
}

static wick_err attempt(size_t size, wick_diag *diag) {
    wick_engine *engine;
    wick_module *module;
    wick_store *store;
    wick_linker *linker;
    wick_err err = wick_engine_init(block, size, &host, NULL, NULL, &engine);
    if (err != WICK_OK) {
        return err;
    }
    err = wick_module_new(engine, program, sizeof program, WICK_MODULE_BORROW, &module, diag);
    if (err == WICK_OK) {
        err = wick_store_new(engine, NULL, &store);
        if (err == WICK_OK) {
            err = wick_linker_new(store, &linker);
            if (err == WICK_OK) {
                err = run(store, linker, module, diag);
                wick_linker_free(linker);
            }
            wick_store_free(store);
        }
        wick_module_free(module);
    }
    wick_engine_free(engine);
    return err;
}

int main(void) {
    size_t size = 0;
    wick_err err = WICK_ERR_nomem;
    for (; size < sizeof block && err == WICK_ERR_nomem; size += err == WICK_OK ? 0 : 64) {
        wick_diag diag;
        wick_diag_init(&diag);
        err = attempt(size, &diag);
        if (diag.err != WICK_OK && diag.err != err) {
            err = WICK_ERR_usage;
        }
    }
    if (err != WICK_OK || said != 610) {
        fprintf(stderr, "%s at %u bytes\n", wick_err_text(err), (unsigned)size);
        return 1;
    }
    printf("%u\n", (unsigned)size);
    return 0;
}

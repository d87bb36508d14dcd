/* embed.c - the smallest embedding: the README shows its body, `make check` builds and runs it. */
#include <stdio.h>
#include <stdlib.h>

#include "wick/wick.h"

/* (module (import "env" "put" (func $put (param i32)))
 *   (func (export "run") (param i32) (call $put (i32.mul (local.get 0) (local.get 0))))) */
static const uint8_t program[] = {
    0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00, 0x01, 0x05, 0x01, 0x60, 0x01, 0x7f, 0x00, 0x02, 0x0b, 0x01,
    0x03, 'e',  'n',  'v',  0x03, 'p',  'u',  't',  0x00, 0x00, 0x03, 0x02, 0x01, 0x00, 0x07, 0x07, 0x01, 0x03,
    'r',  'u',  'n',  0x00, 0x01, 0x0a, 0x0b, 0x01, 0x09, 0x00, 0x20, 0x00, 0x20, 0x00, 0x6c, 0x10, 0x00, 0x0b,
};

/* README: begin */
static void *host_realloc(void *user, void *p, size_t old_size, size_t new_size) {
    (void)user, (void)old_size;
    return new_size == 0 ? (free(p), NULL) : realloc(p, new_size); /* a kernel: its own allocator */
}
static void host_log(void *user, const char *text, size_t n) {
    (void)user, fwrite(text, 1, n, stderr); /* a kernel: its console */
}
static wick_host_result put(wick_call *call, void *user) {
    (void)user, printf("%u\n", (unsigned)wick_call_arg_i32(call, 0));
    return WICK_HOST_OK;
}
static const wick_host host = {.size = sizeof host, .realloc = host_realloc, .log = host_log};

static void check(wick_err err, const wick_diag *diag) {
    char text[256];
    if (err != WICK_OK) {
        wick_diag_format(diag, "program", NULL, text, sizeof text);
        puts(diag->err != WICK_OK ? text : wick_err_text(err)); /* not every function has a diag to fill in */
        exit(1);
    }
}

int main(void) {
    wick_engine *engine; wick_module *module; wick_store *store; wick_linker *linker; wick_instance *instance;
    wick_extern run; wick_value arg = {.type = WICK_I32, .of.i32 = 12}; wick_diag diag;
    wick_diag_init(&diag);
    check(wick_engine_new(&host, NULL, NULL, &engine), &diag);
    check(wick_module_new(engine, program, sizeof program, 0, &module, &diag), &diag);
    check(wick_store_new(engine, NULL, &store), &diag);
    check(wick_linker_new(store, &linker), &diag);
    check(wick_linker_func(linker, "env", "put", "i:", put, NULL), &diag); /* takes an i32, answers nothing */
    check(wick_linker_instantiate(linker, module, &instance, &diag), &diag);
    if (wick_instance_export(instance, "run", 3, &run) && run.kind == WICK_EXTERN_FUNC) {
        check(wick_func_call(run.of.func, &arg, 1, NULL, 0, &diag), &diag); /* prints 144 */
    }
    wick_linker_free(linker), wick_store_free(store), wick_module_free(module), wick_engine_free(engine);
    return 0;
}
/* README: end */

/* Runs a program that TeaVM compiled from Java to WebAssembly with garbage collection: teavm_host [--engine ref] FILE.wasm
 *
 * TeaVM's programs expect JavaScript around them; what this one gives them is enough for those that compute and print: each
 * import gets a function of its own type, which the module says. `defineFunction` hands out main, putcharStdout prints, and
 * whatever must not be null is an object without meaning. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "port/posix/posix.h"

static wick_root main_function;

static bool is_named(const wick_import_info *info, const char *name) {
    return info->name.size == strlen(name) && memcmp(info->name.text, name, info->name.size) == 0;
}

static wick_host_result imported(wick_call *call, void *user) {
    wick_import_info *info = user;
    const wick_functype *type = &info->type.func;
    if (is_named(info, "putcharStdout")) {
        putchar((int)wick_call_arg_i32(call, 0));
    } else if (is_named(info, "stringBuiltinsSupported")) {
        wick_call_return_i32(call, 0, 1);
    } else if (is_named(info, "defineFunction") && main_function.ref == 0) {
        wick_value function;
        wick_call_arg(call, 0, &function);
        wick_root_add(wick_call_store(call), &main_function, function.of.ref);
    }
    for (uint32_t i = 0; i < type->n_results; i++) {
        wick_value value = {.type = type->params[type->n_params + i]};
        if (value.type != WICK_EXTERNREF && value.type != WICK_REF(WICK_HEAP_extern)) {
            continue; /* a number, or a reference that may be null */
        }
        if (wick_ref_new(wick_call_store(call), info, NULL, &value.of.ref) != WICK_OK) {
            return wick_call_trap(call, "no memory for an object of the host");
        }
        wick_call_return(call, i, &value);
    }
    return WICK_HOST_OK;
}

static uint8_t *read_file(const char *name, size_t *size) {
    FILE *file = fopen(name, "rb");
    uint8_t *bytes = NULL;
    long end;
    if (file != NULL && fseek(file, 0, SEEK_END) == 0 && (end = ftell(file)) > 0 && (bytes = malloc((size_t)end)) != NULL) {
        rewind(file);
        *size = fread(bytes, 1, (size_t)end, file);
    }
    if (file != NULL) {
        fclose(file);
    }
    return bytes;
}

static wick_err run(wick_engine *engine, wick_store *store, const uint8_t *bytes, size_t size, wick_diag *diag) {
    wick_module *module;
    wick_linker *linker;
    wick_instance *instance;
    wick_import_info *infos;
    wick_value args = {.type = WICK_EXTERNREF}; /* null */
    wick_err err;
    uint32_t count;
    if ((err = wick_module_new(engine, bytes, size, 0, &module, diag)) != WICK_OK ||
        (err = wick_linker_new(store, &linker)) != WICK_OK) {
        return err;
    }
    count = wick_module_import_count(module);
    infos = calloc(count + 1, sizeof *infos);
    for (uint32_t i = 0; i < count && err == WICK_OK; i++) {
        wick_extern item = {.kind = WICK_EXTERN_FUNC};
        wick_module_import(module, i, &infos[i]);
        err = wick_func_new(store, &infos[i].type.func, imported, &infos[i], &item.of.func);
        if (err == WICK_OK) {
            err = wick_linker_define_n(linker, infos[i].module, infos[i].name, &item);
        }
    }
    if (err == WICK_OK && (err = wick_linker_instantiate(linker, module, &instance, diag)) == WICK_OK) {
        wick_func *function = wick_ref_func(main_function.ref);
        if (function == NULL) {
            fputs("the module defines no main\n", stderr);
            err = WICK_ERR_usage;
        } else {
            err = wick_func_call(function, &args, 1, NULL, 0, diag);
        }
    }
    wick_linker_free(linker);
    wick_store_free(store); /* of which `infos` are part while it lives */
    wick_module_free(module);
    free(infos);
    return err;
}

int main(int argc, char **argv) {
    const bool is_ref = argc > 2 && strcmp(argv[1], "--engine") == 0 && strcmp(argv[2], "ref") == 0;
    const wick_config config = {.engine = is_ref ? WICK_ENGINE_REF : WICK_ENGINE_FAST};
    const char *name = argc > 1 ? argv[argc - 1] : "";
    wick_engine *engine;
    wick_store *store;
    wick_diag diag;
    wick_err err;
    char text[512];
    size_t size = 0;
    uint8_t *bytes = read_file(name, &size);
    wick_diag_init(&diag);
    if (bytes == NULL || wick_engine_new(&wick_posix_host, NULL, &config, &engine) != WICK_OK ||
        wick_store_new(engine, NULL, &store) != WICK_OK) {
        fprintf(stderr, "cannot read %s\n", name);
        return 2;
    }
    err = run(engine, store, bytes, size, &diag);
    if (err != WICK_OK) {
        wick_diag_format(&diag, name, NULL, text, sizeof text);
        fprintf(stderr, "%s\n", text);
        return 134; /* with what there is, whatever that is */
    }
    wick_engine_free(engine);
    free(bytes);
    return 0;
}

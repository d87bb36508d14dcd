/* fuzz_print.c - a valid module as text, and back: the text assembles, to the same module, which prints as the same text.
 * The first byte chooses how: the rest is a module; or the generator makes one from some of it, and what is left is the
 * content of a name section (or of branch hints). */
#include "gen.c"
#include "run.h"
#include "test/text/same.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct piece {
    char *text;
    size_t size, cap, at;
};
#define PRINT_MOST (16u << 20) /* a few bytes can print as very much */

static bool print_keep(void *user, const char *text, size_t n) {
    struct piece *p = user;
    if (p->size + n > PRINT_MOST) {
        return false;
    }
    if (n > p->cap - p->size) {
        p->cap = p->cap * 2 + n;
        p->text = realloc(p->text, p->cap);
        if (p->text == NULL) {
            abort();
        }
    }
    memcpy(p->text + p->size, text, n);
    p->size += n;
    return true;
}

static bool print_compare(void *user, const char *text, size_t n) {
    struct piece *p = user;
    if (n > p->size - p->at || memcmp(p->text + p->at, text, n) != 0) {
        return false;
    }
    p->at += n;
    return true;
}

static void print_die(const struct piece *p, const char *what, const wick_diag *diag) {
    char text[1024] = "";
    if (diag != NULL) {
        wick_diag_format(diag, "text", NULL, text, sizeof text);
    }
    fwrite(p->text, 1, p->size < 20000 ? p->size : 20000, stdout);
    printf("%s: %s\n", what, text);
    fflush(stdout);
    abort();
}

static void print_check(wick_engine *engine, wick_module *m, uint32_t flags) {
    struct piece p = {NULL, 0, 0, 0};
    wick_diag diag;
    uint8_t *bytes;
    size_t n;
    wick_module *again;
    wick_diag_init(&diag);
    const wick_err err = wick_text_print(m, flags, print_keep, &p, &diag);
    if (err == WICK_ERR_io) {
        free(p.text);
        return;
    }
    if (err != WICK_OK) {
        print_die(&p, "does not print", &diag);
    }
    if (wick_text_assemble(engine, p.text, p.size, WICK_TEXT_NAMES, &bytes, &n, &diag) != WICK_OK) {
        print_die(&p, "does not assemble", &diag);
    }
    if (wick_module_new(engine, bytes, n, WICK_MODULE_BORROW, &again, &diag) != WICK_OK) {
        print_die(&p, "is not valid", &diag);
    }
    if (!same_module(m, again)) {
        print_die(&p, same_why, NULL);
    }
    if ((flags & WICK_PRINT_OFFSETS) == 0 &&
        (wick_text_print(again, flags, print_compare, &p, &diag) != WICK_OK || p.at != p.size)) {
        print_die(&p, "prints differently", &diag);
    }
    wick_module_free(again);
    wick_text_free(engine, bytes, n);
    free(p.text);
}

static uint8_t *print_generated(const uint8_t *data, size_t size, bool hints, size_t *out_size) {
    const size_t n_gen = size == 0 ? 0 : size * data[0] / 256;
    const uint8_t *tail = data + n_gen, *module;
    const size_t n_tail = size - n_gen;
    const struct gen_options options = {.is_portable = false};
    struct gen *gen = gen_new();
    if (gen == NULL) {
        abort();
    }
    const size_t n = gen_module(gen, data, n_gen, &options, &module);
    const char *name = hints ? "\31metadata.code.branch_hint" : "\4name";
    const size_t n_name = strlen(name), n_custom = n_name + n_tail;
    uint8_t *bytes = malloc(n + n_custom + 8);
    if (bytes == NULL) {
        abort();
    }
    memcpy(bytes, module, n);
    gen_free(gen);
    size_t at = hints ? 8 : n; /* hints stand before the code */
    memmove(bytes + at + n_custom + 6, bytes + at, n - at);
    bytes[at++] = 0;
    for (size_t i = 0, left = n_custom; i < 5; i++, left >>= 7) {
        bytes[at++] = (uint8_t)((left & 0x7f) | (i < 4 ? 0x80 : 0));
    }
    memcpy(bytes + at, name, n_name);
    memcpy(bytes + at + n_name, tail, n_tail);
    *out_size = n + n_custom + 6;
    return bytes;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct run_host host = {0};
    wick_engine *engine;
    wick_module *m;
    uint8_t *bytes = NULL;
    size_t n = 0;
    wick_config config = {.lazy = true, .quota = 1 << 28};
    if (size == 0 || wick_engine_new(&run_plain_host, &host, &config, &engine) != WICK_OK) {
        return 0;
    }
    const uint32_t flags = data[0] & 15u;
    const bool is_raw = (data[0] & 16) != 0;
    if (!is_raw) {
        bytes = print_generated(data + 1, size - 1, (data[0] & 32) != 0, &n);
    }
    if (wick_module_new(engine, is_raw ? data + 1 : bytes, is_raw ? size - 1 : n, WICK_MODULE_BORROW, &m, NULL) ==
        WICK_OK) {
        print_check(engine, m, flags);
        wick_module_free(m);
    } else if (!is_raw) {
        abort();
    }
    free(bytes);
    wick_engine_free(engine);
    if (host.held != 0) {
        abort();
    }
    return 0;
}

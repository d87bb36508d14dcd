/* read_test.c - the unchecked readers walk over every body of the good modules and arrive at its end, and what the
 * validator says of bodies is right. */
#include "build.h"
#include "good.h"

static unsigned read_passed, read_failed;

static void read_check(int ok, const char *what, size_t module) {
    read_passed += ok != 0;
    if (!ok) {
        read_failed++;
        printf("FAIL module %zu: %s\n", module, what);
    }
}

static int read_load(struct wick_engine *engine, struct wick_module *m, const struct build *bytes) {
    wick_diag diag;
    memset(m, 0, sizeof *m);
    m->engine = engine;
    m->bytes = bytes->data;
    m->size = (uint32_t)bytes->n;
    wick_diag_init(&diag);
    if (wk_module_decode(m, &diag) != WICK_OK) {
        return 0;
    }
    if (wk_validate_bodies(m, &diag) != WICK_OK) {
        wk_module_clear(m);
        return 0;
    }
    return 1;
}

static void read_bodies(struct wick_engine *engine, const char *text, size_t index) {
    struct build bytes = build_module(text);
    struct wick_module m;
    int loaded = read_load(engine, &m, &bytes);
    read_check(loaded, "loads", index);
    for (uint32_t f = loaded ? m.n_func_imports : 0; loaded && f < m.n_funcs; f++) {
        const struct wk_func_info *func = &m.funcs[f];
        uint32_t at = func->code_at, depth = 1;
        while (at < func->off + func->size && depth != 0) {
            const enum wick_op op = wk_read_op(m.bytes, &at);
            wk_skip_imm(&m, (enum wk_imm)wk_op_info(op)->imm, &at);
            depth += op == WICK_OP_block || op == WICK_OP_loop || op == WICK_OP_if || op == WICK_OP_try ||
                     op == WICK_OP_try_table;
            depth -= op == WICK_OP_end || op == WICK_OP_delegate;
        }
        read_check(at == func->off + func->size && depth == 0, "bodies end where they end", index);
    }
    if (loaded) {
        wk_module_clear(&m);
    }
    free(bytes.data);
}

struct read_facts {
    const char *text;
    uint32_t local_slots, max_height, pin[2];
};

/* Of the first function. */
static const struct read_facts read_facts[] = {
    {"M 01[01 60 00 00] 03[01 00] <>", 0, 0, {WK_NO_INDEX, WK_NO_INDEX}},
    {"M 01[01 60 00 00] 03[01 00] <41 00 41 01 41 02 6a 6a 1a>", 0, 3, {WK_NO_INDEX, WK_NO_INDEX}},
    {"M 01[01 60 00 00] 03[01 00] 0a[01 [02 02 7f 01 7b 20 02 1a 0b]]", 4, 2, {WK_NO_INDEX, WK_NO_INDEX}},
    {"M 01[01 60 02 7b 7f 00] 03[01 00] 0a[01 [01 01 7e 20 01 1a 20 02 1a 20 02 1a 0b]]", 1, 1, {3, 2}},
    /* A use in a loop counts more than several outside. */
    {"M 01[01 60 02 7f 7f 00] 03[01 00] <20 00 1a 20 00 1a 20 00 1a 03 40 20 01 0d 00 0b>", 0, 1, {1, 0}},
    {"M 01[01 60 02 7d 7f 00] 03[01 00] <20 00 1a 20 00 1a 20 01 1a>", 0, 1, {1, WK_NO_INDEX}},
    /* The operands of an outer block stay below those of an inner one. */
    {"M 01[01 60 00 00] 03[01 00] <41 00 02 7f 41 01 02 7f 41 02 0b 6a 0b 6a 1a>", 0, 3, {WK_NO_INDEX, WK_NO_INDEX}},
    {"M 01[02 60 00 00 60 00 03 7f 7b 7f] 03[02 00 01] 0a[02 [00 10 01 1a 1a 1a 0b] [00 00 0b]]", 0, 4,
     {WK_NO_INDEX, WK_NO_INDEX}},
};

int main(void) {
    struct build_host host = {0, 0, 0};
    struct wick_engine engine;
    if (build_engine(&engine, &host, UINT32_MAX) != WICK_OK) {
        return 2;
    }
    for (size_t i = 0; i < sizeof good_modules / sizeof good_modules[0]; i++) {
        read_bodies(&engine, good_modules[i], i);
    }
    for (size_t i = 0; i < sizeof read_facts / sizeof read_facts[0]; i++) {
        const struct read_facts *facts = &read_facts[i];
        struct build bytes = build_module(facts->text);
        struct wick_module m;
        if (read_load(&engine, &m, &bytes)) {
            read_check(m.funcs[0].local_slots == facts->local_slots, "local_slots", i);
            read_check(m.funcs[0].max_height == facts->max_height, "max_height", i);
            read_check(m.funcs[0].pin[0] == facts->pin[0] && m.funcs[0].pin[1] == facts->pin[1], "pins", i);
            wk_module_clear(&m);
        } else {
            read_check(0, "loads", i);
        }
        free(bytes.data);
    }
    wk_types_free(&engine.types);
    read_check(engine.alloc.used == 0, "nothing leaks", 0);
    printf("%u passed, %u failed\n", read_passed, read_failed);
    return read_failed != 0;
}

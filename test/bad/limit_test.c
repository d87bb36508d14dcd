/* limit_test.c - every row of limit.def at its limit and one beyond. A module that reaches the limit is accepted and, on
 * both interpreters, runs a function that uses the last of what there is so much of; one more is refused by an error that
 * names the knob. A row without a maker does not compile. Shapes of their own are in limits.t. */
#include <sys/mman.h>

#include "module/limit.h"
#include "test/api/api.h"

/* ---- modules of any size --------------------------------------------------------------------------------------- */

struct out {
    uint8_t *bytes;
    size_t size, cap;
};

static void put_bytes(struct out *o, const void *bytes, size_t n) {
    if (o->size + n > o->cap) {
        o->cap = (o->size + n) * 2 + 64;
        o->bytes = realloc(o->bytes, o->cap);
        NEED(o->bytes != NULL);
    }
    memcpy(o->bytes + o->size, bytes, n);
    o->size += n;
}

static void put_byte(struct out *o, unsigned byte) {
    const uint8_t b = (uint8_t)byte;
    put_bytes(o, &b, 1);
}

static void put_list(struct out *o, const uint32_t *list) {
    for (; *list != UINT32_MAX; list++) {
        put_byte(o, *list);
    }
}
#define ADD(o, ...) put_list((o), (const uint32_t[]){__VA_ARGS__, UINT32_MAX})

static void put_u32(struct out *o, uint32_t value) {
    for (; value >= 0x80; value >>= 7) {
        put_byte(o, (value & 0x7f) | 0x80);
    }
    put_byte(o, value);
}

/* i32.const, in the longest form. */
static void put_const(struct out *o, uint32_t value) {
    ADD(o, 0x41, 0x80 | (value & 0x7f), 0x80 | (value >> 7 & 0x7f), 0x80 | (value >> 14 & 0x7f),
        0x80 | (value >> 21 & 0x7f), value >> 28 & 0x7f);
}

/* n times the same bytes. */
static void put_times(struct out *o, uint32_t n, const char *bytes, size_t size) {
    for (uint32_t i = 0; i < n; i++) {
        put_bytes(o, bytes, size);
    }
}
#define TIMES(o, n, bytes) put_times((o), (n), bytes, sizeof(bytes) - 1)

/* Sections and bodies: what comes between begin and end has its size in front. */
static size_t begin(struct out *o, int id) {
    if (id >= 0) {
        put_byte(o, (unsigned)id);
    }
    ADD(o, 0x80, 0x80, 0x80, 0x80, 0);
    return o->size;
}

static void end(struct out *o, size_t start) {
    const size_t size = o->size - start;
    for (int i = 0; i < 5; i++) {
        o->bytes[start - 5 + (size_t)i] = (uint8_t)((size >> (7 * i) & 0x7f) | (i < 4 ? 0x80u : 0u));
    }
}

static void head(struct out *o) {
    put_bytes(o, "\0asm\1\0\0\0", 8);
}

/* Type 0 is the type of the function that is run: no parameters, an i32. More types may follow, n in all. */
static size_t begin_types(struct out *o, uint32_t n) {
    const size_t start = begin(o, 1);
    put_u32(o, n);
    ADD(o, 0x60, 0, 1, 0x7f);
    return start;
}

static void only_type(struct out *o) {
    end(o, begin_types(o, 1));
}

static void only_func(struct out *o) {
    ADD(o, 3, 2, 1, 0);
}

static void export_run(struct out *o, uint32_t func) {
    const size_t start = begin(o, 7);
    ADD(o, 1, 3, 'r', 'u', 'n', 0);
    put_u32(o, func);
    end(o, start);
}

/* One body; its content comes between. Answers both places. */
struct body {
    size_t section, body;
};

static struct body begin_body(struct out *o) {
    struct body b;
    b.section = begin(o, 10);
    ADD(o, 1);
    b.body = begin(o, -1);
    return b;
}

static void end_body(struct out *o, struct body b) {
    ADD(o, 0x0b);
    end(o, b.body);
    end(o, b.section);
}

/* Types, function and export are done, no locals: straight to the instructions. */
static struct body begin_run(struct out *o) {
    only_func(o);
    export_run(o, 0);
    const struct body b = begin_body(o);
    ADD(o, 0);
    return b;
}

/* ---- one maker for each row: "run" answers 7 -------------------------------------------------------------------- */

static void make_TYPES(struct out *o, uint32_t n) {
    const size_t types = begin_types(o, n);
    TIMES(o, n - 2, "\x60\0\0");
    ADD(o, 0x60, 1, 0x7f, 1, 0x7f);
    end(o, types);
    const size_t funcs = begin(o, 3);
    ADD(o, 2, 0);
    put_u32(o, n - 1);
    end(o, funcs);
    export_run(o, 0);
    const size_t code = begin(o, 10);
    ADD(o, 2, 6, 0, 0x41, 7, 0x10, 1, 0x0b, 4, 0, 0x20, 0, 0x0b);
    end(o, code);
}

/* A group of its own, which nothing fits in beside. */
static void make_REC_GROUP(struct out *o, uint32_t n) {
    const size_t types = begin(o, 1);
    ADD(o, 1, 0x4e);
    put_u32(o, n);
    ADD(o, 0x60, 0, 1, 0x7f);
    TIMES(o, n - 2, "\x60\0\0");
    ADD(o, 0x5f, 1, 0x7f, 0);
    end(o, types);
    const struct body b = begin_run(o);
    ADD(o, 0x41, 7, 0xfb, 0);
    put_u32(o, n - 1);
    ADD(o, 0xfb, 2);
    put_u32(o, n - 1);
    ADD(o, 0);
    end_body(o, b);
}

/* The deepest is one of the first: 1 + 6. */
static void make_SUBTYPE_DEPTH(struct out *o, uint32_t n) {
    const size_t types = begin_types(o, n + 2);
    ADD(o, 0x50, 0, 0x5f, 0);
    for (uint32_t i = 1; i <= n; i++) {
        ADD(o, 0x50, 1);
        put_u32(o, i);
        ADD(o, 0x5f, 0);
    }
    end(o, types);
    const struct body b = begin_run(o);
    ADD(o, 0xfb, 1);
    put_u32(o, n + 1);
    ADD(o, 0xfb, 0x14, 1, 0x41, 6, 0x6a);
    end_body(o, b);
}

/* All are one global of "m" that is 7. */
static void make_IMPORTS(struct out *o, uint32_t n) {
    only_type(o);
    const size_t imports = begin(o, 2);
    ADD(o, 1, 1, 'm', 0, 0x7e, 3, 0x7f, 0);
    put_u32(o, n);
    TIMES(o, n, "\0");
    end(o, imports);
    const struct body b = begin_run(o);
    ADD(o, 0x23);
    put_u32(o, n - 1);
    end_body(o, b);
}

static void make_EXPORTS(struct out *o, uint32_t n) {
    only_type(o);
    only_func(o);
    const size_t exports = begin(o, 7);
    put_u32(o, n);
    for (uint32_t i = 0; i + 1 < n; i++) {
        char name[16];
        const int size = snprintf(name, sizeof name, "%x", (unsigned)i);
        put_byte(o, (unsigned)size);
        put_bytes(o, name, (size_t)size);
        ADD(o, 0, 0);
    }
    ADD(o, 3, 'r', 'u', 'n', 0, 0);
    end(o, exports);
    const struct body b = begin_body(o);
    ADD(o, 0, 0x41, 7);
    end_body(o, b);
}

static void make_FUNCTIONS(struct out *o, uint32_t n) {
    only_type(o);
    const size_t funcs = begin(o, 3);
    put_u32(o, n);
    TIMES(o, n, "\0");
    end(o, funcs);
    export_run(o, n - 1);
    const size_t code = begin(o, 10);
    put_u32(o, n);
    TIMES(o, n, "\4\0\x41\7\x0b");
    end(o, code);
}

static void make_TABLES(struct out *o, uint32_t n) {
    only_type(o);
    only_func(o);
    const size_t tables = begin(o, 4);
    put_u32(o, n);
    TIMES(o, n - 1, "\x70\0\0");
    ADD(o, 0x70, 0, 7);
    end(o, tables);
    export_run(o, 0);
    const struct body b = begin_body(o);
    ADD(o, 0, 0xfc, 0x10);
    put_u32(o, n - 1);
    end_body(o, b);
}

static void make_MEMORIES(struct out *o, uint32_t n) {
    only_type(o);
    only_func(o);
    const size_t memories = begin(o, 5);
    put_u32(o, n);
    TIMES(o, n - 1, "\0\0");
    ADD(o, 0, 7);
    end(o, memories);
    export_run(o, 0);
    const struct body b = begin_body(o);
    ADD(o, 0, 0x3f);
    put_u32(o, n - 1);
    end_body(o, b);
}

static void make_GLOBALS(struct out *o, uint32_t n) {
    only_type(o);
    only_func(o);
    const size_t globals = begin(o, 6);
    put_u32(o, n);
    TIMES(o, n, "\x7f\0\x41\7\x0b");
    end(o, globals);
    export_run(o, 0);
    const struct body b = begin_body(o);
    ADD(o, 0, 0x23);
    put_u32(o, n - 1);
    end_body(o, b);
}

/* The last one is thrown; only a clause of it answers 7. */
static void make_TAGS(struct out *o, uint32_t n) {
    const size_t types = begin_types(o, 2);
    ADD(o, 0x60, 0, 0);
    end(o, types);
    only_func(o);
    const size_t tags = begin(o, 13);
    put_u32(o, n);
    TIMES(o, n, "\0\1");
    end(o, tags);
    export_run(o, 0);
    const struct body b = begin_body(o);
    ADD(o, 0, 0x02, 0x40, 0x1f, 0x40, 1, 0);
    put_u32(o, n - 1);
    ADD(o, 0, 0x08);
    put_u32(o, n - 1);
    ADD(o, 0x0b, 0x41, 1, 0x0f, 0x0b, 0x41, 7);
    end_body(o, b);
}

/* The last one has an item: the table's entry is not null. */
static void make_ELEMENT_SEGMENTS(struct out *o, uint32_t n) {
    only_type(o);
    only_func(o);
    ADD(o, 4, 4, 1, 0x70, 0, 1);
    export_run(o, 0);
    const size_t elems = begin(o, 9);
    put_u32(o, n);
    TIMES(o, n - 1, "\1\0\0");
    ADD(o, 1, 0, 1, 0);
    end(o, elems);
    const struct body b = begin_body(o);
    ADD(o, 0, 0x41, 0, 0x41, 0, 0x41, 1, 0xfc, 0x0c);
    put_u32(o, n - 1);
    ADD(o, 0, 0x41, 0, 0x25, 0, 0xd1, 0x41, 7, 0x6a);
    end_body(o, b);
}

static void make_DATA_SEGMENTS(struct out *o, uint32_t n) {
    only_type(o);
    only_func(o);
    ADD(o, 5, 3, 1, 0, 1);
    export_run(o, 0);
    const size_t count = begin(o, 12);
    put_u32(o, n);
    end(o, count);
    const struct body b = begin_body(o);
    ADD(o, 0, 0x41, 0, 0x41, 0, 0x41, 1, 0xfc, 0x08);
    put_u32(o, n - 1);
    ADD(o, 0, 0x41, 0, 0x2d, 0, 0);
    end_body(o, b);
    const size_t datas = begin(o, 11);
    put_u32(o, n);
    TIMES(o, n - 1, "\1\0");
    ADD(o, 1, 1, 7);
    end(o, datas);
}

/* The last entry is null: 1 + 6. */
static void make_TABLE_ENTRIES(struct out *o, uint32_t n) {
    only_type(o);
    only_func(o);
    const size_t tables = begin(o, 4);
    ADD(o, 1, 0x70, 0);
    put_u32(o, n);
    end(o, tables);
    export_run(o, 0);
    const struct body b = begin_body(o);
    ADD(o, 0);
    put_const(o, n - 1);
    ADD(o, 0x25, 0, 0xd1, 0x41, 6, 0x6a);
    end_body(o, b);
}

static void make_PARAMS(struct out *o, uint32_t n) {
    const size_t types = begin_types(o, 2);
    ADD(o, 0x60);
    put_u32(o, n);
    TIMES(o, n, "\x7f");
    ADD(o, 1, 0x7f);
    end(o, types);
    ADD(o, 3, 3, 2, 0, 1);
    export_run(o, 0);
    const size_t code = begin(o, 10);
    ADD(o, 2);
    size_t b = begin(o, -1);
    ADD(o, 0);
    TIMES(o, n - 1, "\x41\1");
    ADD(o, 0x41, 7, 0x10, 1, 0x0b);
    end(o, b);
    b = begin(o, -1);
    ADD(o, 0, 0x20);
    put_u32(o, n - 1);
    ADD(o, 0x0b);
    end(o, b);
    end(o, code);
}

static void make_RESULTS(struct out *o, uint32_t n) {
    const size_t types = begin_types(o, 2);
    ADD(o, 0x60, 0);
    put_u32(o, n);
    TIMES(o, n, "\x7f");
    end(o, types);
    ADD(o, 3, 3, 2, 0, 1);
    export_run(o, 0);
    const size_t code = begin(o, 10);
    ADD(o, 2);
    size_t b = begin(o, -1);
    ADD(o, 0, 0x10, 1);
    TIMES(o, n - 1, "\x1a");
    ADD(o, 0x0b);
    end(o, b);
    b = begin(o, -1);
    ADD(o, 0, 0x41, 7);
    TIMES(o, n - 1, "\x41\1");
    ADD(o, 0x0b);
    end(o, b);
    end(o, code);
}

static void make_FIELDS(struct out *o, uint32_t n) {
    const size_t types = begin_types(o, 2);
    ADD(o, 0x5f);
    put_u32(o, n);
    TIMES(o, n, "\x7f\1");
    end(o, types);
    only_func(o);
    export_run(o, 0);
    const struct body b = begin_body(o);
    ADD(o, 1, 1, 0x63, 1, 0xfb, 1, 1, 0x22, 0, 0x41, 7, 0xfb, 5, 1);
    put_u32(o, n - 1);
    ADD(o, 0x20, 0, 0xfb, 2, 1);
    put_u32(o, n - 1);
    end_body(o, b);
}

/* Of v128, the widest: the last one's last lane. */
static void make_LOCALS(struct out *o, uint32_t n) {
    only_type(o);
    only_func(o);
    export_run(o, 0);
    const struct body b = begin_body(o);
    ADD(o, 1);
    put_u32(o, n);
    ADD(o, 0x7b, 0x41, 7, 0xfd, 0x11, 0x21);
    put_u32(o, n - 1);
    ADD(o, 0x20);
    put_u32(o, n - 1);
    ADD(o, 0xfd, 0x1b, 3);
    end_body(o, b);
}

static void make_OPERANDS(struct out *o, uint32_t n) {
    only_type(o);
    const struct body b = begin_run(o);
    ADD(o, 0x41, 7);
    TIMES(o, n - 1, "\x41\1");
    TIMES(o, n - 1, "\x1a");
    end_body(o, b);
}

static void make_BODY_SIZE(struct out *o, uint32_t n) {
    only_type(o);
    const struct body b = begin_run(o);
    TIMES(o, n - 4, "\1");
    ADD(o, 0x41, 7);
    end_body(o, b);
}

static void make_NAME_SIZE(struct out *o, uint32_t n) {
    only_type(o);
    only_func(o);
    const size_t exports = begin(o, 7);
    ADD(o, 2);
    put_u32(o, n);
    TIMES(o, n, "a");
    ADD(o, 0, 0, 3, 'r', 'u', 'n', 0, 0);
    end(o, exports);
    const struct body b = begin_body(o);
    ADD(o, 0, 0x41, 7);
    end_body(o, b);
}

static void make_ARRAY_FIXED(struct out *o, uint32_t n) {
    const size_t types = begin_types(o, 2);
    ADD(o, 0x5e, 0x7f, 0);
    end(o, types);
    const struct body b = begin_run(o);
    TIMES(o, n - 1, "\x41\1");
    ADD(o, 0x41, 7, 0xfb, 8, 1);
    put_u32(o, n);
    put_const(o, n - 1);
    ADD(o, 0xfb, 0x0b, 1);
    end_body(o, b);
}

/* Only the last clause is the tag's. */
static void make_CATCHES(struct out *o, uint32_t n) {
    const size_t types = begin_types(o, 2);
    ADD(o, 0x60, 0, 0);
    end(o, types);
    only_func(o);
    ADD(o, 13, 5, 2, 0, 1, 0, 1);
    export_run(o, 0);
    const struct body b = begin_body(o);
    ADD(o, 0, 0x02, 0x40, 0x02, 0x40, 0x1f, 0x40);
    put_u32(o, n);
    TIMES(o, n - 1, "\0\0\0");
    ADD(o, 0, 1, 1, 0x08, 1, 0x0b, 0x41, 1, 0x0f, 0x0b, 0x41, 2, 0x0f, 0x0b, 0x41, 7);
    end_body(o, b);
}

/* Only the last clause is for the tag that the continuation suspends with. */
static void make_HANDLERS(struct out *o, uint32_t n) {
    const size_t types = begin_types(o, 3);
    ADD(o, 0x60, 0, 0, 0x5d, 1);
    end(o, types);
    ADD(o, 3, 3, 2, 0, 1);
    ADD(o, 13, 5, 2, 0, 1, 0, 1);
    ADD(o, 7, 11, 2, 3, 'r', 'u', 'n', 0, 0, 1, 'c', 0, 1);
    const size_t code = begin(o, 10);
    ADD(o, 2);
    size_t b = begin(o, -1);
    ADD(o, 0, 0x02, 0x63, 2, 0x02, 0x63, 2, 0xd2, 1, 0xe0, 2, 0xe3, 2);
    put_u32(o, n);
    TIMES(o, n - 1, "\0\0\0");
    ADD(o, 0, 1, 1, 0x41, 1, 0x0f, 0x0b, 0x1a, 0x41, 2, 0x0f, 0x0b, 0x1a, 0x41, 7, 0x0b);
    end(o, b);
    ADD(o, 4, 0, 0xe2, 1, 0x0b);
    end(o, code);
}

/* A custom section takes all the room; nobody reads its content. */
static void make_MODULE_SIZE(struct out *o, uint32_t n) {
    only_type(o);
    const struct body b = begin_run(o);
    ADD(o, 0x41, 7);
    end_body(o, b);
    const uint32_t rest = n - (uint32_t)o->size - 6;
    ADD(o, 0, 0x80 | (rest & 0x7f), 0x80 | (rest >> 7 & 0x7f), 0x80 | (rest >> 14 & 0x7f), 0x80 | (rest >> 21 & 0x7f),
        rest >> 28);
    ADD(o, 1, 'x');
}

static const struct row {
    const char *name;
    uint32_t most;
    void (*make)(struct out *o, uint32_t n);
} rows[] = {
#define LIMIT(sym, value, what) {#sym, WK_LIMIT_VALUE(sym), make_##sym},
#include "def/limit.def"
};

/* ---- checks ----------------------------------------------------------------------------------------------------- */

static void fail(const struct row *row, const char *what, const wick_diag *diag) {
    char text[300];
    wick_diag_format(diag, NULL, NULL, text, sizeof text);
    test_failures++;
    printf("%s: %s: %s\n", row->name, what, text);
}

/* "m" has a global "" that is 7. */
static void offer_global(struct world *w) {
    world_instance(w, "m", "(module (global (export \"\") i32 (i32.const 7)))");
}

static void runs(const struct row *row, wick_engine_kind kind, const uint8_t *bytes, size_t size) {
    struct world w;
    wick_module *module;
    wick_instance *instance = NULL;
    wick_extern item;
    wick_value result = i32(0);
    wick_diag diag;
    wick_task *task = NULL;
    const wick_task_options options = {.stack_slots = 1u << 21};
    wick_diag_init(&diag);
    test_checks++;
    world_open(&w, kind);
    offer_global(&w);
    if (wick_module_new(w.engine, bytes, size, WICK_MODULE_BORROW, &module, &diag) != WICK_OK) {
        fail(row, "is refused at the limit", &diag);
    } else {
        w.modules[w.n_modules++] = module;
        if (wick_linker_instantiate(w.linker, module, &instance, &diag) != WICK_OK) {
            fail(row, "is not instantiated at the limit", &diag);
        } else {
            NEED(wick_instance_export(instance, "run", 3, &item));
            NEED(wick_task_new(w.store, &options, &task) == WICK_OK);
            NEED(wick_task_call(task, item.of.func, NULL, 0) == WICK_OK);
            const wick_status status = wick_task_resume(task, UINT64_MAX);
            if (status == WICK_TRAPPED && wick_err_get_class(wick_task_diag(task)->err) == WICK_CLASS_UNSUPPORTED) {
                printf("skipped: %s is accepted, but does not run yet\n", row->name);
            } else if (status != WICK_DONE) {
                fail(row, "does not run", wick_task_diag(task));
            } else {
                result = wick_task_result(task, 0);
                if (result.of.i32 != 7) {
                    test_failures++;
                    printf("%s: expected 7, got %u\n", row->name, result.of.i32);
                }
            }
            wick_task_free(task);
        }
    }
    world_close(&w);
}

static void is_refused(const struct row *row, const uint8_t *bytes, size_t size) {
    struct world w;
    wick_module *module = NULL;
    wick_instance *instance;
    wick_diag diag;
    char text[300], want[60];
    wick_diag_init(&diag);
    test_checks++;
    world_open(&w, WICK_ENGINE_REF);
    offer_global(&w);
    wick_err err = wick_module_new(w.engine, bytes, size, WICK_MODULE_BORROW, &module, &diag);
    if (err == WICK_OK) { /* the size of a table counts when it is made */
        err = wick_linker_instantiate(w.linker, module, &instance, &diag);
        w.modules[w.n_modules++] = module;
    }
    wick_diag_format(&diag, NULL, NULL, text, sizeof text);
    snprintf(want, sizeof want, ", at most %u: raise WICK_MAX_%s", (unsigned)row->most, row->name);
    const size_t n = strlen(want);
    if (err != WICK_ERR_limit || strlen(text) < n || strcmp(text + strlen(text) - n, want) != 0) {
        test_failures++;
        printf("%s: one more than the limit: %s\n", row->name, err == WICK_OK ? "accepted" : text);
    }
    world_close(&w);
}

/* The module's bytes: as made, or in front of as many zeros as the module is long. */
static const uint8_t *bytes_of(const struct row *row, const struct out *o, uint32_t n, size_t *out_size) {
    *out_size = o->size;
    if (row->make != make_MODULE_SIZE) {
        return o->bytes;
    }
    uint8_t *map = mmap(NULL, n, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (map == MAP_FAILED) {
        return NULL;
    }
    memcpy(map, o->bytes, o->size);
    *out_size = n;
    return map;
}

static void check_row(const struct row *row) {
    for (uint32_t more = 0; more < 2; more++) {
        const uint32_t n = row->most + more;
        struct out o = {NULL, 0, 0};
        size_t size;
        head(&o);
        row->make(&o, n);
        const uint8_t *bytes = bytes_of(row, &o, n, &size);
        if (bytes == NULL) {
            printf("skipped: no room for a module of %u bytes\n", (unsigned)n);
        } else if (more == 1) {
            is_refused(row, bytes, size);
        } else {
            runs(row, WICK_ENGINE_FAST, bytes, size);
            runs(row, WICK_ENGINE_REF, bytes, size);
        }
        if (bytes != NULL && bytes != o.bytes) {
            munmap((void *)(uintptr_t)bytes, size);
        }
        free(o.bytes);
    }
}

int main(int argc, char **argv) {
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if (argc < 2 || strcmp(argv[1], rows[i].name) == 0) {
            check_row(&rows[i]);
        }
    }
    return test_end("limit_test");
}

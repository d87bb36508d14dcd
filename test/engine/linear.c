/* linear.c - translating takes steps, and cells, in proportion to the module's bytes, whatever they are (linear.h). */
#include "../module/linear.h"

#define VOID_F "M 01[01 60 00 00] 03[01 00] "
#define ONE_LOCAL(body) VOID_F "0a[01 [01 01 7f " body " 0b]]"
#define TYPES "M 01[03 60 00 00 60 u1000 *1000(7f) u1000 *1000(7f) 60 00 u1000 *1000(7f)] "

static const struct linear_shape linear_shapes[] = {
    {"operands", VOID_F "<*%1(41 00) *%1(1a)>", 100000, 50, 50},
    {"reads of a local that is set then", ONE_LOCAL("*%1(20 00) 41 07 21 00 *%1(1a)"), 100000, 50, 50},
    {"sets of a local that was read deep down", ONE_LOCAL("20 00 *%1(41 00) *%1(41 07 21 00) *%1(1a) 1a"), 50000, 50, 50},
    {"sets of a local that was read often", ONE_LOCAL("*%1(20 00) *%1(41 07 21 00) *%1(1a)"), 50000, 50, 50},
    {"tees of a local", ONE_LOCAL("*%1(20 00) *%1(22 00) *%1(1a)"), 50000, 50, 50},
    {"sums", ONE_LOCAL("*%1(20 00 41 01 6a) 41 00 21 00 *%1(1a)"), 50000, 50, 50},
    {"blocks in one another above reads", ONE_LOCAL("*%1(20 00 02 40) *%1(0b 1a)"), 50000, 50, 100},
    {"blocks above many operands", ONE_LOCAL("*%1(41 00) *%1(20 00 02 40 0b 1a) *%1(1a)"), 50000, 50, 50},
    {"ifs above many operands", ONE_LOCAL("*%1(41 00) *%1(20 00 20 00 04 40 0b 1a) *%1(1a)"), 50000, 50, 50},
    {"comparisons and branches", VOID_F "<02 40 *%1(41 00 41 01 48 0d 00) 0b>", 50000, 50, 50},
    {"negated comparisons", VOID_F "<02 40 *%1(41 00 41 01 48 45 45 45 0d 00) 0b>", 50000, 50, 50},
    {"branches to one label", VOID_F "<02 40 *%1(41 00 0d 00) 0b>", 50000, 50, 50},
    {"branches that carry two values", VOID_F "<02 7f 41 01 41 02 *%1(41 00 0d 00) 1a 0b 1a>", 50000, 80, 80},
    {"branches of a thousand values", TYPES "03[01 00] <02 02 *1001(41 00) *%1(41 00 0d 00) 00 0b *1000(1a)>", 50000, 80,
     80},
    {"a br_table of two labels", VOID_F "<02 40 41 00 0e u%1 *%1(00 01) 00 0b>", 50000, 50, 50},
    {"a br_table of two labels of a thousand values",
     TYPES "03[01 00] <02 02 02 02 *1001(41 00) 41 00 0e u%1 *%1(00 01) 00 0b 00 0b *1000(1a)>", 50000, 80, 80},
    {"blocks of a thousand parameters", TYPES "03[01 00] <*1000(41 00) *%1(02 01 0b 03 01 0b) *1000(1a)>", 50000, 80, 80},
    {"ifs of a thousand parameters",
     TYPES "03[01 00] <*1000(41 00) *%1(41 00 04 01 0b 41 00 04 01 05 0b) *1000(1a)>", 50000, 80, 80},
    {"calls", VOID_F "<*%1(10 00)>", 50000, 80, 80},
    {"code that is never reached", VOID_F "<00 *%1(41 00 1a 02 40 0b)>", 50000, 50, 50},
    {"functions", "M 01[01 60 00 00] 03[u%1 *%1(00)] 0a[u%1 *%1(02 00 0b)]", 50000, 200, 200},
    {"try_tables", VOID_F "<*%1(1f 40 01 02 00 0b)>", 50000, 80, 80},
    {"structs of ten thousand fields",
     "M 01[02 60 00 00 5f u10000 *10000(7f 00)] 03[01 00] <*%1(fb 01 01 1a)>", 50000, 80, 80},
    {"vectors", VOID_F "<*%1(fd 0c 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 1a)>", 20000, 50, 50},
};

static void *linear_realloc(void *user, void *p, size_t old_size, size_t new_size) {
    (void)user;
    (void)old_size;
    if (new_size == 0) {
        free(p);
        return NULL;
    }
    return realloc(p, new_size);
}

static void linear_log(void *user, const char *text, size_t n) {
    (void)user;
    fwrite(text, 1, n, stderr);
}

static struct linear_cost linear_run(const struct linear_shape *shape, unsigned long n) {
    const wick_host host = {.size = sizeof host, .realloc = linear_realloc, .log = linear_log};
    const wick_config config = {.lazy = true};
    struct linear_cost cost = {0, 0, 0, 0};
    char *text = linear_text(shape->format, n);
    struct build bytes = build_module(text);
    wick_engine *engine = NULL;
    wick_module *module = NULL;
    wick_diag diag;
    char line[512];
    wick_diag_init(&diag);
    if (wick_engine_new(&host, NULL, &config, &engine) != WICK_OK) {
        abort();
    }
    cost.ok = wick_module_new(engine, bytes.data, bytes.n, WICK_MODULE_BORROW, &module, &diag) == WICK_OK;
    if (cost.ok) {
        cost.memory = wick_engine_memory_used(engine);
        linear_steps = 0;
        cost.ok = wick_module_translate(module, &diag) == WICK_OK;
        cost.steps = linear_steps;
        cost.memory = wick_engine_memory_used(engine) - cost.memory;
    }
    if (!cost.ok) {
        wick_diag_format(&diag, NULL, NULL, line, sizeof line);
        printf("%s: %s\n", shape->what, line);
    }
    cost.bytes = bytes.n;
    wick_module_free(module);
    wick_engine_free(engine);
    free(bytes.data);
    free(text);
    return cost;
}

int main(int argc, char **argv) {
    (void)argv;
    return linear_check(linear_shapes, sizeof linear_shapes / sizeof linear_shapes[0], linear_run, argc > 1);
}

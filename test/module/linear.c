/* linear.c - loading takes time and memory in proportion to the module's bytes, whatever they are (linear.h). */
#include "linear.h"

static const struct linear_shape linear_shapes[] = {
    {"one type again and again", "M 01[u%1 *%1(60 00 00)]", 100000, 200, 200},
    {"types, each naming the one before", "M 01[u%1 60 00 00 *%0(60 01 63 %s 00)]", 100000, 300, 300},
    {"types that differ in their fields", "M 01[u%1 *%1(5f 04 63 %s 00 63 %s 01 7f 00 7e 00)]", 1, 300, 300},
    {"types in one group, each naming itself", "M 01[01 4e u%1 *%1(60 01 63 %s 00)]", 100000, 200, 200},
    {"groups of nothing", "M 01[u%1 *%1(4e 00)]", 100000, 100, 100},
    {"chains of subtypes", "M 01[u%1 *%1(50 00 60 00 00)]", 100000, 200, 200},
    {"functions", "M 01[01 60 00 00] 03[u%1 *%1(00)] 0a[u%1 *%1(02 00 0b)]", 50000, 200, 100},
    {"functions of many locals",
     "M 01[01 60 00 00] 03[u%1 *%1(00)] 0a[u%1 *%1(06 01 d0 86 03 7f 0b)]", 50000, 200, 100},
    {"functions of many locals that must be set",
     "M 01[01 60 00 00] 03[u%1 *%1(00)] 0a[u%1 *%1(07 01 d0 86 03 64 70 0b)]", 20000, 200, 100},
    {"functions that use the last of many locals",
     "M 01[01 60 00 00] 03[u%1 *%1(00)] 0a[u%1 *%1(0b 01 d0 86 03 7f 20 cf 86 03 1a 0b)]", 50000, 200, 100},
    {"exports", "M 01[01 60 00 00] 03[01 00] 07[u%1 *%1(08 %x 00 00)] <>", 50000, 100, 100},
    {"imports", "M 01[01 60 00 00] 02[u%1 *%1(08 %x 00 00 00)]", 50000, 100, 100},
    {"globals, each naming the one before", "M 06[u%1 7f 00 41 00 0b *%0(7f 00 23 %u 0b)]", 50000, 100, 100},
    {"blocks in one another", "M 01[01 60 00 00] 03[01 00] <*%1(02 40) *%1(0b)>", 200000, 50, 200},
    {"loops with a result in one another", "M 01[01 60 00 00] 03[01 00] <*%1(03 7f) 00 *%1(0b) 1a>", 200000, 100, 200},
    {"blocks that set a local",
     "M 01[01 60 00 00] 03[01 00] 07[01 @\"f\" 00 00] 0a[01 [01 01 64 70 *%1(02 40 d2 00 21 00 0b) 0b]]", 50000, 100,
     50},
    {"sets of a local in blocks in one another",
     "M 01[01 60 00 00] 03[01 00] 07[01 @\"f\" 00 00] 0a[01 [01 01 64 70 *%1(02 40 d2 00 21 00) *%1(0b) 0b]]", 50000,
     100, 200},
    {"a br_table", "M 01[01 60 00 00] 03[01 00] <*100(02 40) 41 00 0e u%1 *%1(63) 00 *100(0b)>", 0, 50, 50},
    {"a br_table of two labels", "M 01[01 60 00 00] 03[01 00] <02 40 41 00 0e u%1 *%1(00 01) 00 0b>", 0, 50, 50},
    {"operands", "M 01[01 60 00 00] 03[01 00] <*%1(41 00) *%1(1a)>", 200000, 50, 50},
    {"additions of constants", "M 06[01 7f 00 41 00 *%1(41 01 6a) 0b]", 100000, 100, 50},
    {"element expressions", "M 04[01 70 00 00] 09[01 05 70 u%1 *%1(d0 70 0b)]", 100000, 100, 50},
    {"catch clauses", "M 01[01 60 00 00] 03[01 00] <1f 40 u%1 *%1(02 00) 0b>", 25000, 100, 50},
    {"custom sections", "M *%1(00 01 00)", 50000, 100, 100},
    {"runs of no locals", "M 01[01 60 00 00] 03[01 00] 0a[01 [u%1 *%1(00 7f) 0b]]", 100000, 100, 50},
    /* what names much in few bytes: steps for each byte as long as they are not looked at one by one */
    {"blocks of a thousand parameters",
     "M 01[02 60 00 00 60 u1000 *1000(7f) u1000 *1000(7f)] 03[01 00] <*1000(41 00) *%1(02 01 0b) *1000(1a)>", 20000, 100,
     50},
    {"ifs of a thousand parameters without and with else",
     "M 01[02 60 00 00 60 u1000 *1000(7f) u1000 *1000(7f)] 03[01 00]"
     " <*1000(41 00) *%1(41 00 04 01 0b 41 00 04 01 05 0b) *1000(1a)>", 20000, 100, 50},
    {"branches of a thousand values",
     "M 01[02 60 00 00 60 00 u1000 *1000(7f)] 03[01 00] <02 01 *1001(41 00) *%1(41 00 0d 00) 00 0b *1000(1a)>", 20000,
     100, 50},
    {"a br_table of two labels of a thousand values",
     "M 01[02 60 00 00 60 00 u1000 *1000(7f)] 03[01 00]"
     " <02 01 02 01 *1001(41 00) 41 00 0e u%1 *%1(00 01) 00 0b 00 0b *1000(1a)>", 0, 100, 50},
    {"calls with a thousand parameters and results",
     "M 01[02 60 00 00 60 u1000 *1000(7f) u1000 *1000(7f)] 02[01 @\"a\" @\"b\" 00 01] 03[01 00]"
     " <*1000(41 00) *%1(10 00) *1000(1a)>", 20000, 100, 50},
    {"structs of ten thousand fields",
     "M 01[02 60 00 00 5f u10000 *10000(7f 00)] 03[01 00] <*%1(fb 01 01 1a)>", 20000, 100, 50},
    {"vectors",
     "M 01[01 60 00 00] 03[01 00] <*%1(fd 0c 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 1a)>", 20000, 50,
     50},
};

static struct linear_cost linear_run(const struct linear_shape *shape, unsigned long n) {
    struct build_host host = {0, 0, 0};
    struct wick_engine engine;
    struct linear_cost cost = {0, 0, 0, 0};
    char *text = linear_text(shape->format, n);
    struct build module = build_module(text);
    wick_diag diag;
    if (build_engine(&engine, &host, UINT32_MAX) != WICK_OK) {
        abort();
    }
    linear_steps = 0;
    cost.ok = build_load(&engine, module.data, module.n, &diag) == WICK_OK;
    if (!cost.ok) {
        char line[512];
        wick_diag_format(&diag, NULL, NULL, line, sizeof line);
        printf("%s: %s\n", shape->what, line);
    }
    cost.bytes = module.n;
    cost.steps = linear_steps;
    cost.memory = engine.alloc.peak;
    wk_types_free(&engine.types);
    free(module.data);
    free(text);
    return cost;
}

int main(int argc, char **argv) {
    (void)argv;
    return linear_check(linear_shapes, sizeof linear_shapes / sizeof linear_shapes[0], linear_run, argc > 1);
}

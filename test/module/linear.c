/* linear.c - loading takes time and memory in proportion to the module's bytes, whatever they are. Steps are counted,
 * not timed: the core is compiled with a call at every basic block (see check_linear.sh). Each shape is built with n
 * and with 4 n repetitions; four times the bytes may take at most five times the steps, and no module may take more
 * than a certain number of steps or allocated bytes for each of its bytes. */
#include "build.h"

void __sanitizer_cov_trace_pc(void);

static unsigned long long linear_steps;

void __sanitizer_cov_trace_pc(void) {
    linear_steps++;
}

struct linear_shape {
    const char *what;
    const char *format; /* %1 is n; a printf format would fight with the texts' own % */
    unsigned long n;
    unsigned steps_per_byte, memory_per_byte;
};

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

static char *linear_text(const char *format, unsigned long n) {
    char *text = malloc(strlen(format) + 256), *out = text;
    if (text == NULL) {
        abort();
    }
    for (const char *p = format; *p != 0; p++) {
        if (p[0] == '%' && (p[1] == '1' || p[1] == '0')) {
            out += sprintf(out, "%lu", p[1] == '1' ? n : n - 1);
            p++;
        } else {
            *out++ = *p;
        }
    }
    *out = 0;
    return text;
}

struct linear_cost {
    unsigned long long bytes, steps, memory;
    int ok;
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
    unsigned passed = 0, failed = 0;
    (void)argv;
    for (size_t i = 0; i < sizeof linear_shapes / sizeof linear_shapes[0]; i++) {
        const struct linear_shape *shape = &linear_shapes[i];
        const unsigned long n = shape->n < 2 ? 50000 : shape->n;
        const struct linear_cost once = linear_run(shape, n), four = linear_run(shape, 4 * n);
        const unsigned long long fixed = 100000; /* what a small module costs too: tables, first buffers */
        const int ok = once.ok && four.ok &&
                       four.steps * once.bytes <= once.steps * four.bytes * 5 / 4 + fixed * once.bytes &&
                       four.steps <= four.bytes * shape->steps_per_byte + fixed &&
                       four.memory <= four.bytes * shape->memory_per_byte + fixed;
        passed += ok != 0;
        failed += ok == 0;
        if (!ok || argc > 1) {
            printf("%s %s: %llu bytes %llu steps %llu memory, %llu bytes %llu steps %llu memory\n",
                   ok ? "ok  " : "FAIL", shape->what, once.bytes, once.steps, once.memory, four.bytes, four.steps,
                   four.memory);
        }
    }
    printf("%u passed, %u failed\n", passed, failed);
    return failed != 0;
}

/* linear.h - what the tests of linear time share. Steps are counted, not timed: the code under test is compiled with a call
 * at every basic block (check_linear.sh). Each shape is built with n and with 4 n repetitions; four times the bytes may take
 * at most five times the steps, and no module may take more than a certain number of steps or allocated bytes for each of
 * its bytes. */
#ifndef WICK_TEST_MODULE_LINEAR_H
#define WICK_TEST_MODULE_LINEAR_H

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

/* Builds and measures one shape. */
typedef struct linear_cost linear_run_fn(const struct linear_shape *shape, unsigned long n);

static int linear_check(const struct linear_shape *shapes, size_t n_shapes, linear_run_fn *run, int is_verbose) {
    unsigned passed = 0, failed = 0;
    for (size_t i = 0; i < n_shapes; i++) {
        const struct linear_shape *shape = &shapes[i];
        const unsigned long n = shape->n < 2 ? 50000 : shape->n;
        const struct linear_cost once = run(shape, n), four = run(shape, 4 * n);
        const unsigned long long fixed = 100000; /* what a small module costs too: tables, first buffers */
        const int ok = once.ok && four.ok &&
                       four.steps * once.bytes <= once.steps * four.bytes * 5 / 4 + fixed * once.bytes &&
                       four.steps <= four.bytes * shape->steps_per_byte + fixed &&
                       four.memory <= four.bytes * shape->memory_per_byte + fixed;
        passed += ok != 0;
        failed += ok == 0;
        if (!ok || is_verbose) {
            printf("%s %s: %llu bytes %llu steps %llu memory, %llu bytes %llu steps %llu memory\n",
                   ok ? "ok  " : "FAIL", shape->what, once.bytes, once.steps, once.memory, four.bytes, four.steps,
                   four.memory);
        }
    }
    printf("%u passed, %u failed\n", passed, failed);
    return failed != 0;
}

#endif

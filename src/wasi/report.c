/* report.c - why a program ended, for a person: one line of cause and the calls that led there. */
#include "base/str.h"
#include "wasi/wasi.h"

struct report_line {
    char text[256];
    size_t n;
};

#define REPORT_FRAMES 12u

static void report_put(struct report_line *line, const char *text, size_t n) {
    for (size_t i = 0; i < n && line->n < sizeof line->text; i++) {
        line->text[line->n++] = text[i];
    }
}

static void report_text(struct report_line *line, const char *text) {
    const size_t n = wk_str_size(text);
    report_put(line, text, n);
}

static void report_number(struct report_line *line, uint32_t value, uint32_t base) {
    char digits[10];
    size_t n = sizeof digits;
    do {
        uint32_t rest = base == 16 ? value >> 4 : wk_udiv32(value, 10);
        digits[--n] = "0123456789abcdef"[value - rest * base];
        value = rest;
    } while (value != 0);
    report_put(line, digits + n, sizeof digits - n);
}

/* "    at $name (func[12], 0x3f2)" */
static WK_NOINLINE void report_frame(struct report_line *line, const wick_frame *frame) {
    line->n = 0;
    report_text(line, "    at ");
    if (frame->instance == NULL) {
        report_text(line, "the host\n");
        return;
    }
    wick_name name = wick_module_func_name(wick_instance_module(frame->instance), frame->func);
    if (name.size != 0) {
        for (size_t i = 0; i < name.size && i < 200; i++) { /* it may hold anything */
            char ch = name.text[i];
            report_put(line, (unsigned char)ch < ' ' || ch == 127 ? "?" : &name.text[i], 1);
        }
        report_text(line, name.size > 200 ? "... (" : " (");
    } else {
        report_text(line, "(");
    }
    report_text(line, "func[");
    report_number(line, frame->func, 10);
    report_text(line, "]");
    if (frame->offset != 0) {
        report_text(line, ", offset 0x");
        report_number(line, frame->offset, 16);
    }
    report_text(line, ")\n");
}

/* The cause. A buffer of its own, gone before the frames are looked at. */
static WK_NOINLINE void report_cause(const wick_task *task, const char *file, const wick_module *module,
                                     void (*put)(void *user, const char *text, size_t n), void *user) {
    char text[448];
    size_t size = wick_diag_format(wick_task_diag(task), file, module, text, sizeof text - 1);
    size_t n = size < sizeof text - 1 ? size : sizeof text - 2;
    text[n++] = '\n';
    put(user, text, n);
}

void wick_task_report(const wick_task *task, const char *file, void (*put)(void *user, const char *text, size_t n),
                      void *user) {
    wick_frame frames[4];
    size_t n = wick_task_backtrace(task, frames, WK_COUNT_OF(frames));
    const wick_module *module = NULL;
    for (size_t i = 0; i < n && i < WK_COUNT_OF(frames) && module == NULL; i++) {
        module = frames[i].instance != NULL ? wick_instance_module(frames[i].instance) : NULL;
    }
    report_cause(task, file, module, put, user);
    wick_task_report_calls(task, put, user);
}

void wick_task_report_calls(const wick_task *task, void (*put)(void *user, const char *text, size_t n), void *user) {
    wick_frame frames[REPORT_FRAMES];
    struct report_line line;
    size_t n_all = wick_task_backtrace(task, frames, REPORT_FRAMES);
    size_t n = n_all < REPORT_FRAMES ? n_all : REPORT_FRAMES;
    for (size_t i = 0; i < n; i++) {
        report_frame(&line, &frames[i]);
        put(user, line.text, line.n);
    }
    if (n < n_all) {
        line.n = 0;
        report_text(&line, "    and ");
        report_number(&line, (uint32_t)(n_all - n), 10);
        report_text(&line, " more\n");
        put(user, line.text, line.n);
    }
}

#undef REPORT_FRAMES

/* report.c - why a program ended, for a person: one line of cause and the calls that led there. */
#include "base/fmt.h"
#include "base/str.h"
#include "wasi/wasi.h"

struct report_line {
    char text[256];
    size_t n;
};

#define REPORT_FRAMES 12u
#define REPORT_VALUES 8u /* of an exception */

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
    put(user, text, n);
}

static void report_value(struct wk_fmt *fmt, const wick_value *value) {
    switch (WICK_TYPE_KIND(value->type)) {
    case WICK_KIND_I32:
        wk_fmt_str(fmt, "i32 ");
        wk_fmt_s64(fmt, (int32_t)value->of.i32);
        break;
    case WICK_KIND_I64:
        wk_fmt_str(fmt, "i64 ");
        wk_fmt_s64(fmt, (int64_t)value->of.i64);
        break;
    case WICK_KIND_F32:
        wk_fmt_str(fmt, "f32 bits 0x");
        wk_fmt_hex(fmt, value->of.f32);
        break;
    case WICK_KIND_F64:
        wk_fmt_str(fmt, "f64 bits 0x");
        wk_fmt_hex(fmt, value->of.f64);
        break;
    case WICK_KIND_V128:
        wk_fmt_str(fmt, "v128");
        break;
    default:
        wk_fmt_str(fmt, value->of.ref == 0 ? "null" : "reference");
        break;
    }
}

/* ": tag[0] "name" (i32 5, i64 7)" of an uncaught exception, as the function that threw it knows its tag. */
static WK_NOINLINE void report_exception(const wick_task *task, const wick_instance *instance,
                                         void (*put)(void *user, const char *text, size_t n), void *user) {
    const wick_ref exception = wick_task_exception(task);
    const size_t n = wick_exception_arg_count(exception);
    char text[320];
    struct wk_fmt fmt;
    uint32_t index;
    wick_name name;
    wk_fmt_init(&fmt, text, sizeof text);
    wk_fmt_str(&fmt, ": ");
    if (instance != NULL && wick_instance_tag(instance, wick_exception_tag(exception), &index, &name)) {
        wk_fmt_str(&fmt, "tag[");
        wk_fmt_u64(&fmt, index);
        wk_fmt_str(&fmt, "] ");
        if (name.size != 0) {
            wk_fmt_quoted(&fmt, (const uint8_t *)name.text, name.size < 60 ? name.size : 60);
            wk_fmt_char(&fmt, ' ');
        }
    }
    wk_fmt_char(&fmt, '(');
    for (size_t i = 0; i < n && i < REPORT_VALUES; i++) {
        wick_value value;
        wick_exception_arg(exception, i, &value);
        wk_fmt_str(&fmt, i == 0 ? "" : ", ");
        report_value(&fmt, &value);
    }
    wk_fmt_str(&fmt, n > REPORT_VALUES ? ", ...)" : ")");
    const size_t size = wk_fmt_end(&fmt);
    put(user, text, size < sizeof text ? size : sizeof text - 1);
}

void wick_task_report(const wick_task *task, const char *file, void (*put)(void *user, const char *text, size_t n),
                      void *user) {
    wick_frame frames[4];
    size_t n = wick_task_backtrace(task, frames, WK_COUNT_OF(frames));
    const wick_instance *instance = NULL;
    for (size_t i = 0; i < n && i < WK_COUNT_OF(frames) && instance == NULL; i++) {
        instance = frames[i].instance;
    }
    report_cause(task, file, instance == NULL ? NULL : wick_instance_module(instance), put, user);
    if (wick_task_exception(task) != 0) {
        report_exception(task, instance, put, user);
    }
    put(user, "\n", 1);
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
#undef REPORT_VALUES

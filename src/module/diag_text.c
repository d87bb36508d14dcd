/* diag_text.c - the text of a wick_diag, made on demand. Owner of: the grammar of messages (wick.h). */
#include "base/diag.h"
#include "base/fmt.h"
#include "module/module.h"

/* A module's name at the offset of its length; the offset itself when the module is not at hand. */
static void diag_put_name(struct wk_fmt *fmt, const wick_module *module, uint64_t off) {
    if (module == NULL || off >= module->size) {
        wk_fmt_str(fmt, "name at 0x");
        wk_fmt_hex(fmt, off);
        return;
    }
    uint64_t n = 0;
    uint32_t at = (uint32_t)off;
    for (uint32_t shift = 0; at < module->size && shift < 35; shift += 7) {
        uint8_t byte = module->bytes[at++];
        n |= (uint64_t)(byte & 0x7f) << shift;
        if ((byte & 0x80) == 0) {
            break;
        }
    }
    if (n > module->size - at) {
        n = module->size - at;
    }
    wk_fmt_quoted(fmt, module->bytes + at, (size_t)n);
}

static void diag_put_type(struct wk_fmt *fmt, const wick_module *module, uint64_t type) {
    char text[48];
    if (type == 0) {
        return;
    }
    (void)wk_type_text(module == NULL ? NULL : &module->engine->types, module, (wick_valtype)type, text, sizeof text);
    wk_fmt_str(fmt, text);
}

/* Text that lies in the operands themselves, since what it was cut from is gone. */
static void diag_put_bytes(struct wk_fmt *fmt, const wick_diag *diag, uint32_t arg, bool is_quoted) {
    const char *text = (const char *)&diag->a[arg < 3 ? arg : 3];
    const char *end = (const char *)(diag->a + 4);
    size_t n = 0;
    while (text + n < end && text[n] != 0) {
        n++;
    }
    if (is_quoted) {
        wk_fmt_quoted(fmt, (const uint8_t *)text, n);
    } else {
        wk_fmt_bytes(fmt, text, n);
    }
}

static void diag_put_format(struct wk_fmt *fmt, const char *format, const wick_diag *diag, const wick_module *module) {
    uint32_t arg = 0;
    for (const char *p = format; *p != 0; p++) {
        if (*p != '%') {
            wk_fmt_char(fmt, *p);
            continue;
        }
        p++;
        uint64_t value = diag->a[arg < 3 ? arg : 3];
        if (*p == 'k') {
            wk_fmt_str(fmt, wk_op_missing((enum wick_op)value));
            continue;
        }
        arg++;
        switch (*p) {
        case 'u':
            wk_fmt_u64(fmt, value);
            break;
        case 'd':
            wk_fmt_s64(fmt, (int64_t)value);
            break;
        case 'x':
            wk_fmt_hex(fmt, value);
            break;
        case 't':
        case 'h':
            diag_put_type(fmt, module, value);
            break;
        case 'o':
            wk_fmt_str(fmt, value < WICK_OP_COUNT ? wk_op_text((enum wick_op)value) : "?");
            break;
        case 's':
            wk_fmt_str(fmt, value == 0 ? "" : (const char *)(uintptr_t)value);
            break;
        case 'N':
            diag_put_name(fmt, module, value);
            break;
        case 'T':
        case 'Q':
            diag_put_bytes(fmt, diag, arg - 1, *p == 'Q');
            break;
        default:
            wk_fmt_char(fmt, *p);
            break;
        }
    }
}

size_t wick_diag_reason(const wick_diag *diag, const wick_module *module, char *buf, size_t cap) {
    struct wk_fmt fmt;
    wk_fmt_init(&fmt, buf, cap);
    diag_put_format(&fmt, wk_err_info(diag->err)->text, diag, module);
    return wk_fmt_end(&fmt);
}

static void diag_put_place(struct wk_fmt *fmt, const wick_diag *diag, const char *file, const wick_module *module) {
    if (file != NULL) {
        wk_fmt_str(fmt, file);
        wk_fmt_char(fmt, ':');
    }
    if (diag->line != 0) {
        wk_fmt_u64(fmt, diag->line);
        wk_fmt_char(fmt, ':');
        wk_fmt_u64(fmt, diag->column);
        wk_fmt_str(fmt, ": ");
        return;
    }
    if (diag->offset != UINT32_MAX) {
        wk_fmt_str(fmt, "0x");
        wk_fmt_hex(fmt, diag->offset);
        wk_fmt_char(fmt, ':');
    }
    if (fmt->length != 0) {
        wk_fmt_char(fmt, ' ');
    }
    if (diag->section != UINT16_MAX) {
        wk_fmt_str(fmt, wk_section_name(diag->section));
        wk_fmt_str(fmt, " section");
    }
    if (diag->func != UINT32_MAX) {
        if (diag->section != UINT16_MAX) {
            wk_fmt_str(fmt, ", ");
        }
        wk_fmt_str(fmt, "func[");
        wk_fmt_u64(fmt, diag->func);
        wk_fmt_char(fmt, ']');
        wick_name name = {NULL, 0};
        if (module != NULL) {
            name = wick_module_func_name(module, diag->func);
        }
        if (name.size != 0) {
            wk_fmt_str(fmt, " $");
            wk_fmt_bytes(fmt, name.text, name.size);
        }
        wk_fmt_str(fmt, "+0x");
        wk_fmt_hex(fmt, diag->pc);
    }
    if (diag->section != UINT16_MAX || diag->func != UINT32_MAX) {
        wk_fmt_str(fmt, ": ");
    }
}

size_t wick_diag_format(const wick_diag *diag, const char *file, const wick_module *module, char *buf, size_t cap) {
    const struct wk_err_info *info = wk_err_info(diag->err);
    struct wk_fmt fmt;
    wk_fmt_init(&fmt, buf, cap);
    diag_put_place(&fmt, diag, file, module);
    diag_put_format(&fmt, info->text, diag, module);
    if (diag->op < WICK_OP_COUNT && diag->err != WICK_ERR_not_executable) { /* whose text names it */
        wk_fmt_str(&fmt, ": ");
        wk_fmt_str(&fmt, wk_op_text((enum wick_op)diag->op));
    }
    if (info->detail[0] != 0) {
        wk_fmt_str(&fmt, ": ");
        diag_put_format(&fmt, info->detail, diag, module);
    }
    return wk_fmt_end(&fmt);
}

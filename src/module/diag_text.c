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

/* Letters of signatures (wick_functype_parse), by their number in a packed one: kinds first. */
static const char diag_letters[] = ".ilfdvrF:?+";
enum { DIAG_REF_EXTERN = 6, DIAG_REF_FUNC, DIAG_COLON, DIAG_OTHER, DIAG_MORE };

static uint32_t diag_letter(wick_valtype type) {
    if (!wk_type_is_ref(type)) {
        return WICK_TYPE_KIND(type);
    }
    return type == WICK_EXTERNREF ? DIAG_REF_EXTERN : type == WICK_FUNCREF ? DIAG_REF_FUNC : DIAG_OTHER;
}

uint64_t wk_diag_signature(const struct wk_deftype *type) {
    const uint64_t n = (uint64_t)type->n_params + type->n_results;
    uint64_t packed = 0;
    uint32_t i = 0;
    for (uint32_t shift = 0; shift < 64; shift += 4) {
        uint32_t letter;
        if (i == n + 1) {
            break;
        }
        if (shift == 60 && i != n) {
            letter = DIAG_MORE;
        } else if (i == type->n_params) {
            letter = DIAG_COLON;
        } else {
            letter = diag_letter(type->types[i < type->n_params ? i : i - 1]);
        }
        packed |= (uint64_t)letter << shift;
        i++;
    }
    return packed;
}

static void diag_put_signature(struct wk_fmt *fmt, uint64_t packed) {
    for (; packed != 0; packed >>= 4) {
        wk_fmt_char(fmt, diag_letters[(packed & 15u) < sizeof diag_letters - 1 ? packed & 15u : 0]);
    }
}

static void diag_put_expected(struct wk_fmt *fmt, uint64_t text, uint64_t a, uint64_t b) {
    if (text != 0) {
        wk_fmt_str(fmt, (const char *)(uintptr_t)text);
        wk_fmt_str(fmt, ", got ");
        wk_fmt_str(fmt, (const char *)(uintptr_t)a);
        return;
    }
    wk_fmt_str(fmt, "a function ");
    diag_put_signature(fmt, a);
    wk_fmt_str(fmt, ", got ");
    diag_put_signature(fmt, b);
}

/* Values that were given in the wrong number, or one of the wrong type. */
static void diag_put_misfit(struct wk_fmt *fmt, const wick_diag *diag, uint32_t arg, const wick_module *module) {
    const uint64_t misfit = diag->a[arg & 3u], expected = diag->a[(arg + 1) & 3u], got = diag->a[(arg + 2) & 3u];
    if (misfit == 0) {
        return;
    }
    if (misfit != WK_MISFIT_COUNT) {
        wk_fmt_char(fmt, ' ');
        wk_fmt_u64(fmt, misfit - WK_MISFIT_TYPE(0));
    }
    wk_fmt_str(fmt, ": expected ");
    if (misfit == WK_MISFIT_COUNT) {
        wk_fmt_u64(fmt, expected);
        wk_fmt_str(fmt, ", got ");
        wk_fmt_u64(fmt, got);
    } else {
        diag_put_type(fmt, module, expected);
        wk_fmt_str(fmt, ", got ");
        diag_put_type(fmt, module, got);
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
        case 'b':
            if (value != 0) {
                wk_fmt_u64(fmt, value);
                wk_fmt_str(fmt, " bytes");
            }
            break;
        case 'M':
            diag_put_name(fmt, module, (uint32_t)value);
            wk_fmt_char(fmt, ' ');
            diag_put_name(fmt, module, value >> 32);
            break;
        case 'e':
            diag_put_expected(fmt, value, diag->a[arg & 3u], diag->a[(arg + 1) & 3u]);
            return; /* its operands are all that are left */
        case 'v':
            diag_put_misfit(fmt, diag, arg - 1, module);
            return; /* its operands are all that are left */
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
        const size_t before = fmt.length;
        size_t empty;
        wk_fmt_str(&fmt, ": ");
        empty = fmt.length;
        diag_put_format(&fmt, info->detail, diag, module);
        fmt.length = fmt.length == empty ? before : fmt.length;
    }
    return wk_fmt_end(&fmt);
}

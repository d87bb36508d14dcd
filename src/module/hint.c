/* hint.c - reading branch hints: the custom section metadata.code.branch_hint. Spec: branch hinting, binary format.
 *
 * A custom section makes no module invalid, so nothing in it is trusted: where it is not as it should be, it ends. */
#include "module/module.h"

uint32_t wk_read_u32_within(const uint8_t *bytes, struct wk_cursor *c) {
    uint32_t value = 0;
    for (uint32_t shift = 0; shift < 35 && c->at < c->end; shift += 7) {
        const uint8_t byte = bytes[c->at++];
        if (shift == 28 && byte > 0x0f) {
            break;
        }
        value |= (uint32_t)(byte & 0x7f) << shift;
        if ((byte & 0x80) == 0) {
            return value;
        }
    }
    c->bad = true;
    c->at = c->end;
    return 0;
}

uint32_t wk_hints_section(const struct wick_module *m) {
    static const char name[] = "metadata.code.branch_hint";
    for (uint32_t i = 0; i < m->n_customs; i++) {
        const struct wk_custom *custom = &m->customs[i];
        if (custom->name.size == sizeof name - 1 && memcmp(m->bytes + custom->name.off, name, sizeof name - 1) == 0) {
            return wk_section_order(custom->after) < wk_section_order(WK_SECTION_code) ? i : WK_NO_INDEX;
        }
    }
    return WK_NO_INDEX;
}

bool wk_hints_next(struct wk_hints *hints) {
    uint32_t size;
    if (hints->n == 0) {
        return false;
    }
    hints->n--;
    hints->offset = wk_read_u32_within(hints->bytes, &hints->c);
    size = wk_read_u32_within(hints->bytes, &hints->c);
    hints->value = wk_read_u32_within(hints->bytes, &hints->c);
    if (hints->c.bad || size != 1 || hints->value > 1) {
        hints->n = 0;
        hints->n_funcs = 0;
        return false;
    }
    return true;
}

static void hints_next_func(struct wk_hints *hints) {
    while (wk_hints_next(hints)) {
    }
    hints->func = WK_NO_INDEX;
    if (hints->n_funcs == 0) {
        return;
    }
    hints->n_funcs--;
    hints->func = wk_read_u32_within(hints->bytes, &hints->c);
    hints->n = wk_read_u32_within(hints->bytes, &hints->c);
    if (hints->c.bad) {
        hints->func = WK_NO_INDEX;
        hints->n = 0;
        hints->n_funcs = 0;
    }
}

void wk_hints_begin(struct wk_hints *hints, const struct wick_module *m) {
    const uint32_t section = wk_hints_section(m);
    memset(hints, 0, sizeof *hints);
    hints->bytes = m->bytes;
    hints->func = WK_NO_INDEX;
    if (section != WK_NO_INDEX) {
        hints->c.at = m->customs[section].bytes.off;
        hints->c.end = hints->c.at + m->customs[section].bytes.size;
        hints->n_funcs = wk_read_u32_within(m->bytes, &hints->c);
        hints_next_func(hints);
    }
}

bool wk_hints_func(struct wk_hints *hints, uint32_t func) {
    while (hints->func < func) {
        hints_next_func(hints);
    }
    return hints->func == func && hints->n != 0;
}

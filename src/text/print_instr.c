/* print_instr.c - sequences of instructions, flat and folded. Spec: text-instr, text-foldedinstr, code metadata.
 *
 * Owner of: what folds into what. Nothing recurses, and what is kept is bounded: a block is printed as it comes, its
 * label waits on an explicit stack; an instruction that could be an operand waits as a node, and when too many wait,
 * or too deep, all are printed. `(op a b)` means no more than `a b op`, so an operand that is gone already is simply
 * not folded: an instruction that lacks one is printed flat, without parentheses, in the midst of folded ones. */
#include "text/print.h"

enum print_state {
    PRINT_FLAT,
    PRINT_BLOCK, /* folded: block, loop, try_table */
    PRINT_INNER  /* folded: in (then, (else, (do, (catch or (catch_all of its block */
};

#define NODE_NONE 0xffffu
#define PRINT_SMALL 4u /* so many instructions are folded on one line */

/* ---- labels --------------------------------------------------------------------------------------------------- */

void wk_print_label_ref(struct wk_print *p, uint32_t depth) {
    if (depth < p->n_labels) {
        const uint32_t number = p->n_labels - 1 - depth;
        const uint32_t entry = p->stack[number].entry;
        /* A block further in may have the same name. */
        if (entry != 0 && p->scope.entries[entry - 1].value == number + 1) {
            const struct wk_name_entry *e = &p->scope.entries[entry - 1];
            struct wk_print_name name = {(uint32_t)(e->at - p->bytes), (uint32_t)e->size};
            const struct wk_print_names one = {&name, 1};
            wk_print_ref(p, &one, 0);
            return;
        }
    }
    wk_print_u64(p, depth);
}

static void instr_push_print_label(struct wk_print *p, struct wk_span name, uint32_t arity, enum print_state state) {
    struct wk_print_label *label;
    void *stack = p->stack;
    if (wk_array_reserve(p->alloc, &stack, &p->stack_cap, (size_t)p->n_labels + 1, sizeof *p->stack) != WICK_OK) {
        wk_print_fail(p, WICK_ERR_nomem);
        return;
    }
    p->stack = stack;
    label = &p->stack[p->n_labels++];
    *label = (struct wk_print_label){0, 0, arity, (uint8_t)state};
    if (name.size != 0) {
        bool is_new;
        struct wk_name_entry *entry =
            wk_names_put(&p->scope, WK_SPACE_LABEL, p->bytes + name.off, name.size, 0, &is_new);
        if (entry == NULL) {
            wk_print_fail(p, WICK_ERR_nomem);
            return;
        }
        label->entry = 1 + (uint32_t)(entry - p->scope.entries);
        label->shadowed = entry->value;
        entry->value = p->n_labels;
    }
}

static void instr_pop_print_label(struct wk_print *p) {
    const struct wk_print_label *label = &p->stack[--p->n_labels];
    if (label->entry != 0) {
        p->scope.entries[label->entry - 1].value = label->shadowed;
    }
}

/* ---- lines ---------------------------------------------------------------------------------------------------- */

/* Where an instruction begins: a line, and what is said in front of it. */
static void instr_print_start(struct wk_print *p, uint32_t at) {
    wk_print_line(p);
    if ((p->flags & WICK_PRINT_OFFSETS) != 0) {
        wk_print_str(p, "(;@");
        wk_print_hex(p, at);
        wk_print_str(p, ";) ");
    }
}

/* The branch hint of the instruction at this offset. */
static void instr_print_hint(struct wk_print *p, uint32_t at) {
    size_t low = 0, high = p->n_hints;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if (p->hints[middle].at < at) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    if (low < p->n_hints && p->hints[low].at == at) {
        wk_print_str(p, "(@metadata.code.branch_hint \"\\0");
        wk_print_u64(p, p->hints[low].value);
        wk_print_str(p, "\") ");
    }
}

/* ---- nodes ---------------------------------------------------------------------------------------------------- */

/* An instruction with all its operands. */
static void instr_print_tree(struct wk_print *p, uint32_t root) {
    uint16_t path[WK_PRINT_DEPTH + 1];
    uint32_t depth = 0, node = root;
    const bool was_one_line = p->one_line;
    uint32_t line_depth = 0; /* from here on everything is on one line */
    for (;;) {
        uint32_t at = p->nodes[node].at;
        instr_print_start(p, at);
        instr_print_hint(p, at);
        wk_print_char(p, '(');
        wk_print_op(p, &at);
        if (p->nodes[node].first != NODE_NONE) {
            path[depth++] = (uint16_t)node;
            p->indent++;
            if (!p->one_line && p->nodes[node].size <= PRINT_SMALL) {
                p->one_line = true;
                line_depth = depth;
            }
            node = p->nodes[node].first;
            continue;
        }
        wk_print_char(p, ')');
        while (p->nodes[node].next == NODE_NONE) {
            if (depth == 0) {
                return;
            }
            if (depth == line_depth) {
                p->one_line = was_one_line;
            }
            node = path[--depth];
            p->indent--;
            wk_print_char(p, ')');
        }
        node = p->nodes[node].next;
    }
}

/* Prints what waits but the last `keep` items. */
static void instr_print_items(struct wk_print *p, uint32_t keep) {
    for (uint32_t i = 0; i + keep < p->n_items && p->err == WICK_OK; i++) {
        instr_print_tree(p, p->items[i]);
    }
    if (keep == 0) {
        p->n_nodes = 0;
        p->n_items = 0;
    }
}

/* The operands of an instruction that takes `takes`: how many items they are; UINT32_MAX: they are not there. */
static uint32_t instr_operands(const struct wk_print *p, uint32_t takes) {
    uint32_t n = 0;
    uint64_t have = 0;
    while (have < takes) {
        const struct wk_print_node *node;
        if (n == p->n_items) {
            return UINT32_MAX;
        }
        node = &p->nodes[p->items[p->n_items - ++n]];
        have += node->results == 1 ? 1 : node->many;
        if (node->depth + 1u > WK_PRINT_DEPTH) {
            return UINT32_MAX;
        }
    }
    return have == takes ? n : UINT32_MAX;
}

/* An instruction that is no block; *at stands on its immediates. Folded when its operands wait. */
static void instr_print_plain(struct wk_print *p, enum wick_op op, uint32_t start, uint32_t *at) {
    uint32_t takes = 0, gives = 0, n = UINT32_MAX;
    struct wk_print_node *node;
    if ((p->flags & WICK_PRINT_FOLDED) != 0 && wk_print_arity(p, op, *at, &takes, &gives)) {
        if (p->n_nodes == WK_PRINT_NODES) {
            instr_print_items(p, 0);
        }
        n = instr_operands(p, takes);
    }
    if (n == UINT32_MAX) {
        instr_print_items(p, 0);
        *at = start;
        instr_print_start(p, start);
        instr_print_hint(p, start);
        wk_print_op(p, at);
        return;
    }
    node = &p->nodes[p->n_nodes];
    *node = (struct wk_print_node){.at = start, .first = NODE_NONE, .next = NODE_NONE, .size = 1};
    for (; n != 0; n--) {
        struct wk_print_node *operand = &p->nodes[p->items[--p->n_items]];
        operand->next = node->first;
        node->first = p->items[p->n_items];
        node->size = (uint16_t)(node->size + operand->size);
        node->depth = operand->depth + 1u > node->depth ? (uint8_t)(operand->depth + 1u) : node->depth;
    }
    node->results = gives < 2 ? (uint8_t)gives : 2;
    node->many = gives;
    p->items[p->n_items++] = (uint16_t)p->n_nodes++;
    if (gives == 0) {
        instr_print_items(p, 0);
    }
    wk_skip_imm(p->m, (enum wk_imm)wk_op_info(op)->imm, at);
}

/* ---- blocks --------------------------------------------------------------------------------------------------- */

/* The block type at *at; answers what a branch to the block takes. */
static uint32_t instr_print_block_type(struct wk_print *p, enum wick_op op, uint32_t *at) {
    const uint8_t byte = p->bytes[*at];
    const struct wk_deftype *type;
    if (byte == 0x40) {
        *at += 1;
        return 0;
    }
    if ((byte & 0xc0) == 0x40) {
        wk_print_str(p, " (result ");
        wk_print_valtype(p, at);
        wk_print_char(p, ')');
        return op == WICK_OP_loop ? 0 : 1;
    }
    const uint32_t index = wk_read_u32(p->bytes, at);
    wk_print_use(p, index, WK_PRINT_USE_PLAIN);
    type = wk_type_get(&p->m->engine->types, p->m->types[index]);
    return op == WICK_OP_loop ? type->n_params : type->n_results;
}

static void instr_print_catches(struct wk_print *p, uint32_t *at) {
    static const char *const texts[4] = {" (catch ", " (catch_ref ", " (catch_all ", " (catch_all_ref "};
    for (uint32_t n = wk_read_u32(p->bytes, at); n != 0 && p->err == WICK_OK; n--) {
        const uint8_t kind = p->bytes[(*at)++];
        wk_print_str(p, texts[kind & 3]);
        if (kind < 2) {
            wk_print_index(p, WK_SPACE_TAG, wk_read_u32(p->bytes, at));
            wk_print_char(p, ' ');
        }
        wk_print_label_ref(p, wk_read_u32(p->bytes, at));
        wk_print_char(p, ')');
    }
}

/* The condition of a folded if: the one item that waits, or nothing. */
static void instr_print_condition(struct wk_print *p) {
    if (p->n_items != 0) {
        const uint32_t root = p->items[p->n_items - 1];
        p->one_line = p->nodes[root].size <= PRINT_SMALL;
        instr_print_tree(p, root);
        p->one_line = false;
        p->n_nodes = 0;
        p->n_items = 0;
    }
    wk_print_line(p);
    wk_print_str(p, "(then");
    p->indent++;
}

static void instr_print_block(struct wk_print *p, enum wick_op op, uint32_t start, uint32_t *at) {
    const bool folded = (p->flags & WICK_PRINT_FOLDED) != 0;
    const bool has_inner = op == WICK_OP_if || op == WICK_OP_try;
    const struct wk_span label = wk_print_next_label(p);
    bool has_condition = false;
    if (folded) {
        has_condition = op == WICK_OP_if && p->n_items != 0 && p->nodes[p->items[p->n_items - 1]].results == 1;
        instr_print_items(p, has_condition ? 1 : 0);
        if (has_condition) {
            p->items[0] = p->items[p->n_items - 1];
            p->n_items = 1;
        }
    }
    instr_print_start(p, start);
    instr_print_hint(p, start);
    if (folded) {
        wk_print_char(p, '(');
    }
    wk_print_str(p, wk_op_text(op));
    if (label.size != 0) {
        struct wk_print_name name = {label.off, label.size};
        wk_print_define(p, &name, 0);
    }
    const uint32_t arity = instr_print_block_type(p, op, at);
    if (op == WICK_OP_try_table) {
        instr_print_catches(p, at);
    }
    p->indent++;
    if (folded && op == WICK_OP_if) {
        instr_print_condition(p);
    } else if (folded && op == WICK_OP_try) {
        wk_print_line(p);
        wk_print_str(p, "(do");
        p->indent++;
    }
    instr_push_print_label(p, label, arity, !folded ? PRINT_FLAT : has_inner ? PRINT_INNER : PRINT_BLOCK);
}

/* else, catch, catch_all: the next part of a block; start stands on the opcode. */
static void instr_print_part(struct wk_print *p, uint32_t start, uint32_t *at) {
    const bool folded = (p->flags & WICK_PRINT_FOLDED) != 0;
    *at = start;
    p->indent--;
    if (folded) {
        wk_print_char(p, ')');
    }
    instr_print_start(p, start);
    if (folded) {
        wk_print_char(p, '(');
    }
    wk_print_op(p, at);
    p->indent++;
}

static void instr_print_end(struct wk_print *p, uint32_t start) {
    switch ((enum print_state)p->stack[p->n_labels - 1].state) {
    case PRINT_FLAT:
        p->indent--;
        instr_print_start(p, start);
        wk_print_str(p, "end");
        break;
    case PRINT_BLOCK:
        p->indent--;
        wk_print_char(p, ')');
        break;
    case PRINT_INNER:
        p->indent -= 2;
        wk_print_str(p, "))");
        break;
    }
    instr_pop_print_label(p);
}

/* Ends a try; its label counts from outside. */
static void instr_print_delegate(struct wk_print *p, uint32_t start, uint32_t *at) {
    const bool folded = (p->flags & WICK_PRINT_FOLDED) != 0;
    instr_pop_print_label(p);
    p->indent--;
    if (folded) {
        wk_print_char(p, ')');
    }
    instr_print_start(p, start);
    if (folded) {
        wk_print_char(p, '(');
    }
    wk_print_str(p, "delegate ");
    wk_print_label_ref(p, wk_read_u32(p->bytes, at));
    if (folded) {
        wk_print_str(p, "))");
        p->indent--;
    }
}

/* ---- sequences ------------------------------------------------------------------------------------------------ */

static void instr_print_one(struct wk_print *p, uint32_t *at) {
    const uint32_t start = *at;
    const enum wick_op op = wk_read_op(p->bytes, at);
    switch (op) {
    case WICK_OP_block:
    case WICK_OP_loop:
    case WICK_OP_if:
    case WICK_OP_try:
    case WICK_OP_try_table:
        instr_print_block(p, op, start, at);
        return;
    case WICK_OP_else:
    case WICK_OP_catch:
    case WICK_OP_catch_all:
        instr_print_items(p, 0);
        instr_print_part(p, start, at);
        return;
    case WICK_OP_end:
        instr_print_items(p, 0);
        instr_print_end(p, start);
        return;
    case WICK_OP_delegate:
        instr_print_items(p, 0);
        instr_print_delegate(p, start, at);
        return;
    default:
        instr_print_plain(p, op, start, at);
        return;
    }
}

/* (local ...) of a body; answers where its instructions begin. */
static void instr_print_locals(struct wk_print *p, uint32_t func) {
    uint32_t at = p->m->funcs[func].off, index = p->func_type->n_params, n_forms = 0;
    bool open = false;
    for (uint32_t runs = wk_read_u32(p->bytes, &at); runs != 0 && p->err == WICK_OK; runs--) {
        uint32_t n = wk_read_u32(p->bytes, &at);
        const uint32_t at_type = at;
        (void)wk_read_valtype(p->m, &at);
        for (; n != 0 && p->err == WICK_OK; n--, index++) {
            uint32_t type = at_type;
            const bool named = wk_print_is_named(&p->local, index);
            if (open && named) {
                wk_print_char(p, ')');
                open = false;
            }
            if (!open) {
                if ((n_forms++ & 7) == 0) {
                    wk_print_line(p);
                } else {
                    wk_print_char(p, ' ');
                }
                wk_print_str(p, "(local");
                if (named) {
                    wk_print_define(p, &p->local.of[index], index);
                }
            }
            wk_print_char(p, ' ');
            wk_print_valtype(p, &type);
            open = !named;
            if (named) {
                wk_print_char(p, ')');
            }
        }
    }
    if (open) {
        wk_print_char(p, ')');
    }
}

void wk_print_body(struct wk_print *p, uint32_t func) {
    const struct wk_func_info *info = &p->m->funcs[func];
    const uint32_t last = info->off + info->size - 1; /* its `end` */
    uint32_t at = info->code_at;
    instr_print_locals(p, func);
    wk_print_read_labels(p, func);
    p->n_labels = 0;
    p->n_nodes = 0;
    p->n_items = 0;
    while (at < last && p->err == WICK_OK) {
        instr_print_one(p, &at);
    }
    instr_print_items(p, 0);
}

void wk_print_expr(struct wk_print *p, uint32_t *at, const char *wrap) {
    uint32_t first = *at, behind = *at;
    const enum wick_op op = wk_read_op(p->bytes, &behind);
    wk_skip_imm(p->m, (enum wk_imm)wk_op_info(op)->imm, &behind);
    p->n_labels = 0;
    if (p->bytes[behind] == 0x0b) {
        wk_print_char(p, '(');
        wk_print_op(p, &first);
        wk_print_char(p, ')');
        *at = behind + 1;
        return;
    }
    if (wrap != NULL) {
        wk_print_char(p, '(');
        wk_print_str(p, wrap);
    }
    p->one_line = true;
    p->glued = wrap == NULL;
    p->n_nodes = 0;
    p->n_items = 0;
    while (p->bytes[*at] != 0x0b && p->err == WICK_OK) {
        instr_print_one(p, at);
    }
    instr_print_items(p, 0);
    p->one_line = false;
    *at += 1;
    if (wrap != NULL) {
        wk_print_char(p, ')');
    }
}

/* ---- branch hints --------------------------------------------------------------------------------------------- */

/* Do the hints from `first` on, of one function, stand on instructions that may have them? */
static bool instr_check_hints(const struct wk_print *p, uint32_t func, size_t first) {
    const struct wk_func_info *info = &p->m->funcs[func];
    uint32_t at = info->code_at;
    while (first < p->n_hints && at < info->off + info->size) {
        const uint32_t start = at;
        const enum wick_op op = wk_read_op(p->bytes, &at);
        wk_skip_imm(p->m, (enum wk_imm)wk_op_info(op)->imm, &at);
        if (start == p->hints[first].at && (op == WICK_OP_if || op == WICK_OP_br_if)) {
            first++;
        }
    }
    return first == p->n_hints;
}

static bool instr_read_func_hints(struct wk_print *p, struct wk_cursor *c, uint32_t func) {
    const size_t first = p->n_hints;
    uint32_t n = wk_read_u32_within(p->bytes, c);
    if (n == 0) {
        return false;
    }
    for (; n != 0 && !c->bad; n--) {
        void *hints = p->hints;
        const uint32_t offset = wk_read_u32_within(p->bytes, c);
        const uint32_t size = wk_read_u32_within(p->bytes, c);
        const uint32_t value = wk_read_u32_within(p->bytes, c);
        const uint32_t at = p->m->funcs[func].off + offset;
        if (c->bad || size != 1 || value > 1 || offset >= p->m->funcs[func].size ||
            (p->n_hints > first && p->hints[p->n_hints - 1].at >= at)) {
            return false;
        }
        if (wk_array_reserve(p->alloc, &hints, &p->hint_cap, p->n_hints + 1, sizeof *p->hints) != WICK_OK) {
            wk_print_fail(p, WICK_ERR_nomem);
            return false;
        }
        p->hints = hints;
        p->hints[p->n_hints++] = (struct wk_print_hint){at, value};
    }
    return !c->bad && instr_check_hints(p, func, first);
}

/* All of a section. */
static bool instr_read_hints(struct wk_print *p, struct wk_span section) {
    struct wk_cursor c = {section.off, section.off + section.size, false};
    uint32_t n = wk_read_u32_within(p->bytes, &c);
    uint32_t least = p->m->n_func_imports;
    if (n == 0) {
        return false;
    }
    for (; n != 0; n--) {
        const uint32_t func = wk_read_u32_within(p->bytes, &c);
        if (c.bad || func < least || func >= p->m->n_funcs || !instr_read_func_hints(p, &c, func)) {
            return false;
        }
        least = func + 1;
    }
    return c.at == c.end;
}

void wk_print_read_hints(struct wk_print *p) {
    const uint32_t section = wk_hints_section(p->m);
    if (section == WK_NO_INDEX || (p->flags & WICK_PRINT_NO_CUSTOM) != 0) {
        return;
    }
    if (instr_read_hints(p, p->m->customs[section].bytes)) {
        p->hint_custom = section;
    } else {
        p->n_hints = 0; /* it is a custom section like others */
    }
}

#undef NODE_NONE
#undef PRINT_SMALL

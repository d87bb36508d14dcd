/* valid_control.c - blocks, branches, calls and exceptions. Owner of: what a label carries, where unreachable code
 * begins and ends, which locals a block has initialised. Spec: valid-instr-control, valid-algorithm; for try, catch,
 * delegate and rethrow the legacy exception rules. */
#include "valid/check.h"

/* ---- block types ---------------------------------------------------------------------------------------------- */

static wick_err control_block_type(struct wk_check *c, uint32_t *out) {
    const uint8_t *at = c->r.at;
    int64_t index = 0;
    if (WK_LIKELY(at != c->r.end && (*at & 0xc0) == 0x40)) {
        if (*at == 0x40) {
            c->r.at++;
            *out = 0;
            return WICK_OK;
        }
        return wk_get_type_or(&c->r, WICK_ERR_blocktype, out);
    }
    WK_TRY(wk_get_s33(&c->r, &index));
    if (index < 0 || !wk_reader_has(&c->r, WICK_FEATURE_MULTI_VALUE)) {
        return wk_reader_fail(&c->r, at, WICK_ERR_blocktype, *at, 0);
    }
    if (index >= (int64_t)c->m->n_types) {
        return wk_reader_fail(&c->r, at, WICK_ERR_unknown_type, (uint64_t)index, c->m->n_types);
    }
    *out = c->m->types[index];
    if (wk_type_get(c->types, *out)->comp != WK_COMP_FUNC) {
        return wk_reader_fail(&c->r, at, WICK_ERR_non_function_type, (uint64_t)index, 0);
    }
    *out = WK_CHECK_DEFTYPE(*out);
    return WICK_OK;
}

static const struct wk_deftype *control_deftype(const struct wk_check *c, uint32_t type) {
    return wk_type_get(c->types, (type >> 8) - 1u);
}

static bool control_is_deftype(uint32_t type) {
    return type != 0 && WICK_TYPE_KIND(type) == WICK_KIND_NONE;
}

static void control_params(const struct wk_check *c, uint32_t type, struct wk_check_list *out) {
    out->n = 0;
    out->is_plain = false;
    out->types = &out->single;
    if (control_is_deftype(type)) {
        const struct wk_deftype *def = control_deftype(c, type);
        out->n = def->n_params;
        out->is_plain = wk_check_params_plain(def);
        out->types = def->types;
    }
}

static void control_results(const struct wk_check *c, uint32_t type, struct wk_check_list *out) {
    out->single = type;
    out->n = type != 0;
    out->is_plain = false;
    out->types = &out->single;
    if (control_is_deftype(type)) {
        const struct wk_deftype *def = control_deftype(c, type);
        out->n = def->n_results;
        out->is_plain = wk_check_results_plain(def);
        out->types = def->types + def->n_params;
    }
}

static void control_label_types(const struct wk_check *c, const struct wk_check_frame *frame,
                                struct wk_check_list *out) {
    if (frame->op == (uint8_t)WICK_OP_loop) {
        control_params(c, frame->type, out);
    } else {
        control_results(c, frame->type, out);
    }
}

/* Reads a label; the frame it names. Frames count from the innermost. */
static wick_err control_label(struct wk_check *c, uint32_t n_frames, struct wk_check_frame **out) {
    const uint8_t *at = c->r.at;
    uint32_t index = 0;
    WK_TRY(wk_get_u32(&c->r, &index));
    if (index >= n_frames) {
        return wk_reader_fail(&c->r, at, WICK_ERR_unknown_label, index, n_frames);
    }
    *out = &c->frames[n_frames - 1 - index];
    return WICK_OK;
}

wick_err wk_check_label(struct wk_check *c, struct wk_check_list *out) {
    struct wk_check_frame *frame = NULL;
    WK_TRY(control_label(c, c->n_frames, &frame));
    control_label_types(c, frame, out);
    return WICK_OK;
}

/* ---- blocks --------------------------------------------------------------------------------------------------- */

wick_err wk_check_enter(struct wk_check *c, enum wick_op op, uint32_t type) {
    struct wk_check_frame *frame;
    uint32_t loops = 0;
    if (c->n_frames == c->frames_cap) {
        void *array = c->frames;
        if (wk_array_reserve(c->alloc, &array, &c->frames_cap, c->n_frames + 1u, sizeof *frame) != WICK_OK) {
            return wk_reader_fail_nomem(&c->r);
        }
        c->frames = array;
    }
    if (c->n_frames != 0) {
        loops = c->frames[c->n_frames - 1].loops;
    }
    loops += op == WICK_OP_loop && loops < WK_CHECK_LOOPS;
    frame = &c->frames[c->n_frames++];
    *c->sp++ = WK_CHECK_EMPTY;
    c->peak++;
    frame->base = (uint32_t)(c->sp - c->stack);
    frame->type = type;
    frame->n_set = c->n_set;
    frame->op = (uint8_t)op;
    frame->loops = (uint8_t)loops;
    frame->hint = 0;
    frame->hidden = 0;
    c->weight = wk_check_weight(loops);
    return wk_check_reserve(c, 0);
}

/* ---- branch hints ----------------------------------------------------------------------------------------------- */

/* What hints say changes only which locals are pinned: uses where the code rarely runs do not count. */
void wk_check_next_hint(struct wk_check *c) {
    const struct wk_func_info *func = &c->m->funcs[c->r.func];
    c->hint_at = NULL;
    if (wk_hints_next(&c->hints) && c->hints.offset < func->size) {
        c->hint_at = c->r.start + func->off + c->hints.offset;
    }
}

/* The hint of the instruction at `at`: 0 none, 1 unlikely, 2 likely. */
static uint8_t control_hint(struct wk_check *c, const uint8_t *at) {
    while (WK_UNLIKELY(c->hint_at != NULL && c->hint_at <= at)) {
        const bool is_here = c->hint_at == at;
        const uint8_t hint = (uint8_t)(c->hints.value + 1);
        wk_check_next_hint(c);
        if (is_here) {
            return hint;
        }
    }
    return 0;
}

static void control_set_loops(struct wk_check *c, uint32_t loops) {
    c->frames[c->n_frames - 1].loops = (uint8_t)loops;
    c->weight = wk_check_weight(loops);
}

/* An if has been entered. */
static void control_hint_if(struct wk_check *c, uint8_t hint) {
    c->frames[c->n_frames - 1].hint = hint;
    if (hint == 1) {
        control_set_loops(c, WK_CHECK_COLD);
    }
}

/* Its else begins. */
static void control_hint_else(struct wk_check *c) {
    const struct wk_check_frame *frame = &c->frames[c->n_frames - 1];
    if (frame->hint != 0) {
        control_set_loops(c, frame->hint == 2 ? WK_CHECK_COLD : frame[-1].loops);
    }
}

static wick_err control_block(struct wk_check *c, const uint8_t *at, enum wick_op op) {
    struct wk_check_list params;
    uint32_t type = 0;
    WK_TRY(control_block_type(c, &type));
    if (op == WICK_OP_if) {
        WK_TRY(wk_check_pop(c, at, WICK_I32));
    }
    if (!control_is_deftype(type)) {
        return wk_check_enter(c, op, type);
    }
    control_params(c, type, &params);
    WK_TRY(wk_check_pop_list(c, at, params.types, params.n, params.is_plain));
    WK_TRY(wk_check_enter(c, op, type));
    return wk_check_push_list(c, params.types, params.n, params.is_plain);
}

/* Locals that were set inside the block are not set behind it. */
static void control_unset(struct wk_check *c, uint32_t n_set) {
    while (c->n_set > n_set) {
        const uint32_t local = c->set_list[--c->n_set];
        c->set_bits[local / 32] &= ~(1u << (local % 32));
    }
}

/* The block's operands are exactly its results, which are popped. */
static wick_err control_finish(struct wk_check *c, const uint8_t *at, struct wk_check_list *out_results) {
    const struct wk_check_frame *frame = &c->frames[c->n_frames - 1];
    control_results(c, frame->type, out_results);
    WK_TRY(wk_check_pop_list(c, at, out_results->types, out_results->n, out_results->is_plain));
    if (c->sp != c->stack + frame->base) {
        return wk_reader_fail_types(&c->r, at, WICK_ERR_type_mismatch_end, 0, c->sp[-1]);
    }
    if (frame->n_set != c->n_set) {
        control_unset(c, frame->n_set);
    }
    return WICK_OK;
}

/* The next part of a block (else, catch): as its beginning, with these operands. */
static wick_err control_restart(struct wk_check *c, enum wick_op op, const wick_valtype *types, uint32_t n, bool is_plain) {
    c->frames[c->n_frames - 1].op = (uint8_t)op;
    c->sp[-1] = WK_CHECK_EMPTY;
    return wk_check_push_list(c, types, n, is_plain);
}

static void control_leave(struct wk_check *c) {
    c->n_frames--;
    c->sp -= 1 + c->frames[c->n_frames].hidden;
    c->peak--;
    if (c->n_frames != 0) {
        c->weight = wk_check_weight(c->frames[c->n_frames - 1].loops);
    }
}

/* An if without else passes its parameters on as results. */
static wick_err control_no_else(struct wk_check *c, const uint8_t *at, uint32_t type) {
    struct wk_check_list params, results;
    bool fits;
    control_params(c, type, &params);
    control_results(c, type, &results);
    fits = params.n == results.n;
    if (fits && memcmp(params.types, results.types, params.n * sizeof *params.types) == 0) {
        return WICK_OK;
    }
    for (uint32_t i = 0; fits && i < params.n; i++) {
        fits = wk_type_is_sub(c->types, params.types[i], results.types[i]);
    }
    return fits ? WICK_OK : wk_reader_fail(&c->r, at, WICK_ERR_type_mismatch_else, 0, 0);
}

static wick_err control_end(struct wk_check *c, const uint8_t *at) {
    struct wk_check_list results;
    const struct wk_check_frame *frame = &c->frames[c->n_frames - 1];
    if (frame->op == (uint8_t)WICK_OP_if && frame->type != 0) {
        WK_TRY(control_no_else(c, at, frame->type));
    }
    WK_TRY(control_finish(c, at, &results));
    control_leave(c);
    return wk_check_push_list(c, results.types, results.n, results.is_plain);
}

static wick_err control_else(struct wk_check *c, const uint8_t *at) {
    struct wk_check_list results, params;
    if (c->frames[c->n_frames - 1].op != (uint8_t)WICK_OP_if) {
        return wk_reader_fail(&c->r, at, WICK_ERR_end_expected, 0, 0);
    }
    WK_TRY(control_finish(c, at, &results));
    control_params(c, c->frames[c->n_frames - 1].type, &params);
    control_hint_else(c);
    return control_restart(c, WICK_OP_else, params.types, params.n, params.is_plain);
}

/* ---- branches ------------------------------------------------------------------------------------------------- */

wick_err wk_check_retype(struct wk_check *c, const uint8_t *at, const wick_valtype *types, uint32_t n, bool is_plain) {
    if (n == 0 || (n == 1 && c->sp[-1] == types[0])) {
        return WICK_OK;
    }
    WK_TRY(wk_check_pop_list(c, at, types, n, is_plain));
    return wk_check_push_list(c, types, n, is_plain);
}

/* Do the topmost operands match the label, whose types may differ from those of other labels of the table? They are
 * popped and put back as they were. */
static wick_err control_table_label(struct wk_check *c, const uint8_t *at, const struct wk_check_list *label) {
    const wick_valtype *sp = c->sp;
    if (label->is_plain && (size_t)(sp - c->stack) >= label->n &&
        memcmp(sp - label->n, label->types, label->n * sizeof *sp) == 0) {
        return WICK_OK;
    }
    for (uint32_t i = label->n; i-- > 0;) {
        const wick_valtype got = sp[-1], type = label->types[i];
        if (got == WK_CHECK_POLY) {
            break;
        }
        if (got == WK_CHECK_EMPTY) {
            return wk_reader_fail_types(&c->r, at, WICK_ERR_type_mismatch_empty, type, 0);
        }
        if (got != type && !wk_type_is_sub(c->types, got, type)) {
            return wk_reader_fail_types(&c->r, at, WICK_ERR_type_mismatch, type, got);
        }
        sp -= wk_type_slots(got);
    }
    return WICK_OK;
}

static wick_err control_br_table(struct wk_check *c, const uint8_t *at) {
    struct wk_check_frame *frame = NULL;
    const struct wk_check_frame *last = NULL;
    struct wk_check_list label;
    uint32_t n = 0, arity = 0;
    WK_TRY(wk_get_length(&c->r, &n));
    WK_TRY(wk_check_pop(c, at, WICK_I32));
    for (uint32_t i = 0; i <= n; i++) {
        const uint8_t *at_label = c->r.at;
        WK_TRY(control_label(c, c->n_frames, &frame));
        if (frame == last) {
            continue;
        }
        control_label_types(c, frame, &label);
        if (last != NULL && label.n != arity) {
            return wk_reader_fail(&c->r, at_label, WICK_ERR_type_mismatch_arity, arity, label.n);
        }
        arity = label.n;
        if (last == NULL || label.n != 0) {
            WK_TRY(control_table_label(c, at_label, &label));
        }
        last = frame;
    }
    wk_check_unreachable(c);
    return WICK_OK;
}

/* br_on_null: the operand goes on as non-null. br_on_non_null: it is the last of the label's types. */
static wick_err control_br_on_null(struct wk_check *c, const uint8_t *at, bool is_non_null) {
    struct wk_check_list label;
    const uint8_t *at_label = c->r.at;
    wick_valtype type = 0;
    WK_TRY(wk_check_label(c, &label));
    WK_TRY(wk_check_pop_ref(c, at, &type));
    type &= ~WICK_TYPE_NULLABLE;
    if (!is_non_null) {
        WK_TRY(wk_check_retype(c, at, label.types, label.n, label.is_plain));
        return wk_check_push(c, type);
    }
    if (label.n == 0) {
        return wk_reader_fail_types(&c->r, at_label, WICK_ERR_type_mismatch_label, type, 0);
    }
    if (!wk_type_is_sub(c->types, type, label.types[label.n - 1])) {
        return wk_reader_fail_types(&c->r, at_label, WICK_ERR_type_mismatch_sub, label.types[label.n - 1], type);
    }
    return wk_check_retype(c, at, label.types, label.n - 1, label.is_plain);
}

static wick_err control_return(struct wk_check *c, const uint8_t *at) {
    const struct wk_deftype *type = c->func_type;
    WK_TRY(wk_check_pop_list(c, at, type->types + type->n_params, type->n_results, wk_check_results_plain(type)));
    wk_check_unreachable(c);
    return WICK_OK;
}

/* ---- calls ---------------------------------------------------------------------------------------------------- */

static wick_err control_invoke(struct wk_check *c, const uint8_t *at, const struct wk_deftype *type, bool is_tail) {
    const struct wk_deftype *own = c->func_type;
    WK_TRY(wk_check_pop_list(c, at, type->types, type->n_params, wk_check_params_plain(type)));
    if (!is_tail) {
        return wk_check_push_list(c, type->types + type->n_params, type->n_results, wk_check_results_plain(type));
    }
    if (type->n_results != own->n_results) {
        return wk_reader_fail(&c->r, at, WICK_ERR_type_mismatch_tail, own->n_results, type->n_results);
    }
    for (uint32_t i = 0; i < own->n_results; i++) {
        const wick_valtype got = type->types[type->n_params + i], wanted = own->types[own->n_params + i];
        if (!wk_type_is_sub(c->types, got, wanted)) {
            return wk_reader_fail_types(&c->r, at, WICK_ERR_type_mismatch_sub, wanted, got);
        }
    }
    wk_check_unreachable(c);
    return WICK_OK;
}

static wick_err control_call(struct wk_check *c, const uint8_t *at, bool is_tail) {
    uint32_t index = 0;
    WK_TRY(wk_check_index(c, c->m->n_funcs, WICK_ERR_unknown_function, &index));
    return control_invoke(c, at, wk_type_get(c->types, c->m->func_types[index]), is_tail);
}

static wick_err control_call_ref(struct wk_check *c, const uint8_t *at, bool is_tail) {
    uint32_t id = 0;
    WK_TRY(wk_get_func_type(&c->r, &id));
    WK_TRY(wk_check_pop(c, at, WICK_REF_TYPE(id) | WICK_TYPE_NULLABLE));
    return control_invoke(c, at, wk_type_get(c->types, id), is_tail);
}

static wick_err control_call_indirect(struct wk_check *c, const uint8_t *at, bool is_tail) {
    const struct wk_table_info *table;
    const uint8_t *at_table;
    uint32_t id = 0, index = 0;
    WK_TRY(wk_get_func_type(&c->r, &id));
    at_table = c->r.at;
    if (!wk_reader_has(&c->r, WICK_FEATURE_REF_TYPES)) {
        uint8_t byte = 0;
        WK_TRY(wk_get_byte(&c->r, &byte));
        if (byte != 0) {
            return wk_reader_fail(&c->r, at_table, WICK_ERR_zero_byte, byte, 0);
        }
        c->r.at = at_table;
    }
    WK_TRY(wk_check_index(c, c->m->n_tables, WICK_ERR_unknown_table, &index));
    table = &c->m->tables[index];
    if (!wk_type_is_sub(c->types, table->type, WICK_FUNCREF)) {
        return wk_reader_fail_types(&c->r, at_table, WICK_ERR_type_mismatch_sub, WICK_FUNCREF, table->type);
    }
    WK_TRY(wk_check_pop(c, at, table->limits.is64 ? WICK_I64 : WICK_I32));
    return control_invoke(c, at, wk_type_get(c->types, id), is_tail);
}

/* ---- exceptions ----------------------------------------------------------------------------------------------- */

/* The tag of an exception: one without results. */
wick_err wk_check_exception_tag(struct wk_check *c, const struct wk_deftype **out) {
    const uint8_t *at = c->r.at;
    uint32_t index = 0;
    WK_TRY(wk_check_index(c, c->m->n_tags, WICK_ERR_unknown_tag, &index));
    *out = wk_type_get(c->types, c->m->tags[index]);
    return (*out)->n_results == 0 ? WICK_OK : wk_reader_fail(&c->r, at, WICK_ERR_tag_result, 0, 0);
}

/* A catch clause brings the tag's values, and the exception itself when has_ref, to a label. */
static wick_err control_catch_clause(struct wk_check *c) {
    const struct wk_deftype *tag = NULL;
    struct wk_check_list label;
    const uint8_t *at = c->r.at;
    uint32_t n = 0;
    uint8_t kind = 0;
    WK_TRY(wk_get_byte(&c->r, &kind));
    if (kind > 3) {
        return wk_reader_fail(&c->r, at, WICK_ERR_catch_kind, kind, 0);
    }
    if (kind < 2) {
        WK_TRY(wk_check_exception_tag(c, &tag));
        n = tag->n_params;
    }
    at = c->r.at;
    WK_TRY(wk_check_label(c, &label));
    if (label.n != n + (kind & 1)) {
        return wk_reader_fail(&c->r, at, WICK_ERR_type_mismatch_catch, label.n, n + (kind & 1));
    }
    for (uint32_t i = 0; i < n; i++) {
        if (!wk_type_is_sub(c->types, tag->types[i], label.types[i])) {
            return wk_reader_fail_types(&c->r, at, WICK_ERR_type_mismatch_sub, label.types[i], tag->types[i]);
        }
    }
    if ((kind & 1) != 0 && !wk_type_is_sub(c->types, WICK_REF(WICK_HEAP_exn), label.types[n])) {
        return wk_reader_fail_types(&c->r, at, WICK_ERR_type_mismatch_sub, label.types[n], WICK_REF(WICK_HEAP_exn));
    }
    return WICK_OK;
}

static wick_err control_try_table(struct wk_check *c, const uint8_t *at) {
    struct wk_check_list params;
    const uint8_t *at_n;
    uint32_t type = 0, n = 0;
    WK_TRY(control_block_type(c, &type));
    at_n = c->r.at;
    WK_TRY(wk_get_length(&c->r, &n));
    if (n > WK_LIMIT_VALUE(CATCHES)) {
        return wk_reader_fail_limit(&c->r, at_n, WK_LIMIT_CATCHES, n);
    }
    for (uint32_t i = 0; i < n; i++) {
        WK_TRY(control_catch_clause(c));
    }
    control_params(c, type, &params);
    WK_TRY(wk_check_pop_list(c, at, params.types, params.n, params.is_plain));
    WK_TRY(wk_check_enter(c, WICK_OP_try_table, type));
    return wk_check_push_list(c, params.types, params.n, params.is_plain);
}

static wick_err control_throw(struct wk_check *c, const uint8_t *at) {
    const struct wk_deftype *tag = NULL;
    WK_TRY(wk_check_exception_tag(c, &tag));
    WK_TRY(wk_check_pop_list(c, at, tag->types, tag->n_params, wk_check_params_plain(tag)));
    wk_check_unreachable(c);
    return WICK_OK;
}

/* The exception itself lies under the operands of a catch, as one of the block around it, where nothing but rethrow
 * reaches it: it counts for the frame's size. */
static wick_err control_hide_exception(struct wk_check *c) {
    struct wk_check_frame *frame = &c->frames[c->n_frames - 1];
    if (frame->hidden != 0) {
        return WICK_OK;
    }
    c->sp[-1] = WICK_REF(WICK_HEAP_exn);
    *c->sp++ = WK_CHECK_EMPTY;
    frame->hidden = 1;
    frame->base++;
    return c->sp <= c->peak ? WICK_OK : wk_check_raise(c);
}

static wick_err control_catch(struct wk_check *c, const uint8_t *at, enum wick_op op) {
    const struct wk_deftype *tag = NULL;
    struct wk_check_list results;
    const uint8_t frame_op = c->frames[c->n_frames - 1].op;
    if (frame_op != (uint8_t)WICK_OP_try && frame_op != (uint8_t)WICK_OP_catch) {
        return wk_reader_fail(&c->r, at, WICK_ERR_end_expected, 0, 0);
    }
    if (op == WICK_OP_catch) {
        WK_TRY(wk_check_exception_tag(c, &tag));
    }
    WK_TRY(control_finish(c, at, &results));
    WK_TRY(control_hide_exception(c));
    return control_restart(c, op, tag == NULL ? NULL : tag->types, tag == NULL ? 0 : tag->n_params,
                           tag != NULL && wk_check_params_plain(tag));
}

/* Ends a try without catches; its label counts from outside the try. */
static wick_err control_delegate(struct wk_check *c, const uint8_t *at) {
    struct wk_check_frame *frame = NULL;
    struct wk_check_list results;
    if (c->frames[c->n_frames - 1].op != (uint8_t)WICK_OP_try) {
        return wk_reader_fail(&c->r, at, WICK_ERR_end_expected, 0, 0);
    }
    WK_TRY(control_label(c, c->n_frames - 1, &frame));
    WK_TRY(control_finish(c, at, &results));
    control_leave(c);
    return wk_check_push_list(c, results.types, results.n, results.is_plain);
}

static wick_err control_rethrow(struct wk_check *c) {
    struct wk_check_frame *frame = NULL;
    const uint8_t *at = c->r.at;
    WK_TRY(control_label(c, c->n_frames, &frame));
    if (frame->op != (uint8_t)WICK_OP_catch && frame->op != (uint8_t)WICK_OP_catch_all) {
        return wk_reader_fail(&c->r, at, WICK_ERR_rethrow_label,
                              (uint64_t)(c->n_frames - 1) - (uint64_t)(frame - c->frames), 0);
    }
    wk_check_unreachable(c);
    return WICK_OK;
}

wick_err wk_check_control(struct wk_check *c, const uint8_t *at, enum wick_op op) {
    struct wk_check_list label;
    uint8_t hint;
    switch (op) {
    case WICK_OP_block:
    case WICK_OP_loop:
    case WICK_OP_try:
        return control_block(c, at, op);
    case WICK_OP_if:
        hint = control_hint(c, at);
        WK_TRY(control_block(c, at, op));
        control_hint_if(c, hint);
        return WICK_OK;
    case WICK_OP_else:
        return control_else(c, at);
    case WICK_OP_end:
        return control_end(c, at);
    case WICK_OP_br:
        WK_TRY(wk_check_label(c, &label));
        WK_TRY(wk_check_pop_list(c, at, label.types, label.n, label.is_plain));
        wk_check_unreachable(c);
        return WICK_OK;
    case WICK_OP_br_if:
        if (control_hint(c, at) == 2) {
            control_set_loops(c, WK_CHECK_COLD); /* what follows, to the end of the block */
        }
        WK_TRY(wk_check_label(c, &label));
        WK_TRY(wk_check_pop(c, at, WICK_I32));
        return wk_check_retype(c, at, label.types, label.n, label.is_plain);
    case WICK_OP_br_table:
        return control_br_table(c, at);
    case WICK_OP_br_on_null:
    case WICK_OP_br_on_non_null:
        return control_br_on_null(c, at, op == WICK_OP_br_on_non_null);
    case WICK_OP_return:
        return control_return(c, at);
    case WICK_OP_call:
    case WICK_OP_return_call:
        return control_call(c, at, op == WICK_OP_return_call);
    case WICK_OP_call_indirect:
    case WICK_OP_return_call_indirect:
        return control_call_indirect(c, at, op == WICK_OP_return_call_indirect);
    case WICK_OP_call_ref:
    case WICK_OP_return_call_ref:
        return control_call_ref(c, at, op == WICK_OP_return_call_ref);
    case WICK_OP_try_table:
        return control_try_table(c, at);
    case WICK_OP_throw:
        return control_throw(c, at);
    case WICK_OP_throw_ref:
        WK_TRY(wk_check_pop(c, at, WICK_REF_NULL(WICK_HEAP_exn)));
        wk_check_unreachable(c);
        return WICK_OK;
    case WICK_OP_catch:
    case WICK_OP_catch_all:
        return control_catch(c, at, op);
    case WICK_OP_delegate:
        return control_delegate(c, at);
    case WICK_OP_rethrow:
        return control_rethrow(c);
    default: /* unreachable */
        wk_check_unreachable(c);
        return WICK_OK;
    }
}

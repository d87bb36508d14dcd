/* valid_cont.c - continuations: making, binding, resuming, suspending, switching. Owner of: what a handler clause and its
 * label must agree on. Spec: the stack switching proposal, Instructions. */
#include "valid/check.h"

/* Reads the index of a continuation type: the type and the function type it is of. */
static wick_err cont_type(struct wk_check *c, uint32_t *out_id, const struct wk_deftype **out_func) {
    const uint8_t *at = c->r.at;
    const struct wk_deftype *type;
    uint32_t index = 0;
    WK_TRY(wk_check_index(c, c->m->n_types, WICK_ERR_unknown_type, &index));
    *out_id = c->m->types[index];
    type = wk_type_get(c->types, *out_id);
    if (type->comp != WK_COMP_CONT) {
        return wk_reader_fail(&c->r, at, WICK_ERR_non_cont_type, index, 0);
    }
    *out_func = wk_type_cont_func(c->types, type);
    return WICK_OK;
}

static wick_err cont_tag(struct wk_check *c, const struct wk_deftype **out) {
    uint32_t index = 0;
    WK_TRY(wk_check_index(c, c->m->n_tags, WICK_ERR_unknown_tag, &index));
    *out = wk_type_get(c->types, c->m->tags[index]);
    return WICK_OK;
}

/* The index in the module of a defined type, for messages. */
static uint32_t cont_type_index(const struct wk_check *c, uint32_t id) {
    uint32_t index = 0;
    while (index + 1 < c->m->n_types && c->m->types[index] != id) {
        index++;
    }
    return index;
}

/* The function type of the continuation type that a reference type names. */
static wick_err cont_of_ref(struct wk_check *c, const uint8_t *at, wick_valtype type, wick_err unfit,
                            const struct wk_deftype **out_func) {
    const struct wk_deftype *cont;
    if (!wk_type_is_ref(type) || (type & WICK_TYPE_CONCRETE) == 0) {
        return wk_reader_fail_types(&c->r, at, unfit, type, 0);
    }
    cont = wk_type_get(c->types, WICK_TYPE_HEAP(type));
    if (cont->comp != WK_COMP_CONT) {
        return wk_reader_fail(&c->r, at, WICK_ERR_non_cont_type, cont_type_index(c, cont->id), 0);
    }
    *out_func = wk_type_cont_func(c->types, cont);
    return WICK_OK;
}

/* Each type of `sub` matches that of `super`. */
static wick_err cont_match(struct wk_check *c, const uint8_t *at, const wick_valtype *sub, uint32_t n_sub,
                           const wick_valtype *super, uint32_t n_super) {
    if (n_sub != n_super) {
        return wk_reader_fail(&c->r, at, WICK_ERR_type_mismatch_cont_arity, n_super, n_sub);
    }
    for (uint32_t i = 0; i < n_sub; i++) {
        if (!wk_type_is_sub(c->types, sub[i], super[i])) {
            return wk_reader_fail_types(&c->r, at, WICK_ERR_type_mismatch_cont, super[i], sub[i]);
        }
    }
    return WICK_OK;
}

static const wick_valtype *cont_results(const struct wk_deftype *type) {
    return type->types + type->n_params;
}

/* ---- instructions ------------------------------------------------------------------------------------------------ */

static wick_err cont_new(struct wk_check *c, const uint8_t *at) {
    const struct wk_deftype *func = NULL;
    uint32_t id = 0;
    WK_TRY(cont_type(c, &id, &func));
    WK_TRY(wk_check_pop(c, at, WICK_REF_TYPE(func->id) | WICK_TYPE_NULLABLE));
    return wk_check_push(c, WICK_REF_TYPE(id));
}

/* What is left of the parameters, and the results, fit the second type. */
static wick_err cont_bind(struct wk_check *c, const uint8_t *at) {
    const struct wk_deftype *from = NULL, *to = NULL;
    const uint8_t *at_to;
    uint32_t from_id = 0, to_id = 0, n;
    WK_TRY(cont_type(c, &from_id, &from));
    at_to = c->r.at;
    WK_TRY(cont_type(c, &to_id, &to));
    if (to->n_params > from->n_params) {
        return wk_reader_fail(&c->r, at_to, WICK_ERR_type_mismatch_cont_arity, from->n_params, to->n_params);
    }
    n = from->n_params - to->n_params;
    WK_TRY(cont_match(c, at_to, to->types, to->n_params, from->types + n, to->n_params));
    WK_TRY(cont_match(c, at_to, cont_results(from), from->n_results, cont_results(to), to->n_results));
    WK_TRY(wk_check_pop(c, at, WICK_REF_TYPE(from_id) | WICK_TYPE_NULLABLE));
    WK_TRY(wk_check_pop_list(c, at, from->types, n, wk_check_params_plain(from)));
    return wk_check_push(c, WICK_REF_TYPE(to_id));
}

static wick_err cont_suspend(struct wk_check *c, const uint8_t *at) {
    const struct wk_deftype *tag = NULL;
    WK_TRY(cont_tag(c, &tag));
    WK_TRY(wk_check_pop_list(c, at, tag->types, tag->n_params, wk_check_params_plain(tag)));
    return wk_check_push_list(c, cont_results(tag), tag->n_results, wk_check_results_plain(tag));
}

/* (on tag label): the label takes the tag's parameters and the rest of what was resumed, which takes the tag's results
 * and gives what the resumed continuation (`func`) gives. */
static wick_err cont_on_label(struct wk_check *c, const struct wk_deftype *tag, const struct wk_deftype *func) {
    const struct wk_deftype *rest = NULL;
    const uint8_t *at = c->r.at;
    struct wk_check_list label;
    WK_TRY(wk_check_label(c, &label));
    if (label.n == 0) {
        return wk_reader_fail(&c->r, at, WICK_ERR_type_mismatch_on, tag->n_params + 1, 0);
    }
    WK_TRY(cont_of_ref(c, at, label.types[label.n - 1], WICK_ERR_type_mismatch_on_label, &rest));
    if (label.n != tag->n_params + 1) {
        return wk_reader_fail(&c->r, at, WICK_ERR_type_mismatch_on, tag->n_params + 1, label.n);
    }
    for (uint32_t i = 0; i < tag->n_params; i++) {
        if (!wk_type_is_sub(c->types, tag->types[i], label.types[i])) {
            return wk_reader_fail_types(&c->r, at, WICK_ERR_type_mismatch_sub, label.types[i], tag->types[i]);
        }
    }
    WK_TRY(cont_match(c, at, rest->types, rest->n_params, cont_results(tag), tag->n_results));
    return cont_match(c, at, cont_results(func), func->n_results, cont_results(rest), rest->n_results);
}

/* A tag to switch by has no parameters. */
static wick_err cont_switch_tag(struct wk_check *c, const struct wk_deftype **out) {
    const uint8_t *at = c->r.at;
    WK_TRY(cont_tag(c, out));
    return (*out)->n_params == 0 ? WICK_OK
                                 : wk_reader_fail(&c->r, at, WICK_ERR_switch_tag_params, (*out)->n_params, 0);
}

/* (on tag switch): the tag's results are exactly those of the resumed continuation. */
static wick_err cont_on_switch(struct wk_check *c, const struct wk_deftype *func) {
    const struct wk_deftype *tag = NULL;
    const uint8_t *at = c->r.at;
    WK_TRY(cont_switch_tag(c, &tag));
    if (tag->n_results != func->n_results) {
        return wk_reader_fail(&c->r, at, WICK_ERR_switch_tag_results, func->n_results, tag->n_results);
    }
    for (uint32_t i = 0; i < tag->n_results; i++) {
        if (cont_results(tag)[i] != cont_results(func)[i]) {
            return wk_reader_fail_types(&c->r, at, WICK_ERR_type_mismatch_switch_tag, cont_results(func)[i],
                                        cont_results(tag)[i]);
        }
    }
    return WICK_OK;
}

static wick_err cont_handlers(struct wk_check *c, const struct wk_deftype *func) {
    const uint8_t *at = c->r.at;
    uint32_t n = 0;
    WK_TRY(wk_get_length(&c->r, &n));
    if (n > WK_LIMIT_VALUE(HANDLERS)) {
        return wk_reader_fail_limit(&c->r, at, WK_LIMIT_HANDLERS, n);
    }
    for (; n != 0; n--) {
        const struct wk_deftype *tag = NULL;
        uint8_t kind = 0;
        at = c->r.at;
        WK_TRY(wk_get_byte(&c->r, &kind));
        if (kind > 1) {
            return wk_reader_fail(&c->r, at, WICK_ERR_handler_kind, kind, 0);
        }
        if (kind == 1) {
            WK_TRY(cont_on_switch(c, func));
        } else {
            WK_TRY(cont_tag(c, &tag));
            WK_TRY(cont_on_label(c, tag, func));
        }
    }
    return WICK_OK;
}

/* resume, resume_throw, resume_throw_ref */
static wick_err cont_resume(struct wk_check *c, const uint8_t *at, enum wick_op op) {
    const struct wk_deftype *func = NULL, *tag = NULL;
    uint32_t id = 0;
    WK_TRY(cont_type(c, &id, &func));
    if (op == WICK_OP_resume_throw) {
        WK_TRY(wk_check_exception_tag(c, &tag));
    }
    WK_TRY(cont_handlers(c, func));
    WK_TRY(wk_check_pop(c, at, WICK_REF_TYPE(id) | WICK_TYPE_NULLABLE));
    if (op == WICK_OP_resume_throw_ref) {
        WK_TRY(wk_check_pop(c, at, WICK_REF_NULL(WICK_HEAP_exn)));
    } else if (op == WICK_OP_resume_throw) {
        WK_TRY(wk_check_pop_list(c, at, tag->types, tag->n_params, wk_check_params_plain(tag)));
    } else {
        WK_TRY(wk_check_pop_list(c, at, func->types, func->n_params, wk_check_params_plain(func)));
    }
    return wk_check_push_list(c, cont_results(func), func->n_results, wk_check_results_plain(func));
}

/* The continuation that is left goes to the other one, as its last argument. */
static wick_err cont_switch(struct wk_check *c, const uint8_t *at) {
    const struct wk_deftype *to = NULL, *rest = NULL, *tag = NULL;
    const uint8_t *at_type = c->r.at;
    uint32_t id = 0;
    WK_TRY(cont_type(c, &id, &to));
    WK_TRY(cont_switch_tag(c, &tag));
    if (to->n_params == 0) {
        return wk_reader_fail(&c->r, at_type, WICK_ERR_type_mismatch_switch, 0, 0);
    }
    WK_TRY(cont_of_ref(c, at_type, to->types[to->n_params - 1], WICK_ERR_type_mismatch_switch, &rest));
    WK_TRY(cont_match(c, at_type, cont_results(to), to->n_results, cont_results(tag), tag->n_results));
    WK_TRY(cont_match(c, at_type, cont_results(tag), tag->n_results, cont_results(rest), rest->n_results));
    WK_TRY(wk_check_pop(c, at, WICK_REF_TYPE(id) | WICK_TYPE_NULLABLE));
    WK_TRY(wk_check_pop_list(c, at, to->types, to->n_params - 1, wk_check_params_plain(to)));
    return wk_check_push_list(c, rest->types, rest->n_params, wk_check_params_plain(rest));
}

wick_err wk_check_cont(struct wk_check *c, const uint8_t *at, enum wick_op op) {
    switch (op) {
    case WICK_OP_cont_new:
        return cont_new(c, at);
    case WICK_OP_cont_bind:
        return cont_bind(c, at);
    case WICK_OP_suspend:
        return cont_suspend(c, at);
    case WICK_OP_switch:
        return cont_switch(c, at);
    default:
        return cont_resume(c, at, op);
    }
}

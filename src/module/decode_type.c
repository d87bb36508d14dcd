/* decode_type.c - the type section. Owner of: what a recursive group may name, declared subtyping.
 * Spec: binary-typesec, valid-type, match-comptype. */
#include "module/decode.h"

static wick_err decode_put_word(struct wk_decoder *d, wick_valtype type) {
    if (d->n_words == d->words_cap) {
        void *array = d->words;
        if (wk_array_reserve(d->alloc, &array, &d->words_cap, d->n_words + 1, sizeof type) != WICK_OK) {
            return wk_reader_fail_nomem(&d->r);
        }
        d->words = array;
    }
    d->words[d->n_words++] = type;
    return WICK_OK;
}

static wick_err decode_put_mut(struct wk_decoder *d, bool is_mutable) {
    if (d->n_muts == d->muts_cap) {
        void *array = d->muts;
        if (wk_array_reserve(d->alloc, &array, &d->muts_cap, d->n_muts + 1, 1) != WICK_OK) {
            return wk_reader_fail_nomem(&d->r);
        }
        d->muts = array;
    }
    d->muts[d->n_muts++] = is_mutable;
    return WICK_OK;
}

static wick_err decode_result_type(struct wk_decoder *d, enum wk_limit limit, uint32_t *out_n) {
    uint32_t n = 0, room = 0;
    WK_TRY(wk_decode_count(d, limit, 1, &n, &room));
    for (uint32_t i = 0; i < n; i++) {
        wick_valtype type = 0;
        WK_TRY(wk_get_valtype(&d->r, &type));
        WK_TRY(decode_put_word(d, type));
    }
    *out_n = n;
    return WICK_OK;
}

static wick_err decode_field(struct wk_decoder *d) {
    wick_valtype type = 0;
    bool is_mutable = false;
    WK_TRY(wk_get_storagetype(&d->r, &type));
    WK_TRY(wk_decode_mutability(d, &is_mutable));
    WK_TRY(decode_put_word(d, type));
    return decode_put_mut(d, is_mutable);
}

static wick_err decode_func_type(struct wk_decoder *d, struct wk_type_draft *draft) {
    const uint8_t *at;
    draft->comp = WK_COMP_FUNC;
    WK_TRY(decode_result_type(d, WK_LIMIT_PARAMS, &draft->n_params));
    at = d->r.at;
    WK_TRY(decode_result_type(d, WK_LIMIT_RESULTS, &draft->n_results));
    if (draft->n_results > 1 && !wk_reader_has(&d->r, WICK_FEATURE_MULTI_VALUE)) {
        return wk_reader_fail(&d->r, at, WICK_ERR_result_arity, draft->n_results, 0);
    }
    return WICK_OK;
}

static wick_err decode_struct_type(struct wk_decoder *d, struct wk_type_draft *draft) {
    uint32_t room = 0;
    draft->comp = WK_COMP_STRUCT;
    WK_TRY(wk_decode_count(d, WK_LIMIT_FIELDS, 2, &draft->n_fields, &room));
    for (uint32_t i = 0; i < draft->n_fields; i++) {
        WK_TRY(decode_field(d));
    }
    return WICK_OK;
}

/* The function type may be of this group, and further on in it: that it is one is checked when the group is known. */
static wick_err decode_cont_type(struct wk_decoder *d, struct wk_type_draft *draft) {
    const uint8_t *at = d->r.at;
    int64_t index = 0;
    draft->comp = WK_COMP_CONT;
    draft->n_fields = 1;
    WK_TRY(wk_get_s33(&d->r, &index));
    if (index < 0) {
        return wk_reader_fail(&d->r, at, WICK_ERR_heaptype, *at, 0);
    }
    if (index >= (int64_t)d->r.n_types) {
        return wk_reader_fail(&d->r, at, WICK_ERR_unknown_type, (uint64_t)index, d->r.n_types);
    }
    draft->cont_index = (uint32_t)index;
    WK_TRY(decode_put_word(d, draft->cont_index < d->r.n_known
                                  ? WICK_REF_TYPE(d->types[index])
                                  : WICK_REF_TYPE(WK_REC_BASE + (draft->cont_index - d->r.n_known))));
    return decode_put_mut(d, false);
}

static wick_err decode_comp_type(struct wk_decoder *d, uint8_t form, struct wk_type_draft *draft) {
    const uint8_t *at = d->r.at - 1;
    if (form == 0x60) {
        return decode_func_type(d, draft);
    }
    if (form == 0x5d && wk_reader_has(&d->r, WICK_FEATURE_STACK_SWITCHING)) {
        return decode_cont_type(d, draft);
    }
    if (wk_reader_has(&d->r, WICK_FEATURE_GC)) {
        if (form == 0x5f) {
            return decode_struct_type(d, draft);
        }
        if (form == 0x5e) {
            draft->comp = WK_COMP_ARRAY;
            draft->n_fields = 1;
            return decode_field(d);
        }
    }
    /* The form is a signed integer of seven bits. */
    return wk_reader_fail(&d->r, at, form < 0x80 ? WICK_ERR_deftype : WICK_ERR_leb_too_long, form < 0x80 ? form : 1, 0);
}

/* The supertype of member k: an earlier type, of this group or before it. */
static wick_err decode_super(struct wk_decoder *d, uint32_t k, struct wk_type_draft *draft) {
    const struct wk_type_draft *drafts = d->drafts;
    const uint8_t *at = d->r.at;
    uint32_t n = 0, index = 0;
    WK_TRY(wk_get_length(&d->r, &n));
    if (n == 0) {
        return WICK_OK;
    }
    if (n > 1) {
        return wk_reader_fail(&d->r, at, WICK_ERR_many_supers, n, 0);
    }
    at = d->r.at;
    WK_TRY(wk_get_u32(&d->r, &index));
    if (index >= d->r.n_known + k) {
        return wk_reader_fail(&d->r, at, WICK_ERR_unknown_type, index, d->r.n_known + k);
    }
    draft->super_index = index;
    if (index < d->r.n_known) {
        draft->super = d->types[index];
        draft->depth = wk_type_get(&d->m->engine->types, draft->super)->depth + 1u;
    } else {
        draft->super = WK_REC_BASE + (index - d->r.n_known);
        draft->depth = drafts[index - d->r.n_known].depth + 1u;
    }
    if (draft->depth > WK_LIMIT_VALUE(SUBTYPE_DEPTH)) {
        return wk_reader_fail_limit(&d->r, at, WK_LIMIT_SUBTYPE_DEPTH, draft->depth);
    }
    return WICK_OK;
}

static wick_err decode_sub_type(struct wk_decoder *d, uint32_t k) {
    struct wk_type_draft draft = {.is_final = true, .super = WK_NO_TYPE};
    uint8_t form = 0;
    draft.off = wk_reader_offset(&d->r, d->r.at);
    WK_TRY(wk_get_byte(&d->r, &form));
    if ((form == 0x50 || form == 0x4f) && wk_reader_has(&d->r, WICK_FEATURE_GC)) {
        draft.is_final = form == 0x4f;
        WK_TRY(decode_super(d, k, &draft));
        WK_TRY(wk_get_byte(&d->r, &form));
    }
    WK_TRY(decode_comp_type(d, form, &draft));
    d->drafts[k] = draft;
    return WICK_OK;
}

/* Does the content of `sub` match that of `super`? Spec: match-comptype. */
static bool decode_comp_is_sub(const struct wk_types *types, const struct wk_deftype *sub,
                               const struct wk_deftype *super) {
    const uint32_t n = super->n_fields;
    if (sub->comp != super->comp || sub->n_params != super->n_params || sub->n_results != super->n_results ||
        sub->n_fields < n || (sub->comp == WK_COMP_ARRAY && sub->n_fields != n)) {
        return false;
    }
    for (uint32_t i = 0; i < super->n_params; i++) {
        if (!wk_type_is_sub(types, super->types[i], sub->types[i])) {
            return false;
        }
    }
    for (uint32_t i = super->n_params; i < super->n_params + super->n_results; i++) {
        if (!wk_type_is_sub(types, sub->types[i], super->types[i])) {
            return false;
        }
    }
    for (uint32_t i = 0; i < n; i++) {
        if (sub->is_mutable[i] != super->is_mutable[i] || !wk_type_is_sub(types, sub->types[i], super->types[i]) ||
            (sub->is_mutable[i] != 0 && !wk_type_is_sub(types, super->types[i], sub->types[i]))) {
            return false;
        }
    }
    return true;
}

/* Also: what continuation types are of. */
static wick_err decode_check_supers(struct wk_decoder *d, const uint32_t *ids, uint32_t n) {
    const struct wk_types *types = &d->m->engine->types;
    for (uint32_t k = 0; k < n; k++) {
        const struct wk_deftype *sub = wk_type_get(types, ids[k]);
        if (sub->comp == WK_COMP_CONT && wk_type_cont_func(types, sub)->comp != WK_COMP_FUNC) {
            return wk_reader_fail(&d->r, d->r.start + d->drafts[k].off, WICK_ERR_non_func_cont,
                                  d->drafts[k].cont_index, 0);
        }
        if (sub->super != WK_NO_TYPE) {
            const struct wk_deftype *super = wk_type_get(types, sub->super);
            if (super->is_final || !decode_comp_is_sub(types, sub, super)) {
                return wk_reader_fail(&d->r, d->r.start + d->drafts[k].off,
                                      super->is_final ? WICK_ERR_final_super : WICK_ERR_sub_type, d->m->n_types + k,
                                      d->drafts[k].super_index);
            }
        }
    }
    return WICK_OK;
}

/* n members, at most `room` of which can be there. */
static wick_err decode_rec_group(struct wk_decoder *d, uint32_t n, uint32_t room) {
    struct wk_rec_group *group;
    wick_valtype *word;
    uint8_t *mut;
    void *array = d->drafts;
    if (wk_array_reserve(d->alloc, &array, &d->drafts_cap, room, sizeof *d->drafts) != WICK_OK) {
        return wk_reader_fail_nomem(&d->r);
    }
    d->drafts = array;
    d->n_words = 0;
    d->n_muts = 0;
    for (uint32_t k = 0; k < n; k++) {
        WK_TRY(decode_sub_type(d, k));
    }
    word = d->words;
    mut = d->muts;
    for (uint32_t k = 0; k < n; k++) {
        struct wk_type_draft *draft = &d->drafts[k];
        draft->types = word;
        draft->is_mutable = mut;
        if (word != NULL) {
            word += draft->n_params + draft->n_results + draft->n_fields;
        }
        if (mut != NULL) {
            mut += draft->n_fields;
        }
    }
    array = d->types;
    if (wk_array_reserve(d->alloc, &array, &d->types_cap, d->m->n_types + n, sizeof *d->types) != WICK_OK) {
        return wk_reader_fail_nomem(&d->r);
    }
    d->types = array;
    d->r.types = d->types;
    array = d->groups;
    if (wk_array_reserve(d->alloc, &array, &d->groups_cap, d->m->n_groups + 1, sizeof *d->groups) != WICK_OK) {
        return wk_reader_fail_nomem(&d->r);
    }
    d->groups = array;
    if (n != 0) {
        if (wk_types_intern(&d->m->engine->types, d->drafts, n, d->types + d->m->n_types, &group) != WICK_OK) {
            return wk_reader_fail_nomem(&d->r);
        }
        d->groups[d->m->n_groups++] = group;
        WK_TRY(decode_check_supers(d, d->types + d->m->n_types, n));
    }
    d->m->n_types += n;
    d->r.n_known = d->m->n_types;
    return WICK_OK;
}

wick_err wk_decode_types(struct wk_decoder *d) {
    uint32_t n = 0, room = 0;
    WK_TRY(wk_decode_count(d, WK_LIMIT_TYPES, 2, &n, &room));
    for (uint32_t i = 0; i < n; i++) {
        const uint8_t *at = d->r.at;
        uint32_t members = 1;
        room = 1;
        if (at != d->r.end && *at == 0x4e && wk_reader_has(&d->r, WICK_FEATURE_GC)) {
            d->r.at++;
            WK_TRY(wk_decode_count(d, WK_LIMIT_REC_GROUP, 2, &members, &room));
        }
        if (members > WK_LIMIT_VALUE(TYPES) - d->m->n_types) {
            return wk_reader_fail_limit(&d->r, at, WK_LIMIT_TYPES, (uint64_t)d->m->n_types + members);
        }
        d->r.n_types = d->m->n_types + members;
        WK_TRY(decode_rec_group(d, members, room));
        WK_TRY(wk_decode_inside(d));
    }
    return WICK_OK;
}

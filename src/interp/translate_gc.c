/* translate_gc.c - cells of structs, arrays, i31 and casts. */
#include "interp/translate.h"
#include "rt/heap.h"

#if WICK_GC

/* Operands that take `slots` slots, from the topmost down. */
static uint32_t tr_operands_of(const struct wk_translator *t, uint32_t slots) {
    uint32_t n = 0;
    while (slots != 0) {
        n++;
        slots -= t->vals[t->n - n].class == TR_V128 ? 2 : 1;
    }
    return n;
}

/* A cast to this type looks at objects only: answers the depth, with bit 31 when null is of the type. */
static bool tr_is_object_type(const struct wk_translator *t, wick_valtype type, uint32_t *out_depth) {
    const struct wk_deftype *def;
    if ((type & WICK_TYPE_CONCRETE) == 0) {
        return false;
    }
    def = wk_type_get(&t->module->engine->types, WICK_TYPE_HEAP(type));
    *out_depth = def->depth | ((type & WICK_TYPE_NULLABLE) != 0 ? 0x80000000u : 0);
    return def->comp == WK_COMP_STRUCT || def->comp == WK_COMP_ARRAY;
}

uint32_t wk_tr_test_branch(struct wk_translator *t, const struct tr_cond *c, bool sense) {
    int32_t slot = wk_tr_source(t, c->l.slot, 0);
    uint32_t field, depth;
    if (tr_is_object_type(t, c->type, &depth)) {
        wk_tr_cell(t, sense ? WK_CELL_br_to : WK_CELL_brf_to);
        field = t->at;
        wk_tr_u32(t, 0);
        wk_tr_u32(t, WICK_TYPE_HEAP(c->type));
        wk_tr_u32(t, depth);
        wk_tr_slot(t, slot);
        wk_tr_pad(t);
        return field;
    }
    wk_tr_cell(t, sense ? WK_CELL_br_test : WK_CELL_brf_test);
    field = t->at;
    wk_tr_u32(t, 0);
    wk_tr_u32(t, c->type);
    wk_tr_slot(t, slot);
    wk_tr_pad(t);
    return field;
}

/* The class of its result. */
static uint32_t tr_gc_class(const struct wk_translator *t, enum wick_op op, uint32_t a, uint32_t b) {
    const struct wk_types *types = &t->module->engine->types;
    switch (op) {
    case WICK_OP_struct_get:
        return wk_tr_class_of(wk_type_get(types, a)->types[b]);
    case WICK_OP_array_get:
        return wk_tr_class_of(wk_type_get(types, a)->types[0]);
    default:
        return TR_INT;
    }
}

static wick_err tr_gc_any(struct wk_translator *t, enum wick_op op, uint32_t a, uint32_t b) {
    uint32_t pops, pushes, n;
    wk_gc_slots(&t->module->engine->types, op, a, b, &pops, &pushes);
    n = tr_operands_of(t, pops);
    WK_TRY(wk_tr_room(t, TR_ROOM + (size_t)n * TR_ROOM_VALUE));
    wk_tr_flush_range(t, t->n - n, t->n, true);
    wk_tr_cell(t, WK_CELL_gc_any);
    wk_tr_u32(t, (uint32_t)op);
    wk_tr_u32(t, a);
    wk_tr_u32(t, b);
    wk_tr_u32(t, (uint32_t)wk_tr_home(t, t->n - n));
    wk_tr_pop(t, n);
    if (pushes != 0) {
        wk_tr_push_temp(t, tr_gc_class(t, op, a, b));
    }
    return WICK_OK;
}

/* ---- structs ----------------------------------------------------------------------------------------------------- */

/* Log2 of the width of each word that a struct.new stores, two bits each; false: more than 32. */
static bool tr_widths(const struct wk_deftype *type, uint32_t slots, uint64_t *out_widths, bool *out_mixed) {
    uint64_t widths = 0;
    uint32_t n = 0;
    *out_mixed = false;
    if (slots > 32) {
        return false;
    }
    for (uint32_t i = 0; i < type->n_fields; i++) {
        const uint32_t size = wk_field_size(type->types[i]);
        *out_mixed |= size < 8;
        for (uint32_t k = 0; k < (size > 8 ? 2u : 1u); k++, n++) {
            widths |= (uint64_t)(size >= 8 ? 3 : size / 2) << (2 * n);
        }
    }
    *out_widths = widths;
    return true;
}

static wick_err tr_struct_new(struct wk_translator *t, enum wick_op op, uint32_t a, uint32_t b) {
    const struct wk_deftype *type = wk_type_get(&t->module->engine->types, a);
    const uint32_t class = wk_heap_class(type->size);
    const uint32_t run = (uint32_t)offsetof(struct wk_heap, runs) +
                         ((uint32_t)wk_heap_kind_of(type) * WK_HEAP_CLASSES + class) * (uint32_t)sizeof(struct wk_heap_run);
    uint32_t pops, pushes, n, id = WK_CELL_struct_zero;
    uint64_t widths = 0;
    bool mixed = false;
    int32_t home;
    wk_gc_slots(&t->module->engine->types, op, a, b, &pops, &pushes);
    if (class == WK_HEAP_LARGE || type->size > 256) {
        return tr_gc_any(t, op, a, b);
    }
    if (op == WICK_OP_struct_new) { /* the other stores no words, but may have more fields than these have widths */
        if (!tr_widths(type, pops, &widths, &mixed)) {
            return tr_gc_any(t, op, a, b);
        }
        id = mixed ? WK_CELL_struct_mixed : WK_CELL_struct_new;
    }
    n = tr_operands_of(t, pops);
    WK_TRY(wk_tr_room(t, TR_ROOM + (size_t)n * TR_ROOM_VALUE));
    wk_tr_flush_range(t, t->n - n, t->n, true);
    home = wk_tr_home(t, t->n - n);
    wk_tr_cell(t, id);
    wk_tr_u32(t, a);
    wk_tr_u32(t, run);
    if (id == WK_CELL_struct_mixed) {
        wk_tr_u32(t, wk_heap_cell_size(class) | pops << 16);
        wk_tr_u64(t, widths);
    } else {
        wk_tr_u32(t, wk_heap_cell_size(class));
        wk_tr_u32(t, (type->size + 7) / 8);
    }
    wk_tr_u32(t, (uint32_t)home);
    wk_tr_pop(t, n);
    wk_tr_push_temp(t, TR_INT);
    wk_tr_slot(t, wk_tr_dest(t, home));
    wk_tr_pad(t);
    wk_tr_produced(t, t->at - 4, 1, TR_INT);
    return WICK_OK;
}

#define TR_AT(offset) ((uint32_t)sizeof(struct wk_object) - WK_REF_OBJECT + (offset))

/* The first cell that reads a field or element of the type, which is not v128. */
static uint32_t tr_get_cell(wick_valtype type, bool is_signed, bool is_field) {
    switch (WICK_TYPE_KIND(type)) {
    case WICK_KIND_I8:
        return is_field ? is_signed ? WK_CELL_sget_s8_SNS : WK_CELL_sget_u8_SNS
                        : is_signed ? WK_CELL_aget_s8_SSS : WK_CELL_aget_u8_SSS;
    case WICK_KIND_I16:
        return is_field ? is_signed ? WK_CELL_sget_s16_SNS : WK_CELL_sget_u16_SNS
                        : is_signed ? WK_CELL_aget_s16_SSS : WK_CELL_aget_u16_SSS;
    case WICK_KIND_I32:
        return is_field ? WK_CELL_sget_32_SNS : WK_CELL_aget_32_SSS;
    case WICK_KIND_F32:
        return is_field ? WK_CELL_sget_f32_SNS : WK_CELL_aget_f32_SSS;
    case WICK_KIND_F64:
        return is_field ? WK_CELL_sget_f64_SNS : WK_CELL_aget_f64_SSS;
    default:
        return is_field ? WK_CELL_sget_64_SNS : WK_CELL_aget_64_SSS;
    }
}

/* Its cells have all destinations. */
static bool tr_is_word(wick_valtype of) {
    const uint32_t kind = WICK_TYPE_KIND(of);
    return kind != WICK_KIND_I8 && kind != WICK_KIND_I16 && kind != WICK_KIND_F32 && kind != WICK_KIND_F64;
}

static wick_err tr_struct_get(struct wk_translator *t, enum wick_op op, uint32_t a, uint32_t field) {
    const struct wk_deftype *type = wk_type_get(&t->module->engine->types, a);
    const wick_valtype of = type->types[field];
    const uint32_t kind = WICK_TYPE_KIND(of);
    if (kind == WICK_KIND_V128) {
        return tr_gc_any(t, op, a, field);
    }
    wk_tr_field(t, tr_get_cell(of, op == WICK_OP_struct_get_s, true), tr_is_word(of) ? WK_LIST_UN4 : WK_LIST_UN2D,
                wk_tr_class_of(of), TR_AT(type->offsets[field]));
    return WICK_OK;
}

static wick_err tr_struct_set(struct wk_translator *t, enum wick_op op, uint32_t a, uint32_t field) {
    const struct wk_deftype *type = wk_type_get(&t->module->engine->types, a);
    const wick_valtype of = type->types[field];
    static const uint32_t first[] = {[1] = WK_CELL_sset_8_SS, [2] = WK_CELL_sset_16_SS, [4] = WK_CELL_sset_32_SS,
                                     [8] = WK_CELL_sset_64_SS};
    const uint32_t size = wk_field_size(of);
    int32_t object, value;
    if (size == 16) {
        return tr_gc_any(t, op, a, field);
    }
    if (!wk_type_is_ref(of)) {
        wk_tr_field_set(t, first[size], size == 8, TR_AT(type->offsets[field]));
        return WICK_OK;
    }
    value = wk_tr_operand_slot(t, t->n - 1);
    object = wk_tr_operand_slot(t, t->n - 2);
    value = wk_tr_source(t, value, 1);
    object = wk_tr_source(t, object, 0);
    wk_tr_cell(t, WK_CELL_sset_ref);
    wk_tr_u32(t, TR_AT(type->offsets[field]));
    wk_tr_slot(t, object);
    wk_tr_slot(t, value);
    wk_tr_pop(t, 2);
    return WICK_OK;
}

/* ---- arrays ------------------------------------------------------------------------------------------------------ */

static wick_err tr_array_get(struct wk_translator *t, enum wick_op op, uint32_t a) {
    const wick_valtype of = wk_type_get(&t->module->engine->types, a)->types[0];
    if (WICK_TYPE_KIND(of) == WICK_KIND_V128) {
        return tr_gc_any(t, op, a, 0);
    }
    wk_tr_element(t, tr_get_cell(of, op == WICK_OP_array_get_s, false), tr_is_word(of) ? WK_LIST_MID : WK_LIST_MIDD,
                  wk_tr_class_of(of));
    return WICK_OK;
}

static wick_err tr_array_set(struct wk_translator *t, enum wick_op op, uint32_t a) {
    const wick_valtype of = wk_type_get(&t->module->engine->types, a)->types[0];
    static const uint32_t cells[] = {[1] = WK_CELL_aset_8, [2] = WK_CELL_aset_16, [4] = WK_CELL_aset_32,
                                     [8] = WK_CELL_aset_64};
    int32_t slots[3];
    if (WICK_TYPE_KIND(of) == WICK_KIND_V128 || t->wide) { /* the link has room for two far operands */
        return tr_gc_any(t, op, a, 0);
    }
    for (uint32_t i = 0; i < 3; i++) {
        slots[i] = wk_tr_operand_slot(t, t->n - 3 + i);
    }
    wk_tr_cell(t, wk_type_is_ref(of) ? WK_CELL_aset_ref : cells[wk_field_size(of)]);
    for (uint32_t i = 0; i < 3; i++) {
        wk_tr_slot(t, slots[i]);
    }
    wk_tr_pad(t);
    wk_tr_pop(t, 3);
    return WICK_OK;
}

/* ---- casts ------------------------------------------------------------------------------------------------------- */

/* ref.cast and ref.test to a struct's or array's type; others are rare. */
static wick_err tr_cast(struct wk_translator *t, enum wick_op op, wick_valtype type, uint32_t b) {
    const uint32_t id = op == WICK_OP_ref_cast || op == WICK_OP_ref_cast_null ? WK_CELL_cast_to : WK_CELL_test_to;
    uint32_t depth;
    int32_t slot;
    if (!tr_is_object_type(t, type, &depth)) {
        return tr_gc_any(t, op, type, b);
    }
    slot = wk_tr_operand_slot(t, t->n - 1);
    slot = wk_tr_source(t, slot, 0);
    wk_tr_cell(t, id);
    wk_tr_u32(t, WICK_TYPE_HEAP(type));
    wk_tr_u32(t, depth);
    wk_tr_slot(t, slot);
    wk_tr_slot(t, wk_tr_dest(t, wk_tr_home(t, t->n - 1)));
    wk_tr_pop(t, 1);
    wk_tr_push_temp(t, TR_INT);
    wk_tr_produced(t, t->at - 2, 1, TR_INT);
    return WICK_OK;
}

wick_err wk_tr_gc(struct wk_translator *t, enum wick_op op, uint32_t *pos) {
    uint32_t a, b;
    wk_gc_read(t->module, op, pos, &a, &b);
    switch (op) {
    case WICK_OP_any_convert_extern:
    case WICK_OP_extern_convert_any:
        return WICK_OK;
    case WICK_OP_struct_new:
    case WICK_OP_struct_new_default:
        return tr_struct_new(t, op, a, b);
    case WICK_OP_struct_get:
    case WICK_OP_struct_get_s:
    case WICK_OP_struct_get_u:
        return tr_struct_get(t, op, a, b);
    case WICK_OP_struct_set:
        return tr_struct_set(t, op, a, b);
    case WICK_OP_array_get:
    case WICK_OP_array_get_s:
    case WICK_OP_array_get_u:
        return tr_array_get(t, op, a);
    case WICK_OP_array_set:
        return tr_array_set(t, op, a);
    case WICK_OP_array_len:
        wk_tr_field(t, WK_CELL_alen_SNS, WK_LIST_UNC, TR_INT, (uint32_t)offsetof(struct wk_object, n) - WK_REF_OBJECT);
        return WICK_OK;
    case WICK_OP_ref_cast:
    case WICK_OP_ref_cast_null:
    case WICK_OP_ref_test:
    case WICK_OP_ref_test_null:
        return tr_cast(t, op, a, b);
    default:
        return tr_gc_any(t, op, a, b);
    }
}

#undef TR_AT
#else

wick_err wk_tr_gc(struct wk_translator *t, enum wick_op op, uint32_t *pos) {
    (void)pos;
    return wk_tr_unsupported(t, op);
}

uint32_t wk_tr_test_branch(struct wk_translator *t, const struct tr_cond *c, bool sense) {
    (void)c, (void)sense;
    return t->at;
}

#endif

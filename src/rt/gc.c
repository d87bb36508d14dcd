/* gc.c - the instructions behind prefix 0xfb: structs, arrays, i31, casts. Both interpreters come here; the fast one has
 * handlers of its own for the frequent ones.
 *
 * Owner of: the order of their traps, their chunks.
 * Spec: exec-instr-ref, -struct, -array, -i31. */
#include "rt/heap.h"
#include "base/bits.h"
#include "rt/object.h"

#if WICK_GC

#define GC_CHUNK 4096u /* bytes that cost a unit of fuel */

/* ---- immediates and slots ---------------------------------------------------------------------------------------- */

void wk_gc_read(const struct wick_module *module, enum wick_op op, uint32_t *at, uint32_t *a, uint32_t *b) {
    const enum wk_imm imm = (enum wk_imm)wk_op_info(op)->imm;
    *a = 0;
    *b = 0;
    if (imm == WK_IMM_HEAP) {
        *a = wk_read_heaptype(module, at);
        if (op == WICK_OP_ref_test || op == WICK_OP_ref_cast) {
            *a &= ~WICK_TYPE_NULLABLE;
        }
    } else if (imm != WK_IMM_NONE) {
        *a = module->types[wk_read_u32(module->bytes, at)];
        if (imm != WK_IMM_TYPE) {
            *b = wk_read_u32(module->bytes, at);
        }
        if (imm == WK_IMM_TYPE_TYPE) {
            *b = module->types[*b];
        }
    }
}

static uint32_t gc_field_slots(const struct wk_types *types, uint32_t a, uint32_t field) {
    return wk_type_slots(wk_type_get(types, a)->types[field]);
}

void wk_gc_slots(const struct wk_types *types, enum wick_op op, uint32_t a, uint32_t b, uint32_t *out_pops,
                 uint32_t *out_pushes) {
    uint32_t pops = 1, pushes = 1;
    switch (op) {
    case WICK_OP_struct_new:
        pops = wk_slot_of(wk_type_get(types, a)->types, wk_type_get(types, a)->n_fields);
        break;
    case WICK_OP_struct_new_default:
        pops = 0;
        break;
    case WICK_OP_struct_get:
    case WICK_OP_struct_get_s:
    case WICK_OP_struct_get_u:
        pushes = gc_field_slots(types, a, b);
        break;
    case WICK_OP_struct_set:
        pops = 1 + gc_field_slots(types, a, b);
        pushes = 0;
        break;
    case WICK_OP_array_new:
        pops = gc_field_slots(types, a, 0) + 1;
        break;
    case WICK_OP_array_new_fixed:
        pops = b * gc_field_slots(types, a, 0);
        break;
    case WICK_OP_array_new_data:
    case WICK_OP_array_new_elem:
        pops = 2;
        break;
    case WICK_OP_array_get:
    case WICK_OP_array_get_s:
    case WICK_OP_array_get_u:
        pops = 2;
        pushes = gc_field_slots(types, a, 0);
        break;
    case WICK_OP_array_set:
        pops = 2 + gc_field_slots(types, a, 0);
        pushes = 0;
        break;
    case WICK_OP_array_fill:
        pops = 3 + gc_field_slots(types, a, 0);
        pushes = 0;
        break;
    case WICK_OP_array_copy:
        pops = 5;
        pushes = 0;
        break;
    case WICK_OP_array_init_data:
    case WICK_OP_array_init_elem:
        pops = 4;
        pushes = 0;
        break;
    default: /* one reference or number in, one out */
        break;
    }
    *out_pops = pops;
    *out_pushes = pushes;
}

/* ---- structs ----------------------------------------------------------------------------------------------------- */

static wick_err gc_struct_new(struct wick_store *store, uint32_t a, bool is_default, uint64_t *s) {
    const struct wk_deftype *type = wk_type_get(&store->engine->types, a);
    struct wk_object *object;
    uint32_t slot = 0;
    WK_TRY(wk_object_new(store, a, 0, type->size, &object));
    for (uint32_t i = 0; i < type->n_fields && !is_default; i++) {
        wk_field_store(wk_object_payload(object) + type->offsets[i], type->types[i], s + slot);
        slot += wk_type_slots(type->types[i]);
    }
    s[0] = wk_ref_of_object(object);
    return WICK_OK;
}

/* A packed field is kept in its width; get_s extends its sign. */
static void gc_extend(wick_valtype type, uint64_t *s) {
    const uint32_t shift = type == WICK_KIND_I8 ? 24 : 16;
    const uint32_t sign = (uint32_t)1 << (31 - shift);
    s[0] = (uint32_t)(((uint32_t)s[0] ^ sign) - sign);
}

static wick_err gc_struct_get(const struct wk_types *types, enum wick_op op, uint32_t a, uint32_t field, uint64_t *s) {
    const struct wk_deftype *type = wk_type_get(types, a);
    if (s[0] == 0) {
        return WICK_ERR_null_structure;
    }
    wk_field_load(wk_object_payload(wk_object_of_ref(s[0])) + type->offsets[field], type->types[field], s);
    if (op == WICK_OP_struct_get_s) {
        gc_extend(type->types[field], s);
    }
    return WICK_OK;
}

static wick_err gc_struct_set(struct wick_store *store, uint32_t a, uint32_t field, const uint64_t *s) {
    const struct wk_deftype *type = wk_type_get(&store->engine->types, a);
    uint8_t *at;
    if (s[0] == 0) {
        return WICK_ERR_null_structure;
    }
    at = wk_object_payload(wk_object_of_ref(s[0])) + type->offsets[field];
    if (wk_type_is_ref(type->types[field])) {
        wk_heap_overwrite(store, (const uint64_t *)(const void *)at, 1);
    }
    wk_field_store(at, type->types[field], s + 1);
    return WICK_OK;
}

/* ---- arrays ------------------------------------------------------------------------------------------------------ */

static uint8_t *gc_element(struct wk_object *array, const struct wk_deftype *type, uint64_t index) {
    return wk_object_payload(array) + (size_t)index * type->size;
}

static bool gc_inside(uint64_t at, uint64_t n, uint64_t limit) {
    return n <= limit && at <= limit - n;
}

/* How many elements the next chunk has, of n that are left; a full one is paid for. */
static uint32_t gc_chunk(struct wick_task *task, const struct wk_deftype *type, uint32_t n) {
    const uint32_t full = wk_udiv32(GC_CHUNK, type->size);
    if (n < full) {
        return n;
    }
    task->fuel -= 1;
    return full;
}

static void gc_fill(struct wk_object *array, const struct wk_deftype *type, uint32_t at, uint32_t n,
                    const uint64_t *value) {
    for (uint32_t i = 0; i < n; i++) {
        wk_field_store(gc_element(array, type, (uint64_t)at + i), type->types[0], value);
    }
}

/* From the little-endian bytes of a data segment. */
static void gc_from_data(uint8_t *to, const uint8_t *from, uint32_t n, uint32_t size) {
    if (!WK_BIG_ENDIAN || size == 1) {
        if (n != 0) {
            memcpy(to, from, (size_t)n * size);
        }
        return;
    }
    for (uint32_t i = 0; i < n; i++, to += size, from += size) {
        uint64_t half;
        uint32_t word;
        uint16_t small;
        switch (size) {
        case 2:
            small = wk_ld_le16(from);
            memcpy(to, &small, sizeof small);
            break;
        case 4:
            word = wk_ld_le32(from);
            memcpy(to, &word, sizeof word);
            break;
        default:
            for (uint32_t k = 0; k < size; k += 8) {
                half = wk_ld_le64(from + k);
                memcpy(to + k, &half, sizeof half);
            }
            break;
        }
    }
}

static void gc_copy_segment(struct wick_instance *instance, enum wick_op op, const struct wk_deftype *type,
                            uint32_t segment, uint64_t from, struct wk_object *array, uint32_t at, uint32_t n) {
    const struct wick_module *module = instance->module;
    uint8_t *to = gc_element(array, type, at);
    if (op == WICK_OP_array_new_elem || op == WICK_OP_array_init_elem) {
        if (n != 0) {
            memcpy(to, instance->elems[segment].refs + from, (size_t)n * sizeof(uint64_t));
        }
    } else {
        gc_from_data(to, module->bytes + module->datas[segment].bytes.off + (size_t)from, n, type->size);
    }
}

/* [from, from + n elements) of a segment? */
static wick_err gc_segment_bounds(const struct wick_instance *instance, enum wick_op op, const struct wk_deftype *type,
                                  uint32_t segment, uint64_t from, uint64_t n) {
    if (op == WICK_OP_array_new_elem || op == WICK_OP_array_init_elem) {
        return gc_inside(from, n, instance->elems[segment].n) ? WICK_OK : WICK_ERR_oob_table;
    }
    return gc_inside(from, n * type->size, instance->data_sizes[segment]) ? WICK_OK : WICK_ERR_oob_memory;
}

/* An array whose elements are to come: as long as it is filled, n counts those that are there. */
static wick_err gc_array_begin(struct wick_store *store, uint32_t a, uint32_t n, uint64_t *out_ref) {
    const struct wk_deftype *type = wk_type_get(&store->engine->types, a);
    struct wk_object *array;
    WK_TRY(wk_object_new_raw(store, a, 0, (uint64_t)n * type->size, &array));
    *out_ref = wk_ref_of_object(array);
    return WICK_OK;
}

/* array.new: value, n. array.new_default: n. array.new_data, _elem: from, n. The array that is being filled is
 * task->object, and its n says how far. */
static wick_err gc_array_new(struct wick_task *task, struct wick_instance *instance, enum wick_op op, uint32_t a,
                             uint32_t segment, uint64_t *s, bool *out_done) {
    const struct wk_deftype *type = wk_type_get(&task->store->engine->types, a);
    const uint32_t before = op == WICK_OP_array_new_default ? 0
                            : op == WICK_OP_array_new       ? wk_type_slots(type->types[0])
                                                            : 1;
    const uint32_t total = (uint32_t)s[before];
    struct wk_object *array;
    uint32_t n;
    if (task->object == 0) {
        if (op == WICK_OP_array_new_data || op == WICK_OP_array_new_elem) {
            WK_TRY(gc_segment_bounds(instance, op, type, segment, s[0], total));
        }
        WK_TRY(gc_array_begin(task->store, a, total, &task->object));
    }
    array = wk_object_of_ref(task->object);
    n = gc_chunk(task, type, total - array->n);
    if (op == WICK_OP_array_new_default) {
        memset(gc_element(array, type, array->n), 0, (size_t)n * type->size);
    } else if (op == WICK_OP_array_new) {
        gc_fill(array, type, array->n, n, s);
    } else {
        /* a segment that another task drops meanwhile ends the instruction */
        const uint64_t from = s[0] + (uint64_t)array->n * (op == WICK_OP_array_new_elem ? 1 : type->size);
        const wick_err err = gc_segment_bounds(instance, op, type, segment, from, total - array->n);
        if (err != WICK_OK) {
            task->object = 0;
            return err;
        }
        gc_copy_segment(instance, op, type, segment, from, array, array->n, n);
    }
    array->n += n;
    *out_done = array->n == total;
    if (*out_done) {
        s[0] = task->object;
        task->object = 0;
    }
    return WICK_OK;
}

static wick_err gc_array_new_fixed(struct wick_store *store, uint32_t a, uint32_t n, uint64_t *s) {
    const struct wk_deftype *type = wk_type_get(&store->engine->types, a);
    const uint32_t slots = wk_type_slots(type->types[0]);
    struct wk_object *array;
    WK_TRY(wk_object_new_raw(store, a, n, (uint64_t)n * type->size, &array));
    for (uint32_t i = 0; i < n; i++) {
        wk_field_store(gc_element(array, type, i), type->types[0], s + (size_t)i * slots);
    }
    s[0] = wk_ref_of_object(array);
    return WICK_OK;
}

/* The element at s[0], s[1]. */
static wick_err gc_array_at(const struct wk_types *types, uint32_t a, const uint64_t *s, uint8_t **out_at) {
    struct wk_object *array;
    if (s[0] == 0) {
        return WICK_ERR_null_array;
    }
    array = wk_object_of_ref(s[0]);
    if ((uint32_t)s[1] >= array->n) {
        return WICK_ERR_oob_array;
    }
    *out_at = gc_element(array, wk_type_get(types, a), (uint32_t)s[1]);
    return WICK_OK;
}

static wick_err gc_array_get(const struct wk_types *types, enum wick_op op, uint32_t a, uint64_t *s) {
    const wick_valtype type = wk_type_get(types, a)->types[0];
    uint8_t *at = NULL;
    WK_TRY(gc_array_at(types, a, s, &at));
    wk_field_load(at, type, s);
    if (op == WICK_OP_array_get_s) {
        gc_extend(type, s);
    }
    return WICK_OK;
}

static wick_err gc_array_set(struct wick_store *store, uint32_t a, const uint64_t *s) {
    const wick_valtype type = wk_type_get(&store->engine->types, a)->types[0];
    uint8_t *at = NULL;
    WK_TRY(gc_array_at(&store->engine->types, a, s, &at));
    if (wk_type_is_ref(type)) {
        wk_heap_overwrite(store, (const uint64_t *)(const void *)at, 1);
    }
    wk_field_store(at, type, s + 2);
    return WICK_OK;
}

static void gc_overwrite(struct wick_store *store, const struct wk_deftype *type, struct wk_object *array, uint32_t at,
                         uint32_t n) {
    if (wk_type_is_ref(type->types[0])) {
        wk_heap_overwrite(store, (const uint64_t *)(const void *)gc_element(array, type, at), n);
    }
}

/* Array, at, value, n. */
static wick_err gc_array_fill(struct wick_task *task, uint32_t a, uint64_t *s, bool *out_done) {
    const struct wk_deftype *type = wk_type_get(&task->store->engine->types, a);
    uint64_t *left = &s[2 + wk_type_slots(type->types[0])];
    struct wk_object *array;
    uint32_t n;
    if (s[0] == 0) {
        return WICK_ERR_null_array;
    }
    array = wk_object_of_ref(s[0]);
    if (!gc_inside(s[1], *left, array->n)) {
        return WICK_ERR_oob_array;
    }
    n = gc_chunk(task, type, (uint32_t)*left);
    gc_overwrite(task->store, type, array, (uint32_t)s[1], n);
    gc_fill(array, type, (uint32_t)s[1], n, s + 2);
    s[1] += n;
    *left -= n;
    *out_done = *left == 0;
    return WICK_OK;
}

/* To, at, from, at, n. From the end when the destination lies above the source in the same array. */
static wick_err gc_array_copy(struct wick_task *task, uint32_t a, uint64_t *s, bool *out_done) {
    const struct wk_deftype *type = wk_type_get(&task->store->engine->types, a);
    struct wk_object *to, *from;
    uint32_t n;
    bool is_down;
    if (s[0] == 0 || s[2] == 0) {
        return WICK_ERR_null_array;
    }
    to = wk_object_of_ref(s[0]);
    from = wk_object_of_ref(s[2]);
    if (!gc_inside(s[1], s[4], to->n) || !gc_inside(s[3], s[4], from->n)) {
        return WICK_ERR_oob_array;
    }
    n = gc_chunk(task, type, (uint32_t)s[4]);
    is_down = to == from && s[1] > s[3];
    s[4] -= n;
    if (n != 0) {
        const uint64_t skip = is_down ? s[4] : 0;
        gc_overwrite(task->store, type, to, (uint32_t)(s[1] + skip), n);
        memmove(gc_element(to, type, s[1] + skip), gc_element(from, type, s[3] + skip), (size_t)n * type->size);
    }
    if (!is_down) {
        s[1] += n;
        s[3] += n;
    }
    *out_done = s[4] == 0;
    return WICK_OK;
}

/* Array, at, from, n. */
static wick_err gc_array_init(struct wick_task *task, struct wick_instance *instance, enum wick_op op, uint32_t a,
                              uint32_t segment, uint64_t *s, bool *out_done) {
    const struct wk_deftype *type = wk_type_get(&task->store->engine->types, a);
    struct wk_object *array;
    uint32_t n;
    if (s[0] == 0) {
        return WICK_ERR_null_array;
    }
    array = wk_object_of_ref(s[0]);
    if (!gc_inside(s[1], s[3], array->n)) {
        return WICK_ERR_oob_array;
    }
    WK_TRY(gc_segment_bounds(instance, op, type, segment, s[2], s[3]));
    n = gc_chunk(task, type, (uint32_t)s[3]);
    gc_overwrite(task->store, type, array, (uint32_t)s[1], n);
    gc_copy_segment(instance, op, type, segment, s[2], array, (uint32_t)s[1], n);
    s[1] += n;
    s[2] += op == WICK_OP_array_init_elem ? n : (uint64_t)n * type->size;
    s[3] -= n;
    *out_done = s[3] == 0;
    return WICK_OK;
}

/* ---- all of them ------------------------------------------------------------------------------------------------- */

static wick_err gc_i31_get(bool is_signed, uint64_t *s) {
    if (s[0] == 0) {
        return WICK_ERR_null_i31;
    }
    s[0] = (uint32_t)s[0] >> 1;
    if (is_signed) {
        s[0] = (uint32_t)(((uint32_t)s[0] ^ 0x40000000u) - 0x40000000u);
    }
    return WICK_OK;
}

wick_err wk_gc_execute(struct wick_task *task, struct wick_instance *instance, enum wick_op op, uint32_t a, uint32_t b,
                       uint64_t *s, bool *out_done) {
    struct wick_store *store = task->store;
    const struct wk_types *types = &store->engine->types;
    *out_done = true;
    switch (op) {
    case WICK_OP_struct_new:
    case WICK_OP_struct_new_default:
        return gc_struct_new(store, a, op == WICK_OP_struct_new_default, s);
    case WICK_OP_struct_get:
    case WICK_OP_struct_get_s:
    case WICK_OP_struct_get_u:
        return gc_struct_get(types, op, a, b, s);
    case WICK_OP_struct_set:
        return gc_struct_set(store, a, b, s);
    case WICK_OP_array_new:
    case WICK_OP_array_new_default:
    case WICK_OP_array_new_data:
    case WICK_OP_array_new_elem:
        return gc_array_new(task, instance, op, a, b, s, out_done);
    case WICK_OP_array_new_fixed:
        return gc_array_new_fixed(store, a, b, s);
    case WICK_OP_array_get:
    case WICK_OP_array_get_s:
    case WICK_OP_array_get_u:
        return gc_array_get(types, op, a, s);
    case WICK_OP_array_set:
        return gc_array_set(store, a, s);
    case WICK_OP_array_len:
        if (s[0] == 0) {
            return WICK_ERR_null_array;
        }
        s[0] = wk_object_of_ref(s[0])->n;
        return WICK_OK;
    case WICK_OP_array_fill:
        return gc_array_fill(task, a, s, out_done);
    case WICK_OP_array_copy:
        return gc_array_copy(task, a, s, out_done);
    case WICK_OP_array_init_data:
    case WICK_OP_array_init_elem:
        return gc_array_init(task, instance, op, a, b, s, out_done);
    case WICK_OP_ref_test:
    case WICK_OP_ref_test_null:
        s[0] = wk_ref_test(types, s[0], a);
        return WICK_OK;
    case WICK_OP_ref_cast:
    case WICK_OP_ref_cast_null:
        return wk_ref_test(types, s[0], a) ? WICK_OK : WICK_ERR_cast_failure;
    case WICK_OP_ref_i31:
        s[0] = wk_i31_of((uint32_t)s[0]);
        return WICK_OK;
    case WICK_OP_i31_get_s:
    case WICK_OP_i31_get_u:
        return gc_i31_get(op == WICK_OP_i31_get_s, s);
    default: /* any.convert_extern, extern.convert_any */
        return WICK_OK;
    }
}

/* Instantiation does not yield inside a constant expression. */
static wick_err gc_const_array_new(struct wick_store *store, uint32_t a, bool is_default, uint64_t *s) {
    const struct wk_deftype *type = wk_type_get(&store->engine->types, a);
    const uint32_t n = (uint32_t)s[is_default ? 0 : wk_type_slots(type->types[0])];
    struct wk_object *array;
    WK_TRY(wk_object_new(store, a, n, (uint64_t)n * type->size, &array));
    if (!is_default) {
        gc_fill(array, type, 0, n, s);
    }
    s[0] = wk_ref_of_object(array);
    return WICK_OK;
}

static wick_err gc_const_execute(struct wick_store *store, enum wick_op op, uint32_t a, uint32_t b, uint64_t *s) {
    switch (op) {
    case WICK_OP_struct_new:
    case WICK_OP_struct_new_default:
        return gc_struct_new(store, a, op == WICK_OP_struct_new_default, s);
    case WICK_OP_array_new:
    case WICK_OP_array_new_default:
        return gc_const_array_new(store, a, op == WICK_OP_array_new_default, s);
    case WICK_OP_array_new_fixed:
        return gc_array_new_fixed(store, a, b, s);
    case WICK_OP_ref_i31:
        s[0] = wk_i31_of((uint32_t)s[0]);
        return WICK_OK;
    default: /* any.convert_extern, extern.convert_any */
        return WICK_OK;
    }
}

wick_err wk_gc_const(struct wick_instance *instance, enum wick_op op, uint32_t *at, uint64_t *slots, uint32_t *n) {
    struct wk_heap_slots held = {slots, *n, NULL};
    uint32_t a, b, pops, pushes;
    wick_err err;
    if (wk_op_info(op)->prefix != 0xfb) {
        return WICK_ERR_not_executable;
    }
    wk_gc_read(instance->module, op, at, &a, &b);
    wk_gc_slots(&instance->store->engine->types, op, a, b, &pops, &pushes);
    wk_heap_hold(instance->store, &held);
    err = gc_const_execute(instance->store, op, a, b, slots + *n - pops);
    wk_heap_release(instance->store, &held);
    *n = *n + pushes - pops;
    return err;
}

#undef GC_CHUNK
#else

wick_err wk_gc_const(struct wick_instance *instance, enum wick_op op, uint32_t *at, uint64_t *slots, uint32_t *n) {
    (void)instance, (void)op, (void)at, (void)slots, (void)n;
    return WICK_ERR_not_executable;
}

#endif

/* h_gc.h - structs, arrays, i31 and casts: what is frequent, without a call. Everything else, and what finds no free cell,
 * goes through the slow path. A reference to an object is its address and WK_REF_OBJECT; places in cells count from the
 * reference. */

#if WICK_GC
#define H_OBJECT(ref) ((uint8_t *)(uintptr_t)(ref))
#define H_PAYLOAD (sizeof(struct wk_object) - WK_REF_OBJECT)

H_BEGIN(gc_any) {
    H_SLOW(gc_any);
}

/* ---- making structs ---------------------------------------------------------------------------------------------- */

/* The next cell of the run; `slow` when there is none. */
#define H_TAKE_CELL(size, slow)                                                                   \
    struct wk_heap_run *run = (struct wk_heap_run *)(void *)((uint8_t *)H_HEAD->heap + WK_CELL_U32(pc + 8)); \
    struct wk_object *object = (struct wk_object *)(void *)run->at;                               \
    if (WK_UNLIKELY((size_t)(run->end - run->at) < (size))) {                                     \
        H_SLOW(slow);                                                                             \
    }                                                                                             \
    run->at += (size);                                                                            \
    object->type = WK_CELL_U32(pc + 4);                                                           \
    object->n = 0

H_BEGIN(struct_new) {
    H_TAKE_CELL(WK_CELL_U32(pc + 12), struct_new);
    uint64_t *to = (uint64_t *)(void *)(object + 1);
    const uint64_t *from = fp + WK_CELL_S32(pc + 20);
    for (uint32_t i = 0, n = WK_CELL_U32(pc + 16); i < n; i++) {
        H_PLAIN_LOOP;
        to[i] = from[i];
    }
    acc = wk_ref_of_object(object);
    H_SLOT(24) = acc;
    H_NEXT(28);
}
H_BEGIN(struct_zero) {
    H_TAKE_CELL(WK_CELL_U32(pc + 12), struct_zero);
    uint64_t *to = (uint64_t *)(void *)(object + 1);
    for (uint32_t i = 0, n = WK_CELL_U32(pc + 16); i < n; i++) {
        H_PLAIN_LOOP;
        to[i] = 0;
    }
    acc = wk_ref_of_object(object);
    H_SLOT(24) = acc;
    H_NEXT(28);
}
H_BEGIN(struct_mixed) {
    H_TAKE_CELL(WK_CELL_U32(pc + 12) & 0xffff, struct_new);
    uint8_t *to = (uint8_t *)(object + 1);
    const uint64_t *from = fp + WK_CELL_S32(pc + 24);
    uint64_t widths = wk_ld_field64(pc + 16);
    for (uint32_t i = 0, n = WK_CELL_U32(pc + 12) >> 16; i < n; i++, widths >>= 2) {
        H_PLAIN_LOOP;
        to = wk_object_put(to, (uint32_t)(widths & 3), from[i]);
    }
    acc = wk_ref_of_object(object);
    H_SLOT(28) = acc;
    H_NEXT(32);
}
#undef H_TAKE_CELL

/* ---- fields and elements ----------------------------------------------------------------------------------------- */

#define H_FLD(l, r, d, cell, out, fn, null)                                 \
    H_BEGIN(cell##_##l##r##d) {                                             \
        enum { A_ = 8, D_ = A_ + 2 * H_HAS_##l, N_ = (D_ + 2 * H_TO_##d + 3) & ~3 }; \
        const uint64_t ref = H_GET_##l##_i64(A_);                           \
        if (WK_UNLIKELY(ref == 0)) {                                        \
            acc = WICK_ERR_##null;                                          \
            H_SLOW(trap);                                                   \
        }                                                                   \
        H_PUT_##d##_##out(fn(H_OBJECT(ref) + WK_CELL_U32(pc + 4)), D_);     \
        H_NEXT(N_);                                                         \
    }
#define H_SET(l, r, d, cell, type, in)                                      \
    H_BEGIN(cell##_##l##r) {                                                \
        enum {                                                              \
            IM_ = 8,                                                        \
            A_ = IM_ + 4 * H_IS_IMM_##r,                                    \
            B_ = A_ + 2 * H_HAS_##l,                                        \
            N_ = (B_ + 2 * H_HAS_##r + 3) & ~3                              \
        };                                                                  \
        const uint64_t ref = H_GET_##l##_i64(A_);                           \
        const type value = (type)H_GET_##r##_##in(B_);                      \
        if (WK_UNLIKELY(ref == 0)) {                                        \
            acc = WICK_ERR_null_structure;                                  \
            H_SLOW(trap);                                                   \
        }                                                                   \
        WK_MOVE_BYTES(H_OBJECT(ref) + WK_CELL_U32(pc + 4), &value, sizeof value); \
        H_NEXT(N_);                                                         \
    }
/* Null has no elements: one comparison finds both, as the length of null is not read. */
#define H_CHECK_ELEMENT(ref, index)                                         \
    if (WK_UNLIKELY((ref) == 0)) {                                          \
        acc = WICK_ERR_null_array;                                          \
        H_SLOW(trap);                                                       \
    }                                                                       \
    if (WK_UNLIKELY((index) >= wk_object_of_ref(ref)->n)) {                 \
        acc = WICK_ERR_oob_array;                                           \
        H_SLOW(trap);                                                       \
    }
#define H_ELM(l, r, d, cell, width, out, fn)                                \
    H_BEGIN(cell##_##l##r##d) {                                             \
        enum {                                                              \
            IM_ = 4,                                                        \
            A_ = IM_ + 4 * H_IS_IMM_##r,                                    \
            B_ = A_ + 2 * H_HAS_##l,                                        \
            D_ = B_ + 2 * H_HAS_##r,                                        \
            N_ = (D_ + 2 * H_TO_##d + 3) & ~3                               \
        };                                                                  \
        const uint64_t ref = H_GET_##l##_i64(A_);                           \
        const uint32_t index = H_GET_##r##_i32(B_);                         \
        H_CHECK_ELEMENT(ref, index);                                        \
        H_PUT_##d##_##out(fn(H_OBJECT(ref) + H_PAYLOAD + (size_t)index * (width)), D_); \
        H_NEXT(N_);                                                         \
    }
/* clang-format off */
#define CELL_FLD(cell, out, fn, list, null) WK_COMBO_##list(H_FLD, cell, out, fn, null)
#define CELL_SET(cell, type, in) WK_COMBO_BRFLT(H_SET, cell, type, in)
#define CELL_ELM(cell, width, out, fn, list) WK_COMBO_##list(H_ELM, cell, width, out, fn)
#include "def/cell.def"
/* clang-format on */
#undef H_FLD
#undef H_SET
#undef H_ELM

/* References: while a collection marks, what is overwritten is shown to it. */
H_BEGIN(sset_ref) {
    const uint64_t ref = H_SLOT(8);
    if (WK_UNLIKELY(ref == 0)) {
        acc = WICK_ERR_null_structure;
        H_SLOW(trap);
    }
    if (WK_UNLIKELY(H_HEAD->heap->marking)) {
        H_SLOW(sset_ref);
    }
    *(uint64_t *)(void *)(H_OBJECT(ref) + WK_CELL_U32(pc + 4)) = H_SLOT(10);
    H_NEXT(12);
}
H_BEGIN(aset_ref) {
    const uint64_t ref = H_SLOT(4);
    const uint32_t index = (uint32_t)H_SLOT(6);
    H_CHECK_ELEMENT(ref, index);
    if (WK_UNLIKELY(H_HEAD->heap->marking)) {
        H_SLOW(aset_ref);
    }
    *(uint64_t *)(void *)(H_OBJECT(ref) + H_PAYLOAD + (size_t)index * 8) = H_SLOT(8);
    H_NEXT(12);
}
#define H_ASET(bits)                                                        \
    H_BEGIN(aset_##bits) {                                                  \
        const uint64_t ref = H_SLOT(4);                                     \
        const uint32_t index = (uint32_t)H_SLOT(6);                         \
        const uint##bits##_t value = (uint##bits##_t)H_SLOT(8);             \
        H_CHECK_ELEMENT(ref, index);                                        \
        WK_MOVE_BYTES(H_OBJECT(ref) + H_PAYLOAD + (size_t)index * sizeof value, &value, sizeof value); \
        H_NEXT(12);                                                         \
    }
H_ASET(8)
H_ASET(16)
H_ASET(32)
H_ASET(64)
#undef H_ASET
#undef H_CHECK_ELEMENT
#undef H_PAYLOAD
#undef H_OBJECT

/* ---- casts ------------------------------------------------------------------------------------------------------- */

H_BEGIN(ref_test) {
    H_SLOW(ref_test);
}
H_BEGIN(br_test) {
    H_SLOW(br_test);
}
H_BEGIN(brf_test) {
    H_SLOW(brf_test);
}
H_BEGIN(test_to) {
    acc = wk_object_is(H_HEAD->types, H_SLOT(12), WK_CELL_U32(pc + 4), WK_CELL_U32(pc + 8));
    H_SLOT(14) = acc;
    H_NEXT(16);
}
H_BEGIN(cast_to) {
    const uint64_t ref = H_SLOT(12);
    if (WK_UNLIKELY(!wk_object_is(H_HEAD->types, ref, WK_CELL_U32(pc + 4), WK_CELL_U32(pc + 8)))) {
        acc = WICK_ERR_cast_failure;
        H_SLOW(trap);
    }
    acc = ref;
    H_SLOT(14) = acc;
    H_NEXT(16);
}
H_BEGIN(br_to) {
    if (wk_object_is(H_HEAD->types, H_SLOT(16), WK_CELL_U32(pc + 8), WK_CELL_U32(pc + 12))) {
        H_TAKE(4);
    }
    H_NEXT(20);
}
H_BEGIN(brf_to) {
    if (!wk_object_is(H_HEAD->types, H_SLOT(16), WK_CELL_U32(pc + 8), WK_CELL_U32(pc + 12))) {
        H_TAKE(4);
    }
    H_NEXT(20);
}
#endif

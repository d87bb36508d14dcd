/* h_wide.h - wide arithmetic: pairs of i64, low half first. The high half is written first, and stays in the
 * accumulator: two local.set of one local leave the low half in it. */

#define H_WIDE_4(op)                                                                                      \
    H_BEGIN(op) {                                                                                         \
        uint64_t lo, hi;                                                                                  \
        wk_##op(H_SLOT(4), H_SLOT(6), H_SLOT(8), H_SLOT(10), &lo, &hi);                                   \
        acc = hi;                                                                                         \
        H_SLOT(14) = hi;                                                                                  \
        H_SLOT(12) = lo;                                                                                  \
        H_NEXT(16);                                                                                       \
    }
#define H_WIDE_2(cell, fn)                                                                                \
    H_BEGIN(cell) {                                                                                       \
        uint64_t lo, hi;                                                                                  \
        fn(H_SLOT(4), H_SLOT(6), &lo, &hi);                                                               \
        acc = hi;                                                                                         \
        H_SLOT(10) = hi;                                                                                  \
        H_SLOT(8) = lo;                                                                                   \
        H_NEXT(12);                                                                                       \
    }
H_WIDE_4(i64_add128)
H_WIDE_4(i64_sub128)
H_WIDE_2(i64_mul_s128, wk_i64_mul_wide_s)
H_WIDE_2(i64_mul_u128, wk_i64_mul_wide_u)
#undef H_WIDE_4
#undef H_WIDE_2

/* In functions with wide frames. */
H_BEGIN(i64_far128) {
    H_SLOW(far128);
}

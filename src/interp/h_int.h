/* h_int.h - the generic families: unary and binary operations, comparisons, branches on comparisons. Their rows in
 * def/cell.def name the function of num/ that does the work, so a new instruction of these shapes is a row. */

/* fields of a family cell; IM_ is where an immediate lies */
#define H_FIELDS(l, r, d, in)                                               \
    enum {                                                                  \
        IM_ = 4,                                                            \
        A_ = IM_ + H_IS_IMM_##r * H_IMM_SIZE_##in,                          \
        B_ = A_ + 2 * H_HAS_##l,                                            \
        D_ = B_ + 2 * H_HAS_##r,                                            \
        N_ = (D_ + 2 * H_TO_##d + 3) & ~3                                   \
    }

#define H_BIN(l, r, d, op, fn, in, out)                                     \
    H_BEGIN(op##_##l##r##d) {                                               \
        H_FIELDS(l, r, d, in);                                              \
        const H_TYPE_##out v = fn(H_GET_##l##_##in(A_), H_GET_##r##_##in(B_)); \
        H_PUT_##d##_##out(v, D_);                                           \
        H_NEXT(N_);                                                         \
    }

/* Float arithmetic: the rare NaN is left to a second function, so that the frequent case needs no more than the machine's
 * instruction. By num/'s rule the operands alone tell which NaN it is, so there is one of them for all operations. */
#define H_FLT(l, r, d, op, fn, in, out)                                     \
    H_BEGIN(op##_##l##r##d) {                                               \
        H_FIELDS(l, r, d, in);                                              \
        const H_TYPE_##out v = H_GET_##l##_##in(A_) H_OPERATOR_##op H_GET_##r##_##in(B_); \
        if (WK_UNLIKELY(v != v)) {                                          \
            H_RARE(in##_##l##r##d);                                         \
        }                                                                   \
        H_PUT_##d##_##out(v, D_);                                           \
        H_NEXT(N_);                                                         \
    }
#define H_NAN(l, r, d, in)                                                  \
    H_COLD(in##_##l##r##d) {                                                \
        H_FIELDS(l, r, d, in);                                              \
        const H_TYPE_##in v = wk_##in##v_nan2(H_GET_##l##_##in(A_), H_GET_##r##_##in(B_)); \
        H_PUT_##d##_##in(v, D_);                                            \
        H_NEXT(N_);                                                         \
    }
#if defined(H_COLD) && !WICK_FP_SOFT
WK_COMBO_FLTC(H_NAN, f32)
WK_COMBO_FLTC(H_NAN, f64)
#endif
#undef H_NAN
#define H_OPERATOR_f32_add +
#define H_OPERATOR_f32_sub -
#define H_OPERATOR_f32_mul *
#define H_OPERATOR_f32_div /
#define H_OPERATOR_f64_add +
#define H_OPERATOR_f64_sub -
#define H_OPERATOR_f64_mul *
#define H_OPERATOR_f64_div /

/* The error goes to the slow path in acc. */
#define H_BINT(l, r, d, op, fn, in)                                         \
    H_BEGIN(op##_##l##r##d) {                                               \
        H_FIELDS(l, r, d, in);                                              \
        H_TYPE_##in v = 0;                                                  \
        const wick_err err = fn(H_GET_##l##_##in(A_), H_GET_##r##_##in(B_), &v); \
        if (WK_UNLIKELY(err != WICK_OK)) {                                  \
            acc = (uint64_t)err;                                            \
            H_SLOW(trap);                                                   \
        }                                                                   \
        H_PUT_##d##_##in(v, D_);                                            \
        H_NEXT(N_);                                                         \
    }

#define H_UN(l, r, d, op, fn, in, out)                                      \
    H_BEGIN(op##_##l##r##d) {                                               \
        H_FIELDS(l, r, d, in);                                              \
        const H_TYPE_##out v = fn(H_GET_##l##_##in(A_));                    \
        H_PUT_##d##_##out(v, D_);                                           \
        H_NEXT(N_);                                                         \
    }

#define H_UNT(l, r, d, op, fn, in, out)                                     \
    H_BEGIN(op##_##l##r##d) {                                               \
        H_FIELDS(l, r, d, in);                                              \
        H_TYPE_##out v = 0;                                                 \
        const wick_err err = fn(H_GET_##l##_##in(A_), &v);                  \
        if (WK_UNLIKELY(err != WICK_OK)) {                                  \
            acc = (uint64_t)err;                                            \
            H_SLOW(trap);                                                   \
        }                                                                   \
        H_PUT_##d##_##out(v, D_);                                           \
        H_NEXT(N_);                                                         \
    }

#define H_CMP(l, r, d, op, fn, in)                                          \
    H_BEGIN(op##_##l##r##d) {                                               \
        H_FIELDS(l, r, d, in);                                              \
        const uint32_t v = fn(H_GET_##l##_##in(A_), H_GET_##r##_##in(B_));  \
        H_PUT_##d##_i32(v, D_);                                             \
        H_NEXT(N_);                                                         \
    }

/* A branch's offset comes first, counted from the cell. */
#define H_BR_FIELDS(l, r, in)                                               \
    enum {                                                                  \
        IM_ = 8,                                                            \
        A_ = IM_ + H_IS_IMM_##r * H_IMM_SIZE_##in,                          \
        B_ = A_ + 2 * H_HAS_##l,                                            \
        N_ = (B_ + 2 * H_HAS_##r + 3) & ~3                                  \
    }
#define H_BR(l, r, d, op, fn, in)                                           \
    H_BEGIN(br_##op##_##l##r) {                                             \
        H_BR_FIELDS(l, r, in);                                              \
        if (fn(H_GET_##l##_##in(A_), H_GET_##r##_##in(B_))) {               \
            H_TAKE(4);                                                      \
        }                                                                   \
        H_NEXT(N_);                                                         \
    }
#define H_BRF(l, r, d, op, fn, in)                                          \
    H_BEGIN(brf_##op##_##l##r) {                                            \
        H_BR_FIELDS(l, r, in);                                              \
        if (!fn(H_GET_##l##_##in(A_), H_GET_##r##_##in(B_))) {              \
            H_TAKE(4);                                                      \
        }                                                                   \
        H_NEXT(N_);                                                         \
    }

/* clang-format off */
#define CELL_BIN(op, fn, in, out, list) H_LIST(op, list)(H_BIN_##list, op, fn, in, out)
#define H_BIN_RICHC H_BIN
#define H_BIN_RICHC2 H_BIN
#define H_BIN_SUB H_BIN
#define H_BIN_SUBMID H_BIN
#define H_BIN_SHIFT H_BIN
#define H_BIN_MID H_BIN
#define H_BIN_SHIFT2 H_BIN
#define H_BIN_IMMC H_BIN
#define H_BIN_LEANC H_BIN
#define H_BIN_DIV H_BIN
#define H_BIN_SLOTS H_BIN
#define H_BIN_FLT2 H_BIN
#define H_BIN_FLT H_BIN_ARITHMETIC
#define H_BIN_FLTC H_BIN_ARITHMETIC
#define H_BIN_FLTD H_BIN_ARITHMETIC
#define CELL_BINT(op, fn, in, list) H_LIST(op, list)(H_BINT, op, fn, in)
#define CELL_UN(op, fn, in, out, list) H_LIST(op, list)(H_UN, op, fn, in, out)
#define CELL_UNT(op, fn, in, out) H_LIST(op, UN2D)(H_UNT, op, fn, in, out)
#define CELL_CMP(op, fn, in, list) H_LIST(op, list)(H_CMP, op, fn, in)
#define CELL_BR(op, fn, in, list) H_LIST(op, list)(H_BR, op, fn, in)
#define CELL_BRF(op, fn, in, list) H_LIST(op, list)(H_BRF, op, fn, in)
#define CELL_VBIN(op, fn, in, out, list)
#define CELL_VUN(op, fn, in, out, list)
#include "def/cell.def"
/* clang-format on */
#undef H_FIELDS
#undef H_BR_FIELDS
#undef H_BIN
#undef H_FLT
#undef H_BINT
#undef H_UN
#undef H_UNT
#undef H_CMP
#undef H_BR
#undef H_BRF

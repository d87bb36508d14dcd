/* h_simd.h - vector instructions: moves and constants, what h_int.h and h_mem.h have no shape for, and what fast_slow.c
 * does by num/v128.h. */

/* Two slots at once, read before any is written. */
#define H_VCOPY(to, from)                   \
    do {                                    \
        wk_v128 v_;                         \
        WK_MOVE_BYTES(&v_, from, sizeof v_); \
        WK_MOVE_BYTES(to, &v_, sizeof v_);  \
    } while (0)

H_BEGIN(vmov) {
    H_VCOPY(&H_SLOT(6), &H_SLOT(4));
    H_NEXT(8);
}
H_BEGIN(vconst) {
    H_VCOPY(&H_SLOT(20), pc + 4);
    H_NEXT(24);
}
/* as in select: if true, if false, destination, condition */
#define H_VSELECT(mode)                                                                          \
    H_BEGIN(vselect_##mode) {                                                                    \
        const uint64_t *from = (H_GET_##mode##_i64(10)) != 0 ? &H_SLOT(4) : &H_SLOT(6);          \
        H_VCOPY(&H_SLOT(8), from);                                                               \
        H_NEXT(12);                                                                              \
    }
H_VSELECT(S)
H_VSELECT(A)
H_VSELECT(L)
H_VSELECT(M)
#undef H_VSELECT
H_BEGIN(vglobal_get) {
    H_VCOPY(&H_SLOT(8), H_HEAD->globals[WK_CELL_U32(pc + 4)]->value);
    H_NEXT(12);
}
H_BEGIN(vglobal_set) {
    H_VCOPY(H_HEAD->globals[WK_CELL_U32(pc + 4)]->value, &H_SLOT(8));
    H_NEXT(12);
}
#if WICK_SIMD
H_BEGIN(simd_any) {
    H_SLOW(simd_any);
}
#endif

#if WK_CELL_VECTORS

#define H_VFIELDS(l, r, d, first)                                                                \
    enum {                                                                                       \
        IM_ = first,                                                                             \
        A_ = IM_ + 4 * H_IS_IMM_##r,                                                             \
        B_ = A_ + 2 * H_HAS_##l,                                                                 \
        D_ = B_ + 2 * H_HAS_##r,                                                                 \
        N_ = (D_ + 2 * H_TO_##d + 3) & ~3                                                        \
    }

#define H_VBIN(l, r, d, op, fn, in, out)                                                         \
    H_BEGIN_LINE(op##_##l##r##d) {                                                               \
        H_VFIELDS(l, r, d, 4);                                                                   \
        const H_TYPE_##out v = fn(H_GET_##l##_##in(A_), H_GET_##r##_##in(B_));                   \
        H_PUT_##d##_##out(v, D_);                                                                \
        H_NEXT(N_);                                                                              \
    }
#define H_VUN(l, r, d, op, fn, in, out)                                                          \
    H_BEGIN_LINE(op##_##l##r##d) {                                                               \
        H_VFIELDS(l, r, d, 4);                                                                   \
        const H_TYPE_##out v = fn(H_GET_##l##_##in(A_));                                         \
        H_PUT_##d##_##out(v, D_);                                                                \
        H_NEXT(N_);                                                                              \
    }

/* Float arithmetic: as H_FLT, where one lane that is NaN is enough. The second function finds the machine's result in the
 * accumulator, and the operand that was there in the task's registers. */
#define H_VKEPT ((void *)&H_HEAD->task->regs[WK_REG_V128])
#define H_VKEEP_A wk_vec_store(H_VKEPT, accv)
#define H_VKEEP_S (void)0
#define H_VKEEP_N (void)0
#define H_VAGAIN_A(at) wk_vec_load(H_VKEPT)
#define H_VAGAIN_S(at) H_GET_S_v128(at)
#define H_VNAN(l, r, d, shape, fixed)                                                            \
    H_COLD(shape##_##l##r##d) {                                                                  \
        H_VFIELDS(l, r, d, 4);                                                                   \
        const wk_vec v = fixed;                                                                  \
        H_PUT_##d##_v128(v, D_);                                                                 \
        H_NEXT(N_);                                                                              \
    }
#define H_VNAN2(l, r, d, shape) \
    H_VNAN(l, r, d, shape, wk_hw_##shape##_fix2(accv, H_VAGAIN_##l(A_), H_VAGAIN_##r(B_)))
#define H_VNAN1(l, r, d, shape) H_VNAN(l, r, d, shape, wk_hw_##shape##_fix1(accv, H_VAGAIN_##l(A_)))
WK_COMBO_FLT2(H_VNAN2, f32x4)
WK_COMBO_FLT2(H_VNAN2, f64x2)
WK_COMBO_UN2D(H_VNAN1, f32x4)
WK_COMBO_UN2D(H_VNAN1, f64x2)
#define H_VFLT(l, r, d, op, shape, ...)                                                          \
    H_BEGIN_LINE(op##_##l##r##d) {                                                               \
        H_VFIELDS(l, r, d, 4);                                                                   \
        const wk_vec v = wk_vec_raw_##op(__VA_ARGS__);                                           \
        if (WK_UNLIKELY(wk_vec_##shape##_has_nan(v))) {                                          \
            H_VKEEP_##l;                                                                         \
            H_VKEEP_##r;                                                                         \
            accv = v;                                                                            \
            H_RARE(shape##_##l##r##d);                                                           \
        }                                                                                        \
        H_PUT_##d##_v128(v, D_);                                                                 \
        H_NEXT(N_);                                                                              \
    }
#define H_VF2(l, r, d, op, shape) H_VFLT(l, r, d, op, shape, H_GET_##l##_v128(A_), H_GET_##r##_v128(B_))
#define H_VF1(l, r, d, op, shape) H_VFLT(l, r, d, op, shape, H_GET_##l##_v128(A_))

#define H_VSHIFT(l, r, d, op)                                                                    \
    H_BEGIN_LINE(op##_##l##r##d) {                                                               \
        H_VFIELDS(l, r, d, 4);                                                                   \
        const wk_vec v = wk_vec_##op(H_GET_##l##_v128(A_), H_GET_##r##_i32(B_));                 \
        H_PUT_##d##_v128(v, D_);                                                                 \
        H_NEXT(N_);                                                                              \
    }

/* lane, vector, value */
#define H_VREPLACE(l, r, d, op, in)                                                              \
    H_BEGIN_LINE(op##_##l##r##d) {                                                               \
        H_VFIELDS(l, r, d, 8);                                                                   \
        const wk_vec v = wk_vec_##op(H_GET_##l##_v128(A_), H_GET_##r##_##in(B_), WK_CELL_U32(pc + 4)); \
        H_PUT_##d##_v128(v, D_);                                                                 \
        H_NEXT(N_);                                                                              \
    }

/* the third operand has the mode */
#define H_VTHREE(l, r, d, op)                                                                    \
    H_BEGIN_LINE(op##_##l##r##d) {                                                               \
        H_VFIELDS(l, r, d, 8);                                                                   \
        const wk_vec v = wk_vec_##op(H_GET_S_v128(4), H_GET_S_v128(6), H_GET_##l##_v128(A_));    \
        H_PUT_##d##_v128(v, D_);                                                                 \
        H_NEXT(N_);                                                                              \
    }

#define H_PLACE(at) ((const uint8_t *)fp + WK_CELL_S32(pc + (at)))
#define H_VLANE(l, r, d, cell, type, out, fn)                                                    \
    H_BEGIN_LINE(cell##_##l##r##d) {                                                             \
        type lane;                                                                               \
        WK_MOVE_BYTES(&lane, H_PLACE(4), sizeof lane);                                           \
        H_PUT_##d##_##out(fn(lane), 8);                                                          \
        H_NEXT((8 + 2 * H_TO_##d + 3) & ~3);                                                     \
    }

/* as H_LOAD and H_STORE */
#define H_VLOAD(a, d, cell, width, out, fn)                                                      \
    H_BEGIN_LINE(cell##_##a##d) {                                                                \
        enum {                                                                                   \
            A_ = 8 + 4 * H_IS_SUM_##a,                                                           \
            D_ = A_ + 2 * H_HAS_##a,                                                             \
            N_ = (D_ + 2 * H_TO_##d + 3) & ~3                                                    \
        };                                                                                       \
        const uint64_t at = H_ADDRESS_##a(A_);                                                   \
        if (WK_UNLIKELY((int64_t)at > H_LIMIT_##width)) {                                        \
            H_SLOW(oob);                                                                         \
        }                                                                                        \
        H_PUT_##d##_##out(fn(mb + at), D_);                                                      \
        H_NEXT(N_);                                                                              \
    }
#define H_VSTORE(a, v, cell, width, in)                                                          \
    H_BEGIN_LINE(cell##_##a##v) {                                                                \
        enum {                                                                                   \
            A_ = 8 + 4 * H_IS_SUM_##a,                                                           \
            B_ = A_ + 2 * H_HAS_##a,                                                             \
            N_ = (B_ + 2 * H_HAS_##v + 3) & ~3                                                   \
        };                                                                                       \
        const uint64_t at = H_ADDRESS_##a(A_);                                                   \
        if (WK_UNLIKELY((int64_t)at > H_LIMIT_##width)) {                                        \
            H_SLOW(oob);                                                                         \
        }                                                                                        \
        wk_vec_store(mb + at, H_GET_##v##_##in(B_));                                             \
        H_NEXT(N_);                                                                              \
    }

/* clang-format off */
#define CELL_VBIN(op, fn, in, out, list) WK_COMBO_##list(H_VBIN, op, fn, in, out)
#define CELL_VUN(op, fn, in, out, list) WK_COMBO_##list(H_VUN, op, fn, in, out)
#define CELL_VLOAD(cell, width, out, fn, list) WK_COMBO_##list(H_VLOAD, cell, width, out, fn)
#define CELL_VSTORE(cell, width, in, list) WK_COMBO_##list(H_VSTORE, cell, width, in)
#define CELL_VF2(shape, op, list) WK_COMBO_##list(H_VF2, op, shape)
#define CELL_VF1(shape, op, list) WK_COMBO_##list(H_VF1, op, shape)
#define CELL_VSHIFT(op, list) WK_COMBO_##list(H_VSHIFT, op)
#define CELL_VREPLACE(op, in, list) WK_COMBO_##list(H_VREPLACE, op, in)
#define CELL_VTHREE(op, list) WK_COMBO_##list(H_VTHREE, op)
#define CELL_VLANE(cell, type, out, fn, list) WK_COMBO_##list(H_VLANE, cell, type, out, fn)
#include "def/cell.def"
/* clang-format on */

#define H_VLOAD_LANE(bits, width)                                                                \
    H_BEGIN(vload##bits##_lane) {                                                                \
        const uint64_t at = (uint64_t)(uint32_t)H_SLOT(12) + WK_CELL_U32(pc + 4);                \
        if (WK_UNLIKELY((int64_t)at > H_LIMIT_##width)) {                                        \
            H_SLOW(oob);                                                                         \
        }                                                                                        \
        const wk_vec v = H_LANE_##bits(H_GET_S_v128(14), mb + at, WK_CELL_U32(pc + 8));          \
        H_PUT_S_v128(v, 16);                                                                     \
        H_NEXT(20);                                                                              \
    }
#define H_LANE_8(v, at, lane) wk_vec_i8x16_replace_lane(v, *(at), lane)
#define H_LANE_16(v, at, lane) wk_vec_i16x8_replace_lane(v, wk_ld_le16(at), lane)
#define H_LANE_32(v, at, lane) wk_vec_i32x4_replace_lane(v, wk_ld_le32(at), lane)
#define H_LANE_64(v, at, lane) wk_vec_i64x2_replace_lane(v, wk_ld_le64(at), lane)
H_VLOAD_LANE(8, 1)
H_VLOAD_LANE(16, 2)
H_VLOAD_LANE(32, 4)
H_VLOAD_LANE(64, 8)

WK_LEAF uint64_t h_place64(const uint8_t *at) {
    uint64_t lane;
    WK_MOVE_BYTES(&lane, at, sizeof lane);
    return lane;
}
WK_LEAF uint32_t h_place32(const uint8_t *at) {
    uint32_t lane;
    WK_MOVE_BYTES(&lane, at, sizeof lane);
    return lane;
}
WK_LEAF uint16_t h_place16(const uint8_t *at) {
    uint16_t lane;
    WK_MOVE_BYTES(&lane, at, sizeof lane);
    return lane;
}
#define H_L64(k) h_place64(H_PLACE(4 + 4 * (k)))
#define H_L32(k) h_place32(H_PLACE(4 + 4 * (k)))
#define H_L16(k) h_place16(H_PLACE(4 + 4 * (k)))
#define H_L8(k) (uint16_t)(*H_PLACE(4 + 8 * (k)) | (uint32_t)*H_PLACE(8 + 8 * (k)) << 8)
H_BEGIN(vshuffle64) {
    const wk_vec v = {H_L64(0), H_L64(1)};
    H_PUT_S_v128(v, 12);
    H_NEXT(16);
}
H_BEGIN(vshuffle32) {
    const wk_vec_u32 v = {H_L32(0), H_L32(1), H_L32(2), H_L32(3)};
    H_PUT_S_v128((wk_vec)v, 20);
    H_NEXT(24);
}
H_BEGIN(vshuffle16) {
    const wk_vec_u16 v = {H_L16(0), H_L16(1), H_L16(2), H_L16(3), H_L16(4), H_L16(5), H_L16(6), H_L16(7)};
    H_PUT_S_v128((wk_vec)v, 36);
    H_NEXT(40);
}
H_BEGIN(vshuffle8) {
    const wk_vec_u16 v = {H_L8(0), H_L8(1), H_L8(2), H_L8(3), H_L8(4), H_L8(5), H_L8(6), H_L8(7)};
    H_PUT_S_v128((wk_vec)v, 68);
    H_NEXT(72);
}
#undef H_L64
#undef H_L32
#undef H_L16
#undef H_L8
#undef H_PLACE
#undef H_VFIELDS
#undef H_VKEPT
#undef H_VKEEP_A
#undef H_VKEEP_S
#undef H_VKEEP_N
#undef H_VAGAIN_A
#undef H_VAGAIN_S
#undef H_VNAN
#undef H_VNAN1
#undef H_VNAN2
#undef H_VFLT
#undef H_VF2
#undef H_VF1
#undef H_VSHIFT
#undef H_VREPLACE
#undef H_VSTORE
#undef H_VLOAD
#undef H_VBIN
#undef H_VUN
#undef H_VTHREE
#undef H_VLANE
#undef H_VLOAD_LANE
#endif

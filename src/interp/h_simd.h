/* h_simd.h - vector instructions: moves, constants, and what fast_slow.c does by num/v128.h. */

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

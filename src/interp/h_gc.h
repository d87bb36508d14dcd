/* h_gc.h - structs, arrays, i31 and casts. Everything else goes through the slow path of any of them. */

#if WICK_GC
H_BEGIN(gc_any) {
    H_SLOW(gc_any);
}
H_BEGIN(ref_test) {
    H_SLOW(ref_test);
}
H_BEGIN(br_test) {
    H_SLOW(br_test);
}
H_BEGIN(brf_test) {
    H_SLOW(brf_test);
}
#endif

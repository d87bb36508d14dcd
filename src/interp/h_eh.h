/* h_eh.h - exceptions: all of it is slow (fast_eh.c). */

#if WICK_EH
H_BEGIN(throw) {
    H_SLOW(throw);
}
H_BEGIN(throw_ref) {
    H_SLOW(throw_ref);
}
#endif

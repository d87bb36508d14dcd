/* h_eh.h - exceptions and continuations: all of it is slow (fast_eh.c, fast_cont.c). */

#if WICK_EH
H_BEGIN(throw) {
    H_SLOW(throw);
}
H_BEGIN(throw_ref) {
    H_SLOW(throw_ref);
}
#endif
#if WICK_STACK_SWITCHING
H_BEGIN(cont_new) {
    H_SLOW(cont_new);
}
H_BEGIN(cont_bind) {
    H_SLOW(cont_bind);
}
H_BEGIN(suspend) {
    H_SLOW(suspend);
}
H_BEGIN(resume) {
    H_SLOW(resume);
}
H_BEGIN(switch) {
    H_SLOW(switch);
}
#endif

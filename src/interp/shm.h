/* shm.h - what loads from shared memories give, in the types of the fast interpreter's handlers. */
#ifndef WICK_INTERP_SHM_H
#define WICK_INTERP_SHM_H

#include "base/relaxed.h"
#include "num/f32.h"
#include "num/f64.h"
#include "num/i32.h"
#include "num/i64.h"

WK_INLINE uint64_t wk_shm_u8(const uint8_t *at) {
    return wk_relaxed_ld8(at);
}
WK_INLINE uint64_t wk_shm_u16(const uint8_t *at) {
    return wk_relaxed_ld16(at);
}
WK_INLINE uint64_t wk_shm_u32(const uint8_t *at) {
    return wk_relaxed_ld32(at);
}
WK_INLINE uint64_t wk_shm_u64(const uint8_t *at) {
    return wk_relaxed_ld64(at);
}
WK_INLINE uint32_t wk_shm_s8(const uint8_t *at) {
    return wk_i32_extend8_s(wk_relaxed_ld8(at));
}
WK_INLINE uint32_t wk_shm_s16(const uint8_t *at) {
    return wk_i32_extend16_s(wk_relaxed_ld16(at));
}
WK_INLINE uint64_t wk_shm_s8l(const uint8_t *at) {
    return wk_i64_extend8_s(wk_relaxed_ld8(at));
}
WK_INLINE uint64_t wk_shm_s16l(const uint8_t *at) {
    return wk_i64_extend16_s(wk_relaxed_ld16(at));
}
WK_INLINE uint64_t wk_shm_s32l(const uint8_t *at) {
    return wk_i64_extend32_s(wk_relaxed_ld32(at));
}
WK_INLINE wk_f32v wk_shm_f32(const uint8_t *at) {
    return wk_f32v_from_bits(wk_relaxed_ld32(at));
}
WK_INLINE wk_f64v wk_shm_f64(const uint8_t *at) {
    return wk_f64v_from_bits(wk_relaxed_ld64(at));
}

#endif

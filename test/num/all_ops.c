/*
 * One external function around every function of src/num, so that a freestanding object of this
 * file shows what each of them needs from outside (test/num/cross.sh). Values go by pointer: a
 * kernel build has no float arguments.
 */
#include "num/f32.h"
#include "num/f64.h"
#include "num/i32.h"
#include "num/i64.h"

#define USE_1(name, r, a)                                                                          \
    r use_##name(a x);                                                                             \
    r use_##name(a x) {                                                                            \
        return wk_##name(x);                                                                       \
    }
#define USE_2(name, r, a)                                                                          \
    r use_##name(a x, a y);                                                                        \
    r use_##name(a x, a y) {                                                                       \
        return wk_##name(x, y);                                                                    \
    }
#define USE_TRAP_1(name, r, a)                                                                     \
    wick_err use_##name(a x, r *out);                                                              \
    wick_err use_##name(a x, r *out) {                                                             \
        return wk_##name(x, out);                                                                  \
    }
#define USE_TRAP_2(name, r, a)                                                                     \
    wick_err use_##name(a x, a y, r *out);                                                         \
    wick_err use_##name(a x, a y, r *out) {                                                        \
        return wk_##name(x, y, out);                                                               \
    }
/* the value forms */
#define USE_V(name, r, a)                                                                          \
    void use_##name(const a *x, r *out);                                                           \
    void use_##name(const a *x, r *out) {                                                          \
        *out = wk_##name(*x);                                                                      \
    }
#define USE_V2(name, r, a)                                                                         \
    void use_##name(const a *x, const a *y, r *out);                                               \
    void use_##name(const a *x, const a *y, r *out) {                                              \
        *out = wk_##name(*x, *y);                                                                  \
    }
#define USE_TRAP_V(name, r, a)                                                                     \
    wick_err use_##name(const a *x, r *out);                                                       \
    wick_err use_##name(const a *x, r *out) {                                                      \
        return wk_##name(*x, out);                                                                 \
    }

#define USE_INT(i, ut)                                                                             \
    USE_2(i##_add, ut, ut)                                                                         \
    USE_2(i##_sub, ut, ut)                                                                         \
    USE_2(i##_mul, ut, ut)                                                                         \
    USE_2(i##_and, ut, ut)                                                                         \
    USE_2(i##_or, ut, ut)                                                                          \
    USE_2(i##_xor, ut, ut)                                                                         \
    USE_2(i##_shl, ut, ut)                                                                         \
    USE_2(i##_shr_u, ut, ut)                                                                       \
    USE_2(i##_shr_s, ut, ut)                                                                       \
    USE_2(i##_rotl, ut, ut)                                                                        \
    USE_2(i##_rotr, ut, ut)                                                                        \
    USE_1(i##_clz, ut, ut)                                                                         \
    USE_1(i##_ctz, ut, ut)                                                                         \
    USE_1(i##_popcnt, ut, ut)                                                                      \
    USE_1(i##_extend8_s, ut, ut)                                                                   \
    USE_1(i##_extend16_s, ut, ut)                                                                  \
    USE_1(i##_eqz, uint32_t, ut)                                                                   \
    USE_2(i##_eq, uint32_t, ut)                                                                    \
    USE_2(i##_ne, uint32_t, ut)                                                                    \
    USE_2(i##_lt_u, uint32_t, ut)                                                                  \
    USE_2(i##_lt_s, uint32_t, ut)                                                                  \
    USE_2(i##_gt_u, uint32_t, ut)                                                                  \
    USE_2(i##_gt_s, uint32_t, ut)                                                                  \
    USE_2(i##_le_u, uint32_t, ut)                                                                  \
    USE_2(i##_le_s, uint32_t, ut)                                                                  \
    USE_2(i##_ge_u, uint32_t, ut)                                                                  \
    USE_2(i##_ge_s, uint32_t, ut)                                                                  \
    USE_TRAP_2(i##_div_u, ut, ut)                                                                  \
    USE_TRAP_2(i##_div_s, ut, ut)                                                                  \
    USE_TRAP_2(i##_rem_u, ut, ut)                                                                  \
    USE_TRAP_2(i##_rem_s, ut, ut)                                                                  \
    USE_TRAP_1(i##_trunc_f32_s, ut, uint32_t)                                                      \
    USE_1(i##_trunc_sat_f32_s, ut, uint32_t)                                                       \
    USE_TRAP_V(i##_trunc_f32v_s, ut, wk_f32v)                                                      \
    USE_V(i##_trunc_sat_f32v_s, ut, wk_f32v)                                                       \
    USE_TRAP_1(i##_trunc_f32_u, ut, uint32_t)                                                      \
    USE_1(i##_trunc_sat_f32_u, ut, uint32_t)                                                       \
    USE_TRAP_V(i##_trunc_f32v_u, ut, wk_f32v)                                                      \
    USE_V(i##_trunc_sat_f32v_u, ut, wk_f32v)                                                       \
    USE_TRAP_1(i##_trunc_f64_s, ut, uint64_t)                                                      \
    USE_1(i##_trunc_sat_f64_s, ut, uint64_t)                                                       \
    USE_TRAP_V(i##_trunc_f64v_s, ut, wk_f64v)                                                      \
    USE_V(i##_trunc_sat_f64v_s, ut, wk_f64v)                                                       \
    USE_TRAP_1(i##_trunc_f64_u, ut, uint64_t)                                                      \
    USE_1(i##_trunc_sat_f64_u, ut, uint64_t)                                                       \
    USE_TRAP_V(i##_trunc_f64v_u, ut, wk_f64v)                                                      \
    USE_V(i##_trunc_sat_f64v_u, ut, wk_f64v)

#define USE_FLOAT(f, ut)                                                                           \
    USE_1(f##_abs, ut, ut)                                                                         \
    USE_V(f##v_abs, wk_##f##v, wk_##f##v)                                                          \
    USE_1(f##_neg, ut, ut)                                                                         \
    USE_V(f##v_neg, wk_##f##v, wk_##f##v)                                                          \
    USE_1(f##_ceil, ut, ut)                                                                        \
    USE_V(f##v_ceil, wk_##f##v, wk_##f##v)                                                         \
    USE_1(f##_floor, ut, ut)                                                                       \
    USE_V(f##v_floor, wk_##f##v, wk_##f##v)                                                        \
    USE_1(f##_trunc, ut, ut)                                                                       \
    USE_V(f##v_trunc, wk_##f##v, wk_##f##v)                                                        \
    USE_1(f##_nearest, ut, ut)                                                                     \
    USE_V(f##v_nearest, wk_##f##v, wk_##f##v)                                                      \
    USE_1(f##_sqrt, ut, ut)                                                                        \
    USE_V(f##v_sqrt, wk_##f##v, wk_##f##v)                                                         \
    USE_1(f##_canon, ut, ut)                                                                       \
    USE_V(f##v_canon, wk_##f##v, wk_##f##v)                                                        \
    USE_2(f##_add, ut, ut)                                                                         \
    USE_V2(f##v_add, wk_##f##v, wk_##f##v)                                                         \
    USE_2(f##_sub, ut, ut)                                                                         \
    USE_V2(f##v_sub, wk_##f##v, wk_##f##v)                                                         \
    USE_2(f##_mul, ut, ut)                                                                         \
    USE_V2(f##v_mul, wk_##f##v, wk_##f##v)                                                         \
    USE_2(f##_div, ut, ut)                                                                         \
    USE_V2(f##v_div, wk_##f##v, wk_##f##v)                                                         \
    USE_2(f##_min, ut, ut)                                                                         \
    USE_V2(f##v_min, wk_##f##v, wk_##f##v)                                                         \
    USE_2(f##_max, ut, ut)                                                                         \
    USE_V2(f##v_max, wk_##f##v, wk_##f##v)                                                         \
    USE_2(f##_copysign, ut, ut)                                                                    \
    USE_V2(f##v_copysign, wk_##f##v, wk_##f##v)                                                    \
    USE_2(f##_eq, uint32_t, ut)                                                                    \
    USE_V2(f##v_eq, uint32_t, wk_##f##v)                                                           \
    USE_2(f##_ne, uint32_t, ut)                                                                    \
    USE_V2(f##v_ne, uint32_t, wk_##f##v)                                                           \
    USE_2(f##_lt, uint32_t, ut)                                                                    \
    USE_V2(f##v_lt, uint32_t, wk_##f##v)                                                           \
    USE_2(f##_gt, uint32_t, ut)                                                                    \
    USE_V2(f##v_gt, uint32_t, wk_##f##v)                                                           \
    USE_2(f##_le, uint32_t, ut)                                                                    \
    USE_V2(f##v_le, uint32_t, wk_##f##v)                                                           \
    USE_2(f##_ge, uint32_t, ut)                                                                    \
    USE_V2(f##v_ge, uint32_t, wk_##f##v)                                                           \
    USE_1(f##_convert_i32_s, ut, uint32_t)                                                         \
    USE_V(f##v_convert_i32_s, wk_##f##v, uint32_t)                                                 \
    USE_1(f##_convert_i32_u, ut, uint32_t)                                                         \
    USE_V(f##v_convert_i32_u, wk_##f##v, uint32_t)                                                 \
    USE_1(f##_convert_i64_s, ut, uint64_t)                                                         \
    USE_V(f##v_convert_i64_s, wk_##f##v, uint64_t)                                                 \
    USE_1(f##_convert_i64_u, ut, uint64_t)                                                         \
    USE_V(f##v_convert_i64_u, wk_##f##v, uint64_t)                                                 \
    USE_V(f##v_from_bits, wk_##f##v, ut)                                                           \
    USE_V(f##v_to_bits, ut, wk_##f##v)

USE_INT(i32, uint32_t)
USE_INT(i64, uint64_t)
USE_FLOAT(f32, uint32_t)
USE_FLOAT(f64, uint64_t)
USE_1(i32_wrap_i64, uint32_t, uint64_t)
USE_1(i64_extend_i32_s, uint64_t, uint32_t)
USE_1(i64_extend_i32_u, uint64_t, uint32_t)
USE_1(i64_extend32_s, uint64_t, uint64_t)
USE_1(f64_promote_f32, uint64_t, uint32_t)
USE_1(f32_demote_f64, uint32_t, uint64_t)
USE_V(f64v_promote_f32v, wk_f64v, wk_f32v)
USE_V(f32v_demote_f64v, wk_f32v, wk_f64v)
USE_2(mul64_hi, uint64_t, uint64_t)
USE_2(udiv64, uint64_t, uint64_t)
USE_2(urem64, uint64_t, uint64_t)
USE_2(sdiv64, int64_t, int64_t)
USE_2(srem64, int64_t, int64_t)
USE_1(ld_le16, uint16_t, const void *)
USE_1(ld_le32, uint32_t, const void *)
USE_1(ld_le64, uint64_t, const void *)

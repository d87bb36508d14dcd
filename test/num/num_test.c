/*
 * Tests src/num and src/base/bits.h.
 *
 *   num_test [N]          N random operand pairs per instruction (default 200000)
 *   num_test all32        every f32 unary instruction on every f32, hardware against integers
 *   num_test speed        nanoseconds per call, hardware and integers
 *
 * Floats: the hardware form, the integer form and the one that num/f32.h and num/f64.h chose must
 * agree bit for bit on the cross product of special values and on random pairs that lean to the
 * edges. Results that are NaN are held against the specification's rule. Where the host has no
 * exact hardware floats (i386, big-endian hosts without FPU) the integer form is held against a
 * digest of its results, which is the same on every host and was taken where both forms agreed.
 * Integers: against slow obvious references that share no code with the functions.
 */
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "num/f32.h"
#include "num/f64.h"
#include "num/fp_soft.h"
#include "num/i32.h"
#include "num/i64.h"

#if !WICK_FP_SOFT || (defined(__x86_64__) && defined(__SSE2_MATH__)) ||                            \
    (defined(__aarch64__) && defined(__ARM_NEON)) ||                                               \
    (defined(__riscv) && defined(__riscv_flen) && __riscv_flen >= 64)
#define HAVE_HW 1
#include "num/fp_hw.h"
#else
#define HAVE_HW 0
#endif

enum { DIGEST_PAIRS = 20000 };
static const uint64_t digest_expected = UINT64_C(0xb94465a1677debf1);

typedef enum kind { F32, F64, I32, I64 } kind;

/* r[0] is the result, r[1] the error; r[0] is 0 where there is an error. */
typedef void (*op_fn)(uint64_t a, uint64_t b, uint64_t *r);

typedef struct float_op {
    const char *name;
    kind in, out;
    bool binary;
    bool arithmetic; /* its NaNs obey the arithmetic rule */
    op_fn hw, soft, api;
} float_op;

typedef struct int_op {
    const char *name;
    kind in;
    op_fn api, ref;
} int_op;

static uint64_t n_passed, n_failed;

static void report(const char *name, const char *what, uint64_t a, uint64_t b, const uint64_t *got,
                   const uint64_t *want) {
    if (++n_failed <= 50) {
        printf("FAIL %s (%s) %016llx %016llx: got %016llx/%u, expected %016llx/%u\n", name, what,
               (unsigned long long)a, (unsigned long long)b, (unsigned long long)got[0],
               (unsigned)got[1], (unsigned long long)want[0], (unsigned)want[1]);
    }
}

static void check(const char *name, const char *what, uint64_t a, uint64_t b, const uint64_t *got,
                  const uint64_t *want) {
    if (got[0] == want[0] && got[1] == want[1]) {
        n_passed++;
    } else {
        report(name, what, a, b, got, want);
    }
}

static void check_value(const char *name, uint64_t got, uint64_t want) {
    const uint64_t g[2] = { got, 0 }, w[2] = { want, 0 };
    check(name, "value", 0, 0, g, w);
}

/* ---- random operands ---- */

/* No two calls stand in one expression: the sequence must not depend on the compiler's order of
 * evaluation, the digest needs the same operands everywhere. */
static uint64_t rng_state;

static uint64_t rng(void) {
    uint64_t z = (rng_state += UINT64_C(0x9e3779b97f4a7c15));
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

static uint64_t width_mask(kind k) {
    return k == F64 || k == I64 ? ~UINT64_C(0) : UINT64_C(0xffffffff);
}

/* A fraction of m bits: random, sparse, or a run of ones or zeros somewhere, as halfway cases and
 * carries want it. */
static uint64_t rng_fraction(unsigned m) {
    const uint64_t mask = (UINT64_C(1) << m) - 1;
    const unsigned at = (unsigned)(rng() % m);
    switch (rng() % 8) {
    case 0:
        return 0;
    case 1:
        return mask;
    case 2:
        return UINT64_C(1) << at;
    case 3:
        return mask << at & mask;
    case 4:
        return mask >> at;
    case 5:
        return (rng() & mask) >> at << at;
    case 6:
        return ((rng() & mask) << at | (UINT64_C(1) << at)) & mask;
    default:
        return rng() & mask;
    }
}

static uint64_t rng_float(kind k, uint64_t partner) {
    const unsigned m = k == F32 ? 23 : 52;
    const uint64_t emax = k == F32 ? 255 : 2047, bias = emax / 2;
    const uint64_t sign = (rng() & 1) << (k == F32 ? 31 : 63);
    uint64_t e;
    switch (rng() % 16) {
    case 0: /* subnormal or zero */
        e = 0;
        break;
    case 1: /* about to become subnormal */
        e = 1 + rng() % (m + 4);
        break;
    case 2: /* about to overflow */
        e = emax - 1 - rng() % 4;
        break;
    case 3: /* infinity or NaN */
        e = rng() % 4 == 0 ? emax : bias;
        break;
    case 4: /* around one and the integers */
    case 5:
        e = bias - 2 + rng() % (m + 14);
        break;
    case 6: /* as great as the greatest integers */
        e = bias + 29 + rng() % 38;
        break;
    case 7: /* so that product or quotient is at the edge */
        e = (bias + emax - (partner >> m & emax) + rng() % 8) & emax;
        break;
    case 8:
        e = (bias - (partner >> m & emax) + rng() % (m + 8)) & emax;
        break;
    case 9: /* near the partner: cancellation */
    case 10:
    case 11:
        e = ((partner >> m & emax) + rng() % 5 - 2) & emax;
        break;
    case 12: /* one significand apart */
        e = ((partner >> m & emax) + rng() % (2 * m + 8) - m - 4) & emax;
        break;
    case 13: /* the partner itself, or its neighbour */
        return ((partner ^ sign) + rng() % 3 - 1) & width_mask(k);
    default:
        return rng() & width_mask(k);
    }
    return sign | e << m | rng_fraction(m);
}

static uint64_t rng_int(kind k) {
    const unsigned at = (unsigned)(rng() % (k == I64 ? 64 : 32));
    const uint64_t x = rng();
    switch (rng() % 4) {
    case 0:
        return x >> at & width_mask(k);
    case 1:
        return (0 - (x >> at)) & width_mask(k);
    case 2:
        return ((UINT64_C(1) << at) + x % 3 - 1) & width_mask(k);
    default:
        return x & width_mask(k);
    }
}

static uint64_t rng_operand(kind k, uint64_t partner) {
    return k == F32 || k == F64 ? rng_float(k, partner) : rng_int(k);
}

/* ---- special operands ---- */

/* clang-format off */
static const uint32_t f32_specials[] = {
    0x00000000, 0x00000001, 0x00000002, 0x00000003, 0x00400000, 0x007fffff, 0x00800000, 0x00800001,
    0x00ffffff, 0x01000000, 0x01800000, 0x0c000000, 0x1f7fffff, 0x1f800000, 0x20000000, 0x33000000,
    0x33800000, 0x34000000, 0x3effffff, 0x3f000000, 0x3f000001, 0x3f400000, 0x3f7fffff, 0x3f800000,
    0x3f800001, 0x3fb504f3, 0x3fbfffff, 0x3fc00000, 0x3fc00001, 0x40000000, 0x40200000, 0x40400000,
    0x40490fdb, 0x40600000, 0x40800000, 0x40900000, 0x4a7fffff, 0x4a800000, 0x4a800001, 0x4affffff,
    0x4b000000, 0x4b000001, 0x4b7fffff, 0x4b800000, 0x4effffff, 0x4f000000, 0x4f000001, 0x4f7fffff,
    0x4f800000, 0x4f800001, 0x5effffff, 0x5f000000, 0x5f000001, 0x5f7fffff, 0x5f800000, 0x5f800001,
    0x7e800000, 0x7effffff, 0x7f000000, 0x7f7ffffe, 0x7f7fffff, 0x7f800000, 0x7f800001, 0x7fa00000,
    0x7fbfffff, 0x7fc00000, 0x7fc00001, 0x7fe00000, 0x7fffffff,
};

static const uint64_t f64_specials[] = {
    0x0000000000000000, 0x0000000000000001, 0x0000000000000002, 0x0000000000000003,
    0x0008000000000000, 0x000fffffffffffff, 0x0010000000000000, 0x0010000000000001,
    0x001fffffffffffff, 0x0020000000000000, 0x0030000000000000, 0x1ff0000000000000,
    0x3690000000000000, 0x3690000000000001, 0x36a0000000000000, 0x36a8000000000000,
    0x380fffffe0000000, 0x380ffffff0000000, 0x3810000000000000, 0x3ca0000000000000,
    0x3cb0000000000000, 0x3fdfffffffffffff, 0x3fe0000000000000, 0x3fe0000000000001,
    0x3fe8000000000000, 0x3fefffffffffffff, 0x3ff0000000000000, 0x3ff0000000000001,
    0x3ff0000010000000, 0x3ff0000010000001, 0x3ff0000030000000, 0x3ff6a09e667f3bcd,
    0x3ff7ffffffffffff, 0x3ff8000000000000, 0x3ff8000000000001, 0x4000000000000000,
    0x4004000000000000, 0x4008000000000000, 0x400921fb54442d18, 0x400c000000000000,
    0x4010000000000000, 0x4012000000000000, 0x41dfffffffbfffff, 0x41dfffffffc00000,
    0x41dfffffffffffff, 0x41e0000000000000, 0x41e0000000100000, 0x41e00000001fffff,
    0x41e0000000200000, 0x41efffffffdfffff, 0x41efffffffe00000, 0x41efffffffffffff,
    0x41f0000000000000, 0x432fffffffffffff, 0x4330000000000000, 0x4330000000000001,
    0x433fffffffffffff, 0x4340000000000000, 0x43dfffffffffffff, 0x43e0000000000000,
    0x43e0000000000001, 0x43efffffffffffff, 0x43f0000000000000, 0x43f0000000000001,
    0x47efffffe0000000, 0x47efffffefffffff, 0x47effffff0000000, 0x47f0000000000000,
    0x5fefffffffffffff, 0x7fd0000000000000, 0x7fe0000000000000, 0x7feffffffffffffe,
    0x7fefffffffffffff, 0x7ff0000000000000, 0x7ff0000000000001, 0x7ff4000000000000,
    0x7ff7ffffffffffff, 0x7ff8000000000000, 0x7ff8000000000001, 0x7ff8000020000000,
    0x7ffc000000000000, 0x7fffffffffffffff,
};

static const uint64_t int_specials[] = {
    0x0000000000000000, 0x0000000000000001, 0x0000000000000002, 0x0000000000000003,
    0x0000000000000007, 0x000000000000000a, 0x000000000000001f, 0x0000000000000020,
    0x000000000000003f, 0x0000000000000040, 0x000000000000007f, 0x0000000000000080,
    0x00000000000000ff, 0x0000000000007fff, 0x0000000000008000, 0x000000000000ffff,
    0x0000000000010000, 0x0000000000ffffff, 0x0000000001000000, 0x0000000001000001,
    0x000000007fffff40, 0x000000007fffffbf, 0x000000007fffffff, 0x0000000080000000,
    0x0000000080000001, 0x00000000ffffff7f, 0x00000000ffffff80, 0x00000000fffffffe,
    0x00000000ffffffff, 0x0000000100000000, 0x0000000100000001, 0x001fffffffffffff,
    0x0020000000000000, 0x0020000000000001, 0x0020000000000003, 0x00ffffffffffffff,
    0x7fffff4000000000, 0x7fffffbfffffffff, 0x7fffffc000000000, 0x7ffffffffffffdff,
    0x7ffffffffffffe00, 0x7fffffffffffffff, 0x8000000000000000, 0x8000000000000001,
    0x8000008000000000, 0x8000008000000001, 0x8000000000000400, 0x8000000000000401,
    0xfffffeffffffffff, 0xffffff7fffffffff, 0xffffff8000000000, 0xfffffffffffff7ff,
    0xfffffffffffffbff, 0xfffffffffffffc00, 0xfffffffffffffffe, 0xffffffffffffffff,
};
/* clang-format on */

#define COUNT_OF(a) (sizeof(a) / sizeof((a)[0]))

static size_t specials_count(kind k) {
    switch (k) {
    case F32:
        return 2 * COUNT_OF(f32_specials);
    case F64:
        return 2 * COUNT_OF(f64_specials);
    default:
        return COUNT_OF(int_specials);
    }
}

static uint64_t special(kind k, size_t i) {
    switch (k) {
    case F32:
        return f32_specials[i / 2] | (uint64_t)(i & 1) << 31;
    case F64:
        return f64_specials[i / 2] | (uint64_t)(i & 1) << 63;
    default:
        return int_specials[i] & width_mask(k);
    }
}

/* ---- the float instructions in three forms ---- */

#define FORM_UNARY(form, F, f, u, op)                                                              \
    static void form##_##f##_##op(uint64_t a, uint64_t b, uint64_t *r) {                           \
        (void)b;                                                                                   \
        r[0] = F##v_to_bits(F##v_##op(F##v_from_bits((u)a)));                                      \
    }
#define FORM_BINARY(form, F, f, u, op)                                                             \
    static void form##_##f##_##op(uint64_t a, uint64_t b, uint64_t *r) {                           \
        r[0] = F##v_to_bits(F##v_##op(F##v_from_bits((u)a), F##v_from_bits((u)b)));                \
    }
#define FORM_COMPARE(form, F, f, u, op)                                                            \
    static void form##_##f##_##op(uint64_t a, uint64_t b, uint64_t *r) {                           \
        r[0] = F##v_##op(F##v_from_bits((u)a), F##v_from_bits((u)b));                              \
    }
#define FORM_CHANGE(form, FIN, FOUT, fin, fout, u, op)                                             \
    static void form##_##fout##_##op##_##fin(uint64_t a, uint64_t b, uint64_t *r) {                \
        (void)b;                                                                                   \
        r[0] = FOUT##v_to_bits(FOUT##v_##op##_##fin##v(FIN##v_from_bits((u)a)));                   \
    }
#define FORM_CONVERT(form, F, f, i, s, iu)                                                         \
    static void form##_##f##_convert_##i##_##s(uint64_t a, uint64_t b, uint64_t *r) {              \
        (void)b;                                                                                   \
        r[0] = F##v_to_bits(F##v_convert_##i##_##s((iu)a));                                        \
    }
#define FORM_TRUNC(form, P, F, f, u, i, s, iu)                                                     \
    static void form##_##i##_trunc_##f##_##s(uint64_t a, uint64_t b, uint64_t *r) {                \
        iu out = 0;                                                                                \
        (void)b;                                                                                   \
        r[1] = P##_##i##_trunc_##f##v_##s(F##v_from_bits((u)a), &out);                             \
        r[0] = out;                                                                                \
    }                                                                                              \
    static void form##_##i##_trunc_sat_##f##_##s(uint64_t a, uint64_t b, uint64_t *r) {            \
        (void)b;                                                                                   \
        r[0] = P##_##i##_trunc_sat_##f##v_##s(F##v_from_bits((u)a));                               \
    }

#define FORM_FORMAT(form, P, F, f, ut)                                                             \
    FORM_UNARY(form, F, f, ut, abs)                                                                \
    FORM_UNARY(form, F, f, ut, neg)                                                                \
    FORM_UNARY(form, F, f, ut, ceil)                                                               \
    FORM_UNARY(form, F, f, ut, floor)                                                              \
    FORM_UNARY(form, F, f, ut, trunc)                                                              \
    FORM_UNARY(form, F, f, ut, nearest)                                                            \
    FORM_UNARY(form, F, f, ut, sqrt)                                                               \
    FORM_UNARY(form, F, f, ut, canon)                                                              \
    FORM_BINARY(form, F, f, ut, add)                                                               \
    FORM_BINARY(form, F, f, ut, sub)                                                               \
    FORM_BINARY(form, F, f, ut, mul)                                                               \
    FORM_BINARY(form, F, f, ut, div)                                                               \
    FORM_BINARY(form, F, f, ut, min)                                                               \
    FORM_BINARY(form, F, f, ut, max)                                                               \
    FORM_BINARY(form, F, f, ut, copysign)                                                          \
    FORM_COMPARE(form, F, f, ut, eq)                                                               \
    FORM_COMPARE(form, F, f, ut, ne)                                                               \
    FORM_COMPARE(form, F, f, ut, lt)                                                               \
    FORM_COMPARE(form, F, f, ut, gt)                                                               \
    FORM_COMPARE(form, F, f, ut, le)                                                               \
    FORM_COMPARE(form, F, f, ut, ge)                                                               \
    FORM_CONVERT(form, F, f, i32, s, uint32_t)                                                     \
    FORM_CONVERT(form, F, f, i32, u, uint32_t)                                                     \
    FORM_CONVERT(form, F, f, i64, s, uint64_t)                                                     \
    FORM_CONVERT(form, F, f, i64, u, uint64_t)                                                     \
    FORM_TRUNC(form, P, F, f, ut, i32, s, uint32_t)                                                \
    FORM_TRUNC(form, P, F, f, ut, i32, u, uint32_t)                                                \
    FORM_TRUNC(form, P, F, f, ut, i64, s, uint64_t)                                                \
    FORM_TRUNC(form, P, F, f, ut, i64, u, uint64_t)

#define FORM_ALL(form, P)                                                                          \
    FORM_FORMAT(form, P, P##_f32, f32, uint32_t)                                                   \
    FORM_FORMAT(form, P, P##_f64, f64, uint64_t)                                                   \
    FORM_CHANGE(form, P##_f32, P##_f64, f32, f64, uint32_t, promote)                               \
    FORM_CHANGE(form, P##_f64, P##_f32, f64, f32, uint64_t, demote)

FORM_ALL(soft, wk_soft)
#if HAVE_HW
FORM_ALL(hw, wk_hw)
#define HW_FORM(name) hw_##name
#else
#define HW_FORM(name) soft_##name
#endif

/* The bits forms as the engines call them. */
#define API_UNARY(f, u, op)                                                                        \
    static void api_##f##_##op(uint64_t a, uint64_t b, uint64_t *r) {                              \
        (void)b;                                                                                   \
        r[0] = wk_##f##_##op((u)a);                                                                \
    }
#define API_BINARY(f, u, op)                                                                       \
    static void api_##f##_##op(uint64_t a, uint64_t b, uint64_t *r) {                              \
        r[0] = wk_##f##_##op((u)a, (u)b);                                                          \
    }
#define API_TRAPPING(f, u, op, iu)                                                                 \
    static void api_##f##_##op(uint64_t a, uint64_t b, uint64_t *r) {                              \
        iu out = 0;                                                                                \
        (void)b;                                                                                   \
        r[1] = wk_##f##_##op((u)a, &out);                                                          \
        r[0] = out;                                                                                \
    }
#define API_FORMAT(f, ut)                                                                          \
    API_UNARY(f, ut, abs)                                                                          \
    API_UNARY(f, ut, neg)                                                                          \
    API_UNARY(f, ut, ceil)                                                                         \
    API_UNARY(f, ut, floor)                                                                        \
    API_UNARY(f, ut, trunc)                                                                        \
    API_UNARY(f, ut, nearest)                                                                      \
    API_UNARY(f, ut, sqrt)                                                                         \
    API_UNARY(f, ut, canon)                                                                        \
    API_BINARY(f, ut, add)                                                                         \
    API_BINARY(f, ut, sub)                                                                         \
    API_BINARY(f, ut, mul)                                                                         \
    API_BINARY(f, ut, div)                                                                         \
    API_BINARY(f, ut, min)                                                                         \
    API_BINARY(f, ut, max)                                                                         \
    API_BINARY(f, ut, copysign)                                                                    \
    API_BINARY(f, ut, eq)                                                                          \
    API_BINARY(f, ut, ne)                                                                          \
    API_BINARY(f, ut, lt)                                                                          \
    API_BINARY(f, ut, gt)                                                                          \
    API_BINARY(f, ut, le)                                                                          \
    API_BINARY(f, ut, ge)                                                                          \
    API_UNARY(f, uint32_t, convert_i32_s)                                                          \
    API_UNARY(f, uint32_t, convert_i32_u)                                                          \
    API_UNARY(f, uint64_t, convert_i64_s)                                                          \
    API_UNARY(f, uint64_t, convert_i64_u)                                                          \
    API_TRAPPING(i32, ut, trunc_##f##_s, uint32_t)                                                 \
    API_TRAPPING(i32, ut, trunc_##f##_u, uint32_t)                                                 \
    API_TRAPPING(i64, ut, trunc_##f##_s, uint64_t)                                                 \
    API_TRAPPING(i64, ut, trunc_##f##_u, uint64_t)                                                 \
    API_UNARY(i32, ut, trunc_sat_##f##_s)                                                          \
    API_UNARY(i32, ut, trunc_sat_##f##_u)                                                          \
    API_UNARY(i64, ut, trunc_sat_##f##_s)                                                          \
    API_UNARY(i64, ut, trunc_sat_##f##_u)
API_FORMAT(f32, uint32_t)
API_FORMAT(f64, uint64_t)
API_UNARY(f64, uint32_t, promote_f32)
API_UNARY(f32, uint64_t, demote_f64)

#define ROW(name, in, out, binary, arithmetic)                                                     \
    { #name, in, out, binary, arithmetic, HW_FORM(name), soft_##name, api_##name },
#define ROWS_FORMAT(f, F)                                                                          \
    ROW(f##_abs, F, F, false, false)                                                               \
    ROW(f##_neg, F, F, false, false)                                                               \
    ROW(f##_ceil, F, F, false, true)                                                               \
    ROW(f##_floor, F, F, false, true)                                                              \
    ROW(f##_trunc, F, F, false, true)                                                              \
    ROW(f##_nearest, F, F, false, true)                                                            \
    ROW(f##_sqrt, F, F, false, true)                                                               \
    ROW(f##_canon, F, F, false, true)                                                              \
    ROW(f##_add, F, F, true, true)                                                                 \
    ROW(f##_sub, F, F, true, true)                                                                 \
    ROW(f##_mul, F, F, true, true)                                                                 \
    ROW(f##_div, F, F, true, true)                                                                 \
    ROW(f##_min, F, F, true, true)                                                                 \
    ROW(f##_max, F, F, true, true)                                                                 \
    ROW(f##_copysign, F, F, true, false)                                                           \
    ROW(f##_eq, F, I32, true, false)                                                               \
    ROW(f##_ne, F, I32, true, false)                                                               \
    ROW(f##_lt, F, I32, true, false)                                                               \
    ROW(f##_gt, F, I32, true, false)                                                               \
    ROW(f##_le, F, I32, true, false)                                                               \
    ROW(f##_ge, F, I32, true, false)                                                               \
    ROW(f##_convert_i32_s, I32, F, false, false)                                                   \
    ROW(f##_convert_i32_u, I32, F, false, false)                                                   \
    ROW(f##_convert_i64_s, I64, F, false, false)                                                   \
    ROW(f##_convert_i64_u, I64, F, false, false)                                                   \
    ROW(i32_trunc_##f##_s, F, I32, false, false)                                                   \
    ROW(i32_trunc_##f##_u, F, I32, false, false)                                                   \
    ROW(i64_trunc_##f##_s, F, I64, false, false)                                                   \
    ROW(i64_trunc_##f##_u, F, I64, false, false)                                                   \
    ROW(i32_trunc_sat_##f##_s, F, I32, false, false)                                               \
    ROW(i32_trunc_sat_##f##_u, F, I32, false, false)                                               \
    ROW(i64_trunc_sat_##f##_s, F, I64, false, false)                                               \
    ROW(i64_trunc_sat_##f##_u, F, I64, false, false)

static const float_op float_ops[] = {
    ROWS_FORMAT(f32, F32)
    ROWS_FORMAT(f64, F64)
    ROW(f64_promote_f32, F32, F64, false, true)
    ROW(f32_demote_f64, F64, F32, false, true)
};

/* 0: a number, 1: canonical, 2: arithmetic, 3: signalling */
static int nan_class(kind k, uint64_t a) {
    const unsigned m = k == F32 ? 23 : 52;
    const uint64_t inf = (k == F32 ? UINT64_C(255) : UINT64_C(2047)) << m;
    const uint64_t x = a & (width_mask(k) >> 1), quiet = UINT64_C(1) << (m - 1);
    if (x <= inf) {
        return 0;
    }
    return x == (inf | quiet) ? 1 : (x & quiet) != 0 ? 2 : 3;
}

/* spec: aux-nans. A NaN result is canonical if every NaN operand is, else it is arithmetic. */
static void check_nan_rule(const float_op *op, uint64_t a, uint64_t b, const uint64_t *r) {
    const int result = nan_class(op->out, r[0]);
    const int ca = nan_class(op->in, a), cb = op->binary ? nan_class(op->in, b) : 0;
    const uint64_t want[2] = { UINT64_C(0x7fc00000), 0 };
    if (result == 0) {
        if (ca != 0 || cb != 0) {
            report(op->name, "NaN operand gave a number", a, b, r, want);
        }
    } else if (ca <= 1 && cb <= 1 ? result != 1 : result == 3) {
        report(op->name, "NaN class", a, b, r, want);
    }
}

static void float_case(const float_op *op, uint64_t a, uint64_t b, uint64_t *soft) {
    uint64_t hw[2] = { 0, 0 }, api[2] = { 0, 0 };
    soft[0] = soft[1] = 0;
    op->soft(a, b, soft);
    op->hw(a, b, hw);
    op->api(a, b, api);
    check(op->name, "hardware against integers", a, b, hw, soft);
    check(op->name, "chosen form against integers", a, b, api, soft);
    if (op->arithmetic) {
        check_nan_rule(op, a, b, soft);
    }
}

static void digest_add(uint64_t *digest, const uint64_t *r) {
    /* not the error's number, which changes with err.def */
    const uint64_t err = r[1] == WICK_ERR_integer_overflow ? 1 : r[1] != WICK_OK ? 2 : 0;
    *digest = (*digest ^ r[0] ^ err << 56) * UINT64_C(0x100000001b3);
    *digest ^= *digest >> 29;
}

static void test_floats(uint64_t pairs) {
    uint64_t digest = UINT64_C(0xcbf29ce484222325);
    for (size_t o = 0; o < COUNT_OF(float_ops); o++) {
        const float_op *op = &float_ops[o];
        const size_t n = specials_count(op->in);
        uint64_t r[2];
        for (size_t i = 0; i < n; i++) {
            for (size_t k = 0; k < (op->binary ? n : 1); k++) {
                float_case(op, special(op->in, i), special(op->in, k), r);
                digest_add(&digest, r);
            }
        }
        rng_state = o;
        for (uint64_t i = 0; i < pairs; i++) {
            const uint64_t a = rng_operand(op->in, i);
            const uint64_t b = op->binary ? rng_operand(op->in, a) : 0;
            float_case(op, a, b, r);
            if (i < DIGEST_PAIRS) {
                digest_add(&digest, r);
            }
        }
    }
    printf("digest of the float results: %016llx\n", (unsigned long long)digest);
    if (pairs >= DIGEST_PAIRS) {
        check_value("digest", digest, digest_expected);
    }
}

/* A product rounded before it is added: the fused result differs almost always, because the addend
 * is the negated rounded product. */
static void test_contraction(uint64_t triples) {
    for (uint64_t i = 0; i < triples; i++) {
        const uint64_t a = rng_float(F64, 0), b = rng_float(F64, a);
        const uint64_t c = wk_soft_f64v_neg(wk_soft_f64v_mul(a, b));
        const uint32_t a32 = (uint32_t)rng_float(F32, 0), b32 = (uint32_t)rng_float(F32, a32);
        const uint32_t c32 = wk_soft_f32v_neg(wk_soft_f32v_mul(a32, b32));
        check_value("f64 mul then add", wk_f64_add(wk_f64_mul(a, b), c),
                    wk_soft_f64v_add(wk_soft_f64v_mul(a, b), c));
        check_value("f64 mul then sub", wk_f64_sub(a, wk_f64_mul(b, c)),
                    wk_soft_f64v_sub(a, wk_soft_f64v_mul(b, c)));
        check_value("f64 values mul then add",
                    wk_f64v_to_bits(wk_f64v_add(wk_f64v_from_bits(c),
                                                wk_f64v_mul(wk_f64v_from_bits(a),
                                                            wk_f64v_from_bits(b)))),
                    wk_soft_f64v_add(c, wk_soft_f64v_mul(a, b)));
        check_value("f32 mul then add", wk_f32_add(wk_f32_mul(a32, b32), c32),
                    wk_soft_f32v_add(wk_soft_f32v_mul(a32, b32), c32));
        check_value("f64 half then add", wk_f64_add(wk_f64_div(a, UINT64_C(0x4000000000000000)), b),
                    wk_soft_f64v_add(wk_soft_f64v_div(a, UINT64_C(0x4000000000000000)), b));
    }
}

/* ---- integers: slow references ---- */

static bool ref_bit(uint64_t x, unsigned i) {
    return (x >> i & 1) != 0;
}

static uint64_t ref_sext(uint64_t x, unsigned from) {
    const uint64_t high = ~(uint64_t)0 << (from - 1);
    return ref_bit(x, from - 1) ? x | high : x & ~high;
}

static void ref_mul128(uint64_t a, uint64_t b, uint64_t *lo, uint64_t *hi) {
    *lo = *hi = 0;
    for (int i = 63; i >= 0; i--) {
        *hi = *hi << 1 | *lo >> 63;
        *lo <<= 1;
        if (ref_bit(b, (unsigned)i)) {
            *lo += a;
            *hi += *lo < a;
        }
    }
}

static uint64_t ref_mul(uint64_t a, uint64_t b) {
    uint64_t lo, hi;
    ref_mul128(a, b, &lo, &hi);
    return lo;
}

static uint64_t ref_divide(uint64_t a, uint64_t b, uint64_t *rem) {
    uint64_t q = 0, r = 0;
    for (int i = 63; i >= 0; i--) {
        const bool carry = ref_bit(r, 63);
        r = r << 1 | (a >> i & 1);
        q <<= 1;
        if (carry || r >= b) {
            r -= b;
            q |= 1;
        }
    }
    *rem = r;
    return q;
}

/* what: 'q' quotient or 'r' remainder */
static void ref_div_u(uint64_t a, uint64_t b, uint64_t *r, char what) {
    uint64_t rem, q;
    if (b == 0) {
        r[1] = WICK_ERR_integer_divide_by_zero;
        return;
    }
    q = ref_divide(a, b, &rem);
    r[0] = what == 'q' ? q : rem;
}

static void ref_div_s(uint64_t a, uint64_t b, uint64_t *r, char what, unsigned width) {
    const bool na = ref_bit(a, width - 1), nb = ref_bit(b, width - 1);
    const uint64_t mask = width == 64 ? ~(uint64_t)0 : 0xffffffffu;
    const uint64_t ma = (na ? 0 - a : a) & mask, mb = (nb ? 0 - b : b) & mask;
    ref_div_u(ma, mb, r, what);
    if (r[1] != 0) {
        return;
    }
    if (what == 'q' && na == nb && ref_bit(r[0], width - 1)) {
        r[0] = 0;
        r[1] = WICK_ERR_integer_overflow;
    } else if (what == 'q' ? na != nb : na) {
        r[0] = (0 - r[0]) & mask;
    }
}

/* Order of signed numbers by their bits: flip the sign bit and compare unsigned. */
static uint64_t ref_bias(uint64_t x, unsigned width) {
    return x ^ (uint64_t)1 << (width - 1);
}

static uint64_t ref_count(uint64_t x, unsigned width, char what) {
    unsigned lead = 0, trail = 0, ones = 0;
    for (unsigned i = 0; i < width; i++) {
        ones += ref_bit(x, i);
        lead = ref_bit(x, i) ? 0 : lead + 1;
        trail += trail == i && !ref_bit(x, i);
    }
    return what == 'l' ? lead : what == 't' ? trail : ones;
}

static uint64_t ref_shift(uint64_t x, uint64_t n, unsigned width, char what) {
    const uint64_t mask = width == 64 ? ~(uint64_t)0 : 0xffffffffu;
    const bool negative = ref_bit(x, width - 1);
    for (n %= width; n != 0; n--) {
        const uint64_t top = x >> (width - 1) & 1, bottom = x & 1;
        switch (what) {
        case '<':
            x = x << 1;
            break;
        case 'l':
            x = x << 1 | top;
            break;
        case 'r':
            x = (x & mask) >> 1 | bottom << (width - 1);
            break;
        case 's':
            x = (x & mask) >> 1 | (uint64_t)negative << (width - 1);
            break;
        default:
            x = (x & mask) >> 1;
            break;
        }
        x &= mask;
    }
    return x & mask;
}

#define INT_CASE(i, u, op, call, reference) INT_CHANGE(i, u, u, op, call, reference)
#define INT_CHANGE(i, u, ur, op, call, reference)                                                  \
    static void api_##i##_##op(uint64_t x, uint64_t y, uint64_t *r) {                              \
        const u a = (u)x, b = (u)y;                                                                \
        (void)b;                                                                                   \
        r[0] = (call);                                                                             \
    }                                                                                              \
    static void ref_##i##_##op(uint64_t a, uint64_t b, uint64_t *r) {                              \
        (void)b;                                                                                   \
        r[0] = (ur)(reference);                                                                    \
    }
#define INT_TRAPPING(i, u, op, reference)                                                          \
    static void api_##i##_##op(uint64_t x, uint64_t y, uint64_t *r) {                              \
        u out = 0;                                                                                 \
        r[1] = wk_##i##_##op((u)x, (u)y, &out);                                                    \
        r[0] = out;                                                                                \
    }                                                                                              \
    static void ref_##i##_##op(uint64_t a, uint64_t b, uint64_t *r) {                              \
        reference;                                                                                 \
    }
#define INT_ALL(i, u, w)                                                                           \
    INT_CASE(i, u, add, wk_##i##_add(a, b), a + b)                                                 \
    INT_CASE(i, u, sub, wk_##i##_sub(a, b), a - b)                                                 \
    INT_CASE(i, u, mul, wk_##i##_mul(a, b), ref_mul(a, b))                                         \
    INT_CASE(i, u, and, wk_##i##_and(a, b), ~(~a | ~b))                                            \
    INT_CASE(i, u, or, wk_##i##_or(a, b), ~(~a & ~b))                                              \
    INT_CASE(i, u, xor, wk_##i##_xor(a, b), (a | b) - (a & b))                                     \
    INT_CASE(i, u, shl, wk_##i##_shl(a, b), ref_shift(a, b, w, '<'))                               \
    INT_CASE(i, u, shr_u, wk_##i##_shr_u(a, b), ref_shift(a, b, w, '>'))                           \
    INT_CASE(i, u, shr_s, wk_##i##_shr_s(a, b), ref_shift(a, b, w, 's'))                           \
    INT_CASE(i, u, rotl, wk_##i##_rotl(a, b), ref_shift(a, b, w, 'l'))                             \
    INT_CASE(i, u, rotr, wk_##i##_rotr(a, b), ref_shift(a, b, w, 'r'))                             \
    INT_CASE(i, u, clz, wk_##i##_clz(a), ref_count(a, w, 'l'))                                     \
    INT_CASE(i, u, ctz, wk_##i##_ctz(a), ref_count(a, w, 't'))                                     \
    INT_CASE(i, u, popcnt, wk_##i##_popcnt(a), ref_count(a, w, 'p'))                               \
    INT_CASE(i, u, eqz, wk_##i##_eqz(a), a == 0)                                                   \
    INT_CASE(i, u, eq, wk_##i##_eq(a, b), a == b)                                                  \
    INT_CASE(i, u, ne, wk_##i##_ne(a, b), a != b)                                                  \
    INT_CASE(i, u, lt_u, wk_##i##_lt_u(a, b), a < b)                                               \
    INT_CASE(i, u, gt_u, wk_##i##_gt_u(a, b), b < a)                                               \
    INT_CASE(i, u, le_u, wk_##i##_le_u(a, b), !(b < a))                                            \
    INT_CASE(i, u, ge_u, wk_##i##_ge_u(a, b), !(a < b))                                            \
    INT_CASE(i, u, lt_s, wk_##i##_lt_s(a, b), ref_bias(a, w) < ref_bias(b, w))                     \
    INT_CASE(i, u, gt_s, wk_##i##_gt_s(a, b), ref_bias(b, w) < ref_bias(a, w))                     \
    INT_CASE(i, u, le_s, wk_##i##_le_s(a, b), !(ref_bias(b, w) < ref_bias(a, w)))                  \
    INT_CASE(i, u, ge_s, wk_##i##_ge_s(a, b), !(ref_bias(a, w) < ref_bias(b, w)))                  \
    INT_CASE(i, u, extend8_s, wk_##i##_extend8_s(a), ref_sext(a, 8))                               \
    INT_CASE(i, u, extend16_s, wk_##i##_extend16_s(a), ref_sext(a, 16))                            \
    INT_TRAPPING(i, u, div_u, ref_div_u(a, b, r, 'q'))                                             \
    INT_TRAPPING(i, u, rem_u, ref_div_u(a, b, r, 'r'))                                             \
    INT_TRAPPING(i, u, div_s, ref_div_s(a, b, r, 'q', w))                                          \
    INT_TRAPPING(i, u, rem_s, ref_div_s(a, b, r, 'r', w))
INT_ALL(i32, uint32_t, 32)
INT_ALL(i64, uint64_t, 64)
INT_CASE(i64, uint64_t, extend32_s, wk_i64_extend32_s(a), ref_sext(a, 32))
INT_CHANGE(i64, uint32_t, uint64_t, extend_i32_s, wk_i64_extend_i32_s(a), ref_sext(a, 32))
INT_CHANGE(i64, uint32_t, uint64_t, extend_i32_u, wk_i64_extend_i32_u(a), a)
INT_CASE(i32, uint64_t, wrap_i64, wk_i32_wrap_i64(a), a & 0xffffffffu)
INT_CASE(i32, uint32_t, reinterpret_f32, wk_i32_reinterpret_f32(a), a)
INT_CASE(i64, uint64_t, reinterpret_f64, wk_i64_reinterpret_f64(a), a)
INT_CASE(f32, uint32_t, reinterpret_i32, wk_f32_reinterpret_i32(a), a)
INT_CASE(f64, uint64_t, reinterpret_i64, wk_f64_reinterpret_i64(a), a)

#define IROW(i, I, op) { #i "_" #op, I, api_##i##_##op, ref_##i##_##op },
#define IROWS(i, I)                                                                                \
    IROW(i, I, add) IROW(i, I, sub) IROW(i, I, mul) IROW(i, I, and) IROW(i, I, or)                 \
    IROW(i, I, xor) IROW(i, I, shl) IROW(i, I, shr_u) IROW(i, I, shr_s) IROW(i, I, rotl)           \
    IROW(i, I, rotr) IROW(i, I, clz) IROW(i, I, ctz) IROW(i, I, popcnt) IROW(i, I, eqz)            \
    IROW(i, I, eq) IROW(i, I, ne) IROW(i, I, lt_u) IROW(i, I, gt_u) IROW(i, I, le_u)               \
    IROW(i, I, ge_u) IROW(i, I, lt_s) IROW(i, I, gt_s) IROW(i, I, le_s) IROW(i, I, ge_s)           \
    IROW(i, I, extend8_s) IROW(i, I, extend16_s) IROW(i, I, div_u) IROW(i, I, rem_u)               \
    IROW(i, I, div_s) IROW(i, I, rem_s)

static const int_op int_ops[] = {
    IROWS(i32, I32)
    IROWS(i64, I64)
    IROW(i64, I64, extend32_s)
    IROW(i64, I32, extend_i32_s)
    IROW(i64, I32, extend_i32_u)
    IROW(i32, I64, wrap_i64)
    IROW(i32, I32, reinterpret_f32)
    IROW(i64, I64, reinterpret_f64)
    IROW(f32, I32, reinterpret_i32)
    IROW(f64, I64, reinterpret_i64)
};

static void int_case(const int_op *op, uint64_t a, uint64_t b) {
    uint64_t got[2] = { 0, 0 }, want[2] = { 0, 0 };
    op->api(a, b, got);
    op->ref(a, b, want);
    check(op->name, "against the reference", a, b, got, want);
}

static void test_ints(uint64_t pairs) {
    for (size_t o = 0; o < COUNT_OF(int_ops); o++) {
        const int_op *op = &int_ops[o];
        const size_t n = specials_count(op->in);
        for (size_t i = 0; i < n; i++) {
            for (size_t k = 0; k < n; k++) {
                int_case(op, special(op->in, i), special(op->in, k));
            }
        }
        rng_state = o;
        for (uint64_t i = 0; i < pairs; i++) {
            const uint64_t a = rng_int(op->in);
            int_case(op, a, rng_int(op->in));
        }
    }
}

/* ---- bits.h beyond the instructions, wide arithmetic ---- */

static void test_wide(uint64_t a, uint64_t b, uint64_t c, uint64_t d) {
    uint64_t lo, hi, ref_lo, ref_hi, rem;
    ref_mul128(a, b, &ref_lo, &ref_hi);
    wk_i64_mul_wide_u(a, b, &lo, &hi);
    check_value("mul_wide_u low", lo, ref_lo);
    check_value("mul_wide_u high", hi, ref_hi);
    check_value("mul64_hi", wk_mul64_hi(a, b), ref_hi);
    /* signed: multiply the magnitudes, then negate 128 bits */
    ref_mul128(ref_bit(a, 63) ? 0 - a : a, ref_bit(b, 63) ? 0 - b : b, &ref_lo, &ref_hi);
    if (ref_bit(a, 63) != ref_bit(b, 63)) {
        ref_lo = 0 - ref_lo;
        ref_hi = ~ref_hi + (ref_lo == 0);
    }
    wk_i64_mul_wide_s(a, b, &lo, &hi);
    check_value("mul_wide_s low", lo, ref_lo);
    check_value("mul_wide_s high", hi, ref_hi);
    wk_i64_add128(a, b, c, d, &lo, &hi);
    wk_i64_sub128(lo, hi, c, d, &ref_lo, &ref_hi);
    check_value("add128 then sub128 low", ref_lo, a);
    check_value("add128 then sub128 high", ref_hi, b);
    /* the carry, by hand: bit by bit */
    {
        uint64_t carry = 0, sum = 0;
        for (unsigned i = 0; i < 64; i++) {
            const uint64_t t = (a >> i & 1) + (c >> i & 1) + carry;
            sum |= (t & 1) << i;
            carry = t >> 1;
        }
        check_value("add128 low", lo, sum);
        check_value("add128 high", hi, b + d + carry);
    }
    if (b != 0) {
        const uint64_t q = ref_divide(a, b, &rem);
        check_value("udiv64", wk_udiv64(a, b), q);
        check_value("urem64", wk_urem64(a, b), rem);
    }
    if ((uint32_t)b != 0) {
        check_value("udiv32", wk_udiv32((uint32_t)a, (uint32_t)b),
                    ref_divide((uint32_t)a, (uint32_t)b, &rem));
        check_value("urem32", wk_urem32((uint32_t)a, (uint32_t)b), rem);
    }
}

static void test_bits(uint64_t rounds) {
    uint8_t bytes[24];
    for (size_t i = 0; i < COUNT_OF(int_specials); i++) {
        for (size_t k = 0; k < COUNT_OF(int_specials); k++) {
            test_wide(int_specials[i], int_specials[k], int_specials[k] ^ 1, int_specials[i] ^ 2);
        }
    }
    for (uint64_t i = 0; i < rounds; i++) {
        const uint64_t a = rng_int(I64), b = rng_int(I64), c = rng_int(I64), d = rng_int(I64);
        test_wide(a, b, c, d);
    }
    for (unsigned at = 0; at < 9; at++) { /* every alignment; neighbours stay as they are */
        memset(bytes, 0xaa, sizeof bytes);
        wk_st_le64(bytes + at, UINT64_C(0x0102030405060708));
        check_value("st_le64 first", bytes[at], 8);
        check_value("st_le64 last", bytes[at + 7], 1);
        check_value("st_le64 beyond", bytes[at + 8], 0xaa);
        check_value("ld_le64", wk_ld_le64(bytes + at), UINT64_C(0x0102030405060708));
        check_value("ld_le32", wk_ld_le32(bytes + at + 2), 0x03040506);
        check_value("ld_le16", wk_ld_le16(bytes + at + 5), 0x0203);
        wk_st_le32(bytes + at, 0xf1f2f3f4u);
        wk_st_le16(bytes + at + 6, 0xe1e2u);
        check_value("st_le32, st_le16", wk_ld_le64(bytes + at), UINT64_C(0xe1e20304f1f2f3f4));
        check_value("st_le32 byte", bytes[at], 0xf4);
        check_value("st_le16 byte", bytes[at + 7], 0xe1);
    }
}

/* ---- known answers, from the definitions of the formats and of the instructions ---- */

static void test_known(void) {
    uint32_t w = 7;
    uint64_t d = 7;
    check_value("1 + 2", wk_f64_add(0x3ff0000000000000, 0x4000000000000000), 0x4008000000000000);
    check_value("0.1 + 0.2", wk_f64_add(0x3fb999999999999a, 0x3fc999999999999a),
                0x3fd3333333333334);
    check_value("1 / 3", wk_f64_div(0x3ff0000000000000, 0x4008000000000000), 0x3fd5555555555555);
    check_value("2 / 3", wk_f64_div(0x4000000000000000, 0x4008000000000000), 0x3fe5555555555555);
    check_value("sqrt 2", wk_f64_sqrt(0x4000000000000000), 0x3ff6a09e667f3bcd);
    check_value("sqrt -0", wk_f64_sqrt(0x8000000000000000), 0x8000000000000000);
    check_value("sqrt least", wk_f64_sqrt(1), 0x1e60000000000000);
    check_value("least / 2", wk_f64_div(1, 0x4000000000000000), 0);
    check_value("3 * least / 2", wk_f64_div(3, 0x4000000000000000), 2);
    check_value("max + max", wk_f64_add(0x7fefffffffffffff, 0x7fefffffffffffff),
                0x7ff0000000000000);
    check_value("f32 1 / 3", wk_f32_div(0x3f800000, 0x40400000), 0x3eaaaaab);
    check_value("f32 sqrt 2", wk_f32_sqrt(0x40000000), 0x3fb504f3);
    check_value("f32 2^24 + 1", wk_f32_add(0x4b800000, 0x3f800000), 0x4b800000);
    check_value("f32 2^24 + 3", wk_f32_add(0x4b800000, 0x40400000), 0x4b800002);
    check_value("1 - 1", wk_f64_sub(0x3ff0000000000000, 0x3ff0000000000000), 0);
    check_value("-0 + -0", wk_f64_add(WK_F64_SIGN, WK_F64_SIGN), WK_F64_SIGN);
    check_value("nearest 2.5", wk_f64_nearest(0x4004000000000000), 0x4000000000000000);
    check_value("nearest 3.5", wk_f64_nearest(0x400c000000000000), 0x4010000000000000);
    check_value("nearest -0.5", wk_f64_nearest(0xbfe0000000000000), WK_F64_SIGN);
    check_value("ceil -0.5", wk_f64_ceil(0xbfe0000000000000), WK_F64_SIGN);
    check_value("floor -0.5", wk_f64_floor(0xbfe0000000000000), 0xbff0000000000000);
    check_value("min 0 -0", wk_f64_min(0, WK_F64_SIGN), WK_F64_SIGN);
    check_value("max -0 0", wk_f64_max(WK_F64_SIGN, 0), 0);
    check_value("demote 0.1", wk_f32_demote_f64(0x3fb999999999999a), 0x3dcccccd);
    check_value("promote least", wk_f64_promote_f32(1), 0x36a0000000000000);
    check_value("u64 max to f32", wk_f32_convert_i64_u(UINT64_MAX), 0x5f800000);
    check_value("u64 max to f64", wk_f64_convert_i64_u(UINT64_MAX), 0x43f0000000000000);
    check_value("2^53 + 1 to f64", wk_f64_convert_i64_s(0x20000000000001), 0x4340000000000000);
    /* the NaN rule */
    check_value("0 * inf", wk_f64_mul(0, WK_F64_INF), WK_F64_NAN);
    check_value("inf - inf", wk_f32_sub(WK_F32_INF, WK_F32_INF), WK_F32_NAN);
    check_value("sqrt -1", wk_f32_sqrt(0xbf800000), WK_F32_NAN);
    check_value("first NaN wins", wk_f32_add(0xffa00001, 0x7fc00002), 0xffe00001);
    check_value("second NaN", wk_f32_sub(0x3f800000, 0x7f800001), 0x7fc00001);
    check_value("min with NaN", wk_f32_min(0x3f800000, 0xffc12345), 0xffc12345);
    check_value("neg of a signalling NaN", wk_f32_neg(0x7fa00000), 0xffa00000);
    check_value("promote NaN", wk_f64_promote_f32(0xff800001), 0xfff8000020000000);
    check_value("demote NaN", wk_f32_demote_f64(0x7ff0000000000001), 0x7fc00000);
    check_value("canon", wk_f64_canon(0xfff0000000000001), WK_F64_NAN);
    /* edges of the conversions to integers; a failed one leaves the result alone */
    check_value("2^31", wk_i32_trunc_f64_s(0x41e0000000000000, &w), WICK_ERR_integer_overflow);
    check_value("2^31 writes nothing", w, 7);
    check_value("-2^31 - 0.9", wk_i32_trunc_f64_s(0xc1e00000001fffff, &w), WICK_OK);
    check_value("-2^31 - 0.9 result", w, 0x80000000u);
    check_value("-0.9 unsigned", wk_i64_trunc_f64_u(0xbfeccccccccccccd, &d), WICK_OK);
    check_value("-0.9 unsigned result", d, 0);
    check_value("NaN", wk_i64_trunc_f32_s(0x7fc00000, &d), WICK_ERR_invalid_conversion_to_integer);
    check_value("2^64", wk_i64_trunc_f32_u(0x5f800000, &d), WICK_ERR_integer_overflow);
    check_value("sat -inf", wk_i64_trunc_sat_f64_s(0xfff0000000000000), 0x8000000000000000);
    check_value("sat -1 unsigned", wk_i32_trunc_sat_f32_u(0xbf800000), 0);
    check_value("sat NaN", wk_i32_trunc_sat_f32_s(0x7fc00000), 0);
    check_value("least rem -1", wk_i32_rem_s(0x80000000u, 0xffffffffu, &w), WICK_OK);
    check_value("least rem -1 result", w, 0);
}

/* ---- every scalar instruction of op.def is tested here ---- */

static bool is_tested(const char *sym) {
    for (size_t i = 0; i < COUNT_OF(float_ops); i++) {
        if (strcmp(float_ops[i].name, sym) == 0) {
            return true;
        }
    }
    for (size_t i = 0; i < COUNT_OF(int_ops); i++) {
        if (strcmp(int_ops[i].name, sym) == 0) {
            return true;
        }
    }
    return false;
}

static void test_coverage(void) {
    static const struct { const char *sym; unsigned prefix, code; } rows[] = {
#define OP(sym, code, text, imm, sig, width, feat, flags) { #sym, 0, code },
#define OP_FB(sym, code, text, imm, sig, width, feat, flags)
#define OP_FC(sym, code, text, imm, sig, width, feat, flags) { #sym, 0xfc, code },
#define OP_FD(sym, code, text, imm, sig, width, feat, flags)
#define OP_FE(sym, code, text, imm, sig, width, feat, flags)
#include "def/op.def"
#undef OP
#undef OP_FB
#undef OP_FC
#undef OP_FD
#undef OP_FE
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        const bool numeric = rows[i].prefix == 0 ? rows[i].code >= 0x45 && rows[i].code <= 0xc4
                                                 : rows[i].code <= 0x07;
        if (numeric) {
            check_value(rows[i].sym, is_tested(rows[i].sym), 1);
        }
    }
}

/* ---- the long modes ---- */

static void test_all32(void) {
    for (size_t o = 0; o < COUNT_OF(float_ops); o++) {
        const float_op *op = &float_ops[o];
        const uint64_t before = n_failed;
        if (op->in == F32 && !op->binary) {
            for (uint64_t a = 0; a <= 0xffffffffu; a++) {
                uint64_t hw[2] = { 0, 0 }, soft[2] = { 0, 0 };
                op->soft(a, 0, soft);
                op->hw(a, 0, hw);
                check(op->name, "hardware against integers", a, 0, hw, soft);
            }
            printf("%s: %llu failed\n", op->name, (unsigned long long)(n_failed - before));
            fflush(stdout);
        }
    }
}

enum { SPEED_OPERANDS = 1024, SPEED_ROUNDS = 4000 };

static double speed_of(op_fn fn, const uint64_t *operands) {
    const clock_t start = clock();
    uint64_t r[2] = { 0, 0 };
    for (int round = 0; round < SPEED_ROUNDS; round++) {
        for (int i = 0; i < SPEED_OPERANDS; i++) {
            fn(operands[i], operands[SPEED_OPERANDS - 1 - i], r);
        }
    }
    return (double)(clock() - start) / CLOCKS_PER_SEC * 1e9 / SPEED_ROUNDS / SPEED_OPERANDS;
}

static void run_speed(void) {
    uint64_t operands[SPEED_OPERANDS];
    printf("%-24s %10s %10s   ns per call, operands near one\n", "", "hardware", "integers");
    for (size_t o = 0; o < COUNT_OF(float_ops); o++) {
        const float_op *op = &float_ops[o];
        for (int i = 0; i < SPEED_OPERANDS; i++) {
            const uint64_t e = rng() % 8;
            operands[i] = op->in == F32   ? (124 + e) << 23 | (rng() & 0x7fffff)
                          : op->in == F64 ? (1020 + e) << 52 | rng() >> 12
                                          : rng() & width_mask(op->in);
        }
        printf("%-24s %10.2f %10.2f\n", op->name, speed_of(op->hw, operands),
               speed_of(op->soft, operands));
    }
}

int main(int argc, char **argv) {
    uint64_t pairs = 200000;
    if (argc > 1 && strcmp(argv[1], "speed") == 0) {
        run_speed();
        return 0;
    }
    if (argc > 1 && strcmp(argv[1], "all32") == 0) {
        test_all32();
    } else {
        if (argc > 1) {
            pairs = strtoull(argv[1], NULL, 10);
        }
        printf("hardware floats %s, WICK_FP_SOFT=%d, %llu pairs per instruction\n",
               HAVE_HW ? "tested" : "absent", WICK_FP_SOFT, (unsigned long long)pairs);
        test_known();
        test_coverage();
        test_floats(pairs);
        test_contraction(pairs);
        test_ints(pairs);
        test_bits(pairs);
    }
    printf("%llu passed, %llu failed\n", (unsigned long long)n_passed,
           (unsigned long long)n_failed);
    return n_failed != 0;
}

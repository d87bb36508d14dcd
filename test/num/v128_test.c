/*
 * num/vec.h against num/v128.h: every vector instruction of op.def without an immediate or an address, on vectors whose
 * lanes lean to the edges. An instruction that vec.h lacks does not compile.
 *
 *   v128_test [N]    N random operands per instruction (default 20000)
 */
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "num/vec.h"

#if WK_HAVE_VECTORS && !WICK_FP_SOFT

static uint64_t n_passed, n_failed, state = UINT64_C(0x9e3779b97f4a7c15);

static uint64_t any(void) {
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return state;
}

/* A lane: a number at an edge of some format or width, or any. */
static uint64_t edge(unsigned bits) {
    static const uint64_t edges32[] = {
        0, 1, 0x7f, 0x80, 0xff, 0x7fff, 0x8000, 0xffff, 0x7fff8000, 0x80008000, 0x80808080, 0x7fffffff, 0x80000000,
        0xffffffff, 0x00000001, 0x007fffff, 0x00800000, 0x3effffff, 0x3f000000, 0x3f7fffff, 0x3f800000, 0xbf800000,
        0x3fc00000, 0x40200000, 0xbf000000, 0x4affffff, 0x4b000000, 0x4effffff, 0x4f000000, 0xcf000000, 0xcf000001,
        0x4f7fffff, 0x4f800000, 0x7f7fffff, 0x7f800000, 0xff800000, 0x7f800001, 0x7fc00000, 0xffc00000, 0x7fc12345,
        0xffa00000};
    static const uint64_t edges64[] = {
        0, 1, UINT64_C(0x8000000000000000), UINT64_C(0x7fffffffffffffff), UINT64_C(0xffffffffffffffff),
        UINT64_C(0x3fe0000000000000), UINT64_C(0x3fefffffffffffff), UINT64_C(0x3ff0000000000000),
        UINT64_C(0xbff8000000000000), UINT64_C(0x4004000000000000), UINT64_C(0x432fffffffffffff),
        UINT64_C(0x4330000000000000), UINT64_C(0x41dfffffffc00000), UINT64_C(0x41e0000000000000),
        UINT64_C(0xc1e0000000000000), UINT64_C(0xc1e0000000200000), UINT64_C(0x41efffffffe00000),
        UINT64_C(0x41f0000000000000), UINT64_C(0x7fefffffffffffff), UINT64_C(0x7ff0000000000000),
        UINT64_C(0xfff0000000000000), UINT64_C(0x7ff0000000000001), UINT64_C(0x7ff8000000000000),
        UINT64_C(0xfff8000000000000), UINT64_C(0xfff4000000012345), UINT64_C(0x36a0000000000000),
        UINT64_C(0x47efffffffffffff)};
    const uint64_t r = any();
    if (bits == 64) {
        return r % 3 == 0 ? any() : edges64[any() % (sizeof edges64 / sizeof edges64[0])] ^ (r % 7 == 1 ? UINT64_C(1) << (r >> 58) : 0);
    }
    return r % 3 == 0 ? any() & 0xffffffff : edges32[any() % (sizeof edges32 / sizeof edges32[0])];
}

static wk_v128 any_vector(void) {
    wk_v128 v;
    switch (any() % 4) {
    case 0:
        v.half[0] = any(), v.half[1] = any();
        break;
    case 1:
        v.half[0] = edge(64), v.half[1] = edge(64);
        break;
    case 2: /* numbers of ordinary size */
        v.half[0] = v.half[1] = 0;
        for (unsigned k = 0; k < 4; k++) {
            v.half[k / 2] |= ((any() & 0x83ffffff) + 0x3e000000) << k % 2 * 32;
        }
        break;
    default:
        v.half[0] = edge(32) | edge(32) << 32, v.half[1] = edge(32) | edge(32) << 32;
        break;
    }
    return v;
}

static wk_vec to_vec(wk_v128 v) {
    return wk_vec_load(&v);
}

static void same(const char *name, wk_v128 want, wk_vec got, wk_v128 a, wk_v128 b) {
    wk_v128 have;
    wk_vec_store(&have, got);
    if (memcmp(&want, &have, sizeof want) == 0) {
        n_passed++;
        return;
    }
    if (n_failed++ < 40) {
        printf("%s(%016llx%016llx, %016llx%016llx): %016llx%016llx, not %016llx%016llx\n", name,
               (unsigned long long)a.half[1], (unsigned long long)a.half[0], (unsigned long long)b.half[1],
               (unsigned long long)b.half[0], (unsigned long long)have.half[1], (unsigned long long)have.half[0],
               (unsigned long long)want.half[1], (unsigned long long)want.half[0]);
    }
}

static void same_number(const char *name, uint64_t want, uint64_t got, wk_v128 a) {
    const wk_v128 wanted = {{want, 0}};
    same(name, wanted, wk_vec_halves(got, 0), a, wanted);
}

/* By signature, as in ref_simd.c. */
#define TEST_s_s(sym) same(#sym, wk_##sym(a), wk_vec_##sym(to_vec(a)), a, b);
#define TEST_ss_s(sym) same(#sym, wk_##sym(a, b), wk_vec_##sym(to_vec(a), to_vec(b)), a, b);
#define TEST_sss_s(sym) same(#sym, wk_##sym(a, b, c), wk_vec_##sym(to_vec(a), to_vec(b), to_vec(c)), a, b);
#define TEST_si_s(sym) same(#sym, wk_##sym(a, count), wk_vec_##sym(to_vec(a), count), a, b);
#define TEST_s_i(sym) same_number(#sym, wk_##sym(a), wk_vec_##sym(to_vec(a)), a);
#define TEST_i_s(sym) same(#sym, wk_##sym(count), wk_vec_##sym(count), a, b);
#define TEST_l_s(sym) same(#sym, wk_##sym(b.half[0]), wk_vec_##sym(b.half[0]), a, b);
#define TEST_f_s(sym) same(#sym, wk_##sym(count), wk_vec_##sym(wk_f32v_from_bits(count)), a, b);
#define TEST_d_s(sym) same(#sym, wk_##sym(b.half[0]), wk_vec_##sym(wk_f64v_from_bits(b.half[0])), a, b);
#define TEST_IMM_NONE(sig, sym) TEST_##sig(sym)
#define TEST_IMM_LANE(sig, sym)
#define TEST_IMM_SHUFFLE(sig, sym)
#define TEST_IMM_V128(sig, sym)
#define TEST_IMM_MEMARG_LANE(sig, sym)
/* loads: from the bytes of b */
#define TEST_IMM_MEMARG(sig, sym) TEST_MEM_##sig(sym)
#define TEST_MEM_a_s(sym) same(#sym, wk_##sym((const uint8_t *)bytes), wk_vec_##sym((const uint8_t *)bytes), a, b);
#define TEST_MEM_as_(sym)

static void round_of_all(void) {
    const wk_v128 a = any_vector();
    const wk_v128 b = any() % 4 == 0 ? a : any_vector();
    const wk_v128 c = any_vector();
    const uint32_t count = (uint32_t)edge(32);
    uint8_t bytes[16];
    wk_st_le64(bytes, b.half[0]);
    wk_st_le64(bytes + 8, b.half[1]);
#define OP(sym, code, text, imm, sig, width, feat, flags)
#define OP_FD(sym, code, text, imm, sig, width, feat, flags) TEST_IMM_##imm(sig, sym)
#include "def/op.def"
}

static void lanes(void) {
    const wk_v128 a = any_vector();
    const wk_v128 b = any_vector();
    const uint64_t x = any();
    const uint32_t k = (uint32_t)any();
    same("i8x16_replace_lane", wk_i8x16_replace_lane(a, (uint32_t)x, k % 16),
         wk_vec_i8x16_replace_lane(to_vec(a), (uint32_t)x, k % 16), a, b);
    same("i16x8_replace_lane", wk_i16x8_replace_lane(a, (uint32_t)x, k % 8),
         wk_vec_i16x8_replace_lane(to_vec(a), (uint32_t)x, k % 8), a, b);
    same("i32x4_replace_lane", wk_i32x4_replace_lane(a, (uint32_t)x, k % 4),
         wk_vec_i32x4_replace_lane(to_vec(a), (uint32_t)x, k % 4), a, b);
    same("i64x2_replace_lane", wk_i64x2_replace_lane(a, x, k % 2), wk_vec_i64x2_replace_lane(to_vec(a), x, k % 2), a, b);
}

int main(int argc, char **argv) {
    const unsigned long n = argc > 1 ? strtoul(argv[1], NULL, 10) : 20000;
    for (unsigned long i = 0; i < n; i++) {
        round_of_all();
        lanes();
    }
    printf("%llu passed, %llu failed\n", (unsigned long long)n_passed, (unsigned long long)n_failed);
    return n_failed != 0;
}

#else

int main(void) {
    printf("skip: this build has no vector registers\n0 passed, 0 failed, 1 skipped\n");
    return 0;
}

#endif

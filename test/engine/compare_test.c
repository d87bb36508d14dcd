/* compare_test.c - comparisons and rotations whose cells are another instruction's: with a constant (x < c runs as x <= c - 1),
 * with an operand in an accumulator on either side (floats: x > y runs as y < x), as values and as branches, against C. */
#include "test/api/api.h"

static const char *const int_ops[] = {"eq", "ne", "lt_s", "ge_s", "lt_u", "ge_u", "gt_s", "le_s", "gt_u", "le_u"};
static const char *const float_ops[] = {"eq", "ne", "lt", "gt", "le", "ge"};
/* constants, and what is compared with them; of 32 bits, their low halves */
static const int64_t ints[] = {0,         1,          -1,         2,          INT32_MIN,      INT32_MIN + 1LL, INT32_MAX, 0x80000000LL,
                               INT64_MIN, INT64_MAX,  -129,       0xffffffff, INT32_MIN - 1LL, 0x100000000LL,   77};
static const double floats[] = {0.0, -0.0, 1.0, -1.0, 1e30, -2.5, 0.0 / 1.0};
#define COUNT(a) (sizeof(a) / sizeof *(a))

static bool int_holds(unsigned op, bool is64, uint64_t x, uint64_t y) {
    const int64_t sx = is64 ? (int64_t)x : (int32_t)(uint32_t)x;
    const int64_t sy = is64 ? (int64_t)y : (int32_t)(uint32_t)y;
    x = is64 ? x : (uint32_t)x;
    y = is64 ? y : (uint32_t)y;
    switch (op) {
    case 0: return x == y;
    case 1: return x != y;
    case 2: return sx < sy;
    case 3: return sx >= sy;
    case 4: return x < y;
    case 5: return x >= y;
    case 6: return sx > sy;
    case 7: return sx <= sy;
    case 8: return x > y;
    default: return x <= y;
    }
}

static bool float_holds(unsigned op, double x, double y) {
    switch (op) {
    case 0: return x == y;
    case 1: return x != y;
    case 2: return x < y;
    case 3: return x > y;
    case 4: return x <= y;
    default: return x >= y;
    }
}

/* In which places a comparison "%s" stands: as a value, stored first, negated, as a condition, as the opposite of one. */
static const char *const places[] = {
    "%s",
    "(local.set $r %s) (local.get $r)",
    "(i32.eqz (i32.eqz %s))",
    "(block $b (br_if $b %s) (return (i32.const 0))) (i32.const 1)",
    "(if (result i32) (i32.eqz %s) (then (i32.const 0)) (else (i32.const 1)))",
    "(select (i32.const 1) (i32.const 0) %s)",
};

static size_t put_functions(char *text, size_t cap, size_t at, const char *type, const char *comparison, unsigned *n) {
    for (size_t i = 0; i < COUNT(places); i++) {
        at += (size_t)snprintf(text + at, cap - at, "(func (export \"f%u\") (param $x %s) (param $y %s) (result i32) (local $r i32) ",
                               (*n)++, type, type);
        at += (size_t)snprintf(text + at, cap - at, places[i], comparison);
        at += (size_t)snprintf(text + at, cap - at, ")\n");
    }
    return at;
}

static uint32_t answer(wick_instance *instance, unsigned n, const wick_value *args) {
    wick_value result = {.of.i32 = 77};
    char name[16];
    snprintf(name, sizeof name, "f%u", n);
    CHECK(wick_func_call(func_of(instance, name), args, 2, &result, 1, NULL) == WICK_OK);
    return result.of.i32;
}

static char text[400000];

/* Operands: pinned locals, accumulators, constants on both sides. */
static void check_ints(bool is64, unsigned op) {
    const char *type = is64 ? "i64" : "i32";
    static const char *const shapes[] = {"(%1$s.%2$s (local.get $x) (local.get $y))",
                                         "(%1$s.%2$s (%1$s.mul (local.get $x) (%1$s.const 1)) (local.get $y))",
                                         "(%1$s.%2$s (local.get $x) (%1$s.mul (local.get $y) (%1$s.const 1)))",
                                         "(%1$s.%2$s (local.get $x) (%1$s.const %3$lld))",
                                         "(%1$s.%2$s (%1$s.mul (local.get $x) (%1$s.const 1)) (%1$s.const %3$lld))",
                                         "(%1$s.%2$s (%1$s.const %3$lld) (local.get $x))"};
    for (size_t c = 0; c < COUNT(ints); c++) {
        const long long num = is64 ? ints[c] : (int32_t)(uint32_t)ints[c];
        unsigned n = 0;
        size_t at = (size_t)snprintf(text, sizeof text, "(module ");
        for (size_t s = c == 0 ? 0 : 3; s < COUNT(shapes); s++) {
            char comparison[200];
            snprintf(comparison, sizeof comparison, shapes[s], type, int_ops[op], num);
            at = put_functions(text, sizeof text, at, type, comparison, &n);
        }
        snprintf(text + at, sizeof text - at, ")");
        for (int k = 0; k < 2; k++) {
            struct world w;
            world_open(&w, k == 0 ? WICK_ENGINE_REF : WICK_ENGINE_FAST);
            wick_instance *instance = world_instance(&w, "m", text);
            for (size_t v = 0; v < COUNT(ints); v++) {
                const uint64_t x = (uint64_t)ints[v];
                const uint64_t y = (uint64_t)ints[(v * 7 + 3) % COUNT(ints)];
                wick_value args[2] = {{.of.i64 = x}, {.of.i64 = y}};
                args[0].type = args[1].type = is64 ? WICK_I64 : WICK_I32;
                for (unsigned i = 0; i < n; i++) {
                    const size_t shape = i / COUNT(places) + (c == 0 ? 0 : 3);
                    const bool wanted = shape < 3   ? int_holds(op, is64, x, y)
                                        : shape < 5 ? int_holds(op, is64, x, (uint64_t)num)
                                                    : int_holds(op, is64, (uint64_t)num, x);
                    CHECK(answer(instance, i, args) == wanted);
                }
            }
            world_close(&w);
        }
    }
}

static uint64_t bits_of(bool is64, double x) {
    uint64_t bits = 0;
    float narrow = (float)x;
    memcpy(&bits, is64 ? (void *)&x : (void *)&narrow, is64 ? 8 : 4);
    return bits;
}

static void check_floats(bool is64, unsigned op) {
    const char *type = is64 ? "f64" : "f32";
    static const char *const shapes[] = {"(%1$s.%2$s (local.get $x) (local.get $y))",
                                         "(%1$s.%2$s (%1$s.abs (%1$s.neg (local.get $x))) (local.get $y))",
                                         "(%1$s.%2$s (local.get $x) (%1$s.abs (%1$s.neg (local.get $y))))",
                                         "(%1$s.%2$s (local.get $x) (%1$s.const -1))",
                                         "(%1$s.%2$s (%1$s.abs (local.get $x)) (%1$s.const 1))",
                                         "(%1$s.%2$s (%1$s.const 1) (local.get $x))"};
    unsigned n = 0;
    size_t at = (size_t)snprintf(text, sizeof text, "(module ");
    for (size_t s = 0; s < COUNT(shapes); s++) {
        char comparison[200];
        snprintf(comparison, sizeof comparison, shapes[s], type, float_ops[op]);
        at = put_functions(text, sizeof text, at, type, comparison, &n);
    }
    snprintf(text + at, sizeof text - at, ")");
    for (int k = 0; k < 2; k++) {
        struct world w;
        world_open(&w, k == 0 ? WICK_ENGINE_REF : WICK_ENGINE_FAST);
        wick_instance *instance = world_instance(&w, "m", text);
        for (size_t v = 0; v < COUNT(floats) * COUNT(floats); v++) {
            const double x = floats[v % COUNT(floats)];
            const double y = floats[v / COUNT(floats)];
            const double abs_x = x < 0 ? -x : x;
            const double abs_y = y < 0 ? -y : y;
            wick_value args[2] = {{.type = is64 ? WICK_F64 : WICK_F32}, {.type = is64 ? WICK_F64 : WICK_F32}};
            args[0].of.f64 = bits_of(is64, x);
            args[1].of.f64 = bits_of(is64, y);
            for (unsigned i = 0; i < n; i++) {
                const size_t shape = i / COUNT(places);
                const bool wanted = shape == 0   ? float_holds(op, x, y)
                                    : shape == 1 ? float_holds(op, abs_x, y)
                                    : shape == 2 ? float_holds(op, x, abs_y)
                                    : shape == 3 ? float_holds(op, x, -1)
                                    : shape == 4 ? float_holds(op, abs_x, 1)
                                                 : float_holds(op, 1, x);
                CHECK(answer(instance, i, args) == wanted);
            }
        }
        world_close(&w);
    }
}

/* A rotation to the right by a constant is one to the left; both, by 40 distances. */
static void check_rotations(void) {
    static const uint64_t x = UINT64_C(0x8123456789abcdef);
    const uint32_t low = (uint32_t)x;
    for (int n = -3; n < 70; n += 2) {
        snprintf(text, sizeof text,
                 "(module (func (export \"f0\") (param i64 i64) (result i32) (i32.eq (i32.rotr (i32.wrap_i64 (local.get 0))"
                 " (i32.const %d)) (i32.const %u))) (func (export \"f1\") (param i64 i64) (result i32)"
                 " (i64.eq (i64.rotr (i64.mul (local.get 0) (i64.const 1)) (i64.const %d)) (i64.const %llu))))",
                 n, (unsigned)(low >> (n & 31) | low << (-n & 31)), n,
                 (unsigned long long)(x >> (n & 63) | x << (-n & 63)));
        for (int k = 0; k < 2; k++) {
            struct world w;
            wick_value args[2] = {{.type = WICK_I64, .of.i64 = x}, {.type = WICK_I64, .of.i64 = 0}};
            world_open(&w, k == 0 ? WICK_ENGINE_REF : WICK_ENGINE_FAST);
            wick_instance *instance = world_instance(&w, "m", text);
            CHECK(answer(instance, 0, args) == 1);
            CHECK(answer(instance, 1, args) == 1);
            world_close(&w);
        }
    }
}

int main(void) {
    for (unsigned op = 0; op < 10; op++) {
        check_ints(false, op);
        check_ints(true, op);
    }
    for (unsigned op = 0; op < 6; op++) {
        check_floats(false, op);
        check_floats(true, op);
    }
    check_rotations();
    return test_end("compare");
}

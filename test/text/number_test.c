/* number_test.c - numbers of the text format against the C library's, which rounds correctly: random decimals and
 * hexadecimals of all lengths and sizes, half-way cases with a digit more or less, and the grammar's edges.
 * `number_test N` runs N random cases (default 300,000). */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "text/text.h"

static unsigned long passed, failed;
static uint64_t seed = 88172645463325252u;
static struct wk_number_scratch scratch;

static uint64_t rnd(void) {
    seed ^= seed << 13;
    seed ^= seed >> 7;
    seed ^= seed << 17;
    return seed * 0x2545f4914f6cdd1du;
}

static uint32_t below(uint32_t n) {
    return (uint32_t)((rnd() >> 32) % n);
}

static void result(int good, const char *text, const char *what) {
    if (good) {
        passed++;
    } else {
        failed++;
        if (failed < 20) {
            printf("%s: %.100s\n", what, text);
        }
    }
}

static void compare_with(const char *text, double d, float f) {
    const size_t size = strlen(text);
    uint64_t want64;
    uint32_t want32;
    uint64_t got;
    memcpy(&want64, &d, 8);
    memcpy(&want32, &f, 4);
    bool fits = wk_number_float((const uint8_t *)text, size, 64, &scratch, &got);
    result(fits ? got == want64 : isinf(d), text, "f64");
    fits = wk_number_float((const uint8_t *)text, size, 32, &scratch, &got);
    result(fits ? got == want32 : isinf(f), text, "f32");
}

/* One text, as both widths, against strtod and strtof. */
static void compare(const char *text) {
    compare_with(text, strtod(text, NULL), strtof(text, NULL));
}

/* Some C libraries round hexadecimal subnormals wrongly (glibc 2.36: 0x1.000001p-150f gives 0), so a significand of at
 * most 64 bits goes by long double, and longer ones are compared where they are normal. */
static void compare_hexadecimal(const char *text) {
    uint64_t m = 0;
    int exp = 0, seen = 0, point = 0;
    const char *c = text + (*text == '-' ? 3 : 2);
    for (; *c != 0 && *c != 'p'; c++) {
        if (*c == '.') {
            point = 1;
            continue;
        }
        char digit[2] = {*c, 0};
        m = m << 4 | strtoul(digit, NULL, 16);
        seen += m != 0;
        exp -= point ? 4 : 0;
    }
    exp += *c == 'p' ? atoi(c + 1) : 0;
    if (seen <= 16) {
        const long double value = ldexpl((long double)m, exp) * (*text == '-' ? -1 : 1);
        compare_with(text, (double)value, (float)value);
    } else if (fabs(strtod(text, NULL)) >= 0x1p-120) {
        compare(text);
    }
}

static size_t digits(char *out, uint32_t n) {
    for (uint32_t i = 0; i < n; i++) {
        out[i] = (char)('0' + below(10));
    }
    return n;
}

static void random_decimal(void) {
    char text[1400];
    size_t n = 0;
    if (below(2)) {
        text[n++] = '-';
    }
    n += digits(text + n, 1 + below(below(20) == 0 ? 900 : 20));
    if (below(2)) {
        text[n++] = '.';
        n += digits(text + n, below(below(20) == 0 ? 400 : 20));
    }
    if (below(3)) {
        n += (size_t)sprintf(text + n, "e%d", (int)below(below(4) ? 40 : 700) - (below(4) ? 20 : 350));
    }
    text[n] = 0;
    compare(text);
}

static void random_hexadecimal(void) {
    static const char hex[] = "0123456789abcdefABCDEF";
    char text[120];
    size_t n = (size_t)sprintf(text, "%s0x", below(2) ? "-" : "");
    for (uint32_t i = 1 + below(below(2) ? 8 : 30); i > 0; i--) {
        text[n++] = hex[below(22)];
    }
    if (below(2)) {
        text[n++] = '.';
        for (uint32_t i = below(20); i > 0; i--) {
            text[n++] = hex[below(22)];
        }
    }
    if (below(3)) {
        n += (size_t)sprintf(text + n, "p%d", (int)below(2400) - 1200);
    }
    text[n] = 0;
    compare_hexadecimal(text);
}

/* A double's shortest, exact and neighbouring decimals; the middle between two neighbours, a little more, a little
 * less. */
static void near_double(void) {
    char text[1200];
    uint64_t bits = rnd();
    double d;
    if (below(4) == 0) {
        bits &= 0x800fffffffffffffu; /* subnormal */
    }
    memcpy(&d, &bits, 8);
    if (!isfinite(d)) {
        return;
    }
    sprintf(text, "%.17g", d);
    compare(text);
    sprintf(text, "%.*e", (int)below(30), d);
    compare(text);
    sprintf(text, "%a", d);
    compare_hexadecimal(text);
    /* The middle has one bit more: exact in long double (64-bit significand on x86; elsewhere just more numbers). */
    const long double middle = (long double)d + ((long double)nextafter(d, INFINITY) - d) / 2;
    sprintf(text, "%.770Le", middle);
    compare(text);
    char *e = strchr(text, 'e');
    e[-1] = '1';
    compare(text);
    const float f = (float)d;
    if (isfinite(f)) {
        const double half = (double)f + ((double)nextafterf(f, INFINITY) - f) / 2;
        sprintf(text, "%.160e", half);
        compare(text);
        strchr(text, 'e')[-1] = '1';
        compare(text);
        sprintf(text, "%a", half);
        compare_hexadecimal(text);
    }
}

static void kind(const char *text, enum wk_token_kind want) {
    result(wk_number_kind((const uint8_t *)text, strlen(text)) == want, text, "kind");
}

static void integer(const char *text, uint32_t bits, int good, uint64_t want) {
    uint64_t got = 0;
    const bool fits = wk_number_int((const uint8_t *)text, strlen(text), bits, &got);
    result(fits == (good != 0) && (!fits || got == want), text, "int");
}

static void edges(void) {
    static const char *const nats[] = {"0", "1_0", "0xff", "0x1_f", "00", "0x0"};
    static const char *const ints[] = {"+0", "-1_0", "-0xff"};
    static const char *const floats[] = {"0.",     "1.5",   "1e3",  "1E+3",   "1.e-3", "0x1p3",   "0x1.p-3", "0x.8p0",
                                         "inf",    "-inf",  "nan",  "+nan",   "nan:0x1", "-nan:0x7f_ff", "1_0.0_1e1_0"};
    static const char *const wrong[] = {"",    "_1",  "1_",   "1__0", "0x",   "0x_1", "1e",  "1e_1", "0x1p", "+",
                                        "1._0", ".5", "0x1.g", "1.5p3", "nan:", "nan:0x", "nan:1", "infinity", "0x1e+5",
                                        "1e1.5", "- 1", "0X1", "nan:0x_1"};
    for (size_t i = 0; i < sizeof nats / sizeof *nats; i++) {
        kind(nats[i], WK_TOKEN_NAT);
    }
    for (size_t i = 0; i < sizeof ints / sizeof *ints; i++) {
        kind(ints[i], WK_TOKEN_INT);
    }
    for (size_t i = 0; i < sizeof floats / sizeof *floats; i++) {
        kind(floats[i], i == 7 ? WK_TOKEN_ERROR : WK_TOKEN_FLOAT);
    }
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        kind(wrong[i], WK_TOKEN_ERROR);
    }
    integer("4294967295", 32, 1, 0xffffffffu);
    integer("4294967296", 32, 0, 0);
    integer("-2147483648", 32, 1, 0x80000000u);
    integer("-2147483649", 32, 0, 0);
    integer("+2147483647", 32, 1, 0x7fffffffu);
    integer("+2147483648", 32, 0, 0);
    integer("18446744073709551615", 64, 1, UINT64_MAX);
    integer("18446744073709551616", 64, 0, 0);
    integer("0xffffffffffffffff", 64, 1, UINT64_MAX);
    integer("0x10000000000000000", 64, 0, 0);
    integer("-9223372036854775808", 64, 1, (uint64_t)1 << 63);
    integer("-9223372036854775809", 64, 0, 0);
    integer("-128", 8, 1, 0x80);
    integer("255", 8, 1, 0xff);
    integer("256", 8, 0, 0);
    integer("1.0", 32, 0, 0);
    integer("inf", 32, 0, 0);
    compare("0");
    compare("-0.0");
    compare("1.7976931348623157e308");
    compare("1.7976931348623158e308");
    compare("1.797693134862315807e308");
    compare("1.797693134862315808e308"); /* rounds to infinity */
    compare("4.9e-324");
    compare("2.4703282292062327e-324");
    compare("2.4703282292062328e-324");
    compare("2.2250738585072011e-308");
    compare("3.4028235677973366e38");
    compare("3.4028235677973365e38");
    compare("1.4012984643e-45");
    compare("7.0064923216240853e-46");
    compare("7.0064923216240854e-46");
    compare_hexadecimal("0x1.fffffffffffff7ffp1023");
    compare_hexadecimal("0x1.fffffffffffff8p1023");
    compare_hexadecimal("0x1.fffffefffffffffp127");
    compare_hexadecimal("0x1.ffffffp127");
    compare_hexadecimal("0x1p-1074");
    compare_hexadecimal("0x1p-1075");
    compare_hexadecimal("0x1.0000000000001p-1075");
    compare_hexadecimal("0x1p-150");
    compare_hexadecimal("0x1.000001p-150");
    compare("1e99999999999999999999");
    compare("1e-99999999999999999999");
    compare("0e99999999999999999999");
    compare("0x0p99999999999999999999");
}

/* Numbers of a million characters take no longer than their length asks. */
static void long_numbers(void) {
    const size_t n = 1000000;
    char *text = malloc(n + 64);
    if (text == NULL) {
        return;
    }
    memset(text, '0', n);
    memcpy(text, "0.", 2);
    strcpy(text + n, "1e999999");
    compare(text);
    strcpy(text + n, "1e1000000");
    compare(text);
    memset(text, '9', n);
    strcpy(text + n, "e-1000000");
    compare(text);
    strcpy(text + n, "e-999700");
    compare(text);
    memset(text, 'f', n);
    memcpy(text, "0x", 2);
    strcpy(text + n, "p-3999992");
    compare(text);
    free(text);
}

int main(int argc, char **argv) {
    const unsigned long n = argc > 1 ? strtoul(argv[1], NULL, 10) : 300000;
    edges();
    long_numbers();
    for (unsigned long i = 0; i < n / 10; i++) {
        near_double();
        for (int k = 0; k < 2; k++) {
            random_decimal();
            random_hexadecimal();
        }
    }
    printf("%lu passed, %lu failed\n", passed, failed);
    return failed != 0;
}

/* print_number.c - floats to their shortest decimal text, in integers only. Spec: text-float.
 *
 * Owner of: of all decimal numbers that read back as the same float, the one with the fewest digits, and of those the
 * closest. Steele and White's way with big integers: a float lies in an interval of reals that round to it (closed when
 * its significand is even, as ties go to even); digits are made until what is left lies inside. */
#include "base/bits.h"
#include "text/print.h"

/* Limbs of 32 bits, the lowest first. The greatest number is 2^1024 * 20 or 10^324 * 2^54. */
#define SHORT_LIMBS 38u
struct short_big {
    uint32_t n;
    uint32_t limb[SHORT_LIMBS];
};

static void short_mul(struct short_big *big, uint32_t factor) {
    uint64_t carry = 0;
    for (uint32_t i = 0; i < big->n; i++) {
        carry += (uint64_t)big->limb[i] * factor;
        big->limb[i] = (uint32_t)carry;
        carry >>= 32;
    }
    if (carry != 0) {
        big->limb[big->n++] = (uint32_t)carry;
    }
}

/* value * 2^shift */
static void short_set(struct short_big *big, uint64_t value, uint32_t shift) {
    const uint32_t low = shift >> 5;
    const uint32_t left = shift & 31u;
    big->n = low + 3;
    for (uint32_t i = 0; i < low; i++) {
        big->limb[i] = 0;
    }
    big->limb[low] = (uint32_t)(value << left);
    big->limb[low + 1] = (uint32_t)(left == 0 ? value >> 32 : value >> (32 - left));
    big->limb[low + 2] = left == 0 ? 0 : (uint32_t)(value >> 32 >> (32 - left));
    while (big->n != 0 && big->limb[big->n - 1] == 0) {
        big->n--;
    }
}

/* big * 10^n */
static void short_mul_tens(struct short_big *big, uint32_t n) {
    for (; n >= 9; n -= 9) {
        short_mul(big, 1000000000u);
    }
    for (; n != 0; n--) {
        short_mul(big, 10);
    }
}

static uint32_t short_limb(const struct short_big *big, uint32_t i) {
    return i < big->n ? big->limb[i] : 0;
}

/* Below, at or above 0 as a + b is below, at or above c. b may be NULL. */
static int short_compare(const struct short_big *a, const struct short_big *b, const struct short_big *c) {
    uint32_t n = a->n > c->n ? a->n : c->n;
    int64_t rest = 0; /* a + b - c of the limbs above */
    n = b != NULL && b->n > n ? b->n : n;
    while (n-- > 0) {
        rest = rest * ((int64_t)1 << 32) + short_limb(a, n);
        rest += b != NULL ? short_limb(b, n) : 0;
        rest -= short_limb(c, n);
        if (rest > 0 || rest < -1) { /* nothing below can make up for it */
            break;
        }
    }
    return rest > 0 ? 1 : rest < 0 ? -1 : 0;
}

/* a - b, a at least b */
static void short_sub(struct short_big *a, const struct short_big *b) {
    uint64_t borrow = 0;
    for (uint32_t i = 0; i < a->n; i++) {
        const uint64_t d = (uint64_t)a->limb[i] - short_limb(b, i) - borrow;
        a->limb[i] = (uint32_t)d;
        borrow = d >> 63;
    }
    while (a->n != 0 && a->limb[a->n - 1] == 0) {
        a->n--;
    }
}

struct short_float {
    struct short_big r;    /* what is left of the number, times s */
    struct short_big s;
    struct short_big up;   /* half the distance to the float above, times s */
    struct short_big down; /* and below */
    bool closed;
};

/* significand * 2^exp as 0.d1d2d3... * 10^(the answer). `is_power`: the float below is half as far as the one above. */
static int32_t short_begin(struct short_float *f, uint64_t significand, int32_t exp, bool is_power) {
    const uint32_t more = is_power ? 2 : 1; /* halves, or quarters */
    /* The logarithm of 2^top to base 10, rounded down: right, or one or two too small. */
    const int32_t top = exp + 63 - (int32_t)wk_clz64(significand);
    int32_t ten = (int32_t)(((int64_t)top * 315653 + ((int64_t)1 << 40)) >> 20) - (1 << 20);
    f->closed = (significand & 1) == 0;
    if (exp >= 0) {
        short_set(&f->r, significand, (uint32_t)exp + more);
        short_set(&f->s, 1, more);
        short_set(&f->up, 1, (uint32_t)exp + more - 1);
        short_set(&f->down, 1, (uint32_t)exp);
    } else {
        short_set(&f->r, significand, more);
        short_set(&f->s, 1, (uint32_t)-exp + more);
        short_set(&f->up, 1, more - 1);
        short_set(&f->down, 1, 0);
    }
    if (ten >= 0) {
        short_mul_tens(&f->s, (uint32_t)ten);
    } else {
        short_mul_tens(&f->r, (uint32_t)-ten);
        short_mul_tens(&f->up, (uint32_t)-ten);
        short_mul_tens(&f->down, (uint32_t)-ten);
    }
    while (short_compare(&f->r, &f->up, &f->s) >= (f->closed ? 0 : 1)) {
        short_mul(&f->s, 10);
        ten++;
    }
    return ten;
}

/* The digits; answers how many, at most 17. */
static uint32_t short_digits(struct short_float *f, char *out) {
    uint32_t n = 0;
    for (;;) {
        uint32_t digit = 0;
        bool low, high;
        short_mul(&f->r, 10);
        short_mul(&f->up, 10);
        short_mul(&f->down, 10);
        while (short_compare(&f->r, NULL, &f->s) >= 0) {
            short_sub(&f->r, &f->s);
            digit++;
        }
        low = short_compare(&f->r, NULL, &f->down) < (f->closed ? 1 : 0);
        high = short_compare(&f->r, &f->up, &f->s) >= (f->closed ? 0 : 1);
        if (low && high) {
            /* the closer one, of two that are as close the even one */
            high = short_compare(&f->r, &f->r, &f->s) > -(int)(digit & 1);
        }
        out[n++] = (char)('0' + digit + (high ? 1 : 0)); /* never 10: then fewer digits had done */
        if (low || high) {
            return n;
        }
    }
}

/* n digits, the point behind the first `point` of them, which may be negative or more than n. */
static size_t short_place(char *out, const char *digits, int32_t n, int32_t point) {
    char *at = out;
    if (point > n && point <= 21) {
        memcpy(at, digits, (size_t)n);
        memset(at + n, '0', (size_t)(point - n));
        return (size_t)point;
    }
    if (point <= 0 && point > -6) {
        *at++ = '0';
        *at++ = '.';
        memset(at, '0', (size_t)-point);
        at += -point;
        memcpy(at, digits, (size_t)n);
        return (size_t)(at + n - out);
    }
    const int32_t exp = point > 0 && point <= n ? 0 : point - 1;
    const int32_t whole = exp == 0 ? point : 1;
    memcpy(at, digits, (size_t)whole);
    at += whole;
    if (whole < n) {
        *at++ = '.';
        memcpy(at, digits + whole, (size_t)(n - whole));
        at += n - whole;
    }
    if (exp != 0) {
        uint32_t size = (uint32_t)(exp < 0 ? -exp : exp);
        *at++ = 'e';
        *at++ = exp < 0 ? '-' : '+';
        for (uint32_t unit = size >= 100 ? 100 : size >= 10 ? 10 : 1; unit != 0; unit = unit == 100 ? 10 : unit == 10 ? 1 : 0) {
            const uint32_t digit = wk_udiv32(size, unit);
            *at++ = (char)('0' + digit);
            size -= digit * unit;
        }
    }
    return (size_t)(at - out);
}

static size_t short_nan(char *out, uint64_t payload, uint32_t fraction_bits) {
    char *at = out;
    memcpy(at, "nan", 3);
    at += 3;
    if (payload != (uint64_t)1 << (fraction_bits - 1)) {
        int shift = 48;
        memcpy(at, ":0x", 3);
        at += 3;
        while (shift > 0 && payload >> shift == 0) {
            shift -= 4;
        }
        for (; shift >= 0; shift -= 4) {
            *at++ = "0123456789abcdef"[payload >> shift & 15];
        }
    }
    return (size_t)(at - out);
}

size_t wk_print_float(char *out, uint64_t bits, uint32_t width) {
    const uint32_t fraction_bits = width == 32 ? 23 : 52;
    const uint32_t exp_most = width == 32 ? 0xff : 0x7ff;
    const uint64_t fraction = bits & (((uint64_t)1 << fraction_bits) - 1);
    const uint32_t exp = (uint32_t)(bits >> fraction_bits) & exp_most;
    const size_t sign = (size_t)(bits >> (width - 1) & 1);
    char digits[20];
    struct short_float f;
    int32_t point;
    uint32_t n;
    if (sign != 0) {
        *out++ = '-';
    }
    if (exp == exp_most) {
        if (fraction == 0) {
            memcpy(out, "inf", 3);
            return sign + 3;
        }
        return sign + short_nan(out, fraction, fraction_bits);
    }
    if (exp == 0 && fraction == 0) {
        *out = '0';
        return sign + 1;
    }
    const int32_t unit = (int32_t)(exp == 0 ? 1 : exp) - (int32_t)(exp_most >> 1) - (int32_t)fraction_bits;
    const uint64_t significand = exp == 0 ? fraction : fraction | (uint64_t)1 << fraction_bits;
    point = short_begin(&f, significand, unit, fraction == 0 && exp > 1);
    n = short_digits(&f, digits);
    return sign + short_place(out, digits, (int32_t)n, point);
}

#undef SHORT_LIMBS

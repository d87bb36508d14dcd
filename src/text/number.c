/* number.c - numbers of the text format, exactly. Spec: text-value.
 *
 * Owner of: the grammar of numbers, and decimal to binary with correct rounding for input of any
 * length, in integers only. Short decimals go by one 128-by-64-bit division; all others by big
 * integers: 800 digits and "something follows" decide every case, since a number half-way between
 * two doubles has at most 767 digits. */
#include "base/bits.h"
#include "text/text.h"

#define NUM_DIGITS 800u   /* significant decimal digits that are looked at */
#define NUM_EXP_MAX 100000000000000000 /* exponents saturate here: no text is that long */

static bool num_is_digit(uint8_t c) {
    return c >= '0' && c <= '9';
}

/* 0 to 15; 16: no hexadecimal digit. */
static uint32_t num_hex(uint8_t c) {
    if (num_is_digit(c)) {
        return (uint32_t)c - '0';
    }
    c |= 0x20;
    return c >= 'a' && c <= 'f' ? (uint32_t)c - 'a' + 10u : 16u;
}

/* Passes over digits with single underscores between them; answers NULL when there are none. */
static const uint8_t *num_skip_digits(const uint8_t *at, const uint8_t *end, bool hex) {
    bool want = true;
    for (; at < end; at++) {
        if (hex ? num_hex(*at) < 16u : num_is_digit(*at)) {
            want = false;
        } else if (*at == '_' && !want) {
            want = true;
        } else {
            break;
        }
    }
    return want ? NULL : at;
}

static bool num_is_text(const uint8_t *at, const uint8_t *end, const char *text, size_t n) {
    return (size_t)(end - at) == n && memcmp(at, text, n) == 0;
}

enum wk_token_kind wk_number_kind(const uint8_t *at, size_t size) {
    const uint8_t *end = at + size;
    enum wk_token_kind kind = WK_TOKEN_NAT;
    bool hex = false;
    if (size != 0 && (*at == '+' || *at == '-')) {
        kind = WK_TOKEN_INT;
        at++;
    }
    if (num_is_text(at, end, "inf", 3) || num_is_text(at, end, "nan", 3)) {
        return WK_TOKEN_FLOAT;
    }
    if (end - at > 6 && memcmp(at, "nan:0x", 6) == 0) {
        return num_skip_digits(at + 6, end, true) == end ? WK_TOKEN_FLOAT : WK_TOKEN_ERROR;
    }
    if (end - at > 2 && at[0] == '0' && at[1] == 'x') {
        hex = true;
        at += 2;
    }
    at = num_skip_digits(at, end, hex);
    if (at == NULL) {
        return WK_TOKEN_ERROR;
    }
    if (at < end && *at == '.') {
        kind = WK_TOKEN_FLOAT;
        at++;
        if (at < end && (hex ? num_hex(*at) < 16u : num_is_digit(*at))) {
            at = num_skip_digits(at, end, hex);
            if (at == NULL) {
                return WK_TOKEN_ERROR;
            }
        }
    }
    if (at < end && (*at | 0x20) == (hex ? 'p' : 'e')) {
        kind = WK_TOKEN_FLOAT;
        at++;
        if (at < end && (*at == '+' || *at == '-')) {
            at++;
        }
        at = num_skip_digits(at, end, false);
    }
    return at == end ? kind : WK_TOKEN_ERROR;
}

bool wk_number_u64(const uint8_t *at, size_t size, uint64_t *out_value) {
    const uint8_t *end = at + size;
    uint64_t value = 0;
    if (size > 2 && at[1] == 'x') {
        for (at += 2; at < end; at++) {
            if (*at != '_') {
                if (value >> 60 != 0) {
                    return false;
                }
                value = value << 4 | num_hex(*at);
            }
        }
    } else {
        for (; at < end; at++) {
            if (*at != '_') {
                const uint64_t digit = (uint64_t)*at - '0';
                if (value > UINT64_MAX / 10 || value * 10 > UINT64_MAX - digit) {
                    return false;
                }
                value = value * 10 + digit;
            }
        }
    }
    *out_value = value;
    return true;
}

bool wk_number_int(const uint8_t *at, size_t size, uint32_t bits, uint64_t *out_value) {
    const uint64_t top = (uint64_t)1 << (bits - 1);
    const uint8_t sign = *at;
    uint64_t value;
    if (sign == '+' || sign == '-') {
        at++;
        size--;
    }
    if (wk_number_kind(at, size) != WK_TOKEN_NAT || !wk_number_u64(at, size, &value)) {
        return false;
    }
    if (sign == '-') {
        if (value > top) {
            return false;
        }
        value = 0u - value;
        value &= top | (top - 1);
    } else if (value > (sign == '+' ? top - 1 : (top | (top - 1)))) {
        return false;
    }
    *out_value = value;
    return true;
}

/* ---- rounding -------------------------------------------------------------------------------- */

/* mantissa * 2^exp, plus a little when sticky, to a float of `bits` bits. When sticky, the mantissa
 * has more bits than the result. false: too large. */
static bool num_round(uint64_t mantissa, int64_t exp, bool sticky, uint32_t bits,
                      uint64_t *out_bits) {
    const uint32_t precision = bits == 32 ? 24 : 53;
    const int64_t exp_min = bits == 32 ? -126 : -1022;
    const int64_t exp_max = bits == 32 ? 127 : 1023;
    const uint32_t shift = wk_clz64(mantissa);
    uint32_t drop = 64 - precision;
    uint64_t kept;
    uint64_t rest;
    uint64_t half;
    if (mantissa == 0) {
        *out_bits = 0;
        return true;
    }
    mantissa <<= shift;
    exp += 63 - (int64_t)shift; /* now 1.x * 2^exp */
    if (exp > exp_max) {
        return false;
    }
    if (exp < exp_min) {
        if (exp_min - exp > 64) {
            *out_bits = 0;
            return true;
        }
        drop += (uint32_t)(exp_min - exp);
        exp = exp_min;
    }
    if (drop > 64) {
        *out_bits = 0; /* below half of the smallest number */
        return true;
    }
    kept = drop == 64 ? 0 : mantissa >> drop;
    rest = mantissa << (64 - drop);
    half = (uint64_t)1 << 63;
    if (rest > half || (rest == half && (sticky || (kept & 1) != 0))) {
        kept++;
    }
    /* A carry out of the fraction goes into the exponent by itself, from subnormals too. */
    kept += (uint64_t)(exp - exp_min) << (precision - 1);
    if (kept >> (precision - 1) > (uint64_t)(exp_max - exp_min + 1)) {
        return false;
    }
    *out_bits = kept;
    return true;
}

/* ---- big integers: limbs of 32 bits, the lowest first ------------------------------------------ */

static uint32_t big_mul_add(uint32_t *big, uint32_t n, uint32_t factor, uint32_t add) {
    uint64_t carry = add;
    for (uint32_t i = 0; i < n; i++) {
        carry += (uint64_t)big[i] * factor;
        big[i] = (uint32_t)carry;
        carry >>= 32;
    }
    if (carry != 0) {
        big[n++] = (uint32_t)carry;
    }
    return n;
}

static uint32_t big_bits(const uint32_t *big, uint32_t n) {
    return n == 0 ? 0 : 32 * n - wk_clz32(big[n - 1]);
}

static uint32_t big_shl(uint32_t *big, uint32_t n, uint32_t shift) {
    const uint32_t limbs = shift >> 5;
    const uint32_t left = shift & 31u;
    uint32_t top = n + limbs;
    if (n == 0 || shift == 0) {
        return n;
    }
    big[top] = left == 0 ? 0 : big[n - 1] >> (32 - left);
    for (uint32_t i = n; i-- > 0;) {
        big[i + limbs] = big[i] << left;
        if (left != 0 && i > 0) {
            big[i + limbs] |= big[i - 1] >> (32 - left);
        }
    }
    for (uint32_t i = 0; i < limbs; i++) {
        big[i] = 0;
    }
    return big[top] == 0 ? top : top + 1;
}

/* a - b when a >= b; false and a untouched otherwise. Both have n limbs. */
static bool big_sub(uint32_t *a, const uint32_t *b, uint32_t n) {
    uint64_t borrow = 0;
    for (uint32_t i = n; i-- > 0;) {
        if (a[i] != b[i]) {
            if (a[i] < b[i]) {
                return false;
            }
            break;
        }
    }
    for (uint32_t i = 0; i < n; i++) {
        const uint64_t d = (uint64_t)a[i] - b[i] - borrow;
        a[i] = (uint32_t)d;
        borrow = d >> 63;
    }
    return true;
}

/* The top 64 bits of big; *sticky: there were others below. */
static uint64_t big_top(const uint32_t *big, uint32_t n, int64_t *exp, bool *sticky) {
    uint64_t top = 0;
    const uint32_t first = n > 3 ? n - 3 : 0;
    const uint32_t shift = wk_clz32(big[n - 1]);
    for (uint32_t i = 0; i < first; i++) {
        *sticky = *sticky || big[i] != 0;
    }
    if (n >= 2) {
        top = (uint64_t)big[n - 1] << 32 | big[n - 2];
        *exp += 32 * ((int64_t)n - 2);
    } else {
        return big[0];
    }
    if (n >= 3 && shift != 0) {
        top = top << shift | big[n - 3] >> (32 - shift);
        *sticky = *sticky || (uint32_t)(big[n - 3] << shift) != 0;
        *exp -= shift;
    } else if (n >= 3) {
        *sticky = *sticky || big[n - 3] != 0;
    }
    return top;
}

/* digits * 10^exp by big integers. */
static bool num_decimal_big(const uint8_t *digits, const uint8_t *end, int64_t exp, uint32_t bits,
                            struct wk_number_scratch *s, uint64_t *out_bits) {
    uint32_t n = 0;
    uint32_t m = 0;
    uint32_t chunk = 0;
    uint32_t scale = 1;
    uint32_t count = 0;
    bool sticky = false;
    for (; digits < end; digits++) {
        if (!num_is_digit(*digits)) {
            continue;
        }
        if (count == NUM_DIGITS) {
            sticky = sticky || *digits != '0';
            exp++;
            continue;
        }
        count++;
        chunk = chunk * 10 + ((uint32_t)*digits - '0');
        scale *= 10;
        if (scale == 1000000000u) {
            n = big_mul_add(s->a, n, scale, chunk);
            chunk = 0;
            scale = 1;
        }
    }
    if (scale != 1) {
        n = big_mul_add(s->a, n, scale, chunk);
    }
    if (exp + count > 400) {
        return false;
    }
    if (exp + count < -400) {
        *out_bits = 0;
        return true;
    }
    if (exp >= 0) {
        int64_t exp2 = exp;
        for (; exp >= 13; exp -= 13) {
            n = big_mul_add(s->a, n, 1220703125u, 0); /* 5^13 */
        }
        for (; exp > 0; exp--) {
            n = big_mul_add(s->a, n, 5, 0);
        }
        const uint64_t top = big_top(s->a, n, &exp2, &sticky);
        return num_round(top, exp2, sticky, bits, out_bits);
    }
    /* a / (5^k * 2^k): scale until the quotient has 63 or 64 bits, then divide bit by bit. */
    int64_t exp2 = exp;
    s->b[m++] = 1;
    for (; exp <= -13; exp += 13) {
        m = big_mul_add(s->b, m, 1220703125u, 0);
    }
    for (; exp < 0; exp++) {
        m = big_mul_add(s->b, m, 5, 0);
    }
    const uint32_t a_bits = big_bits(s->a, n);
    const uint32_t b_bits = big_bits(s->b, m);
    if (a_bits < b_bits + 63) {
        n = big_shl(s->a, n, b_bits + 63 - a_bits);
        exp2 -= (int64_t)b_bits + 63 - a_bits;
    } else {
        m = big_shl(s->b, m, a_bits - 63 - b_bits);
        exp2 += (int64_t)a_bits - 63 - b_bits;
    }
    m = big_shl(s->b, m, 63);
    /* One limb more, for the doubled remainder. */
    const uint32_t limbs = (n > m ? n : m) + 1;
    for (uint32_t i = n; i < limbs; i++) {
        s->a[i] = 0;
    }
    for (uint32_t i = m; i < limbs; i++) {
        s->b[i] = 0;
    }
    uint64_t quotient = 0;
    for (uint32_t i = 0; i < 64; i++) {
        quotient = quotient << 1 | (big_sub(s->a, s->b, limbs) ? 1u : 0u);
        if (i < 63) {
            uint32_t carry = 0;
            for (uint32_t k = 0; k < limbs; k++) {
                const uint32_t high = s->a[k] >> 31;
                s->a[k] = s->a[k] << 1 | carry;
                carry = high;
            }
        }
    }
    for (uint32_t i = 0; i < limbs; i++) {
        sticky = sticky || s->a[i] != 0;
    }
    return num_round(quotient, exp2, sticky, bits, out_bits);
}

static const uint64_t num_tens[20] = {
    1u, 10u, 100u, 1000u, 10000u, 100000u, 1000000u, 10000000u, 100000000u, 1000000000u,
    10000000000u, 100000000000u, 1000000000000u, 10000000000000u, 100000000000000u,
    1000000000000000u, 10000000000000000u, 100000000000000000u, 1000000000000000000u,
    10000000000000000000u};

/* w * 10^exp, w not 0, exp in -19..19, by one multiplication or division to 64 bits and a remainder. */
static bool num_decimal_small(uint64_t w, int64_t exp, uint32_t bits, uint64_t *out_bits) {
    if (exp >= 0) {
        const uint64_t ten = num_tens[exp];
        uint64_t low = w * ten;
        uint64_t high = wk_mul64_hi(w, ten);
        if (high == 0) {
            return num_round(low, 0, false, bits, out_bits);
        }
        const uint32_t shift = wk_clz64(high);
        if (shift != 0) {
            high = high << shift | low >> (64 - shift);
            low <<= shift;
        }
        return num_round(high, 64 - (int64_t)shift, low != 0, bits, out_bits);
    }
    const uint32_t w_shift = wk_clz64(w);
    const uint32_t d_shift = wk_clz64(num_tens[-exp]);
    const uint64_t divisor = num_tens[-exp] << d_shift;
    uint64_t rest = w << w_shift;
    uint64_t quotient = 0;
    bool carry = false;
    for (uint32_t i = 0; i < 64; i++) {
        quotient <<= 1;
        if (carry || rest >= divisor) {
            rest -= divisor;
            quotient |= 1;
        }
        if (i < 63) {
            carry = rest >> 63 != 0;
            rest <<= 1;
        }
    }
    return num_round(quotient, (int64_t)d_shift - (int64_t)w_shift - 63, rest != 0, bits, out_bits);
}

/* The exponent after e or p; saturates. */
static int64_t num_exponent(const uint8_t *at, const uint8_t *end) {
    bool minus = false;
    int64_t exp = 0;
    if (at < end && (*at == '+' || *at == '-')) {
        minus = *at == '-';
        at++;
    }
    for (; at < end; at++) {
        if (*at != '_' && exp < NUM_EXP_MAX) {
            exp = exp * 10 + (*at - '0');
        }
    }
    return minus ? -exp : exp;
}

static bool num_decimal(const uint8_t *at, const uint8_t *end, uint32_t bits,
                        struct wk_number_scratch *scratch, uint64_t *out_bits) {
    const uint8_t *first = NULL; /* the first significant digit */
    uint64_t w = 0;
    uint32_t count = 0; /* significant digits in w, 20: too many */
    int64_t exp = 0;
    bool fraction = false;
    for (; at < end; at++) {
        const uint8_t c = *at;
        if (num_is_digit(c)) {
            exp -= fraction ? 1 : 0;
            if (c != '0' || first != NULL) {
                first = first == NULL ? at : first;
                if (count < 19) {
                    w = w * 10 + ((uint64_t)c - '0');
                }
                count += count < 20 ? 1 : 0;
            }
        } else if (c == '.') {
            fraction = true;
        } else if (c != '_') {
            break; /* e */
        }
    }
    if (first == NULL) {
        *out_bits = 0;
        return true;
    }
    if (at < end) {
        exp += num_exponent(at + 1, end);
    }
    if (count <= 19 && exp >= -19 && exp <= 19) {
        return num_decimal_small(w, exp, bits, out_bits);
    }
    return num_decimal_big(first, at, exp, bits, scratch, out_bits);
}

static bool num_hexadecimal(const uint8_t *at, const uint8_t *end, uint32_t bits,
                            uint64_t *out_bits) {
    uint64_t w = 0;
    int64_t exp = 0;
    bool fraction = false;
    bool sticky = false;
    for (; at < end; at++) {
        const uint32_t digit = num_hex(*at);
        if (digit < 16) {
            if (w >> 60 == 0) {
                w = w << 4 | digit;
                exp -= fraction ? 4 : 0;
            } else {
                sticky = sticky || digit != 0;
                exp += fraction ? 0 : 4;
            }
        } else if (*at == '.') {
            fraction = true;
        } else if (*at != '_') {
            break; /* p */
        }
    }
    if (at < end) {
        exp += num_exponent(at + 1, end);
    }
    return num_round(w, exp, sticky, bits, out_bits);
}

bool wk_number_float(const uint8_t *at, size_t size, uint32_t bits,
                     struct wk_number_scratch *scratch, uint64_t *out_bits) {
    const uint8_t *end = at + size;
    const uint32_t fraction_bits = bits == 32 ? 23 : 52;
    const uint64_t infinity = (bits == 32 ? (uint64_t)0xff : (uint64_t)0x7ff) << fraction_bits;
    uint64_t sign = 0;
    uint64_t value;
    if (*at == '+' || *at == '-') {
        sign = (uint64_t)(*at == '-' ? 1 : 0) << (bits - 1);
        at++;
    }
    if (*at == 'i') {
        value = infinity;
    } else if (*at == 'n' && end - at == 3) {
        value = infinity | (uint64_t)1 << (fraction_bits - 1);
    } else if (*at == 'n') {
        if (!wk_number_u64(at + 4, (size_t)(end - at) - 4, &value) || value == 0 ||
            value >> fraction_bits != 0) {
            return false;
        }
        value |= infinity;
    } else if (end - at > 2 && at[1] == 'x') {
        if (!num_hexadecimal(at + 2, end, bits, &value)) {
            return false;
        }
    } else if (!num_decimal(at, end, bits, scratch, &value)) {
        return false;
    }
    *out_bits = sign | value;
    return true;
}

#undef NUM_DIGITS
#undef NUM_EXP_MAX

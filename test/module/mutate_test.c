/* mutate_test.c - damaged modules. Every beginning of every good module, every single byte set to every value of a few,
 * and 100,000 random mutations: each gives success or exactly one error that points into the module, nothing leaks, and
 * (in a sanitizer build) nothing is read that is not there. The random numbers are the same on every machine. */
#include "build.h"
#include "good.h"

static uint64_t mutate_state = UINT64_C(0x243f6a8885a308d3);

static uint32_t mutate_random(uint32_t n) {
    mutate_state ^= mutate_state << 13;
    mutate_state ^= mutate_state >> 7;
    mutate_state ^= mutate_state << 17;
    return (uint32_t)(mutate_state >> 32) % n;
}

static unsigned long mutate_passed, mutate_failed;

static void mutate_check(int ok, const char *what, const uint8_t *bytes, size_t n) {
    if (ok) {
        mutate_passed++;
        return;
    }
    mutate_failed++;
    printf("FAIL %s:", what);
    for (size_t i = 0; i < n && i < 400; i++) {
        printf(" %02x", bytes[i]);
    }
    printf("\n");
}

/* Loads an exact copy. */
static void mutate_load(struct wick_engine *engine, const uint8_t *bytes, size_t n, uint64_t used) {
    uint8_t *copy = malloc(n == 0 ? 1 : n);
    char text[512];
    wick_diag diag;
    wick_err err;
    int ok;
    if (copy == NULL) {
        abort();
    }
    if (n != 0) {
        memcpy(copy, bytes, n);
    }
    err = build_load(engine, copy, n, &diag);
    ok = err == diag.err && engine->alloc.used == used;
    if (err != WICK_OK) {
        const wick_err_class class_ = wick_err_get_class(err);
        ok = ok && diag.offset <= n && wick_diag_format(&diag, NULL, NULL, text, sizeof text) != 0;
        ok = ok && (class_ == WICK_CLASS_MALFORMED || class_ == WICK_CLASS_INVALID || class_ == WICK_CLASS_LIMIT);
    }
    mutate_check(ok, "one error, nothing leaked", bytes, n);
    free(copy);
}

int main(void) {
    static const uint8_t values[] = {0x00, 0x01, 0x0b, 0x3f, 0x40, 0x7f, 0x80, 0xfb, 0xff};
    const size_t n_good = sizeof good_modules / sizeof good_modules[0];
    struct build good[32];
    struct build_host host = {0, 0, 0};
    struct wick_engine engine;
    uint64_t used;
    if (build_engine(&engine, &host, UINT32_MAX) != WICK_OK || n_good > 32) {
        return 2;
    }
    for (size_t i = 0; i < n_good; i++) {
        wick_diag diag;
        char text[512];
        good[i] = build_module(good_modules[i]);
        if (build_load(&engine, good[i].data, good[i].n, &diag) != WICK_OK) {
            wick_diag_format(&diag, NULL, NULL, text, sizeof text);
            printf("good module %zu: %s\n", i, text);
            mutate_failed++;
        }
    }
    used = engine.alloc.used;
    for (size_t i = 0; i < n_good; i++) {
        for (size_t n = 0; n < good[i].n; n++) {
            const uint8_t kept = good[i].data[n];
            mutate_load(&engine, good[i].data, n, used);
            for (size_t k = 0; k < sizeof values; k++) {
                good[i].data[n] = values[k];
                mutate_load(&engine, good[i].data, good[i].n, used);
            }
            good[i].data[n] = kept;
        }
    }
    for (uint32_t round = 0; round < 100000; round++) {
        const struct build *seed = &good[1 + mutate_random((uint32_t)n_good - 1)];
        uint8_t bytes[1024];
        size_t n = seed->n;
        if (n > sizeof bytes) {
            return 2;
        }
        memcpy(bytes, seed->data, n);
        for (uint32_t k = mutate_random(3) + 1; k != 0; k--) {
            const uint32_t at = mutate_random((uint32_t)n);
            switch (mutate_random(4)) {
            case 0:
                bytes[at] = (uint8_t)mutate_random(256);
                break;
            case 1:
                bytes[at] ^= (uint8_t)(1u << mutate_random(8));
                break;
            case 2: /* a byte goes */
                memmove(bytes + at, bytes + at + 1, n - at - 1);
                n -= n > 9;
                break;
            default: /* a byte of another place */
                bytes[at] = bytes[mutate_random((uint32_t)n)];
                break;
            }
        }
        mutate_load(&engine, bytes, n, used);
    }
    for (size_t i = 0; i < n_good; i++) {
        free(good[i].data);
    }
    wk_types_free(&engine.types);
    mutate_check(engine.alloc.used == 0, "the engine leaks nothing", NULL, 0);
    printf("%lu passed, %lu failed\n", mutate_passed, mutate_failed);
    return mutate_failed != 0;
}

/* pending_test.c - operands in any number that are not where they will be used yet: locals that were read before they
 * change, and values that branches carry. Each is the value that it was when it was read, however many there are; neither
 * finding them nor moving them takes more than the module's bytes allow. */
#include "test/api/api.h"

#define MANY 20000
#define DEEP 200000

struct text {
    char *at;
    char *end;
    char *begin;
};

static void text_open(struct text *t, size_t size) {
    t->begin = malloc(size);
    NEED(t->begin != NULL);
    t->at = t->begin;
    t->end = t->begin + size;
}

static void text_add(struct text *t, int n, const char *what) {
    for (int i = 0; i < n; i++) {
        const size_t size = strlen(what);
        NEED((size_t)(t->end - t->at) > size);
        memcpy(t->at, what, size + 1);
        t->at += size;
    }
}

/* What is done to the function's local 0, which is 1, after n reads of it; the reads are added up afterwards. */
static const struct {
    const char *what;
    const char *locals; /* local 1 is 1 too */
    const char *read;
    const char *change;
    uint32_t each; /* value of one read */
} changes[] = {
    {"set", "i32 i32", "local.get 0 ", "i32.const 7 local.set 0 ", 1},
    {"set to what it is", "i32 i32", "local.get 0 ", "local.get 0 local.set 0 ", 1},
    {"tee", "i32 i32", "local.get 0 ", "i32.const 7 local.tee 0 drop ", 1},
    {"set by a sum", "i32 i32", "local.get 0 ", "local.get 0 i32.const 3 i32.add local.set 0 ", 1},
    {"sums", "i32 i32", "local.get 0 i32.const 5 i32.add ", "i32.const 7 local.set 0 ", 6},
    {"sums of two locals", "i32 i32", "local.get 0 i32.const 5 i32.add local.get 1 i32.const 2 i32.sub i32.add ",
     "i32.const 7 local.set 0 i32.const 9 local.set 1 ", 5},
    {"tees instead of reads", "i32 i32", "local.get 1 local.tee 0 ", "i32.const 7 local.set 0 ", 1},
    {"a block", "i32 i32", "local.get 0 ", "block i32.const 7 local.set 0 end ", 1},
    {"a loop", "i32 i32", "local.get 0 ", "loop i32.const 7 local.set 0 end ", 1},
    {"a condition", "i32 i32", "local.get 0 ", "local.get 0 if i32.const 7 local.set 0 end ", 1},
    {"a frame beyond 16 bits", "i32 i32", "local.get 0 ", "i32.const 7 local.set 0 ", 1},
};

static uint32_t run_text(wick_engine_kind kind, const char *text) {
    struct world w;
    wick_value result = {.of.i32 = 0};
    world_open(&w, kind);
    CHECK(wick_func_call(func_of(world_instance(&w, "m", text), "run"), NULL, 0, &result, 1, NULL) == WICK_OK);
    world_close(&w);
    return result.of.i32;
}

static void each_change(wick_engine_kind kind, int n) {
    for (size_t i = 0; i < sizeof changes / sizeof *changes; i++) {
        struct text t;
        uint32_t result;
        text_open(&t, (size_t)n * 120 + 400000);
        text_add(&t, 1, "(module (func (export \"run\") (result i32) (local ");
        text_add(&t, 1, changes[i].locals);
        text_add(&t, i + 1 == sizeof changes / sizeof *changes ? 33000 : 0, " i64");
        text_add(&t, 1, ") i32.const 1 local.set 0 i32.const 1 local.set 1 ");
        text_add(&t, n, changes[i].read);
        text_add(&t, 1, changes[i].change);
        text_add(&t, n - 1, "i32.add ");
        text_add(&t, 1, "))");
        result = run_text(kind, t.begin);
        if (result != changes[i].each * (uint32_t)n) {
            printf("%s, %d reads: %u\n", changes[i].what, n, (unsigned)result);
        }
        CHECK(result == changes[i].each * (uint32_t)n);
        free(t.begin);
    }
}

/* One read lies below a great many operands, and each of as many changes asks for it: minutes, if that took a look at
 * all of them. It is translated, not run. */
static void deep_read(wick_engine_kind kind, const char *above) {
    struct text t;
    text_open(&t, (size_t)DEEP * 50);
    text_add(&t, 1, "(module (func (export \"run\") (result i32) i32.const 1) (func (local i32 i32) local.get 1 ");
    text_add(&t, DEEP, above);
    text_add(&t, DEEP, "i32.const 7 local.set 0 ");
    text_add(&t, DEEP, "drop ");
    text_add(&t, 1, "drop))");
    CHECK(run_text(kind, t.begin) == 1);
    free(t.begin);
}

/* A block with n results that many branches leave, from one operand too high up: the block's results are the values that
 * lay there, in their order, and the cells of a branch are few. */
static void carried(wick_engine_kind kind, uint32_t n, uint32_t branches) {
    struct text t;
    char number[64];
    uint32_t expected, result;
    text_open(&t, (size_t)n * 80 + (size_t)branches * 40 + 1000);
    text_add(&t, 1, "(module (type $t (func (result");
    text_add(&t, (int)n, " i32");
    text_add(&t, 1, "))) (func (export \"run\") (result i32) (local i32) block (type $t) i32.const 99 ");
    for (uint32_t i = 0; i < n; i++) {
        snprintf(number, sizeof number, "i32.const %u ", (unsigned)(i * 7 + 1));
        text_add(&t, 1, number);
    }
    text_add(&t, (int)branches, "local.get 0 br_if 0 ");
    text_add(&t, 1, "i32.const 1 br_if 0 unreachable end ");
    /* from the top: ((last * 3 + the one before) * 3 + ...) */
    expected = (n - 1) * 7 + 1;
    for (uint32_t i = n - 1; i-- > 0;) {
        expected = expected * 3 + i * 7 + 1;
    }
    text_add(&t, (int)n - 1, "i32.const 3 i32.mul i32.add ");
    text_add(&t, 1, "))");
    result = run_text(kind, t.begin);
    if (result != expected) {
        printf("%u values, %u branches: %u, not %u\n", (unsigned)n, (unsigned)branches, (unsigned)result, (unsigned)expected);
    }
    CHECK(result == expected);
    free(t.begin);
}

int main(void) {
    static const int counts[] = {1, 2, 23, 24, 25, 26, 49, 130, MANY};
    for (int k = 0; k < 2; k++) {
        const wick_engine_kind kind = k == 0 ? WICK_ENGINE_REF : WICK_ENGINE_FAST;
        for (size_t i = 0; i < sizeof counts / sizeof *counts; i++) {
            each_change(kind, counts[i]);
        }
        deep_read(kind, "i32.const 3 ");
        deep_read(kind, "local.get 1 ");
        for (uint32_t n = 1; n < 70; n++) {
            carried(kind, n, 3);
        }
        carried(kind, 1000, 50000);
    }
    return test_end("pending");
}

/* struct_test.c - structs with any number of fields: each field holds what it was made with, be it a default, and nothing of
 * its neighbours, wherever the interpreters' ways of making an object end (32 words, 256 bytes, a heap's size class). */
#include <stdarg.h>

#include "test/api/api.h"

struct kind {
    const char *type;
    const char *make; /* of a number, the field's value */
    const char *get;
    const char *as_i64;
    uint64_t mask;
    const char *default_as_i64; /* null is 1, numbers are 0 */
};
static const struct kind kinds[] = {
    {"i8", "", "struct.get_u", "i64.extend_i32_u", 0xff, "i64.extend_i32_u"},
    {"i16", "", "struct.get_u", "i64.extend_i32_u", 0xffff, "i64.extend_i32_u"},
    {"i32", "", "struct.get", "i64.extend_i32_u", 0xffffffff, "i64.extend_i32_u"},
    {"f32", "f32.reinterpret_i32", "struct.get", "i32.reinterpret_f32 i64.extend_i32_u", 0xffffffff,
     "i32.reinterpret_f32 i64.extend_i32_u"},
    {"i64", "i64.extend_i32_s", "struct.get", "", UINT64_MAX, ""},
    {"f64", "i64.extend_i32_s f64.reinterpret_i64", "struct.get", "i64.reinterpret_f64", UINT64_MAX, "i64.reinterpret_f64"},
    {"v128", "i64.extend_i32_s i64x2.splat", "struct.get", "i64x2.extract_lane 1", UINT64_MAX,
     "i64x2.extract_lane 1"},
    {"(ref null i31)", "ref.i31", "struct.get", "i31.get_u i64.extend_i32_u", 0x7fffffff,
     "ref.is_null i64.extend_i32_u"},
};
enum { N_KINDS = sizeof kinds / sizeof *kinds };

static char *put(char *at, const char *format, ...) __attribute__((format(printf, 2, 3)));
static char *put(char *at, const char *format, ...) {
    va_list args;
    va_start(args, format);
    at += vsprintf(at, format, args);
    va_end(args);
    return at;
}

/* Field i; `first`: all of one kind, or, from N_KINDS on, each of another. */
static const struct kind *field_kind(uint32_t first, uint32_t i) {
    return first < N_KINDS ? &kinds[first] : &kinds[(first + i) % N_KINDS];
}

static uint32_t field_value(uint32_t i) {
    return i * 0x01010101u + 0x7fu;
}

/* "run" (i32) -> (i64): the field of this number, of an object that struct.new made, or struct.new_default. */
static char *write_module(uint32_t first, uint32_t n, bool is_default, char *text) {
    char *at = put(text, "(module (type $t (struct");
    for (uint32_t i = 0; i < n; i++) {
        at = put(at, " (field (mut %s))", field_kind(first, i)->type);
    }
    at = put(at, ")) (func (export \"run\") (param i32) (result i64) (local (ref null $t))\n");
    for (uint32_t i = 0; i < n && !is_default; i++) {
        at = put(at, "i32.const %u %s ", (unsigned)field_value(i), field_kind(first, i)->make);
    }
    at = put(at, "struct.new%s $t local.set 1\n", is_default ? "_default" : "");
    for (uint32_t i = 0; i < n; i++) {
        const struct kind *kind = field_kind(first, i);
        at = put(at, "local.get 0 i32.const %u i32.eq if local.get 1 %s $t %u %s return end\n", (unsigned)i, kind->get,
                 (unsigned)i, is_default ? kind->default_as_i64 : kind->as_i64);
    }
    return put(at, "i64.const -1))");
}

static void check_struct(struct world *w, uint32_t first, uint32_t n, bool is_default, char *text) {
    write_module(first, n, is_default, text);
    wick_func *run = func_of(world_instance(w, "m", text), "run");
    for (uint32_t i = 0; i < n; i++) {
        const struct kind *kind = field_kind(first, i);
        wick_value arg = {.type = WICK_I32, .of.i32 = i}, result = {.of.i64 = 0};
        uint64_t want = (uint64_t)(int64_t)(int32_t)field_value(i) & kind->mask;
        if (is_default) {
            want = kind->type[0] == '(';
        }
        CHECK(wick_func_call(run, &arg, 1, &result, 1, NULL) == WICK_OK);
        if (result.of.i64 != want) {
            printf("%s, field %u of %u: 0x%llx, not 0x%llx\n", kind->type, (unsigned)i, (unsigned)n,
                   (unsigned long long)result.of.i64, (unsigned long long)want);
        }
        CHECK(result.of.i64 == want);
    }
}

int main(void) {
    static const uint32_t counts[] = {1, 2, 15, 16, 17, 31, 32, 33, 63, 64, 65, 127, 128, 129, 255, 256, 257};
    char *text = malloc(1 << 17);
    NEED(text != NULL);
    for (int k = 0; k < 2; k++) {
        for (uint32_t first = 0; first <= N_KINDS; first++) {
            for (size_t i = 0; i < sizeof counts / sizeof *counts; i++) {
                for (int is_default = 0; is_default < 2; is_default++) {
                    struct world w;
                    world_open(&w, k == 0 ? WICK_ENGINE_REF : WICK_ENGINE_FAST);
                    check_struct(&w, first, counts[i], is_default != 0, text);
                    world_close(&w);
                }
            }
        }
    }
    free(text);
    return test_end("struct");
}

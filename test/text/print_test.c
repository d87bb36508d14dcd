/* print_test.c - the printer: exact texts, names that are no identifiers, name sections that are broken, floats against
 * the C library, every allocation failing in turn, sinks that refuse, and modules made to be too much. That text and
 * binary come back is roundtrip_test's business. */
#include <math.h>
#include <time.h>

#include "test/api/api.h"
#include "text/print.h"

static struct port port;
static wick_host host;
static wick_engine *engine;

struct text {
    char *data;
    size_t size, cap;
    size_t n_pieces, longest;
    size_t refuse_at; /* piece that is refused, from 1; 0: none */
};

static bool text_put(void *user, const char *bytes, size_t size) {
    struct text *t = user;
    t->longest = size > t->longest ? size : t->longest;
    if (++t->n_pieces == t->refuse_at) {
        return false;
    }
    if (size + 1 > t->cap - t->size) {
        t->cap = t->cap * 2 + size + 1;
        t->data = realloc(t->data, t->cap);
        NEED(t->data != NULL);
    }
    memcpy(t->data + t->size, bytes, size);
    t->size += size;
    t->data[t->size] = 0;
    return true;
}

static bool text_drop(void *user, const char *bytes, size_t size) {
    (void)bytes;
    *(size_t *)user += size;
    return true;
}

static wick_module *module_of(const uint8_t *bytes, size_t size, const char *what) {
    wick_module *m;
    wick_diag diag;
    wick_diag_init(&diag);
    if (wick_module_new(engine, bytes, size, 0, &m, &diag) != WICK_OK) {
        test_die(&diag, NULL, what);
    }
    return m;
}

static wick_module *module_of_text(const char *text) {
    uint8_t *bytes;
    size_t size;
    wick_diag diag;
    wick_diag_init(&diag);
    if (wick_text_assemble(engine, text, strlen(text), WICK_TEXT_NAMES, &bytes, &size, &diag) != WICK_OK) {
        test_die(&diag, NULL, text);
    }
    wick_module *m = module_of(bytes, size, text);
    wick_text_free(engine, bytes, size);
    return m;
}

static void prints(wick_module *m, uint32_t flags, const char *want) {
    struct text text = {0};
    wick_diag diag;
    test_checks++;
    if (wick_text_print(m, flags, text_put, &text, &diag) != WICK_OK || strcmp(text.data, want) != 0) {
        test_failures++;
        printf("expected\n%sgot\n%s", want, text.data);
    }
    free(text.data);
}

static void text_prints(const char *text, uint32_t flags, const char *want) {
    wick_module *m = module_of_text(text);
    prints(m, flags, want);
    wick_module_free(m);
}

/* ---- exact texts --------------------------------------------------------------------------------------------------- */

static char *read_golden(const char *name, const char *kind) {
    char path[200];
    snprintf(path, sizeof path, "test/text/golden/%s.%s", name, kind);
    FILE *f = fopen(path, "rb");
    if (f == NULL) {
        snprintf(path, sizeof path, "%s.%s is not there: run it in the root of the tree", name, kind);
        test_failures++;
        puts(path);
        return calloc(1, 1);
    }
    char *text = calloc(1, 65536);
    NEED(text != NULL && fread(text, 1, 65535, f) > 0);
    fclose(f);
    return text;
}

/* What `wick wasm2wat [--folded] NAME.wat` prints; make them again so when they change on purpose, and read the change. */
static void golden(const char *name) {
    char *text = read_golden(name, "wat"), *flat = read_golden(name, "flat"), *folded = read_golden(name, "folded");
    text_prints(text, 0, flat);
    text_prints(text, WICK_PRINT_FOLDED, folded);
    free(text);
    free(flat);
    free(folded);
}

static void exact_texts(void) {
    text_prints("", 0, "(module)\n");
    text_prints("(module $m)", 0, "(module $m)\n");
    text_prints("(module $m)", WICK_PRINT_NO_NAMES, "(module)\n");
    text_prints("(module (@name \"a b\"))", 0, "(module $\"a b\")\n");
    text_prints("(module (@name \"\"))", 0, "(module (@name \"\"))\n");
    text_prints("(memory 3 (pagesize 1)) (memory i64 1 2 shared (pagesize 65536)) (memory (pagesize 1) (data \"a\"))", 0,
                "(module\n"
                "  (memory (;0;) 3 (pagesize 1))\n"
                "  (memory (;1;) i64 1 2 shared (pagesize 65536))\n"
                "  (memory (;2;) 1 1 (pagesize 1))\n"
                "  (data (;0;) (memory 2) (i32.const 0) \"a\"))\n");
    golden("fields");
    golden("instr");
    text_prints("(func $f (param $x i32) (block $l (br_if $l (local.get $x))))",
                WICK_PRINT_NO_NAMES | WICK_PRINT_FOLDED | WICK_PRINT_OFFSETS,
                "(module\n"
                "  (type (;0;) (func (param i32)))\n"
                "  (func (;0;) (type 0) (param i32)\n"
                "    (;@18;) (block\n"
                "      (;@1c;) (br_if 0 (;@1a;) (local.get 0)))))\n");
    /* sections that nothing is in are no places; what stands at the end needs none */
    text_prints("(@custom \"first\" (before first) \"a\\00\") (type (func)) (@custom \"mid\" (after memory)) (func) "
                "(@custom \"last\" \"\\e2\\80\\ae\")",
                0,
                "(module\n"
                "  (@custom \"first\" (before first) \"a\\00\")\n"
                "  (type (;0;) (func))\n"
                "  (func (;0;) (type 0))\n"
                "  (@custom \"mid\" (after func) \"\")\n"
                "  (@custom \"last\" \"\\e2\\80\\ae\"))\n");
    text_prints("(@custom \"x\" \"a\") (func (param i32) (@metadata.code.branch_hint \"\\01\") (if (local.get 0) (then)))",
                WICK_PRINT_NO_CUSTOM,
                "(module\n"
                "  (type (;0;) (func (param i32)))\n"
                "  (func (;0;) (type 0) (param i32)\n"
                "    local.get 0\n"
                "    if\n"
                "    end))\n");
}

/* Groups of imports stay what they are. An item that has its type from the group has no identifier, but may have a name. */
static void exact_imports(void) {
    static const char text[] = "(module\n"
                               "  (type (;0;) (func (param i32)))\n"
                               "  (import \"a\" \"\" (func $f (type 0) (param i32)))\n"
                               "  (import \"a\"\n"
                               "    (item \"b\" (func $g (type 0) (param i32)))\n"
                               "    (item \"\" (table (;0;) 1 2 funcref))\n"
                               "    (item \"d\" (memory $m i64 1))\n"
                               "    (item \"e\" (global (;0;) (mut i64))))\n"
                               "  (import \"a\"\n"
                               "    (item \"h\" (tag (;0;) (type 0) (param i32))))\n"
                               "  (import \"b\"\n"
                               "    (item \"i\" (;1;))\n"
                               "    (item \"j\" (;2;) (@name \"f\"))\n"
                               "    (item \"\\00\" (;3;) (@name \"\"))\n"
                               "    (global f64))\n"
                               "  (import \"b\"\n"
                               "    (item \"k\" (;2;) (@name \"g\"))\n"
                               "    (func (type 0) (param i32)))\n"
                               "  (global $f.4 (@name \"f\") f64 (global.get 2))\n"
                               "  (export \"k\" (func 2))\n"
                               "  (export \"l\" (global $f.4)))\n";
    text_prints(text, 0, text);
    /* groups of nothing have no text; what is behind them is behind no import, then */
    struct wasm w;
    wasm_begin(&w);
    wasm_section(&w, 1);
    PUT(&w, 1, 0x60, 0, 0);
    wasm_close(&w);
    wasm_section(&w, 2);
    PUT(&w, 2, 1, 'a', 0, 0x7f, 0, 1, 'b', 0, 0x7e, 0, 0, 0);
    wasm_close(&w);
    wasm_section(&w, 0);
    wasm_name(&w, "x");
    wasm_close(&w);
    wasm_section(&w, 4);
    PUT(&w, 1, 0x70, 0, 0);
    wasm_close(&w);
    wick_module *m = module_of(w.bytes, w.n, "empty groups");
    prints(m, 0, "(module\n  (type (;0;) (func))\n  (table (;0;) 0 funcref)\n  (@custom \"x\" (after type) \"\"))\n");
    wick_module_free(m);
}

/* ---- names --------------------------------------------------------------------------------------------------------- */

static void exact_names(void) {
    /* the same name twice, one that looks like the way out, an empty one, characters that need quotes or escapes */
    text_prints("(func (@name \"a\")) (func (@name \"a\")) (func (@name \"a.1\")) (func (@name \"\"))"
                "(func (@name \"b c\")) (func (@name \"b c\")) (func (@name \"\\u{202e}\\n\\\"\\\\\\u{e9}\"))"
                "(export \"x\" (func 0)) (export \"y\" (func 1)) (export \"z\" (func 5))",
                0,
                "(module\n"
                "  (type (;0;) (func))\n"
                "  (export \"x\" (func $a))\n"
                "  (export \"y\" (func 1))\n"
                "  (export \"z\" (func $\"b c.5\"))\n"
                "  (func $a (type 0))\n"
                "  (func (;1;) (@name \"a\") (type 0))\n"
                "  (func $a.1 (type 0))\n"
                "  (func (;3;) (@name \"\") (type 0))\n"
                "  (func $\"b c\" (type 0))\n"
                "  (func $\"b c.5\" (@name \"b c\") (type 0))\n"
                "  (func $\"\\u{202e}\\0a\\22\\5c\xc3\xa9\" (type 0)))\n");
    text_prints("(func (param (@name \"x\") i32) (param i32) (local (@name \"x\") i32) (local (@name \"\") i64)"
                " (drop (local.get 0)) (local.set 3 (i64.const 0)) (local.set 2 (i32.const 0)))"
                "(type (struct (field (@name \"f\") i32) (field (@name \"f\") (mut i32)) (field i64)))"
                "(func (struct.set 0 1 (struct.new_default 0) (i32.const 0)))",
                WICK_PRINT_FOLDED,
                "(module\n"
                "  (type (;0;) (struct (field $f i32) (field $f.1 (@name \"f\") (mut i32)) (field i64)))\n"
                "  (type (;1;) (func (param i32 i32)))\n"
                "  (type (;2;) (func))\n"
                "  (func (;0;) (type 1) (param $x i32) (param i32)\n"
                "    (local $x.2 (@name \"x\") i32) (local (@name \"\") i64)\n"
                "    (drop (local.get $x))\n"
                "    (local.set 3 (i64.const 0))\n"
                "    (local.set $x.2 (i32.const 0)))\n"
                "  (func (;1;) (type 2)\n"
                "    (struct.set 0 $f.1 (struct.new_default 0) (i32.const 0))))\n");
}

/* One function, and a name section of these bytes. */
static void name_section(const int *bytes, const char *want_func, const char *want_custom) {
    struct wasm w;
    char want[600];
    wasm_begin(&w);
    wasm_section(&w, 1);
    PUT(&w, 1, 0x60, 0, 0);
    wasm_close(&w);
    wasm_section(&w, 3);
    PUT(&w, 1, 0);
    wasm_close(&w);
    wasm_section(&w, 10);
    PUT(&w, 1, 4, 1, 1, 0x7f, 0x0b);
    wasm_close(&w);
    wasm_section(&w, 0);
    wasm_name(&w, "name");
    wasm_put_list(&w, bytes);
    wasm_close(&w);
    snprintf(want, sizeof want, "(module\n  (type (;0;) (func))\n  (func%s (type 0)\n    (local i32))%s)\n", want_func,
             want_custom);
    wick_module *m = module_of(w.bytes, w.n, "name section");
    prints(m, 0, want);
    wick_module_free(m);
}

static void broken_names(void) {
    static const char none[] = " (;0;)";
#define NAMES(...) ((const int[]){__VA_ARGS__, -1})
    name_section(NAMES(1, 4, 1, 0, 1, 'f'), " $f", "");
    name_section(NAMES(1, 4, 1, 1, 1, 'f'), none, "");          /* names what is not there */
    name_section(NAMES(1, 4, 1, 0, 1, 'f', 99, 1, 7), " $f", ""); /* a subsection that nobody knows */
    name_section(NAMES(1, 7, 2, 0, 1, 'f', 5, 1, 'g'), " $f", "");
    name_section(NAMES(1, 4, 1, 0, 2, 'f'), none, "\n  (@custom \"name\" \"\\01\\04\\01\\00\\02f\")");
    name_section(NAMES(1, 3, 1, 0, 1, 'f'), none, "\n  (@custom \"name\" \"\\01\\03\\01\\00\\01f\")");
    name_section(NAMES(1, 5, 1, 0, 1, 'f', 0), none, "\n  (@custom \"name\" \"\\01\\05\\01\\00\\01f\\00\")");
    name_section(NAMES(1, 4, 1, 0, 1, 0xff), none, "\n  (@custom \"name\" \"\\01\\04\\01\\00\\01\\ff\")");
    name_section(NAMES(1, 7, 2, 0, 1, 'f', 0, 1, 'g'), none, "\n  (@custom \"name\" \"\\01\\07\\02\\00\\01f\\00\\01g\")");
    name_section(NAMES(1, 1, 0, 1, 1, 0), none, "\n  (@custom \"name\" \"\\01\\01\\00\\01\\01\\00\")");
    name_section(NAMES(1, 5, 0xff, 0xff, 0xff, 0xff, 0x1f), none,
                 "\n  (@custom \"name\" \"\\01\\05\\ff\\ff\\ff\\ff\\1f\")");
    name_section(NAMES(1, 5, 0xff, 0xff, 0xff, 0xff, 0x0f), none,
                 "\n  (@custom \"name\" \"\\01\\05\\ff\\ff\\ff\\ff\\0f\")");
    name_section(NAMES(2, 3, 1, 0, 0xff), none, "\n  (@custom \"name\" \"\\02\\03\\01\\00\\ff\")");
    name_section(NAMES(0, 2, 1, 0xc3), none, "\n  (@custom \"name\" \"\\00\\02\\01\\c3\")");
    name_section(NAMES(2, 6, 1, 7, 1, 0, 1, 'x'), none, ""); /* locals of no function */
    name_section(NAMES(2, 6, 1, 0, 1, 9, 1, 'x'), none, ""); /* no such local */
    name_section(NAMES(1), none, "\n  (@custom \"name\" \"\\01\")");
#undef NAMES
}

/* ---- floats -------------------------------------------------------------------------------------------------------- */

static uint64_t seed = 88172645463325252u;

static uint64_t rnd(void) {
    seed ^= seed << 13;
    seed ^= seed >> 7;
    seed ^= seed << 17;
    return seed * 0x2545f4914f6cdd1du;
}

/* The digits of a number's text without sign, point, leading and trailing zeros. */
static void digits_of(const char *text, char *out) {
    size_t n = 0;
    for (; *text != 0 && *text != 'e'; text++) {
        if (*text >= '0' && *text <= '9' && (n != 0 || *text != '0')) {
            out[n++] = *text;
        }
    }
    while (n != 0 && out[n - 1] == '0') {
        n--;
    }
    out[n] = 0;
}

static double reads_as(const char *text, uint32_t width) {
    return width == 32 ? (double)strtof(text, NULL) : strtod(text, NULL);
}

/* Reads back as the same bits by both readers; and no shorter or closer digits do. */
static void float_is_shortest(uint64_t bits, uint32_t width) {
    struct wk_number_scratch scratch;
    char text[WK_PRINT_FLOAT_SIZE + 1], got[32], want[32], other[64];
    const size_t n = wk_print_float(text, bits, width);
    uint64_t again = ~bits;
    double value;
    float narrow;
    const uint32_t low = (uint32_t)bits;
    NEED(n < WK_PRINT_FLOAT_SIZE);
    text[n] = 0;
    test_checks++;
    bool good = wk_number_kind((const uint8_t *)text, n) != WK_TOKEN_ERROR &&
                wk_number_float((const uint8_t *)text, n, width, &scratch, &again) && again == bits;
    memcpy(&value, &bits, 8);
    memcpy(&narrow, &low, 4);
    value = width == 32 ? (double)narrow : value;
    if (good && isfinite(value) && value != 0) {
        int digits = 0;
        digits_of(text, got);
        good = reads_as(text, width) == value;
        do {
            snprintf(other, sizeof other, "%.*e", digits++, value);
        } while (reads_as(other, width) != value);
        digits_of(other, want);
        /* Next to a power of two a float reaches farther up than down, so rounding does not find all short numbers. */
        good = good && (strlen(got) < strlen(want) || strcmp(got, want) == 0);
    }
    if (!good) {
        test_failures++;
        printf("float 0x%llx of %u bits: %s\n", (unsigned long long)bits, width, text);
    }
}

static void float_is(uint64_t bits, uint32_t width, const char *want) {
    char text[WK_PRINT_FLOAT_SIZE + 1];
    text[wk_print_float(text, bits, width)] = 0;
    test_checks++;
    if (strcmp(text, want) != 0) {
        test_failures++;
        printf("float 0x%llx: expected %s, got %s\n", (unsigned long long)bits, want, text);
    }
    float_is_shortest(bits, width);
}

static void floats(void) {
    float_is(0, 64, "0");
    float_is(0x8000000000000000, 64, "-0");
    float_is(0x80000000, 32, "-0");
    float_is(0x3ff0000000000000, 64, "1");
    float_is(0x3fb999999999999a, 64, "0.1");
    float_is(0x3dcccccd, 32, "0.1");
    float_is(0xc059000000000000, 64, "-100");
    float_is(0x7fefffffffffffff, 64, "1.7976931348623157e+308");
    float_is(0x0010000000000000, 64, "2.2250738585072014e-308");
    float_is(1, 64, "5e-324");
    float_is(1, 32, "1e-45");
    float_is(0x7f7fffff, 32, "3.4028235e+38");
    float_is(0x4340000000000000, 64, "9007199254740992");
    float_is(0x44b52d02c7e14af6, 64, "1e+23");
    float_is(0x3e45798ee2308c3a, 64, "1e-8");
    float_is(0x444b1ae4d6e2ef50, 64, "1e+21");
    float_is(0x4415af1d78b58c40, 64, "100000000000000000000");
    float_is(0x3f1a36e2eb1c432d, 64, "0.0001");
    float_is(0x3ee4f8b588e368f1, 64, "0.00001");
    float_is(0x3ec0c6f7a0b5ed8d, 64, "0.000002");
    float_is(0x3e112e0be826d695, 64, "1e-9");
    float_is(0x40934a456d5cfaad, 64, "1234.5678");
    float_is(0x7ff0000000000000, 64, "inf");
    float_is(0xff800000, 32, "-inf");
    float_is(0x7ff8000000000000, 64, "nan");
    float_is(0xffc00000, 32, "-nan");
    float_is(0x7ff0000000000001, 64, "nan:0x1");
    float_is(0xffffffffffffffff, 64, "-nan:0xfffffffffffff");
    float_is(0x7fa00000, 32, "nan:0x200000");
    for (unsigned e = 0; e < 2047; e++) { /* powers of two, and their neighbours */
        const uint64_t bits = (uint64_t)e << 52;
        float_is_shortest(bits, 64);
        float_is_shortest(bits + 1, 64);
        float_is_shortest(bits + ((uint64_t)1 << 52) - 1, 64);
    }
    for (unsigned e = 0; e < 255; e++) {
        const uint32_t bits = e << 23;
        float_is_shortest(bits, 32);
        float_is_shortest(bits + 1, 32);
        float_is_shortest(bits + (1u << 23) - 1, 32);
    }
    for (unsigned i = 0; i < 60000; i++) {
        float_is_shortest(rnd(), 64);
        float_is_shortest(rnd() >> 32, 32);
        const double decimal = (double)(rnd() >> 44) / 1000.0; /* what people write */
        uint64_t bits;
        memcpy(&bits, &decimal, 8);
        float_is_shortest(bits, 64);
    }
}

/* ---- out of memory, sinks ------------------------------------------------------------------------------------------ */

static const char everything[] =
    "(module $all (@custom \"c\" (after type) \"abc\") (type $s (sub (struct (field $a i32) (field $b (mut i64))))) \n"
    "(import \"a\" \"b\" (func $imp (param i32 i32) (result f64))) (global $g1 i32 (i32.add (i32.const 1) (i32.const 2)))\n"
    "(memory $m (export \"mem\") (data \"hello\\n\")) (table $t funcref (elem $f)) (tag $e (param i32)) (data $d \"x\")\n"
    "(func $f (param $x i32) (result i32) (local $y i64) (local (@name \"y\") i64) (local f32 f32 f64)\n"
    "  (block $out (result i32) (loop $in (br_if $in (i32.eqz (local.get $x)))\n"
    "    (@metadata.code.branch_hint \"\\00\") (if $q (local.get $x) (then (nop)))) i32.const 3))\n"
    "(func (@name \"f\")) (elem $el (i32.const 0) func $f))";

static void out_of_memory(uint32_t flags) {
    wick_module *m = module_of_text(everything);
    struct text want = {0};
    NEED(wick_text_print(m, flags, text_put, &want, NULL) == WICK_OK);
    const size_t held = port.held;
    for (long long k = 0;; k++) {
        struct text text = {0};
        wick_diag diag;
        wick_diag_init(&diag);
        port.n = 0;
        port.fail_at = k;
        const wick_err err = wick_text_print(m, flags, text_put, &text, &diag);
        const bool failed = port.n > k;
        port.fail_at = -1;
        CHECK_EQ(port.held, held);
        CHECK_EQ(err, failed ? WICK_ERR_nomem : WICK_OK);
        CHECK_EQ(diag.err, err);
        if (!failed) {
            CHECK(text.size == want.size && memcmp(text.data, want.data, want.size) == 0);
            CHECK(k > 10);
        }
        free(text.data);
        if (!failed || err != WICK_ERR_nomem) {
            break;
        }
    }
    free(want.data);
    wick_module_free(m);
}

static void sinks(void) {
    wick_diag diag;
    struct text text = {0};
    wick_module *m = module_of_text(everything);
    CHECK_EQ(wick_text_print(m, 0, NULL, NULL, NULL), WICK_ERR_usage);
    CHECK_EQ(wick_text_print(m, 1u << 20, text_put, &text, NULL), WICK_ERR_usage);
    text.refuse_at = 1;
    wick_diag_init(&diag);
    CHECK_EQ(wick_text_print(m, 0, text_put, &text, &diag), WICK_ERR_io);
    CHECK_EQ(diag.err, WICK_ERR_io);
    CHECK_EQ(text.n_pieces, 1);
    wick_module_free(m);
    /* a large module comes in pieces; after a refused one there is no other */
    char *large = malloc(1 << 20);
    size_t n = (size_t)sprintf(large, "(func (local i32)");
    while (n < (1 << 20) - 100) {
        n += (size_t)sprintf(large + n, "(local.set 0 (i32.const 12345))");
    }
    sprintf(large + n, ")");
    m = module_of_text(large);
    for (size_t at = 1; at < 40; at += 13) {
        text = (struct text){.refuse_at = at};
        CHECK_EQ(wick_text_print(m, 0, text_put, &text, &diag), WICK_ERR_io);
        CHECK_EQ(text.n_pieces, at);
        CHECK(text.longest <= 8192);
        free(text.data);
    }
    wick_module_free(m);
    free(large);
}

/* ---- too much ------------------------------------------------------------------------------------------------------ */

static double seconds(void) {
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static void put_leb(struct text *t, uint64_t value) {
    do {
        const char byte = (char)((value & 0x7f) | (value >= 0x80 ? 0x80 : 0));
        text_put(t, &byte, 1);
        value >>= 7;
    } while (value != 0);
}

/* A module of one function type [] -> [], one function of this body (its locals and its end included), and a section
 * in front of the code. */
static wick_module *module_of_body(const struct text *body, const struct text *names) {
    struct text t = {0};
    text_put(&t, "\0asm\1\0\0\0\1\4\1\x60\0\0\3\2\1\0\xa", 19);
    struct text size = {0};
    put_leb(&size, body->size);
    put_leb(&t, 1 + size.size + body->size);
    put_leb(&t, 1);
    text_put(&t, size.data, size.size);
    text_put(&t, body->data, body->size);
    if (names != NULL) {
        put_leb(&t, 0);
        put_leb(&t, 5 + names->size);
        text_put(&t, "\4name", 5);
        text_put(&t, names->data, names->size);
    }
    wick_module *m = module_of((const uint8_t *)t.data, t.size, "body");
    free(t.data);
    free(size.data);
    return m;
}

static void repeat(struct text *t, const char *bytes, size_t size, size_t n) {
    for (; n != 0; n--) {
        text_put(t, bytes, size);
    }
}

/* Prints n and 8 n of something; the time grows with the text, and the text with the module. */
static void is_linear(const char *what, wick_module *(*make)(size_t n), size_t n, uint32_t flags) {
    double time[2];
    size_t size[2] = {0, 0};
    for (int i = 0; i < 2; i++) {
        wick_module *m = make(i == 0 ? n : 8 * n);
        time[i] = seconds();
        CHECK_EQ(wick_text_print(m, flags, text_drop, &size[i], NULL), WICK_OK);
        time[i] = seconds() - time[i];
        wick_module_free(m);
    }
    test_checks++;
    if (time[1] > 30 * time[0] + 0.05 || size[1] > 10 * size[0]) {
        test_failures++;
        printf("%s: %zu bytes of text in %.3f s, then %zu in %.3f s\n", what, size[0], time[0], size[1], time[1]);
    }
}

static wick_module *make_blocks(size_t n) {
    struct text body = {0};
    put_leb(&body, 0);
    repeat(&body, "\x02\x40", 2, n);
    repeat(&body, "\x0b", 1, n + 1);
    wick_module *m = module_of_body(&body, NULL);
    free(body.data);
    return m;
}

/* Nested blocks of one name, branches to all of them. */
static wick_module *make_shadows(size_t n) {
    struct text body = {0}, names = {0}, map = {0};
    put_leb(&body, 0);
    for (size_t i = 0; i < n; i++) {
        text_put(&body, "\x02\x40\x41\0\x0d", 5);
        put_leb(&body, i);
    }
    repeat(&body, "\x0b", 1, n + 1);
    put_leb(&map, 1);
    put_leb(&map, 0);
    put_leb(&map, n);
    for (size_t i = 0; i < n; i++) {
        put_leb(&map, i);
        text_put(&map, "\1l", 2);
    }
    put_leb(&names, 3);
    put_leb(&names, map.size);
    text_put(&names, map.data, map.size);
    wick_module *m = module_of_body(&body, &names);
    free(body.data);
    free(names.data);
    free(map.data);
    return m;
}

/* 1 + (1 + (1 + ... */
static wick_module *make_deep_sum(size_t n) {
    struct text body = {0};
    put_leb(&body, 0);
    repeat(&body, "\x41\1", 2, n + 1);
    repeat(&body, "\x6a", 1, n);
    text_put(&body, "\x1a\x0b", 2);
    wick_module *m = module_of_body(&body, NULL);
    free(body.data);
    return m;
}

/* ((1 + 1) + 1) + ... */
static wick_module *make_left_sum(size_t n) {
    struct text body = {0};
    put_leb(&body, 0);
    text_put(&body, "\x41\1", 2);
    repeat(&body, "\x41\1\x6a", 3, n);
    text_put(&body, "\x1a\x0b", 2);
    wick_module *m = module_of_body(&body, NULL);
    free(body.data);
    return m;
}

/* Values that nobody takes until a return throws them away. */
static wick_module *make_heap(size_t n) {
    struct text body = {0};
    put_leb(&body, 0);
    repeat(&body, "\x41\1", 2, n);
    text_put(&body, "\x0f\x0b", 2);
    wick_module *m = module_of_body(&body, NULL);
    free(body.data);
    return m;
}

static wick_module *make_br_table(size_t n) {
    struct text body = {0};
    put_leb(&body, 0);
    text_put(&body, "\x41\0\x0e", 3);
    put_leb(&body, n);
    repeat(&body, "\0", 1, n + 1);
    text_put(&body, "\x0b", 1);
    wick_module *m = module_of_body(&body, NULL);
    free(body.data);
    return m;
}

/* if in the condition of if in the condition... */
static wick_module *make_ifs(size_t n) {
    struct text body = {0};
    put_leb(&body, 0);
    text_put(&body, "\x41\1", 2);
    repeat(&body, "\x04\x7f\x41\1\x05\x41\2\x0b", 8, n);
    text_put(&body, "\x1a\x0b", 2);
    wick_module *m = module_of_body(&body, NULL);
    free(body.data);
    return m;
}

static wick_module *make_tries(size_t n) {
    struct text body = {0};
    put_leb(&body, 0);
    repeat(&body, "\x06\x40", 2, n);
    repeat(&body, "\x19\x0b", 2, n / 2);
    repeat(&body, "\x18\0", 2, n - n / 2);
    text_put(&body, "\x0b", 1);
    wick_module *m = module_of_body(&body, NULL);
    free(body.data);
    return m;
}

/* n functions of one name and one of a huge one. */
static wick_module *make_names(size_t n) {
    struct text t = {0}, names = {0}, map = {0}, code = {0};
    text_put(&t, "\0asm\1\0\0\0\1\4\1\x60\0\0", 14);
    put_leb(&code, n);
    const size_t size_of_n = code.size;
    repeat(&code, "\0", 1, n);
    put_leb(&t, 3);
    put_leb(&t, code.size);
    text_put(&t, code.data, code.size);
    code.size = size_of_n;
    repeat(&code, "\2\0\x0b", 3, n);
    put_leb(&t, 10);
    put_leb(&t, code.size);
    text_put(&t, code.data, code.size);
    put_leb(&map, n);
    for (size_t i = 0; i < n; i++) {
        put_leb(&map, i);
        if (i == n - 1) {
            put_leb(&map, n * 3);
            repeat(&map, "\xc3\xa9(", 3, n);
        } else {
            text_put(&map, i % 2 ? "\3a.1" : "\1a", i % 2 ? 4 : 2);
        }
    }
    put_leb(&names, 1);
    put_leb(&names, map.size);
    text_put(&names, map.data, map.size);
    put_leb(&t, 0);
    put_leb(&t, 5 + names.size);
    text_put(&t, "\4name", 5);
    text_put(&t, names.data, names.size);
    wick_module *m = module_of((const uint8_t *)t.data, t.size, "names");
    free(t.data);
    free(names.data);
    free(map.data);
    free(code.data);
    return m;
}

/* A constant expression of n additions. */
static wick_module *make_const(size_t n) {
    struct text t = {0}, expr = {0};
    text_put(&expr, "\1\x7f\0", 3);
    repeat(&expr, "\x41\1", 2, n + 1);
    repeat(&expr, "\x6a", 1, n);
    text_put(&expr, "\x0b", 1);
    text_put(&t, "\0asm\1\0\0\0\6", 9);
    put_leb(&t, expr.size);
    text_put(&t, expr.data, expr.size);
    wick_module *m = module_of((const uint8_t *)t.data, t.size, "const");
    free(t.data);
    free(expr.data);
    return m;
}

static void bombs(void) {
    static const struct {
        const char *name;
        wick_module *(*make)(size_t n);
        size_t n;
    } shapes[] = {{"nested blocks", make_blocks, 100000},   {"labels of one name", make_shadows, 50000},
                  {"a deep sum", make_deep_sum, 100000},    {"a deep sum to the left", make_left_sum, 100000},
                  {"a high stack", make_heap, 100000},      {"a large br_table", make_br_table, 100000},
                  {"conditions of conditions", make_ifs, 50000}, {"nested try", make_tries, 100000},
                  {"functions of one name", make_names, 50000},  {"a large constant expression", make_const, 100000}};
    for (size_t i = 0; i < sizeof shapes / sizeof shapes[0]; i++) {
        is_linear(shapes[i].name, shapes[i].make, shapes[i].n, 0);
        is_linear(shapes[i].name, shapes[i].make, shapes[i].n, WICK_PRINT_FOLDED);
        /* and what was printed can be read */
        wick_module *m = shapes[i].make(5000);
        struct text text = {0};
        uint8_t *bytes;
        size_t size;
        wick_diag diag;
        NEED(wick_text_print(m, WICK_PRINT_FOLDED, text_put, &text, &diag) == WICK_OK);
        CHECK_EQ(wick_text_assemble(engine, text.data, text.size, WICK_TEXT_NAMES, &bytes, &size, &diag), WICK_OK);
        CHECK(size <= m->size);
        wick_text_free(engine, bytes, size);
        free(text.data);
        wick_module_free(m);
    }
}

int main(void) {
    port_init(&port);
    host = port_table();
    const wick_config config = {.lazy = true};
    NEED(wick_engine_new(&host, &port, &config, &engine) == WICK_OK);
    exact_texts();
    exact_imports();
    exact_names();
    broken_names();
    floats();
    out_of_memory(0);
    out_of_memory(WICK_PRINT_FOLDED);
    sinks();
    bombs();
    wick_engine_free(engine);
    CHECK_CLEAN(&port);
    return test_end("print");
}

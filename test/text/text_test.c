/* text_test.c - the assembler: exact bytes, exact errors and their places, every allocation failing in turn, nesting a
 * million deep, names by the hundred thousand. The official suite's text is test/spec's business. */
#include <time.h>

#include "test/api/api.h"

static struct port port;
static wick_host host;
static wick_engine *engine;

/* ---- bytes --------------------------------------------------------------------------------------------------------- */

static const char hex_digits[] = "0123456789abcdef";

/* The module's bytes after magic and version, as hexadecimal. */
static char *assemble_hex(const char *text, uint32_t flags) {
    uint8_t *bytes;
    size_t size;
    wick_diag diag;
    if (wick_text_assemble(engine, text, strlen(text), flags, &bytes, &size, &diag) != WICK_OK) {
        static char message[300];
        wick_diag_format(&diag, "text", NULL, message, sizeof message);
        return message;
    }
    static char out[4000];
    size_t n = 0;
    for (size_t i = 8; i < size && n < sizeof out - 4; i++) {
        out[n++] = hex_digits[bytes[i] >> 4];
        out[n++] = hex_digits[bytes[i] & 15];
    }
    out[n] = 0;
    wick_text_free(engine, bytes, size);
    return out;
}

static void bytes_are(const char *text, uint32_t flags, const char *want) {
    const char *got = assemble_hex(text, flags);
    char packed[4000];
    size_t n = 0;
    for (const char *c = want; *c != 0; c++) {
        if (*c != ' ') {
            packed[n++] = *c;
        }
    }
    packed[n] = 0;
    test_checks++;
    if (strcmp(got, packed) != 0) {
        test_failures++;
        printf("%s\n  expected %s\n  got      %s\n", text, packed, got);
    }
}

static void exact_bytes(void) {
    bytes_are("(module)", 0, "");
    bytes_are("", 0, "");
    bytes_are("(func)", 0, "0104 01 600000 0302 01 00 0a04 01 02 00 0b");
    /* the type that stands behind is found; another one is added after it; locals in runs */
    bytes_are("(func (param i32)) (func (result f32) (local i32 i32) (local $x i32) (local i64) f32.const 1)"
              "(type (func (param i32)))",
              0,
              "0109 02 60017f00 6000017d 0303 02 00 01 0a10 02 02 00 0b 0b 02 03 7f 01 7e 43 0000803f 0b");
    /* folded and flat are the same */
    const char *flat = "(func (param i32) (result i32) local.get 0 if (result i32) i32.const 1 else i32.const -1 end)";
    char first[4000];
    strcpy(first, assemble_hex(flat, 0));
    bytes_are("(func (param $p i32) (result i32)"
              "(if $l (result i32) (local.get $p) (then (i32.const 0x1)) (else (i32.const 0xffff_ffff))))",
              0, first);
    /* block types in short form; labels by name, shadowed and not */
    bytes_are("(func (block $a (block $a (br $a)) (br $a) (loop $b (br_table $a $b 0))))", 0,
              "0104 01 600000 0302 01 00 0a16 01 14 00 0240 0240 0c00 0b 0c00 0340 0e 02 01 00 00 0b 0b 0b");
    /* imports, exports, memory with data, table with elements, data count only where it is needed */
    bytes_are("(import \"m\" \"n\" (func $i (param i64))) (memory (export \"x\") (data \"ab\" \"\\63\"))"
              "(table funcref (elem $i)) (start $i)",
              0,
              "0105 01 60017e00 0207 01 01 6d 01 6e 00 00 0405 01 70 01 01 01 0504 01 01 01 01 0705 01 01 78 02 00"
              "0801 00 0909 01 04 4100 0b 01 d200 0b 0b09 01 00 4100 0b 03 616263");
    bytes_are("(memory 1) (data $d \"x\") (func (data.drop $d))", 0,
              "0104 01 600000 0302 01 00 0503 01 00 01 0c01 01 0a07 01 05 00 fc09 00 0b 0b04 01 01 01 78");
    /* element segments in their shortest form */
    bytes_are("(table 1 funcref) (func $f) (elem (i32.const 0) $f) (elem func $f) (elem declare func $f)"
              "(elem funcref (ref.func $f) (item ref.null func)) (elem (ref func) (ref.func 0))",
              0,
              "0104 01 600000 0302 01 00 0404 01 70 00 01 091c 05 00 4100 0b 01 00 01 00 01 00 03 00 01 00"
              "05 70 02 d200 0b d070 0b 01 00 01 00 0a04 01 02 00 0b");
    /* a table's initial value is written only when it is not null */
    bytes_are("(table 1 funcref (ref.null func)) (func $f) (table 1 (ref func) (ref.func $f))", 0,
              "0104 01 600000 0302 01 00 040d 02 70 00 01 4000 6470 00 01 d200 0b 0a04 01 02 00 0b");
    /* recursive groups, supertypes, fields by name */
    bytes_are("(rec (type $a (sub (struct (field $x i8) (field (mut (ref null $b)))))) (type $b (sub final $a "
              "(struct (field i8) (field $y (mut (ref null $b)))))))"
              "(func (param (ref $b)) (result i32) (struct.get_u $a $x (local.get 0)))",
              0,
              "011c 02 4e 02 50 00 5f 02 78 00 63 01 01 4f 01 00 5f 02 78 00 63 01 01 60 01 64 01 01 7f 0302 01 02"
              "0a0a 01 08 00 2000 fb04 00 00 0b");
    /* memory arguments */
    bytes_are("(memory 1) (memory $m i64 1 2) (func (drop (i64.load $m offset=0x10 align=4 (i64.const 0))))", 0,
              "0104 01 600000 0302 01 00 0506 02 00 01 05 01 02 0a0b 01 09 00 4200 29 42 01 10 1a 0b");
    /* names */
    bytes_are("(module $m (func $f (param $p i32) (local $q i32) (block $l)) (func (@name \"g h\")))", WICK_TEXT_NAMES,
              "0108 02 60017f00 600000 0303 02 00 01 0a0c 02 07 01 01 7f 0240 0b 0b 02 00 0b"
              "0027 04 6e616d65 0002 01 6d 0109 02 00 01 66 01 03 67 20 68 0209 01 00 02 00 01 70 01 01 71 0306 01 00 01 00"
              "01 6c");
    /* custom sections in their places */
    bytes_are("(@custom \"a\" (before first) \"1\") (func) (@custom \"b\" (after func)) (@custom \"c\" \"3\")", 0,
              "0003 01 61 31 0104 01 600000 0302 01 00 0002 01 62 0a04 01 02 00 0b 0003 01 63 33");
    /* legacy exceptions */
    bytes_are("(tag $e) (func (try (do (throw $e)) (catch $e) (catch_all (rethrow 0)))"
              "try $l try delegate $l catch_all $l end $l)",
              0,
              "0104 01 600000 0302 01 00 0d03 01 00 00 0a16 01 14 00 0640 08 00 07 00 19 09 00 0b 0640 0640 18 00 19 0b 0b");
    /* quoted modules, even twice */
    bytes_are("(module quote \"(module quote \\\"(start 0) (fu\\\" \\\"nc)\\\")\")", 0,
              "0104 01 600000 0302 01 00 0801 00 0a04 01 02 00 0b");
    bytes_are("(module $id binary \"\\00asm\" \"\\01\\00\\00\\00\" \"\\01\\01\" \"\\00\")", 0, "010100");
    /* branch hints */
    bytes_are("(func (param i32) (@metadata.code.branch_hint \"\\01\") (if (local.get 0) (then)))", 0,
              "0105 01 60017f00 0302 01 00 0020 19 6d657461646174612e636f64652e6272616e63685f68696e74 01 00 01 03 01 01"
              "0a09 01 07 00 2000 0440 0b 0b");
}

/* ---- errors -------------------------------------------------------------------------------------------------------- */

static void fails_at(const char *text, uint32_t line, uint32_t column, const char *reason) {
    uint8_t *bytes = NULL;
    size_t size = 0;
    wick_diag diag;
    char got[300];
    memset(&diag, 0xee, sizeof diag);
    test_checks++;
    const wick_err err = wick_text_assemble(engine, text, strlen(text), 0, &bytes, &size, &diag);
    if (err == WICK_OK) {
        test_failures++;
        printf("%s: accepted, expected %s\n", text, reason);
        wick_text_free(engine, bytes, size);
        return;
    }
    wick_diag_reason(&diag, NULL, got, sizeof got);
    if (diag.line != line || diag.column != column || strcmp(got, reason) != 0) {
        test_failures++;
        printf("%s: expected %u:%u %s, got %u:%u %s\n", text, line, column, reason, diag.line, diag.column, got);
    }
}

static void exact_errors(void) {
    fails_at("(func\n  (i32.foo))", 2, 4, "unknown operator i32.foo");
    fails_at("(func\r\n\r  (local.get $nope))", 3, 14, "unknown local $nope");
    fails_at("(func (call $a-name-that-is-longer-than-the-room-in-a-diag))", 1, 13, "unknown function $a-name-that-is-longer-t");
    fails_at("(func $f) (func $f)", 1, 17, "duplicate func $f");
    fails_at("(func (param $x i32) (local $x i32))", 1, 29, "duplicate local $x");
    fails_at("(func) (import \"\" \"\" (func))", 1, 8, "import after function");
    fails_at("(func (br $l))", 1, 11, "unknown label $l");
    fails_at("(func block $a end $b)", 1, 20, "mismatching label");
    fails_at("(func i32.const 4294967296)", 1, 17, "constant out of range");
    fails_at("(memory 18446744073709551616)", 1, 9, "i64 constant out of range");
    fails_at("(func (i32.load align=3 (i32.const 0)))", 1, 17, "alignment must be a power of two");
    fails_at("(func", 1, 6, "unexpected token");
    fails_at("(func))", 1, 7, "unexpected token");
    fails_at("(func end)", 1, 7, "unexpected token");
    fails_at("(func block)", 1, 12, "unexpected token");
    fails_at("(func (if (i32.const 0)))", 1, 24, "unexpected token");
    fails_at("(func (nop nop))", 1, 12, "unexpected token");
    fails_at("(func (else))", 1, 8, "unexpected token");
    fails_at("(module) (module)", 1, 10, "unexpected token");
    fails_at("(module definition (func))", 1, 9, "unexpected token");
    fails_at("(type $t (func (param $x i32))) (func (type $t) (param i64))", 1, 45, "inline function type");
    fails_at("(func) (start 0) (start 0)", 1, 18, "multiple start sections");
    fails_at("(export \"\\ff\" (func 0))", 1, 9, "malformed UTF-8 encoding");
    fails_at("(func) ;; \xff", 1, 11, "malformed UTF-8 encoding");
    fails_at("(func) (; (; ;)", 1, 8, "unclosed comment");
    fails_at("(data \"a\nb\")", 1, 7, "unclosed string");
    fails_at("(data \"\\q\")", 1, 8, "illegal escape");
    fails_at("(data \"\\u{d800}\")", 1, 8, "illegal escape");
    fails_at("(data \"a\"\"b\")", 1, 7, "unknown operator \"a\"\"b\"");
    fails_at("(func \x01)", 1, 7, "illegal character");
    fails_at("(func $ nop)", 1, 7, "empty identifier");
    fails_at("(func (@custom \"x\"))", 1, 7, "misplaced @custom annotation");
    fails_at("(func (@metadata.code.branch_hint \"\\01\") nop)", 1, 42,
             "@metadata.code.branch_hint annotation: invalid target");
    fails_at("(func (v128.const i32x4 1 2 3))", 1, 19, "wrong number of lane literals");
    fails_at("(module quote \"(func\" \"))\")", 1, 7, "unexpected token");
    fails_at("(module quote \"\\28module quote \\22)\\22)\")", 1, 1, "unexpected token");
    /* a broken tail does not make names unknown that stand before it */
    fails_at("(func (call $later)) (func $later) (func \"a\"0)", 1, 42, "unknown operator \"a\"0");
    fails_at("(func (call $later)) (foo) (func $later)", 1, 23, "unknown operator foo");
}

/* The whole message. */
static void says(const char *text, size_t size, const char *want) {
    uint8_t *bytes = NULL;
    size_t n = 0;
    wick_diag diag;
    char got[300] = "accepted";
    wick_diag_init(&diag);
    test_checks++;
    if (wick_text_assemble(engine, text, size, 0, &bytes, &n, &diag) == WICK_OK) {
        wick_text_free(engine, bytes, n);
    } else {
        wick_diag_format(&diag, "a.wat", NULL, got, sizeof got);
    }
    if (strcmp(got, want) != 0) {
        test_failures++;
        printf("%.*s: expected %s, got %s\n", (int)(size < 60 ? size : 60), text, want, got);
    }
}
#define SAYS(text, want) says(text, sizeof(text) - 1, want)

static void exact_messages(void) {
    SAYS("(func (i32.add (i32.const 1)\n", "a.wat:2:1: unexpected token: expected an instruction, got the end");
    SAYS("(func i32.const $a)", "a.wat:1:17: unexpected token: expected a number, got $a");
    SAYS("(func i32.const \"a\")", "a.wat:1:17: unexpected token: expected a number, got a string");
    SAYS("(func f32.const i32.const 1)", "a.wat:1:17: unexpected token: expected a number, got i32.const");
    SAYS("(func (local.get (i32.const 0)))", "a.wat:1:18: unexpected token: expected an index, got (i32.const");
    SAYS("(func (local.get -1))", "a.wat:1:18: unexpected token: expected an index, got -1");
    SAYS("(func (param i32) (type 0))",
         "a.wat:1:19: unexpected token: expected type, param, result in this order, got (type");
    SAYS("(func else)", "a.wat:1:7: unexpected token: no such block is open, got else");
    SAYS("(func block)", "a.wat:1:12: unexpected token: expected the end of a block, got ')'");
    SAYS("(func) ()", "a.wat:1:9: unexpected token: expected a module field, got ')'");
    SAYS("(func) (nop)", "a.wat:1:8: unexpected token: expected a module field, got (nop");
    SAYS("(module (func)) (func)", "a.wat:1:17: unexpected token: expected the end, got (func");
    SAYS("(import \"a\" (func))", "a.wat:1:13: unexpected token: expected a string, got (func");
    SAYS("(global i32 offset=0)", "a.wat:1:13: unexpected token: expected an instruction, got offset=");
    SAYS("(export $\"\\u{e9}\\u{e9}\\u{e9}\\u{e9}\\u{e9}\\u{e9}\\u{e9}\\u{e9}\\u{e9}\\u{e9}\\u{e9}\\u{e9}\\u{e9}\")",
         "a.wat:1:9: unexpected token: expected a string, got $\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9");
    SAYS("(func (@name \"a\") (@name \"b\"))", "a.wat:1:19: @name annotation: duplicate annotation");
    SAYS("(func (@metadata.code.branch_hint \"\\02\") (if (i32.const 0) (then)))",
         "a.wat:1:7: @metadata.code.branch_hint annotation: invalid value");
    SAYS("(@custom)", "a.wat:1:1: @custom annotation: missing section name");
    SAYS("(@custom \"a\" (after nothing))", "a.wat:1:14: @custom annotation: malformed section kind");
    /* ends in the midst of everything, a zero byte, bytes that are no characters */
    SAYS("(", "a.wat:1:2: unexpected token: expected a module field, got the end");
    SAYS("(func $", "a.wat:1:7: empty identifier");
    SAYS("(func $\"a", "a.wat:1:7: empty identifier");
    SAYS("(func \"", "a.wat:1:7: unclosed string");
    SAYS("(data \"\\", "a.wat:1:8: illegal escape");
    SAYS("(data \"\\u{", "a.wat:1:8: illegal escape");
    SAYS("(;", "a.wat:1:1: unclosed comment");
    SAYS("(func (;;", "a.wat:1:7: unclosed comment");
    SAYS("(@a", "a.wat:1:1: unclosed annotation");
    SAYS("(@a \"", "a.wat:1:5: unclosed string");
    SAYS("(@", "a.wat:1:1: empty annotation id");
    SAYS("(func i32.const 0x", "a.wat:1:17: unknown operator 0x");
    SAYS("(func f32.const 1e", "a.wat:1:17: unknown operator 1e");
    SAYS("(func f32.const nan:0x", "a.wat:1:17: unknown operator nan:0x");
    SAYS("(func \0)", "a.wat:1:7: illegal character");
    SAYS("(func \x80)", "a.wat:1:7: malformed UTF-8 encoding");
    SAYS("(; \xc3 ;)", "a.wat:1:4: malformed UTF-8 encoding");
    SAYS("(data \"\xf0\x9f\x98\")", "a.wat:1:8: malformed UTF-8 encoding");
    SAYS("(@x \xed\xa0\x80)", "a.wat:1:5: malformed UTF-8 encoding");
    SAYS("(func (block $\xc3\xa9))", "a.wat:1:14: empty identifier");
}

/* ---- out of memory ------------------------------------------------------------------------------------------------- */

static const char everything[] =
    "(module $\"all \\74hings\" (@name \"N\") (@custom \"c\" (after type) \"abc\")\n"
    "(type $s (sub (struct (field $a i32) (field $b (mut i64)))))\n"
    "(rec (type $r (func (param (ref null $q)) (result i32))) (type $q (array (mut i8))))\n"
    "(import \"a\" \"b\" (func $imp (param i32 i32) (result f64)))\n"
    "(import \"a\" \"t\" (table $it 1 2 externref)) (import \"a\" \"g\" (global $ig (mut f32)))\n"
    "(memory $m (export \"mem\") (data \"hello\\n\")) (memory $m2 i64 1 2 shared)\n"
    "(table $t funcref (elem $f $g)) (table $t2 1 (ref $r) (ref.func $h))\n"
    "(global $g1 i32 (i32.add (i32.const 1) (i32.const 2))) (tag $e (param i32))\n"
    "(func $f (export \"f\") (param $x i32) (result i32) (local $y i64) (local f32 f32 f64)\n"
    "  (block $out (result i32) (loop $in (br_if $in (i32.eqz (local.get $x)))\n"
    "    (if (local.get $x) (then (nop)) (else (br_table $in $out 0 (i32.const 1) (i32.const 2)))))\n"
    "    (@metadata.code.branch_hint \"\\00\") (if (local.get $x) (then))\n"
    "    i32.const 3)\n"
    "  (drop (call_indirect $t (param i64 f32) (result i32) (i64.const -1) (f32.const 0x1.8p-3) (i32.const 0)))\n"
    "  try_table $tt (catch $e 0) (catch_all 1) end $tt\n"
    "  (drop (v128.const f32x4 1.5e300 inf nan -0)) (memory.init $m $d (i32.const 0) (i32.const 0) (i32.const 0)))\n"
    "(func $g (type $r) (select (result i32) (i32.const 1) (i32.const 2) (i32.const 3)))\n"
    "(func $h (type $r) (i32.load8_u $m offset=1 align=1 (f64.const 123456789012345678901234567890e-40)))\n"
    "(elem $el (i32.const 0) func $f) (elem declare func $h) (data $d \"x\" \"\\u{1f600}\") (start $\"imp\"))\n";

static void out_of_memory(void) {
    uint8_t *want;
    size_t want_size;
    wick_diag diag;
    /* 1.5e300 is too large for f32x4: the text is made right here so that the exact path of big numbers is in it. */
    char *text = malloc(sizeof everything);
    NEED(text != NULL);
    memcpy(text, everything, sizeof everything);
    memcpy(strstr(text, "1.5e300"), "1.5e-30", 7);
    if (wick_text_assemble(engine, text, strlen(text), WICK_TEXT_NAMES, &want, &want_size, &diag) != WICK_OK) {
        test_die(&diag, NULL, "everything");
    }
    const size_t held = port.held;
    for (long long k = 0;; k++) {
        uint8_t *bytes;
        size_t size;
        port.n = 0;
        port.fail_at = k;
        const wick_err err =
            wick_text_assemble(engine, text, strlen(text), WICK_TEXT_NAMES, &bytes, &size, &diag);
        const bool failed = port.n > k;
        port.fail_at = -1;
        if (!failed) {
            CHECK(err == WICK_OK && size == want_size && memcmp(bytes, want, size) == 0);
            wick_text_free(engine, bytes, size);
            CHECK(k > 40);
            break;
        }
        CHECK_EQ(err, WICK_ERR_nomem);
        CHECK_EQ(diag.err, WICK_ERR_nomem);
        CHECK_EQ(port.held, held);
        if (err != WICK_ERR_nomem) {
            printf("  at allocation %lld\n", k);
            break;
        }
    }
    wick_text_free(engine, want, want_size);
    free(text);
}

/* Looking for a place without memory finds none, or the right one. */
static void locate_out_of_memory(void) {
    static const char text[] = "(module (func (param i32) (result i32)\n  (local i64 f32)\n"
                               "  (block (i32.eqz (local.get 0)) (br_if 0))\n  (i32.add (local.get 0) (i32.const 1))))";
    uint8_t *bytes;
    size_t size;
    uint32_t line = 0, column = 0;
    bool failed = true;
    NEED(wick_text_assemble(engine, text, strlen(text), 0, &bytes, &size, NULL) == WICK_OK);
    const size_t held = port.held, end = size - 1; /* the last `end` */
    CHECK(wick_text_locate(engine, text, strlen(text), 0, bytes, size, end, &line, &column));
    CHECK(line == 4 && column == 40);
    CHECK(wick_text_locate(engine, text, strlen(text), 0, bytes, size, end - 1, &line, &column));
    CHECK(line == 4 && column == 4);
    CHECK(!wick_text_locate(engine, text, strlen(text), 0, bytes, size, 9, &line, &column)); /* the types */
    CHECK(!wick_text_locate(engine, text, strlen(text), 0, bytes, size, size, &line, &column));
    CHECK(!wick_text_locate(engine, "(module binary)", 15, 0, bytes, size, end, &line, &column));
    for (long long k = 0; failed; k++) {
        port.n = 0;
        port.fail_at = k;
        const bool found = wick_text_locate(engine, text, strlen(text), 0, bytes, size, end - 1, &line, &column);
        failed = port.n > k;
        port.fail_at = -1;
        CHECK(found || failed);
        CHECK(line == 4 && column == 4);
        CHECK_EQ(port.held, held);
    }
    wick_text_free(engine, bytes, size);
}

/* ---- size ---------------------------------------------------------------------------------------------------------- */

/* open * n + middle + close * n, in (func ...). */
static wick_err nested(size_t n, const char *open, const char *middle, const char *close) {
    const size_t a = strlen(open), b = strlen(middle), c = strlen(close);
    char *text = malloc(n * (a + c) + b + 32);
    char *at = text;
    uint8_t *bytes;
    size_t size;
    NEED(text != NULL);
    at += sprintf(at, "(func ");
    for (size_t i = 0; i < n; i++, at += a) {
        memcpy(at, open, a);
    }
    memcpy(at, middle, b);
    at += b;
    for (size_t i = 0; i < n; i++, at += c) {
        memcpy(at, close, c);
    }
    *at++ = ')';
    const wick_err err = wick_text_assemble(engine, text, (size_t)(at - text), 0, &bytes, &size, NULL);
    if (err == WICK_OK) {
        wick_text_free(engine, bytes, size);
    }
    free(text);
    return err;
}

static void deep_nesting(void) {
    const size_t n = 1000000;
    CHECK_EQ(nested(n, "(i32.eqz ", "(i32.const 0)", ")"), WICK_OK);
    CHECK_EQ(nested(n, "(block $l ", "(br $l)", ")"), WICK_OK);
    CHECK_EQ(nested(n, "block $l ", "br $l ", "end $l "), WICK_OK);
    CHECK_EQ(nested(n, "(if ", "(i32.const 0)", "(then))"), WICK_OK);
    CHECK_EQ(nested(n, "(if (i32.const 0) (then ", "", "))"), WICK_OK);
    CHECK_EQ(nested(n, "(try (do ", "", "))"), WICK_OK);
    CHECK_EQ(nested(n, "(;", "", ";)"), WICK_OK);
    CHECK_EQ(nested(n, "(@a (", "", "))"), WICK_OK);
    CHECK_EQ(nested(n, "(@a", "", ")"), WICK_OK);
    CHECK_EQ(nested(n, "(@a \")\" (", "", "))"), WICK_OK);
    CHECK_EQ(nested(n, "(@a", "", ""), WICK_ERR_unclosed_annotation);
    CHECK_EQ(nested(n, "(;", "", ""), WICK_ERR_unclosed_comment);
    CHECK_EQ(nested(n, ";;\n", "", ""), WICK_OK);
    CHECK_EQ(nested(n, "(@name \"a\")", "", ""), WICK_ERR_annotation);
    CHECK_EQ(nested(n, "(;;)", "nop", "(@b)"), WICK_OK);
    CHECK_EQ(nested(n, "(block $l (result i32) ", "(i32.const 0)", ")"), WICK_OK);
    CHECK_EQ(nested(n, "(try_table (catch_all 0) ", "", ")"), WICK_OK);
    CHECK_EQ(nested(n, "(", "", ")"), WICK_ERR_unexpected_token);
    CHECK_EQ(nested(n, "(block ", "", ""), WICK_ERR_unexpected_token);
}

/* One token of n bytes, in front of what and behind it; answers the error. */
static wick_err enormous(const char *before, char c, size_t n, const char *behind) {
    const size_t a = strlen(before), b = strlen(behind);
    char *text = malloc(a + n + b + 1);
    uint8_t *bytes;
    size_t size;
    NEED(text != NULL);
    memcpy(text, before, a);
    memset(text + a, c, n);
    memcpy(text + a + n, behind, b + 1);
    const wick_err err = wick_text_assemble(engine, text, a + n + b, WICK_TEXT_NAMES, &bytes, &size, NULL);
    if (err == WICK_OK) {
        wick_text_free(engine, bytes, size);
    }
    free(text);
    return err;
}

static void enormous_tokens(void) {
    const size_t n = 4000000;
    CHECK_EQ(enormous("(func i32.const 0", '0', n, "1 drop)"), WICK_OK);
    CHECK_EQ(enormous("(func i32.const 0x", '0', n, "1 drop)"), WICK_OK);
    CHECK_EQ(enormous("(func i32.const 1", '0', n, ")"), WICK_ERR_constant_range);
    CHECK_EQ(enormous("(func i64.const -1", '9', n, ")"), WICK_ERR_constant_range);
    CHECK_EQ(enormous("(func f64.const 0.", '9', n, " drop)"), WICK_OK);
    CHECK_EQ(enormous("(func f32.const 0x0.", '0', n, "1p-3 drop)"), WICK_OK);
    CHECK_EQ(enormous("(func f64.const 1", '0', n, ")"), WICK_ERR_constant_range);
    CHECK_EQ(enormous("(func f64.const 1e-", '9', n, " drop)"), WICK_OK);
    CHECK_EQ(enormous("(func f64.const 1e", '9', n, ")"), WICK_ERR_constant_range);
    CHECK_EQ(enormous("(func i32.const 1", '_', n, "1)"), WICK_ERR_unknown_operator);
    CHECK_EQ(enormous("(memory 1", '0', n, ")"), WICK_ERR_i64_range);
    CHECK_EQ(enormous("(func br 1", '0', n, ")"), WICK_ERR_i32_range);
    CHECK_EQ(enormous("(func $", 'a', n, ")"), WICK_OK);
    CHECK_EQ(enormous("(func call $", 'a', n, ")"), WICK_ERR_unknown_name);
    CHECK_EQ(enormous("(func ", 'a', n, ")"), WICK_ERR_unknown_operator);
    CHECK_EQ(enormous("(data \"", 'a', n, "\")"), WICK_OK);
    CHECK_EQ(enormous("(data \"", 'a', n, ""), WICK_ERR_unclosed_string);
    CHECK_EQ(enormous("(@", 'a', n, ")"), WICK_OK);
    CHECK_EQ(enormous("(;", ';', n, ")"), WICK_OK);
    CHECK_EQ(enormous("", '(', n, ""), WICK_ERR_unexpected_token);
    CHECK_EQ(enormous("", ')', n, ""), WICK_ERR_unexpected_token);
    CHECK_EQ(enormous("(func", ' ', n, ")"), WICK_OK);
}

static double names_time(size_t n) {
    char *text = malloc(n * 120 + 64);
    char *at = text;
    uint8_t *bytes;
    size_t size;
    struct timespec start, end;
    NEED(text != NULL);
    for (size_t i = 0; i < n; i++) {
        at += sprintf(at, "(global $name_%zu i32 (i32.const 0))", i);
    }
    at += sprintf(at, "(func ");
    for (size_t i = 0; i < n; i++) {
        at += sprintf(at, "(param $p%zu i32)", i);
    }
    for (size_t i = 0; i < n; i++) {
        at += sprintf(at, "global.get $name_%zu ", n - 1 - i);
    }
    *at++ = ')';
    clock_gettime(CLOCK_MONOTONIC, &start);
    const wick_err err = wick_text_assemble(engine, text, (size_t)(at - text), 0, &bytes, &size, NULL);
    clock_gettime(CLOCK_MONOTONIC, &end);
    CHECK_EQ(err, WICK_OK);
    if (err == WICK_OK) {
        wick_text_free(engine, bytes, size);
    }
    free(text);
    return (double)(end.tv_sec - start.tv_sec) + (double)(end.tv_nsec - start.tv_nsec) * 1e-9;
}

/* Eight times the names take about eight times as long; quadratic time would take 64 times as long. */
static void many_names(void) {
    const double small = names_time(25000);
    const double large = names_time(200000);
    printf("25,000 names: %.3f s, 200,000 names: %.3f s\n", small, large);
    CHECK(large < small * 30 + 0.05);
}

int main(void) {
    port_init(&port);
    host = port_table();
    NEED(wick_engine_new(&host, &port, NULL, &engine) == WICK_OK);
    const size_t held = port.held;
    exact_bytes();
    exact_errors();
    exact_messages();
    enormous_tokens();
    CHECK_EQ(port.held, held);
    out_of_memory();
    locate_out_of_memory();
    deep_nesting();
    many_names();
    CHECK_EQ(port.held, held);
    wick_engine_free(engine);
    CHECK_CLEAN(&port);
    return test_end("text");
}

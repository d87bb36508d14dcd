/* enum_code.h - code for enum_test.c: a small assembler with types, and the modules that its functions are put into.
 *
 * Instructions are written as in the text format, without parentheses: an opcode and its immediates as numbers. What has no
 * fixed signature in op.def, and is not known here, is followed by one: `call 1 {i_i}`. Labels: @in is the innermost block,
 * @up the one around it, @out the outermost, @back the nearest loop, @fn the function. Block types: `block i:il`.
 * Types are letters: i l f d s as in op.def; r externref, p funcref, e eqref, x exnref, t a struct's, a an array's, c a
 * helper's (i32) -> (i32), b g h o j arrays and a struct whose fields are none of
 * 32 or 64 bits, k m n w z continuations', capital when not null. A resume has a clause for each of its labels, whose types
 * say for which tag: `resume @in k {ik_i}`. */
#ifndef WICK_TEST_ENUM_CODE_H
#define WICK_TEST_ENUM_CODE_H

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "module/op.h"
#include "run.h"

enum { MAX_STACK = 56, MAX_FRAMES = 10, MAX_CODE = 1200, MAX_TYPES = 4000, MAX_FUNCS = 1500, MAX_MODULE = 1 << 19,
       ENUM_MAX_PREFIX = 40 };

static void enum_die(const char *what, const char *text) {
    printf("enum_test: %s: %s\n0 passed, 1 failed\n", what, text);
    exit(1);
}

/* ---- types --------------------------------------------------------------------------------------------------------- */

static bool enum_fits(char have, char want) {
    return have == want || have + ('a' - 'A') == want || (have == 'c' && want == 'p') ||
           (have == 'C' && (want == 'p' || want == 'P')) || (strchr("tabghoj", have) != NULL && want == 'e') ||
           (strchr("TABGHOJ", have) != NULL && (want == 'e' || want == 'E'));
}

static char enum_nullable(char type) {
    return type >= 'A' && type <= 'Z' ? (char)(type + ('a' - 'A')) : type;
}

static char enum_non_null(char type) {
    return type >= 'a' ? (char)(type - ('a' - 'A')) : type;
}

static bool enum_is_ref(char type) {
    return strchr("rpextacbghojkmnwzRPEXTACBGHOJKMNWZ", type) != NULL;
}

/* ---- bytes --------------------------------------------------------------------------------------------------------- */

struct enum_bytes {
    uint8_t *at;
    size_t n, cap;
};

static void put(struct enum_bytes *b, unsigned byte) {
    if (b->n == b->cap) {
        enum_die("too long", "a module or a function");
    }
    b->at[b->n++] = (uint8_t)byte;
}

static void put_u(struct enum_bytes *b, uint64_t value) {
    do {
        put(b, (unsigned)(value & 0x7f) | (value > 0x7f ? 0x80u : 0));
        value >>= 7;
    } while (value != 0);
}

static void put_s(struct enum_bytes *b, int64_t value) {
    while (value > 63 || value < -64) {
        put(b, (unsigned)(value & 0x7f) | 0x80u);
        value >>= 7;
    }
    put(b, (unsigned)(value & 0x7f));
}

static void put_bytes(struct enum_bytes *b, const void *bytes, size_t n) {
    for (size_t i = 0; i < n; i++) {
        put(b, ((const uint8_t *)bytes)[i]);
    }
}

static void put_name(struct enum_bytes *b, const char *name) {
    put_u(b, strlen(name));
    put_bytes(b, name, strlen(name));
}

enum { FIRST_FUNC_TYPE = 2 }; /* behind a struct and an array */

static uint8_t enum_letter_type(char type);

static void put_type(struct enum_bytes *b, char type) {
    switch (type) {
    case 'i': put(b, 0x7f); break;
    case 'l': put(b, 0x7e); break;
    case 'f': put(b, 0x7d); break;
    case 'd': put(b, 0x7c); break;
    case 's': put(b, 0x7b); break;
    case 'r': put(b, 0x6f); break;
    case 'p': put(b, 0x70); break;
    case 'e': put(b, 0x6d); break;
    case 'R': put(b, 0x64), put(b, 0x6f); break;
    case 'P': put(b, 0x64), put(b, 0x70); break;
    case 'E': put(b, 0x64), put(b, 0x6d); break;
    case 'x': put(b, 0x69); break;
    case 'X': put(b, 0x64), put(b, 0x69); break;
    case 'c': put(b, 0x63), put(b, FIRST_FUNC_TYPE); break;
    case 'C': put(b, 0x64), put(b, FIRST_FUNC_TYPE); break;
    case 't': put(b, 0x63), put(b, 0); break;
    case 'T': put(b, 0x64), put(b, 0); break;
    case 'a': put(b, 0x63), put(b, 1); break;
    case 'A': put(b, 0x64), put(b, 1); break;
    case 'v':
    case 'y': put(b, 0x64), put(b, enum_letter_type(type)); break; /* of FUNC_DRIVE */
    default: put(b, type <= 'Z' ? 0x64 : 0x63), put(b, enum_letter_type(enum_nullable(type))); break;
    }
}

static void put_types(struct enum_bytes *b, const char *types) {
    put_u(b, strlen(types));
    for (; *types != 0; types++) {
        put_type(b, *types);
    }
}

/* ---- the module -------------------------------------------------------------------------------------------------- */

/* Type 0 is a struct, 1 an array, the others are functions; the first are the helpers'. Behind those, where the build has
 * them, other objects and continuations. */
static struct {
    char text[72]; /* "params_results"; the letter of those that are no functions */
} enum_types[MAX_TYPES];
static uint32_t enum_n_types;
static uint32_t enum_n_kept; /* those that code refers to by number, of blocks: they stay from module to module */

static uint32_t enum_type(const char *in, const char *out) {
    char text[72];
    snprintf(text, sizeof text, "%s_%s", in, out);
    for (uint32_t i = FIRST_FUNC_TYPE; i < enum_n_types; i++) {
        if (strcmp(enum_types[i].text, text) == 0) {
            return i;
        }
    }
    if (enum_n_types == MAX_TYPES || strlen(text) + 1 == sizeof text) {
        enum_die("too many types", text);
    }
    strcpy(enum_types[enum_n_types].text, text);
    return enum_n_types++;
}

/* Functions: 0 is the host's, then the helpers. Behind FUNC_DOUBLE those for continuations: bodies that suspend, one that
 * switches, and what runs the functions of groups that are driven. */
enum { FUNC_HOST, FUNC_SUM, FUNC_COUNT, FUNC_SWAP, FUNC_THROW, FUNC_LONG, FUNC_DOUBLE, FUNC_GENERATE, FUNC_PAIRS, FUNC_VECTORS,
       FUNC_SWITCH, FUNC_DRIVE, N_HELPERS };
static const char *const enum_helpers[N_HELPERS] = {"i_i", "i_i", "_", "ii_ii", "i_", "l_l", "d_d",
                                                    "i_i", "li_i", "ds_d", "iw_iiik", "iii_iiii"};

static const struct {
    const char *letter;
    uint8_t size;
    const char *bytes;
} enum_objects[] = {{"b", 3, "\x5e\x78\1"}, {"g", 3, "\x5e\x7c\1"}, {"h", 3, "\x5e\x6d\1"}, {"o", 3, "\x5e\x7b\1"},
                    {"j", 10, "\x5f\4\x7d\1\x7b\1\x77\1\x6f\1"}}; /* i8, f64, eqref, v128; f32 v128 i16 externref */
enum { N_OBJECTS = sizeof enum_objects / sizeof *enum_objects };

/* Continuations of the bodies, of a driven function, and of what is left of one when tag 1 or 2 has suspended it. */
#define DRIVEN_PARAMS "ii"
#define DRIVEN_RESULTS "iiik"
static const struct {
    const char *letter, *func;
} enum_conts[] = {{"k", "i_i"}, {"m", "li_i"}, {"n", "ds_d"}, {"w", "iw_" DRIVEN_RESULTS}, {"z", "w_" DRIVEN_RESULTS},
                  {"d", DRIVEN_PARAMS "_" DRIVEN_RESULTS}, {"v", "i_" DRIVEN_RESULTS}, {"y", "li_" DRIVEN_RESULTS}};
enum { N_CONTS = sizeof enum_conts / sizeof *enum_conts };

/* What tags carry; 0 throws, 1, 2 and 4 suspend, 3 is to switch by. */
static const char *const enum_tags[] = {"i_", "i_i", "il_li", ("_" DRIVEN_RESULTS), "sd_ds"};
enum { N_TAGS = sizeof enum_tags / sizeof *enum_tags };

/* Globals 0 to 3 are for the code, two of each type behind them take what is left over. */
static const char enum_global_types[] = "ilfdiillffddrrppsseettaabbgghhoojjkkmmnnwwzz";
enum { FIRST_SINK = 4, SINK_VECTORS = 16, SINK_OBJECTS = 18, SINK_OTHERS = 24, SINK_CONTS = 34 };
static uint32_t enum_n_globals; /* those whose types the build has */

/* For other engines: without switch, and with results that a script can take. */
static bool enum_is_portable;

/* Memory 0: plain, shared, or with 64-bit addresses. */
enum { MEMORY_PLAIN = 1, MEMORY_SHARED = 3, MEMORY_64 = 5 };
static uint8_t enum_memory = MEMORY_PLAIN;

static bool enum_has(uint32_t feature) {
    return (wk_features_running() & feature) != 0;
}

static bool enum_has_objects(void) {
    return enum_has(WICK_FEATURE_GC) && enum_has(WICK_FEATURE_SIMD);
}

static bool enum_has_conts(void) {
    return enum_has_objects() && enum_has(WICK_FEATURE_STACK_SWITCHING);
}

/* "in_out", or with another character between the two. */
static void enum_split(const char *text, char *in, char *out, char by) {
    const char *split = strchr(text, by);
    const size_t n = split == NULL ? 0 : (size_t)(split - text);
    if (split == NULL || n > 5 || strlen(split + 1) > 5) {
        enum_die("not a signature", text);
    }
    memcpy(in, text, n);
    in[n] = 0;
    strcpy(out, split + 1);
}

/* The number of a type that is there from the beginning, one byte. */
static uint8_t enum_known_type(const char *text) {
    for (uint32_t i = FIRST_FUNC_TYPE; i < enum_n_types && i < 64; i++) {
        if (strcmp(enum_types[i].text, text) == 0) {
            return (uint8_t)i;
        }
    }
    enum_die("no such type", text);
    return 0;
}

static uint8_t enum_letter_type(char type) {
    return enum_known_type((const char[2]){type, 0});
}

static void enum_add_type(const char *text) {
    strcpy(enum_types[enum_n_types++].text, text);
}

/* Function types that are there already are not added again; that of the continuations that switch is one group of two with
 * theirs. */
static void enum_add_types(const char *text) {
    for (uint32_t i = FIRST_FUNC_TYPE; i < enum_n_types; i++) {
        if (strcmp(enum_types[i].text, text) == 0) {
            return;
        }
    }
    enum_add_type(text);
    if (strcmp(text, enum_helpers[FUNC_SWITCH]) == 0) {
        enum_add_type("w");
    }
}

static void enum_begin(void) {
    const bool has_conts = enum_has_conts();
    enum_n_types = FIRST_FUNC_TYPE;
    for (uint32_t i = 0; i < FUNC_GENERATE; i++) {
        enum_add_types(enum_helpers[i]);
    }
    for (uint32_t i = 0; i < N_OBJECTS && enum_has_objects(); i++) {
        enum_add_type(enum_objects[i].letter);
    }
    for (uint32_t i = 0; i < N_CONTS && has_conts; i++) {
        enum_add_types(enum_conts[i].func);
        if (enum_conts[i].letter[0] != 'w') {
            enum_add_type(enum_conts[i].letter);
        }
    }
    for (uint32_t i = FUNC_GENERATE; i < N_HELPERS && has_conts; i++) {
        enum_add_types(enum_helpers[i]);
    }
    for (uint32_t i = 0; i < N_TAGS && has_conts; i++) {
        enum_add_types(enum_tags[i]);
    }
    if (has_conts) { /* of blocks of FUNC_DRIVE */
        enum_add_types("_iv");
        enum_add_types("_ily");
    }
    enum_n_globals = has_conts                     ? (uint32_t)sizeof enum_global_types - 1
                     : enum_has_objects()          ? SINK_CONTS
                     : enum_has(WICK_FEATURE_GC)   ? SINK_OTHERS
                     : enum_has(WICK_FEATURE_SIMD) ? SINK_OBJECTS
                                                   : SINK_VECTORS;
}

/* A function's code is a string of the bytes behind its size. */
struct enum_func {
    uint32_t type;
    const uint8_t *code;
    uint32_t size;
};

static void put_section(struct enum_bytes *b, unsigned id, struct enum_bytes *content) {
    put(b, id);
    put_u(b, content->n);
    put_bytes(b, content->at, content->n);
    content->n = 0;
}

static void put_code(struct enum_bytes *b, const void *code, size_t n) {
    put_u(b, n);
    put_bytes(b, code, n);
}
#define PUT_CODE(b, ...) put_code(b, (const uint8_t[]){__VA_ARGS__}, sizeof(const uint8_t[]){__VA_ARGS__})

static void put_func_type(struct enum_bytes *s, const char *text) {
    char in[72];
    const char *split = strchr(text, '_');
    strcpy(in, text);
    in[split - text] = 0;
    put(s, 0x60);
    put_types(s, in);
    put_types(s, split + 1);
}

static void put_other_type(struct enum_bytes *s, char letter) {
    for (uint32_t i = 0; i < N_OBJECTS; i++) {
        if (enum_objects[i].letter[0] == letter) {
            put_bytes(s, enum_objects[i].bytes, enum_objects[i].size);
        }
    }
    for (uint32_t i = 0; i < N_CONTS; i++) {
        if (enum_conts[i].letter[0] == letter) {
            put(s, 0x5d);
            put_u(s, enum_known_type(enum_conts[i].func));
        }
    }
}

static void put_type_section(struct enum_bytes *s) {
    put_u(s, enum_n_types - (enum_has_conts() ? 1 : 0));
    if (enum_has(WICK_FEATURE_GC)) { /* (struct i32 i64 f64 i8 eqref), (array i32), all mutable */
        put_bytes(s, "\x5f\5\x7f\1\x7e\1\x7c\1\x78\1\x6d\1\x5e\x7f\1", 15);
    } else {
        put_bytes(s, "\x60\0\0\x60\0\0", 6);
    }
    for (uint32_t i = FIRST_FUNC_TYPE; i < enum_n_types; i++) {
        const char *text = enum_types[i].text;
        if (text[1] == 0 && text[0] != '_') {
            put_other_type(s, text[0]);
            continue;
        }
        if (strcmp(text, enum_helpers[FUNC_SWITCH]) == 0) {
            put(s, 0x4e), put(s, 2);
        }
        put_func_type(s, text);
    }
}

static void put_globals(struct enum_bytes *s) {
    put_u(s, enum_n_globals);
    for (uint32_t i = 0; i < enum_n_globals; i++) {
        const char type = enum_global_types[i];
        put_type(s, type);
        put(s, 1);
        switch (type) {
        case 'i': put_bytes(s, "\x41\x05", 2); break;
        case 'l': put_bytes(s, "\x42\x7d", 2); break;
        case 'f': put_bytes(s, "\x43\0\0\x20\x40", 5); break;
        case 'd': put_bytes(s, "\x44\0\0\0\0\0\0\x12\xc0", 9); break;
        case 's': put_bytes(s, "\xfd\x0c\1\2\3\4\5\6\7\x88\x99\xa\xb\xc\xd\xe\xf\x80", 18); break;
        case 'r': put_bytes(s, "\xd0\x6f", 2); break;
        case 'p': put_bytes(s, "\xd0\x70", 2); break;
        case 'e': put_bytes(s, "\xd0\x6d", 2); break;
        case 't': put_bytes(s, "\xd0\0", 2); break;
        case 'a': put_bytes(s, "\xd0\1", 2); break;
        default: put(s, 0xd0), put(s, enum_letter_type(type)); break;
        }
        put(s, 0x0b);
    }
}

/* Waits for what x is answered: throws it if it is 1; else the next one, times that. */
static void put_generate(struct enum_bytes *s) {
    PUT_CODE(s, 0, 0x20, 0, 0xe2, 1, 0x22, 0, 0x41, 1, 0x46, 0x04, 0x40, 0x20, 0, 0x08, 0, 0x0b, 0x20, 0, 0x41, 3, 0x6a, 0xe2, 1, 0x20, 0,
             0x6c, 0x0b);
}

/* Three turns of suspensions by tags 1, 2 and 1. */
static void put_pairs(struct enum_bytes *s) {
    PUT_CODE(s, 0, 0x20, 1, 0xe2, 1, 0x20, 0, 0xe2, 2, 0x21, 1, 0xa7, 0x20, 1, 0x6b, 0xe2, 1, 0x0b);
}

/* d, v -> d + what tag 4 answers, less the first half of the vector that it answers. */
static void put_vectors(struct enum_bytes *s) {
    PUT_CODE(s, 0, 0x20, 1, 0x20, 0, 0xe2, 4, 0x21, 1, 0x20, 0, 0xa0, 0x20, 1, 0xfd, 0x21, 0, 0xa1, 0x0b);
}

/* Switches back until what comes is no multiple of 4; then that is the result. */
static void put_switch(struct enum_bytes *s) {
    const uint8_t w = enum_letter_type('w');
    if (enum_is_portable) {
        PUT_CODE(s, 0, 0x00, 0x0b);
        return;
    }
    PUT_CODE(s, 0, 0x03, 0x40, 0x20, 0, 0x41, 1, 0x6a, 0x20, 1, 0xe6, w, 3, 0x21, 1, 0x22, 0, 0x41, 3, 0x71, 0x45, 0x0d, 0, 0x0b, 0x20, 0,
             0x41, 2, 0x20, 1, 0xd1, 0xd0, enum_letter_type('k'), 0x0b);
}

/* Runs function 2 of table 1 with the first two parameters as a continuation: tag 1 is answered with 3 x + 1, tag 2 with x + 5 and the
 * i64 it carries, which is bound first; it may be switched by tag 3. Of the continuation among its results remains whether it is
 * null, which every host can be told. */
static void put_drive(struct enum_bytes *s) {
    if (!enum_has_conts()) {
        PUT_CODE(s, 0, 0x00, 0x0b);
        return;
    }
    const uint8_t d = enum_letter_type('d'), v = enum_letter_type('v'), y = enum_letter_type('y');
    const uint8_t results = enum_known_type(enum_tags[3]);
    uint8_t room[200];
    struct enum_bytes b = {room, 0, sizeof room};
#define PUT(...) put_bytes(&b, (const uint8_t[]){__VA_ARGS__}, sizeof(const uint8_t[]){__VA_ARGS__})
    PUT(3, 1, 0x63, v, 1, 0x63, y, 1, 0x7e); /* locals 3: v, 4: y, 5: i64 */
    PUT(0x02, results, 0x03, 0x40);
    PUT(0x02, enum_known_type("_ily"), 0x02, enum_known_type("_iv"));
    PUT(0x20, 3, 0xd1, 0x04, results);
    PUT(0x20, 0, 0x20, 1, 0x20, 2, 0x25, 1, 0xfb, 0x16, enum_known_type(DRIVEN_PARAMS "_" DRIVEN_RESULTS), 0xe0, d);
    if (!enum_is_portable) {
        PUT(0xe3, d, 3, 0, 1, 1, 0, 2, 2, 1, 3, 0x05);
        PUT(0x20, 0, 0x20, 3, 0xe3, v, 3, 1, 3, 0, 2, 2, 0, 1, 1, 0x0b);
    } else {
        PUT(0xe3, d, 2, 0, 1, 1, 0, 2, 2, 0x05, 0x20, 0, 0x20, 3, 0xe3, v, 2, 0, 2, 2, 0, 1, 1, 0x0b);
    }
    PUT(0x0c, 3, 0x0b);
    PUT(0x21, 3, 0x41, 3, 0x6c, 0x41, 1, 0x6a, 0x21, 0, 0x0c, 1, 0x0b);
    PUT(0x21, 4, 0x21, 5, 0x41, 5, 0x6a, 0x21, 0, 0x20, 5, 0x20, 4, 0xe1, y, v, 0x21, 3, 0x0c, 0, 0x0b, 0x00, 0x0b, 0xd1, 0x0b);
    put_code(s, room, b.n);
#undef PUT
}

static void put_helper_bodies(struct enum_bytes *s) {
    PUT_CODE(s, 0, 0x20, 0, 0x41, 7, 0x6c, 0x41, 1, 0x6a, 0x0b);           /* 7 x + 1 */
    PUT_CODE(s, 0, 0x23, 0, 0x41, 1, 0x6a, 0x24, 0, 0x0b);                 /* counts in global 0 */
    PUT_CODE(s, 0, 0x20, 1, 0x41, 3, 0x6a, 0x20, 0, 0x0b);                 /* y + 3, x */
    if (enum_has(WICK_FEATURE_EH)) {
        PUT_CODE(s, 0, 0x20, 0, 0x04, 0x40, 0x20, 0, 0x08, 0, 0x0b, 0x0b); /* throws x unless it is 0 */
    } else {
        PUT_CODE(s, 0, 0x0b);
    }
    PUT_CODE(s, 0, 0x20, 0, 0x42, 3, 0x7e, 0x0b);                          /* 3 x */
    PUT_CODE(s, 0, 0x20, 0, 0x20, 0, 0xa0, 0x0b);                          /* x + x */
    if (enum_has_conts()) {
        put_generate(s);
        put_pairs(s);
        put_vectors(s);
        put_switch(s);
    } else {
        for (uint32_t i = FUNC_GENERATE; i < FUNC_DRIVE; i++) {
            PUT_CODE(s, 0, 0x00, 0x0b);
        }
    }
}

static uint32_t enum_n_tags(void) {
    return enum_has_conts() ? N_TAGS : enum_has(WICK_FEATURE_EH) ? 1 : 0;
}

static void put_helper_type(struct enum_bytes *s, uint32_t i) {
    put_u(s, enum_known_type(enum_has_conts() || i < FUNC_GENERATE ? enum_helpers[i] : "_"));
}

static void put_memory(struct enum_bytes *s, uint32_t i) {
    put(s, i == 0 ? enum_memory : MEMORY_PLAIN), put_u(s, 1), put_u(s, 2);
}

static void put_numbered(struct enum_bytes *s, const char *letter, uint32_t i) {
    char name[16];
    snprintf(name, sizeof name, "%s%u", letter, (unsigned)i);
    put_name(s, name);
}

/* `is_foreign`: the helpers but FUNC_DRIVE, table 0, memories, globals and tags are those of another instance, "helpers", of a
 * module with no functions of its own. */
static void put_imports(struct enum_bytes *s, bool is_foreign) {
    const uint32_t n = is_foreign ? FUNC_DRIVE - 1 + 1 + 2 + enum_n_globals + enum_n_tags() : 0;
    put_u(s, 1 + n);
    put_name(s, "env"), put_name(s, "host"), put(s, 0), put_u(s, FIRST_FUNC_TYPE);
    if (!is_foreign) {
        return;
    }
    for (uint32_t i = 1; i < FUNC_DRIVE; i++) {
        put_name(s, "helpers"), put_numbered(s, "h", i), put(s, 0), put_helper_type(s, i);
    }
    put_name(s, "helpers"), put_name(s, "t0"), put(s, 1), put(s, 0x70), put(s, 0), put_u(s, 4);
    for (uint32_t i = 0; i < 2; i++) {
        put_name(s, "helpers"), put_name(s, i == 0 ? "m" : "m1"), put(s, 2), put_memory(s, i);
    }
    for (uint32_t i = 0; i < enum_n_globals; i++) {
        put_name(s, "helpers"), put_numbered(s, "g", i), put(s, 3), put_type(s, enum_global_types[i]), put(s, 1);
    }
    for (uint32_t i = 0; i < enum_n_tags(); i++) {
        put_name(s, "helpers"), put_numbered(s, "x", i), put(s, 4), put(s, 0), put_u(s, enum_known_type(enum_tags[i]));
    }
}

static size_t enum_module(const struct enum_func *funcs, uint32_t n, bool is_foreign, uint8_t *out, size_t cap) {
    static uint8_t room[MAX_MODULE];
    struct enum_bytes b = {out, 0, cap}, s = {room, 0, sizeof room};
    const uint32_t first_own = is_foreign ? FUNC_DRIVE : 1;
    put_bytes(&b, "\0asm\1\0\0", 8);
    put_type_section(&s);
    put_section(&b, 1, &s);
    put_imports(&s, is_foreign);
    put_section(&b, 2, &s);
    put_u(&s, N_HELPERS - first_own + n);
    for (uint32_t i = first_own; i < N_HELPERS; i++) {
        put_helper_type(&s, i);
    }
    for (uint32_t i = 0; i < n; i++) {
        put_u(&s, funcs[i].type);
    }
    put_section(&b, 3, &s);
    put_u(&s, is_foreign ? 3 : 4); /* for calls; the functions to be tested; externref; for calls */
    if (!is_foreign) {
        put(&s, 0x70), put(&s, 0), put_u(&s, 4);
    }
    put(&s, 0x70), put(&s, 0), put_u(&s, n);
    put(&s, 0x6f), put(&s, 0), put_u(&s, 2);
    put(&s, 0x70), put(&s, 0), put_u(&s, 4);
    put_section(&b, 4, &s);
    if (!is_foreign) {
        put_u(&s, 2);
        put_memory(&s, 0);
        put_memory(&s, 1);
        put_section(&b, 5, &s);
        put_u(&s, enum_n_tags());
        for (uint32_t i = 0; i < enum_n_tags(); i++) {
            put(&s, 0), put_u(&s, enum_known_type(enum_tags[i]));
        }
        if (enum_n_tags() != 0) {
            put_section(&b, 13, &s);
        }
        s.n = 0;
        put_globals(&s);
        put_section(&b, 6, &s);
    }
    put_u(&s, 5 + enum_n_globals + FUNC_DRIVE - 1 + enum_n_tags());
    for (uint32_t i = 0; i < enum_n_tags(); i++) {
        put_numbered(&s, "x", i), put(&s, 4), put_u(&s, i);
    }
    for (uint32_t i = 1; i < FUNC_DRIVE; i++) {
        put_numbered(&s, "h", i), put(&s, 0), put_u(&s, i);
    }
    put_name(&s, "t0"), put(&s, 1), put_u(&s, 0);
    put_name(&s, "drive"), put(&s, 0), put_u(&s, FUNC_DRIVE);
    put_name(&s, "t"), put(&s, 1), put_u(&s, 1);
    put_name(&s, "m"), put(&s, 2), put_u(&s, 0);
    put_name(&s, "m1"), put(&s, 2), put_u(&s, 1);
    for (uint32_t i = 0; i < enum_n_globals; i++) {
        put_numbered(&s, "g", i), put(&s, 3), put_u(&s, i);
    }
    put_section(&b, 7, &s);
    put_u(&s, 4);
    put_bytes(&s, "\0\x41\0\x0b\x03", 5), put_u(&s, FUNC_SUM), put_u(&s, FUNC_HOST), put_u(&s, FUNC_COUNT);
    put_bytes(&s, "\x02\x03\x41\1\x0b\0\x03", 7), put_u(&s, FUNC_SUM), put_u(&s, FUNC_HOST), put_u(&s, FUNC_COUNT);
    put_bytes(&s, "\x02\x01\x41\0\x0b\0", 6), put_u(&s, n);
    for (uint32_t i = 0; i < n; i++) {
        put_u(&s, N_HELPERS + i);
    }
    put_bytes(&s, "\3\0\4", 3), put_u(&s, FUNC_GENERATE), put_u(&s, FUNC_PAIRS), put_u(&s, FUNC_VECTORS), put_u(&s, FUNC_SWITCH);
    put_section(&b, 9, &s);
    put_u(&s, N_HELPERS - first_own + n);
    if (!is_foreign) {
        put_helper_bodies(&s);
    }
    put_drive(&s);
    for (uint32_t i = 0; i < n; i++) {
        put_code(&s, funcs[i].code, funcs[i].size);
    }
    put_section(&b, 10, &s);
    put_u(&s, 2);
    for (uint32_t m = 0; m < 2; m++) {
        put(&s, m == 0 ? 0 : 2);
        if (m != 0) {
            put_u(&s, m);
        }
        put_bytes(&s, m == 0 && enum_memory == MEMORY_64 ? "\x42\0\x0b" : "\x41\0\x0b", 3);
        put_u(&s, 64);
        for (uint32_t i = 0; i < 64; i++) {
            put(&s, (i % 4 == 0 ? i + 1 + m : i % 16 == 7 ? 0xc0 : i % 8 == 2 ? 0x80 : 0) & 0xff);
        }
    }
    put_section(&b, 11, &s);
    return b.n;
}

/* ---- instructions -------------------------------------------------------------------------------------------------- */

enum enum_kind {
    K_PLAIN, K_DROP, K_SELECT, K_BLOCK, K_LOOP, K_IF, K_ELSE, K_END, K_BR, K_BR_IF, K_BR_TABLE, K_RETURN, K_UNREACHABLE,
    K_BR_ON_NULL, K_BR_ON_NON_NULL, K_IS_NULL, K_AS_NON_NULL, K_BR_ON_CAST, K_TRY_TABLE, K_THROW, K_TAIL_CALL, K_TRY, K_CATCH,
    K_CATCH_ALL, K_DELEGATE, K_RETHROW, K_RESUME
};
enum enum_label { L_IN, L_UP, L_OUT, L_BACK, L_FN };

struct enum_instr {
    uint8_t kind, size, n_labels;
    uint8_t labels[3];
    uint8_t code[28]; /* with all immediates that do not depend on where it stands */
    char in[6], out[6];
    uint8_t feature;
};

struct enum_symbol {
    const char *text;
    uint8_t n;
    uint16_t times; /* in contexts */
    struct enum_instr instrs[10];
};

static uint16_t enum_find_op(const char *name) {
    if (strcmp(name, "select_t") == 0) { /* has the text of the other one */
        return WICK_OP_select_t;
    }
    for (uint16_t op = 0; op < WICK_OP_COUNT; op++) {
        if (strcmp(wk_op_text((enum wick_op)op), name) == 0) {
            return op;
        }
    }
    enum_die("no such instruction", name);
    return 0;
}

/* The next word; false: there is none. */
static bool enum_word(const char **text, char *word, size_t cap) {
    size_t n = 0;
    while (**text == ' ') {
        ++*text;
    }
    while (**text != 0 && **text != ' ' && n + 1 < cap) {
        word[n++] = *(*text)++;
    }
    word[n] = 0;
    return n != 0;
}

static uint8_t enum_label_of(const char *word) {
    static const char *const names[] = {"@in", "@up", "@out", "@back", "@fn"};
    for (uint8_t i = 0; i < 5; i++) {
        if (strcmp(word, names[i]) == 0) {
            return i;
        }
    }
    enum_die("no such label", word);
    return 0;
}

static enum enum_kind enum_kind_of(enum wick_op op) {
    switch (op) {
    case WICK_OP_drop: return K_DROP;
    case WICK_OP_select: return K_SELECT;
    case WICK_OP_block: return K_BLOCK;
    case WICK_OP_loop: return K_LOOP;
    case WICK_OP_if: return K_IF;
    case WICK_OP_else: return K_ELSE;
    case WICK_OP_end: return K_END;
    case WICK_OP_br: return K_BR;
    case WICK_OP_br_if: return K_BR_IF;
    case WICK_OP_br_table: return K_BR_TABLE;
    case WICK_OP_return: return K_RETURN;
    case WICK_OP_unreachable: return K_UNREACHABLE;
    case WICK_OP_br_on_null: return K_BR_ON_NULL;
    case WICK_OP_br_on_non_null: return K_BR_ON_NON_NULL;
    case WICK_OP_ref_is_null: return K_IS_NULL;
    case WICK_OP_ref_as_non_null: return K_AS_NON_NULL;
    case WICK_OP_br_on_cast:
    case WICK_OP_br_on_cast_fail: return K_BR_ON_CAST;
    case WICK_OP_try_table: return K_TRY_TABLE;
    case WICK_OP_throw: return K_THROW;
    case WICK_OP_throw_ref: return K_THROW;
    case WICK_OP_return_call:
    case WICK_OP_return_call_indirect:
    case WICK_OP_return_call_ref: return K_TAIL_CALL;
    case WICK_OP_try: return K_TRY;
    case WICK_OP_catch: return K_CATCH;
    case WICK_OP_catch_all: return K_CATCH_ALL;
    case WICK_OP_delegate: return K_DELEGATE;
    case WICK_OP_rethrow: return K_RETHROW;
    case WICK_OP_resume:
    case WICK_OP_resume_throw:
    case WICK_OP_resume_throw_ref: return K_RESUME;
    default: return K_PLAIN;
    }
}

/* The immediates of one instruction, from the words behind its name. */
static void enum_immediates(struct enum_bytes *b, enum wick_op op, const char **text) {
    const struct wk_op_info *info = wk_op_info(op);
    char word[32];
    const char *next = *text;
    uint32_t k = 0;
    if (info->imm == WK_IMM_TYPES) {
        enum_word(text, word, sizeof word);
        put_types(b, word);
        return;
    }
    if (info->imm == WK_IMM_V128 || info->imm == WK_IMM_SHUFFLE) { /* made of one number */
        enum_word(text, word, sizeof word);
        for (uint32_t i = 0; i < 16; i++) {
            const uint32_t seed = (uint32_t)strtoul(word, NULL, 0);
            put(b, info->imm == WK_IMM_V128 ? (seed == 0 ? 0 : seed * (i % 4 + 1) & 0xff) : (i * seed + seed) & 31);
        }
        return;
    }
    while (enum_word(&next, word, sizeof word) && (word[0] == '-' || (word[0] >= '0' && word[0] <= '9') || word[1] == 0)) {
        *text = next;
        if (word[0] > '9') {
            put_u(b, enum_letter_type(word[0]));
        } else if (info->imm == WK_IMM_I32 || info->imm == WK_IMM_I64 || info->imm == WK_IMM_HEAP || info->imm == WK_IMM_BR_CAST) {
            const long long value = strtoll(word, NULL, 0);
            put_s(b, info->imm == WK_IMM_I32 ? (int32_t)(uint32_t)value : value);
        } else if (info->imm == WK_IMM_F32) {
            const float value = strtof(word, NULL);
            put_bytes(b, &value, 4);
        } else if (info->imm == WK_IMM_F64) {
            const double value = strtod(word, NULL);
            put_bytes(b, &value, 8);
        } else if ((info->imm == WK_IMM_MEMARG || info->imm == WK_IMM_MEMARG_LANE) && k == 0) {
            const unsigned align = info->width == 16 ? 4 : info->width == 8 ? 3 : info->width == 4 ? 2 : info->width == 2;
            const uint64_t offset = strtoull(word, NULL, 0);
            if ((offset >> 40) != 0) { /* in memory 1 */
                put_u(b, align | 0x40);
                put_u(b, 1);
            } else {
                put_u(b, align);
            }
            put_u(b, offset & 0xffffffffffu);
        } else {
            put_u(b, strtoull(word, NULL, 0));
        }
        k++;
    }
}
#define IN_MEMORY_1 "0x10000000000"

static void enum_instr_parse(struct enum_instr *instr, const char *name, const char **text, const char *locals) {
    const enum wick_op op = (enum wick_op)enum_find_op(name);
    const struct wk_op_info *info = wk_op_info(op);
    struct enum_bytes b = {instr->code, 0, sizeof instr->code};
    char word[32];
    const char *next;
    memset(instr, 0, sizeof *instr);
    instr->kind = (uint8_t)enum_kind_of(op);
    instr->feature = info->feature;
    if (info->prefix != 0) {
        put(&b, info->prefix);
        put_u(&b, info->code);
    } else {
        put(&b, info->code);
    }
    if (instr->kind == K_BLOCK || instr->kind == K_LOOP || instr->kind == K_IF || instr->kind == K_TRY_TABLE ||
        instr->kind == K_TRY) {
        next = *text;
        if (enum_word(&next, word, sizeof word) && strchr(word, ':') != NULL) {
            *text = next;
            enum_split(word, instr->in, instr->out, ':');
        }
        if (instr->in[0] != 0 || (instr->out[0] != 0 && instr->out[1] != 0)) {
            (void)enum_type(instr->in, instr->out);
        }
    }
    for (;;) {
        next = *text;
        if (!enum_word(&next, word, sizeof word) || word[0] != '@') {
            break;
        }
        *text = next;
        instr->labels[instr->n_labels++] = enum_label_of(word);
    }
    if (instr->kind == K_PLAIN || instr->kind == K_BR_ON_CAST || instr->kind == K_THROW ||
        instr->kind == K_TAIL_CALL || instr->kind == K_CATCH || instr->kind == K_RESUME) {
        const size_t at = b.n;
        enum_immediates(&b, op, text);
        if (op == WICK_OP_local_get || op == WICK_OP_local_set || op == WICK_OP_local_tee) {
            const char type = locals[instr->code[at]];
            if (instr->code[at] >= strlen(locals)) {
                enum_die("no such local", name);
            }
            instr->in[0] = op == WICK_OP_local_get ? 0 : type;
            instr->out[0] = op == WICK_OP_local_set ? 0 : type;
        } else if (op == WICK_OP_global_get || op == WICK_OP_global_set) {
            instr->in[0] = op == WICK_OP_global_get ? 0 : enum_global_types[instr->code[at]];
            instr->out[0] = op == WICK_OP_global_set ? 0 : enum_global_types[instr->code[at]];
        } else if (op == WICK_OP_call || op == WICK_OP_return_call) {
            enum_split(enum_helpers[instr->code[at]], instr->in, instr->out, '_');
        } else if (strcmp(info->sig, "X") != 0) {
            enum_split(info->sig, instr->in, instr->out, '_');
            const bool is_long = enum_memory == MEMORY_64 && (instr->code[at] & 0x40) == 0;
            for (char *c = instr->in; *c != 0; c++) {
                *c = *c != 'a' ? *c : is_long ? 'l' : 'i';
            }
            for (char *c = instr->out; *c != 0; c++) {
                *c = *c != 'a' ? *c : is_long ? 'l' : 'i';
            }
        }
        next = *text;
        if (enum_word(&next, word, sizeof word) && word[0] == '{') {
            *text = next;
            word[strlen(word) - 1] = 0;
            enum_split(word + 1, instr->in, instr->out, '_');
        } else if (instr->in[0] == 0 && instr->out[0] == 0 && strcmp(info->sig, "X") == 0 && op != WICK_OP_call &&
                   instr->kind == K_PLAIN) {
            enum_die("no signature", name);
        }
    }
    instr->size = (uint8_t)b.n;
}

static void enum_symbol_parse(struct enum_symbol *symbol, const char *text, const char *locals) {
    char name[32];
    symbol->text = text;
    symbol->n = 0;
    while (enum_word(&text, name, sizeof name)) {
        if (symbol->n == 10) {
            enum_die("too long", symbol->text);
        }
        enum_instr_parse(&symbol->instrs[symbol->n++], name, &text, locals);
    }
}

/* Any number of instructions, each as a symbol of its own; `5*nop` is five. */
static void enum_symbol_parse_all(struct enum_symbol *out, uint32_t *n, const char *text, const char *locals) {
    char name[32];
    *n = 0;
    while (enum_word(&text, name, sizeof name)) {
        if (*n == ENUM_MAX_PREFIX) {
            enum_die("too long", text);
        }
        char *star = strchr(name, '*');
        out[*n].text = NULL;
        out[*n].n = 1;
        out[*n].times = star == NULL ? 1 : (uint16_t)strtoul(name, NULL, 10);
        enum_instr_parse(&out[(*n)++].instrs[0], star == NULL ? name : star + 1, &text, locals);
    }
}

/* ---- code with types ----------------------------------------------------------------------------------------------- */

struct enum_frame {
    char kind; /* 'f' function, 'b' block, 'l' loop, 'i' if, 'e' else, 't' try, 'c' catch, 'a' catch_all */
    bool is_dead;
    uint8_t height;
    char in[6], out[6];
};

struct enum_state {
    uint8_t n, n_frames;
    uint8_t n_drained;
    char stack[MAX_STACK];
    struct enum_frame frames[MAX_FRAMES];
    uint32_t size; /* of the code */
};

static uint8_t enum_code_room[MAX_CODE];
static bool enum_emits = true; /* false: only types are looked at, for counting */

static void emit(struct enum_state *s, const void *bytes, size_t n) {
    if (enum_emits) {
        if (s->size + n > MAX_CODE) {
            enum_die("too long", "a function");
        }
        memcpy(enum_code_room + s->size, bytes, n);
        s->size += (uint32_t)n;
    }
}

static void emit_byte(struct enum_state *s, unsigned byte) {
    emit(s, &(uint8_t){(uint8_t)byte}, 1);
}

static struct enum_frame *enum_top(struct enum_state *s) {
    return &s->frames[s->n_frames - 1];
}

/* Are the topmost operands of these types? */
static bool enum_on_top(struct enum_state *s, const char *types) {
    const size_t n = strlen(types);
    if (s->n < enum_top(s)->height + n) {
        return false;
    }
    for (size_t i = 0; i < n; i++) {
        if (!enum_fits(s->stack[s->n - n + i], types[i])) {
            return false;
        }
    }
    return true;
}

/* Are the types these, null or not? */
static bool enum_same(const char *types, const char *want) {
    while (*types != 0 && enum_nullable(*types) == *want) {
        types++;
        want++;
    }
    return *types == 0 && *want == 0;
}

static void enum_push(struct enum_state *s, const char *types) {
    for (; *types != 0; types++) {
        s->stack[s->n++] = *types;
    }
}

static bool enum_replace(struct enum_state *s, const char *in, const char *out) {
    if (!enum_on_top(s, in) || s->n - strlen(in) + strlen(out) > MAX_STACK - 8) {
        return false;
    }
    s->n = (uint8_t)(s->n - strlen(in));
    enum_push(s, out);
    return true;
}

static bool enum_open(struct enum_state *s, char kind, const char *in, const char *out) {
    struct enum_frame *f;
    if (!enum_on_top(s, in) || s->n_frames == MAX_FRAMES) {
        return false;
    }
    f = &s->frames[s->n_frames++];
    f->kind = kind;
    f->is_dead = false;
    f->height = (uint8_t)(s->n - strlen(in));
    strcpy(f->in, in);
    strcpy(f->out, out);
    memcpy(s->stack + f->height, in, strlen(in)); /* of these types inside, whatever subtypes they are */
    return true;
}

/* From here on the block's code is not reached; only its end may follow. */
static void enum_kill(struct enum_state *s) {
    enum_top(s)->is_dead = true;
    s->n = enum_top(s)->height;
}

/* Are a function's results given by its context? "?": they are what is left and all locals, "*": the first locals, as driven
 * functions have it. */
static bool enum_is_typed(const char *results) {
    return results[0] != '?' && results[0] != '*';
}

/* The number of a label here; -1: there is none. */
static int enum_depth(const struct enum_state *s, uint8_t label) {
    switch ((enum enum_label)label) {
    case L_IN: return s->n_frames > 1 ? 0 : -1;
    case L_UP: return s->n_frames > 2 ? 1 : -1;
    case L_OUT: return s->n_frames > 1 ? s->n_frames - 2 : -1;
    case L_FN: return enum_is_typed(s->frames[0].out) ? s->n_frames - 1 : -1;
    case L_BACK:
        for (int i = s->n_frames; i-- > 1;) {
            if (s->frames[i].kind == 'l') {
                return s->n_frames - 1 - i;
            }
        }
        return -1;
    }
    return -1;
}

static const char *enum_label_types(const struct enum_state *s, int depth) {
    const struct enum_frame *f = &s->frames[s->n_frames - 1 - depth];
    return f->kind == 'l' ? f->in : f->out;
}

static void emit_block_type(struct enum_state *s, const char *in, const char *out) {
    uint8_t room[8];
    struct enum_bytes b = {room, 0, sizeof room};
    if (in[0] == 0 && out[0] == 0) {
        put(&b, 0x40);
    } else if (in[0] == 0 && out[1] == 0) {
        put_type(&b, out[0]);
    } else {
        put_s(&b, enum_emits ? (int64_t)enum_type(in, out) : 0);
    }
    emit(s, room, b.n);
}

static bool enum_end(struct enum_state *s) {
    struct enum_frame *f = enum_top(s);
    const char *out = f->out;
    if (s->n_frames <= 1 || (f->kind == 'i' && strcmp(f->in, f->out) != 0)) {
        return false;
    }
    if (!f->is_dead && (s->n != f->height + strlen(out) || !enum_on_top(s, out))) {
        return false;
    }
    s->n = f->height;
    s->n_frames--;
    enum_push(s, out);
    emit_byte(s, 0x0b);
    return true;
}

static bool enum_else(struct enum_state *s) {
    struct enum_frame *f = enum_top(s);
    if (f->kind != 'i' || (!f->is_dead && (s->n != f->height + strlen(f->out) || !enum_on_top(s, f->out)))) {
        return false;
    }
    f->kind = 'e';
    f->is_dead = false;
    s->n = f->height;
    enum_push(s, f->in);
    emit_byte(s, 0x05);
    return true;
}

/* catch brings the value of tag 0. */
static bool enum_catch(struct enum_state *s, const struct enum_instr *instr) {
    struct enum_frame *f = enum_top(s);
    if ((f->kind != 't' && f->kind != 'c') || (!f->is_dead && (s->n != f->height + strlen(f->out) || !enum_on_top(s, f->out)))) {
        return false;
    }
    f->kind = instr->kind == K_CATCH ? 'c' : 'a';
    f->is_dead = false;
    s->n = f->height;
    enum_push(s, instr->kind == K_CATCH ? "i" : "");
    emit(s, instr->code, instr->size);
    return true;
}

static bool enum_delegate(struct enum_state *s, const struct enum_instr *instr) {
    const int depth = enum_depth(s, instr->labels[0]) - 1;
    struct enum_frame *f = enum_top(s);
    if (depth < 0 || f->kind != 't' || (!f->is_dead && (s->n != f->height + strlen(f->out) || !enum_on_top(s, f->out)))) {
        return false;
    }
    s->n = f->height;
    enum_push(s, f->out);
    s->n_frames--;
    emit(s, instr->code, instr->size);
    emit_byte(s, (unsigned)depth);
    return true;
}

/* A branch that goes to the label with its values; what is there then has the label's types. */
static bool enum_branch(struct enum_state *s, int depth) {
    return depth >= 0 && enum_replace(s, enum_label_types(s, depth), enum_label_types(s, depth));
}

static bool enum_branches(struct enum_state *s, const struct enum_instr *instr) {
    int depths[3] = {-1, -1, -1};
    for (uint32_t i = 0; i < instr->n_labels; i++) {
        depths[i] = enum_depth(s, instr->labels[i]);
        if (depths[i] < 0 || strcmp(enum_label_types(s, depths[i]), enum_label_types(s, depths[0])) != 0) {
            return false;
        }
    }
    if (instr->kind == K_BR_TABLE) {
        emit_byte(s, instr->n_labels - 1u);
    }
    for (uint32_t i = 0; i < instr->n_labels; i++) {
        emit_byte(s, (unsigned)depths[i]);
    }
    return enum_branch(s, depths[0]);
}

static bool enum_pop(struct enum_state *s, char *out) {
    if (s->n == enum_top(s)->height) {
        return false;
    }
    *out = s->stack[--s->n];
    return true;
}

/* br_on_null pops a reference and leaves it not null; br_on_non_null takes it along, br_on_cast goes with it too. */
static bool enum_branch_on(struct enum_state *s, const struct enum_instr *instr) {
    const int depth = enum_depth(s, instr->labels[0]);
    const char *types = depth < 0 ? NULL : enum_label_types(s, depth);
    const size_t n = types == NULL ? 0 : strlen(types);
    char type;
    if (types == NULL || !enum_pop(s, &type) || !enum_is_ref(type)) {
        return false;
    }
    emit_byte(s, (unsigned)depth);
    if (instr->kind == K_BR_ON_NULL) {
        if (!enum_branch(s, depth)) {
            return false;
        }
        s->stack[s->n++] = enum_non_null(type);
        return true;
    }
    if (n == 0 || !enum_fits(enum_non_null(type), types[n - 1])) {
        return false;
    }
    s->stack[s->n++] = types[n - 1];
    if (!enum_branch(s, depth)) {
        return false;
    }
    s->n--;
    return true;
}

static bool enum_cast_branch(struct enum_state *s, const struct enum_instr *instr) {
    /* from eqref to the struct's type, null or not (flags 1, 3); the label has the one that does not go on */
    const int depth = enum_depth(s, instr->labels[0]);
    const char *types = depth < 0 ? NULL : enum_label_types(s, depth);
    const bool is_fail = instr->code[1] == 0x19;
    const char to = instr->in[0]; /* 'E' stands for a number here */
    const char rest = to == 't' ? 'E' : 'e';
    char type;
    const size_t n = types == NULL ? 0 : strlen(types);
    if (n == 0 || !enum_pop(s, &type) || !enum_fits(type, 'e') || !enum_fits(is_fail ? rest : to, types[n - 1])) {
        return false;
    }
    emit_byte(s, to == 't' ? 3 : 1);
    emit_byte(s, (unsigned)depth);
    emit_byte(s, 0x6d);
    emit_byte(s, to == 'E' ? 0x6c : 0);
    s->stack[s->n++] = types[n - 1];
    if (!enum_branch(s, depth)) {
        return false;
    }
    s->n--;
    s->stack[s->n++] = is_fail ? to : rest;
    return true;
}

static bool enum_select(struct enum_state *s) {
    char c, x, y;
    if (!enum_pop(s, &c) || !enum_pop(s, &x) || !enum_pop(s, &y) || c != 'i' || x != y || enum_is_ref(x)) {
        return false;
    }
    s->stack[s->n++] = x;
    return true;
}

/* The clauses of a resume: its labels' types say for which tag. A continuation that may switch may do it by tag 3. */
static bool enum_resume(struct enum_state *s, const struct enum_instr *instr) {
    const bool is_switch = enum_nullable(instr->in[strlen(instr->in) - 1]) == 'w';
    emit_byte(s, instr->n_labels + (is_switch ? 1u : 0));
    if (is_switch) {
        emit(s, "\1\3", 2);
    }
    for (uint32_t i = 0; i < instr->n_labels; i++) {
        const int depth = enum_depth(s, instr->labels[i]);
        const char *types = depth < 0 ? "" : enum_label_types(s, depth);
        const unsigned tag = enum_same(types, "ik") ? 1 : enum_same(types, "ilm") ? 2 : enum_same(types, "sdn") ? 4 : 0;
        if (tag == 0) {
            return false;
        }
        emit_byte(s, 0);
        emit_byte(s, tag);
        emit_byte(s, (unsigned)depth);
    }
    return enum_replace(s, instr->in, instr->out);
}

/* The instruction stands here next; false: it may not, and the state is spoilt. */
static bool enum_instr_apply(struct enum_state *s, const struct enum_instr *instr) {
    char type;
    if (enum_top(s)->is_dead && instr->kind != K_END && instr->kind != K_ELSE && instr->kind != K_CATCH &&
        instr->kind != K_CATCH_ALL && instr->kind != K_DELEGATE) {
        return false;
    }
    switch ((enum enum_kind)instr->kind) {
    case K_END: return enum_end(s);
    case K_ELSE: return enum_else(s);
    case K_CATCH:
    case K_CATCH_ALL: return enum_catch(s, instr);
    case K_DELEGATE: return enum_delegate(s, instr);
    case K_TRY:
        if (!enum_open(s, 't', instr->in, instr->out)) {
            return false;
        }
        break;
    case K_IF:
        if (!enum_replace(s, "i", "") || !enum_open(s, 'i', instr->in, instr->out)) {
            return false;
        }
        break;
    case K_BLOCK:
    case K_TRY_TABLE:
        if (!enum_open(s, 'b', instr->in, instr->out)) {
            return false;
        }
        break;
    case K_LOOP:
        if (!enum_open(s, 'l', instr->in, instr->out)) {
            return false;
        }
        break;
    default: break;
    }
    emit(s, instr->code, instr->size);
    switch ((enum enum_kind)instr->kind) {
    case K_IF:
    case K_BLOCK:
    case K_TRY:
    case K_LOOP: emit_block_type(s, instr->in, instr->out); return true;
    case K_RETHROW: /* of the nearest catch */
        for (uint32_t i = 0; i + 1 < s->n_frames; i++) {
            const char kind = s->frames[s->n_frames - 1 - i].kind;
            if (kind == 'c' || kind == 'a') {
                emit_byte(s, i);
                enum_kill(s);
                return true;
            }
        }
        return false;
    case K_TAIL_CALL:
        if (strcmp(s->frames[0].out, instr->out) != 0 || !enum_on_top(s, instr->in)) {
            return false;
        }
        enum_kill(s);
        return true;
    case K_TRY_TABLE: { /* tag 0 goes to the label with its value, or all without; perhaps with the exception */
        const int depth = enum_depth(s, instr->labels[0]) - 1;
        const char *types;
        unsigned kind;
        if (depth < 0) {
            return false;
        }
        types = enum_label_types(s, depth + 1);
        kind = strcmp(types, "i") == 0 ? 0 : strcmp(types, "ix") == 0 ? 1 : types[0] == 0 ? 2 : strcmp(types, "x") == 0 ? 3 : 4;
        if (kind == 4) {
            return false;
        }
        emit_block_type(s, instr->in, instr->out);
        emit_byte(s, 1);
        emit_byte(s, kind);
        if (kind < 2) {
            emit_byte(s, 0);
        }
        emit_byte(s, (unsigned)depth);
        return true;
    }
    case K_RESUME: return enum_resume(s, instr);
    case K_PLAIN: return enum_replace(s, instr->in, instr->out);
    case K_DROP: return enum_pop(s, &type);
    case K_SELECT: return enum_select(s);
    case K_BR_IF: return enum_replace(s, "i", "") && enum_branches(s, instr);
    case K_BR_TABLE:
        if (!enum_replace(s, "i", "")) {
            return false;
        } /* falls through */
    case K_BR:
        if (!enum_branches(s, instr)) {
            return false;
        }
        enum_kill(s);
        return true;
    case K_RETURN:
        if (!enum_is_typed(s->frames[0].out) || !enum_on_top(s, s->frames[0].out)) {
            return false;
        }
        enum_kill(s);
        return true;
    case K_THROW:
        if (!enum_replace(s, instr->in, "")) {
            return false;
        } /* falls through */
    case K_UNREACHABLE: enum_kill(s); return true;
    case K_BR_ON_NULL:
    case K_BR_ON_NON_NULL: return enum_branch_on(s, instr);
    case K_BR_ON_CAST: return enum_cast_branch(s, instr);
    case K_IS_NULL:
        if (!enum_pop(s, &type) || !enum_is_ref(type)) {
            return false;
        }
        s->stack[s->n++] = 'i';
        return true;
    case K_AS_NON_NULL:
        if (!enum_pop(s, &type) || !enum_is_ref(type)) {
            return false;
        }
        s->stack[s->n++] = enum_non_null(type);
        return true;
    default: return false;
    }
}

static bool enum_apply(struct enum_state *s, const struct enum_symbol *symbol) {
    if (enum_is_portable && symbol->text != NULL && strstr(symbol->text, "reinterpret") != NULL) {
        return false; /* NaNs have different signs on other engines */
    }
    for (uint32_t i = 0; i < symbol->n; i++) {
        if (!enum_instr_apply(s, &symbol->instrs[i])) {
            return false;
        }
    }
    return true;
}

/* ---- how a function ends ------------------------------------------------------------------------------------------- */

/* The topmost operand goes to a global. */
static void enum_drain(struct enum_state *s) {
    char type = enum_nullable(s->stack[--s->n]);
    uint32_t k = FIRST_SINK;
    if (type == 'x') {
        emit_byte(s, 0x1a);
        return;
    }
    type = type == 'c' ? 'p' : type;
    while (enum_global_types[k] != type) {
        k++;
    }
    emit_byte(s, 0x24);
    emit_byte(s, k + (s->n_drained++ & 1u));
}

static void enum_default(struct enum_state *s, char type) {
    switch (type) {
    case 'i': emit(s, "\x41\x2b", 2); break;
    case 'l': emit(s, "\x42\x2c", 2); break;
    case 'f': emit(s, "\x43\0\0\x80\x3f", 5); break;
    case 'd': emit(s, "\x44\0\0\0\0\0\0\x08\x40", 9); break;
    case 's': emit(s, "\x23\x10", 2); break;
    case 'r': emit(s, "\xd0\x6f", 2); break;
    case 'p': emit(s, "\xd0\x70", 2); break;
    case 'e': emit(s, "\xd0\x6d", 2); break;
    case 'x': emit(s, "\xd0\x69", 2); break;
    case 'c': emit(s, "\xd0\2", 2); break;
    case 'C': emit(s, "\xd2\1", 2); break;
    case 't': emit(s, "\xd0\0", 2); break;
    case 'a': emit(s, "\xd0\1", 2); break;
    case 'R': emit(s, "\x23\x0c\xd4", 3); break; /* traps when it is null */
    case 'P': emit(s, "\xd2\1", 2); break;
    case 'E': emit(s, "\x41\7\xfb\x1c", 4); break;
    case 'T': emit(s, "\xfb\1\0", 3); break;
    case 'A': emit(s, "\x41\2\xfb\7\1", 5); break;
    case 'B':
    case 'G':
    case 'H':
    case 'O': emit(s, "\x41\2\xfb\7", 4), emit_byte(s, enum_letter_type(enum_nullable(type))); break;
    case 'J': emit(s, "\xfb\1", 2), emit_byte(s, enum_letter_type('j')); break;
    case 'K': emit_byte(s, 0xd2), emit_byte(s, FUNC_GENERATE), emit_byte(s, 0xe0), emit_byte(s, enum_letter_type('k')); break;
    case 'M': emit_byte(s, 0xd2), emit_byte(s, FUNC_PAIRS), emit_byte(s, 0xe0), emit_byte(s, enum_letter_type('m')); break;
    case 'N': emit_byte(s, 0xd2), emit_byte(s, FUNC_VECTORS), emit_byte(s, 0xe0), emit_byte(s, enum_letter_type('n')); break;
    case 'W': emit_byte(s, 0xd2), emit_byte(s, FUNC_SWITCH), emit_byte(s, 0xe0), emit_byte(s, enum_letter_type('w')); break;
    case 'Z': /* 2 is bound */
        emit(s, "\x41\2", 2);
        enum_default(s, 'W');
        s->n--;
        emit_byte(s, 0xe1), emit_byte(s, enum_letter_type('w')), emit_byte(s, enum_letter_type('z'));
        break;
    default: emit_byte(s, 0xd0), emit_byte(s, enum_letter_type(type)); break;
    }
    s->stack[s->n++] = type;
}

/* Exactly these operands are left in the innermost block: those that lie there, or with a branch to its end when there are more
 * below them, or others when they do not fit. */
static void enum_leave(struct enum_state *s, const char *types) {
    struct enum_frame *f = enum_top(s);
    const size_t n = strlen(types);
    if (f->is_dead) {
        return;
    }
    if (enum_on_top(s, types) && (s->n == f->height + n || (n != 0 && f->kind != 'l'))) {
        if (s->n != f->height + n) {
            emit(s, "\x0c", 2);
            enum_kill(s);
        }
        return;
    }
    while (s->n != f->height) {
        enum_drain(s);
    }
    for (size_t i = 0; i < n; i++) {
        enum_default(s, types[i]);
    }
}

static bool enum_script_takes(char type) {
    return strchr("sxkmnwzSXKMNWZ", type) == NULL;
}

/* A local as results: those of others than scripts take say what can be said. */
static void enum_give_local(struct enum_state *s, uint32_t local, char type) {
    emit_byte(s, 0x20), emit_byte(s, local);
    if (!enum_is_portable || enum_script_takes(type)) {
        s->stack[s->n++] = type;
    } else if (type == 's') { /* both halves */
        emit(s, "\xfd\x1d\0\x20", 4), emit_byte(s, local), emit(s, "\xfd\x1d\1", 3);
        s->stack[s->n++] = 'l';
        s->stack[s->n++] = 'l';
    } else {
        emit_byte(s, 0xd1);
        s->stack[s->n++] = 'i';
    }
}

/* Ends all blocks and the function. Its results are `types`, or what enum_is_typed says; out_results has room for them. */
static void enum_finish(struct enum_state *s, const char *types, const char *locals, char *out_results) {
    while (s->n_frames > 1) {
        struct enum_frame *f = enum_top(s);
        enum_leave(s, f->out);
        if (f->kind == 'i' && strcmp(f->in, f->out) != 0) {
            enum_else(s);
            enum_leave(s, f->out);
        }
        if (!enum_end(s)) {
            enum_die("cannot end", "a block");
        }
    }
    if (types[0] == '*') {
        while (s->n != 0) {
            enum_drain(s);
        }
        strcpy(out_results, DRIVEN_RESULTS);
        for (uint32_t i = 0; out_results[i] != 0 && !enum_top(s)->is_dead; i++) {
            emit_byte(s, 0x20);
            emit_byte(s, i);
        }
    } else if (enum_is_typed(types)) {
        enum_leave(s, types);
        strcpy(out_results, types);
    } else if (!enum_top(s)->is_dead) {
        bool is_taken = true;
        for (uint32_t i = 0; i < s->n; i++) {
            is_taken &= enum_script_takes(s->stack[i]);
        }
        while (enum_is_portable && !is_taken && s->n != 0) {
            enum_drain(s);
        }
        for (uint32_t i = 0; locals[i] != 0; i++) {
            enum_give_local(s, i, locals[i]);
        }
        memcpy(out_results, s->stack, s->n);
        out_results[s->n] = 0;
    } else {
        strcpy(out_results, "");
    }
    emit_byte(s, 0x0b);
}

#endif

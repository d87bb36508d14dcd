/* instructions.c - writes doc/instructions.md from op.def, imm.def and feature.def. `make doc` runs it;
 * test/check/written.sh sees to it that the page is what it would write. */
#include <stdio.h>
#include <string.h>

struct feature {
    const char *sym, *name, *doc;
    int in30;
};

static const struct feature features[] = {
#define WICK_SIMD 1
#define WICK_GC 1
#define WICK_EH 1
#define WICK_THREADS 1
#define FEATURE(sym, bit, name, in30, runs, doc) {#sym, name, doc, in30},
#include "def/feature.def"
};

struct imm {
    const char *sym, *doc;
};

static const struct imm imms[] = {
#define IMM(sym, fields, doc) {#sym, doc},
#include "def/imm.def"
};

struct op {
    int prefix, code;
    const char *text, *imm, *sig;
    int width;
    const char *feature, *flags;
};

static const struct op ops[] = {
#define ROW(prefix, code, text, imm, sig, width, feat, flags) {prefix, code, text, #imm, #sig, width, #feat, "|" #flags "|"},
#define OP(sym, code, text, imm, sig, width, feat, flags) ROW(0, code, text, imm, sig, width, feat, flags)
#define OP_FB(sym, code, text, imm, sig, width, feat, flags) ROW(0xfb, code, text, imm, sig, width, feat, flags)
#define OP_FC(sym, code, text, imm, sig, width, feat, flags) ROW(0xfc, code, text, imm, sig, width, feat, flags)
#define OP_FD(sym, code, text, imm, sig, width, feat, flags) ROW(0xfd, code, text, imm, sig, width, feat, flags)
#define OP_FE(sym, code, text, imm, sig, width, feat, flags) ROW(0xfe, code, text, imm, sig, width, feat, flags)
#include "def/op.def"
};

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static void put_types(const char *letters, size_t n) {
    static const char *const names[][2] = {{"i", "i32"}, {"l", "i64"}, {"f", "f32"}, {"d", "f64"}, {"s", "v128"}, {"a", "addr"}};
    for (size_t i = 0; i < n; i++) {
        for (size_t k = 0; k < COUNT(names); k++) {
            if (letters[i] == names[k][0][0]) {
                printf("%s%s", i == 0 ? "" : " ", names[k][1]);
            }
        }
    }
}

static void put_signature(const char *sig) {
    const char *arrow = strchr(sig, '_');
    if (arrow == NULL) {
        printf("own rule");
        return;
    }
    put_types(sig, (size_t)(arrow - sig));
    printf("%s->%s", arrow == sig ? "" : " ", arrow[1] == 0 ? "" : " ");
    put_types(arrow + 1, strlen(arrow + 1));
}

static void put_code(const struct op *op) {
    if (op->prefix == 0) {
        printf("`%02x`", (unsigned)op->code);
        return;
    }
    /* the number behind a prefix is a LEB128 */
    printf("`%02x", (unsigned)op->prefix);
    int rest = op->code;
    for (; rest >= 0x80; rest >>= 7) {
        printf(" %02x", (unsigned)((rest & 0x7f) | 0x80));
    }
    printf(" %02x`", (unsigned)rest);
}

static void put_notes(const struct op *op) {
    static const struct {
        const char *flag, *text;
    } notes[] = {{"|TRAPS|", "may trap"},
                 {"|LOAD|", "loads"},
                 {"|STORE|", "stores"},
                 {"|ATOMIC|", "atomic"},
                 {"|TERM|", "does not go on"},
                 {"|CONST|", "constant"},
                 {"|CONSTX|", "constant, with extended-const"}};
    const char *comma = "";
    for (size_t i = 0; i < COUNT(notes); i++) {
        if (strstr(op->flags, notes[i].flag) != NULL) {
            printf("%s%s", comma, notes[i].text);
            comma = ", ";
        }
    }
    if (op->width != 0) {
        printf("%s%d %s", comma, op->width, strcmp(op->imm, "LANE") == 0 ? "lanes" : op->width == 1 ? "byte" : "bytes");
    }
}

static const struct imm *find_imm(const char *sym) {
    size_t i = 0;
    while (strcmp(imms[i].sym, sym) != 0) {
        i++;
    }
    return &imms[i];
}

int main(void) {
    printf("# Instructions\n\n"
           "Every instruction that Wick knows, by feature. Made by `make doc` from `src/def/op.def`; do not edit.\n"
           "`addr` is i32 or i64, as the memory or table is addressed. Codes are the bytes in a module, in hexadecimal.\n");
    for (size_t f = 0; f < COUNT(features); f++) {
        size_t n = 0;
        for (size_t i = 0; i < COUNT(ops); i++) {
            n += strcmp(ops[i].feature, features[f].sym) == 0;
        }
        if (n == 0) {
            continue;
        }
        printf("\n## %s: %s\n\n%zu instruction%s, %s.\n\n| code | name | immediates | operands -> results | |\n|---|---|---|---|---|\n", features[f].name,
               features[f].doc, n, n == 1 ? "" : "s", features[f].in30 ? "part of WebAssembly 3.0" : "not part of WebAssembly 3.0");
        for (size_t i = 0; i < COUNT(ops); i++) {
            if (strcmp(ops[i].feature, features[f].sym) == 0) {
                printf("| ");
                put_code(&ops[i]);
                printf(" | %s | %s | ", ops[i].text,
                       strcmp(ops[i].imm, "NONE") == 0 ? "" : find_imm(ops[i].imm)->doc);
                put_signature(ops[i].sig);
                printf(" | ");
                put_notes(&ops[i]);
                printf(" |\n");
            }
        }
    }
    return 0;
}

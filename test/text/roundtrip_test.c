/* roundtrip_test.c [FILE.wasm...] - binary to text to binary to text: the second text is the first, the binaries are the
 * same module, and a module that came from text comes back byte for byte; flat and folded, with and without names. Over
 * every valid module that the official suites' scripts hold, and modules made to be awkward; or over files. */
#include <dirent.h>
#include <sys/stat.h>
#include <time.h>

#include "test/api/api.h"
#include "test/text/same.h"
#include "text/text.h"

static struct port port;
static wick_host host;
static wick_engine *engine;
static struct wk_words words;

/* ---- sinks --------------------------------------------------------------------------------------------------------- */

struct text {
    char *data;
    size_t size, cap;
};

static bool text_put(void *user, const char *bytes, size_t size) {
    struct text *t = user;
    if (size > t->cap - t->size) {
        t->cap = t->cap * 2 + size;
        t->data = realloc(t->data, t->cap);
        NEED(t->data != NULL);
    }
    memcpy(t->data + t->size, bytes, size);
    t->size += size;
    return true;
}

/* Compares with a text that was printed before. */
struct compare {
    const struct text *with;
    size_t at;
};

static bool text_compare(void *user, const char *bytes, size_t size) {
    struct compare *c = user;
    if (size > c->with->size - c->at || memcmp(c->with->data + c->at, bytes, size) != 0) {
        return false;
    }
    c->at += size;
    return true;
}

/* ---- one module ---------------------------------------------------------------------------------------------------- */

static unsigned n_modules, n_located;

static void complain(const char *name, const char *what, const wick_diag *diag) {
    char text[400] = "";
    if (diag != NULL) {
        wick_diag_format(diag, NULL, NULL, text, sizeof text);
    }
    test_failures++;
    if (test_failures < 30) {
        printf("%s: %s %s\n", name, what, text);
    }
}

/* One way to print. exact: the binary must come back byte for byte. */
static void round_trip(const char *name, wick_module *m, uint32_t flags, bool exact) {
    struct text text = {NULL, 0, 0};
    wick_diag diag;
    uint8_t *bytes = NULL;
    size_t size = 0;
    wick_module *again = NULL;
    test_checks++;
    wick_diag_init(&diag);
    if (wick_text_print(m, flags, text_put, &text, &diag) != WICK_OK) {
        complain(name, "does not print:", &diag);
        return;
    }
    if (wick_text_assemble(engine, text.data, text.size, WICK_TEXT_NAMES, &bytes, &size, &diag) != WICK_OK) {
        complain(name, "its text does not assemble:", &diag);
        if (test_failures == 1) {
            FILE *f = fopen("build/roundtrip.wat", "w");
            if (f != NULL) {
                fwrite(text.data, 1, text.size, f);
                fclose(f);
            }
        }
        free(text.data);
        return;
    }
    if (wick_module_new(engine, bytes, size, WICK_MODULE_BORROW, &again, &diag) != WICK_OK) {
        complain(name, "its text is not valid:", &diag);
    } else {
        struct compare compare = {&text, 0};
        if (!same_module(m, again)) {
            char why[300];
            snprintf(why, sizeof why, "differs at 0x%x (flags %u): %s", same_where, flags, same_why);
            complain(name, why, NULL);
        } else if (exact && (size != m->size || memcmp(bytes, m->bytes, size) != 0)) {
            complain(name, flags & WICK_PRINT_FOLDED ? "not the same bytes, folded" : "not the same bytes", NULL);
        } else if (wick_text_print(again, flags, text_compare, &compare, &diag) != WICK_OK || compare.at != text.size) {
            complain(name, "prints differently the second time", NULL);
        }
        wick_module_free(again);
    }
    wick_text_free(engine, bytes, size);
    free(text.data);
}

/* Line and column of a place in a text. */
static void text_place(const char *text, size_t at, uint32_t *out_line, uint32_t *out_column) {
    *out_line = 1;
    *out_column = 1;
    for (size_t i = 0; i < at; i++) {
        *out_line += text[i] == '\n';
        *out_column = text[i] == '\n' ? 1 : *out_column + 1;
    }
}

/* Printed with offsets: some of them are looked up in the text, and found where they stand, or one behind: the word in a
 * parenthesis. Constant expressions are in no body. */
static void locate(const char *name, wick_module *m, uint32_t flags) {
    struct text text = {NULL, 0, 0};
    wick_diag diag;
    uint8_t *bytes = NULL;
    size_t size = 0;
    unsigned n = 0, at_random = 1;
    wick_diag_init(&diag);
    if (wick_text_print(m, flags | WICK_PRINT_OFFSETS, text_put, &text, &diag) != WICK_OK || text.size > 60000 ||
        wick_text_assemble(engine, text.data, text.size, WICK_TEXT_NAMES, &bytes, &size, &diag) != WICK_OK) {
        free(text.data);
        return;
    }
    for (size_t i = 0; i + 4 < text.size && n < 30 && size == m->size && memcmp(bytes, m->bytes, size) == 0; i++) {
        uint32_t line, column, want_line, want_column;
        if (memcmp(text.data + i, "(;@", 3) != 0 || (at_random = at_random * 1103515245 + 12345) % (1 + (text.size >> 11)) != 0) {
            continue;
        }
        char *end;
        const size_t offset = strtoul(text.data + i + 3, &end, 16);
        if (memcmp(end + 2, " (@", 3) == 0) { /* a hint, and then the instruction */
            continue;
        }
        if (!wick_text_locate(engine, text.data, text.size, WICK_TEXT_NAMES, bytes, size, offset, &line, &column)) {
            continue;
        }
        text_place(text.data, (size_t)(end - text.data) + 3, &want_line, &want_column);
        n++;
        test_checks++;
        if (line != want_line || (column != want_column && (column != want_column + 1 || end[3] != '('))) {
            char why[200];
            snprintf(why, sizeof why, "offset 0x%zx is at %u:%u, found at %u:%u", offset, want_line, want_column, line,
                     column);
            complain(name, why, NULL);
        }
    }
    n_located += n;
    wick_text_free(engine, bytes, size);
    free(text.data);
}

static void round_trips(const char *name, const uint8_t *bytes, size_t size, bool exact) {
    wick_module *m;
    if (wick_module_new(engine, bytes, size, 0, &m, NULL) != WICK_OK) {
        return;
    }
    n_modules++;
    round_trip(name, m, 0, exact);
    round_trip(name, m, WICK_PRINT_FOLDED, exact);
    round_trip(name, m, WICK_PRINT_NO_NAMES, false);
    round_trip(name, m, WICK_PRINT_FOLDED | WICK_PRINT_NO_NAMES | WICK_PRINT_NO_CUSTOM, false);
    locate(name, m, 0);
    locate(name, m, WICK_PRINT_FOLDED);
    wick_module_free(m);
}

/* ---- scripts ------------------------------------------------------------------------------------------------------- */

/* The module in text[start, end), when it is one that assembles. */
static void script_module(const char *name, const uint8_t *text, size_t start, size_t end) {
    struct wk_buf out;
    const bool is_raw = memmem(text + start, end - start < 60 ? end - start : 60, "binary", 6) != NULL;
    if (wk_text_assemble(&engine->alloc, &words, text, start, end, WICK_TEXT_NAMES | WK_TEXT_SCRIPT, &out, NULL) ==
        WICK_OK) {
        char place[300];
        snprintf(place, sizeof place, "%s:%u", name, wk_text_line(text, text + start));
        round_trips(place, out.data, out.size, !is_raw);
        wk_buf_free(&out);
    }
}

/* Every (module ...) that is a command or stands in one. */
static void script(const char *name, const uint8_t *text, size_t size) {
    struct wk_arena arena;
    struct wk_lexer lexer;
    struct wk_token token;
    unsigned depth = 0;
    bool bare = true;
    wk_arena_init(&arena, &engine->alloc);
    wk_lexer_init(&lexer, &words, &arena, text, 0, size);
    for (;;) {
        wk_lexer_next(&lexer, &token);
        if (token.kind == WK_TOKEN_EOF || token.kind == WK_TOKEN_ERROR) {
            break;
        }
        if (token.kind == WK_TOKEN_LPAR) {
            const size_t start = (size_t)(token.begin - text);
            const uint8_t *inside = lexer.at;
            wk_lexer_next(&lexer, &token);
            if (token.kind == WK_TOKEN_WORD && token.word == WK_WORD_module) {
                const uint8_t *end = wk_text_skip(inside, text + size);
                script_module(name, text, start, (size_t)(end - text));
                lexer.at = end;
                bare = false;
            } else {
                depth++;
                bare = bare && depth == 1 && token.kind == WK_TOKEN_WORD && token.word < WK_WORD_definition;
            }
        } else if (token.kind == WK_TOKEN_RPAR) {
            depth -= depth != 0;
        }
    }
    wk_lexer_free(&lexer);
    wk_arena_free(&arena);
    (void)bare;
    script_module(name, text, 0, size); /* a file of bare fields is a module */
}

static uint8_t *read_all(const char *path, size_t *out_size) {
    FILE *f = fopen(path, "rb");
    struct stat s;
    NEED(f != NULL && fstat(fileno(f), &s) == 0);
    uint8_t *bytes = malloc((size_t)s.st_size + 1);
    NEED(bytes != NULL && fread(bytes, 1, (size_t)s.st_size, f) == (size_t)s.st_size);
    fclose(f);
    *out_size = (size_t)s.st_size;
    return bytes;
}

static unsigned n_scripts;

static void folder(const char *path) {
    DIR *dir = opendir(path);
    struct dirent *e;
    while (dir != NULL && (e = readdir(dir)) != NULL) {
        char name[600];
        struct stat s;
        const size_t n = strlen(e->d_name);
        snprintf(name, sizeof name, "%s/%s", path, e->d_name);
        if (e->d_name[0] == '.' || stat(name, &s) != 0) {
            continue;
        }
        if (S_ISDIR(s.st_mode)) {
            folder(name);
        } else if (n > 5 && strcmp(e->d_name + n - 5, ".wast") == 0) {
            size_t size;
            uint8_t *text = read_all(name, &size);
            script(name, text, size);
            free(text);
            n_scripts++;
        }
    }
    if (dir != NULL) {
        closedir(dir);
    }
}

/* ---- files --------------------------------------------------------------------------------------------------------- */

static double seconds(void) {
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static void file(const char *path) {
    size_t size;
    uint8_t *bytes = read_all(path, &size);
    wick_module *m;
    wick_diag diag;
    const double start = seconds();
    wick_diag_init(&diag);
    if (wick_module_new(engine, bytes, size, WICK_MODULE_BORROW, &m, &diag) != WICK_OK) {
        complain(path, "is refused:", &diag);
    } else {
        const int failures = test_failures;
        round_trip(path, m, 0, false);
        round_trip(path, m, WICK_PRINT_FOLDED, false);
        wick_module_free(m);
        printf("%s: %zu bytes, %s, %.1f s\n", path, size, test_failures == failures ? "the same" : "FAILED",
               seconds() - start);
        fflush(stdout);
    }
    free(bytes);
}

int main(int argc, char **argv) {
    const char *spec = getenv("SPEC");
    port_init(&port);
    host = port_table();
    const wick_config config = {.lazy = true};
    NEED(wick_engine_new(&host, &port, &config, &engine) == WICK_OK);
    wk_words_init(&words);
    if (argc > 1) {
        for (int i = 1; i < argc; i++) {
            file(argv[i]);
        }
    } else {
        if (spec == NULL) {
            spec = "../shared/conformance";
        }
        folder(spec);
        if (n_scripts == 0) {
            printf("skipped: no official suite at %s (SPEC names another place)\n", spec);
        } else {
            printf("%u scripts, %u valid modules, %u places\n", n_scripts, n_modules, n_located);
            CHECK(n_modules > 2700);
            CHECK(n_located > 30000);
        }
    }
    wick_engine_free(engine);
    CHECK_CLEAN(&port);
    return test_end("roundtrip");
}

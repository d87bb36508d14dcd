/* bad_test.c - modules that must fail, each with the exact line that says why.
 *
 *   bad_test [FILE...]      checks; prints what differs (default: the files of this folder, from the project's root)
 *   bad_test -u [FILE...]   writes the lines anew
 *
 * A file holds blocks of lines: `# comment`, `let NAME = TEXT`, and cases
 *     == what is wrong
 *     features LIST        (as for the command's --features; default all)
 *     TEXT ...             (test/module/build.h), on several lines
 *     -> the message, or "ok" */
#include "../module/build.h"

#define BAD_LINE 4096

static uint32_t bad_features(const char *list) {
    uint32_t features = 0;
    while (*list != 0) {
        size_t n = strcspn(list, ", \n");
        uint32_t bit, known = 0;
        for (bit = 0; bit < 32; bit++) {
            const char *name = wk_feature_name(bit);
            if (strlen(name) == n && memcmp(name, list, n) == 0) {
                known = 1u << bit;
            }
        }
        if (known == 0) {
            fprintf(stderr, "unknown feature: %s\n", list);
            exit(2);
        }
        features |= known;
        list += n + strspn(list + n, ", \n");
    }
    return features;
}

struct bad_case {
    char title[256];
    char text[BAD_LINE * 4];
    uint32_t features;
};

/* 20 bytes: a custom section. */
static const uint8_t bad_tail[] = {0, 18, 1, 't', 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0};

/* *is_inside: the module is valid, or a body is not, so that what follows the bodies makes no difference. */
static void bad_run(const struct bad_case *one, bool has_tail, char *line, size_t cap, bool *is_inside) {
    struct build_host host = {0, 0, 0};
    struct wick_engine engine;
    struct build module = build_module(one->text);
    wick_diag diag;
    module.cap = module.n; /* it has been cut to that */
    for (size_t i = 0; has_tail && i < sizeof bad_tail; i++) {
        build_byte(&module, bad_tail[i]);
    }
    if (build_engine(&engine, &host, one->features) != WICK_OK) {
        abort();
    }
    if (build_load(&engine, module.data, module.n, &diag) == WICK_OK) {
        snprintf(line, cap, "%s", diag.err == WICK_OK ? "ok" : "ok, but with an error in the diagnostic");
        *is_inside = true;
    } else {
        wick_diag_format(&diag, NULL, NULL, line, cap);
        *is_inside = diag.section == WK_SECTION_code && wick_err_get_class(diag.err) == WICK_CLASS_INVALID;
    }
    wk_types_free(&engine.types);
    if (engine.alloc.used != 0) {
        snprintf(line, cap, "leak of %llu bytes", (unsigned long long)engine.alloc.used);
    }
    free(module.data);
}

static void bad_let(char *line) {
    char *name = line + 4, *equals = strchr(line, '=');
    char *end;
    if (equals == NULL) {
        build_die(line);
    }
    for (end = equals; end > name && end[-1] == ' '; end--) {
    }
    *end = 0;
    build_let(name, equals + 1);
}

static unsigned bad_passed, bad_failed;

static void bad_file(const char *path, int update) {
    static struct bad_case one;
    static char line[BAD_LINE], got[BAD_LINE], tailed[BAD_LINE];
    bool is_inside, is_tailed_inside;
    char out_path[512];
    FILE *file = fopen(path, "r"), *out = NULL;
    if (file == NULL) {
        perror(path);
        bad_failed++;
        return;
    }
    build_forget();
    snprintf(out_path, sizeof out_path, "%s.new", path);
    if (update) {
        out = fopen(out_path, "w");
    }
    while (fgets(line, sizeof line, file) != NULL) {
        if (out != NULL && strncmp(line, "->", 2) != 0) {
            fputs(line, out);
        }
        line[strcspn(line, "\n")] = 0;
        if (line[0] == '#' || line[0] == 0) {
            continue;
        }
        if (strncmp(line, "let ", 4) == 0) {
            bad_let(line);
        } else if (strncmp(line, "== ", 3) == 0) {
            snprintf(one.title, sizeof one.title, "%.200s", line + 3);
            one.text[0] = 0;
            one.features = UINT32_MAX;
        } else if (strncmp(line, "features ", 9) == 0) {
            one.features = bad_features(line + 9);
        } else if (strncmp(line, "->", 2) == 0) {
            bad_run(&one, false, got, sizeof got, &is_inside);
            bad_run(&one, true, tailed, sizeof tailed, &is_tailed_inside);
            if (out != NULL) {
                fprintf(out, "-> %s\n", got);
            } else if (line[2] == 0 || strcmp(got, line + 3) != 0) {
                printf("%s: %s\n  expected %s\n  got      %s\n", path, one.title, line + 2, got);
                bad_failed++;
            } else if (is_inside && strcmp(got, tailed) != 0) { /* near the module's end the validator takes other ways */
                printf("%s: %s\n  expected %s\n  got      %s\n  with a section behind the code\n", path, one.title, got, tailed);
                bad_failed++;
            } else {
                bad_passed++;
            }
        } else {
            if (strlen(one.text) + strlen(line) + 2 > sizeof one.text) {
                build_die(line);
            }
            strcat(one.text, line);
            strcat(one.text, "\n");
        }
    }
    fclose(file);
    if (out != NULL) {
        fclose(out);
        if (rename(out_path, path) != 0) {
            perror(path);
        }
    }
}

int main(int argc, char **argv) {
    static const char *const files[] = {"test/bad/malformed.t", "test/bad/invalid.t", "test/bad/limits.t"};
    const int update = argc > 1 && strcmp(argv[1], "-u") == 0;
    for (int i = 1 + update; i < argc; i++) {
        bad_file(argv[i], update);
    }
    for (size_t i = 0; argc == 1 + update && i < sizeof files / sizeof files[0]; i++) {
        bad_file(files[i], update);
    }
    printf("%u passed, %u failed\n", bad_passed, bad_failed);
    build_forget();
    return bad_failed != 0;
}

/* amalgam.c - writes the two files that an embedder copies: wick.h, the public headers in one, and wick.c, the core.
 *
 * Usage: amalgam OUT_DIR VERSION HEADER... -- SOURCE... [-- TEXT_SOURCE...]      from the root of the tree. The last ones, of
 * the text format, are compiled where WICK_TEXT is 1.
 * Includes in quotes are followed (include/ and src/ are searched): a file with an include guard is taken once, one
 * without (.def tables, handler families) each time. System includes pass, once each. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_SEEN = 1024, MAX_DEPTH = 32, MAX_LINE = 4096 };

static char seen[MAX_SEEN][160];
static int n_seen;

static int is_seen(const char *name) {
    for (int i = 0; i < n_seen; i++) {
        if (strcmp(seen[i], name) == 0) {
            return 1;
        }
    }
    return 0;
}

static void see(const char *name) {
    if (n_seen == MAX_SEEN || strlen(name) >= sizeof seen[0]) {
        fprintf(stderr, "amalgam: too many files, or too long a name: %s\n", name);
        exit(1);
    }
    strcpy(seen[n_seen++], name);
}

static FILE *open_source(const char *name, char *path, size_t size) {
    static const char *const folders[] = {"", "include/", "src/"};
    for (size_t i = 0; i < sizeof folders / sizeof folders[0]; i++) {
        snprintf(path, size, "%s%s", folders[i], name);
        FILE *in = fopen(path, "r");
        if (in != NULL) {
            return in;
        }
    }
    fprintf(stderr, "amalgam: no file %s\n", name);
    exit(1);
}

static int has_guard(FILE *in) {
    char line[MAX_LINE];
    int found = 0;
    while (!found && fgets(line, sizeof line, in) != NULL) {
        if (line[0] == '#') {
            found = strncmp(line, "#ifndef WICK_", 13) == 0 && strstr(line, "_H") != NULL;
            break;
        }
    }
    rewind(in);
    return found;
}

static void put_file(FILE *out, const char *name, int depth) {
    char path[512];
    char line[MAX_LINE];
    if (depth == MAX_DEPTH) {
        fprintf(stderr, "amalgam: includes too deep at %s\n", name);
        exit(1);
    }
    FILE *in = open_source(name, path, sizeof path);
    if (has_guard(in)) {
        if (is_seen(name)) {
            fclose(in);
            return;
        }
        see(name);
    }
    fprintf(out, "/* ---- %s ---- */\n", path);
    while (fgets(line, sizeof line, in) != NULL) {
        char found[256];
        if (sscanf(line, " # include \"%255[^\"]\"", found) == 1) {
            put_file(out, found, depth + 1);
        } else if (sscanf(line, " # include <%255[^>]>", found) == 1) {
            if (!is_seen(found)) {
                see(found);
                fputs(line, out);
            }
        } else {
            fputs(line, out);
        }
    }
    fclose(in);
}

static FILE *create(const char *folder, const char *name, const char *version, const char *what) {
    char path[512];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *out = fopen(path, "w");
    if (out == NULL) {
        perror(path);
        exit(1);
    }
    fprintf(out, "/* %s - Wick %s, WebAssembly in C, for kernels: %s.\n", name, version, what);
    fprintf(out, " * Made from the sources by `make amalgam`; change those. MIT licence. */\n");
    return out;
}

int main(int argc, char **argv) {
    if (argc < 5) {
        fprintf(stderr, "usage: amalgam OUT_DIR VERSION HEADER... -- SOURCE... [-- TEXT_SOURCE...]\n");
        return 2;
    }
    int i = 3;
    FILE *out = create(argv[1], "wick.h", argv[2], "the public headers");
    for (; i < argc && strcmp(argv[i], "--") != 0; i++) {
        put_file(out, argv[i], 0);
    }
    if (fclose(out) != 0) {
        perror("wick.h");
        return 1;
    }
    out = create(argv[1], "wick.c", argv[2], "the core");
    fprintf(out, "#include \"wick.h\"\n");
    fprintf(out, "#ifdef __GNUC__\n#define WK_EXTERN static __attribute__((unused))\n#else\n#define WK_EXTERN static\n#endif\n");
    for (i++; i < argc && strcmp(argv[i], "--") != 0; i++) {
        put_file(out, argv[i], 0);
    }
    if (i < argc) {
        fprintf(out, "#if WICK_TEXT\n");
        for (i++; i < argc; i++) {
            put_file(out, argv[i], 0);
        }
        fprintf(out, "#endif\n");
    }
    if (fclose(out) != 0) {
        perror("wick.c");
        return 1;
    }
    return 0;
}

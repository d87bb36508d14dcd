/* replay.c - a fuzz target's main without a fuzzer: runs it over the files and folders that are named. Ends with
 * `N passed, N failed`; a crash ends the program, the last line before it says which file. */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static unsigned n_files;

static void replay_file(const char *name) {
    FILE *f = fopen(name, "rb");
    uint8_t *bytes = NULL;
    size_t n = 0, got;
    if (f == NULL) {
        perror(name);
        exit(1);
    }
    do {
        bytes = realloc(bytes, n + 65536);
        if (bytes == NULL) {
            abort();
        }
        got = fread(bytes + n, 1, 65536, f);
        n += got;
    } while (got > 0);
    fclose(f);
    uint8_t *exact = malloc(n ? n : 1); /* so that sanitizers see a byte read too many */
    if (exact == NULL) {
        abort();
    }
    memcpy(exact, bytes, n);
    free(bytes);
    printf("%s\n", name);
    fflush(stdout);
    LLVMFuzzerTestOneInput(exact, n);
    free(exact);
    n_files++;
}

static void replay_folder(DIR *dir, const char *folder) {
    char name[4096];
    for (struct dirent *e = readdir(dir); e != NULL; e = readdir(dir)) {
        if (e->d_name[0] != '.') {
            snprintf(name, sizeof name, "%s/%s", folder, e->d_name);
            replay_file(name);
        }
    }
}

int main(int argc, char **argv) {
    for (int i = 1; i < argc; i++) {
        DIR *dir = opendir(argv[i]);
        if (dir != NULL) {
            replay_folder(dir, argv[i]);
            closedir(dir);
        } else {
            replay_file(argv[i]);
        }
    }
    printf("%u passed, 0 failed\n", n_files);
    return 0;
}

/* tee [-a] FILE... - copy standard input to standard output and to files; -a appends. */
#include "program.h"

int main(int argc, char **argv)
{
    enum { MAX_FILES = 64 };
    static char buf[65536];
    FILE *files[MAX_FILES];
    bool append = false;
    int i = read_flags(argc, argv, "a", &append), n_files = 0, status = 0;
    if (i < 0 || argc - i > MAX_FILES) {
        return usage("tee [-a] FILE...");
    }
    for (; i < argc; i++) {
        files[n_files] = fopen(argv[i], append ? "a" : "w");
        if (files[n_files] == NULL) {
            status = complain("tee", argv[i]);
        } else {
            n_files++;
        }
    }
    for (ssize_t n; (n = read(STDIN_FILENO, buf, sizeof buf)) > 0;) {
        fwrite(buf, 1, (size_t)n, stdout);
        fflush(stdout);
        for (int k = 0; k < n_files; k++) {
            fwrite(buf, 1, (size_t)n, files[k]);
        }
    }
    for (int k = 0; k < n_files; k++) {
        if (fclose(files[k]) != 0) {
            status = complain("tee", "file");
        }
    }
    return finish("tee", status);
}

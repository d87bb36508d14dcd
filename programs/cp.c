/* cp FROM... TO - copy files; TO may be a directory. */
#include <sys/stat.h>

#include "program.h"

static int copy_file(const char *from, const char *to)
{
    static char buf[65536];
    int in = open(from, O_RDONLY);
    if (in < 0) {
        return complain("cp", from);
    }
    struct stat a, b;
    if (fstat(in, &a) == 0 && S_ISDIR(a.st_mode)) {
        errno = EISDIR;
        return complain("cp", from);
    }
    if (stat(to, &b) == 0 && a.st_dev == b.st_dev && a.st_ino == b.st_ino) {
        fprintf(stderr, "cp: %s and %s are the same file\n", from, to);
        return 1;
    }
    int out = open(to, O_WRONLY | O_CREAT | O_TRUNC, 0666);
    if (out < 0) {
        return complain("cp", to);
    }
    ssize_t n;
    while ((n = read(in, buf, sizeof buf)) > 0) {
        for (ssize_t done = 0; done < n;) {
            ssize_t part = write(out, buf + done, (size_t)(n - done));
            if (part < 0) {
                return complain("cp", to);
            }
            done += part;
        }
    }
    if (n < 0) {
        return complain("cp", from);
    }
    close(in);
    return close(out) != 0 ? complain("cp", to) : 0;
}

int main(int argc, char **argv)
{
    int status = 0;
    struct stat st;
    if (argc < 3) {
        return usage("cp FROM... TO");
    }
    const char *to = argv[argc - 1];
    bool into = stat(to, &st) == 0 && S_ISDIR(st.st_mode);
    if (argc > 3 && !into) {
        errno = ENOTDIR;
        return complain("cp", to);
    }
    for (int i = 1; i < argc - 1; i++) {
        const char *base = strrchr(argv[i], '/');
        char full[4096];
        snprintf(full, sizeof full, "%s/%s", to, base != NULL ? base + 1 : argv[i]);
        status |= copy_file(argv[i], into ? full : to);
    }
    return status;
}

/* cat [FILE...] - copy files, or standard input, to standard output. */
#include "program.h"

static int copy(int from, const char *name)
{
    static char buf[65536];
    ssize_t n;
    while ((n = read(from, buf, sizeof buf)) > 0) {
        for (ssize_t done = 0; done < n;) {
            ssize_t part = write(STDOUT_FILENO, buf + done, (size_t)(n - done));
            if (part < 0) {
                return errno == EPIPE ? 1 : complain("cat", "standard output");
            }
            done += part;
        }
    }
    return n < 0 ? complain("cat", name) : 0;
}

int main(int argc, char **argv)
{
    int status = 0;
    if (argc < 2) {
        return copy(STDIN_FILENO, "standard input");
    }
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "-") == 0) {
            status |= copy(STDIN_FILENO, "standard input");
            continue;
        }
        int fd = open(argv[i], O_RDONLY);
        if (fd < 0) {
            status = complain("cat", argv[i]);
            continue;
        }
        status |= copy(fd, argv[i]);
        close(fd);
    }
    return status;
}

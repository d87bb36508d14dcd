/* mv FROM... TO - rename; TO may be a directory. */
#include <sys/stat.h>

#include "program.h"

int main(int argc, char **argv)
{
    int status = 0;
    struct stat st;
    if (argc < 3) {
        return usage("mv FROM... TO");
    }
    const char *to = argv[argc - 1];
    bool into = stat(to, &st) == 0 && S_ISDIR(st.st_mode);
    if (argc > 3 && !into) {
        errno = ENOTDIR;
        return complain("mv", to);
    }
    for (int i = 1; i < argc - 1; i++) {
        const char *base = strrchr(argv[i], '/');
        char full[4096];
        snprintf(full, sizeof full, "%s/%s", to, base != NULL ? base + 1 : argv[i]);
        if (rename(argv[i], into ? full : to) != 0) {
            status = complain("mv", argv[i]);
        }
    }
    return status;
}

/* mkdir [-p] NAME... - make directories; -p: with their parents, and no complaint if they exist. */
#include <sys/stat.h>

#include "program.h"

static int make_parents(char *path)
{
    for (char *p = path + 1; *p != 0; p++) {
        if (*p == '/') {
            *p = 0;
            if (mkdir(path, 0777) != 0 && errno != EEXIST) {
                return complain("mkdir", path);
            }
            *p = '/';
        }
    }
    return 0;
}

int main(int argc, char **argv)
{
    bool parents = false;
    int i = read_flags(argc, argv, "p", &parents), status = 0;
    if (i < 0 || i == argc) {
        return usage("mkdir [-p] NAME...");
    }
    for (; i < argc; i++) {
        if (parents && make_parents(argv[i]) != 0) {
            status = 1;
        } else if (mkdir(argv[i], 0777) != 0 && !(parents && errno == EEXIST)) {
            status = complain("mkdir", argv[i]);
        }
    }
    return status;
}

/* rmdir NAME... - remove empty directories. */
#include "program.h"

int main(int argc, char **argv)
{
    int status = 0;
    if (argc < 2) {
        return usage("rmdir NAME...");
    }
    for (int i = 1; i < argc; i++) {
        if (rmdir(argv[i]) != 0) {
            status = complain("rmdir", argv[i]);
        }
    }
    return status;
}

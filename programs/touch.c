/* touch NAME... - make empty files, or set the times of existing ones to now. */
#include <sys/stat.h>

#include "program.h"

int main(int argc, char **argv)
{
    int status = 0;
    if (argc < 2) {
        return usage("touch NAME...");
    }
    for (int i = 1; i < argc; i++) {
        int fd = open(argv[i], O_WRONLY | O_CREAT, 0666);
        if (fd < 0) {
            status = complain("touch", argv[i]);
            continue;
        }
        if (futimens(fd, NULL) != 0) {
            status = complain("touch", argv[i]);
        }
        close(fd);
    }
    return status;
}

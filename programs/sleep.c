/* sleep SECONDS - wait; fractions are allowed. */
#include <time.h>

#include "program.h"

int main(int argc, char **argv)
{
    char *end = NULL;
    double seconds = argc == 2 ? strtod(argv[1], &end) : -1;
    if (argc != 2 || *end != 0 || !(seconds >= 0 && seconds < 1e9)) {
        return usage("sleep SECONDS");
    }
    struct timespec t = {(time_t)seconds, 0};
    t.tv_nsec = (long)((seconds - (double)t.tv_sec) * 1e9);
    return nanosleep(&t, NULL) != 0 ? complain("sleep", argv[1]) : 0;
}

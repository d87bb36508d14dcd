/* seq [FIRST] LAST - whole numbers, one on a line. */
#include "program.h"

int main(int argc, char **argv)
{
    if (argc != 2 && argc != 3) {
        return usage("seq [FIRST] LAST");
    }
    long long first = argc == 3 ? atoll(argv[1]) : 1, last = atoll(argv[argc - 1]);
    for (long long i = first; i <= last && !ferror(stdout); i++) {
        printf("%lld\n", i);
    }
    return finish("seq", 0);
}

/* primes N - how many primes there are below N: work for the processor. */
#include "program.h"

int main(int argc, char **argv)
{
    size_t n = argc == 2 ? (size_t)strtoul(argv[1], NULL, 10) : 0, count = 0;
    char *composite = calloc(n + 1, 1);
    if (argc != 2) {
        return usage("primes N");
    }
    if (composite == NULL) {
        return complain("primes", argv[1]);
    }
    for (size_t i = 2; i < n; i++) {
        if (composite[i]) {
            continue;
        }
        count++;
        for (size_t k = i * 2; k < n; k += i) {
            composite[k] = 1;
        }
    }
    printf("%zu primes below %zu\n", count, n);
    return finish("primes", 0);
}

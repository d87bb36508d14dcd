/*
 * Runs a command once and writes what it took as the last line of standard output: milliseconds of the
 * clock, CPU microseconds outside and inside the kernel, and the peak of resident memory in KiB. Small
 * itself, since a child's peak counts what it was before it became the command.
 *
 *   spawn SECONDS COMMAND ARGS...   the command's output goes nowhere; after SECONDS it is ended
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

int main(int argc, char **argv)
{
    struct timespec from, to;
    struct rusage usage;
    int status;
    pid_t child;
    if (argc < 3) {
        return 2;
    }
    clock_gettime(CLOCK_MONOTONIC, &from);
    child = fork();
    if (child == 0) {
        const int nowhere = open("/dev/null", O_RDWR);
        dup2(nowhere, 0);
        dup2(nowhere, 1);
        dup2(nowhere, 2);
        alarm((unsigned)atoi(argv[1]));
        execv(argv[2], argv + 2);
        _exit(127);
    }
    if (child < 0 || wait4(child, &status, 0, &usage) != child) {
        perror("spawn");
        return 1;
    }
    clock_gettime(CLOCK_MONOTONIC, &to);
    printf("%.4f %ld %ld %ld\n", (double)(to.tv_sec - from.tv_sec) * 1e3 + (double)(to.tv_nsec - from.tv_nsec) * 1e-6,
           usage.ru_utime.tv_sec * 1000000 + usage.ru_utime.tv_usec,
           usage.ru_stime.tv_sec * 1000000 + usage.ru_stime.tv_usec, usage.ru_maxrss);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128;
}

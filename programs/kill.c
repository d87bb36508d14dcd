/* kill [-INT|-KILL|-TERM|-0] PID... - end processes; -PID (after --) means a group. */
#include "program.h"
#include "wick_proc.h"

int main(int argc, char **argv)
{
    static const struct {
        const char *name;
        uint32_t signal;
    } names[] = {{"-INT", WICK_PROC_INT},   {"-2", WICK_PROC_INT},    {"-KILL", WICK_PROC_KILL},
                 {"-9", WICK_PROC_KILL},    {"-TERM", WICK_PROC_TERM}, {"-15", WICK_PROC_TERM},
                 {"-0", 0}};
    uint32_t signal = WICK_PROC_TERM;
    int i = 1, status = 0;
    if (i < argc && argv[i][0] == '-' && strcmp(argv[i], "--") != 0) {
        size_t k = 0;
        while (k < sizeof names / sizeof names[0] && strcmp(argv[i], names[k].name) != 0) {
            k++;
        }
        if (k == sizeof names / sizeof names[0]) {
            return usage("kill [-INT|-KILL|-TERM|-0] PID...");
        }
        signal = names[k].signal;
        i++;
    }
    if (i < argc && strcmp(argv[i], "--") == 0) {
        i++;
    }
    if (i == argc) {
        return usage("kill [-INT|-KILL|-TERM|-0] PID...");
    }
    for (; i < argc; i++) {
        errno = wick_proc_kill(atoi(argv[i]), signal);
        if (errno != 0) {
            status = complain("kill", argv[i]);
        }
    }
    return status;
}

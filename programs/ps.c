/* ps - the processes: pid, parent, group, state (R ready, S blocked, Z ended), processor time in
 * milliseconds, memory in KiB, name. */
#include "program.h"
#include "wick_proc.h"

int main(void)
{
    enum { MAX_RECORDS = 1024 };
    static struct wick_proc_record records[MAX_RECORDS];
    uint32_t n = 0;
    errno = wick_proc_list(records, MAX_RECORDS, &n);
    if (errno != 0) {
        return complain("ps", "list");
    }
    printf("%5s %5s %5s S %8s %8s NAME\n", "PID", "PPID", "PGRP", "CPU ms", "KiB");
    for (uint32_t i = 0; i < n && i < MAX_RECORDS; i++) {
        const struct wick_proc_record *r = &records[i];
        printf("%5u %5u %5u %c %8llu %8llu %.32s\n", r->pid, r->parent, r->group,
               r->state < 3 ? "RSZ"[r->state] : '?', (unsigned long long)r->cpu_ns / 1000000,
               (unsigned long long)r->memory / 1024, r->name);
    }
    return finish("ps", 0);
}

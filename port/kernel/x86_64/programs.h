/* programs.h - the kernel's only way to run programs. Implemented by programs.c, over Wick. */
#ifndef K_PROGRAMS_H
#define K_PROGRAMS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Makes the initrd the root file system, starts argv as process 1, runs until that ends, and ends
 * the others. Answers the exit status: the program's own; 128 + signal; 134 for an abnormal end;
 * 125 when it could not be started. `reference`: by the slow reference interpreter. */
uint32_t programs_run(char *const *argv, size_t argc, bool reference);

#endif

/* tool.h - what the subcommands of `wick` share. */
#ifndef WICK_TOOL_TOOL_H
#define WICK_TOOL_TOOL_H

#include <stdio.h>

#include "port/posix/posix.h"
#include "wick/wick.h"
#include "wick/wick_text.h"

/* Exit statuses beside a program's own. */
enum { STATUS_OK = 0, STATUS_REFUSED = 1, STATUS_USAGE = 2, STATUS_ABNORMAL = 134 };

/* ---- main.c ---- */
int tool_complain(const char *format, ...) __attribute__((format(printf, 1, 2))); /* answers STATUS_USAGE */
int tool_refuse(const char *format, ...) __attribute__((format(printf, 1, 2)));   /* answers STATUS_REFUSED */

/* ---- option.c ---- */
/* Goes through the options in front of the operands: "--name value", "--name=value", "-n value". */
struct tool_options {
    int argc;
    char **argv;
    int at;            /* the next word */
    const char *name;  /* of the option read last, as given */
    const char *value; /* behind its '=', or NULL */
};
/* The next option, or NULL at the first operand; "--" ends them and is skipped. */
const char *tool_next_option(struct tool_options *options);
/* Is this option called so? */
bool tool_is(const struct tool_options *options, const char *name);
/* The option's value; NULL and a complaint when there is none. */
const char *tool_value(struct tool_options *options);
/* A decimal or 0x number with an optional K, M or G (times 1,024). false and a complaint. */
bool tool_number(struct tool_options *options, uint64_t *out);
/* Options that several commands have: --engine, --features. 1 taken, 0 another option, -1 wrong. */
int tool_engine_option(struct tool_options *options, wick_config *config);
/* --load-threads; the same. */
int tool_threads_option(struct tool_options *options, wick_config *config);
int tool_unknown_option(const struct tool_options *options);

/* ---- load.c ---- */
struct tool_file {
    const uint8_t *bytes;
    size_t size;
    bool is_mapped;
    struct tool_file *text; /* that it has been assembled from; NULL: from none */
};
/* Maps or reads a whole file. false: errno says why. */
bool tool_read(const char *path, struct tool_file *out);
void tool_close(struct tool_file *file);
/* Is it in the text format? */
bool tool_is_text(const char *path, const struct tool_file *file);
/* Loads a module from a file in either format; the file must stay open as long as the module. A status, after a
 * message when it is not STATUS_OK. */
int tool_load(wick_engine *engine, const char *path, struct tool_file *file, wick_module **out_module);
/* Replaces text by the binary that it assembles to; binary stays as it is. */
int tool_assemble(wick_engine *engine, const char *path, struct tool_file *file);
void tool_print_diag(const wick_diag *diag, const char *path, const wick_module *module);
/* The path, and behind it line and column of the instruction that became the byte at `offset`, when that is to be found in
 * the text. */
#define TOOL_PLACE_SIZE 4200u
const char *tool_place(wick_engine *engine, const char *path, const struct tool_file *text, uint32_t flags,
                       const uint8_t *bytes, size_t size, uint32_t offset, char out[TOOL_PLACE_SIZE]);

/* ---- one file each ---- */
int tool_run(int argc, char **argv);
int tool_validate(int argc, char **argv);
int tool_wat2wasm(int argc, char **argv);
int tool_wasm2wat(int argc, char **argv);
int tool_wast(int argc, char **argv);
int tool_help(FILE *out, const char *command);

#endif

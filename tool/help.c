/* help.c - what `wick help` prints. */
#include <string.h>

#include "tool/tool.h"

#define HELP_TEXT(x) HELP_TEXT_(x)
#define HELP_TEXT_(x) #x

static const char help_main[] =
    "usage: wick FILE.wasm [ARGS...]\n"
    "       wick COMMAND [OPTIONS] ...\n"
    "\n"
    "  run       run a program (.wasm or .wat); `wick FILE ARGS` is short for it\n"
    "  validate  tell whether files are WebAssembly modules\n"
    "  wat2wasm  assemble the text format\n"
    "  wasm2wat  print a module in the text format\n"
    "  wast      run scripts of the official test suite\n"
    "  help      tell more about a command: wick help run, wick help features\n"
    "  --version\n";

static const char help_run[] =
    "usage: wick run [OPTIONS] FILE [ARGS...]\n"
    "\n"
    "Runs a WASI preview 1 program, or calls an exported function. Options end at FILE.\n"
    "\n"
    "  --dir HOST[::GUEST]     a directory that the program may use, under the name GUEST (default: HOST);\n"
    "                          descriptors 3, 4, ... in the order given\n"
    "  --ro-dir HOST[::GUEST]  the same, but nothing below it can be changed\n"
    "  --env NAME=VALUE        an environment variable; the program sees no others\n"
    "  --argv0 NAME            argument 0 (default: FILE)\n"
    "  --invoke NAME           call the export NAME with ARGS by its types (after _initialize, when there is one)\n"
    "                          and print its results, one a line\n"
    "  --preload NAME=FILE     link another module under NAME first\n"
    "  --proc                  offer the module wick_proc: the program may start others\n"
    "  --fuel N                end after N units of fuel, of all threads together (default: no bound)\n"
    "  --timeout SECONDS       end after this time (default: no bound)\n"
    "  --max-memory BYTES      of linear memory and tables; K, M, G may follow (default: " HELP_TEXT(WICK_STORE_QUOTA) ")\n"
    "  --max-threads N         threads at a time beside the first, for programs with wasi-threads (default: "
    HELP_TEXT(WICK_WASI_MAX_THREADS) ")\n"
    "  --engine fast|ref       the interpreter (default: fast)\n"
    "  --features LIST         3.0, all, or names (default: all); see wick help features\n"
    "  --eager                 translate everything before it starts, not each function at its first call\n"
    "  --load-threads N        validate large modules, and with --eager translate them, by N threads (default: 1)\n"
    "  --trace                 log every WASI call\n"
    "  --stats[=FILE]          count the cells that the fast interpreter executes, if this build can: to standard error,\n"
    "                          or all of them to FILE as CSV\n"
    "\n"
    "Quotas where nothing else is said: " HELP_TEXT(WICK_WASI_MAX_FDS) " descriptors, "
    HELP_TEXT(WICK_STACK_SLOTS) " stack slots of 8 bytes, " HELP_TEXT(WICK_STORE_QUOTA) " bytes\n"
    "of memories and tables; with --proc 64 processes, each with quotas of its own.\n"
    "\n"
    "Exit status: the program's own; 134 when it ended abnormally (trap, stack, uncaught exception, memory, fuel,\n"
    "time, an instruction that cannot run); 1 when a file was refused; 2 for wrong usage.\n";

static const char help_validate[] =
    "usage: wick validate [OPTIONS] FILE...\n"
    "\n"
    "Decodes and validates modules, binary or text. Exit status: 0 when all are valid, else 1.\n"
    "\n"
    "  --eager            translate every function too, as `wick run --eager` does; one that cannot run is named\n"
    "  --engine fast|ref  for which interpreter (default: fast)\n"
    "  --features LIST    3.0, all, or names (default: all); see wick help features\n"
    "  --load-threads N   by N threads, where a module is large (default: 1)\n"
    "  -v                 name the valid ones too\n";

static const char help_wat2wasm[] =
    "usage: wick wat2wasm [OPTIONS] FILE\n"
    "\n"
    "Assembles a module in the text format, validates it, and writes it in the binary format.\n"
    "\n"
    "  -o, --output OUT  where to (default: FILE with .wasm for .wat; - is standard output)\n"
    "  --no-check        do not validate\n"
    "  --no-names        write no name section\n"
    "  --features LIST   3.0, all, or names (default: all)\n";

static const char help_wasm2wat[] =
    "usage: wick wasm2wat [OPTIONS] FILE\n"
    "\n"
    "Validates a module and prints it in the text format. `wick wat2wasm` makes the same module of it again.\n"
    "\n"
    "  -o, --output OUT  where to (default: standard output)\n"
    "  --folded          operands inside their instructions: (i32.add (local.get 0) (i32.const 1))\n"
    "  --offsets         before each instruction, as a comment, its offset in the file (hexadecimal)\n"
    "  --no-names        numbers, whatever the name section says\n"
    "  --no-custom       leave custom sections and branch hints out\n"
    "  --features LIST   3.0, all, or names (default: all)\n";

static const char help_wast[] =
    "usage: wick wast [OPTIONS] FILE...\n"
    "\n"
    "Runs scripts of the official test suite; prints what failed, then files, assertions, passed, failed, skipped and\n"
    "why. Exit status: 0 when nothing failed and nothing was skipped that --skip does not name; else 1.\n"
    "\n"
    "  --engine fast|ref  the interpreter (default: fast)\n"
    "  --features LIST    3.0, all, or names (default: all)\n"
    "  --skip WHAT        may be skipped: the beginning of a reason, a file's name, or FILE:LINE; may be repeated\n"
    "  --fuel N           for each call (default: no bound)\n"
    "  --eager            translate whole modules at once\n"
    "  -v                 print what is skipped too\n";

static int help_features(FILE *out)
{
    static const struct {
        const char *name, *doc;
        int in30, runs;
    } features[] = {
#define FEATURE(sym, bit, name, in30, runs, doc) {name, doc, in30, runs},
#include "def/feature.def"
    };
    fputs("A list is \"3.0\", \"all\", or names parted by commas; \"-\" in front of a name takes it away: all,-simd\n\n",
          out);
    for (size_t i = 0; i < sizeof features / sizeof features[0]; i++) {
        fprintf(out, "  %-20s %s%s%s\n", features[i].name, features[i].doc, features[i].in30 ? "" : " (beyond 3.0)",
                features[i].runs ? "" : " (validated, not run yet)");
    }
    return STATUS_OK;
}

int tool_help(FILE *out, const char *command)
{
    static const struct {
        const char *name, *text;
    } pages[] = {
        {"run", help_run},
        {"validate", help_validate},
        {"wat2wasm", help_wat2wasm},
        {"wasm2wat", help_wasm2wat},
        {"wast", help_wast},
        {"help", help_main},
    };
    if (command == NULL) {
        fputs(help_main, out);
        return STATUS_OK;
    }
    if (strcmp(command, "features") == 0) {
        return help_features(out);
    }
    for (size_t i = 0; i < sizeof pages / sizeof pages[0]; i++) {
        if (strcmp(command, pages[i].name) == 0) {
            fputs(pages[i].text, out);
            return STATUS_OK;
        }
    }
    return tool_complain("no help about '%s'", command);
}

#undef HELP_TEXT
#undef HELP_TEXT_

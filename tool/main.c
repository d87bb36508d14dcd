/* main.c - the `wick` command: which subcommand, and nothing else. */
#include <stdarg.h>
#include <string.h>

#include "tool/tool.h"

static void tool_message(const char *format, va_list args)
{
    fputs("wick: ", stderr);
    vfprintf(stderr, format, args);
    fputc('\n', stderr);
}

int tool_complain(const char *format, ...)
{
    va_list args;
    va_start(args, format);
    tool_message(format, args);
    va_end(args);
    return STATUS_USAGE;
}

int tool_refuse(const char *format, ...)
{
    va_list args;
    va_start(args, format);
    tool_message(format, args);
    va_end(args);
    return STATUS_REFUSED;
}

static int tool_main_help(int argc, char **argv)
{
    if (argc > 2) {
        return tool_complain("help takes one command");
    }
    return tool_help(stdout, argc == 2 ? argv[1] : NULL);
}

static int tool_version(int argc, char **argv)
{
    (void)argv;
    if (argc > 1) {
        return tool_complain("--version takes nothing more");
    }
    printf("wick %s\n", wick_version());
    return STATUS_OK;
}

/* A word that names no subcommand is a program: `wick FILE ARGS` is `wick run FILE ARGS`. */
static bool looks_like_file(const char *word)
{
    size_t n = strlen(word);
    return strchr(word, '/') != NULL || (n > 5 && strcmp(word + n - 5, ".wasm") == 0) ||
           (n > 4 && strcmp(word + n - 4, ".wat") == 0);
}

int main(int argc, char **argv)
{
    static const struct {
        const char *name;
        int (*run)(int argc, char **argv);
    } commands[] = {
        {"run", tool_run},           {"validate", tool_validate}, {"wat2wasm", tool_wat2wasm},
        {"wasm2wat", tool_wasm2wat}, {"wast", tool_wast},         {"help", tool_main_help},
        {"--help", tool_main_help},  {"-h", tool_main_help},      {"--version", tool_version},
        {"-V", tool_version},
    };
    if (argc < 2) {
        tool_help(stderr, NULL);
        return STATUS_USAGE;
    }
    for (size_t i = 0; i < sizeof commands / sizeof commands[0]; i++) {
        if (strcmp(argv[1], commands[i].name) == 0) {
            return commands[i].run(argc - 1, argv + 1);
        }
    }
    if (looks_like_file(argv[1])) {
        return tool_run(argc, argv);
    }
    return tool_complain("unknown command '%s'; `wick help` lists them", argv[1]);
}

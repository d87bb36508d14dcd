/* main.c - the order in which things start, and what the command line means.
 *
 * Command line: [OPTION...] [PROGRAM [ARGS...]]. Options begin with "k.": k.memtest runs the
 * allocator's self test, k.stats shows memory and stack use at the end, k.quiet leaves out the
 * greeting, k.ref takes the reference interpreter. PROGRAM is a file of the initrd, with a slash,
 * or NAME for /bin/NAME.wasm; its default is the shell. Words are parted by blanks; '...' and
 * "..." keep blanks.
 */
#include "kernel.h"
#include "programs.h"

enum { MAX_WORDS = 64, MEMTEST_ROUNDS = 20000 };

static bool want_memtest, want_stats, want_quiet, want_reference;

static bool word_is(const char *word, const char *text)
{
    size_t n = k_strlen(text);
    return k_strlen(word) == n && memcmp(word, text, n) == 0;
}

/* Cuts the text into words in place. */
static size_t split_words(char *text, char **words, size_t max)
{
    size_t n = 0;
    char *to = text;
    for (const char *p = text; n < max;) {
        while (*p == ' ') {
            p++;
        }
        if (*p == 0) {
            break;
        }
        words[n++] = to;
        for (char quote = 0; *p != 0 && (quote != 0 || *p != ' '); p++) {
            if (quote == 0 && (*p == '\'' || *p == '"')) {
                quote = *p;
            } else if (quote != 0 && *p == quote) {
                quote = 0;
            } else {
                *to++ = *p;
            }
        }
        p += *p == ' ';
        *to++ = 0;
    }
    return n;
}

static size_t read_options(char **words, size_t n)
{
    size_t i = 0;
    for (; i < n && memcmp(words[i], "k.", 2) == 0; i++) {
        if (word_is(words[i], "k.memtest")) {
            want_memtest = true;
        } else if (word_is(words[i], "k.stats")) {
            want_stats = true;
        } else if (word_is(words[i], "k.quiet")) {
            want_quiet = true;
        } else if (word_is(words[i], "k.ref")) {
            want_reference = true;
        } else {
            k_panic("unknown option %s", words[i]);
        }
    }
    return i;
}

static void greet(void)
{
    struct k_memory_stats stats;
    k_memory_stats(&stats);
    k_print("wick kernel: %s boot, %lu MiB of memory, initrd of %lu bytes, up after %lu ms\n",
            k_boot.loader, stats.total >> 20, (uint64_t)k_boot.initrd_size,
            k_ticks() * 1000 / K_TICKS_PER_SECOND);
}

static void show_stats(void)
{
    struct k_memory_stats stats;
    k_memory_stats(&stats);
    k_print("memory: %lu KiB used, %lu KiB at most, %lu KiB in all\n", stats.used >> 10,
            stats.peak >> 10, stats.total >> 10);
    k_print("kernel stack: %lu bytes at most\n", (uint64_t)k_stack_used());
    k_print("time: %lu ms\n", k_now_ns() / 1000000);
}

_Noreturn void k_main(uint32_t magic, uint64_t info)
{
    static char *words[MAX_WORDS], shell[] = "sh";
    k_console_init();
    k_boot_read(magic, info);
    k_trap_init();
    k_memory_init();
    k_clock_init();

    size_t n_words = split_words(k_boot.command_line, words, MAX_WORDS);
    size_t n_options = read_options(words, n_words);
    if (!want_quiet) {
        greet();
    }
    if (want_memtest) {
        const char *wrong = k_memory_self_test(MEMTEST_ROUNDS);
        if (wrong != NULL) {
            k_panic("memory: %s", wrong);
        }
        k_print("memory: the allocator's self test passed\n");
    }
    if (n_options == n_words) {
        words[0] = shell;
        n_options = 0;
        n_words = 1;
    }
    uint32_t status = programs_run(words + n_options, n_words - n_options, want_reference);
    if (want_stats) {
        show_stats();
    }
    if (!want_quiet) {
        k_print("wick kernel: exit status %u\n", status);
    }
    k_exit(status);
}

/* diff_test.c - random modules run in many ways that must agree: on the reference and the fast interpreter, translated
 * at once and lazily, with canonical NaNs, in steps of 1, 2, 7 and 64 units of fuel, with stop requests, with a second
 * task in between, on a stack that grows and on a block of the caller's, with memories that move and with reserved
 * ones, with imports from the host and from another instance. Results, traps and their places, backtraces, fuel,
 * memories, globals and tables are compared; memory must all come back; and with every allocation made to fail in turn
 * the answer is an error.
 *
 *   diff_test [-n COUNT] [-s SEED] [-t SECONDS] [-a] [-p]
 *       -a: every way for every module, not some in turn; -p: where a trap happens does not count
 *   diff_test [-s SEED] FILE...                        modules, or the bytes that the generator makes one from
 *   diff_test -w FOLDER [-n COUNT] [-s SEED] [FILE...] writes modules and what they did, for v8.mjs: random ones, or the
 *                                                      modules in the files, with imports that answer zeros
 * With -k FEATURES (of simd, gc, exception-handling, legacy-exceptions, threads, stack-switching; mvp for none) every module is
 * made of these; otherwise each of what its input chooses.
 * A failure prints its seed, is made smaller, and is left as diff-SEED.wasm beside the program. */
#include <signal.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "gen.c"
#include "port/posix/posix.h"
#include "run.h"

enum { MAX_INPUT = 12000, N_ENGINES = 6, HANG_SECONDS = WICK_STRESS_GC_EACH_ALLOC ? 400 : 40 };
enum { REF, FAST, FAST_LAZY, REF_CANON, FAST_CANON, REF_RESERVING };

struct test {
    struct gen *gen;
    struct run_host hosts[N_ENGINES];
    wick_engine *engines[N_ENGINES];
    size_t base[N_ENGINES]; /* what an engine holds by itself */
    const char *folder;     /* for modules that fail */
    struct gen_options options;
    bool all_ways;
    bool is_quiet;
    struct tally *tally;
};

/* Shared with the children that do the work: what one that crashes leaves to its parent. */
struct tally {
    uint64_t passed, failed, done, trapped, yielded, fuel;
    uint64_t next; /* seed */
};

static struct run_log expected, got, other;

static bool make_engines(struct test *t) {
    static const struct {
        wick_engine_kind kind;
        bool lazy, canonical, reserves;
    } kinds[N_ENGINES] = {
        {WICK_ENGINE_REF, false, false, false},  {WICK_ENGINE_FAST, false, false, false},
        {WICK_ENGINE_FAST, true, false, true},   {WICK_ENGINE_REF, false, true, false},
        {WICK_ENGINE_FAST, false, true, false},  {WICK_ENGINE_REF, true, false, true},
    };
    for (uint32_t i = 0; i < N_ENGINES; i++) {
        wick_config config = {.engine = kinds[i].kind, .lazy = kinds[i].lazy, .canonical_nan = kinds[i].canonical};
        wick_host host = kinds[i].reserves ? run_reserving_host : run_plain_host;
        host.guard = kinds[i].reserves ? wick_posix_host.guard : NULL;
        if (wick_engine_new(&host, &t->hosts[i], &config, &t->engines[i]) != WICK_OK) {
            return false;
        }
        t->base[i] = t->hosts[i].held;
    }
    return true;
}

static void print_place(const struct run_log *log) {
    char text[512];
    if (log->diag.err != WICK_OK) {
        wick_diag_format(&log->diag, NULL, NULL, text, sizeof text);
        printf("    last error: %s\n", text);
    }
}

/* The engine may have kept room for its types; what grows with every run is lost. */
static bool leaks(struct test *t, const uint8_t *module, size_t size, uint32_t engine, const struct run_way *way,
                  uint64_t fail_at, const char *name) {
    struct run_host *host = &t->hosts[engine];
    size_t before = host->held;
    if (before == t->base[engine]) {
        return false;
    }
    t->base[engine] = before;
    host->n_allocs = 0;
    host->fail_at = fail_at;
    run_module(module, size, way, &got, NULL, NULL);
    host->fail_at = 0;
    if (host->held == before) {
        return false;
    }
    if (!t->is_quiet) {
        printf("%s: %zu bytes are not given back\n", name, host->held - before);
    }
    t->base[engine] = host->held;
    return true;
}

/* Runs it in one way and compares with `want`. */
static bool check_way(struct test *t, const uint8_t *module, size_t size, uint32_t engine, struct run_way way,
                      const struct run_log *want, const char *name) {
    char what[160];
    way.engine = t->engines[engine];
    run_module(module, size, &way, &got, NULL, NULL);
    snprintf(what, sizeof what, "reference against %s", name);
    if (t->is_quiet) { /* the minimiser only asks whether */
        if (run_difference(want, &got) != UINT32_MAX) {
            return false;
        }
    } else if (!run_same(want, &got, what)) {
        print_place(&got);
        return false;
    }
    return !leaks(t, module, size, engine, &way, 0, name);
}

static void count_statuses(struct test *t, const struct run_log *log) {
    for (uint32_t i = 0; i < log->n; i++) {
        if (strcmp(log->records[i].what, "status") == 0) {
            uint64_t status = log->records[i].value;
            t->tally->fuel += log->records[i + 1].value;
            t->tally->done += status == WICK_DONE;
            t->tally->trapped += status == WICK_TRAPPED;
            t->tally->yielded += status == WICK_YIELDED;
        }
    }
}

/* The k-th allocation fails, for every k: an error, never a crash or a leak. */
static bool check_nomem(struct test *t, const uint8_t *module, size_t size, uint32_t engine, struct run_way way) {
    struct run_host *host = &t->hosts[engine];
    way.engine = t->engines[engine];
    for (uint64_t k = 1; k < 2000; k++) {
        host->n_allocs = 0;
        host->fail_at = k;
        host->has_failed = false;
        run_module(module, size, &way, &got, NULL, NULL);
        host->fail_at = 0;
        bool is_error = got.refused == WICK_OK || got.refused == WICK_ERR_nomem;
        bool was_last = !host->has_failed;
        char name[80];
        snprintf(name, sizeof name, "%s with allocation %u failing", engine == REF ? "reference" : "fast", (unsigned)k);
        if (!is_error && !t->is_quiet) {
            printf("%s: answered %d\n", name, (int)got.refused);
        }
        if (!is_error || leaks(t, module, size, engine, &way, k, name)) {
            return false;
        }
        if (was_last) {
            break;
        }
    }
    return true;
}

static bool check_module(struct test *t, const uint8_t *module, size_t size, uint64_t seed) {
    static const uint32_t depths[8] = {131072, 131072, 400000, 4096, 1024, 512, 256, 131072};
    struct run_way whole = {.budget = 1500, .step = UINT64_MAX, .seed = seed * 2654435761u,
                            .stack_slots = depths[seed & 7], .call_all_twice = (seed >> 3 & 3) == 0,
                            .has_library = seed % 5 == 2};
    struct run_way way = whole;
    bool all = t->all_ways, ok = true;
    way.engine = t->engines[REF];
    run_module(module, size, &way, &expected, NULL, NULL);
    if (expected.refused != WICK_OK) {
        if (!t->is_quiet) {
            printf("refused:\n");
            print_place(&expected);
        }
        return false;
    }
    if (!t->is_quiet) {
        count_statuses(t, &expected);
    }
    ok = check_way(t, module, size, FAST, whole, &expected, "fast");
    if (ok && (all || seed % 3 == 0)) {
        ok = check_way(t, module, size, FAST_LAZY, whole, &expected, "fast, lazy, reserving");
    }
    if (ok && (all || seed % 3 == 1)) {
        way = whole;
        way.engine = t->engines[REF_CANON];
        run_module(module, size, &way, &other, NULL, NULL);
        ok = check_way(t, module, size, FAST_CANON, whole, &other, "fast, canonical NaNs");
    }
    static const uint32_t steps[4] = {1, 2, 7, 64};
    for (uint32_t i = 0; i < 4 && ok; i++) {
        if (all || seed % 4 == i) {
            char name[64];
            way = whole;
            way.step = steps[i];
            snprintf(name, sizeof name, "fast in steps of %u", steps[i]);
            ok = check_way(t, module, size, i & 1 ? FAST_LAZY : FAST, way, &expected, name);
            snprintf(name, sizeof name, "reference in steps of %u", steps[i]);
            ok = ok && check_way(t, module, size, i & 1 ? REF_RESERVING : REF, way, &expected, name);
            way.has_stops = true;
            snprintf(name, sizeof name, "fast in steps of %u with stops", steps[i]);
            ok = ok && check_way(t, module, size, FAST, way, &expected, name);
            snprintf(name, sizeof name, "reference in steps of %u with stops", steps[i]);
            ok = ok && (!all || check_way(t, module, size, REF, way, &expected, name));
        }
    }
    if (ok && (all || seed % 3 == 2)) {
        static struct run_rival rival;
        way = whole;
        way.step = 1 + seed % 9;
        way.rival = &rival;
        way.engine = t->engines[REF];
        run_module(module, size, &way, &other, NULL, NULL);
        ok = check_way(t, module, size, FAST, way, &other, "fast with a second task");
    }
    if (ok && (all || seed % 5 == 0)) {
        way = whole;
        way.own_stack = true;
        ok = check_way(t, module, size, FAST, way, &expected, "fast on a given stack");
    }
    if (ok && seed % 64 == 0) {
        ok = check_nomem(t, module, size, seed & 64 ? REF : FAST, whole);
    }
    return ok;
}

/* ---- random inputs --------------------------------------------------------------------------------------------- */

static size_t make_input(uint64_t seed, uint8_t *out) {
    uint64_t random = seed * UINT64_C(0x9e3779b97f4a7c15) + 0x1234567;
    size_t n;
    for (int i = 0; i < 4; i++) {
        run_random(&random);
    }
    n = 40 + (size_t)run_random(&random) % (seed % 4 == 0 ? 200 : seed % 16 == 1 ? MAX_INPUT - 40 : 4000);
    for (size_t i = 0; i < n; i++) {
        out[i] = (uint8_t)(run_random(&random) >> 32);
    }
    return n;
}

static bool check_input(struct test *t, const uint8_t *input, size_t n, uint64_t seed) {
    const uint8_t *module;
    size_t size = gen_module(t->gen, input, n, &t->options, &module);
    return check_module(t, module, size, seed);
}

static int wait_for(pid_t child) {
    int status = 0;
    while (waitpid(child, &status, 0) < 0) {
    }
    return status;
}

/* In a process of its own, which may crash or hang. */
static bool survives_input(struct test *t, const uint8_t *input, size_t n, uint64_t seed) {
    fflush(stdout);
    pid_t child = fork();
    if (child == 0) {
        if (t->is_quiet && freopen("/dev/null", "w", stderr) == NULL) {
            _exit(1);
        }
        alarm(t->is_quiet ? 5u : (unsigned)HANG_SECONDS);
        bool ok = check_input(t, input, n, seed);
        fflush(stdout);
        _exit(!ok);
    }
    int status = wait_for(child);
    if (!t->is_quiet && WIFSIGNALED(status)) {
        printf("ended by signal %d (%s)\n", WTERMSIG(status), strsignal(WTERMSIG(status)));
    }
    return status == 0;
}

/* Takes pieces out of the input, then zeroes bytes, as long as it still fails. */
static size_t shrink(struct test *t, uint8_t *input, size_t n, uint64_t seed) {
    static uint8_t trial[MAX_INPUT];
    time_t until = time(NULL) + 8;
    t->is_quiet = true;
    for (size_t piece = n / 2 + 1; piece > 0 && time(NULL) < until; piece = piece > 1 ? piece / 2 : 0) {
        for (size_t at = 0; at + piece <= n && time(NULL) < until;) {
            memcpy(trial, input, at);
            memcpy(trial + at, input + at + piece, n - at - piece);
            if (survives_input(t, trial, n - piece, seed)) {
                at += piece;
            } else {
                n -= piece;
                memcpy(input, trial, n);
            }
        }
    }
    for (size_t i = 0; i < n && time(NULL) < until; i++) {
        uint8_t old = input[i];
        input[i] = 0;
        if (old != 0 && survives_input(t, input, n, seed)) {
            input[i] = old;
        }
    }
    t->is_quiet = false;
    return n;
}

static void write_file(const char *name, const uint8_t *bytes, size_t n) {
    FILE *f = fopen(name, "wb");
    if (f == NULL || fwrite(bytes, 1, n, f) != n) {
        perror(name);
    }
    if (f != NULL) {
        fclose(f);
    }
}

static void report(struct test *t, uint64_t seed) {
    static uint8_t input[MAX_INPUT];
    const uint8_t *module;
    char name[4096];
    size_t n = shrink(t, input, make_input(seed, input), seed);
    printf("FAIL seed %" PRIu64 " (diff_test -a -n 1 -s %" PRIu64 "); the smallest like it:\n", seed, seed);
    survives_input(t, input, n, seed);
    size_t size = gen_module(t->gen, input, n, &t->options, &module);
    snprintf(name, sizeof name, "%s/diff-%" PRIu64 ".wasm", t->folder, seed);
    write_file(name, module, size);
    printf("    %zu bytes in %s; run it with diff_test -a -s %" PRIu64 " %s\n    ", size, name, seed, name);
    for (size_t i = 0; i < size && size <= 600; i++) {
        printf("%02x", module[i]);
    }
    printf("\n");
    fflush(stdout);
}

/* ---- for other engines ----------------------------------------------------------------------------------------- */

struct writer {
    FILE *f;
    uint32_t n;
};

static void write_call(void *user, uint32_t rank, const wick_value *args, uint32_t n_args) {
    struct writer *w = user;
    fprintf(w->f, "%s{\"f\":%u,\"args\":[", w->n++ ? ",\n " : "", rank);
    for (uint32_t i = 0; i < n_args; i++) {
        uint32_t kind = WICK_TYPE_KIND(args[i].type);
        uint64_t bits = kind == WICK_KIND_I64 || kind == WICK_KIND_F64 ? args[i].of.i64 : args[i].of.i32;
        fprintf(w->f, "%s\"%s:%" PRIx64 "\"", i ? "," : "",
                kind == WICK_KIND_I32   ? "i32"
                : kind == WICK_KIND_I64 ? "i64"
                : kind == WICK_KIND_F32 ? "f32"
                : kind == WICK_KIND_F64 ? "f64"
                                        : "ref",
                bits);
    }
    fprintf(w->f, "]}");
}

static char type_letter(wick_valtype type) {
    switch (WICK_TYPE_KIND(type)) {
    case WICK_KIND_I32: return 'i';
    case WICK_KIND_I64: return 'l';
    case WICK_KIND_F32: return 'f';
    case WICK_KIND_F64: return 'd';
    case WICK_KIND_V128: return 'v';
    default: break;
    }
    uint32_t heap = type & WICK_TYPE_CONCRETE ? WICK_HEAP_any : WICK_TYPE_HEAP(type);
    char letter = heap == WICK_HEAP_extern ? 'r' : heap == WICK_HEAP_func ? 'p' : heap == WICK_HEAP_exn ? 'x' : 'a';
    return type & WICK_TYPE_NULLABLE ? letter : (char)(letter - 'a' + 'A');
}

/* What a script must know to stand in for an import. */
static void write_import(FILE *f, const wick_import_info *info) {
    const wick_externtype *type = &info->type;
    const wick_functype *func = &type->func;
    fprintf(f, "{\"m\":\"%.*s\",\"n\":\"%.*s\",\"k\":%d", (int)info->module.size, info->module.text,
            (int)info->name.size, info->name.text, (int)type->kind);
    if (type->kind == WICK_EXTERN_FUNC || type->kind == WICK_EXTERN_TAG) {
        fprintf(f, ",\"p\":\"");
        for (uint32_t i = 0; i < func->n_params; i++) {
            fputc(type_letter(func->params[i]), f);
        }
        fprintf(f, "\",\"r\":\"");
        for (uint32_t i = 0; i < func->n_results; i++) {
            fputc(type_letter(func->params[func->n_params + i]), f);
        }
        fprintf(f, "\"}");
        return;
    }
    fprintf(f, ",\"t\":\"%c\",\"mut\":%d,\"min\":%" PRIu64 ",\"is64\":%d,\"shared\":%d",
            type->kind == WICK_EXTERN_MEMORY ? 'i' : type_letter(type->type), type->is_mutable, type->limits.min,
            type->limits.is64, type->limits.shared);
    if (type->limits.max != UINT64_MAX) {
        fprintf(f, ",\"max\":%" PRIu64, type->limits.max);
    }
    fprintf(f, "}");
}

/* A module, how it was called and what it did. */
static void write_record(struct test *t, const char *folder, const char *stem, const uint8_t *module, size_t size,
                         uint64_t seed) {
    struct run_way way = {.engine = t->engines[FAST], .budget = 100000000, .step = UINT64_MAX, .seed = seed * 77777,
                          .stack_slots = 1 << 22, .is_portable = true};
    char name[4096], text[200];
    struct writer w = {0};
    wick_module *loaded;
    snprintf(name, sizeof name, "%s/%s.wasm", folder, stem);
    write_file(name, module, size);
    snprintf(name, sizeof name, "%s/%s.json", folder, stem);
    w.f = fopen(name, "w");
    if (w.f == NULL) {
        perror(name);
        t->tally->failed++;
        return;
    }
    fprintf(w.f, "{\"calls\":[\n ");
    run_module(module, size, &way, &got, write_call, &w);
    count_statuses(t, &got);
    fprintf(w.f, "],\n\"imports\":[");
    if (wick_module_new(way.engine, module, size, 0, &loaded, NULL) == WICK_OK) {
        for (uint32_t i = 0; i < wick_module_import_count(loaded); i++) {
            wick_import_info info;
            wick_module_import(loaded, i, &info);
            fprintf(w.f, i ? ",\n " : "\n ");
            write_import(w.f, &info);
        }
        wick_module_free(loaded);
    }
    text[0] = 0;
    if (got.refused) {
        wick_diag_reason(&got.diag, NULL, text, sizeof text);
    }
    fprintf(w.f, "],\n\"refused\":%d,\"why\":\"%s\",\"records\":[\n", (int)got.refused, text);
    for (uint32_t i = 0; i < got.n; i++) {
        const struct run_record *r = &got.records[i];
        wick_diag d;
        wick_diag_init(&d);
        d.err = (wick_err)r->value;
        text[0] = 0;
        if (strcmp(r->what, "error") == 0) {
            wick_diag_reason(&d, NULL, text, sizeof text);
        }
        fprintf(w.f, " [%u,\"%s\",\"%" PRIx64 "\",\"%s\"]%s\n", r->call, r->what, r->value, text,
                i + 1 < got.n ? "," : "");
    }
    fprintf(w.f, "]}\n");
    fclose(w.f);
    t->tally->passed++;
}

static void write_module(struct test *t, const char *folder, uint64_t seed) {
    static uint8_t input[MAX_INPUT];
    const uint8_t *module;
    char stem[32];
    size_t n = make_input(seed, input);
    size_t size = gen_module(t->gen, input, n, &t->options, &module);
    snprintf(stem, sizeof stem, "%" PRIu64, seed);
    write_record(t, folder, stem, module, size, seed);
}

static void check_file(struct test *t, const char *name, uint64_t seed, const char *out) {
    static uint8_t bytes[1 << 20];
    FILE *f = fopen(name, "rb");
    size_t n = f ? fread(bytes, 1, sizeof bytes, f) : 0;
    bool ok;
    if (f == NULL) {
        perror(name);
        t->tally->failed++;
        return;
    }
    fclose(f);
    if (out != NULL) { /* a foreign module, for other engines */
        const char *slash = strrchr(name, '/');
        char stem[256];
        snprintf(stem, sizeof stem, "%s", slash ? slash + 1 : name);
        stem[strcspn(stem, ".")] = 0;
        write_record(t, out, stem, bytes, n, seed);
        return;
    }
    t->all_ways = true;
    ok = n >= 4 && memcmp(bytes, "\0asm", 4) == 0 ? check_module(t, bytes, n, seed) : check_input(t, bytes, n, seed);
    t->tally->passed += ok;
    t->tally->failed += !ok;
    if (!ok) {
        printf("FAIL %s\n", name);
    }
}

/* Seeds up to `end`, or until the time is over or one fails; t->tally->next is then the next one. */
static void check_seeds(struct test *t, uint64_t end, time_t until) {
    static uint8_t input[MAX_INPUT];
    while (t->tally->next < end && (until == 0 || time(NULL) < until)) {
        size_t n = make_input(t->tally->next, input);
        alarm(HANG_SECONDS);
        if (!check_input(t, input, n, t->tally->next)) {
            exit(1);
        }
        t->tally->passed++;
        t->tally->next++;
    }
    alarm(0);
    exit(0);
}

/* Children do the work, so that a crash is one failure among others. */
static void check_all(struct test *t, uint64_t end, time_t until) {
    for (;;) {
        fflush(stdout);
        pid_t child = fork();
        if (child == 0) {
            check_seeds(t, end, until);
        }
        if (child < 0) {
            perror("fork");
            t->tally->failed++;
            return;
        }
        if (wait_for(child) == 0) {
            return;
        }
        t->tally->failed++;
        report(t, t->tally->next);
        t->tally->next++;
        if (t->tally->failed >= 10) {
            return;
        }
    }
}

static struct tally *new_tally(void) {
    struct tally *tally = mmap(NULL, sizeof *tally, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (tally == MAP_FAILED) {
        perror("mmap");
        exit(1);
    }
    return tally;
}

int main(int argc, char **argv) {
    static struct test t;
    static char folder[4096];
    uint64_t count = 2500, seed = 1;
    time_t until = 0;
    const char *out = NULL;
    const char *slash = strrchr(argv[0], '/');
    int arg = 1;
    snprintf(folder, sizeof folder, "%.*s", slash ? (int)(slash - argv[0]) : 1, slash ? argv[0] : ".");
    struct tally *tally = t.tally = new_tally();
    t.folder = folder;
    for (; arg < argc && argv[arg][0] == '-'; arg++) {
        char option = argv[arg][1];
        const char *value = option != 'a' && option != 'p' && arg + 1 < argc ? argv[++arg] : "";
        if (option == 'n') {
            count = strtoull(value, NULL, 0);
        } else if (option == 's') {
            seed = strtoull(value, NULL, 0);
        } else if (option == 't') {
            until = time(NULL) + atoi(value);
            count = UINT64_MAX;
        } else if (option == 'w') {
            out = value;
            t.options.is_portable = true;
        } else if (option == 'k') {
            if (wick_features_parse(value, &t.options.features) != WICK_OK) {
                fprintf(stderr, "diff_test: no such features: %s\n", value);
                return 2;
            }
        } else if (option == 'p') {
            run_places_count = false;
        } else if (option == 'a') {
            t.all_ways = true;
        } else {
            fprintf(stderr, "usage: diff_test [-n COUNT] [-s SEED] [-t SECONDS] [-a] [-p] [-k FEATURES] [-w FOLDER] [FILE...]\n");
            return 2;
        }
    }
    t.gen = gen_new();
    if (t.gen == NULL || !make_engines(&t)) {
        printf("no engine\n0 passed, 1 failed\n");
        return 1;
    }
    if (arg < argc) {
        for (; arg < argc; arg++) {
            check_file(&t, argv[arg], seed, out);
        }
    } else {
        uint64_t end = count < UINT64_MAX - seed ? seed + count : UINT64_MAX;
        tally->next = seed;
        if (out == NULL) {
            check_all(&t, end, until);
        }
        for (; out != NULL && tally->next < end; tally->next++) {
            write_module(&t, out, tally->next);
        }
        printf("%" PRIu64 " modules from seed %" PRIu64 ": %" PRIu64 " computations done, %" PRIu64
               " trapped, %" PRIu64 " out of fuel, %" PRIu64 " units\n",
               tally->next - seed, seed, tally->done, tally->trapped, tally->yielded, tally->fuel);
    }
    for (uint32_t k = 0; k < N_ENGINES; k++) {
        wick_engine_free(t.engines[k]);
        if (t.hosts[k].held != 0) {
            printf("FAIL engine %u leaves %zu bytes\n", k, t.hosts[k].held);
            tally->failed++;
        }
    }
    gen_free(t.gen);
    printf("%" PRIu64 " passed, %" PRIu64 " failed\n", tally->passed, tally->failed);
    return tally->failed != 0;
}

/* program_test.c - real programs, stopped and resumed after every 1, 2, 3, ... units of fuel in both engines: the same
 * output, exit status and sum of fuel. The demo's programs (WICK_PROGRAMS, or build/programs), and with
 * WICK_REAL=folder the larger ones that test/real/get.sh brings. */
#include "test/api/api.h"
#include "wick/wick_wasi.h"

struct program {
    const char *file; /* "r/" in front: of WICK_REAL */
    const char *args[6];
    uint64_t least_step; /* smallest steps are too slow for long programs */
};

static const char input[] = "pear\napple\nfig\nbanana\ncherry\napple\ndate\nelderberry\ngrape\nquince\nlemon\nplum\n";
static const char script[] =
    "local t = {} for i = 1, 60 do t[#t + 1] = (i * 7919) % 101 end table.sort(t)\n"
    "print(table.concat(t, ' ')) print(string.format('%.14g %s', math.sin(2) ^ 0.5, ('x'):rep(20, '-')))\n"
    "local function f(n) if n < 2 then return n end return f(n - 1) + f(n - 2) end print(f(12))\n"
    "local co = 0 for w in ('the quick brown fox'):gmatch('%a+') do co = co + #w end print(co, 7 // 2, 7.5 % 2)\n";

static const struct program programs[] = {
    {"primes", {"primes", "300"}, 1},
    {"sort", {"sort", "in"}, 1},
    {"wc", {"wc", "in"}, 1},
    {"seq", {"seq", "1", "60"}, 1},
    {"grep", {"grep", "an", "in"}, 1},
    {"hexdump", {"hexdump", "in"}, 1},
    {"uniq", {"uniq", "in"}, 1},
    {"crash", {"crash"}, 1},
    {"r/lua", {"lua", "/script.lua"}, 100},
    {"r/mujs", {"mujs", "/script.js"}, 100},
    {"r/bzip2", {"bzip2", "-c", "/in"}, 100},
    {"r/zstd", {"zstd", "-q", "-c", "/in"}, 100},
};

/* ---- a tar image, made in memory --------------------------------------------------------------------------------- */

static uint8_t image[1 << 14];
static size_t image_size;

static void image_add(const char *name, const char *text) {
    uint8_t *h = image + image_size;
    size_t n = strlen(text);
    unsigned sum = 0;
    memset(h, 0, 512);
    snprintf((char *)h, 100, "%s", name);
    snprintf((char *)h + 100, 8, "0000644");
    snprintf((char *)h + 124, 12, "%011o", (unsigned)n);
    snprintf((char *)h + 136, 12, "00000000000");
    memset(h + 148, ' ', 8);
    h[156] = '0';
    memcpy(h + 257, "ustar\00000", 8);
    for (int i = 0; i < 512; i++) {
        sum += h[i];
    }
    snprintf((char *)h + 148, 8, "%06o", sum);
    memcpy(h + 512, text, n);
    image_size += 512 + ((n + 511) & ~(size_t)511);
}

/* ---- running ----------------------------------------------------------------------------------------------------- */

struct run {
    char output[1 << 16];
    size_t n_output;
    wick_status status;
    wick_err err;
    bool exited;
    uint32_t exit_status;
    uint64_t fuel, yields;
};

static wick_wasi_errno console_read(void *user, uint8_t *buf, size_t n, size_t *out_n) {
    (void)user;
    (void)buf;
    (void)n;
    *out_n = 0;
    return WICK_WASI_OK;
}

static wick_wasi_errno console_write(void *user, const uint8_t *buf, size_t n, size_t *out_n) {
    struct run *run = user;
    size_t room = sizeof run->output - run->n_output;
    memcpy(run->output + run->n_output, buf, n < room ? n : room);
    run->n_output += n < room ? n : room;
    *out_n = n;
    return WICK_WASI_OK;
}

static wick_wasi_errno no_random(void *user, void *buf, size_t n) {
    (void)user;
    memset(buf, 4, n);
    return WICK_WASI_OK;
}

static wick_wasi_errno no_time(void *user, uint32_t clock, uint64_t *out_ns) {
    (void)user;
    (void)clock;
    *out_ns = 1000000000;
    return WICK_WASI_OK;
}

static void finish(wick_task *task, uint64_t step, struct run *run) {
    do {
        run->status = wick_task_resume(task, step);
        run->yields += run->status == WICK_YIELDED;
    } while (run->status == WICK_YIELDED || run->status == WICK_PENDING);
}

static void run_program(wick_engine_kind kind, const struct program *program, const uint8_t *bytes, size_t n,
                        uint64_t step, struct run *run) {
    struct world w;
    wick_module *m;
    wick_instance *instance;
    wick_wasi *wasi;
    wick_wasi_fs *ramfs, *devfs;
    wick_wasi_host host = {.size = sizeof host, .random = no_random, .clock_time = no_time};
    wick_wasi_options options = {.host = &host, .args = program->args};
    wick_devfs_options devices = {.console_read = console_read, .console_write = console_write, .user = run};
    wick_task *task;
    wick_diag diag;
    memset(run, 0, sizeof *run);
    world_open(&w, kind);
    while (options.n_args < 6 && program->args[options.n_args] != NULL) {
        options.n_args++;
    }
    if (wick_module_new(w.engine, bytes, n, WICK_MODULE_BORROW, &m, &diag) != WICK_OK) {
        test_die(&diag, NULL, program->file);
    }
    NEED(wick_wasi_new(w.engine, &options, &wasi) == WICK_OK);
    NEED(wick_ramfs_new(w.engine, NULL, &ramfs) == WICK_OK);
    NEED(wick_ramfs_load(ramfs, image, image_size, &diag) == WICK_OK);
    NEED(wick_devfs_new(w.engine, &devices, &devfs) == WICK_OK);
    for (uint32_t fd = 0; fd < 4; fd++) {
        wick_wasi_fd_options stream = {.fs = fd < 3 ? devfs : ramfs, .preopen = fd < 3 ? NULL : "/"};
        if (fd < 3) {
            NEED(wick_devfs_open(devfs, "console", &stream.opened) == WICK_WASI_OK);
        } else {
            NEED(wick_ramfs_root(ramfs, &stream.opened) == WICK_WASI_OK);
        }
        NEED(wick_wasi_set_fd(wasi, fd, &stream) == WICK_OK);
    }
    NEED(wick_wasi_link(wasi, w.linker) == WICK_OK);
    NEED(wick_task_new(w.store, NULL, &task) == WICK_OK);
    if (wick_task_link(task, w.linker, m, &instance, &diag) != WICK_OK) {
        test_die(&diag, m, program->file);
    }
    finish(task, step, run);
    if (run->status == WICK_DONE) {
        NEED(wick_task_call(task, func_of(instance, "_start"), NULL, 0) == WICK_OK);
        finish(task, step, run);
    }
    run->err = run->status == WICK_TRAPPED ? wick_task_diag(task)->err : WICK_OK;
    run->exited = wick_wasi_exited(wasi, &run->exit_status);
    run->fuel = wick_task_fuel_used(task);
    wick_wasi_free(wasi);
    wick_module_free(m);
    wick_linker_free(w.linker);
    wick_store_free(w.store);
    wick_ramfs_free(ramfs);
    wick_devfs_free(devfs);
    wick_engine_free(w.engine);
    CHECK_CLEAN(&w.port);
}

static bool same(const struct run *a, const struct run *b) {
    return a->status == b->status && a->err == b->err && a->exited == b->exited && a->fuel == b->fuel &&
           a->exit_status == b->exit_status && a->n_output == b->n_output &&
           memcmp(a->output, b->output, a->n_output) == 0;
}

static void try_program(const struct program *program, const uint8_t *bytes, size_t n) {
    static const uint64_t steps[] = {1, 2, 3, 4, 5, 7, 11, 13, 31, 64, 100, 1009, 65536, WICK_FUEL_UNLIMITED};
    static struct run want, got;
    run_program(WICK_ENGINE_REF, program, bytes, n, WICK_FUEL_UNLIMITED, &want);
    CHECK(want.n_output != 0 || want.status != WICK_DONE);
    for (int kind = WICK_ENGINE_FAST; kind <= WICK_ENGINE_REF; kind++) {
        for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++) {
            if (steps[i] < program->least_step) {
                continue;
            }
            run_program((wick_engine_kind)kind, program, bytes, n, steps[i], &got);
            test_checks++;
            if (!same(&want, &got)) {
                test_failures++;
                printf("%s: %s engine, steps of %lld: status %d/%d, error %d/%d, exit %u/%u, fuel %llu/%llu, "
                       "%zu/%zu bytes of output\n",
                       program->file, kind == WICK_ENGINE_REF ? "ref" : "fast", (long long)steps[i],
                       (int)want.status, (int)got.status, (int)want.err, (int)got.err, want.exit_status,
                       got.exit_status, (unsigned long long)want.fuel, (unsigned long long)got.fuel, want.n_output,
                       got.n_output);
            }
        }
    }
    printf("%-10s %zu bytes of output, %llu units\n", program->file, want.n_output, (unsigned long long)want.fuel);
    if (getenv("V") != NULL) {
        printf("%.*s\n", (int)want.n_output, want.output);
    }
}

static uint8_t *read_whole(const char *path, size_t *out_n) {
    FILE *file = fopen(path, "rb");
    uint8_t *bytes;
    long n;
    if (file == NULL) {
        return NULL;
    }
    fseek(file, 0, SEEK_END);
    n = ftell(file);
    rewind(file);
    bytes = malloc((size_t)n + 1);
    *out_n = fread(bytes, 1, (size_t)n, file);
    fclose(file);
    return bytes;
}

int main(void) {
    const char *folder = getenv("WICK_PROGRAMS");
    const char *real = getenv("WICK_REAL");
    int skipped = 0;
    image_add("in", input);
    image_add("script.lua", script);
    image_add("script.js", "var s = 0; for (var i = 0; i < 50; i++) { s += i * i; } print(s, [3,1,2].sort());\n");
    image_size += 1024;
    for (size_t i = 0; i < sizeof programs / sizeof programs[0]; i++) {
        const struct program *program = &programs[i];
        bool is_real = strncmp(program->file, "r/", 2) == 0;
        const char *where = is_real ? real : folder != NULL ? folder : "build/programs";
        char path[1000];
        uint8_t *bytes = NULL;
        size_t n;
        if (where != NULL) {
            snprintf(path, sizeof path, "%s/%s.wasm", where, program->file + (is_real ? 2 : 0));
            bytes = read_whole(path, &n);
        }
        if (bytes == NULL) {
            printf("skip %s: %s\n", program->file, is_real ? "no WICK_REAL" : "the programs are not built");
            skipped++;
            continue;
        }
        try_program(program, bytes, n);
        free(bytes);
    }
    printf("program_test\n%d passed, %d failed, %d skipped\n", test_checks - test_failures, test_failures, skipped);
    return test_failures != 0;
}

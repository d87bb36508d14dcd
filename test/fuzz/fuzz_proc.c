/* fuzz_proc.c - random programs as processes: WASI in both versions, wick_proc, and what Emscripten's programs import. The
 * input is a list of calls with their arguments. It becomes a program that makes them, from a place on that its process
 * number says, and lies in the RAM file system too, so that what it spawns are more of its kind. Whatever they do to each
 * other, the scheduler must come to an end of its slices, and nothing may stay behind. */
#include "fuzz_wasi.h"
#include "wick/wick_proc.h"

enum { N_CALLS = 48, CALL_BYTES = 88, AT_CALLS = 32768, AT_SELF = 30000, AT_MAP = 1600, AT_ARGV = 1664, AT_FORMAT = 1728, FD_PROGRAM = 5,
       N_SLICES = 400 };

/* Kinds as in wasi.def, and of spawn: g the program, A argv and its size a, M the map and its count m, O options;
 * of the others: p a process, n a signal, e a place in the list of calls, t a function of the table, F a
 * format for strftime. */
static const struct {
    const char *module, *name, *signature, *kinds;
} proc_rows[] = {
#define R(x) 0
#define WASI(name, signature, kinds, names, rights, rights2, in0, doc) {"wasi_snapshot_preview1", #name, signature, kinds},
#include "def/wasi.def"
#define WASI(name, signature, kinds, names, rights, rights2, in0, doc) \
    {in0 ? "wasi_unstable" : "wasi_snapshot_preview1", #name, signature, kinds},
#include "def/wasi.def"
#undef R
    {"wick_proc", "spawn", "iiiiiiiii:i", "gAaAaMmO4"},
    {"wick_proc", "spawn", "iiiiiiiii:i", "gAaAaMmO4"},
    {"wick_proc", "spawn", "iiiiiiiii:i", "gAaAaMmO4"},
    {"wick_proc", "pipe", "i:i", "4"},
    {"wick_proc", "wait", "iii:i", "pw4"},
    {"wick_proc", "wait", "iii:i", "pw4"},
    {"wick_proc", "kill", "ii:i", "pn"},
    {"wick_proc", "list", "iii:i", "4.4"},
    {"wick_proc", "self", "i:i", "4"},
    {"wick_proc", "tty_mode", "iii:i", "fw4"},
    {"wick_proc", "tty_foreground", "ii:i", "fp"},
    {"env", "emscripten_memcpy_big", "iii:", "44."},
    {"env", "emscripten_resize_heap", "i:i", "i"},
    {"env", "setTempRet0", "i:", "i"},
    {"env", "getTempRet0", ":i", ""},
    {"env", "time", "i:i", "4"},
    {"env", "strftime", "iiii:i", "4.F4"},
    {"env", "strftime_l", "iiiii:i", "4.F44"},
    {"env", "abort", ":", ""},
    {"env", "invoke_vi", "ii:", "te"},
    {"env", "invoke_vi", "ii:", "te"},
    {"env", "invoke_ii", "ii:i", "te"},
    {"env", "_emscripten_throw_longjmp", ":", ""},
    {"env", "__cxa_allocate_exception", "i:i", "."},
    {"env", "__cxa_free_exception", "i:", "4"},
    {"env", "__cxa_throw", "iii:", "444"},
    {"env", "__cxa_rethrow", ":", ""},
    {"env", "__resumeException", "i:", "4"},
    {"env", "__cxa_begin_catch", "i:i", "4"},
    {"env", "__cxa_end_catch", ":", ""},
    {"env", "__cxa_get_exception_ptr", "i:i", "4"},
    {"env", "__cxa_increment_exception_refcount", "i:", "4"},
    {"env", "__cxa_decrement_exception_refcount", "i:", "4"},
    {"env", "__cxa_current_primary_exception", ":i", ""},
    {"env", "__cxa_rethrow_primary_exception", "i:", "4"},
    {"env", "__cxa_uncaught_exceptions", ":i", ""},
    {"env", "__cxa_call_unexpected", "i:", "4"},
    {"env", "llvm_eh_typeid_for", "i:i", "4"},
    {"env", "__cxa_find_matching_catch_3", "i:i", "4"},
};
enum { N_ROWS = sizeof proc_rows / sizeof *proc_rows };

static uint64_t proc_argument(struct reader *r, char kind, char kind_before, uint64_t before, const uint8_t *memory) {
    uint32_t how;
    switch (kind) {
    case 'g': how = next(r); return how < 230 ? FD_PROGRAM : how % 9;
    case 'A': how = next(r); return how < 230 ? AT_ARGV : how * 300;
    case 'a': how = next(r); return how < 200 ? (how & 1) * 7 : how % 24;
    case 'M': how = next(r); return how < 230 ? AT_MAP : how * 300;
    case 'm': how = next(r); return how < 240 ? how % 7 : how * 7;
    case 'O': how = next(r); return how < 200 ? 0 : how * 8;
    case 'p': how = next(r); return how < 240 ? (uint64_t)(how % 8) - 3 : how;
    case 'n': how = next(r); return how < 100 ? 0 : how < 200 ? 9 : how;
    case 'w': how = next(r); return how & 1;
    case 'F': how = next(r); return how < 240 ? AT_FORMAT + how % 50 : how * 300;
    case 'e': return AT_CALLS + CALL_BYTES * (next(r) % N_CALLS);
    case 't': how = next(r); return how < 250 ? how % N_ROWS : how * 5;
    default: return next_argument(r, kind, kind_before, before, memory);
    }
}

/* ---- the program ------------------------------------------------------------------------------------------------- */

enum { T_MAIN, T_CALL, T_I_I, T_I_V, T_V_I, T_II_V, T_III_I, N_TYPES };

static void add_type(struct bytes *b, const char *signature) {
    const char *colon = strchr(signature, ':');
    add(b, 0x60);
    add_u32(b, (uint32_t)(colon - signature));
    for (const char *s = signature; *s; s++) {
        if (*s == ':') {
            add_u32(b, (uint32_t)strlen(s + 1));
        } else {
            add(b, *s == 'l' ? 0x7e : 0x7f);
        }
    }
}

static void add_raw(struct bytes *b, const char *code, size_t n) {
    memcpy(b->at + b->n, code, n);
    b->n += n;
}

static void add_body(struct bytes *b, const struct bytes *body) {
    add_u32(b, (uint32_t)body->n);
    add_raw(b, (const char *)body->at, body->n);
}

static void add_const(struct bytes *b, uint32_t v) { /* below 2^27 */
    add(b, 0x41);
    for (; v >= 64; v >>= 7) {
        add(b, (v & 127) | 128);
    }
    add(b, v);
}

/* (func (param $p i32)): the call whose arguments lie behind $p. */
static void make_caller(struct bytes *code, uint32_t row) {
    static struct bytes body;
    const char *s = proc_rows[row].signature;
    body.n = 0;
    add(&body, 0);
    for (uint32_t k = 0; s[k] != ':'; k++) {
        add_raw(&body, "\x20\x00", 2);
        add_raw(&body, s[k] == 'l' ? "\x29\x00" : "\x28\x00", 2);
        add_u32(&body, 8 + 8 * k);
    }
    add(&body, 0x10);
    add_u32(&body, row);
    if (*(strchr(s, ':') + 1) != 0) {
        add(&body, 0x1a);
    }
    add(&body, 0x0b);
    add_body(code, &body);
}

/* All of the calls, from number 7 * pid on. */
static void make_start(struct bytes *code, uint32_t self_row, uint32_t n) {
    static struct bytes body;
    body.n = 0;
    add_raw(&body, "\x01\x01\x7f", 3);
    add_const(&body, AT_SELF);
    add(&body, 0x10);
    add_u32(&body, self_row);
    add(&body, 0x1a);
    add_const(&body, AT_SELF); /* $p = calls + size * (pid * 7 % n) */
    add_raw(&body, "\x28\x02\x00", 3);
    add_const(&body, 7);
    add(&body, 0x6c);
    add_const(&body, n);
    add(&body, 0x70);
    add_const(&body, CALL_BYTES);
    add(&body, 0x6c);
    add_const(&body, AT_CALLS);
    add_raw(&body, "\x6a\x21\x00\x03\x40", 5);
    add_raw(&body, "\x20\x00\x20\x00\x28\x02\x00\x11", 8); /* call_indirect ($p) of the table's element at $p */
    add_u32(&body, T_CALL);
    add_raw(&body, "\x00\x20\x00", 3);
    add_const(&body, CALL_BYTES);
    add_raw(&body, "\x6a\x22\x00", 3);
    add_const(&body, AT_CALLS + CALL_BYTES * n);
    add_raw(&body, "\x49\x0d\x00\x0b\x0b", 5);
    add_body(code, &body);
}

static void add_export(struct bytes *b, const char *name, uint32_t kind, uint32_t idx) {
    add_text(b, name);
    add(b, kind);
    add_u32(b, idx);
}

static void add_data(struct bytes *b, uint32_t at, const uint8_t *data, uint32_t n) {
    add(b, 0);
    add_const(b, at);
    add(b, 0x0b);
    add_u32(b, n);
    add_raw(b, (const char *)data, n);
}

static void make_program(struct bytes *out, const uint8_t *memory, const uint8_t *calls, uint32_t n_calls) {
    static const char *const types[N_TYPES] = {":", "i:", "i:i", "i:", ":i", "ii:", "iii:i"};
    /* What Emscripten's functions call: stackSave, stackRestore, setThrew, malloc, free, __cxa_can_catch, _is_pointer_type. */
    static const struct {
        const char *name, *code;
        uint32_t type, n;
    } helpers[] = {
        {"stackSave", "\x00\x41\x08\x0b", T_V_I, 4},     {"stackRestore", "\x00\x0b", T_I_V, 2},
        {"setThrew", "\x00\x0b", T_II_V, 2},             {"malloc", "\x00\x41\x80\xc0\x02\x0b", T_I_I, 6},
        {"free", "\x00\x0b", T_I_V, 2},                  {"__cxa_can_catch", "\x00\x20\x01\x41\x01\x71\x0b", T_III_I, 7},
        {"__cxa_is_pointer_type", "\x00\x20\x00\x41\x01\x71\x0b", T_I_I, 7},
    };
    enum { N_HELPERS = sizeof helpers / sizeof *helpers };
    static struct bytes s[9]; /* types, imports, functions, table, memory, exports, elements, code, data */
    uint32_t self_row = 0, n_funcs = N_ROWS + N_HELPERS + 1;
    for (uint32_t i = 0; i < 9; i++) {
        s[i].n = 0;
    }
    add_u32(&s[0], N_TYPES + N_ROWS);
    for (uint32_t i = 0; i < N_TYPES; i++) {
        add_type(&s[0], types[i]);
    }
    add_u32(&s[1], N_ROWS);
    for (uint32_t i = 0; i < N_ROWS; i++) {
        add_type(&s[0], proc_rows[i].signature);
        add_text(&s[1], proc_rows[i].module);
        add_text(&s[1], proc_rows[i].name);
        add(&s[1], 0);
        add_u32(&s[1], N_TYPES + i);
        self_row = strcmp(proc_rows[i].name, "self") == 0 ? i : self_row;
    }
    add_u32(&s[2], n_funcs);
    add_u32(&s[5], N_HELPERS + 3);
    add_u32(&s[6], 1);
    add_raw(&s[6], "\x00\x41\x00\x0b", 4);
    add_u32(&s[6], N_ROWS);
    add_u32(&s[7], n_funcs);
    for (uint32_t i = 0; i < N_ROWS; i++) {
        add(&s[2], T_CALL);
        add_u32(&s[6], N_ROWS + i);
        make_caller(&s[7], i);
    }
    for (uint32_t i = 0; i < N_HELPERS; i++) {
        add(&s[2], helpers[i].type);
        add_u32(&s[7], helpers[i].n);
        add_raw(&s[7], helpers[i].code, helpers[i].n);
        add_export(&s[5], helpers[i].name, 0, 2 * N_ROWS + i);
    }
    add(&s[2], T_MAIN);
    make_start(&s[7], self_row, n_calls);
    add_export(&s[5], "_start", 0, 2 * N_ROWS + N_HELPERS);
    add_export(&s[5], "memory", 2, 0);
    add_export(&s[5], "__indirect_function_table", 1, 0);
    add_raw(&s[3], "\x01\x70\x00", 3);
    add_u32(&s[3], N_ROWS);
    add_raw(&s[4], "\x01\x01\x01\x03", 4);
    add_u32(&s[8], 2);
    add_data(&s[8], 0, memory, 2048);
    add_data(&s[8], AT_CALLS, calls, CALL_BYTES * n_calls);
    static const uint8_t ids[9] = {1, 2, 3, 4, 5, 7, 9, 10, 11};
    memcpy(out->at, "\0asm\1\0\0\0", 8);
    out->n = 8;
    for (uint32_t i = 0; i < 9; i++) {
        add_section(out, ids[i], &s[i]);
    }
}

/* ---- the world ------------------------------------------------------------------------------------------------- */

static wick_wasi_fs *ram, *dev;

static void need(bool ok) {
    if (!ok) {
        abort();
    }
}

static wick_wasi_opened open_program(const struct bytes *program) {
    wick_wasi_opened root, file = {0, WICK_WASI_UNKNOWN, false};
    wick_wasi_buf buf = {(uint8_t *)(uintptr_t)program->at, program->n};
    size_t n;
    uint64_t end;
    const uint32_t how = WICK_WASI_OPEN_READ | WICK_WASI_OPEN_WRITE | WICK_WASI_OPEN_CREATE;
    need(wick_ramfs_root(ram, &root) == WICK_WASI_OK &&
         ram->ops->open(ram, root.node, "prog", 4, how, &file) == WICK_WASI_OK &&
         ram->ops->write(ram, file.node, &buf, 1, 0, 0, &n, &end) == WICK_WASI_OK && n == program->n);
    ram->ops->close(ram, root.node);
    return file;
}

static wick_wasi *make_first(wick_engine *engine, const struct bytes *program) {
    static const char *const args[] = {"program", "argument"};
    wick_wasi_options options = {.host = &wasi_host, .args = args, .n_args = 2, .max_fds = 24};
    wick_wasi *wasi;
    need(wick_wasi_new(engine, &options, &wasi) == WICK_OK);
    for (uint32_t fd = 0; fd < 6; fd++) {
        wick_wasi_fd_options o = {.fs = fd == 3 || fd == FD_PROGRAM ? ram : dev, .preopen = fd == 3 ? "/" : fd == 4 ? "/dev" : NULL};
        wick_wasi_errno e = WICK_WASI_OK;
        switch (fd) {
        case 3: e = wick_ramfs_root(ram, &o.opened); break;
        case 4: e = wick_devfs_root(dev, &o.opened); break;
        case FD_PROGRAM: o.opened = open_program(program); break;
        default: e = wick_devfs_open(dev, "console", &o.opened); break;
        }
        need(e == WICK_WASI_OK && wick_wasi_set_fd(wasi, fd, &o) == WICK_OK);
    }
    return wasi;
}

static uint32_t make_calls(struct reader *r, uint8_t *memory, uint8_t *calls) {
    fill_memory(memory, r);
    for (uint32_t i = 0; i < 6; i++) { /* descriptors for a child: its numbers, and the parent's */
        const uint32_t pair[2] = {i, i};
        memcpy(memory + AT_MAP + 8 * i, pair, 8);
    }
    memcpy(memory + AT_ARGV, "child\0x", 8);
    static const char format[] = "%c %A %B %C%d%D%e%F%g%G%h%H%I%j%m%M%n%p%r%R%S%t%T%u%U%V%w%W%x%X%y%Y%z%Z%E%Oy%%%q%";
    memcpy(memory + AT_FORMAT, format, sizeof format);
    uint32_t n = 0;
    for (; n < N_CALLS && (n == 0 || r->p < r->end); n++) {
        uint64_t words[CALL_BYTES / 8] = {next(r) % N_ROWS};
        const char *kinds = proc_rows[words[0]].kinds;
        for (uint32_t k = 0; kinds[k] != 0; k++) {
            words[1 + k] = proc_argument(r, kinds[k], k > 0 ? kinds[k - 1] : 0, words[k], memory);
        }
        memcpy(calls + CALL_BYTES * n, words, sizeof words);
    }
    return n;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static struct bytes program;
    static uint8_t memory[2048], calls[CALL_BYTES * N_CALLS];
    struct run_host host = {0};
    struct reader r = {data, data + size};
    wick_engine *engine;
    wick_proc_table *table;
    wick_diag diag;
    uint32_t pid;
    uint64_t deadline;
    wasi_now = 1000000;
    wick_config config = {.engine = next(&r) & 1 ? WICK_ENGINE_FAST : WICK_ENGINE_REF, .quota = 1 << 27};
    need(wick_engine_new(&run_plain_host, &host, &config, &engine) == WICK_OK);
    wick_ramfs_options ram_options = {.quota = 1 << 20};
    wick_devfs_options dev_options = {.console_read = console_read, .console_write = console_write, .random = wasi_random};
    need(wick_ramfs_new(engine, &ram_options, &ram) == WICK_OK && wick_devfs_new(engine, &dev_options, &dev) == WICK_OK);
    wick_proc_table_options options = {.host = &wasi_host, .max_processes = 1 + (next(&r) & 7), .max_fds = 24, .slice = 1 + 8 * next(&r),
                                       .max_memory = 1 << 20, .max_fuel = 20000, .stack_slots = 2000};
    memset(memory, 0, sizeof memory);
    make_program(&program, memory, calls, make_calls(&r, memory, calls));
    need(wick_proc_table_new(engine, &options, &table) == WICK_OK);
    wick_diag_init(&diag);
    wick_wasi *wasi = make_first(engine, &program);
    need(wick_proc_start(table, wasi, program.at, program.n, WICK_MODULE_BORROW, &pid, &diag) == WICK_OK);
    for (uint32_t i = 0; i < N_SLICES; i++) {
        wick_proc_ran ran = wick_proc_run_slice(table, &deadline);
        if (ran == WICK_PROC_ENDED) {
            break;
        }
        if (ran == WICK_PROC_IDLE) {
            if (deadline == UINT64_MAX) { /* all wait for each other */
                break;
            }
            wasi_idle(NULL, deadline);
        }
    }
    (void)wick_proc_status(table);
    wick_proc_table_free(table);
    wick_ramfs_free(ram);
    wick_devfs_free(dev);
    wick_engine_free(engine);
    need(host.held == 0);
    return 0;
}

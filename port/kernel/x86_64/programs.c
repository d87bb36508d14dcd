/* programs.c - running programs: Wick as a kernel's executable format.
 *
 * This is the whole of it. Start: an engine; a file system filled from the initrd; the devices; the
 * first process, with its descriptors. Then a loop that gives processes time slices until the first
 * one ends. The timer interrupt ends slices; what blocks waits inside Wick and is asked again.
 */
#include "programs.h"

#include "host.h"
#include "kernel.h"
#include "wick/wick_proc.h"

enum {
    SLICE_TICKS = 10,      /* of the timer: 10 ms */
    SLICE_FUEL = 10000000, /* and a bound that needs no timer */
    MAX_PROCESSES = 128,
    MAX_ARGS = 64,
    ROOT_FD = 3, /* where libc looks for preopened directories first */
    DEVICES_FD = 4,
    CTRL_C_SIGNAL = 2,
    STATUS_CANNOT_START = 125
};

static struct {
    wick_engine *engine;
    wick_wasi_fs *root, *devices;
    wick_proc_table *table;
} sys;

/* ---- what can go wrong before the first process runs ---- */

static bool complain_err(const char *what, wick_err err, const wick_diag *diag)
{
    char text[256];
    wick_diag only_err;
    if (diag == NULL || diag->err == WICK_OK) {
        wick_diag_init(&only_err);
        only_err.err = err;
        diag = &only_err;
    }
    wick_diag_format(diag, what, NULL, text, sizeof text);
    k_print("%s\n", text);
    return false;
}

static bool complain_errno(const char *what, wick_wasi_errno err)
{
    k_print("%s: %s\n", what, wick_wasi_strerror(err));
    return false;
}

/* ---- file systems ---- */

static uint64_t wall_clock(void *user)
{
    (void)user;
    return k_wall_ns();
}

/* The initrd is the root file system. Its bytes stay where they are; writing copies. */
static bool make_file_systems(uint64_t memory)
{
    const wick_ramfs_options options = {.quota = memory / 4, .now_ns = wall_clock};
    wick_diag diag;
    wick_diag_init(&diag);
    wick_err err = wick_ramfs_new(sys.engine, &options, &sys.root);
    if (err == WICK_OK && k_boot.initrd_size > 0) {
        err = wick_ramfs_load(sys.root, k_boot.initrd, k_boot.initrd_size, &diag);
    }
    if (err != WICK_OK) {
        return complain_err("initrd", err, &diag);
    }
    err = wick_devfs_new(sys.engine, &k_devfs_options, &sys.devices);
    return err == WICK_OK || complain_err("devices", err, NULL);
}

/* ---- the first process ---- */

static bool give_directory(wick_wasi *wasi, uint32_t fd, const char *name, wick_wasi_fs *fs,
                           wick_wasi_errno (*open_root)(wick_wasi_fs *, wick_wasi_opened *))
{
    wick_wasi_fd_options options = {.fs = fs, .preopen = name};
    wick_wasi_errno wrong = open_root(fs, &options.opened);
    if (wrong != WICK_WASI_OK) {
        return complain_errno(name, wrong);
    }
    wick_err err = wick_wasi_set_fd(wasi, fd, &options);
    return err == WICK_OK || complain_err(name, err, NULL);
}

/* Descriptors 0, 1 and 2 are the console, 3 is the root directory, 4 the devices. */
static bool give_descriptors(wick_wasi *wasi)
{
    for (uint32_t fd = 0; fd < ROOT_FD; fd++) {
        wick_wasi_fd_options options = {.fs = sys.devices,
                                        .flags = fd == 0 ? WICK_WASI_FD_NO_WRITE
                                                         : WICK_WASI_FD_NO_READ};
        wick_wasi_errno wrong = wick_devfs_open(sys.devices, "console", &options.opened);
        if (wrong != WICK_WASI_OK) {
            return complain_errno("console", wrong);
        }
        wick_err err = wick_wasi_set_fd(wasi, fd, &options);
        if (err != WICK_OK) {
            return complain_err("console", err, NULL);
        }
    }
    return give_directory(wasi, ROOT_FD, "/", sys.root, wick_ramfs_root) &&
           give_directory(wasi, DEVICES_FD, "/dev", sys.devices, wick_devfs_root);
}

static bool start_program(wick_wasi *wasi, const char *name)
{
    char path[256];
    const char *slash = name;
    while (*slash != 0 && *slash != '/') {
        slash++;
    }
    size_t n = k_format(path, sizeof path, *slash != 0 ? "%s" : "bin/%s.wasm",
                        name[0] == '/' ? name + 1 : name);
    if (n >= sizeof path) {
        return complain_errno(name, WICK_WASI_ENAMETOOLONG);
    }
    const uint8_t *bytes;
    size_t size;
    bool borrowed;
    wick_wasi_errno wrong = wick_wasi_load(wasi, ROOT_FD, path, n, &bytes, &size, &borrowed);
    if (wrong != WICK_WASI_OK) {
        return complain_errno(name, wrong);
    }
    uint32_t pid;
    wick_diag diag;
    wick_diag_init(&diag);
    wick_err err = wick_proc_start(sys.table, wasi, bytes, size,
                                   borrowed ? WICK_MODULE_BORROW : 0, &pid, &diag);
    if (!borrowed) {
        wick_wasi_unload(wasi, bytes, size, borrowed); /* the module has a copy */
    }
    return err == WICK_OK || complain_err(name, err, &diag);
}

static bool start_first(char *const *argv, size_t argc)
{
    static const char *const environment[] = {"PATH=/bin", "HOME=/", "PWD=/"};
    const char *args[MAX_ARGS];
    for (size_t i = 0; i < argc && i < MAX_ARGS; i++) {
        args[i] = argv[i];
    }
    const wick_wasi_options options = {
        .host = &k_wasi_host,
        .args = args,
        .n_args = argc < MAX_ARGS ? argc : MAX_ARGS,
        .env = environment,
        .n_env = sizeof environment / sizeof environment[0],
    };
    wick_wasi *wasi;
    wick_err err = wick_wasi_new(sys.engine, &options, &wasi);
    if (err != WICK_OK) {
        return complain_err(argv[0], err, NULL);
    }
    if (!give_descriptors(wasi) || !start_program(wasi, argv[0])) {
        wick_wasi_free(wasi); /* on success it belongs to the table */
        return false;
    }
    return true;
}

/* ---- scheduling ---- */

/* In the timer interrupt. The one function of Wick that may be called there. */
static void end_slice(void)
{
    if (k_ticks() % SLICE_TICKS == 0) {
        wick_proc_stop(sys.table);
    }
}

static bool group_exists(uint32_t group)
{
    return wick_proc_group_exists(sys.table, group);
}

static void end_foreground_group(void)
{
    uint32_t group = k_foreground_group();
    if (group != 0) {
        (void)wick_proc_kill(sys.table, -(int32_t)group, CTRL_C_SIGNAL); /* gone: nothing to end */
    }
}

static void run_until_first_ends(void)
{
    wick_proc_ran ran;
    do {
        uint64_t deadline_ns;
        if (k_console_take_interrupt()) {
            end_foreground_group();
        }
        ran = wick_proc_run_slice(sys.table, &deadline_ns);
        if (ran == WICK_PROC_IDLE) {
            k_wait_for_interrupt(k_console_readable); /* at most until the next tick */
        }
    } while (ran != WICK_PROC_ENDED);
}

/* ---- all of it ---- */

static bool start_all(char *const *argv, size_t argc, bool reference)
{
    const wick_config config = {.engine = reference ? WICK_ENGINE_REF : WICK_ENGINE_FAST};
    struct k_memory_stats memory;
    k_memory_stats(&memory);
    wick_err err = wick_engine_new(&k_wick_host, NULL, &config, &sys.engine);
    if (err != WICK_OK) {
        return complain_err("engine", err, NULL);
    }
    if (!make_file_systems(memory.total)) {
        return false;
    }
    const wick_proc_table_options options = {
        .host = &k_wasi_host,
        .max_processes = MAX_PROCESSES,
        .slice = SLICE_FUEL,
        .max_memory = memory.total / 2,
    };
    err = wick_proc_table_new(sys.engine, &options, &sys.table);
    if (err != WICK_OK) {
        return complain_err("processes", err, NULL);
    }
    k_group_exists = group_exists;
    return start_first(argv, argc);
}

static void end_all(void)
{
    if (sys.table != NULL) {
        wick_proc_table_free(sys.table);
    }
    if (sys.devices != NULL) {
        wick_devfs_free(sys.devices);
    }
    if (sys.root != NULL) {
        wick_ramfs_free(sys.root);
    }
    if (sys.engine != NULL) {
        wick_engine_free(sys.engine);
    }
}

uint32_t programs_run(char *const *argv, size_t argc, bool reference)
{
    uint32_t status = STATUS_CANNOT_START;
    if (start_all(argv, argc, reference)) {
        k_tick = end_slice;
        run_until_first_ends();
        k_tick = NULL;
        status = wick_proc_status(sys.table);
    }
    end_all();
    return status;
}

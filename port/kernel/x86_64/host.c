/* host.c - what Wick asks of a port, answered by this kernel: three tables of functions.
 *
 * include/wick/wick_host.h and wick_wasi.h say what each member has to do. Not given: lock and
 * unlock (one processor), reserve, commit and release (memory.grow goes through realloc, which
 * grows in place when the pages behind are free).
 */
#include "host.h"

#include "kernel.h"

/* ---- the engine ---- */

static void *host_realloc(void *user, void *p, size_t old_size, size_t new_size)
{
    (void)user;
    return k_realloc(p, old_size, new_size);
}

static void host_log(void *user, const char *text, size_t n)
{
    (void)user;
    k_console_write(text, n);
}

static void host_panic(void *user, const char *text)
{
    (void)user;
    k_panic("%s", text);
}

static uint64_t host_now_ns(void *user)
{
    (void)user;
    return k_now_ns();
}

static void host_yield(void *user)
{
    (void)user;
    k_wait_for_interrupt(NULL);
}

const wick_host k_wick_host = {
    .size = sizeof(wick_host),
    .realloc = host_realloc,
    .log = host_log,
    .panic = host_panic,
    .now_ns = host_now_ns,
    .yield = host_yield,
};

/* ---- WASI ---- */

/* The table of processes knows processor times itself; only these two are asked of a port. */
static wick_wasi_errno host_clock_time(void *user, uint32_t clock, uint64_t *out_ns)
{
    (void)user;
    if (clock > 1) {
        return WICK_WASI_EINVAL;
    }
    *out_ns = clock == 0 ? k_wall_ns() : k_now_ns();
    return WICK_WASI_OK;
}

static wick_wasi_errno host_random(void *user, void *buf, size_t n)
{
    (void)user;
    k_random(buf, n);
    return WICK_WASI_OK;
}

static void host_idle(void *user, uint64_t deadline_ns)
{
    (void)user;
    (void)deadline_ns; /* the timer interrupt comes soon enough */
    k_wait_for_interrupt(k_console_readable);
}

const wick_wasi_host k_wasi_host = {
    .size = sizeof(wick_wasi_host),
    .clock_time = host_clock_time,
    .random = host_random,
    .idle = host_idle,
};

/* ---- the console ---- */

bool (*k_group_exists)(uint32_t group);
static uint32_t foreground;

uint32_t k_foreground_group(void)
{
    return foreground;
}

static wick_wasi_errno console_read(void *user, uint8_t *buf, size_t n, size_t *out_n)
{
    (void)user;
    ptrdiff_t got = k_console_read(buf, n);
    if (got == K_CONSOLE_EMPTY) {
        return WICK_WASI_PENDING; /* the program waits; we shall be asked again */
    }
    *out_n = (size_t)got;
    return WICK_WASI_OK;
}

static wick_wasi_errno console_write(void *user, const uint8_t *buf, size_t n, size_t *out_n)
{
    (void)user;
    k_console_write(buf, n);
    *out_n = n;
    return WICK_WASI_OK;
}

static wick_wasi_errno console_poll(void *user, uint32_t want, wick_wasi_ready *out)
{
    (void)user;
    out->is_ready = (want & WICK_WASI_POLL_WRITE) != 0 || k_console_readable();
    out->is_hangup = false;
    out->bytes = 1;
    return WICK_WASI_OK;
}

static wick_wasi_errno console_mode(void *user, uint32_t mode, uint32_t *out_old)
{
    (void)user;
    if ((mode & ~(uint32_t)(K_TTY_ECHO | K_TTY_LINE | K_TTY_INTR)) != 0) {
        return WICK_WASI_EINVAL;
    }
    *out_old = k_console_mode(mode);
    return WICK_WASI_OK;
}

static wick_wasi_errno console_foreground(void *user, uint32_t group)
{
    (void)user;
    if (group != 0 && (k_group_exists == NULL || !k_group_exists(group))) {
        return WICK_WASI_ESRCH;
    }
    foreground = group;
    return WICK_WASI_OK;
}

const wick_devfs_options k_devfs_options = {
    .console_read = console_read,
    .console_write = console_write,
    .console_poll = console_poll,
    .console_mode = console_mode,
    .console_foreground = console_foreground,
    .random = host_random,
};

/* host.c - what Wick asks of a port, answered by this kernel: include/wick/wick_host.h.
 *
 * Not given: lock and unlock (one processor), reserve, commit and release (memory.grow moves or
 * extends instead, through realloc, which grows in place when the pages behind are free).
 */
#include "host.h"

#include "kernel.h"

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

/* clock.c - time from the processor's cycle counter, the date from the CMOS clock, and random
 * bits.
 *
 * The counter is calibrated against the timer interrupt at boot: the median of a few windows,
 * since on a busy host an emulated tick may come late, which makes one window long and the next
 * one short. Multiplying by a scaled factor instead of dividing keeps k_now_ns short.
 */
#include "kernel.h"
#include "x86.h"

enum {
    N_WINDOWS = 5,
    WINDOW_TICKS = 5,
    NS_PER_TICK = 1000000000 / K_TICKS_PER_SECOND,
    SCALE_BITS = 32
};

static uint64_t tsc_start, ns_per_cycle_scaled, wall_start;
static uint64_t random_state;
static bool has_rdrand;

static uint8_t cmos_read(uint8_t reg)
{
    x86_out8(0x70, reg);
    return x86_in8(0x71);
}

static unsigned cmos_number(uint8_t reg, bool binary)
{
    unsigned v = cmos_read(reg);
    return binary ? v : (v >> 4) * 10 + (v & 15);
}

static uint64_t days_since_1970(unsigned year, unsigned month, unsigned day)
{
    /* Years begin in March, so that the leap day is the last of its year. */
    uint64_t y = month > 2 ? year : year - 1, m = month > 2 ? month - 3 : month + 9;
    return y * 365 + y / 4 - y / 100 + y / 400 + (m * 153 + 2) / 5 + day - 1 - 719468;
}

static uint64_t cmos_seconds(void)
{
    bool binary = (cmos_read(0x0b) & 4) != 0;
    unsigned f[6], again[6];
    static const uint8_t regs[6] = {9, 8, 7, 4, 2, 0}; /* year month day hour minute second */
    do {
        while ((cmos_read(0x0a) & 0x80) != 0) {
        }
        for (unsigned i = 0; i < 6; i++) {
            f[i] = cmos_number(regs[i], binary);
        }
        for (unsigned i = 0; i < 6; i++) {
            again[i] = cmos_number(regs[i], binary);
        }
    } while (memcmp(f, again, sizeof f) != 0);
    return days_since_1970(2000 + f[0], f[1], f[2]) * 86400 + f[3] * 3600 + f[4] * 60 + f[5];
}

static uint64_t wait_tick(uint64_t tick)
{
    while (k_ticks() < tick) {
        k_wait_for_interrupt(NULL);
    }
    return x86_tsc();
}

static uint64_t cycles_per_window(void)
{
    uint64_t sorted[N_WINDOWS], tick = k_ticks() + 1, start = wait_tick(tick);
    for (size_t n = 0; n < N_WINDOWS; n++) {
        uint64_t end = wait_tick(tick += WINDOW_TICKS), cycles = end - start;
        size_t i = n;
        for (; i > 0 && sorted[i - 1] > cycles; i--) {
            sorted[i] = sorted[i - 1];
        }
        sorted[i] = cycles;
        start = end;
    }
    return sorted[N_WINDOWS / 2];
}

void k_clock_init(void)
{
    uint64_t cycles = cycles_per_window();
    tsc_start = x86_tsc();
    ns_per_cycle_scaled = ((uint64_t)WINDOW_TICKS * NS_PER_TICK << SCALE_BITS) /
                          (cycles == 0 ? 1 : cycles);
    wall_start = cmos_seconds() * 1000000000;

    uint32_t id[4];
    x86_cpuid(1, id);
    has_rdrand = (id[2] >> 30 & 1) != 0;
    random_state = x86_tsc() ^ wall_start;
}

uint64_t k_now_ns(void)
{
    unsigned __int128 product = (unsigned __int128)(x86_tsc() - tsc_start) * ns_per_cycle_scaled;
    return (uint64_t)(product >> SCALE_BITS);
}

uint64_t k_wall_ns(void)
{
    return wall_start + k_now_ns();
}

/* The processor's generator where there is one; else a mixed cycle counter, which is not secret. */
static uint64_t random_word(void)
{
    uint64_t hard = 0;
    uint8_t ok = 0;
    for (unsigned i = 0; has_rdrand && !ok && i < 10; i++) {
        __asm__ volatile("rdrand %0\n\tsetc %1" : "=r"(hard), "=qm"(ok) : : "cc");
    }
    random_state += 0x9e3779b97f4a7c15ull ^ x86_tsc() << 32;
    uint64_t z = random_state;
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9ull;
    z = (z ^ z >> 27) * 0x94d049bb133111ebull;
    return hard ^ z ^ z >> 31;
}

void k_random(void *buf, size_t n)
{
    uint8_t *p = buf;
    while (n > 0) {
        uint64_t word = random_word();
        size_t part = n < sizeof word ? n : sizeof word;
        memcpy(p, &word, part);
        p += part;
        n -= part;
    }
}

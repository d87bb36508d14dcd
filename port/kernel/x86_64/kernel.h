/* kernel.h - the services of the demo kernel, none of which knows Wick.
 *
 * One processor, one kernel stack, everything identity mapped, no user mode: programs are .wasm and
 * cannot leave their sandbox, so the kernel needs no second privilege level to contain them.
 * Interrupt handlers only count, queue bytes and call k_tick; nothing else runs concurrently.
 */
#ifndef K_KERNEL_H
#define K_KERNEL_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* lib.c: what the compiler and Wick call; no other libc function exists here. */
void *memcpy(void *restrict to, const void *restrict from, size_t n);
void *memmove(void *to, const void *from, size_t n);
void *memset(void *to, int byte, size_t n);
int memcmp(const void *a, const void *b, size_t n);
size_t k_strlen(const char *s);
/* Text of at most cap - 1 bytes and a NUL. %s %c %d %u %x %p %%, with l (64 bits), width, 0 and -.
 * Answers the length that all of it would take. */
size_t k_format(char *buf, size_t cap, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
void k_print(const char *format, ...) __attribute__((format(printf, 1, 2)));
_Noreturn void k_panic(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* boot.c: what the boot loader said. */
struct k_range {
    uint64_t start, end;
};
struct k_boot {
    const char *loader;
    char command_line[1024];
    struct k_range ram[64]; /* usable, as reported; page 0 and holes are not in it */
    size_t n_ram;
    const uint8_t *initrd;
    size_t initrd_size;
};
extern struct k_boot k_boot;
void k_boot_read(uint32_t magic, uint64_t info);

/* memory.c: physical pages and a sized allocator. Not for interrupt handlers. */
void k_memory_init(void);
/* Lua's shape: old = 0 allocates, new = 0 frees and gives NULL. 16-byte aligned, not cleared.
 * When memory is short the answer is NULL and the old block is as it was. */
void *k_realloc(void *p, size_t old_size, size_t new_size);
struct k_memory_stats {
    uint64_t total, used, peak; /* bytes, in whole pages */
    uint64_t largest_free;
};
void k_memory_stats(struct k_memory_stats *out);
/* Runs the allocator against itself; returns NULL or what is wrong. */
const char *k_memory_self_test(uint32_t rounds);

/* trap.c: processor tables, interrupts, the timer. */
struct k_frame {
    uint64_t r15, r14, r13, r12, r11, r10, r9, r8, rbp, rdi, rsi, rdx, rcx, rbx, rax;
    uint64_t vector, error, rip, cs, rflags, rsp, ss;
};
enum { K_TICKS_PER_SECOND = 1000 };
void k_trap_init(void);
void k_interrupt(struct k_frame *frame); /* called by entry.S */
uint64_t k_ticks(void);
/* Called in the timer interrupt, K_TICKS_PER_SECOND times a second; may be NULL. */
extern void (*volatile k_tick)(void);
/* Sleep until an interrupt, unless `ready` says there is something to do (asked with interrupts
 * off, so that no wake-up is lost). */
void k_wait_for_interrupt(bool (*ready)(void));
_Noreturn void k_exit(uint32_t status); /* to QEMU's isa-debug-exit: its status is 2 * status + 1 */
size_t k_stack_used(void);              /* greatest depth of the kernel stack so far, in bytes */

/* clock.c */
void k_clock_init(void);
uint64_t k_now_ns(void);  /* monotonic, since boot */
uint64_t k_wall_ns(void); /* since 1970-01-01 UTC */
void k_random(void *buf, size_t n);

/* console.c: the first serial port, with a line discipline. */
enum { K_TTY_ECHO = 1, K_TTY_LINE = 2, K_TTY_INTR = 4 }; /* as in doc/proc.md */
void k_console_init(void);
void k_console_interrupt(void);
void k_console_write(const void *buf, size_t n);
enum { K_CONSOLE_EMPTY = -1 };
/* Bytes read (0: end of input, once), or K_CONSOLE_EMPTY when there is nothing to deliver yet. */
ptrdiff_t k_console_read(void *buf, size_t n);
bool k_console_readable(void);
uint32_t k_console_mode(uint32_t mode); /* returns the mode before */
bool k_console_take_interrupt(void);    /* has ^C been typed since the last call? */

/* main.c */
_Noreturn void k_main(uint32_t magic, uint64_t info);

#endif

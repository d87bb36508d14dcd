/* guard.h - loads and stores of a guarded memory: one instruction each, without a comparison, and a row of a table that
 * says where the handler goes on when that instruction faults (wick_fault).
 *
 * Owner of: the table's form. The table is a section of fast_loop's object, so that it takes no start and no memory that
 * can be written; its rows are distances from themselves. Where to go on is a label of the handler's own (asm goto), so the
 * compiler knows both ways out of the access, and nothing is assumed about registers, frames or optimisation.
 * An access that faults has changed nothing: x86 looks at all the pages of a store before it writes to one. */
#ifndef WICK_INTERP_GUARD_H
#define WICK_INTERP_GUARD_H

#include "interp/cell.h"

#if WK_GUARD

/* Three parts of one section: its begin and its end, which wick_fault makes, and the rows between them. */
#define GUARD_PART(part, text) \
    ".pushsection .rodata.wick_guard,\"a\",@progbits\n\t.subsection " #part "\n\t" text "\n\t.popsection\n"
#define GUARD_ROW GUARD_PART(1, ".long 1b - ., %l[fault] - .")

struct wk_guard_1 { uint8_t bytes[1]; };
struct wk_guard_2 { uint8_t bytes[2]; };
struct wk_guard_4 { uint8_t bytes[4]; };
struct wk_guard_8 { uint8_t bytes[8]; };

/* Each answers false when the bytes are not there. Before gcc 12.4, what an asm goto puts out may get lost on its way to
 * where it is wanted (its bug 113921); the empty asm behind it keeps it. */
#define GUARD_READ(name, width, type, constraint, instruction)                                    \
    WK_INLINE bool wk_guard_##name(const uint8_t *at, type *out) {                                \
        type value;                                                                               \
        __asm__ volatile goto("1: " instruction "\n" GUARD_ROW                                    \
                     : [value] constraint(value)                                                  \
                     : [at] "m"(*(const struct wk_guard_##width *)(const void *)at)               \
                     :                                                                            \
                     : fault);                                                                    \
        __asm__ volatile("");                                                                     \
        *out = value;                                                                             \
        return true;                                                                              \
    fault:                                                                                        \
        return false;                                                                             \
    }
#define GUARD_WRITE(name, width, type, constraint, instruction)                                   \
    WK_INLINE bool wk_guard_##name(uint8_t *at, type value) {                                     \
        __asm__ volatile goto("1: " instruction "\n" GUARD_ROW                                    \
                     : [at] "=m"(*(struct wk_guard_##width *)(void *)at)                          \
                     : [value] constraint(value)                                                  \
                     :                                                                            \
                     : fault);                                                                    \
        return true;                                                                              \
    fault:                                                                                        \
        return false;                                                                             \
    }

/* By the names of what they stand for: wk_mem_<...> and H_STORE_<...>. */
GUARD_READ(wk_mem_u8, 1, uint64_t, "=r", "movzbl %[at], %k[value]")
GUARD_READ(wk_mem_u16, 2, uint64_t, "=r", "movzwl %[at], %k[value]")
GUARD_READ(wk_mem_u32, 4, uint64_t, "=r", "movl %[at], %k[value]")
GUARD_READ(wk_mem_u64, 8, uint64_t, "=r", "movq %[at], %[value]")
GUARD_READ(wk_mem_s8, 1, uint64_t, "=r", "movsbl %[at], %k[value]")
GUARD_READ(wk_mem_s16, 2, uint64_t, "=r", "movswl %[at], %k[value]")
GUARD_READ(wk_mem_s8l, 1, uint64_t, "=r", "movsbq %[at], %[value]")
GUARD_READ(wk_mem_s16l, 2, uint64_t, "=r", "movswq %[at], %[value]")
GUARD_READ(wk_mem_s32l, 4, uint64_t, "=r", "movslq %[at], %[value]")
GUARD_WRITE(i64_1, 1, uint64_t, "r", "movb %b[value], %[at]")
GUARD_WRITE(i64_2, 2, uint64_t, "r", "movw %w[value], %[at]")
GUARD_WRITE(i64_4, 4, uint64_t, "r", "movl %k[value], %[at]")
GUARD_WRITE(i64_8, 8, uint64_t, "r", "movq %[value], %[at]")
#if WICK_FP_SOFT
GUARD_READ(wk_mem_f32, 4, wk_f32v, "=r", "movl %[at], %k[value]")
GUARD_READ(wk_mem_f64, 8, wk_f64v, "=r", "movq %[at], %[value]")
GUARD_WRITE(f32_4, 4, wk_f32v, "r", "movl %k[value], %[at]")
GUARD_WRITE(f64_8, 8, wk_f64v, "r", "movq %[value], %[at]")
#else
GUARD_READ(wk_mem_f32, 4, wk_f32v, "=x", "movss %[at], %[value]")
GUARD_READ(wk_mem_f64, 8, wk_f64v, "=x", "movsd %[at], %[value]")
GUARD_WRITE(f32_4, 4, wk_f32v, "x", "movss %[value], %[at]")
GUARD_WRITE(f64_8, 8, wk_f64v, "x", "movsd %[value], %[at]")
#endif
#undef GUARD_READ
#undef GUARD_WRITE
#undef GUARD_ROW

struct guard_row {
    int32_t access; /* distances from the fields themselves */
    int32_t fault;
};

WK_NOINLINE uintptr_t wick_fault(uintptr_t at) {
    const struct guard_row *row, *end;
    __asm__(GUARD_PART(0, ".balign 4\nwick_guard_begin:") GUARD_PART(2, "wick_guard_end:")
            "leaq wick_guard_begin(%%rip), %0\n\tleaq wick_guard_end(%%rip), %1"
            : "=r"(row), "=r"(end));
    for (; row != end; row++) {
        if ((uintptr_t)&row->access + (uintptr_t)(intptr_t)row->access == at) {
            return (uintptr_t)&row->fault + (uintptr_t)(intptr_t)row->fault;
        }
    }
    return 0;
}
#undef GUARD_PART

#else

uintptr_t wick_fault(uintptr_t at) {
    (void)at;
    return 0;
}

#endif
#endif

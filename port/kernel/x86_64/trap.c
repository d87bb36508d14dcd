/* trap.c - descriptor tables, exceptions, the interrupt controller, the timer, and the way out.
 *
 * Exceptions are fatal: nothing but the kernel's own C runs natively. They run on a stack of their
 * own (IST 1), so a kernel stack overflow, which hits the unmapped guard page, is still reported.
 */
#include "kernel.h"
#include "x86.h"

extern uint64_t k_gdt[5];
extern uint8_t k_interrupt_stubs[], k_stack[], k_stack_top[], k_fault_stack_top[];

enum {
    N_VECTORS = 48,
    STUB_SIZE = 16,
    IRQ_BASE = 32,
    IRQ_TIMER = 0,
    IRQ_SERIAL = 4,
    PIC1 = 0x20,
    PIC2 = 0xa0,
    PIT = 0x40,
    PIT_HZ = 1193182,
    DEBUG_EXIT_PORT = 0xf4,
    STACK_PAINT = 0xa5
};

struct idt_gate {
    uint16_t offset0, selector, flags, offset1;
    uint32_t offset2, reserved;
};

struct __attribute__((packed)) table_pointer {
    uint16_t limit;
    uint64_t base;
};

static struct idt_gate idt[N_VECTORS];
static struct __attribute__((packed)) {
    uint32_t reserved0;
    uint64_t rsp[3], reserved1, ist[7], reserved2;
    uint16_t reserved3, io_map;
} tss;
static volatile uint64_t ticks;
void (*volatile k_tick)(void);

uint64_t k_ticks(void)
{
    return ticks;
}

static void set_gate(unsigned vector)
{
    uint64_t address = (uintptr_t)k_interrupt_stubs + vector * STUB_SIZE;
    idt[vector] = (struct idt_gate){
        .offset0 = (uint16_t)address,
        .selector = 8,
        .flags = vector < IRQ_BASE ? 0x8e01 : 0x8e00, /* interrupt gate; IST 1 for exceptions */
        .offset1 = (uint16_t)(address >> 16),
        .offset2 = (uint32_t)(address >> 32),
    };
}

static void paint_stack(void)
{
    uint8_t *top = (uint8_t *)x86_stack_pointer() - 256; /* our own frame is above that */
    for (uint8_t *p = k_stack; p < top; p++) {
        *p = STACK_PAINT;
    }
}

size_t k_stack_used(void)
{
    const uint8_t *p = k_stack;
    while (p < k_stack_top && *p == STACK_PAINT) {
        p++;
    }
    return (size_t)(k_stack_top - p);
}

void k_trap_init(void)
{
    uint64_t base = (uintptr_t)&tss, limit = sizeof tss - 1;
    paint_stack();
    tss.ist[0] = (uintptr_t)k_fault_stack_top;
    tss.io_map = sizeof tss;
    k_gdt[3] = (limit & 0xffff) | (base & 0xffffff) << 16 | (uint64_t)0x89 << 40 |
               (base >> 24 & 0xff) << 56;
    k_gdt[4] = base >> 32;
    __asm__ volatile("ltr %w0" : : "r"(24) : "memory");
    for (unsigned v = 0; v < N_VECTORS; v++) {
        set_gate(v);
    }
    struct table_pointer pointer = {sizeof idt - 1, (uintptr_t)idt};
    __asm__ volatile("lidt %0" : : "m"(pointer) : "memory");

    /* The two 8259s: vectors 32 to 47, all masked but the timer and the serial port. */
    x86_out8(PIC1, 0x11);
    x86_out8(PIC2, 0x11);
    x86_out8(PIC1 + 1, IRQ_BASE);
    x86_out8(PIC2 + 1, IRQ_BASE + 8);
    x86_out8(PIC1 + 1, 4);
    x86_out8(PIC2 + 1, 2);
    x86_out8(PIC1 + 1, 1);
    x86_out8(PIC2 + 1, 1);
    x86_out8(PIC1 + 1, (uint8_t)~(1 << IRQ_TIMER | 1 << IRQ_SERIAL));
    x86_out8(PIC2 + 1, 0xff);

    uint32_t divisor = (PIT_HZ + K_TICKS_PER_SECOND / 2) / K_TICKS_PER_SECOND;
    x86_out8(PIT + 3, 0x34); /* channel 0, both bytes, rate generator */
    x86_out8(PIT, (uint8_t)divisor);
    x86_out8(PIT, (uint8_t)(divisor >> 8));
    x86_interrupts_on();
}

static _Noreturn void exception(const struct k_frame *f)
{
    uint64_t address;
    __asm__ volatile("mov %%cr2, %0" : "=r"(address));
    k_print("\nexception %lu error %lx at %p, address %p\n", f->vector, f->error, (void *)f->rip,
            (void *)address);
    k_print("rax %p rbx %p rcx %p rdx %p\n", (void *)f->rax, (void *)f->rbx, (void *)f->rcx,
            (void *)f->rdx);
    k_print("rsi %p rdi %p rbp %p rsp %p\n", (void *)f->rsi, (void *)f->rdi, (void *)f->rbp,
            (void *)f->rsp);
    k_panic("exception in the kernel");
}

void k_interrupt(struct k_frame *frame)
{
    if (frame->vector < IRQ_BASE) {
        exception(frame);
    }
    unsigned irq = (unsigned)frame->vector - IRQ_BASE;
    if (irq == IRQ_TIMER) {
        ticks++;
        if (k_tick != NULL) {
            k_tick();
        }
    } else if (irq == IRQ_SERIAL) {
        k_console_interrupt();
    } else {
        return; /* 7 and 15 arrive unasked when a line drops early, and want no acknowledgement */
    }
    x86_out8(PIC1, 0x20);
}

void k_wait_for_interrupt(bool (*ready)(void))
{
    x86_interrupts_off();
    if (ready != NULL && ready()) {
        x86_interrupts_on();
        return;
    }
    /* `sti` takes effect after the next instruction: nothing can arrive between the two. */
    __asm__ volatile("sti\n\thlt" : : : "memory");
}

_Noreturn void k_exit(uint32_t status)
{
    /* QEMU ends with 2 * status + 1, and a process status has eight bits. */
    x86_out32(DEBUG_EXIT_PORT, status < 127 ? status : 127);
    k_print("halted\n");
    for (;;) {
        __asm__ volatile("cli\n\thlt" : : : "memory");
    }
}

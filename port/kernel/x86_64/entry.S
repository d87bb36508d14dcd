/* entry.S - from the boot loader's 32-bit protected mode to C in long mode, and the interrupt
 * stubs.
 *
 * Two entries, one image: PVH (an ELF note; what `qemu -kernel` uses) and multiboot2 (GRUB). Both
 * arrive with flat segments, paging off, interrupts off, and ebx = the loader's information block.
 */

/* ---- multiboot2 header: magic, architecture 0 (i386), length, checksum, end tag ---- */
        .section .multiboot2, "a"
        .balign 8
mb2_header:
        .long   0xe85250d6, 0, mb2_end - mb2_header
        .long   -(0xe85250d6 + (mb2_end - mb2_header))
        .short  0, 0
        .long   8
mb2_end:

/* ---- PVH note: XEN_ELFNOTE_PHYS32_ENTRY ---- */
        .section .note.pvh, "a", @note
        .balign 4
        .long   4, 4, 18
        .asciz  "Xen"
        .long   entry_pvh

        .section .text
        .code32
        .global entry_pvh, entry_multiboot2
entry_pvh:
        movl    $0x336ec578, %eax           /* the magic number of the PVH start info */
entry_multiboot2:
        cld
        movl    $k_stack_top, %esp
        movl    %eax, %edi                  /* arguments of k_main: magic, information */
        movl    %ebx, %esi

        /* The first 4 GiB, one to one, in pages of 2 MiB: 4 directories of 512 entries. */
        movl    $k_page_directories, %ebx
        movl    $0x83, %eax                 /* present, writable, large */
1:      movl    %eax, (%ebx)
        movl    $0, 4(%ebx)
        addl    $8, %ebx
        addl    $0x200000, %eax
        jnc     1b
        movl    $k_page_directories + 3, %eax
        movl    %eax, boot_pdpt
        addl    $4096, %eax
        movl    %eax, boot_pdpt + 8
        addl    $4096, %eax
        movl    %eax, boot_pdpt + 16
        addl    $4096, %eax
        movl    %eax, boot_pdpt + 24
        movl    $boot_pdpt + 3, k_pml4
        movl    $k_pml4, %eax
        movl    %eax, %cr3

        movl    %cr4, %eax
        orl     $0x20, %eax                 /* PAE */
        movl    %eax, %cr4
        movl    $0xc0000080, %ecx           /* EFER: long mode */
        rdmsr
        orl     $0x100, %eax
        wrmsr
        movl    %cr0, %eax
        orl     $0x80010001, %eax           /* paging, write protection, protected mode */
        movl    %eax, %cr0
        lgdt    boot_gdt_pointer
        ljmp    $8, $long_mode

        .code64
long_mode:
        movw    $16, %ax
        movw    %ax, %ds
        movw    %ax, %es
        movw    %ax, %ss
        xorl    %eax, %eax
        movw    %ax, %fs
        movw    %ax, %gs
        movl    %edi, %edi                  /* clear the upper halves */
        movl    %esi, %esi
        movq    $k_stack_top, %rsp
        xorl    %ebp, %ebp
        call    k_main
1:      hlt
        jmp     1b

/* ---- interrupts: one stub per vector pushes (error code,) vector; the rest is common ---- */
        .macro  STUB vector
        .balign 16
        .if     \vector == 8 || (\vector >= 10 && \vector <= 14) || \vector == 17 || \vector == 21
        .else
        pushq   $0
        .endif
        pushq   $\vector
        jmp     interrupt_common
        .endm

        .global k_interrupt_stubs
        .balign 16
k_interrupt_stubs:
        .altmacro
        .set    vector, 0
        .rept   48
        STUB    %vector
        .set    vector, vector + 1
        .endr
        .noaltmacro

interrupt_common:
        pushq   %rax
        pushq   %rbx
        pushq   %rcx
        pushq   %rdx
        pushq   %rsi
        pushq   %rdi
        pushq   %rbp
        pushq   %r8
        pushq   %r9
        pushq   %r10
        pushq   %r11
        pushq   %r12
        pushq   %r13
        pushq   %r14
        pushq   %r15
        cld
        movq    %rsp, %rdi
        movq    %rsp, %rbx                  /* callee-saved: survives the call */
        andq    $-16, %rsp
        call    k_interrupt
        movq    %rbx, %rsp
        popq    %r15
        popq    %r14
        popq    %r13
        popq    %r12
        popq    %r11
        popq    %r10
        popq    %r9
        popq    %r8
        popq    %rbp
        popq    %rdi
        popq    %rsi
        popq    %rdx
        popq    %rcx
        popq    %rbx
        popq    %rax
        addq    $16, %rsp
        iretq

        .section .data
        .balign 16
        .global k_gdt
k_gdt:  .quad   0
        .quad   0x00af9a000000ffff          /* 8: code, 64-bit */
        .quad   0x00cf92000000ffff          /* 16: data */
        .quad   0, 0                        /* 24: the task state segment, filled in by trap.c */
boot_gdt_pointer:
        .short  39
        .quad   k_gdt

        .section .bss
        .balign 4096
        .global k_pml4, k_page_directories, k_stack_guard, k_stack, k_stack_top, k_fault_stack_top
k_pml4: .skip   4096
boot_pdpt:
        .skip   4096
k_page_directories:
        .skip   4 * 4096
k_stack_guard:
        .skip   4096                        /* unmapped by memory.c: an overflow is a fault */
k_stack:
        .skip   16384
k_stack_top:
        .skip   4096                        /* faults run here: the stack may be what is broken */
k_fault_stack_top:

        .section .note.GNU-stack, "", @progbits

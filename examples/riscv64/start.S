# start.S - from reset to main, and from a trap to timer(): machine mode, one hart.
    .section .text.start
    .globl _start
_start:
    csrr t0, mhartid
    bnez t0, 2f
    la sp, stack_top
    la t0, trap
    csrw mtvec, t0
    la t0, bss_start
    la t1, bss_end
1:  sd zero, (t0)               # .bss begins and ends at multiples of 8
    addi t0, t0, 8
    bltu t0, t1, 1b
    call main
2:  wfi
    j 2b

    .balign 4
trap:                           # keeps what a C function may change
    addi sp, sp, -128
    .set at, 0
    .irp r, ra, t0, t1, t2, t3, t4, t5, t6, a0, a1, a2, a3, a4, a5, a6, a7
    sd \r, at(sp)
    .set at, at + 8
    .endr
    csrr a0, mcause
    csrr a1, mepc
    call interrupt
    .set at, 0
    .irp r, ra, t0, t1, t2, t3, t4, t5, t6, a0, a1, a2, a3, a4, a5, a6, a7
    ld \r, at(sp)
    .set at, at + 8
    .endr
    addi sp, sp, 128
    mret

    .section .rodata
    .globl program, program_end
program:
    .incbin "program.wasm"
program_end:

    .bss
    .balign 16
    .skip 8192                  # 2 KiB are Wick's, the rest is for the callbacks and the trap
stack_top:

/* wick_config.h - every knob, with its default and its range. Define a knob on the compiler's command line, or
 * name a header of your own in WICK_CONFIG_FILE (as in -DWICK_CONFIG_FILE='"my_wick_config.h"'). */
#ifndef WICK_CONFIG_H
#define WICK_CONFIG_H

#ifdef WICK_CONFIG_FILE
#include WICK_CONFIG_FILE
#endif

/* 1: floating point by integer code only (kernels without FPU state); 0: by the compiler's float and double.
 * The default is 0 only where the target's hardware rounds as IEEE 754 asks without help. */
#ifndef WICK_FP_SOFT
#if (defined(__x86_64__) && defined(__SSE2_MATH__)) || (defined(__aarch64__) && defined(__ARM_FP) && defined(__ARM_NEON)) || \
    (defined(__riscv) && defined(__riscv_flen) && __riscv_flen >= 64)
#define WICK_FP_SOFT 0
#else
#define WICK_FP_SOFT 1
#endif
#endif
#if WICK_FP_SOFT != 0 && WICK_FP_SOFT != 1
#error "WICK_FP_SOFT is 0 or 1"
#endif

/* How the fast interpreter goes from cell to cell: 0 choose, 1 musttail, 2 sibling calls, 3 switch, 4 calls. */
#ifndef WICK_DISPATCH
#define WICK_DISPATCH 0
#endif
#if WICK_DISPATCH < 0 || WICK_DISPATCH > 4
#error "WICK_DISPATCH is 0 (choose), 1 (musttail), 2 (sibling calls), 3 (switch) or 4 (calls)"
#endif

/* 1: `wick run --stats` counts the cells that the fast interpreter executes: for work on the interpreter itself. It has
 * the cells of the fast forms of dispatch but goes by calls (4), many times slower. 0: no trace of it. */
#ifndef WICK_STATS
#define WICK_STATS 0
#endif
#if WICK_STATS != 0 && WICK_STATS != 1
#error "WICK_STATS is 0 or 1"
#endif
#if WICK_STATS && WICK_DISPATCH != 0 && WICK_DISPATCH != 4
#error "WICK_STATS goes with WICK_DISPATCH 0 or 4 only"
#endif

/* For src/interp/fast_loop.c alone, when gcc compiles it as a file of its own with -O1 -foptimize-sibling-calls -fpeephole2
 * -fno-lto, as the Makefile does. 1: on x86_64 it keeps what handlers read most in registers that calls preserve, some 2 %
 * faster; and it takes gcc two thirds of the time. */
#ifndef WICK_LOOP_ALONE
#define WICK_LOOP_ALONE 0
#endif
#if WICK_LOOP_ALONE != 0 && WICK_LOOP_ALONE != 1
#error "WICK_LOOP_ALONE is 0 or 1"
#endif

/* 1: exceptions run, in both encodings; 0: functions that have them cannot run. */
#ifndef WICK_EH
#define WICK_EH 1
#endif
#if WICK_EH != 0 && WICK_EH != 1
#error "WICK_EH is 0 or 1"
#endif

/* 1: loads and stores of memories with 32-bit addresses are not compared with the memory's size where the port has
 * wick_host.guard: what lies behind it is inaccessible, and the fault becomes the trap. x86_64 with ELF, gcc 11 or clang 11
 * on, and WICK_DISPATCH 1 or 2; elsewhere they are compared all the same. With it, a port without guard gets slower code.
 * Link-time optimisation must not split the core. doc/performance.md tells what it brings. */
#ifndef WICK_GUARD
#define WICK_GUARD 0
#endif
#if WICK_GUARD != 0 && WICK_GUARD != 1
#error "WICK_GUARD is 0 or 1"
#endif

/* Families of instructions that can be left out: 0 makes their code go away, and executing one answers that it is not
 * executable; they are decoded and validated all the same. */
#ifndef WICK_SIMD
#define WICK_SIMD 1
#endif
#if WICK_SIMD != 0 && WICK_SIMD != 1
#error "WICK_SIMD is 0 or 1"
#endif

/* 1: struct, array, i31 and cast instructions are executed; 0: they are decoded and validated only. */
#ifndef WICK_GC
#define WICK_GC 1
#endif
#if WICK_GC != 0 && WICK_GC != 1
#error "WICK_GC is 0 or 1"
#endif

/* 1: continuations run (suspend, resume, switch and their kin); 0: they are decoded and validated only. They need the
 * way of exceptions through frames, so WICK_EH. */
#ifndef WICK_STACK_SWITCHING
#define WICK_STACK_SWITCHING WICK_EH
#endif
#if WICK_STACK_SWITCHING != 0 && (WICK_STACK_SWITCHING != 1 || WICK_EH != 1)
#error "WICK_STACK_SWITCHING is 0 or, with WICK_EH, 1"
#endif

/* 1: the wick.c of `make amalgam` has the text format too (wick_text_...); 0: it has not. No matter where the files of src/
 * are compiled: src/text is there or not. */
#ifndef WICK_TEXT
#define WICK_TEXT 0
#endif
#if WICK_TEXT != 0 && WICK_TEXT != 1
#error "WICK_TEXT is 0 or 1"
#endif

/* 1: check how the embedder uses the API and answer USAGE errors; 0: trust it. */
#ifndef WICK_CHECK_API
#define WICK_CHECK_API 1
#endif

/* 1: internal invariants are checked and end in a call to wick_host.panic. */
#ifndef WICK_DEBUG
#define WICK_DEBUG 0
#endif

/* Default size of a task's stack in slots of 8 bytes, and the smallest one. */
#ifndef WICK_STACK_SLOTS
#define WICK_STACK_SLOTS 131072
#endif
#if WICK_STACK_SLOTS < 256 || WICK_STACK_SLOTS > 268435456
#error "WICK_STACK_SLOTS is 256 .. 268435456"
#endif

/* How many different types the modules and functions of one engine may have together; beyond, nomem. A pointer for every
 * 1024 is allocated with the engine, 1024 pointers with the first type: small machines take less. */
#ifndef WICK_ENGINE_TYPES
#define WICK_ENGINE_TYPES 4194304
#endif
#if WICK_ENGINE_TYPES < 64 || WICK_ENGINE_TYPES > 4194304
#error "WICK_ENGINE_TYPES is 64 .. 4194304"
#endif

/* Default quotas, used where a wick_config or wick_store_options says 0.
 * Bytes of all memory an engine takes from its host (0: no bound but the host's). */
#ifndef WICK_ENGINE_QUOTA
#define WICK_ENGINE_QUOTA 0
#endif
/* Bytes of linear memory and tables that one store may hold. */
#ifndef WICK_STORE_QUOTA
#define WICK_STORE_QUOTA 4294967296
#endif

/* The heap of structs, arrays, exceptions and host references (doc/gc.md): a collection begins when what was allocated
 * since the last one is this many percent of what that one found alive, and at least WICK_HEAP_FIRST bytes. */
#ifndef WICK_HEAP_GROWTH
#define WICK_HEAP_GROWTH 100
#endif
#if WICK_HEAP_GROWTH < 25 || WICK_HEAP_GROWTH > 1000
#error "WICK_HEAP_GROWTH is 25 .. 1000"
#endif
#ifndef WICK_HEAP_FIRST
#define WICK_HEAP_FIRST 262144
#endif
#if WICK_HEAP_FIRST < 16384 || WICK_HEAP_FIRST > 1073741824
#error "WICK_HEAP_FIRST is 16384 .. 1073741824"
#endif

/* Stress builds: each makes a rare path common. */
#ifndef WICK_STRESS_GC_EACH_ALLOC /* every allocation 1: collects everything; 2: goes a small step, without ever a rest */
#define WICK_STRESS_GC_EACH_ALLOC 0
#endif
#ifndef WICK_STRESS_GROW_MOVES /* memory.grow always moves the memory */
#define WICK_STRESS_GROW_MOVES 0
#endif
#ifndef WICK_STRESS_WIDE_FRAMES /* the fast interpreter takes every frame for one beyond the reach of its slots */
#define WICK_STRESS_WIDE_FRAMES 0
#endif

/* 1: shared memories and atomic instructions run; 0: their code goes away, and executing one answers that it is not
 * executable; they are decoded and validated all the same. */
#ifndef WICK_THREADS
#define WICK_THREADS 1
#endif
#if WICK_THREADS != 0 && WICK_THREADS != 1
#error "WICK_THREADS is 0 or 1"
#endif

/* How many calls a trap's backtrace keeps. */
#ifndef WICK_BACKTRACE_DEPTH
#define WICK_BACKTRACE_DEPTH 32
#endif
#if WICK_BACKTRACE_DEPTH < 1 || WICK_BACKTRACE_DEPTH > 1024
#error "WICK_BACKTRACE_DEPTH is 1 .. 1024"
#endif

/* WICK_MAX_<what>: limits on modules; their defaults are the rows of src/def/limit.def. */

#endif

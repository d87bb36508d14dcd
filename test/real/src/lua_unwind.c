/*
 * Non-local exit without wasm exceptions: the asyncify pass of wasm-opt rewrites every function
 * between the throw and the try so that it can return early.  What it saves on the way is thrown
 * away: the computation is never resumed.
 *
 * The two functions are compiled apart from their callers, because the pass leaves the functions
 * that start and end an unwinding alone, and nothing else may be inlined into them.
 */
#include "lua_unwind.h"

#define IMPORT(name) __attribute__((import_module("asyncify"), import_name(name)))

IMPORT("start_unwind") void asyncify_start_unwind(void *buffer);
IMPORT("stop_unwind") void asyncify_stop_unwind(void);

static struct {
    char *next;
    char *end;
    char data[1 << 19];
} unwind_buffer;

static int unwinding;

void lua_unwind_try(void (*f)(void *, void *), void *state, void *arg)
{
    f(state, arg);
    if (unwinding) {
        asyncify_stop_unwind();
        unwinding = 0;
    }
}

__attribute__((noinline)) static void start(void)
{
    unwind_buffer.next = unwind_buffer.data;
    unwind_buffer.end = unwind_buffer.data + sizeof unwind_buffer.data;
    unwinding = 1;
    asyncify_start_unwind(&unwind_buffer);
}

void lua_unwind_throw(void)
{
    start();
    __builtin_trap(); /* not reached: the unwinding leaves this function at the call above */
}

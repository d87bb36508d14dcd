/*
 * setjmp and longjmp over wasm exceptions: the three functions that code compiled with
 * -wasm-enable-sjlj calls, and the tag that it throws.
 */
#include <stddef.h>
#include <stdint.h>

struct jump {
    void *invocation; /* the activation of the function that called setjmp */
    uint32_t label;   /* which setjmp of that function */
    struct {
        void *buffer;
        int value;
    } thrown;
};

__asm__(".globl __c_longjmp\n"
        ".tagtype __c_longjmp i32\n"
        "__c_longjmp:\n");

void __wasm_setjmp(void *buffer, uint32_t label, void *invocation)
{
    struct jump *jump = buffer;
    jump->invocation = invocation;
    jump->label = label;
}

uint32_t __wasm_setjmp_test(void *buffer, void *invocation)
{
    struct jump *jump = buffer;
    return jump->invocation == invocation ? jump->label : 0;
}

void __wasm_longjmp(void *buffer, int value)
{
    struct jump *jump = buffer;
    jump->thrown.buffer = buffer;
    jump->thrown.value = value == 0 ? 1 : value;
    __builtin_wasm_throw(1, &jump->thrown);
}

/*
 * setjmp and longjmp without wasm exceptions.  setjmp unwinds the whole native stack into its
 * buffer and at once winds it up again; longjmp throws the present stack away and winds up the one
 * that setjmp saved.  The program is compiled with -Dmain=program_main, so that main below is
 * where every unwinding ends.
 *
 * setjmp must have no stack frame of its own: the stack pointer is its caller's.
 */
#include <setjmp.h>

#define IMPORT(name) __attribute__((import_module("asyncify"), import_name(name)))

IMPORT("start_unwind") void asyncify_start_unwind(void *buffer);
IMPORT("stop_unwind") void asyncify_stop_unwind(void);
IMPORT("start_rewind") void asyncify_start_rewind(void *buffer);
IMPORT("stop_rewind") void asyncify_stop_rewind(void);

int program_main(int argc, char **argv);

static enum { RUNNING, SAVING, JUMPING, WINDING } mode;
static jmp_buf *target;
static int result;
static jmp_buf discarded;

static void *stack_pointer(void)
{
    void *sp;
    __asm__ volatile(".globaltype __stack_pointer, i32\n"
                     "global.get __stack_pointer\nlocal.set %0" : "=r"(sp));
    return sp;
}

static void set_stack_pointer(void *sp)
{
    __asm__ volatile("local.get %0\nglobal.set __stack_pointer" : : "r"(sp));
}

static void reset(jmp_buf buffer)
{
    buffer->next = buffer->data;
    buffer->end = buffer->data + sizeof buffer->data;
}

__attribute__((noinline)) int asyncify_setjmp(jmp_buf buffer)
{
    if (mode == WINDING) {
        asyncify_stop_rewind();
        mode = RUNNING;
        return result;
    }
    buffer->stack_pointer = stack_pointer();
    reset(buffer);
    target = (jmp_buf *)buffer;
    result = 0;
    mode = SAVING;
    asyncify_start_unwind(buffer);
    return 0;
}

__attribute__((noinline)) static void jump(jmp_buf buffer, int value)
{
    target = (jmp_buf *)buffer;
    result = value == 0 ? 1 : value;
    mode = JUMPING;
    reset(discarded);
    asyncify_start_unwind(discarded);
}

void asyncify_longjmp(jmp_buf buffer, int value)
{
    jump(buffer, value);
    __builtin_trap(); /* not reached: the unwinding leaves this function at the call above */
}

int main(int argc, char **argv)
{
    for (;;) {
        int status = program_main(argc, argv);
        if (mode == RUNNING) {
            return status;
        }
        asyncify_stop_unwind();
        if (mode == SAVING) {
            (*target)->saved_end = (*target)->next;
        }
        (*target)->next = (*target)->saved_end;
        set_stack_pointer((*target)->stack_pointer);
        mode = WINDING;
        asyncify_start_rewind(*target);
    }
}

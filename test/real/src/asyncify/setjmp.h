/* setjmp and longjmp for modules that the asyncify pass of wasm-opt has rewritten (sjlj.c). */
#ifndef ASYNCIFY_SETJMP_H
#define ASYNCIFY_SETJMP_H

typedef struct {
    char *next; /* the first two are what the pass knows: where to save, and where to stop */
    char *end;
    char *saved_end;
    void *stack_pointer;
    char data[8176];
} jmp_buf[1];

int asyncify_setjmp(jmp_buf) __attribute__((__returns_twice__));
_Noreturn void asyncify_longjmp(jmp_buf, int);

#define setjmp asyncify_setjmp
#define _setjmp asyncify_setjmp
#define longjmp asyncify_longjmp
#define _longjmp asyncify_longjmp

#endif

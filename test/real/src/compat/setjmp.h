/* wasi-libc of 2022 has no setjmp.h.  The compiler rewrites calls of these two (see sjlj.c). */
#ifndef COMPAT_SETJMP_H
#define COMPAT_SETJMP_H

typedef struct {
    _Alignas(16) char state[32];
} jmp_buf[1];

int setjmp(jmp_buf) __attribute__((__returns_twice__));
_Noreturn void longjmp(jmp_buf, int);

#define _setjmp setjmp
#define _longjmp longjmp
typedef jmp_buf sigjmp_buf;
#define sigsetjmp(buffer, save) setjmp(buffer)
#define siglongjmp longjmp

#endif

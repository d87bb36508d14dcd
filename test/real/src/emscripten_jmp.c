/* setjmp and longjmp without wasm exceptions: out by env._emscripten_throw_longjmp, caught by env.invoke_*. */
#include <setjmp.h>
#include <stdio.h>

static jmp_buf outer, inner;

static int deep(int n) {
    if (n == 0) {
        longjmp(outer, 17);
    }
    return deep(n - 1) + 1;
}

static void nested(void) {
    volatile int k = 0;
    const int r = setjmp(inner);
    printf("inner %d %d\n", r, k);
    if (r < 3) {
        k++;
        longjmp(inner, r + 1);
    }
    longjmp(outer, 1);
}

int main(void) {
    volatile int count = 0;
    const int r = setjmp(outer);
    printf("outer %d %d\n", r, count);
    count++;
    if (count == 1) {
        deep(20);
    }
    if (count == 2) {
        nested();
    }
    int sum = 0;
    for (int i = 0; i < 1000; i++) {
        const int got = setjmp(outer);
        if (got == 0) {
            longjmp(outer, i + 1);
        }
        sum += got;
    }
    printf("%d\n", sum);
    return count;
}

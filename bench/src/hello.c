/* Next to nothing: what it takes to start and to end. */
#include <stdio.h>

int main(void)
{
    puts("hello");
    return 0;
}

/* env - show the environment. */
#include "program.h"

extern char **environ;

int main(void)
{
    for (char **p = environ; p != NULL && *p != NULL; p++) {
        puts(*p);
    }
    return finish("env", 0);
}

/* date [+FORMAT] - the time now, in UTC; FORMAT as for strftime. */
#include <time.h>

#include "program.h"

int main(int argc, char **argv)
{
    char text[256];
    time_t now = time(NULL);
    struct tm *tm = gmtime(&now);
    const char *format = "%a %b %e %H:%M:%S UTC %Y";
    if (argc > 2 || (argc == 2 && argv[1][0] != '+')) {
        return usage("date [+FORMAT]");
    }
    if (now == (time_t)-1 || tm == NULL) {
        return complain("date", "clock");
    }
    if (strftime(text, sizeof text, argc == 2 ? argv[1] + 1 : format, tm) > 0) {
        puts(text);
    }
    return finish("date", 0);
}

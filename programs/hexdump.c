/* hexdump [FILE] - offsets, bytes and printable characters, 16 to a line. */
#include "program.h"

int main(int argc, char **argv)
{
    FILE *f = open_input("hexdump", argc > 1 ? argv[1] : NULL);
    if (f == NULL) {
        return 1;
    }
    unsigned char buf[16];
    size_t offset = 0;
    for (size_t n; (n = fread(buf, 1, sizeof buf, f)) > 0; offset += n) {
        printf("%08zx ", offset);
        for (size_t i = 0; i < sizeof buf; i++) {
            if (i < n) {
                printf("%s%02x", i == 8 ? "  " : " ", buf[i]);
            } else {
                printf(i == 8 ? "    " : "   ");
            }
        }
        printf("  |");
        for (size_t i = 0; i < n; i++) {
            putchar(buf[i] >= ' ' && buf[i] < 127 ? buf[i] : '.');
        }
        printf("|\n");
    }
    printf("%08zx\n", offset);
    return finish("hexdump", 0);
}

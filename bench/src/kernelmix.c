/*
 * A mixture as embedded programs are: sorting and searching linked lists, matrix arithmetic on
 * 16-bit numbers, a state machine that reads numbers, and a CRC over all results.  The argument is
 * the number of iterations.
 */
#include "bench.h"

enum { ITEMS = 64, SIDE = 12, TEXT = 512, STATES = 8 };

struct item {
    struct item *next;
    int16_t value;
    int16_t index;
};

static uint16_t crc16(uint16_t crc, uint16_t data)
{
    for (int i = 0; i < 16; i++) {
        uint16_t bit = (uint16_t)((crc ^ data) & 1);
        crc = (uint16_t)(crc >> 1);
        data = (uint16_t)(data >> 1);
        if (bit != 0) {
            crc ^= 0xa001;
        }
    }
    return crc;
}

/* Lists */

typedef int comparison(const struct item *, const struct item *);

static int by_value(const struct item *a, const struct item *b)
{
    return a->value - b->value;
}

static int by_index(const struct item *a, const struct item *b)
{
    return a->index - b->index;
}

/* Merge sort from the bottom up. */
static struct item *sort(struct item *list, comparison *compare)
{
    for (size_t width = 1;; width *= 2) {
        struct item *rest = list;
        struct item *tail = NULL;
        int merges = 0;
        list = NULL;
        while (rest != NULL) {
            struct item *left = rest;
            struct item *right = rest;
            size_t left_size = 0;
            size_t right_size = width;
            merges++;
            while (left_size < width && right != NULL) {
                right = right->next;
                left_size++;
            }
            while (left_size > 0 || (right_size > 0 && right != NULL)) {
                struct item *take;
                if (left_size == 0 ||
                    (right_size > 0 && right != NULL && compare(left, right) > 0)) {
                    take = right;
                    right = right->next;
                    right_size--;
                } else {
                    take = left;
                    left = left->next;
                    left_size--;
                }
                if (tail == NULL) {
                    list = take;
                } else {
                    tail->next = take;
                }
                tail = take;
            }
            rest = right;
        }
        if (tail != NULL) {
            tail->next = NULL;
        }
        if (merges <= 1) {
            return list;
        }
    }
}

static uint16_t lists(struct item *items, uint32_t round, uint16_t crc)
{
    struct item *list = items;
    for (int i = 0; i < ITEMS; i++) {
        items[i].next = i + 1 < ITEMS ? &items[i + 1] : NULL;
        items[i].index = (int16_t)i;
        items[i].value = (int16_t)((i * 37 + (int)(round & 255) * 11) & 127);
    }
    list = sort(list, by_value);
    for (int wanted = 0; wanted < 16; wanted++) {
        struct item *found = list;
        while (found != NULL && found->value < wanted * 8) {
            found = found->next;
        }
        crc = crc16(crc, found != NULL ? (uint16_t)found->index : 0xffff);
    }
    list = sort(list, by_index);
    for (int i = 0; list != NULL; list = list->next, i++) {
        if ((i & 7) == 0) {
            crc = crc16(crc, (uint16_t)list->value);
        }
    }
    return crc;
}

/* Matrices */

static int16_t left_matrix[SIDE][SIDE];
static int16_t right_matrix[SIDE][SIDE];
static int32_t product[SIDE][SIDE];

static uint16_t matrices(uint32_t round, uint16_t crc)
{
    for (int i = 0; i < SIDE; i++) {
        for (int j = 0; j < SIDE; j++) {
            left_matrix[i][j] = (int16_t)(i * 5 + j + (int)(round & 63));
            right_matrix[i][j] = (int16_t)(i - j * 3);
        }
    }
    for (int i = 0; i < SIDE; i++) {
        for (int j = 0; j < SIDE; j++) {
            int32_t sum = 0;
            for (int k = 0; k < SIDE; k++) {
                sum += left_matrix[i][k] * right_matrix[k][j];
            }
            product[i][j] = sum;
        }
    }
    for (int i = 0; i < SIDE; i++) {
        int32_t sum = 0;
        for (int j = 0; j < SIDE; j++) {
            sum += (product[i][j] >> 2 & 15) * (product[j][i] >> 5 & 127);
        }
        crc = crc16(crc, (uint16_t)sum);
    }
    return crc;
}

/* The state machine */

enum state { START, SIGN, DIGITS, POINT, FRACTION, EXPONENT, POWER, WRONG };

static enum state next_state(enum state state, char c)
{
    int digit = c >= '0' && c <= '9';
    switch (state) {
    case START:
        return digit ? DIGITS : c == '+' || c == '-' ? SIGN : c == '.' ? POINT : WRONG;
    case SIGN:
        return digit ? DIGITS : c == '.' ? POINT : WRONG;
    case DIGITS:
        return digit ? DIGITS : c == '.' ? FRACTION : c == 'e' ? EXPONENT : WRONG;
    case POINT:
        return digit ? FRACTION : WRONG;
    case FRACTION:
        return digit ? FRACTION : c == 'e' ? EXPONENT : WRONG;
    case EXPONENT:
        return digit || c == '+' || c == '-' ? POWER : WRONG;
    case POWER:
        return digit ? POWER : WRONG;
    default:
        return WRONG;
    }
}

static uint16_t machine(char *text, uint32_t round, uint16_t crc)
{
    uint32_t finals[STATES] = { 0 };
    uint32_t passes[STATES] = { 0 };
    enum state state = START;
    text[round % TEXT] ^= 1;
    for (int i = 0; i < TEXT; i++) {
        if (text[i] == ',') {
            finals[state]++;
            state = START;
        } else {
            state = next_state(state, text[i]);
            passes[state]++;
        }
    }
    text[round % TEXT] ^= 1;
    for (int i = 0; i < STATES; i++) {
        crc = crc16(crc, (uint16_t)finals[i]);
        crc = crc16(crc, (uint16_t)passes[i]);
    }
    return crc;
}

int main(int argc, char **argv)
{
    static const char sample[] = "5012,+874.2e-3,-.5,.77e+9,T0.3e-1F,1.5e,-12,7e5,--9,0.1.2,66,";
    static struct item items[ITEMS];
    static char text[TEXT];
    uint16_t crc = 0;
    for (size_t i = 0; i < TEXT; i++) {
        text[i] = sample[i % (sizeof sample - 1)];
    }
    for (uint32_t n = bench_size(argc, argv, 12000); n > 0; n--) {
        crc = lists(items, n, crc);
        crc = matrices(n, crc);
        crc = machine(text, n, crc);
    }
    return bench_end("kernelmix", crc);
}

/* A program for a microcontroller, for GCC under WASI to compile. */
volatile unsigned char port;
int table[12];

static int fib(int n)
{
    return n < 2 ? n : fib(n - 1) + fib(n - 2);
}

static void sort(int *a, int n)
{
    for (int i = 0; i < n; i++) {
        for (int j = i + 1; j < n; j++) {
            if (a[j] < a[i]) {
                const int t = a[i];
                a[i] = a[j];
                a[j] = t;
            }
        }
    }
}

int main(void)
{
    for (int i = 0; i < 12; i++) {
        table[i] = fib(i) ^ 0x55;
    }
    sort(table, 12);
    for (long long sum = 0;; sum += table[port & 7]) {
        port = (unsigned char)(sum % 97) + (unsigned char)(1.5f * table[3]);
    }
}

/*
 * sound make SECONDS           writes stereo sound at 48 kHz, 16 bits: chords that change, a sweep, noise, silence
 * sound distance A B           the signal-to-noise ratio in dB between two such files at the best shift of B
 */
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { RATE = 48000, MAX_SHIFT = 2000 };

static void put(double v)
{
    long n = lrint(v * 8000.0);
    n = n > 32767 ? 32767 : n < -32768 ? -32768 : n;
    putchar((int)(n & 255));
    putchar((int)((n >> 8) & 255));
}

static void make(long seconds)
{
    static const double notes[4][3] = {{220, 277.2, 329.6}, {196, 246.9, 293.7}, {174.6, 220, 261.6}, {164.8, 207.7, 246.9}};
    uint32_t seed = 1;
    for (long i = 0; i < seconds * RATE; i++) {
        double t = (double)i / RATE;
        const double *chord = notes[(i / (RATE / 2)) % 4];
        double v = 0;
        for (int k = 0; k < 3; k++) {
            v += 0.5 * sin(6.283185307179586 * chord[k] * t) + 0.1 * sin(6.283185307179586 * 3 * chord[k] * t);
        }
        seed = seed * 1664525u + 1013904223u;
        double noise = (double)(int32_t)seed / 2147483648.0;
        double sweep = sin(6.283185307179586 * (200 + 300 * t) * t);
        if (i % (4 * RATE) > 15 * RATE / 4) {
            v = sweep = noise = 0;
        }
        put(v + 0.05 * noise);
        put(0.7 * v + 0.5 * sweep);
    }
}

static int16_t *read_all(const char *name, long *n)
{
    FILE *f = fopen(name, "rb");
    if (f == NULL) {
        perror(name);
        exit(2);
    }
    fseek(f, 0, SEEK_END);
    *n = ftell(f) / 2;
    rewind(f);
    int16_t *data = malloc((size_t)*n * 2 + 1);
    if (data == NULL || fread(data, 2, (size_t)*n, f) != (size_t)*n) {
        fprintf(stderr, "%s: cannot read\n", name);
        exit(2);
    }
    fclose(f);
    return data;
}

static double ratio(const int16_t *a, long na, const int16_t *b, long nb, long shift)
{
    double signal = 0;
    double noise = 1;
    for (long i = 2 * MAX_SHIFT; i < na && i + 2 * shift < nb; i++) {
        double x = a[i];
        double d = x - b[i + 2 * shift];
        signal += x * x;
        noise += d * d;
    }
    return 10 * log10(signal / noise);
}

int main(int argc, char **argv)
{
    if (argc == 3 && strcmp(argv[1], "make") == 0) {
        make(atol(argv[2]));
        return 0;
    }
    if (argc != 4 || strcmp(argv[1], "distance") != 0) {
        fputs("usage: sound make SECONDS | sound distance A B\n", stderr);
        return 2;
    }
    long na;
    long nb;
    int16_t *a = read_all(argv[2], &na);
    int16_t *b = read_all(argv[3], &nb);
    double best = -1000;
    long at = 0;
    for (long shift = -MAX_SHIFT; shift <= MAX_SHIFT; shift++) {
        double r = ratio(a, na < 200000 ? na : 200000, b, nb, shift);
        if (r > best) {
            best = r;
            at = shift;
        }
    }
    printf("%.2f\n", ratio(a, na, b, nb, at));
    free(a);
    free(b);
    return 0;
}

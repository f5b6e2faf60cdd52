/* A Fourier transform of sixteen numbers in float, and back. The roots of unity come from square roots. */
#include "tvm.h"

#define SIZE 16

struct complex {
    float re, im;
};

static struct complex roots[SIZE];

/* cos(a / 2) = sqrt((1 + cos a) / 2); the others follow by multiplication. */
static void find_roots(void) {
    struct complex step = {-1, 0};
    for (int size = 2; size < SIZE; size *= 2) {
        float half = __builtin_sqrtf((1 + step.re) / 2);
        step = (struct complex){half, -__builtin_sqrtf((1 - step.re) / 2)};
    }
    roots[0] = (struct complex){1, 0};
    for (int i = 1; i < SIZE; i++) {
        struct complex last = roots[i - 1];
        roots[i].re = last.re * step.re - last.im * step.im;
        roots[i].im = last.re * step.im + last.im * step.re;
    }
}

static void transform(struct complex *numbers, int inverse) {
    for (int i = 1, j = 0; i < SIZE; i++) {
        int bit = SIZE / 2;
        for (; j & bit; bit /= 2) j ^= bit;
        j ^= bit;
        if (i < j) {
            struct complex kept = numbers[i];
            numbers[i] = numbers[j];
            numbers[j] = kept;
        }
    }
    for (int half = 1; half < SIZE; half *= 2) {
        for (int i = 0; i < SIZE; i++) {
            if (i & half) continue;
            struct complex root = roots[(i & (half - 1)) * (SIZE / 2 / half)];
            if (inverse) root.im = -root.im;
            struct complex *a = &numbers[i], *b = &numbers[i + half];
            float re = b->re * root.re - b->im * root.im;
            float im = b->re * root.im + b->im * root.re;
            b->re = a->re - re;
            b->im = a->im - im;
            a->re += re;
            a->im += im;
        }
    }
}

static void print(float number) {
    union {
        float number;
        unsigned word;
    } bits = {number};
    printf("%08x", bits.word);
}

int main(void) {
    struct complex numbers[SIZE];
    for (int i = 0; i < SIZE; i++) {
        numbers[i].re = (float)(i * i % 11);
        numbers[i].im = (float)i / 8 - 1;
    }
    find_roots();
    transform(numbers, 0);
    for (int i = 0; i < SIZE; i++) {
        print(numbers[i].re);
        printf(" ");
        print(numbers[i].im);
        printf("\n");
    }
    transform(numbers, 1);
    for (int i = 0; i < SIZE; i++) {
        float re = numbers[i].re / SIZE, im = numbers[i].im / SIZE;
        printf("%d %d\n", (int)__builtin_floorf(re + 0.5f), (int)(im * 8 + 8.5f));
    }
    return 0;
}

/* The spectral norm of a matrix, by the power method, as bits. */
#include "tvm.h"

#define SIZE 6

static double entry(int i, int j) {
    return 1.0 / ((i + j) * (i + j + 1) / 2 + i + 1);
}

static void times(const double *v, double *result) {
    for (int i = 0; i < SIZE; i++) {
        result[i] = 0;
        for (int j = 0; j < SIZE; j++) result[i] += entry(i, j) * v[j];
    }
}

static void times_transposed(const double *v, double *result) {
    for (int i = 0; i < SIZE; i++) {
        result[i] = 0;
        for (int j = 0; j < SIZE; j++) result[i] += entry(j, i) * v[j];
    }
}

int main(void) {
    double u[SIZE], v[SIZE], between[SIZE];
    for (int i = 0; i < SIZE; i++) u[i] = 1;
    for (int turn = 0; turn < 3; turn++) {
        times(u, between);
        times_transposed(between, v);
        times(v, between);
        times_transposed(between, u);
    }
    double products = 0, squares = 0;
    for (int i = 0; i < SIZE; i++) {
        products += u[i] * v[i];
        squares += v[i] * v[i];
    }
    union {
        double number;
        unsigned words[2];
    } norm = {__builtin_sqrt(products / squares)};
    printf("%08x%08x, about %d millionths\n", norm.words[1], norm.words[0],
           (int)(norm.number * 1e6));
    return 0;
}

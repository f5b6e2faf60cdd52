/* Five equations solved by elimination with pivots; the determinant and the solution as bits. */
#include "tvm.h"

#define SIZE 5

static double matrix[SIZE][SIZE], right[SIZE];

static void print(double number) {
    union {
        double number;
        unsigned words[2];
    } bits = {number};
    printf("%08x%08x\n", bits.words[1], bits.words[0]);
}

static int pivot(int column) {
    int best = column;
    for (int row = column + 1; row < SIZE; row++) {
        if (__builtin_fabs(matrix[row][column]) > __builtin_fabs(matrix[best][column])) best = row;
    }
    return best;
}

static void swap(double *a, double *b) {
    double kept = *a;
    *a = *b;
    *b = kept;
}

int main(void) {
    double determinant = 1;
    for (int i = 0; i < SIZE; i++) {
        for (int j = 0; j < SIZE; j++) matrix[i][j] = 1.0 / (i + j + 1) - (i == j ? 0.75 : 0);
        right[i] = i - 1.5;
    }
    for (int column = 0; column < SIZE; column++) {
        int best = pivot(column);
        if (best != column) {
            for (int j = 0; j < SIZE; j++) swap(&matrix[column][j], &matrix[best][j]);
            swap(&right[column], &right[best]);
            determinant = -determinant;
        }
        determinant *= matrix[column][column];
        for (int row = column + 1; row < SIZE; row++) {
            double factor = matrix[row][column] / matrix[column][column];
            for (int j = column; j < SIZE; j++) matrix[row][j] -= factor * matrix[column][j];
            right[row] -= factor * right[column];
        }
    }
    for (int row = SIZE - 1; row >= 0; row--) {
        for (int j = row + 1; j < SIZE; j++) right[row] -= matrix[row][j] * right[j];
        right[row] /= matrix[row][row];
    }
    print(determinant);
    for (int i = 0; i < SIZE; i++) print(right[i]);
    return 0;
}

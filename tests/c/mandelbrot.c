/* The Mandelbrot set in characters, once in each width. */
#include "tvm.h"

static int steps(double re, double im) {
    double x = 0, y = 0;
    for (int step = 0; step < 9; step++) {
        double xx = x * x, yy = y * y;
        if (xx + yy > 4.0) return step;
        y = 2 * x * y + im;
        x = xx - yy + re;
    }
    return 9;
}

static int steps_in_float(float re, float im) {
    float x = 0, y = 0;
    for (int step = 0; step < 9; step++) {
        float xx = x * x, yy = y * y;
        if (xx + yy > 4.0f) return step;
        y = 2 * x * y + im;
        x = xx - yy + re;
    }
    return 9;
}

int main(void) {
    const char *shades = " .,:;-=+*@";
    for (int row = -2; row <= 2; row++) {
        for (int column = 0; column < 9; column++) {
            double re = column / 3.0 - 2.0, im = row / 2.0;
            printf("%c", shades[steps(re, im)]);
        }
        printf("|");
        for (int column = 0; column < 9; column++) {
            float re = (float)column / 3.0f - 2.0f, im = (float)row / 2.0f;
            printf("%c", shades[steps_in_float(re, im)]);
        }
        printf("\n");
    }
    return 0;
}

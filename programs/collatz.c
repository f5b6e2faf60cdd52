/* The Collatz sequence of a number, and its length. */
#include "tvm.h"

void compute(const char *input) {
    unsigned n;
    if (sscanf(input, "%u", &n) != 1 || n == 0) {
        puts("a number from 1 on is expected");
        return;
    }
    unsigned steps = 0;
    while (n != 1) {
        printf("%u ", n);
        if (n % 2 && n > (0xffffffffu - 1) / 3) {
            puts("... exceeds 32 bits");
            return;
        }
        n = n % 2 ? 3 * n + 1 : n / 2;
        steps++;
    }
    printf("1\n%u steps\n", steps);
}

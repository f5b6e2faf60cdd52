/* A loop that counts to the number it is given: it needs as much memory after a hundred million tokens
   as after a thousand. */
#include "tvm.h"

void compute(const char *input) {
    unsigned limit;
    if (sscanf(input, "%u", &limit) != 1) {
        puts("a number is expected");
        return;
    }
    volatile unsigned counter = 0;
    while (counter < limit) {
        counter++;
    }
    printf("%u\n", counter);
}

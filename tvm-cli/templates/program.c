/* Greets whom its input names, and counts: a place to begin.
 *
 * `input` ends in a 0 byte. What the program can use is in tvm.h: putchar, puts, printf,
 * getchar, sscanf, strlen and a few more. */
#include "tvm.h"

void compute(const char *input) {
    unsigned letters = (unsigned)strlen(input);
    printf("Hello, %s! That is %u letters", input, letters);
    for (unsigned n = 2; n * n <= letters; n++) {
        if (letters % n == 0) {
            printf(", %u times %u", n, letters / n);
            break;
        }
    }
    putchar('.');
    putchar('\n');
}

/* The sieve of Eratosthenes with additions alone, so that the 36 classic instructions are enough. */
#include "tvm.h"

#define LIMIT 20000

static char crossed[LIMIT];

int main(void) {
    int primes = 0;
    for (int n = 2; n < LIMIT; n++) {
        if (crossed[n]) {
            continue;
        }
        primes++;
        int multiple = n;
        /* Not known to be n: a compiler would shift to double it. */
        __asm__("" : "+r"(multiple));
        while (LIMIT - multiple > n) {
            multiple += n;
            crossed[multiple] = 1;
        }
    }
    /* Four decimal digits, without a division. */
    for (int unit = 1000; unit > 0; unit = unit == 1000 ? 100 : unit == 100 ? 10 : unit == 10 ? 1 : 0) {
        int digit = '0';
        while (primes >= unit) {
            primes -= unit;
            digit++;
        }
        putchar(digit);
    }
    putchar('\n');
    return 0;
}

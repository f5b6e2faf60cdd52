/* The sieve of Eratosthenes: the primes below 500. */
#include <stdbool.h>

#include "tvm.h"

#define LIMIT 500

static bool composite[LIMIT];

int main(void) {
    int count = 0;
    for (int number = 2; number < LIMIT; number++) {
        if (composite[number]) continue;
        count++;
        printf("%d%c", number, count % 10 ? ' ' : '\n');
        for (int multiple = number * number; multiple < LIMIT; multiple += number) {
            composite[multiple] = true;
        }
    }
    printf("\n%d primes\n", count);
    return 0;
}

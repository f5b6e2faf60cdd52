/* Marsaglia's xorshift64* and what one does with random numbers: bounded ones, a shuffle, an
 * estimate of pi in fixed point. All in 64 bits. */
#include <stdint.h>

#include "tvm.h"

static uint64_t state = 88172645463325252u;

static uint64_t next(void) {
    state ^= state >> 12;
    state ^= state << 25;
    state ^= state >> 27;
    return state * 2685821657736338717u;
}

static void print_hexadecimal(uint64_t number) {
    for (int shift = 60; shift >= 0; shift -= 4) putchar("0123456789abcdef"[number >> shift & 15]);
    putchar('\n');
}

static void print_decimal(int64_t number) {
    char digits[20];
    int count = 0;
    uint64_t magnitude = number < 0 ? -(uint64_t)number : (uint64_t)number;
    do digits[count++] = (char)('0' + magnitude % 10);
    while (magnitude /= 10);
    if (number < 0) putchar('-');
    while (count) putchar(digits[--count]);
    putchar('\n');
}

/* A number below the bound. */
static uint32_t below(uint32_t bound) { return (uint32_t)((next() >> 32) * bound >> 32); }

static void shuffle(char *letters, uint32_t count) {
    for (uint32_t left = count; left > 1; left--) {
        uint32_t other = below(left);
        char kept = letters[left - 1];
        letters[left - 1] = letters[other];
        letters[other] = kept;
    }
}

/* How many of 300 points of a square lie in the circle. */
static int64_t inside(void) {
    int64_t count = 0;
    for (int i = 0; i < 300; i++) {
        int64_t x = (int32_t)below(2000001) - 1000000, y = (int32_t)below(2000001) - 1000000;
        count += x * x + y * y <= 1000000000000;
    }
    return count;
}

int main(void) {
    for (int i = 0; i < 8; i++) print_hexadecimal(next());
    print_decimal((int64_t)next());
    print_decimal((int64_t)next() / -1000003);
    print_decimal((int64_t)next() % 1000003);
    char letters[] = "abcdefghijklmnopqrstuvwxyz";
    shuffle(letters, 26);
    puts(letters);
    print_decimal(inside() * 4000000000 / 300);
    return 0;
}

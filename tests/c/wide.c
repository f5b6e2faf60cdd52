/* Integers of 128 bits, and products that overflow: what clang compiles to calls of its own runtime
 * library. */

#include "tvm.h"

typedef __int128 wide;
typedef unsigned __int128 unsigned_wide;

static void show(wide number) {
    for (int bits = 96; bits >= 0; bits -= 32)
        printf("%x ", (unsigned)((unsigned_wide)number >> bits));
}

/* No compiler knows the numbers. */
static volatile unsigned long long halves[5][2] = {
    {0, 7},
    {0, 0xfedcba9876543210},
    {0x0123456789abcdef, 0xfedcba9876543210},
    {0xffffffffffffffff, 0xfffffffffffffff6},
    {0x8000000000000000, 0},
};

static wide number(int i) {
    return (wide)((unsigned_wide)halves[i][0] << 64 | halves[i][1]);
}

static void shifts(wide value) {
    static volatile int distances[] = {0, 1, 63, 64, 100};
    unsigned_wide sum = 0;
    for (int i = 0; i < 5; i++) {
        int distance = distances[i];
        sum = sum * 3 + ((unsigned_wide)value << distance);
        sum = sum * 3 + ((unsigned_wide)value >> distance);
        sum = sum * 3 + (unsigned_wide)(value >> distance);
    }
    show((wide)sum);
    puts("");
}

static void divide(wide a, wide b) {
    show(a / b);
    show(a % b);
    show((wide)((unsigned_wide)a / (unsigned_wide)b));
    show((wide)((unsigned_wide)a % (unsigned_wide)b));
    puts("");
}

static void multiply(wide a, wide b) {
    wide product;
    int overflow = __builtin_mul_overflow(a, b, &product);
    long long low;
    int overflow_of_low = __builtin_mul_overflow((long long)a, (long long)b, &low);
    unsigned long long without_sign;
    int overflow_without_sign =
        __builtin_mul_overflow((unsigned long long)a, (unsigned long long)b, &without_sign);
    show(product);
    printf("%d %d %d %d\n", overflow, overflow_of_low, overflow_without_sign, low == (long long)a * b);
}

int main(void) {
    for (int i = 0; i < 5; i++) shifts(number(i));
    divide(number(2), number(0));
    divide(number(2), number(1));
    divide(number(3), number(0));
    divide(number(1), number(2));
    divide(number(2), number(3));
    multiply(number(0), number(3));
    multiply(number(1), number(1));
    multiply(number(2), number(0));
    multiply(number(4), number(3));
    multiply(number(4), number(0));
    return 0;
}

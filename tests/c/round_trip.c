/* Doubles become text and numbers again: as many as the input says. %.17g and %a give back the same
 * number, whatever it is; %f and %g give what is nearest to the text that they print. */

#include "tvm.h"

static unsigned long long seed = 88172645463325252ULL;

static unsigned long long random_bits(void) {
    seed ^= seed << 13;
    seed ^= seed >> 7;
    seed ^= seed << 17;
    return seed;
}

union number {
    double value;
    unsigned long long bits;
};

/* Now of ordinary size with few digits, now of any size. */
static double random_number(unsigned at) {
    union number number = {.bits = random_bits()};
    if (at % 4) return (double)(int)(number.bits >> 40) / (1 << at % 16);
    if ((number.bits >> 52 & 0x7ff) == 0x7ff) number.bits ^= 1ULL << 62;
    return number.value;
}

static int comes_back(const char *text, double value) {
    union number before = {value}, after = {strtod(text, 0)};
    return before.bits == after.bits;
}

int main(void) {
    unsigned numbers = 0, same[4] = {0};
    unsigned long long sum = 0;
    for (int letter; (letter = getchar()) >= '0' && letter <= '9';)
        numbers = numbers * 10 + (unsigned)(letter - '0');
    for (unsigned at = 0; at < numbers; at++) {
        char text[400];
        double value = random_number(at);
        snprintf(text, sizeof text, "%.17g", value);
        same[0] += (unsigned)comes_back(text, value);
        if (at % 9 == 0) printf("%s ", text);
        snprintf(text, sizeof text, "%a", value);
        same[1] += (unsigned)comes_back(text, value);
        snprintf(text, sizeof text, "%f", value);
        same[2] += (unsigned)comes_back(text, value);
        snprintf(text, sizeof text, "%g", value);
        same[3] += (unsigned)comes_back(text, value);
        union number rounded = {strtod(text, 0)};
        sum = sum * 31 + rounded.bits;
        if (at % 9 == 0) printf("%s %f\n", text, rounded.value);
    }
    printf("%u numbers; by %%.17g %u, by %%a %u, by %%f %u, by %%g %u came back; %016llx\n", numbers,
           same[0], same[1], same[2], same[3], sum);
    return 0;
}

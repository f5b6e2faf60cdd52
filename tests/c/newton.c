/* Square roots by Newton's method, next to those of the machine, from the least number to the greatest. */
#include "tvm.h"

static double root(double number) {
    int exponent = 0;
    while (number >= 4) number /= 4, exponent++;
    while (number < 1) number *= 4, exponent--;
    double root = 1.5;
    for (int step = 0; step < 6; step++) root = (root + number / root) / 2;
    for (; exponent > 0; exponent--) root *= 2;
    for (; exponent < 0; exponent++) root /= 2;
    return root;
}

static void print(double number) {
    union {
        double number;
        unsigned words[2];
    } bits = {number};
    printf("%08x%08x ", bits.words[1], bits.words[0]);
}

int main(void) {
    const double numbers[] = {2, 3, 1e-3, 1234.5678, 1e20, 6.02214076e23};
    for (unsigned i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        double ours = root(numbers[i]), theirs = __builtin_sqrt(numbers[i]);
        print(ours);
        print(theirs);
        printf("%s\n", __builtin_fabs(ours - theirs) <= 1e-15 * theirs ? "close" : "far");
    }
    print(__builtin_sqrt(4.9406564584124654e-324));
    print(__builtin_sqrt(1.7976931348623157e308));
    float narrow = __builtin_sqrtf(2.0f);
    print(narrow);
    print((double)narrow * narrow);
    printf("%d %u\n", (int)-2.9, (unsigned)4e9);
    return 0;
}

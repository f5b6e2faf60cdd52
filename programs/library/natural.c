/* Natural numbers of up to 4096 bits, for exact conversions between base 2 and base 10. A limb has
 * 32 bits; the least significant comes first. Base 10 is gone through nine digits at a time. */

#define BILLION 1000000000u

/* Functions that are not copied to where they are called, and loops that are not unrolled: reading
 * more instructions would cost a model more than executing a few more. */
#define ONCE __attribute__((noinline, unused)) static
#define ROLLED _Pragma("clang loop unroll(disable)")

enum { MOST_LIMBS = 128 };

struct natural {
    /* How many limbs there are; the highest may be 0. */
    int count;
    unsigned limbs[MOST_LIMBS];
};

ONCE void natural_set(struct natural *number, unsigned long long value) {
    number->count = 0;
    for (; value; value >>= 32) number->limbs[number->count++] = (unsigned)value;
}

ONCE void natural_multiply_add(struct natural *number, unsigned factor, unsigned addend) {
    unsigned carry = addend;
    ROLLED for (int at = 0; at < number->count; at++) {
        unsigned long long product = (unsigned long long)number->limbs[at] * factor + carry;
        number->limbs[at] = (unsigned)product;
        carry = (unsigned)(product >> 32);
    }
    if (carry) number->limbs[number->count++] = carry;
}

ONCE void natural_shift_left(struct natural *number, int bits) {
    int limbs = bits / 32;
    if (bits % 32) natural_multiply_add(number, 1u << bits % 32, 0);
    ROLLED for (int at = number->count; at--;) number->limbs[at + limbs] = number->limbs[at];
    ROLLED for (int at = 0; at < limbs; at++) number->limbs[at] = 0;
    number->count += limbs;
}

/* Divides upper * 2^32 + lower, where upper is below BILLION and becomes the remainder. The estimate
 * is a product with 2^61 / BILLION, rounded down, and at most 2 too small: the 30 bits cut off are
 * worth 1.08, the factor's fraction 0.43. */
static inline unsigned divide_by_billion(unsigned *upper, unsigned lower) {
    unsigned quotient = (*upper << 2 | lower >> 30) * 2305843009ull >> 31;
    unsigned rest = lower - quotient * BILLION;
    *upper = rest % BILLION;
    return quotient + rest / BILLION;
}

/* Divides by BILLION, and returns the remainder. */
ONCE unsigned natural_divide(struct natural *number) {
    unsigned rest = 0;
    ROLLED for (int at = number->count; at--;)
        number->limbs[at] = divide_by_billion(&rest, number->limbs[at]);
    while (number->count && !number->limbs[number->count - 1]) number->count--;
    return rest;
}

ONCE int natural_is_zero(const struct natural *number) {
    for (int at = 0; at < number->count; at++) {
        if (number->limbs[at]) return 0;
    }
    return 1;
}

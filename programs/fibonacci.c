/* The first Fibonacci numbers, as many as the input says, as decimal digits: no number is too
 * long, and no operator is needed that the classic instruction set lacks. */
#include "tvm.h"

#define MAX_DIGITS 50

/* The lowest digit first. The digits are ints, as bytes would have to be cut to size. */
struct number {
    int *end;
    int digits[MAX_DIGITS];
};

static struct number numbers[2];

static void write(const struct number *number) {
    for (const int *digit = number->end; digit != number->digits;) tvm_output(*--digit + '0');
    tvm_output('\n');
}

/* target += addend, which has at least as many digits. */
static void add(struct number *target, const struct number *addend) {
    int carry = 0;
    int *digit = target->digits;
    for (const int *other = addend->digits; other != addend->end; other++) {
        int sum = *digit + *other + carry;
        carry = 0;
        if (sum >= 10) {
            sum -= 10;
            carry = 1;
        }
        *digit++ = sum;
    }
    if (carry) *digit++ = 1;
    target->end = digit;
}

static int read_count(const char *input) {
    int count = 0;
    for (int letter; (letter = tvm_letter(input)) != 0; input++) {
        int tens = 0;
        for (int times = 0; times < 10; times++) tens = tvm_opaque(tens) + count;
        count = tens + (letter - '0');
    }
    return count;
}

void compute(const char *input) {
    int count = read_count(input);
    struct number *current = &numbers[0], *next = &numbers[1];
    current->end = &current->digits[1];
    next->end = &next->digits[1];
    next->digits[0] = 1;
    for (; count > 0; count--) {
        if (next->end == &next->digits[MAX_DIGITS]) {
            puts("the rest is too long");
            return;
        }
        write(current);
        add(current, next);
        struct number *sum = current;
        current = next;
        next = sum;
    }
}

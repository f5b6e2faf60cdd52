/* Adds two decimal numbers of any length: "123456789+987654321". Digit by digit from the right,
 * as on paper, and without an operator that the classic instruction set lacks. */
#include "tvm.h"

#define MAX_DIGITS 200

/* The digits, the last one first, as ints: bytes would have to be cut to size. */
static int sum[MAX_DIGITS];

/* The value of the digit before *end, which moves there; 0 where the number has no more digits. */
static inline int take_digit(const char *begin, const char **end) {
    if (*end == begin) return 0;
    *end -= 1;
    return tvm_letter(*end) - '0';
}

void compute(const char *input) {
    const char *plus = input;
    for (int letter; (letter = tvm_letter(plus)) != '+'; plus++) {
        if (!letter) {
            puts("expected: two numbers with + between them");
            return;
        }
    }
    const char *end = plus + strlen(plus);
    const char *left = plus, *right = end;

    int *digit = sum;
    int carry = 0;
    while (digit != sum + MAX_DIGITS - 1) {
        if (left == input) {
            if (right == plus + 1) break;
        }
        int value = take_digit(input, &left) + take_digit(plus + 1, &right) + carry;
        carry = 0;
        if (value >= 10) {
            value -= 10;
            carry = 1;
        }
        *digit++ = value;
    }
    if (carry) *digit++ = 1;
    tvm_write(input);
    tvm_output('=');
    while (digit != sum) tvm_output(*--digit + '0');
    tvm_output('\n');
}

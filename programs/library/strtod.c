/* The double nearest to a text, half to even, from the exact number that the text stands for. */

enum {
    /* No double, and no number in the middle of two, has more than 768 digits: what stands behind
     * these only says that the number is a little greater. */
    MOST_READ_DIGITS = 770,
    /* 10^310 is more than any double; less than 10^-330 is less than half of the least. */
    GREATEST_POINT = 310,
    LEAST_POINT = -330,
    /* Beyond this no more digits of an exponent are read. */
    MOST_EXPONENT = 100000000,
    INFINITE_EXPONENT = 0x7ff,
};

/* mantissa * 2^exponent, or if `inexact` a little more. */
struct binary {
    double_bits mantissa;
    int exponent, inexact;
};

/* The nearest double's bits. The mantissa has its upper bit, or is 0. */
static double_bits double_of_binary(const struct binary *number) {
    /* A double has the upper 53 bits; with the least exponent it may have fewer. */
    int dropped = 63 - FRACTION_BITS, exponent = number->exponent + dropped;
    if (exponent < LEAST_EXPONENT) {
        dropped += LEAST_EXPONENT - exponent;
        exponent = LEAST_EXPONENT;
    }
    if (dropped > 64 || !number->mantissa) return 0;
    if (exponent - LEAST_EXPONENT >= INFINITE_EXPONENT - 1)
        return (double_bits)INFINITE_EXPONENT << FRACTION_BITS;
    double_bits kept = dropped == 64 ? 0 : number->mantissa >> dropped;
    double_bits rest = number->mantissa << (64 - dropped), half = (double_bits)1 << 63;
    if (rest > half || (rest == half && (number->inexact || kept & 1))) kept++;
    /* The first of 53 bits, and a carry out of them, count the exponent up. */
    return ((double_bits)(exponent - LEAST_EXPONENT) << FRACTION_BITS) + kept;
}

/* The upper 64 bits of number * 2^exponent. The highest limb is not 0. */
static void binary_of_natural(struct binary *to, struct natural *number, int exponent) {
    int zeros = __builtin_clz(number->limbs[number->count - 1]), at = number->count;
    natural_shift_left(number, zeros);
    to->exponent = exponent - zeros + 32 * (at - 2);
    to->mantissa = (double_bits)number->limbs[--at] << 32;
    if (at) to->mantissa |= number->limbs[--at];
    while (at) to->inexact |= number->limbs[--at] != 0;
}

/* The binary number that is number * 10^exponent. */
static void binary_of_decimal(struct binary *to, struct natural *number, int exponent) {
    /* Powers of BILLION, of which the last that is divided by may be too much. */
    int billions = exponent < 0 ? -((8 - exponent) / 9) : exponent / 9, limbs = 0;
    for (int more = exponent - 9 * billions; more; more--) natural_multiply_add(number, 10, 0);
    for (; billions > 0; billions--) natural_multiply_add(number, BILLION, 0);
    /* BILLION is less than 2^30, so at least 64 bits are left of three limbs more. */
    if (billions && number->count < 3 - billions) limbs = 3 - billions - number->count;
    natural_shift_left(number, 32 * limbs);
    for (; billions; billions++) to->inexact |= natural_divide(number) != 0;
    binary_of_natural(to, number, -32 * limbs);
}

static const char *read_exponent(const char *text, char letter, int *exponent) {
    if ((*text | 32) != letter) return text;
    const char *at = text + 1;
    int negative = *at == '-', value = 0;
    if (*at == '-' || *at == '+') at++;
    if (*at < '0' || *at > '9') return text;
    for (; *at >= '0' && *at <= '9'; at++) {
        if (value < MOST_EXPONENT) value = 10 * value + (*at - '0');
    }
    *exponent += negative ? -value : value;
    return at;
}

/* The digit that a letter is in base 10 or 16, or -1. */
static int digit_of(char letter, int base) {
    if (letter >= '0' && letter <= '9') return letter - '0';
    letter |= 32;
    return base == 16 && letter >= 'a' && letter <= 'f' ? letter - 'a' + 10 : -1;
}

/* Reads a number in base 10, and returns where it ends, or 0 if there is none. */
static const char *read_decimal(const char *text, double_bits *bits) {
    struct binary binary = {0, 0, 0};
    struct natural number;
    number.count = 0;
    unsigned group = 0, power = 1;
    int digits = 0, exponent = 0, behind_point = 0, any = 0;
    for (;; text++) {
        int digit = digit_of(*text, 10);
        if (*text == '.' && !behind_point) {
            behind_point = 1;
            continue;
        }
        if (digit < 0) break;
        any = 1;
        exponent -= behind_point;
        if (digits == MOST_READ_DIGITS) {
            binary.inexact |= digit != 0;
            exponent++;
        } else if (digits || digit) {
            digits++;
            group = 10 * group + (unsigned)digit;
            power *= 10;
        }
        if (power == BILLION) {
            natural_multiply_add(&number, power, group);
            group = 0;
            power = 1;
        }
    }
    if (!any) return 0;
    text = read_exponent(text, 'e', &exponent);
    natural_multiply_add(&number, power, group);
    if (digits == 0 || digits + exponent < LEAST_POINT) {
        *bits = 0;
    } else if (digits + exponent > GREATEST_POINT) {
        *bits = (double_bits)INFINITE_EXPONENT << FRACTION_BITS;
    } else {
        binary_of_decimal(&binary, &number, exponent);
        *bits = double_of_binary(&binary);
    }
    return text;
}

/* The same in base 16, from behind the `0x`. */
static const char *read_hexadecimal(const char *text, double_bits *bits) {
    struct binary number = {0, 0, 0};
    int behind_point = 0, any = 0;
    for (;; text++) {
        int digit = digit_of(*text, 16);
        if (*text == '.' && !behind_point) {
            behind_point = 1;
            continue;
        }
        if (digit < 0) break;
        any = 1;
        number.exponent -= 4 * behind_point;
        if (number.mantissa >> 60) {
            number.inexact |= digit != 0;
            number.exponent += 4;
        } else {
            number.mantissa = number.mantissa << 4 | (double_bits)digit;
        }
    }
    if (!any) return 0;
    text = read_exponent(text, 'p', &number.exponent);
    if (number.mantissa) {
        int zeros = __builtin_clzll(number.mantissa);
        number.mantissa <<= zeros;
        number.exponent -= zeros;
    }
    *bits = double_of_binary(&number);
    return text;
}

/* Where a word ends, in letters of either size, or 0 if the text does not begin with it. */
static const char *read_word(const char *text, const char *word) {
    for (; *word; word++, text++) {
        if ((*text | 32) != *word) return 0;
    }
    return text;
}

/* Reads a number that is no number, or infinite. */
static const char *read_special(const char *text, double_bits *bits) {
    const char *end = read_word(text, "infinity");
    if (!end) end = read_word(text, "inf");
    *bits = (double_bits)INFINITE_EXPONENT << FRACTION_BITS;
    if (end) return end;
    *bits |= (double_bits)1 << (FRACTION_BITS - 1);
    end = read_word(text, "nan");
    if (!end || *end != '(') return end;
    const char *at = end + 1;
    while (digit_of(*at, 10) >= 0 || ((*at | 32) >= 'a' && (*at | 32) <= 'z') || *at == '_') at++;
    return *at == ')' ? at + 1 : end;
}

LIBRARY double strtod(const char *text, char **end) {
    union {
        double_bits bits;
        double number;
    } value = {0};
    const char *at = text, *read = 0;
    while (*at == ' ' || (*at >= '\t' && *at <= '\r')) at++;
    int negative = *at == '-';
    if (*at == '-' || *at == '+') at++;
    if (*at == '0' && (at[1] | 32) == 'x') read = read_hexadecimal(at + 2, &value.bits);
    if (!read) read = read_decimal(at, &value.bits);
    if (!read) read = read_special(at, &value.bits);
    if (!read) value.bits = 0;
    if (read && negative) value.bits |= (double_bits)1 << 63;
    if (end) *end = (char *)(read ? read : text);
    return value.number;
}

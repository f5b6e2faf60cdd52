/* Compares what the library of tvm.h makes of doubles and texts with what the C library of the host
 * does. The argument is how many numbers; the first difference is written, and the status is 1. */

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../../programs/library/natural.c"
#include "../../../programs/library/floating_text.c"
#define strtod library_strtod
#include "../../../programs/library/strtod.c"
#undef strtod

enum { MOST_PRECISION = 1300, MOST_BYTES = 4096 };

static unsigned long long seed = 0x2545f4914f6cdd1d;

static unsigned long long random_bits(void) {
    seed ^= seed << 13;
    seed ^= seed >> 7;
    seed ^= seed << 17;
    return seed;
}

static int below(int limit) { return (int)(random_bits() % (unsigned)limit); }

static double double_from(double_bits bits) {
    double number;
    memcpy(&number, &bits, sizeof number);
    return number;
}

static double_bits bits_from(double number) {
    double_bits bits;
    memcpy(&bits, &number, sizeof bits);
    return bits;
}

/* Bits of any kind, and numbers that are near the middle of two that are printed. */
static double random_double(void) {
    double_bits fraction = random_bits() & (((double_bits)1 << FRACTION_BITS) - 1);
    switch (below(8)) {
    case 0: return double_from(random_bits());
    case 1: return (double)(long long)random_bits() / 1024;
    case 2: return (double)below(100000) / 100;
    case 3: return (double)below(1000000) / 1024;
    case 4: return double_from(fraction >> below(FRACTION_BITS));
    case 5: return ldexp(below(2048), below(100) - 60);
    case 6: return double_from((double_bits)(1003 + below(40)) << FRACTION_BITS | fraction);
    default: {
        /* The first and last numbers of an exponent. */
        double_bits edge = (random_bits() >> FRACTION_BITS) << FRACTION_BITS;
        return double_from(edge + (double_bits)below(3) - 1);
    }
    }
}

/* What printf writes by the library, but for widths and signs. */
static void print(char *to, double number, char letter, int precision, int point) {
    static char text[MOST_BYTES];
    int zeros;
    int length = tvm_floating_text(text, &zeros, bits_from(number), letter, precision, point);
    if (signbit(number)) *to++ = '-';
    if ((letter | 32) == 'a' && isfinite(number)) {
        *to++ = '0';
        *to++ = (char)(letter + ('x' - 'a'));
    }
    memcpy(to, text, (size_t)length);
    memset(to + length, '0', (size_t)zeros);
    strcpy(to + length + zeros, text + length + 1);
}

static void print_by_host(char *to, double number, char letter, int precision, int point) {
    char format[] = {'%', '#', '.', '*', letter, 0};
    if ((letter | 32) == 'g' && point && isfinite(number)) {
        /* As C defines it: some libraries write a digit less where 9.99 becomes 10.0. */
        char as_e[MOST_BYTES];
        int digits = precision < 0 ? 6 : precision ? precision : 1;
        snprintf(as_e, sizeof as_e, "%.*e", digits - 1, number);
        int exponent = atoi(strchr(as_e, 'e') + 1), fixed = exponent >= -4 && exponent < digits;
        format[4] = fixed ? 'f' : (char)(letter - 2);
        precision = fixed ? digits - 1 - exponent : digits - 1;
    } else if (!point) {
        memmove(format + 1, format + 2, sizeof format - 2);
    }
    snprintf(to, MOST_BYTES, format, precision, number);
}

static int fail(const char *what, const char *library, const char *host) {
    printf("%s: by the library %s, by the host %s\n", what, library, host);
    return 0;
}

static int compare_printing(double number, char *library) {
    static char host[MOST_BYTES];
    char letter = "fFeEgGaA"[below(8)];
    int point = below(4) == 0, precision = below(25) - 1;
    if (below(20) == 0) precision = below(MOST_PRECISION);
    print(library, number, letter, precision, point);
    print_by_host(host, number, letter, precision, point);
    if (!strcmp(library, host)) return 1;
    char what[80];
    snprintf(what, sizeof what, "%a as %%%s.%d%c", number, point ? "#" : "", precision, letter);
    return fail(what, library, host);
}

static int compare_reading(const char *text) {
    char *library_end, *host_end, library[80], host[80];
    double by_library = library_strtod(text, &library_end), by_host = strtod(text, &host_end);
    int same = bits_from(by_library) == bits_from(by_host) || (isnan(by_library) && isnan(by_host));
    /* Some libraries round those of base 16 wrongly where a number has fewer bits than others. */
    if (strpbrk(text, "xX") && fpclassify(by_host) == FP_SUBNORMAL) same = 1;
    if (library_end == host_end && same) return 1;
    snprintf(library, sizeof library, "%a, %d bytes", by_library, (int)(library_end - text));
    snprintf(host, sizeof host, "%a, %d bytes", by_host, (int)(host_end - text));
    return fail(text, library, host);
}

/* Another letter somewhere in a text. */
static void damage(char *text) {
    size_t length = strlen(text);
    text[random_bits() % length] = "0123456789.e-+x p"[below(17)];
}

/* The middle of a double and the next, or a text a little beside it. */
static void write_middle(char *to, double_bits bits) {
    int biased = (int)(bits >> FRACTION_BITS);
    double_bits mantissa = bits & (((double_bits)1 << FRACTION_BITS) - 1);
    if (biased) mantissa |= (double_bits)1 << FRACTION_BITS;
    /* (2 mantissa + 1) * 2^-places = (2 mantissa + 1) * 5^places * 10^-places */
    int places = 1 - LEAST_EXPONENT - (biased ? biased - 1 : 0), count = 0;
    struct natural number;
    natural_set(&number, 2 * mantissa + 1);
    for (int at = 0; at < places; at++) natural_multiply_add(&number, 5, 0);
    char digits[MOST_DIGITS + 9];
    while (number.count) {
        unsigned group = natural_divide(&number);
        for (int at = 0; at < 9; at++, group /= 10) digits[count++] = (char)('0' + group % 10);
    }
    while (count && digits[count - 1] == '0') count--;
    while (count) *to++ = digits[--count];
    /* The last digit is 5. */
    to[-1] = "546"[below(3)];
    for (int more = below(2) * below(60); more; more--, places++) *to++ = more > 1 ? '0' : '1';
    sprintf(to, "e%d", -places);
}

/* Both ways by the library: with enough digits a number comes back. */
static int returns(double number, char *text) {
    const struct {
        char letter;
        int precision;
    } enough[] = {{'g', 17}, {'e', 16}, {'f', 1074}, {'a', -1}};
    for (unsigned at = 0; at < sizeof enough / sizeof *enough; at++) {
        print(text, number, enough[at].letter, enough[at].precision, 0);
        if (bits_from(library_strtod(text, 0)) != bits_from(number))
            return fail("a number comes back", text, "the same");
    }
    return 1;
}

static int divides(void) {
    unsigned upper = (unsigned)below(BILLION), lower = (unsigned)random_bits();
    unsigned long long dividend = (unsigned long long)upper << 32 | lower;
    return divide_by_billion(&upper, lower) == dividend / BILLION && upper == dividend % BILLION;
}

int main(int count, char **arguments) {
    static char text[MOST_BYTES];
    for (long numbers = count > 1 ? atol(arguments[1]) : 0; numbers; numbers--) {
        double number = random_double();
        if (!compare_printing(number, text) || !compare_reading(text)) return 1;
        damage(text);
        if (!compare_reading(text)) return 1;
        if (numbers % 8 == 0) {
            /* Below 2^52, so that there is a digit behind the point. */
            double_bits bits = random_bits() % ((double_bits)1075 << FRACTION_BITS);
            write_middle(text, bits >> 4 * below(4));
            if (!compare_reading(text)) return 1;
            if (isfinite(number) && !returns(number, text)) return 1;
        }
        if (!divides()) return fail("division", "another quotient", "as it is");
    }
    return 0;
}

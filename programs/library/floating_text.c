/* Doubles as text, for printf: exact, and rounded to the nearest digit, half to even. A double is
 * the bits of an integer here, so that a program without floating point of its own has none. */

#define LIBRARY __attribute__((weak))

typedef unsigned long long double_bits;

enum {
    FRACTION_BITS = 52,
    /* Of the last bit of the numbers with the least exponent: 2^-1074. */
    LEAST_EXPONENT = -1074,
    /* No double has more digits behind the point. */
    MOST_PLACES = 1074,
    /* The most digits of a double but 0 are 767; eight that are 0 may follow. */
    MOST_DIGITS = 784,
};

/* The digits of a number: 0.DIGITS * 10^point. */
struct decimal {
    int point, count;
    /* How many digits are wanted, the last of them for rounding. Until the first is known, those
     * behind the point if `places`. */
    int wanted, places;
    /* Has a digit other than 0 been found? Was one left out behind those that are wanted? */
    int begun, inexact;
    char digits[MOST_DIGITS];
};

/* Appends nine digits, without zeros that lead. */
ONCE void decimal_append(struct decimal *to, unsigned group) {
    int digits = 9;
    unsigned power = 10;
    if (!to->begun) {
        to->point -= 9;
        if (!group) return;
        ROLLED for (digits = 1; digits < 9 && group >= power; digits++) power *= 10;
        to->point += digits;
        to->begun = 1;
        if (to->places) to->wanted += to->point;
    }
    int room = to->wanted - to->count;
    if (room <= 0) {
        to->inexact |= group != 0;
        return;
    }
    if (digits > room) {
        ROLLED for (power = 10; digits > room + 1; digits--) power *= 10;
        to->inexact |= group % power != 0;
        group /= power;
        digits = room;
    }
    to->count += digits;
    char *end = to->digits + to->count;
    ROLLED for (; digits--; group /= 10) *--end = '0' + group % 10;
}

static void decimal_append_integer(struct decimal *to, struct natural *number) {
    unsigned groups[MOST_LIMBS];
    int count = 0;
    while (number->count) groups[count++] = natural_divide(number);
    to->point = 9 * count;
    while (count--) decimal_append(to, groups[count]);
}

/* Appends number / 2^(32 limbs), which is less than 1. */
static void decimal_append_fraction(struct decimal *to, struct natural *number, int limbs) {
    while (!natural_is_zero(number)) {
        int behind = to->places ? to->wanted + to->point : to->wanted;
        if (to->begun ? to->count >= to->wanted : behind <= 0) {
            to->inexact = 1;
            return;
        }
        unsigned group = 0;
        natural_multiply_add(number, BILLION, 0);
        if (number->count > limbs) group = number->limbs[number->count = limbs];
        decimal_append(to, group);
    }
}

/* Takes the last of the wanted digits off, and rounds the others by it. */
static void decimal_round(struct decimal *number) {
    if (number->wanted <= 0 || number->count < number->wanted) return;
    int kept = number->count - 1;
    char last = number->digits[kept], before = kept ? number->digits[kept - 1] : '0';
    number->count = kept;
    if (last < '5' || (last == '5' && !number->inexact && before % 2 == 0)) return;
    ROLLED while (kept && number->digits[kept - 1] == '9') number->digits[--kept] = '0';
    if (kept) {
        number->digits[kept - 1]++;
        return;
    }
    number->digits[0] = '1';
    number->count += !number->count;
    number->point++;
}

/* The digits of a positive number or 0, rounded to so many behind the point, or in all. */
static void decimal_of(struct decimal *to, double_bits bits, int digits, int places) {
    int biased = (int)(bits >> FRACTION_BITS);
    double_bits mantissa = bits & (((double_bits)1 << FRACTION_BITS) - 1);
    if (biased) mantissa |= (double_bits)1 << FRACTION_BITS;
    int exponent = LEAST_EXPONENT + (biased ? biased - 1 : 0);
    to->point = to->count = to->begun = to->inexact = 0;
    to->wanted = digits + 1;
    to->places = places;
    struct natural number;
    double_bits fraction = 0, integer = mantissa;
    if (exponent < 0) {
        integer = exponent > -64 ? mantissa >> -exponent : 0;
        fraction = exponent > -64 ? mantissa - (integer << -exponent) : mantissa;
    }
    natural_set(&number, integer);
    if (exponent > 0) natural_shift_left(&number, exponent);
    decimal_append_integer(to, &number);
    if (fraction) {
        /* It is moved up to begin at a limb. */
        int limbs = (31 - exponent) / 32;
        natural_set(&number, fraction);
        natural_shift_left(&number, 32 * limbs + exponent);
        decimal_append_fraction(to, &number, limbs);
    }
    decimal_round(to);
    if (!to->count) to->point = places ? 0 : 1;
}

/* Writes as %f does, with so many places. Returns the end; `zeros` are places that follow. */
static char *write_fixed(char *to, int *zeros, const struct decimal *number, int places,
                         int point) {
    if (number->point <= 0) *to++ = '0';
    ROLLED for (int at = 0; at < number->point; at++)
        *to++ = at < number->count ? number->digits[at] : '0';
    if (places || point) *to++ = '.';
    ROLLED for (int at = number->point; places && at < number->count; at++, places--)
        *to++ = at < 0 ? '0' : number->digits[at];
    *zeros = places;
    return to;
}

/* Writes an exponent behind its letter, with at least so many digits. */
static void write_exponent(char *to, char letter, int exponent, int least) {
    char digits[4];
    int count = 0;
    *to++ = letter;
    *to++ = exponent < 0 ? '-' : '+';
    if (exponent < 0) exponent = -exponent;
    ROLLED for (; exponent || count < least; exponent /= 10) digits[count++] = '0' + exponent % 10;
    ROLLED while (count) *to++ = digits[--count];
    *to = 0;
}

/* Writes as %e does, without the exponent. */
static char *write_scientific(char *to, int *zeros, const struct decimal *number, int places,
                              int point) {
    *to++ = number->count ? number->digits[0] : '0';
    if (places || point) *to++ = '.';
    ROLLED for (int at = 1; places && at < number->count; at++, places--)
        *to++ = number->digits[at];
    *zeros = places;
    return to;
}

/* Writes as %a does, without `0x`; without a precision, as many digits as there are. */
static char *write_hexadecimal(char *to, int *zeros, double_bits bits, char letter, int precision,
                               int point) {
    const char *digits = letter == 'a' ? "0123456789abcdef" : "0123456789ABCDEF";
    int biased = (int)(bits >> FRACTION_BITS), nibbles = FRACTION_BITS / 4;
    if (biased) bits -= (double_bits)(biased - 1) << FRACTION_BITS;
    int exponent = biased ? biased - 1023 : bits ? -1022 : 0;
    if (precision < 0) {
        precision = nibbles;
        ROLLED while (precision && !(bits >> 4 * (nibbles - precision) & 15)) precision--;
    }
    *zeros = precision > nibbles ? precision - nibbles : 0;
    if (precision > nibbles) precision = nibbles;
    int dropped = 4 * (nibbles - precision);
    if (dropped) {
        double_bits half = (double_bits)1 << (dropped - 1);
        bits += half - 1 + (bits >> dropped & 1);
    }
    *to++ = digits[bits >> FRACTION_BITS];
    if (precision || *zeros || point) *to++ = '.';
    ROLLED for (int at = 1; at <= precision; at++) *to++ = digits[bits >> 4 * (nibbles - at) & 15];
    write_exponent(to + 1, letter == 'a' ? 'p' : 'P', exponent, 1);
    return to;
}

/* How many places %g shows: not those at the end that are 0. */
static int places_of(const struct decimal *number, int before_point) {
    int digits = number->count;
    ROLLED while (digits && number->digits[digits - 1] == '0') digits--;
    return digits > before_point ? digits - before_point : 0;
}

/* Writes the bits of a double, whose sign is not looked at, as a conversion with this letter and
 * precision (-1 where there is none): two texts, each with a 0 at its end. The number is the first,
 * `zeros` times `0`, and the second, an exponent or nothing. Returns the length of the first. */
LIBRARY int tvm_floating_text(char *text, int *zeros, double_bits bits, char letter, int precision,
                              int point) {
    static const char words[4][4] = {"inf", "INF", "nan", "NAN"};
    const double_bits infinity = (double_bits)0x7ff << FRACTION_BITS;
    char *end = text, small = letter | 32;
    bits = bits << 1 >> 1;
    *zeros = 0;
    if (bits >= infinity) {
        const char *word = words[2 * (bits > infinity) + (letter != small)];
        ROLLED while (*word) *end++ = *word++;
        end[1] = 0;
    } else if (small == 'a') {
        end = write_hexadecimal(end, zeros, bits, letter, precision, point);
    } else {
        if (precision < 0) precision = 6;
        if (small == 'g' && precision == 0) precision = 1;
        /* Digits that are not generated are 0. */
        int digits = precision < MOST_PLACES ? precision : MOST_PLACES;
        struct decimal number;
        decimal_of(&number, bits, small == 'e' ? digits + 1 : digits, small == 'f');
        int exponent = number.point - 1, fixed = small == 'f', places = precision;
        if (small == 'g') {
            fixed = exponent >= -4 && exponent < precision;
            int before_point = fixed ? number.point : 1;
            places = point ? precision - before_point : places_of(&number, before_point);
        }
        if (fixed) {
            end = write_fixed(end, zeros, &number, places, point);
            end[1] = 0;
        } else {
            end = write_scientific(end, zeros, &number, places, point);
            write_exponent(end + 1, letter == small ? 'e' : 'E', exponent, 2);
        }
    }
    *end = 0;
    return (int)(end - text);
}

/* What clang calls for integers of 128 bits, and for products of 64 bits that may overflow. The
 * names are those of its own runtime library, compiler-rt. A number is made of two words here, since
 * a shift or product of 128 bits would be a call of the function that it is part of. */

#define LIBRARY __attribute__((weak))

typedef unsigned long long word;
typedef __int128 wide;
typedef unsigned __int128 unsigned_wide;

/* The lower word comes first in memory. */
typedef union {
    wide whole;
    unsigned_wide bits;
    struct {
        word low, high;
    };
} words;

LIBRARY wide __ashlti3(wide number, int distance) {
    words from = {number}, to;
    if (distance & 64) {
        to.high = from.low << (distance & 63);
        to.low = 0;
    } else if (distance == 0) {
        return number;
    } else {
        to.high = from.high << distance | from.low >> (64 - distance);
        to.low = from.low << distance;
    }
    return to.whole;
}

LIBRARY wide __lshrti3(wide number, int distance) {
    words from = {number}, to;
    if (distance & 64) {
        to.low = from.high >> (distance & 63);
        to.high = 0;
    } else if (distance == 0) {
        return number;
    } else {
        to.low = from.low >> distance | from.high << (64 - distance);
        to.high = from.high >> distance;
    }
    return to.whole;
}

LIBRARY wide __ashrti3(wide number, int distance) {
    words from = {number}, to;
    long long high = (long long)from.high;
    if (distance & 64) {
        to.low = (word)(high >> (distance & 63));
        to.high = (word)(high >> 63);
    } else if (distance == 0) {
        return number;
    } else {
        to.low = from.low >> distance | from.high << (64 - distance);
        to.high = (word)(high >> distance);
    }
    return to.whole;
}

/* A product of two words, from four products of half words. */
static words product(word left, word right) {
    word a = left & 0xffffffff, b = left >> 32, c = right & 0xffffffff, d = right >> 32;
    word low = a * c, middle = b * c + (low >> 32), other = a * d + (middle & 0xffffffff);
    words to;
    to.low = other << 32 | (low & 0xffffffff);
    to.high = b * d + (middle >> 32) + (other >> 32);
    return to;
}

LIBRARY wide __multi3(wide left, wide right) {
    words a = {left}, b = {right}, to = product(a.low, b.low);
    to.high += a.low * b.high + a.high * b.low;
    return to.whole;
}

static int leading_zeros(words number) {
    return number.high ? __builtin_clzll(number.high)
           : number.low ? 64 + __builtin_clzll(number.low)
                        : 128;
}

/* Division bit by bit, from the first place where the divisor fits. */
LIBRARY unsigned_wide __udivmodti4(unsigned_wide dividend, unsigned_wide divisor,
                                   unsigned_wide *remainder) {
    words rest = {.bits = dividend}, by = {.bits = divisor}, quotient = {0};
    if (!by.high && !by.low) __builtin_trap();
    if (!rest.high && !by.high) {
        if (remainder) *remainder = rest.low % by.low;
        return rest.low / by.low;
    }
    int places = leading_zeros(by) - leading_zeros(rest);
    if (places >= 0) by.whole = __ashlti3(by.whole, places);
    for (; places >= 0; places--) {
        quotient.bits <<= 1;
        if (rest.bits >= by.bits) {
            rest.bits -= by.bits;
            quotient.low |= 1;
        }
        by.bits >>= 1;
    }
    if (remainder) *remainder = rest.bits;
    return quotient.bits;
}

LIBRARY unsigned_wide __udivti3(unsigned_wide dividend, unsigned_wide divisor) {
    return __udivmodti4(dividend, divisor, 0);
}

LIBRARY unsigned_wide __umodti3(unsigned_wide dividend, unsigned_wide divisor) {
    unsigned_wide remainder;
    __udivmodti4(dividend, divisor, &remainder);
    return remainder;
}

static unsigned_wide magnitude(wide number) {
    return number < 0 ? -(unsigned_wide)number : (unsigned_wide)number;
}

LIBRARY wide __divti3(wide dividend, wide divisor) {
    unsigned_wide quotient = __udivti3(magnitude(dividend), magnitude(divisor));
    return (wide)((dividend < 0) != (divisor < 0) ? -quotient : quotient);
}

/* The remainder has the sign of the dividend. */
LIBRARY wide __modti3(wide dividend, wide divisor) {
    unsigned_wide remainder = __umodti3(magnitude(dividend), magnitude(divisor));
    return (wide)(dividend < 0 ? -remainder : remainder);
}

LIBRARY wide __muloti4(wide left, wide right, int *overflow) {
    unsigned_wide a = magnitude(left), b = magnitude(right);
    unsigned_wide most = ~(unsigned_wide)0 >> 1;
    if ((left < 0) != (right < 0)) most++;
    *overflow = b && a > __udivti3(most, b);
    return __multi3(left, right);
}

LIBRARY long long __mulodi4(long long left, long long right, int *overflow) {
    wide whole = __multi3(left, right);
    *overflow = whole != (long long)whole;
    return (long long)whole;
}

/* What printf makes of integers, characters and texts: every conversion of C for them, crossed with
 * flags, widths, precisions and lengths. Types that have another size on the host (long, size_t,
 * pointers) are given values that do not show it. */

#include "tvm.h"

/* Flags that have no effect, and an empty format, are among what is shown. */
#pragma GCC diagnostic ignored "-Wformat"
#pragma GCC diagnostic ignored "-Wformat-zero-length"

#define SHOW(...) printf("[%d]\n", printf(__VA_ARGS__))

static void flags(void) {
    int values[] = {0, -42, 2147483647};
    for (unsigned i = 0; i < sizeof values / sizeof *values; i++) {
        int value = values[i];
        SHOW("%i|%5d|%-5d|%05d|%+d|% d|%+5d|%-+7d|% 05d|", value, value, value, value, value, value,
             value, value, value);
        SHOW("%.0d|%.3d|%8.3d|%-8.3d|%08.3d|%+.2d|%1d|%.12d|", value, value, value, value, value,
             value, value, value);
        SHOW("%u|%o|%x|%X|%#o|%#x|%#X|%#010x|%-#10x|", (unsigned)value, (unsigned)value,
             (unsigned)value, (unsigned)value, (unsigned)value, (unsigned)value, (unsigned)value,
             (unsigned)value, (unsigned)value);
        SHOW("%*d|%-*d|%*d|%.*d|%*.*d|", 7, value, 7, value, -7, value, 4, value, 9, 4, value);
        SHOW("%.*d|%.d|%#.0o|%#.4o|", -3, value, value, (unsigned)value, (unsigned)value);
    }
}

static void lengths(void) {
    long long wide[] = {4294967295, 4294967296, -9223372036854775807 - 1};
    for (unsigned i = 0; i < sizeof wide / sizeof *wide; i++) {
        long long value = wide[i];
        SHOW("%lld|%llu|%llx|%llX|%llo|%25lld|%-25lld|%025lld|%+lld|", value,
             (unsigned long long)value, (unsigned long long)value, (unsigned long long)value,
             (unsigned long long)value, value, value, value, value);
        SHOW("%hhd|%hd|%hhu|%hu|%hhx|%hx|", (signed char)value, (short)value, (unsigned char)value,
             (unsigned short)value, (unsigned char)value, (unsigned short)value);
    }
    SHOW("%hhd|%hhu|%hd|%hu|", 7, 200, -7, 60000);
    SHOW("%ld|%lu|%lx|%lo|%6ld|%zu|%zx|%td|", 5L, 6UL, 255UL, 8UL, -5L, sizeof wide, (size_t)99,
         &wide[3] - &wide[1]);
    SHOW("%p|%10p|", (void *)16, (void *)0xabc);
}

static void texts(void) {
    const char *river = "Mississippi";
    SHOW("%s|%5s|%15s|%-15s|%.4s|%8.4s|%-8.4s|%.0s|%.*s|%s|", river, river, river, river, river,
         river, river, river, 2, river, "");
    SHOW("%c|%3c|%-3c|", 'a', 'b', 'c');
    SHOW("100%% of %d%%|%5d%%", 42, 7);
    SHOW("");
}

int main(void) {
    long long n = 5;
    printf("%lld %5d|%-5d|%05d %p %s %ld %lu %hhd %zu %i %o %X %%\n", n, 42, 42, 42, (void *)16,
           "s", 5L, 6UL, 7, sizeof n, 3, 8, 255);
    flags();
    lengths();
    texts();
    return 0;
}

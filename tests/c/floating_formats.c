/* What printf makes of doubles: every conversion with flags, widths and precisions, for numbers of
 * all sizes. They are constants, so that the program moves their bits and computes nothing. */

#include "tvm.h"

/* Flags that have no effect are among what is shown. */
#pragma GCC diagnostic ignored "-Wformat"

#define SHOW(...) printf("[%d]\n", printf(__VA_ARGS__))

/* A number in every form. */
#define FORMS(number)                                                                       \
    SHOW("%f|%.2f|%e|%.0E|%g|%.3G|%a|", number, number, number, number, number, number, number)

static void flags(void) {
    SHOW("%10.3f|%-10.3f|%010.3f|%+.3f|% .3f|%+010.1f|%-+10.1f|", 3.14159, 3.14159, -3.14159,
         3.14159, 3.14159, 2.25, 2.25);
    SHOW("%12.4e|%-12.2e|%012.3e|%#.0f|%#.0e|%#g|%#.3g|", 0.00012345, 123456.0, -5e-10, 2.0, 3.0,
         1.5, 100.0);
    SHOW("%*.*f|%-*.*e|%.*g|%.f|%20a|%-20.2a|%020A|", 9, 2, 2.718281828, 14, 3, 2.718281828, -1,
         2.718281828, 2.5, 0.1, 0.1, -0.1);
}

static void places(void) {
    SHOW("%.1f|%.1f|%.0f|%.0f|%.0f|%.2f|%.3f|", 0.25, 0.35, 0.5, 1.5, 2.5, 1.005, 1.0005);
    SHOW("%.20f|%.17g|%.55f|", 0.1, 0.1, 0.1);
    SHOW("%.0f|%.1f|%.2e|%g|%g|%g|%g|", 9.5, 9.96, 9.999, 999999.5, 0.0001, 0.00009999995, 1e6);
    SHOW("%.70f|%.30e|", 1.5, 1024.0);
}

int main(void) {
    FORMS(0.0);
    FORMS(-0.0);
    FORMS(1.0);
    FORMS(-123.456);
    FORMS(6.02214076e23);
    FORMS(1e-5);
    SHOW("%e|%.3g|%a|", 1.7976931348623157e308, 1.7976931348623157e308, 1.7976931348623157e308);
    SHOW("%f|%g|%a|", 5e-324, 5e-324, 2.2250738585072014e-308);
    SHOW("%f|%5.1F|%-6e|%06g|%+G|% a|", __builtin_inf(), -__builtin_inf(), __builtin_inf(),
         __builtin_inf(), __builtin_inf(), __builtin_inf());
    flags();
    places();
    SHOW("%s %d %5.1f %lld %c|", "among others", 42, 99.95, 1234567890123456789LL, 'z');
    char text[16];
    int length = snprintf(text, sizeof text, "%.12f", 2.0 / 3);
    SHOW("%s %d|", text, length);
    return 0;
}

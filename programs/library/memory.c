/* Copies, comparisons and lengths of memory. clang may call the first four for copies and
 * initialisers that are not written as calls. */

#include <stddef.h>

#define LIBRARY __attribute__((weak))

LIBRARY void *memset(void *to, int byte, size_t length) {
    char *at = to;
    while (length--) *at++ = (char)byte;
    return to;
}

LIBRARY void *memcpy(void *restrict to, const void *restrict from, size_t length) {
    char *at = to;
    const char *source = from;
    while (length--) *at++ = *source++;
    return to;
}

LIBRARY void *memmove(void *to, const void *from, size_t length) {
    char *at = to;
    const char *source = from;
    if (at < source) {
        while (length--) *at++ = *source++;
    } else {
        while (length--) at[length] = source[length];
    }
    return to;
}

LIBRARY int memcmp(const void *left, const void *right, size_t length) {
    const unsigned char *a = left, *b = right;
    for (; length--; a++, b++) {
        if (*a != *b) return *a - *b;
    }
    return 0;
}

LIBRARY size_t strlen(const char *text) {
    const char *end = text;
    while (*end) end++;
    return (size_t)(end - text);
}

LIBRARY int strcmp(const char *left, const char *right) {
    for (; *left && *left == *right; left++, right++) {}
    return (unsigned char)*left - (unsigned char)*right;
}

LIBRARY _Noreturn void abort(void) { __builtin_trap(); }

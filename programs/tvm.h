/* What a program for the machine can use: its input, its output, and the few library functions
 * that small C programs expect. A program begins at
 *
 *     void compute(const char *input);    or    int main(void);
 *
 * The input ends in a 0 byte. There are no files, no heap and no floating point. */
#ifndef TVM_H
#define TVM_H

#include <stdarg.h>
#include <stddef.h>

#define EOF (-1)

/* Declares a function that is one opcode of the machine:
 *     TVM_OPCODE("sat_add") unsigned sat_add(unsigned a, unsigned b); */
#define TVM_OPCODE(mnemonic) __attribute__((import_module("tvm"), import_name(mnemonic)))

TVM_OPCODE("output") void tvm_output(int byte);
TVM_OPCODE("halt") void tvm_halt(void);
TVM_OPCODE("input") const char *tvm_input(void);

/* The entries are called by the machine, not by any C function. */
void compute(const char *input);
int main(void);

/* A value that clang knows nothing about. */
static inline int tvm_opaque(int value) {
    __asm__("" : "+r"(value));
    return value;
}

/* A letter of a text as an int. Were it not opaque, clang would keep it as a byte in loops and
 * cut it to size at every use, which is instructions, and one that the classic set lacks. */
static inline int tvm_letter(const char *text) {
    return tvm_opaque(*(const unsigned char *)text);
}

/* clang may call these four for copies and initialisers that are not written as calls. */

__attribute__((weak)) void *memset(void *to, int byte, size_t length) {
    char *at = to;
    while (length--) *at++ = (char)byte;
    return to;
}

__attribute__((weak)) void *memcpy(void *restrict to, const void *restrict from, size_t length) {
    char *at = to;
    const char *source = from;
    while (length--) *at++ = *source++;
    return to;
}

__attribute__((weak)) void *memmove(void *to, const void *from, size_t length) {
    char *at = to;
    const char *source = from;
    if (at < source) {
        while (length--) *at++ = *source++;
    } else {
        while (length--) at[length] = source[length];
    }
    return to;
}

__attribute__((weak)) int memcmp(const void *left, const void *right, size_t length) {
    const unsigned char *a = left, *b = right;
    for (; length--; a++, b++) {
        if (*a != *b) return *a - *b;
    }
    return 0;
}

static inline size_t strlen(const char *text) {
    const char *end = text;
    while (tvm_letter(end)) end++;
    return (size_t)(end - text);
}

static inline int strcmp(const char *left, const char *right) {
    for (; *left && *left == *right; left++, right++) {}
    return (unsigned char)*left - (unsigned char)*right;
}

/* Ends the program. There is no exit status. */
__attribute__((noreturn)) static inline void exit(int status) {
    (void)status;
    tvm_halt();
    __builtin_unreachable();
}

/* ---- output ---- */

static inline int putchar(int byte) {
    tvm_output(byte);
    return byte;
}

static inline void tvm_write(const char *text) {
    for (int letter; (letter = tvm_letter(text)) != 0; text++) tvm_output(letter);
}

static inline int puts(const char *text) {
    tvm_write(text);
    tvm_output('\n');
    return 0;
}

/* Base 10 and 16; the digits come last first. */
static inline void tvm_write_unsigned(unsigned value, unsigned base) {
    char digits[10];
    int count = 0;
    do {
        digits[count++] = "0123456789abcdef"[value % base];
        value /= base;
    } while (value);
    while (count) tvm_output(digits[--count]);
}

static inline void tvm_write_signed(int value) {
    unsigned magnitude = (unsigned)value;
    if (value < 0) {
        tvm_output('-');
        magnitude = -magnitude;
    }
    tvm_write_unsigned(magnitude, 10);
}

/* %d %u %x %c %s %% without flags or widths; any other letter is written as it is. */
__attribute__((format(printf, 1, 2))) static inline int printf(const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    for (; *format; format++) {
        if (*format != '%') {
            tvm_output(*format);
            continue;
        }
        switch (*++format) {
        case 'd': tvm_write_signed(va_arg(arguments, int)); break;
        case 'u': tvm_write_unsigned(va_arg(arguments, unsigned), 10); break;
        case 'x': tvm_write_unsigned(va_arg(arguments, unsigned), 16); break;
        case 'c': tvm_output(va_arg(arguments, int)); break;
        case 's': tvm_write(va_arg(arguments, const char *)); break;
        case 0: va_end(arguments); return 0;
        default: tvm_output(*format);
        }
    }
    va_end(arguments);
    return 0;
}

/* ---- input ---- */

/* The next byte of the input, or EOF. */
static inline int getchar(void) {
    static const char *next;
    if (!next) next = tvm_input();
    return *next ? (unsigned char)*next++ : EOF;
}

static inline int tvm_is_space(char letter) {
    return letter == ' ' || letter == '\n' || letter == '\t' || letter == '\r';
}

/* The digit's value in bases up to 16, or 16. */
static inline unsigned tvm_digit(char letter) {
    if (letter >= '0' && letter <= '9') return (unsigned)(letter - '0');
    if (letter >= 'a' && letter <= 'f') return (unsigned)(letter - 'a' + 10);
    if (letter >= 'A' && letter <= 'F') return (unsigned)(letter - 'A' + 10);
    return 16;
}

/* Reads a number and returns where it ends, or 0 if there is none. */
static inline const char *tvm_read_number(const char *text, unsigned base, unsigned *number) {
    int negative = *text == '-';
    if (*text == '-' || *text == '+') text++;
    if (tvm_digit(*text) >= base) return 0;
    unsigned value = 0;
    for (unsigned digit; (digit = tvm_digit(*text)) < base; text++) value = value * base + digit;
    *number = negative ? -value : value;
    return text;
}

static inline const char *tvm_read_word(const char *text, char *word) {
    while (*text && !tvm_is_space(*text)) *word++ = *text++;
    *word = 0;
    return text;
}

/* %d %u %x %c %s %% without widths; white space in the format skips any. Returns how many values
 * were read, or EOF if the text ended before the first. */
__attribute__((format(scanf, 2, 3))) static inline int sscanf(const char *text, const char *format,
                                                              ...) {
    va_list arguments;
    va_start(arguments, format);
    int values = 0;
    for (; *format; format++) {
        if (tvm_is_space(*format)) {
            while (tvm_is_space(*text)) text++;
            continue;
        }
        char kind = *format == '%' ? *++format : 0;
        if (kind && kind != 'c') {
            while (tvm_is_space(*text)) text++;
        }
        if (!*text) {
            if (!values) values = EOF;
            break;
        }
        if (kind == 'c') {
            *va_arg(arguments, char *) = *text++;
            values++;
        } else if (kind == 's') {
            text = tvm_read_word(text, va_arg(arguments, char *));
            values++;
        } else if (kind == 'd' || kind == 'u' || kind == 'x') {
            text = tvm_read_number(text, kind == 'x' ? 16 : 10, va_arg(arguments, unsigned *));
            if (!text) break;
            values++;
        } else if (*text++ != *format) {
            break;
        }
    }
    va_end(arguments);
    return values;
}

#endif

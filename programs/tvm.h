/* What a program for the machine can use: its input, its output, and the few library functions
 * that small C programs expect. A program begins at
 *
 *     void compute(const char *input);    or    int main(void);
 *
 * The input ends in a 0 byte; `main` may also take `argc` and `argv`, which are 0 and empty. There
 * are no files.
 *
 * A program that includes a header of the C library beside this one, or is in C++, is compiled with
 * that library. Then the library functions are those of the library. */
#ifndef TVM_H
#define TVM_H

#ifdef __wasi__
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#else
#include <stdarg.h>
#include <stddef.h>

#define EOF (-1)
#endif

#ifdef __cplusplus
extern "C" {
#endif

/* Declares a function that is one opcode of the machine:
 *     TVM_OPCODE("sat_add") unsigned sat_add(unsigned a, unsigned b); */
#define TVM_OPCODE(mnemonic) __attribute__((import_module("tvm"), import_name(mnemonic)))

TVM_OPCODE("output") void tvm_output(int byte);
TVM_OPCODE("halt") void tvm_halt(void);

#ifdef __wasi__
/* All of standard input, which is the input. It is read once, whatever files of the program ask. */
__attribute__((weak)) const char *tvm_input(void) {
    static char *input;
    size_t length = 0, room = 0, read = 1;
    if (input) return input;
    while (read) {
        if (length + 1 >= room) {
            room = room ? 2 * room : 4096;
            input = (char *)realloc(input, room);
            if (!input) abort();
        }
        read = fread(input + length, 1, room - 1 - length, stdin);
        length += read;
    }
    input[length] = 0;
    return input;
}
#else
TVM_OPCODE("input") const char *tvm_input(void);
#endif

/* An entry, which is called by the machine and by no C function; `main` needs no declaration. */
void compute(const char *input);

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

#ifdef __cplusplus
}
#endif

#ifndef __wasi__

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

/* These are compiled into a program that calls them; `tvm` sees to that. */
double strtod(const char *text, char **end);
void *malloc(size_t bytes);
void *calloc(size_t number, size_t bytes);
void *realloc(void *block, size_t bytes);
void free(void *block);

static inline double atof(const char *text) { return strtod(text, 0); }

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
    return (unsigned char)byte;
}

/* Writes a text and returns its length. */
static inline int tvm_write(const char *text) {
    const char *begin = text;
    for (int letter; (letter = tvm_letter(text)) != 0; text++) tvm_output(letter);
    return (int)(text - begin);
}

static inline int puts(const char *text) {
    tvm_write(text);
    tvm_output('\n');
    return 0;
}

/* Writes a number in base 10 or 16 and returns how many digits it has; they come last first. */
static inline int tvm_write_unsigned(unsigned value, unsigned base) {
    char digits[10];
    int count = 0;
    do {
        digits[count++] = "0123456789abcdef"[value % base];
        value /= base;
    } while (value);
    int written = count;
    while (count) tvm_output(digits[--count]);
    return written;
}

static inline int tvm_write_signed(int value) {
    unsigned magnitude = (unsigned)value;
    if (value < 0) {
        tvm_output('-');
        magnitude = -magnitude;
    }
    return tvm_write_unsigned(magnitude, 10) + (value < 0);
}

/* Ends a program whose format asks for what is not here: the output says for what. */
__attribute__((noreturn, noinline, unused)) static void tvm_refuse(const char *function,
                                                                   const char *conversion,
                                                                   const char *end) {
    tvm_output('\n');
    tvm_write(function);
    tvm_write(" of tvm.h has no %");
    while (conversion < end && *conversion) tvm_output(*conversion++);
    tvm_output('\n');
    __builtin_trap();
}

/* Memory that a conversion writes to, as far as there is room. Where a function below gets none, it
 * writes to the output; clang leaves the question out of a program that only does that. */
struct tvm_memory {
    char *at;
    size_t room;
};

static inline void tvm_put(struct tvm_memory *to, int byte) {
    if (!to) {
        tvm_output(byte);
    } else if (to->room) {
        to->room--;
        *to->at++ = (char)byte;
    }
}

static inline void tvm_pad(struct tvm_memory *to, char byte, int count) {
    while (count-- > 0) tvm_put(to, byte);
}

static inline void tvm_put_text(struct tvm_memory *to, const char *text) {
    for (int letter; (letter = tvm_letter(text)) != 0; text++) tvm_put(to, letter);
}

/* A conversion of printf: what stands between `%` and the letter. */
struct tvm_conversion {
    char left, zeros, alternative, sign;
    /* The precision is -1 where none is given. */
    int width, precision;
    /* Of an integer argument. */
    unsigned bytes;
};

/* A number of a format, or the argument that stands for it. */
static inline int tvm_format_number(const char **format, va_list *arguments) {
    if (**format == '*') {
        ++*format;
        return va_arg(*arguments, int);
    }
    int number = 0;
    while (**format >= '0' && **format <= '9') number = number * 10 + (*(*format)++ - '0');
    return number;
}

/* Reads what stands before the letter of a conversion, and returns where that is. */
static inline const char *tvm_read_conversion(struct tvm_conversion *to, const char *format,
                                              va_list *arguments) {
    for (;; format++) {
        if (*format == '-') to->left = 1;
        else if (*format == '0') to->zeros = 1;
        else if (*format == '#') to->alternative = 1;
        else if (*format == '+') to->sign = '+';
        else if (*format == ' ') to->sign = to->sign ? to->sign : ' ';
        else break;
    }
    to->width = tvm_format_number(&format, arguments);
    if (to->width < 0) {
        to->left = 1;
        to->width = -to->width;
    }
    to->precision = -1;
    if (*format == '.') {
        format++;
        to->precision = tvm_format_number(&format, arguments);
    }
    to->bytes = sizeof(int);
    switch (*format) {
    case 'h':
        to->bytes = *++format == 'h' ? sizeof(char) : sizeof(short);
        return format + (*format == 'h');
    case 'l':
        to->bytes = *++format == 'l' ? sizeof(long long) : sizeof(long);
        return format + (*format == 'l');
    case 'j': to->bytes = sizeof(long long); return format + 1;
    case 'z':
    case 't': to->bytes = sizeof(size_t); return format + 1;
    default: return format;
    }
}

/* The digits of a number in base 8, 10 or 16, the last one first; none of 0. A division of 64 bits
 * costs far more than one of 32, so it gives nine digits at once. */
static inline int tvm_digits(char *digits, unsigned long long value, unsigned base, char ten) {
    int count = 0;
    if (base != 10) {
        for (; value; value >>= base == 16 ? 4 : 3) {
            unsigned digit = (unsigned)value & (base - 1);
            digits[count++] = (char)(digit < 10 ? '0' + digit : ten + digit - 10);
        }
        return count;
    }
    while (value >> 32) {
        unsigned long long upper = value / 1000000000;
        unsigned lower = (unsigned)(value - upper * 1000000000);
#pragma clang loop unroll(disable)
        for (int digit = 0; digit < 9; digit++, lower /= 10)
            digits[count++] = (char)('0' + lower % 10);
        value = upper;
    }
    for (unsigned rest = (unsigned)value; rest; rest /= 10)
        digits[count++] = (char)('0' + rest % 10);
    return count;
}

/* Writes a number with its sign or prefix, and returns how many bytes that are. */
__attribute__((noinline, unused)) static int tvm_convert_number(
    struct tvm_memory *to, const struct tvm_conversion *how, const char *prefix,
    unsigned long long value, unsigned base, char ten) {
    char digits[22];
    int count = tvm_digits(digits, value, base, ten), zeros = 0, prefix_length = 0;
    int least = how->precision < 0 ? 1 : how->precision;
    if (base == 8 && how->alternative && least <= count) least = count + 1;
    if (count < least) zeros = least - count;
    while (prefix[prefix_length]) prefix_length++;
    int pad = how->width - prefix_length - zeros - count;
    if (how->zeros && !how->left && how->precision < 0 && pad > 0) {
        zeros += pad;
        pad = 0;
    }
    int written = prefix_length + zeros + count + (pad > 0 ? pad : 0);
    if (!how->left) tvm_pad(to, ' ', pad);
    tvm_put_text(to, prefix);
    tvm_pad(to, '0', zeros);
    while (count) tvm_put(to, digits[--count]);
    if (how->left) tvm_pad(to, ' ', pad);
    return written;
}

static inline int tvm_convert_text(struct tvm_memory *to, const struct tvm_conversion *how,
                                   const char *text, int length) {
    int pad = how->width - length, written = length + (pad > 0 ? pad : 0);
    if (!how->left) tvm_pad(to, ' ', pad);
    while (length--) tvm_put(to, *text++);
    if (how->left) tvm_pad(to, ' ', pad);
    return written;
}

/* The argument of a signed conversion, cut to its length. */
static inline long long tvm_signed_argument(unsigned bytes, va_list *arguments) {
    if (bytes == sizeof(long long)) return va_arg(*arguments, long long);
    int value = va_arg(*arguments, int);
    return bytes == 1 ? (signed char)value : bytes == 2 ? (short)value : value;
}

static inline unsigned long long tvm_unsigned_argument(unsigned bytes, va_list *arguments) {
    if (bytes == sizeof(long long)) return va_arg(*arguments, unsigned long long);
    unsigned value = va_arg(*arguments, unsigned);
    return bytes == 1 ? (unsigned char)value : bytes == 2 ? (unsigned short)value : value;
}

/* Any conversion but of floating point. `begin` stands behind its `%`. Returns how many bytes were
 * written. */
static inline int tvm_convert_as(struct tvm_memory *to, const struct tvm_conversion *how,
                                 const char *begin, const char *letter, va_list *arguments) {
    switch (*letter) {
    case 'd':
    case 'i': {
        long long value = tvm_signed_argument(how->bytes, arguments);
        char sign[2] = {value < 0 ? '-' : how->sign, 0};
        unsigned long long magnitude = (unsigned long long)value;
        return tvm_convert_number(to, how, sign, value < 0 ? -magnitude : magnitude, 10, 'a');
    }
    case 'u':
    case 'o':
    case 'x':
    case 'X': {
        unsigned long long value = tvm_unsigned_argument(how->bytes, arguments);
        unsigned base = *letter == 'u' ? 10 : *letter == 'o' ? 8 : 16;
        int prefixed = base == 16 && how->alternative && value;
        const char *prefix = !prefixed ? "" : *letter == 'x' ? "0x" : "0X";
        return tvm_convert_number(to, how, prefix, value, base, *letter == 'X' ? 'A' : 'a');
    }
    case 'p':
        return tvm_convert_number(to, how, "0x", va_arg(*arguments, unsigned), 16, 'a');
    case '%':
        tvm_put(to, '%');
        return 1;
    case 'c': {
        if (letter[-1] == 'l') break;
        char byte = (char)va_arg(*arguments, int);
        return tvm_convert_text(to, how, &byte, 1);
    }
    case 's': {
        if (letter[-1] == 'l') break;
        const char *text = va_arg(*arguments, const char *);
        int length = 0;
        while (length != how->precision && text[length]) length++;
        return tvm_convert_text(to, how, text, length);
    }
    }
    tvm_refuse("printf", begin, letter + 1);
}

/* The same from behind the `%`, where `*format` stands; it is left at the letter. */
__attribute__((noinline, unused)) static int tvm_convert(struct tvm_memory *to, const char **format,
                                                         va_list *arguments) {
    struct tvm_conversion how = {0};
    const char *begin = *format, *letter = tvm_read_conversion(&how, begin, arguments);
    *format = letter;
    return tvm_convert_as(to, &how, begin, letter, arguments);
}

/* A double as text, rounded correctly: two texts, each with a 0 at its end, and zeros that stand
 * between them. Returns the length of the first. */
int tvm_floating_text(char *text, int *zeros, unsigned long long bits, char letter, int precision,
                      int point);

/* Writes a double, given by its bits. */
__attribute__((noinline, unused)) static int tvm_convert_floating(
    struct tvm_memory *to, const struct tvm_conversion *how, char letter, unsigned long long bits) {
    char text[1408], prefix[4], *end = prefix;
    int zeros, before = 0, precision = how->precision < 0 ? -1 : how->precision;
    int length = tvm_floating_text(text, &zeros, bits, letter, precision, how->alternative);
    const char *tail = text + length + 1;
    int is_number = *text <= '9';
    if (bits >> 63) *end++ = '-';
    else if (how->sign) *end++ = how->sign;
    if (is_number && (letter | 32) == 'a') {
        *end++ = '0';
        *end++ = (char)(letter + ('x' - 'a'));
    }
    *end = 0;
    int written = (int)(end - prefix) + length + zeros + (int)strlen(tail);
    int pad = how->width > written ? how->width - written : 0;
    written += pad;
    if (how->zeros && !how->left && is_number) {
        before = pad;
        pad = 0;
    }
    if (!how->left) tvm_pad(to, ' ', pad);
    tvm_put_text(to, prefix);
    tvm_pad(to, '0', before);
    tvm_put_text(to, text);
    tvm_pad(to, '0', zeros);
    tvm_put_text(to, tail);
    if (how->left) tvm_pad(to, ' ', pad);
    return written;
}

/* Any conversion. The bits of a double are read where the double would be. */
__attribute__((noinline, unused)) static int tvm_convert_any(
    struct tvm_memory *to, const char **format, va_list *arguments) {
    struct tvm_conversion how = {0};
    const char *begin = *format, *letter = tvm_read_conversion(&how, begin, arguments);
    *format = letter;
    switch (*letter | 32) {
    case 'a':
    case 'e':
    case 'f':
    case 'g': {
        unsigned long long bits = va_arg(*arguments, unsigned long long);
        return tvm_convert_floating(to, &how, *letter, bits);
    }
    default: return tvm_convert_as(to, &how, begin, letter, arguments);
    }
}

/* Writes a format with its arguments, of which none is a double unless `floating`. */
static inline int tvm_format(struct tvm_memory *to, const char *format, va_list *arguments,
                             int floating) {
    int written = 0;
    for (; *format; format++) {
        if (*format == '%') {
            format++;
            written += floating ? tvm_convert_any(to, &format, arguments)
                                : tvm_convert(to, &format, arguments);
        } else {
            tvm_put(to, *format);
            written++;
        }
    }
    return written;
}

/* The same to memory with so many bytes, of which the last written is 0. */
static inline int tvm_format_to(char *memory, size_t size, const char *format, va_list *arguments,
                                int floating) {
    struct tvm_memory to = {memory, size ? size - 1 : 0};
    int written = tvm_format(&to, format, arguments, floating);
    if (size) *to.at = 0;
    return written;
}

/* The conversions of C for integers, characters, texts, pointers and doubles, with all its flags,
 * widths, precisions and lengths: %d %i %u %o %x %X %c %s %p %f %F %e %E %g %G %a %A %%. What is
 * not here, as for `wchar_t` and `long double`, does not compile in a format that is a literal of
 * up to 128 bytes. In another format it ends the program in a trap, and the output says why.
 *
 * What prints doubles becomes part of a program only if it has such a conversion, a format that is
 * no literal, or a longer one. */
__attribute__((format(printf, 1, 2))) static inline int printf(const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    int written = tvm_format(0, format, &arguments, 1);
    va_end(arguments);
    return written;
}

__attribute__((format(printf, 3, 4))) static inline int snprintf(char *memory, size_t size,
                                                                 const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    int written = tvm_format_to(memory, size, format, &arguments, 1);
    va_end(arguments);
    return written;
}

__attribute__((format(printf, 2, 3))) static inline int sprintf(char *memory, const char *format,
                                                                ...) {
    va_list arguments;
    va_start(arguments, format);
    int written = tvm_format_to(memory, (size_t)-1, format, &arguments, 1);
    va_end(arguments);
    return written;
}

__attribute__((format(printf, 1, 0))) static inline int vprintf(const char *format,
                                                                va_list arguments) {
    return tvm_format(0, format, &arguments, 1);
}

__attribute__((format(printf, 3, 0))) static inline int vsnprintf(char *memory, size_t size,
                                                                  const char *format,
                                                                  va_list arguments) {
    return tvm_format_to(memory, size, format, &arguments, 1);
}

__attribute__((format(printf, 2, 0))) static inline int vsprintf(char *memory, const char *format,
                                                                 va_list arguments) {
    return tvm_format_to(memory, (size_t)-1, format, &arguments, 1);
}

/* printf and snprintf of formats without doubles. */

static inline int printf_integers(const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    int written = tvm_format(0, format, &arguments, 0);
    va_end(arguments);
    return written;
}

static inline int snprintf_integers(char *memory, size_t size, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    int written = tvm_format_to(memory, size, format, &arguments, 0);
    va_end(arguments);
    return written;
}

/* printf of the plain conversions alone: that is smaller, and executed in fewer instructions. */
static inline int printf_plain(const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    int written = 0;
    for (; *format; format++) {
        if (*format != '%') {
            tvm_output(*format);
            written++;
            continue;
        }
        switch (*++format) {
        case 'd': written += tvm_write_signed(va_arg(arguments, int)); break;
        case 'u': written += tvm_write_unsigned(va_arg(arguments, unsigned), 10); break;
        case 'x': written += tvm_write_unsigned(va_arg(arguments, unsigned), 16); break;
        case 'c': tvm_output(va_arg(arguments, int)); written++; break;
        case 's': written += tvm_write(va_arg(arguments, const char *)); break;
        case 0: va_end(arguments); return 0;
        default: tvm_output(*format); written++;
        }
    }
    va_end(arguments);
    return written;
}

/* ---- formats that are known when a program is compiled ----
 *
 * clang chooses among declarations of one name by what it knows of a format. These conditions look
 * at 128 bytes of it; position `at` counts only within the format. */
#define TVM_4(look, a, b, c, d) (look(a) || look(b) || look(c) || look(d))
#define TVM_16(look, high)                                                                  \
    (TVM_4(look, high##0, high##1, high##2, high##3) ||                                     \
     TVM_4(look, high##4, high##5, high##6, high##7) ||                                     \
     TVM_4(look, high##8, high##9, high##a, high##b) ||                                     \
     TVM_4(look, high##c, high##d, high##e, high##f))
#define TVM_64(look, a, b, c, d) \
    (TVM_16(look, 0x##a) || TVM_16(look, 0x##b) || TVM_16(look, 0x##c) || TVM_16(look, 0x##d))
#define TVM_ANY(look) \
    (TVM_64(look, 0, 1, 2, 3) || (TVM_LENGTH > 64 && TVM_64(look, 4, 5, 6, 7)))
#define TVM_LENGTH __builtin_strlen(format)
#define TVM_KNOWN (TVM_LENGTH <= 128)

#define TVM_AMONG(c, letters) (__builtin_memchr(letters, c, sizeof(letters) - 1) != 0)

/* A conversion begins here: `%`, and not the second of a pair. */
#define TVM_PERCENT(at, back) (at >= back && format[at - back] == '%')
#define TVM_BEGINS(at)                                                                      \
    (TVM_LENGTH > at && TVM_PERCENT(at, 0) &&                                             \
     !(TVM_PERCENT(at, 1) && !(TVM_PERCENT(at, 2) && !(TVM_PERCENT(at, 3) && !TVM_PERCENT(at, 4)))))

/* A conversion that is not plain: with more than its letter, or with another letter. */
#define TVM_IS_PLAIN(c) \
    ((c) == 'd' || (c) == 'u' || (c) == 'x' || (c) == 'c' || (c) == 's' || (c) == '%')
#define TVM_NOT_PLAIN(at) (TVM_BEGINS(at) && !TVM_IS_PLAIN(format[at + 1]))
#define TVM_PLAIN (TVM_KNOWN && !TVM_ANY(TVM_NOT_PLAIN))

/* The letter of a conversion, and what may stand before it. */
#define TVM_IS_INTEGER(c) TVM_AMONG(c, "diuoxXcsp%")
#define TVM_IS_FLOATING(c) TVM_AMONG(c, "fFeEgGaA")
#define TVM_IS_BEFORE(at)                                                                   \
    (TVM_AMONG(format[at], "-+ #0123456789.*hjzt") ||                                       \
     (format[at] == 'l' && !TVM_AMONG(format[at + 1], "cs")))

/* Follows what stands before the letter, up to seven bytes. Behind more there may be a double. */
#define TVM_FOLLOW(look, at, else)                                                          \
    look(at + 1, look(at + 2, look(at + 3, look(at + 4, look(at + 5, look(at + 6,           \
        look(at + 7, look(at + 8, else))))))))

/* A conversion of an integer, a character or a text. */
#define TVM_LOOK_INTEGER(at, more) \
    (TVM_IS_INTEGER(format[at]) || (TVM_IS_BEFORE(at) && (more)))
#define TVM_NOT_INTEGER(at) (TVM_BEGINS(at) && !TVM_FOLLOW(TVM_LOOK_INTEGER, at, 0))
#define TVM_INTEGERS (TVM_KNOWN && !TVM_ANY(TVM_NOT_INTEGER))

/* A conversion that is not here. */
#define TVM_LOOK_OTHER(at, more)                                                            \
    (!TVM_IS_INTEGER(format[at]) && !TVM_IS_FLOATING(format[at]) && (!TVM_IS_BEFORE(at) || (more)))
#define TVM_OTHER(at) (TVM_BEGINS(at) && TVM_FOLLOW(TVM_LOOK_OTHER, at, 0))

#pragma clang diagnostic push
#pragma clang diagnostic ignored "-Wgcc-compat"

#define TVM_PRINTF __attribute__((overloadable, format(printf, 1, 2)))
#define TVM_SNPRINTF __attribute__((overloadable, format(printf, 3, 4)))
#define TVM_WHERE_OTHER                                                                     \
    __attribute__((enable_if(TVM_ANY(TVM_OTHER), "a conversion that is not here"),          \
                   unavailable("tvm.h has %d %i %u %o %x %X %c %s %p %% %f %e %g %a, without " \
                               "wchar_t and long double")))

/* sprintf shares the conditions of snprintf. */
#define sprintf(memory, ...) snprintf(memory, (size_t)-1, __VA_ARGS__)

TVM_PRINTF int printf(const char *format, ...) TVM_WHERE_OTHER;
TVM_SNPRINTF int snprintf(char *memory, size_t size, const char *format, ...) TVM_WHERE_OTHER;

TVM_PRINTF int printf(const char *format, ...) __asm__("printf_integers")
    __attribute__((enable_if(TVM_INTEGERS && !TVM_PLAIN, "integers")));
TVM_SNPRINTF int snprintf(char *memory, size_t size, const char *format, ...)
    __asm__("snprintf_integers") __attribute__((enable_if(TVM_INTEGERS, "integers")));

/* The plain conversions alone: that is smaller, and executed in fewer instructions. */
TVM_PRINTF int printf(const char *format, ...) __asm__("printf_plain")
    __attribute__((enable_if(TVM_PLAIN, "plain")));

#pragma clang diagnostic pop

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

static inline int tvm_scan(const char *text, const char *format, va_list arguments) {
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
    return values;
}

/* sscanf of the plain conversions alone. */
__attribute__((format(scanf, 2, 3))) static inline int sscanf_plain(const char *text,
                                                                    const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    int values = tvm_scan(text, format, arguments);
    va_end(arguments);
    return values;
}

/* %d %u %x %c %s %% without widths; white space in the format skips any. Returns how many values
 * were read, or EOF if the text ended before the first. With other conversions a call does not
 * compile, or ends the program in a trap where the format is not a literal of up to 128 bytes. */
__attribute__((format(scanf, 2, 3))) static inline int sscanf(const char *text, const char *format,
                                                              ...) {
    for (const char *at = format; *at; at++) {
        if (*at == '%' && !TVM_IS_PLAIN(*++at)) tvm_refuse("sscanf", at, at + 1);
    }
    va_list arguments;
    va_start(arguments, format);
    int values = tvm_scan(text, format, arguments);
    va_end(arguments);
    return values;
}

#pragma clang diagnostic push
#pragma clang diagnostic ignored "-Wgcc-compat"

#define TVM_SSCANF __attribute__((overloadable, format(scanf, 2, 3)))

TVM_SSCANF int sscanf(const char *text, const char *format, ...)
    __attribute__((enable_if(TVM_ANY(TVM_NOT_PLAIN), "another conversion"),
                   unavailable("sscanf of tvm.h has %d %u %x %c %s %% without widths")));
TVM_SSCANF int sscanf(const char *text, const char *format, ...) __asm__("sscanf_plain")
    __attribute__((enable_if(TVM_PLAIN, "plain")));

#pragma clang diagnostic pop

#endif /* not __wasi__ */

/* ---- other names ----
 *
 * A program that includes nothing, as those of Percepta's transformer-vm, has these too. */
#ifdef TVM_HELPERS

static inline int str_len(const char *text) { return (int)strlen(text); }

static inline void print_str(const char *text) {
    for (int letter; (letter = tvm_letter(text)) != 0; text++) putchar(letter);
}

static inline void print_int(int value) { printf("%d", value); }

/* The digits that the text begins with. */
static inline int parse_int(const char *text) {
    int value = 0;
    for (int digit; (digit = tvm_letter(text) - '0') >= 0 && digit <= 9; text++)
        value = value * 10 + digit;
    return value;
}

#endif

#endif

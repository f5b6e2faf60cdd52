/* Checks that every line of the input is a JSON text (RFC 8259); says where it is not. A parser by
 * recursive descent. */
#include <stdbool.h>

#include "tvm.h"

#define LONGEST_LINE 256
#define DEEPEST 16

static char line[LONGEST_LINE];
static const char *at;

static bool value(int depth);

static void skip_space(void) {
    while (*at == ' ' || *at == '\t' || *at == '\r') at++;
}

static bool is_digit(char letter) { return letter >= '0' && letter <= '9'; }

static bool is_hexadecimal(char letter) {
    return is_digit(letter) || (letter >= 'a' && letter <= 'f') || (letter >= 'A' && letter <= 'F');
}

static bool digits(void) {
    if (!is_digit(*at)) return false;
    while (is_digit(*at)) at++;
    return true;
}

static bool number(void) {
    if (*at == '-') at++;
    if (*at == '0') {
        at++;
    } else if (!digits()) {
        return false;
    }
    if (*at == '.') {
        at++;
        if (!digits()) return false;
    }
    if (*at == 'e' || *at == 'E') {
        at++;
        if (*at == '+' || *at == '-') at++;
        return digits();
    }
    return true;
}

static bool escape(void) {
    switch (*at++) {
    case '"':
    case '\\':
    case '/':
    case 'b':
    case 'f':
    case 'n':
    case 'r':
    case 't': return true;
    case 'u':
        for (int i = 0; i < 4; i++) {
            if (!is_hexadecimal(*at)) return false;
            at++;
        }
        return true;
    default: at--; return false;
    }
}

static bool string(void) {
    for (at++; *at != '"';) {
        if ((unsigned char)*at < ' ') return false;
        if (*at++ == '\\' && !escape()) return false;
    }
    at++;
    return true;
}

static bool member(int depth) {
    skip_space();
    if (*at != '"' || !string()) return false;
    skip_space();
    if (*at != ':') return false;
    at++;
    return value(depth);
}

/* The members of an object or the elements of an array. */
static bool list(char close, bool (*element)(int), int depth) {
    at++;
    skip_space();
    if (*at == close) {
        at++;
        return true;
    }
    for (;;) {
        if (!element(depth)) return false;
        skip_space();
        if (*at == close) {
            at++;
            return true;
        }
        if (*at != ',') return false;
        at++;
    }
}

static bool word(const char *expected) {
    for (; *expected; expected++) {
        if (*at != *expected) return false;
        at++;
    }
    return true;
}

static bool value(int depth) {
    if (depth == DEEPEST) return false;
    skip_space();
    switch (*at) {
    case '{': return list('}', member, depth + 1);
    case '[': return list(']', value, depth + 1);
    case '"': return string();
    case 't': return word("true");
    case 'f': return word("false");
    case 'n': return word("null");
    default: return number();
    }
}

static bool read_line(void) {
    int length = 0, letter;
    while ((letter = getchar()) != EOF && letter != '\n') {
        if (length < LONGEST_LINE - 1) line[length++] = (char)letter;
    }
    line[length] = 0;
    return letter != EOF || length > 0;
}

int main(void) {
    while (read_line()) {
        at = line;
        bool valid = value(0);
        if (valid) skip_space();
        if (valid && !*at) {
            puts("valid");
        } else {
            printf("invalid at column %d\n", (int)(at - line) + 1);
        }
    }
    return 0;
}

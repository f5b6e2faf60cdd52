/* An interpreter of the language of eight letters: > < + - . , [ ]. The program is the input up to
 * an exclamation mark; what follows is the program's own input. */
#include <stdint.h>

#include "tvm.h"

#define LONGEST 512
#define DEEPEST 32
#define CELLS 256

static char program[LONGEST];
static uint16_t partner[LONGEST];
static uint8_t cells[CELLS];

static int read_program(void) {
    int length = 0;
    for (int letter; (letter = getchar()) != EOF && letter != '!';) {
        if (length == LONGEST) return -1;
        program[length++] = (char)letter;
    }
    return length;
}

/* Finds the partners of brackets. Returns 0 when one has none. */
static int match_brackets(int length) {
    uint16_t open[DEEPEST];
    int depth = 0;
    for (int at = 0; at < length; at++) {
        if (program[at] == '[') {
            if (depth == DEEPEST) return 0;
            open[depth++] = (uint16_t)at;
        } else if (program[at] == ']') {
            if (depth == 0) return 0;
            partner[at] = open[--depth];
            partner[partner[at]] = (uint16_t)at;
        }
    }
    return depth == 0;
}

static void interpret(int length) {
    uint8_t cell = 0;
    for (int at = 0; at < length; at++) {
        switch (program[at]) {
        case '>': cell++; break;
        case '<': cell--; break;
        case '+': cells[cell]++; break;
        case '-': cells[cell]--; break;
        case '.': putchar(cells[cell]); break;
        case ',': {
            int letter = getchar();
            cells[cell] = letter == EOF ? 0 : (uint8_t)letter;
            break;
        }
        case '[':
            if (!cells[cell]) at = partner[at];
            break;
        case ']':
            if (cells[cell]) at = partner[at];
            break;
        default: break;
        }
    }
}

int main(void) {
    int length = read_program();
    if (length < 0 || !match_brackets(length)) {
        puts("not a program");
        return 1;
    }
    interpret(length);
    return 0;
}

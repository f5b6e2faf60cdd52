/* Solves a Sudoku, thinking aloud: cells that must be, guesses, and steps back from wrong ones.
 * The input is the 81 cells row by row, '.' or '0' for an empty one. The last nine lines are the
 * solved grid.
 *
 * For every digit there is a board of the cells where it can still be: three bands of three rows,
 * 27 bits each, so that a few word operations look at a whole band. A cell with one candidate and
 * a unit with one place for a digit are filled until there are none left; then a cell with as few
 * candidates as possible is guessed. Nothing is undone: a guess works on a copy of the boards. */
#include "tvm.h"

typedef unsigned band; /* bit 9 * row + column of a band's cells */

#define BANDS 3
#define DIGITS 9
#define CELLS 81
#define FULL 0x7ffffffu
#define ROW 0x1ffu
#define BOX 0x1c0e07u
#define COLUMN 0x40201u

struct position {
    band boards[DIGITS][BANDS];
    band open[BANDS]; /* the cells that are not filled */
    /* The guess that led on from here. */
    int guessed_digit;
    int guessed_band;
    band guessed_cell;
};

static struct position positions[CELLS + 1];

/* What has changed since it was last searched: bit 3 * digit + band for the units of a board, bit
 * band for the cells of all boards. */
static unsigned changed_boards, changed_bands;

/* The other cells in row and box of a band's cell. */
#define PEERS(row, column) (((ROW << 9 * (row)) | (BOX << ((column) / 3 * 3))) )
#define PEERS_OF_ROW(row)                                                                          \
    PEERS(row, 0), PEERS(row, 1), PEERS(row, 2), PEERS(row, 3), PEERS(row, 4), PEERS(row, 5),      \
        PEERS(row, 6), PEERS(row, 7), PEERS(row, 8)
static const band peers[27] = {PEERS_OF_ROW(0), PEERS_OF_ROW(1), PEERS_OF_ROW(2)};

__attribute__((noinline)) static void say(int in_band, band cell, int digit, char mark) {
    int place = __builtin_ctz(cell);
    tvm_output('r');
    tvm_output('1' + 3 * in_band + place / 9);
    tvm_output('c');
    tvm_output('1' + place % 9);
    tvm_output('=');
    tvm_output('1' + digit);
    tvm_output(mark);
}

/* Puts a digit into a cell that can be no other: it is nowhere else in the cell's units. */
__attribute__((noinline)) static void put(struct position *now, int in_band, band cell, int digit) {
    int place = __builtin_ctz(cell);
    band column = COLUMN << (unsigned)place % 9;
    band *boards = now->boards[digit];
    boards[in_band] &= ~peers[place];
    unsigned bands = 1u << in_band;
#pragma clang loop unroll(full)
    for (int each = 0; each < BANDS; each++) {
        if (boards[each] & column) {
            boards[each] &= ~column;
            bands |= 1u << each;
        }
    }
    boards[in_band] |= cell;
    now->open[in_band] &= ~cell;
    changed_boards |= bands << BANDS * digit;
    changed_bands |= bands;
}

/* Fills a cell: no other digit can be there, and the digit nowhere else in its units. */
__attribute__((noinline)) static void fill(struct position *now, int in_band, band cell, int digit) {
    band *board = &now->boards[0][in_band];
    unsigned changed = 0;
#pragma clang loop unroll(full)
    for (int other = 0; other < DIGITS; other++) {
        if (board[BANDS * other] & cell) {
            board[BANDS * other] ^= cell;
            changed |= 1u << BANDS * other;
        }
    }
    changed_boards |= changed << in_band;
    put(now, in_band, cell, digit);
}

/* Fills the cells of a band that have one candidate. Returns 0 if a cell has none. */
static inline int fill_only_candidates(struct position *now, int in_band) {
    band once = 0, twice = 0;
#pragma clang loop unroll(full)
    for (int digit = 0; digit < DIGITS; digit++) {
        band board = now->boards[digit][in_band];
        twice |= once & board;
        once |= board;
    }
    if (once != FULL) return 0;
    for (band left = once & ~twice & now->open[in_band]; left; left &= left - 1) {
        band cell = left & -left;
        int digit = 0;
        while (!(now->boards[digit][in_band] & cell)) {
            if (++digit == DIGITS) return 0;
        }
        put(now, in_band, cell, digit);
        say(in_band, cell, digit, ' ');
    }
    return 1;
}

/* The cells of a band where a row or a box has its only place for a digit; all bits if a row or
 * box has no place for it. */
static inline band only_places(band board) {
    band places = 0;
    band row, box;
#pragma clang loop unroll(full)
    for (int unit = 0; unit < 3; unit++) {
        row = board & ROW << 9 * unit;
        if (!row) return ~0u;
        if (!(row & (row - 1))) places |= row;
        box = board & BOX << 3 * unit;
        if (!box) return ~0u;
        if (!(box & (box - 1))) places |= box;
    }
    return places;
}

/* Fills the cells that are a unit's only place for the digit, looking at the rows and boxes of the
 * bands that have changed. Returns 0 if a unit has no place. */
static inline int fill_only_places(struct position *now, int digit, unsigned changed) {
    band *boards = now->boards[digit];
    band once = 0, twice = 0;
#pragma clang loop unroll(full)
    for (int in_band = 0; in_band < BANDS; in_band++) {
        band upper = boards[in_band], middle = upper >> 9, lower = upper >> 18;
        band either = upper | middle;
        twice |= (upper & middle) | (either & lower);
        either |= lower;
        twice |= once & either;
        once |= either;
    }
    if (~once & ROW) return 0;
    band columns = (once & ~twice & ROW) * COLUMN;
    for (int in_band = 0; in_band < BANDS; in_band++, changed >>= 1) {
        band places = boards[in_band] & columns;
        if ((changed & 1) && (boards[in_band] & now->open[in_band])) places |= only_places(boards[in_band]);
        if (places == ~0u) return 0;
        for (places &= now->open[in_band]; places; places &= places - 1) {
            band cell = places & -places;
            fill(now, in_band, cell, digit);
            say(in_band, cell, digit, ' ');
        }
    }
    return 1;
}

/* Fills what must be. Returns 0 on a contradiction. */
static int conclude(struct position *now) {
    for (;;) {
        if (changed_bands) {
            int in_band = __builtin_ctz(changed_bands);
            changed_bands &= changed_bands - 1;
            if (!fill_only_candidates(now, in_band)) return 0;
        } else if (changed_boards) {
            unsigned digit = (unsigned)__builtin_ctz(changed_boards) / BANDS;
            unsigned changed = changed_boards >> BANDS * digit & 7;
            changed_boards &= ~(7u << BANDS * digit);
            if (!fill_only_places(now, (int)digit, changed)) return 0;
        } else {
            return 1;
        }
    }
}

/* The open cells of a band with exactly two candidates. */
static inline band two_candidates(const struct position *now, int in_band) {
    band once = 0, twice = 0, thrice = 0;
#pragma clang loop unroll(full)
    for (int digit = 0; digit < DIGITS; digit++) {
        band board = now->boards[digit][in_band];
        thrice |= twice & board;
        twice |= once & board;
        once |= board;
    }
    return twice & ~thrice & now->open[in_band];
}

/* Notes the guess to make: the highest digit of a cell with two candidates if there is one, else
 * of any open cell. The middle band comes first, as its cells are seen from both sides. */
static void choose(struct position *now) {
    int in_band = 1;
    band cells;
    while (!(cells = two_candidates(now, in_band)) && in_band != 0) in_band = in_band == 1 ? 2 : 0;
    if (!cells) {
        while (!now->open[in_band]) in_band++;
        cells = now->open[in_band];
    }
    band cell = cells & -cells;
    int digit = DIGITS - 1;
    while (!(now->boards[digit][in_band] & cell)) digit--;
    now->guessed_digit = digit;
    now->guessed_band = in_band;
    now->guessed_cell = cell;
}

static struct position *guess(struct position *now) {
    struct position *next = now + 1;
    choose(now);
    tvm_output('\n');
    say(now->guessed_band, now->guessed_cell, now->guessed_digit, '?');
    tvm_output(' ');
    for (int digit = 0; digit < DIGITS; digit++) {
        for (int in_band = 0; in_band < BANDS; in_band++) {
            next->boards[digit][in_band] = now->boards[digit][in_band];
        }
    }
    for (int in_band = 0; in_band < BANDS; in_band++) next->open[in_band] = now->open[in_band];
    fill(next, now->guessed_band, now->guessed_cell, now->guessed_digit);
    return next;
}

static struct position *step_back(struct position *now) {
    now--;
    tvm_write("back");
    now->boards[now->guessed_digit][now->guessed_band] ^= now->guessed_cell;
    changed_boards = 1u << (BANDS * now->guessed_digit + now->guessed_band);
    changed_bands = 1u << now->guessed_band;
    return now;
}

/* Reads the puzzle. Returns 0 if it is not one. */
static int read(struct position *now, const char *input) {
    for (int digit = 0; digit < DIGITS; digit++) {
        for (int in_band = 0; in_band < BANDS; in_band++) now->boards[digit][in_band] = FULL;
    }
    changed_boards = FULL;
    changed_bands = 7;
    for (int in_band = 0; in_band < BANDS; in_band++) {
        now->open[in_band] = FULL;
        for (band cell = 1; cell & FULL; cell <<= 1) {
            int letter = tvm_letter(input++);
            if (letter >= '1' && letter <= '9') {
                fill(now, in_band, cell, letter - '1');
            } else if (letter != '.' && letter != '0') {
                return 0;
            }
        }
    }
    return !*input;
}

static void write(const struct position *now) {
    for (int in_band = 0; in_band < BANDS; in_band++) {
        for (int place = 0; place < 27; place++) {
            int digit = 0;
            while (!(now->boards[digit][in_band] >> place & 1)) digit++;
            tvm_output('1' + digit);
            if (place % 9 == 8) tvm_output('\n');
        }
    }
}

void compute(const char *input) {
    struct position *now = positions;
    if (!read(now, input)) {
        puts("expected: 81 cells, each a digit or '.'");
        return;
    }
    for (;;) {
        if (conclude(now)) {
            if (!(now->open[0] | now->open[1] | now->open[2])) break;
            now = guess(now);
        } else if (now == positions) {
            puts("\nthere is no solution");
            return;
        } else {
            now = step_back(now);
        }
    }
    tvm_output('\n');
    write(now);
}

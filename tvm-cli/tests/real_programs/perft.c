/* Counts the positions that are reached by chess moves, all rules included, from three positions whose counts are
   well known (20 400 8902; 48 2039; 14 191 2812). A board has 16 columns a row, of which 8 are squares: a square with bit 3 or bit 7 set is off the board. */
#include <stdio.h>
#include <string.h>

enum { EMPTY, PAWN, KNIGHT, BISHOP, ROOK, QUEEN, KING, BLACK = 8 };
enum { SHORT_WHITE = 1, LONG_WHITE = 2, SHORT_BLACK = 4, LONG_BLACK = 8 };

typedef struct {
    unsigned char squares[128];
    int side, castling, en_passant; /* 0 or BLACK; a set of rights; a square, or -1 */
} Board;

static const int DIRECTIONS[8] = {1, -1, 16, -16, 15, 17, -15, -17};
static const int JUMPS[8] = {14, 18, 31, 33, -14, -18, -31, -33};

static int piece(int square) { return square & 7; }

static int attacked_by_rider(const Board *board, int square, int by) {
    for (int direction = 0; direction < 8; direction++) {
        int kind = direction < 4 ? ROOK : BISHOP, at = square;
        for (int steps = 1;; steps++) {
            at += DIRECTIONS[direction];
            if (at & 0x88) break;
            int found = board->squares[at];
            if (!found) continue;
            if ((found & BLACK) == by) {
                int what = piece(found);
                if (what == kind || what == QUEEN || (what == KING && steps == 1)) return 1;
            }
            break;
        }
    }
    return 0;
}

static int is_attacked(const Board *board, int square, int by) {
    for (int jump = 0; jump < 8; jump++) {
        int from = square + JUMPS[jump];
        if (!(from & 0x88) && board->squares[from] == (KNIGHT | by)) return 1;
    }
    int forward = by ? -16 : 16;
    for (int side = -1; side <= 1; side += 2) {
        int from = square - forward + side;
        if (!(from & 0x88) && board->squares[from] == (PAWN | by)) return 1;
    }
    return attacked_by_rider(board, square, by);
}

static int king_is_safe(const Board *board, int side) {
    for (int square = 0; square < 128; square++)
        if (!(square & 0x88) && board->squares[square] == (KING | side))
            return !is_attacked(board, square, side ^ BLACK);
    return 0;
}

static int rights_lost(int square) {
    switch (square) {
    case 0x00: return LONG_WHITE;
    case 0x07: return SHORT_WHITE;
    case 0x04: return LONG_WHITE | SHORT_WHITE;
    case 0x70: return LONG_BLACK;
    case 0x77: return SHORT_BLACK;
    case 0x74: return LONG_BLACK | SHORT_BLACK;
    }
    return 0;
}

static unsigned count(const Board *board, int depth);

/* The positions after one move, or 0 if it leaves the king attacked. */
static unsigned move(const Board *before, int depth, int from, int to, int promoted) {
    Board board = *before;
    int moved = board.squares[from], side = board.side, forward = side ? -16 : 16;
    board.squares[from] = EMPTY;
    board.squares[to] = promoted ? promoted | side : moved;
    board.en_passant = -1;
    if (piece(moved) == PAWN) {
        if (to == before->en_passant) board.squares[to - forward] = EMPTY;
        if (to - from == 2 * forward) board.en_passant = from + forward;
    }
    if (piece(moved) == KING && (to - from == 2 || from - to == 2)) {
        int rook = to > from ? to + 1 : to - 2;
        board.squares[(from + to) / 2] = board.squares[rook];
        board.squares[rook] = EMPTY;
    }
    board.castling &= ~(rights_lost(from) | rights_lost(to));
    if (!king_is_safe(&board, side)) return 0;
    board.side ^= BLACK;
    return count(&board, depth - 1);
}

static unsigned pawn_move(const Board *board, int depth, int from, int to) {
    if ((to & 0x70) != (board->side ? 0x00 : 0x70)) return move(board, depth, from, to, 0);
    unsigned total = 0;
    for (int promoted = KNIGHT; promoted <= QUEEN; promoted++)
        total += move(board, depth, from, to, promoted);
    return total;
}

static unsigned pawn(const Board *board, int depth, int from) {
    int forward = board->side ? -16 : 16, to = from + forward;
    unsigned total = 0;
    if (!(to & 0x88) && !board->squares[to]) {
        total += pawn_move(board, depth, from, to);
        if ((from & 0x70) == (board->side ? 0x60 : 0x10) && !board->squares[to + forward])
            total += move(board, depth, from, to + forward, 0);
    }
    for (int side = -1; side <= 1; side += 2) {
        int at = to + side;
        if (at & 0x88) continue;
        int found = board->squares[at];
        if (found ? (found & BLACK) != board->side : at == board->en_passant)
            total += pawn_move(board, depth, from, at);
    }
    return total;
}

static unsigned castle(const Board *board, int depth, int from) {
    int by = board->side ^ BLACK;
    int short_right = board->side ? SHORT_BLACK : SHORT_WHITE;
    int long_right = board->side ? LONG_BLACK : LONG_WHITE;
    const unsigned char *squares = board->squares;
    unsigned total = 0;
    if (!(board->castling & (short_right | long_right)) || is_attacked(board, from, by)) return 0;
    if ((board->castling & short_right) && !squares[from + 1] && !squares[from + 2] &&
        !is_attacked(board, from + 1, by))
        total += move(board, depth, from, from + 2, 0);
    if ((board->castling & long_right) && !squares[from - 1] && !squares[from - 2] && !squares[from - 3] &&
        !is_attacked(board, from - 1, by))
        total += move(board, depth, from, from - 2, 0);
    return total;
}

static unsigned others(const Board *board, int depth, int from, int what) {
    const int *steps = what == KNIGHT ? JUMPS : DIRECTIONS;
    int first = what == BISHOP ? 4 : 0, end = what == ROOK ? 4 : 8;
    unsigned total = 0;
    for (int step = first; step < end; step++) {
        for (int to = from + steps[step]; !(to & 0x88); to += steps[step]) {
            int found = board->squares[to];
            if (found && (found & BLACK) == board->side) break;
            total += move(board, depth, from, to, 0);
            if (found || what == KNIGHT || what == KING) break;
        }
    }
    return what == KING ? total + castle(board, depth, from) : total;
}

static unsigned count(const Board *board, int depth) {
    if (depth == 0) return 1;
    unsigned total = 0;
    for (int from = 0; from < 128; from++) {
        if (from & 0x88) continue;
        int found = board->squares[from];
        if (!found || (found & BLACK) != board->side) continue;
        total += piece(found) == PAWN ? pawn(board, depth, from) : others(board, depth, from, piece(found));
    }
    return total;
}

static Board position(const char *rows, int castling) {
    static const char NAMES[] = ".PNBRQK";
    Board board = {.castling = castling, .en_passant = -1};
    for (int square = 0x70; *rows; rows++) {
        if (*rows == '/') {
            square -= 0x18;
            continue;
        }
        int is_black = *rows >= 'a' && *rows <= 'z';
        const char *name = strchr(NAMES, is_black ? *rows - 32 : *rows);
        board.squares[square++] = name == NAMES ? EMPTY : (int)(name - NAMES) | (is_black ? BLACK : 0);
    }
    return board;
}

int main(void) {
    Board boards[] = {
        position("rnbqkbnr/pppppppp/......../......../......../......../PPPPPPPP/RNBQKBNR", 15),
        position("r...k..r/p.ppqpb./bn..pnp./...PN.../.p..P.../..N..Q.p/PPPBBPPP/R...K..R", 15),
        position("......../..p...../...p..../KP.....r/.R...p.k/......../....P.P./........", 0),
    };
    const int depths[] = {3, 2, 3};
    for (int board = 0; board < 3; board++) {
        for (int depth = 1; depth <= depths[board]; depth++) printf("%u ", count(&boards[board], depth));
        puts("");
    }
    return 0;
}

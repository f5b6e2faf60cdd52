/* Conway's Game of Life: a glider on a torus of 8 x 8, four generations. */
#include <stdbool.h>

#include "tvm.h"

#define SIZE 8

typedef bool board[SIZE][SIZE];

static const char *const start[SIZE] = {
    ".#......", "..#.....", "###.....", "........", "........", ".....##.", ".....##.", "........",
};

static int neighbours(board cells, int row, int column) {
    int count = 0;
    for (int down = -1; down <= 1; down++) {
        for (int across = -1; across <= 1; across++) {
            if (down == 0 && across == 0) continue;
            count += cells[(row + down + SIZE) % SIZE][(column + across + SIZE) % SIZE];
        }
    }
    return count;
}

static void step(board from, board to) {
    for (int row = 0; row < SIZE; row++) {
        for (int column = 0; column < SIZE; column++) {
            int count = neighbours(from, row, column);
            to[row][column] = count == 3 || (count == 2 && from[row][column]);
        }
    }
}

static void show(board cells) {
    for (int row = 0; row < SIZE; row++) {
        for (int column = 0; column < SIZE; column++) putchar(cells[row][column] ? '#' : '.');
        putchar('\n');
    }
    putchar('\n');
}

static board boards[2];

int main(void) {
    for (int row = 0; row < SIZE; row++) {
        for (int column = 0; column < SIZE; column++) {
            boards[0][row][column] = start[row][column] == '#';
        }
    }
    for (int generation = 0; generation <= 4; generation++) {
        show(boards[generation % 2]);
        step(boards[generation % 2], boards[(generation + 1) % 2]);
    }
    return 0;
}

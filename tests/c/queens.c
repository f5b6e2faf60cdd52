/* N queens: all ways to put five queens on a board of 5 x 5 so that none attacks another. */
#include <stdbool.h>

#include "tvm.h"

#define SIZE 5

static int column_of[SIZE];
static int solutions;

static bool attacked(int row, int column) {
    for (int other = 0; other < row; other++) {
        int across = column_of[other] - column, down = row - other;
        if (across == 0 || across == down || across == -down) return true;
    }
    return false;
}

static void show(void) {
    solutions++;
    for (int row = 0; row < SIZE; row++) {
        for (int column = 0; column < SIZE; column++) {
            putchar(column == column_of[row] ? 'Q' : '.');
        }
        putchar('\n');
    }
    putchar('\n');
}

static void place(int row) {
    if (row == SIZE) {
        show();
        return;
    }
    for (int column = 0; column < SIZE; column++) {
        if (attacked(row, column)) continue;
        column_of[row] = column;
        place(row + 1);
    }
}

int main(void) {
    place(0);
    printf("%d solutions\n", solutions);
    return 0;
}

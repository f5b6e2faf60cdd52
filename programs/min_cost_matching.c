/* Assigns every worker a task of his own so that the costs sum to the least possible: the
 * Hungarian method with potentials, O(n^3). The input is n and then the n x n costs row by row,
 * "3 4 1 3 2 0 5 3 2 2". */
#include "tvm.h"

#define MAX 16
#define INFINITE 0x3fffffff

/* Rows are workers and columns tasks, both from 1; column 0 stands for "none yet". */
static int cost[MAX + 1][MAX + 1];
static int row_potential[MAX + 1], column_potential[MAX + 1];
static int row_of[MAX + 1];   /* the worker who has the column */
static int previous[MAX + 1]; /* the column before it on the cheapest path */
static int slack[MAX + 1];    /* the least reduced cost of reaching the column */
static char reached[MAX + 1];

static int read_costs(const char *input) {
    int n = 0;
    unsigned value;
    const char *text = tvm_read_number(input, 10, &value);
    if (!text || value == 0 || value > MAX) return 0;
    n = (int)value;
    for (int row = 1; row <= n; row++) {
        for (int column = 1; column <= n; column++) {
            while (tvm_is_space(*text)) text++;
            text = tvm_read_number(text, 10, &value);
            if (!text) return 0;
            cost[row][column] = (int)value;
        }
    }
    return n;
}

/* Extends the cheapest paths from the reached columns by one column, and returns it. */
static int reach_next(int from, int n) {
    int row = row_of[from];
    int nearest = 0;
    int least = INFINITE;
    for (int column = 1; column <= n; column++) {
        if (reached[column]) continue;
        int reduced = cost[row][column] - row_potential[row] - column_potential[column];
        if (reduced < slack[column]) {
            slack[column] = reduced;
            previous[column] = from;
        }
        if (slack[column] < least) {
            least = slack[column];
            nearest = column;
        }
    }
    for (int column = 0; column <= n; column++) {
        if (reached[column]) {
            row_potential[row_of[column]] += least;
            column_potential[column] -= least;
        } else {
            slack[column] -= least;
        }
    }
    return nearest;
}

/* Gives the worker a task, moving others along the cheapest path. */
static void assign(int row, int n) {
    for (int column = 0; column <= n; column++) {
        slack[column] = INFINITE;
        reached[column] = 0;
    }
    row_of[0] = row;
    int column = 0;
    do {
        reached[column] = 1;
        column = reach_next(column, n);
    } while (row_of[column]);
    while (column) {
        int before = previous[column];
        row_of[column] = row_of[before];
        column = before;
    }
}

void compute(const char *input) {
    int n = read_costs(input);
    if (!n) {
        puts("expected: n from 1 to 16, then n x n costs");
        return;
    }
    for (int row = 1; row <= n; row++) assign(row, n);
    int total = 0;
    for (int row = 1; row <= n; row++) {
        for (int column = 1; column <= n; column++) {
            if (row_of[column] != row) continue;
            printf("worker %d: task %d, cost %d\n", row, column, cost[row][column]);
            total += cost[row][column];
        }
    }
    printf("total %d\n", total);
}

/* A general quicksort in the manner of qsort, over records of two kinds and by three orders. */
#include <stdint.h>

#include "tvm.h"

typedef int order(const void *left, const void *right);

static void swap(char *left, char *right, size_t size) {
    for (size_t i = 0; i < size; i++) {
        char kept = left[i];
        left[i] = right[i];
        right[i] = kept;
    }
}

static void sort(void *array, size_t count, size_t size, order *compare) {
    char *first = array;
    if (count < 2) return;
    swap(first, first + count / 2 * size, size);
    size_t below = 0;
    for (size_t i = 1; i < count; i++) {
        if (compare(first + i * size, first) < 0) swap(first + ++below * size, first + i * size, size);
    }
    swap(first, first + below * size, size);
    sort(first, below, size, compare);
    sort(first + (below + 1) * size, count - below - 1, size, compare);
}

struct river {
    const char *name;
    int64_t discharge; /* in litres a second */
    int16_t length;    /* in km */
};

static struct river rivers[] = {
    {"Amazon", 209000000, 6400}, {"Congo", 41200000, 4700}, {"Danube", 6450000, 2850},
    {"Ganges", 38129000, 2704},  {"Nile", 2830000, 6650},   {"Rhine", 2900000, 1230},
    {"Thames", 65800, 346},      {"Yangtze", 30146000, 6300},
};

static int by_discharge(const void *left, const void *right) {
    int64_t a = ((const struct river *)left)->discharge;
    int64_t b = ((const struct river *)right)->discharge;
    return (a > b) - (a < b);
}

static int by_length(const void *left, const void *right) {
    return ((const struct river *)right)->length - ((const struct river *)left)->length;
}

static int ascending(const void *left, const void *right) {
    int a = *(const int *)left, b = *(const int *)right;
    return (a > b) - (a < b);
}

static order *const orders[] = {by_discharge, by_length};

int main(void) {
    int numbers[] = {42, -7, 0, 1000000, 3, 3, -2147483647, 99, 12, -7, 65536, 8};
    size_t count = sizeof numbers / sizeof *numbers;
    sort(numbers, count, sizeof *numbers, ascending);
    for (size_t i = 0; i < count; i++) printf("%d ", numbers[i]);
    putchar('\n');
    for (int each = 0; each < 2; each++) {
        size_t many = sizeof rivers / sizeof *rivers;
        sort(rivers, many, sizeof *rivers, orders[each]);
        for (size_t i = 0; i < many; i++) printf("%s %d\n", rivers[i].name, rivers[i].length);
    }
    return 0;
}

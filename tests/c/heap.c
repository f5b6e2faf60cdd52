/* A list and a growing text on the heap, and blocks that are freed in many orders: what is written
 * there stays until it is freed, and nothing lies over anything else. */

#include "tvm.h"

struct node {
    int value;
    struct node *next;
};

static struct node *sorted_in(struct node *list, int value) {
    struct node **link = &list, *node = malloc(sizeof *node);
    while (*link && (*link)->value < value) link = &(*link)->next;
    node->value = value;
    node->next = *link;
    *link = node;
    return list;
}

static void list(void) {
    struct node *list = 0;
    for (int i = 0; i < 12; i++) list = sorted_in(list, i * 7 % 12);
    while (list) {
        struct node *next = list->next;
        printf("%d ", list->value);
        free(list);
        list = next;
    }
    puts("");
}

static void text(void) {
    size_t room = 1, length = 0;
    char *text = malloc(room);
    for (char letter = 'a'; letter <= 'z'; letter++) {
        if (length + 2 > room) text = realloc(text, room *= 2);
        text[length++] = letter;
    }
    text[length] = 0;
    puts(text);
    free(text);
}

enum { BLOCKS = 8 };

/* Every byte of a block is its number, so blocks that overlap would show. */
static void blocks(void) {
    static unsigned char *block[BLOCKS];
    static size_t size[BLOCKS];
    unsigned random = 1, wrong = 0;
    for (int round = 0; round < 40; round++) {
        random = random * 1103515245 + 12345;
        unsigned i = random >> 16 & (BLOCKS - 1);
        for (size_t at = 0; at < size[i]; at++) wrong += block[i][at] != i;
        size_t wanted = random >> 20 & 63;
        if (random >> 30) {
            unsigned char *moved = realloc(block[i], wanted);
            for (size_t at = 0; at < (wanted < size[i] ? wanted : size[i]); at++)
                wrong += moved[at] != i;
            block[i] = moved;
        } else {
            free(block[i]);
            block[i] = malloc(wanted);
        }
        if ((size_t)block[i] % sizeof(void *)) wrong++;
        size[i] = wanted;
        memset(block[i], (int)i, wanted);
    }
    for (unsigned i = 0; i < BLOCKS; i++) free(block[i]);
    printf("%u wrong\n", wrong);
}

static void zeros_and_limits(void) {
    int *dirty = malloc(40);
    memset(dirty, 255, 40);
    free(dirty);
    int *zeros = calloc(10, sizeof *zeros), sum = 0;
    for (int i = 0; i < 10; i++) sum |= zeros[i];
    free(zeros);
    volatile size_t huge = (size_t)-1 / 2 + 1;
    char *large = malloc(100000);
    large[0] = large[99999] = 'x';
    printf("%d %d %d %c%c\n", sum, malloc(huge) == 0, calloc(huge, 4) == 0, large[0], large[99999]);
    free(large);
    free(0);
}

int main(void) {
    list();
    text();
    blocks();
    zeros_and_limits();
    return 0;
}

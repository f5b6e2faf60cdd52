/* The heap: a list of free blocks in order of their addresses. The first that is large enough is
 * taken; free neighbours become one. All of it is memory that memory.grow has added, so it lies
 * behind the input. Where memory cannot grow, malloc returns 0. */

#include <stddef.h>
#include <stdint.h>

#define LIBRARY __attribute__((weak))

struct block {
    /* The next free block. */
    _Alignas(16) struct block *next;
    /* The size with this header, in headers. */
    size_t units;
};

enum { PAGE_BYTES = 65536, UNITS_PER_PAGE = PAGE_BYTES / sizeof(struct block) };

static struct block *first_free;

void *memcpy(void *restrict to, const void *restrict from, size_t length);
void *memset(void *to, int byte, size_t length);

LIBRARY void free(void *memory) {
    if (!memory) return;
    struct block *freed = (struct block *)memory - 1, *before = 0, *after = first_free;
    while (after && after < freed) {
        before = after;
        after = after->next;
    }
    freed->next = after;
    if (after && freed + freed->units == after) {
        freed->units += after->units;
        freed->next = after->next;
    }
    if (!before) {
        first_free = freed;
    } else if (before + before->units == freed) {
        before->units += freed->units;
        before->next = freed->next;
    } else {
        before->next = freed;
    }
}

/* Takes a block from the list; 0 when none is large enough. */
static struct block *take(size_t units) {
    struct block **link = &first_free;
    for (struct block *block; (block = *link) != 0; link = &block->next) {
        if (block->units < units) continue;
        if (block->units == units) {
            *link = block->next;
            return block;
        }
        block->units -= units;
        block += block->units;
        block->units = units;
        return block;
    }
    return 0;
}

/* Adds at least so many units to the list. */
static int grow(size_t units) {
    size_t pages = (units + UNITS_PER_PAGE - 1) / UNITS_PER_PAGE;
    size_t before = __builtin_wasm_memory_grow(0, pages);
    if (before == (size_t)-1) return 0;
    struct block *block = (struct block *)(before * PAGE_BYTES);
    block->units = pages * UNITS_PER_PAGE;
    free(block + 1);
    return 1;
}

LIBRARY void *malloc(size_t bytes) {
    if (bytes > PTRDIFF_MAX) return 0;
    size_t units = (bytes + sizeof(struct block) - 1) / sizeof(struct block) + 1;
    struct block *block = take(units);
    if (!block && grow(units)) block = take(units);
    return block ? block + 1 : 0;
}

LIBRARY void *calloc(size_t number, size_t bytes) {
    size_t all;
    if (__builtin_mul_overflow(number, bytes, &all)) return 0;
    void *memory = malloc(all);
    return memory ? memset(memory, 0, all) : 0;
}

LIBRARY void *realloc(void *memory, size_t bytes) {
    if (!memory) return malloc(bytes);
    size_t room = (((struct block *)memory - 1)->units - 1) * sizeof(struct block);
    if (bytes <= room) return memory;
    void *moved = malloc(bytes);
    if (!moved) return 0;
    memcpy(moved, memory, room);
    free(memory);
    return moved;
}

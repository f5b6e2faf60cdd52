/* CRC-32 (as in zip and PNG) of the input, by a table that is made first. */
#include <stdint.h>

#include "tvm.h"

static uint32_t table[256];

static void make_table(void) {
    for (uint32_t byte = 0; byte < 256; byte++) {
        uint32_t remainder = byte;
        for (int bit = 0; bit < 8; bit++) {
            remainder = remainder & 1 ? remainder >> 1 ^ 0xedb88320 : remainder >> 1;
        }
        table[byte] = remainder;
    }
}

int main(void) {
    make_table();
    uint32_t remainder = ~(uint32_t)0;
    for (int byte; (byte = getchar()) != EOF;) {
        remainder = remainder >> 8 ^ table[(remainder ^ (uint32_t)byte) & 255];
    }
    printf("%x\n", ~remainder);
    return 0;
}

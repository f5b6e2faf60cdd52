/* Calls every opcode that was learned for all pairs of bytes at one tick, and prints a checksum of the results of each. The input is the
   tick, 0 to 3, and how far apart the bytes are that are tried, 1 for all. The bytes below and above those of a pair give
   both carries and both relations of the words. */
#include "tvm.h"

TVM_OPCODE("learned.sat_add") unsigned sat_add(unsigned a, unsigned b);
TVM_OPCODE("learned.sat_sub") unsigned sat_sub(unsigned a, unsigned b);
TVM_OPCODE("learned.min_u") unsigned min_u(unsigned a, unsigned b);
TVM_OPCODE("learned.max_u") unsigned max_u(unsigned a, unsigned b);

/* What the other bytes of the two operands are. */
static const unsigned others[][2] = {
    {0x00000000u, 0x00000000u},
    {0xffffffffu, 0x00000001u},
    {0x00000001u, 0xffffffffu},
    {0x80ff80ffu, 0x7f017f01u},
};

static void print(unsigned value) {
    for (int shift = 28; shift >= 0; shift -= 4) putchar("0123456789abcdef"[value >> shift & 15]);
    putchar('\n');
}

void compute(const char *input) {
    unsigned shift = 8 * (unsigned)(input[0] - '0'), apart = 0;
    for (input++; *input; input++) apart = 10 * apart + (unsigned)(*input - '0');
    unsigned mask = 255u << shift, sums[4] = {0, 0, 0, 0};
    for (unsigned row = 0; row < 4; row++)
        for (unsigned x = 0; x < 256; x += apart)
            for (unsigned y = 0; y < 256; y += apart) {
                unsigned a = (others[row][0] & ~mask) | x << shift, b = (others[row][1] & ~mask) | y << shift;
                sums[0] = (sums[0] ^ sat_add(a, b)) * 16777619u;
                sums[1] = (sums[1] ^ sat_sub(a, b)) * 16777619u;
                sums[2] = (sums[2] ^ min_u(a, b)) * 16777619u;
                sums[3] = (sums[3] ^ max_u(a, b)) * 16777619u;
            }
    for (int opcode = 0; opcode < 4; opcode++) print(sums[opcode]);
}

/* Calls every opcode that was learned for random words, and prints a checksum of the results of each. The input is how many pairs of words.
   Of every four pairs one has a second word near the first, one has words near the bounds. */
#include "tvm.h"

TVM_OPCODE("learned.sat_add") unsigned sat_add(unsigned a, unsigned b);
TVM_OPCODE("learned.sat_sub") unsigned sat_sub(unsigned a, unsigned b);
TVM_OPCODE("learned.min_u") unsigned min_u(unsigned a, unsigned b);
TVM_OPCODE("learned.max_u") unsigned max_u(unsigned a, unsigned b);

static unsigned state = 2463534242u;

/* The generator xorshift32 of Marsaglia, 2003. */
static unsigned random_word(void) {
    state ^= state << 13;
    state ^= state >> 17;
    return state ^= state << 5;
}

static void print(unsigned value) {
    for (int shift = 28; shift >= 0; shift -= 4) putchar("0123456789abcdef"[value >> shift & 15]);
    putchar('\n');
}

void compute(const char *input) {
    unsigned pairs = 0, sums[4] = {0, 0, 0, 0};
    for (; *input; input++) pairs = 10 * pairs + (unsigned)(*input - '0');
    for (unsigned pair = 0; pair < pairs; pair++) {
        unsigned a = random_word(), b = random_word();
        if (pair % 4 == 1) b = a + (b & 3) - 1;
        if (pair % 4 == 2) b = (b & 3) - 1 - a;
        sums[0] = (sums[0] ^ sat_add(a, b)) * 16777619u;
        sums[1] = (sums[1] ^ sat_sub(a, b)) * 16777619u;
        sums[2] = (sums[2] ^ min_u(a, b)) * 16777619u;
        sums[3] = (sums[3] ^ max_u(a, b)) * 16777619u;
    }
    for (int opcode = 0; opcode < 4; opcode++) print(sums[opcode]);
}

/* The SHA-256 of so many bytes, which a formula gives: those of a file would be tokens of the prompt. */
#include "tvm.h"

typedef unsigned word;

static const word constants[64] = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
};

static word state[8] = {
    0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19,
};

static unsigned char block[64];

static word turned(word x, int by) { return x >> by | x << (32 - by); }

static void add_block(void) {
    static word schedule[64];
    for (int i = 0; i < 16; i++) {
        const unsigned char *at = block + 4 * i;
        schedule[i] = (word)at[0] << 24 | (word)at[1] << 16 | (word)at[2] << 8 | at[3];
    }
    for (int i = 16; i < 64; i++) {
        word early = schedule[i - 15], late = schedule[i - 2];
        schedule[i] = schedule[i - 16] + (turned(early, 7) ^ turned(early, 18) ^ early >> 3) +
                      schedule[i - 7] + (turned(late, 17) ^ turned(late, 19) ^ late >> 10);
    }
    word a = state[0], b = state[1], c = state[2], d = state[3];
    word e = state[4], f = state[5], g = state[6], h = state[7];
    for (int i = 0; i < 64; i++) {
        word chosen = (e & f) ^ (~e & g), most = (a & b) ^ (a & c) ^ (b & c);
        word first = h + (turned(e, 6) ^ turned(e, 11) ^ turned(e, 25)) + chosen + constants[i] + schedule[i];
        word second = (turned(a, 2) ^ turned(a, 13) ^ turned(a, 22)) + most;
        h = g, g = f, f = e, e = d + first, d = c, c = b, b = a, a = first + second;
    }
    state[0] += a, state[1] += b, state[2] += c, state[3] += d;
    state[4] += e, state[5] += f, state[6] += g, state[7] += h;
}

void compute(const char *input) {
    word length = 0;
    for (int letter; (letter = tvm_letter(input)) != 0; input++) length = 10 * length + (word)(letter - '0');
    word number = 1;
    int filled = 0;
    for (word at = 0; at < length; at++) {
        number = number * 1103515245 + 12345;
        block[filled++] = (unsigned char)(number >> 16);
        if (filled == 64) add_block(), filled = 0;
    }
    block[filled++] = 0x80;
    if (filled > 56) {
        while (filled < 64) block[filled++] = 0;
        add_block(), filled = 0;
    }
    while (filled < 60) block[filled++] = 0;
    /* The number of bits; fewer than 2^32 bytes are far fewer than 2^35 bits. */
    block[59] = (unsigned char)(length >> 29);
    for (int i = 0; i < 4; i++) block[60 + i] = (unsigned char)(length << 3 >> (24 - 8 * i));
    add_block();
    for (int i = 0; i < 64; i++) tvm_output("0123456789abcdef"[state[i / 8] >> (28 - i % 8 * 4) & 15]);
    tvm_output('\n');
}

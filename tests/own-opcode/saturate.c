/* Calls an opcode that another crate declares, as an imported function. */
#include "tvm.h"

TVM_OPCODE("sat_add") unsigned sat_add(unsigned a, unsigned b);

void compute(const char *input) {
    unsigned start = (unsigned char)input[0];
    putchar((int)sat_add(start, 1));
    putchar(sat_add(0xfffffff0u, start) == 0xffffffffu ? '!' : '?');
    putchar(sat_add(0xffffff00u, 0x41) == 0xffffff41u ? '.' : '?');
}

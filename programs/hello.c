/* The shortest program with something to say. */
#include "tvm.h"

int main(void) {
    puts("Hello, world!");
    return 0;
}

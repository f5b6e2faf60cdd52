/* Stands for the machine's tvm.h where a program is compiled for the host: it is included before the program. */
#ifndef TVM_H
#define TVM_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static inline void tvm_output(int byte) { putchar(byte); }
static inline int tvm_letter(const char *text) { return *(const unsigned char *)text; }
static inline int tvm_write(const char *text) { return fputs(text, stdout); }

#endif

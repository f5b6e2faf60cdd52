/* Stands for the machine's tvm.h where the programs of this folder are compiled for the host: the
 * functions that they use are the C library's own. */
#ifndef TVM_H
#define TVM_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#endif

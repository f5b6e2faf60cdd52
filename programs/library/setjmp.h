/* setjmp and longjmp for WebAssembly, where the C library that is installed has none. A jump is an
 * exception of WebAssembly; clang turns the calls into those of setjmp.c. */

#ifndef TVM_SETJMP_H
#define TVM_SETJMP_H

#ifndef __wasm_exception_handling__
#error "setjmp needs exceptions of WebAssembly: compile with -mllvm -wasm-enable-sjlj"
#endif

#ifdef __cplusplus
extern "C" {
#endif

typedef struct {
    /* Begins with a struct jump_buffer of setjmp.c. */
    unsigned long words[8];
} jmp_buf[1];

int setjmp(jmp_buf) __attribute__((returns_twice));
_Noreturn void longjmp(jmp_buf, int);

#define setjmp setjmp

#ifdef __cplusplus
}
#endif

#endif

/* What clang calls for setjmp and longjmp in WebAssembly (-mllvm -wasm-enable-sjlj, with
 * -mexception-handling): a longjmp is an exception with the tag __c_longjmp, which carries the address
 * of a buffer and a value. The function that has called setjmp catches it and asks whether the buffer
 * is of this call of the function; if not, it throws it again. */

#define LIBRARY __attribute__((weak))

/* The number of the tag in __builtin_wasm_throw. */
enum { TAG_C_LONGJMP = 1 };

/* A jmp_buf begins with this. clang reads `thrown` by the address that the exception carries. */
struct jump_buffer {
    /* The address of a variable of the call of the function that has called setjmp. */
    const void *call;
    /* Which setjmp of the function, from 1 on. */
    unsigned label;
    struct thrown {
        struct jump_buffer *buffer;
        int value;
    } thrown;
};

LIBRARY void __wasm_setjmp(struct jump_buffer *buffer, unsigned label, const void *call) {
    buffer->call = call;
    buffer->label = label;
}

/* Which setjmp of this call the buffer is of; 0 if it is of another call. */
LIBRARY unsigned __wasm_setjmp_test(const struct jump_buffer *buffer, const void *call) {
    return buffer->call == call ? buffer->label : 0;
}

LIBRARY _Noreturn void __wasm_longjmp(struct jump_buffer *buffer, int value) {
    buffer->thrown = (struct thrown){buffer, value ? value : 1};
    __builtin_wasm_throw(TAG_C_LONGJMP, &buffer->thrown);
}

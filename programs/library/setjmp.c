/* What clang calls for setjmp and longjmp in WebAssembly (-mllvm -wasm-enable-sjlj): a longjmp is an
 * exception with the tag __c_longjmp, which carries the address of a buffer and a value. The function that
 * has called setjmp catches it and asks whether the buffer is of this call of the function; if not, it
 * throws it again. */

#define LIBRARY __attribute__((weak))

/* The number of the tag in __builtin_wasm_throw. */
enum { TAG_C_LONGJMP = 1 };

/* A jmp_buf begins with this. clang reads `thrown` by the address that the exception carries. */
struct jump_buffer {
    union {
        /* The address of a variable of the call of the function that has called setjmp. */
        const void *call;
        /* The number of the call of setjmp; clang before 19 reads it. */
        unsigned number;
    };
    /* Which setjmp of the function, from 1 on. */
    unsigned label;
    struct thrown {
        struct jump_buffer *buffer;
        int value;
    } thrown;
};

LIBRARY _Noreturn void __wasm_longjmp(struct jump_buffer *buffer, int value) {
    buffer->thrown = (struct thrown){buffer, value ? value : 1};
    __builtin_wasm_throw(TAG_C_LONGJMP, &buffer->thrown);
}

/* From clang 19 on: a variable of the function tells its calls apart. */

LIBRARY void __wasm_setjmp(struct jump_buffer *buffer, unsigned label, const void *call) {
    buffer->call = call;
    buffer->label = label;
}

/* Which setjmp of this call the buffer is of; 0 if it is of another call. */
LIBRARY unsigned __wasm_setjmp_test(const struct jump_buffer *buffer, const void *call) {
    return buffer->call == call ? buffer->label : 0;
}

/* Before clang 19: every call of the function has a table of the calls of setjmp that it has made. It has
 * room for `size` of them and the 0 behind them; clang makes the first, empty one, and frees the last. */

struct made {
    unsigned number, label;
};

void *realloc(void *, __SIZE_TYPE__);

static unsigned latest_number, second_result;

LIBRARY void setTempRet0(unsigned result) { second_result = result; }
LIBRARY unsigned getTempRet0(void) { return second_result; }

/* Adds a call of setjmp. The second result is the size of the table. */
LIBRARY struct made *saveSetjmp(struct jump_buffer *buffer, unsigned label, struct made *table, unsigned size) {
    unsigned used = 0;
    while (used < size && table[used].number) used++;
    if (used == size) {
        size *= 2;
        table = realloc(table, (size + 1) * sizeof *table);
        if (!table) __builtin_trap();
    }
    buffer->number = ++latest_number;
    table[used] = (struct made){latest_number, label};
    table[used + 1].number = 0;
    second_result = size;
    return table;
}

/* Which setjmp the call with this number was; 0 if it is not in the table. */
LIBRARY unsigned testSetjmp(unsigned number, const struct made *table, unsigned size) {
    for (unsigned at = 0; at < size && table[at].number; at++) {
        if (table[at].number == number) return table[at].label;
    }
    return 0;
}

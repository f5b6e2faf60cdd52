/* What libc++abi needs of a C library. */

int strcmp(const char *left, const char *right) {
    while (*left && *left == *right) left++, right++;
    return *(const unsigned char *)left - *(const unsigned char *)right;
}

void abort(void) { __builtin_trap(); }

void abort_message(const char *format, ...) { __builtin_trap(); }

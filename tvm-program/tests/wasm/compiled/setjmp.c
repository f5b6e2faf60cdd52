/* longjmp over frames, to the setjmp of the same function and of one further up, again and again. */

__attribute__((import_module("tvm"), import_name("output"))) void output(int);
typedef unsigned long jmp_buf[8];
int setjmp(jmp_buf) __attribute__((returns_twice));
_Noreturn void longjmp(jmp_buf, int);
static jmp_buf outer, inner;
static int depth;
__attribute__((noinline)) void put(int c) { output(c); }
__attribute__((noinline)) void fall(int n, int value) {
    if (n == 0) { if (value & 1) longjmp(inner, value); longjmp(outer, value); }
    fall(n - 1, value);
    put('x');
}
__attribute__((noinline)) int middle(int value) {
    int r = setjmp(inner);
    if (r == 0) { fall(depth, value); put('?'); }
    put('m'); put('0' + r);
    return r;
}
int main(void) {
    volatile int count = 0;
    depth = 3;
    int r = setjmp(outer);
    put('0' + r);
    if (r < 6) { count++; middle(count); middle(2 * count); }
    put('c'); put('0' + count);
    put('\n');
    return 0;
}

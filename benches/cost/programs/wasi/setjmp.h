/* Lua names this type. As it is compiled here it does not jump. */
typedef int jmp_buf[1];

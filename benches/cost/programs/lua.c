/* Lua with a script: recursion, a table that is sorted, strings. Errors end the program, since neither wasmi nor
   wasmtime has the exceptions by which clang leaves a protected call. */
#include <lauxlib.h>
#include <lua.h>
#include <lualib.h>
#include <stdio.h>

static const char script[] =
    "local function fibonacci(n) if n < 2 then return n end return fibonacci(n - 1) + fibonacci(n - 2) end\n"
    "local numbers, seed = {}, 1\n"
    "for i = 1, 1000 do seed = (seed * 16807) % 2147483647; numbers[i] = seed end\n"
    "table.sort(numbers)\n"
    "local words = {}\n"
    "for i = 1, 200 do words[i] = string.format('%d', numbers[5 * i]) end\n"
    "print(fibonacci(16), numbers[500], #table.concat(words, ' '))\n";

int main(void) {
    lua_State *state = luaL_newstate();
    if (!state) return 2;
    luaL_openlibs(state);
    int failed = luaL_dostring(state, script);
    if (failed) printf("%s\n", lua_tostring(state, -1));
    lua_close(state);
    return failed;
}

/* Runs a file of Lua, with its arguments; an error ends it with status 1. */

#include <lauxlib.h>
#include <lua.h>
#include <lualib.h>
#include <stdio.h>

int main(int argc, char **argv) {
    lua_State *state = luaL_newstate();
    if (argc < 2 || !state) return 2;
    luaL_openlibs(state);
    for (int i = 2; i < argc; i++) {
        lua_pushstring(state, argv[i]);
        lua_setglobal(state, "argument");
    }
    int failed = luaL_dofile(state, argv[1]);
    if (failed) printf("%s\n", lua_tostring(state, -1));
    lua_close(state);
    return failed;
}

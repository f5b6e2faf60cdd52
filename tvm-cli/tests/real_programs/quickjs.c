/* Evaluates a JavaScript file by QuickJS. `print` writes its arguments. */
#include <stdio.h>
#include <stdlib.h>

#include "quickjs.h"

static JSValue print(JSContext *context, JSValueConst self, int count, JSValueConst *values) {
    (void)self;
    for (int i = 0; i < count; i++) {
        const char *text = JS_ToCString(context, values[i]);
        if (!text) return JS_EXCEPTION;
        printf("%s%s", i ? " " : "", text);
        JS_FreeCString(context, text);
    }
    putchar('\n');
    return JS_UNDEFINED;
}

int main(int argc, char **argv) {
    FILE *file = argc > 1 ? fopen(argv[1], "rb") : 0;
    if (!file) return perror("the script"), 1;
    static char source[1 << 16];
    size_t length = fread(source, 1, sizeof source - 1, file);
    fclose(file);
    JSRuntime *runtime = JS_NewRuntime();
    JSContext *context = JS_NewContext(runtime);
    JSValue global = JS_GetGlobalObject(context);
    JS_SetPropertyStr(context, global, "print", JS_NewCFunction(context, print, "print", 1));
    JS_FreeValue(context, global);
    JSValue result = JS_Eval(context, source, length, argv[1], JS_EVAL_TYPE_GLOBAL);
    int status = JS_IsException(result);
    if (status) {
        JSValue error = JS_GetException(context);
        printf("%s\n", JS_ToCString(context, error));
    }
    return status;
}

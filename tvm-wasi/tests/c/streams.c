// Streams of the C library, arguments, environment, clocks, the end.
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "told.h"

static void files(void) {
    char line[100];
    FILE *file = fopen("text", "w");
    for (int index = 0; index < 5000; index++) fprintf(file, "line %d\n", index);
    printf("at %ld\n", ftell(file));
    fclose(file);
    file = fopen("text", "r+");
    int lines = 0;
    while (fgets(line, sizeof line, file)) lines++;
    printf("%d lines, the last %s", lines, line);
    fseek(file, 10, SEEK_SET);
    fputs("*****", file);
    fseek(file, -8, SEEK_END);
    printf("%c", fgetc(file));
    ungetc('!', file);
    printf("%c", fgetc(file));
    printf("%c\n", fgetc(file));
    rewind(file);
    fread(line, 1, 30, file);
    printf("%.30s\n", line);
    fclose(file);
    file = fopen("text", "a+");
    fputs("appended\n", file);
    fseek(file, 0, SEEK_END);
    printf("at %ld\n", ftell(file));
    fclose(file);
    if (!fopen("none", "r")) printf("none: %s\n", error_name(errno));
    if (!fopen("text", "wx")) printf("text: %s\n", error_name(errno));
    TELL(remove("text"));
    TELL(remove("text"));
}

static void clocks(void) {
    struct timespec before, after, pause = {0, 3000000};
    clock_gettime(CLOCK_MONOTONIC, &before);
    TELL(nanosleep(&pause, NULL));
    clock_gettime(CLOCK_MONOTONIC, &after);
    long long passed = (after.tv_sec - before.tv_sec) * 1000000000LL + after.tv_nsec - before.tv_nsec;
    printf("%d %d\n", passed >= 3000000, time(NULL) > 1600000000);
    TELL(clock_getres(CLOCK_REALTIME, &before));
    struct pollfd ready[2] = {{0, POLLIN, 0}, {1, POLLOUT, 0}};
    printf("%d ready\n", poll(ready, 2, 1000));
    TELL(usleep(1000));
}

static int compare(const void *one, const void *other) {
    return strcmp(*(char *const *)one, *(char *const *)other);
}

extern char **environ;

static void last(void) {
    puts("and this is the last");
}

int main(int count, char **arguments) {
    for (int index = 1; index < count; index++) printf("argument %d: [%s]\n", index, arguments[index]);
    int variables = 0;
    while (environ[variables]) variables++;
    qsort(environ, variables, sizeof *environ, compare);
    for (int index = 0; index < variables; index++) puts(environ[index]);
    printf("%s %s\n", getenv("NAME"), getenv("NONE") ? "some" : "none");
    printf("%d %d %d\n", isatty(0), isatty(1), isatty(2));
    char line[100];
    while (fgets(line, sizeof line, stdin)) printf("input: %s", line);
    printf("\n%d\n", feof(stdin));
    files();
    clocks();
    fputs("an error\n", stderr);
    unsigned char random[64] = {0};
    int zeros = 0;
    getentropy(random, sizeof random);
    for (int index = 0; index < 64; index++) zeros += !random[index];
    printf("%d\n", zeros < 20);
    atexit(last);
    exit(42);
}

/* Executes the SQL of its standard input on a database file by SQLite, and writes the rows. */
#include <stdio.h>

#include "sqlite3.h"

static int row(void *nothing, int count, char **values, char **names) {
    (void)nothing, (void)names;
    for (int i = 0; i < count; i++) printf("%s%s", i ? "|" : "", values[i] ? values[i] : "NULL");
    putchar('\n');
    return 0;
}

int main(int argc, char **argv) {
    static char sql[1 << 16];
    fread(sql, 1, sizeof sql - 1, stdin);
    sqlite3 *database;
    if (argc < 2 || sqlite3_open(argv[1], &database)) return puts("no database"), 1;
    char *error = 0;
    int status = sqlite3_exec(database, sql, row, 0, &error);
    if (error) printf("error: %s\n", error);
    sqlite3_close(database);
    return status;
}

// Directories, listed, searched and removed.
#include <dirent.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "told.h"

static int by_name(const void *one, const void *other) {
    return strcmp(*(char *const *)one, *(char *const *)other);
}

// The names in a directory, in order, but for the two that every directory has.
static int names_in(const char *path, char **names, int room) {
    int count = 0, dots = 0;
    DIR *directory = opendir(path);
    if (!directory) {
        printf("%s: %s\n", path, error_name(errno));
        return 0;
    }
    for (struct dirent *entry; (entry = readdir(directory));) {
        if (!strcmp(entry->d_name, ".") || !strcmp(entry->d_name, "..")) {
            dots++;
        } else if (count < room) {
            names[count++] = strdup(entry->d_name);
        }
    }
    closedir(directory);
    qsort(names, count, sizeof *names, by_name);
    printf("%s: %d and %d\n", path, count, dots);
    return count;
}

static void walk(const char *path, int depth) {
    char *names[1000], inner[1000];
    int count = names_in(path, names, 1000);
    for (int index = 0; index < count; index++) {
        struct stat stat_of;
        snprintf(inner, sizeof inner, "%s/%s", path, names[index]);
        lstat(inner, &stat_of);
        printf("%*s%s%s\n", 2 * depth, "", names[index], S_ISDIR(stat_of.st_mode) ? "/" : "");
        if (S_ISDIR(stat_of.st_mode)) walk(inner, depth + 1);
        free(names[index]);
    }
}

static void types(void) {
    DIR *directory = opendir("tree");
    int files = 0, directories = 0, links = 0;
    for (struct dirent *entry; (entry = readdir(directory));) {
        files += entry->d_type == DT_REG;
        directories += entry->d_type == DT_DIR;
        links += entry->d_type == DT_LNK;
        struct stat stat_of;
        fstatat(dirfd(directory), entry->d_name, &stat_of, AT_SYMLINK_NOFOLLOW);
        if (entry->d_ino != stat_of.st_ino && strcmp(entry->d_name, ".."))
            printf("%s has another inode\n", entry->d_name);
    }
    printf("%d files, %d directories, %d links\n", files, directories, links);
    rewinddir(directory);
    int again = 0;
    while (readdir(directory)) again++;
    printf("%d entries again\n", again);
    closedir(directory);
}

static void remove_all(const char *path) {
    DIR *directory = opendir(path);
    char inner[1000];
    for (struct dirent *entry; (entry = readdir(directory));) {
        if (!strcmp(entry->d_name, ".") || !strcmp(entry->d_name, "..")) continue;
        snprintf(inner, sizeof inner, "%s/%s", path, entry->d_name);
        if (entry->d_type == DT_DIR) remove_all(inner);
        else if (unlink(inner) < 0) printf("unlink: %s\n", error_name(errno));
    }
    closedir(directory);
    if (rmdir(path) < 0) printf("rmdir %s: %s\n", path, error_name(errno));
}

int main(void) {
    char name[200];
    mkdir("tree", 0777);
    mkdir("tree/a", 0777);
    mkdir("tree/a/deep", 0777);
    mkdir("tree/many", 0777);
    for (int index = 0; index < 300; index++) {
        snprintf(name, sizeof name, "tree/many/%0*d", index % 90 + 1, index);
        close(open(name, O_CREAT | O_WRONLY, 0666));
    }
    close(open("tree/file", O_CREAT | O_WRONLY, 0666));
    close(open("tree/a/deep/\xc3\xa4 \n", O_CREAT | O_WRONLY, 0666));
    symlink("a", "tree/link");
    walk("tree", 0);
    types();
    names_in("none", NULL, 0);
    names_in("tree/file", NULL, 0);
    int a = open("tree/a", O_RDONLY | O_DIRECTORY);
    TELL(faccessat(a, "deep", F_OK, 0));
    TELL(mkdirat(a, "new", 0777));
    TELL(renameat(a, "new", a, "newer"));
    TELL(unlinkat(a, "newer", 0) < 0);
    TELL(unlinkat(a, "newer", AT_REMOVEDIR));
    close(a);
    remove_all("tree");
    names_in(".", NULL, 0);
    return 0;
}

// Files by descriptor: places, sizes, flags, links, times.
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#include "told.h"

static void show(const char *path) {
    struct stat stat_of;
    errno = 0;
    int result = lstat(path, &stat_of);
    if (result < 0) {
        printf("%s: %s\n", path, error_name(errno));
        return;
    }
    const char *type = S_ISREG(stat_of.st_mode)   ? "file"
                       : S_ISDIR(stat_of.st_mode) ? "directory"
                       : S_ISLNK(stat_of.st_mode) ? "link"
                                                  : "other";
    printf("%s: %s", path, type);
    if (!S_ISDIR(stat_of.st_mode)) printf(" %lld %lld", (long long)stat_of.st_size, (long long)stat_of.st_nlink);
    printf("\n");
}

static void places(void) {
    char buffer[64];
    int file = open("places", O_CREAT | O_RDWR | O_EXCL, 0666);
    TELL(write(file, "0123456789", 10));
    TELL(lseek(file, -4, SEEK_END));
    TELL(read(file, buffer, 64));
    printf("%.4s\n", buffer);
    TELL(lseek(file, -1, SEEK_SET));
    TELL(lseek(file, 20, SEEK_SET));
    TELL(read(file, buffer, 64));
    TELL(write(file, "end", 3));
    TELL(lseek(file, 0, SEEK_CUR));
    TELL(pread(file, buffer, 5, 8));
    printf("%d %d %d\n", buffer[0], buffer[1], buffer[2]);
    TELL(pwrite(file, "abc", 3, 1));
    TELL(ftruncate(file, 6));
    TELL(lseek(file, 0, SEEK_CUR));
    TELL(lseek(file, 0, SEEK_SET));
    struct iovec parts[3] = {{buffer, 2}, {buffer + 10, 0}, {buffer + 20, 30}};
    TELL(readv(file, parts, 3));
    printf("%.2s %.4s\n", buffer, buffer + 20);
    TELL(fsync(file));
    TELL(close(file));
    TELL(close(file));
    TELL(read(file, buffer, 1));
}

static void openings(void) {
    OPENS("none", O_RDONLY);
    OPENS("none/none", O_RDWR | O_CREAT);
    OPENS("places", O_RDWR | O_CREAT | O_EXCL);
    OPENS("places", O_RDONLY | O_DIRECTORY);
    OPENS("places/none", O_RDONLY);
    OPENS("places/", O_RDONLY);
    OPENS(".", O_RDONLY);
    OPENS(".", O_RDWR);
    OPENS(".", O_RDONLY | O_DIRECTORY);
    OPENS("new", O_RDONLY | O_CREAT);
    show("new");
    OPENS("places", O_WRONLY | O_TRUNC);
    show("places");
    int file = open("appended", O_CREAT | O_WRONLY | O_APPEND, 0666);
    TELL(write(file, "one", 3));
    TELL(lseek(file, 0, SEEK_SET));
    TELL(write(file, "two", 3));
    TELL(lseek(file, 0, SEEK_CUR));
    TELL((fcntl(file, F_GETFL) & O_APPEND) != 0);
    TELL(fcntl(file, F_SETFL, 0));
    TELL(lseek(file, 0, SEEK_SET));
    TELL(write(file, "T", 1));
    char byte;
    TELL(read(file, &byte, 1));
    TELL(close(file));
    show("appended");
    file = open("appended", O_RDONLY);
    TELL(write(file, "x", 1));
    TELL(close(file));
}

static void names(void) {
    char buffer[64];
    TELL(mkdir("d", 0777));
    TELL(mkdir("d", 0777));
    TELL(mkdir("d/e/", 0777));
    TELL(mkdir("none/d", 0777));
    TELL(rmdir("d"));
    TELL(unlink("none"));
    TELL(rmdir("new"));
    TELL(link("new", "d/other"));
    show("new");
    TELL(link("new", "d/other"));
    TELL(symlink("d/other", "s"));
    show("s");
    memset(buffer, '.', 64);
    TELL(readlink("s", buffer, 64));
    printf("%.10s\n", buffer);
    TELL(readlink("s", buffer, 3));
    TELL(readlink("new", buffer, 3));
    OPENS("s", O_RDONLY);
    OPENS("s", O_RDONLY | O_NOFOLLOW);
    TELL(symlink("loop", "loop"));
    OPENS("loop", O_RDONLY);
    TELL(symlink("nowhere", "dangling"));
    OPENS("dangling", O_RDONLY);
    OPENS("dangling", O_RDWR | O_CREAT);
    show("nowhere");
    TELL(rename("new", "d/e"));
    TELL(rename("d", "new"));
    TELL(rename("d", "d/e/f"));
    TELL(rename("none", "x"));
    TELL(rename("new", "d/e/moved"));
    TELL(rename("d/e/", "up/"));
    show("up/moved");
    show("d/e");
    TELL(unlink("s"));
    show("d/other");
    TELL(rmdir("up/"));
    TELL(unlink("up/moved"));
    TELL(rmdir("up/"));
    TELL(access("d/other", R_OK));
    TELL(access("none", F_OK));
    TELL(truncate("d/other", 7));
    show("d/other");
}

static void times(void) {
    struct timespec set[2] = {{1000, 1}, {2000, 999999999}};
    struct stat stat_of;
    TELL(utimensat(AT_FDCWD, "d/other", set, 0));
    TELL(stat("d/other", &stat_of));
    printf("%lld %ld %lld %ld\n", (long long)stat_of.st_atim.tv_sec, stat_of.st_atim.tv_nsec,
           (long long)stat_of.st_mtim.tv_sec, stat_of.st_mtim.tv_nsec);
    set[0].tv_nsec = UTIME_OMIT;
    set[1].tv_sec = 5;
    int file = open("d/other", O_RDWR);
    TELL(futimens(file, set));
    TELL(fstat(file, &stat_of));
    printf("%lld %lld\n", (long long)stat_of.st_atim.tv_sec, (long long)stat_of.st_mtim.tv_sec);
    close(file);
}

int main(void) {
    places();
    openings();
    names();
    times();
    return 0;
}

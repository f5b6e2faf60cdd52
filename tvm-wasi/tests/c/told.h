// What a call returned, by the name of its error: numbers differ between systems.
#include <errno.h>
#include <stdio.h>

static const char *error_name(int error) {
    switch (error) {
    case EACCES: return "EACCES";
    case EBADF: return "EBADF";
    case EEXIST: return "EEXIST";
    case EINVAL: return "EINVAL";
    case EISDIR: return "EISDIR";
    case ELOOP: return "ELOOP";
    case ENAMETOOLONG: return "ENAMETOOLONG";
    case ENOENT: return "ENOENT";
    case ENOTDIR: return "ENOTDIR";
    case ENOTEMPTY: return "ENOTEMPTY";
    case EPERM: return "EPERM";
    case ESPIPE: return "ESPIPE";
    default: return "another error";
    }
}

#define TELL(call)                                                            \
    do {                                                                      \
        errno = 0;                                                            \
        long long result = (long long)(call);                                 \
        printf("%s = %lld%s%s\n", #call, result, result < 0 ? " " : "",       \
               result < 0 ? error_name(errno) : "");                          \
    } while (0)

#define OPENS(path, flags)                                                    \
    do {                                                                      \
        errno = 0;                                                            \
        int opened = open(path, flags, 0666);                                 \
        printf("open(%s, %s): %s\n", #path, #flags,                           \
               opened < 0 ? error_name(errno) : "open");                      \
        if (opened >= 0) close(opened);                                       \
    } while (0)

/*
 * Preloaded into a service, logs all that it does to its database's files, in order, so that
 * powerlog.py can rebuild what the disk would have held had the power gone at any instant.
 *
 * POWERLOG         the log, to which records are appended
 * POWERLOG_FILES   how the names of the logged files begin; their folder's fsync is logged too
 * POWERLOG_SLOW_US how long each fsync takes at least: an answer sent before its end is then
 *                  received before its end, and seen
 * POWERLOG_LIE     how the name of a file ends whose fsync does nothing and is logged as LIED
 * POWERLOG_FAIL    the same; its POWERLOG_FAIL_AT-th fsync does nothing and fails with EIO
 *
 * A write or a new name is logged once it has been done, an fsync when it begins and again when
 * it has ended.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

enum operation { WRITTEN = 1, TRUNCATED, SYNC_BEGAN, SYNC_ENDED, RENAMED, UNLINKED, LIED, FAILED,
                 CREATED };

struct head {
    uint32_t operation;
    uint32_t name_length;
    uint64_t data_length;
    uint64_t offset;
    uint64_t instant_ns;
};

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static int log_descriptor = -1;
static const char *files, *lie, *fail;
static char folder[PATH_MAX];
static long slow_us, fail_at, fail_count;

static int (*real_open)(const char *, int, ...);
static ssize_t (*real_write)(int, const void *, size_t);
static ssize_t (*real_pwrite)(int, const void *, size_t, off_t);
static int (*real_ftruncate)(int, off_t);
static int (*real_fsync)(int);
static int (*real_fdatasync)(int);
static int (*real_rename)(const char *, const char *);
static int (*real_unlink)(const char *);

/* Not every C library has the names that end in 64. */
static void *first_of(const char *name, const char *other)
{
    void *found = dlsym(RTLD_NEXT, name);

    return found != NULL ? found : dlsym(RTLD_NEXT, other);
}

__attribute__((constructor)) static void begin(void)
{
    real_open = first_of("open64", "open");
    real_write = dlsym(RTLD_NEXT, "write");
    real_pwrite = first_of("pwrite64", "pwrite");
    real_ftruncate = first_of("ftruncate64", "ftruncate");
    real_fsync = dlsym(RTLD_NEXT, "fsync");
    real_fdatasync = dlsym(RTLD_NEXT, "fdatasync");
    real_rename = dlsym(RTLD_NEXT, "rename");
    real_unlink = dlsym(RTLD_NEXT, "unlink");
    files = getenv("POWERLOG_FILES");
    lie = getenv("POWERLOG_LIE");
    fail = getenv("POWERLOG_FAIL");
    slow_us = getenv("POWERLOG_SLOW_US") ? atol(getenv("POWERLOG_SLOW_US")) : 0;
    fail_at = getenv("POWERLOG_FAIL_AT") ? atol(getenv("POWERLOG_FAIL_AT")) : 0;
    if (files == NULL || getenv("POWERLOG") == NULL)
        return;
    snprintf(folder, sizeof folder, "%s", files);
    dirname(folder);
    log_descriptor = open(getenv("POWERLOG"), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    if (log_descriptor < 0) {
        perror("powerlog");
        abort();
    }
}

static int ends_with(const char *name, const char *end)
{
    size_t length = strlen(name), end_length = strlen(end);
    return length >= end_length && strcmp(name + length - end_length, end) == 0;
}

static int is_logged(const char *name)
{
    return strncmp(name, files, strlen(files)) == 0 && !ends_with(name, "-shm") &&
           !ends_with(name, ".lock") && !ends_with(name, " (deleted)");
}

/* The name of an open file that is logged; 0 for any other. */
static int name_of(int descriptor, char name[PATH_MAX])
{
    char link[64];
    ssize_t length;
    int kept = errno;

    if (log_descriptor < 0 || descriptor == log_descriptor)
        return 0;
    snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
    length = readlink(link, name, PATH_MAX - 1);
    errno = kept;
    if (length < 0)
        return 0;
    name[length] = 0;
    return is_logged(name) || strcmp(name, folder) == 0;
}

static void record(enum operation operation, const char *name, uint64_t offset, const void *data,
                   size_t data_length)
{
    struct timespec now;
    struct head head = {operation, strlen(name), data_length, offset, 0};
    struct iovec parts[3] = {{&head, sizeof head},
                             {(void *)name, head.name_length},
                             {(void *)data, data_length}};
    ssize_t whole = sizeof head + head.name_length + data_length;
    int kept = errno;

    pthread_mutex_lock(&mutex);
    clock_gettime(CLOCK_MONOTONIC, &now);
    head.instant_ns = (uint64_t)now.tv_sec * 1000000000u + now.tv_nsec;
    if (writev(log_descriptor, parts, 3) != whole) {
        perror("powerlog");
        abort();
    }
    pthread_mutex_unlock(&mutex);
    errno = kept;
}

static int open_or_create(const char *name, int flags, mode_t mode)
{
    int kept = errno;
    int is_new = log_descriptor >= 0 && (flags & O_CREAT) && is_logged(name) &&
                 access(name, F_OK) != 0;
    int descriptor;

    /* Other libraries may open files before this one has begun. */
    if (real_open == NULL)
        real_open = first_of("open64", "open");
    errno = kept;
    descriptor = real_open(name, flags, mode);
    if (descriptor >= 0 && is_new)
        record(CREATED, name, 0, NULL, 0);
    return descriptor;
}

int open64(const char *name, int flags, ...)
{
    va_list rest;
    mode_t mode;

    va_start(rest, flags);
    mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(rest, mode_t) : 0;
    va_end(rest);
    return open_or_create(name, flags, mode);
}

int open(const char *name, int flags, ...)
{
    va_list rest;
    mode_t mode;

    va_start(rest, flags);
    mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(rest, mode_t) : 0;
    va_end(rest);
    return open_or_create(name, flags, mode);
}

ssize_t write(int descriptor, const void *data, size_t length)
{
    char name[PATH_MAX];
    ssize_t written = real_write(descriptor, data, length);

    if (written > 0 && name_of(descriptor, name))
        record(WRITTEN, name, lseek(descriptor, 0, SEEK_CUR) - written, data, written);
    return written;
}

ssize_t pwrite64(int descriptor, const void *data, size_t length, off_t offset)
{
    char name[PATH_MAX];
    ssize_t written = real_pwrite(descriptor, data, length, offset);

    if (written > 0 && name_of(descriptor, name))
        record(WRITTEN, name, offset, data, written);
    return written;
}

ssize_t pwrite(int descriptor, const void *data, size_t length, off_t offset)
{
    return pwrite64(descriptor, data, length, offset);
}

int ftruncate64(int descriptor, off_t length)
{
    char name[PATH_MAX];
    int result = real_ftruncate(descriptor, length);

    if (result == 0 && name_of(descriptor, name))
        record(TRUNCATED, name, length, NULL, 0);
    return result;
}

int ftruncate(int descriptor, off_t length)
{
    return ftruncate64(descriptor, length);
}

static int synchronise(int descriptor, int (*really)(int))
{
    char name[PATH_MAX];
    int result;

    if (!name_of(descriptor, name))
        return really(descriptor);
    if (fail != NULL && ends_with(name, fail) && ++fail_count == fail_at) {
        record(FAILED, name, 0, NULL, 0);
        errno = EIO;
        return -1;
    }
    if (lie != NULL && ends_with(name, lie)) {
        record(LIED, name, 0, NULL, 0);
        return 0;
    }
    record(SYNC_BEGAN, name, 0, NULL, 0);
    usleep(slow_us);
    result = really(descriptor);
    if (result == 0)
        record(SYNC_ENDED, name, 0, NULL, 0);
    return result;
}

int fsync(int descriptor)
{
    return synchronise(descriptor, real_fsync);
}

int fdatasync(int descriptor)
{
    return synchronise(descriptor, real_fdatasync);
}

int rename(const char *from, const char *to)
{
    int result = real_rename(from, to);

    if (result == 0 && log_descriptor >= 0 && (is_logged(from) || is_logged(to)))
        record(RENAMED, from, 0, to, strlen(to));
    return result;
}

int unlink(const char *name)
{
    int result = real_unlink(name);

    if (result == 0 && log_descriptor >= 0 && is_logged(name))
        record(UNLINKED, name, 0, NULL, 0);
    return result;
}

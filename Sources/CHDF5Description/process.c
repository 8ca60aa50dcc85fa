#if __has_include(<hdf5.h>)

#define _GNU_SOURCE
#include "CHDF5Description.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#ifdef __linux__
#include <sys/prctl.h>
#endif

#include "../CHDF5/shim.h"
#include "CSubprocesses.h"
#include "describe.h"

// The limits: computing time in seconds, time in all, memory in MiB; and for descriptions, the bytes for each of a
// file's and for any file.
enum { computing_limit = 3, waiting_limit = 120, memory_limit = 512 };
enum { most_for_byte = 4, most_for_file = 1 << 26 };
// The exit codes of the new process.
enum { described_code = 0, large_code = 1, other_code = 2 };

// The pipe to the program, in the new process, and what goes there next.
static int description_pipe = -1;
static struct {
    unsigned char bytes[1 << 16];
    size_t count;
} block;

static void send_block(void) {
    for (size_t sent = 0; sent < block.count;) {
        const ssize_t count = write(description_pipe, block.bytes + sent, block.count - sent);
        if (count < 0 && errno != EINTR) _exit(other_code);
        if (count > 0) sent += (size_t)count;
    }
    block.count = 0;
}

static void put_into_pipe(const void *bytes, size_t count) {
    while (count > 0) {
        const size_t part = count < sizeof block.bytes - block.count ? count : sizeof block.bytes - block.count;
        memcpy(block.bytes + block.count, bytes, part);
        block.count += part;
        bytes = (const char *)bytes + part;
        count -= part;
        if (block.count == sizeof block.bytes) send_block();
    }
}

static herr_t end_if_large(unsigned depth, const H5E_error2_t *error, void *context) {
    (void)depth;
    (void)context;
    if (error->min_num == H5E_NOSPACE || error->min_num == H5E_CANTALLOC) _exit(large_code);
    return 0;
}

// An allocation that fails is an error to the library like any other, but it would succeed without the limit.
static herr_t look_at_error(hid_t stack, void *context) {
    return H5Ewalk2(stack, H5E_WALK_UPWARD, end_if_large, context);
}

static void limit(int resource, rlim_t value) {
    struct rlimit limit;
    if (getrlimit(resource, &limit) != 0) return;
    if (limit.rlim_cur != RLIM_INFINITY && limit.rlim_cur < value) return;
    limit.rlim_cur = value;
    setrlimit(resource, &limit);
}

static void limit_memory(void) {
#ifdef __linux__
    // What the program uses already counts, too.
    unsigned long pages = 0;
    char text[64];
    const int file = open("/proc/self/statm", O_RDONLY | O_CLOEXEC);
    const ssize_t count = file < 0 ? 0 : read(file, text, sizeof text - 1);
    if (file >= 0) close(file);
    if (count <= 0) return;
    text[count] = 0;
    pages = strtoul(text, NULL, 10);
    if (pages > 0) limit(RLIMIT_AS, (rlim_t)pages * (rlim_t)sysconf(_SC_PAGESIZE) + ((rlim_t)memory_limit << 20));
#endif
}

// Faults end the process silently. All other signals are for the program: they stay blocked here.
static void reset_signals(void) {
    const int faults[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGTRAP, SIGSYS, SIGXCPU};
    sigset_t open;
    sigemptyset(&open);
    for (size_t index = 0; index < sizeof faults / sizeof faults[0]; index++) {
        signal(faults[index], SIG_DFL);
        sigaddset(&open, faults[index]);
    }
    pthread_sigmask(SIG_UNBLOCK, &open, NULL);
}

// Runs in the new process. Other threads may hold any lock of the program, so only the library and C's are called.
static void describe(const char *path, const void *bytes, size_t count, pid_t parent, int pipe) {
    description_pipe = pipe;
    reset_signals();
#ifdef __linux__
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent) _exit(other_code);
#else
    (void)parent;
#endif
    limit(RLIMIT_CORE, 0);
    limit(RLIMIT_CPU, computing_limit);
    limit_memory();
    // The C library writes a line about damaged memory.
    const int nothing = open("/dev/null", O_WRONLY);
    if (nothing >= 0) {
        dup2(nothing, STDOUT_FILENO);
        dup2(nothing, STDERR_FILENO);
    }
    chdf5_image image = {bytes, count};
    struct stat status;
    if (path) count = stat(path, &status) == 0 ? (size_t)status.st_size : 0;
    H5open();
    // No code is loaded from a folder of plug-ins that a file's filter names.
    H5PLset_loading_state(0);
    H5Eset_auto2(H5E_DEFAULT, look_at_error, NULL);
    hdf5_write_description(path ? chdf5_open(path) : chdf5_open_image(&image), count, put_into_pipe);
    send_block();
    _exit(described_code);
}

static int make_pipe(int ends[2]) {
#ifdef __linux__
    return pipe2(ends, O_CLOEXEC);
#else
    if (pipe(ends) != 0) return -1;
    for (int end = 0; end < 2; end++) fcntl(ends[end], F_SETFD, FD_CLOEXEC);
    return 0;
#endif
}

static int64_t milliseconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

struct description {
    unsigned char *bytes;
    size_t count, capacity;
};

// Reads until the process has ended, which closes its end of the pipe.
static enum hdf5_outcome receive(int pipe, size_t most, struct description *description, int *number) {
    const int64_t end = milliseconds() + waiting_limit * 1000;
    for (;;) {
        if (description->count == description->capacity) {
            if (description->count >= most) return HDF5_WRONG;
            const size_t capacity = 2 * description->capacity + (1 << 14);
            unsigned char *larger = realloc(description->bytes, capacity);
            if (!larger) {
                *number = ENOMEM;
                return HDF5_IMPOSSIBLE;
            }
            description->bytes = larger;
            description->capacity = capacity;
        }
        struct pollfd ready = {.fd = pipe, .events = POLLIN};
        const int64_t left = end - milliseconds();
        const int answer = left > 0 ? poll(&ready, 1, (int)left) : 0;
        if (answer == 0) {
            *number = waiting_limit;
            return HDF5_SLOW;
        }
        if (answer < 0) continue;
        const ssize_t count = read(
            pipe, description->bytes + description->count, description->capacity - description->count);
        if (count == 0) return HDF5_DESCRIBED;
        if (count > 0) description->count += (size_t)count;
    }
}

// Collects the end of the process, and tells what it means.
static enum hdf5_outcome judge(pid_t identifier, int *number) {
    siginfo_t ended;
    while (waitid(P_PID, (id_t)identifier, &ended, WEXITED | WNOWAIT) == -1 && errno == EINTR) continue;
    int code = 0;
    const int ending = subprocess_ending(identifier, 0, NULL, &code);
    if (ending == 2) {
        *number = code == SIGXCPU ? computing_limit : code;
        return code == SIGXCPU ? HDF5_SLOW : HDF5_CRASHED;
    }
    *number = memory_limit;
    return ending != 1 || code == other_code ? HDF5_WRONG : code == large_code ? HDF5_LARGE : HDF5_DESCRIBED;
}

const char *hdf5_version(void) { return &H5_VERS_INFO[sizeof "HDF5 library version:"]; }

enum hdf5_outcome hdf5_describe(
    const char *path, const void *bytes, size_t count, unsigned char **description, size_t *length, int *number) {
    // No other process that describes a file may inherit the end to write to, and so keep it open.
    static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
    *description = NULL;
    *length = 0;
    int ends[2];
    pthread_mutex_lock(&lock);
    if (make_pipe(ends) != 0) {
        *number = errno;
        pthread_mutex_unlock(&lock);
        return HDF5_IMPOSSIBLE;
    }
    // No handler of the program may run in the new process.
    sigset_t every, before;
    sigfillset(&every);
    pthread_sigmask(SIG_SETMASK, &every, &before);
    const pid_t parent = getpid();
    const pid_t identifier = fork();
    if (identifier == 0) describe(path, bytes, count, parent, ends[1]);
    const int problem = errno;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    close(ends[1]);
    pthread_mutex_unlock(&lock);
    if (identifier < 0) {
        close(ends[0]);
        *number = problem;
        return HDF5_IMPOSSIBLE;
    }
    struct stat status;
    if (path) count = stat(path, &status) == 0 ? (size_t)status.st_size : 0;
    struct description received = {0};
    enum hdf5_outcome outcome = receive(ends[0], most_for_file + most_for_byte * count, &received, number);
    close(ends[0]);
    if (outcome == HDF5_DESCRIBED) {
        outcome = judge(identifier, number);
    } else {
        int code;
        kill(identifier, SIGKILL);
        judge(identifier, &code);
    }
    if (outcome != HDF5_DESCRIBED) {
        free(received.bytes);
        return outcome;
    }
    *description = received.bytes;
    *length = received.count;
    return outcome;
}

#endif

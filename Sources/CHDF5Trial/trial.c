#if __has_include(<hdf5.h>)

#define _GNU_SOURCE
#include "CHDF5Trial.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#ifdef __linux__
#include <sys/prctl.h>
#endif
#ifdef __GLIBC__
#include <malloc.h>
#endif

#include "../CHDF5/shim.h"
#include "CSubprocesses.h"
#include "walk.h"

// The limits of a trial: computing time in seconds, time in all, memory in MiB.
enum { computing_limit = 3, waiting_limit = 120, memory_limit = 512 };
// The pipe to the program, in the new process; and what it writes there before it ends.
static int answer_pipe = -1;
enum { passed_answer = 'p', large_answer = 'l' };

static void end(char answer) {
    while (write(answer_pipe, &answer, 1) == -1 && errno == EINTR) continue;
    _exit(0);
}

static herr_t end_if_large(unsigned depth, const H5E_error2_t *error, void *context) {
    (void)depth;
    (void)context;
    if (error->min_num == H5E_NOSPACE || error->min_num == H5E_CANTALLOC) end(large_answer);
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
static void try(const char *path, const void *bytes, size_t count, pid_t parent, int pipe) {
    answer_pipe = pipe;
    reset_signals();
#ifdef __linux__
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent) _exit(0);
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
    H5Eset_auto2(H5E_DEFAULT, look_at_error, NULL);
    for (int round = 0; round < 2; round++) {
        const hid_t file = path ? chdf5_open(path) : chdf5_open_image(&image);
        if (file >= 0) {
            hdf5_walk(file, count);
            H5Fclose(file);
        }
        // First with the memory that the program will use; then with other contents of it, since what the library uses
        // before it is set, or after it was freed, may be harmless only once.
        H5set_free_list_limits(0, 0, 0, 0, 0, 0);
#ifdef __GLIBC__
        mallopt(M_PERTURB, 0xa5);
#endif
    }
    end(passed_answer);
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

// Waits until the process has answered or ended, which closes its end of the pipe, and returns the answer: 0 for none,
// -1 if it was ended since it took too long.
static char wait_for(pid_t identifier, int pipe) {
    struct pollfd ready = {.fd = pipe, .events = POLLIN};
    int count;
    do {
        count = poll(&ready, 1, waiting_limit * 1000);
    } while (count == -1 && errno == EINTR);
    char answer = 0;
    if (count == 0) {
        kill(identifier, SIGKILL);
        answer = -1;
    } else {
        while (read(pipe, &answer, 1) == -1 && errno == EINTR) continue;
    }
    siginfo_t ended;
    while (waitid(P_PID, (id_t)identifier, &ended, WEXITED | WNOWAIT) == -1 && errno == EINTR) continue;
    return answer;
}

enum hdf5_trial_outcome hdf5_trial(const char *path, const void *bytes, size_t count, int *number) {
    int ends[2];
    if (make_pipe(ends) != 0) {
        *number = errno;
        return HDF5_TRIAL_IMPOSSIBLE;
    }
    // No handler of the program may run in the new process.
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    const pid_t parent = getpid();
    const pid_t identifier = fork();
    if (identifier == 0) try(path, bytes, count, parent, ends[1]);
    const int problem = errno;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    close(ends[1]);
    if (identifier < 0) {
        close(ends[0]);
        *number = problem;
        return HDF5_TRIAL_IMPOSSIBLE;
    }
    const char answer = wait_for(identifier, ends[0]);
    close(ends[0]);
    int code = 0;
    subprocess_ending(identifier, 0, NULL, &code);
    switch (answer) {
    case passed_answer: return HDF5_TRIAL_PASSED;
    case large_answer:
        *number = memory_limit;
        return HDF5_TRIAL_LARGE;
    default:
        *number = code;
        if (answer == 0 && code != SIGXCPU) return HDF5_TRIAL_CRASHED;
        *number = answer == 0 ? computing_limit : waiting_limit;
        return HDF5_TRIAL_SLOW;
    }
}

#endif

#define _GNU_SOURCE
#include "ending.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#ifdef __linux__
#include <sys/prctl.h>
#endif

#include "CSubprocesses.h"
#include "sweep.h"

// Files and folders to remove when this program ends.
struct leftover {
    struct leftover *next;
    char path[];
};

static pthread_mutex_t guard = PTHREAD_MUTEX_INITIALIZER;
static struct leftover *leftovers;
// The line to write to standard error when a signal ends this program; null for none.
static char *words;
static pthread_once_t once = PTHREAD_ONCE_INIT;
static atomic_int is_ending;
static atomic_int is_watching;
static int wake[2] = {-1, -1};
// The handling of SIGABRT before this program's own.
static struct sigaction abort_action;

void pause_when_ending(void) {
    while (atomic_load(&is_ending)) pause();
}

void leftover_add(const char *path) {
    pause_when_ending();
    watch_signals();
    struct leftover *leftover = malloc(sizeof *leftover + strlen(path) + 1);
    if (!leftover) return;
    strcpy(leftover->path, path);
    pthread_mutex_lock(&guard);
    leftover->next = leftovers;
    leftovers = leftover;
    pthread_mutex_unlock(&guard);
}

void leftover_forget(const char *path) {
    pause_when_ending();
    pthread_mutex_lock(&guard);
    for (struct leftover **place = &leftovers; *place; place = &(*place)->next) {
        if (strcmp((*place)->path, path) != 0) continue;
        struct leftover *found = *place;
        *place = found->next;
        free(found);
        break;
    }
    pthread_mutex_unlock(&guard);
}

static int remove_entry(const char *path, const struct stat *status, int kind, struct FTW *position) {
    (void)status;
    (void)kind;
    (void)position;
    remove(path);
    return 0;
}

void leftover_end(void) {
    // Nothing was started, and nothing must be removed.
    if (!atomic_load(&is_watching)) return;
    sweep_processes(getpid(), NULL);
    pthread_mutex_lock(&guard);
    for (const struct leftover *leftover = leftovers; leftover; leftover = leftover->next) {
        struct stat status;
        // Another thread may still be writing there.
        for (int round = 0; round < 100 && lstat(leftover->path, &status) == 0; round++)
            nftw(leftover->path, remove_entry, 16, FTW_DEPTH | FTW_PHYS);
    }
    pthread_mutex_unlock(&guard);
}

void ending_words(const char *line) {
    pause_when_ending();
    watch_signals();
    char *copy = line ? strdup(line) : NULL;
    pthread_mutex_lock(&guard);
    free(words);
    words = copy;
    pthread_mutex_unlock(&guard);
}

// Writes as much of a text as standard error takes within a tenth of a second: a terminal that was halted, or a reader
// that does not read, must not keep this program from ending.
static void write_to_errors(const char *text) {
    size_t left = strlen(text);
    while (left > 0) {
        struct pollfd ready = {.fd = STDERR_FILENO, .events = POLLOUT};
        if (poll(&ready, 1, 100) != 1 || !(ready.revents & POLLOUT)) return;
        // As much as a pipe that is ready takes without waiting.
        const ssize_t count = write(STDERR_FILENO, text, left < 512 ? left : 512);
        if (count < 0 && errno != EINTR) return;
        if (count > 0) {
            text += count;
            left -= (size_t)count;
        }
    }
}

static void say_words(void) {
    pthread_mutex_lock(&guard);
    if (words) {
        // A terminal has shown the line of progress, and the key that was pressed.
        if (isatty(STDERR_FILENO)) write_to_errors("\n");
        write_to_errors(words);
        write_to_errors("\n");
    }
    pthread_mutex_unlock(&guard);
}

static void tell_watcher(int number, siginfo_t *info, void *context) {
    // This program's own abort goes to the run-time library, which shows the place.
    if (number == SIGABRT && (info->si_code != SI_USER || info->si_pid == getpid())) {
        sigaction(SIGABRT, &abort_action, NULL);
        if (abort_action.sa_flags & SA_SIGINFO) abort_action.sa_sigaction(number, info, context);
        return;
    }
    const int problem = errno;
    const unsigned char byte = (unsigned char)number;
    if (write(wake[1], &byte, 1) != 1) _exit(128 + number);
    errno = problem;
}

// Clean-up needs calls that a signal handler must not make, so a thread does it.
static void *watch(void *nothing) {
    unsigned char number = 0;
    while (read(wake[0], &number, 1) != 1)
        if (errno != EINTR) return nothing;
    atomic_store(&is_ending, 1);
    say_words();
    leftover_end();
    // As if there had never been a handler.
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, number);
    signal(number, SIG_DFL);
    pthread_sigmask(SIG_UNBLOCK, &signals, NULL);
    raise(number);
    _exit(128 + number);
}

// Existing handlers stay, except for SIGQUIT and SIGABRT: Swift's runtime prints a backtrace for them, which takes
// seconds, and goes on after SIGQUIT. A second signal ends this program at once.
static void handle(int number) {
    struct sigaction current, action = {
        .sa_sigaction = tell_watcher, .sa_flags = (int)SA_RESETHAND | SA_RESTART | SA_SIGINFO | SA_ONSTACK};
    sigemptyset(&action.sa_mask);
    if (sigaction(number, NULL, &current) != 0) return;
    const int is_default = !(current.sa_flags & SA_SIGINFO) && current.sa_handler == SIG_DFL;
    const int is_runtime = (number == SIGQUIT || number == SIGABRT) && (current.sa_flags & SA_SIGINFO);
    if (!is_default && !is_runtime) return;
    if (number == SIGABRT) abort_action = current;
    sigaction(number, &action, NULL);
}

static void start_watching(void) {
    atomic_store(&is_watching, 1);
#ifdef __linux__
    // Orphans become children of this program, so that it can find them when it ends.
    prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
#endif
    if (pipe(wake) != 0) return;
    for (int end = 0; end < 2; end++) fcntl(wake[end], F_SETFD, FD_CLOEXEC);
    // The thread receives no signals: those are for the other threads.
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    pthread_t thread;
    const int problem = pthread_create(&thread, NULL, watch, NULL);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (problem) return;
    pthread_detach(thread);
    const int ends[] = {
        SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGXCPU, SIGABRT, SIGUSR1, SIGUSR2, SIGALRM, SIGVTALRM, SIGPROF,
#ifdef __linux__
        SIGIO, SIGPWR, SIGSTKFLT,
#endif
    };
    for (size_t index = 0; index < sizeof ends / sizeof ends[0]; index++) handle(ends[index]);
#ifdef __linux__
    for (int number = SIGRTMIN; number <= SIGRTMAX; number++) handle(number);
#endif
}

void watch_signals(void) { pthread_once(&once, start_watching); }

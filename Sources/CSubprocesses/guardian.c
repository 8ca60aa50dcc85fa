#define _GNU_SOURCE
#include "CSubprocesses.h"

#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <spawn.h>
#include <stdatomic.h>
#include <unistd.h>

#include "ending.h"

#ifdef __linux__

extern char **environ;

static pthread_once_t once = PTHREAD_ONCE_INIT;
// Every thread that starts a program sets it, to the same text.
static _Atomic(const char *) guarded_mark;

// SIGKILL cannot be handled, so another program learns of the end: its input, a pipe that only this program can write
// to, ends then. A shell is small and everywhere, whereas a fork would keep a copy of this program's memory. A killed
// program may have started others before, hence the rounds.
static char script[] =
    "while read -r line; do :; done\n"
    "round=0\n"
    "while [ $round -lt 100 ]; do\n"
    "  files=$(grep -ls \"$1\" /proc/[0-9]*/environ)\n"
    "  [ -n \"$files\" ] || exit 0\n"
    "  for file in $files; do\n"
    "    pid=${file#/proc/}\n"
    "    kill -9 ${pid%/environ}\n"
    "  done\n"
    "  round=$((round + 1))\n"
    "done\n";

static void start(void) {
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0) return;
    // A signal to the group of this program must not end the guardian first.
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    sigset_t none;
    sigemptyset(&none);
    char *const arguments[] = {"sh", "-c", script, "sh", (char *)atomic_load(&guarded_mark), NULL};
    pid_t identifier;
    int problem = posix_spawn_file_actions_init(&actions);
    if (!problem) {
        problem = posix_spawnattr_init(&attributes);
        if (!problem) {
            problem = posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK);
            if (!problem) problem = posix_spawnattr_setpgroup(&attributes, 0);
            if (!problem) problem = posix_spawnattr_setsigmask(&attributes, &none);
            if (!problem) problem = posix_spawn_file_actions_adddup2(&actions, ends[0], 0);
            for (int stream = 1; stream < 3 && !problem; stream++)
                problem = posix_spawn_file_actions_addopen(&actions, stream, "/dev/null", O_WRONLY, 0);
            if (!problem) problem = posix_spawn(&identifier, "/bin/sh", &actions, &attributes, arguments, environ);
            posix_spawnattr_destroy(&attributes);
        }
        posix_spawn_file_actions_destroy(&actions);
    }
    close(ends[0]);
    // Otherwise the other end stays open as long as this program runs.
    if (problem) close(ends[1]);
}

void guardian_start(const char *mark) {
    pause_when_ending();
    atomic_store(&guarded_mark, mark);
    pthread_once(&once, start);
}

#else

void guardian_start(const char *mark) { (void)mark; }

#endif

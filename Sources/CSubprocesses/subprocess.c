#define _GNU_SOURCE
#include "CSubprocesses.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stddef.h>
#include <sys/wait.h>

#include "ending.h"
#include "sweep.h"

// Threads of a task block all signals, and a child inherits that.
static int set_attributes(posix_spawnattr_t *attributes, int own_group) {
    const int usual[] = {SIGHUP, SIGINT, SIGQUIT, SIGPIPE, SIGTERM, SIGXCPU, SIGXFSZ};
    sigset_t none, defaults;
    sigemptyset(&none);
    sigemptyset(&defaults);
    for (size_t index = 0; index < sizeof usual / sizeof usual[0]; index++) sigaddset(&defaults, usual[index]);
    short flags = POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF;
#ifdef POSIX_SPAWN_CLOEXEC_DEFAULT
    flags |= POSIX_SPAWN_CLOEXEC_DEFAULT;
#endif
    if (own_group) flags |= POSIX_SPAWN_SETPGROUP;
    int problem = posix_spawnattr_setflags(attributes, flags);
    if (!problem && own_group) problem = posix_spawnattr_setpgroup(attributes, 0);
    if (!problem) problem = posix_spawnattr_setsigmask(attributes, &none);
    if (!problem) problem = posix_spawnattr_setsigdefault(attributes, &defaults);
    return problem;
}

static int set_stream(posix_spawn_file_actions_t *actions, int descriptor, const char *file) {
    if (file) {
        const int flags = O_WRONLY | O_CREAT | O_TRUNC | O_APPEND;
        return posix_spawn_file_actions_addopen(actions, descriptor, file, flags, 0600);
    }
    // If the system passes on only named descriptors, this names one; otherwise it does nothing.
    return posix_spawn_file_actions_adddup2(actions, descriptor, descriptor);
}

static int set_actions(
    posix_spawn_file_actions_t *actions, const char *folder, const char *output, const char *errors) {
    int problem = posix_spawn_file_actions_addopen(actions, 0, "/dev/null", O_RDONLY, 0);
    if (!problem) problem = set_stream(actions, 1, output);
    if (!problem) problem = set_stream(actions, 2, errors);
#if defined(__GLIBC__) && defined(__GLIBC_PREREQ)
#if __GLIBC_PREREQ(2, 34)
    if (!problem) problem = posix_spawn_file_actions_addclosefrom_np(actions, 3);
#endif
#endif
    if (!problem && folder) problem = posix_spawn_file_actions_addchdir_np(actions, folder);
    return problem;
}

int subprocess_start(
    pid_t *identifier, const char *program, char *const *arguments, char *const *environment, const char *folder,
    const char *output, const char *errors, int own_group) {
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    int problem = posix_spawn_file_actions_init(&actions);
    if (problem) return problem;
    problem = posix_spawnattr_init(&attributes);
    if (!problem) {
        pause_when_ending();
        if (own_group) watch_signals();
        problem = set_attributes(&attributes, own_group);
        if (!problem) problem = set_actions(&actions, folder, output, errors);
        if (!problem) problem = posix_spawn(identifier, program, &actions, &attributes, arguments, environment);
        posix_spawnattr_destroy(&attributes);
    }
    posix_spawn_file_actions_destroy(&actions);
    return problem;
}

// Kills the descendants of an ended process; returns 0 while the process runs. Until its end is collected, no other
// process can have its number.
static int end_group(pid_t identifier, const char *mark) {
    siginfo_t ended = {0};
    int problem;
    do {
        problem = waitid(P_PID, (id_t)identifier, &ended, WEXITED | WNOHANG | WNOWAIT);
    } while (problem == -1 && errno == EINTR);
    if (!problem && ended.si_pid != identifier) return 0;
    if (!problem) {
        kill(-identifier, SIGKILL);
        sweep_processes(identifier, mark);
    }
    return 1;
}

int subprocess_ending(pid_t identifier, int own_group, const char *mark, int *code) {
    int status = 0;
    pid_t answer;
    pause_when_ending();
    if (own_group && !end_group(identifier, mark)) return 0;
    do {
        answer = waitpid(identifier, &status, WNOHANG);
    } while (answer == -1 && errno == EINTR);
    if (answer == 0) return 0;
    // A signal may have ended the child and be about to end this program, which then must not judge the end.
    pause_when_ending();
    if (answer != identifier) return 3;
    *code = WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status);
    return WIFSIGNALED(status) ? 2 : 1;
}

void subprocess_kill(pid_t identifier, int own_group, const char *mark) {
    // The children can be found only before it ends, so it is stopped for the search.
    if (own_group) {
        kill(-identifier, SIGSTOP);
        sweep_processes(identifier, mark);
        kill(-identifier, SIGKILL);
    }
    kill(identifier, SIGKILL);
}

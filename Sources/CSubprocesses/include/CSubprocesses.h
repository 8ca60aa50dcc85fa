// The calls of the system that start a program and ask for its end. In C, since the calls that set its folder and close
// what it must not inherit are extensions that Swift's import of the C library does not show.

#ifndef CSUBPROCESSES_H
#define CSUBPROCESSES_H

#include <sys/types.h>

/// Starts a program with an empty standard input, no signal blocked or ignored, and no open file but its streams.
///
/// `arguments` and `environment` end with a null pointer. `folder` is where it works, null for where this program does.
/// `output` and `errors` are the files that its streams are written to, null for the streams of this program.
///
/// With `own_group` it leads a process group of its own, which is also ended when a signal from the keyboard or a request
/// to end (SIGINT, SIGTERM, SIGHUP) ends this program.
///
/// Returns 0 and the number of the process, or the system's error number.
int subprocess_start(
    pid_t *identifier, const char *program, char *const *arguments, char *const *environment, const char *folder,
    const char *output, const char *errors, int own_group);

/// Asks once whether a child has ended.
///
/// Returns 0 while it runs, 1 when it has ended by itself, with its exit code in `code`, 2 when a signal has ended it,
/// with its number in `code`, and 3 when the system knows no such child any more. With `own_group` all that is left of its
/// process group is killed first.
int subprocess_ending(pid_t identifier, int own_group, int *code);

#endif

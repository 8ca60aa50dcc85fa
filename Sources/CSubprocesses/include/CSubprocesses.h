// The calls of the system that start a program and ask for its end. In C, since the calls that set its folder and close
// what it must not inherit are extensions that Swift's import of the C library does not show.

#ifndef CSUBPROCESSES_H
#define CSUBPROCESSES_H

#include <sys/types.h>

/// Starts a program with an empty standard input, no blocked or ignored signal, and no open file except its streams.
///
/// `arguments` and `environment` end with a null pointer. `folder` is its working folder, null for that of this
/// program. `output` and `errors` are the files of its streams, null for the streams of this program.
///
/// With `own_group`, it leads its own process group. A signal from the keyboard or another process that ends this
/// program (SIGINT, SIGTERM, SIGUSR1 and so on, but not SIGKILL) also ends it and all its descendants.
///
/// Returns 0 and the number of the process, or the system's error number.
int subprocess_start(
    pid_t *identifier, const char *program, char *const *arguments, char *const *environment, const char *folder,
    const char *output, const char *errors, int own_group);

/// Asks once whether a child has ended.
///
/// Returns 0 while it runs, and 1 if it exited, with its exit code in `code`. Returns 2 if a signal ended it, with the
/// signal's number in `code`, and 3 if the system has no such child any more.
///
/// With `own_group`, it first kills all descendants of an ended child. It finds them by group, by ancestors, and by
/// `mark`, the start of an environment variable (or null).
int subprocess_ending(pid_t identifier, int own_group, const char *mark, int *code);

/// Kills a child, and with `own_group` all its descendants. The caller must still collect its end.
void subprocess_kill(pid_t identifier, int own_group, const char *mark);

/// Starts, once, a program that kills all processes with a mark in their environment after any end of this program.
///
/// It acts even after SIGKILL, which cannot be handled. `mark` is the start of an environment variable, without
/// characters that mean something to grep; it must stay valid. Does nothing on systems other than Linux.
void guardian_start(const char *mark);

/// Adds a file or folder to the list of those to remove when a signal ends this program.
void leftover_add(const char *path);

/// Removes a file or folder from the list.
void leftover_forget(const char *path);

/// Sets the line that is written to standard error when a signal ends this program, before anything is cleaned up; null
/// for none.
void ending_words(const char *line);

/// Kills all descendants of this program and removes the files and folders on the list.
void leftover_end(void);

#endif

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
/// With `own_group` it leads a process group of its own. It and all that it has started are also ended when a signal from
/// the keyboard or a request to end (SIGINT, SIGQUIT, SIGTERM, SIGHUP, SIGXCPU) ends this program.
///
/// Returns 0 and the number of the process, or the system's error number.
int subprocess_start(
    pid_t *identifier, const char *program, char *const *arguments, char *const *environment, const char *folder,
    const char *output, const char *errors, int own_group);

/// Asks once whether a child has ended.
///
/// Returns 0 while it runs, 1 when it has ended by itself, with its exit code in `code`, 2 when a signal has ended it,
/// with its number in `code`, and 3 when the system knows no such child any more. With `own_group` all that it has started
/// is killed first, which is found by its group, by its ancestors, and by `mark`, the start of a variable of its
/// environment (or null).
int subprocess_ending(pid_t identifier, int own_group, const char *mark, int *code);

/// Kills a child; with `own_group` all that it has started as well. Its end is still to be asked for.
void subprocess_kill(pid_t identifier, int own_group, const char *mark);

/// Takes a file or folder into the list of those that are removed when a signal ends this program.
void leftover_add(const char *path);

/// Takes a file or folder from the list.
void leftover_forget(const char *path);

/// Sets the line that is written to standard error when a signal ends this program, before anything is cleaned up; null
/// for none.
void ending_words(const char *line);

/// Kills all descendants of this program and removes what is on the list.
void leftover_end(void);

#endif

#ifndef SWEEP_H
#define SWEEP_H

#include <sys/types.h>

/// Kills what a process has started, and what that has started, until none of it runs; not the process itself.
///
/// Found are descendants, members of its process group, and processes with `mark` (unless null) among their variables:
/// one that made a session of its own and whose parents have ended is none of the first two. Of this program itself all
/// descendants are found. Where there is no /proc, only the process group is.
void sweep_processes(pid_t root, const char *mark);

#endif

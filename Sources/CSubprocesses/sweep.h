#ifndef SWEEP_H
#define SWEEP_H

#include <sys/types.h>

/// Kills all descendants of a process until none of them runs, but not the process itself.
///
/// It finds descendants, members of the process group, and processes with `mark` (unless null) in their environment.
/// The mark finds those with their own session whose parents have ended. For this program itself, it finds all
/// descendants. Without /proc, it finds only the process group.
void sweep_processes(pid_t root, const char *mark);

#endif

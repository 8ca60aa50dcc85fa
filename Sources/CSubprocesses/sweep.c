#define _GNU_SOURCE
#include "sweep.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#ifdef __linux__

// The state of a process in /proc.
struct process {
    pid_t identifier, parent, group;
    unsigned long long start;
    char state;
    char is_target;
};

static ssize_t read_file(const char *identifier, const char *name, char *buffer, size_t size) {
    char path[64];
    snprintf(path, sizeof path, "/proc/%s/%s", identifier, name);
    const int file = open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0) return -1;
    size_t length = 0;
    ssize_t count;
    while (length < size && (count = read(file, buffer + length, size - length)) != 0) {
        if (count < 0) {
            if (errno == EINTR) continue;
            break;
        }
        length += (size_t)count;
    }
    close(file);
    return (ssize_t)length;
}

static int describe(const char *identifier, struct process *process) {
    char text[1024];
    const ssize_t length = read_file(identifier, "stat", text, sizeof text - 1);
    if (length <= 0) return 0;
    text[length] = 0;
    // The name, in brackets, may contain anything.
    const char *rest = strrchr(text, ')');
    if (!rest) return 0;
    // The fields from the third on are state, parent, group, 17 others, and the time of the start.
    const int found = sscanf(
        rest + 1, " %c %d %d %*d %*d %*d %*u %*u %*u %*u %*u %*u %*u %*d %*d %*d %*d %*d %*d %llu", &process->state,
        &process->parent, &process->group, &process->start);
    process->identifier = (pid_t)atol(identifier);
    process->is_target = 0;
    return found == 4;
}

static size_t list(struct process **result) {
    size_t count = 0, capacity = 0;
    DIR *folder = opendir("/proc");
    *result = NULL;
    if (!folder) return 0;
    for (struct dirent *entry; (entry = readdir(folder));) {
        struct process process;
        if (!isdigit((unsigned char)entry->d_name[0]) || !describe(entry->d_name, &process)) continue;
        if (count == capacity) {
            struct process *larger = realloc(*result, (capacity = 2 * capacity + 256) * sizeof **result);
            if (!larger) break;
            *result = larger;
        }
        (*result)[count++] = process;
    }
    closedir(folder);
    return count;
}

static int has_mark(pid_t identifier, const char *mark) {
    char name[16], *text = malloc(1 << 17);
    if (!text) return 0;
    snprintf(name, sizeof name, "%d", (int)identifier);
    const ssize_t length = read_file(name, "environ", text, 1 << 17);
    const int found = length > 0 && memmem(text, (size_t)length, mark, strlen(mark)) != NULL;
    free(text);
    return found;
}

// Marks the processes to kill; returns the number of them that still run.
static size_t choose(struct process *processes, size_t count, pid_t root, const char *mark) {
    const pid_t own = getpid();
    unsigned long long start = 0;
    for (size_t index = 0; index < count; index++)
        if (processes[index].identifier == root) start = processes[index].start;
    for (size_t index = 0; index < count; index++) {
        struct process *process = &processes[index];
        if (process->identifier == own || process->identifier == root || process->start < start) continue;
        process->is_target = process->parent == root || (root != own && process->group == root)
            || (mark && process->state != 'Z' && has_mark(process->identifier, mark));
    }
    // A child of a process to kill is one, too; the list is not sorted by ancestry.
    for (int changed = 1; changed;) {
        changed = 0;
        for (size_t index = 0; index < count; index++) {
            struct process *process = &processes[index];
            if (process->is_target || process->identifier == own || process->identifier == root) continue;
            for (size_t other = 0; other < count && !process->is_target; other++)
                if (processes[other].is_target && processes[other].identifier == process->parent) {
                    process->is_target = 1;
                    changed = 1;
                }
        }
    }
    size_t running = 0;
    for (size_t index = 0; index < count; index++)
        running += processes[index].is_target && processes[index].state != 'Z' && processes[index].state != 'X';
    return running;
}

void sweep_processes(pid_t root, const char *mark) {
    const struct timespec moment = {.tv_nsec = 1000000};
    const pid_t own = getpid();
    // A killed process may have started others before, so this repeats until none is left, for at most some seconds.
    for (int round = 0; round < 2000; round++) {
        struct process *processes;
        const size_t count = list(&processes);
        const size_t running = choose(processes, count, root, mark);
        for (size_t index = 0; index < count; index++) {
            if (!processes[index].is_target) continue;
            if (processes[index].state != 'Z') kill(processes[index].identifier, SIGKILL);
            // An orphan of this program has no other parent to collect its end.
            else if (processes[index].parent == own && root != own) waitpid(processes[index].identifier, NULL, WNOHANG);
        }
        free(processes);
        if (!running) return;
        nanosleep(&moment, NULL);
    }
}

#else

void sweep_processes(pid_t root, const char *mark) {
    (void)mark;
    if (root != getpid()) kill(-root, SIGKILL);
}

#endif

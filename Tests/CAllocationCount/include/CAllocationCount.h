// Counts the memory a thread takes from the C library between two calls, to prove that a loop takes none.
#ifndef CALLOCATIONCOUNT_H
#define CALLOCATIONCOUNT_H

#include <stdbool.h>

// Whether allocations can be counted here: with glibc, and without a sanitizer that brings an allocator of its own.
bool allocation_count_is_available(void);

// Starts counting the allocations of the calling thread from zero.
void allocation_count_start(void);

// Stops counting and returns how often the calling thread has taken memory since the start.
long allocation_count_stop(void);

#endif

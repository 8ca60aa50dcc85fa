// Counts a thread's allocations from the C library between two calls, to prove that a loop makes none.
#ifndef CALLOCATIONCOUNT_H
#define CALLOCATIONCOUNT_H

#include <stdbool.h>

// Returns whether allocations can be counted: with glibc, and without a sanitizer that has its own allocator.
bool allocation_count_is_available(void);

// Starts counting the allocations of the calling thread from zero.
void allocation_count_start(void);

// Stops counting and returns the number of allocations of the calling thread since the start.
long allocation_count_stop(void);

#endif

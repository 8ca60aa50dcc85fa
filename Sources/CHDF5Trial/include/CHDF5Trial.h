// A trial of libhdf5 on a file, in a process of its own: the library crashes on some damaged files, and asks for memory
// by lengths that a file names.

#ifndef CHDF5_TRIAL_H
#define CHDF5_TRIAL_H

#include <stddef.h>

/// The outcome of a trial.
enum hdf5_trial_outcome {
    /// The library got through the file, or refused parts of it by errors.
    HDF5_TRIAL_PASSED,
    /// A signal ended the process; `number` is the signal's.
    HDF5_TRIAL_CRASHED,
    /// The library took too long; `number` is the limit in seconds.
    HDF5_TRIAL_SLOW,
    /// The library asked for too much memory; `number` is the limit in MiB.
    HDF5_TRIAL_LARGE,
    /// The system gave no process; `number` is its error number.
    HDF5_TRIAL_IMPOSSIBLE,
};

/// Goes through a file as its readers do, with all calls of the library that they make, and returns the outcome.
///
/// The file is that at `path`; if that is null, the `count` bytes in memory. Callers hold the lock on the library, so
/// that the process starts with a whole state of it.
enum hdf5_trial_outcome hdf5_trial(const char *path, const void *bytes, size_t count, int *number);

#endif

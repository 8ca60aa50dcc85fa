// What libhdf5 finds in a file, found in a process of its own: the library crashes on some damaged files, and asks for
// memory by lengths that a file names. This process never calls it.

#ifndef CHDF5_DESCRIPTION_H
#define CHDF5_DESCRIPTION_H

#include <stddef.h>

/// The outcome of a description.
enum hdf5_outcome {
    /// The library got through the file, or refused parts of it by errors.
    HDF5_DESCRIBED,
    /// A signal ended the process; `number` is the signal's.
    HDF5_CRASHED,
    /// The library took too long; `number` is the limit in seconds.
    HDF5_SLOW,
    /// The library asked for too much memory; `number` is the limit in MiB.
    HDF5_LARGE,
    /// The system gave no process, or no memory; `number` is its error number.
    HDF5_IMPOSSIBLE,
    /// The process ended by itself before the end of the description, or described more than a file can have.
    HDF5_WRONG,
};

/// The version of the library.
const char *hdf5_version(void);

/// Describes a file and returns the outcome.
///
/// The file is that at `path`; if that is null, the `count` bytes in memory. `description` becomes `length` bytes, laid
/// out as in describe.c, which the caller frees; a crash of the library may have damaged them. The new process starts
/// with a copy of this one's table of pages, which takes longer the more memory this one uses.
enum hdf5_outcome hdf5_describe(
    const char *path, const void *bytes, size_t count, unsigned char **description, size_t *length, int *number);

#endif

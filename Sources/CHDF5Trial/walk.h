#ifndef HDF5_WALK_H
#define HDF5_WALK_H

#include <hdf5.h>

/// Goes through an open file of `size` bytes: its groups by hard links, the headers, attributes and chunks of all
/// objects, and the objects that elements refer to.
void hdf5_walk(hid_t file, size_t size);

#endif

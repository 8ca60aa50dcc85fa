#ifndef HDF5_DESCRIBE_H
#define HDF5_DESCRIBE_H

#include <hdf5.h>

/// Takes the next bytes of a description.
typedef void (*hdf5_writer)(const void *bytes, size_t count);

/// Describes an open file of `size` bytes, or one that cannot be opened: its groups, the headers, attributes and chunks
/// of all objects that hard links lead to, and the objects that elements refer to.
void hdf5_write_description(hid_t file, size_t size, hdf5_writer write);

enum { hdf5_maximum_rank = 32 };

/// The file that is described: its size, that of its user block, and the links, references and work so far.
struct hdf5_file {
    size_t size, links, references, work;
    hsize_t user_block;
    hdf5_writer write;
};
extern struct hdf5_file hdf5_file;

/// Allows the process more time: the more a file has, the longer it may take. A chunk is a work of 1.
void hdf5_allow_time(size_t work);

void hdf5_put(uint64_t number);
void hdf5_put_signed(int64_t number);
void hdf5_put_bytes(const void *bytes, size_t count);
void hdf5_put_text(const char *text);
void hdf5_put_chunks(hid_t dataset, hid_t creation, const hsize_t *shape, int rank, int is_bounded);

#endif

// What of libhdf5 Swift cannot see: macros with casts, and functions whose names are macros for a version's own.
#ifndef CHDF5_SHIM_H
#define CHDF5_SHIM_H

#include <hdf5.h>

static const hid_t chdf5_default = H5P_DEFAULT;
static const hid_t chdf5_all = H5S_ALL;
static const haddr_t chdf5_no_address = HADDR_UNDEF;
static const unsigned chdf5_leaves_edges = H5D_CHUNK_DONT_FILTER_PARTIAL_CHUNKS;

// Errors are ours to tell, and no code is loaded from a folder of plug-ins that a file's filter names.
static inline void chdf5_silence(void) {
  H5Eset_auto2(H5E_DEFAULT, NULL, NULL);
  H5PLset_loading_state(0);
}

// Opens a file to be read, without a lock on it: data may lie on disks that can only be read, or have no locks.
static inline hid_t chdf5_open(const char *path) {
  hid_t access = H5Pcreate(H5P_FILE_ACCESS);
  if (access < 0) return access;
  H5Pset_fapl_sec2(access);
  H5Pset_fclose_degree(access, H5F_CLOSE_STRONG);
#if H5_VERSION_GE(1, 14, 0) || (H5_VERSION_GE(1, 12, 1) && !H5_VERSION_GE(1, 13, 0)) || \
    (H5_VERSION_GE(1, 10, 7) && !H5_VERSION_GE(1, 11, 0))
  H5Pset_file_locking(access, 0, 1);
#endif
  hid_t file = H5Fopen(path, H5F_ACC_RDONLY, access);
  H5Pclose(access);
  return file;
}

// Bytes in memory that stand for a file; the library reads them where they are and changes none.
typedef struct {
  const void *bytes;
  size_t count;
} chdf5_image;

static inline void *chdf5_image_get(size_t size, H5FD_file_image_op_t operation, void *image) {
  (void)operation;
  const chdf5_image *own = (const chdf5_image *)image;
  return size == own->count ? (void *)own->bytes : NULL;
}

static inline void *chdf5_image_copy(
    void *target, const void *source, size_t size, H5FD_file_image_op_t operation, void *image) {
  (void)size;
  (void)operation;
  (void)image;
  return target == source ? target : NULL;
}

static inline void *chdf5_image_grow(void *bytes, size_t size, H5FD_file_image_op_t operation, void *image) {
  (void)bytes;
  (void)size;
  (void)operation;
  (void)image;
  return NULL;
}

static inline herr_t chdf5_image_release(void *bytes, H5FD_file_image_op_t operation, void *image) {
  (void)bytes;
  (void)operation;
  (void)image;
  return 0;
}

static inline void *chdf5_image_same(void *image) { return image; }

static inline herr_t chdf5_image_end(void *image) {
  (void)image;
  return 0;
}

// Opens bytes in memory; they and the image outlive the file. Only one may be open at a time, since all have one name.
static inline hid_t chdf5_open_image(chdf5_image *image) {
  hid_t access = H5Pcreate(H5P_FILE_ACCESS);
  if (access < 0) return access;
  H5FD_file_image_callbacks_t callbacks = {
      chdf5_image_get, chdf5_image_copy, chdf5_image_grow, chdf5_image_release, chdf5_image_same, chdf5_image_end, image};
  H5Pset_fclose_degree(access, H5F_CLOSE_STRONG);
  hid_t file = -1;
  if (H5Pset_fapl_core(access, 1 << 16, 0) >= 0 && H5Pset_file_image_callbacks(access, &callbacks) >= 0 &&
      H5Pset_file_image(access, (void *)image->bytes, image->count) >= 0) {
    // The library refuses the name of an existing file; /dev/null has none in it.
    file = H5Fopen("/dev/null/image", H5F_ACC_RDONLY, access);
  }
  H5Pclose(access);
  return file;
}

// Opens the object that a reference of eight bytes in a dataset leads to.
static inline hid_t chdf5_dereference(hid_t dataset, uint64_t reference) {
  hobj_ref_t object = reference;
  return H5Rdereference2(dataset, H5P_DEFAULT, H5R_OBJECT, &object);
}

// The number of bytes of a chunk in the file; zero if it was never written.
static inline herr_t chdf5_chunk_size(hid_t dataset, const hsize_t *offset, hsize_t *size) {
  unsigned left_out = 0;
  haddr_t address = 0;
  return H5Dget_chunk_info_by_coord(dataset, offset, &left_out, &address, size);
}

// The bytes of a chunk as they are in the file; sets the filters that its writer left out.
static inline herr_t chdf5_read_chunk(
    hid_t dataset, const hsize_t *offset, uint32_t *left_out, void *target, size_t size) {
#if H5_VERSION_GE(2, 0, 0)
  return H5Dread_chunk2(dataset, H5P_DEFAULT, offset, left_out, target, &size);
#else
  (void)size;
  return H5Dread_chunk(dataset, H5P_DEFAULT, offset, left_out, target);
#endif
}

typedef int (*chdf5_visitor)(const char *name, int kind, void *context);
typedef struct {
  chdf5_visitor visit;
  void *context;
} chdf5_visit_context;

static inline herr_t chdf5_visit_link(hid_t group, const char *name, const H5L_info_t *info, void *context) {
  (void)group;
  chdf5_visit_context *all = (chdf5_visit_context *)context;
  return all->visit(name, (int)info->type, all->context);
}

// Calls a visitor with the name and kind (0 hard, 1 soft, 64 external) of each link in a group, by name.
static inline herr_t chdf5_each_link(hid_t group, chdf5_visitor visit, void *context) {
  chdf5_visit_context all = {visit, context};
  return H5Literate(group, H5_INDEX_NAME, H5_ITER_INC, NULL, chdf5_visit_link, &all);
}

// The number of a filter, and its name of at most `size` characters.
static inline int chdf5_filter(hid_t creation, unsigned index, char *name, size_t size) {
  unsigned flags = 0;
  size_t count = 0;
  return (int)H5Pget_filter2(creation, index, &flags, &count, NULL, size, name, NULL);
}

#endif

// How files are opened by libhdf5, and their filters told.
#ifndef CHDF5_SHIM_H
#define CHDF5_SHIM_H

#include <hdf5.h>

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

// The number of a filter, and its name of at most `size` characters.
static inline int chdf5_filter(hid_t creation, unsigned index, char *name, size_t size) {
  unsigned flags = 0;
  size_t count = 0;
  return (int)H5Pget_filter2(creation, index, &flags, &count, NULL, size, name, NULL);
}

#endif

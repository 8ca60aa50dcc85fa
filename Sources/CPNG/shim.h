// The libpng call that Swift cannot make itself, since the formats of libpng are macros.
#ifndef CPNG_SHIM_H
#define CPNG_SHIM_H

#include <png.h>
#include <string.h>

// Writes an image of 1 or 3 byte channels as a PNG file into memory.
//
// If `file` is NULL, only sets `size` to an upper bound of the file's size. Returns 1 on success.
static inline int cpng_write(
    int width, int height, int channels, const unsigned char *pixels, unsigned char *file, size_t *size) {
  png_image image;
  memset(&image, 0, sizeof image);
  image.version = PNG_IMAGE_VERSION;
  image.width = (png_uint_32)width;
  image.height = (png_uint_32)height;
  image.format = channels == 1 ? PNG_FORMAT_GRAY : PNG_FORMAT_RGB;
  png_alloc_size_t bytes = *size;
  int done = png_image_write_to_memory(&image, file, &bytes, 0, pixels, 0, NULL);
  png_image_free(&image);
  *size = bytes;
  return done;
}

#endif

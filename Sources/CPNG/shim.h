// What of libpng Swift cannot see: its formats are macros.
#ifndef CPNG_SHIM_H
#define CPNG_SHIM_H

#include <png.h>
#include <string.h>

// Writes an image of 1 or 3 channels of bytes as a PNG file into memory, or only says how large it is at most where there is
// none; 1 where it was written.
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

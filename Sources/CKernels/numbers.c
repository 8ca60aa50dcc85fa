#include <stdint.h>
#include <string.h>

#include "CKernelNumbers.h"

// See kernels.c.
#if defined(__x86_64__) && defined(__linux__)
#define MULTIVERSIONED __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define MULTIVERSIONED
#endif

// The bits of exponent and fraction, shifted into place, make a number that is 2^112 times too small, also for
// subnormal numbers. The product corrects that; infinities and NaNs receive their exponent.
MULTIVERSIONED
void ck_widen_half(size_t n, const void *restrict in, float *restrict out) {
  const char *bytes = in;
  for (size_t i = 0; i < n; i++) {
    uint16_t half;
    memcpy(&half, bytes + 2 * i, sizeof half);
    const uint32_t small = (uint32_t)(half & 0x7fff) << 13;
    float value;
    memcpy(&value, &small, sizeof value);
    value *= 0x1p112f;
    uint32_t bits;
    memcpy(&bits, &value, sizeof bits);
    bits |= (half & 0x7c00) == 0x7c00 ? 0x7f800000u : 0u;
    bits |= (uint32_t)(half & 0x8000) << 16;
    memcpy(out + i, &bits, sizeof bits);
  }
}

MULTIVERSIONED
void ck_widen_bfloat16(size_t n, const void *restrict in, float *restrict out) {
  const char *bytes = in;
  for (size_t i = 0; i < n; i++) {
    uint16_t upper;
    memcpy(&upper, bytes + 2 * i, sizeof upper);
    const uint32_t bits = (uint32_t)upper << 16;
    memcpy(out + i, &bits, sizeof bits);
  }
}

MULTIVERSIONED
int ck_are_finite(size_t n, const float *in) {
  // The largest exponent and fraction, as integers.
  int32_t largest = 0;
  for (size_t i = 0; i < n; i++) {
    int32_t bits;
    memcpy(&bits, in + i, sizeof bits);
    bits &= 0x7fffffff;
    largest = bits > largest ? bits : largest;
  }
  return largest < 0x7f800000;
}

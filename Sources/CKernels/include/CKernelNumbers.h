// Conversion of numbers in files, for any alignment, on little-endian processors.
#ifndef CKERNELNUMBERS_H
#define CKERNELNUMBERS_H

#include <stddef.h>

// out[i] = in[i] for n numbers of IEEE 754 binary16; exact.
void ck_widen_half(size_t n, const void *in, float *out);

// out[i] = in[i] for n numbers that are the upper half of a single-precision number; exact.
void ck_widen_bfloat16(size_t n, const void *in, float *out);

// Returns whether all n values are finite.
int ck_are_finite(size_t n, const float *in);

#endif

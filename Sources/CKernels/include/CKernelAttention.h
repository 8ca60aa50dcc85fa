// Loops over rows of attention scores in single precision, for any alignment. On a given processor, a result depends
// only on the arguments, never on addresses.
#ifndef CKERNELATTENTION_H
#define CKERNELATTENTION_H

#include <stddef.h>

// The largest of n values, or -infinity for none; a NaN may be skipped.
float ck_maximum(size_t n, const float *in);

// out[i] = exp(in[i] - shift); returns the sum of the results; out may be in. See ck_exp.
float ck_exp_sum(size_t n, const float *in, float shift, float *out);

// out[i] = share[i] * (slope[i] - inner) * scale; out may be slope.
void ck_softmax_slope(size_t n, const float *share, const float *slope, float inner, float scale, float *out);

#endif

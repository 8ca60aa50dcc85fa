// Loops that the Swift compiler vectorises not at all or only for the oldest CPUs. They are exponentials, and the one
// pass over parameters and optimiser state at the end of every training step. Single precision, any alignment; out may
// be in; a NaN results in a NaN.
#ifndef CKERNELS_H
#define CKERNELS_H

#include <stddef.h>
#include <stdint.h>

#include "CKernelAttention.h"
#include "CKernelNumbers.h"
#include "CKernelProducts.h"
#include "CKernelRows.h"

// out[i] = exp(in[i] * scale + shift), relative error below 2e-7; arguments are clamped to [-87.3, 88.7].
void ck_exp(size_t n, const float *in, float scale, float shift, float *out);

// out[i] = tanh(in[i]), relative error below 4e-7.
void ck_tanh(size_t n, const float *in, float *out);

// out[i] = 1 / (1 + exp(-in[i])).
void ck_sigmoid(size_t n, const float *in, float *out);

// SGD with momentum: g += decay * w; v = momentum * v - rate * g; w += v.
// With nesterov, w += momentum * v - rate * g.
void ck_sgd_momentum(size_t n, const float *gradient, float *weight, float *velocity, float rate, float momentum,
                     float decay, int nesterov);

// Adam: g += decay * w; m, s are the running means of g and g^2; w = w * keep - rate * m / (sqrt(s) * scale + epsilon).
void ck_adam(size_t n, const float *gradient, float *weight, float *first, float *second, float rate, float beta1,
             float beta2, float scale, float epsilon, float decay, float keep);

// The largest value of each 2 x 2 square in a channel of `width` columns, and its index in the channel. There are
// `lines` lines of `count` squares. The first of ties wins, and a NaN before any number.
void ck_max_pool2(
    size_t lines, size_t count, size_t width, const float *in, float *out, float *places);

// out[i] = max(in[i], 0), NaN for NaN; the backward pass computes out[i] = result[i] > 0 ? in[i] : 0.
void ck_relu(size_t n, const float *in, float *out);
void ck_relu_backward(size_t n, const float *result, const float *in, float *out);

// Dropout: mask[i] = random[i] < threshold ? 0 : scale, and out[i] = in[i] * mask[i].
void ck_dropout(size_t n, const uint16_t *random, uint16_t threshold, float scale, const float *in, float *mask,
                float *out);

#endif

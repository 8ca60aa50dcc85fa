// Products with few rows, and optimiser steps that use weight gradients as they are computed. Single precision,
// row-major, any alignment. On a given processor, a result depends only on the arguments, never on addresses.
#ifndef CKERNELPRODUCTS_H
#define CKERNELPRODUCTS_H

#include <stddef.h>
#include <stdint.h>

// The constants of one step of SGD with momentum; see ck_sgd_momentum.
typedef struct {
  float rate, momentum, decay;
  int nesterov;
} ck_sgd_step;

// The constants of one step of Adam; see ck_adam.
typedef struct {
  float rate, beta1, beta2, scale, epsilon, decay, keep;
} ck_adam_step;

// One optimiser step of the weights w (m x n) along their gradient x' d; x is k x m, and d is k x n. The gradient is
// computed in blocks that stay in the first cache, so it never reaches memory.
void ck_sgd_along(size_t m, size_t n, size_t k, const float *x, size_t ldx, const float *d, size_t ldd, float *w,
                  float *velocity, ck_sgd_step step);
void ck_adam_along(size_t m, size_t n, size_t k, const float *x, size_t ldx, const float *d, size_t ldd, float *w,
                   float *first, float *second, ck_adam_step step);

// out = d w' (k x m), with d of k x n and w of m x n, all contiguous.
void ck_product_transposed(size_t m, size_t n, size_t k, const float *d, const float *w, float *out);

// out (n values) = start + sum over i < count of values[i] * w[columns[i]], rows of n values.
void ck_sparse_row_product(size_t count, const int32_t *columns, const float *values, const float *w, size_t n,
                           const float *start, float *out);

// The columns of a k x m matrix that is 1 base' plus few entries. Only `count` of the m columns are stored; the others
// are 0. columns[i] is the i-th of them, base[i] its base, and starts[i] ..< starts[i + 1] its entries, with their rows
// and values. total (n values) is the sum of the k rows of the slopes by which the matrix is multiplied.
typedef struct {
  size_t count;
  const int32_t *columns;
  const float *base;
  const int32_t *starts;
  const int32_t *rows;
  const float *values;
  const float *total;
} ck_sparse_columns;

// As ck_sgd_along and ck_adam_along for such a matrix x and contiguous d; weights of missing columns do not change.
void ck_sgd_along_sparse(ck_sparse_columns x, size_t n, const float *d, float *w, float *velocity, ck_sgd_step step);
void ck_adam_along_sparse(ck_sparse_columns x, size_t n, const float *d, float *w, float *first, float *second,
                          ck_adam_step step);

#endif

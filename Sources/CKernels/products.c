#include "CKernelProducts.h"

#if defined(__x86_64__) && defined(__linux__)
#define MULTIVERSIONED __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define MULTIVERSIONED
#endif
#define INLINED static inline __attribute__((always_inline))
#define UNROLLED _Pragma("clang loop unroll(full)")

// Eight values at any address.
typedef float lanes __attribute__((vector_size(32), aligned(4)));
#define WIDTH 8
// A tile of a weight matrix: ROWS rows of HALVES vectors, whose sums fit into the registers of every processor.
#define ROWS 4
#define HALVES 2
#define SPAN (HALVES * WIDTH)

// sum = x' d for `rows` columns of x and SPAN columns of d.
INLINED void sum_tile(const size_t rows, size_t k, const float *x, size_t ldx, const float *d, size_t ldd,
                      lanes (*sum)[HALVES]) {
  UNROLLED
  for (size_t r = 0; r < rows; r++) {
    UNROLLED
    for (size_t h = 0; h < HALVES; h++) sum[r][h] = (lanes){0};
  }
  for (size_t i = 0; i < k; i++) {
    lanes slope[HALVES];
    UNROLLED
    for (size_t h = 0; h < HALVES; h++) slope[h] = *(const lanes *)(d + i * ldd + h * WIDTH);
    UNROLLED
    for (size_t r = 0; r < rows; r++) {
      const float share = x[i * ldx + r];
      UNROLLED
      for (size_t h = 0; h < HALVES; h++) sum[r][h] += share * slope[h];
    }
  }
}

// Updates the WIDTH weights at w along their gradient by one step.
INLINED void sgd_lanes(const lanes *gradient, float *w, float *velocity, const ck_sgd_step *step) {
  lanes *weight = (lanes *)w, *v = (lanes *)velocity;
  const lanes old = *weight, move = step->rate * (*gradient + step->decay * old);
  const lanes next = step->momentum * *v - move;
  *v = next;
  *weight = old + (step->nesterov ? step->momentum * next - move : next);
}

INLINED void adam_lanes(const lanes *gradient, float *w, float *first, float *second, const ck_adam_step *step) {
  lanes *weight = (lanes *)w, *mean = (lanes *)first, *square = (lanes *)second;
  const lanes old = *weight, slope = *gradient + step->decay * old;
  const lanes f = step->beta1 * *mean + (1.0f - step->beta1) * slope;
  const lanes s = step->beta2 * *square + (1.0f - step->beta2) * slope * slope;
  *mean = f;
  *square = s;
  *weight = old * step->keep - step->rate * f / (__builtin_elementwise_sqrt(s) * step->scale + step->epsilon);
}

// The same for a single weight.
INLINED void sgd_one(float gradient, float *w, float *velocity, const ck_sgd_step *step) {
  const float move = step->rate * (gradient + step->decay * *w);
  *velocity = step->momentum * *velocity - move;
  *w += step->nesterov ? step->momentum * *velocity - move : *velocity;
}

INLINED void adam_one(float gradient, float *w, float *first, float *second, const ck_adam_step *step) {
  const float slope = gradient + step->decay * *w;
  *first = step->beta1 * *first + (1.0f - step->beta1) * slope;
  *second = step->beta2 * *second + (1.0f - step->beta2) * slope * slope;
  *w = *w * step->keep - step->rate * *first / (__builtin_elementwise_sqrt(*second) * step->scale + step->epsilon);
}

INLINED void sgd_tile(const size_t rows, size_t k, const float *x, size_t ldx, const float *d, size_t ldd, size_t n,
                      float *w, float *velocity, const ck_sgd_step *step) {
  lanes sum[ROWS][HALVES];
  sum_tile(rows, k, x, ldx, d, ldd, sum);
  UNROLLED
  for (size_t r = 0; r < rows; r++) {
    UNROLLED
    for (size_t h = 0; h < HALVES; h++) {
      const size_t at = r * n + h * WIDTH;
      sgd_lanes(&sum[r][h], w + at, velocity + at, step);
    }
  }
}

INLINED void adam_tile(const size_t rows, size_t k, const float *x, size_t ldx, const float *d, size_t ldd, size_t n,
                       float *w, float *first, float *second, const ck_adam_step *step) {
  lanes sum[ROWS][HALVES];
  sum_tile(rows, k, x, ldx, d, ldd, sum);
  UNROLLED
  for (size_t r = 0; r < rows; r++) {
    UNROLLED
    for (size_t h = 0; h < HALVES; h++) {
      const size_t at = r * n + h * WIDTH;
      adam_lanes(&sum[r][h], w + at, first + at, second + at, step);
    }
  }
}

INLINED float column_sum(size_t k, const float *x, size_t ldx, const float *d, size_t ldd) {
  float sum = 0;
  for (size_t i = 0; i < k; i++) sum += x[i * ldx] * d[i * ldd];
  return sum;
}

MULTIVERSIONED
void ck_sgd_along(size_t m, size_t n, size_t k, const float *x, size_t ldx, const float *d, size_t ldd, float *w,
                  float *velocity, ck_sgd_step step) {
  const size_t whole = n / SPAN * SPAN;
  size_t row = 0;
  for (; row + ROWS <= m; row += ROWS) {
    for (size_t c = 0; c < whole; c += SPAN)
      sgd_tile(ROWS, k, x + row, ldx, d + c, ldd, n, w + row * n + c, velocity + row * n + c, &step);
  }
  for (; row < m; row++) {
    for (size_t c = 0; c < whole; c += SPAN)
      sgd_tile(1, k, x + row, ldx, d + c, ldd, n, w + row * n + c, velocity + row * n + c, &step);
  }
  for (row = 0; row < m && whole < n; row++) {
    for (size_t c = whole; c < n; c++)
      sgd_one(column_sum(k, x + row, ldx, d + c, ldd), w + row * n + c, velocity + row * n + c, &step);
  }
}

MULTIVERSIONED
void ck_adam_along(size_t m, size_t n, size_t k, const float *x, size_t ldx, const float *d, size_t ldd, float *w,
                   float *first, float *second, ck_adam_step step) {
  const size_t whole = n / SPAN * SPAN;
  size_t row = 0;
  for (; row + ROWS <= m; row += ROWS) {
    for (size_t c = 0; c < whole; c += SPAN) {
      const size_t at = row * n + c;
      adam_tile(ROWS, k, x + row, ldx, d + c, ldd, n, w + at, first + at, second + at, &step);
    }
  }
  for (; row < m; row++) {
    for (size_t c = 0; c < whole; c += SPAN) {
      const size_t at = row * n + c;
      adam_tile(1, k, x + row, ldx, d + c, ldd, n, w + at, first + at, second + at, &step);
    }
  }
  for (row = 0; row < m && whole < n; row++) {
    for (size_t c = whole; c < n; c++) {
      const size_t at = row * n + c;
      adam_one(column_sum(k, x + row, ldx, d + c, ldd), w + at, first + at, second + at, &step);
    }
  }
}

INLINED float lane_sum(const lanes *v) {
  const lanes s = *v;
  return ((s[0] + s[4]) + (s[2] + s[6])) + ((s[1] + s[5]) + (s[3] + s[7]));
}

// The inner products of `rows` rows of d with `count` rows of w.
INLINED void transposed_tile(const size_t rows, const size_t count, size_t n, const float *d, const float *w,
                             float *out, size_t ldo) {
  lanes sum[ROWS][ROWS];
  UNROLLED
  for (size_t r = 0; r < rows; r++) {
    UNROLLED
    for (size_t c = 0; c < count; c++) sum[r][c] = (lanes){0};
  }
  size_t j = 0;
  for (; j + WIDTH <= n; j += WIDTH) {
    lanes weight[ROWS];
    UNROLLED
    for (size_t c = 0; c < count; c++) weight[c] = *(const lanes *)(w + c * n + j);
    UNROLLED
    for (size_t r = 0; r < rows; r++) {
      const lanes slope = *(const lanes *)(d + r * n + j);
      UNROLLED
      for (size_t c = 0; c < count; c++) sum[r][c] += slope * weight[c];
    }
  }
  UNROLLED
  for (size_t r = 0; r < rows; r++) {
    UNROLLED
    for (size_t c = 0; c < count; c++) {
      float total = lane_sum(&sum[r][c]);
      for (size_t rest = j; rest < n; rest++) total += d[r * n + rest] * w[c * n + rest];
      out[r * ldo + c] = total;
    }
  }
}

// Computes all rows of d with `count` rows of w.
INLINED void transposed_rows(const size_t count, size_t n, size_t k, const float *d, const float *w, float *out,
                             size_t ldo) {
  size_t r = 0;
  for (; r + ROWS <= k; r += ROWS) transposed_tile(ROWS, count, n, d + r * n, w, out + r * ldo, ldo);
  if (k - r == 3) transposed_tile(3, count, n, d + r * n, w, out + r * ldo, ldo);
  if (k - r == 2) transposed_tile(2, count, n, d + r * n, w, out + r * ldo, ldo);
  if (k - r == 1) transposed_tile(1, count, n, d + r * n, w, out + r * ldo, ldo);
}

MULTIVERSIONED
void ck_product_transposed(size_t m, size_t n, size_t k, const float *d, const float *w, float *out) {
  size_t c = 0;
  for (; c + ROWS <= m; c += ROWS) transposed_rows(ROWS, n, k, d, w + c * n, out + c, m);
  for (; c < m; c++) transposed_rows(1, n, k, d, w + c * n, out + c, m);
}

// The number of vectors of a row of a sparse product that are summed together.
#define SUMS 8

MULTIVERSIONED
void ck_sparse_row_product(size_t count, const int32_t *columns, const float *values, const float *w, size_t n,
                           const float *start, float *out) {
  size_t column = 0;
  for (; column + SUMS * WIDTH <= n; column += SUMS * WIDTH) {
    lanes sum[SUMS];
    UNROLLED
    for (size_t l = 0; l < SUMS; l++) sum[l] = *(const lanes *)(start + column + l * WIDTH);
    for (size_t i = 0; i < count; i++) {
      const float *row = w + (size_t)columns[i] * n + column;
      UNROLLED
      for (size_t l = 0; l < SUMS; l++) sum[l] += values[i] * *(const lanes *)(row + l * WIDTH);
    }
    UNROLLED
    for (size_t l = 0; l < SUMS; l++) *(lanes *)(out + column + l * WIDTH) = sum[l];
  }
  for (; column < n; column++) {
    float sum = start[column];
    for (size_t i = 0; i < count; i++) sum += values[i] * w[(size_t)columns[i] * n + column];
    out[column] = sum;
  }
}

// Computes the gradient of SUMS vectors of a weight row: base times the sum of all slopes, and the row's own entries.
INLINED void sparse_gradient(const ck_sparse_columns *x, size_t live, size_t n, const float *d, size_t column,
                             lanes *sum) {
  const float base = x->base[live];
  UNROLLED
  for (size_t l = 0; l < SUMS; l++) sum[l] = base * *(const lanes *)(x->total + column + l * WIDTH);
  for (int32_t i = x->starts[live]; i < x->starts[live + 1]; i++) {
    const float *slope = d + (size_t)x->rows[i] * n + column;
    UNROLLED
    for (size_t l = 0; l < SUMS; l++) sum[l] += x->values[i] * *(const lanes *)(slope + l * WIDTH);
  }
}

INLINED float sparse_gradient_one(const ck_sparse_columns *x, size_t live, size_t n, const float *d, size_t column) {
  float sum = x->base[live] * x->total[column];
  for (int32_t i = x->starts[live]; i < x->starts[live + 1]; i++)
    sum += x->values[i] * d[(size_t)x->rows[i] * n + column];
  return sum;
}

MULTIVERSIONED
void ck_sgd_along_sparse(ck_sparse_columns x, size_t n, const float *d, float *w, float *velocity, ck_sgd_step step) {
  for (size_t live = 0; live < x.count; live++) {
    const size_t row = (size_t)x.columns[live] * n;
    size_t column = 0;
    for (; column + SUMS * WIDTH <= n; column += SUMS * WIDTH) {
      lanes sum[SUMS];
      sparse_gradient(&x, live, n, d, column, sum);
      UNROLLED
      for (size_t l = 0; l < SUMS; l++) {
        const size_t at = row + column + l * WIDTH;
        sgd_lanes(&sum[l], w + at, velocity + at, &step);
      }
    }
    for (; column < n; column++)
      sgd_one(sparse_gradient_one(&x, live, n, d, column), w + row + column, velocity + row + column, &step);
  }
}

MULTIVERSIONED
void ck_adam_along_sparse(ck_sparse_columns x, size_t n, const float *d, float *w, float *first, float *second,
                          ck_adam_step step) {
  for (size_t live = 0; live < x.count; live++) {
    const size_t row = (size_t)x.columns[live] * n;
    size_t column = 0;
    for (; column + SUMS * WIDTH <= n; column += SUMS * WIDTH) {
      lanes sum[SUMS];
      sparse_gradient(&x, live, n, d, column, sum);
      UNROLLED
      for (size_t l = 0; l < SUMS; l++) {
        const size_t at = row + column + l * WIDTH;
        adam_lanes(&sum[l], w + at, first + at, second + at, &step);
      }
    }
    for (; column < n; column++) {
      const size_t at = row + column;
      adam_one(sparse_gradient_one(&x, live, n, d, column), w + at, first + at, second + at, &step);
    }
  }
}

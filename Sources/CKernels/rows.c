#include "CKernelRows.h"

#include <math.h>

#if defined(__x86_64__) && defined(__linux__)
#define MULTIVERSIONED __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define MULTIVERSIONED
#endif

#define INDEPENDENT _Pragma("clang loop vectorize(assume_safety)")
// The number of independent lanes of a search, which fit into vectors.
#define LANES 16

MULTIVERSIONED
void ck_squared_distances(size_t n, const double *products, double norm, const double *norms, float *out) {
  INDEPENDENT
  for (size_t k = 0; k < n; k++) {
    const double d = norm + norms[k] - 2 * products[k];
    out[k] = (float)(d < 0 ? 0 : d);
  }
}

MULTIVERSIONED
void ck_powers(size_t n, const double *products, double scale, double offset, int64_t degree, float *out) {
  for (size_t k = 0; k < n; k++) {
    const double base = scale * products[k] + offset;
    double power = 1;
    for (int64_t d = 0; d < degree; d++) power *= base;
    out[k] = (float)power;
  }
}

MULTIVERSIONED
void ck_gather(size_t n, const float *row, const int32_t *columns, float *restrict out) {
  for (size_t k = 0; k < n; k++) out[k] = row[columns[k]];
}

MULTIVERSIONED
void ck_scattered_update(size_t n, double step, const float *row, const int32_t *columns, const int32_t *targets,
                         double *gradient) {
  for (size_t k = 0; k < n; k++) {
    const int32_t target = targets[k];
    gradient[target] -= step * (double)row[columns[target]];
  }
}

MULTIVERSIONED
ck_extremes ck_pair_update(size_t n, double a, const float *row_a, double b, const float *row_b, const float *rise,
                           const float *fall, double *gradient) {
  double high[LANES], low[LANES], at[LANES];
  for (int l = 0; l < LANES; l++) high[l] = -INFINITY, low[l] = INFINITY, at[l] = -1;
  size_t k = 0;
  for (; k + LANES <= n; k += LANES) {
    INDEPENDENT
    for (int l = 0; l < LANES; l++) {
      const double g = gradient[k + l] - a * (double)row_a[k + l] - b * (double)row_b[k + l];
      gradient[k + l] = g;
      const double up = g - (double)rise[k + l], down = g + (double)fall[k + l];
      // The block is stored instead of the index, since it is the same for all lanes.
      at[l] = up > high[l] ? (double)k : at[l];
      high[l] = up > high[l] ? up : high[l];
      low[l] = down < low[l] ? down : low[l];
    }
  }
  ck_extremes found = {-INFINITY, INFINITY, -1};
  for (int l = 0; l < LANES; l++) {
    const int64_t index = (int64_t)at[l] + l;
    if (high[l] > found.highest || (high[l] == found.highest && at[l] >= 0 && index < found.at)) {
      found.highest = high[l];
      found.at = index;
    }
    if (low[l] < found.lowest) found.lowest = low[l];
  }
  for (; k < n; k++) {
    const double g = gradient[k] - a * (double)row_a[k] - b * (double)row_b[k];
    gradient[k] = g;
    if (g - (double)rise[k] > found.highest) {
      found.highest = g - (double)rise[k];
      found.at = (int64_t)k;
    }
    if (g + (double)fall[k] < found.lowest) found.lowest = g + (double)fall[k];
  }
  return found;
}

static inline __attribute__((always_inline)) double gain(double top, double diagonal, float kernel, float other,
                                                         float fall, double gradient) {
  const double difference = top - (gradient + (double)fall);
  const double curvature = diagonal + (double)other - 2 * (double)kernel;
  const double square = difference * difference / (curvature > 1e-12 ? curvature : 1e-12);
  // An infinite penalty makes the difference -infinity.
  return difference > 0 ? square : -1;
}

MULTIVERSIONED
int64_t ck_best_partner(size_t n, double top, double diagonal, const float *row, const float *diagonals,
                        const float *fall, const double *gradient) {
  double best[LANES], at[LANES];
  for (int l = 0; l < LANES; l++) best[l] = 0, at[l] = -1;
  size_t k = 0;
  for (; k + LANES <= n; k += LANES) {
    INDEPENDENT
    for (int l = 0; l < LANES; l++) {
      const double g = gain(top, diagonal, row[k + l], diagonals[k + l], fall[k + l], gradient[k + l]);
      at[l] = g > best[l] ? (double)k : at[l];
      best[l] = g > best[l] ? g : best[l];
    }
  }
  double highest = 0;
  int64_t found = -1;
  for (int l = 0; l < LANES; l++) {
    const int64_t index = (int64_t)at[l] + l;
    if (best[l] > highest || (best[l] == highest && at[l] >= 0 && index < found)) {
      highest = best[l];
      found = index;
    }
  }
  for (; k < n; k++) {
    const double g = gain(top, diagonal, row[k], diagonals[k], fall[k], gradient[k]);
    if (g > highest) {
      highest = g;
      found = (int64_t)k;
    }
  }
  return found;
}

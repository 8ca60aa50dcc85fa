// Loops over rows of a kernel matrix: their computation from inner products, and the passes of a working-set solver.
// Any alignment. No result depends on the vectorisation of the loops, since none of them adds across elements.
#ifndef CKERNELROWS_H
#define CKERNELROWS_H

#include <stddef.h>
#include <stdint.h>

// out[k] = max(0, norm + norms[k] - 2 products[k]): squared distances from squared lengths and inner products.
void ck_squared_distances(size_t n, const double *products, double norm, const double *norms, float *out);

// out[k] = (scale products[k] + offset)^degree.
void ck_powers(size_t n, const double *products, double scale, double offset, int64_t degree, float *out);

// out[k] = row[columns[k]]; out does not overlap row.
void ck_gather(size_t n, const float *row, const int32_t *columns, float *restrict out);

// gradient[targets[k]] -= step * row[columns[targets[k]]].
void ck_scattered_update(size_t n, double step, const float *row, const int32_t *columns, const int32_t *targets,
                         double *gradient);

// The result of a pass over the gradient: the largest value that may rise with its index, and the smallest that may
// fall.
typedef struct {
  double highest;
  double lowest;
  int64_t at;
} ck_extremes;

// gradient[k] -= a rowA[k] + b rowB[k]. Returns the extremes of the result: of gradient - rise for the largest value,
// of gradient + fall for the smallest. The penalties are 0 or infinite. Ties go to the lower index; at is -1 if no
// value may rise.
ck_extremes ck_pair_update(size_t n, double a, const float *row_a, double b, const float *row_b, const float *rise,
                           const float *fall, double *gradient);

// Returns the index that maximises (top - v)^2 / max(diagonal + diagonals[k] - 2 row[k], 1e-12) over v = gradient[k] +
// fall[k] below top; -1 if there is none. Ties go to the lower index.
int64_t ck_best_partner(size_t n, double top, double diagonal, const float *row, const float *diagonals,
                        const float *fall, const double *gradient);

#endif

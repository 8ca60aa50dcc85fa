#include "CKernels.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

// Each function is compiled for several CPU generations, and the loader chooses one. So the build needs no flags that
// would tie it to one machine.
#if defined(__x86_64__) && defined(__linux__)
#define MULTIVERSIONED __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define MULTIVERSIONED
#endif

// Results may overwrite arguments at the same index; no iteration reads the result of another. Without this pragma, the
// compiler finds equal addresses at run time and falls back to a scalar loop.
#define INDEPENDENT _Pragma("clang loop vectorize(assume_safety)")

// exp(x) = 2^k exp(r) with k the integer nearest to x / ln 2 and |r| <= ln(2) / 2. There the Taylor series of degree 7
// is exact to a few 1e-9. Adding 1.5 * 2^23 rounds to an integer and leaves k in the low bits.
static inline __attribute__((always_inline)) float exponential(float x) {
  x = x < -87.3f ? -87.3f : x;
  x = x > 88.7f ? 88.7f : x;
  const float rounder = 12582912.0f;
  const float shifted = x * 1.44269504088896341f + rounder;
  const float k = shifted - rounder;
  // ln 2 in two parts; the first is short enough for its product with k to be exact.
  float r = x - k * 0.693359375f;
  r = r + k * 2.12194440054690583e-4f;
  float p = 1.0f / 5040;
  p = p * r + 1.0f / 720;
  p = p * r + 1.0f / 120;
  p = p * r + 1.0f / 24;
  p = p * r + 1.0f / 6;
  p = p * r + 0.5f;
  p = p * r + 1.0f;
  p = p * r + 1.0f;
  uint32_t bits, exponent;
  memcpy(&exponent, &shifted, sizeof exponent);
  memcpy(&bits, &p, sizeof bits);
  bits += exponent << 23;
  float result;
  memcpy(&result, &bits, sizeof result);
  // The payload of a NaN would enter the exponent, so the result could be any number.
  return x != x ? x : result;
}

// 1 - 2 / (exp(2 x) + 1) loses digits near 0; there the Taylor series up to x^11 is exact to 3e-8.
static inline __attribute__((always_inline)) float hyperbolic_tangent(float x) {
  const float square = x * x;
  float p = -1382.0f / 155925;
  p = p * square + 62.0f / 2835;
  p = p * square - 17.0f / 315;
  p = p * square + 2.0f / 15;
  p = p * square - 1.0f / 3;
  const float near_zero = x + x * square * p;
  const float far = 1.0f - 2.0f / (exponential(2.0f * x) + 1.0f);
  return square < 0.1225f ? near_zero : far;
}

// The library's sqrtf may set errno, which prevents vectorisation.
static inline __attribute__((always_inline)) float square_root(float x) {
#if defined(__has_builtin) && __has_builtin(__builtin_elementwise_sqrt)
  return __builtin_elementwise_sqrt(x);
#else
  return sqrtf(x);
#endif
}

MULTIVERSIONED
void ck_exp(size_t n, const float *in, float scale, float shift, float *out) {
  INDEPENDENT
  for (size_t i = 0; i < n; i++) out[i] = exponential(in[i] * scale + shift);
}

MULTIVERSIONED
void ck_tanh(size_t n, const float *in, float *out) {
  INDEPENDENT
  for (size_t i = 0; i < n; i++) out[i] = hyperbolic_tangent(in[i]);
}

MULTIVERSIONED
void ck_sigmoid(size_t n, const float *in, float *out) {
  INDEPENDENT
  for (size_t i = 0; i < n; i++) out[i] = 1.0f / (1.0f + exponential(-in[i]));
}

MULTIVERSIONED
void ck_sgd_momentum(size_t n, const float *restrict gradient, float *restrict weight, float *restrict velocity,
                     float rate, float momentum, float decay, int nesterov) {
  if (nesterov) {
    INDEPENDENT
    for (size_t i = 0; i < n; i++) {
      const float step = rate * (gradient[i] + decay * weight[i]);
      const float v = momentum * velocity[i] - step;
      velocity[i] = v;
      weight[i] += momentum * v - step;
    }
  } else {
    INDEPENDENT
    for (size_t i = 0; i < n; i++) {
      const float v = momentum * velocity[i] - rate * (gradient[i] + decay * weight[i]);
      velocity[i] = v;
      weight[i] += v;
    }
  }
}

MULTIVERSIONED
void ck_adam(size_t n, const float *restrict gradient, float *restrict weight, float *restrict first,
             float *restrict second, float rate, float beta1, float beta2, float scale, float epsilon, float decay,
             float keep) {
  INDEPENDENT
  for (size_t i = 0; i < n; i++) {
    const float g = gradient[i] + decay * weight[i];
    const float m = beta1 * first[i] + (1.0f - beta1) * g;
    const float s = beta2 * second[i] + (1.0f - beta2) * g * g;
    first[i] = m;
    second[i] = s;
    weight[i] = weight[i] * keep - rate * m / (square_root(s) * scale + epsilon);
  }
}

MULTIVERSIONED
void ck_max_pool2(
    size_t lines, size_t count, size_t width, const float *in, float *out, float *places) {
  for (size_t line = 0; line < lines; line++) {
    const float *upper = in + 2 * line * width, *lower = upper + width;
    INDEPENDENT
    for (size_t i = 0; i < count; i++) {
      float best = upper[2 * i], place = (float)(int)(2 * line * width + 2 * i), first = place;
      float a = upper[2 * i + 1], b = lower[2 * i], c = lower[2 * i + 1];
      place = a > best || a != a ? first + 1 : place;
      best = a > best || a != a ? a : best;
      place = b > best || b != b ? first + (float)(int)width : place;
      best = b > best || b != b ? b : best;
      place = c > best || c != c ? first + (float)(int)width + 1 : place;
      best = c > best || c != c ? c : best;
      out[line * count + i] = best;
      places[line * count + i] = place;
    }
  }
}

MULTIVERSIONED
void ck_relu(size_t n, const float *in, float *out) {
  INDEPENDENT
  for (size_t i = 0; i < n; i++) out[i] = in[i] < 0 ? 0 : in[i];
}

MULTIVERSIONED
void ck_relu_backward(size_t n, const float *result, const float *in, float *out) {
  INDEPENDENT
  for (size_t i = 0; i < n; i++) out[i] = result[i] > 0 ? in[i] : 0;
}

MULTIVERSIONED
void ck_dropout(size_t n, const uint16_t *random, uint16_t threshold, float scale, const float *in, float *mask,
                float *out) {
  INDEPENDENT
  for (size_t i = 0; i < n; i++) {
    mask[i] = random[i] < threshold ? 0 : scale;
    out[i] = in[i] * mask[i];
  }
}

// Sums and maxima are computed in this many lanes, which are combined at the end.
enum { LANES = 32 };

MULTIVERSIONED
float ck_maximum(size_t n, const float *in) {
  float lanes[LANES];
  for (size_t lane = 0; lane < LANES; lane++) lanes[lane] = -INFINITY;
  size_t i = 0;
  for (; i + LANES <= n; i += LANES) {
    for (size_t lane = 0; lane < LANES; lane++) lanes[lane] = in[i + lane] > lanes[lane] ? in[i + lane] : lanes[lane];
  }
  for (; i < n; i++) lanes[i % LANES] = in[i] > lanes[i % LANES] ? in[i] : lanes[i % LANES];
  float result = lanes[0];
  for (size_t lane = 1; lane < LANES; lane++) result = lanes[lane] > result ? lanes[lane] : result;
  return result;
}

MULTIVERSIONED
float ck_exp_sum(size_t n, const float *in, float shift, float *out) {
  INDEPENDENT
  for (size_t i = 0; i < n; i++) out[i] = exponential(in[i] - shift);
  float lanes[LANES] = {0};
  size_t i = 0;
  for (; i + LANES <= n; i += LANES) {
    for (size_t lane = 0; lane < LANES; lane++) lanes[lane] += out[i + lane];
  }
  for (; i < n; i++) lanes[i % LANES] += out[i];
  float result = 0;
  for (size_t lane = 0; lane < LANES; lane++) result += lanes[lane];
  return result;
}

MULTIVERSIONED
void ck_softmax_slope(size_t n, const float *share, const float *slope, float inner, float scale, float *out) {
  INDEPENDENT
  for (size_t i = 0; i < n; i++) out[i] = share[i] * (slope[i] - inner) * scale;
}

#include <math.h>

#include "kernel.h"

DENSE void sparse_multiply(double *restrict result, intptr_t count, const intptr_t *restrict start,
                           const int32_t *restrict index, const double *restrict value,
                           const double *restrict x) {
  for (intptr_t i = 0; i < count; i++) {
    // Rows are short: vectors do not pay.
    double even = 0, odd = 0;
    intptr_t k = start[i], end = start[i + 1];
    for (; k + 2 <= end; k += 2) {
      even += value[k] * x[index[k]];
      odd += value[k + 1] * x[index[k + 1]];
    }
    if (k < end) even += value[k] * x[index[k]];
    result[i] = even + odd;
  }
}

DENSE void interior_scaling(intptr_t count, double proximal, const double *restrict x,
                            const double *restrict lower, const double *restrict upper,
                            const double *restrict lower_dual, const double *restrict upper_dual,
                            const double *restrict moves, double *restrict near, double *restrict far,
                            double *restrict lower_inverse, double *restrict upper_inverse,
                            double *restrict d) {
  for (intptr_t j = 0; j < count; j++) {
    double below = 1 / (x[j] - lower[j]), above = 1 / (upper[j] - x[j]);
    near[j] = below;
    far[j] = above;
    lower_inverse[j] = lower_dual[j] > 0 ? 1 / lower_dual[j] : 0;
    upper_inverse[j] = upper_dual[j] > 0 ? 1 / upper_dual[j] : 0;
    d[j] = moves[j] / (proximal + lower_dual[j] * below + upper_dual[j] * above);
  }
}

DENSE double interior_complementarity(intptr_t count, double primal, double dual, const double *restrict x,
                                      const double *restrict lower, const double *restrict upper,
                                      const double *restrict lower_dual, const double *restrict upper_dual,
                                      const double *restrict x_step, const double *restrict lower_step,
                                      const double *restrict upper_step) {
  enum { WIDTH = 8 };
  double sums[WIDTH] = {0};
  for (intptr_t first = 0; first < count; first += WIDTH) {
    intptr_t width = count - first < WIDTH ? count - first : WIDTH;
    for (intptr_t l = 0; l < width; l++) {
      intptr_t j = first + l;
      double below = x[j] - lower[j] + primal * x_step[j], above = upper[j] - x[j] - primal * x_step[j];
      double low = lower_dual[j] + dual * lower_step[j], high = upper_dual[j] + dual * upper_step[j];
      double first_product = below * low, second_product = above * high;
      sums[l] += lower[j] > -INFINITY ? first_product : 0;
      sums[l] += upper[j] < INFINITY ? second_product : 0;
    }
  }
  return ((sums[0] + sums[4]) + (sums[1] + sums[5])) + ((sums[2] + sums[6]) + (sums[3] + sums[7]));
}

DENSE void interior_right_side(intptr_t count, const double *restrict dual,
                               const double *restrict lower_target, const double *restrict upper_target,
                               const double *restrict near, const double *restrict far,
                               const double *restrict d, double *restrict g, double *restrict weighted) {
  for (intptr_t j = 0; j < count; j++) {
    double value = dual[j] - lower_target[j] * near[j] + upper_target[j] * far[j];
    g[j] = value;
    weighted[j] = d[j] * value;
  }
}

DENSE void interior_step(intptr_t count, const double *restrict change, const double *restrict g,
                         const double *restrict d, double *restrict x_step) {
  for (intptr_t j = 0; j < count; j++) x_step[j] = d[j] * (change[j] - g[j]);
}

DENSE void interior_dual_steps(intptr_t count, const double *restrict x_step,
                               const double *restrict lower_target, const double *restrict upper_target,
                               const double *restrict near, const double *restrict far,
                               const double *restrict lower_dual, const double *restrict upper_dual,
                               double *restrict lower_step, double *restrict upper_step) {
  for (intptr_t j = 0; j < count; j++) {
    lower_step[j] = (lower_target[j] - lower_dual[j] * x_step[j]) * near[j];
    upper_step[j] = (upper_target[j] + upper_dual[j] * x_step[j]) * far[j];
  }
}

DENSE void interior_step_lengths(intptr_t count, intptr_t weights, const double *restrict weight,
                                 const double *restrict near, const double *restrict far,
                                 const double *restrict lower_inverse, const double *restrict upper_inverse,
                                 const double *restrict x_step, const double *restrict lower_step,
                                 const double *restrict upper_step, const double *restrict x_correction,
                                 const double *restrict lower_correction, const double *restrict upper_correction,
                                 double *restrict primal, double *restrict dual) {
  // Several running maxima side by side: a single one would keep the loop from being vectorised.
  enum { WIDTH = 8 };
  double most[INTERIOR_MOST_WEIGHTS][WIDTH] = {{0}}, most_dual[INTERIOR_MOST_WEIGHTS][WIDTH] = {{0}};
  for (intptr_t first = 0; first < count; first += WIDTH) {
    intptr_t width = count - first < WIDTH ? count - first : WIDTH;
    for (intptr_t k = 0; k < weights; k++) {
      for (intptr_t l = 0; l < width; l++) {
        intptr_t j = first + l;
        double x = x_step[j] + weight[k] * x_correction[j];
        double below = -x * near[j], above = x * far[j];
        double lower_end = -(lower_step[j] + weight[k] * lower_correction[j]) * lower_inverse[j];
        double upper_end = -(upper_step[j] + weight[k] * upper_correction[j]) * upper_inverse[j];
        double nearest = below > above ? below : above;
        double nearest_dual = lower_end > upper_end ? lower_end : upper_end;
        most[k][l] = nearest > most[k][l] ? nearest : most[k][l];
        most_dual[k][l] = nearest_dual > most_dual[k][l] ? nearest_dual : most_dual[k][l];
      }
    }
  }
  for (intptr_t k = 0; k < weights; k++) {
    primal[k] = 0;
    dual[k] = 0;
    for (int l = 0; l < WIDTH; l++) {
      primal[k] = most[k][l] > primal[k] ? most[k][l] : primal[k];
      dual[k] = most_dual[k][l] > dual[k] ? most_dual[k][l] : dual[k];
    }
  }
}

DENSE void interior_predict(intptr_t count, const double *restrict x, const double *restrict lower,
                            const double *restrict upper, const double *restrict lower_dual,
                            const double *restrict upper_dual, double *restrict lower_target,
                            double *restrict upper_target) {
  for (intptr_t j = 0; j < count; j++) {
    lower_target[j] = lower[j] > -INFINITY ? (lower[j] - x[j]) * lower_dual[j] : 0;
    upper_target[j] = upper[j] < INFINITY ? (x[j] - upper[j]) * upper_dual[j] : 0;
  }
}

DENSE void interior_correct(intptr_t count, double target, const double *restrict lower,
                            const double *restrict upper, const double *restrict x_step,
                            const double *restrict lower_step, const double *restrict upper_step,
                            double *restrict lower_target, double *restrict upper_target) {
  for (intptr_t j = 0; j < count; j++) {
    double low = target - x_step[j] * lower_step[j], high = target + x_step[j] * upper_step[j];
    lower_target[j] = lower[j] > -INFINITY ? low : 0;
    upper_target[j] = upper[j] < INFINITY ? high : 0;
  }
}

// The correction of a complementarity product that lies outside of [0.1, 10]·target, bounded below.
static inline __attribute__((always_inline)) double correction(double product, double target) {
  double rise = 0.1 * target - product, fall = 10 * target - product;
  fall = fall < -10 * target ? -10 * target : fall;
  return rise > 0 ? rise : product > 10 * target ? fall : 0;
}

DENSE void interior_centre(intptr_t count, double target, double primal, double dual,
                           const double *restrict x, const double *restrict lower,
                           const double *restrict upper, const double *restrict lower_dual,
                           const double *restrict upper_dual, const double *restrict x_step,
                           const double *restrict lower_step, const double *restrict upper_step,
                           double *restrict lower_target, double *restrict upper_target) {
  for (intptr_t j = 0; j < count; j++) {
    double below = x[j] - lower[j] + primal * x_step[j], above = upper[j] - x[j] - primal * x_step[j];
    double low = correction(below * (lower_dual[j] + dual * lower_step[j]), target);
    double high = correction(above * (upper_dual[j] + dual * upper_step[j]), target);
    lower_target[j] = lower[j] > -INFINITY ? low : 0;
    upper_target[j] = upper[j] < INFINITY ? high : 0;
  }
}

DENSE void vector_add(intptr_t count, double factor, const double *restrict x, double *restrict y) {
  for (intptr_t j = 0; j < count; j++) y[j] += factor * x[j];
}

DENSE void vector_renew(intptr_t count, double factor, const double *restrict x,
                        double *restrict y) {
  for (intptr_t j = 0; j < count; j++) y[j] = x[j] + factor * y[j];
}

DENSE void vector_multiply(intptr_t count, const double *restrict x, const double *restrict y,
                           double *restrict result) {
  for (intptr_t j = 0; j < count; j++) result[j] = x[j] * y[j];
}

// Eight partial sums, added in a fixed order.
DENSE double vector_product(intptr_t count, const double *restrict x, const double *restrict y) {
  double sums[8] = {0};
  intptr_t j = 0;
  for (; j + 8 <= count; j += 8)
    for (int k = 0; k < 8; k++) sums[k] += x[j + k] * y[j + k];
  for (int k = 0; j < count; j++, k++) sums[k] += x[j] * y[j];
  return ((sums[0] + sums[4]) + (sums[1] + sums[5])) + ((sums[2] + sums[6]) + (sums[3] + sums[7]));
}

DENSE double vector_largest(intptr_t count, const double *restrict x) {
  double largest[8] = {0};
  intptr_t j = 0;
  for (; j + 8 <= count; j += 8)
    for (int k = 0; k < 8; k++) largest[k] = fmax(largest[k], fabs(x[j + k]));
  for (int k = 0; j < count; j++, k++) largest[k] = fmax(largest[k], fabs(x[j]));
  for (int k = 1; k < 8; k++) largest[0] = fmax(largest[0], largest[k]);
  return largest[0];
}

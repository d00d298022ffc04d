#include <math.h>

#include "kernel.h"

// Sums may be taken in any order: what differs is rounding.
#pragma clang fp reassociate(on)

DENSE void sparse_multiply(double *restrict result, intptr_t count, const intptr_t *restrict start,
                           const int32_t *restrict index, const double *restrict value,
                           const double *restrict x) {
  for (intptr_t i = 0; i < count; i++) {
    double sum = 0;
    // Rows are short.
#pragma clang loop vectorize(disable)
    for (intptr_t k = start[i]; k < start[i + 1]; k++) sum += value[k] * x[index[k]];
    result[i] = sum;
  }
}

DENSE void interior_weights(intptr_t count, double proximal, const double *restrict x,
                            const double *restrict lower, const double *restrict upper,
                            const double *restrict lower_price, const double *restrict upper_price,
                            const double *restrict moves, double *restrict near, double *restrict far,
                            double *restrict d) {
  for (intptr_t j = 0; j < count; j++) {
    double below = 1 / (x[j] - lower[j]), above = 1 / (upper[j] - x[j]);
    near[j] = below;
    far[j] = above;
    d[j] = moves[j] / (proximal + lower_price[j] * below + upper_price[j] * above);
  }
}

DENSE double interior_complementarity(intptr_t count, double primal, double dual, const double *restrict x,
                                      const double *restrict lower, const double *restrict upper,
                                      const double *restrict lower_price, const double *restrict upper_price,
                                      const double *restrict x_step, const double *restrict lower_step,
                                      const double *restrict upper_step) {
  double sum = 0;
  for (intptr_t j = 0; j < count; j++) {
    double below = x[j] - lower[j] + primal * x_step[j], above = upper[j] - x[j] - primal * x_step[j];
    double low = lower_price[j] + dual * lower_step[j], high = upper_price[j] + dual * upper_step[j];
    sum += lower[j] > -INFINITY ? below * low : 0;
    sum += upper[j] < INFINITY ? above * high : 0;
  }
  return sum;
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

DENSE void interior_prices(intptr_t count, const double *restrict x_step, const double *restrict lower_target,
                           const double *restrict upper_target, const double *restrict near,
                           const double *restrict far, const double *restrict lower_price,
                           const double *restrict upper_price, double *restrict lower_step,
                           double *restrict upper_step) {
  for (intptr_t j = 0; j < count; j++) {
    lower_step[j] = (lower_target[j] - lower_price[j] * x_step[j]) * near[j];
    upper_step[j] = (upper_target[j] + upper_price[j] * x_step[j]) * far[j];
  }
}

DENSE void interior_reach(intptr_t count, const double *restrict near, const double *restrict far,
                          const double *restrict lower_price, const double *restrict upper_price,
                          const double *restrict x_step, const double *restrict lower_step,
                          const double *restrict upper_step, double *primal, double *dual) {
  // Largest values side by side: a comparison with a single one would go number by number.
  enum { WIDTH = 8 };
  double most[WIDTH] = {0}, most_dual[WIDTH] = {0};
  for (intptr_t first = 0; first < count; first += WIDTH) {
    intptr_t width = count - first < WIDTH ? count - first : WIDTH;
    for (intptr_t l = 0; l < width; l++) {
      intptr_t j = first + l;
      double below = -x_step[j] * near[j], above = x_step[j] * far[j];
      double low = lower_price[j] > 0 ? -lower_step[j] / lower_price[j] : 0;
      double high = upper_price[j] > 0 ? -upper_step[j] / upper_price[j] : 0;
      double nearest = below > above ? below : above, dearest = low > high ? low : high;
      most[l] = nearest > most[l] ? nearest : most[l];
      most_dual[l] = dearest > most_dual[l] ? dearest : most_dual[l];
    }
  }
  for (int l = 1; l < WIDTH; l++) {
    most[0] = most[l] > most[0] ? most[l] : most[0];
    most_dual[0] = most_dual[l] > most_dual[0] ? most_dual[l] : most_dual[0];
  }
  *primal = most[0];
  *dual = most_dual[0];
}

DENSE void interior_predict(intptr_t count, const double *restrict x, const double *restrict lower,
                            const double *restrict upper, const double *restrict lower_price,
                            const double *restrict upper_price, double *restrict lower_target,
                            double *restrict upper_target) {
  for (intptr_t j = 0; j < count; j++) {
    lower_target[j] = lower[j] > -INFINITY ? (lower[j] - x[j]) * lower_price[j] : 0;
    upper_target[j] = upper[j] < INFINITY ? (x[j] - upper[j]) * upper_price[j] : 0;
  }
}

DENSE void interior_correct(intptr_t count, double target, const double *restrict lower,
                            const double *restrict upper, const double *restrict x_step,
                            const double *restrict lower_step, const double *restrict upper_step,
                            double *restrict lower_target, double *restrict upper_target) {
  for (intptr_t j = 0; j < count; j++) {
    double low = target - x_step[j] * lower_step[j], high = target + x_step[j] * upper_step[j];
    lower_target[j] += lower[j] > -INFINITY ? low : 0;
    upper_target[j] += upper[j] < INFINITY ? high : 0;
  }
}

// What to add to a product that lies outside of [0.1, 10]·target, bounded below.
static inline __attribute__((always_inline)) double correction(double product, double target) {
  double rise = 0.1 * target - product, fall = 10 * target - product;
  fall = fall < -10 * target ? -10 * target : fall;
  return rise > 0 ? rise : product > 10 * target ? fall : 0;
}

DENSE void interior_centre(intptr_t count, double target, double primal, double dual,
                           const double *restrict x, const double *restrict lower,
                           const double *restrict upper, const double *restrict lower_price,
                           const double *restrict upper_price, const double *restrict x_step,
                           const double *restrict lower_step, const double *restrict upper_step,
                           double *restrict lower_target, double *restrict upper_target) {
  for (intptr_t j = 0; j < count; j++) {
    double below = x[j] - lower[j] + primal * x_step[j], above = upper[j] - x[j] - primal * x_step[j];
    double low = correction(below * (lower_price[j] + dual * lower_step[j]), target);
    double high = correction(above * (upper_price[j] + dual * upper_step[j]), target);
    lower_target[j] += lower[j] > -INFINITY ? low : 0;
    upper_target[j] += upper[j] < INFINITY ? high : 0;
  }
}

DENSE void vector_add(intptr_t count, double factor, const double *restrict x, double *restrict y) {
  for (intptr_t j = 0; j < count; j++) y[j] += factor * x[j];
}

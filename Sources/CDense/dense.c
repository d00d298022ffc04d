#include "CDense.h"

#include <math.h>

#if defined(__x86_64__) && defined(__linux__)
#define DENSE __attribute__((target_clones("avx512f", "arch=haswell", "default")))
#else
#define DENSE
#endif

typedef double lanes __attribute__((vector_size(64), aligned(8)));

DENSE void dense_multiply(double *restrict result, intptr_t rows, intptr_t columns, intptr_t depth,
                          const double *restrict left, intptr_t left_ld, const double *restrict right,
                          intptr_t right_ld) {
  intptr_t j = 0;
  for (; j + 4 <= columns; j += 4) {
    intptr_t i = 0;
    for (; i + 8 <= rows; i += 8) {
      lanes a = {0}, b = {0}, c = {0}, d = {0};
      for (intptr_t k = 0; k < depth; k++) {
        lanes x = *(const lanes *)(left + i + k * left_ld);
        const double *y = right + j + k * right_ld;
        a += x * y[0];
        b += x * y[1];
        c += x * y[2];
        d += x * y[3];
      }
      *(lanes *)(result + i + j * rows) = a;
      *(lanes *)(result + i + (j + 1) * rows) = b;
      *(lanes *)(result + i + (j + 2) * rows) = c;
      *(lanes *)(result + i + (j + 3) * rows) = d;
    }
    for (; i < rows; i++) {
      double a = 0, b = 0, c = 0, d = 0;
      for (intptr_t k = 0; k < depth; k++) {
        double x = left[i + k * left_ld];
        const double *y = right + j + k * right_ld;
        a += x * y[0];
        b += x * y[1];
        c += x * y[2];
        d += x * y[3];
      }
      result[i + j * rows] = a;
      result[i + (j + 1) * rows] = b;
      result[i + (j + 2) * rows] = c;
      result[i + (j + 3) * rows] = d;
    }
  }
  for (; j < columns; j++) {
    intptr_t i = 0;
    for (; i + 8 <= rows; i += 8) {
      lanes a = {0};
      for (intptr_t k = 0; k < depth; k++)
        a += *(const lanes *)(left + i + k * left_ld) * right[j + k * right_ld];
      *(lanes *)(result + i + j * rows) = a;
    }
    for (; i < rows; i++) {
      double a = 0;
      for (intptr_t k = 0; k < depth; k++) a += left[i + k * left_ld] * right[j + k * right_ld];
      result[i + j * rows] = a;
    }
  }
}

// column −= Σ previous columns · their entries in this row
static inline __attribute__((always_inline)) void eliminate(double *restrict block, intptr_t from,
                                                            intptr_t rows, intptr_t column, intptr_t first,
                                                            intptr_t ld) {
  double *target = block + column * ld;
  intptr_t k = first;
  for (; k + 4 <= column; k += 4) {
    const double *p = block + k * ld, *q = p + ld, *r = q + ld, *s = r + ld;
    double a = p[column], b = q[column], c = r[column], d = s[column];
    for (intptr_t i = from; i < rows; i++) target[i] -= p[i] * a + q[i] * b + r[i] * c + s[i] * d;
  }
  for (; k < column; k++) {
    const double *p = block + k * ld;
    double a = p[column];
    for (intptr_t i = from; i < rows; i++) target[i] -= p[i] * a;
  }
}

DENSE intptr_t dense_factorise(double *restrict block, intptr_t rows, intptr_t columns, intptr_t ld,
                               const double *restrict least) {
  intptr_t replaced = 0;
  for (intptr_t j = 0; j < columns; j++) {
    eliminate(block, j, rows, j, 0, ld);
    double *column = block + j * ld;
    double pivot = column[j];
    if (!(pivot > least[j])) {
      pivot = 1e128;
      replaced++;
    }
    double root = sqrt(pivot), factor = 1 / root;
    column[j] = root;
    for (intptr_t i = j + 1; i < rows; i++) column[i] *= factor;
  }
  return replaced;
}

DENSE void dense_subtract(double *restrict y, intptr_t rows, intptr_t columns, const double *restrict block,
                          intptr_t ld, const double *restrict x) {
  intptr_t j = 0;
  for (; j + 4 <= columns; j += 4) {
    const double *p = block + j * ld, *q = p + ld, *r = q + ld, *s = r + ld;
    double a = x[j], b = x[j + 1], c = x[j + 2], d = x[j + 3];
    for (intptr_t i = 0; i < rows; i++) y[i] -= p[i] * a + q[i] * b + r[i] * c + s[i] * d;
  }
  for (; j < columns; j++)
    for (intptr_t i = 0; i < rows; i++) y[i] -= block[i + j * ld] * x[j];
}

DENSE void dense_subtract_transposed(double *restrict x, intptr_t rows, intptr_t columns,
                                     const double *restrict block, intptr_t ld, const double *restrict y) {
  for (intptr_t j = 0; j < columns; j++) {
    const double *p = block + j * ld;
    lanes sum = {0};
    intptr_t i = 0;
    for (; i + 8 <= rows; i += 8) sum += *(const lanes *)(p + i) * *(const lanes *)(y + i);
    double total = 0;
    for (int lane = 0; lane < 8; lane++) total += sum[lane];
    for (; i < rows; i++) total += p[i] * y[i];
    x[j] -= total;
  }
}

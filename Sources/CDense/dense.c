#include <math.h>

#include "kernel.h"

typedef double lanes __attribute__((vector_size(64), aligned(8)));

// `width` columns of target (rows × columns, target_ld) = left · rightᵀ, or target − left · rightᵀ, from row
// `from` on; `lines` vectors of rows at once. The sums stay in registers.
#define TILE(lines, width)                                                                  \
  do {                                                                                      \
    lanes sum[lines][width] = {0};                                                          \
    for (intptr_t k = 0; k < depth; k++) {                                                  \
      const double *y = right + j + k * right_ld;                                           \
      for (int l = 0; l < lines; l++) {                                                     \
        lanes x = *(const lanes *)(left + i + 8 * l + k * left_ld);                         \
        for (int c = 0; c < width; c++) sum[l][c] += x * y[c];                              \
      }                                                                                     \
    }                                                                                       \
    for (int c = 0; c < width; c++)                                                         \
      for (int l = 0; l < lines; l++) {                                                     \
        lanes *place = (lanes *)(target + i + 8 * l + (j + c) * target_ld);                 \
        *place = subtracts ? *place - sum[l][c] : sum[l][c];                                \
      }                                                                                     \
  } while (0)

// target (rows × columns, target_ld) = left · rightᵀ, or target − left · rightᵀ
static inline __attribute__((always_inline)) void product(double *restrict target, intptr_t target_ld,
                                                          intptr_t rows, intptr_t columns, intptr_t depth,
                                                          const double *restrict left, intptr_t left_ld,
                                                          const double *restrict right, intptr_t right_ld,
                                                          int subtracts) {
  intptr_t i = 0;
  for (; i + 16 <= rows; i += 16) {
    intptr_t j = 0;
    for (; j + 4 <= columns; j += 4) TILE(2, 4);
    for (; j < columns; j++) TILE(2, 1);
  }
  for (; i + 8 <= rows; i += 8) {
    intptr_t j = 0;
    for (; j + 4 <= columns; j += 4) TILE(1, 4);
    for (; j < columns; j++) TILE(1, 1);
  }
  for (; i < rows; i++) {
    intptr_t j = 0;
    for (; j + 4 <= columns; j += 4) {
      double sum[4] = {0};
      for (intptr_t k = 0; k < depth; k++)
        for (int c = 0; c < 4; c++) sum[c] += left[i + k * left_ld] * right[j + c + k * right_ld];
      for (int c = 0; c < 4; c++) {
        double *place = target + i + (j + c) * target_ld;
        *place = subtracts ? *place - sum[c] : sum[c];
      }
    }
    for (; j < columns; j++) {
      double sum = 0;
      for (intptr_t k = 0; k < depth; k++) sum += left[i + k * left_ld] * right[j + k * right_ld];
      double *place = target + i + j * target_ld;
      *place = subtracts ? *place - sum : sum;
    }
  }
}

DENSE void dense_multiply(double *restrict result, intptr_t rows, intptr_t columns, intptr_t depth,
                          const double *restrict left, intptr_t left_ld, const double *restrict right,
                          intptr_t right_ld) {
  product(result, rows, rows, columns, depth, left, left_ld, right, right_ld, 0);
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

// Columns that are eliminated one by one before the rest is updated with all of them at once.
enum { PANEL = 24 };

DENSE intptr_t dense_factorise(double *restrict block, intptr_t rows, intptr_t columns, intptr_t ld,
                               const double *restrict least) {
  intptr_t replaced = 0;
  for (intptr_t first = 0; first < columns; first += PANEL) {
    intptr_t end = first + PANEL < columns ? first + PANEL : columns;
    if (first > 0)
      product(block + first + first * ld, ld, rows - first, end - first, first, block + first, ld,
              block + first, ld, 1);
    for (intptr_t j = first; j < end; j++) {
      eliminate(block, j, rows, j, first, ld);
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
  }
  return replaced;
}

DENSE void dense_divide(double *restrict block, intptr_t rows, intptr_t columns, intptr_t ld,
                        const double *restrict factor, intptr_t factor_ld) {
  for (intptr_t first = 0; first < columns; first += PANEL) {
    intptr_t end = first + PANEL < columns ? first + PANEL : columns;
    if (first > 0)
      product(block + first * ld, ld, rows, end - first, first, block, ld, factor + first, factor_ld, 1);
    for (intptr_t j = first; j < end; j++) {
      double *column = block + j * ld;
      for (intptr_t k = first; k < j; k++) {
        const double *earlier = block + k * ld;
        double share = factor[j + k * factor_ld];
        for (intptr_t i = 0; i < rows; i++) column[i] -= earlier[i] * share;
      }
      double pivot = 1 / factor[j + j * factor_ld];
      for (intptr_t i = 0; i < rows; i++) column[i] *= pivot;
    }
  }
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

// x[place] = x[place] − block · own, for blocks of up to four columns at once
DENSE void dense_scatter(double *restrict x, const int32_t *restrict place, intptr_t rows, intptr_t columns,
                         const double *restrict block, intptr_t ld, const double *restrict own) {
  intptr_t j = 0;
  for (; j + 4 <= columns; j += 4) {
    const double *p = block + j * ld, *q = p + ld, *r = q + ld, *s = r + ld;
    double a = own[j], b = own[j + 1], c = own[j + 2], d = own[j + 3];
    for (intptr_t i = 0; i < rows; i++) x[place[i]] -= p[i] * a + q[i] * b + r[i] * c + s[i] * d;
  }
  for (; j + 2 <= columns; j += 2) {
    const double *p = block + j * ld, *q = p + ld;
    double a = own[j], b = own[j + 1];
    for (intptr_t i = 0; i < rows; i++) x[place[i]] -= p[i] * a + q[i] * b;
  }
  for (; j < columns; j++) {
    const double *p = block + j * ld;
    double a = own[j];
    for (intptr_t i = 0; i < rows; i++) x[place[i]] -= p[i] * a;
  }
}

DENSE void dense_gather(double *restrict own, const int32_t *restrict place, intptr_t rows, intptr_t columns,
                        const double *restrict block, intptr_t ld, const double *restrict x) {
#pragma clang fp reassociate(on)
  intptr_t j = 0;
  for (; j + 4 <= columns; j += 4) {
    const double *p = block + j * ld, *q = p + ld, *r = q + ld, *s = r + ld;
    double a = 0, b = 0, c = 0, d = 0;
    for (intptr_t i = 0; i < rows; i++) {
      double value = x[place[i]];
      a += p[i] * value;
      b += q[i] * value;
      c += r[i] * value;
      d += s[i] * value;
    }
    own[j] -= a;
    own[j + 1] -= b;
    own[j + 2] -= c;
    own[j + 3] -= d;
  }
  for (; j < columns; j++) {
    const double *p = block + j * ld;
    double a = 0;
    for (intptr_t i = 0; i < rows; i++) a += p[i] * x[place[i]];
    own[j] -= a;
  }
}

DENSE void dense_forward(double *restrict own, intptr_t columns, const double *restrict block, intptr_t ld) {
  for (intptr_t j = 0; j < columns; j++) {
    const double *column = block + j * ld;
    double value = own[j] / column[j];
    own[j] = value;
    for (intptr_t i = j + 1; i < columns; i++) own[i] -= column[i] * value;
  }
}

DENSE void dense_backward(double *restrict own, intptr_t columns, const double *restrict block, intptr_t ld) {
#pragma clang fp reassociate(on)
  for (intptr_t j = columns - 1; j >= 0; j--) {
    const double *column = block + j * ld;
    double sum = 0;
    for (intptr_t i = j + 1; i < columns; i++) sum += column[i] * own[i];
    own[j] = (own[j] - sum) / column[j];
  }
}

DENSE void dense_multiply_subtract(double *restrict target, intptr_t target_ld, intptr_t rows, intptr_t columns,
                                   intptr_t depth, const double *restrict left, intptr_t left_ld,
                                   const double *restrict right, intptr_t right_ld) {
  product(target, target_ld, rows, columns, depth, left, left_ld, right, right_ld, 1);
}

DENSE void dense_update(double *restrict target, intptr_t ld, const int32_t *restrict place, intptr_t rows,
                        intptr_t columns, intptr_t depth, const double *restrict block, intptr_t block_ld,
                        double *restrict buffer) {
  if (depth == 1) {
    for (intptr_t j = 0; j < columns; j++) {
      double *column = target + place[j] * ld, factor = block[j];
      for (intptr_t i = j; i < rows; i++) column[place[i]] -= factor * block[i];
    }
    return;
  }
  if (depth == 2) {
    const double *second = block + block_ld;
    for (intptr_t j = 0; j < columns; j++) {
      double *column = target + place[j] * ld, a = block[j], b = second[j];
      for (intptr_t i = j; i < rows; i++) column[place[i]] -= a * block[i] + b * second[i];
    }
    return;
  }
  product(buffer, rows, rows, columns, depth, block, block_ld, block, block_ld, 0);
  for (intptr_t j = 0; j < columns; j++) {
    double *column = target + place[j] * ld;
    const double *from = buffer + j * rows;
    for (intptr_t i = j; i < rows; i++) column[place[i]] -= from[i];
  }
}

#include <math.h>

#include "kernel.h"
#include "product.h"

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

// Depth times columns from which it pays to copy the parts of a product together.
enum { LARGE = 4000, LARGE_SCATTER = 1000 };

// target −= left · rightᵀ, of any size; where `is_lower`, entries above the diagonal do not matter
INLINE void subtract(double *restrict target, intptr_t target_ld, intptr_t rows, intptr_t columns, intptr_t depth,
                     const double *restrict left, intptr_t left_ld, const double *restrict right, intptr_t right_ld,
                     int is_lower) {
  if (depth * columns >= LARGE && columns >= 8 && rows >= 48)
    product_subtract_large(target, target_ld, rows, columns, depth, left, left_ld, right, right_ld, is_lower);
  else
    product(target, target_ld, rows, columns, depth, left, left_ld, right, right_ld, 1);
}

// Columns of a block that are eliminated at once.
enum { PANEL = 8 };

// Rows (8 · lines) of a panel times L⁻ᵀ, all in registers; `inverse` holds 1 / the diagonal of L, `factor` its
// rows.
#define DIVIDE(lines)                                                                        \
  do {                                                                                       \
    lanes x[PANEL][lines];                                                                   \
    for (int j = 0; j < PANEL; j++)                                                          \
      for (int l = 0; l < lines; l++) x[j][l] = *(const lanes *)(panel + i + 8 * l + j * ld); \
    for (int j = 0; j < PANEL; j++) {                                                        \
      for (int l = 0; l < lines; l++) {                                                      \
        x[j][l] *= inverse[j];                                                               \
        *(lanes *)(panel + i + 8 * l + j * ld) = x[j][l];                                    \
      }                                                                                      \
      for (int k = j + 1; k < PANEL; k++) {                                                  \
        double share = factor[k + j * factor_ld];                                            \
        for (int l = 0; l < lines; l++) x[k][l] -= x[j][l] * share;                          \
      }                                                                                      \
    }                                                                                        \
  } while (0)

// panel (rows × PANEL) = panel · L⁻ᵀ
INLINE void divide_panel(double *restrict panel, intptr_t rows, intptr_t ld, const double *restrict factor,
                         intptr_t factor_ld, const double *restrict inverse) {
  intptr_t i = 0;
  for (; i + 16 <= rows; i += 16) DIVIDE(2);
  for (; i + 8 <= rows; i += 8) DIVIDE(1);
  for (; i < rows; i++)
    for (int j = 0; j < PANEL; j++) {
      double x = panel[i + j * ld];
      for (int k = 0; k < j; k++) x -= panel[i + k * ld] * factor[j + k * factor_ld];
      panel[i + j * ld] = x * inverse[j];
    }
}

// A narrow block, column by column.
INLINE intptr_t factorise_panel(double *restrict block, intptr_t rows, intptr_t columns, intptr_t ld,
                                const double *restrict least) {
  intptr_t replaced = 0;
  // Whole panels: the rows below follow when the top is known.
  intptr_t top = columns == PANEL ? PANEL : rows;
  double inverse[PANEL];
  for (intptr_t j = 0; j < columns; j++) {
    double *column = block + j * ld;
    for (intptr_t k = 0; k < j; k++) {
      const double *earlier = block + k * ld;
      double share = earlier[j];
      for (intptr_t i = j; i < top; i++) column[i] -= earlier[i] * share;
    }
    double pivot = column[j];
    if (!(pivot > least[j])) {
      pivot = 1e128;
      replaced++;
    }
    double root = sqrt(pivot);
    inverse[j] = 1 / root;
    column[j] = root;
    for (intptr_t i = j + 1; i < top; i++) column[i] *= inverse[j];
  }
  if (top < rows) divide_panel(block + top, rows - top, ld, block, ld, inverse);
  return replaced;
}

DENSE intptr_t dense_factorise(double *restrict block, intptr_t rows, intptr_t columns, intptr_t ld,
                               const double *restrict least) {
  if (columns <= PANEL) return factorise_panel(block, rows, columns, ld, least);
  intptr_t first = (columns / 2 + PANEL - 1) / PANEL * PANEL;
  intptr_t replaced = dense_factorise(block, rows, first, ld, least);
  double *rest = block + first + first * ld;
  subtract(rest, ld, rows - first, columns - first, first, block + first, ld, block + first, ld, 1);
  return replaced + dense_factorise(rest, rows - first, columns - first, ld, least + first);
}

DENSE void dense_divide(double *restrict block, intptr_t rows, intptr_t columns, intptr_t ld,
                        const double *restrict factor, intptr_t factor_ld) {
  for (intptr_t first = 0; first < columns; first += PANEL) {
    intptr_t end = first + PANEL < columns ? first + PANEL : columns;
    if (first > 0)
      subtract(block + first * ld, ld, rows, end - first, first, block, ld, factor + first, factor_ld, 0);
    double inverse[PANEL];
    for (intptr_t j = first; j < end; j++) inverse[j - first] = 1 / factor[j + j * factor_ld];
    if (end - first == PANEL) {
      divide_panel(block + first * ld, rows, ld, factor + first + first * factor_ld, factor_ld, inverse);
      continue;
    }
    for (intptr_t j = first; j < end; j++) {
      double *column = block + j * ld;
      for (intptr_t k = first; k < j; k++) {
        const double *earlier = block + k * ld;
        double share = factor[j + k * factor_ld];
        for (intptr_t i = 0; i < rows; i++) column[i] -= earlier[i] * share;
      }
      for (intptr_t i = 0; i < rows; i++) column[i] *= inverse[j - first];
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

// Rows that are gathered or scattered at once.
enum { CHUNK = 256 };

// x[place] = x[place] − block · own
DENSE void dense_scatter(double *restrict x, const int32_t *restrict place, intptr_t rows, intptr_t columns,
                         const double *restrict block, intptr_t ld, const double *restrict own) {
  if (columns == 1) {
    double a = own[0];
    for (intptr_t i = 0; i < rows; i++) x[place[i]] -= block[i] * a;
    return;
  }
  if (columns == 2) {
    double a = own[0], b = own[1];
    for (intptr_t i = 0; i < rows; i++) x[place[i]] -= block[i] * a + block[i + ld] * b;
    return;
  }
  for (intptr_t first = 0; first < rows; first += CHUNK) {
    intptr_t count = rows - first < CHUNK ? rows - first : CHUNK;
    double sum[CHUNK];
    intptr_t j = 0;
    const double *p = block + first, *q = p + ld, *r = q + ld;
    if (columns % 4 == 3) {
      double a = own[0], b = own[1], c = own[2];
      for (intptr_t i = 0; i < count; i++) sum[i] = p[i] * a + q[i] * b + r[i] * c;
      j = 3;
    } else if (columns % 4 == 2) {
      double a = own[0], b = own[1];
      for (intptr_t i = 0; i < count; i++) sum[i] = p[i] * a + q[i] * b;
      j = 2;
    } else if (columns % 4 == 1) {
      double a = own[0];
      for (intptr_t i = 0; i < count; i++) sum[i] = p[i] * a;
      j = 1;
    } else {
      for (intptr_t i = 0; i < count; i++) sum[i] = 0;
    }
    for (; j < columns; j += 4) {
      const double *p = block + first + j * ld, *q = p + ld, *r = q + ld, *s = r + ld;
      double a = own[j], b = own[j + 1], c = own[j + 2], d = own[j + 3];
      for (intptr_t i = 0; i < count; i++) sum[i] += p[i] * a + q[i] * b + r[i] * c + s[i] * d;
    }
    for (intptr_t i = 0; i < count; i++) x[place[first + i]] -= sum[i];
  }
}

// Four sums (columns of `block`, `count` rows from p) of products with `value`, each in lanes that are added in a fixed
// order, so that every instruction set gives the same.
INLINE void four_products(double *restrict sums, const double *restrict p, intptr_t ld, const double *restrict value,
                          intptr_t count) {
  lanes sum[4] = {0};
  intptr_t i = 0;
  for (; i + 8 <= count; i += 8) {
    lanes x = *(const lanes *)(value + i);
    for (int c = 0; c < 4; c++) sum[c] += *(const lanes *)(p + c * ld + i) * x;
  }
  double rest[4] = {0};
  for (; i < count; i++)
    for (int c = 0; c < 4; c++) rest[c] += p[c * ld + i] * value[i];
  for (int c = 0; c < 4; c++) sums[c] = sum_of_lanes(&sum[c]) + rest[c];
}

INLINE double one_product(const double *restrict p, const double *restrict value, intptr_t count) {
  lanes sum = {0};
  intptr_t i = 0;
  for (; i + 8 <= count; i += 8) sum += *(const lanes *)(p + i) * *(const lanes *)(value + i);
  double rest = 0;
  for (; i < count; i++) rest += p[i] * value[i];
  return sum_of_lanes(&sum) + rest;
}

DENSE void dense_gather(double *restrict own, const int32_t *restrict place, intptr_t rows, intptr_t columns,
                        const double *restrict block, intptr_t ld, const double *restrict x) {
  for (intptr_t first = 0; first < rows; first += CHUNK) {
    intptr_t count = rows - first < CHUNK ? rows - first : CHUNK;
    double value[CHUNK];
    for (intptr_t i = 0; i < count; i++) value[i] = x[place[first + i]];
    intptr_t j = 0;
    for (; j + 4 <= columns; j += 4) {
      double sums[4];
      four_products(sums, block + first + j * ld, ld, value, count);
      for (int c = 0; c < 4; c++) own[j + c] -= sums[c];
    }
    for (; j < columns; j++) own[j] -= one_product(block + first + j * ld, value, count);
  }
}

DENSE void dense_forward(double *restrict own, intptr_t columns, const double *restrict block, intptr_t ld) {
  intptr_t j = 0;
  for (; j + 4 <= columns; j += 4) {
    const double *p = block + j * ld, *q = p + ld, *r = q + ld, *s = r + ld;
    double a = own[j] / p[j];
    double b = (own[j + 1] - p[j + 1] * a) / q[j + 1];
    double c = (own[j + 2] - p[j + 2] * a - q[j + 2] * b) / r[j + 2];
    double d = (own[j + 3] - p[j + 3] * a - q[j + 3] * b - r[j + 3] * c) / s[j + 3];
    own[j] = a;
    own[j + 1] = b;
    own[j + 2] = c;
    own[j + 3] = d;
    for (intptr_t i = j + 4; i < columns; i++) own[i] -= p[i] * a + q[i] * b + r[i] * c + s[i] * d;
  }
  for (; j < columns; j++) {
    const double *column = block + j * ld;
    double value = own[j] / column[j];
    own[j] = value;
    for (intptr_t i = j + 1; i < columns; i++) own[i] -= column[i] * value;
  }
}

DENSE void dense_backward(double *restrict own, intptr_t columns, const double *restrict block, intptr_t ld) {
  intptr_t j = columns;
  for (; j % 4 > 0; j--) {
    const double *column = block + (j - 1) * ld;
    own[j - 1] = (own[j - 1] - one_product(column + j, own + j, columns - j)) / column[j - 1];
  }
  for (j -= 4; j >= 0; j -= 4) {
    const double *p = block + j * ld, *q = p + ld, *r = q + ld, *s = r + ld;
    double sums[4];
    four_products(sums, p + j + 4, ld, own + j + 4, columns - j - 4);
    double d = (own[j + 3] - sums[3]) / s[j + 3];
    double c = (own[j + 2] - sums[2] - r[j + 3] * d) / r[j + 2];
    double b = (own[j + 1] - sums[1] - q[j + 2] * c - q[j + 3] * d) / q[j + 1];
    double a = (own[j] - sums[0] - p[j + 1] * b - p[j + 2] * c - p[j + 3] * d) / p[j];
    own[j] = a;
    own[j + 1] = b;
    own[j + 2] = c;
    own[j + 3] = d;
  }
}

DENSE void dense_multiply_subtract(double *restrict target, intptr_t target_ld, intptr_t rows, intptr_t columns,
                                   intptr_t depth, const double *restrict left, intptr_t left_ld,
                                   const double *restrict right, intptr_t right_ld) {
  subtract(target, target_ld, rows, columns, depth, left, left_ld, right, right_ld, 1);
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
  if (depth * columns >= LARGE_SCATTER && columns >= 8) {
    product_scatter_large(target, ld, place, rows, columns, depth, block, block_ld);
    return;
  }
  product(buffer, rows, rows, columns, depth, block, block_ld, block, block_ld, 0);
  for (intptr_t j = 0; j < columns; j++) {
    double *column = target + place[j] * ld;
    const double *from = buffer + j * rows;
    for (intptr_t i = j; i < rows; i++) column[place[i]] -= from[i];
  }
}

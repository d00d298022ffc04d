// Products of matrices stored by columns, for the kernels of the factor.

#ifndef PRODUCT_H
#define PRODUCT_H

#include <stdint.h>

typedef double lanes __attribute__((vector_size(64), aligned(8)));

#define INLINE static inline __attribute__((always_inline))

// The lanes added in a fixed order.
INLINE double sum_of_lanes(const lanes *sum) {
  const lanes s = *sum;
  return ((s[0] + s[4]) + (s[1] + s[5])) + ((s[2] + s[6]) + (s[3] + s[7]));
}

// target (rows × columns) = target − left (rows × depth) · right (columns × depth) transposed, for products so large
// that their parts are copied together first. Where `is_lower`, entries above the diagonal do not matter.
void product_subtract_large(double *restrict target, intptr_t target_ld, intptr_t rows, intptr_t columns,
                            intptr_t depth, const double *restrict left, intptr_t left_ld,
                            const double *restrict right, intptr_t right_ld, int is_lower);

// Lower triangle of target[place, place[..< columns]] = itself − block (rows × depth) · its first `columns` rows
// transposed; other entries of the target between those rows and columns may change.
void product_scatter_large(double *restrict target, intptr_t ld, const int32_t *restrict place, intptr_t rows,
                           intptr_t columns, intptr_t depth, const double *restrict block, intptr_t block_ld);

#endif

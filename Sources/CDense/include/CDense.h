// Dense kernels of the sparse Cholesky factorisation, compiled for several instruction sets and chosen when
// the program starts. Matrices are stored by columns; `ld` is the distance between two columns.

#ifndef CDENSE_H
#define CDENSE_H

#include <stdint.h>

// result (rows × columns, ld = rows) = left (rows × depth) · right (columns × depth) transposed.
void dense_multiply(double *restrict result, intptr_t rows, intptr_t columns, intptr_t depth,
                    const double *restrict left, intptr_t left_ld, const double *restrict right,
                    intptr_t right_ld);

// Factorises the square top of `block` (rows × columns, rows ≥ columns) as L·Lᵀ in place and replaces the
// rows below by B·L⁻ᵀ. A pivot that is not above `least[column]` is replaced by one so large that its row
// of the solution becomes zero. Returns the number of such pivots.
intptr_t dense_factorise(double *restrict block, intptr_t rows, intptr_t columns, intptr_t ld,
                         const double *restrict least);

// y (rows) = y − block (rows × columns) · x (columns)
void dense_subtract(double *restrict y, intptr_t rows, intptr_t columns, const double *restrict block,
                    intptr_t ld, const double *restrict x);

// x (columns) = x − blockᵀ · y
void dense_subtract_transposed(double *restrict x, intptr_t rows, intptr_t columns,
                               const double *restrict block, intptr_t ld, const double *restrict y);

#endif

// Dense kernels of the Cholesky factorisation and vector kernels of the interior point method, compiled for several
// instruction sets, of which one is chosen when the program starts. Matrices are stored by columns; `ld` is the
// leading dimension, the distance between two columns.

#ifndef CDENSE_H
#define CDENSE_H

#include <stdint.h>

// result (rows × columns, ld = rows) = left (rows × depth) · right (columns × depth) transposed.
void dense_multiply(double *restrict result, intptr_t rows, intptr_t columns, intptr_t depth,
                    const double *restrict left, intptr_t left_ld, const double *restrict right,
                    intptr_t right_ld);

// Factorises the square top of `block` (rows × columns, rows ≥ columns) as L·Lᵀ in place and replaces the
// rows below by B·L⁻ᵀ. A pivot that is not above `least[column]` is replaced by one so large that its entry
// of the solution becomes zero. Returns the number of replaced pivots.
intptr_t dense_factorise(double *restrict block, intptr_t rows, intptr_t columns, intptr_t ld,
                         const double *restrict least);

// block (rows × columns) = block · L⁻ᵀ, L the lower triangle of `factor` (columns × columns)
void dense_divide(double *restrict block, intptr_t rows, intptr_t columns, intptr_t ld,
                  const double *restrict factor, intptr_t factor_ld);

// y (rows) = y − block (rows × columns) · x (columns)
void dense_subtract(double *restrict y, intptr_t rows, intptr_t columns, const double *restrict block,
                    intptr_t ld, const double *restrict x);

// x (columns) = x − blockᵀ · y
void dense_subtract_transposed(double *restrict x, intptr_t rows, intptr_t columns,
                               const double *restrict block, intptr_t ld, const double *restrict y);

// Lower triangle of target (rows × columns, target_ld) = itself − left (rows × depth) · right (columns × depth)
// transposed; what lies above its diagonal may change.
void dense_multiply_subtract(double *restrict target, intptr_t target_ld, intptr_t rows, intptr_t columns,
                             intptr_t depth, const double *restrict left, intptr_t left_ld,
                             const double *restrict right, intptr_t right_ld);

// Lower triangle of target[place, place[..< columns]] = itself − block (rows × depth) · its first
// `columns` rows transposed; `buffer` holds rows × columns numbers. The first `columns` of place are columns of target.
void dense_update(double *restrict target, intptr_t ld, const int32_t *restrict place, intptr_t rows,
                  intptr_t columns, intptr_t depth, const double *restrict block, intptr_t block_ld,
                  double *restrict buffer);

// x[place[i]] = x[place[i]] − (block (rows × columns) · own (columns))[i]
void dense_scatter(double *restrict x, const int32_t *restrict place, intptr_t rows, intptr_t columns,
                   const double *restrict block, intptr_t ld, const double *restrict own);

// own (columns) = own − blockᵀ · x[place]
void dense_gather(double *restrict own, const int32_t *restrict place, intptr_t rows, intptr_t columns,
                  const double *restrict block, intptr_t ld, const double *restrict x);

// own = L⁻¹ · own and own = L⁻ᵀ · own, L the lower triangle of `block` (columns × columns)
void dense_forward(double *restrict own, intptr_t columns, const double *restrict block, intptr_t ld);
void dense_backward(double *restrict own, intptr_t columns, const double *restrict block, intptr_t ld);

// result[i] = Σ value[k] · x[index[k]] over start[i] ≤ k < start[i + 1]
void sparse_multiply(double *restrict result, intptr_t count, const intptr_t *restrict start,
                     const int32_t *restrict index, const double *restrict value, const double *restrict x);

// Vector kernels of the interior point method over `count` columns and row activities. `lower` and `upper` are
// infinite where there is no bound or the variable is fixed; the bound duals are 0 there.

// The scaling of an iteration: near = 1 / (x − lower), far = 1 / (upper − x), the inverses of the bound duals (0 for
// duals of 0), and the diagonal d = moves / (proximal + lower_dual · near + upper_dual · far) of the normal equations.
void interior_scaling(intptr_t count, double proximal, const double *restrict x, const double *restrict lower,
                      const double *restrict upper, const double *restrict lower_dual,
                      const double *restrict upper_dual, const double *restrict moves, double *restrict near,
                      double *restrict far, double *restrict lower_inverse, double *restrict upper_inverse,
                      double *restrict d);

// Complementarity: the sum over all bounds of slack · bound dual after a step of lengths `primal` and `dual`.
double interior_complementarity(intptr_t count, double primal, double dual, const double *restrict x,
                                const double *restrict lower, const double *restrict upper,
                                const double *restrict lower_dual, const double *restrict upper_dual,
                                const double *restrict x_step, const double *restrict lower_step,
                                const double *restrict upper_step);

// g = dual − lower_target · near + upper_target · far, weighted = d · g
void interior_right_side(intptr_t count, const double *restrict dual, const double *restrict lower_target,
                         const double *restrict upper_target, const double *restrict near,
                         const double *restrict far, const double *restrict d, double *restrict g,
                         double *restrict weighted);

// x_step = d · (change − g), and the steps of the bound duals that follow from it
void interior_step(intptr_t count, const double *restrict change, const double *restrict g,
                   const double *restrict d, double *restrict x_step);
void interior_dual_steps(intptr_t count, const double *restrict x_step, const double *restrict lower_target,
                         const double *restrict upper_target, const double *restrict near,
                         const double *restrict far, const double *restrict lower_dual,
                         const double *restrict upper_dual, double *restrict lower_step,
                         double *restrict upper_step);

// Inverses of the longest step lengths that keep slacks and bound duals positive, for a direction plus a corrector
// with each of up to INTERIOR_MOST_WEIGHTS weights; 0 where the length is not limited.
enum { INTERIOR_MOST_WEIGHTS = 16 };
void interior_step_lengths(intptr_t count, intptr_t weights, const double *restrict weight,
                           const double *restrict near, const double *restrict far,
                           const double *restrict lower_inverse, const double *restrict upper_inverse,
                           const double *restrict x_step, const double *restrict lower_step,
                           const double *restrict upper_step, const double *restrict x_correction,
                           const double *restrict lower_correction, const double *restrict upper_correction,
                           double *restrict primal, double *restrict dual);

// Complementarity targets of the predictor, −slack · dual; and those of the corrector (Mehrotra 1992): `target` less
// the second-order term of the predictor.
void interior_predict(intptr_t count, const double *restrict x, const double *restrict lower,
                      const double *restrict upper, const double *restrict lower_dual,
                      const double *restrict upper_dual, double *restrict lower_target,
                      double *restrict upper_target);
void interior_correct(intptr_t count, double target, const double *restrict lower,
                      const double *restrict upper, const double *restrict x_step,
                      const double *restrict lower_step, const double *restrict upper_step,
                      double *restrict lower_target, double *restrict upper_target);

// Complementarity targets of a centrality corrector, which brings the products after a step of lengths `primal` and
// `dual` into [0.1, 10] · `target` (Gondzio 1996).
void interior_centre(intptr_t count, double target, double primal, double dual, const double *restrict x,
                     const double *restrict lower, const double *restrict upper,
                     const double *restrict lower_dual, const double *restrict upper_dual,
                     const double *restrict x_step, const double *restrict lower_step,
                     const double *restrict upper_step, double *restrict lower_target,
                     double *restrict upper_target);

// y = y + factor · x
void vector_add(intptr_t count, double factor, const double *restrict x, double *restrict y);

// y = x + factor · y
void vector_renew(intptr_t count, double factor, const double *restrict x, double *restrict y);

// result = x · y, entry by entry
void vector_multiply(intptr_t count, const double *restrict x, const double *restrict y,
                     double *restrict result);

// The scalar product of x and y; the largest absolute value of x.
double vector_product(intptr_t count, const double *restrict x, const double *restrict y);
double vector_largest(intptr_t count, const double *restrict x);

#endif

// A small, contained face of the GNU Linear Programming Kit.
//
// No type of glpk.h appears here: Swift sees an opaque handle and plain functions. Every call into the
// library is made inside a frame that catches the library's own abort, so a failed assertion in there
// becomes the return code LPK_FATAL. After such an error all handles of the calling thread are lost: each
// later call with one of them returns LPK_LOST, and lpk_delete only releases the wrapper.
//
// A handle lives and dies on one thread; a call from another thread returns LPK_LOST.
//
// Columns and rows count from 0. Infinite bounds are ±INFINITY. The direction is always to minimise.

#ifndef CGLPK_H
#define CGLPK_H

#include <stddef.h>
#include <stdint.h>

#include "CSupport.h"

typedef struct lpk_problem lpk_problem;

enum {
  LPK_OK = 0,
  LPK_FATAL = -1,        // the library stopped on an error of its own; all handles are lost
  LPK_LOST = -2,         // the handle belongs to another thread or was lost
  LPK_MEMORY = -3,
  LPK_ARGUMENT = -4,     // an index out of range, or a number that is not finite
  LPK_INTERRUPTED = -5,  // the call was left early without a result
  LPK_OVERFLOW = -6,     // a file nests deeper than the stack of the reading thread; all handles are lost
};

// Codes returned by the solving calls; zero does not mean optimal.
enum {
  LPK_DONE = 0,
  LPK_BAD_BASIS = 1,
  LPK_SINGULAR = 2,
  LPK_ILL_CONDITIONED = 3,
  LPK_BAD_BOUNDS = 4,
  LPK_FAILED = 5,
  LPK_ITERATION_LIMIT = 8,
  LPK_TIME_LIMIT = 9,
  LPK_NO_PRIMAL = 10,
  LPK_NO_DUAL = 11,
  LPK_NO_ROOT = 12,
  LPK_STOPPED = 13,
  LPK_GAP_REACHED = 14,
  LPK_NO_FEASIBLE = 15,
  LPK_NO_CONVERGENCE = 16,
  LPK_UNSTABLE = 17,
};

// Status of a primal, dual or whole solution.
enum {
  LPK_UNDEFINED = 1,
  LPK_FEASIBLE = 2,
  LPK_INFEASIBLE = 3,
  LPK_NONE_EXISTS = 4,
  LPK_OPTIMAL = 5,
  LPK_UNBOUNDED = 6,
};

// Basis status of a column or row.
enum { LPK_BASIC = 1, LPK_AT_LOWER = 2, LPK_AT_UPPER = 3, LPK_FREE = 4, LPK_FIXED = 5 };

enum { LPK_PRIMAL = 1, LPK_DUAL_THEN_PRIMAL = 2, LPK_DUAL = 3 };

// Why the monitor ended a solve.
enum { LPK_STOP_NONE = 0, LPK_STOP_CANCEL = 1, LPK_STOP_DEADLINE = 2, LPK_STOP_STALL = 3 };

// A number of the calling thread, which no other running thread has.
uint64_t lpk_thread_id(void);
// The last line that the library wrote on this thread.
const char *lpk_last_message(void);
// How often the library has asked this thread for the time through our clock.
int64_t lpk_clock_calls(void);

typedef struct {
  int64_t iterations;
  double objective;      // as the library counts it
  double infeasibility;  // sum of infeasibilities of the simplex, 0 in the tree search
  double bound;          // tree search only
  int64_t nodes;         // tree search only; open nodes
  int has_incumbent;     // tree search only
} lpk_progress;

typedef struct {
  const support_flag *cancel;    // or NULL
  double deadline;           // on support_now's clock, INFINITY for none
  int64_t stall_iterations;  // iterations without progress before the simplex gives up, 0 for never
  int report_interval;       // milliseconds between reports
  void (*report)(void *context, const lpk_progress *progress);  // or NULL
  void *context;
} lpk_monitor;

typedef struct {
  int columns, rows;
  const int64_t *row_start;     // rows + 1
  const int32_t *column_index;  // row_start[rows]
  const double *coefficient;    // row_start[rows]
  const double *column_lower, *column_upper, *cost;
  const double *row_lower, *row_upper;
  double offset;
} lpk_data;

typedef struct {
  int method;
  int presolve;
  double primal_tolerance, dual_tolerance;
  int iteration_limit;
} lpk_simplex_options;

typedef struct {
  int code;           // LPK_DONE, …
  int primal_status;  // LPK_FEASIBLE, …
  int dual_status;
  int status;
  int stop;           // LPK_STOP_…
  int64_t iterations;
} lpk_result;

typedef struct {
  int presolve;
  int cuts;
  int feasibility_pump;
  double relative_gap;
  double integer_tolerance;
  double cutoff;           // objective of a point known elsewhere, INFINITY for none
  const double *start;     // a feasible point that is known, by column of the program, or NULL
  double start_objective;  // of that point
} lpk_tree_options;

typedef struct {
  int code;
  int status;
  int stop;
  int has_incumbent;
  int cutoff_reached;  // ended because the bound met the cutoff
  double objective;
  double bound;
  int64_t iterations;
} lpk_tree_result;

int lpk_create(const lpk_data *data, lpk_problem **problem);

enum { LPK_FORMAT_LP = 0, LPK_FORMAT_MATHPROG = 1 };

typedef struct {
  int rows, columns;
  int64_t entries;
  int is_maximised;
  double offset;
} lpk_size;

// Reads a file in CPLEX LP format, or a model in GNU MathProg with its data, whose objective is dropped from
// the rows. `log` gets the last of what the library says. LPK_ARGUMENT where the file is not a program,
// LPK_FATAL also where it asks for more than `memory_limit` megabytes.
// Must run on a thread of its own that ends afterwards, with `stack_size` bytes of stack. A MathProg model
// can write files: check it before.
int lpk_read(const char *path, int format, int memory_limit, size_t stack_size, const support_flag *cancel,
             char *log, int log_size, lpk_problem **problem);
int lpk_get_size(lpk_problem *problem, lpk_size *size);
int lpk_get_columns(lpk_problem *problem, double *lower, double *upper, double *cost,
                    uint8_t *is_integer);
int lpk_get_rows(lpk_problem *problem, double *lower, double *upper, int64_t *start,
                 int32_t *column_index, double *coefficient);
// NULL where it has none; lives as long as the problem.
const char *lpk_get_name(lpk_problem *problem, int is_row, int index);

int lpk_delete(lpk_problem *problem);

int lpk_simplex(lpk_problem *problem, const lpk_simplex_options *options, const lpk_monitor *monitor,
                lpk_result *result);
int lpk_exact(lpk_problem *problem, const lpk_monitor *monitor, lpk_result *result);
// Marks the columns integer for the length of the search; without presolve the current basis must be
// optimal.
int lpk_tree_search(lpk_problem *problem, const uint8_t *is_integer, const lpk_tree_options *options,
                    const lpk_monitor *monitor, lpk_tree_result *result);

// Values of the last simplex (which = 0) or tree search (1, no duals).
int lpk_get_solution(lpk_problem *problem, int which, double *columns, double *rows, double *row_duals,
                     double *reduced_costs);
int lpk_get_basis(lpk_problem *problem, int8_t *columns, int8_t *rows);
int lpk_set_basis(lpk_problem *problem, const int8_t *columns, const int8_t *rows);
int lpk_standard_basis(lpk_problem *problem);
int lpk_advanced_basis(lpk_problem *problem);
int lpk_factorise(lpk_problem *problem, int reuses);
// Factorises the basis and says whether its point is feasible and its multipliers are.
int lpk_warm_up(lpk_problem *problem, int *primal_feasible, int *dual_feasible);

// Row multipliers of the tableau row in which the dual simplex found the program infeasible, and the
// column direction along which the primal simplex found it unbounded. *found is 0 when there is none.
int lpk_infeasible_row(lpk_problem *problem, double *row_multipliers, int *found);
int lpk_unbounded_column(lpk_problem *problem, double *column_direction, int *found);

int lpk_set_costs(lpk_problem *problem, const double *costs, double offset);
int lpk_set_column_bounds(lpk_problem *problem, int count, const int32_t *columns, const double *lower,
                          const double *upper);
int lpk_set_row_bounds(lpk_problem *problem, int count, const int32_t *rows, const double *lower,
                       const double *upper);
int lpk_add_rows(lpk_problem *problem, int count, const int64_t *start, const int32_t *column_index,
                 const double *coefficient, const double *lower, const double *upper);
// Replaces the coefficients of some rows.
int lpk_set_rows(lpk_problem *problem, int count, const int32_t *rows, const int64_t *start,
                 const int32_t *column_index, const double *coefficient);

// For tests: makes the library stop on an error of its own.
int lpk_provoke_error(lpk_problem *problem);

#endif

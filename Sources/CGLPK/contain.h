// What the C files of this target share; not for Swift.

#ifndef LPK_CONTAIN_H
#define LPK_CONTAIN_H

#include <glpk.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdint.h>

#include "CGLPK.h"

struct lpk_problem {
  glp_prob *object;
  pthread_t owner;
  uint64_t generation;
};

enum { JUMP_FATAL = 1, JUMP_INTERRUPTED = 2, JUMP_OVERFLOW = 3 };

// The library keeps its environment per thread, so all of this is per thread too.
typedef struct {
  uint64_t generation;
  int live;
  jmp_buf *target;
  const lpk_monitor *monitor;
  int stop;
  int lines_after_stop;
  int64_t clock_calls, clock_calls_at_start;
  // Progress of the simplex, as read from its report lines.
  int64_t best_iteration, last_iteration;
  double lowest_objective, highest_objective, lowest_infeasibility;
  char message[256];
  // Where what the library says is collected, or NULL.
  char *log;
  int log_size;
  // Addresses whose faults mean that the stack of a reader is used up; equal where none is guarded.
  char *stack_low, *stack_high;
} lpk_thread;

extern _Thread_local lpk_thread lpk_state;

// Why the current solve should end, if it should.
int lpk_stop_reason(void);
// Starts a contained call; LPK_OK, or why the handle cannot be used.
int lpk_enter(const lpk_problem *problem);
// Ends a contained call.
void lpk_leave(void);
// Ends a contained call that was left by a jump; the code to return.
int lpk_recover(int reason);
// Puts a monitor on the solve that follows.
void lpk_watch(const lpk_monitor *monitor);

// The library's name for a pair of bounds.
int lpk_bound_type(double lower, double upper);
// LPK_OK or LPK_ARGUMENT.
int lpk_check_bounds(int count, const double *lower, const double *upper);
int lpk_check_finite(int64_t count, const double *values);
int lpk_check_indices(int64_t count, const int32_t *index, int limit);

// Opens a contained call. The frame that catches the jump is that of the caller.
#define CONTAINED(problem)                        \
  {                                               \
    int entered = lpk_enter(problem);                 \
    if (entered != LPK_OK) return entered;        \
  }                                               \
  jmp_buf target;                                 \
  {                                               \
    int jumped = setjmp(target);                  \
    if (jumped != 0) return lpk_recover(jumped);      \
  }                                               \
  lpk_state.target = &target;

#endif

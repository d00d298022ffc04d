#define _POSIX_C_SOURCE 200809L

#include "contain.h"

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

_Thread_local lpk_thread lpk_state;

// MARK: Clock and stopping

uint64_t lpk_thread_id(void) { return (uint64_t)(uintptr_t)pthread_self(); }

int lpk_stop_reason(void) {
  if (lpk_state.stop != LPK_STOP_NONE) return lpk_state.stop;
  const lpk_monitor *monitor = lpk_state.monitor;
  if (monitor == NULL) return LPK_STOP_NONE;
  if (monitor->cancel != NULL && support_flag_get(monitor->cancel)) {
    lpk_state.stop = LPK_STOP_CANCEL;
  } else if (monitor->deadline < DBL_MAX && support_now() >= monitor->deadline) {
    lpk_state.stop = LPK_STOP_DEADLINE;
  }
  return lpk_state.stop;
}

// These two take the place of the library's own functions, which it calls in every iteration. Time so
// comes from the monotonic clock, and a wish to stop looks like a time limit that has run out: the simplex
// then ends in good order and keeps its basis.
double glp_time(void) {
  lpk_state.clock_calls++;
  if (lpk_stop_reason() != LPK_STOP_NONE) return 1e18;
  return floor(support_now() * 1000.0);
}

double glp_difftime(double later, double earlier) { return (later - earlier) / 1000.0; }

int64_t lpk_clock_calls(void) { return lpk_state.clock_calls; }

// MARK: Hooks

static void watch_progress(int64_t iteration, double objective, double infeasibility) {
  double width = 1e-9 * (1 + fabs(objective));
  int better = 0;
  if (iteration < lpk_state.last_iteration) better = 1;
  if (objective < lpk_state.lowest_objective - width) better = 1;
  if (objective > lpk_state.highest_objective + width) better = 1;
  if (infeasibility < lpk_state.lowest_infeasibility * (1 - 1e-6) - 1e-12) better = 1;
  if (objective < lpk_state.lowest_objective) lpk_state.lowest_objective = objective;
  if (objective > lpk_state.highest_objective) lpk_state.highest_objective = objective;
  if (infeasibility < lpk_state.lowest_infeasibility) lpk_state.lowest_infeasibility = infeasibility;
  lpk_state.last_iteration = iteration;
  if (better) lpk_state.best_iteration = iteration;
  int64_t limit = lpk_state.monitor->stall_iterations;
  if (limit > 0 && iteration - lpk_state.best_iteration > limit && lpk_state.stop == LPK_STOP_NONE) {
    lpk_state.stop = LPK_STOP_STALL;
  }
}

// Keeps the last of what was said: where there is no room, the first half goes.
static void collect(const char *text, size_t length) {
  size_t size = (size_t)lpk_state.log_size;
  size_t used = strlen(lpk_state.log);
  if (length >= size / 2) return;
  if (used + length >= size) {
    size_t dropped = size / 2;
    memmove(lpk_state.log, lpk_state.log + dropped, used - dropped + 1);
    used -= dropped;
  }
  memcpy(lpk_state.log + used, text, length + 1);
}

static int on_output(void *context, const char *text) {
  (void)context;
  size_t length = strlen(text);
  if (lpk_state.log != NULL) collect(text, length);
  if (length > 1) snprintf(lpk_state.message, sizeof lpk_state.message, "%s", text);
  const lpk_monitor *monitor = lpk_state.monitor;
  if (monitor == NULL) return 1;
  const char *start = text;
  while (*start == ' ' || *start == '*' || *start == '#') start++;
  char *end;
  long long iteration = strtoll(start, &end, 10);
  const char *sign = end != start && *end == ':' ? strchr(end, '=') : NULL;
  if (sign != NULL) {
    double objective = strtod(sign + 1, &end);
    const char *second = strchr(end, '=');
    double infeasibility = second != NULL ? strtod(second + 1, &end) : 0;
    watch_progress(iteration, objective, infeasibility);
    if (monitor->report != NULL) {
      lpk_progress progress = {.iterations = iteration, .objective = objective,
                               .infeasibility = infeasibility, .bound = -INFINITY};
      monitor->report(monitor->context, &progress);
    }
  }
  if (lpk_stop_reason() != LPK_STOP_NONE && lpk_state.target != NULL) {
    // Normally the clock ends the solve. Leave the hard way if nobody looks at the clock.
    int deaf = lpk_state.clock_calls == lpk_state.clock_calls_at_start;
    if (++lpk_state.lines_after_stop > (deaf ? 0 : 200)) longjmp(*lpk_state.target, JUMP_INTERRUPTED);
  }
  return 1;
}

static void on_error(void *context) {
  (void)context;
  if (lpk_state.target != NULL) longjmp(*lpk_state.target, JUMP_FATAL);
}

// MARK: Containment

int lpk_enter(const lpk_problem *problem) {
  if (problem != NULL) {
    if (!pthread_equal(problem->owner, pthread_self())) return LPK_LOST;
    if (problem->generation != lpk_state.generation || problem->object == NULL) return LPK_LOST;
  }
  glp_term_hook(on_output, NULL);
  glp_error_hook(on_error, NULL);
  lpk_state.message[0] = 0;
  lpk_state.monitor = NULL;
  lpk_state.stop = LPK_STOP_NONE;
  return LPK_OK;
}

void lpk_leave(void) {
  lpk_state.target = NULL;
  lpk_state.monitor = NULL;
  lpk_state.log = NULL;
}

int lpk_recover(int reason) {
  lpk_leave();
  if (reason == JUMP_INTERRUPTED) return LPK_INTERRUPTED;
  if (reason == JUMP_OVERFLOW) {
    // The library may have been anywhere: what it holds is left alone.
    lpk_state.generation++;
    lpk_state.live = 0;
    return LPK_OVERFLOW;
  }
  glp_free_env();
  lpk_state.generation++;
  lpk_state.live = 0;
  return LPK_FATAL;
}

void lpk_watch(const lpk_monitor *monitor) {
  lpk_state.monitor = monitor;
  lpk_state.stop = LPK_STOP_NONE;
  lpk_state.lines_after_stop = 0;
  lpk_state.clock_calls_at_start = lpk_state.clock_calls;
  lpk_state.best_iteration = lpk_state.last_iteration = 0;
  lpk_state.lowest_objective = lpk_state.lowest_infeasibility = INFINITY;
  lpk_state.highest_objective = -INFINITY;
}

const char *lpk_last_message(void) { return lpk_state.message; }

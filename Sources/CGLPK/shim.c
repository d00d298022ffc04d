#define _POSIX_C_SOURCE 200809L

#include "CGLPK.h"

#include <float.h>
#include <glpk.h>
#include <limits.h>
#include <math.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

struct lpk_flag {
  atomic_int value;
};

struct lpk_problem {
  glp_prob *object;
  pthread_t owner;
  uint64_t generation;
};

enum { JUMP_FATAL = 1, JUMP_INTERRUPTED = 2 };

// The library keeps its environment per thread, so all of this is per thread too.
static _Thread_local struct {
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
} thread;

// MARK: Clock and stopping

double lpk_now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}

static int stop_reason(void) {
  if (thread.stop != LPK_STOP_NONE) return thread.stop;
  const lpk_monitor *monitor = thread.monitor;
  if (monitor == NULL) return LPK_STOP_NONE;
  if (monitor->cancel != NULL && lpk_flag_get(monitor->cancel)) {
    thread.stop = LPK_STOP_CANCEL;
  } else if (monitor->deadline < DBL_MAX && lpk_now() >= monitor->deadline) {
    thread.stop = LPK_STOP_DEADLINE;
  }
  return thread.stop;
}

// These two take the place of the library's own functions, which it calls in every iteration. Time so
// comes from the monotonic clock, and a wish to stop looks like a time limit that has run out: the simplex
// then ends in good order and keeps its basis.
double glp_time(void) {
  thread.clock_calls++;
  if (stop_reason() != LPK_STOP_NONE) return 1e18;
  return floor(lpk_now() * 1000.0);
}

double glp_difftime(double later, double earlier) { return (later - earlier) / 1000.0; }

int64_t lpk_clock_calls(void) { return thread.clock_calls; }

lpk_flag *lpk_flag_create(void) {
  lpk_flag *flag = malloc(sizeof *flag);
  if (flag != NULL) atomic_init(&flag->value, 0);
  return flag;
}

void lpk_flag_destroy(lpk_flag *flag) { free(flag); }

void lpk_flag_set(lpk_flag *flag, int value) { atomic_store(&flag->value, value); }

int lpk_flag_get(const lpk_flag *flag) {
  return atomic_load_explicit(&((lpk_flag *)flag)->value, memory_order_relaxed);
}

// MARK: Hooks

static void watch_progress(int64_t iteration, double objective, double infeasibility) {
  double width = 1e-9 * (1 + fabs(objective));
  int better = 0;
  if (iteration < thread.last_iteration) better = 1;
  if (objective < thread.lowest_objective - width) better = 1;
  if (objective > thread.highest_objective + width) better = 1;
  if (infeasibility < thread.lowest_infeasibility * (1 - 1e-6) - 1e-12) better = 1;
  if (objective < thread.lowest_objective) thread.lowest_objective = objective;
  if (objective > thread.highest_objective) thread.highest_objective = objective;
  if (infeasibility < thread.lowest_infeasibility) thread.lowest_infeasibility = infeasibility;
  thread.last_iteration = iteration;
  if (better) thread.best_iteration = iteration;
  int64_t limit = thread.monitor->stall_iterations;
  if (limit > 0 && iteration - thread.best_iteration > limit && thread.stop == LPK_STOP_NONE) {
    thread.stop = LPK_STOP_STALL;
  }
}

static int on_output(void *context, const char *text) {
  (void)context;
  size_t length = strlen(text);
  if (length > 1) snprintf(thread.message, sizeof thread.message, "%s", text);
  const lpk_monitor *monitor = thread.monitor;
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
  if (stop_reason() != LPK_STOP_NONE && thread.target != NULL) {
    // Normally the clock ends the solve. Leave the hard way if nobody looks at the clock.
    int deaf = thread.clock_calls == thread.clock_calls_at_start;
    if (++thread.lines_after_stop > (deaf ? 0 : 200)) longjmp(*thread.target, JUMP_INTERRUPTED);
  }
  return 1;
}

static void on_error(void *context) {
  (void)context;
  if (thread.target != NULL) longjmp(*thread.target, JUMP_FATAL);
}

// MARK: Containment

static int enter(const lpk_problem *problem) {
  if (problem != NULL) {
    if (!pthread_equal(problem->owner, pthread_self())) return LPK_LOST;
    if (problem->generation != thread.generation || problem->object == NULL) return LPK_LOST;
  }
  glp_term_hook(on_output, NULL);
  glp_error_hook(on_error, NULL);
  thread.message[0] = 0;
  thread.monitor = NULL;
  thread.stop = LPK_STOP_NONE;
  return LPK_OK;
}

static void leave(void) {
  thread.target = NULL;
  thread.monitor = NULL;
}

static int recover(int reason) {
  leave();
  if (reason == JUMP_INTERRUPTED) return LPK_INTERRUPTED;
  glp_free_env();
  thread.generation++;
  thread.live = 0;
  return LPK_FATAL;
}

static void watch(const lpk_monitor *monitor) {
  thread.monitor = monitor;
  thread.stop = LPK_STOP_NONE;
  thread.lines_after_stop = 0;
  thread.clock_calls_at_start = thread.clock_calls;
  thread.best_iteration = thread.last_iteration = 0;
  thread.lowest_objective = thread.lowest_infeasibility = INFINITY;
  thread.highest_objective = -INFINITY;
}

#define CONTAINED(problem)                        \
  {                                               \
    int entered = enter(problem);                 \
    if (entered != LPK_OK) return entered;        \
  }                                               \
  jmp_buf target;                                 \
  {                                               \
    int jumped = setjmp(target);                  \
    if (jumped != 0) return recover(jumped);      \
  }                                               \
  thread.target = &target;

const char *lpk_version(void) { return glp_version(); }

const char *lpk_last_message(void) { return thread.message; }

// MARK: Building

static int bound_type(double lower, double upper) {
  if (isinf(lower)) return isinf(upper) ? GLP_FR : GLP_UP;
  if (isinf(upper)) return GLP_LO;
  return lower == upper ? GLP_FX : GLP_DB;
}

static int bad_bounds(double lower, double upper) {
  return isnan(lower) || isnan(upper) || lower > upper || lower == INFINITY || upper == -INFINITY;
}

static int check_bounds(int count, const double *lower, const double *upper) {
  for (int k = 0; k < count; k++)
    if (bad_bounds(lower[k], upper[k])) return LPK_ARGUMENT;
  return LPK_OK;
}

static int check_finite(int64_t count, const double *values) {
  for (int64_t k = 0; k < count; k++)
    if (!isfinite(values[k])) return LPK_ARGUMENT;
  return LPK_OK;
}

static int check_indices(int64_t count, const int32_t *index, int limit) {
  for (int64_t k = 0; k < count; k++)
    if (index[k] < 0 || index[k] >= limit) return LPK_ARGUMENT;
  return LPK_OK;
}

static int load_matrix(glp_prob *object, const lpk_data *data) {
  int64_t count = data->row_start[data->rows];
  if (count == 0) return LPK_OK;
  if (count > 400000000) return LPK_ARGUMENT;
  int *row = malloc(sizeof(int) * (size_t)(count + 1));
  int *column = malloc(sizeof(int) * (size_t)(count + 1));
  double *value = malloc(sizeof(double) * (size_t)(count + 1));
  int status = row == NULL || column == NULL || value == NULL ? LPK_MEMORY : LPK_OK;
  if (status == LPK_OK) {
    for (int i = 0; i < data->rows; i++)
      for (int64_t k = data->row_start[i]; k < data->row_start[i + 1]; k++) {
        row[k + 1] = i + 1;
        column[k + 1] = data->column_index[k] + 1;
        value[k + 1] = data->coefficient[k];
      }
    glp_load_matrix(object, (int)count, row, column, value);
  }
  free(row);
  free(column);
  free(value);
  return status;
}

int lpk_create(const lpk_data *data, lpk_problem **problem) {
  *problem = NULL;
  int64_t count = data->rows >= 0 ? data->row_start[data->rows] : -1;
  if (data->rows < 0 || data->columns < 0 || count < 0) return LPK_ARGUMENT;
  if (data->rows > 100000000 || data->columns > 100000000) return LPK_ARGUMENT;
  int status = check_finite(count, data->coefficient);
  if (status == LPK_OK) status = check_indices(count, data->column_index, data->columns);
  if (status == LPK_OK) status = check_finite(data->columns, data->cost);
  if (status == LPK_OK) status = check_bounds(data->columns, data->column_lower, data->column_upper);
  if (status == LPK_OK) status = check_bounds(data->rows, data->row_lower, data->row_upper);
  if (status != LPK_OK || !isfinite(data->offset)) return LPK_ARGUMENT;
  CONTAINED(NULL)
  glp_prob *object = glp_create_prob();
  if (data->rows > 0) glp_add_rows(object, data->rows);
  if (data->columns > 0) glp_add_cols(object, data->columns);
  for (int i = 0; i < data->rows; i++) {
    double lower = data->row_lower[i], upper = data->row_upper[i];
    glp_set_row_bnds(object, i + 1, bound_type(lower, upper), lower, upper);
  }
  for (int j = 0; j < data->columns; j++) {
    double lower = data->column_lower[j], upper = data->column_upper[j];
    glp_set_col_bnds(object, j + 1, bound_type(lower, upper), lower, upper);
    glp_set_obj_coef(object, j + 1, data->cost[j]);
  }
  glp_set_obj_coef(object, 0, data->offset);
  status = load_matrix(object, data);
  lpk_problem *made = status == LPK_OK ? malloc(sizeof *made) : NULL;
  if (made == NULL) {
    glp_delete_prob(object);
    leave();
    return LPK_MEMORY;
  }
  made->object = object;
  made->owner = pthread_self();
  made->generation = thread.generation;
  thread.live++;
  *problem = made;
  leave();
  return LPK_OK;
}

static int delete_object(lpk_problem *problem) {
  CONTAINED(problem)
  glp_delete_prob(problem->object);
  leave();
  return LPK_OK;
}

int lpk_delete(lpk_problem *problem) {
  if (problem == NULL) return LPK_OK;
  if (!pthread_equal(problem->owner, pthread_self())) return LPK_LOST;
  int status = delete_object(problem);
  free(problem);
  if (status == LPK_OK && --thread.live == 0) {
    glp_free_env();
    thread.generation++;
  }
  return status;
}

// MARK: Solving

static void read_result(lpk_problem *problem, int code, lpk_result *result) {
  result->code = code;
  result->primal_status = glp_get_prim_stat(problem->object);
  result->dual_status = glp_get_dual_stat(problem->object);
  result->status = glp_get_status(problem->object);
  result->stop = thread.stop;
  result->iterations = glp_get_it_cnt(problem->object);
}

int lpk_simplex(lpk_problem *problem, const lpk_simplex_options *options, const lpk_monitor *monitor,
                lpk_result *result) {
  memset(result, 0, sizeof *result);
  CONTAINED(problem)
  watch(monitor);
  glp_smcp control;
  glp_init_smcp(&control);
  control.msg_lev = GLP_MSG_ALL;
  control.out_frq = monitor->report_interval > 0 ? monitor->report_interval : 100;
  control.out_dly = 0;
  control.meth = options->method;
  control.presolve = options->presolve ? GLP_ON : GLP_OFF;
  control.tol_bnd = options->primal_tolerance;
  control.tol_dj = options->dual_tolerance;
  control.it_lim = options->iteration_limit > 0 ? options->iteration_limit : INT_MAX;
  control.tm_lim = INT_MAX - 1;
  glp_set_it_cnt(problem->object, 0);
  int code = glp_simplex(problem->object, &control);
  read_result(problem, code, result);
  leave();
  return LPK_OK;
}

int lpk_exact(lpk_problem *problem, const lpk_monitor *monitor, lpk_result *result) {
  memset(result, 0, sizeof *result);
  CONTAINED(problem)
  watch(monitor);
  glp_smcp control;
  glp_init_smcp(&control);
  control.msg_lev = GLP_MSG_ALL;
  control.tm_lim = INT_MAX - 1;
  glp_set_it_cnt(problem->object, 0);
  int code = glp_exact(problem->object, &control);
  read_result(problem, code, result);
  leave();
  return LPK_OK;
}

int lpk_interior(lpk_problem *problem, const lpk_monitor *monitor, lpk_result *result) {
  memset(result, 0, sizeof *result);
  CONTAINED(problem)
  watch(monitor);
  glp_iptcp control;
  glp_init_iptcp(&control);
  control.msg_lev = GLP_MSG_ALL;
  control.ord_alg = GLP_ORD_AMD;
  result->code = glp_interior(problem->object, &control);
  result->status = glp_ipt_status(problem->object);
  result->primal_status = result->dual_status = result->status;
  result->stop = thread.stop;
  leave();
  return LPK_OK;
}

// MARK: Tree search

typedef struct {
  const lpk_tree_options *options;
  double bound, objective, last_report;
  int has_incumbent, cutoff_reached, start_given;
} search;

static void report_search(glp_tree *tree, search *state) {
  const lpk_monitor *monitor = thread.monitor;
  if (monitor == NULL || monitor->report == NULL) return;
  double now = lpk_now();
  if (now - state->last_report < 1e-3 * monitor->report_interval) return;
  state->last_report = now;
  int active = 0;
  glp_ios_tree_size(tree, &active, NULL, NULL);
  lpk_progress progress = {.objective = state->objective, .bound = state->bound, .nodes = active,
                           .has_incumbent = state->has_incumbent,
                           .iterations = glp_get_it_cnt(glp_ios_get_prob(tree))};
  monitor->report(monitor->context, &progress);
}

static void on_search(glp_tree *tree, void *context) {
  search *state = context;
  int best = glp_ios_best_node(tree);
  if (best != 0) {
    double bound = glp_ios_node_bound(tree, best);
    if (bound > state->bound) state->bound = bound;
  }
  int reason = glp_ios_reason(tree);
  if (reason == GLP_IBINGO) {
    state->has_incumbent = 1;
    state->objective = glp_mip_obj_val(glp_ios_get_prob(tree));
    state->last_report = 0;
  }
  report_search(tree, state);
  double cutoff = state->options->cutoff;
  if (cutoff < DBL_MAX && best != 0 &&
      state->bound >= cutoff - state->options->relative_gap * (fabs(cutoff) + DBL_EPSILON)) {
    state->cutoff_reached = 1;
    glp_ios_terminate(tree);
  } else if (stop_reason() != LPK_STOP_NONE) {
    glp_ios_terminate(tree);
  } else if (reason == GLP_IHEUR && state->options->start != NULL && !state->start_given) {
    state->start_given = 1;
    glp_ios_heur_sol(tree, state->options->start - 1);
  }
}

static void set_kinds(lpk_problem *problem, const uint8_t *is_integer) {
  int columns = glp_get_num_cols(problem->object);
  for (int j = 0; j < columns; j++)
    glp_set_col_kind(problem->object, j + 1, is_integer != NULL && is_integer[j] ? GLP_IV : GLP_CV);
}

int lpk_tree_search(lpk_problem *problem, const uint8_t *is_integer, const lpk_tree_options *options,
                    const lpk_monitor *monitor, lpk_tree_result *result) {
  memset(result, 0, sizeof *result);
  search state = {.options = options, .bound = -INFINITY, .objective = INFINITY};
  CONTAINED(problem)
  watch(monitor);
  set_kinds(problem, is_integer);
  glp_iocp control;
  glp_init_iocp(&control);
  control.msg_lev = GLP_MSG_ON;
  control.out_frq = control.out_dly = 1000;
  control.br_tech = GLP_BR_DTH;
  control.bt_tech = GLP_BT_BLB;
  control.pp_tech = GLP_PP_ALL;
  control.presolve = options->presolve ? GLP_ON : GLP_OFF;
  control.mir_cuts = control.gmi_cuts = options->cuts ? GLP_ON : GLP_OFF;
  control.cov_cuts = control.clq_cuts = GLP_OFF;
  control.fp_heur = options->feasibility_pump ? GLP_ON : GLP_OFF;
  control.mip_gap = options->relative_gap;
  control.tol_int = options->integer_tolerance;
  control.tm_lim = INT_MAX - 1;
  control.cb_func = on_search;
  control.cb_info = &state;
  result->code = glp_intopt(problem->object, &control);
  result->status = glp_mip_status(problem->object);
  result->stop = thread.stop;
  result->has_incumbent = result->status == GLP_OPT || result->status == GLP_FEAS;
  result->objective = result->has_incumbent ? glp_mip_obj_val(problem->object) : INFINITY;
  result->cutoff_reached = state.cutoff_reached;
  result->bound = state.bound;
  if (result->code == 0 && result->status == GLP_OPT) result->bound = result->objective;
  if (result->status == GLP_NOFEAS) result->bound = INFINITY;
  result->iterations = glp_get_it_cnt(problem->object);
  set_kinds(problem, NULL);
  leave();
  return LPK_OK;
}

// MARK: Reading

int lpk_get_solution(lpk_problem *problem, int which, double *columns, double *rows, double *row_duals,
                     double *reduced_costs) {
  CONTAINED(problem)
  glp_prob *object = problem->object;
  int m = glp_get_num_rows(object), n = glp_get_num_cols(object);
  for (int j = 1; j <= n; j++) {
    if (which == 0) {
      columns[j - 1] = glp_get_col_prim(object, j);
      reduced_costs[j - 1] = glp_get_col_dual(object, j);
    } else if (which == 1) {
      columns[j - 1] = glp_ipt_col_prim(object, j);
      reduced_costs[j - 1] = glp_ipt_col_dual(object, j);
    } else {
      columns[j - 1] = glp_mip_col_val(object, j);
    }
  }
  for (int i = 1; i <= m; i++) {
    if (which == 0) {
      rows[i - 1] = glp_get_row_prim(object, i);
      row_duals[i - 1] = glp_get_row_dual(object, i);
    } else if (which == 1) {
      rows[i - 1] = glp_ipt_row_prim(object, i);
      row_duals[i - 1] = glp_ipt_row_dual(object, i);
    } else {
      rows[i - 1] = glp_mip_row_val(object, i);
    }
  }
  leave();
  return LPK_OK;
}

int lpk_get_basis(lpk_problem *problem, int8_t *columns, int8_t *rows) {
  CONTAINED(problem)
  int m = glp_get_num_rows(problem->object), n = glp_get_num_cols(problem->object);
  for (int j = 1; j <= n; j++) columns[j - 1] = (int8_t)glp_get_col_stat(problem->object, j);
  for (int i = 1; i <= m; i++) rows[i - 1] = (int8_t)glp_get_row_stat(problem->object, i);
  leave();
  return LPK_OK;
}

int lpk_set_basis(lpk_problem *problem, const int8_t *columns, const int8_t *rows) {
  CONTAINED(problem)
  int m = glp_get_num_rows(problem->object), n = glp_get_num_cols(problem->object);
  for (int j = 0; j < n; j++)
    if (columns[j] < LPK_BASIC || columns[j] > LPK_FIXED) {
      leave();
      return LPK_ARGUMENT;
    }
  for (int i = 0; i < m; i++)
    if (rows[i] < LPK_BASIC || rows[i] > LPK_FIXED) {
      leave();
      return LPK_ARGUMENT;
    }
  for (int j = 1; j <= n; j++) glp_set_col_stat(problem->object, j, columns[j - 1]);
  for (int i = 1; i <= m; i++) glp_set_row_stat(problem->object, i, rows[i - 1]);
  leave();
  return LPK_OK;
}

int lpk_standard_basis(lpk_problem *problem) {
  CONTAINED(problem)
  glp_std_basis(problem->object);
  leave();
  return LPK_OK;
}

int lpk_advanced_basis(lpk_problem *problem) {
  CONTAINED(problem)
  if (glp_get_num_rows(problem->object) > 0 && glp_get_num_cols(problem->object) > 0) {
    glp_adv_basis(problem->object, 0);
  } else {
    glp_std_basis(problem->object);
  }
  leave();
  return LPK_OK;
}

int lpk_factorise(lpk_problem *problem) {
  CONTAINED(problem)
  int code = glp_get_num_rows(problem->object) > 0 ? glp_factorize(problem->object) : 0;
  leave();
  return code;
}

// MARK: Rays

int lpk_infeasible_row(lpk_problem *problem, double *row_multipliers, int *found) {
  *found = 0;
  CONTAINED(problem)
  glp_prob *object = problem->object;
  int m = glp_get_num_rows(object), n = glp_get_num_cols(object);
  int k = glp_get_unbnd_ray(object);
  if (k != 0 && !glp_bf_exists(object) && (m == 0 || glp_factorize(object) != 0)) k = 0;
  int basic = k > 0 && (k <= m ? glp_get_row_stat(object, k) : glp_get_col_stat(object, k - m)) == GLP_BS;
  if (basic) {
    int *index = malloc(sizeof(int) * (size_t)(m + n + 1));
    double *value = malloc(sizeof(double) * (size_t)(m + n + 1));
    if (index != NULL && value != NULL) {
      int length = glp_eval_tab_row(object, k, index, value);
      for (int i = 0; i < m; i++) row_multipliers[i] = 0;
      if (k <= m) row_multipliers[k - 1] = 1;
      for (int t = 1; t <= length; t++)
        if (index[t] <= m) row_multipliers[index[t] - 1] = -value[t];
      *found = 1;
    }
    free(index);
    free(value);
  }
  leave();
  return LPK_OK;
}

int lpk_unbounded_column(lpk_problem *problem, double *column_direction, int *found) {
  *found = 0;
  CONTAINED(problem)
  glp_prob *object = problem->object;
  int m = glp_get_num_rows(object), n = glp_get_num_cols(object);
  int k = glp_get_unbnd_ray(object);
  if (k != 0 && m > 0 && !glp_bf_exists(object) && glp_factorize(object) != 0) k = 0;
  int nonbasic = k > 0 && (k <= m ? glp_get_row_stat(object, k) : glp_get_col_stat(object, k - m)) != GLP_BS;
  if (nonbasic) {
    int *index = malloc(sizeof(int) * (size_t)(m + 1));
    double *value = malloc(sizeof(double) * (size_t)(m + 1));
    if (index != NULL && value != NULL) {
      int length = m > 0 ? glp_eval_tab_col(object, k, index, value) : 0;
      for (int j = 0; j < n; j++) column_direction[j] = 0;
      if (k > m) column_direction[k - m - 1] = 1;
      for (int t = 1; t <= length; t++)
        if (index[t] > m) column_direction[index[t] - m - 1] = value[t];
      *found = 1;
    }
    free(index);
    free(value);
  }
  leave();
  return LPK_OK;
}

// MARK: Edits

int lpk_set_costs(lpk_problem *problem, const double *costs, double offset) {
  CONTAINED(problem)
  int n = glp_get_num_cols(problem->object);
  if (check_finite(n, costs) != LPK_OK || !isfinite(offset)) {
    leave();
    return LPK_ARGUMENT;
  }
  for (int j = 0; j < n; j++) glp_set_obj_coef(problem->object, j + 1, costs[j]);
  glp_set_obj_coef(problem->object, 0, offset);
  leave();
  return LPK_OK;
}

int lpk_set_column_bounds(lpk_problem *problem, int count, const int32_t *columns, const double *lower,
                          const double *upper) {
  if (check_bounds(count, lower, upper) != LPK_OK) return LPK_ARGUMENT;
  CONTAINED(problem)
  if (check_indices(count, columns, glp_get_num_cols(problem->object)) != LPK_OK) {
    leave();
    return LPK_ARGUMENT;
  }
  for (int k = 0; k < count; k++)
    glp_set_col_bnds(problem->object, columns[k] + 1, bound_type(lower[k], upper[k]), lower[k], upper[k]);
  leave();
  return LPK_OK;
}

int lpk_set_row_bounds(lpk_problem *problem, int count, const int32_t *rows, const double *lower,
                       const double *upper) {
  if (check_bounds(count, lower, upper) != LPK_OK) return LPK_ARGUMENT;
  CONTAINED(problem)
  if (check_indices(count, rows, glp_get_num_rows(problem->object)) != LPK_OK) {
    leave();
    return LPK_ARGUMENT;
  }
  for (int k = 0; k < count; k++)
    glp_set_row_bnds(problem->object, rows[k] + 1, bound_type(lower[k], upper[k]), lower[k], upper[k]);
  leave();
  return LPK_OK;
}

// One line of the matrix, as the library wants it: counted from 1.
static int copy_line(int64_t from, int64_t to, const int32_t *index, const double *value, int **indices,
                     double **values) {
  size_t length = (size_t)(to - from);
  *indices = malloc(sizeof(int) * (length + 1));
  *values = malloc(sizeof(double) * (length + 1));
  if (*indices == NULL || *values == NULL) return LPK_MEMORY;
  for (size_t k = 0; k < length; k++) {
    (*indices)[k + 1] = index[from + (int64_t)k] + 1;
    (*values)[k + 1] = value[from + (int64_t)k];
  }
  return LPK_OK;
}

int lpk_add_rows(lpk_problem *problem, int count, const int64_t *start, const int32_t *column_index,
                 const double *coefficient, const double *lower, const double *upper) {
  if (count <= 0) return count == 0 ? LPK_OK : LPK_ARGUMENT;
  if (check_bounds(count, lower, upper) != LPK_OK) return LPK_ARGUMENT;
  if (check_finite(start[count], coefficient) != LPK_OK) return LPK_ARGUMENT;
  CONTAINED(problem)
  if (check_indices(start[count], column_index, glp_get_num_cols(problem->object)) != LPK_OK) {
    leave();
    return LPK_ARGUMENT;
  }
  int first = glp_add_rows(problem->object, count);
  int status = LPK_OK;
  for (int i = 0; i < count && status == LPK_OK; i++) {
    int *indices = NULL;
    double *values = NULL;
    status = copy_line(start[i], start[i + 1], column_index, coefficient, &indices, &values);
    if (status == LPK_OK) {
      glp_set_mat_row(problem->object, first + i, (int)(start[i + 1] - start[i]), indices, values);
      glp_set_row_bnds(problem->object, first + i, bound_type(lower[i], upper[i]), lower[i], upper[i]);
    }
    free(indices);
    free(values);
  }
  leave();
  return status;
}

int lpk_add_columns(lpk_problem *problem, int count, const int64_t *start, const int32_t *row_index,
                    const double *coefficient, const double *lower, const double *upper,
                    const double *cost) {
  if (count <= 0) return count == 0 ? LPK_OK : LPK_ARGUMENT;
  if (check_bounds(count, lower, upper) != LPK_OK) return LPK_ARGUMENT;
  if (check_finite(start[count], coefficient) != LPK_OK) return LPK_ARGUMENT;
  if (check_finite(count, cost) != LPK_OK) return LPK_ARGUMENT;
  CONTAINED(problem)
  if (check_indices(start[count], row_index, glp_get_num_rows(problem->object)) != LPK_OK) {
    leave();
    return LPK_ARGUMENT;
  }
  int first = glp_add_cols(problem->object, count);
  int status = LPK_OK;
  for (int j = 0; j < count && status == LPK_OK; j++) {
    int *indices = NULL;
    double *values = NULL;
    status = copy_line(start[j], start[j + 1], row_index, coefficient, &indices, &values);
    if (status == LPK_OK) {
      glp_set_mat_col(problem->object, first + j, (int)(start[j + 1] - start[j]), indices, values);
      glp_set_col_bnds(problem->object, first + j, bound_type(lower[j], upper[j]), lower[j], upper[j]);
      glp_set_obj_coef(problem->object, first + j, cost[j]);
    }
    free(indices);
    free(values);
  }
  leave();
  return status;
}

int lpk_provoke_error(lpk_problem *problem) {
  CONTAINED(problem)
  glp_set_obj_coef(problem->object, glp_get_num_cols(problem->object) + 1, 1.0);
  leave();
  return LPK_OK;
}

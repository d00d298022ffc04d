#include "contain.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

// MARK: Solving

static void read_result(lpk_problem *problem, int code, lpk_result *result) {
  result->code = code;
  result->primal_status = glp_get_prim_stat(problem->object);
  result->dual_status = glp_get_dual_stat(problem->object);
  result->status = glp_get_status(problem->object);
  result->stop = lpk_state.stop;
  result->iterations = glp_get_it_cnt(problem->object);
}

int lpk_simplex(lpk_problem *problem, const lpk_simplex_options *options, const lpk_monitor *monitor,
                lpk_result *result) {
  memset(result, 0, sizeof *result);
  CONTAINED(problem)
  lpk_watch(monitor);
  glp_smcp control;
  glp_init_smcp(&control);
  control.msg_lev = GLP_MSG_ALL;
  control.out_frq = monitor->report_interval > 0 ? monitor->report_interval : 100;
  control.out_dly = 0;
  control.meth = options->method;
  // The long step took a quarter to a half of the iterations of the dual simplex, and changed nothing in the
  // primal.
  if (options->method != GLP_PRIMAL) control.r_test = GLP_RT_FLIP;
  control.presolve = options->presolve ? GLP_ON : GLP_OFF;
  control.tol_bnd = options->primal_tolerance;
  control.tol_dj = options->dual_tolerance;
  control.it_lim = options->iteration_limit > 0 ? options->iteration_limit : INT_MAX;
  control.tm_lim = INT_MAX - 1;
  glp_set_it_cnt(problem->object, 0);
  int code = glp_simplex(problem->object, &control);
  read_result(problem, code, result);
  lpk_leave();
  return LPK_OK;
}

int lpk_exact(lpk_problem *problem, const lpk_monitor *monitor, lpk_result *result) {
  memset(result, 0, sizeof *result);
  CONTAINED(problem)
  lpk_watch(monitor);
  glp_smcp control;
  glp_init_smcp(&control);
  control.msg_lev = GLP_MSG_ALL;
  control.tm_lim = INT_MAX - 1;
  glp_set_it_cnt(problem->object, 0);
  int code = glp_exact(problem->object, &control);
  read_result(problem, code, result);
  lpk_leave();
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
    } else {
      columns[j - 1] = glp_mip_col_val(object, j);
    }
  }
  for (int i = 1; i <= m; i++) {
    if (which == 0) {
      rows[i - 1] = glp_get_row_prim(object, i);
      row_duals[i - 1] = glp_get_row_dual(object, i);
    } else {
      rows[i - 1] = glp_mip_row_val(object, i);
    }
  }
  lpk_leave();
  return LPK_OK;
}

int lpk_get_basis(lpk_problem *problem, int8_t *columns, int8_t *rows) {
  CONTAINED(problem)
  int m = glp_get_num_rows(problem->object), n = glp_get_num_cols(problem->object);
  for (int j = 1; j <= n; j++) columns[j - 1] = (int8_t)glp_get_col_stat(problem->object, j);
  for (int i = 1; i <= m; i++) rows[i - 1] = (int8_t)glp_get_row_stat(problem->object, i);
  lpk_leave();
  return LPK_OK;
}

int lpk_set_basis(lpk_problem *problem, const int8_t *columns, const int8_t *rows) {
  CONTAINED(problem)
  int m = glp_get_num_rows(problem->object), n = glp_get_num_cols(problem->object);
  for (int j = 0; j < n; j++)
    if (columns[j] < LPK_BASIC || columns[j] > LPK_FIXED) {
      lpk_leave();
      return LPK_ARGUMENT;
    }
  for (int i = 0; i < m; i++)
    if (rows[i] < LPK_BASIC || rows[i] > LPK_FIXED) {
      lpk_leave();
      return LPK_ARGUMENT;
    }
  for (int j = 1; j <= n; j++) glp_set_col_stat(problem->object, j, columns[j - 1]);
  for (int i = 1; i <= m; i++) glp_set_row_stat(problem->object, i, rows[i - 1]);
  lpk_leave();
  return LPK_OK;
}

int lpk_standard_basis(lpk_problem *problem) {
  CONTAINED(problem)
  glp_std_basis(problem->object);
  lpk_leave();
  return LPK_OK;
}

int lpk_advanced_basis(lpk_problem *problem) {
  CONTAINED(problem)
  if (glp_get_num_rows(problem->object) > 0 && glp_get_num_cols(problem->object) > 0) {
    glp_adv_basis(problem->object, 0);
  } else {
    glp_std_basis(problem->object);
  }
  lpk_leave();
  return LPK_OK;
}

int lpk_factorise(lpk_problem *problem, int reuses) {
  CONTAINED(problem)
  int code = 0;
  if (glp_get_num_rows(problem->object) > 0 && !(reuses && glp_bf_exists(problem->object)))
    code = glp_factorize(problem->object);
  lpk_leave();
  return code;
}

int lpk_warm_up(lpk_problem *problem, int *primal_feasible, int *dual_feasible) {
  *primal_feasible = *dual_feasible = 0;
  CONTAINED(problem)
  glp_prob *object = problem->object;
  int code = glp_get_num_rows(object) > 0 ? glp_warm_up(object) : LPK_FAILED;
  if (code == 0) {
    *primal_feasible = glp_get_prim_stat(object) == GLP_FEAS;
    *dual_feasible = glp_get_dual_stat(object) == GLP_FEAS;
  }
  lpk_leave();
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
  lpk_leave();
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
  lpk_leave();
  return LPK_OK;
}

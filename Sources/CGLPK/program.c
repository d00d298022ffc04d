#include "contain.h"

#include <math.h>
#include <stdlib.h>

// MARK: Building

int lpk_bound_type(double lower, double upper) {
  if (isinf(lower)) return isinf(upper) ? GLP_FR : GLP_UP;
  if (isinf(upper)) return GLP_LO;
  return lower == upper ? GLP_FX : GLP_DB;
}

static int bad_bounds(double lower, double upper) {
  return isnan(lower) || isnan(upper) || lower > upper || lower == INFINITY || upper == -INFINITY;
}

int lpk_check_bounds(int count, const double *lower, const double *upper) {
  for (int k = 0; k < count; k++)
    if (bad_bounds(lower[k], upper[k])) return LPK_ARGUMENT;
  return LPK_OK;
}

int lpk_check_finite(int64_t count, const double *values) {
  for (int64_t k = 0; k < count; k++)
    if (!isfinite(values[k])) return LPK_ARGUMENT;
  return LPK_OK;
}

int lpk_check_indices(int64_t count, const int32_t *index, int limit) {
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
  int status = lpk_check_finite(count, data->coefficient);
  if (status == LPK_OK) status = lpk_check_indices(count, data->column_index, data->columns);
  if (status == LPK_OK) status = lpk_check_finite(data->columns, data->cost);
  if (status == LPK_OK) status = lpk_check_bounds(data->columns, data->column_lower, data->column_upper);
  if (status == LPK_OK) status = lpk_check_bounds(data->rows, data->row_lower, data->row_upper);
  if (status != LPK_OK || !isfinite(data->offset)) return LPK_ARGUMENT;
  CONTAINED(NULL)
  glp_prob *object = glp_create_prob();
  if (data->rows > 0) glp_add_rows(object, data->rows);
  if (data->columns > 0) glp_add_cols(object, data->columns);
  for (int i = 0; i < data->rows; i++) {
    double lower = data->row_lower[i], upper = data->row_upper[i];
    glp_set_row_bnds(object, i + 1, lpk_bound_type(lower, upper), lower, upper);
  }
  for (int j = 0; j < data->columns; j++) {
    double lower = data->column_lower[j], upper = data->column_upper[j];
    glp_set_col_bnds(object, j + 1, lpk_bound_type(lower, upper), lower, upper);
    glp_set_obj_coef(object, j + 1, data->cost[j]);
  }
  glp_set_obj_coef(object, 0, data->offset);
  status = load_matrix(object, data);
  lpk_problem *made = status == LPK_OK ? malloc(sizeof *made) : NULL;
  if (made == NULL) {
    glp_delete_prob(object);
    lpk_leave();
    return LPK_MEMORY;
  }
  made->object = object;
  made->owner = pthread_self();
  made->generation = lpk_state.generation;
  lpk_state.live++;
  *problem = made;
  lpk_leave();
  return LPK_OK;
}

static int delete_object(lpk_problem *problem) {
  CONTAINED(problem)
  glp_delete_prob(problem->object);
  lpk_leave();
  return LPK_OK;
}

int lpk_delete(lpk_problem *problem) {
  if (problem == NULL) return LPK_OK;
  if (!pthread_equal(problem->owner, pthread_self())) return LPK_LOST;
  int status = delete_object(problem);
  free(problem);
  if (status == LPK_OK && --lpk_state.live == 0) {
    glp_free_env();
    lpk_state.generation++;
  }
  return status;
}

// MARK: Edits

int lpk_set_costs(lpk_problem *problem, const double *costs, double offset) {
  CONTAINED(problem)
  int n = glp_get_num_cols(problem->object);
  if (lpk_check_finite(n, costs) != LPK_OK || !isfinite(offset)) {
    lpk_leave();
    return LPK_ARGUMENT;
  }
  for (int j = 0; j < n; j++) glp_set_obj_coef(problem->object, j + 1, costs[j]);
  glp_set_obj_coef(problem->object, 0, offset);
  lpk_leave();
  return LPK_OK;
}

int lpk_set_column_bounds(lpk_problem *problem, int count, const int32_t *columns, const double *lower,
                          const double *upper) {
  if (lpk_check_bounds(count, lower, upper) != LPK_OK) return LPK_ARGUMENT;
  CONTAINED(problem)
  if (lpk_check_indices(count, columns, glp_get_num_cols(problem->object)) != LPK_OK) {
    lpk_leave();
    return LPK_ARGUMENT;
  }
  for (int k = 0; k < count; k++)
    glp_set_col_bnds(problem->object, columns[k] + 1, lpk_bound_type(lower[k], upper[k]), lower[k], upper[k]);
  lpk_leave();
  return LPK_OK;
}

int lpk_set_row_bounds(lpk_problem *problem, int count, const int32_t *rows, const double *lower,
                       const double *upper) {
  if (lpk_check_bounds(count, lower, upper) != LPK_OK) return LPK_ARGUMENT;
  CONTAINED(problem)
  if (lpk_check_indices(count, rows, glp_get_num_rows(problem->object)) != LPK_OK) {
    lpk_leave();
    return LPK_ARGUMENT;
  }
  for (int k = 0; k < count; k++)
    glp_set_row_bnds(problem->object, rows[k] + 1, lpk_bound_type(lower[k], upper[k]), lower[k], upper[k]);
  lpk_leave();
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
  if (lpk_check_bounds(count, lower, upper) != LPK_OK) return LPK_ARGUMENT;
  if (lpk_check_finite(start[count], coefficient) != LPK_OK) return LPK_ARGUMENT;
  CONTAINED(problem)
  if (lpk_check_indices(start[count], column_index, glp_get_num_cols(problem->object)) != LPK_OK) {
    lpk_leave();
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
      glp_set_row_bnds(problem->object, first + i, lpk_bound_type(lower[i], upper[i]), lower[i], upper[i]);
    }
    free(indices);
    free(values);
  }
  lpk_leave();
  return status;
}

int lpk_set_rows(lpk_problem *problem, int count, const int32_t *rows, const int64_t *start,
                 const int32_t *column_index, const double *coefficient) {
  if (count <= 0) return count == 0 ? LPK_OK : LPK_ARGUMENT;
  if (lpk_check_finite(start[count], coefficient) != LPK_OK) return LPK_ARGUMENT;
  CONTAINED(problem)
  if (lpk_check_indices(start[count], column_index, glp_get_num_cols(problem->object)) != LPK_OK ||
      lpk_check_indices(count, rows, glp_get_num_rows(problem->object)) != LPK_OK) {
    lpk_leave();
    return LPK_ARGUMENT;
  }
  int status = LPK_OK;
  for (int i = 0; i < count && status == LPK_OK; i++) {
    int *indices = NULL;
    double *values = NULL;
    status = copy_line(start[i], start[i + 1], column_index, coefficient, &indices, &values);
    if (status == LPK_OK)
      glp_set_mat_row(problem->object, rows[i] + 1, (int)(start[i + 1] - start[i]), indices, values);
    free(indices);
    free(values);
  }
  lpk_leave();
  return status;
}

int lpk_provoke_error(lpk_problem *problem) {
  CONTAINED(problem)
  glp_set_obj_coef(problem->object, glp_get_num_cols(problem->object) + 1, 1.0);
  lpk_leave();
  return LPK_OK;
}

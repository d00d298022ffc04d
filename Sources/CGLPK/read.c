#define _XOPEN_SOURCE 700

#include "contain.h"

#include <float.h>
#include <limits.h>
#include <math.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

// MARK: Reading files with the library's own readers

static void drop_objective_row(glp_prob *object) {
  const char *name = glp_get_obj_name(object);
  if (name == NULL) return;
  for (int i = glp_get_num_rows(object); i >= 1; i--) {
    const char *row = glp_get_row_name(object, i);
    if (glp_get_row_type(object, i) != GLP_FR || row == NULL || strcmp(row, name) != 0) continue;
    int which[2] = {0, i};
    glp_del_rows(object, 1, which);
    return;
  }
}

// 0 where the file was read.
static int read_object(glp_prob *object, const char *path, int format) {
  if (format == LPK_FORMAT_LP) return glp_read_lp(object, NULL, path);
  glp_tran *translator = glp_mpl_alloc_wksp();
  int failed = glp_mpl_read_model(translator, path, 0);
  if (failed == 0) failed = glp_mpl_generate(translator, NULL);
  if (failed == 0) {
    glp_mpl_build_prob(translator, object);
    drop_objective_row(object);
  }
  glp_mpl_free_wksp(translator);
  return failed;
}

// MARK: The end of the stack

// A model's definitions may call themselves, and its expressions nest, without end: the fault at the end of a
// reader's stack is caught like the library's own errors.

static struct sigaction earlier_segv, earlier_bus;
static pthread_once_t fault_once = PTHREAD_ONCE_INIT;

static void on_fault(int number, siginfo_t *information, void *context) {
  (void)context;
  char *address = information->si_addr;
  if (lpk_state.target != NULL && address >= lpk_state.stack_low && address < lpk_state.stack_high)
    longjmp(*lpk_state.target, JUMP_OVERFLOW);
  // Not a stack overflow: the instruction faults again and the former handler is called.
  sigaction(number, number == SIGSEGV ? &earlier_segv : &earlier_bus, NULL);
}

static void catch_faults(void) {
  struct sigaction action;
  memset(&action, 0, sizeof action);
  action.sa_sigaction = on_fault;
  action.sa_flags = SA_SIGINFO | SA_ONSTACK | SA_NODEFER;
  sigaction(SIGSEGV, &action, &earlier_segv);
  sigaction(SIGBUS, &action, &earlier_bus);
}

enum { SIGNAL_STACK = 1 << 17 };

static int contained_read(const char *path, int format, int memory_limit, const lpk_monitor *monitor,
                          lpk_problem **problem) {
  CONTAINED(NULL)
  lpk_watch(monitor);
  glp_mem_limit(memory_limit);
  glp_prob *object = glp_create_prob();
  int failed = read_object(object, path, format);
  glp_mem_limit(INT_MAX);
  lpk_problem *made = failed ? NULL : malloc(sizeof *made);
  if (made == NULL) {
    glp_delete_prob(object);
    lpk_leave();
    if (lpk_state.live == 0) {
      glp_free_env();
      lpk_state.generation++;
    }
    return failed ? LPK_ARGUMENT : LPK_MEMORY;
  }
  made->object = object;
  made->owner = pthread_self();
  made->generation = lpk_state.generation;
  lpk_state.live++;
  *problem = made;
  lpk_leave();
  return LPK_OK;
}

int lpk_read(const char *path, int format, int memory_limit, size_t stack_size, const support_flag *cancel,
             char *log, int log_size, lpk_problem **problem) {
  *problem = NULL;
  if (log_size < 1) return LPK_ARGUMENT;
  log[0] = 0;
  if (format != LPK_FORMAT_LP && format != LPK_FORMAT_MATHPROG) return LPK_ARGUMENT;
  stack_t stack = {.ss_sp = malloc(SIGNAL_STACK), .ss_size = SIGNAL_STACK}, before;
  if (stack.ss_sp == NULL) return LPK_MEMORY;
  pthread_once(&fault_once, catch_faults);
  sigaltstack(&stack, &before);
  char here;
  lpk_state.stack_high = &here;
  lpk_state.stack_low = &here - stack_size - (1 << 20);
  lpk_state.log = log;
  lpk_state.log_size = log_size;
  lpk_monitor monitor = {.cancel = cancel, .deadline = INFINITY};
  int status = contained_read(path, format, memory_limit, &monitor, problem);
  lpk_state.stack_low = lpk_state.stack_high = NULL;
  sigaltstack(&before, NULL);
  free(stack.ss_sp);
  return status;
}

int lpk_get_size(lpk_problem *problem, lpk_size *size) {
  CONTAINED(problem)
  size->rows = glp_get_num_rows(problem->object);
  size->columns = glp_get_num_cols(problem->object);
  size->entries = glp_get_num_nz(problem->object);
  size->is_maximised = glp_get_obj_dir(problem->object) == GLP_MAX;
  size->offset = glp_get_obj_coef(problem->object, 0);
  lpk_leave();
  return LPK_OK;
}

static double or_infinite(double bound) {
  return bound <= -DBL_MAX ? -INFINITY : bound >= DBL_MAX ? INFINITY : bound;
}

int lpk_get_columns(lpk_problem *problem, double *lower, double *upper, double *cost,
                    uint8_t *is_integer) {
  CONTAINED(problem)
  int count = glp_get_num_cols(problem->object);
  for (int j = 1; j <= count; j++) {
    lower[j - 1] = or_infinite(glp_get_col_lb(problem->object, j));
    upper[j - 1] = or_infinite(glp_get_col_ub(problem->object, j));
    cost[j - 1] = glp_get_obj_coef(problem->object, j);
    is_integer[j - 1] = glp_get_col_kind(problem->object, j) != GLP_CV;
  }
  lpk_leave();
  return LPK_OK;
}

int lpk_get_rows(lpk_problem *problem, double *lower, double *upper, int64_t *start,
                 int32_t *column_index, double *coefficient) {
  CONTAINED(problem)
  int count = glp_get_num_rows(problem->object);
  int columns = glp_get_num_cols(problem->object);
  int *index = malloc(sizeof(int) * ((size_t)columns + 1));
  double *value = malloc(sizeof(double) * ((size_t)columns + 1));
  int status = index == NULL || value == NULL ? LPK_MEMORY : LPK_OK;
  start[0] = 0;
  for (int i = 1; i <= count && status == LPK_OK; i++) {
    lower[i - 1] = or_infinite(glp_get_row_lb(problem->object, i));
    upper[i - 1] = or_infinite(glp_get_row_ub(problem->object, i));
    int length = glp_get_mat_row(problem->object, i, index, value);
    for (int k = 1; k <= length; k++) {
      column_index[start[i - 1] + k - 1] = index[k] - 1;
      coefficient[start[i - 1] + k - 1] = value[k];
    }
    start[i] = start[i - 1] + length;
  }
  free(index);
  free(value);
  lpk_leave();
  return status;
}

const char *lpk_get_name(lpk_problem *problem, int is_row, int index) {
  if (lpk_enter(problem) != LPK_OK) return NULL;
  glp_prob *object = problem->object;
  int count = is_row ? glp_get_num_rows(object) : glp_get_num_cols(object);
  if (index < 0 || index >= count) return NULL;
  return is_row ? glp_get_row_name(object, index + 1) : glp_get_col_name(object, index + 1);
}

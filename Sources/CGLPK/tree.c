#include "contain.h"

#include <float.h>
#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

// MARK: Tree search

typedef struct {
  const lpk_tree_options *options;
  double bound, objective, last_report;
  int has_incumbent, cutoff_reached, start_given;
  // Whether the library's best point is one that stands for a known objective and is no point of the program.
  int stands_for_start;
} search;

// Gives the search the point that is known, where its columns are those of the program. After presolve they are others,
// and the library takes any point at its word: it gets one that has the objective of the known point and is integral,
// which lets it prune as it should, and which nobody reads.
static void give_start(glp_tree *tree, search *state) {
  const lpk_tree_options *options = state->options;
  state->start_given = 1;
  if (!options->presolve) {
    glp_ios_heur_sol(tree, options->start - 1);
    return;
  }
  glp_prob *object = glp_ios_get_prob(tree);
  if (glp_mip_status(object) == GLP_FEAS && glp_mip_obj_val(object) <= options->start_objective) return;
  int columns = glp_get_num_cols(object), best = 0;
  for (int j = 1; j <= columns; j++)
    if (glp_get_col_kind(object, j) == GLP_CV &&
        (best == 0 || fabs(glp_get_obj_coef(object, j)) > fabs(glp_get_obj_coef(object, best))))
      best = j;
  if (best == 0 || glp_get_obj_coef(object, best) == 0) return;
  double *values = calloc((size_t)columns + 1, sizeof *values);
  if (values == NULL) return;
  values[best] = (options->start_objective - glp_get_obj_coef(object, 0)) / glp_get_obj_coef(object, best);
  if (isfinite(values[best])) state->stands_for_start = glp_ios_heur_sol(tree, values) == 0;
  free(values);
}

static void report_search(glp_tree *tree, search *state) {
  const lpk_monitor *monitor = lpk_state.monitor;
  if (monitor == NULL || monitor->report == NULL) return;
  double now = support_now();
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
    state->stands_for_start = 0;
    state->objective = glp_mip_obj_val(glp_ios_get_prob(tree));
    state->last_report = 0;
  }
  report_search(tree, state);
  double cutoff = state->options->cutoff;
  if (cutoff < DBL_MAX && best != 0 &&
      state->bound >= cutoff - state->options->relative_gap * (fabs(cutoff) + DBL_EPSILON)) {
    state->cutoff_reached = 1;
    glp_ios_terminate(tree);
  } else if (lpk_stop_reason() != LPK_STOP_NONE) {
    glp_ios_terminate(tree);
  } else if (reason == GLP_IHEUR && state->options->start != NULL && !state->start_given) {
    give_start(tree, state);
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
  lpk_watch(monitor);
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
  control.flip = GLP_ON;
  control.tm_lim = INT_MAX - 1;
  control.cb_func = on_search;
  control.cb_info = &state;
  result->code = glp_intopt(problem->object, &control);
  result->status = glp_mip_status(problem->object);
  result->stop = lpk_state.stop;
  int has_point = result->status == GLP_OPT || result->status == GLP_FEAS;
  result->has_incumbent = has_point && !state.stands_for_start;
  result->objective = result->has_incumbent ? glp_mip_obj_val(problem->object) : INFINITY;
  result->cutoff_reached = state.cutoff_reached;
  result->bound = state.bound;
  double best = state.stands_for_start ? options->start_objective : result->objective;
  if (result->code == 0 && result->status == GLP_OPT) result->bound = best;
  if (result->code == GLP_EMIPGAP && has_point) {
    // The last callback was before the gap closed.
    double proven = best - options->relative_gap * (fabs(best) + DBL_EPSILON);
    if (proven > result->bound) result->bound = proven;
  }
  if (result->status == GLP_NOFEAS) result->bound = INFINITY;
  result->iterations = glp_get_it_cnt(problem->object);
  set_kinds(problem, NULL);
  lpk_leave();
  return LPK_OK;
}

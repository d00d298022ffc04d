#include "CPages.h"
#include <string.h>

// Embedding is part of C23, which clang offers in earlier standards as well.
#pragma clang diagnostic ignored "-Wc23-extensions"

static const unsigned char accounts_js[] = {
#embed "Report/accounts.js"
};
static const unsigned char answers_js[] = {
#embed "Report/answers.js"
};
static const unsigned char awards_js[] = {
#embed "Report/awards.js"
};
static const unsigned char budgets_js[] = {
#embed "Report/budgets.js"
};
static const unsigned char charts_js[] = {
#embed "Report/charts.js"
};
static const unsigned char colors_js[] = {
#embed "Report/colors.js"
};
static const unsigned char dependency_js[] = {
#embed "Report/dependency.js"
};
static const unsigned char frontier_js[] = {
#embed "Report/frontier.js"
};
static const unsigned char heatmaps_js[] = {
#embed "Report/heatmaps.js"
};
static const unsigned char map_js[] = {
#embed "Report/map.js"
};
static const unsigned char material_js[] = {
#embed "Report/material.js"
};
static const unsigned char measures_js[] = {
#embed "Report/measures.js"
};
static const unsigned char outlines_js[] = {
#embed "Report/outlines.js"
};
static const unsigned char reader_js[] = {
#embed "Report/reader.js"
};
static const unsigned char report_css[] = {
#embed "Report/report.css"
};
static const unsigned char report_html[] = {
#embed "Report/report.html"
};
static const unsigned char scenarios_js[] = {
#embed "Report/scenarios.js"
};
static const unsigned char sections_js[] = {
#embed "Report/sections.js"
};
static const unsigned char spread_js[] = {
#embed "Report/spread.js"
};
static const unsigned char tables_js[] = {
#embed "Report/tables.js"
};
static const unsigned char timeline_js[] = {
#embed "Report/timeline.js"
};
static const unsigned char titles_js[] = {
#embed "Report/titles.js"
};
static const unsigned char uses_js[] = {
#embed "Report/uses.js"
};
static const unsigned char words_js[] = {
#embed "Report/words.js"
};
static const unsigned char aims_js[] = {
#embed "Live/aims.js"
};
static const unsigned char asking_js[] = {
#embed "Live/asking.js"
};
static const unsigned char begin_js[] = {
#embed "Live/begin.js"
};
static const unsigned char built_js[] = {
#embed "Live/built.js"
};
static const unsigned char connection_js[] = {
#embed "Live/connection.js"
};
static const unsigned char first_js[] = {
#embed "Live/first.js"
};
static const unsigned char forms_js[] = {
#embed "Live/forms.js"
};
static const unsigned char levers_js[] = {
#embed "Live/levers.js"
};
static const unsigned char live_css[] = {
#embed "Live/live.css"
};
static const unsigned char live_html[] = {
#embed "Live/live.html"
};
static const unsigned char shown_js[] = {
#embed "Live/shown.js"
};
static const unsigned char solving_js[] = {
#embed "Live/solving.js"
};
static const unsigned char state_js[] = {
#embed "Live/state.js"
};
static const unsigned char studies_js[] = {
#embed "Live/studies.js"
};
static const unsigned char whatifs_js[] = {
#embed "Live/whatifs.js"
};

static const struct page_part parts[] = {
    {"accounts.js", accounts_js, sizeof accounts_js},
    {"answers.js", answers_js, sizeof answers_js},
    {"awards.js", awards_js, sizeof awards_js},
    {"budgets.js", budgets_js, sizeof budgets_js},
    {"charts.js", charts_js, sizeof charts_js},
    {"colors.js", colors_js, sizeof colors_js},
    {"dependency.js", dependency_js, sizeof dependency_js},
    {"frontier.js", frontier_js, sizeof frontier_js},
    {"heatmaps.js", heatmaps_js, sizeof heatmaps_js},
    {"map.js", map_js, sizeof map_js},
    {"material.js", material_js, sizeof material_js},
    {"measures.js", measures_js, sizeof measures_js},
    {"outlines.js", outlines_js, sizeof outlines_js},
    {"reader.js", reader_js, sizeof reader_js},
    {"report.css", report_css, sizeof report_css},
    {"report.html", report_html, sizeof report_html},
    {"scenarios.js", scenarios_js, sizeof scenarios_js},
    {"sections.js", sections_js, sizeof sections_js},
    {"spread.js", spread_js, sizeof spread_js},
    {"tables.js", tables_js, sizeof tables_js},
    {"timeline.js", timeline_js, sizeof timeline_js},
    {"titles.js", titles_js, sizeof titles_js},
    {"uses.js", uses_js, sizeof uses_js},
    {"words.js", words_js, sizeof words_js},
    {"aims.js", aims_js, sizeof aims_js},
    {"asking.js", asking_js, sizeof asking_js},
    {"begin.js", begin_js, sizeof begin_js},
    {"built.js", built_js, sizeof built_js},
    {"connection.js", connection_js, sizeof connection_js},
    {"first.js", first_js, sizeof first_js},
    {"forms.js", forms_js, sizeof forms_js},
    {"levers.js", levers_js, sizeof levers_js},
    {"live.css", live_css, sizeof live_css},
    {"live.html", live_html, sizeof live_html},
    {"shown.js", shown_js, sizeof shown_js},
    {"solving.js", solving_js, sizeof solving_js},
    {"state.js", state_js, sizeof state_js},
    {"studies.js", studies_js, sizeof studies_js},
    {"whatifs.js", whatifs_js, sizeof whatifs_js},
};

struct page_part page_part_named(const char *name) {
  for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
    if (strcmp(parts[i].name, name) == 0) return parts[i];
  }
  struct page_part none = {name, NULL, 0};
  return none;
}

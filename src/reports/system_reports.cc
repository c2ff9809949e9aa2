#include "reports/families.h"

namespace ca::reports {

FamilySpec system_reports() {
  using enum ColumnType;
  return {
      "system",
      FamilyKind::kSystem,
      {{.name = "data_quality",
        .title = "Data quality",
        .needs = {Need::kSessions},
        .columns = {{"run", kText, "", Counted::kNothing, "Run that loaded the data."},
                    {"source", kText, "", Counted::kNothing, "Source the rule is about."},
                    {"rule", kText, "", Counted::kNothing, "What was met."},
                    {"severity", kText, "", Counted::kNothing,
                     "error: rows were rejected; warn: look at it; info: only told."},
                    {"count", kInteger, "rows", Counted::kNothing, "How often."},
                    {"sample", kText, "JSON", Counted::kNothing, "Up to five cases."}},
        .key_columns = 3,
        .chart = "table",
        .page = "data-quality",
        .window = "Always the whole load.",
        .help = "Every rule that a row of the last load met, with how often and up to five cases.",
        .is_extra = true},
       {.name = "run_log",
        .title = "Run log",
        .needs = {Need::kSessions},
        .columns = {{"run", kText, "", Counted::kNothing, "Run that made the snapshot."},
                    {"time", kInstant, "", Counted::kNothing, "When it was noted."},
                    {"level", kText, "", Counted::kNothing,
                     "error: something failed; warn: look at it; info, debug: only told."},
                    {"stage", kText, "", Counted::kNothing,
                     "Stage that noted it; null for the run as a whole."},
                    {"dimension", kText, "", Counted::kNothing,
                     "Dimension value it is about; null when about none in particular."},
                    {"message", kText, "", Counted::kNothing, "What happened."}},
        .key_columns = 2,
        .chart = "table",
        .page = "runs",
        .window = "Always the whole run.",
        .help = "What the run noted until it published, in the order in which it happened.",
        .is_extra = true}},
      nullptr};
}

}  // namespace ca::reports

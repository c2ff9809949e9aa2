#include "runs/stage_graph.h"

#include <algorithm>
#include <stdexcept>

namespace ca::runs {

const std::vector<StageNode>& stage_graph() {
  static const std::vector<StageNode> graph = {
      {.name = "ingest",
       .needs = {},
       .uses = {},
       .meets = {},
       .makes = "the tables of the store",
       .sentence = "Reads what is new in the sources, cleans it and rejects what cannot be used."},
      {.name = "quality",
       .needs = {"ingest"},
       .uses = {},
       .meets = {},
       .makes = "the report data_quality",
       .sentence = "Checks the tables against each other."},
      {.name = "journeys",
       .needs = {"ingest"},
       .uses = {},
       .meets = {},
       .makes = "a version of the journeys",
       .sentence = "Sorts every customer's sessions by time."},
      {.name = "exploratory",
       .needs = {"ingest", "journeys"},
       .uses = {},
       .meets = {},
       .makes = "reports of orders, customers, funnels, cohorts and products",
       .sentence = "Counts what customers did."},
      {.name = "segments",
       .needs = {"ingest", "journeys"},
       .uses = {"exploratory"},
       .meets = {},
       .makes = "reports of segments",
       .sentence = "Scores recency, frequency and monetary value and puts customers in segments."},
      {.name = "clv",
       .needs = {"ingest", "journeys"},
       .uses = {"exploratory", "segments"},
       .meets = {},
       .makes = "reports of customers' value",
       .sentence = "Compares models of customers' value and predicts with the best."},
      {.name = "tests",
       .needs = {"ingest", "journeys"},
       .uses = {"segments"},
       .meets = {},
       .makes = "reports of before/after tests",
       .sentence = "Tests what promotions and products changed."},
      {.name = "anomalies",
       .needs = {"ingest", "journeys"},
       .uses = {},
       .meets = {"clv"},
       .makes = "reports of unusual days and customers",
       .sentence = "Finds days and customers that do not fit the others."},
      {.name = "deliveries",
       .needs = {"ingest", "journeys"},
       .uses = {},
       .meets = {},
       .makes = "reports of deliveries",
       .sentence = "Measures how long deliveries take and which are slow."},
      {.name = "publish",
       .needs = {"ingest", "journeys", "exploratory"},
       .uses = {"quality", "segments", "clv", "tests", "anomalies", "deliveries"},
       .meets = {},
       .makes = "the snapshot in force",
       .sentence = "Puts all new results in force at once."},
      {.name = "export",
       .needs = {"publish"},
       .uses = {},
       .meets = {},
       .makes = "CSV files",
       .sentence = "Writes the results as files, where that is configured."},
  };
  return graph;
}

const StageNode& stage_node(std::string_view name) {
  const auto found = std::ranges::find(stage_graph(), name, &StageNode::name);
  if (found == stage_graph().end()) throw std::out_of_range("no such stage");
  return *found;
}

}  // namespace ca::runs

#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "api/column_file.h"
#include "base/cancellation.h"
#include "base/progress.h"
#include "stats/series_anomaly.h"

namespace ca::api {

/// What `anomalies` asks of a file with a row a moment.
struct AnomaliesQuery {
  std::filesystem::path file;  ///< Parquet where it is called so, else CSV
  std::string time;            ///< columns
  std::string value;
  double rate = 0.01;  ///< the share of alarms among points where nothing is wrong
};

struct AnomaliesAnswer {
  AnomaliesQuery query;
  std::int64_t rows = 0;
  std::int64_t malformed = 0;      ///< lines that could not be split, left out
  std::int64_t without_time = 0;   ///< rows whose time is missing, left out
  std::int64_t without_value = 0;  ///< rows with a time whose value is missing, left out
  std::int64_t repeated = 0;       ///< points with the time of another; each is judged
  UnreadCells unread_times;        ///< are among those without
  UnreadCells unread_values;
  std::vector<std::string> warnings;       ///< about the file
  std::vector<stats::SeriesPoint> points;  ///< by time, and of one time by value
  stats::SeriesJudgement judgement;
  std::int64_t gap = 0;  ///< alarms so many microseconds apart are one event
  std::vector<stats::SeriesEvent> events;
};

/// Needs no home. Times without an offset are read, and all are told, in UTC; the order of rows
/// does not matter. Errors: E-FILE, E-PERM (the file), E-EMPTY (no row), E-PARAM (a column that is
/// not there, or holds no time or no number; a rate outside (0, 0.5]), E-CANCELLED.
AnomaliesAnswer anomalies(const AnomaliesQuery& query, Progress& progress,
                          const Cancellation& cancellation);

/// {points: [{time, value, expected, low, high, score, p_value, alarm}], events: [{from, to,
/// peak_score, ...}], ...}: docs/anomalies.md.
std::string to_json(const AnomaliesAnswer& answer);

/// "above", "below" or "both": where the alarms of an event lie.
std::string_view side_of(const stats::SeriesEvent& event);

/// What is to be known beside the figures, in words: what was left out, what could not be learnt.
std::vector<std::string> notes_of(const AnomaliesAnswer& answer);

}  // namespace ca::api

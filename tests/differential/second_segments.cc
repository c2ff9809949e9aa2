#include "differential/second_segments.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

namespace ca::tests {
namespace {

std::optional<double> number(const Cells& cells, std::size_t row, const std::string& column) {
  const Cells::Cell& cell = cells.rows[row][cells.find(column).value()];
  return cell ? std::optional(std::stod(*cell)) : std::nullopt;
}

std::optional<double> fitted(const std::string& metric, std::optional<double> value) {
  if (metric != "monetary" || !value) return value;
  return *value > 0 ? std::optional(std::log1p(*value)) : std::nullopt;
}

/// Means of the best clusters; ties as ruling 32 has them.
std::vector<double> cluster_means(const std::map<double, double>& weights) {
  std::vector<double> x;
  std::vector<long double> w(1);
  std::vector<long double> s(1);
  std::vector<long double> q(1);
  for (const auto& [value, weight] : weights) {
    const long double d = value - weights.begin()->first;
    x.push_back(value);
    w.push_back(w.back() + weight);
    s.push_back(s.back() + d * weight);
    q.push_back(q.back() + d * d * weight);
  }
  const std::size_t n = x.size();
  const auto cost = [&](std::size_t a, std::size_t b) {
    const long double sum = s[b] - s[a];
    return std::max(0.0L, q[b] - q[a] - sum * sum / (w[b] - w[a]));
  };
  const std::size_t k = std::min<std::size_t>(5, n);
  std::vector<std::vector<long double>> best(
      k + 1, std::vector<long double>(n + 1, std::numeric_limits<long double>::infinity()));
  best[0][0] = 0;
  for (std::size_t clusters = 1; clusters <= k; ++clusters) {
    for (std::size_t end = clusters; end <= n; ++end) {
      for (std::size_t begin = clusters - 1; begin < end; ++begin) {
        best[clusters][end] =
            std::min(best[clusters][end], best[clusters - 1][begin] + cost(begin, end));
      }
    }
  }
  std::vector<double> means;
  long double left = n == 0 ? 0 : best[k][n] + 1e-12L * cost(0, n);
  std::size_t end = n;
  for (std::size_t clusters = k; clusters > 0; --clusters) {
    std::size_t begin = clusters - 1;
    while (best[clusters - 1][begin] + cost(begin, end) > left) ++begin;
    left -= cost(begin, end);
    const long double offset = (s[end] - s[begin]) / (w[end] - w[begin]);
    means.insert(means.begin(), static_cast<double>(x[0] + offset));
    end = begin;
  }
  return means;
}

int score(const SecondCuts& cuts, const std::string& metric, std::optional<double> value) {
  const std::optional<double> at = fitted(metric, value);
  if (!at) return 1;
  int above = 0;
  for (const double cut : cuts.at(metric)) above += *at > cut ? 1 : 0;
  const int clusters = static_cast<int>(cuts.at(metric).size()) + 1;
  return metric == "monetary" ? 5 - (clusters - 1 - above) : 5 - above;
}

std::pair<std::string, int> segment(int r, int f, int m, bool is_single) {
  if ((r == 5 && f >= 4 && m >= 4) || (r == 4 && f == 5 && m == 5)) return {"champions", 0};
  if (r >= 3 && f >= 4) return {"loyal customers", 1};
  if (r <= 2 && f >= 4 && m >= 4) return {"can`t lose them", 8};
  if (r == 2 && f >= 3) return {"at risk", 7};
  if ((is_single && r >= 4) || (r == 5 && f <= 2)) return {"new customers", 3};
  if (r >= 4 && f == 3) return {"potential loyalist", 2};
  if (r == 4) return {"promising", 4};
  if (r == 3 && f == 3) return {"need attention", 5};
  if (r == 3) return {"about to sleep", 6};
  if (r == 2) return {"hibernating", 9};
  return {"lost", 10};
}

}  // namespace

SecondCuts second_cuts(const Cells& client_kpis) {
  SecondCuts cuts;
  for (const char* metric : {"recency", "frequency", "monetary"}) {
    std::map<double, double> weights;
    for (std::size_t row = 0; row < client_kpis.rows.size(); ++row) {
      if (const auto value = fitted(metric, number(client_kpis, row, metric))) ++weights[*value];
    }
    const std::vector<double> means = cluster_means(weights);
    std::vector<double>& between = cuts[metric];
    for (std::size_t i = 1; i < means.size(); ++i) between.push_back((means[i - 1] + means[i]) / 2);
  }
  return cuts;
}

std::map<std::string, Cells> second_segments(const Cells& client_kpis, const SecondCuts& cuts) {
  Cells rfm;
  rfm.header = {"client",   "recency_segment",  "frequency_segment", "monetary_segment",
                "segments", "segments_numeric", "frequency",         "recency",
                "monetary", "single_purchase"};
  std::map<std::string, int> customers;
  const auto cell = [&](std::size_t row, const char* column) {
    return client_kpis.rows[row][client_kpis.find(column).value()];
  };
  for (std::size_t row = 0; row < client_kpis.rows.size(); ++row) {
    const auto of = [&](const char* metric) {
      return score(cuts, metric, number(client_kpis, row, metric));
    };
    const bool is_single = !number(client_kpis, row, "frequency");
    const int r = of("recency");
    const int f = of("frequency");
    const int m = of("monetary");
    const auto [name, numeric] = segment(r, f, m, is_single);
    ++customers[name];
    rfm.rows.push_back({cell(row, "client"), std::to_string(r), std::to_string(f),
                        std::to_string(m), name, std::to_string(numeric), cell(row, "frequency"),
                        cell(row, "recency"), cell(row, "monetary"),
                        std::string(is_single ? "true" : "false")});
  }
  std::vector<std::pair<int, std::string>> shares;
  for (const auto& [name, count] : customers) shares.emplace_back(-count, name);
  std::ranges::sort(shares);
  Cells segmentation;
  segmentation.header = {"segments", "value", "client_count"};
  for (const auto& [count, name] : shares) {
    segmentation.rows.push_back(
        {name, fmt::format("{}", 100.0 * -count / static_cast<double>(client_kpis.rows.size())),
         std::to_string(-count)});
  }
  return {{"rfm", rfm}, {"segmentation", segmentation}};
}

}  // namespace ca::tests

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/terminal.h"
#include "models/experiment.h"

namespace ca::models {
namespace {

constexpr double kMostSeparated = 1e15;

/// Digits after the point that tell two ends of an interval of this width apart: about two of it.
int decimals_for(double width) {
  if (!(width > 0)) return 2;
  return std::clamp(static_cast<int>(std::ceil(-std::log10(width))) + 1, 0, 8);
}

std::string number(double value, int decimals) {
  if (decimals == 0 && std::abs(value) < kMostSeparated) {
    return with_separators(std::llround(value));
  }
  return fmt::format("{:.{}f}", value, decimals);
}

/// An amount in the metric's unit, a share in points of a hundred.
struct Scale {
  double factor = 1;
  const char* unit = "";
  explicit Scale(bool is_share) {
    if (is_share) {
      factor = 100;
      unit = " points";
    }
  }
};

/// "7.0 to 8.3 points higher", "2 to 5 lower", "higher, by 3 (-1 to 7)".
std::string direction(const stats::TwoSampleTest& test, const Scale& scale) {
  const double difference = test.difference * scale.factor;
  const char* way = difference >= 0 ? "higher" : "lower";
  if (!test.interval) {
    const int decimals = decimals_for(std::abs(difference));
    return fmt::format("{}{} {}", number(std::abs(difference), decimals), scale.unit, way);
  }
  const double low = test.interval->low * scale.factor;
  const double high = test.interval->high * scale.factor;
  const int decimals = decimals_for(high - low);
  if (low > 0 || high < 0) {
    return fmt::format("{} to {}{} {}", number(std::min(std::abs(low), std::abs(high)), decimals),
                       number(std::max(std::abs(low), std::abs(high)), decimals), scale.unit, way);
  }
  return fmt::format("{}, by {}{} ({} to {})", way, number(std::abs(difference), decimals),
                     scale.unit, number(low, decimals), number(high, decimals));
}

std::string percent(double share) {
  return fmt::format("{:.{}f} %", share * 100, std::abs(share) < 0.1 ? 1 : 0);
}

}  // namespace

std::string sentence_of(const ArmEffect& effect, double alpha, std::int64_t tests) {
  if (effect.is_insufficient) {
    return fmt::format("{}: not enough data on {}: {} {}, {} of the control; {} a side are needed",
                       effect.arm, effect.metric, with_separators(effect.n),
                       effect.n == 1 ? "unit" : "units", with_separators(effect.control_n),
                       kLeastUnits);
  }
  const stats::TwoSampleTest& test = effect.comparison.result;
  if (!test.p_value || !effect.q_value) {
    return fmt::format("{}: {} does not vary: there is nothing to compare", effect.arm,
                       effect.metric);
  }
  const Scale scale(effect.is_share);
  if (*effect.q_value <= alpha) {
    return fmt::format("{}: {} likely {}", effect.arm, effect.metric, direction(test, scale));
  }
  if (*test.p_value <= alpha) {
    return fmt::format("{}: {} perhaps {}; among {} comparisons that may be chance", effect.arm,
                       effect.metric, direction(test, scale), tests);
  }
  if (!effect.detectable_effect) {
    return fmt::format("{}: no difference in {} seen", effect.arm, effect.metric);
  }
  const double detectable = *effect.detectable_effect * scale.factor;
  return fmt::format(
      "{}: no difference in {} seen; one of {}{} or more would have been found 4 times in 5",
      effect.arm, effect.metric, number(detectable, decimals_for(detectable)), scale.unit);
}

std::string sentence_of(const CupedFigures& cuped) {
  const double saved = cuped.found.variance_saved;
  if (!cuped.found.does_help) {
    return fmt::format("{} does not help: it saves {} of the variance", cuped.covariate,
                       percent(std::max(0.0, saved)));
  }
  return fmt::format("{} saves {} of the variance, which is worth {:.2g} times the units",
                     cuped.covariate, percent(saved), 1 / (1 - saved));
}

}  // namespace ca::models

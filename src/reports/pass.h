#pragma once

#include <map>
#include <memory>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "base/cancellation.h"
#include "base/progress.h"
#include "base/thread_pool.h"
#include "reports/catalogue.h"
#include "reports/facts.h"
#include "reports/segment_model.h"

namespace ca::reports {

/// What is asked: which reports, of when, for whom.
struct Question {
  std::set<std::string> reports;  ///< empty: all that the shop is configured for
  Window window;
  bool with_main = true;
  bool with_all_values = false;  ///< every dimension value
  std::set<std::string> values;  ///< or these
  bool with_views = true;        ///< else only what they are views of
  /// Only the first so many rows of each report are wanted; families whose tables are large make no
  /// more, and say how many there are (Table::total_rows).
  std::optional<std::size_t> limit;
  /// How customers are segmented; nothing: reports of segments are left out, and columns about them
  /// are null.
  std::optional<SegmentsAsked> segments = SegmentsAsked();
};

/// A question with what must be known beforehand.
struct Inquiry {
  Question question;
  Facts facts;
};

/// The reports of one population.
struct Answer {
  std::string population;  ///< "main" or the value itself
  bool is_main = false;
  std::vector<Table> tables;
};

/// Makes the sub-journeys of customers in dimension values. Not for several threads at once.
class SubJourneys {
 public:
  explicit SubJourneys(const Facts& facts) : facts_(facts) {}
  /// The dimension values of the journey's sessions, each once, kNoPopulation among them where a
  /// session is only main's; valid until the next call. With a single one the journey is already
  /// its sub-journey, as most are.
  std::span<const std::uint32_t> values_of(const Journey& journey);
  /// The journey's sessions in a dimension value; valid until the next call.
  const Journey& in(const Journey& journey, std::uint32_t value);

 private:
  const Facts& facts_;
  std::vector<std::uint32_t> values_;
  std::vector<std::uint32_t> chosen_;  ///< the customer's sessions in the value
  std::vector<std::int64_t> start_;
  std::vector<std::int32_t> day_;
  std::vector<std::uint8_t> hour_;
  std::vector<std::uint32_t> flags_, promotion_, dimension_;
  std::vector<double> amount_, discount_;
  std::vector<std::uint32_t> orders_;
  Journey sub_;
};

/// The states of every asked family and population: what a pass over some partitions leaves. Passes
/// over disjoint partitions, in other threads or processes, are merged in any order.
class States {
 public:
  States(const Question& question, const Facts& facts);

  /// Shows every asked fold the customer's main journey and its sub-journeys.
  void add(const Journey& journey);
  void merge(const States& other);
  /// Whether some family has to see the customers: not all are made from totals of days.
  bool needs_customers() const { return needs_customers_; }
  /// Keyed by population and family names, so that another process can load them.
  std::string save() const;
  /// Adds saved states to these. Error E-STATE when they are of another question.
  void load(std::string_view bytes);
  /// Tables are made by the threads of the pool. Nothing can be added afterwards.
  std::vector<Answer> answers(ThreadPool& pool);

 private:
  struct Population {
    const Frame* frame;
    bool is_asked;
    std::vector<std::unique_ptr<Family>> families;  ///< null where the family has nothing to do
    std::vector<bool> is_filled;                    ///< made from totals: sees no customer
    std::vector<std::size_t> folded;                ///< the families that see customers
    /// Of a value: what customers add who are not in this value alone, where main takes in what the
    /// others add (Sharing). Null where there is nothing of that.
    std::vector<std::unique_ptr<Family>> apart;
  };

  bool is_shared(std::size_t family, const Journey& journey, std::uint32_t only_value) const;
  void add_to_main(const Journey& journey, std::uint32_t only_value);
  /// Sessions that are in no value, for families that see main's sessions only in values.
  void add_sessions_to_main(const Journey& journey);
  void add_to_value(Population& value, const Journey& journey, std::uint32_t only_value);
  void put_together();
  /// Adds a family's table and the views of it to an answer, as far as they are asked.
  void give(Table table, std::vector<Table>& tables) const;

  const Facts& facts_;
  std::set<std::string> reports_;
  std::vector<Population> populations_;  ///< main, then the values
  std::vector<Sharing> sharing_;         ///< by family
  bool shares_sessions_ = false;         ///< whether one is Sharing::kSessions
  bool has_values_ = false;
  bool needs_customers_ = false;

  SubJourneys sub_journeys_;  ///< of the customer at hand
};

/// Tells the frames what is wanted of them, so that families leave out the rest.
void narrow(Facts& facts, const Question& question);

/// Answers all inquiries in one pass over the journeys; churn and segments take one more each,
/// before (reports/churn_thresholds.h, reports/rfm_cuts.h). One list of answers an inquiry.
std::vector<std::vector<Answer>> answer(const journeys::Journeys& journeys,
                                        std::vector<Inquiry> inquiries, ThreadPool& pool,
                                        Progress& progress, const Cancellation& cancellation);
/// The same for one.
std::vector<Answer> answer(const journeys::Journeys& journeys, const Facts& found,
                           const Question& question, ThreadPool& pool, Progress& progress,
                           const Cancellation& cancellation);

/// The customer's journey as the frame sees it: cut at as_of, with the window marked and the
/// purchases found, which `orders` holds until the next call.
Journey journey_in(const journeys::Partition& partition, std::uint32_t customer, const Frame& frame,
                   std::vector<std::uint32_t>& orders);

}  // namespace ca::reports

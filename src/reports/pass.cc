#include "reports/pass.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <functional>
#include <iterator>
#include <numeric>

#include "reports/churn_thresholds.h"
#include "reports/rfm_cuts.h"
#include "reports/views.h"

namespace ca::reports {
namespace {

bool is_asked(const FamilySpec& family, const std::set<std::string>& reports) {
  return std::ranges::any_of(
      family.reports, [&](const ReportSpec& report) { return reports.contains(report.name); });
}

/// The asked reports that this shop is configured for.
std::set<std::string> configured(const Question& question, const Facts& facts) {
  std::set<std::string> reports;
  for (const FamilySpec& family : families()) {
    if (family.make == nullptr) continue;
    if (family.stage == kSegmentsStage && facts.main.segments == nullptr) continue;
    for (const ReportSpec& report : family.reports) {
      if (report.view && !question.with_views) continue;
      const bool is_wanted = question.reports.empty() || question.reports.contains(report.name);
      // One single dimension value is no dimension (ruling 70).
      const bool lacks_values =
          family.kind == FamilyKind::kAcrossDimensions && facts.values.empty();
      if (is_wanted && !lacks_values && missing_need(report, *facts.main.schema).empty()) {
        reports.insert(report.name);
      }
    }
  }
  return reports;
}

/// In front of a value's name in saved states.
constexpr char kValueMark = '=';
constexpr char kApartMark = '+';

void put_text(std::string& bytes, std::string_view text) {
  const std::uint64_t size = text.size();
  bytes.append(reinterpret_cast<const char*>(&size), sizeof size);
  bytes.append(text);
}

std::string_view take_text(std::string_view& bytes) {
  std::uint64_t size = 0;
  if (bytes.size() < sizeof size) throw Error("E-STATE", "A saved state is cut off.");
  std::memcpy(&size, bytes.data(), sizeof size);
  bytes.remove_prefix(sizeof size);
  if (size > bytes.size()) throw Error("E-STATE", "A saved state is cut off.");
  const std::string_view text = bytes.substr(0, size);
  bytes.remove_prefix(size);
  return text;
}

/// Rows in the order of their first key column that is a day; equal days keep their order.
Table by_day(const Table& table) {
  const auto day = std::ranges::find(table.columns(), ColumnType::kDay, &Column::type);
  if (day == table.columns().end()) return table;
  std::vector<std::size_t> order(table.rows());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::stable_sort(order, {}, [&](std::size_t row) { return day->integer(row); });
  return table.reordered(order);
}

}  // namespace

Journey journey_in(const journeys::Partition& partition, std::uint32_t customer, const Frame& frame,
                   std::vector<std::uint32_t>& orders) {
  Journey journey = partition.journey(customer, frame.as_of);
  if (frame.from) {
    journey.window_begin = static_cast<std::size_t>(
        std::lower_bound(journey.start, journey.start + journey.size, frame.window_start) -
        journey.start);
  }
  find_orders(journey, orders);
  return journey;
}

States::States(const Question& question, const Facts& facts)
    : facts_(facts), reports_(configured(question, facts)), sub_journeys_(facts) {
  const auto population = [&](const Frame& frame, bool is_wanted) {
    Population made{&frame, is_wanted, {}, {}, {}, {}};
    for (const FamilySpec& family : families()) {
      // What runs across dimensions is main's report, made of every value.
      const bool is_across = family.kind == FamilyKind::kAcrossDimensions;
      const bool is_needed = is_across ? !frame.is_main && question.with_main : is_wanted;
      std::unique_ptr<Family> state =
          is_needed && is_asked(family, reports_) ? family.make(frame) : nullptr;
      made.is_filled.push_back(state != nullptr && frame.totals != nullptr &&
                               state->fill(*frame.totals));
      if (state != nullptr && !made.is_filled.back()) {
        made.folded.push_back(made.families.size());
        needs_customers_ = true;
      }
      made.families.push_back(std::move(state));
      made.apart.push_back(nullptr);
    }
    return made;
  };
  populations_.push_back(population(facts.main, question.with_main));
  for (const Frame& value : facts.values) {
    populations_.push_back(
        population(value, question.with_all_values || question.values.contains(value.population)));
  }
  has_values_ = std::any_of(populations_.begin() + 1, populations_.end(),
                            [](const Population& p) { return !p.folded.empty(); });
  // Main can take in what the values add only where every one of them is folded.
  const bool may_share = has_values_ && question.with_main && question.with_all_values;
  for (std::size_t f = 0; f < families().size(); ++f) {
    const bool is_folded = populations_.front().families[f] != nullptr &&
                           std::ranges::none_of(populations_, [&](const Population& p) {
                             return p.families[f] == nullptr || p.is_filled[f];
                           });
    sharing_.push_back(may_share && is_folded ? families()[f].sharing : Sharing::kNone);
    shares_sessions_ |= sharing_[f] == Sharing::kSessions;
    if (sharing_[f] == Sharing::kNone || sharing_[f] == Sharing::kSessions) continue;
    for (std::size_t p = 1; p < populations_.size(); ++p) {
      populations_[p].apart[f] = families()[f].make(*populations_[p].frame);
    }
  }
}

void States::add(const Journey& journey) {
  std::span<const std::uint32_t> values;
  if (has_values_ && journey.size > 0) values = sub_journeys_.values_of(journey);
  const std::uint32_t only_value = values.size() == 1 ? values.front() : kNoPopulation;
  add_to_main(journey, only_value);
  if (only_value != kNoPopulation) {
    add_to_value(populations_[1 + only_value], journey, only_value);
    return;
  }
  for (const std::uint32_t value : values) {
    if (value != kNoPopulation) {
      add_to_value(populations_[1 + value], sub_journeys_.in(journey, value), only_value);
    } else if (shares_sessions_) {
      add_sessions_to_main(sub_journeys_.in(journey, value));
    }
  }
}

bool States::is_shared(std::size_t family, const Journey& journey, std::uint32_t only_value) const {
  if (sharing_[family] == Sharing::kSessions) return journey.size > 0;
  if (only_value == kNoPopulation) return false;
  return sharing_[family] == Sharing::kAll ||
         (sharing_[family] == Sharing::kBuyers && !journey.orders.empty());
}

void States::add_to_main(const Journey& journey, std::uint32_t only_value) {
  Population& main = populations_.front();
  for (const std::size_t f : main.folded) {
    if (!is_shared(f, journey, only_value)) {
      main.families[f]->add(journey);
    } else if (only_value == kNoPopulation) {
      main.families[f]->correct(journey, facts_.value_of_code);
    }
  }
}

void States::add_sessions_to_main(const Journey& journey) {
  Population& main = populations_.front();
  for (const std::size_t f : main.folded) {
    if (sharing_[f] == Sharing::kSessions) main.families[f]->add(journey);
  }
}

void States::add_to_value(Population& value, const Journey& journey, std::uint32_t only_value) {
  for (const std::size_t f : value.folded) {
    const bool is_apart = value.apart[f] != nullptr && !is_shared(f, journey, only_value);
    (is_apart ? value.apart[f] : value.families[f])->add(journey);
  }
}

void States::put_together() {
  Population& main = populations_.front();
  for (std::size_t f = 0; f < main.families.size(); ++f) {
    if (sharing_[f] == Sharing::kNone) continue;
    for (std::size_t p = 1; p < populations_.size(); ++p) {
      Population& value = populations_[p];
      main.families[f]->merge(*value.families[f]);
      if (value.apart[f] == nullptr) continue;
      value.families[f]->merge(*value.apart[f]);
      value.apart[f] = nullptr;
    }
    sharing_[f] = Sharing::kNone;
  }
}

std::span<const std::uint32_t> SubJourneys::values_of(const Journey& journey) {
  values_.clear();
  for (std::size_t s = 0; s < journey.size; ++s) {
    const std::uint32_t value = facts_.value_of_code[journey.dimension[s]];
    if (std::ranges::find(values_, value) == values_.end()) values_.push_back(value);
  }
  return values_;
}

const Journey& SubJourneys::in(const Journey& journey, std::uint32_t value) {
  const auto room = [&](auto&... columns) {
    if (chosen_.size() < journey.size) (columns.resize(journey.size), ...);
  };
  room(start_, day_, hour_, flags_, amount_, discount_, promotion_, dimension_, chosen_);
  std::size_t size = 0;
  std::size_t window_begin = 0;
  for (std::size_t s = 0; s < journey.size; ++s) {
    // Which value a session is in cannot be foreseen, so nothing branches on it: what is not in
    // this one is written over by the next.
    chosen_[size] = static_cast<std::uint32_t>(s);
    const std::size_t is_in = facts_.value_of_code[journey.dimension[s]] == value ? 1 : 0;
    size += is_in;
    window_begin += s < journey.window_begin ? is_in : 0;
  }
  sub_ = journey;
  sub_.size = size;
  sub_.chosen = chosen_.data();
  sub_.window_begin = window_begin;
  const auto take = [&, chosen = chosen_.data()](const auto*& column, auto& cells) {
    auto* const taken = cells.data();
    const auto* const all = column;
    for (std::size_t i = 0; i < size; ++i) taken[i] = all[chosen[i]];
    column = taken;
  };
  take(sub_.start, start_);
  take(sub_.day, day_);
  take(sub_.hour, hour_);
  take(sub_.flags, flags_);
  take(sub_.amount, amount_);
  take(sub_.discount, discount_);
  take(sub_.promotion, promotion_);
  take(sub_.dimension, dimension_);
  find_orders(sub_, orders_);
  return sub_;
}

void States::merge(const States& other) {
  for (std::size_t p = 0; p < populations_.size(); ++p) {
    for (std::size_t f = 0; f < populations_[p].families.size(); ++f) {
      if (populations_[p].families[f] == nullptr || populations_[p].is_filled[f]) continue;
      populations_[p].families[f]->merge(*other.populations_[p].families[f]);
      if (populations_[p].apart[f] == nullptr) continue;
      populations_[p].apart[f]->merge(*other.populations_[p].apart[f]);
    }
  }
}

std::string States::save() const {
  std::string bytes;
  const auto put = [&](const std::string& population, std::size_t f, const Family& family) {
    put_text(bytes, population);
    put_text(bytes, families()[f].name);
    std::string state;
    family.save(state);
    put_text(bytes, state);
  };
  for (const Population& population : populations_) {
    const std::string& name = population.frame->population;
    for (std::size_t f = 0; f < population.families.size(); ++f) {
      if (population.families[f] == nullptr || population.is_filled[f]) continue;
      put(population.frame->is_main ? "main" : kValueMark + name, f, *population.families[f]);
      if (population.apart[f] != nullptr) put(kApartMark + name, f, *population.apart[f]);
    }
  }
  return bytes;
}

void States::load(std::string_view bytes) {
  while (!bytes.empty()) {
    const std::string_view name = take_text(bytes);
    const std::string_view family_name = take_text(bytes);
    std::string_view state = take_text(bytes);
    const bool is_apart = name.starts_with(kApartMark);
    const auto population = std::ranges::find_if(populations_, [&](const Population& p) {
      if (p.frame->is_main) return name == "main";
      const bool is_value = is_apart || name.starts_with(kValueMark);
      return is_value && name.substr(1) == p.frame->population;
    });
    const auto spec = std::ranges::find(families(), family_name, &FamilySpec::name);
    if (population == populations_.end() || spec == families().end()) {
      throw Error("E-STATE",
                  fmt::format("A saved state of {} / {} does not belong to this question.", name,
                              family_name));
    }
    const auto f = static_cast<std::size_t>(spec - families().begin());
    const auto& mine = is_apart ? population->apart[f] : population->families[f];
    if (mine == nullptr) throw Error("E-STATE", "A saved state does not belong to this question.");
    const std::unique_ptr<Family> loaded = spec->make(*population->frame);
    loaded->load(state);
    mine->merge(*loaded);
  }
}

void States::give(Table table, std::vector<Table>& tables) const {
  const bool is_asked = reports_.contains(table.name());
  std::vector<Table> views;
  for (const ReportSpec* view : views_of(table.name())) {
    if (reports_.contains(view->name)) views.push_back(view_from(table, *view));
  }
  if (is_asked) tables.push_back(std::move(table));
  std::ranges::move(views, std::back_inserter(tables));
}

std::vector<Answer> States::answers(ThreadPool& pool) {
  put_together();
  // Of every population, of every family.
  const std::size_t width = families().size();
  std::vector<std::vector<Table>> made(populations_.size() * width);
  pool.for_each(made.size(), [&](std::size_t i, std::size_t) {
    const auto& family = populations_[i / width].families[i % width];
    if (family != nullptr) made[i] = family->tables();
  });

  std::vector<Answer> answers;
  for (std::size_t p = 0; p < populations_.size(); ++p) {
    if (!populations_[p].is_asked) continue;
    Answer answer{populations_[p].frame->population, populations_[p].frame->is_main, {}};
    for (std::size_t f = 0; f < width; ++f) {
      if (families()[f].kind == FamilyKind::kAcrossDimensions) continue;
      for (Table& table : made[p * width + f]) give(std::move(table), answer.tables);
    }
    answers.push_back(std::move(answer));
  }

  // Main's reports about dimension values: the tables of all values, one below the other.
  for (std::size_t f = 0; f < width; ++f) {
    if (families()[f].kind != FamilyKind::kAcrossDimensions) continue;
    std::vector<Table> together;
    for (std::size_t p = 0; p < populations_.size(); ++p) {
      std::vector<Table>& tables = made[p * width + f];
      if (together.empty()) {
        together = std::move(tables);
        continue;
      }
      for (std::size_t t = 0; t < tables.size(); ++t) together[t].append(tables[t]);
    }
    for (const Table& table : together) give(by_day(table), answers.front().tables);
  }
  return answers;
}

void narrow(Facts& facts, const Question& question) {
  const auto tell = [&](Frame& frame) { frame.limit = question.limit; };
  tell(facts.main);
  std::ranges::for_each(facts.values, tell);
  if (question.reports.empty()) return;
  auto reports = std::make_shared<NameSet>(question.reports.begin(), question.reports.end());
  auto columns = std::make_shared<std::map<std::string, NameSet, std::less<>>>();
  for (const std::string& name : question.reports) {
    const std::optional<View>& view = find_report(name).view;
    if (!view) continue;
    reports->insert(view->report);
    if (question.reports.contains(view->report)) continue;
    (*columns)[view->report].insert(view->columns.begin(), view->columns.end());
  }
  const auto tell_reports = [&](Frame& frame) {
    frame.reports = reports;
    frame.columns_of_views = columns;
  };
  tell_reports(facts.main);
  std::ranges::for_each(facts.values, tell_reports);
}

std::vector<std::vector<Answer>> answer(const journeys::Journeys& journeys,
                                        std::vector<Inquiry> inquiries, ThreadPool& pool,
                                        Progress& progress, const Cancellation& cancellation) {
  for (Inquiry& inquiry : inquiries) {
    narrow(inquiry.facts, inquiry.question);
    find_churn_thresholds(journeys, inquiry.question, inquiry.facts, pool, cancellation);
    find_segment_model(journeys, inquiry.question, inquiry.facts, pool, cancellation);
  }
  const auto new_states = [&] {
    std::vector<std::unique_ptr<States>> states;
    for (const Inquiry& inquiry : inquiries) {
      states.push_back(std::make_unique<States>(inquiry.question, inquiry.facts));
    }
    return states;
  };
  std::vector<std::unique_ptr<States>> all = new_states();
  const bool needs_customers =
      std::ranges::any_of(all, [](const auto& states) { return states->needs_customers(); });
  // By worker, then inquiry; the calling thread's are those of the answer.
  std::vector<std::vector<std::unique_ptr<States>>> workers(pool.size());
  const std::size_t files = needs_customers ? journeys.partitions().size() : 0;
  pool.for_each(files, [&](std::size_t p, std::size_t worker) {
    auto& states = worker == 0 ? all : workers[worker];
    if (states.empty()) states = new_states();
    const journeys::Partition& partition = journeys.partitions()[p];
    std::vector<std::uint32_t> orders;
    for (std::uint32_t customer = 0; customer < partition.customers(); ++customer) {
      if (customer % 10'000 == 0) cancellation.check();
      if (partition.is_superseded(customer)) continue;
      for (std::size_t i = 0; i < inquiries.size(); ++i) {
        const Facts& facts = inquiries[i].facts;
        if (!facts.asks_about(p, customer)) continue;
        states[i]->add(journey_in(partition, customer, facts.main, orders));
      }
    }
    progress.advance(static_cast<std::uint64_t>(partition.count_live_sessions()));
  });
  std::vector<std::vector<Answer>> answers;
  for (std::size_t i = 0; i < inquiries.size(); ++i) {
    for (const auto& states : workers) {
      if (!states.empty()) all[i]->merge(*states[i]);
    }
    answers.push_back(all[i]->answers(pool));
  }
  return answers;
}

std::vector<Answer> answer(const journeys::Journeys& journeys, const Facts& found,
                           const Question& question, ThreadPool& pool, Progress& progress,
                           const Cancellation& cancellation) {
  return answer(journeys, {{question, found}}, pool, progress, cancellation).front();
}

}  // namespace ca::reports

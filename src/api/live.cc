#include "api/live.h"

#include <fmt/format.h>

#include <algorithm>

#include "api/report_question.h"
#include "api/sha256.h"
#include "api/snapshots.h"
#include "base/checksum.h"
#include "base/error.h"

namespace ca::api {
namespace {

/// Rows that are read and written down in about ten milliseconds.
constexpr std::int64_t kRowsOfAMoment = 10'000;

/// Texts one after the other, each with its size before it, so that others give other bytes.
std::string joined(const std::vector<std::string>& texts) {
  std::string bytes = fmt::format("{};", texts.size());
  for (const std::string& text : texts) bytes += fmt::format("{}:{}", text.size(), text);
  return bytes;
}

std::string key_of(const ShownRows& shown) {
  const auto number = [](const std::optional<std::size_t>& value) {
    return value ? static_cast<std::int64_t>(*value) : -1;
  };
  return fmt::format("{} {} {} {}", number(shown.limit), number(shown.sample), shown.is_descending,
                     shown.sort ? joined({*shown.sort}) : "-");
}

/// The question as a text that differs where the answer may.
std::string key_of(const ReportQuery& query, const std::string& run) {
  std::string key = joined({run}) + joined(query.names) + joined(query.dimensions);
  for (const auto& text : {query.snapshot, query.from, query.to, query.compare}) {
    key += text ? joined({*text}) : "-";
  }
  key += fmt::format("{} {} {} {} {} {} ", query.as_union, query.nearest, query.falls_back,
                     query.is_veiled, query.offset, key_of(query.shown));
  for (const auto& [name, options] : query.options) {
    key += joined({name, key_of(options.shown)});
    key += options.dimensions ? joined(*options.dimensions) : "-";
  }
  if (query.segment) {
    key += joined({query.segment->name}) + (query.segment->is_of_snapshot ? "s" : "c") +
           sha256_of(joined(query.segment->clients));  // nobody makes two lists that agree in it
  }
  return key;
}

}  // namespace

// ---- one version of the journeys ----------------------------------------------------------------

LiveShop::LiveShop(const workspace::Home& home, const reports::Manifest& manifest, ThreadPool& pool)
    : version_(manifest.journeys),
      as_of_(manifest.as_of),
      journeys_(home.journeys_folder() / manifest.journeys) {
  journeys_.verify(pool, journeys::kFirstColdSection);
}

bool LiveShop::is_of(const reports::Manifest& manifest) const {
  return version_ == manifest.journeys && as_of_ == manifest.as_of;
}

reports::Facts LiveShop::facts(std::optional<Day> from, std::optional<Day> to,
                               ThreadPool& pool) const {
  if (index_ != nullptr) return index_->facts(from, to, pool);
  return reports::find_facts(journeys_, {Instant{as_of_}, from, to}, pool);
}

void LiveShop::make_index(ThreadPool& pool) {
  if (index_ == nullptr) index_ = std::make_unique<reports::DayIndex>(journeys_, as_of_, pool);
}

void LiveShop::verify_baskets(ThreadPool& pool) {
  if (has_verified_baskets_) return;
  journeys_.verify(pool, journeys::Section::kDeliverySession);
  has_verified_baskets_ = true;
}

// ---- questions ----------------------------------------------------------------------------------

Live::Live(workspace::Home home, const Options& options)
    : home_(std::move(home)),
      pool_(options.threads > 0 ? options.threads : usable_processors()),
      line_(options.waiting),
      writing_(options.waiting),
      cache_(options.cached_bytes),
      is_sample_(options.is_sample),
      makes_index_(options.makes_index) {}

Live::Turn Live::take_turn(const reports::Manifest& manifest, const Cancellation& cancellation) {
  const auto current = workspace::read_current(home_);
  if (!current || current->journeys != manifest.journeys) {
    throw Error("E-SNAPSHOT",
                "What is computed now, such as a window, can only be asked of the newest snapshot.",
                "Leave out the snapshot day; the window's end says as of when.");
  }
  WaitingLine::Turn turn = line_.enter(cancellation);
  if (shop_ == nullptr || !shop_->is_of(manifest)) {
    shop_ = nullptr;  // before another is mapped
    shop_ = std::make_shared<LiveShop>(home_, manifest, pool_);
    if (makes_index_) shop_->make_index(pool_);
  }
  return {std::move(turn), shop_, pool_};
}

ByteCache::Bytes Live::json(const ReportQuery& query, const Cancellation& cancellation) {
  return remembered(query, "json", in_force(),
                    [&] { return to_json(this->query(query, cancellation)); });
}

std::string Live::in_force() const {
  const auto current = workspace::read_current(home_);
  return current ? current->snapshot : "";
}

ByteCache::Bytes Live::remembered(const ReportQuery& query, std::string_view form,
                                  const std::string& in_force,
                                  const std::function<std::string()>& make) {
  const std::string key = key_of(query, in_force) + std::string(form);
  if (ByteCache::Bytes bytes = cache_.get(key)) return bytes;
  auto bytes = std::make_shared<const std::string>(make());
  // What was published meanwhile may have answered.
  if (this->in_force() == in_force) cache_.put(key, bytes);
  return bytes;
}

std::string Live::tag(const ReportQuery& query, std::string_view form,
                      const std::string& in_force) const {
  std::string key = key_of(query, in_force) + std::string(form);
  if (query.is_veiled) key += veil_.name();
  return hexadecimal(checksum_of(key).xxh3);
}

bool Live::is_large(const ReportQuery& query) const {
  const std::string in_force = this->in_force();
  if (in_force.empty()) return false;
  const std::lock_guard lock(sizes_mutex_);
  if (sizes_.snapshot != in_force) {
    const reports::Manifest manifest = undisturbed(home_, [&] { return api::manifest(home_); });
    sizes_ = {in_force, manifest.populations.size(), manifest.rows};
  }
  return std::ranges::any_of(query.names, [&](const std::string& asked) {
    const std::string name(reports::current_name(asked));
    const auto rows = sizes_.rows.find(name);
    if (rows == sizes_.rows.end()) return false;
    if (reports::find_report(name).names_customers()) return rows->second > kRowsOfAMoment;
    // Of other reports populations have much the same number of rows.
    std::size_t asked_populations = std::max<std::size_t>(query.dimensions.size(), 1);
    if (const auto options = query.options.find(asked); options != query.options.end()) {
      if (options->second.dimensions) asked_populations = options->second.dimensions->size();
    }
    const auto populations = static_cast<std::int64_t>(sizes_.populations);
    return rows->second * static_cast<std::int64_t>(asked_populations) >
           kRowsOfAMoment * populations;
  });
}

std::optional<WaitingLine::Turn> Live::take_turn_to_write(const ReportQuery& query,
                                                          const Cancellation& cancellation) {
  if (!is_large(query)) return std::nullopt;
  return writing_.enter(cancellation);
}

void Live::warm(const Cancellation& cancellation) {
  undisturbed(home_, [&] {
    const auto current = workspace::read_current(home_);
    if (!current || current->snapshot.empty()) return;
    const reports::Snapshot snapshot = find_snapshot(home_);
    const Turn turn = take_turn(snapshot.manifest(), cancellation);
    turn.shop->make_index(turn.pool);
    if (turn.shop->journeys().schema().has_products) turn.shop->verify_baskets(turn.pool);
  });
}

}  // namespace ca::api

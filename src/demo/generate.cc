#include "demo/generate.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/folder.h"
#include "base/thread_pool.h"
#include "demo/files.h"
#include "demo/folder.h"
#include "demo/life.h"
#include "demo/parquet_files.h"
#include "demo/shop.h"
#include "demo/truth.h"

namespace ca::demo {
namespace {

namespace fs = std::filesystem;

constexpr std::uint32_t kBlock = 2048;       ///< customers
constexpr std::uint32_t kSample = 50'000;    ///< customers lived through to learn their orders
constexpr std::size_t kBlocksPerThread = 8;  ///< in one round
constexpr std::size_t kDaysPerThread = 2;    ///< in one round
constexpr double kMostDirt = 0.2;
constexpr double kUsualSessionsPerCustomer = 10;  ///< for which Behaviour's rates are meant

void require(bool is_possible, const std::string& message, const std::string& hint) {
  if (!is_possible) throw Error("E-PARAM", message, hint);
}

std::uint64_t sessions_of(const GenerateOptions& options) {
  return options.sessions.value_or(std::uint64_t{options.customers} * 10);
}

void check(const GenerateOptions& options) {
  require(options.customers >= 1 && options.customers <= kMostCustomers,
          fmt::format("{} customers are not possible.", options.customers),
          fmt::format("Give 1 to {}.", kMostCustomers));
  const std::uint64_t sessions = sessions_of(options);
  require(sessions >= kFewestSessionsPerCustomer * options.customers &&
              sessions <= kMostSessionsPerCustomer * options.customers,
          fmt::format("{} sessions do not fit {} customers.", sessions, options.customers),
          fmt::format("Give {} to {} sessions a customer.", kFewestSessionsPerCustomer,
                      kMostSessionsPerCustomer));
  require(options.days >= 28 && options.days <= 3650,
          fmt::format("A history of {} days is not possible.", options.days),
          "Give 28 to 3650 days.");
  require(
      options.tail_days >= 0 && options.tail_days < options.days,
      fmt::format("The last {} days of {} cannot be set apart.", options.tail_days, options.days),
      "Give fewer days than the history has.");
  require(options.dirty >= 0 && options.dirty <= kMostDirt,
          fmt::format("{} percent of dirty rows are not possible.", options.dirty * 100),
          fmt::format("Give 0 to {:.0f} percent.", kMostDirt * 100));
}

/// Rates of orders and of visits, so that there are about as many sessions as asked for. How many
/// orders come of the rates is learnt from a sample of the customers.
void set_rates(Shop& shop, const GenerateOptions& options) {
  const double sessions = static_cast<double>(sessions_of(options)) / options.customers;
  shop.behaviour.alpha *= kUsualSessionsPerCustomer / sessions;
  const std::uint32_t sample = std::min(options.customers, kSample);
  Life life;
  double visits = 0;
  double days_about = 0;
  for (std::uint32_t number = 0; number < sample; ++number) {
    const auto customer =
        static_cast<std::uint32_t>(std::uint64_t{number} * options.customers / sample);
    live(shop, customer, options.customers, life);
    visits += static_cast<double>(life.visits.size());
    days_about += life.days_about;
  }
  if (days_about <= 0) return;
  shop.behaviour.visits_a_day = std::max(0.0, sessions * sample - visits) / days_about;
}

/// What one thread works with.
struct Worker {
  Worker(const Shop& shop, double dirty) : writer(shop), dirt(shop, dirty) {}
  RowWriter writer;
  Dirt dirt;
  Life life;
  Totals totals;
};

/// The rows of one piece of work, for the files of the base and for those of the last days.
struct Piece {
  Rows base;
  Rows late;
};

class Generation {
 public:
  Generation(const GenerateOptions& options, const Shop& shop, const fs::path& folder,
             Progress& progress, const Cancellation& cancellation)
      : options_(options),
        shop_(shop),
        pool_(options.threads > 0 ? options.threads : usable_processors()),
        visits_(folder, shop.days, pool_.size()),
        workers_(pool_.size(), Worker(shop, options.dirty)),
        base_(folder, kSourceNames),
        progress_(progress),
        cancellation_(cancellation) {
    if (options.tail_days > 0) {
      make_folder(folder / kLateFolder);
      late_.emplace(folder / kLateFolder, kLateNames);
    }
  }

  void write_customers() {
    progress_.stage("customers", options_.customers, "customers");
    in_rounds((options_.customers + kBlock - 1) / kBlock, kBlocksPerThread,
              [&](std::size_t block, std::size_t thread, Piece& piece) {
                live_block(static_cast<std::uint32_t>(block), thread, piece);
              });
    visits_.flush();
  }

  void write_days() {
    const auto days = static_cast<std::size_t>(shop_.days);
    std::vector<std::uint64_t> first(days + 1);  // number of each day's first session
    for (std::size_t day = 0; day < days; ++day) {
      first[day + 1] = first[day] + visits_.count(static_cast<std::int32_t>(day));
    }
    progress_.stage("sessions", first[days], "sessions");
    in_rounds(days, kDaysPerThread, [&](std::size_t day, std::size_t thread, Piece& piece) {
      write_day(static_cast<std::int32_t>(day), first[day], workers_[thread], piece);
    });
    base_.close();
    if (late_) late_->close();
    progress_.finish();
  }

  Generated sums() const {
    Generated sums;
    for (const Worker& worker : workers_) {
      sums.totals.add(worker.totals);
      for (std::size_t kind = 0; kind < kDirtKinds.size(); ++kind) {
        sums.dirt[kind] += worker.dirt.counts()[kind];
      }
    }
    return sums;
  }

 private:
  static std::int32_t day_of(Second moment) {
    return static_cast<std::int32_t>(moment / kSecondsPerDay);
  }
  std::int32_t first_late_day() const { return shop_.days - options_.tail_days; }

  void live_block(std::uint32_t block, std::size_t thread, Piece& piece) {
    Worker& worker = workers_[thread];
    const std::uint32_t begin = block * kBlock;
    const std::uint32_t end = std::min(options_.customers, begin + kBlock);
    for (std::uint32_t customer = begin; customer < end; ++customer) {
      live(shop_, customer, options_.customers, worker.life);
      Rows& rows = day_of(worker.life.download) >= first_late_day() ? piece.late : piece.base;
      worker.writer.customer(customer, worker.life, rows, worker.totals);
      worker.dirt.after_customer(customer, rows);
      visits_.put(worker.life.visits, thread);
    }
    progress_.advance(end - begin);
  }

  void write_day(std::int32_t day, std::uint64_t number, Worker& worker, Piece& piece) {
    const std::vector<Visit> visits = visits_.take(day);
    Rows& rows = day >= first_late_day() ? piece.late : piece.base;
    for (const Visit& visit : visits) {
      const Dirt::Sizes before = Dirt::sizes_of(rows);
      worker.writer.visit(visit, number, rows, worker.totals);
      worker.dirt.after_visit(number, before, rows, worker.totals);
      ++number;
    }
    progress_.advance(visits.size());
  }

  /// Does the pieces of work on all threads and writes their rows in order, some pieces at a time.
  template <class Body>
  void in_rounds(std::size_t count, std::size_t per_thread, const Body& body) {
    const std::size_t per_round = per_thread * pool_.size();
    for (std::size_t begin = 0; begin < count; begin += per_round) {
      std::vector<Piece> pieces(std::min(per_round, count - begin));
      pool_.for_each(pieces.size(), [&](std::size_t index, std::size_t thread) {
        cancellation_.check();
        body(begin + index, thread, pieces[index]);
      });
      for (const Piece& piece : pieces) {
        base_.write(piece.base);
        if (late_) late_->write(piece.late);
      }
    }
  }

  const GenerateOptions& options_;
  const Shop& shop_;
  ThreadPool pool_;
  VisitsByDay visits_;
  std::vector<Worker> workers_;
  TableFiles base_;
  std::optional<TableFiles> late_;
  Progress& progress_;
  const Cancellation& cancellation_;
};

}  // namespace

Generated generate(const GenerateOptions& options, Progress& progress,
                   const Cancellation& cancellation) {
  check(options);
  ShopFolder folder(options.folder);
  Shop shop = make_shop(options.until - (options.days - 1), options.days, options.seed);
  set_rates(shop, options);
  Generated generated;
  {
    Generation generation(options, shop, folder.unfinished(), progress, cancellation);
    generation.write_customers();
    generation.write_days();
    generated = generation.sums();
  }
  if (options.format == FileFormat::kParquet) {
    const std::size_t threads = options.threads > 0 ? options.threads : usable_processors();
    make_parquet(folder.unfinished(), options.dirty > 0, threads, progress, cancellation);
  }
  write_file(folder.unfinished() / "connect.toml", connect_toml(options));
  write_file(folder.unfinished() / kTruthName, truth_json({options, shop, generated}));
  folder.publish();
  for (const Promotion& promotion : shop.promotions) {
    if (promotion.order_factor == 1) continue;
    generated.promotions.push_back({promotion.name, promotion.order_factor});
  }
  for (const OddDay& odd : shop.odd_days) {
    generated.odd_days.push_back({shop.begin + odd.day, odd.kind, odd.orders_factor});
  }
  return generated;
}

}  // namespace ca::demo

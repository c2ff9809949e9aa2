#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/calendar.h"
#include "workspace/clock.h"
#include "workspace/configuration.h"
#include "workspace/home.h"
#include "workspace/run_lock.h"
#include "workspace/run_record.h"

namespace ca::workspace {

/// A source as it was before a change.
struct SourceVersion {
  std::string saved_at;
  SourceRecord source;  ///< content and version only
};

inline constexpr std::size_t kMostImportRoots = 200;

/// A file that came over HTTP and lies in the home's imports.
struct UploadRecord {
  std::string id;
  std::string name;  ///< as the sender called it: to be shown, never a path
  std::string file;  ///< its name in imports_folder()
  std::uint64_t bytes = 0;
  std::string created_at;  ///< UTC, ISO 8601; add_upload() sets it when it is empty
  std::string created_by;  ///< a user's name
};

/// A published snapshot, which is the folder of that name.
struct SnapshotRecord {
  std::string run;
  Day day;  ///< of the run, in the workspace's zone (ruling 7)
  bool operator==(const SnapshotRecord&) const = default;
};

/// People's settings and the record of runs: workspace.sqlite of a home. Any number of processes
/// may have it open, readers wait for nobody and writers take turns; threads may share one object,
/// whose calls take turns too. Not to be used in a forked child of the process that opened it.
///
/// What save(), restore_source() and finish_run() wrote survives a power cut, and all that was
/// written before with it; everything survives the end of the process.
///
/// Errors of all calls: E-BUSY when another process writes for more than ten seconds, E-FILE or
/// E-PERM when the disk refuses, E-HOME when the file is damaged.
class Workspace {
 public:
  /// Creates the file (mode 0600) or brings an older one up to date. Throws Error E-SCHEMA for one
  /// that a newer program has written.
  explicit Workspace(const Home& home, Clock clock = {});
  Workspace(Workspace&&) noexcept;
  Workspace& operator=(Workspace&&) noexcept;
  ~Workspace();

  const Home& home() const;

  // --- Configuration ---

  /// Replaces the whole configuration, or on any Error nothing. A source whose content changed gets
  /// the next version, and what it was stays restorable; so does one that is left out. Versions in
  /// `configuration` are ignored; a status that is not empty is taken over with last_test_at and
  /// rows, else an unchanged source keeps what is known of it and a changed one is "untested".
  /// Errors: E-PARAM for an unknown kind, one kind twice, or text that is not UTF-8.
  void save(const Configuration& configuration);
  /// Saves one source under the same terms and returns its version; settings and other sources
  /// stay. A status without last_test_at is of now.
  int save_source(const SourceRecord& source);
  /// Leaves one source out; false when it was not there.
  bool remove_source(std::string_view kind);
  /// Replaces all settings; sources stay.
  void save_settings(const std::map<std::string, std::string>& settings);
  /// Sources in the order sessions, customers, products, deliveries.
  Configuration configuration() const;
  /// What restore_source() can bring back, newest first.
  std::vector<SourceVersion> source_versions(std::string_view kind) const;
  /// Makes the content of an earlier version the newest one, also of a source that was left out,
  /// and returns its number. Throws Error E-PARAM when there is no such version.
  int restore_source(std::string_view kind, int version);
  /// Records a check or a load that ended now. Throws Error E-PARAM when the source is not
  /// connected.
  void set_source_status(std::string_view kind, std::string_view status, std::int64_t rows);

  // --- Files that may be named from outside ---

  /// Folders (and single files) that the operating-system user has named, in byte order (ruling
  /// 52). At most kMostImportRoots are kept; further ones are not.
  std::vector<std::string> import_roots() const;
  void add_import_roots(const std::vector<std::string>& paths);

  /// Files that were uploaded, oldest first.
  std::vector<UploadRecord> uploads() const;
  void add_upload(const UploadRecord& upload);
  /// False when there was none of that id.
  bool remove_upload(std::string_view id);

  // --- Runs ---

  /// Records a run that starts now and returns its id, `YYYYMMDDTHHMMSS-NNNN` (UTC, then a count
  /// within that second). Only for whoever holds the RunLock. Error E-CONFLICT when a request that
  /// `origin` names does not wait with these options.
  std::string begin_run(Trigger trigger, std::string_view config_hash,
                        std::string_view load_hash = {}, const RunOrigin& origin = {});
  /// Stages that have not ended become cancelled. Throws Error E-PARAM when it is not running.
  void finish_run(std::string_view run, RunState state, std::string_view error_code = {},
                  std::string_view error_text = {});
  /// Gives runs whose process died the state interrupted, the time of their last sign of life, and
  /// failed stages (E-INTERRUPTED) where they were running. A run that `held` names is alive.
  /// Returns their ids, oldest first.
  std::vector<std::string> mark_interrupted(const RunLock& held);

  /// Announces a stage that waits for its turn.
  void stage_pending(std::string_view run, std::string_view stage, std::string_view dimension = {});
  /// Starts it, or starts it again as the next attempt.
  void stage_started(std::string_view run, std::string_view stage, std::string_view dimension = {});
  /// Also for one that was never started, because it is skipped.
  void stage_finished(std::string_view run, std::string_view stage, std::string_view dimension,
                      const StageResult& result);
  /// How much of a running stage is done. May be called as often as one likes: the latest
  /// values of all stages are written together, at most four times a second; one that came too
  /// early is written with the next call that writes to the record of runs.
  void stage_progress(std::string_view run, std::string_view stage, std::string_view dimension,
                      const StageUnits& units);
  /// Writes a line of the run's log. Bytes of `fields` that are not UTF-8 become U+FFFD.
  void event(std::string_view run, Level level, std::string_view stage, std::string_view dimension,
             std::string_view message, const Fields& fields = {});
  /// One row a run, source and rule; a second one, from a stage that is repeated, replaces it.
  void add_quality(std::string_view run, const QualityRecord& record);

  /// The process of the run is alive.
  void heartbeat(std::string_view run);
  /// Asks the process of a run to end it; it looks several times a second. Who asked first counts.
  /// False when the run does not work (any more).
  bool ask_to_cancel(std::string_view run, std::string_view who);
  /// Who did; empty: nobody.
  std::string cancelled_by(std::string_view run) const;
  /// What the run counted, for its history: a JSON object (runs/history.h).
  void set_rows(std::string_view run, std::string_view json);

  /// Newest first, where `older_than` is given those before that run.
  std::vector<RunRecord> runs(std::size_t limit, std::string_view older_than = {}) const;
  std::optional<RunRecord> run(std::string_view id) const;
  /// The newest run in which that stage succeeded.
  std::optional<RunRecord> last_run_with(std::string_view stage) const;
  /// In the order they were announced or started.
  std::vector<StageRecord> stages(std::string_view run) const;
  /// Oldest first, those whose id is larger than `after_id`.
  std::vector<EventRecord> events(std::string_view run, std::int64_t after_id = 0) const;
  std::vector<EventRecord> events(std::string_view run, const EventQuery& query) const;
  std::vector<QualityRecord> quality(std::string_view run) const;

  // --- Runs that wait ---

  /// Leaves a request for a run, to be begun when none works. Where some wait already, `merged`
  /// says what becomes of the options of one and the asked ones, or that both cannot be one run
  /// (empty). The first that can be joined is; else the request waits behind them.
  RunRequestRecord ask_for_run(Trigger trigger, std::string_view requested_by,
                               std::string_view options_json,
                               const std::function<std::string(std::string_view waiting)>& merged);
  /// The one that begins next: the first that was left.
  std::optional<RunRequestRecord> waiting_request() const;
  /// The run that a request became; empty when nothing will come of it, nothing while it waits.
  std::optional<std::string> run_of_request(std::int64_t id) const;
  /// Nothing will come of it. False when it waits no more.
  bool drop_request(std::int64_t id);

  // --- Snapshots ---

  /// Records that the run's snapshot is in force or was once: what is asked for by day is found
  /// here. Only for whoever holds the RunLock, after publish(). A second call corrects the day.
  void add_snapshot(std::string_view run, Day day);
  /// Before its folder is deleted.
  void remove_snapshot(std::string_view run);
  /// In the order in which they were published, whatever the clock said then. Those of runs that
  /// the record of runs does not know come first, by name.
  std::vector<SnapshotRecord> snapshots() const;

 private:
  friend class PeopleDatabase;  // further tables of the same file

  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace ca::workspace

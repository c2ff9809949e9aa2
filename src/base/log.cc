#include "base/log.h"

#include <spdlog/sinks/rotating_file_sink.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <iostream>
#include <memory>
#include <mutex>

#include "base/calendar.h"
#include "base/error.h"
#include "base/terminal.h"
#include "base/writers.h"

namespace ca::log {
namespace {

constexpr std::size_t kFileBytes = 20 * 1024 * 1024;
constexpr std::size_t kOlderFiles = 9;

struct OpenLog {
  std::unique_ptr<spdlog::logger> file;
  Options options;
};

std::mutex mutex;  // guards `current`
std::shared_ptr<const OpenLog> current;

std::shared_ptr<const OpenLog> open_log() {
  const std::lock_guard lock(mutex);
  return current;
}

std::string_view name_of(Level level) {
  switch (level) {
    case Level::kDebug: return "debug";
    case Level::kInfo: return "info";
    case Level::kWarning: return "warning";
    case Level::kError: return "error";
  }
  return "unknown";
}

std::string now() {
  const auto since_epoch = std::chrono::system_clock::now().time_since_epoch();
  const auto micros = std::chrono::duration_cast<std::chrono::microseconds>(since_epoch);
  return Zone::utc().format(Instant{micros.count()}) + "Z";
}

/// Parts of names whose values are never written, whoever passes them.
constexpr std::array<std::string_view, 7> kSecretNames = {
    "password", "passphrase", "token", "secret", "authorization", "cookie", "credential"};

bool is_secret(std::string_view name) {
  std::string small(name);
  for (char& c : small) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + ('a' - 'A'));
  }
  return std::ranges::any_of(
      kSecretNames, [&](std::string_view part) { return small.find(part) != std::string::npos; });
}

std::string_view value_of(const Field& field) {
  return is_secret(field.name()) ? std::string_view("\"[redacted]\"") : field.json();
}

std::string as_json(Level level, std::string_view event, Fields fields) {
  std::string line = fmt::format("{{\"time\":\"{}\",\"level\":\"{}\",\"event\":{}", now(),
                                 name_of(level), json_string(event));
  for (const Field& field : fields) {
    line += fmt::format(",{}:{}", json_string(field.name()), value_of(field));
  }
  line += '}';
  return line;
}

std::string for_people(Level level, std::string_view event, Fields fields) {
  std::string line = fmt::format("{}: {}", name_of(level), event);
  for (const Field& field : fields) line += fmt::format(" {}={}", field.name(), value_of(field));
  return visible(line);
}

}  // namespace

void open(const std::filesystem::path& folder, const Options& options) {
  const std::filesystem::path path = folder / "customeranalytics.log";
  auto log = std::make_shared<OpenLog>();
  log->options = options;
  try {
    std::filesystem::create_directories(folder);
    log->file = std::make_unique<spdlog::logger>(
        "customeranalytics", std::make_shared<spdlog::sinks::rotating_file_sink_mt>(
                                 path.string(), kFileBytes, kOlderFiles));
  } catch (const std::exception& failure) {
    throw Error("E-FILE",
                fmt::format("The log {} cannot be written: {}", path.string(), failure.what()),
                "Check the folder's permissions and the space on its disk.");
  }
  log->file->set_pattern("%v");
  log->file->set_level(spdlog::level::trace);
  log->file->flush_on(spdlog::level::trace);
  log->file->set_error_handler([](const std::string&) {});
  const std::lock_guard lock(mutex);
  current = std::move(log);
}

void close() {
  const std::lock_guard lock(mutex);
  current.reset();
}

Field::Field(std::string_view name, std::string_view value)
    : name_(name), json_(json_string(value)) {}

Field::Field(std::string_view name, double value) : name_(name), json_(json_number(value)) {}

void write(Level level, std::string_view event, Fields fields) {
  const std::shared_ptr<const OpenLog> log = open_log();
  if (!log || level < log->options.lowest) return;
  const std::string line = as_json(level, event, fields);
  log->file->log(spdlog::level::info, line);
  if (log->options.lines_to_stderr) {
    std::cerr << line + "\n" << std::flush;
  } else if (log->options.warnings_to_stderr && level >= Level::kWarning) {
    std::cerr << for_people(level, event, fields) + "\n" << std::flush;
  }
}

}  // namespace ca::log

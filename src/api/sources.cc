#include "api/sources.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>

#include "api/configuration_file.h"
#include "api/settings.h"
#include "base/messages.h"
#include "base/scratch_folder.h"
#include "base/utf8.h"
#include "runs/shop_plan.h"

namespace ca::api {
namespace {

namespace fs = std::filesystem;
using workspace::Configuration;
using workspace::SourceRecord;

/// Step 1 as far as it concerns no mapping: the source in its kept form.
SourceRecord settled(SourceRecord source, const ImportRoots& roots) {
  for (const auto& [name, value] : source.options) {
    const std::vector<std::string>& known = source_options();
    if (std::ranges::find(known, name) == known.end()) {
      fail_unknown(fmt::format("In [{}] the key", source.kind), name, {}, known);
    }
  }
  source.type = sources::canonical_type(source.type);
  source.path = roots.settled(source.path).string();
  runs::location_of(source);
  return source;
}

std::string option(const SourceRecord& source, const std::string& name) {
  const auto found = source.options.find(name);
  return found == source.options.end() ? std::string() : found->second;
}

std::string timezone_of(const Configuration& configuration, const SourceRecord& source) {
  const std::string own = option(source, "timezone");
  return own.empty() ? runs::setting(configuration, "workspace.timezone", "UTC") : own;
}

Configuration replaced(Configuration configuration, const SourceRecord& source) {
  const auto place = std::ranges::find(configuration.sources, source.kind, &SourceRecord::kind);
  if (place == configuration.sources.end()) {
    configuration.sources.push_back(source);
  } else {
    *place = source;
  }
  return configuration;
}

/// Opens what the source means and describes it, whatever is mapped.
OpenedSource look_at(const Configuration& configuration, const SourceRecord& source, int rows,
                     const ImportRoots& roots, const fs::path& scratch,
                     const Cancellation& cancellation, CheckedSource& found) {
  const std::string zone = timezone_of(configuration, source);
  Zone::find(zone);
  const sources::Location location = roots.settled(runs::location_of(source));
  OpenedSource opened = open_source(location, rows, scratch, cancellation);
  found = described(location, opened, zone, option(source, "date_pattern"));
  return opened;
}

/// Steps 1 to 4 of a source in its kept form; `found` is filled as far as they get.
void check(const Configuration& configuration, const SourceRecord& source, const ImportRoots& roots,
           const Cancellation& cancellation, CheckedSource& found) {
  const ScratchFolder scratch;
  const OpenedSource opened = look_at(configuration, source, ingest::kProbeRows, roots,
                                      scratch.path(), cancellation, found);
  const ingest::ShopPlan plan = runs::plan_of_sources(replaced(configuration, source));
  const sources::Kind kind = runs::location_of(source).kind;
  check_mapping(*plan.find(kind), opened);
}

SavedSource save(workspace::Workspace& workspace, const SourceRecord& source,
                 const ImportRoots& roots, const Cancellation& cancellation) {
  SourceRecord record = settled(source, roots);
  SavedSource saved;
  check(workspace.configuration(), record, roots, cancellation, saved.found);
  record.status = "ok";
  record.rows = saved.found.probe.rows;
  record.last_test_at.clear();
  saved.version = workspace.save_source(record);
  return saved;
}

bool is_open_key(std::string_view key) {
  return !key.empty() && key.size() <= 64 && std::ranges::all_of(key, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
  });
}

void check_setting(const std::string& name, const std::string& value) {
  const auto dot = name.find('.');
  const std::string section = name.substr(0, dot);
  const std::string key = dot == std::string::npos ? std::string() : name.substr(dot + 1);
  const std::vector<std::string> known = setting_sections();
  if (std::ranges::find(known, section) == known.end()) {
    fail_unknown("The section", section, {}, known);
  }
  if (value.size() > 4096 || !is_valid_utf8(value) || value.find('\0') != std::string::npos) {
    throw Error("E-PARAM", fmt::format("{} is too long, or not text.", name), {}, {{"key", name}});
  }
  if (!is_open_section(section)) {
    check_setting_key(section, key);
    check_setting_word(section, key, value);
  } else if (!is_open_key(key)) {
    throw Error("E-PARAM", fmt::format("\"{}\" is no key of [{}].", key, section));
  }
}

}  // namespace

SourceTest test_source(const Configuration& configuration, const SourceRecord& source,
                       const ImportRoots& roots, const Cancellation& cancellation) {
  const auto begin = std::chrono::steady_clock::now();
  SourceTest test;
  test.found.kind = source.kind;
  test.found.path = source.path;
  try {
    check(configuration, settled(source, roots), roots, cancellation, test.found);
    test.is_ok = true;
    test.code = "M-SRC-OK";
    test.message =
        message_text("M-SRC-OK", {{"source", source.kind},
                                  {"rows", std::to_string(test.found.probe.rows)},
                                  {"cols", std::to_string(test.found.probe.columns.size())}});
  } catch (const Error& error) {
    if (error.code() == "E-CANCELLED" || error.code() == "E-INTERNAL") throw;
    test.code = error.code();
    test.message = error.message();
    test.hint = error.hint();
    test.details = error.details();
  }
  test.elapsed_ms = std::chrono::duration_cast<std::chrono::milliseconds>(
                        std::chrono::steady_clock::now() - begin)
                        .count();
  return test;
}

SourcePreview preview_source(const Configuration& configuration, const SourceRecord& source,
                             int rows, const ImportRoots& roots, const Cancellation& cancellation) {
  const ScratchFolder scratch;
  SourcePreview preview;
  OpenedSource opened =
      look_at(configuration, settled(source, roots), std::clamp(rows, 1, kMostPreviewRows), roots,
              scratch.path(), cancellation, preview.found);
  preview.rows = std::move(opened.first.rows);
  return preview;
}

SavedSource save_source(workspace::Workspace& workspace, const SourceRecord& source,
                        const ImportRoots& roots, const Cancellation& cancellation) {
  return save(workspace, source, roots, cancellation);
}

void remove_source(workspace::Workspace& workspace, std::string_view kind) {
  if (!workspace.remove_source(kind)) {
    throw Error("E-NOT-CONNECTED", fmt::format("No {} are connected.", kind));
  }
}

std::vector<workspace::SourceVersion> source_versions(const workspace::Workspace& workspace,
                                                      std::string_view kind) {
  std::vector<workspace::SourceVersion> versions;
  const Configuration configuration = workspace.configuration();
  if (const SourceRecord* source = find_source(configuration, kind)) {
    versions.push_back({source->saved_at, *source});
  }
  for (workspace::SourceVersion& version : workspace.source_versions(kind)) {
    versions.push_back(std::move(version));
  }
  return versions;
}

SavedSource restore_source(workspace::Workspace& workspace, std::string_view kind, int version,
                           const ImportRoots& roots, const Cancellation& cancellation) {
  for (const workspace::SourceVersion& earlier : workspace.source_versions(kind)) {
    if (earlier.source.version == version) {
      return save(workspace, earlier.source, roots, cancellation);
    }
  }
  throw Error("E-NOT-FOUND", fmt::format("There is no earlier version {} of {}.", version, kind));
}

Configuration with_source(const Configuration& configuration, const SourceRecord& source,
                          const ImportRoots& roots) {
  Configuration changed = replaced(configuration, settled(source, roots));
  const ingest::ShopPlan plan = runs::shop_plan(changed);
  const sources::Kind kind = runs::location_of(source).kind;
  roots.settled(plan.find(kind)->location);  // that each of its files may be read
  return changed;
}

void save_settings(workspace::Workspace& workspace,
                   const std::map<std::string, std::string>& settings, const ImportRoots& roots) {
  constexpr std::size_t kMostSettings = 200;
  if (settings.size() > kMostSettings) {
    throw Error("E-PARAM", fmt::format("There are more than {} settings.", kMostSettings));
  }
  Configuration configuration = workspace.configuration();
  const std::string folder = runs::setting(configuration, "storage.temporary_path", "");
  configuration.settings.clear();
  for (const auto& [name, given] : settings) {
    check_setting(name, given);
    std::string value = given;
    const bool is_file = name == "rfm.rules" && value != "complete" && value != "legacy";
    if (is_file && !value.empty()) value = roots.settled(value).string();
    if (name == "storage.temporary_path" && !value.empty() && value != folder) {
      if (!roots.is_everywhere()) {
        throw Error("E-PERM", "Where a run writes its files cannot be chosen from here.",
                    "Set temporary_path with `customeranalytics connect`.", {{"key", name}});
      }
      value = roots.settled(value).string();
    }
    configuration.settings[name] = value;
  }
  runs::plan_of_sources(configuration);
  check_settings(configuration);
  workspace.save_settings(configuration.settings);
}

std::vector<std::string_view> source_messages(const Configuration& configuration) {
  const auto has = [&](std::string_view kind) {
    return find_source(configuration, kind) != nullptr;
  };
  std::vector<std::string_view> messages;
  if (has("sessions")) {
    messages.push_back(has("customers") ? "M-SRC-BOTH" : "M-SRC-ONLY-S");
  } else {
    messages.push_back(has("customers") ? "M-SRC-ONLY-C" : "M-SRC-NONE");
  }
  if (has("products")) {
    messages.push_back("M-SRC-P-OK");
  } else if (has("sessions")) {
    messages.push_back("M-HINT-BASKET");
  }
  if (has("deliveries")) messages.push_back("M-SRC-D-OK");
  return messages;
}

}  // namespace ca::api

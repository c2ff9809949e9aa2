#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <fstream>
#include <iostream>
#include <memory>
#include <nlohmann/json.hpp>

#include "api/backup.h"
#include "base/error.h"
#include "base/log.h"
#include "base/progress.h"
#include "cli/command_line.h"
#include "cli/operations_commands.h"
#include "cli/print.h"

namespace ca::cli {
namespace {

struct BackupArguments {
  std::filesystem::path file;
  bool with_imports = false;
  bool with_key = false;
  bool force = false;
  std::filesystem::path passphrase_file;
};

/// The first line of the file, or of standard input for "-".
std::optional<std::string> passphrase_of(const std::filesystem::path& file) {
  if (file.empty()) return std::nullopt;
  std::string line;
  std::ifstream in;
  if (file != "-") in.open(file);
  if (!std::getline(file == "-" ? std::cin : in, line) || line.empty()) {
    throw Error("E-FILE", fmt::format("No passphrase could be read from {}.", file.string()),
                "It is the first line of that file; - means standard input.");
  }
  return line;
}

std::string megabytes(std::int64_t bytes) {
  return fmt::format("{:.1f} MB", static_cast<double>(bytes) / 1e6);
}

int make_backup(const Common& common, const BackupArguments& arguments,
                const Cancellation& cancellation) {
  if (arguments.with_key && arguments.passphrase_file.empty()) {
    throw Error("E-PARAM", "The key goes into a backup only encrypted by a passphrase.",
                "Name a file that holds one with --passphrase-file, or - for standard input.");
  }
  api::BackupOptions options;
  options.with_imports = arguments.with_imports;
  if (arguments.with_key) options.passphrase = passphrase_of(arguments.passphrase_file);
  options.version = CA_VERSION;
  const workspace::Home home = open_home(common);
  const auto progress = progress_on_stderr();
  const api::BackupResult result =
      api::backup(home, arguments.file, options, *progress, cancellation);
  if (!result.why_no_store.empty()) {
    show_warning(fmt::format(
        "The store is not in the backup: {}. After a restore the next run reads all sources again.",
        result.why_no_store));
  }
  if (common.json) {
    std::cout << dump({{"file", arguments.file.string()},
                       {"members", result.members},
                       {"bytes", result.bytes},
                       {"has_store", result.has_store},
                       {"why_no_store", result.why_no_store},
                       {"has_key", result.has_key}})
              << '\n';
    return 0;
  }
  std::cout << fmt::format("{} files, {}, in {}.\n", result.members, megabytes(result.bytes),
                           arguments.file.string());
  if (!result.has_key) {
    show_note("The key of the secrets is not in it: keep secret.key elsewhere, or use --with-key.");
  }
  return 0;
}

/// What differs from the backup, and what is to be looked at.
void tell_what_was_kept(const api::RestoreResult& result) {
  if (result.has_kept_key) show_note("The secret.key that was in the home is still there.");
  if (result.has_replaced_key) {
    show_warning(
        "The backup's key took the place of another secret.key: backups without a key that were "
        "made with that one need it from elsewhere.");
  }
  if (result.kept_imports > 0) {
    show_note(fmt::format("Files in imports that the backup lacks are still there: {}.",
                          result.kept_imports));
  }
  if (result.locked_secrets > 0) {
    show_warning(fmt::format(
        "Stored secrets that were encrypted by another key than that of the home: {}. {}, or set "
        "the passwords of the sources and second factors again.",
        result.locked_secrets,
        result.lacks_key ? "Restore again with --passphrase-file, which opens the backup's key"
                         : "Bring back the secret.key that belongs to the backup"));
  } else if (result.lacks_key) {
    show_note("The backup's key was not opened, for want of --passphrase-file.");
  }
  if (result.users > 0) {
    show_warning(fmt::format(
        "Everybody signs in again. Users ({}) and API tokens ({}) are those of the backup, also "
        "what was revoked since: review them.",
        result.users, result.api_tokens));
  }
}

int restore_backup(const Common& common, const BackupArguments& arguments,
                   const Cancellation& cancellation) {
  // Without its log: the folder changes places.
  const workspace::Home home = workspace::Home::open(common.home);
  const auto progress = progress_on_stderr();
  const api::RestoreResult result = api::restore(
      home, arguments.file,
      {.force = arguments.force, .passphrase = passphrase_of(arguments.passphrase_file)}, *progress,
      cancellation);
  log::open(home.logs_folder());
  log::info("backup restored", {{"file", arguments.file.string()}, {"made", result.created_at}});
  if (common.json) {
    std::cout << dump({{"home", home.folder().string()},
                       {"created_at", result.created_at},
                       {"members", result.members},
                       {"bytes", result.bytes},
                       {"has_store", result.has_store},
                       {"has_key", result.has_key},
                       {"has_kept_key", result.has_kept_key},
                       {"kept_imports", result.kept_imports},
                       {"locked_secrets", result.locked_secrets},
                       {"users", result.users},
                       {"api_tokens", result.api_tokens}})
              << '\n';
  } else {
    std::cout << fmt::format("{} files, {}, as of {}, in {}.\n", result.members,
                             megabytes(result.bytes), result.created_at, home.folder().string());
  }
  if (!result.has_store) {
    show_note("The store was not in the backup: the next run reads all sources again.");
  }
  tell_what_was_kept(result);
  return 0;
}

}  // namespace

void add_backup_commands(CommandLine& line) {
  const auto arguments = std::make_shared<BackupArguments>();
  CLI::App& backing = line.add(
      line.app, "backup", "Write the home into one file",
      "  customeranalytics backup /mnt/backups/shop.tar.zst\n"
      "  customeranalytics backup shop.tar.zst --with-imports\n"
      "  customeranalytics backup shop.tar.zst --with-key --passphrase-file pass.txt\n",
      [&line, arguments] { return make_backup(line.common, *arguments, line.cancellation); });
  backing.add_option("FILE", arguments->file, "The backup, a .tar.zst")->required();
  backing.add_flag("--with-imports", arguments->with_imports, "Uploaded and generated files too");
  backing.add_flag("--with-key", arguments->with_key,
                   "The key of stored secrets too, encrypted by a passphrase");
  backing.add_option("--passphrase-file", arguments->passphrase_file,
                     "Its first line is the passphrase; -: standard input");

  const auto restoring_arguments = std::make_shared<BackupArguments>();
  CLI::App& restoring =
      line.add(line.app, "restore", "Make the home of a backup",
               "  customeranalytics restore shop.tar.zst --home /srv/shop\n"
               "  customeranalytics restore shop.tar.zst --force --passphrase-file pass.txt\n",
               [&line, restoring_arguments] {
                 return restore_backup(line.common, *restoring_arguments, line.cancellation);
               });
  restoring.add_option("FILE", restoring_arguments->file, "The backup")->required();
  restoring.add_flag("--force", restoring_arguments->force, "Also when the home holds something");
  restoring.add_option("--passphrase-file", restoring_arguments->passphrase_file,
                       "Its first line is the passphrase of the key; -: standard input");
}

}  // namespace ca::cli

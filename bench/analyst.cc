/// The opponent of own_reports: the same reports in plain SQL (bench/sql), on the tables that
/// bare_load made.
///
///   analyst DATABASE SCRIPTS THREADS MEMORY_LIMIT RUNS [--apart] [--out FOLDER] [REPORT...]
///
/// SCRIPTS holds a file for each report and steps/<name>.sql, what several reports need: a
/// temporary table or a macro called like its file. A step is run when a script first names it;
/// with --apart each report is asked by itself, with its steps, as though there were no other. The
/// tables are in DuckDB's memory before the clock starts. Prints JSON: seconds on the clock and of
/// all processors for each run, and on the clock for each script of the last one. --out writes each
/// result to FOLDER/<report>.csv afterwards. Without names of reports it is all of them.

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <exception>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/folder.h"
#include "base/sql.h"
#include "stopwatch.h"

namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;
using Scripts = std::map<std::string, std::string>;

std::string read_text(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  if (!in) throw ca::Error("E-FILE", fmt::format("{} cannot be read.", file.string()));
  return {std::istreambuf_iterator<char>(in), {}};
}

/// The folder's scripts by their names, without the semicolon at the end.
Scripts scripts_in(const fs::path& folder) {
  Scripts scripts;
  for (const auto& entry : fs::directory_iterator(folder)) {
    if (entry.path().extension() != ".sql") continue;
    std::string text = read_text(entry.path());
    text.erase(text.find_last_not_of("; \n") + 1);
    scripts[entry.path().stem().string()] = std::move(text);
  }
  return scripts;
}

/// The words of a script outside its comments.
std::set<std::string> words_of(std::string_view script) {
  std::set<std::string> words;
  std::string word;
  bool is_comment = false;
  for (std::size_t at = 0; at <= script.size(); ++at) {
    const char letter = at < script.size() ? script[at] : '\n';
    if (script.substr(at).starts_with("--")) is_comment = true;
    if (letter == '\n') is_comment = false;
    const bool is_of_word = std::isalnum(static_cast<unsigned char>(letter)) != 0 || letter == '_';
    if (is_of_word && !is_comment) {
      word += letter;
    } else if (!word.empty()) {
      words.insert(std::exchange(word, {}));
    }
  }
  return words;
}

/// One run through the reports. Its connection takes the temporary tables with it.
class Analyst {
 public:
  Analyst(ca::sql::Database& database, const Scripts& steps)
      : connection_(database.connect()), steps_(steps) {}

  void report(const std::string& name, const std::string& script) {
    take_steps(script);
    time(name, [&] { connection_.query(script); });
  }
  void write(const std::string& script, const fs::path& file) {
    connection_.run(fmt::format("COPY (\n{}\n) TO {} (HEADER, TIMESTAMPFORMAT '%Y-%m-%dT%H:%M:%S')",
                                script, ca::sql::literal(file.string())));
  }
  /// By script, in the order in which they ran.
  const Json& seconds() const { return seconds_; }

 private:
  void take_steps(const std::string& script) {
    for (const std::string& word : words_of(script)) {
      const auto step = steps_.find(word);
      if (step == steps_.end() || !taken_.insert(word).second) continue;
      take_steps(step->second);
      time("steps/" + word, [&] { connection_.run(step->second); });
    }
  }

  template <class Work>
  void time(const std::string& name, const Work& work) {
    const Stopwatch stopwatch;
    work();
    seconds_[name] = stopwatch.wall();
  }

  ca::sql::Connection connection_;
  const Scripts& steps_;
  std::set<std::string> taken_;
  Json seconds_ = Json::object();
};

struct Arguments {
  std::string database;
  fs::path scripts;
  ca::sql::Options options;
  int runs = 1;
  bool is_apart = false;
  fs::path out;
  std::vector<std::string> reports;
};

Arguments read(std::vector<std::string> words) {
  Arguments arguments;
  arguments.is_apart = std::erase(words, "--apart") > 0;
  if (const auto out = std::ranges::find(words, "--out"); out != words.end()) {
    if (out + 1 == words.end()) throw ca::Error("E-PARAM", "--out needs a folder.");
    arguments.out = *(out + 1);
    words.erase(out, out + 2);
  }
  if (words.size() < 5) {
    throw ca::Error("E-PARAM",
                    "usage: analyst DATABASE SCRIPTS THREADS MEMORY_LIMIT RUNS [--apart] "
                    "[--out FOLDER] [REPORT...]");
  }
  arguments.database = words[0];
  arguments.scripts = words[1];
  arguments.options.threads = std::stoi(words[2]);
  arguments.options.memory_limit = words[3];
  arguments.options.read_only = true;
  arguments.runs = std::stoi(words[4]);
  arguments.reports.assign(words.begin() + 5, words.end());
  return arguments;
}

/// Reads every column of every table, so that no run has to.
void warm(ca::sql::Database& database) {
  ca::sql::Connection connection = database.connect();
  for (const char* table : {"sessions", "customers", "products"}) {
    connection.query(fmt::format("SELECT max(COLUMNS(*)) FROM {}", table));
  }
}

Json measure(const Arguments& arguments) {
  const Scripts steps = scripts_in(arguments.scripts / "steps");
  Scripts reports = scripts_in(arguments.scripts);
  if (!arguments.reports.empty()) {
    Scripts asked;
    for (const std::string& name : arguments.reports) asked[name] = reports.at(name);
    reports = std::move(asked);
  }
  ca::sql::Database database(arguments.database, arguments.options);
  warm(database);
  Json result = {{"wall", Json::array()}, {"cpu", Json::array()}};
  for (int run = 1; run <= arguments.runs; ++run) {
    Analyst analyst(database, steps);
    Json apart = Json::object();
    const Stopwatch stopwatch;
    for (const auto& [name, script] : reports) {
      if (!arguments.is_apart) {
        analyst.report(name, script);
        continue;
      }
      const Stopwatch alone;
      Analyst(database, steps).report(name, script);
      apart[name] = alone.wall();
    }
    result["wall"].push_back(stopwatch.wall());
    result["cpu"].push_back(stopwatch.cpu());
    if (run < arguments.runs) continue;
    result["scripts"] = arguments.is_apart ? apart : analyst.seconds();
    if (arguments.out.empty()) continue;
    ca::make_folder(arguments.out);
    for (const auto& [name, script] : reports) {
      analyst.write(script, arguments.out / (name + ".csv"));
    }
  }
  return result;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    fmt::print("{}\n", measure(read({argv + 1, argv + argc})).dump());
  } catch (const std::exception& failure) {
    fmt::print(stderr, "analyst: {}\n", failure.what());
    return EXIT_FAILURE;
  }
  return EXIT_SUCCESS;
}

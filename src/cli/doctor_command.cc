#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <iostream>
#include <memory>

#include "api/doctor.h"
#include "base/terminal.h"
#include "cli/command_line.h"
#include "cli/operations_commands.h"
#include "cli/print.h"

namespace ca::cli {
namespace {

struct DoctorArguments {
  bool quick = false;
};

int doctor(const Common& common, const DoctorArguments& arguments,
           const Cancellation& cancellation) {
  const workspace::Home home = workspace::Home::open(common.home);
  const auto findings = api::examine(home,
                                     {.with_sources = !arguments.quick,
                                      .with_data = !arguments.quick,
                                      .version = CA_VERSION,
                                      .clock = {}},
                                     cancellation);
  if (common.json) {
    std::cout << api::to_json(findings) << '\n';
  } else {
    for (const api::Finding& finding : findings) {
      std::cout << fmt::format("{:<8} {:<12} {}\n", name_of(finding.level), finding.check,
                               visible(finding.text));
      if (!finding.next_step.empty()) {
        std::cout << fmt::format("{:<21} {}\n", "", visible(finding.next_step));
      }
    }
  }
  return api::has_errors(findings) ? 1 : 0;
}

}  // namespace

void add_doctor_command(CommandLine& line) {
  const auto arguments = std::make_shared<DoctorArguments>();
  CLI::App& examining =
      line.add(line.app, "doctor", "Look whether all is well, and say what to do where it is not",
               "  customeranalytics doctor\n"
               "  customeranalytics doctor --quick --json\n",
               [&line, arguments] { return doctor(line.common, *arguments, line.cancellation); });
  examining.add_flag("--quick", arguments->quick, "Neither open sources nor read all data");
}

}  // namespace ca::cli

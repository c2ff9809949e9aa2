#include "shop.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace ca::tests {

using Json = nlohmann::json;

std::string sessions_section(const std::string& path, const std::string& more) {
  return fmt::format(
      "[sessions]\npath = \"{}\"\n{}\n"
      "columns = {{ order_id = \"id\", client = \"client\", session_start_date = \"start\", "
      "payment_amount = \"paid\", has_purchased = \"bought\", dimension = \"city\", "
      "promotion_id = \"promo\" }}\n",
      path, more);
}

std::string customers_section(const std::string& path) {
  return fmt::format(
      "[customers]\npath = \"{}\"\ncolumns = {{ client = \"client\", download_date = \"since\" "
      "}}\n",
      path);
}

std::string products_section(const std::string& path) {
  return fmt::format(
      "[products]\npath = \"{}\"\ncolumns = {{ order_id = \"id\", product = \"product\", "
      "price = \"price\", category = \"category\" }}\n",
      path);
}

std::string deliveries_section(const std::string& path) {
  return fmt::format(
      "[deliveries]\npath = \"{}\"\ncolumns = {{ order_id = \"id\", delivery_date = \"delivered\" "
      "}}\n",
      path);
}

Shop::Shop(std::string_view sessions) {
  write("sessions.csv", std::string(kHeader) + std::string(sessions));
  write("connect.toml", sessions_section());
}

void Shop::write(const std::string& name, std::string_view content) const {
  write_text(folder() / name, content);
}

Outcome Shop::call(std::vector<std::string> arguments, const ProgramOptions& options) const {
  arguments.insert(arguments.end(), {"--home", home().string()});
  return run_program(arguments, options);
}

Outcome Shop::connect() const { return call({"connect", (folder() / "connect.toml").string()}); }

std::string Shop::Ran::stage(const std::string& name) const {
  for (const Json& stage : json.value("stages", Json::array())) {
    if (stage.at("stage") != name) continue;
    const std::string code = stage.value(Json::json_pointer("/error/code"), "");
    return code.empty() ? stage.at("state").get<std::string>() : code;
  }
  return "absent";
}

Shop::Ran Shop::run(std::vector<std::string> arguments) const {
  arguments.insert(arguments.begin(), {"run", "--json"});
  Outcome outcome = call(std::move(arguments));
  Json json = Json::parse(outcome.out, nullptr, false);
  if (json.is_discarded()) json = nullptr;
  return {std::move(outcome), std::move(json)};
}

Shop::Ran Shop::load() const {
  const Outcome connected = connect();
  EXPECT_EQ(connected.exit_code, 0) << connected.err;
  Ran ran = run();
  EXPECT_EQ(ran.outcome.exit_code, 0) << ran.outcome.out << ran.outcome.err;
  return ran;
}

std::string Shop::csv(const std::string& report, std::vector<std::string> arguments) const {
  arguments.insert(arguments.begin(), {"report", report, "--format", "csv"});
  const Outcome outcome = call(std::move(arguments));
  EXPECT_EQ(outcome.exit_code, 0) << report << ": " << outcome.err;
  return outcome.out;
}

Cells Shop::cells(const std::string& report, std::vector<std::string> arguments) const {
  return parse_csv(csv(report, std::move(arguments)));
}

std::vector<std::string> Shop::column(const std::string& report, const std::string& name) const {
  const Cells cells = this->cells(report);
  std::vector<std::string> values;
  for (const Cells::Row& row : cells.rows) {
    values.push_back(row.at(cells.find(name).value()).value_or("(null)"));
  }
  return values;
}

std::string Shop::kpi(const std::string& name) const { return column("kpis", name).at(0); }

std::string Shop::quality() const {
  const std::vector<std::string> rules = column("data_quality", "rule");
  const std::vector<std::string> counts = column("data_quality", "count");
  std::string text;
  for (std::size_t i = 0; i < rules.size(); ++i) text += rules[i] + " " + counts[i] + "\n";
  return text;
}

}  // namespace ca::tests

// The users, for whoever has the home: also when nobody can sign in.

#include <fmt/format.h>
#include <termios.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <iostream>
#include <nlohmann/json.hpp>

#include "base/error.h"
#include "cli/command_line.h"
#include "cli/print.h"
#include "people/people.h"
#include "server/server_file.h"

namespace ca::cli {
namespace {

using Json = nlohmann::json;
using people::Account;
using people::Actor;

struct UserArguments {
  std::string name;
  std::string role = "viewer";
  std::string email;
  bool is_invitation = false;
  bool without_totp = false;
};

/// The home's people, while a command works with them.
struct Town {
  explicit Town(const Common& common)
      : home(open_home(common)), workspace(home), people(workspace, home) {}

  workspace::Home home;
  workspace::Workspace workspace;
  people::People people;

  Account user(const std::string& name) const {
    if (const auto account = people.find_user(name)) return *account;
    std::vector<std::string> names;
    for (const Account& account : people.users()) names.push_back(account.username);
    const std::string guess = nearest_name(name, names);
    throw Error("E-PARAM", fmt::format("There is no user \"{}\".", name),
                guess.empty() ? "`customeranalytics user list` lists them."
                              : fmt::format("Did you mean {}?", guess));
  }
};

people::Role role_named(const std::string& name) {
  if (const auto role = people::role_of(name)) return *role;
  throw Error("E-PARAM", fmt::format("There is no role \"{}\".", name),
              "The roles are viewer, analyst, admin and owner.");
}

/// What is typed is not shown meanwhile.
class WithoutEcho {
 public:
  WithoutEcho() {
    ::tcgetattr(STDIN_FILENO, &before_);
    termios silent = before_;
    silent.c_lflag &= ~static_cast<tcflag_t>(ECHO);
    ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &silent);
  }
  WithoutEcho(const WithoutEcho&) = delete;
  WithoutEcho& operator=(const WithoutEcho&) = delete;
  ~WithoutEcho() { ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &before_); }

 private:
  termios before_{};
};

std::string asked_password(const char* prompt) {
  std::cerr << prompt << std::flush;
  std::string password;
  {
    const WithoutEcho silence;
    if (!std::getline(std::cin, password)) throw Error("E-CANCELLED", "No password was given.");
  }
  std::cerr << '\n';
  return password;
}

/// From the terminal, twice, or the first line of standard input.
std::string read_password() {
  if (::isatty(STDIN_FILENO) == 0) {
    std::string password;
    std::getline(std::cin, password);
    if (password.ends_with('\r')) password.pop_back();
    return password;
  }
  std::string password = asked_password("Password: ");
  if (asked_password("Once more: ") != password) {
    throw Error("E-PARAM", "The two passwords differ.", "Try again.");
  }
  return password;
}

Json json_of(const Account& account) {
  return {{"id", account.id},
          {"username", account.username},
          {"email", account.email.empty() ? Json(nullptr) : Json(account.email)},
          {"role", name_of(account.role)},
          {"status", account.is_active ? "active" : "disabled"},
          {"has_totp", account.has_totp},
          {"created_at", account.created_at},
          {"last_login_at", account.last_login_at ? Json(*account.last_login_at) : Json(nullptr)}};
}

void say(const Common& common, const Account& account, std::string_view what) {
  if (common.json) {
    std::cout << dump(json_of(account)) << '\n';
  } else {
    std::cout << fmt::format("{} ({}) {}.\n", account.username, name_of(account.role), what);
  }
}

void say_link(const Common& common, const workspace::Home& home, const people::Link& link,
              const char* page) {
  const auto server = server::find_server(home);
  const std::string path = fmt::format("{}#token={}", page, link.token);
  if (common.json) {
    std::cout << dump({{"token", link.token},
                       {"path", path},
                       {"url", server ? Json(server->url + path) : Json(nullptr)},
                       {"expires_at", link.expires_at}})
              << '\n';
    return;
  }
  std::cout << fmt::format("{}{}\n", server ? server->url : "", path);
  show_note(fmt::format("Good for one use until {}.", link.expires_at));
}

int add_user(const Common& common, const UserArguments& arguments) {
  const people::Role role = role_named(arguments.role);
  Town town(common);
  if (arguments.is_invitation) {
    people::NewInvitation invitation{role, arguments.name, {}};
    if (!arguments.email.empty()) invitation.email = arguments.email;
    say_link(common, town.home, town.people.invite(Actor::command_line(), invitation), "/register");
    return 0;
  }
  say(common,
      town.people.add_user(Actor::command_line(),
                           {arguments.name, arguments.email, read_password(), role}),
      "was added");
  return 0;
}

int list_users(const Common& common) {
  const Town town(common);
  const std::vector<Account> users = town.people.users();
  if (common.json) {
    Json list = Json::array();
    for (const Account& user : users) list.push_back(json_of(user));
    std::cout << dump({{"users", list}}) << '\n';
    return 0;
  }
  Table table = text_table("users", {"user", "role", "status", "e-mail", "last signed in"});
  for (const Account& user : users) {
    add_row(table,
            {user.username, std::string(name_of(user.role)), user.is_active ? "active" : "disabled",
             user.email, user.last_login_at.value_or("never")});
  }
  show(table, Zone::utc());
  return 0;
}

int change_user(const Common& common, const UserArguments& arguments,
                const people::UserChange& change, const char* what) {
  Town town(common);
  const Account user = town.user(arguments.name);
  say(common, town.people.change_user(Actor::command_line(), user.id, change), what);
  return 0;
}

int reset_password(const Common& common, const UserArguments& arguments) {
  Town town(common);
  const Account user = town.user(arguments.name);
  if (arguments.without_totp) {
    town.people.change_user(Actor::command_line(), user.id, {.without_totp = true});
  }
  say_link(common, town.home, town.people.start_password_reset(Actor::command_line(), user.id),
           "/reset-password");
  return 0;
}

int rotate_secrets(const Common& common) {
  Town town(common);
  town.people.secrets().rotate();
  town.people.record(Actor::command_line(), "secrets.rotate", "secrets");
  if (common.json) {
    std::cout << dump({{"rotated", true}}) << '\n';
  } else {
    std::cout << "All stored secrets have a new key.\n";
  }
  return 0;
}

}  // namespace

void add_user_command(CommandLine& line) {
  CLI::App* user = line.app.add_subcommand("user", "The people who may sign in");
  user->require_subcommand(1);
  auto arguments = std::make_shared<UserArguments>();
  const auto add = [&](const char* name, const char* description, const char* examples,
                       std::function<int(const UserArguments&)> body) -> CLI::App& {
    return line.add(*user, name, description, examples,
                    [arguments, body = std::move(body)] { return body(*arguments); });
  };
  const auto add_named = [&](const char* name, const char* description, const char* examples,
                             std::function<int(const UserArguments&)> body) -> CLI::App& {
    CLI::App& command = add(name, description, examples, std::move(body));
    command.add_option("NAME", arguments->name, "User name")->required();
    return command;
  };
  Common& common = line.common;

  CLI::App& adding = add_named(
      "add", "Add a user; the password is asked for, or read from standard input",
      "  customeranalytics user add kim --role owner\n"
      "  customeranalytics user add lee --role analyst --email lee@example.com --invite\n",
      [&common](const UserArguments& given) { return add_user(common, given); });
  adding.add_option("--role", arguments->role, "viewer, analyst, admin or owner; default viewer");
  adding.add_option("--email", arguments->email, "E-mail address");
  adding.add_flag("--invite", arguments->is_invitation,
                  "Print a link by which he chooses his password himself");

  add("list", "List the users", "  customeranalytics user list --json\n",
      [&common](const UserArguments&) { return list_users(common); });
  add_named("disable", "Keep a user out, from now on", "  customeranalytics user disable kim\n",
            [&common](const UserArguments& given) {
              return change_user(common, given, {.is_active = false}, "is disabled");
            });
  add_named("enable", "Let a user in again", "  customeranalytics user enable kim\n",
            [&common](const UserArguments& given) {
              return change_user(common, given, {.is_active = true}, "is active");
            });
  CLI::App& resetting =
      add_named("reset-password", "Print a link by which a user sets a new password",
                "  customeranalytics user reset-password kim\n"
                "  customeranalytics user reset kim --without-totp\n",
                [&common](const UserArguments& given) { return reset_password(common, given); });
  resetting.alias("reset");
  resetting.add_flag("--without-totp", arguments->without_totp,
                     "Remove the second factor of somebody who lost it");
  CLI::App& changing = add_named(
      "role", "Give a user another role", "  customeranalytics user role kim admin\n",
      [&common](const UserArguments& given) {
        return change_user(common, given, {.role = role_named(given.role)}, "has a new role");
      });
  changing.add_option("ROLE", arguments->role, "viewer, analyst, admin or owner")->required();

  CLI::App* secrets = line.app.add_subcommand("secrets", "The stored secrets");
  secrets->require_subcommand(1);
  line.add(*secrets, "rotate", "Encrypt them by a new key", "  customeranalytics secrets rotate\n",
           [&common] { return rotate_secrets(common); });
}

}  // namespace ca::cli

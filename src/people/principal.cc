#include "people/principal.h"

#include <algorithm>
#include <array>

namespace ca::people {
namespace {

constexpr std::array<std::string_view, 4> kRoles = {"viewer", "analyst", "admin", "owner"};
constexpr std::array<std::string_view, 4> kScopes = {"read", "run", "manage", "metrics"};

template <class Word, std::size_t kCount>
std::optional<Word> word_of(const std::array<std::string_view, kCount>& names,
                            std::string_view name) {
  const auto found = std::ranges::find(names, name);
  if (found == names.end()) return std::nullopt;
  return static_cast<Word>(found - names.begin());
}

}  // namespace

std::string_view name_of(Role role) { return kRoles.at(static_cast<std::size_t>(role)); }
std::optional<Role> role_of(std::string_view name) { return word_of<Role>(kRoles, name); }
std::string_view name_of(Scope scope) { return kScopes.at(static_cast<std::size_t>(scope)); }
std::optional<Scope> scope_of(std::string_view name) { return word_of<Scope>(kScopes, name); }

}  // namespace ca::people

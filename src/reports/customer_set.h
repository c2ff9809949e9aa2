#pragma once

#include <algorithm>
#include <cstdint>
#include <string_view>
#include <vector>

#include "journeys/journeys.h"

namespace ca::reports {

/// Some of the customers of one version of the journeys: a segment. Never an anonymous session.
class CustomerSet {
 public:
  explicit CustomerSet(const journeys::Journeys& journeys) {
    for (const journeys::Partition& partition : journeys.partitions()) {
      members_.emplace_back(partition.customers());
    }
  }

  /// Whether there is such a customer; he is a member from now on.
  bool insert(const journeys::Journeys& journeys, std::string_view client) {
    for (std::size_t p = 0; p < members_.size(); ++p) {
      const journeys::Partition& partition = journeys.partitions()[p];
      const auto customer = partition.find(client, false);
      if (!customer || partition.is_superseded(*customer)) continue;
      insert(p, *customer);
      return true;
    }
    return false;
  }
  /// `partition` is the position of a file of the journeys.
  void insert(std::size_t partition, std::uint32_t customer) {
    members_[partition][customer] = true;
  }
  bool contains(std::size_t partition, std::uint32_t customer) const {
    return members_[partition][customer];
  }
  std::int64_t size() const {
    std::int64_t count = 0;
    for (const auto& part : members_) count += std::ranges::count(part, true);
    return count;
  }

 private:
  std::vector<std::vector<bool>> members_;
};

}  // namespace ca::reports

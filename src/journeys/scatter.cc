#include "journeys/scatter.h"

#include <xxhash.h>

namespace ca::journeys {

std::uint64_t hash_of(std::string_view key, bool is_anonymous) {
  return XXH3_64bits_withSeed(key.data(), key.size(), is_anonymous ? 1 : 0);
}

std::string anonymous_key(std::string_view order_id) { return '\0' + std::string(order_id); }

void Dictionaries::write(const std::filesystem::path& folder) const {
  dimensions.write(folder / "dimensions.dictionary");
  promotions.write(folder / "promotions.dictionary");
  products.write(folder / "products.dictionary");
  categories.write(folder / "categories.dictionary");
}

Dictionaries Dictionaries::read(const std::filesystem::path& folder) {
  return {.dimensions = Dictionary::read(folder / "dimensions.dictionary"),
          .promotions = Dictionary::read(folder / "promotions.dictionary"),
          .products = Dictionary::read(folder / "products.dictionary"),
          .categories = Dictionary::read(folder / "categories.dictionary")};
}

}  // namespace ca::journeys

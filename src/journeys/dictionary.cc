#include "journeys/dictionary.h"

#include <xxhash.h>

#include "base/text_order.h"
#include "journeys/file.h"

namespace ca::journeys {

std::size_t Dictionary::Hash::operator()(std::string_view text) const noexcept {
  return XXH3_64bits(text.data(), text.size());
}

std::uint32_t Dictionary::code(std::string_view text) {
  if (text.data() == nullptr) return kNone;
  if (last_ != kNone && *texts_[last_] == text) return last_;
  auto found = codes_.find(text);
  if (found == codes_.end()) {
    found = codes_.emplace(std::string(text), static_cast<std::uint32_t>(texts_.size())).first;
    texts_.push_back(&found->first);
  }
  last_ = found->second;
  return last_;
}

std::uint32_t Dictionary::find(std::string_view text) const {
  const auto found = codes_.find(text);
  return found == codes_.end() ? kNone : found->second;
}

std::vector<std::uint32_t> Dictionary::ranks() const {
  const std::vector<std::size_t> order =
      text_order(texts_.size(), [&](std::size_t code) { return std::string_view(*texts_[code]); });
  std::vector<std::uint32_t> ranks(order.size());
  for (std::uint32_t rank = 0; rank < order.size(); ++rank) ranks[order[rank]] = rank;
  return ranks;
}

void Dictionary::write(const std::filesystem::path& file) const {
  std::vector<std::uint64_t> offsets = {0};
  std::vector<char> bytes;
  for (const std::string* text : texts_) {
    bytes.insert(bytes.end(), text->begin(), text->end());
    offsets.push_back(bytes.size());
  }
  FileWriter writer(file);
  writer.section(Section::kDictionaryOffsets, std::span<const std::uint64_t>(offsets));
  writer.section(Section::kDictionaryBytes, std::span<const char>(bytes));
  writer.finish();
}

Dictionary Dictionary::read(const std::filesystem::path& file) {
  const MappedFile mapped(file);
  mapped.verify();
  const auto offsets = mapped.section<std::uint64_t>(Section::kDictionaryOffsets);
  const auto bytes = mapped.section<char>(Section::kDictionaryBytes);
  Dictionary dictionary;
  for (std::size_t i = 0; i + 1 < offsets.size(); ++i) {
    dictionary.code({bytes.data() + offsets[i], offsets[i + 1] - offsets[i]});
  }
  return dictionary;
}

}  // namespace ca::journeys

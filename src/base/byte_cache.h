#pragma once

#include <iterator>
#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

namespace ca {

/// Texts by key, of which the least recently used go when all together are too large. For any
/// thread.
class ByteCache {
 public:
  using Bytes = std::shared_ptr<const std::string>;

  explicit ByteCache(std::size_t capacity) : capacity_(capacity) {}

  /// Null when it is not there.
  Bytes get(const std::string& key) {
    const std::lock_guard lock(mutex_);
    const auto found = places_.find(key);
    if (found == places_.end()) return nullptr;
    entries_.splice(entries_.begin(), entries_, found->second);
    return found->second->bytes;
  }
  /// What is larger than the whole cache is not kept.
  void put(const std::string& key, Bytes bytes) {
    const std::lock_guard lock(mutex_);
    if (const auto found = places_.find(key); found != places_.end()) drop(found->second);
    if (key.size() + bytes->size() > capacity_) return;
    entries_.push_front({key, std::move(bytes)});
    places_[entries_.front().key] = entries_.begin();
    size_ += entries_.front().size();
    while (size_ > capacity_) drop(std::prev(entries_.end()));
  }
  /// Bytes of all keys and texts.
  std::size_t size() const {
    const std::lock_guard lock(mutex_);
    return size_;
  }

 private:
  struct Entry {
    std::string key;
    Bytes bytes;
    std::size_t size() const { return key.size() + bytes->size(); }
  };

  void drop(std::list<Entry>::iterator entry) {
    size_ -= entry->size();
    places_.erase(entry->key);
    entries_.erase(entry);
  }

  std::size_t capacity_;
  mutable std::mutex mutex_;
  std::size_t size_ = 0;
  std::list<Entry> entries_;  ///< the most recently used first
  std::unordered_map<std::string_view, std::list<Entry>::iterator> places_;
};

}  // namespace ca

#pragma once

#include <algorithm>
#include <cstddef>
#include <functional>

#include "base/thread_pool.h"

namespace ca::stats {

/// Rows are added up in chunks of so many, and the chunks in their order, on any number of threads.
constexpr std::size_t kChunkRows = 4096;

inline std::size_t chunks_of(std::size_t rows) { return (rows + kChunkRows - 1) / kChunkRows; }

/// Calls body(chunk, from, to) for each chunk of `rows`, on the threads of `pool` if there is one.
inline void for_each_chunk(
    std::size_t rows, ThreadPool* pool,
    const std::function<void(std::size_t chunk, std::size_t from, std::size_t to)>& body) {
  const auto one = [&](std::size_t chunk, std::size_t) {
    body(chunk, chunk * kChunkRows, std::min(rows, (chunk + 1) * kChunkRows));
  };
  if (pool != nullptr && chunks_of(rows) > 1) {
    pool->for_each(chunks_of(rows), one);
  } else {
    for (std::size_t chunk = 0; chunk < chunks_of(rows); ++chunk) one(chunk, 0);
  }
}

}  // namespace ca::stats

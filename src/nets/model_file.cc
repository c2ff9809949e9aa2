#include "nets/model_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cerrno>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <fstream>
#include <iterator>
#include <limits>
#include <system_error>

#include "base/checksum.h"
#include "base/error.h"
#include "base/whole_file.h"

namespace ca::nets {
namespace {

namespace fs = std::filesystem;

static_assert(std::endian::native == std::endian::little, "Numbers are written as they lie.");

constexpr std::string_view kMagic = "CAMODEL\n";
constexpr std::uint32_t kFormat = 1;
constexpr std::uint32_t kMostDimensions = 8;

[[noreturn]] void refuse(const std::string& file, const std::string& why) {
  throw Error("E-MODEL", fmt::format("The model {} cannot be used: {}.", file, why),
              "Models are made again by the next run that trains them.", {{"file", file}});
}

[[noreturn]] void cannot(const char* doing, const fs::path& file, const std::string& why) {
  throw Error("E-FILE", fmt::format("{} the file {} failed: {}", doing, file.string(), why),
              "Check its rights and those of its folder.", {{"path", file.string()}});
}

class Writer {
 public:
  template <class Number>
  void number(Number number) {
    bytes_.append(reinterpret_cast<const char*>(&number), sizeof number);
  }
  void text(std::string_view text) {
    number(static_cast<std::uint32_t>(text.size()));
    bytes_.append(text);
  }
  void raw(const void* data, std::size_t size) {
    bytes_.append(static_cast<const char*>(data), size);
  }
  std::string take() { return std::move(bytes_); }
  const std::string& bytes() const { return bytes_; }

 private:
  std::string bytes_;
};

/// Takes nothing that lies beyond the end.
class Reader {
 public:
  Reader(std::string_view bytes, const std::string& file) : left_(bytes), file_(file) {}

  template <class Number>
  Number number() {
    Number number;
    std::memcpy(&number, take(sizeof number).data(), sizeof number);
    return number;
  }
  std::string text() { return std::string(take(number<std::uint32_t>())); }
  std::string_view take(std::size_t size) {
    if (size > left_.size()) refuse(file_, "a length in it is wrong");
    const std::string_view taken = left_.substr(0, size);
    left_.remove_prefix(size);
    return taken;
  }
  /// Elements of at least this many bytes each that may follow.
  std::uint32_t count(std::size_t least_bytes) {
    const auto count = number<std::uint32_t>();
    if (count > left_.size() / least_bytes) refuse(file_, "a length in it is wrong");
    return count;
  }
  std::size_t left() const { return left_.size(); }

 private:
  std::string_view left_;
  const std::string& file_;
};

Tensor read_tensor(Reader& reader, const std::string& file) {
  const auto dimensions = reader.number<std::uint32_t>();
  if (dimensions > kMostDimensions) refuse(file, "a shape in it is wrong");
  Tensor::Shape shape;
  std::size_t count = 1;
  for (std::uint32_t i = 0; i < dimensions; ++i) {
    const auto size = reader.number<std::uint64_t>();
    if (size == 0 || size > reader.left() / count) refuse(file, "a shape in it is wrong");
    shape.push_back(size);
    count *= size;
  }
  // Every product so far is at most the bytes that are left, so this one does not overflow.
  const std::string_view values = reader.take(count * sizeof(float));
  Tensor tensor(shape);
  std::memcpy(tensor.values.data(), values.data(), values.size());
  if (!std::ranges::all_of(tensor.values, [](float value) { return std::isfinite(value); })) {
    refuse(file, "it holds what is no number");
  }
  return tensor;
}

template <class Named>
auto find(const Named& among, std::string_view name) {
  return std::ranges::find_if(among, [&](const auto& each) { return each.first == name; });
}

}  // namespace

double Model::scalar(std::string_view name) const {
  const auto found = find(scalars, name);
  if (found == scalars.end()) refuse(kind, fmt::format("it has no {}", name));
  return found->second;
}

double Model::positive(std::string_view name) const {
  const double value = scalar(name);
  if (!(value > 0)) refuse(kind, fmt::format("its {} is out of range", name));
  return value;
}

std::size_t Model::size(std::string_view name, std::size_t most) const {
  const double value = scalar(name);
  if (value < 1 || value > static_cast<double>(most) || value != std::floor(value)) {
    refuse(kind, fmt::format("its {} is out of range", name));
  }
  return static_cast<std::size_t>(value);
}

const Tensor& tensor_of(const std::vector<std::pair<std::string, Tensor>>& among,
                        std::string_view name, const Tensor::Shape& shape) {
  const auto found = find(among, name);
  if (found == among.end()) refuse("of a network", fmt::format("it has no {}", name));
  if (found->second.shape != shape) {
    refuse("of a network", fmt::format("its {} has another shape", name));
  }
  return found->second;
}

void Model::expect_kind(std::string_view expected) const {
  if (kind != expected) refuse(kind, fmt::format("it is of the kind {}, not {}", kind, expected));
}

std::string bytes_of(const Model& model) {
  Writer writer;
  writer.raw(kMagic.data(), kMagic.size());
  writer.number(kFormat);
  writer.text(model.kind);
  writer.text(model.made_from);
  writer.number(static_cast<std::uint32_t>(model.scalars.size()));
  for (const auto& [name, value] : model.scalars) {
    writer.text(name);
    writer.number(value);
  }
  writer.number(static_cast<std::uint32_t>(model.tensors.size()));
  for (const auto& [name, tensor] : model.tensors) {
    writer.text(name);
    writer.number(static_cast<std::uint32_t>(tensor.shape.size()));
    for (const std::size_t size : tensor.shape) writer.number(static_cast<std::uint64_t>(size));
    writer.raw(tensor.values.data(), tensor.values.size() * sizeof(float));
  }
  writer.number(checksum_of(writer.bytes()).xxh3);
  return writer.take();
}

Model model_of(std::string_view bytes, const std::string& file) {
  if (!bytes.starts_with(kMagic)) refuse(file, "it is no model");
  Reader reader(bytes.substr(kMagic.size()), file);
  if (reader.number<std::uint32_t>() != kFormat) refuse(file, "it has another format");
  std::uint64_t hash = 0;
  if (reader.left() < sizeof hash) refuse(file, "it is cut off");
  const std::string_view content = bytes.substr(0, bytes.size() - sizeof hash);
  std::memcpy(&hash, bytes.data() + content.size(), sizeof hash);
  if (checksum_of(content).xxh3 != hash) {
    refuse(file, "it is cut off, or its content does not match its checksum");
  }
  Model model;
  model.kind = reader.text();
  model.made_from = reader.text();
  const std::uint32_t scalars = reader.count(sizeof(std::uint32_t) + sizeof(double));
  for (std::uint32_t i = 0; i < scalars; ++i) {
    std::string name = reader.text();
    const auto value = reader.number<double>();
    if (!std::isfinite(value)) refuse(file, "it holds what is no number");
    model.scalars.emplace_back(std::move(name), value);
  }
  const std::uint32_t tensors = reader.count(2 * sizeof(std::uint32_t));
  for (std::uint32_t i = 0; i < tensors; ++i) {
    std::string name = reader.text();
    model.tensors.emplace_back(std::move(name), read_tensor(reader, file));
  }
  if (reader.left() != sizeof hash) refuse(file, "more follows than belongs to it");
  return model;
}

void write_model(const fs::path& file, const Model& model) { write_whole(file, bytes_of(model)); }

Model read_model(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  std::string bytes;
  if (in) bytes.assign(std::istreambuf_iterator<char>(in), {});
  if (!in || in.bad()) cannot("Reading", file, std::strerror(errno));
  return model_of(bytes, file.string());
}

fs::path set_aside(const fs::path& file) {
  for (unsigned n = 1; n < std::numeric_limits<unsigned>::max(); ++n) {
    fs::path aside = file;
    aside += fmt::format(".damaged-{}", n);
    std::error_code failure;
    if (fs::exists(fs::symlink_status(aside, failure))) continue;
    fs::rename(file, aside, failure);
    if (failure) cannot("Renaming", file, failure.message());
    return aside;
  }
  cannot("Renaming", file, "all names are taken");
}

}  // namespace ca::nets

#include "base/arrow_stream.h"

#include <flatbuffers/flatbuffers.h>

#include <algorithm>
#include <cstring>
#include <stdexcept>
#include <vector>

#include "base/utf8.h"

namespace ca {
namespace {

using flatbuffers::FlatBufferBuilder;
using flatbuffers::Offset;
using Flat = flatbuffers::Table;
using flatbuffers::voffset_t;

constexpr std::size_t kBatchRows = 8192;
constexpr std::size_t kAlignment = 8;

// Numbers of Arrow's Message.fbs and Schema.fbs: fields of tables by their place, members of unions
// and enumerations by their value.
constexpr std::int16_t kVersion5 = 4;
enum class Header : std::uint8_t { kSchema = 1, kRecordBatch = 3 };
enum class Type : std::uint8_t {
  kInt = 2,
  kFloatingPoint = 3,
  kUtf8 = 5,
  kBool = 6,
  kDate = 8,
  kTimestamp = 10
};
constexpr std::int16_t kDouble = 2;
constexpr std::int16_t kDayUnit = 0;
constexpr std::int16_t kMillisecondUnit = 1;  // what Date says where it says nothing
constexpr std::int16_t kMicrosecondUnit = 2;

constexpr voffset_t field(unsigned place) { return static_cast<voffset_t>(4 + 2 * place); }

/// Of flatbuffers' structs FieldNode (rows, nulls) and Buffer (offset, bytes).
struct Pair {
  std::int64_t first;
  std::int64_t second;
};

Offset<Flat> type_table(FlatBufferBuilder& builder, ColumnType type, const Zone& zone) {
  Offset<flatbuffers::String> name;
  if (type == ColumnType::kInstant) name = builder.CreateString(zone.name());
  const auto start = builder.StartTable();
  switch (type) {
    case ColumnType::kInteger:
      builder.AddElement<std::int32_t>(field(0), 64, 0);
      builder.AddElement<std::uint8_t>(field(1), 1, 0);
      break;
    case ColumnType::kDouble: builder.AddElement<std::int16_t>(field(0), kDouble, 0); break;
    case ColumnType::kDay:
      builder.AddElement<std::int16_t>(field(0), kDayUnit, kMillisecondUnit);
      break;
    case ColumnType::kInstant:
      builder.AddElement<std::int16_t>(field(0), kMicrosecondUnit, 0);
      builder.AddOffset(field(1), name);
      break;
    case ColumnType::kBoolean:
    case ColumnType::kText: break;
  }
  return {builder.EndTable(start)};
}

Type type_of(ColumnType type) {
  switch (type) {
    case ColumnType::kInteger: return Type::kInt;
    case ColumnType::kDouble: return Type::kFloatingPoint;
    case ColumnType::kBoolean: return Type::kBool;
    case ColumnType::kText: return Type::kUtf8;
    case ColumnType::kDay: return Type::kDate;
    case ColumnType::kInstant: return Type::kTimestamp;
  }
  throw std::invalid_argument("a column of no type");
}

Offset<Flat> column_table(FlatBufferBuilder& builder, const Column& column, const Zone& zone) {
  const auto name = builder.CreateString(to_valid_utf8(column.name()));
  const Offset<Flat> type = type_table(builder, column.type(), zone);
  const auto children = builder.CreateVector(std::vector<Offset<Flat>>());
  const auto start = builder.StartTable();
  builder.AddOffset(field(0), name);
  builder.AddElement<std::uint8_t>(field(1), 1, 0);  // nullable
  builder.AddElement<std::uint8_t>(field(2), static_cast<std::uint8_t>(type_of(column.type())), 0);
  builder.AddOffset(field(3), type);
  builder.AddOffset(field(5), children);
  return {builder.EndTable(start)};
}

void append_integer(std::string& out, std::uint32_t value) {
  char bytes[sizeof value];
  std::memcpy(bytes, &value, sizeof value);
  out.append(bytes, sizeof value);
}

void pad(std::string& out) { out.resize((out.size() + kAlignment - 1) / kAlignment * kAlignment); }

/// Ends the metadata and puts it before its body: continuation mark, size, metadata, body.
void append_message(std::string& out, FlatBufferBuilder& builder, Header kind, Offset<Flat> header,
                    const std::string& body) {
  const auto start = builder.StartTable();
  builder.AddElement<std::int64_t>(field(3), static_cast<std::int64_t>(body.size()), 0);
  builder.AddOffset(field(2), header);
  builder.AddElement<std::int16_t>(field(0), kVersion5, 0);
  builder.AddElement<std::uint8_t>(field(1), static_cast<std::uint8_t>(kind), 0);
  builder.Finish(Offset<Flat>(builder.EndTable(start)));
  std::string metadata(reinterpret_cast<const char*>(builder.GetBufferPointer()),
                       builder.GetSize());
  pad(metadata);
  append_integer(out, 0xFFFFFFFF);
  append_integer(out, static_cast<std::uint32_t>(metadata.size()));
  out += metadata;
  out += body;
}

/// The buffers of one batch, one after the other.
class Body {
 public:
  void add(const Column& column, std::size_t begin, std::size_t end) {
    const std::size_t rows = end - begin;
    std::string valid((rows + 7) / 8, '\0');
    std::int64_t nulls = 0;
    for (std::size_t row = begin; row < end; ++row) {
      if (column.is_null(row)) {
        ++nulls;
      } else {
        set_bit(valid, row - begin);
      }
    }
    nodes_.push_back({static_cast<std::int64_t>(rows), nulls});
    add_buffer(nulls == 0 ? std::string() : valid);
    switch (column.type()) {
      case ColumnType::kInteger:
      case ColumnType::kInstant:
        add_buffer(values<std::int64_t>(column, begin, end,
                                        [&](std::size_t row) { return column.integer(row); }));
        break;
      case ColumnType::kDay:
        add_buffer(values<std::int32_t>(column, begin, end, [&](std::size_t row) {
          return static_cast<std::int32_t>(column.integer(row));
        }));
        break;
      case ColumnType::kDouble:
        add_buffer(
            values<double>(column, begin, end, [&](std::size_t row) { return column.real(row); }));
        break;
      case ColumnType::kBoolean: {
        std::string bits((rows + 7) / 8, '\0');
        for (std::size_t row = begin; row < end; ++row) {
          if (!column.is_null(row) && column.integer(row) != 0) set_bit(bits, row - begin);
        }
        add_buffer(bits);
        break;
      }
      case ColumnType::kText: add_texts(column, begin, end); break;
    }
  }

  void append_to(std::string& out, std::size_t rows) {
    FlatBufferBuilder builder;
    const auto buffers = pairs(builder, buffers_);
    const auto nodes = pairs(builder, nodes_);
    const auto start = builder.StartTable();
    builder.AddElement<std::int64_t>(field(0), static_cast<std::int64_t>(rows), 0);
    builder.AddOffset(field(1), nodes);
    builder.AddOffset(field(2), buffers);
    append_message(out, builder, Header::kRecordBatch, Offset<Flat>(builder.EndTable(start)),
                   bytes_);
  }

 private:
  static void set_bit(std::string& bits, std::size_t index) {
    bits[index / 8] = static_cast<char>(bits[index / 8] | (1 << (index % 8)));
  }

  template <class Value, class Get>
  static std::string values(const Column& column, std::size_t begin, std::size_t end, Get get) {
    std::string bytes((end - begin) * sizeof(Value), '\0');
    for (std::size_t row = begin; row < end; ++row) {
      if (column.is_null(row)) continue;
      const Value value = get(row);
      std::memcpy(bytes.data() + (row - begin) * sizeof value, &value, sizeof value);
    }
    return bytes;
  }

  void add_texts(const Column& column, std::size_t begin, std::size_t end) {
    std::string offsets;
    std::string texts;
    append_integer(offsets, 0);
    for (std::size_t row = begin; row < end; ++row) {
      if (!column.is_null(row)) {
        const std::string& text = column.text(row);
        texts += is_valid_utf8(text) ? text : to_valid_utf8(text);
      }
      append_integer(offsets, static_cast<std::uint32_t>(texts.size()));
    }
    add_buffer(offsets);
    add_buffer(texts);
  }

  void add_buffer(const std::string& bytes) {
    buffers_.push_back(
        {static_cast<std::int64_t>(bytes_.size()), static_cast<std::int64_t>(bytes.size())});
    bytes_ += bytes;
    pad(bytes_);
  }

  static flatbuffers::uoffset_t start_pairs(FlatBufferBuilder& builder,
                                            const std::vector<Pair>& pairs) {
    builder.StartVector(pairs.size() * sizeof(Pair) / 8, 8);
    for (auto pair = pairs.rbegin(); pair != pairs.rend(); ++pair) {
      builder.PushElement(pair->second);
      builder.PushElement(pair->first);
    }
    return builder.EndVector(pairs.size());
  }
  static Offset<flatbuffers::Vector<Offset<Flat>>> pairs(FlatBufferBuilder& builder,
                                                         const std::vector<Pair>& pairs) {
    return {start_pairs(builder, pairs)};
  }

  std::vector<Pair> nodes_;
  std::vector<Pair> buffers_;
  std::string bytes_;
};

}  // namespace

std::string to_arrow_stream(const Table& table, const Zone& zone) {
  std::string out;
  FlatBufferBuilder builder;
  std::vector<Offset<Flat>> columns;
  for (const Column& column : table.columns()) {
    columns.push_back(column_table(builder, column, zone));
  }
  const auto fields = builder.CreateVector(columns);
  const auto start = builder.StartTable();
  builder.AddOffset(field(1), fields);
  append_message(out, builder, Header::kSchema, Offset<Flat>(builder.EndTable(start)), {});
  for (std::size_t begin = 0; begin < table.rows(); begin += kBatchRows) {
    const std::size_t end = std::min(begin + kBatchRows, table.rows());
    Body body;
    for (const Column& column : table.columns()) body.add(column, begin, end);
    body.append_to(out, end - begin);
  }
  append_integer(out, 0xFFFFFFFF);
  append_integer(out, 0);
  return out;
}

}  // namespace ca

#include "sources/byte_stream.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>
#include <zstd.h>

#include <cerrno>
#include <cstring>
#include <utility>
#include <vector>

#include "base/error.h"

namespace ca::sources {
namespace {

constexpr std::size_t kCompressedChunk = 1 << 18;

constexpr unsigned char kGzipMagic[] = {0x1F, 0x8B};
constexpr unsigned char kZstdMagic[] = {0x28, 0xB5, 0x2F, 0xFD};

bool begins_with(std::string_view bytes, const unsigned char* magic, std::size_t size) {
  return bytes.size() >= size && std::memcmp(bytes.data(), magic, size) == 0;
}

[[noreturn]] void fail_to_read(const std::filesystem::path& path, int reason) {
  const std::string text = std::strerror(reason);
  if (reason == EACCES || reason == EPERM) {
    throw Error("E-PERM", fmt::format("{} may not be read: {}.", path.string(), text),
                "Let the user who runs this program read the file and its folders.");
  }
  throw Error("E-FILE", fmt::format("{} could not be read: {}.", path.string(), text));
}

[[noreturn]] void fail_as_damaged(const std::filesystem::path& path, const char* format,
                                  std::string_view reason) {
  throw Error("E-FILE", fmt::format("{} is damaged {} data: {}.", path.string(), format, reason),
              "Copy or compress the file again.");
}

}  // namespace

/// The file itself. The readers of compressed data build upon it.
class ByteStream::Reader {
 public:
  explicit Reader(const std::filesystem::path& path) : path_(path) {
    descriptor_ = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (descriptor_ < 0) fail_to_read(path, errno);
    struct stat status {};
    const bool is_known = ::fstat(descriptor_, &status) == 0;
    if (is_known && S_ISDIR(status.st_mode)) {
      ::close(descriptor_);
      fail_to_read(path, EISDIR);
    }
    ::posix_fadvise(descriptor_, 0, 0, POSIX_FADV_SEQUENTIAL);
  }
  Reader(const Reader&) = delete;
  Reader& operator=(const Reader&) = delete;
  virtual ~Reader() { ::close(descriptor_); }

  virtual std::size_t read(char* out, std::size_t size) { return read_file(out, size); }
  virtual Compression compression() const { return Compression::kNone; }
  virtual bool is_one_member() const { return true; }

  /// The first bytes, without moving on.
  std::string_view peek(char* out, std::size_t size) const {
    const ssize_t got = ::pread(descriptor_, out, size, 0);
    if (got < 0) fail_to_read(path_, errno);
    return {out, static_cast<std::size_t>(got)};
  }

 protected:
  std::size_t read_file(char* out, std::size_t size) {
    std::size_t filled = 0;
    while (filled < size) {
      const ssize_t got = ::read(descriptor_, out + filled, size - filled);
      if (got < 0 && errno == EINTR) continue;
      if (got < 0) fail_to_read(path_, errno);
      if (got == 0) break;
      filled += static_cast<std::size_t>(got);
    }
    return filled;
  }

  std::filesystem::path path_;

 private:
  int descriptor_ = -1;
};

namespace {

class GzipReader final : public ByteStream::Reader {
 public:
  explicit GzipReader(const std::filesystem::path& path) : Reader(path), input_(kCompressedChunk) {
    char header[4] = {};
    constexpr int kHasName = 0x08;
    has_plain_header_ =
        peek(header, sizeof header).size() == sizeof header && (header[3] & ~kHasName) == 0;
    constexpr int kGzipWindow = 15 + 16;
    if (inflateInit2(&inflate_, kGzipWindow) != Z_OK) throw std::bad_alloc();
  }
  ~GzipReader() override { inflateEnd(&inflate_); }

  std::size_t read(char* out, std::size_t size) override {
    inflate_.next_out = reinterpret_cast<Bytef*>(out);
    inflate_.avail_out = static_cast<uInt>(size);
    while (inflate_.avail_out > 0 && !is_done_) {
      if (inflate_.avail_in == 0) refill();
      if (is_between_members_) {
        begin_next_member();
        continue;
      }
      if (inflate_.avail_in == 0) fail_as_damaged(path_, "gzip", "it ends too early");
      const int status = inflate(&inflate_, Z_NO_FLUSH);
      if (status == Z_STREAM_END) {
        is_between_members_ = true;
      } else if (status != Z_OK) {
        fail_as_damaged(path_, "gzip", inflate_.msg != nullptr ? inflate_.msg : "not readable");
      }
    }
    return size - inflate_.avail_out;
  }
  Compression compression() const override { return Compression::kGzip; }
  bool is_one_member() const override { return has_plain_header_ && !has_more_; }

 private:
  void refill() {
    inflate_.avail_in = static_cast<uInt>(read_file(input_.data(), input_.size()));
    inflate_.next_in = reinterpret_cast<Bytef*>(input_.data());
  }

  /// Another member follows, or nothing, or padding, which gzip ignores too.
  void begin_next_member() {
    if (inflate_.avail_in > 0) has_more_ = true;
    if (inflate_.avail_in == 0 || *inflate_.next_in != kGzipMagic[0]) {
      is_done_ = true;
      return;
    }
    inflateReset(&inflate_);
    is_between_members_ = false;
  }

  std::vector<char> input_;
  z_stream inflate_{};
  bool has_plain_header_ = true;
  bool is_between_members_ = false;
  bool has_more_ = false;
  bool is_done_ = false;
};

class ZstdReader final : public ByteStream::Reader {
 public:
  explicit ZstdReader(const std::filesystem::path& path)
      : Reader(path), input_(kCompressedChunk), stream_(ZSTD_createDStream(), &ZSTD_freeDStream) {
    if (stream_ == nullptr) throw std::bad_alloc();
  }

  std::size_t read(char* out, std::size_t size) override {
    ZSTD_outBuffer output{out, size, 0};
    while (output.pos < output.size) {
      if (pending_.pos == pending_.size) {
        pending_ = {input_.data(), read_file(input_.data(), input_.size()), 0};
        if (pending_.size == 0 && is_between_frames_) break;
      }
      if (is_between_frames_ && has_frame_) has_more_ = true;
      const std::size_t before = output.pos;
      const std::size_t status = ZSTD_decompressStream(stream_.get(), &output, &pending_);
      if (ZSTD_isError(status)) fail_as_damaged(path_, "zstd", ZSTD_getErrorName(status));
      is_between_frames_ = status == 0;
      has_frame_ = true;
      if (pending_.size == 0 && output.pos == before && !is_between_frames_) {
        fail_as_damaged(path_, "zstd", "it ends too early");
      }
    }
    return output.pos;
  }
  Compression compression() const override { return Compression::kZstd; }
  bool is_one_member() const override { return !has_more_; }

 private:
  std::vector<char> input_;
  std::unique_ptr<ZSTD_DStream, std::size_t (*)(ZSTD_DStream*)> stream_;
  ZSTD_inBuffer pending_{nullptr, 0, 0};
  bool is_between_frames_ = true;
  bool has_frame_ = false;
  bool has_more_ = false;
};

}  // namespace

ByteStream::ByteStream(const std::filesystem::path& path)
    : reader_(std::make_unique<Reader>(path)) {
  char buffer[4];
  const std::string_view first = reader_->peek(buffer, sizeof buffer);
  if (begins_with(first, kGzipMagic, sizeof kGzipMagic)) {
    reader_ = std::make_unique<GzipReader>(path);
  } else if (begins_with(first, kZstdMagic, sizeof kZstdMagic)) {
    reader_ = std::make_unique<ZstdReader>(path);
  }
}

ByteStream::ByteStream(ByteStream&&) noexcept = default;
ByteStream& ByteStream::operator=(ByteStream&&) noexcept = default;
ByteStream::~ByteStream() = default;

std::size_t ByteStream::read(char* out, std::size_t size) { return reader_->read(out, size); }
Compression ByteStream::compression() const { return reader_->compression(); }
bool ByteStream::is_one_member() const { return reader_->is_one_member(); }

}  // namespace ca::sources

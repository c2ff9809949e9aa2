#include "people/secrets.h"

#include <sodium.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <sstream>
#include <vector>

#include "base/error.h"
#include "people/sodium_ready.h"
#include "workspace/files.h"

namespace ca::people {
namespace {

namespace fs = std::filesystem;
using workspace::PeopleTables;
using workspace::SecretRecord;

constexpr char kFirstLine[] = "customeranalytics secret key 1";

struct Key {
  std::string id;
  std::string bytes;
};

/// The keys of the file, the one in use first. More than one only while they are being changed.
using Keys = std::vector<Key>;

std::string bytes_of_chance(std::size_t count) {
  std::string bytes(count, '\0');
  ::randombytes_buf(bytes.data(), bytes.size());
  return bytes;
}

unsigned char* raw(std::string& bytes) { return reinterpret_cast<unsigned char*>(bytes.data()); }
const unsigned char* raw(const std::string& bytes) {
  return reinterpret_cast<const unsigned char*>(bytes.data());
}

std::string hex(const std::string& bytes) {
  std::string text(2 * bytes.size() + 1, '\0');
  ::sodium_bin2hex(text.data(), text.size(), raw(bytes), bytes.size());
  text.pop_back();
  return text;
}

std::string from_hex(const std::string& text) {
  std::string bytes(text.size() / 2, '\0');
  std::size_t size = 0;
  if (::sodium_hex2bin(raw(bytes), bytes.size(), text.data(), text.size(), nullptr, &size,
                       nullptr) != 0) {
    return {};
  }
  bytes.resize(size);
  return bytes;
}

Key new_key() { return {hex(bytes_of_chance(8)), bytes_of_chance(crypto_secretbox_KEYBYTES)}; }

Error lost_key(const fs::path& file) {
  return Error("E-SECRET", "The key of the stored secrets is not in " + file.string() + ".",
               "Restore secret.key from the backup that workspace.sqlite is of, or set the "
               "passwords of the sources again.",
               {{"path", file.string()}});
}

/// Nothing when there is no file.
std::optional<Keys> read_keys(const fs::path& file) {
  struct stat status;
  if (::lstat(file.c_str(), &status) != 0) {
    if (errno == ENOENT) return std::nullopt;
    throw workspace::file_error("Cannot read", file, errno);
  }
  if (!S_ISREG(status.st_mode) || (status.st_mode & 077U) != 0) {
    throw Error("E-PERM", "Others than its owner may use " + file.string() + ".",
                "Do `chmod 600` on it; if others may have read it, rotate the key.",
                {{"path", file.string()}});
  }
  std::istringstream lines(workspace::read_file(file).value_or(""));
  std::string first, id, key;
  std::getline(lines, first);
  Keys keys;
  while (lines >> id >> key) keys.push_back({id, from_hex(key)});
  const bool is_good =
      first == kFirstLine && !keys.empty() && std::ranges::all_of(keys, [](const Key& k) {
        return k.bytes.size() == crypto_secretbox_KEYBYTES;
      });
  if (!is_good) throw lost_key(file);
  return keys;
}

void write_keys(const fs::path& file, const Keys& keys) {
  std::string text = std::string(kFirstLine) + "\n";
  for (const Key& key : keys) text += key.id + " " + hex(key.bytes) + "\n";
  workspace::replace_file(file, text);
}

/// The keys, made at first use. In a transaction that writes, so that no two processes make one.
Keys keys_for_writing(const fs::path& file, PeopleTables& tables) {
  if (std::optional<Keys> keys = read_keys(file)) return *std::move(keys);
  if (!tables.secrets.key_ids().empty()) throw lost_key(file);
  Keys keys = {new_key()};
  write_keys(file, keys);
  return keys;
}

/// The name is encrypted with the text, so that nobody swaps two rows.
SecretRecord sealed(std::string_view name, std::string_view text, const Key& key) {
  std::string clear(name);
  clear.push_back('\0');
  clear += text;
  SecretRecord record;
  record.name = name;
  record.key_id = key.id;
  record.nonce = bytes_of_chance(crypto_secretbox_NONCEBYTES);
  record.ciphertext.resize(clear.size() + crypto_secretbox_MACBYTES);
  ::crypto_secretbox_easy(raw(record.ciphertext), raw(clear), clear.size(), raw(record.nonce),
                          raw(key.bytes));
  ::sodium_memzero(clear.data(), clear.size());
  return record;
}

std::string opened(const SecretRecord& record, const Keys& keys, const fs::path& file) {
  const auto key = std::ranges::find(keys, record.key_id, &Key::id);
  if (key == keys.end() || record.nonce.size() != crypto_secretbox_NONCEBYTES ||
      record.ciphertext.size() < crypto_secretbox_MACBYTES) {
    throw lost_key(file);
  }
  std::string clear(record.ciphertext.size() - crypto_secretbox_MACBYTES, '\0');
  if (::crypto_secretbox_open_easy(raw(clear), raw(record.ciphertext), record.ciphertext.size(),
                                   raw(record.nonce), raw(key->bytes)) != 0 ||
      !clear.starts_with(record.name + '\0')) {
    throw Error("E-SECRET", "The stored secret " + record.name + " was changed by somebody else.",
                "Set it again.");
  }
  return clear.substr(record.name.size() + 1);
}

}  // namespace

Secrets::Secrets(workspace::Workspace& workspace, const workspace::Home& home)
    : database_(workspace), key_file_(home.folder() / "secret.key") {
  make_sodium_ready();
}

std::int64_t Secrets::put(PeopleTables& tables, std::string_view name, std::string_view text) {
  const Keys keys = keys_for_writing(key_file_, tables);
  return tables.secrets.put(sealed(name, text, keys.front()), workspace::utc_text(database_.now()));
}

void Secrets::put(std::string_view name, std::string_view text) {
  database_.write([&](PeopleTables& tables) { put(tables, name, text); });
}

std::optional<std::string> Secrets::get(std::string_view name) const {
  // Another process may change the key between the row and the file; then both are read again.
  for (int attempt = 0;; ++attempt) {
    const auto record =
        database_.read([&](PeopleTables& tables) { return tables.secrets.find(name); });
    if (!record) return std::nullopt;
    const std::optional<Keys> keys = read_keys(key_file_);
    if (!keys) throw lost_key(key_file_);
    if (attempt < 3 && std::ranges::find(*keys, record->key_id, &Key::id) == keys->end()) continue;
    return opened(*record, *keys, key_file_);
  }
}

void Secrets::remove(std::string_view name) {
  database_.write([&](PeopleTables& tables) { tables.secrets.remove(name); });
}

void Secrets::rotate() {
  const Key key = new_key();
  // At every point the file holds the keys of all rows: the new one is there before the first row
  // has it, the old ones go when the last has left them and that is on the disk.
  database_.write([&](PeopleTables& tables) {
    Keys keys = keys_for_writing(key_file_, tables);
    keys.insert(keys.begin(), key);
    write_keys(key_file_, keys);
    for (const SecretRecord& record : tables.secrets.all()) {
      SecretRecord again = sealed(record.name, opened(record, keys, key_file_), key);
      again.id = record.id;
      tables.secrets.encrypt_anew(again, workspace::utc_text(database_.now()));
    }
  });
  database_.write([&](PeopleTables& tables) {
    const std::vector<std::string> used = tables.secrets.key_ids();
    const bool is_last = std::ranges::all_of(used, [&](const auto& id) { return id == key.id; });
    if (is_last) write_keys(key_file_, {key});
  });
}

}  // namespace ca::people

#pragma once

#include <cstddef>
#include <cstdint>
#include <semaphore>
#include <string>
#include <string_view>

namespace ca::people {

/// What one hash of a password costs whoever makes or guesses it (Argon2id, RFC 9106).
struct PasswordCost {
  std::uint64_t passes = 3;
  std::size_t memory = std::size_t{64} << 20;  ///< bytes
};

/// Hashes passwords, two at once and not more, so that a flood of sign-ins waits instead of taking
/// the memory. For any thread.
class PasswordHasher {
 public:
  explicit PasswordHasher(PasswordCost cost = {});

  /// One's place among the two, until it is destroyed.
  class Turn {
   public:
    explicit Turn(PasswordHasher& hasher) : places_(hasher.places_) { places_.acquire(); }
    Turn(const Turn&) = delete;
    Turn& operator=(const Turn&) = delete;
    ~Turn() { places_.release(); }

   private:
    std::counting_semaphore<2>& places_;
  };
  Turn take_turn() { return Turn(*this); }

  /// Text with the cost, the salt and the hash.
  std::string hash(std::string_view password, const Turn&) const;
  /// Whether it is the password of that hash. Takes as long for a wrong one.
  bool verify(const std::string& hash, std::string_view password, const Turn&) const;
  /// A hash that no password has and that takes as long to verify: for users who do not exist.
  const std::string& dummy() const { return dummy_; }
  /// Whether the hash was made with another cost.
  bool is_outdated(const std::string& hash) const;

 private:
  PasswordCost cost_;
  std::string dummy_;
  std::counting_semaphore<2> places_{2};
};

/// Throws Error M-REG-PW, whose hint says why, for a password of fewer than 12 or more than 128
/// characters, a common one, or one that is the user's name or e-mail (product.md 1.1.2).
void check_password(std::string_view password, std::string_view username, std::string_view email);

}  // namespace ca::people

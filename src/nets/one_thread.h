#pragma once

namespace ca::nets {

/// While it lives, oneDNN computes on the calling thread alone, so that the order of sums does not
/// depend on the machine; other threads are not concerned. Instructions beyond AVX2 are never used,
/// for the same reason.
class OneThread {
 public:
  OneThread();
  OneThread(const OneThread&) = delete;
  OneThread& operator=(const OneThread&) = delete;
  ~OneThread();

 private:
  int before_;
};

}  // namespace ca::nets

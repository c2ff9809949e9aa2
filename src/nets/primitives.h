#pragma once

// What the layers' .cc files share of oneDNN; no other header includes it. Memory that a primitive
// works in is the layer's own: the library's would bind a primitive to the thread that made it.

#include <dnnl.hpp>
#include <unordered_map>
#include <vector>

#include "base/error.h"
#include "nets/layers.h"

namespace ca::nets {

using dnnl::memory;
using Tag = dnnl::memory::format_tag;
using Arguments = std::unordered_map<int, memory>;

/// The processor, without instructions beyond AVX2.
const dnnl::engine& processor();
/// Says that the caller brings the primitive's working memory.
const dnnl::primitive_attr& own_scratchpad();

memory::dim dim(std::size_t size);
memory::desc described(const std::vector<std::size_t>& dims, Tag tag);
/// The tensor's numbers as oneDNN's memory, without a copy.
memory over(const memory::desc& shape, const Tensor& tensor);
/// `from`, or a copy of it in another layout.
memory in_layout(const memory& from, const memory::desc& layout);

/// A primitive of one shape, its description and its working memory.
template <class Primitive>
class Made {
 public:
  using Description = typename Primitive::primitive_desc;
  Made() = default;
  explicit Made(const Description& description)
      : description_(description),
        primitive_(description),
        scratchpad_(description.scratchpad_desc(), processor()) {}

  const Description& description() const { return description_; }
  void run(Arguments arguments) const {
    dnnl::stream stream(processor());
    arguments.emplace(DNNL_ARG_SCRATCHPAD, scratchpad_);
    primitive_.execute(stream, arguments);
    stream.wait();
  }

 private:
  Description description_;
  Primitive primitive_;
  memory scratchpad_;
};

/// Uniform between -r and r with r = sqrt(6 / (inputs + outputs)) (Glorot and Bengio 2010).
void draw_glorot(Tensor& weights, std::size_t inputs, std::size_t outputs, Random& random);

Parameter parameter(std::string name, const Tensor::Shape& shape);

/// A caller's mistake, not a user's.
void expect(bool holds, const char* what);

}  // namespace ca::nets

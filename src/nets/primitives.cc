#include "nets/primitives.h"

#include <cmath>

namespace ca::nets {

const dnnl::engine& processor() {
  static const dnnl::engine engine = [] {
    dnnl::set_max_cpu_isa(dnnl::cpu_isa::avx2);  // on other processors it does nothing
    return dnnl::engine(dnnl::engine::kind::cpu, 0);
  }();
  return engine;
}

const dnnl::primitive_attr& own_scratchpad() {
  static const dnnl::primitive_attr attributes = [] {
    dnnl::primitive_attr made;
    made.set_scratchpad_mode(dnnl::scratchpad_mode::user);
    return made;
  }();
  return attributes;
}

memory::dim dim(std::size_t size) { return static_cast<memory::dim>(size); }

memory::desc described(const std::vector<std::size_t>& dims, Tag tag) {
  memory::dims converted;
  for (const std::size_t size : dims) converted.push_back(dim(size));
  return {converted, memory::data_type::f32, tag};
}

memory over(const memory::desc& shape, const Tensor& tensor) {
  return {shape, processor(), const_cast<float*>(tensor.values.data())};
}

memory in_layout(const memory& from, const memory::desc& layout) {
  if (from.get_desc() == layout) return from;
  memory to(layout, processor());
  dnnl::stream stream(processor());
  const dnnl::reorder::primitive_desc description(from, to, own_scratchpad());
  memory scratchpad(description.scratchpad_desc(), processor());
  dnnl::reorder(description)
      .execute(stream,
               {{DNNL_ARG_FROM, from}, {DNNL_ARG_TO, to}, {DNNL_ARG_SCRATCHPAD, scratchpad}});
  stream.wait();
  return to;
}

void draw_glorot(Tensor& weights, std::size_t inputs, std::size_t outputs, Random& random) {
  const double range = std::sqrt(6.0 / static_cast<double>(inputs + outputs));
  for (float& weight : weights.values) weight = static_cast<float>(random.between(-range, range));
}

Parameter parameter(std::string name, const Tensor::Shape& shape) {
  return {std::move(name), Tensor(shape), Tensor(shape)};
}

void expect(bool holds, const char* what) {
  if (!holds) throw Error("E-INTERNAL", what);
}

}  // namespace ca::nets

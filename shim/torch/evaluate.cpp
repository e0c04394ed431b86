// SPDX-License-Identifier: MIT
// One evaluation: the sampler's arrays as tensors, the method's call, the output's way back.
#include <algorithm>
#include <cmath>
#include <sstream>

#include <c10/core/InferenceMode.h>
#include <torch/csrc/jit/runtime/graph_executor.h>

#include "failure.hpp"
#include "network.hpp"

namespace rs::torch {
namespace {

std::string text_of(at::IntArrayRef sizes) {
  std::ostringstream text;
  text << sizes;
  return text.str();
}

// The border tensors are made outside of this: inside they could not tell whether they were written
// to. On the CPU the method runs as it was written: libtorch's compiler would rewrite it after its
// first call, and a run that another process continues would have other bits.
struct Running {
  explicit Running(at::Device device)
      : compiler(!device.is_cpu() && ::torch::jit::getGraphExecutorOptimize()) {
  }
  const c10::InferenceMode mode;
  const ::torch::jit::GraphOptimizerEnabledGuard compiler;
};

std::int64_t as_signed(std::size_t n) {
  return static_cast<std::int64_t>(n);
}

// Samples first .. first + count - 1 of the sampler's array, without a copy.
at::Tensor view(const rs_eval &e, bool output, std::size_t first, std::size_t count,
                const std::vector<std::int64_t> &shape) {
  std::vector<std::int64_t> sizes = {as_signed(count)};
  sizes.insert(sizes.end(), shape.begin(), shape.end());
  const std::size_t offset = first * e.elements;
  if (e.input) {
    float *data = output ? e.output : const_cast<float *>(e.input);
    return at::from_blob(data + offset, sizes, at::kFloat);
  }
  double *data = output ? e.output_f64 : const_cast<double *>(e.input_f64);
  return at::from_blob(data + offset, sizes, at::kDouble);
}

} // namespace

void Network::check(const rs_eval &e) const {
  if (!(e.input && e.output) && !(e.input_f64 && e.output_f64))
    throw Failure(RS_ERR_ARGUMENT, "there is no input or no output");
  if (e.elements != elements_)
    throw Failure(RS_ERR_ARGUMENT, "the sampler has " + std::to_string(e.elements) +
                                       " elements a sample, the module " +
                                       std::to_string(elements_));
  if (e.pass < RS_PASS_CONDITIONAL || e.pass > RS_PASS_BOTH ||
      (e.pass == RS_PASS_BOTH && e.batch % 2))
    throw Failure(RS_ERR_ARGUMENT, "the pass is none of RS_PASS_... or does not fit the batch");
  for (const Argument &a : arguments_)
    if (a.source == Source::missing)
      throw Failure(RS_ERR_OPTION,
                    "the method '" + method_name_ + "' needs '" + a.name + "', which is not given");
}

void Network::evaluate(const rs_eval &e) {
  check(e);
  rows_ = conditions_.rows(e);
  const std::size_t limit = batch_limit_ ? batch_limit_ : e.batch;
  for (std::size_t first = 0; first < e.batch; first += limit)
    call(e, first, std::min(limit, e.batch - first));
}

void Network::call(const rs_eval &e, std::size_t first, std::size_t count) {
  const at::Tensor state = view(e, false, first, count, shape_);
  const at::Tensor target = view(e, true, first, count, shape_);
  const at::Tensor input = take_input(state);
  const Running running(device_);
  const c10::IValue result = (*method_)(stack(e, first, input, target));
  note_writes(input, state);
  give_output(result, target);
}

at::Tensor Network::take_input(const at::Tensor &state) const {
  const bool copy = writes_ != Writes::no;
  return state.to(device_, dtype_, false, copy);
}

at::Tensor Network::out_argument(const at::Tensor &target) const {
  if (target.scalar_type() == dtype_ && device_.is_cpu())
    return target;
  return at::empty(target.sizes(), at::TensorOptions().dtype(dtype_).device(device_));
}

std::vector<c10::IValue> Network::stack(const rs_eval &e, std::size_t first,
                                        const at::Tensor &input, const at::Tensor &target) const {
  const std::int64_t count = input.size(0);
  std::vector<c10::IValue> values;
  values.reserve(arguments_.size() + 1); // the method puts the module in front
  for (const Argument &a : arguments_) {
    if (a.source == Source::input)
      values.emplace_back(input);
    else if (a.source == Source::time)
      values.emplace_back(at::full({count}, time_dtype_ == at::kLong ? std::rint(e.time) : e.time,
                                   at::TensorOptions().dtype(time_dtype_).device(device_)));
    else if (a.source == Source::out)
      values.emplace_back(out_argument(target));
    else if (a.source == Source::condition)
      values.emplace_back(rows_[a.condition].narrow(0, as_signed(first), count));
    else
      values.push_back(a.usual);
  }
  return values;
}

// The first call works on a copy, so nothing is spoilt when the truth comes out.
void Network::note_writes(const at::Tensor &input, const at::Tensor &state) {
  const bool written = input._version() != 0;
  if (writes_ == Writes::unknown)
    writes_ = written ? Writes::yes : Writes::no;
  else if (written && input.data_ptr() == state.data_ptr())
    throw Failure(RS_ERR_CALLBACK, "the method '" + method_name_ +
                                       "' writes to its input, which it did not at first");
}

void Network::complain(const std::string &what) const {
  throw Failure(RS_ERR_CALLBACK, "the method '" + method_name_ + "' returned a " + what);
}

at::Tensor Network::answer(const c10::IValue &result) const {
  if (!result.isTensor())
    complain(result.tagKind() + ", not one tensor");
  at::Tensor output = result.toTensor();
  if (!output.defined() || !at::isFloatingType(output.scalar_type()))
    complain(std::string("tensor of type ") + at::toString(output.scalar_type()) +
             ", not of a floating type");
  return output;
}

void Network::give_output(const c10::IValue &result, const at::Tensor &target) const {
  const at::Tensor output = answer(result);
  if (output.sizes() != target.sizes())
    complain("tensor of shape " + text_of(output.sizes()) + ", not " + text_of(target.sizes()));
  if (output.data_ptr() != target.data_ptr() || !output.is_contiguous())
    target.copy_(output);
}

// ---- features ----------------------------------------------------------------------------------

at::Tensor Network::rows(const float *samples, std::size_t count) {
  rs_eval e{};
  e.batch = count;
  e.elements = elements_;
  e.input = samples;
  e.pass = RS_PASS_CONDITIONAL;
  for (const Argument &a : arguments_)
    if (a.source == Source::missing || a.source == Source::out)
      throw Failure(RS_ERR_OPTION, "the method '" + method_name_ + "' needs '" + a.name +
                                       "', which features are computed without");
  rows_ = conditions_.rows(e);
  const at::Tensor state = view(e, false, 0, count, shape_).to(device_, dtype_, false, true);
  const Running running(device_);
  const at::Tensor output = answer((*method_)(stack(e, 0, state, {})));
  if (output.dim() < 1 || output.size(0) != as_signed(count) || output.numel() == 0)
    complain("tensor of shape " + text_of(output.sizes()) + ", not a row for each of " +
             std::to_string(count) + " samples");
  return output.reshape({as_signed(count), -1}).to(at::kCPU, at::kFloat).contiguous();
}

std::size_t Network::feature_elements() {
  if (!features_) {
    const std::vector<float> sample(elements_);
    features_ = rows(sample.data(), 1).numel();
  }
  return static_cast<std::size_t>(features_);
}

void Network::features(const float *samples, std::size_t count, float *features) {
  const std::int64_t known = as_signed(feature_elements());
  const std::size_t limit = batch_limit_ ? batch_limit_ : count;
  for (std::size_t first = 0; first < count; first += limit) {
    const at::Tensor some = rows(samples + first * elements_, std::min(limit, count - first));
    if (some.size(1) != known)
      complain("row of " + std::to_string(some.size(1)) + " numbers, not of " +
               std::to_string(known) + " as at first");
    std::copy_n(some.data_ptr<float>(), some.numel(), features + first * feature_elements());
  }
}

} // namespace rs::torch

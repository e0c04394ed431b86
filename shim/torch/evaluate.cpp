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

// The border tensors are made outside the guard: inside they could not tell whether they were
// written to. On the CPU the method runs as it was written: libtorch's compiler would rewrite it
// after its first call, and a run that another process continues would have other bits.
void Network::call(const rs_eval &e, std::size_t first, std::size_t count) {
  const at::Tensor state = view(e, false, first, count, shape_);
  const at::Tensor target = view(e, true, first, count, shape_);
  const at::Tensor input = take_input(state);
  const c10::InferenceMode guard;
  const ::torch::jit::GraphOptimizerEnabledGuard compiler(!device_.is_cpu() &&
                                                          ::torch::jit::getGraphExecutorOptimize());
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

void Network::give_output(const c10::IValue &result, const at::Tensor &target) const {
  const std::string method = "the method '" + method_name_ + "' returned ";
  if (!result.isTensor())
    throw Failure(RS_ERR_CALLBACK, method + "a " + result.tagKind() + ", not one tensor");
  const at::Tensor &output = result.toTensor();
  if (!output.defined() || !at::isFloatingType(output.scalar_type()))
    throw Failure(RS_ERR_CALLBACK, method + "a tensor of type " +
                                       at::toString(output.scalar_type()) +
                                       ", not of a floating type");
  if (output.sizes() != target.sizes())
    throw Failure(RS_ERR_CALLBACK, method + "a tensor of shape " + text_of(output.sizes()) +
                                       ", not " + text_of(target.sizes()));
  if (output.data_ptr() != target.data_ptr() || !output.is_contiguous())
    target.copy_(output);
}

} // namespace rs::torch

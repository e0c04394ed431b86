// SPDX-License-Identifier: MIT
#include "condition.hpp"

#include <utility>

#include "failure.hpp"

namespace rs::torch {
namespace {

at::Tensor copy_rows(const void *data, std::size_t count, const rs_torch_input &input,
                     at::Device device, at::ScalarType dtype) {
  std::vector<std::int64_t> sizes = {static_cast<std::int64_t>(count ? count : 1)};
  sizes.insert(sizes.end(), input.dims, input.dims + input.dim_count);
  const at::ScalarType type = scalar_type(input.dtype, at::kFloat);
  const at::Tensor theirs = at::from_blob(const_cast<void *>(data), sizes, type);
  return theirs.to(device, at::isFloatingType(type) ? dtype : type, false, true);
}

at::Tensor spread(const Condition &c, const at::Tensor &tensor, std::int64_t samples) {
  if (tensor.size(0) == samples)
    return tensor;
  if (tensor.size(0) != 1)
    throw Failure(RS_ERR_OPTION, "'" + c.name + "' has " + std::to_string(tensor.size(0)) +
                                     " rows for " + std::to_string(samples) + " samples");
  std::vector<std::int64_t> sizes = tensor.sizes().vec();
  sizes[0] = samples;
  return tensor.expand(sizes);
}

at::Tensor lay_out(const Condition &c, std::int32_t pass, std::int64_t batch) {
  if (pass == RS_PASS_CONDITIONAL)
    return spread(c, c.with, batch).clone(at::MemoryFormat::Contiguous);
  if (!c.without.defined())
    throw Failure(RS_ERR_OPTION, "guidance needs a value of '" + c.name +
                                     "' for evaluations without the condition");
  if (pass == RS_PASS_UNCONDITIONAL)
    return spread(c, c.without, batch).clone(at::MemoryFormat::Contiguous);
  return at::cat({spread(c, c.with, batch / 2), spread(c, c.without, batch / 2)});
}

} // namespace

at::ScalarType scalar_type(std::int32_t dtype, at::ScalarType fallback) {
  switch (dtype) {
  case RS_TORCH_FLOAT32:
    return at::kFloat;
  case RS_TORCH_FLOAT64:
    return at::kDouble;
  case RS_TORCH_FLOAT16:
    return at::kHalf;
  case RS_TORCH_BFLOAT16:
    return at::kBFloat16;
  case RS_TORCH_INT64:
    return at::kLong;
  case RS_TORCH_INT32:
    return at::kInt;
  case RS_TORCH_UINT8:
    return at::kByte;
  default:
    return fallback;
  }
}

Condition copy_input(const rs_torch_input &input, at::Device device, at::ScalarType dtype) {
  Condition c;
  c.name = input.name;
  c.with = copy_rows(input.data, input.count, input, device, dtype);
  if (input.unconditional)
    c.without = copy_rows(input.unconditional, input.unconditional_count, input, device, dtype);
  return c;
}

Conditions::Conditions(std::vector<Condition> all) : all_(std::move(all)) {
}

int Conditions::find(const std::string &name) const {
  for (std::size_t i = 0; i < all_.size(); i++)
    if (all_[i].name == name)
      return static_cast<int>(i);
  return -1;
}

std::vector<std::string> Conditions::names() const {
  std::vector<std::string> list;
  for (const Condition &c : all_)
    list.push_back(c.name);
  return list;
}

bool Conditions::fresh(const rs_eval &eval) const {
  if (rows_.size() != all_.size() || batch_ != eval.batch || pass_ != eval.pass)
    return false;
  for (const at::Tensor &tensor : rows_)
    if (tensor._version() != 0)
      return false;
  return true;
}

const std::vector<at::Tensor> &Conditions::rows(const rs_eval &eval) {
  if (fresh(eval))
    return rows_;
  rows_.clear();
  for (const Condition &c : all_)
    rows_.push_back(lay_out(c, eval.pass, static_cast<std::int64_t>(eval.batch)));
  batch_ = eval.batch;
  pass_ = eval.pass;
  return rows_;
}

} // namespace rs::torch

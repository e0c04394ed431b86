// SPDX-License-Identifier: MIT
// What the network is conditioned on: labels and extra tensors, laid out for a pass of guidance.
#ifndef RESTART_SHIM_TORCH_CONDITION_HPP
#define RESTART_SHIM_TORCH_CONDITION_HPP

#include <string>
#include <vector>

#include <ATen/ATen.h>

#include <restart/torch.h>

namespace rs::torch {

// A type of restart/torch.h; fallback for DEFAULT.
at::ScalarType scalar_type(std::int32_t dtype, at::ScalarType fallback);

struct Condition {
  std::string name;
  at::Tensor with, without; // [1 or samples, dims...]; without may be undefined
};

// Copies a caller's tensor to the device; floating ones in type `dtype`.
Condition copy_input(const rs_torch_input &input, at::Device device, at::ScalarType dtype);

class Conditions {
public:
  Conditions() = default;
  explicit Conditions(std::vector<Condition> all);

  // Its place, or -1.
  int find(const std::string &name) const;
  std::vector<std::string> names() const;

  // Rows for every sample of an evaluation, one tensor for each condition. Throws
  // Failure(RS_ERR_OPTION) where the rows do not fit.
  const std::vector<at::Tensor> &rows(const rs_eval &eval);

private:
  // Whether rows_ is what rows() would make: modules may write to their arguments.
  bool fresh(const rs_eval &eval) const;

  std::vector<Condition> all_;
  std::vector<at::Tensor> rows_; // as last asked for
  std::size_t batch_ = 0;
  std::int32_t pass_ = RS_PASS_CONDITIONAL;
};

} // namespace rs::torch

#endif

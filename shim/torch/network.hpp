// SPDX-License-Identifier: MIT
#ifndef RESTART_SHIM_TORCH_NETWORK_HPP
#define RESTART_SHIM_TORCH_NETWORK_HPP

#include <memory>

#include <ATen/ATen.h>
#include <torch/csrc/jit/api/module.h>

#include "condition.hpp"
#include "metadata.hpp"

namespace rs::torch {

// A loaded module and how its method is called. All of it throws Failure or what libtorch throws.
class Network {
public:
  explicit Network(const rs_torch_options &options);
  void set_labels(const std::int64_t *labels, std::size_t count);
  void set_inputs(const rs_torch_input *inputs, std::size_t count);
  void describe(rs_sampler_options *options) const;
  const std::vector<std::int64_t> &shape() const {
    return shape_;
  }
  void evaluate(const rs_eval &eval);
  std::size_t feature_elements();
  void features(const float *samples, std::size_t count, float *features);

private:
  // Where an argument of the method comes from.
  enum class Source { input, time, out, condition, usual, missing };
  struct Argument {
    std::string name;
    Source source;
    std::size_t condition; // which one
    c10::IValue usual;     // the method's own default
  };
  // Whether the method writes to its input, as its first call has shown on a copy.
  enum class Writes { unknown, no, yes };

  // network.cpp
  void choose_method(const rs_torch_options &options);
  void choose_types(const rs_torch_options &options);
  void convert();
  void choose_shape(const rs_torch_options &options);
  void condition(std::vector<std::int64_t> labels, std::vector<Condition> inputs);
  std::vector<Condition> copy_inputs(const rs_torch_input *inputs, std::size_t count) const;
  Condition label_condition(const std::vector<std::int64_t> &labels, const std::string &name) const;
  std::vector<Argument> arguments(const Conditions &conditions) const;

  // evaluate.cpp
  void check(const rs_eval &eval) const;
  void call(const rs_eval &eval, std::size_t first, std::size_t count);
  at::Tensor take_input(const at::Tensor &state) const;
  at::Tensor out_argument(const at::Tensor &target) const;
  std::vector<c10::IValue> stack(const rs_eval &eval, std::size_t first, const at::Tensor &input,
                                 const at::Tensor &target) const;
  void note_writes(const at::Tensor &input, const at::Tensor &state);
  [[noreturn]] void complain(const std::string &what) const;
  at::Tensor answer(const c10::IValue &result) const;
  at::Tensor rows(const float *samples, std::size_t count);
  void give_output(const c10::IValue &result, const at::Tensor &target) const;

  Metadata metadata_;
  at::Device device_;
  ::torch::jit::Module module_;
  std::string method_name_;
  std::unique_ptr<::torch::jit::Method> method_;
  at::ScalarType dtype_ = at::kFloat, time_dtype_ = at::kFloat;
  std::vector<std::int64_t> shape_;
  std::size_t elements_ = 1, batch_limit_ = 0;
  std::vector<std::int64_t> labels_;
  std::vector<Condition> inputs_;
  Conditions conditions_; // both, for the method
  std::vector<Argument> arguments_;
  std::vector<at::Tensor> rows_; // of the conditions in this evaluation
  Writes writes_ = Writes::unknown;
  std::int64_t features_ = 0; // numbers of a sample; 0: not known yet
};

} // namespace rs::torch

#endif

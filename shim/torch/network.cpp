// SPDX-License-Identifier: MIT
#include "network.hpp"

#include <algorithm>
#include <utility>

#include <ATen/Parallel.h>

#include "failure.hpp"
#include "file.hpp"
#include "options.hpp"

// Some builds of libtorch, Debian's among them, multiply matrices by OpenBLAS, which has threads of
// its own.
extern "C" void openblas_set_num_threads(int count) __attribute__((weak));

namespace rs::torch {
namespace {

// A method's arguments: 0 is the module itself.
constexpr std::size_t place_input = 1, place_time = 2, place_label = 3;

at::ScalarType first_floating(const ::torch::jit::Module &module) {
  for (const at::Tensor &tensor : module.parameters())
    if (tensor.is_floating_point())
      return tensor.scalar_type();
  for (const at::Tensor &tensor : module.buffers())
    if (tensor.is_floating_point())
      return tensor.scalar_type();
  return at::kFloat;
}

void convert_tensor(at::Tensor tensor, at::ScalarType dtype) {
  if (tensor.is_floating_point() && tensor.scalar_type() != dtype)
    tensor.set_data(tensor.detach().to(dtype));
}

void set_threads(int32_t count) {
  at::set_num_threads(count);
  if (openblas_set_num_threads)
    openblas_set_num_threads(count);
}

} // namespace

Network::Network(const rs_torch_options &options) : device_(open_device(options.device)) {
  std::string text;
  module_ = load_file(options.path, device_, &text);
  metadata_ = read_metadata(text);
  if (options.label_for_none)
    metadata_.label_for_none = *options.label_for_none;
  if (options.threads)
    set_threads(options.threads);
  batch_limit_ = options.batch_limit;
  choose_method(options);
  choose_types(options);
  convert();
  choose_shape(options);
  condition({options.labels, options.labels + options.label_count},
            copy_inputs(options.inputs, options.input_count));
}

void Network::choose_method(const rs_torch_options &options) {
  method_name_ = options.method             ? options.method
                 : metadata_.method.empty() ? "forward"
                                            : metadata_.method;
  const auto found = module_.find_method(method_name_);
  if (!found)
    throw Failure(RS_ERR_NAME, "the module has no method '" + method_name_ + "'");
  method_ = std::make_unique<::torch::jit::Method>(*found);
  if (method_->function().getSchema().arguments().size() <= place_input)
    throw Failure(RS_ERR_OPTION, "the method '" + method_name_ + "' has no argument");
}

void Network::choose_types(const rs_torch_options &options) {
  dtype_ = scalar_type(options.dtype, scalar_type(metadata_.dtype, first_floating(module_)));
  const at::ScalarType usual = dtype_ == at::kDouble ? at::kDouble : at::kFloat;
  time_dtype_ = scalar_type(options.time_dtype, scalar_type(metadata_.time_dtype, usual));
  if (!at::isFloatingType(dtype_))
    throw Failure(RS_ERR_OPTION, "the module computes in a type that is not supported");
}

// By hand: Module::to would turn integer buffers into floating ones.
void Network::convert() {
  for (const at::Tensor &tensor : module_.parameters())
    convert_tensor(tensor, dtype_);
  for (const at::Tensor &tensor : module_.buffers())
    convert_tensor(tensor, dtype_);
}

void Network::choose_shape(const rs_torch_options &options) {
  check_shape(metadata_.shape.data(), metadata_.shape.size(), RS_ERR_SYNTAX);
  shape_ = metadata_.shape;
  if (options.shape_count)
    shape_.assign(options.shape, options.shape + options.shape_count);
  if (shape_.empty())
    throw Failure(RS_ERR_OPTION,
                  "the shape of a sample stands neither in the options nor in the file");
  for (const std::int64_t n : shape_)
    elements_ *= static_cast<std::size_t>(n);
}

std::vector<Condition> Network::copy_inputs(const rs_torch_input *inputs, std::size_t count) const {
  std::vector<Condition> list;
  for (std::size_t i = 0; i < count; i++)
    list.push_back(copy_input(inputs[i], device_, dtype_));
  return list;
}

Condition Network::label_condition(const std::vector<std::int64_t> &labels,
                                   const std::string &name) const {
  const std::optional<std::int64_t> none = metadata_.label_for_none;
  for (const std::int64_t label : labels) {
    const bool known = label >= 0 && label < metadata_.classes;
    if (metadata_.classes && !known && none != label)
      throw Failure(RS_ERR_OPTION, "label " + std::to_string(label) + " is not one of the " +
                                       std::to_string(metadata_.classes) + " classes");
  }
  rs_torch_input input{};
  input.name = name.c_str();
  input.data = labels.empty() ? &*none : labels.data();
  input.count = labels.size();
  input.unconditional = none ? &*none : nullptr;
  input.dtype = RS_TORCH_INT64;
  return copy_input(input, device_, dtype_);
}

void Network::condition(std::vector<std::int64_t> labels, std::vector<Condition> inputs) {
  const auto &declared = method_->function().getSchema().arguments();
  std::vector<Condition> all = inputs;
  const bool third = declared.size() > place_label && declared[place_label].name() != "out" &&
                     Conditions(inputs).find(declared[place_label].name()) < 0;
  if (!labels.empty() && !third)
    throw Failure(RS_ERR_OPTION,
                  "the method '" + method_name_ + "' has no third argument free for labels");
  if (third && (!labels.empty() || metadata_.label_for_none))
    all.push_back(label_condition(labels, declared[place_label].name()));
  Conditions conditions(all);
  std::vector<Argument> list = arguments(conditions);
  labels_ = std::move(labels);
  inputs_ = std::move(inputs);
  conditions_ = std::move(conditions);
  arguments_ = std::move(list);
}

std::vector<Network::Argument> Network::arguments(const Conditions &conditions) const {
  const auto &declared = method_->function().getSchema().arguments();
  std::vector<Argument> list;
  for (std::size_t place = place_input; place < declared.size(); place++) {
    Argument a{declared[place].name(), Source::missing, 0, {}};
    const int condition = conditions.find(a.name);
    if (place == place_input) {
      a.source = Source::input;
    } else if (place == place_time) {
      a.source = Source::time;
    } else if (a.name == "out") {
      a.source = Source::out;
    } else if (condition >= 0) {
      a.source = Source::condition;
      a.condition = static_cast<std::size_t>(condition);
    } else if (declared[place].default_value()) {
      a.source = Source::usual;
      a.usual = *declared[place].default_value();
    }
    list.push_back(a);
  }
  for (const std::string &name : conditions.names())
    if (std::none_of(list.begin(), list.end(), [&name](const Argument &a) {
          return a.source == Source::condition && a.name == name;
        }))
      throw Failure(RS_ERR_NAME, "the method '" + method_name_ + "' takes no '" + name +
                                     "' after input and time");
  return list;
}

void Network::set_labels(const std::int64_t *labels, std::size_t count) {
  check_labels(labels, count);
  condition({labels, labels + count}, inputs_);
}

void Network::set_inputs(const rs_torch_input *inputs, std::size_t count) {
  check_inputs(inputs, count);
  condition(labels_, copy_inputs(inputs, count));
}

void Network::describe(rs_sampler_options *options) const {
  rs_model &model = options->model;
  const rs_model &known = metadata_.model;
  const auto fill = [](auto &field, const auto &value) {
    if (!field)
      field = value;
  };
  options->elements = elements_;
  fill(model.prediction, known.prediction);
  fill(model.process, known.process);
  fill(model.time, known.time);
  fill(model.guidance, known.guidance);
  fill(model.guidance_weight, known.guidance_weight);
  fill(model.guidance_rescale, known.guidance_rescale);
  fill(model.guidance_min, known.guidance_min);
  fill(model.guidance_max, known.guidance_max);
  fill(model.clip, known.clip);
  fill(model.clip_low, known.clip_low);
  fill(model.clip_high, known.clip_high);
  fill(model.clip_quantile, known.clip_quantile);
  fill(model.sigma_data, known.sigma_data);
  fill(model.aux_dimensions, known.aux_dimensions);
  fill(model.beta_min, known.beta_min);
  fill(model.beta_max, known.beta_max);
  fill(model.betas, known.betas);
  fill(model.table_count, known.table_count);
  if (model.betas == RS_BETAS_TABLE && !model.alpha_bar && !metadata_.alpha_bar.empty())
    model.alpha_bar = metadata_.alpha_bar.data();
}

} // namespace rs::torch

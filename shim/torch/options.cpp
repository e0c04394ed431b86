// SPDX-License-Identifier: MIT
#include <cstdint>
#include <cstring>

#include "failure.hpp"
#include "options.hpp"

namespace rs::torch {
namespace {

// What rs_sampler_options.elements may be.
constexpr std::int64_t elements_max = std::int64_t{1} << 34;

void good(bool condition, rs_status status, const std::string &sentence) {
  if (!condition)
    throw Failure(status, sentence);
}

bool all_zero(const unsigned char *bytes, std::size_t count) {
  for (std::size_t i = 0; i < count; i++)
    if (bytes[i])
      return false;
  return true;
}

bool floating(std::int32_t dtype) {
  return dtype >= RS_TORCH_FLOAT32 && dtype <= RS_TORCH_BFLOAT16;
}

void check_input(const rs_torch_input &input) {
  good(input.name && *input.name, RS_ERR_ARGUMENT, "an input has no name");
  const std::string name = input.name;
  good(input.data, RS_ERR_ARGUMENT, "input '" + name + "' has no data");
  good(input.dtype >= RS_TORCH_DEFAULT && input.dtype <= RS_TORCH_UINT8, RS_ERR_OPTION,
       "input '" + name + "': dtype is none of RS_TORCH_...");
  good(input.dim_count >= 0 && input.dim_count <= RS_TORCH_DIMS_MAX, RS_ERR_OPTION,
       "input '" + name + "': dim_count is to be 0 to 8");
  for (std::int32_t i = 0; i < RS_TORCH_DIMS_MAX; i++)
    good(i < input.dim_count ? input.dims[i] >= 1 : input.dims[i] == 0, RS_ERR_OPTION,
         "input '" + name + "': dims are to be at least 1, those after them 0");
  if (input.dim_count)
    check_shape(input.dims, static_cast<std::size_t>(input.dim_count), RS_ERR_OPTION);
}

} // namespace

void check_shape(const std::int64_t *shape, std::size_t count, rs_status status) {
  std::int64_t elements = 1;
  for (std::size_t i = 0; i < count; i++) {
    good(shape[i] >= 1, status, "a dimension is below 1");
    good(shape[i] <= elements_max / elements, status, "a shape has more than 2^34 numbers");
    elements *= shape[i];
  }
}

void check_labels(const std::int64_t *labels, std::size_t count) {
  good(!labels == !count, RS_ERR_ARGUMENT, "labels and their count do not go together");
}

void check_inputs(const rs_torch_input *inputs, std::size_t count) {
  good(!inputs == !count, RS_ERR_ARGUMENT, "inputs and their count do not go together");
  for (std::size_t i = 0; i < count; i++) {
    check_input(inputs[i]);
    for (std::size_t k = 0; k < i; k++)
      good(std::strcmp(inputs[i].name, inputs[k].name) != 0, RS_ERR_OPTION,
           std::string("input '") + inputs[i].name + "' is given twice");
  }
}

rs_torch_options read_options(const rs_torch_options &options) {
  rs_torch_options known = {};
  const std::size_t more = options.size > sizeof known ? options.size - sizeof known : 0;
  good(options.size >= FIRST_SIZE &&
           all_zero(reinterpret_cast<const unsigned char *>(&options) + sizeof known, more),
       RS_ERR_VERSION, "the options come from a header that this library does not know");
  std::memcpy(static_cast<void *>(&known), &options, options.size - more);
  known.size = sizeof known;
  good(known.path && *known.path, RS_ERR_ARGUMENT, "there is no path");
  good(known.dtype == RS_TORCH_DEFAULT || floating(known.dtype), RS_ERR_OPTION,
       "dtype is to be a floating type");
  good(known.time_dtype == RS_TORCH_DEFAULT || known.time_dtype == RS_TORCH_INT64 ||
           floating(known.time_dtype),
       RS_ERR_OPTION, "time_dtype is to be a floating type or INT64");
  good(known.threads >= 0 && known.threads <= 1024, RS_ERR_OPTION, "threads is to be 0 to 1024");
  good(known.shape_count >= 0 && known.shape_count <= RS_TORCH_DIMS_MAX, RS_ERR_OPTION,
       "shape_count is to be 0 to 8");
  good(!known.shape == !known.shape_count, RS_ERR_ARGUMENT,
       "shape and shape_count do not go together");
  check_shape(known.shape, static_cast<std::size_t>(known.shape_count), RS_ERR_OPTION);
  check_labels(known.labels, known.label_count);
  check_inputs(known.inputs, known.input_count);
  return known;
}

} // namespace rs::torch

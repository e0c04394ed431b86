// SPDX-License-Identifier: MIT
#ifndef RESTART_SHIM_TORCH_OPTIONS_HPP
#define RESTART_SHIM_TORCH_OPTIONS_HPP

#include <cstddef>

#include <restart/torch.h>

namespace rs::torch {

// Of the options in the first release; stays when they grow.
constexpr std::size_t FIRST_SIZE =
    offsetof(rs_torch_options, message_capacity) + sizeof(std::size_t);

// Checks options of any known size and copies them out; pointers stay the caller's. Throws Failure.
rs_torch_options read_options(const rs_torch_options &options);

void check_labels(const std::int64_t *labels, std::size_t count);
void check_inputs(const rs_torch_input *inputs, std::size_t count);
void check_shape(const std::int64_t *shape, std::size_t count, rs_status status);

} // namespace rs::torch

#endif

// SPDX-License-Identifier: MIT
// What comes from outside: the file and the device; and what libtorch says when it throws.
#ifndef RESTART_SHIM_TORCH_FILE_HPP
#define RESTART_SHIM_TORCH_FILE_HPP

#include <exception>
#include <string>

#include <ATen/ATen.h>
#include <torch/csrc/jit/api/module.h>

namespace rs::torch {

// A device that can be used. Throws Failure(RS_ERR_NAME).
at::Device open_device(const char *name);

// The module on that device, in evaluation mode; *metadata is its restart.json, "" if there is
// none. Throws Failure.
::torch::jit::Module load_file(const std::string &path, at::Device device, std::string *metadata);

// What an exception says, in one line, without the traces.
std::string sentence(const std::exception &error);

} // namespace rs::torch

#endif

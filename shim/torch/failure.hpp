// SPDX-License-Identifier: MIT
// What is thrown inside the shim: a status and a sentence. Caught in torch.cpp, never beyond.
#ifndef RESTART_SHIM_TORCH_FAILURE_HPP
#define RESTART_SHIM_TORCH_FAILURE_HPP

#include <stdexcept>
#include <string>

#include <restart/torch.h>

namespace rs::torch {

class Failure : public std::runtime_error {
public:
  Failure(rs_status status, const std::string &sentence)
      : std::runtime_error(sentence), status(status) {
  }
  const rs_status status;
};

} // namespace rs::torch

#endif

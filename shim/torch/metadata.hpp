// SPDX-License-Identifier: MIT
// The file's own word about itself: "restart.json", one flat JSON object (restart/torch.h).
#ifndef RESTART_SHIM_TORCH_METADATA_HPP
#define RESTART_SHIM_TORCH_METADATA_HPP

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <restart/torch.h>

namespace rs::torch {

struct Metadata {
  rs_model model{};              // only the fields that are declared; alpha_bar is not set
  std::vector<double> alpha_bar; // empty if not declared
  std::vector<std::int64_t> shape;
  std::int32_t dtype = RS_TORCH_DEFAULT, time_dtype = RS_TORCH_DEFAULT;
  std::string method;
  std::int64_t classes = 0;
  std::optional<std::int64_t> label_for_none;
};

// "" declares nothing. Throws Failure(RS_ERR_SYNTAX).
Metadata read_metadata(const std::string &text);

} // namespace rs::torch

#endif

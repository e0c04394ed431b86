// SPDX-License-Identifier: MIT
// The restart.json of a TorchScript file: read, or refused with RS_ERR_SYNTAX.
#include <string>

#include "failure.hpp"
#include "fuzz.h"
#include "metadata.hpp"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  try {
    const rs::torch::Metadata m =
        rs::torch::read_metadata(std::string(reinterpret_cast<const char *>(data), size));
    MUST(m.classes >= 0 && m.shape.size() <= RS_TORCH_DIMS_MAX);
  } catch (const rs::torch::Failure &failure) {
    MUST(failure.status == RS_ERR_SYNTAX && *failure.what());
  }
  return 0;
}

// SPDX-License-Identifier: MIT
// The reader of restart.json, on texts good and bad.
#include <cstdio>
#include <string>

#include "failure.hpp"
#include "metadata.hpp"

using rs::torch::Failure;
using rs::torch::Metadata;
using rs::torch::read_metadata;

namespace {

int failures = 0;

void check(bool good, const std::string &what) {
  if (!good) {
    std::printf("FAILED: %s\n", what.c_str());
    failures++;
  }
}

void bad(const std::string &text, const std::string &words) {
  try {
    read_metadata(text);
    check(false, "was read: " + text);
  } catch (const Failure &failure) {
    const std::string said = failure.what();
    check(failure.status == RS_ERR_SYNTAX && said.find(words) != std::string::npos,
          text + " says: " + said);
  }
}

void good() {
  read_metadata("");
  read_metadata(" {\t} \r\n");
  const Metadata m = read_metadata(R"({
    "shape": [ 3,32 , 32], "dtype":"bfloat16", "time_dtype": "int64", "method": "denoise",
    "process": "discrete", "prediction": "v", "time": "index_real", "betas": "table",
    "alpha_bar": [0.9, 5e-1, 0], "beta_min": 1e-3, "beta_max": 2, "sigma_data": 0.25,
    "aux_dimensions": 128, "guidance": "calls", "guidance_weight": 7.5, "guidance_rescale": 0.7,
    "guidance_min": 0.1, "guidance_max": 9, "clip": "dynamic", "clip_low": -2, "clip_high": 2.0,
    "clip_quantile": 0.99, "classes": 10, "label_for_none": -1})");
  check(m.shape == std::vector<std::int64_t>({3, 32, 32}), "shape");
  check(m.dtype == RS_TORCH_BFLOAT16 && m.time_dtype == RS_TORCH_INT64, "types");
  check(m.method == "denoise" && m.classes == 10 && m.label_for_none == -1, "method and labels");
  check(m.model.process == RS_PROCESS_DISCRETE && m.model.prediction == RS_PREDICT_V, "words");
  check(m.model.time == RS_TIME_INDEX_REAL && m.model.betas == RS_BETAS_TABLE, "more words");
  check(m.model.guidance == RS_GUIDANCE_CALLS && m.model.clip == RS_CLIP_DYNAMIC, "guidance");
  check(m.alpha_bar == std::vector<double>({0.9, 0.5, 0}) && m.model.table_count == 3, "table");
  check(m.model.beta_min == 1e-3 && m.model.beta_max == 2, "betas");
  check(m.model.sigma_data == 0.25 && m.model.aux_dimensions == 128, "numbers");
  check(m.model.guidance_weight == 7.5 && m.model.guidance_rescale == 0.7, "more numbers");
  check(m.model.guidance_min == 0.1 && m.model.guidance_max == 9, "interval");
  check(m.model.clip_low == -2 && m.model.clip_high == 2 && m.model.clip_quantile == 0.99, "clip");
}

} // namespace

int main() {
  good();
  for (const char *text : {"[]",
                           "{",
                           "x",
                           "{\"shape\"",
                           "{\"shape\":",
                           "{\"shape\": [1}",
                           "{\"shape\": [1,]}",
                           "{\"shape\": [1],}",
                           "{shape: [1]}",
                           "{\"shape\" [1]}",
                           "{\"method\": \"a",
                           "{\"beta_min\": true}",
                           "{\"beta_min\": null}",
                           "{\"beta_min\": {}}",
                           "{\"beta_min\": 01}",
                           "{\"beta_min\": -01}",
                           "{\"beta_min\": .5}",
                           "{\"beta_min\": 1.}",
                           "{\"beta_min\": +1}",
                           "{\"beta_min\": nan}",
                           "{\"beta_min\": inf}",
                           "{\"beta_min\": -inf}",
                           "{\"beta_min\": 1e999}",
                           "{\"beta_min\": 0x1}",
                           "{\"method\": \"a\\n\"}",
                           "{} {}",
                           "{\"classes\": [[1]]}"})
    bad(text, "");
  bad("{} x", "after the object");
  bad(R"({"beta_mid": 1})", "\"beta_mid\" is not known");
  bad(R"({"beta_min": 1, "beta_min": 1})", "twice");
  bad(R"({"beta_min": "1"})", "is to be a number");
  bad(R"({"beta_min": [1]})", "is to be a number");
  bad(R"({"process": 1})", "ve, vp, discrete, iddpm, flow, pfgmpp");
  bad(R"({"dtype": "int64"})", "float32, float64, float16, bfloat16");
  bad(R"({"shape": 3})", "list of 1 to 8");
  bad(R"({"shape": []})", "list of 1 to 8");
  bad(R"({"shape": [1, 1, 1, 1, 1, 1, 1, 1, 1]})", "list of 1 to 8");
  bad(R"({"shape": [1.5]})", "whole number");
  bad(R"({"label_for_none": 1e300})", "whole number");
  bad(R"({"classes": 0})", "at least 1");
  bad(R"({"table_count": 0})", "at least 1");
  bad(R"({"method": ""})", "a name");
  bad(R"({"alpha_bar": []})", "list of numbers");
  bad(R"({"alpha_bar": [0.5]})", "go together");
  bad(R"({"betas": "table"})", "go together");
  bad(R"({"betas": "table", "alpha_bar": [0.5, 0], "table_count": 3})", "length");
  std::printf("%d failures\n", failures);
  return failures != 0;
}

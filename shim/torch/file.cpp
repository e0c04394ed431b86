// SPDX-License-Identifier: MIT
#include "file.hpp"

#include <filesystem>
#include <fstream>

#include <c10/util/Exception.h>
#include <torch/csrc/jit/serialization/import.h>

#include "failure.hpp"

namespace rs::torch {
namespace {

// Sentences of our own, before libtorch tries and says less.
void check_file(const std::string &path) {
  std::error_code error;
  const auto kind = std::filesystem::status(path, error).type();
  if (kind == std::filesystem::file_type::not_found)
    throw Failure(RS_ERR_NAME, "there is no file '" + path + "'");
  if (kind == std::filesystem::file_type::directory)
    throw Failure(RS_ERR_NAME, "'" + path + "' is a directory");
  std::ifstream file(path, std::ios::binary);
  if (error || !file)
    throw Failure(RS_ERR_NAME, "'" + path + "' cannot be read");
  char magic[4] = "";
  file.read(magic, sizeof magic);
  if (file.gcount() == 0)
    throw Failure(RS_ERR_SYNTAX, "'" + path + "' is empty");
  if (std::string(magic, 4) != std::string("PK\003\004"))
    throw Failure(RS_ERR_SYNTAX, "'" + path + "' is not a TorchScript file");
}

// libtorch has no types for its reasons.
[[noreturn]] void refuse(const std::string &path, const std::string &why) {
  if (why.find("central directory") != std::string::npos ||
      why.find("zip archive") != std::string::npos)
    throw Failure(RS_ERR_SYNTAX, "'" + path + "' is damaged or cut off: " + why);
  if (why.find("file not found") != std::string::npos ||
      why.find("constants.pkl") != std::string::npos)
    throw Failure(RS_ERR_SYNTAX,
                  "'" + path + "' is not a TorchScript file (torch.save, not torch.jit.save?)");
  throw Failure(RS_ERR_SYNTAX, "'" + path + "' cannot be loaded: " + why);
}

std::string one_line(const std::string &text) {
  std::string line;
  for (const char c : text)
    if (c != '\n' && c != '\r')
      line += c;
    else if (!line.empty() && line.back() != ' ')
      line += ' ';
  while (!line.empty() && line.back() == ' ')
    line.pop_back();
  return line;
}

// A TorchScript trace ends with the error's name and what it says.
std::string end_of_trace(const std::string &text) {
  const std::size_t found = text.rfind("Error: ");
  if (found == std::string::npos)
    return one_line(text);
  const std::size_t line = text.rfind('\n', found);
  return one_line(text.substr(line == std::string::npos ? 0 : line + 1));
}

} // namespace

std::string sentence(const std::exception &error) {
  const auto *ours = dynamic_cast<const c10::Error *>(&error);
  const std::string text = ours ? ours->what_without_backtrace() : error.what();
  if (text.find("Traceback of TorchScript") != std::string::npos)
    return end_of_trace(text);
  return one_line(text.substr(0, text.find('\n')));
}

at::Device open_device(const char *name) {
  const std::string text = name ? name : "cpu";
  try {
    const at::Device device(text);
    if (device.is_cuda() && !at::hasCUDA())
      throw Failure(RS_ERR_NAME, "the device '" + text +
                                     "' is not there: libtorch is without CUDA or finds no GPU");
    at::empty({1}, at::TensorOptions().device(device));
    return device;
  } catch (const Failure &) {
    throw;
  } catch (const std::exception &error) {
    throw Failure(RS_ERR_NAME, "the device '" + text + "' cannot be used: " + sentence(error));
  }
}

::torch::jit::Module load_file(const std::string &path, at::Device device, std::string *metadata) {
  check_file(path);
  ::torch::jit::ExtraFilesMap extra{{"restart.json", ""}};
  try {
    ::torch::jit::Module module = ::torch::jit::load(path, device, extra);
    module.eval();
    *metadata = extra["restart.json"];
    return module;
  } catch (const std::bad_alloc &) {
    throw;
  } catch (const std::exception &error) {
    refuse(path, sentence(error));
  }
}

} // namespace rs::torch

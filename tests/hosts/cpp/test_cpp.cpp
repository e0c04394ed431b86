// SPDX-License-Identifier: MIT
// restart.hpp against restart.h: every member, every failure, the same bits.
#include "support.hpp"

int main() {
  test_span();
  test_options();
  test_runs();
  test_questions();
  test_throws();
  test_executors();
  test_shims();
  std::printf("%d failures\n", failures);
  return failures != 0;
}

// SPDX-License-Identifier: MIT
// The host of exemplar.c in C++: one picture out of a checkerboard, all pixels between its two.
#include <cstdio>
#include <vector>

#include <restart/exemplar.hpp>
#include <restart/restart.hpp>

int main() {
  constexpr int side = 8;
  std::vector<float> board(side * side), x(board.size());
  for (int i = 0; i < side * side; i++)
    board[static_cast<std::size_t>(i)] = (i / side + i) % 2 ? 0.5f : -0.5f;
  bool good = true;
  try {
    const restart::Exemplar exemplar(board, 1, side, side);
    restart::Sampler sampler(exemplar.options(), restart::Exemplar::schedule());
    good = sampler.sample(x);
    std::puts(sampler.message());
  } catch (const restart::Error &e) {
    std::puts(e.what());
    return 1;
  }
  for (const float v : x)
    good = good && v > -0.6f && v < 0.6f;
  return good ? 0 : 1;
}

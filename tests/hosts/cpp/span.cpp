// SPDX-License-Identifier: MIT
#include "support.hpp"

#include <array>
#include <type_traits>

using restart::Span;

static std::size_t total(Span<const float> numbers) {
  return numbers.size();
}

static std::uint64_t sum(Span<const std::uint64_t> numbers) {
  std::uint64_t all = 0;
  for (const std::uint64_t n : numbers)
    all += n;
  return all;
}

// Only const may be added, and only the type itself is taken.
static_assert(std::is_constructible_v<Span<const float>, const std::vector<float> &>);
static_assert(!std::is_constructible_v<Span<float>, const std::vector<float> &>);
static_assert(!std::is_constructible_v<Span<float>, std::vector<double> &>);
static_assert(!std::is_constructible_v<Span<float>, Span<const float>>);
static_assert(!std::is_constructible_v<Span<const float>, const std::string &>);
static_assert(std::is_trivially_copyable_v<Span<float>>);
static_assert(sizeof(Span<float>) == sizeof(float *) + sizeof(std::size_t));

#ifdef __cpp_lib_span
static void test_std_span() {
  std::vector<float> x = {1, 2, 3};
  std::span<float> theirs(x);
  const Span<float> ours = theirs;
  std::span<float> back = ours;
  std::span<const float> narrow = Span<const float>(x);
  CHECK(ours.data() == x.data() && back.size() == 3 && narrow.data() == x.data());
  CHECK(total(std::span<const float, 3>(theirs.first<3>())) == 3);
}
#else
static void test_std_span() {
}
#endif

void test_span() {
  std::vector<float> vector = {1, 2, 3};
  std::array<float, 2> array = {1, 2};
  float c_array[4] = {1, 2, 3, 4};
  CHECK(total(vector) == 3 && total(array) == 2 && total(c_array) == 4 && total({}) == 0);
  CHECK(total(Span<float>(vector)) == 3 && total({c_array, 2}) == 2 && total({1, 2}) == 2);
  CHECK(sum({0, 8}) == 8 && sum({5}) == 5); // 0 is a number here, not a pointer
  const Span<float> span = vector;
  span[1] = 5;
  CHECK(vector[1] == 5 && span.subspan(1, 2).data() == &vector[1] && span.subspan(1, 2)[0] == 5);
  CHECK(span.begin() == vector.data() && span.end() - span.begin() == 3 && !span.empty());
  CHECK(Span<float>().empty() && !Span<float>().data());
  test_std_span();
}

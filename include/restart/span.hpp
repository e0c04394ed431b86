/* SPDX-License-Identifier: MIT
 *
 * restart::Span: a view of numbers that lie one after another, std::span for C++17. It owns
 * nothing. Part of restart.hpp.
 */
#ifndef RESTART_SPAN_HPP
#define RESTART_SPAN_HPP

#include <cstddef>
#include <initializer_list>
#include <iterator>
#include <type_traits>

#if __has_include(<version>)
#  include <version>
#endif
#ifdef __cpp_lib_span
#  include <span>
#endif

namespace restart {

/* Made from std::vector, std::array, an array, std::span, anything else with data() and size(), or
 * a pointer and a size. A Span of const numbers also from a list in braces, for the length of the
 * expression that it stands in. Converts to std::span where there is one. */
template <class T> class Span {
  template <class Array>
  using Pointed = std::remove_pointer_t<decltype(std::data(std::declval<Array &>()))>;
  /* Only const may be added on the way. */
  template <class Array>
  using Fits = std::enable_if_t<std::is_convertible_v<Pointed<Array> (*)[], T (*)[]>>;

public:
  using element_type = T;
  using value_type = std::remove_cv_t<T>;

  constexpr Span() noexcept = default;
  constexpr Span(T *data, std::size_t size) noexcept : data_(data), size_(size) {
  }
  template <class Array, class = Fits<Array>>
  constexpr Span(Array &&array) noexcept : data_(std::data(array)), size_(std::size(array)) {
  }
  template <class U = T, class = std::enable_if_t<std::is_const_v<U>>>
  constexpr Span(std::initializer_list<value_type> list) noexcept {
    data_ = list.begin();
    size_ = list.size();
  }

  constexpr T *data() const noexcept {
    return data_;
  }
  constexpr std::size_t size() const noexcept {
    return size_;
  }
  constexpr bool empty() const noexcept {
    return size_ == 0;
  }
  constexpr T *begin() const noexcept {
    return data_;
  }
  constexpr T *end() const noexcept {
    return data_ + size_;
  }
  /* Unchecked, as in std::span. */
  constexpr T &operator[](std::size_t index) const noexcept {
    return data_[index];
  }
  /* count numbers from number first; unchecked. */
  constexpr Span subspan(std::size_t first, std::size_t count) const noexcept {
    return {data_ + first, count};
  }

private:
  T *data_ = nullptr;
  std::size_t size_ = 0;
};

} // namespace restart

#ifdef __cpp_lib_span
template <class T>
inline constexpr bool std::ranges::enable_borrowed_range<restart::Span<T>> = true;
#endif

#endif

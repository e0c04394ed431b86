/* SPDX-License-Identifier: MIT
 *
 * restart::Error: what the functions of restart.hpp throw. Part of restart.hpp.
 */
#ifndef RESTART_ERROR_HPP
#define RESTART_ERROR_HPP

#include <cstddef>
#include <stdexcept>
#include <string>

#include <restart/restart.h>

namespace restart {

/* A failure of the library: its status, below 0, and its sentence, what(). */
class Error : public std::runtime_error {
public:
  Error(rs_status status, const std::string &sentence)
      : std::runtime_error(sentence), status_(status) {
  }
  rs_status status() const noexcept {
    return status_;
  }
  /* "RS_ERR_GRID". */
  const char *name() const noexcept {
    return rs_status_name(status_);
  }

private:
  rs_status status_;
};

/* A text that cannot be read, and where: bytes from its beginning. */
class TextError : public Error {
public:
  TextError(rs_status status, const rs_text_error &error)
      : Error(status, *error.message ? error.message : rs_status_text(status)),
        position_(error.position) {
  }
  std::size_t position() const noexcept {
    return position_;
  }

private:
  std::size_t position_;
};

namespace detail {

/* Throws the sentence of a status that is a failure, with what it is about in front. */
inline void check(rs_status status, const std::string &about = {}) {
  if (status < 0)
    throw Error(status, about + (about.empty() ? "" : ": ") + rs_status_text(status));
}

/* What write(buffer, capacity, length) writes, once it has said how long that is. */
template <class Write> std::string text(const Write &write) {
  std::size_t length = 0;
  const rs_status status = write(nullptr, 0, &length);
  if (status != RS_ERR_CAPACITY)
    check(status);
  std::string text(length, '\0');
  check(write(text.data(), length + 1, &length));
  return text;
}

} // namespace detail
} // namespace restart

#endif

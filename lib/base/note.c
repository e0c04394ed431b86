/* SPDX-License-Identifier: MIT */
#include "base/note.h"

#include <stdarg.h>
#include <stdio.h>

rs_status rs__note_set(rs__note *note, rs_status status, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(note->text, sizeof note->text, format, arguments);
  va_end(arguments);
  return status;
}

rs_status rs__note_status(rs__note *note, rs_status status) {
  return rs__note_set(note, status, "%s", rs_status_text(status));
}

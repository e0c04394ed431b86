/* SPDX-License-Identifier: MIT
 * The sentence that explains a status. */
#ifndef RS_BASE_NOTE_H
#define RS_BASE_NOTE_H

#include <restart/restart.h>

#include "base/compiler.h"

typedef struct rs__note {
  char text[256];
} rs__note;

/* Keeps the sentence and returns the status: `return rs__note_set(note, RS_ERR_GRID, ...)`.
 * Numbers that are not whole go through rs__text_real, so that the locale does not matter. */
rs_status rs__note_set(rs__note *note, rs_status status, const char *format, ...) RS__PRINTF(3, 4);

/* Keeps the status' own sentence. */
rs_status rs__note_status(rs__note *note, rs_status status);

#endif

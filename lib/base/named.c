/* SPDX-License-Identifier: MIT */
#include "base/named.h"

static char usual(char c) {
  return c == '-' || c == ' ' ? '_' : c == '+' ? 'p' : c;
}

bool rs__named_equal(const char *written, const char *name) {
  while (*written && usual(*written) == *name) {
    written++;
    name++;
  }
  return *written == 0 && *name == 0;
}

rs_status rs__named_find(const rs__named *list, const char *written, int32_t *id) {
  for (; list->name; list++)
    if (rs__named_equal(written, list->name)) {
      *id = list->id;
      return RS_OK;
    }
  return RS_ERR_NAME;
}

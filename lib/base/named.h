/* SPDX-License-Identifier: MIT
 * Names that people write in several ways. */
#ifndef RS_BASE_NAMED_H
#define RS_BASE_NAMED_H

#include <stdbool.h>

#include <restart/restart.h>

typedef struct rs__named {
  const char *name; /* NULL ends a list */
  int32_t id;
} rs__named;

/* Whether what the caller wrote is the name: "-" and " " count as "_", "+" as "p". */
bool rs__named_equal(const char *written, const char *name);

/* The id of a name in a list. RS_ERR_NAME. */
rs_status rs__named_find(const rs__named *list, const char *written, int32_t *id);

#endif

/* SPDX-License-Identifier: MIT */
#ifndef TORCH_SUPPORT_H
#define TORCH_SUPPORT_H

#include "support/test.h"

#include <restart/torch.h>

enum { BATCH = 4, N = 12 };

/* tests/torch/modules/NAME.pt; static storage, until the next call. */
const char *module_path(const char *name);

/* Options with that path and one thread. */
rs_torch_options options_for(const char *name);

/* Must succeed. */
rs_torch *torch_open(const rs_torch_options *options);

#endif

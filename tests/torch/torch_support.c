/* SPDX-License-Identifier: MIT */
#include "torch/torch_support.h"

#include <stdio.h>

const char *module_path(const char *name) {
  static char path[1024];
  snprintf(path, sizeof path, "%s/torch/modules/%s.pt", test_source_dir(), name);
  return path;
}

rs_torch_options options_for(const char *name) {
  rs_torch_options o;
  rs_torch_options_init(&o);
  o.path = module_path(name);
  o.threads = 1;
  return o;
}

rs_torch *torch_open(const rs_torch_options *options) {
  char message[512] = "";
  rs_torch_options o = *options;
  o.message = message;
  o.message_capacity = sizeof message;
  rs_torch *t = NULL;
  const rs_status st = rs_torch_new(&o, &t);
  if (st != RS_OK)
    fail_msg("%s is %s: %s", o.path, rs_status_name(st), message);
  return t;
}

/* SPDX-License-Identifier: MIT
 * What Godot calls when it loads and unloads the library. Nothing else is exported. */
#include "engine.h"
#include "job.h"
#include "texture.h"

static bool bound;

GODOT_EXPORT void godot_gdnative_init(godot_init_options *options);
GODOT_EXPORT void godot_gdnative_terminate(void *options);
GODOT_EXPORT void godot_nativescript_init(void *handle);

void godot_gdnative_init(godot_init_options *options) {
  bound = engine_bind(options->core);
  if (!bound)
    options->report_loading_error(options->library, "librestart needs NativeScript 1 of Godot 3");
}

void godot_nativescript_init(void *handle) {
  if (bound)
    texture_register(handle);
}

/* No thread may be left in code that goes away. */
void godot_gdnative_terminate(void *options) {
  (void)options;
  jobs_end();
}

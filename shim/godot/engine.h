/* SPDX-License-Identifier: MIT */
#ifndef GODOT_ENGINE_H
#define GODOT_ENGINE_H

#include <stddef.h>

#include "gdnative.h"

/* Godot's functions. Set once, before any object exists; never called by a worker thread. */
struct engine {
#define GODOT_FIELD(place, result, name, arguments) result(*name) arguments;
  GODOT_FUNCTIONS(GODOT_FIELD)
#undef GODOT_FIELD
  const godot_nativescript *script;
};
extern struct engine engine;

/* Finds the functions. False when this Godot has no NativeScript 1. */
bool engine_bind(const godot_core *core);

/* New variants. bytes may be NULL where size is 0. */
godot_variant engine_text(const char *utf8);
godot_variant engine_bytes(const uint8_t *bytes, size_t size);

/* A copy of a variant's string in UTF-8, or of its bytes; to be freed. NULL: out of memory. */
char *engine_copy_text(const godot_variant *variant);
uint8_t *engine_copy_bytes(const godot_variant *variant, size_t *size);

#endif

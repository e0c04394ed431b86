/* SPDX-License-Identifier: MIT */
#include <stdlib.h>
#include <string.h>

#include "engine.h"

struct engine engine;

static const godot_nativescript *find_script(const godot_core *core) {
  for (unsigned int i = 0; i < core->extension_count; i++)
    if (core->extensions[i]->type == GODOT_EXTENSION_NATIVESCRIPT &&
        core->extensions[i]->version.major == 1)
      return (const godot_nativescript *)core->extensions[i];
  return NULL;
}

bool engine_bind(const godot_core *core) {
#define BIND(place, result, name, arguments)                                                       \
  engine.name = (result(*) arguments)core->functions[place];
  GODOT_FUNCTIONS(BIND)
#undef BIND
  engine.script = find_script(core);
  return core->head.version.major == 1 && engine.script != NULL;
}

godot_variant engine_text(const char *utf8) {
  godot_variant made;
  godot_string text = engine.string_chars_to_utf8(utf8);
  engine.variant_new_string(&made, &text);
  engine.string_destroy(&text);
  return made;
}

godot_variant engine_bytes(const uint8_t *bytes, size_t size) {
  godot_variant made;
  godot_pool_byte_array array;
  engine.pool_byte_array_new(&array);
  engine.pool_byte_array_resize(&array, (int)size);
  if (size > 0) {
    godot_write_access *access = engine.pool_byte_array_write(&array);
    memcpy(engine.pool_byte_array_write_access_ptr(access), bytes, size);
    engine.pool_byte_array_write_access_destroy(access);
  }
  engine.variant_new_pool_byte_array(&made, &array);
  engine.pool_byte_array_destroy(&array);
  return made;
}

char *engine_copy_text(const godot_variant *variant) {
  godot_string string = engine.variant_as_string(variant);
  godot_char_string utf8 = engine.string_utf8(&string);
  const char *text = engine.char_string_get_data(&utf8);
  const size_t size = strlen(text) + 1;
  char *copy = malloc(size);
  if (copy)
    memcpy(copy, text, size);
  engine.char_string_destroy(&utf8);
  engine.string_destroy(&string);
  return copy;
}

uint8_t *engine_copy_bytes(const godot_variant *variant, size_t *size) {
  godot_pool_byte_array array = engine.variant_as_pool_byte_array(variant);
  *size = (size_t)engine.pool_byte_array_size(&array);
  uint8_t *copy = malloc(*size + 1);
  if (copy && *size > 0) {
    godot_read_access *access = engine.pool_byte_array_read(&array);
    memcpy(copy, engine.pool_byte_array_read_access_ptr(access), *size);
    engine.pool_byte_array_read_access_destroy(access);
  }
  engine.pool_byte_array_destroy(&array);
  return copy;
}

/* SPDX-License-Identifier: MIT
 *
 * What the plugin uses of GDNative, the C interface of Godot 3: core 1.0 and NativeScript 1.0.
 *
 * Names, order and sizes are those of godotengine/godot-headers (MIT licence) at the tag
 * godot-3.2.3-stable: gdnative_api_struct.gen.h, gdnative/, nativescript/godot_nativescript.h. What
 * is here has, on 64 bits, the same layout in every tag from godot-3.0.6-stable to
 * godot-3.5.3-stable. Whatever belongs to the engine is opaque bytes, as there; that they have no
 * alignment is part of the layout. Enumerations are int. */
#ifndef GODOT_GDNATIVE_H
#define GODOT_GDNATIVE_H

#include <stdbool.h>
#include <stdint.h>

#if defined(_WIN32)
#define GODOT_EXPORT __declspec(dllexport)
#else
#define GODOT_EXPORT __attribute__((visibility("default")))
#endif

/* ---- values ----------------------------------------------------------------------------------*/

typedef void godot_object;
typedef struct {
  uint8_t opaque[24];
} godot_variant;
typedef struct {
  uint8_t opaque[sizeof(void *)];
} godot_string;
typedef struct {
  uint8_t opaque[sizeof(void *)];
} godot_char_string;
typedef struct {
  uint8_t opaque[sizeof(void *)];
} godot_pool_byte_array;
typedef struct {
  uint8_t opaque[1];
} godot_read_access;
typedef struct {
  uint8_t opaque[1];
} godot_write_access;

enum {
  GODOT_TYPE_INT = 2,
  GODOT_TYPE_REAL = 3,
  GODOT_TYPE_STRING = 4,
  GODOT_TYPE_POOL_BYTE_ARRAY = 20
};

/* ---- the core --------------------------------------------------------------------------------*/

/* What is used: place in the core's table, result, name without godot_, arguments. */
#define GODOT_FUNCTIONS(X)                                                                         \
  X(155, void, pool_byte_array_new, (godot_pool_byte_array * made))                                \
  X(164, void, pool_byte_array_resize, (godot_pool_byte_array * array, int size))                  \
  X(165, godot_read_access *, pool_byte_array_read, (const godot_pool_byte_array *array))          \
  X(166, godot_write_access *, pool_byte_array_write, (godot_pool_byte_array * array))             \
  X(169, int, pool_byte_array_size, (const godot_pool_byte_array *array))                          \
  X(170, void, pool_byte_array_destroy, (godot_pool_byte_array * array))                           \
  X(268, const uint8_t *, pool_byte_array_read_access_ptr, (const godot_read_access *access))      \
  X(270, void, pool_byte_array_read_access_destroy, (godot_read_access * access))                  \
  X(296, uint8_t *, pool_byte_array_write_access_ptr, (const godot_write_access *access))          \
  X(298, void, pool_byte_array_write_access_destroy, (godot_write_access * access))                \
  X(507, int, variant_get_type, (const godot_variant *variant))                                    \
  X(509, void, variant_new_nil, (godot_variant * made))                                            \
  X(510, void, variant_new_bool, (godot_variant * made, bool value))                               \
  X(512, void, variant_new_int, (godot_variant * made, int64_t value))                             \
  X(513, void, variant_new_real, (godot_variant * made, double value))                             \
  X(514, void, variant_new_string, (godot_variant * made, const godot_string *value))              \
  X(530, void, variant_new_pool_byte_array,                                                        \
    (godot_variant * made, const godot_pool_byte_array *value))                                    \
  X(539, int64_t, variant_as_int, (const godot_variant *variant))                                  \
  X(541, godot_string, variant_as_string, (const godot_variant *variant))                          \
  X(557, godot_pool_byte_array, variant_as_pool_byte_array, (const godot_variant *variant))        \
  X(572, const char *, char_string_get_data, (const godot_char_string *string))                    \
  X(573, void, char_string_destroy, (godot_char_string * string))                                  \
  X(574, void, string_new, (godot_string * made))                                                  \
  X(678, godot_char_string, string_utf8, (const godot_string *string))                             \
  X(681, godot_string, string_chars_to_utf8, (const char *utf8))                                   \
  X(721, void, string_destroy, (godot_string * string))                                            \
  X(741, void, print_error,                                                                        \
    (const char *description, const char *function, const char *file, int line))

enum { GODOT_CORE_FUNCTIONS = 744, GODOT_EXTENSION_NATIVESCRIPT = 1 };

/* The beginning of every table of functions. */
typedef struct {
  unsigned int type; /* GODOT_EXTENSION_... */
  struct {
    unsigned int major;
    unsigned int minor;
  } version;
  const void *next;
} godot_table;

typedef struct {
  godot_table head;
  unsigned int extension_count;
  const godot_table *const *extensions;
  void (*functions[GODOT_CORE_FUNCTIONS])(void);
} godot_core;

typedef struct {
  bool in_editor;
  uint64_t hashes[3];
  void (*report_version_mismatch)(void);
  void (*report_loading_error)(const godot_object *library, const char *what);
  godot_object *library;
  const godot_core *core;
  const godot_string *library_path;
} godot_init_options;

/* ---- NativeScript ----------------------------------------------------------------------------*/

/* Each function of a script comes with a pointer of its own, which is handed to it as data. */
typedef struct {
  void *(*create)(godot_object *object, void *data);
  void *data;
  void (*free_data)(void *data);
} godot_create;

typedef struct {
  void (*destroy)(godot_object *object, void *data, void *self);
  void *data;
  void (*free_data)(void *data);
} godot_destroy;

typedef struct {
  godot_variant (*call)(godot_object *object, void *data, void *self, int count,
                        godot_variant **arguments);
  void *data;
  void (*free_data)(void *data);
} godot_method;

typedef struct {
  void (*set)(godot_object *object, void *data, void *self, godot_variant *value);
  void *data;
  void (*free_data)(void *data);
} godot_setter;

typedef struct {
  godot_variant (*get)(godot_object *object, void *data, void *self);
  void *data;
  void (*free_data)(void *data);
} godot_getter;

typedef struct {
  int rpc_mode;
} godot_method_attributes;

typedef struct {
  int rset_mode;
  int type; /* GODOT_TYPE_... */
  int hint;
  godot_string hint_string;
  int usage; /* 7: stored, edited, sent */
  godot_variant default_value;
} godot_property_attributes;

typedef struct {
  godot_table head;
  void (*register_class)(void *handle, const char *name, const char *base, godot_create create,
                         godot_destroy destroy);
  void (*register_tool_class)(void *handle, const char *name, const char *base, godot_create create,
                              godot_destroy destroy);
  void (*register_method)(void *handle, const char *class_name, const char *name,
                          godot_method_attributes attributes, godot_method method);
  void (*register_property)(void *handle, const char *class_name, const char *name,
                            godot_property_attributes *attributes, godot_setter set,
                            godot_getter get);
} godot_nativescript;

#endif

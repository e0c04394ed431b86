/* SPDX-License-Identifier: MIT
 * The class RestartTexture, as docs/godot.md describes it. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <restart/restart.h>

#include "engine.h"
#include "job.h"
#include "texture.h"

#define CLASS "RestartTexture"

/* One object, for one thread at a time: Godot's debug builds note in a NativeScript object which
 * method is being called, without a lock. */
struct texture {
  struct settings settings;
  struct job *job;          /* the latest; NULL before the first */
  char fault[MESSAGE_SIZE]; /* a mistake since the latest start, or why that failed; or "" */
};

/* A mistake in the program is also told to Godot's console. */
static void complain(struct texture *texture, const char *format, ...) {
  va_list values;
  va_start(values, format);
  vsnprintf(texture->fault, sizeof texture->fault, format, values);
  va_end(values);
  engine.print_error(texture->fault, CLASS, "res://addons/restart/restart_texture.gdns", 0);
}

/* ---- methods ---------------------------------------------------------------------------------*/

typedef void method_fn(struct texture *texture, godot_variant **arguments, godot_variant *result);

struct method {
  const char *name;
  int arguments;
  method_fn *call;
};

static bool are_types(godot_variant **arguments) {
  return engine.variant_get_type(arguments[0]) == GODOT_TYPE_POOL_BYTE_ARRAY &&
         engine.variant_get_type(arguments[1]) == GODOT_TYPE_INT &&
         engine.variant_get_type(arguments[2]) == GODOT_TYPE_INT &&
         engine.variant_get_type(arguments[3]) == GODOT_TYPE_INT;
}

static bool within(int64_t value, int64_t low, int64_t high) {
  return value >= low && value <= high;
}

/* The sizes are those of the bytes. */
static bool fits(const struct picture *picture, size_t size, int64_t width, int64_t height,
                 int64_t channels) {
  return within(width, 0, SIDE_MAX) && within(height, 0, SIDE_MAX) &&
         within(channels, 1, CHANNELS_MAX) && picture_size(picture) == size;
}

/* NULL, or what is wrong. No bytes: no exemplar. */
static const char *read_exemplar(godot_variant **arguments, struct picture *picture) {
  if (!are_types(arguments))
    return "set_exemplar takes a PoolByteArray and three integers";
  const int64_t width = engine.variant_as_int(arguments[1]);
  const int64_t height = engine.variant_as_int(arguments[2]);
  const int64_t channels = engine.variant_as_int(arguments[3]);
  size_t size = 0;
  picture->bytes = engine_copy_bytes(arguments[0], &size);
  picture->width = (int32_t)width;
  picture->height = (int32_t)height;
  picture->channels = (int32_t)channels;
  const char *fault = NULL;
  if (!picture->bytes)
    fault = "out of memory for the exemplar";
  else if (!fits(picture, size, width, height, channels))
    fault = "set_exemplar takes width x height x channels bytes, at most 4096 x 4096 x 4";
  if (fault || size == 0) {
    free(picture->bytes);
    picture->bytes = NULL;
  }
  return fault;
}

static void set_exemplar(struct texture *texture, godot_variant **arguments,
                         godot_variant *result) {
  struct picture picture = {0};
  const char *fault = read_exemplar(arguments, &picture);
  if (fault) {
    complain(texture, "%s", fault);
  } else {
    free(texture->settings.exemplar.bytes);
    texture->settings.exemplar = picture;
  }
  engine.variant_new_bool(result, !fault);
}

/* Before the first run there is this to see. */
static const struct job_view nothing = {.state = JOB_CANCELLED};

static const struct job_view *look(struct texture *texture) {
  return texture->job ? job_look(texture->job) : &nothing;
}

static void leave(struct texture *texture) {
  if (texture->job)
    job_leave(texture->job);
}

static void start(struct texture *texture, godot_variant **arguments, godot_variant *result) {
  (void)arguments;
  const char *fault = settings_fault(&texture->settings);
  if (look(texture)->state == JOB_RUNS)
    fault = "a run is not over yet: cancel it and wait for its end";
  leave(texture);
  struct job *job = NULL;
  snprintf(texture->fault, sizeof texture->fault, "%s", fault ? fault : "");
  if (!fault)
    job = job_start(&texture->settings, texture->fault);
  if (job) {
    job_release(texture->job);
    texture->job = job;
  }
  engine.variant_new_bool(result, job != NULL);
}

static void cancel(struct texture *texture, godot_variant **arguments, godot_variant *result) {
  (void)arguments;
  (void)result;
  if (texture->job)
    job_cancel(texture->job);
}

/* A method without arguments that answers something of the view. */
#define VIEW_METHOD(name, answer)                                                                  \
  static void name(struct texture *texture, godot_variant **arguments, godot_variant *result) {    \
    (void)arguments;                                                                               \
    const struct job_view *view = look(texture);                                                   \
    answer;                                                                                        \
    leave(texture);                                                                                \
  }
VIEW_METHOD(is_running, engine.variant_new_bool(result, view->state == JOB_RUNS))
VIEW_METHOD(is_done, engine.variant_new_bool(result, view->state == JOB_DONE))
VIEW_METHOD(progress, engine.variant_new_real(result, view->progress))
VIEW_METHOD(preview_count, engine.variant_new_int(result, view->pictures))
VIEW_METHOD(picture_width, engine.variant_new_int(result, view->picture.width))
VIEW_METHOD(picture_height, engine.variant_new_int(result, view->picture.height))
VIEW_METHOD(picture_channels, engine.variant_new_int(result, view->picture.channels))
VIEW_METHOD(error, *result = engine_text(*texture->fault ? texture->fault : view->message))

static godot_variant picture_bytes(const struct job_view *view, bool there) {
  return engine_bytes(view->picture.bytes, there ? picture_size(&view->picture) : 0);
}
VIEW_METHOD(preview, *result = picture_bytes(view, view->pictures > 0))
VIEW_METHOD(result_bytes, *result = picture_bytes(view, view->state == JOB_DONE))

static void version(struct texture *texture, godot_variant **arguments, godot_variant *result) {
  (void)texture;
  (void)arguments;
  *result = engine_text(rs_version_string());
}

static const struct method methods[] = {
    {"set_exemplar", 4, set_exemplar},
    {"start", 0, start},
    {"cancel", 0, cancel},
    {"is_running", 0, is_running},
    {"is_done", 0, is_done},
    {"progress", 0, progress},
    {"preview_count", 0, preview_count},
    {"preview", 0, preview},
    {"result", 0, result_bytes},
    {"picture_width", 0, picture_width},
    {"picture_height", 0, picture_height},
    {"picture_channels", 0, picture_channels},
    {"error", 0, error},
    {"version", 0, version},
};

static godot_variant call(godot_object *object, void *data, void *self, int count,
                          godot_variant **arguments) {
  (void)object;
  const struct method *method = data;
  struct texture *texture = self;
  godot_variant result;
  engine.variant_new_nil(&result);
  if (!texture)
    return result;
  if (count == method->arguments)
    method->call(texture, arguments, &result);
  else
    complain(texture, "%s takes %d arguments, not %d", method->name, method->arguments, count);
  return result;
}

/* ---- properties ------------------------------------------------------------------------------*/

struct property {
  const char *name;
  int type; /* GODOT_TYPE_INT: an int64_t; GODOT_TYPE_STRING: a char * */
  size_t place;
};

#define NUMBER(name)                                                                               \
  { #name, GODOT_TYPE_INT, offsetof(struct settings, name) }
#define TEXT(name)                                                                                 \
  { #name, GODOT_TYPE_STRING, offsetof(struct settings, name) }
static const struct property properties[] = {
    TEXT(network), NUMBER(width), NUMBER(height), NUMBER(seed), NUMBER(steps),
    NUMBER(label), TEXT(preset),  TEXT(segments), TEXT(search),
};

static void *field(struct texture *texture, const struct property *property) {
  return (char *)&texture->settings + property->place;
}

static void set_text(struct texture *texture, const struct property *property,
                     const godot_variant *value) {
  char **text = field(texture, property), *copy = engine_copy_text(value);
  if (copy) {
    free(*text);
    *text = copy;
  } else {
    complain(texture, "out of memory for %s", property->name);
  }
}

static void set(godot_object *object, void *data, void *self, godot_variant *value) {
  (void)object;
  const struct property *property = data;
  struct texture *texture = self;
  if (!texture)
    return;
  const int type = engine.variant_get_type(value);
  if (property->type == GODOT_TYPE_STRING && type == GODOT_TYPE_STRING)
    set_text(texture, property, value);
  else if (property->type == GODOT_TYPE_INT && (type == GODOT_TYPE_INT || type == GODOT_TYPE_REAL))
    *(int64_t *)field(texture, property) = engine.variant_as_int(value);
  else
    complain(texture, "%s must be a %s", property->name,
             property->type == GODOT_TYPE_INT ? "number" : "string");
}

static godot_variant get(godot_object *object, void *data, void *self) {
  (void)object;
  const struct property *property = data;
  struct texture *texture = self;
  godot_variant result;
  engine.variant_new_nil(&result);
  if (!texture)
    return result;
  if (property->type == GODOT_TYPE_INT) {
    engine.variant_new_int(&result, *(int64_t *)field(texture, property));
  } else {
    const char *text = *(char **)field(texture, property);
    result = engine_text(text ? text : "");
  }
  return result;
}

/* ---- the class -------------------------------------------------------------------------------*/

/* Without memory the object exists and does nothing. */
static void *create(godot_object *object, void *data) {
  (void)object;
  (void)data;
  struct texture *texture = calloc(1, sizeof *texture);
  if (texture)
    texture->settings.label = -1;
  return texture;
}

static void destroy(godot_object *object, void *data, void *self) {
  (void)object;
  (void)data;
  struct texture *texture = self;
  if (!texture)
    return;
  job_release(texture->job);
  settings_free(&texture->settings);
  free(texture);
}

static void register_property(void *handle, const struct property *property) {
  godot_property_attributes attributes = {.type = property->type, .usage = 7};
  engine.string_new(&attributes.hint_string);
  engine.variant_new_nil(&attributes.default_value);
  engine.script->register_property(handle, CLASS, property->name, &attributes,
                                   (godot_setter){.set = set, .data = (void *)property},
                                   (godot_getter){.get = get, .data = (void *)property});
  engine.string_destroy(&attributes.hint_string);
}

void texture_register(void *handle) {
  engine.script->register_class(handle, CLASS, "Reference", (godot_create){.create = create},
                                (godot_destroy){.destroy = destroy});
  for (size_t i = 0; i < sizeof methods / sizeof *methods; i++)
    engine.script->register_method(handle, CLASS, methods[i].name, (godot_method_attributes){0},
                                   (godot_method){.call = call, .data = (void *)&methods[i]});
  for (size_t i = 0; i < sizeof properties / sizeof *properties; i++)
    register_property(handle, &properties[i]);
}

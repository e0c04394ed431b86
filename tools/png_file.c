/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <math.h>
#include <png.h>
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>

#include "out_file.h"
#include "png_file.h"
#include "say.h"

/* Everything that lives across libpng's longjmp is in here and reached through a pointer, so no
 * local variable can be stale after it. */
struct codec {
  const char *path;
  FILE *file;
  png_structp png;
  png_infop info;
  png_bytep *rows;
  png_bytep bytes;
  bool size_wrong;
  char message[160];
};

static void on_error(png_structp png, png_const_charp message) {
  struct codec *codec = png_get_error_ptr(png);
  snprintf(codec->message, sizeof codec->message, "%s", message);
  png_longjmp(png, 1);
}

static void on_warning(png_structp png, png_const_charp message) {
  (void)png;
  (void)message;
}

static void read_bytes(png_structp png, png_bytep data, size_t length) {
  struct codec *codec = png_get_io_ptr(png);
  if (fread(data, 1, length, codec->file) != length)
    png_error(png, ferror(codec->file) ? strerror(errno) : "the file ends too early");
}

/* Rows of the given number of bytes, in one piece. */
static void new_rows(struct codec *codec, size_t height, size_t stride) {
  codec->bytes = malloc(height * stride);
  codec->rows = malloc(height * sizeof *codec->rows);
  if (!codec->bytes || !codec->rows)
    png_error(codec->png, "out of memory");
  for (size_t y = 0; y < height; ++y)
    codec->rows[y] = codec->bytes + y * stride;
}

/* ---- reading ---------------------------------------------------------------------------------*/

static void check_size(struct codec *codec) {
  png_uint_32 width = png_get_image_width(codec->png, codec->info);
  png_uint_32 height = png_get_image_height(codec->png, codec->info);
  png_uint_32 least = width < height ? width : height;
  png_uint_32 most = width > height ? width : height;
  codec->size_wrong = least < PICTURE_SIDE_MIN || most > PICTURE_SIDE_MAX;
  if (!codec->size_wrong)
    return;
  char text[160];
  snprintf(text, sizeof text, "its %u x %u pixels are too %s: the sides must be from %d to %d",
           width, height, most > PICTURE_SIDE_MAX ? "large" : "small", PICTURE_SIDE_MIN,
           PICTURE_SIDE_MAX);
  png_error(codec->png, text);
}

/* Decodes everything to 16 bits a channel, so that one loop serves all kinds of PNG. */
static void decode(struct codec *codec) {
  png_set_read_fn(codec->png, codec, read_bytes);
  png_set_sig_bytes(codec->png, 8);
  png_set_user_limits(codec->png, PNG_UINT_31_MAX, PNG_UINT_31_MAX);
  png_read_info(codec->png, codec->info);
  check_size(codec);
  png_set_expand_16(codec->png);
  png_set_interlace_handling(codec->png);
  png_read_update_info(codec->png, codec->info);
  new_rows(codec, png_get_image_height(codec->png, codec->info),
           png_get_rowbytes(codec->png, codec->info));
  png_read_image(codec->png, codec->rows);
  png_read_end(codec->png, NULL);
}

static double sample16(const png_byte *bytes) {
  return (bytes[0] * 256 + bytes[1]) / 65535.0;
}

static bool to_planes(const struct codec *codec, struct picture *picture) {
  int channels = png_get_channels(codec->png, codec->info);
  int colours = channels < 3 ? 1 : 3;
  if (!picture_new(picture, colours, (int)png_get_image_height(codec->png, codec->info),
                   (int)png_get_image_width(codec->png, codec->info)))
    return false;
  for (int c = 0; c < colours; ++c)
    for (int y = 0; y < picture->height; ++y) {
      float *row = picture_row(picture, c, y);
      for (int x = 0; x < picture->width; ++x) {
        const png_byte *pixel = codec->rows[y] + (size_t)2 * (size_t)channels * (size_t)x;
        double alpha = channels > colours ? sample16(pixel + 2 * colours) : 1.0;
        row[x] = (float)(2.0 * alpha * sample16(pixel + 2 * c) - 1.0);
      }
    }
  return true;
}

static bool read_opened(struct codec *codec) {
  codec->png = png_create_read_struct(PNG_LIBPNG_VER_STRING, codec, on_error, on_warning);
  codec->info = codec->png ? png_create_info_struct(codec->png) : NULL;
  if (!codec->info) {
    snprintf(codec->message, sizeof codec->message, "out of memory");
    return false;
  }
  if (setjmp(png_jmpbuf(codec->png)))
    return false;
  decode(codec);
  return true;
}

static bool is_png(struct codec *codec) {
  png_byte signature[8];
  size_t length = fread(signature, 1, sizeof signature, codec->file);
  if (ferror(codec->file)) {
    say("cannot read %s: %s", codec->path, strerror(errno));
    return false;
  }
  if (length == sizeof signature && png_sig_cmp(signature, 0, sizeof signature) == 0)
    return true;
  say("%s is not a PNG file", codec->path);
  return false;
}

static void say_unreadable(const struct codec *codec) {
  if (codec->size_wrong)
    say("%s: %s", codec->path, codec->message);
  else if (strcmp(codec->message, "out of memory") == 0 ||
           strcmp(codec->message, "Out of memory") == 0)
    say("out of memory for %s", codec->path);
  else
    say("%s is damaged: %s", codec->path, codec->message);
}

bool png_read(const char *path, struct picture *picture) {
  struct codec codec = {.path = path, .file = fopen(path, "rb")};
  *picture = (struct picture){0};
  if (!codec.file) {
    say("cannot read %s: %s", path, strerror(errno));
    return false;
  }
  bool good = false;
  if (is_png(&codec)) {
    if (read_opened(&codec))
      good = to_planes(&codec, picture);
    else
      say_unreadable(&codec);
  }
  png_destroy_read_struct(&codec.png, &codec.info, NULL);
  free(codec.rows);
  free(codec.bytes);
  fclose(codec.file);
  return good;
}

/* ---- writing ---------------------------------------------------------------------------------*/

static png_byte to_byte(float value) {
  float level = roundf((value + 1.0f) * 127.5f);
  return (png_byte)fminf(fmaxf(level, 0.0f), 255.0f);
}

static int colour_type(size_t channels) {
  return channels == 1   ? PNG_COLOR_TYPE_GRAY
         : channels == 3 ? PNG_COLOR_TYPE_RGB
                         : PNG_COLOR_TYPE_RGB_ALPHA;
}

static void encode(struct codec *codec, const struct picture *picture) {
  size_t channels = (size_t)picture->channels;
  new_rows(codec, (size_t)picture->height, channels * (size_t)picture->width);
  for (int c = 0; c < picture->channels; ++c)
    for (int y = 0; y < picture->height; ++y) {
      const float *row = picture_row(picture, c, y);
      for (int x = 0; x < picture->width; ++x)
        codec->rows[y][(size_t)x * channels + (size_t)c] = to_byte(row[x]);
    }
  png_init_io(codec->png, codec->file);
  png_set_user_limits(codec->png, PNG_UINT_31_MAX, PNG_UINT_31_MAX);
  png_set_IHDR(codec->png, codec->info, (png_uint_32)picture->width, (png_uint_32)picture->height,
               8, colour_type(channels), PNG_INTERLACE_NONE, PNG_COMPRESSION_TYPE_DEFAULT,
               PNG_FILTER_TYPE_DEFAULT);
  png_write_info(codec->png, codec->info);
  png_write_image(codec->png, codec->rows);
  png_write_end(codec->png, NULL);
}

static bool write_opened(struct codec *codec, const struct picture *picture) {
  codec->png = png_create_write_struct(PNG_LIBPNG_VER_STRING, codec, on_error, on_warning);
  codec->info = codec->png ? png_create_info_struct(codec->png) : NULL;
  if (!codec->info) {
    snprintf(codec->message, sizeof codec->message, "out of memory");
    return false;
  }
  if (setjmp(png_jmpbuf(codec->png)))
    return false;
  encode(codec, picture);
  return true;
}

bool png_write(const char *path, const struct picture *picture) {
  struct out_file out;
  if (!out_open(&out, path))
    return false;
  struct codec codec = {.path = path, .file = out.file};
  bool good = write_opened(&codec, picture);
  png_destroy_write_struct(&codec.png, &codec.info);
  free(codec.rows);
  free(codec.bytes);
  if (good)
    return out_commit(&out);
  say("cannot write %s: %s", path, codec.message);
  out_discard(&out);
  return false;
}

/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "out_file.h"
#include "say.h"

static const char PART[] = ".restart-part";

static bool cannot_write(const char *path, const char *why) {
  say("cannot write %s: %s", path, why);
  return false;
}

static const char *basename_of(const char *path) {
  const char *slash = strrchr(path, '/');
  return slash ? slash + 1 : path;
}

bool out_check(const char *path) {
  struct stat there;
  const size_t length = strlen(path);
  if (length == 0 || path[length - 1] == '/')
    return cannot_write(path, "it is not the name of a file");
  if (strlen(basename_of(path)) + strlen(PART) > NAME_MAX)
    return cannot_write(path, "its name is too long");
  /* Renaming over a device would replace it. */
  if (stat(path, &there) == 0 && !S_ISREG(there.st_mode))
    return cannot_write(path, S_ISDIR(there.st_mode) ? "it is a directory" : "not a regular file");
  char *copy = strdup(path);
  if (!copy)
    return cannot_write(path, strerror(errno));
  const char *folder = dirname(copy);
  bool good = access(folder, W_OK | X_OK) == 0;
  int error = errno;
  if (good && (stat(folder, &there) != 0 || !S_ISDIR(there.st_mode))) {
    good = false;
    error = ENOTDIR;
  }
  free(copy);
  return good || cannot_write(path, strerror(error));
}

/* Whether both names stand for one place; whether there is a file does not matter. */
static bool same_place(const char *a, const char *b) {
  struct stat one, other;
  char *copies[] = {strdup(a), strdup(b)};
  bool same = copies[0] && copies[1] && strcmp(basename_of(a), basename_of(b)) == 0 &&
              stat(dirname(copies[0]), &one) == 0 && stat(dirname(copies[1]), &other) == 0 &&
              one.st_dev == other.st_dev && one.st_ino == other.st_ino;
  free(copies[0]);
  free(copies[1]);
  return same;
}

bool out_check_all(const char *const *paths, size_t count) {
  for (size_t i = 0; i < count; ++i)
    for (size_t k = 0; paths[i] && k < i; ++k)
      if (paths[k] && same_place(paths[i], paths[k])) {
        say("%s and %s are the same file", paths[k], paths[i]);
        return false;
      }
  for (size_t i = 0; i < count; ++i)
    if (paths[i] && !out_check(paths[i]))
      return false;
  return true;
}

/* Empties what a killed process has left, but not a file that another process is writing, nor one
 * that has been renamed to its place since it was opened. False: errno says why. */
static bool own(int descriptor, const char *name) {
  struct stat opened, there;
  bool busy = flock(descriptor, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK;
  if (busy || fstat(descriptor, &opened) != 0 || lstat(name, &there) != 0 ||
      !S_ISREG(opened.st_mode) || opened.st_dev != there.st_dev || opened.st_ino != there.st_ino) {
    errno = EBUSY;
    return false;
  }
  return ftruncate(descriptor, 0) == 0;
}

static FILE *open_part(const char *name) {
  int descriptor = open(name, O_WRONLY | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0666);
  if (descriptor < 0)
    return NULL;
  FILE *file = own(descriptor, name) ? fdopen(descriptor, "wb") : NULL;
  if (!file) {
    int error = errno;
    close(descriptor);
    errno = error;
  }
  return file;
}

bool out_open(struct out_file *out, const char *path) {
  *out = (struct out_file){.path = path};
  if (!out_check(path))
    return false;
  if (asprintf(&out->temporary, "%s%s", path, PART) < 0) {
    out->temporary = NULL;
    return cannot_write(path, strerror(ENOMEM));
  }
  out->file = open_part(out->temporary);
  if (out->file)
    return true;
  cannot_write(path, errno == EBUSY ? "another process is writing it" : strerror(errno));
  free(out->temporary); /* and leave it there: it is not ours */
  out->temporary = NULL;
  return false;
}

/* The lock goes with the file, so this comes last. */
static void release(struct out_file *out) {
  if (out->file)
    fclose(out->file);
  out->file = NULL;
  free(out->temporary);
  out->temporary = NULL;
}

bool out_commit(struct out_file *out) {
  errno = 0;
  bool good = !ferror(out->file) && fflush(out->file) == 0 && fsync(fileno(out->file)) == 0 &&
              rename(out->temporary, out->path) == 0;
  if (!good) {
    cannot_write(out->path, errno ? strerror(errno) : "the file could not be written in full");
    out_discard(out);
    return false;
  }
  release(out);
  return true;
}

void out_discard(struct out_file *out) {
  if (out->temporary)
    unlink(out->temporary);
  release(out);
}

/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <libgen.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "out_file.h"
#include "say.h"

static bool cannot_write(const char *path, const char *why) {
  say("cannot write %s: %s", path, why);
  return false;
}

bool out_check(const char *path) {
  struct stat there;
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

/* mkstemp makes private files; the result gets the usual permissions. */
static void usual_mode(int descriptor) {
  mode_t mask = umask(0);
  umask(mask);
  (void)!fchmod(descriptor, 0666 & ~mask);
}

bool out_open(struct out_file *out, const char *path) {
  *out = (struct out_file){.path = path};
  if (!out_check(path))
    return false;
  if (asprintf(&out->temporary, "%s.XXXXXX", path) < 0) {
    out->temporary = NULL;
    return cannot_write(path, strerror(ENOMEM));
  }
  int descriptor = mkstemp(out->temporary);
  if (descriptor < 0) {
    cannot_write(path, strerror(errno));
    free(out->temporary);
    out->temporary = NULL;
    return false;
  }
  usual_mode(descriptor);
  out->file = fdopen(descriptor, "wb");
  if (out->file)
    return true;
  cannot_write(path, strerror(errno));
  close(descriptor);
  out_discard(out);
  return false;
}

bool out_commit(struct out_file *out) {
  errno = 0;
  bool good = !ferror(out->file) && fflush(out->file) == 0 && fsync(fileno(out->file)) == 0;
  int error = errno;
  if (fclose(out->file) != 0 && good) {
    good = false;
    error = errno;
  }
  out->file = NULL;
  if (good && rename(out->temporary, out->path) != 0) {
    good = false;
    error = errno;
  }
  if (!good) {
    cannot_write(out->path, error ? strerror(error) : "the file could not be written in full");
    out_discard(out);
    return false;
  }
  free(out->temporary);
  out->temporary = NULL;
  return true;
}

void out_discard(struct out_file *out) {
  if (out->file)
    fclose(out->file);
  out->file = NULL;
  if (out->temporary)
    unlink(out->temporary);
  free(out->temporary);
  out->temporary = NULL;
}

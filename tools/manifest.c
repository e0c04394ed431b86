/* SPDX-License-Identifier: MIT */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "difference.h"
#include "fingerprint.h"
#include "manifest.h"
#include "say.h"

static const char head_begins[] = "{\"manifest\": 1, ", identity_begins[] = "\"run\": [\"",
                  between[] = "\", \"", identity_ends[] = "\"]}\n";

static bool cannot(const char *what, const char *path, int error) {
  say("cannot %s %s: %s", what, path, strerror(error));
  return false;
}

static char *path_of(const struct mpi_options *options) {
  char *path;
  if (asprintf(&path, "%s/manifest.jsonl", options->folder) >= 0)
    return path;
  say("out of memory for the name of the manifest");
  return NULL;
}

/* ---- the first line --------------------------------------------------------------------------*/

/* The inside of a string of JSON; a line's end becomes the border of two strings. */
static void write_strings(FILE *text, const char *lines) {
  for (const char *c = lines; *c; ++c)
    if (*c == '\n')
      fputs(c[1] ? between : "", text);
    else if ((unsigned char)*c < ' ')
      fprintf(text, "\\u%04x", *c);
    else
      fprintf(text, *c == '"' || *c == '\\' ? "\\%c" : "%c", *c);
}

static void write_head(FILE *text, const struct mpi_options *options, const struct shape *shape,
                       const char *identity) {
  struct shards shards = shards_cut(options);
  fprintf(text, "%s\"samples\": %d, \"shards\": %d, \"shard_samples\": %d, \"seed\": %" PRIu64,
          head_begins, shards.all, shards.count, shards.samples, options->draw.seed);
  fputs(", \"shape\": [", text);
  for (int i = 0; i < shape->count; ++i)
    fprintf(text, "%s%lld", i ? ", " : "", (long long)shape->sizes[i]);
  fprintf(text, "], \"fingerprint\": \"%016" PRIx64 "\", %s",
          fingerprint(FINGERPRINT_BEGIN, identity, strlen(identity)), identity_begins);
  write_strings(text, identity);
  fputs(identity_ends, text);
}

/* The identity of restart-sampler's checkpoints, and what cuts the files. */
static char *identity_of(const struct mpi_options *options, const struct network *network,
                         const rs_schedule_options *schedule) {
  char *samples = identity_new(&options->draw, network, schedule), *all = NULL;
  if (samples && asprintf(&all, "%sshard %d batches\n", samples, options->shard) < 0) {
    say("out of memory for the manifest");
    all = NULL;
  }
  free(samples);
  return all;
}

char *manifest_head(const struct mpi_options *options, const struct network *network,
                    const rs_schedule_options *schedule) {
  char *identity = identity_of(options, network, schedule), *head = NULL;
  size_t length;
  FILE *text = identity ? open_memstream(&head, &length) : NULL;
  if (text) {
    write_head(text, options, &network->shape, identity);
    if (fclose(text) != 0) {
      free(head);
      head = NULL;
    }
  }
  if (identity && !head)
    say("out of memory for the manifest");
  free(identity);
  return head;
}

char *manifest_identity(const char *head) {
  const char *begin = strstr(head, identity_begins);
  if (strncmp(head, head_begins, strlen(head_begins)) != 0 || !begin)
    return NULL;
  char *lines = strdup(begin + strlen(identity_begins));
  char *end = lines ? strstr(lines, identity_ends) : NULL;
  if (end)
    *end = 0;
  for (char *at = lines; at && (at = strstr(at, between)); ++at) {
    *at = '\n';
    memmove(at + 1, at + strlen(between), strlen(at + strlen(between)) + 1);
  }
  return lines;
}

/* ---- the folder ------------------------------------------------------------------------------*/

/* Whether it has nothing in it. */
static bool is_empty(const char *folder) {
  DIR *entries = opendir(folder);
  if (!entries)
    return cannot("read", folder, errno);
  const struct dirent *entry;
  bool empty = true;
  while (empty && (entry = readdir(entries)))
    empty = strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0;
  closedir(entries);
  if (!empty)
    say("%s has files but no manifest.jsonl: name a new or an empty folder", folder);
  return empty;
}

static bool make_folder(const struct manifest *manifest) {
  const char *folder = manifest->options->folder;
  if (mkdir(folder, 0777) != 0 && errno != EEXIST)
    return cannot("make", folder, errno);
  return access(manifest->path, F_OK) == 0 || is_empty(folder);
}

static bool open_locked(struct manifest *manifest) {
  int descriptor = open(manifest->path, O_RDWR | O_CREAT | O_CLOEXEC, 0666);
  if (descriptor < 0)
    return cannot("write", manifest->path, errno);
  manifest->file = fdopen(descriptor, "r+");
  if (!manifest->file) {
    close(descriptor);
    return cannot("write", manifest->path, ENOMEM);
  }
  if (flock(descriptor, LOCK_EX | LOCK_NB) == 0)
    return true;
  if (errno == EWOULDBLOCK)
    say("another job is writing into %s", manifest->options->folder);
  else
    cannot("lock", manifest->path, errno);
  return false;
}

/* ---- reading ---------------------------------------------------------------------------------*/

static bool refuse(const struct manifest *manifest, const char *theirs) {
  const char *folder = manifest->options->folder;
  char *ours = manifest_identity(manifest->head), *others = manifest_identity(theirs);
  struct difference other;
  if (!others)
    say("%s is not a manifest of this command", manifest->path);
  else if (ours && difference_find(ours, others, &other))
    say("%s belongs to another run: it has \"%.*s\", this one \"%.*s\"", folder,
        other.theirs_length, other.theirs, other.ours_length, other.ours);
  else
    say("%s belongs to another run", folder);
  free(ours);
  free(others);
  return false;
}

/* The line of a finished shard; 0 if it does not fit. */
enum { LINE = 256 };
static size_t write_line(const struct manifest *manifest, int shard, const char *sum,
                         char line[LINE]) {
  const int first = shards_first(&manifest->shards, shard);
  char name[SHARD_NAME];
  shards_name(shard, name);
  int length = snprintf(line, LINE,
                        "{\"shard\": %d, \"first\": %d, \"samples\": %d, \"seed\": %" PRIu64
                        ", \"file\": \"%s\", \"sha256\": \"%s\"}\n",
                        shard, first, shards_end(&manifest->shards, shard) - first,
                        manifest->options->draw.seed + (uint64_t)first, name, sum);
  return length < LINE ? (size_t)length : 0;
}

/* A line that this command would not have written says nothing. */
static void take_line(struct manifest *manifest, const char *text) {
  static const char begin[] = "{\"shard\": ";
  const char *at = strstr(text, "\"sha256\": \"");
  char line[LINE], sum[SHA256_DIGEST_STRING_LENGTH] = "";
  const bool begins = strncmp(text, begin, strlen(begin)) == 0;
  const long shard = begins ? strtol(text + strlen(begin), NULL, 10) : -1;
  if (at && shard >= 0 && shard < manifest->shards.count &&
      sscanf(at, "\"sha256\": \"%64[0-9a-f]\"", sum) == 1 &&
      write_line(manifest, (int)shard, sum, line) && strcmp(line, text) == 0)
    memcpy(manifest->sums[shard], sum, sizeof sum);
  else
    say("a line of %s cannot be read and is passed over", manifest->path);
}

/* Takes the lines; *end is where the last whole one ends. */
static bool read_lines(struct manifest *manifest, long *end) {
  char *line = NULL;
  size_t capacity = 0;
  bool good = true;
  for (ssize_t length; good && (length = getline(&line, &capacity, manifest->file)) > 0;) {
    bool first = *end == 0;
    if (line[length - 1] != '\n') {
      /* Half a first line is that of a job like this one, or not ours to cut off. */
      good = !first || strncmp(line, manifest->head, (size_t)length) == 0;
      if (!good)
        refuse(manifest, line);
      break;
    }
    *end += length;
    if (!first)
      take_line(manifest, line);
    else if (strcmp(line, manifest->head) != 0)
      good = refuse(manifest, line);
  }
  if (good && ferror(manifest->file))
    good = cannot("read", manifest->path, errno);
  free(line);
  return good;
}

/* ---- writing ---------------------------------------------------------------------------------*/

static bool add_line(struct manifest *manifest, const char *line) {
  errno = 0;
  return (fputs(line, manifest->file) >= 0 && fflush(manifest->file) == 0 &&
          fsync(fileno(manifest->file)) == 0) ||
         cannot("write", manifest->path, errno);
}

bool manifest_add(struct manifest *manifest, int shard, const char *sum) {
  char line[LINE];
  memcpy(manifest->sums[shard], sum, SHA256_DIGEST_STRING_LENGTH);
  return write_line(manifest, shard, sum, line) && add_line(manifest, line);
}

/* ---- all of it -------------------------------------------------------------------------------*/

bool manifest_open(struct manifest *manifest, const struct mpi_options *options, const char *head) {
  *manifest = (struct manifest){.options = options, .shards = shards_cut(options), .head = head};
  manifest->sums = calloc((size_t)manifest->shards.count, sizeof *manifest->sums);
  if (!manifest->sums)
    say("out of memory for a list of %d shards", manifest->shards.count);
  manifest->path = manifest->sums ? path_of(options) : NULL;
  long end = 0;
  if (!manifest->path || !make_folder(manifest) || !open_locked(manifest) ||
      !read_lines(manifest, &end))
    return false;
  if (ftruncate(fileno(manifest->file), end) != 0 || fseek(manifest->file, end, SEEK_SET) != 0)
    return cannot("write", manifest->path, errno);
  return end > 0 || add_line(manifest, head);
}

void manifest_close(struct manifest *manifest) {
  if (manifest->file)
    fclose(manifest->file);
  free(manifest->path);
  free(manifest->sums);
}

bool manifest_seen(const struct mpi_options *options, const char *head) {
  char *path = path_of(options), *line = NULL;
  size_t capacity = 0;
  FILE *file = path ? fopen(path, "r") : NULL;
  bool good = file && getline(&line, &capacity, file) > 0 && strcmp(line, head) == 0;
  if (path && !good)
    say("%s is not what the first rank wrote: all ranks need to see the same folder", path);
  if (file)
    fclose(file);
  free(line);
  free(path);
  return good;
}

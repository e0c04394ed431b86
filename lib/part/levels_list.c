/* SPDX-License-Identifier: MIT
 * The grids by number and by name. */
#include "base/named.h"
#include "base/sized.h"
#include "part/levels.h"

static const struct {
  int32_t id;
  const char *name, *summary;
} grids[] = {
    {RS_GRID_KARRAS, "karras", "even in sigma^(1/rho)"},
    {RS_GRID_SIGMAS, "sigmas", "the caller's own levels"},
    {RS_GRID_EXPONENTIAL, "exponential", "even in ln sigma, = log-SNR"},
    {RS_GRID_POLYEXPONENTIAL, "polyexponential", "a power rho of even in ln sigma"},
    {RS_GRID_LINEAR, "linear", "even in sigma"},
    {RS_GRID_TIME, "time", "even in the process's time; spacings of timesteps"},
    {RS_GRID_QUADRATIC, "quadratic", "even in the root of the time, DDIM's"},
    {RS_GRID_COSINE, "cosine", "even in the time of the cosine process"},
    {RS_GRID_VP, "vp", "VP row of the EDM paper's table 1"},
    {RS_GRID_VE, "ve", "VE row of the EDM paper's table 1"},
    {RS_GRID_IDDPM, "iddpm", "iDDPM row of the EDM paper's table 1"},
    {RS_GRID_SGM_UNIFORM, "sgm_uniform", "even in time without the lowest"},
    {RS_GRID_BETA, "beta", "quantiles of Beta(0.6, 0.6) in time"},
    {RS_GRID_AYS_SD15, "ays_sd15", "Align Your Steps, Stable Diffusion 1.5"},
    {RS_GRID_AYS_SDXL, "ays_sdxl", "Align Your Steps, Stable Diffusion XL"},
    {RS_GRID_AYS_SVD, "ays_svd", "Align Your Steps, Stable Video Diffusion"},
};

enum { COUNT = sizeof grids / sizeof *grids };

static const rs__named aliases[] = {
    {"log_snr", RS_GRID_EXPONENTIAL},
    {"logsnr", RS_GRID_EXPONENTIAL},
    {"edm", RS_GRID_KARRAS},
    {"timesteps", RS_GRID_TIME},
    {"time_uniform", RS_GRID_TIME},
    {"normal", RS_GRID_TIME},
    {"ddim_quad", RS_GRID_QUADRATIC},
    {"quad", RS_GRID_QUADRATIC},
    {"align_your_steps", RS_GRID_AYS_SD15},
    {"ays", RS_GRID_AYS_SD15},
    {"ays_sd1", RS_GRID_AYS_SD15},
    {NULL, 0},
};

const char *rs__levels_name(int32_t grid) {
  size_t i = 0;
  while (i + 1 < COUNT && grids[i].id != grid)
    i++;
  return grids[i].name;
}

rs_status rs_grid_at(size_t index, rs_entry *entry) {
  if (!entry)
    return RS_ERR_ARGUMENT;
  if (index >= COUNT)
    return RS_ERR_NAME;
  const rs_entry e = {.size = sizeof e,
                      .id = grids[index].id,
                      .name = grids[index].name,
                      .summary = grids[index].summary};
  return rs__sized_write(entry, &e, sizeof e, RS__FIRST_ENTRY);
}

rs_status rs_grid_named(const char *name, int32_t *grid) {
  if (!name || !grid)
    return RS_ERR_ARGUMENT;
  for (size_t i = 0; i < COUNT; i++)
    if (rs__named_equal(name, grids[i].name)) {
      *grid = grids[i].id;
      return RS_OK;
    }
  return rs__named_find(aliases, name, grid);
}

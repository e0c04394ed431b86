/* SPDX-License-Identifier: MIT
 *
 * librestart: Restart sampling for diffusion models.
 *
 * A diffusion model draws a sample by solving an ordinary differential equation from noise to data.
 * Restart sampling (Xu et al., "Restart Sampling for Improving Generative Processes", NeurIPS 2023,
 * arXiv 2306.14878) solves it, and at chosen noise levels throws the state back up with a large
 * amount of fresh noise and solves down again, so that errors made on the way contract.
 *
 * The score network is yours. The library asks it for evaluations through one function pointer and
 * does everything else. There are three ways to use it:
 *
 *   rs_sample         one call: noise in, samples out; the network is called back
 *   rs_restart_step   the same run, one step of the plan at a time
 *   rs_sampler_ask,   the pull form: the library says which evaluation it wants next, you make it
 *   rs_sampler_tell   wherever and whenever you like, and tell it that the output is there
 *
 *     static int32_t network(const rs_eval *e, void *user);     -- fills e->output from e->input
 *
 *     rs_sampler_options so;
 *     rs_sampler_options_init(&so);
 *     so.model.fn = network;
 *     so.batch = 4;
 *     so.elements = 3 * 64 * 64;
 *     rs_schedule_options sc;
 *     rs_schedule_options_init(&sc);
 *     rs_preset("cifar10-vp-43", &sc);
 *     rs_sampler *s = NULL;
 *     if (rs_sampler_new(&so, &s) == RS_OK && rs_schedule(s, &sc) == RS_OK &&
 *         rs_sample(s, x, NULL) == RS_OK)
 *       show(x);
 *     rs_sampler_free(s);
 *
 * CONVENTIONS
 *
 *  1. Arrays. A state is batch x elements contiguous floats, sample after sample. It belongs to the
 *     caller and is worked on in place. Sigmas and coefficients are double; each coefficient is
 *     rounded to float once. A float64 state can be asked for (rs_sampler_options.dtype).
 *     Sigma is the standard deviation of the noise in units of the data (the EDM convention).
 *  2. Status. Functions that can fail return rs_status: 0 done, > 0 good news, < 0 failure. The
 *     numbers are pinned for ever. rs_sampler_message says what happened in one sentence. The
 *     library never prints, aborts, exits or throws. A NULL where none is allowed is
 *     RS_ERR_ARGUMENT.
 *  3. Option structs carry their size first; the ..._init macros set it and zero the rest (by the
 *     functions ..._init_sized, which are not called otherwise). Zero means the default that is
 *     written at the field; where that is 1 (s_noise, eta, guidance_weight), 1e-30 stands for a 0.
 *     Bytes that this library does not know must be zero, otherwise the answer is RS_ERR_VERSION.
 *     Enumerations are int32_t.
 *  4. Callbacks return 0 to go on, > 0 to stop politely (the run can be continued), < 0 when they
 *     failed; the number is kept in rs_counters.callback_status.
 *  5. After a failure or a stop the state holds what the last finished move left. rs_restart_step,
 *     rs_sampler_ask and rs_sampler_tell go on from there and repeat the evaluation that failed;
 *     rs_sample and rs_sampler_start begin anew.
 *  6. A sampler is used by one thread at a time; different samplers need no locks. rs_sampler_stop
 *     may be called from any thread and from a signal handler. There is no global state and there
 *     are no hidden threads: parallel work goes through the rs_executor of the host.
 *  7. No memory is taken after rs_schedule.
 *  8. The same seeds and the same network outputs give the same bits, whatever the batch split, the
 *     number of threads, the instruction set, push or pull, in one go or resumed.
 *  9. A network output that is not finite ends the run with RS_ERR_NONFINITE, not a black picture.
 */
#ifndef RESTART_RESTART_H
#define RESTART_RESTART_H

#include <stddef.h>
#include <stdint.h>

#include <restart/version.h>

/* On Windows a program that uses the DLL defines RS_SHARED. */
#if defined(_WIN32) && defined(RS_SHARED)
#  ifdef RS_BUILD
#    define RS_API __declspec(dllexport)
#  else
#    define RS_API __declspec(dllimport)
#  endif
#elif defined(__GNUC__)
#  define RS_API __attribute__((visibility("default")))
#else
#  define RS_API
#endif

#ifdef __cplusplus
extern "C" {
#endif

/* ---- version ---------------------------------------------------------------------------------*/

/* RS_VERSION of the library that is running, e.g. 10203 for 1.2.3. */
RS_API int32_t rs_version(void);

/* The same as text, e.g. "1.2.3". Static storage. */
RS_API const char *rs_version_string(void);

/* ---- constants -------------------------------------------------------------------------------*/

/* Every status: name, number, sentence. */
#define RS_STATUS_LIST(X)                                                                          \
  X(RS_OK, 0, "done")                                                                              \
  X(RS_MORE, 1, "there is more to do: call again")                                                 \
  X(RS_STOPPED, 2, "stopped as asked; the run can be continued")                                   \
  X(RS_ERR_ARGUMENT, -1, "an argument is missing or impossible")                                   \
  X(RS_ERR_OPTION, -2, "an option is out of its range")                                            \
  X(RS_ERR_VERSION, -3, "the options come from a header that this library does not know")          \
  X(RS_ERR_MEMORY, -4, "out of memory")                                                            \
  X(RS_ERR_STATE, -5, "the call does not fit here: no plan, no run, or a run is busy")             \
  X(RS_ERR_CALLBACK, -6, "a callback of the host failed")                                          \
  X(RS_ERR_NONFINITE, -7, "the network's output is not finite")                                    \
  X(RS_ERR_GRID, -8, "the noise levels are not positive, finite and decreasing")                   \
  X(RS_ERR_SEGMENT_COUNTS, -9, "a segment needs at least 2 points and 1 iteration")                \
  X(RS_ERR_SEGMENT_INVERTED, -10, "a segment's t_max is not above its t_min")                      \
  X(RS_ERR_SEGMENT_RANGE, -11, "a segment lies outside the main grid")                             \
  X(RS_ERR_SEGMENT_COLLISION, -12, "two segments meet the same node of the main grid")             \
  X(RS_ERR_SYNTAX, -13, "the text cannot be read")                                                 \
  X(RS_ERR_NAME, -14, "there is nothing of that name")                                             \
  X(RS_ERR_CAPACITY, -15, "the buffer is too small")                                               \
  X(RS_ERR_CHECKPOINT, -16, "the checkpoint is damaged or not a checkpoint")                       \
  X(RS_ERR_MISMATCH, -17, "the checkpoint belongs to another plan or another shape")               \
  X(RS_ERR_BUDGET, -18, "the budget does not pay for the restarts")

typedef int32_t rs_status;
enum {
#define RS_STATUS_ENUM(name, number, sentence) name = number,
  RS_STATUS_LIST(RS_STATUS_ENUM)
#undef RS_STATUS_ENUM
  RS_STATUS_FORCE_INT32 = INT32_MAX
};

/* The name of a status, "RS_ERR_GRID"; "RS_UNKNOWN" for a number that is none. Static storage. */
RS_API const char *rs_status_name(rs_status status);

/* The sentence of a status, as in RS_STATUS_LIST. Static storage. */
RS_API const char *rs_status_text(rs_status status);

/* Number type of the state. */
enum { RS_FLOAT32 = 0, RS_FLOAT64 = 1 };

/* The forward process: how the network's noisy input x_t = alpha x0 + sigma_t eps was made.
 * Everywhere in this library sigma stands for sigma_t / alpha, and states are x_t / alpha.
 *   VE        alpha 1 (EDM)
 *   VP        alpha^2 = e^-B, sigma_t^2 = 1 - alpha^2, B = beta_min t + (beta_max - beta_min) t^2/2
 *             (the VP SDE of Song et al. 2021)
 *   DISCRETE  the same from a table of alpha-bar = alpha^2 (DDPM, Stable Diffusion); the table may
 *             end in 0 (zero terminal SNR)
 *   IDDPM     the u-table of iDDPM in Karras et al. 2022, table 1; alpha 1
 *   FLOW      alpha = 1 - t, sigma_t = t (rectified flow: SD3, Flux)
 *   PFGMPP    PFGM++ (Xu et al. 2023) with model.aux_dimensions D, r = sigma sqrt(D); alpha 1 */
enum {
  RS_PROCESS_VE = 0,
  RS_PROCESS_VP = 1,
  RS_PROCESS_DISCRETE = 2,
  RS_PROCESS_IDDPM = 3,
  RS_PROCESS_FLOW = 4,
  RS_PROCESS_PFGMPP = 5
};

/* What the network's output means, x = alpha x0 + sigma_t eps being its noisy input:
 *   DENOISER  x0 itself, the estimate of the clean data
 *   EPS       the noise: x0 = (x - sigma_t eps) / alpha
 *   EDM_RAW   the raw network F of Karras et al. 2022, table 1 (VE and PFGMPP only); with
 *             sd = sigma_data
 *               x0 = c_skip x + c_out F(c_in x; c_noise),  c_skip = sd^2 / (sigma^2 + sd^2),
 *               c_out = sigma sd / sqrt(sigma^2 + sd^2),   c_in = 1 / sqrt(sigma^2 + sd^2),
 *               c_noise = ln(sigma) / 4
 *             its input is already scaled by c_in and its time is c_noise
 *   V         v = alpha eps - sigma_t x0:  x0 = (alpha x - sigma_t v) / (alpha^2 + sigma_t^2)
 *   SCORE     the gradient of the log density:  x0 = (x + sigma_t^2 score) / alpha
 *   FLOW      the velocity u = eps - x0:  x0 = (x - sigma_t u) / (alpha + sigma_t) */
enum {
  RS_PREDICT_DENOISER = 0,
  RS_PREDICT_EPS = 1,
  RS_PREDICT_EDM_RAW = 2,
  RS_PREDICT_V = 3,
  RS_PREDICT_SCORE = 4,
  RS_PREDICT_FLOW = 5
};

/* What the network is conditioned on (rs_eval.time).
 *   DEFAULT     LOG_SIGMA for EDM_RAW, INDEX for DISCRETE and IDDPM, T for VP and FLOW, else SIGMA
 *   SIGMA       sigma
 *   LOG_SIGMA   ln(sigma) / 4
 *   T           the process's t in [0, 1]; for tables index / count
 *   T_1000      1000 times that
 *   INDEX       the index of the table, rounded to a whole number; for IDDPM counted from the
 *               smallest noise
 *   INDEX_REAL  the same, interpolated in ln sigma */
enum {
  RS_TIME_DEFAULT = 0,
  RS_TIME_SIGMA = 1,
  RS_TIME_LOG_SIGMA = 2,
  RS_TIME_T = 3,
  RS_TIME_T_1000 = 4,
  RS_TIME_INDEX = 5,
  RS_TIME_INDEX_REAL = 6
};

/* The table of DISCRETE.
 *   LINEAR         beta from 0.0001 to 0.02 (DDPM)
 *   SCALED_LINEAR  sqrt(beta) even, beta from 0.00085 to 0.012 (Stable Diffusion)
 *   COSINE         Nichol and Dhariwal 2021
 *   TABLE          the caller's alpha-bar */
enum { RS_BETAS_LINEAR = 0, RS_BETAS_SCALED_LINEAR = 1, RS_BETAS_COSINE = 2, RS_BETAS_TABLE = 3 };

/* Guidance without a classifier (Ho and Salimans 2022): D = D_u + w (D_c - D_u). It costs two
 * evaluations at each noise level where it applies.
 *   NONE     one evaluation, pass RS_PASS_CONDITIONAL
 *   CALLS    two calls one after another, told apart by rs_eval.pass
 *   DOUBLED  one call with twice the batch: first every sample for the condition, then every
 *            sample without; where guidance does not apply, a call of pass CONDITIONAL */
enum { RS_GUIDANCE_NONE = 0, RS_GUIDANCE_CALLS = 1, RS_GUIDANCE_DOUBLED = 2 };
enum { RS_PASS_CONDITIONAL = 0, RS_PASS_UNCONDITIONAL = 1, RS_PASS_BOTH = 2 };

/* Clipping of the denoised estimate.
 *   STATIC   to [clip_low, clip_high]
 *   DYNAMIC  Imagen (Saharia et al. 2022): s = the clip_quantile quantile of |x0| over the sample,
 *            at least clip_high; clipped to [-s, s] and scaled by clip_high / s */
enum { RS_CLIP_NONE = 0, RS_CLIP_STATIC = 1, RS_CLIP_DYNAMIC = 2 };

/* Main grid: N levels from sigma_max down to sigma_min, i = 0..N-1, u = i/(N-1), then 0: N steps.
 *   KARRAS           (smax^(1/rho) + u (smin^(1/rho) - smax^(1/rho)))^rho (Karras et al. 2022,
 *                    eq. 5)
 *   SIGMAS           the caller's own list, strictly decreasing; it may end in 0
 *   EXPONENTIAL      even in ln sigma, so in log-SNR: smax (smin/smax)^u (k-diffusion; Lu
 *                    et al. 2022)
 *   POLYEXPONENTIAL  ln sigma = ln smin + (1-u)^rho ln(smax/smin) (k-diffusion)
 *   LINEAR           even in sigma
 *   COSINE           tan of even angles from arctan smax to arctan smin: even in t where alpha =
 *                    cos(pi t/2), sigma_t = sin(pi t/2) (Nichol and Dhariwal 2021 without their
 *                    offset; ln(SNR) = -2 ln tan(pi t/2) in Salimans and Ho 2022)
 * The ablation of Karras et al. 2022, table 1, for any range; for models whose process has no
 * limits of its own (VE, PFGMPP) the default range is that of the table:
 *   VP               sigma^2 = exp(bd t^2/2 + bm t) - 1, t = 1 + u (0.001 - 1); bd and bm such that
 *                    sigma is smax at t = 1, smin at t = 0.001 (19.9 and 0.1 by default)
 *   VE               sigma^2 = smax^2 (smin^2/smax^2)^u, default range 0.02 to 100; the levels are
 *                    EXPONENTIAL's
 *   IDDPM            entry round(u (F-1)) of the F entries of iDDPM's u-table that lie in the
 *                    range, M = 1000; default 0.002 to 81, so that j0 = 8
 * Even in the process's own time t, or in a table's indexes (VP, DISCRETE, IDDPM, FLOW; RS_ERR_GRID
 * on others). T and b are the times of sigma_max and sigma_min; where sigma_max is left open, T is
 * the top: 1 or the last index, even where sigma is infinite there, if the network can be asked.
 * On tables the times are rounded to whole indexes, except by SGM_UNIFORM, and levels that meet are
 * dropped:
 *   TIME             by `spacing`, RS_SPACING_...
 *   QUADRATIC        even in sqrt(t); on tables DDIM's (Song et al. 2021; its program):
 *                    floor(u'^2 T') + 1, u' = 1-u from 1 to sqrt(b/T'), T' = T - 1; T' = 0.8 M
 *                    where sigma_max is left open, M the entries of the table
 *   SGM_UNIFORM      T + (b - T) i/N; on tables linear in ln sigma between two entries (the
 *                    "SGM uniform" of k-diffusion's web interfaces)
 *   BETA             b + (T - b) Q(1 - i/N), Q the quantiles of the Beta(0.6, 0.6) distribution
 *                    (Lee et al. 2024; as web interfaces do)
 * "Align Your Steps" (Sabour, Fidler and Kreis 2024), the 11 levels published for a model, linear
 * in ln sigma between them: the first N of N+1, so N = 10 gives the levels themselves. With a range
 * of the caller's, the part of the curve within it:
 *   AYS_SD15         Stable Diffusion 1.5
 *   AYS_SDXL         Stable Diffusion XL
 *   AYS_SVD          Stable Video Diffusion
 * With RS_END_SIGMA_MIN the grids that divide by N divide by N-1 and end at b. */
enum {
  RS_GRID_KARRAS = 0,
  RS_GRID_SIGMAS = 1,
  RS_GRID_EXPONENTIAL = 2,
  RS_GRID_POLYEXPONENTIAL = 3,
  RS_GRID_LINEAR = 4,
  RS_GRID_TIME = 5,
  RS_GRID_QUADRATIC = 6,
  RS_GRID_COSINE = 7,
  RS_GRID_VP = 8,
  RS_GRID_VE = 9,
  RS_GRID_IDDPM = 10,
  RS_GRID_SGM_UNIFORM = 11,
  RS_GRID_BETA = 12,
  RS_GRID_AYS_SD15 = 13,
  RS_GRID_AYS_SDXL = 14,
  RS_GRID_AYS_SVD = 15
};

/* Times of the TIME grid, M being a table's entries up to T (M = T + 1); the names of diffusers.
 *   LINSPACE  T + u (b - T)
 *   LEADING   tables only: (N-1-i) floor(M/N) + 1, which misses the top (Stable Diffusion)
 *   TRAILING  M - i M/N - 1; without a table T (1 - i/N) (Lin et al. 2023; Flux); not down to b,
 *             except with RS_END_SIGMA_MIN, where it is LINSPACE */
enum { RS_SPACING_LINSPACE = 0, RS_SPACING_LEADING = 1, RS_SPACING_TRAILING = 2 };

/* Where a grid that is not SIGMAS ends: at 0 (the last step costs one evaluation), or at sigma_min
 * (N points, N-1 steps; the sample keeps noise of that level). */
enum { RS_END_ZERO = 0, RS_END_SIGMA_MIN = 1 };

/* Solvers. restart-sampler samplers, rs_solver_at and docs/solvers.md say what each is. They are
 * known by name to rs_solver_named. A step to sigma 0 is Euler's, except where time is named.
 *   DEFAULT  HEUN in the main pass; in a restart, the solver of the main pass */
enum {
  RS_SOLVER_DEFAULT = 0,
  /* ODE, one step */
  RS_SOLVER_EULER = 1,
  RS_SOLVER_HEUN = 2,
  RS_SOLVER_DPM_3 = 3,
  RS_SOLVER_DPM_2 = 4,
  RS_SOLVER_DPMPP_2S = 5,
  /* ODE, several steps */
  RS_SOLVER_DPMPP_2M = 6,
  RS_SOLVER_DPMPP_3M = 7,
  RS_SOLVER_UNIPC = 8,
  RS_SOLVER_DEIS = 9,
  RS_SOLVER_IPNDM = 10,
  RS_SOLVER_LMS = 11,
  RS_SOLVER_PNDM = 12,
  /* SDE */
  RS_SOLVER_EULER_ANCESTRAL = 13,
  RS_SOLVER_DPM_2_ANCESTRAL = 14,
  RS_SOLVER_DPMPP_2S_ANCESTRAL = 15,
  RS_SOLVER_DPMPP_SDE = 16,
  RS_SOLVER_DPMPP_2M_SDE = 17,
  RS_SOLVER_DPMPP_3M_SDE = 18,
  RS_SOLVER_EULER_MARUYAMA_VE = 19,
  RS_SOLVER_EULER_MARUYAMA_VP = 20,
  RS_SOLVER_SA = 21,
  RS_SOLVER_ER_SDE = 22,
  RS_SOLVER_SEEDS_2 = 23,
  RS_SOLVER_SEEDS_3 = 24,
  /* ODE in the time of the VE or VP process instead of sigma (Karras et al. 2022, table 1) */
  RS_SOLVER_EULER_VE = 25,
  RS_SOLVER_HEUN_VE = 26,
  RS_SOLVER_EULER_VP = 27,
  RS_SOLVER_HEUN_VP = 28
};

/* How a segment's t_min meets the main grid.
 *   MOVE    the nearer of the two nodes around t_min moves onto it: the number of evaluations is
 *           unchanged
 *   INSERT  one node more, at t_min
 *   SNAP    t_min moves to the nearest node, as the paper's own program and presets do */
enum { RS_MEET_MOVE = 0, RS_MEET_INSERT = 1, RS_MEET_SNAP = 2 };

/* What rs_sampler_start does to x.
 *   NOISE    fills it with noise of the first sigma
 *   KEEP     keeps it as the caller's state at the first sigma, x_t / alpha (to continue a run)
 *   PICTURE  takes it as a clean picture and adds noise of the level where the run begins, which
 *            `strength` says; segments that reach above that level are dropped (img2img) */
enum { RS_START_NOISE = 0, RS_START_KEEP = 1, RS_START_PICTURE = 2 };

/* Kinds of step in a plan: down the main grid; up with fresh noise; down a restart's grid. */
enum { RS_STEP_MAIN = 0, RS_STEP_JUMP = 1, RS_STEP_RESTART = 2 };

/* Flags of a step. RESTART_BEGINS and ITERATION_BEGINS are set on the jump and on the step after
 * it, RESTART_ENDS on the last step of the last iteration. Hosts that keep caches between
 * evaluations drop them at rs_eval.stage 0 of a step with ITERATION_BEGINS or the step after
 * RESTART_ENDS. */
enum { RS_STEP_RESTART_BEGINS = 1, RS_STEP_ITERATION_BEGINS = 2, RS_STEP_RESTART_ENDS = 4 };

/* What a noise draw is for. Part of the noise's key, so the numbers are part of the results. */
enum {
  RS_NOISE_START = 0,
  RS_NOISE_JUMP = 1,
  RS_NOISE_CHURN = 2,
  RS_NOISE_SOLVER = 3,  /* drawn by an SDE solver */
  RS_NOISE_SOLVER_2 = 4, /* its second draw in a step */
  RS_NOISE_INPAINT = 5, /* on the known part after a step */
  RS_NOISE_INPAINT_JUMP = 6, /* after a jump */
  RS_NOISE_SOLVER_3 = 7 /* a solver's third draw in a step */
};

/* Forms of segment text. */
enum { RS_TEXT_LIST = 0, RS_TEXT_JSON = 1 };

/* The value of a constant or the size of a struct of this header by its name, for bindings:
 * "RS_ERR_GRID", "RS_SOLVER_HEUN", "sizeof rs_eval". RS_ERR_NAME when there is none. */
RS_API rs_status rs_constant(const char *name, int64_t *value);

/* ---- callbacks -------------------------------------------------------------------------------*/

/* Memory. Both functions or neither (malloc and free). allocate returns NULL when there is none;
 * what it returns is aligned for any type; release is never called with NULL. */
typedef struct rs_alloc {
  void *(*allocate)(size_t bytes, void *user);
  void (*release)(void *memory, void *user);
  void *user;
} rs_alloc;

/* Parallel work: run calls task(i, context) once for every i < count, in any order, on any threads,
 * and returns when all calls have returned. NULL: one after another on the calling thread. */
typedef void (*rs_task_fn)(size_t index, void *context);
typedef struct rs_executor {
  void (*run)(size_t count, rs_task_fn task, void *context, void *user);
  void *user;
} rs_executor;

/* One step of a plan. In rs_plan_step, state and denoised are NULL. */
typedef struct rs_step_info {
  size_t size;           /* sizeof(rs_step_info) */
  int32_t kind;          /* RS_STEP_... */
  int32_t flags;         /* RS_STEP_..._BEGINS, _ENDS */
  int32_t segment;       /* index in the schedule's list of segments; -1 in the main pass */
  int32_t iteration;     /* of the restart, from 0; -1 in the main pass */
  int32_t step;          /* in the main grid, or in the restart's grid, from 0 */
  int32_t order;         /* of accuracy, as executed; 0 for a jump */
  int32_t index;         /* in the plan, from 0 */
  int32_t count;         /* steps in the plan */
  int32_t nfe;           /* evaluations of this step (NFE = number of function evaluations) */
  int32_t reserved;      /* 0 */
  int64_t nfe_done;      /* evaluations of the run when this step is finished; in rs_eval, so far */
  int64_t nfe_total;     /* evaluations of the whole run */
  double sigma_from;     /* noise level at the beginning */
  double sigma_hat;      /* after churn; equal to sigma_from where there is none */
  double sigma_to;       /* noise level at the end */
  const float *state;    /* float32: batch x elements; NULL with a float64 state */
  const float *denoised; /* the network's latest estimate of the clean data; NULL for a jump */
  const double *state_f64;    /* the same of a float64 state, otherwise NULL; all are valid until */
  const double *denoised_f64; /* the callback returns */
} rs_step_info;
#define rs_step_info_init(info) rs_step_info_init_sized((info), sizeof *(info))
RS_API void rs_step_info_init_sized(rs_step_info *info, size_t size);

/* Called after each step of the plan. Returns by convention 4. */
typedef int32_t (*rs_progress_fn)(const rs_step_info *info, void *user);

/* One evaluation of the network. The library owns the struct and the arrays it points to; they are
 * valid until the callback returns (pull form: until rs_sampler_tell). input and output do not
 * overlap. With a float64 state input and output are NULL and the _f64 pointers are set. */
typedef struct rs_eval {
  size_t size;            /* sizeof(rs_eval) of the library */
  size_t batch;           /* samples; twice the sampler's in pass BOTH */
  size_t elements;        /* numbers a sample */
  const float *input;     /* batch x elements: alpha x0 + alpha sigma eps (EDM_RAW: times c_in) */
  float *output;          /* batch x elements, to be filled */
  const double *input_f64; /* the same of a float64 state */
  double *output_f64;
  double sigma;           /* noise level; infinity where alpha is 0 */
  double alpha;           /* of the process, 1 for VE */
  double time;            /* what the network is conditioned on, RS_TIME_... */
  const uint64_t *seeds;  /* one for each of the sampler's samples */
  const rs_step_info *step;    /* which step of the plan; state and denoised are NULL */
  const rs_executor *executor; /* the host's, or NULL */
  int32_t stage;          /* evaluation within the step, from 0 */
  int32_t pass;           /* RS_PASS_... of guidance */
} rs_eval;

/* The network. Fills output; returns by convention 4. */
typedef int32_t (*rs_model_fn)(const rs_eval *eval, void *user);

typedef struct rs_model {
  rs_model_fn fn;                /* NULL: pull form only */
  void *user;                    /* handed to fn */
  void (*destroy)(void *user);   /* runs exactly once: in rs_sampler_free, or when rs_sampler_new
                                    fails with a readable model; NULL: nothing to do */
  int32_t prediction;            /* RS_PREDICT_...; default DENOISER */
  int32_t process;               /* RS_PROCESS_...; default VE */
  int32_t time;                  /* RS_TIME_...; default by process and prediction */
  int32_t betas;                 /* DISCRETE: RS_BETAS_...; default LINEAR */
  double beta_min;               /* VP: default 0.1; DISCRETE: default by betas */
  double beta_max;               /* VP: default 20; DISCRETE: default by betas */
  const double *alpha_bar;       /* BETAS_TABLE: table_count values in [0, 1), decreasing; copied */
  size_t table_count;            /* DISCRETE and IDDPM: default 1000, but required with
                                    BETAS_TABLE; at most 1000000 */
  double sigma_data;             /* EDM_RAW: standard deviation of the data; default 0.5 */
  double aux_dimensions;         /* PFGMPP: D; default 2048 */
  int32_t guidance;              /* RS_GUIDANCE_...; default NONE */
  int32_t clip;                  /* RS_CLIP_...; default NONE */
  double guidance_weight;        /* w; default 1: the conditional network */
  double guidance_rescale;       /* phi of Lin et al. 2023, 0 to 1: that share of D is scaled to the
                                    standard deviation of D_c; default 0 */
  double guidance_min;           /* guidance applies where min <= sigma <= max (Kynkaanniemi et */
  double guidance_max;           /* al. 2024); defaults 0 and infinity */
  double clip_low;               /* both 0: -1 and 1 */
  double clip_high;
  double clip_quantile;          /* default 0.995 */
  uint64_t reserved[16];         /* 0 */
} rs_model;

/* One draw of unit normals in place of the library's own. Fill batch x elements numbers. */
typedef struct rs_noise_request {
  size_t size;            /* sizeof(rs_noise_request) of the library */
  size_t batch;           /* samples */
  size_t elements;        /* numbers a sample */
  const uint64_t *seeds;  /* one a sample */
  float *output;          /* with a float32 state, otherwise NULL */
  double *output_f64;     /* with a float64 state, otherwise NULL */
  uint32_t purpose;       /* the rest of the key, as in rs_noise_key */
  uint32_t segment;
  uint32_t iteration;
  uint32_t step;
} rs_noise_request;

/* Returns by convention 4. */
typedef int32_t (*rs_noise_fn)(const rs_noise_request *request, void *user);

/* ---- the sampler -----------------------------------------------------------------------------*/

/* Opaque. */
typedef struct rs_sampler rs_sampler;

typedef struct rs_sampler_options {
  size_t size;               /* set by rs_sampler_options_init */
  rs_model model;            /* the network */
  size_t batch;              /* samples drawn together; default 1 */
  size_t elements;           /* numbers a sample, at least 1; required; at most 2^34, and batch x
                                elements at most SIZE_MAX / 64 */
  int32_t dtype;             /* RS_FLOAT32 (default) or RS_FLOAT64 */
  int32_t reserved;          /* 0 */
  rs_alloc alloc;            /* default malloc and free */
  rs_executor executor;      /* default: the calling thread */
  rs_noise_fn noise;         /* default: the library's own noise, see rs_normals */
  void *noise_user;          /* handed to noise */
  rs_progress_fn progress;   /* default none */
  void *progress_user;       /* handed to progress */
  char *message;             /* where rs_sampler_new writes why it failed, unless by
                                RS_ERR_ARGUMENT or RS_ERR_VERSION; may be NULL */
  size_t message_capacity;   /* bytes there */
} rs_sampler_options;
#define rs_sampler_options_init(options) \
  rs_sampler_options_init_sized((options), sizeof *(options))
RS_API void rs_sampler_options_init_sized(rs_sampler_options *options, size_t size);

/* Makes a sampler. *sampler is NULL on failure.
 * RS_ERR_ARGUMENT, RS_ERR_OPTION, RS_ERR_VERSION, RS_ERR_MEMORY. */
RS_API rs_status rs_sampler_new(const rs_sampler_options *options, rs_sampler **sampler);

/* Gives everything back. Accepts NULL. Not from within a callback of the same sampler. */
RS_API void rs_sampler_free(rs_sampler *sampler);

/* The sentence that explains the last status of this sampler, in English, one line; functions to
 * which it is const leave it alone. Never NULL; valid until the next call with this sampler. */
RS_API const char *rs_sampler_message(const rs_sampler *sampler);

/* ---- the schedule ----------------------------------------------------------------------------*/

/* A restart, [points, iterations, t_min, t_max] in the paper's notation: on arriving at t_min,
 * `iterations` times add noise up to t_max and solve down a grid of `points` noise levels (both
 * ends included, so points - 1 steps). */
typedef struct rs_segment {
  int32_t points;      /* n, 2 to 1000000 */
  int32_t iterations;  /* K, 1 to 1000000 */
  double t_min;        /* sigma at the bottom */
  double t_max;        /* sigma at the top; above t_min, at most the grid's first sigma */
} rs_segment;

typedef struct rs_schedule_options {
  size_t size;                 /* set by rs_schedule_options_init */
  int32_t grid;                /* RS_GRID_...; default KARRAS */
  int32_t end;                 /* RS_END_...; default ZERO; SIGMAS ignores it */
  int32_t steps;               /* N of the grid, 1 to 1000000; default 18; SIGMAS ignores it */
  int32_t solver;              /* of the main pass, RS_SOLVER_...; default HEUN */
  int32_t restart_solver;      /* inside restarts; default the solver of the main pass */
  int32_t meet;                /* RS_MEET_...; default MOVE */
  double sigma_min;            /* default by grid and process: VE 0.002; tables, the first; VP and
                                  FLOW, that of t = 0.001 */
  double sigma_max;            /* default by grid and process: VE 80; tables, the last; VP, that of
                                  t = 1; FLOW, of 0.999 */
  double rho;                  /* of the KARRAS grid and of every restart's grid, 0.001 to 1000;
                                  default 7. Of the POLYEXPONENTIAL grid; default 1, restarts then
                                  have 7 */
  const double *sigmas;        /* SIGMAS: sigma_count levels, copied by rs_schedule */
  size_t sigma_count;          /* 2 to 1000000 */
  const rs_segment *segments;  /* copied by rs_schedule; in any order, run as the grid meets them */
  size_t segment_count;        /* default 0, the plain ODE; at most 1000000 */
  double s_noise;              /* factor on the noise of jumps and of churn; default 1 */
  double s_churn;              /* EDM stochasticity in the main pass (Karras et al. 2022, algorithm
                                  2): gamma = min(s_churn / N, sqrt(2) - 1), N the steps of the
                                  main pass; default 0, none */
  double s_min;                /* churn only where s_min <= sigma <= s_max; default 0 */
  double s_max;                /* default infinity */
  double restart_gamma;        /* gamma of churn inside restarts, under the same s_min and s_max;
                                  default 0, none; at most 1000 */
  int32_t start;               /* RS_START_...; default NOISE */
  int32_t solver_order;        /* 1 to 9, where the solver has several: more than its highest is its
                                  highest; others ignore it; default the highest */
  double eta;                  /* stochasticity of solvers that have any; default 1; at most 10 */
  double strength;             /* start PICTURE: share of the steps that is run, 1e-6 to 1; default
                                  0.5 */
  int64_t budget;              /* the most evaluations the run may cost, restarts included: `steps`
                                  becomes as large as that allows; default 0, no budget; at most
                                  1000000; not with SIGMAS */
  int32_t inpaint;             /* 1: keep the known part given by rs_sampler_inpaint */
  int32_t reserved;            /* 0 */
  double shift;                /* mu of FLOW's times in the grids that are even in t:
                                  mu t / (1 + (mu - 1) t) (SD3: 3), 0.001 to 1000; default 1 */
  int32_t spacing;             /* of the TIME grid, RS_SPACING_...; default LINSPACE */
  int32_t snap;                /* 1: every level, of restarts too, moves to the nearest entry of the
                                  model's table (DISCRETE, IDDPM; otherwise RS_ERR_GRID), nearest
                                  in its interpolated index; levels that meet become one */
} rs_schedule_options;
#define rs_schedule_options_init(options) \
  rs_schedule_options_init_sized((options), sizeof *(options))
RS_API void rs_schedule_options_init_sized(rs_schedule_options *options, size_t size);

/* Compiles the options into a plan and takes all memory that the run needs. NULL options: all
 * defaults. May be called again; on failure the earlier plan stays, with its run.
 * RS_ERR_OPTION, RS_ERR_VERSION, RS_ERR_MEMORY, RS_ERR_GRID, RS_ERR_SEGMENT_..., RS_ERR_BUDGET,
 * RS_ERR_STATE. */
RS_API rs_status rs_schedule(rs_sampler *sampler, const rs_schedule_options *options);

/* One row of a list of the library. */
typedef struct rs_entry {
  size_t size;          /* sizeof(rs_entry) */
  int32_t id;           /* RS_SOLVER_... or RS_GRID_... */
  int32_t order;        /* a solver's highest order of accuracy; 0 for a grid */
  int32_t stochastic;   /* 1: a solver that draws noise in its steps */
  int32_t reserved;     /* 0 */
  const char *name;     /* "heun"; static storage */
  const char *summary;  /* a few words; static storage */
} rs_entry;
#define rs_entry_init(entry) rs_entry_init_sized((entry), sizeof *(entry))
RS_API void rs_entry_init_sized(rs_entry *entry, size_t size);

/* Solver number index of the list, from 0. entry must be initialised.
 * RS_ERR_ARGUMENT, RS_ERR_VERSION, RS_ERR_NAME past the last. */
RS_API rs_status rs_solver_at(size_t index, rs_entry *entry);

/* The solver of that name, in lower case, as rs_solver_at says it or as other programs do: "ddim",
 * "euler_a", "ddpm", "dpm2", "dpm2_a" and so on (docs/solvers.md). "-" and blanks count as
 * "_", "+" as "p". RS_ERR_ARGUMENT, RS_ERR_NAME. */
RS_API rs_status rs_solver_named(const char *name, int32_t *solver);

/* The same for grids. */
RS_API rs_status rs_grid_at(size_t index, rs_entry *entry);
RS_API rs_status rs_grid_named(const char *name, int32_t *grid);

/* Fills the grid, solver, segment and noise fields of options with a published setting; the other
 * fields are set to their defaults. The name "a1111" reads options->steps, the budget of that
 * rule (default 20, at most 150). docs/presets.md lists what each name is.
 * RS_ERR_NAME, RS_ERR_OPTION (budget), RS_ERR_VERSION. */
RS_API rs_status rs_preset(const char *name, rs_schedule_options *options);

/* The name of preset number index, from 0; NULL past the last. Static storage. */
RS_API const char *rs_preset_name(size_t index);

/* Where reading a text failed. */
typedef struct rs_text_error {
  size_t position;    /* bytes from the beginning of the text */
  char message[120];  /* one sentence */
} rs_text_error;

/* Reads segments from "[n,K,t_min,t_max], [n,K,t_min,t_max]" (commas between them optional, "" is
 * none) or from the JSON of the paper's program, {"0": [n,K,t_min,t_max], "1": [...]}. Reads the
 * form and the counts; rs_schedule judges the levels. *count is the number found, also when it is
 * over capacity. error may be NULL. The locale does not matter.
 * RS_ERR_ARGUMENT, RS_ERR_SYNTAX, RS_ERR_SEGMENT_COUNTS, RS_ERR_CAPACITY. */
RS_API rs_status rs_segments_parse(const char *text, rs_segment *segments, size_t capacity,
                                   size_t *count, rs_text_error *error);

/* Writes segments as text in the given form (RS_TEXT_...); reading it again gives the same bits.
 * *length is the length without the ending zero, also when it does not fit; buffer may be NULL
 * with capacity 0 to ask for it, and length may be NULL where buffer is not. What could not be read
 * again is refused. RS_ERR_ARGUMENT, RS_ERR_SEGMENT_COUNTS, RS_ERR_OPTION (a level),
 * RS_ERR_CAPACITY. */
RS_API rs_status rs_segments_format(const rs_segment *segments, size_t count, int32_t form,
                                    char *buffer, size_t capacity, size_t *length);

/* A schedule as text, a line for each field that is not 0: the field's name, a blank, its value.
 * Grids, solvers and the other enumerations are words ("karras", "heun", "sigma_min", "snap",
 * "picture", "trailing"); every segment has a line "segment [n,K,t_min,t_max]", and every level of
 * RS_GRID_SIGMAS a line "sigma X". Infinity, where a field's range has it, is "inf". Reading it
 * again gives the same bits. *length and buffer as in rs_segments_format.
 * RS_ERR_ARGUMENT, RS_ERR_VERSION, RS_ERR_OPTION (a field out of its range), RS_ERR_CAPACITY. */
RS_API rs_status rs_schedule_format(const rs_schedule_options *options, char *buffer,
                                    size_t capacity, size_t *length);

/* Where rs_schedule_parse puts lists. The arrays are the caller's; the options point into them. */
typedef struct rs_schedule_room {
  size_t size;              /* sizeof(rs_schedule_room) */
  rs_segment *segments;     /* may be NULL with capacity 0 */
  size_t segment_capacity;  /* as many as the text has lines "segment" are enough */
  double *sigmas;           /* may be NULL with capacity 0 */
  size_t sigma_capacity;    /* as many as the text has lines "sigma" are enough */
} rs_schedule_room;
#define rs_schedule_room_init(room) rs_schedule_room_init_sized((room), sizeof *(room))
RS_API void rs_schedule_room_init_sized(rs_schedule_room *room, size_t size);

/* Reads what rs_schedule_format writes, and what people do: empty lines, and "#" up to the end of
 * a line, mean nothing. Each field is checked by itself; rs_schedule judges the whole. Fields that
 * the text does not name get their defaults. options must be initialised, and is not touched on
 * failure; error may be NULL, and so may room: a text with a list then is RS_ERR_CAPACITY. The
 * locale does not matter.
 * RS_ERR_ARGUMENT, RS_ERR_VERSION, RS_ERR_SYNTAX, RS_ERR_NAME (a field or a word), RS_ERR_OPTION (a
 * field out of its range), RS_ERR_SEGMENT_COUNTS, RS_ERR_CAPACITY. */
RS_API rs_status rs_schedule_parse(const char *text, const rs_schedule_room *room,
                                   rs_schedule_options *options, rs_text_error *error);

/* ---- the plan --------------------------------------------------------------------------------*/

/* Steps in the plan; 0 before rs_schedule. */
RS_API size_t rs_plan_count(const rs_sampler *sampler);

/* Evaluations of a whole run, exactly; 0 before rs_schedule. */
RS_API int64_t rs_plan_nfe(const rs_sampler *sampler);

/* Step number index, from 0. info must be initialised. RS_ERR_ARGUMENT (also past the last, and so
 * before rs_schedule), RS_ERR_VERSION. */
RS_API rs_status rs_plan_step(const rs_sampler *sampler, size_t index, rs_step_info *info);

/* A segment as asked for and as it will be executed. */
typedef struct rs_segment_info {
  size_t size;          /* sizeof(rs_segment_info) */
  rs_segment asked;     /* as given to rs_schedule */
  rs_segment executed;  /* t_min and t_max as they will be used */
  int32_t node;         /* index of its node in the main grid, as executed; -1 if dropped */
  int32_t dropped;      /* 1: it reaches above the level where the run begins and is not run */
  int64_t nfe;          /* evaluations of all its iterations; if dropped, what that spares */
  double ratio;         /* coarseness: t_max/t_min per step, geometric mean */
  double main_ratio;    /* the same of the main grid over the interval [t_min, t_max] */
} rs_segment_info;
#define rs_segment_info_init(info) rs_segment_info_init_sized((info), sizeof *(info))
RS_API void rs_segment_info_init_sized(rs_segment_info *info, size_t size);

/* Segment number index of the list given to rs_schedule, from 0. info must be initialised.
 * RS_ERR_ARGUMENT (also past the last), RS_ERR_VERSION. */
RS_API rs_status rs_plan_segment(const rs_sampler *sampler, size_t index, rs_segment_info *info);

/* The plan as a table for people. Length and buffer as in rs_segments_format.
 * RS_ERR_STATE, RS_ERR_CAPACITY. */
RS_API rs_status rs_plan_text(const rs_sampler *sampler, char *buffer, size_t capacity,
                              size_t *length);

/* ---- running ---------------------------------------------------------------------------------*/

/* Start, then step to the end: x (batch x elements) becomes the samples. seeds has one number a
 * sample; NULL: sample b has seed b. RS_OK, RS_STOPPED (rs_restart_step, called until it no longer
 * says RS_MORE, finishes the run; one that the noise of its start stopped has to begin anew),
 * RS_ERR_STATE, RS_ERR_CALLBACK, RS_ERR_NONFINITE. */
RS_API rs_status rs_sample(rs_sampler *sampler, float *x, const uint64_t *seeds);
RS_API rs_status rs_sample_f64(rs_sampler *sampler, double *x, const uint64_t *seeds);

/* Begins a run on x, which stays the caller's and must stay in place until the run ends. Copies the
 * seeds. The _f64 forms serve samplers of dtype RS_FLOAT64, the others RS_FLOAT32.
 * RS_ERR_STATE (no plan, or the wrong dtype), RS_ERR_CALLBACK (noise), RS_STOPPED (noise),
 * RS_ERR_NONFINITE (the picture, the kept state, or what inpainting was given). */
RS_API rs_status rs_sampler_start(rs_sampler *sampler, float *x, const uint64_t *seeds);
RS_API rs_status rs_sampler_start_f64(rs_sampler *sampler, double *x, const uint64_t *seeds);

/* Plays one step of the plan; a jump goes with the step after it. RS_MORE while there is more,
 * RS_OK at the end of the plan (and again whenever called after it), or as rs_sample. */
RS_API rs_status rs_restart_step(rs_sampler *sampler);

/* Inpainting, for schedules with `inpaint`: where mask is 1 the state is held to `known` (a clean
 * picture), noised to the level of each step and jump; where it is 0 it is free; between, mixed.
 * Both are batch x elements and stay the caller's, in place until the run ends. Before
 * rs_sampler_start or rs_sampler_load, which refuse what is not finite. Both NULL: none; not while
 * a run needs them. RS_ERR_ARGUMENT, RS_ERR_STATE. */
RS_API rs_status rs_sampler_inpaint(rs_sampler *sampler, const float *known, const float *mask);
RS_API rs_status rs_sampler_inpaint_f64(rs_sampler *sampler, const double *known,
                                        const double *mask);

/* The pull form. The evaluation is valid until rs_sampler_tell. */
typedef struct rs_request {
  size_t size;          /* sizeof(rs_request) */
  const rs_eval *eval;  /* what to evaluate: fill eval->output from eval->input */
} rs_request;
#define rs_request_init(request) rs_request_init_sized((request), sizeof *(request))
RS_API void rs_request_init_sized(rs_request *request, size_t size);

/* Which evaluation is wanted next. RS_MORE: request->eval is set; asking again gives the same.
 * RS_OK: the run is over. RS_STOPPED, RS_ERR_STATE, RS_ERR_VERSION, RS_ERR_CALLBACK (noise or
 * progress), RS_ERR_NONFINITE (the host's noise). */
RS_API rs_status rs_sampler_ask(rs_sampler *sampler, rs_request *request);

/* The output is there. Plays on to the next evaluation. RS_MORE: ask again. RS_OK: the run is over
 * and x holds the samples. RS_ERR_NONFINITE: the same evaluation will be asked for again.
 * RS_STOPPED, RS_ERR_STATE (nothing was asked for), RS_ERR_CALLBACK (noise or progress). */
RS_API rs_status rs_sampler_tell(rs_sampler *sampler);

/* Asks a run to stop. From any thread, at any time, also before a run; never lost: exactly one
 * call of the sampling functions answers RS_STOPPED (several requests before that answer count as
 * one). That one may come when the run is already complete; the next call then says RS_OK. */
RS_API void rs_sampler_stop(rs_sampler *sampler);

typedef struct rs_counters {
  size_t size;              /* sizeof(rs_counters) */
  int64_t nfe_done;         /* evaluations of this run that are finished */
  int64_t nfe_total;        /* evaluations of the whole run */
  int64_t steps_done;       /* steps of the plan that are finished */
  int64_t steps_total;      /* steps of the plan */
  int64_t calls;            /* of the network since rs_sampler_new, repeated ones included */
  int64_t memory;           /* bytes taken from the allocator and not yet given back */
  int32_t callback_status;  /* the last callback answer that was not 0 */
  int32_t reserved;         /* 0 */
} rs_counters;
#define rs_counters_init(counters) rs_counters_init_sized((counters), sizeof *(counters))
RS_API void rs_counters_init_sized(rs_counters *counters, size_t size);

/* How far the run is, and how far it has to go by the plan. counters must be initialised.
 * RS_ERR_ARGUMENT, RS_ERR_VERSION. */
RS_API rs_status rs_sampler_counters(const rs_sampler *sampler, rs_counters *counters);

/* ---- checkpoints -----------------------------------------------------------------------------*/

/* Writes a checkpoint of the run to buffer: at any evaluation, so between two calls, from within
 * the network callback, or between ask and tell. *length is the size in bytes, also when it does
 * not fit; buffer may be NULL with capacity 0 to ask for it, and otherwise length may be NULL. The
 * format is little-endian on every machine (docs/numerics.md). RS_ERR_STATE (no run),
 * RS_ERR_CAPACITY. */
RS_API rs_status rs_sampler_save(rs_sampler *sampler, void *buffer, size_t capacity,
                                 size_t *length);

/* Continues a saved run on x, in any process, with a sampler of the same model settings, batch,
 * elements and schedule: the result has the same bits as if the run had not been interrupted.
 * On failure nothing is changed. RS_ERR_CHECKPOINT, RS_ERR_MISMATCH, RS_ERR_STATE, RS_ERR_NONFINITE
 * (what inpainting was given). */
RS_API rs_status rs_sampler_load(rs_sampler *sampler, const void *buffer, size_t length, float *x);
RS_API rs_status rs_sampler_load_f64(rs_sampler *sampler, const void *buffer, size_t length,
                                     double *x);

/* ---- noise -----------------------------------------------------------------------------------*/

/* Which noise: everything that a draw depends on besides the element's number. */
typedef struct rs_noise_key {
  uint64_t seed;       /* of the sample */
  uint32_t purpose;    /* RS_NOISE_..., below 256 */
  uint32_t segment;    /* below 2^24: 0 in the main pass, 1 + the segment's index in a restart */
  uint32_t iteration;  /* of the restart, from 0; 0 in the main pass */
  uint32_t step;       /* in the main grid or in the restart's grid, from 0 */
} rs_noise_key;

/* The library's own noise: unit normals number first .. first + count - 1 of the stream of key.
 * Philox4x32-10 (Salmon et al. 2011) with the seed as its key and (element / 4, step, iteration,
 * purpose + 256 * segment) as its counter, turned into normals by Box-Muller with polynomials of
 * the library's own (docs/numerics.md): the same bits on every machine. RS_ERR_ARGUMENT. */
RS_API rs_status rs_normals(const rs_noise_key *key, uint64_t first, size_t count, float *output);

#ifdef __cplusplus
}
#endif

#endif

/* SPDX-License-Identifier: MIT
 *
 * librestart-torch: a TorchScript file as the network of librestart, over libtorch (1.13 and on).
 *
 *     rs_torch_options to;
 *     rs_torch_options_init(&to);
 *     to.path = "network.pt";                   -- what torch.jit.save wrote
 *     rs_torch *torch = NULL;
 *     if (rs_torch_new(&to, &torch) != RS_OK) ...
 *     rs_sampler_options so;
 *     rs_sampler_options_init(&so);
 *     rs_torch_model(torch, &so);               -- model and elements
 *     so.batch = 4;
 *
 * The method is called with the noisy input [samples, shape...], the time [samples], and then
 * whatever else its arguments are called (labels, tensors). It returns one tensor of the input's
 * shape. On the CPU the input is the sampler's own array, not a copy; the output is copied once,
 * or not at all if the method has an argument `out` and fills and returns that.
 *
 * What the file knows about itself stands in its extra file "restart.json", one flat object; every
 * key may be missing, a key that is not in this list is an error:
 *     "shape"           [3, 32, 32], of one sample
 *     "dtype"           "float32", "float64", "float16", "bfloat16": what the module computes in
 *     "time_dtype"      the same or "int64" (rounded)
 *     "method"          "forward"
 *     "process"         "ve", "vp", "discrete", "iddpm", "flow", "pfgmpp"
 *     "prediction"      "denoiser", "eps", "edm_raw", "v", "score", "flow"
 *     "time"            "sigma", "log_sigma", "t", "t_1000", "index", "index_real"
 *     "betas"           "linear", "scaled_linear", "cosine", "table"
 *     "beta_min", "beta_max", "sigma_data", "aux_dimensions"    numbers as in rs_model
 *     "table_count"     entries of the table, a whole number
 *     "alpha_bar"       [0.9999, ...], the table itself
 *     "guidance"        "none", "calls", "doubled"
 *     "guidance_weight", "guidance_rescale", "guidance_min", "guidance_max"    numbers
 *     "clip"            "none", "static", "dynamic"
 *     "clip_low", "clip_high", "clip_quantile"                  numbers
 *     "classes"         labels are 0 .. classes-1
 *     "label_for_none"  the label that stands for no label
 *
 * A TorchScript file is a program: load only files that you would run. Nothing is thrown across
 * this interface and nothing is printed. Conventions are those of restart.h; an rs_torch serves one
 * evaluation at a time, so make one for each sampler that runs in another thread.
 */
#ifndef RESTART_TORCH_H
#define RESTART_TORCH_H

#include <restart/restart.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Opaque. */
typedef struct rs_torch rs_torch;

/* Types of tensors.
 *   DEFAULT  as said at the field */
enum {
  RS_TORCH_DEFAULT = 0,
  RS_TORCH_FLOAT32 = 1,
  RS_TORCH_FLOAT64 = 2,
  RS_TORCH_FLOAT16 = 3,
  RS_TORCH_BFLOAT16 = 4,
  RS_TORCH_INT64 = 5,
  RS_TORCH_INT32 = 6,
  RS_TORCH_UINT8 = 7
};

/* Most dimensions of a sample or of an extra tensor's row. */
enum { RS_TORCH_DIMS_MAX = 8 };

/* One more tensor for the method, given by the name of its argument: [samples, dims...]. A floating
 * type is converted to that of the module, an integer type is not. */
typedef struct rs_torch_input {
  const char *name;            /* of the argument; required */
  const void *data;            /* count rows of dims numbers; required */
  const void *unconditional;   /* unconditional_count rows, for evaluations without the condition;
                                  NULL: guidance is refused */
  size_t count;                /* one row for each of the sampler's samples, or 1 for all; default
                                  1 */
  size_t unconditional_count;  /* the same; default 1 */
  int32_t dtype;               /* of both arrays, RS_TORCH_...; default FLOAT32 */
  int32_t dim_count;           /* at most RS_TORCH_DIMS_MAX; default 0: one number a row */
  int64_t dims[RS_TORCH_DIMS_MAX];  /* of one row, each at least 1; the rest 0 */
} rs_torch_input;

/* Everything is copied by rs_torch_new. What is said here wins over the file's metadata. */
typedef struct rs_torch_options {
  size_t size;                    /* set by rs_torch_options_init */
  const char *path;               /* of the TorchScript file; required */
  const char *device;             /* "cpu", "cuda:0", ...; default "cpu" */
  const char *method;             /* default the file's "method", else "forward" */
  int32_t dtype;                  /* floating RS_TORCH_...: the module is converted to it; default
                                     the file's "dtype", else that of its first floating parameter
                                     or buffer, else FLOAT32. States are converted at the border */
  int32_t time_dtype;             /* floating or INT64 (rounded); default the file's "time_dtype",
                                     else FLOAT64 for modules of that type, else FLOAT32 */
  int32_t threads;                /* libtorch's threads for one operation, of the whole process, and
                                     OpenBLAS's where libtorch uses it; default 0: as it is */
  int32_t shape_count;            /* dimensions of one sample, at most RS_TORCH_DIMS_MAX; default 0:
                                     the file's "shape" */
  const int64_t *shape;           /* shape_count numbers, each at least 1 */
  const int64_t *labels;          /* for the method's third argument; default NULL: the label for
                                     none, if that is known, for every sample */
  size_t label_count;             /* one for each of the sampler's samples, or 1 for all */
  const int64_t *label_for_none;  /* one number; NULL: the file's "label_for_none", else unknown */
  const rs_torch_input *inputs;   /* input_count extra tensors, none twice; default none */
  size_t input_count;
  size_t batch_limit;             /* most samples in one call of the method, larger evaluations are
                                     cut up; default 0: no limit */
  char *message;                  /* where rs_torch_new writes why it failed; may be NULL */
  size_t message_capacity;        /* bytes there */
} rs_torch_options;
#define rs_torch_options_init(options) \
  rs_torch_options_init_sized((options), sizeof *(options))
RS_API void rs_torch_options_init_sized(rs_torch_options *options, size_t size);

/* Loads the file and puts the module in evaluation mode. *torch is NULL on failure.
 * RS_ERR_ARGUMENT; RS_ERR_OPTION (also: an option and the file do not fit); RS_ERR_VERSION;
 * RS_ERR_MEMORY; RS_ERR_NAME (no such file, device, method or argument); RS_ERR_SYNTAX (not
 * TorchScript, damaged, or bad metadata). */
RS_API rs_status rs_torch_new(const rs_torch_options *options, rs_torch **torch);

/* Gives everything back. Accepts NULL. */
RS_API void rs_torch_free(rs_torch *torch);

/* rs_torch_free in the form of rs_model.destroy. */
RS_API void rs_torch_destroy(void *torch);

/* Sets model.fn, model.user and elements of sampler options, and from the file's metadata those
 * fields of the model that are still zero. The rs_torch stays the caller's and must outlive the
 * sampler; to hand it over, set model.destroy to rs_torch_destroy. RS_ERR_ARGUMENT,
 * RS_ERR_VERSION. */
RS_API rs_status rs_torch_model(rs_torch *torch, rs_sampler_options *options);

/* The shape of one sample, as the options or else the file say: writes at most capacity of its
 * dimensions and answers how many there are, 1 to RS_TORCH_DIMS_MAX; their product is the number of
 * elements. shape may be NULL: then nothing is written. torch may be NULL: 0. */
RS_API size_t rs_torch_shape(const rs_torch *torch, int64_t *shape, size_t capacity);

/* Other labels, or other extra tensors, for the evaluations that follow; copied. count 0: none. Not
 * during an evaluation. On failure the earlier ones stay.
 * RS_ERR_ARGUMENT, RS_ERR_OPTION, RS_ERR_NAME, RS_ERR_MEMORY. */
RS_API rs_status rs_torch_labels(rs_torch *torch, const int64_t *labels, size_t count);
RS_API rs_status rs_torch_inputs(rs_torch *torch, const rs_torch_input *inputs, size_t count);

/* The network callback; user is the rs_torch. Float32 and float64 states, every pass of guidance.
 * 0; RS_ERR_ARGUMENT: a pointer is NULL or the number of elements is another; RS_ERR_OPTION: labels
 * or tensors do not fit the batch, or are missing; RS_ERR_MEMORY; RS_ERR_CALLBACK: the module
 * threw, or returned something else than one floating tensor of the input's shape, or writes to its
 * input though its first evaluation did not. */
RS_API int32_t rs_torch_evaluate(const rs_eval *eval, void *user);

/* Features of samples for a tuner (rs_tune_options.features, this rs_torch its user): the
 * method is called with samples and, if it takes a time, 0, and answers one tensor [samples, ...]
 * of a floating type, each row of which is laid out as it is.
 *
 * rs_torch_feature_elements: numbers of one sample, found by calling the method with zeros; 0 on
 * failure. rs_torch_features: 0; RS_ERR_ARGUMENT: a pointer is NULL; RS_ERR_OPTION: the method
 * needs more than that; RS_ERR_MEMORY; RS_ERR_CALLBACK: the module threw, or returned something
 * else, or rows of another length than at first. */
RS_API size_t rs_torch_feature_elements(rs_torch *torch);
RS_API int32_t rs_torch_features(const float *samples, size_t count, float *features, void *user);

/* The sentence that explains the last failure, in English, one line; empty if there was none.
 * Never NULL; valid until the next call with this rs_torch. */
RS_API const char *rs_torch_message(const rs_torch *torch);

/* The version of libtorch that is running, e.g. "1.13.1". Static storage. */
RS_API const char *rs_torch_version(void);

#ifdef __cplusplus
}
#endif

#endif

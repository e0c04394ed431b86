// SPDX-License-Identifier: MIT
using System;

namespace RestartSampler {
  /// <summary>What a call of the library answers: 0 done, above 0 good news, below 0 failure.
  /// </summary>
  public enum Status {
    Ok = 0,
    More = 1,
    Stopped = 2,
    ErrArgument = -1,
    ErrOption = -2,
    ErrVersion = -3,
    ErrMemory = -4,
    ErrState = -5,
    ErrCallback = -6,
    ErrNonfinite = -7,
    ErrGrid = -8,
    ErrSegmentCounts = -9,
    ErrSegmentInverted = -10,
    ErrSegmentRange = -11,
    ErrSegmentCollision = -12,
    ErrSyntax = -13,
    ErrName = -14,
    ErrCapacity = -15,
    ErrCheckpoint = -16,
    ErrMismatch = -17,
    ErrBudget = -18
  }

  /// <summary>The number type of states. <see cref="Sampler"/> uses Float32.</summary>
  public enum Dtype { Float32 = 0, Float64 = 1 }

  /// <summary>How the network's noisy input was made: x_t = alpha x0 + sigma_t eps.</summary>
  public enum ProcessKind { Ve = 0, Vp = 1, Discrete = 2, Iddpm = 3, Flow = 4, Pfgmpp = 5 }

  /// <summary>What the network's output means.</summary>
  public enum Prediction { Denoiser = 0, Eps = 1, EdmRaw = 2, V = 3, Score = 4, Flow = 5 }

  /// <summary>What the network is conditioned on, <see cref="Evaluation.Time"/>.</summary>
  public enum TimeKind {
    Default = 0, Sigma = 1, LogSigma = 2, T = 3, T1000 = 4, Index = 5, IndexReal = 6
  }

  /// <summary>The table of the discrete process.</summary>
  public enum Betas { Linear = 0, ScaledLinear = 1, Cosine = 2, Table = 3 }

  /// <summary>Guidance without a classifier: none, in two calls, or in one of twice the batch.
  /// </summary>
  public enum Guidance { None = 0, Calls = 1, Doubled = 2 }

  /// <summary>Which part of guidance an evaluation is.</summary>
  public enum GuidancePass { Conditional = 0, Unconditional = 1, Both = 2 }

  /// <summary>Clipping of the denoised estimate.</summary>
  public enum Clip { None = 0, Static = 1, Dynamic = 2 }

  /// <summary>The noise levels of the main pass.</summary>
  public enum GridKind {
    Karras = 0, Sigmas = 1, Exponential = 2, Polyexponential = 3, Linear = 4, Time = 5,
    Quadratic = 6, Cosine = 7, Vp = 8, Ve = 9, Iddpm = 10, SgmUniform = 11, Beta = 12,
    AysSd15 = 13, AysSdxl = 14, AysSvd = 15
  }

  /// <summary>Times of the grid Time.</summary>
  public enum Spacing { Linspace = 0, Leading = 1, Trailing = 2 }

  /// <summary>Where a grid ends: at 0, or at sigma_min.</summary>
  public enum GridEnd { Zero = 0, SigmaMin = 1 }

  /// <summary>Solvers; <see cref="Library.Solvers"/> says what each is.</summary>
  public enum Solver {
    Default = 0, Euler = 1, Heun = 2, Dpm3 = 3, Dpm2 = 4, Dpmpp2s = 5, Dpmpp2m = 6, Dpmpp3m = 7,
    Unipc = 8, Deis = 9, Ipndm = 10, Lms = 11, Pndm = 12, EulerAncestral = 13,
    Dpm2Ancestral = 14, Dpmpp2sAncestral = 15, DpmppSde = 16, Dpmpp2mSde = 17, Dpmpp3mSde = 18,
    EulerMaruyamaVe = 19, EulerMaruyamaVp = 20, Sa = 21, ErSde = 22, Seeds2 = 23, Seeds3 = 24,
    EulerVe = 25, HeunVe = 26, EulerVp = 27, HeunVp = 28
  }

  /// <summary>How a segment's t_min meets the main grid.</summary>
  public enum Meet { Move = 0, Insert = 1, Snap = 2 }

  /// <summary>What a run begins with: noise; the caller's state at the first level; or a clean
  /// picture, to which noise is added.</summary>
  public enum StartKind { Noise = 0, Keep = 1, Picture = 2 }

  /// <summary>Kinds of step: down the main grid, up with fresh noise, down a restart's grid.
  /// </summary>
  public enum StepKind { Main = 0, Jump = 1, Restart = 2 }

  /// <summary>Where in its restart a step stands.</summary>
  [Flags]
  public enum StepFlags { RestartBegins = 1, IterationBegins = 2, RestartEnds = 4 }

  /// <summary>What a draw of noise is for.</summary>
  public enum NoisePurpose {
    Start = 0, Jump = 1, Churn = 2, Solver = 3, Solver2 = 4, Inpaint = 5, InpaintJump = 6,
    Solver3 = 7
  }

  /// <summary>Forms of segment text.</summary>
  public enum TextForm { List = 0, Json = 1 }

  /// <summary>Which neighbourhoods of its picture an exemplar compares: all, or a short list, many
  /// times faster for large pictures.</summary>
  public enum ExemplarSearch { Exact = 0, Shortlist = 1 }

  /// <summary>Types of tensors, of librestart-torch.</summary>
  public enum TorchType {
    Default = 0, Float32 = 1, Float64 = 2, Float16 = 3, Bfloat16 = 4, Int64 = 5, Int32 = 6,
    Uint8 = 7
  }
}

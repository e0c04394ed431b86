// SPDX-License-Identifier: MIT
using System;

namespace RestartSampler {
  /// <summary>The network. Fills the evaluation's output from its input. What it throws ends the
  /// call of the sampler and comes out of it; the run can then be continued.</summary>
  public delegate void Network(Evaluation evaluation);

  /// <summary>How a network was trained. A number that is not set, or set to 0, is the default that
  /// is written at it; null likewise.</summary>
  public sealed unsafe class Model {
    Native.rs_model raw;

    /// <summary>A plain denoiser of the VE process (EDM).</summary>
    public Model() {
    }

    /// <summary>What a native network says of itself; its function too.</summary>
    internal Model(Native.rs_model filled) {
      raw = filled;
    }

    /// <summary>Makes a sampler of this model, whose function is the options', or its own if that
    /// is native.</summary>
    internal Status Create(Native.rs_sampler_options* options, bool native, IntPtr* sampler) {
      IntPtr fn = options->model.fn, user = options->model.user;
      options->model = raw;
      if (!native) {
        options->model.fn = fn;
        options->model.user = user;
      }
      fixed (double* table = AlphaBar) {
        if (AlphaBar != null) {
          options->model.betas = (int)Betas.Table;
          options->model.alpha_bar = table;
          options->model.table_count = Library.Size(AlphaBar.Length);
        }
        return Native.rs_sampler_new(options, sampler);
      }
    }

    /// <summary>What the network's output means; default Denoiser.</summary>
    public Prediction Prediction {
      get => (Prediction)raw.prediction;
      set => raw.prediction = (int)value;
    }
    /// <summary>The forward process; default VE.</summary>
    public ProcessKind Process { get => (ProcessKind)raw.process; set => raw.process = (int)value; }
    /// <summary>What the network is conditioned on; default by process and prediction.</summary>
    public TimeKind Time { get => (TimeKind)raw.time; set => raw.time = (int)value; }
    /// <summary>The table of the discrete process; default Linear.</summary>
    public Betas Betas { get => (Betas)raw.betas; set => raw.betas = (int)value; }
    /// <summary>VP: default 0.1; discrete: default by Betas.</summary>
    public double BetaMin { get => raw.beta_min; set => raw.beta_min = value; }
    /// <summary>VP: default 20; discrete: default by Betas.</summary>
    public double BetaMax { get => raw.beta_max; set => raw.beta_max = value; }
    /// <summary>The table itself, in [0, 1), decreasing; implies Betas.Table.</summary>
    public double[] AlphaBar { get; set; }
    /// <summary>Entries of the table, discrete and iDDPM; default 1000.</summary>
    public int TableCount {
      get => (int)raw.table_count;
      set => raw.table_count = Library.Size(value);
    }
    /// <summary>EdmRaw: standard deviation of the data; default 0.5.</summary>
    public double SigmaData { get => raw.sigma_data; set => raw.sigma_data = value; }
    /// <summary>PFGM++: D; default 2048.</summary>
    public double AuxDimensions { get => raw.aux_dimensions; set => raw.aux_dimensions = value; }
    /// <summary>Guidance without a classifier; default None.</summary>
    public Guidance Guidance { get => (Guidance)raw.guidance; set => raw.guidance = (int)value; }
    /// <summary>w; default, null, 1: the conditional network.</summary>
    public double? GuidanceWeight {
      get => Zero.Get(raw.guidance_weight);
      set => raw.guidance_weight = Zero.Set(value);
    }
    /// <summary>phi of Lin et al. 2023, 0 to 1; default 0.</summary>
    public double GuidanceRescale {
      get => raw.guidance_rescale;
      set => raw.guidance_rescale = value;
    }
    /// <summary>Guidance only from this sigma; default 0.</summary>
    public double GuidanceMin { get => raw.guidance_min; set => raw.guidance_min = value; }
    /// <summary>Guidance only to this sigma; default infinity.</summary>
    public double GuidanceMax { get => raw.guidance_max; set => raw.guidance_max = value; }
    /// <summary>Clipping of the denoised estimate; default None.</summary>
    public Clip Clip { get => (Clip)raw.clip; set => raw.clip = (int)value; }
    /// <summary>With ClipHigh: both 0 are -1 and 1.</summary>
    public double ClipLow { get => raw.clip_low; set => raw.clip_low = value; }
    /// <summary>With ClipLow: both 0 are -1 and 1.</summary>
    public double ClipHigh { get => raw.clip_high; set => raw.clip_high = value; }
    /// <summary>Dynamic clipping; default 0.995.</summary>
    public double ClipQuantile { get => raw.clip_quantile; set => raw.clip_quantile = value; }
  }
}

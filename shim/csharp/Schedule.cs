// SPDX-License-Identifier: MIT
using System;

namespace RestartSampler {
  /// <summary>How a network is sampled. A number that is not set, or set to 0, is the default that
  /// is written at it; null likewise. Noise levels, sigma, are standard deviations of the noise in
  /// units of the data.</summary>
  public sealed unsafe class Schedule {
    Native.rs_schedule_options raw;

    /// <summary>The defaults: 18 steps of Heun's method, no restarts.</summary>
    public Schedule() {
    }

    /// <summary>What the library filled in; its lists are copied.</summary>
    internal Schedule(Native.rs_schedule_options filled) {
      raw = filled;
      if ((ulong)raw.segment_count > 0)
        Segments = new Segment[(int)raw.segment_count];
      for (int i = 0; i < (Segments?.Length ?? 0); i++)
        Segments[i] = new Segment(raw.segments[i]);
      if ((ulong)raw.sigma_count > 0)
        Sigmas = new double[(int)raw.sigma_count];
      for (int i = 0; i < (Sigmas?.Length ?? 0); i++)
        Sigmas[i] = raw.sigmas[i];
    }

    /// <summary>A published setting of <see cref="Library.Presets"/>.</summary>
    /// <param name="name">such as "cifar10-vp-43"</param>
    /// <param name="budget">evaluations, for the preset "a1111"; default 20</param>
    /// <exception cref="RestartException">ErrName, ErrOption</exception>
    public static Schedule Preset(string name, int budget = 0) {
      if (name == null)
        throw new ArgumentNullException(nameof(name));
      Native.rs_schedule_options filled = Empty();
      filled.steps = budget;
      fixed (byte* text = Library.Bytes(name))
        Library.Require(Native.rs_preset(text, &filled), "preset", name);
      return new Schedule(filled);
    }

    /// <summary>Reads what ToString writes, and what people do: a line for each field, such as
    /// "steps 12" or "segment [3,2,.06,.3]"; fields that are not named get their defaults.
    /// </summary>
    /// <exception cref="RestartException">ErrSyntax, ErrName, ErrOption, ErrSegmentCounts, with the
    /// position</exception>
    public static Schedule Parse(string text) {
      if (text == null)
        throw new ArgumentNullException(nameof(text));
      var list = new Segment[text.Split('[').Length];
      var levels = new double[text.Split('\n').Length];
      Native.rs_schedule_options filled = Empty();
      var why = default(Native.rs_text_error);
      fixed (Segment* segments = list)
      fixed (double* sigmas = levels)
      fixed (byte* bytes = Library.Bytes(text)) {
        var room = new Native.rs_schedule_room {
          size = (UIntPtr)sizeof(Native.rs_schedule_room),
          segments = (Native.rs_segment*)segments, segment_capacity = Library.Size(list.Length),
          sigmas = sigmas, sigma_capacity = Library.Size(levels.Length)
        };
        Library.Require(Native.rs_schedule_parse(bytes, &room, &filled, &why), why);
        return new Schedule(filled);
      }
    }

    /// <summary>A line for each field that is not at its default; Parse gives the same bits.
    /// </summary>
    /// <exception cref="RestartException">ErrOption: a field out of its range</exception>
    public override string ToString() => Library.Written((buffer, capacity, length) =>
      With(o => Native.rs_schedule_format(o, buffer, capacity, length)));

    internal static Native.rs_schedule_options Empty() =>
      new Native.rs_schedule_options { size = (UIntPtr)sizeof(Native.rs_schedule_options) };

    delegate Status Using(Native.rs_schedule_options* options);

    /// <summary>Compiles it.</summary>
    internal Status Compile(IntPtr sampler) => With(o => Native.rs_schedule(sampler, o));

    Status With(Using use) {
      Native.rs_schedule_options given = raw;
      given.size = (UIntPtr)sizeof(Native.rs_schedule_options);
      if (Sigmas != null && Grid == GridKind.Karras)
        given.grid = (int)GridKind.Sigmas;
      fixed (double* sigmas = Sigmas)
      fixed (Segment* segments = Segments) {
        given.sigmas = sigmas;
        given.sigma_count = Library.Size(Sigmas?.Length ?? 0);
        given.segments = (Native.rs_segment*)segments;
        given.segment_count = Library.Size(Segments?.Length ?? 0);
        return use(&given);
      }
    }

    /// <summary>The restarts, in any order; default none, the plain ODE. From text:
    /// <see cref="Segment.Parse"/>.</summary>
    public Segment[] Segments { get; set; }
    /// <summary>The caller's own levels, strictly decreasing, at least 2; it may end in 0. Implies
    /// the grid Sigmas.</summary>
    public double[] Sigmas { get; set; }
    /// <summary>The main grid; default Karras.</summary>
    public GridKind Grid { get => (GridKind)raw.grid; set => raw.grid = (int)value; }
    /// <summary>Where it ends; default Zero.</summary>
    public GridEnd End { get => (GridEnd)raw.end; set => raw.end = (int)value; }
    /// <summary>N of the grid; default 18.</summary>
    public int Steps { get => raw.steps; set => raw.steps = value; }
    /// <summary>Of the main pass; default Heun.</summary>
    public Solver Solver { get => (Solver)raw.solver; set => raw.solver = (int)value; }
    /// <summary>Inside restarts; default that of the main pass.</summary>
    public Solver RestartSolver {
      get => (Solver)raw.restart_solver;
      set => raw.restart_solver = (int)value;
    }
    /// <summary>Where the solver has several; default its highest.</summary>
    public int SolverOrder { get => raw.solver_order; set => raw.solver_order = value; }
    /// <summary>How t_min meets the main grid; default Move.</summary>
    public Meet Meet { get => (Meet)raw.meet; set => raw.meet = (int)value; }
    /// <summary>The last level above 0; default by grid and process, VE 0.002.</summary>
    public double SigmaMin { get => raw.sigma_min; set => raw.sigma_min = value; }
    /// <summary>The first level; default by grid and process, VE 80.</summary>
    public double SigmaMax { get => raw.sigma_max; set => raw.sigma_max = value; }
    /// <summary>Of the Karras grid and of every restart's; default 7. Of Polyexponential; 1.
    /// </summary>
    public double Rho { get => raw.rho; set => raw.rho = value; }
    /// <summary>Factor on the noise of jumps and of churn; default, null, 1.</summary>
    public double? SNoise { get => Zero.Get(raw.s_noise); set => raw.s_noise = Zero.Set(value); }
    /// <summary>EDM stochasticity in the main pass; default 0, none.</summary>
    public double SChurn { get => raw.s_churn; set => raw.s_churn = value; }
    /// <summary>Churn only from this sigma; default 0.</summary>
    public double SMin { get => raw.s_min; set => raw.s_min = value; }
    /// <summary>Churn only to this sigma; default infinity.</summary>
    public double SMax { get => raw.s_max; set => raw.s_max = value; }
    /// <summary>Gamma of churn inside restarts; default 0, none.</summary>
    public double RestartGamma { get => raw.restart_gamma; set => raw.restart_gamma = value; }
    /// <summary>Stochasticity of solvers that have any; default, null, 1.</summary>
    public double? Eta { get => Zero.Get(raw.eta); set => raw.eta = Zero.Set(value); }
    /// <summary>What a run begins with; default Noise.</summary>
    public StartKind Start { get => (StartKind)raw.start; set => raw.start = (int)value; }
    /// <summary>Start Picture: share of the steps that is run, to 1; default 0.5.</summary>
    public double Strength { get => raw.strength; set => raw.strength = value; }
    /// <summary>The most evaluations the run may cost, restarts included: Steps becomes as large as
    /// that allows; default 0, no budget.</summary>
    public long Budget { get => raw.budget; set => raw.budget = value; }
    /// <summary>Keep the known part given by <see cref="Sampler.Inpaint"/>.</summary>
    public bool Inpaint { get => raw.inpaint != 0; set => raw.inpaint = value ? 1 : 0; }
    /// <summary>mu of the flow process's times in grids that are even in t; default 1.</summary>
    public double Shift { get => raw.shift; set => raw.shift = value; }
    /// <summary>Of the grid Time; default Linspace.</summary>
    public Spacing Spacing { get => (Spacing)raw.spacing; set => raw.spacing = (int)value; }
    /// <summary>Every level moves to the nearest entry of the model's table.</summary>
    public bool Snap { get => raw.snap != 0; set => raw.snap = value ? 1 : 0; }
  }

  /// <summary>Numbers of which 0 is a value, though the library reads 0 as the default.</summary>
  static class Zero {
    /// <summary>Rounds away in any state.</summary>
    const double Tiny = 1e-30;

    internal static double Set(double? value) => value == 0 ? Tiny : value ?? 0;

    internal static double? Get(double raw) =>
      raw == 0 ? (double?)null : raw == Tiny ? 0 : raw;
  }
}

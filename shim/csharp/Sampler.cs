// SPDX-License-Identifier: MIT
using System;
using System.Collections.Generic;
using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;

namespace RestartSampler {
  /// <summary>Called after each step of the plan, jumps too, in the thread that plays the run.
  /// <see cref="Sampler.CopyDenoised"/> gives a preview. What it throws ends the call of the
  /// sampler and comes out of it.</summary>
  public delegate void Progress(Sampler sampler, StepInfo step);

  /// <summary>Draws samples from a network by a plan. A state is Batch x Elements floats, sample
  /// after sample. The same seeds and network outputs give the same bits, here and in C, whatever
  /// the batch, in one go, step by step, pulled or continued. One thread at a time may use a
  /// sampler, <see cref="Stop"/> and <see cref="Dispose"/> aside; different samplers run side by
  /// side. Failures are <see cref="RestartException"/>.</summary>
  public sealed unsafe partial class Sampler : IDisposable {
    readonly SamplerHandle handle;
    readonly Evaluation evaluation;
    readonly Network network;
    readonly NativeNetwork native;
    readonly Progress progress;
    ExceptionDispatchInfo thrown;
    StepInfo played;
    float* denoised;
    bool watching, seen;
    StartKind start;

    /// <summary>Samples drawn together.</summary>
    public int Batch { get; }
    /// <summary>Numbers a sample.</summary>
    public int Elements { get; }
    /// <summary>The steps of a run.</summary>
    public Plan Plan { get; private set; }

    /// <summary>A sampler of a delegate.</summary>
    /// <param name="network">null: pull form only</param>
    /// <param name="elements">numbers a sample, at least 1</param>
    /// <param name="batch">samples drawn together, at least 1</param>
    /// <param name="model">how the network was trained; default a plain denoiser</param>
    /// <param name="schedule">how it is sampled; default the library's</param>
    /// <param name="progress">called after each step</param>
    /// <exception cref="RestartException">ErrOption, ErrMemory, ErrGrid, ErrSegment..., ErrBudget
    /// </exception>
    public Sampler(Network network, int elements, int batch = 1, Model model = null,
        Schedule schedule = null, Progress progress = null)
      : this(network, null, elements, batch, model ?? new Model(), schedule, progress, 1) {
    }

    /// <summary>A sampler of a native network, which may be disposed of before it.</summary>
    /// <param name="network">an exemplar or a TorchScript file; its Model is taken as it is now
    /// </param>
    /// <param name="batch">samples drawn together, at least 1</param>
    /// <param name="schedule">default the network's own, else the library's</param>
    /// <param name="progress">called after each step</param>
    /// <param name="threads">for the exemplar's work; the result has the same bits</param>
    /// <exception cref="RestartException">as above</exception>
    public Sampler(NativeNetwork network, int batch = 1, Schedule schedule = null,
        Progress progress = null, int threads = 1)
      : this(null, network ?? throw new ArgumentNullException(nameof(network)), network.Elements,
          batch, network.Model, schedule ?? network.Schedule, progress, threads) {
    }

    Sampler(Network network, NativeNetwork native, int elements, int batch, Model model,
        Schedule schedule, Progress progress, int threads) {
      if (elements < 1 || batch < 1 || (long)elements * batch > int.MaxValue / sizeof(float))
        throw new ArgumentOutOfRangeException(nameof(elements), "elements " + elements +
          " x batch " + batch + " is not between 1 and 2^29");
      Library.Check();
      this.network = network;
      this.native = native;
      this.progress = progress;
      Elements = elements;
      Batch = batch;
      handle = new SamplerHandle(this, native?.Handle, elements * batch);
      evaluation = new Evaluation(handle);
      try {
        Create(model, threads);
        SetSchedule(schedule ?? new Schedule());
      } catch {
        handle.Dispose();
        throw;
      }
    }

    void Create(Model model, int threads) {
      const int Room = 300;
      byte* message = stackalloc byte[Room];
      message[0] = 0;
      var options = new Native.rs_sampler_options {
        size = (UIntPtr)sizeof(Native.rs_sampler_options),
        batch = Library.Size(Batch), elements = Library.Size(Elements),
        progress = Callbacks.Progress, progress_user = handle.Self,
        message = message, message_capacity = (UIntPtr)Room
      };
      if (network != null) {
        options.model.fn = Callbacks.Network;
        options.model.user = handle.Self;
      }
      if (threads > 1)
        options.executor = new Native.rs_executor { run = Callbacks.Run, user = (IntPtr)threads };
      IntPtr pointer;
      Status status = model.Create(&options, native != null, &pointer);
      if (status < 0)
        throw new RestartException(status, Library.Text(message));
      handle.Set(pointer);
    }

    /// <summary>Compiles another schedule; that ends the run. On failure the earlier plan stays,
    /// with its run.</summary>
    /// <exception cref="RestartException">ErrOption, ErrGrid, ErrSegment..., ErrBudget, ErrMemory
    /// </exception>
    public Plan SetSchedule(Schedule schedule) {
      if (schedule == null)
        throw new ArgumentNullException(nameof(schedule));
      using (Use use = new Use(handle)) {
        Good(use, schedule.Compile(use.Pointer));
        start = schedule.Start;
        Forget();
        return Plan = new Plan(use.Pointer, schedule.Segments?.Length ?? 0);
      }
    }

    // ---- a run ----

    /// <summary>A whole run, with the seeds seed, seed + 1, ... Returns the samples.</summary>
    /// <param name="seed">of the first sample</param>
    /// <param name="x">as for Start</param>
    /// <exception cref="StoppedException">as asked; Resume goes on</exception>
    /// <exception cref="RestartException">ErrNonfinite, with the step; ErrCallback; ErrState
    /// </exception>
    public float[] Sample(ulong seed = 0, float[] x = null) => Sample(Seeds(seed), x);

    /// <summary>A whole run. Returns the samples.</summary>
    /// <param name="seeds">one a sample; null: sample b has seed b</param>
    /// <param name="x">as for Start</param>
    public float[] Sample(ulong[] seeds, float[] x = null) {
      Start(seeds, x);
      return Resume();
    }

    /// <summary>Begins a run, with the seeds seed, seed + 1, ...</summary>
    public void Start(ulong seed, float[] x = null) => Start(Seeds(seed), x);

    /// <summary>Begins a run.</summary>
    /// <param name="seeds">one a sample; null: sample b has seed b</param>
    /// <param name="x">Batch x Elements, copied: the clean picture (schedule.Start Picture), or the
    /// state at the grid's first level (Keep)</param>
    /// <exception cref="ArgumentException">the wrong number of them</exception>
    public void Start(ulong[] seeds = null, float[] x = null) {
      if (seeds != null && seeds.Length != Batch)
        throw new ArgumentException(seeds.Length + " seeds for a batch of " + Batch);
      if ((x != null) != (start != StartKind.Noise))
        throw new ArgumentException(x == null ? "x is missing: the schedule starts with it"
          : "x is for schedules that start with it");
      using (Use use = new Use(handle)) {
        if (x != null && !handle.Nested)
          Fill(handle.State, x, nameof(x));
        fixed (ulong* numbers = seeds)
          Good(use, Native.rs_sampler_start(use.Pointer, handle.State, numbers));
        Forget();
      }
    }

    /// <summary>Plays the rest of the run, also after a stop or a failure: the evaluation that
    /// failed is repeated. Returns the samples.</summary>
    public float[] Resume() {
      while (Step()) {
      }
      return State;
    }

    /// <summary>Plays one step of the plan; a jump goes with the step after it. False when the run
    /// is over.</summary>
    public bool Step() {
      using (Use use = Play())
        return Good(use, Native.rs_restart_step(use.Pointer)) == Status.More;
    }

    /// <summary>Plays the rest of the run step by step, jumps too; leaving the loop pauses it.
    /// Between steps State and CopyDenoised show where it stands.</summary>
    public IEnumerable<StepInfo> Steps() {
      while (Advance())
        yield return played;
    }

    bool Advance() {
      using (Use use = Play()) {
        seen = false;
        watching = true;
        Status status = Native.rs_restart_step(use.Pointer);
        watching = false;
        if (!seen || thrown != null)
          Good(use, status);
        return seen;
      }
    }

    /// <summary>The pull form: which evaluation is wanted next, the same until Tell. Null when the
    /// run is over.</summary>
    public Evaluation Ask() {
      using (Use use = Play()) {
        var request = new Native.rs_request { size = (UIntPtr)sizeof(Native.rs_request) };
        if (Good(use, Native.rs_sampler_ask(use.Pointer, &request)) != Status.More)
          return null;
        evaluation.Begin(request.eval, false);
        return evaluation;
      }
    }

    /// <summary>The output is there. Plays on to the next evaluation.</summary>
    /// <exception cref="RestartException">ErrNonfinite: the same evaluation is wanted again;
    /// ErrState: none was asked for</exception>
    public void Tell() {
      using (Use use = Play()) {
        evaluation.Finish();
        evaluation.End();
        Good(use, Native.rs_sampler_tell(use.Pointer));
      }
    }

    /// <summary>The pull form as a loop over the rest of the run, for coroutines: fill each one's
    /// output, however long that takes.</summary>
    public IEnumerable<Evaluation> Evaluations() {
      for (Evaluation next = Ask(); next != null; next = Ask()) {
        yield return next;
        Tell();
      }
    }

    /// <summary>Asks the run to stop, from any thread. Never lost: one call throws
    /// StoppedException, and the run can go on. Nothing happens after Dispose.</summary>
    public void Stop() => handle.Stop();

    /// <summary>Stops the run and gives everything back, from any thread, also within a callback.
    /// A call that is running throws ObjectDisposedException when it has stopped, and then all is
    /// given back.</summary>
    public void Dispose() {
      handle.Stop();
      handle.Dispose();
    }

    // ---- inside ----

    /// <summary>A call that plays on; the last step's estimate goes.</summary>
    Use Play() {
      var use = new Use(handle);
      if (!handle.Nested)
        denoised = null;
      return use;
    }

    internal void Evaluate(Native.rs_eval* eval) {
      evaluation.Begin(eval, true);
      try {
        network(evaluation);
        evaluation.Finish();
      } finally {
        evaluation.End();
      }
    }

    /// <summary>After each step. False: stop here, so that the step is seen.</summary>
    internal bool Played(Native.rs_step_info* info) {
      played = new StepInfo(*info);
      denoised = info->denoised;
      progress?.Invoke(this, played);
      seen = true;
      if (!watching)
        denoised = null;
      return !watching;
    }

    internal void Keep(Exception error) => thrown = ExceptionDispatchInfo.Capture(error);

    /// <summary>Throws what a callback threw, or what the status is.</summary>
    Status Good(Use use, Status status) {
      if (thrown != null && !handle.Nested) {
        ExceptionDispatchInfo error = thrown;
        thrown = null;
        error.Throw();
      }
      if (status == Status.Stopped && handle.Disposed)
        handle.RequireOpen();
      if (status == Status.Stopped)
        throw new StoppedException(Library.Text(Native.rs_sampler_message(use.Pointer)));
      if (status < 0)
        throw new RestartException(status, Sentence(use, status));
      return status;
    }

    string Sentence(Use use, Status status) {
      string said = Library.Text(Native.rs_sampler_message(use.Pointer));
      string why = status == Status.ErrCallback ? native?.Why : null;
      return string.IsNullOrEmpty(why) ? said : said + ": " + why;
    }

    /// <summary>The memory of evaluations and estimates is no longer what it was.</summary>
    void Forget() {
      evaluation.End();
      denoised = null;
    }

    ulong[] Seeds(ulong seed) {
      var seeds = new ulong[Batch];
      for (int b = 0; b < Batch; b++)
        seeds[b] = unchecked(seed + (ulong)b);
      return seeds;
    }
  }
}

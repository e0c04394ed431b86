// SPDX-License-Identifier: MIT
using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Runtime.InteropServices;
using System.Threading;
using RestartSampler;
using static Test;

/// <summary>Plans, and the ways to play them.</summary>
static class RunTests {
  sealed class Broken : Exception {
  }

  static readonly float[] Straight = New(Points).Sample(7);

  public static void EveryWayGivesTheSame() {
    Check(Straight.All(x => Math.Abs(Math.Abs(x) - 1) < 1e-3), "not samples of the data");
    Sampler s = New(Points, 4, 2);
    float[] two = s.Sample(6);
    Check(Same(two.Skip(4).ToArray(), Straight), "in another batch");
    Check(Same(s.Sample(new ulong[] { 7, 7 }).Take(4).ToArray(), Straight), "seeds by number");

    s = New(Points);
    s.Start(7);
    int steps = 1;
    while (s.Step())
      steps++;
    Check(Same(s.State, Straight) && steps == 22, steps + " steps");
    s.Start(7);
    Check(s.Steps().Count() == 24 && Same(s.State, Straight), "Steps");

    s = New();
    s.Start(7);
    for (Evaluation e = s.Ask(); e != null; e = s.Ask()) {
      Check(s.Ask() == e, "asked again");
      Points(e);
      s.Tell();
    }
    Check(Same(s.State, Straight), "Ask and Tell");
    s.Start(7);
    foreach (Evaluation e in s.Evaluations())
      Points(e);
    Check(Same(s.State, Straight), "Evaluations");

    s = New(Points);
    s.Start(7);
    Points(s.Ask());
    s.Tell();
    s.Ask();
    Check(Same(s.Resume(), Straight), "pulled at first, then called");
  }

  public static unsafe void WithoutCopies() {
    Sampler s = New(e => {
      var x = (float*)e.InputAddress;
      var y = (float*)e.OutputAddress;
      for (int i = 0; i < e.Batch * e.Elements; i++)
        y[i] = (float)Math.Tanh(x[i] / (e.Sigma * e.Sigma));
    });
    Check(Same(s.Sample(7), Straight), "with addresses");
    s = New(e => {
      float[] x = null, y = null;
      var readers = new[] { new Thread(() => x = e.Input), new Thread(() => y = e.Output) };
      foreach (Thread t in readers)
        t.Start();
      foreach (Thread t in readers)
        t.Join();
      Points(e);
      Check(x == e.Input && y == e.Output, "arrays in other threads");
    });
    Check(Same(s.Sample(7), Straight), "with other threads");
  }

  public static void PlanBeforeTheRun() {
    Sampler s = New(Points);
    Check(s.Plan.ToString() == File.ReadAllText(Files.Plan), "not the golden plan");
    Check(s.Plan.Nfe == Evaluations && s.Plan.Count == 24 && s.Plan.Sum(x => x.Nfe) == 43, "NFE");
    StepInfo jump = s.Plan[14];
    Check(jump.Kind == StepKind.Jump && jump.Segment == 0 && jump.SigmaTo == 0.3, "the jump");
    Check(jump.Flags == (StepFlags.RestartBegins | StepFlags.IterationBegins), "its flags");
    SegmentInfo segment = s.Plan.Segments.Single();
    Check(segment.Asked.TMax == 0.3 && segment.Nfe == 8 && !segment.Dropped, "the segment");
    Check(segment.Executed.Points == 3 && segment.Node > 0, "as executed");
    Plan before = s.Plan;
    s.Start(7);
    var wrong = new Schedule { Steps = 5, Segments = Segment.Parse("[3,1,.1,1000]") };
    Refused(Status.ErrSegmentRange, "1000", () => s.SetSchedule(wrong), "a segment too high");
    Check(s.Plan == before && Same(s.Resume(), Straight), "a refused schedule did something");
    s.SetSchedule(new Schedule { Steps = 5 });
    Check(s.Plan.Nfe == 9, "another plan");
    Refused(Status.ErrState, "rs_sampler_start", () => s.Step(), "the run went on");
  }

  public static void StepsShowWhereTheyStand() {
    Sampler s = New(Points);
    s.Start(7);
    var x = new float[4];
    var indexes = new List<int>();
    foreach (StepInfo step in s.Steps()) {
      indexes.Add(step.Index);
      bool estimated = s.CopyDenoised(x);
      Check(estimated == (step.Kind != StepKind.Jump), "an estimate at step " + step.Index);
      Check(!estimated || x.All(v => Math.Abs(v) <= 1), "not an estimate");
      if (step.Index == 9)
        break;
    }
    Check(s.Counters.StepsDone == 10 && s.Counters.NfeDone == 20, "leaving the loop");
    indexes.AddRange(s.Steps().Select(step => step.Index));
    Check(indexes.SequenceEqual(Enumerable.Range(0, 24)), "going on");
    Check(Same(s.State, Straight) && !s.CopyDenoised(x), "at the end");
    var seen = new List<long>();
    s = New(Points, 4, 1, (sampler, step) => {
      seen.Add(step.NfeDone);
      Check(sampler.CopyDenoised(x) == (step.Kind != StepKind.Jump), "an estimate in progress");
    });
    Check(Same(s.Sample(7), Straight) && seen.Count == 24 && seen.Last() == 43, "progress");
    Check(!s.CopyDenoised(x), "an estimate after the run");
  }

  static Network FailsAt(int call, Func<Exception> failure) {
    int calls = 0;
    return e => {
      if (++calls == call)
        throw failure();
      Points(e);
    };
  }

  public static void ExceptionsComeOutAtEveryEvaluation() {
    for (int k = 1; k <= Evaluations; k++) {
      var error = new Broken();
      Sampler s = New(FailsAt(k, () => error));
      Check(Throws<Broken>(() => s.Sample(7), "evaluation " + k) == error, "not the same object");
      Check(error.StackTrace.Contains("FailsAt"), "where it was thrown: " + error.StackTrace);
      Check(s.Counters.NfeDone == k - 1, k + ": it stands at " + s.Counters.NfeDone);
      Check(Same(s.Resume(), Straight), "resumed after " + k);
      s = New(FailsAt(k, () => error));
      s.Start(7);
      Check(Throws<Broken>(() => s.Steps().Count(), "step by step") == error, "in Steps");
      Check(s.Steps().Count() > 0 && Same(s.State, Straight), "Steps after " + k);
    }
  }

  public static void ExceptionsOfProgressComeOut() {
    for (int k = 1; k <= 24; k++) {
      int calls = 0;
      var error = new Broken();
      Sampler s = New(Points, 4, 1, (sampler, step) => {
        if (++calls == k)
          throw error;
      });
      Check(Throws<Broken>(() => s.Sample(7), "step " + k) == error, "not the same object");
      Check(Same(s.Resume(), Straight) && calls == 24, "resumed after step " + k);
    }
  }

  public static void AbortedThreads() {
    float[] x = null;
    bool aborted = false;
    Sampler s = New(FailsAt(20, () => {
      Thread.CurrentThread.Abort();
      return null;
    }));
    var thread = new Thread(() => {
      try {
        s.Sample(7);
      } catch (ThreadAbortException) {
        aborted = true;
      }
      x = s.Resume();
    });
    thread.Start();
    thread.Join();
    Check(aborted && Same(x, Straight), "an abort within the network");
  }

  public static void StopIsNeverLost() {
    int calls = 0;
    Sampler s = null;
    s = New(e => {
      if (++calls == 10 || calls == 30) {
        var other = new Thread(s.Stop);
        other.Start();
        other.Join();
      }
      Points(e);
    });
    StoppedException error = Throws<StoppedException>(() => s.Sample(7), "the first stop");
    Check(error.Message.Length > 0 && s.Counters.NfeDone == 10, "where it stands");
    Throws<StoppedException>(() => s.Steps().Count(), "the second stop");
    Check(Same(s.Resume(), Straight), "resumed after two stops");
    s.Stop();
    s.Start(7);
    Throws<StoppedException>(() => s.Ask(), "before the run");
    Check(Same(s.Resume(), Straight), "stopped before the run");
  }

  public static void Checkpoints() {
    Sampler s = New();
    s.Start(7);
    for (int i = 0; i < 20; i++) {
      Points(s.Ask());
      s.Tell();
    }
    byte[] data = s.Save();
    Sampler other = New(Points);
    other.Load(data);
    Check(Same(other.Resume(), Straight), "saved between evaluations");
    byte[] within = null;
    Sampler saving = null;
    saving = New(e => {
      within = within ?? (saving.Counters.NfeDone == 17 ? saving.Save() : null);
      Points(e);
    });
    saving.Sample(7);
    other.Load(within);
    Check(other.Counters.NfeDone == 17 && Same(other.Resume(), Straight), "saved in the network");
    other.Load(data);
    Refused(Status.ErrCheckpoint, "", () => other.Load(new byte[] { 1, 2, 3 }), "three bytes");
    Check(Same(other.Resume(), Straight), "a refused checkpoint did something");
    Refused(Status.ErrMismatch, "", () => New(Points, 5).Load(data), "another shape");
    Refused(Status.ErrState, "", () => New(Points).Save(), "no run");
  }

  public static void BadInput() {
    var none = new Schedule { Steps = -3 };
    Refused(Status.ErrOption, "steps", () => new Sampler(Points, 4, 1, null, none), "steps");
    Refused(Status.ErrName, "\"none\"", () => Schedule.Preset("none"), "a preset");
    Refused(Status.ErrName, "solver", () => Library.SolverNamed("none"), "a solver");
    Refused(Status.ErrSyntax, "position", () => Segment.Parse("[3,2,.06"), "segments");
    Refused(Status.ErrOption, "prediction", () => new Sampler(Points, 4, 1,
      new Model { Prediction = (Prediction)99 }), "a prediction");
    Throws<ArgumentOutOfRangeException>(() => New(Points, 0), "no elements");
    Throws<ArgumentOutOfRangeException>(() => New(Points, int.MaxValue, 9), "too much");
    Throws<ArgumentOutOfRangeException>(() => new Model { TableCount = -1 }, "a count");
    Throws<ArgumentException>(() => New(Points).Sample(new ulong[2]), "two seeds for one");
    Throws<ArgumentException>(() => New(Points).Sample(1, new float[4]), "x without need");
    Throws<ArgumentException>(() => New(Points).CopyState(new float[3]), "a small array");
    Throws<ArgumentNullException>(() => New(Points).CopyDenoised(null), "no array");
    Throws<ArgumentNullException>(() => New(Points).SetSchedule(null), "no schedule");
    Throws<ArgumentNullException>(() => New(Points).Load(null), "no bytes");
    Throws<ArgumentNullException>(() => new Sampler(null), "no native network");
    Refused(Status.ErrState, "model.fn", () => New().Sample(), "no network");
    Refused(Status.ErrState, "rs_sampler_start", () => New().Ask(), "no run");
    Sampler pulled = New();
    pulled.Start(7);
    Refused(Status.ErrState, "", pulled.Tell, "nothing asked for");
    Evaluation e = pulled.Ask();
    Points(e);
    pulled.Tell();
    Throws<InvalidOperationException>(() => e.Input[0] = 1, "an evaluation that is over");
    Refused(Status.ErrState, "", pulled.Tell, "told twice");
    pulled.Ask().Output[3] = float.NaN;
    Refused(Status.ErrNonfinite, "step 0", pulled.Tell, "NaN");
    foreach (Evaluation again in pulled.Evaluations())
      Points(again);
    Check(Same(pulled.State, Straight), "resumed after NaN");
    Sampler nested = null;
    nested = New(_ => nested.Start(7));
    Refused(Status.ErrState, "within a callback", () => nested.Sample(7), "a start in a callback");
  }

  public static void StartsAndInpainting() {
    var half = new Schedule { Start = StartKind.Picture, Strength = 0.3, Steps = 12 };
    var ones = new float[] { 1, 1, 1, 1 };
    var s = new Sampler(Points, 4, 1, null, half);
    Check(s.Sample(7, ones).All(x => Math.Abs(x - 1) < 1e-3), "from a picture");
    Throws<ArgumentException>(() => s.Sample(7), "without its picture");
    Throws<ArgumentException>(() => s.Sample(7, new float[3]), "a picture of 3");
    Sampler nested = null;
    nested = new Sampler(e => {
      Refused(Status.ErrState, "", () => nested.Start(8, new float[4]), "a start in a callback");
      Points(e);
    }, 4, 1, null, half);
    Check(Same(nested.Sample(7, ones), s.Sample(7, ones)), "a refused start did something");
    s = new Sampler(Points, 4, 1, null, new Schedule { Inpaint = true });
    Refused(Status.ErrState, "inpaint", () => s.Sample(7), "no known part");
    s.Inpaint(new[] { 0.5f, 0.5f, 0, 0 }, new float[] { 1, 1, 0, 0 });
    float[] painted = s.Sample(7);
    Check(painted[0] == 0.5f && painted[1] == 0.5f && Math.Abs(painted[3]) > 0.9, "inpainting");
  }

  public static void ModelsAndSchedules() {
    var model = new Model {
      Process = ProcessKind.Discrete, Betas = Betas.ScaledLinear, Prediction = Prediction.Eps,
      Guidance = Guidance.Doubled, GuidanceWeight = 2
    };
    var batches = new HashSet<int>();
    var s = new Sampler(e => {
      batches.Add(e.Batch);
      Check(e.Pass == GuidancePass.Both && e.Time >= 0 && e.Time < 1000, "an evaluation");
      Check(e.Alpha > 0 && e.Stage < 2 && e.Step.Count > 0, "its numbers");
      for (int i = 0; i < e.Input.Length; i++)
        e.Output[i] = e.Input[i] * (float)Math.Sqrt(1 - e.Alpha * e.Alpha);
    }, 5, 2, model, new Schedule { Steps = 10, Eta = 1 });
    Check(s.Sample().All(x => !float.IsNaN(x)) && batches.Single() == 4, "the doubled batch");
    var own = new Schedule { Sigmas = new[] { 10, 3, 1, 0.3, 0 }, Solver = Solver.Euler };
    Check(new Sampler(Points, 4, 1, null, own).Plan.Nfe == 4, "levels of one's own");
    var table = new Model {
      Process = ProcessKind.Discrete, AlphaBar = new[] { 0.9, 0.5, 0.1 }, Time = TimeKind.Index
    };
    new Sampler(Points, 4, 1, table, new Schedule { Steps = 3 }).Sample();
    float[] ode = new Sampler(Points, 4, 1, null, new Schedule { Solver = Solver.Euler }).Sample();
    var still = new Schedule { Solver = Library.SolverNamed("euler_a"), Eta = 0 };
    Check(Same(new Sampler(Points, 4, 1, null, still).Sample(), ode), "eta 0");
    Check(still.Eta == 0 && still.SNoise == null, "0 and null");
  }

  public static void ListsAndTexts() {
    Check(Library.Presets.Contains(Preset) && Library.Version.Contains("."), "presets");
    Check(Library.Solvers.Any(e => e.Name == "heun" && e.Id == (int)Solver.Heun && e.Order == 2 &&
      !e.Stochastic && e.Summary.Length > 0), "solvers");
    Check(Library.Grids[0].Name == "karras" && Library.Solvers.Count == 28, "grids");
    Check(Library.GridNamed("karras") == GridKind.Karras, "a grid by name");
    Segment[] segments = Segment.Parse("[3,2,.06,.3] [4,1,1,2]");
    Check(segments.Length == 2 && segments[1].Points == 4 && segments[1].Iterations == 1 &&
      segments[1].TMin == 1 && segments[0].TMax == 0.3, "segments");
    foreach (TextForm form in new[] { TextForm.List, TextForm.Json })
      Check(Segment.Parse(Segment.Format(segments, form)).SequenceEqual(segments), "" + form);
    Check(Segment.Parse("").Length == 0 && segments[1].ToString() == "[4,1,1,2]", "texts");
    Check(Schedule.Preset("a1111", 40).Steps == 20, "a1111");
    var schedule = new Schedule { Steps = 12, Segments = segments, Solver = Solver.Euler, Eta = 0 };
    Schedule read = Schedule.Parse("# kept\n" + schedule);
    Check(read.Steps == 12 && read.Segments.SequenceEqual(segments) && read.Solver == Solver.Euler
      && read.Eta == 0 && read.ToString() == schedule.ToString(), "a schedule: " + read);
    schedule = new Schedule { Sigmas = new[] { 10, 1, 0.1 } };
    Check(Schedule.Parse(schedule.ToString()).Sigmas.SequenceEqual(schedule.Sigmas), "levels");
    Refused(Status.ErrName, "position 0", () => Schedule.Parse("stepps 3"), "a field");
    Refused(Status.ErrOption, "", () => new Schedule { Steps = -1 }.ToString(), "steps");
    Throws<ArgumentNullException>(() => Schedule.Parse(null), "no text");
  }

  public static void TwoThreadsSideBySide() {
    var x = new float[4][];
    Thread[] threads = Enumerable.Range(0, 4).Select(i => new Thread(() =>
      x[i] = New(Points).Sample((ulong)i))).ToArray();
    foreach (Thread t in threads)
      t.Start();
    foreach (Thread t in threads)
      t.Join();
    Check(Same(x.SelectMany(v => v).ToArray(), New(Points, 4, 4).Sample()), "four threads");
  }
}

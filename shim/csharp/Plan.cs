// SPDX-License-Identifier: MIT
using System;
using System.Collections;
using System.Collections.Generic;

namespace RestartSampler {
  /// <summary>One step of a plan.</summary>
  public readonly struct StepInfo {
    readonly Native.rs_step_info raw;

    internal StepInfo(Native.rs_step_info raw) {
      this.raw = raw;
    }

    /// <summary>Down the main grid, up with fresh noise, or down a restart's grid.</summary>
    public StepKind Kind => (StepKind)raw.kind;
    /// <summary>Where in its restart it stands.</summary>
    public StepFlags Flags => (StepFlags)raw.flags;
    /// <summary>Index of its segment in the schedule; -1 in the main pass.</summary>
    public int Segment => raw.segment;
    /// <summary>Of the restart, from 0; -1 in the main pass.</summary>
    public int Iteration => raw.iteration;
    /// <summary>In the main grid or in the restart's grid, from 0.</summary>
    public int Step => raw.step;
    /// <summary>Order of accuracy, as executed; 0 for a jump.</summary>
    public int Order => raw.order;
    /// <summary>In the plan, from 0.</summary>
    public int Index => raw.index;
    /// <summary>Steps in the plan.</summary>
    public int Count => raw.count;
    /// <summary>Evaluations of this step.</summary>
    public int Nfe => raw.nfe;
    /// <summary>Evaluations of the run when this step is finished; in an evaluation, so far.
    /// </summary>
    public long NfeDone => raw.nfe_done;
    /// <summary>Evaluations of the whole run.</summary>
    public long NfeTotal => raw.nfe_total;
    /// <summary>Noise level at the beginning.</summary>
    public double SigmaFrom => raw.sigma_from;
    /// <summary>The same after churn.</summary>
    public double SigmaHat => raw.sigma_hat;
    /// <summary>Noise level at the end.</summary>
    public double SigmaTo => raw.sigma_to;
  }

  /// <summary>A segment as asked for and as it will be executed.</summary>
  public readonly struct SegmentInfo {
    readonly Native.rs_segment_info raw;

    internal SegmentInfo(Native.rs_segment_info raw) {
      this.raw = raw;
    }

    /// <summary>As the schedule says it.</summary>
    public Segment Asked => new Segment(raw.asked);
    /// <summary>With TMin and TMax as they will be used.</summary>
    public Segment Executed => new Segment(raw.executed);
    /// <summary>Index of its node in the main grid; -1 if dropped.</summary>
    public int Node => raw.node;
    /// <summary>It reaches above the level where the run begins and is not run.</summary>
    public bool Dropped => raw.dropped != 0;
    /// <summary>Evaluations of all its iterations; if dropped, what that spares.</summary>
    public long Nfe => raw.nfe;
  }

  /// <summary>The steps of a run, known before it is made; ToString is a table for people.
  /// </summary>
  public sealed unsafe class Plan : IReadOnlyList<StepInfo> {
    readonly StepInfo[] steps;
    readonly string text;

    /// <summary>Evaluations of a whole run, exactly.</summary>
    public long Nfe { get; }
    /// <summary>The schedule's segments, in its order.</summary>
    public IReadOnlyList<SegmentInfo> Segments { get; }
    /// <summary>Steps in the plan.</summary>
    public int Count => steps.Length;
    /// <summary>Step number index, from 0.</summary>
    public StepInfo this[int index] => steps[index];

    internal Plan(IntPtr sampler, int segmentCount) {
      Nfe = Native.rs_plan_nfe(sampler);
      steps = new StepInfo[(int)Native.rs_plan_count(sampler)];
      var step = new Native.rs_step_info { size = (UIntPtr)sizeof(Native.rs_step_info) };
      for (int i = 0; i < steps.Length; i++) {
        Native.rs_plan_step(sampler, Library.Size(i), &step);
        steps[i] = new StepInfo(step);
      }
      var segments = new SegmentInfo[segmentCount];
      var info = new Native.rs_segment_info { size = (UIntPtr)sizeof(Native.rs_segment_info) };
      for (int i = 0; i < segmentCount; i++) {
        Native.rs_plan_segment(sampler, Library.Size(i), &info);
        segments[i] = new SegmentInfo(info);
      }
      Segments = segments;
      text = Library.Written((buffer, capacity, length) =>
        Native.rs_plan_text(sampler, buffer, capacity, length));
    }

    /// <summary>The steps in order.</summary>
    public IEnumerator<StepInfo> GetEnumerator() => ((IEnumerable<StepInfo>)steps).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>The plan as a table for people.</summary>
    public override string ToString() => text;
  }
}

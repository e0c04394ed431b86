// SPDX-License-Identifier: MIT
using System;
using System.Runtime.InteropServices;

namespace RestartSampler {
  /// <summary>How far a run is.</summary>
  public readonly struct Counters {
    readonly Native.rs_counters raw;

    internal Counters(Native.rs_counters raw) {
      this.raw = raw;
    }

    /// <summary>Evaluations of this run that are finished.</summary>
    public long NfeDone => raw.nfe_done;
    /// <summary>Evaluations of the whole run.</summary>
    public long NfeTotal => raw.nfe_total;
    /// <summary>Steps of the plan that are finished.</summary>
    public long StepsDone => raw.steps_done;
    /// <summary>Steps of the plan.</summary>
    public long StepsTotal => raw.steps_total;
    /// <summary>Calls of the network since the sampler was made.</summary>
    public long Calls => raw.calls;
    /// <summary>Bytes that the library holds, the state aside.</summary>
    public long Memory => raw.memory;
  }

  public sealed unsafe partial class Sampler {
    /// <summary>A copy of the state, x_t / alpha; at the end of a run the samples.</summary>
    public float[] State {
      get {
        var x = new float[handle.Length];
        CopyState(x);
        return x;
      }
    }

    /// <summary>Copies the state to x, Batch x Elements numbers.</summary>
    public void CopyState(float[] x) {
      RequireLength(x, nameof(x));
      using (new Use(handle))
        Marshal.Copy((IntPtr)handle.State, x, 0, x.Length);
    }

    /// <summary>Copies the network's latest estimate of the clean data to x, Batch x Elements
    /// numbers. In Progress and between Steps; false elsewhere and after a jump.</summary>
    public bool CopyDenoised(float[] x) {
      RequireLength(x, nameof(x));
      using (new Use(handle)) {
        if (denoised != null)
          Marshal.Copy((IntPtr)denoised, x, 0, x.Length);
        return denoised != null;
      }
    }

    /// <summary>How far the run is.</summary>
    public Counters Counters {
      get {
        using (Use use = new Use(handle)) {
          var raw = new Native.rs_counters { size = (UIntPtr)sizeof(Native.rs_counters) };
          Native.rs_sampler_counters(use.Pointer, &raw);
          return new Counters(raw);
        }
      }
    }

    /// <summary>A checkpoint of the run, between two calls or at any evaluation.</summary>
    /// <exception cref="RestartException">ErrState: no run</exception>
    public byte[] Save() {
      using (Use use = new Use(handle)) {
        UIntPtr length;
        Status status = Native.rs_sampler_save(use.Pointer, IntPtr.Zero, UIntPtr.Zero, &length);
        if (status != Status.ErrCapacity)
          Good(use, status);
        var data = new byte[checked((int)length)];
        fixed (byte* bytes = data)
          Good(use, Native.rs_sampler_save(use.Pointer, (IntPtr)bytes, length, &length));
        return data;
      }
    }

    /// <summary>Takes up a saved run, of any process and of C, with the same bits: Resume, Step.
    /// Model, batch, elements and schedule must be the same. On failure nothing is changed.
    /// </summary>
    /// <exception cref="RestartException">ErrCheckpoint, ErrMismatch</exception>
    public void Load(byte[] checkpoint) {
      if (checkpoint == null)
        throw new ArgumentNullException(nameof(checkpoint));
      using (Use use = new Use(handle))
      fixed (byte* bytes = checkpoint) {
        Good(use, Native.rs_sampler_load(use.Pointer, (IntPtr)bytes,
          Library.Size(checkpoint.Length), handle.State));
        Forget();
      }
    }

    /// <summary>For schedules with Inpaint, before Start or Load: where mask is 1 the samples are
    /// known, a clean picture; where it is 0 they are free. Batch x Elements numbers each, copied.
    /// </summary>
    public void Inpaint(float[] known, float[] mask) {
      RequireLength(known, nameof(known));
      RequireLength(mask, nameof(mask));
      using (Use use = new Use(handle)) {
        if (handle.Known == null)
          handle.Known = handle.Floats();
        if (handle.Mask == null)
          handle.Mask = handle.Floats();
        Good(use, Native.rs_sampler_inpaint(use.Pointer, handle.Known, handle.Mask));
        Fill(handle.Known, known, nameof(known));
        Fill(handle.Mask, mask, nameof(mask));
      }
    }

    void RequireLength(float[] values, string name) {
      if (values == null)
        throw new ArgumentNullException(name);
      if (values.Length != handle.Length)
        throw new ArgumentException(values.Length + " numbers where " + handle.Length + " belong",
          name);
    }

    void Fill(float* memory, float[] values, string name) {
      RequireLength(values, name);
      Marshal.Copy(values, 0, (IntPtr)memory, values.Length);
    }
  }
}

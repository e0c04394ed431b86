// SPDX-License-Identifier: MIT
using System;
using System.Runtime.InteropServices;

namespace RestartSampler {
  /// <summary>One evaluation of the network: fill <see cref="Output"/> from <see cref="Input"/>, or
  /// what <see cref="OutputAddress"/> points to. It is valid until the network returns, in the pull
  /// form until <see cref="Sampler.Tell"/>; a sampler uses the same object and arrays for all its
  /// evaluations.</summary>
  public sealed unsafe class Evaluation {
    readonly Handle handle;
    readonly object arrays = new object();
    Native.rs_eval* current;
    Native.rs_eval raw;
    float[] input, output;
    bool called, inputRead, outputUsed;

    internal Evaluation(Handle handle) {
      this.handle = handle;
    }

    /// <param name="eval">the library's</param>
    /// <param name="called">within the network, so that a call keeps the library's memory</param>
    internal void Begin(Native.rs_eval* eval, bool called) {
      this.called = called;
      if (eval == current)
        return;
      current = eval;
      raw = *eval;
      inputRead = outputUsed = false;
    }

    /// <summary>Gives the library the array, if that was used.</summary>
    internal void Finish() {
      if (outputUsed)
        Marshal.Copy(output, 0, (IntPtr)raw.output, Length);
    }

    internal void End() {
      current = null;
      raw = default(Native.rs_eval);
      outputUsed = false;
    }

    int Length => checked(Batch * Elements);

    float[] Array(float[] array) => array?.Length == Length ? array : new float[Length];

    void Require() {
      if (current == null)
        throw new InvalidOperationException("this evaluation is over");
    }

    /// <summary>The library's memory, kept while it is read; to be released if so.</summary>
    bool Hold() {
      Require();
      bool held = false;
      if (!called)
        handle.DangerousAddRef(ref held);
      return held;
    }

    void Release(bool held) {
      if (held)
        handle.DangerousRelease();
    }

    void ReadInput() {
      input = Array(input);
      bool held = Hold();
      Marshal.Copy((IntPtr)raw.input, input, 0, Length);
      inputRead = true;
      Release(held);
    }

    /// <summary>Samples; twice the sampler's in the pass Both.</summary>
    public int Batch => (int)raw.batch;
    /// <summary>Numbers a sample.</summary>
    public int Elements => (int)raw.elements;
    /// <summary>Noise level; infinity where alpha is 0.</summary>
    public double Sigma => raw.sigma;
    /// <summary>Of the process; 1 for VE.</summary>
    public double Alpha => raw.alpha;
    /// <summary>What the network is conditioned on, <see cref="Model.Time"/>.</summary>
    public double Time => raw.time;
    /// <summary>Evaluation within the step, from 0.</summary>
    public int Stage => raw.stage;
    /// <summary>Which part of guidance.</summary>
    public GuidancePass Pass => (GuidancePass)raw.pass;

    /// <summary>Batch x Elements numbers, sample after sample: alpha x0 + alpha sigma eps. A copy,
    /// made when first asked for.</summary>
    public float[] Input {
      get {
        Require();
        lock (arrays)
          if (!inputRead)
            ReadInput();
        return input;
      }
    }

    /// <summary>Batch x Elements numbers, all of them to be filled. Copied to the library
    /// afterwards, if it was asked for.</summary>
    public float[] Output {
      get {
        Require();
        lock (arrays) {
          output = Array(output);
          outputUsed = true;
          return output;
        }
      }
    }

    /// <summary>The library's own array behind Input, for code that needs no copy.</summary>
    public IntPtr InputAddress => (IntPtr)raw.input;
    /// <summary>The library's own array behind Output.</summary>
    public IntPtr OutputAddress => (IntPtr)raw.output;

    /// <summary>Which step of the plan.</summary>
    public StepInfo Step {
      get {
        bool held = Hold();
        var step = new StepInfo(*raw.step);
        Release(held);
        return step;
      }
    }
  }
}

// SPDX-License-Identifier: MIT
using System;

namespace RestartSampler {
  /// <summary>A network in native code: an <see cref="Exemplar"/>, a <see cref="TorchScript"/>.
  /// One thread at a time may use it: make one for each sampler that runs in another thread.
  /// </summary>
  public abstract unsafe class NativeNetwork : IDisposable {
    internal readonly Handle Handle;

    internal NativeNetwork(Handle handle) {
      // Loads librestart, which the libraries of networks need and do not always find themselves.
      Library.Check();
      Handle = handle;
    }

    private protected delegate Status ModelOf(IntPtr network, Native.rs_sampler_options* options);

    /// <summary>Takes what the network says of itself.</summary>
    private protected void Describe(ModelOf model) {
      var options = new Native.rs_sampler_options {
        size = (UIntPtr)sizeof(Native.rs_sampler_options)
      };
      Status status = model(Handle.DangerousGetHandle(), &options);
      if (status < 0)
        throw new RestartException(status);
      Model = new Model(options.model);
      Elements = checked((int)options.elements);
    }

    /// <summary>Numbers a sample.</summary>
    public int Elements { get; private set; }
    /// <summary>Dimensions of one sample, [channels, height, width] for pictures.</summary>
    public int[] Shape { get; private protected set; }
    /// <summary>What it says of itself; to be changed before a sampler is made.</summary>
    public Model Model { get; private set; }
    /// <summary>The schedule that suits it; null if it knows none.</summary>
    public abstract Schedule Schedule { get; }
    /// <summary>Its sentence about the last evaluation that failed; null if it has none.</summary>
    internal abstract string Why { get; }

    /// <summary>Gives everything back once no sampler uses it.</summary>
    public void Dispose() => Handle.Dispose();
  }
}

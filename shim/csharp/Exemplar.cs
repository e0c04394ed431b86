// SPDX-License-Identifier: MIT
using System;
using System.Runtime.CompilerServices;

namespace RestartSampler {
  /// <summary>The network of one picture, without training (librestart-exemplar): sampled it makes
  /// new variations of the picture that tile seamlessly. The time of an exact evaluation is
  /// proportional to output pixels x exemplar pixels.</summary>
  public sealed unsafe class Exemplar : NativeNetwork {
    /// <summary>From planes of numbers.</summary>
    /// <param name="planes">channels x height x width, made for [-1, 1]; copied</param>
    /// <param name="channels">1 to 16</param>
    /// <param name="height">4 to 4096</param>
    /// <param name="width">4 to 4096</param>
    /// <param name="outputHeight">of the pictures to make; default 0, the same</param>
    /// <param name="outputWidth">likewise</param>
    /// <param name="search">all neighbourhoods, or a short list</param>
    /// <exception cref="RestartException">ErrOption, ErrMemory, ErrNonfinite</exception>
    /// <exception cref="ArgumentException">another number of planes' numbers</exception>
    public Exemplar(float[] planes, int channels, int height, int width, int outputHeight = 0,
        int outputWidth = 0, ExemplarSearch search = ExemplarSearch.Exact)
      : base(new ExemplarHandle()) {
      if (planes == null)
        throw new ArgumentNullException(nameof(planes));
      if (planes.LongLength != (long)channels * height * width)
        throw new ArgumentException(planes.Length + " numbers are not " + channels + " x " +
          height + " x " + width, nameof(planes));
      fixed (float* pixels = planes)
        Open(new Native.rs_exemplar_options {
          size = (UIntPtr)sizeof(Native.rs_exemplar_options), pixels = pixels,
          channels = channels, height = height, width = width,
          output_height = outputHeight, output_width = outputWidth, search = (int)search
        });
      Shape = new[] {
        channels, outputHeight > 0 ? outputHeight : height, outputWidth > 0 ? outputWidth : width
      };
    }

    // Apart from the constructor: where it is compiled, librestart-exemplar is loaded.
    [MethodImpl(MethodImplOptions.NoInlining)]
    void Open(Native.rs_exemplar_options o) {
      IntPtr pointer;
      Status status = Native.rs_exemplar_new(&o, &pointer);
      if (status < 0)
        throw new RestartException(status, "an exemplar of " + o.channels + " x " + o.height +
          " x " + o.width + " for pictures of " + o.output_height + " x " + o.output_width + ": " +
          Library.StatusText(status));
      Handle.Set(pointer);
      Describe(Native.rs_exemplar_model);
    }

    /// <summary>From a picture of bytes.</summary>
    /// <param name="rgb">height x width x 3 bytes, row after row; copied</param>
    /// <param name="width">of the picture</param>
    /// <param name="height">of the picture</param>
    /// <param name="outputWidth">of the pictures to make; default 0, the same</param>
    /// <param name="outputHeight">likewise</param>
    /// <param name="search">as above</param>
    /// <exception cref="RestartException">as above</exception>
    public static Exemplar FromRgb(byte[] rgb, int width, int height, int outputWidth = 0,
        int outputHeight = 0, ExemplarSearch search = ExemplarSearch.Exact) =>
      new Exemplar(Pixels.Planes(rgb, width, height), 3, height, width, outputHeight, outputWidth,
        search);

    /// <summary>The Restart schedule that serves this model best; a new one each time.</summary>
    public override Schedule Schedule {
      get {
        Native.rs_schedule_options filled = RestartSampler.Schedule.Empty();
        Native.rs_exemplar_schedule(&filled);
        return new Schedule(filled);
      }
    }

    internal override string Why => null;
  }
}

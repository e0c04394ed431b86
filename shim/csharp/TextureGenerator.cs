// SPDX-License-Identifier: MIT
using System;
using System.Threading;

namespace RestartSampler {
  /// <summary>Where a texture stands.</summary>
  public enum TextureState { Running, Finished, Cancelled, Failed }

  /// <summary>How a texture is made.</summary>
  public sealed class TextureSettings {
    /// <summary>Of the texture, 4 to 4096; default 0: that of the exemplar. A TorchScript file has
    /// its own size.</summary>
    public int Width, Height;
    /// <summary>The same seed gives the same bytes.</summary>
    public ulong Seed;
    /// <summary>Default null: the one that suits the network.</summary>
    public Schedule Schedule;
    /// <summary>Threads for the exemplar's work, the generator's own among them; default 1.
    /// </summary>
    public int Threads = 1;
    /// <summary>Rows in the other order than the network's, for files of pictures whose first row
    /// is the upper one: Texture2D has the lower one first. Default no.</summary>
    public bool Flip;
    /// <summary>TorchScript: what to draw, for networks with labels; default none.</summary>
    public long? Label;
  }

  /// <summary>Makes one texture in a thread of its own and shows its progress. Every member returns
  /// at once, <see cref="Wait"/> aside, so that a game loop can call them in each frame:
  /// <code>
  /// if (generator.TryTake(ref rgba)) {
  ///   texture.LoadRawTextureData(rgba);
  ///   texture.Apply();
  /// }
  /// </code>
  /// Textures from an exemplar tile without a seam.</summary>
  public sealed class TextureGenerator : IDisposable {
    readonly object swap = new object();
    readonly ManualResetEventSlim over = new ManualResetEventSlim();
    readonly Func<NativeNetwork> open;
    readonly TextureSettings settings;
    Sampler sampler;
    NativeNetwork network;
    float[] planes;
    byte[] painted = new byte[0], ready = new byte[0];
    int width, height;
    bool fresh;
    volatile bool cancelled;
    volatile float progress;
    volatile Exception error;
    volatile TextureState state = TextureState.Running;

    /// <summary>Running, or how it ended.</summary>
    public TextureState State => state;
    /// <summary>Share of the evaluations that are finished, 0 to 1.</summary>
    public float Progress => progress;
    /// <summary>Why it failed; null if it did not.</summary>
    public Exception Error => error;

    TextureGenerator(Func<NativeNetwork> open, TextureSettings settings) {
      this.open = open;
      this.settings = settings;
      AppDomain.CurrentDomain.DomainUnload += Leave;
      AppDomain.CurrentDomain.ProcessExit += Leave;
      new Thread(Work) {
        IsBackground = true, Name = "TextureGenerator", Priority = ThreadPriority.BelowNormal
      }.Start();
    }

    /// <summary>A new variation of a picture, which tiles.</summary>
    /// <param name="rgb">height x width x 3 bytes, row after row; the texture's rows have the same
    /// order. Copied</param>
    /// <param name="width">of the picture, 4 to 4096</param>
    /// <param name="height">of the picture, 4 to 4096</param>
    /// <param name="settings">default: the same size, seed 0; not to be changed afterwards</param>
    /// <exception cref="ArgumentException">another number of bytes</exception>
    public static TextureGenerator FromExemplar(byte[] rgb, int width, int height,
        TextureSettings settings = null) {
      float[] picture = Pixels.Planes(rgb, width, height);
      TextureSettings s = settings ?? new TextureSettings();
      return new TextureGenerator(
        () => new Exemplar(picture, 3, height, width, s.Height, s.Width), s);
    }

    /// <summary>A sample of the network in a TorchScript file: [channels, height, width], grey, RGB
    /// or RGBA, in [-1, 1]. Such a file is a program: load only files that you would run.</summary>
    /// <param name="path">of the file</param>
    /// <param name="settings">default: seed 0, no label; not to be changed afterwards</param>
    public static TextureGenerator FromTorchScript(string path, TextureSettings settings = null) {
      if (path == null)
        throw new ArgumentNullException(nameof(path));
      TextureSettings s = settings ?? new TextureSettings();
      return new TextureGenerator(
        () => new TorchScript(path, s.Label == null ? null : new[] { s.Label.Value }), s);
    }

    /// <summary>Of the picture; 0 before the first.</summary>
    public int Width {
      get {
        lock (swap)
          return width;
      }
    }

    /// <summary>Of the picture; 0 before the first.</summary>
    public int Height {
      get {
        lock (swap)
          return height;
      }
    }

    /// <summary>Takes the newest picture, if there is one that was not taken: the network's
    /// estimate of the texture while that is made, and at last the texture.</summary>
    /// <param name="rgba">Height x Width x 4 bytes, RGBA32; made anew where it is null or of
    /// another size</param>
    public bool TryTake(ref byte[] rgba) {
      lock (swap) {
        if (!fresh)
          return false;
        if (rgba?.Length != ready.Length)
          rgba = new byte[ready.Length];
        Buffer.BlockCopy(ready, 0, rgba, 0, ready.Length);
        fresh = false;
        return true;
      }
    }

    /// <summary>Ends it after the evaluation that is being made. The last preview stays.</summary>
    public void Cancel() {
      cancelled = true;
      Volatile.Read(ref sampler)?.Stop();
    }

    /// <summary>Waits for the end, at most so many milliseconds; whether it came. Not for game
    /// loops.</summary>
    public bool Wait(int milliseconds = Timeout.Infinite) => over.Wait(milliseconds);

    /// <summary>Cancels. Does not wait: the thread gives back what it holds.</summary>
    public void Dispose() => Cancel();

    /// <summary>The end of the program, and that of its domain, which Unity's editor makes at every
    /// reload of scripts, wait for an evaluation: a runtime that goes while native code runs
    /// crashes.</summary>
    void Leave(object sender, EventArgs arguments) {
      Cancel();
      over.Wait();
    }

    void Work() {
      try {
        using (network = open())
        using (var drawing = new Sampler(network, 1, settings.Schedule, Show, settings.Threads)) {
          if (network.Shape.Length != 3)
            throw new ArgumentException("the network's samples are no pictures: they have " +
              network.Shape.Length + " dimensions, not 3");
          planes = new float[network.Elements];
          Volatile.Write(ref sampler, drawing);
          if (cancelled)
            drawing.Stop();
          drawing.Start(settings.Seed);
          while (drawing.Step()) {
          }
          drawing.CopyState(planes);
          Publish();
        }
        state = TextureState.Finished;
      } catch (StoppedException) {
        state = TextureState.Cancelled;
      } catch (Exception caught) {
        error = caught;
        state = TextureState.Failed;
      } finally {
        AppDomain.CurrentDomain.DomainUnload -= Leave;
        AppDomain.CurrentDomain.ProcessExit -= Leave;
        over.Set();
      }
    }

    void Show(Sampler drawing, StepInfo step) {
      progress = (float)step.NfeDone / step.NfeTotal;
      if (step.NfeDone < step.NfeTotal && drawing.CopyDenoised(planes))
        Publish();
    }

    /// <summary>Paints aside; readers wait for the exchange of two pointers alone.</summary>
    void Publish() {
      int[] shape = network.Shape;
      int rows = shape[1], columns = shape[2];
      if (painted.Length != 4 * rows * columns)
        painted = new byte[4 * rows * columns];
      Pixels.ToRgba32(planes, shape[0], columns, rows, painted, settings.Flip);
      lock (swap) {
        byte[] old = ready;
        ready = painted;
        painted = old;
        width = columns;
        height = rows;
        fresh = true;
      }
    }
  }
}

// SPDX-License-Identifier: MIT
using System;
using System.Runtime.CompilerServices;
using System.Linq;

namespace RestartSampler {
  /// <summary>A TorchScript file as the network (librestart-torch). Such a file is a program: load
  /// only files that you would run.</summary>
  public sealed unsafe class TorchScript : NativeNetwork {
    /// <summary>Loads a file. What it does not say itself (its restart.json) is said here.
    /// </summary>
    /// <param name="path">of the file</param>
    /// <param name="labels">for the method's third argument, one for each sample or one for all;
    /// default none</param>
    /// <param name="labelForNone">the label that stands for none; default the file's</param>
    /// <param name="shape">of one sample; default the file's</param>
    /// <param name="device">"cpu", "cuda:0", ...; default "cpu"</param>
    /// <param name="method">default the file's, else "forward"</param>
    /// <param name="dtype">what the module computes in; default the file's</param>
    /// <param name="threads">libtorch's for one operation, of the whole process; default 0: as it
    /// is</param>
    /// <param name="batchLimit">most samples in one call of the method; default 0, no limit</param>
    /// <exception cref="RestartException">ErrName, ErrSyntax, ErrOption, ErrMemory; with
    /// librestart-torch's sentence</exception>
    public TorchScript(string path, long[] labels = null, long? labelForNone = null,
        long[] shape = null, string device = null, string method = null,
        TorchType dtype = TorchType.Default, int threads = 0, int batchLimit = 0)
      : base(new TorchHandle()) {
      if (path == null)
        throw new ArgumentNullException(nameof(path));
      var options = new Native.rs_torch_options {
        size = (UIntPtr)sizeof(Native.rs_torch_options), dtype = (int)dtype, threads = threads,
        shape_count = shape?.Length ?? 0, label_count = Library.Size(labels?.Length ?? 0),
        batch_limit = Library.Size(batchLimit)
      };
      long none = labelForNone ?? 0;
      if (labelForNone != null)
        options.label_for_none = &none;
      fixed (long* sizes = shape, numbers = labels) {
        options.shape = sizes;
        options.labels = numbers;
        Open(&options, path, device, method);
      }
    }

    // Apart from the constructor: where it is compiled, librestart-torch is loaded.
    [MethodImpl(MethodImplOptions.NoInlining)]
    void Open(Native.rs_torch_options* options, string path, string device, string method) {
      const int Room = 500;
      byte* message = stackalloc byte[Room];
      message[0] = 0;
      IntPtr pointer;
      fixed (byte* file = Library.Bytes(path), on = Library.Bytes(device),
             called = Library.Bytes(method)) {
        options->path = file;
        options->device = on;
        options->method = called;
        options->message = message;
        options->message_capacity = (UIntPtr)Room;
        Status status = Native.rs_torch_new(options, &pointer);
        if (status < 0)
          throw new RestartException(status, Library.Text(message));
      }
      Handle.Set(pointer);
      Describe(Native.rs_torch_model);
      Shape = SampleShape();
    }

    int[] SampleShape() {
      var sizes = new long[Native.RS_TORCH_DIMS_MAX];
      fixed (long* numbers = sizes) {
        var count = (int)Native.rs_torch_shape(Handle.DangerousGetHandle(), numbers,
          Library.Size(sizes.Length));
        return sizes.Take(count).Select(n => checked((int)n)).ToArray();
      }
    }

    /// <summary>Other labels for the evaluations that follow, one for each sample or one for all;
    /// none: the label for none. Not during an evaluation. On failure the earlier ones stay.
    /// </summary>
    /// <exception cref="RestartException">ErrOption, ErrMemory</exception>
    public void SetLabels(params long[] labels) {
      using (Use use = new Use(Handle))
      fixed (long* numbers = labels) {
        Status status = Native.rs_torch_labels(use.Pointer, numbers,
          Library.Size(labels?.Length ?? 0));
        if (status < 0)
          throw new RestartException(status, Why);
      }
    }

    /// <summary>Null: the library's default.</summary>
    public override Schedule Schedule => null;

    internal override string Why =>
      Library.Text(Native.rs_torch_message(Handle.DangerousGetHandle()));
  }
}

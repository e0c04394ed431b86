// SPDX-License-Identifier: MIT
using System;
using System.Runtime.InteropServices;
using System.Threading;

namespace RestartSampler {
  /// <summary>Something of the library's that is given back when it was disposed of, or forgotten,
  /// and no call uses it any more.</summary>
  abstract class Handle : SafeHandle {
    int owner, depth;
    volatile bool disposed;

    protected Handle() : base(IntPtr.Zero, true) {
    }

    public override bool IsInvalid => handle == IntPtr.Zero;

    internal void Set(IntPtr pointer) => SetHandle(pointer);

    /// <summary>Within one of its callbacks, for the thread that uses it.</summary>
    internal bool Nested => depth > 1;

    /// <summary>Dispose was called. Its memory may still be in use.</summary>
    internal bool Disposed => disposed;

    protected override void Dispose(bool disposing) {
      disposed = true;
      base.Dispose(disposing);
    }

    internal void RequireOpen() {
      if (disposed)
        throw new ObjectDisposedException(Noun);
    }

    /// <summary>Keeps it for a call, by one thread at a time.</summary>
    internal virtual void Enter() {
      int me = Thread.CurrentThread.ManagedThreadId;
      bool held = false;
      DangerousAddRef(ref held);
      if (owner != me && Interlocked.CompareExchange(ref owner, me, 0) != 0) {
        DangerousRelease();
        throw new InvalidOperationException("another thread is using this " + Noun);
      }
      depth++;
    }

    internal virtual void Leave() {
      if (--depth == 0)
        Volatile.Write(ref owner, 0);
      DangerousRelease();
    }

    protected abstract string Noun { get; }
  }

  /// <summary>A handle while a call uses it.</summary>
  readonly struct Use : IDisposable {
    readonly Handle handle;
    internal readonly IntPtr Pointer;

    internal Use(Handle handle) {
      handle.Enter();
      if (handle.Disposed && !handle.Nested) {
        handle.Leave();
        handle.RequireOpen();
      }
      this.handle = handle;
      Pointer = handle.DangerousGetHandle();
    }

    public void Dispose() => handle.Leave();
  }

  /// <summary>An rs_sampler, and what must stay in place for it: the state, the pictures of
  /// inpainting, and the network if that is native.</summary>
  sealed unsafe class SamplerHandle : Handle {
    readonly Handle network;
    readonly GCHandle self;
    readonly bool holds;
    internal readonly float* State;
    internal readonly int Length;
    internal float* Known, Mask;

    /// <param name="sampler">what callbacks are for; held weakly, so that a network that knows its
    /// sampler does not keep both for ever</param>
    /// <param name="network">null for a delegate</param>
    /// <param name="length">numbers of the state</param>
    internal SamplerHandle(Sampler sampler, Handle network, int length) {
      network?.RequireOpen();
      Length = length;
      State = Floats();
      self = GCHandle.Alloc(sampler, GCHandleType.Weak);
      this.network = network;
      network?.DangerousAddRef(ref holds);
    }

    /// <summary>There is the state to give back; rs_sampler_free accepts NULL.</summary>
    public override bool IsInvalid => false;

    protected override string Noun => "sampler";

    /// <summary>For the user pointer of callbacks.</summary>
    internal IntPtr Self => GCHandle.ToIntPtr(self);

    internal float* Floats() =>
      (float*)Marshal.AllocHGlobal((IntPtr)((long)Length * sizeof(float)));

    internal override void Enter() {
      base.Enter();
      try {
        network?.Enter();
      } catch {
        base.Leave();
        throw;
      }
    }

    internal override void Leave() {
      network?.Leave();
      base.Leave();
    }

    /// <summary>From any thread; nothing to do after Dispose.</summary>
    internal void Stop() {
      bool held = false;
      try {
        DangerousAddRef(ref held);
        Native.rs_sampler_stop(handle);
      } catch (ObjectDisposedException) {
      } finally {
        if (held)
          DangerousRelease();
      }
    }

    protected override bool ReleaseHandle() {
      Native.rs_sampler_free(handle);
      Marshal.FreeHGlobal((IntPtr)State);
      Marshal.FreeHGlobal((IntPtr)Known);
      Marshal.FreeHGlobal((IntPtr)Mask);
      if (self.IsAllocated)
        self.Free();
      if (holds)
        network.DangerousRelease();
      return true;
    }
  }

  sealed class ExemplarHandle : Handle {
    protected override string Noun => "exemplar";

    protected override bool ReleaseHandle() {
      Native.rs_exemplar_free(handle);
      return true;
    }
  }

  sealed class TorchHandle : Handle {
    protected override string Noun => "TorchScript";

    protected override bool ReleaseHandle() {
      Native.rs_torch_free(handle);
      return true;
    }
  }
}

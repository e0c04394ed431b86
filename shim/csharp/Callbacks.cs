// SPDX-License-Identifier: MIT
using System;
using System.Runtime.InteropServices;
using System.Threading;
using AOT;

namespace RestartSampler {
  /// <summary>What C calls. Static, as IL2CPP needs it; the sampler comes through the user pointer.
  /// Nothing is thrown across: it is kept, and thrown where C was called.</summary>
  static unsafe class Callbacks {
    // Static fields keep the delegates behind the pointers.
    static readonly Native.rs_model_fn network = OnNetwork;
    static readonly Native.rs_progress_fn progress = OnProgress;
    static readonly Native.rs_executor_run_fn run = OnRun;

    internal static readonly IntPtr Network = Marshal.GetFunctionPointerForDelegate(network);
    internal static readonly IntPtr Progress = Marshal.GetFunctionPointerForDelegate(progress);
    internal static readonly IntPtr Run = Marshal.GetFunctionPointerForDelegate(run);

    static Sampler Of(IntPtr user) => (Sampler)GCHandle.FromIntPtr(user).Target;

    [MonoPInvokeCallback(typeof(Native.rs_model_fn))]
    static int OnNetwork(Native.rs_eval* eval, IntPtr user) {
      Sampler sampler = null;
      try {
        sampler = Of(user);
        sampler.Evaluate(eval);
        return 0;
      } catch (Exception error) {
        return Keep(sampler, error);
      }
    }

    [MonoPInvokeCallback(typeof(Native.rs_progress_fn))]
    static int OnProgress(Native.rs_step_info* info, IntPtr user) {
      Sampler sampler = null;
      try {
        sampler = Of(user);
        return sampler.Played(info) ? 0 : 1;
      } catch (Exception error) {
        return Keep(sampler, error);
      }
    }

    static int Keep(Sampler sampler, Exception error) {
      // Otherwise the runtime would throw it again where this block ends.
      if (error is ThreadAbortException)
        Thread.ResetAbort();
      sampler?.Keep(error);
      return -1;
    }

    /// <summary>user is the number of threads.</summary>
    [MonoPInvokeCallback(typeof(Native.rs_executor_run_fn))]
    static void OnRun(UIntPtr count, IntPtr task, IntPtr context, IntPtr user) =>
      new Work((int)count, task, context).Run((int)user);

    /// <summary>Tasks that several threads take one after another.</summary>
    sealed class Work {
      readonly Native.rs_task_fn task;
      readonly IntPtr context;
      readonly int count;
      int taken, finished;

      internal Work(int count, IntPtr task, IntPtr context) {
        this.task = Marshal.GetDelegateForFunctionPointer<Native.rs_task_fn>(task);
        this.context = context;
        this.count = count;
      }

      internal void Run(int threads) {
        try {
          for (int i = 1; i < Math.Min(threads, count); i++)
            ThreadPool.UnsafeQueueUserWorkItem(_ => Help(), null);
        } catch (Exception) {
          // Fewer threads: this one does what nobody else takes.
        }
        Help();
        var wait = new SpinWait();
        while (Volatile.Read(ref finished) < count)
          wait.SpinOnce();
      }

      void Help() {
        int i;
        while ((i = Interlocked.Increment(ref taken) - 1) < count) {
          task((UIntPtr)(uint)i, context);
          Interlocked.Increment(ref finished);
        }
      }
    }
  }
}

#if !UNITY_5_3_OR_NEWER
namespace AOT {
  /// <summary>Unity's attribute for methods that C calls, where there is no Unity.</summary>
  [AttributeUsage(AttributeTargets.Method)]
  sealed class MonoPInvokeCallbackAttribute : Attribute {
    internal MonoPInvokeCallbackAttribute(Type type) {
    }
  }
}
#endif

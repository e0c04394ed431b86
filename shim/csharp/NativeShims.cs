// SPDX-License-Identifier: MIT
using System;
using System.Runtime.InteropServices;

namespace RestartSampler {
  /// <summary>exemplar.h and torch.h.</summary>
  public static unsafe partial class Native {
    /// <summary>Most dimensions of a sample or of an extra tensor's row.</summary>
    public const int RS_TORCH_DIMS_MAX = 8;

    [StructLayout(LayoutKind.Sequential)]
    public struct rs_exemplar_patch {
      public double sigma;
      public int side;
      public int reserved;
    }

    [StructLayout(LayoutKind.Sequential)]
    public struct rs_exemplar_options {
      public UIntPtr size;
      public float* pixels;
      public int channels;
      public int height;
      public int width;
      public int output_height;
      public int output_width;
      public int patch_count;
      public rs_exemplar_patch* patches;
      public rs_alloc alloc;
      public int search;
      public int reserved;
    }

    [DllImport(ExemplarLibrary, CallingConvention = C)]
    public static extern void rs_exemplar_options_init_sized(rs_exemplar_options* options,
      UIntPtr size);

    [DllImport(ExemplarLibrary, CallingConvention = C)]
    public static extern Status rs_exemplar_new(rs_exemplar_options* options, IntPtr* exemplar);

    [DllImport(ExemplarLibrary, CallingConvention = C)]
    public static extern void rs_exemplar_free(IntPtr exemplar);

    [DllImport(ExemplarLibrary, CallingConvention = C)]
    public static extern int rs_exemplar_denoise(rs_eval* eval, IntPtr user);

    [DllImport(ExemplarLibrary, CallingConvention = C)]
    public static extern Status rs_exemplar_model(IntPtr exemplar, rs_sampler_options* options);

    [DllImport(ExemplarLibrary, CallingConvention = C)]
    public static extern Status rs_exemplar_schedule(rs_schedule_options* options);

    [DllImport(ExemplarLibrary, CallingConvention = C)]
    public static extern void rs_exemplar_destroy(IntPtr exemplar);

    [StructLayout(LayoutKind.Sequential)]
    public struct rs_torch_input {
      public byte* name;
      public IntPtr data;
      public IntPtr unconditional;
      public UIntPtr count;
      public UIntPtr unconditional_count;
      public int dtype;
      public int dim_count;
      public fixed long dims[RS_TORCH_DIMS_MAX];
    }

    [StructLayout(LayoutKind.Sequential)]
    public struct rs_torch_options {
      public UIntPtr size;
      public byte* path;
      public byte* device;
      public byte* method;
      public int dtype;
      public int time_dtype;
      public int threads;
      public int shape_count;
      public long* shape;
      public long* labels;
      public UIntPtr label_count;
      public long* label_for_none;
      public rs_torch_input* inputs;
      public UIntPtr input_count;
      public UIntPtr batch_limit;
      public byte* message;
      public UIntPtr message_capacity;
    }

    [DllImport(TorchLibrary, CallingConvention = C)]
    public static extern void rs_torch_options_init_sized(rs_torch_options* options, UIntPtr size);

    [DllImport(TorchLibrary, CallingConvention = C)]
    public static extern Status rs_torch_new(rs_torch_options* options, IntPtr* torch);

    [DllImport(TorchLibrary, CallingConvention = C)]
    public static extern void rs_torch_free(IntPtr torch);

    [DllImport(TorchLibrary, CallingConvention = C)]
    public static extern void rs_torch_destroy(IntPtr torch);

    [DllImport(TorchLibrary, CallingConvention = C)]
    public static extern Status rs_torch_model(IntPtr torch, rs_sampler_options* options);

    [DllImport(TorchLibrary, CallingConvention = C)]
    public static extern UIntPtr rs_torch_shape(IntPtr torch, long* shape, UIntPtr capacity);

    [DllImport(TorchLibrary, CallingConvention = C)]
    public static extern Status rs_torch_labels(IntPtr torch, long* labels, UIntPtr count);

    [DllImport(TorchLibrary, CallingConvention = C)]
    public static extern Status rs_torch_inputs(IntPtr torch, rs_torch_input* inputs,
      UIntPtr count);

    [DllImport(TorchLibrary, CallingConvention = C)]
    public static extern int rs_torch_evaluate(rs_eval* eval, IntPtr user);

    [DllImport(TorchLibrary, CallingConvention = C)]
    public static extern UIntPtr rs_torch_feature_elements(IntPtr torch);

    [DllImport(TorchLibrary, CallingConvention = C)]
    public static extern int rs_torch_features(float* samples, UIntPtr count, float* features,
      IntPtr user);

    [DllImport(TorchLibrary, CallingConvention = C)]
    public static extern byte* rs_torch_message(IntPtr torch);

    [DllImport(TorchLibrary, CallingConvention = C)]
    public static extern byte* rs_torch_version();
  }
}

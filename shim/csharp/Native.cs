// SPDX-License-Identifier: MIT
using System;
using System.Runtime.InteropServices;

namespace RestartSampler {
  /// <summary>
  /// restart.h, exemplar.h and torch.h one to one: functions, structs and callbacks under their C
  /// names, for what the classes of this namespace do not do. The headers are the manual. Opaque
  /// handles and callbacks are IntPtr, size_t is UIntPtr, strings are UTF-8 that ends in 0.
  /// </summary>
  public static unsafe partial class Native {
#if (UNITY_IOS || UNITY_WEBGL) && !UNITY_EDITOR
    const string Core = "__Internal", ExemplarLibrary = Core, TorchLibrary = Core;
#else
    const string Core = "restart";
    const string ExemplarLibrary = "restart-exemplar";
    const string TorchLibrary = "restart-torch";
#endif
    const CallingConvention C = CallingConvention.Cdecl;

    [UnmanagedFunctionPointer(C)]
    public delegate void rs_task_fn(UIntPtr index, IntPtr context);

    [UnmanagedFunctionPointer(C)]
    public delegate int rs_progress_fn(rs_step_info* info, IntPtr user);

    [UnmanagedFunctionPointer(C)]
    public delegate int rs_model_fn(rs_eval* eval, IntPtr user);

    [UnmanagedFunctionPointer(C)]
    public delegate int rs_noise_fn(rs_noise_request* request, IntPtr user);

    [UnmanagedFunctionPointer(C)]
    public delegate IntPtr rs_alloc_allocate_fn(UIntPtr bytes, IntPtr user);

    [UnmanagedFunctionPointer(C)]
    public delegate void rs_alloc_release_fn(IntPtr memory, IntPtr user);

    [UnmanagedFunctionPointer(C)]
    public delegate void rs_executor_run_fn(UIntPtr count, IntPtr task, IntPtr context,
      IntPtr user);

    [UnmanagedFunctionPointer(C)]
    public delegate void rs_model_destroy_fn(IntPtr user);

    [DllImport(Core, CallingConvention = C)]
    public static extern int rs_version();

    [DllImport(Core, CallingConvention = C)]
    public static extern byte* rs_version_string();

    [DllImport(Core, CallingConvention = C)]
    public static extern byte* rs_status_name(Status status);

    [DllImport(Core, CallingConvention = C)]
    public static extern byte* rs_status_text(Status status);

    [DllImport(Core, CallingConvention = C)]
    public static extern Status rs_constant(byte* name, long* value);

    [DllImport(Core, CallingConvention = C)]
    public static extern void rs_step_info_init_sized(rs_step_info* info, UIntPtr size);

    [DllImport(Core, CallingConvention = C)]
    public static extern void rs_sampler_options_init_sized(rs_sampler_options* options,
      UIntPtr size);

    [DllImport(Core, CallingConvention = C)]
    public static extern Status rs_sampler_new(rs_sampler_options* options, IntPtr* sampler);

    [DllImport(Core, CallingConvention = C)]
    public static extern void rs_sampler_free(IntPtr sampler);

    [DllImport(Core, CallingConvention = C)]
    public static extern byte* rs_sampler_message(IntPtr sampler);

    [DllImport(Core, CallingConvention = C)]
    public static extern void rs_schedule_options_init_sized(rs_schedule_options* options,
      UIntPtr size);

    [DllImport(Core, CallingConvention = C)]
    public static extern Status rs_schedule(IntPtr sampler, rs_schedule_options* options);

    [DllImport(Core, CallingConvention = C)]
    public static extern void rs_entry_init_sized(rs_entry* entry, UIntPtr size);

    [DllImport(Core, CallingConvention = C)]
    public static extern Status rs_solver_at(UIntPtr index, rs_entry* entry);

    [DllImport(Core, CallingConvention = C)]
    public static extern Status rs_solver_named(byte* name, int* solver);

    [DllImport(Core, CallingConvention = C)]
    public static extern Status rs_grid_at(UIntPtr index, rs_entry* entry);

    [DllImport(Core, CallingConvention = C)]
    public static extern Status rs_grid_named(byte* name, int* grid);

    [DllImport(Core, CallingConvention = C)]
    public static extern Status rs_preset(byte* name, rs_schedule_options* options);

    [DllImport(Core, CallingConvention = C)]
    public static extern byte* rs_preset_name(UIntPtr index);

    [DllImport(Core, CallingConvention = C)]
    public static extern Status rs_segments_parse(byte* text, rs_segment* segments,
      UIntPtr capacity, UIntPtr* count, rs_text_error* error);

    [DllImport(Core, CallingConvention = C)]
    public static extern Status rs_segments_format(rs_segment* segments, UIntPtr count, int form,
      byte* buffer, UIntPtr capacity, UIntPtr* length);

    [DllImport(Core, CallingConvention = C)]
    public static extern Status rs_schedule_format(rs_schedule_options* options, byte* buffer,
      UIntPtr capacity, UIntPtr* length);

    [DllImport(Core, CallingConvention = C)]
    public static extern void rs_schedule_room_init_sized(rs_schedule_room* room, UIntPtr size);

    [DllImport(Core, CallingConvention = C)]
    public static extern Status rs_schedule_parse(byte* text, rs_schedule_room* room,
      rs_schedule_options* options, rs_text_error* error);

    [DllImport(Core, CallingConvention = C)]
    public static extern UIntPtr rs_plan_count(IntPtr sampler);

    [DllImport(Core, CallingConvention = C)]
    public static extern long rs_plan_nfe(IntPtr sampler);

    [DllImport(Core, CallingConvention = C)]
    public static extern Status rs_plan_step(IntPtr sampler, UIntPtr index, rs_step_info* info);

    [DllImport(Core, CallingConvention = C)]
    public static extern void rs_segment_info_init_sized(rs_segment_info* info, UIntPtr size);

    [DllImport(Core, CallingConvention = C)]
    public static extern Status rs_plan_segment(IntPtr sampler, UIntPtr index,
      rs_segment_info* info);

    [DllImport(Core, CallingConvention = C)]
    public static extern Status rs_plan_text(IntPtr sampler, byte* buffer, UIntPtr capacity,
      UIntPtr* length);

    [DllImport(Core, CallingConvention = C)]
    public static extern Status rs_sample(IntPtr sampler, float* x, ulong* seeds);

    [DllImport(Core, CallingConvention = C)]
    public static extern Status rs_sample_f64(IntPtr sampler, double* x, ulong* seeds);

    [DllImport(Core, CallingConvention = C)]
    public static extern Status rs_sampler_start(IntPtr sampler, float* x, ulong* seeds);

    [DllImport(Core, CallingConvention = C)]
    public static extern Status rs_sampler_start_f64(IntPtr sampler, double* x, ulong* seeds);

    [DllImport(Core, CallingConvention = C)]
    public static extern Status rs_restart_step(IntPtr sampler);

    [DllImport(Core, CallingConvention = C)]
    public static extern Status rs_sampler_inpaint(IntPtr sampler, float* known, float* mask);

    [DllImport(Core, CallingConvention = C)]
    public static extern Status rs_sampler_inpaint_f64(IntPtr sampler, double* known, double* mask);

    [DllImport(Core, CallingConvention = C)]
    public static extern void rs_request_init_sized(rs_request* request, UIntPtr size);

    [DllImport(Core, CallingConvention = C)]
    public static extern Status rs_sampler_ask(IntPtr sampler, rs_request* request);

    [DllImport(Core, CallingConvention = C)]
    public static extern Status rs_sampler_tell(IntPtr sampler);

    [DllImport(Core, CallingConvention = C)]
    public static extern void rs_sampler_stop(IntPtr sampler);

    [DllImport(Core, CallingConvention = C)]
    public static extern void rs_counters_init_sized(rs_counters* counters, UIntPtr size);

    [DllImport(Core, CallingConvention = C)]
    public static extern Status rs_sampler_counters(IntPtr sampler, rs_counters* counters);

    [DllImport(Core, CallingConvention = C)]
    public static extern Status rs_sampler_save(IntPtr sampler, IntPtr buffer, UIntPtr capacity,
      UIntPtr* length);

    [DllImport(Core, CallingConvention = C)]
    public static extern Status rs_sampler_load(IntPtr sampler, IntPtr buffer, UIntPtr length,
      float* x);

    [DllImport(Core, CallingConvention = C)]
    public static extern Status rs_sampler_load_f64(IntPtr sampler, IntPtr buffer, UIntPtr length,
      double* x);

    [DllImport(Core, CallingConvention = C)]
    public static extern Status rs_normals(rs_noise_key* key, ulong first, UIntPtr count,
      float* output);
  }
}

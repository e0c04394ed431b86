// SPDX-License-Identifier: MIT
using System;
using System.Runtime.InteropServices;

namespace RestartSampler {
  /// <summary>The structs of restart.h.</summary>
  public static unsafe partial class Native {
    [StructLayout(LayoutKind.Sequential)]
    public struct rs_alloc {
      public IntPtr allocate;
      public IntPtr release;
      public IntPtr user;
    }

    [StructLayout(LayoutKind.Sequential)]
    public struct rs_executor {
      public IntPtr run;
      public IntPtr user;
    }

    [StructLayout(LayoutKind.Sequential)]
    public struct rs_step_info {
      public UIntPtr size;
      public int kind;
      public int flags;
      public int segment;
      public int iteration;
      public int step;
      public int order;
      public int index;
      public int count;
      public int nfe;
      public int reserved;
      public long nfe_done;
      public long nfe_total;
      public double sigma_from;
      public double sigma_hat;
      public double sigma_to;
      public float* state;
      public float* denoised;
      public double* state_f64;
      public double* denoised_f64;
    }

    [StructLayout(LayoutKind.Sequential)]
    public struct rs_eval {
      public UIntPtr size;
      public UIntPtr batch;
      public UIntPtr elements;
      public float* input;
      public float* output;
      public double* input_f64;
      public double* output_f64;
      public double sigma;
      public double alpha;
      public double time;
      public ulong* seeds;
      public rs_step_info* step;
      public rs_executor* executor;
      public int stage;
      public int pass;
    }

    [StructLayout(LayoutKind.Sequential)]
    public struct rs_model {
      public IntPtr fn;
      public IntPtr user;
      public IntPtr destroy;
      public int prediction;
      public int process;
      public int time;
      public int betas;
      public double beta_min;
      public double beta_max;
      public double* alpha_bar;
      public UIntPtr table_count;
      public double sigma_data;
      public double aux_dimensions;
      public int guidance;
      public int clip;
      public double guidance_weight;
      public double guidance_rescale;
      public double guidance_min;
      public double guidance_max;
      public double clip_low;
      public double clip_high;
      public double clip_quantile;
      public fixed ulong reserved[16];
    }

    [StructLayout(LayoutKind.Sequential)]
    public struct rs_noise_request {
      public UIntPtr size;
      public UIntPtr batch;
      public UIntPtr elements;
      public ulong* seeds;
      public float* output;
      public double* output_f64;
      public uint purpose;
      public uint segment;
      public uint iteration;
      public uint step;
    }

    [StructLayout(LayoutKind.Sequential)]
    public struct rs_sampler_options {
      public UIntPtr size;
      public rs_model model;
      public UIntPtr batch;
      public UIntPtr elements;
      public int dtype;
      public int reserved;
      public rs_alloc alloc;
      public rs_executor executor;
      public IntPtr noise;
      public IntPtr noise_user;
      public IntPtr progress;
      public IntPtr progress_user;
      public byte* message;
      public UIntPtr message_capacity;
    }

    [StructLayout(LayoutKind.Sequential)]
    public struct rs_segment {
      public int points;
      public int iterations;
      public double t_min;
      public double t_max;
    }

    [StructLayout(LayoutKind.Sequential)]
    public struct rs_schedule_options {
      public UIntPtr size;
      public int grid;
      public int end;
      public int steps;
      public int solver;
      public int restart_solver;
      public int meet;
      public double sigma_min;
      public double sigma_max;
      public double rho;
      public double* sigmas;
      public UIntPtr sigma_count;
      public rs_segment* segments;
      public UIntPtr segment_count;
      public double s_noise;
      public double s_churn;
      public double s_min;
      public double s_max;
      public double restart_gamma;
      public int start;
      public int solver_order;
      public double eta;
      public double strength;
      public long budget;
      public int inpaint;
      public int reserved;
      public double shift;
      public int spacing;
      public int snap;
    }

    [StructLayout(LayoutKind.Sequential)]
    public struct rs_schedule_room {
      public UIntPtr size;
      public rs_segment* segments;
      public UIntPtr segment_capacity;
      public double* sigmas;
      public UIntPtr sigma_capacity;
    }

    [StructLayout(LayoutKind.Sequential)]
    public struct rs_entry {
      public UIntPtr size;
      public int id;
      public int order;
      public int stochastic;
      public int reserved;
      public byte* name;
      public byte* summary;
    }

    [StructLayout(LayoutKind.Sequential)]
    public struct rs_text_error {
      public UIntPtr position;
      public fixed byte message[120];
    }

    [StructLayout(LayoutKind.Sequential)]
    public struct rs_segment_info {
      public UIntPtr size;
      public rs_segment asked;
      public rs_segment executed;
      public int node;
      public int dropped;
      public long nfe;
      public double ratio;
      public double main_ratio;
    }

    [StructLayout(LayoutKind.Sequential)]
    public struct rs_request {
      public UIntPtr size;
      public rs_eval* eval;
    }

    [StructLayout(LayoutKind.Sequential)]
    public struct rs_counters {
      public UIntPtr size;
      public long nfe_done;
      public long nfe_total;
      public long steps_done;
      public long steps_total;
      public long calls;
      public long memory;
      public int callback_status;
      public int reserved;
    }

    [StructLayout(LayoutKind.Sequential)]
    public struct rs_noise_key {
      public ulong seed;
      public uint purpose;
      public uint segment;
      public uint iteration;
      public uint step;
    }
  }
}

# SPDX-License-Identifier: MIT
"""The constants of restart.h as enumerations: RS_SOLVER_HEUN is Solver.HEUN. Wherever one is asked
for its name in any case will do, "heun". A test compares them with the header."""

from enum import IntEnum, IntFlag


class Status(IntEnum):
    """RS_...: what a call answers. 0 done, above 0 good news, below 0 failure."""
    OK = 0
    MORE = 1
    STOPPED = 2
    ERR_ARGUMENT = -1
    ERR_OPTION = -2
    ERR_VERSION = -3
    ERR_MEMORY = -4
    ERR_STATE = -5
    ERR_CALLBACK = -6
    ERR_NONFINITE = -7
    ERR_GRID = -8
    ERR_SEGMENT_COUNTS = -9
    ERR_SEGMENT_INVERTED = -10
    ERR_SEGMENT_RANGE = -11
    ERR_SEGMENT_COLLISION = -12
    ERR_SYNTAX = -13
    ERR_NAME = -14
    ERR_CAPACITY = -15
    ERR_CHECKPOINT = -16
    ERR_MISMATCH = -17
    ERR_BUDGET = -18


class Dtype(IntEnum):
    """RS_...: the number type of states."""
    FLOAT32 = 0
    FLOAT64 = 1


class Process(IntEnum):
    """RS_PROCESS_...: how the network's noisy input was made."""
    VE = 0
    VP = 1
    DISCRETE = 2
    IDDPM = 3
    FLOW = 4
    PFGMPP = 5


class Prediction(IntEnum):
    """RS_PREDICT_...: what the network's output means."""
    DENOISER = 0
    EPS = 1
    EDM_RAW = 2
    V = 3
    SCORE = 4
    FLOW = 5


class Time(IntEnum):
    """RS_TIME_...: what the network is conditioned on."""
    DEFAULT = 0
    SIGMA = 1
    LOG_SIGMA = 2
    T = 3
    T_1000 = 4
    INDEX = 5
    INDEX_REAL = 6


class Betas(IntEnum):
    """RS_BETAS_...: the table of the discrete process."""
    LINEAR = 0
    SCALED_LINEAR = 1
    COSINE = 2
    TABLE = 3


class Guidance(IntEnum):
    """RS_GUIDANCE_...: guidance without a classifier."""
    NONE = 0
    CALLS = 1
    DOUBLED = 2


class Pass(IntEnum):
    """RS_PASS_...: which part of guidance an evaluation is."""
    CONDITIONAL = 0
    UNCONDITIONAL = 1
    BOTH = 2


class Clip(IntEnum):
    """RS_CLIP_...: clipping of the denoised estimate."""
    NONE = 0
    STATIC = 1
    DYNAMIC = 2


class Grid(IntEnum):
    """RS_GRID_...: the noise levels of the main pass."""
    KARRAS = 0
    SIGMAS = 1
    EXPONENTIAL = 2
    POLYEXPONENTIAL = 3
    LINEAR = 4
    TIME = 5
    QUADRATIC = 6
    COSINE = 7
    VP = 8
    VE = 9
    IDDPM = 10
    SGM_UNIFORM = 11
    BETA = 12
    AYS_SD15 = 13
    AYS_SDXL = 14
    AYS_SVD = 15


class Spacing(IntEnum):
    """RS_SPACING_...: times of the grid TIME."""
    LINSPACE = 0
    LEADING = 1
    TRAILING = 2


class End(IntEnum):
    """RS_END_...: where a grid ends."""
    ZERO = 0
    SIGMA_MIN = 1


class Solver(IntEnum):
    """RS_SOLVER_...: `solvers()` says what each is."""
    DEFAULT = 0
    EULER = 1
    HEUN = 2
    DPM_3 = 3
    DPM_2 = 4
    DPMPP_2S = 5
    DPMPP_2M = 6
    DPMPP_3M = 7
    UNIPC = 8
    DEIS = 9
    IPNDM = 10
    LMS = 11
    PNDM = 12
    EULER_ANCESTRAL = 13
    DPM_2_ANCESTRAL = 14
    DPMPP_2S_ANCESTRAL = 15
    DPMPP_SDE = 16
    DPMPP_2M_SDE = 17
    DPMPP_3M_SDE = 18
    EULER_MARUYAMA_VE = 19
    EULER_MARUYAMA_VP = 20
    SA = 21
    ER_SDE = 22
    SEEDS_2 = 23
    SEEDS_3 = 24
    EULER_VE = 25
    HEUN_VE = 26
    EULER_VP = 27
    HEUN_VP = 28


class Meet(IntEnum):
    """RS_MEET_...: how a segment's t_min meets the main grid."""
    MOVE = 0
    INSERT = 1
    SNAP = 2


class Start(IntEnum):
    """RS_START_...: what a run begins with."""
    NOISE = 0
    KEEP = 1
    PICTURE = 2


class StepKind(IntEnum):
    """RS_STEP_...: kinds of step in a plan."""
    MAIN = 0
    JUMP = 1
    RESTART = 2


class StepFlags(IntFlag):
    """RS_STEP_...: where in its restart a step stands."""
    RESTART_BEGINS = 1
    ITERATION_BEGINS = 2
    RESTART_ENDS = 4


class Noise(IntEnum):
    """RS_NOISE_...: what a draw is for."""
    START = 0
    JUMP = 1
    CHURN = 2
    SOLVER = 3
    SOLVER_2 = 4
    INPAINT = 5
    INPAINT_JUMP = 6
    SOLVER_3 = 7


class TextForm(IntEnum):
    """RS_TEXT_...: forms of segment text."""
    LIST = 0
    JSON = 1


class Search(IntEnum):
    """RS_EXEMPLAR_...: which neighbourhoods of a picture the exemplar model compares."""
    EXACT = 0
    SHORTLIST = 1


class Tune(IntEnum):
    """RS_TUNE_...: kinds of schedules, and what a search is doing."""
    ODE = 0
    SDE = 1
    RESTART = 2
    FINAL = 3
    DONE = 4


class TorchType(IntEnum):
    """RS_TORCH_...: types of tensors, of librestart-torch."""
    DEFAULT = 0
    FLOAT32 = 1
    FLOAT64 = 2
    FLOAT16 = 3
    BFLOAT16 = 4
    INT64 = 5
    INT32 = 6
    UINT8 = 7


PREFIXES = {
    Status: "RS_", Dtype: "RS_", Process: "RS_PROCESS_", Prediction: "RS_PREDICT_",
    Time: "RS_TIME_", Betas: "RS_BETAS_", Guidance: "RS_GUIDANCE_", Pass: "RS_PASS_",
    Clip: "RS_CLIP_", Grid: "RS_GRID_", Spacing: "RS_SPACING_", End: "RS_END_",
    Solver: "RS_SOLVER_", Meet: "RS_MEET_", Start: "RS_START_", StepKind: "RS_STEP_",
    StepFlags: "RS_STEP_", Noise: "RS_NOISE_", TextForm: "RS_TEXT_",
    Search: "RS_EXEMPLAR_", Tune: "RS_TUNE_", TorchType: "RS_TORCH_",
}

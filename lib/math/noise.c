/* SPDX-License-Identifier: MIT */
#include "math/noise.h"

#include <math.h>
#include <string.h>

#include "base/elementary.h"

/* Blocks that are made together: the loops over them are what the compiler vectorises. */
#define LANES 64

typedef struct {
  uint32_t word[4][LANES];
} blocks;

static void philox(blocks *b, uint32_t key0, uint32_t key1) {
  for (int round = 0; round < 10; round++) {
    for (int i = 0; i < LANES; i++) {
      const uint64_t p0 = (uint64_t)0xD2511F53u * b->word[0][i];
      const uint64_t p1 = (uint64_t)0xCD9E8D57u * b->word[2][i];
      b->word[0][i] = (uint32_t)(p1 >> 32) ^ b->word[1][i] ^ key0;
      b->word[1][i] = (uint32_t)p1;
      b->word[2][i] = (uint32_t)(p0 >> 32) ^ b->word[3][i] ^ key1;
      b->word[3][i] = (uint32_t)p0;
    }
    key0 += 0x9E3779B9u;
    key1 += 0xBB67AE85u;
  }
}

void rs__noise_philox(const uint32_t counter[4], const uint32_t key[2], uint32_t block[4]) {
  blocks b;
  memset(&b, 0, sizeof b);
  for (int w = 0; w < 4; w++)
    b.word[w][0] = counter[w];
  philox(&b, key[0], key[1]);
  for (int w = 0; w < 4; w++)
    block[w] = b.word[w][0];
}

/* sqrt(-2 ln u) for u = (31 high bits + 1/2) / 2^31, in (0, 1].
 * u = m 2^e with m in [sqrt(1/2), sqrt(2)); ln m = 2 artanh((m-1)/(m+1)) as a series. */
static float radius(uint32_t word) {
  const float u = ((float)(int32_t)(word >> 1) + 0.5f) * 0x1p-31f;
  uint32_t bits;
  memcpy(&bits, &u, sizeof bits);
  const uint32_t shifted = bits - 0x3f3504f3u;
  const int32_t e = (int32_t)shifted >> 23;
  bits = (shifted & 0x007fffffu) + 0x3f3504f3u;
  float m;
  memcpy(&m, &bits, sizeof m);
  const float f = (m - 1.0f) / (m + 1.0f), z = f * f;
  const float series = 2.0f + z * (2.0f / 3 + z * (2.0f / 5 + z * (2.0f / 7 + z * (2.0f / 9))));
  const float log = (float)e * 0.69314718f + f * series;
  return sqrtf(-2.0f * log);
}

/* Cosine and sine of the angle 2 pi (word / 2^32), turned by half a quadrant: the two high bits
 * choose the quadrant, the others an angle within pi/4 of its middle, where the series are short.
 */
static void direction(uint32_t word, float *cosine, float *sine) {
  const float t = (float)((int32_t)(word << 2)) * (0x1p-32f * 1.57079633f), z = t * t;
  const float s =
      t * (1.0f + z * (-1.0f / 6 + z * (1.0f / 120 + z * (-1.0f / 5040 + z * (1.0f / 362880)))));
  const float c = 1.0f + z * (-0.5f + z * (1.0f / 24 + z * (-1.0f / 720 + z * (1.0f / 40320))));
  const uint32_t odd = 0u - ((word >> 30) & 1u), turn = (word >> 31) << 31;
  uint32_t sb, cb;
  memcpy(&sb, &s, sizeof sb);
  memcpy(&cb, &c, sizeof cb);
  const uint32_t cosine_bits = ((cb & ~odd) | ((sb ^ 0x80000000u) & odd)) ^ turn;
  const uint32_t sine_bits = ((sb & ~odd) | (cb & odd)) ^ turn;
  memcpy(cosine, &cosine_bits, sizeof cosine_bits);
  memcpy(sine, &sine_bits, sizeof sine_bits);
}

/* Box-Muller on the word pairs (0, 1) and (2, 3); word number w of a block gives its normal w. */
static void normals(const blocks *b, float z[4][LANES]) {
  for (int pair = 0; pair < 4; pair += 2)
    for (int i = 0; i < LANES; i++) {
      const float r = radius(b->word[pair][i]);
      float c, s;
      direction(b->word[pair + 1][i], &c, &s);
      z[pair][i] = r * c;
      z[pair + 1][i] = r * s;
    }
}

static void interleave(float z[4][LANES], float out[4 * LANES]) {
  for (int i = 0; i < LANES; i++)
    for (int w = 0; w < 4; w++)
      out[4 * i + w] = z[w][i];
}

void rs__noise_normals(const rs_noise_key *key, uint64_t first, size_t count, float *output) {
  const uint32_t purpose = key->purpose + 256u * key->segment;
  uint64_t block = first / 4;
  size_t skip = (size_t)(first % 4);
  while (count) {
    blocks b;
    float z[4][LANES], out[4 * LANES];
    for (int i = 0; i < LANES; i++) {
      b.word[0][i] = (uint32_t)(block + (uint64_t)i);
      b.word[1][i] = key->step;
      b.word[2][i] = key->iteration;
      b.word[3][i] = purpose;
    }
    philox(&b, (uint32_t)key->seed, (uint32_t)(key->seed >> 32));
    normals(&b, z);
    interleave(z, out);
    const size_t have = 4 * LANES - skip, n = count < have ? count : have;
    memcpy(output, out + skip, n * sizeof *output);
    output += n;
    count -= n;
    block += LANES;
    skip = 0;
  }
}

/* Marsaglia and Tsang 2000: gamma(a) = (a - 1/3) v for a normal x and a uniform u when
 * ln u < x^2/2 + c - c v + c ln v, v = (1 + x / sqrt(9 c))^3, c = a - 1/3. Half-integer shapes
 * below 1 are raised by one: gamma(a) = gamma(a + 1) u^(1/a). */
double rs__noise_student(const rs_noise_key *key, double d) {
  const double shape = d / 2, a = shape < 1 ? shape + 1 : shape, c = a - 1.0 / 3;
  rs_noise_key own = *key;
  own.purpose += 128;
  for (uint64_t trial = 0;; trial++) {
    float x;
    uint32_t word[4];
    const uint32_t k[2] = {(uint32_t)own.seed, (uint32_t)(own.seed >> 32)};
    const uint32_t counter[4] = {(uint32_t)(2 * trial + 1), own.step, own.iteration,
                                 own.purpose + 256u * own.segment};
    rs__noise_normals(&own, 8 * trial, 1, &x);
    rs__noise_philox(counter, k, word);
    const double u = (word[0] + 0.5) / 4294967296.0, lift = (word[1] + 0.5) / 4294967296.0;
    const double root = 1 + (double)x / sqrt(9 * c), v = root * root * root;
    if (root <= 0 || rs__log(u) >= (double)x * (double)x / 2 + c - c * v + c * rs__log(v))
      continue;
    const double gamma = c * v * (shape < 1 ? rs__pow(lift, 1 / shape) : 1);
    return sqrt(d / (2 * gamma));
  }
}

rs_status rs_normals(const rs_noise_key *key, uint64_t first, size_t count, float *output) {
  const uint64_t elements = (uint64_t)1 << 34;
  if (!key || (count && !output) || key->purpose > 255 || key->segment >= 1u << 24 ||
      first > elements || count > elements - first)
    return RS_ERR_ARGUMENT;
  rs__noise_normals(key, first, count, output);
  return RS_OK;
}

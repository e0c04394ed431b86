/* SPDX-License-Identifier: MIT
 * Included once for each instruction set: TARGET, NAME(x), and NAME(philox) where the compiler
 * needs help with it. */

#ifndef OWN_PHILOX
TARGET static void NAME(philox)(blocks *b, size_t lanes, const uint32_t counter[4],
                                const uint32_t key[2]) {
  uint32_t k[2] = {key[0], key[1]};
  for (size_t i = 0; i < WHOLE(lanes); i++) {
    b->word[0][i] = counter[0] + (uint32_t)i;
    for (int w = 1; w < 4; w++)
      b->word[w][i] = counter[w];
  }
  for (int round = 0; round < RS__PHILOX_ROUNDS; round++, rs__philox_bump(k))
    for (size_t i = 0; i < WHOLE(lanes); i++) {
      uint32_t word[4] = {b->word[0][i], b->word[1][i], b->word[2][i], b->word[3][i]};
      rs__philox_round(word, k);
      for (int w = 0; w < 4; w++)
        b->word[w][i] = word[w];
    }
}
#endif

/* sqrt(-2 ln u) for u = (31 high bits + 1/2) / 2^31, in (0, 1].
 * u = m 2^e with m in [sqrt(1/2), sqrt(2)); ln m = 2 artanh((m-1)/(m+1)) as a series. */
TARGET RS__INLINE float NAME(radius)(uint32_t word) {
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
TARGET RS__INLINE void NAME(direction)(uint32_t word, float *cosine, float *sine) {
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
TARGET static void NAME(box_muller)(const blocks *b, size_t lanes, float z[4][LANES]) {
  for (int pair = 0; pair < 4; pair += 2)
    for (size_t i = 0; i < WHOLE(lanes); i++) {
      const float r = NAME(radius)(b->word[pair][i]);
      float c, s;
      NAME(direction)(b->word[pair + 1][i], &c, &s);
      z[pair][i] = r * c;
      z[pair + 1][i] = r * s;
    }
}

TARGET static void NAME(interleave)(float z[4][LANES], size_t lanes, float *restrict out) {
  for (size_t i = 0; i < WHOLE(lanes); i++)
    for (int w = 0; w < 4; w++)
      out[4 * i + (size_t)w] = z[w][i];
}

TARGET static void NAME(normals)(const rs_noise_key *key, uint64_t first, size_t count,
                                 float *output) {
  const uint32_t k[2] = {(uint32_t)key->seed, (uint32_t)(key->seed >> 32)};
  uint32_t counter[4] = {(uint32_t)(first / 4), key->step, key->iteration,
                         key->purpose + 256u * key->segment};
  size_t skip = (size_t)(first % 4);
  while (count) {
    blocks b;
    float z[4][LANES], out[4 * LANES];
    const size_t most = 4 * LANES - skip, n = count < most ? count : most;
    const size_t lanes = WHOLE((skip + n + 3) / 4 + GROUP - 1);
    const bool whole = n == 4 * LANES;
    NAME(philox)(&b, lanes, counter, k);
    NAME(box_muller)(&b, lanes, z);
    NAME(interleave)(z, lanes, whole ? output : out);
    if (!whole)
      memcpy(output, out + skip, n * sizeof *output);
    output += n;
    count -= n;
    counter[0] += LANES;
    skip = 0;
  }
}

/* SPDX-License-Identifier: MIT
 * Philox for AVX2 and AVX-512: included once for each with TARGET, NAME(x), and the instructions.
 * Each of two vectors has every other block, a word of it in the low half of 64 bits, where the
 * multiplication wants it. What is in the high halves does not matter. */

TARGET static void NAME(philox)(blocks *b, size_t lanes, const uint32_t counter[4],
                                const uint32_t key[2]) {
  const VECTOR m0 = SPREAD(RS__PHILOX_0), m1 = SPREAD(RS__PHILOX_1);
  for (size_t i = 0; i < WHOLE(lanes); i += sizeof(VECTOR) / 4) {
    VECTOR word[2][4];
    uint32_t k[2] = {key[0], key[1]};
    for (int odd = 0; odd < 2; odd++) {
      word[odd][0] = ADD(SPREAD(counter[0] + (uint32_t)i + (uint32_t)odd), EVEN);
      for (int w = 1; w < 4; w++)
        word[odd][w] = SPREAD(counter[w]);
    }
    for (int round = 0; round < RS__PHILOX_ROUNDS; round++, rs__philox_bump(k))
      for (int odd = 0; odd < 2; odd++) {
        VECTOR *x = word[odd];
        const VECTOR p0 = MULTIPLY(m0, x[0]), p1 = MULTIPLY(m1, x[2]);
        x[0] = XOR(HIGH(p1), x[1], SPREAD(k[0]));
        x[1] = p1;
        x[2] = XOR(HIGH(p0), x[3], SPREAD(k[1]));
        x[3] = p0;
      }
    for (int w = 0; w < 4; w++)
      STORE(&b->word[w][i], MERGE(word[0][w], word[1][w]));
  }
}

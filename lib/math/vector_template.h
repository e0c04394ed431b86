/* SPDX-License-Identifier: MIT
 * Included by vector.c once for float and once for double: REAL, NAME(x). */

/* Works through a block at a time in a buffer of its own: out may alias, the loops still
 * vectorise, and memory is read and written once. */
void NAME(rs__vector_combine)(REAL *out, size_t n, int count, const REAL *const *v,
                              const double *c) {
  for (size_t at = 0; at < n; at += BLOCK) {
    REAL sum[BLOCK] = {0};
    const size_t m = n - at < BLOCK ? n - at : BLOCK;
    for (int k = 0; k < count; k++) {
      const REAL ck = (REAL)c[k], *vk = v[k] + at;
      if (k == 0)
        for (size_t i = 0; i < m; i++)
          sum[i] = ck * vk[i];
      else
        for (size_t i = 0; i < m; i++)
          sum[i] += ck * vk[i];
    }
    memcpy(out + at, sum, m * sizeof *out);
  }
}

/* x - x is 0 for finite x only. */
size_t NAME(rs__vector_nonfinite)(const REAL *v, size_t n) {
  for (size_t at = 0; at < n; at += BLOCK) {
    const size_t m = n - at < BLOCK ? n - at : BLOCK;
    int bad = 0;
    for (size_t i = 0; i < m; i++)
      bad |= !(v[at + i] - v[at + i] == 0);
    for (size_t i = 0; bad && i < m; i++)
      if (!(v[at + i] - v[at + i] == 0))
        return at + i;
  }
  return n;
}

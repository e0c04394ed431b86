/* SPDX-License-Identifier: MIT
 * Included once for each instruction set and type: TARGET, NAME(x); REAL, BITS, and FINITE, which
 * added to the bits without sign carries into the sign's place unless the number is finite. */

enum { NAME(BLOCK) = 256, NAME(AT_ONCE) = 4 };

/* out = sum of the terms, or out + them: at most AT_ONCE, their number known to the compiler. */
TARGET RS__INLINE void NAME(terms)(REAL *out, size_t n, int count, bool more, const REAL *const *v,
                                   const double *c) {
  const REAL *v0 = v[0], *v1 = v[count > 1 ? 1 : 0], *v2 = v[count > 2 ? 2 : 0],
             *v3 = v[count > 3 ? 3 : 0];
  const REAL c0 = (REAL)c[0], c1 = (REAL)c[count > 1 ? 1 : 0], c2 = (REAL)c[count > 2 ? 2 : 0],
             c3 = (REAL)c[count > 3 ? 3 : 0];
  RS__SIDE_BY_SIDE
  for (size_t i = 0; i < n; i++) {
    REAL sum = more ? out[i] + c0 * v0[i] : c0 * v0[i];
    if (count > 1)
      sum += c1 * v1[i];
    if (count > 2)
      sum += c2 * v2[i];
    if (count > 3)
      sum += c3 * v3[i];
    out[i] = sum;
  }
}

TARGET static void NAME(few)(REAL *out, size_t n, int count, const REAL *const *v,
                             const double *c) {
  if (count == 1)
    NAME(terms)(out, n, 1, false, v, c);
  else if (count == 2)
    NAME(terms)(out, n, 2, false, v, c);
  else if (count == 3)
    NAME(terms)(out, n, 3, false, v, c);
  else
    NAME(terms)(out, n, 4, false, v, c);
}

/* A block at a time in a buffer of its own: out may be one of the vectors that come later. */
TARGET static void NAME(many)(REAL *out, size_t n, int count, const REAL *const *v,
                              const double *c) {
  for (size_t at = 0; at < n; at += NAME(BLOCK)) {
    REAL sum[NAME(BLOCK)];
    const size_t m = n - at < NAME(BLOCK) ? n - at : NAME(BLOCK);
    const REAL *const first[NAME(AT_ONCE)] = {v[0] + at, v[1] + at, v[2] + at, v[3] + at};
    NAME(terms)(sum, m, NAME(AT_ONCE), false, first, c);
    for (int k = NAME(AT_ONCE); k < count; k++) {
      const REAL *const next[1] = {v[k] + at};
      NAME(terms)(sum, m, 1, true, next, c + k);
    }
    memcpy(out + at, sum, m * sizeof *out);
  }
}

TARGET static void NAME(combine)(REAL *out, size_t n, int count, const REAL *const *v,
                                 const double *c) {
  if (count == 0)
    memset(out, 0, n * sizeof *out);
  else if (count <= NAME(AT_ONCE))
    NAME(few)(out, n, count, v, c);
  else
    NAME(many)(out, n, count, v, c);
}

TARGET RS__INLINE BITS NAME(infinite)(REAL v) {
  BITS bits;
  memcpy(&bits, &v, sizeof bits);
  return (bits & ((BITS)-1 >> 1)) + FINITE;
}

TARGET static size_t NAME(nonfinite)(const REAL *v, size_t n) {
  const BITS sign = (BITS)1 << (8 * sizeof(BITS) - 1);
  for (size_t at = 0; at < n; at += NAME(BLOCK)) {
    const size_t m = n - at < NAME(BLOCK) ? n - at : NAME(BLOCK);
    BITS any = 0;
    for (size_t i = 0; i < m; i++)
      any |= NAME(infinite)(v[at + i]);
    for (size_t i = 0; any & sign && i < m; i++)
      if (NAME(infinite)(v[at + i]) & sign)
        return at + i;
  }
  return n;
}

TARGET static void NAME(blend)(REAL *out, size_t n, const REAL *v, const REAL *mask) {
  RS__SIDE_BY_SIDE
  for (size_t i = 0; i < n; i++)
    out[i] += mask[i] * (v[i] - out[i]);
}

TARGET static void NAME(scale)(REAL *v, size_t n, double c) {
  const REAL factor = (REAL)c;
  for (size_t i = 0; i < n; i++)
    v[i] *= factor;
}

TARGET static void NAME(clip)(REAL *v, size_t n, double low, double high) {
  const REAL bottom = (REAL)low, top = (REAL)high;
  for (size_t i = 0; i < n; i++) {
    const REAL raised = v[i] < bottom ? bottom : v[i];
    v[i] = raised > top ? top : raised;
  }
}

/* SPDX-License-Identifier: MIT
 * Included by vector.c once for float and once for double: REAL, NAME(x). */

double NAME(rs__vector_spread)(const REAL *v, size_t n) {
  double mean = 0, sum = 0;
  for (size_t i = 0; i < n; i++)
    mean += (double)v[i];
  mean /= (double)n;
  for (size_t i = 0; i < n; i++)
    sum += ((double)v[i] - mean) * ((double)v[i] - mean);
  return sqrt(sum / (double)n);
}

/* Puts the k-th smallest at place k, nothing larger before it and nothing smaller behind it
 * (Hoare's selection). */
static void NAME(select)(REAL *v, size_t n, size_t k) {
  size_t low = 0, high = n - 1;
  while (low < high) {
    const REAL pivot = v[low + (high - low) / 2];
    size_t i = low, j = high;
    for (;;) {
      while (v[i] < pivot)
        i++;
      while (pivot < v[j])
        j--;
      if (i >= j)
        break;
      const REAL t = v[i];
      v[i++] = v[j];
      v[j--] = t;
    }
    if (k <= j)
      high = j;
    else
      low = j + 1;
  }
}

double NAME(rs__vector_quantile)(const REAL *v, size_t n, double q, REAL *scratch) {
  const double place = q * (double)(n - 1);
  const size_t k = (size_t)place;
  for (size_t i = 0; i < n; i++)
    scratch[i] = v[i] < 0 ? -v[i] : v[i];
  NAME(select)(scratch, n, k);
  double next = (double)scratch[k];
  if (k + 1 < n) {
    next = (double)scratch[k + 1];
    for (size_t i = k + 2; i < n; i++)
      next = (double)scratch[i] < next ? (double)scratch[i] : next;
  }
  return (double)scratch[k] + (place - (double)k) * (next - (double)scratch[k]);
}

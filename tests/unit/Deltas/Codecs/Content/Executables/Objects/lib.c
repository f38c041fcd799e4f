typedef unsigned long size_t;
#ifdef SECOND
long added[7]; long more(long x) { added[x & 7] += x; return added[1] * 3; }
#endif
long counters[12]; static long hidden[5]; extern const char *const names[]; 
struct shape { const char *name; long (*area)(long); void *next; };
__attribute__((noinline)) long square(long x) { counters[1] += x; return x * x; }
__attribute__((noinline)) long twice(long x) { hidden[2] = x; return square(x) + counters[3]; }
#ifdef SECOND
__attribute__((noinline)) long fresh(long x) { return more(x) + twice(x) + hidden[1]; }
#endif
__attribute__((noinline, visibility("default"))) long choose(long x, long y) {
  switch (x) { case 0: return square(y); case 1: return twice(y) + 1; case 2: return counters[y & 3]; case 3: return square(y + 5) * twice(y);
  case 4: return y - 4; case 5: hidden[4]++; return hidden[3]; case 6: return square(twice(y)); case 7: return y % 7; } return -1; }
__attribute__((noinline)) long loop(long n) { long s = 0; for (long i = 0; i < n; i++) { s += choose(i & 7, s); if (s > 1000000) return twice(s); if (!names[i & 3]) s -= square(i); } return s; }
const char *const names[] = { "circle", "square", "triangle", "line",
#ifdef SECOND
 "hexagon",
#endif
};
struct shape shapes[] = { { "circle", square, &shapes[1] }, { "square", twice, &shapes[2] }, { "line", loop, 0 } };
__attribute__((visibility("default"))) long total(void) { long s = 0; for (struct shape *p = shapes; p; p = p->next) s += p->area(counters[0]); return s; }
#ifdef MAIN
void _start(void) { counters[11] = total(); for (;;) ; }
#endif

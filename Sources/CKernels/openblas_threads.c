// OpenBLAS asks this function of its own, when it is loaded and so before any call of vampc, how many threads to start;
// its own answer is the environment variable OPENBLAS_NUM_THREADS, and without that one for each core. vampc divides
// its work among its own threads. Those of OpenBLAS would only take address space, 200 MB with two cores, and where
// that is short they never end.
int openblas_num_threads_env(void);
int openblas_num_threads_env(void) { return 1; }

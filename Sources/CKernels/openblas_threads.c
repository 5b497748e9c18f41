// OpenBLAS calls this function of its own when it is loaded, before any call of vampc, to learn how many threads to
// start. OpenBLAS's own version answers with the environment variable OPENBLAS_NUM_THREADS, or else with the number of
// cores. vampc divides its work among its own threads. Threads of OpenBLAS would only take address space, 200 MB with
// two cores, and where address space is short, such threads never end.
int openblas_num_threads_env(void);
int openblas_num_threads_env(void) { return 1; }

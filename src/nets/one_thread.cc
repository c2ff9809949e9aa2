#include "nets/one_thread.h"

// Of gcc's OpenMP; its omp.h is found by gcc alone.
extern "C" {
int omp_get_max_threads();
void omp_set_num_threads(int threads);
}

namespace ca::nets {

OneThread::OneThread() : before_(omp_get_max_threads()) { omp_set_num_threads(1); }

OneThread::~OneThread() { omp_set_num_threads(before_); }

}  // namespace ca::nets

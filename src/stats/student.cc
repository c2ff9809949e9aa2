#include "stats/student.h"

#include <boost/math/distributions/students_t.hpp>
#include <cmath>

namespace ca::stats {

double t_two_sided(double t, double degrees) {
  return 2 *
         boost::math::cdf(boost::math::complement(boost::math::students_t(degrees), std::abs(t)));
}

double t_above(double degrees, double tail) {
  return boost::math::quantile(boost::math::complement(boost::math::students_t(degrees), tail));
}

}  // namespace ca::stats

#include "CKernel.h"

#include <limits.h>
#include <sys/prctl.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <sys/timex.h>

int hokmd_forbid_dumps(void) {
    const struct rlimit none = {0, 0};
    const int limited = setrlimit(RLIMIT_CORE, &none);
    return prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) == 0 && limited == 0 ? 0 : -1;
}

int hokmd_clock_is_synchronised(void) {
    struct timex state = {.modes = 0};
    if (adjtimex(&state) < 0) return -1;
    return (state.status & STA_UNSYNC) ? 0 : 1;
}

int hokmd_entropy_is_ready(void) {
    unsigned char byte;
    return getrandom(&byte, 1, GRND_NONBLOCK) == 1;
}

long hokmd_locked_bytes_max(void) {
    struct rlimit limit;
    if (getrlimit(RLIMIT_MEMLOCK, &limit) != 0) return 0;
    return limit.rlim_max > LONG_MAX ? LONG_MAX : (long)limit.rlim_max;
}

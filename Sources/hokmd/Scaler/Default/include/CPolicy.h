#ifndef CPOLICY_H
#define CPOLICY_H

#include <stddef.h>

/// config/policy.yaml, as it lies in the binary; it lives as long as the process.
const unsigned char *default_policy(void);
/// Its bytes.
size_t default_policy_length(void);

#endif

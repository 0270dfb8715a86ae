// The shipped policy, embedded: what a scaler goes by that is given no file.

#include "CPolicy.h"

// C23's #embed, which clang has in every mode of the language.
#pragma clang diagnostic ignored "-Wc23-extensions"

static const unsigned char policy[] = {
#embed "../../../../config/policy.yaml"
};

const unsigned char *default_policy(void) { return policy; }
size_t default_policy_length(void) { return sizeof(policy); }

#ifndef HOKMD_CSODIUM_SHIM_H
#define HOKMD_CSODIUM_SHIM_H

#include <sodium.h>

#endif

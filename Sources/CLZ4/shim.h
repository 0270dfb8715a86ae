#ifndef HOKMD_CLZ4_SHIM_H
#define HOKMD_CLZ4_SHIM_H

#include <lz4.h>

#endif

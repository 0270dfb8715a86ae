#ifndef HOKMD_CYAML_SHIM_H
#define HOKMD_CYAML_SHIM_H

#include <yaml.h>

#endif

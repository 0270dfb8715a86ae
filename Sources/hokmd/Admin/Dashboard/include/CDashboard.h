#ifndef CDASHBOARD_H
#define CDASHBOARD_H

#include <stddef.h>

/// The dashboard's page, as it lies in the binary; it lives as long as the process.
const unsigned char *dashboard_page(void);
/// Its bytes.
size_t dashboard_page_length(void);

#endif

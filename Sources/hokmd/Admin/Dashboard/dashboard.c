// The admin port's page, embedded: one file, so that it needs nothing from elsewhere.

#include "CDashboard.h"

// C23's #embed, which clang has in every mode of the language.
#pragma clang diagnostic ignored "-Wc23-extensions"

static const unsigned char page[] = {
#embed "page/dashboard.html"
};

const unsigned char *dashboard_page(void) { return page; }
size_t dashboard_page_length(void) { return sizeof(page); }

/* A sheet of claims as one page that needs nothing else: text, and a plot of what each reading was decided by against
 * what is claimed. */
#ifndef WASMOGRAPH_REPORT_CLAIM_SHEET_HTML_H
#define WASMOGRAPH_REPORT_CLAIM_SHEET_HTML_H

#include "base/err.h"
#include "report/claim_sheet.h"
#include "store/store.h"

/* Writes the page to a file, which is whole or not there. ERR_IO, ERR_NO_SPACE; errors of reading the store. */
int claim_sheet_html_write(const char *path, struct store *store, const struct claim_sheet *sheet, struct err *err);

#endif

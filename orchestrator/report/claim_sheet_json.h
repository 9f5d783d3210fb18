/* A sheet of claims as one document: {"schema","provisional","claims":[…],"counts":{…}}. The caller frees. */
#ifndef WASMOGRAPH_REPORT_CLAIM_SHEET_JSON_H
#define WASMOGRAPH_REPORT_CLAIM_SHEET_JSON_H

#include "base/json.h"
#include "report/claim_sheet.h"

struct json *claim_sheet_json(const struct claim_sheet *sheet);

#endif

/* Every reader of results: brings the headers of text, JSON, CSV, lists and single launches. */
#ifndef WASMOGRAPH_REPORT_REPORT_H
#define WASMOGRAPH_REPORT_REPORT_H

#include "report/csv.h"
#include "report/json.h"
#include "report/launch.h"
#include "report/launch_json.h"
#include "report/list.h"
#include "report/summary.h"
#include "report/text.h"

#endif

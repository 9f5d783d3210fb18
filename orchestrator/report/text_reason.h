/* A launch's reason behind the word for its outcome: reasons may begin with that word ("void: the page
 * was hidden"), and it is not said twice. Pure; borrowed from `reason`. */
#ifndef WASMOGRAPH_REPORT_TEXT_REASON_H
#define WASMOGRAPH_REPORT_TEXT_REASON_H

const char *text_reason(const char *reason, const char *outcome);

#endif

#include "report/claim_sheet_html.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/fs.h"
#include "base/mem.h"
#include "report/claim_plot.h"
#include "report/cohort.h"
#include "report/machine.h"
#include "report/text_claims.h"
#include "report/unit.h"
#include "claim_sheet_css.h" /* generated from claim_sheet.css */

enum { PAGE_CEILING = 64 << 20, SAMPLES_MAX = 100000 };

/* Chooses what is shown by verdict; the only script of the page. */
static const char SCRIPT[] =
	"for (const button of document.querySelectorAll('nav button')) button.onclick = () => {\n"
	"\tfor (const other of document.querySelectorAll('nav button')) other.setAttribute('aria-pressed', other === button);\n"
	"\tfor (const claim of document.querySelectorAll('article, .overview a'))\n"
	"\t\tclaim.hidden = button.value !== 'all' && !claim.classList.contains(button.value);\n"
	"};\n";

struct page {
	struct buf html;
	struct store *store;
	const struct claim_source *loaded; /* whose cohort that is; NULL: none */
	struct cohort cohort;
	struct err *err;
	bool failed;
};

static void append_escaped(struct buf *out, const char *text)
{
	for (; *text; text++) {
		switch (*text) {
		case '&': buf_append_format(out, "&amp;"); break;
		case '<': buf_append_format(out, "&lt;"); break;
		case '>': buf_append_format(out, "&gt;"); break;
		case '"': buf_append_format(out, "&quot;"); break;
		default: buf_append(out, text, 1);
		}
	}
}

/* <p class="…">LEADTEXT</p> */
static void append_paragraph(struct buf *out, const char *class, const char *lead, const char *text)
{
	buf_append_format(out, "<p class='%s'>%s", class, lead);
	append_escaped(out, text);
	buf_append_format(out, "</p>\n");
}

/* ---- the values behind a verdict ---- */

static bool load(struct page *page, const struct claim_source *source)
{
	if (page->loaded == source)
		return true;
	if (page->loaded)
		cohort_release(&page->cohort);
	page->loaded = NULL;
	if (cohort_load(page->store, &source->summary->run, source->probe, &page->cohort, page->err)) {
		page->failed = true;
		return false;
	}
	page->loaded = source;
	return true;
}

static size_t ratio_values(const struct cohort *cohort, const struct probe_claim *said, double *values)
{
	double *against = mem_alloc_zero((size_t)cohort->blocks + 1, sizeof *against);
	size_t count = cohort_pairs(cohort, cohort_arm(cohort, said->arm), cohort_arm(cohort, said->against), said->metric,
		false, values, against);
	for (size_t i = 0; i < count; i++)
		values[i] /= against[i];
	free(against);
	return count;
}

static size_t take_series(const struct cohort_member *member, const char *metric, double factor, double *samples,
	size_t count)
{
	const struct json *values = json_get(json_get(json_get(member->launch->report, "series"), metric), "values");
	for (const struct json *m = json_first(values); m && count < SAMPLES_MAX; m = json_next(m))
		samples[count++] = json_as_number(m, NAN) * factor;
	return count;
}

static size_t series_values(const struct cohort *cohort, const struct probe_claim *said, double factor, double *samples)
{
	size_t count = 0, arm = cohort_arm(cohort, said->arm);
	for (size_t i = 0; i < cohort->count; i++) {
		const struct cohort_member *member = &cohort->members[i];
		if (member->arm == arm && cohort_counts_metric(cohort, member, said->metric))
			count = take_series(member, said->metric, factor, samples, count);
	}
	return count;
}

/* From the metric's unit to the claim's. */
static double factor_of(const struct claim_reading *reading)
{
	const struct probe_claim *said = reading->said;
	const struct summary_metric *metric = summary_find(summary_arm(reading->source->summary, said->arm), said->metric);
	return metric && said->unit ? unit_factor(metric->unit, said->unit) : NAN;
}

static void append_number_plot(struct page *page, const struct claim_reading *reading)
{
	const struct probe_claim *said = reading->said;
	const struct cohort *cohort = &page->cohort;
	double *values = mem_alloc_zero(cohort->count + (size_t)cohort->blocks + 1, sizeof *values);
	double *samples = mem_alloc_zero(SAMPLES_MAX, sizeof *samples);
	bool number = said->rule == PROBE_CLAIM_NUMBER, ratio = said->against != NULL;
	double factor = ratio ? 1 : factor_of(reading);
	struct claim_plot plot = { .unit = ratio ? "times" : said->unit, .measured = reading->claim->measured, .values = values,
		.claimed_low = number || said->rule == PROBE_CLAIM_RATIO ? said->value / said->per : NAN,
		.claimed_high = number || said->rule == PROBE_CLAIM_RATIO ? said->to / said->per : NAN,
		.least = said->rule == PROBE_CLAIM_EXCEEDS ? said->value : NAN, .samples = samples };
	plot.value_count = ratio ? ratio_values(cohort, said, values)
		: cohort_values(cohort, cohort_arm(cohort, said->arm), said->metric, values);
	for (size_t i = 0; i < plot.value_count && !ratio; i++)
		values[i] *= factor;
	plot.sample_count = ratio ? 0 : series_values(cohort, said, factor, samples);
	claim_plot_append(&page->html, &plot);
	free(samples);
	free(values);
}

static void append_plot(struct page *page, const struct claim_reading *reading)
{
	if (!reading->claim)
		return;
	if (reading->said->observation)
		claim_plot_append_observed(&page->html, reading->claim->observed, reading->claim->replicates);
	else if (load(page, reading->source))
		append_number_plot(page, reading);
}

/* ---- the page ---- */

static void append_evidence(struct page *page, const struct claim_reading *reading)
{
	const struct claim_source *source = reading->source;
	struct buf *out = &page->html;
	buf_append_format(out, "<p class='evidence'>probe <code>%s</code>, arm <code>", source->probe->name);
	append_escaped(out, reading->said->arm);
	buf_append_format(out, "</code>%s<code>%s</code>", source->summary ? ", run " : "",
		source->summary ? source->summary->run.id : "");
	if (reading->said->source) {
		buf_append_format(out, "; source: ");
		append_escaped(out, reading->said->source);
	}
	buf_append_format(out, "</p>\n");
}

static void append_reading(struct page *page, const struct claim_reading *reading, bool leading)
{
	struct buf *out = &page->html;
	const char *verdict = verdict_claim_name(claim_reading_verdict(reading));
	char *reason = claim_reading_reason(reading);
	char *figures = reading->claim ? text_claims_figures(reading->claim) : NULL;
	buf_append_format(out, "<div class='reading'>\n");
	if (reading->said->reading)
		append_paragraph(out, "as", leading ? "Read as " : "Also read as ", reading->said->reading);
	if (!leading)
		buf_append_format(out, "<p class='verdict %s'>%s</p>\n", verdict, verdict_claim_words(claim_reading_verdict(reading)));
	if (figures)
		append_paragraph(out, "figures", "", figures);
	append_plot(page, reading);
	append_paragraph(out, "why", "Why: ", reason);
	append_evidence(page, reading);
	buf_append_format(out, "</div>\n");
	free(figures);
	free(reason);
}

static void append_entry(struct page *page, const struct claim_entry *entry)
{
	struct buf *out = &page->html;
	const char *verdict = verdict_claim_name(claim_entry_verdict(entry));
	buf_append_format(out, "<article id='%s' class='%s'><header><span class='id'>%s</span><h3>", entry->id, verdict, entry->id);
	append_escaped(out, entry->says);
	buf_append_format(out, " <span class='section'>(");
	append_escaped(out, entry->section);
	buf_append_format(out, ")</span></h3><span class='verdict %s'>%s</span></header>\n", verdict,
		verdict_claim_words(claim_entry_verdict(entry)));
	for (size_t i = 0; i < entry->reading_count; i++)
		append_reading(page, &entry->readings[i], i == 0);
	buf_append_format(out, "</article>\n");
}

static void append_machine(struct buf *out, const struct claim_sheet *sheet)
{
	for (size_t i = 0; i < sheet->entry_count; i++) {
		const struct claim_source *source = sheet->entries[i].readings[0].source;
		if (!source->summary)
			continue;
		char *machine = machine_text(source->summary->run.environment, source->summary->cpus_by);
		append_paragraph(out, "machine", "", machine);
		free(machine);
		return;
	}
}

static void append_filter(struct buf *out, const char *value, const char *label, size_t count)
{
	buf_append_format(out, "<button type='button' value='%s' aria-pressed='%s'>%s %zu</button>", value,
		strcmp(value, "all") == 0 ? "true" : "false", label, count);
}

static void append_head(struct buf *out, const struct claim_sheet *sheet)
{
	buf_append_format(out, "<!doctype html>\n<html lang='en'><head><meta charset='utf-8'>"
		"<meta name='viewport' content='width=device-width'><title>Claims, measured</title>\n<style>\n");
	buf_append(out, CLAIM_SHEET_CSS, strlen(CLAIM_SHEET_CSS));
	buf_append_format(out, "</style></head><body><main>\n<header><h1>Claims, measured</h1>\n<p>%zu published claims%s. Dots are "
		"launches (of a ratio: blocks), the bar is the interval, ticks above are single calls; the red line is what is claimed, "
		"the shade what would confirm it.</p>\n", sheet->entry_count,
		sheet->provisional ? "; verdicts are provisional, of a quick run" : "");
	append_machine(out, sheet);
	buf_append_format(out, "</header>\n<nav>");
	for (size_t i = 0; i < sheet->entry_count; i++) {
		if (i == 0 || sheet->entries[i].chapter != sheet->entries[i - 1].chapter)
			buf_append_format(out, "<a href='#chapter-%d'>Chapter %d</a>", sheet->entries[i].chapter, sheet->entries[i].chapter);
	}
	buf_append_format(out, "<span class='filters'>");
	append_filter(out, "all", "all", sheet->entry_count);
	for (int i = 0; i < CLAIM_VERDICTS; i++) {
		enum verdict_claim verdict = (enum verdict_claim)i;
		append_filter(out, verdict_claim_name(verdict), verdict_claim_words(verdict), sheet->counts[i]);
	}
	buf_append_format(out, "</span></nav>\n");
}

/* All verdicts at a glance, each a link. */
static void append_overview(struct buf *out, const struct claim_sheet *sheet)
{
	buf_append_format(out, "<ul class='overview'>\n");
	for (size_t i = 0; i < sheet->entry_count; i++) {
		const struct claim_entry *entry = &sheet->entries[i];
		enum verdict_claim verdict = claim_entry_verdict(entry);
		buf_append_format(out, "<li><a href='#%s' class='%s' title=\"%s: ", entry->id, verdict_claim_name(verdict),
			verdict_claim_words(verdict));
		append_escaped(out, entry->says);
		buf_append_format(out, "\">%s</a></li>\n", entry->id);
	}
	buf_append_format(out, "</ul>\n");
}

static void append_page(struct page *page, const struct claim_sheet *sheet)
{
	append_head(&page->html, sheet);
	append_overview(&page->html, sheet);
	for (size_t i = 0; i < sheet->entry_count; i++) {
		const struct claim_entry *entry = &sheet->entries[i];
		if (i == 0 || entry->chapter != entry[-1].chapter)
			buf_append_format(&page->html, "<h2 id='chapter-%d'>Chapter %d</h2>\n", entry->chapter, entry->chapter);
		append_entry(page, entry);
	}
	buf_append_format(&page->html, "</main>\n<script>\n%s</script>\n</body></html>\n", SCRIPT);
}

int claim_sheet_html_write(const char *path, struct store *store, const struct claim_sheet *sheet, struct err *err)
{
	struct page page = { .store = store, .err = err };
	buf_init(&page.html, PAGE_CEILING);
	append_page(&page, sheet);
	int result = page.failed ? -1 : fs_write_atomic(path, page.html.data, page.html.length, 0644, err);
	if (page.loaded)
		cohort_release(&page.cohort);
	buf_release(&page.html);
	return result;
}

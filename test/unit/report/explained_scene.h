/* A launch with spikes of known causes, explained, for the tests of what tells of it. */
#ifndef WASMOGRAPH_TEST_REPORT_EXPLAINED_SCENE_H
#define WASMOGRAPH_TEST_REPORT_EXPLAINED_SCENE_H

#include "trace/scene.h"

#include "report/explanation.h"
#include "report/number.h"

#define EXPLAINED_RUN "20260101T000000Z-ping-abcd"
#define EXPLAINED_ARM "gc/worker/churn,GOGC=off"

/* Three episodes: two spikes by a collection, one by a collection and layout in halves, one never answered. */
static inline void explained_scene(struct scene *scene)
{
	static const double unanswered_ms[] = { 250, 250.2, SCENE_UNKNOWN, SCENE_UNKNOWN, SCENE_UNKNOWN };
	scene_init(scene);
	scene->samples.cold = 1;
	scene_noise(scene, 0, 300);
	scene_sample(scene, 5, 5.1, 5.2, 5.3, 9.9); /* cold, and slow by itself */
	scene_slice(scene, TRACE_WORKER, "MajorGC", 21, 60);
	scene_sample(scene, 20, 20.2, 60.1, 60.2, 61);
	scene_sample(scene, 25, 25.2, 60.3, 60.4, 61.1);
	scene_sample(scene, 80, 80.1, 80.3, 80.4, 80.7); /* on time */
	scene_slice(scene, TRACE_WORKER, "MajorGC", 101, 111);
	scene_slice(scene, TRACE_WORKER, "Layout", 111, 120);
	scene_sample(scene, 100, 100.2, 120.1, 120.2, 121);
	scene_sample(scene, 200, 200.1, 200.3, 200.4, 200.7); /* on time */
	scene_sample_plain(scene, unanswered_ms);
	scene->options = (struct explain_options){ .threshold_ms = 5, .tells_story = true, .story = 4 };
	scene_explain(scene, 300);
}

static inline struct explanation_launch explained_launch(const struct scene *scene)
{
	return (struct explanation_launch){ .run = EXPLAINED_RUN, .launch = "7", .arm = EXPLAINED_ARM,
		.samples = &scene->samples, .result = &scene->result };
}

/* What `write` prints, no line wider than 100 columns; the caller frees. */
typedef void (*explained_write_fn)(FILE *out, const struct explanation *explanation);
static inline char *explained_text(explained_write_fn write, const struct explanation *explanation)
{
	char *text = NULL;
	size_t length = 0;
	FILE *out = open_memstream(&text, &length);
	write(out, explanation);
	fclose(out);
	return text;
}

static inline void explained_check_width(const char *text)
{
	char *copy = mem_strdup(text), *rest = copy, *line;
	while ((line = strsep(&rest, "\n"))) {
		if (number_width(line) > NUMBER_COLUMNS)
			fail_msg("too wide: %s", line);
	}
	free(copy);
}

static inline void explained_holds(const char *text, const char *const *parts, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (!strstr(text, parts[i]))
			fail_msg("'%s' is missing in:\n%s", parts[i], text);
	}
}

#endif

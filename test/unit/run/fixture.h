/* A small probe, its spec, and uploads made by hand, for the tests of run/. */
#ifndef WASMOGRAPH_TEST_RUN_FIXTURE_H
#define WASMOGRAPH_TEST_RUN_FIXTURE_H

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/rng.h"
#include "probe/workload.h"
#include "run/spec.h"

static const char FIXTURE_PROBE[] =
	"{\"schema\":1,\"title\":\"t\",\"kind\":\"latency\",\"responder\":\"js\",\"isolation\":\"required\","
	"\"threshold_ms\":16.7,\"deadline_s\":30,"
	"\"parameters\":["
	"{\"name\":\"samples\",\"default\":40,\"least\":20,\"most\":1000,\"unit\":\"count\",\"whole\":true,\"help\":\"h\"},"
	"{\"name\":\"interval_ms\",\"default\":5,\"least\":1,\"most\":100,\"unit\":\"ms\",\"help\":\"h\"},"
	"{\"name\":\"warmup_ms\",\"default\":0,\"least\":0,\"most\":100,\"unit\":\"ms\",\"help\":\"h\"},"
	"{\"name\":\"drain_ms\",\"default\":500,\"least\":0,\"most\":5000,\"unit\":\"ms\",\"help\":\"h\"},"
	"{\"name\":\"churn_rate_mb_s\",\"default\":16,\"least\":0.1,\"most\":1000,\"unit\":\"MB/s\",\"help\":\"h\"},"
	"{\"name\":\"churn_step_ms\",\"default\":4,\"least\":1,\"most\":1000,\"unit\":\"ms\",\"help\":\"h\"},"
	"{\"name\":\"hash_bytes\",\"default\":1000,\"least\":8,\"most\":100000000,\"unit\":\"bytes\",\"whole\":true,\"help\":\"h\"},"
	"{\"name\":\"responder\",\"default\":\"js\",\"choices\":[\"js\",\"guest\"],\"help\":\"h\"}],"
	"\"guests\":[{\"name\":\"js\",\"toolchain\":\"js\",\"source\":\"guest.js\"}],"
	"\"arms\":[\"js/worker/churn\",\"js/worker/hash\",\"js/worker/idle\","
	"\"none/worker/idle\",\"js/worker/churn,samples=60,GOGC=off\",\"js/main/churn,responder=guest\"],"
	"\"metrics\":[{\"name\":\"response_p95\",\"from\":\"response\",\"statistic\":\"p95\",\"unit\":\"ms\",\"better\":\"lower\"}]}";

struct fixture {
	struct probe *probe;
	struct json *parameters;
	struct guest_build build;
	struct launch_spec spec;
};

static inline void fixture_init(struct fixture *fixture, size_t arm)
{
	struct err err = { 0 };
	*fixture = (struct fixture){ 0 };
	fixture->probe = probe_parse("/nowhere/fixture", FIXTURE_PROBE, strlen(FIXTURE_PROBE), &err);
	if (!fixture->probe)
		fail_msg("%s", err.text);
	fixture->build.name = (char *)"js";
	fixture->build.start = (char *)"js-module";
	fixture->build.output = (char *)"/nowhere/guest.js";
	const struct probe_arm *a = &fixture->probe->arms[arm];
	fixture->parameters = probe_parameters(fixture->probe, a, NULL, 0, &err);
	if (!fixture->parameters)
		fail_msg("%s", err.text);
	fixture->spec = (struct launch_spec){ .probe = fixture->probe, .arm = a,
		.parameters = fixture->parameters,
		.guest = a->guest_index == (size_t)-1 ? NULL : &fixture->build,
		.run = "20260101T000000Z-fixture-0000", .seed = 11, .block = 2, .number = 5,
		.threshold_ms = 16.7 };
}

static inline void fixture_release(struct fixture *fixture)
{
	json_free(fixture->parameters);
	probe_free(fixture->probe);
}

static inline void put_u32(struct buf *out, uint32_t value)
{
	assert_int_equal(buf_append(out, &value, 4), 0);
}

static inline void put_f64(struct buf *out, double value)
{
	assert_int_equal(buf_append(out, &value, 8), 0);
}

/* An upload of `count` answered samples on the spec's schedule, `delay_ms` each, with the report
 * as its JSON. */
static inline void fixture_upload(struct buf *out, const struct launch_spec *spec,
	uint32_t count, double delay_ms, const char *report)
{
	struct rng rng;
	double *due = calloc(count, sizeof(*due));
	launch_spec_seed(spec, "schedule", rng.state);
	for (uint32_t i = 0; i < count; i++)
		due[i] = 100 + (i + rng_unit(&rng)) * 5.0;
	uint32_t length = (uint32_t)strlen(report);
	static const char zeros[8] = { 0 };
	buf_init(out, 1 << 20);
	buf_append(out, "WGUP", 4);
	put_u32(out, 1);
	put_u32(out, count);
	put_u32(out, 0);
	put_u32(out, 5);
	put_u32(out, length);
	put_f64(out, 1000);
	put_f64(out, 1010);
	put_f64(out, 100 + 5.0 * count + 500);
	buf_append(out, report, length);
	buf_append(out, zeros, (8 - length % 8) % 8);
	static const double at[5] = { 0, 0.1, 0.3, 0.4, 1 }; /* due sent received replied returned */
	for (int column = 0; column < 5; column++) {
		for (uint32_t i = 0; i < count; i++)
			put_f64(out, due[i] + (column == 4 ? delay_ms : at[column] * 0.5));
	}
	free(due);
}

/* The report of a page that did `steps` steps and gives this digest. */
static inline char *fixture_report(double steps_done, double guest_steps, double digest,
	const char *environment)
{
	static char text[1000];
	snprintf(text, sizeof(text), "{\"work\":{\"load\":\"x\",\"steps_due\":%.0f,\"steps_done\":%.0f,\"guest\":"
		"{\"steps\":%.0f,\"digest\":%.0f,\"bytes\":10,\"collections\":2,\"pause_ns\":1500000,"
		"\"gc_ns\":2500000}},\"metrics\":{\"busy_share\":0.25},"
		"\"environment\":%s}", steps_done, steps_done, guest_steps, digest, environment);
	return text;
}

#define FIXTURE_ISOLATED "{\"isolated_page\":true,\"isolated_worker\":true,\"visibility\":\"visible\"}"

#endif

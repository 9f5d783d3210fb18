#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/fs.h"
#include "base/mem.h"
#include "cli/cli.h"
#include "guest/record.h"
#include "probe/registry.h"
#include "run/guests.h"

struct build_context {
	char *data_root;
	struct log log;
	bool json;
	struct json *list;
	bool headed; /* the table's heading is printed */
	bool failed; /* a guest that was expected to build did not */
};

static void print_build(struct build_context *context, const struct probe *probe,
	const struct probe_guest *guest, const struct guest_build *build)
{
	const struct json *bytes = json_get(record_shipped(build->record), "bytes");
	context->failed |= build->failed && !guest->expect_failure;
	if (context->json) {
		struct json *row = json_copy(build->record);
		json_set_text(row, "probe", probe->name);
		json_set_bool(row, "cached", build->cached);
		json_append(context->list, row);
		return;
	}
	if (!context->headed)
		printf("%-10s %-10s %-10s %10s %10s %10s  %-12s\n", "probe", "guest", "toolchain", "bytes",
			"gzip", "brotli", "sha-256");
	context->headed = true;
	printf("%-10s %-10s %-10s %10.0f %10.0f %10.0f  %.12s  %s\n", probe->name, build->name,
		build->toolchain, json_number(bytes, "raw", 0), json_number(bytes, "gzip", 0),
		json_number(bytes, "brotli", 0), build->id,
		build->failed ? "FAILED" : build->cached ? "cached" : "built");
}

static int build_probe(struct build_context *context, const char *name, struct err *err)
{
	struct guest_set set;
	struct probe *probe = registry_probe(context->data_root, name, err);
	if (!probe)
		return -1;
	size_t *arms = mem_alloc_zero(probe->arm_count + 1, sizeof(*arms));
	for (size_t i = 0; i < probe->arm_count; i++)
		arms[i] = i;
	int result = guest_set_make(&set, context->data_root, probe, arms, probe->arm_count, NULL, NULL,
		&context->log, err);
	if (!result) {
		log_close_progress(&context->log);
		for (size_t i = 0; i < set.count; i++) {
			if (set.toolchains[i])
				print_build(context, probe, &probe->guests[i], &set.builds[i]);
		}
		guest_set_release(&set);
	}
	free(arms);
	probe_free(probe);
	return result;
}

static int build_named(struct build_context *context, char **names, size_t count,
	struct err *err)
{
	for (size_t i = 0; i < count; i++) {
		if (build_probe(context, names[i], err))
			return -1;
	}
	if (!context->json)
		return 0;
	struct json *document = json_new_object();
	json_set_number(document, "schema", 1);
	json_set(document, "builds", json_copy(context->list));
	cli_print_json(stdout, document);
	return 0;
}

static int build(const struct cli_common *common, char **names, size_t count)
{
	struct build_context context = { .json = common->json };
	struct err err = { 0 };
	char **all = NULL;
	size_t all_count = 0;
	log_init(&context.log, common->quiet);
	context.data_root = registry_root(common->data, &err);
	if (!context.data_root)
		return cli_fail(&err);
	context.list = json_new_array();
	if (!count)
		all = registry_probe_names(context.data_root, &all_count, &err);
	int result = !count && !all ? -1
		: build_named(&context, count ? names : all, count ? count : all_count, &err);
	fs_list_free(all, all_count);
	json_free(context.list);
	free(context.data_root);
	if (result)
		return cli_fail(&err);
	return context.failed ? CLI_BAD : CLI_OK;
}

int cli_build(int argc, char **argv)
{
	const struct cli_option options[] = { { 0 } };
	const struct cli_syntax syntax = { .usage = "build [PROBE…]", .options = options,
		.text = "Builds the guests of the named probes, or of all, into the cache.",
		.operands_most = 1000 };
	struct cli_common common;
	struct err err = { 0 };
	int operands;
	if (cli_parse(argc, argv, &syntax, &common, &operands, &err))
		return cli_fail(&err);
	if (common.help)
		return cli_help(&syntax), CLI_OK;
	return build(&common, argv + 1, (size_t)operands);
}
